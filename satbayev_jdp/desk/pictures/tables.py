"""The table of each picture, as its file has it."""

from django.utils.translation import gettext_lazy as _

from admissions.selectors.flows import Flow
from core.exports import Column
from satbayev_jdp.desk.pictures.figures import Balance, Credit, End, Stage, year_label

FLOW: tuple[Column[Flow], ...] = (
    Column(_("Partner"), lambda flow: str(flow.partner), width=40),
    Column(_("Academic year"), lambda flow: year_label(flow.year)),
    Column(_("Went"), lambda flow: flow.went, number=True),
    Column(_("Came"), lambda flow: flow.came, number=True),
)
BALANCE: tuple[Column[Balance], ...] = (
    Column(_("Partner"), lambda one: one.partner, width=40),
    Column(_("Went"), lambda one: one.went, number=True),
    Column(_("Came"), lambda one: one.came, number=True),
    Column(_("Balance"), lambda one: one.difference, number=True),
    Column(_("Smaller flow, percent of the larger"), lambda one: one.share, number=True, width=30),
    Column(_("State"), lambda one: one.state, width=36),
)
FUNNEL: tuple[Column[Stage], ...] = (
    Column(_("Step"), lambda stage: stage.label, width=40),
    Column(_("Candidates"), lambda stage: stage.count, number=True),
    Column(_("Of all, %"), lambda stage: stage.share, number=True),
)
ENDS: tuple[Column[End], ...] = (
    Column(_("Kind"), lambda end: end.kind, width=24),
    Column(_("Number"), lambda end: end.name, width=30),
    Column(_("University"), lambda end: end.whose, width=40),
    Column(_("Ends on"), lambda end: end.on),
    Column(_("Window"), lambda end: end.window, width=24),
)
CREDITS: tuple[Column[Credit], ...] = (
    Column(_("Pathway or student"), lambda credit: credit.row.label, width=50),
    Column(_("Direction"), lambda credit: credit.row.direction),
    Column(_("Students"), lambda credit: credit.row.students, number=True),
    Column(_("Planned credits"), lambda credit: credit.row.planned, number=True),
    Column(_("Earned credits"), lambda credit: credit.row.earned, number=True),
    Column(_("Earned, %"), lambda credit: credit.share, number=True),
)
