"""Verbs: import the register of students. Numbers tell people apart: two of one name stay two."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from core.changes import Changes, Field, changes_of
from core.history import record
from core.imports import ImportReport, Outcome, Problem, ReportLine, UnreadableFileError
from core.templatetags.written import day, points
from core.values import Language, joined, numbered_in_each, today
from core.workflow import NotAllowedError
from documents.models import Upload
from documents.services import store_upload
from institutions.enums import Sex
from institutions.iin import problem_with
from institutions.models import Person, University, User
from institutions.permissions import standing_of
from institutions.phrases import country_name
from institutions.selectors import home_university
from institutions.services import people
from programmes.enums import Funding, StudyLanguage
from programmes.imports.students import StudentRow, read_students
from programmes.models import Curriculum, Enrolment, Programme
from programmes.pdf import STUDENTS_FILE
from programmes.permissions import may_import_students
from programmes.selectors import RunningCase, guests_by_number, running_cases_of
from programmes.services.files import kept_file, upload_for


def _field(model: type[Model], name: str, said: Callable[[Any], object] = str, *, is_secret: bool = False) -> Field:
    label = model._meta.get_field(name).verbose_name  # type: ignore[union-attr]  # noqa: SLF001 -- Django's documented API
    return Field(label, said, is_secret=is_secret)


# What the register tells of somebody, as history and the dry run say that it changed.
_PERSON = {
    "surname": _field(Person, "surname"),
    "given_names": _field(Person, "given_names"),
    "name_cyrillic": _field(Person, "name_cyrillic"),
    "birth_date": _field(Person, "birth_date", day),
    "sex": _field(Person, "sex", lambda value: Sex(value).label),
    "citizenship": _field(Person, "citizenship", country_name),
    "iin": _field(Person, "iin", is_secret=True),
    "passport_number": _field(Person, "passport_number", is_secret=True),
    "passport_valid_until": _field(Person, "passport_valid_until", day),
    "email": _field(Person, "email"),
    "language_certificate": _field(Person, "language_certificate"),
}
_ENROLMENT = {
    "programme": Field(_("programme"), lambda value: value.code),
    "curriculum": Field(_("curriculum")),
    "entry_year": _field(Enrolment, "entry_year"),
    "funding": _field(Enrolment, "funding", lambda value: Funding(value).label),
    "study_language": _field(Enrolment, "study_language", lambda value: StudyLanguage(value).label),
    "gpa": _field(Enrolment, "gpa", points),
    "debts": _field(Enrolment, "debts"),
}


@transaction.atomic
def keep_students_file(*, file: BinaryIO, name: str, actor: User) -> Upload:
    """Keep the register's file for a dry run. Raises NotAllowedError, FileRefusedError."""
    _check_may(actor)
    return store_upload(file=file, name=name, purpose_name=STUDENTS_FILE.name, subject=home_university(), actor=actor)


def try_students(*, upload_id: int, actor: User) -> ImportReport:
    """What importing a kept file would do, student by student; nothing is written."""
    _check_may(actor)
    return _compare(upload_for(upload_id, model=University, purpose=STUDENTS_FILE.name)).report


@transaction.atomic
def import_students(*, upload_id: int, actor: User, open_accounts: bool = True) -> ImportReport:
    """Write the register: people, enrolments, accounts with the role of a student. The same file again changes nothing.

    Any problem writes nothing. Nobody is taken out: a student who is missing in the file stays as he is.
    """
    _check_may(actor)
    upload = upload_for(upload_id, model=University, purpose=STUDENTS_FILE.name)
    University.objects.select_for_update().get(pk=upload.subject_id)
    plan = _compare(upload)
    if not plan.report.ok:
        return plan.report
    for row in plan.rows:
        enrolment = _write(row, plan, actor)
        if open_accounts and enrolment.person.email:
            _open_account(enrolment, actor)
    counts = {outcome.value: plan.report.count(outcome) for outcome in Outcome}
    if counts["created"] or counts["changed"]:
        plan.report.written = True
        record(
            actor=actor,
            action="programmes.students_imported",
            subject=plan.home,
            text=gettext_noop("register of students imported: %(created)s new, %(changed)s changed"),
            params=counts,
            after={"upload": upload.pk, "digest": upload.sha256},
        )
    return plan.report


def _check_may(actor: User) -> None:
    if not may_import_students(standing_of(actor)):
        raise NotAllowedError(gettext_noop("This step is not yours to take."))


@dataclass
class _Plan:
    """The register beside what the house knows."""

    report: ImportReport
    rows: tuple[StudentRow, ...]
    home: University
    programmes: Mapping[str, Programme]
    curricula: Mapping[int, Curriculum]
    enrolments: Mapping[str, Enrolment]
    by_iin: Mapping[str, Person]
    by_passport: Mapping[tuple[str, str], Person]
    # Whose an account is, by its e-mail.
    accounts: Mapping[str, int]
    cases: Mapping[int, RunningCase]
    # Whose a number is that a partner's student holds here.
    guests: Mapping[str, str]

    def person_of(self, row: StudentRow) -> Person | None:
        """Who this row speaks of: by the number, then by IIN, then by passport; never by the name."""
        enrolment = self.enrolments.get(row.number)
        if enrolment is not None:
            return enrolment.person
        found = self.by_iin.get(row.iin) if row.iin else None
        return found or (self.by_passport.get((row.citizenship, row.passport)) if row.passport else None)


def _compare(upload: Upload) -> _Plan:
    home = home_university()
    report = ImportReport(digest=upload.sha256)
    rows: tuple[StudentRow, ...] = ()
    try:
        rows, report.problems = read_students(kept_file(upload), upload.original_name)
    except UnreadableFileError as error:
        report.problems.append(Problem(upload.original_name, error.text, error.params))
    plan = _known(report, rows, home)
    for row in rows:
        _check_row(row, plan)
    if report.ok:
        report.lines = [_line(row, plan) for row in rows]
    return plan


def _known(report: ImportReport, rows: tuple[StudentRow, ...], home: University) -> _Plan:
    programmes = {one.code: one for one in Programme.objects.filter(university=home)}
    curricula = (
        Curriculum.objects.filter(programme__in=programmes.values()).select_related("programme").order_by("number")
    )
    numbers = [row.number for row in rows]
    enrolments = Enrolment.objects.filter(university=home, student_number__in=numbers).select_related(
        "person", "programme", "curriculum__programme"
    )
    iins = [row.iin for row in rows if row.iin]
    emails = [row.email for row in rows if row.email]
    passports = Person.objects.filter(passport_number__in=[row.passport for row in rows if row.passport])
    return _Plan(
        report=report,
        rows=rows,
        home=home,
        programmes=programmes,
        curricula={one.programme_id: one for one in curricula},
        enrolments={one.student_number: one for one in enrolments},
        by_iin={one.iin: one for one in Person.objects.filter(iin__in=iins)},
        by_passport={(one.citizenship, one.passport_number): one for one in passports},
        accounts=dict(User.objects.filter(email__in=emails).values_list("email", "person_id")),
        cases=running_cases_of([one.pk for one in enrolments]),
        guests=guests_by_number(home.pk, numbers),
    )


def _check_row(row: StudentRow, plan: _Plan) -> None:
    """What of a row contradicts the house: an unknown programme; an IIN, passport or e-mail that is somebody else's."""
    if row.programme not in plan.programmes:
        text = gettext_noop("the University has no programme %(code)s")
        plan.report.problems.append(Problem(row.where_programme, text, {"code": row.programme}))
    if row.number in plan.guests:
        text = gettext_noop("the number %(number)s is that of a partner's student: %(name)s")
        plan.report.problems.append(Problem(row.where, text, {"number": row.number, "name": plan.guests[row.number]}))
    _check_programme(row, plan)
    person = plan.person_of(row)
    _check_person(row, person, plan)
    if person is not None and _is_another(row, person, plan):
        text = gettext_noop("the IIN or passport of %(number)s stands with another person")
        plan.report.problems.append(Problem(row.where, text, {"number": row.number}))
    owner = plan.accounts.get(row.email)
    if owner is not None and (person is None or person.pk != owner):
        text = gettext_noop("the e-mail of %(number)s is that of another account")
        plan.report.problems.append(Problem(row.where, text, {"number": row.number}))


def _check_programme(row: StudentRow, plan: _Plan) -> None:
    """Who has a case is in the programme of its agreement, plan and order: no file takes anybody out of it (5.7, 8.6)."""
    enrolment = plan.enrolments.get(row.number)
    case = plan.cases.get(enrolment.pk) if enrolment else None
    if enrolment is None or enrolment.programme is None or case is None or enrolment.programme.code == row.programme:
        return
    text = gettext_noop(
        "the programme of student %(number)s stays %(code)s while there is an application to a partner (%(partner)s): write"
        " %(code)s here; for another programme the application is withdrawn or cancelled first"
    )
    if case.is_begun:
        text = gettext_noop(
            "the programme of student %(number)s stays %(code)s: the order %(order)s names it, and the study at the partner"
            " (%(partner)s) has begun under it. Write %(code)s here"
        )
    elif case.order:
        text = gettext_noop(
            "the programme of student %(number)s stays %(code)s: the order %(order)s names it for study at a partner"
            " (%(partner)s). Write %(code)s here; for another programme the IPD cancels the application first"
        )
    params = {"number": row.number, "code": enrolment.programme.code, "partner": case.partner}
    order = numbered_in_each(case.order)
    plan.report.problems.append(Problem(row.where_programme, text, {**params, "order": order}))


def _check_person(row: StudentRow, person: Person | None, plan: _Plan) -> None:
    """What of a row contradicts an IIN that is known and not told anew. A passport that is over is told, in nobody's way."""
    params = {"number": row.number}
    kept = person.iin if person and (row.birth_date, row.sex) != (person.birth_date, person.sex) and not row.iin else ""
    if kept and problem_with(kept, birth_date=row.birth_date, sex=row.sex):
        text = gettext_noop("the IIN that is known of %(number)s says another date of birth or sex")
        plan.report.problems.append(Problem(row.where, text, params))
    known = person.passport_valid_until if person else None
    if row.passport_until and row.passport_until != known and row.passport_until < today():
        text = gettext_noop("the passport of %(number)s has expired")
        plan.report.problems.append(Problem(row.where, text, params, is_note=True))


def _is_another(row: StudentRow, person: Person, plan: _Plan) -> bool:
    """IIN or passport stand with somebody else; or who was found by the passport alone has another IIN: one is mistyped."""
    bearers = [plan.by_iin.get(row.iin) if row.iin else None, plan.by_passport.get((row.citizenship, row.passport))]
    if any(bearer is not None and bearer.pk != person.pk for bearer in bearers):
        return True
    return row.number not in plan.enrolments and bool(row.iin and person.iin) and row.iin != person.iin


def _person_values(row: StudentRow) -> dict[str, Any]:
    return {
        "surname": row.surname,
        "given_names": row.given_names,
        "name_cyrillic": row.name_cyrillic,
        "birth_date": row.birth_date,
        "sex": row.sex,
        "citizenship": row.citizenship,
        "iin": row.iin,
        "passport_number": row.passport,
        "passport_valid_until": row.passport_until,
        "email": row.email,
        "language_certificate": row.certificate,
    }


def _enrolment_values(row: StudentRow, plan: _Plan) -> dict[str, Any]:
    return {
        "programme": plan.programmes[row.programme],
        "entry_year": row.entry_year,
        "funding": row.funding,
        "study_language": row.language,
        "gpa": row.gpa,
        "debts": row.debts,
    }


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without what the file does not tell: no column and an empty cell leave what is known as it is."""
    return {name: value for name, value in values.items() if value not in ("", None)}


def _person_changes(person: Person, row: StudentRow) -> Changes | None:
    return _changes(_PERSON, person, _told(_person_values(row)))


def _enrolment_changes(enrolment: Enrolment, row: StudentRow, plan: _Plan) -> Changes | None:
    """Whoever changes the programme studies by its latest curriculum; by none, where it has none yet."""
    values = _told(_enrolment_values(row, plan))
    if values["programme"] != enrolment.programme:
        values["curriculum"] = plan.curricula.get(values["programme"].pk)
    return _changes(_ENROLMENT, enrolment, values)


def _changes(fields: Mapping[str, Field], thing: Person | Enrolment, values: Mapping[str, Any]) -> Changes | None:
    known = {name: getattr(thing, name) for name in values}
    return changes_of({name: field for name, field in fields.items() if name in values}, known, values)


def _line(row: StudentRow, plan: _Plan) -> ReportLine:
    subject = f"{row.number} {row.name_cyrillic}"
    person, enrolment = plan.person_of(row), plan.enrolments.get(row.number)
    found = [
        _person_changes(person, row) if person else None,
        _enrolment_changes(enrolment, row, plan) if enrolment else None,
    ]
    changes = {"fields": joined(*(one.words for one in found if one), by="; ")} if any(found) else {}
    if person is None:
        text = gettext_noop("without an account: there is no e-mail")
        if row.email:
            text = gettext_noop("with an account: a link to set the password goes to %(email)s")
        return ReportLine(row.where, Outcome.CREATED, subject, text, {"email": row.email})
    if enrolment is None:
        text = gettext_noop("the person is known already; a new enrolment")
        if changes:
            text = gettext_noop("the person is known already; a new enrolment; changes: %(fields)s")
        return ReportLine(row.where, Outcome.CREATED, subject, text, changes)
    if not changes:
        return ReportLine(row.where, Outcome.UNCHANGED, subject)
    return ReportLine(row.where, Outcome.CHANGED, subject, "%(fields)s", changes)


def _write(row: StudentRow, plan: _Plan, actor: User) -> Enrolment:
    person = plan.person_of(row)
    if person is None:
        person = people.create_person(**_person_values(row), actor=actor)
    else:
        _change(person, _person_changes(person, row), actor)
    enrolment = plan.enrolments.get(row.number)
    if enrolment is not None:
        _change(enrolment, _enrolment_changes(enrolment, row, plan), actor)
        return enrolment
    made = Enrolment.objects.create(
        person=person,
        university=plan.home,
        student_number=row.number,
        curriculum=plan.curricula.get(plan.programmes[row.programme].pk),
        **_told(_enrolment_values(row, plan)),
    )
    record(
        actor=actor,
        action="programmes.enrolled",
        subject=made,
        text=gettext_noop("entered from the register of students"),
        after={"number": row.number, "programme": row.programme},
    )
    return made


def _change(thing: Person | Enrolment, changes: Changes | None, actor: User) -> None:
    """Numbers of passport and IIN stand in the history of their bearer, and in no words of it (decision 17)."""
    if changes is None:
        return
    for name, value in changes.after.items():
        setattr(thing, name, value)
    thing.save()
    record(
        actor=actor,
        action="programmes.register_changed",
        subject=thing,
        text=gettext_noop("changed from the register of students: %(changes)s"),
        params={"changes": changes.words},
        before=_kept(changes.before),
        after=_kept(changes.after),
    )


def _kept(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, Model) else value for name, value in values.items()}


def _open_account(enrolment: Enrolment, actor: User) -> None:
    language: Language = "ru" if enrolment.study_language == "ru" else "kk"
    people.open_student_account(
        person=enrolment.person,
        email=enrolment.person.email,
        university=enrolment.university,
        actor=actor,
        language=language,
    )
