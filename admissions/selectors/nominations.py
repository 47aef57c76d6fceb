"""Reads of partners' lists of candidates, beginning with who is looking, and what is known when a candidate is named."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.timezone import localdate
from django.utils.translation import gettext

from admissions.enums import ApplicationState, ListState
from admissions.models import Application, CandidateList, Intake
from admissions.permissions.nominations import sees_nominations
from admissions.selectors.applications import with_case
from admissions.selectors.incoming import incoming_facts_of
from admissions.selectors.lists import intakes_visible_to
from admissions.workflow.incoming import INCOMING
from admissions.workflow.nominations import Call, Candidate, Known, NominationFacts
from agreements.enums import Direction
from agreements.selectors.agreements import agreement_in_force
from agreements.selectors.annex import frozen_annex_of
from core.history import subject_type
from core.machine import Blocker
from core.models import HistoryEntry
from core.values import fold, today
from institutions.models import Person, User
from institutions.permissions import Standing
from programmes.models import Enrolment

_RETURNED = f"{INCOMING.name}.return_to_partner"


@dataclass(frozen=True)
class Nominee:
    """A candidate of a list with everything that still keeps him or her from being sent (7.1).

    `returned`: why the IPD gave the candidate back, while he or she is not sent anew.
    """

    application: Application
    blockers: tuple[Blocker, ...]
    returned: str = ""

    @property
    def is_whole(self) -> bool:
        """True when nothing is missing."""
        return not self.blockers

    @property
    def lacks(self) -> list[dict[str, str]]:
        """What is missing, in the reader's language, each with its clause."""
        return [{"text": gettext(one.text) % one.params, "clause": one.clause} for one in self.blockers]


def incoming_intakes(standing: Standing) -> "QuerySet[Intake]":
    """The incoming intakes that this person may see, the latest first."""
    return intakes_visible_to(standing).filter(direction=Direction.INCOMING).order_by("-term__starts_on", "pk")


def nominations_visible_to(standing: Standing) -> "QuerySet[CandidateList]":
    """The partners' lists that this person may see; the IPD sees a list that is being gathered too."""
    visible = CandidateList.objects.filter(sees_nominations.q(standing), intake__direction=Direction.INCOMING)
    return visible.select_related(
        "created_by__person",
        "sent_by__person",
        "intake__term",
        "intake__last_term",
        "intake__pathway__agreement",
        "intake__pathway__home_programme__department__parent",
        "intake__pathway__partner_programme__university",
        "intake__pathway__partner_curriculum",
    )


def calls_listed(standing: Standing) -> "QuerySet[Intake]":
    """The incoming intakes that this person may see, each with the lists among them as `shown_lists`. Unordered."""
    lists = Prefetch("lists", nominations_visible_to(standing).order_by("number"), to_attr="shown_lists")
    return incoming_intakes(standing).order_by().prefetch_related(lists)


def nominees_of(candidates: CandidateList) -> list[Nominee]:
    """The list's candidates by name, each with what is missing. Whoever may see the list may read it."""
    rows = with_case(Application.objects.filter(candidate_list=candidates)).exclude(state__in=ApplicationState.closed())
    applications = list(rows.order_by("enrolment__person__surname", "pk"))
    facts = incoming_facts_of(applications)
    nominate = INCOMING.step("nominate")
    drafts = [one for one in applications if one.state == ApplicationState.DRAFT]
    lacking = {one.pk: nominate.blockers(facts[one.pk]) for one in drafts}
    returned = _why_returned(drafts)
    return [Nominee(one, lacking.get(one.pk, ()), returned.get(one.pk, "")) for one in applications]


def _why_returned(drafts: Sequence[Application]) -> dict[int, str]:
    """The reason of the last return of each draft that was sent once, by key. One query."""
    entries = HistoryEntry.objects.filter(
        subject_type=subject_type(Application), subject_id__in=[one.pk for one in drafts], action=_RETURNED
    )
    return dict(entries.order_by("pk").values_list("subject_id", "reason"))


def nomination_facts(candidates: CandidateList, nominees: Sequence[Nominee]) -> NominationFacts:
    """Facts of a list with its candidates."""
    intake = candidates.intake
    return NominationFacts(
        candidates=len(nominees),
        whole=sum(one.is_whole for one in nominees if one.application.state == ApplicationState.DRAFT),
        intake_open=intake.opens_on <= today() <= intake.closes_on,
        agreement_in_force=agreement_in_force(intake.pathway.agreement, today()),
        annex_agreed=frozen_annex_of(intake.pathway) is not None,
    )


def draft_of(intake: Intake) -> CandidateList | None:
    """The list that the partner is gathering for an intake, the newest where there are several."""
    return intake.lists.filter(state=ListState.DRAFT).order_by("-number").first()


def imported_before(intake: Intake, digest: str) -> CandidateList | None:
    """The list that came of this very file, if it was imported already."""
    return intake.lists.filter(file_digest=digest).first()


def call_of(intake: Intake) -> Call:
    """What a loaded intake asks of its candidates."""
    scale = intake.pathway.scale
    return Call(
        programme=intake.pathway.home_programme.code,
        level=intake.pathway.home_programme.level,
        semester=intake.semester,
        stay_ends_on=intake.last_term.ends_on,
        today=localdate(),
        marks=(min(scale.best, scale.worst), max(scale.best, scale.worst)) if scale else None,
    )


def known_to(intake: Intake, candidates: Sequence[Candidate], *, besides: Application | None = None) -> Known:
    """What the database knows of these candidates, in five queries; `besides`: the candidate who is being corrected."""
    partner = intake.pathway.partner_programme.university_id
    numbers = [candidate.matriculation for candidate in candidates]
    enrolled = {
        enrolment.student_number.casefold(): enrolment.person
        for enrolment in Enrolment.objects.filter(university=partner, student_number__in=numbers).select_related(
            "person"
        )
    }
    live = Application.objects.filter(
        direction=Direction.INCOMING, enrolment__university=partner, enrolment__student_number__in=numbers
    )
    live = live.exclude(state__in=ApplicationState.closed()).exclude(pk__in=[besides.pk] if besides else [])
    same_time = Q(term__starts_on__lte=intake.last_term.ends_on, intake__last_term__ends_on__gte=intake.term.starts_on)
    named = live.filter(Q(intake=intake) | same_time).values_list("enrolment__student_number", "intake_id")
    at = {number.casefold(): call for number, call in named}
    own = {person.pk for person in enrolled.values()} | ({besides.enrolment.person_id} if besides else set())
    others = Person.objects.exclude(pk__in=own)
    passports = Q(
        passport_number__in=[candidate.passport_number for candidate in candidates if candidate.passport_number]
    )
    at_partner = Enrolment.objects.filter(person=OuterRef("pk"), university=partner).values("student_number")[:1]
    emails = [candidate.email for candidate in candidates if candidate.email]
    accounts = User.objects.exclude(person__in=own).filter(email__in=emails).values_list("email", flat=True)
    return Known(
        candidates=frozenset(number for number, call in at.items() if call == intake.pk),
        elsewhere=frozenset(number for number, call in at.items() if call != intake.pk),
        passports={
            (citizenship, number): bearer or ""
            for citizenship, number, bearer in others.filter(passports).values_list(
                "citizenship", "passport_number", Subquery(at_partner)
            )
        },
        emails=frozenset(
            email.casefold() for email in (*others.filter(email__in=emails).values_list("email", flat=True), *accounts)
        ),
        others={
            number: (person.surname.casefold(), person.birth_date)
            for number, person in enrolled.items()
            if besides is None or person.pk != besides.enrolment.person_id
        },
    )


def search(applications: "QuerySet[Application]", text: str) -> "QuerySet[Application]":
    """Those whose name or number holds `text`, without regard to case or diacritics."""
    wanted = Q(enrolment__person__search_text__contains=fold(text)) | Q(
        enrolment__student_number__contains=text.strip()
    )
    return applications.filter(wanted) if text.strip() else applications
