"""What each entry of the arrays of a program is made of: arrays of places.

What moves entries is done to their places by the very kernels that move values; what adds entries
adds each to the one from which its adjoint comes, so that its transpose moves places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from gradcli.engine.kernels import kernel
from gradcli.graph.arrays.gathering import INDEXED
from gradcli.graph.node import CONST, INPUT, Node
from gradcli.graph.shapes import ROW, SHAPED, Form, Params
from gradcli.programs.structure import Pair, Step, Structure

Places = Any
"""An array of places in the structure."""


class ArrayStructure(Structure):
    """The entries that outputs are made of, each after what it depends on.

    Args:
        outputs: nodes of one graph.
        at: the values at a point, for which alone the structure is then: an index has its value.

    Raises:
        UsageError: it is too large.
    """

    def __init__(self, outputs: Sequence[Node], at: Callable[[Node], Any] | None = None) -> None:
        self._at = at
        super().__init__(outputs)

    def index(self, node: Node) -> Any:
        """The value of an index, if it is known."""
        return None if self._at is None else np.asarray(self._at(node), dtype=float)

    def _listed(self, places: Places) -> list[int]:
        return [int(place) for place in np.ravel(places)]

    def _read(self, node: Node) -> Places:
        if node.op == INPUT and node.shape:
            return self._filled(node.form, lambda: Step(()))
        if node.op not in SHAPED and not any(each.shape for each in (node, *node.args)):
            return super()._read(node)
        args = [np.asarray(self._places[arg], dtype=int) for arg in node.args]
        if not args:
            return np.zeros(node.shape, dtype=int)  # constants
        found = _RULES.get(node.op, _whole if node.op in SHAPED else _entrywise)(self, node, *args)
        places = np.asarray(found, dtype=int).reshape(node.shape)
        return places if node.shape else int(places)

    def _filled(self, form: Form, make: Callable[[], Step]) -> Places:
        places = [self.add(make()) for _ in range(form.size)]
        return np.array(places, dtype=int).reshape(form.shape)

    def every(self, form: Form, hub: int) -> Places:
        """Entries of which each depends on one number."""
        return self._filled(form, lambda: Step((hub,)))


def _entrywise(structure: ArrayStructure, node: Node, *args: Places) -> list[int]:
    values = [arg.value if arg.op == CONST else None for arg in node.args]
    each = [array.ravel().tolist() for array in np.broadcast_arrays(*args)]
    return [structure.applied(node.op, places, values) for places in zip(*each, strict=True)]


def _moved(structure: ArrayStructure, node: Node, *args: Places) -> Places:
    """Entries of the arguments at other places."""
    del structure
    return _kernel(node.op, node.params)(*args)


def _kernel(op: str, params: Params) -> Callable[..., Places]:
    move = kernel(op, params)
    return lambda *args: np.asarray(move(*[arg.astype(float) for arg in args])).astype(int)


def _summed(structure: ArrayStructure, node: Node, x: Places) -> list[int]:
    """What adds entries, or chooses one of several."""
    return [structure.several(group, act=False) for group in _groups(node, x)]


def _bent(structure: ArrayStructure, node: Node, x: Places) -> list[int]:
    """What makes one number of several by more than a sum."""
    return [structure.several(group, act=True) for group in _groups(node, x)]


def _groups(node: Node, x: Places) -> Sequence[Sequence[int]]:
    """For each entry of the result the places that it is made of."""
    (arg,) = node.args
    size = node.form.size
    targets = np.arange(size).reshape(node.shape)
    if node.op == "put":
        targets = _kernel("take", node.params[:1])(targets)
    elif node.op == "unwindow":
        targets = _kernel("window", node.params)(targets)
    else:
        targets = np.broadcast_to(targets, arg.shape)
    groups: list[list[int]] = [[] for _ in range(size)]
    for place, target in zip(x.ravel().tolist(), targets.ravel().tolist(), strict=True):
        groups[target].append(place)
    return groups


def _running(structure: ArrayStructure, node: Node, x: Places) -> Places:
    """Running sums: each is the one before it and an entry."""
    (axis,) = node.params
    step = 1 if node.op == "cumsum" else -1
    lines = np.moveaxis(x, axis, 0)[::step]
    sums = np.zeros_like(lines)
    before = np.zeros(lines.shape[1:], dtype=int)
    for at, line in enumerate(lines):
        pairs = zip(before.ravel().tolist(), line.ravel().tolist(), strict=True)
        found = [structure.several(pair, act=False) for pair in pairs]
        sums[at] = before = np.array(found, dtype=int).reshape(line.shape)
    return np.moveaxis(sums[::step], 0, axis)


def _contracted(structure: ArrayStructure, node: Node, a: Places, b: Places) -> list[int]:
    """Sums of products over common labels: only what is multiplied acts together."""
    of_a, of_b, result = [str(each).removesuffix(ROW) for each in node.params]
    lengths = {**dict(zip(of_a, a.shape, strict=True)), **dict(zip(of_b, b.shape, strict=True))}
    labels = [*result, *(label for label in lengths if label not in result)]
    size = int(np.prod([lengths[label] for label in labels[len(result) :]], dtype=int))
    rows = [
        _along(each, own, labels, lengths).reshape(node.form.size, size)
        for each, own in ((a, of_a), (b, of_b))
    ]
    return [
        _of_products(structure, zip(*(row.tolist() for row in both), strict=True))
        for both in zip(*rows, strict=True)
    ]


def _along(x: Places, own: str, labels: Sequence[str], lengths: dict[str, int]) -> Places:
    """An array with an axis for each label, stretched along those that it has not."""
    order = [own.index(label) for label in labels if label in own]
    shape = [lengths[label] if label in own else 1 for label in labels]
    whole = np.transpose(x, order).reshape(shape)
    return np.broadcast_to(whole, [lengths[label] for label in labels])


def _of_products(structure: ArrayStructure, factors: Iterable[Pair]) -> int:
    """The place of a sum of products of two."""
    args: dict[int, int] = {}
    pairs: dict[Pair, None] = {}
    for factor in factors:
        at = [args.setdefault(place, len(args)) for place in factor if place]
        if len(at) == 2:
            pairs[at[0], at[1]] = None
    return structure.add(Step(tuple(args), tuple(pairs))) if args else 0


def _indexed(structure: ArrayStructure, node: Node, *args: Places) -> Places:
    """Entries at places that only values tell: each may be any, and none acts on another."""
    if node.op == "gather":
        index = structure.index(node.args[INDEXED[node.op]])
        if index is not None:
            found = kernel(node.op, node.params)(args[0].astype(float), index)
            return np.asarray(found).astype(int)
    every = [int(place) for arg in args[: INDEXED[node.op]] for place in arg.ravel()]
    hub = structure.several(every, act=False)
    return structure.every(node.form, hub) if hub else np.zeros(node.shape, dtype=int)


def _whole(structure: ArrayStructure, node: Node, *args: Places) -> Places:
    """What makes every entry of all entries, as an inverse does."""
    hub = structure.several((int(place) for arg in args for place in arg.ravel()), act=True)
    return structure.every(node.form, hub)


_RULES: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(
        ("spread", "transpose", "reshape", "take", "stack", "concat", "window", "tril"), _moved
    ),
    **dict.fromkeys(("sum_to", "max_to", "min_to", "put", "unwindow"), _summed),
    **dict.fromkeys(("prod_to", "norm_to", "logsumexp_to"), _bent),
    **dict.fromkeys(("cumsum", "cumsum_back"), _running),
    **dict.fromkeys(INDEXED, _indexed),
    "contract": _contracted,
}
