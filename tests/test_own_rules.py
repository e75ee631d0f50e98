"""Rules that a program brings along: values, derivatives of any order, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import gradcli
from gradcli.errors import GradcliError, ParseError
from gradcli.evaluation.own import forget
from gradcli.syntax.spelling import at_outer_commas
from tests.command_line import call

RULES = """\
# functions whose derivatives are known better than their formulas tell
softclip(x) = x/(1 + abs(x)) : 1/(1 + abs(x))^2
logcosh(x) = log(cosh(x)) : tanh(x)
square_times(x, y) = x^2*y : 2*x*y, x^2   # a comment

ramp1(x) = max(x, 0) : x > 0 | x == 0
swash(x) = x*sigmoid(x) : sigmoid(x) + swash(x)*(1 - sigmoid(x))
in_pi(x) = π*x : pi
energy(A[n,n], x[n]) = x' @ A @ x <- g*(x @ x'), g*((A + A') @ x)
twice(A) = 2*A <- 2*g
frobenius(A) = sqrt(sum(A*A)) <- g*A/frobenius(A)
product(A[m,k], B[k,n]) = A @ B <- g @ B', A' @ g
flip(A[m,n]) = A' <- g'
"""

NUMBERS = [
    # with the rule, the same in the language, inputs
    ("softclip(x)", "x/(1 + abs(x))", {"x": 1.5}),
    ("logcosh(x)*x", "log(cosh(x))*x", {"x": 0.7}),
    ("square_times(x*y, sin(y))", "(x*y)^2*sin(y)", {"x": 1.1, "y": 0.3}),
    ("ramp1(x)^2*y", "relu(x)^2*y", {"x": 1.1, "y": 0.3}),
    ("swash(swash(x))", "swish(swish(x))", {"x": 0.4}),
    ("in_pi(x)*x", "pi*x^2", {"x": 0.4}),
]

ARRAYS = [
    ("energy(A, x)", "x' @ A @ x"),
    ("energy(A @ A, tanh(x))*2", "tanh(x)' @ (A @ A) @ tanh(x)*2"),
    ("frobenius(twice(A) + flip(A))", "norm(2*A + A')"),
    ("sum(exp(product(A, sin(A))))", "sum(exp(A @ sin(A)))"),
    ("sum(swash(A @ x))", "sum(swish(A @ x))"),
    ("sum(softclip(x)*logcosh(x))", "sum(x/(1 + abs(x))*log(cosh(x)))"),
]


@pytest.fixture(autouse=True)
def names() -> Iterator[list[str]]:
    """The rules, which are there for a test, and for no other one."""
    yield gradcli.rules(RULES)
    forget()


def test_rules_say_their_names(names: list[str]) -> None:
    assert names[:3] == ["softclip", "logcosh", "square_times"]
    assert gradcli.rules("softclip(x) = x/(1 + abs(x)) : 1/(1 + abs(x))^2") == ["softclip"]


@pytest.mark.parametrize(("program", "plain", "point"), NUMBERS)
def test_numbers_have_the_derivatives_of_the_formula(program, plain, point):
    """Values, gradients and Hessians; the text of a derivative reads back."""
    found, known = gradcli.function(program), gradcli.function(plain)
    assert found(**point) == pytest.approx(known(**point), rel=1e-14)
    assert found.grad(**point) == pytest.approx(known.grad(**point), rel=1e-13)
    hessian = known.hessian(**point)
    for name, row in found.hessian(**point).items():
        assert row == pytest.approx(hessian[name], rel=1e-12)
    slope = gradcli.function(found.derivative("x"), inputs=[*point])
    assert slope(**point) == pytest.approx(known.grad(**point)["x"], rel=1e-13)


@pytest.mark.parametrize(("program", "plain"), ARRAYS)
def test_arrays_have_the_derivatives_of_the_formula(program, plain):
    """As matrices, and entry by entry."""
    point = {"A": [[1, 0.5], [-0.3, 2]], "x": [0.7, -1.2]}
    point = {name: value for name, value in point.items() if re.search(rf"\b{name}\b", program)}
    found, known = gradcli.evaluate(program, point), gradcli.evaluate(plain, point)
    assert found.value == pytest.approx(known.value, rel=1e-14)
    for name in point:
        np.testing.assert_allclose(found.gradient[name], known.gradient[name], rtol=1e-12)


def test_a_derivative_is_shown_by_its_rule() -> None:
    """The node is one, and its local partial is the one of the line."""
    node = gradcli.evaluate("softclip(x)", x=1).to_dict()["nodes"][-1]
    assert (node["op"], node["local"]) == ("softclip", [0.25])
    assert gradcli.derive("softclip(2x)").to_dict()["derivatives"]["x"] == "2/(2*abs(x) + 1)^2"


@pytest.mark.parametrize("line", [each for each in RULES.splitlines()[1:] if each])
def test_a_planted_wrong_rule_is_found(line):
    """Each of them with a factor on its last part, under another name."""
    content = line.partition("#")[0].partition("|")[0].rstrip()
    name = content.partition("(")[0]
    right = content.replace(f"{name}(", f"wrong_{name}(")
    last = at_outer_commas(re.split(":|<-", right)[-1])[-1]
    wrong = right.removesuffix(last) + f"1.01*({last})"
    with pytest.raises(ParseError, match="differences are"):
        gradcli.rules(wrong)
    assert gradcli.rules(right) == [f"wrong_{name}"], "what was refused leaves nothing behind"


def test_a_rule_for_vectors_alone_is_told_how_to_say_so():
    rule = "quad(x, A) = x' @ A @ x <- (A + A') @ x*g, x @ x'*g"
    with pytest.raises(ParseError) as caught:
        gradcli.rules(rule)
    assert caught.value.hint is not None
    head = caught.value.hint.rpartition(": ")[2]
    assert head == "quad(x[n], A[n,n])"
    assert gradcli.rules(rule.replace("quad(x, A)", head)) == ["quad"]
    found = gradcli.evaluate("quad(v, M)", v=[1, 2], M=[[1, 2], [3, 4]])
    assert found.gradient["v"].tolist() == [12, 21]


REFUSED = [
    # a line, message, way out
    ("sin(x) = x : 1", "the language has a function 'sin'", "another name"),
    ("inv(A) = A <- g", "the language has a function 'inv'", "another name"),
    ("softclip(x) = x : 1", "'softclip' has another rule already", "another name"),
    ("own(x) = x^2", "there is no derivative for 'own'", "defined in the program"),
    ("own(x) = x^2 :", "there is no derivative for 'own'", ""),
    ("own x", "this is no rule", "name(x) = value"),
    ("  own(x) = x : 1", "this is no rule", ""),
    ("own = 3 : 1", "this is no rule", ""),
    ("own() = 3 : 1", "", ""),
    ("own(x) = k*x : k", "'k' is no parameter", "the names here are x"),
    ("own(x) = x : k", "'k' is no parameter", ""),
    ("own(x) = x : 1 | y == 0", "'y' is no parameter", ""),
    ("own(x) = x : g", "'g' is no parameter", ""),
    ("own(x) = x : 1, 2", "2 formulas for 1 parameter", "one for each of x"),
    ("own(x, y) = x : 1", "1 formula for 2 parameters", "one for each of x, y"),
    ("own(x, x) = x : 1, 1", "'x' is there twice", ""),
    ("own(pi) = 1 : 0", "'pi' is no parameter", ""),
    ("own(g) = g : 1", "'g' is no parameter", ""),
    ("own(x) = own(x) : 1", "calls itself", ""),
    ("own(x) = nothing(x) : 1", "calls nothing", ""),
    ("own(x) = x : nothing(x)", "calls nothing", ""),
    ("own(A) = nothing(A) <- g", "calls nothing", ""),
    ("own(x) = x +* 2 : 1", "unexpected '*'", ""),
    ("own(x) = log(-1 - x^2) : 1", "could not be compared", ""),
    ("own(x) = round(x) : 1", "the derivative by x is 1", ""),
    ("own(A[n,n+1]) = A <- g", "a length is a whole number", ""),
    ("own(A) = A' <- g", "along a direction where differences are", ""),
]


@pytest.mark.parametrize(("line", "message", "hint"), REFUSED)
def test_what_is_no_rule_is_refused(line, message, hint):
    """With the line, and nothing is left behind."""
    with pytest.raises(GradcliError) as caught:
        gradcli.rules(f"\n{line}")
    assert message in caught.value.message
    assert hint in (caught.value.hint or "")
    assert caught.value.origin == "line 2 of the rules"
    assert line.strip() in (caught.value.source or "")
    with pytest.raises(GradcliError, match="unknown function 'own'"):
        gradcli.evaluate("own(x)", x=1)


def test_the_command_line_reads_a_file(tmp_path: Path) -> None:
    """Every command on a program does; a file that is not there and a wrong line are told."""
    file = tmp_path / "my.rules"
    file.write_text("cube1(x) = x^3 : 3x^2\n", encoding="utf-8")
    with_rules = ["--rules", str(file)]
    assert call("eval", "cube1(x)", "--x", "2", "--get", "d/dx", *with_rules).out == "12\n"
    assert "3·x²" in call("diff", "cube1(x)", *with_rules).out
    missing = call("eval", "x", "--x", "2", "--rules", str(tmp_path / "none"))
    assert (missing.code, missing.out) == (2, "")
    file.write_text("cube2(x) = x^3 : x^2\n", encoding="utf-8")
    wrong = call("eval", "cube2(x)", "--x", "2", *with_rules)
    assert (wrong.code, wrong.out) == (2, "")
    assert "the rule of 'cube2' is wrong" in wrong.err
    assert "in line 1 of the rules:" in wrong.err


BESIDE = [
    # a formula of x, and what its warnings say at 0
    ("ramp1(x)", 0, ["out has a kink at x = 0: slope 0 to the left, 1 to the right; 0 is used"]),
    ("ramp1(x)^2", 0, []),
    ("ramp1(x) + min(x, 0) - x/2 + 0*ramp1(x*x)", 0.5, []),
]


@pytest.mark.parametrize(("source", "slope", "said"), BESIDE)
def test_a_kink_of_its_own_is_looked_at_from_both_sides(source, slope, said):
    solution = gradcli.evaluate(source, x=0)
    assert solution.gradient == {"x": slope}
    assert [problem.message for problem in solution.warnings] == said
