"""`gradcli code`: whole files, whose own tests pass and see what is wrong."""

from __future__ import annotations

import random
import re
import sqlite3
from contextlib import closing

import pytest
from code_cases import HEAVY, LANGUAGES, MORE_PROGRAMS, PROGRAMS, run_test
from running_targets import runs

import gradcli
from gradcli import UsageError
from gradcli.views.code.wanted import BOOSTING, TARGETS

FILES = [(target, {}) for target in (*LANGUAGES, *BOOSTING)] + [
    (target, {"hess": True}) for target in LANGUAGES
]

FILES = [
    pytest.param(*each, marks=pytest.mark.slow) if each[0] in HEAVY else each for each in FILES
]

LOSS = "softplus(z) - t*z + k*z^2"


def ready(target: str, tmp_path, **more: bool) -> str:
    if not runs(target):
        pytest.skip(f"{target} is not here")
    if target in BOOSTING:
        return gradcli.code(LOSS, {"k": 0.01}, target=target, test=True)
    return gradcli.code(
        "h = tanh(w*x); J = (h - y)^2*softplus(w)", target=target, test=True, **more
    )


@pytest.mark.parametrize(("target", "more"), FILES)
def test_the_test_in_a_file_passes_and_sees_what_is_wrong(target, more, tmp_path):
    text = ready(target, tmp_path, **more)
    passes, said = run_test(text, target, tmp_path)
    assert passes, said
    line = re.compile(r"= h - y|(\()?h - y\b|h - y AS|col.h - col.y|= t \* z")
    wrong = line.sub(lambda found: found[0].replace("-", "+").replace("*", "+"), text)
    assert wrong != text
    passes, _ = run_test(wrong, target, tmp_path)
    assert not passes


@pytest.mark.slow
@pytest.mark.parametrize("target", LANGUAGES)
def test_the_test_of_every_program_passes(target, tmp_path):
    if not runs(target):
        pytest.skip(f"{target} is not here")
    for source in MORE_PROGRAMS:
        try:
            text = gradcli.code(source, target=target, test=True)
        except UsageError:
            continue
        if TARGETS[target].ending == ".py":
            space: dict = {"__name__": "code"}
            exec(text, space)  # noqa: S102  (what is tested)
            space["test"]()
            continue
        passes, said = run_test(text, target, tmp_path)
        assert passes, (source, said)


def test_a_query_runs_in_duckdb(tmp_path):
    duckdb = pytest.importorskip("duckdb")
    for source in PROGRAMS:
        text = gradcli.code(source, target="sql", test=True)
        rows = duckdb.sql("WITH" + text.rpartition("\nWITH")[2]).fetchall()
        assert {*rows} == {("agrees",)}


def test_a_query_reads_the_columns_that_it_names():
    text = gradcli.code("w[1,1]*x + A*a_1", target="sql")
    with closing(sqlite3.connect(":memory:")) as base:
        base.execute('CREATE TABLE data ("w[1,1]", x, A, a_1)')
        base.execute("INSERT INTO data VALUES (2, 3, 4, 5)")
        found = base.execute(text)
        assert [each[0] for each in found.description][:2] == ["out", "dout/dw[1,1]"]
        assert found.fetchone() == (26.0, 3.0, 2.0, 5.0, 4.0)


def long_program(nodes: int) -> str:
    """A program of some thousand operations, each of two of the last results."""
    lot = random.Random(5)  # noqa: S311  (no secrets)
    names, lines = [f"a{place}" for place in range(8)], []
    for place in range(nodes // 3):
        one, other = lot.sample(names[-12:], 2)
        function = lot.choice(["tanh", "sigmoid", "sin", "softplus", "atan", "cos"])
        lines.append(f"s{place} = {function}({one}*{other} + 0.{lot.randint(1, 9)})")
        names.append(f"s{place}")
    return "; ".join([*lines, f"J = {' + '.join(names[-10:])}"])


@pytest.mark.slow
@pytest.mark.parametrize("target", LANGUAGES)
def test_a_program_of_a_thousand_nodes_is_written_and_passes_its_test(target, tmp_path):
    if not runs(target):
        pytest.skip(f"{target} is not here")
    # SQLite takes no more than 2,000 columns of a query, whoever writes it.
    text = gradcli.code(long_program(600 if target == "sql" else 1_000), target=target, test=True)
    passes, said = run_test(text, target, tmp_path)
    assert passes, said[-500:]
