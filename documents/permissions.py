"""Who may see papers and uploads, and whose word counts for them."""

from collections.abc import Callable

from django.db.models import Exists, OuterRef, Q

from core.permissions import NOTHING
from documents.enums import DocumentState
from documents.kinds import PaperKind, UploadPurpose, paper_kind, paper_kinds, purposes
from documents.models import Delivery, OfficialDocument
from institutions.enums import Role
from institutions.permissions import Standing

# Who writes down that a paper went to somebody by post or by hand.
MAY_DELIVER = frozenset({Role.IPD_COORDINATOR, Role.REGISTRAR, Role.METHODICAL_SECTION})


def may_see_paper(standing: Standing, kind: str = "") -> Q:
    """A Q over OfficialDocument: what the paper's own kind says, one's own papers, and what was delivered to one.

    With `kind` papers of that kind, by its rule alone: the rules of all kinds are a long question to the database.
    """
    return _papers(standing, kind, lambda declared: declared.visible)


def may_open_paper(standing: Standing, kind: str = "") -> Q:
    """The same for the file of a paper: who sees that there is one may open it, but where it bears the number of a passport."""
    return _papers(standing, kind, lambda declared: declared.opened_by or declared.visible)


def _papers(standing: Standing, kind: str, rule: Callable[[PaperKind], Callable[[Standing], Q]]) -> Q:
    if not standing.user_id:
        return NOTHING
    delivered = Delivery.objects.filter(document=OuterRef("pk"), person_id=standing.person_id)
    found = Q(holder_id=standing.person_id) | Q(Exists(delivered))
    for declared in paper_kinds():
        if kind in ("", declared.name):
            found |= Q(kind=declared.name) & rule(declared)(standing)
    return found & Q(kind=kind) if kind else found


def may_see_upload(standing: Standing, purpose: str = "") -> Q:
    """A Q over Upload: what its purpose says, and what one has brought oneself. With `purpose` that one's alone."""
    if not standing.user_id:
        return NOTHING
    found = Q(uploaded_by_id=standing.user_id)
    for declared in purposes():
        if purpose in ("", declared.name):
            found |= Q(purpose=declared.name) & declared.visible(standing)
    return found & Q(purpose=purpose) if purpose else found


def may_deliver(standing: Standing, paper: OfficialDocument) -> bool:
    """Who may write down that a paper went to somebody, in force or to be signed."""
    return paper.state in DocumentState.standing() and bool(standing.roles & MAY_DELIVER)


def roles_that_revoke(standing: Standing, paper: OfficialDocument) -> frozenset[str]:
    """The roles by which somebody may revoke this paper: those of the office whose paper it is."""
    return standing.roles & paper_kind(paper.kind).revoked_by


def may_bring(standing: Standing, purpose: UploadPurpose) -> bool:
    """Who may bring a file for this purpose."""
    return bool(standing.roles & purpose.brought_by)
