"""gradcli's own functions in C and JavaScript: the numbers of the Python that they are made of."""

from __future__ import annotations

import ctypes
import json
import math
import random
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from running_targets import STRICT, arity

from gradcli.engine.scalar import SPECIAL, operation
from gradcli.engine.targets.c import C
from gradcli.engine.targets.javascript import JAVASCRIPT
from gradcli.engine.targets.translation import dialects
from gradcli.engine.targets.translation.functions import Translation

LANGUAGES = {"c": (C, dialects.C, "cc"), "js": (JAVASCRIPT, dialects.JAVASCRIPT, "node")}

OF_ORDERS = [
    *(f"zeta_derivative_{n}" for n in (1, 2, 5)),
    *(f"lambertw_derivative_{n}" for n in (2, 3)),
    *(f"polylog_derivative_{n}" for n in (2, 3)),
]
"""Derivatives that are written for an order each."""

WITHOUT = {
    **dict.fromkeys(
        ("logsumexp", "exp_rest", "logsumexp_from", "share_less", "shares_less"),
        "any number of arguments, and stands in `differences`",
    ),
    **dict.fromkeys(("logsumexp_less", "less_logsumexp"), "likewise"),
    "pow_diff": "each language has a power of its own; it stands in `differences`",
    **{
        f"{wave}_of_{form}": "any number of factors, and stands in `angles`"
        for wave in ("sin", "cos", "tan")
        for form in ("product", "quotient")
    },
    **dict.fromkeys(("sinc_of_product", "sinc_derivative_of_product"), "likewise"),
    **dict.fromkeys(("gammainc_slope", "betainc_slope"), "decimals of any precision"),
    **dict.fromkeys(("gammainc_derivative", "betainc_derivative"), "likewise"),
    **{op: "SciPy's" for op, module in SPECIAL.items() if module == "rare"},
}
"""What is not translated, as it has or needs this."""

ENDS = [0.0, -0.0, 5e-324, 1e-300, 1e-10, 1 / 3, 0.5, 0.75, 1.0, 2.0, 3.0, 4.0, 10.0, 26.5, 40.0]
ENDS += [170.0, 171.5, 184.5, 1e10, 1e300, math.inf]
SPECIAL_POINTS = [*ENDS, *(-each for each in ENDS), math.nan, -0.36787944117144233, -0.367879]
"""Zeros, ends of domains and of the range of floats, poles."""

RANGES = [(0, 1), (-1, 1), (-5, 5), (0.5, 20), (-40, 40), (0, 200)]

BY_ORDER = {
    *("polygamma", "sinc_derivative", "polygamma_sum", "polygamma_rise", "gegenbauer", "laguerre"),
    *("hermite", "chebyshevt", "erfcx_derivative", "dawson_derivative"),
    *("polylog_derivative", "beta_derivative", "binomial_derivative", "permutations_derivative"),
}
"""Operations whose first argument is a small whole number."""

OF_NUMBERS = {"binomial", "permutations", "gcd", "lcm", "double_factorial"}
"""Operations on numbers that are often whole."""

ELSEWHERE = {
    ("binomial", 5e-324): "an underflow, of which the sign is lost",
    ("binomial_slope_k", 5e-324): "likewise, and of what is infinite",
    ("zeta_derivative", 40.0): "of order 40: powers of logarithms, each off by a unit of V8's",
    (
        "beta_derivative",
        6.0,
    ): "of nine orders, of which sines cancel, off by a unit of V8's",
    ("beta_slope_xy", 1e-10): "a difference of numbers of 1e10, of which gradcli's has few digits",
}
"""Where two numbers may differ: the operation, and the size of one of its arguments."""

ROOM = {"c": 2.0, "js": 2.0}

LEFT = {"c": 1e-13, "js": 1e-7}
"""A polylogarithm of an order far below 0 is what is left of a sum: so much of it may differ.

Powers are others by a unit: in C those of a known whole order, in JavaScript all.
"""

CANCELS = 1e-12
"""In JavaScript, whose exponentials and waves are others by a unit, so much of 1 or of the size.

Functions with zeros, and those that are differences of such numbers, are off by as much there.
"""


def translated(language: str, ops: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """The lines for some operations, and their names."""
    target, dialect, _ = LANGUAGES[language]
    translation = Translation(dialect, target.constant, target.words)
    names = {op: translation.function(op) for op in ops}
    return translation.lines(), {op: name for op, name in names.items() if name is not None}


def count(op: str) -> int:
    return arity(op.rpartition("_")[0]) - 1 if op in OF_ORDERS else arity(op)


def wanted(op: str, given: Sequence[float]) -> float:
    if op in OF_ORDERS:
        name, _, order = op.rpartition("_")
        return operation(name)(float(order), *given)
    return operation(op)(*given)


def points(op: str, each: int) -> list[list[float]]:
    """Points by lot, and special ones."""
    draw = random.Random(op)  # noqa: S311  (no secrets)
    found = []
    for _ in range(each):
        low, high = draw.choice(RANGES)
        point = [draw.uniform(low, high) for _ in range(count(op))]
        if op in OF_NUMBERS or "slope" in op:
            point = [float(round(x)) if draw.random() < 0.4 else x for x in point]
        found.append(point)
    if count(op) == 1:
        found += [[x] for x in SPECIAL_POINTS]
    else:
        found += [[draw.choice(SPECIAL_POINTS) for _ in range(count(op))] for _ in range(each)]
    if op in BY_ORDER:
        found = [[float(draw.randint(0, 6)), *point[1:]] for point in found]
    return found


def run_c(lines, names, cases, folder: Path) -> dict[str, list[float]]:
    text = ["#include <math.h>", *lines]
    for op, name in names.items():
        given = ", ".join(f"x[{count(op)}*i + {place}]" for place in range(count(op)))
        body = f"for (int i = 0; i < n; i++) y[i] = {name}({given});"
        text.append(f"void run_{op}(int n, const double *x, double *y) {{ {body} }}")
    source, library = folder / "all.c", folder / "all.so"
    source.write_text("\n".join(text), encoding="utf-8")
    command = ["cc", *STRICT, "-fPIC", "-shared", source, "-o", library, "-lm"]
    subprocess.run(command, check=True)
    made = ctypes.CDLL(str(library))
    found = {}
    for op, given in cases.items():
        flat = [x for point in given for x in point]
        results = (ctypes.c_double * len(given))()
        getattr(made, f"run_{op}")(len(given), (ctypes.c_double * len(flat))(*flat), results)
        found[op] = [*results]
    return found


def run_js(lines, names, cases, folder: Path) -> dict[str, list[float]]:
    def spoken(number: float) -> str:
        return repr(number).replace("inf", "Infinity").replace("nan", "NaN")

    text = ['"use strict";', *lines, "const found = {};"]
    text.append('const said = (x) => (Object.is(x, -0) ? "-0.0" : String(x));')
    for op, name in names.items():
        rows = ", ".join(f"[{', '.join(map(spoken, point))}]" for point in cases[op])
        text.append(f"found.{op} = [{rows}].map((point) => said({name}(...point)));")
    text.append("console.log(JSON.stringify(found));")
    script = folder / "all.js"
    script.write_text("\n".join(text), encoding="utf-8")
    told = subprocess.run(["node", script], check=True, capture_output=True)  # noqa: S607
    return {
        op: [float(each.replace("Infinity", "inf")) for each in row]
        for op, row in json.loads(told.stdout).items()
    }


def off(language: str, ops: Sequence[str], each: int, folder: Path) -> list[tuple]:
    """Where a translation is not the function that it is of."""
    lines, names = translated(language, ops)
    cases = {op: points(op, each) for op in names}
    run = run_c if language == "c" else run_js
    wrong = []
    for op, results in run(lines, names, cases, folder).items():
        for point, found in zip(cases[op], results, strict=True):
            own = float(wanted(op, point))
            is_same = found == own and math.copysign(1, found) == math.copysign(1, own)
            if (
                is_same
                or (math.isnan(found) and math.isnan(own))
                or {(op, abs(x)) for x in point} & {*ELSEWHERE}
            ):
                continue
            is_near = math.isfinite(own) and abs(found - own) <= ROOM[language] * math.ulp(own)
            if language == "js" and math.isfinite(own) and math.isfinite(found):
                is_near = is_near or abs(found - own) <= CANCELS * max(1.0, abs(own))
            if op.startswith("polylog") and math.isfinite(own):
                is_near = is_near or abs(found - own) <= LEFT[language] * abs(own)
            if not is_near:
                wrong.append((op, point, found, own))
    return wrong


def here(language: str) -> None:
    if shutil.which(LANGUAGES[language][2]) is None:
        pytest.skip(f"there is no {LANGUAGES[language][2]}")


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_all_functions_are_translated_but_those_that_have_a_reason(language):
    _, names = translated(language, [*SPECIAL])
    orders = {f"{name}_derivative" for name in ("zeta", "lambertw", "polylog")}
    own = orders if language == "c" else set()
    assert {*SPECIAL} - {*names} == {*WITHOUT} | own  # C has lists for orders that are known
    assert len(translated(language, OF_ORDERS)[1]) == len(OF_ORDERS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_some_functions_are_the_same_numbers(language, tmp_path):
    here(language)
    assert not off(language, ["Ei", "erfinv", "binomial", "hermite", "lambertw"], 20, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_function_is_the_same_number_everywhere(language, tmp_path):
    here(language)
    assert not off(language, [*SPECIAL, *OF_ORDERS], 1000, tmp_path)


@pytest.mark.parametrize("op", ["li", "digamma", "beta", "Ei", "zeta", "erfcx", "root"])
def test_a_function_alone_brings_all_that_it_calls(op):
    for language, (_, dialect, _) in LANGUAGES.items():
        lines, _ = translated(language, [op])
        text = re.sub(r"(?m)^\s*//.*", "", "\n".join(lines))
        for name in dialect.texts():
            if re.search(rf"\b{name}\(", text):
                assert re.search(rf"(?m)^(?:static|function) .*\b{name}\(.*\{{$", text), (op, name)


def test_an_order_that_would_take_long_lists_is_not_translated():
    assert not translated("c", ["zeta_derivative_13", "zeta_derivative_0.5"])[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_functions_are_called_what_nothing_else_is(language):
    target, dialect, _ = LANGUAGES[language]
    taken = target.words | {"erfinv", "erfcinv", "EULER", "two_sum"}
    translation = Translation(dialect, target.constant, taken)
    assert translation.function("erfinv") == "erfinv_2"
    text = "\n".join(translation.lines())
    assert "erfcinv_2" in text
    assert "erfcinv(" not in text
