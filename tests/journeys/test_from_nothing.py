"""A University begins: an empty installation, worked through pages alone until the first student's application waits."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from core.values import today
from tests.journeys.doors import choose_password, link_for
from tests.journeys.running import Begun, running_empty
from tests.journeys.steps import (
    DATA,
    Person,
    address,
    attach,
    card,
    choose,
    confirm,
    follow,
    main,
    menu,
    pdf,
    press,
    row,
    says,
    stands,
    take_up,
    told,
    waits,
    write,
)

ADMINISTRATOR = "askar.omirov@example.org"
IPD, REGISTRAR, HEAD = "ipd@example.org", "registrar@example.org", "head@example.org"
METHODICAL, LAWYER, FINANCE = "methodical@example.org", "law@example.org", "finance@example.org"
VICE_RECTOR, CHAIR = "vicerector@example.org", "chair@example.org"
DIRECTOR, COORDINATOR = "director@example.org", "coordinator@example.org"
PARTNER, STUDENT = "brandt@nordtal.example", "aliya.serik@example.org"
INSTITUTE, DEPARTMENT = "Institute of Automation and IT", "Software Engineering"
NORDTAL = "Nordtal University of Applied Sciences"
# Whom the administrator finds in the card of roles that nobody holds: role, e-mail, name in Cyrillic, as in the passport.
OFFICES = (
    ("IPD coordinator", IPD, "Жақсылық Динара", "ZHAKSYLYK", "DINARA"),
    ("Registrar's Office", REGISTRAR, "Сағын Бақыт", "SAGYN", "BAKYT"),
    ("methodical section of the Registrar's Office", METHODICAL, "Ахмет Салтанат", "AKHMET", "SALTANAT"),
    ("lawyer", LAWYER, "Төре Мұрат", "TORE", "MURAT"),
    ("finance officer", FINANCE, "Нұрлан Әсел", "NURLAN", "ASEL"),
    ("Vice-Rector for Academic Affairs", VICE_RECTOR, "Оспан Ринат", "OSPAN", "RINAT"),
    ("Chair of the Board – Rector", CHAIR, "Бегім Мейрам", "BEGIM", "MEIRAM"),
)
# Those of the units appear once a programme is taught there, the partner's once something waits for it.
TEACHING = (
    (f"Head of department: {DEPARTMENT}", HEAD, "Қасым Ербол", "KASSYM", "YERBOL"),
    (f"Institute director: {INSTITUTE}", DIRECTOR, "Әлім Гүлнұр", "ALIM", "GULNUR"),
    (f"Institute coordinator: {INSTITUTE}", COORDINATOR, "Сейіт Айдос", "SEIIT", "AIDOS"),
)
ABROAD = (f"Partner coordinator: {NORDTAL}", PARTNER, "Брандт Катарина", "BRANDT", "KATHARINA")
HOME_CODE, PARTNER_CODE = "7M06102", "M.Sc. Informatik"
STUDENT_NUMBER = f"{today().year}0101"
REGISTER = (
    "ID;Тегі, аты;Surname;Given names;Туған күні;Жынысы;Азаматтығы;БББ коды;Түскен жылы;Оқу тілі;Қаржыландыру;GPA;E-mail",
    f"{STUDENT_NUMBER};Серік Әлия;SERIK;ALIYA;03.09.2003;әйел;KZ;{HOME_CODE};{today().year};ағылшын;грант;3,40;{STUDENT}",
)
DAY = "%d.%m.%Y"
NEXT_YEAR = today().year + 1


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Begun]:
    """An installation in which nobody was yet."""
    with running_empty(tmp_path_factory.mktemp("begun")) as made:
        yield made


@pytest.fixture(scope="module")
def site(begun: Begun) -> str:
    """Where `person` comes to: here, not to the demo."""
    return begun.url


@pytest.mark.clause("4.2-c")
@pytest.mark.clause("5.3-a")
@pytest.mark.clause("5.3-b")
@pytest.mark.clause("5.4-a")
@pytest.mark.clause("5.7.4-a")
@pytest.mark.clause("6.5-a")
@pytest.mark.clause("6.12-e")
def test_a_university_begins(person: Person, browser: Browser, begun: Begun) -> None:
    """From the link that the terminal prints to an application that waits at the institute."""
    choose_password(browser, begun.link)
    admin = person(ADMINISTRATOR)
    _administrator_enters_units(admin)
    _are_invited(admin, browser, begun, *OFFICES)
    ipd = person(IPD)
    _ipd_enters_calendar(ipd)
    _ipd_enters_partner(ipd)
    _ipd_enters_licences(ipd)
    _ipd_enters_terms_of_partner(ipd)
    _programmes_are_entered(person)
    _are_invited(admin, browser, begun, *TEACHING)
    _ipd_enters_scale(ipd)
    _ipd_drafts_agreement(ipd)
    _ipd_writes_terms(ipd)
    _ipd_adds_pathway(ipd)
    _are_invited(admin, browser, begun, ABROAD)
    _every_role_is_held(admin)
    _annex_is_agreed(person)
    _text_is_agreed(person)
    _university_approves(person)
    _councils_decide(person)
    _chair_signs(person)
    _pathway_opens(person)
    _registrar_imports_student(person(REGISTRAR))
    choose_password(browser, link_for(STUDENT, begun.data))
    _ipd_opens_intake(ipd)
    application = _student_applies(person(STUDENT))
    _it_waits_at_the_institute(person, application)


# --- coming in ----------------------------------------------------------------------------------------------------------


def _are_invited(admin: Page, browser: Browser, begun: Begun, *people: tuple[str, ...]) -> None:
    """The administrator gives each the role that nobody holds; each chooses a password by the link in the mail."""
    for role, login, *name in people:
        _administrator_gives(admin, role, login, *name)
    for _role, login, *_name in people:
        choose_password(browser, link_for(login, begun.data))


def _names(page: Page, kk: str, ru: str, en: str, *, what: str = "Name") -> None:
    """A name in the three languages."""
    write(page, **{f"{what}_in_Kazakh": kk, f"{what}_in_Russian": ru, f"{what}_in_English": en})


# --- the administrator --------------------------------------------------------------------------------------------------


def _administrator_enters_units(admin: Page) -> None:
    admin.goto("/")
    says(admin, "What to begin with", "Roles that nobody holds")
    follow(card(admin, "What to begin with"), "Institutes and departments of the University")
    for kind, parent, code, *names in (
        ("institute", "", "AI", "Автоматика және АТ институты", "Институт автоматики и ИТ", INSTITUTE),
        ("department", INSTITUTE, "SE", "Бағдарламалық инженерия", "Программная инженерия", DEPARTMENT),
    ):
        follow(admin, "Enter a unit")
        choose(admin, Kind=kind)
        if parent:
            choose(admin, Stands_in=parent)
        _names(admin, *names)
        write(admin, Code=code)
        press(admin, "Save")
        expect(row(admin, names[-1], kind)).to_be_visible()


def _administrator_gives(admin: Page, role: str, login: str, *name: str) -> None:
    """From the card of roles that nobody holds to an account that has the role; what is known is filled in."""
    admin.goto("/")
    follow(row(admin, role), "Give the role")
    _makes_account(admin, login, *name)
    press(admin, "Give a role")
    expect(row(admin, role.partition(":")[0])).to_be_visible()


def _makes_account(admin: Page, login: str, cyrillic: str, surname: str, given_names: str) -> None:
    write(
        admin, Surname_and_name_in_Cyrillic=cyrillic, Surname_as=surname, Given_names=given_names, **{"E-mail": login}
    )
    choose(admin, Language="English")
    press(admin, "Make an account")
    told(admin, "The account is made. Now give it a role.")


# --- what the house knows before an agreement ---------------------------------------------------------------------------


def _begins_with(page: Page, what: str) -> None:
    """What the first page says is to be entered next."""
    page.goto("/")
    follow(card(page, "What to begin with"), what)


def _ipd_enters_calendar(ipd: Page) -> None:
    _begins_with(ipd, "Academic calendar of the University and the days off")
    follow(ipd, "Enter a day off")
    write(ipd, Day=f"16.12.{today().year}")
    _names(ipd, "Тәуелсіздік күні", "День Независимости", "Independence Day")
    press(ipd, "Save")
    for kind, first, last in (("autumn", (9, 1), (12, 25)), ("spring", (1, 15), (5, 31))):
        _enters_term(ipd, kind, first, last)


def _enters_term(page: Page, kind: str, first: tuple[int, int], last: tuple[int, int]) -> None:
    """A term of the next academic year, whose autumn may end in the year after."""
    begins = date(NEXT_YEAR + (kind == "spring"), *first)
    ends = date(NEXT_YEAR + (kind == "spring" or last < first), *last)
    follow(page, "Enter a term")
    choose(page, Academic_year=f"{NEXT_YEAR}/{(NEXT_YEAR + 1) % 100:02d}", Term=f"{kind} semester")
    write(page, First_day=f"{begins:{DAY}}", Last_day=f"{ends:{DAY}}")
    press(page, "Save")
    expect(row(page, kind)).to_be_visible()


def _ipd_enters_partner(ipd: Page) -> None:
    _begins_with(ipd, "A partner university")
    _names(ipd, "Нордталь қолданбалы ғылымдар университеті", "Университет прикладных наук Нордталь", NORDTAL)
    write(
        ipd,
        Name_in_its_own="Hochschule Nordtal",
        Short="Hochschule Nordtal",
        Website="https://hochschule-nordtal.example",
    )
    choose(ipd, Country="Germany")
    _names(ipd, "Нордталь", "Нордталь", "Nordtal", what="City")
    _names(ipd, "Campusallee 1", "Campusallee 1", "Campusallee 1", what="Address")
    press(ipd, "Save")
    says(ipd, NORDTAL)


def _ipd_enters_terms_of_partner(ipd: Page) -> None:
    _begins_with(ipd, "The partner's academic calendar")
    follow(row(ipd, NORDTAL), NORDTAL)
    follow(ipd, "Terms of the academic years")
    for kind, first, last in (("autumn", (10, 1), (3, 31)), ("spring", (4, 1), (9, 30))):
        _enters_term(ipd, kind, first, last)


def _ipd_enters_licences(ipd: Page) -> None:
    for university, kind, number in (
        ("Satbayev University", "licence", "KZ-61LAA00032714"),
        (NORDTAL, "act that gives the right in its country", "StAnz 2019/114"),
    ):
        _begins_with(ipd, "Licences of both universities")
        follow(row(ipd, university), university)
        follow(ipd, "Enter a licence")
        choose(ipd, Kind=kind, Level="master")
        write(ipd, Number=number, Issued_by="Ministry of Science", Training_direction="7M061", Valid_from="01.09.2019")
        attach(ipd, pdf(f"Licence {number}"))
        press(ipd, "Enter a licence")
        says(ipd, number, "valid", "Uploaded")


def _programmes_are_entered(person: Person) -> None:
    """The methodical section enters the University's programme, the IPD the partner's, each with its curriculum."""
    for login, university, code, curriculum in (
        (METHODICAL, "Satbayev University", HOME_CODE, "curriculum_7M06102.xlsx"),
        (IPD, NORDTAL, PARTNER_CODE, "curriculum_nordtal_informatik.xlsx"),
    ):
        page = person(login)
        _begins_with(page, "Programmes of both universities with their curricula")
        follow(page, "Enter a programme")
        choose(page, University=university, Level="master")
        write(page, Code=code, Training_direction="7M061", Semesters="4", Credits="120")
        if university == NORDTAL:
            _names(page, "Информатика", "Информатика", "Computer Science")
        else:
            choose(page, Department=DEPARTMENT)
            _names(page, "Бағдарламалық инженерия", "Программная инженерия", DEPARTMENT)
        _names(page, "Ғылым магистрі", "Магистр наук", "Master of Science", what="Degree")
        press(page, "Enter a programme")
        follow(page, "Import a curriculum")
        attach(page, DATA / curriculum)
        press(page, "Check the file")
        press(page, "Write as a new version")
        says(page, "Curriculum, version 1", "120")


def _ipd_enters_scale(ipd: Page) -> None:
    _begins_with(ipd, "The partner's scale of marks")
    follow(ipd, "Enter a grade scale")
    write(ipd, Code="DE", Best="1,0", Lowest="4,0", Worst="5,0")
    _names(ipd, "Неміс шкаласы", "Немецкая шкала", "German scale")
    press(ipd, "Save")
    says(ipd, "German scale")


# --- the agreement ------------------------------------------------------------------------------------------------------


def _ipd_drafts_agreement(ipd: Page) -> None:
    _begins_with(ipd, "An agreement with the partner")
    follow(ipd, "New agreement")
    choose(ipd, Kind="agreement", Award="two equal diplomas")
    _names(ipd, "Қос диплом туралы келісім", "Соглашение о двух дипломах", "Double degree with Nordtal", what="Title")
    main(ipd).get_by_label(NORDTAL).check()
    main(ipd).get_by_label("training of specialists").check()
    press(ipd, "Save")
    stands(ipd, "draft", mover="IPD coordinator")


def _ipd_writes_terms(ipd: Page) -> None:
    """The seven groups of contents, one after another."""
    for _group in range(7):
        follow(card(ipd, "Contents"), "Fill in")
        _names(ipd, "Тараптар келісті.", "Стороны согласились.", "The parties have agreed.", what="Text")
        press(ipd, "Save")
    expect(card(ipd, "Contents").get_by_role("link", name="Fill in")).to_have_count(0)


def _ipd_adds_pathway(ipd: Page) -> None:
    _begins_with(ipd, "A pathway between the two programmes, with Annex 1")
    follow(ipd, "no number yet")
    follow(ipd, "Add a pathway")
    choose(ipd, Kind="double degree", Partner="German scale", Conversion_of="linear between pass and best")
    write(ipd, Semesters_at_the_University="2", Semesters_at_the_partner="2")
    write(ipd, Places_for_outgoing="4", Places_for_incoming="4")
    main(ipd).get_by_label("passport").first.check()
    press(ipd, "Save")
    stands(ipd, "in preparation")


def _every_role_is_held(admin: Page) -> None:
    admin.goto("/")
    says(admin, "What to begin with")
    expect(card(admin, "Roles that nobody holds")).to_have_count(0)


def _annex_is_agreed(person: Person) -> None:
    ipd, partner = person(IPD), person(PARTNER)
    take_up(ipd, "Agree on Annex 1", NORDTAL)
    follow(main(ipd).locator("#blockers li").filter(has_text="Annex 1"), "go there")
    follow(ipd, "Import from a workbook")
    attach(ipd, DATA / "annex1_7M06102_nordtal.xlsx")
    press(ipd, "Check the file")
    press(ipd, "Write as a draft version")
    press(ipd, "Propose to the other side")
    take_up(partner, "Agree to Annex 1", "7M06102")
    confirm(partner, "Agree to this version")
    stands(partner, "frozen")


def _text_is_agreed(person: Person) -> None:
    ipd, partner = person(IPD), person(PARTNER)
    take_up(ipd, "Offer the text to the partner", NORDTAL)
    press(ipd, "Offer this text to the partner")
    take_up(partner, "Agree to the text", NORDTAL)
    press(partner, "Agree on the text")
    stands(partner, "agreed", mover="Lawyer")


def _university_approves(person: Person) -> None:
    lawyer, vice_rector = person(LAWYER), person(VICE_RECTOR)
    for country in ("Kazakhstan", "Germany"):
        take_up(lawyer, "Give the legal review", country)
        follow(card(lawyer, "Legal review"), "Record a review")
        choose(lawyer, Country=country)
        write(lawyer, Law_examined=f"Law on education, {country}", Date=f"{today():{DAY}}")
        main(lawyer).get_by_label("does not contradict").check()
        attach(lawyer, pdf(f"Legal opinion {country}"))
        press(lawyer, "Save")
    take_up(vice_rector, "Approve the agreement", NORDTAL)
    press(vice_rector, "Approve at the University")
    stands(vice_rector, "approved")


def _councils_decide(person: Person) -> None:
    for login, university, protocol in ((IPD, "Satbayev University", "11"), (PARTNER, NORDTAL, "S-7/26")):
        page = person(login)
        take_up(page, "Enter the decision of the Academic Council", university)
        follow(page, "Enter the decision of the Academic Council")
        write(page, Council="Academic Council", Protocol_number=protocol, Date=f"{today():{DAY}}")
        main(page).get_by_label("approved", exact=True).check()
        attach(page, pdf("Protocol of the Council"))
        press(page, "Save")
        expect(card(page, "Academic Councils")).to_contain_text(protocol)


def _chair_signs(person: Person) -> None:
    chair = person(CHAIR)
    take_up(chair, "Sign the agreement", NORDTAL)
    follow(chair, "Sign the agreement")
    write(chair, Number="1-К", Date_of_signature=f"{today():{DAY}}", Valid_from=f"{today():{DAY}}")
    write(chair, Valid_until=f"{today() + timedelta(days=1825):{DAY}}")
    press(chair, "Save")
    stands(chair, "signed")


def _pathway_opens(person: Person) -> None:
    """What is still missing waits with whoever has it to do: teachers of both sides, the money, the entry into EPVO."""
    ipd, partner, finance = person(IPD), person(PARTNER), person(FINANCE)
    for page, name in ((ipd, "Қасым Ербол"), (partner, "Prof. Hannelore Brandt")):
        take_up(page, "Name a teacher", "7M06102")
        follow(page, "Name a teacher")
        write(page, Name=name)
        choose(page, Part="teaching")
        press(page, "Save")
        expect(card(page, "Teachers of both sides")).to_contain_text(name)
    take_up(finance, "Fix the terms of money", "7M06102")
    follow(finance, "Add a term of money")
    choose(finance, Who_pays="the student", To_whom="the partner")
    write(finance, For_what="Семестрлік жарна", Amount="312", Currency="EUR", When="Семестр басында")
    press(finance, "Save")
    take_up(ipd, "Enter the programme into EPVO", "7M06102")
    follow(card(ipd, "EPVO"), "Enter number and date")
    write(ipd, EPVO_number="061-0417", Date=f"{today():{DAY}}")
    press(ipd, "Save")
    press(ipd, "Open the pathway")
    stands(ipd, "open")


# --- the first student --------------------------------------------------------------------------------------------------


def _registrar_imports_student(registrar: Page) -> None:
    _begins_with(registrar, "The University's students, from the register")
    follow(registrar, "Import the register")
    attach(registrar, {"name": "students.csv", "mimeType": "text/csv", "buffer": "\n".join(REGISTER).encode()})
    press(registrar, "Check the file")
    says(registrar, f"with an account: a link to set the password goes to {STUDENT}")
    press(registrar, "Write into the register")
    says(registrar, STUDENT_NUMBER)


def _ipd_opens_intake(ipd: Page) -> None:
    _begins_with(ipd, "The first intake of students")
    follow(ipd, "Open an intake")
    year = f"{NEXT_YEAR}/{(NEXT_YEAR + 1) % 100:02d}"
    choose(ipd, Pathway=f"{HOME_CODE} ↔ {PARTNER_CODE} · No. 1-К", Direction="outgoing")
    choose(ipd, First_term=f"{year}, autumn semester (01.10.{NEXT_YEAR} – 31.03.{NEXT_YEAR + 1})")
    choose(ipd, Last_term=f"{year}, spring semester (01.04.{NEXT_YEAR + 1} – 30.09.{NEXT_YEAR + 1})")
    write(ipd, First_semester="3", Semesters_there="2", Places="4")
    write(ipd, Applications_from=f"{today():{DAY}}", Applications_until=f"{today() + timedelta(days=60):{DAY}}")
    press(ipd, "Open an intake")
    says(ipd, NORDTAL)
    ipd.goto("/")
    expect(card(ipd, "What to begin with")).to_have_count(0)


def _student_applies(student: Page) -> str:
    student.goto("/")
    menu(student, "My application")
    follow(row(student, NORDTAL), "Look and apply")
    press(student, "Apply")
    write(student, why="Nordtal зертханасында оқығым келеді.")
    press(student, "Submit the application")
    told(student, "The application is with your institute.")
    return address(student)


def _it_waits_at_the_institute(person: Person, application: str) -> None:
    """With the coordinator, who ranks it; the head of department sees with whom."""
    coordinator, head = person(COORDINATOR), person(HEAD)
    waits(coordinator, "Rank the candidate and send the list", "SERIK ALIYA")
    head.goto("/")
    expect(card(head, "What I wait for")).to_contain_text("SERIK ALIYA")
    menu(head, "Applications")
    follow(row(head, STUDENT_NUMBER), "SERIK ALIYA", exact=False)
    assert address(head) == application
    stands(head, "submitted", mover="Institute coordinator")
