"""The demo's first stage, its page of accounts and its command."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password, make_password
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from core.values import KAZAKH_ALPHABET, today
from institutions.enums import Role
from institutions.models import Membership, University, User
from institutions.permissions import standing_of
from institutions.selectors import holidays_of, signature_of, valid_licences
from programmes.models import AcademicTerm
from satbayev_jdp.demo import people
from satbayev_jdp.demo.accounts import accounts
from satbayev_jdp.demo.cast import CAST
from satbayev_jdp.demo.making import how_far, making, tell
from satbayev_jdp.demo.world import ERTIS, HOME, NORDTAL, PASSWORD, WSCHODNIA, YANGTZE, World, email_of


@pytest.fixture
def world(db: None) -> World:
    made = World.now()
    people.build(made)
    return made


def test_everybody_of_the_cast_can_do_what_the_role_says(world: World) -> None:
    for part in CAST:
        standing = standing_of(world.user(part.login))
        assert standing.roles == {part.role} | ({Role.REGISTRAR} if part.login == "methodical" else set())  # acts
        if part.unit:
            assert standing.holds_in_unit(part.role, world.unit(part.unit).pk)
        assert world.university(part.university).pk in standing.universities[part.role]
    assert {part.role for part in CAST} == set(Role) - {Role.STUDENT}


def test_names_hold_every_letter_that_kazakh_has_of_its_own() -> None:
    written = "".join(part.cyrillic + part.position.kk for part in CAST).lower()

    assert {letter for letter in "әғқңөұүһі" if letter not in written} == set()
    assert set("әғқңөұүһі") <= set(KAZAKH_ALPHABET)


def test_each_office_is_written_in_three_languages(world: World) -> None:
    for membership in Membership.objects.filter(acting_for=None):
        assert all((membership.position_kk, membership.position_ru, membership.position_en))
    # Who acts is named by the program: the title of the holder would say more than is so.
    acting = Membership.objects.get(acting_for__isnull=False)
    assert signature_of(acting.user, acting.role)["position"]["kk"] == "Тіркеу кеңсесі басшысының м.а."


@pytest.mark.clause("4.2-b")
def test_partners_may_train_but_the_one_whose_licence_has_lapsed(world: World) -> None:
    for name, direction, level, valid in (
        (HOME, "7M061", "master", True),
        (HOME, "6B072", "bachelor", True),
        (HOME, "7M071", "master", True),
        (NORDTAL, "7M061", "master", True),
        (YANGTZE, "6B072", "bachelor", True),
        (ERTIS, "7M071", "master", True),
        (WSCHODNIA, "7M061", "master", False),
    ):
        licences = valid_licences(world.university(name).pk, direction=direction, level=level, on=today())
        assert licences.exists() == valid


@pytest.mark.clause("3-f")
def test_each_side_has_its_own_calendar_around_today(world: World) -> None:
    day, places = today(), (HOME, NORDTAL, YANGTZE, ERTIS, WSCHODNIA)

    for name in places:
        terms = AcademicTerm.objects.filter(university=world.university(name))
        assert terms.filter(starts_on__lte=day, ends_on__gte=day).count() == 1
        assert {term.year for term in terms} == set(range(2023, day.year + 3))
    assert {(day.month, day.day) for day in holidays_of()} >= {(3, 22), (10, 25), (12, 16)}


def test_a_file_of_an_office_is_at_hand() -> None:
    world = World.now()

    assert world.opened("students_registrar.csv").read(3) == b"\xef\xbb\xbf"
    with pytest.raises(FileNotFoundError):
        world.data_file("missing.csv")


def test_the_page_of_accounts_signs_in(world: World, client: Client) -> None:
    page = client.get(reverse("demo")).content.decode()

    assert all(email_of(part.login) in page for part in CAST)
    answer = client.post(reverse("login"), {"username": email_of("ipd"), "password": PASSWORD, "next": "/"})
    assert answer["Location"] == "/"
    roles = [row.role for row in accounts()]
    assert (roles[0], roles[-1]) == (Role.ADVISOR, Role.PARTNER_COORDINATOR)


def test_the_demos_quick_hash_is_an_argon2_hash_and_is_made_anew_where_it_is_not_the_demo(settings: object) -> None:
    settings.PASSWORD_HASHERS = ["satbayev_jdp.demo.hashing.QuickArgon2PasswordHasher"]  # type: ignore[attr-defined]  # pytest-django's fixture
    quick = make_password(PASSWORD)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]  # type: ignore[attr-defined]  # pytest-django's fixture
    anew: list[str] = []

    assert check_password(PASSWORD, quick, setter=anew.append)
    assert not check_password("another", quick)
    assert anew == [PASSWORD]


@pytest.mark.django_db
def test_outside_the_demo_there_is_no_such_page_and_nothing_makes_its_accounts(
    client: Client, settings: object
) -> None:
    settings.DEMO = False  # type: ignore[attr-defined]  # pytest-django's fixture

    assert client.get(reverse("demo")).status_code == 404
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("demo")
    assert not University.objects.exists()


@pytest.mark.django_db
def test_the_command_builds_once_and_tells_who_can_sign_in(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    call_command("demo", "--stage", "people", verbosity=0)
    call_command("demo", "--stage", "people", "--accounts", str(tmp_path / "accounts.txt"))

    assert "The demo is there already." in capsys.readouterr().out
    told = (tmp_path / "accounts.txt").read_text(encoding="utf-8")
    assert email_of("rector") in told
    assert f"Password of all: {PASSWORD}" in told
    assert University.objects.count() == 5
    assert User.objects.count() == len(CAST)


@pytest.mark.django_db
def test_starting_over_touches_the_embedded_database_only(settings: object, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]  # pytest-django's fixture

    with pytest.raises(CommandError, match="embedded"):
        call_command("demo", "--fresh")


def test_whoever_opens_the_demo_while_it_is_made_is_told_how_far_it_is(
    client: Client, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    client.cookies["django_language"] = "en"
    with making():
        tell(41.6)
        page = client.get("/")  # without a database: it has no tables yet
        alive = client.get("/health/live")

    assert (page.status_code, alive.status_code) == (503, 200)
    assert "The demo is being made" in page.content.decode()
    assert 'value="42"' in page.content.decode()
    assert how_far() is None
