"""A program's graph as people count its nodes: a call of a function that it defines is one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gradcli.calculus.reverse import pull_back
from gradcli.evaluation.edge import slope
from gradcli.evaluation.objects import is_finite
from gradcli.graph.node import INPUT, Graph, Node
from gradcli.graph.operations import make
from gradcli.graph.rules import table
from gradcli.graph.shapes import SHAPED
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
        self.graph = solution.draft
        self._ops: dict[str, str | None] = {}
        self._written: dict[str | None, Template | None] = {}
        self._partials: dict[Node, Mapping[Node, Node]] = {}
        self._slopes: dict[Node, Mapping[Node, Any]] = {}
        model = solution.model
        whole = self._without_ways_out(
            {
                node: cone(node, call.args)
                for node, call in model.calls.items()
                if node in solution.names and node not in call.args and self._is_finite(node, call)
            }
        )
        self.calls = {node: call for node, call in model.calls.items() if node in whole}
        self.nodes = self._reached([*model.inputs, *model.steps, model.output])

    @cached_property
    def _varying(self) -> Collection[Node]:
        """The nodes that an input or a step changes."""
        return _varying(self._solution.names, {*self._solution.model.steps})

    def _reached(self, ends: Iterable[Node]) -> list[Node]:
        """The nodes that some are computed from, in order."""
        names = [*self._solution.names]
        if not self.calls:
            return names
        found = {*ends}
        calls = self.calls
        for node in reversed(names):
            if node in found:
                found.update(calls[node].args if node in calls else node.args)
        return [node for node in names if node in found]

    def _without_ways_out(self, cones: Mapping[Node, Sequence[Node]]) -> Mapping[Node, Any]:
        """The calls that have no other ways in and out than their arguments and their value.

        What neither an input nor a step of the program changes is no way in. What two calls have
        in common inside, as both x' of x, is no way out of either.

        Args:
            cones: what each is made of, its own node first.
        """
        varying = self._varying if any(len(cone) > 1 for cone in cones.values()) else ()
        inside: dict[Node, Collection[Node]] = {}
        for node, cone in cones.items():
            parts = [each for each in cone[1:] if each in varying]
            if all(each.args and each.label is None for each in parts):
                inside[node] = {*parts}
        while broken := self._with_ways_out(inside):
            for node in broken:
                del inside[node]
        return inside

    def _with_ways_out(self, inside: Mapping[Node, Collection[Node]]) -> Collection[Node]:
        """The calls of which something is used elsewhere, of some with what is inside of each."""
        hidden: defaultdict[Node, list[Node]] = defaultdict(list)
        for node, parts in inside.items():
            for each in parts:
                hidden[each].append(node)
        found: set[Node] = set()
        users = self._solution.names if hidden else ()
        is_outside = hidden.keys().isdisjoint  # as most are: none of its arguments is looked at
        for use in users:
            for arg in () if is_outside(use.args) else use.args:
                if arg in hidden:
                    calls = hidden[arg]
                    if not any(use is call or use in inside[call] for call in calls):
                        found.update(calls)
        return found

    def _is_finite(self, node: Node, call: Inlined) -> bool:
        """Whether no partial of a call is infinite, which only the operations inside explain."""
        solution = self._solution
        if not solution.has_values:
            return True
        # Where all that comes back is finite, so is what it comes through.
        if solution.is_regular and solution.is_behind(node):
            return True
        if self._has_partials(node, call):
            return all(map(is_finite, self.slopes(node, call).values()))
        around = (*cone(node, call.args), *call.args)
        return all(is_finite(solution.beside_of(each)) for each in around)

    def sources(self, node: Node) -> tuple[Node, ...]:
        """The arguments of a node, or of the call that it is the value of."""
        call = self.calls.get(node)
        return node.args if call is None else call.args

    def is_map(self, node: Node) -> bool:
        """Whether a node is a call that hands back what comes by a linear map, as products do.

        It has no partials, which multiply what comes back: that has where it is a number, or
        done entry by entry.
        """
        call = self.calls.get(node)
        return call is not None and not self._has_partials(node, call)

    def _has_partials(self, node: Node, call: Inlined) -> bool:
        return not node.shape or self._is_entrywise(node, call)

    @staticmethod
    def _is_entrywise(node: Node, call: Inlined) -> bool:
        """Whether a function does the same with every entry, or with a number."""
        if any(arg.form != node.form for arg in call.args):
            return False
        parts = cone(node, call.args)
        return all(each.form == node.form and each.op not in SHAPED for each in parts)

    def partials(self, node: Node, call: Inlined | None = None) -> Mapping[Node, Node]:
        """The partials of a call by its arguments, as nodes: through what the function does.

        There are none by an argument that nothing comes from, and of a call that has none.
        """
        if node not in self._partials:
            call = call or self.calls[node]
            found: Mapping[Node, Node] = {}
            if self._has_partials(node, call):
                args = [arg for arg in call.args if arg in self._solution.names]
                found = through(self.graph, node, args)
            self._partials[node] = found
        return self._partials[node]

    def slopes(self, node: Node, call: Inlined | None = None) -> Mapping[Node, Any]:
        """The numbers that these are, or arrays; none where a branch is not taken."""
        if node not in self._slopes:
            value = self._solution.slope_value
            found = ((arg, slope(each, value)) for arg, each in self.partials(node, call).items())
            self._slopes[node] = {arg: each for arg, each in found if each is not None}
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
        return self.named(node) if node in self.calls else node

    def named(self, node: Node) -> Node:
        """A node's name alone, whatever it is made of."""
        return self.graph.input(self._solution.names[node], node.form)

    def _op(self, node: Node, call: Inlined) -> str | None:
        """The operation that a function of the program is, whatever it is written with."""
        if call.written is not None or not self._is_entrywise(node, call):
            return None
        if call.function not in self._ops:
            self._ops[call.function] = next(self._operations(node, call), None)
        return self._ops[call.function]

    def _operations(self, node: Node, call: Inlined) -> Iterator[str]:
        if len(call.args) != 1:
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


def through(graph: Graph, node: Node, args: Collection[Node]) -> Mapping[Node, Node]:
    """The derivative of a node by what it is made of, as if these were inputs.

    Args:
        graph: where it is made.
        node: a number, or an array that is made of these entry by entry.
        args: what it is made of.
    """
    one = graph.const(1.0)
    if node.shape:
        one = make(graph, "spread", (one,), (node.form,))
    return pull_back(graph, {node: one}, args, inside=True).adjoints


def cone(node: Node, stops: Collection[Node]) -> list[Node]:
    """A node and what it is computed from up to the stops, each after what uses it."""
    seen = {node}
    waiting = [node]
    while waiting:
        for arg in waiting.pop().args:
            if arg not in seen and arg not in stops and not arg.is_const:
                seen.add(arg)
                waiting.append(arg)
    return sorted(seen, key=lambda each: each.index, reverse=True)


def _varying(nodes: Iterable[Node], steps: Collection[Node]) -> set[Node]:
    """The nodes that an input or a step changes, of some that are given in order."""
    found: set[Node] = set()
    for node in nodes:
        if not found.isdisjoint(node.args) or node.op == INPUT or node in steps:
            found.add(node)
    return found
