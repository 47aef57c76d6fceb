"""Stays and study plans; the plan is made and approved by its services."""

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from admissions.enums import ApplicationState
from admissions.models import Application, Intake, Order, OrderLine
from agreements.enums import Direction
from agreements.models import Pathway
from core.values import today
from documents.models import OfficialDocument, Register
from documents.seal import new_code
from institutions.enums import Role
from institutions.models import Person, User
from mobility.enums import PlacementState
from mobility.models import Placement, StudyPlan
from mobility.services import plans as services
from programmes.enums import TermKind
from programmes.models import AcademicTerm, Course, Enrolment
from tests.factories import admissions, agreements, institutions, programmes


def past_term(pathway: Pathway, direction: str) -> AcademicTerm:
    """The host's term that ended a month and a half ago."""
    host = pathway.partner_programme.university if direction == Direction.OUTGOING else institutions.home()
    return programmes.term(host, starts_in=-185, kind=TermKind.AUTUMN)


def placement(
    pathway: Pathway | None = None,
    direction: str = Direction.OUTGOING,
    *,
    enrolment: Enrolment | None = None,
    number_here: str = "",
) -> Placement:
    """A stay of one semester (the third) in a term that is over, put there directly with its application and order."""
    way = pathway or agreements.open_pathway()
    term = past_term(way, direction)
    call, _ = Intake.objects.get_or_create(
        pathway=way,
        direction=direction,
        term=term,
        defaults={
            "last_term": term,
            "semester": 3,
            "semesters": 1,
            "seats": 50,
            "opens_on": term.starts_on - timedelta(days=90),
            "closes_on": term.starts_on - timedelta(days=60),
        },
    )
    state = ApplicationState.DEPARTED if direction == Direction.OUTGOING else ApplicationState.ARRIVED
    application = admissions.application(call, state=state, enrolment=enrolment)
    if direction == Direction.OUTGOING:
        application.letter = letter(application)
        application.save(update_fields=["letter"])
    return of_application(application, number_here=number_here)


def letter(of: Application) -> OfficialDocument:
    """The letter that named a candidate to the partner (8.2), sealed already."""
    register, _ = Register.objects.get_or_create(series="LETTER", year=today().year)
    register.last_number += 1
    register.save()
    return OfficialDocument.objects.create(
        subject_type="admissions.candidatelist",
        subject_id=of.pk,
        kind="official_letter",
        register=register,
        number=register.last_number,
        number_text=f"{register.last_number}-Х",
        code=new_code(),
        name_kk="Ресми хат",
        name_ru="Официальное письмо",
        name_en="Official letter",
        languages="en",
        context={},
        issued_at=timezone.now(),
        issued_by=of.created_by,
        sha256="0" * 64,
        file="papers/letter.pdf",
    )


def of_application(application: Application, *, number_here: str = "") -> Placement:
    """The stay of an application, as its signed order would have opened it."""
    intake = application.intake
    order = Order.objects.create(
        kind="departure_out" if application.direction == Direction.OUTGOING else "admission_in",
        intake=intake,
        host=intake.term.university,
        starts_on=intake.term.starts_on,
        ends_on=intake.last_term.ends_on,
        drafted_by=application.created_by,
        epvo_type=32,
    )
    line = OrderLine.objects.create(order=order, application=application, position=1)
    return Placement.objects.create(
        order_line=line,
        application=application,
        direction=application.direction,
        host=intake.term.university,
        starts_on=order.starts_on,
        ends_on=order.ends_on,
        host_student_number=number_here,
        crossed_border_on=order.starts_on if application.direction == Direction.INCOMING else None,
        state=PlacementState.PRESENT,
    )


def account_of(person: Person) -> User:
    """The account of a person, made once."""
    found = User.objects.filter(person=person).first()
    return found or User.objects.create_user(email=f"p{person.pk}@example.org", person=person, language="en")


def advisor_of(of: Placement) -> User:
    """An advisor of the department; a guest's is named."""
    if of.advisor is not None:
        return of.advisor
    advisor = institutions.user(Role.ADVISOR, unit=of.application.department)
    if of.direction == Direction.INCOMING:
        of.advisor = advisor
        of.save(update_fields=["advisor"])
    return advisor


def parties(of: Placement) -> Mapping[str, User]:
    """Somebody for each part of the plan's approval."""
    application = of.application
    return {
        "student": account_of(application.enrolment.person),
        "advisor": advisor_of(of),
        "department": institutions.user(Role.DEPARTMENT_HEAD, unit=application.department),
        "partner": institutions.partner_user(application.intake.pathway.partner_programme.university),
    }


def plan(of: Placement | None = None) -> StudyPlan:
    """A draft plan, made by its service."""
    stay = of or placement()
    return services.make_plan(placement_id=stay.pk, actor=advisor_of(stay))


def proposed(of: Placement | None = None) -> StudyPlan:
    """A plan that waits for approvals."""
    stay = of or placement()
    made = plan(stay)
    return services.propose_plan(plan_id=made.pk, actor=advisor_of(stay))


def approved(of: Placement | None = None) -> StudyPlan:
    """A plan that everybody agreed to."""
    made = proposed(of)
    for user in parties(made.placement).values():
        services.agree_to_plan(plan_id=made.pk, actor=user, seen_hash=made.content_hash)
    made.refresh_from_db()
    return made


def with_attestation(pathway: Pathway) -> Course:
    """Add a final attestation to the home working plan; it stands in no row of Annex 1."""
    curriculum = pathway.home_curriculum
    if curriculum is None:
        raise ValueError("the pathway has a home curriculum")
    return programmes.course(curriculum, "FAT1", credits=8, semester=4, kind="final_attestation")
