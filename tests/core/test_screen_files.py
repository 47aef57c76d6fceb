"""What ships with every page: the vendored script, fonts with all Kazakh letters, colours that can be read."""

import hashlib
import re
from pathlib import Path

import pytest
from django.conf import settings
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # it ships no types

from core.values import KAZAKH_ALPHABET
from satbayev_jdp.statics import StaticFiles

STATIC = Path(settings.BASE_DIR) / "static"


def test_the_vendored_script_is_the_one_that_was_looked_at() -> None:
    folder = STATIC / "vendor" / "htmx"
    content = (folder / "htmx.min.js").read_bytes()

    assert hashlib.sha256(content).hexdigest() in (folder / "VERSION").read_text()
    assert b"sourceMappingURL" not in content
    assert (folder / "LICENSE").exists()


def test_a_script_imports_others_by_the_names_that_change_with_their_content(tmp_path: Path) -> None:
    """Else a browser that keeps one part of a grid for good would run it with another part of yesterday."""
    parts = sorted(path.relative_to(STATIC).as_posix() for path in STATIC.glob("js/grid/*.js"))
    storage = StaticFiles(location=tmp_path, base_url="/static/")
    for part in parts:
        (tmp_path / part).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / part).write_bytes((STATIC / part).read_bytes())

    list(storage.post_process({part: (storage, part) for part in parts}))

    for part in parts:
        named = re.findall(r'from "\./([^"]+)"', (tmp_path / storage.stored_name(part)).read_text())
        assert all(re.fullmatch(r"\w+\.[0-9a-f]{12}\.js", name) for name in named), part


def test_screen_fonts_hold_every_kazakh_letter_and_the_tenge() -> None:
    letters: set[int] = set()
    for font in STATIC.glob("fonts/*.woff2"):
        letters |= set(TTFont(font).getBestCmap())

    assert {
        letter for letter in KAZAKH_ALPHABET + KAZAKH_ALPHABET.upper() + "₸№«»–—" if ord(letter) not in letters
    } == set()


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(text: str, ground: str) -> float:
    light, dark = sorted((_luminance(text), _luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("text", "ground", "least"),
    [
        *(("ink", ground, 4.5) for ground in ("paper", "ground", "head", "band", "attention-ground", "bad-ground")),
        *(("muted", ground, 4.5) for ground in ("paper", "ground", "head", "band")),
        *((tone, f"{tone}-ground", 4.5) for tone in ("accent", "good", "attention", "bad")),
        *((tone, "paper", 4.5) for tone in ("accent", "good", "attention", "bad")),
        ("accent", "ground", 4.5),
        ("field", "paper", 3.0),
    ],
)
def test_colours_can_be_read(text: str, ground: str, least: float) -> None:
    tokens = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", (STATIC / "css" / "tokens.css").read_text()))

    assert contrast(tokens[text], tokens[ground]) >= least
