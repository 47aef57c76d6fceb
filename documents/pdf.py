"""What `documents` itself keeps files for: scans that prove a right to train. Licences lie below it on the road.

And what papers of all apps cite alike.
"""

from typing import Any

from django.db.models import Q

from documents.kinds import UploadPurpose, register_purpose
from institutions.enums import Role
from institutions.permissions import Standing
from institutions.selectors import licences_visible_to
from regulation.selectors import reference


def _licence_scans(standing: Standing) -> Q:
    licences = licences_visible_to(standing).order_by().values("pk")
    return Q(subject_type="institutions.licence", subject_id__in=licences)


LICENCE_SCAN = register_purpose(
    UploadPurpose("licence_scan", visible=_licence_scans, brought_by=frozenset({Role.IPD_COORDINATOR}))
)


def acts_cited(*keys: str) -> list[dict[str, Any]]:
    """The acts of section 2 that a paper rests on, by name, number and date, as its context freezes them (R-2-a).

    KeyError for an act that section 2 does not list.
    """
    acts = [reference(key) for key in keys]
    return [
        {
            "name": {"kk": act.name.kk, "ru": act.name.in_language("ru"), "en": act.name.in_language("en")},
            "number": act.number,
            "date": act.day.isoformat() if act.day else "",
        }
        for act in acts
    ]
