"""What a page is to show, and whether that can be shown."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from gradcli.errors import Option, Sentence, UsageError
from gradcli.evaluation.solve import solve
from gradcli.graph.naming import called
from gradcli.hints import no_node
from gradcli.syntax.spelling import plain
from gradcli.views.picture.crop import MOST
from gradcli.views.picture.sketch import few

if TYPE_CHECKING:
    from gradcli.evaluation.elements import Value
    from gradcli.evaluation.solution import Solution
    from gradcli.graph.node import Node
    from gradcli.layout.direction import Direction
    from gradcli.views.picture.sketch import Vertex


class Manner(NamedTuple):
    """How a page is to look, and how it begins.

    Attributes:
        rate: how far an update goes against the gradient at first, more than 0.
        title: its heading; None for one that names the output.
        full: every operation in a box of its own.
        direction: where edges lead; None for whichever fits.
        precision: significant digits; None for 4 in boxes, where room is short, and 6 elsewhere.
    """

    rate: float = 0.1
    title: str | None = None
    full: bool = False
    direction: Direction | None = None
    precision: int | None = None

    def check(self) -> None:
        """Refuse a rate that leads nowhere.

        Raises:
            UsageError: it is 0, negative, or no number.
        """
        if not (math.isfinite(self.rate) and self.rate > 0):
            raise UsageError(
                "lr", f"the rate is a number above 0, not {self.rate:g}", hint="for instance 0.1"
            )


class Wanted(NamedTuple):
    """A page.

    Attributes:
        solution: the program at the point where the page starts.
        vertices: the boxes of its graph.
        learning: the inputs that an update changes.
        manner: how it is to look.
    """

    solution: Solution
    vertices: Sequence[Vertex]
    learning: Sequence[Node]
    manner: Manner


def wanted(
    source: str,
    values: Mapping[str, Value],
    manner: Manner,
    *,
    learning: Sequence[str] | None = None,
    strict: bool = False,
) -> Wanted:
    """The page of a program at a point.

    Args:
        source: the program.
        values: a value for each input.
        manner: how it is to look.
        learning: the names of the inputs that an update changes; None for all.
        strict: make every note on how the text was read an error.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown or given twice, or is no input.
        UsageError: it has too many boxes, or arrays of too many entries, or a rate that is no
            number above 0.
    """
    manner.check()
    solution = solve(source, values, strict=strict)
    if solution.is_of_arrays:
        from gradcli.evaluation.entries.in_numbers import in_numbers  # noqa: PLC0415  (loads NumPy)

        solution = in_numbers(solution)
    vertices = few(solution, MOST, _too_large, full=manner.full)
    return Wanted(solution, vertices, _learning(solution, learning), manner)


def _too_large(boxes: int) -> UsageError:
    return UsageError(
        "too-large",
        f"the page would have {boxes:,} boxes, and beyond {MOST} it cannot be read",
        hint=Sentence("graph draws a part of it with ", Option("depth", "2")),
    )


def _learning(solution: Solution, names: Sequence[str] | None) -> Sequence[Node]:
    """The inputs of these names, and of families of these names."""
    inputs = solution.model.inputs
    if names is None:
        return inputs
    known = {node.name: node for node in inputs}
    found: list[Node] = []
    for name in map(plain, names):
        nodes = called(name, known)
        if not nodes:
            raise no_node(name, known, "there is no input '{}' for an update to change", "inputs")
        found += nodes
    return found
