"""Indices that are values of the program, ``x[k]``: what is constant is taken, the rest gathered.

An index takes the place of its axis: ``x[y]`` has the axes of y where x had one, and several
indices are an outer product, as those that are listed. An index has no derivative.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from gradcli.errors import ParseError, Span
from gradcli.graph.form_rules import form_of
from gradcli.graph.node import ARRAY, CONST, Graph, Node
from gradcli.graph.shapes import Entries, Form, Letter, Place

Chosen = Place | Node
"""The places on one axis, as constants or as a value of the program."""

INDEXED: Mapping[str, int] = {"gather": 1, "place": 1, "onehot": 0}
"""Which argument of an operation is an index."""

_CONDITIONS = frozenset(["lt", "le", "gt", "ge", "eq", "ne", "and", "or", "not"])


def axis_length(node: Node) -> int:
    """The length of the axis that the index of an operation is on."""
    if node.op == "onehot":
        return node.shape[-1]
    form = node.args[0].form if node.op == "gather" else node.form
    (*_, axis) = node.params
    return form.shape[axis]


def places_of(index: Node, length: int) -> Place | None:
    """The places that a constant index stands for; None of another, or if there are none."""
    if index.op == CONST:
        return _place(index.value, length)
    if index.op != ARRAY or len(index.shape) != 1:
        return None
    places = [_place(each, length) for each in _entries(index)]
    return (tuple([each for each in places if each is not None]),) if None not in places else None


def _entries(index: Node) -> Iterable[float]:
    """The numbers of a constant array, none of another node."""
    entries = index.params[0] if index.op == ARRAY else None
    return entries.numbers() if isinstance(entries, Entries) else ()


def _place(value: float, length: int) -> int | None:
    return int(value) - 1 if value in range(1, length + 1) else None


def chosen(index: Node, length: int, span: Span) -> Chosen:
    """What an index chooses on an axis.

    Raises:
        ParseError: it is a condition, or a constant that is no place.
    """
    if index.op in _CONDITIONS:
        raise ParseError(
            "index", "a condition is no index", span=span,
            hint="how many entries it leaves is not known: write where(c, x, 0)",
        )  # fmt: skip
    found = places_of(index, length)
    if found is not None:
        return found
    values = [index.value] if index.op == CONST else _entries(index)
    wrong = fault(values, length)
    if wrong is not None:
        message, hint = wrong
        raise ParseError("index", message, span=span, hint=hint)
    return index


def fault(values: Iterable[float], length: int) -> tuple[str, str] | None:
    """What is wrong with the values of an index on an axis of a length, and a way out."""
    if isinstance(length, Letter):
        return None
    for value in values:
        if value in range(1, length + 1):
            continue
        if value != value // 1:
            return f"{value:.15g} is no place: an index is a whole number", "round(k) is one"
        hint = f"the places are 1..{length}" if length else "the axis is empty"
        if value == 0:
            hint = "indices count from 1: to those that count from 0 add 1"
        return f"there is no place {value:.15g} on an axis of {length}", hint
    return None


def taken(
    graph: Graph,
    source: Node,
    on_axes: Sequence[Chosen],
    made: Callable[[Node], None],
) -> Node:
    """The entries of an array at the places on each of its axes.

    Args:
        graph: where the nodes are made.
        source: the array.
        on_axes: the places on each axis.
        made: told of every node.
    """
    constant, indices = _parted(on_axes, source.form)
    node = source
    if not indices or constant != _whole(source.form):
        node = graph.node("take", (node,), (constant,))
        made(node)
    for axis, index in indices:
        node = graph.node("gather", (node, index), (axis,))
        made(node)
    return node


def scattered(graph: Graph, x: Node, on_axes: Sequence[Chosen], to: Form) -> Node:
    """Zeros of a form, with an array added at the places on each axis.

    Raises:
        FormError: the array has other axes than the places.
    """
    constant, indices = _parted(on_axes, to)
    has_parts = constant != _whole(to)
    form = form_of("take", [to], (constant,)) if has_parts else to
    forms = []
    for axis, index in indices:
        forms.append(form)
        form = form_of("gather", [form, index.form], (axis,))
    for (axis, index), form in zip(reversed(indices), reversed(forms), strict=True):
        form_of("place", [x.form, index.form], (form, axis))  # no graph of numbers looks at that
        x = graph.node("place", (x, index), (form, axis))
    if has_parts or not indices:
        form_of("put", [x.form], (constant, to))
        x = graph.node("put", (x,), (constant, to))
    return x


def _parted(
    on_axes: Sequence[Chosen], form: Form
) -> tuple[tuple[Place, ...], list[tuple[int, Node]]]:
    """The constant places, and the axis of each index after these are taken."""
    constant: list[Place] = []
    indices: list[tuple[int, Node]] = []
    axis = 0
    for place, length in zip(on_axes, form.shape, strict=True):
        if isinstance(place, Node):
            constant.append((0, 1, length))
            indices.append((axis, place))
            axis += len(place.shape)
        else:
            constant.append(place)
            axis += not isinstance(place, int)
    return tuple(constant), indices


def _whole(form: Form) -> tuple[Place, ...]:
    return tuple([(0, 1, length) for length in form.shape])
