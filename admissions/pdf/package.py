"""What uploads of an application are for, and who may see them: whoever may see the application."""

from django.db.models import Q

from admissions.selectors.applications import applications_visible_to
from documents.kinds import UploadPurpose, register_purpose
from institutions.permissions import Standing


def of_visible_applications(standing: Standing) -> Q:
    """Uploads and papers whose subject is an application that this person may see."""
    visible = applications_visible_to(standing).select_related(None).values("pk")
    return Q(subject_type="admissions.application", subject_id__in=visible)


PACKAGE_DOCUMENT = register_purpose(UploadPurpose("package_document", visible=of_visible_applications))
PARTNER_LETTER = register_purpose(UploadPurpose("partner_letter", visible=of_visible_applications))
SIGNED_SCAN = register_purpose(UploadPurpose("signed_scan", visible=of_visible_applications))
