"""Editions are loaded beside each other; what was decided under one is never edited."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.template import Context, Template
from django.utils import translation

from core.history import record
from core.machine import Blocker
from core.models import HistoryEntry
from core.values import printed
from core.workflow import BlockedError
from regulation import files, selectors
from regulation.files import edition_paths, read_edition
from regulation.models import Clause, Edition
from regulation.services import EditionDecidedUnderError, Loaded, load_edition
from tests.factories import institutions
from tests.factories import regulation as factory

pytestmark = pytest.mark.django_db
FIRST = files.DATA / "edition_1.toml"


def changed(folder: Path, *replaced: tuple[str, str]) -> Path:
    """A copy of edition 1 with some text replaced."""
    text = FIRST.read_text(encoding="utf-8")
    for old, new in replaced:
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "edition_copy.toml"
    path.write_text(text, encoding="utf-8")
    return path


def decide() -> HistoryEntry:
    """Something decided, under the edition in force."""
    return record(actor=None, action="test.decided", subject=institutions.home(), clause="7.3")


@pytest.mark.clause("1.5-a")
def test_what_is_loaded_is_what_the_file_holds() -> None:
    assert load_edition(FIRST) is Loaded.ADDED

    data = read_edition(FIRST)
    texts = dict(Clause.objects.values_list("key", "text_kk"))
    assert texts == {row.key: row.text.kk for row in data.clauses}
    assert Clause.objects.get(key="5.7.3").parent == Clause.objects.get(key="5.7")


@pytest.mark.clause("1.5-a")
def test_the_same_edition_twice_changes_nothing() -> None:
    load_edition(FIRST)
    before = list(Clause.objects.order_by("pk").values_list("pk", flat=True))

    assert load_edition(FIRST) is Loaded.UNCHANGED

    assert list(Clause.objects.order_by("pk").values_list("pk", flat=True)) == before


@pytest.mark.clause("1.5-a")
def test_a_slip_is_corrected_while_nothing_was_decided(tmp_path: Path) -> None:
    load_edition(FIRST)

    outcome = load_edition(changed(tmp_path, ("Осы Ереже Қазақстан", "Бұл Ереже Қазақстан")))

    assert outcome is Loaded.CORRECTED
    assert Clause.objects.get(key="1.2").text_kk.startswith("Бұл Ереже Қазақстан")
    assert Edition.objects.count() == 1


@pytest.mark.clause("1.5-a")
def test_the_kazakh_text_stays_once_something_was_decided_under_it(tmp_path: Path) -> None:
    load_edition(FIRST)
    decide()

    with pytest.raises(EditionDecidedUnderError):
        load_edition(changed(tmp_path, ("Осы Ереже Қазақстан", "Бұл Ереже Қазақстан")))

    assert Clause.objects.get(key="1.2").text_kk.startswith("Осы Ереже Қазақстан")


@pytest.mark.clause("1.5-a")
def test_a_translation_may_be_mended_at_any_time(tmp_path: Path) -> None:
    load_edition(FIRST)
    decide()

    outcome = load_edition(changed(tmp_path, ("This Regulation is guided by", "This Regulation follows")))

    assert outcome is Loaded.CORRECTED
    assert Clause.objects.get(key="1.2").text_en.startswith("This Regulation follows")
    assert Clause.objects.get(key="10.1r").parent == Clause.objects.get(key="10")


@pytest.mark.clause("1.5-a")
def test_a_new_edition_stands_beside_the_old_and_decisions_keep_theirs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "edition_1.toml").write_text(FIRST.read_text(encoding="utf-8"), encoding="utf-8")
    load_edition(FIRST)
    old = decide()
    path = changed(
        tmp_path,
        ('number = "1"', 'number = "2"'),
        ("approved_on = 2023-10-24", "approved_on = 2026-01-15"),
        ("Осы Ереже Қазақстан", "Бұл Ереже Қазақстан"),
    )

    outcome = load_edition(path)
    monkeypatch.setattr(files, "DATA", tmp_path)
    new = decide()

    assert outcome is Loaded.ADDED
    assert (old.edition, new.edition) == ("1", "2")
    texts = {clause.edition.number: clause.text_kk[:8] for clause in Clause.objects.filter(key="1.2")}
    assert texts == {"1": "Осы Ереж", "2": "Бұл Ереж"}
    assert str(selectors.clause("1.2", of=selectors.current_edition()).text_kk)[:8] == "Бұл Ереж"  # type: ignore[union-attr]  # it is there
    assert [edition.number for edition in selectors.editions()] == ["2", "1"]


@pytest.mark.clause("1.5-a")
def test_the_edition_in_force_is_the_same_by_file_and_by_table() -> None:
    loaded = factory.edition()

    assert selectors.edition_in_force() == loaded.number
    assert selectors.current_edition() == loaded


def test_the_command_loads_all_and_is_repeated_without_harm(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_regulation")
    call_command("load_regulation")

    names = [path.name for path in edition_paths()]
    assert capsys.readouterr().out.split("\n")[:-1] == [
        f"{name}: {word}" for word in ("added", "unchanged") for name in names
    ]


@pytest.mark.parametrize(("language", "annex"), [("kk", "1-қосымша"), ("ru", "Приложение 1"), ("en", "Annex 1")])
def test_people_read_the_number_that_is_printed_and_their_link_keeps_the_key(language: str, annex: str) -> None:
    with translation.override(language):
        read = [printed(key) for key in ("7.5a", "7.5b", "10.2r", "5.7.4", "7.3", "A1", "of old", "")]
        link = Template("{% clause '7.5b' %}").render(Context())

    assert read == ["7.5", "7.5", "10 (2)", "5.7 4)", "7.3", annex, "of old", ""]
    assert 'href="/regulation/7.5b/"' in link
    assert link.count("7.5b") == 2  # the page and its peek; no word that is read


def test_a_refusal_names_the_printed_number() -> None:
    assert str(BlockedError((Blocker("7.5a", "Not signed.", "student"),))).endswith("Not signed. (7.5)")
