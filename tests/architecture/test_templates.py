"""Templates: none lies about unused, none holds a script or a style of its own, none is too long."""

import re

import pytest

from tests.architecture.source import composed, modules, strings, templates, without_comments

REFERENCE = re.compile(r"{%\s*(?:include|extends)\s+[\"']([^\"']+)[\"']")
# What Django and its apps look for by these names.
BY_CONVENTION = re.compile(r"^(?:registration/|django/forms/|(?:400|403|403_csrf|404|500)\.html$)")
# A paper has one template a language, a message has a subject and a body: the code names what they share.
SUFFIX = re.compile(r"_(?:kk|ru|en)\.html$|_(?:subject|body)\.txt$")
INLINE = re.compile(r"<style\b|<script(?![^>]*\bsrc=)|\sstyle\s*=|\son[a-z]+\s*=|\bhx-on\b|javascript:", re.IGNORECASE)
LONGEST = 120


def is_paper(name: str) -> bool:
    # A mail's style stands in its head: programs that read mail fetch nothing. So does that of a file that is taken home.
    return any(room in f"/{name}" for room in ("/pdf/", "/email/", "/file/")) or name.endswith(".txt")


def test_every_template_is_used() -> None:
    named = {text for module in modules() for text in strings(module)}
    holes = [re.compile(pattern) for module in modules() for pattern in composed(module)]
    named |= {reference for text in templates().values() for reference in REFERENCE.findall(text)}
    unused = [
        name
        for name in templates()
        if name not in named
        and SUFFIX.sub("", name) not in named
        and not BY_CONVENTION.match(name)
        and not any(hole.fullmatch(name) for hole in holes)
    ]

    assert unused == []


def test_every_template_that_is_named_exists() -> None:
    known = set(templates())
    found = [
        f"{name}: {reference}"
        for name, text in templates().items()
        for reference in REFERENCE.findall(text)
        if reference not in known and not reference.startswith("django/forms/")
    ]

    assert found == []


def test_pages_hold_nothing_inline() -> None:
    found = [
        f"{name}: {match[0]}"
        for name, text in templates().items()
        if not is_paper(name)
        for match in INLINE.finditer(without_comments(text))
    ]

    assert found == []


def test_no_template_is_too_long() -> None:
    found = {name: text.count("\n") for name, text in templates().items() if text.count("\n") > LONGEST}

    assert found == {}


@pytest.mark.parametrize(
    "html",
    [
        '<p style="color: red">',
        "<style>",
        "<script>x</script>",
        '<a onclick="x()">',
        '<b hx-on:click="x">',
        'href="javascript:x"',
    ],
)
def test_the_look_out_sees_what_is_inline(html: str) -> None:
    assert INLINE.search(html)


@pytest.mark.parametrize("html", ['<script src="x.js" defer></script>', '<p class="on">', '<a data-on="x">', "on = 1"])
def test_what_is_allowed_passes(html: str) -> None:
    assert not INLINE.search(html)
