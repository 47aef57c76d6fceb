"""Messages of the outgoing road."""

from datetime import date

from admissions.models import Application
from core.notifications import Notification
from institutions.enums import Role
from institutions.models import User
from institutions.selectors import holders_of


def _names(application: Application) -> dict[str, object]:
    return {
        "student": application.enrolment.person.names,
        "partner": application.intake.pathway.partner_programme.university.names,
        "path": f"/admissions/applications/{application.pk}/",
    }


def student_of(application: Application) -> User | None:
    """The student's account, where there is one."""
    return User.objects.filter(person=application.enrolment.person_id, is_active=True).first()


def invited(application: Application) -> Notification:
    """To the student: the partner has invited (8.3). Without an account nothing is sent."""
    account = student_of(application)
    return Notification(
        key=f"outgoing.invited:{application.pk}",
        to=account.email if account else "",
        language=account.language if account else "kk",
        template="admissions/email/invited",
        context=_names(application),
    )


def package_requested(application: Application, due: date) -> list[Notification]:
    """To head of department, institute's coordinator and student: who was admitted, and the package is due (8.4)."""
    heads = holders_of(Role.DEPARTMENT_HEAD, unit_id=application.department_id)
    coordinators = holders_of(Role.INSTITUTE_COORDINATOR, unit_id=application.institute_id)
    accounts = [membership.user for membership in (*heads, *coordinators)]
    if student := student_of(application):
        accounts.append(student)
    return [
        Notification(
            key=f"outgoing.package:{application.pk}:{due.isoformat()}:{account.pk}",
            to=account.email,
            language=account.language,
            template="admissions/email/package_requested",
            context={**_names(application), "due": due},
        )
        for account in accounts
    ]
