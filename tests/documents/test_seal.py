"""A paper is sealed once, in its own languages, with our fonts, and whatever happens to the worker."""

import io
import multiprocessing
import os
import signal
import time
from datetime import timedelta

import pikepdf
import pytest
import time_machine
from django.db import connections
from django.utils import timezone

from documents import services
from documents.kinds import paper_kind
from documents.models import OfficialDocument
from documents.seal import normalise_code, sha256
from documents.selectors import content_of
from tests.documents.papers import issue, sealed
from tests.factories import institutions


def _fonts(pdf: pikepdf.Pdf) -> set[str]:
    found = set()
    fonts = [font for page in pdf.pages for font in page.Resources.Font.values()]
    for font in fonts:
        descendant = font["/DescendantFonts"][0] if "/DescendantFonts" in font else font
        assert any(name in descendant["/FontDescriptor"] for name in ("/FontFile2", "/FontFile3", "/FontFile"))
        found.add(str(font["/BaseFont"]).partition("+")[2] or str(font["/BaseFont"]))
    return found


@pytest.mark.django_db
def test_sealing_twice_is_sealing_once() -> None:
    paper = sealed()
    content, name = content_of(paper.file), paper.file.name

    again = services.seal(paper.pk)

    assert (again.sha256, again.file.name, again.sealed_at) == (paper.sha256, name, paper.sealed_at)
    assert again.sha256 == sha256(content)


@pytest.mark.django_db
def test_the_file_is_pdf_a_with_our_fonts_in_each_language() -> None:
    paper = sealed(languages=("kk", "en"))

    with pikepdf.open(io.BytesIO(content_of(paper.file))) as pdf:
        metadata = pdf.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert "/OutputIntents" in pdf.Root
        assert pdf.Root.MarkInfo.Marked
        assert len(pdf.pages) == 2
        # The families of static/paper: Noto, whole files of the repository (their drawing: tests/core/test_paper.py).
        assert {font.split("-")[0] for font in _fonts(pdf)} == {"Paper"}


@pytest.mark.django_db
def test_the_same_context_gives_the_same_bytes() -> None:
    paper = sealed()

    assert services._render(paper_kind(paper.kind), paper.context, ["kk"], created=paper.issued_at) == content_of(
        paper.file
    )


@pytest.mark.django_db
def test_the_sweep_seals_what_was_forgotten(django_capture_on_commit_callbacks: object) -> None:
    with time_machine.travel(timezone.now() - timedelta(minutes=5), tick=False):
        forgotten = issue()
    fresh = issue()

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # pytest-django's fixture
        services.seal_forgotten()

    forgotten.refresh_from_db()
    fresh.refresh_from_db()
    assert forgotten.sha256
    assert not fresh.sha256


def _seal_and_die(paper_id: int) -> None:
    services.seal(paper_id)
    time.sleep(30)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("after", [0.05, 0.4])
def test_a_worker_killed_in_the_middle_leaves_nothing_half_done(after: float, settings: object) -> None:
    settings.CELERY_TASK_ALWAYS_EAGER = True  # type: ignore[attr-defined]  # pytest-django's fixture
    institutions.home()
    paper = _unsealed()
    connections.close_all()
    worker = multiprocessing.get_context("fork").Process(target=_seal_and_die, args=(paper.pk,))

    worker.start()
    time.sleep(after)
    os.kill(worker.pid or 0, signal.SIGKILL)
    worker.join(timeout=10)
    found = OfficialDocument.objects.get(pk=paper.pk)
    assert bool(found.sha256) == bool(found.file)
    done = services.seal(paper.pk)

    assert sha256(content_of(done.file)) == done.sha256


def _unsealed() -> OfficialDocument:
    from celery import current_app  # noqa: PLC0415 -- only this helper leaves eager mode

    current_app.conf.update(task_always_eager=False, broker_url="memory://")
    try:
        return issue()
    finally:
        current_app.conf.update(task_always_eager=True)


@pytest.mark.parametrize("typed", ["7k2m-xq4d", "7K2MXQ4D", " 7k2m xq4d ", "7К2М-ХQ4D"])  # the last in part Cyrillic
def test_a_code_is_known_however_it_is_typed(typed: str) -> None:
    assert normalise_code(typed) == "7K2M-XQ4D"
