"""The layers of parameters that are arrays, and the backward pass through them, array by array.

The derivatives by the parameters are nodes that begin with one input, what the output's derivative
is multiplied by. Those nodes that depend on it come along from layer to layer and are computed
once; all else is computed of the values of the forward pass and of the parameters as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from gradcli.calculus.edge import zero
from gradcli.calculus.reverse import pull_back
from gradcli.engine.array_plan import Plan
from gradcli.graph.arrays.pullbacks import pulled
from gradcli.graph.node import CONST, INPUT, Graph, Node
from gradcli.graph.rules import table
from gradcli.graph.shapes import SHAPED
from gradcli.learn.layers import Arrived, Layers, Ways, reaching
from gradcli.learn.stages import between


class _Stage(NamedTuple):
    """A layer of the backward pass.

    Attributes:
        leaves: the nodes whose values the plan takes.
        plan: computes the rest.
        results: the outputs of the plan that are nodes of the derivative, by these nodes.
    """

    leaves: Sequence[Node]
    plan: Plan
    results: Mapping[Node, Node]


class ArrayLayers(Layers):
    """The backward pass of a program of arrays, layer by layer.

    Args:
        graph: the graph of the program.
        inputs: all of its inputs, in the order in which they are given.
        output: its output, a number.
        parameters: the inputs that are moved.
    """

    def __init__(
        self, graph: Graph, inputs: Sequence[Node], output: Node, parameters: Sequence[Node]
    ) -> None:
        self._graph = graph
        self._inputs = inputs
        super().__init__(graph, output, parameters, _leading(graph.draft(), output, parameters))

    def walk(self, point: Sequence[Any], values: Sequence[Any], arrived: Arrived) -> Iterator[int]:
        """As of `Layers`; the values are those of all inputs."""
        known = self._forward(values)
        for number, stage in enumerate(self._stages):
            # The parameters as they are by now.
            known |= {node: point[place] for node, place in self._rank.items()}
            found = stage.plan.run([known[node] for node in stage.leaves])
            slots = stage.plan.slots
            known |= {node: found[slots[copy]] for node, copy in stage.results.items()}
            for place in self.places[number]:
                arrived(place, known[self._gradient[place]])
            yield number

    def _forward(self, values: Sequence[Any]) -> dict[Node, Any]:
        """The values of the forward pass that the backward pass needs, and what it begins with."""
        plan = self._forward_plan
        found = plan.run(values)
        known = dict(zip(self._inputs, values, strict=True))
        known |= {node: found[slot] for node, slot in plan.slots.items()}
        known[self._seed] = 1.0
        return known

    @cached_property
    def _forward_plan(self) -> Plan:
        leaves = {node: None for stage in self._stages for node in stage.leaves}
        wanted = [node for node in leaves if node in self._program and node.op != INPUT]
        return Plan(self._draft, self._inputs, wanted)

    @cached_property
    def _draft(self) -> Graph:
        """What all plans are made in, at once: what the program's graph gets later is not in it."""
        return self._graph.draft()

    @cached_property
    def _seed(self) -> Node:
        """What the backward pass begins with; its name cannot be a program's."""
        return self._draft.input("the adjoint of the output")

    @cached_property
    def _gradient(self) -> list[Node]:
        """The derivative by each parameter, times the seed; safe where entries are left out."""
        draft = self._draft
        adjoints = pull_back(draft, {self._output: self._seed}, self._nodes, masked=True).adjoints
        return [adjoints.get(node) or zero(draft, node) for node in self._nodes]

    @cached_property
    def _stages(self) -> list[_Stage]:
        """The layers as plans, the layer of the output first."""
        coming = {self._seed}
        for node in self._draft.ancestors(self._gradient):
            if not coming.isdisjoint(node.args):
                coming.add(node)
        known = {self._seed}
        layers: list[tuple[list[Node], list[Node]]] = []
        for places in self.places:
            wanted = [self._gradient[place] for place in places]
            made = between(wanted, self._program | known)
            known |= coming.intersection(made)
            layers.append((wanted, made))
        later: set[Node] = set()
        stages: list[_Stage] = []
        for wanted, made in reversed(layers):
            given = [node for node in made if node in coming and node in later]
            stages.append(_stage(made, [*dict.fromkeys([*wanted, *given])]))
            later.update(wanted, *[node.args for node in made])
        return stages[::-1]


def _stage(made: Sequence[Node], results: Iterable[Node]) -> _Stage:
    """A plan of some nodes, for those of them that are wanted, in a graph of its own."""
    graph, own = Graph(), {*made}
    copies: dict[Node, Node] = {}
    for node in made:
        for arg in node.args:
            if arg not in copies:
                copies[arg] = _leaf(graph, arg)
        copies[node] = graph.copied(node, tuple([copies[arg] for arg in node.args]))
    for node in results:
        if node.op == CONST:  # also one that the program has: a derivative of 0
            copies[node] = graph.copied(node, ())
    leaves = [node for node in copies if node not in own and copies[node].op == INPUT]
    wanted = {node: copies[node] for node in results if node in copies}
    plan = Plan(graph, [copies[node] for node in leaves], wanted.values())
    return _Stage(leaves, plan, wanted)


def _leaf(graph: Graph, node: Node) -> Node:
    """What stands for a node that is computed before: a constant stays one."""
    if not node.args and node.op != INPUT:
        return graph.copied(node, ())
    return graph.input(f"#{node.index}", node.form)


def _leading(draft: Graph, output: Node, parameters: Sequence[Node]) -> Ways:
    """The edges on which a derivative reaches a parameter.

    An operation on whole arrays has no partial; in its place stands what it hands back.
    """

    def edges(node: Node) -> Iterable[tuple[Node, Node | None]]:
        for place, arg in enumerate(node.args):
            if node.op in SHAPED:
                adjoint = draft.input(f"the adjoint of #{node.index}", node.form)
                yield arg, pulled(draft, node, place, adjoint)
            else:
                yield arg, table().partial(draft, node, place)

    return reaching(draft.ancestors([output]), parameters, edges)
