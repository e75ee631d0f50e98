"""Jacobians, Hessians and products with them of known test problems, beside an independent library.

The problems are those of Moré, Garbow and Hillstrom (ACM TOMS 7, 1981) and of the CUTE collection
(Bongartz et al., ACM TOMS 21, 1995), each written in the language and, apart from that, for
autograd, and each computed with its variables as numbers and as an array.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

import gradcli

np: Any = pytest.importorskip("autograd.numpy", reason="autograd comes with the bench extra")
autograd: Any = pytest.importorskip("autograd")

Problem = tuple[str, str, Callable[[Any], Any], Sequence[float]]

BARD = [.14, .18, .22, .25, .29, .32, .35, .39, .37, .58, .73, .96, 1.34, 2.10, 4.39]  # fmt: skip
KOWALIK = [.1957, .1947, .1735, .1600, .0844, .0627, .0456, .0342, .0323, .0235, .0246]  # fmt: skip
INVERSES = [4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625]
OSBORNE = [.844, .908, .932, .936, .925, .908, .881, .850, .818, .784, .751]  # fmt: skip


def listed(numbers: Sequence[float]) -> str:
    return f"[{', '.join(map(str, numbers))}]"


def r(*parts: Any) -> Any:
    return np.array(parts) if not any(np.ndim(each) for each in parts) else np.concatenate(parts)


def squares(parts: Any) -> Any:
    return np.sum(np.array(parts) ** 2)


def t(n: int) -> Any:
    return np.arange(1, n + 1)


SUMS: list[Problem] = [
    ("Rosenbrock", "100*(x[2]-x[1]^2)^2 + (1-x[1])^2",
     lambda x: 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2, [-1.2, 1]),
    ("Freudenstein and Roth",
     "(-13+x[1]+((5-x[2])*x[2]-2)*x[2])^2 + (-29+x[1]+((x[2]+1)*x[2]-14)*x[2])^2",
     lambda x: (-13 + x[0] + 5 * x[1] ** 2 - x[1] ** 3 - 2 * x[1]) ** 2
     + (-29 + x[0] + x[1] ** 3 + x[1] ** 2 - 14 * x[1]) ** 2, [0.5, -2]),
    ("Powell badly scaled", "(1e4*x[1]*x[2]-1)^2 + (exp(-x[1])+exp(-x[2])-1.0001)^2",
     lambda x: squares([1e4 * x[0] * x[1] - 1, np.exp(-x[0]) + np.exp(-x[1]) - 1.0001]), [0.1, 1]),
    ("Brown badly scaled", "(x[1]-1e6)^2 + (x[2]-2e-6)^2 + (x[1]*x[2]-2)^2",
     lambda x: squares([x[0] - 1e6, x[1] - 2e-6, x[0] * x[1] - 2]), [1, 1]),
    ("Beale", "(1.5-x[1]*(1-x[2]))^2 + (2.25-x[1]*(1-x[2]^2))^2 + (2.625-x[1]*(1-x[2]^3))^2",
     lambda x: squares(np.array([1.5, 2.25, 2.625]) - x[0] * (1 - x[1] ** t(3))), [1, 0.8]),
    ("Jennrich and Sampson", "sum((2+2*i-(exp(i*x[1])+exp(i*x[2])))^2 for i in 1..10)",
     lambda x: squares(2 + 2 * t(10) - np.exp(t(10) * x[0]) - np.exp(t(10) * x[1])), [0.3, 0.4]),
    ("helical valley",
     "100*((x[3]-10*atan2(x[2],x[1])/(2*pi))^2 + (hypot(x[1],x[2])-1)^2) + x[3]^2",
     lambda x: 100 * ((x[2] - 10 * np.arctan2(x[1], x[0]) / (2 * np.pi)) ** 2
                      + (np.sqrt(x[0] ** 2 + x[1] ** 2) - 1) ** 2) + x[2] ** 2, [0.6, 0.7, 0.2]),
    ("Bard", (f"y = {listed(BARD)}; "
     "sum((y[i]-(x[1]+i/((16-i)*x[2]+min(i,16-i)*x[3])))^2 for i in 1..15)"),
     lambda x: squares(np.array(BARD) - (x[0] + t(15) / (
         (16 - t(15)) * x[1] + np.minimum(t(15), 16 - t(15)) * x[2]))), [1, 1.2, 0.9]),
    ("Gaussian", "sum((x[1]*exp(-x[2]*((8-i)/2-x[3])^2/2)-0.1*i)^2 for i in 1..15)",
     lambda x: squares(x[0] * np.exp(-x[1] * ((8 - t(15)) / 2 - x[2]) ** 2 / 2) - 0.1 * t(15)),
     [0.4, 1, 0]),
    ("Meyer", "sum((x[1]*exp(x[2]/(45+5*i+x[3]))-1000*i)^2 for i in 1..16)",
     lambda x: squares(x[0] * np.exp(x[1] / (45 + 5 * t(16) + x[2])) - 1000 * t(16)),
     [0.02, 4000, 250]),
    ("Gulf research", ("sum((exp(-abs(25+(-50*log(0.01*i))^(2/3)-x[2])^x[3]/x[1])-0.01*i)^2 "
     "for i in 1..20)"),
     lambda x: squares(np.exp(-np.abs(25 + (-50 * np.log(0.01 * t(20))) ** (2 / 3) - x[1]) ** x[2]
                              / x[0]) - 0.01 * t(20)), [5, 2.5, 0.15]),
    ("Box", "sum((exp(-0.1*i*x[1])-exp(-0.1*i*x[2])-x[3]*(exp(-0.1*i)-exp(-i)))^2 for i in 1..10)",
     lambda x: squares(np.exp(-0.1 * t(10) * x[0]) - np.exp(-0.1 * t(10) * x[1])
                       - x[2] * (np.exp(-0.1 * t(10)) - np.exp(-t(10)))), [0, 10, 20]),
    ("Powell singular", "(x[1]+10*x[2])^2 + 5*(x[3]-x[4])^2 + (x[2]-2*x[3])^4 + 10*(x[1]-x[4])^4",
     lambda x: (x[0] + 10 * x[1]) ** 2 + 5 * (x[2] - x[3]) ** 2 + (x[1] - 2 * x[2]) ** 4
     + 10 * (x[0] - x[3]) ** 4, [3, -1, 0, 1]),
    ("Wood", ("100*(x[2]-x[1]^2)^2 + (1-x[1])^2 + 90*(x[4]-x[3]^2)^2 + (1-x[3])^2 "
     "+ 10*(x[2]+x[4]-2)^2 + 0.1*(x[2]-x[4])^2"),
     lambda x: 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2 + 90 * (x[3] - x[2] ** 2) ** 2
     + (1 - x[2]) ** 2 + 10 * (x[1] + x[3] - 2) ** 2 + 0.1 * (x[1] - x[3]) ** 2, [-3, -1, -3, -1]),
    ("Kowalik and Osborne", (f"y = {listed(KOWALIK)}; u = {listed(INVERSES)}; "
     "sum((y[i]-x[1]*(u[i]^2+u[i]*x[2])/(u[i]^2+u[i]*x[3]+x[4]))^2 for i in 1..11)"),
     lambda x: squares(np.array(KOWALIK) - x[0] * (np.array(INVERSES) ** 2
                       + np.array(INVERSES) * x[1]) / (np.array(INVERSES) ** 2
                       + np.array(INVERSES) * x[2] + x[3])), [0.25, 0.39, 0.415, 0.39]),
    ("Brown and Dennis", ("sum(((x[1]+i*x[2]/5-exp(i/5))^2+(x[3]+x[4]*sin(i/5)-cos(i/5))^2)^2 "
     "for i in 1..20)"),
     lambda x: squares((x[0] + t(20) * x[1] / 5 - np.exp(t(20) / 5)) ** 2
                       + (x[2] + x[3] * np.sin(t(20) / 5) - np.cos(t(20) / 5)) ** 2),
     [25, 5, -5, -1]),
    ("Osborne 1", (f"y = {listed(OSBORNE)}; "
     "sum((y[i]-(x[1]+x[2]*exp(-10*(i-1)*x[4])+x[3]*exp(-10*(i-1)*x[5])))^2 for i in 1..11)"),
     lambda x: squares(np.array(OSBORNE) - (x[0] + x[1] * np.exp(-10 * (t(11) - 1) * x[3])
                       + x[2] * np.exp(-10 * (t(11) - 1) * x[4]))), [0.5, 1.5, -1, 0.01, 0.02]),
    ("Biggs", ("sum((x[3]*exp(-0.1*i*x[1])-x[4]*exp(-0.1*i*x[2])+x[6]*exp(-0.1*i*x[5])"
     "-exp(-0.1*i)+5*exp(-i)-3*exp(-0.4*i))^2 for i in 1..13)"),
     lambda x: squares(x[2] * np.exp(-0.1 * t(13) * x[0]) - x[3] * np.exp(-0.1 * t(13) * x[1])
                       + x[5] * np.exp(-0.1 * t(13) * x[4]) - np.exp(-0.1 * t(13))
                       + 5 * np.exp(-t(13)) - 3 * np.exp(-0.4 * t(13))), [1, 2, 1, 1, 1, 1]),
    ("Watson", ("sum((sum((j-1)*x[j]*(i/29)^(j-2) for j in 2..6)"
     "-sum(x[j]*(i/29)^(j-1) for j in 1..6)^2-1)^2 for i in 1..29) + x[1]^2 + (x[2]-x[1]^2-1)^2"),
     lambda x: squares([sum((j - 1) * x[j - 1] * (i / 29) ** (j - 2) for j in range(2, 7))
                        - sum(x[j - 1] * (i / 29) ** (j - 1) for j in range(1, 7)) ** 2 - 1
                        for i in range(1, 30)]) + x[0] ** 2 + (x[1] - x[0] ** 2 - 1) ** 2,
     [0.1, -0.2, 0.3, 0.1, 0.2, -0.1]),
    ("extended Rosenbrock", "sum(100*(x[2*i]-x[2*i-1]^2)^2+(1-x[2*i-1])^2 for i in 1..4)",
     lambda x: 100 * squares(x[1::2] - x[::2] ** 2) + squares(1 - x[::2]), [-1.2, 1] * 4),
    ("penalty 1", "1e-5*sum((x[i]-1)^2 for i in 1..5) + (sum(x[i]^2 for i in 1..5)-0.25)^2",
     lambda x: 1e-5 * squares(x - 1) + (np.sum(x**2) - 0.25) ** 2, [1, 2, 3, 4, 5]),
    ("variably dimensioned", ("sum((x[i]-1)^2 for i in 1..5) + sum(i*(x[i]-1) for i in 1..5)^2 "
     "+ sum(i*(x[i]-1) for i in 1..5)^4"),
     lambda x: squares(x - 1) + np.sum(t(5) * (x - 1)) ** 2 + np.sum(t(5) * (x - 1)) ** 4,
     [0.8, 0.6, 0.4, 0.2, 0]),
    ("trigonometric", ("sum((5-sum(cos(x[j]) for j in 1..5)+i*(1-cos(x[i]))-sin(x[i]))^2 "
     "for i in 1..5)"),
     lambda x: squares(5 - np.sum(np.cos(x)) + t(5) * (1 - np.cos(x)) - np.sin(x)), [0.2] * 5),
    ("Brown almost linear", ("sum((x[i]+sum(x[j] for j in 1..5)-6)^2 for i in 1..4) "
     "+ (prod(x[j] for j in 1..5)-1)^2"),
     lambda x: squares(x[:4] + np.sum(x) - 6) + (np.prod(x) - 1) ** 2, [0.5, 0.6, 0.7, 0.8, 0.9]),
    ("Chebyquad", ("sum((sum(cos(i*acos(2*x[j]-1)) for j in 1..5)/5"
     "+(1/(i^2-1) if i == 2 or i == 4 else 0))^2 for i in 2..5) "
     "+ (sum(x[j] for j in 1..5)/2.5-1)^2"),
     lambda x: squares([np.sum(np.cos(i * np.arccos(2 * x - 1))) / 5
                        + (1 / (i**2 - 1) if i % 2 == 0 else 0) for i in range(2, 6)])
     + (np.sum(x) / 2.5 - 1) ** 2, [1 / 6, 0.3, 0.55, 0.7, 5 / 6]),
    ("ARWHEAD", "sum((x[i]^2+x[8]^2)^2-4*x[i]+3 for i in 1..7)",
     lambda x: np.sum((x[:7] ** 2 + x[7] ** 2) ** 2 - 4 * x[:7] + 3), [1.0, 0.5] * 4),
    ("ENGVAL1", "sum((x[i]^2+x[i+1]^2)^2 for i in 1..7) + sum(3-4*x[i] for i in 1..7)",
     lambda x: np.sum((x[:7] ** 2 + x[1:] ** 2) ** 2) + np.sum(3 - 4 * x[:7]), [2.0, 1.5] * 4),
    ("TRIDIA", "(x[1]-1)^2 + sum(i*(2*x[i]-x[i-1])^2 for i in 2..8)",
     lambda x: (x[0] - 1) ** 2 + np.sum(t(8)[1:] * (2 * x[1:] - x[:7]) ** 2), [1.0, 0.3] * 4),
    ("BDQRTIC", ("sum((3-4*x[i])^2+(x[i]^2+2*x[i+1]^2+3*x[i+2]^2+4*x[i+3]^2+5*x[8]^2)^2 "
     "for i in 1..4)"),
     lambda x: squares(3 - 4 * x[:4]) + squares(x[:4] ** 2 + 2 * x[1:5] ** 2 + 3 * x[2:6] ** 2
                                                + 4 * x[3:7] ** 2 + 5 * x[7] ** 2), [1.0, 0.8] * 4),
    ("CRAGGLVY", ("sum((exp(x[2*i-1])-x[2*i])^4+100*(x[2*i]-x[2*i+1])^6+(tan(x[2*i+1]-x[2*i+2])"
     "+x[2*i+1]-x[2*i+2])^4+x[2*i-1]^8+(x[2*i+2]-1)^2 for i in 1..3)"),
     lambda x: sum((np.exp(x[2 * i]) - x[2 * i + 1]) ** 4
                   + 100 * (x[2 * i + 1] - x[2 * i + 2]) ** 6
                   + (np.tan(x[2 * i + 2] - x[2 * i + 3]) + x[2 * i + 2] - x[2 * i + 3]) ** 4
                   + x[2 * i] ** 8 + (x[2 * i + 3] - 1) ** 2 for i in range(3)),
     [1, 2, 2.1, 1.9, 2, 2.2, 1.8, 2]),
    ("LIARWHD", "sum(4*(x[i]^2-x[1])^2+(x[i]-1)^2 for i in 1..6)",
     lambda x: 4 * squares(x**2 - x[0]) + squares(x - 1), [4.0, 3, 2, 4, 3, 2]),
    ("NONDIA", "(x[1]-1)^2 + sum(100*(x[1]-x[i-1]^2)^2 for i in 2..6)",
     lambda x: (x[0] - 1) ** 2 + 100 * squares(x[0] - x[:5] ** 2), [-1.0, 0.5, 0.7, -1, 1, 2]),
    ("EG2", "sum(sin(x[1]+x[i]^2-1) for i in 1..5) + sin(x[6]^2)/2",
     lambda x: np.sum(np.sin(x[0] + x[:5] ** 2 - 1)) + np.sin(x[5] ** 2) / 2,
     [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]),
    ("SINQUAD", ("(x[1]-1)^4 + sum((sin(x[i]-x[6])-x[1]^2+x[i]^2)^2 for i in 2..5) "
     "+ (x[6]^2-x[1]^2)^2"),
     lambda x: (x[0] - 1) ** 4 + squares(np.sin(x[1:5] - x[5]) - x[0] ** 2 + x[1:5] ** 2)
     + (x[5] ** 2 - x[0] ** 2) ** 2, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]),
    ("log-sum-exp", "log(sum(exp(i*x[i]) for i in 1..4))",
     lambda x: np.log(np.sum(np.exp(t(4) * x))), [0.3, -0.2, 0.5, 0.1]),
]  # fmt: skip
"""A name, the problem in the language, the same for autograd, and a point."""

RESIDUALS: list[Problem] = [
    ("discrete boundary value", "[2*x[i]-{before}-{after}+(x[i]+i/7+1)^3/98 for i in 1..6]",
     lambda x: 2 * x - r([0.0], x[:5]) - r(x[1:], [0.0]) + (x + t(6) / 7 + 1) ** 3 / 98,
     [-0.1, -0.2, -0.25, -0.25, -0.2, -0.1]),
    ("Broyden tridiagonal", "[(3-2*x[i])*x[i]-{before}-2*{after}+1 for i in 1..6]",
     lambda x: (3 - 2 * x) * x - r([0.0], x[:5]) - 2 * r(x[1:], [0.0]) + 1, [-1.0] * 6),
    ("linear of full rank", "[x[i]-sum(x[j] for j in 1..6)/3-1 for i in 1..6]",
     lambda x: x - np.sum(x) / 3 - 1, [1.0] * 6),
    ("linear of rank 1", "[i*sum(j*x[j] for j in 1..6)-1 for i in 1..6]",
     lambda x: t(6) * np.sum(t(6) * x) - 1, [1.0] * 6),
    ("extended Powell", ("[x[1]+10*x[2], sqrt(5)*(x[3]-x[4]), (x[2]-2*x[3])^2, "
     "sqrt(10)*(x[1]-x[4])^2, x[5]*x[6], x[6]^3]"),
     lambda x: np.array([x[0] + 10 * x[1], np.sqrt(5) * (x[2] - x[3]), (x[1] - 2 * x[2]) ** 2,
                         np.sqrt(10) * (x[0] - x[3]) ** 2, x[4] * x[5], x[5] ** 3]),
     [3, -1, 0, 1, 2, 3]),
    ("discrete integral", ("[x[i]+((1-i/7)*sum(j/7*(x[j]+j/7+1)^3 for j in 1..i)"
     "+i/7*sum((1-j/7)*(x[j]+j/7+1)^3 for j in i+1..6))/14 for i in 1..6]"),
     lambda x: np.array([x[i - 1] + ((1 - i / 7) * sum(j / 7 * (x[j - 1] + j / 7 + 1) ** 3
                         for j in range(1, i + 1)) + i / 7 * sum((1 - j / 7)
                         * (x[j - 1] + j / 7 + 1) ** 3 for j in range(i + 1, 7))) / 14
                         for i in range(1, 7)]),
     [-0.1, -0.2, -0.25, -0.25, -0.2, -0.1]),
]  # fmt: skip
"""The same with several residuals, whose Jacobian is compared."""


def unrolled(text: str) -> str:
    """A family of six residuals written out, in which those beside the ends are 0."""
    if "{before}" not in text:
        return text
    body = text[1:].rpartition(" for i in")[0]
    lines = []
    for i in range(1, 7):
        line = body.replace("{before}", f"x[{i - 1}]" if i > 1 else "0")
        line = line.replace("{after}", f"x[{i + 1}]" if i < 6 else "0")
        lines.append(line.replace("x[i]", f"x[{i}]").replace("i/7", f"{i}/7"))
    return f"[{', '.join(lines)}]"


def declared(text: str, count: int) -> str:
    """A program whose variables are in order."""
    *steps, last = text.split("; ")
    return "; ".join([*steps, f"f(x[{count}]) = {last}"])


def close(found: Any, expected: Any) -> bool:
    """Whether all entries are the same, as far as the largest of them goes."""
    expected = np.array(expected)
    return bool(np.all(np.abs(np.array(found) - expected) <= 1e-11 * np.max(np.abs(expected))))


@pytest.mark.slow
@pytest.mark.parametrize("is_array", [False, True], ids=["numbers", "an array"])
@pytest.mark.parametrize(("name", "text", "function", "start"), SUMS, ids=[p[0] for p in SUMS])
def test_sums(
    name: str, text: str, function: Callable[[Any], Any], start: list[float], is_array: bool
) -> None:
    at, direction = np.array(start, dtype=float), np.cos(np.arange(len(start)))
    program = declared(text + (" + 0*sum(x)" if is_array else ""), len(start))
    values = {"x": [float(each) for each in start]}
    found = gradcli.hess(program, values)
    assert found.names == [f"x[{place}]" for place in range(1, len(start) + 1)], name
    assert found.value == pytest.approx(float(function(at)), rel=1e-12)
    assert close(found.gradient, autograd.grad(function)(at))
    exact = autograd.hessian(function)(at)
    assert close(found.dense, exact)
    along = gradcli.orders(program, values, order=2, along={"x": [*map(float, direction)]}).along
    assert along is not None
    assert along.derivatives[0] == pytest.approx(float(autograd.grad(function)(at) @ direction))
    assert along.derivatives[1] == pytest.approx(float(direction @ exact @ direction), rel=1e-10)
    compiled = gradcli.function(program)
    product = compiled.hvp(values, {"x": [*map(float, direction)]})
    entries = product["x"] if is_array else [product[key] for key in found.names]
    assert close(entries, exact @ direction)


@pytest.mark.parametrize(
    ("name", "text", "function", "start"), RESIDUALS, ids=[p[0] for p in RESIDUALS]
)
def test_residuals(
    name: str, text: str, function: Callable[[Any], Any], start: list[float]
) -> None:
    at = np.array(start, dtype=float)
    values = {"x": [float(each) for each in start]}
    exact = autograd.jacobian(function)(at)
    for body in (unrolled(text), f"{unrolled(text)} + 0*sum(x)"):
        program = declared(body, len(start))
        found = gradcli.jac(program, values)
        assert close(found.values, function(at)), name
        assert close(found.dense, exact)
        assert close(found.sparse.toarray(), exact)


def test_there_are_forty() -> None:
    assert len(SUMS) + len(RESIDUALS) >= 40
