"""What lists of marks, their files, protocols, transcripts and reports can be narrowed by."""

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.tables import Words
from documents.enums import DocumentState
from institutions.filters import PartnerFilter
from programmes.models import Enrolment
from transcripts.enums import ProtocolState, ReportState
from transcripts.models import (
    Difference,
    RecognitionLine,
    RecognitionProtocol,
    Result,
    ResultFile,
    SemesterReport,
)
from transcripts.selectors.transcripts import owed_among, programmes_of

# How the paper of a thing may have come to stand: no longer in force. It is then the thing's state, in place of its own.
UNDONE = (DocumentState.SUPERSEDED, DocumentState.REVOKED)


class StandingFilter(django_filters.ChoiceFilter):
    """By state; one whose paper is superseded or revoked stands there, and no longer at its own state."""

    def __init__(self, states: Any) -> None:
        choices = [*states.choices, *((state.value, state.label) for state in UNDONE)]
        super().__init__(choices=choices, label=_("State"), empty_label=_("all"))

    def filter(self, qs: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
        """The rows that stand so."""
        if value in UNDONE:
            return qs.filter(document__state=value)
        return qs.filter(state=value).exclude(document__state__in=UNDONE) if value else qs


class ProtocolStandingFilter(StandingFilter):
    """As it is told in the list: a draft for which no mark has come waits for the partner, and is no draft to work on."""

    AWAITED = "awaited"

    def __init__(self) -> None:
        super().__init__(ProtocolState)
        self.extra["choices"] = [(self.AWAITED, _("waits for the partner's marks")), *self.extra["choices"]]

    def filter(self, qs: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
        """The rows that stand so."""
        lines = (RecognitionLine.objects, Difference.objects)
        empty = Q(*(~Exists(one.filter(protocol=OuterRef("pk"))) for one in lines), state=ProtocolState.DRAFT)
        if value == self.AWAITED:
            return qs.filter(empty)
        found = super().filter(qs, value)
        return found.exclude(empty) if value == ProtocolState.DRAFT else found


class ResultFilter(django_filters.FilterSet):
    """By words and university."""

    q = Words(
        _("Name, number or course code"),
        texts=("enrolment__person__search_text", "university__search_text"),
        numbers=("enrolment__student_number", "course__code"),
    )
    passed = django_filters.ChoiceFilter(
        field_name="is_pass",
        choices=[("True", _("passed")), ("False", _("failed"))],
        label=_("Outcome"),
        empty_label=_("all"),
    )

    class Meta:
        model = Result
        fields = ()


class FileFilter(django_filters.FilterSet):
    """By words."""

    q = Words(_("File or university"), texts=("upload__original_name", "university__search_text"))

    class Meta:
        model = ResultFile
        fields = ()


class ProtocolFilter(django_filters.FilterSet):
    """By words, state and partner."""

    q = Words(
        _("Name, number or partner"),
        texts=("plan__enrolment__person__search_text", "term__university__search_text"),
        numbers=("plan__enrolment__student_number", "document__number_text", "plan__enrolment__programme__code"),
    )
    state = ProtocolStandingFilter()
    partner = PartnerFilter("term__university")

    class Meta:
        model = RecognitionProtocol
        fields = ()


class TranscriptFilter(django_filters.FilterSet):
    """Students with marks: by words, programme, and whether recognised credits stand on no transcript."""

    q = Words(_("Name or number"), texts=("person__search_text",), numbers=("student_number", "last_number"))
    programme = django_filters.ChoiceFilter(choices=(), label=_("Programme"), empty_label=_("all"))
    owed = django_filters.ChoiceFilter(
        choices=[("1", _("on no transcript yet"))],
        method="by_owed",
        label=_("Recognised credits"),
        empty_label=_("all"),
    )

    class Meta:
        model = Enrolment
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        students = Enrolment.objects.none() if self.queryset is None else self.queryset
        self.filters["programme"].extra["choices"] = [(str(pk), name) for pk, name in programmes_of(students)]

    def by_owed(self, rows: "QuerySet[Enrolment]", _name: str, _value: str) -> "QuerySet[Enrolment]":
        """Those whose recognised credits stand on no transcript in force."""
        return owed_among(rows)


class ReportFilter(django_filters.FilterSet):
    """By words, state and partner."""

    q = Words(
        _("Partner, programme or number"),
        texts=("partner__search_text", "programme__name_kk", "programme__name_ru", "programme__name_en"),
        numbers=("programme__code", "document__number_text"),
    )
    state = StandingFilter(ReportState)
    partner = PartnerFilter("partner")

    class Meta:
        model = SemesterReport
        fields = ()
