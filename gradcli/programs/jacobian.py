"""The Jacobian of one or several outputs of a program at a point: its pattern and its entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import islice
from math import isfinite
from typing import Any, cast

from gradcli.calculus.second import jvp, vjp
from gradcli.engine.interpreter import Plan
from gradcli.errors import Problem
from gradcli.evaluation.elements import Value
from gradcli.evaluation.objects import entries_of, is_finite
from gradcli.evaluation.outcome import Outcome
from gradcli.evaluation.ties import conditions
from gradcli.graph.naming import by_name, called
from gradcli.graph.node import Graph, Node
from gradcli.hints import no_node
from gradcli.programs import colouring, pattern, sweeps
from gradcli.programs.begin import Begun, begin, program_of
from gradcli.programs.columns import Columns
from gradcli.programs.pattern import Rows
from gradcli.programs.result import Along, Block, Jacobian, nested
from gradcli.syntax.ast import Lengths
from gradcli.syntax.spelling import plain

FEW = 64
"""Up to so many rows each is a gradient of its own, about which everything is said."""

_Pass = Callable[[Mapping[Node, Any]], list[Any]]
"""The products of a matrix with a vector: of its parts for nodes, those of the results."""


def jacobian(  # noqa: PLR0913  (what a command line can ask)
    source: str,
    values: Mapping[str, Value],
    *,
    of: Sequence[str] | None = None,
    wrt: Sequence[str] | None = None,
    along: Mapping[str, Value] | None = None,
    back: Mapping[str, Value] | None = None,
    strict: bool = False,
    shapes: Mapping[str, Lengths] | None = None,
    is_sparse: bool = False,
) -> Jacobian:
    """The first derivatives of a program at a point.

    Args:
        source: the program.
        values: a value for each input.
        of: the names of outputs: steps, families, or ``out``; None for the output.
        wrt: names of inputs that columns are for; None for all.
        along: a vector of inputs: a number or a list for each, 0 for all others.
        back: a vector of outputs, likewise.
        strict: make every note on how the text was read an error.
        shapes: the lengths of arrays that are declared beside the program.
        is_sparse: whether JSON has triplets of it.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown or given twice.
        UsageError: there are too many numbers.
    """
    begun = begin(source, values, wrt=wrt, strict=strict, shapes=shapes)
    work = _Work(begun, _outputs(begun, of))
    rows, entries, count, is_reverse = work.entries()
    width = len(begun.columns)
    turned = sweeps.turned(rows, width), sweeps.turned_entries(rows, entries, width)
    return Jacobian(
        [Block(name, node.shape) for node, name in work.labels.items()],
        [Block(node.name, node.shape) for node in begun.columns.nodes],
        work.rows.names,
        begun.columns.names,
        work.values,
        rows,
        entries,
        count,
        is_reverse,
        None
        if along is None
        else work.along(_along(begun.columns, along, work.rows, rows, entries)),
        None if back is None else _along(work.rows, back, begun.columns, *turned),
        begun.model.notes,
        [*dict.fromkeys([*begun.solution.value_problems, *work.problems])],
        begun.solution.value_problems,
        is_sparse,
    )


def _outputs(begun: Begun, names: Sequence[str] | None) -> list[Node]:
    """The nodes of these names; of the name of a family every element."""
    model, shown = begun.model, begun.solution.names
    if names is None:
        return [model.output]
    known = by_name(shown, model.output)
    found: dict[Node, None] = {}
    for name in map(plain, names):
        nodes = called(name, known)
        if not nodes:
            raise no_node(name, shown.values(), "there is no '{}' to differentiate")
        found |= dict.fromkeys(nodes)
    return [*found]


class _Work:
    """The derivatives of some outputs, in as few passes as their pattern allows.

    Args:
        begun: the program at a point.
        outputs: its nodes.

    Attributes:
        labels: the outputs with their names.
        rows: the numbers that they are.
        problems: what is to be said of the derivatives.
    """

    def __init__(self, begun: Begun, outputs: Sequence[Node]) -> None:
        self.labels = {node: begun.solution.names[node] for node in outputs}
        self.rows = Columns(self.labels)
        self.problems: list[Problem] = []
        self._rough: list[int] = []
        self._programs: dict[Node, Any] = {}
        self._begun = begun
        self._columns = begun.columns
        self._graph: Graph = begun.model.graph

    @property
    def values(self) -> list[float]:
        """The value of each row."""
        return self.rows.numbers(
            {node: self._begun.solution.value_of(node) for node in self.labels}
        )

    def entries(self) -> tuple[Rows, sweeps.Entries, int, bool]:
        """The pattern, the entries, how many passes gave them, and whether these went back."""
        at = self._begun.solution.value_of
        structure = pattern.structure_of(self._graph, self.rows.nodes, at)
        rows = pattern.jacobian(structure, self.rows.nodes, self._columns.nodes)
        if len(rows) <= FEW and not any(node.shape for node in self.labels):
            found = [self._gradient(place, row) for place, row in enumerate(rows)]
            return rows, found, len(rows), True
        found, count, is_reverse = self._swept(rows)
        for place, row in enumerate(rows):
            if place in self._open or not all(map(isfinite, found[place])):
                # A product with an infinite derivative says nothing of the others in its row.
                found[place] = self._gradient(place, row)
                count += 1
        return rows, found, count, is_reverse

    @cached_property
    def _open(self) -> frozenset[int]:
        """The rows that are made of anything that is tied."""
        value = self._begun.solution.value_of
        order = self._graph.ancestors(self.rows.nodes)
        ties = conditions(self._graph.draft(), order, {*order})
        made = {node for node, each in ties.items() if _holds_anywhere(value(each))}
        for node in order if made else ():
            if not made.isdisjoint(node.args):
                made.add(node)
        places = iter(range(len(self.rows)))
        return frozenset(
            place
            for node in self.labels
            for place in islice(places, node.form.size)
            if node in made
        )

    def _swept(self, rows: Rows) -> tuple[sweeps.Entries, int, bool]:
        """The entries by products with vectors, how many, and whether these went back."""
        turned = sweeps.turned(rows, len(self._columns))
        forward = colouring.columns(rows, len(self._columns))
        backward = colouring.columns(turned, len(rows))
        if colouring.count_of(forward) <= colouring.count_of(backward):
            found = sweeps.general(rows, forward, self._push)
            return found, colouring.count_of(forward), False
        found = sweeps.general(turned, backward, self._pull)
        entries = sweeps.turned_entries(turned, found, len(rows))
        return entries, colouring.count_of(backward), True

    def _gradient(self, place: int, row: Sequence[int]) -> list[float]:
        """The entries of a row by itself, about which everything is said."""
        outcome = self._first(place)
        if outcome.problems:
            self._rough.append(place)
        self.problems += outcome.problems
        numbers = self._begun.numbers(outcome.parts)
        return [numbers[column] for column in row]

    def _first(self, place: int) -> Outcome:
        """The derivatives of a row, about which everything is said."""
        node, index = self._row(place)
        program, point = self._program(node), self._begun.point
        if not node.shape:
            return cast("Outcome", program.first(point))
        unit = nested([float(each == index) for each in range(node.form.size)], node.shape)
        outcome: Outcome = program.back(point, unit)
        if all(map(is_finite, outcome.parts)):
            return outcome
        # What is infinite by another entry makes a NaN of 0 times it: the row is taken alone.
        alone = self._graph.node("take", (node,), (_indices(index, node.shape),))
        return cast("Outcome", self._program(alone).first(point))

    def along(self, plain: Along) -> Along:
        """A product with a vector; of a row with a kink that of the function on the line."""
        tangent = self._begun.tangent([*plain.vector.values()])
        product = dict(plain.product)
        outcomes: dict[Node, Outcome] = {}
        for place in self._rough:
            node, index = self._row(place)
            if node not in outcomes:
                outcomes[node] = self._program(node).along(self._begun.point, tangent)
                self.problems += outcomes[node].problems
            product[self.rows.names[place]] = entries_of(outcomes[node].parts[0])[index]
        return Along(plain.vector, product)

    def _program(self, node: Node) -> Any:
        """What computes derivatives of one of the outputs by itself."""
        if node not in self._programs:
            self._programs[node] = program_of(self._begun.model.with_output(node))
        return self._programs[node]

    def _row(self, place: int) -> tuple[Node, int]:
        """The output of a row, and which of its entries the row is."""
        for node in self.labels:
            if place < node.form.size:
                break
            place -= node.form.size
        return node, place

    def _push(self, vector: Sequence[float]) -> list[float]:
        """The Jacobian times a vector, by a pass forward."""
        found = self._forward(self._columns.parts(vector))
        return self.rows.numbers(dict(zip(self.labels, found, strict=True)))

    def _pull(self, vector: Sequence[float]) -> list[float]:
        """A vector times the Jacobian, by a pass back."""
        found = self._backward(self.rows.parts(vector))
        return self._columns.numbers(dict(zip(self._columns.nodes, found, strict=True)))

    @cached_property
    def _forward(self) -> _Pass:
        """The derivatives of the outputs along a vector."""
        seeds = self._seeds(self._columns.nodes, "tangent")
        return self._pass(seeds, jvp(self._graph, self.rows.nodes, seeds))

    @cached_property
    def _backward(self) -> _Pass:
        """The derivatives by the inputs of the outputs times a vector."""
        seeds = self._seeds(self.rows.nodes, "cotangent")
        return self._pass(seeds, vjp(self._graph, seeds, self._columns.nodes))

    def _pass(self, seeds: Mapping[Node, Node], results: Sequence[Node]) -> _Pass:
        """What computes these results at the point, for parts of a vector that seeds stand for."""
        plan = _plan(self._graph, [*self._begun.model.inputs, *seeds.values()], results)

        def run(parts: Mapping[Node, Any]) -> list[Any]:
            values = plan.run([*self._begun.point, *(parts[node] for node in seeds)])
            return [values[plan.slots[node]] for node in results]

        return run

    def _seeds(self, nodes: Sequence[Node], what: str) -> dict[Node, Node]:
        """An input for each node; a name with a space cannot be the program's."""
        names = self._begun.solution.names
        return {node: self._graph.input(f"{names[node]} {what}", node.form) for node in nodes}


def _indices(place: int, shape: Sequence[int]) -> tuple[int, ...]:
    """The indices of an entry that stands at a place, row by row."""
    found: list[int] = []
    for length in reversed(shape):
        place, index = divmod(place, length)
        found.insert(0, index)
    return tuple(found)


def _holds_anywhere(condition: Any) -> bool:
    return bool(condition.any() if hasattr(condition, "any") else condition)


def _plan(graph: Graph, inputs: Sequence[Node], results: Sequence[Node]) -> Any:
    """What computes nodes of numbers or of arrays."""
    if graph.has_arrays:
        from gradcli.engine.array_plan import Plan as ArrayPlan  # noqa: PLC0415  (needs NumPy)

        return ArrayPlan(graph, inputs, results)
    return Plan(graph, inputs, results)


def _along(
    of: Columns, given: Mapping[str, Value], by: Columns, rows: Rows, entries: sweeps.Entries
) -> Along:
    """A matrix times a vector that is given by names."""
    vector = of.vector(given)
    product = sweeps.times(rows, entries, vector)
    return Along(
        dict(zip(of.names, vector, strict=True)), dict(zip(by.names, product, strict=True))
    )
