"""Catalogues: what is collected from where, what is compiled, what is a fault."""

import gettext
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import translation

from core.management import catalogues
from core.management.catalogues import (
    Found,
    collect,
    compile_stale,
    faults,
    owner_of,
    placeholders,
    po_path,
    read,
    update,
)

PYTHON = """
from django.utils.translation import gettext_noop, gettext_lazy as _, ngettext, pgettext_lazy
first = _("Hello")
second = gettext_noop("%(name)s is late")
# Translators: a thing, not a verb
third = pgettext_lazy("noun", "order")
fourth = ngettext("%(count)d day", "%(count)d days", 3)
ignored = first("not a message")
"""
TEMPLATE = """
{% extends "base.html" %}
    {% translate 'Where it stands' %}
  <a title="{% translate "Back" context "button" %}">it's {{ unclosed|default:_("nothing") }} "</a>
{% blocktranslate trimmed with who=user %}
    Whose move:
    {{ who }}
{% endblocktranslate %}
"""
Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Puts a file into a repository of its own."""

    def put(path: str, text: str) -> Path:
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    return put


def translate(root: Path, app: str = "agreements", **strings: str) -> None:
    """Translate every empty message of both languages as itself, or as `strings` say."""
    for language in ("kk", "ru"):
        path = po_path(app, language, root)
        lines, source = [], ""
        for line in path.read_text(encoding="utf-8").splitlines():
            source = line.partition(" ")[2] if line.startswith(("msgid", "msgid_plural")) else source
            empty = line.startswith("msgstr") and line.endswith(' ""')
            lines.append(line.removesuffix('""') + strings.get(language, source) if empty and source != '""' else line)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("path", "app"),
    [
        ("agreements/models.py", "agreements"),
        ("agreements/workflow/way.py", "agreements"),
        ("templates/agreements/pdf/letter_kk.html", "agreements"),
        ("templates/ui/strip.html", "core"),
        ("templates/base.html", "core"),
        ("templates/registration/login.html", "core"),
        ("templates/desk/inbox.html", "satbayev_jdp"),
        ("satbayev_jdp/desk/views.py", "satbayev_jdp"),
    ],
)
def test_a_file_belongs_to_one_app(path: str, app: str) -> None:
    assert owner_of(Path(path)) == app


def test_python_and_templates_are_read(tmp_path: Path, write: Write) -> None:
    write("agreements/models.py", PYTHON)
    write("templates/agreements/page.html", TEMPLATE)
    write("agreements/migrations/0001_initial.py", 'from x import _\n_("Never")')

    found = collect(["agreements"], tmp_path)["agreements"]

    assert found == {
        (None, "Hello"): Found((None, "Hello")),
        (None, "%(name)s is late"): Found((None, "%(name)s is late")),
        ("noun", "order"): Found(("noun", "order"), "", ("Translators: a thing, not a verb",)),
        (None, "%(count)d day"): Found((None, "%(count)d day"), "%(count)d days"),
        (None, "Where it stands"): Found((None, "Where it stands")),
        ("button", "Back"): Found(("button", "Back")),
        (None, "nothing"): Found((None, "nothing")),
        (None, "Whose move: %(who)s"): Found((None, "Whose move: %(who)s")),
    }


def test_what_is_collected_from_this_house_is_what_gettext_would_find() -> None:
    # A sample that only Babel's reading could miss: lazy texts, noop texts, plural tags, contexts.
    found = collect(["core", "institutions"])

    assert (None, "Somebody was first: this has already moved on. Here is how it stands now.") in found["core"]
    assert found["core"][None, "%(count)d day late"].plural == "%(count)d days late"
    assert ("role", "lawyer") in found["institutions"]


def test_update_keeps_what_is_translated_and_forgets_what_is_gone(tmp_path: Path, write: Write) -> None:
    source = write("agreements/models.py", '_("Hello")\n_("Gone")')
    update(root=tmp_path)
    translate(tmp_path, kk='"Сәлем"', ru='"Привет"')
    source.write_text('_("Hello")\n_("New")', encoding="utf-8")

    empty = update(root=tmp_path)

    text = po_path("agreements", "kk", tmp_path).read_text(encoding="utf-8")
    assert 'msgid "Hello"\nmsgstr "Сәлем"\n' in text
    assert 'msgid "New"\nmsgstr ""\n' in text
    assert "Gone" not in text
    assert "#~" not in text
    assert set(empty.values()) == {1}
    update(root=tmp_path)
    assert po_path("agreements", "kk", tmp_path).read_text(encoding="utf-8") == text


def test_a_message_that_a_sister_has_translated_is_not_asked_for_again(tmp_path: Path, write: Write) -> None:
    write("agreements/models.py", '_("Hello")')
    update(root=tmp_path)
    translate(tmp_path, kk='"Сәлем"', ru='"Привет"')
    write("mobility/models.py", '_("Hello")')

    update(["mobility"], root=tmp_path)

    assert '"Сәлем"' in po_path("mobility", "kk", tmp_path).read_text(encoding="utf-8")


def test_words_of_django_itself_may_stay(tmp_path: Path, write: Write) -> None:
    write("core/models.py", '_("Hello")')
    update(root=tmp_path)
    path = po_path("core", "kk", tmp_path)
    path.write_text(
        path.read_text(encoding="utf-8") + '\nmsgid "Enter a whole number."\nmsgstr "Бүтін сан енгізіңіз."\n'
    )

    update(root=tmp_path)

    assert "Бүтін сан енгізіңіз." in path.read_text(encoding="utf-8")


def test_only_what_changed_is_compiled_and_gettext_reads_it(tmp_path: Path, write: Write) -> None:
    write("agreements/models.py", PYTHON)
    update(root=tmp_path)
    translate(tmp_path)
    path = po_path("agreements", "ru", tmp_path)

    first = compile_stale(tmp_path)
    second = compile_stale(tmp_path)
    os.utime(path, (path.stat().st_mtime + 5, path.stat().st_mtime + 5))
    third = compile_stale(tmp_path)

    assert (len(first), second, third) == (2, [], [path.with_suffix(".mo")])
    with path.with_suffix(".mo").open("rb") as stream:
        read = gettext.GNUTranslations(stream)
    assert read.gettext("Hello") == "Hello"
    assert read.pgettext("noun", "order") == "order"
    assert read.ngettext("%(count)d day", "%(count)d days", 5) == "%(count)d days"


def test_two_processes_that_compile_at_once_do_not_take_each_others_half(
    tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("agreements/models.py", PYTHON)
    update(root=tmp_path)
    processes = [1]

    def write_beside_another(stream: IO[bytes], catalogue: Catalog) -> None:
        if processes == [1]:
            processes.append(2)
            compile_stale(tmp_path)
            processes.pop()
        write_mo(stream, catalogue)

    monkeypatch.setattr(os, "getpid", lambda: processes[-1])
    monkeypatch.setattr(catalogues, "write_mo", write_beside_another)

    assert len(compile_stale(tmp_path)) > 0
    assert {path.suffix for path in tmp_path.rglob("*.mo*")} == {".mo"}


@pytest.mark.parametrize("by_another", [False, True])
def test_who_has_read_a_catalogue_reads_it_again_when_it_is_compiled(
    tmp_path: Path, write: Write, *, by_another: bool
) -> None:
    """Also where another process was the quicker one: a demo's pages and its builder start together."""
    write("agreements/models.py", PYTHON)
    update(root=tmp_path)
    path = po_path("agreements", "kk", tmp_path)
    path.write_text(
        path.read_text("utf-8").replace('msgid "Hello"\nmsgstr ""', 'msgid "Hello"\nmsgstr "Сәлем"'), "utf-8"
    )

    with override_settings(LOCALE_PATHS=[path.parent.parent.parent]), translation.override("kk"):
        before = translation.gettext("Hello")
        if by_another:
            with path.with_suffix(".mo").open("wb") as stream:
                write_mo(stream, read(path))
        compile_stale(tmp_path)
        assert (before, translation.gettext("Hello")) == ("Hello", "Сәлем")


@pytest.fixture
def whole(tmp_path: Path, write: Write) -> Path:
    """A repository whose catalogues are whole."""
    write("agreements/models.py", PYTHON)
    update(root=tmp_path)
    translate(tmp_path)
    assert faults(tmp_path) == []
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('msgid "Hello"\nmsgstr "Hello"\n', "", "missing: “Hello”"),
        ('msgstr "Hello"', 'msgstr ""', "empty: “Hello”"),
        ('msgid "Hello"', '#, fuzzy\nmsgid "Hello"', "fuzzy: “Hello”"),
        ('msgid "Hello"', 'msgid "Old"\nmsgstr "Old"\n\nmsgid "Hello"', "nowhere in the code: “Old”"),
        ('msgstr "%(name)s is late"', 'msgstr "%(nane)s is late"', "placeholders differ: “%(name)s is late”"),
        ('msgstr "%(name)s is late"', 'msgstr "is late"', "placeholders differ: “%(name)s is late”"),
        ('msgstr[1] "%(count)d days"\n', "", "empty: “%(count)d day”"),
        ('msgstr[1] "%(count)d days"', 'msgstr[1] ""', "empty: “%(count)d day”"),
    ],
)
def test_each_fault_is_told_by_file(whole: Path, old: str, new: str, fault: str) -> None:
    path = po_path("agreements", "kk", whole)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")

    assert f"locale/agreements/kk/LC_MESSAGES/django.po: {fault}" in faults(whole)


def test_one_message_is_not_translated_in_two_ways(whole: Path, write: Write) -> None:
    write("mobility/models.py", '_("Hello")')
    update(["mobility"], root=whole)
    path = po_path("mobility", "ru", whole)
    path.write_text(path.read_text(encoding="utf-8").replace('msgstr "Hello"', 'msgstr "Привет"'), encoding="utf-8")

    assert faults(whole) == [
        "locale/mobility/ru/LC_MESSAGES/django.po: translated otherwise in locale/agreements/ru/LC_MESSAGES/django.po: “Hello”"
    ]


def test_placeholders_are_told_from_per_cent_signs() -> None:
    assert placeholders("%(name)s has %(count)d of 100 % or 50%% and %s") == {"name", "count", "s"}


def test_the_command_refuses_an_app_that_is_not_there() -> None:
    with pytest.raises(CommandError, match="No such app: physics"):
        call_command("messages", "--update", "physics")


def test_catalogues_of_the_house_hold_no_fuzzy_word() -> None:
    for app in catalogues.apps():
        for language in catalogues.LANGUAGES:
            found = catalogues.entries(catalogues.read(po_path(app, language)))
            assert [key for key, message in found.items() if message.fuzzy] == []
