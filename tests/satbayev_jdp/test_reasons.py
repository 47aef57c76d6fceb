"""Why something is done in a student's case: whoever writes that is told to leave out health."""

from collections.abc import Iterator

import pytest
from django import forms

from admissions.forms import applications as cases
from admissions.forms import incoming, outgoing
from admissions.workflow.outgoing import OUTGOING
from core.workflow import LONGEST_REASON
from documents import forms as papers
from mobility.forms import plans, stay
from transcripts.forms import study

REASONS = [
    (cases.ReasonForm, "reason"),
    (cases.VisaForm, "reason"),
    (outgoing.AnswerForm, "reason"),
    (incoming.CommentForm, "comment"),
    (plans.ReasonForm, "reason"),
    (plans.ModuleForm, "reason"),
    (stay.ArrivalCorrectionForm, "reason"),
    (study.ReasonForm, "reason"),
    (papers.ReasonForm, "reason"),
]


def test_no_reason_is_longer_than_somebody_reads() -> None:
    def below(base: type) -> Iterator[type]:
        one: type
        for one in base.__subclasses__():
            yield from (one, *below(one))

    asked = {
        f"{form.__module__}.{form.__name__}.{name}": field.max_length
        for form in below(forms.Form)
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, forms.CharField) and any(word in name for word in ("reason", "comment", "note", "remark"))
    }

    assert len(asked) >= len(REASONS)
    assert {name: longest for name, longest in asked.items() if not longest or longest > LONGEST_REASON} == {}


@pytest.mark.parametrize(("form", "field"), REASONS)
def test_who_writes_a_reason_is_told_to_leave_out_health(form: type[forms.Form], field: str) -> None:
    assert "rite nothing about health" in str(form.base_fields[field].help_text)


def test_also_where_it_is_said_besides_who_reads_it() -> None:
    ways_out = [step for step in OUTGOING.steps if step.way_out and step.needs_reason]

    told = [
        str(cases.ReasonForm(step=step, by_partner=by_partner).fields["reason"].help_text)
        for step in ways_out
        for by_partner in (False, True)
    ]

    assert {step.tells_partner for step in ways_out} == {False, True}
    assert [text for text in told if "rite nothing about health" not in text] == []
