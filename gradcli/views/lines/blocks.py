"""What a page is made of: lines, and the table, equation or sentence that lines were laid out from.

A terminal shows lines. Who sets a page otherwise, as a document, finds the block behind them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

T = TypeVar("T")
"""A fragment of a line."""


class Table(NamedTuple):
    """Rows of cells.

    Attributes:
        titles: those of the columns; all empty if there are none.
        rows: the cells; the first of a row is a name or a formula.
        formulas: the places of other columns whose cells are formulas.
        is_of_words: whether the first cells are words.
        prose: the places of columns whose cells are sentences.
    """

    titles: Sequence[str]
    rows: Sequence[Sequence[str]]
    formulas: frozenset[int] = frozenset()
    is_of_words: bool = False
    prose: frozenset[int] = frozenset()


BLANK = "___"
"""What is to be filled in by hand."""


class Equation(NamedTuple):
    """Members that are equal.

    Attributes:
        left: the left side.
        members: what it is equal to, one after the other.
        latex: writes all of these as LaTeX, where there are trees to write it from.
        label: a word before it: the name of a rule.
    """

    left: str
    members: Sequence[str]
    latex: Callable[[], Sequence[str]] | None = None
    label: str = ""


class Prose(NamedTuple):
    """A sentence, or a title if it is bold.

    Attributes:
        text: in one line.
        style: as that of a fragment.
    """

    text: str
    style: str = ""


class Curve(NamedTuple):
    """A curve, for who can draw finer than with characters.

    Attributes:
        runs: its points without a gap between them, each how far to the right and how far up it
            is: 0 to 1.
        left: in which column of the lines it begins.
        columns: how many it takes; in each line it is the last fragment.
    """

    runs: Sequence[Sequence[tuple[float, float]]]
    left: int
    columns: int


Block = Table | Equation | Prose | Curve


class Laid(list[T]):
    """A line that knows its block."""

    def __init__(self, fragments: Iterable[T], block: Block) -> None:
        super().__init__(fragments)
        self.block = block


def laid(block: Block, lines: Iterable[tuple[T, ...] | list[T]]) -> list[tuple[T, ...] | list[T]]:
    """The lines that a block is shown in."""
    return [Laid(line, block) for line in lines]


def block_of(line: object) -> Block | None:
    """The block that a line was laid out from, if that is known."""
    return line.block if isinstance(line, Laid) else None
