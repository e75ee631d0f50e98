"""The form that each operation gives, a fact as soon as a node is made.

Lengths of 1 are stretched as NumPy does it, from the last axis on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gradcli.graph.shapes import (
    MOST_ENTRIES,
    REDUCTIONS,
    ROW,
    SCALAR,
    SHAPED,
    Form,
    FormError,
    MisfitError,
    Params,
    Place,
    Shape,
    TooLargeError,
    is_stretched_to,
    stretched,
)


def form_of(op: str, forms: Sequence[Form], params: Params = ()) -> Form:
    """The form of what an operation gives.

    Raises:
        FormError: it cannot be applied to arguments of these forms.
    """
    rule = _FORMS.get(op)
    try:
        form = stretched(forms) if rule is None else rule(*forms, *params)
    except MisfitError as error:
        raise FormError(op, forms, params) from error
    if form.size > MOST_ENTRIES:
        raise TooLargeError(op, (form,), params)
    return form


def _to(form: Form, whole: Form) -> Form:
    """What is made of entries of one form, and has or gets another, of which it is a part."""
    if not is_stretched_to(form, whole):
        raise MisfitError
    return form


def _of_others(form: Form, *rest: Any) -> Form:
    *others, to = rest
    _to(to, form)
    if any(other != form for other in others):
        raise MisfitError
    return form


def _spread(form: Form, to: Form) -> Form:
    _to(form, to)
    return to


def _contracted(a: Form, b: Form, of_a: str, of_b: str, of_result: str) -> Form:
    lengths: dict[str, int] = {}
    for form, labels in ((a, of_a), (b, of_b)):
        if len(form.shape) != len(labels):
            raise MisfitError
        for label, length in zip(labels, form.shape, strict=True):
            if lengths.setdefault(label, length) != length:
                raise MisfitError
    result = of_result.removesuffix(ROW)
    return Form(tuple([lengths[label] for label in result]), result != of_result)


def _transposed(form: Form) -> Form:
    *before, last = form.shape or (0,)
    if not before:
        return Form(form.shape, bool(form.shape) and not form.is_row)
    return Form((*before[:-1], last, before[-1]))


def _reshaped(form: Form, to: Form) -> Form:
    if form.size != to.size:
        raise MisfitError
    return to


def _taken(form: Form, places: Sequence[Place]) -> Form:
    if len(places) != len(form.shape):
        raise MisfitError
    lengths: list[int] = []
    for place, length in zip(places, form.shape, strict=True):
        if isinstance(place, int):
            if not 0 <= place < length:
                raise MisfitError
        elif len(place) == 3:
            first, step, count = place
            if count and not (0 <= first < length and 0 <= first + step * (count - 1) < length):
                raise MisfitError
            lengths.append(count)
        else:
            (listed,) = place
            if not all(0 <= each < length for each in listed):
                raise MisfitError
            lengths.append(len(listed))
    # A row of a matrix is a vector like any other; what is left of a row stays one.
    return Form(tuple(lengths), form.is_row and len(lengths) == 1)


def _put(form: Form, places: Sequence[Place], to: Form) -> Form:
    if _taken(to, places).shape != form.shape:
        raise MisfitError
    return to


def _gathered(form: Form, index: Form, axis: int) -> Form:
    """The form of an array whose axis is replaced by the axes of an index."""
    if not 0 <= axis < len(form.shape):
        raise MisfitError
    lengths = (*form.shape[:axis], *index.shape, *form.shape[axis + 1 :])
    return Form(lengths, form.is_row and len(lengths) == 1)


def _placed(form: Form, index: Form, to: Form, axis: int) -> Form:
    if _gathered(to, index, axis).shape != form.shape:
        raise MisfitError
    return to


def _stacked(*parts: Any) -> Form:
    *forms, count = parts
    shapes = {form.shape for form in forms}
    if len(shapes) != 1:
        raise MisfitError
    return Form((count, *shapes.pop()))


def _joined(*parts: Any) -> Form:
    *forms, axis = parts
    first, *others = forms
    if not 0 <= axis < len(first.shape):
        raise MisfitError
    lengths = [*first.shape]
    for form in others:
        if len(form.shape) != len(lengths) or form.is_row != first.is_row:
            raise MisfitError
        if any(form.shape[each] != lengths[each] for each in range(len(lengths)) if each != axis):
            raise MisfitError
        lengths[axis] += form.shape[axis]
    return Form(tuple(lengths), first.is_row)


def _running(form: Form, axis: int) -> Form:
    if not 0 <= axis < len(form.shape):
        raise MisfitError
    return form


def _windows(form: Form, sizes: Shape) -> Form:
    batch, ends = _split(form.shape, len(sizes))
    if not all(1 <= size <= length for size, length in zip(sizes, ends, strict=True)):
        raise MisfitError
    places = [length - size + 1 for size, length in zip(sizes, ends, strict=True)]
    return Form((*batch, *places, *sizes))


def _unwindowed(form: Form, sizes: Shape) -> Form:
    rest, own = _split(form.shape, len(sizes))
    batch, places = _split(rest, len(sizes))
    if own != sizes or not all(size >= 1 for size in sizes):
        raise MisfitError
    lengths = [length + size - 1 for size, length in zip(sizes, places, strict=True)]
    return Form((*batch, *lengths))


def _split(shape: Shape, count: int) -> tuple[Shape, Shape]:
    """The axes before the last ones, and these."""
    if not 0 < count <= len(shape):
        raise MisfitError
    return shape[:-count], shape[-count:]


def _square(form: Form) -> Form:
    if len(form.shape) != 2 or form.shape[0] != form.shape[1]:
        raise MisfitError
    return form


def _of_square(form: Form) -> Form:
    _square(form)
    return SCALAR


def _of_squares(form: Form, *others: Form) -> Form:
    if any(other != form for other in others):
        raise MisfitError
    return _square(form)


def _solved(matrix: Form, right: Form) -> Form:
    if right.shape[:1] != _square(matrix).shape[:1]:
        raise MisfitError
    if len(right.shape) > 2 or right.is_row:
        raise MisfitError
    return right


def _masked(form: Form, diagonal: int) -> Form:
    del diagonal
    if len(form.shape) != 2:
        raise MisfitError
    return form


_FORMS: dict[str, Callable[..., Form]] = {
    **dict.fromkeys(REDUCTIONS, lambda form, to: _to(to, form)),
    "prod_others": _of_others,
    "spread": _spread,
    "contract": _contracted,
    "transpose": _transposed,
    "reshape": _reshaped,
    "take": _taken,
    "put": _put,
    "gather": _gathered,
    "place": _placed,
    "onehot": lambda index, length: Form((*index.shape, length)),
    "stack": _stacked,
    "array": lambda entries: entries.form,
    "concat": _joined,
    "cumsum": _running,
    "cumsum_back": _running,
    "window": _windows,
    "unwindow": _unwindowed,
    "eye": lambda length: Form((length, length)),
    "tril": _masked,
    "inv": _square,
    "cholesky": _square,
    "det": _of_square,
    "cofactors": _of_squares,
    "logdet": _of_square,
    "solve": _solved,
}
"""The form of every operation that is not done entry by entry, of those of its arguments."""

OF_SQUARE = frozenset(
    op for op, rule in _FORMS.items() if rule in {_square, _of_square, _of_squares, _solved}
)
"""What is made of a square matrix, and mostly of all of its entries."""


def add(op: str, rule: Callable[..., Form]) -> None:
    """Add an operation that a program brings along.

    Args:
        op: its name.
        rule: the form that it gives for those of its arguments; it raises `FormError`.
    """
    _FORMS[op] = rule
    SHAPED.add(op)


def remove(op: str) -> None:
    """Take such an operation away."""
    del _FORMS[op]
    SHAPED.remove(op)
