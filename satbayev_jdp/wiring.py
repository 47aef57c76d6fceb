"""Upward flow, all of it on this page: which event of a lower app is handled by which service of a higher one."""

from admissions.events import ApplicationAdmitted, ApplicationDeparted, ApplicationSettled, DepartureCorrected
from admissions.services import settling
from agreements.services import due
from core.events import subscribe
from documents.events import PaperRevoked
from institutions.events import LicenceEntered
from mobility.events import PlanApproved
from mobility.services import following, plans
from transcripts.services import opening, reports, transcripts


def wire() -> None:
    """Subscribe every handler. Called once, when all apps are ready."""
    subscribe(LicenceEntered, due.on_licence_entered)
    subscribe(ApplicationAdmitted, following.open_placement)
    subscribe(ApplicationAdmitted, plans.open_plan_of_admitted)  # after the stay: it belongs to it
    subscribe(ApplicationDeparted, following.begin_departed)
    subscribe(DepartureCorrected, following.correct_departed)
    subscribe(ApplicationSettled, following.follow_application)
    subscribe(PaperRevoked, settling.on_paper_revoked)
    subscribe(PaperRevoked, transcripts.on_paper_revoked)
    subscribe(PaperRevoked, reports.on_paper_revoked)
    subscribe(PlanApproved, opening.on_plan_approved)
