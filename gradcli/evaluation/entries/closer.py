"""Entries of a derivative that its formula has a better number for than the engine's nodes."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite, isnan
from typing import Any

import numpy as np

from gradcli.engine.arrays import evaluate
from gradcli.engine.interpreter import Values
from gradcli.errors import UsageError
from gradcli.evaluation.entries.apart import Apart
from gradcli.evaluation.entries.separate import flat
from gradcli.evaluation.rounding import CLOSE, Way, is_closer
from gradcli.graph.node import INPUT, Node, behind

MOST = 2_000
"""Derivatives that are more numbers are not written out to find what rounding takes of them."""


def closer(found: Any, exact: Node | None, formula: Node, given: Mapping[str, Any]) -> Any:
    """A derivative with the numbers of its formula where these are better.

    Where the engine's are not finite the formula's may be: of log(exp(x)) that is 1 at 1000. And
    of x/(1 + x) it loses nothing, where the engine takes equal numbers from each other.

    Args:
        found: the value of the engine's nodes.
        exact: these, None if they are not the derivative itself.
        formula: what is shown.
        given: the values of inputs, by their names.
    """
    shown = _value(formula, given)
    if np.shape(shown) != np.shape(found):
        return found
    with np.errstate(all="ignore"):
        # NaN is no number at all: an infinite one that the formula has is the derivative.
        is_better = (~np.isfinite(found) & np.isfinite(shown)) | (np.isnan(found) & np.isinf(shown))
        is_other = ~is_better & ~(np.abs(found - shown) <= CLOSE * np.abs(shown))
    if is_better.any():
        found = np.where(is_better, shown, found)
    if exact is not None and is_other.any():
        found = _written_out(found, is_other, exact, formula, given)
    return found if np.shape(found) else float(found)


def _value(node: Node, given: Mapping[str, Any]) -> Any:
    """The value of a formula; NaN if one of its names has none."""
    inputs = [each for each in behind([node]) if each.op == INPUT]
    if any(each.name not in given for each in inputs):
        return np.nan
    return evaluate([node], inputs, [given[each.name] for each in inputs])[0]


def _written_out(
    found: Any, is_other: Any, exact: Node, formula: Node, given: Mapping[str, Any]
) -> Any:
    """The same where rounding decides, of numbers that are looked at one by one."""
    written = Apart(MOST)
    try:
        ways = [written.entries(node).ravel() for node in (exact, formula)]
    except UsageError:
        return found
    at = _values(written, given)
    better = np.ravel(found).copy()
    for place in np.flatnonzero(is_other):
        one, other = [Way(written.graph, way[place], at) for way in ways]
        number = at(other.node)
        if isfinite(number) and (not isfinite(better[place]) or is_closer(one, other)):
            better[place] = number
    return better.reshape(np.shape(found))


def is_undefined(output: Node, given: Mapping[str, Any]) -> bool:
    """Whether an output that is NaN as arrays is so as numbers, which go beyond floats.

    Of exp(x)/(1 + exp(x)) arrays make infinity by infinity at 1000, and numbers make 1.
    """
    written = Apart(MOST)
    try:
        entries = written.entries(output)
    except UsageError:
        return True
    at = _values(written, given)
    return any(isnan(at(each)) for each in entries.ravel())


def _values(written: Apart, given: Mapping[str, Any]) -> Values:
    """The values of what has been written out."""
    inputs = [each for made in written.inputs.values() for each in made.ravel()]
    return Values(inputs, flat([given[node.name] for node in written.inputs]))
