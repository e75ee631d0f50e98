"""`Function.map`: frames of all kinds, row for row as the function itself, and what is refused."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from math import nan
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import gradcli
from gradcli import GradcliError

PROGRAM = "v = a*b; J = sin(v) + c^2"
COLUMNS: dict[str, Any] = {
    "a": [1.0, -2.0, 0.5],
    "b": [2, 3, 4],
    "c": [0.0, 1.0, -1.0],
    "name": ["p", "q", "r"],
}


def structured(columns: dict[str, Any]) -> Any:
    kinds = {name: "U9" if name == "name" else "f8" for name in columns}
    return np.array([*zip(*columns.values(), strict=True)], dtype=[*kinds.items()])


KINDS: dict[str, tuple[Callable[[dict[str, Any]], Any], Callable[[Any], dict[str, Any]], type]] = {
    "dict": (dict, dict, dict),
    "structured array": (
        structured,
        lambda it: {name: it[name] for name in it.dtype.names},
        np.ndarray,
    ),
    "polars": (pl.DataFrame, lambda it: it.to_dict(as_series=False), pl.DataFrame),
    "lazy polars": (
        pl.LazyFrame,
        lambda it: it.collect().to_dict(as_series=False),
        pl.LazyFrame,
    ),
    "pandas": (pd.DataFrame, lambda it: it.to_dict("list"), pd.DataFrame),
    "pyarrow": (pa.table, lambda it: it.to_pydict(), pa.Table),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_frame_gives_one_of_its_kind_as_the_function_gives_numbers(kind: str) -> None:
    make, read, type_ = KINDS[kind]
    f = gradcli.function(PROGRAM)
    found = f.map(make(COLUMNS), keep=["name"])
    assert isinstance(found, type_)
    columns = read(found)
    assert [*columns] == ["name", "value", "d_a", "d_b", "d_c"]
    assert [*columns["name"]] == COLUMNS["name"]
    for row in range(3):
        value, gradient = f.value_and_grad(*(COLUMNS[name][row] for name in "abc"))
        assert columns["value"][row] == pytest.approx(value, rel=1e-14)
        for name, slope in gradient.items():
            assert columns[f"d_{name}"][row] == pytest.approx(slope, rel=1e-14)
    step = read(f.map(make(COLUMNS), of="v", wrt="b"))
    assert {name: [*map(float, each)] for name, each in step.items()} == {
        "value": [2.0, -6.0, 2.0],
        "d_b": [1.0, -2.0, 0.5],
    }
    constant = read(f.map(make({"a": [1.0, 2.0]}), b=3, c=2, wrt=[]))
    assert [*constant] == ["value"]
    assert constant["value"][1] == pytest.approx(np.sin(6) + 4)
    assert [*map(float, read(gradcli.function("3").map(make(COLUMNS)))["value"])] == [3.0] * 3
    kept = read(f.map(make(COLUMNS), keep=True))
    assert [*kept] == [*COLUMNS, "value", "d_a", "d_b", "d_c"]
    empty = {name: each[:0] for name, each in COLUMNS.items()}
    if kind in {"dict", "structured array"}:
        assert len(f.map(make(empty))["value"]) == 0


@pytest.mark.parametrize("kind", ["polars", "lazy polars", "pyarrow", "pandas"])
def test_a_row_in_which_an_input_is_missing_has_nothing(kind: str) -> None:
    make, read, _ = KINDS[kind]
    frame = make({"a": [1, None, 3], "b": [2, 3, None], "name": [None, "q", "r"]})
    found = read(gradcli.function("a*b").map(frame, keep="name"))
    missing = [nan if kind == "pandas" else None] * 2
    assert found["value"] == pytest.approx([2.0, *missing], nan_ok=True)
    assert found["d_a"] == pytest.approx([2.0, *missing], nan_ok=True)


def test_what_frames_have_of_their_own() -> None:
    f = gradcli.function("log(x)")
    indexed = pd.DataFrame({"x": [1.0, 2.0, -1.0], 5: [1, 2, 3]}, index=[7, 8, 8])
    found = f.map(indexed, keep=True)
    assert [*found.index] == [7, 8, 8]
    assert [*found.columns] == ["x", 5, "value", "d_x"]
    assert np.isnan(found["value"].iloc[2])
    assert found["d_x"].iloc[1] == 0.5
    levels = pd.MultiIndex.from_tuples([(1, "a"), (1, "b"), (2, "a")], names=["p", "q"])
    for keep in (False, True):
        assert f.map(indexed.set_axis(levels), keep=keep).index.equals(levels)
    days = pd.date_range("2020-01-01", periods=3)
    assert f.map(indexed.set_axis(days)).index.freq == days.freq
    record = f.map(np.rec.fromarrays([[1.0, 2.0]], names="x"))
    assert record.d_x.tolist() == [1.0, 0.5]
    empty = f.map(pl.DataFrame({"x": [1.0]}).clear())
    assert empty.schema == {"value": pl.Float64, "d_x": pl.Float64}
    square = np.array([[(1.0,), (2.0,)], [(3.0,), (4.0,)]], dtype=[("x", "f8")])
    assert f.map(square)["d_x"].tolist() == [[1.0, 0.5], [1 / 3, 0.25]]
    plan = f.map(pl.LazyFrame({"x": [1.0, 2.0, 4.0]}), keep="x", threads=2)
    assert plan.filter(pl.col("x") > 1).select("d_x").collect()["d_x"].to_list() == [0.5, 0.25]
    assert plan.slice(1, 1).collect()["d_x"].to_list() == [0.5]
    assert f.map(pl.DataFrame({"x": [True, True]}))["d_x"].to_list() == [1.0, 1.0]
    assert gradcli.function("x1^2").map({"x₁": [3.0]})["d_x1"].tolist() == [6.0]


@pytest.mark.parametrize("kind", KINDS)
def test_whoever_takes_tasks_gives_the_same(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make, read, _ = KINDS[kind]
    taken: list[Any] = []

    class Watched(ThreadPoolExecutor):
        def submit(self, fn: Any, /, *args: Any, **named: Any) -> Any:
            taken.append(fn)
            return super().submit(pickle.loads(pickle.dumps(fn)), *args, **named)  # noqa: S301

    columns = {**COLUMNS, "a": [1.0, None, 3.0]} if kind in {"polars", "pyarrow"} else COLUMNS
    f = gradcli.function(PROGRAM)
    with Watched(2) as pool:
        found = read(f.map(make(columns), executor=pool, keep="name", c=2))
        alone = read(f.map(make(columns), keep="name", c=2))
        assert {name: [*each] for name, each in found.items()} == {
            name: [*each] for name, each in alone.items()
        }
        before = len(taken)
        rows = {name: np.arange(10.0) for name in "abc"}
        block = f.block()
        parts = block.by(pool, rows, rows=3)
        for name, column in block(rows).items():
            assert parts[name].tolist() == column.tolist()
        assert (before > 0, len(taken)) == (True, before + 4)
        with pytest.raises(GradcliError) as caught:
            block.by(pool, {**rows, "a": np.arange(9.0)}, rows=3)
        assert caught.value.kind == "shape"


F = gradcli.function("a*b")
TWO = {"a": [1.0], "b": [2.0]}
REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "a number": (lambda: F.map(5), "type"),
    "the name of a file": (lambda: F.map("data.csv"), "type"),
    "an array without names": (lambda: F.map(np.eye(2)), "type"),
    "a missing column": (lambda: F.map(pl.DataFrame({"a": [1.0]})), "missing-value"),
    "no texts as names": (lambda: F.map(pd.DataFrame([[1, 2]])), "missing-value"),
    "a constant for no input": (lambda: F.map(TWO, q=2), "unknown-value"),
    "a constant that is a list": (lambda: F.map(TWO, b=[1, 2]), "type"),
    "a constant that is a text": (lambda: F.map(TWO, b="x"), "value"),
    "a derivative by no input": (lambda: F.map(TWO, wrt="q"), "unknown-value"),
    "no step": (lambda: F.map(TWO, of="q"), "unknown-node"),
    "text": (lambda: F.map(pl.DataFrame({"a": ["x"], "b": [1]})), "value"),
    "text in a plan": (lambda: F.map(pl.LazyFrame({"a": ["x"], "b": [1]})), "value"),
    "text in lists": (lambda: F.map({"a": ["x"], "b": [1]}), "value"),
    "several lengths": (lambda: F.map({"a": [1.0], "b": [1, 2]}), "shape"),
    "numbers": (lambda: F.map({"a": 1, "b": 2}), "shape"),
    "a computed name": (lambda: F.map({**TWO, "value": [1]}, keep=True), "given-twice"),
    "two of a name": (lambda: F.map(pd.DataFrame([[1, 2, 3]], columns=[*"aba"])), "given-twice"),
    "to keep no column": (lambda: F.map(TWO, keep="zz"), "unknown-value"),
    "masked entries": (lambda: F.map({**TWO, "a": np.ma.array([1.0], mask=[1])}), "value"),
    "nobody who takes tasks": (lambda: F.map(TWO, executor=4), "type"),
    "no threads": (lambda: F.map(TWO, threads=0), "usage"),
    "arrays": (lambda: gradcli.function("sum(x)", shapes={"x": 2}).map(TWO), "unsupported"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused(what: str) -> None:
    call, kind = REFUSED[what]
    with pytest.raises(GradcliError) as caught:
        call()
    assert caught.value.kind == kind
    assert caught.value.hint


def test_without_narwhals_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "narwhals.stable.v2", None)
    with pytest.raises(GradcliError) as caught:
        F.map(pl.DataFrame(TWO))
    assert "gradcli[data]" in str(caught.value.hint)
    assert F.map(TWO)["value"].tolist() == [2.0]


def test_a_block_is_sent_and_does_the_same_there() -> None:
    f = gradcli.function(PROGRAM)
    columns = {"a": np.array([1.0, -2.0]), "b": np.array([2.0, 3.0])}
    block = pickle.loads(pickle.dumps(f.block(of="v", wrt="b", c=1.0)))  # noqa: S301  (our own)
    found = block(columns)
    assert {name: each.tolist() for name, each in found.items()} == {
        "value": [2.0, -6.0],
        "d_b": [1.0, -2.0],
    }
    assert block.row([1.0, 2.0]) == [2.0, 1.0]
    assert (block.needed, block.names) == (["a", "b"], ["value", "d_b"])
    again = pickle.loads(pickle.dumps(f.block(c=1.0)))  # noqa: S301  (our own)
    assert again.row([0.5, 0.0])[0] == 1.0
