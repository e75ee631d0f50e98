"""Arrays where something is tied: the function of their entries, each a number, beside the point.

What is known of numbers beside a point, `whole`, is asked of the program with all its arrays
written out; what it says is brought back into the shapes of arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcli.errors import Problem, UsageError
from gradcli.evaluation.beside import kinks
from gradcli.evaluation.entries.apart import Apart
from gradcli.evaluation.entries.separate import flat, label
from gradcli.evaluation.objects import entries_of
from gradcli.evaluation.solution import Differentiated, Solution
from gradcli.germs.sides import are_same
from gradcli.graph.model import Model
from gradcli.graph.naming import Symbols
from gradcli.graph.node import Node

if TYPE_CHECKING:
    from gradcli.errors import Span
    from gradcli.evaluation.beside.whole import Whole

MOST = 20_000
"""Programs that are more numbers are not looked at beside a point."""


class _Numbers(Solution):
    """A program in numbers at a point, whose messages speak of arrays."""

    most_kinks = 3

    @property
    def shown(self) -> Symbols:
        """The texts for people."""
        return self.symbols


class Entries:
    """A program of arrays written out in numbers.

    Attributes:
        model: the program in numbers.
        program: the same with its derivative.
        places: the nodes of the entries of every node that is shown, in its shape.
        outputs: those of the output; the first one is that of the model.

    Args:
        model: the program of arrays.
        names: the nodes that are shown, with their names.
        symbols: their texts.

    Raises:
        UsageError: it is too large for that.
    """

    def __init__(self, model: Model, names: Mapping[Node, str], symbols: Symbols) -> None:
        self._written = Apart(MOST)
        self.places = {node: self._written.entries(node) for node in names}
        self.model = Model(model.source)
        self.model.graph = self._written.graph
        self.model.inputs = self.of(model.inputs)
        self.model.steps = self.of([node for node in model.steps if node is not model.output])
        self.outputs = self.of([model.output])
        self.model.output = self.outputs[0]
        self._texts = {
            made: (node, tuple(at + 1 for at in place))
            for node, entries in self.places.items()
            for place, made in np.ndenumerate(entries)
        }
        self.program = _Program(self.model, self._names(names), symbols, self._part)

    def of(self, nodes: Iterable[Node]) -> list[Node]:
        """The nodes of the entries of some nodes that are shown, one after another."""
        return [made for node in nodes for made in self.places[node].ravel()]

    def written(self, node: Node) -> Any:
        """The nodes of the entries of a node of the program or of its derivative; raises as it."""
        return self._written.entries(node)

    def at(self, point: Sequence[Any], output: Node) -> Solution:
        """The program at a point of arrays.

        Args:
            point: the value of every input.
            output: the entry of the output that is asked for.
        """
        solution = _Numbers(self.program, flat(point), self.model.inputs)
        return solution.with_output(output)

    def beside(self, point: Sequence[Any]) -> Entrywise | None:
        """The same beside the point; None where nothing is tied or not finite."""
        solution = self.at(point, self.model.output)
        whole = solution.whole
        return None if whole is None else Entrywise(self, solution, whole)

    def rates(self, deltas: Mapping[Node, Any]) -> dict[Node, float]:
        """How fast each entry moves, of those that do, where each node moves so fast."""
        pairs = (
            pair
            for node, delta in deltas.items()
            for pair in zip(self.of([node]), entries_of(delta), strict=True)
        )
        return {made: float(rate) for made, rate in pairs if rate}

    def _part(self, number: Node) -> _Part:
        """What a number is an entry of, or a part of one, and its indices."""
        return self._texts.get(number) or (self._written.owners[number.index], ())

    def _names(self, names: Mapping[Node, str]) -> dict[Node, str]:
        order = self.model.graph.ancestors([*self.outputs, *self.model.steps])
        found: dict[Node, str] = {}
        for made in [*self.model.inputs, *(each for each in order if each.args)]:
            node, index = self._part(made)
            found[made] = label(names.get(node, "v"), index)
        return found


_Part = tuple[Node, tuple[int, ...]]
"""What a number is an entry of, or a part of one, and its indices."""


class _Program(Differentiated):
    """A program in numbers, with its derivative, whose texts are those of arrays.

    Args:
        model: the program in numbers.
        names: the names of its nodes.
        symbols: the texts of arrays.
        part: what a number is an entry of.
    """

    def __init__(
        self,
        model: Model,
        names: Mapping[Node, str],
        symbols: Symbols,
        part: Callable[[Node], _Part],
    ) -> None:
        super().__init__(model, _Numbers, names)
        self._arrays = symbols
        self._part = part

    @cached_property
    def symbols(self) -> Symbols:
        """The texts of nodes."""
        return _Symbols(self, self._arrays, self._part)

    def like(self, model: Model, names: Mapping[Node, str]) -> _Program:
        """The same of another output."""
        return _Program(model, names, self._arrays, self._part)


class _Symbols(Symbols):
    """The texts of numbers that are entries of arrays: those of the arrays, with indices."""

    def __init__(
        self, program: Differentiated, symbols: Symbols, part: Callable[[Node], _Part]
    ) -> None:
        super().__init__(program.model, program.names)
        self._arrays = symbols
        self._part = part

    def called(self, node: Node) -> str:
        """What a message calls an entry."""
        return self._entry(node, self._arrays.called)

    def operation(self, node: Node) -> str:
        """The operation that an entry is of."""
        return self._entry(node, self._arrays.operation)

    def meant(self, nodes: Iterable[Node]) -> dict[str, str]:
        """Nothing is called by an automatic name."""
        del nodes
        return {}

    def span(self, node: Node) -> Span | None:
        """Where the array stands in the program."""
        return self._arrays.span(self._part(node)[0])

    def _entry(self, node: Node, text: Callable[[Node], str]) -> str:
        array, index = self._part(node)
        written = text(array)
        is_one = not index or written.isidentifier() or written.endswith(")")
        return label(written if is_one else f"({written})", index)


def written_out(model: Model, names: Mapping[Node, str], symbols: Symbols) -> Entries | None:
    """A program of arrays as numbers, as of `Entries`; None if it is too large for that."""
    try:
        return Entries(model, names, symbols)
    except UsageError:
        return None


class Entrywise:
    """The derivative of a function of arrays beside a point where something is tied.

    Attributes:
        solution: the program in numbers at the point.
        whole: what is known of it.

    Args:
        entries: the program in numbers.
        point: the value of every input.
    """

    def __init__(self, entries: Entries, solution: Solution, whole: Whole) -> None:
        self.solution = solution
        self.whole = whole
        self._entries = entries
        self._beside: dict[Node, Any] = {}

    def grad(self, node: Node, plain: Any) -> Any:
        """The derivative by a node that is shown, as it is used.

        Args:
            node: the node.
            plain: the same by the convention of each operation by itself.
        """
        return self._filled(self._entries.places.get(node), plain, self.whole.grad)

    def beside_grad(self, node: Node, plain: Any) -> Any:
        """The same on the side that is shown."""
        return self._filled(self._entries.places.get(node), plain, self.whole.beside.grad)

    def beside(self, node: Node, plain: Any) -> Any:
        """The limit of a node of the derivative on the side that is shown."""
        if node not in self._beside:
            try:
                entries = self._entries.written(node)
            except UsageError:
                return plain
            self._beside[node] = self._filled(entries, plain, self.whole.beside)
        return self._beside[node]

    def towards(self, moved: Mapping[Node, tuple[Any, Any]]) -> dict[Node, Any]:
        """The derivative by nodes that move, a little in their direction.

        Args:
            moved: how fast each moves, and the derivative by the conventions of operations.
        """
        rates = self._entries.rates({node: rate for node, (rate, _) in moved.items()})
        side = self.whole.towards(rates)
        return {
            node: self._filled(self._entries.places[node], plain, side.grad)
            for node, (_, plain) in moved.items()
        }

    def has_sides(self, nodes: Iterable[Node]) -> bool:
        """Whether the derivative by an entry of some nodes is told beside both of its sides."""
        return any(map(self.whole.has_sides, self._entries.of(nodes)))

    def problems(self, targets: Iterable[Node]) -> list[Problem]:
        """What is said of derivatives that are not those of a smooth function."""
        return kinks.kinks(self.solution, self._entries.of(targets))

    def to_dict(self) -> dict[str, Any]:
        """What JSON has besides."""
        return kinks.to_dict(self.solution)

    @property
    def read_from(self) -> str | None:
        """The sentence on which side of the point derivatives are shown."""
        return self.solution.read_from

    @cached_property
    def rough(self) -> frozenset[Node]:
        """The entries of inputs by which the derivative is not unique, or not known."""
        return frozenset(node for group in self.whole.groups for node in group.rough)

    def smooth(self, node: Node, slope: Any) -> Any:
        """A derivative with 0 in the place of what is said of both sides of the point."""
        entries = self._entries.places[node]
        found = np.array(slope, dtype=float)
        for place, made in np.ndenumerate(entries):
            if self.whole.has_sides(made):
                found[place] = 0.0
        return found if found.shape else float(found)

    @staticmethod
    def _filled(entries: Any, plain: Any, number: Callable[[Node], float]) -> Any:
        """An array with another number for each entry, but where it is the same rounded."""
        if entries is None:
            return plain
        found = np.array(plain, dtype=float)
        for place, made in np.ndenumerate(entries):
            value = float(number(made))
            if not are_same(value, float(found[place])):
                found[place] = value
        return found if found.shape else float(found)
