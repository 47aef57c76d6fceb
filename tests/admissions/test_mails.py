"""E-mails of the two roads say names in the language of whoever reads them, whoever causes them."""

import pytest
from django.utils import translation

from admissions.notifications import incoming, shared
from admissions.services import nominations, outgoing
from admissions.services.applications import take_step
from admissions.workflow.incoming import INCOMING
from core.models import OutgoingEmail
from core.notifications import Notification, notify
from institutions.models import PasswordLink
from programmes.models import Programme
from tests.admissions.coming import Guests
from tests.admissions.road import Cast
from tests.conftest import ClientAs
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

    step = INCOMING.step("withdraw")
    (left,) = shared.candidate_left(application, step, actor=guests.ipd)

    assert "7M06102 Software Engineering" in _sent(left).body
    assert shared.candidate_left(application, step, actor=guests.partner) == []


@pytest.mark.clause("7.6-a")
def test_a_partner_is_told_that_a_case_ended_and_how_but_never_why() -> None:
    guests = Guests()
    application = guests.invited()
    OutgoingEmail.objects.all().delete()

    take_step(application_id=application.pk, name="cancel", actor=guests.ipd, reason="Денсаулығына байланысты")

    email = OutgoingEmail.objects.get(to=guests.partner.email)
    assert "is closed: cancelled." in email.body
    assert "Денсаулығына" not in email.body


@pytest.mark.clause("7.3-b")
def test_the_partner_reads_a_refusals_reason_and_no_other(client_as: ClientAs) -> None:
    guests = Guests()
    cancelled, refused = guests.invited(), guests.in_review()
    take_step(application_id=cancelled.pk, name="cancel", actor=guests.ipd, reason="Broken leg")
    take_step(application_id=refused.pk, name="refuse", actor=guests.head, reason="No free places in the laboratory")
    pages = [f"/admissions/applications/{one.pk}/" for one in (cancelled, refused)]
    pages += [f"/students/{cancelled.enrolment_id}/dossier/"]

    staff = [client_as(guests.ipd).get(page).content.decode() for page in pages]
    partner = [client_as(guests.partner).get(page).content.decode() for page in pages]

    assert ["Broken leg" in page for page in staff] == [True, False, True]
    assert ["Broken leg" in page for page in partner] == [False, False, False]
    assert "No free places in the laboratory" in partner[1]
    assert "ancelled" in partner[0]


def test_whoever_gives_a_reason_is_told_who_reads_it(client_as: ClientAs) -> None:
    guests = Guests()
    cancelled, refused = guests.invited(), guests.in_review()

    inside = client_as(guests.ipd).get(f"/admissions/applications/{cancelled.pk}/step/cancel/").content.decode()
    outside = client_as(guests.head).get(f"/admissions/applications/{refused.pk}/refuse/").content.decode()

    assert "Why stays in the University: the partner reads only what was done." in inside
    assert "The partner reads this reason too" in outside


def test_a_programme_is_named_once_and_a_student_in_the_readers_script() -> None:
    application = Guests().in_review()
    application.enrolment.person.name_cyrillic = "Өтеген Ерасыл"
    words = Programme(code="B.Eng. Mining", name_kk="Тау-кен ісі", name_ru="Горное дело", name_en="Mining Engineering")

    names = shared.names_of(application)

    assert (words.titles.en, words.titles.ru) == ("B.Eng. Mining Engineering", "B.Eng. Горное дело")
    with translation.override("kk"):
        assert str(names["student"]) == "Өтеген Ерасыл"


@pytest.mark.clause("8.2-a")
def test_the_partner_is_asked_for_its_answer_when_the_letter_goes() -> None:
    cast = Cast()
    cast.proposed()

    email = OutgoingEmail.objects.get(key__startswith="outgoing.letter")

    assert email.to == cast.partner.email
    assert "M.Sc. Software Engineering" in email.body


@pytest.mark.clause("8.6-a")
def test_the_student_is_told_of_the_order_when_it_is_signed() -> None:
    application, student = Cast().admitted()

    email = OutgoingEmail.objects.get(key__startswith="outgoing.order")

    assert email.to == student.email
    assert f"/admissions/applications/{application.pk}/" in email.body


@pytest.mark.clause("7.1")
def test_a_returned_candidate_is_waited_for_by_mail_each_time_and_never_with_the_reason() -> None:
    guests = Guests()
    application = guests.nominated()
    for reason in ("The passport is unreadable.", "Still unreadable."):
        OutgoingEmail.objects.all().delete()
        nominations.return_candidate(application_id=application.pk, reason=reason, actor=guests.ipd)

        (email,) = OutgoingEmail.objects.all()
        assert (email.to, reason in email.body) == (guests.partner.email, False)
        assert f"/admissions/applications/{application.pk}/" in email.body
        guests.nominate(application)


@pytest.mark.clause("8.1")
def test_a_returned_application_is_waited_for_by_mail() -> None:
    cast = Cast()
    application, student = cast.submitted()
    OutgoingEmail.objects.all().delete()

    outgoing.return_to_student(application_id=application.pk, reason="Which term?", actor=cast.coordinator)

    (email,) = OutgoingEmail.objects.all()
    name = str(student.person.names.in_language(email.language))
    assert (email.to, "Which term?" in email.body) == (student.email, False)
    assert (email.body.count(name), name in email.subject) == (1, False)  # in the greeting
    assert "Your application was returned: please correct it" in email.body


def test_no_message_says_more_than_a_name_in_its_subject() -> None:
    Guests().invited()
    application, _student = Cast(agreements.open_pathway(institutions.partner("Second"))).admitted()
    numbers = [application.enrolment.student_number, application.enrolment.person.passport_number]

    subjects = list(OutgoingEmail.objects.values_list("subject", flat=True))

    assert len(subjects) > 4
    assert not [subject for subject in subjects if any(number in subject for number in numbers) or "@" in subject]
