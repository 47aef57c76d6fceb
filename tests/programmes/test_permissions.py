"""Who sees programmes and students: lists and pages agree."""

import pytest

from institutions.enums import Role
from institutions.models import User
from institutions.permissions import standing_of
from programmes.models import Enrolment
from programmes.permissions import may_enter_programme, sees_enrolment, sees_programme
from programmes.selectors import enrolments_visible_to, programmes_visible_to
from tests.factories import institutions, programmes

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, User]:
    other = institutions.department("ME", parent=institutions.institute("GM"))
    return {
        "director": institutions.user(Role.INSTITUTE_DIRECTOR, unit=institutions.institute()),
        "head": institutions.user(Role.DEPARTMENT_HEAD, unit=institutions.department()),
        "head elsewhere": institutions.user(Role.DEPARTMENT_HEAD, unit=other),
        "ipd": institutions.user(Role.IPD_COORDINATOR),
        "registrar": institutions.user(Role.REGISTRAR),
        "finance": institutions.user(Role.FINANCE_OFFICER),
        "administrator": institutions.user(Role.ADMINISTRATOR),
        "partner": institutions.partner_user(),
        "student": institutions.user(Role.STUDENT),
        "nobody": institutions.user(),
    }


def test_who_sees_a_student(people: dict[str, User]) -> None:
    own = programmes.enrolment(who=people["student"].person)
    another = programmes.enrolment()
    theirs = programmes.enrolment(programmes.programme(institutions.partner(), "M.Sc."))

    seen = {
        name: [one for one in (own, another, theirs) if one in enrolments_visible_to(standing_of(user))]
        for name, user in people.items()
    }

    assert seen == {
        "director": [own, another],
        "head": [own, another],
        "head elsewhere": [],
        "ipd": [own, another, theirs],
        "registrar": [own, another, theirs],
        "finance": [],
        "administrator": [],
        "partner": [theirs],
        "student": [own],
        "nobody": [],
    }


def test_the_two_faces_of_who_sees_agree(people: dict[str, User]) -> None:
    programmes.enrolment(who=people["student"].person)
    programmes.enrolment(programmes.programme(institutions.partner(), "M.Sc."))
    programmes.programme(institutions.partner("Other", "PL"), "X")

    for user in people.values():
        standing = standing_of(user)
        for one in Enrolment.objects.select_related("programme"):
            assert sees_enrolment.test(standing, one) == enrolments_visible_to(standing).filter(pk=one.pk).exists()
        for programme in programmes_visible_to(standing_of(people["ipd"])):
            seen = programmes_visible_to(standing).filter(pk=programme.pk).exists()
            assert sees_programme.test(standing, programme) == seen


def test_a_partner_sees_the_universitys_catalogue_and_its_own(people: dict[str, User]) -> None:
    ours = programmes.programme()
    theirs = programmes.programme(institutions.partner(), "M.Sc.")
    programmes.programme(institutions.partner("Other", "PL"), "X")

    assert set(programmes_visible_to(standing_of(people["partner"]))) == {ours, theirs}


def test_a_guest_sees_the_universitys_catalogue_and_that_of_the_own_university(people: dict[str, User]) -> None:
    ours, theirs = programmes.programme(), programmes.programme(institutions.partner(), "M.Sc.")
    other = programmes.programme(institutions.partner("Other", "PL"), "X")
    guest = institutions.user(Role.STUDENT)
    programmes.enrolment(theirs, who=guest.person)
    programmes.enrolment(ours, who=people["student"].person)

    assert set(programmes_visible_to(standing_of(guest))) == {ours, theirs}
    assert set(programmes_visible_to(standing_of(people["student"]))) == {ours, theirs, other}


def test_who_enters_programmes(people: dict[str, User]) -> None:
    home, partner = institutions.home(), institutions.partner()

    may = {
        name: (may_enter_programme(standing_of(user), home), may_enter_programme(standing_of(user), partner))
        for name, user in people.items()
    }

    assert {name for name, (ours, _theirs) in may.items() if ours} == {"ipd", "registrar"}
    assert {name for name, (_ours, theirs) in may.items() if theirs} == {"ipd", "registrar", "partner"}
