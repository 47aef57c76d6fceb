"""Pages of the Agreement road: who reaches what, and the renewal walked by hand, page by page."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from agreements.enums import AgreementState, PathwayState
from agreements.models import Agreement, AnnexVersion, GradeScale, Pathway
from agreements.selectors.agreements import text_hash
from agreements.services.agreements import draft_agreement
from agreements.services.renewal import renew_agreement
from agreements.services.scales import ScaleData, correct_scale
from agreements.tables.grid import difference_in_words
from core.history import subject_type
from core.models import WorkItem
from core.values import Localized, plain, today
from core.workflow import WrongStateError
from documents.kinds import draft_source
from documents.models import OfficialDocument
from documents.render import html_of
from institutions.enums import Role
from institutions.models import Licence
from programmes.models import Programme
from programmes.services.programmes import ProgrammeData, correct_programme, take_away_programme
from satbayev_jdp.demo.scans import scan
from tests.agreements.road import ANNEX, Road, whole
from tests.conftest import ClientAs
from tests.factories import agreements, institutions, programmes
from tests.programmes.files import sent


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_agreements_costs_the_same_for_any_length(
    count: int, client_as: ClientAs, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        agreements.agreement()
    client = client_as(institutions.user(Role.AUDITOR))

    with django_assert_num_queries(8):
        page = client.get(reverse("agreements:agreements"))

    assert len(page.context["page"]) == count


@pytest.mark.django_db
def test_pages_show_themselves_to_their_people_and_to_nobody_else(client_as: ClientAs) -> None:
    pathway = agreements.open_pathway()
    version = pathway.annex_versions.get()
    pages = [
        reverse("agreements:agreement", args=[pathway.agreement_id]),
        reverse("agreements:pathway", args=[pathway.pk]),
        reverse("agreements:readiness", args=[pathway.pk]),
        reverse("agreements:annexversion", args=[version.pk]),
        reverse("agreements:annex-workbook", args=[version.pk]),
    ]
    elsewhere = institutions.department("ME", parent=institutions.institute("GM"))
    student = institutions.user(Role.STUDENT)
    programmes.enrolment(pathway.home_programme, student.person)
    people = {
        "ipd": institutions.user(Role.IPD_COORDINATOR),
        "finance": institutions.user(Role.FINANCE_OFFICER),
        "head": institutions.user(Role.DEPARTMENT_HEAD, unit=institutions.department()),
        "partner": institutions.partner_user(),
        "student": student,
        "head elsewhere": institutions.user(Role.DEPARTMENT_HEAD, unit=elsewhere),
        "other partner": institutions.partner_user(institutions.partner("Other", "PL")),
        "nobody": institutions.user(),
    }

    answers = {name: [client_as(user).get(page).status_code for page in pages] for name, user in people.items()}

    everything, nothing = [200] * 5, [404] * 5
    assert answers == {
        "ipd": everything,
        "finance": everything,
        "head": everything,
        "partner": everything,
        "student": [404, 200, 200, 200, 200],
        "head elsewhere": nothing,
        "other partner": nothing,
        "nobody": nothing,
    }


@pytest.mark.clause("6.12-e")
def test_readiness_names_each_demand_with_clause_mover_and_evidence(
    road: Road, confirmed: Pathway, client_as: ClientAs
) -> None:
    Licence.objects.update(valid_until=today() - timedelta(days=1))

    page = client_as(road.ipd).get(reverse("agreements:readiness", args=[confirmed.pk]))

    missing = {(row.clause, row.movers, row.early) for row in page.context["rows"] if not row.met}
    assert missing == {
        ("4.2", ("IPD coordinator",), False),
        ("5.3", ("IPD coordinator",), True),
        ("5.7.4", ("IPD coordinator", "partner coordinator"), False),
        ("6.5", ("finance officer",), False),
        ("6.12", ("Chair of the Board – Rector",), False),
    }
    assert "Readiness to admit: 13 of 18" in page.content.decode()


@pytest.mark.clause("6.12-e")
def test_the_readiness_dossier_is_shown_asked_about_and_issued_once_for_a_state(
    road: Road, confirmed: Pathway, client_as: ClientAs
) -> None:
    page, address = (reverse(f"agreements:{name}", args=[confirmed.pk]) for name in ("readiness", "readiness-issue"))
    client = client_as(road.ipd)
    source = draft_source("readiness_dossier")
    assert source is not None
    shown = plain(source(road.ipd, confirmed.pk).context)

    asked = client.get(address).content.decode()
    client.post(address)
    client.post(address)

    (paper,) = OfficialDocument.objects.filter(kind="readiness_dossier")
    assert "What will happen" in asked
    assert {name: one for name, one in paper.context.items() if name != "paper"} == shown
    assert (paper.context["met"], paper.context["total"]) == (14, 18)
    assert {language: len(rows) for language, rows in paper.context["rows"].items()} == {"kk": 18, "ru": 18, "en": 18}
    assert "Лицензия" in str(paper.context["rows"]["ru"])
    assert re.search(r"\d{4} года", said := str(paper.context["rows"]["ru"]))
    assert "\xa0г." not in said
    printed = {**paper.context, "paper": {**paper.context["paper"], "qr": ""}}
    assert "Орындалған талаптар: 14 / 18" in html_of("agreements/pdf/readiness", language="kk", context=printed)
    assert f"No. {paper.number_text}" in client_as(road.coordinator).get(page).content.decode()

    Licence.objects.update(valid_until=today() - timedelta(days=1))
    client_as(road.ipd).post(address)
    assert OfficialDocument.objects.get(supersedes=paper).context["met"] == 13
    assert [client_as(user).post(address).status_code for user in (road.coordinator, road.lawyer)] == [404, 404]


@pytest.mark.clause("A1-c")
def test_the_grid_shows_totals_relations_and_differences_in_words(
    road: Road, drafted: Pathway, client_as: ClientAs
) -> None:
    version = road.imported(drafted)

    page = client_as(road.ipd).get(reverse("agreements:annexversion", args=[version.pk]))

    text = page.content.decode()
    first = page.context["blocks"][0]
    assert (first.sums.home_credits, first.sums.partner_credits) == (30, 21)
    assert (
        difference_in_words(first.sums)
        == "difference at the partner: credits −9, hours −270 (at the University only: 10)"
    )
    assert "two to one" in text
    assert "at the University only" in text


def test_versions_of_one_pair_of_programmes_are_told_apart_by_their_agreements(
    road: Road, ready: Pathway, client_as: ClientAs
) -> None:
    renewal = renew_agreement(agreement_id=ready.agreement_id, actor=road.ipd)
    road.imported(renewal.pathways.get())
    ready.agreement.refresh_from_db()

    page = client_as(road.ipd).get(reverse("agreements:annexversions")).content.decode()

    assert ready.agreement.number
    assert f"No. {ready.agreement.number}<span" in page
    assert f'{renewal.title}<span class="more">draft</span>' in page


def _scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("scan.pdf", scan("Scan").read())


def _post(client: Client, name: str, *args: object, **data: object) -> str:
    response = client.post(reverse(f"agreements:{name}", args=args), data, follow=True)
    assert response.status_code == 200, response.content.decode()[-3000:]
    return response.content.decode()


@pytest.mark.clause("5.3-a")
def test_the_renewal_is_walked_by_hand_page_by_page(road: Road, ready: Pathway, client_as: ClientAs) -> None:
    renewal = renew_agreement(agreement_id=ready.agreement_id, actor=road.ipd)
    way = renewal.pathways.get()
    day = today().strftime("%d.%m.%Y")

    client = client_as(road.ipd)
    file = SimpleUploadedFile(ANNEX, sent(ANNEX).read())
    tried = client.post(reverse("agreements:annex-import", args=[way.pk]), {"file": file}, follow=True)
    assert tried.context["report"].problems == []
    client.post(tried.redirect_chain[-1][0])
    version = AnnexVersion.objects.get(pathway=way)
    _post(client, "annex-propose", version.pk)
    _post(client, "text", renewal.pk, "agreed", text_hash(renewal))
    client = client_as(road.coordinator)
    asked = client.get(reverse("agreements:annex-agree", args=[version.pk])).content.decode()
    assert "the version freezes and never changes" in asked
    _post(client, "annex-agree", version.pk)
    _post(client, "text", renewal.pk, "agreed", text_hash(renewal))
    client = client_as(road.lawyer)
    for country in ("KZ", "DE"):
        review = {"country": country, "law": "Law", "result": "yes", "reviewed_on": day, "file": _scan()}
        _post(client, "review", renewal.pk, text_hash(renewal), **review)
    client = client_as(road.vice_rector)
    _post(client, "agreement-decide", renewal.pk, "approve", whole(renewal))
    for actor, university in ((road.ipd, road.home), (road.coordinator, road.partner)):
        client = client_as(actor)
        council = {"council": "Council", "protocol_number": "4", "decided_on": day, "result": "approved"}
        _post(client, "council", way.pk, university.pk, whole(renewal), **council, file=_scan())
    client = client_as(road.rector)
    until = (today() + timedelta(days=900)).strftime("%d.%m.%Y")
    _post(client, "sign", renewal.pk, whole(renewal), number="31-К", signed_on=day, valid_from=day, valid_until=until)
    client = client_as(road.ipd)
    _post(client, "epvo", way.pk, number="061-0988", day=day)
    _post(client, "pathway-step", way.pk, "open")

    assert Agreement.objects.get(pk=renewal.pk).state == AgreementState.SIGNED
    assert Pathway.objects.get(pk=way.pk).state == PathwayState.OPEN


def test_a_blocked_step_stays_visible_with_its_reasons(road: Road, confirmed: Pathway, client_as: ClientAs) -> None:
    road.reviewed(confirmed.agreement, positive=False)

    page = client_as(road.rector).get(reverse("agreements:agreement", args=[confirmed.agreement_id]))

    text = page.content.decode()
    assert 'aria-disabled="true"' in text
    assert "By the legal review the agreement contradicts the law of Germany." in text


def test_what_a_service_refuses_stands_above_the_form_with_what_was_typed(
    road: Road, confirmed: Pathway, client_as: ClientAs
) -> None:
    road.reviewed(confirmed.agreement, positive=False)
    day = today().strftime("%d.%m.%Y")
    form = {"number": "5-К", "signed_on": day, "valid_from": day, "valid_until": "31.12.2039"}

    seen = whole(confirmed.agreement)
    page = client_as(road.rector).post(reverse("agreements:sign", args=[confirmed.agreement_id, seen]), form)

    assert page.status_code == 422
    assert "By the legal review the agreement contradicts the law of Germany. (4.2)" in page.content.decode()
    assert 'value="5-К"' in page.content.decode()


def test_days_that_cannot_be_stand_beside_their_fields_with_what_was_typed(
    road: Road, confirmed: Pathway, client_as: ClientAs
) -> None:
    form = {"number": "5-К", "signed_on": "01.05.1926", "valid_from": "01.09.2026", "valid_until": "31.08.2026"}

    seen = whole(confirmed.agreement)
    page = client_as(road.rector).post(reverse("agreements:sign", args=[confirmed.agreement_id, seen]), form)

    early = f"The University approved the text on {today() - timedelta(days=12):%d.%m.%Y}: it is signed after that."
    assert page.status_code == 422
    assert page.context["form"].errors == {
        "signed_on": [early],
        "valid_until": ["The term of validity ends before it begins."],
    }
    assert f'id="id_signed_on_error"><li>{early}</li>' in page.content.decode()
    assert 'value="5-К"' in page.content.decode()
    assert Agreement.objects.get().state == AgreementState.CONFIRMED


def test_a_draft_is_made_changed_and_its_pathway_added_on_pages(road: Road, client_as: ClientAs) -> None:
    client = client_as(road.ipd)
    made = client.post(
        reverse("agreements:agreement-new"),
        {"kind": "agreement", "name_kk": "Келісім", "partners": [road.partner.pk], "award": "two_diplomas"},
    )
    agreement = Agreement.objects.get()
    _post(client, "term", agreement.pk, "finance", text_kk="мәтін")
    pathway = {
        "home_programme": road.ours.pk,
        "partner_programme": road.theirs.pk,
        "kind": "double",
        "home_semesters": 2,
        "partner_semesters": 2,
        "quota_out": 3,
        "quota_in": 3,
        "documents_outgoing": ["passport"],
    }
    _post(client, "pathway-new", agreement.pk, **pathway)

    way = Pathway.objects.get()
    assert made.status_code == 302
    assert way.required_documents == {"outgoing": ["passport"], "incoming": []}
    assert agreement.terms.get(group="finance").text_kk == "мәтін"


@pytest.mark.clause("6.5-a")
def test_a_term_of_money_is_read_in_the_readers_language(road: Road, drafted: Pathway, client_as: ClientAs) -> None:
    client = client_as(road.ipd)
    term = {"payer": "student", "payee": "partner", "amount": "312", "currency": "EUR"}
    term |= {"purpose_kk": "семестрлік жарна", "purpose_ru": "семестровый взнос", "purpose_en": "semester fee"}
    when = {"due_kk": "15 қыркүйекке дейін", "due_ru": "до 15 сентября", "due_en": "by 15 September"}

    refused = client.post(reverse("agreements:money-add", args=[drafted.pk]), term)
    for _ in range(2):
        _post(client, "money-add", drafted.pk, **term, **when)
    _post(client, "money-add", drafted.pk, **term, is_waived="on")

    strange = client.post(reverse("agreements:money-add", args=[drafted.pk]), {**term, **when, "currency": "zzz"})
    nothing = client.post(reverse("agreements:money-add", args=[drafted.pk]), {**term, **when, "amount": "0,00"})

    assert "Say when it is paid." in refused.content.decode()
    assert "“ZZZ” is no currency" in strange.content.decode()
    assert nothing.context["form"].errors == {
        "amount": ["0 means that it is waived: then say so, or enter the amount."]
    }
    for language, name, due in (
        ("kk", "семестрлік жарна", "15 қыркүйекке дейін"),
        ("ru", "семестровый взнос", "до 15 сентября"),
        ("en", "semester fee", "by 15 September"),
    ):
        client.cookies["django_language"] = language
        page = client.get(reverse("agreements:pathway", args=[drafted.pk])).content.decode()
        assert (page.count(f"· {due}"), name in page) == (1, True)


@pytest.mark.django_db
def test_scales_are_entered_by_the_ipd_and_read_by_all(client_as: ClientAs) -> None:
    ipd, auditor = institutions.user(Role.IPD_COORDINATOR), institutions.user(Role.AUDITOR)
    scale = {"code": "FR", "name_kk": "Ф", "name_ru": "Ф", "name_en": "F", "best": "20", "passing": "10", "worst": "0"}

    for code in ("<b>", "=1+1"):
        refused = client_as(ipd).post(reverse("agreements:scale-new"), {**scale, "code": code})
        assert list(refused.context["form"].errors) == ["code"]
    both = client_as(ipd).post(reverse("agreements:scale-new"), {**scale, "pass_words": "ok, да", "fail_words": "OK"})
    assert both.context["form"].errors["fail_words"] == ["One word cannot mean a pass and a fail: ok."]
    _post(client_as(ipd), "scale-new", **scale, pass_words="validé, admis, Admis")

    page = client_as(auditor).get(reverse("agreements:scales")).content.decode()
    assert "validé, admis" in page
    assert client_as(auditor).get(reverse("agreements:scale-new")).status_code == 404


@pytest.mark.clause("5.7.3")
def test_a_scale_entered_wrongly_is_corrected_as_long_as_no_pathway_names_it(
    road: Road, drafted: Pathway, client_as: ClientAs
) -> None:
    client, listed = client_as(road.ipd), reverse("agreements:scales")
    values = {"code": "FR", "name_kk": "Ф", "name_ru": "Ф", "name_en": "F", "best": "20", "passing": "1", "worst": "0"}
    client.post(reverse("agreements:scale-new"), {**values, "pass_words": "validé"})
    wrong = GradeScale.objects.get(code="FR")
    address = reverse("agreements:scale-correct", args=[wrong.pk])

    assert f'href="{address}"' in client.get(listed).content.decode()
    form = client.get(address).context["form"]
    assert form["pass_words"].value() == "validé"
    answer = client.post(address, {**values, "passing": "10", "seen": form["seen"].value()}, follow=True)
    late = client.post(address, {**values, "passing": "12", "seen": form["seen"].value()})

    assert "Saved." in answer.content.decode()
    assert late.status_code == 422
    wrong.refresh_from_db()
    assert wrong.passing == 10
    assert wrong.pass_words == []
    Pathway.objects.filter(pk=drafted.pk).update(scale=wrong)
    assert f'href="{address}"' not in client.get(listed).content.decode()
    assert "it can no longer be corrected" in client.get(address, follow=True).content.decode()
    with pytest.raises(WrongStateError, match="names this scale"):
        correct_scale(
            scale_id=wrong.pk, data=ScaleData("FR", wrong.names, Decimal(20), Decimal(12), Decimal(0)), actor=road.ipd
        )


@pytest.mark.clause("4.1")
@pytest.mark.parametrize("side", ["home_programme", "partner_programme"])
def test_what_an_agreement_rests_on_is_corrected_only_while_it_is_a_draft(
    road: Road, drafted: Pathway, client_as: ClientAs, side: str
) -> None:
    """A draft binds nothing; after it names and department alone, and what was left empty, are asked for."""
    programme, client = getattr(drafted, side), client_as(road.ipd)
    address = reverse("programmes:programme-correct", args=[programme.pk])
    whole = set(client.get(address).context["form"].fields)
    Programme.objects.filter(pk=programme.pk).update(degree_kk="магистр", degree_ru="", degree_en="Master")

    Agreement.objects.filter(pk=drafted.agreement_id).update(state=AgreementState.AGREED)
    page = client.get(address)
    left = page.context["form"]
    typed = {"name_kk": "Жаңа атау", "degree_ru": "магистр", "seen": left["seen"].value()}
    client.post(address, {**typed, "department": programme.department_id or "", "credits": "1"})

    fixed = {"code", "level", "direction", "semesters", "credits", "degree_kk", "degree_en"}
    assert (whole - set(left.fields), fixed <= whole) == (fixed, True)
    assert f"stands in the agreement of a pathway: {drafted.title}. Code" in page.content.decode()
    before = programme.credits
    programme.refresh_from_db()
    assert (programme.name_kk, programme.degree_ru, programme.credits) == ("Жаңа атау", "магистр", before)
    data = ProgrammeData("X1", programme.names, "master", "7M061", 4, before, programme.degree, programme.department)
    with pytest.raises(WrongStateError, match="are fixed by it"):
        correct_programme(programme_id=programme.pk, data=data, actor=road.ipd)
    with pytest.raises(WrongStateError, match="not taken away"):
        take_away_programme(programme_id=programme.pk, actor=road.ipd)


@pytest.mark.clause("5.7.5")
def test_a_degree_that_is_filled_in_is_no_longer_asked_of_its_pathway(road: Road, client_as: ClientAs) -> None:
    Programme.objects.filter(pk=road.theirs.pk).update(degree_kk="")
    way = road.walked_to("signed")
    lacks = WorkItem.objects.filter(subject_type=subject_type(way), subject_id=way.pk, cause__startswith="5.7.5:")
    page = client_as(road.ipd).get(reverse("agreements:pathway", args=[way.pk])).content.decode()
    assert (lacks.filter(closed_at=None).count(), lacks.exclude(closed_at=None).count()) == (1, 0)
    assert reverse("programmes:programme-correct", args=[road.theirs.pk]) in page
    theirs = Programme.objects.get(pk=road.theirs.pk)

    data = ProgrammeData(
        theirs.code, theirs.names, theirs.level, theirs.direction, 4, theirs.credits, Localized("магистр")
    )
    correct_programme(programme_id=theirs.pk, data=data, actor=road.coordinator)

    assert not lacks.filter(closed_at=None).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("side", "text"), [("home", "The University has no"), ("partner", "The partner has no")])
def test_a_pathway_without_a_programme_to_choose_says_where_one_is_entered(
    client_as: ClientAs, side: str, text: str
) -> None:
    ipd, theirs = institutions.user(Role.IPD_COORDINATOR), institutions.partner()
    agreement = draft_agreement(names=Localized("Келісім"), partner_ids=[theirs.pk], award="two_diplomas", actor=ipd)
    programmes.programme(theirs if side == "home" else institutions.home())

    page = client_as(ipd).get(reverse("agreements:pathway-new", args=[agreement.pk])).content.decode()

    assert page.count(f'<a href="{reverse("programmes:programme-new")}">enter it first</a>') == 1
    assert text in page


def test_a_broken_workbook_is_told_and_nothing_is_written(road: Road, drafted: Pathway, client_as: ClientAs) -> None:
    file = SimpleUploadedFile("a.csv", b"a;b\n1;2\n")

    page = client_as(road.ipd).post(reverse("agreements:annex-import", args=[drafted.pk]), {"file": file}, follow=True)

    assert page.status_code == 200
    assert "This is not the form of Annex 1" in page.content.decode()
    assert AnnexVersion.objects.count() == 0


def test_what_was_entered_by_mistake_is_taken_away_from_the_page_of_the_pathway(
    road: Road, ready: Pathway, client_as: ClientAs
) -> None:
    client, page = client_as(road.ipd), reverse("agreements:pathway", args=[ready.pk])
    away = [
        reverse("agreements:teacher-away", args=[ready.pk, ready.teachers.get(university=road.home).pk]),
        reverse("agreements:money-away", args=[ready.pk, ready.money_terms.get().pk]),
    ]
    for url in away:
        assert f'href="{url}"' in client.get(page).content.decode()
        asked = client.get(url).content.decode()
        assert "no longer stands on this pathway" in asked
        assert "Taken away." in client.post(url, follow=True).content.decode()
        assert url not in client.get(page).content.decode()
        assert client.get(url).status_code == 302  # from another window, where it still stood


FORMS = {
    "ipd": ["agreement-new", "agreement-edit", "term", "text", "pathway-new", "pathway-edit", "curricula", "council",
            "epvo", "teacher-add", "money-add", "annex-import", "annex-row", "annex-withdraw", "scale-new",
            "agreement-step"],
    "lawyer": ["review"],
    "rector": ["sign"],
    "coordinator": ["annex-import", "council", "teacher-add"],
}  # fmt: skip


def test_every_form_opens_for_its_people(
    road: Road, drafted: Pathway, client_as: ClientAs, subtests: pytest.Subtests
) -> None:
    version, agreement = road.imported(drafted), drafted.agreement_id
    arguments: dict[str, list[object]] = {
        "agreement-new": [],
        "scale-new": [],
        "agreement-edit": [agreement],
        "term": [agreement, "finance"],
        "text": [agreement, "returned", text_hash(drafted.agreement)],
        "agreement-step": [agreement, "abandon"],
        "pathway-new": [agreement],
        "review": [agreement, text_hash(drafted.agreement)],
        "sign": [agreement, whole(drafted.agreement)],
        "council": [drafted.pk, road.partner.pk, whole(drafted.agreement)],
        "annex-row": [version.pk, 1],
        "annex-withdraw": [version.pk],
    }
    for who, names in FORMS.items():
        client = client_as(getattr(road, who))
        for name in names:
            with subtests.test(who=who, name=name):
                answer = client.get(reverse(f"agreements:{name}", args=arguments.get(name, [drafted.pk])))
                assert answer.status_code == 200


@pytest.mark.clause("6.5")
def test_who_has_no_role_on_a_pathway_reads_of_money_what_a_student_pays_and_no_more(
    road: Road, ready: Pathway, client_as: ClientAs
) -> None:
    for payer, purpose, amount in (("home", "Fee for each place", "98765"), ("student", "Dormitory", "1200")):
        words = dict.fromkeys(("purpose_kk", "purpose_ru", "purpose_en"), purpose)
        term = {"payer": payer, "payee": "partner", "amount": amount, "currency": "EUR", "due_kk": "X"}
        _post(client_as(road.ipd), "money-add", ready.pk, **words, **term)
    head = institutions.user(Role.DEPARTMENT_HEAD, unit=ready.home_programme.department)
    page = reverse("agreements:pathway", args=[ready.pk])

    ours, theirs = (client_as(user).get(page).content.decode() for user in (road.ipd, head))

    assert ours.count("Fee for each place") > 1  # the term and its history
    assert "Fee for each place" not in theirs
    assert theirs.count("Dormitory") == 1
