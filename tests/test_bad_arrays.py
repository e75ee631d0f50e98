"""What is no array, or does not fit: one clear error at every door, before any memory is taken."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from command_line import call

import gradcli
from gradcli.errors import GradcliError

MATRIX = "[[1,2,3],[4,5,6]]"
HUGE = 10**12

BAD: Sequence[tuple[str, Mapping[str, str], int, str]] = (
    # program, values, exit code, message
    ("sum(x)", {"x": "[[1],[2,3]]"}, 3, "not a full array"),
    ("sum(x)", {"x": "[1,[2]]"}, 3, "not a full array"),
    ("sum(x)", {"x": "[[[1]],[[2]],[3]]"}, 3, "not a full array"),
    ("sum(x)", {"x": "[[],[1]]"}, 3, "not a full array"),
    ("sum([[1,2],[3]])*x", {"x": "1"}, 2, "the items of an array are not alike"),
    ("sum(x)", {"x": "[1,a]"}, 3, "unknown name 'a'"),
    ("sum(x)", {"x": "hello"}, 3, "unknown name 'hello'"),
    ("sum(x)", {"x": "['a']"}, 3, "cannot be read"),
    ("sum(x)", {"x": "[1,,2]"}, 3, "cannot be read"),
    ("sum(x)", {"x": "[1,2"}, 3, "is never closed"),
    ("sum(x)", {"x": "[1 2]"}, 3, "unexpected number '2'"),
    ("sum(x)", {"x": "[1e400,2]"}, 3, "too large"),
    ("sum(x)", {"x": "[1e-400,2]"}, 3, "too small"),
    ("max(x)", {"x": "[]"}, 2, "an empty array has no max"),
    ("logsumexp(x)", {"x": "[]"}, 2, "an empty array has no logsumexp"),
    ("max(x[3..2])", {"x": "[1,2,3]"}, 2, "an empty array has no max"),
    ("W@x", {"W": "[[1,2],[3,4]]", "x": "[1,2,3]"}, 2, "the right side needs 2 rows"),
    ("W@x", {"W": "[1,2]", "x": "[1,2]"}, 2, "no matrix product"),
    ("W@x", {"W": "2", "x": "[1,2]"}, 2, "a matrix product needs two arrays"),
    ("sum(inv(W))", {"W": MATRIX}, 2, "inv needs a square matrix"),
    ("det(x)", {"x": "[1,2]"}, 2, "det needs a square matrix"),
    ("sum(solve(W, x))", {"W": MATRIX, "x": "[1,2]"}, 2, "solve needs a square matrix"),
    ("sum(solve(W, x))", {"W": "[[1,2],[3,4]]", "x": "[1]"}, 2, "the right side needs 2 rows"),
    ("sum(x + y)", {"x": "[1,2]", "y": "[1,2,3]"}, 2, "the lengths must be equal, or 1"),
    ("sum(x*W)", {"x": "[1,2]", "W": MATRIX}, 2, "the lengths must be equal, or 1"),
    ("sum(x + x')", {"x": "[1,2]"}, 2, "no entries in common"),
    ("sum(W^2)", {"W": MATRIX}, 2, "is not taken entry by entry"),
    ("sum(x; 2)", {"x": "[1,2]"}, 2, "a vector of 2 has no axis 2"),
    ("sum(x; 0)", {"x": "[1,2]"}, 2, "a vector of 2 has no axis 0"),
    ("sum(x; 1, 1)", {"x": "[1,2]"}, 2, "has no axes 1, 1"),
    ("sum(x; 1.5)", {"x": "[1,2]"}, 2, "must be a whole number"),
    ("sum(x, axis=0)", {"x": "[1,2]"}, 2, "unexpected '='"),
    ("sum(concat(x, x; 3))", {"x": "[1,2]"}, 2, "a vector of 2 has no axis 3"),
    ("sum(x[1..5])", {"x": "[1,2]"}, 2, "no place 5 on an axis of 2"),
    ("sum(x[1:2])", {"x": "[1,2]"}, 2, "unexpected character ':'"),
    ("x[3]*sum(x)", {"x": "[1,2]"}, 2, "no place 3 on an axis of 2"),
    ("x[0]*sum(x)", {"x": "[1,2]"}, 2, "no place 0 on an axis of 2"),
    ("x[1,1]*sum(x)", {"x": "[1,2]"}, 2, "2 indices for a vector of 2"),
    ("sum(window(x; 5))", {"x": "[1,2]"}, 2, "no windows of a vector of 5"),
    ("sum(reshape(x; 3, 3))", {"x": "[1,2]"}, 2, "3×3 has 9 entries"),
    ("sum(x)*sum(ones(100000,100000))", {"x": "[1,2]"}, 2, "an array has at most 134,217,728"),
    ("sum(x)*sum(eye(1000000))", {"x": "[1,2]"}, 2, "an array has at most 134,217,728"),
    (
        "sum(x)*sum(zeros(9*10000,len(x)*10000))",
        {"x": "[1,2]"},
        2,
        "an array has at most 134,217,728",
    ),
    (f"sum(x*ones({HUGE},1))", {"x": "[1,2]"}, 2, "an array has at most 134,217,728"),
    (f"sum(scatter(x, [1,2]; {HUGE}))", {"x": "[1,2]"}, 2, "an array has at most 134,217,728"),
    (f"sum(onehot(x; {HUGE}))", {"x": "[1,2]"}, 2, "an array has at most 134,217,728"),
    (f"sum(x)*sum(reshape(x; {HUGE}, 0))", {"x": "[1,2]"}, 2, "has 0 entries"),
    (f"sum([i*x[1] for i in 1..{HUGE}])", {"x": "[1,2]"}, 2, "more than 1,000,000 elements"),
    ("sum((x[1]*ones(20000))@ones(20000)')", {"x": "[1,2]"}, 2, "an array has at most 134,217,728"),
    (f"sum(x*{'[' * 33}1{']' * 33})", {"x": "[1,2]"}, 2, "an array has at most 32"),
    (f"sum({'[' * 65}x[1]{']' * 65})", {"x": "[1,2]"}, 2, "an array has at most 32"),
    (f"sum({'[' * 2000}x{']' * 2000})", {"x": "[1,2]"}, 2, "an array has at most 32"),
    (f"sum(reshape(x; 2{',1' * 32}))", {"x": "[1,2]"}, 2, "an array has at most 32"),
    (
        f"sum(window(reshape(x; 2{',1' * 19}){'; 1' + ',1' * 19}))",
        {"x": "[1,2]"},
        2,
        "an array has at most 32",
    ),
    (
        f"sum([x[1] {' '.join(f'for i{place} in 1..1' for place in range(33))}])",
        {"x": "[1,2]"},
        2,
        "an array has at most 32",
    ),
    (f"f(u) = [u]; sum({'f(' * 33}x[1]{')' * 33})", {"x": "[1,2]"}, 2, "an array has at most 32"),
    ("tile(x, 2)", {"x": "[1,2]"}, 3, "unknown function 'tile'"),
)
"""What is refused, with the values that it is given."""

DOORS: Mapping[str, Callable[[str, Mapping[str, str]], Any]] = {
    "evaluate": gradcli.evaluate,
    "derive": gradcli.derive,
    "nudge": lambda program, values: gradcli.nudge(program, values, dict.fromkeys(values, 0.1)),
    "function": lambda program, values: gradcli.function(program)(**values),
    "gradient": lambda program, values: gradcli.function(program).grad(**values),
}
"""The doors of the library that take values."""


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(("program", "values", "code", "message"), BAD)
def test_every_door_of_the_library_refuses_it(
    door: str, program: str, values: Mapping[str, str], code: int, message: str
) -> None:
    if program == "tile(x, 2)" or "for i in" in program:
        message = message.partition(" ")[0]  # refused before values are looked at, or elsewhere
    tracemalloc.start()
    try:
        with pytest.raises(GradcliError) as caught:
            DOORS[door](program, values)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert message in caught.value.message
    assert caught.value.hint
    assert most < 2**24


@pytest.mark.parametrize("command", ["eval", "diff", "nudge"])
@pytest.mark.parametrize(("program", "values", "code", "message"), BAD)
def test_every_command_refuses_it(
    command: str, program: str, values: Mapping[str, str], code: int, message: str
) -> None:
    given = [word for name, value in values.items() for word in (f"--{name}", value)]
    if command == "nudge":
        given += ["--by", f"{next(iter(values))}=0.1"]
    called = call(command, program, *given, variables={"COLUMNS": "500"})
    assert called.code == code, called.err
    assert not called.out
    assert message in called.err
    assert "internal" not in called.err
    assert "Traceback" not in called.err


@pytest.mark.parametrize("command", ["eval", "diff"])
@pytest.mark.parametrize(
    ("side", "names"),
    [
        ("+".join(f"x{i}" for i in range(1_500)), ["x0", "x1"]),
        ("-".join("ab"[i % 2] for i in range(1_500)), ["a", "b", "y"]),
        ("(" * 1_500 + "x" + ")" * 1_500, ["x", "y"]),
    ],
)
def test_a_product_of_numbers_however_long_is_refused_with_a_way_out(
    command: str, side: str, names: list[str]
) -> None:
    called = call(command, f"({side})@y", variables={"COLUMNS": "500"})
    assert called.code == 2
    assert "a matrix product is not supported" in called.err
    assert f"give {' and '.join(names)} " in called.err


def test_a_length_of_any_size_is_asked_for_before_it_is_taken() -> None:
    for length in (HUGE, 10**18):
        called = call("diff", "sum(x)", "--shape", f"x={length}", variables={"COLUMNS": "200"})
        assert called.code == 2
        assert f"'x' has {length:,} entries" in called.err
    assert call("diff", "sum(x)", "--shape", f"x={10**30}").code == 2
