"""What frameworks for machine learning give at a point where single operations have no derivative.

They differentiate one operation after another, each with a convention of its own. The table has
these conventions; a gradient goes back through the program by them, and as there it multiplies
through branches that are not taken, so that an infinite partial makes NaN of a 0.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gradcli.evaluation.solution import Solution
from gradcli.graph.node import INPUT, Node

DATE = "November 2026"
"""When the table was written."""

VERSIONS: Mapping[str, str] = {
    "PyTorch": "2.13",
    "JAX": "0.10",
    "TensorFlow": "2.21",
    "autograd": "1.9",
}
"""The frameworks, and the versions that the table is about."""

Slopes = tuple[float | str, ...]
"""The partials by the arguments; a letter is the value of the second one."""

_SELU_LEFT, _SELU_RIGHT = 1.7580993408473766, 1.0507009873554805

_FLAT: tuple[Slopes, ...] = ((0.0,),) * 4

AT_TIES: Mapping[str, Sequence[Slopes | None]] = {
    # an operation where it is tied: PyTorch, JAX, TensorFlow, autograd; None where there is none
    "abs": ((0.0,), (1.0,), (0.0,), (0.0,)),
    "relu": ((0.0,), (0.0,), (0.0,), None),
    "leaky_relu": (("a",), (1.0,), ("a",), None),
    "selu": ((_SELU_LEFT,), (_SELU_LEFT,), (_SELU_RIGHT,), None),
    "max": ((0.5, 0.5), (0.5, 0.5), (1.0, 0.0), (0.5, 0.5)),
    "min": ((0.5, 0.5), (0.5, 0.5), (1.0, 0.0), (0.5, 0.5)),
    "norm": ((0.0,), (math.nan,), (math.nan,), (math.nan,)),
    "hypot": ((math.nan, math.nan), (0.5, 0.5), None, None),
    "atan2": ((0.0, 0.0), *((math.nan, math.nan),) * 3),
    "sign": _FLAT,
    "floor": _FLAT,
    "ceil": _FLAT,
    "round": _FLAT,
    "trunc": (*_FLAT[:2], None, _FLAT[3]),
}
"""`tests/test_frameworks.py` asks those that are installed."""

_EVEN = frozenset(("max", "min"))
"""Of three arguments or more those that are tied share the derivative evenly, in all of them."""

_SAFE: Mapping[str, frozenset[str]] = {"TensorFlow": frozenset(("sqrt",))}
"""Where nothing comes back to an operation, nothing goes on, however steep it is."""


class Convention(NamedTuple):
    """What an operation that is tied has in each framework.

    Attributes:
        node: its name.
        formula: the operation.
        slopes: its partials by framework; None where it has no such function.
    """

    node: str
    formula: str
    slopes: Mapping[str, Sequence[float] | None]


class Frameworks(NamedTuple):
    """What frameworks give at a point.

    Attributes:
        solution: what we give.
        gradients: by framework the derivative by each target; None where it lacks an operation.
        conventions: those of the operations that are tied.
    """

    solution: Solution
    gradients: Mapping[str, Mapping[str, float] | None]
    conventions: Sequence[Convention]


def frameworks(solution: Solution) -> Frameworks:
    """What frameworks give for the gradient of a program at a point.

    Args:
        solution: the program at the point.
    """
    order = solution.model.graph.ancestors([solution.model.output])
    tied = {node for node, condition in solution.ties.items() if solution.value_of(condition)}
    tied |= {node for node in order if node.op in AT_TIES and _is_lost(node, solution)}
    conventions = [
        Convention(
            solution.names[node],
            solution.shown.operation(node),
            {name: _slopes(node, place, solution) for place, name in enumerate(VERSIONS)},
        )
        for node in order
        if node in tied and node.op in AT_TIES
    ]
    gradients = {
        name: _gradient(solution, order, tied, place) for place, name in enumerate(VERSIONS)
    }
    return Frameworks(solution, gradients, conventions)


def _is_lost(node: Node, solution: Solution) -> bool:
    """Whether the partials of an operation are no numbers."""
    partials = solution.derivative.locals.get(node, ())
    return any(each is not None and math.isnan(solution.value_of(each)) for each in partials)


def _slopes(node: Node, place: int, solution: Solution) -> Sequence[float] | None:
    """The partials of an operation that is tied, by a framework's convention."""
    values = [float(solution.value_of(arg)) for arg in node.args]
    if node.op in _EVEN and len(values) > 2:
        best = solution.value_of(node)
        return [(value == best) / values.count(best) for value in values]
    found = AT_TIES[node.op][place]
    if found is None:
        return None
    shared = found * len(values) if node.op == "norm" else found
    slopes = [values[1] if type(each) is str else float(each) for each in shared]
    return [*slopes, *[0.0] * (len(values) - len(slopes))]


def _gradient(
    solution: Solution, order: Sequence[Node], tied: set[Node], place: int
) -> Mapping[str, float] | None:
    """The gradient by a framework's conventions; None where it lacks an operation."""
    safe = _SAFE.get([*VERSIONS][place], frozenset())
    locals_ = solution.derivative.locals
    totals = dict.fromkeys(order, 0.0) | {solution.model.output: 1.0}
    for node in reversed(order):
        arriving = totals[node]
        if node.op == INPUT or node not in locals_ or (not arriving and node.op in safe):
            continue
        partials = [
            None if each is None else float(solution.value_of(each)) for each in locals_[node]
        ]
        if node in tied and node.op in AT_TIES:
            own = _slopes(node, place, solution)
            if own is None:
                return None
            partials = [
                None if each is None else slope for each, slope in zip(partials, own, strict=True)
            ]
        for arg, partial in zip(node.args, partials, strict=True):
            if partial is not None:
                totals[arg] += arriving * partial
    return {solution.names[node]: totals.get(node, 0.0) for node in solution.targets}
