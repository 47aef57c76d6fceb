"""A paper is seen before it is issued: what is shown is what is issued then, with no number, for those who issue it."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import pikepdf
import pytest
from django.db import models
from django.urls import reverse

from admissions.services import letters, orders
from admissions.services.applications import take_step
from admissions.services.contract import make_contract
from core.values import plain
from documents.kinds import draft_source
from documents.models import OfficialDocument
from institutions.enums import Role
from institutions.models import User
from tests.admissions.road import Cast
from tests.conftest import ClientAs
from tests.factories import institutions, transcripts
from tests.transcripts.road import reported
from transcripts.models import RecognitionProtocol
from transcripts.services.protocols import certify_protocol
from transcripts.services.reports import make_report
from transcripts.services.transcripts import issue_transcript

pytestmark = pytest.mark.django_db
Case = tuple[models.Model, User, Callable[[], Any]]


def _protocol() -> Case:
    protocol, vice_rector = transcripts.made(), institutions.user(Role.VICE_RECTOR)
    return protocol, vice_rector, lambda: certify_protocol(protocol_id=protocol.pk, actor=vice_rector)


def _transcript() -> Case:
    enrolment, registrar = transcripts.certified().plan.enrolment, institutions.user(Role.REGISTRAR)
    return enrolment, registrar, lambda: issue_transcript(enrolment_id=enrolment.pk, actor=registrar)


def _report() -> Case:
    (_plan, report), ipd = reported(), institutions.user(Role.IPD_COORDINATOR)
    return report, ipd, lambda: make_report(report_id=report.pk, actor=ipd)


def _order() -> Case:
    cast = Cast()
    application, _student = cast.requested()
    order = orders.draft_departure(applications=[application.pk], actor=cast.registrar)
    orders.send_for_signature(order_id=order.pk, actor=cast.registrar)
    return order, cast.signatory, lambda: orders.sign(order_id=order.pk, actor=cast.signatory)


def _letter() -> Case:
    cast = Cast()
    cast.submitted()
    sent = cast.sent()
    return sent, cast.ipd, lambda: letters.send_official_letter(list_id=sent.pk, actor=cast.ipd)


def _contract() -> Case:
    cast = Cast()
    application, _student = cast.invited()
    return application, cast.ipd, lambda: make_contract(application_id=application.pk, actor=cast.ipd)


@pytest.mark.parametrize(
    ("kind", "case", "step"),
    [
        ("recognition_protocol", _protocol, "transcripts:protocol-certify"),
        ("transcript", _transcript, "transcripts:issue"),
        ("semester_report", _report, "transcripts:report-make"),
        ("three_party_contract", _contract, "admissions:contract-make"),
        ("departure_order", _order, "admissions:order-sign"),
        ("official_letter", _letter, "admissions:list-letter"),
    ],
)
def test_what_is_shown_before_is_what_is_issued(
    kind: str, case: Callable[[], Case], step: str, client_as: ClientAs
) -> None:
    """And the page that asks before it is issued leads to it."""
    subject, actor, issue = case()
    seen = [subject.content_hash] if isinstance(subject, RecognitionProtocol) else []
    asked = client_as(actor).get(reverse(step, args=[subject.pk, *seen])).content.decode()
    assert "What will happen" in asked
    assert reverse("documents:draft", args=[kind, subject.pk]) in asked
    source = draft_source(kind)
    assert source is not None
    drafted = source(actor, subject.pk)
    assert not OfficialDocument.objects.filter(kind=kind).exists()

    issue()

    paper = OfficialDocument.objects.get(kind=kind)
    assert {name: value for name, value in paper.context.items() if name != "paper"} == plain(drafted.context)
    assert (paper.languages, paper.signatory) == (",".join(drafted.languages), drafted.signatory)


def test_a_supplement_names_in_its_draft_whom_it_will_name(client_as: ClientAs) -> None:
    """Whom the IPD ticked, on the page that asks, in the draft and in the letter; with nobody ticked there is none."""
    cast = Cast(seats=1)
    strong, student = cast.submitted(cast.student(gpa="3.90"))
    spare, _ = cast.submitted(cast.student(gpa="3.00"))
    further, _ = cast.submitted(cast.student(gpa="2.90"))
    sent = cast.sent()
    letters.send_official_letter(list_id=sent.pk, actor=cast.ipd)
    take_step(application_id=strong.pk, name="withdraw", actor=student, reason="illness")
    client = client_as(cast.ipd)
    asks = reverse("admissions:list-supplement", args=[sent.pk])
    draft = reverse("documents:draft", args=["official_letter", sent.pk])

    asked = client.get(asks, {"pick": further.pk}).content.decode()
    source = draft_source("official_letter")
    assert source is not None
    drafted = source(cast.ipd, sent.pk, [further.pk])

    assert f"{draft}?pick={further.pk}" in asked
    assert str(further.enrolment.person) in asked
    assert str(spare.enrolment.person) not in asked
    assert [client.get(draft).status_code, client.get(asks).status_code] == [404, 302]
    shown = client.get(f"{draft}?pick={further.pk}")
    assert shown.status_code == 200
    with pikepdf.open(BytesIO(shown.content)) as paper:
        assert len(paper.pages) == len(drafted.languages)  # one name stands under the letter, on its page
    assert OfficialDocument.objects.filter(kind="official_letter").count() == 1

    done = client.post(f"{asks}?pick={further.pk}", follow=True)

    assert "has been sent" in done.content.decode()
    supplement = OfficialDocument.objects.get(kind="official_letter", name_en__startswith="Supplement 1")
    assert supplement.context["letter"] == plain(drafted.context["letter"])


def test_an_order_is_a_draft_until_it_is_signed_and_of_its_own_kind_alone(client_as: ClientAs) -> None:
    order, signatory, sign = _order()
    client = client_as(signatory)
    here, of_another_kind = (
        reverse("documents:draft", args=[kind, order.pk]) for kind in ("departure_order", "admission_order")
    )
    assert [client.get(here).status_code, client.get(of_another_kind).status_code] == [200, 404]

    sign()

    assert client.get(here).status_code == 404
    assert here not in client.get(reverse("admissions:order", args=[order.pk])).content.decode()


def test_a_draft_bears_no_number_writes_nothing_and_is_for_those_who_issue_it(client_as: ClientAs) -> None:
    protocol, vice_rector, _certify = _protocol()
    address = reverse("documents:draft", args=["recognition_protocol", protocol.pk])

    client = client_as(vice_rector)
    shown = client.get(address)

    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "application/pdf")
    for language, word in (("kk", "жоба"), ("ru", "проект"), ("en", "draft")):  # of the reader, not of the paper
        client.cookies["django_language"] = language
        assert unquote(client.get(address).headers["Content-Disposition"]).endswith(f" – {word}.pdf")
    assert not OfficialDocument.objects.filter(kind="recognition_protocol").exists()
    others = [institutions.user(role) for role in (Role.REGISTRAR, Role.AUDITOR, Role.ADMINISTRATOR)]
    assert [client_as(user).get(address).status_code for user in others] == [404, 404, 404]
    unknown = [reverse("documents:draft", args=[kind, protocol.pk]) for kind in ("nothing", "change_sheet")]
    assert [client_as(vice_rector).get(url).status_code for url in unknown] == [404, 404]


def test_what_cannot_be_taken_back_is_asked_about_first(client_as: ClientAs) -> None:
    """The page says what will happen and shows the paper; looking at it changes nothing, its button does."""
    protocol, vice_rector = transcripts.made(), institutions.user(Role.VICE_RECTOR)
    address = reverse("transcripts:protocol-certify", args=[protocol.pk, protocol.content_hash])
    client = client_as(vice_rector)

    asked = client.get(address)
    text = asked.content.decode()
    before = OfficialDocument.objects.filter(kind="recognition_protocol").count()
    done = client.post(address, follow=True)

    assert "it is sealed and never changes" in text
    assert reverse("documents:draft", args=["recognition_protocol", protocol.pk]) in text
    assert (before, OfficialDocument.objects.filter(kind="recognition_protocol").count()) == (0, 1)
    assert done.status_code == 200
    # Once it is done, or for whoever does not certify, there is nothing to ask.
    assert client.get(address).status_code == 302
    assert client_as(institutions.user(Role.AUDITOR)).get(address).status_code == 404
