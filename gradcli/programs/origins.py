"""Where values that are not finite begin, of many rows: ``log(p)``."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, isnan
from typing import TYPE_CHECKING

from gradcli.engine.explain import origin
from gradcli.engine.interpreter import Values
from gradcli.evaluation.solution import Differentiated

if TYPE_CHECKING:
    from gradcli.graph.model import Model
    from gradcli.graph.node import Node

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

    def at(self, point: Sequence[float]) -> str:
        """The formula in which it begins at a point, or the name of an input that is not finite."""
        values = Values(self._inputs, point)
        numbers = map(values, self._nodes)
        pattern = tuple(0 if isfinite(each) else 1 + isnan(each) for each in numbers)
        found = self._known.get(pattern)
        if found is None:
            found = self._known[pattern] = self._text(origin(self._model.output, values))
        return found

    def _text(self, node: Node) -> str:
        symbols = Differentiated(self._model).symbols
        span = symbols.span(node)
        text = self._model.source[span.start : span.end] if span else symbols.formula(node)
        text = " ".join(text.split())
        return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
