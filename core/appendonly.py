"""What the database itself refuses: changed history, changed papers, changed results. Triggers on both databases.

They are put back after every migrate: SQLite's table rebuilds drop triggers silently.
"""

from dataclasses import dataclass

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True)
class Protection:
    """Rows of `model` are never deleted, and `frozen` columns never change ("*": no column does).

    `once`: columns that may be written one time, from empty. `when` (SQL over OLD): rows that are protected; others are free.
    """

    model: type[models.Model]
    frozen: tuple[str, ...] = ("*",)
    once: tuple[str, ...] = ()
    when: str = ""

    @property
    def table(self) -> str:
        """The table's name."""
        return self.model._meta.db_table  # noqa: SLF001 -- Django's documented Meta API


_protections: list[Protection] = []
_REFUSE_FUNCTION = """
CREATE OR REPLACE FUNCTION jdp_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'this row never changes' USING ERRCODE = 'restrict_violation'; END $$
"""


def protect(
    model: type[models.Model], *, frozen: tuple[str, ...] = ("*",), once: tuple[str, ...] = (), when: str = ""
) -> None:
    """Register a protection; it is installed after the next migrate. See `Protection` for the parameters."""
    protection = Protection(model, frozen, once, when)
    if protection not in _protections:
        _protections.append(protection)


def install(connection: BaseDatabaseWrapper) -> None:
    """(Re)make every trigger whose table exists."""
    present = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for protection in _protections:
            if protection.table in present:
                for statement in _statements(protection, connection.vendor):
                    cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop every trigger: only for the flush between tests, `post_migrate` puts them back."""
    present = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for protection in _protections:
            if protection.table in present:
                for statement in _drops(protection.table, connection.vendor):
                    cursor.execute(statement)


def _drops(table: str, vendor: str) -> list[str]:
    on = f' ON "{table}"' if vendor == "postgresql" else ""
    return [
        f'DROP TRIGGER IF EXISTS "{table}_{event}"{on}'
        for event in ("no_update", "no_delete", "no_truncate")[: 3 if on else 2]
    ]


def _statements(protection: Protection, vendor: str) -> list[str]:
    return _drops(protection.table, vendor) + (
        _postgresql(protection) if vendor == "postgresql" else _sqlite(protection)
    )


def _changed(protection: Protection, differs: str) -> str:
    """SQL that is true for a refused update. `differs`: the null-safe inequality of the database."""
    changes = [f'OLD."{column}" {differs} NEW."{column}"' for column in protection.frozen if column != "*"]
    changes += [f'(OLD."{column}" <> \'\' AND OLD."{column}" {differs} NEW."{column}")' for column in protection.once]
    refused = "1 = 1" if "*" in protection.frozen else "(" + " OR ".join(changes) + ")"
    return f"({protection.when}) AND {refused}" if protection.when else refused


def _sqlite(protection: Protection) -> list[str]:
    table, raise_ = protection.table, "SELECT RAISE(ABORT, 'this row never changes')"
    deleted = f" WHEN {protection.when}" if protection.when else ""
    return [
        f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE ON "{table}" WHEN {_changed(protection, "IS NOT")} BEGIN {raise_}; END',
        f'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}"{deleted} BEGIN {raise_}; END',
    ]


def _postgresql(protection: Protection) -> list[str]:
    table = protection.table
    refuse = "EXECUTE FUNCTION jdp_refuse()"
    deleted = f" WHEN ({protection.when})" if protection.when else ""
    changed = _changed(protection, "IS DISTINCT FROM")
    statements = [
        _REFUSE_FUNCTION,
        f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE ON "{table}" FOR EACH ROW WHEN ({changed}) {refuse}',
        f'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}" FOR EACH ROW{deleted} {refuse}',
    ]
    if not protection.when:
        statements.append(f'CREATE TRIGGER "{table}_no_truncate" BEFORE TRUNCATE ON "{table}" {refuse}')
    return statements
