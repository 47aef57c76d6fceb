"""Papers and files of what lies below `documents` on the road: scans of licences, the regulation's change-registration sheet.

And what papers of all apps cite alike.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from core.history import subject_type
from core.permissions import NOTHING
from core.values import LANGUAGES, Localized
from documents.kinds import PaperKind, UploadPurpose, register_paper, register_purpose
from institutions.enums import Role
from institutions.permissions import Standing
from institutions.selectors import licences_visible_to
from regulation.enums import AmendmentKind
from regulation.models import Amendment, Edition
from regulation.selectors import reference


def _licence_scans(standing: Standing) -> Q:
    licences = licences_visible_to(standing).order_by().values("pk")
    return Q(subject_type="institutions.licence", subject_id__in=licences)


LICENCE_SCAN = register_purpose(
    UploadPurpose("licence_scan", visible=_licence_scans, brought_by=frozenset({Role.IPD_COORDINATOR}))
)


def _of_editions(standing: Standing) -> Q:
    # Everybody signed in reads the regulation, and so what was printed of it.
    return Q(subject_type=subject_type(Edition)) if standing.user_id else NOTHING


CHANGE_SHEET = register_paper(
    PaperKind(
        "change_sheet",
        "CHANGES",
        "ӨТ",
        "documents/pdf/change_sheet",
        visible=_of_editions,
        revoked_by=frozenset({Role.METHODICAL_SECTION}),
        label=_("change-registration sheet"),
    )
)
CHANGE_SHEET_TITLE = Localized("Өзгерістерді тіркеу парағы", "Лист регистрации изменений", "Change-registration sheet")
CHANGE_SHEET_LANGUAGES = ("kk", "ru")


def change_sheet_context(edition: Edition, changes: Iterable[Amendment]) -> dict[str, Any]:
    """What the change-registration sheet of an edition says, in the regulation's own columns (R-CR-a)."""
    return {
        "regulation": {
            "title": _in_each(edition.title),
            "code": edition.code,
            "number": edition.number,
            "decision": edition.decision,
            "approved_on": edition.approved_on,
        },
        "changes": [
            {
                "number": change.number,
                "clause": change.clause,
                "kind": _kind(change.kind),
                "notice": change.notice,
                "entered_on": f"{change.entered_on:%d.%m.%Y}",
                "entered_by": _in_each(change.entered_by.person.names),
                "position": change.position,
            }
            for change in changes
        ],
    }


def _in_each(text: Localized) -> dict[str, str]:
    return {str(language): text.in_language(language) for language in LANGUAGES}


def _kind(kind: str) -> dict[str, str]:
    words = {}
    for language in LANGUAGES:
        with override(language):
            words[str(language)] = str(AmendmentKind(kind).label)
    return words


def acts_cited(*keys: str) -> list[dict[str, Any]]:
    """The acts of section 2 that a paper rests on, by name, number and date, as its context freezes them (R-2-a).

    KeyError for an act that section 2 does not list.
    """
    acts = [reference(key) for key in keys]
    return [
        {
            "name": _in_each(act.name),
            "number": act.number,
            "date": act.day.isoformat() if act.day else "",
        }
        for act in acts
    ]
