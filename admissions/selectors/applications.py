"""Reads of applications, beginning with who is looking, and the facts that both roads share."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import TypedDict

from django.db.models import OuterRef, QuerySet, Subquery

from admissions.enums import ApplicationState, ItemState, OrderState
from admissions.models import Application, Intake, OrderLine, PackageItem
from admissions.permissions import applications as may
from admissions.workflow.days import Stay
from admissions.workflow.outgoing import PACKAGE_NOT_COMPLETE
from admissions.workflow.shared import CaseFacts, DocumentFact
from agreements.enums import AnnexState
from agreements.selectors.admission import admitting
from agreements.selectors.agreements import agreement_in_force
from core.values import today
from core.worklist import Wait, working_days_after
from institutions.permissions import Standing
from institutions.selectors import holidays_of
from programmes.selectors import RunningCase

DEFAULT_DAYS = 5
GATHERED = frozenset({ApplicationState.DRAFT, ApplicationState.SUBMITTED})


def with_case(applications: "QuerySet[Application]") -> "QuerySet[Application]":
    """Load what permission, facts and every page of an application need, in one query."""
    return applications.select_related(
        "enrolment__person",
        "enrolment__programme",
        "intake__term",
        "intake__last_term",
        "intake__pathway__agreement",
        "intake__pathway__home_programme",
        "intake__pathway__partner_programme__university",
        "intake__pathway__scale",
        "annex_version",
        "department",
        "institute",
        "candidate_list",
        "letter",
    ).defer("letter__context")


def applications_visible_to(standing: Standing) -> "QuerySet[Application]":
    """The applications that this person may see, with their case loaded. Unordered."""
    return with_case(Application.objects.filter(may.sees_application.q(standing)))


def own_applications(standing: Standing) -> "QuerySet[Application]":
    """A student's own applications, the newest first, with the programme and the university they lead to."""
    own = applications_visible_to(standing).filter(enrolment__person=standing.person_id)
    return own.select_related("intake__pathway__home_programme__university").order_by("-pk")


def running_cases(enrolment_ids: Collection[int]) -> dict[int, RunningCase]:
    """The cases of these enrolments that are not closed, the newest of each, with the signed order that names the student.

    What `programmes` asks before a student's programme changes under a case.
    """
    live = Application.objects.filter(enrolment__in=enrolment_ids).exclude(state__in=ApplicationState.closed())
    lines = OrderLine.objects.filter(application=OuterRef("pk"), order__state=OrderState.SIGNED).order_by("-order_id")
    found = live.annotate(order_number=Subquery(lines.values("order__document__number_text")[:1])).select_related(
        "intake__pathway__partner_programme__university"
    )
    begun = {ApplicationState.DEPARTED, ApplicationState.ARRIVED}
    return {
        one.enrolment_id: RunningCase(
            partner=one.intake.pathway.partner_programme.university.names,
            order=one.order_number or "",
            is_begun=one.state in begun,
        )
        for one in found.order_by("pk")
    }


def queue_of(application: Application) -> Callable[[str], str | None]:
    """Where each role of this application is waited for, as the worklist asks."""
    return lambda role: may.queue_of(application, role)


def due_of(application: Application) -> Callable[[Wait], date]:
    """Until when: the date the package was asked for, else five working days from today.

    What is still being gathered is due when its intake closes, as the list that holds it; the departure when study begins.
    """
    days = gathered_until(application.intake) if application.state in GATHERED else usual_due()

    def due(wait: Wait) -> date:
        if wait.cause == "depart":
            return max(days, application.intake.term.starts_on)
        is_package = wait.clause in {"6.12", "7.5a"} or wait.text == PACKAGE_NOT_COMPLETE
        return application.package_due if is_package and application.package_due else days

    return due


def usual_due() -> date:
    """Five working days from today."""
    return working_days_after(today(), DEFAULT_DAYS, holidays_of())


def gathered_until(intake: Intake) -> date:
    """Until when candidates of an intake and their lists are gathered: it closes then; a closed one gives five working days."""
    return max(usual_due(), intake.closes_on)


def stay_of(application: Application) -> Stay:
    """The days that entries about a loaded application are held against, today's among them."""
    intake = application.intake
    return Stay(intake.opens_on, intake.term.starts_on, intake.last_term.ends_on, today())


def case_facts(application: Application, *, on: date | None = None) -> CaseFacts:
    """The shared facts of one application on a day (today by default)."""
    return case_facts_of([application], on=on)[application.pk]


def case_facts_of(applications: Sequence[Application], *, on: date | None = None) -> dict[int, CaseFacts]:
    """The shared facts of a list of loaded applications, by key, in four queries whatever the length."""
    day = on or today()
    admits = admitting([application.intake.pathway for application in applications], day)
    pks = [application.pk for application in applications]
    documents, papers, orders = _documents_of(pks), _papers_of(pks), _orders_of(pks)
    return {
        application.pk: CaseFacts(
            documents=tuple(documents[application.pk]),
            **papers[application.pk],
            pathway_open=application.intake.pathway_id in admits,
            agreement_in_force=agreement_in_force(application.intake.pathway.agreement, day),
            annex_agreed=application.annex_version.state == AnnexState.FROZEN,
            passport_valid_until=application.enrolment.person.passport_valid_until,
            stay_ends_on=application.intake.last_term.ends_on,
            order=orders.get(application.pk, ""),
        )
        for application in applications
    }


def _documents_of(pks: Sequence[int]) -> dict[int, list[DocumentFact]]:
    """The package of each application, in its order."""
    found: dict[int, list[DocumentFact]] = defaultdict(list)
    items = PackageItem.objects.filter(application__in=pks).order_by("pk")
    for pk, kind, giver, status, reason in items.values_list(
        "application_id", "kind", "giver", "status", "return_reason"
    ):
        found[pk].append(DocumentFact(kind=kind, giver=giver, status=status, reason=reason))
    return found


def uploads_to_check(pks: Sequence[int]) -> dict[int, list[int]]:
    """The files of each application that wait to be checked, by key: what somebody is shown who accepts them. One query."""
    found: dict[int, list[int]] = defaultdict(list)
    waiting = PackageItem.objects.filter(application__in=pks, status=ItemState.SUBMITTED, upload__isnull=False)
    for pk, upload in waiting.order_by("pk").values_list("application_id", "upload_id"):
        found[pk].append(upload)
    return found


class _Papers(TypedDict):
    chair_application_signed: bool
    contract_made: bool
    signed_parties: frozenset[str]
    visa: str


def _papers_of(pks: Sequence[int]) -> dict[int, _Papers]:
    """What each application has beside its package: application to the Chair, contract, signatures, visa. One query."""
    rows = Application.objects.filter(pk__in=pks).order_by()
    found: dict[int, _Papers] = {}
    for pk, chair, contract, party, visa in rows.values_list(
        "pk", "chair_application", "contract", "contract__signatures__party", "visa__state"
    ):
        signed = found[pk]["signed_parties"] if pk in found else frozenset()
        found[pk] = {
            "chair_application_signed": chair is not None,
            "contract_made": contract is not None,
            "signed_parties": signed | {party} if party else signed,
            "visa": visa or "",
        }
    return found


def _orders_of(pks: Sequence[int]) -> dict[int, str]:
    """The state of the last living order that names each application."""
    lines = OrderLine.objects.filter(application__in=pks).exclude(order__state=OrderState.CANCELLED)
    return dict(lines.order_by("order_id").values_list("application_id", "order__state"))
