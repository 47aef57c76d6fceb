"""Pages of the regulation: all clauses, one clause, its text for a popover, references, glossary, the change sheet."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from core.http import form_page, part_of
from core.values import active_language
from regulation import selectors, services
from regulation.convert import blocks
from regulation.forms import AmendForm
from regulation.permissions import may_amend, sees_how_it_is_held


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All clauses by section, of the edition in force or of `?edition=`, narrowed by `?q=`."""
    asked = request.GET.get("edition", "")
    edition = selectors.edition(asked)
    search = request.GET.get("q", "").strip()
    context = {
        "edition": edition,
        "search": search,
        "asked": asked,
        "same_edition": _same(asked),
        "sections": selectors.clauses_by_section(edition, search) if edition else [],
        "is_translation": active_language() != "kk",
    }
    return render(request, "regulation/index.html", context)


def _same(asked: str) -> str:
    """What keeps the links of a page in the edition that was asked for; nothing for the one in force."""
    return f"?{urlencode({'edition': asked})}" if asked else ""


@require_safe
def clause(request: HttpRequest, key: str) -> HttpResponse:
    """One clause: its text in the reader's language, the legal Kazakh one, the gates that cite it."""
    asked = request.GET.get("edition", "")
    found = selectors.clause(key, of=selectors.edition(asked))
    if found is None:
        raise Http404
    language = active_language()
    context = {
        "clause": found,
        "same_edition": _same(asked),
        "around": selectors.clause_page(found),
        "legal": blocks(found.text.kk),
        "translation": blocks(str(found.text)) if language != "kk" else (),
        "language": language,
        "sees_how_it_is_held": sees_how_it_is_held(request.user),
    }
    return render(request, "regulation/clause.html", context)


@require_safe
@part_of("regulation:clause")
def peek(request: HttpRequest, key: str) -> HttpResponse:
    """The beginning of a clause as a fragment, for the popover beside its number."""
    found = selectors.peek(key)
    if found is None:
        raise Http404
    row, text = found
    # Without the request: a fragment has no frame, and asks nothing for one.
    return HttpResponse(render_to_string("regulation/_peek.html", {"clause": row, "text": text}))


@require_safe
def references(request: HttpRequest) -> HttpResponse:
    """The acts that the regulation rests on (R-2-a)."""
    return render(request, "regulation/references.html", {"references": selectors.references()})


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """The words of pages and papers in three languages, with their definitions (R-3-a)."""
    return render(request, "regulation/glossary.html", {"terms": selectors.glossary()})


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """The change-registration sheet of the edition in force (R-CR-a)."""
    edition = selectors.current_edition()
    context = {
        "edition": edition,
        "changes": list(selectors.changes_of(edition)) if edition else [],
        "may_amend": may_amend(request.user) and edition is not None,
    }
    return render(request, "regulation/changes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def amend(request: HttpRequest) -> HttpResponse:
    """A form for those who keep the sheet; its line is entered by POST (R-CR-a)."""
    actor = request.user
    if not (actor.is_authenticated and may_amend(actor)):
        raise Http404
    form = AmendForm(request.POST or None)
    return form_page(
        request,
        form,
        label=gettext("Enter a change"),
        subtitle=gettext("The sheet tells of changes; the text itself changes by a new edition."),
        back=reverse("regulation:changes"),
        save=lambda: services.amend(actor=actor, **form.cleaned_data),
        send=gettext("Enter"),
    )
