"""Reads of marks: who may see them, the last attempt of each course, scales and rules as values."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from agreements.models import GradeScale, Pathway
from core.tables import how_many
from core.values import Localized, today
from documents.models import Upload
from institutions.models import University
from institutions.permissions import Standing
from programmes.models import AcademicTerm
from transcripts.convert import Conversion, Mark, Rule, Scale, convert, home_conversion
from transcripts.enums import ProtocolState
from transcripts.models import RecognitionProtocol, Result, ResultFile
from transcripts.permissions.study import may_import_for, sees_result

HOME_SCALE = "KZ"
MARK_FILES = ("partner_marks", "home_marks")  # purposes of uploads
FILES_SHOWN = 5


def results_visible_to(standing: Standing) -> "QuerySet[Result]":
    """The marks that this person may see, with student, course, term, scale and file. Unordered."""
    return Result.objects.filter(sees_result.q(standing)).select_related(
        "enrolment__person", "course", "university", "term", "scale", "file__upload"
    )


def files_visible_to(standing: Standing) -> "QuerySet[ResultFile]":
    """The imported files whose university this person speaks for or watches over, with their count of marks. Unordered."""
    mine = Q() if standing.sees_everything else Q(university__in=standing.partner_ids)
    found = ResultFile.objects.filter(mine).select_related("university", "term", "upload", "imported_by__person")
    return found.annotate(marks=how_many(Result.objects.filter(file=OuterRef("pk"))))


def files_to_post(standing: Standing) -> list[Upload]:
    """The files that this person has brought since the last one that was posted, newest first: checked, and not posted."""
    mine = Upload.objects.filter(uploaded_by=standing.user_id, purpose__in=MARK_FILES)
    posted = ResultFile.objects.filter(upload__uploaded_by=standing.user_id).order_by("-upload").values("upload")[:1]
    return list(mine.filter(pk__gt=Coalesce(Subquery(posted), 0)).order_by("-pk")[:FILES_SHOWN])


def last_attempts(results: Iterable[Result]) -> list[Result]:
    """Of each student's course the mark that counts: the last attempt of the last term. Terms must be loaded."""
    best: dict[tuple[int, int], Result] = {}
    for result in sorted(results, key=lambda one: (one.term.starts_on, one.attempt, one.pk)):
        best[result.enrolment_id, result.course_id] = result
    return list(best.values())


def scale_of(scale: GradeScale) -> Scale:
    """A scale's row as values."""
    return Scale(
        code=scale.code,
        names=Localized(scale.name_kk, scale.name_ru, scale.name_en),
        best=scale.best,
        passing=scale.passing,
        worst=scale.worst,
        pass_words=tuple(scale.pass_words),
        fail_words=tuple(scale.fail_words),
    )


def rule_of(pathway: Pathway) -> Rule:
    """How a pathway's marks are converted; linear where nothing is said (domain.md 3)."""
    return Rule(pathway.rule or "linear", tuple(pathway.rule_table))


def mark_of(result: Result, credits: Decimal | None = None) -> Mark:
    """A posted mark as a value, weighed by its own credits unless others are given."""
    return Mark(
        text=result.mark_text,
        number=result.mark,
        is_pass=result.is_pass,
        credits=credits or result.credits,
        course=result.course.code,
    )


def conversion_of(result: Result, pathway: Pathway | None) -> Conversion:
    """What a posted mark is at the University: a home mark by its band, a partner's by the pathway's rule."""
    if result.scale.code == HOME_SCALE and result.mark is not None:
        return home_conversion(int(result.mark), result.examined_on)
    rule = rule_of(pathway) if pathway else Rule("linear")
    return convert(mark_of(result), scale_of(result.scale), rule, result.examined_on)


def terms_to_import(standing: Standing, universities: Iterable[University]) -> list[AcademicTerm]:
    """The begun terms of the universities whose marks this person brings, newest first."""
    mine = [one.pk for one in universities if may_import_for(standing, one.pk, is_home=one.is_home)]
    begun = AcademicTerm.objects.filter(university__in=mine, starts_on__lte=today())
    return list(begun.select_related("university").order_by("-starts_on"))


def awaited_among(terms: Iterable[AcademicTerm]) -> frozenset[int]:
    """Those of the terms (keys) that are over and of which a student's marks have not come: a protocol waits for them."""
    posted = Result.objects.filter(enrolment=OuterRef("plan__enrolment"), term=OuterRef("term"))
    waiting = RecognitionProtocol.objects.filter(
        ~Exists(posted), term__in=list(terms), term__ends_on__lt=today(), state=ProtocolState.DRAFT
    )
    return frozenset(waiting.values_list("term_id", flat=True))
