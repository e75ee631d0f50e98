"""Formulas with names for what they have in common, so that none is longer than its graph."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import NamedTuple

from gradcli.graph.model import Model
from gradcli.graph.node import INPUT, Graph, Node, behind
from gradcli.graph.rules import OPERATORS
from gradcli.graph.unparse import Unparser
from gradcli.syntax import ast
from gradcli.syntax.spelling import array_name
from gradcli.syntax.text import text

LONGEST = 240
"""Where a formula has a longer text, what occurs several times gets a name."""

LINE = 80
"""A formula that is no longer is written without these names."""

SHORTEST = 12
"""What is shorter is written again instead of getting a name."""

OFTEN = 4
"""A function that is used so often may have a text shorter by a third: log(S/K)."""


class Definitions(Mapping[str, ast.Expression]):
    """What formulas have in common, by name and in order; knows what refers to what."""

    def __init__(self, trees: Mapping[str, ast.Expression]) -> None:
        self._trees = dict(trees)
        self._places = {name: place for place, name in enumerate(self._trees)}
        self._direct: dict[str, frozenset[str]] = {}

    def __getitem__(self, name: str) -> ast.Expression:
        return self._trees[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._trees)

    def __len__(self) -> int:
        return len(self._trees)

    def behind(self, expressions: Iterable[ast.Expression]) -> list[str]:
        """The names that expressions refer to, directly or not, in order."""
        found: set[str] = set()
        waiting = [*self._names(expressions)]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                if name not in self._direct:
                    self._direct[name] = self._names([self._trees[name]])
                waiting.extend(self._direct[name])
        return sorted(found, key=self._places.__getitem__)

    def _names(self, expressions: Iterable[ast.Expression]) -> frozenset[str]:
        """The names that expressions refer to; an element of an array refers to that."""
        names = ast.names(expressions)
        return (names | frozenset(map(array_name, names))) & self._trees.keys()


class Formulas(NamedTuple):
    """Expressions with the definitions that they refer to; ``length`` is that of all together."""

    expressions: list[ast.Expression]
    definitions: Definitions
    length: int


class Steps:
    """``u = …`` for each step of a program, written in the names of other steps."""

    def __init__(self, model: Model) -> None:
        nodes = model.graph.ancestors([*model.steps, model.output])
        labels = {node.label for node in model.steps}
        self.names = {
            node: node.name
            for node in nodes
            if node.label in labels and node is not model.output and node.args
        }
        self._nodes = {name: node for node, name in self.names.items()}
        own = [node.name for node in (*model.inputs, *model.steps)]
        self._writer = Unparser(self.names, own)

    def behind(self, names: Collection[str]) -> list[str]:
        """These steps and those that they are made of, in order."""
        found = set(behind(self._nodes[name] for name in names if name in self._nodes))
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
    one = Graph(has_arrays=any(graph.has_arrays for graph in graphs.values()))
    same: dict[Node, Node] = {}
    for graph in graphs.values():
        for node in graph.ancestors([node for other, node in found if other is graph]):
            same[node] = one.copied(node, tuple(same[arg] for arg in node.args))
    known = {same[node]: name for node, name in names.items() if node in same}
    return [same[node] for _, node in found], known


def are_long(nodes: Iterable[Node]) -> bool:
    """Whether any of these formulas is better written with names."""
    lengths = Unparser({})
    return any(lengths.length(node) > LONGEST for node in nodes)


PREFERRED = 1.5
"""Derivatives in the names of the program's own steps may be longer by this than in new names."""


def preferred(
    nodes: Sequence[Node], formulas: Formulas, in_steps: Formulas, steps: Steps
) -> Formulas:
    """Formulas in names of their own, or in those of the program's steps where that is short.

    Args:
        nodes: the formulas without any names.
        formulas: the formulas in names of their own.
        in_steps: the same in the names of steps.
        steps: the steps of the program.
    """
    if are_long(nodes):
        is_better = in_steps.length <= PREFERRED * formulas.length
    else:
        is_better = is_shorter(in_steps, formulas, steps)
    return in_steps if is_better else formulas


def is_shorter(formulas: Formulas, others: Formulas, steps: Steps, times: float = 1) -> bool:
    """Whether formulas have a text shorter than that of others, or so many times that.

    The definitions of steps, which anybody knows, are not counted.
    """
    lengths = [sum(len(text(tree)) for tree in beside(each, steps)) for each in (formulas, others)]
    return lengths[0] < times * lengths[1]


def beside(formulas: Formulas, steps: Steps) -> list[ast.Expression]:
    """Formulas and what they refer to, but for the steps of the program."""
    known = {*steps.names.values()}
    defined = [tree for name, tree in formulas.definitions.items() if name not in known]
    return [*formulas.expressions, *defined]


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
    shared = name_shared(list(dict.fromkeys(outputs)), known, taken)
    writer, plain = Unparser(shared, taken), Unparser({}, taken)
    own = steps.behind(_inputs(outputs)) if steps.names else []
    definitions = {name: steps.tree(name) for name in own}
    definitions |= {name: writer.definition(node) for node, name in shared.items()}
    length = sum(map(steps.length, own)) + sum(map(writer.length, shared))
    expressions = []
    for node in outputs:
        is_plain = not shared or plain.length(node) <= LINE
        expressions.append(plain.definition(node) if is_plain else writer.reference(node))
        length += (plain if is_plain else writer).length(node)
    return Formulas(expressions, Definitions(definitions), length)


def _inputs(outputs: Iterable[Node]) -> list[str]:
    """The names of all inputs of these nodes."""
    return [node.name for node in behind(outputs) if node.op == INPUT]


def name_shared(
    outputs: Sequence[Node], known: Mapping[Node, str], taken: Collection[str]
) -> dict[Node, str]:
    """Names for nodes that are used in several places: their own, else ``t1``, ``t2``, ….

    Args:
        outputs: the nodes that will be written.
        known: names that the program has for some of the nodes.
        taken: names that mean something else.

    Returns:
        the name of each node that gets one, in topological order.
    """
    lengths = Unparser({})
    if not are_long(outputs):
        return {}
    order, uses = _ancestors([node for node in outputs if lengths.length(node) > LINE])
    names: dict[Node, str] = {}
    free = (name for place in count(1) if (name := f"t{place}") not in taken)
    writer = Unparser({})
    for node in order:
        if node.args and writer.length(node) >= _shortest(node, uses[node]):
            names[node] = name = known.get(node) or next(free)
            writer.name(node, name)
    return names


def _shortest(node: Node, uses: int) -> float:
    """How long a node has to be for a name, given how often it is used."""
    if uses < 2:
        return math.inf
    return SHORTEST * 2 / 3 if uses >= OFTEN and node.op not in OPERATORS else SHORTEST


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
