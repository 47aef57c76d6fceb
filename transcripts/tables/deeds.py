"""What can be done with many protocols, students' transcripts and reports at once (core.bulk)."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext, gettext_noop

from core.bulk import Deed, Prospect, not_yours, step_lacks
from core.http import page_of
from core.machine import Blocker
from core.models import Job
from institutions.enums import Role
from institutions.permissions import Standing
from programmes.models import Enrolment
from transcripts.forms.study import ReasonForm
from transcripts.models import RecognitionProtocol, SemesterReport
from transcripts.permissions.study import issues_transcripts, roles_on_protocol, roles_on_report
from transcripts.selectors import protocols, reports
from transcripts.selectors.transcripts import printable_of, unchanged_of
from transcripts.services import protocols as protocol_services
from transcripts.services import reports as report_services
from transcripts.services.transcripts import AlreadyRunningError, start_bulk
from transcripts.workflow.protocols import PROTOCOL
from transcripts.workflow.reports import REPORT
from transcripts.workflow.transcripts import recognition_is_certified


def _foresee_protocols(name: str, standing: Standing, found: Sequence[RecognitionProtocol]) -> list[Prospect]:
    facts = protocols.protocol_facts_of(found, by=standing.user_id)
    contents = protocols.contents_of([one.pk for one in found])
    return [
        Prospect(
            one.pk,
            str(one.plan.enrolment.person),
            f"{one.plan.enrolment.student_number} · {one.term.university.name} · {one.term} · {contents[one.pk].summary}",
            step_lacks(PROTOCOL, name, one, roles=roles_on_protocol(one, standing), facts=facts[one.pk]),
            mark=one.content_hash,
            url=page_of("transcripts.recognitionprotocol", one.pk),
            details=contents[one.pk].lines,
        )
        for one in found
    ]


def _make(pk: int, *, actor: Any, mark: str) -> object:
    del mark  # it is made of the marks of the moment, and can be taken back
    return protocol_services.make_protocol(protocol_id=pk, actor=actor)


def _certify(pk: int, *, actor: Any, mark: str) -> object:
    return protocol_services.certify_protocol(protocol_id=pk, actor=actor, seen_hash=mark)


def _return(pk: int, *, actor: Any, mark: str, reason: str) -> object:
    del mark  # what is returned is read again anyhow
    return protocol_services.return_protocol(protocol_id=pk, actor=actor, reason=reason)


def _protocol_deed(name: str, do: Callable[..., object], will: str, form: Any = None) -> Deed:
    step = PROTOCOL.step(name)
    return Deed(
        f"protocols.{name}",
        label=step.label,
        will=will,
        foresee=partial(_foresee_protocols, name),
        do=do,
        form=form,
        clause=step.clause,
        way_out=step.way_out,
        names=protocols.names_of,
    )


_PROTOCOLS_OF_DIRECTOR = (
    _protocol_deed(
        "make",
        _make,
        gettext_noop(
            "Each protocol is made from the marks as they are posted now; the vice-rector is asked to certify it."
        ),
    ),
)
_PROTOCOLS_OF_VICE_RECTOR = (
    _protocol_deed(
        "certify",
        _certify,
        gettext_noop(
            "Each protocol is certified as you see it: its lines freeze, its paper is numbered. This cannot be undone."
        ),
    ),
    _protocol_deed(
        "return",
        _return,
        gettext_noop("Each protocol goes back to its institute director with your reason."),
        ReasonForm,
    ),
)


def protocol_deeds_of(standing: Standing) -> list[Deed]:
    """What this person can do with many protocols."""
    own = {Role.INSTITUTE_DIRECTOR: _PROTOCOLS_OF_DIRECTOR, Role.VICE_RECTOR: _PROTOCOLS_OF_VICE_RECTOR}
    return [deed for role, deeds in own.items() if standing.holds(role) for deed in deeds]


def _foresee_reports(name: str, standing: Standing, found: Sequence[SemesterReport]) -> list[Prospect]:
    facts = reports.report_facts_of(found)
    return [
        Prospect(
            one.pk,
            one.partner.name,
            f"{one.programme} · {one.term}",
            step_lacks(REPORT, name, one, roles=roles_on_report(one, standing), facts=facts[one.pk]),
            url=page_of("transcripts.semesterreport", one.pk),
        )
        for one in found
    ]


def _report_deed(name: str, verb: Callable[..., object], will: str) -> Deed:
    step = REPORT.step(name)

    def do(pk: int, *, actor: Any, mark: str) -> object:
        del mark  # the state is what was shown, and the step asks for it
        return verb(report_id=pk, actor=actor)

    return Deed(
        f"reports.{name}",
        label=step.label,
        will=will,
        foresee=partial(_foresee_reports, name),
        do=do,
        clause=step.clause,
        names=reports.names_of,
    )


_REPORTS = (
    _report_deed(
        "make",
        report_services.make_report,
        gettext_noop(
            "Each report is made from the marks of today, missing ones are named; its paper is numbered and sealed."
        ),
    ),
    _report_deed(
        "send",
        report_services.send_report,
        gettext_noop("Each report goes to its partner, who is asked to acknowledge it. This cannot be undone."),
    ),
)


def report_deeds_of(standing: Standing) -> list[Deed]:
    """What this person can do with many reports."""
    return list(_REPORTS) if standing.holds(Role.IPD_COORDINATOR) else []


def _foresee_transcripts(standing: Standing, students: Sequence[Enrolment]) -> list[Prospect]:
    facts = printable_of([one.pk for one in students])
    unchanged = unchanged_of(students)
    mine = issues_transcripts(standing)
    nothing = Blocker("5.12", gettext_noop("There is no mark to print yet."), "")
    prospects = []
    for one in students:
        lacking = recognition_is_certified(facts[one.pk]) or (() if facts[one.pk].lines else (nothing,))
        blockers = lacking if mine else (not_yours("6.11"),)
        told = [one.student_number, str(one.programme or "")]
        if one.pk in unchanged:
            number = unchanged[one.pk].document.number_text
            told.append(gettext("says the same as No. %(number)s, which is packed as it is") % {"number": number})
        prospects.append(Prospect(one.pk, str(one.person), " · ".join(filter(None, told)), blockers))
    return prospects


def _issue(pks: Sequence[int], actor: Any) -> Job:
    try:
        return start_bulk(enrolment_ids=pks, actor=actor)
    except AlreadyRunningError as running:
        return running.job


_ISSUE = Deed(
    "transcripts.issue",
    label=gettext_noop("Issue transcripts"),
    will=gettext_noop(
        "Each gets a transcript, numbered and sealed, unless the one in force says the same; all come as one ZIP."
    ),
    foresee=_foresee_transcripts,
    begin=_issue,
    clause="6.11",
)


def transcript_deeds_of(standing: Standing) -> list[Deed]:
    """What this person can do with the transcripts of many students."""
    return [_ISSUE] if issues_transcripts(standing) else []
