"""E-mails of the two roads say names in the language of whoever reads them, whoever causes them."""

import pytest
from django.utils import translation

from admissions.notifications import incoming, shared
from core.models import OutgoingEmail
from core.notifications import Notification, notify
from institutions.models import PasswordLink
from tests.admissions.coming import Guests
from tests.admissions.road import Cast
from tests.factories import agreements, institutions

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
    assert not OutgoingEmail.objects.filter(body__contains="/password/reset/").exists()
    assert PasswordLink.objects.get(email=account.email).is_invitation


def test_a_loss_names_the_programme_in_the_partners_language() -> None:
    guests = Guests()
    application = guests.in_review()

    (left,) = shared.candidate_left(application, "illness", actor=guests.ipd)

    assert "7M06102 Software Engineering" in _sent(left).body
    assert shared.candidate_left(application, "illness", actor=guests.partner) == []


@pytest.mark.clause("8.2-a")
def test_the_partner_is_asked_for_its_answer_when_the_letter_goes() -> None:
    cast = Cast()
    cast.proposed()

    email = OutgoingEmail.objects.get(key__startswith="outgoing.letter")

    assert email.to == cast.partner.email
    assert "M.Sc. Informatik" in email.body


@pytest.mark.clause("8.6-a")
def test_the_student_is_told_of_the_order_when_it_is_signed() -> None:
    application, student = Cast().admitted()

    email = OutgoingEmail.objects.get(key__startswith="outgoing.order")

    assert email.to == student.email
    assert f"/admissions/applications/{application.pk}/" in email.body


def test_no_message_says_more_than_a_name_in_its_subject() -> None:
    Guests().invited()
    application, _student = Cast(agreements.open_pathway(institutions.partner("Second"))).admitted()
    numbers = [application.enrolment.student_number, application.enrolment.person.passport_number]

    subjects = list(OutgoingEmail.objects.values_list("subject", flat=True))

    assert len(subjects) > 4
    assert not [subject for subject in subjects if any(number in subject for number in numbers) or "@" in subject]
