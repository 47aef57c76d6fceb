"""Institutes and departments: who enters, corrects and removes them, and what is refused."""

from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from core.history import history_of
from core.values import Localized
from core.workflow import ChangedMeanwhileError, FaultyError, NotAllowedError, RefusedError, mark_of
from institutions.enums import Role, UnitKind
from institutions.models import Unit, User
from institutions.selectors import removable_units
from institutions.services import universities
from tests.conftest import ClientAs
from tests.factories import institutions, programmes

pytestmark = pytest.mark.django_db
NAMES = Localized("Энергетика кафедрасы", "Кафедра энергетики", "Department of Energy")


def _add(actor: User | None, *, parent: Unit | None = None, **values: Any) -> Unit:
    values = {"kind": UnitKind.DEPARTMENT, "code": "EN", "names": NAMES, **values}
    return universities.add_unit(university=institutions.home(), parent=parent, actor=actor, **values)


def _typed(**values: object) -> dict[str, object]:
    return {"name_kk": NAMES.kk, "name_ru": NAMES.ru, "name_en": NAMES.en, "code": "EN", **values}


def test_units_are_the_administrators_to_enter_correct_and_remove() -> None:
    institute = institutions.institute()
    unit = _add(institutions.user(Role.ADMINISTRATOR), parent=institute)

    for role in set(Role) - {Role.ADMINISTRATOR} - Role.unit_roles():
        actor = institutions.user(role)
        with pytest.raises(NotAllowedError):
            _add(actor, parent=institute, code=role)
        with pytest.raises(NotAllowedError):
            universities.change_unit(unit_id=unit.pk, names=NAMES, code="X", actor=actor)
        with pytest.raises(NotAllowedError):
            universities.remove_unit(unit_id=unit.pk, actor=actor)
    assert Unit.objects.get(pk=unit.pk).code == "EN"


@pytest.mark.parametrize(
    ("field", "said", "values"),
    [
        ("parent", "A department stands in an institute or a school: choose one.", {}),
        ("parent", "stands in no other unit", {"kind": UnitKind.INSTITUTE, "parent": "AI"}),
        ("parent", "A unit stands in an institute or a school", {"kind": UnitKind.OFFICE, "parent": "SE"}),
        ("code", "There is a unit with the code “SE” already.", {"code": "SE", "parent": "AI"}),
        ("code", "A code begins with a letter or a digit", {"code": "=1+1", "parent": "AI"}),
        ("name_kk", "cannot be printed", {"names": Localized("에너지", "Энергетика", "Energy"), "parent": "AI"}),
    ],
)
def test_what_cannot_be_a_unit_is_said_at_its_field(field: str, said: str, values: dict[str, Any]) -> None:
    department = institutions.department("SE", institutions.institute("AI"))
    parents = {"AI": department.parent, "SE": department, "": None}

    with pytest.raises(FaultyError, match=said) as refusal:
        _add(None, **{**values, "parent": parents[values.get("parent", "")]})

    assert [fault.field for fault in refusal.value.faults] == [field]
    assert Unit.objects.count() == 2


def test_an_office_stands_at_the_university_or_in_an_institute() -> None:
    made = [_add(None, kind=UnitKind.OFFICE, code=code, parent=parent)
            for code, parent in (("A", None), ("B", institutions.institute()))]  # fmt: skip

    assert [unit.kind for unit in made] == [UnitKind.OFFICE] * 2


def test_a_name_is_corrected_and_history_keeps_what_was() -> None:
    unit = _add(None, parent=institutions.institute())
    shown, new = mark_of(unit), Localized(NAMES.kk, NAMES.ru, "Department of Power")
    for _twice in range(2):
        universities.change_unit(unit_id=unit.pk, names=new, code="EN", actor=None)

    for subject in (unit, institutions.home()):
        (entry,) = history_of(subject).filter(action="institutions.unit_changed")
        assert entry.before == {"name_en": "Department of Energy"}
        assert entry.after == {"unit": unit.pk, "name_en": "Department of Power"}
    with pytest.raises(ChangedMeanwhileError):
        universities.change_unit(unit_id=unit.pk, names=NAMES, code="EN", actor=None, seen=shown)
    with pytest.raises(FaultyError, match="already"):
        universities.change_unit(unit_id=unit.pk, names=new, code="AI", actor=None)


def test_a_unit_is_removed_while_nothing_names_it(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    head, taught, spare = (institutions.department(code) for code in ("HD", "SE", "SP"))
    institutions.user(Role.DEPARTMENT_HEAD, unit=head)
    programmes.programme()

    home = institutions.home()
    with django_assert_num_queries(1):
        assert removable_units(home.pk) == {spare.pk}
    for named in (head, taught, institutions.institute()):
        with pytest.raises(RefusedError, match="it stays"):
            universities.remove_unit(unit_id=named.pk, actor=None)
    universities.remove_unit(unit_id=spare.pk, actor=None)

    assert set(Unit.objects.values_list("code", flat=True)) == {"AI", "HD", "SE"}
    (entry,) = history_of(institutions.home()).filter(action="institutions.unit_removed")
    assert entry.before["code"] == "SP"


def test_an_institute_and_its_department_are_entered_corrected_and_removed_by_form(client_as: ClientAs) -> None:
    client, home = client_as(institutions.user(Role.ADMINISTRATOR)), institutions.home()
    page, add = reverse("institutions:university", args=[home.pk]), reverse("institutions:add-unit")
    empty = client.get(page).content.decode()
    client.post(add, _typed(kind="institute", name_en="Institute of Energy", code="IE"))
    institute = Unit.objects.get(code="IE")
    alone = client.post(add, _typed(kind="department"))
    client.post(add, _typed(kind="department", parent=institute.pk))
    department = Unit.objects.get(code="EN")
    change, remove = (reverse(f"institutions:{verb}-unit", args=[department.pk]) for verb in ("change", "remove"))
    seen = client.get(change).context["form"]["seen"].value()
    corrected = client.post(change, _typed(name_en="Department of Power", kind="office", seen=seen), follow=True)

    assert "No unit is entered yet" in empty
    assert alone.status_code == 422
    assert alone.context["form"].errors == {"parent": ["A department stands in an institute or a school: choose one."]}
    assert department.parent == institute
    assert "Department of Power" in corrected.content.decode()
    assert client.get(reverse("institutions:remove-unit", args=[institute.pk])).status_code == 302  # it is named
    kept = client.post(reverse("institutions:remove-unit", args=[institute.pk]), follow=True).content.decode()
    assert "it stays" in kept
    assert "nothing names it yet" in client.get(remove).content.decode()
    client.post(remove)
    assert list(Unit.objects.values_list("code", "kind")) == [("IE", "institute")]


def test_a_partners_page_offers_no_units(client_as: ClientAs) -> None:
    page = client_as(institutions.user(Role.ADMINISTRATOR)).get(
        reverse("institutions:university", args=[institutions.partner().pk])
    )

    assert reverse("institutions:add-unit") not in page.content.decode()
