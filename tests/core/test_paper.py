"""The look of papers: our own fonts only, every Kazakh letter drawn as itself, both letterheads, drafts marked as drafts."""

import subprocess
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.conf import settings
from django.template import engines
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # it ships no types
from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageOps, ImageStat

from core.faults import letter_faults
from documents.press import print_pdf

PAPER = Path(settings.BASE_DIR) / "static" / "paper"
FACES = {
    "400 normal": "Regular",
    "700 normal": "Bold",
    "400 italic": "Italic",
    "700 italic": "BoldItalic",
}
LETTERS = "ӘҒҚҢӨҰҮҺІәғқңөұүһі₸"
LOOKALIKES = "АГЗКНОУХЭагзкноухэт"  # what a wrong font draws in their place
CODE = "7K4M-2Q9T"

ORDER = """{% extends "pdf/base.html" %}{% block title %}Бұйрық{% endblock %}{% block form %}official{% endblock %}{% block body %}
{% include "pdf/letterhead_order.html" %}<div class="text"><p>Мәтін <b>Ә</b> <i>Ғ</i> <b><i>Қ</i></b></p></div>
{% include "pdf/_signature.html" %}{% include "pdf/_seal.html" %}{% endblock %}"""
SHEET = """{% extends "pdf/base.html" %}{% block title %}Транскрипт{% endblock %}{% block body %}
{% include "pdf/letterhead.html" %}{% include "pdf/_title.html" with name="ТРАНСКРИПТ" %}
<table class="lines"><tbody><tr><td>Терең оқыту<br><span class="recognised">Deep Learning</span></td></tr></tbody></table>
{% include "pdf/_seal.html" with compact=True %}{% include "pdf/_signature.html" with line=True seal=True %}{% endblock %}"""


def frozen(*, draft: bool = False, signed: bool = True) -> dict[str, Any]:
    """A paper's head as documents.services freezes it."""
    return {
        "university": {
            "kk": "Қ.И. Сәтбаев атындағы Қазақ ұлттық техникалық зерттеу университеті",
            "ru": "Казахский национальный исследовательский технический университет имени К.И. Сатпаева",
            "en": "Satbayev University",
            "address": {
                "kk": "Алматы, Сәтбаев көшесі, 22",
                "ru": "Алматы, ул. Сатпаева, 22",
                "en": "22 Satbayev St., Almaty",
            },
        },
        "number": "" if draft else "41-ҚД",
        "date": "2027-01-20",
        "place": {"kk": "Алматы қаласы", "ru": "город Алматы", "en": "Almaty"},
        "signatory": {
            "position": {
                "kk": "Басқарма төрағасы – Ректор",
                "ru": "Председатель Правления – Ректор",
                "en": "Chair of the Board – Rector",
            },
            "name": {"kk": "Е. Мұқанов", "ru": "Е. Муканов", "en": "Y. Mukanov"},
        }
        if signed
        else None,
        "code": "" if draft else CODE,
        "verify_url": f"https://jdp.example.org/v/{CODE}/",
        "draft": draft,
        "qr": "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/%3E",
    }


def html_of(source: str, language: str = "kk", **options: bool) -> str:
    return str(engines["django"].from_string(source).render({"paper": frozen(**options), "language": language}))


def pdf_of(html: str) -> bytes:
    """As papers are printed."""
    return print_pdf([html], created=datetime(2026, 11, 24, tzinfo=UTC))


def text_of(pdf: bytes) -> str:
    command = ["pdftotext", "-layout", "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()  # noqa: S603 -- fixed command


def fonts_of(pdf: bytes) -> set[str]:
    with pikepdf.open(BytesIO(pdf)) as document:
        return {
            str(item.BaseFont).split("+")[1]
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and "/BaseFont" in item
        }


@pytest.mark.parametrize("source", [ORDER, SHEET])
def test_a_paper_uses_our_fonts_and_no_other(source: str) -> None:
    names = fonts_of(pdf_of(html_of(source)))

    assert names
    assert {name for name in names if not name.startswith(("Paper-Sans", "Paper-Serif"))} == set()


def test_letters_of_east_asia_are_drawn_by_a_font_of_ours() -> None:
    """An act of China in a readiness dossier: no boxes in their place, and no font of the machine."""
    pdf = pdf_of(html_of(SHEET.replace("Терең оқыту", "中华人民共和国高等教育法")))

    assert "中华人民共和国高等教育法" in text_of(pdf)
    assert {name.split("-")[1].strip(",") for name in fonts_of(pdf)} == {"Sans", "East"}
    assert {*map(ord, "中华人民共和国教外日本かな")} <= set(
        TTFont(PAPER / "fonts" / "DroidSansFallbackFull.ttf").getBestCmap()
    )


@pytest.mark.parametrize(("language", "sign"), [("kk", "№"), ("ru", "№"), ("en", "No.")])
def test_a_number_bears_the_sign_of_its_language_at_head_and_foot(language: str, sign: str) -> None:
    texts = [text_of(pdf_of(html_of(source, language=language))) for source in (ORDER, SHEET)]

    assert [text.count(f"{sign} 41-ҚД") for text in texts] == [2, 2]
    assert language != "en" or all("№" not in text for text in texts)


def test_whoever_signs_stands_in_one_row_with_line_and_name_however_long_the_office_is() -> None:
    office = "Басқарма мүшесі – академиялық мәселелер жөніндегі проректор"
    html = html_of(SHEET).replace("Басқарма төрағасы – Ректор", office).replace("Е. Мұқанов", "Нұрмағамбетов Бауыржан")

    lines = text_of(pdf_of(html)).splitlines()

    (row,) = [line for line in lines if "Нұрмағамбетов" in line]
    assert "Бауыржан" in row
    assert "проректор" in row


@pytest.mark.parametrize("family", ["Sans", "Serif"])
@pytest.mark.parametrize("face", FACES.values())
def test_the_files_hold_every_kazakh_letter(family: str, face: str) -> None:
    letters = TTFont(PAPER / "fonts" / f"Noto{family}-{face}.ttf").getBestCmap()

    assert {letter for letter in LETTERS + "№«»–—·×Σ" if ord(letter) not in letters} == set()


def ink(image: Image.Image) -> Image.Image:
    """What is drawn, cut out and brought to one size: black on white, position and scale do not count."""
    box = ImageOps.invert(image).getbbox()
    assert box is not None, "nothing is drawn"
    return image.crop(box).resize((48, 48), Image.Resampling.LANCZOS)


def unlike(left: Image.Image, right: Image.Image) -> float:
    return float(ImageStat.Stat(ImageChops.difference(left, right)).mean[0])


def drawn(letters: str, file: Path) -> dict[str, Image.Image]:
    """The ink of each letter, drawn from its font's file."""
    font, found = ImageFont.truetype(file, 90), {}
    for letter in letters:
        image = Image.new("L", (200, 200), 255)
        ImageDraw.Draw(image).text((50, 30), letter, font=font, fill=0)
        found[letter] = ink(image)
    return found


def printed(letters: str, family: str, face: str, folder: Path) -> list[Image.Image]:
    """The ink of each letter, on a small page of its own, through WeasyPrint and back to a picture."""
    weight, style = face.split()
    html = "".join(
        f"<p style=\"break-after: page; font: {style} {weight} 60pt 'Paper {family}'\">{letter}</p>"
        for letter in letters
    )
    sheet = "<style>@page { size: 60mm 60mm; margin: 5mm; @bottom-left { content: none } @bottom-right { content: none } }</style>"
    (folder / "letters.pdf").write_bytes(pdf_of(f"{sheet}<body>{html}"))
    command = ["pdftoppm", "-r", "110", "-gray", str(folder / "letters.pdf"), str(folder / "letter")]
    subprocess.run(command, check=True)  # noqa: S603 -- fixed command
    return [ink(Image.open(file)) for file in sorted(folder.glob("letter-*.pgm"))[: len(letters)]]


@pytest.mark.parametrize("family", ["Sans", "Serif"])
@pytest.mark.parametrize("face", FACES)
def test_what_is_printed_is_the_letter_and_not_only_its_code(family: str, face: str, tmp_path: Path) -> None:
    file = PAPER / "fonts" / f"Noto{family}-{FACES[face]}.ttf"

    pictures = printed(LETTERS, family, face, tmp_path)

    known = drawn(LETTERS + LOOKALIKES, file)
    read = [min(known, key=lambda letter: unlike(picture, known[letter])) for picture in pictures]
    assert "".join(read) == LETTERS


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "kk",
            [
                "БҰЙРЫҚ",
                "2027 жылғы 20 қаңтар",
                "Алматы қаласы",
                "№ 41-ҚД",
                "КОММЕРЦИЯЛЫҚ ЕМЕС АКЦИОНЕРЛІК ҚОҒАМЫ",
                "Е. Мұқанов",
            ],
        ),
        (
            "ru",
            [
                "ПРИКАЗ",
                "20 января 2027 года",
                "город Алматы",
                "№ 41-ҚД",
                "НЕКОММЕРЧЕСКОЕ АКЦИОНЕРНОЕ ОБЩЕСТВО",
                "Е. Муканов",
            ],
        ),
        ("en", ["ORDER", "20 January 2027", "Almaty", "No. 41-ҚД", "SATBAYEV UNIVERSITY", "Y. Mukanov"]),
    ],
)
def test_an_order_has_the_national_form(language: str, said: list[str]) -> None:
    text = text_of(pdf_of(html_of(ORDER, language)))

    assert [word for word in said if word not in text] == []
    assert f"jdp.example.org/v/{CODE}/" in text
    assert text.rstrip().replace(" ", "").endswith("1/1")


def test_every_page_carries_number_and_code() -> None:
    long = html_of(ORDER).replace("<p>Мәтін", "<p>Мәтін</p>" * 90 + "<p>Мәтін")

    pages = text_of(pdf_of(long)).split("\f")[:-1]

    assert len(pages) > 1
    assert all(f"№ 41-ҚД · {CODE}" in page for page in pages)


@pytest.mark.parametrize("long", [1, 90])
def test_pages_are_counted_over_all_languages_of_a_paper(long: int) -> None:
    parts = [
        html_of(ORDER, language).replace("<p>Мәтін", "<p>Мәтін</p>" * long + "<p>Мәтін") for language in ("kk", "ru")
    ]

    pages = text_of(print_pdf([*parts, html_of(ORDER, "en")], created=datetime(2027, 1, 20, tzinfo=UTC))).split("\f")[
        :-1
    ]

    count = len(pages)
    assert count > 3 or long == 1
    assert [page.replace(" ", "").rstrip().rpartition("\n")[2][-3:] for page in pages] == [
        f"{number}/{count}" for number in range(1, count + 1)
    ]


def test_a_draft_says_so_and_proves_nothing() -> None:
    html = html_of(ORDER, draft=True)

    assert '<div class="watermark">ЖОБА</div>' in html
    assert "data:image" not in html
    assert CODE not in html


def test_a_paper_without_a_signatory_is_made_too() -> None:
    assert "ТРАНСКРИПТ" in text_of(pdf_of(html_of(SHEET, signed=False)))


def test_words_of_papers_are_in_the_paper_fonts() -> None:
    """Arrows and the like are in neither font: another font would slip in."""
    letters = set(TTFont(PAPER / "fonts" / "NotoSans-Regular.ttf").getBestCmap())
    folder = Path(settings.BASE_DIR) / "templates"

    strange = {
        str(path.relative_to(folder)): missing
        for path in folder.rglob("pdf/*.html")
        if (missing := {letter for letter in path.read_text("utf-8") if letter != "\n" and ord(letter) not in letters})
    }

    assert strange == {}


def test_every_letter_that_a_name_may_have_is_in_the_fonts() -> None:
    letters = {sign for sign in map(chr, range(0x10000)) if sign.isalpha() and not [*letter_faults(name=sign)]}
    faces = [
        TTFont(PAPER / "fonts" / f"Noto{kind}-{face}.ttf") for kind in ("Sans", "Serif") for face in FACES.values()
    ]
    held = set.intersection(*(set(face.getBestCmap()) for face in faces))
    east = set(TTFont(PAPER / "fonts" / "DroidSansFallbackFull.ttf").getBestCmap())

    assert len(letters) > 28_000
    assert {letter for letter in letters if ord(letter) not in held | east} == set()
