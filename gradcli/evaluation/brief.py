"""The nodes of a program at a point as people read them: what a view shows unless asked for all.

A call of a function that the program defines is one node, ``f(v3)``; a derivative is written in
the names of the nodes that are there, and the slope of a sigmoid in its value, ``o*(1 - o)``. All
numbers are those of the accurate forms.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from gradcli.calculus.edge import Ways
from gradcli.calculus.totals import Totals
from gradcli.evaluation.nodes import NodeReport, Nodes
from gradcli.evaluation.outline import Outline
from gradcli.graph.naming import LONG, SHORT
from gradcli.graph.node import Node
from gradcli.graph.people import People
from gradcli.graph.rules import table
from gradcli.graph.template import moved_further
from gradcli.graph.unparse import Unparser
from gradcli.syntax import ast
from gradcli.syntax.text import text

if TYPE_CHECKING:
    from gradcli.evaluation.solution import Solution
    from gradcli.germs.series import Term


def brief(solution: Solution) -> Nodes:
    """The nodes of a solution as people read them; `Solution.nodes` has every operation."""
    known = table().sloped()
    if solution.is_of_arrays or not (
        solution.model.calls or any(node.op in known for node in solution.nodes)
    ):
        return solution.nodes
    return Brief(solution, Outline(solution))


def called(call_of: str, args: Sequence[ast.Expression], arg: ast.Expression) -> ast.Expression:
    """The partial of a function of the program by an argument: ``f'(z)``, ``∂f/∂z``."""
    if len(args) == 1:
        return ast.Call(f"{call_of}'", (arg,))
    return ast.Name(f"∂{call_of}/∂{text(arg)}")


class Brief(Nodes):
    """Nodes with every call in one piece, and their derivatives in these."""

    def __init__(self, solution: Solution, outline: Outline) -> None:
        super().__init__(solution)
        self._solution = solution
        self._outline = outline
        self._nodes = outline.nodes

    def report(self, node: Node) -> NodeReport:
        """One of the nodes."""
        return (CallReport if node in self._outline.calls else PlainReport)(self, node)

    def sources(self, node: Node) -> tuple[Node, ...]:
        """What a node is computed from."""
        return self._outline.sources(node)

    def is_term(self, node: Node, place: int) -> bool:
        """Whether an argument of a node is added in it as it is."""
        return node not in self._outline.calls and super().is_term(node, place)

    def is_way(self, node: Node, place: int) -> bool:
        """Whether a derivative comes back from a node to its argument at a place."""
        call = self._outline.calls.get(node)
        if call is None:
            return True
        arg = call.args[place]
        return arg in self._outline.slopes(node) and arg not in call.args[:place]

    @property
    def solution(self) -> Solution:
        """The program at the point."""
        return self._solution

    @property
    def outline(self) -> Outline:
        """Which nodes there are."""
        return self._outline

    @cached_property
    def _stand_ins(self) -> dict[Node, Node]:
        """What stands for each node in what is written: what a call is made of is not there."""
        outline = self._outline
        found = {node: outline.leaf(node) for node in outline.calls}
        for node in self._nodes if found else ():
            moved_further(outline.graph, node, found)
        return found

    @cached_property
    def _people(self) -> People:
        """The manner of texts: what the program has itself is written as it is."""
        back = {leaf: node for node, leaf in self._stand_ins.items()}
        graph, slope_value = self._outline.graph, self._solution.slope_value

        def holds(condition: Node) -> bool:
            return not self._solution.has_values or bool(
                slope_value(moved_further(graph, condition, back))
            )

        own = self._solution.model.graph.ancestors([self._solution.model.output])
        return People(frozenset([*own, *back]), holds)

    @cached_property
    def _in_all_names(self) -> Unparser:
        names, stand_ins = self._solution.names, self._stand_ins
        shown = {stand_ins.get(node, node): names[node] for node in self._nodes}
        return Unparser(shown, names.values(), self._people)

    @cached_property
    def _in_own_names(self) -> Unparser:
        names, stand_ins, calls = self._solution.names, self._stand_ins, self._outline.calls
        output = self._solution.model.output
        own = {
            stand_ins.get(node, node): names[node]
            for node in self._nodes
            if node in calls or (node.label and node is not output)
        }
        return Unparser(own, names.values(), self._people)

    def written(self, node: Node) -> ast.Expression:
        """A node as it stands inside of another one."""
        return self._in_all_names.reference(self.stand_in(node))

    def stand_in(self, node: Node) -> Node:
        """What is written for a node of the program or of its derivative."""
        if not self._outline.calls:
            return node
        return moved_further(self._outline.graph, node, self._stand_ins)

    def partials(self, node: Node) -> Sequence[Node | None]:
        """The partial of a node by each argument as people write it, as a node.

        What they have no more than a sign for, such as f'(z), is a node of that name.
        """
        slope = self._outline.slope(node)
        if slope is not None:
            return (self.stand_in(slope),)
        call = self._outline.calls.get(node)
        if call is None:
            partials = self._solution.derivative.locals.get(node, ())
            return [each and self.stand_in(each) for each in partials]
        slopes, trees = self._outline.slopes(node), list(map(self.written, call.args))
        # Of several arguments it is that of the node: ∂g/∂y would be two things in one sum.
        name = call.function if len(call.args) == 1 else self._solution.names[node]
        signs = [text(called(name, trees, tree)) for tree in trees]
        return [
            # An argument that is given twice has one partial, which is that by both.
            self._outline.graph.input(sign) if arg in slopes and arg not in call.args[:i] else None
            for i, (arg, sign) in enumerate(zip(call.args, signs, strict=True))
        ]

    @cached_property
    def _adjoints(self) -> Mapping[Node, Node]:
        """The derivative by every node in the nodes that are there."""
        graph, output = self._outline.graph, self._solution.model.output
        ways = Ways(graph, {output: graph.const(1.0)}, backward=True)
        for node in reversed(self._nodes):
            if node not in ways:
                continue
            if not node.args:
                ways.end(node)
                continue
            ways.at(node)
            partials = self.partials(node)
            if partials:
                ways.leave(node, self._outline.sources(node), partials)
        return Totals(ways)

    def derivative(self, node: Node) -> ast.Expression | None:
        """The derivative by a node in symbols; None if that is too long to be of use."""
        adjoints = self._adjoints
        if node not in adjoints:
            return ast.Number(0.0)
        if adjoints.is_longer(node, LONG):  # type: ignore[attr-defined]
            return None
        adjoint = adjoints[node]
        for writer, most in ((self._in_own_names, SHORT), (self._in_all_names, LONG)):
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

    @property
    def shown_derivative(self) -> ast.Expression | None:
        return self._brief.derivative(self._node)

    def shown_local(self, place: int) -> ast.Expression | None:
        partials = self._brief.partials(self._node)
        partial = partials[place] if place < len(partials) else None
        return None if partial is None else self._brief.written(partial)


class CallReport(PlainReport):
    """A call of a function of the program as one node."""

    __slots__ = ("_call",)

    def __init__(self, brief: Brief, node: Node) -> None:
        super().__init__(brief, node)
        self._call = brief.outline.calls[node]
        self.op = "call"

    @property
    def sources(self) -> tuple[Node, ...]:
        return self._call.args

    @property
    def tree(self) -> ast.Expression:
        args = tuple(map(self._brief.written, self._call.args))
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
        return tuple([text(self._brief.written(arg)) for arg in self._call.args])

    @property
    def local(self) -> tuple[float | None, ...]:
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
