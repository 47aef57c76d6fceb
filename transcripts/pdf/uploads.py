"""Files of marks as offices send them: who may see them."""

from django.db.models import Q

from documents.kinds import TABLE_TYPES, UploadPurpose, register_purpose
from institutions.permissions import Standing
from programmes.models import AcademicTerm


def _of_own_terms(standing: Standing) -> Q:
    """Partner's files lie under the partner's term: the partner sees its own, watching offices all."""
    if standing.sees_everything:
        return Q(subject_type="programmes.academicterm")
    mine = AcademicTerm.objects.filter(university__in=standing.partner_ids).values("pk")
    return Q(subject_type="programmes.academicterm", subject_id__in=mine)


def _of_the_house(standing: Standing) -> Q:
    return Q(subject_type="institutions.university") if standing.sees_everything else Q(pk__in=())


PARTNER_MARKS = register_purpose(UploadPurpose("partner_marks", visible=_of_own_terms, types=TABLE_TYPES))
HOME_MARKS = register_purpose(UploadPurpose("home_marks", visible=_of_the_house, types=TABLE_TYPES))
