"""The official letter on admission, one for a list; the reserve in a numbered supplement (8.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from admissions.models import Application, CandidateList
from admissions.pdf.case import (
    PathwayOnPaper,
    PeriodOnPaper,
    StudentOnPaper,
    pathway_on_paper,
    period_on_paper,
    student_on_paper,
)
from admissions.selectors.lists import lists_visible_to
from agreements.enums import PathwayKind
from core.values import Localized
from documents.kinds import PaperKind, register_paper
from documents.models import OfficialDocument
from institutions.enums import Role
from institutions.permissions import Standing

_TITLES: dict[str, Localized] = {
    PathwayKind.JOINT: Localized(
        "Бірлескен білім беру бағдарламасына қабылдау туралы ресми хат",
        "Официальное письмо о приёме на совместную программу",
        "Official letter on admission to the joint programme",
    ),
    PathwayKind.DOUBLE: Localized(
        "Қос дипломды білім беру бағдарламасына қабылдау туралы ресми хат",
        "Официальное письмо о приёме на двудипломную программу",
        "Official letter on admission to the double-degree programme",
    ),
}


@dataclass(frozen=True)
class LetterContext:
    """What the letter says. A supplement names the letter that it adds to."""

    pathway: PathwayOnPaper
    period: PeriodOnPaper
    addressee: str
    institute: Localized
    list_number: int
    candidates: tuple[StudentOnPaper, ...]
    supplement: int = 0
    base_number: str = ""
    base_date: date | None = None


def letter_title(letter: LetterContext) -> Localized:
    """What the register calls a letter: a supplement is told from the letter that it adds to."""
    if not letter.supplement:
        return _TITLES[letter.pathway.kind]
    return Localized(
        f"Қабылдау туралы ресми хатқа {letter.supplement}-толықтыру",
        f"Дополнение {letter.supplement} к официальному письму о приёме",
        f"Supplement {letter.supplement} to the official letter on admission",
    )


def of_visible_lists(standing: Standing) -> Q:
    """Letters whose list this person may see."""
    visible = lists_visible_to(standing).select_related(None).values("pk")
    return Q(subject_type="admissions.candidatelist", subject_id__in=visible)


OFFICIAL_LETTER = register_paper(
    PaperKind(
        "official_letter",
        "LETTER",
        "Х",
        "admissions/pdf/official_letter",
        visible=of_visible_lists,
        revoked_by=frozenset({Role.IPD_COORDINATOR}),
        label=_("official letter on admission"),
    )
)


def letter_context(
    candidates: CandidateList,
    applications: Sequence[Application],
    *,
    addressee: str,
    base: OfficialDocument | None = None,
    supplement: int = 0,
) -> LetterContext:
    """Copy a list's candidates in the order of their ranks. `base`: the letter that a supplement adds to."""
    return LetterContext(
        pathway=pathway_on_paper(candidates.intake.pathway),
        period=period_on_paper(candidates.intake),
        addressee=addressee,
        institute=candidates.unit.names if candidates.unit else Localized(""),
        list_number=candidates.number,
        candidates=tuple(student_on_paper(application) for application in applications),
        supplement=supplement,
        base_number=base.number_text if base else "",
        base_date=localdate(base.issued_at) if base else None,
    )
