"""All engines give the numbers of the interpreter: every rule of the table, and random programs."""

from __future__ import annotations

import itertools
import math
import pickle
import random
import warnings
from collections import Counter
from collections.abc import Iterator
from types import FunctionType

import numpy as np
import pytest
from accuracy_cases import CASES
from engines import ENGINES, OF_COLUMNS, Program, largest, ulps
from hypothesis import given, settings
from mpmath import mp
from random_programs import EXPRESSIONS, POINTS
from test_engine_random import number, program

import gradcli
from gradcli import DerivativeWarning, GradcliError, InputError, UsageError
from gradcli.calculus.reverse import gradient
from gradcli.calculus.second import jacobian
from gradcli.engine import exponents, ranges, source, underflow
from gradcli.engine.choose import ENOUGH
from gradcli.engine.compiled import compiled
from gradcli.engine.expanding import EXPANDED
from gradcli.engine.printers import llvm
from gradcli.engine.scalar import operation
from gradcli.engine.shared_work import SHARED
from gradcli.engine.source import LIST, function
from gradcli.evaluation.solve import read_model
from gradcli.graph.node import Graph
from gradcli.graph.rules import table

FEW = {"source": 4.0, "blocks": 4.0, "fast": 16.0, "point": 4.0}
"""So many units in the last place results of one function and its derivatives may be apart.

Vector functions of C are off by up to 4 units themselves, and a second derivative has several.
"""

ELSEWHERE = {"where": "the points of its case are not finite"}
"""Functions that compiled code always leaves to the interpreter, and why."""


def of_case(case, order=2) -> Program:
    graph = Graph()
    inputs = [graph.input(f"x{place}") for place in range(case.arity)]
    value = table().call(graph, case.name, tuple(inputs))
    moving = [node for place, node in enumerate(inputs) if place not in case.inert]
    first = gradient(graph, value, moving) if order and moving else []
    second = [each for row in jacobian(graph, first, moving) for each in row] if order > 1 else []
    return Program(graph, inputs, [value, *first, *second])


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name}/{case.arity}")
def test_every_rule_by_every_engine(case) -> None:
    if not case.arity:
        return
    computed = Counter()
    for order in range(3):
        program = of_case(case, order)
        runner = program.runner()
        engines = {name: engine(program.runner()) for name, engine in ENGINES.items()}
        for point in case.sample(12, seed=order):
            expected, is_ordinary = runner.run(point)
            scale = largest(runner, point)
            for engine, run in engines.items():
                found = run and run(point)
                if found is None:
                    continue
                assert is_ordinary
                computed[engine] += 1
                few = FEW[engine]
                for one, other in zip(found, expected, strict=True):
                    assert ulps(one, other) <= few or abs(one - other) <= few * 1e-16 * scale, (
                        engine, order, point, found, expected,
                    )  # fmt: skip
    left = {"fast", "point"} if case.name not in llvm.FUNCTIONS else set()
    left |= {*ENGINES} if case.name in ELSEWHERE else set()
    assert {*computed} | left == {*ENGINES}, "always left to the interpreter"


def of_text(text: str) -> Program | None:
    try:
        model = read_model(text, ())
    except GradcliError:
        return None
    if not model.inputs:
        return None
    slopes = gradient(model.graph, model.output, model.inputs)
    return Program(model.graph, model.inputs, [model.output, *slopes])


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=150, deadline=None)
@given(text=EXPRESSIONS, points=POINTS)
def test_random_programs_by_every_engine(engine: str, text: str, points: list) -> None:
    program = of_text(text)
    if program is None:
        return
    runner = program.runner()
    compiled = ENGINES[engine](runner)
    names = [node.name for node in program.inputs]
    for each in points:
        point = [float(each[name]) for name in names]
        compare(runner, compiled, point)


def compare(runner, compiled, point, share: float = 1e-14) -> bool:
    """Whether compiled code has computed something; it is what the interpreter has.

    Args:
        share: of the largest number on the way, what results may be apart: what cancels shows it.
    """
    found = compiled and compiled(point)
    if found is None:
        return False
    expected, is_ordinary = runner.run(point)
    assert is_ordinary, (point, found, expected)
    scale = largest(runner, point) if share else 0.0
    for one, other in zip(found, expected, strict=True):
        near = 1e-12 * max(abs(one), abs(other)) + share * scale
        assert ulps(one, other) <= FEW["fast"] or abs(one - other) <= near, (point, found, expected)
    return True


def of_all_sizes(seed: int, count: int) -> Iterator[tuple[Program, list[float]]]:
    """Programs of a few functions at numbers that are tiny, huge or whole."""
    draw = random.Random(seed)  # noqa: S311  (no secrets)
    for _ in range(count):
        point = [number(draw) for _ in range(draw.choice([1, 2, 2, 3]))]
        steps = program(draw, len(point))
        graph = Graph()
        inputs = [graph.input(f"x{place}") for place in range(len(point))]
        nodes = [*inputs]
        for case, args in steps:
            nodes.append(table().call(graph, case.name, tuple(nodes[place] for place in args)))
        results = [nodes[-1], *gradient(graph, nodes[-1], inputs)]
        if nodes[-1] not in inputs:
            yield Program(graph, inputs, results), point


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_that_leaves_the_range_of_floats_is_missed(engine: str) -> None:
    computed, count = 0, 200 if engine == "fast" else 2500  # machine code takes its time to make
    for each, point in of_all_sizes(7, count):
        runner = each.runner()
        computed += compare(runner, ENGINES[engine](runner), point)
    assert computed > count // 15


BEYOND = {
    "1/(a*b)": ({"a": 1e200, "b": -1.671}, {"a": 1e-200, "b": 1e-180}, {"a": 1e-10, "b": 1e-300}),
    "a*b*c": ({"a": 1e-200, "b": 1e-200, "c": 1e250}, {"a": 1e200, "b": 1e200, "c": 1e-250}),
    "a*b + c": ({"a": 1e-200, "b": 1e-200, "c": 1e-300}, {"a": 1e200, "b": 1e200, "c": 1}),
    "sqrt(a^2 + b^2)": ({"a": 1e200, "b": 1e200}, {"a": 1e-200, "b": 1e-200}),
    "sigmoid(a)*b": ({"a": -800, "b": 1e300}, {"a": 800, "b": 1}, {"a": -90, "b": 2}),
    "exp(a)*exp(b)": ({"a": 800, "b": -800}, {"a": -800, "b": 790}),
    "softplus(a)*b": ({"a": -800, "b": 1e300}, {"a": -3, "b": 1}),
    "a^3*b": ({"a": 1e-120, "b": 1e120}, {"a": 1e120, "b": 1e-120}),
    "max(a, b)/a": ({"a": 1e-310, "b": 1e-310}, {"a": 5e-324, "b": 1}),
}  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("text", BEYOND)
def test_what_no_float_holds_on_the_way_is_left_to_the_interpreter(text: str, engine: str) -> None:
    each = of_text(text)
    assert each is not None
    runner = each.runner()
    compiled = ENGINES[engine](runner)
    for values in BEYOND[text]:
        compare(runner, compiled, [float(values[node.name]) for node in each.inputs])
    assert compare(runner, compiled, [1.25, 0.75, 2.5][: len(each.inputs)])


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "text",
    ["where(0 < 0, x, 0)", "where(1 > 0, x, y)", "where(2 < 1, x*y, 3)", "where(0 < 1, 2, x)"],
)
def test_what_is_chosen_for_good_is_all_there_is(text: str, engine: str) -> None:
    """Then all results may be constants, and there is nothing to be looked at."""
    each = of_text(text)
    assert each is not None
    runner = each.runner()
    compare(runner, ENGINES[engine](runner), [1.25, 0.75][: len(each.inputs)])


NET = gradcli.net([2, 3, 1]).program()


def chained(step: str, start: str, count: int) -> str:
    """A formula of a step in a step, so many times."""
    for _ in range(count):
        start = step.format(start)
    return start


ALL_SIZES = [
    NET,
    "a*b*c*d/(1 + exp(-x*y))",
    "w*tanh(a*x + b)*sin(c)*d*y",
    "(a*b + c*d)*(x*y + w)*sigmoid(a*c)",
    "((a*b)*c)*(d*(x*y)) + w",
    "exp(-a*b)*exp(-c)*d/(1 + x*x)",
    "softplus(a*x)*b*c + silu(d*y)*w",
    "(a*b - c*d)^2*(x - y)^4",
    "a*cos(b)*cos(c*x)*cos(d)*sin(x)*y",
    " + ".join(f"100*(x{k + 1} - x{k}^2)^2 + (1 - x{k})^2" for k in range(1, 15)),
    *(
        pytest.param(each, marks=pytest.mark.slow)
        for each in (
            f"c*{chained('sin({} + x)', 'a*b', 12)}",
            f"{chained('cos({} + y)', 'x', 8)}*a + b*tanh(c*d)",
            f"{chained('tanh(a*{} + b)', 'x', 9)}*y",
        )
    ),
]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("text", ALL_SIZES)
def test_factors_of_all_sizes(text: str, engine: str) -> None:
    """Small numbers that others make large again are never those that floats have lost."""
    draw = random.Random(text)  # noqa: S311  (no secrets)
    each = of_text(text)
    assert each is not None
    runner = each.runner()
    compiled = ENGINES[engine](runner)
    computed = 0
    for _ in range(800):
        sizes = draw.choice([(-1, 1), (-1, 1), (-20, 18), (-60, 18), (-160, 18), (-323, 300)])
        powers = [draw.uniform(*sizes) for _ in each.inputs]
        if draw.random() < 0.5:
            powers[draw.randrange(len(powers))] = draw.uniform(-323, -290)
        point = [draw.choice([-1, 1]) * 10.0**power for power in powers]
        point[draw.randrange(len(point))] *= draw.random() > 0.05
        computed += compare(runner, compiled, point, share=0.0)
    assert 100 < computed < 800


@pytest.mark.parametrize("bound", [64, 128])
def test_the_size_of_many_numbers_is_seen_at_once(bound: int) -> None:
    """As it is seen of each of them: zeros of both signs, and whatever is just inside or not."""
    code = compiled(f"def test(*x):\n return {exponents.test('*x', '*x,')}")
    draw = random.Random(bound)  # noqa: S311  (no secrets)
    ends = [sign * (bound + by) for sign in (-1, 1) for by in (-17, -1, 0, 1, 17)]
    rare = [0.0, -0.0, math.inf, math.nan, 5e-324, 1e308, *(2.0**each for each in ends)]
    rare += [-each for each in rare] + [math.nextafter(each, 1.0) for each in rare]
    for each in [None, *rare]:
        numbers = [draw.choice([-1, 1]) * draw.uniform(0.1, 9.0) for _ in range(20)]
        numbers[draw.randrange(20)] = 0.0 if draw.random() < 0.5 else 1.0
        numbers[draw.randrange(20)] = 1.0 if each is None else each
        known = {**exponents.known(20, bound)}
        expected = all(not x or 2.0**-bound < abs(x) < 2.0**bound for x in numbers)
        assert bool(FunctionType(code, known)(*numbers)) is expected or abs(each) == 2.0**-bound


def test_what_has_no_finite_value_for_ordinary_arguments_is_known() -> None:
    """Of operations that are not looked at, NumPy must not hide where they are not defined."""
    points = [0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.5, 1e30, -1e30, 1e-30]
    partial = set()
    for op in ranges.SIZES:
        function = operation(op) if op not in EXPANDED | SHARED else None
        for args in itertools.product(points, repeat=arity(op)) if function else ():
            size = ranges.SIZES[op]([ranges._LOOKED_AT] * arity(op))
            if not math.isfinite(function(*args)) and ranges._is_within(size):
                partial.add(op)
    assert partial == {*ranges.PARTIAL} - SHARED


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        ("log(1 + x^2)", False), ("log(x^2)", True), ("log(x)", True), ("1/(1 + exp(x))", False),
        ("1/x", True), ("sqrt(1 + x^4)", False), ("sqrt(x)", True), ("asin(sin(x))", False),
        ("asin(x)", True), ("log1p(exp(x))", False), ("log1p(x)", True),
    ],
)  # fmt: skip
def test_where_a_value_is_always_finite_is_known(text: str, *, is_open: bool) -> None:
    each = of_text(text)
    code = each._replace(results=each.results[:1]).runner().code
    found = ranges.looks(code.inputs, code.constants, code.steps, code.outputs)
    assert bool(found.open) is is_open


def arity(op: str) -> int:
    pairs = {"add", "sub", "mul", "div", "hypot", "norm", "max", "min", "and", "or", "share"}
    if op in pairs | {"lt", "le", "gt", "ge", "eq", "ne"}:
        return 2
    return 3 if op == "where" else 1


# --- What is looked at --------------------------------------------------------------------------


def test_sums_of_products_are_not_looked_at_but_for_their_results() -> None:
    code = of_text("3*(a + b*c)").runner().code
    assert ranges.looks(code.inputs, code.constants, code.steps, code.outputs) == ranges.Looks(0)


def test_of_a_net_only_products_of_adjoints_are_looked_at() -> None:
    code = of_text(NET).runner().code
    found = underflow.looks(code, len(code.outputs))
    assert len(found.products) == 1
    assert not found.numbers


def test_of_a_long_chain_only_its_ends_are_looked_at() -> None:
    """A product of cosines is not larger than any part of it: if it is not too small, none is."""
    code = of_text(f"{chained('sin({} + x)', 'a*b', 60)}*a").runner().code
    found = underflow.looks(code, len(code.outputs))
    assert not found.numbers
    assert sum(len(group) for group, _ in found.products) <= 6


def test_a_cosine_is_never_smaller_than_is_taken_for_granted() -> None:
    """Where it is smallest, its argument is known, and it is 0 for none."""
    smallest = 6381956970095103 * 2.0**797
    assert 2.0**-61 < abs(math.cos(smallest)) < 2.0**-60
    with mp.workprec(3000):
        assert 2.0**-61 < abs(mp.cos(mp.mpf(smallest))) < 2.0**-60


def test_a_constant_that_is_not_finite_is_left_to_the_interpreter() -> None:
    graph = Graph()
    x = graph.input("x")
    each = Program(graph, [x], [graph.node("add", (x, graph.const(math.inf)))])
    assert function(each.runner().code, LIST) is None


def test_sigmoids_of_a_number_and_its_opposite_share_one_exponential() -> None:
    steps = of_text("sigmoid(w*x)^2").runner().code.steps
    assert [op for op, _ in steps].count("exp") == 1
    assert not {"sigmoid", "pow"} & {op for op, _ in steps}


def test_what_is_too_long_to_compile_is_left_to_the_interpreter(monkeypatch) -> None:
    monkeypatch.setattr(source, "MOST_STEPS", 3)
    f = gradcli.function("sin(x)*cos(y)*exp(x*y)")
    found = [f.grad(0.5, 0.25) for _ in range(ENOUGH + 3)]
    assert found[0] == found[-1]
    assert f._numbers.passed._quick is None
    assert f.compile().grad(0.5, 0.25) == found[0]


def test_long_sums_and_many_kinks_are_compiled() -> None:
    """Nothing recurses: neither Python's compiler nor ours."""
    text = " + ".join(f"abs(x{k} - {k})*x{k + 1}" for k in range(1500))
    f = gradcli.function(text)
    point = [k + 0.5 for k in range(1501)]
    value, *slopes = f.compile().at(point)
    with warnings.catch_warnings(action="error"):
        expected = f.value_and_grad(*point)
    assert value == pytest.approx(expected[0], rel=1e-13)
    assert slopes == pytest.approx([*expected[1].values()], rel=1e-13)
    deep = gradcli.function("sin(" * 1500 + "x" + ")" * 1500).compile()
    assert deep.grad(1.0) == pytest.approx({"x": deep._grad(1.0)["x"]})


# --- Functions that are made ---------------------------------------------------------------------


def test_compiled_functions() -> None:
    f = gradcli.function("J(a,b,c) = 3(a+bc)").compile()
    assert f.value(1.0, 2.0, 3.0) == f.value(c=3, b=2, a=1) == 21.0
    assert f.grad(1.0, 2.0, 3.0) == {"a": 3.0, "b": 9.0, "c": 6.0}
    assert f.value_and_grad(1.0, b=2.0, c=3.0) == (21.0, {"a": 3.0, "b": 9.0, "c": 6.0})
    assert f.numbers(1.0, 2.0, 3.0) == [21.0, 3.0, 9.0, 6.0]
    out = [0.0] * 4
    assert f.at([1.0, 2.0, 3.0], out) is out == [21.0, 3.0, 9.0, 6.0]
    assert f.at((1.0, 2.0, 3.0)) == out


NUMBERS = [2, True, np.float64(2.0), np.float32(2.0), np.int64(2), "2", "1 + 1"]


@pytest.mark.parametrize("text", ["x*y", "x*y + sin(x)*y/x", "exp(x)*y"])
@pytest.mark.parametrize("value", NUMBERS, ids=repr)
def test_whatever_is_a_number_gives_floats(text: str, value: object) -> None:
    f = gradcli.function(text)
    compiled = f.compile()
    for args in ((value, 3.0), (3.0, value), (value, value)):
        try:
            expected = f.value_and_grad(*args)
        except GradcliError as error:
            with pytest.raises(type(error)):
                compiled.value_and_grad(*args)
            continue
        found, slopes = compiled.value_and_grad(*args)
        assert type(found) is float
        assert {type(each) for each in slopes.values()} == {float}
        assert found == pytest.approx(expected[0], rel=1e-14)
        assert slopes == pytest.approx(expected[1], rel=1e-14)


def test_arrays_in_and_out() -> None:
    compiled = gradcli.function("x*y").compile()
    found = compiled.at(np.array([2.0, 3.0]))
    assert isinstance(found, np.ndarray)
    assert found.tolist() == [6.0, 3.0, 2.0]
    out = np.zeros(3)
    assert compiled.at(np.array([2, 3]), out) is out
    assert out.tolist() == [6.0, 3.0, 2.0]


HOSTILE = ["def", "lambda", "x'); import os; ('", "v0", "v1", "k0", "otherwise", "λ", "x[1]", "{0}"]


def test_names_of_the_user_are_no_code() -> None:
    """Whatever inputs are called, they are names of parameters and keys of results."""
    for name in HOSTILE:
        graph = Graph()
        x, y = graph.input(name), graph.input("v2")
        value = graph.node("mul", (x, graph.node("exp", (y,))))
        each = Program(graph, [x, y], [value, *gradient(graph, value, [x, y])])
        entry = LIST._replace(result="({0}, {keyed})", point=False)
        made = function(each.runner().code, entry, lambda *_: None, names=[name, "v2"])
        e = math.exp(1.0)
        assert made(**{name: 2.0, "v2": 1.0}) == (2 * e, {name: e, "v2": 2 * e})


def test_a_call_that_does_not_fit_is_refused() -> None:
    compiled = gradcli.function("a*b").compile()
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'b'"):
        compiled.value(1.0)
    with pytest.raises(TypeError, match="unexpected keyword argument 'c'"):
        compiled.value(1.0, c=2.0)
    for point in ([1.0], [1.0, 2.0, 3.0], [1.0, [2.0]], ["a", 1.0], 5.0):
        with pytest.raises((InputError, TypeError)):
            compiled.at(point)


def test_engines_that_there_are_not() -> None:
    f = gradcli.function("a*b")
    with pytest.raises(UsageError, match="there is no engine 'turbo'"):
        f.compile(engine="turbo")
    with pytest.raises(UsageError, match="only programs of numbers are compiled"):
        gradcli.function("sum(x@x)", shapes={"x": 3}).compile()


@pytest.mark.parametrize("engine", [None, "interpreter", *OF_COLUMNS])
def test_compiled_functions_are_pickled_as_programs(engine: str | None) -> None:
    compiled = gradcli.function("f(y, x) = x*y^2").compile(engine=engine)
    assert compiled.value(3.0, 2.0) == 18.0
    again = pickle.loads(pickle.dumps(compiled))  # noqa: S301  (written a moment ago)
    assert (again.engine, again.inputs) == (compiled.engine, ("y", "x"))
    assert again.grad(3.0, 2.0) == {"y": 12.0, "x": 9.0}


KINKS = {
    "abs(x)*y": [(0.0, 2.0), (1.0, 2.0)],
    "relu(x*x)*y": [(0.0, 2.0), (1.0, 2.0)],
    "log(x)*y": [(0.0, 2.0), (-1.0, 2.0)],
    "x^2*y if x >= 0 else 0": [(0.0, 2.0), (-1.0, 2.0)],
    "sqrt(x)/y": [(0.0, 0.0), (4.0, 0.0), (1e-200, 1e-200)],
    "max(x, y)^2": [(2.0, 2.0), (math.inf, 1.0), (math.nan, 1.0)],
}


@pytest.mark.parametrize("text", KINKS)
@pytest.mark.parametrize("engine", ["interpreter", "source"])
def test_compiled_functions_warn_as_functions_do(text: str, engine: str) -> None:
    f = gradcli.function(text, inputs=["x", "y"])
    compiled = f.compile(engine=engine)
    for point in KINKS[text]:
        with warnings.catch_warnings(record=True, action="always") as expected:
            value, slopes = f.value_and_grad(*point)
        with warnings.catch_warnings(record=True, action="always") as caught:
            found = compiled.numbers(*point)
        assert [str(each.message) for each in caught] == [str(each.message) for each in expected]
        assert [each.category for each in caught] == [DerivativeWarning] * len(expected)
        np.testing.assert_allclose(found, [value, *slopes.values()], rtol=1e-14)


def test_a_function_that_is_called_often_is_compiled_and_gives_the_same() -> None:
    f = gradcli.function("a = tanh(w*x + b); (a - y)^2 + relu(w)")
    points = [(0.1 * k, 0.3, -0.2 * k, 0.5) for k in range(-150, 150)]
    with warnings.catch_warnings(record=True, action="always") as caught:
        often = [f.value_and_grad(*point) for point in points]
    assert len(caught) == 1  # relu at w = 0
    assert f._numbers.passed._quick is not None
    for point, (value, slopes) in zip(points[::37], often[::37], strict=True):
        expected = gradcli.evaluate(f.source, **dict(zip(f.inputs, point, strict=True)))
        assert value == pytest.approx(expected.value, rel=1e-14)
        assert slopes == pytest.approx(expected.gradient, rel=1e-13)
