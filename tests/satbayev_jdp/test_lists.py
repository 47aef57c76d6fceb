"""Every list of the house by one table: what it costs, that it sorts, searches, narrows and is exported as it is shown."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from admissions.models import CandidateList
from agreements.models import GradeScale, Pathway
from core import jobs
from core.models import Job
from core.tables import Listing
from core.templatetags.written import day
from core.values import today
from institutions.enums import Role
from institutions.models import Person, Unit, User
from tests.conftest import ClientAs
from tests.factories import admissions, agreements, institutions, mobility, programmes
from tests.factories import transcripts as factory
from tests.many import confirm, foresee
from transcripts.models import SemesterReport

pytestmark = pytest.mark.django_db
STUDENT = {"name_cyrillic": "Қожахмет Әлия", "surname": "KOZHAKHMET", "given_names": "ALIYA"}
# By address: who reads it, what it costs at any length, and how its columns are called.
LISTS: dict[str, tuple[str, int, str]] = {
    "admissions:applications": (
        Role.IPD_COORDINATOR,
        8,
        "student passport_name partner programme from institute department gpa average_mark package_due state",
    ),
    "admissions:incoming": (Role.DEPARTMENT_HEAD, 10, "student partner programme average_mark state"),
    "admissions:intakes": (Role.IPD_COORDINATOR, 8, "programme partner direction from seats opens closes"),
    "admissions:nominations": (Role.IPD_COORDINATOR, 9, "programme partner from closes lists"),
    "admissions:candidatelists": (Role.IPD_COORDINATOR, 8, "list programme institute size from sent state"),
    "admissions:orders": (
        Role.REGISTRAR,
        9,
        "order partner students from until signed epvo_type epvo_category state",
    ),
    "mobility:stays": (
        Role.IPD_COORDINATOR,
        14,
        "student passport_name citizenship partner from until advisor arrived registration state",
    ),
    "mobility:studyplans": (Role.IPD_COORDINATOR, 9, "student programme host from until version state"),
    "transcripts:results": (Role.REGISTRAR, 9, "student course term credits mark row"),
    "transcripts:resultfiles": (Role.REGISTRAR, 7, "file university term marks imported"),
    "transcripts:recognitionprotocols": (
        Role.VICE_RECTOR,
        9,
        "student programme partner term recognised missing made_by certified_at state",
    ),
    "transcripts:transcripts": (Role.REGISTRAR, 10, "student programme university last last_day owed"),
    "transcripts:semesterreports": (Role.IPD_COORDINATOR, 8, "partner programme term due state"),
    "documents:papers": (Role.REGISTRAR, 9, "number paper holder issued state code sha256"),
    "programmes:students": (
        Role.REGISTRAR,
        7,
        "student number programme university entry_year funding study_language gpa debts",
    ),
    "programmes:programmes": (Role.REGISTRAR, 8, "code programme university level semesters credits"),
    "agreements:agreements": (Role.IPD_COORDINATOR, 8, "number partners title signed_on valid_until state"),
    "agreements:pathways": (Role.IPD_COORDINATOR, 14, "programme partner kind agreement epvo_number state"),
    "agreements:annexversions": (
        Role.IPD_COORDINATOR,
        8,
        "programme partner agreement version rows proposed_by created_at state",
    ),
    "agreements:scales": (Role.IPD_COORDINATOR, 8, "code name best passing worst words"),
    "institutions:universities": (Role.IPD_COORDINATOR, 8, "university country city licences"),
    "institutions:people": (Role.ADMINISTRATOR, 8, "name email roles account"),
    "core:jobs": (Role.REGISTRAR, 8, "what asked far result"),
}
# Lists of students: each finds the one student of this world by the name in either spelling, and by the number.
OF_STUDENTS = (
    "admissions:applications",
    "admissions:orders",
    "mobility:stays",
    "mobility:studyplans",
    "transcripts:results",
    "transcripts:recognitionprotocols",
    "transcripts:transcripts",
    "programmes:students",
)
OF_PARTNERS = (
    "admissions:applications",
    "admissions:incoming",
    "admissions:intakes",
    "admissions:nominations",
    "admissions:candidatelists",
    "admissions:orders",
    "mobility:stays",
    "mobility:studyplans",
    "transcripts:resultfiles",
    "transcripts:recognitionprotocols",
    "transcripts:semesterreports",
    "agreements:agreements",
    "agreements:pathways",
    "agreements:annexversions",
    "institutions:universities",
)


@dataclass
class World:
    """So many rows in every list, and who reads them."""

    readers: dict[str, User]
    pathways: list[Pathway]

    def open(self, client_as: ClientAs, address: str) -> Client:
        """A browser of the list's reader."""
        return client_as(self.readers[LISTS[address][0]])


def world(count: int) -> World:
    """A world with `count` rows in each list at least."""
    roles = {role for role, _queries, _names in LISTS.values()}
    unit: dict[str, Unit] = {Role.DEPARTMENT_HEAD: institutions.department()}
    made = World({role: institutions.user(role, unit=unit.get(role)) for role in roles}, [])
    for number in range(count):
        pathway = agreements.open_pathway(institutions.partner(f"Hochschule {('Alpha', 'Bravo', 'Cello')[number]}"))
        made.pathways.append(pathway)
        values = STUDENT if number == 0 else {}
        studied = programmes.enrolment(pathway.home_programme, institutions.person(**values))
        plan = mobility.approved(mobility.placement(pathway, enrolment=studied))
        rows = [factory.row(plan, "INF2", "1,7"), factory.row(plan, "INF4", "2,0", credits=5)]
        factory.post(factory.host_term(plan), rows)
        protocol = factory.certified(plan)
        incoming = admissions.intake(pathway, "incoming")
        admissions.application(incoming, state="in_review")
        for call in (incoming, admissions.intake(pathway)):
            ipd = made.readers[Role.IPD_COORDINATOR]
            CandidateList.objects.create(intake=call, number=1, created_by=ipd, unit=institutions.institute())
        SemesterReport.objects.create(
            partner=pathway.partner_programme.university,
            programme=pathway.home_programme,
            term=protocol.term,
            due=date(2027, 1, 20),
        )
        _scale(number)
        Job.objects.create(kind="none", title="Transcripts", created_by=made.readers[Role.REGISTRAR])
    return made


def _scale(number: int) -> None:
    names = {"name_kk": "Шкала", "name_ru": "Шкала", "name_en": "Scale"}
    GradeScale.objects.create(code=f"S{number}", best=5, passing=3, worst=1, **names)


def _listing(client: Client, address: str, **query: str) -> Listing[Person]:
    answer = client.get(reverse(address), query)
    assert answer.status_code == 200, (address, query)
    found: Listing[Person] = answer.context["listing"]
    return found


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_costs_the_same_for_any_length(
    count: int, client_as: ClientAs, django_assert_num_queries: DjangoAssertNumQueries, subtests: pytest.Subtests
) -> None:
    made = world(count)

    for address, (_role, queries, _names) in LISTS.items():
        client = made.open(client_as, address)
        with subtests.test(address=address), django_assert_num_queries(queries):
            assert _listing(client, address).page.paginator.count >= count


@pytest.fixture
def three() -> World:
    """Three rows in every list."""
    return world(3)


def test_a_list_sorts_by_its_columns_and_is_exported_as_it_is_shown(
    three: World, client_as: ClientAs, subtests: pytest.Subtests
) -> None:
    for address, (_role, _queries, names) in LISTS.items():
        client = three.open(client_as, address)
        listing = _listing(client, address)
        assert [column.name for column in listing.offered if not column.under] == names.split(), address
        for column in listing.offered:
            for sort in filter(None, (column.order, column.order and f"-{column.order}")):
                with subtests.test(address=address, sort=sort):
                    shown = _listing(client, address, sort=sort)
                    file = client.get(reverse(address), {"sort": sort, "export": "csv"}).content.decode("utf-8-sig")
                    lines = list(csv.reader(io.StringIO(file), delimiter=";"))
                    assert shown.sort == sort
                    assert lines[0] == [one.head for one in shown.columns]
                    first = [str(shown.columns[0].get(row)) for row in shown.page]
                    assert [line[0].removeprefix("'") for line in lines[1:]] == first


def test_chosen_columns_stand_in_the_address_are_remembered_and_are_exported(three: World, client_as: ClientAs) -> None:
    client, address = three.open(client_as, "programmes:students"), reverse("programmes:students")
    usual = [column.name for column in _listing(client, "programmes:students").heads]

    chosen = client.get(address, {"columns": ["gpa", "university", "nonsense"]}).context["listing"]
    later = client.get(address).context["listing"]
    file = client.get(address, {"export": "csv"}).content.decode("utf-8-sig").splitlines()[0]

    assert "university" not in usual
    assert [column.name for column in chosen.heads] == ["student", "university", "gpa"]
    assert later.heads == chosen.heads
    assert file == "Student;Name as in the passport;University;GPA"
    assert _listing(client, "programmes:programmes").heads[0].name == "code"


def test_a_search_does_not_carry_the_columns_in_its_address(three: World, client_as: ClientAs) -> None:
    page = three.open(client_as, "programmes:students").get(reverse("programmes:students"), {"q": "aliya"})

    search, columns = re.findall(r'<form class="(?:filters|columns-form)".*?</form>', page.content.decode(), re.DOTALL)

    assert 'name="columns"' not in search
    assert 'name="columns"' in columns
    assert '<input type="hidden" name="q" value="aliya">' in columns


def test_a_student_is_found_in_either_spelling(three: World, client_as: ClientAs, subtests: pytest.Subtests) -> None:
    for address in OF_STUDENTS:
        client = three.open(client_as, address)
        every = _listing(client, address).page.paginator.count
        for words in ("Қожахмет", "кожахмет алия", "KOZHAKHMET", "aliia kozha", " әлия  ", "Əлия"):
            with subtests.test(address=address, words=words):
                assert 0 < _listing(client, address, q=words).page.paginator.count < every


def test_a_partner_is_found_and_what_is_not_there_is_told_with_a_way_back(
    three: World, client_as: ClientAs, subtests: pytest.Subtests
) -> None:
    for address in OF_PARTNERS:
        client = three.open(client_as, address)
        with subtests.test(address=address):
            every, found = (
                _listing(client, address, **query).page.paginator.count for query in ({}, {"q": "HOCHSCHULE brav"})
            )
            assert 0 < found < every
            nothing = client.get(reverse(address), {"q": "zzz"}).content.decode()
            assert "Nothing matches" in nothing
            assert f'href="{reverse(address)}">Show all' in nothing


def test_what_no_list_knows_answers_a_page(three: World, client_as: ClientAs, subtests: pytest.Subtests) -> None:
    odd = ("nonsense", "9" * 40, "²", "-1", "'", "%", "[", "\\")
    for address in LISTS:
        client = three.open(client_as, address)
        listing = _listing(client, address)
        names = [*(listing.filters.form.fields if listing.filters else ()), "sort", "page", "columns"]
        for name in names:
            for value in odd:
                with subtests.test(address=address, name=name, value=value):
                    assert client.get(reverse(address), {name: value}).status_code == 200


def test_names_stand_in_the_order_of_the_kazakh_alphabet(client_as: ClientAs) -> None:
    """An English page names people as their passports do, and stands in that order."""
    names = {
        "Баян": "BAYAN",
        "Әсел": "ASSEL",
        "Ұлан": "ULAN",
        "Асан": "ASSAN",
        "Үміт": "UMIT",
        "Іңкәр": "INKAR",
        "Ырыс": "YRYS",
    }
    for name, surname in names.items():
        programmes.enrolment(None, institutions.person(name_cyrillic=name, surname=surname))
    programmes.enrolment(None, institutions.person(name_cyrillic="", surname="AAL"))  # has none: sorts by its passport
    client = client_as(institutions.user(Role.REGISTRAR))

    shown = {}
    for language in ("kk", "en"):
        client.cookies["django_language"] = language
        page = _listing(client, "programmes:students").page
        shown[language] = [row.person.name_cyrillic for row in page]  # type: ignore[attr-defined]  # students
    assert shown["kk"] == ["Асан", "Әсел", "Баян", "Ұлан", "Үміт", "Ырыс", "Іңкәр", ""]
    assert [names.get(name, "AAL") for name in shown["en"]] == ["AAL", *sorted(names.values())]


BULKS: dict[str, tuple[str, str, str]] = {
    "admissions:applications-bulk": ("admissions:applications", Role.DEPARTMENT_HEAD, "applications.agree"),
    "admissions:incoming-many": ("admissions:incoming", Role.DEPARTMENT_HEAD, "applications.refuse"),
    "admissions:orders-bulk": ("admissions:orders", Role.REGISTRAR, "orders.send_for_signature"),
    "mobility:stays-bulk": ("mobility:stays", Role.IPD_COORDINATOR, "stays.end"),
    "mobility:studyplans-bulk": ("mobility:studyplans", Role.DEPARTMENT_HEAD, "plans.agree"),
    "transcripts:protocols-bulk": ("transcripts:recognitionprotocols", Role.VICE_RECTOR, "protocols.certify"),
    "transcripts:reports-bulk": ("transcripts:semesterreports", Role.IPD_COORDINATOR, "reports.make"),
    "transcripts:bulk": ("transcripts:transcripts", Role.REGISTRAR, "transcripts.issue"),
    "documents:papers-bulk": ("documents:papers", Role.REGISTRAR, "papers.download"),
}
GIVEN = {"reason": "Because of a test."}


@pytest.mark.parametrize("count", [1, 3])
def test_what_will_become_of_many_costs_the_same_for_any_number(
    count: int, client_as: ClientAs, django_assert_num_queries: DjangoAssertNumQueries, subtests: pytest.Subtests
) -> None:
    made = world(count)
    for address, (shown, role, action) in BULKS.items():
        client = client_as(made.readers[role])
        rows = [row.pk for row in _listing(client, shown).page]
        with subtests.test(address=address):
            with django_assert_num_queries(FORESEEN[address]):
                page = foresee(client, reverse(address), action, *rows)
            assert len(page.context["will"]) + len(page.context["will_not"]) == len(rows)


# What a preview costs, whatever the number of rows.
FORESEEN = {
    "admissions:applications-bulk": 17,
    "admissions:incoming-many": 13,
    "admissions:orders-bulk": 18,
    "mobility:stays-bulk": 8,
    "mobility:studyplans-bulk": 14,
    "transcripts:protocols-bulk": 15,
    "transcripts:reports-bulk": 9,
    "transcripts:bulk": 11,
    "documents:papers-bulk": 8,
}


def test_all_that_match_are_taken_by_the_filter_of_the_list(
    three: World, client_as: ClientAs, subtests: pytest.Subtests
) -> None:
    for address, (shown, role, action) in BULKS.items():
        client = client_as(three.readers[role])
        for query in ("", "q=zzz", "q=hochschule+brav"):
            page = foresee(client, reverse(address), action, all="1", query=query)
            count = client.get(f"{reverse(shown)}?{query}").context["page"].paginator.count
            with subtests.test(address=address, query=query):
                taken = page.status_code == 200 and [*page.context["will"], *page.context["will_not"]]
                assert len(taken or ()) == count


def test_rows_of_another_department_are_nobodys(three: World, client_as: ClientAs) -> None:
    unit = institutions.department("ME", institutions.institute("GM"))
    stranger = institutions.user(Role.DEPARTMENT_HEAD, unit=unit)
    (foreign, *_others) = _listing(three.open(client_as, "admissions:incoming"), "admissions:incoming").page
    client = client_as(stranger)
    for address in map(reverse, ("admissions:applications-bulk", "admissions:incoming-many")):
        assert foresee(client, address, "applications.agree", foreign.pk).status_code == 302
        sent = client.post(address, {"action": "applications.agree", "rows": f"{foreign.pk}:", "comment": ""})
        assert sent.status_code == 302
        foreign.refresh_from_db()
        assert foreign.state == "in_review"  # type: ignore[attr-defined]  # an application


def test_whoever_may_not_do_it_with_one_may_not_do_it_with_many(three: World, client_as: ClientAs) -> None:
    auditor = client_as(institutions.user(Role.AUDITOR))
    for address, (_shown, role, action) in BULKS.items():
        answer = foresee(auditor, reverse(address), action, 1)
        if address == "documents:papers-bulk":  # whoever sees a paper may take it home
            assert answer.status_code == 302
        else:
            assert answer.status_code == 404, (address, role)


def test_many_rows_are_a_job_with_a_bar(
    three: World,
    client_as: ClientAs,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    monkeypatch.setattr("core.bulk.AT_ONCE", 1)
    client, address = client_as(three.readers[Role.DEPARTMENT_HEAD]), reverse("admissions:incoming-many")
    waiting = list(_listing(three.open(client_as, "admissions:incoming"), "admissions:incoming").page)

    page = foresee(client, address, "applications.refuse", all="1")
    assert page.context["as_job"]
    started = confirm(client, address, page, reason="No courses that fit.")

    job = Job.objects.latest("pk")
    assert started.request["PATH_INFO"] == f"/jobs/{job.pk}/"
    assert "Refuse" in started.content.decode()
    jobs.run(job.pk)
    for application in waiting:
        application.refresh_from_db()
        assert application.state == "refused"  # type: ignore[attr-defined]  # an application


def test_the_search_finds_in_every_list_with_how_things_stand_and_leads_on_to_it(
    three: World, client_as: ClientAs, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_as(three.readers[Role.REGISTRAR])

    def found(words: str) -> dict[str, list[str]]:
        groups = client.get(reverse("search"), {"q": words}).context["groups"]
        return {str(group.label): [hit.title for hit in group.hits] for group in groups}

    with django_assert_num_queries(18):
        by_name = found("кожахмет")
    assert {"Students", "Applications", "Orders", "Recognition protocols", "Papers"} <= set(by_name)
    assert by_name["Students"] == ["KOZHAKHMET ALIYA"]
    assert by_name == found("KOZHAKHMET") == found("Қожахмет әлия")
    assert found("brav").keys() >= {
        "Applications",
        "Agreements",
        "Pathways",
        "Orders",
        "Universities",
        "Semester reports",
    }
    assert set(found("7M06102")) >= {"Applications", "Pathways", "Programmes", "Semester reports"}
    assert found("7М06102") == found("7M06102")  # typed with the Cyrillic letter, which looks the same
    assert found("CSE2") == {"Courses": ["CSE2 Course CSE2"]}
    assert found("\x7f №") == {}
    assert "certified" in client.get(reverse("search"), {"q": "brav"}).content.decode()
    groups = client.get(reverse("search"), {"q": "кожахмет"}).context["groups"]
    (papers,) = (group.hits for group in groups if group.label == "Papers")
    assert all(day(today()) in hit.more for hit in papers)  # what tells No. 5 of this year from No. 5 of the last


@pytest.mark.parametrize("words", ["Кожахмет алия", "ҚОЖАХМЕТ", "қожахмет"])
def test_kazakh_letters_are_found_typed_as_russian_ones(words: str, client_as: ClientAs) -> None:
    programmes.enrolment(None, institutions.person(**STUDENT))
    programmes.enrolment(None, institutions.person(name_cyrillic="Козырёв Пётр", surname="KOZYREV"))
    client = client_as(institutions.user(Role.REGISTRAR))

    assert _listing(client, "programmes:students", q=words).page.paginator.count == 1
    assert _listing(client, "programmes:students", q="козырев петр").page.paginator.count == 1
    assert _listing(client, "programmes:students", q="Козырёв").page.paginator.count == 1


def test_whoever_works_with_a_partner_finds_its_people_and_no_student_does(client_as: ClientAs) -> None:
    partner = institutions.partner("Nordtal")
    person = institutions.partner_user(partner).person
    searched = [
        client_as(institutions.user(role)).get(reverse("search"), {"q": person.surname}).context["groups"]
        for role in (Role.IPD_COORDINATOR, Role.STUDENT)
    ]
    found = [[hit.url for group in groups for hit in group.hits] for groups in searched]

    assert found == [[reverse("institutions:university", args=[partner.pk])], []]
