"""E-mails of the two roads say names in the language of whoever reads them, whoever causes them."""

from datetime import date

import pytest
from django.utils import translation

from admissions.notifications import incoming, outgoing, shared
from core.models import OutgoingEmail
from core.notifications import Notification, notify
from institutions.models import Person
from tests.admissions.coming import Guests
from tests.factories import admissions

pytestmark = pytest.mark.django_db


def _sent(message: Notification) -> OutgoingEmail:
    with translation.override("kk"):  # whoever acts reads Kazakh
        email = notify(message)
    assert email is not None
    return email


def test_a_foreign_student_reads_the_programme_in_english() -> None:
    guests = Guests()
    application = guests.proposed()
    OutgoingEmail.objects.all().delete()
    account = guests.student(application)

    opened = _sent(incoming.account_opened(application, account))
    invited = _sent(incoming.invitation_sent(application, account))

    assert (opened.language, invited.language) == ("en", "en")
    for email in (opened, invited):
        assert "7M06102 Software Engineering" in email.body
        assert "Бағдарламалық" not in email.body
    assert "?language=en" in opened.body


@pytest.mark.clause("7.3-b")
def test_a_refusal_and_a_loss_name_the_programme_in_the_partners_language() -> None:
    guests = Guests()
    application = guests.in_review()

    (refused,) = incoming.refused(application, "marks")
    (left,) = shared.candidate_left(application, "illness", actor=guests.ipd)

    for message in (refused, left):
        assert "7M06102 Software Engineering" in _sent(message).body
    assert shared.candidate_left(application, "illness", actor=guests.partner) == []


@pytest.mark.clause("8.4-a")
def test_the_request_of_the_package_names_the_student_as_its_reader_does() -> None:
    application = admissions.application()
    Person.objects.filter(pk=application.enrolment.person_id).update(
        surname="QAIRATQYZY", given_names="ENGLIK", name_cyrillic="Қайратқызы Еңлік"
    )
    application.enrolment.person.refresh_from_db()
    message = outgoing.package_requested(application, date(2026, 11, 29))
    context = {**outgoing.invited(application).context, "due": date(2026, 11, 29)}
    subjects = {
        language: _sent(
            Notification(f"x:{language}", "a@example.org", language, "admissions/email/package_requested", context)
        ).subject
        for language in ("kk", "ru", "en")
    }

    assert message == []
    assert "QAIRATQYZY ENGLIK" in subjects["en"]
    assert "29 November 2026" in subjects["en"]
    assert "Қайратқызы Еңлік" in subjects["kk"]
    assert "2026 жылғы 29 қараша" in subjects["kk"]
