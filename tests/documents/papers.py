"""A kind of paper and of upload that only tests know, and short ways to make them."""

from django.db.models import Q

from core.permissions import NOTHING
from core.values import Localized
from documents import services
from documents.kinds import PaperKind, UploadPurpose, register_paper, register_purpose
from documents.models import OfficialDocument
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import Standing
from tests.factories import institutions


def _for_those_who_watch(standing: Standing) -> Q:
    return Q() if standing.sees_everything else NOTHING


KIND = register_paper(
    PaperKind(
        "test_paper",
        "TST",
        "Т",
        "documents/pdf/test",
        visible=_for_those_who_watch,
        revoked_by=frozenset({Role.REGISTRAR}),
        label="Test paper",
    )
)
CONTRACT = register_paper(
    PaperKind(
        "test_contract",
        "TCN",
        "ТШ",
        "documents/pdf/test",
        visible=_for_those_who_watch,
        revoked_by=frozenset({Role.REGISTRAR}),
        label="Test contract",
        signed_by_parties=True,
    )
)
SCAN = register_purpose(UploadPurpose("test_scan", visible=_for_those_who_watch))


def issue(
    actor: User | None = None, *, kind: str = KIND.name, languages: tuple[str, ...] = ("kk",), **values: object
) -> OfficialDocument:
    """A numbered paper that is not sealed yet."""
    return services.issue(
        kind=kind,
        subject=institutions.home(),
        title=Localized("Үлгі қағаз", "Образец", "Specimen"),
        context={"who": "Әбдіғалиев Әлихан"},
        languages=languages,
        actor=actor or institutions.user("registrar"),
        **values,  # type: ignore[arg-type]  # a test's shorthand
    )


def sealed(actor: User | None = None, **values: object) -> OfficialDocument:
    """A paper with its file."""
    return services.seal(issue(actor, **values).pk)  # type: ignore[arg-type]  # a test's shorthand
