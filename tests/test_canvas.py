"""Characters on a grid: what covers what, and how signs of other widths take their cells."""

from __future__ import annotations

import pytest

from gradcli.views.lines.page import Fragment
from gradcli.views.picture.canvas import DOWN, UP, Canvas

TEXTS = {
    "later text covers earlier": ([(0, 0, "abcdef", "bold"), (0, 2, "XY", "bold")], "abXYef"),
    "wherever it begins": ([(0, 3, "def", ""), (0, 0, "abcd", "")], "abcdef"),
    "what is left out is blank": ([(0, 3, "d", ""), (0, 6, "g", "")], "   d  g"),
    "a wide sign takes two cells": ([(0, 0, "漢字", ""), (0, 4, "x", "")], "漢字x"),
    "half of one can be covered": ([(0, 0, "漢字", ""), (0, 2, "x", "")], "漢x"),
    "a mark takes none": ([(0, 0, "x̂y", ""), (0, 2, "z", "")], "x̂yz"),
    "and goes with the text before it": ([(0, 0, "x", ""), (0, 1, "̂y", "")], "x̂y"),
    "or with a blank": ([(0, 1, "̂y", "")], "̂y"),
    "nothing is nothing": ([(0, 5, "", "")], None),
}


@pytest.mark.parametrize("case", TEXTS)
def test_text(case: str) -> None:
    pieces, shown = TEXTS[case]
    canvas = Canvas()
    for row, column, text, style in pieces:
        canvas.text(row, column, text, style)
    lines = ["".join(fragment.text for fragment in line) for line in canvas.lines()]
    assert lines == ([] if shown is None else [shown])


def test_text_covers_lines_whichever_comes_first() -> None:
    for text_first in (True, False):
        canvas = Canvas()
        for is_text in (text_first, not text_first):
            if is_text:
                canvas.text(0, 1, "ab", "green")
            else:
                canvas.level(0, 0, 0, 4)
        assert canvas.lines() == [
            [Fragment("─", "dim"), Fragment("ab", "green"), Fragment("──", "dim")]
        ]


def test_a_page_takes_what_is_drawn() -> None:
    canvas = Canvas()
    canvas.text(0, 0, "a", "bold")
    assert canvas.page().text(color=False) == "a"
    assert canvas.lines() == []


def test_what_is_empty_looks_as_before_it() -> None:
    canvas = Canvas()
    canvas.text(1, 1, "a", "bold")
    canvas.text(1, 4, "b", "cyan")
    canvas.text(1, 8, "c", "cyan")
    line = [Fragment(" "), Fragment("a  ", "bold"), Fragment("b   c", "cyan")]
    assert canvas.lines() == [[], line]


def test_lines_of_one_net_join_and_of_two_cross() -> None:
    canvas = Canvas()
    canvas.upright(0, 1, 0, 2)
    canvas.level(1, 1, 0, 2)
    canvas.level(0, 2, 1, 3)
    canvas.arms(0, 0, 1, UP | DOWN)
    shown = ["".join(fragment.text for fragment in line) for line in canvas.lines()]
    assert [line.rstrip() for line in shown] == [" │", "─│─", " ╰──"]
