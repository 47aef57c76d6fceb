"""Study plans of both roads: proposed by the advisor, agreed to by the four, returned, made anew."""

from admissions.models import Application
from institutions.models import User
from mobility.models import StudyPlan
from mobility.services import plans
from satbayev_jdp.demo.world import World


def plan_of(application: Application) -> StudyPlan:
    """The latest version of the plan that opened with the order."""
    return StudyPlan.objects.filter(placement__application=application).latest("pk")


def parties(world: World, department: str, partner: str, application: Application) -> tuple[User, ...]:
    """The four who agree to a plan, in the order in which they are asked: student, advisor, head of department, partner."""
    student = User.objects.get(person=application.enrolment.person_id)
    return student, *(world.user(login) for login in (f"advisor.{department}", f"head.{department}", partner))


def propose(world: World, department: str, application: Application) -> None:
    """The advisor sends the plan to everybody."""
    plans.propose_plan(plan_id=plan_of(application).pk, actor=world.user(f"advisor.{department}"))


def agree(application: Application, *who: User) -> None:
    """Each of them agrees to what is shown."""
    plan = plan_of(application)
    for user in who:
        plans.agree_to_plan(plan_id=plan.pk, actor=user, seen_hash=plan.content_hash)


def approve(world: World, department: str, partner: str, application: Application) -> None:
    """The plan goes to everybody, and everybody agrees."""
    propose(world, department, application)
    agree(application, *parties(world, department, partner, application))


def send_back(application: Application, user: User, reason: str) -> None:
    """One of the four returns the plan with a reason."""
    plans.return_plan(plan_id=plan_of(application).pk, actor=user, reason=reason)


def revise(application: Application, user: User) -> None:
    """The advisor begins the next version; the approved one holds until that is approved."""
    plans.revise_plan(plan_id=plan_of(application).pk, actor=user)
