"""How a new installation begins: the University and its first administrator, by a command; then its units, on a page."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.history import history_of
from institutions.enums import Role
from institutions.models import Membership, PasswordLink, Person, University, User
from institutions.permissions import standing_of
from institutions.selectors import home_university
from tests.factories import institutions

pytestmark = pytest.mark.django_db
ASKAR = {"email": "Askar@example.org", "surname": "OMIROV", "given_names": "ASKAR", "name_cyrillic": "Өміров Асқар"}
PASSPHRASE = "seven white horses"


def _establish(**values: str) -> list[str]:
    out = StringIO()
    call_command("establish", **{**ASKAR, **values}, stdout=out)
    return out.getvalue().splitlines()


def _choose_password(client: Client, link: str) -> bool:
    """Open a printed link and choose a password there; False where it no longer works."""
    assert link.startswith(f"{settings.SITE_URL}/")
    page = client.get(link.removeprefix(settings.SITE_URL), follow=True)
    if page.context["validlink"]:
        typed = {"new_password1": PASSPHRASE, "new_password2": PASSPHRASE}
        assert client.post(page.request["PATH_INFO"], typed).status_code == 302
    return bool(page.context["validlink"])


def test_the_university_and_its_first_administrator_are_entered_and_the_link_opens(client: Client) -> None:
    told, _once, link = _establish()

    user, home = User.objects.get(), home_university()
    assert told == "OMIROV ASKAR (askar@example.org) is the administrator."
    assert (home.short_name, home.country, home.name_en, str(home.city)) == (
        "Satbayev University",
        "KZ",
        "Satbayev University",
        "Almaty",
    )
    assert standing_of(user).roles == {Role.ADMINISTRATOR}
    assert [entry.actor for entry in history_of(user)] == [None, None]
    assert not PasswordLink.objects.exists()  # the link is printed; no letter is on its way
    assert _choose_password(client, link)
    assert not _choose_password(client, link)
    assert client.login(username="askar@example.org", password=PASSPHRASE)


def test_a_second_run_says_who_is_administrator_and_changes_nothing(client: Client) -> None:
    _choose_password(client, _establish()[-1])

    with pytest.raises(CommandError, match=r"has an administrator already, OMIROV ASKAR"):
        _establish(email="other@example.org", surname="OTHER")

    assert (University.objects.count(), Person.objects.count(), Membership.objects.count()) == (1, 1, 1)


def test_an_only_administrator_whose_link_has_passed_unused_gets_a_new_one(client: Client) -> None:
    old = _establish()[-1]

    with time_machine.travel(timezone.localtime() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT + 60)):
        told, _once, new = _establish(email="typed.otherwise@example.org")
        assert not _choose_password(client, old)
        assert _choose_password(client, new)

    assert told == "OMIROV ASKAR (askar@example.org) is the administrator already and has chosen no password yet."
    assert User.objects.get().email == "askar@example.org"


def test_a_university_whose_administrators_are_gone_gets_one_again() -> None:
    gone = institutions.user(Role.ADMINISTRATOR)
    User.objects.filter(pk=gone.pk).update(is_active=False)

    _establish()

    assert standing_of(User.objects.get(email="askar@example.org")).roles == {Role.ADMINISTRATOR}
    assert University.objects.filter(is_home=True).count() == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"email": "askar"}, "--email: Enter a valid email address."),
        ({"surname": "Өміров"}, "--surname: Must be in Latin letters, as in the passport."),
        ({"surname": " "}, "--surname: This field is required."),
        ({"given_names": "A5KAR"}, "--given-names: No such signs can stand here: 5."),
        ({"given_names": "A" * 101}, "--given-names: Ensure this value has at most 100 characters (it has 101)."),
    ],
)
def test_what_cannot_be_a_name_or_an_address_is_told_in_one_line(typed: dict[str, str], said: str) -> None:
    with pytest.raises(CommandError) as refused:
        _establish(**typed)

    assert str(refused.value) == said
    assert not University.objects.exists()
    assert not Person.objects.exists()


def test_a_program_that_nobody_has_set_up_answers(client: Client) -> None:
    assert client.get("/health/ready").json()["checks"]["database"]
    assert client.get(reverse("login")).status_code == 200
    assert client.get("/").headers["Location"].startswith(reverse("login"))
    assert client.post(reverse("login"), {"username": "a@example.org", "password": "x"}).status_code == 200


def test_the_first_administrator_goes_on_to_the_university(client: Client) -> None:
    _choose_password(client, _establish(language="en")[-1])
    client.post(reverse("login"), {"username": "askar@example.org", "password": PASSPHRASE})

    first = client.get("/").content.decode()
    page = client.get(reverse("institutions:home"), follow=True)

    assert reverse("institutions:home") in first
    assert page.context["university"] == home_university()
    assert reverse("institutions:add-unit") in page.content.decode()
