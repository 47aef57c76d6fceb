"""What the agreements and memoranda of the demo say under each of the seven groups of 6.12, read from files of data."""

import tomllib
from collections.abc import Mapping

from core.values import Localized
from satbayev_jdp.demo.world import World

_Texts = Mapping[str, Mapping[str, str]]


def terms(world: World, *, level: str, language: str) -> dict[str, Localized]:
    """The seven groups in three languages. `level`, `language`: words of the file that are put into the texts."""
    data = _read(world, "agreement_terms.toml")
    return _filled(data["terms"], level=data["words"][level], language=data["words"][language])


def memorandum_terms(world: World, subject: str) -> dict[str, Localized]:
    """The same of a memorandum. `subject`: what of the file's subjects it is about."""
    data = _read(world, "memorandum_terms.toml")
    return _filled(data["terms"], subject=data["subjects"][subject])


def _read(world: World, name: str) -> dict[str, _Texts]:
    return tomllib.loads(world.data_file(name).read_text(encoding="utf-8"))


def _filled(groups: _Texts, **words: Mapping[str, str]) -> dict[str, Localized]:
    return {
        group: Localized(
            **{code: text.format(**{name: word[code] for name, word in words.items()}) for code, text in texts.items()}
        )
        for group, texts in groups.items()
    }
