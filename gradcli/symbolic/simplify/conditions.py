"""The conditions of choices, exactly as they are written; what they compare may be simpler."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from gradcli.graph.conditions import JUNCTIONS, LOGIC, TESTS
from gradcli.graph.domains import are_like_sums, is_defined_everywhere
from gradcli.graph.node import CONST, IDENTITY, INPUT, Node
from gradcli.symbolic.simplify import logic
from gradcli.symbolic.simplify.algebra import MANY, Algebra
from gradcli.symbolic.simplify.settled import Settled
from gradcli.symbolic.simplify.sizes import EXTREMA
from gradcli.symbolic.simplify.terms import Terms
from gradcli.syntax.walk import bottom_up


class Conditions:
    """Conditions as nodes of the graph of a writer.

    Args:
        algebra: of the sums that nodes are read as.
        values: these sums, of the nodes that were read.
        names: nodes that stand for themselves under a name.
        hidden: names of the program, which hide constants.
    """

    def __init__(
        self,
        algebra: Algebra,
        values: Mapping[Node, Terms],
        names: Mapping[Node, str],
        hidden: Collection[str],
    ) -> None:
        self._algebra = algebra
        self._writer = algebra.writer
        self._graph = algebra.writer.graph
        self._settled = Settled(algebra)
        self._values = values
        self._names = names
        self._hidden = hidden
        self._plain: dict[Node, Node] = {}
        self._compared: dict[Node, Node] = {}
        self._has_value: dict[Node, bool] = {}

    def read(self, node: Node) -> None:
        """Take note of a node before it is read as a sum; those that it is made of were."""
        self._settled.tell(node)

    def keep(self, node: Node, plain: Node) -> None:
        """Take another node for one that stands in a condition."""
        self._plain[node] = plain

    def test(self, node: Node, *, is_guard: bool) -> Node:
        """What decides on a choice."""
        truth = self._settled.truth(node, self._values)
        if truth is not None:
            return self._graph.const(float(truth))
        copied = self.copy(node)
        return self._as_compared(node) if is_guard and copied.op in LOGIC else copied

    def _as_compared(self, root: Node) -> Node:
        """The condition of a rule, with what it compares as the formulas beside it have it.

        So a rule's condition on ``abs(x) + abs(x)`` is the one of a later derivative, which is
        taken of ``2*abs(x)``.
        """
        return bottom_up(root, _joined, self._compare, self._compared)[root]

    def _compare(self, node: Node, found: Mapping[Node, Node]) -> Node:
        plain, is_junction = self._plain[node], node.op in JUNCTIONS
        if not is_junction and not (node.op in TESTS and plain.op in TESTS):
            return plain
        args = tuple([found[arg] for arg in _joined(node)])
        sides = args or self._sides(node, self._side)
        return logic.condition(self._writer, node.op, sides)

    def _side(self, node: Node) -> Node:
        """One side of a comparison, simplified where that is defined wherever it is itself."""
        total, plain = self._values.get(node), self._plain[node]
        if total is None or len(total) > MANY:
            return plain
        simple = self._algebra.node(total)
        is_everywhere = self._settled.is_everywhere(node) and self._writer.is_defined(simple)
        return simple if is_everywhere or are_like_sums(plain, simple) else plain

    def copy(self, root: Node) -> Node:
        """A condition, or what is compared in one, exactly as it is."""
        return bottom_up(root, self._copied_before, self._copied, self._plain)[root]

    def _copied_before(self, node: Node) -> Sequence[Node]:
        return () if node in self._names else node.args

    def named(self, node: Node) -> Node:
        """What stands for a node with a name; it has no value where that has none."""
        found = self._graph.input(self._names[node])
        if not bottom_up(node, lambda each: each.args, _has_value, self._has_value)[node]:
            self._writer.undefined.add(found)
        return found

    def _copied(self, node: Node, plain: Mapping[Node, Node]) -> Node:
        if node in self._names:
            return self.named(node)
        if node.op == INPUT:
            return self._graph.input(node.name)
        if node.op == CONST:
            return self._graph.const(node.value, None if node.label in self._hidden else node.label)
        args = tuple([plain[arg] for arg in node.args])
        if node.op == IDENTITY:
            return args[0]
        if node.op in TESTS:
            verdict = self._settled.verdict(node, self._values)
            if verdict is not None:
                return self._graph.const(float(verdict))
        if node.op in TESTS:
            args = self._sides(node, self.copy)
        if node.op in LOGIC:
            return logic.condition(self._writer, node.op, args)
        return self._copied_call(node.op, args)

    def _sides(self, node: Node, side: Callable[[Node], Node]) -> tuple[Node, ...]:
        """Both sides of a comparison; which of two is the larger is not asked of its name.

        So where h is max(0, z), the condition z == h of its rule is z >= 0.
        """
        one, other = node.args
        is_extremum = other in self._names and other.op in EXTREMA and len(other.args) == 2
        if node.op != "eq" or not is_extremum or one not in other.args:
            return side(one), side(other)
        for arg in other.args:
            self.copy(arg)
        return side(one), self._writer.make(other.op, *map(side, other.args))

    def _copied_call(self, op: str, args: tuple[Node, ...]) -> Node:
        if op in EXTREMA:
            args = tuple(dict.fromkeys(args))
        (first, *others) = args
        if op in EXTREMA and not others:
            return first
        if op == "norm" and not others:
            return self._writer.make("abs", first)
        if op == "neg" and first.op == CONST and first.label is None:
            return self._graph.const(-first.value)  # as -1 is read
        return self._writer.make(op, *args)


def _joined(node: Node) -> Sequence[Node]:
    """The conditions that one is made of."""
    return node.args if node.op in JUNCTIONS else ()


def _has_value(node: Node, known: Mapping[Node, bool]) -> bool:
    """Whether a node has a value for all inputs, where it is known of its arguments."""
    return is_defined_everywhere(node, known.__getitem__)
