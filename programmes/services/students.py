"""Verbs: import the register of students. Numbers tell people apart: two of one name stay two."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext_noop

from core.history import record
from core.imports import ImportReport, Outcome, Problem, ReportLine, UnreadableFileError
from core.values import Language, plain
from core.workflow import NotAllowedError
from documents.models import Upload
from documents.services import store_upload
from institutions.models import Person, University, User
from institutions.permissions import standing_of
from institutions.selectors import home_university
from institutions.services import people
from programmes.imports.students import StudentRow, read_students
from programmes.models import Curriculum, Enrolment, Programme
from programmes.pdf import STUDENTS_FILE
from programmes.permissions import may_import_students
from programmes.services.files import kept_file, upload_for

_PERSON = ("surname", "given_names", "name_cyrillic", "birth_date", "sex", "citizenship", "iin", "passport_number")
_PERSON_FIELDS = (*_PERSON, "passport_valid_until", "email", "language_certificate")


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
    curricula = Curriculum.objects.filter(programme__in=programmes.values()).order_by("number")
    numbers = [row.number for row in rows]
    enrolments = Enrolment.objects.filter(university=home, student_number__in=numbers).select_related("person")
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
    )


def _check_row(row: StudentRow, plan: _Plan) -> None:
    """What of a row contradicts the house: an unknown programme; an IIN, passport or e-mail that is somebody else's."""
    if row.programme not in plan.programmes:
        text = gettext_noop("the University has no programme %(code)s")
        plan.report.problems.append(Problem(row.where_programme, text, {"code": row.programme}))
    person = plan.person_of(row)
    if person is not None and _is_another(row, person, plan):
        text = gettext_noop("the IIN or passport of %(number)s stands with another person")
        plan.report.problems.append(Problem(row.where, text, {"number": row.number}))
    owner = plan.accounts.get(row.email)
    if owner is not None and (person is None or person.pk != owner):
        text = gettext_noop("the e-mail of %(number)s is that of another account")
        plan.report.problems.append(Problem(row.where, text, {"number": row.number}))


def _is_another(row: StudentRow, person: Person, plan: _Plan) -> bool:
    """IIN or passport stand with somebody else; or who was found by the passport alone has another IIN: one is mistyped."""
    bearers = [plan.by_iin.get(row.iin) if row.iin else None, plan.by_passport.get((row.citizenship, row.passport))]
    if any(bearer is not None and bearer.pk != person.pk for bearer in bearers):
        return True
    return row.number not in plan.enrolments and bool(row.iin and person.iin) and row.iin != person.iin


def _person_values(row: StudentRow) -> dict[str, object]:
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


def _enrolment_values(row: StudentRow, plan: _Plan) -> dict[str, object]:
    return {
        "programme_id": plan.programmes[row.programme].pk,
        "entry_year": row.entry_year,
        "funding": row.funding,
        "study_language": row.language,
        "gpa": row.gpa,
        "debts": row.debts,
    }


def _differences(thing: Person | Enrolment, values: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if getattr(thing, name) != value}


def _line(row: StudentRow, plan: _Plan) -> ReportLine:
    subject = f"{row.number} {row.name_cyrillic}"
    person, enrolment = plan.person_of(row), plan.enrolments.get(row.number)
    if person is None or enrolment is None:
        text = gettext_noop("the person is known already; a new enrolment") if person else ""
        return ReportLine(row.where, Outcome.CREATED, subject, text)
    changed = {
        **_differences(person, _person_values(row)),
        **_differences(enrolment, _enrolment_values(row, plan)),
    }
    if not changed:
        return ReportLine(row.where, Outcome.UNCHANGED, subject)
    fields = ", ".join(_label(name) for name in changed)
    return ReportLine(row.where, Outcome.CHANGED, subject, gettext_noop("changes: %(fields)s"), {"fields": fields})


def _label(name: str) -> str:
    model = Person if name in _PERSON_FIELDS else Enrolment
    field = model._meta.get_field(name.removesuffix("_id"))  # noqa: SLF001 -- Django's documented API
    return str(getattr(field, "verbose_name", name))


def _write(row: StudentRow, plan: _Plan, actor: User) -> Enrolment:
    person = plan.person_of(row)
    if person is None:
        person = people.create_person(**_person_values(row), actor=actor)  # type: ignore[arg-type]  # names are the columns'
    else:
        _change(person, _person_values(row), actor)
    values = _enrolment_values(row, plan)
    enrolment = plan.enrolments.get(row.number)
    if enrolment is not None:
        _change(enrolment, values, actor)
        return enrolment
    made = Enrolment.objects.create(
        person=person,
        university=plan.home,
        student_number=row.number,
        curriculum=plan.curricula.get(plan.programmes[row.programme].pk),
        **values,
    )
    record(
        actor=actor,
        action="programmes.enrolled",
        subject=made,
        text=gettext_noop("entered from the register of students"),
        after={"number": row.number, "programme": row.programme},
    )
    return made


def _change(thing: Person | Enrolment, values: Mapping[str, object], actor: User) -> None:
    changed = _differences(thing, values)
    if not changed:
        return
    before = {name: plain(getattr(thing, name)) for name in changed}
    for name, value in changed.items():
        setattr(thing, name, value)
    thing.save()
    record(
        actor=actor,
        action="programmes.register_changed",
        subject=thing,
        text=gettext_noop("changed from the register of students"),
        before=before,
        after={name: plain(value) for name, value in changed.items()},
    )


def _open_account(enrolment: Enrolment, actor: User) -> None:
    language: Language = "ru" if enrolment.study_language == "ru" else "kk"
    people.open_student_account(
        person=enrolment.person,
        email=enrolment.person.email,
        university=enrolment.university,
        actor=actor,
        language=language,
    )
