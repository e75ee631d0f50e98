"""Functions of gradcli's own as JavaScript: their Python source, translated.

They are written with floats, tuples and loops, and call nothing but :mod:`math` and each other. A
function that needs more, decimals or SciPy, is not translated.
"""

from __future__ import annotations

import ast
from functools import cache

from gradcli.engine.scalar import SPECIAL
from gradcli.engine.targets.bundle import Bundle, names_of_operations
from gradcli.engine.targets.from_python import UntranslatableError, Writer

_MATH = {
    "inf": "Infinity", "nan": "NaN", "pi": "Math.PI", "tau": "(2 * Math.PI)",
    "isnan": "Number.isNaN", "isfinite": "Number.isFinite", "pow": "OPERATIONS.pow",
    "fmod": "OPERATIONS.rem", "erf": "OPERATIONS.erf", "erfc": "erfcBelowHalf",
    **{name: f"Math.{name}" for name in (
        "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "ceil", "cos", "cosh",
        "exp", "expm1", "floor", "hypot", "log", "log10", "log1p", "log2", "sin", "sinh", "sqrt",
        "tan", "tanh", "trunc",
    )},
    "copysign": "withSignOf", "factorial": "factorialOf", "comb": "combinationsOf",
    "perm": "permutationsOf", "frexp": "fractionOf", "ldexp": "scaledBy", "fsum": "exactSum",
    "prod": "productOf",
}  # fmt: skip
"""What stands for a name of :mod:`math`; its erfc is called below 1/2 only."""

_FUNCTIONS = "gradcli.engine.functions."

_BY_HAND = {
    (f"{_FUNCTIONS}combinations", "falling"): "falling",
    (f"{_FUNCTIONS}integrals", "_by_fraction"): "byFraction",
}
"""Helpers whose whole or complex numbers JavaScript writes otherwise: in ``operations.js``."""


class Translation(Bundle):
    """The functions that a program calls, as JavaScript.

    Args:
        given: the operations that ``operations.js`` has.
        taken: names that nothing here may have.
    """

    def __init__(self, given: frozenset[str], taken: frozenset[str]) -> None:
        super().__init__(taken)
        self._given = given

    @property
    def texts(self) -> list[str]:
        """What was asked for, each after what it needs."""
        return self._texts

    def knows(self, op: str) -> bool:
        """Whether a function can be translated."""
        return type(op) is str and op in SPECIAL and _is_translatable(self._given, op)

    def _defined(self, module: str, name: str) -> str:
        op = names_of_operations().get((module, name))
        if op in self._given:
            return f"OPERATIONS.{op}"
        return _BY_HAND.get((module, name)) or super()._defined(module, name)

    def _imported(self, source: str, name: str) -> str:
        if source == "math":
            return self._of_math(name) if name else "math"
        if source.startswith("gradcli."):
            return self._defined(source, name)
        if (source, name) == ("functools", "cache"):
            return name
        raise UntranslatableError(source)

    def _of_math(self, name: str) -> str:
        if name in {"gamma", "lgamma"}:
            return self._defined(f"{_FUNCTIONS}gamma", name)
        if name not in _MATH:
            raise UntranslatableError(name)
        return _MATH[name]

    def text(self, node: ast.stmt) -> str:
        """A definition as JavaScript."""
        return Writer(self._of_math).definition(node)


@cache
def _is_translatable(given: frozenset[str], op: str) -> bool:
    try:
        return Translation(given, frozenset()).function(op) is not None
    except UntranslatableError:
        return False
