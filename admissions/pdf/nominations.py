"""What a partner's file of candidates is for, and who may open it, for it tells their passports: the partner, which brings it,
and the IPD, which checks candidates by them (decision 17).
"""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from admissions.selectors.nominations import incoming_intakes
from core.permissions import NOTHING
from documents.kinds import TABLE_TYPES, UploadPurpose, register_purpose
from institutions.enums import Role
from institutions.permissions import Standing


def _of_partner(standing: Standing) -> Q:
    if not (standing.holds(Role.IPD_COORDINATOR) or standing.partner_ids):
        return NOTHING
    intakes = incoming_intakes(standing).select_related(None).order_by().values("pk")
    return Q(subject_type="admissions.intake", subject_id__in=intakes)


NOMINATION_FILE = register_purpose(
    UploadPurpose(
        "nomination_file", visible=_of_partner, types=TABLE_TYPES, is_personal=True, label=_("file of candidates")
    )
)
