"""The four agreements of the demo as data: with whom, on what terms, and when what happened."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from agreements.enums import AwardKind, ConversionRule, Party, PathwayKind, TeacherPart
from agreements.models import GradeScale
from agreements.services.pathways import PathwayTerms
from core.values import Localized
from programmes.models import Programme
from satbayev_jdp.demo.world import ERTIS, HOME, NORDTAL, WSCHODNIA, YANGTZE, World

DOCUMENTS = {
    "outgoing": ["passport", "transcript", "motivation", "language", "medical"],
    "incoming": ["passport", "transcript", "motivation", "language", "education", "photo", "insurance"],
}
_DOUBLE = Localized(
    "Қос дипломды білім беру бағдарламасын іске асыру туралы келісім",
    "Соглашение о реализации двудипломной образовательной программы",
    "Agreement on running a double-degree programme",
)
_JOINT = Localized(
    "Бірлескен білім беру бағдарламасы туралы келісім",
    "Соглашение о совместной образовательной программе",
    "Agreement on a joint educational programme",
)
_ONLINE = Localized(
    "Аралас оқытылатын қос дипломды бағдарлама туралы келісім",
    "Соглашение о двудипломной программе в смешанном формате",
    "Agreement on a double-degree programme in blended form",
)
_TUITION = Localized("оқу ақысы", "плата за обучение", "tuition")
_SEMESTER_FEE = Localized("семестрлік жарна", "семестровый взнос", "semester fee")
_DORMITORY = Localized("жатақхана", "общежитие", "dormitory")
_SEPTEMBER = Localized("1 қыркүйекке дейін", "до 1 сентября", "by 1 September")
_EACH_SEMESTER = Localized(
    "15 қыркүйекке және 15 наурызға дейін", "до 15 сентября и до 15 марта", "by 15 September and by 15 March"
)
_KAZAKH_LAW = {"KZ": "«Білім туралы» ҚР Заңы"}


@dataclass(frozen=True)
class Plan:
    """One agreement with one pathway, and its dates: agreed with the partner, Councils decided, signed, valid until.

    `laws`: what the lawyer examined, by country. `councils_on` None: the University has not approved it yet; `councils`: the
    sides whose Council has decided. `closed_on`: since when the pathway takes nobody any more.
    `money`: who pays whom, for what, how much of which currency, when; None: it is waived.
    """

    partner: str
    home: Programme
    theirs: Programme
    terms: PathwayTerms
    annex: str
    laws: Mapping[str, str]
    agreed_on: date
    names: Localized = _DOUBLE
    award: str = AwardKind.TWO_DIPLOMAS
    level: str = "master"
    language: str = "english"
    councils_on: date | None = None
    council: str = ""
    number: str = ""
    signed_on: date = date.min
    valid_from: date = date.min
    valid_until: date = date.min
    epvo: str = ""
    councils: int = 2
    closed_on: date | None = None
    teachers: tuple[tuple[str, str, str], ...] = ()
    money: tuple[tuple[str, str, Localized, str, str, Localized | None], ...] = ()


Planned = Callable[[World, Mapping[str, Programme], Mapping[str, GradeScale]], Plan]


def _terms(semesters: tuple[int, int], quotas: tuple[int, int], scale: GradeScale, **more: Any) -> PathwayTerms:
    """Semesters at the University and at the partner, places for outgoing and incoming students, the partner's scale."""
    usual: dict[str, Any] = {
        "kind": PathwayKind.DOUBLE,
        "rule": ConversionRule.LINEAR,
        "required_documents": DOCUMENTS,
    }
    (home, partner), (out, into) = semesters, quotas
    return PathwayTerms(
        home_semesters=home,
        partner_semesters=partner,
        quota_out=out,
        quota_in=into,
        scale=scale,
        **{**usual, **more},
    )


def nordtal(world: World, programmes: Mapping[str, Programme], scales: Mapping[str, GradeScale]) -> Plan:
    """Hochschule Nordtal: a double master's degree that runs, and is about to be renewed."""
    return Plan(
        partner=NORDTAL,
        home=programmes["7M06102"],
        theirs=programmes["M.Sc. Informatik"],
        terms=_terms((2, 2), (8, 12), scales["DE"], min_gpa=Decimal("2.80")),
        annex="annex1_7M06102_nordtal.xlsx",
        laws={**_KAZAKH_LAW, "DE": "Hochschulrahmengesetz; Landeshochschulgesetz"},
        agreed_on=date(2024, 3, 16),
        councils_on=date(2024, 4, 25),
        council="Akademischer Senat",
        number="17-К",
        signed_on=date(2024, 5, 20),
        valid_from=date(2024, 6, 1),
        valid_until=world.today + timedelta(days=300),
        epvo="ЕПВО-061-0417",
        teachers=(
            (HOME, "Қасымов Ербол", TeacherPart.DEVELOPMENT),
            (HOME, "Мұратбекова Гүлнұр", TeacherPart.ATTESTATION),
            (NORDTAL, "Prof. Dr. Hannelore Brandt", TeacherPart.TEACHING),
            (NORDTAL, "Prof. Dr. Jörg Weißenfels", TeacherPart.ATTESTATION),
        ),
        money=(
            (Party.STUDENT, Party.PARTNER, _SEMESTER_FEE, "312", "EUR", _EACH_SEMESTER),
            (Party.STUDENT, Party.PARTNER, _TUITION, "0", "EUR", None),
        ),
    )


def yangtze(world: World, programmes: Mapping[str, Programme], scales: Mapping[str, GradeScale]) -> Plan:
    """Yangtze Institute of Technology: a double bachelor's degree that runs in both directions."""
    return Plan(
        partner=YANGTZE,
        level="bachelor",
        home=programmes["6B07203"],
        theirs=programmes["B.Eng. Mining"],
        terms=_terms((6, 2), (12, 12), scales["CN"], min_gpa=Decimal("2.30")),
        annex="annex1_6B07203_yangtze.xlsx",
        laws={**_KAZAKH_LAW, "CN": "中华人民共和国高等教育法"},
        agreed_on=date(2023, 3, 18),
        councils_on=date(2023, 4, 27),
        council="学术委员会",
        number="09-К",
        signed_on=date(2023, 5, 30),
        valid_from=date(2023, 6, 1),
        valid_until=world.today + timedelta(days=640),
        epvo="ЕПВО-072-0233",
        teachers=(
            (HOME, "Бекұлы Серік", TeacherPart.TEACHING),
            (HOME, "Жақсылықова Роза", TeacherPart.ADMISSION),
            (YANGTZE, "Prof. Chen Guowei", TeacherPart.TEACHING),
        ),
        money=((Party.STUDENT, Party.PARTNER, _DORMITORY, "1200", "CNY", _SEPTEMBER),),
    )


def ertis(world: World, programmes: Mapping[str, Programme], scales: Mapping[str, GradeScale]) -> Plan:
    """Ертіс университеті: a joint degree, signed a while ago, not yet entered into EPVO and so not open."""
    return Plan(
        partner=ERTIS,
        names=_JOINT,
        award=AwardKind.JOINT_DEGREE,
        language="kazakh",
        home=programmes["7M07120"],
        theirs=programmes["7M07121"],
        terms=_ertis_terms(scales, PathwayKind.JOINT),
        annex="annex1_7M07120_ertis.csv",
        laws=_KAZAKH_LAW,
        agreed_on=world.ago(110),
        councils_on=world.ago(70),
        council="Ғылыми кеңес",
        number="24-К",
        signed_on=world.ago(40),
        valid_from=world.ago(40),
        valid_until=world.today + timedelta(days=1400),
        teachers=(
            (HOME, "Нұрпейісов Қанат", TeacherPart.DEVELOPMENT),
            (ERTIS, "Әлжанова Шолпан", TeacherPart.DEVELOPMENT),
        ),
        money=((Party.STUDENT, Party.HOME, _TUITION, "1150000", "KZT", _SEPTEMBER),),
    )


def _ertis_terms(scales: Mapping[str, GradeScale], kind: str) -> PathwayTerms:
    asked = ["passport", "transcript"]
    documents = {"outgoing": asked, "incoming": asked}
    return _terms((2, 2), (5, 5), scales["KZ"], kind=kind, rule=ConversionRule.PERCENT, required_documents=documents)


def wschodnia(world: World, programmes: Mapping[str, Programme], scales: Mapping[str, GradeScale]) -> Plan:
    """Politechnika Wschodnia: its licence has lapsed; the text is agreed, and the lawyer has yet to examine Polish law."""
    return Plan(
        partner=WSCHODNIA,
        award=AwardKind.MAIN_AND_ADDITIONAL,
        home=programmes["7M06102"],
        theirs=programmes["Informatyka stosowana"],
        terms=_terms((3, 1), (3, 3), scales["PL"]),
        annex="annex1_7M06102_wschodnia.csv",
        laws=_KAZAKH_LAW,
        agreed_on=world.ago(4),
        teachers=((HOME, "Қасымов Ербол", TeacherPart.DEVELOPMENT),),
    )


def ertis_before(world: World, programmes: Mapping[str, Programme], scales: Mapping[str, GradeScale]) -> Plan:
    """Ертіс университеті before the joint degree: two diplomas; closed to new admissions, the agreement about to end."""
    return replace(
        ertis(world, programmes, scales),
        names=_DOUBLE,
        award=AwardKind.TWO_DIPLOMAS,
        terms=_ertis_terms(scales, PathwayKind.DOUBLE),
        agreed_on=date(2023, 4, 15),
        councils_on=date(2023, 5, 25),
        number="11-К",
        signed_on=date(2023, 6, 20),
        valid_from=date(2023, 6, 20),
        valid_until=world.today + timedelta(days=45),
        epvo="ЕПВО-071-0248",
        closed_on=world.ago(190),
    )


def ertis_next(world: World, programmes: Mapping[str, Programme], scales: Mapping[str, GradeScale]) -> Plan:
    """A third one with Ертіс университеті, approved: the University's Council has decided, theirs has not yet."""
    return replace(
        ertis(world, programmes, scales),
        names=_ONLINE,
        award=AwardKind.TWO_DIPLOMAS,
        terms=_ertis_terms(scales, PathwayKind.DOUBLE),
        agreed_on=world.ago(34),
        councils_on=world.ago(18),
        councils=1,
        number="",
        money=(),
    )


# In the order of their days, but for the last two: the first ones are known by their place.
PLANS: tuple[Planned, ...] = (yangtze, nordtal, ertis, wschodnia, ertis_before, ertis_next)
