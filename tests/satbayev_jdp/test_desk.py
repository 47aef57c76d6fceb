"""The front desk: inbox, whose move the rest is, language, search, frame."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admissions.workflow import phrases
from core.models import WorkItem
from core.values import today
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import queue_for, standing_of
from satbayev_jdp.desk import worklist
from satbayev_jdp.desk.context import menu_of
from tests.documents.papers import issue
from tests.factories import admissions, institutions
from tests.satbayev_jdp.walk import AS_HTMX

pytestmark = pytest.mark.django_db
ClientAs = Callable[[User], Client]


def waits(queue: str, due: date, *, text: str = "Send", number: int = 1, **params: object) -> WorkItem:
    """Something that waits, about the home university (the only subject there is here)."""
    home = institutions.home()
    return WorkItem.objects.create(
        subject_type="institutions.university",
        subject_id=home.pk,
        queue=queue,
        cause=f"cause-{number}-{text}",
        clause="8.2",
        text=text,
        params=params,
        title_kk="Hochschule Nordtal",
        due=due,
    )


def _texts(client: Client, **query: str) -> list[str]:
    return [row.what for row in client.get(reverse("inbox"), query).context["rows"]]


@pytest.mark.parametrize("count", [1, 3])
def test_the_inbox_costs_the_same_for_any_length(
    client_as: ClientAs, count: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    for number in range(count):
        waits(queue_for(Role.REGISTRAR), today(), text=f"Send {number}")
    admissions.intake()  # else the page tells what is to be entered first
    client = client_as(institutions.user(Role.REGISTRAR))

    # session, user, memberships, items, what I acted on, all counts, what I did last, whether it has begun, jobs, reader, menu
    with django_assert_num_queries(11):  # type: ignore[attr-defined]  # a context manager of pytest-django
        answer = client.get(reverse("inbox"))

    assert sum(row.count for row in answer.context["rows"]) == count


def test_what_waits_for_me_stands_there_oldest_deadline_first(client_as: ClientAs) -> None:
    department = institutions.department()
    head = institutions.user(Role.DEPARTMENT_HEAD, unit=department)
    mine, other = queue_for(Role.DEPARTMENT_HEAD, unit_id=department.pk), queue_for(Role.REGISTRAR)
    waits(mine, today() + timedelta(days=30), text="Agree with %(who)s", who="Әбдіғалиев Әлихан")
    waits(mine, today() - timedelta(days=3), text="Late one")
    waits(other, today(), text="Not mine")
    client = client_as(head)

    assert _texts(client) == ["Late one", "Agree with Әбдіғалиев Әлихан"]
    assert _texts(client, show="late") == ["Late one"]
    assert _texts(client, show="week") == []
    assert _texts(client, show="nonsense") == ["Late one", "Agree with Әбдіғалиев Әлихан"]
    page = client.get(reverse("inbox")).content.decode()
    assert "3 days late" in page
    assert reverse("institutions:university", args=[institutions.home().pk]) in page


@pytest.mark.parametrize(("day", "sunday", "label"), [(3, 6, "This week"), (6, 13, "Next week")])
def test_this_week_is_from_today_until_sunday_and_what_is_late_stands_there_alone(
    client_as: ClientAs, day: int, sunday: int, label: str
) -> None:
    monday = today() + timedelta(days=7 - today().weekday())
    with time_machine.travel(monday + timedelta(days=day), tick=False):
        _week_ends_on(client_as, monday + timedelta(days=sunday), label)


def _week_ends_on(client_as: ClientAs, sunday: date, label: str) -> None:
    mine = queue_for(Role.REGISTRAR)
    for number, (text, due) in enumerate(
        (
            ("Late", today() - timedelta(days=1)),
            ("Today", today()),
            ("Sunday", sunday),
            ("Monday", sunday + timedelta(1)),
        )
    ):
        waits(mine, due, text=text, number=number)
    client = client_as(institutions.user(Role.REGISTRAR))

    shown = client.get(reverse("inbox"), {"show": "week"})

    assert [row.what for row in shown.context["rows"]] == ["Today", "Sunday"]
    assert {key: count for key, count in shown.context["counts"].items() if count} == {"all": 4, "late": 1, "week": 2}
    assert [(pill.key, pill.label) for pill in shown.context["pills"] if pill.current] == [("week", label)]


def test_what_is_done_does_not_wait(client_as: ClientAs) -> None:
    item = waits(queue_for(Role.REGISTRAR), today())
    WorkItem.objects.filter(pk=item.pk).update(closed_at=timezone.now())
    client = client_as(institutions.user(Role.REGISTRAR))

    assert _texts(client) == []
    assert "Nothing waits for you" in client.get(reverse("inbox")).content.decode()


@pytest.mark.clause("1.4-a")
def test_the_vice_rector_sees_every_case_with_what_is_late_and_whose_move_it_is(client_as: ClientAs) -> None:
    department, partner = institutions.department(), institutions.partner()
    waits(queue_for(Role.DEPARTMENT_HEAD, unit_id=department.pk), today() - timedelta(days=1), text="Agree")
    waits(queue_for(Role.PARTNER_COORDINATOR, university_id=partner.pk), today() + timedelta(days=9), text="Invite")
    client = client_as(institutions.user(Role.VICE_RECTOR))

    answer = client.get(reverse("moves"))
    late = client.get(reverse("moves"), {"show": "late"})
    of_partners = client.get(reverse("moves"), {"role": Role.PARTNER_COORDINATOR})

    assert [(line.what, line.whose) for line in answer.context["lines"]] == [
        ("Agree", "head of department: Department SE"),
        ("Invite", "partner coordinator: Hochschule Nordtal"),
    ]
    assert [(row.role, row.open, row.late) for row in answer.context["moves"]] == [
        ("department_head", 1, 1),
        ("partner_coordinator", 1, 0),
    ]
    assert [line.what for line in late.context["lines"]] == ["Agree"]
    assert [line.what for line in of_partners.context["lines"]] == ["Invite"]
    assert "Head of department" in client.get(reverse("rest"), headers=AS_HTMX).content.decode()
    assert "Agree" in client.get(reverse("moves"), {"export": "csv"}).content.decode("utf-8-sig")


def test_whose_move_the_rest_is_is_told_to_those_only_who_watch_over_it(client_as: ClientAs) -> None:
    for role, status in (
        (Role.AUDITOR, 200),
        (Role.FINANCE_OFFICER, 404),
        (Role.STUDENT, 404),
        (Role.ADMINISTRATOR, 404),
    ):
        client = client_as(institutions.user(role))
        assert [client.get(reverse(name), headers=AS_HTMX).status_code for name in ("rest", "moves")] == [
            status,
            status,
        ]
        assert ("rest" in client.get(reverse("inbox")).content.decode()) == (status == 200)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_open_work_costs_the_same_for_any_length(
    client_as: ClientAs, count: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    for number in range(count):
        queue = queue_for(Role.PARTNER_COORDINATOR, university_id=institutions.partner(f"P{number}").pk)
        waits(queue, today(), number=number)
    client = client_as(institutions.user(Role.AUDITOR))

    # session, user, standing, count, page, names, who is there to do it, roles, reader, menu
    with django_assert_num_queries(10):  # type: ignore[attr-defined]  # a context manager of pytest-django
        answer = client.get(reverse("moves"))

    assert [line.whose for line in answer.context["lines"]] == [f"partner coordinator: P{n}" for n in range(count)]


def test_nobody_is_sent_to_the_door_and_back(client: Client) -> None:
    assert client.get(reverse("inbox"))["Location"] == f"{reverse('login')}?next=/"


def test_a_person_signs_in_with_the_e_mail(client: Client) -> None:
    user = institutions.user(Role.REGISTRAR)

    answer = client.post(reverse("login"), {"username": user.email.upper(), "password": "a long password"})

    assert answer["Location"] == reverse("inbox")


def test_the_language_is_kept_in_the_cookie_and_with_the_account(client_as: ClientAs) -> None:
    user = institutions.user(Role.REGISTRAR)
    client = client_as(user)

    answer = client.post(reverse("set_language"), {"language": "ru", "next": "/documents/?q=1"})

    assert (answer["Location"], answer.cookies["django_language"].value) == ("/documents/?q=1", "ru")
    user.refresh_from_db()
    assert user.language == "ru"
    assert "Мои дела" in client.get(reverse("inbox")).content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_the_language_form_leads_nowhere_else(client: Client, elsewhere: str) -> None:
    answer = client.post(reverse("set_language"), {"language": "xx", "next": elsewhere})

    assert answer["Location"] == "/"
    assert "django_language" not in answer.cookies


def test_search_finds_only_what_one_may_see(client_as: ClientAs) -> None:
    student, registrar = (
        institutions.user(Role.STUDENT, surname="SEITOV", given_names="A."),
        institutions.user(Role.REGISTRAR),
    )
    institutions.partner("Hochschule Nordtal")
    issue(registrar, holder=student.person)
    issue(registrar)

    def found(user: User, words: str) -> list[str]:
        groups = client_as(user).get(reverse("search"), {"q": words}).context["groups"]
        return [hit.title for group in groups for hit in group.hits]

    assert found(registrar, "nordtal") == ["Hochschule Nordtal"]
    assert found(student, "nordtal") == []
    assert found(registrar, "№ 2") == ["No. 2-Т"]
    assert found(student, "2-Т") == []
    assert found(student, "1") == ["No. 1-Т"]


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (Role.STUDENT, ["My work", "My application", "Study", "Papers"]),
        (Role.ADMINISTRATOR, ["My work", "University", "People", "Outbox"]),
    ],
)
def test_the_menu_holds_only_what_a_role_can_use(client_as: ClientAs, role: Role, words: list[str]) -> None:
    menu = client_as(institutions.user(role)).get(reverse("inbox")).context["frame"].menu

    assert [item.label for item in menu] == words
    assert [item.label for item in menu if item.current] == ["My work"]


@pytest.mark.parametrize(
    ("role", "page", "word"),
    [
        (Role.IPD_COORDINATOR, "mobility:stays", "Applications"),
        (Role.IPD_COORDINATOR, "overview", "Applications"),
        (Role.IPD_COORDINATOR, "mobility:studyplans", "Students"),
        (Role.STUDENT, "mobility:studyplans", "Study"),
    ],
)
def test_the_menu_marks_the_word_whose_tab_was_opened(client_as: ClientAs, role: Role, page: str, word: str) -> None:
    answer = client_as(institutions.user(role)).get(reverse(page))
    tab = f'<a href="{reverse(page)}" aria-current="page">'

    assert [item.label for item in answer.context["frame"].menu if item.current] == [word]
    assert word != "Applications" or tab in answer.content.decode().split("<main")[1]


@pytest.mark.parametrize(("path", "word"), [("/admissions/applications/7/", "My application"), ("/", "My work")])
def test_a_students_own_case_lies_behind_its_word(path: str, word: str) -> None:
    menu = menu_of(standing_of(institutions.user(Role.STUDENT)), path)

    assert [item.label for item in menu if item.current] == [word]


def test_what_does_not_exist_has_a_page_of_its_own(client_as: ClientAs) -> None:
    answer = client_as(institutions.user(Role.REGISTRAR)).get("/no/such/page/")

    assert answer.status_code == 404
    assert "There is no such page" in answer.content.decode()


def line(what: str, where: str, *, days: int = 0, missing: str = "", kind: str = "", text: str = "") -> worklist.Line:
    due = today() + timedelta(days=days)
    url = f"/{where}/"
    return worklist.Line(due, what, where, "8.4", url, missing=missing, ask=what, kind=kind, text=text or what)


def test_all_that_is_missing_for_one_thing_to_do_with_one_thing_is_one_row() -> None:
    documents = [
        line("Check the documents", "candidate", days=days, missing=f"{text} Now.", text=text)
        for days, text in enumerate((phrases.TO_CHECK["passport"], phrases.TO_CHECK["transcript"]))
    ]
    other = line("Make the contract", "candidate", days=1, missing="The contract is not made.")

    rows = worklist.rows_of([documents[0], other, documents[1]])

    assert [(row.what, row.count, row.place.missing, row.verb) for row in rows] == [
        ("Check the documents", 1, "Passport, transcript", ""),
        ("Make the contract", 1, "The contract is not made.", ""),
    ]


def test_one_step_of_many_things_is_one_row_that_leads_to_their_list() -> None:
    ask = "Send the candidate to department and institute"
    many = [line(ask, f"candidate {number}", days=number, kind="incoming") for number in (1, 2, 3)]
    two = [line("Sign the order", f"order {number}", days=9 * number) for number in (0, 1)]

    rows = worklist.rows_of([two[0], *many, two[1]])

    assert [(row.due, row.what, row.count, row.verb, row.list_url) for row in rows] == [
        (two[0].due, "Sign the order", 1, "Sign", ""),
        (many[0].due, ask, 3, "Send", reverse("admissions:incoming")),
        (two[1].due, "Sign the order", 1, "Sign", ""),
    ]
    assert [place.where for place in rows[1].places] == ["candidate 1", "candidate 2", "candidate 3"]
    assert [row.is_pressing for row in rows] == [True, False, False], "only what is due today or late stands out"


def test_what_is_done_one_by_one_opens_with_the_action_of_each(client_as: ClientAs) -> None:
    for number in range(3):
        item = waits(queue_for(Role.REGISTRAR), today(), text="Record the transcript", number=number)
        WorkItem.objects.filter(pk=item.pk).update(title_kk=f"Student {number}")
    client = client_as(institutions.user(Role.REGISTRAR))
    (row,) = client.get(reverse("inbox")).context["rows"]
    closed = client.get(reverse("inbox")).content.decode()
    link = f"?show=all&amp;open={row.key}#row-{row.key}"

    opened = client.get(reverse("inbox"), {"open": row.key}).content.decode()

    assert (row.list_url, link in closed, f'id="row-{row.key}"' in closed) == ("", True, True)
    assert ('<details class="names" open>' in closed, '<details class="names" open>' in opened) == (False, True)
    assert opened.count(f'href="{row.place.deed_url}"') == 6  # its name and its button
    each = opened.split('<tr class="inbox-each">')[1].split("</tr>")[0]
    assert ('colspan="5"' in each, each.count("data-clause")) == (True, 3), "as wide as the table, each with its clause"


def test_the_rest_names_others_only(client_as: ClientAs) -> None:
    waits(queue_for(Role.IPD_COORDINATOR), today(), text="Mine")
    waits(queue_for(Role.REGISTRAR), today(), text="Of others")

    answer = client_as(institutions.user(Role.IPD_COORDINATOR)).get(reverse("rest"), headers=AS_HTMX)

    assert [row.role for row in answer.context["moves"]] == ["registrar"]


@pytest.mark.parametrize("part", ["rest", "cards"])
def test_the_bare_address_of_a_part_leads_to_the_first_page(client_as: ClientAs, part: str) -> None:
    for role, status in ((Role.VICE_RECTOR, 302), (Role.STUDENT, 404)):
        answer = client_as(institutions.user(role)).get(reverse(part))
        assert (answer.status_code, answer.headers.get("Location")) == (
            status,
            reverse("inbox") if status == 302 else None,
        )


def test_what_waits_says_countries_in_words(client_as: ClientAs) -> None:
    waits(queue_for(Role.LAWYER), today(), text="No legal review: %(country)s", country="DE")

    assert _texts(client_as(institutions.user(Role.LAWYER))) == ["No legal review: Germany"]


@pytest.mark.django_db
def test_the_language_is_changed_on_a_page_that_answers_what_was_sent(client: Client) -> None:
    """What a form is sent to may have no page of its own: one comes back to the page of the form."""
    page, wrong = "/login/?next=/agreements/", {"username": "nobody@example.org", "password": "x"}

    read = client.get(page).content.decode()
    sent = client.post("/login/", wrong, headers={"referer": f"http://testserver{page}"}).content.decode()

    assert all(f'name="next" value="{page}"' in html for html in (read, sent))


@pytest.mark.django_db
@pytest.mark.parametrize(("count", "says"), [(1, "It is late."), (2, "1 of them is late.")])
def test_one_thing_that_is_late_is_not_one_of_them(client_as: ClientAs, count: int, says: str) -> None:
    lawyer = institutions.user(Role.LAWYER)
    for late in (3, -3)[:count]:
        waits(queue_for(Role.LAWYER), today() - timedelta(days=late), text=f"Text {late}")

    page = client_as(lawyer).get(reverse("inbox"), {"show": "all"}).content.decode()

    assert [words in page for words in ("It is late.", "1 of them is late.")] == [says == "It is late.", count == 2]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("kk", "Электрондық пошта немесе құпиясөз қате."),
        ("ru", "Неверная электронная почта или пароль."),
        ("en", "The e-mail or the password is wrong."),
    ],
)
def test_a_sign_in_is_refused_in_the_same_words_whether_there_is_such_an_account(
    client: Client, language: str, says: str
) -> None:
    closed, known = institutions.user(Role.LAWYER), institutions.user(Role.LAWYER)
    User.objects.filter(pk=closed.pk).update(is_active=False)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    tried = [(known.email, "wrong"), ("nobody@example.org", "wrong"), (closed.email, "a long password")]

    pages = [client.post("/login/", {"username": name, "password": word}) for name, word in tried]

    assert [says in page.content.decode() for page in pages] == [True] * 3
