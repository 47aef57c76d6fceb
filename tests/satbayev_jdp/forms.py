"""The forms of a page as a browser would fill and send them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

TYPED = {"text", "email", "number", "date", "search", "tel", "url", "password", "textarea"}


@dataclass
class Field:
    """A control: its name, its kind (an input's type, `select`, `textarea`), and what stands in it."""

    name: str
    kind: str
    value: str = ""
    choices: list[str] = field(default_factory=list)

    @property
    def typed(self) -> bool:
        """Whether a person writes into it."""
        return self.kind in TYPED


@dataclass
class Form:
    """A form that is sent by POST: where to, and its controls."""

    action: str
    fields: list[Field] = field(default_factory=list)

    @property
    def mark(self) -> tuple[str, ...]:
        """The same for forms of the same controls."""
        return tuple(sorted({f"{one.name}:{one.kind}" for one in self.fields if one.kind != "hidden"}))

    def filled(self, value: str) -> dict[str, str]:
        """As it stands, with `value` in everything that is written; of what is chosen the last choice."""
        return {
            one.name: value if one.typed else (one.choices[-1] if one.choices and not one.value else one.value)
            for one in self.fields
            if one.kind not in {"file", "submit"}
        }


class FormsReader(HTMLParser):
    """Reads the POST forms of a page; `forms` has them."""

    def __init__(self, address: str) -> None:
        super().__init__(convert_charrefs=True)
        self.address = address
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A form begins, or a control of it."""
        found = {name: value or "" for name, value in attrs}
        if tag == "form" and found.get("method", "").lower() == "post":
            self._form = Form(found.get("action") or self.address)
            self.forms.append(self._form)
        elif tag == "option" and self._select:
            self._select.choices.append(found.get("value", ""))
            if "selected" in found:
                self._select.value = found.get("value", "")
        elif self._form and found.get("name"):
            self._control(tag, found)

    def _control(self, tag: str, found: dict[str, str]) -> None:
        if self._form is None or tag not in {"input", "select", "textarea", "button"}:
            return
        kind = found.get("type", "text") if tag == "input" else "submit" if tag == "button" else tag
        if kind in {"checkbox", "radio"} and "checked" not in found:
            return
        control = Field(found["name"], kind, found.get("value", ""))
        self._form.fields.append(control)
        if tag == "select":
            self._select = control

    def handle_endtag(self, tag: str) -> None:
        """A form or a list of choices ends."""
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None


def forms_of(page: str, address: str) -> list[Form]:
    """The POST forms of a page."""
    reader = FormsReader(address)
    reader.feed(page)
    return reader.forms
