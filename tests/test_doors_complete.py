"""The library has a door for all that the command line does: a table of commands and options.

An option that is new, and has neither a door here nor a reason for having none, is named by a test.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import pytest
from command_line import ROOT, call

import gradcli
from gradcli import GradcliError
from gradcli.cli.known import COMMANDS, find
from gradcli.cli.status import status_of
from gradcli.library.looks import Markdown

POINT = {"x": 1.0, "y": 2.0}


class Door(NamedTuple):
    """An option, and the door that gives what the command prints with it.

    Attributes:
        words: of a command line with the option.
        call: the door: what it gives is the text that is printed, or has it as ``to_dict()``.
    """

    words: Sequence[str]
    call: Callable[[], Any]


class Without(NamedTuple):
    """An option that Python has itself, and why."""

    reason: str


PRINTING = Without("it is about the terminal")
A_FILE = Without("a file is written with open")
VALUES = Without("values are a mapping")
PROGRAM = Without("a program is a text")
RULES = Without("rules are added by `gradcli.rules`")
PRINTED = {"--quiet": PRINTING, "--color": PRINTING, "--no-color": PRINTING}
EVERY = {
    "-f": PROGRAM, "--set": VALUES, "--vars": VALUES, "--rules": RULES, "--output": A_FILE,
    **PRINTED,
}  # fmt: skip
"""Options of every command on a program that Python has itself."""


def evaluated(source: str, **more: Any) -> gradcli.Solution:
    return gradcli.evaluate(source, POINT, **more)


BUDGET = ["b = x*y; b^2", "--x", "3(1)", "--y", "2±1%"]


def budgeted(**more: Any) -> Any:
    return gradcli.budget("b = x*y; b^2", {"x": "3(1)", "y": "2±1%"}, **more)


def flags(values: Mapping[str, float]) -> list[str]:
    return [word for name, value in values.items() for word in (f"--{name}", str(value))]


BOWL = ["(x - 3)^2 + y^2", "--x", "1", "--y", "2", "--steps", "5"]


def bowl(**settings: Any) -> gradcli.Descent:
    settings = {"steps": 5, **settings}
    return gradcli.descend("(x - 3)^2 + y^2", {"x": 1, "y": 2}, **settings)


def settings(method: str, *names: str) -> dict[str, Door]:
    """The options of a descent that are numbers."""
    return {
        f"--{name}": Door(
            [*BOWL, "--method", method, f"--{name}", "0.25"],
            lambda name=name: bowl(method=method, **{name: 0.25}),
        )
        for name in names
    }


def looks(*words: str, **look: Any) -> Door:
    """A picture with an option."""
    return Door(
        ["sin(x*y) + x", *flags(POINT), *words, "--format", "dot"],
        lambda: gradcli.draw("sin(x*y) + x", POINT, format="dot", **look),
    )


def pages(*words: str, **more: Any) -> Door:
    """A page with an option."""
    return Door(
        ["sin(x*y) + x", *flags(POINT), *words], lambda: gradcli.page("sin(x*y) + x", POINT, **more)
    )


def codes(*words: str, **more: Any) -> Door:
    """Code with an option."""
    source = "b = x*y; sin(b) + x"
    return Door([source, *flags(POINT), *words], lambda: gradcli.code(source, POINT, **more))


def losses(*words: str, **more: Any) -> Door:
    """A loss with an option."""
    others = {"prediction": ["--label", "y"], "label": ["--prediction", "x"]}
    (option,) = [word[2:] for word in words if word.startswith("--")]
    return Door(
        ["(x - y)^2", *others[option], *words, "--target", "xgboost"],
        lambda: gradcli.code("(x - y)^2", target="xgboost", **more),
    )


def asks(*words: str, **more: Any) -> Door:
    """A quiz with an option."""
    return Door(
        ["sin(x*y) + x", *flags(POINT), *words], lambda: gradcli.quiz("sin(x*y) + x", POINT, **more)
    )


DEEP = "x" + "*sin(x)" * 30

BOTH = ["x^2*y", *flags(POINT)]
STEPS = ["u = x*y; v = x^2; u + v", *flags(POINT)]
CIRCLE = ["x^2 + y^2 = 25"]
OF_Y = ["--wrt", "y,x"]

ROWS = str(ROOT / "examples" / "points.csv")


def maps(*words: str, **more: Any) -> Door:
    """Rows with an option."""
    source = "b = x*y; b*k + x"
    given = {"k": 3.0, **more}
    return Door(
        [source, ROWS, "--k", "3", *words],
        lambda: gradcli.function(source).map(pl.read_csv(ROWS), **given).write_csv(),
    )


def answers() -> str:
    """What is asked of each row, by a block."""
    block = gradcli.function("b = x*y; b*b").block(get=["b", "d/dx"])
    frame = pl.read_csv(ROWS)
    return pl.DataFrame(block({name: frame[name].to_numpy() for name in "xy"})).write_csv()


def circle(values: Mapping[str, float] | None = None, **more: Any) -> Any:
    """What the equation of a circle says of y."""
    return gradcli.implicit(CIRCLE[0], ["y", "x"], values, **more)


HALVES = ["1/2x", "--x", "1"]


def of_matrices(door: Callable[..., Any]) -> dict[str, Door | Without]:
    """What Jacobians and Hessians have in common."""
    return {
        "--shape": Door(
            ["sum(x^2)", "--x", "[1,2]", "--shape", "x=2"],
            lambda: door("sum(x^2)", {"x": [1, 2]}, shapes={"x": (2,)}),
        ),
        "--sparse": Door([*BOTH, "--sparse", "--json"], lambda: door("x^2*y", POINT, sparse=True)),
        "--json": Door([*BOTH, "--json"], lambda: door("x^2*y", POINT)),
        "--spy": Door([*BOTH, "--spy"], lambda: gradcli.show(door("x^2*y", POINT), "spy")),
        "--all": Door(
            [*BOTH, "--all"], lambda: gradcli.show(door("x^2*y", POINT), everything=True)
        ),
        "--precision": Door(
            [*BOTH, "--precision", "3"], lambda: gradcli.show(door("x^2*y", POINT), precision=3)
        ),
        "--strict": Door([*HALVES, "--strict"], lambda: door("1/2x", {"x": 1}, strict=True)),
        **EVERY,
    }


DOORS: dict[str, dict[str, Door | Without]] = {
    "eval": {
        "--format": Door(
            ["x^2", "--x", "3", "--format", "svg"],
            lambda: gradcli.draw("x^2", {"x": 3}),
        ),
        "EXPRESSION": Door(["x*y", "--x", "1", "--y", "2"], lambda: evaluated("x*y")),
        "--of": Door([*STEPS, "--of", "u"], lambda: evaluated(STEPS[0]).of("u")),
        "--wrt": Door(
            ["x*y", "--x", "1", "--y", "2", "--wrt", "y"], lambda: evaluated("x*y", wrt="y")
        ),
        "--order": Door(
            [*BOTH, "--order", "3", "--json"], lambda: gradcli.orders(BOTH[0], POINT, order=3)
        ),
        "--along": Door(
            [*BOTH, "--along", "x=1", "--json"],
            lambda: gradcli.orders(BOTH[0], POINT, along={"x": 1}),
        ),
        "--assert": Door(
            ["x*y", "--x", "1", "--y", "2", "--assert", "dout/dx == 2"],
            lambda: evaluated("x*y").check("dout/dx == 2"),
        ),
        "--json": Door(["x*y", "--x", "1", "--y", "2", "--json"], lambda: evaluated("x*y")),
        "--tree": Door(
            ["x*y", "--x", "1", "--y", "2", "--tree"],
            lambda: gradcli.show(evaluated("x*y"), "tree"),
        ),
        "--grad": Door(
            ["x*y", "--x", "1", "--y", "2", "--grad"],
            lambda: gradcli.show(evaluated("x*y"), "grad"),
        ),
        "--trace": Door(
            ["x*y", "--x", "1", "--y", "2", "--trace"],
            lambda: gradcli.show(evaluated("x*y"), "trace"),
        ),
        "--plot": Without("Python has libraries that draw the columns that f.map gives"),
        "--frameworks": Door(
            ["x*y", "--x", "1", "--y", "2", "--frameworks"],
            lambda: gradcli.show(evaluated("x*y"), "frameworks"),
        ),
        "--get": Door(
            ["h[j] = j*x for j in 1..3; h[3]*y", "--x", "1", "--y", "2", "--get", "h"],
            lambda: "\n".join(
                f"{each:g}" for each in evaluated("h[j] = j*x for j in 1..3; h[3]*y").get("h")
            ),
        ),
        "--only": Door(
            ["s = x*y; s^2 + x", "--x", "1", "--y", "2", "--only", "steps"],
            lambda: gradcli.show(evaluated("s = x*y; s^2 + x"), only="steps"),
        ),
        "--full": Door(
            ["f(z) = z*sin(z); f(x)*y", "--x", "1", "--y", "2", "--full"],
            lambda: gradcli.show(evaluated("f(z) = z*sin(z); f(x)*y"), full=True),
        ),
        "--all": Door(
            [DEEP, "--x", "1", "--all"],
            lambda: gradcli.show(gradcli.evaluate(DEEP, x=1), everything=True),
        ),
        "--precision": Door(
            ["x/y", "--x", "1", "--y", "3", "--precision", "3"],
            lambda: gradcli.show(gradcli.evaluate("x/y", x=1, y=3), precision=3),
        ),
        "--strict": Door(
            ["1/2x", "--x", "1", "--strict"], lambda: gradcli.evaluate("1/2x", x=1, strict=True)
        ),
        "--shape": Door(
            ["sum(x)/n", "--x", "[1,2]", "--shape", "x=n"],
            lambda: gradcli.evaluate("sum(x)/n", x=[1, 2], shapes={"x": "n"}),
        ),
        **EVERY,
    },
    "paths": {
        "--of": Door(
            [*STEPS, "--of", "u", "--wrt", "x"],
            lambda: gradcli.paths(STEPS[0], POINT, of="u", wrt="x"),
        ),
        "--shape": Door(
            ["sum(x)^2/n", "--x", "[1,2]", "--shape", "x=n", "--json"],
            lambda: gradcli.paths("sum(x)^2/n", x=[1, 2], shapes={"x": "n"}),
        ),
        "EXPRESSION": Door(["x^2", "--x", "3"], lambda: gradcli.paths("x^2", x=3)),
        "--wrt": Door(
            ["x*y + x", "--x", "1", "--y", "2", "--wrt", "y"],
            lambda: gradcli.paths("x*y + x", POINT, wrt="y"),
        ),
        "--count": Door(
            ["x*y + x", "--wrt", "x", "--count"],
            lambda: gradcli.paths("x*y + x", wrt="x", count=True),
        ),
        "--full": Door(
            ["f(z) = z*sin(z); f(x)*y", "--x", "1", "--y", "2", "--wrt", "x", "--full"],
            lambda: gradcli.show(
                gradcli.paths("f(z) = z*sin(z); f(x)*y", POINT, wrt="x"), full=True
            ),
        ),
        "--layers": Door(
            ["--count", "--layers", "784,64x2,10"], lambda: gradcli.count_layers([784, 64, 64, 10])
        ),
        "--max-paths": Door(
            ["x*y + x", "--x", "1", "--y", "2", "--wrt", "x", "--max-paths", "1"],
            lambda: gradcli.paths("x*y + x", POINT, wrt="x", most=1),
        ),
        "--format": Door(
            ["x^2", "--x", "3", "--format", "svg"],
            lambda: gradcli.draw("x^2", {"x": 3}, highlight="x"),
        ),
        "--json": Door(["x^2", "--x", "3", "--json"], lambda: gradcli.paths("x^2", x=3)),
        "--all": Door(
            [DEEP, "--x", "1", "--all"],
            lambda: gradcli.show(gradcli.paths(DEEP, x=1), everything=True),
        ),
        "--precision": Door(
            ["x^2/3", "--x", "1", "--precision", "3"],
            lambda: gradcli.show(gradcli.paths("x^2/3", x=1), precision=3),
        ),
        "--strict": Door(
            ["1/2x", "--x", "1", "--strict"], lambda: gradcli.paths("1/2x", x=1, strict=True)
        ),
        **EVERY,
    },
    "diff": {
        "--of": Door([STEPS[0], "--of", "u"], lambda: gradcli.derive(STEPS[0], of="u")),
        "EXPRESSION": Door(["3(a+bc)"], lambda: gradcli.derive("3(a+bc)")),
        "--wrt": Door(
            ["x^3*y", "--wrt", "y", "--wrt", "x,x"],
            lambda: gradcli.derive("x^3*y", wrt=["y", ("x", "x")]),
        ),
        "--order": Door(["x^3*y", "--order", "2"], lambda: gradcli.derive("x^3*y", order=2)),
        "--inputs": Door(
            ["rate*x", "--inputs", "r,a,t,e,x"],
            lambda: gradcli.derive("rate*x", inputs=["r", "a", "t", "e", "x"]),
        ),
        "--shape": Door(
            ["sum(x)/n", "--shape", "x=n"],
            lambda: gradcli.derive("sum(x)/n", shapes={"x": "n"}),
        ),
        "--symmetric": Door(
            ["tr(A@A)", "--shape", "A=n,n", "--symmetric", "A"],
            lambda: gradcli.derive("tr(A@A)", shapes={"A": ("n", "n")}, symmetric=["A"]),
        ),
        "--steps": Door(
            ["x*sin(x)", "--steps"], lambda: gradcli.derive("x*sin(x)", steps=True)
        ),
        "--plain": Door(
            ["x^n*y", "--plain"], lambda: gradcli.show(gradcli.derive("x^n*y"), "plain")
        ),
        "--latex": Door(
            ["x^n*y", "--latex"],
            lambda: gradcli.show(gradcli.derive("x^n*y", textbook=True), "latex"),
        ),
        "--json": Door(["x^n*y", "--json"], lambda: gradcli.derive("x^n*y")),
        "--all": Door(
            [DEEP, "--steps", "--all"],
            lambda: gradcli.show(
                gradcli.derive(DEEP, steps=True, textbook=True), everything=True
            ),
        ),
        "--precision": Door(
            ["x^2/3", "--x", "1", "--precision", "3"],
            lambda: gradcli.show(gradcli.derive("x^2/3", x=1, textbook=True), precision=3),
        ),
        "--strict": Door(["1/2x", "--strict"], lambda: gradcli.derive("1/2x", strict=True)),
        **EVERY,
    },
    "graph": {
        "--of": Door(
            [*STEPS, "--of", "u", "--format", "dot"],
            lambda: gradcli.draw(STEPS[0], POINT, of="u", format="dot"),
        ),
        "--shape": Door(
            ["sum(x)/n", "--shape", "x=n", "--json"],
            lambda: gradcli.draw("sum(x)/n", shapes={"x": "n"}, format="json"),
        ),
        "EXPRESSION": looks(),
        "--values/--no-values": looks("--no-values", numbers=False),
        "--symbolic/--no-symbolic": looks("--symbolic", symbolic=True),
        "--layers": Door(
            ["h = tanh(w*x); h^2", "--layers", "--format", "dot"],
            lambda: gradcli.draw("h = tanh(w*x); h^2", layers=True, format="dot"),
        ),
        "--full": looks("--full", full=True),
        "--depth": looks("--depth", "1", depth=1),
        "--focus": looks("--focus", "v1", "--depth", "1", focus="v1", depth=1),
        "--force": looks("--force", force=True),
        "--highlight": looks("--highlight", "x", highlight="x"),
        "--title": looks("--title", "A graph", title="A graph"),
        "--scale": Door(
            ["x*y", "--x", "1", "--y", "2", "--format", "svg", "--scale", "2"],
            lambda: gradcli.draw("x*y", POINT, format="svg", scale=2),
        ),
        "--theme": looks("--theme", "dark", theme="dark"),
        "--direction": looks("--direction", "right", direction="right"),
        "--format": looks(),
        "--json": Door(
            ["sin(x*y)", "--x", "1", "--y", "2", "--json"],
            lambda: gradcli.draw("sin(x*y)", POINT, format="json"),
        ),
        "--precision": looks("--precision", "3", precision=3),
        "--strict": Door(["1/2x", "--strict"], lambda: gradcli.draw("1/2x", strict=True)),
        **EVERY,
    },
    "page": {
        "EXPRESSION": pages(),
        "--wrt": pages("--wrt", "y", wrt="y"),
        "--lr": pages("--lr", "0.25", lr=0.25),
        "--title": pages("--title", "A page", title="A page"),
        "--full": pages("--full", full=True),
        "--direction": pages("--direction", "right", direction="right"),
        "--precision": pages("--precision", "3", precision=3),
        "--strict": Door(
            [*HALVES, "--strict"], lambda: gradcli.page("1/2x", {"x": 1}, strict=True)
        ),
        **EVERY,
    },
    "code": {
        "EXPRESSION": codes(),
        "--target": codes("--target", "sql", target="sql"),
        "--grad": codes("--grad", grad=True),
        "--hess": codes("--hess", hess=True),
        "--test": codes("--test", test=True),
        "--of": codes("--of", "b", of="b"),
        "--shape": Door(
            ["sum(x^2)", "--target", "numpy", "--shape", "x=3"],
            lambda: gradcli.code("sum(x^2)", target="numpy", shapes={"x": (3,)}),
        ),
        "--prediction": losses("--prediction", "x", prediction="x", label="y"),
        "--label": losses("--label", "y", prediction="x", label="y"),
        "--precision": Without("code has all digits"),
        "--strict": Door(
            [*HALVES, "--strict"], lambda: gradcli.code("1/2x", {"x": 1}, strict=True)
        ),
        **EVERY,
    },
    "quiz": {
        "EXPRESSION": asks(),
        "--answers": "the key is what `gradcli.quiz(…, answers=True)` returns",
        "--full": asks("--full", full=True),
        "--precision": asks("--precision", "3", precision=3),
        "--strict": Door(
            [*HALVES, "--strict"], lambda: gradcli.quiz("1/2x", {"x": 1}, strict=True)
        ),
        **EVERY,
    },
    "jac": {
        "EXPRESSION": Door(BOTH, lambda: gradcli.jac("x^2*y", POINT)),
        "--of": Door([*STEPS, "--of", "u,v"], lambda: gradcli.jac(STEPS[0], POINT, of=["u", "v"])),
        "--wrt": Door([*BOTH, "--wrt", "x"], lambda: gradcli.jac("x^2*y", POINT, wrt="x")),
        "--along": Door(
            [*BOTH, "--along", "x=1"], lambda: gradcli.jac("x^2*y", POINT, along={"x": 1})
        ),
        "--back": Door(
            [*BOTH, "--back", "out=2"], lambda: gradcli.jac("x^2*y", POINT, back={"out": 2})
        ),
        **of_matrices(gradcli.jac),
    },
    "hess": {
        "--of": Door([*STEPS, "--of", "u"], lambda: gradcli.hess(STEPS[0], POINT, of="u")),
        "EXPRESSION": Door(BOTH, lambda: gradcli.hess("x^2*y", POINT)),
        "--wrt": Door([*BOTH, "--wrt", "x"], lambda: gradcli.hess("x^2*y", POINT, wrt="x")),
        "--along": Door(
            [*BOTH, "--along", "x=1"], lambda: gradcli.hess("x^2*y", POINT, along={"x": 1})
        ),
        **of_matrices(gradcli.hess),
    },
    "implicit": {
        "EXPRESSION": Door([*CIRCLE, *OF_Y], circle),
        "--wrt": Door([*CIRCLE, "--wrt", "x,y"], lambda: gradcli.implicit(CIRCLE[0], ["x", "y"])),
        "--order": Door([*CIRCLE, *OF_Y, "--order", "2"], lambda: circle(order=2)),
        "--steps": Door(
            [*CIRCLE, *OF_Y, "--steps"], lambda: gradcli.show(circle(textbook=True), "steps")
        ),
        "--latex": Door(
            [*CIRCLE, *OF_Y, "--latex"], lambda: gradcli.show(circle(textbook=True), "latex")
        ),
        "--json": Door([*CIRCLE, *OF_Y, "--json"], circle),
        "--precision": Door(
            [*CIRCLE, *OF_Y, "--x", "3", "--y", "4", "--precision", "3"],
            lambda: gradcli.show(circle({"x": 3, "y": 4}, textbook=True), precision=3),
        ),
        "--strict": Door(
            ["1/2x = y", *OF_Y, "--strict"],
            lambda: gradcli.implicit("1/2x = y", ["y", "x"], strict=True),
        ),
        **EVERY,
    },
    "net": {
        "SIZES": Door(["2-3x2-1"], lambda: gradcli.net([2, 3, 3, 1]).program()),
        "--act": Door(
            ["2-2-1", "--act", "tanh,none"],
            lambda: gradcli.net([2, 2, 1], act=["tanh", "none"]).program(),
        ),
        "--loss": Door(
            ["2-2-1", "--loss", "bce"], lambda: gradcli.net([2, 2, 1], loss="bce").program()
        ),
        "--bias/--no-bias": Door(
            ["2-2-1", "--no-bias"], lambda: gradcli.net([2, 2, 1], bias=False).program()
        ),
        "--like": Door(
            ["3-2-2", "--like", "lesson"],
            lambda: gradcli.net([3, 2, 2], loss="half", bias=False).program(like="lesson"),
        ),
        "--matrix": Door(
            ["2-2-1", "--matrix"], lambda: gradcli.net([2, 2, 1]).program(matrix=True)
        ),
        "--seed": Door(
            ["2-2-1", "--init", "he", "--seed", "7"],
            lambda: gradcli.net([2, 2, 1]).values("he", seed=7),
        ),
        "--init": Door(
            ["2-2-1", "--init", "xavier"], lambda: gradcli.net([2, 2, 1]).values("xavier")
        ),
        "--output": A_FILE,
        **PRINTED,
    },
    "nudge": {
        "--of": Door(
            [*STEPS, "--of", "u", "--x", "+0.5"],
            lambda: gradcli.nudge(STEPS[0], POINT, {"x": 0.5}, of="u"),
        ),
        "--shape": Door(
            ["sum(x)^2/n", "--x", "[1,2]", "--shape", "x=n", "--x", "+[1,0]"],
            lambda: gradcli.nudge("sum(x)^2/n", {"x": [1, 2]}, {"x": [1, 0]}, shapes={"x": "n"}),
        ),
        "EXPRESSION": Door(
            ["x^2", "--x", "3", "--x", "+0.5"], lambda: gradcli.nudge("x^2", {"x": 3}, {"x": 0.5})
        ),
        "--by": Door(
            ["x^2", "--x", "3", "--by", "x=0.5"], lambda: gradcli.nudge("x^2", {"x": 3}, {"x": 0.5})
        ),
        "--json": Door(
            ["x^2", "--x", "3", "--by", "x=0.5", "--json"],
            lambda: gradcli.nudge("x^2", {"x": 3}, {"x": 0.5}),
        ),
        "--all": Door(
            ["x^2", "--x", "3", "--by", "x=0.5", "--all"],
            lambda: gradcli.show(gradcli.nudge("x^2", {"x": 3}, {"x": 0.5}), everything=True),
        ),
        "--precision": Door(
            ["x^2", "--x", "3", "--by", "x=0.1", "--precision", "3"],
            lambda: gradcli.show(gradcli.nudge("x^2", {"x": 3}, {"x": 0.1}), precision=3),
        ),
        "--strict": Door(
            ["1/2x", "--x", "3", "--by", "x=1", "--strict"],
            lambda: gradcli.nudge("1/2x", {"x": 3}, {"x": 1}, strict=True),
        ),
        **EVERY,
    },
    "budget": {
        "EXPRESSION": Door(BUDGET, budgeted),
        "--of": Door([*BUDGET, "--of", "b,out"], lambda: budgeted(of=["b", "out"])),
        "--correlation": Door(
            [*BUDGET, "--correlation", "x,y=0.5"], lambda: budgeted(correlations={"x,y": 0.5})
        ),
        "--correlations": Without("correlations are a mapping"),
        "--dof": Door([*BUDGET, "--dof", "x=4"], lambda: budgeted(dof={"x": 4})),
        "--coverage": Door([*BUDGET, "--coverage", "3"], lambda: budgeted(coverage=3)),
        "--level": Door([*BUDGET, "--level", "0.95"], lambda: budgeted(level=0.95)),
        "--json": Door([*BUDGET, "--json"], budgeted),
        "--latex": Door([*BUDGET, "--latex"], lambda: gradcli.show(budgeted(), "latex")),
        "--all": Door([*BUDGET, "--all"], lambda: gradcli.show(budgeted(), everything=True)),
        "--precision": Door(
            [*BUDGET, "--precision", "4"], lambda: gradcli.show(budgeted(), precision=4)
        ),
        "--strict": Door(
            ["1/2x", "--x", "3±1", "--strict"],
            lambda: gradcli.budget("1/2x", {"x": "3±1"}, strict=True),
        ),
        **EVERY,
    },
    "descend": {
        "EXPRESSION": Door(BOWL, bowl),
        "--wrt": Door([*BOWL, "--wrt", "x"], lambda: bowl(wrt=["x"])),
        "--fix": Door([*BOWL, "--fix", "x"], lambda: bowl(fix="x")),
        "--of": Door(
            [*STEPS, "--of", "v", "--steps", "5"],
            lambda: gradcli.descend(STEPS[0], POINT, of="v", steps=5),
        ),
        "--method": Door([*BOWL, "--method", "adam"], lambda: bowl(method="adam")),
        **settings("gd", "lr", "tol"),
        **settings("momentum", "momentum"),
        **settings("adam", "beta1", "beta2", "eps"),
        "--shape": Door(
            ["sum(x)^2/n", "--x", "[1,2]", "--shape", "x=n", "--wrt", "x"],
            lambda: gradcli.descend("sum(x)^2/n", {"x": [1, 2]}, shapes={"x": "n"}, wrt="x"),
        ),
        "--steps": Door([*BOWL, "--steps", "5"], bowl),
        "--update": Door([*BOWL, "--update", "refresh"], lambda: bowl(update="refresh")),
        "--compare-updates": Door(
            [*BOWL, "--compare-updates"],
            lambda: gradcli.compare_updates("(x - 3)^2 + y^2", {"x": 1, "y": 2}, steps=5),
        ),
        "--trace": Door([*BOWL, "--trace"], lambda: gradcli.show(bowl(), "trace")),
        "--save": Without("`inputs` has all values at the end"),
        "--json": Door([*BOWL, "--json"], bowl),
        "--all": Door([*BOWL, "--all"], lambda: gradcli.show(bowl(), everything=True)),
        "--precision": Door([*BOWL, "--precision", "3"], lambda: gradcli.show(bowl(), precision=3)),
        "--strict": Door(
            ["1/2x", "--x", "3", "--strict"], lambda: gradcli.descend("1/2x", {"x": 3}, strict=True)
        ),
        **EVERY,
    },
    "map": {
        "EXPRESSION": maps(),
        "DATA": Without("frames are read by their own library"),
        "--from": Without("frames are read by their own library"),
        "--names": Without("frames have names of columns"),
        "--rename": Without("frames have names of columns"),
        "--select": Without("a frame has its own way to take columns"),
        "--bad-rows": Without("a frame has its own way to leave rows out"),
        "--report": Without("a frame has its own way to leave rows out"),
        "--resume": Without("a frame is in memory"),
        "--into": Without("frames are written by their own library"),
        "--cluster": Without("map takes any executor"),
        "--of": maps("--of", "b", of="b"),
        "--wrt": maps("--wrt", "y", wrt="y"),
        "--get": Door(["b = x*y; b*b", ROWS, "--get", "b", "--get", "d/dx"], answers),
        "--keep": maps("--keep", "day", keep=["day"]),
        "--format": Without("a frame is written by its own library"),
        "--precision": Without("data has all digits"),
        "--strict": Door(
            ["1/2x", ROWS, "--strict"], lambda: gradcli.function("1/2x", strict=True).block()
        ),
        **EVERY,
    },
    "check": {
        "--of": Door([*STEPS, "--of", "u"], lambda: gradcli.check(STEPS[0], at=POINT, of="u")),
        "EXPRESSION": Door(["x^2*y"], lambda: gradcli.check("x^2*y")),
        "GRADIENT": Door(
            ["x^2*y", "d/dy = x^2"], lambda: gradcli.check("x^2*y", "d/dy = x^2")
        ),
        "--against": Door(
            ["x^2*y", "--against", "d/dy = x^2"], lambda: gradcli.check("x^2*y", "d/dy = x^2")
        ),
        "--tolerance": Door(
            ["x^2", "--x", "3", "--tolerance", "1e-9"],
            lambda: gradcli.check("x^2", at={"x": 3}, tolerance=1e-9),
        ),
        "--json": Door(["x^2", "--x", "3", "--json"], lambda: gradcli.check("x^2", at={"x": 3})),
        "--all": Door(
            [DEEP, "--x", "1.5", "--all"],
            lambda: gradcli.show(gradcli.check(DEEP, at={"x": 1.5}), everything=True),
        ),
        "--precision": Door(
            ["x^2/3", "--x", "3", "--precision", "3"],
            lambda: gradcli.show(gradcli.check("x^2/3", at={"x": 3}), precision=3),
        ),
        "--strict": Door(
            ["1/2x", "--x", "3", "--strict"],
            lambda: gradcli.check("1/2x", at={"x": 3}, strict=True),
        ),
        **EVERY,
    },
    "why": {
        "EXPRESSION": Door(["sqrt(x)", "--x", "0"], lambda: gradcli.why("sqrt(x)", {"x": 0})),
        "--get": Door(
            ["u = floor(x); u*x", "--x", "1.5", "--get", "du/dx"],
            lambda: gradcli.why("u = floor(x); u*x", {"x": 1.5}, get="du/dx"),
        ),
        "--wrt": Door(
            ["x*step(y)", "--x", "1", "--y", "2", "--wrt", "y"],
            lambda: gradcli.why("x*step(y)", POINT, wrt=["y"]),
        ),
        "--digits": Door(
            ["1 - cos(x)", "--x", "1e-9", "--digits"],
            lambda: gradcli.why("1 - cos(x)", {"x": 1e-9}, digits=True),
        ),
        "--shape": Door(
            ["sum(sqrt(x))", "--x", "[0,1]", "--shape", "x=n"],
            lambda: gradcli.why("sum(sqrt(x))", {"x": [0, 1]}, shapes={"x": "n"}),
        ),
        "--json": Door(
            ["log(sigmoid(x))", "--x=-800", "--json"],
            lambda: gradcli.why("log(sigmoid(x))", {"x": -800}),
        ),
        "--all": Door(
            [DEEP, "--x", "0", "--all"],
            lambda: gradcli.show(gradcli.why(DEEP, {"x": 0}), everything=True),
        ),
        "--precision": Door(
            ["sqrt(x/3)", "--x", "1", "--precision", "3"],
            lambda: gradcli.show(gradcli.why("sqrt(x/3)", {"x": 1}), precision=3),
        ),
        "--strict": Door(
            ["1/2x", "--x", "3", "--strict"], lambda: gradcli.why("1/2x", {"x": 3}, strict=True)
        ),
        **EVERY,
    },
    "same": {
        "EXPRESSION": Door(["x", "2*x"], lambda: gradcli.same("x", "2*x")),
        "SECOND": Door(["x/x", "1"], lambda: gradcli.same("x/x", "1")),
        "--where": Door(
            ["sqrt(x^2)", "x", "--where", "x >= 0"],
            lambda: gradcli.same("sqrt(x^2)", "x", where="x >= 0"),
        ),
        "--shape": Door(
            ["sum(x)", "mean(x)", "--shape", "x=3"],
            lambda: gradcli.same("sum(x)", "mean(x)", shapes={"x": (3,)}),
        ),
        "--json": Door(
            ["x^n", "x*x", "--n", "2", "--json"], lambda: gradcli.same("x^n", "x*x", {"n": 2})
        ),
        "--precision": Door(
            ["x", "x/3", "--precision", "3"],
            lambda: gradcli.show(gradcli.same("x", "x/3"), precision=3),
        ),
        "--strict": Door(
            ["1/2x", "x", "--strict"], lambda: gradcli.same("1/2x", "x", strict=True)
        ),
        **EVERY,
    },
    "functions": {
        "NAME": Door(["log*"], lambda: gradcli.functions("log*")),
        "--json": Door(["--json"], gradcli.functions),
        "--output": A_FILE,
        **PRINTED,
    },
    "schema": {
        "NAME": Door(["paths"], lambda: gradcli.schema("paths")),
        "--output": A_FILE,
        **PRINTED,
    },
}  # fmt: skip
"""For each command and each of its options the door that does the same, or why there is none."""


def forgotten(name: str, *more: str) -> set[str]:
    """The options of a command without an entry, and the entries without an option.

    Args:
        name: the command.
        more: options that it is to have besides.
    """
    options = {shown(each) for each in find(name).load().params if each.name != "help"}
    return {*options, *more} ^ {*DOORS[name]}


def shown(parameter: Any) -> str:
    """``--wrt``, ``--values/--no-values``, ``EXPRESSION``."""
    if parameter.param_type_name == "argument":
        return str(parameter.metavar)
    pair = [max(each, key=len) for each in (parameter.opts, parameter.secondary_opts) if each]
    return "/".join(pair)


def test_every_option_has_a_door_or_a_reason() -> None:
    assert list(DOORS) == list(COMMANDS)
    assert {name: forgotten(name) for name in COMMANDS} == {name: set() for name in COMMANDS}


def test_a_planted_option_is_named() -> None:
    assert forgotten("eval", "--planted") == {"--planted"}


WITH_DOORS = {
    f"{name} {option}": (name, option, door)
    for name, doors in DOORS.items()
    for option, door in doors.items()
    if isinstance(door, Door)
}


@pytest.mark.parametrize(("name", "option", "door"), WITH_DOORS.values(), ids=WITH_DOORS)
def test_a_door_does_what_the_option_does(
    name: str, option: str, door: Door, tmp_path: Path
) -> None:
    if option.startswith("-"):
        assert {*option.split("/")} & {*door.words}
    if option == "--strict":
        with pytest.raises(GradcliError) as error:
            door.call()
        refused = call(name, *door.words)
        assert refused.code == status_of(error.value)
        assert refused.err.startswith(f"error: {error.value.message}")
        return
    found = door.call()
    if found is None:
        assert call(name, *door.words).code == 0
        return
    if isinstance(found, Markdown):  # for a notebook; a terminal shows text
        document = tmp_path / "document.md"
        assert call(name, *door.words, "-o", str(document)) == (0, "", "")
        assert document.read_text(encoding="utf-8").rstrip() == found.rstrip()
        return
    if isinstance(found, str):
        assert call(name, *door.words).out.rstrip() == found.rstrip()
        return
    as_json = ["--json"] if "--json" not in door.words and "--json" in DOORS[name] else []
    printed = json.loads(call(name, *door.words, *as_json).out)
    if name == "functions":
        printed = printed["functions"]
    assert printed == (found.to_dict() if hasattr(found, "to_dict") else found)


REASONS = {
    (name, option): door.reason
    for name, doors in DOORS.items()
    for option, door in doors.items()
    if isinstance(door, Without)
}


def test_what_has_no_door_is_told_in_the_documents() -> None:
    words = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    assert not [option for _, option in REASONS if f"`{option}`" not in words]


def test_every_name_in_the_documents_is_there() -> None:
    words = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\bgradcli\.([A-Za-z_]+)\b(?![/.])", words))
    exceptions = set(re.findall(r"`([A-Z][A-Za-z]+Error)`", words))
    assert not [name for name in named | exceptions if not hasattr(gradcli, name)]
    doors = [name for name in gradcli.__all__ if name.islower() and name[0] != "_"]
    assert not [name for name in doors if f"gradcli.{name}" not in words]
