"""What the contract, the invitation and the extract say: for whoever issues them now, and for whoever looks before."""

from admissions.models import Application, OrderLine
from admissions.pdf.case import paper_languages
from admissions.pdf.contract import CONTRACT, contract_context
from admissions.pdf.invitations import INVITATION, invitation_context, languages_for
from admissions.pdf.orders import ORDER_EXTRACT, extract_context
from admissions.permissions.applications import roles_on
from admissions.selectors.applications import applications_visible_to
from admissions.selectors.orders import signed_line_of
from documents.kinds import PaperDraft, drafts
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import standing_of
from institutions.selectors import holders_of


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
