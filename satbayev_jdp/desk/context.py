"""What every page's frame shows: menu, who is signed in, languages, what waits."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from core.http import page_of_form
from core.permissions import role_label
from core.values import active_language
from core.worklist import COUNT_CAP, open_count
from institutions.enums import Role
from institutions.permissions import Standing, standing_of
from satbayev_jdp.desk.pictures.permissions import may_look
from satbayev_jdp.door.unsent import told_at

_SHORT = {"kk": "ҚАЗ", "ru": "РУС", "en": "ENG"}
_PEOPLE = frozenset(Role.see_everything() | Role.unit_roles() | {Role.PARTNER_COORDINATOR})


@dataclass(frozen=True, slots=True)
class Entry:
    """One word of the menu: the page it opens and the roles that have use for it.

    `also` names pages that lie behind the word although their addresses do not begin with its own.
    """

    label: Promise
    page: str
    roles: frozenset[Role]
    also: tuple[str, ...] = ()


# The order is the order of the road: what waits, who goes and comes, with whom, what is taught, who studies, papers.
# Six words fit a line of their own in each language at 1,280 px; partners are reached from agreements, marks from students.
MENU = (
    Entry(pgettext_lazy("menu", "My work"), "inbox", frozenset(Role)),
    Entry(
        pgettext_lazy("menu", "Applications"),
        "admissions:applications",
        _PEOPLE,
        also=("/mobility/stays/", "/overview/"),
    ),
    Entry(
        pgettext_lazy("menu", "My application"),
        "admissions:mine",
        frozenset({Role.STUDENT}),
        also=("/admissions/applications/", "/admissions/intakes/"),
    ),
    Entry(
        pgettext_lazy("menu", "Agreements"),
        "agreements:agreements",
        _PEOPLE | {Role.FINANCE_OFFICER},
        also=("/institutions/",),
    ),
    Entry(pgettext_lazy("menu", "Programmes"), "programmes:programmes", _PEOPLE),
    Entry(pgettext_lazy("menu", "Students"), "programmes:students", _PEOPLE, also=("/mobility/", "/transcripts/")),
    Entry(
        pgettext_lazy("menu", "Study"),
        "mobility:studyplans",
        frozenset({Role.STUDENT}),
        also=("/mobility/", "/transcripts/"),
    ),
    Entry(pgettext_lazy("menu", "Papers"), "documents:papers", frozenset(Role) - {Role.ADMINISTRATOR}),
    Entry(
        pgettext_lazy("menu", "University"),
        "institutions:home",
        frozenset({Role.ADMINISTRATOR}),
        also=("/institutions/",),
    ),
    Entry(pgettext_lazy("menu", "People"), "institutions:people", frozenset({Role.ADMINISTRATOR})),
    Entry(pgettext_lazy("menu", "Outbox"), "outbox", frozenset({Role.ADMINISTRATOR})),
)


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A word of the menu as the page shows it."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """The context variable `frame` (templates/base.html). `only_student`: a student and nothing else, who needs no staff's tabs.
    `unsent`: what was sent from this page and not taken (door/unsent.py)."""

    menu: list[MenuItem]
    user_name: str
    user_role: str
    languages: list[tuple[str, str, bool]]
    inbox_count: str
    demo: bool
    search_url: str
    overview_url: str
    only_student: bool
    here: str
    unsent: str
    now: datetime


def frame(request: HttpRequest) -> dict[str, Frame]:
    """Build the frame; for nobody it has languages only. One count beyond what says who the user is."""
    now = active_language()
    languages = [(code, _SHORT[code], code == now) for code, _name in settings.LANGUAGES]
    standing = standing_of(getattr(request, "user", None))
    known = bool(standing.user_id)
    return {
        "frame": Frame(
            menu=menu_of(standing, request.path) if known else [],
            user_name=str(request.user) if known else "",
            user_role=", ".join(
                role_label(role, acting=role in standing.acting_roles) for role in Role if role in standing.roles
            ),
            languages=languages,
            inbox_count=capped(open_count(standing.queues)) if known else "",
            demo=settings.DEMO,
            search_url=reverse("search") if known else "",
            overview_url=reverse("overview") if may_look(standing) else "",
            only_student=standing.roles == {Role.STUDENT},
            here=page_of_form(request),
            unsent=told_at(request),
            now=timezone.localtime(),
        )
    }


def capped(count: int) -> str:
    """A count as pages show it: empty for nothing, "1000+" where counting stopped."""
    return "" if not count else f"{COUNT_CAP}+" if count >= COUNT_CAP else str(count)


def menu_of(standing: Standing, path: str) -> list[MenuItem]:
    """The words of the menu that this person has use for, the one that leads to `path` marked."""
    found = [(entry, reverse(entry.page)) for entry in MENU if standing.roles & entry.roles]
    reach = [(place, entry) for entry, url in found for place in (url, *entry.also) if path.startswith(place)]
    current = max(reach, key=lambda pair: len(pair[0]))[1] if reach else None
    return [MenuItem(label=str(entry.label), url=url, current=entry is current) for entry, url in found]
