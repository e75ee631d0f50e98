"""Programs on columns of data: every row is what the program gives at a point."""

from __future__ import annotations

import math
import random
import warnings

import numpy as np
import pytest
from accuracy_cases import CASES
from engines import OF_COLUMNS, largest, ulps
from test_engines import FEW, of_case, of_text

import gradcli
from gradcli import GradcliError, InputError, UsageError
from gradcli.engine import blocks, machine, native
from gradcli.engine.blocks import Blocks
from gradcli.engine.machine import MachineCode
from gradcli.engine.printers import llvm_rows
from gradcli.engine.printers.llvm_lanes import Lanes
from gradcli.engine.ranges import looks
from gradcli.programs import compiled as compiled_module


def by_columns(program, points) -> list[list[float]]:
    """The results at some points, all in one call."""
    runner = program.runner()
    out = [np.empty(len(points)) for _ in program.results]
    runner.blocks(lambda point: runner.run(point)[0]).run([*np.array(points).T], out)
    return np.array(out).T.tolist()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name}/{case.arity}")
def test_every_rule_on_columns(case) -> None:
    """Also where numbers are not finite, and where some rows leave the range of floats."""
    if not case.arity:
        return
    program = of_case(case, order=1)
    runner = program.runner()
    points = case.sample(40, seed=3)
    points += [(0.0,) * case.arity, (math.nan,) * case.arity, (math.inf,) * case.arity]
    for point, found in zip(points, by_columns(program, points), strict=True):
        expected, _ = runner.run(point)
        scale = largest(runner, point)
        for one, other in zip(found, expected, strict=True):
            assert ulps(one, other) <= FEW["blocks"] or abs(one - other) <= 4e-16 * scale, (
                point, found, expected,
            )  # fmt: skip


TEXTS = {
    "3*(a + b*c)": 3,
    "sin(x*y)*exp(-x^2/2) + log(1 + y^2)*cos(x + z)": 3,
    "1/(sqrt(2*pi)*s)*exp(-((t - t1)/s)^2/2)": 3,
    "max(x, y)*abs(x) + relu(y)": 2,
    "log(x)*y + gamma(y)": 2,
    "x": 1,
    "2*x - 7": 1,
}


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("count", [0, 1, 3, 5000])
@pytest.mark.parametrize("engine", OF_COLUMNS)
@pytest.mark.parametrize("threads", [1, 3])
def test_columns_are_what_points_are(
    text: str, count: int, engine: str, threads: int, monkeypatch
) -> None:
    monkeypatch.setattr(blocks, "FEWEST", 2048)
    monkeypatch.setattr(blocks, "MOST", 2048)
    f = gradcli.function(text)
    compiled = f.compile(engine=engine)
    chance = np.random.default_rng(count)
    columns = [chance.normal(size=count).round(1) for _ in range(TEXTS[text])]
    for each in columns:
        each[1::97] = [math.nan, 1e-200, 0.0, 1e200, -math.inf][count % 5]
    results = compiled.columns(*columns, threads=threads)
    assert [each.shape for each in results] == [(count,)] * (len(columns) + 1)
    for row in [*range(0, count, 331), *range(1, count, 970)]:
        point = [float(each[row]) for each in columns]
        with warnings.catch_warnings(action="ignore"):
            value, slopes = f.value_and_grad(*point)
        found = [float(each[row]) for each in results]
        np.testing.assert_allclose(found, [value, *slopes.values()], rtol=1e-12, atol=1e-300)


RARE = [math.nan, math.inf, -math.inf, 1e308, -1e308, 1e200, 1e-200, 5e-324, 0.0]


@pytest.mark.parametrize("text", ["3*(a + b*c)", "a*b - c", "a*b + b*c - 9*a", "a - b + 64*c"])
def test_what_is_no_ordinary_number_in_sums_and_products_is_seen_in_its_row(text: str) -> None:
    """They are not looked at one by one; a pair in a row may also come to what is too large."""
    program = of_text(text)
    runner = program.runner()
    for rare in RARE:
        for places in ([0], [1], [2], [0, 1], [1, 2]):
            mended: list = []
            made = runner.blocks(lambda point, to=mended: to.append(point) or [7.0] * 4)
            columns = [np.linspace(1.0, 2.0, 40) for _ in range(3)]
            for place in places:
                columns[place][23] = rare
            out = [np.empty(40) for _ in range(4)]
            made.run(columns, out)
            point = [float(each[23]) for each in columns]
            expected, is_ordinary = runner.run(point)
            assert repr(mended) == repr([] if is_ordinary else [point]), (rare, places)
            if is_ordinary:
                np.testing.assert_allclose(
                    [each[23] for each in out], expected, rtol=1e-15, atol=1e-322
                )


@pytest.mark.parametrize("engine", OF_COLUMNS)
def test_rows_are_the_same_as_columns(engine: str) -> None:
    compiled = gradcli.function("x^2*y").compile(engine=engine)
    points = np.random.default_rng(1).normal(size=(100, 2))
    table = compiled.rows(points)
    assert table.shape == (100, 3)
    np.testing.assert_array_equal(table.T, compiled.columns(*points.T))
    np.testing.assert_array_equal(table.T, compiled.columns(y=points[:, 1], x=points[:, 0]))


@pytest.mark.parametrize("engine", OF_COLUMNS)
def test_a_number_is_that_of_every_row(engine: str) -> None:
    compiled = gradcli.function("a*x^2 + b").compile(engine=engine)
    x = np.arange(4.0)
    for a in (2, 2.0, np.float64(2.0), np.array(2)):
        value, by_a, by_x, by_b = compiled.columns(a, x, 1.0)
        assert value.tolist() == [1.0, 3.0, 9.0, 19.0]
        assert by_a.tolist() == [0.0, 1.0, 4.0, 9.0]
        assert by_x.tolist() == [0.0, 4.0, 8.0, 12.0]
        assert by_b.tolist() == [1.0] * 4
    assert [each.tolist() for each in compiled.columns(1, 2, 3)] == [[7.0], [4.0], [4.0], [1.0]]


@pytest.mark.parametrize("engine", OF_COLUMNS)
def test_places_for_the_results(engine: str) -> None:
    compiled = gradcli.function("x*y").compile(engine=engine)
    x, y = np.arange(3.0), np.arange(3.0) + 1
    out = np.zeros((3, 3))
    assert compiled.columns(x, y, out=out) is out
    assert out.tolist() == [[0.0, 2.0, 6.0], [1.0, 2.0, 3.0], [0.0, 1.0, 2.0]]
    # Results may be written where the columns are.
    compiled.columns(x, y, out=[x, y, out[0]])
    assert [x.tolist(), y.tolist(), out[0].tolist()] == [[0, 2, 6], [1, 2, 3], [0, 1, 2]]
    table = np.zeros((2, 3))
    assert compiled.rows([[1, 2], [3, 4]], out=table) is table
    assert table.tolist() == [[2.0, 2.0, 1.0], [12.0, 4.0, 3.0]]


REFUSED = [
    (lambda f: f.columns([1.0]), InputError, "no value for 'y'"),
    (lambda f: f.columns([1.0], [1.0], [1.0]), InputError, "takes 2 arguments, not 3"),
    (lambda f: f.columns([1.0], x=[1.0]), InputError, "'x' is given twice"),
    (lambda f: f.columns([1.0], z=[1.0]), InputError, "'z'"),
    (lambda f: f.columns([1.0], [1.0, 2.0]), InputError, "several lengths: 'x' has 1, 'y' has 2"),
    (lambda f: f.columns([1.0], ["a"]), InputError, "'y' is no array of numbers"),
    (lambda f: f.columns([1.0], [1j]), InputError, "'y' is no array of numbers"),
    (lambda f: f.columns([1.0], [None]), InputError, "'y' is no array of numbers"),
    (lambda f: f.columns([1.0], [[1.0], [1.0, 2.0]]), InputError, "'y' is no array of numbers"),
    (lambda f: f.columns([1.0], [[1.0]]), InputError, "'y' has 2 axes"),
    (lambda f: f.columns(np.ma.array([1.0], mask=[1]), 2), InputError, "'x' has masked entries"),
    (lambda f: f.rows(np.ma.array([[1.0, 2.0]], mask=[[0, 1]])), InputError, "masked entries"),
    (lambda f: f.columns([1.0], [1.0], out=[np.zeros(1)] * 3), UsageError, "several results"),
    (lambda f: f.at(None), InputError, "a sequence of numbers, not a value of type NoneType"),
    (lambda f: f.rows([1.0, 2.0]), InputError, r"the shape \(n, 2\), not \(2,\)"),
    (lambda f: f.rows([[1.0, 2.0, 3.0]]), InputError, r"the shape \(n, 2\), not \(1, 3\)"),
    (lambda f: f.columns([1.0], [1.0], out=[np.zeros(1)]), UsageError, "3 arrays of 1 floats"),
    (lambda f: f.columns([1.0], [1.0], out=np.zeros((3, 2))), UsageError, "3 arrays of 1 floats"),
    (
        lambda f: f.columns([1.0], [1.0], out=np.zeros((3, 1), dtype=int)),
        UsageError,
        "3 arrays of 1 floats",
    ),
    (lambda f: f.rows([[1.0, 2.0]], out=np.zeros((1, 2))), UsageError, r"shape \(1, 3\)"),
    (lambda f: f.columns([1.0], [1.0], threads=0), UsageError, "there cannot be 0 threads"),
    (lambda f: f.columns([1.0], [1.0], threads="2"), UsageError, "threads"),
]


@pytest.mark.parametrize(("call", "kind", "message"), REFUSED)
def test_what_is_no_column_is_refused(call, kind: type[GradcliError], message: str) -> None:
    with pytest.raises(kind, match=message):
        call(gradcli.function("x*y").compile())


def test_registers_are_used_again() -> None:
    """A long chain needs two registers, and a value that is needed later keeps its own."""
    text = "x"
    for _ in range(50):
        text = f"sin({text} + y)"
    runner = of_text(f"({text})*x").runner()
    made = Blocks(runner.code, 1, lambda _: [0.0])
    assert made._registers < 120  # the forward pass is kept for the backward pass
    draw = random.Random(4)  # noqa: S311  (no secrets)
    points = [[draw.uniform(-2, 2), draw.uniform(-2, 2)] for _ in range(20)]
    for point, found in zip(points, by_columns(of_text(f"({text})*x"), points), strict=True):
        np.testing.assert_allclose(found, runner.run(point)[0], rtol=1e-13)


# --- Machine code -------------------------------------------------------------------------------

MIXED = "exp(-x*y)*sin(x) + log(1 + y^2)*cos(x) + sigmoid(x)*tanh(y)"


needs_llvmlite = pytest.mark.skipif(not native.is_there(), reason="llvmlite is not installed")


@needs_llvmlite
def test_of_many_rows_machine_code_is_made_without_being_asked_for() -> None:
    compiled = gradcli.function("x*y").compile()
    assert isinstance(compiled._by(compiled_module.MANY), MachineCode)
    assert isinstance(compiled._by(compiled_module.MANY - 1), Blocks)
    special = gradcli.function("gamma(x)*y").compile()
    assert isinstance(special._by(compiled_module.MANY), Blocks)
    long = gradcli.function(" + ".join(f"x^{k}*y" for k in range(5, 300))).compile()
    assert isinstance(long._by(compiled_module.MANY), Blocks)
    assert isinstance(long._by(compiled_module.MANY_OF_LONG), MachineCode)


CHUNKS = [
    "3*(a + b*c)",
    "max(a, b)*abs(c) + b",
    "exp(-a*b)*sin(c) + log(1 + b^2)*cos(a)",
    "a",
    "b*4",
]


@needs_llvmlite
@pytest.mark.parametrize("text", CHUNKS)
@pytest.mark.parametrize("is_single", [False, True])
def test_long_programs_are_loops_one_after_another(
    text: str, *, is_single: bool, monkeypatch
) -> None:
    """Each over a few rows; what they have from each other is what one loop has."""
    program = of_text(text)
    count = len(program.inputs)
    chance = np.random.default_rng(5)
    columns = [chance.normal(size=57).round(1) for _ in range(count)]
    for place, each in enumerate(columns):
        each[place::11] = [math.nan, 1e-200, 0.0, 1e200, -math.inf][:: place + 1][0]
    columns[-1] = np.float64(1.5) if is_single and count > 1 else columns[-1]
    found = []
    for most in (llvm_rows.WHOLE, 2):
        monkeypatch.setattr(llvm_rows, "WHOLE", most)
        monkeypatch.setattr(llvm_rows, "CHUNK", 2)
        monkeypatch.setattr(llvm_rows, "OF_A_MODULE", 3)
        monkeypatch.setattr(llvm_rows, "CACHE", 0)
        monkeypatch.setattr(llvm_rows, "FEWEST", 16)
        runner, mended = program.runner(), []
        out = [np.empty(57) for _ in program.results]

        def mend(point, to=mended) -> list[float]:
            to.append(point)
            return [7.0] * len(program.results)

        runner.machine(mend, is_asked=True).run(columns, out)
        found.append((repr(mended), np.array(out).tobytes()))
    assert found[0] == found[1]


@needs_llvmlite
@pytest.mark.parametrize("width", [2, 4, 8])
def test_without_vector_functions_numbers_are_the_same(width: int, monkeypatch) -> None:
    """So it is on platforms that have none, whatever the width of their vectors."""
    x, y = np.random.default_rng(2).normal(size=(2, 5000))
    here = gradcli.function(MIXED).compile(engine="fast").columns(x, y)
    monkeypatch.setattr(machine, "lanes", lambda: Lanes(width, {}))
    elsewhere = gradcli.function(MIXED).compile(engine="fast").columns(x, y)
    for one, other in zip(here, elsewhere, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-13, atol=1e-14)


def test_vector_functions_are_used_where_they_are() -> None:
    runner = of_text(MIXED).runner()
    found = looks(runner.code.inputs, runner.code.constants, runner.code.steps, ())
    there = Lanes(4, {"exp": [("_ZGVbN2v_exp", 2), ("_ZGVdN4v_exp", 4)]})
    text = llvm_rows.modules(runner.code, 3, found, [False, False], there).texts[0]
    assert "call <4 x double> @_ZGVdN4v_exp(<4 x double>" in text
    assert "declare <4 x double> @_ZGVdN4v_exp(<4 x double>)" in text
    assert "call double @gradcli_sin(double" in text  # which has none
    assert "N2v" not in text


def test_llvmlite_that_is_not_installed_is_asked_for(monkeypatch) -> None:
    monkeypatch.setattr(native, "find_spec", lambda _: None)
    f = gradcli.function("x*y")
    with pytest.raises(UsageError, match="needs llvmlite"):
        f.compile(engine="fast")
    x = np.ones(compiled_module.MANY)
    assert f.compile().columns(x, x)[0].sum() == len(x)
