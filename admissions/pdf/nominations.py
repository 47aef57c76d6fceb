"""What a partner's file of candidates is for, and who may see it: the partner and those who see everything."""

from django.db.models import Q

from admissions.selectors.nominations import incoming_intakes
from documents.kinds import TABLE_TYPES, UploadPurpose, register_purpose
from institutions.permissions import Standing


def _of_partner(standing: Standing) -> Q:
    if not (standing.sees_everything or standing.partner_ids):
        return Q(pk__in=())
    intakes = incoming_intakes(standing).select_related(None).order_by().values("pk")
    return Q(subject_type="admissions.intake", subject_id__in=intakes)


NOMINATION_FILE = register_purpose(UploadPurpose("nomination_file", visible=_of_partner, types=TABLE_TYPES))
