"""What is decided on an agreement's text is the text that was shown: another one asks to be read, and nothing is written."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from agreements.enums import AgreementState
from agreements.models import Agreement, LegalReview, Pathway
from agreements.selectors.agreements import facts_of_agreement, text_hash
from agreements.services.agreements import decide_text, move_agreement, write_term
from core.models import Decision, HistoryEntry, Verdict
from core.values import Localized, today
from core.values import text_hash as shown_hash
from core.workflow import BlockedError, FaultyError, RefusedError
from institutions.enums import Role
from tests.agreements.road import Road, state_of, whole
from tests.conftest import ClientAs

CHANGED = "The text was changed after you opened it"


def _offered(road: Road) -> Pathway:
    pathway = road.drafted()
    road.frozen(pathway)
    road.yes(pathway.agreement, road.ipd)
    return pathway


def _changed(road: Road, pathway: Pathway, text: str = "басқа мәтін") -> None:
    write_term(agreement_id=pathway.agreement_id, group="finance", text=Localized(text), actor=road.ipd)
    road.yes(pathway.agreement, road.ipd)


def _returned(road: Road, pathway: Pathway, *, text: str = "басқа мәтін") -> None:
    move_agreement(agreement_id=pathway.agreement_id, step="return", reason="Fees", actor=road.ipd)
    _changed(road, pathway, text)
    road.yes(pathway.agreement, road.coordinator)
    road.reviewed(pathway.agreement)


@pytest.mark.clause("5.3-a")
@pytest.mark.parametrize("verdict", [Verdict.AGREED, Verdict.RETURNED])
def test_a_partner_decides_on_the_text_that_it_read(verdict: str, road: Road) -> None:
    pathway = _offered(road)
    read = text_hash(pathway.agreement)
    _changed(road, pathway)
    said = Decision.objects.count()

    with pytest.raises(RefusedError, match=CHANGED):
        decide_text(
            agreement_id=pathway.agreement_id, verdict=verdict, actor=road.coordinator, seen_hash=read, reason="Why"
        )

    assert Decision.objects.count() == said
    assert state_of(pathway) == AgreementState.DRAFT


@pytest.mark.clause("5.3-a")
def test_a_button_on_an_old_page_agrees_to_nothing_and_leads_to_the_new_text(road: Road, client_as: ClientAs) -> None:
    pathway = _offered(road)
    page = reverse("agreements:agreement", args=[pathway.agreement_id])
    partner = client_as(road.coordinator)
    button = partner.get(page).context["action"].url
    _changed(road, pathway, "жаңа ақша")

    answer = partner.post(button, follow=True)

    assert answer.redirect_chain == [(page, 302)]
    text = answer.content.decode()
    assert CHANGED in text
    assert "жаңа ақша" in text
    assert state_of(pathway) == AgreementState.DRAFT
    partner.post(answer.context["action"].url)
    assert state_of(pathway) == AgreementState.AGREED


@pytest.mark.clause("5.3-a")
def test_a_yes_said_twice_is_said_once(road: Road, drafted: Pathway) -> None:

    for _ in range(2):
        road.yes(drafted.agreement, road.ipd)

    assert Decision.objects.count() == 1
    assert HistoryEntry.objects.filter(action="agreement.text_agreed").count() == 1


@pytest.mark.clause("5.3-a")
def test_the_university_approves_the_text_that_was_shown(road: Road, examined: Pathway, client_as: ClientAs) -> None:
    page = reverse("agreements:agreement", args=[examined.agreement_id])
    vice_rector = client_as(road.vice_rector)
    button = vice_rector.get(page).context["action"].url
    _returned(road, examined)

    answer = vice_rector.post(button, follow=True)

    assert CHANGED in answer.content.decode()
    assert state_of(examined) == AgreementState.AGREED
    vice_rector.post(answer.context["action"].url)
    assert state_of(examined) == AgreementState.APPROVED


@pytest.mark.clause("5.3-a")
def test_what_is_approved_is_the_text_with_its_annex(road: Road, examined: Pathway) -> None:
    seen = whole(examined.agreement)
    unseen = facts_of_agreement(road.drafted().agreement).whole_hash

    with pytest.raises(RefusedError, match=CHANGED):
        move_agreement(agreement_id=examined.agreement_id, step="approve", actor=road.vice_rector)
    with pytest.raises(RefusedError, match=CHANGED):
        move_agreement(agreement_id=examined.agreement_id, step="approve", actor=road.vice_rector, seen_hash=unseen)
    move_agreement(agreement_id=examined.agreement_id, step="approve", actor=road.vice_rector, seen_hash=seen)

    assert state_of(examined) == AgreementState.APPROVED


@pytest.mark.clause("5.3-a")
def test_another_annex_is_another_whole_and_the_same_text(road: Road, drafted: Pathway) -> None:
    before = facts_of_agreement(drafted.agreement)

    road.frozen(drafted)

    after = facts_of_agreement(drafted.agreement)
    assert (before.text_hash == after.text_hash, before.whole_hash == after.whole_hash) == (True, False)


@pytest.mark.clause("4.2-c")
def test_the_signatory_signs_what_was_shown(road: Road, confirmed: Pathway) -> None:
    shown = whole(confirmed.agreement)
    _returned(road, confirmed)
    road.moved(confirmed.agreement, "approve", road.vice_rector)
    for university, actor in ((road.home, road.ipd), (road.partner, road.coordinator)):
        road.council(confirmed, university, actor, days_ago=0)

    with pytest.raises(RefusedError, match=CHANGED):
        road.sign(confirmed, signed_on=today(), seen=shown)

    assert Agreement.objects.get().number == ""
    assert road.sign(confirmed, signed_on=today()).state == AgreementState.SIGNED


Form = Callable[[Road, Pathway], tuple[str, str]]
FORMS: dict[str, Form] = {
    "lawyer": lambda _road, way: ("review", "#law"),
    "rector": lambda _road, way: ("sign", ""),
    "coordinator": lambda _road, way: ("text", ""),
}


@pytest.mark.parametrize("who", sorted(FORMS))
def test_a_form_of_an_old_page_leads_to_the_text_as_it_is_now(who: str, road: Road, client_as: ClientAs) -> None:
    pathway = _offered(road)
    name, place = FORMS[who](road, pathway)
    between = ["returned"] if name == "text" else []
    old = reverse(f"agreements:{name}", args=[pathway.agreement_id, *between, text_hash(pathway.agreement) + "0"])

    answer = client_as(getattr(road, who)).get(old, follow=True)

    page = reverse("agreements:agreement", args=[pathway.agreement_id])
    assert answer.redirect_chain == [(f"{page}{place}", 302)]
    assert CHANGED in answer.content.decode()


def test_what_was_typed_about_an_old_text_is_not_lost(road: Road, client_as: ClientAs) -> None:
    pathway = _offered(road)
    old = reverse("agreements:text", args=[pathway.agreement_id, "returned", text_hash(pathway.agreement) + "0"])

    answer = client_as(road.coordinator).post(old, {"reason": "The court of Nordtal, please."})

    assert answer.status_code == 422
    assert answer.context["form"]["reason"].value() == "The court of Nordtal, please."
    assert CHANGED in str(answer.context["form"].non_field_errors())


@pytest.mark.clause("4.2-c")
def test_a_legal_review_is_of_a_text_and_a_changed_text_is_examined_anew(
    road: Road, examined: Pathway, client_as: ClientAs
) -> None:
    read = text_hash(examined.agreement)
    move_agreement(agreement_id=examined.agreement_id, step="return", reason="Fees", actor=road.ipd)
    _changed(road, examined)
    road.yes(examined.agreement, road.coordinator)

    with pytest.raises(BlockedError) as refused:
        road.moved(examined.agreement, "approve", road.vice_rector)
    page = client_as(road.lawyer).get(reverse("agreements:agreement", args=[examined.agreement_id])).content.decode()
    with pytest.raises(RefusedError, match=CHANGED):
        road.review(examined.agreement, seen=read, day=today())
    road.reviewed(examined.agreement)

    assert [(one.clause, one.text % one.params, one.whose_move) for one in refused.value.blockers] == [
        ("4.2", f"The text has changed since the legal review for {country}.", Role.LAWYER) for country in ("DE", "KZ")
    ]
    assert page.count("of an earlier text") == 2
    assert road.moved(examined.agreement, "approve", road.vice_rector).state == AgreementState.APPROVED


@pytest.mark.clause("4.2-c")
def test_a_review_comes_with_its_document_and_the_same_review_again_changes_nothing(
    road: Road, agreed: Pathway
) -> None:
    agreement = agreed.agreement
    with pytest.raises(FaultyError, match="Attach the opinion") as refused:
        road.review(agreement, scanned=False)
    bare = LegalReview.objects.exists()

    road.review(agreement)
    told = HistoryEntry.objects.count()
    again = [road.review(agreement), road.review(agreement, scanned=False)]

    assert ([fault.field for fault in refused.value.faults], bare) == (["file"], False)
    assert (again, HistoryEntry.objects.count()) == ([False, False], told)
    assert road.review(agreement, positive=False, scanned=False)


@pytest.mark.clause("4.2-c")
def test_a_scan_is_asked_for_where_the_country_has_none_of_this_text(
    road: Road, drafted: Pathway, client_as: ClientAs
) -> None:
    agreement = drafted.agreement
    road.review(agreement, "DE")
    lawyer, address = client_as(road.lawyer), reverse("agreements:review", args=[agreement.pk, text_hash(agreement)])
    words = {"law": "Other law", "result": "yes", "reviewed_on": f"{today():%d.%m.%Y}"}

    form = lawyer.get(address).context["form"]
    refused = lawyer.post(address, {**words, "country": "KZ"})
    corrected = lawyer.post(address, {**words, "country": "DE"})

    assert (form["country"].value(), form.fields["file"].required) == ("KZ", True)
    assert refused.context["form"].errors == {"file": ["Attach the opinion."]}
    assert (corrected.status_code, LegalReview.objects.get().law) == (302, "Other law")


@pytest.mark.clause("5.4-a")
def test_a_councils_decision_is_corrected_from_what_stands_there_and_not_over_what_was_not_seen(
    road: Road, approved: Pathway, client_as: ClientAs
) -> None:
    address = reverse("agreements:council", args=[approved.pk, road.partner.pk, whole(approved.agreement)])
    ipd = client_as(road.ipd)
    empty = ipd.get(address).context["form"]
    road.council(approved, road.partner, road.coordinator)
    mine = {"council": "Senat", "protocol_number": "9", "decided_on": f"{today():%d.%m.%Y}", "result": "approved"}

    told = ipd.post(address, {**mine, "seen": empty["seen"].value()})
    written = ipd.get(address).context["form"]
    again = ipd.post(address, {**mine, "seen": told.context["form"]["seen"].value()})

    assert (empty.fields["file"].required, written.fields["file"].required) == (True, False)
    assert (written["council"].value(), written["result"].value()) == ("Ғылыми кеңес", "approved")
    assert "Another text was saved meanwhile" in str(told.context["form"].non_field_errors())
    assert (told.status_code, again.status_code) == (422, 302)


@pytest.mark.clause("4.2-c")
def test_what_contradicts_the_law_waits_for_the_ipd_to_change_the_text(
    road: Road, agreed: Pathway, client_as: ClientAs
) -> None:
    road.review(agreed.agreement, "KZ")
    road.review(agreed.agreement, "DE", positive=False)
    page = reverse("agreements:agreement", args=[agreed.agreement_id])

    refused = client_as(road.ipd).get(page).context["movers"]
    _returned(road, agreed)

    assert refused == ["You: IPD coordinator"]
    assert client_as(road.ipd).get(page).context["movers"] == ["Vice-Rector for Academic Affairs"]


def test_a_part_that_was_written_meanwhile_is_shown_before_it_is_overwritten(
    road: Road, drafted: Pathway, client_as: ClientAs
) -> None:
    term = drafted.agreement.terms.get(group="finance")
    page, address = client_as(road.ipd), reverse("agreements:term", args=[drafted.agreement_id, "finance"])
    mine = {"seen": shown_hash(term.whole_text), "text_kk": "менің мәтінім"}
    write_term(agreement_id=drafted.agreement_id, group="finance", text=Localized("басқа терезе"), actor=road.ipd)

    told = page.post(address, mine)
    term.refresh_from_db()
    assert (told.status_code, term.text_kk) == (422, "басқа терезе")
    assert "басқа терезе" in str(told.context["form"].non_field_errors())
    assert told.context["form"]["text_kk"].value() == "менің мәтінім"

    again = page.post(address, {**mine, "seen": told.context["form"]["seen"].value()})
    term.refresh_from_db()
    assert (again.status_code, term.text_kk) == (302, "менің мәтінім")


@pytest.mark.parametrize("thing", ["agreement", "pathway"])
def test_what_another_window_changed_is_told_before_it_is_overwritten(
    thing: str, road: Road, drafted: Pathway, client_as: ClientAs
) -> None:
    key = drafted.agreement_id if thing == "agreement" else drafted.pk
    address, page = reverse(f"agreements:{thing}-edit", args=[key]), client_as(road.ipd)
    form = page.get(address).context["form"]
    field = "name_kk" if thing == "agreement" else "quota_out"
    shown = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "", [])}

    assert page.post(address, {**shown, field: "7"}).status_code == 302
    told = page.post(address, {**shown, field: "8"})

    assert told.status_code == 422
    assert "after you opened this page" in str(told.context["form"].non_field_errors())
    assert told.context["form"][field].value() == "8"
    again = {**shown, field: "8", "seen": told.context["form"]["seen"].value()}
    assert page.post(address, again).status_code == 302
    drafted.refresh_from_db()
    assert str(drafted.quota_out if thing == "pathway" else Agreement.objects.get(pk=key).name_kk) == "8"
