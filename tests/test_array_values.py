"""Values that are arrays, as every door takes them: NumPy's, other libraries', lists, files."""

from __future__ import annotations

import array
import io
import json
import os
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import ROOT, call

import gradcli
from gradcli.errors import GradcliError

W = np.array([[1.0, -2.0, 0.5], [3.0, 4.0, -1.0]])


class Interchanged:
    """An array that says so by DLPack alone."""

    def __init__(self, values: Any) -> None:
        self.values = values

    def __dlpack__(self, **asked: Any) -> Any:
        return self.values.__dlpack__(**asked)

    def __dlpack_device__(self) -> Any:
        return self.values.__dlpack_device__()


class Described:
    """An array that describes its memory."""

    def __init__(self, values: Any) -> None:
        self.values = values
        self.__array_interface__ = values.__array_interface__


class Converted:
    """What makes an array of itself when it is asked."""

    def __init__(self, values: Any) -> None:
        self.values = values

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return self.values


GIVEN: Mapping[str, Callable[[], Any]] = {
    "NumPy": W.copy,
    "by columns": lambda: np.asfortranarray(W),
    "other byte order": lambda: W.astype(">f8"),
    "single precision": lambda: W.astype("f4"),
    "a view": lambda: np.repeat(W, 2, axis=1)[:, ::2],
    "DLPack": lambda: Interchanged(W.copy()),
    "interface": lambda: Described(W.copy()),
    "__array__": lambda: Converted(W.copy()),
    "memory": lambda: memoryview(W.copy()),
    "lists": W.tolist,
    "tuples": lambda: tuple(map(tuple, W.tolist())),
    "rows": lambda: [*W],
    "text": lambda: str(W.tolist()),
}


@pytest.mark.parametrize("kind", GIVEN)
def test_an_array_is_the_same_however_it_is_given(kind: str) -> None:
    """Used whole, and by its elements."""
    found = gradcli.evaluate("sum(W*W)", W=GIVEN[kind]())
    assert found.value == (W * W).sum()
    np.testing.assert_array_equal(found.gradient["W"], 2 * W)
    assert gradcli.evaluate("W[1,2]*W[2,3]", W=GIVEN[kind]()).value == 2.0


@pytest.mark.parametrize("kind", ["i1", "u8", "i8", "?", "f2"])
def test_numbers_of_any_kind_become_floats(kind: str) -> None:
    whole = np.array([0, 1, 1], dtype=kind)
    found = gradcli.evaluate("sum(x*x)/2", x=whole)
    assert found.value == 1.0
    assert found.gradient["x"].dtype == float
    np.testing.assert_array_equal(found.gradient["x"], [0.0, 1.0, 1.0])


def test_memory_of_others_is_neither_changed_nor_given_away() -> None:
    given = np.arange(4.0)
    given.flags.writeable = False
    found = gradcli.evaluate("x'", x=given)
    assert not np.shares_memory(found.value, given)
    assert gradcli.evaluate("sum(x)", x=array.array("d", [1, 2])).value == 3.0


SIZES: list[tuple[str, Any, Any]] = [
    # program, value, the gradient's shape
    ("sum(x)", np.zeros(0), (0,)),
    ("sum(x)", [], (0,)),
    ("sum(x)", "[]", (0,)),
    ("prod(x)", np.zeros((0, 3)), (0, 3)),
    ("sum(x)", [[], []], (2, 0)),
    ("sum(x*ones(2,3))", [[1], [2]], (2, 1)),
    ("sum(x*ones(3))", [2], (1,)),
    ("sum(x*ones(3))", np.array(2.0), ()),
]


@pytest.mark.parametrize(("program", "value", "shape"), SIZES, ids=str)
def test_sizes_of_zero_and_one(program: str, value: Any, shape: Any) -> None:
    """They are as NumPy's: stretched where one of two lengths is 1, and 0 is a length too."""
    gradient = gradcli.evaluate(program, x=value).gradient["x"]
    assert np.shape(gradient) == shape
    assert np.all(np.asarray(gradient) == (3.0 if "ones" in program else 1.0))


REFUSED: Mapping[str, tuple[Callable[[], Any], str]] = {
    "complex": (lambda: np.array([1, 1j]), "complex numbers"),
    "objects": (lambda: np.array([1, None], dtype=object), "objects"),
    "objects that are numbers": (lambda: np.array([1, 2], dtype=object), "objects"),
    "texts": (lambda: np.array(["1", "2"]), "texts"),
    "records": (lambda: np.zeros(2, dtype=[("a", float)]), "records"),
    "dates": (lambda: np.array(["2020"], dtype="M8"), "dates"),
    "masked": (lambda: np.ma.array([1, 2], mask=[1, 0]), "masked"),
    "too many": (lambda: np.broadcast_to(1.0, (2**20, 2**20)), "too large"),
    "too deep": (lambda: np.zeros((1,) * 9), "9 axes"),
    "ragged": (lambda: [[1], [2, 3]], "full array"),
    "mixed": (lambda: [1, [2]], "full array"),
    "no numbers": (lambda: [{}, 1], "not a number"),
    "beyond floats": (lambda: np.array([np.longdouble(1e300) ** 2]), "too large"),
    "below floats": (lambda: np.array([np.longdouble(1e-300) ** 2]), "too small"),
}


@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.parametrize("program", ["sum(x)", "x[1]^2"])
def test_what_is_no_array_of_numbers_is_refused(kind: str, program: str) -> None:
    make, words = REFUSED[kind]
    if "floats" in kind and np.longdouble(1e300) ** 2 == np.inf:
        pytest.skip("long floats are no longer than others on this machine")
    with pytest.raises(GradcliError) as caught:
        gradcli.evaluate(program, x=make())
    assert caught.value.kind == "value"
    assert words in caught.value.message
    assert caught.value.hint


def test_nan_inside_an_array_is_said() -> None:
    found = gradcli.evaluate("sum(x)", x=[np.nan, 1, 2])
    (problem,) = found.problems
    assert problem.message == "x was given as NaN in 1 of 3 entries, and so out is NaN"
    assert call("eval", "sum(x)", "--x", "[nan, 1]").code == 4


# --- Files -----------------------------------------------------------------------------------


def npy(values: Any) -> bytes:
    target = io.BytesIO()
    np.save(target, values)
    return target.getvalue()


def npz(**arrays: Any) -> bytes:
    target = io.BytesIO()
    np.savez(target, **arrays)
    return target.getvalue()


def header(shape: str) -> bytes:
    """An .npy file that says which shape it has, and has nothing else."""
    text = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".encode()
    text += b" " * (-(len(text) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


def archive(**files: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as into:
        for name, data in files.items():
            into.writestr(f"{name}.npy", data)
    return target.getvalue()


X = [1.0, 2.0, 3.0]

READ: list[tuple[str, bytes, str, Any]] = [
    # the name of the file, what it holds, what is asked for, what that is
    ("a.npy", npy(X), "a.npy", X),
    ("A.NPY", npy(np.array(X, dtype=">i2")), "A.NPY", X),
    ("a.npy", npy(np.asfortranarray(W)), "a.npy", W),
    ("a:b.npy", npy(X), "a:b.npy", X),
    ("a.npy", npy(3.0), "a.npy", 3.0),
    ("a.npy", npy(np.zeros((2, 0))), "a.npy", np.zeros((2, 0))),
    ("a.npz", npz(q=X, x=W), "a.npz", W),
    ("a.npz", npz(q=X, x=W), "a.npz:q", X),
    ("a.npz", npz(q=X), "a.npz", X),
    ("a.csv", b"1,2\n3,4\n", "a.csv", [[1, 2], [3, 4]]),
    ("a.csv", b"\xef\xbb\xbfp,q\r\n1,2\r\n3,4\r\n", "a.csv", [[1, 2], [3, 4]]),
    ("a.csv", b"x,q\n1,2\n3,4\n", "a.csv", [1, 3]),
    ("a.csv", b"x,q\n1,2\n3,4\n", "a.csv:q", [2, 4]),
    ("a.csv", b"1\n\n2\n3", "a.csv", X),
    ("a.csv", b"1; 2; 3\n", "a.csv", X),
    ("a.csv", b"q\n1\n", "a.csv", [1]),
    ("a.csv", b"2.5\n", "a.csv", 2.5),
    ("a.json", b"[1, 2, 3]", "a.json", X),
    ("a.json", b'{"q": [1], "x": ["1", 2, "6/2"]}', "a.json", X),
    ("a.json", b'{"q": [1, 2, 3], "x": 1}', "a.json:q", X),
    ("a.json", b'{"q": 2}', "a.json", 2.0),
]


@pytest.mark.parametrize(("name", "data", "asked", "value"), READ, ids=[str(r[1:3]) for r in READ])
def test_values_in_files(tmp_path: Path, name: str, data: bytes, asked: str, value: Any) -> None:
    (tmp_path / name).write_bytes(data)
    called = call("eval", "sum(x)", "--x", f"@{tmp_path / asked}", "--json")
    assert not called.err
    assert called.code == 0
    assert json.loads(called.out)["inputs"]["x"] == np.asarray(value, dtype=float).tolist()
    assert call("eval", "sum(x)", "--set", f"x=@{tmp_path / asked}").code == 0


def test_files_of_several_values(tmp_path: Path) -> None:
    """Archives and tables stand for all that is in them, and JSON may name a file beside it."""
    (tmp_path / "all.npz").write_bytes(npz(W=W, x=X))
    (tmp_path / "table.csv").write_text("x,y\n1,2\n3,4\n")
    (tmp_path / "v.json").write_text('{"W": "@all.npz", "x": [1, 2, 3]}')
    meant = str(float((W @ X).sum())).removesuffix(".0")
    for name in ("all.npz", "v.json"):
        called = call("eval", "sum(W@x)", "--vars", str(tmp_path / name), "--get", "out")
        assert called == (0, f"{meant}\n", "")
    called = call("eval", "x' @ y", "--vars", str(tmp_path / "table.csv"), "--get", "out")
    assert called == (0, "14\n", "")
    words = ("--vars", str(tmp_path / "all.npz"), "--W[1,2]", "1/2", "--get", "W[1,2]")
    called = call("eval", "sum(W@x)", *words)
    assert (called.code, called.out) == (0, "0.5\n")


BAD: list[tuple[str, bytes, str, int, str]] = [
    # the name of the file, what it holds, what is asked for, exit code, message
    ("a.npy", npy(X)[:-1], "a.npy", 2, "says that it holds"),
    ("a.npy", npy(X) + b"x", "a.npy", 2, "says that it holds"),
    ("a.npy", header("(1000000000,)"), "a.npy", 3, "too large"),
    ("a.npy", header("(0, 1000000000)"), "a.npy", 3, "too large"),
    ("a.npy", header("(10000, 10000)"), "a.npy", 2, "says that it holds"),
    ("a.npy", header("(-1,)"), "a.npy", 2, "no .npy file"),
    ("a.npy", header("(10**10,)"), "a.npy", 2, "no .npy file"),
    ("a.npy", header(str((1,) * 70)), "a.npy", 3, "70 axes"),
    ("a.npy", header("'x'"), "a.npy", 2, "no .npy file"),
    ("a.npy", b"", "a.npy", 2, "no .npy file"),
    ("a.npy", b"hello", "a.npy", 2, "no .npy file"),
    ("a.npy", npy(X), "a.npy:x", 2, "one array only"),
    ("a.npy", npy(np.array([1, None], dtype=object)), "a.npy", 3, "objects"),
    ("a.npy", npy(np.array([1j])), "a.npy", 3, "complex"),
    ("a.npy", npy(np.array(["a"])), "a.npy", 3, "texts"),
    ("a.npz", npz(p=X, q=X), "a.npz", 2, "there is no 'x'"),
    ("a.npz", npz(p=X), "a.npz:q", 2, "there is no 'q'"),
    ("a.npz", npz(x=np.array([1, None], dtype=object)), "a.npz", 3, "objects"),
    ("a.npz", archive(x=header("(1000000000,)")), "a.npz", 3, "too large"),
    ("a.npz", archive(x=header("(1000,)")), "a.npz", 2, "says that it holds"),
    ("a.npz", npz(x=W).replace(b"\xf0?", b"\xf1?"), "a.npz", 2, "no .npy file"),
    ("a.npz", npz(), "a.npz", 2, "there is no 'x'"),
    ("a.npz", b"hello", "a.npz", 2, "no .npz file"),
    ("a.csv", b"", "a.csv", 2, "no numbers"),
    ("a.csv", b"x,y\n", "a.csv", 2, "no numbers"),
    ("a.csv", b"1,2\n3\n", "a.csv", 3, "line 2"),
    ("a.csv", b"1,2\n3,a\n", "a.csv", 3, "line 2, column 2: 'a'"),
    ("a.csv", b"1,2\n3,\n", "a.csv", 3, "empty"),
    ("a.csv", b"1,2\n", "a.csv:q", 2, "no names of columns"),
    ("a.csv", b"p,q\n1,2\n", "a.csv:r", 2, "there is no 'r'"),
    ("a.csv", b"\xff\xfe1", "a.csv", 2, "UTF-16"),
    ("a.json", b"[[1], [2, 3]]", "a.json", 3, "full array"),
    ("a.json", b"[1, null]", "a.json", 3, "null"),
    ("a.json", b"[1, 2", "a.json", 2, "not JSON"),
    ("a.json", b'{"p": 1, "q": 2}', "a.json", 2, "there is no 'x'"),
    ("a.txt", b"1", "a.txt", 2, "does not say what it holds"),
    ("a.npy", b"", "b.npy", 2, "no such file"),
    ("a.npy", b"", "b.npz:q", 2, "no such file"),
]


@pytest.mark.parametrize(
    ("name", "data", "asked", "code", "message"), BAD, ids=[f"{row[2]} {row[4]}" for row in BAD]
)
def test_files_that_hold_no_value(  # noqa: PLR0913, PLR0917  (a row of the table)
    tmp_path: Path, name: str, data: bytes, asked: str, code: int, message: str
) -> None:
    """One clear message, and no memory for what a file only promises."""
    (tmp_path / name).write_bytes(data)
    called = call("eval", "sum(x)", "--x", f"@{tmp_path / asked}", variables={"COLUMNS": "500"})
    assert called.code == code
    assert not called.out
    assert message in called.err
    assert "internal" not in called.err


def test_folders_and_pipes_are_no_files(tmp_path: Path) -> None:
    """A pipe is not waited for."""
    (tmp_path / "a.npy").mkdir()
    os.mkfifo(tmp_path / "b.npz")
    for name, words in {"a.npy": "a folder", "b.npz": "a pipe"}.items():
        for given in (["--x", f"@{tmp_path / name}"], ["--vars", str(tmp_path / name)]):
            called = call("eval", "sum(x)", *given, variables={"COLUMNS": "500"})
            assert called.code == 2
            assert words in called.err or "no name for its array" in called.err


def test_files_of_values_without_names(tmp_path: Path) -> None:
    """The variable is to be said."""
    (tmp_path / "a.npy").write_bytes(npy(X))
    (tmp_path / "a.csv").write_text("1,2\n")
    for name in ("a.npy", "a.csv"):
        assert call("eval", "sum(x)", "--vars", str(tmp_path / name)).code == 2


def test_a_program_of_numbers_loads_no_numpy(tmp_path: Path) -> None:
    """Not even where its values come from JSON."""
    (tmp_path / "v.json").write_text('{"x": [1, 2]}')
    script = (
        "import sys; from tests.command_line import call; "
        f"call('eval', 'x[1]*x[2]', '--x', '@{tmp_path / 'v.json'}'); "
        "assert 'numpy' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize("words", [["--v", "v.csv"], ["v=v.csv"], ["--set", "v=v.csv"]])
def test_a_file_without_its_sign_is_told(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    without = call("eval", "sum(v)", *words, "--get", "out")
    assert "@" not in without.err
    (tmp_path / "v.csv").write_text("1,2\n3,4\n", encoding="utf-8")
    called = call("eval", "sum(v)", *words, "--get", "out")
    assert (called.code, called.err.splitlines()[-1]) == (
        3,
        "a value in a file is written --v @v.csv",
    )
    assert call("eval", "sum(v)", "--v", "@v.csv", "--get", "out").out == "10\n"
