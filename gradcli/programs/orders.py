"""Derivatives of any order at a point: along a direction, or by every choice of inputs.

Of numbers they are the coefficients of power series (`gradcli.taylor`), one pass for each; a mixed
one is the power series, by the name that is most often in it, of a derivative by the others. Of
arrays they are derivatives of derivatives along the direction. At a kink both sides are looked at.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Any

from gradcli.base.shown import Shown
from gradcli.calculus.reverse import gradient
from gradcli.calculus.second import jvp
from gradcli.engine import explain
from gradcli.engine.functions.sums import sum_of
from gradcli.errors import Note, Option, Problem, Sentence, UsageError
from gradcli.evaluation.beside.higher import Higher, is_open
from gradcli.evaluation.elements import Value
from gradcli.evaluation.objects import finite
from gradcli.evaluation.ties import convention, hanging
from gradcli.graph.node import Node
from gradcli.graph.shapes import Entries, no_gradient
from gradcli.programs.begin import Begun, begin
from gradcli.programs.beside import beside
from gradcli.programs.up_to import check_order
from gradcli.syntax.ast import Lengths
from gradcli.taylor.plan import TaylorPlan

MOST_PARTIALS = 1_000
"""So many derivatives are asked for at most."""

FEW = 2
"""Up to this order mixed derivatives are those of the graph."""

SHORT = 1_000
"""A derivative of more operations is not written out for a point at which it has no value."""

Names = tuple[str, ...]


@dataclass(frozen=True)
class Directional:
    """What an output does along a direction.

    Attributes:
        vector: how fast each input moves, or each entry of an array.
        derivatives: the derivatives along it, of first order, second order, ….
    """

    vector: Mapping[str, float]
    derivatives: Sequence[float]

    def to_dict(self) -> dict[str, Any]:
        """The object in JSON."""
        return {
            "direction": dict(self.vector),
            "derivatives": [finite(each) for each in self.derivatives],
        }


@dataclass(frozen=True, repr=False)
class Orders(Shown):
    """The derivatives of an output up to some order.

    Attributes:
        output: its name.
        value: its value.
        inputs: the value of each input.
        order: the highest order.
        partials: the derivatives by every choice of names, of first order, second order, …; empty
            where a direction is asked for.
        along: those along a direction, if one is asked for.
        notes: readings of the text that the user should know of.
        problems: numbers that are not finite, and derivatives that are not unique.
        value_problems: those about the value.
    """

    output: str
    value: float
    inputs: Mapping[str, Any]
    order: int
    partials: Mapping[Names, float]
    along: Directional | None = None
    notes: Sequence[Note] = ()
    problems: Sequence[Problem] = ()
    value_problems: Sequence[Problem] = ()

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of `gradcli.orders/1`; a number that is not finite is None."""
        whole: dict[str, Any] = {
            "schema": "gradcli.orders/1",
            "output": self.output,
            "value": finite(self.value),
            "inputs": {name: finite(value) for name, value in self.inputs.items()},
            "order": self.order,
        }
        if self.along is None:
            whole["derivatives"] = {",".join(k): finite(v) for k, v in self.partials.items()}
        else:
            whole["along"] = self.along.to_dict()
        whole["notes"] = [note.to_dict() for note in self.notes]
        whole["problems"] = [problem.to_dict() for problem in self.problems]
        return whole


def orders(  # noqa: PLR0913  (what the command line can ask)
    source: str,
    values: Mapping[str, Value],
    *,
    order: int = 1,
    along: Mapping[str, Value] | None = None,
    of: str | None = None,
    wrt: Sequence[str] | None = None,
    strict: bool = False,
    shapes: Mapping[str, Lengths] | None = None,
) -> Orders:
    """The derivatives of a program at a point, up to some order.

    Args:
        source: the program.
        values: a value for each input.
        order: the highest order.
        along: a direction: a number or a list for inputs, 0 for all others; then the derivatives
            are those along it. Without it they are by every choice of names.
        of: the name of the output, if it is another than that of the program.
        wrt: the names of inputs that derivatives are by; None for all.
        strict: make every note on how the text was read an error.
        shapes: the lengths of arrays that are declared beside the program.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown or given twice, or the output is an array.
        UsageError: the order is out of range, or there are too many derivatives.
    """
    check_order(order)
    begun = begin(source, values, of=of, wrt=wrt, strict=strict, shapes=shapes)
    solution = begun.solution
    if solution.model.output.shape:
        raise no_gradient(solution.model.output.form)
    direction, partials = None, {}
    said: Sequence[Problem] = ()
    work = _Work(begun, order)
    if along is not None:
        vector = begun.columns.vector(along)
        found = work.along(vector)
        direction = Directional(dict(zip(begun.columns.names, vector, strict=True)), found)
    else:
        partials = work.partials()
        said = solution.warnings
    return Orders(
        solution.output,
        float(solution.value),
        solution.inputs,
        order,
        partials,
        direction,
        solution.notes,
        list(dict.fromkeys([*solution.value_problems, *said, *work.problems])),
        solution.value_problems,
    )


class _Work:
    """The derivatives of one output at one point.

    Attributes:
        problems: what there is to say of them.
    """

    def __init__(self, begun: Begun, order: int) -> None:
        self.problems: list[Problem] = []
        self._slopes: dict[Node, dict[Node, Node]] = {}
        self._columns = begun.columns
        self._is_tied = any(_any(begun.solution.value_of(x)) for x in begun.solution.ties.values())
        self._solution = begun.solution
        self._nodes: Sequence[Node] = begun.columns.nodes
        # By arrays, and where nothing is tied, arrays are faster than all of their entries.
        is_by_arrays = any(node.shape for node in self._nodes)
        numbers = begun.in_numbers if self._is_tied or not is_by_arrays else None
        if numbers is not None:
            self._solution, self._nodes = numbers, begun.entries
        self._model = self._solution.model
        self._order = order
        self._at = self._solution.value_of
        graph, output = self._model.graph, self._model.output
        self._has_sides = not graph.has_arrays and math.isfinite(self._at(output))
        if order > 1 and self._has_sides and not self._is_tied:
            self._is_tied = is_open(graph, output, self._nodes, self._at)

    def along(self, vector: Sequence[float]) -> list[float]:
        """The derivatives along a direction."""
        words = "along the direction"
        if not self._model.graph.has_arrays:
            rates = dict(zip(self._nodes, vector, strict=True))
            moving = {node: rate for node, rate in rates.items() if rate}
            return self._of_line(self._model.output, moving, self._order, words)
        graph, node = self._model.graph, self._model.output
        parts = self._columns.parts(vector)
        tangents = {each: self._constant(each, part) for each, part in parts.items()}
        nodes: list[Node] = []
        for _ in range(self._order):
            (node,) = jvp(graph, [node], tangents)
            nodes.append(node)
        return self._of_nodes(nodes, [f"{place} {words}" for place in range(1, len(nodes) + 1)])

    def _constant(self, node: Node, part: Any) -> Node:
        graph = self._model.graph
        if not node.shape:
            return graph.const(float(part))
        return graph.array(Entries.of(part.ravel().tolist(), node.form))

    def partials(self) -> dict[Names, float]:
        """The derivatives by every choice of names.

        Raises:
            UsageError: there are too many, or they are by arrays.
        """
        if any(node.shape for node in self._columns.nodes):
            hint = Sentence(
                "give a direction: ",
                Option("along", '"x=[1,0]"'),
                "; gradcli hess has all of second order",
            )
            raise UsageError("order", "these are derivatives by an array", hint=hint)
        nodes = dict(zip(self._columns.names, self._nodes, strict=True))
        count = math.comb(len(nodes) + self._order, self._order) - 1
        if count > MOST_PARTIALS:
            hint = Sentence(
                "ask for some by ", Option("wrt"), ", or give a direction by ", Option("along")
            )
            raise UsageError("order", f"these are {count:,} derivatives", hint=hint)
        wanted = [
            names
            for order in range(1, self._order + 1)
            for names in combinations_with_replacement(nodes, order)
        ]
        is_beside = self._is_tied and self._has_sides
        found = self._beside(dict.fromkeys(wanted, 0.0), nodes) if is_beside else {}
        for name, node in nodes.items():
            own = [each for each in wanted if each not in found and _most(each) == name]
            self._by(name, node, own, nodes, found)
        lost = {names: value for names, value in found.items() if not math.isfinite(value)}
        if self._has_sides and not is_beside and lost:
            found |= self._beside(lost, nodes)
        return {names: found[names] for names in wanted}

    def _beside(
        self, wanted: Mapping[Names, float], nodes: Mapping[str, Node]
    ) -> dict[Names, float]:
        """The derivatives of the whole function, as far as they may be others than by the rules.

        What there is to say of the first ones the solution says.

        Args:
            wanted: the names of each, with its value by the rules if that is known.
            nodes: the input of each name.
        """
        higher, found = Higher(self._model, self._at), {}
        for names, value in wanted.items():
            by = tuple([nodes[name] for name in names])
            if len(by) == 1:
                found[names] = float(self._solution.grad_of(by[0]))
                continue
            entry = higher.entry(*by)
            if entry is not None:
                found[names] = entry.value
                self.problems += higher.problems(by, ",".join(names))
            elif not math.isfinite(value):
                found[names] = float(higher.value(*by))
                if not math.isfinite(found[names]):
                    self._tell(found[names], f"by {','.join(names)}")
        return found

    def _by(
        self,
        name: str,
        node: Node,
        wanted: Sequence[Names],
        nodes: Mapping[str, Node],
        found: dict[Names, float],
    ) -> None:
        """The derivatives in which a name is the one that is most often there."""
        inner: dict[Names, list[int]] = {}
        for names in wanted:
            others = tuple([each for each in names if each != name])
            inner.setdefault(others, []).append(len(names) - len(others))
        for others, orders_ in inner.items():
            base = self._model.output
            for each in others:
                base = self._slope(base, nodes[each])
            chain = [base]
            if not self._is_along(max(orders_)):
                for _ in range(max(orders_)):
                    chain.append(self._slope(chain[-1], node))
            if len(chain) == 1:
                line = self._series(base, {node: 1.0}, max(orders_))
            elif self._has_sides:
                line = [float(self._at(each)) for each in chain[1:]]
            else:
                by = [",".join([*others, *[name] * k]) for k in range(1, len(chain))]
                words = [f"by {each}" for each in by]
                line = self._of_nodes(chain[1:], words, is_first_told=not others)
            for order in orders_:
                names = tuple(sorted([*others, *[name] * order], key=[*nodes].index))
                found[names] = line[order - 1]

    def _is_along(self, order: int) -> bool:
        """Whether derivatives are those of a power series at once."""
        return not self._model.graph.has_arrays and (self._is_tied or order > FEW)

    def _slope(self, base: Node, node: Node) -> Node:
        """The derivative of a node by an input: those by all inputs are one pass."""
        if base not in self._slopes:
            found = gradient(self._model.graph, base, self._nodes)
            self._slopes[base] = dict(zip(self._nodes, found, strict=True))
        return self._slopes[base][node]

    # --- Numbers -----------------------------------------------------------------------------

    def _of_line(
        self, output: Node, rates: Mapping[Node, float], order: int, words: str
    ) -> list[float]:
        """The derivatives of a node along a line, on both sides where it has no series."""
        found = self._series(output, rates, order)
        is_plain = not self._is_tied and all(map(math.isfinite, found))
        if is_plain or not math.isfinite(self._at(output)):
            return found
        slope = sum_of([rate * self._solution.grad_of(x) for x, rate in rates.items()])
        found, problems = beside(self._model.graph, output, rates, self._at, found, words, slope)
        self.problems += problems
        return found

    def _series(self, output: Node, rates: Mapping[Node, float], order: int) -> list[float]:
        """The derivatives of a node of numbers along a line by the conventions of operations."""
        graph, inputs = self._model.graph, self._model.inputs
        plan = TaylorPlan(graph, inputs, [*rates], [output], order)
        (series,) = plan.run([self._at(node) for node in inputs], [*rates.values()])
        found = [c * math.factorial(place) for place, c in enumerate(series)][1:]
        if math.isfinite(self._at(output)):
            return found
        return self._without_value(output, rates, found)

    def _without_value(
        self, output: Node, rates: Mapping[Node, float], found: Sequence[float]
    ) -> list[float]:
        """The derivatives of what has no series, as long as their formulas are short.

        Args:
            output: the node.
            rates: how fast each input moves.
            found: the coefficients of its series, which tell nothing.
        """
        graph, node, result = self._model.graph, output, [*found]
        tangents = {each: graph.const(rate) for each, rate in rates.items()}
        for place in range(len(found)):
            (node,) = jvp(graph, [node], tangents)
            if len(graph.ancestors([node])) > SHORT:
                break
            result[place] = float(self._at(node))
        return result

    def _of_nodes(
        self, nodes: Sequence[Node], words: Sequence[str], *, is_first_told: bool = False
    ) -> list[float]:
        """The derivatives that nodes are.

        Args:
            nodes: the nodes.
            words: what each is by.
            is_first_told: whether what there is to say of the first is said elsewhere.
        """
        found = [float(self._at(node)) for node in nodes]
        if not self._is_tied and all(map(math.isfinite, found)):
            return found
        program = set(self._model.graph.ancestors([self._model.output]))
        ties = hanging(self._model.graph, nodes, self._at, program)
        said = [*zip(found, words, ties, strict=True)][is_first_told:]
        for value, by, hangs in said:
            if not math.isfinite(value):
                self._tell(value, by)
            elif hangs:
                self.problems.append(convention(by.removeprefix("by "), by, hangs, value))
        return found

    def _tell(self, value: float, by: str) -> None:
        """Note that a derivative is not finite."""
        what = explain.kind(value)
        message = f"the derivative {by} is {what} there"
        self.problems.append(Problem("derivative", by.removeprefix("by "), what, message))


def _any(tie: Any) -> bool:
    """Whether anything is tied, of a number or of any entry."""
    return bool(getattr(tie, "any", lambda: tie)())


def _most(names: Names) -> str:
    """The name that is most often there, the first of several."""
    return max(dict.fromkeys(names), key=names.count)
