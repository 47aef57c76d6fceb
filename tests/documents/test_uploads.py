"""Files from outside: what is not taken, and why; who may fetch what is kept."""

import io
import socketserver
import struct
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook
from PIL import Image

from core.history import history_of
from documents import erasure, services
from documents.enums import ScanState
from documents.models import Upload
from documents.selectors import content_of
from institutions.models import User
from satbayev_jdp.demo.scans import scan
from tests.documents.papers import SCAN
from tests.factories import institutions

pytestmark = pytest.mark.django_db
PDF = scan("Passport").getvalue()
PNG = (
    b"\x89PNG\r\n\x1a\n"
    b"\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU"
    b"\x00\x00\x00\nIDATx\x9cc`\x00\x00\x00\x02\x00\x01H\xaf\xa4q"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00"
    b"\xff\xda\x00\x08\x01\x01\x00\x00?\x00\xd2\xff\xd9"
)
EXE = b"MZ" + b"\x00" * 200
NOT_ASKED = "“%s” is not a kind of file that is asked for here; taken are: PDF, JPEG, PNG."
ZIP = b"PK\x03\x04" + b"\x00" * 40


def _archive() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("run.exe", EXE)
    return stream.getvalue()


ARCHIVE = _archive()


def _workbook() -> bytes:
    stream = io.BytesIO()
    Workbook().save(stream)
    return stream.getvalue()


def _png(width: int, height: int, lines: bytes, *, cut: int = 0) -> bytes:
    """A grey PNG whose every part has its right sum, whatever is drawn in it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    packed = zlib.compress(lines)
    parts = [(b"IHDR", head), (b"IDAT", packed[: len(packed) - cut]), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    )


def _photo() -> bytes:
    """What a telephone makes: 12 megapixels, and a second picture and a film behind the end."""
    stream = io.BytesIO()
    Image.effect_noise((4000, 3000), 12).save(stream, "JPEG", quality=70)
    return stream.getvalue() + JPEG + b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 64


def store(
    content: bytes, name: str = "passport.pdf", actor: User | None = None, *, purpose_name: str = SCAN.name
) -> Upload:
    return services.store_upload(
        file=io.BytesIO(content),
        name=name,
        purpose_name=purpose_name,
        subject=institutions.home(),
        actor=actor or institutions.user("registrar"),
    )


def test_a_file_is_kept_by_its_hash_and_told_in_history() -> None:
    upload = store(PDF)

    assert (upload.content_type, upload.size, upload.scan) == ("application/pdf", len(PDF), ScanState.NOT_SCANNED)
    assert content_of(upload.file) == PDF
    assert str(upload.file.name).startswith("uploads/")
    assert history_of(institutions.home()).last().params == {"name": "passport.pdf"}  # type: ignore[union-attr]  # it is there


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (b"", "passport.pdf", "“passport.pdf” is empty."),
        (
            EXE,
            "passport.pdf",
            "“passport.pdf” is not a kind of file that is asked for here; taken are: PDF, JPEG, PNG.",
        ),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "photo.png", NOT_ASKED % "photo.png"),
        (b"<!doctype html><script>x()</script>", "passport.pdf", NOT_ASKED % "passport.pdf"),
        (b"#!/bin/sh\n", "passport.pdf", NOT_ASKED % "passport.pdf"),
        (EXE + PDF, "passport.pdf", NOT_ASKED % "passport.pdf"),
        (b"\x7fELF" + b"\0" * 60 + PDF, "passport.pdf", NOT_ASKED % "passport.pdf"),
        (b"\r\n" + PDF, "passport.pdf", NOT_ASKED % "passport.pdf"),
        (ARCHIVE, "passport.pdf", NOT_ASKED % "passport.pdf"),
        (ZIP, "scans.zip", "“scans.zip” is not a kind of file that is asked for here; taken are: PDF, JPEG, PNG."),
        (b"a;b\n", "list.csv", "“list.csv” is not a kind of file that is asked for here; taken are: PDF, JPEG, PNG."),
    ],
)
def test_what_is_not_asked_for_is_not_taken(content: bytes, name: str, why: str) -> None:
    with pytest.raises(services.FileRefusedError) as refusal:
        store(content, name)

    assert str(refusal.value) == why
    assert not Upload.objects.exists()


@pytest.mark.parametrize("content", [ZIP, b"\0" * 200, b"no table"])
def test_a_workbook_that_has_lost_its_parts_is_broken_and_no_other_kind(content: bytes) -> None:
    with pytest.raises(services.FileRefusedError, match="cannot be opened: it is broken or cut off"):
        store(content, "list.xlsx", purpose_name="annex_file")


def test_a_text_with_a_zero_byte_is_kept_for_whoever_names_its_cell() -> None:
    assert (
        store(b"Code;Credits;Mark;Day\nCSE\x001;5;90;1\n", "list.csv", purpose_name="annex_file").content_type
        == "text/csv"
    )


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"%PDF-1.4\n%%EOF\n", "passport.pdf"),
        (b"%PDF-1.4\nstartxref\n9\n%%EOF\n", "passport.pdf"),
        (PDF[:-40], "passport.pdf"),
        (PDF.replace(b"/Pages", b"/Other"), "passport.pdf"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 32, "photo.png"),
        (PNG[:-12], "photo.png"),
        (JPEG[:-2], "photo.jpg"),
        (JPEG[:20] + JPEG[-12:], "photo.jpg"),
        (b"\xff\xd8\xff\xe0", "photo.jpg"),
        (PDF + ARCHIVE, "passport.pdf"),
        (PNG + ARCHIVE, "photo.png"),
        (JPEG + ARCHIVE, "photo.jpg"),
        (PNG.replace(b"IDAT", b"IDAX"), "photo.png"),
        (PNG.replace(b"\x00:~\x9bU", b"\x00:~\x9bV"), "photo.png"),
        (_png(100, 100, b"\0" * 999), "photo.png"),
        (_png(1, 1, b"\0" * 50_000_000), "photo.png"),
        (_png(10, 10, b"\0" * 110, cut=3), "photo.png"),
        (PNG + b"\0", "photo.png"),
        (PNG + b"<html><script>", "photo.png"),
        (PNG + b"MZ", "photo.png"),
        (JPEG + b"\0\0PK\3\4evil", "photo.jpg"),
        (JPEG + b"MZ", "photo.jpg"),
        (JPEG + b"something <SCRIPT>", "photo.jpg"),
        (JPEG + JPEG + b"%PDF-1.4", "photo.jpg"),
    ],
)
def test_what_nobody_could_open_is_not_taken(content: bytes, name: str) -> None:
    with pytest.raises(services.FileRefusedError) as refusal:
        store(content, name)

    assert str(refusal.value) == f"“{name}” cannot be opened: it is broken or cut off."
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "application/pdf"),
        (PDF + b"\n", "application/pdf"),
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (JPEG[:2] + b"\xff" + JPEG[2:] + b"\x00trailer of a telephone", "image/jpeg"),
        (_png(10, 10, b"\0" * 110), "image/png"),
        (_photo(), "image/jpeg"),
    ],
)
def test_what_can_be_opened_is_taken(content: bytes, kind: str) -> None:
    assert store(content).content_type == kind


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (_png(12_000, 9_000, b"\0" * 9_000 * 12_001), "photo.png"),
        (_png(60_000, 60_000, b"\0" * 9), "photo.png"),
        (JPEG.replace(b"\x08\x00\x01\x00\x01", b"\x08\xff\xff\xff\xff"), "photo.jpg"),
    ],
)
def test_an_image_of_too_many_pixels_is_told_its_limit_and_not_called_broken(content: bytes, name: str) -> None:
    with pytest.raises(services.FileRefusedError) as refusal:
        store(content, name)

    assert str(refusal.value) == f"“{name}” has more than 100 megapixels: scan or save it smaller."
    assert not Upload.objects.exists()


def test_a_file_that_is_too_large_is_not_taken(settings: object) -> None:
    settings.UPLOAD_MAX_BYTES = 1024 * 1024  # type: ignore[attr-defined]  # pytest-django's fixture

    with pytest.raises(services.FileRefusedError, match="larger than 1 MB"):
        store(PDF + b"\x00" * 1024 * 1024)
    with pytest.raises(services.FileRefusedError, match="larger than 5 MB"):  # a table is read whole: as its page says
        store(b"PK\x03\x04" + b"\x00" * 5 * 1024**2, "marks.xlsx", purpose_name="home_marks")


def test_the_file_of_a_refused_form_is_erased_a_day_later_and_no_other(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path  # other tests' files lie in the common one, without their rows
    kept = store(PDF)
    with transaction.atomic():
        refused = str(store(_photo(), "scan.jpg", kept.uploaded_by).file.name)
        transaction.set_rollback(True)  # as where something was refused after its file was kept
    storage = kept.file.storage

    erasure.erase_nameless()
    assert storage.exists(refused)
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        erasure.erase_nameless()

    assert not storage.exists(refused)
    assert storage.exists(str(kept.file.name))


@pytest.mark.parametrize("name", ["../../etc/passwd.pdf", "C:\\Users\\a\\passwd.pdf", "/root/passwd.pdf"])
def test_a_name_is_never_a_path(name: str) -> None:
    upload = store(PDF, name)

    assert upload.original_name == "passwd.pdf"
    assert "passwd" not in str(upload.file.name)
    assert ".." not in str(upload.file.name)


class _Clamd(socketserver.StreamRequestHandler):
    """Answers as ClamAV's daemon does: a verdict on what came in chunks."""

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while size := int.from_bytes(self.rfile.read(4), "big"):
            content += self.rfile.read(size)
        self.wfile.write(b"stream: Eicar-Test FOUND\0" if b"EICAR" in content else b"stream: OK\0")


@pytest.fixture
def clamd(settings: object) -> Iterator[None]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Clamd) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        settings.CLAMD_ADDRESS = f"127.0.0.1:{server.server_address[1]}"  # type: ignore[attr-defined]  # pytest-django's fixture
        yield
        server.shutdown()


@pytest.mark.usefixtures("clamd")
def test_a_configured_scanner_is_asked() -> None:
    assert store(PDF).scan == ScanState.CLEAN
    with pytest.raises(services.FileRefusedError, match=r"holds a virus \(Eicar-Test\)"):
        store(PDF + b"EICAR")
    assert Upload.objects.count() == 1


def test_a_scanner_that_does_not_answer_stops_nobody(settings: object) -> None:
    settings.CLAMD_ADDRESS = "127.0.0.1:1"  # type: ignore[attr-defined]  # pytest-django's fixture

    assert store(PDF).scan == ScanState.NOT_SCANNED


def test_a_file_is_saved_and_never_shown(client_as: Callable[[User], Client]) -> None:
    upload = store(PNG, "photo.png")

    answer = client_as(institutions.user("auditor")).get(reverse("documents:upload", args=[upload.pk]))

    assert answer.content == PNG
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("content", "name", "given"),
    [
        (PDF, "letter.hta", "letter.hta.pdf"),
        (PDF, "cert.bat", "cert.bat.pdf"),
        (PDF, "letter.pdf.", "letter.pdf..pdf"),
        (PDF, "LETTER.PDF", "LETTER.PDF"),
        (PDF, "photo.png", "photo.png.pdf"),
        (JPEG, "photo.JPEG", "photo.JPEG"),
        (PNG, "photo", "photo.png"),
        (_workbook(), "list.xlsm", "list.xlsm.xlsx"),
        (b"Code;Credits\n", "list.csv", "list.csv"),
    ],
)
def test_a_file_is_handed_out_under_a_name_that_ends_as_its_content_is(
    client_as: Callable[[User], Client], content: bytes, name: str, given: str
) -> None:
    ipd = institutions.user("ipd_coordinator")
    purpose_name = SCAN.name if content in {PDF, PNG, JPEG} else "annex_file"
    upload = store(content, name, ipd, purpose_name=purpose_name)

    answer = client_as(ipd).get(reverse("documents:upload", args=[upload.pk]))

    assert answer["Content-Disposition"] == f"attachment; filename*=UTF-8''{given}"
    assert upload.original_name == name


def test_who_brought_a_file_may_fetch_it_and_a_stranger_may_not(client_as: Callable[[User], Client]) -> None:
    student = institutions.user("student")
    upload = store(PDF, actor=student)
    url = reverse("documents:upload", args=[upload.pk])

    assert client_as(student).get(url).status_code == 200
    assert client_as(institutions.user("student")).get(url).status_code == 404
    assert client_as(institutions.partner_user()).get(url).status_code == 404


def test_a_files_name_does_not_turn_round(client_as: Callable[[User], Client]) -> None:
    partner, ipd = institutions.partner(), institutions.user("ipd_coordinator")
    values = {"kind": "act", "number": "A-1", "issuer": "Ministerium", "direction": "7M061", "level": "master"}
    scan = io.BytesIO(PDF)
    scan.name = "licence\u202efdp.exe"

    url = reverse("documents:licence-add", args=[partner.pk])
    client_as(ipd).post(url, {**values, "valid_from": "01.09.2024", "scan": scan})

    assert Upload.objects.get().original_name == "licencefdp.exe"


@pytest.mark.clause("4.2-b")
def test_a_licence_comes_with_its_scan_or_not_at_all(client_as: Callable[[User], Client]) -> None:
    partner, url = institutions.partner(), reverse("documents:licence-add", args=[institutions.partner().pk])
    values = {"kind": "act", "number": "A-1", "issuer": "Ministerium", "direction": "7M061", "level": "master"}
    values["valid_from"] = "01.09.2024"
    client = client_as(institutions.user("ipd_coordinator"))

    refused = client.post(url, {**values, "scan": io.BytesIO(EXE)})
    assert refused.status_code == 422
    assert not partner.licences.exists()
    taken = client.post(url, {**values, "scan": io.BytesIO(PDF)})

    licence = partner.licences.get()
    assert taken["Location"] == reverse("institutions:licence", args=[licence.pk])
    assert Upload.objects.get().subject_id == licence.pk
    assert b"A-1" in client.get(taken["Location"]).content


def test_a_licence_is_the_ipds_to_enter(client_as: Callable[[User], Client]) -> None:
    url = reverse("documents:licence-add", args=[institutions.partner().pk])

    for role in ("registrar", "lawyer", "administrator", "auditor", "student"):
        assert client_as(institutions.user(role)).get(url).status_code == 404
