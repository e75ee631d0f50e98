"""`gradcli code`: how it is laid out."""

from __future__ import annotations

import subprocess
import sys

import pytest
from code_cases import HEAVY, LANGUAGES, MORE_PROGRAMS, PROGRAMS, SECOND, run_test
from running_targets import runs

import gradcli
from gradcli import UsageError
from gradcli.views.code.layout import laid
from gradcli.views.code.wanted import BOOSTING, TARGETS
from gradcli.views.code.wrapping import broken

FORMATTED = [target for target in TARGETS if TARGETS[target].ending == ".py"]
"""Targets that are Python."""

LONG = [
    "very_long_name_of_a_parameter*very_long_name_of_another_one + very_long_name_of_a_third",
    "sum(x[i]^2*w[i,j] for i in 1..4 for j in 1..4)",
    "logsumexp(x1,x2,x3)*sigmoid(x1) + where(x1 > 0 and x2 < 1 or x3 > 2, x1, x2)",
]


MYPY = ("--no-incremental", "--config-file=", "--disable-error-code=import-untyped")
"""How types are checked that are those of somebody's own project; SciPy has none."""


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
    return folder


def has_types(target: str) -> bool:
    """Whether the library of a target is here; files of arrays have NumPy."""
    return target not in TARGETS or runs(target)


def typed(folder):
    """What mypy says of the files of a folder."""
    pytest.importorskip("mypy")
    # What a library is not here for has no types.
    files = [file for file in sorted(folder.iterdir()) if has_types(file.name.rpartition("_")[0])]
    command = [sys.executable, "-m", "mypy", *MYPY, *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.slow
def test_python_is_what_a_formatter_leaves(tmp_path):
    folder = as_formatted(written(tmp_path, [*PROGRAMS[:2], *LONG]))
    assert not typed(folder)


@pytest.mark.slow
def test_python_of_many_programs_is_what_a_formatter_leaves(tmp_path):
    folder = as_formatted(written(tmp_path, MORE_PROGRAMS))
    assert not typed(folder)


@pytest.mark.slow
def test_a_program_without_inputs_has_types(tmp_path):
    """Once with and once without second derivatives."""
    assert not typed(as_formatted(written(tmp_path, ["2", "pi/2"])))


MANY = " + ".join(f"weight_of_input_{place}*x_{place}" for place in range(12))

WIDE = [
    *LONG,
    f"logsumexp({', '.join(MANY.split(' + '))})",
    "where(x > 0 and y > 0 and z > 0 or x < -1 and y < -1 and z < -1, sinh(x)*cosh(y), tanh(z))",
    f"where({MANY} > 0, erf({MANY}), log1p(exp({MANY})))",
]
"""Programs of long names, many arguments, long conditions and long values."""


@pytest.mark.parametrize("target", LANGUAGES)
def test_no_line_is_too_long_to_be_read(target, tmp_path):
    for source in WIDE:
        text = gradcli.code(source, target=target, test=True)
        assert not [line for line in text.split("\n") if len(line) > 100]
        if runs(target) and target not in HEAVY:
            passes, told = run_test(text, target, tmp_path)
            assert passes, told


@pytest.mark.slow
@pytest.mark.parametrize("target", LANGUAGES)
def test_no_line_of_many_programs_is_too_long_to_be_read(target):
    for source in MORE_PROGRAMS:
        try:
            text = gradcli.code(source, target=target, hess=True, test=True)
        except UsageError:
            continue
        assert not [line for line in text.split("\n") if len(line) > 100]


def test_a_line_is_broken_where_it_binds_least():
    long = "a_name_of_many_letters"
    line = f"  const x = ({long} > 0 && {long} < 1 ? f({long}, {long}) : {long}*{long}) + {long};"
    assert broken(line) == [
        "  const x =",
        "      (",
        f"          {long} > 0 && {long} < 1",
        f"          ? f({long}, {long})",
        f"          : {long}*{long}",
        "      )",
        f"      + {long};",
    ]


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
