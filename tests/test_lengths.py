"""Shapes that are declared: in the program, beside it, by numbers and by letters."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

import gradcli
from gradcli.errors import GradcliError
from gradcli.evaluation.solve import arrays_of, differentiated, read_model
from gradcli.graph.shapes import Form, Letter
from gradcli.graph.unparse import Unparser
from gradcli.syntax.text import text
from tests.command_line import call

W, X = [[1, 2, 3], [4, 5, 6]], [1, 2, 3]

FORMULAS: list[tuple[str, Mapping[str, str]]] = [
    # program without values, derivatives by hand in the letters of its lengths
    ("J(W[m,n], x[n], y[m]) = sum((W@x - y)^2)/2",
     {"W": "(W @ x - y) @ x'", "x": "W' @ (W @ x - y)", "y": "y - W @ x"}),
    ("J(W[2,3], x[3]) = sum(W@x)", {"W": "ones(2) @ x'", "x": "W' @ ones(2)"}),
    ("J(x[n]) = sum(x)", {"x": "ones(n)"}),
    ("J(x[n]) = mean(x)", {"x": "1/n*ones(n)"}),
    ("J(W[m,n]) = mean(W)", {"W": "1/(m*n)*ones(m, n)"}),
    ("J(W[m,n]) = sum(sum(W; 2)/n)", {"W": "1/n*ones(m, n)"}),
    ("J(W[m,n]) = sum(W)/len(W)", {"W": "1/m*ones(m, n)"}),
    ("J(A[n,n]) = trace(A)", {"A": "eye(n)"}),
    ("J(W[m,n]) = sum(vec(W)*vec(W))", {"W": "reshape(2*vec(W); m, n)"}),
    ("J(A[m,n]) = sum(reshape(A; n, m))", {"A": "ones(m, n)"}),
    ("J(x[n]) = x[2]^2", {"x": "2*x[2]*onehot(2; n)"}),
    ("J(x[n]) = sum(ones(n)*x)", {"x": "ones(n)"}),
    ("J(x[n]) = prod(x)", {"x": "prod_others(x)"}),
    ("f(v[k]) = sum(v)/k; J(x[n], y[m]) = f(x) + f(y)", {"x": "1/n*ones(n)", "y": "1/m*ones(m)"}),
    ("f(v[k], w[k]) = v'@w; J(x[n], y[n]) = f(x, y)", {"x": "y", "y": "x"}),
    # elements of what is declared are inputs of their own, all of them
    ("J(x[3]) = x[1]*x[2]", {"x[1]": "x[2]", "x[2]": "x[1]", "x[3]": "0"}),
    ("J(x[3]) = sum(i*x[i] for i in 1..3)", {"x[1]": "1", "x[2]": "2", "x[3]": "3"}),
    # but what does not occur, or is too long for that, is an array
    ("J(x[2]) = 7", {"x": "0"}),
    ("J(x[9], a) = a^2", {"x": "0", "a": "2*a"}),
    ("J(x[100_000]) = x[7]^2", {"x": "2*x[7]*onehot(7; 100000)"}),
]  # fmt: skip


@pytest.mark.parametrize(("program", "expected"), FORMULAS, ids=[each for each, _ in FORMULAS])
def test_a_declared_shape_needs_no_value(program, expected):
    """Derivatives are formulas in the letters that stand for lengths."""
    model = read_model(program, [], arrays=arrays_of({}))
    derivative = differentiated(model).derivative
    writer = Unparser({}, [])
    found = {
        node.name: text(writer.definition(derivative.adjoints[node]))
        if node in derivative.adjoints
        else "0"
        for node in model.inputs
    }
    assert found == expected


VALUES: list[tuple[str, Mapping[str, Any], Mapping[str, Any], float]] = [
    # program, values, shapes beside it, value
    ("J(W[m,n], x[n]) = sum(W@x)/n", {"W": W, "x": X}, {}, 46 / 3),
    ("J(W[m,n], x[n]) = m*n", {"W": W, "x": X}, {}, 6),
    ("J(x[n]) = sum(i*x[i] for i in 1..n)", {"x": X}, {}, 14),
    ("J(x[n]) = sum([i*x[i] for i in 1..n])", {"x": X}, {}, 14),
    ("sum(x)/n", {"x": X}, {"x": "n"}, 2),
    ("sum(x)/n", {"x": X}, {"x": ("n",)}, 2),
    ("sum(W@x)", {"W": W, "x": X}, {"W": (2, 3), "x": 3}, 46),
    ("J(x[n]) = sum(W@x)/n/m", {"W": W, "x": X}, {"W": ("m", "n")}, 46 / 6),
    ("f(v[k]) = sum(v)/k; J(x[3], y) = f(x) + y*f(2x)", {"x": X, "y": 1}, {}, 6),
    ("f(A[p,q]) = sum(A)/p/q; J(W) = f(W) + f(W')", {"W": W}, {}, 7),
]  # fmt: skip


@pytest.mark.parametrize(("program", "values", "shapes", "value"), VALUES)
def test_values_give_letters_their_numbers(program, values, shapes, value):
    """A letter is the length of what was given, wherever it stands in the program."""
    assert gradcli.evaluate(program, values, shapes=shapes).value == pytest.approx(value)


REFUSED: list[tuple[str, Mapping[str, Any], str, str]] = [
    # program, values, message, way out
    ("J(x[3]) = sum(x)", {"x": [1, 2]}, "declared as x[3], and its value is a vector of 2", ""),
    ("J(x[3]) = x[1]", {"x": [1, 2]}, "declared as x[3], and its value is a vector of 2", ""),
    ("J(x[3]) = sum(x)", {"x": [[1, 2, 3]]}, "its value is 1×3", ""),
    ("J(x[3]) = sum(x)", {"x": 2}, "and its value is a single number", '--x "[1,2,3]"'),
    ("J(W[2,2]) = sum(W)", {}, "no value for 'W'", '--W "[[1,2],[3,4]]"'),
    ("J(W[99,2]) = sum(W)", {}, "no value for 'W'", "--W …"),
    ("J(A[n,n]) = sum(A)", {"A": W}, "its value is 2×3, where n = 2", ""),
    ("J(W[m,n], x[m]) = sum(W'@x)", {"W": W, "x": X}, "a vector of 3, where m = 2", ""),
    ("J(x[3]) = x[4]", {"x": X}, "'x[4]' is out of range: 'x' is declared as a vector of 3", ""),
    ("J(x[n]) = sum(x) + n[1]", {"x": X}, "", ""),
    ("n = 3; J(x[n]) = sum(x)", {"x": X}, "'n' is the length of an array", ""),
    ("J(x[n]) = sum(x)", {"x": X, "n": 3}, "no input 'n'", ""),
    ("J(x[n], n) = sum(x)", {"x": X}, "'n' is a parameter and a length at once", ""),
    ("J(x[1], x[2]) = x[1]", {"x": X}, "'x' is there twice", "an array is one parameter"),
    ("J(x[-1]) = sum(x)", {"x": X}, "a length is a whole number, or a letter", "J(W[m,n], x[n])"),
    ("J(x[2.5]) = sum(x)", {"x": X}, "a length is a whole number, or a letter", ""),
    ("J(x[n+1]) = sum(x)", {"x": X}, "a length is a whole number, or a letter", ""),
    ("J(x[np.pi]) = sum(x)", {"x": X}, "a length is a whole number, or a letter", ""),
    ("f(v[2]) = sum(v); f(x)", {"x": X}, "declared as v[2], and its argument is a vector of 3", ""),
    ("f(v[2]) = sum(v); f(x)", {"x": 3}, "'f' is declared for arrays: v", ""),
    ("f(v[k], w[k]) = v'@w; f(x, [1,2])", {"x": X}, "a vector of 2, where k = 3", ""),
    ("x[1]*sum(x)", {}, "how many elements has 'x'?", "J(x[3]) = …"),
    ("norm(x) + x[2]", {}, "how many elements has 'x'?", "J(x[3]) = …"),
    ("W@x", {"W": 1, "x": 2}, "a matrix product is not supported", "J(W[m,n], x[n]) = …"),
    ("x[1..2]", {"x": 2}, "a part of what is no array", "J(x[3]) = …"),
    ("J(x[100000,100000]) = sum(x)", {}, "an array at most", ""),
]  # fmt: skip


@pytest.mark.parametrize(("program", "values", "message", "hint"), REFUSED)
def test_contradictions_are_refused(program, values, message, hint):
    """One message with both shapes, and a way out."""
    with pytest.raises(GradcliError) as caught:
        gradcli.evaluate(program, values)
    assert message in caught.value.message
    assert hint in (caught.value.hint or "")
    assert caught.value.kind != "internal"


OPEN = [
    "J(x[n]) = x[end]",
    "J(x[n]) = x[n]",
    "J(x[n]) = sum(x[1..3])",
    "J(x[n]) = sum(x[2..end])",
    "J(x[n]) = sum(x[i] for i in 1..n)",
    "J(x[n]) = sum([x[i]^2 for i in 1..n])",
    "h[i] = 2i for i in 1..3; J(x[n]) = h[n]*sum(x)",
]


@pytest.mark.parametrize("program", OPEN)
def test_what_needs_the_number_of_a_letter_says_so(program):
    """A range to n, the last element, a part: none of them is written for a length that is open."""
    with pytest.raises(GradcliError, match="needs the number that the length 'n' stands for"):
        read_model(program, [], arrays=arrays_of({}))


BESIDE = [
    # --shape, exit code, message
    ("x", 2, "has no '='"),
    ("=3", 2, "has no name before the '='"),
    ("x y=3", 2, "has no name before the '='"),
    ("x=", 2, "has '' for a length"),
    ("x=1.5", 2, "has '1.5' for a length"),
    ("x=-1", 2, "has '-1' for a length"),
    ("x=3,", 2, "has '' for a length"),
    ("x=2x3", 2, "has '2x3' for a length"),
    ("x=1,1,1,1,1,1,1,1,1", 2, "has 9 axes"),
    ("x=99999999999", 3, "is declared as x[99999999999]"),
    ("x=4", 3, "declared as x[4], and its value is a vector of 3"),
]


@pytest.mark.parametrize(("shape", "code", "message"), BESIDE)
def test_bad_shapes_on_the_command_line(shape, code, message):
    """Each with the documented exit code, before anything is printed."""
    result = call("eval", "sum(x)", "--x", "[1,2,3]", "--shape", shape)
    assert (result.code, result.out) == (code, "")
    assert message in result.err


@pytest.mark.parametrize("shape", ["x1=n", "x₁=n", " x1 = n ", "x１=n"])
def test_names_of_shapes_may_be_spelled_as_in_a_program(shape):
    """As those of values."""
    assert call("eval", "sum(x1)/n", "--x1", "[2,4]", "--shape", shape, "--get", "out").out == "3\n"


@pytest.mark.parametrize("shapes", [{"x": 1.5}, {"x": True}, {"x": None}, {"x": []}, {3: 4}, 7])
def test_bad_shapes_in_the_library(shapes):
    """What is no length is an error of ours."""
    with pytest.raises(GradcliError):
        gradcli.evaluate("sum(x)", x=X, shapes=shapes)


def test_lengths_of_numpy_are_lengths():
    """As those of a shape that was computed."""
    assert gradcli.evaluate("sum(x)", x=X, shapes={"x": np.int64(3)}).value == 6


def test_a_letter_equals_itself_alone():
    """Whatever it computes as meanwhile: caches and comparisons keep letters and numbers apart."""
    m, n = Letter(211, [("m", 211)]), Letter(211, [("n", 211)])
    assert m not in {n, 211}
    assert n == Letter(211, [("n", 211)])
    assert len({m, n, 211}) == 3
    assert m * n == n * m
    assert (m * n) // n == m
    assert type((m * n) // (n * m)) is int
    assert [str(2 * m * n), str(Form((m, n)).size)] == ["2*m*n", "m*n"]
    assert copy.deepcopy(m * n) == m * n


def test_a_shape_of_what_the_program_does_not_use_is_left_out():
    with pytest.raises(GradcliError, match="no value for 'y'") as error:
        gradcli.evaluate("sum(x)", x=[1, 2], shapes={"y": 2})
    assert error.value.hint == "the program does not use 'y': leave its shape out"
