"""Random command lines: whatever is asked of a command, it answers or says what is wrong.

Options are taken from the commands themselves, so that a new one is tried the moment it exists.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from command_line import ROOT, call

from gradcli.cli.known import COMMANDS, find, load
from gradcli.views import schema

RUNS = 60
"""Command lines for each command."""

PROGRAMS = [
    "7",
    "x",
    "x^2*y",
    "3(a+bc)",
    "v = x*y; u = v + x; u^2",
    "f(z) = 1/(1 + exp(-z)); f(w*x + b)",
    "log(x)/x",
    "1/(x - 1)",
    "abs(x)*max(x, y)",
    "x if x > 0 else -x^3",
    "sum(w[i]*x[i] for i in 1..3)",
    "h[1] = x; h[i] = h[i-1]^2 + 1 for i in 2..6; h[6]",
    "α·β² + σ̂",
    "a_very_long_name_of_a_variable*another_very_long_name + 1e-300",
    "sqrt(x)^n + floor(x)*2",
    "x*(x > 0) + 0*y",
    "max(3, x, y) - min(x, 2)",
    "k = 2; u = 3*x; k*x",
    "x +",
    "",
    "sin x",
]

NUMBERS = [
    "0",
    "1",
    "-1",
    "2",
    "0.5",
    "pi/2",
    "1e308",
    "1e-320",
    "-0",
    "3.25",
    "[1, 2, 3]",
    "1/0",
    "3±1",
    "2(1)",
]

DATA = str(ROOT / "examples" / "points.csv")

WORDS = {
    "GRADIENT": [
        "d/dx = y",
        "dout/dx = 2*x; d/dy = 1",
        "x",
        "d/dzz = 1",
        "",
        "d/dx =",
        "math:sin",
        "no.such:one",
        "nowhere.json",
    ],
    "SECOND": ["x", "x*y", "1", "sin(x)^2", "x +", "", "zz"],
    "CONDITION": ["x > 0", "x == y", "zz < 1", "0", "x >", ""],
    "FORMAT": ["csv", "tsv", "jsonl", "parquet", "arrow", "xml", ""],
    "COLUMNS": ["x", "y", "x,y", "day", "*", "zz", "", "value,d_x", "a,b,c", "x,x"],
    "COLUMN=NAME": ["x=y", "x=a", "day=x", "zz=x", "x=1", "x=", "=", "x=w,y=b"],
    "FOLDER": ["nowhere/deep", "data.csv/x", "."],
    "ADDRESS": ["nowhere", ""],
    "WAY": ["fail", "null", "drop", "other", ""],
    "DATA": [DATA, DATA, DATA, "nowhere.csv", "-", ".", str(ROOT / "README.md")],
    "NAMES": ["x", "y", "x,y", "v", "zz", "", "w", "a,b,c"],
    "NAME": [
        "x",
        "v",
        "v1",
        "out",
        "zz",
        "light",
        "down",
        "text",
        "svg",
        "mmd",
        "sin",
        "e*",
        "eval",
    ],
    "WHEN": ["auto", "always", "never", "sometimes", ""],
    "WHAT": ["out", "x", "d/dx", "dout/dx", "zz", "d/d", "v1"],
    "CLAIM": ["out == 1", "x < 5", "d/dx > 0", "1", "out ==", "out == 1 ± 0.5"],
    "TEXT": ["A page", "", "</title>", "{{script}}", "\N{GREEK SMALL LETTER ALPHA}"],
    "inputs|steps": ["inputs", "steps", "all", ""],
    "SIZES": ["2-2-1", "3-4-2", "1,2,1", "4x3", "0-1", "2", "-", "784,128,64,10"],
    "LOSS": ["mse", "half", "bce", "cross-entropy", "none", "other"],
    "TARGET": ["python", "numpy", "torch", "jax", "c", "js", "sql", "polars", "xgboost", "rust"],
    "SCHEME": ["xavier", "he", "normal", "other"],
    "METHOD": ["gd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "other"],
    "ORDER": ["simultaneous", "in-place", "refresh", "other"],
    "NAME=M,N": ["x=1", "x=2,3", "y=n", "W=m,n", "x", "=", "zz=3"],
    "NAME=VALUE": ["x=1", "y=2", "zz=3", "x", "=1"],
    "VECTOR": ["x=1", "x=1,y=-2", "x=[1,2]", "zz=1", "x", "out=1", ""],
    "NAME=N": ["x=1", "y=2.5", "x=0", "zz=3", "x", "=1"],
    "NAME,NAME=R": ["x,y=0.5", "y,x=-1", "x,y=2", "x,x=1", "zz,x=0", "x=1", "x,y"],
    "NAME=STEP": ["x=1", "x=10%", "y=-5%", "x=-0.5", "y=1e-9", "zz=3", "x"],
}
"""What an option is given that takes a word, by what its help calls that."""

INTEGERS = ["-1", "0", "1", "2", "3", "17", "40"]

REALS = ["0.1", "1", "0", "-1", "1e-9", "1e9", "inf", "nan"]

ENDINGS = ["", ".txt", ".json", ".grad", ".tex", ".svg", ".dot", ".mmd", ".docx"]

CODES = {0, 2, 3, 4, 5}
"""All that is documented, but 1: nothing here is unforeseen."""

SLOW = {"--force": "a picture of any size", "--install-completion": "it writes to a home"}
"""Options that are not tried."""


def value(chance: random.Random, parameter: Any, folder: Path) -> str:
    """Something that an option may be given."""
    kind = parameter.type.name
    if parameter.metavar == "FILE":
        return str(folder / f"result{chance.choice(ENDINGS)}")
    if kind in {"int", "float"}:
        return chance.choice(INTEGERS if kind == "int" else REALS)
    return chance.choice(WORDS[parameter.metavar])


def command_line(chance: random.Random, name: str, folder: Path) -> list[str]:
    """A random call of a command."""
    words = [name]
    if find(name).takes_program:
        words.append(chance.choice(PROGRAMS))
        for variable in ["x", "y", "w", "b", "a", "c", "α", "β", "σ̂", "n", "z"]:
            if variable in words[1] and chance.random() < 0.9:
                words += ["--set", f"{variable}={chance.choice(NUMBERS)}"]
    for parameter in load(name).params:
        option = chance.choice([*parameter.opts, *parameter.secondary_opts])
        if not option.startswith("-"):
            if parameter.metavar in WORDS:
                words.append(chance.choice(WORDS[parameter.metavar]))
        elif option not in {*SLOW, "-f", "--vars", "--set"} and chance.random() < 0.15:
            words.append(option)
            if not parameter.is_flag:
                words.append(value(chance, parameter, folder))
    return words


def check(words: list[str], folder: Path, columns: int) -> None:
    """Ask for what is true of every answer."""
    code, out, err = call(*words, variables={"COLUMNS": str(columns)})
    told = f"{words} at {columns} columns: {code}\n{out}\n{err}"
    assert code in CODES, told
    assert "internal error" not in err, told
    if code:
        assert err, told
    if code in {2, 3}:
        assert not out, told
    to_file = "-o" in words or "--output" in words
    if to_file and code:
        assert not out, told
        assert not list(folder.iterdir()), told
    if "--json" in words and out:
        found = json.loads(out)
        version = found["schema"].removeprefix("gradcli.")
        known = version if version in schema.names() else version.partition("/")[0]
        jsonschema.validate(found, json.loads(schema.text(known)))
    if "--json" in words and code:
        jsonschema.validate(json.loads(err), json.loads(schema.text("error")))
    for file in folder.iterdir():
        if file.suffix == ".json":
            json.loads(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", COMMANDS)
def test_random_command_lines_are_answered(name: str, tmp_path: Path) -> None:
    chance = random.Random(name)  # noqa: S311  (to be the same again)
    for run in range(RUNS):
        folder = tmp_path / str(run)
        folder.mkdir()
        columns = chance.choice([*range(1, 11), 25, 40, 80, 80, 132])
        check(command_line(chance, name, folder), folder, columns)
