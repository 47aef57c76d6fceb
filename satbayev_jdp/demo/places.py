"""The University's units and its partners: invented, as data."""

from dataclasses import dataclass

from core.values import Localized
from satbayev_jdp.demo.world import ERTIS, NORDTAL, WSCHODNIA, YANGTZE


@dataclass(frozen=True, slots=True)
class Place:
    """One university."""

    short_name: str
    names: Localized
    country: str
    city: Localized
    address: Localized
    website: str
    name_original: str = ""
    rating: str = ""


PARTNERS = (
    Place(
        NORDTAL,
        Localized(
            "Нордталь қолданбалы ғылымдар университеті",
            "Университет прикладных наук Нордталя",
            "Nordtal University of Applied Sciences",
        ),
        "DE",
        Localized("Нордталь", "Нордталь", "Nordtal"),
        Localized("Campusallee 1, Nordtal", "Campusallee 1, Nordtal", "Campusallee 1, Nordtal, Germany"),
        "https://hochschule-nordtal.example",
        name_original="Hochschule Nordtal",
        rating="CHE Ranking, Informatik: Spitzengruppe",
    ),
    Place(
        YANGTZE,
        Localized(
            "Янцзы технологиялық институты", "Янцзынский технологический институт", "Yangtze Institute of Technology"
        ),
        "CN",
        Localized("Ухань", "Ухань", "Wuhan"),
        Localized("188 Changjiang Road, Wuhan", "188 Changjiang Road, Wuhan", "188 Changjiang Road, Wuhan, China"),
        "https://yangtze-it.example",
        name_original="长江理工学院",
        rating="ShanghaiRanking, Mining: 51–75",
    ),
    Place(
        ERTIS,
        Localized("Ертіс мемлекеттік университеті", "Иртышский государственный университет", "Ertis State University"),
        "KZ",
        Localized("Павлодар", "Павлодар", "Pavlodar"),
        Localized(
            "140000, Павлодар қаласы, Ертіс жағалауы, 5",
            "140000, город Павлодар, набережная Иртыша, 5",
            "5 Ertis Embankment, Pavlodar, 140000",
        ),
        "https://ertis.example",
        rating="НААР, генеральный рейтинг: 24",
    ),
    Place(
        WSCHODNIA,
        Localized("Шығыс политехникасы", "Восточный политехнический институт", "Eastern Polytechnic"),
        "PL",
        Localized("Ломжа", "Ломжа", "Łomża"),
        Localized("ul. Wschodnia 7, Łomża", "ul. Wschodnia 7, Łomża", "ul. Wschodnia 7, Łomża, Poland"),
        "https://politechnika-wschodnia.example",
        name_original="Politechnika Wschodnia",
    ),
)

# code, code of the institute it stands in, name in three languages
UNITS = (
    (
        "AI",
        "",
        Localized(
            "Автоматика және ақпараттық технологиялар институты",
            "Институт автоматики и информационных технологий",
            "Institute of Automation and Information Technologies",
        ),
    ),
    (
        "GM",
        "",
        Localized(
            "Геология және тау-кен ісі институты", "Институт геологии и горного дела", "Institute of Geology and Mining"
        ),
    ),
    (
        "SE",
        "AI",
        Localized(
            "Бағдарламалық инженерия кафедрасы", "Кафедра программной инженерии", "Department of Software Engineering"
        ),
    ),
    ("ME", "GM", Localized("Тау-кен ісі кафедрасы", "Кафедра горного дела", "Department of Mining")),
)
