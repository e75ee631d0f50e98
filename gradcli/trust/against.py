"""Somebody's own gradient beside a program's, entry by entry, and the mistake that it has."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from gradcli.evaluation.elements import Value
from gradcli.evaluation.entries.separate import Place
from gradcli.evaluation.objects import entries_of
from gradcli.evaluation.solve import arrays_of, differentiated, read_model
from gradcli.graph.node import Node
from gradcli.graph.shapes import Form, no_gradient, shown
from gradcli.trust import candidates
from gradcli.trust.check import TOLERANCE, at, compared
from gradcli.trust.given import Given, Gradient
from gradcli.trust.mistakes import Search
from gradcli.trust.observed import Key, Mistake, Observed
from gradcli.trust.points import points
from gradcli.trust.precise import Precise
from gradcli.trust.result import Check, Entry

POINTS = 4
"""At so many points a gradient is looked at that is known at all of them."""

UNNAMED = "no mistake is known that gives it"


def against(  # noqa: PLR0913  (what a command line can ask)
    source: str,
    values: Mapping[str, Value],
    gradient: Gradient,
    *,
    of: str | None = None,
    tolerance: float = TOLERANCE,
    strict: bool = False,
) -> Check:
    """Somebody's own gradient, compared with a program's entry by entry.

    Args:
        source: the program.
        values: a value for each input; none at all, and points are chosen.
        gradient: formulas, values by name, or a function of the inputs.
        of: the name of the output, if it is another than that of the program.
        tolerance: the largest error that is allowed, relative to the derivative.
        strict: make every note on how the text was read an error.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown or given twice.
        UsageError: the gradient cannot be read; or as `check`.
    """
    model = read_model(source, values, strict=strict, arrays=arrays_of(values), of=of)
    if model.output.shape:
        raise no_gradient(model.output.form)
    program = differentiated(model)
    given = Given(gradient)
    first, is_chosen = at(program, values)
    if not math.isfinite(first.value):
        return Check(first, is_chosen, [], model.notes, first.value_problems)
    solutions = [first]
    if is_chosen and given.is_everywhere:
        solutions = [*islice(points(program), POINTS)]
    looked_at = [Observed(each, given.at(each)) for each in solutions]
    search = Search(looked_at, [*_keys(looked_at[0])], tolerance)
    mistakes = search.mistakes()
    # What is wrong is shown where it can be seen.
    main = next(
        (each for each in looked_at if any(not each.is_right(key, tolerance) for key in mistakes)),
        looked_at[0],
    )
    entries = [*_entries(main, mistakes)]
    return Check(main.solution, is_chosen, entries, model.notes, main.solution.warnings)


def _keys(observed: Observed) -> Iterator[Key]:
    """The entries of those that have the right shape."""
    for node, value in observed.given.items():
        if _shape(value) == node.shape:
            for place, each in enumerate(observed.numbers.places[node]):
                yield Key(node, place, each.indices)


def _shape(value: Any) -> tuple[int, ...]:
    return tuple(getattr(value, "shape", ()))


def _entries(observed: Observed, mistakes: Mapping[Key, Mistake | None]) -> Iterator[Entry]:
    solution, numbers = observed.solution, observed.numbers
    others = [place.number for node in observed.given for place in numbers.places[node]]
    precise = Precise(numbers.graph, numbers.output, numbers.point, others)
    for node, value in observed.given.items():
        name = solution.names[node]
        if _shape(value) != node.shape:
            yield _misshapen(observed, node, name, value)
            continue
        for number, (place, found) in enumerate(
            zip(numbers.places[node], entries_of(value), strict=True)
        ):
            key = Key(node, number, place.indices)
            entry = _compared(precise, name, place, found, observed.right(key))
            if key in mistakes:
                mistake = mistakes[key]
                reason = mistake.words if mistake else UNNAMED
                kind = mistake.kind if mistake else None
                entry = replace(entry, is_right=False, reason=reason, mistake=kind)
            yield entry


def _compared(precise: Precise, name: str, place: Place, found: float, right: float) -> Entry:
    """An entry beside its reference; at a kink, beside what is used there."""
    entry = compared(precise, name, place, found, TOLERANCE)
    if entry.ulp is not None:
        return Entry(name, place.indices, found, entry.reference, entry.ulp)
    ulp = abs(found - right) / math.ulp(right or found) if math.isfinite(right) else None
    return Entry(name, place.indices, found, right, ulp)


def _misshapen(observed: Observed, node: Node, name: str, value: Any) -> Entry:
    """An entry for an array of another shape than its node."""
    mistake = _of_shape(observed, node, value)
    reason = f"it is {shown(Form(_shape(value)))}, and {name} is {shown(node.form)}"
    if mistake is not None:
        reason = f"{mistake.words}: {reason}"
    kind = mistake.kind if mistake else candidates.SHAPE
    return Entry(name, (), math.nan, math.nan, None, is_right=False, reason=reason, mistake=kind)


def _of_shape(observed: Observed, node: Node, value: Any) -> Mistake | None:
    """What gives an array of another shape."""
    import numpy as np  # noqa: PLC0415  (only arrays need it)

    right, found = np.asarray(observed.solution.grad_of(node)), np.asarray(value)
    if found.shape == right.shape[::-1] and _same(found, right.T):
        return Mistake(candidates.TRANSPOSED, "it is transposed")
    if found.size == right.size and _same(found.ravel(), right.ravel()):
        return Mistake(candidates.SHAPE, "its numbers are right")
    for source, whole in observed.ways.unsummed(node):
        if found.shape == whole.shape and _same(found, whole):
            name = observed.solution.names.get(source, "a node")
            words = f"it is not summed over the places where it is used in {name}"
            return Mistake(candidates.BROADCAST, words)
        for axis in range(whole.ndim):
            for kept in (False, True):
                summed = whole.sum(axis=axis, keepdims=kept)
                if summed.shape == found.shape and _same(found, summed):
                    words = f"it is summed over the wrong axis, {axis + 1}"
                    return Mistake(candidates.AXIS, words)
    return None


def _same(found: Any, wanted: Any) -> bool:
    import numpy as np  # noqa: PLC0415  (only arrays need it)

    return bool(np.allclose(found, wanted, rtol=1e-6, atol=1e-12))
