"""What the pages of the Agreement road lead to: what is offered opens, what is missing has a link, a name tells two apart."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from agreements.enums import PathwayState
from agreements.models import Agreement, Pathway
from agreements.services.annex import propose_annex
from agreements.services.renewal import renew_agreement
from core.permissions import role_label
from core.values import today
from core.worklist import open_items_of
from institutions.enums import Role
from satbayev_jdp.demo.scans import scan
from tests.agreements.road import ANNEX, Road, whole
from tests.conftest import ClientAs
from tests.factories import admissions, agreements, institutions, programmes
from tests.programmes.files import sent


def _council(pathway: Pathway, university: int) -> str:
    return reverse("agreements:council", args=[pathway.pk, university, whole(pathway.agreement)])


@pytest.mark.clause("5.4-a")
def test_a_council_is_offered_to_those_who_write_it_down_and_opens_for_nobody_else(
    road: Road, approved: Pathway, client_as: ClientAs
) -> None:
    page = reverse("agreements:pathway", args=[approved.pk])
    forms = [_council(approved, road.home.pk), _council(approved, road.partner.pk)]
    people = {"ipd": road.ipd, "partner": road.coordinator, "lawyer": road.lawyer}

    offered = {name: [form in _text(client_as(user), page) for form in forms] for name, user in people.items()}
    opened = {name: [client_as(user).get(form).status_code for form in forms] for name, user in people.items()}
    sent_off = client_as(road.coordinator).post(forms[0], {}).status_code

    assert offered == {"ipd": [True, True], "partner": [False, True], "lawyer": [False, False]}
    assert opened == {"ipd": [200, 200], "partner": [404, 200], "lawyer": [404, 404]}
    assert sent_off == 404


def _text(client: Client, page: str) -> str:
    answer = client.get(page)
    assert answer.status_code == 200
    return answer.content.decode()


def test_readiness_leads_to_a_form_only_whom_it_is_there_for(
    road: Road, approved: Pathway, client_as: ClientAs
) -> None:
    page = reverse("agreements:readiness", args=[approved.pk])

    rows = client_as(road.coordinator).get(page).context["rows"]

    assert [row.url for row in rows if row.clause == "5.4"] == [
        reverse("agreements:pathway", args=[approved.pk]) + "#councils",
        _council(approved, road.partner.pk),
    ]
    assert {client_as(road.coordinator).get(row.url, follow=True).status_code for row in rows} == {200}


@pytest.mark.clause("5.7-a")
def test_all_that_stands_in_the_way_of_a_new_pathway_leads_on(road: Road, client_as: ClientAs) -> None:
    pathway = road.drafted()

    shown = client_as(road.ipd).get(reverse("agreements:pathway", args=[pathway.pk])).context["blockers"]

    assert {"5.7", "A1"} <= {one.blocker.clause for one in shown}
    assert [one.blocker for one in shown if not one.url] == []


@pytest.mark.clause("5.7-a")
def test_every_demand_of_readiness_has_a_place_where_it_is_met(road: Road, client_as: ClientAs) -> None:
    pathway = road.drafted(partner_semesters=0, scale=None)

    rows = client_as(road.ipd).get(reverse("agreements:readiness", args=[pathway.pk])).context["rows"]

    assert [row.demand for row in rows if not row.url] == []
    assert {client_as(road.ipd).get(row.url).status_code for row in rows} == {200}


def test_what_an_agreement_lacks_leads_to_where_it_is_done(road: Road, approved: Pathway, client_as: ClientAs) -> None:
    page = reverse("agreements:agreement", args=[approved.agreement_id])

    waits_for_councils = {user.pk: _text(client_as(user), page) for user in (road.ipd, road.lawyer)}

    here = reverse("agreements:pathway", args=[approved.pk]) + "#councils"
    forms = [_council(approved, side.pk) for side in (road.home, road.partner)]
    assert [waits_for_councils[road.ipd.pk].count(f'<a href="{form}">go there</a>') for form in forms] == [1, 1]
    assert waits_for_councils[road.lawyer.pk].count(f'<a href="{here}">go there</a>') == 2


@pytest.mark.clause("A1-d")
def test_an_annex_that_is_proposed_is_the_partners_move_and_leads_to_its_version(
    road: Road, drafted: Pathway, client_as: ClientAs
) -> None:
    version = road.imported(drafted)
    pages = {
        "agreement": reverse("agreements:agreement", args=[drafted.agreement_id]),
        "pathway": reverse("agreements:pathway", args=[drafted.pk]),
        "readiness": reverse("agreements:readiness", args=[drafted.pk]),
    }
    link = f'href="{reverse("agreements:annexversion", args=[version.pk])}">go there'

    draft = {name: link in _text(client_as(road.ipd), page) for name, page in pages.items()}
    hidden = [_text(client_as(road.coordinator), page).count(link) for page in pages.values()]
    propose_annex(version_id=version.pk, actor=road.ipd)
    proposed = {name: link in _text(client_as(road.coordinator), page) for name, page in pages.items()}

    assert draft == proposed == dict.fromkeys(pages, True)
    assert hidden == [0, 0, 0]
    for page in pages.values():
        assert _movers_of_annex_1(client_as(road.ipd), page) == {"partner coordinator"}


def _movers_of_annex_1(client: Client, page: str) -> set[str]:
    context = client.get(page).context
    if page.endswith("/readiness/"):
        return {mover for row in context["rows"] if row.clause == "A1" for mover in row.movers}
    blockers = [getattr(one, "blocker", one) for one in context["blockers"]]
    return {role_label(blocker.whose_move) for blocker in blockers if blocker.clause == "A1"}


@pytest.mark.clause("5.3-a")
def test_who_must_wait_in_a_draft_sees_the_next_step_with_what_it_lacks(
    road: Road, drafted: Pathway, client_as: ClientAs
) -> None:
    page = reverse("agreements:agreement", args=[drafted.agreement_id])

    partner = client_as(road.coordinator).get(page).context["action"]
    road.yes(drafted.agreement, road.ipd)
    ours = client_as(road.ipd).get(page)

    (waits,) = ours.context["others"]
    assert [one.label for one in (partner, waits)] == ["Agree on the text"] * 2
    assert all(one.blockers for one in (partner, waits))
    assert ours.context["action"].label == "Agree on Annex 1"
    assert 'aria-disabled="true" aria-describedby="blockers">Agree on the text' in ours.content.decode()
    assert client_as(road.vice_rector).get(page).context["action"] is None


def test_a_signed_agreement_is_not_signed_again_but_shown(road: Road, confirmed: Pathway, client_as: ClientAs) -> None:
    form = reverse("agreements:sign", args=[confirmed.agreement_id, whole(confirmed.agreement)])
    road.sign(confirmed)
    day = f"{today():%d.%m.%Y}"
    words = {"number": "6-К", "signed_on": day, "valid_from": day, "valid_until": "31.12.2035"}

    answers = [client_as(road.rector).get(form, follow=True), client_as(road.rector).post(form, words, follow=True)]

    for answer in answers:
        assert answer.redirect_chain == [(reverse("agreements:agreement", args=[confirmed.agreement_id]), 302)]
        assert "The agreement is signed already." in answer.content.decode()
    assert Agreement.objects.get().number == "5-К"


@pytest.mark.clause("5.4-a")
def test_the_second_tab_of_a_councils_form_is_told_that_it_is_recorded(
    road: Road, approved: Pathway, client_as: ClientAs
) -> None:
    road.council(approved, road.home, road.ipd)
    form = _council(approved, road.partner.pk)
    words = {"council": "Senat", "protocol_number": "4", "decided_on": f"{today():%d.%m.%Y}", "result": "approved"}
    partner = client_as(road.coordinator)

    answers = [
        partner.post(form, {**words, "file": SimpleUploadedFile("a.pdf", scan("P").read())}, follow=True)
        for _tab in range(2)
    ]

    told = ["This is recorded already; nothing was changed." in answer.content.decode() for answer in answers]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert told == [False, True]


def test_what_is_not_ones_own_to_enter_is_not_there(
    road: Road, signed: Pathway, client_as: ClientAs, subtests: pytest.Subtests
) -> None:
    others = (road.vice_rector, road.lawyer, institutions.user(Role.AUDITOR))

    for name in ("epvo", "teacher-add", "curricula"):
        form = reverse(f"agreements:{name}", args=[signed.pk])
        with subtests.test(name=name):
            assert client_as(road.ipd).get(form).status_code == 200
            for user in others:
                assert (client_as(user).get(form).status_code, client_as(user).post(form, {}).status_code) == (404, 404)


def test_a_case_page_names_the_lawyer_from_the_offer_on(road: Road, drafted: Pathway, client_as: ClientAs) -> None:
    page = reverse("agreements:agreement", args=[drafted.agreement_id])
    before = client_as(road.ipd).get(page).context["movers"]

    road.yes(drafted.agreement, road.ipd)
    after = client_as(road.ipd).get(page)

    assert "lawyer · 2 things" not in before
    assert "lawyer · 2 things" in after.context["movers"]
    assert '<a href="#law">go there</a>' in after.content.decode()


def test_a_pathway_in_preparation_says_until_when_and_whose_inbox_it_is_in(
    road: Road, agreed: Pathway, client_as: ClientAs
) -> None:

    page = client_as(road.ipd).get(reverse("agreements:pathway", args=[agreed.pk]))

    waited = [item.due for thing in (agreed, agreed.agreement) for item in open_items_of(thing)]
    assert page.context["due"] == min(waited)
    assert page.context["movers"] == [
        "You: IPD coordinator",
        "finance officer",
        "partner coordinator",
        "lawyer · 2 things",
    ]


@pytest.mark.django_db
@pytest.mark.clause("5.7")
def test_a_programme_leads_on_to_its_pathways_with_whose_move_and_until_when(
    road: Road, agreed: Pathway, client_as: ClientAs
) -> None:
    """Of both sides; a closed one is not what a programme waits for."""
    address = reverse("agreements:pathway", args=[agreed.pk])
    pages = [
        reverse("programmes:programme", args=[one]) for one in (agreed.home_programme_id, agreed.partner_programme_id)
    ]

    shown = [client_as(road.ipd).get(page).context for page in pages]
    Pathway.objects.update(state=PathwayState.CLOSED)
    closed = client_as(road.ipd).get(pages[0]).context

    assert [[one.url for one in page["onward"]] for page in shown] == [[address], [address]]
    assert shown[0]["action"]["url"] == address
    assert shown[0]["due"] == min(item.due for thing in (agreed, agreed.agreement) for item in open_items_of(thing))
    assert "lawyer · 2 things" in shown[0]["movers"]
    assert (closed["onward"], closed["movers"]) == ([], [])


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.IPD_COORDINATOR, Role.AUDITOR])
def test_an_open_pathway_leads_on_to_its_intakes_and_the_ipd_to_a_new_one(role: Role, client_as: ClientAs) -> None:
    intake = admissions.intake()
    client = client_as(institutions.user(role))
    page = reverse("agreements:pathway", args=[intake.pathway_id])
    new = reverse("admissions:intake-new", query={"pathway": intake.pathway_id})

    offered = [one.url for one in client.get(page).context["onward"]]
    Pathway.objects.update(state=PathwayState.CLOSED)
    closed = client.get(page).context["onward"]

    assert offered == [reverse("admissions:intake", args=[intake.pk]), *([new] if role == Role.IPD_COORDINATOR else [])]
    assert {client.get(url).status_code for url in offered} == {200}
    assert closed == []


def test_after_a_renewal_two_open_pathways_are_told_apart_by_their_agreements(road: Road, ready: Pathway) -> None:
    old = ready
    renewal = renew_agreement(agreement_id=old.agreement_id, actor=road.ipd).pathways.get()

    drafted = str(renewal)
    Agreement.objects.filter(pk=renewal.agreement_id).update(number="41-К")

    assert str(old) == "7M06102 ↔ M.Sc. Informatik · No. 5-К"
    assert drafted == "7M06102 ↔ M.Sc. Informatik"
    assert str(road.fresh(renewal)) == "7M06102 ↔ M.Sc. Informatik · No. 41-К"


@pytest.mark.clause("A1-c")
def test_the_dry_run_shows_credits_hours_and_semester_of_both_sides_and_their_sums(
    road: Road, drafted: Pathway, client_as: ClientAs
) -> None:
    file = SimpleUploadedFile(ANNEX, sent(ANNEX).read())
    import_page = reverse("agreements:annex-import", args=[drafted.pk])

    page = client_as(road.ipd).post(import_page, {"file": file}, follow=True)

    report = page.context["report"]
    first = report.lines[0]
    assert (first.entry.semester, first.sums.home_credits, first.sums.home_hours) == (1, 5, 150)
    assert (report.sums.home_credits, report.sums.partner_credits) == (120, 106)
    text = page.content.decode()
    assert "credits: 120" in text
    assert "credits: 106" in text
    assert "difference at the partner: credits −14" in text


@pytest.mark.django_db
def test_a_history_without_an_entry_is_not_shown(client_as: ClientAs) -> None:
    pathway = agreements.open_pathway()
    ipd = client_as(institutions.user(Role.IPD_COORDINATOR))

    silent = _text(ipd, reverse("agreements:pathway", args=[pathway.pk]))
    told = _text(ipd, reverse("agreements:pathway", args=[Road().drafted().pk]))

    assert ("<h2>History</h2>" in silent, "<h2>History</h2>" in told) == (False, True)


@pytest.mark.django_db
def test_a_student_is_led_nowhere_that_is_not_there_for_students(client_as: ClientAs) -> None:
    pathway = agreements.open_pathway()
    Agreement.objects.filter(pk=pathway.agreement_id).update(valid_until=today())
    Pathway.objects.filter(pk=pathway.pk).update(state=PathwayState.CLOSED)
    student = institutions.user(Role.STUDENT)
    programmes.enrolment(pathway.home_programme, student.person)

    page = _text(client_as(student), reverse("agreements:pathway", args=[pathway.pk]))

    assert "go there" not in page


@pytest.mark.clause("5.3-a")
def test_what_nobody_can_do_yet_on_a_pathway_stands_apart_and_is_nobodys_move_today(
    road: Road, drafted: Pathway, client_as: ClientAs
) -> None:
    page = client_as(road.ipd).get(reverse("agreements:pathway", args=[drafted.pk]))

    now = {getattr(one, "blocker", one).clause for one in page.context["blockers"]}
    later = {one.clause for one in page.context["later"]}
    assert later == {"5.4", "6.12", "5.3"}
    assert not now & later
    assert "Later, when its turn comes" in page.content.decode()
