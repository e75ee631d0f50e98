"""The table of rewritings: both sides are equal, and left sides are found anywhere."""

from __future__ import annotations

import itertools
import random
import re

import pytest

from gradcli.evaluation.remedy import Remedies
from gradcli.evaluation.solve import read_model, solve
from gradcli.graph.naming import Symbols, name_nodes
from gradcli.rewriting.apply import Rewriter
from gradcli.rewriting.table import lines
from gradcli.trust.precise import Precise

LINES = lines()

OF_ARRAYS = {"y*sum(x^2) - (y*sum(x))^2": "the terms of a sum of numbers are those of the whole"}
"""Left sides that are found in arrays alone (see test_why)."""

VALUES = [-90.0, -3.7, -1.0, -0.4, -1e-3, 0.0, 1e-9, 2e-3, 0.31, 1 / 3, 0.5, 1.0, 1.7, 6.2, 41.0]
"""Where letters are tried: at the borders of domains, beside them, and far away."""

TOLERANCE = 1e-15
"""Some lines are series, which are right to the last digit of a float."""

ROUGH = 1e-11
"""A third is no float."""

SUMMED = {
    "(x - y*sum(x))^2": "({} - y*sum(x))^2", "x": "{}",
    "exp(x)": "exp({})", "x^2": "{}^2", "1 + 0*x": "1 + 0*{}",
}  # fmt: skip
"""What is summed in the table."""


def written_out(text):
    """A side with the sums of as many terms as there are written for three."""
    for function, terms in SUMMED.items():
        total = " + ".join(terms.format(f"x{n}") for n in (1, 2, 3))
        text = text.replace(f"sum({function})", f"({total})")
    if "x1" in text or re.search(r"(logsumexp|norm)\(x\)", text):
        text = re.sub(r"(logsumexp|norm)\(x\)", r"\1(x1, x2, x3)", text)
    return text


def both(line):
    """Both sides and the condition as nodes of one graph."""
    sides = [written_out(each) for each in line if each]
    letters = sorted(set(re.findall(r"\b[xyzn][123]?\b", " ".join(sides))))
    steps = "".join(f"side{place} = {side}; " for place, side in enumerate(sides))
    model = read_model(f"{steps}{' + '.join(f'side{n}' for n in range(len(sides)))}", letters)
    return model, [step for step in model.steps if step.name.startswith("side")]


def points(model):
    chance = random.Random(model.source)  # noqa: S311  (to be the same again)
    inputs = model.inputs
    grid = list(itertools.product(VALUES, repeat=min(len(inputs), 2)))
    for values in grid if len(inputs) < 2 else grid[::5]:
        more = [chance.choice(VALUES) for _ in inputs[2:]]
        yield dict(zip(inputs, [*values, *more], strict=True))
    for _ in range(20):
        yield {node: chance.uniform(-4, 4) for node in inputs}


@pytest.mark.slow
@pytest.mark.parametrize("line", LINES, ids=lambda line: line.before)
def test_both_sides_are_equal_wherever_both_are_defined(line):
    model, (before, after, *condition) = both(line)
    seen = 0
    for point in points(model):
        precise = Precise(model.graph, model.output, point, [before, after])
        first, second = precise.value(before), precise.value(after)
        mp = precise.mp
        if mp.isnan(first) or mp.isnan(second) or (condition and not precise.value(condition[0])):
            continue
        seen += 1
        where = {node.name: value for node, value in point.items()}
        tolerance = ROUGH if line.before in OF_ARRAYS else TOLERANCE
        assert abs(first - second) <= tolerance * abs(first) + mp.mpf(10) ** -60, where
    assert seen >= 3


@pytest.mark.parametrize(
    "line", [line for line in LINES if line.before not in OF_ARRAYS], ids=lambda line: line.before
)
def test_every_left_side_is_found(line):
    model, (before, *_) = both(line)
    rewriter = Rewriter(model.graph, model.graph.ancestors([before]))
    found = [each.line.text for each in rewriter.forms_of(before)]
    assert f"{line.before} -> {line.after}" in found


def rewritings(source):
    """What the nodes of a program become, as text."""
    model = read_model(source, [])
    order = model.graph.ancestors([model.output])
    rewriter = Rewriter(model.graph, order)
    symbols = Symbols(model, name_nodes(model))
    return [symbols.symbol(each.made) for node in order for each in rewriter.forms_of(node)]


WAYS = {
    "s = w*x + b; p = sigmoid(s); log(p)": "-softplus(-s)",
    "log(exp(v)*2 + 2)": "log(2) + logsumexp(0, v)",
    "log(exp(v) + 1)": "softplus(v)",
    "1/(exp(-v) + 1)": "sigmoid(v)",
    "1/(1 + 1/exp(v))": "sigmoid(v)",
    "(1 + e^(b - a))^-1": "sigmoid(a - b)",
    "sqrt(b*b + a^2)": "norm(b, a)",
    "(a^2 + b^2 + c*c)^(1/2)": "norm(a, b, c)",
    "sqrt(4 + a^2)": "norm(2, a)",
    "sqrt(4*a^2 + 9)": "norm(3, 2*a)",
    "sqrt(4*a^2 - b^2)": "sqrt((2*a - b)*(2*a + b))",
    "sqrt((a - b)^2)": "abs(a - b)",
    "exp(b)/(1 + exp(b) + exp(a))": "exp(b - logsumexp(0, b, a))",
    "3*exp(b)/(exp(a) + exp(b))": "3*exp(b - logsumexp(b, a))",
    "log(exp(a)/(exp(a) + exp(b)))": "a - logsumexp(a, b)",
    "cos(u)*-5 + 5": "10*sin(u/2)^2",
    "u + 1 - cos(u)": "2*sin(u/2)^2 + u",
    "sqrt(t + 1) - sqrt(t)": "1/(sqrt(t + 1) + sqrt(t))",
    "-b + sqrt(b^2 - 4*a*c)": "-(4*a*c/(sqrt(b^2 - 4*a*c) + b))",
    "(1 + r)^12 - 1": "expm1(12*log1p(r))",
    "k*u/(exp(u) - 1)": "where(",
    "(u + 1) - u": "1",
    "1 - sigmoid(2*u)": "sigmoid(-2*u)",
    "2*u*log(u)": "2*xlogy(u, u)",
    "exp(u)*exp(-v)": "exp(u - v)",
    "1 - tanh(u)*tanh(u)": "sech(u)^2",
    "u/sqrt(u^2)": "sign(u)",
    "cos(u) - u": None,
}
"""Programs in many ways of writing, and one of the forms that they have; None: there is none."""


@pytest.mark.parametrize("source", WAYS)
def test_the_way_of_writing_is_no_matter(source):
    found, wanted = rewritings(source), WAYS[source]
    if wanted is None:
        assert not found
    else:
        assert any(text.startswith(wanted) for text in found), found


def test_what_is_offered_was_tried_at_the_point():
    at = solve("sqrt(x^2 + y^2)", {"x": 0, "y": 0})
    remedy = Remedies(at, at.model.inputs).of(at.model.output)
    assert at.symbols.symbol(remedy.rewritten.made) == "norm(x, y)"
    assert (remedy.value, *remedy.gradient.values()) == (0, 0, 0)
    # log(x) - log(1 - x) is no logit where neither is defined, and no rewriting mends log(-1).
    at = solve("log(x) - log(1 - x)", {"x": -1})
    assert Remedies(at, at.model.inputs).of(at.model.output.args[0]) is None


def test_a_long_difference_is_written_anew():
    """Of two sums with a term in common, which are together longer than what is taken apart."""
    first, second = [f"a{i}" for i in range(10)], ["a0", *(f"b{i}" for i in range(9))]
    source = f"log({'+'.join(first)}) - log({'+'.join(second)})"
    at = solve(source, dict.fromkeys({*first, *second}, 0.0))
    assert at.problems
    texts = rewritings(source)
    wanted = "log1p((" + " + ".join(first[1:]) + "".join(f" - {name}" for name in second[1:])
    assert any(text.startswith(wanted) for text in texts), texts
