"""What order, letter, contract, invitation and extract say: for whoever issues them now, and for whoever looks before."""

from collections.abc import Sequence
from functools import partial

from admissions.enums import ListState, OrderState
from admissions.models import Application, CandidateList, Order, OrderLine
from admissions.pdf.case import paper_languages
from admissions.pdf.contract import CONTRACT, contract_context
from admissions.pdf.invitations import INVITATION, invitation_context, languages_for
from admissions.pdf.letters import OFFICIAL_LETTER, letter_context
from admissions.pdf.orders import LANGUAGES, ORDER_EXTRACT, PAPER_OF_KIND, extract_context, order_context
from admissions.permissions.applications import roles_on
from admissions.permissions.lists import roles_on_list
from admissions.selectors.applications import applications_visible_to
from admissions.selectors.lists import letters_of, lists_visible_to, waiting_for_letter
from admissions.selectors.orders import applications_on, orders_visible_to, signed_line_of
from documents.kinds import PaperDraft, drafts, drafts_of_picked
from documents.models import OfficialDocument
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import standing_of
from institutions.selectors import holders_of


def order_of(order: Order, students: Sequence[Application], signatory: User | None) -> PaperDraft:
    """The order as its lines stand (6.3, 7.4, 8.6)."""
    return PaperDraft(order_context(order, students), LANGUAGES, signatory, Role.SIGNATORY)


def letter_of(
    candidates: CandidateList, applications: Sequence[Application], letters: Sequence[OfficialDocument], actor: User
) -> PaperDraft:
    """The official letter about these candidates; after the first of `letters` it is a supplement to it (8.2)."""
    partner = candidates.intake.pathway.partner_programme.university
    holder = holders_of(Role.PARTNER_COORDINATOR, university_id=partner.pk).first()
    letter = letter_context(
        candidates,
        applications,
        addressee=holder.user.person.passport_name if holder else "",
        base=letters[0] if letters else None,
        supplement=len(letters),
    )
    return PaperDraft({"letter": letter}, paper_languages(partner.country), actor, Role.IPD_COORDINATOR)


def contract_of(application: Application) -> PaperDraft:
    """The contract as its three parties stand (6.12)."""
    partner = application.intake.pathway.partner_programme.university
    holder = holders_of(Role.PARTNER_COORDINATOR, university_id=partner.pk).first()
    signatory = holders_of(Role.SIGNATORY).first()
    signer = holder.user.person.passport_name if holder else ""
    context = {"contract": contract_context(application, partner_signer=signer)}
    return PaperDraft(context, paper_languages(partner.country), signatory and signatory.user, Role.SIGNATORY)


def invitation_of(application: Application, line: OrderLine, account: User | None, actor: User) -> PaperDraft:
    """The invitation that the signed order allows (7.5b)."""
    context = invitation_context(application, line.order, contact=actor)
    return PaperDraft(context, languages_for(application, account), line.order.signed_by, Role.SIGNATORY)


def extract_of(application: Application, line: OrderLine, account: User | None, actor: User) -> PaperDraft:
    """The student's own line of the order (7.5b)."""
    return PaperDraft(extract_context(line), languages_for(application, account), actor, Role.IPD_COORDINATOR)


def _own(actor: User, pk: int) -> Application:
    """The application, for the IPD alone, which issues its papers."""
    standing = standing_of(actor)
    application: Application = applications_visible_to(standing).get(pk=pk)
    if Role.IPD_COORDINATOR not in roles_on(application, standing):
        raise Application.DoesNotExist
    return application


def _line(application: Application) -> OrderLine:
    line = signed_line_of(application)
    if line is None:
        raise OrderLine.DoesNotExist
    return line


def _account(application: Application) -> User | None:
    return User.objects.filter(person=application.enrolment.person).first()


def _order(kind: str, actor: User, pk: int) -> PaperDraft:
    """For all who may see the order: its page says the same, and one office drafts what another signs."""
    standing = standing_of(actor)
    under_way = orders_visible_to(standing).filter(state__in=OrderState.under_way())
    order: Order = under_way.get(pk=pk, kind=kind)
    holder = holders_of(Role.SIGNATORY).first()
    signs = actor if standing.holds(Role.SIGNATORY) else holder.user if holder else None
    return order_of(order, applications_on(order), signs)


for _kind, _paper in PAPER_OF_KIND.items():
    drafts(_paper)(partial(_order, _kind))


@drafts_of_picked(OFFICIAL_LETTER)
def _letter(actor: User, pk: int, picked: Sequence[int] = ()) -> PaperDraft:
    """For the IPD, which sends it: the letter of a sent list; once that has gone, a supplement with who was picked."""
    standing = standing_of(actor)
    candidates: CandidateList = lists_visible_to(standing).get(pk=pk, state=ListState.SENT)
    if Role.IPD_COORDINATOR not in roles_on_list(candidates, standing):
        raise CandidateList.DoesNotExist
    waiting = waiting_for_letter(candidates)
    named = [one for one in waiting if not one.is_reserve] or [one for one in waiting if one.pk in picked]
    if not named:
        raise Application.DoesNotExist
    return letter_of(candidates, named, letters_of(candidates), actor)


@drafts(CONTRACT)
def _contract(actor: User, pk: int) -> PaperDraft:
    return contract_of(_own(actor, pk))


@drafts(INVITATION)
def _invitation(actor: User, pk: int) -> PaperDraft:
    application = _own(actor, pk)
    return invitation_of(application, _line(application), _account(application), actor)


@drafts(ORDER_EXTRACT)
def _extract(actor: User, pk: int) -> PaperDraft:
    application = _own(actor, pk)
    return extract_of(application, _line(application), _account(application), actor)
