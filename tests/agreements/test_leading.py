"""What the pages of the Agreement road lead to: what is offered opens, what is missing has a link, a name tells two apart."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from agreements.enums import PathwayState
from agreements.models import Agreement, Pathway
from agreements.services.agreements import decide_text
from agreements.services.renewal import renew_agreement
from core.models import Verdict
from core.values import today
from core.worklist import open_items_of
from institutions.enums import Role
from tests.agreements.road import ANNEX, Road
from tests.conftest import ClientAs
from tests.factories import admissions, agreements, institutions, programmes
from tests.programmes.files import sent

pytestmark = pytest.mark.django_db


def _council(pathway: Pathway, university: int) -> str:
    return reverse("agreements:council", args=[pathway.pk, university])


@pytest.mark.clause("5.4-a")
def test_a_council_is_offered_to_those_who_write_it_down_and_opens_for_nobody_else(
    road: Road, client_as: ClientAs
) -> None:
    pathway = road.approved()
    page = reverse("agreements:pathway", args=[pathway.pk])
    forms = [_council(pathway, road.home.pk), _council(pathway, road.partner.pk)]
    people = {"ipd": road.ipd, "partner": road.coordinator, "lawyer": road.lawyer}

    offered = {name: [form in _text(client_as(user), page) for form in forms] for name, user in people.items()}
    opened = {name: [client_as(user).get(form).status_code for form in forms] for name, user in people.items()}
    sent_off = client_as(road.coordinator).post(forms[0], {}).status_code

    assert offered == {"ipd": [True, True], "partner": [False, True], "lawyer": [False, False]}
    assert opened == {"ipd": [200, 200], "partner": [404, 200], "lawyer": [404, 404]}
    assert sent_off == 404


def _text(client: Client, page: str) -> str:
    answer = client.get(page)
    assert answer.status_code == 200
    return answer.content.decode()


def test_readiness_leads_to_a_form_only_whom_it_is_there_for(road: Road, client_as: ClientAs) -> None:
    pathway = road.approved()
    page = reverse("agreements:readiness", args=[pathway.pk])

    rows = client_as(road.coordinator).get(page).context["rows"]

    assert [row.url for row in rows if row.clause == "5.4"] == [
        reverse("agreements:pathway", args=[pathway.pk]) + "#councils",
        _council(pathway, road.partner.pk),
    ]
    assert {client_as(road.coordinator).get(row.url, follow=True).status_code for row in rows} == {200}


@pytest.mark.clause("5.7-a")
def test_every_demand_of_readiness_has_a_place_where_it_is_met(road: Road, client_as: ClientAs) -> None:
    pathway = road.drafted(partner_semesters=0, scale=None)

    rows = client_as(road.ipd).get(reverse("agreements:readiness", args=[pathway.pk])).context["rows"]

    assert [row.demand for row in rows if not row.url] == []
    assert {client_as(road.ipd).get(row.url).status_code for row in rows} == {200}


def test_what_an_agreement_lacks_leads_to_where_it_is_done(road: Road, client_as: ClientAs) -> None:
    pathway = road.approved()
    page = reverse("agreements:agreement", args=[pathway.agreement_id])

    waits_for_councils = _text(client_as(road.ipd), page)

    here = reverse("agreements:pathway", args=[pathway.pk])
    assert waits_for_councils.count(f'<a href="{here}">go there</a>') == 2


def test_a_case_page_names_the_lawyer_from_the_offer_on(road: Road, client_as: ClientAs) -> None:
    pathway = road.drafted()
    page = reverse("agreements:agreement", args=[pathway.agreement_id])
    before = client_as(road.ipd).get(page).context["movers"]

    decide_text(agreement_id=pathway.agreement_id, verdict=Verdict.AGREED, actor=road.ipd)
    after = client_as(road.ipd).get(page)

    assert "lawyer" not in before
    assert "lawyer" in after.context["movers"]
    assert '<a href="#law">go there</a>' in after.content.decode()


def test_a_pathway_in_preparation_says_until_when_and_whose_inbox_it_is_in(road: Road, client_as: ClientAs) -> None:
    pathway = road.agreed()

    page = client_as(road.ipd).get(reverse("agreements:pathway", args=[pathway.pk]))

    waited = [item.due for thing in (pathway, pathway.agreement) for item in open_items_of(thing)]
    assert page.context["due"] == min(waited)
    assert set(page.context["movers"]) == {"lawyer", "partner coordinator", "IPD coordinator"}


@pytest.mark.parametrize("role", [Role.IPD_COORDINATOR, Role.AUDITOR])
def test_an_open_pathway_leads_on_to_its_intakes_and_the_ipd_to_a_new_one(role: Role, client_as: ClientAs) -> None:
    intake = admissions.intake()
    client = client_as(institutions.user(role))
    page = reverse("agreements:pathway", args=[intake.pathway_id])
    new = reverse("admissions:intake-new")

    offered = [one.url for one in client.get(page).context["onward"]]
    Pathway.objects.update(state=PathwayState.CLOSED)
    closed = client.get(page).context["onward"]

    assert offered == [reverse("admissions:intake", args=[intake.pk]), *([new] if role == Role.IPD_COORDINATOR else [])]
    assert {client.get(url).status_code for url in offered} == {200}
    assert closed == []


def test_after_a_renewal_two_open_pathways_are_told_apart_by_their_agreements(road: Road) -> None:
    old = road.ready()
    renewal = renew_agreement(agreement_id=old.agreement_id, actor=road.ipd).pathways.get()

    drafted = str(renewal)
    Agreement.objects.filter(pk=renewal.agreement_id).update(number="41-К")

    assert str(old) == "7M06102 ↔ M.Sc. Informatik · № 5-К"
    assert drafted == "7M06102 ↔ M.Sc. Informatik"
    assert str(road.fresh(renewal)) == "7M06102 ↔ M.Sc. Informatik · № 41-К"


@pytest.mark.clause("A1-c")
def test_the_dry_run_shows_credits_hours_and_semester_of_both_sides_and_their_sums(
    road: Road, client_as: ClientAs
) -> None:
    pathway = road.drafted()
    file = SimpleUploadedFile(ANNEX, sent(ANNEX).read())
    import_page = reverse("agreements:annex-import", args=[pathway.pk])

    page = client_as(road.ipd).post(import_page, {"file": file}, follow=True)

    report = page.context["report"]
    first = report.lines[0]
    assert (first.entry.semester, first.sums.home_credits, first.sums.home_hours) == (1, 5, 150)
    assert (report.sums.home_credits, report.sums.partner_credits) == (120, 106)
    text = page.content.decode()
    assert "credits: 120" in text
    assert "credits: 106" in text
    assert "Difference in credits: −14" in text


def test_a_history_without_an_entry_is_not_shown(client_as: ClientAs) -> None:
    pathway = agreements.open_pathway()
    ipd = client_as(institutions.user(Role.IPD_COORDINATOR))

    silent = _text(ipd, reverse("agreements:pathway", args=[pathway.pk]))
    told = _text(ipd, reverse("agreements:pathway", args=[Road().drafted().pk]))

    assert ("<h2>History</h2>" in silent, "<h2>History</h2>" in told) == (False, True)


def test_a_student_is_led_nowhere_that_is_not_there_for_students(client_as: ClientAs) -> None:
    pathway = agreements.open_pathway()
    Agreement.objects.filter(pk=pathway.agreement_id).update(valid_until=today())
    Pathway.objects.filter(pk=pathway.pk).update(state=PathwayState.CLOSED)
    student = institutions.user(Role.STUDENT)
    programmes.enrolment(pathway.home_programme, student.person)

    page = _text(client_as(student), reverse("agreements:pathway", args=[pathway.pk]))

    assert "go there" not in page
