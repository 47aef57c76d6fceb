"""The official letter to the partner: one for a list, the reserve in numbered supplements (8.2)."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_noop

from admissions.enums import ApplicationState, ListState
from admissions.models import Application, CandidateList
from admissions.notifications.outgoing import answer_asked
from admissions.pdf.case import paper_languages
from admissions.pdf.letters import OFFICIAL_LETTER, LetterContext, letter_context, letter_title
from admissions.permissions.lists import roles_on_list
from admissions.selectors.lists import candidates_of
from admissions.selectors.places import free_places
from admissions.services.applications import step
from admissions.services.lists import locked_list
from admissions.services.settling import settle_alone, settle_list
from core.notifications import notify
from core.values import joined
from core.workflow import NotAllowedError, RefusedError, WrongStateError
from documents.models import OfficialDocument
from documents.services import deliver, issue, preview
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import standing_of
from institutions.selectors import holders_of


def letters_of(candidates: CandidateList) -> list[OfficialDocument]:
    """The letters of a list, the first one first."""
    pks = candidates.candidates.exclude(letter=None).values_list("letter_id", flat=True)
    return list(OfficialDocument.objects.filter(pk__in=sorted(set(pks))).order_by("pk"))


@transaction.atomic
def send_official_letter(*, list_id: int, actor: User) -> OfficialDocument:
    """Number, seal and deliver the letter of a sent list; all its candidates but the reserve are proposed by it.

    One letter a list: a second one is refused. Raises NotAllowedError, WrongStateError, RefusedError.
    """
    candidates = _sent_list(list_id, actor)
    applications = [a for a in candidates_of(candidates) if _waits_for_letter(a) and not a.is_reserve]
    if letters_of(candidates) or not applications:
        raise WrongStateError(gettext_noop("The letter of this list has been sent already."))
    return _send(candidates, applications, actor=actor)


@transaction.atomic
def send_supplement(*, list_id: int, application_ids: Sequence[int], actor: User) -> OfficialDocument:
    """Propose candidates of the reserve by a numbered supplement, where places are free after the letter.

    Raises NotAllowedError, WrongStateError while the letter itself is to be sent, RefusedError.
    """
    candidates = _sent_list(list_id, actor)
    letters = letters_of(candidates)
    chosen, waiting = set(application_ids), [a for a in candidates_of(candidates) if _waits_for_letter(a)]
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
    return _send(candidates, applications, actor=actor, base=letters[0] if letters else None, supplement=len(letters))


def letter_preview(*, candidates: CandidateList, actor: User) -> bytes:
    """The letter as it would go out now, without number and seal: a PDF. Nothing is written."""
    applications = [a for a in candidates_of(candidates) if not a.is_reserve and a.state in _MAY_BE_NAMED]
    context = _context(candidates, applications, base=None, supplement=0)
    return preview(
        kind=OFFICIAL_LETTER.name,
        context=_values(context),
        languages=paper_languages(context.pathway.partner_country),
        signatory=actor,
        signatory_role=Role.IPD_COORDINATOR,
    )


_MAY_BE_NAMED = frozenset({ApplicationState.SUBMITTED, ApplicationState.NOMINATED})


def _waits_for_letter(application: Application) -> bool:
    return application.state == ApplicationState.NOMINATED and application.letter_id is None


def _sent_list(list_id: int, actor: User) -> CandidateList:
    candidates = locked_list(list_id, actor)
    if Role.IPD_COORDINATOR not in roles_on_list(candidates, standing_of(actor)):
        raise NotAllowedError(gettext_noop("This step is not yours to take."))
    if candidates.state != ListState.SENT:
        raise WrongStateError(gettext_noop("The institute has not sent its list."))
    return candidates


def _context(
    candidates: CandidateList, applications: Sequence[Application], *, base: OfficialDocument | None, supplement: int
) -> LetterContext:
    partner = candidates.intake.pathway.partner_programme.university
    coordinator = holders_of(Role.PARTNER_COORDINATOR, university_id=partner.pk).first()
    addressee = coordinator.user.person.passport_name if coordinator else ""
    return letter_context(candidates, applications, addressee=addressee, base=base, supplement=supplement)


def _values(context: LetterContext) -> dict[str, object]:
    return {"letter": context}


def _send(
    candidates: CandidateList,
    applications: Sequence[Application],
    *,
    actor: User,
    base: OfficialDocument | None = None,
    supplement: int = 0,
) -> OfficialDocument:
    partner = candidates.intake.pathway.partner_programme.university
    context = _context(candidates, applications, base=base, supplement=supplement)
    letter = issue(
        kind=OFFICIAL_LETTER.name,
        subject=candidates,
        title=letter_title(context),
        context=_values(context),
        languages=paper_languages(partner.country),
        actor=actor,
        signatory=actor,
        signatory_role=Role.IPD_COORDINATOR,
    )
    coordinators = holders_of(Role.PARTNER_COORDINATOR, university_id=partner.pk)
    for membership in coordinators:
        deliver(
            document=letter, recipient=membership.user.person.passport_name, person=membership.user.person, actor=actor
        )
    if not coordinators:
        deliver(document=letter, recipient=partner.name, actor=actor)
    way = candidates.intake.pathway
    for message in answer_asked(
        letter, coordinators, joined(way.partner_programme.code, way.partner_programme.names, by=" ")
    ):
        notify(message)
    for application in sorted(applications, key=lambda a: a.pk):
        step(application, "propose", actor=actor, params={"letter": letter.number_text})
        Application.objects.filter(pk=application.pk).update(letter=letter)
        application.letter = letter
        settle_alone(application)
    settle_list(candidates)
    return letter
