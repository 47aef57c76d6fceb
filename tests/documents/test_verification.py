"""The public page behind the QR: what the paper shows and how it stands now, and nothing more."""

import io
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from core.workflow import BlockedError, WrongStateError
from documents import services
from documents.models import Upload
from documents.selectors import content_of
from institutions.models import User
from tests.documents.papers import CONTRACT, sealed
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


def test_a_strangers_browser_says_in_which_language_until_one_is_chosen(client: Client) -> None:
    url = reverse("verification", args=[sealed().code])

    def language(**headers: str) -> str:
        answer = client.get(url, headers=headers)
        assert f'<html lang="{answer["Content-Language"]}">' in answer.content.decode()
        return str(answer["Content-Language"])

    assert language() == "kk"
    assert language(accept_language="de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7") == "en"
    assert language(accept_language="ru") == "ru"
    client.cookies["django_language"] = "kk"
    assert language(accept_language="ru") == "kk"


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
    assert f'paper <span class="nowrap">No. {newer.number_text}</span> stands in its place' in _page(anybody, old.code)


@pytest.mark.clause("6.12-b")
def test_a_contract_is_not_in_force_until_all_its_parties_have_signed(anybody: Client) -> None:
    rector = institutions.user("signatory", name_cyrillic="Қуандықов Әділет")
    ipd = institutions.user("ipd_coordinator")
    paper = sealed(ipd, kind=CONTRACT.name, signatory=rector, signatory_role="signatory")

    with pytest.raises(BlockedError, match="Not all parties have signed"):
        services.put_in_force(paper, unsigned=1, actor=rector, roles=frozenset({"signatory"}))
    page = _page(anybody, paper.code)
    assert "not yet signed by all parties" in page
    assert "and in force." not in page

    services.put_in_force(paper, unsigned=0, actor=rector, roles=frozenset({"signatory"}))
    assert "Issued here and in force." in _page(anybody, paper.code)
    with pytest.raises(WrongStateError):
        services.put_in_force(paper, unsigned=0, actor=rector, roles=frozenset({"signatory"}))


@pytest.mark.clause("6.12-b")
def test_the_page_of_a_contract_says_nobody_signed_it_before_all_have(client_as: Callable[[User], Client]) -> None:
    rector = institutions.user("signatory", name_cyrillic="Қуандықов Әділет")
    ipd = institutions.user("ipd_coordinator")
    paper = sealed(ipd, kind=CONTRACT.name, signatory=rector, signatory_role="signatory")
    url = reverse("documents:officialdocument", args=[paper.pk])

    before = client_as(ipd).get(url).content.decode()
    services.put_in_force(paper, unsigned=0, actor=rector, roles=frozenset({"signatory"}))
    after = client_as(ipd).get(url).content.decode()

    assert "not yet signed by all parties" in before
    assert f"<dd>{rector}</dd>" not in before + after
    assert "all its parties" in after


def test_a_contract_that_awaits_signatures_can_be_sent_revoked_and_replaced() -> None:
    registrar = institutions.user("registrar")
    sent, revoked, old = (sealed(registrar, kind=CONTRACT.name) for _ in range(3))

    services.deliver(document=sent, recipient="Nordtal", actor=registrar)
    assert services.revoke(document_id=revoked.pk, reason="a slip", actor=registrar).state == "revoked"
    newer = sealed(registrar, kind=CONTRACT.name, supersedes=old)

    old.refresh_from_db()
    assert (old.state, newer.state) == ("superseded", "awaits_signatures")


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
        page = _page(anybody, paper.code)

    assert str(paper.holder) in page
