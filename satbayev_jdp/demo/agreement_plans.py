"""The four agreements of the demo as data: with whom, on what terms, and when what happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

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
_TITLE = Localized(
    "Қос дипломды білім беру бағдарламасын іске асыру туралы келісім",
    "Соглашение о реализации двудипломной образовательной программы",
    "Agreement on running a double-degree programme",
)


@dataclass(frozen=True)
class Plan:
    """One agreement with one pathway, and its dates: Councils decided, signed, valid until."""

    partner: str
    names: Localized
    award: str
    level: str
    language: str
    home: Programme
    theirs: Programme
    terms: PathwayTerms
    annex: str
    laws: Mapping[str, str]
    councils_on: date
    number: str = ""
    signed_on: date = date.min
    valid_from: date = date.min
    valid_until: date = date.min
    epvo: str = ""
    teachers: tuple[tuple[str, str, str], ...] = ()
    money: tuple[tuple[str, str, str, str, str, str, bool], ...] = ()


def nordtal(world: World, programmes: Mapping[str, Programme], scales: Mapping[str, GradeScale]) -> Plan:
    """The plan of the agreement with this partner."""
    return Plan(
        partner=NORDTAL,
        names=_TITLE,
        award=AwardKind.TWO_DIPLOMAS,
        level="master",
        language="english",
        home=programmes["7M06102"],
        theirs=programmes["M.Sc. Informatik"],
        terms=PathwayTerms(
            kind=PathwayKind.DOUBLE,
            home_semesters=2,
            partner_semesters=2,
            quota_out=8,
            quota_in=4,
            scale=scales["DE"],
            rule=ConversionRule.LINEAR,
            min_gpa=Decimal("2.80"),
            required_documents=DOCUMENTS,
        ),
        annex="annex1_7M06102_nordtal.xlsx",
        laws={"KZ": "«Білім туралы» ҚР Заңы", "DE": "Hochschulrahmengesetz; Landeshochschulgesetz"},
        councils_on=date(2024, 4, 25),
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
            (Party.STUDENT, Party.PARTNER, "Semesterbeitrag", "312", "EUR", "15.09, 15.03", False),
            (Party.STUDENT, Party.PARTNER, "Оқу ақысы / tuition", "0", "EUR", "—", True),
        ),
    )


def yangtze(world: World, programmes: Mapping[str, Programme], scales: Mapping[str, GradeScale]) -> Plan:
    """The plan of the agreement with this partner."""
    return Plan(
        partner=YANGTZE,
        names=_TITLE,
        award=AwardKind.TWO_DIPLOMAS,
        level="bachelor",
        language="english",
        home=programmes["6B07203"],
        theirs=programmes["B.Eng. Mining"],
        terms=PathwayTerms(
            kind=PathwayKind.DOUBLE,
            home_semesters=6,
            partner_semesters=2,
            quota_out=6,
            quota_in=6,
            scale=scales["CN"],
            rule=ConversionRule.LINEAR,
            min_gpa=Decimal("2.30"),
            required_documents=DOCUMENTS,
        ),
        annex="annex1_6B07203_yangtze.xlsx",
        laws={"KZ": "«Білім туралы» ҚР Заңы", "CN": "中华人民共和国高等教育法"},
        councils_on=date(2023, 4, 27),
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
        money=((Party.STUDENT, Party.PARTNER, "Жатақхана / dormitory", "1200", "CNY", "01.09", False),),
    )


def ertis(world: World, programmes: Mapping[str, Programme], scales: Mapping[str, GradeScale]) -> Plan:
    """The plan of the agreement with this partner."""
    return Plan(
        partner=ERTIS,
        names=Localized(
            "Бірлескен білім беру бағдарламасы туралы келісім",
            "Соглашение о совместной образовательной программе",
            "Agreement on a joint educational programme",
        ),
        award=AwardKind.JOINT_DEGREE,
        level="master",
        language="kazakh",
        home=programmes["7M07120"],
        theirs=programmes["7M07121"],
        terms=PathwayTerms(
            kind=PathwayKind.JOINT,
            home_semesters=2,
            partner_semesters=2,
            quota_out=5,
            quota_in=5,
            scale=scales["KZ"],
            rule=ConversionRule.PERCENT,
            required_documents={"outgoing": ["passport", "transcript"], "incoming": ["passport", "transcript"]},
        ),
        annex="annex1_7M07120_ertis.csv",
        laws={"KZ": "«Білім туралы» ҚР Заңы"},
        councils_on=world.today - timedelta(days=70),
        number="24-К",
        signed_on=world.today - timedelta(days=40),
        valid_from=world.today - timedelta(days=40),
        valid_until=world.today + timedelta(days=1400),
        teachers=(
            (HOME, "Нұрпейісов Қанат", TeacherPart.DEVELOPMENT),
            (ERTIS, "Әлжанова Шолпан", TeacherPart.DEVELOPMENT),
        ),
        money=((Party.STUDENT, Party.HOME, "Оқу ақысы", "1150000", "KZT", "01.09", False),),
    )


def wschodnia(world: World, programmes: Mapping[str, Programme], scales: Mapping[str, GradeScale]) -> Plan:
    """The plan of the agreement with this partner."""
    return Plan(
        partner=WSCHODNIA,
        names=_TITLE,
        award=AwardKind.MAIN_AND_ADDITIONAL,
        level="master",
        language="english",
        home=programmes["7M06102"],
        theirs=programmes["Informatyka stosowana"],
        terms=PathwayTerms(
            kind=PathwayKind.DOUBLE,
            home_semesters=3,
            partner_semesters=1,
            quota_out=3,
            quota_in=3,
            scale=scales["PL"],
            rule=ConversionRule.LINEAR,
            required_documents=DOCUMENTS,
        ),
        annex="annex1_7M06102_wschodnia.csv",
        laws={"KZ": "«Білім туралы» ҚР Заңы"},
        councils_on=world.today - timedelta(days=12),
        teachers=((HOME, "Қасымов Ербол", TeacherPart.DEVELOPMENT),),
    )
