"""A partner's nominations: files with every fault, duplicates, the same file twice, lists that go whole."""

import io
import threading
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import translation
from openpyxl import Workbook

from admissions.enums import ApplicationState as S
from admissions.models import Application, CandidateList
from admissions.services import nominations
from core.history import history_of
from core.imports import ImportReport, Outcome
from core.values import plain, today
from core.workflow import BlockedError, ChangedMeanwhileError, FaultyError, NotAllowedError, RefusedError, mark_of
from institutions.models import Person, User
from tests.admissions.coming import Guests, fresh
from tests.conftest import ClientAs
from tests.factories import institutions

XLSX = Path(settings.BASE_DIR) / "satbayev_jdp/demo/data/nominations_nordtal_2027_spring.xlsx"
HEAD = (
    "Family name", "Given names", "Date of birth", "Sex", "Citizenship (ISO)", "Passport No", "Passport valid until",
    "E-mail", "Matriculation no.", "Programme at home", "Level", "Programme at Satbayev", "Semester at Satbayev",
    "Language certificate", "Documents attached",
)  # fmt: skip
GOOD = (
    "Øvergård", "Ingrid", datetime(2002, 11, 30), "F", "NO", "NO-5512907", datetime(2035, 1, 15),  # noqa: DTZ001 -- as Excel has it
    "i.overgard@example.org", "N781207", "", "Master", "7M06102", 3, "IELTS 7.0", "passport",
)  # fmt: skip


def book(*rows: Sequence[object], head: Sequence[str] = HEAD, more: object = None) -> bytes:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Nominations"
    for row in (head, *((*row, more) for row in rows)):
        sheet.append(list(row))
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def with_value(column: str, value: object) -> list[object]:
    row = list(GOOD)
    row[HEAD.index(column)] = value
    return row


def run(guests: Guests, content: bytes, name: str = "list.xlsx", *, dry: bool = False) -> ImportReport:
    return nominations.import_nominations(
        intake_id=guests.intake.pk, content=content, filename=name, actor=guests.partner, dry_run=dry
    )


@pytest.mark.django_db
@pytest.mark.clause("7.1-a", "7.6-a")
def test_the_file_of_nordtal_names_four_and_holds_one_back() -> None:
    guests = Guests()
    guests.intake.semester = 2
    guests.intake.last_term.ends_on = date(today().year + 1, 6, 30)
    guests.intake.last_term.save()
    guests.intake.save()
    dry = run(guests, XLSX.read_bytes(), dry=True)
    assert (dry.ok, dry.count(Outcome.CREATED), dry.count(Outcome.HELD)) == (True, 3, 1)
    assert not CandidateList.objects.exists()

    report = run(guests, XLSX.read_bytes())

    assert report.written
    people = list(Person.objects.filter(enrolments__university=guests.partner.memberships.get().university))
    assert sorted(one.surname for one in people) == ["Müller-Châtelet", "Weißenfels", "Øvergård", "Łukaszewicz"]
    averages = Application.objects.order_by("pk").values_list("average_mark", flat=True)
    assert list(averages) == [Decimal("1.4"), Decimal("1.75"), Decimal("2.1"), Decimal("1.9")]
    held = next(line for line in report.lines if line.outcome is Outcome.HELD)
    assert held.subject == "Łukaszewicz Michał"
    assert held.where == "«Nominations», G5"
    assert "before the stay does" in held.note
    with translation.override("kk"):
        assert held.note


@pytest.mark.django_db
def test_the_same_file_twice_has_one_effect() -> None:
    guests = Guests()
    content = book(GOOD)
    assert run(guests, content).written
    again = run(guests, content)
    assert not again.written
    assert "this file has been imported already: list No. 1" in str(again.problems[0])
    assert (CandidateList.objects.count(), Application.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_the_same_file_at_the_same_moment_has_one_effect() -> None:
    guests = Guests()
    content = book(GOOD)
    start = threading.Barrier(2)
    reports: list[ImportReport] = []

    def bring() -> None:
        try:
            start.wait()
            partner = User.objects.get(pk=guests.partner.pk)
            reports.append(
                nominations.import_nominations(
                    intake_id=guests.intake.pk, content=content, filename="list.xlsx", actor=partner
                )
            )
        finally:
            connection.close()

    threads = [threading.Thread(target=bring) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(report.written for report in reports) == [False, True]
    assert (CandidateList.objects.count(), Application.objects.count()) == (1, 1)
    assert all(report.problems for report in reports if not report.written)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("column", "value", "cell", "text"),
    [
        ("Programme at Satbayev", "7M99999", "L2", "unknown programme “7M99999”: this intake is for 7M06102"),
        ("Programme at home", "M.A. Philosophie", "J2", "unknown programme “M.A. Philosophie”"),
        ("Semester at Satbayev", 4, "M2", "this intake is for semester 3"),
        ("Semester at Satbayev", "two", "M2", "must be a number, got “two”"),
        ("Family name", "<b>ØVERGÅRD", "A2", "no such signs can stand here: < >"),
        ("Given names", "ING\u202eRID", "B2", "holds signs that are no text: U+202E"),
        ("Citizenship (ISO)", "XX", "E2", "“XX” is no ISO code of a country"),
        ("Citizenship (ISO)", "Norwegen", "E2", "“NORWEGEN” is no ISO code of a country"),
        ("Sex", "x", "D2", "“x” is not known here"),
        ("Date of birth", "30/11", "C2", "a date is written as 03.01.2027 (day.month.year), got “30/11”"),
        ("Date of birth", "29.02.2001", "C2", "there is no such day: 29.02.2001"),
        ("Date of birth", "29.02.01", "C2", "a date is written as 03.01.2027 (day.month.year), got “29.02.01”"),
        ("Family name", "ØVER_x0007_GÅRD", "A2", "holds signs that are no text: U+0007"),
        ("Date of birth", datetime(1902, 1, 1), "C2", "the date of birth cannot be right"),  # noqa: DTZ001 -- as Excel has it
        ("Passport valid until", datetime(2020, 1, 1), "G2", "the passport has expired"),  # noqa: DTZ001 -- as Excel has it
        ("E-mail", "not an address", "H2", "is no e-mail address"),
        ("Passport valid until", datetime(9999, 1, 1), "G2", "no passport is valid for so long"),  # noqa: DTZ001 -- as Excel has it
        ("Passport valid until", datetime(2199, 12, 31), "G2", "no passport is valid for so long"),  # noqa: DTZ001 -- as Excel has it
        ("Level", "Bachelor", "K2", "this intake is for a programme of another level (master), got “bachelor”"),
        ("Level", "Kindergarten", "K2", "“Kindergarten” is not known here"),
        ("Passport No", "", "F2", "must not be empty"),
        ("Passport No", "-----", "F2", "a passport's number has Latin letters and digits"),
        ("Passport No", "00000", "F2", "a number of zeros alone is no passport's number"),
        ("Passport No", "Н1234567", "F2", "a passport's number has Latin letters and digits"),  # its letter is Cyrillic
        ("Family name", "=A1", "A2", "holds a formula"),
    ],
)
def test_each_fault_is_named_by_row_and_cell_and_nothing_is_written(
    column: str, value: object, cell: str, text: str
) -> None:
    guests = Guests()
    report = run(
        guests, book(with_value(column, value), [*GOOD[:5], "NO-2", *GOOD[6:7], "b@example.org", "N2", *GOOD[9:]])
    )
    assert not report.written
    told = [str(problem) for problem in report.problems]
    assert any(one.startswith(f"“Nominations”, {cell}: ") and text in one for one in told), told
    assert not Application.objects.exists()


@pytest.mark.django_db
@pytest.mark.clause("7.1-a")
@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0,9", "must lie between 1 and 5, got “0,9”"),
        (87, "must lie between 1 and 5, got “87”"),
        ("1.755", "must have at most 2 digits after the point, got “1.755”"),
        ("sehr gut", "must be a number, got “sehr gut”"),
        ("1e0", "must be a number, got “1e0”"),
    ],
)
def test_an_average_mark_that_the_scale_does_not_have_is_told_at_its_cell(value: object, text: str) -> None:
    report = run(Guests(), book(GOOD, head=(*HEAD, "Average mark"), more=value))

    assert [str(problem) for problem in report.problems] == [f"“Nominations”, P2: {text}"]
    assert not Application.objects.exists()


@pytest.mark.django_db
@pytest.mark.clause("7.1-a")
def test_an_average_mark_is_of_the_scale_that_the_pathway_agrees_on() -> None:
    guests = Guests()
    guests.draft(average_mark=Decimal("1.7"))
    for average in (Decimal("0.99"), Decimal("5.01"), Decimal(99999999)):
        with pytest.raises(FaultyError) as refused:
            guests.draft(average_mark=average)
        assert [fault.field for fault in refused.value.faults] == ["average_mark"]
    guests.pathway.scale = None
    guests.pathway.save()
    guests.draft()
    with pytest.raises(FaultyError, match="No scale"):
        Guests(guests.pathway).draft(average_mark=Decimal("1.7"))


@pytest.mark.django_db
def test_duplicates_in_the_file_and_on_another_list() -> None:
    guests = Guests()
    twice = run(guests, book(GOOD, with_value("Passport No", "NO-9")))
    assert "duplicate candidate: the same number stands in row 2" in str(twice.problems[0])
    run(guests, book(GOOD))
    again = run(guests, book(GOOD, [*GOOD[:5], "NO-2", GOOD[6], "b@example.org", "N2", *GOOD[9:]]))
    assert "is on a list of this intake already" in str(again.problems[0])
    assert Application.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.clause("7.1-a")
def test_a_row_that_is_refused_does_not_go_on_the_list_and_a_formula_is_nobodys_name() -> None:
    guests = Guests()
    other = [*GOOD[:5], "NO-2", *GOOD[6:7], "b@example.org", "N2", *GOOD[9:]]
    formula = ['="Over"&"gard"', *GOOD[1:5], "NO-3", *GOOD[6:7], "c@example.org", "N3", *GOOD[9:]]
    broken = [*GOOD[:2], "30/11", *GOOD[3:5], "NO-4", *GOOD[6:7], "d@example.org", "N4", *GOOD[9:]]
    content = book(GOOD, with_value("Passport No", "NO-9"), other, formula, broken)

    report = run(guests, content, dry=True)

    assert [(line.subject, line.outcome) for line in report.lines] == [
        ("Øvergård Ingrid", Outcome.CREATED),
        ("Øvergård Ingrid", Outcome.REFUSED),
        ("Øvergård Ingrid", Outcome.CREATED),
        ("Ingrid", Outcome.REFUSED),
        ("Øvergård Ingrid", Outcome.REFUSED),
    ]
    assert sum("A5" in str(problem) for problem in report.problems) == 1


@pytest.mark.django_db
def test_the_page_says_of_each_row_why_it_is_not_taken(client_as: ClientAs) -> None:
    guests = Guests()
    content = book(GOOD, [*GOOD[:2], "30/11", *GOOD[3:5], "NO-4", GOOD[6], "d@example.org", "N4", *GOOD[9:]])
    intake = guests.intake.pk
    kept = nominations.keep_file(intake_id=intake, content=content, filename="n.xlsx", actor=guests.partner)

    page = client_as(guests.partner).get(reverse("admissions:nomination-check", args=[intake, kept.pk]))

    (_head, first, second) = page.content.decode().split("<tr>")[1:]
    assert "in order, waits for the rest" in first
    assert "not taken" in second
    assert "a date is written as 03.01.2027" in second


@pytest.mark.django_db
def test_a_file_that_was_imported_already_puts_nobody_on_a_list() -> None:
    guests = Guests()
    content = book(GOOD)
    assert run(guests, content).written

    again = run(guests, content, dry=True)

    assert [line.outcome for line in again.lines] == [Outcome.REFUSED]


@pytest.mark.django_db
def test_a_passport_or_an_e_mail_of_somebody_else() -> None:
    guests = Guests()
    known = institutions.person(citizenship="NO", passport_number="NO-5512907")
    report = run(guests, book(with_value("E-mail", known.email)))
    told = " ".join(str(problem) for problem in report.problems)
    assert "passport NO-5512907 is that of another person" in told
    assert "this e-mail is that of another person" in told


@pytest.mark.django_db
@pytest.mark.clause("7.1-a")
def test_a_row_that_cannot_be_read_is_checked_to_its_end() -> None:
    row = with_value("E-mail", "notmail")
    row[HEAD.index("Date of birth")] = datetime(1890, 1, 1)  # noqa: DTZ001 -- as Excel has it
    row[HEAD.index("Passport valid until")] = datetime(9999, 1, 1)  # noqa: DTZ001 -- as Excel has it
    row[HEAD.index("Semester at Satbayev")] = "two"

    report = run(Guests(), book(row))

    cells = {str(problem).split(", ")[1].split(":")[0] for problem in report.problems}
    assert cells == {"C2", "G2", "H2", "M2"}


@pytest.mark.django_db
@pytest.mark.clause("7.1-a")
@pytest.mark.parametrize(
    ("column", "value", "problem"),
    [
        ("Passport No", "no-55 12907", "F3: duplicate candidate: the same passport stands in row 2"),
        ("E-mail", "I.Overgard@example.org", "H3: the same e-mail stands in row 2"),
    ],
)
def test_a_passport_or_an_e_mail_that_stands_in_the_file_twice(column: str, value: str, problem: str) -> None:
    second = [*GOOD[:5], "NO-2", GOOD[6], "b@example.org", "N2", *GOOD[9:]]
    second[HEAD.index(column)] = value

    report = run(Guests(), book(GOOD, second))

    assert [str(one) for one in report.problems] == [f"“Nominations”, {problem}"]
    assert [line.outcome for line in report.first_lines] == [Outcome.REFUSED, Outcome.REFUSED]
    assert all(problem in line.note or line.note in problem for line in report.first_lines)


@pytest.mark.django_db
@pytest.mark.clause("7.1-a")
def test_a_passport_under_another_number_of_the_same_partner_names_that_number() -> None:
    guests = Guests()
    first = guests.draft(passport_number="NO-5512907")

    with pytest.raises(FaultyError) as refused:
        guests.draft(passport_number="NO-5512907")

    told = dict(refused.value.told())
    assert told == {
        "passport_number": f"Passport NO-5512907 is that of matriculation no. {first.enrolment.student_number}."
    }


@pytest.mark.django_db
@pytest.mark.clause("7.6-a")
def test_a_typed_passport_that_never_ends_does_not_lift_the_hold() -> None:
    guests = Guests()
    application = guests.draft(passport_valid_until=today())
    endless = guests.candidate(
        matriculation=application.enrolment.student_number, passport_valid_until=date(2199, 12, 31)
    )

    with pytest.raises(FaultyError) as refused:
        nominations.correct_candidate(application_id=application.pk, candidate=endless, actor=guests.partner)

    assert [fault.field for fault in refused.value.faults] == ["passport_valid_until"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "name", "text"),
    [
        (b"", "list.xlsx", "empty"),
        (b"hello", "list.txt", "neither an XLSX workbook nor a CSV file"),
        (b"PK\x03\x04broken", "list.xlsx", "broken"),
        (book(), "list.xlsx", "names no candidate"),
        (b"Family name;Sex\nA;F\n", "list.csv", "These columns are missing"),
    ],
)
def test_what_is_no_table_is_told_in_words(content: bytes, name: str, text: str) -> None:
    report = run(Guests(), content, name)
    assert text in str(report.problems[0])


@pytest.mark.django_db
@pytest.mark.clause("7.1-c")
def test_whole_candidates_go_and_the_others_stay_behind_with_what_is_missing() -> None:
    guests = Guests()
    whole, without_papers = guests.draft(), guests.draft()
    short = guests.draft(passport_valid_until=today())
    guests.hand_in(whole)
    guests.hand_in(short)
    sent = nominations.send_list(list_id=guests.listed(whole).pk, actor=guests.partner)
    assert [one.pk for one in sent.sent] == [whole.pk]
    left = {one.application.pk: [blocker.clause for blocker in one.blockers] for one in sent.left_behind}
    assert set(left) == {without_papers.pk, short.pk}
    assert left[short.pk] == ["7.6"]
    assert set(left[without_papers.pk]) == {"6.12"}
    assert fresh(without_papers).candidate_list_id != fresh(whole).candidate_list_id


@pytest.mark.django_db
@pytest.mark.clause("7.1-b", "7.1-c")
def test_a_list_without_whole_candidates_or_ground_is_not_sent() -> None:
    guests = Guests()
    application = guests.draft()
    with pytest.raises(BlockedError, match="No candidate of the list is complete yet"):
        nominations.send_list(list_id=guests.listed(application).pk, actor=guests.partner)
    guests.hand_in(application)
    guests.pathway.agreement.valid_until = today().replace(year=today().year - 1)
    guests.pathway.agreement.valid_from = today().replace(year=today().year - 2)
    guests.pathway.agreement.save()
    with pytest.raises(BlockedError, match="not in force"):
        nominations.send_list(list_id=guests.listed(application).pk, actor=guests.partner)


@pytest.mark.django_db
@pytest.mark.clause("7.1-a")
def test_only_the_partners_coordinator_names_candidates() -> None:
    guests = Guests()
    with pytest.raises(NotAllowedError):
        nominations.add_candidate(intake_id=guests.intake.pk, candidate=guests.candidate(), actor=guests.ipd)
    stranger = institutions.partner_user(institutions.partner("Yangtze", "CN"))
    with pytest.raises(guests.intake.DoesNotExist):
        nominations.add_candidate(intake_id=guests.intake.pk, candidate=guests.candidate(), actor=stranger)


@pytest.mark.django_db
def test_a_held_back_candidate_is_corrected_and_goes() -> None:
    guests = Guests()
    application = guests.draft(passport_valid_until=today())
    guests.hand_in(application)
    seen, number = mark_of(application), application.enrolment.student_number

    def correct() -> None:
        nominations.correct_candidate(
            application_id=application.pk,
            candidate=guests.candidate(matriculation=number),
            actor=guests.partner,
            seen=seen,
        )

    correct()
    with pytest.raises(ChangedMeanwhileError, match="candidate's data corrected"):  # from another window
        correct()
    nominations.send_list(list_id=guests.listed(application).pk, actor=guests.partner)
    assert fresh(application).state == S.NOMINATED


OVERWRITTEN = {
    "surname": "BERG", "given_names": "KARI", "birth_date": date(2001, 2, 3), "sex": "M", "citizenship": "SE",
    "passport_number": "SE-1", "passport_valid_until": today() + timedelta(days=900), "email": "k@example.org",
    "language_certificate": "IELTS 8.0",
}  # fmt: skip


def _said(person: Person, number: str, mark: object = None) -> object:
    return plain(
        {
            **{name: getattr(person, name) for name in list(OVERWRITTEN)[2:]},
            "name": person.passport_name,
            "student_number": number,
            "average_mark": mark,
        }
    )


@pytest.mark.django_db
def test_all_that_a_correction_overwrites_is_kept_as_it_was() -> None:
    guests = Guests()
    application = guests.draft()
    number, was = application.enrolment.student_number, fresh(application).enrolment.person
    candidate = guests.candidate(**OVERWRITTEN, matriculation="N0001")

    nominations.correct_candidate(application_id=application.pk, candidate=candidate, actor=guests.partner)

    entry = history_of(application).get(action="incoming.corrected")
    now = fresh(application).enrolment
    assert entry.before == _said(was, number)
    assert entry.after == _said(now.person, "N0001")
    assert now.student_number == "N0001"
    assert not {name for name in entry.before if name != "average_mark" and entry.before[name] == entry.after[name]}


@pytest.mark.django_db
def test_who_is_known_and_named_anew_is_kept_as_he_was() -> None:
    guests = Guests()
    first = guests.draft()
    number, was = first.enrolment.student_number, fresh(first).enrolment.person
    nominations.drop_candidate(application_id=first.pk, reason="wrong term", actor=guests.partner)

    again = nominations.add_candidate(
        intake_id=guests.intake.pk,
        # Another surname and birth date would be another person's.
        candidate=guests.candidate(
            **{**OVERWRITTEN, "surname": was.surname, "birth_date": was.birth_date}, matriculation=number
        ),
        actor=guests.partner,
    )

    entry = history_of(again).get(action="incoming.named")
    assert again.enrolment.person == was
    assert entry.before == _said(was, number)
    assert entry.after == _said(fresh(again).enrolment.person, number)
    assert history_of(first).get(action="incoming.named").before == {}


@pytest.mark.django_db
def test_a_passport_entered_elsewhere_at_this_very_moment_is_refused_and_not_broken_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    guests = Guests()
    first, second = guests.draft(), guests.draft()
    # What two requests at once see: neither finds the other's passport yet.
    monkeypatch.setattr(nominations, "candidate_faults", lambda *_args, **_kwargs: ())
    taken = first.enrolment.person.passport_number

    with pytest.raises(RefusedError, match="at this moment"):
        guests.draft(passport_number=taken)
    with pytest.raises(RefusedError, match="at this moment"):
        nominations.correct_candidate(
            application_id=second.pk, candidate=guests.candidate(passport_number=taken), actor=guests.partner
        )

    assert Person.objects.filter(passport_number=taken).count() == 1
    assert Application.objects.count() == 2
