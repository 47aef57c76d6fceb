"""Sentences about documents, one for each kind: a name put into a sentence would need its case ending (domain.md 6)."""

from django.utils.translation import gettext_noop

from admissions.enums import ContractParty, DocumentKind

MISSING: dict[str, str] = {
    DocumentKind.PASSPORT: gettext_noop("The copy of the passport is missing."),
    DocumentKind.TRANSCRIPT: gettext_noop("The transcript is missing."),
    DocumentKind.MOTIVATION: gettext_noop("The motivation letter is missing."),
    DocumentKind.LANGUAGE: gettext_noop("The language certificate is missing."),
    DocumentKind.MEDICAL: gettext_noop("The medical certificate is missing."),
    DocumentKind.EDUCATION: gettext_noop("The previous education document is missing."),
    DocumentKind.INVITATION: gettext_noop("The partner's invitation is missing."),
    DocumentKind.PHOTO: gettext_noop("The photograph is missing."),
    DocumentKind.INSURANCE: gettext_noop("The health insurance is missing."),
}
RETURNED: dict[str, str] = {
    DocumentKind.PASSPORT: gettext_noop("The copy of the passport was returned: “%(reason)s”"),
    DocumentKind.TRANSCRIPT: gettext_noop("The transcript was returned: “%(reason)s”"),
    DocumentKind.MOTIVATION: gettext_noop("The motivation letter was returned: “%(reason)s”"),
    DocumentKind.LANGUAGE: gettext_noop("The language certificate was returned: “%(reason)s”"),
    DocumentKind.MEDICAL: gettext_noop("The medical certificate was returned: “%(reason)s”"),
    DocumentKind.EDUCATION: gettext_noop("The previous education document was returned: “%(reason)s”"),
    DocumentKind.INVITATION: gettext_noop("The partner's invitation was returned: “%(reason)s”"),
    DocumentKind.PHOTO: gettext_noop("The photograph was returned: “%(reason)s”"),
    DocumentKind.INSURANCE: gettext_noop("The health insurance was returned: “%(reason)s”"),
}
TO_CHECK: dict[str, str] = {
    DocumentKind.PASSPORT: gettext_noop("The copy of the passport is to be checked."),
    DocumentKind.TRANSCRIPT: gettext_noop("The transcript is to be checked."),
    DocumentKind.MOTIVATION: gettext_noop("The motivation letter is to be checked."),
    DocumentKind.LANGUAGE: gettext_noop("The language certificate is to be checked."),
    DocumentKind.MEDICAL: gettext_noop("The medical certificate is to be checked."),
    DocumentKind.EDUCATION: gettext_noop("The previous education document is to be checked."),
    DocumentKind.INVITATION: gettext_noop("The partner's invitation is to be checked."),
    DocumentKind.PHOTO: gettext_noop("The photograph is to be checked."),
    DocumentKind.INSURANCE: gettext_noop("The health insurance is to be checked."),
}
# Several of one kind, told at once: the table of the package says which.
MISSING_COUNT = gettext_noop("Documents of the package that have not been handed in: %(count)s.")
SIGNATURES_LACK = gettext_noop("Signatures under the three-party contract are missing.")
TO_CHECK_COUNT = gettext_noop("Documents of the package that are to be checked: %(count)s.")
NOT_SIGNED: dict[str, str] = {
    ContractParty.STUDENT: gettext_noop("The signature of the student is missing on the three-party contract."),
    ContractParty.UNIVERSITY: gettext_noop("The University has not yet signed the three-party contract."),
    ContractParty.PARTNER: gettext_noop("The partner has not yet signed the three-party contract."),
}
CONTRACT_NOT_MADE = gettext_noop("The three-party contract has not been made.")
VISA_NOT_SUBMITTED = gettext_noop("The visa file has not been submitted.")
VISA_NOT_GRANTED = gettext_noop("The visa has not been granted.")
PASSPORT_UNKNOWN = gettext_noop("Nothing is known of the passport's validity.")
HAND_IN = gettext_noop("Hand in the documents")
CORRECT = gettext_noop("Correct the returned documents")
CHECK = gettext_noop("Check the documents")
SIGN_APPLICATION = gettext_noop("Sign the application to the Chair of the Board – Rector")
SIGN_CONTRACT = gettext_noop("Sign the three-party contract")
MAKE_CONTRACT = gettext_noop("Make the three-party contract")
DRAFT_ORDER = gettext_noop("Draft the order")
FORCE_AGREEMENT = gettext_noop("Bring the agreement into force")
AGREE_ON_ANNEX = gettext_noop("Agree on Annex 1")
CHOOSE_COURSES = gettext_noop("Choose the courses from Annex 1")
SET_DAYS = gettext_noop("Set the days of the intake")
RANK = gettext_noop("Rank the candidate and send the list")
REQUEST_PACKAGE = gettext_noop("Ask department and institute for the package")
SUBMIT_VISA = gettext_noop("Submit the visa file")
ENTER_VISA = gettext_noop("Enter how the visa was decided")
AFTER_REFUSAL = gettext_noop("Decide how to go on after the visa refusal")
ACCEPT_PACKAGE = gettext_noop("Accept the package as complete")
PASSPORT_TOO_SHORT = gettext_noop("The passport ends on %(passport)s, before the stay does (%(stay)s).")
