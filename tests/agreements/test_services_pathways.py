"""A pathway opens when every demand is met, and takes nobody once a licence or an agreement has ended."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override

from agreements.enums import AgreementState, PathwayKind, PathwayState
from agreements.forms import PathwayForm
from agreements.models import Agreement, Pathway
from agreements.selectors.admission import admits_on
from agreements.selectors.agreements import agreement_in_force
from agreements.services.agreements import edit_agreement
from agreements.services.pathways import PathwayTerms, edit_pathway, move_pathway
from core.story import story_of
from core.values import Localized, today
from core.workflow import BlockedError, RefusedError
from institutions.enums import Role
from tests.agreements.road import Road
from tests.factories import agreements, institutions


@pytest.mark.clause("5.3-a")
@pytest.mark.clause("6.12-e")
def test_the_whole_road_by_its_people(road: Road, ready: Pathway) -> None:
    pathway = ready

    move_pathway(pathway_id=pathway.pk, step="open", actor=road.ipd)

    pathway = road.fresh(pathway)
    assert (pathway.state, admits_on(pathway, today())) == (PathwayState.OPEN, ())
    assert agreement_in_force(pathway.agreement, today())
    assert not agreement_in_force(pathway.agreement, today() + timedelta(days=901))


@pytest.mark.clause("4.2-b")
def test_a_pathway_without_a_licence_does_not_open_and_an_open_one_closes_by_itself(road: Road, ready: Pathway) -> None:
    pathway = ready
    move_pathway(pathway_id=pathway.pk, step="open", actor=road.ipd)
    pathway = road.fresh(pathway)

    far = today() + timedelta(days=1001)
    late = [blocker.clause for blocker in admits_on(pathway, far)]

    assert late == ["4.2", "6.12"]
    unlicensed = Road(
        partner=institutions.partner("No licence", "DE"),
        coordinator=institutions.partner_user(institutions.partner("No licence", "DE")),
        licensed=False,
    )
    with pytest.raises(BlockedError, match=r"No licence of No licence covers 7M061"):
        move_pathway(pathway_id=unlicensed.drafted().pk, step="open", actor=unlicensed.ipd)


def _edited(pathway: Pathway, **changes: object) -> None:
    terms: dict[str, Any] = {
        "kind": pathway.kind,
        "home_semesters": 2,
        "partner_semesters": 2,
        "quota_out": 2,
        "quota_in": 2,
        "scale": pathway.scale,
        "rule": "linear",
        "required_documents": pathway.required_documents,
        **changes,
    }
    actor = institutions.user(Role.IPD_COORDINATOR)
    edit_pathway(pathway_id=pathway.pk, terms=PathwayTerms(**terms), actor=actor)


@pytest.mark.django_db
def test_history_says_what_an_edit_changed_and_the_same_again_changes_nothing() -> None:
    pathway = agreements.open_pathway()
    Agreement.objects.update(state=AgreementState.DRAFT)
    names = Localized("Келісім", "Соглашение", "Agreement")
    parties = [pathway.partner_programme.university_id]
    draft: dict[str, Any] = {
        "agreement_id": pathway.agreement_id,
        "names": names,
        "aims": ["resources"],
        "partner_ids": parties,
    }

    for _ in range(2):
        _edited(pathway, quota_out=5, rule="percent", min_gpa=Decimal("2.8"), scale=None)
        edit_agreement(**draft, award="joint_degree", actor=institutions.user(Role.IPD_COORDINATOR))

    told = {language: _told(language, pathway) for language in ("ru", "en")}
    changes = "places for outgoing students: 2 → 5; partner's grade scale: German scale → —; "
    changes += "conversion: linear between pass and best → percent as it is; lowest GPA: — → 2.8"
    assert told["en"] == [f"terms of the pathway changed: {changes}"]
    assert told["ru"][0].endswith("процент без изменений; минимальный GPA: — → 2,8")
    (entry,) = story_of(pathway.agreement)
    assert "title in English: Double-degree agreement → Agreement" in entry.text
    assert "award: two equal diplomas → one joint degree; aims that it serves: — → joining" in entry.text


def _told(language: str, pathway: Pathway) -> list[str]:
    with override(language):
        return [entry.text for entry in story_of(pathway)]


@pytest.mark.django_db
@pytest.mark.parametrize("line", ["1²–2 = 90", "1–2 = 101", "1–2", "a–2 = 90"])
def test_a_line_of_a_conversion_table_is_two_marks_and_a_percent(line: str) -> None:
    pathway = agreements.open_pathway()

    form = PathwayForm({"rule_table": f"1,0–1,5 = 95\n{line}"}, agreement=pathway.agreement, pathway=pathway)

    assert form.errors["rule_table"] == [f"“{line.replace(',', '.')}” is not a line such as 1,0–1,5 = 95"]


@pytest.mark.clause("5.5-a")
def test_unequal_lengths_may_not_be_called_joint(road: Road) -> None:
    pathway = road.drafted(kind=PathwayKind.JOINT, home_semesters=3, partner_semesters=1)

    with pytest.raises(BlockedError) as refused:
        move_pathway(pathway_id=pathway.pk, step="open", actor=road.ipd)

    assert "5.5" in {blocker.clause for blocker in refused.value.blockers}


@pytest.mark.clause("5.7")
@pytest.mark.parametrize(
    ("home", "partner", "told"),
    [
        (4, 4, "Both programmes would be studied whole"),
        (5, 2, "7M06102 lasts 4 semesters."),
        (2, 5, "M.Sc. Informatik lasts 4 semesters."),
    ],
)
@pytest.mark.django_db
def test_nobody_studies_both_programmes_whole_or_longer_than_they_last(home: int, partner: int, told: str) -> None:
    pathway = agreements.open_pathway()
    Agreement.objects.update(state=AgreementState.DRAFT)

    with pytest.raises(RefusedError, match=re.escape(told)):
        _edited(pathway, home_semesters=home, partner_semesters=partner)
    _edited(pathway, home_semesters=4, partner_semesters=2)
