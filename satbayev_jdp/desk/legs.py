"""How a student's case goes on after the order: stay, plan, recognition, transcript, each with where it stands and whose move."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext

from admissions.enums import ApplicationState
from admissions.models import Application
from agreements.enums import Direction
from core.history import subject_type
from core.http import Onward, page_of
from core.models import WorkItem
from core.permissions import whose_move
from core.templatetags.written import near
from core.values import numbered, today
from documents.enums import DocumentState
from institutions.enums import Role
from institutions.permissions import Standing
from mobility.enums import PlacementState
from mobility.selectors.stay import placements_visible_to
from transcripts.enums import ProtocolState
from transcripts.models import RecognitionProtocol, Transcript
from transcripts.phrases import undone
from transcripts.selectors.protocols import protocols_visible_to
from transcripts.selectors.transcripts import transcripts_visible_to

_REACHED = frozenset({ApplicationState.DEPARTED, ApplicationState.ARRIVED})
_PROTOCOL = subject_type(RecognitionProtocol)


@dataclass(frozen=True, slots=True)
class Leg:
    """A part of the way: what it is, where it is seen, how it stands, what else is to be known, whose move."""

    label: str
    url: str
    state: str
    more: str = ""
    movers: tuple[str, ...] = ()


def legs_of(
    standing: Standing, applications: Sequence[Application], onward: Mapping[int, Sequence[Onward]]
) -> dict[int, list[Leg]]:
    """The legs of a student's own cases, by key; none before the order has opened a stay. Three queries, however many cases.

    `onward`: where each case goes on, read already.
    """
    gone_on = [one for one in applications if onward[one.pk]]
    if not gone_on:
        return {}
    protocols, transcripts = _protocols(standing, gone_on), _transcripts(standing, gone_on)
    movers = _movers([one for found in protocols.values() for one in found])
    return {
        one.pk: [
            *(_leg(page) for page in onward[one.pk]),
            *(_recognition(protocol, movers[protocol.pk]) for protocol in protocols[one.pk]),
            _transcript(one, transcripts.get(one.enrolment_id)),
        ]
        for one in gone_on
    }


def stays_begun(standing: Standing, applications: Iterable[Application]) -> dict[int, str]:
    """How the stay of each case stands, by the case's key, once study there has begun: from then on the case says no more."""
    reached = [one.pk for one in applications if one.state in _REACHED]
    if not reached:
        return {}
    begun = placements_visible_to(standing).filter(
        application__in=reached, state__in=[PlacementState.PRESENT, PlacementState.ENDED], starts_on__lte=today()
    )
    return {stay.application_id: stay.where for stay in begun}


def _leg(page: Onward) -> Leg:
    return Leg(page.label, page.url, page.state, page.more, tuple(whose_move(page.movers or (), page.mine)))


def _protocols(standing: Standing, applications: Iterable[Application]) -> Mapping[int, list[RecognitionProtocol]]:
    away = [one.pk for one in applications if one.direction == Direction.OUTGOING]
    found: dict[int, list[RecognitionProtocol]] = defaultdict(list)
    if away:
        of_them = protocols_visible_to(standing).filter(plan__placement__application__in=away, superseded_by=None)
        for protocol in of_them.order_by("term__starts_on", "pk"):
            found[protocol.plan.placement.application_id].append(protocol)
    return found


def _movers(protocols: Iterable[RecognitionProtocol]) -> Mapping[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    keys = [one.pk for one in protocols]
    if keys:
        items = WorkItem.objects.filter(subject_type=_PROTOCOL, subject_id__in=keys, closed_at=None).order_by(
            "due", "pk"
        )
        for item in items:
            if not item.reminds:
                found[item.subject_id].append(item.queue.partition("@")[0])
    return found


def _recognition(protocol: RecognitionProtocol, movers: Sequence[str]) -> Leg:
    waits = protocol.state == ProtocolState.DRAFT and Role.PARTNER_COORDINATOR in movers
    state = gettext("waits for the partner's marks") if waits else undone(protocol.document)
    return Leg(
        gettext("Recognition: %(term)s") % {"term": protocol.term},
        page_of(_PROTOCOL, protocol.pk),
        state or str(protocol.get_state_display()),
        movers=tuple(whose_move(dict.fromkeys(movers), ())),
    )


def _transcripts(standing: Standing, applications: Iterable[Application]) -> Mapping[int, Transcript]:
    """The transcript of each enrolment: the last one in force; where there is none, the last that was revoked."""
    own = transcripts_visible_to(standing).filter(enrolment__in={one.enrolment_id for one in applications})
    told = own.filter(document__state__in=(DocumentState.ISSUED, DocumentState.REVOKED)).order_by("pk")
    by_force = sorted(told, key=lambda one: one.document.state == DocumentState.ISSUED)
    return {one.enrolment_id: one for one in by_force}


def _transcript(application: Application, issued: Transcript | None) -> Leg:
    if issued is None:
        url = reverse("transcripts:student", args=[application.enrolment_id])
        return Leg(gettext("Transcript"), url, gettext("not issued yet"))
    paper = issued.document
    if paper.state == DocumentState.REVOKED:
        url, number = reverse("transcripts:student", args=[application.enrolment_id]), str(numbered(paper.number_text))
        return Leg(gettext("Transcript"), url, gettext("revoked; not issued anew yet"), number)
    return Leg(
        gettext("Transcript"),
        reverse("transcripts:transcript", args=[issued.pk]),
        str(numbered(paper.number_text)),
        near(paper.issued_at),
    )
