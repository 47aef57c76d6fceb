"""Pages of marks, protocols, transcripts and reports: they open for their people, at one price, and for nobody else."""

from itertools import product

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.conftest import ClientAs
from tests.factories import agreements, institutions, mobility
from tests.factories import transcripts as factory
from tests.transcripts.road import registrar, reported
from transcripts.models import ResultFile, Transcript
from transcripts.services import transcripts

pytestmark = pytest.mark.django_db


def test_every_page_of_the_road_opens(client_as: ClientAs) -> None:
    protocol = factory.certified()
    clerk = registrar()
    issued = transcripts.issue_transcript(enrolment_id=protocol.plan.enrolment_id, actor=clerk)
    _plan, report = reported()
    client: Client = client_as(clerk)
    addresses = (
        "/transcripts/marks/",
        "/transcripts/marks/new/",
        f"/transcripts/marks/files/{protocol.lines.all()[0].results.all()[0].file_id}/",
        "/transcripts/protocols/",
        f"/transcripts/protocols/{protocol.pk}/",
        "/transcripts/",
        f"/transcripts/students/{protocol.plan.enrolment_id}/",
        f"/transcripts/{issued.pk}/",
        f"/transcripts/lines/{issued.lines.all()[0].pk}/",
        "/transcripts/reports/",
        f"/transcripts/reports/{report.pk}/",
        f"/transcripts/reports/{report.pk}/xlsx/",
        f"/mobility/plans/{protocol.plan_id}/",
    )

    for language, address in product(("kk", "ru", "en"), addresses):
        client.cookies["django_language"] = language
        assert client.get(address).status_code == 200, f"{address} in {language}"


def test_a_file_is_checked_and_posted_on_pages(client_as: ClientAs) -> None:
    plan = mobility.approved()
    who = institutions.partner_user(plan.placement.host)
    client: Client = client_as(who)
    book = factory.workbook(factory.PARTNER_HEAD, [factory.row(plan, "INF2", "1,7")])
    book.name = "marks.xlsx"

    assert client.post("/transcripts/marks/new/", {"source": factory.host_term(plan).pk}).status_code == 422
    checked = client.post("/transcripts/marks/new/", {"source": factory.host_term(plan).pk, "file": book}, follow=True)
    address = checked.request["PATH_INFO"]
    posted = client.post(address, follow=True)
    again = client.post(address, follow=True)
    last = ResultFile.objects.get()
    listed = client.get("/transcripts/marks/").content.decode()

    assert f'href="/transcripts/marks/files/{last.pk}/"' in listed  # of its mark
    assert "Post these marks" in checked.content.decode()
    assert "Posted marks: 1." in posted.content.decode()
    assert "posted already" in again.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_the_same_for_any_length(
    count: int, client_as: ClientAs, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    pathway = agreements.open_pathway()
    for _ in range(count):
        factory.certified(factory.passed_plan(pathway))
    client: Client = client_as(registrar())
    client.get("/transcripts/")

    for address, queries in (("/transcripts/protocols/", 9), ("/transcripts/", 9), ("/transcripts/marks/", 9)):
        with django_assert_num_queries(queries):
            page = client.get(address)
        assert page.context["page"].paginator.count >= count, address


def test_what_is_not_theirs_does_not_exist(client_as: ClientAs) -> None:
    protocol = factory.certified()
    issued = transcripts.issue_transcript(enrolment_id=protocol.plan.enrolment_id, actor=registrar())
    stranger = institutions.partner_user(institutions.partner("Elsewhere", "PL"))
    client: Client = client_as(stranger)

    for address in (
        f"/transcripts/protocols/{protocol.pk}/",
        f"/transcripts/{issued.pk}/",
        f"/transcripts/lines/{issued.lines.all()[0].pk}/",
        f"/transcripts/students/{protocol.plan.enrolment_id}/",
    ):
        assert client.get(address).status_code == 404
    assert client.post(f"/transcripts/protocols/{protocol.pk}/make/").status_code == 404
    assert client.post(f"/transcripts/students/{protocol.plan.enrolment_id}/issue/").status_code == 404
    assert Transcript.objects.count() == 1


def test_the_student_sees_own_transcript(client_as: ClientAs) -> None:
    protocol = factory.certified()
    issued = transcripts.issue_transcript(enrolment_id=protocol.plan.enrolment_id, actor=registrar())
    client: Client = client_as(mobility.account_of(protocol.plan.enrolment.person))

    assert client.get(f"/transcripts/{issued.pk}/").status_code == 200
