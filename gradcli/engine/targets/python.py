"""Python of the standard library alone: `math`, and gradcli's own functions where it has none."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Sequence

from gradcli.engine.printers.python import FORMS, FUNCTIONS, TESTS
from gradcli.engine.targets.bundle import Bundle
from gradcli.engine.targets.target import Helper, Target, constant

WORDS = frozenset(
    [*keyword.kwlist, *keyword.softkwlist, *dir(builtins), "math", "np", "numpy", "self"]
)

LONGEST = 30
"""A longer value has a name, so that what is made of two of them stands in one line."""

RAISING = frozenset(
    (
        *("div", "pow", "exp", "exp2", "expm1", "log", "log2", "log1p", "sqrt", "asin", "acos"),
        *("acosh", "atanh", "sinh", "cosh", "sin", "cos", "tan", "mod"),
    )
)
"""What raises where IEEE 754 has infinity or NaN."""


def helper_of(kind: str, back: str | None = None) -> Helper:
    """What writes a function of Python whose arguments are of a kind, and its result of another."""

    def helper(
        name: str, parameters: Sequence[str], statements: Sequence[tuple[str, str]], result: str
    ) -> list[str]:
        given = ", ".join(f"{each}: {kind}" for each in parameters)
        body = [f"    {left} = {right}" for left, right in statements]
        return [f"def {name}({given}) -> {back or kind}:", *body, f"    return {result}", ""]

    return helper


NUMBERS = "Numbers"
"""What code calls what libraries of arrays compute with; it says what that is."""

DECIMAL = constant('float("inf")', 'float("nan")')
"""How constants are written."""

_FUNCTIONS = {
    op: f"math.{function.__name__}"
    for op, function in FUNCTIONS.items()
    if op not in {"cbrt", "log10", "tanh"}
}

_FORMS = {
    **{op: form for op, form in FORMS.items() if op not in {"share", "decay"}},
    "sqrt": "math.sqrt({0})",
    "relu": "0.0 if {0} <= 0.0 else {0}",
    "step": "1.0 if {0} > 0.0 else 0.0",
    "max": "max({0}, {1})",
    "min": "min({0}, {1})",
    "mod": "{0} % {1}",
}

PYTHON = Target(
    "python",
    "Python",
    _FORMS,
    _FUNCTIONS,
    TESTS,
    "{1} if {0} else {2}",
    "{0} != 0.0",
    DECIMAL,
    helper_of("float"),
    library=Bundle,
    words=WORDS,
    logic={"and": "{0} and {1}", "or": "{0} or {1}"},
    longest=LONGEST,
)

TOTAL = PYTHON._replace(
    forms={op: form for op, form in _FORMS.items() if op not in RAISING},
    functions={op: name for op, name in _FUNCTIONS.items() if op not in RAISING},
)
"""The same where a branch that is not taken may be computed: nothing raises."""
