"""The columns of lists of intakes and of candidate lists, on the page and in files."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from admissions.models import CandidateList, Intake
from core.exports import Column
from core.values import numbered

_PARTNER = "pathway__partner_programme__university__name_kk"
_CODE = "pathway__home_programme__code"


def _partner(intake: Intake) -> str:
    return intake.pathway.partner_programme.university.name


def _code(intake: Intake) -> str:
    return intake.pathway.home_programme.code


INTAKES: tuple[Column[Intake], ...] = (
    Column(_("programme"), _code, order=_CODE, name="programme"),
    Column(_("term"), lambda i: str(i.term), under="programme", width=24),
    Column(_("partner"), _partner, order=_PARTNER, width=28, name="partner"),
    Column(_("agreement"), lambda i: str(i.pathway.agreement), under="partner", width=28),
    Column(_("direction"), lambda i: str(i.get_direction_display()), order="direction", name="direction"),
    Column(_("study from"), lambda i: i.term.starts_on, order="term__starts_on", name="from"),
    Column(_("places"), lambda i: i.seats, order="seats", number=True, name="seats"),
    Column(_("applications from"), lambda i: i.opens_on, order="opens_on", name="opens", optional=True),
    Column(_("applications until"), lambda i: i.closes_on, order="closes_on", name="closes"),
)


def _of_lists(intake: Any) -> str:
    return ", ".join(numbered(one.number) for one in intake.shown_lists)


# Incoming intakes with the partner's lists (7.1).
CALLS: tuple[Column[Intake], ...] = (
    Column(_("programme"), _code, order=_CODE, name="programme"),
    Column(_("term"), lambda i: str(i.term), under="programme", width=24),
    Column(_("partner"), _partner, order=_PARTNER, width=28, name="partner"),
    Column(_("study from"), lambda i: i.term.starts_on, order="term__starts_on", name="from"),
    Column(_("candidates until"), lambda i: i.closes_on, order="closes_on", name="closes"),
    Column(_("lists"), _of_lists, width=24, name="lists"),
)
LISTS: tuple[Column[CandidateList], ...] = (
    Column(_("list"), lambda row: _partner(row.intake), order=f"intake__{_PARTNER}", width=28, name="list"),
    Column(_("number"), lambda row: row.number, under="list", number=True),
    Column(_("programme"), lambda row: _code(row.intake), order=f"intake__{_CODE}", name="programme"),
    Column(
        _("institute"),
        lambda row: row.unit.name if row.unit else "",
        order="unit__name_kk",
        width=30,
        name="institute",
    ),
    Column(_("candidates"), lambda row: row.size, order="size", number=True, name="size"),  # type: ignore[attr-defined]  # annotated by the selector
    Column(_("study from"), lambda row: row.intake.term.starts_on, order="intake__term__starts_on", name="from"),
    Column(_("sent"), lambda row: row.sent_at, order="sent_at", name="sent"),
    Column(_("state"), lambda row: str(row.get_state_display()), order="state", name="state"),
)
