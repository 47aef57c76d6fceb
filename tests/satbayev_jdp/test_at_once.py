"""Two people who decide at the same moment, and a form that is sent twice: one effect, a clear word to the second."""

import io
import threading
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import translation

from admissions.enums import ApplicationState, OrderState
from admissions.models import Application, Order, PartnerReply
from admissions.selectors.incoming import rows_to_choose
from admissions.services import incoming, orders
from agreements.enums import AnnexState
from agreements.models import AnnexVersion
from agreements.services.annex import agree_annex, import_annex, keep_annex_file, propose_annex, withdraw_annex
from core import jobs
from core.history import history_of
from core.models import Job
from core.values import today
from core.workflow import RefusedError
from documents.models import OfficialDocument
from institutions.enums import Role
from institutions.models import Membership, User
from institutions.services import people
from tests.admissions.coming import Guests
from tests.admissions.road import PDF, Cast
from tests.agreements.road import ANNEX, Road
from tests.factories import institutions, transcripts
from tests.programmes.files import sent
from transcripts.enums import ProtocolState
from transcripts.models import RecognitionProtocol, Transcript
from transcripts.services import protocols
from transcripts.services.transcripts import issue_transcript, start_bulk

ClientAs = Callable[[User], Client]
Verb = Callable[[User], object]
FIRST = "first"


def at_once(*doings: tuple[User, Verb]) -> list[str]:
    """Let each do the verb at the same moment; `first` for who came through, else what the other was told. Sorted."""
    start, said = threading.Barrier(len(doings)), []

    def do(user: User, verb: Verb) -> None:
        translation.activate("en")  # a thread speaks Kazakh until told otherwise
        try:
            actor = User.objects.get(pk=user.pk)
            start.wait(timeout=30)
            verb(actor)
            said.append(FIRST)
        except RefusedError as refusal:
            said.append(str(refusal))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=do, args=doing) for doing in doings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(said, key=lambda word: word != FIRST)


def actions_of(subject: Application | Order | AnnexVersion | RecognitionProtocol, *ends: str) -> list[str]:
    """What history tells of the steps with these names."""
    names = [entry.action.rsplit(".", 1)[-1] for entry in history_of(subject)]
    return [name for name in names if name in ends]


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("7.3-a")
def test_an_application_is_agreed_to_or_refused_by_one() -> None:
    guests = Guests()
    case = guests.in_review()
    other = institutions.user(Role.DEPARTMENT_HEAD, unit=institutions.department())

    said = at_once(
        (guests.head, lambda actor: incoming.agree(application_id=case.pk, actor=actor)),
        (other, lambda actor: incoming.refuse(application_id=case.pk, reason="No such courses.", actor=actor)),
    )

    assert said[0] == FIRST
    assert said[1].startswith("Somebody was first"), said
    assert len(actions_of(case, "agree", "refuse")) == 1
    assert Application.objects.get(pk=case.pk).state in {ApplicationState.DEPARTMENT_AGREED, ApplicationState.REFUSED}


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("7.4-a")
def test_an_order_is_signed_by_one_and_bears_one_number() -> None:
    guests = Guests()
    order = guests.for_signature()
    acting = institutions.user(Role.SIGNATORY)

    said = at_once(
        *((who, lambda actor: orders.sign(order_id=order.pk, actor=actor)) for who in (guests.signatory, acting))
    )

    assert said[0] == FIRST
    assert said[1].startswith("Somebody was first"), said
    assert Order.objects.get(pk=order.pk).state == OrderState.SIGNED
    assert OfficialDocument.objects.filter(kind="admission_order").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_who_end_each_others_roles_one_stays() -> None:
    for _ in range(5):
        pair = [institutions.user(Role.ADMINISTRATOR) for _ in range(2)]
        rows = [Membership.objects.get(user=user).pk for user in pair]

        def end(actor: User, row: int) -> object:
            return people.end_role(membership_id=row, ends_on=today(), reason="left", actor=actor)

        said = at_once(*((user, partial(end, row=row)) for user, row in zip(pair, reversed(rows), strict=True)))

        assert said[0] == FIRST
        assert said[1].startswith("Nobody is an administrator after that day"), said
        assert Membership.objects.filter(pk__in=rows, ends_on=None).update(ends_on=today()) == 1


@pytest.mark.django_db(transaction=True)
def test_a_version_of_annex_1_is_agreed_to_or_withdrawn() -> None:
    road = Road()
    ours, theirs = road.ipd, road.coordinator
    version = road.imported(road.drafted(), by=theirs)
    propose_annex(version_id=version.pk, actor=theirs)

    said = at_once(
        (ours, lambda actor: agree_annex(version_id=version.pk, actor=actor)),
        (theirs, lambda actor: withdraw_annex(version_id=version.pk, reason="A mistake.", actor=actor)),
    )

    assert said[0] == FIRST
    assert said[1] != FIRST
    assert AnnexVersion.objects.get(pk=version.pk).state in {AnnexState.FROZEN, AnnexState.WITHDRAWN}


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("5.11")
def test_a_protocol_is_certified_or_returned() -> None:
    protocol = transcripts.made()
    one, other = institutions.user(Role.VICE_RECTOR), institutions.user(Role.VICE_RECTOR)

    said = at_once(
        (one, lambda actor: protocols.certify_protocol(protocol_id=protocol.pk, actor=actor)),
        (other, lambda actor: protocols.return_protocol(protocol_id=protocol.pk, reason="Look again.", actor=actor)),
    )

    assert said[0] == FIRST
    assert said[1].startswith("Somebody was first"), said
    state = RecognitionProtocol.objects.get(pk=protocol.pk).state
    assert state in {ProtocolState.CERTIFIED, ProtocolState.DRAFT}
    papers = OfficialDocument.objects.filter(kind="recognition_protocol").count()
    assert papers == (1 if state == ProtocolState.CERTIFIED else 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("6.11")
def test_a_transcript_asked_for_at_the_same_moment_is_one_paper() -> None:
    student = transcripts.certified().plan.enrolment_id
    clerks = [institutions.user(Role.REGISTRAR) for _ in range(2)]

    said = at_once(*((who, lambda actor: issue_transcript(enrolment_id=student, actor=actor)) for who in clerks))

    assert said[0] == FIRST
    assert said[1].startswith("This transcript is issued already: No. 1-ТР"), said
    assert Transcript.objects.count() == 1
    assert OfficialDocument.objects.filter(kind="transcript").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_bulk_asked_for_at_the_same_moment_is_one_job() -> None:
    student = transcripts.certified().plan.enrolment_id
    clerk = institutions.user(Role.REGISTRAR)
    # Whoever comes later may find the job of the first finished: then its own one finds everything issued.
    said = at_once(*((clerk, lambda actor: start_bulk(enrolment_ids=[student], actor=actor)) for _ in range(2)))

    assert FIRST in said
    assert Job.objects.filter(finished_at=None).count() <= 1
    for job in Job.objects.all():
        jobs.run(job.pk)
    assert Transcript.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_annex_file_at_the_same_moment_is_one_version() -> None:
    road = Road()
    pathway = road.drafted()
    uploads = [
        keep_annex_file(pathway_id=pathway.pk, file=sent(ANNEX), name=ANNEX, actor=road.coordinator) for _ in range(2)
    ]

    at_once(*((road.coordinator, partial(_import, upload.pk)) for upload in uploads))

    assert pathway.annex_versions.count() == 1


def _import(upload_id: int, actor: User) -> None:
    import_annex(upload_id=upload_id, actor=actor)


# --- the same form twice ----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_form_sent_twice_has_one_effect_and_tells_the_second_time(client_as: ClientAs) -> None:
    guests = Guests()
    case, order = guests.in_review(), guests.for_signature()
    client = client_as(guests.head)
    address = reverse("admissions:incoming-agree", args=[case.pk])

    form = {"comment": "", "rows": [row.pk for row in rows_to_choose(case)]}

    told = [client.post(address, form, follow=True).content.decode() for _ in range(2)]

    assert ["Somebody was first" in text for text in told] == [False, True]
    assert actions_of(case, "agree") == ["agree"]
    client = client_as(guests.signatory)
    address = reverse("admissions:order-sign", args=[order.pk])
    told = [client.post(address, follow=True).content.decode() for _ in range(2)]
    assert ["Somebody was first" in text for text in told] == [False, True]
    assert OfficialDocument.objects.filter(kind="admission_order").count() == 1


@pytest.mark.django_db
def test_the_partners_answer_sent_twice_is_one_answer(client_as: ClientAs) -> None:
    cast = Cast()
    application, _ = cast.proposed()
    client = client_as(cast.partner)
    address = reverse("admissions:answer", args=[application.pk])

    for _ in range(2):
        file = io.BytesIO(PDF)
        file.name = "invitation.pdf"
        client.post(address, {"answer": "invited", "reason": "", "file": file})

    assert PartnerReply.objects.filter(application=application).count() == 1


@pytest.mark.django_db
def test_a_certificate_sent_twice_is_one_paper(client_as: ClientAs) -> None:
    protocol = transcripts.made()
    client = client_as(institutions.user(Role.VICE_RECTOR))
    address = reverse("transcripts:protocol-certify", args=[protocol.pk, protocol.content_hash])

    told = [client.post(address, follow=True).content.decode() for _ in range(2)]

    assert ["Somebody was first" in text for text in told] == [False, True]
    assert OfficialDocument.objects.filter(kind="recognition_protocol").count() == 1
