"""The life of an individual study plan (5.10, 5.13, 5.14, 6.6–6.8) and the rules that its lists must meet, 7.3 among them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_noop

from core.machine import Blocker, Machine, Step, guard
from institutions.enums import Role
from mobility.enums import LineKind
from mobility.enums import PlanState as S
from programmes.enums import CourseKind

# Who agrees to a plan, each for its own part; the order is the order of pages.
PARTS: Mapping[str, str] = {
    "student": Role.STUDENT,
    "advisor": Role.ADVISOR,
    "department": Role.DEPARTMENT_HEAD,
    "partner": Role.PARTNER_COORDINATOR,
}
# Who makes the University's side of a plan; the partner's coordinator makes the other (6.8).
UNIVERSITY_EDITORS = frozenset({Role.ADVISOR, Role.DEPARTMENT_HEAD, Role.INSTITUTE_COORDINATOR})
PART_WORDS: Mapping[str, str] = {
    "student": gettext_noop("The agreement of the student to the plan is missing."),
    "advisor": gettext_noop("The advisor has not yet agreed to the plan."),
    "department": gettext_noop("The head of department has not yet agreed to the plan."),
    "partner": gettext_noop("The partner has not yet agreed to the plan."),
}


# Practice is done in full and the final attestation held whatever a term's courses are (5.14-b).
ALWAYS_HERE = frozenset({CourseKind.PRACTICE, CourseKind.FINAL_ATTESTATION})


@dataclass(frozen=True, slots=True)
class Agreed:
    """What the department agreed to for the semesters of a guest's stay: rows of Annex 1 (7.3). Without rows nothing is bound."""

    rows: frozenset[int] = frozenset()
    semesters: frozenset[int] = frozenset()

    def holds(self, semester: int, row: int | None) -> bool:
        """False for a row that lies in the stay and that the department did not choose for it (R-7.3-d)."""
        return not self.rows or row is None or semester not in self.semesters or row in self.rows


@dataclass(frozen=True, slots=True)
class LineFact:
    """A line of the plan: at the University or not, whether its Annex row has a partner side, why it stands there.

    `agreed`: the department agreed to its row for its semester (`Agreed.holds`).
    """

    at_university: bool
    covered: bool
    kind: str
    credits: Decimal
    semester: int = 1
    joint_commission: bool = False
    agreed: bool = True


@dataclass(frozen=True, slots=True)
class CourseFact:
    """A course of the University's working plan and its line in the study plan, if it has one."""

    code: str
    kind: str
    credits: Decimal
    line: LineFact | None

    @property
    def is_outside_agreed(self) -> bool:
        """True for a course that a guest was to master here, and that the department did not agree to for the stay (7.3)."""
        line = self.line
        return bool(line and line.at_university and not line.agreed) and self.kind not in ALWAYS_HERE


@dataclass(frozen=True)
class PlanFacts:
    """What is known of a plan. `agreed`: the parts that agreed to this very content. `open_modules`: of the partner's list.

    `is_later`: it was made of an approved plan, which holds until this one is approved.
    """

    courses: tuple[CourseFact, ...] = ()
    agreed: frozenset[str] = frozenset()
    open_modules: tuple[str, ...] = ()
    is_later: bool = False


@guard(
    "5.14",
    gettext_noop("every course of the home working plan has its place in the plan"),
    ask=gettext_noop("Place every course in the plan"),
)
def home_list_covered(facts: PlanFacts) -> Iterator[Blocker]:
    """R-5.14-a, 6.6: taken at the University, covered by Annex 1, or a stated difference."""
    if not facts.courses:
        ask = gettext_noop("Import the home working plan")
        yield Blocker("5.14", gettext_noop("The home working plan is not known."), Role.INSTITUTE_COORDINATOR, ask=ask)
    for course in facts.courses:
        line = course.line
        if line is None:
            text = gettext_noop("Course %(course)s of the home working plan has no line in the plan.")
            yield Blocker("5.14", text, Role.ADVISOR, {"course": course.code})
        elif not (line.at_university or line.covered or line.kind == LineKind.DIFFERENCE):
            text = gettext_noop(
                "Course %(course)s is neither taken at the University nor covered by Annex 1 nor a stated difference."
            )
            yield Blocker("5.14", text, Role.ADVISOR, {"course": course.code})


@guard("5.14", gettext_noop("all kinds of practice are done in full"), ask=gettext_noop("Plan the practice in full"))
def practices_in_full(facts: PlanFacts) -> Iterator[Blocker]:
    """R-5.14-b, 6.7: each kind of practice in full, at either side."""
    for course in facts.courses:
        line = course.line
        if course.kind != CourseKind.PRACTICE:
            continue
        if line is None or line.kind != LineKind.PLANNED or line.credits < course.credits:
            text = gettext_noop("Practice %(course)s is not planned in full.")
            yield Blocker("5.14", text, Role.ADVISOR, {"course": course.code})


@guard(
    "5.14",
    gettext_noop("the final attestation is at the University or before a joint commission"),
    ask=gettext_noop("Plan the final attestation"),
)
def final_attestation_kept(facts: PlanFacts) -> Iterator[Blocker]:
    """R-5.14-b: a row of Annex 1 alone does not replace the final attestation."""
    for course in facts.courses:
        line = course.line
        if course.kind != CourseKind.FINAL_ATTESTATION:
            continue
        if line is None or line.kind != LineKind.PLANNED or not (line.at_university or line.joint_commission):
            text = gettext_noop(
                "Final attestation %(course)s must be held at the University or before a joint commission: "
                "a row of Annex 1 does not replace it."
            )
            yield Blocker("5.14", text, Role.ADVISOR, {"course": course.code})


@guard(
    "7.3",
    gettext_noop("a guest masters those courses here that the department agreed to for the term"),
    ask=gettext_noop("Choose among the courses that were agreed to"),
)
def only_agreed_courses(facts: PlanFacts) -> Iterator[Blocker]:
    """R-7.3-d: as the order counts them; one of the others is mastered after the stay, or is a stated difference."""
    for course in facts.courses:
        if course.is_outside_agreed and course.line and course.line.kind == LineKind.PLANNED:
            text = gettext_noop(
                "The department did not agree to course %(course)s for semester %(semester)s: "
                "choose another semester, or state a difference."
            )
            yield Blocker("7.3", text, Role.ADVISOR, {"course": course.code, "semester": course.line.semester})


@guard(
    "5.10",
    gettext_noop("student, advisor, head of department and partner have agreed to this very plan"),
    ask=gettext_noop("Agree to the plan"),
)
def everybody_agreed(facts: PlanFacts) -> Iterator[Blocker]:
    """Each part on the same content: a change asks everybody again."""
    for part, role in PARTS.items():
        if part not in facts.agreed:
            yield Blocker("5.10", PART_WORDS[part], role)


@guard("5.13", gettext_noop("an approved plan holds on"), ask=gettext_noop("Change the draft"))
def approved_plan_holds(facts: PlanFacts) -> Blocker | None:
    """A stay has a plan: its first one is not given up."""
    if facts.is_later:
        return None
    text = gettext_noop("Only the draft of a later version can be given up: a stay has a plan.")
    return Blocker("5.13", text, Role.ADVISOR)


_LISTS = (home_list_covered, practices_in_full, final_attestation_kept, only_agreed_courses)
_PARTIES = tuple(PARTS.values())
PLAN: Machine[PlanFacts] = Machine(
    name="plan",
    title=gettext_noop("individual study plan"),
    initial=S.DRAFT,
    steps=(
        Step(
            "propose",
            (S.DRAFT,),
            S.PROPOSED,
            by=(Role.ADVISOR, Role.INSTITUTE_COORDINATOR),
            clause="5.10",
            label=gettext_noop("Send for approval"),
            done=gettext_noop("sent for approval"),
            needs=_LISTS,
            ask=gettext_noop("Send the plan for approval"),
        ),
        Step(
            "approve",
            (S.PROPOSED,),
            S.APPROVED,
            by=_PARTIES,
            clause="5.10",
            label=gettext_noop("Approve the plan"),
            done=gettext_noop("approved by everybody"),
            needs=(*_LISTS, everybody_agreed),
        ),
        Step(
            "return",
            (S.PROPOSED,),
            S.DRAFT,
            by=_PARTIES,
            clause="5.10",
            label=gettext_noop("Return with a reason"),
            done=gettext_noop("returned"),
            way_out=True,
            needs_reason=True,
            tells_partner=True,
        ),
        Step(
            "replace",
            (S.APPROVED,),
            S.REPLACED,
            by=_PARTIES,
            clause="5.10",
            label=gettext_noop("Replace by a newer version"),
            done=gettext_noop("replaced by a newer version"),
            way_out=True,
        ),
        Step(
            "give_up",
            (S.DRAFT,),
            S.DROPPED,
            by=(*sorted(UNIVERSITY_EDITORS), Role.PARTNER_COORDINATOR),
            clause="5.13",
            label=gettext_noop("Give this version up"),
            done=gettext_noop("given up; the approved plan holds on"),
            needs=(approved_plan_holds,),
            way_out=True,
            needs_reason=True,
            tells_partner=True,
        ),
        Step(
            "drop",
            (S.DRAFT, S.PROPOSED, S.APPROVED),
            S.DROPPED,
            by=(Role.IPD_COORDINATOR,),
            clause="5.10",
            label=gettext_noop("Cancel with the stay"),
            done=gettext_noop("cancelled with the stay"),
            way_out=True,
            needs_reason=True,
        ),
    ),
    path=(S.DRAFT, S.PROPOSED, S.APPROVED),
)
