"""``findroot(u, x, start)``: an operation whose value an equation defines, and its partials.

Where u(x, p) stays 0 while a parameter moves, ∂u/∂p + ∂u/∂x · dx/dp = 0. The partial by p that
follows, -(∂u/∂p)/(∂u/∂x), has the root itself in it as an argument, so it is differentiated by the
same rule as often as one likes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, Self

from gradcli.errors import ParseError, Span
from gradcli.graph import operations
from gradcli.graph.node import CONST, Graph, Node, behind
from gradcli.graph.shapes import SHAPED
from gradcli.syntax import ast
from gradcli.syntax.walk import bottom_up

Gradient = Callable[[Graph, Node, Sequence[Node]], Sequence[Node]]
"""The derivatives of one node by others, as nodes of their graph."""

HINT = "write findroot(x^2 - a, x, 1): what is to be 0, the unknown, and where to begin"


class Formula(NamedTuple):
    """What is to be 0.

    Attributes:
        graph: where it is, alone.
        unknown: the input that is looked for.
        parameters: its other inputs.
        output: what is to be 0.
        letter: the name of the unknown.
    """

    graph: Graph
    unknown: Node
    parameters: Sequence[Node]
    output: Node
    letter: str


class Root(str):
    """The name of an operation that finds a root; those of equal formulas are equal.

    Its first argument is where to begin, the others are the parameters of the formula.

    Attributes:
        formula: what is to be 0.
        gradient: takes its derivatives.
    """

    __slots__ = ("_slopes", "formula", "gradient")

    formula: Formula
    gradient: Gradient
    _slopes: Sequence[Node]

    def __new__(cls, text: str, formula: Formula, gradient: Gradient) -> Self:
        """The operation that a text is the name of."""
        found = super().__new__(cls, text)
        found.formula, found.gradient, found._slopes = formula, gradient, ()
        return found

    def __getnewargs__(  # type: ignore[override]  # a plain text has one
        self,
    ) -> tuple[str, Formula, Gradient]:
        return str(self), self.formula, self.gradient

    @property
    def slopes(self) -> Sequence[Node]:
        """The derivatives of the formula by the unknown and by each parameter."""
        if not self._slopes:
            graph, unknown, parameters, output, _ = self.formula
            self._slopes = self.gradient(graph, output, [unknown, *parameters])
        return self._slopes


def partial(graph: Graph, node: Node, place: int) -> Node:
    """The local partial of a root by the argument at ``place``: 0 by where it was begun."""
    if not place:
        return graph.const(0.0)
    found = graph.shared.get((f"by {place}", node))
    if found is not None:
        return found
    root: Root = node.op  # type: ignore[assignment]  # its name
    formula = root.formula
    known = dict(zip((formula.unknown, *formula.parameters), (node, *node.args[1:]), strict=True))
    by_unknown, *others = _put_in(graph, root.slopes, known)
    for each, by_parameter in enumerate(others, 1):
        quotient = operations.make(graph, "div", (by_parameter, by_unknown))
        graph.shared[f"by {each}", node] = operations.negative(graph, quotient)
    return graph.shared[f"by {place}", node]


def _put_in(graph: Graph, nodes: Sequence[Node], known: Mapping[Node, Node]) -> list[Node]:
    """Nodes of a formula with nodes of a graph for its inputs."""
    put_in = dict(known)
    for each in behind(nodes, put_in):
        args = tuple([put_in[arg] for arg in each.args])
        if each.op == CONST:
            put_in[each] = graph.const(each.value, each.label)
        else:
            put_in[each] = operations.make(graph, each.op, args, each.params)
    return [put_in[each] for each in nodes]


def found(
    graph: Graph,
    call: ast.Call | ast.Comprehension,
    args: Sequence[Node],
    gradient: Gradient,
    has: Callable[[str], bool],
) -> Node:
    """The node of ``findroot(u, x, start)``.

    Args:
        graph: where its arguments are.
        call: the call.
        args: the nodes of its arguments, that of the unknown an input that nothing else uses.
        gradient: takes the derivatives of u.
        has: whether a name has a meaning already, which the unknown's must not.

    Raises:
        ParseError: the unknown is no name, or another's name, or not in the formula.
    """
    unknown = ast.unknown(call)
    if unknown is None or isinstance(call, ast.Comprehension):
        raise refused("it is not said what is looked for", call.span, HINT)
    name = unknown.name
    if has(name):
        raise hidden(name, unknown.span)
    output, variable, start = args
    moved = _moved(output, variable)
    if output not in moved:
        message = f"'{name}' is not in what is to be 0, or without any influence on it"
        raise refused(message, call.arguments[0].span, HINT)
    if any(each.op in SHAPED or each.params for each in moved):
        message = f"what is to be 0 makes an array, or a sum of one, of '{name}'"
        hint = f"write sums as sum(… for i in 1..n): findroot is of a number '{name}'"
        raise refused(message, call.arguments[0].span, hint)
    formula, others = _alone(output, moved, name)
    text = f"findroot {_written(formula)}"
    return graph.node(Root(text, formula, gradient), (start, *others))


def _moved(output: Node, variable: Node) -> set[Node]:
    """The nodes that change with the unknown."""
    moved = {variable}
    for each in behind([output]):
        if any(arg in moved for arg in each.args):
            moved.add(each)
    return moved


def _alone(output: Node, moved: Collection[Node], letter: str) -> tuple[Formula, list[Node]]:
    """What is to be 0 in a graph of its own, and what its parameters stand for.

    What does not change with the unknown is a parameter as a whole. Nodes come in the order in
    which they are met from left to right, so that equal formulas become equal.
    """
    graph = Graph()
    unknown = graph.input(letter)
    parameters: dict[Node, Node] = {}

    def copy(node: Node, copied: Mapping[Node, Node]) -> Node:
        if node.op == CONST:
            return graph.const(node.value, node.label)
        if node not in moved:
            parameters[node] = found = graph.input(f" {len(parameters) + 1}")
            return found
        if not node.args:
            return unknown
        return graph.node(node.op, tuple([copied[arg] for arg in node.args]))

    def inside(node: Node) -> Iterable[Node]:
        return reversed(node.args) if node in moved else ()

    whole = bottom_up(output, inside, copy)[output]
    return Formula(graph, unknown, [*parameters.values()], whole, letter), [*parameters]


def _written(formula: Formula) -> str:
    """A text that equal formulas have in common, whatever the unknown is called."""
    lines = []
    for node in formula.graph.nodes:
        if node.op == CONST:
            lines.append(f"{node.label or ''}={node.value!r}")
        elif node.args:
            lines.append(f"{node.op}({','.join([str(arg.index) for arg in node.args])})")
        else:
            lines.append("x" if node is formula.unknown else node.name)
    return ";".join(lines)


def hidden(name: str, span: Span) -> ParseError:
    """The error for a name that is an unknown and something else."""
    message = f"'{name}' is the unknown of findroot, and has another meaning in the program as well"
    return refused(message, span, "give the unknown a name that nothing else has")


def refused(message: str, span: Span, hint: str) -> ParseError:
    """The error for what is no equation."""
    return ParseError("root", message, span=span, hint=hint)
