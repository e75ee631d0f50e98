"""The nodes of a program at a point as people read them: what a view shows unless asked for all.

A call of a function that the program defines is one node, ``f(v3)``; a derivative is written in
the names of the nodes that are there, and the slope of a sigmoid in its value, ``o*(1 - o)``. All
numbers are those of the accurate forms.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gradcli.calculus.edge import Ways
from gradcli.evaluation.adjoints import Adjoints
from gradcli.evaluation.handed import adjoint_in
from gradcli.evaluation.nodes import CALLED, NodeReport, Nodes, weighed
from gradcli.evaluation.outline import Outline
from gradcli.evaluation.stand_ins import StandIns
from gradcli.graph.naming import LONG, SHORT
from gradcli.graph.node import Node
from gradcli.graph.rules import table
from gradcli.syntax import ast
from gradcli.syntax.text import text

if TYPE_CHECKING:
    from gradcli.calculus.totals import Locals
    from gradcli.evaluation.solution import Solution
    from gradcli.germs.series import Term


def brief(solution: Solution) -> Nodes:
    """The nodes of a solution as people read them; `Solution.nodes` has every operation."""
    if solution.is_masked:
        return solution.nodes
    # Of a large program the derivative is not made as nodes to show that of a few.
    if solution.is_differentiated and not (solution.model.calls or solution.model.steps):
        known = table().sloped()
        if not any(map(known.__contains__, solution.nodes.ops)):
            return solution.nodes
    return Brief(solution, Outline(solution))


def called(call_of: str, args: Sequence[object], arg: ast.Expression) -> ast.Expression:
    """The partial of a function of the program by an argument: ``f'(z)``, ``∂f/∂z``."""
    if len(args) == 1:
        return ast.Call(f"{call_of}'", (arg,))
    return ast.Name(f"∂{call_of}/∂{text(arg)}")


class Brief(Nodes):
    """Nodes with every call in one piece, and their derivatives in these.

    Attributes:
        stand_ins: what is written for them.
    """

    def __init__(self, solution: Solution, outline: Outline) -> None:
        super().__init__(solution)
        self._solution = solution
        self._outline = outline
        self._nodes = outline.nodes
        self._calls = outline.calls
        self.stand_ins = StandIns(solution, outline)

    def has(self, node: Node) -> bool:
        """Whether a node is one of them, and not inside of a call."""
        return node in self._there

    @cached_property
    def _there(self) -> frozenset[Node]:
        return frozenset(self._nodes)

    def report(self, node: Node) -> NodeReport:
        """One of the nodes."""
        return (CallReport if node in self._outline.calls else PlainReport)(self, node)

    def sources(self, node: Node) -> tuple[Node, ...]:
        """What a node is computed from."""
        return self._outline.sources(node)

    def is_handed(self, node: Node) -> bool:
        """Whether a node has no partials, but a linear map: it hands back as whole arrays do."""
        return self.is_map(node) if self.is_call(node) else super().is_handed(node)

    def is_way(self, node: Node, place: int) -> bool:
        """Whether a derivative comes back from a node to its argument at a place."""
        call = self._outline.calls.get(node)
        if call is None:
            return super().is_way(node, place)
        arg = call.args[place]
        if arg in call.args[:place] or arg not in self._solution.names:
            return False
        return self._came_back(arg) or arg in self._outline.slopes(node) or self.is_map(node)

    def _came_back(self, node: Node) -> bool:
        """Whether it is seen by its number that a derivative comes from the one user of a node.

        So nobody has to make the partial of a call that is not shown.
        """
        solution = self._solution
        if node.shape or not self.has_one_user(node) or not solution.is_regular:
            return False
        return bool(solution.grad_of(node))

    def is_map(self, node: Node) -> bool:
        """Whether a node is a call that has no partials, but hands back by a linear map."""
        return self._outline.is_map(node)

    @property
    def solution(self) -> Solution:
        """The program at the point."""
        return self._solution

    @property
    def outline(self) -> Outline:
        """Which nodes there are."""
        return self._outline

    @property
    def locals(self) -> Locals:
        """The partials of every node that is no call, as the rules have them."""
        return self._solution.locals

    def users_of(self, node: Node) -> Iterator[tuple[Node, int]]:
        """The nodes that are computed from a node, and which of their arguments it is."""
        nodes = self._nodes
        return ((nodes[user], place) for user, place in self.uses_of(node))

    def partial(self, node: Node, place: int) -> Node | None:
        """The partial of a node by an argument as people write it, as a node.

        What they have no more than a sign for, such as f'(z), is a node of that name.
        """
        slope = self._outline.slope(node)
        if slope is not None:
            return self.stand_ins.of(slope)
        call = self._outline.calls.get(node)
        if call is None:
            return self._plain_partial(node, place)
        if self.is_map(node) or not self.is_way(node, place):
            # An argument that is given twice has one partial, which is that by both.
            return None
        tree = self.stand_ins.written(call.args[place])
        # Of several arguments it is that of the node: ∂g/∂y would be two things in one sum.
        # Of the output it is that of the function: ∂J/∂y is what is to be told.
        is_whole = len(call.args) == 1 or node is self._solution.model.output
        is_own = is_whole and call.written is None
        name = call.function if is_own else self._solution.names[node]
        sign = text(called(name, call.args if is_own else (), tree))
        return self._outline.graph.input(sign, self._outline.partials(node)[call.args[place]].form)

    def _plain_partial(self, node: Node, place: int) -> Node | None:
        """That of an operation, whose arguments are what stands for them: nobody looks into a call.

        By its rule it would be 2/(1 + exp(-z)) of f(z)^2, in what f(z) is made of.
        """
        graph, shown = self._outline.graph, self.stand_ins.operation(node)
        if shown is node or not self.locals.is_there(node, place):
            partial = self.locals.at(node, place, graph)
            return partial and self.stand_ins.of(partial)
        return table().partial(graph, shown, place)

    def go(self, ways: Ways, edge: tuple[Node, int], source: Node, target: Node) -> None:
        """Take the derivative along the edge into a node at the place of one of its arguments.

        Args:
            ways: the pass; it has reached the source.
            edge: a node, which is no map, and the place.
            source: the node whose derivative that by the node is.
            target: the node that is the argument, or whose derivative that by it is.
        """
        node, place = edge
        if self.is_handed(node):
            from gradcli.graph.arrays.pullbacks import pulled  # noqa: PLC0415  (only arrays need it)

            graph, shown = self._outline.graph, self.stand_ins.operation(node)
            ways.carry(
                source,
                target,
                lambda adjoint: self.stand_ins.of(pulled(graph, shown, place, adjoint)),
            )
            return
        partial = self.partial(node, place)
        if partial is not None:
            ways.leave(source, (target,), (partial,))

    def share(self, node: Node, place: int, sign: str | None) -> ast.Expression | None:
        """What comes back along an edge, where a sign stands for the derivative by the node."""
        arg = self.sources(node)[place]
        if self.is_map(node):
            local = text(called(self._solution.names[node], (), self.stand_ins.written(arg)))
            whole = f"{sign} · {local}" if sign else local
            return ast.Name(whole) if self.is_way(node, place) else None
        graph = self._outline.graph
        adjoint = adjoint_in(graph, node, sign)
        if sign:
            self.stand_ins.in_all_names.name(adjoint, sign)
        ways = Ways(graph, {node: adjoint}, backward=True)
        self.go(ways, (node, place), node, arg)
        return self.stand_ins.in_all_names.reference(ways.total(arg)) if arg in ways else None

    @cached_property
    def _adjoints(self) -> Adjoints:
        return Adjoints(self)

    def derivative(self, node: Node, longest: int) -> ast.Expression | None:
        """The derivative by a node in symbols; None if that is longer than it may be."""
        if not self._solution.is_behind(node):
            return None if self._solution.model.output.shape else ast.Number(0.0)
        adjoint = self._adjoints.by(node, longest)
        if adjoint is None:
            return None
        for writer, most in (
            (self.stand_ins.in_own_names, SHORT),
            (self.stand_ins.in_all_names, weighed(longest)),
        ):
            if writer.fits(adjoint, most):
                return _level(writer.reference(adjoint))
        return None


def _level(tree: ast.Expression) -> ast.Expression:
    """A sum of products with no product in brackets: ``a*(b*c)`` as ``a*b*c``."""
    terms = _spine(tree, {"add", "sub"})
    levelled: ast.Expression | None = None
    for op, term in terms:
        product: ast.Expression | None = None
        for _, factor in _spine(term, {"mul"}):
            for _, part in _spine(factor, {"mul"}):
                product = part if product is None else ast.Binary("mul", product, part)
        assert product is not None  # noqa: S101  (every product has a factor)
        levelled = product if levelled is None else ast.Binary(op, levelled, product)
    assert levelled is not None  # noqa: S101  (every sum has a term)
    return levelled


def _spine(tree: ast.Expression, ops: Collection[str]) -> list[tuple[str, ast.Expression]]:
    """What is joined from left to right by some operations, each with the one before it."""
    parts: list[tuple[str, ast.Expression]] = []
    while isinstance(tree, ast.Binary) and tree.op in ops:
        parts.append((tree.op, tree.right))
        tree = tree.left
    return [("", tree), *reversed(parts)]


class PlainReport(NodeReport):
    """A node that is no call, told for people."""

    __slots__ = ("_brief",)

    def __init__(self, brief: Brief, node: Node) -> None:
        super().__init__(brief.solution, node)
        self._brief = brief

    def shown_derivative(self, longest: int = LONG) -> ast.Expression | None:
        return self._brief.derivative(self._node, longest)

    def shown_local(self, place: int) -> ast.Expression | None:
        partial = self._brief.partial(self._node, place)
        return None if partial is None else self._brief.stand_ins.bounded(partial)

    def share(self, place: int, sign: str | None) -> ast.Expression | None:
        return self._brief.share(self._node, place, sign)


class CallReport(PlainReport):
    """A call of a function of the program as one node."""

    __slots__ = ("_call",)

    def __init__(self, brief: Brief, node: Node) -> None:
        super().__init__(brief, node)
        self._call = brief.outline.calls[node]

    @property
    def op(self) -> str:
        return CALLED

    @property
    def sources(self) -> tuple[Node, ...]:
        return self._call.args

    @property
    def tree(self) -> ast.Expression:
        if self._call.written is not None:
            return self._call.written
        args = tuple(map(self._brief.stand_ins.written, self._call.args))
        return ast.Call(self._call.function, args)

    @property
    def shown_tree(self) -> ast.Expression:
        return self.tree

    @property
    def expression(self) -> str:
        return text(self.tree)

    @property
    def shown_expression(self) -> str:
        return self.expression

    @property
    def args(self) -> tuple[str, ...]:
        return tuple([text(self._brief.stand_ins.written(arg)) for arg in self._call.args])

    def shown_start(self, most: int) -> ast.Expression:
        del most
        return self.tree

    def local_at(self, place: int) -> Any:
        return self.local[place]

    @property
    def local(self) -> tuple[Any, ...]:
        args, slopes = self._call.args, self._brief.outline.slopes(self._node)
        return tuple(
            [None if arg in args[:place] else slopes.get(arg) for place, arg in enumerate(args)]
        )

    @property
    def shares(self) -> tuple[float | None, ...]:
        is_taken = any(share is not None for share in super().shares)
        return tuple([each if is_taken else None for each in self.local])

    def local_leading(self, place: int) -> Term | None:
        """None: a call of which a partial is infinite is no single node."""
        del place
        return None
