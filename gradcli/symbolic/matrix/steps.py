"""The steps of a derivative in matrix form: what each node changes by where the variable does.

``d(W @ x) = dW @ x``: the rule of an operation on whole arrays is its derivative along du, dv, … of
its arguments, simplified like everything else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from gradcli.calculus.edge import zero
from gradcli.calculus.forward import push_forward
from gradcli.graph.arrays import linear
from gradcli.graph.node import Graph, Node, behind
from gradcli.graph.shapes import JOINING, SHAPED, Form, Params
from gradcli.graph.unparse import Unparser
from gradcli.symbolic.matrix.simplifier import MatrixSimplifier
from gradcli.symbolic.result import Differentiation
from gradcli.symbolic.simplify.guards import Guards
from gradcli.symbolic.steps import Manner, Rule, StepWriter, shown_and_inner
from gradcli.syntax import ast
from gradcli.syntax.spelling import array_name

MOST_STEPS = 200
"""How many steps of one differentiation are kept."""

_NAMES = {
    "contract": "product rule",
    "sum_to": "sum",
    "transpose": "transpose",
    "spread": "copies",
    "take": "part",
    "put": "part",
    "gather": "part",
    "place": "part",
    "stack": "list",
    "concat": "list",
}
"""What rules are called that have no name of a function."""


def differentiation(
    graph: Graph, output: Node, variable: Node, name: str, manner: Manner
) -> Differentiation:
    """The steps of one differentiation.

    Args:
        graph: the graph of the output.
        output: what is differentiated.
        variable: what it is by.
        name: how that is called.
        manner: how the steps are written.
    """
    direction = graph.input(_direction(name), variable.form)
    found = push_forward(graph, [output], {variable: direction})
    if output not in found.of or len(found.of) == 1:
        return Differentiation(name, ())
    shown, inner = shown_and_inner(found)
    steps = _Writer(found, shown, manner).steps(inner)
    return Differentiation(name, steps[-MOST_STEPS:], max(len(steps) - MOST_STEPS, 0))


def _direction(name: str) -> str:
    return f"d{array_name(name)}"


class _Writer(StepWriter):
    """Writes steps in which a derivative is what something changes by."""

    _is_number = False

    def _simplified(
        self, nodes: Sequence[Node], names: Mapping[Node, str], manner: Manner
    ) -> Sequence[Node]:
        simplifier = MatrixSimplifier(behind([manner.program]), names, manner.guards)
        return simplifier.simplify(nodes)

    def _primed(self, name: str) -> str:
        return _direction(name)

    def _of_variable(self) -> ast.Expression:
        return ast.Name(_direction(self._variable.name))

    def _rule(self, node: Node, inner: set[Node]) -> Rule:
        if node.op not in SHAPED:
            return super()._rule(node, inner)
        letters: list[str] = []
        dependent, constant = iter("uvwpqrs"), iter("ckabmn")
        for arg in node.args:
            source = dependent if self._depends(arg) else constant
            letters.append(next(source, "") or f"u{len(letters) + 1}")
        forms = tuple([arg.form for arg in node.args])
        moving = tuple(map(self._depends, node.args))
        left, right = _pattern(node.op, node.params, forms, tuple(letters), moving)
        name = _NAMES.get(node.op) or f"derivative of {node.op.removesuffix('_to')}"
        if node.op == "contract" and not all(moving):
            name = "constant factor"
        return name, left, right, dict(zip(letters, node.args, strict=True))


@lru_cache(4096)
def _pattern(
    op: str, params: Params, forms: tuple[Form, ...], letters: tuple[str, ...],
    moving: tuple[bool, ...],
) -> tuple[ast.Expression, ast.Expression]:  # fmt: skip
    """What a rule is for, and what it gives, in letters of these forms."""
    graph = Graph(has_arrays=True)
    args = [graph.input(*each) for each in zip(letters, forms, strict=True)]
    node = graph.node(op, tuple(args), params)
    seeds = {
        arg: graph.input(f"d{arg.name}", arg.form)
        for arg, moves in zip(args, moving, strict=True)
        if moves
    }
    if linear.in_each(op):
        total = _linear(graph, node, seeds)
    else:
        raw = push_forward(graph, [node], seeds).of[node]
        (total,) = MatrixSimplifier([node], guards=Guards()).simplify([raw])
    return Unparser({}).definition(node), Unparser({}).definition(total)


def _linear(graph: Graph, node: Node, seeds: Mapping[Node, Node]) -> Node:
    """The derivative of what is linear in each argument: the same of each du in turn.

    What has its arguments one after another is linear in all together.
    """
    if node.op in JOINING:
        parts = [seeds.get(arg) or zero(graph, arg) for arg in node.args]
        return graph.node(node.op, tuple(parts), node.params)
    total: Node | None = None
    for place, arg in enumerate(node.args):
        if arg in seeds:
            args = (*node.args[:place], seeds[arg], *node.args[place + 1 :])
            term = graph.node(node.op, args, node.params)
            total = term if total is None else graph.node("add", (total, term))
    return total or zero(graph, node)
