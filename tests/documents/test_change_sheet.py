"""The regulation's change-registration sheet as a paper: by those who keep it, in the regulation's own columns."""

from typing import Any

import pytest
from django.urls import reverse

from core.values import today
from documents.models import OfficialDocument
from documents.permissions import may_see_paper
from documents.render import html_of
from documents.services import seal
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import standing_of
from regulation import services
from tests.factories import institutions, regulation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _loaded() -> None:
    regulation.edition()


def enter(keeper: User) -> None:
    services.amend(
        actor=keeper,
        clause="7.3",
        kind="add",
        notice="№ 4, 10.11.2026",
        entered_on=today(),
        position="маман",
    )


@pytest.mark.clause("CR-a")
@pytest.mark.parametrize("role", [Role.METHODICAL_SECTION, Role.ADMINISTRATOR])
def test_who_keeps_the_sheet_prints_it(client_as: Any, role: str) -> None:
    keeper = institutions.user(role)
    enter(keeper)
    client = client_as(keeper)
    assert reverse("documents:change-sheet") in client.get(reverse("regulation:changes")).content.decode()

    answer = client.post(reverse("documents:change-sheet"))
    client.post(reverse("documents:change-sheet"))  # the same button again

    paper = OfficialDocument.objects.get()
    assert answer.headers["Location"] == reverse("documents:officialdocument", args=[paper.pk])
    assert [row["notice"] for row in paper.context["changes"]] == ["№ 4, 10.11.2026"]
    assert paper.languages == "kk,ru"
    assert seal(paper.pk).sha256
    reader = standing_of(institutions.user())
    assert OfficialDocument.objects.filter(may_see_paper(reader)).exists()
    enter(keeper)
    client.post(reverse("documents:change-sheet"))
    assert [len(one.context["changes"]) for one in OfficialDocument.objects.order_by("pk")] == [1, 2]


@pytest.mark.clause("CR-a")
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("kk", ["Хабарлама нөмірі мен күні", "қосу", "7.3", "маман", "шешімімен бекітілген"]),
        ("ru", ["Номер и дата извещения", "добавление", "7.3", "маман", "Утверждён решением Правления"]),
    ],
)
def test_the_sheet_has_the_columns_of_the_regulation(client_as: Any, language: str, said: list[str]) -> None:
    keeper = institutions.user(Role.METHODICAL_SECTION)
    enter(keeper)
    client_as(keeper).post(reverse("documents:change-sheet"))

    context = OfficialDocument.objects.get().context
    html = html_of(
        "documents/pdf/change_sheet", language=language, context={**context, "paper": {**context["paper"], "qr": ""}}
    )

    assert [words for words in said if words not in html] == []
    assert "None" not in html


@pytest.mark.clause("CR-a")
def test_others_do_not_print_it(client_as: Any) -> None:
    enter(institutions.user(Role.METHODICAL_SECTION))

    assert client_as(institutions.user(Role.REGISTRAR)).post(reverse("documents:change-sheet")).status_code == 404
    assert not OfficialDocument.objects.exists()
