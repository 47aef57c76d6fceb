"""How services fetch: through the selectors that begin with who is looking, locked for the length of the transaction."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext_noop

from agreements.models import Agreement, AnnexVersion, Pathway
from agreements.selectors.agreements import agreements_visible_to
from agreements.selectors.annex import annexes_visible_to
from agreements.selectors.pathways import pathways_visible_to
from core.workflow import NotAllowedError, RefusedError
from institutions.models import User
from institutions.permissions import standing_of


def not_yours() -> NotAllowedError:
    """The refusal of a verb that none of the actor's roles may take."""
    return NotAllowedError(gettext_noop("This step is not yours to take."))


def must_hold(actor: User, *roles: str) -> None:
    """Raises NotAllowedError unless the actor holds one of these roles."""
    if not standing_of(actor).holds(*roles):
        raise not_yours()


def refuse_unseen(seen_hash: str, now: str) -> None:
    """Raises RefusedError unless what somebody decides on is what he was shown, by its hash."""
    if seen_hash != now:
        raise RefusedError(gettext_noop("The text was changed after you opened it. Please read it again."))


def day_of(moment: datetime | None) -> date | None:
    """The day of a moment at the University."""
    return timezone.localdate(moment) if moment is not None else None


def locked_agreement(agreement_id: int, actor: User) -> Agreement:
    """A visible agreement with its parties, locked. Agreement.DoesNotExist when it is not for this actor."""
    found = agreements_visible_to(standing_of(actor))
    return found.select_for_update(of=("self",)).get(pk=agreement_id)


def locked_pathway(pathway_id: int, actor: User) -> Pathway:
    """A visible pathway with its agreement and programmes, locked. Pathway.DoesNotExist when it is not for this actor."""
    # The department is nullable: PostgreSQL locks no nullable side of a join, so the row is locked by itself first.
    Pathway.objects.select_for_update().filter(pk=pathway_id).first()
    return pathways_visible_to(standing_of(actor)).get(pk=pathway_id)


def locked_annex(version_id: int, actor: User) -> AnnexVersion:
    """A visible version of Annex 1, locked with its pathway. AnnexVersion.DoesNotExist when it is not for this actor.

    The pathway is the lock, as for an import: who took the version first and then the pathway could meet an import half-way.
    """
    Pathway.objects.select_for_update(of=("self",)).filter(annex_versions=version_id).first()
    return annexes_visible_to(standing_of(actor)).get(pk=version_id)
