"""The library: what it takes, what it gives, what it refuses, and from many threads at once."""

from __future__ import annotations

import math
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from high_precision import Formula

import gradcli
from gradcli import GradcliError, InputError, ParseError, UsageError

LESSON = "J(a,b,c) = 3(a+bc)"
WAVES = "sin(x*y)*exp(-x^2/2)+log(1+y^2)"


def test_evaluate() -> None:
    solution = gradcli.evaluate("3*(a+b*c)", a=1, b=2, c=3)
    assert isinstance(solution, gradcli.Solution)
    assert (solution.value, solution.gradient) == (21.0, {"a": 3.0, "b": 9.0, "c": 6.0})
    assert gradcli.evaluate("3*(a+b*c)", {"a": 1, "b": 2}, c=3).value == 21.0


def test_evaluate_with_names_of_its_own_parameters() -> None:
    values = {"strict": 1, "wrt": 2, "values": 3, "program": 4, "self": 5, "named": 6}
    solution = gradcli.evaluate(" + ".join(values), values)
    assert solution.value == 21.0
    assert gradcli.evaluate("program + values", program=1, values=2).value == 3.0


def test_evaluate_options() -> None:
    assert gradcli.evaluate("v = a*b; v + a", a=1, b=2, wrt=["v"]).gradient == {"v": 1.0}
    assert gradcli.evaluate("alpha*b", alpha=1, b=2, wrt="alpha").gradient == {"alpha": 2.0}
    with pytest.raises(ParseError):
        gradcli.evaluate("1/2x", x=1, strict=True)


@pytest.mark.parametrize(
    ("args", "named"),
    [
        ((1, 2, 3), {}),
        ((), {"a": 1, "b": 2, "c": 3}),
        ((1,), {"c": 3, "b": 2}),
        ((1.0, "2", "6/2"), {}),
        ((True, Fraction(2), Decimal(3)), {}),
        ((np.float64(1), np.int32(2), np.float32(3)), {}),
        ((np.array(1.0), np.True_ + np.int8(1), np.uint64(3)), {}),
    ],
)
def test_arguments_by_place_or_by_name_of_any_kind_of_number(args: tuple, named: dict) -> None:
    function = gradcli.function(LESSON)
    assert function(*args, **named) == 21.0
    assert type(function(*args, **named)) is float
    assert function.value_and_grad(*args, **named) == (21.0, {"a": 3.0, "b": 9.0, "c": 6.0})
    assert function.grad(*args, **named) == function.jacobian(*args, **named)


@pytest.mark.parametrize(
    ("args", "named", "kind", "message"),
    [
        ((1, 2), {}, "missing-value", "no value for 'c'"),
        ((), {}, "missing-value", "no value for 'a', 'b', 'c'"),
        ((1, 2, 3, 4), {}, "arguments", "the function takes 3 arguments, not 4"),
        ((1, 2, 3), {"d": 4}, "unknown-value", "the program has no input 'd'"),
        ((1, 2, 3), {"a": 4}, "given-twice", "'a' is given twice"),
        ((None, 2, 3), {}, "value", "the value of 'a' is not a number"),
        ((1j, 2, 3), {}, "value", "the value of 'a' is not a number"),
        (({}, 2, 3), {}, "value", "the value of 'a' is not a number"),
        ((object(), 2, 3), {}, "value", "the value of 'a' is not a number"),
        ((10**400, 2, 3), {}, "value", "the value of 'a' is too large"),
        (("1e999", 2, 3), {}, "value", "the value of 'a' is too large"),
        (("x", 2, 3), {}, "value", "the value of 'a' uses the unknown name 'x'"),
        (("1 +", 2, 3), {}, "value", "the value of 'a' cannot be read: the formula ends too early"),
        (("", 2, 3), {}, "value", "the value of 'a' is empty"),
    ],
)
def test_arguments_that_are_refused(args: tuple, named: dict, kind: str, message: str) -> None:
    with pytest.raises(InputError) as refused:
        gradcli.function(LESSON)(*args, **named)
    assert (refused.value.kind, refused.value.message) == (kind, message)


@pytest.mark.parametrize("door", ["__call__", "grad", "value_and_grad", "hessian"])
def test_a_mapping_that_is_not_spread_out_says_how(door: str) -> None:
    function, given = gradcli.function("x*y"), {"x": 2, "y": 3}
    with pytest.raises(InputError) as refused:
        getattr(function, door)(given)
    assert refused.value.hint == "values with their names are given as **values"
    assert getattr(function, door)(**given) == getattr(function, door)(2, 3)


def test_numbers_that_are_not_finite_are_numbers() -> None:
    function = gradcli.function("1/x")
    assert function(math.inf) == 0.0
    assert math.isnan(function(math.nan))
    assert function(0) == math.inf
    assert function(-0.0) == -math.inf


def test_inputs_in_the_order_asked_for() -> None:
    assert gradcli.function("x - y").inputs == ("x", "y")
    assert gradcli.function("x - y", inputs=["y"]).inputs == ("y", "x")
    assert gradcli.function("x - y", inputs=["y", "x"])(1, 3) == 2.0
    assert gradcli.function("alpha^2", inputs="alpha").inputs == ("alpha",)
    assert gradcli.function("bc", inputs=["b", "c"])(2, 3) == 6.0
    assert gradcli.function("J(b, a) = a - b").inputs == ("b", "a")
    assert gradcli.function("3").inputs == ()
    with pytest.raises(InputError, match="'z'"):
        gradcli.function("x - y", inputs=["z"])


def test_a_function_without_inputs() -> None:
    function = gradcli.function("2 + 3")
    assert function() == 5.0
    assert function.value_and_grad() == (5.0, {})
    assert function.hessian() == {}
    assert function.jvp([], []) == (5.0, 0.0)
    with pytest.raises(InputError):
        function(1)


def test_names_are_found_in_any_spelling() -> None:
    assert gradcli.evaluate("x₁ + µ", {"x₁": 1, "\u03bc": 2}).value == 3.0
    assert gradcli.evaluate("x1 + μ", {"x1": 1, "\u00b5": 2}).value == 3.0
    assert gradcli.evaluate("w[1,2]", {"w[1, 2]": 3}).value == 3.0
    assert gradcli.function("x1^2").derivative("x₁") == "2*x1"
    with pytest.raises(InputError, match="given twice"):
        gradcli.evaluate("x1", {"x1": 1, "x₁": 2})


def test_any_name_can_be_given_by_name() -> None:
    names = ["self", "args", "named", "point", "json", "lambda", "class"]
    function = gradcli.function(" + ".join(names))
    assert function(**dict.fromkeys(names, 1)) == 7.0
    assert function.hessian(**dict.fromkeys(names, 1))["self"]["args"] == 0.0


BEYOND = [
    ("1e308*(x + y)", {"x": 1, "y": 1}, [1, 1], math.inf),
    ("1e308*(x + y)", {"x": 1, "y": 1}, [1, -1], 0.0),
    ("1e308*x + 1e308*y - 1.5e308*z", {"x": 0, "y": 0, "z": 0}, [1, 1, 1], 5e307),
    ("sqrt(x) - sqrt(y)", {"x": 0, "y": 0}, [1, 1], math.nan),
    ("log(x) - log(y)", {"x": 0, "y": 0}, [1, 1], math.nan),
    ("max(x, y)*1e308*1.9", {"x": 1, "y": 1}, [1, 1], math.inf),
]


@pytest.mark.filterwarnings("ignore::gradcli.DerivativeWarning")
@pytest.mark.parametrize(("source", "point", "tangent", "along"), BEYOND)
def test_slopes_along_a_tangent_may_be_beyond_the_range_of_floats(
    source: str, point: dict[str, float], tangent: list[float], along: float
) -> None:
    _, found = gradcli.function(source).jvp(point, tangent)
    assert found == pytest.approx(along, nan_ok=True)


def test_jvp_vjp_and_hvp() -> None:
    function = gradcli.function(WAVES)
    point = {"x": 0.5, "y": -1.5}
    value, gradient = function.value_and_grad(**point)
    exact = Formula(WAVES, list(point))
    for tangent in ([1.0, 0.0], [0.0, 1.0], [0.3, -2.0], {"x": 0.3, "y": -2.0}):
        u, v = tangent.values() if isinstance(tangent, dict) else tangent
        along = u * exact.derivative(point, "x") + v * exact.derivative(point, "y")
        assert function.jvp(point, tangent) == (value, pytest.approx(float(along), rel=1e-15))
        product = function.hvp([0.5, -1.5], tangent)
        for name in point:
            second = [exact.derivative(point, name, other) for other in point]
            along = float(u * second[0] + v * second[1])
            assert product[name] == pytest.approx(along, rel=4e-15)
    assert function.vjp(point, 2.0) == (value, {name: 2 * each for name, each in gradient.items()})
    assert function.vjp(np.array([0.5, -1.5])) == (value, gradient)


def test_the_hessian_agrees_with_differences_of_the_gradient() -> None:
    function = gradcli.function("x^2*y^3/z + exp(x*z) - atan(y)")
    point = {"x": 0.7, "y": -1.2, "z": 1.9}
    rows = function.hessian(**point)
    for name, value in point.items():
        step = 1e-6
        ahead = function.grad(**{**point, name: value + step})
        behind = function.grad(**{**point, name: value - step})
        for other in point:
            difference = (ahead[other] - behind[other]) / (2 * step)
            assert rows[name][other] == pytest.approx(difference, rel=1e-7, abs=1e-8)


def test_derivatives_as_text() -> None:
    function = gradcli.function("3*a*b^2")
    assert function.derivative() == "3*a*b^2"
    assert function.derivative("a") == "3*b^2"
    assert function.derivative("b", "b") == "6*a"
    assert function.derivative("b", "a", "b") == "6"
    assert function.derivative("a", "a") == "0"
    with pytest.raises(InputError, match="'c'"):
        function.derivative("c")


def test_a_program_too_long_to_write_without_its_steps_is_refused() -> None:
    source = "f(x) = sin(x)*x; " + "f(" * 60 + "x" + ")" * 60
    function = gradcli.function(source)
    assert math.isfinite(function.hessian(0.9)["x"]["x"])
    with pytest.raises(UsageError) as refused:
        function.derivative()
    assert refused.value.kind == "limit"
    text = function.derivative("x")  # what is shared has names there
    assert gradcli.function(text)(0.9) == pytest.approx(function.grad(0.9)["x"], rel=1e-9)


def test_doubling_back_asking_in_any_order_gives_the_same() -> None:
    point = {"x": 0.5, "y": -1.5}
    first, second = gradcli.function(WAVES), gradcli.function(WAVES)
    one = (first.hessian(**point), first.hvp([0.5, -1.5], [1, 2]), first.grad(**point))
    other = (second.grad(**point), second.hvp([0.5, -1.5], [1, 2]), second.hessian(**point))
    assert one == other[::-1]
    assert first.derivative("x", "y") == second.derivative("x", "y")


def test_one_function_from_many_threads() -> None:
    def ask(function: gradcli.Function, number: int) -> tuple[object, ...]:
        asked = [
            lambda: function.hessian(0.5, -1.5),
            lambda: function.value_and_grad(0.5, -1.5),
            lambda: function.hvp([0.5, -1.5], [1, 2]),
            lambda: function.derivative("x", "y"),
        ]
        results = {place % 4: asked[place % 4]() for place in range(number, number + 4)}
        return tuple(results[place] for place in range(4))

    expected = ask(gradcli.function(WAVES), 0)
    with ThreadPoolExecutor(8) as pool:
        for _ in range(20):
            function = gradcli.function(WAVES)
            assert set(map(repr, pool.map(lambda n: ask(function, n), range(8)))) == {  # noqa: B023
                repr(expected)
            }


def test_parsing_in_many_threads() -> None:
    def work(number: int) -> float:
        given = {"b": number, "c": 2} if number % 2 else {"bc": number}
        return gradcli.evaluate(f"bc + b{number}({number}) + {number}b{number}", {
            **given, f"b{number}": 1,
        }).value  # fmt: skip

    with ThreadPoolExecutor(8) as pool:
        values = list(pool.map(work, range(200)))
    assert values == [(2 * n if n % 2 else n) + 2 * n for n in range(200)]


def test_errors_carry_kind_place_source_and_hint() -> None:
    with pytest.raises(GradcliError) as refused:
        gradcli.evaluate("3*(a + b", a=1, b=2)
    error = refused.value
    assert isinstance(error, ParseError)
    assert (error.kind, error.span, error.hint) == ("syntax", (2, 3), "add ')'")
    assert (error.source, error.message) == ("3*(a + b", "'(' is never closed")


def test_the_library_offers_what_it_promises() -> None:
    for name in gradcli.__all__:
        assert getattr(gradcli, name) is not None
    with pytest.raises(AttributeError):
        gradcli.nothing  # noqa: B018
    assert set(gradcli.__all__) <= set(dir(gradcli))


def test_a_function_says_what_it_is() -> None:
    assert repr(gradcli.function("x*y")) == "<gradcli function of x, y: x*y>"


@pytest.mark.process
def test_importing_the_library_imports_no_command_line_and_no_numpy() -> None:
    code = "import gradcli, sys; gradcli.evaluate('x^2', x=1); print(*sys.modules)"
    modules = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"typer", "click", "rich", "numpy"} & set(modules)


# --- A door for each command ----------------------------------------------------------------------


def test_a_function_and_derive_and_the_command_line_give_one_answer() -> None:
    for source, name in ((WAVES, "x"), ("u = x*y; u^3 + x", "y"), ("sum(x^i for i in 1..3)", "x")):
        found = gradcli.derive(source, wrt=name)
        (partial,) = found.partials
        assert gradcli.function(source).derivative(name) == found.text(partial)
        assert found.to_dict()["derivatives"] == {name: found.text(partial)}


def test_derivatives_of_several_names_and_values() -> None:
    found = gradcli.derive("a*b^2*c", {"b": 3}, wrt=["a", ("b", "c")], c=2)
    assert [(each.key, each.value) for each in found.partials] == [("a", 18.0), ("b,c", None)]
    assert len(gradcli.derive("a*b", order=2).partials) == 3
    assert gradcli.derive("x^2", wrt="x", steps=True).partials[0].ways


def test_paths() -> None:
    sums = gradcli.paths("x*y + x", {"y": 2}, x=1, wrt="x")
    assert (sums.gradient, len(sums.paths)) == (3.0, 2)
    assert gradcli.paths("x^2", x=3).gradient == 6.0
    with pytest.raises(InputError, match="twice"):
        gradcli.paths("x", {"x": 1}, x=1)


def test_a_small_step_and_descent() -> None:
    assert gradcli.nudge("x[1]^2", {"x": [3]}, {"x": [0.5]}).actual == 3.25
    found = gradcli.descend("(x - 3)^2 + y", {"x": 1, "y": 0}, wrt="x", lr=0.5)
    assert found.parameters == {"x": 3.0}
    with pytest.raises(UsageError, match="'speed'"):
        gradcli.descend("x^2", {"x": 1}, speed=2)


@pytest.mark.parametrize(
    ("options", "first"),
    [
        ({}, "<svg"),
        ({"format": "dot", "theme": "dark"}, "digraph"),
        ({"format": "mmd", "direction": "down"}, "flowchart TB"),
        ({"format": "text", "width": 60}, "╭"),
    ],
)
def test_pictures(options, first) -> None:
    assert first in gradcli.draw("x*y", {"x": 1, "y": 2}, **options)
    assert gradcli.draw("x*y", **options)


@pytest.mark.parametrize("options", [{"format": "jpg"}, {"colour": 1}, {"theme": "grey"}])
def test_pictures_that_there_are_not(options) -> None:
    with pytest.raises(UsageError, match=r"jpg|colour|grey"):
        gradcli.draw("x*y", **options)


def endless() -> list[object]:
    own: list[object] = []
    own.append(own)
    return own


def doubling() -> list[object]:
    own: list[object] = []
    own += [own, own]
    return own


NO_VALUES = {
    "endless": endless(), "doubling": doubling(), "bytes": b"1", "bytearray": bytearray(b"1"),
    "none": None, "mapping": {}, "complex": 1j,
}  # fmt: skip


@pytest.mark.parametrize("value", NO_VALUES.values(), ids=NO_VALUES)
@pytest.mark.parametrize("source", ["x", "x[1]"])
def test_what_is_no_value_is_an_error_of_ours(source, value) -> None:
    with pytest.raises(InputError, match="'x'"):
        gradcli.evaluate(source, x=value)


PLAIN_CALLS = [
    ((1.0, 2.0, 3.0), {}),
    ((1, 2, 3), {}),
    ((1, 2.0, 3), {}),
    ((), {"a": 1.0, "b": 2.0, "c": 3.0}),
    ((), {"c": 3, "b": 2, "a": 1}),
    ((1,), {"b": 2, "c": 3}),
    (("1", "2", "6/2"), {}),
    ((True, 2, 3), {}),
]


@pytest.mark.parametrize(("args", "named"), PLAIN_CALLS, ids=str)
def test_arguments_that_are_plain_and_others_are_the_same(args, named):
    f = gradcli.function("J(a,b,c) = 3(a+bc)")
    assert f(*args, **named) == 21.0
    assert f.grad(*args, **named) == {"a": 3.0, "b": 9.0, "c": 6.0}
    assert f.value_and_grad(*args, **named) == (21.0, {"a": 3.0, "b": 9.0, "c": 6.0})


WRONG_CALLS = [
    ((1, 2), {}, "no value for 'c'"),
    ((1, 2, 3, 4), {}, "takes 3 arguments, not 4"),
    ((), {"a": 1, "b": 2, "d": 3}, "no input 'd'"),
    ((1,), {"a": 1, "b": 2}, "'a' is given twice"),
    ((1, 2, 10**400), {}, "too large"),
    ((), {"a": 1, "b": 2, "c": 10**400}, "too large"),
    ((1, 2, None), {}, "not a number"),
]


@pytest.mark.parametrize(("args", "named", "said"), WRONG_CALLS, ids=range(len(WRONG_CALLS)))
def test_arguments_that_do_not_fit(args, named, said):
    f = gradcli.function("J(a,b,c) = 3(a+bc)")
    for door in (f, f.grad, f.value_and_grad):
        with pytest.raises(gradcli.InputError, match=re.escape(said)):
            door(*args, **named)
