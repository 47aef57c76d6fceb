"""A clause's text is taken apart into what a page can set."""

from regulation.convert import Block, blocks, shortened


def test_paragraphs_and_lists_are_told_apart() -> None:
    assert blocks("First.\n\n- one;\n- two.\n\nLast.") == (
        Block("text", ("First.",)),
        Block("list", ("one;", "two.")),
        Block("text", ("Last.",)),
    )


def test_a_table_has_a_head_where_its_first_line_is_no_item() -> None:
    assert blocks("Risk — Measure\n\n- War — Peace") == (Block("table", (), (("War", "Peace"),), ("Risk", "Measure")),)
    assert blocks("War — Peace") == (Block("table", (), (("War", "Peace"),)),)


def test_a_long_text_is_cut_between_words() -> None:
    assert shortened("one two three", 9) == "one two …"
    assert shortened("one\n\ntwo", 9) == "one two"
