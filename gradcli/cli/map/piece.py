"""What becomes of a block of rows: its results, and what is to be said of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from gradcli.cli.map.bad import Bad
from gradcli.programs.block import Block
from gradcli.programs.origins import Origins


class Strange(NamedTuple):
    """Numbers that are not finite: in how many rows, and the line of the first of them."""

    rows: int
    line: int

    def and_also(self, other: Strange) -> Strange:
        """Both together."""
        return Strange(self.rows + other.rows, min(self.line, other.line))


class Piece(NamedTuple):
    """A block of rows, computed.

    Lines are counted from the beginning of the block.

    Attributes:
        lines: how many lines, or rows, of the data it is.
        rows: how many rows are written.
        bad: what is wrong with rows.
        strange: where numbers are not finite, by what is said of them.
        frame: the rows that are written, as a frame of Polars; None where they are text.
        text: the same as text; None where they are a frame.
        rounded: columns with whole numbers that no float is, with the line of the first.
    """

    lines: int
    rows: int
    bad: Sequence[Bad]
    strange: dict[str, Strange]
    frame: Any = None
    text: bytes | None = None
    rounded: dict[str, int] = {}  # noqa: RUF012  (nobody changes it)


class Work(NamedTuple):
    """What is computed of each row.

    Attributes:
        block: the results.
        origins: where values that are not finite begin; None where the first result is no value.
    """

    block: Block
    origins: Origins | None

    def kinds(self, point: Sequence[float], results: Sequence[float]) -> list[str]:
        """What is said of a row whose results are not all finite.

        Args:
            point: a number for each input that is needed.
            results: those of the row.
        """
        first, *others = results
        if self.origins is not None and not _is_finite(first):
            return [self.origins.at(self.block.point(point))]
        names = [*zip(self.block.names, [first, *others], strict=True)]
        return [name for name, number in names if not _is_finite(number)]


def _is_finite(number: float) -> bool:
    return number - number == 0.0


def put(strange: dict[str, Strange], kinds: Sequence[str], line: int) -> None:
    """Count a row."""
    for kind in kinds:
        known = strange.get(kind)
        strange[kind] = Strange(1, line) if known is None else known.and_also(Strange(1, line))
