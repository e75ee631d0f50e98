"""Functions that a language may lack, by those that it has, as accurate as gradcli's own.

One definition serves all targets. Both sides of a choice may be computed, so neither raises
anything where floats follow IEEE 754.
"""

from __future__ import annotations

from collections.abc import Mapping

from gradcli.engine.targets import (
    activations,
    angles,
    differences,
    elementary,
    errors_and_gamma,
    polynomials,
    quantiles,
    sinc,
)
from gradcli.engine.targets.terms import Definition

DEFINITIONS: Mapping[str, Definition] = {
    **elementary.DEFINITIONS,
    **activations.DEFINITIONS,
    **differences.DEFINITIONS,
    **angles.DEFINITIONS,
    **errors_and_gamma.DEFINITIONS,
    **sinc.DEFINITIONS,
    **quantiles.DEFINITIONS,
}
"""What defines an operation, by its name; its arguments are those of the step."""

OF_KNOWN_ORDER = {
    **errors_and_gamma.OF_KNOWN_ORDER,
    **sinc.OF_KNOWN_ORDER,
    **polynomials.OF_KNOWN_ORDER,
}
"""What takes operations apart whose first argument has to be known."""

SECOND = frozenset((*errors_and_gamma.DEFINITIONS, *sinc.DEFINITIONS, *quantiles.DEFINITIONS))
"""Those that come after the functions of any library."""
