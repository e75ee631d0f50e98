"""One node of a solution: its texts and numbers, each made when it is asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from gradcli.base.shown import Shown
from gradcli.errors import Span
from gradcli.evaluation.node_objects import node_objects
from gradcli.graph.naming import LONG, SHORT
from gradcli.graph.node import Node, operation_name
from gradcli.graph.shapes import SHAPED, Form, Shape
from gradcli.syntax import ast

if TYPE_CHECKING:
    from gradcli.evaluation.lookup import LookUp
    from gradcli.germs.series import Term


CALLED = "call"
"""What a call of a function of the program is, where it is one node."""

_SUMS = frozenset(("add", "sub"))

FEW = 4
"""Of more arguments than that it is kept which of them a node is: a maximum may have thousands."""


class NodeReport:
    """One node of the computation graph.

    Attributes:
        name: the name of an input or a step, ``v1``, ``v2``, … or ``out``.
        expression: one operation, in the names of its arguments: ``a + v1``.
        tree: the same as a syntax tree, in which every argument is a name.
        op: the operation, ``"input"`` or ``"const"``.
        args: the names of its arguments, or the text of a constant.
        shape: the lengths of its axes; ``()`` for a number.
        value: its value; may be infinite or NaN.
        grad: ∂output/∂node; where it is not unique, what is used.
        beside: the same on the side that is shown, where the chain rule holds.
        sides: the same to the left and to the right, of an input or a step by which it is not
            unique, where they are known; else None.
        derivative: the same in symbols; None if that would be thousands of characters.
        local: the partial of the node by each argument; None for an argument that is constant.
        local_text: the same in symbols, in the names of the arguments; None as above.
        span: where it stands in the program.
    """

    __slots__ = ("_at", "_node")

    def __init__(self, at: LookUp, node: Node) -> None:
        self._at = at
        self._node = node

    def __getstate__(self) -> object:
        # The first two protocols of pickle know of slots only where this is defined.
        return object.__getstate__(self)

    def __repr__(self) -> str:
        return f"<{self.name} = {self.expression} = {self.value}, grad {self.grad}>"

    @property
    def node(self) -> Node:
        """The node of the graph."""
        return self._node

    @property
    def name(self) -> str:
        return self._at.names[self._node]

    @property
    def op(self) -> str:
        return operation_name(self._node.op)

    @property
    def shape(self) -> Shape:
        return self._node.shape

    @property
    def is_named(self) -> bool:
        """Whether the program calls it so, and the name is not one that we gave it."""
        return self._node.label is not None

    @property
    def expression(self) -> str:
        return self._at.symbols.formula(self._node)

    @property
    def tree(self) -> ast.Expression:
        return self._at.symbols.tree(self._node)

    @property
    def args(self) -> tuple[str, ...]:
        return self._at.symbols.arguments(self._node)

    @property
    def form(self) -> Form:
        """Its shape, and whether it is a row."""
        return self._node.form

    @property
    def sources(self) -> tuple[Node, ...]:
        """Its arguments as nodes of the graph."""
        return self._node.args

    @property
    def known(self) -> dict[str, float]:
        """The values of those arguments that have names, by these."""
        names, value_of = self._at.names, self._at.value_of
        return {names[arg]: value_of(arg) for arg in self.sources if arg in names}

    @property
    def value(self) -> float:
        return self._at.value_of(self._node)

    @property
    def grad(self) -> float:
        return self._at.grad_of(self._node)

    @property
    def beside(self) -> float:
        return self._at.beside_of(self._node)

    @property
    def leading(self) -> Term | None:
        """How that grows beside the point, where it is infinite there or a factor of it is."""
        whole, adjoint = self._at.whole, self._at.derivative.adjoints.get(self._node)
        return None if whole is None else whole.beside.leading(adjoint)

    def local_leading(self, place: int) -> Term | None:
        """The same of the partial by the argument at a place."""
        whole, partial = self._at.whole, self._at.derivative.locals.at(self._node, place)
        return None if whole is None else whole.beside.leading(partial)

    @property
    def sides(self) -> tuple[float, float] | None:
        whole = self._at.whole
        return None if whole is None else whole.slopes_of(self._node)

    @property
    def derivative(self) -> str | None:
        if self._at.derivative.adjoints.is_longer(self._node, LONG):
            return None
        adjoint = self._at.derivative.adjoints.get(self._node)
        if adjoint is None:
            return "0" if self.has_derivative else None
        return self._at.symbols.symbol(adjoint)

    @property
    def shown_expression(self) -> str:
        """The formula for people, to whom minus zero is zero."""
        return self._at.shown.formula(self._node)

    @property
    def shown_tree(self) -> ast.Expression:
        """The same as a tree."""
        return self._at.shown.tree(self._node)

    def shown_start(self, most: int) -> ast.Expression:
        """The formula for people as far as the first ``most`` characters show it, as a tree."""
        return self._at.shown.start(self._node, most)

    def shown_derivative(self, longest: int = LONG) -> ast.Expression | None:
        """The derivative in symbols for people, as a tree.

        None if it certainly has more characters than that, or too many to be of use.
        """
        if self._at.derivative.adjoints.is_longer(self._node, longest):
            return None
        adjoint = self._at.derivative.adjoints.get(self._node)
        if adjoint is None:
            return None if self._at.model.output.shape else ast.Number(0.0)
        return self._at.shown.derivative(adjoint, weighed(longest))

    def shown_local(self, place: int) -> ast.Expression | None:
        """The partial by the argument at a place in symbols, for people, as a tree."""
        return self._at.shown.partial(self._at.locals.at(self._node, place))

    def share(self, place: int, sign: str | None) -> ast.Expression | None:
        """What the argument at a place gets of the derivative by the node, for people, as a tree.

        Args:
            place: which argument.
            sign: what stands for the derivative by the node; None where that is 1.
        """
        return self._at.handed.of(self._node, place, sign)

    @property
    def has_derivative(self) -> bool:
        """Whether the output has a derivative by it, as no array has."""
        return not self._at.model.output.shape

    @property
    def local(self) -> tuple[float | None, ...]:
        return self._at.local_of(self._node)

    def local_at(self, place: int) -> float | None:
        """The partial by the argument at a place."""
        return self._at.local_at(self._node, place)

    @property
    def shares(self) -> tuple[float | None, ...]:
        """What comes along each edge to an argument, None where a branch is not taken."""
        return self._at.shares_of(self._node)

    @property
    def local_text(self) -> tuple[str | None, ...]:
        partials = self._at.locals.get(self._node, ())
        return tuple([self._at.symbols.in_all_names(partial) for partial in partials])

    @property
    def span(self) -> Span | None:
        return self._at.symbols.span(self._node)

    def to_dict(self) -> dict[str, Any]:
        """The node as an object of `gradcli.eval/1`."""
        return node_objects(self._at, [self._node])[0]


def weighed(longest: int) -> int:
    """A length for a writer, who counts what is not written in the end, too: conditions, signs."""
    return max(SHORT, min(LONG, 10 * longest))


class _Users(NamedTuple):
    """Which nodes are used by which, by their places among some.

    Attributes:
        first: the place of the first node that each is used by, by its index; None for no node.
        begin: where those of each place begin in what follows.
        following: for each argument of a node the place of the next node that uses it, too; where
            a node has one twice, the first of both says it.
    """

    first: Sequence[int | None]
    begin: Sequence[int]
    following: Sequence[int | None]


class Nodes(Shown, Sequence[NodeReport]):
    """All nodes of a solution in topological order, inputs first."""

    def __init__(self, at: LookUp) -> None:
        self._at = at
        self._nodes = list(at.names)
        self._calls: Collection[Node] = ()
        self._arguments: dict[int, defaultdict[Node, list[int]]] = {}

    @property
    def solution(self) -> Any:
        """The program at the point."""
        return self._at

    def report(self, node: Node) -> NodeReport:
        """One of the nodes."""
        return NodeReport(self._at, node)

    def sources(self, node: Node) -> tuple[Node, ...]:
        """What a node is computed from."""
        return node.args

    def places(self, nodes: Collection[Node]) -> list[int]:
        """The places of some nodes, in order; no other node is reported on.

        It is looked from both ends, where those that are shown of many are.
        """
        every = self._nodes
        found: set[int] = set()
        for place in range((len(every) + 1) // 2):
            if len(found) == len(nodes):
                break
            found.update(each for each in (place, len(every) - 1 - place) if every[each] in nodes)
        return sorted(found)

    def is_call(self, node: Node) -> bool:
        """Whether a node is a call of a function of the program in one piece."""
        return node in self._calls

    def is_handed(self, node: Node) -> bool:
        """Whether a node has no partials, but a linear map: it hands back as whole arrays do."""
        return node.op in SHAPED

    def is_way(self, node: Node, place: int) -> bool:
        """Whether a derivative comes back from a node to its argument at a place."""
        if self.is_handed(node):
            return node.args[place] in self._at.derivative.adjoints
        return self._at.locals.is_there(node, place)

    def users(
        self, places: Collection[int], most: int | None = None
    ) -> dict[str, dict[int, list[int]]]:
        """For the nodes at some places, by name, the places of those it has a derivative from.

        Each of these has the places of the node among its arguments: two in ``x*x``.

        Args:
            places: those of the nodes.
            most: how many are looked for; None for all.
        """
        names, nodes = self._at.names, self._nodes
        found: dict[str, dict[int, list[int]]] = {}
        for node in [nodes[place] for place in places]:
            by = found[names[node]] = {}
            for user, place in self.uses_of(node):
                if user not in by and len(by) == most:
                    break
                if self.is_way(nodes[user], place):
                    by.setdefault(user, []).append(place)
        return found

    def uses_of(self, node: Node) -> Iterator[tuple[int, int]]:
        """Where a node is used: the places of nodes, and of the node among their arguments."""
        first, begin, following = self._users
        user = first[node.index]
        while user is not None:
            places = self._places_in(user, node)
            for place in places:
                yield user, place
            user = following[begin[user] + places[0]]

    def has_one_user(self, node: Node) -> bool:
        """Whether exactly one node is computed from a node."""
        first, begin, following = self._users
        user = first[node.index]
        if user is None:
            return False
        return following[begin[user] + self._places_in(user, node)[0]] is None

    @cached_property
    def _users(self) -> _Users:
        """Who uses each node; of a large program a list for each would take as long as the rest."""
        nodes, calls = self._nodes, self._calls
        sources = [node.args for node in nodes]
        if calls:
            sources = [self.sources(node) if node in calls else node.args for node in nodes]
        first: list[int | None] = [None] * len(self._at.model.graph)
        following: list[int | None] = []
        for user, args in zip(range(len(nodes) - 1, -1, -1), reversed(sources), strict=True):
            for arg in args:
                place = arg.index
                following.append(first[place])
                first[place] = user
        begin = [len(following) - end for end in accumulate(map(len, sources))]
        return _Users(first, begin, following)

    def _places_in(self, user: int, node: Node) -> Sequence[int]:
        """Which of the arguments of the node at a place a node is."""
        sources = self.sources(self._nodes[user])
        if len(sources) <= FEW:
            return [place for place, source in enumerate(sources) if source is node]
        known = self._arguments.get(user)
        if known is None:
            known = self._arguments[user] = defaultdict(list)
            for place, source in enumerate(sources):
                known[source].append(place)
        return known[node]

    def derived_as(self, node: NodeReport) -> str:
        """The name of the node whose derivative that of a node is."""
        return self._at.names[self.sum_with(node.node)]

    def sum_with(self, node: Node) -> Node:
        """The node whose derivative that of a node is.

        A term of a sum that nothing else uses, without a name of its own, has that of the sum: it
        is added as it is, and is nothing else in it.
        """
        (first, begin, following), known = self._users, self._sums
        nodes, calls = self._nodes, self._calls
        here: list[Node] = []  # all that are passed share what is found in the end
        # Written out, as a sum may have thousands of terms.
        while (found := known[place := node.index]) is None:
            known[place] = here
            user = first[place]
            if user is None or node.label is not None:
                break
            whole = nodes[user]
            if whole.op not in _SUMS or whole in calls:
                break
            left, right = whole.args
            is_right = left is not node
            if left is right or (is_right and whole.op == "sub"):
                break
            if following[begin[user] + is_right] is not None or node.form != whole.form:
                break
            node = whole
        here.append(found[0] if found else node)
        return here[0]

    @cached_property
    def _sums(self) -> list[list[Node] | None]:
        """What is known of that, by the index of a node."""
        return [None] * len(self._at.model.graph)

    def __len__(self) -> int:
        return len(self._nodes)

    @property
    def ops(self) -> Iterator[str]:
        """What each node is, ``"input"`` or an operation."""
        return (node.op for node in self._nodes)

    def __iter__(self) -> Iterator[NodeReport]:
        return map(self.report, self._nodes)

    @overload
    def __getitem__(self, place: int) -> NodeReport: ...
    @overload
    def __getitem__(self, place: slice) -> list[NodeReport]: ...
    def __getitem__(self, place: int | slice) -> NodeReport | list[NodeReport]:
        """The node at a place, or the nodes of a slice."""
        if isinstance(place, slice):
            return list(map(self.report, self._nodes[place]))
        return self.report(self._nodes[place])
