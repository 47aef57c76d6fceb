"""One paper and one upload are asked for by the rule of their own kind; lists by all rules; both say the same."""

import pytest

from documents import services
from documents.kinds import paper_kinds, purposes
from documents.models import Upload
from documents.selectors import (
    papers_visible_to,
    upload_for_opening,
    uploads_visible_to,
    visible_paper,
    with_uploads,
)
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import standing_of
from satbayev_jdp.demo.scans import scan
from tests.documents.papers import KIND, SCAN, issue
from tests.factories import institutions

pytestmark = pytest.mark.django_db


def _brought(actor: User, name: str = "a.pdf") -> Upload:
    return services.store_upload(
        file=scan("Scan"), name=name, purpose_name=SCAN.name, subject=institutions.home(), actor=actor
    )


def test_one_paper_and_one_upload_ask_no_other_kinds_rule() -> None:
    registrar = institutions.user(Role.REGISTRAR)
    paper, upload, standing = issue(registrar), _brought(registrar), standing_of(registrar)

    papers, uploads = str(visible_paper(standing, paper.pk).query), str(upload_for_opening(standing, upload.pk).query)

    assert [kind.name for kind in paper_kinds() if f" {kind.name}" in papers] == [KIND.name]
    assert [purpose.name for purpose in purposes() if f" {purpose.name}" in uploads] == [SCAN.name]


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.AUDITOR, Role.FINANCE_OFFICER, Role.STUDENT])
def test_page_and_list_agree_on_who_sees_it(role: Role) -> None:
    registrar, standing = institutions.user(Role.REGISTRAR), standing_of(institutions.user(role))
    paper, upload = issue(registrar), _brought(registrar)

    sees = role in {Role.REGISTRAR, Role.AUDITOR}
    assert papers_visible_to(standing).filter(pk=paper.pk).exists() == sees
    assert visible_paper(standing, paper.pk).exists() == sees
    assert uploads_visible_to(standing).filter(pk=upload.pk).exists() == sees
    assert uploads_visible_to(standing, purpose=SCAN.name).filter(pk=upload.pk).exists() == sees
    assert upload_for_opening(standing, upload.pk).exists() == sees


def test_ones_own_paper_and_upload_are_seen_whatever_their_kind_says() -> None:
    finance = institutions.user(Role.FINANCE_OFFICER)
    paper, upload = issue(holder=finance.person), _brought(finance)

    assert visible_paper(standing_of(finance), paper.pk).exists()
    assert upload_for_opening(standing_of(finance), upload.pk).exists()


def test_what_is_not_there_is_not_there() -> None:
    standing = standing_of(institutions.user(Role.AUDITOR))

    assert not visible_paper(standing, 1).exists()
    assert not upload_for_opening(standing, 1).exists()


def test_things_come_with_their_uploads_newest_first_and_only_of_the_purpose() -> None:
    registrar = institutions.user(Role.REGISTRAR)
    first, second, partner = _brought(registrar, "1.pdf"), _brought(registrar, "2.pdf"), institutions.partner()
    subjects = [institutions.home(), partner]

    found = with_uploads(subjects, standing_of(registrar), purpose=SCAN.name)

    assert found == [(institutions.home(), [second, first]), (partner, [])]
    assert [rows for _one, rows in with_uploads(subjects, standing_of(registrar), purpose="annex_file")] == [[], []]
