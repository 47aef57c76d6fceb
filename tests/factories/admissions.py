"""Intakes and applications in any state, for tests of what comes after."""

from datetime import timedelta

from admissions.enums import ApplicationState
from admissions.models import Application, Intake
from agreements.enums import AnnexState, Direction
from agreements.models import Pathway
from core.values import today
from institutions.models import User
from programmes.models import Enrolment
from tests.factories import agreements, institutions, programmes


def intake(pathway: Pathway | None = None, direction: str = Direction.OUTGOING, *, seats: int = 2) -> Intake:
    """An intake that is open today, for study from the host's next term on, in semester 3."""
    way = pathway or agreements.open_pathway()
    host = way.partner_programme.university if direction == Direction.OUTGOING else institutions.home()
    term = programmes.term(host)
    found, _ = Intake.objects.get_or_create(
        pathway=way,
        direction=direction,
        term=term,
        defaults={
            "last_term": term,
            "semester": 3,
            "seats": seats,
            "opens_on": today() - timedelta(days=10),
            "closes_on": today() + timedelta(days=20),
        },
    )
    return found


def application(
    to: Intake | None = None,
    *,
    state: str = ApplicationState.DRAFT,
    enrolment: Enrolment | None = None,
    by: User | None = None,
) -> Application:
    """An application in `state`, put there directly: nothing that a service would have written stands beside it."""
    call = to or intake()
    way = call.pathway
    studied = way.home_programme if call.direction == Direction.OUTGOING else way.partner_programme
    student = enrolment or programmes.enrolment(studied)
    department = way.home_programme.department
    if department is None or department.parent is None:
        raise ValueError("a home programme has a department of an institute")
    return Application.objects.create(
        direction=call.direction,
        intake=call,
        term=call.term,
        enrolment=student,
        annex_version=way.annex_versions.filter(state=AnnexState.FROZEN).order_by("-number")[0],
        department=department,
        institute=department.parent,
        created_by=by or way.agreement.created_by,
        state=state,
    )
