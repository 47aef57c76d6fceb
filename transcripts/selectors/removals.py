"""Between which days a difference is removed (5.11)."""

from datetime import date, timedelta

from core.values import today
from programmes.enums import TermKind
from programmes.models import AcademicTerm
from transcripts.models import RecognitionProtocol
from transcripts.workflow.days import RemovalDays, Term

_YEAR_ENDS = (8, 31)
_A_YEAR = timedelta(days=365)


def removal_days(protocol: RecognitionProtocol) -> RemovalDays:
    """The last day on which a difference can be removed, and the summer semesters of the University until then."""
    last = _last_day(protocol)
    ours = AcademicTerm.objects.filter(university__is_home=True, kind=TermKind.SUMMER)
    terms = ours.filter(ends_on__gt=today(), starts_on__lte=last)
    return RemovalDays(last, tuple(Term(str(one), one.starts_on, one.ends_on) for one in terms.order_by("starts_on")))


def _last_day(protocol: RecognitionProtocol) -> date:
    """The end of the programme by year of entry, or a year after the stay if that is later."""
    enrolment, after_stay = protocol.plan.enrolment, protocol.plan.placement.ends_on + _A_YEAR
    if enrolment.programme is None or enrolment.entry_year is None:
        return after_stay
    years = (enrolment.programme.semesters + 1) // 2
    return max(date(enrolment.entry_year + years, *_YEAR_ENDS), after_stay)
