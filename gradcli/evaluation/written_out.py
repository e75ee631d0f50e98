"""Any graph of arrays as a graph of numbers: an independent way to every value and derivative.

Each array becomes a NumPy array of nodes of a graph without arrays, and what is done to arrays is
written out for their entries as a textbook defines it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from gradcli.graph.node import ARRAY, CONST, IDENTITY, INPUT, Graph, Node
from gradcli.graph.shapes import ROW, SHAPED, Form
from gradcli.syntax.spelling import element_name
from gradcli.syntax.walk import bottom_up

Entries = Any
"""A NumPy array of nodes."""


class WrittenOut:
    """The same program as numbers.

    Attributes:
        graph: where its nodes are.
        inputs: the nodes of each input's entries.
    """

    def __init__(self) -> None:
        self.graph = Graph()
        self.inputs: dict[Node, Entries] = {}
        self._made: dict[Node, Entries] = {}

    def entries(self, output: Node) -> Entries:
        """The nodes of the entries of a node of a graph of arrays, or of a draft of it."""
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


def filled(shape: tuple[int, ...], make: Callable[[tuple[int, ...]], Node]) -> Entries:
    """An array of this shape, each of whose nodes is made from its place."""
    result = np.empty(shape, dtype=object)
    for place in itertools.product(*map(range, shape)):
        result[place] = make(place)
    return result


def _total(graph: Graph, nodes: Sequence[Node]) -> Node:
    total = nodes[0] if nodes else graph.const(0.0)
    for node in nodes[1:]:
        total = graph.node("add", (total, node))
    return total


def _times(graph: Graph, *nodes: Node) -> Node:
    product, *others = nodes
    for node in others:
        product = graph.node("mul", (product, node))
    return product


def _gathered(reduce: Callable[[Graph, list[Node]], Node]) -> Callable[..., Entries]:
    """Entries that would be stretched from one place come to the entry of that place."""

    def result(graph: Graph, x: Entries, to: Form) -> Entries:
        groups: dict[tuple[int, ...], list[Node]] = {
            place: [] for place in itertools.product(*map(range, to.shape))
        }
        for place in itertools.product(*map(range, x.shape)):
            kept = place[len(place) - len(to.shape) :]
            target = tuple(
                0 if length == 1 else at for at, length in zip(kept, to.shape, strict=True)
            )
            groups[target].append(x[place])
        return filled(to.shape, lambda place: reduce(graph, groups[place]))

    return result


def _of_others(graph: Graph, x: Entries, *rest: Any) -> Entries:
    """For each entry the product of the others that come to the same place, or what it changes by.

    A product changes by a direction in each of its factors in turn.
    """
    *directions, to = rest

    def target(place: tuple[int, ...]) -> tuple[int, ...]:
        kept = place[len(place) - len(to.shape) :]
        return tuple([0 if to.shape[axis] == 1 else at for axis, at in enumerate(kept)])

    places = [*itertools.product(*map(range, x.shape))]

    def entry(place: tuple[int, ...]) -> Node:
        others = [each for each in places if each != place and target(each) == target(place)]
        terms = []
        for moved in itertools.permutations(others, len(directions)):
            at = dict(zip(moved, directions, strict=True))
            factors = [at[each][each] if each in at else x[each] for each in others]
            terms.append(_times(graph, graph.const(1.0), *factors))
        return _total(graph, terms)

    return filled(x.shape, entry)


def _variadic(op: str) -> Callable[[Graph, list[Node]], Node]:
    return lambda graph, nodes: graph.node(op, tuple(nodes))


def _extreme(op: str) -> Callable[[Graph, list[Node]], Node]:
    """Each entry is one: of numbers an argument that is written twice counts once."""

    def result(graph: Graph, nodes: list[Node]) -> Node:
        apart: dict[Node, None] = {}
        for each in nodes:
            node = each
            while node in apart:
                node = graph.node(IDENTITY, (node,))
            apart[node] = None
        return graph.node(op, tuple(apart))

    return result


def _contract(  # noqa: PLR0913, PLR0917  (the arguments and parameters of a contraction)
    graph: Graph, a: Entries, b: Entries, of_a: str, of_b: str, result: str
) -> Entries:
    kept = result.removesuffix(ROW)
    lengths = dict(zip(of_a + of_b, a.shape + b.shape, strict=True))
    summed = [label for label in lengths if label not in kept]

    def entry(place: tuple[int, ...]) -> Node:
        terms = []
        for rest in itertools.product(*[range(lengths[label]) for label in summed]):
            at = dict(zip([*kept, *summed], [*place, *rest], strict=True))
            one = a[tuple(at[label] for label in of_a)]
            other = b[tuple(at[label] for label in of_b)]
            terms.append(_times(graph, one, other))
        return _total(graph, terms)

    return filled(tuple(lengths[label] for label in kept), entry)


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
    return filled(to.shape, lambda place: _total(graph, groups.get(place, [])))


def _is_at(graph: Graph, index: Node, place: int) -> Node:
    return graph.node("eq", (index, graph.const(place + 1.0)))


def _gather(graph: Graph, x: Entries, index: Entries, axis: int) -> Entries:
    """The entry whose place is the index, else the first one."""

    def entry(at: tuple[int, ...]) -> Node:
        before, own, after = at[:axis], at[axis : axis + index.ndim], at[axis + index.ndim :]
        found: Node = x[*before, 0, *after]
        for place in range(1, x.shape[axis]):
            args = (_is_at(graph, index[own], place), x[*before, place, *after], found)
            found = graph.node("where", args)
        return found

    return filled((*x.shape[:axis], *index.shape, *x.shape[axis + 1 :]), entry)


def _place(graph: Graph, x: Entries, index: Entries, to: Form, axis: int) -> Entries:
    def entry(at: tuple[int, ...]) -> Node:
        return _total(
            graph,
            [
                graph.node(
                    "where",
                    (
                        _is_at(graph, index[own], at[axis]),
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
        args = (_is_at(graph, index[at[:-1]], at[-1]), graph.const(1.0), graph.const(0.0))
        return graph.node("where", args)

    return filled((*index.shape, length), entry)


def _running(graph: Graph, x: Entries, axis: int) -> Entries:
    def entry(place: tuple[int, ...]) -> Node:
        before = [(*place[:axis], at, *place[axis + 1 :]) for at in range(place[axis] + 1)]
        return _total(graph, [x[each] for each in before])

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
        return _total(
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


def _determinant(graph: Graph, matrix: Entries) -> Node:
    """Leibniz: the sum over all permutations."""
    size = len(matrix)
    if not size:
        return graph.const(1.0)
    terms = []
    for order in itertools.permutations(range(size)):
        swaps = sum(order[i] > order[j] for i in range(size) for j in range(i + 1, size))
        product = _times(graph, *[matrix[i, j] for i, j in enumerate(order)])
        terms.append(graph.node("neg", (product,)) if swaps % 2 else product)
    return _total(graph, terms)


def _cofactors(graph: Graph, matrix: Entries, *directions: Entries) -> Entries:
    """The determinants without a row and a column, with their signs, or what they change by.

    A product of entries changes by a direction in each of its rows in turn.
    """

    def entry(place: tuple[int, ...]) -> Node:
        i, j = place
        minor, *moves = [
            np.delete(np.delete(each, i, axis=0), j, axis=1) for each in (matrix, *directions)
        ]
        terms = [graph.const(0.0)]
        for rows in itertools.permutations(range(len(minor)), len(moves)):
            mixed = minor.copy()
            for row, move in zip(rows, moves, strict=True):
                mixed[row] = move[row]
            terms.append(_determinant(graph, mixed))
        total = _total(graph, terms)
        return graph.node("neg", (total,)) if (i + j) % 2 else total

    return filled(matrix.shape, entry)


def _inverse(graph: Graph, matrix: Entries) -> Entries:
    """Cramer: the cofactors over the determinant."""
    whole = _determinant(graph, matrix)

    def entry(place: tuple[int, ...]) -> Node:
        i, j = place
        minor = np.delete(np.delete(matrix, j, axis=0), i, axis=1)
        quotient = graph.node("div", (_determinant(graph, minor), whole))
        return graph.node("neg", (quotient,)) if (i + j) % 2 else quotient

    return filled(matrix.shape, entry)


def _solved(graph: Graph, matrix: Entries, right: Entries) -> Entries:
    inverse = _inverse(graph, matrix)
    if right.ndim == 1:
        return _contract(graph, inverse, right, "ab", "b", "a")
    return _contract(graph, inverse, right, "ab", "bc", "ac")


def _cholesky(graph: Graph, matrix: Entries) -> Entries:
    """Row by row, as by hand."""
    half = graph.const(0.5)
    mean = filled(
        matrix.shape,
        lambda at: _times(graph, half, graph.node("add", (matrix[at], matrix[at[::-1]]))),
    )
    result = filled(matrix.shape, lambda _: graph.const(0.0))
    for i, j in itertools.product(range(len(matrix)), repeat=2):
        if j <= i:
            rest = mean[i, j]
            for k in range(j):
                rest = graph.node("sub", (rest, _times(graph, result[i, k], result[j, k])))
            args = (rest,) if i == j else (rest, result[j, j])
            result[i, j] = graph.node("sqrt" if i == j else "div", args)
    return result


def _log_determinant(graph: Graph, matrix: Entries) -> Node:
    return graph.node("log", (graph.node("abs", (_determinant(graph, matrix),)),))


_WRITTEN_OUT: Mapping[str, Callable[..., Any]] = {
    "spread": lambda _, x, to: np.broadcast_to(x, to.shape),
    "sum_to": _gathered(_total),
    "max_to": _gathered(_extreme("max")),
    "min_to": _gathered(_extreme("min")),
    "norm_to": _gathered(_variadic("norm")),
    "prod_to": _gathered(lambda graph, nodes: _times(graph, graph.const(1.0), *nodes)),
    "prod_others": _of_others,
    "logsumexp_to": _gathered(_variadic("logsumexp")),
    "contract": _contract,
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
    "inv": _inverse,
    "det": _determinant,
    "logdet": _log_determinant,
    "cofactors": _cofactors,
    "solve": _solved,
    "cholesky": _cholesky,
}


def is_known(op: str) -> bool:
    """Whether an operation on arrays is written out here."""
    return op in _WRITTEN_OUT
