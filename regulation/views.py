"""Pages of the regulation: all clauses, one clause, its text for a popover, references, glossary, the change sheet."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from core.http import refusals_as_messages
from core.values import active_language
from regulation import selectors, services
from regulation.convert import blocks
from regulation.forms import AmendForm
from regulation.permissions import may_amend


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All clauses by section, of the edition in force or of `?edition=`, narrowed by `?q=`."""
    edition = selectors.edition(request.GET.get("edition", ""))
    search = request.GET.get("q", "").strip()
    context = {
        "edition": edition,
        "search": search,
        "sections": selectors.clauses_by_section(edition, search) if edition else [],
        "is_translation": active_language() != "kk",
    }
    return render(request, "regulation/index.html", context)


@require_safe
def clause(request: HttpRequest, key: str) -> HttpResponse:
    """One clause: its text in the reader's language, the legal Kazakh one, the gates that cite it."""
    found = selectors.clause(key, of=selectors.edition(request.GET.get("edition", "")))
    if found is None:
        raise Http404
    language = active_language()
    context = {
        "clause": found,
        "around": selectors.clause_page(found),
        "legal": blocks(found.text.kk),
        "translation": blocks(str(found.text)) if language != "kk" else (),
        "language": language,
    }
    return render(request, "regulation/clause.html", context)


@require_safe
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


def amend(request: HttpRequest) -> HttpResponse:
    """A form for those who keep the sheet; its line is entered by POST (R-CR-a)."""
    if not may_amend(request.user):
        raise Http404
    form = AmendForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and request.user.is_authenticated:
        with refusals_as_messages(request):
            services.amend(actor=request.user, **form.cleaned_data)
        return redirect("regulation:changes")
    return render(request, "regulation/amend.html", {"form": form})
