"""Pages of the outgoing road, each walked by the role that comes to it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from admissions.enums import ApplicationState, PartnerAnswer
from admissions.models import Application, CandidateList
from admissions.services import contract, outgoing
from admissions.tables.applications import DECISIONS
from admissions.workflow.incoming import INCOMING
from core import jobs
from core.models import Job
from core.story import story_of
from core.values import today
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import standing_of
from tests.admissions.road import PDF, Case, Cast, fresh
from tests.factories import institutions, programmes
from tests.many import confirm, foresee, told

ClientAs = Callable[[User], Client]


def paper() -> SimpleUploadedFile:
    return SimpleUploadedFile("paper.pdf", PDF, content_type="application/pdf")


def post(client: Client, name: str, *args: object, **data: object) -> None:
    """Post a form and follow to a page that shows itself."""
    response = client.post(reverse(f"admissions:{name}", args=args), data, follow=True)
    assert response.status_code == 200
    assert 'role="alert"' not in response.content.decode(), response.content.decode()


def test_a_draft_saves_itself_half_filled_and_overwrites_no_other_phone(cast: Cast, client_as: ClientAs) -> None:
    student = cast.student()
    application = cast.draft(student, motivation="")
    address, client = reverse("admissions:application-draft", args=[application.pk]), client_as(student)
    seen = str(client.get(address).context["form"]["seen"].value())

    kept = client.post(address, {"motivation": "To lea", "seen": seen, "then": "keep"})
    again = client.post(address, {"motivation": "To learn", "seen": kept.json()["seen"], "then": "keep"})
    other = client.post(address, {"motivation": "On the phone", "seen": seen, "then": "keep"})
    long = client.post(address, {"motivation": "x" * 5001, "seen": again.json()["seen"], "then": "keep"})

    assert [one.status_code for one in (kept, again, other, long)] == [200, 200, 409, 422]
    assert kept.json()["words"].startswith("Saved ")
    assert "To learn" in other.json()["words"]
    application.refresh_from_db()
    assert (application.motivation, application.state) == ("To learn", "draft")


@pytest.mark.clause("6.12-a")
def test_several_documents_are_handed_in_at_once_and_each_is_told_by_itself(cast: Cast, client_as: ClientAs) -> None:
    student = cast.student()
    application = cast.draft(student)
    for kind in ("motivation", "language"):
        application.package.create(kind=kind, giver="student")
    address, client = reverse("admissions:documents-submit", args=[application.pk]), client_as(student)
    assert address in client.get(reverse("admissions:application-draft", args=[application.pk])).content.decode()
    wrong = SimpleUploadedFile("motivation.pdf", b"MZ no picture at all", content_type="application/pdf")

    nothing = client.post(address, {})
    some = client.post(address, {"passport": paper(), "motivation": wrong})
    rest = client.post(address, {"motivation": paper(), "language": paper()}, follow=True)

    assert (nothing.status_code, some.status_code) == (422, 422)
    assert list(some.context["form"].errors) == ["motivation"]
    assert "passport" not in some.context["form"].fields
    assert rest.redirect_chain[-1][0] != address
    handed_in = application.package.exclude(upload=None).values_list("kind", flat=True)
    assert set(handed_in) == {"passport", "motivation", "language"}


@pytest.mark.clause("6.12-a")
def test_what_is_there_already_says_so_after_what_is_still_to_bring(cast: Cast, client_as: ClientAs) -> None:
    student = cast.student()
    application = cast.draft(student)
    passport = application.package.get(kind="passport")
    for kind in ("motivation", "language"):
        application.package.create(kind=kind, giver="student")
    address, client = reverse("admissions:documents-submit", args=[application.pk]), client_as(student)
    named = SimpleUploadedFile("<i>me.pdf", PDF, content_type="application/pdf")

    client.post(address, {"passport": named, "motivation": paper()})
    application.package.filter(kind="motivation").update(status="returned", return_reason="<b>unsigned")
    page = client.get(address)

    fields = page.context["form"].fields
    assert next(reversed(fields)) == "passport"
    assert set(fields) == {"motivation", "language", "passport"}
    assert "Submitted: &lt;i&gt;me.pdf. A new file takes its place." in page.content.decode()
    assert "Returned: “&lt;b&gt;unsigned”" in page.content.decode()

    passport.refresh_from_db()
    application.package.filter(pk=passport.pk).update(status="accepted")
    page = client.get(address)
    assert set(page.context["form"].fields) == {"motivation", "language"}
    assert [(row.item.kind, row.status) for row in page.context["there"]] == [("passport", "accepted")]


@pytest.mark.clause("8.4-a")
@pytest.mark.clause("6.12-a")
def test_the_road_walked_by_its_pages(cast: Cast, client_as: ClientAs) -> None:
    student = cast.student()

    client = client_as(student)
    assert client.get(reverse("admissions:mine")).status_code == 200
    assert "Apply" in client.get(reverse("admissions:intake", args=[cast.intake.pk])).content.decode()
    post(client, "apply", cast.intake.pk)
    application = Application.objects.get()
    post(client, "application-draft", application.pk, motivation="To learn.", then="save")
    post(client, "document-submit", application.pk, "passport", file=paper())
    post(client, "application-draft", application.pk, motivation="To learn.", then="submit")

    client = client_as(cast.coordinator)
    post(client, "gather", cast.intake.pk)
    candidates = CandidateList.objects.get()
    row = {f"{application.pk}-rank": "1", "request_text": "Please propose.", "then": "send"}
    post(client, "list-place", candidates.pk, **row)

    client = client_as(cast.ipd)
    assert client.get(reverse("admissions:candidatelist", args=[candidates.pk])).status_code == 200
    asked = client.get(reverse("admissions:list-letter", args=[candidates.pk])).content.decode()
    assert "The partner is told and sees the candidates" in asked
    post(client, "list-letter", candidates.pk)

    client = client_as(cast.partner)
    assert client.get(reverse("admissions:candidatelist", args=[candidates.pk])).status_code == 200
    post(client, "answer", application.pk, answer="invited", file=paper())

    client = client_as(cast.ipd)
    post(client, "package-request", application.pk, due=f"{today() + timedelta(days=9):%d.%m.%Y}")
    post(client, "contract-make", application.pk)
    client = client_as(cast.coordinator)
    post(client, "document-submit", application.pk, "transcript", file=paper())
    client = client_as(student)
    assert client.get(reverse("admissions:chair", args=[application.pk]) + "?language=kk").status_code == 200
    post(client, "chair", application.pk, language="kk")
    for signer in (student, cast.signatory, cast.partner):
        client = client_as(signer)
        assert client.get(reverse("admissions:contract-sign", args=[application.pk])).status_code == 200
        post(client, "contract-sign", application.pk)

    client = client_as(cast.ipd)
    for item in application.package.filter(kind__in=("passport", "transcript")):
        post(client, "document-accept", application.pk, item.kind, item.upload_id)
    post(client, "application-step", application.pk, "complete_documents")
    post(client, "visa-step", application.pk, "submit", submitted_on=f"{today():%d.%m.%Y}")
    post(client, "application-step", application.pk, "request_order")

    assert fresh(application).state == ApplicationState.ORDER_REQUESTED


@pytest.mark.django_db
def test_a_case_shows_itself_to_all_who_may_see_it(client_as: ClientAs, subtests: pytest.Subtests) -> None:
    cast, states = Cast(), []
    for application, student in cast.walk():
        states.append(application.state)
        readers = [student, cast.ipd, cast.registrar, cast.signatory]
        readers += [cast.coordinator, cast.director, cast.head] if application.state != "draft" else []
        readers += [cast.partner] if application.letter_id else []
        # The student in every language, the others in one that changes with the state.
        languages = ("en", "kk", "ru")
        asked = [(student, language) for language in languages]
        asked += [(reader, languages[(len(states) + n) % 3]) for n, reader in enumerate(readers[1:])]
        for reader, language in asked:
            with subtests.test(state=application.state, reader=str(reader), language=language):
                client = client_as(reader)
                client.cookies["django_language"] = language
                assert client.get(reverse("admissions:application", args=[application.pk])).status_code == 200

    assert states == [
        "draft", "submitted", "nominated", "proposed", "invited", "documents_complete", "order_requested"
    ]  # fmt: skip


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_length(
    cast: Cast, client_as: ClientAs, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        cast.submitted()
    client = client_as(cast.ipd)

    with django_assert_num_queries(8):
        response = client.get(reverse("admissions:applications"))

    assert len(response.context["page"].object_list) == count


def test_many_at_once_does_what_can_be_done_and_tells_the_rest(cast: Cast, invited: Case, client_as: ClientAs) -> None:
    ready, _ = invited
    early, _ = cast.submitted()
    day = f"{today() + timedelta(days=5):%d.%m.%Y}"

    address, action = reverse("admissions:applications-bulk"), "applications.request_package"
    client = client_as(cast.ipd)
    page = foresee(client, address, action, ready.pk, early.pk)
    assert ([one.pk for one in page.context["will"]], [one.pk for one in page.context["will_not"]]) == (
        [ready.pk],
        [early.pk],
    )
    assert fresh(ready).package_due is None  # told, not done

    for impossible in ("30.02.2027", "01.01.2020", "31.12.2099"):
        page = confirm(client, address, page, due=impossible)
        assert page.status_code == 422
        assert list(page.context["form"].errors) == ["due"]
        assert told(page) == []
        assert ([one.pk for one in page.context["will"]], [one.pk for one in page.context["will_not"]]) == (
            [ready.pk],
            [early.pk],
        )
        assert fresh(ready).package_due is None
    answer = confirm(client, address, page, due=day)

    assert told(answer) == ["Done for 1 row."]
    assert fresh(ready).package_due == today() + timedelta(days=5)
    assert fresh(early).package_due is None
    assert foresee(client_as(cast.head), address, action, ready.pk).status_code == 404


def test_a_job_over_many_is_not_begun_for_a_day_that_suits_none(
    cast: Cast, invited: Case, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.bulk.AT_ONCE", 0)
    ready, _ = invited
    address, client = reverse("admissions:applications-bulk"), client_as(cast.ipd)
    page = foresee(client, address, "applications.request_package", ready.pk)

    refused = confirm(client, address, page, due="01.01.2020")
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["due"])
    assert not Job.objects.exists()

    confirm(client, address, page, due=f"{today() + timedelta(days=5):%d.%m.%Y}")
    assert fresh(ready).package_due is None  # tried and taken back: the job does it
    jobs.run(Job.objects.get().pk)
    assert fresh(ready).package_due == today() + timedelta(days=5)


def test_strangers_find_no_such_page(cast: Cast, submitted: Case, client_as: ClientAs) -> None:
    application, _ = submitted
    pages = [
        reverse("admissions:application", args=[application.pk]),
        reverse("admissions:document-submit", args=[application.pk, "passport"]),
        reverse("admissions:chair", args=[application.pk]),
        reverse("admissions:answer", args=[application.pk]),
        reverse("admissions:intake", args=[cast.intake.pk]),
        reverse("admissions:candidatelist", args=[cast.gathered().pk]),
    ]
    client = client_as(cast.outsider())

    assert [client.get(page).status_code for page in pages] == [404] * len(pages)


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_the_ranking_names_the_year_of_study_and_not_a_calendar_year(
    cast: Cast, language: str, client_as: ClientAs
) -> None:
    cast.submitted()
    candidates = cast.gathered()
    client = client_as(cast.coordinator)
    client.cookies["django_language"] = language

    page = client.get(reverse("admissions:candidatelist", args=[candidates.pk])).content.decode()

    assert '<th scope="col" class="num">Курс</th>' in page


def not_a_paper() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.txt", b"plain words", content_type="text/plain")


def test_a_file_that_is_not_taken_leaves_the_partner_on_its_form_with_what_was_typed(
    cast: Cast, proposed: Case, client_as: ClientAs
) -> None:
    application, _student = proposed

    typed = {"answer": "waiting", "reason": "We decide in May.", "file": not_a_paper()}
    answer = client_as(cast.partner).post(reverse("admissions:answer", args=[application.pk]), typed)

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "“a.txt” is not a kind of file that is asked for here; taken are: PDF, JPEG, PNG." in page
    assert "We decide in May." in page
    assert answer.context["form"].errors.keys() == {"file"}
    assert not application.replies.exists()


def test_an_old_window_of_the_partner_is_told_of_the_answer_given_meanwhile(
    cast: Cast, proposed: Case, client_as: ClientAs
) -> None:
    application, _student = proposed
    client, address = client_as(cast.partner), reverse("admissions:answer", args=[application.pk])
    shown = client.get(address).context["form"]["seen"].value()
    outgoing.answer(application_id=application.pk, answer=PartnerAnswer.WAITING, actor=cast.partner)

    told = client.post(address, {"answer": "refused", "reason": "No place.", "seen": shown})

    assert "the partner put the candidate on its waiting list" in told.content.decode()
    assert fresh(application).state == ApplicationState.PROPOSED
    client.post(address, {"answer": "refused", "reason": "No place.", "seen": told.context["form"]["seen"].value()})
    assert fresh(application).state == ApplicationState.PARTNER_REFUSED


def test_a_document_that_is_not_taken_is_asked_for_again_on_the_same_page(
    cast: Cast, submitted: Case, client_as: ClientAs
) -> None:
    application, student = submitted
    address = reverse("admissions:document-submit", args=[application.pk, "passport"])

    answer = client_as(student).post(address, {"file": not_a_paper()})

    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "file": ["“a.txt” is not a kind of file that is asked for here; taken are: PDF, JPEG, PNG."]
    }
    assert application.package.get(kind="passport").upload is None


def test_a_signature_on_paper_keeps_its_words_when_the_scan_is_not_taken(
    cast: Cast, invited: Case, client_as: ClientAs
) -> None:
    application, _student = invited
    contract.make_contract(application_id=application.pk, actor=cast.ipd)
    typed = {"party": "partner", "signed_by": "K. Brandt", "signed_on": f"{today():%d.%m.%Y}", "file": not_a_paper()}

    answer = client_as(cast.ipd).post(reverse("admissions:contract-enter", args=[application.pk]), typed)

    assert answer.status_code == 422
    assert "K. Brandt" in answer.content.decode()
    assert answer.context["form"].errors.keys() == {"file"}


def test_history_names_the_document_that_was_handed_in(cast: Cast, submitted: Case, client_as: ClientAs) -> None:
    application, student = submitted
    post(client_as(student), "document-submit", application.pk, "passport", file=paper())

    page = client_as(cast.ipd).get(reverse("admissions:application", args=[application.pk]))

    assert "Handed in a document: passport, “paper.pdf”" in page.content.decode()
    with translation.override("kk"):
        assert "құжат тапсырылды: төлқұжат, «paper.pdf»" in [entry.text for entry in story_of(application)]


@pytest.mark.clause("8.1-a")
def test_a_student_who_has_not_applied_is_invited_on_the_first_page_and_sees_no_staffs_tabs(
    cast: Cast,
    client_as: ClientAs,
) -> None:
    student = institutions.user(Role.STUDENT)
    programmes.enrolment(cast.pathway.home_programme, student.person)
    client = client_as(student)
    call, orders = reverse("admissions:intake", args=[cast.intake.pk]), reverse("admissions:orders")

    first = client.get(reverse("inbox"))
    assert call in first.content.decode()
    assert "When somebody needs your decision" not in first.content.decode()
    assert call not in client_as(cast.ipd).get(reverse("inbox")).content.decode()
    client = client_as(student)
    assert client.get(reverse("admissions:applications"))["Location"] == reverse("admissions:mine")
    for name in ("intakes", "candidatelists", "nominations", "incoming"):
        assert f'href="{orders}"' not in client.get(reverse(f"admissions:{name}")).content.decode()

    cast.draft(student)
    client = client_as(student)
    assert call not in client.get(reverse("inbox")).content.decode()
    assert f'href="{orders}"' in client_as(cast.ipd).get(reverse("admissions:intakes")).content.decode()


@pytest.mark.parametrize("name", ["invite", "propose", "refuse", "send_to_review"])
def test_a_step_of_incoming_students_is_never_foreseen_for_an_outgoing_one(
    cast: Cast, submitted: Case, name: str
) -> None:
    """Steps of both roads have the same names: “invite” is the University's for those who come, the partner's for those who go."""
    application, _ = submitted
    deed = next(deed for *_when, deed in DECISIONS if deed.name == f"applications.{name}")
    application.state = ApplicationState.PROPOSED if name == "invite" else INCOMING.step(name).sources[0]

    [prospect] = deed.foresee(standing_of(cast.ipd), [application])

    assert [blocker.text for blocker in prospect.blockers] == ["This is done with incoming students only."]
