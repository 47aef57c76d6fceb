"""The second stage: curricula and students imported, agreements walked by their people, pathways opened."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import BinaryIO

from agreements.enums import Aim, CouncilResult
from agreements.models import GradeScale, Pathway
from agreements.selectors.agreements import text_hash
from agreements.services.agreements import (
    decide_text,
    draft_agreement,
    move_agreement,
    review_law,
    sign_agreement,
    write_term,
)
from agreements.services.annex import agree_annex, import_annex, issue_annex, keep_annex_file, propose_annex
from agreements.services.evidence import add_money_term, enter_epvo, name_teacher, record_council
from agreements.services.pathways import add_pathway, move_pathway
from agreements.services.renewal import renew_agreement
from agreements.services.scales import ScaleData, enter_scale
from core.models import Verdict
from core.values import Localized, today
from institutions.enums import Level
from institutions.models import User
from institutions.services import people
from programmes.models import Enrolment, Programme
from programmes.services.curricula import import_curriculum, keep_curriculum_file
from programmes.services.programmes import ProgrammeData, enter_programme
from programmes.services.students import import_students, keep_students_file
from satbayev_jdp.demo import agreement_plans
from satbayev_jdp.demo.agreement_texts import terms
from satbayev_jdp.demo.memoranda import LOGINS, whole
from satbayev_jdp.demo.scans import scan
from satbayev_jdp.demo.world import ERTIS, HOME, NORDTAL, OPENED, PASSWORD, WSCHODNIA, YANGTZE, World, email_of

# The Registrar's Office gave its register before the first of these students applied, early in 2025.
REGISTER_ON = date(2025, 2, 3)
_MASTER_KK, _MASTER_RU = "техника ғылымдарының магистрі", "магистр технических наук"


class DemoError(Exception):
    """A file of the demo was not taken: the message says why."""


def build(world: World) -> None:
    """Make it all through the services, each step by the person whose move it is."""
    with world.on(OPENED + timedelta(days=7)):
        programmes = _programmes(world)
        scales = _scales(world)
    with world.on(REGISTER_ON):
        _students(world)
    plans = [plan(world, programmes, scales) for plan in agreement_plans.PLANS]
    walked = [_walk(world, plan) for plan in plans]
    renew_agreement(agreement_id=walked[1].agreement_id, actor=world.user("ipd"))  # Nordtal's


# --- programmes and students --------------------------------------------------------------------------------------------


def _programmes(world: World) -> dict[str, Programme]:
    home = world.university(HOME)
    se, me = world.unit("SE"), world.unit("ME")
    software = Localized("Бағдарламалық инженерия", "Программная инженерия", "Software Engineering")
    mining = Localized("Тау-кен инженериясы", "Горная инженерия", "Mining Engineering")
    digital = Localized(
        "Тау-кен өндірісін цифрландыру", "Цифровизация горного производства", "Digitalisation of Mining"
    )
    master = Localized(_MASTER_KK, _MASTER_RU, "Master of Engineering Sciences")
    bachelor = Localized(
        "техника және технологиялар бакалавры", "бакалавр техники и технологий", "Bachelor of Engineering"
    )
    science = Localized("Ғылым магистрі (M.Sc.)", "Магистр наук (M.Sc.)", "Master of Science (M.Sc.)")
    rows = {
        "7M06102": (home, se, software, Level.MASTER, "7M061", 4, 120, master, ""),
        "6B07203": (home, me, mining, Level.BACHELOR, "6B072", 8, 240, bachelor, ""),
        "7M07120": (home, me, digital, Level.MASTER, "7M071", 4, 120, master, ""),
        "M.Sc. Informatik": (world.university(NORDTAL), None, Localized("Информатика", "Информатика", "Computer Science"),
                             Level.MASTER, "7M061", 4, 120, science, "Informatik"),
        "B.Eng. Mining": (world.university(YANGTZE), None, mining, Level.BACHELOR, "6B072", 8, 182, bachelor, "采矿工程"),
        "7M07121": (world.university(ERTIS), None, digital, Level.MASTER, "7M071", 4, 120, master, ""),
        "Informatyka stosowana": (world.university(WSCHODNIA), None,
                                  Localized("Қолданбалы информатика", "Прикладная информатика", "Applied Computer Science"),
                                  Level.MASTER, "7M061", 4, 120, science, "Informatyka stosowana"),
    }  # fmt: skip
    made = {}
    for code, (university, unit, names, level, direction, semesters, credits, degree, original) in rows.items():
        made[code] = enter_programme(
            university=university,
            data=ProgrammeData(code, names, level, direction, semesters, Decimal(credits), degree, unit, original),
            actor=world.user("ipd"),
        )
    _curricula(world, made)
    return made


def _curricula(world: World, programmes: Mapping[str, Programme]) -> None:
    files = (
        ("7M06102", "head.se", "curriculum_7M06102.xlsx"),
        ("6B07203", "head.me", "curriculum_6B07203.xlsx"),
        ("M.Sc. Informatik", "nordtal", "curriculum_nordtal_informatik.xlsx"),
        ("B.Eng. Mining", "yangtze", "curriculum_yangtze_mining.csv"),
        ("7M07120", "head.me", "curriculum_7M07120_joint.csv"),
        ("7M07121", "ertis", "curriculum_7M07121_ertis.csv"),
        ("Informatyka stosowana", "wschodnia", "curriculum_wschodnia_informatyka.csv"),
    )
    for code, login, name in files:
        actor = world.user(login)
        upload = keep_curriculum_file(programme_id=programmes[code].pk, file=world.opened(name), name=name, actor=actor)
        report = import_curriculum(upload_id=upload.pk, actor=actor)
        if not report.written:
            raise DemoError("; ".join(str(problem) for problem in report.problems))


def _students(world: World) -> None:
    """The register by the Registrar's Office; the accounts bear the demo's own addresses, so that nobody's mail is used."""
    registrar = world.user("registrar")
    for name in ("students_registrar.csv", "students_registrar_miners.csv"):
        upload = keep_students_file(file=world.opened(name), name=name, actor=registrar)
        report = import_students(upload_id=upload.pk, actor=registrar, open_accounts=False)
        if not report.written:
            raise DemoError("; ".join(str(problem) for problem in report.problems))
    home = world.university(HOME)
    for enrolment in Enrolment.objects.filter(university=home).select_related("person").order_by("pk"):
        people.open_student_account(
            person=enrolment.person,
            email=email_of(f"student.{enrolment.student_number}"),
            university=home,
            actor=registrar,
            language="ru" if enrolment.study_language == "ru" else "kk",
            password=PASSWORD,
        )


def _scales(world: World) -> dict[str, GradeScale]:
    rows = (
        ("DE", Localized("Неміс шкаласы (1,0–5,0)", "Немецкая шкала (1,0–5,0)", "German scale (1.0–5.0)"),
         "1.0", "4.0", "5.0", ("bestanden",), ("nicht bestanden",)),
        ("CN", Localized("Қытай шкаласы (0–100, өту 60)", "Китайская шкала (0–100, зачёт с 60)", "Chinese scale (0–100, pass 60)"),
         "100", "60", "0", ("pass", "合格"), ("fail", "不合格")),
        ("KZ", Localized("Қазақстан шкаласы (0–100, өту 50)", "Казахстанская шкала (0–100, зачёт с 50)",
                         "Kazakh scale (0–100, pass 50)"),
         "100", "50", "0", ("сынақ", "зачёт"), ("сынақ жоқ", "незачёт")),
        ("PL", Localized("Поляк шкаласы (2,0–5,0)", "Польская шкала (2,0–5,0)", "Polish scale (2.0–5.0)"),
         "5.0", "3.0", "2.0", ("zal",), ("nzal",)),
    )  # fmt: skip
    return {
        code: enter_scale(
            data=ScaleData(code, names, Decimal(best), Decimal(passing), Decimal(worst), passed, failed),
            actor=world.user("ipd"),
        )
        for code, names, best, passing, worst, passed, failed in rows
    }


# --- the agreements ---------------------------------------------------------------------------------------------------------


def _walk(world: World, plan: agreement_plans.Plan) -> Pathway:
    """The road of an agreement as far as its plan has days: text and Annex 1, law; approval, Councils; signature, opening."""
    with world.on(plan.agreed_on):
        pathway = _agreed(world, plan)
    with world.on(plan.agreed_on + timedelta(days=2)):
        _examined(world, plan, pathway)
    agreement = pathway.agreement
    if plan.councils_on:
        with world.on(plan.councils_on - timedelta(days=9)):
            move_agreement(
                agreement_id=agreement.pk, step="approve", actor=world.user("vicerector"), seen_hash=whole(agreement)
            )
        _councils(world, plan, pathway, plan.councils_on)
    if plan.number:
        _sign(world, plan, pathway)
    return pathway


def _examined(world: World, plan: agreement_plans.Plan, pathway: Pathway) -> None:
    """The lawyer's word for each country that has been examined, teachers and money."""
    for country, law in plan.laws.items():
        review_law(
            agreement_id=pathway.agreement_id,
            country=country,
            law=law,
            is_positive=True,
            reviewed_on=today(),
            actor=world.user("lawyer"),
            seen_hash=text_hash(pathway.agreement),
            file=scan(f"Legal opinion, {country}"),
            file_name=f"legal-opinion-{country.lower()}.pdf",
        )
    for where, name, part in plan.teachers:
        name_teacher(
            pathway_id=pathway.pk,
            university_id=world.university(where).pk,
            full_name=name,
            part=part,
            actor=world.user("ipd"),
        )
    for payer, payee, purpose, amount, currency, due in plan.money:
        add_money_term(
            pathway_id=pathway.pk,
            payer=payer,
            payee=payee,
            purpose=purpose,
            amount=Decimal(amount),
            currency=currency,
            due=due or Localized(""),
            is_waived=due is None,
            actor=world.user("finance"),
        )


def drafted(world: World, plan: agreement_plans.Plan) -> Pathway:
    """The IPD drafts the agreement with its seven groups and one pathway."""
    ipd = world.user("ipd")
    agreement = draft_agreement(
        names=plan.names,
        partner_ids=[world.university(plan.partner).pk],
        award=plan.award,
        aims=[Aim.RECOGNITION, Aim.MODERNISATION],
        actor=ipd,
    )
    for group, text in terms(world, level=plan.level, language=plan.language).items():
        write_term(agreement_id=agreement.pk, group=group, text=text, actor=ipd)
    return add_pathway(
        agreement_id=agreement.pk,
        home_programme_id=plan.home.pk,
        partner_programme_id=plan.theirs.pk,
        terms=plan.terms,
        actor=ipd,
    )


def bring_annex(pathway: Pathway, name: str, file: BinaryIO, actor: User) -> int:
    """One side brings its table: the key of the draft version. DemoError where the file is not taken."""
    upload = keep_annex_file(pathway_id=pathway.pk, file=file, name=name, actor=actor)
    report = import_annex(upload_id=upload.pk, actor=actor)
    if report.version is None:
        raise DemoError("; ".join(str(problem) for problem in report.problems))
    return report.version.pk


def _agreed(world: World, plan: agreement_plans.Plan) -> Pathway:
    """Annex 1 and the text, agreed to by both sides."""
    ipd, coordinator, pathway = world.user("ipd"), world.user(LOGINS[plan.partner]), drafted(world, plan)
    version = bring_annex(pathway, plan.annex, world.opened(plan.annex), ipd)
    propose_annex(version_id=version, actor=ipd)
    agree_annex(version_id=version, actor=coordinator)
    agreement = pathway.agreement
    for actor in (ipd, coordinator):
        decide_text(agreement_id=agreement.pk, verdict=Verdict.AGREED, actor=actor, seen_hash=text_hash(agreement))
    return pathway


def _councils(world: World, plan: agreement_plans.Plan, pathway: Pathway, first_on: date) -> None:
    parts = (
        (HOME, "Ғылыми кеңес", "4", "ipd"),
        (plan.partner, plan.council, "2", LOGINS[plan.partner]),
    )
    for days, (where, council, protocol, login) in enumerate(parts[: plan.councils]):
        with world.on(first_on + timedelta(days=days * 6)):
            record_council(
                pathway_id=pathway.pk,
                university_id=world.university(where).pk,
                council=council,
                protocol_number=protocol,
                decided_on=today(),
                result=CouncilResult.APPROVED,
                actor=world.user(login),
                seen_hash=whole(pathway.agreement),
                file=scan(f"Protocol {protocol} of the Academic Council, {where}"),
                file_name=f"protocol-{protocol}.pdf",
            )


def _sign(world: World, plan: agreement_plans.Plan, pathway: Pathway) -> None:
    ipd = world.user("ipd")
    with world.on(plan.signed_on):
        sign_agreement(
            agreement_id=pathway.agreement_id,
            number=plan.number,
            signed_on=today(),
            valid_from=plan.valid_from,
            valid_until=plan.valid_until,
            actor=world.user("rector"),
            seen_hash=whole(pathway.agreement),
        )
        issue_annex(version_id=pathway.annex_versions.get().pk, actor=ipd)
    if plan.epvo:
        with world.on(plan.signed_on + timedelta(days=21)):
            enter_epvo(pathway_id=pathway.pk, number=plan.epvo, day=today(), actor=ipd)
            move_pathway(pathway_id=pathway.pk, step="open", actor=ipd)
    if plan.closed_on:
        reason = "Жаңа қабылдау бірлескен бағдарлама бойынша жүргізіледі."
        with world.on(plan.closed_on):
            move_pathway(pathway_id=pathway.pk, step="close", actor=ipd, reason=reason)
