"""The student's application to the Chair of the Board – Rector (5.8, 7.5a), in the language the student chose."""

from dataclasses import dataclass
from datetime import datetime

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from admissions.models import Application
from admissions.pdf.case import (
    PathwayOnPaper,
    PeriodOnPaper,
    StudentOnPaper,
    pathway_on_paper,
    period_on_paper,
    student_on_paper,
)
from admissions.pdf.package import of_numbered_applications, of_visible_applications
from core.values import Localized, plain
from documents.kinds import PaperKind, register_paper
from institutions.enums import Role

TITLE = Localized("Өтініш", "Заявление", "Application")


@dataclass(frozen=True)
class ChairContext:
    """What the application says. `text` is frozen as the student read it before signing."""

    student: StudentOnPaper
    pathway: PathwayOnPaper
    period: PeriodOnPaper
    chair: Localized
    direction: str
    text: str = ""
    signed_at: datetime | None = None


CHAIR_APPLICATION = register_paper(
    PaperKind(
        "chair_application",
        "APPLICATION",
        "Ө",
        "admissions/pdf/chair_application",
        visible=of_visible_applications,
        revoked_by=frozenset({Role.IPD_COORDINATOR}),
        opened_by=of_numbered_applications,
        label=_("application"),
    )
)


def chair_context(
    application: Application, *, chair: Localized, text: str = "", signed_at: datetime | None = None
) -> ChairContext:
    """Copy a loaded application; `chair`: the name of the Chair of the Board."""
    return ChairContext(
        student=student_on_paper(application),
        pathway=pathway_on_paper(application.intake.pathway),
        period=period_on_paper(application.intake),
        chair=chair,
        direction=application.direction,
        text=text,
        signed_at=signed_at,
    )


def chair_text(context: ChairContext, language: str) -> str:
    """The words of the application in a language, as they will be signed."""
    with translation.override(language):
        words = render_to_string(
            f"admissions/pdf/chair_text_{language}.txt", {"case": plain(context), "language": language}
        )
    return words.strip()
