"""Pages of the incoming road: each role's own, what strangers get, what buttons do."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from admissions.enums import ApplicationState as S
from admissions.models import Application, CandidateList, Intake, Order
from admissions.services import incoming, orders, package, visa
from core.story import story_of
from core.values import today
from core.worklist import open_items_of
from institutions.enums import Role
from institutions.models import Person, User
from programmes.models import Programme
from tests.admissions.coming import Guests, fresh
from tests.factories import institutions
from tests.many import confirm, foresee, told

pytestmark = pytest.mark.django_db
As = Callable[[User], Client]
XLSX = Path(settings.BASE_DIR) / "satbayev_jdp/demo/data/nominations_nordtal_2027_spring.xlsx"


def test_the_case_page_at_every_state_for_everybody(client_as: As, subtests: pytest.Subtests) -> None:
    guests, states = Guests(), []
    for application in guests.walk():
        states.append(application.state)
        url = reverse("admissions:application", args=[application.pk])
        watchers = [guests.ipd, guests.registrar, guests.signatory, guests.partner]
        unit = [guests.head, guests.director, guests.coordinator]
        seen = 404 if application.state in {S.DRAFT, S.NOMINATED} else 200
        with subtests.test(state=application.state):
            assert [client_as(who).get(url).status_code for who in watchers] == [200] * 4
            assert [client_as(who).get(url).status_code for who in unit] == [seen] * 3

    assert states == [
        S.DRAFT, S.NOMINATED, S.IN_REVIEW, S.DEPARTMENT_AGREED, S.RECOMMENDED, S.DOCUMENTS_COMPLETE, S.ORDER_DRAFTED,
        S.ADMITTED, S.INVITED, S.ARRIVED,
    ]  # fmt: skip


@pytest.mark.clause("7.2-b")
def test_strangers_get_what_does_not_exist(client_as: As) -> None:
    guests = Guests()
    application = guests.in_review()
    other_head = institutions.user(
        Role.DEPARTMENT_HEAD, unit=institutions.department("ME", institutions.institute("GM"))
    )
    other_partner = institutions.partner_user(institutions.partner("Yangtze", "CN"))
    names = ["application", "incoming-agree", "incoming-refuse", "incoming-propose"]
    for who in (other_head, other_partner, institutions.user()):
        client = client_as(who)
        assert [client.get(reverse(f"admissions:{name}", args=[application.pk])).status_code for name in names] == [
            404
        ] * 4
        made = guests.listed(application)
        assert client.get(reverse("admissions:nominationlist", args=[made.pk])).status_code == 404


@pytest.mark.clause("7.1-a")
def test_partner_imports_a_file_after_a_dry_run(client_as: As) -> None:
    guests = Guests()
    guests.intake.semester = 2
    guests.intake.save()
    client = client_as(guests.partner)
    start = reverse("admissions:nomination-import", args=[guests.intake.pk])
    assert client.get(start).status_code == 200
    assert client.post(start, {"file": SimpleUploadedFile("list.xlsx", b"MZ no table")}).status_code == 422

    checked = client.post(start, {"file": SimpleUploadedFile("list.xlsx", XLSX.read_bytes())}, follow=True)

    assert checked.status_code == 200
    assert not CandidateList.objects.exists()
    here = checked.redirect_chain[-1][0]
    written = client.post(here, follow=True)
    assert written.status_code == 200
    assert b"4 candidates are on the list." in written.content
    again = client.post(here)
    assert again.status_code == 422
    assert b"not taken" in again.content
    assert b"goes on the list" not in again.content
    assert CandidateList.objects.count() == 1


def test_a_file_that_cannot_be_written_after_all_is_told_why(client_as: As) -> None:
    guests = Guests()
    Intake.objects.update(semester=2)
    client = client_as(guests.partner)
    start = reverse("admissions:nomination-import", args=[guests.intake.pk])
    check = client.post(start, {"file": SimpleUploadedFile("list.xlsx", XLSX.read_bytes())}).headers["Location"]
    Programme.objects.update(department=None)

    refused = client.post(check, follow=True)

    assert refused.redirect_chain == [(start, 302)]
    assert "The programme belongs to no department of an institute." in refused.content.decode()
    assert not CandidateList.objects.exists()


def test_partner_types_a_candidate_and_sees_what_is_wrong_at_the_field(client_as: As) -> None:
    guests = Guests()
    client = client_as(guests.partner)
    url = reverse("admissions:candidate-new", args=[guests.intake.pk])
    data = {
        "surname": "Øvergård",
        "given_names": "Ingrid",
        "birth_date": "30.11.2002",
        "sex": "F",
        "citizenship": "XX",
        "passport_number": "NO-1",
        "passport_valid_until": "01.01.2035",
        "email": "i@example.org",
        "matriculation": "N1",
        "language_certificate": "",
        "average_mark": "87,5",
    }
    wrong = client.post(url, data)
    assert (wrong.status_code, b"is no ISO code of a country" in wrong.content) == (422, True)
    assert wrong.context["form"].errors["average_mark"] == ["Must lie between 1 and 5, got “87.5”."]
    both = client.post(url, {**data, "birth_date": "31.02.2002", "email": "i@"}).context["form"].errors
    assert set(both) == {"birth_date", "email", "citizenship", "average_mark"}  # all in one round
    data["average_mark"] = "1,75"
    right = client.post(url, {**data, "citizenship": "no"}, follow=True)
    assert b"Next: the documents." in right.content
    correct = reverse("admissions:candidate-correct", args=[right.context["application"].pk])
    form = client.get(correct).context["form"]
    assert client.post(correct, {**data, "seen": form["seen"].value()}).status_code == 422
    assert client.post(correct, {**data, "citizenship": "se", "seen": form["seen"].value()}).status_code == 302
    assert form["seen"].is_hidden
    assert Person.objects.get(passport_number="NO-1").citizenship == "SE"
    assert form["average_mark"].value() == Decimal("1.75")
    page = client.get(reverse("admissions:application", args=[right.context["application"].pk]))
    assert "1.75 (best 1, lowest pass 4)" in page.content.decode()


@pytest.mark.clause("7.3")
def test_who_decides_sees_the_average_mark_that_the_partner_states(client_as: As) -> None:
    guests = Guests()
    case = guests.in_review(average_mark=Decimal("1.7"))
    silent = guests.in_review()
    for who, step in ((guests.head, "agree"), (guests.director, "propose")):
        pages = [client_as(who).get(reverse(f"admissions:incoming-{step}", args=[one.pk])) for one in (case, silent)]
        assert [page.context["promise"][0][1] for page in pages] == ["1.70 (best 1, lowest pass 4)", ""]
        assert b"1.70 (best 1, lowest pass 4)" in pages[0].content
        for one in (case, silent) if who is guests.head else ():
            incoming.agree(application_id=one.pk, actor=guests.head)
    dossier = client_as(guests.director).get(reverse("dossier", args=[case.enrolment_id]))
    assert b"1.70 (best 1, lowest pass 4)" in dossier.content


def test_list_page_and_sending(client_as: As) -> None:
    guests = Guests()
    whole, rest = guests.draft(), guests.draft()
    guests.hand_in(whole)
    made = guests.listed(whole)
    client = client_as(guests.partner)
    for address, count in (("nominations", 1), ("intakes", 1), ("candidatelists", 0)):
        assert client.get(reverse(f"admissions:{address}")).context["page"].paginator.count == count
    listed = client.get(reverse("admissions:nominationlist", args=[made.pk])).content.decode()
    assert f"· {whole.enrolment.person.citizenship_name} ·" in listed
    moved = client.get(reverse("admissions:candidatelist", args=[made.pk]))
    assert moved.headers["Location"] == reverse("admissions:nominationlist", args=[made.pk])

    sent = client.post(reverse("admissions:nominationlist-send", args=[made.pk]), follow=True)

    assert b"1 candidate is sent." in sent.content
    assert (fresh(whole).state, fresh(rest).state) == (S.NOMINATED, S.DRAFT)


@pytest.mark.clause("7.3-c")
def test_decisions_on_many_with_a_comment(client_as: As) -> None:
    guests = Guests()
    first, second = guests.in_review(), guests.in_review()
    client = client_as(guests.head)
    assert (
        f"· {first.enrolment.person.citizenship_name}<" in client.get(reverse("admissions:incoming")).content.decode()
    )
    address, action = reverse("admissions:incoming-many"), "applications.agree"
    page = foresee(client, address, action, first.pk, second.pk, "²", "9" * 30)

    assert told(confirm(client, address, page, comment="good marks")) == ["Done for 2 rows."]
    # An old window, sent again: whatever moved on meanwhile is told, once for all rows of which it is true.
    (refused,) = told(confirm(client, address, page, comment="good marks"))
    assert refused.startswith("Somebody was first")
    assert refused.endswith("(2 rows)")
    (one,) = foresee(client, address, action, first.pk).context["will_not"]
    assert one.reasons[0][0].startswith("Now it stands at")


def test_department_decides_on_one_page(client_as: As) -> None:
    guests = Guests()
    application = guests.in_review()
    url = reverse("admissions:incoming-agree", args=[application.pk])
    client = client_as(guests.head)
    page = client.get(url)
    assert page.status_code == 200
    row = application.chosen_rows.order_by("position")[0]
    client.post(url, {"rows": [row.pk], "comment": ""})
    assert fresh(application).state == S.DEPARTMENT_AGREED
    assert list(application.chosen_rows.all()) == [row]
    director = client_as(guests.director)
    propose = reverse("admissions:incoming-propose", args=[application.pk])
    assert director.get(propose).status_code == 200
    assert director.post(propose, {"comment": ""}).status_code == 302
    assert fresh(application).state == S.RECOMMENDED


@pytest.mark.clause("7.3")
def test_the_director_reads_what_the_department_agreed_to_and_a_refused_candidate_shows_none(client_as: As) -> None:
    guests = Guests()
    application, refused = guests.in_review(), guests.in_review()
    row = application.chosen_rows.order_by("position")[0]
    incoming.agree(application_id=application.pk, actor=guests.head, row_ids=[row.pk], comment="strong in physics")
    incoming.refuse(application_id=refused.pk, actor=guests.head, reason="no place")
    director = client_as(guests.director)

    page = director.get(reverse("admissions:incoming-propose", args=[application.pk]))

    assert {one.row_id for one in page.context["courses"]} == {row.pk}
    assert "“strong in physics”" in page.content.decode()
    assert reverse("admissions:application", args=[application.pk]) in page.content.decode()
    shown = [
        director.get(reverse("admissions:application", args=[one.pk])).context["shows_courses"]
        for one in (application, refused)
    ]
    assert shown == [True, False]


def test_order_from_draft_to_number_on_its_pages(client_as: As, django_capture_on_commit_callbacks: object) -> None:
    guests = Guests()
    application = guests.complete()
    ipd = client_as(guests.ipd)
    assert b"Ready for an order on admission" in ipd.get(reverse("admissions:orders")).content
    new = reverse("admissions:order-new", args=["admission_in", guests.intake.pk])
    assert ipd.get(new).status_code == 200
    data = {
        "pick": [application.pk],
        "starts_on": "01.02.2027",
        "ends_on": "30.06.2027",
        "format": "on_site",
        "language": "en",
    }
    assert ipd.post(new, data).status_code == 302
    order = Order.objects.get()
    page = reverse("admissions:order", args=[order.pk])
    assert ipd.get(page).status_code == 200
    assert (
        ipd.get(reverse("documents:draft", args=["admission_order", order.pk])).headers["Content-Type"]
        == "application/pdf"
    )
    assert ipd.post(reverse("admissions:order-send", args=[order.pk])).status_code == 302
    assert ipd.get(reverse("admissions:order-sign", args=[order.pk])).status_code == 404
    signatory = client_as(guests.signatory)
    assert b"What will happen" in signatory.get(reverse("admissions:order-sign", args=[order.pk])).content
    signed = signatory.post(reverse("admissions:order-sign", args=[order.pk]), follow=True)
    assert "The order is signed: No. 1-ҚД." in signed.content.decode()
    again = signatory.post(reverse("admissions:order-sign", args=[order.pk]), follow=True)
    assert b"Somebody was first" in again.content
    ipd = client_as(guests.ipd)
    invite = reverse("admissions:incoming-invite", args=[application.pk])
    assert ipd.get(invite).status_code == 200
    assert b"Invitation and order are sent." in ipd.post(invite, follow=True).content
    for kind in ("xlsx", "csv"):
        assert ipd.get(reverse("admissions:orders") + f"?export={kind}").status_code == 200


def test_signatory_returns_and_office_gives_up(client_as: As) -> None:
    guests = Guests()
    order = guests.for_signature()
    url = reverse("admissions:order-return", args=[order.pk])
    signatory = client_as(guests.signatory)
    assert signatory.get(url).status_code == 200
    assert signatory.post(url, {"reason": "period"}).status_code == 302
    anew = reverse("admissions:order-anew", args=[order.pk])
    assert anew.encode() not in signatory.get(reverse("admissions:order", args=[order.pk])).content
    assert signatory.get(anew).status_code == 404
    cancel = reverse("admissions:order-cancel", args=[order.pk])
    ipd = client_as(guests.ipd)
    assert ipd.post(cancel, {"reason": "new draft"}, follow=True).status_code == 200
    order.refresh_from_db()
    assert order.state == "cancelled"
    assert ipd.get(anew).status_code == 302


@pytest.mark.clause("6.3")
def test_a_returned_order_is_drafted_anew_with_its_students_and_what_it_says(client_as: As) -> None:
    guests = Guests(seats=3)
    kept, left, added = (guests.complete() for _ in range(3))
    order = guests.for_signature(kept, left)
    Order.objects.update(basis_kk="№ 4 хаттама", basis_ru="Протокол № 4", language="ru")
    orders.return_order(order_id=order.pk, reason="the period", actor=guests.signatory)
    client, page = client_as(guests.ipd), reverse("admissions:order", args=[order.pk])
    assert "the director's proposal of" in client.get(page).content.decode()
    anew = reverse("admissions:order-anew", args=[order.pk])
    case = client.get(page).context
    assert (case["action"].url, [one.label for one in case["others"]]) == (anew, ["Preview", "Send for signature"])
    (asked,) = open_items_of(order)
    assert asked.text == "Draft the order anew: returned by %(name)s (%(role)s)"
    assert asked.params["role"] == Role.SIGNATORY

    shown = client.get(anew).context
    typed = {name: shown["form"][name].value() for name in shown["form"].fields}
    assert [(row["student"].pk, row["picked"]) for row in shown["rows"]] == [
        (kept.pk, True), (left.pk, True), (added.pk, False),
    ]  # fmt: skip
    assert (typed["basis_kk"], typed["basis_ru"], typed["language"]) == ("№ 4 хаттама", "Протокол № 4", "ru")
    data = {**typed, **{name: f"{typed[name]:%d.%m.%Y}" for name in ("starts_on", "ends_on")}}
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"pick": []}, "Choose the students"),
        ({"basis_ru": ""}, "say this in both"),
        ({"basis_kk": "№ 4 🎓"}, "printed"),
    ]
    for changes, said in wrong:
        refused = client.post(anew, {**data, "pick": [kept.pk], **changes})
        order.refresh_from_db()
        assert (refused.status_code, order.state, said in refused.content.decode()) == (422, "draft", True), said

    done = client.post(anew, {**data, "basis_ru": "Протокол № 5", "pick": [kept.pk, added.pk]}, follow=True)

    order.refresh_from_db()
    made = Order.objects.latest("pk")
    assert done.redirect_chain == [(reverse("admissions:order", args=[made.pk]), 302)]
    assert (order.state, made.state, made.basis_ru) == ("cancelled", "draft", "Протокол № 5")
    with override("ru"):  # whatever the language of whoever drafted it
        assert [entry.reason for entry in story_of(order) if entry.reason] == ["составлен заново", "the period"]
    assert {line.application_id for line in made.lines.all()} == {kept.pk, added.pk}
    assert [fresh(one).state for one in (kept, left, added)] == [
        S.ORDER_DRAFTED, S.DOCUMENTS_COMPLETE, S.ORDER_DRAFTED,
    ]  # fmt: skip
    new_page = reverse("admissions:order", args=[made.pk])
    assert f'href="{page}"' in client.get(new_page).content.decode()
    assert f'href="{new_page}"' in client.get(page).content.decode()
    # Both were asked for at once, from two windows: the second finds the draft given up.
    assert client.post(anew, {**data, "pick": [kept.pk]}).status_code == 302
    assert Order.objects.count() == 2


def test_a_step_with_its_own_page_is_not_taken_by_the_generic_one(client_as: As) -> None:
    guests = Guests()
    application = guests.agreed()
    url = reverse("admissions:application-step", args=[application.pk, "propose"])
    assert client_as(guests.director).post(url).status_code == 404


def test_a_guests_own_page_names_the_university_and_programme_he_comes_to(client_as: As) -> None:
    guests = Guests()
    application = guests.proposed()
    student = guests.student(application)
    client = client_as(student)

    mine = client.get(reverse("admissions:mine")).content.decode()
    case = client.get(reverse("admissions:application", args=[application.pk]))

    host = guests.pathway.home_programme
    assert f">{host.university.name}</a></h2>" in mine
    assert f"<p>{host.code} {host.name}</p>" in mine
    assert guests.pathway.partner_programme.university.name not in mine
    assert ("Programme at the University", f"{host.code} {host.name}") in case.context["pathway_facts"]


@pytest.mark.clause("7.3")
def test_a_decision_leads_to_the_documents_that_its_reader_may_open_and_to_no_other(client_as: As) -> None:
    guests = Guests()
    case = guests.in_review()
    client = client_as(guests.head)

    page = client.get(reverse("admissions:incoming-agree", args=[case.pk]))
    links = set(re.findall(r'href="(/documents/uploads/[^"]*)"', page.content.decode()))

    assert 0 < len(links) < len(page.context["documents"])
    assert {client.get(link).status_code for link in links} == {200}


@pytest.mark.clause("7.3")
def test_the_page_that_refuses_is_there_for_whose_move_it_is_only(client_as: As) -> None:
    guests = Guests()
    case = guests.in_review()
    url = reverse("admissions:incoming-refuse", args=[case.pk])

    def answers(who: User) -> tuple[int, int]:
        client = client_as(who)
        return client.get(url).status_code, client.post(url, {"reason": ""}).status_code

    before = answers(guests.head), answers(guests.director)
    Application.objects.filter(pk=case.pk).update(state=S.DEPARTMENT_AGREED)
    after = answers(guests.head), answers(guests.director)

    assert before == ((200, 422), (404, 404))
    assert after == ((302, 422), (200, 422))  # whoever was second is led to the case


@pytest.mark.clause("7.3")
def test_what_cannot_be_undone_is_said_before_it_is_done(client_as: As) -> None:
    """A refusal ends the case; what is returned comes again."""
    guests = Guests()
    case, nominated = guests.in_review(), guests.nominated()
    says = "it cannot be opened again"

    refused = client_as(guests.head).get(reverse("admissions:incoming-refuse", args=[case.pk])).content.decode()
    back = reverse("admissions:application-step", args=[nominated.pk, "return_to_partner"])
    returned = client_as(guests.ipd).get(back).content.decode()

    assert says in refused
    assert "What will happen" in refused
    assert says not in returned


@pytest.mark.clause("7.6")
def test_a_refused_visa_says_why_on_its_card_and_leads_no_student_to_the_arrival(client_as: As) -> None:
    guests = Guests()
    application = guests.invited()
    pk, address = application.pk, reverse("admissions:application", args=[application.pk])
    typed = {"submitted_on": f"{today():%d.%m.%Y}", "category": ""}
    told = client_as(guests.ipd).post(reverse("admissions:visa-step", args=[pk, "submit"]), typed, follow=True)
    assert [str(message) for message in told.context["messages"]] == ["Done: visa file submitted"]
    visa.visa_step(application_id=pk, name="refuse", actor=guests.ipd, reason="means not shown")

    student = client_as(guests.student(application)).get(address)

    assert student.context["movers"] == ["IPD coordinator"]
    assert student.context["action"] is None
    assert "My arrival, step by step" not in student.content.decode()
    assert ("Refused because", "means not shown") in student.context["visa_facts"]

    visa.visa_step(application_id=pk, name="collect_again", actor=guests.ipd)

    facts = dict(client_as(guests.ipd).get(address).context["visa_facts"])
    assert "Submitted" not in facts
    assert facts["Refused because"] == "means not shown"


# --- decisions that cannot be taken yet -------------------------------------------------------------------------------


def live(page: str, label: str) -> bool:
    """Whether a page's button of this name can be pressed; it is there in any case."""
    (button,) = re.findall(rf"<button[^>]*>{label}</button>", page)
    return "aria-disabled" not in button


@pytest.mark.clause("6.12-a")
@pytest.mark.clause("7.3-a")
@pytest.mark.parametrize(
    ("address", "label"), [("incoming-agree", "I agree"), ("incoming-propose", "I propose admission")]
)
def test_a_decision_that_a_returned_document_blocks_says_so_before_it_is_pressed(
    client_as: As, address: str, label: str
) -> None:
    guests = Guests()
    agrees = address == "incoming-agree"
    application = guests.in_review() if agrees else guests.agreed()
    client = client_as(guests.head if agrees else guests.director)
    url = reverse(f"admissions:{address}", args=[application.pk])
    assert live(client.get(url).content.decode(), label)
    package.return_document(application_id=application.pk, kind="passport", reason="expired", actor=guests.ipd)

    page = client.get(url)

    assert not live(page.content.decode(), label)
    assert [(one.clause, one.whose_move) for one in page.context["blockers"]] == [("6.12", Role.PARTNER_COORDINATOR)]
    assert page.context["movers"] == ["partner coordinator"]
    assert "You: " not in page.content.decode()


@pytest.mark.clause("7.3-d")
def test_the_department_is_not_kept_from_agreeing_by_the_courses_that_it_chooses_there(client_as: As) -> None:
    guests = Guests()
    application = guests.in_review()
    application.chosen_rows.clear()

    page = client_as(guests.head).get(reverse("admissions:incoming-agree", args=[application.pk]))

    assert live(page.content.decode(), "I agree")


@pytest.mark.clause("5.8-a")
def test_a_signature_that_something_blocks_is_grey_and_says_why(client_as: As) -> None:
    guests = Guests()
    order = guests.for_signature()
    client, url = client_as(guests.signatory), reverse("admissions:order-sign", args=[order.pk])
    assert live(client.get(url).content.decode(), "Sign")
    agreement = guests.pathway.agreement
    agreement.valid_from, agreement.valid_until = today() - timedelta(days=700), today() - timedelta(days=5)
    agreement.save()

    page = client.get(url)

    assert not live(page.content.decode(), "Sign")
    assert [(one.clause, one.whose_move) for one in page.context["blockers"]] == [("5.8", Role.IPD_COORDINATOR)]
    assert page.context["movers"] == ["IPD coordinator"]


def test_a_decision_that_was_taken_already_leads_to_the_case(client_as: As) -> None:
    guests = Guests()
    application = guests.proposed()
    case = reverse("admissions:application", args=[application.pk])

    for who, address in ((guests.head, "agree"), (guests.head, "refuse"), (guests.director, "propose")):
        page = client_as(who).get(reverse(f"admissions:incoming-{address}", args=[application.pk]))
        assert page.headers["Location"] == case


@pytest.mark.clause("7.1-a")
def test_a_whole_candidate_is_due_when_its_list_is(client_as: As) -> None:
    guests = Guests()
    application = guests.draft()
    guests.hand_in(application)

    page = client_as(guests.partner).get(reverse("admissions:application", args=[application.pk]))

    assert page.context["movers"] == ["You: partner coordinator"]
    assert page.context["due"] == guests.intake.closes_on
