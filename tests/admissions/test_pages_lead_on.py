"""Pages lead on: from a case to where its next step is taken, from a list to whom it waits for, from the order to the stay."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from admissions.enums import ApplicationState, DocumentGiver, ItemState
from admissions.models import Application
from admissions.services import letters, orders, outgoing, visa
from admissions.views.case_facts import told_together
from admissions.workflow import phrases
from admissions.workflow.shared import DocumentFact, document_blocker
from core.http import Pointed
from core.machine import Blocker
from core.values import today
from core.worklist import open_items_of
from institutions.models import User
from tests.admissions.road import Case, Cast, fresh

ClientAs = Callable[[User], Client]


def case(client: Client, application: Application) -> dict[str, object]:
    """What the page of a case offers as its main action: label and address."""
    page = client.get(reverse("admissions:application", args=[application.pk]))
    assert page.status_code == 200
    action = page.context["action"]
    return {action.label: action.confirm_url or action.url} if action else {}


def test_a_draft_leads_to_the_form_where_it_is_written(cast: Cast, client_as: ClientAs) -> None:
    student = cast.student()
    form = reverse("admissions:application-draft", args=[cast.draft(student, motivation="").pk])
    application = Application.objects.get()

    assert case(client_as(student), application) == {"Go on writing": form}

    page = client_as(student).get(form)
    assert (page.context["movers"], page.context["due"]) == (["You: student"], cast.intake.closes_on)
    client_as(student).post(
        form, {"motivation": "To learn.", "then": "save", "seen": page.context["form"]["seen"].value()}
    )
    assert case(client_as(student), application) == {"Submit the application": form}


@pytest.mark.clause("8.1")
def test_whoever_gathers_is_led_to_gathering_then_to_the_list_and_nobody_else(
    cast: Cast, submitted: Case, client_as: ClientAs
) -> None:
    application, student = submitted
    lists_page = reverse("admissions:candidatelists")

    intake = reverse("admissions:intake", args=[cast.intake.pk])
    assert case(client_as(cast.coordinator), application) == {"Gather the candidates": intake}
    assert case(client_as(student), application) == {}
    assert case(client_as(cast.director), application) == {}
    waiting = client_as(cast.coordinator).get(lists_page).context["waiting"]
    assert [(call.pk, count) for call, count in waiting] == [(cast.intake.pk, 1)]
    assert client_as(cast.director).get(lists_page).context["waiting"] == []

    gathered = cast.gathered()

    page = reverse("admissions:candidatelist", args=[gathered.pk])
    assert case(client_as(cast.coordinator), application) == {"Put on the list and send it": page}
    assert client_as(cast.coordinator).get(lists_page).context["waiting"] == []


@pytest.mark.clause("8.3")
def test_after_its_letter_a_list_waits_for_the_partner_and_tells_its_history(
    cast: Cast, submitted: Case, client_as: ClientAs
) -> None:
    application, _student = submitted
    sent = cast.sent()
    address = reverse("admissions:candidatelist", args=[sent.pk])
    assert case(client_as(cast.ipd), fresh(application)) == {"Send the official letter": address}

    letters.send_official_letter(list_id=sent.pk, actor=cast.ipd)
    page = client_as(cast.ipd).get(address)

    assert page.context["movers"] == ["partner coordinator"]
    assert page.context["due"] == open_items_of(application)[0].due
    assert [entry.text for entry in page.context["story"]][-1] == "list begun"
    assert "List sent to the IPD with the request" in page.content.decode()
    cast.invite(fresh(application))
    assert client_as(cast.ipd).get(address).context["movers"] == []


def test_after_the_order_a_case_leads_to_stay_and_study_plan(cast: Cast, requested: Case, client_as: ClientAs) -> None:
    application, student = requested
    assert client_as(student).get(reverse("admissions:application", args=[application.pk])).context["onward"] == []
    order = orders.draft_departure(applications=[application.pk], actor=cast.registrar)
    orders.send_for_signature(order_id=order.pk, actor=cast.registrar)
    assert case(client_as(cast.signatory), application) == {
        "Sign the order": reverse("admissions:order", args=[order.pk])
    }

    orders.sign(order_id=order.pk, actor=cast.signatory)

    assert fresh(application).state == ApplicationState.ADMITTED
    for reader in (student, cast.ipd, cast.partner, cast.head):
        client = client_as(reader)
        answer = client.get(reverse("admissions:application", args=[application.pk]))
        onward = answer.context["onward"]
        assert answer.content.decode().count('class="button names"') == len(onward)  # and so they are printed
        assert [page.label for page in onward] == ["Stay at the partner", "Individual study plan"]
        assert {client.get(page.url).status_code for page in onward} == {200}


def test_a_case_names_the_papers_that_brought_it_on_in_their_places(
    cast: Cast, requested: Case, client_as: ClientAs
) -> None:
    application, student = requested
    order = orders.draft_departure(applications=[application.pk], actor=cast.registrar)
    orders.send_for_signature(order_id=order.pk, actor=cast.registrar)
    paper = orders.sign(order_id=order.pk, actor=cast.signatory).document
    assert paper is not None
    address = reverse("documents:officialdocument", args=[paper.pk])

    pages = {
        reader: client_as(reader).get(reverse("admissions:application", args=[application.pk]))
        for reader in (cast.ipd, student)
    }

    stages = {stage.label: [one.number for one in stage.papers] for stage in pages[cast.ipd].context["stages"]}
    assert stages["Admitted"] == [paper.number_text, "1-Ү"]  # the order, and the extract from it
    letter = fresh(application).letter
    assert letter is not None
    assert stages["Proposed to the partner"] == [letter.number_text]
    assert f'<a href="{address}">No. {paper.number_text}</a>' in pages[cast.ipd].content.decode()
    way = client_as(cast.ipd).get(reverse("admissions:order", args=[order.pk])).context["stages"]
    assert [(stage.label, bool(stage.who), [one.number for one in stage.papers]) for stage in way] == [
        ("Draft", True, []),
        ("Awaits signature", True, []),
        ("Signed", True, [paper.number_text]),
    ]
    # The order names classmates: the student has an extract of it, and its number without a way to it.
    assert f"No. {paper.number_text}" in pages[student].content.decode()
    assert address not in pages[student].content.decode()


@pytest.mark.clause("8.4", "8.5-a")
def test_a_refused_visa_stands_before_what_the_package_lacks_and_waits_for_the_ipd(
    cast: Cast, invited: Case, client_as: ClientAs
) -> None:
    application, student = invited
    pk = application.pk
    outgoing.request_package(application_id=pk, due=today() + timedelta(days=10), actor=cast.ipd)
    visa.visa_step(application_id=pk, name="submit", actor=cast.ipd, submitted_on=today(), category="D")
    visa.visa_step(application_id=pk, name="refuse", actor=cast.ipd, reason="means not shown")

    page = client_as(student).get(reverse("admissions:application", args=[pk])).context

    assert page["blockers"][0].text == "The visa was refused."
    assert page["movers"][0].startswith("You: student · ")
    assert "Decide how to go on after the visa refusal" in {item.ask for item in open_items_of(application)}


@pytest.mark.clause("8.4", "8.5-a")
def test_a_refused_visa_is_told_though_the_package_was_never_asked_for(
    cast: Cast, invited: Case, client_as: ClientAs
) -> None:
    application, student = invited
    visa.visa_step(application_id=application.pk, name="submit", actor=cast.ipd, submitted_on=today(), category="D")
    visa.visa_step(application_id=application.pk, name="refuse", actor=cast.ipd, reason="means not shown")

    page = client_as(student).get(reverse("admissions:application", args=[application.pk])).context

    assert [blocker.text for blocker in page["blockers"]] == [
        "The visa was refused.",
        "The package has not been asked for from department and institute.",
    ]
    assert page["movers"] == ["IPD coordinator · 2 things"]


@pytest.mark.clause("6.12-a")
def test_documents_that_lack_the_same_are_told_once_a_mover_and_a_returned_one_keeps_its_reason() -> None:
    package = [
        DocumentFact("passport", DocumentGiver.STUDENT, ItemState.RETURNED, "blurred"),
        *(DocumentFact(kind, DocumentGiver.STUDENT, ItemState.MISSING) for kind in ("medical", "photo", "language")),
        DocumentFact("transcript", DocumentGiver.REGISTRAR, ItemState.MISSING),
        *(DocumentFact(kind, DocumentGiver.STUDENT, ItemState.SUBMITTED) for kind in ("motivation", "insurance")),
    ]
    unsigned = [Blocker("6.12", text, party) for party, text in phrases.NOT_SIGNED.items()]

    told = told_together([*(blocker for one in package if (blocker := document_blocker(one))), *unsigned])

    inner = [one.blocker if isinstance(one, Pointed) else one for one in told]
    assert [(one.whose_move, one.text % one.params) for one in inner] == [
        ("student", "The copy of the passport was returned: “blurred”"),
        ("student", "Documents of the package that have not been handed in: 3."),
        ("registrar", "The transcript is missing."),
        ("ipd_coordinator", "Documents of the package that are to be checked: 2."),
        *((party, "Signatures under the three-party contract are missing.") for party in phrases.NOT_SIGNED),
    ]
    assert [one.url for one in told if isinstance(one, Pointed)] == ["#package"] * 2 + ["#contract"] * 3
    assert told_together(unsigned[:1]) == unsigned[:1]  # one alone is told by its own words
