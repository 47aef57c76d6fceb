"""What `documents` itself keeps files for: scans that prove a right to train. Licences lie below it on the road."""

from django.db.models import Q

from documents.kinds import UploadPurpose, register_purpose
from institutions.enums import Role
from institutions.permissions import Standing
from institutions.selectors import licences_visible_to


def _licence_scans(standing: Standing) -> Q:
    licences = licences_visible_to(standing).order_by().values("pk")
    return Q(subject_type="institutions.licence", subject_id__in=licences)


LICENCE_SCAN = register_purpose(
    UploadPurpose("licence_scan", visible=_licence_scans, brought_by=frozenset({Role.IPD_COORDINATOR}))
)
