"""What the trace of a descent says of weights that have moved before a derivative was taken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import call

import gradcli

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = "J = w1*w2*w3 + w1", {"w1": 1.0, "w2": 2.0, "w3": 3.0}, ()
APART = "J = (u*x - 1)^2 + (v*x - 2)^2", {"u": 0.5, "v": 0.25, "x": 2.0}, ("x",)
ARRAYS = (
    "J = sum((V@tanh(W@x) - y)^2)",
    {"V": [[1, 2]], "W": [[0.1, 0.2], [0.3, 0.4]], "x": [1, 2], "y": [1]},
    ("x", "y"),
)


def example(name: str, fixed: tuple[str, ...]) -> tuple[str, dict[str, object], tuple[str, ...]]:
    source = (ROOT / f"examples/{name}.grad").read_text(encoding="utf-8")
    values = json.loads((ROOT / f"examples/{name}.json").read_text(encoding="utf-8"))
    return source, values, fixed


@pytest.mark.parametrize(
    "case",
    [
        PRODUCT,
        APART,
        ARRAYS,
        example("tutorial", ("x", "y")),
        example("worked", ("i1", "i2", "t1", "t2", "b1", "b2")),
    ],
    ids=["product", "apart", "arrays", "tutorial", "worked"],
)
def test_a_derivative_is_another_one_where_moved_weights_are_in_it(
    case: tuple[str, dict[str, object], tuple[str, ...]],
) -> None:
    source, values, fixed = case
    found = {
        update: gradcli.descend(source, values, fix=list(fixed), lr=0.5, steps=1, update=update)
        for update in ("simultaneous", "in-place")
    }
    known = {each.parameter: each for each in found["simultaneous"].first}
    assert not any(each.through for each in known.values())
    seen = False
    for each in found["in-place"].first:
        old, new = known[each.parameter].gradient, each.gradient
        is_moved = new != pytest.approx(old, rel=1e-12, abs=0)
        assert is_moved == bool(each.through)
        seen = seen or is_moved
    assert seen == (case is not APART)


def test_old_and_new_weight_stand_where_they_enter() -> None:
    words = ["descend", "-f", str(ROOT / "examples/tutorial.grad"), "--vars",
             str(ROOT / "examples/tutorial.json"), "--fix", "x,y", "--lr", "1", "--steps", "1",
             "--trace"]  # fmt: skip
    out = call(*words, "--update", "in-place").out
    told = "  ∂J/∂w2[1,1] = -0.0134063\n    with w3[1,1] = 0.967951, was 0.9\n    w2[1,1] ← "
    assert told in out
    assert out.count("was 0.9\n") == 6  # in two derivatives of its own layer and all before
    again = call(*words, "--update", "refresh").out
    assert "    with w3[1,1] = 0.967951, was 0.9\n" in again
    assert ", was " not in call(*words, "--update", "simultaneous").out


def test_one_by_one_also_those_of_the_same_layer_enter() -> None:
    words = ["descend", "J=w1*w2*w3", "--w1", "1", "--w2", "2", "--w3", "3", "--steps", "1"]
    out = call(*words, "--update", "refresh", "--trace").out
    assert "    with w3 = 2.8, was 3\n    and w1 = 0.44, was 1\n    w2 ← 2 - 0.1·1.232" in out
    out = call(*words, "--update", "in-place", "--trace").out
    assert "∂J/∂w2 = 2.8\n    with w3 = 2.8, was 3\n    w2 ← " in out


def test_of_many_the_first_are_named() -> None:
    terms = "*".join(f"w{i}" for i in range(1, 12))
    values = [word for i in range(1, 12) for word in (f"--w{i}", "1")]
    words = ["descend", f"J = {terms}", *values, "--steps", "1", "--lr", "0.5", "--trace"]
    short = call(*words, "--update", "refresh").out
    assert "more; --all shows them" in short
    assert "more; --all" not in call(*words, "--update", "refresh", "--all").out
