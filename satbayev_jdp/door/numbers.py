"""Numbers of passport and IIN: shown to whose work needs them, and each reading by another is written down (decision 17)."""

from dataclasses import dataclass

from django.db import transaction

from admissions.enums import ApplicationState
from admissions.models import Application
from admissions.permissions.applications import roles_on
from admissions.selectors.applications import applications_visible_to
from core.http import page_of
from institutions.enums import Role
from institutions.models import Person, User
from institutions.permissions import Standing, may_see_identity, may_see_iin, standing_of
from institutions.services.identity import note_numbers_read
from programmes.selectors import enrolments_visible_to


@dataclass(frozen=True, slots=True)
class Numbers:
    """Whose numbers they are, and the page of the case or the student that its reader comes from.

    `with_iin`: the IIN is the University's to know and the bearer's, and no partner's.
    """

    person: Person
    back: str
    with_iin: bool


@transaction.atomic
def read_numbers(*, person_id: int, actor: User) -> Numbers:
    """The numbers of a person, for a reader whose work needs them: a partner's until the case is closed.

    Person.DoesNotExist for everybody else.
    """
    standing = standing_of(actor)
    is_own = person_id == standing.person_id
    enrolment = enrolments_visible_to(standing).filter(person=person_id).order_by("-pk").first()
    cases = applications_visible_to(standing).filter(enrolment__person=person_id).order_by("-pk")
    case = next((one for one in cases if may_see_identity(_roles_that_need(one, standing), is_own=is_own)), None)
    with_iin = may_see_iin(standing.roles, is_own=is_own)
    if enrolment is not None and may_see_identity(standing.roles, is_own=is_own):
        found = Numbers(enrolment.person, page_of("programmes.enrolment", enrolment.pk), with_iin)
    elif case is not None:
        found = Numbers(case.enrolment.person, page_of("admissions.application", case.pk), with_iin)
    else:
        raise Person.DoesNotExist
    note_numbers_read(person=found.person, actor=actor)
    return found


def _roles_that_need(case: Application, standing: Standing) -> frozenset[str]:
    """The roles somebody holds on a case, without the partner's once it is closed: nothing more is asked for there."""
    over = case.state in ApplicationState.closed()
    return roles_on(case, standing) - ({Role.PARTNER_COORDINATOR.value} if over else set())
