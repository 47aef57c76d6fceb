"""Language certificates on one scale (admissions/data/language.toml): those of different examiners can be compared (8.1)."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

_FILE = Path(__file__).resolve().parent.parent / "data" / "language.toml"
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_LEVEL = re.compile(r"\b([ABC][12])\b")


@dataclass(frozen=True)
class LanguageScale:
    """For each examiner from how many points on which band is reached, and the band of each level of CEFR."""

    points: Mapping[str, Sequence[tuple[Decimal, Decimal]]]
    levels: Mapping[str, Decimal]

    def band(self, certificate: str) -> Decimal | None:
        """The band of a certificate as people write it ("IELTS 6.5", "TOEFL iBT 88", "Goethe B2"); None where it is not known."""
        text = certificate.upper()
        for examiner, steps in self.points.items():
            name, _, rest = text.partition(examiner)
            if rest and not name.strip() and (number := _NUMBER.search(rest)):
                points = Decimal(number.group().replace(",", "."))
                return max((band for least, band in steps if points >= least), default=None)
        level = _LEVEL.search(text)
        return self.levels[level.group(1)] if level else None


@cache
def language_scale() -> LanguageScale:
    """The scale in force."""
    raw = tomllib.loads(_FILE.read_text(encoding="utf-8"), parse_float=Decimal)
    points = {
        examiner: tuple((Decimal(least), Decimal(band)) for least, band in steps)
        for examiner, steps in raw["points"].items()
    }
    return LanguageScale(points=points, levels={level: Decimal(band) for level, band in raw["levels"].items()})
