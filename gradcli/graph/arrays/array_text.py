"""Operations on whole arrays in the syntax of the language: axes, places, literals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce

from gradcli.graph.arrays.contraction_text import Args, contraction, turned
from gradcli.graph.arrays.places import written
from gradcli.graph.node import ARRAY, CONST, Node
from gradcli.graph.shapes import REDUCTIONS, Entries, Form, Letter, Place, along
from gradcli.syntax import ast

MOST_LISTED = 4
"""More places at equal steps are not written one by one."""


def array_expression(node: Node, args: Args) -> ast.Expression:
    """What a node of an operation on arrays is, of arguments that are written already."""
    if node.op in REDUCTIONS:
        return _reduction(node, args[0])
    if node.op == "contract":
        return contraction(node, args)
    writer = _WRITERS.get(node.op)
    return ast.Call(node.op, args) if writer is None else writer(node, args)


def softmax(node: Node, args: Args) -> ast.Expression | None:
    """``exp(x - logsumexp(x))`` along the last axis by its name; None of another exponential."""
    (difference,) = args
    if not isinstance(difference, ast.Binary) or difference.op != "sub":
        return None  # it is written by a name of its own
    x, whole = node.args[0].args
    if whole.op != "logsumexp_to" or whole.args[0] is not x:
        return None
    call = difference.right
    if not isinstance(call, ast.Call) or whole.form != along(x.form, [len(x.shape) - 1]):
        return None
    return ast.Call("softmax", (difference.left,))


def scaled(factor: ast.Expression, x: ast.Expression) -> ast.Expression | None:
    """A factor before ``x*onehot(i; n)``, without brackets; None before anything else."""
    if not (isinstance(x, ast.Binary) and x.op == "mul"):
        return None
    return ast.Binary("mul", ast.Binary("mul", factor, x.left), x.right)


_LENGTHS = {"contract": 3, "transpose": 1, "sum_to": 6, "spread": 9, "take": 6}
"""About how many characters operations are written with that have a sign."""


def own_length(node: Node) -> int:
    """About how many characters a node has without its arguments."""
    if node.op == ARRAY:
        return 6 * node.form.size + 2
    return _LENGTHS.get(node.op, len(node.op) + 2)


def _numbers(lengths: Sequence[int]) -> Args:
    return tuple([_number(each) for each in lengths])


def _number(length: int) -> ast.Expression:
    if not isinstance(length, Letter):
        return ast.Number(float(length))
    names: list[ast.Expression] = [ast.Name(name) for name, _ in length.letters]
    if length.rest != 1:
        names.insert(0, ast.Number(float(length.rest)))
    return reduce(lambda product, factor: ast.Binary("mul", product, factor), names)


def _reduction(node: Node, arg: ast.Expression) -> ast.Expression:
    """``sum(x)``, ``sum(A; 2)``; axes that are missing altogether are taken away."""
    before, after = node.args[0].form, node.form
    name = node.op.removesuffix("_to")
    if not after.shape:
        return ast.Call(name, (arg,))
    if before == after and 1 not in after.shape:
        return ast.Call("abs", (arg,)) if name == "norm" else arg  # of single entries
    call = ast.Call(name, (arg,), parameters=_axes(before, after))
    return _shaped(call, after) if len(after.shape) < len(before.shape) else call


def _axes(before: Form, after: Form) -> Args:
    """The axes along which the entries of one form come together in those of another."""
    missing = len(before.shape) - len(after.shape)
    axes = [axis for axis, length in enumerate(after.shape, missing)
            if length == 1 and (before == after or before.shape[axis] != 1)]  # fmt: skip
    return _numbers([each + 1 for each in [*range(missing), *axes]])


def _of_others(node: Node, args: Args) -> ast.Expression:
    (to,) = node.params
    told = _axes(node.form, to) if to.shape else ()
    return ast.Call(node.op, args, parameters=told)


def _shaped(expression: ast.Expression, form: Form) -> ast.Expression:
    """An expression with its entries in another form."""
    if len(form.shape) != 1:
        return ast.Call("reshape", (expression,), parameters=_numbers(form.shape))
    vector = ast.Call("vec", (expression,))
    return ast.Unary("transpose", vector) if form.is_row else vector


def _filled(name: str, form: Form) -> ast.Expression:
    call = ast.Call(name, _numbers(form.shape))
    return ast.Unary("transpose", call) if form.is_row else call


def _spread(node: Node, args: Args) -> ast.Expression:
    (once,) = node.args
    if once.op == CONST and once.label is None and once.value in {0.0, 1.0}:
        return _filled("ones" if once.value else "zeros", node.form)
    return ast.Binary("mul", args[0], _filled("ones", node.form))


def _reshape(node: Node, args: Args) -> ast.Expression:
    return _shaped(args[0], node.form)


def _take(node: Node, args: Args) -> ast.Expression:
    (places,) = node.params
    return ast.Index(args[0], written(places, node.args[0].form))


def _gather(node: Node, args: Args) -> ast.Expression:
    """``x[k]``; a part of an array and an index on an axis that is whole in it are one index."""
    index, source = args[1], args[0]
    (axis,) = node.params
    array = node.args[0]
    indices: list[ast.Expression] = [ast.Slice() for _ in array.shape]
    slot: int = axis
    whole = args[0]
    if isinstance(whole, ast.Index) and array.label is None:
        merged = _slot(whole.indices, array, slot)
        if merged is not None:
            source, indices, slot = whole.base, [*whole.indices], merged
    indices[slot] = index
    return ast.Index(source, tuple(indices))


def _slot(indices: Sequence[ast.Expression], node: Node, axis: int) -> int | None:
    """Which index is the whole of an axis of what they take, and stands behind all values."""
    values = [each for each in indices if not _is_constant(each)]
    ranks = []
    for _ in values:
        if node.op != "gather":
            return None
        ranks.append(len(node.args[1].shape))
        node = node.args[0]
    first, found = 0, None
    for slot, each in enumerate(indices):
        is_value = not _is_constant(each)
        if is_value and found is not None:
            return None  # indices that are values are taken from left to right
        if first == axis and isinstance(each, ast.Slice):
            found = slot if each.first is each.last is each.step is None else None
        first += ranks.pop() if is_value else not isinstance(each, ast.Number)
    return found


def _is_constant(index: ast.Expression) -> bool:
    if isinstance(index, ast.Array):
        return all(isinstance(each, ast.Number) for each in index.items)
    return isinstance(index, ast.Number | ast.Slice)


def _put(node: Node, args: Args) -> ast.Expression:
    places: Sequence[Place] = node.params[0]
    on_axes = [_listed(place) for place in places]
    (x,), (inner,) = args, node.args
    known = _taken_apart(x) if inner.op == "place" else None
    if known is not None:
        # One call says both where values are on axes that are whole in the other.
        once, within = known
        kept = [at for at, place in enumerate(places) if not isinstance(place, int)]
        values = {
            axis: each
            for axis, each in zip(kept, within, strict=True)
            if not (_is_constant(each) or isinstance(each, ast.ArrayOf))
        }
        if all(places[axis] == (0, 1, node.shape[axis]) for axis in values):
            x = once
            for axis, each in values.items():
                on_axes[axis] = each
    return _scattered(node, x, on_axes)


def _place(node: Node, args: Args) -> ast.Expression:
    x, index = args
    axis: int = node.params[1]
    on_axes = [_listed((0, 1, length)) for length in node.shape]
    inner, place = node.args
    is_one = inner.op == "place" and not place.shape
    # Indices that are values are put from right to left, as they are taken from left to right.
    known = _taken_apart(x) if is_one and inner.params[1] >= axis else None
    if known is not None:
        x, within = known
        on_axes = [*within[:axis], index, *within[axis:]]
    on_axes[axis] = index
    return _scattered(node, x, on_axes)


def _scattered(node: Node, x: ast.Expression, on_axes: Sequence[ast.Expression]) -> ast.Expression:
    """``scatter(v, [1, 3]; 4)``; a number at one place of a vector is ``x*onehot(3; 4)``."""
    lengths = _numbers(node.shape)
    value, *indices = node.args
    is_unit = len(on_axes) == 1 and not any(each.shape for each in (value, *indices))
    if is_unit and not isinstance(on_axes[0], ast.Array | ast.ArrayOf):
        unit: ast.Expression = ast.Call("onehot", tuple(on_axes), parameters=lengths)
        unit = ast.Unary("transpose", unit) if node.form.is_row else unit
        is_one = isinstance(x, ast.Number) and x.value == 1
        return unit if is_one else ast.Binary("mul", x, unit)
    call = ast.Call("scatter", (x, *on_axes), parameters=lengths)
    return ast.Unary("transpose", call) if node.form.is_row else call


def _taken_apart(x: ast.Expression) -> tuple[ast.Expression, Args] | None:
    """What is put at places, and the places, of what `_scattered` wrote."""
    unit = x.right if isinstance(x, ast.Binary) and x.op == "mul" else x
    if not isinstance(unit, ast.Call) or unit.function not in {"scatter", "onehot"}:
        return None
    if unit.function == "onehot":
        return x.left if isinstance(x, ast.Binary) else ast.Number(1.0), unit.arguments
    once, *within = unit.arguments
    return once, tuple(within)


def _transpose(node: Node, args: Args) -> ast.Expression:
    """The transpose; scatter makes a column, whose row would be turned back."""
    (x,) = args
    if isinstance(x, ast.Binary) and node.args[0].op in {"put", "place"}:  # x*onehot(i; n)
        return ast.Binary("mul", x.left, turned(x.right))
    return turned(x) if node.args[0].op == "put" else ast.Unary("transpose", x)


def _listed(place: Place) -> ast.Expression:
    if isinstance(place, int):
        return ast.Number(place + 1.0)
    if len(place) == 1:
        (points,) = place
    else:
        first, step, count = place
        if isinstance(count, Letter) or count > MOST_LISTED:
            return _counted(first + 1, step, count)
        points = tuple([first + step * each for each in range(count)])
    return ast.Array(_numbers([each + 1 for each in points]))


def _counted(first: int, step: int, count: int) -> ast.Expression:
    """``[i for i in 3..300]``, ``[2*i - 1 for i in 1..50]``: places at equal steps."""
    i = ast.Name("i")
    if step == 1:
        each = ast.Range("i", _number(first), _number(count if first == 1 else first + count - 1))
        return ast.ArrayOf("", i, (each,))
    size = abs(step)
    scaled = i if size == 1 else ast.Binary("mul", ast.Number(float(size)), i)
    before = ast.Number(float(abs(first - step)))
    if step < 0:
        body: ast.Expression = ast.Binary("sub", before, scaled)
    elif first == step:
        body = scaled
    else:
        body = ast.Binary("sub" if first < step else "add", scaled, before)
    return ast.ArrayOf("", body, (ast.Range("i", ast.Number(1.0), _number(count)),))


def _tril(node: Node, args: Args) -> ast.Expression:
    diagonal = node.params[0]
    told = _numbers([diagonal]) if isinstance(diagonal, int) and diagonal != 0 else ()
    return ast.Call("tril", args, parameters=told)


def _along(default: Callable[[Node], int]) -> Callable[[Node, Args], ast.Expression]:
    """A function that goes along one axis, which is named unless it is the default."""

    def written_(node: Node, args: Args) -> ast.Expression:
        (axis,) = node.params
        told = () if axis == default(node) else _numbers([axis + 1])
        return ast.Call(node.op, args, parameters=told)

    return written_


def _windows(node: Node, args: Args) -> ast.Expression:
    return ast.Call(node.op, args, parameters=_numbers(node.params[0]))


def _constant(node: Node, args: Args) -> ast.Expression:
    del args
    entries = node.params[0]
    if not isinstance(entries, Entries):
        raise TypeError(type(entries).__name__)
    if not entries.form.size:
        return ast.Call("zeros", _numbers(entries.form.shape))
    values: list[ast.Expression] = [ast.Number(each) for each in entries.numbers()]
    for length in reversed(entries.form.shape[1:]):
        values = [
            ast.Array(tuple(values[first : first + length]))
            for first in range(0, len(values), length)
        ]
    return ast.Array(tuple(values))


_WRITERS: Mapping[str, Callable[[Node, Args], ast.Expression]] = {
    "spread": _spread,
    "transpose": _transpose,
    "reshape": _reshape,
    "take": _take,
    "put": _put,
    "gather": _gather,
    "place": _place,
    "prod_others": _of_others,
    "onehot": lambda node, args: ast.Call("onehot", args, parameters=_numbers(node.shape[-1:])),
    "stack": lambda _, args: ast.Array(args),
    ARRAY: _constant,
    "concat": _along(lambda _: 0),
    "cumsum": _along(lambda node: len(node.shape) - 1),
    "cumsum_back": _along(lambda node: len(node.shape) - 1),
    "window": _windows,
    "unwindow": _windows,
    "eye": lambda node, _: ast.Call("eye", _numbers(node.shape[:1])),
    "tril": _tril,
}
