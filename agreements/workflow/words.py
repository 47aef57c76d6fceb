"""What is said of an agreement where it is a memorandum: steps and rules are those of an agreement, the word is not."""

from django.utils.translation import gettext_noop

RENEW_AGREEMENT = gettext_noop("Renew the agreement")
RENEW_MEMORANDUM = gettext_noop("Renew the memorandum")
_OF_A_MEMORANDUM = {
    gettext_noop("Agree on the text of the agreement"): gettext_noop("Agree on the text of the memorandum"),
    gettext_noop("Approve the agreement"): gettext_noop("Approve the memorandum"),
    gettext_noop("Sign the agreement"): gettext_noop("Sign the memorandum"),
    gettext_noop("End the agreement"): gettext_noop("End the memorandum"),
    gettext_noop("The agreement is signed already."): gettext_noop("The memorandum is signed already."),
    gettext_noop("Only a signed agreement can be renewed."): gettext_noop("Only a signed memorandum can be renewed."),
    gettext_noop("A renewal of this agreement is there already."): gettext_noop(
        "A renewal of this memorandum is there already."
    ),
    gettext_noop("The agreement has fewer than two parties."): gettext_noop(
        "The memorandum has fewer than two parties."
    ),
    gettext_noop("The agreement ends on %(day)s: renew it."): gettext_noop("The memorandum ends on %(day)s: renew it."),
    gettext_noop("The agreement ended on %(day)s: renew it or end it."): gettext_noop(
        "The memorandum ended on %(day)s: renew it or end it."
    ),
    RENEW_AGREEMENT: RENEW_MEMORANDUM,
}


def named_as(text: str, *, is_memorandum: bool) -> str:
    """A message id about an agreement, or the one that says it of a memorandum; what names neither is the same for both."""
    return _OF_A_MEMORANDUM.get(text, text) if is_memorandum else text
