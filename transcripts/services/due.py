"""What time brings to recognition: terms that are over (5.7.3, 6.9), days of differences (5.11), answers that are late."""

from core.reminders import BATCH, astray, late_untold, settle_each
from transcripts.models import RecognitionProtocol
from transcripts.selectors import protocols as selectors
from transcripts.services import opening, reports
from transcripts.services.derivation import LATE, settle_protocol


def settle_due() -> None:
    """This app's part of the sweep. A fixed number of queries a batch, and a transaction for each thing whose work has changed."""
    opening.open_due()
    reports.open_due_reports()
    due = sorted(set(selectors.differences_due().values_list("protocol", flat=True)))
    for start in range(0, len(due), BATCH):
        deadlines = selectors.deadlines_of(due[start : start + BATCH])
        settle_each(astray(RecognitionProtocol, deadlines, exactly=False), _settle_protocol)
    settle_each(late_untold(RecognitionProtocol, roles=LATE), _settle_protocol)


def _settle_protocol(pk: int) -> None:
    RecognitionProtocol.objects.select_for_update().get(pk=pk)
    settle_protocol(selectors.protocol_with_case(pk))
