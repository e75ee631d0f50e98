"""What each number of a program is made of, and which numbers act together, without values.

Two numbers act together where a second derivative by both need not be 0, as the factors of a
product do. That is asked of the rules: an operation is differentiated, and so are its partials.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from gradcli.calculus.reverse import gradient
from gradcli.errors import UsageError
from gradcli.graph.node import CONST, INPUT, Graph, Node, behind
from gradcli.graph.variadic import VARIADIC

MOST = 20_000_000
"""How many dependences between numbers are kept; each takes some bytes."""

FEW = 3
"""As many arguments show how any number of them act together."""

Pair = tuple[int, int]


class Step(NamedTuple):
    """How a number depends on others.

    Attributes:
        args: their places in the structure.
        pairs: which of them act together, by their places among the arguments.
    """

    args: tuple[int, ...]
    pairs: tuple[Pair, ...] = ()


class Structure:
    """The numbers that outputs are made of, each after what it depends on.

    Args:
        outputs: nodes of one graph.

    Attributes:
        steps: how each number depends on others; that at 0 stands for every constant.

    Raises:
        UsageError: it is too large.
    """

    def __init__(self, outputs: Sequence[Node]) -> None:
        self.steps = [Step(())]
        self._places: dict[Node, Any] = {}
        self._known: dict[tuple[str, tuple[float | None, ...], tuple[int, ...]], Step] = {}
        self._size = 0
        for node in behind(outputs):
            self._places[node] = self._read(node)

    def places(self, node: Node) -> list[int]:
        """The places of the entries of a node, row by row; an input that nothing uses is new."""
        if node not in self._places:
            self._places[node] = self._read(node)
        return self._listed(self._places[node])

    def _listed(self, places: Any) -> list[int]:
        return [places]

    def _read(self, node: Node) -> Any:
        """The place of a node, or those of its entries."""
        if node.op == INPUT:
            return self.add(Step(()))
        if node.op == CONST:
            return 0
        values = [arg.value if arg.op == CONST else None for arg in node.args]
        return self.applied(node.op, [self._places[arg] for arg in node.args], values)

    def applied(
        self, op: str, places: Sequence[int], values: Sequence[float | None] | None = None
    ) -> int:
        """The place of what an operation makes of numbers at these places.

        Args:
            op: the operation.
            places: those of its arguments.
            values: those of the constants among them, where they are known.
        """
        first = {place: at for at, place in reversed([*enumerate(places)])}
        same = tuple([first[place] if place else -1 for place in places])
        local = self._local(op, tuple(values or [None] * len(places)), same)
        if not local.args:
            return 0
        return self.add(Step(tuple([places[at] for at in local.args]), local.pairs))

    def several(self, places: Iterable[int], *, act: bool) -> int:
        """The place of one number that is made of these, and whether all of them act together."""
        args = tuple(dict.fromkeys(place for place in places if place))
        if len(args) < 2 and not act:
            return args[0] if args else 0
        return self.add(Step(args, _pairs(len(args)) if act else ()))

    def add(self, step: Step) -> int:
        """The place of a new number.

        Raises:
            UsageError: there are too many.
        """
        self._size += 1 + len(step.args) + len(step.pairs)
        if self._size > MOST:
            raise UsageError(
                "limit",
                f"the numbers of this program have more than {MOST:,} dependences",
                hint="jvp, vjp and hvp of a function need no pattern",
            )
        self.steps.append(step)
        return len(self.steps) - 1

    def _local(self, op: str, values: tuple[float | None, ...], same: tuple[int, ...]) -> Step:
        """Which arguments of an operation count and act together, by their places among these.

        Args:
            op: the operation.
            values: those of constants.
            same: for each argument the place of the first that is the same, -1 for a constant.
        """
        key = op, values, same
        found = self._known.get(key)
        if found is None:
            if op in VARIADIC and len(same) > FEW:
                found = _of_many(self._local(op, (None,) * FEW, tuple(range(FEW))), same)
            else:
                found = _derived(op, values, same)
            self._known[key] = found
        return found


def _pairs(count: int) -> tuple[Pair, ...]:
    return tuple([(i, j) for i in range(count) for j in range(i, count)])


def _of_many(few: Step, same: Sequence[int]) -> Step:
    """How many arguments act together, where a few of them act like this."""
    args = tuple(dict.fromkeys(each for each in same if each >= 0))
    alone, together = (any((i == j) is own for i, j in few.pairs) for own in (True, False))
    wanted = [(i, j) for i, j in _pairs(len(args)) if (alone if i == j else together)]
    return Step(args if few.args else (), tuple(wanted))


def _derived(op: str, values: Sequence[float | None], same: Sequence[int]) -> Step:
    """How the arguments of an operation act, by its derivatives and those of them."""
    graph = Graph()
    inputs = {at: graph.input(f"x{at}") for at in dict.fromkeys(same) if at >= 0}
    args = [
        graph.const(value) if value is not None else inputs.get(at) or graph.input("constant")
        for at, value in zip(same, values, strict=True)
    ]
    slopes = gradient(graph, graph.node(op, tuple(args)), [*inputs.values()])
    active = [(at, slope) for at, slope in zip(inputs, slopes, strict=True) if not _is_zero(slope)]
    pairs: list[Pair] = []
    for i, (_, slope) in enumerate(active):
        bends = gradient(graph, slope, [inputs[at] for at, _ in active[i:]])
        pairs += [(i, j) for j, bend in enumerate(bends, i) if not _is_zero(bend)]
    return Step(tuple([at for at, _ in active]), tuple(pairs))


def _is_zero(node: Node) -> bool:
    return node.op == CONST and node.value == 0
