"""Message catalogues, one an app: collected from source and templates, compiled, held whole. Pure Python, by Babel.

No gettext programs are needed: Django's `templatize` turns a template into something that Babel's Python reader takes.
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import generate_po, read_po
from django.conf import settings
from django.utils.translation import activate, get_language
from django.utils.translation.reloader import translation_file_changed
from django.utils.translation.template import templatize

LANGUAGES = ("kk", "ru")
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# Libraries whose own Kazakh or Russian is silent or wrong: their messages may stand in our catalogues.
LIBRARIES = ("django", "django_filters", "axes")
HEADER = """msgid ""
msgstr ""
"Project-Id-Version: satbayev-jdp\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals};\\n"

"""
PLURALS = {
    "kk": "nplurals=2; plural=(n!=1)",
    "ru": "nplurals=4; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 "
    ": n%10==0 || (n%10>=5 && n%10<=9) || (n%100>=11 && n%100<=14)? 2 : 3)",
}
COUNTS = {"kk": 2, "ru": 4}
_PLACEHOLDER = re.compile(r"%(?:\((?P<name>\w+)\))?[#0\- +]*(?:\d+|\*)?(?:\.\d+)?(?P<kind>[diouxXeEfFgGcrsa%])")

Key = tuple[str | None, str]  # context and message id


@dataclass(frozen=True)
class Found:
    """A message as the code has it: its plural id where it has one, translators' notes."""

    key: Key
    plural: str = ""
    notes: tuple[str, ...] = ()


def apps() -> tuple[str, ...]:
    """The apps of the house, each with its catalogue, in the order in which Django reads them."""
    return tuple(Path(path).name for path in settings.LOCALE_PATHS)


def po_path(app: str, language: str, root: Path | None = None) -> Path:
    """Where the catalogue of an app stands."""
    return (root or Path(settings.BASE_DIR)) / "locale" / app / language / "LC_MESSAGES" / "django.po"


def owner_of(path: Path) -> str:
    """The app whose catalogue holds the messages of this file (a path inside the repository)."""
    first, second = path.parts[0], path.parts[1] if len(path.parts) > 2 else ""
    name = second if first == "templates" else first
    if name == "desk":
        return "satbayev_jdp"
    return name if name in apps() else "core"


def sources(root: Path | None = None) -> Iterator[Path]:
    """Every file that may hold messages, inside the repository, in a fixed order."""
    base = root or Path(settings.BASE_DIR)
    for folder, patterns in [*((app, ("*.py",)) for app in apps()), ("templates", ("*.html", "*.txt"))]:
        files = (file for pattern in patterns for file in (base / folder).rglob(pattern))
        for file in sorted(files):
            path = file.relative_to(base)
            if "migrations" not in path.parts:
                yield path


def collect(wanted: Iterable[str] | None = None, root: Path | None = None) -> dict[str, dict[Key, Found]]:
    """The messages of each app as source and templates have them now. `wanted`: only these apps."""
    base = root or Path(settings.BASE_DIR)
    found: dict[str, dict[Key, Found]] = {app: {} for app in wanted or apps()}
    for path in sources(base):
        if (messages := found.get(owner_of(path))) is not None:
            for message in _messages_of(base / path):
                known = messages.get(message.key)
                if known is None or (message.plural and not known.plural):
                    messages[message.key] = message
    return found


def _messages_of(file: Path) -> Iterator[Found]:
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".py":
        # What is not a message became X's; without indents they read as lines of Python.
        text = "\n".join(line.strip() for line in templatize(text, origin=str(file)).splitlines())
    if not any(word in text for word in KEYWORDS):
        return
    options = {"encoding": "utf-8"}
    for _, ids, notes, context in extract(
        "python", BytesIO(text.encode()), keywords=KEYWORDS, comment_tags=("Translators",), options=options
    ):
        parts = (ids,) if isinstance(ids, str) else tuple(ids)
        if parts and parts[0]:
            yield Found((context, parts[0]), parts[1] if len(parts) > 1 else "", tuple(notes))


# --- files ------------------------------------------------------------------------------------------------------------


def read(path: Path) -> Catalog:
    """A catalogue; an empty one where there is no file. PoFileError for a broken one."""
    if not path.exists():
        return Catalog()
    with path.open("rb") as stream:
        return read_po(stream, abort_invalid=True)


def entries(catalogue: Catalog) -> dict[Key, Message]:
    """The messages of a catalogue by context and id, without its header."""
    return {_key(message): message for message in catalogue if message.id}


def _key(message: Message) -> Key:
    return message.context, _singular(message)


def _singular(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def strings_of(message: Message) -> tuple[str, ...]:
    """The translations of a message: one, or one a plural form."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


@cache
def library_keys() -> frozenset[Key]:
    """Every message of the libraries, from the Russian catalogues that they bring, where they are whole."""
    keys: set[Key] = set()
    for library in LIBRARIES:
        spec = find_spec(library)
        folder = Path(spec.origin).parent if spec and spec.origin else None
        for path in sorted(folder.rglob("ru/LC_MESSAGES/django.po")) if folder else ():
            with path.open("rb") as stream:
                keys |= entries(read_po(stream)).keys()
    return frozenset(keys)


def update(wanted: Sequence[str] | None = None, root: Path | None = None) -> dict[Path, int]:
    """Bring the catalogues in line with the code: new messages at the end, gone ones away, nothing fuzzy.

    A new message is empty unless another catalogue has it. Gives how many of each still want a translation.
    """
    empty: dict[Path, int] = {}
    collected = collect(wanted, root)
    for language in LANGUAGES:
        known: dict[Key, Message] = {}
        for app in apps():
            whole = {
                key: one for key, one in entries(read(po_path(app, language, root))).items() if all(strings_of(one))
            }
            known = whole | known  # of two translations the one that Django reads first
        for app, found in collected.items():
            path = po_path(app, language, root)
            if found or path.exists():
                empty[path] = _update_one(path, language, found, known)
    return empty


def _update_one(path: Path, language: str, found: dict[Key, Found], known: dict[Key, Message]) -> int:
    old = read(path)
    kept = {key: message for key, message in entries(old).items() if key in found or key in library_keys()}
    made = Catalog(locale=language)
    made.mime_headers = [("Plural-Forms", PLURALS[language])]  # Babel's own Russian has three forms, Django's has four
    made.header_comment = old.header_comment if path.exists() else f"# {path.parts[-4]}: {language}"
    for key in [*kept, *(key for key in found if key not in kept)]:
        old_or_known = kept.get(key) or _without_notes(known.get(key))
        _add(made, key, found.get(key), old_or_known, COUNTS[language])
    _write(path, language, made)
    return sum(not all(strings_of(message)) for message in entries(made).values())


def _without_notes(message: Message | None) -> Message | None:
    return message and Message(message.id, message.string, context=message.context)


def _add(made: Catalog, key: Key, found: Found | None, old: Message | None, count: int) -> None:
    plural = found.plural if found else (old.id[1] if old and not isinstance(old.id, str) else "")
    strings = () if old is None or old.fuzzy else strings_of(old)
    made.add(
        (key[1], plural) if plural else key[1],
        tuple((*strings, *[""] * count)[:count]) if plural else (strings or ("",))[0],
        auto_comments=found.notes if found else (),
        user_comments=old.user_comments if old else (),
        context=key[0],
    )


def _write(path: Path, language: str, catalogue: Catalog) -> None:
    head = catalogue.header_comment
    body = "".join(generate_po(catalogue, omit_header=True, no_location=True, width=0, ignore_obsolete=True))
    text = f"{head}\n{HEADER.format(language=language, plurals=PLURALS[language])}{body}".rstrip("\n") + "\n"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def compile_stale(root: Path | None = None) -> list[Path]:
    """Compile every catalogue that is newer than its compiled form; gives those that were."""
    compiled = []
    for path in _all_paths(root):
        target = path.with_suffix(".mo")
        if path.exists() and not (target.exists() and target.stat().st_mtime >= path.stat().st_mtime):
            # Beside the target first, then moved: a program that starts meanwhile reads the old one or the new one whole.
            # By each process under a name of its own: a demo's web process and its builder compile at the same time.
            half = target.with_suffix(f".mo.{os.getpid()}")
            with half.open("wb") as stream:
                write_mo(stream, read(path))
            half.replace(target)
            compiled.append(target)
    _read_anew()
    return compiled


def _read_anew() -> None:
    """Forget what this process has read, whoever compiled it meanwhile: a demo built after it would be half in English."""
    language = get_language()
    translation_file_changed(sender=None, file_path=Path("any.mo"))  # of one it forgets all
    if language:
        activate(language)


def _all_paths(root: Path | None) -> list[Path]:
    return [po_path(app, language, root) for app in apps() for language in LANGUAGES]


# --- whole or not -----------------------------------------------------------------------------------------------------


def faults(root: Path | None = None) -> list[str]:
    """What is wrong with the catalogues, a line each, by file: missing, gone, empty, fuzzy, other placeholders, two ways."""
    base = root or Path(settings.BASE_DIR)
    lines: list[str] = []
    for language in LANGUAGES:
        first: dict[Key, tuple[Path, tuple[str, ...]]] = {}
        for app, found in collect(root=base).items():
            path = po_path(app, language, base)
            name = path.relative_to(base)
            present = entries(read(path))
            lines += [f"{name}: missing: {_shown(key)}" for key in found if key not in present]
            gone = [key for key in present if key not in found and key not in library_keys()]
            lines += [f"{name}: nowhere in the code: {_shown(key)}" for key in gone]
            for key, message in present.items():
                wanted = found.get(key)
                lines += [f"{name}: {fault}: {_shown(key)}" for fault in _faults_of(message, wanted, language)]
                other, strings = first.setdefault(key, (name, strings_of(message)))
                if strings != strings_of(message) and all(strings) and all(strings_of(message)):
                    lines.append(f"{name}: translated otherwise in {other}: {_shown(key)}")
    return lines


def _faults_of(message: Message, found: Found | None, language: str) -> Iterator[str]:
    strings = strings_of(message)
    plural = "" if isinstance(message.id, str) else message.id[1]
    if message.fuzzy:
        yield "fuzzy"
    if not all(strings):
        yield "empty"
    if found is not None and found.plural != plural:
        yield "its plural differs from the code's"
    if plural and len(strings) != COUNTS[language]:
        yield f"needs {COUNTS[language]} plural forms"
    allowed = [placeholders(text) for text in (_singular(message), plural) if text]
    if all(strings) and any(placeholders(text) not in allowed for text in strings):
        yield "placeholders differ"


def placeholders(text: str) -> frozenset[str]:
    """The names (or kinds, where unnamed) that `%` puts into a text. A bare per cent sign before a space is none."""
    return frozenset(
        match["name"] or match["kind"]
        for match in _PLACEHOLDER.finditer(text)
        if match["name"] or (match["kind"] != "%" and " " not in match[0])
    )


def _shown(key: Key) -> str:
    with suppress(TypeError):
        return f"“{key[1]}”" + (f" ({key[0]})" if key[0] else "")
    return str(key)
