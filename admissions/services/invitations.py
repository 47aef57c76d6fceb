"""After the order: the official invitation and the order go to the foreign student together (7.5b); the visa begins (7.6)."""

from django.db import transaction
from django.utils.translation import gettext_noop

from admissions.enums import VisaState
from admissions.models import Application, OrderLine
from admissions.notifications import incoming as letters
from admissions.pdf.drafts import extract_of, invitation_of
from admissions.pdf.invitations import INVITATION, INVITATION_TITLE
from admissions.pdf.orders import EXTRACT_TITLE, ORDER_EXTRACT
from admissions.selectors.orders import signed_line_of
from admissions.selectors.visa_rules import visa_rules
from admissions.services.applications import locked, step
from admissions.services.incoming import open_account
from admissions.services.settling import settle
from admissions.services.visa import open_visa, visa_step
from core.history import record
from core.notifications import notify
from core.workflow import WrongStateError
from documents.enums import Channel
from documents.models import OfficialDocument
from documents.services import deliver, issue
from institutions.enums import Role
from institutions.models import User

# The program's own reason is a message id: whoever reads it reads it in their language.
_BY_CITIZENSHIP = gettext_noop("by citizenship")


@transaction.atomic
def send_invitation(*, application_id: int, actor: User) -> tuple[OfficialDocument, OfficialDocument]:
    """Number and seal the invitation and the extract of the order, hand both over together, open the visa case (7.5b, 7.6).

    In this order: state; invitation (Kazakh and the student's language); extract; a delivery of each, to the portal and by
    e-mail; visa case, at once "not needed" where the citizenship says so. Raises RefusedError; never before the order.
    """
    application = locked(application_id, actor)
    step(application, "invite", actor=actor)
    line = signed_line_of(application)
    if line is None:
        raise WrongStateError(gettext_noop("The order is not signed."))
    account = open_account(application, actor=actor)
    invitation, extract = _papers(application, line, account, actor)
    for paper in (invitation, extract):
        _deliver(application, paper, account, actor)
    if account:
        notify(letters.invitation_sent(application, account))
    _open_visa(application, actor)
    settle(application)
    return invitation, extract


def _papers(
    application: Application, line: OrderLine, account: User | None, actor: User
) -> tuple[OfficialDocument, OfficialDocument]:
    invitation = issue(
        kind=INVITATION.name,
        subject=application,
        title=INVITATION_TITLE,
        actor=actor,
        holder=application.enrolment.person,
        **invitation_of(application, line, account, actor).said,
    )
    extract = issue(
        kind=ORDER_EXTRACT.name,
        subject=application,
        title=EXTRACT_TITLE,
        actor=actor,
        holder=application.enrolment.person,
        **extract_of(application, line, account, actor).said,
    )
    return invitation, extract


def _deliver(application: Application, paper: OfficialDocument, account: User | None, actor: User) -> None:
    person = application.enrolment.person
    channel = Channel.PORTAL if account else Channel.EMAIL
    recipient = f"{person.passport_name}, {person.email}" if person.email else person.passport_name
    deliver(document=paper, recipient=recipient[:300], actor=actor, channel=channel, person=person)
    record(
        actor=actor,
        action="incoming.paper_sent",
        subject=application,
        text=gettext_noop("paper No. %(number)s sent to %(recipient)s"),
        params={"number": paper.number_text, "recipient": recipient},
        clause="7.5b",
        role=Role.IPD_COORDINATOR,
    )


def _open_visa(application: Application, actor: User) -> None:
    case = open_visa(application, actor=actor)
    rules = visa_rules()
    if not rules.needed(application.enrolment.person.citizenship):
        if case.state == VisaState.COLLECTING:
            visa_step(application_id=application.pk, name="waive", actor=actor, reason=_BY_CITIZENSHIP)
    elif not case.category:
        case.category = rules.category
        case.save(update_fields=["category"])
