"""The node of one expression of a syntax tree, of the nodes of its operands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gradcli.errors import ParseError, Sentence, Span
from gradcli.graph.node import Node
from gradcli.graph.template import written
from gradcli.syntax import ast

if TYPE_CHECKING:
    from gradcli.graph.scope import Scope

Args = tuple[Node, ...]
"""The nodes of the operands."""

_COMPARISONS = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "==": "eq", "!=": "ne"}


def binary(scope: Scope, item: ast.Binary, args: Args) -> Node:
    """The node of an operation on two operands, or of two factors that stand side by side."""
    if item.op == "matmul":
        if not scope.graph.has_arrays:
            from gradcli.graph.declaring import declare, factors  # noqa: PLC0415  (likewise)

            arrays = factors(item)
            way_out = declare(arrays) if arrays else "write * for a product of numbers"
            raise unsupported("a matrix product", item.span, way_out, arrays)
        from gradcli.graph.arrays.products import matmul  # noqa: PLC0415  (only arrays need it)

        left, right = args
        node = matmul(scope.graph, left, right, written)
        scope.made(node, item)
        return node
    if item.implicit:
        scope.product(item)
    if scope.graph.has_arrays and item.op in {"mul", "pow"}:
        from gradcli.graph.arrays.mismatch import refuse_matrix  # noqa: PLC0415  (only arrays need it)

        left, right = args
        refuse_matrix(item, left, right)
        if item.op == "mul" and {len(left.shape), len(right.shape)} == {1, 2}:
            scope.entrywise(item)
    node = scope.graph.node(item.op, args)
    scope.made(node, item)
    return node


def call(scope: Scope, item: ast.Call, args: Args) -> Node:
    """The node of a call."""
    node = scope.call(item.function, args, item)
    scope.made(node, item)
    return node


def _comprehension(scope: Scope, item: ast.Comprehension, args: Args) -> Node:
    return scope.call(item.function, args, item)


def _array(scope: Scope, item: ast.Array, args: Args) -> Node:
    from gradcli.graph.arrays.literals import array  # noqa: PLC0415  (only arrays need it)

    return array(scope.graph, args, item.span)


def _unary(scope: Scope, item: ast.Unary, args: Args) -> Node:
    graph, op, (operand,) = scope.graph, item.op, args
    match op:
        case "transpose" if not graph.has_arrays:
            from gradcli.hints import NO_PRIME  # noqa: PLC0415  (only an error needs it)

            way_out: str = NO_PRIME
            arrays = {}
            if isinstance(item.operand, ast.Name):
                from gradcli.graph.declaring import declare  # noqa: PLC0415  (likewise)

                arrays = {item.operand.name: ("n",)}
                way_out = Sentence(NO_PRIME, "; for a transpose ", declare(arrays))
            raise unsupported("a transpose", item.span, way_out, arrays)
        case "pos":
            return operand
        case "factorial":
            return graph.node("gamma", (graph.node("add", (operand, graph.const(1.0))),))
        case "neg" if operand.is_const and operand.label is None:
            return graph.const(-operand.value)
    return graph.node(op, (operand,))


def _chain(scope: Scope, item: ast.Comparison, args: Args) -> Node:
    """``a < b <= c`` is ``a < b and b <= c``."""
    graph = scope.graph
    node: Node | None = None
    for sign, left, right in zip(item.operators, args, args[1:], strict=False):
        part = graph.node(_COMPARISONS[sign], (left, right))
        node = part if node is None else graph.node("and", (node, part))
    if node is None:
        raise ValueError("a comparison without an operator")
    return node


MAKERS: dict[type[ast.Expression], Callable[[Scope, Any, Args], Node]] = {
    ast.Unary: _unary,
    ast.Comparison: _chain,
    ast.Conditional: lambda scope, _item, args: scope.graph.node("where", args),
    ast.Comprehension: _comprehension,
    ast.Array: _array,
}
"""What makes the node of an expression of its operands' nodes: all but `binary` and `call`."""


def unsupported(
    what: str, span: Span, hint: str, arrays: Mapping[str, Sequence[int | str]]
) -> ParseError:
    """The error for what the grammar reads and graphs of scalars cannot hold."""
    return ParseError(
        "unsupported",
        f"{what} is not supported: every value is a single number here",
        span=span,
        hint=hint,
        arrays=arrays,
    )
