"""Style sheets: what they write into a page for the eye alone is not read aloud."""

import re
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

SHEETS = sorted((ROOT / "static/css").glob("*.css"))
SIGN = re.compile(r'content:\s*"[^"]+"\s*(?P<spoken>/\s*"")?;')


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_sign_before_or_after_has_an_empty_alternative_text(sheet: Path) -> None:
    blocks = re.findall(r"{([^{}]*)}", sheet.read_text(encoding="utf-8"))
    loud = [block.strip() for block in blocks if (found := list(SIGN.finditer(block))) and not found[-1]["spoken"]]

    assert loud == []
