"""What stands in the brackets of an array: a place on an axis, places at equal steps, or a list.

In a text they count from 1, and both ends of a range belong to it; in the graph they count from 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gradcli.errors import ParseError, Span
from gradcli.graph.arrays.lengths import refuse_open
from gradcli.graph.shapes import Form, Letter, Place, Slice, shown
from gradcli.syntax import ast
from gradcli.syntax.text import text

Number = Callable[[ast.Expression, int], int]
"""The whole number that an expression stands for, on an axis of a length."""


def refuse_other_rank(item: ast.Index, form: Form) -> None:
    """Refuse an index that has not one place for each axis.

    Raises:
        ParseError: the array has another number of axes.
    """
    if len(item.indices) != len(form.shape):
        count = len(item.indices)
        raise ParseError(
            "index",
            f"{count} {'index' if count == 1 else 'indices'} for {shown(form)}",
            span=item.span,
            hint=_way_out(item, form),
        )


def _way_out(item: ast.Index, form: Form) -> str:
    if not form.shape:
        if isinstance(item.base, ast.Index):
            both = ast.Index(item.base.base, (*item.base.indices, *item.indices))
            return f"one pair of brackets holds all indices: {text(both)}"
        factor = item.indices[0]
        if isinstance(item.base, ast.Number) and not isinstance(factor, ast.Slice):
            return f"write {text(ast.Binary('mul', item.base, factor))}"
        return "leave the brackets out"
    missing = len(form.shape) - len(item.indices)
    if missing > 0:
        indices = (*item.indices, *[ast.Slice()] * missing)
        return f"an axis is taken whole by a colon: {text(ast.Index(item.base, indices))}"
    return f"write {len(form.shape)}, one for each axis"


def place(index: ast.Expression, length: int, number: Number) -> Place:
    """The places that an index takes on an axis.

    Args:
        index: one of those between the brackets.
        length: that of the axis.
        number: reads the numbers in it.

    Raises:
        ParseError: there is no such place.
    """
    if isinstance(index, ast.Slice):
        return _slice(index, length, number)
    if isinstance(length, Letter) and ast.END in ast.names([index]):
        refuse_open(length, index.span)
    if isinstance(index, ast.Array):
        return (tuple([_inside(number(each, length), length, each.span) for each in index.items]),)
    return _inside(number(index, length), length, index.span)


def _inside(place: int, length: int, span: Span) -> int:
    """A place counted from 0.

    Raises:
        ParseError: it is not on the axis.
    """
    if not 1 <= place <= length:
        raise ParseError(
            "index",
            f"there is no place {place} on an axis of {length}",
            span=span,
            hint="indices count from 1; x[end] is the last" if length else "the axis is empty",
        )
    return place - 1


def _slice(index: ast.Slice, length: int, number: Number) -> Slice:
    if index.first is index.last is index.step is None:
        return (0, 1, length)
    refuse_open(length, index.span)
    step = 1 if index.step is None else number(index.step, length)
    if step == 0:
        raise ParseError("index", "a step of 0 goes nowhere", span=index.span, hint="leave it out")
    first = 1 if index.first is None else number(index.first, length)
    last = length if index.last is None else number(index.last, length)
    count = max(0, (last - first) // step + 1)
    if count:
        for end, at in ((first, index.first), (first + step * (count - 1), index.last)):
            _inside(end, length, (at or index).span)
    return (first - 1, step, count) if count else (0, 1, 0)


def written(chosen: Sequence[Place], form: Form) -> tuple[ast.Expression, ...]:
    """The same in the syntax of the language."""
    return tuple(
        [_written(place, length) for place, length in zip(chosen, form.shape, strict=True)]
    )


def _written(place: Place, length: int) -> ast.Expression:
    if isinstance(place, int):
        return ast.Number(place + 1.0)
    if len(place) == 1:
        (listed,) = place
        return ast.Array(tuple([ast.Number(each + 1.0) for each in listed]))
    first, step, count = place
    if (first, step, count) == (0, 1, length):
        return ast.Slice()
    if not count:
        return ast.Slice(ast.Number(1.0), ast.Number(0.0))
    last = ast.Number(first + step * (count - 1) + 1.0)
    steps = None if step == 1 else ast.Number(float(step))
    return ast.Slice(ast.Number(first + 1.0), last, steps)
