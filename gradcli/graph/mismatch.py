"""What does not fit: both operands with their shapes, and a way out that was tried."""

from __future__ import annotations

from collections.abc import Iterator

from gradcli.errors import ParseError
from gradcli.graph.fitting import Call, way_out
from gradcli.graph.node import Graph, Node
from gradcli.graph.products import MATMUL, matmul
from gradcli.graph.shapes import MOST_ENTRIES, FormError, TooLargeError, shown
from gradcli.graph.template import written
from gradcli.syntax import ast
from gradcli.syntax.text import ATOM, CANONICAL, text

LONG = 30
"""Longer operands are not written out."""


def explained(error: FormError, item: ast.Expression, call: Call) -> ParseError:
    """The error of an expression whose operands do not fit together.

    Args:
        error: what was refused.
        item: the expression.
        call: makes the node of a call of a function of arrays.
    """
    if isinstance(error, TooLargeError):
        (form,) = error.forms
        message = (
            f"{shown(form)} is {form.size:,} entries, and an array has at most {MOST_ENTRIES:,}"
        )
        return ParseError("limit", message, span=item.span, hint="take a part of it, or fewer")
    operands = item.children[: len(error.forms)]
    parts = [
        f"{_called(operand, place)} is {shown(form)}"
        for place, (operand, form) in enumerate(zip(operands, error.forms, strict=False))
    ]
    said = " and ".join(dict.fromkeys(parts)) or "the arrays do not fit"
    return ParseError("shape", f"{said}: {_wanted(error, item)}", span=item.span,
                      hint=_way_out(error, item, call))  # fmt: skip


def _called(operand: ast.Expression, place: int) -> str:
    name = text(operand)
    if len(name) <= LONG:
        return name
    return ("the left side", "the right side")[place] if place < 2 else "an operand"


def _wanted(error: FormError, item: ast.Expression) -> str:
    """What is asked for in vain."""
    if error.op == MATMUL:
        a, b = error.forms
        if not (a.shape and b.shape):
            return "a matrix product needs two arrays"
        if len(a.shape) > 1 and not (len(b.shape) == 1 and b.is_row):
            return f"the right side needs {a.shape[-1]} rows"
        return "they have no matrix product"
    if error.op in {"inv", "det", "logdet", "cholesky", "trace", "tr"}:
        return f"{error.op} needs a square matrix"
    if isinstance(item, ast.Call):
        return f"{item.function} cannot be applied"
    rows = {form.is_row for form in error.forms if len(form.shape) == 1}
    if len(rows) > 1 and all(len(form.shape) < 2 for form in error.forms):
        return "a column and a row have no entries in common"
    return "entry by entry the lengths must be equal, or 1"


def _way_out(error: FormError, item: ast.Expression, call: Call) -> str:
    if isinstance(item, ast.Call) and not all(form.shape for form in error.forms):
        found = way_out(item, error.forms, call)
        if found is not None:
            return found
    if error.op == MATMUL and isinstance(item, ast.Binary):
        if not all(form.shape for form in error.forms):
            return "write * for a product with a number"
        found = next(_products(error, item), None)
        return f"did you mean {found}?" if found else "look at the shapes of both"
    if error.op in {"add", "sub", "mul", "div"} and isinstance(item, ast.Binary):
        a, b = error.forms
        left, right = (_operand(each) for each in (item.left, item.right))
        if len(a.shape) == len(b.shape) == 1:
            column, row = (right, left) if a.is_row else (left, right)
            if error.op == "mul" and a.is_row != b.is_row:
                return f"the outer product is {column} @ {row}"
            if a.is_row != b.is_row and a.shape == b.shape:
                return f"write {_turned(item.left if a.is_row else item.right)} for the column"
        found = next(_products(error, item), None) if error.op == "mul" else None
        if found:
            return f"did you mean {found}?"
    return "x' turns rows into columns, and x[1..3] takes a part"


def _operand(expression: ast.Expression) -> str:
    return CANONICAL.write(expression, ATOM)


def _turned(expression: ast.Expression) -> str:
    if isinstance(expression, ast.Unary) and expression.op == "transpose":
        return _operand(expression.operand)
    return f"{_operand(expression)}'"


def _products(error: FormError, item: ast.Binary) -> Iterator[str]:
    """Products of the two operands that there are, one of them turned or both exchanged."""
    graph = Graph()
    graph.has_arrays = True
    a, b = (graph.input(name, form) for name, form in zip("ab", error.forms, strict=True))
    left, right = _operand(item.left), _operand(item.right)
    a_turned, b_turned = (graph.node("transpose", (each,)) for each in (a, b))
    for x, y, way in (
        (a, b, f"{left} @ {right}"),
        (a_turned, b, f"{_turned(item.left)} @ {right}"),
        (a, b_turned, f"{left} @ {_turned(item.right)}"),
        (b, a, f"{right} @ {left}"),
        (b_turned, a, f"{_turned(item.right)} @ {left}"),
    ):
        try:
            matmul(graph, x, y, written)
        except FormError:
            continue
        yield way


def refuse_matrix(item: ast.Binary, a: Node, b: Node) -> None:
    """Refuse what is another thing for matrices than entry by entry.

    Raises:
        ParseError: a matrix is raised to a power, or stands beside an array without a sign.
    """
    left, right = _operand(item.left), _operand(item.right)
    if item.op == "pow":
        if len(a.shape) > 1 and b.is_const:
            power = {-1.0: f"inv({text(item.left)})", 2.0: f"{left} @ {left}"}.get(b.value)
            way = f"write {power}, or " if power else "write "
            raise ParseError(
                "shape",
                f"a power of the matrix {_called(item.left, 0)} is not taken entry by entry",
                span=item.span,
                hint=f"{way}{left}*{left} for the entries" if b.value == 2
                else f"{way}exp({text(item.right)}*log({text(item.left)})) for the entries",
            )  # fmt: skip
    elif item.implicit and a.shape and b.shape and max(len(a.shape), len(b.shape)) > 1:
        raise ParseError(
            "shape",
            "a product of arrays needs its sign",
            span=item.span,
            hint=f"write {left} @ {right}, or {left}*{right} for entry by entry",
        )
