"""Functions that move entries along an axis: running sums, arrays joined, windows, convolutions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gradcli.errors import ParseError
from gradcli.graph.arrays.called import Called
from gradcli.graph.arrays.lengths import refuse_open
from gradcli.graph.arrays.products import contract
from gradcli.graph.node import Node
from gradcli.graph.shapes import Form, shown
from gradcli.graph.template import written


def running(op: str) -> Callable[[Called, Node], Node]:
    """A running sum along one axis, the last one if none is asked for."""

    def function(called: Called, x: Node) -> Node:
        axis = _axis(called, x, len(x.shape))
        return called.graph.node(op, (x,), (axis,))

    return function


def concat(called: Called, *args: Node) -> Node:
    """Arrays one after another along an axis, the first one if none is asked for.

    Beside vectors, numbers are vectors of 1.
    """
    longest = max(args, key=lambda arg: len(arg.shape))
    if len(longest.shape) <= 1:
        args = tuple([arg if arg.shape else _vector_of(called, arg, longest) for arg in args])
    axis = _axis(called, args[0], 1)
    _need_numbers(called, [arg.shape[axis] for arg in args if len(arg.shape) > axis])
    return called.graph.node("concat", args, (axis,))


def _vector_of(called: Called, number: Node, beside: Node) -> Node:
    vector = called.graph.node("stack", (number,), (1,))
    return called.graph.node("transpose", (vector,)) if beside.form.is_row else vector


def _axis(called: Called, x: Node, default: int) -> int:
    """The one axis that is asked for, counted from 0."""
    numbers = called.numbers or (default,)
    if len(numbers) != 1 or not x.shape:
        raise ParseError(
            "axis",
            f"'{called.name}' goes along one axis of an array",
            span=called.span,
            hint=f"write {called.name}(…; 1)" if x.shape else f"for instance {called.name}([1, 2])",
        )
    called._replace(numbers=numbers).form(x)  # which knows what axes there are
    return numbers[0] - 1


def window(called: Called, x: Node) -> Node:
    """Every part of these lengths along the last axes, on axes of its own: ``window(X; 3, 3)``."""
    sizes = called.numbers
    _check_window(called, sizes, x.form)
    return called.graph.node("window", (x,), (sizes,))


def unwindow(called: Called, x: Node) -> Node:
    """The sum of all windows, each at its place."""
    sizes = called.numbers
    rank = len(sizes)
    if not sizes or len(x.shape) < 2 * rank or x.shape[-rank:] != sizes:
        raise ParseError(
            "shape",
            f"{shown(x.form)} is no array of windows of {shown(Form(sizes))}",
            span=called.span,
            hint="unwindow(window(x; 3); 3) has the lengths of a window twice",
        )
    _need_numbers(called, x.shape)
    return called.graph.node("unwindow", (x,), (sizes,))


def conv(called: Called, x: Node, kernel: Node) -> Node:
    """The kernel at every place where it is inside, along the last axes; it is not turned round."""
    sizes = kernel.shape
    _check_window(called, sizes, x.form)
    windows = called.graph.node("window", (x,), (sizes,))
    labels = "abcdefghijklmnopqrstuvwxyz"
    rank = len(x.shape)
    of_x, of_kernel = labels[: rank + len(sizes)], labels[rank : rank + len(sizes)]
    return contract(called.graph, windows, kernel, (of_x, of_kernel, labels[:rank]), written)


def _check_window(called: Called, sizes: Sequence[int], form: Form) -> None:
    """Refuse windows that have more axes, or are longer, than an array."""
    _need_numbers(called, [*sizes, *form.shape])
    ends = form.shape[len(form.shape) - len(sizes) :]
    fits = sizes and len(sizes) <= len(form.shape)
    if fits and all(1 <= size <= length for size, length in zip(sizes, ends, strict=True)):
        return
    wanted = shown(Form(tuple(sizes)))
    raise ParseError(
        "shape",
        f"{shown(form)} has no windows of {wanted}" if sizes else "a window needs its lengths",
        span=called.span,
        hint="a window is as long as the array at most, and has at least 1 entry on every axis"
        if sizes
        else "write window(x; 3), or window(X; 3, 3) of a matrix"
        if called.name == "window"
        else "the second argument is the kernel: conv(x, [1, 2, 1])",
    )


def _need_numbers(called: Called, lengths: Sequence[int]) -> None:
    for length in lengths:
        refuse_open(length, called.span)
