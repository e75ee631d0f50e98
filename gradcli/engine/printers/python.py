"""Operations as Python on floats, which raises where IEEE arithmetic has infinity or NaN.

What has no form here is called: `math` where it has the function, or else what the interpreter
calls.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from gradcli.engine.expanding import Code
from gradcli.engine.printers.expressions import Lines, Spelling
from gradcli.engine.scalar import operation

TESTS = {
    "lt": "{0} < {1}",
    "le": "{0} <= {1}",
    "gt": "{0} > {1}",
    "ge": "{0} >= {1}",
    "eq": "{0} == {1}",
    "ne": "{0} != {1}",
    "not": "{0} == 0.0",
}

FORMS: Mapping[str, str] = {
    "add": "{0} + {1}",
    "sub": "{0} - {1}",
    "mul": "{0}*{1}",
    "div": "{0}/{1}",
    "neg": "-{0}",
    **{op: f"1.0 if {test} else 0.0" for op, test in TESTS.items()},
    "and": "0.0 if {0} == 0.0 or {1} == 0.0 else 1.0",
    "or": "0.0 if {0} == 0.0 and {1} == 0.0 else 1.0",
    "sign": "1.0 if {0} > 0.0 else -1.0 if {0} < 0.0 else {0}",
    "step": "1.0 if {0} > 0.0 else 0.0",
    "relu": "{0} if {0} > 0.0 else 0.0",
    "sqrt": "sqrt({0}) + 0.0",  # 0 also of -0, as the interpreter has it
    "share": "{0}*{1}",
    "decay": "exp(-fabs({0}))",
}

FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "abs": math.fabs,
    "pow": math.pow,
    **{
        name: getattr(math, name)
        for name in (
            *("exp", "exp2", "expm1", "log", "log2", "log1p", "sin", "cos", "tan"),
            *("asin", "acos", "atan", "atan2", "sinh", "cosh", "asinh", "acosh", "atanh"),
            *("hypot", "sqrt", "fabs", "erf"),
        )
    },
    "norm": math.hypot,
}
"""The functions that stand for an operation of another or of the same name."""

ERRORS = (ArithmeticError, ValueError, TypeError)
"""What is raised where floats have no number for a result, or an argument is no number."""


def lines(code: Code, names: dict[str, object], named: tuple[int, ...] = ()) -> Lines:
    """Operations in Python.

    Args:
        code: the operations.
        names: where the functions are put that the code calls, by our names for them.
        named: slots that have to have a name.
    """
    names |= {"exp": math.exp, "fabs": math.fabs, "sqrt": math.sqrt}

    def function(op: str, _: int) -> str:
        names[op] = FUNCTIONS.get(op) or operation(op)
        return op

    return Lines(
        code,
        Spelling(FORMS, TESTS, "{1} if {0} else {2}", "{0} != 0.0", _constant, function),
        named,
    )


def _constant(value: float) -> str:
    """A negative constant stands in brackets, as a sign would bind less than a power or a sign."""
    return f"({value!r})" if math.copysign(1.0, value) < 0 else repr(value)
