"""Memoranda of the demo, at every stage of their life: they walk an agreement's road without Annex 1 and Councils (3-d)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from agreements.enums import AgreementKind, Aim
from agreements.models import Agreement
from agreements.selectors.agreements import facts_of_agreement, text_hash
from agreements.services.agreements import decide_text, draft_agreement, move_agreement, sign_agreement, write_term
from agreements.services.renewal import renew_agreement
from core.models import Verdict
from core.values import Localized, today
from satbayev_jdp.demo.agreement_texts import memorandum_terms
from satbayev_jdp.demo.world import ERTIS, NORDTAL, WSCHODNIA, YANGTZE, World

LOGINS = {NORDTAL: "nordtal", YANGTZE: "yangtze", ERTIS: "ertis", WSCHODNIA: "wschodnia"}
STAGES = ("drafted", "offered", "agreed", "approved", "confirmed", "signed")


@dataclass(frozen=True)
class Memorandum:
    """With whom, on what, how far, begun and signed so many days ago, its number and in how many days it ends; the twist."""

    partner: str
    subject: str
    upto: str
    begun: int
    number: str = ""
    signed: int = 0
    ends_in: int = 0
    twist: str = ""

    def reaches(self, stage: str) -> bool:
        """Whether it comes as far as a stage."""
        return STAGES.index(stage) <= STAGES.index(self.upto)


_NAMES = {
    "cooperation": Localized(
        "Ынтымақтастық туралы меморандум", "Меморандум о сотрудничестве", "Memorandum of cooperation"
    ),
    "library": Localized(
        "Кітапханалар мен электрондық ресурстарды ортақ пайдалану туралы меморандум",
        "Меморандум о совместном пользовании библиотеками и электронными ресурсами",
        "Memorandum on the joint use of libraries and electronic resources",
    ),
    "school": Localized("Жазғы мектеп туралы меморандум", "Меморандум о летней школе", "Memorandum on a summer school"),
    "laboratory": Localized(
        "Бірлескен зертхана туралы меморандум",
        "Меморандум о совместной лаборатории",
        "Memorandum on a joint laboratory",
    ),
    "teachers": Localized(
        "Оқытушылар алмасу туралы меморандум",
        "Меморандум об обмене преподавателями",
        "Memorandum on the exchange of teachers",
    ),
}

MEMORANDA = (
    Memorandum(YANGTZE, "cooperation", "signed", 1200, "01-М", 1190, -40, "renewed"),
    Memorandum(WSCHODNIA, "cooperation", "signed", 1150, "02-М", 1140, -120, "ended"),
    Memorandum(NORDTAL, "school", "signed", 700, "07-М", 690, 26),
    Memorandum(YANGTZE, "laboratory", "signed", 640, "08-М", 630, 84),
    Memorandum(WSCHODNIA, "teachers", "signed", 560, "10-М", 550, 171),
    Memorandum(ERTIS, "cooperation", "signed", 215, "03-М", 200, 900),
    Memorandum(WSCHODNIA, "library", "drafted", 60, twist="given up"),
    Memorandum(ERTIS, "library", "offered", 20, twist="returned by the partner"),
    Memorandum(YANGTZE, "teachers", "agreed", 12),
    Memorandum(ERTIS, "teachers", "confirmed", 10),
    Memorandum(WSCHODNIA, "school", "offered", 9),
    Memorandum(WSCHODNIA, "laboratory", "drafted", 3),
)


def build(world: World) -> None:
    """Walk each as far as it comes, by the people whose moves they are."""
    for memorandum in MEMORANDA:
        with world.on(world.ago(memorandum.begun)):
            key = _text(world, memorandum)
        if memorandum.reaches("signed"):
            with world.on(world.ago(memorandum.signed)):
                _signed(world, memorandum, key)
        if memorandum.twist:
            with world.on(world.ago(2)):
                _TWISTS[memorandum.twist](world, memorandum, key)


def _text(world: World, memorandum: Memorandum) -> int:
    """Drafted, offered, agreed to by the partner, approved, confirmed: its key."""
    made = draft_agreement(
        names=_NAMES[memorandum.subject],
        partner_ids=[world.university(memorandum.partner).pk],
        kind=AgreementKind.MEMORANDUM,
        aims=[Aim.RESOURCES],
        actor=world.user("ipd"),
    )
    # One that is only drafted shows what a text still lacks.
    if memorandum.reaches("offered"):
        for group, text in memorandum_terms(world, memorandum.subject).items():
            write_term(agreement_id=made.pk, group=group, text=text, actor=world.user("ipd"))
    for stage, login in (("offered", "ipd"), ("agreed", LOGINS[memorandum.partner])):
        if memorandum.reaches(stage):
            decide_text(
                agreement_id=made.pk, verdict=Verdict.AGREED, actor=world.user(login), seen_hash=text_hash(made)
            )
    for stage, step, login in (("approved", "approve", "vicerector"), ("confirmed", "confirm", "ipd")):
        if memorandum.reaches(stage):
            move_agreement(agreement_id=made.pk, step=step, actor=world.user(login), seen_hash=whole(made))
    return made.pk


def _signed(world: World, memorandum: Memorandum, key: int) -> None:
    agreement = Agreement.objects.get(pk=key)
    sign_agreement(
        agreement_id=key,
        number=memorandum.number,
        signed_on=today(),
        valid_from=today(),
        valid_until=world.today + timedelta(days=memorandum.ends_in),
        actor=world.user("rector"),
        seen_hash=whole(agreement),
    )


def whole(agreement: Agreement) -> str:
    """What the page shows whoever decides on the text with its Annex 1."""
    return facts_of_agreement(agreement).whole_hash


# --- what happened besides -------------------------------------------------------------------------------------------------


def _renewed(world: World, memorandum: Memorandum, key: int) -> None:
    """The successor is drafted, agreed, signed; the old one is ended."""
    ipd, partner = world.user("ipd"), world.user(LOGINS[memorandum.partner])
    new = renew_agreement(agreement_id=key, actor=ipd)
    for actor in (ipd, partner):
        decide_text(agreement_id=new.pk, verdict=Verdict.AGREED, actor=actor, seen_hash=text_hash(new))
    for step, login in (("approve", "vicerector"), ("confirm", "ipd")):
        move_agreement(agreement_id=new.pk, step=step, actor=world.user(login), seen_hash=whole(new))
    sign_agreement(
        agreement_id=new.pk,
        number="14-М",
        signed_on=today(),
        valid_from=today(),
        valid_until=today() + timedelta(days=5 * 365),
        actor=world.user("rector"),
        seen_hash=whole(new),
    )
    _ended(world, memorandum, key)


def _ended(world: World, _memorandum: Memorandum, key: int) -> None:
    reason = "Меморандумның мерзімі аяқталды."
    move_agreement(agreement_id=key, step="end", actor=world.user("ipd"), reason=reason)


def _given_up(world: World, _memorandum: Memorandum, key: int) -> None:
    reason = "Серіктес ресурстарды жеке келісіммен ашуды жөн көрді."
    move_agreement(agreement_id=key, step="abandon", actor=world.user("ipd"), reason=reason)


def _returned(world: World, memorandum: Memorandum, key: int) -> None:
    agreement = Agreement.objects.get(pk=key)
    reason = "Электрондық қорға қашықтан қолжетімділік туралы тармақты қосуды сұраймыз."
    partner = world.user(LOGINS[memorandum.partner])
    seen = text_hash(agreement)
    decide_text(agreement_id=key, verdict=Verdict.RETURNED, actor=partner, seen_hash=seen, reason=reason)


_Twist = Callable[[World, Memorandum, int], None]
_TWISTS: dict[str, _Twist] = {
    "renewed": _renewed,
    "ended": _ended,
    "given up": _given_up,
    "returned by the partner": _returned,
}
