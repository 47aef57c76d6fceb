"""An agreement in force, its open pathway and a frozen Annex 1, as the later road finds them."""

import itertools
from datetime import timedelta
from decimal import Decimal

from agreements.enums import (
    AgreementState,
    AnnexState,
    ConversionRule,
    CouncilResult,
    PathwayState,
    Relation,
    Side,
    TermGroup,
)
from agreements.models import (
    Agreement,
    AgreementParty,
    AgreementTerm,
    AnnexCourse,
    AnnexRow,
    AnnexVersion,
    CouncilDecision,
    GradeScale,
    LegalReview,
    Pathway,
)
from core.values import content_hash, today
from institutions.enums import Role
from institutions.models import University
from programmes.models import Course, Programme
from tests.factories import institutions, programmes

_numbers = itertools.count(1)
HOME_COURSES = (("CSE1", 5, 1), ("CSE2", 5, 3), ("CSE3", 5, 3), ("CSE4", 5, 3), ("CSE5", 5, 2))
PARTNER_COURSES = (("INF1", 6, 1), ("INF2", 10, 3), ("INF4", 5, 3))


def german_scale() -> GradeScale:
    """1.0 best, 4.0 pass, 5.0 fails; “bestanden” passes without a number."""
    found, _ = GradeScale.objects.get_or_create(
        code="DE",
        defaults={
            "name_kk": "Неміс шкаласы",
            "name_ru": "Немецкая шкала",
            "name_en": "German scale",
            "best": Decimal(1),
            "passing": Decimal(4),
            "worst": Decimal(5),
            "pass_words": ["bestanden"],
            "fail_words": ["nicht bestanden"],
        },
    )
    return found


def agreement(partner: University | None = None, **values: object) -> Agreement:
    """A signed agreement with all seven groups and a legal review for each country."""
    other = partner or institutions.partner()
    made = Agreement.objects.create(
        **{
            "number": f"{next(_numbers)}-К",
            "name_kk": "Қос диплом туралы келісім",
            "name_ru": "Соглашение о двойном дипломе",
            "name_en": "Double-degree agreement",
            "award": "two_diplomas",
            "valid_from": today() - timedelta(days=400),
            "valid_until": today() + timedelta(days=1000),
            "signed_on": today() - timedelta(days=400),
            "state": AgreementState.SIGNED,
            "created_by": institutions.user(Role.IPD_COORDINATOR),
            **values,
        }
    )
    for party in (institutions.home(), other):
        AgreementParty.objects.create(agreement=made, university=party)
        LegalReview.objects.get_or_create(
            agreement=made,
            country=party.country,
            defaults={"law": "Law", "is_positive": True, "reviewed_by": made.created_by, "reviewed_on": today()},
        )
    for group in TermGroup.values:
        AgreementTerm.objects.create(agreement=made, group=group, text_kk="мәтін", text_ru="текст", text_en="text")
    return made


def open_pathway(partner: University | None = None, ours: Programme | None = None) -> Pathway:
    """An open pathway: licensed partner, both Councils, EPVO number, a frozen Annex 1 of three kinds of rows."""
    other = partner or institutions.partner()
    institutions.licence(other)
    ours, theirs = ours or programmes.programme(), programmes.programme(other, "M.Sc. Informatik")
    home_curriculum = programmes.curriculum(ours, HOME_COURSES)
    partner_curriculum = programmes.curriculum(theirs, PARTNER_COURSES)
    made = Pathway.objects.create(
        agreement=agreement(other),
        home_programme=ours,
        partner_programme=theirs,
        home_curriculum=home_curriculum,
        partner_curriculum=partner_curriculum,
        home_semesters=2,
        partner_semesters=2,
        quota_out=2,
        quota_in=2,
        scale=german_scale(),
        rule=ConversionRule.LINEAR,
        required_documents={
            "outgoing": ["passport", "transcript"],
            "incoming": ["passport", "transcript", "motivation"],
        },
        epvo_number="EP-1",
        epvo_date=today() - timedelta(days=300),
        state=PathwayState.OPEN,
    )
    for party in (institutions.home(), other):
        CouncilDecision.objects.create(
            pathway=made,
            university=party,
            council="Council",
            protocol_number="4",
            decided_on=today() - timedelta(days=420),
            result=CouncilResult.APPROVED,
            recorded_by=made.agreement.created_by,
        )
    frozen_annex(made)
    return made


def frozen_annex(pathway: Pathway) -> AnnexVersion:
    """CSE1↔INF1, CSE2+CSE3↔INF2, CSE4↔INF4, and CSE5 taken at home."""
    version = AnnexVersion.objects.create(
        pathway=pathway,
        number=pathway.annex_versions.count() + 1,
        content_hash=content_hash(["annex", pathway.pk, pathway.annex_versions.count()]),
        state=AnnexState.FROZEN,
        created_by=pathway.agreement.created_by,
    )
    home = {course.code: course for course in pathway.home_curriculum.courses.all()} if pathway.home_curriculum else {}
    theirs = (
        {course.code: course for course in pathway.partner_curriculum.courses.all()}
        if pathway.partner_curriculum
        else {}
    )
    rows: tuple[tuple[int, str, list[str], list[str]], ...] = (
        (1, Relation.ONE_TO_ONE, ["CSE1"], ["INF1"]),
        (3, Relation.MANY_TO_ONE, ["CSE2", "CSE3"], ["INF2"]),
        (3, Relation.ONE_TO_ONE, ["CSE4"], ["INF4"]),
        (2, Relation.TAKEN_THERE, ["CSE5"], []),
    )
    for position, (semester, relation, ours, partners) in enumerate(rows, start=1):
        row = AnnexRow.objects.create(version=version, position=position, semester=semester, relation=relation)
        for side, course in [(Side.HOME, home[code]) for code in ours] + [
            (Side.PARTNER, theirs[code]) for code in partners
        ]:
            _annex_course(row, side, course)
    return version


def _annex_course(row: AnnexRow, side: str, course: Course) -> AnnexCourse:
    return AnnexCourse.objects.create(
        row=row,
        side=side,
        position=row.courses.count() + 1,
        printed_number=str(row.position),
        printed_name=course.name_kk,
        course=course,
        credits=course.credits,
        hours=course.hours,
    )
