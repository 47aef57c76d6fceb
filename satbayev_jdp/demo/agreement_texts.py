"""What the agreements of the demo say under each of the seven groups of 6.12, read from data/agreement_terms.toml."""

import tomllib

from core.values import Localized
from satbayev_jdp.demo.world import World


def terms(world: World, *, level: str, language: str) -> dict[str, Localized]:
    """The seven groups in three languages. `level`, `language`: words of the file that are put into the texts."""
    data = tomllib.loads(world.data_file("agreement_terms.toml").read_text(encoding="utf-8"))
    words = data["words"]
    return {
        group: Localized(
            **{
                code: text.format(level=words[level][code], language=words[language][code])
                for code, text in texts.items()
            }
        )
        for group, texts in data["terms"].items()
    }
