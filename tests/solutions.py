"""Solutions made by hand for the tests of the views: known numbers, no engine in between."""

from __future__ import annotations

import dataclasses
import types
from typing import Any

from gradcli.errors import ParseError
from gradcli.syntax import ast
from gradcli.syntax.parse import parse


@dataclasses.dataclass(frozen=True)
class Node:
    """What views ask of a node."""

    name: str
    shown_expression: str
    op: str
    args: tuple[str, ...]
    value: float
    grad: float
    derivative: ast.Expression | None
    local: tuple[float | None, ...]
    local_trees: tuple[ast.Expression | None, ...]
    shown_tree: ast.Expression
    has_derivative: bool = True
    is_named: bool = False

    known: dict[str, float] = dataclasses.field(default_factory=dict)

    sides = leading = None

    def local_leading(self, place):
        """How a partial grows beside the point: nothing is looked at there."""

    @property
    def node(self):
        """What stands for it in the graph, of which there is none here."""
        return self.name

    @property
    def beside(self):
        """The derivative on the side that is shown: nothing is tied."""
        return self.grad

    def shown_derivative(self, longest=None):
        """The derivative in symbols."""
        return self.derivative

    def shown_start(self, most):
        """The formula."""
        return self.shown_tree

    def local_at(self, place):
        """The partial by the argument at a place."""
        return self.local[place]

    def shown_local(self, place):
        """The partial by the argument at a place."""
        return self.local_trees[place]

    @property
    def shares(self):
        """What comes along the edges, all of which are taken."""
        return tuple(None if each is None else self.grad * each for each in self.local)


class Nodes(list):
    """What views ask of all nodes."""

    @property
    def ops(self):
        """What each node is."""
        return (each.op for each in self)

    def places(self, nodes):
        """Where some nodes are."""
        return [place for place, each in enumerate(self) if each.node in nodes]

    def users(self, places, most=None):
        """Who uses the nodes at some places, and as which arguments."""
        return {
            self[place].name: {
                user: found
                for user, each in enumerate(self)
                if (found := [i for i, arg in enumerate(each.args) if arg == self[place].name])
            }
            for place in places
        }

    def derived_as(self, node):
        """The node whose derivative that of a node is: of a term of a sum that of the sum."""
        name = node.name
        users = {}
        for each in self:
            for arg in each.args:
                users.setdefault(arg, []).append(each)
        own = {each.name: each.is_named for each in self}
        while not own[name] and [each.op for each in users.get(name, ())] == ["add"]:
            name = users[name][0].name
        return name


@dataclasses.dataclass(frozen=True)
class Solution:
    """What views ask of a solution."""

    source: str
    expression: str
    output: str
    value: float
    inputs: dict[str, float]
    gradient: dict[str, float]
    nodes: Nodes
    notes: Any
    problems: Any
    is_of_arrays: bool = False
    is_masked: bool = False
    is_differentiated: bool = True
    read_from: None = None
    is_narrowed: bool = False

    @property
    def model(self):
        """None of these programs has a function, or an array."""
        return types.SimpleNamespace(calls={}, steps=(), output=types.SimpleNamespace(shape=()))

    def beginning(self, most):
        """The expression with the output's name."""
        steps, mark, last = self.expression.rpartition("; ")
        return "" if last == self.output else f"{steps}{mark}{self.output} = {last}"


def node(name, expression, op, value, *edges, derivative=None):
    """A node; an edge is an argument, the local partial by it, and the same in symbols."""
    args, local, texts = zip(*edges, strict=True) if edges else ((), (), ())
    symbols = tuple(map(tree, texts))
    return Node(
        *(name, expression, op, args, value, 0.0),
        *(tree(derivative), local, symbols, tree(expression)),
    )


def tree(expression):
    """The syntax tree of an expression; one of names that no program has is taken for a name."""
    if expression is None:
        return None
    try:
        return parse(expression).statements[0].value
    except ParseError:
        return ast.Name(expression)


def make(expression, nodes, problems=(), notes=()):
    """A solution whose gradients are summed over the edges; the output is the last node."""
    output = nodes[-1]
    grads = dict.fromkeys((each.name for each in nodes), 0.0) | {output.name: 1.0}
    for each in reversed(nodes):
        for arg, local in zip(each.args, each.local, strict=True):
            if local is not None:
                grads[arg] += grads[each.name] * local
    values = {each.name: each.value for each in nodes}
    nodes = [
        dataclasses.replace(
            each,
            grad=grads[each.name],
            known={name: values[name] for name in each.args if name in values},
        )
        for each in nodes
    ]
    inputs = {each.name: each.value for each in nodes if each.op == "input"}
    gradient = {name: grads[name] for name in inputs}
    return Solution(
        source=expression,
        expression=expression,
        output=output.name,
        value=output.value,
        inputs=inputs,
        gradient=gradient,
        nodes=Nodes(nodes),
        notes=notes,
        problems=problems,
    )


def lesson():
    """The first example of every lesson on backpropagation."""
    return make(
        "v = b*c; u = a + v; 3*u",
        [
            node("a", "a", "input", 1.0, derivative="3"),
            node("b", "b", "input", 2.0, derivative="3*c"),
            node("c", "c", "input", 3.0, derivative="3*b"),
            node("v", "b*c", "mul", 6.0, ("b", 3.0, "c"), ("c", 2.0, "b"), derivative="3"),
            node("u", "a + v", "add", 7.0, ("a", 1.0, "1"), ("v", 1.0, "1"), derivative="3"),
            node("J", "3*u", "mul", 21.0, ("3", None, None), ("u", 3.0, "3"), derivative="1"),
        ],
    )


def chain(count):
    """A chain of so many nodes in which x is used everywhere."""
    nodes = [node("x", "x", "input", 0.5)]
    for i in range(1, count):
        before = nodes[-1].name
        edges = [(before, 0.999, f"cos({before})"), ("x", 1.0, "1")]
        nodes.append(node(f"v{i}", f"sin({before}) + x", "add", 0.5 + 0.01 * i, *edges))
    return make("a chain", nodes)


def named(*names):
    """A sum of inputs with these names, which a real program could not have."""
    inputs = [node(name, name, "input", 1.5, derivative="1") for name in names]
    edges = [(name, 1.0, "1") for name in names]
    total = node("out", " + ".join(names), "add", 1.5 * len(names), *edges, derivative="1")
    return make(" + ".join(names), [*inputs, total])
