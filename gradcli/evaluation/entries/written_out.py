"""Any graph of arrays as a graph of numbers: an independent way to every value and derivative.

Each array becomes a NumPy array of nodes of a graph without arrays, and what is done to arrays is
written out for their entries as a textbook defines it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from gradcli.errors import UsageError
from gradcli.evaluation.entries import written_matrices
from gradcli.evaluation.entries.written_sums import (
    Entries,
    contracted,
    extreme,
    filled,
    gathered,
    of_others,
    times,
    total,
    variadic,
)
from gradcli.graph.form_rules import OF_SQUARE
from gradcli.graph.node import ARRAY, CONST, INPUT, Graph, Node
from gradcli.graph.shapes import SHAPED, Form
from gradcli.syntax.spelling import element_name
from gradcli.syntax.walk import bottom_up

MOST = 100_000
"""Programs that are more numbers than that are not written out."""

_BY_MINORS = OF_SQUARE - {"cholesky"}  # which goes on row by row

_RUNNING = frozenset(("cumsum", "cumsum_back", "unwindow", "cholesky"))
"""Operations whose entries are sums of up to as many terms as an axis is long."""


class WrittenOut:
    """The same program as numbers.

    Args:
        most: programs that are more numbers than that are refused.

    Attributes:
        graph: where its nodes are.
        inputs: the nodes of each input's entries.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self.graph = Graph()
        self.inputs: dict[Node, Entries] = {}
        self._made: dict[Node, Entries] = {}

    def entries(self, output: Node) -> Entries:
        """The nodes of the entries of a node of a graph of arrays, or of a draft of it.

        Raises:
            UsageError: they are too many.
        """
        # A draft may use nodes that were made after it: what comes first is no matter of indices.
        made = bottom_up(output, lambda node: node.args, self._whole, self._made)
        return made[output]

    def _whole(self, node: Node, made: Mapping[Node, Entries]) -> Entries:
        return self._finished(node, self._entries(node, [made[arg] for arg in node.args]))

    def _finished(self, node: Node, made: Entries) -> Entries:
        """What the entries of a node are in the end: what they were made as."""
        del node
        return made

    def _entries(self, node: Node, args: Sequence[Entries]) -> Entries:
        if len(self.graph) + terms(node) > self._most:
            raise too_large(self._most)
        if node.op == INPUT:
            made = self.inputs[node] = filled(node.shape, self._element(node))
            return made
        if node.op == CONST:
            return filled((), lambda _: self.graph.const(node.value))
        if node.op not in SHAPED:
            return np.frompyfunc(lambda *each: self.graph.node(node.op, each), len(args), 1)(
                *args, out=np.empty(node.shape, dtype=object)
            )
        result = _WRITTEN_OUT[node.op](self.graph, *args, *node.params)
        return np.asarray(result, dtype=object).reshape(node.shape)

    def _element(self, node: Node) -> Callable[[tuple[int, ...]], Node]:
        def made(place: tuple[int, ...]) -> Node:
            places = tuple(each + 1 for each in place)
            return self.graph.input(element_name(node.name, places) if place else node.name)

        return made


def too_large(most: int) -> UsageError:
    """What refuses to write out a program that is more numbers than that."""
    message = f"written out, the program is more than {most:,} numbers"
    return UsageError("too-large", message, hint="take smaller arrays")


def terms(node: Node) -> int:
    """About how many numbers the entries of a node are made of."""
    sizes = [node.form.size, *[arg.form.size for arg in node.args]]
    if node.op == "contract":
        of_a, of_b, _ = map(str, node.params)
        shapes = node.args[0].shape + node.args[1].shape
        return 2 * math.prod(dict(zip(of_a + of_b, shapes, strict=True)).values())
    if node.op in _BY_MINORS:
        rows, directions = node.args[0].shape[-1], len(node.args) - 1
        return written_matrices.terms_of(node.op, rows, directions) + sum(sizes)
    if node.op in _RUNNING:
        return sizes[0] * max(node.shape, default=1)
    return sum(sizes)


def _listed(places: Sequence[Any]) -> tuple[list[list[int]], list[int]]:
    """The places on each axis, and which axes are left."""
    on_axes, kept = [], []
    for axis, place in enumerate(places):
        if isinstance(place, int):
            on_axes.append([place])
        else:
            kept.append(axis)
            if len(place) == 3:
                first, step, count = place
                on_axes.append([first + step * each for each in range(count)])
            else:
                on_axes.append(list(place[0]))
    return on_axes, kept


def _take(graph: Graph, x: Entries, places: Sequence[Any]) -> Entries:
    del graph
    on_axes, kept = _listed(places)
    found = [x[place] for place in itertools.product(*on_axes)]
    return np.array([*found, None], dtype=object)[:-1].reshape(
        [len(on_axes[axis]) for axis in kept]
    )


def _put(graph: Graph, x: Entries, places: Sequence[Any], to: Form) -> Entries:
    on_axes, _ = _listed(places)
    groups: dict[tuple[int, ...], list[Node]] = {}
    for node, place in zip(x.ravel(), itertools.product(*on_axes), strict=True):
        groups.setdefault(place, []).append(node)
    return filled(to.shape, lambda place: total(graph, groups.get(place, [])))


def _is_from(graph: Graph, index: Node, place: int) -> Node:
    """Whether an index is that of a place or a later one: never a tie, for indices do not move."""
    return graph.node("gt", (index, graph.const(place + 0.5)))


def _is_at(graph: Graph, index: Node, place: int, length: int) -> Node:
    """Whether an index is that of one of so many places."""
    before = graph.node("lt", (index, graph.const(place + 1.5)))
    if not place:
        return before
    after = _is_from(graph, index, place)
    return after if place == length - 1 else graph.node("and", (after, before))


def _gather(graph: Graph, x: Entries, index: Entries, axis: int) -> Entries:
    """The last entry whose place the index reaches."""

    def entry(at: tuple[int, ...]) -> Node:
        before, own, after = at[:axis], at[axis : axis + index.ndim], at[axis + index.ndim :]
        found: Node = x[*before, 0, *after]
        for place in range(1, x.shape[axis]):
            args = (_is_from(graph, index[own], place), x[*before, place, *after], found)
            found = graph.node("where", args)
        return found

    return filled((*x.shape[:axis], *index.shape, *x.shape[axis + 1 :]), entry)


def _place(graph: Graph, x: Entries, index: Entries, to: Form, axis: int) -> Entries:
    def entry(at: tuple[int, ...]) -> Node:
        return total(
            graph,
            [
                graph.node(
                    "where",
                    (
                        _is_at(graph, index[own], at[axis], to.shape[axis]),
                        x[*at[:axis], *own, *at[axis + 1 :]],
                        graph.const(0.0),
                    ),
                )
                for own in itertools.product(*map(range, index.shape))
            ],
        )

    return filled(to.shape, entry)


def _onehot(graph: Graph, index: Entries, length: int) -> Entries:
    def entry(at: tuple[int, ...]) -> Node:
        args = (_is_at(graph, index[at[:-1]], at[-1], length), graph.const(1.0), graph.const(0.0))
        return graph.node("where", args)

    return filled((*index.shape, length), entry)


def _running(graph: Graph, x: Entries, axis: int) -> Entries:
    def entry(place: tuple[int, ...]) -> Node:
        before = [(*place[:axis], at, *place[axis + 1 :]) for at in range(place[axis] + 1)]
        return total(graph, [x[each] for each in before])

    return filled(x.shape, entry)


def _running_back(graph: Graph, x: Entries, axis: int) -> Entries:
    return np.flip(_running(graph, np.flip(x, axis), axis), axis)


def _windows(graph: Graph, x: Entries, sizes: Sequence[int]) -> Entries:
    del graph
    rank, batch = len(sizes), x.ndim - len(sizes)
    places = [each - size + 1 for each, size in zip(x.shape[batch:], sizes, strict=True)]

    def entry(at: tuple[int, ...]) -> Node:
        first, inside = at[batch : batch + rank], at[batch + rank :]
        found: Node = x[*at[:batch], *[a + b for a, b in zip(first, inside, strict=True)]]
        return found

    return filled((*x.shape[:batch], *places, *sizes), entry)


def _unwindowed(graph: Graph, x: Entries, sizes: Sequence[int]) -> Entries:
    rank, batch = len(sizes), x.ndim - 2 * len(sizes)
    lengths = [each + size - 1 for each, size in zip(x.shape[batch:-rank], sizes, strict=True)]

    def entry(at: tuple[int, ...]) -> Node:
        return total(
            graph,
            [
                x[*at[:batch], *first, *[a - b for a, b in zip(at[batch:], first, strict=True)]]
                for first in itertools.product(*map(range, x.shape[batch:-rank]))
                if all(
                    0 <= a - b < size for a, b, size in zip(at[batch:], first, sizes, strict=True)
                )
            ],
        )

    return filled((*x.shape[:batch], *lengths), entry)


def _array(graph: Graph, entries: Any) -> Entries:
    values = iter(np.frombuffer(entries.data))
    return filled(entries.form.shape, lambda _: graph.const(float(next(values))))


_WRITTEN_OUT: Mapping[str, Callable[..., Any]] = {
    "spread": lambda _, x, to: np.broadcast_to(x, to.shape),
    "sum_to": gathered(total),
    "max_to": gathered(extreme("max")),
    "min_to": gathered(extreme("min")),
    "norm_to": gathered(variadic("norm")),
    "prod_to": gathered(lambda graph, nodes: times(graph, graph.const(1.0), *nodes)),
    "prod_others": of_others,
    "logsumexp_to": gathered(variadic("logsumexp")),
    "contract": contracted,
    "transpose": lambda _, x: x if x.ndim < 2 else np.swapaxes(x, -1, -2),
    "reshape": lambda _, x, to: x.reshape(to.shape),
    "take": _take,
    "put": _put,
    "gather": _gather,
    "place": _place,
    "onehot": _onehot,
    "stack": lambda _, *rest: np.stack(rest[:-1]),
    "concat": lambda _, *rest: np.concatenate(rest[:-1], rest[-1]),
    "cumsum": _running,
    "cumsum_back": _running_back,
    "window": _windows,
    "unwindow": _unwindowed,
    ARRAY: _array,
    "eye": lambda graph, length: filled(
        (length, length), lambda at: graph.const(float(at[0] == at[1]))
    ),
    "tril": lambda graph, x, diagonal: filled(
        x.shape, lambda at: x[at] if at[1] - at[0] <= diagonal else graph.const(0.0)
    ),
    "inv": written_matrices.inverse,
    "det": written_matrices.determinant,
    "logdet": written_matrices.log_determinant,
    "cofactors": written_matrices.cofactors,
    "solve": written_matrices.solved,
    "cholesky": written_matrices.cholesky,
}


def is_known(op: str) -> bool:
    """Whether an operation on arrays is written out here."""
    return op in _WRITTEN_OUT
