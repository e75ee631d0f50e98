"""Families that need each other: controllers, gated cells, coupled equations, and real circles."""

from __future__ import annotations

import cProfile
import math
import pstats
import random
from collections.abc import Callable, Mapping

import numpy as np
import pytest

import gradcli
from gradcli.errors import GradcliError, InputError
from gradcli.evaluation.solve import arrays_of, read_model


def controller(r: float, p: float, i: float) -> float:
    """Five steps of a controller with a proportional and an integral part."""
    y, s = 0.0, 0.0
    for _ in range(5):
        e = r - y
        s += e
        y += 0.1 * (p * e + i * s)
    return y


def spring(x: float, h: float) -> float:
    """Two coupled differential equations by Euler's method."""
    u, v = x, 0.0
    for _ in range(6):
        u, v = u + h * v, v - h * u
    return u


def cell(w: float, u: float) -> float:
    """Three steps of a recurrent cell with a gate."""
    h, c = 0.0, 0.0
    for x in (1.0, 2.0, 3.0):
        gate = 1 / (1 + math.exp(-(w * x + u * h)))
        c = gate * c + (1 - gate) * math.tanh(w * x + h)
        h = gate * math.tanh(c)
    return h


PROGRAMS: list[tuple[str, Callable[..., float], Mapping[str, float]]] = [
    # program, the same in Python, values
    (("e[k] = r - y[k-1] for k in 1..5; s[k] = s[k-1] + e[k] for k in 1..5; "
     "y[k] = y[k-1] + 0.1*(p*e[k] + i*s[k]) for k in 1..5; y[0] = 0; s[0] = 0; y[5]"),
     controller, {"r": 2, "p": 0.5, "i": 0.3}),
    (("u[t] = u[t-1] + h*v[t-1] for t in 1..6; v[t] = v[t-1] - h*u[t-1] for t in 1..6; "
     "u[0] = x; v[0] = 0; u[6]"), spring, {"x": 1.5, "h": 0.2}),
    (("x[1] = 1; x[2] = 2; x[3] = 3; h[0] = 0; c[0] = 0; "
     "c[k] = z[k]*c[k-1] + (1 - z[k])*tanh(w*x[k] + h[k-1]) for k in 1..3; "
     "z[k] = sigmoid(w*x[k] + u*h[k-1]) for k in 1..3; h[k] = z[k]*tanh(c[k]) for k in 1..3; h[3]"),
     cell, {"w": 0.3, "u": -0.7}),
    ("a[k] = 2*a[k+1] for k in 1..4; a[5] = x; a[1]", lambda x: 16 * x, {"x": 3}),
    ("s = sum(y[i] for i in 1..4); y[i] = x*i for i in 1..4; s*x", lambda x: 10 * x * x, {"x": 3}),
    ("f(k) = b[2]*k; a[k] = f(k) for k in 1..3; b[k] = x^k for k in 1..3; sum(a)",
     lambda x: 6 * x * x, {"x": 1.5}),
    ("a[k] = b[k] for k in 1..3; b[k] = a[k+1] for k in 1..3; a[4] = x; a[1]",
     lambda x: x, {"x": 3}),
    (("p[i,j] = q[j,i] for i in 1..2 for j in 1..2; q[i,j] = x^i*j for i in 1..2 for j in 1..2; "
     "p[1,2]"), lambda x: x * x, {"x": 3}),
    (("m = 2*e[1]; e[k] = y[k-1] for k in 1..2; y[k] = m*y[k-1] for k in 1..2; y[0] = x; "
     "e[2] + y[2]"), lambda x: 2 * x * x + 4 * x**3, {"x": 0.5}),
]  # fmt: skip


@pytest.mark.parametrize(("program", "meant", "values"), PROGRAMS, ids=[p for p, *_ in PROGRAMS])
def test_elements_are_made_when_they_are_needed(program, meant, values):
    """Value and derivatives are those of the loop, and the text reads back."""
    found = gradcli.evaluate(program, values)
    assert found.value == pytest.approx(meant(**values), rel=1e-14)
    for name, value in values.items():
        above, below = ({**values, name: value + step} for step in (1e-6, -1e-6))
        slope = (meant(**above) - meant(**below)) / 2e-6
        assert found.gradient[name] == pytest.approx(slope, rel=1e-8)
    again = gradcli.evaluate(found.expression, values)
    assert (again.value, again.gradient) == (found.value, found.gradient)


def test_elements_may_be_arrays() -> None:
    """The state of a recurrent cell, whose first one is defined below."""
    chance = np.random.default_rng(7)
    given = {name: chance.normal(size=size) for name, size in
             {"W": (2, 3), "U": (2, 2), "x": (4, 3)}.items()}  # fmt: skip
    program = "h[t] = tanh(W@x[t,:] + U@h[t-1]) for t in 1..4; h[0] = zeros(2); sum(h[4])"
    state = np.zeros(2)
    for row in given["x"]:
        state = np.tanh(given["W"] @ row + given["U"] @ state)
    assert gradcli.evaluate(program, given).value == pytest.approx(state.sum(), rel=1e-14)


REFUSED: list[tuple[str, str]] = [
    # program, message
    ("a[k] = b[k] for k in 1..3; b[k] = c[k] for k in 1..3; c[k] = a[k] for k in 1..3; c[3]",
     "'b[1]' needs itself: b[1] → c[1] → a[1] → b[1]"),
    ("a[k] = a[k] + 1 for k in 1..3; a[3]", "'a[1]' needs itself: a[1] → a[1]"),
    ("f(k) = a[1]*k; a[k] = f(k) for k in 1..3; sum(a)", "'a[1]' needs itself: a[1] → a[1]"),
    ("a[k] = b[4-k] for k in 1..3; b[k] = a[k] for k in 1..3; a[1]",
     "'b[3]' needs itself: b[3] → a[3] → b[1] → a[1] → b[3]"),
    ("a[k] = a[k+1] for k in 1..8; a[9] = a[1]; a[1]",
     "'a[2]' needs itself: a[2] → a[3] → a[4] → a[5] → … → a[2]"),
    ("a[k] = b[0] for k in 1..3; b[k] = k for k in 1..3; a[1]",
     "'b[0]' is used before it is defined"),
    ("a = b + 1; b = a; a", "'a' needs itself: a → b → a"),
    ("a = b; b = c^2; c = x*d; d = a + b; a", "'a' needs itself: a → b → c → d → a"),
    ("a = b; b = c; c = d; d = e1; e1 = g; g = a; a", "'a' needs itself: a → b → c → d → … → a"),
    ("a = sin(b); b = [c, 2]; c = b[1]; a", "'b' is used before it is defined"),
    ("h[1] = 1; h[k] = sum(h) for k in 2..3; h[3]", "'h' is used before it is defined"),
    ("a[1] = b[1]; b[1] = a[1]; a[1] = 2; b[1]", "'a[1]' is defined twice"),
    ("a[1] = b[1]; b[1] = 3; b[1] = 2; b[1]", "'b[1]' is defined twice"),
]  # fmt: skip


@pytest.mark.parametrize(("program", "message"), REFUSED)
def test_a_real_circle_is_shown(program, message):
    """With the elements on the way, or the first and the last of them."""
    with pytest.raises(InputError) as caught:
        gradcli.evaluate(program)
    assert message in caught.value.message


def test_random_families_in_any_order() -> None:
    """Statements of families are moved about: the numbers stay, whatever stands first."""
    chance = random.Random(3)  # noqa: S311  (to be the same again)
    for _ in range(150):
        names = "pqrs"[: chance.randint(2, 4)]
        statements = []
        for place, name in enumerate(names):
            # Each needs the families before it at the same index, and any at the one before.
            terms = [f"{0.1 * chance.randint(1, 9):.1f}*{other}[k-1]" for other in names]
            terms += [f"sin({other}[k])" for other in names[:place]]
            used = chance.sample(terms, chance.randint(1, len(terms)))
            statements.append(f"{name}[k] = {' + '.join(used)} for k in 1..6")
            statements.append(f"{name}[0] = x*{place + 1}")
        values, slopes = [], []
        for _ in range(3):
            chance.shuffle(statements)
            program = "; ".join([*statements, f"{names[0]}[6]*{names[-1]}[6]"])
            found = gradcli.evaluate(program, x=0.7)
            values.append(found.value)
            slopes.append(found.gradient["x"])
        assert len(set(values)) == 1, program
        assert slopes == pytest.approx([slopes[0]] * 3, rel=1e-13), program


def count_of(program: str) -> int:
    """How many calls of Python reading a program takes."""
    profile = cProfile.Profile()
    profile.runcall(gradcli.function, program)
    return pstats.Stats(profile).total_calls  # type: ignore[attr-defined]


LONG = [
    "h[k] = h[k+1]*x for k in 1..{n}; h[{m}] = x; h[1]",
    "s = sum(y[i] for i in 1..{n}); y[i] = x*i for i in 1..{n}; s",
    (
        "y[i] = z[i] for i in 1..{n}; z[i] = x*w[i] for i in 1..{n}; w[i] = i for i in 1..{n}; "
        "sum(y[i] for i in 1..{n})"
    ),
    "u[t] = v[t-1] for t in 1..{n}; v[t] = u[t-1] for t in 1..{n}; u[0] = x; v[0] = 1; u[{n}]",
]


@pytest.mark.parametrize("program", LONG)
def test_needs_are_linear(program):
    """In the number of elements, in whatever order they are needed."""
    small, large = (count_of(program.format(n=n, m=n + 1)) for n in (100, 400))
    assert large < 4.4 * small


def test_a_value_is_no_part_of_a_circle() -> None:
    """Elements that are inputs are needed by nobody else."""
    with pytest.raises(GradcliError, match="used before it is defined"):
        gradcli.evaluate("a[k] = b[k] for k in 1..2; b[1] = 1; a[1]", {"b[2]": 3})


def test_a_call_that_had_to_wait_is_a_call_of_the_program() -> None:
    """What it waits for is made in between, and it is looked at anew."""
    source = """
        f(z) = sum(z*[1, 2])*y[1]
        y[0] = 1
        e[k] = f(w)*y[k-1] for k in 1..2
        y[k] = y[k-1] + k for k in 1..2
        e[1] + e[2]
    """
    values = {"w": [1, 2]}
    model = read_model(source, values, arrays=arrays_of(values))
    assert [each.function for each in model.calls.values()] == ["f"]
