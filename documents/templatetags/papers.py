"""Files of a thing, for pages of apps that lie below `documents` on the road as well as above it."""

from typing import Any

from django import template
from django.db import models
from django.template import Context

from documents import selectors
from documents.forms import FileForm
from documents.kinds import purpose
from documents.permissions import may_bring
from institutions.permissions import standing_of

register = template.Library()


@register.inclusion_tag("documents/_uploads.html", takes_context=True)
def uploads_card(
    context: Context, subject: models.Model, purpose_name: str, title: object, bring_url: str = ""
) -> dict[str, Any]:
    """A card with the files of `subject` for a purpose; with `bring_url` a form to bring one, for whoever may."""
    standing = standing_of(context["request"].user)
    may = bool(bring_url) and may_bring(standing, purpose(purpose_name))
    return {
        "title": title,
        "uploads": selectors.uploads_of(subject, standing, purpose=purpose_name),
        "form": FileForm() if may else None,
        "bring_url": bring_url,
        "csrf_token": context.get("csrf_token"),
    }
