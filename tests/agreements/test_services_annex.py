"""Annex 1 through its verbs: imported, proposed by one side, agreed by the other, frozen, amended, printed."""

import io

import openpyxl
import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.html import strip_tags
from pytest_django import DjangoAssertNumQueries

from agreements.enums import AnnexState, Relation, Side
from agreements.exports import annex_workbook
from agreements.models import Agreement, AnnexCourse, AnnexRow, AnnexVersion, Pathway
from agreements.selectors.annex import (
    annexes_visible_to,
    entries_of,
    facts_of_annex,
    frozen_annex_of,
    rows_of,
)
from agreements.services.annex import (
    agree_annex,
    import_annex,
    issue_annex,
    keep_annex_file,
    propose_annex,
    state_relation,
    try_annex,
    withdraw_annex,
)
from core.imports import Outcome
from core.story import said
from core.values import plain, today
from core.workflow import BlockedError, ReasonMissingError, RefusedError, WrongStateError
from core.worklist import open_items_of
from documents.kinds import draft_source
from documents.render import html_of
from institutions.permissions import standing_of
from regulation.models import Amendment
from regulation.selectors import changes_of
from tests.agreements.road import ANNEX, Road
from tests.conftest import ClientAs
from tests.factories import programmes
from tests.programmes.files import sent, workbook

HEAD = ("№", "Пәннің атауы", "Кредиттер саны", "Сағаттар", "Пәннің атауы", "Кредиттер саны", "Сағаттар")


@pytest.mark.clause("A1-e")
def test_a_dry_run_writes_nothing_and_tells_what_stands_in_no_row(road: Road, drafted: Pathway) -> None:
    kept = keep_annex_file(pathway_id=drafted.pk, file=sent(ANNEX), name=ANNEX, actor=road.ipd)

    report = try_annex(upload_id=kept.pk, actor=road.ipd)

    left = {line.subject.split()[0] for line in report.lines if line.outcome.value == "held"}
    assert (report.ok, AnnexVersion.objects.count()) == (True, 0)
    assert left == {"INF-M-130", "INF-M-131", "INF-M-205"}


def test_the_same_file_twice_is_one_version(road: Road, drafted: Pathway) -> None:

    first, second = road.imported(drafted), road.imported(drafted)

    assert first == second
    assert AnnexVersion.objects.count() == 1


def test_a_file_with_a_problem_writes_nothing(road: Road, drafted: Pathway) -> None:
    file = workbook([HEAD, ("1-семестр",), (1, "Терең оқыту", -5, 150), (2, "Компьютерлік көру", 5, 150)])
    kept = keep_annex_file(pathway_id=drafted.pk, file=file, name="a.xlsx", actor=road.ipd)
    tried = [
        line for line in try_annex(upload_id=kept.pk, actor=road.ipd).first_lines if line.outcome is not Outcome.HELD
    ]
    assert [(line.where, line.outcome) for line in tried] == [
        ("«Sheet», C3", Outcome.REFUSED),
        ("«Sheet», B4", Outcome.CREATED),
    ]
    assert "-5" in tried[0].note

    report = import_annex(upload_id=kept.pk, actor=road.ipd)

    assert (report.version, len(report.problems), AnnexRow.objects.count()) == (None, 1, 0)


@pytest.mark.clause("A1-d")
def test_one_side_proposes_and_only_the_other_can_agree(road: Road, drafted: Pathway) -> None:
    version = road.imported(drafted)
    propose_annex(version_id=version.pk, actor=road.ipd)

    with pytest.raises(BlockedError, match="The partner has not agreed"):
        agree_annex(version_id=version.pk, actor=road.ipd)
    agree_annex(version_id=version.pk, actor=road.coordinator)

    version.refresh_from_db()
    assert version.state == AnnexState.FROZEN
    assert frozen_annex_of(version.pathway) == version


@pytest.mark.clause("A1-d")
def test_the_partner_proposes_too_and_its_draft_is_its_own(road: Road, drafted: Pathway) -> None:
    version = road.imported(drafted, by=road.coordinator)

    hidden = not annexes_visible_to(standing_of(road.ipd)).exists()
    same_file = road.imported(
        drafted
    )  # what the University imports meanwhile is its own, and no newer version to the partner
    propose_annex(version_id=version.pk, actor=road.coordinator)
    agree_annex(version_id=version.pk, actor=road.ipd)

    version.refresh_from_db()
    assert (hidden, version.proposed_by, version.state) == (True, Side.PARTNER, AnnexState.FROZEN)
    assert (same_file.number, same_file.proposed_by, same_file.state) == (2, Side.HOME, AnnexState.DRAFT)


def test_a_returned_version_needs_a_reason_and_waits_to_be_corrected(
    road: Road, drafted: Pathway, client_as: ClientAs
) -> None:
    version = road.imported(drafted)
    propose_annex(version_id=version.pk, actor=road.ipd)

    with pytest.raises(ReasonMissingError):
        withdraw_annex(version_id=version.pk, reason=" ", actor=road.coordinator)
    withdraw_annex(version_id=version.pk, reason="Credits", actor=road.coordinator)

    version.refresh_from_db()
    assert version.state == AnnexState.WITHDRAWN
    waiting = [item.text % said(item.params) for item in open_items_of(drafted.agreement) if item.clause == "A1"]
    assert waiting == [f"Annex 1 of {drafted} was returned and is to be corrected. Remarks: “Credits”"]
    page = client_as(road.ipd).get(reverse("agreements:annexversion", args=[version.pk])).content.decode()
    assert "“Credits”" in page
    assert "Import a corrected version" in page
    assert "Import a corrected version" not in (
        client_as(road.coordinator).get(reverse("agreements:annexversion", args=[version.pk])).content.decode()
    )

    draft = road.imported(drafted, file=workbook([HEAD, ("1-семестр",), (1, "Компьютерлік көру", 5, 150)]))

    assert "was returned" not in str([item.text for item in open_items_of(drafted.agreement)])
    assert draft.number == 2


@pytest.mark.clause("A1-b")
def test_a_row_stated_a_difference_stands_in_a_new_version(road: Road, drafted: Pathway) -> None:
    version = road.imported(drafted)

    with pytest.raises(ReasonMissingError):
        state_relation(version_id=version.pk, position=1, relation=Relation.DIFFERENCE, reason="", actor=road.ipd)
    with pytest.raises(RefusedError, match="one side"):
        state_relation(version_id=version.pk, position=2, relation=Relation.DIFFERENCE, reason="x", actor=road.ipd)
    made = state_relation(
        version_id=version.pk, position=1, relation=Relation.DIFFERENCE, reason="in summer", actor=road.ipd
    )

    version.refresh_from_db()
    row = rows_of(made)[0]
    assert (made.number, row.relation, row.reason) == (2, Relation.DIFFERENCE, "in summer")
    assert (version.state, rows_of(version)[0].relation) == (AnnexState.WITHDRAWN, Relation.TAKEN_THERE)


@pytest.mark.clause("A1-d")
@pytest.mark.clause("CR-a")
def test_a_version_frozen_after_signature_is_an_amendment(road: Road, signed: Pathway) -> None:
    old = frozen_annex_of(signed)
    assert old is not None
    draft = state_relation_of_first(road, signed)

    propose_annex(version_id=draft.pk, actor=road.ipd)
    agree_annex(version_id=draft.pk, actor=road.coordinator)

    amendment = Amendment.objects.get()
    assert (amendment.number, amendment.clause, amendment.entered_by_id) == (1, "A1", road.coordinator.pk)
    assert [change.notice for change in changes_of(signed.agreement)] == [f"{signed}, 2 · {today():%d.%m.%Y}"]
    old.refresh_from_db()
    assert (old.state, frozen_annex_of(signed)) == (AnnexState.FROZEN, draft)


def state_relation_of_first(road: Road, pathway: Pathway) -> AnnexVersion:
    """The partner's workbook once more with a row of it stated: the next version, a draft of the University."""
    current = AnnexVersion.objects.get(pathway=pathway, state=AnnexState.FROZEN)
    content = annex_workbook(current, rows_of(current), "kk")
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    sheet["H6"] = "қосымша: серіктес талабы"
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return road.imported(road.fresh(pathway), file=stream)


@pytest.mark.clause("A1-e")
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_what_goes_out_as_a_workbook_comes_in_as_the_same_version(language: str, road: Road, drafted: Pathway) -> None:
    version = road.imported(drafted)
    content = annex_workbook(version, rows_of(version), language)

    again = road.imported(version.pathway, file=io.BytesIO(content))

    assert again == version
    sign = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]["A3"].value
    assert sign == ("No." if language == "en" else "№")


@pytest.mark.clause("A1-d")
def test_the_database_itself_refuses_a_changed_version(road: Road, drafted: Pathway) -> None:
    version = road.frozen(drafted)
    changes = (
        lambda: AnnexRow.objects.filter(version=version).update(semester=9),
        lambda: AnnexCourse.objects.filter(row__version=version).update(credits=1),
        lambda: AnnexCourse.objects.filter(row__version=version).delete(),
        lambda: AnnexVersion.objects.filter(pk=version.pk).update(content_hash="0" * 64),
        lambda: AnnexVersion.objects.filter(pk=version.pk).delete(),
    )
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_a_version_of_other_curricula_is_neither_proposed_nor_agreed(
    road: Road, drafted: Pathway, client_as: ClientAs
) -> None:
    version = road.imported(drafted)
    propose_annex(version_id=version.pk, actor=road.ipd)
    Pathway.objects.update(home_curriculum=programmes.curriculum(road.ours))

    with pytest.raises(BlockedError, match="import it anew"):
        agree_annex(version_id=version.pk, actor=road.coordinator)
    page = client_as(road.coordinator).get(reverse("agreements:annexversion", args=[version.pk]))

    assert "import it anew" in page.content.decode()
    assert page.context["action"].blockers


def test_a_row_smuggled_in_is_found_by_the_hash(road: Road, drafted: Pathway) -> None:
    version = road.imported(drafted)
    propose_annex(version_id=version.pk, actor=road.ipd)
    AnnexRow.objects.create(version=version, position=99, semester=1, relation=Relation.TAKEN_THERE)

    with pytest.raises(BlockedError, match="not those that were proposed"):
        agree_annex(version_id=version.pk, actor=road.coordinator)
    assert not facts_of_annex(version).hash_holds


def test_between_yes_and_signature_annex_1_stands_still(road: Road, agreed: Pathway) -> None:

    with pytest.raises(WrongStateError, match="return the agreement to the draft"):
        keep_annex_file(pathway_id=agreed.pk, file=sent(ANNEX), name=ANNEX, actor=road.ipd)


def test_rows_come_with_their_courses(
    road: Road, drafted: Pathway, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    version = road.imported(drafted)

    with django_assert_num_queries(2):
        entries = entries_of(rows_of(version))

    assert [len(entry.lines) for entry in entries if entry.semester == 3] == [3, 2, 2, 2]


@pytest.mark.clause("A1-e")
def test_a_frozen_version_becomes_a_paper_and_a_draft_does_not(road: Road, drafted: Pathway) -> None:
    draft = road.imported(drafted)
    with pytest.raises(WrongStateError):
        issue_annex(version_id=draft.pk, actor=road.ipd)

    version = road.frozen(drafted)
    source = draft_source("annex1")
    assert source is not None
    shown = source(road.ipd, version.pk)
    with pytest.raises(AnnexVersion.DoesNotExist):
        source(road.coordinator, version.pk)

    paper = issue_annex(version_id=version.pk, actor=road.ipd)

    assert {name: said for name, said in paper.context.items() if name != "paper"} == plain(shown.context)
    assert paper.number_text == "1-1Қ"
    assert [len(block["rows"]) for block in paper.context["semesters"]] == [6, 6, 5, 2]
    printed = {**paper.context, "paper": {**paper.context["paper"], "qr": ""}}
    for language, head in (("kk", "1-семестр"), ("ru", "1-й семестр"), ("en", "Semester 1")):
        assert head in strip_tags(html_of("agreements/pdf/annex1", language=language, context=printed))

    again = issue_annex(version_id=paper.subject_id, actor=road.ipd)
    Agreement.objects.update(number="5-К")
    numbered = issue_annex(version_id=paper.subject_id, actor=road.ipd)
    assert (again, numbered.supersedes) == (paper, paper)
