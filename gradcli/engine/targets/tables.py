"""SQL and Polars: one expression for each column, level by level."""

from __future__ import annotations

import math
from functools import partial

from gradcli.engine.printers.python import TESTS
from gradcli.engine.targets.hosted import Hosted
from gradcli.engine.targets.python import DECIMAL, WORDS
from gradcli.engine.targets.target import ARITHMETIC, Target
from gradcli.engine.targets.words import words

_SAME = (
    *("abs", "exp", "log2", "log10", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "atan2"),
    *("floor", "ceil", "sinh", "cosh", "asinh", "acosh", "atanh"),
)

_SQL_TESTS = {
    "lt": "{0} < {1}",
    "le": "{0} <= {1}",
    "gt": "{0} > {1}",
    "ge": "{0} >= {1}",
    "eq": "{0} = {1}",
    "ne": "{0} <> {1}",
    "not": "{0} = 0e0",
}


def _sql_constant(value: float) -> str:
    """A number that is a double in all dialects: one with an exponent."""
    if not math.isfinite(value):
        return "NULL" if math.isnan(value) else "9e999" if value > 0 else "(-9e999)"
    text = repr(value)
    text = text if "e" in text else f"{text.removesuffix('.0')}e0"
    return f"({text})" if text.startswith("-") else text


SQL = Target(
    "sql",
    "SQL",
    {
        **ARITHMETIC,
        **{op: f"CASE WHEN {test} THEN 1e0 ELSE 0e0 END" for op, test in _SQL_TESTS.items()},
    },
    {
        **{op: op for op in _SAME},
        "log": "ln",
        "pow": "power",
        "rem": "mod",
    },
    _SQL_TESTS,
    "CASE WHEN {0} THEN {1} ELSE {2} END",
    "{0} <> 0e0",
    _sql_constant,
    None,
    words=words("sql"),
    logic={"and": "{0} AND {1}", "or": "{0} OR {1}"},
    ignores_case=True,
)


def _method(name: str) -> str:
    return f"double({{0}}).{name}()"


_METHODS = (
    *("exp", "log1p", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "floor", "ceil", "sign"),
)

POLARS = Target(
    "polars",
    "Polars",
    {
        **ARITHMETIC,
        **{op: f"double({test})" for op, test in TESTS.items()},
        "pow": "double({0})**{1}",
        "abs": _method("abs"),
        **{op: _method(op) for op in _METHODS},
        "log": _method("log"),
        "log10": _method("log10"),
        "log2": "double({0}).log(2.0)",
        **{op: _method(f"arc{op[1:]}") for op in ("asin", "acos", "atan", "asinh", "acosh")},
        "atan2": "pl.arctan2(double({0}), double({1}))",
    },
    {},
    TESTS,
    "where({0}, {1}, {2})",
    "{0} != 0.0",
    DECIMAL,
    None,
    words=WORDS | {"pl", "col", "frame", "double", "where"},
    reference="col.{}",
    library=partial(Hosted, "polars"),
    is_library_last=True,
)
