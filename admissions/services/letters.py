"""The official letter to the partner: one for a list, the reserve in numbered supplements (8.2)."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_noop

from admissions.enums import ListState
from admissions.models import Application, CandidateList
from admissions.notifications.outgoing import answer_asked
from admissions.pdf.drafts import letter_of
from admissions.pdf.letters import OFFICIAL_LETTER, letter_title
from admissions.permissions.lists import roles_on_list
from admissions.selectors.lists import letters_of, waiting_for_letter
from admissions.selectors.places import free_places
from admissions.services.applications import step
from admissions.services.lists import locked_list
from admissions.services.settling import settle_alone, settle_list
from core.notifications import notify
from core.workflow import NotAllowedError, RefusedError, WrongStateError
from documents.models import OfficialDocument
from documents.services import deliver, issue
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import standing_of
from institutions.selectors import holders_of


@transaction.atomic
def send_official_letter(*, list_id: int, actor: User) -> OfficialDocument:
    """Number, seal and deliver the letter of a sent list; all its candidates but the reserve are proposed by it.

    One letter a list: a second one is refused. Raises NotAllowedError, WrongStateError, RefusedError.
    """
    candidates = _sent_list(list_id, actor)
    applications = [one for one in waiting_for_letter(candidates) if not one.is_reserve]
    letters = letters_of(candidates)
    if letters or not applications:
        raise WrongStateError(gettext_noop("The letter of this list has been sent already."))
    return _send(candidates, applications, letters, actor=actor)


@transaction.atomic
def send_supplement(*, list_id: int, application_ids: Sequence[int], actor: User) -> OfficialDocument:
    """Propose candidates of the reserve by a numbered supplement, where places are free after the letter.

    Raises NotAllowedError, WrongStateError while the letter itself is to be sent, RefusedError.
    """
    candidates = _sent_list(list_id, actor)
    return _send(candidates, chosen_reserve(candidates, application_ids), letters_of(candidates), actor=actor)


def chosen_reserve(candidates: CandidateList, application_ids: Sequence[int]) -> list[Application]:
    """The candidates that a supplement may name now, of those picked. Raises as `send_supplement`."""
    chosen, waiting = set(application_ids), waiting_for_letter(candidates)
    if any(not a.is_reserve for a in waiting):
        raise WrongStateError(
            gettext_noop("The official letter goes first: candidates outside the reserve wait for it.")
        )
    applications = [a for a in waiting if a.pk in chosen]
    if not applications or {a.pk for a in applications} != chosen:
        raise RefusedError(gettext_noop("Choose candidates of the reserve."))
    free = free_places(candidates.intake)
    if len(applications) > free:
        text = gettext_noop("%(chosen)s candidates are chosen, but only %(free)s places are free.")
        raise RefusedError(text, {"chosen": len(applications), "free": free})
    return applications


def _sent_list(list_id: int, actor: User) -> CandidateList:
    candidates = locked_list(list_id, actor)
    if Role.IPD_COORDINATOR not in roles_on_list(candidates, standing_of(actor)):
        raise NotAllowedError(gettext_noop("This step is not yours to take."))
    if candidates.state != ListState.SENT:
        raise WrongStateError(gettext_noop("The institute has not sent its list."))
    return candidates


def _send(
    candidates: CandidateList,
    applications: Sequence[Application],
    letters: Sequence[OfficialDocument],
    *,
    actor: User,
) -> OfficialDocument:
    partner = candidates.intake.pathway.partner_programme.university
    drafted = letter_of(candidates, applications, letters, actor)
    letter = issue(
        kind=OFFICIAL_LETTER.name,
        subject=candidates,
        title=letter_title(drafted.context["letter"]),
        actor=actor,
        **drafted.said,
    )
    coordinators = holders_of(Role.PARTNER_COORDINATOR, university_id=partner.pk)
    for membership in coordinators:
        deliver(
            document=letter, recipient=membership.user.person.passport_name, person=membership.user.person, actor=actor
        )
    if not coordinators:
        deliver(document=letter, recipient=partner.name, actor=actor)
    way = candidates.intake.pathway
    for message in answer_asked(letter, coordinators, way.partner_programme.titles):
        notify(message)
    for application in sorted(applications, key=lambda a: a.pk):
        step(application, "propose", actor=actor, params={"letter": letter.number_text})
        Application.objects.filter(pk=application.pk).update(letter=letter)
        application.letter = letter
        settle_alone(application)
    settle_list(candidates)
    return letter
