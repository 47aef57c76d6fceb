"""Of what kind things are to those who sort their work: the pills of an inbox. Kept with each work item (core.worklist)."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from admissions.enums import OrderKind
from admissions.models import Application, CandidateList, Intake, Order
from agreements.enums import Direction
from mobility.models import Placement

# In the order of the road; those that wait for nobody show no pill.
KINDS: dict[str, Promise] = {
    "outgoing": pgettext_lazy("kind of work", "Outgoing students"),
    "incoming": pgettext_lazy("kind of work", "Incoming students"),
    "agreements": pgettext_lazy("kind of work", "Agreements"),
    "plans": pgettext_lazy("kind of work", "Study plans"),
    "recognition": pgettext_lazy("kind of work", "Marks and recognition"),
    "reports": pgettext_lazy("kind of work", "Reports"),
}
_OF_MODEL = {"mobility.studyplan": "plans", "transcripts.semesterreport": "reports"}
_OF_APP = {"institutions": "agreements", "agreements": "agreements", "transcripts": "recognition"}


def kind_of(subject: models.Model) -> str:
    """The kind of a thing, a key of KINDS; empty: it has no pill of its own."""
    match subject:
        case Application() | Intake() | Placement():
            return str(Direction(subject.direction).value)
        case CandidateList():
            return str(Direction(subject.intake.direction).value)
        case Order():
            return "outgoing" if subject.kind == OrderKind.DEPARTURE_OUT else "incoming"
    meta = subject._meta  # noqa: SLF001 -- Django's documented Meta API
    return _OF_MODEL.get(meta.label_lower) or _OF_APP.get(meta.app_label, "")
