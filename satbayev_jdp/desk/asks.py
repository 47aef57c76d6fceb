"""What an inbox makes of an ask: the verb of a button, a document's name alone, the list where many are done at once."""

from django.urls import reverse
from django.utils.translation import gettext_noop

from admissions.enums import DocumentKind
from admissions.workflow import phrases
from core.models import WorkItem
from core.reminders import REMIND
from core.values import active_language

# A Kazakh verb that says little without the word before it: "қол қою" is to sign, "қою" is to put.
_LIGHT = frozenset({"қою", "беру", "алу", "ету", "тарту", "қойдыру", "салу"})
_NAMES = {text: DocumentKind(kind) for table in (phrases.MISSING, phrases.TO_CHECK) for kind, text in table.items()}
_APPLICATIONS = "admissions:applications"
_ORDERS = "admissions:orders"
_REPORTS = "transcripts:semesterreports"
_STAYS = "mobility:stays"
# What is done by a page of the desk's own (satbayev_jdp.desk.reminding), for one or for all of a kind.
DEED = "remind"
# What an administrator is asked for with a message that did not go out (satbayev_jdp.desk.outbox).
SEND_AGAIN = gettext_noop("Send the message again")
_REMIND_ONE = f"?action={DEED}&pick=%d"
_REMIND_ALL = f"?action={DEED}&all=1&query=show%%3D%s"
# Where what is asked of many is done for many at once: by kind of work and message id, the page and its filter.
LISTS = {
    ("incoming", "Send the candidate to department and institute"): ("admissions:incoming", ""),
    ("incoming", "Agree on the candidate"): ("admissions:incoming", ""),
    ("incoming", phrases.CHOOSE_COURSES): ("admissions:incoming", ""),
    ("incoming", "Propose the candidate for admission"): ("admissions:incoming", ""),
    ("incoming", "Send invitation and order"): ("admissions:incoming", ""),
    ("incoming", phrases.ACCEPT_PACKAGE): (_APPLICATIONS, "?direction=incoming&state=recommended"),
    ("incoming", phrases.CHECK): (_APPLICATIONS, "?direction=incoming&state=recommended"),
    ("incoming", phrases.MAKE_CONTRACT): (_APPLICATIONS, "?direction=incoming&state=recommended"),
    ("incoming", phrases.SIGN_CONTRACT): (_APPLICATIONS, "?direction=incoming&state=recommended"),
    ("outgoing", phrases.SIGN_CONTRACT): (_APPLICATIONS, "?direction=outgoing&state=invited"),
    ("outgoing", phrases.REQUEST_PACKAGE): (_APPLICATIONS, "?direction=outgoing&state=invited"),
    ("outgoing", phrases.CHECK): (_APPLICATIONS, "?direction=outgoing&state=invited"),
    ("outgoing", phrases.MAKE_CONTRACT): (_APPLICATIONS, "?direction=outgoing&state=invited"),
    ("outgoing", phrases.ACCEPT_PACKAGE): (_APPLICATIONS, "?direction=outgoing&state=invited"),
    ("outgoing", "Send the package to the Registrar's Office"): (
        _APPLICATIONS,
        "?direction=outgoing&state=documents_complete",
    ),
    ("outgoing", phrases.DRAFT_ORDER): (_ORDERS, ""),
    ("incoming", "Draft the order on admission"): (_ORDERS, ""),
    ("outgoing", "Send the order for signature"): (_ORDERS, "?kind=departure_out&state=draft"),
    ("incoming", "Send the order for signature"): (_ORDERS, "?kind=admission_in&state=draft"),
    ("outgoing", "Sign the order"): (_ORDERS, "?kind=departure_out&state=for_signature"),
    ("incoming", "Sign the order"): (_ORDERS, "?kind=admission_in&state=for_signature"),
    ("plans", "Send the plan for approval"): ("mobility:studyplans", "?state=draft"),
    ("plans", "Agree to the plan"): ("mobility:studyplans", "?state=proposed"),
    ("recognition", "Send the marks"): ("transcripts:results-new", ""),
    ("recognition", "Make the protocol"): ("transcripts:recognitionprotocols", "?state=draft"),
    ("recognition", "Certify the recognition protocol"): ("transcripts:recognitionprotocols", "?state=made"),
    ("recognition", "Issue the transcript"): ("transcripts:transcripts", "?owed=1"),
    ("reports", "Make the report"): (_REPORTS, "?state=due"),
    ("reports", "Send the report to the partner"): (_REPORTS, "?state=made"),
    ("incoming", "Record the arrival"): (_STAYS, "?due=arrival"),
    ("incoming", "Record the visit to the IPD"): (_STAYS, "?due=ipd"),
    ("incoming", "End the stay"): (_STAYS, "?direction=incoming&due=end"),
    ("outgoing", "End the stay"): (_STAYS, "?direction=outgoing&due=end"),
}
# Who decides on a candidate, by message id: a page of its own, made for a phone.
_DECISIONS = {
    "Agree on the candidate": "admissions:incoming-agree",
    "Propose the candidate for admission": "admissions:incoming-propose",
}


def verb_of(ask: str) -> str:
    """The word of a button for what is asked, in the reader's language: the verb stands first, in Kazakh last."""
    words = ask.partition(":")[0].split()
    if active_language() != "kk":
        return words[0]
    verb = " ".join(words[-2:] if words[-1] in _LIGHT else words[-1:])
    return verb[:1].upper() + verb[1:]


def short(text: str) -> str:
    """The document that a message (its id) says is missing, by its name alone; empty for other messages."""
    return str(_NAMES[text].label) if text in _NAMES else ""


def list_of(kind: str, ask: str) -> str:
    """The address where what is asked (message id) is done for many at once, mostly a list; empty where there is none."""
    if ask == REMIND:
        return reverse("remind") + _REMIND_ALL % kind
    if ask == SEND_AGAIN:
        return _given_up()
    page, narrowed = LISTS.get((kind, ask), ("", ""))
    return reverse(page) + narrowed if page else ""


def page_of_deed(item: WorkItem) -> str:
    """Where what an item asks is done, if not on the page of its thing: reminding, the outbox, a decision that nothing blocks."""
    if item.ask == REMIND:
        return reverse("remind") + _REMIND_ONE % item.pk
    if item.ask == SEND_AGAIN:
        return _given_up()
    decision = _DECISIONS.get(item.ask) if item.is_ready else None
    return reverse(decision, args=[item.subject_id]) if decision else ""


def _given_up() -> str:
    return reverse("outbox") + "?state=failed"
