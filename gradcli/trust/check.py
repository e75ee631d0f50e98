"""Every derivative of a program against the same in many digits."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from gradcli.errors import UsageError
from gradcli.evaluation.elements import Value
from gradcli.evaluation.entries.separate import Place, numbers_of
from gradcli.evaluation.objects import entries_of
from gradcli.evaluation.solution import Differentiated, Solution
from gradcli.evaluation.solve import arrays_of, differentiated, read_model
from gradcli.graph.shapes import no_gradient
from gradcli.trust.points import points
from gradcli.trust.precise import Precise
from gradcli.trust.result import Check, Entry

TOLERANCE = 1e-6
"""How far off a derivative may be, beside its size."""

ROUNDING = 1e-12
"""How far off it may be beside the sizes of what it is a sum of: they may cancel to 0."""


def check(
    source: str,
    values: Mapping[str, Value],
    *,
    of: str | None = None,
    tolerance: float = TOLERANCE,
    strict: bool = False,
) -> Check:
    """The derivative by every node, compared with differences of values in many digits.

    Args:
        source: the program.
        values: a value for each input; none at all, and a point is chosen.
        of: the name of the output, if it is another than that of the program.
        tolerance: the largest error that is allowed, relative to the derivative.
        strict: make every note on how the text was read an error.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown or given twice; or the output is an
            array.
        UsageError: mpmath is not installed, or the program is too large.
    """
    model = read_model(source, values, strict=strict, arrays=arrays_of(values), of=of)
    if model.output.shape:
        raise no_gradient(model.output.form)
    program = differentiated(model)
    solution, is_chosen = at(program, values)
    if not math.isfinite(solution.value):
        return Check(solution, is_chosen, [], model.notes, solution.value_problems)
    entries = [*_compared(solution, tolerance)]
    return Check(solution, is_chosen, entries, model.notes, solution.warnings)


def checked_tolerance(given: float | None) -> float:
    """A tolerance, or the usual one.

    Raises:
        UsageError: it is no number from 0 to 1.
    """
    if given is None:
        return TOLERANCE
    if not 0 <= given < 1:
        raise UsageError(
            "tolerance",
            f"a tolerance is a number from 0 to 1, not {given:g}",
            hint=f"{TOLERANCE:g} by default",
        )
    return given


def at(program: Differentiated, values: Mapping[str, Value]) -> tuple[Solution, bool]:
    """A program at the point that is given, or at one that is chosen, and whether it is.

    Raises:
        InputError: as `Differentiated.at`.
    """
    if not values and program.model.inputs and not program.model.graph.has_arrays:
        found = next(points(program), None)
        if found is not None:
            return found, True
    return program.at(values), False


def _compared(solution: Solution, tolerance: float) -> Iterator[Entry]:
    numbers = numbers_of(solution)
    others = [place.number for places in numbers.places.values() for place in places]
    precise = Precise(numbers.graph, numbers.output, numbers.point, others)
    for node, name in solution.names.items():
        used, plain = (entries_of(of(node)) for of in (solution.grad_of, solution.plain_of))
        for place, *both in zip(numbers.places[node], used, plain, strict=True):
            # Where there is a reference it is what the rules give that is compared with it, if
            # they give a number.
            is_used = precise.is_open(place.number) is not None or not math.isfinite(both[1])
            yield compared(precise, name, place, both[0 if is_used else 1], tolerance)


def compared(precise: Precise, name: str, place: Place, gradient: float, tolerance: float) -> Entry:
    """One derivative beside its reference.

    Args:
        precise: the program in many digits.
        name: that of the node.
        place: which entry it is.
        gradient: what is checked.
        tolerance: the largest error that is allowed, relative to the reference.
    """
    node, index = place.number, place.indices
    reason = precise.is_open(node)
    exact = precise.adjoint(node)
    reference = math.nan if reason else float(exact)
    if reason is None and not _is_ordinary(reference, exact):
        reason = "no float holds it"
    if reason is not None:
        return Entry(name, index, gradient, reference, None, reason=f"not compared: {reason}")
    if not math.isfinite(gradient):
        return Entry(
            name, index, gradient, reference, math.inf, is_right=False, reason="it is not finite"
        )
    error = abs(precise.mp.mpf(float(gradient)) - exact)
    scale = abs(exact) or precise.size(node)
    ulp = float(error) / math.ulp(float(scale)) if error else 0.0
    allowed = tolerance * abs(exact) + ROUNDING * precise.size(node)
    if error <= allowed:
        return Entry(name, index, gradient, reference, ulp)
    return Entry(name, index, gradient, reference, ulp, is_right=False, reason=_off(ulp))


def _is_ordinary(reference: float, exact: Any) -> bool:
    is_lost = not reference and bool(exact)
    return math.isfinite(reference) and not is_lost


def _off(ulp: float) -> str:
    digits = max(0.0, 15.95 - math.log10(ulp)) if ulp > 0 else 16.0
    return (
        f"{digits:.0f} of its 16 digits are right" if digits >= 1 else "none of its digits is right"
    )
