"""Words of papers whose form the sentence asks for."""

from django import template

from core.templatetags.written import MONTHS, paper_date

register = template.Library()

# «…дағы», by the harmony of each month's own vowels; in the order of the months.
_OF_MONTH = ("дағы", "дағы", "дағы", "дегі", "дағы", "дағы", "дегі", "дағы", "тегі", "дағы", "дағы", "дағы")
_KK = dict(zip(MONTHS["kk"], _OF_MONTH, strict=True))


@register.filter
def dated(value: object, language: str) -> str:
    """The date before the paper that bears it: «2023 жылғы 30 мамырдағы № 17-К келісім»; as `paper_date` elsewhere."""
    text = paper_date(value, language)
    return text + _KK.get(text.rpartition(" ")[2], "") if language == "kk" else text
