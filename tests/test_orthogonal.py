"""Orthogonal polynomials of any degree: high ones, negative ones, and what is said of others."""

from __future__ import annotations

import math
from typing import Any

import mpmath
import pytest
from command_line import call

import gradcli
from gradcli.engine.functions.polynomials import MOST, MOST_DOUBLED
from gradcli.engine.scalar import operation

mp = mpmath.mp.clone()
mp.dps = 60

CHEBYSHEV_T, GEGENBAUER = operation("chebyshevt"), operation("gegenbauer")
LAGUERRE, HERMITE = operation("laguerre"), operation("hermite")

BETWEEN = [-1, -0.999999, -0.5, 0, 1e-9, 0.3, 0.5, 0.9, 1 - 1e-12, 1]
OUTSIDE = [-1.5, 1 + 1e-12, 1.000001, 1.00001, 1.01, 2, -30]
DEGREES = [0, 1, 2, 7, 50, 51, 52, 64, 101, 1000, 100_000, 100_001, 200_000, 10**6, 10**9 + 7]


def _cosine(n: int, x: float) -> Any:
    """T of degree n by its definition, outside of [-1, 1] with hyperbolic functions."""
    angle = mp.acos(abs(x)) if abs(x) <= 1 else mp.acosh(abs(x))
    value = mp.cos(n * angle) if abs(x) <= 1 else mp.cosh(n * angle)
    return -value if x < 0 and n % 2 else value


def _quotient(n: int, x: float) -> Any:
    """U of degree n, likewise."""
    if abs(x) == 1:
        value = mp.mpf(n + 1)
    elif abs(x) < 1:
        angle = mp.acos(abs(x))
        value = mp.sin((n + 1) * angle) / mp.sin(angle)
    else:
        angle = mp.acosh(abs(x))
        value = mp.sinh((n + 1) * angle) / mp.sinh(angle)
    return -value if x < 0 and n % 2 else value


@pytest.mark.parametrize("n", DEGREES)
@pytest.mark.parametrize("x", BETWEEN + OUTSIDE)
def test_chebyshev_polynomials_of_any_degree(n: int, x: float) -> None:
    scale = 1 / math.sqrt(1 - x * x) if abs(x) < 1 else 1  # of U, whose size that is
    for found, exact, size in (
        (CHEBYSHEV_T(n, x), _cosine(n, x), 1.0),
        (GEGENBAUER(n, 1, x), _quotient(n, x), min(scale, n + 1)),
    ):
        if abs(exact) > 1.7e308:
            assert found == math.copysign(math.inf, exact)
        else:
            assert abs(found - exact) <= 1e-12 * max(abs(exact), size if abs(x) <= 1 else 0)


def test_a_high_degree_is_exact_where_it_can_be() -> None:
    assert call("eval", "chebyshevt(1000000,x)", "--x", "0.5", "--get", "out").out == "-0.5\n"
    assert call("eval", "chebyshevu(1000000,x)", "--x", "1", "--get", "out").out == "1000001\n"
    assert CHEBYSHEV_T(10**9, -1) == 1


@pytest.mark.parametrize("x", [-1, -0.7, 0, 0.5, 2])
@pytest.mark.parametrize("n", range(7))
def test_negative_degrees_are_the_continuation(n: int, x: float) -> None:
    # NIST Digital Library, 14.9.5; T and U are cosines, and sines over one.
    point = {"x": x}
    legendre = pytest.approx(float(mp.legendre(n, x)), rel=1e-14, abs=1e-15)
    assert gradcli.evaluate(f"legendre(-{n + 1}, x)", point).value == legendre
    second = pytest.approx(-float(_quotient(n, x)), rel=1e-14, abs=1e-15)
    assert gradcli.evaluate(f"chebyshevu(-{n + 2}, x)", point).value == second
    assert gradcli.evaluate("chebyshevu(-1, x)", point).value == 0
    first = pytest.approx(float(_cosine(n, x)), rel=1e-14, abs=1e-15)
    assert gradcli.evaluate(f"chebyshevt(-{n}, x)", point).value == first


@pytest.mark.parametrize("a", [-1.5, -1, -0.5, 0.3, 0.5, 1, 1.5, 2, 2.5, 3])
@pytest.mark.parametrize("n", range(-8, 0))
def test_the_continuation_is_that_of_the_hypergeometric_function(n: int, a: float) -> None:
    """At degrees beside the whole one, in many digits (18.5.9)."""
    x, beside = mp.mpf("0.3"), n + mp.mpf(10) ** -30
    factor = mp.gammaprod([beside + 2 * a], [2 * a, beside + 1])
    if a != round(a) and a < 0:  # poles of the function stand against zeros of the factor
        shifted = mp.mpf(a) + mp.mpf(10) ** -45
        factor = mp.gammaprod([beside + 2 * shifted], [2 * shifted, beside + 1])
        exact = factor * mp.hyp2f1(-beside, beside + 2 * shifted, shifted + 0.5, (1 - x) / 2)
    else:
        exact = factor * mp.hyp2f1(-beside, beside + 2 * a, a + 0.5, (1 - x) / 2)
    assert GEGENBAUER(n, a, 0.3) == pytest.approx(float(exact), rel=1e-13, abs=1e-14)


@pytest.mark.parametrize("a", [-2, -1, -0.5, 0, 0.5, 1, 2, 3])
@pytest.mark.parametrize("n", range(-5, 0))
def test_laguerre_polynomials_of_negative_degree(n: int, a: float) -> None:
    """They are 0, or an exponential times a polynomial, which is not computed (18.5.12)."""
    x, beside = mp.mpf("0.3"), n + mp.mpf(10) ** -30
    exact = mp.gammaprod([beside + a + 1], [beside + 1])
    exact *= mp.hyp1f1(-beside, a + 1 + mp.mpf(10) ** -45, x) * mp.rgamma(a + 1 + mp.mpf(10) ** -45)
    found = LAGUERRE(n, a, 0.3)
    assert math.isnan(found) if abs(exact) > 1e-9 else found == 0


@pytest.mark.parametrize(
    "source",
    ["hermite(-1, x)", "hermite(-3, x)", "laguerre(-1, x)", "laguerre(-3, 2, x)"],
)
def test_what_is_no_polynomial_is_not_defined(source: str) -> None:
    done = call("eval", source, "--x", "0.5", "--get", "out")
    assert (done.out, done.code) == ("nan\n", 4)
    assert "is not defined at x = 0.5" in done.err


@pytest.mark.parametrize(
    ("source", "a"),
    [
        *[("hermite(n, x)", None), ("chebyshevt(n, x)", None), ("legendre(n, x)", None)],
        *[("laguerre(n, a, x)", a) for a in (-2, -1, 0, 0.5)],
        *[("gegenbauer(n, a, x)", a) for a in (-1.5, -1, -0.5, 0, 1)],
    ],
)
@pytest.mark.parametrize("n", [0, 1, 2])
def test_a_derivative_ends_at_the_degree_0(source: str, a: float | None, n: int) -> None:
    """A polynomial of degree n has no derivative of a higher order, whatever stands below it."""
    point = {"n": n, "x": 0.3, **({} if a is None else {"a": a})}
    assert gradcli.evaluate(source, point).get(f"d{n + 1}/dx{n + 1}" if n else "d/dx") == 0


@pytest.mark.parametrize(
    "source",
    [
        f"hermite({MOST + 1}, x)",
        "hermite(10^7, x)",
        f"laguerre({MOST + 1}, x)",
        f"legendre({MOST + 1}, x)",
        f"legendre(-{MOST + 2}, x)",
        f"chebyshevt({MOST_DOUBLED:.0f} + 1, x)",
    ],
)
def test_too_large_a_degree_is_said(source: str) -> None:
    done = call("eval", source, "--x", "0.5", "--get", "out")
    assert done.code == 4
    assert "the degree is too large" in " ".join(done.err.split())
    assert "is not defined" not in " ".join(done.err.split())


def test_a_degree_that_is_not_whole_is_not_defined() -> None:
    assert "is not defined" in call("eval", "hermite(1.5, x)", "--x", "1", "--get", "out").err
    assert math.isnan(HERMITE(1.5, 1))
    assert math.isnan(CHEBYSHEV_T(math.inf, 1))
