"""What uploads of an application are for, and who may see them: whoever may see the application; passports and health
those alone who need them, and each opening is written down (decision 17).
"""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from admissions.enums import DocumentKind
from admissions.models import Application
from admissions.permissions.applications import opens_numbered_q, opens_private_q
from admissions.selectors.applications import applications_visible_to
from documents.kinds import UploadPurpose, register_purpose
from institutions.permissions import Standing


def of_visible_applications(standing: Standing) -> Q:
    """Uploads and papers whose subject is an application that this person may see."""
    visible = applications_visible_to(standing).select_related(None).values("pk")
    return Q(subject_type="admissions.application", subject_id__in=visible)


def _for_whoever_needs_them(standing: Standing) -> Q:
    needed = Application.objects.filter(opens_private_q(standing)).values("pk")
    return Q(subject_type="admissions.application", subject_id__in=needed)


def of_numbered_applications(standing: Standing) -> Q:
    """Papers and scans with the number of a passport, about an application, that this person may open (decision 17)."""
    opened = Application.objects.filter(opens_numbered_q(standing)).values("pk")
    return Q(subject_type="admissions.application", subject_id__in=opened)


def purpose_of(kind: str) -> UploadPurpose:
    """What a file of the package is for, by the kind of document."""
    return PRIVATE_DOCUMENT if kind in DocumentKind.private() else PACKAGE_DOCUMENT


PACKAGE_DOCUMENT = register_purpose(UploadPurpose("package_document", visible=of_visible_applications))
PRIVATE_DOCUMENT = register_purpose(
    UploadPurpose(
        "private_document", visible=_for_whoever_needs_them, is_personal=True, label=_("passport or health document")
    )
)
PARTNER_LETTER = register_purpose(UploadPurpose("partner_letter", visible=of_visible_applications))
SIGNED_SCAN = register_purpose(
    UploadPurpose(
        "signed_scan",
        visible=of_numbered_applications,
        is_personal=True,
        is_evidence=True,
        label=_("paper that was signed by hand"),
    )
)
