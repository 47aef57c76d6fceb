"""Scans of legal opinions and of Councils' protocols: brought with the word itself, opened by whoever sees the agreement."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from agreements.models import Agreement, LegalReview, Pathway
from agreements.selectors.agreements import text_hash
from agreements.services.evidence import record_council
from core.values import today
from documents.models import Upload
from institutions.enums import Role
from satbayev_jdp.demo.scans import scan
from tests.agreements.road import Road, whole
from tests.conftest import ClientAs
from tests.factories import institutions

PDF = scan("Opinion").getvalue()


def _reviewed(road: Road, agreement: int, client: Client, content: bytes, **words: str) -> int:
    form = {"country": "DE", "law": "BGB", "result": "yes", "reviewed_on": f"{today():%d.%m.%Y}", **words}
    form_with_scan = {**form, "file": SimpleUploadedFile("opinion.pdf", content)}
    seen = text_hash(Agreement.objects.get(pk=agreement))
    return client.post(reverse("agreements:review", args=[agreement, seen]), form_with_scan).status_code


@pytest.mark.clause("4.2-c")
def test_the_opinion_is_brought_with_the_review_and_opened_from_the_agreement_by_those_who_may(
    road: Road,
    agreed: Pathway,
    client_as: ClientAs,
) -> None:
    agreement = agreed.agreement_id
    assert _reviewed(road, agreement, client_as(road.lawyer), PDF) == 302
    scan = reverse("documents:upload", args=[Upload.objects.get(purpose="legal_opinion").pk])
    page = reverse("agreements:agreement", args=[agreement])
    other = institutions.partner_user(institutions.partner("Other", "PL"))
    people = {
        "lawyer": road.lawyer,
        "partner": road.coordinator,
        "other": other,
        "student": institutions.user("student"),
    }

    shown = {name: scan in client_as(user).get(page).content.decode() for name, user in people.items()}
    opened = {name: client_as(user).get(scan).status_code for name, user in people.items()}

    assert shown == {"lawyer": True, "partner": False, "other": False, "student": False}
    assert opened == {"lawyer": 200, "partner": 404, "other": 404, "student": 404}


@pytest.mark.clause("4.2-c")
def test_a_file_that_is_not_a_scan_leaves_no_review_behind(road: Road, agreed: Pathway, client_as: ClientAs) -> None:
    agreement = agreed.agreement_id

    assert _reviewed(road, agreement, client_as(road.lawyer), b"MZ" + b"\x00" * 200) == 422

    assert not LegalReview.objects.exists()
    assert not Upload.objects.filter(purpose="legal_opinion").exists()


@pytest.mark.clause("5.4-a")
def test_a_councils_protocol_is_opened_from_the_pathway_and_from_the_agreement(
    road: Road, approved: Pathway, client_as: ClientAs
) -> None:
    record_council(
        pathway_id=approved.pk,
        university_id=road.partner.pk,
        council="Senat",
        protocol_number="4",
        decided_on=today(),
        result="approved",
        actor=road.coordinator,
        seen_hash=whole(approved.agreement),
        file=io.BytesIO(PDF),
        file_name="protokoll.pdf",
    )
    scan = reverse("documents:upload", args=[Upload.objects.get(purpose="council_protocol").pk])
    pages = [
        reverse("agreements:pathway", args=[approved.pk]),
        reverse("agreements:agreement", args=[approved.agreement_id]),
    ]
    auditor = institutions.user(Role.AUDITOR)

    shown = [client_as(auditor).get(page).content.decode().count(f'href="{scan}"') for page in pages]

    assert shown == [1, 1]
    assert client_as(auditor).get(scan).status_code == 200


@pytest.mark.parametrize("countries", [("DE",), ("DE", "KZ")])
def test_the_agreements_page_costs_the_same_for_any_number_of_reviews(
    road: Road,
    agreed: Pathway,
    countries: tuple[str, ...],
    client_as: ClientAs,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    agreement = agreed.agreement_id
    for country in countries:
        assert _reviewed(road, agreement, client_as(road.lawyer), PDF, country=country) == 302
    client = client_as(institutions.user(Role.AUDITOR))

    with django_assert_num_queries(25):
        page = client.get(reverse("agreements:agreement", args=[agreement]))

    assert len(page.context["reviews"]) == len(countries)
