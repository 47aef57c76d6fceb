"""The cells of a list: {% cells %} in a list's block `row` draws the row by its columns, as the head and the files have them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.template import Context, Node, NodeList
from django.template.base import Parser, Token
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from core.exports import Column
from core.templatetags.written import credits_, mark, near

register = template.Library()


class _Cell:
    """What a template says of a column: its words, and classes of the cell."""

    def __init__(self, words: NodeList, classes: str) -> None:
        self.words = words
        self.classes = classes


class CellsNode(Node):
    """A row: its box to pick it where there are deeds, then a cell a column. A column without markup shows its plain value."""

    def __init__(self, cells: dict[str, _Cell]) -> None:
        self.cells = cells

    def get_nodes_by_type(self, nodetype: type[Node]) -> list[Any]:
        """Also what stands in the cells."""
        inner = [node for cell in self.cells.values() for node in cell.words.get_nodes_by_type(nodetype)]
        return super().get_nodes_by_type(nodetype) + inner

    def render(self, context: Context) -> SafeString:
        """The row as HTML."""
        row, heads = context["row"], context["listing"].heads
        with context.push(beside=context["beside_of"].get(row.pk)):
            cells = format_html_join("", "{}", ((self._cell(column, n, context),) for n, column in enumerate(heads)))
        # What is not numbered yet is told by what stands beside.
        called = next((text for column in heads if (text := str(column.get(row) or ""))), "")
        pick = _pick(row, called) if context["deeds"] else ""
        return format_html("<tr>{}{}</tr>", pick, cells)

    def _cell(self, column: Column[Any], number: int, context: Context) -> SafeString:
        cell = self.cells.get(column.name)
        words = mark_safe(cell.words.render(context).strip()) if cell else _plain(column, context["row"])  # noqa: S308 -- nodes escape
        classes = " ".join(filter(None, (cell.classes if cell else "", "num" if column.number else "")))
        if number == 0:
            return format_html('<th scope="row" class="title {}">{}</th>', classes, words)
        label = capfirst(str(column.label))
        return format_html(
            '<td data-label="{}"{}>{}</td>', label, format_html(' class="{}"', classes) if classes else "", words
        )


def _pick(row: Any, label: str) -> SafeString:
    box = '<td class="pick"><input type="checkbox" name="pick" value="{}" data-bulk-item aria-label="{}"></td>'
    return format_html(box, row.pk, label)


def _plain(column: Column[Any], row: Any) -> str:
    """A value as a page writes it."""
    value = column.get(row)
    if value in (None, ""):
        return ""
    if isinstance(value, datetime):
        return near(value)
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    written = mark if column.exact else credits_
    return conditional_escape(written(value) if isinstance(value, Decimal) else value)


@register.tag("cells")
def cells(parser: Parser, _token: Token) -> CellsNode:
    """{% cells %}{% cell "state" "nowrap" %}…{% cell "partner" %}…{% endcells %}: `row` and `beside` are known within."""
    found: dict[str, _Cell] = {}
    parser.parse(("cell", "endcells"))
    while (token := parser.next_token()).contents != "endcells":
        _tag, name, *classes = token.split_contents()
        words = parser.parse(("cell", "endcells"))
        found[name.strip('"')] = _Cell(words, " ".join(classes).replace('"', ""))
    return CellsNode(found)
