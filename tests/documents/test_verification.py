"""The public page behind the QR: what the paper shows and how it stands now, and nothing more."""

import io

import pytest
from django.test import Client
from django.urls import reverse

from documents import services
from documents.models import Upload
from documents.selectors import content_of
from tests.documents.papers import sealed
from tests.factories import institutions

pytestmark = pytest.mark.django_db


@pytest.fixture
def anybody(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


def _page(client: Client, code: str) -> str:
    return client.get(reverse("verification", args=[code])).content.decode()


def test_it_shows_what_the_paper_shows_and_nothing_else(anybody: Client) -> None:
    holder = institutions.person(passport_number="N12345678", iin="020903503011")
    paper = sealed(holder=holder)

    page = _page(anybody, paper.code)

    for shown in ("Specimen", "1-Т", "Satbayev University", holder.passport_name, paper.sha256, "in force"):
        assert shown in page
    for hidden in (holder.passport_number, holder.iin, holder.email, str(paper.issued_by), "/documents/", "2002"):
        assert hidden not in page


@pytest.mark.parametrize("spell", [str.lower, lambda code: code.replace("-", ""), lambda code: f" {code} "])
def test_a_typed_code_leads_to_the_page(anybody: Client, spell: object) -> None:
    paper = sealed()

    answer = anybody.get("/v/", {"code": spell(paper.code)}, follow=True)  # type: ignore[operator]  # one of three functions

    assert answer.redirect_chain == [(f"/v/{paper.code}/", 302)]
    assert "1-Т" in answer.content.decode()


def test_an_unknown_code_has_a_clear_page(anybody: Client) -> None:
    answer = anybody.get("/v/AAAA-2222/")

    assert answer.status_code == 404
    assert "No paper bears the code “AAAA-2222”" in answer.content.decode()


def test_a_revoked_and_a_superseded_paper_say_so(anybody: Client) -> None:
    registrar = institutions.user("registrar")
    revoked, old = sealed(registrar), sealed(registrar)
    services.revoke(document_id=revoked.pk, reason="a private reason", actor=registrar)
    newer = sealed(registrar, supersedes=old)

    assert "revoked" in _page(anybody, revoked.code)
    assert "a private reason" not in _page(anybody, revoked.code)
    assert f"paper № {newer.number_text} stands in its place" in _page(anybody, old.code)


def test_a_file_is_compared_and_not_kept(anybody: Client) -> None:
    paper = sealed()
    url, content = reverse("verification", args=[paper.code]), content_of(paper.file)

    same = anybody.post(url, {"file": io.BytesIO(content)}).content.decode()
    other = anybody.post(url, {"file": io.BytesIO(content + b" ")}).content.decode()

    assert "to the last byte" in same
    assert "is not the one that was issued" in other
    assert not Upload.objects.exists()


def test_the_page_costs_the_same_for_everybody(anybody: Client, django_assert_num_queries: object) -> None:
    paper = sealed(holder=institutions.person())

    with django_assert_num_queries(1):  # type: ignore[operator]  # pytest-django's fixture
        _page(anybody, paper.code)
