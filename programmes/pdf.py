"""What uploads about programmes are for, and who may see them."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.history import subject_type
from core.permissions import NOTHING
from documents.kinds import TABLE_TYPES, UploadPurpose, register_purpose
from institutions.models import University
from institutions.permissions import STAFF, Standing
from programmes.models import Programme
from programmes.permissions import may_import_students, sees_programme


def _of_visible_programmes(standing: Standing) -> Q:
    """The file as it came, tried or written: the University's staff, and the partner's coordinators their own."""
    visible = Programme.objects.filter(sees_programme.q(standing))
    if not standing.roles & STAFF:
        visible = visible.filter(university__in=standing.partner_ids)
    return Q(subject_type=subject_type(Programme), subject_id__in=visible.values("pk"))


def _of_the_register(standing: Standing) -> Q:
    # The file holds everybody's IIN and passport: only those who import it (decision 17).
    return Q(subject_type=subject_type(University)) if may_import_students(standing) else NOTHING


CURRICULUM_FILE = register_purpose(UploadPurpose("curriculum_file", visible=_of_visible_programmes, types=TABLE_TYPES))
STUDENTS_FILE = register_purpose(
    UploadPurpose(
        "students_file",
        visible=_of_the_register,
        types=TABLE_TYPES,
        is_personal=True,
        label=_("file of the register of students"),
    )
)
