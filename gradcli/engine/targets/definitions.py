"""Functions that a language may lack, by those that it has, as accurate as gradcli's own.

One definition serves all targets. Both sides of a choice may be computed, so neither raises
anything where floats follow IEEE 754.
"""

from __future__ import annotations

from collections.abc import Mapping

from gradcli.engine.targets import activations, angles, differences, elementary
from gradcli.engine.targets.terms import Definition

DEFINITIONS: Mapping[str, Definition] = {
    **elementary.DEFINITIONS,
    **activations.DEFINITIONS,
    **differences.DEFINITIONS,
    **angles.DEFINITIONS,
}
"""What defines an operation, by its name; its arguments are those of the step."""
