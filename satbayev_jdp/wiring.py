"""Upward flow, all of it on this page: which event of a lower app is handled by which service of a higher one.

And what lower apps ask of whoever knows all things: in which queue a role is waited for with each, of what kind each is, by
which pathways a programme is named, which students have a case.
"""

from admissions.events import ApplicationAdmitted, ApplicationDeparted, ApplicationSettled, DepartureCorrected
from admissions.models import Application, CandidateList, Order
from admissions.permissions import applications, lists, orders
from admissions.selectors.applications import running_cases
from admissions.services import settling
from agreements.selectors.pathways import namings_of_programme
from agreements.services import due
from core.events import subscribe
from core.worklist import set_kind_source
from documents.events import PaperRevoked
from institutions.events import LicenceEntered
from institutions.permissions import set_queue_source
from mobility.events import PlanApproved
from mobility.models import Placement, StudyPlan
from mobility.permissions import plans as plan_permissions
from mobility.permissions import stay
from mobility.selectors.stay import guests_by_number
from mobility.services import following, plans
from programmes.events import ProgrammeCorrected
from programmes.selectors import set_case_source, set_guest_source, set_naming_source
from satbayev_jdp.desk.kinds import kind_of
from transcripts.models import RecognitionProtocol, SemesterReport
from transcripts.permissions import study
from transcripts.services import opening, reports, transcripts


def wire() -> None:
    """Subscribe every handler, supply every source. Called once, when all apps are ready."""
    subscribe(LicenceEntered, due.on_licence_entered)
    subscribe(ProgrammeCorrected, due.on_programme_corrected)
    subscribe(ApplicationAdmitted, following.open_placement)
    subscribe(ApplicationAdmitted, plans.open_plan_of_admitted)  # after the stay: it belongs to it
    subscribe(ApplicationDeparted, following.begin_departed)
    subscribe(DepartureCorrected, following.correct_departed)
    subscribe(ApplicationSettled, following.follow_application)
    subscribe(PaperRevoked, settling.on_paper_revoked)
    subscribe(PaperRevoked, transcripts.on_paper_revoked)
    subscribe(PaperRevoked, reports.on_paper_revoked)
    subscribe(PlanApproved, opening.on_plan_approved)
    set_kind_source(kind_of)
    set_naming_source(namings_of_programme)
    set_case_source(running_cases)
    set_guest_source(guests_by_number)
    set_queue_source(Application, applications.queue_of)
    set_queue_source(CandidateList, lists.queue_of_list)
    set_queue_source(Order, orders.queue_of)
    set_queue_source(Placement, stay.queue_of)
    set_queue_source(StudyPlan, plan_permissions.queue_of_plan)
    set_queue_source(RecognitionProtocol, study.queue_of_protocol)
    set_queue_source(SemesterReport, study.queue_of_report)
