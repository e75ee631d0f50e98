"""The layers of a backward pass as plans: what comes along goes in, derivatives come out.

The chain rule is that of `gradcli.calculus.edge`, in a graph of each layer's own. There the values
that partials are computed from are inputs, and so is what comes along from the layers before: so
weights may change between two layers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from gradcli.calculus.edge import Ways
from gradcli.calculus.guards import opened
from gradcli.engine.interpreter import Plan
from gradcli.graph.node import CONST, Graph, Node


class Edge(NamedTuple):
    """From a node of a program to one of its arguments, with the local partial."""

    node: Node
    arg: Node
    partial: Node


class Stage(NamedTuple):
    """One layer of the backward pass.

    Attributes:
        leaves: the nodes of the program whose values the plan takes first.
        taken: after these, what comes along: places among all that has come along so far.
        plan: the products of partials, and their sums.
        given: the slots of what comes along from here.
        derivatives: the slots of the derivatives of the layer's parameters, None for 0.
    """

    leaves: Sequence[Node]
    taken: Sequence[int]
    plan: Plan
    given: Sequence[int]
    derivatives: Sequence[int | None]


class _Arrived(NamedTuple):
    """Where what comes along to a node is found, and whether it is reached; None for always."""

    product: int
    condition: int | None = None


class Passage:
    """A backward pass that is made layer by layer, from the output on.

    Args:
        program: all nodes that the output is computed from.
        output: where it begins; the first number that comes along is 1.
    """

    def __init__(self, program: Collection[Node], output: Node) -> None:
        self._program = program
        self._arrived = {output: _Arrived(0)}
        self._count = 1

    def stage(
        self, edges: Sequence[Edge], parameters: Sequence[Node], targets: Sequence[Node]
    ) -> Stage:
        """The next layer.

        Args:
            edges: from the output back; all that lead to a node are of one layer.
            parameters: those of the layer.
            targets: the nodes that it leads to and from which edges of later layers begin.
        """
        partials = dict.fromkeys(edge.partial for edge in edges)
        guards = {partial: opened(partial) for partial in partials}
        wanted = [base for _, base in guards.values()]
        wanted += [guard.condition for each, _ in guards.values() for guard in each]
        leaves = _leaves_of(wanted, self._program)
        graph = Graph()
        copies = {node: graph.input(f"#{node.index}") for node in leaves}
        inputs = [*copies.values()]
        for node in [*between(wanted, self._program), *wanted]:
            if node not in copies:
                args = [copies.get(arg) or graph.copied(arg, ()) for arg in node.args]
                copies[node] = graph.copied(node, tuple(args))
        sources = dict.fromkeys([*(edge.node for edge in edges), *parameters])
        ways, taken = self._begin(graph, inputs, sources)
        for node, arg, partial in edges:
            if node in ways:
                ways.go(node, arg, _closed(graph, partial, copies))
        derivatives = [ways.total(node) if node in ways else None for node in parameters]
        given = self._end(graph, ways, targets)
        plan = Plan(graph, inputs, [*filter(None, derivatives), *given])
        return Stage(
            leaves,
            taken,
            plan,
            [plan.slots[node] for node in given],
            [None if node is None else plan.slots[node] for node in derivatives],
        )

    def _begin(
        self, graph: Graph, inputs: list[Node], sources: Iterable[Node]
    ) -> tuple[Ways, list[int]]:
        """The nodes that layers before have reached, with inputs for what comes along to them."""
        one = graph.const(1.0)
        ways = Ways(graph, {one: one}, backward=True)
        taken: list[int] = []
        for node in sources:
            if node not in self._arrived:
                continue
            product, condition = self._arrived[node]
            share = graph.input(f"along #{node.index}")
            inputs.append(share)
            taken.append(product)
            if condition is not None:
                # Nothing may come along where it is not reached: not even 0, times infinity.
                reached = graph.input(f"whether #{node.index}")
                inputs.append(reached)
                taken.append(condition)
                share = graph.node("where", (reached, share, graph.const(0.0)))
            ways.go(one, node, share)
        return ways, taken

    def _end(self, graph: Graph, ways: Ways, targets: Iterable[Node]) -> list[Node]:
        """The nodes of what comes along to the next layers."""
        given: list[Node] = []
        for node in targets:
            if node not in ways:
                continue
            condition, product = ways.at(node)
            reached = condition.node(graph)
            found = [product] if reached is None else [product, reached]
            places = range(self._count + len(given), self._count + len(given) + len(found))
            self._arrived[node] = _Arrived(*places)
            given += found
        self._count += len(given)
        return given


def _leaves_of(partials: Sequence[Node], program: Collection[Node]) -> list[Node]:
    """The nodes of a program that partials are computed from, constants left out."""
    found = dict.fromkeys(partial for partial in partials if partial in program)
    found |= dict.fromkeys(arg for node in between(partials, program) for arg in node.args)
    return [node for node in found if node in program and node.op != CONST]


def between(partials: Sequence[Node], program: Collection[Node]) -> list[Node]:
    """What partials are computed from that is not of the program, in topological order."""
    waiting = [node for node in partials if node not in program]
    found = set(waiting)
    while waiting:
        for arg in waiting.pop().args:
            if arg not in program and arg not in found:
                found.add(arg)
                waiting.append(arg)
    return sorted(found, key=lambda node: node.index)


def _closed(graph: Graph, partial: Node, copies: Mapping[Node, Node]) -> Node:
    """A partial in copies, under its conditions, also where it is a value of the program."""
    guards, base = opened(partial)
    made, zero = copies[base], graph.const(0.0)
    for condition, holds in reversed(guards):
        branches = (made, zero) if holds else (zero, made)
        made = graph.node("where", (copies[condition], *branches))
    return made
