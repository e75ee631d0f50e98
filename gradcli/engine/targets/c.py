"""C99 with `math.h`, in double precision."""

from __future__ import annotations

from collections.abc import Sequence

from gradcli.engine.printers.python import TESTS
from gradcli.engine.targets.target import ARITHMETIC, WIDEST, Target, constant
from gradcli.engine.targets.translation import dialects
from gradcli.engine.targets.translation.functions import Translation
from gradcli.engine.targets.words import words


def helper(
    name: str, parameters: Sequence[str], statements: Sequence[tuple[str, str]], result: str
) -> list[str]:
    """A function of C."""
    given = ", ".join(f"double {each}" for each in parameters)
    body = [f"    double {left} = {right};" for left, right in statements]
    return [f"static double {name}({given}) {{", *body, f"    return {result};", "}"]


_SAME = (
    *("acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "ceil", "cos", "cosh", "erf"),
    *("exp", "exp2", "expm1", "floor", "hypot", "log", "log10", "log1p", "log2"),
    *("pow", "sin", "sinh", "sqrt", "tan", "trunc"),
)

_CONSTANT = constant("INFINITY", "NAN")


def _own(taken: frozenset[str]) -> Translation:
    """All other functions, under names that are free."""
    return Translation(dialects.C, _CONSTANT, taken | words("c"))


C = Target(
    "c",
    "C",
    {
        **ARITHMETIC,
        **{op: f"{test} ? 1.0 : 0.0" for op, test in TESTS.items()},
    },
    {
        **{op: op for op in _SAME},
        "abs": "fabs",
        "round": "rint",
        "rem": "fmod",
    },
    TESTS,
    "{0} ? {1} : {2}",
    "{0} != 0.0",
    _CONSTANT,
    helper,
    library=_own,
    words=words("c") | dialects.C.names(),
    logic={"and": "{0} && {1}", "or": "{0} || {1}"},
    longest=WIDEST,
)
