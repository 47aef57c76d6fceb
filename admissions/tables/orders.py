"""What can be done with many orders at once: sent for signature, signed, returned (core.bulk)."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_noop

from admissions.enums import OrderKind
from admissions.forms.applications import ReasonForm
from admissions.models import Order, OrderLine
from admissions.pdf.orders import order_contexts_of, seen_hash_of
from admissions.permissions.orders import mover_of, roles_on
from admissions.selectors import orders as read
from admissions.services import orders as services
from admissions.workflow.orders import DRAFTERS, ORDER, OrderFacts
from core.bulk import NOT_YET, Deed, Prospect, step_lacks
from core.http import page_of
from core.machine import Blocker
from core.templatetags.written import credits_
from core.values import numbered
from institutions.enums import Role
from institutions.permissions import Standing


def _foresee(name: str, standing: Standing, orders: Sequence[Order]) -> list[Prospect]:
    facts, lines = read.order_facts_of(orders), read.lines_of_all(orders)
    said, returned = order_contexts_of(orders, lines), read.returned_of(orders)
    taken: Counter[int | None] = Counter()
    prospects = []
    for one in orders:
        # They are signed one after the other, and those before hold their places then (7.4).
        then = replace(facts[one.pk], held_by_others=facts[one.pk].held_by_others + taken[one.intake_id])
        blockers = _lacks(name, one, standing, then)
        if name == "sign" and not blockers:
            taken[one.intake_id] += len(then.lines)
        prospects.append(
            Prospect(
                one.pk,
                str(read.called(one, lines[one.pk])),
                _words(one, returned.get(one.pk, "")),
                blockers,
                mark=seen_hash_of(said[one.pk]),
                url=page_of("admissions.order", one.pk),
                details=tuple(_told(line, one.kind) for line in lines[one.pk]),
            )
        )
    return prospects


def _lacks(name: str, order: Order, standing: Standing, facts: OrderFacts) -> tuple[Blocker, ...]:
    """What the step lacks, as the order's own page says it: of the two drafting offices the one whose kind it is (6.3)."""
    found = step_lacks(ORDER, name, order, roles=roles_on(order, standing), facts=facts)
    return tuple(
        replace(one, whose_move=mover_of(order, one.whose_move)) if one.text == NOT_YET else one for one in found
    )


def _words(order: Order, why_returned: str) -> str:
    """An order in a line; a draft that was returned says why: it can be sent as it is, which is seldom what was meant."""
    number = numbered(order.document.number_text) if order.document else ""
    programme = order.intake.pathway.home_programme.code if order.intake else ""
    period = f"{order.starts_on:%d.%m.%Y} – {order.ends_on:%d.%m.%Y}"
    returned = f"{gettext(ORDER.step('return').done)}: {why_returned}" if why_returned else ""
    return " · ".join(filter(None, (number, capfirst(order.get_kind_display()), programme, period, returned)))


def _told(line: OrderLine, kind: str) -> str:
    """A student of an order, with what it says of him or her (5.9)."""
    enrolment = line.application.enrolment
    said = [f"{line.position}. {enrolment.person}", enrolment.student_number, enrolment.person.citizenship_name]
    if kind == OrderKind.ADMISSION_IN:
        said += [
            gettext("“included education”") if line.is_included_education else "",
            gettext("courses: %(count)s") % {"count": line.courses},
            gettext("credits: %(credits)s") % {"credits": credits_(line.credits)},
        ]
    else:
        said.append(line.get_funding_display())
    return " · ".join(filter(None, map(str, said)))


def _send(pk: int, *, actor: Any, mark: str) -> object:
    del mark  # what is sent is read by the signatory
    return services.send_for_signature(order_id=pk, actor=actor)


def _sign(pk: int, *, actor: Any, mark: str) -> object:
    return services.sign(order_id=pk, actor=actor, seen_hash=mark)


def _return(pk: int, *, actor: Any, mark: str, reason: str) -> object:
    del mark  # what is returned is read again anyhow
    return services.return_order(order_id=pk, actor=actor, reason=reason)


def _deed(name: str, do: Callable[..., object], will: str, form: Any = None) -> Deed:
    step = ORDER.step(name)
    return Deed(
        f"orders.{name}",
        label=step.label,
        will=will,
        foresee=partial(_foresee, name),
        do=do,
        form=form,
        clause=step.clause,
        way_out=step.way_out,
        names=read.names_of,
    )


_DRAFTED = _deed(
    "send_for_signature",
    _send,
    gettext_noop("Each order goes to the signatory, who signs it or returns it with a reason."),
)
_BEFORE_SIGNATORY = (
    _deed(
        "sign",
        _sign,
        gettext_noop(
            "Each order gets the next number of the register and today's date; its paper is sealed in Kazakh and Russian and"
            " never changes again; its students are admitted. It cannot be taken back: only another order changes it."
        ),
    ),
    _deed(
        "return",
        _return,
        gettext_noop("Each order goes back to the office that drafted it, with your reason."),
        ReasonForm,
    ),
)


def deeds_of(standing: Standing) -> list[Deed]:
    """What this person can do with many orders."""
    return [
        *([_DRAFTED] if standing.holds(*DRAFTERS) else ()),
        *(_BEFORE_SIGNATORY if standing.holds(Role.SIGNATORY) else ()),
    ]
