"""What is held about a person: every row that is about somebody, every file and paper that he or she may see.

Rows are found by following keys backwards from the person, so that a new table that hangs on a student is told of without
anybody thinking of it (a test names what is reached). Not told: what only keeps the door, such as passwords and secrets.
"""

import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from axes.models import AccessLog
from django.apps import apps
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext_noop

from core import jobs
from core.history import subject_type
from core.models import Decision, HistoryEntry, Job, JobItem, OutgoingEmail
from core.story import told
from core.values import active_language
from documents.models import OfficialDocument, Upload
from documents.seal import sha256
from documents.selectors import content_of, papers_opened_by, uploads_visible_to
from documents.services import mark_opened, note_opening
from institutions.models import Person, RecoveryCode, User
from institutions.permissions import Standing, standing_of
from satbayev_jdp.door.held_file import page_about
from satbayev_jdp.door.held_words import KEEPS_THE_DOOR
from satbayev_jdp.door.openings import openings_of
from satbayev_jdp.door.openings import told as told_openings

WORK = "door.held"
_THE_DATA = 0
_LANGUAGE = "language"
_CHANGED = gettext_noop("The file is not the one that was kept; the administrator must look.")
# Rows in which an account stands for the work it does, not for the person: only these keys lead from an account on.
_OF_THE_ACCOUNT = "user"
_ENDS = (OfficialDocument, Upload, Job, JobItem)


def rows_about(person_id: int) -> dict[type[models.Model], set[int]]:
    """Every row about a person by its table, found by keys that lead to the person, over as many steps as there are."""
    found: dict[type[models.Model], set[int]] = defaultdict(set)
    found[Person] = {person_id}
    fresh = dict(found)
    while fresh:
        news: dict[type[models.Model], set[int]] = defaultdict(set)
        for model, keys in fresh.items():
            for child, field in _children_of(model):
                rows = set(child._default_manager.filter(**{f"{field}__in": keys}).values_list("pk", flat=True))  # noqa: SLF001 -- Django's documented name
                news[child] |= rows - found[child]
        fresh = {model: keys for model, keys in news.items() if keys}
        for model, keys in fresh.items():
            found[model] |= keys
    return {model: keys for model, keys in found.items() if keys}


def _children_of(model: type[models.Model]) -> Iterator[tuple[type[models.Model], str]]:
    if issubclass(model, _ENDS):
        return
    for app in settings.HOUSE:
        for child in apps.get_app_config(app).get_models():
            for field in child._meta.local_fields:  # noqa: SLF001 -- Django's documented name
                leads = field.related_model is model and child is not RecoveryCode
                if leads and (model is not User or field.name == _OF_THE_ACCOUNT):
                    yield child, field.name


def _about(rows: dict[type[models.Model], set[int]]) -> Q:
    """Subjects (history, decisions, uploads, papers) that are any of these rows."""
    asked = Q(pk__in=())
    for model, keys in rows.items():
        asked |= Q(subject_type=subject_type(model), subject_id__in=keys)
    return asked


def uploads_about(standing: Standing) -> QuerySet[Upload]:
    """The files about somebody that he or she may see."""
    kept = uploads_visible_to(standing).exclude(file="")
    return kept.filter(_about(rows_about(standing.person_id))).order_by("pk")


def papers_about(standing: Standing) -> QuerySet[OfficialDocument]:
    """The sealed papers about somebody that he or she may see."""
    mine = Q(holder=standing.person_id) | _about(rows_about(standing.person_id))
    return papers_opened_by(standing).filter(mine).order_by("pk")


def openings_about(standing: Standing) -> QuerySet[HistoryEntry]:
    """Who opened files and papers about somebody, of those that he or she may open, the latest first."""
    return openings_of(uploads_about(standing), papers_about(standing), standing.person_id)


def last_made(user: User) -> Job | None:
    """The file of everything that was made last and still waits, or is being made; None where there is none."""
    made = jobs.jobs_of(user).filter(kind=WORK)
    return made.exclude(result_file="", finished_at__isnull=False).first()


# --- the download -----------------------------------------------------------------------------------------------------


@transaction.atomic
def start(user: User) -> Job:
    """Ask for everything as one ZIP; who has asked already is led to the work that runs."""
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    running = jobs.live_over(WORK, [_THE_DATA], actor=user)
    if running is not None:
        return running
    standing = standing_of(user)
    files = list(uploads_about(standing).values_list("pk", flat=True))
    papers = [-pk for pk in papers_about(standing).values_list("pk", flat=True)]
    return jobs.start(
        WORK,
        title=gettext_noop("What is held about me"),
        refs=[_THE_DATA, *files, *papers],
        actor=user,
        params={_LANGUAGE: active_language()},
    )


def _thing_of(item: JobItem) -> Upload | OfficialDocument | None:
    if item.ref == _THE_DATA:
        return None
    return Upload.objects.get(pk=item.ref) if item.ref > 0 else OfficialDocument.objects.get(pk=-item.ref)


def work_on(item: JobItem) -> jobs.Said | None:
    """One file or paper: it is the one that was kept. Whoever opens a personal file, or a paper that was delivered to him or
    her, is written down, here as on a page."""
    thing = _thing_of(item)
    if thing is not None and sha256(content_of(thing.file)) != thing.sha256:
        return jobs.Said(_CHANGED)
    user = item.job.created_by
    if isinstance(thing, OfficialDocument):
        mark_opened(document_id=thing.pk, person_id=user.person_id)
    if thing is not None and item.attempts == 1:
        note_opening(opened=thing, actor=user)
    return None


def zip_of(job: Job) -> tuple[str, bytes]:
    """The data as a page to read and as JSON for machines, the files and the papers."""
    user = User.objects.select_related("person").get(pk=job.created_by_id)
    language = job.params.get(_LANGUAGE, user.language)  # of the page on which it was asked for
    stream, files = io.BytesIO(), list[tuple[str, str]]()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive, translation.override(language):
        for item in job.items.filter(error=""):
            thing = _thing_of(item)
            if thing is not None:
                files.append((_path_of(thing), str(thing)))
                archive.writestr(files[-1][0], content_of(thing.file))
        rows = rows_about(user.person_id)
        data = data_about(user, rows)
        archive.writestr("data.html", page_about(user, rows, data, files))
        archive.writestr("data.json", json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1))
    return f"held-{job.pk}.zip", stream.getvalue()


def _path_of(thing: Upload | OfficialDocument) -> str:
    if isinstance(thing, Upload):
        return f"files/{thing.pk}-{_file_name(thing.safe_name)}"
    return f"papers/{_file_name(thing.number_text)}-{thing.code}.pdf"


def _file_name(name: str) -> str:
    kept = "".join(sign if sign.isalnum() or sign in "-_. " else "_" for sign in name)
    return kept.strip(". ")[-100:] or "_"


def data_about(user: User, rows: dict[type[models.Model], set[int]]) -> dict[str, Any]:
    """Everything but files: rows by table, what happened to them, what was decided, mail that was sent, sign-ins."""
    standing = standing_of(user)
    about = _about(rows)
    return {
        "made_at": timezone.now(),
        "rows": {model._meta.label: _values(model, keys) for model, keys in rows.items()},  # noqa: SLF001 -- Django's documented name
        "history": [
            {
                "at": entry.at,
                "of": f"{entry.subject_type} {entry.subject_id}",
                "who": told(entry).who,
                "text": told(entry).text,
            }
            for entry in HistoryEntry.objects.filter(about)
            .select_related("actor__person", "acting_for__person")
            .order_by("pk")
        ],
        "decisions": list(
            Decision.objects.filter(about).order_by("pk").values("at", "part", "role", "verdict", "reason")
        ),
        "openings_of_files": [
            {"at": one.at, "who": one.who, "roles": one.roles, "document": one.document, "file": one.file}
            for one in told_openings(openings_about(standing), standing)
        ],
        "mail": list(
            OutgoingEmail.objects.filter(to=user.email).order_by("pk").values("created_at", "sent_at", "subject")
        ),
        "signed_in": list(
            AccessLog.objects.filter(username=user.email)
            .order_by("pk")
            .values("attempt_time", "logout_time", "ip_address", "user_agent")
        ),
    }


def _values(model: type[models.Model], keys: set[int]) -> list[dict[str, Any]]:
    names = [field.attname for field in model._meta.local_fields if field.name not in KEEPS_THE_DOOR]  # noqa: SLF001 -- Django's documented name
    return list(model._default_manager.filter(pk__in=keys).order_by("pk").values(*names))  # noqa: SLF001 -- as above


def register_work() -> None:
    """Make the work known to workers. Called once, when the apps are ready."""
    jobs.register(jobs.JobKind(WORK, work=work_on, finish=zip_of))
