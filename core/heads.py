"""A table by its heads: what each column may be called, where the heads stand, and the rows under them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_noop
from openpyxl.utils import get_column_letter

from core.exports import Column, to_xlsx
from core.imports import Grid, Problem, Row, UnreadableFileError
from core.values import LANGUAGES, Localized, joined

SEARCH_ROWS = 12
_OTHERS_TOLD = 3


@dataclass(frozen=True)
class Header:
    """A column that a file must (or may) have: our key, its head in the three languages, and what offices call it otherwise.

    Case does not count. Where a file has several of the titles, the earlier one in `titles` is the column.
    """

    key: str
    name: Localized
    others: tuple[str, ...] = ()
    required: bool = True

    @property
    def titles(self) -> tuple[str, ...]:
        """Every head by which the column is known."""
        return tuple(dict.fromkeys((*(self.name.in_language(language) for language in LANGUAGES), *self.others)))

    @property
    def told(self) -> Localized:
        """The head as its reader has it, with a few of its other titles."""
        names = {}
        for language in LANGUAGES:
            name = self.name.in_language(language)
            others = [title for title in self.titles if title != name][:_OTHERS_TOLD]
            names[language] = f"{name} ({', '.join(others)})" if others else name
        return Localized(**names)


def heads_of(headers: Sequence[Header], *, required: bool) -> Localized:
    """The heads that a file must have, or those that it may have besides, as a page names them."""
    return joined(*(header.name for header in headers if header.required is required), by=", ")


def sample(title: str, headers: Sequence[Header]) -> bytes:
    """An empty workbook with the heads in the reader's language."""
    columns: list[Column[None]] = [Column(str(header.name), lambda _row: "") for header in headers]
    return to_xlsx(title, columns, ())


def heads(headers: Sequence[Header]) -> Callable[[Grid], object]:
    """What `open_grid` finds a table by: all the columns that it must have."""
    return lambda grid: find_header(grid, headers)


def read_rows(grid: Grid, headers: Sequence[Header], problems: list[Problem]) -> Iterator[Row]:
    """The rows under the header line, which is looked for among the first rows (title lines may stand above it).

    Rows without any value are passed over. A missing required column raises UnreadableFileError with its title. Columns that
    hold something and are not read are told of: under another head than ours a mark, or a name, would be lost unseen.
    """
    header_row, columns = find_header(grid, headers)
    if unread := _unread(grid, header_row, frozenset(columns.values())):
        text = gettext_noop("these columns are not read, for no column is called so: %(columns)s")
        problems.append(Problem(f"«{grid.name}»", text, {"columns": "; ".join(unread)}, is_note=True))
    for number in range(header_row + 1, grid.height + 1):
        cells = {key: grid.cell(number, column) for key, column in columns.items()}
        if any(cell.text for cell in cells.values()):
            yield Row(cells, number, problems)


def _unread(grid: Grid, header_row: int, read: frozenset[int]) -> list[str]:
    """The columns that hold something and are not read, by letter and head. One without a head counts where most rows fill it:
    below a table stand signatures and remarks.
    """
    rows = [
        row for row in range(header_row + 1, grid.height + 1) if any(grid.cell(row, column).text for column in read)
    ]
    found = []
    for column in sorted(set(range(1, grid.width + 1)) - read):
        head, filled = grid.cell(header_row, column).text, sum(bool(grid.cell(row, column).text) for row in rows)
        is_counter = bool(head) and not any(sign.isalpha() for sign in head)
        if filled and not is_counter and (head or 2 * filled > len(rows)):
            found.append(f"{get_column_letter(column)} “{head}”" if head else get_column_letter(column))
    return found


def find_header(grid: Grid, headers: Sequence[Header]) -> tuple[int, dict[str, int]]:
    """The row of the heads and the column of each key. Raises UnreadableFileError for what must be there and is not."""
    best: tuple[int, dict[str, int]] = (0, {})
    for row in range(1, min(grid.height, SEARCH_ROWS) + 1):
        titles = {_bare(grid.cell(row, column).text): column for column in range(grid.width, 0, -1)}
        columns = {
            header.key: titles[_bare(title)]
            for header in headers
            for title in reversed(header.titles)
            if _bare(title) in titles
        }
        if len(columns) > len(best[1]):
            best = row, columns
    missing = [header.told for header in headers if header.required and header.key not in best[1]]
    if missing:
        text = gettext_noop("These columns are missing: %(columns)s.")
        raise UnreadableFileError(text, {"columns": joined(*missing, by="; ")})
    return best


def _bare(title: str) -> str:
    """A title as it is compared: without case, and without the star or colon that forms set behind it."""
    return title.casefold().rstrip(" *:")
