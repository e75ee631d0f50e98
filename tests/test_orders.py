"""Derivatives of any order at a point, by names or along a direction, in all doors."""

from __future__ import annotations

import json
import math
import warnings
from itertools import combinations_with_replacement
from typing import Any

import mpmath
import numpy as np
import pytest
from command_line import call

import gradcli
from gradcli.calculus.reverse import gradient
from gradcli.errors import GradcliError
from gradcli.programs import orders

mp = mpmath.mp.clone()
mp.dps = 60


def _root(x: Any, y: Any) -> Any:
    return mp.findroot(lambda z: z**3 + x * z - y, 1)


FUNCTIONS = [
    ("exp(x)*sin(y)", lambda x, y: mp.exp(x) * mp.sin(y), (1, 2)),
    ("x^3*y^2 + x*y", lambda x, y: x**3 * y**2 + x * y, (2, 3)),
    ("log(x + y^2)/x", lambda x, y: mp.log(x + y**2) / x, (1.5, 0.5)),
    ("atan2(y, x)", lambda x, y: mp.atan2(y, x), (1.5, 0.5)),
    ("x^y", lambda x, y: x**y, (1.5, 2.5)),
    ("findroot(z^3 + x*z - y, z, 1)", _root, (2, 3)),
]  # fmt: skip


@pytest.mark.parametrize(("program", "function", "point"), FUNCTIONS)
def test_by_every_choice_of_names(program: str, function: Any, point: tuple[float, float]) -> None:
    values = dict(zip("xy", point, strict=True))
    program = f"f(x, y) = {program}"
    found = gradcli.orders(program, values, order=4)
    assert found.value == pytest.approx(float(function(*map(mp.mpf, point))), rel=1e-14)
    names = [each for n in range(1, 5) for each in combinations_with_replacement("xy", n)]
    assert [*found.partials] == names
    for each in names:
        exact = mp.diff(function, tuple(map(mp.mpf, point)), (each.count("x"), each.count("y")))
        assert found.partials[each] == pytest.approx(float(exact), rel=1e-11, abs=1e-12), each
        quotient = f"d{len(each)}/" + "".join(f"d{name}" for name in each)
        asked = gradcli.evaluate(program, values).get(
            quotient if len(each) > 1 else f"d/d{each[0]}"
        )
        assert found.partials[each] == pytest.approx(asked, rel=1e-11, abs=1e-12)


@pytest.mark.parametrize(("program", "function", "point"), FUNCTIONS)
def test_along_a_direction(program: str, function: Any, point: tuple[float, float]) -> None:
    x, y = map(mp.mpf, point)
    values, vector = dict(zip("xy", point, strict=True)), {"x": 0.5, "y": -2}
    expected = [
        float(mp.diff(lambda t: function(x + t / 2, y - 2 * t), 0, order)) for order in range(6)
    ]
    found = gradcli.orders(program, values, order=5, along=vector)
    assert found.along is not None
    assert found.partials == {}
    assert found.along.vector == vector
    assert [found.value, *found.along.derivatives] == pytest.approx(expected, rel=1e-10, abs=1e-12)
    function_ = gradcli.function(f"f(x, y) = {program}")
    assert function_.along(point, [0.5, -2], 5) == pytest.approx(expected, rel=1e-10, abs=1e-12)
    assert function_.along(values, vector) == pytest.approx(expected[:2], rel=1e-13)
    hvp = function_.hvp(values, vector)
    assert 0.5 * hvp["x"] - 2 * hvp["y"] == pytest.approx(expected[2], rel=1e-11)


ARRAYS = [
    ("sum(x^3)", {"x": [1, 2]}, {"x": [1, 1]}, [15, 18, 12, 0]),
    ("sum(x^3)", {"x": [1, 2]}, {"x[2]": 1}, [12, 12, 6, 0]),
    ("x' @ A @ x", {"x": [1, 2], "A": [[1, 0], [0, 3]]}, {"x": [1, -1]}, [-10, 8, 0, 0]),
    ("exp(sum(x))*y", {"x": [0, 0], "y": 2}, {"x": [1, 1], "y": 1}, [5, 12, 28, 64]),
]


@pytest.mark.parametrize(("program", "values", "vector", "expected"), ARRAYS)
def test_of_arrays(
    program: str, values: dict[str, Any], vector: dict[str, Any], expected: list[float]
) -> None:
    found = gradcli.orders(program, values, order=4, along=vector).along
    assert found is not None
    assert found.derivatives == pytest.approx(expected, rel=1e-14)


INSIDE = [
    ("sum([x, y]^3)", "x^3 + y^3", {"x": 1, "y": 2}, 4),
    ("norm([x, y])", "norm(x, y)", {"x": 0, "y": 0}, 2),
    ("max([x, y])*x", "max(x, y)*x", {"x": 1, "y": 1}, 3),
    ("prod([x, y, x])", "x^2*y", {"x": 2, "y": 1}, 5),
    ("sum([1e308, 1e308]*x)", "1e308*x + 1e308*x", {"x": 1}, 3),
]


@pytest.mark.parametrize(("program", "in_numbers", "values", "order"), INSIDE)
@pytest.mark.parametrize("along", [None, {"x": 2}])
def test_numbers_may_go_through_arrays(
    program: str, in_numbers: str, values: dict[str, Any], order: int, along: Any
) -> None:
    found = gradcli.orders(program, values, order=order, along=along)
    expected = gradcli.orders(in_numbers, values, order=order, along=along)
    assert found.partials == pytest.approx(expected.partials, rel=1e-14)
    assert found.along == expected.along
    assert [each.kind for each in found.problems] == [each.kind for each in expected.problems]


def test_a_direction_of_arrays_at_a_kink() -> None:
    found = gradcli.orders("norm(x)", {"x": [0, 0]}, order=2, along={"x": [1, 0]})
    assert "-1 to the left and 1 to the right" in found.problems[0].message


KINKS = [
    (
        "x*abs(x)",
        {"x": 0},
        2,
        [0, 0],
        "the second derivative by x,x is -2 to the left of x = 0 and 2",
    ),
    (
        "abs(x)^3",
        {"x": 0},
        4,
        [0, 0, 0, 0],
        "the third derivative by x,x,x is -6 to the left of x = 0 and 6",
    ),
    ("abs(x)^2", {"x": 0}, 3, [0, 2, 0], None),
    ("relu(x) - relu(-x)", {"x": 0}, 2, [1, 0], None),
    (
        "where(x > 0, x^3, 0)",
        {"x": 0},
        3,
        [0, 0, 0],
        "the third derivative by x,x,x is 0 to the left",
    ),
    ("max(x^2, x^4)", {"x": 1}, 2, [2, 2], "out has a kink at x = 1: slope 2 to the left, 4"),
    ("floor(x)^2", {"x": 1}, 2, [0, 0], "out jumps at x = 1: 0 to the left, 1 here and to"),
    ("sqrt(x)", {"x": 0}, 1, [math.inf], "out is defined for x >= 0 only; slope Infinity from"),
    ("sqrt(x)", {"x": 0}, 2, [math.inf, -math.inf], "the derivative by x,x is -Inf"),
    ("x^2.5", {"x": 0}, 2, [0, 0], None),
    # partials on the way are infinite, and the whole function has its derivatives
    *[("sqrt(x^2) + x", {"x": 0}, k, [0, 0, 0][:k], "out has a kink") for k in (1, 2, 3)],
    *[("sqrt(x^4) + x", {"x": 0}, k, [1, 2, 0][:k], None) for k in (1, 2, 3)],
    *[("cbrt(x)^3", {"x": 0}, k, [1, 0, 0][:k], None) for k in (1, 2, 3)],
    *[("exp(-1/x^2)", {"x": 0}, k, [0, 0, 0][:k], None) for k in (1, 2, 3)],
]


@pytest.mark.parametrize(("program", "values", "order", "expected", "message"), KINKS)
def test_at_kinks_both_sides_are_told(
    program: str, values: dict[str, float], order: int, expected: list[float], message: str | None
) -> None:
    found = gradcli.orders(program, values, order=order)
    assert [*found.partials.values()] == expected
    messages = [problem.message for problem in found.problems]
    assert (not messages) if message is None else any(message in each for each in messages)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert gradcli.function(program).along(values, {"x": 1}, order)[1:] == expected
    assert bool(caught) == (message is not None)


POLES = ["1/x", "log(x)", "x^-2"]


@pytest.mark.parametrize("program", POLES)
@pytest.mark.parametrize("order", [1, 2, 3, 5])
def test_where_there_is_no_value_the_answers_are_those_to_single_questions(
    program: str, order: int
) -> None:
    point = gradcli.evaluate(program, x=0)
    found = [*gradcli.orders(program, {"x": 0}, order=order).partials.values()]
    asked = ["d/dx", *(f"d{k}/dx{k}" for k in range(2, order + 1))]
    assert found == pytest.approx([point.get(each) for each in asked], nan_ok=True)
    assert any(map(math.isinf, found))


def test_another_output_and_only_some_names() -> None:
    found = gradcli.orders("u = x^2*y; u + z", {"x": 2, "y": 3, "z": 1}, of="u", wrt="x", order=2)
    assert (found.output, found.value) == ("u", 12)
    assert found.partials == {("x",): 12, ("x", "x"): 6}


def test_on_the_command_line() -> None:
    words = ["eval", "x^2*y", "--x", "3", "--y", "4", "--json"]
    by_names = json.loads(call(*words, "--order", "2").out)
    assert by_names["derivatives"] == {"x": 24, "y": 9, "x,x": 8, "x,y": 6, "y,y": 0}
    along = json.loads(call(*words, "--along", "x=1,y=-1").out)
    assert along["along"] == {"direction": {"x": 1, "y": -1}, "derivatives": [15]}
    assert along["order"] == 1
    page = call("eval", "x^2*y", "--x", "3", "--y", "4", "--order", "3").out
    assert "∂³out/∂x²∂y = 2" in page
    undefined = call("eval", "log(x)", "--x=-1", "--order", "2")
    assert undefined.code == 4


BAD = [
    (["--order", "0"], 2, "the order is 1 to 20, not 0"),
    (["--order", "21"], 2, "the order is 1 to 20, not 21"),
    (["--order", "x"], 2, "'x' is no"),
    (["--order", "2", "--tree"], 2, "are a table or JSON"),
    (["--order", "2", "--get", "out"], 2, "are a table or JSON"),
    (["--order", "2", "--assert", "out > 0"], 2, "are a table or JSON"),
    (["--along", "z=1"], 3, "the program has no input 'z'"),
    (["--along", "x"], 2, "'x' gives no name a value"),
    (["--along", "x=1,x=2"], 3, "'x' is given twice"),
    (["--order", "2", "--of", "u,v"], 2, "of one output"),
    (["--order", "2", "--of", "w"], 3, "there is no 'w' to differentiate"),
]


@pytest.mark.parametrize(("words", "code", "message"), BAD)
def test_bad_input(words: list[str], code: int, message: str) -> None:
    called = call("eval", "u = x^2*y; v = u*x; u + v", "--x", "3", "--y", "4", *words)
    assert called.code == code
    assert message in called.err.replace("\n", " ")


@pytest.mark.parametrize(
    ("program", "values", "vector"),
    [
        ("sum(exp(x*y))", {"x": [1, 2, 3], "y": 0.5}, {"x": [1, 0, -1], "y": 2}),
        ("y*(x'@A@x)", {"x": [1, 2], "A": [[1, 2], [3, 4]], "y": 2}, {"x": [1, 1], "y": 1}),
        ("max([x, y])^3", {"x": 2, "y": 1}, {"x": 1, "y": 0.5}),
    ],
)
def test_a_function_goes_along_arrays_as_orders_do(
    program: str, values: dict[str, Any], vector: dict[str, Any]
) -> None:
    expected = gradcli.orders(program, values, order=4, along=vector)
    whole = {name: vector.get(name, np.zeros_like(value)) for name, value in values.items()}
    found = gradcli.function(program).along(values, whole, 4)
    assert expected.along
    assert found == pytest.approx([expected.value, *expected.along.derivatives], rel=1e-13)


def test_too_many() -> None:
    names = {f"x{k}": 1.0 for k in range(30)}
    with pytest.raises(GradcliError) as raised:
        gradcli.orders("*".join(names), names, order=5)
    assert raised.value.kind == "order"
    with pytest.raises(GradcliError):
        gradcli.orders("sum(x)", {"x": [1, 2]}, order=2)
    with pytest.raises(GradcliError):
        gradcli.function("x + 1").along([[1, 2]], [[1, 0]], 2)
    with pytest.raises(GradcliError):
        gradcli.function("sum(x)").along([[1.0] * 30_000], [[0.0] * 30_000], 2)
    with pytest.raises(GradcliError):
        gradcli.orders("[x, x]", {"x": 1}, order=2)


def test_first_derivatives_by_many_inputs_are_one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []

    def counted(graph: Any, output: Any, inputs: Any) -> Any:
        taken.append(len(inputs))
        return gradient(graph, output, inputs)

    monkeypatch.setattr(orders, "gradient", counted)
    program = " + ".join(f"sin(x{k}*x{k + 1})" for k in range(100))
    found = gradcli.orders(program, {f"x{k}": 0.5 for k in range(101)})
    assert found.partials["x0",] == pytest.approx(0.5 * math.cos(0.25))
    assert taken == [101]


LINES = ["max(x, y)", "abs(x) + y", "relu(x - 2*y) + x", "abs(x)*abs(y)", "min(x, y, x + y)"]


@pytest.mark.parametrize("source", LINES)
@pytest.mark.parametrize("line", [{"x": 1}, {"x": 1, "y": 2}, {"x": -1, "y": 1}], ids=str)
def test_a_direction_has_one_slope_at_a_kink_whoever_is_asked(source, line):
    """It is the product with the gradient that is used, brought between both sides."""
    point = {"x": 0, "y": 0}
    (slope,) = gradcli.orders(source, point, along=line).along.derivatives
    tangent = [line.get(name, 0) for name in ("x", "y")]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", gradcli.DerivativeWarning)
        function = gradcli.function(f"f(x, y) = {source}")
        assert function.jvp([0, 0], tangent)[1] == slope
        assert function.along([0, 0], tangent, 1)[1] == slope
    (product,) = gradcli.jac(source, point, along=line).along.product.values()
    assert product == slope


@pytest.mark.parametrize(
    ("program", "y", "order", "message"),
    [
        ("y*floor(x)", 0, 1, "out jumps beside y = 0, x = 0"),
        ("floor(x)*y", 1, 2, "out jumps at x = 0"),
        ("relu(x)*y^2", 1, 2, "the second derivative by x,y is not unique at "),
        ("x*abs(x)*y", 1, 3, "the third derivative by x,x,y is not unique at "),
    ],
)
def test_mixed_derivatives_have_all_their_names(
    program: str, y: int, order: int, message: str
) -> None:
    found = gradcli.orders(program, {"x": 0, "y": y}, order=order)
    assert any(message in problem.message for problem in found.problems)


@pytest.mark.parametrize("program", ["sqrt(x)", "abs(x)", "floor(x)", "cbrt(x)"])
def test_what_eval_says_is_said_once(program: str) -> None:
    found = gradcli.orders(program, {"x": 0}, order=1)
    assert found.problems == gradcli.evaluate(program, {"x": 0}).warnings


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("floor(x)", "the value jumps along the direction: 0 to the left, 1 here and to the right"),
        ("where(x == 1, 5, x)", "the value jumps along the direction: 5 here, 1 on both sides"),
        ("where(x == 1, 5, 1/(x - 1))", "jumps along the direction: -Infinity to the left, 5 here"),
    ],
)
def test_along_a_direction_jumps_are_told(program: str, message: str) -> None:
    found = gradcli.orders(program, {"x": 1}, order=2, along={"x": 1})
    assert message in found.problems[0].message
    with pytest.warns(gradcli.DerivativeWarning, match="the value jumps along the tangent"):
        gradcli.function(program).along([1], [1], 2)


OUT_OF_RANGE = [
    ("sqrt(x)", {"x": 1e-210}, "xx", lambda x: -(x ** mp.mpf(-1.5)) / 4),
    ("root(x, 3)", {"x": 1e-200}, "xx", lambda x: -2 * x ** (mp.mpf(-5) / 3) / 9),
    ("cbrt(x)", {"x": 1e-250}, "xx", lambda x: -2 * x ** (mp.mpf(-5) / 3) / 9),
    ("x^(1/3)", {"x": 1e-190}, "xx", lambda x: -2 * x ** (mp.mpf(-5) / 3) / 9),
    ("sqrt(x)", {"x": 1e-130}, "xxx", lambda x: 3 * x ** mp.mpf(-2.5) / 8),
    ("1/x", {"x": 1e-130}, "xxx", lambda x: -6 / x**4),
    ("log(x)", {"x": 1e-210}, "xx", lambda x: -1 / x**2),
    ("atan(1e200*x)", {"x": 1e-200}, "xx", lambda _: mp.mpf("-5e399")),
    ("x^y", {"x": 1e-190, "y": 0.3}, "xx", lambda x, y: y * (y - 1) * x ** (y - 2)),
    ("sin(k*x)", {"x": 1e-200, "k": 1e200}, "xx", lambda x, k: -k * k * mp.sin(k * x)),
    ("x*log(y)", {"x": -1.7e114, "y": 2.1e-114}, "yy", lambda x, y: -x / y**2),
    (
        "root(x, n)",
        {"x": -4.405387608144376e-155, "n": 15},
        "xx",
        lambda x, n: (n - 1) / n**2 * (-x) ** (1 / n - 2),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("program", "point", "by", "exact"), OUT_OF_RANGE)
def test_what_leaves_the_range_of_floats_is_no_0(
    program: str, point: dict[str, float], by: str, exact: Any
) -> None:
    expected = exact(*map(mp.mpf, point.values()))
    names = [f"--{name}={value!r}" for name, value in point.items()]
    done = call("diff", program, "--wrt", by[0], "--order", str(len(by)), *names)
    shown = mp.nstr(expected, 6, min_fixed=0, max_fixed=0).replace("e+", "e").replace(".0e", "e")
    assert f" = {shown}\n" in done.out
    is_too_large = f"is {shown} there, which is too large" in " ".join(done.err.split())
    assert is_too_large == (abs(expected) > mp.mpf("1.8e308"))
    assert "could not decide" not in done.err
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = gradcli.evaluate(program, point).get(f"d{len(by)}/d{by[0]}{len(by)}")
        second = gradcli.function(program).hessian(**point) if len(by) == 2 else None
    assert float(found) == pytest.approx(float(expected), rel=1e-13)
    if second is not None:
        assert second[by[0]][by[1]] == pytest.approx(float(expected), rel=1e-13)


@pytest.mark.parametrize("program", ["1e300*(1e-200*x)^2 + abs(x)", "1e-200*(1e200*x)^2 + abs(x)"])
def test_beside_a_kink_what_has_left_the_range_is_not_decided_as_0(program: str) -> None:
    done = call("diff", program, "--order", "2", "--x", "0")
    assert "of the whole function: 0" not in done.out
    assert "could not decide the second derivative" in " ".join(done.err.split())
