"""What uploads of stays are for: the University's own order of arrival, shown to everybody who is signed in (9.3)."""

from django.db.models import Q

from documents.kinds import PDF, UploadPurpose, register_purpose
from institutions.permissions import Standing
from mobility.selectors.stay import RULES_PURPOSE


def _everybody(standing: Standing) -> Q:
    return Q() if standing.user_id else Q(pk__in=())


ARRIVAL_RULES = register_purpose(UploadPurpose(RULES_PURPOSE, visible=_everybody, types=frozenset({PDF})))
