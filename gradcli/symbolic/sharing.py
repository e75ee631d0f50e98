"""Formulas with names for what they have in common, so that none is longer than its graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from gradcli.graph.model import Model
from gradcli.graph.node import INPUT, Graph, Node
from gradcli.graph.unparse import Unparser
from gradcli.syntax import ast

LONGEST = 240
"""A formula whose text is longer gets names for what occurs several times in it."""

SHORTEST = 12
"""What is shorter is written again instead of getting a name."""


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression and the definitions that it refers to, directly or not, in order."""

    expression: ast.Expression
    uses: tuple[str, ...]


@dataclass(slots=True)
class Formulas:
    """Formulas with their common definitions, in order; ``length`` is that of all of them."""

    formulas: list[Formula] = field(default_factory=list)
    definitions: dict[str, ast.Expression] = field(default_factory=dict)
    length: int = 0


class Steps:
    """``u = …`` for each step of a program, written in the names of other steps."""

    def __init__(self, model: Model) -> None:
        nodes = model.graph.ancestors([model.output])
        labels = {node.label for node in model.steps}
        self.names = {
            node: node.name
            for node in nodes
            if node.label in labels and node is not model.output and node.args
        }
        self._nodes = {name: node for node, name in self.names.items()}
        self._writer = Unparser(self.names)

    def behind(self, names: Collection[str]) -> list[str]:
        """These steps and those that they are made of, in order."""
        found: set[Node] = set()
        waiting = [self._nodes[name] for name in names if name in self._nodes]
        while waiting:
            node = waiting.pop()
            if node not in found:
                found.add(node)
                waiting.extend(node.args)
        return [name for node, name in self.names.items() if node in found]

    def tree(self, name: str) -> ast.Expression:
        """What a step is defined as."""
        return self._writer.definition(self._nodes[name])

    def length(self, name: str) -> int:
        """How long that is."""
        return self._writer.length(self._nodes[name])


def in_one_graph(
    found: Sequence[tuple[Graph, Node]], names: Mapping[Node, str]
) -> tuple[list[Node], dict[Node, str]]:
    """Nodes of several graphs as nodes of one, where what is equal is the same node.

    Args:
        found: each node with its graph.
        names: names of some nodes in these graphs.

    Returns:
        the nodes, and the names of those that have one.
    """
    graphs = {id(graph): graph for graph, _ in found}
    if len(graphs) < 2:
        return [node for _, node in found], dict(names)
    one = Graph()
    same: dict[Node, Node] = {}
    for graph in graphs.values():
        for node in graph.ancestors([node for other, node in found if other is graph]):
            same[node] = one.copied(node, tuple(same[arg] for arg in node.args))
    known = {same[node]: name for node, name in names.items() if node in same}
    return [same[node] for _, node in found], known


def is_long(node: Node) -> bool:
    """Whether a formula is better written with names."""
    return Unparser({}).length(node) > LONGEST


def write(
    outputs: Sequence[Node], known: Mapping[Node, str], taken: Collection[str], steps: Steps
) -> Formulas:
    """Write formulas, the long ones with names for what occurs several times.

    Args:
        outputs: the nodes.
        known: names that the program has for some nodes.
        taken: names that mean something else.
        steps: the steps of the program, which may be inputs of the nodes.
    """
    shared = name_shared(list(dict.fromkeys(outputs)), LONGEST, known, taken)
    writer, plain = Unparser(shared), Unparser({})
    result = Formulas()
    every = [name for node in outputs for name in _inputs(node)] if steps.names else []
    own = steps.behind(every)
    result.definitions |= {name: steps.tree(name) for name in own}
    result.definitions |= {name: writer.definition(node) for node, name in shared.items()}
    for node in outputs:
        if not shared or plain.length(node) <= LONGEST:
            uses, tree, length = [], plain.definition(node), plain.length(node)
        else:
            uses, tree, length = needed(node, shared), writer.reference(node), 0
            length = sum(map(writer.length, [*uses, node]))
        own = steps.behind(_inputs(node)) if steps.names else []
        result.formulas.append(Formula(tree, (*own, *(shared[each] for each in uses))))
        result.length += length + sum(map(steps.length, own))
    return result


def _inputs(output: Node) -> list[str]:
    """The names of all inputs of a node."""
    seen: set[Node] = set()
    waiting = [output]
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting.extend(node.args)
    return [node.name for node in seen if node.op == INPUT]


def name_shared(
    outputs: Sequence[Node], longest: int, known: Mapping[Node, str], taken: Collection[str]
) -> dict[Node, str]:
    """Names for nodes that are used in several places: their own, else ``t1``, ``t2``, ….

    Args:
        outputs: the nodes that will be written.
        longest: an output whose text has no more characters is written without names.
        known: names that the program has for some of the nodes.
        taken: names that mean something else.

    Returns:
        the name of each node that gets one, in topological order.
    """
    lengths = Unparser({})
    long = [node for node in outputs if lengths.length(node) > longest]
    order, uses = _ancestors(long)
    names: dict[Node, str] = {}
    free = (name for place in count(1) if (name := f"t{place}") not in taken)
    writer = Unparser(names)
    for node in order:
        if node.args and uses[node] > 1 and writer.length(node) >= SHORTEST:
            names[node] = known.get(node) or next(free)
    return names


def needed(output: Node, names: Collection[Node]) -> list[Node]:
    """The named nodes that the text of a node refers to, directly or not, in order."""
    return [node for node in _ancestors([output])[0] if node in names]


def _ancestors(outputs: Sequence[Node]) -> tuple[list[Node], Counter[Node]]:
    """The nodes that outputs are made of, in order, and how often each is used."""
    uses: Counter[Node] = Counter()
    waiting = list(outputs)
    while waiting:
        node = waiting.pop()
        uses[node] += 1
        if uses[node] == 1:
            waiting.extend(node.args)
    return sorted(uses, key=lambda node: node.index), uses
