"""Papers are numbered without gaps and never change."""

import pytest
from django.db import IntegrityError, transaction

from core.values import Localized
from documents import services
from documents.kinds import PaperKind, register_paper
from documents.models import OfficialDocument
from institutions.permissions import sees_everything
from tests.factories import institutions

pytestmark = pytest.mark.django_db
KIND = register_paper(PaperKind("test_paper", "TST", "Т", "documents/pdf/test", visible=sees_everything.q))


def issue(**values: object) -> OfficialDocument:
    user = institutions.user("registrar")
    return services.issue(
        kind="test_paper", subject=institutions.home(), title=Localized("Қағаз"), context={"a": 1}, languages=["kk"], actor=user, **values
    )


def test_numbers_follow_each_other_and_dates_too() -> None:
    papers = [issue() for _ in range(3)]

    assert [paper.number_text for paper in papers] == ["1-Т", "2-Т", "3-Т"]
    assert papers[0].issued_at <= papers[1].issued_at <= papers[2].issued_at


def test_an_issued_paper_never_changes_not_even_by_sql() -> None:
    paper = issue()

    with pytest.raises(IntegrityError), transaction.atomic():
        OfficialDocument.objects.filter(pk=paper.pk).update(number_text="9-Т")
    with pytest.raises(IntegrityError), transaction.atomic():
        OfficialDocument.objects.filter(pk=paper.pk).delete()

    paper.refresh_from_db()
    assert paper.number_text == "1-Т"
