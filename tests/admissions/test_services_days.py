"""Days that cannot be are refused by the verbs, said beside their fields, and put right afterwards with a reason."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse

from admissions.enums import ApplicationState as S
from admissions.enums import VisaState
from admissions.models import Intake, Order, VisaCase
from admissions.services import chair, contract, intakes, orders, outgoing, visa
from admissions.services.applications import take_step
from agreements.enums import Direction
from core.history import history_of
from core.values import today
from core.workflow import (
    ChangedMeanwhileError,
    FaultyError,
    NotAllowedError,
    ReasonMissingError,
    RefusedError,
    WrongStateError,
    mark_of,
)
from core.worklist import open_items_of
from institutions.models import Person, User
from mobility.models import Placement
from programmes.enums import TermKind
from tests.admissions.coming import Guests
from tests.admissions.papers import signed_on_paper
from tests.admissions.road import Case, Cast, fresh, pdf
from tests.factories import institutions, programmes

ClientAs = Callable[[User], Client]
DAY = timedelta(days=1)


def written(day: date) -> str:
    """A day as people type it."""
    return f"{day:%d.%m.%Y}"


# --- refused by the verbs ---------------------------------------------------------------------------------------------


@pytest.mark.clause("8.5-a")
@pytest.mark.clause("8.6-a")
def test_a_visa_file_of_tomorrow_opens_no_gate(cast: Cast, complete: Case) -> None:
    application, _ = complete

    with pytest.raises(FaultyError, match="This day lies ahead"):
        visa.visa_step(application_id=application.pk, name="submit", actor=cast.ipd, submitted_on=today() + DAY)

    case = VisaCase.objects.get(application=application)
    assert (case.state, case.submitted_on) == (VisaState.COLLECTING, None)


@pytest.mark.clause("8.5-a")
def test_a_visa_of_another_century_opens_no_departure(cast: Cast, requested: Case) -> None:
    application, _ = requested

    with pytest.raises(FaultyError, match="after the visa has ended") as refused:
        visa.visa_step(
            application_id=application.pk,
            name="grant",
            actor=cast.ipd,
            valid_from=date(1900, 1, 1),
            valid_until=date(1901, 1, 1),
        )

    assert [fault.field for fault in refused.value.faults] == ["valid_from", "valid_until"]
    assert VisaCase.objects.get(application=application).state == VisaState.SUBMITTED


@pytest.mark.django_db
@pytest.mark.clause("7.6-a")
def test_the_visa_of_a_guest_keeps_to_the_same_rule() -> None:
    guests = Guests()
    application = guests.invited()

    with pytest.raises(FaultyError, match="no visa was asked for before"):
        visa.visa_step(application_id=application.pk, name="submit", actor=guests.ipd, submitted_on=date(1900, 1, 1))
    for field in ("category", "invitation_number"):
        with pytest.raises(FaultyError, match="A code begins with a letter or a digit") as refusal:
            visa.visa_step(
                application_id=application.pk,
                name="submit",
                actor=guests.ipd,
                submitted_on=today(),
                **{field: "=1+1"},  # type: ignore[arg-type]  # both are texts
            )
        assert [fault.field for fault in refusal.value.faults] == [field]


@pytest.mark.django_db
@pytest.mark.clause("7.6-a")
def test_a_guests_visa_is_not_corrected_to_what_the_law_does_not_give(client_as: ClientAs) -> None:
    guests = Guests()
    application = guests.with_visa()
    # Since: the day of the order, not of the intake.
    Intake.objects.update(opens_on=today() - 30 * DAY)
    Order.objects.update(signed_at=F("signed_at") - 2 * DAY)
    client, address = client_as(guests.ipd), reverse("admissions:visa-correct", args=[application.pk])
    known = {"submitted_on": today(), "valid_from": today(), "valid_until": today() + 365 * DAY, "category": "C9"}

    def told(**changes: Any) -> dict[str, list[str]]:
        seen = client.get(address).context["form"]["seen"].value()
        values = {name: written(value) if isinstance(value, date) else value for name, value in changes.items()}
        page = client.post(address, {**values, "reason": "typed wrongly", "seen": seen, "note": "prolonged"})
        return dict(page.context["form"].errors) if page.context else {}

    assert "goes with the file" in told(**{**known, "submitted_on": today() - 3 * DAY})["submitted_on"][0]
    assert "12 months at most" in told(**{**known, "valid_until": date(2035, 12, 31)})["valid_until"][0]
    assert (
        "12 months at most"
        in told(**{**known, "valid_until": today() + 400 * DAY, "category": "с-9"})["valid_until"][0]
    )
    assert told(**{**known, "submitted_on": today() - 2 * DAY}) == {}
    assert told(**{**known, "valid_until": today() + 700 * DAY, "category": "B2"}) == {}
    # A category that lasts a year takes no visa of two.
    assert "12 months" in told(**{**known, "valid_until": today() + 700 * DAY})["valid_until"][0]
    Person.objects.filter(pk=application.enrolment.person_id).update(passport_valid_until=today() + 400 * DAY)
    assert "outlasts the visa by 3 months" in told(**known)["valid_until"][0]
    assert told(**{**known, "valid_until": today() + 300 * DAY}) == {}


@pytest.mark.clause("6.3")
def test_a_departure_before_the_order_or_in_the_future_is_not_written_down(
    cast: Cast, granted: Case, subtests: pytest.Subtests
) -> None:
    application, _ = granted

    for on in (date(1900, 1, 1), today() - DAY, today() + DAY):
        with subtests.test(on=str(on)), pytest.raises(FaultyError):
            outgoing.depart(application_id=application.pk, on=on, actor=cast.ipd)

    assert fresh(application).state == S.ADMITTED
    assert Placement.objects.get(application=application).departed_on is None


@pytest.mark.clause("8.6-c")
def test_an_order_of_another_century_is_not_drafted(cast: Cast, requested: Case) -> None:
    application, _ = requested

    with pytest.raises(FaultyError, match="The period of the order begins not before"):
        orders.draft_departure(applications=[application.pk], actor=cast.registrar, starts_on=date(1927, 4, 1))

    assert not Order.objects.exists()


@pytest.mark.clause("8.4-a")
@pytest.mark.parametrize("due", [today() - DAY, date(9999, 12, 31)])
def test_the_package_is_not_asked_for_until_a_day_that_cannot_be(cast: Cast, invited: Case, due: date) -> None:
    application, _ = invited

    with pytest.raises(FaultyError):
        outgoing.request_package(application_id=application.pk, due=due, actor=cast.ipd)

    assert fresh(application).package_due is None


@pytest.mark.clause("6.12-b")
@pytest.mark.clause("7.5a-a")
def test_no_paper_was_signed_in_the_first_century_nor_after_the_case_was_closed(
    cast: Cast, invited: Case, client_as: ClientAs
) -> None:
    application, student = invited
    contract.make_contract(application_id=application.pk, actor=cast.ipd)
    ancient = date(1, 1, 1)

    with pytest.raises(FaultyError, match="nothing was signed before"):
        signed_on_paper(cast, application, ancient)
    with pytest.raises(FaultyError, match="nothing was signed before"):
        chair.enter_chair_application(
            application_id=application.pk,
            language="kk",
            signed_on=ancient,
            file=pdf(),
            name="scan.pdf",
            actor=cast.ipd,
        )
    case, sign = (reverse(f"admissions:{name}", args=[application.pk]) for name in ("application", "contract-sign"))
    assert sign in client_as(student).get(case).content.decode()
    take_step(application_id=application.pk, name="withdraw", actor=student, reason="illness")
    with pytest.raises(WrongStateError, match="no contract to sign"):
        signed_on_paper(cast, application, today())
    assert sign not in client_as(student).get(case).content.decode()
    assert client_as(student).get(sign).status_code == 302
    with pytest.raises(WrongStateError, match="already moved on"):
        visa.visa_step(application_id=application.pk, name="submit", actor=student, submitted_on=today())


def call(cast: Cast, **changes: object) -> Intake:
    """The IPD opens an incoming intake; `changes` put something else in it."""
    term = programmes.term()
    values: dict[str, object] = {
        "pathway_id": cast.pathway.pk,
        "direction": Direction.INCOMING,
        "term_id": term.pk,
        "last_term_id": term.pk,
        "semester": 3,
        "semesters": 1,
        "seats": 1,
        "opens_on": today(),
        "closes_on": today() + timedelta(days=20),
        "actor": cast.ipd,
    }
    return intakes.open_intake(**{**values, **changes})  # type: ignore[arg-type]  # a test's shorthand


@pytest.mark.clause("7.1-a")
def test_an_intake_of_another_century_does_not_take_the_term_away(cast: Cast) -> None:

    with pytest.raises(FaultyError, match="at the earliest"):
        call(cast, opens_on=date(1900, 1, 1), closes_on=date(1900, 2, 1))

    assert call(cast).term == programmes.term()


@pytest.mark.clause("7.1-a")
@pytest.mark.parametrize(
    ("changes", "field", "text"),
    [
        ({"semester": 9}, "semester", "The programme has 4 semesters."),
        ({"semester": 4}, "semesters", "from semester 4 on at most 1."),
        ({"seats": 400}, "seats", "places a year"),
    ],
)
def test_an_intake_calls_for_semesters_and_places_that_there_are(
    cast: Cast, changes: dict[str, int], field: str, text: str
) -> None:
    year = {"semester": 3, "semesters": 2, "last_term_id": programmes.term(starts_in=260, kind=TermKind.AUTUMN).pk}

    with pytest.raises(FaultyError) as refused:
        call(cast, **{**year, **changes})

    assert [(name, text in words) for name, words in refused.value.told()] == [(field, True)]
    assert call(cast, **year).semesters == 2


@pytest.mark.clause("7.1-a")
def test_an_intake_calls_for_as_many_semesters_as_the_calendar_has_between_its_terms(cast: Cast) -> None:
    summer = programmes.term(starts_in=205, kind=TermKind.SUMMER, days=40)
    autumn = programmes.term(starts_in=260, kind=TermKind.AUTUMN)

    for semesters, last in [(2, programmes.term()), (1, autumn), (4, autumn)]:
        with pytest.raises(FaultyError) as refused:
            call(cast, semester=1, semesters=semesters, last_term_id=last.pk)
        assert [field for field, _words in refused.value.told()] == ["semesters"]

    assert call(cast, semester=1, semesters=1, last_term_id=summer.pk).semesters == 1


@pytest.mark.django_db
@pytest.mark.clause("8.1-a")
@pytest.mark.clause("7.1-a")
def test_what_is_gathered_until_an_intake_closes_is_due_on_its_new_last_day() -> None:
    cast, guests = Cast(), Guests()
    going, coming = cast.submitted()[0], guests.draft()
    later = today() + timedelta(days=33)

    intakes.prolong_intake(intake_id=going.intake_id, closes_on=later, actor=cast.ipd)
    intakes.prolong_intake(intake_id=coming.intake_id, closes_on=later, actor=guests.ipd)

    for thing in (fresh(going), fresh(coming), guests.listed(coming)):
        items = open_items_of(thing)
        assert items, thing
        assert {item.due for item in items} == {later}


@pytest.mark.clause("8.1-a")
def test_an_intake_is_prolonged_until_study_begins_and_its_first_day_stands_once_somebody_has_applied(
    cast: Cast,
) -> None:
    made = call(cast)
    seen = mark_of(made)

    with pytest.raises(FaultyError, match="Study begins on"):
        intakes.prolong_intake(intake_id=made.pk, closes_on=date(9999, 12, 20), actor=cast.ipd)
    moved = intakes.prolong_intake(
        intake_id=made.pk, opens_on=today() + DAY, closes_on=today() + timedelta(days=30), actor=cast.ipd
    )
    assert (moved.opens_on, moved.closes_on) == (today() + DAY, today() + timedelta(days=30))
    assert history_of(made).last().before["opens_on"] == today().isoformat()  # type: ignore[union-attr]  # it is there
    with pytest.raises(ChangedMeanwhileError, match="days for applications changed"):  # from another window
        intakes.prolong_intake(intake_id=made.pk, closes_on=today() + DAY, actor=cast.ipd, seen=seen)

    cast.submitted()
    with pytest.raises(RefusedError, match="their first day does not change"):
        intakes.prolong_intake(
            intake_id=cast.intake.pk, opens_on=today(), closes_on=cast.intake.closes_on, actor=cast.ipd
        )


# --- put right afterwards ---------------------------------------------------------------------------------------------


@pytest.mark.clause("8.5-a")
def test_a_wrong_visa_is_corrected_with_a_reason_and_history_keeps_both(cast: Cast, granted: Case) -> None:
    application, student = granted
    right = today() + timedelta(days=330)

    def correct(actor: User, reason: str = "typed wrongly", until: date = right) -> VisaCase:
        return visa.correct_visa(
            application_id=application.pk,
            actor=actor,
            reason=reason,
            submitted_on=today(),
            valid_from=today(),
            valid_until=until,
        )

    for actor in (student, cast.registrar, cast.partner):
        with pytest.raises(NotAllowedError):
            correct(actor)
    with pytest.raises(ReasonMissingError):
        correct(cast.ipd, reason=" ")
    with pytest.raises(FaultyError):
        correct(cast.ipd, until=date(2000, 1, 1))
    case = correct(cast.ipd)

    assert (case.state, case.valid_until) == (VisaState.GRANTED, right)
    entry = history_of(application).last()
    assert entry is not None
    assert (entry.action, entry.reason) == ("admissions.visa_corrected", "typed wrongly")
    assert entry.before["valid_until"] == (today() + timedelta(days=300)).isoformat()
    assert entry.after["valid_until"] == right.isoformat()


def test_there_is_nothing_to_correct_of_a_visa_that_is_still_being_collected(cast: Cast, invited: Case) -> None:
    application, _ = invited

    with pytest.raises(WrongStateError):
        visa.correct_visa(application_id=application.pk, actor=cast.ipd, reason="why", submitted_on=today())


@pytest.mark.clause("6.3")
def test_a_wrong_departure_is_corrected_with_a_reason_and_the_stay_follows(cast: Cast, departed: Case) -> None:
    application, student = departed
    placement = Placement.objects.get(application=application)
    yesterday = today() - DAY
    # Order and visa are a day older than today's test can have them.
    Order.objects.update(signed_at=Order.objects.get().signed_at - DAY)  # type: ignore[operator]  # it is signed
    VisaCase.objects.update(valid_from=yesterday)

    with pytest.raises(NotAllowedError):
        outgoing.correct_departure(application_id=application.pk, on=yesterday, reason="late", actor=student)
    with pytest.raises(ReasonMissingError):
        outgoing.correct_departure(application_id=application.pk, on=yesterday, reason="", actor=cast.ipd)
    with pytest.raises(FaultyError):
        outgoing.correct_departure(application_id=application.pk, on=date(1900, 1, 1), reason="late", actor=cast.ipd)
    outgoing.correct_departure(application_id=application.pk, on=yesterday, reason="told late", actor=cast.ipd)

    placement.refresh_from_db()
    assert placement.departed_on == yesterday
    assert outgoing.departed_on_text(application) == written(yesterday)
    for thing in (application, placement):
        entry = history_of(thing).last()
        assert entry is not None
        assert (entry.reason, entry.actor) == ("told late", cast.ipd)


def test_nobody_has_departed_whose_departure_could_be_corrected(cast: Cast, granted: Case) -> None:
    application, _ = granted

    with pytest.raises(WrongStateError):
        outgoing.correct_departure(application_id=application.pk, on=today(), reason="why", actor=cast.ipd)


# --- beside the fields ------------------------------------------------------------------------------------------------


def answered(client: Client, name: str, *args: object, **data: object) -> str:
    """The page that comes back when a form is posted and not taken."""
    response = client.post(reverse(f"admissions:{name}", args=args), data)
    assert response.status_code == 422, response
    return response.content.decode()


@pytest.mark.clause("8.5-a")
def test_each_page_says_beside_the_field_what_is_wrong_and_keeps_what_was_typed(
    cast: Cast, requested: Case, client_as: ClientAs
) -> None:
    application, _ = requested
    client = client_as(cast.ipd)

    page = answered(client, "visa-step", application.pk, "grant", valid_from="01.01.1900", valid_until="01.01.1901")
    assert "after the visa has ended" in page
    assert 'value="01.01.1900"' in page

    client = client_as(cast.registrar)
    page = answered(
        client,
        "order-new",
        "departure_out",
        cast.intake.pk,
        pick=[application.pk],
        starts_on="01.04.1927",
        ends_on=written(cast.intake.last_term.ends_on),
        format="on_site",
        language="en",
    )
    assert "The period of the order begins not before" in page
    assert 'value="01.04.1927"' in page


@pytest.mark.clause("8.4-a")
@pytest.mark.clause("7.1-a")
def test_the_pages_of_package_and_intake_say_it_too(cast: Cast, invited: Case, client_as: ClientAs) -> None:
    application, _ = invited
    client = client_as(cast.ipd)

    assert "this day lies after it" in answered(client, "package-request", application.pk, due="31.12.9999")
    term = programmes.term()
    page = answered(
        client,
        "intake-new",
        pathway=cast.pathway.pk,
        direction="incoming",
        term=term.pk,
        last_term=term.pk,
        semester=3,
        semesters=1,
        seats=1,
        opens_on="01.01.1900",
        closes_on="01.02.1900",
    )
    assert "at the earliest" in page
    assert "This day has passed." in page


@pytest.mark.clause("8.1")
@pytest.mark.parametrize("direction", Direction.values)
def test_the_form_of_an_intake_offers_the_hosts_terms_first_and_no_other_are_taken(
    cast: Cast, client_as: ClientAs, direction: str
) -> None:
    at_home = direction == Direction.INCOMING
    partner, third = cast.pathway.partner_programme.university, institutions.partner("Яньцзы", "CN")
    terms = {one: programmes.term(one, starts_in=60) for one in (institutions.home(), partner, third)}
    client, address = client_as(cast.ipd), reverse("admissions:intake-new")
    days = {"opens_on": written(today()), "closes_on": written(today() + 20 * DAY)}
    form = {"pathway": cast.pathway.pk, "direction": direction, "semester": 3, "semesters": 1, "seats": 1, **days}

    for wrong in (third, partner if at_home else institutions.home()):
        answer = client.post(address, {**form, "term": terms[wrong].pk, "last_term": terms[wrong].pk})
        assert "where the students will study" in answer.context["form"].errors["term"][0]
    groups = answer.context["form"]["last_term"].field.choices
    fresh_form = client.get(address, {"pathway": cast.pathway.pk}).context["form"]

    near = [institutions.home().name, partner.name] if at_home else [partner.name, institutions.home().name]
    assert [name for name, _terms in groups] == ["", *near, third.name]
    assert [[str(value) for value, _ in own] for name, own in groups if name == partner.name] == [
        [str(terms[partner].pk)]
    ]
    assert [name for name, _terms in fresh_form["term"].field.choices][1] == partner.name  # outgoing is chosen first
    assert client.get(address, {"pathway": "²"}).status_code == 200


@pytest.mark.clause("6.3")
def test_visa_and_departure_are_corrected_from_the_case(cast: Cast, departed: Case, client_as: ClientAs) -> None:
    application, student = departed
    client = client_as(cast.ipd)

    page = client.get(reverse("admissions:application", args=[application.pk])).content.decode()
    assert reverse("admissions:visa-correct", args=[application.pk]) in page
    assert reverse("admissions:departure-correct", args=[application.pk]) in page
    shown = client.get(reverse("admissions:departure-correct", args=[application.pk])).content.decode()
    assert f'value="{written(today())}"' in shown
    data = {"on": written(today() + DAY), "reason": "told late"}
    assert "This day lies ahead." in answered(client, "departure-correct", application.pk, **data)
    address, case = reverse("admissions:visa-correct", args=[application.pk]), VisaCase.objects.get()
    seen = client.get(address).context["form"]["seen"].value()

    def correct(days: int, seen: str) -> Any:
        until = written(today() + timedelta(days=days))
        return client.post(
            address,
            {
                "submitted_on": written(today()),
                "valid_from": written(today()),
                "valid_until": until,
                "reason": "typed wrongly",
                "seen": seen,
            },
        )

    assert correct(310, seen).status_code == 302
    told = correct(320, seen)  # from another window
    case.refresh_from_db()
    assert case.valid_until == today() + timedelta(days=310)
    assert "after you opened this page (visa corrected" in told.content.decode()
    assert correct(320, told.context["form"]["seen"].value()).status_code == 302
    case.refresh_from_db()
    assert case.valid_until == today() + timedelta(days=320)

    client = client_as(student)
    for name in ("visa-correct", "departure-correct", "depart"):
        assert client.get(reverse(f"admissions:{name}", args=[application.pk])).status_code == 404
