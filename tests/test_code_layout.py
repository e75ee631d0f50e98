"""`gradcli code`: how it is laid out."""

from __future__ import annotations

import subprocess
import sys

import pytest
from code_cases import MORE_PROGRAMS, PROGRAMS, SECOND

import gradcli
from gradcli import UsageError
from gradcli.views.code.layout import laid
from gradcli.views.code.wanted import BOOSTING, TARGETS

FORMATTED = [target for target in TARGETS if TARGETS[target].ending == ".py" and target != "polars"]
"""Targets whose code is laid out; of Polars the columns stay a line each, however long."""

LONG = [
    "very_long_name_of_a_parameter*very_long_name_of_another_one + very_long_name_of_a_third",
    "sum(x[i]^2*w[i,j] for i in 1..4 for j in 1..4)",
    "logsumexp(x1,x2,x3)*sigmoid(x1) + where(x1 > 0 and x2 < 1 or x3 > 2, x1, x2)",
]


def ruff(folder, *words: str) -> str:
    """What it finds fault with, without any setting of ours."""
    command = [sys.executable, "-m", "ruff", *words, "--isolated", "--no-cache", folder]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode else ""


def written(folder, sources):
    """A folder with the code of programs for all targets."""
    for target in FORMATTED:
        for place, source in enumerate(["softplus(z) - t*z"] if target in BOOSTING else sources):
            more = {} if target in BOOSTING else {"hess": place % 2 == 0}
            try:
                text = gradcli.code(source, target=target, test=True, **more)
            except UsageError:
                continue
            (folder / f"{target}_{place}.py").write_text(text + "\n", encoding="utf-8")
    return folder


def as_formatted(folder):
    pytest.importorskip("ruff")
    for place, (source, given) in enumerate(SECOND):
        text = gradcli.code(source, given, target="numpy", hess=True, test=True)
        (folder / f"arrays_{place}.py").write_text(text + "\n", encoding="utf-8")
    assert not ruff(folder, "check", "--select", "E4,E7,E9,F")
    assert not ruff(folder, "format", "--check")


@pytest.mark.slow
def test_python_is_what_a_formatter_leaves(tmp_path):
    as_formatted(written(tmp_path, [*PROGRAMS[:2], *LONG]))


@pytest.mark.slow
def test_python_of_many_programs_is_what_a_formatter_leaves(tmp_path):
    as_formatted(written(tmp_path, MORE_PROGRAMS))


@pytest.mark.slow
def test_no_two_functions_of_a_file_have_one_name(tmp_path):
    pytest.importorskip("ruff")
    sources = ["polylog(2, tanh(x)) + expm1(x)", "erf(x)*besselj(0, x)", "softplus(z)*gaussian(z)"]
    assert not ruff(written(tmp_path, sources), "check", "--select", "F")


@pytest.mark.parametrize(
    ("line", "spaced"),
    [
        ("x=a*b-c**2", "x = a * b - c**2"),
        ("y = f( x,axis = 0 )[ 1 : ]", "y = f(x, axis=0)[1:]"),
        ("y = x[len(a):, 1]", "y = x[len(a) :, 1]"),
        ("z = (lambda *a: g(*a,**k))(-1) if not x else 1e+20",
         "z = (lambda *a: g(*a, **k))(-1) if not x else 1e20"),
    ],
)  # fmt: skip
def test_operators_have_spaces(line, spaced):
    assert laid(line) == spaced
