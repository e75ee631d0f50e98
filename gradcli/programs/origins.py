"""Where values that are not finite begin, of many rows: ``log(p)``."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, isnan
from typing import TYPE_CHECKING

from gradcli.engine.explain import origin
from gradcli.engine.interpreter import Values
from gradcli.evaluation.diagnose import way_out
from gradcli.evaluation.solution import Differentiated

if TYPE_CHECKING:
    from gradcli.graph.model import Model
    from gradcli.graph.node import Node

MOST_ADVISED = 5
"""For so many formulas it is looked for what may be written instead."""

LONGEST = 40
"""A longer formula is shown by its beginning."""


class Origins:
    """The formulas in which values of a program begin not to be finite.

    Rows in which the same nodes are infinite, and the same are NaN, have the same origin.

    Args:
        model: the program.
        names: the names of the inputs, in the order of points.
    """

    def __init__(self, model: Model, names: Sequence[str]) -> None:
        self._model = model
        by_name = {node.name: node for node in model.inputs}
        self._inputs = [by_name[name] for name in names]
        self._nodes = [*model.graph.ancestors([model.output])]
        self._known: dict[tuple[int, ...], str] = {}
        self._ways_out: dict[str, str] = {}

    def at(self, point: Sequence[float]) -> str:
        """The formula in which it begins at a point, or the name of an input that is not finite.

        What may be written instead stands in brackets behind it, if that is known.
        """
        values = Values(self._inputs, point)
        numbers = map(values, self._nodes)
        pattern = tuple(0 if isfinite(each) else 1 + isnan(each) for each in numbers)
        found = self._known.get(pattern)
        if found is None:
            node = origin(self._model.output, values)
            text = self._text(node)
            if text not in self._ways_out:
                self._ways_out[text] = self._way_out(node, values)
            found = self._known[pattern] = text + self._ways_out[text]
        return found

    def _way_out(self, node: Node, at: Values) -> str:
        """What may be written there instead, in brackets."""
        if len(self._ways_out) >= MOST_ADVISED:
            return ""
        solution = Differentiated(self._model).solution([at(x) for x in self._model.inputs], ())
        found = way_out(solution, node).removeprefix("; ")
        return f" ({found})" if found else ""

    def _text(self, node: Node) -> str:
        symbols = Differentiated(self._model).symbols
        span = symbols.span(node)
        text = self._model.source[span.start : span.end] if span else symbols.formula(node)
        text = " ".join(text.split())
        return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
