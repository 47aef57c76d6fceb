"""A predicate has two faces that never disagree: a test for one thing and a Q for a list."""

from itertools import product

import pytest
from django.db.models import Q

from core import permissions
from core.permissions import Predicate, anybody, role_label, roles_of, whose_move
from institutions.enums import Role
from institutions.models import University
from tests.factories import institutions

is_home: Predicate[str, University] = Predicate("home", lambda _who, thing: thing.is_home, lambda _who: Q(is_home=True))
of_country: Predicate[str, University] = Predicate(
    "of the country", lambda who, thing: thing.country == who, lambda who: Q(country=who)
)
auditor = anybody("auditor", lambda who: who == "auditor")

PREDICATES = {
    "one": of_country,
    "or": is_home | of_country,
    "and": is_home & of_country,
    "person": auditor,
    "person or": auditor | of_country,
    "or person": of_country | auditor,
    "person and": auditor & is_home,
    "deep": (auditor | is_home) & (of_country | auditor),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "who"), list(product(PREDICATES, ["KZ", "DE", "auditor", "nobody"])))
def test_both_faces_agree(name: str, who: str) -> None:
    institutions.home()
    institutions.partner()
    institutions.partner("Yangtze", "CN")
    predicate = PREDICATES[name]

    by_test = {thing.pk for thing in University.objects.all() if predicate.test(who, thing)}

    assert set(University.objects.filter(predicate.q(who)).values_list("pk", flat=True)) == by_test


def test_a_predicate_reads_as_what_it_says() -> None:
    assert (is_home | of_country & auditor).name == "home or (of the country) and (auditor)"


def test_roles_have_words() -> None:
    assert role_label(Role.REGISTRAR) == "Registrar's Office"
    assert role_label("unheard_of") == "unheard_of"


@pytest.mark.django_db
def test_the_kernel_is_told_who_somebody_is() -> None:
    assert roles_of(institutions.user(Role.LAWYER)) == {"lawyer"}
    assert roles_of(None) == frozenset()
    assert permissions._no_roles(None) == frozenset()


def test_a_strip_says_you_first_and_each_role_once_with_how_much_it_has_to_do() -> None:
    asked = [Role.REGISTRAR, Role.STUDENT, "", Role.IPD_COORDINATOR, Role.STUDENT]

    assert whose_move(asked, {Role.IPD_COORDINATOR}) == [
        "You: IPD coordinator",
        "Registrar's Office",
        "student · 2 things",
    ]
    assert whose_move([], {Role.STUDENT}) == []
