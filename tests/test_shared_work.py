"""Sine and cosine of one angle, computed at once by machine code: right to their last places."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator

import numpy as np
import pytest
from engines import ENGINES, ulps
from mpmath import mp, mpf
from test_engines import compare, of_text

from gradcli.engine import machine, native
from gradcli.engine.expanding import Code
from gradcli.engine.printers import llvm_rows
from gradcli.engine.printers.llvm_chunks import chunks_of
from gradcli.engine.printers.llvm_waves import LIMIT
from gradcli.engine.scalar import operation
from gradcli.engine.shared_work import gathered, pairs

needs_llvmlite = pytest.mark.skipif(not native.is_there(), reason="llvmlite is not installed")


class Waves:
    """Sine and cosine of columns by machine code, and what was left to the interpreter."""

    def __init__(self) -> None:
        program = of_text("y*cos(x) + z*sin(x)")
        self._names = [node.name for node in program.inputs]
        self.mended = 0
        self.code = program.runner().machine(self._mend, is_asked=True)

    def _mend(self, _: object) -> list[float]:
        self.mended += 1
        return [7.0] * 4

    def of(self, angles: list[float], threads: int = 1) -> list[tuple[float, float]]:
        """The sine and the cosine of each: the derivatives by z and y."""
        columns = [np.array(angles) if name == "x" else np.float64(1.0) for name in self._names]
        out = [np.empty(len(angles)) for _ in range(4)]
        self.code.run(columns, out, threads)
        found = dict(zip(["value", *self._names], out, strict=True))
        return [*zip(found["z"].tolist(), found["y"].tolist(), strict=True)]

    @property
    def made(self) -> list[bool]:
        """Of the loops that were made, whether they have the two at once."""
        return [in_pairs for in_pairs, _ in self.code._made]


def angles(count: int) -> Iterator[float]:
    """Below the limit, of all sizes and on both sides of multiples of a quarter turn."""
    draw = random.Random(1)  # noqa: S311  (no secrets)
    yield from (0.0, -0.0, 1e-37, -1e-30, math.nextafter(LIMIT, 0.0), -math.nextafter(LIMIT, 0.0))
    for _ in range(count):
        turns = draw.choice([-1, 1]) * int(2.0 ** draw.uniform(0, 29))
        for each in (mp.pi / 2 * turns, mp.pi / 2 * (turns + 0.5)):
            yield from (float(each), math.nextafter(float(each), draw.choice([-1, 1]) * math.inf))
        yield draw.choice([-1, 1]) * 10.0 ** draw.uniform(-20, 9)
        yield draw.uniform(-10, 10)


def nearest() -> Iterator[float]:
    """The floats that are nearest to multiples of pi/2 among those of their size."""
    for exponent in range(-52, -22):
        left, before, here = mpf(2) ** exponent / (mp.pi / 2), 0, 1
        while True:  # denominators of the continued fraction
            left = 1 / (left - mp.floor(left))
            before, here = here, int(mp.floor(left)) * here + before
            if here >= 2**53:
                break
        yield math.ldexp(float(before), exponent)


@needs_llvmlite
def test_sine_and_cosine_at_once_are_right_to_the_last_places() -> None:
    waves, worst, least = Waves(), 0.0, 1.0
    with mp.workprec(300):
        given = [*angles(700), *nearest()]
        for angle, found in zip(given, waves.of(given), strict=True):
            for one, exact in zip(found, (mp.sin(mpf(angle)), mp.cos(mpf(angle))), strict=True):
                place = math.ulp(float(exact))
                worst = max(worst, float(abs(mpf(one) - exact) / place))
                assert math.copysign(1.0, one) == math.copysign(1.0, exact or angle)
                least = min(least, abs(one) if abs(angle) > 1.0 else 1.0)
    assert worst < 1.5
    assert least < 2.0**-58  # two floats of pi/2 would not do for these
    assert waves.made == [native.is_fusing()]
    assert not waves.mended


HUGE = [LIMIT, -LIMIT, 1e10, 1.7e18, -3e20, 2.0**63]


@needs_llvmlite
@pytest.mark.parametrize("threads", [1, 2])
def test_huge_angles_are_those_of_the_platform(threads: int, monkeypatch) -> None:
    """By another loop, which is made when the first of them comes; none goes to the interpreter."""
    monkeypatch.setattr(machine, "FEWEST", 64)
    waves = Waves()
    draw = random.Random(2)  # noqa: S311  (no secrets)
    given = [draw.choice(HUGE) if draw.random() < 0.1 else draw.uniform(-9, 9) for _ in range(999)]
    for angle, (sine, cosine) in zip(given, waves.of(given, threads), strict=True):
        assert ulps(sine, math.sin(angle)) <= 4
        assert ulps(cosine, math.cos(angle)) <= 4
    assert waves.made[-1] is False
    assert not waves.mended


@needs_llvmlite
@pytest.mark.parametrize("angle", [math.nan, math.inf, -math.inf, 2.0**130])
def test_what_has_no_angle_is_left_to_the_interpreter_alone(angle: float) -> None:
    waves = Waves()
    found = waves.of([0.5] * 20 + [angle] + [0.25] * 20)
    assert found[20] == (7.0, 7.0)
    assert waves.mended == 1
    assert ulps(found[40][0], math.sin(0.25)) <= 1
    assert waves.made == [native.is_fusing()] or angle == 2.0**130


@needs_llvmlite
def test_where_products_and_sums_are_not_fused_the_platform_computes_both(monkeypatch) -> None:
    monkeypatch.setattr(machine, "is_fusing", lambda: False)
    waves = Waves()
    (found,) = waves.of([2.5])
    assert [*map(ulps, found, (math.sin(2.5), math.cos(2.5)))] <= [4, 4]
    assert not waves.code._pairs


# --- Steps that share their work -----------------------------------------------------------------

PROGRAMS = [
    "sin(x)*y", "sin(x)*cos(x)", "cos(x*y)^2 + sin(x*y)", "sin(sin(x) + cos(x)) + cos(y)*sin(y)",
    "a = sin(x); b = cos(a*y); a*b*sin(a*y)*cos(x)", "cos(sin(cos(sin(x))))", "x*y",
    "x^2.5*y", "x^1.5 + x^3.5*y + x^2.5", "x^y", "x^(1/3)/y", "(x + y)^-2.5 + x^7", "(x/y)^y",
    "x/y + y/x", "x*y/(x + y)", "sqrt(x^2 + y^2)/x", "tan(x/y)*atan(y/x)/y", "x/7 + y/7 + 1/x",
]  # fmt: skip

FORMS = {
    "reciprocal": lambda y: 1.0 / y,
    "quotient": lambda x, _, y: x / y,
    "decay": lambda x: math.exp(-abs(x)),
}
"""What the operations are that no function has."""


def values(code: Code, point: list[float]) -> list[float]:
    """What the outputs of a code are, by its steps one by one."""
    found = [*point, *code.constants]
    for op, args in code.steps:
        function = FORMS.get(op) or operation(op)
        found.append(function(*[found[arg] for arg in args]))
    return [found[slot] for slot in code.outputs]


@pytest.mark.parametrize("is_fusing", [False, True])
@pytest.mark.parametrize("text", PROGRAMS)
def test_steps_that_share_work_give_the_same(text: str, *, is_fusing: bool) -> None:
    """Sine and cosine stand side by side, a base has one power, and a divisor one division."""
    code = of_text(text).runner().code
    moved = gathered(code, is_fusing=is_fusing)
    steps = [*moved.steps]
    both = {args for op, args in steps if op == "sin" and ("cos", args) in steps}
    found = pairs(moved)
    assert len(found) == len(both)
    for slot in found:
        (op, args), other = moved.steps[slot - code.first :][:2]
        assert {(op, args), other} == {("sin", args), ("cos", args)}
    assert "pow_diff" not in dict(steps)
    powers = [args[0] for op, args in steps if op == "pow"]
    assert len(powers) == len({*powers})
    divisors = [args[-1] for op, args in steps if op in {"div", "reciprocal"}]
    assert len(divisors) == len({*divisors}) or not is_fusing
    for point in ([0.75, 1.25], [3.0, 0.3], [1e-5, 2e5]):
        given = point[: code.inputs]
        for one, other in zip(values(moved, given), values(code, given), strict=True):
            assert ulps(one, other) <= 2


@pytest.mark.parametrize("most", [1, 2, 3, 7])
@pytest.mark.parametrize("text", PROGRAMS)
def test_what_is_computed_at_once_is_in_one_chunk(text: str, most: int) -> None:
    code = gathered(of_text(text).runner().code, is_fusing=True)
    found = pairs(code)
    chunks = chunks_of(code, most, found)
    assert [slot for each in chunks for slot in range(each.first, each.end)] == [
        *range(code.first, code.first + len(code.steps))
    ]
    assert all(slot + 1 < each.end for each in chunks for slot in found if slot in range(
        each.first, each.end))  # fmt: skip
    assert max(each.end - each.first for each in chunks) <= most + 1


def test_pairs_do_not_overlap() -> None:
    steps = [("sin", (0,)), ("cos", (0,)), ("cos", (1,)), ("sin", (1,)), ("mul", (1, 2))]
    code = Code(1, [], steps, [5])
    assert gathered(code, is_fusing=True) == code
    assert pairs(code) == {1, 3}


@needs_llvmlite
def test_quotients_of_one_divisor_are_rounded_as_divisions_are() -> None:
    """To the last bit, for numbers of all sizes; where there is none they are left alone."""
    program = of_text("x/z + y/z")
    code = program.runner().machine(lambda _: [5.0] * 4, is_asked=True)
    assert [op for op, _ in code._code.steps].count("quotient") >= 2 or not native.is_fusing()
    chance = np.random.default_rng(3)
    signs, powers = chance.choice([-1.0, 1.0], size=(3, 4000)), chance.uniform(-37, 37, (3, 4000))
    columns = signs * 10.0**powers
    columns[:, :1000] = chance.integers(-99, 99, size=(3, 1000))
    out = [np.empty(4000) for _ in range(4)]
    code.run([*columns], out)
    x, z, y = columns
    with np.errstate(all="ignore"):
        sums = x / z + y / z
        slopes = 1.0 / z
    fits = z != 0.0
    np.testing.assert_array_equal(out[0][fits], sums[fits])
    np.testing.assert_array_equal(out[1][fits], slopes[fits])
    assert (out[0][~fits] == 5.0).all()


POWERS = ["x^2.5*y", "x^y", "x^(1/3)*y", "x^-1.5/y", "x^7*y", "(x - y)^2.5", "x^(y + 1)"]


@needs_llvmlite
@pytest.mark.parametrize("text", POWERS)
def test_powers_are_those_of_the_interpreter_at_zeros_and_ends(text: str) -> None:
    program = of_text(text)
    runner = program.runner()
    compiled = ENGINES["fast"](runner)
    assert compiled is not None or text == "x^(y + 1)"
    ends = [0.0, -0.0, 1.0, -2.0, 3.0, 1e-300, 5e-324, 1e300, -1e300, 1e-30, 2.5e30, math.inf]
    draw = random.Random(text)  # noqa: S311  (no secrets)
    computed = 0
    for x, y in [(x, y) for x in [*ends, math.nan] for y in (0.0, 1.0, 2.0, -1.0, 0.5, 40.0)]:
        compare(runner, compiled, [x, y])
    for _ in range(60):
        point = [10.0 ** draw.uniform(-9, 9), draw.uniform(-3, 3)]
        computed += compare(runner, compiled, point)
    assert computed > 40 or compiled is None


# --- Several rows at once -------------------------------------------------------------------------


@needs_llvmlite
@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize("threads", [1, 3])
def test_any_number_of_rows_is_computed(threads: int, *, single: bool, monkeypatch) -> None:
    """Fewer than there are lanes, and some that are left over; each row is mended once at most."""
    monkeypatch.setattr(machine, "FEWEST", 16)
    monkeypatch.setattr(machine, "MOST", 24)
    program = of_text("exp(x)*y + atan2(y, x)")
    mended: list[list[float]] = []

    def mend(point: list[float]) -> list[float]:
        mended.append([*point])
        return [7.0, 8.0, 9.0]

    made = program.runner().machine(mend, is_asked=True)
    width = native.lanes().width
    for count in {*range(2 * width + 2), 23, 24, 25, 47, 48, 49, 100}:
        x, y = np.random.default_rng(count).normal(size=(2, count))
        x[count // 2 : count // 2 + 1] = math.nan
        out = [np.full(count, 5.0) for _ in range(3)]
        mended.clear()
        made.run([x, np.float64(0.75) if single else y], out, threads)
        assert len(mended) == min(count, 1)
        for row in range(count):
            at = 0.75 if single else y[row]
            slopes = math.exp(x[row]) * at - at / (x[row] ** 2 + at**2)
            expected = 8.0 if row == count // 2 else slopes
            assert out[1][row] == pytest.approx(expected, rel=1e-13)


@needs_llvmlite
@pytest.mark.parametrize("streams", [0, 10**6])
def test_what_is_fetched_ahead_changes_no_number(streams: int, monkeypatch) -> None:
    """Beyond the ends of columns, too, and of columns that are parts of others."""
    monkeypatch.setattr(llvm_rows, "STREAMS", streams)
    program = of_text("exp(x)*y + sin(x*y)")
    made = program.runner().machine(lambda _: [7.0] * 3, is_asked=True)
    x, y = np.random.default_rng(9).normal(size=(2, 1003))
    whole = [np.empty(1003) for _ in range(3)]
    made.run([x, y], whole)
    np.testing.assert_allclose(whole[0], np.exp(x) * y + np.sin(x * y), rtol=1e-13, atol=1e-14)
    parts = [np.empty(501) for _ in range(3)]
    made.run([x[2:1003:2][:501].copy(), y[2:1003:2][:501].copy()], parts)
    np.testing.assert_array_equal(np.array(parts)[:, :500], np.array(whole)[:, 2:1002:2])


@needs_llvmlite
@pytest.mark.parametrize("exponent", [0.1, 1e-17, -0.3, 0.7, 3.3])
def test_powers_are_shared_only_where_exponents_are_just_1_apart(exponent: float) -> None:
    """The difference of 0.1 and -0.9 is not 1, and what is missing is multiplied by log(x)."""
    lesser = exponent - 1.0
    program = of_text(f"a*x^{exponent!r} + b*x^({lesser!r})")
    given = np.array([3e35, 1e30, 7.5, 1e9, 4.0, 1e20, 1e10, 5.0])
    columns = {"a": np.float64(0.5), "b": np.float64(2.0), "x": given}
    out = [np.empty(len(given)) for _ in range(4)]
    code = program.runner().machine(lambda _: [math.nan] * 4, is_asked=True)
    code.run([columns[node.name] for node in program.inputs], out)
    found = dict(zip([node.name for node in program.inputs], out[1:], strict=True))
    compared = 0
    with mp.workdps(60):
        for place, x in enumerate(given.tolist()):
            for name, power in (("a", exponent), ("b", lesser)):
                if math.isnan(found[name][place]):  # it is looked at
                    continue
                compared += 1
                assert ulps(float(found[name][place]), float(mpf(x) ** mpf(power))) <= 3
    assert compared >= 8
