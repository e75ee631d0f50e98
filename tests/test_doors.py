"""The doors of the library: what is of the wrong type, and that they answer as the commands do."""

from __future__ import annotations

import io
import json
import math
import pathlib
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from command_line import call
from formula_cases import read as read_cases
from hypothesis import given, settings
from random_programs import EXPRESSIONS

import gradcli
from gradcli import GradcliError
from gradcli.cli.context import Environment
from gradcli.cli.run import run


class Opaque:
    """What nothing can be made of."""


class Failing:
    """What raises whenever it is asked for something."""

    def fail(self, *_: object) -> Any:
        raise RuntimeError("asked")

    __float__ = __index__ = __iter__ = tolist = fail


class Amount(float):
    """A number that cannot say which."""

    def __float__(self) -> float:
        raise KeyError("which")


def endless() -> list[object]:
    own: list[object] = []
    own.append(own)
    return own


WRONG = {
    "None": lambda: None,
    "bytes": lambda: b"x",
    "number": lambda: 7,
    "float": lambda: 1.5,
    "nan": lambda: math.nan,
    "inf": lambda: math.inf,
    "huge": lambda: 10**400,
    "complex": lambda: 1j,
    "text": lambda: "zz",
    "empty text": lambda: "",
    "surrogate": lambda: "\ud800",
    "list": lambda: [1, "x", None],
    "empty list": list,
    "endless list": endless,
    "mapping": lambda: {1: 2},
    "set": lambda: {1, 2},
    "generator": lambda: (each for each in [1, None]),
    "path": lambda: pathlib.Path("x"),
    "NumPy number": lambda: np.float64(0.5),
    "NumPy truth": lambda: np.True_,
    "array": lambda: np.array([1.0, 2.0]),
    "empty array": lambda: np.array([]),
    "array of no axes": lambda: np.array("zz"),
    "class": lambda: Opaque,
    "object": Opaque,
    "function": lambda: len,
    "failing": Failing,
    "failing number": lambda: Amount(1),
    "memory": lambda: memoryview(b"1"),
    "byte array": lambda: bytearray(b"1"),
    "complex of NumPy": lambda: np.complex128(1 + 1j),
    "too small": lambda: Fraction(1, 10**400),
    "too small a decimal": lambda: Decimal("1e-400"),
    "too large a decimal": lambda: Decimal("1e400"),
    "no decimal": lambda: Decimal("sNaN"),
    "too large below": lambda: Fraction(-(10**400)),
    "longer than Python writes": lambda: -(10**5000),
    "masked": lambda: np.ma.masked,
    "duration": lambda: np.timedelta64(1, "D"),
    "duration of no axes": lambda: np.array(np.timedelta64(1, "D")),
    "complex of no axes": lambda: np.array(1j),
}
"""Something of every type; what fits an argument is no error there."""

POINT = {"x": 1.0, "y": 2.0}
SOURCE = "x^2*y"


def function() -> gradcli.Function:
    return gradcli.function(SOURCE)


ON_PROGRAMS: dict[str, Callable[..., object]] = {
    "why": gradcli.why,
    "jac": gradcli.jac,
    "hess": gradcli.hess,
    "orders": gradcli.orders,
    "page": gradcli.page,
    "quiz": gradcli.quiz,
    "code": gradcli.code,
    "implicit": lambda program, *more, **named: gradcli.implicit(
        program, ["y", "x"], *more, **named
    ),
    "same": lambda program, *more, **named: gradcli.same(program, SOURCE, *more, **named),
}
"""Doors that take a program, values, and `strict`."""

ARGUMENTS: dict[str, Callable[[Any], object]] = {
    # every argument of every door
    "evaluate program": lambda it: gradcli.evaluate(it, POINT),
    "evaluate values": lambda it: gradcli.evaluate(SOURCE, it),
    "evaluate value": lambda it: gradcli.evaluate(SOURCE, x=it, y=1),
    "evaluate element": lambda it: gradcli.evaluate("x[1]", x=it),
    "evaluate wrt": lambda it: gradcli.evaluate(SOURCE, POINT, wrt=it),
    "evaluate strict": lambda it: gradcli.evaluate(SOURCE, POINT, strict=it),
    "evaluate check": lambda it: gradcli.evaluate(SOURCE, POINT).check(it),
    "evaluate get": lambda it: gradcli.evaluate(SOURCE, POINT).get(it),
    "evaluate of": lambda it: gradcli.evaluate(SOURCE, POINT).of(it),
    "evaluate at": lambda it: gradcli.evaluate(SOURCE, POINT).at(it),
    "evaluate at value": lambda it: gradcli.evaluate(SOURCE, POINT).at({"x": it, "y": 1}),
    "evaluate shapes": lambda it: gradcli.evaluate(SOURCE, POINT, shapes=it),
    "derive program": gradcli.derive,
    "derive values": lambda it: gradcli.derive(SOURCE, it),
    "derive value": lambda it: gradcli.derive(SOURCE, x=it),
    "derive wrt": lambda it: gradcli.derive(SOURCE, wrt=it),
    "derive wrt of one": lambda it: gradcli.derive(SOURCE, wrt=[it]),
    "derive order": lambda it: gradcli.derive(SOURCE, order=it),
    "derive inputs": lambda it: gradcli.derive(SOURCE, inputs=it),
    "derive steps": lambda it: gradcli.derive(SOURCE, steps=it),
    "derive textbook": lambda it: gradcli.derive(SOURCE, textbook=it),
    "derive strict": lambda it: gradcli.derive(SOURCE, strict=it),
    "paths program": lambda it: gradcli.paths(it, POINT),
    "paths values": lambda it: gradcli.paths(SOURCE, it, wrt="x"),
    "paths value": lambda it: gradcli.paths("x^2", x=it),
    "paths wrt": lambda it: gradcli.paths(SOURCE, POINT, wrt=it),
    "paths most": lambda it: gradcli.paths(SOURCE, POINT, wrt="x", most=it),
    "paths count": lambda it: gradcli.paths(SOURCE, POINT, wrt="x", count=it),
    "count_layers sizes": gradcli.count_layers,
    "count_layers size": lambda it: gradcli.count_layers([it, 2]),
    "paths strict": lambda it: gradcli.paths(SOURCE, POINT, wrt="x", strict=it),
    "nudge program": lambda it: gradcli.nudge(it, POINT, {"x": 1}),
    "nudge values": lambda it: gradcli.nudge(SOURCE, it, {"x": 1}),
    "nudge value": lambda it: gradcli.nudge("x^2", {"x": it}, {"x": 1}),
    "nudge by": lambda it: gradcli.nudge(SOURCE, POINT, it),
    "nudge by value": lambda it: gradcli.nudge(SOURCE, POINT, {"x": it}),
    "nudge strict": lambda it: gradcli.nudge(SOURCE, POINT, {"x": 1}, strict=it),
    "budget program": lambda it: gradcli.budget(it, POINT),
    "budget values": lambda it: gradcli.budget(SOURCE, it),
    "budget value": lambda it: gradcli.budget("x^2", {"x": it}),
    "budget of": lambda it: gradcli.budget(SOURCE, POINT, of=it),
    "budget correlations": lambda it: gradcli.budget(SOURCE, POINT, correlations=it),
    "budget correlation": lambda it: gradcli.budget(
        "x*y", {"x": "1(1)", "y": "1(1)"}, correlations={"x,y": it}
    ),
    "budget dof": lambda it: gradcli.budget(SOURCE, POINT, dof=it),
    "budget dof value": lambda it: gradcli.budget("x^2", {"x": "1(1)"}, dof={"x": it}),
    "budget coverage": lambda it: gradcli.budget(SOURCE, POINT, coverage=it),
    "budget level": lambda it: gradcli.budget(SOURCE, POINT, level=it),
    "budget strict": lambda it: gradcli.budget(SOURCE, POINT, strict=it),
    **{
        f"{name} {what}": call
        for name, door in ON_PROGRAMS.items()
        for what, call in {
            "program": lambda it, door=door: door(it, POINT),
            "values": lambda it, door=door: door(SOURCE, it),
            "value": lambda it, door=door: door("x^2", {"x": it}),
            "strict": lambda it, door=door: door(SOURCE, POINT, strict=it),
        }.items()
    },
    "check program": gradcli.check,
    "check gradient": lambda it: gradcli.check(SOURCE, it, at=POINT),
    "check gradient value": lambda it: gradcli.check("x^2", {"x": it}, at={"x": 2}),
    "check at": lambda it: gradcli.check(SOURCE, at=it),
    "check value": lambda it: gradcli.check("x^2", at={"x": it}),
    "check tolerance": lambda it: gradcli.check(SOURCE, at=POINT, tolerance=it),
    "check strict": lambda it: gradcli.check(SOURCE, at=POINT, strict=it),
    "compare_updates program": lambda it: gradcli.compare_updates(it, POINT),
    "compare_updates values": lambda it: gradcli.compare_updates(SOURCE, it),
    "compare_updates fix": lambda it: gradcli.compare_updates(SOURCE, POINT, fix=it, steps=1),
    "compare_updates steps": lambda it: gradcli.compare_updates(SOURCE, POINT, steps=it),
    "net sizes": gradcli.net,
    "net size": lambda it: gradcli.net([2, it]),
    "net act": lambda it: gradcli.net([2, 1], act=it),
    "net loss": lambda it: gradcli.net([2, 1], loss=it),
    "net bias": lambda it: gradcli.net([2, 1], bias=it),
    "net scheme": lambda it: gradcli.net([2, 1]).values(it),
    "net seed": lambda it: gradcli.net([2, 1]).values("he", it),
    "functions name": gradcli.functions,
    "schema name": gradcli.schema,
    "show result": gradcli.show,
    "show view": lambda it: gradcli.show(gradcli.derive(SOURCE), it),
    "show width": lambda it: gradcli.show(gradcli.derive(SOURCE), width=it),
    "show precision": lambda it: gradcli.show(gradcli.derive(SOURCE), precision=it),
    "show everything": lambda it: gradcli.show(gradcli.derive(SOURCE), everything=it),
    "descend program": lambda it: gradcli.descend(it, POINT),
    "descend values": lambda it: gradcli.descend(SOURCE, it),
    "descend value": lambda it: gradcli.descend("x^2", {"x": it}, steps=1),
    "descend wrt": lambda it: gradcli.descend(SOURCE, POINT, wrt=it, steps=1),
    "descend fix": lambda it: gradcli.descend(SOURCE, POINT, fix=it, steps=1),
    "descend strict": lambda it: gradcli.descend(SOURCE, POINT, strict=it, steps=1),
    "draw program": gradcli.draw,
    "draw values": lambda it: gradcli.draw(SOURCE, it),
    "draw value": lambda it: gradcli.draw("x^2", {"x": it}),
    "function program": gradcli.function,
    "function inputs": lambda it: gradcli.function(SOURCE, inputs=it),
    "function strict": lambda it: gradcli.function(SOURCE, strict=it),
    "call by place": lambda it: function()(it, 1),
    "call by name": lambda it: function()(x=it, y=1),
    "grad": lambda it: function().grad(it, 1),
    "value_and_grad": lambda it: function().value_and_grad(1, y=it),
    "jacobian": lambda it: function().jacobian(it, 1),
    "hessian": lambda it: function().hessian(it, 1),
    "jvp point": lambda it: function().jvp(it, [1, 1]),
    "jvp tangent": lambda it: function().jvp([1, 1], it),
    "vjp point": lambda it: function().vjp(it),
    "vjp cotangent": lambda it: function().vjp([1, 1], it),
    "hvp point": lambda it: function().hvp(it, [1, 1]),
    "hvp vector": lambda it: function().hvp([1, 1], [it, 1]),
    "derivative": lambda it: function().derivative(it),
    "orders order": lambda it: gradcli.orders(SOURCE, POINT, order=it),
} | {
    f"descend {name}": lambda it, name=name: gradcli.descend("x^2", {"x": 1}, steps=1) and
    gradcli.descend("x^2", {"x": 1}, **{"steps": 1, "method": "adam", name: it})
    for name in ("method", "lr", "steps", "tol", "update", "beta1", "beta2", "eps", "speed")
} | {
    f"draw {name}": lambda it, name=name: gradcli.draw(SOURCE, POINT, **{name: it})
    for name in (
        "format", "numbers", "precision", "width", "symbolic", "layers", "full", "depth", "focus",
        "force", "theme", "direction", "colour",
    )
}  # fmt: skip


@pytest.mark.filterwarnings("ignore::gradcli.DerivativeWarning")
@pytest.mark.parametrize("argument", ARGUMENTS)
def test_what_is_of_the_wrong_type_is_an_error_of_ours_with_a_way_out(argument) -> None:
    refused = {kind: refusal(lambda: ARGUMENTS[argument](make())) for kind, make in WRONG.items()}  # noqa: B023
    assert len([error for error in refused.values() if error]) >= len(WRONG) / 2
    answers = {"check"}  # that a derivative is another one needs no way out
    without = [kind for kind, error in refused.items() if error and not error.hint]
    assert not [kind for kind in without if refused[kind].kind not in answers]


NUMBERS = [
    "None", "bytes", "byte array", "memory", "complex", "complex of NumPy", "failing",
    "failing number", "too small", "too small a decimal", "no decimal", "huge", "object",
    "too large a decimal", "too large below", "longer than Python writes", "masked", "duration",
    "duration of no axes", "complex of no axes",
]  # fmt: skip


@pytest.mark.parametrize("kind", NUMBERS)
@pytest.mark.parametrize(
    "call", [name for name in ARGUMENTS if "value" in name and "values" not in name] +
    ["call by place", "call by name", "grad", "value_and_grad", "hessian", "vjp cotangent"]
)  # fmt: skip
def test_what_is_no_number_is_a_value_nowhere(call, kind) -> None:
    error = refusal(lambda: ARGUMENTS[call](WRONG[kind]()))
    assert error is not None
    assert error.kind in {"value", "query", "index", "missing-value", "type"}


def refusal(call: Callable[[], object]) -> GradcliError | None:
    """The error of ours that a call raises; any other goes on."""
    try:
        call()
    except GradcliError as error:
        return error
    return None


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gradcli.evaluate(None), "the program is a text, not None"),
        (lambda: gradcli.evaluate("x", [1]), "values is a mapping of names to values"),
        (lambda: gradcli.evaluate("x", {1: 2}), "a name in values is a text"),
        (lambda: gradcli.derive("x", wrt=[1]), "wrt is a list, not a value of type int"),
        (lambda: gradcli.derive("x", order=1.5), "order is a whole number, not a value of type"),
        (lambda: gradcli.draw("x", precision=99), "the precision is 1 to 17 digits, not 99"),
        (lambda: gradcli.draw("x", depth="2"), "depth is a whole number"),
        (
            lambda: gradcli.draw("x", depth=-(10**5000)),
            "depth is a whole number of less than 64 bits",
        ),
        (lambda: gradcli.draw("x", force=1), "force is True or False"),
        (lambda: gradcli.paths("x", x=1, most=-1), "most is a number from 0 to 100,000"),
        (lambda: gradcli.function("x").jvp("1", [1]), "a point is a list"),
        (lambda: gradcli.function("x").derivative(1), "a name is a text"),
        (lambda: gradcli.descend("x", {"x": 1}, steps=1.0), "steps is a whole number"),
    ],
)
def test_the_message_names_the_argument(call, message) -> None:
    with pytest.raises(GradcliError) as refused:
        call()
    assert message in refused.value.message


@pytest.mark.parametrize(
    ("call", "hint"),
    [
        (lambda: gradcli.draw("x^2", x=3), 'values are given in one mapping, as {"x": 1.5}; the '),
        (
            lambda: gradcli.descend("x^2", {}, x=3),
            'values are given in one mapping, as {"x": 1.5}; the ',
        ),
        (lambda: gradcli.draw("x^2", {"x": 3}, layer=True), "did you mean layers?"),
        (lambda: gradcli.descend("x^2", {"x": 3}, step=3), "did you mean steps?"),
    ],
)
def test_a_value_among_settings_is_told_its_place(call, hint) -> None:
    with pytest.raises(GradcliError) as refused:
        call()
    assert refused.value.message.startswith("there is no setting")
    assert (refused.value.hint or "").startswith(hint)


FITS = [
    lambda: gradcli.function("x[1]*x[2]")(x=np.array([0.5, 2.0])),
    lambda: gradcli.function("x[1]*x[2]").jvp({"x": np.array([0.5, 2.0])}, {"x": (1, "1/2")}),
    lambda: gradcli.net(np.array([2, 3, 1]), act=("tanh", "none")).values("he", np.int64(3)),
    lambda: gradcli.count_layers(size for size in (2, 3)),
    lambda: gradcli.evaluate("x*y", {"x": np.float32(0.5), "y": np.int8(2)}).gradient,
    lambda: gradcli.evaluate("x[1]*x[2]", x=np.array([0.5, 2.0])).gradient,
    lambda: gradcli.evaluate("x*y", POINT, wrt=("x", "y"), strict=np.True_).gradient,
    lambda: gradcli.evaluate("x*y", POINT, wrt=(name for name in "xy")).gradient,
    lambda: gradcli.derive("x*y", wrt=(each for each in ["x", ("x", "y")])).partials,
    lambda: gradcli.derive("x^3*y", order=np.int64(2)).partials,
    lambda: gradcli.function("x*y", inputs=np.array(["y", "x"])).inputs,
    lambda: gradcli.function("x*y").jvp(np.array([1.0, 2.0]), (each for each in (1, 0))),
    lambda: gradcli.descend("x^2", {"x": "pi/2"}, lr="0.1", steps=np.int32(2), method=None),
    lambda: gradcli.paths("x*y", POINT, wrt="x", most=np.uint8(1)).paths,
    lambda: gradcli.draw("x", {"x": math.inf}, precision=None, direction=None, depth=None),
]


@pytest.mark.parametrize("call", FITS)
def test_what_fits_is_taken(call) -> None:
    call()


# --- One answer to one question -------------------------------------------------------------------


def printed(*words: str) -> Any:
    """What a command prints with --json."""
    output = io.StringIO()
    run([*words, "--json"], Environment(io.BytesIO(), output, io.StringIO(), {}))
    return json.loads(output.getvalue())


PROGRAMS = {
    "lesson": ("v = b*c; u = a+v; J = 3u", {"a": 1.0, "b": 2.0, "c": 3.0}),
    "kink": ("abs(x)*y + relu(y)", {"x": 0.0, "y": 2.0}),
    "not finite": ("log(x)*y", {"x": 0.0, "y": 1.0}),
    "function": ("f(z) = 1/(1 + exp(-z)); f(w*x)^2", {"w": 0.5, "x": -2.0}),
    "elements": ("sum(w[i]*x[i] for i in 1..2)^2", {"w": [0.5, 2.0], "x": [3.0, 4.0]}),
    "letters": ("3(a+bc)", {"a": 1.0, "b": 2.0, "c": 3.0}),
    "branch": ("x^2 if x > 1 else y*x", {"x": 0.5, "y": 3.0}),
}


def flags(values: dict[str, Any]) -> list[str]:
    return [word for name, value in values.items() for word in (f"--{name}", str(value))]


def first(values: dict[str, Any]) -> str:
    """The name of an input that is a number, or of an element."""
    name = next(iter(values))
    return f"{name}[1]" if isinstance(values[name], list) else name


@pytest.mark.parametrize(("source", "values"), PROGRAMS.values(), ids=PROGRAMS)
class TestOneAnswer:
    """A door gives what the command prints."""

    def test_evaluate(self, source, values) -> None:
        solution = gradcli.evaluate(source, values)
        assert solution.to_dict() == printed("eval", source, *flags(values))

    def test_a_function(self, source, values) -> None:
        numbers = {
            name if not isinstance(value, list) else f"{name}[{place}]": item
            for name, value in values.items()
            for place, item in enumerate(value if isinstance(value, list) else [value], start=1)
        }
        found = printed("eval", source, *flags(values))
        function = gradcli.function(source, inputs=found["inputs"])
        if found["value"] is not None and not found["problems"]:
            value, gradient = function.value_and_grad(**numbers)
            assert value == found["value"]
            assert gradient == pytest.approx(found["gradient"], rel=1e-15)
        derivatives = printed("diff", source, "--inputs", ",".join(found["inputs"]))["derivatives"]
        assert {name: function.derivative(name) for name in derivatives} == derivatives

    def test_derive(self, source, values) -> None:
        assert gradcli.derive(source).to_dict() == printed("diff", source)
        found = gradcli.derive(source, values, order=2)
        assert found.to_dict() == printed("diff", source, *flags(values), "--order", "2")
        found = gradcli.derive(source, values, wrt=first(values), steps=True)
        command = ("diff", source, *flags(values), "--wrt", first(values), "--steps")
        assert found.to_dict() == printed(*command)

    def test_paths(self, source, values) -> None:
        sums = gradcli.paths(source, values, wrt=first(values))
        assert sums.to_dict() == printed("paths", source, *flags(values), "--wrt", first(values))

    def test_nudge(self, source, values) -> None:
        found = gradcli.nudge(source, values, {first(values): 0.25})
        move = (f"--{first(values)}", "+0.25")
        assert found.to_dict() == printed("nudge", source, *flags(values), *move)

    def test_descend(self, source, values) -> None:
        found = gradcli.descend(source, values, lr=0.01, steps=5, method="momentum", momentum=0.5)
        command = ("descend", source, *flags(values), "--lr", "0.01", "--steps", "5")
        command += ("--method", "momentum", "--momentum", "0.5")
        assert found.to_dict() == printed(*command)

    @pytest.mark.parametrize("form", ["svg", "dot", "mmd", "text"])
    def test_draw(self, source, values, form, tmp_path) -> None:
        if not math.isfinite(gradcli.evaluate(source, values).value):
            pytest.skip("a file is written where all is well")
        picture = gradcli.draw(source, values, format=form)
        ending = "txt" if form == "text" else form
        target = tmp_path / f"picture.{ending}"
        world = Environment(io.BytesIO(), io.StringIO(), io.StringIO(), {"COLUMNS": "80"})
        run(["graph", source, *flags(values), "-o", str(target)], world)
        assert target.read_text(encoding="utf-8").rstrip() == picture.rstrip()


NAMED = {
    "evaluate": lambda *it, **named: gradcli.evaluate("x*y", *it, **named),
    "derive": lambda *it, **named: gradcli.derive("x*y", *it, **named),
    "paths": lambda *it, **named: gradcli.paths("x*y", *it, wrt="x", **named),
    "hess": lambda *it, **named: gradcli.hess("x*y", *it, **named),
    "jac": lambda *it, **named: gradcli.jac("x*y", *it, **named),
    "orders": lambda *it, **named: gradcli.orders("x*y", *it, order=2, **named),
    "why": lambda *it, **named: gradcli.why("x*y", *it, **named),
    "budget": lambda *it, **named: gradcli.budget("x*y", *it, **named),
    "same": lambda *it, **named: gradcli.same("x*y", "y*x", *it, **named),
    "implicit": lambda *it, **named: gradcli.implicit("x*y = 6", ["y", "x"], *it, **named),
    "check": lambda at=None, **named: gradcli.check("x*y", at=at, **named),
    "quiz": lambda *it, **named: gradcli.quiz("x*y", *it, **named),
    "page": lambda *it, **named: gradcli.page("x*y", *it, **named),
    "code": lambda *it, **named: gradcli.code("x*y", *it, test=True, **named),
}


@pytest.mark.parametrize("name", NAMED)
def test_values_are_a_mapping_or_named_or_both(name: str) -> None:
    door = NAMED[name]
    x, y = ("2±0.1", "3±0.2") if name == "budget" else (2, 3)
    made = door({"x": x, "y": y})
    for again in (door(x=x, y=y), door({"x": x}, y=y)):
        assert (str(again), repr(again)) == (str(made), repr(made))
    with pytest.raises(GradcliError, match="'x' is given twice"):
        door({"x": x}, x=x, y=y)


HALF_PI = {"x": "1/2pi"}
READ = "in the value of 'x', a product without a sign is done after the division: (1/2)*pi"
DOORS = {
    "evaluate": lambda strict: gradcli.evaluate("x^2", HALF_PI, strict=strict),
    "derive": lambda strict: gradcli.derive("x^2", HALF_PI, strict=strict),
    "paths": lambda strict: gradcli.paths("x^2", HALF_PI, strict=strict),
    "count": lambda strict: gradcli.paths("x^2", HALF_PI, wrt="x", count=True, strict=strict),
    "nudge": lambda strict: gradcli.nudge("x^2", HALF_PI, {"x": 1}, strict=strict),
    "descend": lambda strict: gradcli.descend("x^2", HALF_PI, steps=1, strict=strict),
    "updates": lambda strict: gradcli.compare_updates("x^2", HALF_PI, strict=strict)["refresh"],
}


@pytest.mark.parametrize("name", DOORS)
def test_how_a_value_is_read_is_told_by_every_door(name: str) -> None:
    assert [note.message for note in DOORS[name](False).notes] == [READ]
    with pytest.raises(GradcliError) as caught:
        DOORS[name](True)
    assert (caught.value.kind, caught.value.origin) == ("implicit-product", "the value of x")


def test_how_values_steps_and_claims_are_read_is_told_once() -> None:
    assert READ in gradcli.draw("x^2", HALF_PI, format="json")
    moved = gradcli.nudge("f(z) = 1/2z; f(x)", {"x": 1}, {"x": "1/2e"})
    assert [note.message[:15] for note in moved.notes] == ["in the step of ", "a product witho"]
    solution = gradcli.evaluate("x^2", x=3)
    for _ in range(2):
        solution.check("out > 1/2pi")
    (note,) = solution.to_dict()["notes"]
    assert note["message"] == READ.replace("value of 'x'", "assertion out > 1/2pi")
    with pytest.raises(GradcliError):
        gradcli.function("x^2", strict=True)("1/2pi")
    assert gradcli.function("x^2", strict=True)("1/2*pi") == (math.pi / 2) ** 2


@settings(max_examples=20)
@given(EXPRESSIONS)
def test_a_derivative_of_a_function_is_what_diff_prints(expression: str) -> None:
    is_what_diff_prints(f"({expression})")  # which is no option


def is_what_diff_prints(source: str) -> None:
    function = gradcli.function(source)
    for name in function.inputs:
        printed = call("diff", "--wrt", name, "--plain", "--", source)
        assert (printed.out, printed.code) == (f"{function.derivative(name)}\n", 0)


@pytest.mark.slow
@pytest.mark.parametrize("source", [source for source, _ in read_cases("derivatives")])
def test_a_derivative_of_every_case_is_what_diff_prints(source: str) -> None:
    is_what_diff_prints(source)


@pytest.mark.slow
@settings(max_examples=1000)
@given(EXPRESSIONS)
def test_a_derivative_of_many_functions_is_what_diff_prints(expression: str) -> None:
    test_a_derivative_of_a_function_is_what_diff_prints.hypothesis.inner_test(expression)
