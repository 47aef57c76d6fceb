"""What is said in words, in the reader's language: a conversion from its explanation as data (3-e, 5.10), how a paper stands."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, gettext

from core.templatetags.written import credits_, hundredths, points
from documents.enums import DocumentState
from documents.models import OfficialDocument

# The sign stays on the line of its number.
PERCENT = "\N{NO-BREAK SPACE}%"


def explain(told: Mapping[str, Any]) -> str:
    """The rule, the percent, the rounding and the letter of one conversion, as a sentence."""
    rule = told.get("rule", "")
    if rule == "home":
        return gettext("The University's own mark: nothing is converted.")
    if told.get("exact") is None:
        return gettext("Passed without a number: the credits count, there are no points.")
    marks = [mark for mark in told["marks"] if mark["exact"] is not None]
    sums = "; ".join(_one(told, mark) for mark in marks)
    if len(marks) > 1:
        sums = f"{sums}; {_weighed(told, marks)}"
    return gettext("%(rule)s: %(sums)s; rounded %(percent)s %%, %(letter)s, %(points)s.") % {
        "rule": rule_name(rule),
        "sums": sums,
        "percent": told["percent"],
        "letter": told["letter"],
        "points": points(told["points"]),
    }


def undone(paper: OfficialDocument | None) -> str:
    """Superseded or revoked, in the reader's words; empty while the paper stands or there is none."""
    return "" if paper is None or paper.state in DocumentState.standing() else str(paper.get_state_display())


def rule_name(rule: str) -> str:
    """The rule of conversion in the reader's words."""
    return {
        "linear": gettext("linear between the lowest pass and the best mark"),
        "percent": gettext("percent as it is"),
        "table": gettext("table agreed with the partner"),
    }.get(rule, rule)


def scale_name(told: Mapping[str, Any]) -> str:
    """The partner's scale with its best mark and lowest pass, in the reader's language."""
    scale = told.get("scale")
    if not scale:
        return ""
    name = scale.get((get_language() or "kk")[:2]) or scale["kk"]
    return gettext("%(scale)s: best %(best)s, lowest pass %(passing)s") % {
        "scale": name,
        "best": credits_(told["best"]),
        "passing": credits_(told["passing"]),
    }


def _one(told: Mapping[str, Any], mark: Mapping[str, Any]) -> str:
    exact = hundredths(mark["exact"])
    if told["rule"] != "linear":
        return f"{mark['text']} = {exact}{PERCENT}"
    best, passing, number = credits_(told["best"]), credits_(told["passing"]), credits_(mark["number"])
    return f"{mark['text']}: 100 − 50 · |{best} − {number}| : |{best} − {passing}| = {exact}{PERCENT}"


def _weighed(told: Mapping[str, Any], marks: list[Mapping[str, Any]]) -> str:
    terms = " + ".join(f"{hundredths(mark['exact'])} · {credits_(mark['credits'])}" for mark in marks)
    weight = " + ".join(credits_(mark["credits"]) for mark in marks)
    return gettext("weighed by credits: %(sum)s = %(exact)s %%") % {
        "sum": f"({terms}) : ({weight})",
        "exact": hundredths(told["exact"]),
    }
