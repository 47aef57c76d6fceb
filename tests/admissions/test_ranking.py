"""The ranking by agreed criteria, and certificates of different examiners on one scale (8.1)."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from admissions.models import Application
from admissions.selectors.languages import language_scale
from admissions.selectors.lists import candidates_of, lines_of
from admissions.services import lists
from admissions.workflow.ranking import CAME_FIRST, DEBTS, GPA, LANGUAGE, YEAR, Candidate, decided_by, suggested_order
from core.workflow import RefusedError
from institutions.models import User
from tests.admissions.road import Cast

ClientAs = Callable[[User], Client]
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.clause("8.1-c")
@pytest.mark.parametrize(
    ("certificate", "band"),
    [
        ("IELTS 7.0", "7"),
        ("IELTS 6,5", "6.5"),
        ("ielts academic 6.0", "6"),
        ("TOEFL iBT 88", "6.5"),
        ("TOEFL 94", "7"),
        ("TOEFL iBT 120", "9"),
        ("TOEFL iBT 12", "0"),
        ("HSK 4", "5.5"),
        ("HSK5", "7"),
        ("TestDaF 4", "6.5"),
        ("DSH-2", "6.5"),
        ("Goethe-Zertifikat B2", "5.5"),
        ("DELF C1", "7"),
        ("KAZTEST", None),
        ("", None),
        ("a letter of my teacher", None),
    ],
)
def test_certificates_of_different_examiners_are_compared_on_one_scale(certificate: str, band: str | None) -> None:
    assert language_scale().band(certificate) == (Decimal(band) if band else None)


def candidate(key: int, **values: object) -> Candidate:
    """A candidate without anything; `values` say what there is."""
    return Candidate(**{"key": key, "gpa": None, "has_certificate": False, "debts": 0, "year": 1, **values})  # type: ignore[arg-type]  # a test's shorthand


def certified(key: int, band: str | None, **values: object) -> Candidate:
    """A candidate with a certificate of this band."""
    return candidate(key, has_certificate=True, language=Decimal(band) if band else None, **values)


@pytest.mark.django_db
@pytest.mark.clause("8.1-c")
def test_language_decides_where_there_is_no_gpa() -> None:
    found = [
        certified(1, "7"),
        certified(2, "6.5"),
        certified(3, "7"),
        certified(4, "6.5"),
        candidate(5),
        certified(6, None),
    ]

    assert suggested_order(found) == (1, 3, 2, 4, 6, 5)


@pytest.mark.django_db
@pytest.mark.clause("8.1-c")
def test_language_decides_between_equal_gpas_only() -> None:
    gpa = Decimal("3.20")
    found = [certified(1, "6", gpa=gpa), certified(2, "6.5", gpa=gpa), certified(3, "6", gpa=Decimal("3.21"))]

    assert suggested_order(found) == (3, 2, 1)


@pytest.mark.django_db
@pytest.mark.clause("8.1-c")
def test_each_place_says_by_which_criterion() -> None:
    later = datetime(2026, 11, 24, 13, tzinfo=UTC)
    found = [
        certified(1, "7", gpa=Decimal("3.90"), year=2, submitted_at=NOON),
        certified(2, "7", gpa=Decimal("3.10"), year=2, submitted_at=NOON),
        certified(3, "6.5", gpa=Decimal("3.10"), year=2, submitted_at=NOON),
        certified(4, "6.5", gpa=Decimal("3.10"), year=1, submitted_at=NOON),
        certified(5, "6.5", gpa=Decimal("3.10"), year=1, submitted_at=later),
        certified(6, "9", gpa=Decimal("4.00"), year=4, debts=1, submitted_at=NOON),
    ]

    assert suggested_order(found[::-1]) == (1, 2, 3, 4, 5, 6)
    assert decided_by(found) == {2: GPA, 3: LANGUAGE, 4: YEAR, 5: CAME_FIRST, 6: DEBTS}


def first_year(cast: Cast, certificate: str) -> Application:
    """A submitted application of a student without a GPA yet."""
    student = cast.student(gpa=None)
    student.person.language_certificate = certificate
    student.person.save(update_fields=["language_certificate"])
    return cast.submitted(student)[0]


@pytest.mark.django_db
@pytest.mark.clause("8.1-c")
def test_the_one_seat_goes_to_the_better_certificate_and_the_page_says_why(client_as: ClientAs) -> None:
    cast = Cast(seats=1)
    toefl = first_year(cast, "TOEFL iBT 88")
    ielts = first_year(cast, "IELTS 7.0")
    second = first_year(cast, "IELTS 7.0")

    gathered = cast.gathered()

    ranks = {a.pk: (a.rank, a.is_reserve) for a in Application.objects.all()}
    assert ranks == {ielts.pk: (1, False), second.pk: (2, True), toefl.pk: (3, True)}
    decided = {line.application.pk: line.decided_by for line in lines_of(candidates_of(gathered))}
    assert decided == {ielts.pk: "", second.pk: CAME_FIRST, toefl.pk: LANGUAGE}
    page = client_as(cast.coordinator).get(reverse("admissions:candidatelist", args=[gathered.pk])).content.decode()
    assert "debts, GPA, language level, year of study, who applied first" in page
    assert "by: language level" in page
    assert "on the scale: 6.5" in page


@pytest.mark.clause("8.1-c")
def test_one_place_is_not_given_twice(cast: Cast, client_as: ClientAs) -> None:
    first, second = cast.submitted()[0], cast.submitted()[0]
    gathered = cast.gathered()
    both = [lists.Placing(first.pk, 1), lists.Placing(second.pk, 1)]

    with pytest.raises(RefusedError, match="Place 1 is given twice"):
        lists.place(list_id=gathered.pk, placings=both, actor=cast.coordinator)
    rows = {f"{one.pk}-rank": "1" for one in (first, second)} | {f"{second.pk}-reason": "Olympiad"}
    page = client_as(cast.coordinator).post(
        reverse("admissions:list-place", args=[gathered.pk]), {**rows, "request_text": "Please.", "then": "send"}
    )

    said = page.content.decode()
    assert "Place 1 is given twice" in said
    assert "Olympiad" in said  # nothing typed is lost
    assert "Please." in said
    gathered.refresh_from_db()
    assert gathered.state == "draft"
    assert sorted(a.rank or 0 for a in Application.objects.all()) == [1, 2]


@pytest.mark.clause("8.1-a")
def test_a_list_that_lacked_its_request_is_sent_with_the_next_press(cast: Cast, client_as: ClientAs) -> None:
    one = cast.submitted()[0]
    gathered = cast.gathered()
    client, place = client_as(cast.coordinator), reverse("admissions:list-place", args=[gathered.pk])
    page = client.get(reverse("admissions:candidatelist", args=[gathered.pk]))

    for text in ("", "Please."):
        seen = page.context["request_form"]["seen"].value()
        page = client.post(
            place, {f"{one.pk}-rank": "1", "request_text": text, "seen": seen, "then": "send"}, follow=True
        )
        gathered.refresh_from_db()
        assert (gathered.state == "sent") is bool(text)
