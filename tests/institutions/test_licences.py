"""A right to train that was entered wrongly: who corrects it or takes it away, and what follows (4.2)."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.forms.models import model_to_dict
from django.urls import reverse

from agreements.selectors.admission import admitting
from core.history import history_of
from core.story import story_of
from core.values import today
from core.workflow import ChangedMeanwhileError, FaultyError, NotAllowedError, mark_of
from core.worklist import open_items_of
from documents.services import bring_licence_scan
from institutions.enums import LicenceKind, Role
from institutions.models import Licence
from institutions.services import universities
from institutions.services.due import settle_due
from tests.admissions.road import PDF
from tests.conftest import ClientAs
from tests.factories import agreements, institutions

pytestmark = pytest.mark.django_db
ENTRY: dict[str, Any] = {
    "kind": LicenceKind.LICENCE,
    "number": "A-1",
    "issuer": "Ministerium",
    "direction": "7M061",
    "level": "master",
    "valid_from": date(2019, 9, 1),
    "valid_until": None,
}


def _entered(**values: Any) -> Licence:
    return universities.add_licence(university=institutions.partner(), actor=None, **{**ENTRY, **values})


def _known(licence: Licence) -> dict[str, Any]:
    return model_to_dict(licence, exclude=["id", "university"])


def test_a_licence_is_corrected_and_history_says_from_what_to_what() -> None:
    licence = _entered()
    shown = mark_of(licence)
    right = {**ENTRY, "number": "A-2", "direction": " 7m062 ", "valid_until": date(2030, 8, 31)}
    for _twice in range(2):
        universities.correct_licence(licence_id=licence.pk, actor=institutions.user(Role.IPD_COORDINATOR), **right)

    assert _known(Licence.objects.get()) == {**right, "direction": "7M062"}
    for subject in (licence, licence.university):
        (entry,) = history_of(subject).filter(action="institutions.licence_corrected")
        assert entry.before == {"number": "A-1", "direction": "7M061", "valid_until": None}
        assert story_of(subject)[0].text == (
            "corrected licence No. A-1: number: A-1 → A-2; training direction: 7M061 → 7M062; valid until: — → 31.08.2030"
        )
    with pytest.raises(ChangedMeanwhileError):
        universities.correct_licence(licence_id=licence.pk, actor=None, seen=shown, **ENTRY)
    with pytest.raises(ChangedMeanwhileError):
        universities.take_away_licence(licence_id=licence.pk, actor=None, seen=shown)


@pytest.mark.parametrize(
    ("field", "said", "values"),
    [
        ("direction", "A training direction of this level is 7M and three digits", {"direction": "6B072"}),
        ("valid_until", "A licence cannot end before it begins.", {"valid_until": date(2019, 8, 31)}),
        ("number", "This licence is entered already for this direction and level.", {"number": "A-2"}),
    ],
)
def test_a_correction_is_refused_for_what_an_entry_is_refused_for(
    field: str, said: str, values: dict[str, object]
) -> None:
    licence = _entered()
    universities.add_licence(university=licence.university, actor=None, **{**ENTRY, "number": "A-2"})

    with pytest.raises(FaultyError, match=said) as refusal:
        universities.correct_licence(licence_id=licence.pk, actor=None, **{**ENTRY, **values})

    assert [fault.field for fault in refusal.value.faults] == [field]
    assert _known(Licence.objects.get(pk=licence.pk)) == ENTRY


def test_the_same_number_is_entered_again_after_the_wrong_one_was_taken_away() -> None:
    wrong = _entered()
    pk, partner = wrong.pk, wrong.university
    universities.take_away_licence(licence_id=pk, actor=institutions.user(Role.IPD_COORDINATOR))
    universities.add_licence(university=partner, actor=None, **ENTRY)

    (entry,) = history_of(partner).filter(action="institutions.licence_taken_away")
    assert entry.before == {"licence": pk, **ENTRY, "valid_from": "2019-09-01"}
    assert [told.text for told in story_of(partner)][:2] == [
        "entered licence No. A-1 for 7M061",
        "took away licence No. A-1 for 7M061",
    ]
    with pytest.raises(Licence.DoesNotExist):
        universities.take_away_licence(licence_id=pk, actor=None)


def test_only_who_enters_a_licence_corrects_it_or_takes_it_away() -> None:
    licence = _entered()

    for role in set(Role) - {Role.IPD_COORDINATOR} - Role.unit_roles():
        actor = institutions.user(role)
        with pytest.raises(NotAllowedError):
            universities.correct_licence(licence_id=licence.pk, actor=actor, **{**ENTRY, "number": "A-2"})
        with pytest.raises(NotAllowedError):
            universities.take_away_licence(licence_id=licence.pk, actor=actor)
    assert _known(Licence.objects.get()) == ENTRY


@pytest.mark.clause("4.2-b")
def test_a_pathway_asks_for_the_licence_that_is_corrected_or_taken_away_at_once() -> None:
    pathway = agreements.open_pathway()
    licence = pathway.partner_programme.university.licences.get()
    right = _known(licence)

    def asks() -> bool:
        closed = not admitting([pathway], today())
        assert bool(open_items_of(pathway)) == closed
        return closed

    told = [asks()]
    universities.correct_licence(licence_id=licence.pk, actor=None, **{**right, "direction": "7M062"})
    told.append(asks())
    universities.correct_licence(licence_id=licence.pk, actor=None, **right)
    told.append(asks())
    universities.take_away_licence(licence_id=licence.pk, actor=None)
    told.append(asks())

    assert told == [False, True, False, True]


def test_who_was_asked_to_renew_it_is_asked_about_what_stands_now() -> None:
    soon = today() + timedelta(days=30)
    ending = _entered(kind=LicenceKind.ACCREDITATION, valid_until=soon)
    settle_due()
    asked = {**ENTRY, "kind": LicenceKind.ACCREDITATION}
    later = soon + timedelta(days=9)
    universities.correct_licence(licence_id=ending.pk, actor=None, **{**asked, "valid_until": later})
    assert [item.due for item in open_items_of(ending)] == [later]

    next_one = {**asked, "number": "A-2", "valid_until": today() + timedelta(days=900)}
    following = universities.add_licence(university=ending.university, actor=None, **next_one)
    assert not open_items_of(ending)
    universities.take_away_licence(licence_id=following.pk, actor=None)
    assert [item.due for item in open_items_of(ending)] == [later]
    kept = Licence.objects.get(pk=ending.pk)
    universities.take_away_licence(licence_id=ending.pk, actor=None)
    assert not open_items_of(kept)
    settle_due()


def test_the_scan_of_a_licence_that_was_taken_away_stays_stored_and_only_who_brought_it_opens_it(
    client_as: ClientAs,
) -> None:
    ipd, lawyer, licence = institutions.user(Role.IPD_COORDINATOR), institutions.user(Role.LAWYER), _entered()
    scan = bring_licence_scan(licence_id=licence.pk, scan=io.BytesIO(PDF), scan_name="scan.pdf", actor=ipd)

    def opened() -> list[int]:
        return [client_as(who).get(reverse("documents:upload", args=[scan.pk])).status_code for who in (ipd, lawyer)]

    before = opened()
    universities.take_away_licence(licence_id=licence.pk, actor=ipd)

    assert (before, opened()) == ([200, 200], [200, 404])


def test_a_licence_is_corrected_and_taken_away_by_form(client_as: ClientAs) -> None:
    licence = _entered()
    page, correct, away = (
        reverse(f"institutions:{name}", args=[licence.pk]) for name in ("licence", "licence-correct", "licence-away")
    )
    client = client_as(institutions.user(Role.IPD_COORDINATOR))
    form = client.get(correct).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields} | {"number": "A-2"}

    shown, asked = client.get(page).content.decode(), client.get(away)
    saved = client.post(correct, typed, follow=True).content.decode()
    late = client.post(away, {"seen": asked.context["form"]["seen"].value()}, follow=True).content.decode()
    seen = client.get(away).context["form"]["seen"].value()
    gone = client.post(away, {"seen": seen}, follow=True).content.decode()

    assert all(f'href="{url}"' in shown for url in (correct, away))
    assert "the pathways that need it are examined anew at once" in asked.content.decode()
    assert "number: A-1 → A-2" in saved
    assert "Something happened here after you opened this page" in late
    assert "Taken away." in gone
    assert not Licence.objects.exists()
    auditor = client_as(institutions.user(Role.AUDITOR))
    told = auditor.get(reverse("institutions:university", args=[licence.university_id]))
    assert "took away licence No. A-2 for 7M061" in [entry.text for entry in told.context["story"]]
