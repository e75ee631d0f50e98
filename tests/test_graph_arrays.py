"""Pictures of programs of arrays: a box an array, with its shape, and what edges hand back."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import numpy as np
import pytest
from command_line import ROOT, call

import gradcli
from gradcli.learn.net import make_net
from gradcli.views.lines.page import Display
from gradcli.views.lines.text import width
from gradcli.views.picture import draw
from gradcli.views.picture.look import Format, Look

POINT = {"W": [[1, 2], [3, 4]], "x": [1, -1], "y": [0.5, 2]}
SQUARES = "z = W @ x; J = sum((z - y)^2)/2"
FLAGS = [word for name, value in POINT.items() for word in (f"--{name}", json.dumps(value))]


def graph_of(program: str, values: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    found = json.loads(gradcli.draw(program, values, format="json", **more))
    jsonschema.validate(found, gradcli.schema("graph/2"))
    return found


def test_an_array_is_a_box_with_its_shape_value_and_derivative() -> None:
    picture = call("graph", SQUARES, *FLAGS).out
    for words in (
        "W = [[1, 2], [3, 4]] shape 2×2", "∂J/∂W = [[−1.5, 1.5], [−3, 3]]", "by W: g @ x'",
        "by x: W' @ g", "z = W @ x = [−1, −1] shape 2", "by v2: g·ones(2)", "by v1: [−3, −6]",
        "g on an edge: ∂J/∂box of the box that it leads to",
    ):  # fmt: skip
        assert words in picture


def test_shapes_in_letters_need_no_values() -> None:
    picture = call("graph", SQUARES, "--shape", "W=m,n", "--shape", "x=n", "--shape", "y=m").out
    for words in ("shape m×n", "∂J/∂W = (z − y) @ x'", "2·v1", "0.5·ones(m)"):
        assert words in picture
    found = graph_of(SQUARES, shapes={"W": ("m", "n"), "x": "n", "y": "m"})
    assert [node["shape"] for node in found["nodes"][:3]] == [["m", "n"], ["n"], ["m"]]


def test_json_holds_arrays_and_what_comes_back() -> None:
    found = graph_of(SQUARES, POINT)
    assert found["schema"] == "gradcli.graph/2"
    edges = {(each["from"], each["to"]): each for each in found["edges"]}
    assert edges["W", "z"]["symbol"] == "g @ x'"
    assert edges["W", "z"]["local"] is None
    assert edges["v1", "v2"]["local"] == [-3, -6]
    nodes = {each["name"]: each for each in found["nodes"]}
    assert nodes["W"]["grad"] == [[-1.5, 1.5], [-3, 3]]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(found, gradcli.schema("graph"))


def test_what_comes_back_is_what_it_says() -> None:
    """The texts on edges, evaluated with g of their nodes, add up to the derivative by a source."""
    program = "s = softmax(W @ x); t = W' @ s; J = sum(t[1]*x) + norm(W)*max(s)"
    found = graph_of(program, {"W": [[1, 2], [3, 4.5]], "x": [1, -0.25]})
    nodes = {each["name"]: each for each in found["nodes"]}
    arrived = {name: np.zeros(np.shape(each["grad"])) for name, each in nodes.items()}
    arrived[found["output"]] = np.array(1.0)
    known = {name: each["value"] for name, each in nodes.items()}
    for edge in found["edges"]:
        target = nodes[edge["to"]]
        if edge["local"] is None:
            words = {*re.findall(r"\w+", edge["symbol"])}
            given = {name: known[name] for name in words & {*known}} | {"g": target["grad"]}
            share = gradcli.evaluate(edge["symbol"], given).value
        else:
            share = np.multiply(target["grad"], edge["local"])
        into = arrived[edge["from"]]
        share = np.asarray(share)
        if into.shape != share.shape:  # a number that was stretched
            share = share.sum().reshape(into.shape) if into.size == 1 else share
        arrived[edge["from"]] = into + share
    for name, node in nodes.items():
        np.testing.assert_allclose(arrived[name], node["grad"], rtol=1e-12, err_msg=name)


def test_a_name_of_the_program_is_no_adjoint() -> None:
    found = graph_of("sum(g @ x)", {"g": [[1, 2]], "x": [3, 4]})
    symbols = [edge["symbol"] for edge in found["edges"] if edge["local"] is None]
    assert symbols[:2] == ["g_ @ x'", "g' @ g_"]


PROGRAMS: dict[str, tuple[str, dict[str, Any]]] = {
    "array output": ("W @ x", {"W": [[1, 2]], "x": [3, 4]}),
    "functions": ("f(v) = sum(v^2); z = f(x)*x[1]; z + f(W @ x)", {"W": [[1, 2]], "x": [3, 4]}),
    "family": ("h[j] = x[j]^2 for j in 1..3; sum(h)*max(x)", {"x": [1, 2, 3]}),
    "rows": ("x' @ y + sum(x @ y')", {"x": [1, 2], "y": [3, 4]}),
    "empty": ("sum(x^2) + y", {"x": np.zeros(0), "y": 1}),
    "nan": ("sum(log(x))", {"x": [-1, 2]}),
    "large": ("sum(A*A)", {"A": np.ones((40, 50))}),
    "literal": ("sum([1, 2, 3]*x)", {"x": [1, 2, 3]}),
    "numbers": ("a*sum(x) + b", {"a": 2, "b": 1, "x": [1, 2]}),
}


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("numbers", [False, True])
def test_every_program_is_drawn_in_every_format(name: str, full: bool, numbers: bool) -> None:
    program, values = PROGRAMS[name]
    for form in ("text", "svg", "dot", "mmd"):
        made = gradcli.draw(program, values, format=form, full=full, numbers=numbers)
        assert made
        if form == "svg":
            ET.fromstring(made)  # noqa: S314  (our own text)
    for columns in (40, 80, 120):
        text = str(gradcli.draw(program, values, format="text", full=full, width=columns))
        assert max(map(width, text.split("\n"))) <= columns
    graph_of(program, values)


def test_a_large_array_is_written_in_full_nowhere() -> None:
    made = gradcli.draw("sum(A*A)", {"A": np.full((200, 300), 0.123)}, format="svg")
    assert len(made) < 20_000


@pytest.mark.parametrize("options", [[], ["--no-values"]])
def test_a_net_of_matrices_has_its_weights_on_the_edges(options: list[str]) -> None:
    net = make_net([3, 4, 2], ["tanh", "none"], "mse")
    values = net.values("he", seed=1) | {"x": [1, 2, 3], "y": [0, 1]}
    flags = [word for name, value in values.items() for word in (f"--{name}", json.dumps(value))]
    picture = call("graph", net.program(matrix=True), *flags, "--layers", *options).out
    assert "w1 3×4" in picture
    assert "w2 4×2" in picture
    assert re.search(r"\+ b1", picture)
    assert "w1' " not in picture
    dot = call("graph", net.program(matrix=True), *flags, "--layers", "--format", "dot").out
    assert dot.count("w1 3×4") == 1
    assert dot.count("->") == len(re.findall(r"n\d+ -> n\d+", dot))


MODELS = sorted((ROOT / "examples/models").glob("*.grad"))


@pytest.mark.slow
@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_every_model_is_drawn(path: Any) -> None:
    values = path.with_suffix(".json")
    words = ["graph", "-f", str(path), "--vars", str(values), "--force"]
    for more in ([], ["--layers"]):
        called = call(*words, "--format", "dot", *more)
        assert called.code == 0, called.err
        assert called.out.startswith("digraph")
    found = json.loads(call(*words[:-1], "--json").out)
    jsonschema.validate(found, gradcli.schema("graph/2"))


def test_a_picture_in_signs_of_ascii_alone() -> None:
    solution = draw.program(SQUARES, POINT)
    made = str(draw.draw(solution, Look(), Format.TEXT, Display(encoding="ascii")))
    assert made.isascii()
    assert "shape 2x2" in made
