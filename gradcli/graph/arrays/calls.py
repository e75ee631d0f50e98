"""Functions of whole arrays: what a program calls, made of operations that have rules.

Axes stand behind a semicolon, count from 1, and are kept with length 1: ``sum(A; 2)``.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Collection, Mapping, Sequence

from gradcli.errors import ParseError
from gradcli.graph import operations
from gradcli.graph.arrays import losses, moving
from gradcli.graph.arrays.called import Called, Numbers, count, mean
from gradcli.graph.arrays.gathering import chosen, scattered
from gradcli.graph.arrays.losses import log_softmax
from gradcli.graph.arrays.products import contract, matmul
from gradcli.graph.form_rules import form_of
from gradcli.graph.node import IDENTITY, INPUT, Graph, Node
from gradcli.graph.rules import table
from gradcli.graph.shapes import Form, FormError, Letter
from gradcli.graph.template import written
from gradcli.syntax import ast


def _reduction(op: str) -> Callable[[Called, Node], Node]:
    return lambda called, x: called.reduced(op, x)


def _extreme(op: str) -> Callable[[Called, Node], Node]:
    def extreme(called: Called, x: Node) -> Node:
        if not x.form.size:
            raise ParseError(
                "array", f"an empty array has no {called.name}", span=called.span,
                hint="give it an element",
            )  # fmt: skip
        return called.reduced(op, x)

    return extreme


def _variance(called: Called, x: Node) -> Node:
    """The mean of the squares of the distances from the mean."""
    squares = called.node("pow", called.node("sub", x, mean(called, x)), 2.0)
    return mean(called, squares)


def _deviation(called: Called, x: Node) -> Node:
    """The root of the variance as a norm, which has a derivative of 0 where all are equal."""
    size = called.reduced("norm_to", called.node("sub", x, mean(called, x)))
    return called.node("div", size, called.node("sqrt", count(called, x)))


def _of_others(called: Called, x: Node, *directions: Node) -> Node:
    """For each entry the product of the others; behind it directions that it changes along."""
    return called.graph.node("prod_others", (x, *directions), (called.form(x),))


def _softmax(called: Called, x: Node) -> Node:
    return called.node("exp", log_softmax(called, x))


def _dot(called: Called, x: Node, y: Node) -> Node:
    _need_rank(called, 1, x, y)
    return contract(called.graph, x, y, ("a", "a", ""), written)


def _outer(called: Called, x: Node, y: Node) -> Node:
    _need_rank(called, 1, x, y)
    return contract(called.graph, x, y, ("a", "b", "ab"), written)


def _trace(called: Called, matrix: Node) -> Node:
    _need_rank(called, 2, matrix)
    return contract(called.graph, matrix, _eye_like(called, matrix), ("ab", "ab", ""), written)


def _diagonal(called: Called, x: Node) -> Node:
    """Of a vector the diagonal matrix, of a matrix the vector."""
    if len(x.shape) == 1:
        eye = called.graph.node("eye", (), (x.shape[0],))
        return contract(called.graph, x, eye, ("a", "ab", "ab"), written)
    _need_rank(called, 2, x)
    return contract(called.graph, x, _eye_like(called, x), ("ab", "ab", "a"), written)


def _eye_like(called: Called, matrix: Node) -> Node:
    if matrix.shape[0] != matrix.shape[1]:
        raise FormError(called.name, (matrix.form,))
    return called.graph.node("eye", (), (matrix.shape[0],))


def _need_rank(called: Called, rank: int, *args: Node) -> None:
    if any(len(arg.shape) != rank for arg in args):
        raise FormError(called.name, [arg.form for arg in args])


def _plain(op: str) -> Callable[..., Node]:
    def made(called: Called, *args: Node) -> Node:
        form_of(op, [arg.form for arg in args])  # no graph of numbers alone looks at that
        return called.node(op, *args)

    return made


def _transposed(called: Called, x: Node) -> Node:
    return called.node("transpose", x) if x.shape else x


def _adjugate(called: Called, matrix: Node) -> Node:
    return called.node("transpose", _plain("cofactors")(called, matrix))


def _upper(called: Called, x: Node) -> Node:
    turned = called.node("transpose", x)
    return called.node("transpose", called.graph.node("tril", (turned,), (0,)))


def _vector(called: Called, x: Node) -> Node:
    return called.graph.node("reshape", (x,), (Form((x.form.size,)),))


def _reshape(called: Called, x: Node) -> Node:
    """The entries row by row in another form; -1 stands for a length that follows from them."""
    lengths = [*called.numbers]
    if lengths.count(-1) == 1:
        rest = -math.prod(lengths)
        lengths[lengths.index(-1)] = x.form.size // rest if rest > 0 else 0
    return called.graph.node("reshape", (x,), (Form(tuple(lengths)),))


def _lower(called: Called, x: Node) -> Node:
    """The lower triangle, up to a diagonal: 0 is the main one."""
    diagonal = called.numbers[0] if called.numbers else 0
    return called.graph.node("tril", (x,), (diagonal,))


def _scatter(called: Called, x: Node, *places: Node) -> Node:
    """Zeros of a shape, with the entries of x added at some places on each axis."""
    form = Form(called.numbers)
    if not form.shape:
        raise ParseError(
            "axis",
            "scatter is told the lengths of what it makes",
            span=called.span,
            hint="for instance scatter([5, 6], [1, 3]; 4)",
        )
    if len(places) != len(form.shape):
        raise FormError(called.name, [x.form, *(place.form for place in places)])
    on_axes = [
        chosen(place, length, called.span) for place, length in zip(places, form.shape, strict=True)
    ]
    return scattered(called.graph, x, on_axes, form)


def _onehot(called: Called, index: Node) -> Node:
    """1 at a place of so many, and 0 elsewhere: along a new last axis for each of several."""
    if len(called.numbers) != 1:
        raise ParseError(
            "axis", "'onehot' needs to know how many places there are", span=called.span,
            hint="for instance onehot(2; 3)",
        )  # fmt: skip
    (length,) = called.numbers
    return called.graph.node("onehot", (index,), (length,))


EINSUM = "einsum"


def _einsum(graph: Graph, args: tuple[Node, ...], item: ast.Call) -> Node:
    """``einsum(A, B; ij, jk, ik)``: sums over the labels that the result has not."""
    labels = [each.name if isinstance(each, ast.Name) else "" for each in item.parameters]
    if len(args) != 2 or len(labels) != 3:
        raise _no_einsum(item)
    a, b = args
    of_a, of_b, result = labels
    is_known = {*result} <= {*of_a, *of_b} and len({*result}) == len(result)
    alone = ({*of_a} ^ {*of_b}) - {*result}
    if not is_known or alone or any(len({*each}) < len(each) for each in (of_a, of_b)):
        raise _no_einsum(item)
    return contract(graph, a, b, (of_a, of_b, result), written)


def _no_einsum(item: ast.Call) -> ParseError:
    return ParseError(
        "axis",
        "einsum takes two arrays and the labels of both and of the result",
        span=item.span,
        hint="write einsum(A, B; ij, jk, ik), or 0 for no labels; what one has alone is kept",
    )


def _kronecker(called: Called, a: Node, b: Node) -> Node:
    _need_rank(called, 2, a, b)
    product = contract(called.graph, a, b, ("ab", "cd", "acbd"), written)
    (m, n), (p, q) = a.shape, b.shape
    return called.graph.node("reshape", (product,), (Form((m * p, n * q)),))


def _filled(value: float) -> Callable[..., Node]:
    def filled(called: Called, *args: Node) -> Node:
        form = Form(_lengths(called, args))
        constant = called.graph.const(value)
        return called.graph.node("spread", (constant,), (form,)) if form.shape else constant

    return filled


def _eye(called: Called, length: Node) -> Node:
    return called.graph.node("eye", (), _lengths(called, (length,)))


def _lengths(called: Called, args: Sequence[Node]) -> tuple[int, ...]:
    lengths = []
    for each in args:
        arg = _settled(called.graph, each)
        if not (arg.is_const and arg.value >= 0 and arg.value == int(arg.value)):
            raise ParseError(
                "index", "a length must be a whole number", span=called.span,
                hint=f"write {called.name}(3), or {called.name}(2, 3) for a matrix",
            )  # fmt: skip
        length = int(arg.value)
        lengths.append(length if arg.label is None else Letter(length, [(arg.label, length)]))
    return tuple(lengths)


def _settled(graph: Graph, node: Node) -> Node:
    """A formula of numbers as the number that it is; a letter of a length stays one."""
    parts = graph.ancestors([node])
    if any(each.op == INPUT or each.shape or (each.is_const and each.label) for each in parts):
        return node
    alone = Graph()
    made: dict[Node, Node] = {}
    for each in parts:
        args = tuple([made[arg] for arg in each.args])
        if each.is_const:
            made[each] = alone.const(each.value)
        else:  # a step is what it is a name of
            is_name = each.op == IDENTITY
            made[each] = args[0] if is_name else operations.make(alone, each.op, args)
    return made[node]


def _length(called: Called, x: Node) -> Node:
    return called.graph.count(x.shape[0] if x.shape else 1)


_Function = Callable[..., Node]

_REDUCTIONS: Mapping[str, _Function] = {
    "sum": _reduction("sum_to"),
    "mean": mean,
    "prod": _reduction("prod_to"),
    "max": _extreme("max_to"),
    "min": _extreme("min_to"),
    "norm": _reduction("norm_to"),
    "logsumexp": _extreme("logsumexp_to"),
    "var": _variance,
    "std": _deviation,
    "softmax": _softmax,
    "log_softmax": log_softmax,
}
"""Functions of one array along some of its axes."""

_OF_NUMBERS = frozenset(["sum", "prod", "mean", "max", "min", "norm", "logsumexp"])
"""Those that numbers have as well, any number of them."""

_OTHERS: dict[str, tuple[int | None, _Function]] = {
    "dot": (2, _dot),
    "outer": (2, _outer),
    "trace": (1, _trace),
    "tr": (1, _trace),
    "diag": (1, _diagonal),
    "det": (1, _plain("det")),
    "logdet": (1, _plain("logdet")),
    "cofactors": (None, _plain("cofactors")),
    "adjugate": (1, _adjugate),
    "adj": (1, _adjugate),
    "inv": (1, _plain("inv")),
    "cholesky": (1, _plain("cholesky")),
    "solve": (2, _plain("solve")),
    "transpose": (1, _transposed),
    "triu": (1, _upper),
    "vec": (1, _vector),
    "kron": (2, _kronecker),
    "matmul": (2, lambda called, a, b: matmul(called.graph, a, b, written)),
    "ones": (None, _filled(1.0)),
    "zeros": (None, _filled(0.0)),
    "eye": (1, _eye),
    "len": (1, _length),
    "conv": (2, moving.conv),
    "cross_entropy_logits": (2, losses.cross_entropy_logits),
}
"""Other functions: how many arguments they take, None for any number."""

_TOLD: Mapping[str, tuple[Collection[int], _Function]] = {
    "reshape": ((1,), _reshape),
    "tril": ((1,), _lower),
    "onehot": ((1,), _onehot),
    "scatter": (range(1, sys.maxsize), _scatter),
    "concat": (range(1, sys.maxsize), moving.concat),
    "prod_others": (range(1, sys.maxsize), _of_others),
    "cumsum": ((1,), moving.running("cumsum")),
    "cumsum_back": ((1,), moving.running("cumsum_back")),
    "window": ((1,), moving.window),
    "unwindow": ((1,), moving.unwindow),
    "layer_norm": ((1, 2), losses.layer_norm),
}
"""Functions that are told numbers behind the semicolon: lengths, places, one axis."""


def is_known(name: str) -> bool:
    """Whether there is a function of arrays of that name."""
    name = table().canonical(name)
    return name in _REDUCTIONS or name in _OTHERS or name in _TOLD or name == EINSUM


def is_told_numbers(name: str) -> bool:
    """Whether a function is told numbers behind the semicolon."""
    return name in _TOLD


def arities(name: str) -> list[int]:
    """How many arguments a function of arrays takes; empty for any number."""
    told = _TOLD[name][0] if name in _TOLD else ()
    if name == EINSUM:
        return [2]
    if isinstance(told, range):
        return []
    count = _OTHERS[name][0] if name in _OTHERS else None
    return sorted(
        {*told, *([1] if name in _REDUCTIONS else []), *([] if count is None else [count])}
    )


def add(name: str, count: int) -> None:
    """Add a function that a program brings along, with its number of arguments."""
    _OTHERS[name] = (count, _plain(name))


def remove(name: str) -> None:
    """Take such a function away."""
    del _OTHERS[name]


def _is_list_of_numbers(node: Node, item: ast.Call) -> bool:
    """Whether [x, y, z] is written there: what is gathered of that is gathered of the numbers."""
    is_written = isinstance(item.arguments[0], ast.Array | ast.ArrayOf)
    return is_written and node.op == "stack" and len(node.shape) == 1


def call(
    graph: Graph, name: str, args: tuple[Node, ...], item: ast.Call, numbers: Numbers
) -> Node | None:
    """The node of a call, if it is that of a function of arrays.

    Args:
        graph: where the nodes are made.
        name: the function.
        args: its arguments.
        item: the call as it is written.
        numbers: reads what stands behind the semicolon.

    Raises:
        ParseError: an axis or a length is wrong.
        FormError: the function cannot be applied to arrays of these shapes.
    """
    name = table().canonical(name)
    if name == EINSUM:
        return _einsum(graph, args, item)
    parameters = tuple(map(numbers, item.parameters))
    called = Called(graph, name, args, parameters, item.span)
    counts, function = _TOLD.get(name, ((), None))
    if function is not None and len(args) in counts:
        return function(called, *args)
    if name in _REDUCTIONS and len(args) == 1 and (args[0].shape or parameters):
        if name in _OF_NUMBERS and not parameters and _is_list_of_numbers(args[0], item):
            return table().call(graph, name, args[0].args)
        return _REDUCTIONS[name](called, args[0])
    if parameters:
        raise ParseError(
            "axis", f"'{name}' takes no axis", span=item.parameters[0].span,
            hint="arguments are separated by commas",
        )  # fmt: skip
    if name in losses.LOSSES and any(arg.shape for arg in args):
        return losses.LOSSES[name](called, *args)
    arity, function = _OTHERS.get(name, (-1, None))
    if function is None or arity not in {None, len(args)} or not (args or arity):
        return None
    return function(called, *args)
