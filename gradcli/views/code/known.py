"""The numbers that a self-test compares with: those of gradcli, at a few points."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from gradcli.engine import interpreter
from gradcli.engine.beyond import SMALLEST
from gradcli.engine.plain import PlainValues
from gradcli.errors import Option, Sentence, UsageError
from gradcli.evaluation.forms import array_of
from gradcli.evaluation.objects import is_ordinary
from gradcli.views.code.libraries import listed, nested

if TYPE_CHECKING:
    from gradcli.graph.node import Node
    from gradcli.views.code.program import Program

POINTS = 5
"""How many there are of them."""

TRIES = 2_000
"""So many points are looked at to find these."""

TOLERANCE = 1e-9
"""By how much of its size a number may differ; a difference of nearly equal numbers may so."""

_RANGES = ((0.1, 0.9), (-2.0, 2.0), (1.0, 5.0), (-1.0, 0.0), (5.0, 30.0))


class Known(NamedTuple):
    """A point, and what is computed there.

    Attributes:
        point: a value for each input.
        results: the value, the gradient, and the rows of the Hessian.
    """

    point: Sequence[float]
    results: Sequence[float]


def known(
    program: Program, point: Sequence[Any] | None, fixed: Mapping[Node, float]
) -> Sequence[Known]:
    """A few points with their results: the one that is given, and some that are found by lot.

    Args:
        program: the program.
        point: a value for each input, None for one without; or None.
        fixed: the values of inputs that are the same everywhere.

    Raises:
        UsageError: nowhere are the results ordinary numbers, or not at the point that is given.
    """
    lot = random.Random(len(program.inputs))  # noqa: S311  (the same points each time)
    found: list[Known] = []
    for number in range(TRIES):
        low, high = _RANGES[number % len(_RANGES)]
        values = [
            fixed[node] if node in fixed else _drawn(node, lambda: round(lot.uniform(low, high), 3))  # noqa: B023  (at once)
            for node in program.inputs
        ]
        given = point if number == 0 else None
        if given is not None:
            values = [
                one if other is None else other for one, other in zip(values, given, strict=True)
            ]
        results = _results(program, values)
        trouble = _trouble(program, values, results)
        if trouble and given is not None and None not in given:
            raise UsageError("test", f"at the given values {trouble}", hint="give other values")
        if not trouble:
            found.append(Known(values, results))
        if len(found) == POINTS or (found and not program.inputs):
            return found
    if not found:
        raise UsageError(
            "test",
            "no point was found at which all numbers are finite, to compare with",
            hint=Sentence("give a value for each input, as ", Option("x", "2")),
        )
    return found


def _drawn(node: Node, number: Callable[[], float]) -> Any:
    """A number, or a list of lists of them in the shape of an input."""
    if not node.shape:
        return number()
    return nested([number() for _ in range(node.form.size)], node.shape)


def _results(program: Program, values: Sequence[Any]) -> Sequence[Any]:
    """What gradcli computes there; arrays as lists."""
    graph, wanted, inputs = program.solution.model.graph, program.wanted, program.inputs
    if not program.solution.is_of_arrays:
        return interpreter.evaluate(graph, wanted, inputs, values)
    from gradcli.engine import arrays  # noqa: PLC0415  (only arrays need it)

    given = [
        array_of(value, node.name, node.form) if node.shape else value
        for node, value in zip(inputs, values, strict=True)
    ]
    count = len(wanted) - len(program.directions)
    found = arrays.evaluate(wanted[:count], inputs, given)
    if program.directions:
        found.append(arrays.matrix(wanted[count:], program.directions, inputs, given))
    return [listed(each) for each in found]


def _trouble(program: Program, values: Sequence[Any], results: Sequence[Any]) -> str:
    """Why nothing can be compared with the results at a point; nothing if something can."""
    if not all(map(_is_ordinary, results)):
        return "the value or a derivative is no finite number, so that there is nothing to compare"
    if program.solution.is_of_arrays:
        return ""
    plain = PlainValues(program.inputs, map(float, values))
    pairs = zip(map(plain, program.wanted), results, strict=True)
    inside = program.solution.model.graph.ancestors(program.wanted)
    is_within = all(is_ordinary(one) and (one != 0.0 or other == 0.0) for one, other in pairs)
    is_within = is_within and not any(
        0.0 < abs(plain(node)) < SMALLEST for node in inside if node.args
    )
    if is_within:
        return ""
    return "numbers in between leave the range of floats: gradcli computes beyond it, code does not"


def _is_ordinary(result: Any) -> bool:
    if isinstance(result, list):
        return all(map(_is_ordinary, result))
    return is_ordinary(result)
