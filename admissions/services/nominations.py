"""A partner names its candidates (7.1): imported with a dry run or typed, packages uploaded, the whole ones sent."""

import hashlib
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_noop

from admissions.enums import ApplicationState, DocumentGiver, ListState
from admissions.imports.nominations import FoundCandidate, read_nominations, unreadable
from admissions.models import Application, CandidateList, Intake
from admissions.notifications.shared import application_returned
from admissions.pdf.nominations import NOMINATION_FILE
from admissions.permissions.nominations import queue_of_nominations, roles_on_nominations
from admissions.selectors import nominations as read
from admissions.selectors.applications import applications_visible_to, gathered_until, with_case
from admissions.services.applications import lock_intake, locked, roles_of, step, take_step
from admissions.services.package import open_package
from admissions.services.settling import settle
from admissions.workflow.nominations import NOMINATION_LIST, Candidate, faults
from agreements.enums import Direction
from agreements.models import Pathway
from agreements.selectors.annex import frozen_annex_of
from core.faults import Fault
from core.history import record
from core.imports import ImportReport, Outcome, Problem, UnreadableFileError
from core.notifications import notify
from core.values import joined, numbered_in_each
from core.workflow import NotAllowedError, RefusedError, WrongStateError, perform, refuse_faults, refuse_unseen_moves
from core.worklist import Wait, reconcile
from documents.models import Upload
from documents.services import store_upload
from institutions.enums import Role
from institutions.models import Person, User
from institutions.permissions import standing_of
from institutions.phrases import country_codes
from programmes.models import Enrolment


@dataclass(frozen=True)
class SentList:
    """What became of a list: who was sent, and who stays behind on a list of their own."""

    sent: tuple[Application, ...]
    left_behind: tuple[read.Nominee, ...]


def intake_for(intake_id: int, actor: User) -> Intake:
    """The incoming intake, locked, for a coordinator of its partner. DoesNotExist for strangers, NotAllowedError for others."""
    visible = read.incoming_intakes(standing_of(actor))
    intake = visible.select_for_update(of=("self",)).get(pk=intake_id)
    if Role.PARTNER_COORDINATOR not in roles_on_nominations(intake, standing_of(actor)):
        raise NotAllowedError(gettext_noop("Candidates are named by the partner's coordinator."))
    return intake


@transaction.atomic
def keep_file(*, intake_id: int, content: bytes, filename: str, actor: User) -> Upload:
    """Keep a partner's file so that what was checked is what will be written. Raises NotAllowedError, FileRefusedError."""
    intake = intake_for(intake_id, actor)
    return store_upload(
        file=io.BytesIO(content), name=filename, purpose_name=NOMINATION_FILE.name, subject=intake, actor=actor
    )


@transaction.atomic
def import_nominations(
    *, intake_id: int, content: bytes, filename: str, actor: User, dry_run: bool = False
) -> ImportReport:
    """Read a partner's file onto a new list of the intake: everything, or, with any problem or `dry_run`, nothing (7.1).

    The same file is taken once. Candidates whose passport ends before the stay are written but held back with the reason.
    """
    intake = intake_for(intake_id, actor)
    digest = hashlib.sha256(content).hexdigest()
    try:
        found, report = read_nominations(io.BytesIO(content), filename, intake)
    except UnreadableFileError as error:
        return unreadable(error, filename)
    report.digest = digest
    if earlier := read.imported_before(intake, digest):
        report.problems.insert(0, _same_file(filename, earlier.number))
        report.lines = [replace(line, outcome=Outcome.REFUSED) for line in report.lines]
    if dry_run or not report.ok:
        return report
    try:
        with transaction.atomic():
            _write(found, _new_list(intake, actor, digest), actor)
    except IntegrityError:  # the same file, or one of its people, written by another request at this moment
        report.problems.insert(0, Problem(f"«{filename}»", gettext_noop("somebody has imported this list meanwhile")))
        return report
    report.written = True
    return report


def _same_file(filename: str, number: int) -> Problem:
    text = gettext_noop("this file has been imported already: list No. %(number)s")
    return Problem(f"«{filename}»", text, {"number": number})


def _write(found: Sequence[FoundCandidate], candidates: CandidateList, actor: User) -> None:
    _create([one.candidate for one in found], candidates, actor)
    settle_nominations(candidates)


def _new_list(intake: Intake, actor: User, digest: str = "") -> CandidateList:
    last = intake.lists.aggregate(last=Max("number"))["last"] or 0
    made = CandidateList.objects.create(intake=intake, number=last + 1, file_digest=digest, created_by=actor)
    text = gettext_noop("list of candidates imported") if digest else gettext_noop("list of candidates begun")
    record(actor=actor, action="nomination_list.begun", subject=made, text=text, clause="7.1")
    return made


@transaction.atomic
def add_candidate(*, intake_id: int, candidate: Candidate, actor: User) -> Application:
    """Put a typed candidate on the partner's list that is being gathered (a new one where there is none).

    Raises NotAllowedError, FaultyError.
    """
    intake = intake_for(intake_id, actor)
    refuse_faults(candidate_faults(candidate, intake))
    candidates = read.draft_of(intake) or _new_list(intake, actor)
    with _entered_once():
        application = _create([candidate], candidates, actor)[0]
    settle_nominations(candidates)
    return application


@transaction.atomic
def correct_candidate(*, application_id: int, candidate: Candidate, actor: User, seen: str = "") -> Application:
    """The partner corrects a candidate before sending, e.g. enters the new passport.

    `seen`: `mark_of` the application as the actor was shown it. Raises as `add_candidate`, and ChangedMeanwhileError.
    """
    application = locked(application_id, actor)
    if Role.PARTNER_COORDINATOR not in roles_of(application, actor):
        raise NotAllowedError(gettext_noop("Candidates are named by the partner's coordinator."))
    if application.direction != Direction.INCOMING or application.state != ApplicationState.DRAFT:
        raise WrongStateError(gettext_noop("The candidate has been sent: nothing can be changed here now."))
    refuse_unseen_moves(seen, application)
    refuse_faults(candidate_faults(candidate, application.intake, besides=application))
    enrolment = application.enrolment
    before = _said(enrolment, application.average_mark)
    _fill(enrolment.person, candidate)
    enrolment.student_number = candidate.matriculation
    application.average_mark = candidate.average_mark
    with _entered_once():
        enrolment.person.save()
        enrolment.save(update_fields=["student_number"])
        application.save(update_fields=["average_mark"])
    record(
        actor=actor,
        action="incoming.corrected",
        subject=application,
        text=gettext_noop("candidate's data corrected"),
        clause="7.1",
        before=before,
        after=_said(enrolment, application.average_mark),
    )
    settle(application)
    return application


@contextmanager
def _entered_once() -> Iterator[None]:
    """What the rules let pass, and another request has entered at this very moment, is refused and not broken off."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        text = gettext_noop("Somebody has entered this passport or number at this moment. Look at it again.")
        raise RefusedError(text) from error


def candidate_faults(candidate: Candidate, intake: Intake, *, besides: Application | None = None) -> Iterator[Fault]:
    """Everything for which a typed candidate is not taken onto a list of the intake; `besides`: the one that is corrected."""
    known = read.known_to(intake, [candidate], besides=besides)
    return faults(candidate, read.call_of(intake), known, country_codes())


def _said(enrolment: Enrolment, average_mark: Decimal | None) -> dict[str, object]:
    """What the partner says of the candidate, for the history: all that `_fill` and those who call it overwrite."""
    person = enrolment.person
    return {
        "name": person.passport_name,
        "birth_date": person.birth_date,
        "sex": person.sex,
        "citizenship": person.citizenship,
        "passport_number": person.passport_number,
        "passport_valid_until": person.passport_valid_until,
        "email": person.email,
        "language_certificate": person.language_certificate,
        "student_number": enrolment.student_number,
        "average_mark": average_mark,
    }


def _fill(person: Person, candidate: Candidate) -> None:
    person.surname, person.given_names = candidate.surname, candidate.given_names
    person.birth_date, person.sex, person.citizenship = candidate.birth_date, candidate.sex, candidate.citizenship
    person.passport_number = candidate.passport_number
    person.passport_valid_until = candidate.passport_valid_until
    person.email, person.language_certificate = candidate.email, candidate.language_certificate


def _create(named: Sequence[Candidate], candidates: CandidateList, actor: User) -> list[Application]:
    """Persons (known by their number at the partner, else new), enrolments there, applications in draft, their packages."""
    pathway = candidates.intake.pathway
    annex, department = frozen_annex_of(pathway), pathway.home_programme.department
    if annex is None:
        raise RefusedError(gettext_noop("The joint working plan (Annex 1) is not agreed by both sides."))
    if department is None or department.parent is None:
        raise RefusedError(gettext_noop("The programme belongs to no department of an institute."))
    made = []
    for candidate in named:
        enrolment, before = _enrol(candidate, pathway)
        application = Application.objects.create(
            direction=Direction.INCOMING,
            intake=candidates.intake,
            term=candidates.intake.term,
            enrolment=enrolment,
            average_mark=candidate.average_mark,
            annex_version=annex,
            candidate_list=candidates,
            department=department,
            institute=department.parent,
            created_by=actor,
        )
        open_package(application)
        record(
            actor=actor,
            action="incoming.named",
            subject=application,
            text=gettext_noop("named as a candidate by the partner"),
            clause="7.1",
            role=Role.PARTNER_COORDINATOR,
            before=before,
            after=_said(enrolment, candidate.average_mark),
        )
        made.append(application.pk)
    applications = list(with_case(Application.objects.filter(pk__in=made)).order_by("pk"))
    for application in applications:
        settle(application)
    return applications


def _enrol(candidate: Candidate, pathway: Pathway) -> tuple[Enrolment, dict[str, object] | None]:
    """The candidate's enrolment at the partner; whoever is known by this number keeps person and enrolment.

    With it what was said of who is known, None of who is new.
    """
    partner = pathway.partner_programme.university
    known = Enrolment.objects.select_related("person").filter(
        university=partner, student_number=candidate.matriculation
    )
    enrolment = known.first()
    before = _said(enrolment, None) if enrolment else None
    person = enrolment.person if enrolment else Person()
    _fill(person, candidate)
    person.save()
    return enrolment or Enrolment.objects.create(
        person=person,
        university=partner,
        student_number=candidate.matriculation,
        programme=pathway.partner_programme,
        curriculum=pathway.partner_curriculum,
    ), before


@transaction.atomic
def drop_candidate(*, application_id: int, reason: str, actor: User) -> Application:
    """The partner takes a candidate back, or the candidate steps back, before the order. Raises RefusedError."""
    application = take_step(application_id=application_id, name="withdraw", actor=actor, reason=reason)
    if application.candidate_list:
        application.candidate_list.intake = application.intake  # loaded already: the list's own is the same
        settle_nominations(application.candidate_list)
    return application


@transaction.atomic
def return_candidate(*, application_id: int, reason: str, actor: User) -> Application:
    """The IPD returns a candidate to the partner (7.1): onto the list that is being gathered, a new one where there is none.

    From there the candidate is corrected and sent anew. Raises RefusedError.
    """
    application = locked(application_id, actor)
    entry = step(application, "return_to_partner", actor=actor, reason=reason)
    for message in application_returned(application, DocumentGiver.PARTNER, entry):
        notify(message)
    lock_intake(application.intake_id)
    candidates = read.draft_of(application.intake) or _new_list(application.intake, actor)
    candidates.intake = application.intake
    application.candidate_list = candidates
    application.save(update_fields=["candidate_list"])
    settle(application)
    settle_nominations(candidates)
    return application


@transaction.atomic
def send_list(*, list_id: int, actor: User) -> SentList:
    """Send a list: whole candidates are nominated, the others stay behind on a list of their own with what is missing (7.1).

    Raises RefusedError where nobody is whole, the agreement is not in force or Annex 1 not agreed.
    """
    standing = standing_of(actor)
    candidates = read.nominations_visible_to(standing).select_for_update(of=("self",)).get(pk=list_id)
    nominees = read.nominees_of(candidates)
    facts = read.nomination_facts(candidates, nominees)
    roles = roles_on_nominations(candidates.intake, standing)
    perform(NOMINATION_LIST, "send", candidates, actor=actor, roles=roles, facts=facts)
    candidates.sent_by, candidates.sent_at = actor, timezone.now()
    candidates.save(update_fields=["sent_by", "sent_at"])
    left = tuple(one for one in nominees if not one.is_whole)
    if left:
        rest = _new_list(candidates.intake, actor)
        pks = [one.application.pk for one in left]
        Application.objects.filter(pk__in=pks).update(candidate_list=rest)
        settle_nominations(rest)
    going = [one.application.pk for one in nominees if one.is_whole and one.application.state == ApplicationState.DRAFT]
    sent = list(applications_visible_to(standing).filter(pk__in=going).select_for_update(of=("self",)).order_by("pk"))
    for application in sent:
        step(application, "nominate", actor=actor)
        settle(application)
    settle_nominations(candidates)
    return SentList(sent=tuple(sent), left_behind=left)


def settle_nominations(candidates: CandidateList) -> None:
    """A list that is being gathered waits for its partner until the intake closes."""
    waits = []
    gathered = candidates.candidates.filter(state=ApplicationState.DRAFT).exists()
    if candidates.state == ListState.DRAFT and gathered:
        text = gettext_noop("Send the list of candidates")
        waits.append(Wait(Role.PARTNER_COORDINATOR, "send", "7.1", text))
    due = gathered_until(candidates.intake)
    partner = candidates.intake.pathway.partner_programme.university
    reconcile(
        candidates,
        waits,
        queue_of=lambda role: queue_of_nominations(candidates, role),
        due=lambda _wait: due,
        title=joined(partner.names, numbered_in_each(candidates.number), by=", "),
    )
