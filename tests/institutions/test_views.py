"""Pages of partners, people and roles."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core.history import history_of, record
from core.values import Localized, today
from institutions.enums import LicenceKind, Role
from institutions.models import Membership, University, User
from institutions.phrases import country_choices, country_codes, country_in_each, country_name
from tests.factories import institutions

pytestmark = pytest.mark.django_db
ClientAs = Callable[[User], Client]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_partners_costs_the_same_for_any_length(
    client_as: ClientAs, count: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    for number in range(count):
        institutions.licence(institutions.partner(f"Partner {number}"))
    client = client_as(institutions.user(Role.IPD_COORDINATOR))

    with django_assert_num_queries(8):  # type: ignore[attr-defined]  # session, user, standing, countries, count, page, reader, waits
        answer = client.get(reverse("institutions:universities"))

    assert len(answer.context["page"]) == count + 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_people_costs_the_same_for_any_length(
    client_as: ClientAs, count: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    for _ in range(count):
        institutions.user(Role.LAWYER)
    client = client_as(institutions.user(Role.ADMINISTRATOR))

    with django_assert_num_queries(8):  # type: ignore[attr-defined]  # session, user, standing, count, page, roles, reader, waits
        answer = client.get(reverse("institutions:people"))

    assert len(answer.context["page"]) == count + 1


@pytest.mark.clause("4.2-b")
def test_a_lapsed_licence_is_said_in_words(client_as: ClientAs) -> None:
    partner = institutions.partner()
    institutions.licence(partner, number="OLD", valid_until=today() - timedelta(days=1))
    institutions.licence(partner, number="NEW")

    page = client_as(institutions.user(Role.LAWYER)).get(reverse("institutions:university", args=[partner.pk]))

    assert [(row.number, holds) for row, holds in page.context["licences"]] == [("OLD", False), ("NEW", True)]
    assert b"not valid today" in page.content


@pytest.mark.clause("4.2-b")
def test_a_licence_that_ends_says_until_when_and_where_the_renewed_one_is_entered(client_as: ClientAs) -> None:
    partner = institutions.partner()
    end = today() + timedelta(days=50)
    ending = institutions.licence(partner, kind=LicenceKind.ACCREDITATION, valid_until=end)
    url, home = f"/institutions/licences/{ending.pk}/", reverse("institutions:university", args=[partner.pk])

    to_ipd = client_as(institutions.user(Role.IPD_COORDINATOR)).get(url)
    to_lawyer = client_as(institutions.user(Role.LAWYER)).get(url)
    institutions.licence(partner, kind=LicenceKind.ACCREDITATION, valid_until=end + timedelta(days=500))
    answered = client_as(institutions.user(Role.LAWYER)).get(url)

    assert (to_ipd.context["due"], to_ipd.context["movers"]) == (end, ["You: IPD coordinator"])
    assert to_ipd.context["action"]["url"] == reverse("documents:licence-add", args=[partner.pk])
    assert to_lawyer.context["action"] is None
    for page in (to_ipd, to_lawyer):
        assert f'<a href="{home}">go there</a>' in page.content.decode()
    assert b'class="strip"' not in answered.content


def test_a_partner_sees_the_university_and_itself_only(client_as: ClientAs) -> None:
    own, other = institutions.partner("Own"), institutions.partner("Other")
    client = client_as(institutions.partner_user(own))

    def status(university: University) -> int:
        return client.get(reverse("institutions:university", args=[university.pk])).status_code

    assert [status(place) for place in (own, institutions.home(), other)] == [200, 200, 404]
    assert client.get(reverse("institutions:change-university", args=[own.pk])).status_code == 404
    assert client.get(reverse("institutions:people")).status_code == 404


@pytest.mark.clause("1.4-a")
def test_what_happened_with_a_university_is_read_by_those_who_watch_over_every_case(client_as: ClientAs) -> None:
    home, partner = institutions.home(), institutions.partner()
    record(actor=None, action="documents.uploaded", subject=home, text="uploaded “marks_Ivanov.xlsx”", clause="5.9")
    readers = {role: institutions.user(role) for role in (Role.REGISTRAR, Role.AUDITOR, Role.ADMINISTRATOR)}
    others = {
        Role.STUDENT: institutions.user(Role.STUDENT),
        Role.PARTNER_COORDINATOR: institutions.partner_user(partner),
    }

    for role, user in {**readers, **others}.items():
        page = client_as(user).get(reverse("institutions:university", args=[home.pk]))
        assert page.status_code == 200
        assert ("marks_Ivanov" in page.content.decode()) is (role in readers), role


def test_countries_are_named_in_the_readers_language(client_as: ClientAs) -> None:
    partner = institutions.partner(country="DE")
    client = client_as(institutions.user(Role.LAWYER))

    for language, name in (("kk", "Германия"), ("ru", "Германия"), ("en", "Germany")):
        client.cookies["django_language"] = language
        assert name in client.get(reverse("institutions:university", args=[partner.pk])).content.decode()


def test_countries_stand_in_the_order_of_the_kazakh_alphabet() -> None:
    with translation.override("kk"):
        names = [name for _code, name in country_choices()]

    some = ["Армения", "Әзірбайжан", "Бельгия", "Кипр", "Қазақстан", "Латвия", "Украина", "Үндістан", "Франция"]
    assert [name for name in names if name in some] == some


def test_a_paper_names_a_country_as_pages_do() -> None:
    """By the names of official Russian in Kazakhstan; of no land where nobody lives somebody is a citizen."""
    with translation.override("ru"):
        assert country_in_each("KG")["ru"] == country_name("KG") == "Кыргызстан"
    assert {"KG", "DE"} <= country_codes()
    assert not {"AQ", "EU"} & country_codes()


def test_a_partner_is_entered_and_corrected_by_form(client_as: ClientAs) -> None:
    client = client_as(institutions.user(Role.IPD_COORDINATOR))
    values = {
        "name_kk": "Янцзы технологиялық институты",
        "name_ru": "Янцзынский технологический институт",
        "name_en": "Yangtze Institute of Technology",
        "short_name": "Yangtze",
        "country": "CN",
        "city_kk": "Ухань",
        "city_ru": "Ухань",
        "city_en": "Wuhan",
        "website": "yangtze.example",
    }

    odd = (
        client.post(reverse("institutions:add-university"), {**values, "name_original": "카이스트"})
        .context["form"]
        .errors
    )
    client.post(reverse("institutions:add-university"), values)
    made = University.objects.get(short_name="Yangtze")
    url = reverse("institutions:change-university", args=[made.pk])
    shown = client.get(url).context["form"]["seen"].value()  # in two windows
    assert list(odd) == ["name_original"]
    client.post(url, {**values, "rating": "QS 500", "seen": shown})
    cities = {"city_kk": "Ичан", "city_ru": "Ичан", "city_en": "Yichang"}
    told = client.post(url, {**values, **cities, "seen": shown})
    between = University.objects.get(pk=made.pk)
    client.post(url, {**values, **cities, "seen": told.context["form"]["seen"].value()})

    made.refresh_from_db()
    assert (told.status_code, between.rating, str(between.city)) == (422, "QS 500", "Wuhan")
    assert "Something happened here after you opened this page" in told.content.decode()
    assert 'value="Yichang"' in told.content.decode()
    assert (made.city, made.website, made.country) == (Localized(*cities.values()), "https://yangtze.example", "CN")
    assert b"Yichang" in client.get(reverse("institutions:university", args=[made.pk])).content
    assert [row.pk for row in client.get(reverse("institutions:universities"), {"q": "ЯНЦЗЫ"}).context["page"]] == [
        made.pk
    ]


def test_what_is_missing_of_an_account_and_what_cannot_be_are_told_in_one_round(client_as: ClientAs) -> None:
    client = client_as(institutions.user(Role.ADMINISTRATOR))

    answer = client.post(reverse("institutions:add-account"), {"surname": "A<b>", "birth_date": "01.01.2199"})

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"surname", "birth_date", "email", "language"}


def test_an_account_is_made_gets_a_role_and_loses_it(client_as: ClientAs) -> None:
    client = client_as(institutions.user(Role.ADMINISTRATOR))
    institutions.home()
    person = {"surname": "KASSYMOVA", "given_names": "LAZZAT", "name_cyrillic": "Қасымова Ләззат"}
    person |= {"email": "new@example.org", "language": "kk"}

    client.post(reverse("institutions:add-account"), person)
    account = User.objects.get(email="new@example.org")
    role = {"role": "lawyer", "university": institutions.home().pk, "starts_on": today().strftime("%d.%m.%Y")}
    client.post(reverse("institutions:give-role", args=[account.pk]), role)
    row = Membership.objects.get(user=account)
    assert b"lawyer" in client.get(reverse("institutions:user", args=[account.pk])).content
    twice = client.post(reverse("institutions:give-role", args=[account.pk]), role).context["form"]
    url, end = reverse("institutions:end-role", args=[row.pk]), {"reason": "left"}
    slip = client.post(url, end | {"ends_on": "01.01.2020"}).context["form"]
    for _ in range(2):
        client.post(url, end | {"ends_on": today().strftime("%d.%m.%Y")})

    row.refresh_from_db()
    assert row.ends_on == today()
    assert twice.errors == {"role": ["The person holds this role there already in these days."]}
    assert slip.errors == {"ends_on": ["A role cannot end before it begins."]}
    assert history_of(account).filter(action="institutions.role_ended").count() == 1
    taken = client.post(reverse("institutions:add-account"), person).context["form"].errors
    assert taken == {"email": ["There is an account for this person or e-mail already: new@example.org."]}


def test_for_whom_one_acts_is_chosen_among_those_who_hold_an_office_now(client_as: ClientAs) -> None:
    names = ("Қасымова Ләззат", "Әбдіғалиев Әлихан", "Кенжебаев Нұрлан")
    holders = [institutions.user(Role.LAWYER, name_cyrillic=name) for name in names]
    over = institutions.user(Role.REGISTRAR)
    Membership.objects.filter(user=over).update(ends_on=today() - timedelta(days=1))
    acting = institutions.user(Role.LAWYER)
    Membership.objects.filter(user=acting).update(acting_for=holders[0])
    institutions.user(Role.STUDENT), institutions.partner_user()
    admin = institutions.user(Role.ADMINISTRATOR, name_cyrillic="Яхин Я.")

    page = client_as(admin).get(reverse("institutions:give-role", args=[over.pk]))
    own = client_as(admin).get(reverse("institutions:give-role", args=[holders[0].pk]))

    kenzhebayev = holders[2]
    rows = list(page.context["form"].fields["acting_for"].queryset)
    assert rows == [holders[1], kenzhebayev, holders[0], admin]
    assert f"{kenzhebayev} – lawyer" in page.content.decode()
    assert holders[0] not in own.context["form"].fields["acting_for"].queryset
    assert "can be taken back on its first day" in page.content.decode()


def test_the_page_of_a_person_says_for_whom_one_acts_and_takes_a_role_back(client_as: ClientAs) -> None:
    away = institutions.user(Role.LAWYER, surname="KETKEN", given_names="A.")
    deputy, admin = institutions.user(), institutions.user(Role.ADMINISTRATOR)
    client, entry = client_as(admin), {"role": "lawyer", "university": institutions.home().pk, "acting_for": away.pk}
    client.post(reverse("institutions:give-role", args=[deputy.pk]), entry | {"starts_on": f"{today():%d.%m.%Y}"})
    row, page = Membership.objects.get(user=deputy), reverse("institutions:user", args=[deputy.pk])
    shown = client.get(page).content.decode()
    url, last = reverse("institutions:end-role", args=[row.pk]), f"{today() - timedelta(days=1):%d.%m.%Y}"
    asked = client.get(url).content.decode()

    client.post(url, {"ends_on": last, "reason": "the other one"})

    after = client.get(page).content.decode()
    assert "acting for KETKEN A." in shown
    assert f'value="{last}"' in asked
    assert "taken back" in after
    assert url in shown
    assert url not in after


def test_an_administrator_is_told_who_gives_him_roles(client_as: ClientAs) -> None:
    admin = institutions.user(Role.ADMINISTRATOR)
    client, give = client_as(admin), reverse("institutions:give-role", args=[admin.pk])
    entry = {"role": "signatory", "university": institutions.home().pk, "starts_on": f"{today():%d.%m.%Y}"}

    page = client.get(reverse("institutions:user", args=[admin.pk])).content.decode()
    refused = client.post(give, entry)

    assert "Nobody gives himself or herself a role: another administrator does." in page
    assert give not in page
    assert refused.status_code == 422
    assert not Membership.objects.filter(role=Role.SIGNATORY).exists()


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({"iin": "020903503011"}, {"iin": ["Somebody with this IIN or passport is entered already."]}),
        (
            {"iin": "020903503012"},
            {"iin": ["This is not an IIN: twelve digits, the last of which is a control digit."]},
        ),
        ({"birth_date": "24.11.2999"}, {"birth_date": ["This day lies ahead."]}),
        (
            {"name_cyrillic": "김민수"},
            {
                "name_cyrillic": [
                    "“김민수” cannot be printed on papers: write it in Latin, Cyrillic or Chinese letters."
                ]
            },
        ),
    ],
)
def test_what_cannot_be_of_a_person_is_said_at_its_field(
    client_as: ClientAs, values: dict[str, str], errors: dict[str, list[str]]
) -> None:
    institutions.person(iin="020903503011")
    client = client_as(institutions.user(Role.ADMINISTRATOR))
    entry = {"surname": "A", "given_names": "B", "name_cyrillic": "Ә", "email": "new@example.org", "language": "kk"}

    page = client.post(reverse("institutions:add-account"), entry | values)

    assert (page.status_code, page.context["form"].errors) == (422, errors)


def test_an_account_is_closed_once_however_often_the_button_is_pressed(client_as: ClientAs) -> None:
    account = institutions.user(Role.LAWYER)
    client = client_as(institutions.user(Role.ADMINISTRATOR))
    offered = client.get(reverse("institutions:user", args=[account.pk])).context["opening_form"]["opened"].value()

    for _ in range(2):
        client.post(reverse("institutions:set-active", args=[account.pk]), {"opened": offered, "reason": "left"})

    account.refresh_from_db()
    assert not account.is_active
    assert [entry.action for entry in history_of(account)] == ["institutions.account_closed"]


@pytest.mark.parametrize("name", ["set-active", "reset-factor"])
def test_a_refused_reason_stays_in_its_form(name: str, client_as: ClientAs) -> None:
    account, client = institutions.user(Role.LAWYER), client_as(institutions.user(Role.ADMINISTRATOR))
    address, long = reverse(f"institutions:{name}", args=[account.pk]), "left " * 100

    answer = client.post(address, {"opened": "no", "reason": long})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["reason"])
    assert long in answer.text


@pytest.mark.parametrize(
    ("language", "name", "under"),
    [("en", "OMAROVA AIGERIM", ["Омарова Айгерім"]), ("kk", "Омарова Айгерім", ["OMAROVA AIGERIM"])],
)
def test_under_a_name_stands_its_other_spelling(
    client_as: ClientAs, language: str, name: str, under: list[str]
) -> None:
    client = client_as(institutions.user(Role.ADMINISTRATOR))
    client.cookies["django_language"] = language
    institutions.user(surname="OMAROVA", given_names="AIGERIM", name_cyrillic="Омарова Айгерім")
    institutions.user(surname="SATO", given_names="KEN", name_cyrillic="")

    page = client.get(reverse("institutions:people")).content.decode()

    told = {
        row: re.findall(r'<span class="more">([^<]+)', rest)
        for row, rest in re.findall(r">([^<>]+)</a>(.*?)</td>", page, re.DOTALL)
    }
    assert (told[name], told["SATO KEN"]) == (under, [])


def test_people_are_the_administrators_and_the_auditors_to_see(client_as: ClientAs) -> None:
    account = institutions.user(Role.LAWYER)
    pages = [reverse("institutions:people"), reverse("institutions:user", args=[account.pk])]

    for role, status in (
        (Role.ADMINISTRATOR, 200),
        (Role.AUDITOR, 200),
        (Role.IPD_COORDINATOR, 404),
        (Role.STUDENT, 404),
    ):
        client = client_as(institutions.user(role))
        assert [client.get(url).status_code for url in pages] == [status, status]
    auditor = client_as(institutions.user(Role.AUDITOR))
    assert auditor.get(reverse("institutions:give-role", args=[account.pk])).status_code == 404
    auditor.post(reverse("institutions:set-active", args=[account.pk]), {"opened": "no", "reason": "x"})
    assert User.objects.get(pk=account.pk).is_active


def test_an_account_without_a_password_gets_its_link(
    client: Client, mailoutbox: list[EmailMessage], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    account = User.objects.create_user(email="new@satbayev.example", person=institutions.person())

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("password_reset"), {"email": "New@Satbayev.example"})

    assert [letter.to for letter in mailoutbox] == [[account.email]]
    assert "/password/reset/" in str(mailoutbox[0].body)


@pytest.mark.parametrize(("language", "words"), [("en", "A new password"), ("ru", "Новый пароль")])
def test_the_link_opens_its_page_in_the_language_of_its_reader(
    client: Client,
    mailoutbox: list[EmailMessage],
    django_capture_on_commit_callbacks: Callable[..., Any],
    language: str,
    words: str,
) -> None:
    account = User.objects.create_user(email="j@example.org", person=institutions.person(), language=language)  # type: ignore[arg-type]  # one of the three
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("password_reset"), {"email": account.email})
    link = re.search(r"https?://[^/]+(/password/reset/\S+)", str(mailoutbox[0].body))
    assert link is not None

    page = client.get(link[1], follow=True)  # somebody who was never here: no cookie, no session

    assert words in page.content.decode()
    assert client.cookies["django_language"].value == language


def test_a_link_that_no_longer_works_says_so_in_the_language_of_its_reader(client: Client) -> None:
    page = client.get(reverse("password_reset_confirm", args=["MQ", "x-y"]) + "?language=en")
    unknown = client.get(reverse("password_reset_confirm", args=["MQ", "x-y"]) + "?language=xx")

    assert "This link no longer works" in page.content.decode()
    assert page.headers["Content-Language"] == "en"
    assert unknown.headers["Content-Language"] == "en"  # the cookie of the first; an unknown one changes nothing


def _offered(form: Any, field: str) -> set[str]:
    return {str(value) for value, _label in form.fields[field].choices}


def test_a_partner_chooses_among_its_own_only(client_as: ClientAs) -> None:
    own, other = institutions.partner(), institutions.partner("Yangtze", country="CN")
    client = client_as(institutions.partner_user(own))

    partners = _offered(client.get(reverse("admissions:applications")).context["listing"].filters.form, "partner")
    countries = _offered(client.get(reverse("institutions:universities")).context["listing"].filters.form, "country")

    assert str(own.pk) in partners
    assert str(other.pk) not in partners
    assert "DE" in countries
    assert "CN" not in countries
