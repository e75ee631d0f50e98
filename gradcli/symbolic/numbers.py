"""Values of derivatives where the values for them are given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite, isnan

from gradcli.engine.interpreter import Values
from gradcli.errors import Problem
from gradcli.evaluation.elements import Value
from gradcli.evaluation.inputs import bind_given
from gradcli.graph.node import INPUT, Graph, Node
from gradcli.graph.resolve import Model


class Numbers:
    """Evaluates derivatives at the point that is given, as far as it is.

    Attributes:
        problems: what there is to say of values that are not finite.
    """

    def __init__(self, model: Model, values: Mapping[str, Value]) -> None:
        self.problems: list[Problem] = []
        self._model = model
        self._given = {node.label or "": value for node, value in bind_given(model, values).items()}

    def value(self, names: Sequence[str], exact: Node, graph: Graph, formula: Node) -> float | None:
        """The value of a derivative, None if an input that it needs has none.

        Args:
            names: what it is by.
            exact: the derivative in the program's graph, accurate rather than short.
            graph: where its formula is.
            formula: what is shown of it. It has a value wherever the derivative has one, and also
                where a factor such as 1/sqrt(x) is infinite that another one outweighs.
        """
        if not self._given:
            return None
        found = self._evaluate(self._model.graph, exact)
        if found is None or not isfinite(found):
            shown = self._evaluate(graph, formula)
            found = found if shown is None else shown
        if found is not None and not isfinite(found):
            what = "NaN" if isnan(found) else "Infinity" if found > 0 else "-Infinity"
            message = f"the derivative by {','.join(names)} is {what} there"
            self.problems.append(Problem("derivative", ",".join(names), what, message))
        return found

    def _evaluate(self, graph: Graph, node: Node) -> float | None:
        inputs = [each for each in graph.ancestors([node]) if each.op == INPUT]
        if any(each.label not in self._given for each in inputs):
            return None
        return Values(inputs, [self._given[each.label or ""] for each in inputs])(node)
