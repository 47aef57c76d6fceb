"""The program's own source as syntax trees and templates, read once."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = (*settings.HOUSE, "satbayev_jdp")
TEMPLATES = ROOT / "templates"
_DOORS = {"views", "api", "tasks", "admin", "receivers", "adapters"}


@dataclass(frozen=True)
class Module:
    """A Python file of the program. `room`: the part of its app that it is or lies in."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """Its path inside the repository."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def app(self) -> str:
        """The app that it belongs to."""
        return self.name.split("/", 1)[0]

    @property
    def room(self) -> str:
        """views for admissions/views/outgoing.py and for regulation/views.py; of the desk its own rooms."""
        parts = [part.removesuffix(".py") for part in self.name.split("/")][1:]
        if self.app == "satbayev_jdp" and parts[0] in {"desk", "demo", "door", "management"}:
            return parts[-1]
        return parts[0] if parts else ""

    @property
    def is_door(self) -> bool:
        """True for views, tasks and the like."""
        return self.room in _DOORS

    def at(self, node: ast.AST) -> str:
        """Where a node stands, for people."""
        return f"{self.name}:{getattr(node, 'lineno', 0)}"


@cache
def modules() -> tuple[Module, ...]:
    """Every Python file of the apps, without migrations."""
    return tuple(
        _read(path) for app in APPS for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts
    )


@cache
def migrations() -> tuple[Module, ...]:
    """Every migration."""
    return tuple(_read(path) for app in APPS for path in sorted((ROOT / app).glob("migrations/*.py")))


def _read(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    return Module(path, text, ast.parse(text))


@cache
def templates() -> dict[str, str]:
    """Every template by the name that a loader knows it by."""
    return {
        path.relative_to(TEMPLATES).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(TEMPLATES.rglob("*"))
        if path.suffix in {".html", ".txt"}
    }


def calls(module: Module) -> Iterator[ast.Call]:
    """Every call in a file."""
    return (node for node in ast.walk(module.tree) if isinstance(node, ast.Call))


def called(call: ast.Call) -> str:
    """The last name of what is called: `create` for `Thing.objects.create(…)`."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def imported(module: Module) -> Iterator[tuple[str, ast.AST]]:
    """Every module that a file imports, also inside functions; of `from a import b` both `a` and `a.b`."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node
            yield from ((f"{node.module}.{alias.name}", node) for alias in node.names)


def strings(module: Module) -> Iterator[str]:
    """Every string constant in a file, parts of f-strings too."""
    return (
        node.value for node in ast.walk(module.tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def without_comments(template: str) -> str:
    """A template without what it does not send."""
    text = re.sub(r"{#.*?#}", "", template, flags=re.DOTALL)
    return re.sub(r"{%\s*comment\b.*?{%\s*endcomment\s*%}", "", text, flags=re.DOTALL)


def composed(module: Module) -> Iterator[str]:
    """Every f-string that begins with the name of a folder, as a regular expression: its holes take anything."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.JoinedStr):
            parts = [re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in node.values]
            if "/" in parts[0]:
                yield "".join(parts)
