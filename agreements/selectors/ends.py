"""What ends within a time: agreements, and licences and accreditations of universities, as far as somebody may see them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q

from agreements.enums import AgreementState
from agreements.models import Agreement
from agreements.selectors.agreements import agreements_visible_to
from core.history import subject_type
from institutions.models import Licence
from institutions.permissions import Standing
from institutions.selectors import licences_visible_to

MOST = 200  # of each: more end within two years nowhere


@dataclass(frozen=True, slots=True)
class Ending:
    """Something that ends: what kind of thing it is (words), its name, whose it is, when, and which thing."""

    kind: str
    name: str
    whose: str
    on: date
    subject: str
    pk: int


def endings(standing: Standing, since: date, until: date, *, partner: int | None = None) -> list[Ending]:
    """What ends between two days and has nothing that follows it, the earliest first. Three queries."""
    renewed = Agreement.objects.filter(renews=OuterRef("pk"), state=AgreementState.SIGNED)
    agreements = agreements_visible_to(standing).filter(
        ~Exists(renewed), state=AgreementState.SIGNED, valid_until__range=(since, until)
    )
    same = {name: OuterRef(name) for name in ("university", "kind", "direction", "level")}
    later = Licence.objects.filter(Q(valid_until=None) | Q(valid_until__gt=OuterRef("valid_until")), **same)
    licences = licences_visible_to(standing).filter(~Exists(later), valid_until__range=(since, until))
    if partner is not None:
        agreements = agreements.filter(parties__university=partner)
        licences = licences.filter(university=partner)
    found = [
        _agreement(one, one.valid_until) for one in agreements.order_by("valid_until", "pk")[:MOST] if one.valid_until
    ]
    found += [
        _licence(one, one.valid_until) for one in licences.order_by("valid_until", "pk")[:MOST] if one.valid_until
    ]
    return sorted(found, key=lambda one: (one.on, one.name))


def _agreement(agreement: Agreement, on: date) -> Ending:
    partners = ", ".join(party.university.name for party in agreement.parties.all() if not party.university.is_home)
    kind = str(agreement.get_kind_display())
    return Ending(kind, str(agreement), partners, on, subject_type(agreement), agreement.pk)


def _licence(licence: Licence, on: date) -> Ending:
    name, kind = f"{licence} · {licence.direction}", str(licence.get_kind_display())
    return Ending(kind, name, licence.university.name, on, subject_type(licence), licence.pk)
