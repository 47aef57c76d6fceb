"""The register of papers, one paper, its file: each only for those who may see it."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core import jobs
from core.history import history_of
from core.workflow import FaultyError, NotAllowedError, RefusedError
from documents import services
from documents.models import Delivery, OfficialDocument
from documents.tables import PAPERS as PAPERS_LISTED
from institutions.models import User
from tests.documents.papers import issue, sealed
from tests.factories import institutions

pytestmark = pytest.mark.django_db
ClientAs = Callable[[User], Client]
PAPERS = "/documents/"


@pytest.mark.parametrize("count", [1, 3])
def test_the_register_costs_the_same_for_any_length(
    client_as: ClientAs, count: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    registrar = institutions.user("registrar")
    numbers = {f"No. {issue(registrar, holder=institutions.person()).number_text}" for _ in range(count)}
    client = client_as(registrar)

    # session, user, standing, years, count, page, which of them are opened, the reader, what waits
    with django_assert_num_queries(9):  # type: ignore[attr-defined]  # a context manager of pytest-django
        answer = client.get(PAPERS)

    assert set(re.findall(r"No\. \d+-Т", answer.content.decode())) == numbers


def test_the_register_is_narrowed_by_years_in_which_there_is_a_paper(client_as: ClientAs) -> None:
    registrar = institutions.user("registrar")
    paper = issue(registrar, holder=institutions.person())

    page = client_as(registrar).get(PAPERS)

    choices = page.context["listing"].filters.form.fields["year"].choices
    assert [value for value, _ in choices if value] == [paper.register.year]


def test_the_register_is_searched_by_number_and_by_holder_in_either_spelling(client_as: ClientAs) -> None:
    registrar = institutions.user("registrar")
    issue(
        registrar, holder=institutions.person(surname="ØVERGÅRD", given_names="INGRID", name_cyrillic="Эвергорд Ингрид")
    )
    issue(registrar, holder=institutions.person(surname="AKHMET", given_names="ALI", name_cyrillic="Қожахмет Әли"))
    client = client_as(registrar)

    def found(**query: str) -> list[str]:
        return [paper.number_text for paper in client.get(PAPERS, query).context["page"]]

    assert found(q="overgard") == ["1-Т"]
    assert found(q="ҚОЖАХМЕТ") == ["2-Т"]
    assert found(q="No. 2-Т") == ["2-Т"]
    assert found(kind="test_paper", state="issued") == ["2-Т", "1-Т"]
    assert found(state="revoked") == []


def test_what_is_shown_is_exported(client_as: ClientAs) -> None:
    registrar = institutions.user("registrar")
    issue(registrar)

    table = client_as(registrar).get(PAPERS, {"export": "csv"}).content.decode("utf-8-sig")

    assert table.splitlines()[0] == "Number;Paper;Holder;Issued;State"
    assert table.splitlines()[1].startswith("1-Т;Specimen;")


def test_the_day_in_a_list_is_the_universitys() -> None:
    paper = OfficialDocument(issued_at=datetime(2026, 11, 24, 20, 30, tzinfo=UTC))

    assert [column.get(paper) for column in PAPERS_LISTED if column.order == "issued_at"] == [date(2026, 11, 25)]


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_page_of_a_paper_speaks_three_languages(client_as: ClientAs, language: str) -> None:
    registrar = institutions.user("registrar")
    paper = sealed(registrar, holder=institutions.person(), signatory=registrar, signatory_role="registrar")
    client = client_as(registrar)
    client.cookies["django_language"] = language

    page = client.get(reverse("documents:officialdocument", args=[paper.pk])).content.decode()

    assert {"kk": "Үлгі қағаз", "ru": "Образец", "en": "Specimen"}[language] in page
    assert paper.sha256 in page


def test_until_it_is_sealed_the_page_asks_again(client_as: ClientAs) -> None:
    registrar = institutions.user("registrar")
    paper = issue(registrar)
    client, url = client_as(registrar), reverse("documents:officialdocument", args=[paper.pk])

    waiting = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert client.get(reverse("documents:download", args=[paper.pk])).status_code == 404
    services.seal(paper.pk)
    ready = client.get(url, headers={"HX-Request": "true"}).content.decode()

    assert 'hx-trigger="every 1s"' in waiting
    assert "hx-get" not in ready
    assert reverse("documents:download", args=[paper.pk]) in ready


def test_what_is_not_yours_does_not_exist(client_as: ClientAs) -> None:
    paper = sealed(holder=institutions.person())
    addresses = [
        reverse("documents:officialdocument", args=[paper.pk]),
        reverse("documents:download", args=[paper.pk]),
        reverse("documents:revoke", args=[paper.pk]),
    ]

    for stranger in (institutions.user("student"), institutions.partner_user(), institutions.user("administrator")):
        client = client_as(stranger)
        assert [client.get(url).status_code for url in addresses] == [404, 404, 404]
        assert list(client.get(PAPERS).context["page"]) == []


def test_the_holder_sees_his_or_her_own_paper(client_as: ClientAs) -> None:
    student = institutions.user("student")
    paper = sealed(holder=student.person)
    issue(holder=institutions.person())
    client = client_as(student)

    assert list(client.get(PAPERS).context["page"]) == [paper]
    answer = client.get(reverse("documents:download", args=[paper.pk]))
    assert answer["Content-Disposition"] == "attachment; filename*=UTF-8''1-%D0%A2.pdf"
    assert answer["Content-Type"] == "application/pdf"


@pytest.mark.clause("7.5b-a")
def test_a_delivered_paper_is_seen_by_its_reader_and_the_first_opening_is_noted(client_as: ClientAs) -> None:
    registrar, partner = institutions.user("registrar"), institutions.partner_user()
    paper = sealed(registrar)
    services.deliver(document=paper, recipient="Nordtal", person=partner.person, actor=registrar)
    url = reverse("documents:download", args=[paper.pk])

    assert client_as(registrar).get(url).status_code == 200
    assert Delivery.objects.get().opened_at is None
    assert client_as(partner).get(url).status_code == 200
    first = Delivery.objects.get().opened_at
    assert client_as(partner).get(url).status_code == 200

    assert first
    assert Delivery.objects.get().opened_at == first
    assert [entry.action for entry in history_of(paper)] == ["documents.delivered"]


@pytest.mark.clause("7.5b-a")
def test_who_takes_a_delivered_paper_in_a_zip_has_opened_it_and_who_sent_it_has_not() -> None:
    registrar, partner = institutions.user("registrar"), institutions.partner_user()
    paper = sealed(registrar)
    services.deliver(document=paper, recipient="Nordtal", person=partner.person, actor=registrar)

    jobs.run(services.start_download([paper.pk], registrar).pk)
    assert Delivery.objects.get().opened_at is None
    jobs.run(services.start_download([paper.pk], partner).pk)

    assert Delivery.objects.get().opened_at


def test_a_delivery_by_post_is_written_down_by_those_who_send(client_as: ClientAs) -> None:
    registrar = institutions.user("registrar")
    paper = sealed(registrar)
    url, values = reverse("documents:deliver", args=[paper.pk]), {"recipient": "Hochschule Nordtal", "channel": "post"}

    client_as(institutions.user("auditor")).post(url, values)
    refused = client_as(registrar).post(url, {**values, "recipient": " "})
    unseen = client_as(registrar).post(url, {**values, "recipient": "Nord\x01tal\u202e"})
    with pytest.raises(FaultyError, match=r"U\+0002"):
        services.note_delivery(document_id=paper.pk, recipient="\x02", channel="post", actor=registrar)
    assert not Delivery.objects.exists()
    client_as(registrar).post(url, values)

    assert refused.status_code == 422
    assert refused.context["form"].errors == {"recipient": ["This field is required."]}
    assert unseen.context["form"].errors == {"recipient": ["No such signs can stand here: U+0001 U+202E."]}
    assert '<option value="post" selected' in refused.text
    assert Delivery.objects.get().recipient == "Hochschule Nordtal"


def test_revoking_is_confirmed_on_a_page_of_its_own(client_as: ClientAs) -> None:
    registrar = institutions.user("registrar")
    paper = sealed(registrar)
    client, url = client_as(registrar), reverse("documents:revoke", args=[paper.pk])

    assert b"cannot be undone" in client.get(url).content
    assert client.post(url, {"reason": ""}).status_code == 422
    client.post(url, {"reason": "wrong student"})
    client.post(url, {"reason": "a second time"})

    paper.refresh_from_db()
    assert paper.state == "revoked"
    assert history_of(paper).count() == 1


def test_a_paper_is_taken_back_by_the_office_whose_paper_it_is(client_as: ClientAs) -> None:
    paper = sealed(institutions.user("registrar"))
    ipd = institutions.user("ipd_coordinator")
    url = reverse("documents:revoke", args=[paper.pk])

    page = client_as(ipd).get(reverse("documents:officialdocument", args=[paper.pk]))

    assert page.status_code == 200
    assert url not in page.content.decode()
    assert client_as(ipd).post(url, {"reason": "because"}).status_code == 404
    with pytest.raises(NotAllowedError):
        services.revoke(document_id=paper.pk, reason="because", actor=ipd)


def test_an_auditor_sees_and_changes_nothing(client_as: ClientAs) -> None:
    paper = sealed()
    client = client_as(institutions.user("auditor"))

    client.post(reverse("documents:revoke", args=[paper.pk]), {"reason": "because"})

    paper.refresh_from_db()
    assert paper.state == "issued"


def test_a_refused_step_is_told_in_the_readers_language() -> None:
    registrar = institutions.user("registrar")
    paper = issue(registrar)
    services.revoke(document_id=paper.pk, reason="x", actor=registrar)
    paper.refresh_from_db()

    with translation.override("ru"), pytest.raises(RefusedError) as refusal:
        services.deliver(document=paper, recipient="Nordtal", actor=registrar)
    with translation.override("ru"):
        assert "№ 1-Т" in str(refusal.value)
