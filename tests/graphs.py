"""What tests ask of graphs: a program read, written, and compared with another."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from gradcli.calculus.forward import tangents
from gradcli.calculus.reverse import gradient
from gradcli.graph.letters import DECLARED, in_letters
from gradcli.graph.model import Model
from gradcli.graph.node import CONST, IDENTITY, INPUT, Graph, Node
from gradcli.graph.read import read
from gradcli.graph.resolve import resolve
from gradcli.graph.roots import Gradient
from gradcli.graph.unparse import Unparser
from gradcli.library.function import Function
from gradcli.syntax.text import CANONICAL, Notation


def model_of(source: str, declared: Collection[str] = ()) -> Model:
    """A program as a graph."""
    return resolve(read(source, declared), declared)


def read_formula(
    source: str,
    declared: Collection[str] = (),
    whole: str = DECLARED,
    gradient: Gradient | None = None,
) -> Model:
    """A program as a graph, its letters read as in a textbook."""
    program = read(source, declared)
    model = resolve(program, declared, gradient=gradient)
    return in_letters(program, model, declared, whole=whole, gradient=gradient)


def canonical(model: Model, notation: Notation = CANONICAL) -> str:
    """The text of a program: its steps, then the output's expression."""
    steps = [node for node in model.steps if node is not model.output]
    own = [node.name for node in [*model.inputs, *model.steps]]
    write = Unparser({node: node.name for node in steps}, own)
    named = [f"{node.label} = {notation.write(write.definition(node))}" for node in steps]
    inside = model.output in steps
    last = write.reference(model.output) if inside else write.definition(model.output)
    return "; ".join([*named, notation.write(last)])


def derivative(graph: Graph, output: Node, source: Node) -> Node:
    """∂output/∂source in forward mode, 0 where the output does not depend on it."""
    return tangents(graph, output, source).of.get(output) or graph.const(0.0)


Shape = tuple[object, ...]


def shape(outputs: Sequence[Node], *, labels: bool = True) -> list[Shape]:
    """Nodes as plain data, equal for equal graphs whatever the order they were made in.

    With ``labels=False`` the names of steps do not count, and two nodes that differ only in
    their name are one.
    """
    numbers: dict[Node, int] = {}
    found: dict[Shape, int] = {}
    for node in _in_order(outputs):
        args = tuple(numbers[arg] for arg in node.args)
        if not labels and node.op == IDENTITY:
            numbers[node] = args[0]
            continue
        label = node.label if labels or node.op in {INPUT, CONST} else None
        entry = (node.op, args, repr(node.value), label)
        numbers[node] = found.setdefault(entry, len(found))
    return [*found, tuple(numbers[node] for node in outputs)]


def _in_order(outputs: Iterable[Node]) -> list[Node]:
    """All nodes below the outputs, each after its arguments, depth first from the left."""
    order: dict[Node, None] = {}
    waiting = list(reversed(list(outputs)))
    while waiting:
        node = waiting[-1]
        missing = [arg for arg in node.args if arg not in order]
        if node in order or not missing:
            order.setdefault(waiting.pop())
        else:
            waiting.extend(reversed(missing))
    return list(order)


def size(graph: Graph, output: Node) -> int:
    """How many nodes an output needs."""
    return len(graph.ancestors([output]))


def unsimplified(function: Function, *names: str) -> str:
    """A derivative as the nodes that are evaluated, in inputs alone."""
    node = function.output
    for name in names:
        (node,) = gradient(function.graph, node, [function.graph.input(name)])
    return CANONICAL.write(Unparser({}, function.inputs).definition(node))
