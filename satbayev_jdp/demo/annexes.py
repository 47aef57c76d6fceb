"""Annex 1 on its way: drafts, proposals of either side, one returned, one superseded by an amendment."""

import io
from datetime import timedelta

from agreements.enums import AgreementState, PathwayState
from agreements.models import GradeScale, Pathway
from agreements.services.annex import agree_annex, propose_annex, withdraw_annex
from programmes.models import Programme
from satbayev_jdp.demo import agreement_plans
from satbayev_jdp.demo.agreements import bring_annex, drafted
from satbayev_jdp.demo.world import ERTIS, World

_ERTIS, _WSCHODNIA = "annex1_7M07120_ertis.csv", "annex1_7M06102_wschodnia.csv"


def build(world: World) -> None:
    """Each on its days, by the side whose move it is."""
    _amended(world, _of_ertis(PathwayState.CLOSED))
    _returned(world)
    _proposed_by_partner(world, _of_ertis(PathwayState.PREPARED))


def _of_ertis(state: str) -> Pathway:
    """Their pathway in this state whose agreement is signed."""
    return Pathway.objects.get(
        partner_programme__university__short_name=ERTIS, agreement__state=AgreementState.SIGNED, state=state
    )


def _table(world: World, name: str, *, without: tuple[str, ...]) -> io.BytesIO:
    """The table of a file in which the partner's side of these numbered rows is empty: they are taken at the University."""
    lines = world.data_file(name).read_text(encoding="utf-8").splitlines()
    own = [";".join([*line.split(";")[:4], "", "", ""]) if line.split(";")[0] in without else line for line in lines]
    return io.BytesIO("\n".join(own).encode())


def _amended(world: World, pathway: Pathway) -> None:
    """Both sides amended the signed Annex 1 last year; the IPD has begun a third version."""
    ipd, ertis = world.user("ipd"), world.user("ertis")
    with world.on(world.ago(400)):
        second = bring_annex(pathway, "annex1_2.csv", _table(world, _ERTIS, without=("15",)), ipd)
        propose_annex(version_id=second, actor=ipd)
    with world.on(world.ago(392)):
        agree_annex(version_id=second, actor=ertis)
    with world.on(world.ago(1)):
        bring_annex(pathway, "annex1_3.csv", _table(world, _ERTIS, without=("15", "17")), ipd)


def _returned(world: World) -> None:
    """A new draft with Politechnika Wschodnia: its first Annex 1 came back, the second waits for their word."""
    ipd, wschodnia = world.user("ipd"), world.user("wschodnia")
    programmes = {one.code: one for one in Programme.objects.all()}
    scales = {one.code: one for one in GradeScale.objects.all()}
    with world.on(world.ago(16)):
        pathway = drafted(world, agreement_plans.wschodnia(world, programmes, scales))
        first = bring_annex(pathway, _WSCHODNIA, world.opened(_WSCHODNIA), ipd)
        propose_annex(version_id=first, actor=ipd)
    with world.on(world.ago(12)):
        reason = "Zaawansowane bazy danych is no longer taught in the summer semester."
        withdraw_annex(version_id=first, reason=reason, actor=wschodnia)
    with world.on(world.ago(9)):
        second = bring_annex(pathway, "annex1_2.csv", _table(world, _WSCHODNIA, without=("4",)), ipd)
        propose_annex(version_id=second, actor=ipd)


def _proposed_by_partner(world: World, pathway: Pathway) -> None:
    """Ертіс proposes an amendment of the signed joint programme; a draft of its own lies beside nobody's eyes."""
    ertis = world.user("ertis")
    with world.on(world.today - timedelta(days=7)):
        version = bring_annex(pathway, "annex1_2.csv", _table(world, _ERTIS, without=("4",)), ertis)
        propose_annex(version_id=version, actor=ertis)
