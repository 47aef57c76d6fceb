"""Closed by default: every address, every role, one's own things and those of others, against access.txt."""

import gc
import logging

from django.conf import settings
from django.urls import reverse

from tests.architecture.test_urls import routes
from tests.satbayev_jdp.inhabited import Inhabited
from tests.satbayev_jdp.walk import LETTERS, OF_A_TENANT, TABLE, Browser, Row, Walker, kwargs_of, student_of, table


class TestAccess(Inhabited):
    """Every row of the table."""

    def test_the_frame(self) -> None:
        """Desk, login, public pages, jobs, health, regulation."""
        self._compare("", "core", "health", "regulation")

    def test_institutions_and_documents(self) -> None:
        """Partners, people, papers, uploads."""
        self._compare("institutions", "documents")

    def test_the_agreement_road(self) -> None:
        """Programmes, students, agreements, pathways, Annex 1."""
        self._compare("programmes", "agreements")

    def test_the_roads_of_students(self) -> None:
        """Applications, nominations, lists, orders."""
        self._compare("admissions")

    def test_study(self) -> None:
        """Stays, plans, marks, recognition, transcripts, reports."""
        self._compare("mobility", "transcripts")

    def _compare(self, *rooms: str) -> None:
        """Walk the rows of some apps; whatever differs is printed as the table would say it."""
        walker = Walker()
        logging.disable(logging.ERROR)  # thousands of pages that are not there
        self.addCleanup(logging.disable, logging.NOTSET)
        gc.disable()  # the world is large and stays: looking through it again and again costs a fifth of the walk
        self.addCleanup(gc.enable)
        told = [row for row in table() if row.room in rooms]
        found = [self._walk(walker, row) for row in told]
        wrong = [f"- {row.line()}\n+ {now.line()}" for row, now in zip(told, found, strict=True) if row != now]
        assert not walker.faults, "\n".join(walker.faults)
        assert not wrong, f"{TABLE.name} and the program differ:\n" + "\n".join(wrong)

    def test_no_row_is_left_out(self) -> None:
        """The walks above cover every row."""
        assert {row.room for row in table()} == {"", "core", "health", *settings.HOUSE}

    def _walk(self, walker: Walker, row: Row) -> Row:
        who = {**self.people, "S": student_of(row, self.own)}
        mine = kwargs_of(row, self.own)
        assert mine is not None, f"nothing is called {row.filled}"
        own = "".join(walker.letter(row, letter, who[letter], mine) for letter in LETTERS)
        others = kwargs_of(row, self.elsewhere)
        elsewhere = classmate = "-"
        if others and others != mine:
            elsewhere = "".join(walker.letter(row, letter, who[letter], others) for letter in OF_A_TENANT)
        others = kwargs_of(row, self.classmate)
        if others and others != mine:
            classmate = walker.letter(row, "S", who["S"], others)
        return row.with_cells(own, elsewhere, classmate)

    def test_every_address_and_method_stands_in_the_table(self) -> None:
        """A method that a page does not know is answered by what it allows, whoever asks; every other one has a row."""
        rows = {(row.name, row.method): row for row in table()}
        client = Browser(self.people["I"])
        missing = []
        for name, _route in routes():
            known = rows.get((name, "GET")) or rows.get((name, "POST"))
            if known is None:
                missing.append(f"{name}: no row")
                continue
            for method, ask in (("GET", client.get), ("POST", client.post)):
                if (name, method) not in rows:
                    answer = ask(reverse(name, kwargs=kwargs_of(known, self.own) or {}))
                    if "Allow" not in answer.headers:
                        missing.append(f"{name}: no row for {method}")
        assert not missing, "\n".join(missing)
