"""JSON of every command on arrays: of the schema that it names, and the same from the library."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Any

import jsonschema
import numpy as np
import pytest
from command_line import call

import gradcli
from gradcli.cli.known import COMMANDS, find
from gradcli.errors import GradcliError

nan, inf = math.nan, math.inf

PROGRAMS: dict[str, tuple[str, dict[str, Any], str]] = {
    # the program, values, and what paths begin at and nudges move
    "squares": ("z = W @ x; J = sum((z - y)^2)/2", {"W": [[1, 2], [3, 4]], "x": [1, -1],
                                                    "y": [0.5, 2]}, "x"),
    "numbers beside": ("a*sum(x^2) + a", {"a": 2, "x": [1, 2]}, "x"),
    "kink": ("sum(abs(x))", {"x": [0, 3]}, "x"),
    "infinite slope": ("sum(sqrt(x))", {"x": [0, 4]}, "x"),
    "no value": ("sum(log(x))", {"x": [-1, 2]}, "x"),
    "infinite": ("sum(1/x)", {"x": [0, 2]}, "x"),
    "nan inside": ("sum(x^2)", {"x": [nan, 2]}, "x"),
    "left out": ("sum(where(x > 0, log(x), 0))", {"x": [0, 2]}, "x"),
    "one entry": ("x[1]^2 + sum(x)", {"x": [3]}, "x"),
    "empty": ("sum(x^2) + 3", {"x": []}, "x"),
    "three axes": ("sum(A*A)", {"A": [[[1, 2], [3, 4]]]}, "A"),
    "a constant": ("sum([1, 2, 3]*x)", {"x": [1, 2, 3]}, "x"),
    "a family": ("h[j] = x[j]^2 for j in 1..2; sum(h) + max(x)", {"x": [1, 2]}, "x"),
}  # fmt: skip

Doors = Mapping[str, tuple[list[str], Callable[[str, dict[str, Any], str], Any]]]


def nudged(values: dict[str, Any], name: str) -> dict[str, Any]:
    return {name: (np.zeros(np.shape(values[name])) + 0.125).tolist()}


def moved(source: str, values: dict[str, Any], **more: Any) -> Any:
    return gradcli.descend(source, values, steps=3, lr=0.01, **more)


DOORS: Doors = {
    "eval": ([], lambda source, values, _: gradcli.evaluate(source, values)),
    "paths": (["--wrt", "NAME"], lambda source, values, name: gradcli.paths(
        source, values, wrt=name)),
    "paths --count": (["--wrt", "NAME", "--count"], lambda source, values, name: gradcli.paths(
        source, values, wrt=name, count=True)),
    "diff": ([], lambda source, values, _: gradcli.derive(source, values)),
    "diff --order 2": (["--order", "2"], lambda source, values, _: gradcli.derive(
        source, values, order=2)),
    "graph": ([], lambda source, values, _: gradcli.draw(source, values, format="json")),
    "jac": ([], lambda source, values, _: gradcli.jac(source, values)),
    "hess": ([], lambda source, values, _: gradcli.hess(source, values)),
    "why": ([], lambda source, values, _: gradcli.why(source, values)),
    "nudge": (["--by", "NAME=STEP"], lambda source, values, name: gradcli.nudge(
        source, values, nudged(values, name))),
    "descend": (["--steps", "3", "--lr", "0.01"], lambda source, values, _: moved(source, values)),
    "descend --compare-updates": (
        ["--steps", "3", "--lr", "0.01", "--compare-updates"],
        lambda source, values, _: gradcli.compare_updates(source, values, steps=3, lr=0.01)),
}  # fmt: skip

VERSIONS = {"eval": 2, "paths": 2, "diff": 2, "graph": 2, "jac": 1, "hess": 1, "nudge": 1,
            "why": 1, "descend": 3}  # fmt: skip
"""The version of what each command prints of arrays; that of a nudge, jac and hess is for both."""


ELSEWHERE = {"implicit", "budget", "check", "same", "page", "quiz", "code", "map"}
"""Commands that work on numbers alone, or say of each entry whether it is right (test_check).

A page and a quiz are for people and print no JSON; what `code` writes is source text, and what
`map` writes is data.
"""


def test_every_command_on_a_program_is_here() -> None:
    known = {name for name in COMMANDS if find(name).takes_program} - ELSEWHERE
    assert {name.partition(" ")[0] for name in DOORS} == known == set(VERSIONS)


def words(command: str, program: str) -> list[str]:
    source, values, name = PROGRAMS[program]
    step = json.dumps(nudged(values, name)[name])
    more = [each.replace("NAME", name).replace("STEP", step) for each in DOORS[command][0]]
    given = [word for label, value in values.items()
             for word in (f"--{label}", json.dumps(value).replace("NaN", "nan"))]  # fmt: skip
    return [command.partition(" ")[0], source, *given, *more, "--json"]


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("command", DOORS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_json_of_arrays_is_of_its_schema(command: str, program: str) -> None:
    called = call(*words(command, program))
    assert called.code in {0, 4}, called.err
    document = json.loads(called.out, parse_constant=pytest.fail)
    name, version = document["schema"].removeprefix("gradcli.").split("/")
    assert (name, int(version)) == (command.partition(" ")[0], VERSIONS[name])
    jsonschema.validate(document, gradcli.schema(name if version == "1" else f"{name}/{version}"))
    if called.code == 4:
        error = json.loads(called.err)
        jsonschema.validate(error, gradcli.schema("error"))


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("command", DOORS)
def test_the_library_gives_what_the_command_prints(command: str, program: str) -> None:
    called = call(*words(command, program))
    found = DOORS[command][1](*PROGRAMS[program])
    text = found if isinstance(found, str) else gradcli.show(found, "json")
    assert json.loads(text) == json.loads(called.out)
    if not isinstance(found, str):
        assert found.to_dict() == json.loads(called.out)


@pytest.mark.parametrize("command", ["paths", "nudge", "descend"])
def test_an_output_that_is_an_array_is_an_error_as_data(command: str) -> None:
    more = {"paths": ["--wrt", "x"], "nudge": ["--by", "x=[1,1]"], "descend": []}[command]
    called = call(command, "2x", "--x", "[1,2]", *more, "--json")
    assert (called.code, called.out) == (3, "")
    error = json.loads(called.err)
    jsonschema.validate(error, gradcli.schema("error"))
    assert "has no gradient" in error["message"]
    doors: dict[str, Callable[[], Any]] = {
        "paths": lambda: gradcli.paths("2x", x=[1, 2]),
        "nudge": lambda: gradcli.nudge("2x", {"x": [1, 2]}, {"x": [1, 1]}),
        "descend": lambda: gradcli.descend("2x", {"x": [1, 2]}),
    }
    with pytest.raises(GradcliError, match="has no gradient"):
        doors[command]()
