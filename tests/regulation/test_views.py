"""Pages of the regulation, and who may write into its change sheet."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from pytest_django import DjangoAssertNumQueries

from core.machine import MACHINES, Blocker, Machine, Step, guard
from core.values import today
from core.workflow import NotAllowedError
from institutions.enums import Role
from institutions.models import User
from regulation import selectors, services
from regulation.convert import blocks
from regulation.enums import AmendmentKind
from regulation.models import Amendment, Clause
from regulation.permissions import MAY_AMEND, SEES_HOW_IT_IS_HELD
from tests.factories import institutions
from tests.factories import regulation as factory

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
UNIT_ROLES = {"department_head", "institute_director", "institute_coordinator", "advisor"}


@pytest.fixture(autouse=True)
def _loaded() -> None:
    factory.edition()


@pytest.fixture
def reader(client_as: SignIn) -> Client:
    """The least of all readers."""
    return client_as(institutions.user())


def in_language(client: Client, language: str) -> Client:
    client.cookies["django_language"] = language
    return client


def body(client: Client, name: str, *args: str, query: str = "") -> str:
    response = client.get(reverse(name, args=args) + query)
    assert response.status_code == 200
    return response.content.decode()


def enter(actor: User, clause: str = "7.3") -> Amendment:
    return services.amend(
        actor=actor,
        clause=clause,
        kind=AmendmentKind.REPLACE,
        notice="№ 4, 10.11.2026",
        entered_on=date(2026, 11, 12),
        position="әдіскер",
    )


@pytest.fixture
def gate() -> Iterator[None]:
    """A machine whose guard cites 7.3, as long as a test runs."""

    @guard("7.3", "the department has agreed")
    def department_agreed(_facts: object) -> Blocker | None:
        return None

    step = Step("go", ("a",), "b", ("x",), clause="7.4", label="Propose", done="proposed", needs=(department_agreed,))
    Machine(name="test-gate", initial="a", steps=(step,), title="Test road")
    yield
    del MACHINES["test-gate"]


def test_nobody_reads_without_signing_in(client: Client) -> None:
    response = client.get(reverse("regulation:index"))

    assert response.status_code == 302


def test_every_clause_has_a_page(reader: Client) -> None:
    keys = list(Clause.objects.values_list("key", flat=True))

    assert len(keys) == 75
    for key in keys:
        block = blocks(Clause.objects.get(key=key).text_en)[0]
        first = block.lines[0] if block.lines else (block.head or block.rows[0])[0]
        assert escape(first) in body(reader, "regulation:clause", key)


def test_the_index_lists_sections_and_costs_the_same_whatever_it_shows(
    reader: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(8):
        whole = body(reader, "regulation:index")
    with django_assert_num_queries(8):
        some = body(reader, "regulation:index", query="?q=ДЕПАРТАМЕНТ+7.3")

    assert whole.count('<section class="card"') == 13
    assert some.count('<section class="card"') == 0


@pytest.mark.parametrize(
    ("search", "found"), [("тәуекел", True), ("ТӘУЕКЕЛ Риск", True), ("7.3", True), ("qqq", False)]
)
def test_search_reads_all_three_languages_whatever_the_case(reader: Client, search: str, found: bool) -> None:  # noqa: FBT001 -- a table
    text = body(reader, "regulation:index", query=f"?q={search}")

    assert ("Nothing found" not in text) is found


def test_what_no_text_can_hold_is_no_question(reader: Client) -> None:
    assert "Nothing found" not in body(reader, "regulation:index", query="?q=7.%003")
    assert reader.get(reverse("regulation:clause", args=["7.3\x00"])).status_code == 400
    assert "language" not in reader.post(reverse("set_language"), {"language": "kk\x00"}).cookies


def test_a_translation_says_that_it_is_one_and_the_legal_text_stands_with_it(
    reader: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    clause = Clause.objects.get(key="7.3")

    with django_assert_num_queries(10):
        english = body(reader, "regulation:clause", "7.3")
    russian = body(in_language(reader, "ru"), "regulation:clause", "7.3")
    kazakh = body(in_language(reader, "kk"), "regulation:clause", "7.3")

    assert "unofficial translation" in english
    assert clause.text_en[:60] in english
    assert clause.text_kk[:60] in english
    assert clause.text_ru[:60] in russian
    assert clause.text_kk[:60] in russian
    assert clause.text_kk[:60] in kazakh
    assert clause.text_ru[:60] not in kazakh


@pytest.mark.usefixtures("gate")
def test_a_clause_names_the_gates_that_cite_it_and_to_others_where_it_applies(client_as: SignIn) -> None:
    readers = institutions.user(Role.AUDITOR), institutions.user(Role.PARTNER_COORDINATOR)
    text, plain = (" ".join(body(client_as(who), "regulation:clause", "7.3").split()) for who in readers)

    assert "Test road:</span> Propose – the department has agreed" in text
    assert "Where it applies" in plain
    assert "Test road:</span> Propose</li>" in plain
    assert "Gates that cite" not in plain
    assert Role.see_everything() | {Role.ADMINISTRATOR} == SEES_HOW_IT_IS_HELD


def test_whoever_reads_an_edition_stays_in_it(reader: Client) -> None:
    index, clause = (
        body(reader, name, *args, query="?edition=1")
        for name, *args in (("regulation:index",), ("regulation:clause", "7.3"))
    )

    assert '<input type="hidden" name="edition" value="1">' in index
    for page in (index, clause):
        assert '/regulation/7.2/?edition=1"' in page
        assert '/regulation/7.2/"' not in page


def test_an_unknown_clause_or_edition_is_not_there(reader: Client) -> None:
    assert reader.get(reverse("regulation:clause", args=["99.9"])).status_code == 404
    assert reader.get(reverse("regulation:peek", args=["99.9"])).status_code == 404
    assert reader.get(reverse("regulation:clause", args=["7.3"]) + "?edition=9").status_code == 404


def test_the_popover_brings_the_beginning_of_the_clause(
    reader: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    address = reverse("regulation:peek", args=["7.3"])
    with django_assert_num_queries(4):
        text = in_language(reader, "kk").get(address, headers={"HX-Request": "true"}).content.decode()

    assert reader.get(address).headers["Location"] == reverse("regulation:clause", args=["7.3"])
    assert Clause.objects.get(key="7.3").text_kk[:60] in text
    assert "<html" not in text


@pytest.mark.clause("2-a")
def test_references_are_listed_by_name_and_number(
    reader: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(5):
        english = body(reader, "regulation:references")
    kazakh = body(in_language(reader, "kk"), "regulation:references")

    assert len(selectors.references()) == 18
    for act in selectors.references():
        assert act.name.kk in kazakh
        assert act.number in english
    law = selectors.reference("law-education")
    assert (law.number, law.day) == ("319-III", date(2007, 7, 27))


@pytest.mark.clause("3-a")
def test_the_glossary_gives_each_word_in_three_languages(
    reader: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(5):
        text = body(reader, "regulation:glossary")

    for term in selectors.glossary():
        assert all((term.word.kk, term.word.ru, term.word.en))
        assert term.word.kk in text
    assert "«енгізілген білім»" in text


@pytest.mark.clause("CR-a")
@pytest.mark.parametrize("count", [1, 3])
def test_the_change_sheet_has_the_regulations_own_columns(
    client_as: SignIn, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    keeper = institutions.user(Role.METHODICAL_SECTION)
    for _ in range(count):
        enter(keeper)
    client = client_as(institutions.user())

    with django_assert_num_queries(7):
        text = body(client, "regulation:changes")

    assert text.count("№ 4, 10.11.2026") == count
    assert "Kind of change (replacement, cancellation, addition)" in text
    assert "Enter a change" not in text


@pytest.mark.clause("CR-a")
def test_changes_are_numbered_one_after_the_other() -> None:
    keeper = institutions.user(Role.ADMINISTRATOR)

    assert [enter(keeper).number for _ in range(3)] == [1, 2, 3]


@pytest.mark.clause("CR-a")
@pytest.mark.parametrize("role", sorted(set(Role.values) - MAY_AMEND - UNIT_ROLES - {"student"}))
def test_others_may_not_enter_a_change(client_as: SignIn, role: str) -> None:
    user = institutions.user(role)

    with pytest.raises(NotAllowedError):
        enter(user)

    assert client_as(user).get(reverse("regulation:amend")).status_code == 404


@pytest.mark.clause("CR-a")
def test_the_methodical_section_enters_a_change_through_its_form(client_as: SignIn) -> None:
    client = client_as(institutions.user(Role.METHODICAL_SECTION))
    values = {
        "clause": "7.3",
        "kind": "add",
        "notice": "№ 1",
        "entered_on": today().isoformat(),
        "position": "methodist",
    }

    assert "Enter a change" in body(client, "regulation:changes")
    wrong = client.post(reverse("regulation:amend"), {**values, "kind": "burn"})
    right = client.post(reverse("regulation:amend"), values)

    early = client.post(reverse("regulation:amend"), {**values, "entered_on": "2999-01-01"})

    assert (wrong.status_code, early.status_code, right.status_code) == (422, 422, 302)
    assert early.context["form"].errors == {"entered_on": ["This day lies ahead."]}
    assert list(Amendment.objects.values_list("clause", "kind", "number")) == [("7.3", "add", 1)]


def test_an_agreements_sheet_is_kept_apart() -> None:
    keeper = institutions.user(Role.ADMINISTRATOR)
    enter(keeper)

    services.enter_change(
        subject=institutions.home(),
        actor=keeper,
        clause="2",
        kind=AmendmentKind.ADD,
        notice="1",
        entered_on=today(),
        position="",
    )

    assert [row.number for row in selectors.changes_of(institutions.home())] == [1]


def test_pages_speak_the_readers_language(reader: Client) -> None:
    with translation.override("kk"):
        assert "Ереже" in body(in_language(reader, "kk"), "regulation:index")
