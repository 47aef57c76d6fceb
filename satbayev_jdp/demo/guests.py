"""Guests of Yangtze at the University: of the last semester, with marks, and of this one, registered or overdue."""

import io
from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import QuerySet
from openpyxl import Workbook

from admissions.models import Application
from core.values import today
from institutions.models import User
from mobility.models import Placement, StudyPlan
from mobility.services import plans, rules, stay
from programmes.models import AcademicTerm
from satbayev_jdp.demo.incoming import Guest, Staff, named, open_intake
from satbayev_jdp.demo.scans import scan
from satbayev_jdp.demo.world import HOME, YANGTZE, World
from transcripts.services import results

LAST_TERM = (
    Guest("Y22061204", "XU", "JIAQI", "F", date(2002, 12, 5), "EJ3390417", "IELTS 6.5"),
    Guest("Y22061219", "GAO", "TIANYU", "M", date(2003, 2, 18), "EJ3390562", "IELTS 6.0"),
)
# Percents of their courses at the University; the last course of the second one has no mark yet.
MARKS = ((91, 84, 77, 88, 95), (73, 66, 81, 59))
REGISTERED = (
    Guest("Y23071101", "LI", "WEI", "M", date(2003, 5, 14), "EJ4410021", "IELTS 6.5"),
    Guest("Y23071105", "ZHANG", "XIAOMEI", "F", date(2004, 1, 9), "EJ4410088", "IELTS 6.0"),
)
OVERDUE = Guest("Y23071112", "WANG", "JUN", "M", date(2003, 11, 30), "EJ4411270", "TOEFL 84")


def of_last_term(world: World) -> None:
    """Two who studied here in the last semester that has ended and went home; marks are posted, the report is due."""
    with world.on(date(2023, 9, 4)):
        rules.upload_rules(
            file=scan("Order of arrival of foreign students (2023)"), name="arrival-2023.pdf", actor=world.user("ipd")
        )
    term = _terms(world).filter(ends_on__lt=world.today).order_by("-ends_on")[0]
    rows = []
    placements = _invited(world, term, LAST_TERM, visa="KZ-25-11")
    for position, placement in enumerate(placements):
        border = term.starts_on - timedelta(days=3)
        _arrived(world, placement, border)
        _registered(world, placement, border, f"RV-{1180 + position}")
        rows += _marks(placement, term, MARKS[position])
    with world.on(min(term.ends_on + timedelta(days=5), world.ago(1))):
        registrar = world.user("registrar")
        upload = results.keep_marks_file(file=_workbook(rows), name="results_guests.xlsx", term=None, actor=registrar)
        report = results.post_marks(upload=upload, actor=registrar)
        if not report.written:
            raise ValueError([str(problem) for problem in report.problems])
        for placement in placements:
            stay.end_stay(placement_id=placement.pk, actor=world.user("ipd"))


def of_this_term(world: World) -> None:
    """Three who are here: two registered with a plan, of whom one has asked the advisor something, and one overdue."""
    term = _terms(world).filter(starts_on__lte=world.today).order_by("-starts_on")[0]
    first = term.starts_on - timedelta(days=3)
    *registered, overdue = _invited(world, term, (*REGISTERED, OVERDUE), visa="KZ-26-44")
    for position, placement in enumerate(registered, start=1):
        _arrived(world, placement, first)
        _registered(world, placement, first, f"RV-{77120 + position}")
    _arrived(world, overdue, max(first, world.ago(12)))
    _asked(world, registered[-1])


def approve_plan(world: World, department: str, login: str, application: Application) -> None:
    """The plan that opened with the order goes to everybody, and everybody agrees."""
    plan = StudyPlan.objects.get(placement__application=application)
    student = User.objects.get(person=application.enrolment.person_id)
    advisor = world.user(f"advisor.{department}")
    plan = plans.propose_plan(plan_id=plan.pk, actor=advisor)
    for user in (student, advisor, world.user(f"head.{department}"), world.user(login)):
        plans.agree_to_plan(plan_id=plan.pk, actor=user, seen_hash=plan.content_hash)


# --- the road here, counted in days before the first of the term ----------------------------------------------------------


def _terms(world: World) -> "QuerySet[AcademicTerm]":
    return AcademicTerm.objects.filter(university=world.university(HOME)).exclude(kind="summer")


def _invited(world: World, term: AcademicTerm, guests: Sequence[Guest], *, visa: str) -> list[Placement]:
    """Named, agreed to, admitted by one order, invited, with a visa each."""
    first, staff = term.starts_on, Staff(world, "gm", "me", "yangtze")
    with world.on(first - timedelta(days=120)):
        intake = open_intake(
            world,
            YANGTZE,
            term,
            semester=5 if term.kind == "autumn" else 6,
            seats=len(guests),
            closes_on=first - timedelta(days=60),
        )
        applications = list(named(world, "yangtze", intake, guests).values())
    with world.on(first - timedelta(days=75)):
        for application in applications:
            staff.complete(application)
    with world.on(first - timedelta(days=45)):
        staff.admit(applications)
    placements = []
    with world.on(first - timedelta(days=40)):
        for position, application in enumerate(applications, start=1):
            placements.append(staff.invite(application))
            staff.ask_visa(application, f"{visa}{position:02}")
    with world.on(first - timedelta(days=20)):
        for application in applications:
            staff.grant_visa(application)
    return placements


def _arrived(world: World, placement: Placement, border: date) -> None:
    with world.on(border):
        stay.record_arrival(
            placement_id=placement.pk,
            crossed_border_on=border,
            met_by="Тұрсынбек Үміт",
            actor=world.user("coordinator.gm"),
        )


def _registered(world: World, placement: Placement, border: date, number: str) -> None:
    ipd = world.user("ipd")
    with world.on(border + timedelta(days=1)):
        stay.record_came_to_ipd(placement_id=placement.pk, day=today(), actor=ipd)
        student = User.objects.get(person=placement.application.enrolment.person_id)
        stay.acknowledge_rules(placement_id=placement.pk, actor=student)
    with world.on(border + timedelta(days=2)):
        stay.record_registration(
            placement_id=placement.pk,
            registered_on=today(),
            number=number,
            registered_until=placement.ends_on + timedelta(days=20),
            actor=ipd,
        )
    with world.on(min(border + timedelta(days=5), world.today)):
        approve_plan(world, "me", "yangtze", placement.application)


def _asked(world: World, placement: Placement) -> None:
    student = User.objects.get(person=placement.application.enrolment.person_id)
    with world.on(world.ago(2)):
        stay.write_to_advisor(
            placement_id=placement.pk, text="May I take Mine Surveying instead of Project Management?", actor=student
        )
    with world.on(world.ago(1)):
        stay.write_to_advisor(
            placement_id=placement.pk,
            text="Only if Annex 1 has the row: come on Tuesday, we will look at your plan together.",
            actor=world.user("advisor.me"),
        )


# --- the Registrar's file of their marks --------------------------------------------------------------------------------------

Cells = Sequence[object]


def _marks(placement: Placement, term: AcademicTerm, percents: Sequence[int]) -> list[Cells]:
    """Rows of the Registrar's file for a guest: the courses of the plan at the University, in their order."""
    plan = StudyPlan.objects.get(placement=placement)
    items = plan.items.filter(term=term).select_related("course").order_by("position")
    return [
        (
            placement.host_student_number,
            placement.application.enrolment.person.passport_name,
            item.course.code,
            item.course.credits,
            term.academic_year,
            placement.application.intake.semester,
            percent,
            term.ends_on - timedelta(days=6 - position),
            1,
        )
        for position, (item, percent) in enumerate(zip(items, percents, strict=False))
    ]


def _workbook(rows: Sequence[Cells]) -> io.BytesIO:
    book = Workbook()
    sheet = book.create_sheet("Қорытынды", 0)
    sheet.append(["ID", "Тегі, аты", "Коды", "Кредит", "Оқу жылы", "Семестр", "Пайыз", "Емтихан күні", "Әрекет"])
    for row in rows:
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return stream
