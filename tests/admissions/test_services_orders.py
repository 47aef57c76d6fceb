"""Orders by services: numbers, places, two signatures at once, what the paper says, who sees it."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import translation

from admissions.enums import ApplicationState, OrderState
from admissions.models import Application, Order, OrderLine
from admissions.permissions.orders import sees_order
from admissions.selectors.orders import orders_visible_to
from admissions.services import orders
from admissions.services.applications import take_step
from agreements.models import Agreement
from core.values import today
from core.workflow import BlockedError, NotAllowedError, RefusedError, WrongStateError
from core.worklist import open_items_of
from documents import services
from documents.models import OfficialDocument
from documents.selectors import content_of, papers_visible_to
from institutions.enums import Role
from institutions.permissions import standing_of
from programmes.selectors import RunningCase, running_cases_of
from programmes.services.students import keep_students_file, try_students
from tests.admissions.coming import Guests, fresh
from tests.admissions.road import Cast
from tests.conftest import ClientAs
from tests.core.test_paper import text_of
from tests.factories import institutions, programmes
from tests.programmes.files import workbook


@pytest.mark.django_db
@pytest.mark.clause("5.9-a", "7.4-b", "6.3-a")
def test_an_order_on_admission_bears_the_mark_and_counts_courses() -> None:
    guests = Guests()
    order = guests.signed()
    line = OrderLine.objects.get()
    assert (line.is_included_education, line.courses, line.credits) == (True, 3, Decimal(15))
    assert (order.epvo_type, order.epvo_category) == (2, 43)
    assert order.document is not None
    student = order.document.context["students"][0]
    assert (student["courses"], student["credits"], student["is_included_education"]) == (3, "15", True)
    assert order.document.context["basis"]["lists"] == [1]


@pytest.mark.django_db
@pytest.mark.clause("8.6")
def test_a_student_whom_a_signed_order_names_changes_the_programme_by_no_register() -> None:
    cast = Cast()
    application, _student = cast.requested()
    enrolment = application.enrolment
    alone = running_cases_of([enrolment.pk])[enrolment.pk]

    order = cast.ordered(application)

    assert order.document is not None
    partner = application.intake.pathway.partner_programme.university.names
    assert alone == RunningCase(partner, "")
    assert running_cases_of([enrolment.pk, 0]) == {enrolment.pk: RunningCase(partner, order.document.number_text)}
    row = {
        "ID": enrolment.student_number,
        "Name": "Үсенова Салтанат",
        "Surname": "USENOVA",
        "Date of birth": "03.09.2002",
        "Sex": "male",
        "Citizenship": "KZ",
        "Programme code": programmes.programme(code="6B07203").code,
        "Year of entry": 2024,
        "Language of study": "English",
        "Funding": "grant",
    }
    registrar = institutions.user(Role.REGISTRAR)
    Application.objects.filter(pk=application.pk).update(state=ApplicationState.DEPARTED)
    assert running_cases_of([enrolment.pk])[enrolment.pk].is_begun
    Application.objects.filter(pk=application.pk).update(state=ApplicationState.ADMITTED)
    upload = keep_students_file(file=workbook([[*row], [*row.values()]]), name="register.xlsx", actor=registrar)
    told = [problem.words for problem in try_students(upload_id=upload.pk, actor=registrar).problems]
    assert [words.partition(". Write")[0] for words in told] == [
        (
            f"the programme of student {enrolment.student_number} stays 7M06102: the order {order.document} names it for"
            f" study at a partner ({partner})"
        )
    ]


@pytest.mark.django_db
@pytest.mark.clause("8.6-c")
def test_an_order_on_departure_has_type_32_and_no_mark() -> None:
    cast = Cast()
    application, _student = cast.requested()
    signed = cast.ordered(application)
    line = OrderLine.objects.get()
    assert (signed.epvo_type, signed.epvo_category, line.is_included_education) == (32, None, False)
    assert line.funding == "grant"
    assert fresh(application).state == ApplicationState.ADMITTED


@pytest.mark.django_db
@pytest.mark.clause("6.3-b")
def test_each_office_drafts_its_own_kind_only() -> None:
    guests = Guests()
    application = guests.complete()
    for stranger in (guests.registrar, guests.signatory, guests.head, guests.partner):
        with pytest.raises(NotAllowedError):
            orders.draft_admission(applications=[application.pk], actor=stranger)
    order = guests.drafted(application)
    with pytest.raises(NotAllowedError):
        orders.send_for_signature(order_id=order.pk, actor=guests.registrar)
    with pytest.raises(NotAllowedError):
        orders.sign(order_id=orders.send_for_signature(order_id=order.pk, actor=guests.ipd).pk, actor=guests.ipd)


@pytest.mark.django_db
def test_numbers_follow_each_other_and_a_refused_signature_takes_none() -> None:
    guests = Guests(seats=3)
    first, second = guests.for_signature(guests.complete()), guests.for_signature(guests.complete())
    Agreement.objects.update(valid_until=today() - timedelta(days=1))
    with pytest.raises(BlockedError, match="not in force"):
        orders.sign(order_id=first.pk, actor=guests.signatory)
    Agreement.objects.update(valid_until=today() + timedelta(days=100))
    numbers = [orders.sign(order_id=one.pk, actor=guests.signatory).document for one in (first, second)]
    assert [paper.number_text for paper in numbers if paper] == ["1-ҚД", "2-ҚД"]


@pytest.mark.django_db
def test_a_student_stands_on_one_living_order() -> None:
    guests = Guests()
    application = guests.complete()
    order = guests.drafted(application)
    with pytest.raises(WrongStateError):
        orders.draft_admission(applications=[application.pk], actor=guests.ipd)
    orders.cancel_order(order_id=order.pk, actor=guests.ipd, reason="another period")
    assert fresh(application).state == ApplicationState.DOCUMENTS_COMPLETE
    assert guests.drafted(fresh(application)).state == OrderState.DRAFT


@pytest.mark.django_db
def test_the_order_waits_where_it_lies_and_its_students_page_says_so(client_as: ClientAs) -> None:
    guests = Guests()
    order = guests.drafted()
    student = order.lines.get().application
    case = reverse("admissions:application", args=[student.pk])
    assert [item.queue for item in open_items_of(order)] == ["ipd_coordinator@home"]
    assert open_items_of(order)[0].title.endswith(f" · {student.enrolment.person}")  # two of a partner are told apart
    page = client_as(guests.partner).get(case).context
    assert (page["movers"], page["due"]) == (["IPD coordinator"], open_items_of(order)[0].due)
    orders.send_for_signature(order_id=order.pk, actor=guests.ipd)
    assert [item.queue for item in open_items_of(order)] == ["signatory@home"]
    page = client_as(guests.partner).get(case).context
    assert (page["movers"], page["due"]) == (["Chair of the Board – Rector"], open_items_of(order)[0].due)
    assert open_items_of(student) == []
    orders.return_order(order_id=order.pk, actor=guests.signatory, reason="dates")
    assert [item.queue for item in open_items_of(order)] == ["ipd_coordinator@home"]


@pytest.mark.django_db
def test_who_sees_an_order() -> None:
    guests = Guests()
    order = guests.drafted()
    others = [
        institutions.user(Role.DEPARTMENT_HEAD, unit=institutions.department("ME", institutions.institute("GM"))),
        institutions.partner_user(institutions.partner("Yangtze", "CN")),
        guests.partner,
    ]
    people = [(guests.ipd, True), (guests.head, True), (guests.director, True), *((one, False) for one in others)]
    for person, sees in people:
        standing = standing_of(person)
        assert orders_visible_to(standing).filter(pk=order.pk).exists() is sees
        assert sees_order.test(standing, order) is sees
    orders.sign(order_id=orders.send_for_signature(order_id=order.pk, actor=guests.ipd).pk, actor=guests.signatory)
    assert orders_visible_to(standing_of(guests.partner)).filter(pk=order.pk).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("7.4-a")
def test_the_last_place_is_given_once_when_two_orders_are_signed_at_once() -> None:
    guests = Guests(seats=2)
    first, second = guests.for_signature(guests.complete()), guests.for_signature(guests.complete())
    guests.intake.seats = 1
    guests.intake.save()
    start = threading.Barrier(2)
    told: list[str] = []

    def sign(pk: int) -> None:
        try:
            start.wait()
            translation.activate("en")  # a thread speaks Kazakh until told otherwise
            orders.sign(order_id=pk, actor=type(guests.signatory).objects.get(pk=guests.signatory.pk))
        except RefusedError as refusal:
            told.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=sign, args=(order.pk,)) for order in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Order.objects.filter(state=OrderState.SIGNED).count() == 1
    assert len(told) == 1
    assert "The quota is exceeded: 2 students for 1 places." in told[0]


@pytest.mark.django_db
@pytest.mark.clause("8.6-c")
def test_who_departs_gets_an_extract_of_the_order_with_the_own_line_alone(client_as: ClientAs) -> None:
    cast = Cast()
    (first, reader), (second, _) = cast.requested(), cast.requested()

    order = orders.draft_departure(applications=[first.pk, second.pk], actor=cast.registrar)
    orders.send_for_signature(order_id=order.pk, actor=cast.registrar)
    signed = orders.sign(order_id=order.pk, actor=cast.signatory)

    extract, other = OfficialDocument.objects.filter(kind="order_extract").order_by("number")
    assert (other.subject_id, other.number) == (second.pk, extract.number + 1)
    assert signed.document is not None
    both = [one.enrolment.student_number for one in (first, second)]
    assert [student["student_number"] for student in signed.document.context["students"]] == both
    assert (extract.holder, extract.signatory) == (reader.person, cast.registrar)
    assert extract.context["order"]["number"] == signed.document.number_text
    assert [student["student_number"] for student in extract.context["students"]] == [first.enrolment.student_number]
    assert list(papers_visible_to(standing_of(reader)).filter(kind__endswith="extract")) == [extract]
    assert not papers_visible_to(standing_of(reader)).filter(kind="departure_order").exists()
    assert [(one.person, one.channel) for one in extract.deliveries.all()] == [(reader.person, "portal")]
    text = text_of(content_of(services.seal(extract.pk).file))
    assert signed.document.number_text in text
    assert "енгізілген білім" not in text
    # Who cannot go after all leaves the others where they are; the paper stands, the order's page says who is out.
    take_step(application_id=second.pk, name="cancel_admitted", actor=cast.ipd, reason="visa refused")
    assert (fresh(first).state, fresh(second).state) == (ApplicationState.ADMITTED, ApplicationState.CANCELLED)
    page = client_as(cast.registrar).get(reverse("admissions:order", args=[signed.pk])).content.decode()
    assert "the request and the list of" in page
    assert [page.count(f">{word}</span>") for word in ("admitted", "cancelled")] == [1, 1]
    assert "only another order changes it" in page
    assert "<dd>order type 32</dd>" in page


@pytest.mark.django_db
@pytest.mark.clause("7.5b-a")
def test_who_comes_gets_the_extract_with_the_invitation_and_not_before() -> None:
    Guests().signed()

    assert not OfficialDocument.objects.filter(kind="order_extract").exists()
