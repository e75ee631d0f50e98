"""A picture as data: boxes with lines of text, links with labels; how it is drawn is not said."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

_FEW = 16

Detail = str | Callable[[], str]
"""A text in full, or what writes it: only some formats ask for it, and it may be long."""


class Role(Enum):
    """What a piece of text says, and so how it looks."""

    NAME = "name"
    FORMULA = "formula"
    VALUE = "value"
    GRADIENT = "gradient"


class Kind(Enum):
    """What a box stands for."""

    INPUT = "input"
    STEP = "step"
    OUTPUT = "output"
    MORE = "more"
    """A mark that there is more which is not drawn."""


class Word(NamedTuple):
    """A piece of a line."""

    text: str
    role: Role


Line = tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A node.

    Attributes:
        kind: what it stands for.
        lines: its text.
        detail: the same in full, for where a reader can ask for it.
        round: whether it is drawn as a circle, as neurons are.
    """

    kind: Kind
    lines: tuple[Line, ...]
    detail: Detail = ""
    round: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """An edge.

    Attributes:
        source: the place of its source in the list of boxes.
        target: the place of its target.
        label: its text.
        detail: the same in full.
        strength: from -1 to 1, for a weight that is drawn as a line's width instead of a label.
        ways: the numbers of the highlighted paths that lead along it.
    """

    source: int
    target: int
    label: tuple[Line, ...] = ()
    detail: Detail = ""
    strength: float | None = None
    ways: tuple[int, ...] = ()


class Way(NamedTuple):
    """A path that is highlighted.

    Attributes:
        number: from 1 on; edges along it are marked with it.
        route: the names along it.
        product: what its partials come to.
    """

    number: int
    route: str
    product: str

    @property
    def text(self) -> str:
        """Both behind its number."""
        return f"{mark([self.number])} {self.route}: {self.product}"


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn.

    Attributes:
        title: what it shows, in words.
        boxes: sources first.
        links: the edges.
        legend: how to read it, where that is not plain.
        heading: what somebody calls it; it stands above.
        ways: the paths that are highlighted.
        remarks: what is said of all of these; below them.
    """

    title: str
    boxes: tuple[Box, ...]
    links: tuple[Link, ...]
    legend: Line = ()
    heading: str = ""
    ways: tuple[Way, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def below(self) -> list[str]:
        """All that stands below it beside the legend, as text."""
        return [*(way.text for way in self.ways), *self.remarks]

    @property
    def has_first_row(self) -> bool:
        """Whether all inputs stand in one row, as in a textbook: in a small whole graph."""
        return len(self.boxes) <= _FEW and not any(
            box.round or box.kind is Kind.MORE for box in self.boxes
        )


def mark(numbers: Iterable[int]) -> str:
    """What marks an edge of some paths, also where there are no colours: ``(1)(3)``."""
    return "".join(f"({number})" for number in numbers)


def plain(line: Line) -> str:
    """The text of a line."""
    return "".join(word.text for word in line)


def in_full(detail: Detail) -> str:
    """The text of a detail."""
    return detail if isinstance(detail, str) else detail()
