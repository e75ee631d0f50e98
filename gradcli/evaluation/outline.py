"""A program's graph as people count its nodes: a call of a function that it defines is one."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from gradcli.evaluation.edge import carry
from gradcli.graph.node import INPUT, Graph, Node
from gradcli.graph.operations import make
from gradcli.graph.rules import table
from gradcli.graph.template import Template

if TYPE_CHECKING:
    from gradcli.evaluation.solution import Solution
    from gradcli.graph.model import Inlined


class Outline:
    """The nodes of a program with each call of its functions in one piece.

    A call is left apart where something inside of it is used elsewhere, too, or where the function
    uses names of the program: it has ways in and out then beside its arguments. So it is where a
    partial is not finite, which only the operations inside explain.

    Attributes:
        calls: the calls that are one node.
        nodes: the nodes that are left, in order.
        graph: where the nodes are that are made only to be written.
    """

    def __init__(self, solution: Solution) -> None:
        self._solution = solution
        _ = solution.derivative  # its nodes are before the draft, and not among those of it
        self.graph = solution.model.graph.draft()
        self._ops: dict[str, str | None] = {}
        self._written: dict[str | None, Template | None] = {}
        self._slopes: dict[Node, Mapping[Node, float]] = {}
        model = solution.model
        self._uses = _uses(solution.names) if model.calls else {}
        self._varying = _varying(solution.names, {*model.steps}) if model.calls else set()
        self.calls = {
            node: call
            for node, call in model.calls.items()
            if node in solution.names and self._is_whole(node, call)
        }
        self.nodes = self._reached([*model.inputs, *model.steps, model.output])

    def _reached(self, ends: Iterable[Node]) -> list[Node]:
        """The nodes that are met on the way back from some, in order."""
        names = [*self._solution.names]
        if not self.calls:
            return names
        found = {*ends}
        for node in reversed(names):
            if node in found:
                found.update(self.sources(node))
        return [node for node in names if node in found]

    def _is_whole(self, node: Node, call: Inlined) -> bool:
        """Whether a call has no other ways in and out, and no infinite one.

        What neither an input nor a step of the program changes is no way in.
        """
        if node in call.args:
            return False
        around = cone(node, call.args)
        within = {*around}
        for each in around[1:]:
            if each not in self._varying:
                continue
            if not each.args or each.label is not None:
                return False
            if any(use not in within for use in self._uses.get(each, ())):
                return False
        solution = self._solution
        if not solution.has_values:
            return True
        # Where all that comes back is finite, so is what it comes through.
        is_finite = solution.is_regular and node in solution.derivative.adjoints
        return is_finite or all(map(math.isfinite, self.slopes(node, call).values()))

    def sources(self, node: Node) -> tuple[Node, ...]:
        """The arguments of a node, or of the call that it is the value of."""
        call = self.calls.get(node)
        return node.args if call is None else call.args

    def slopes(self, node: Node, call: Inlined | None = None) -> Mapping[Node, float]:
        """The partials of a call by its arguments, through what the function does.

        There are none of arrays, whose partials are no numbers, and none by an argument that
        nothing comes from: the function leaves it out, or does not take its branch.
        """
        if node not in self._slopes:
            args = (call or self.calls[node]).args
            inner = cone(node, args)
            is_of_arrays = any(each.form.shape for each in (*inner, *args))
            edges = (
                (each, arg, slope)
                for each in ([] if is_of_arrays else inner)
                for arg, slope in zip(each.args, self._solution.slopes_of(each), strict=False)
            )
            found = carry({node: 1.0}, edges)
            self._slopes[node] = {arg: found[arg] for arg in args if arg in found}
        return self._slopes[node]

    # --- What people know the derivative of -----------------------------------------------------

    def slope(self, node: Node) -> Node | None:
        """The partial of a node by its one argument, in the value of the node: o*(1 - o).

        None where the operation, or the function, is none of which it is written so.
        """
        call = self.calls.get(node)
        op = node.op if call is None else self._op(node, call)
        if op not in self._written:
            self._written[op] = table().slope(op) if type(op) is str else None
        written = self._written[op]
        return written and written.instantiate(self.graph, (self.leaf(node),), make)

    def leaf(self, node: Node) -> Node:
        """What stands for a node in what is written: for a call, nothing but its name."""
        if node not in self.calls:
            return node
        return self.graph.input(self._solution.names[node])

    def _op(self, node: Node, call: Inlined) -> str | None:
        """The operation that a function of the program is, whatever it is written with."""
        if call.function not in self._ops:
            self._ops[call.function] = next(self._operations(node, call), None)
        return self._ops[call.function]

    def _operations(self, node: Node, call: Inlined) -> Iterator[str]:
        if len(call.args) != 1 or node.form.shape:
            return
        from gradcli.rewriting.apply import Rewriter  # noqa: PLC0415  (only for such a function)

        # The function by itself: what its argument is made of is no matter, and may be large.
        graph = Graph()
        letter = graph.input("z")
        body = {call.args[0]: letter}
        for each in reversed(cone(node, call.args)):
            args = [body.get(arg) or graph.const(arg.value, arg.label) for arg in each.args]
            body[each] = graph.node(each.op, tuple(args), each.params)
        if body[node].args == (letter,):
            yield node.op
        for found in Rewriter(graph, graph.nodes).forms_of(body[node]):
            if found.holds is None and found.made.args == (letter,):
                yield found.made.op


def cone(node: Node, *stops: Collection[Node]) -> list[Node]:
    """A node and what it is computed from up to the stops, each after what uses it."""
    seen = {node}
    waiting = [node]
    while waiting:
        for arg in waiting.pop().args:
            if arg not in seen and not arg.is_const and not any(arg in each for each in stops):
                seen.add(arg)
                waiting.append(arg)
    return sorted(seen, key=lambda each: each.index, reverse=True)


def _varying(nodes: Iterable[Node], steps: Collection[Node]) -> set[Node]:
    """The nodes that an input or a step changes, of some that are given in order."""
    found: set[Node] = set()
    for node in nodes:
        if node.op == INPUT or node in steps or any(arg in found for arg in node.args):
            found.add(node)
    return found


def _uses(nodes: Iterable[Node]) -> dict[Node, list[Node]]:
    """For each node those that it is an argument of."""
    found: dict[Node, list[Node]] = {}
    for node in nodes:
        for arg in node.args:
            found.setdefault(arg, []).append(node)
    return found
