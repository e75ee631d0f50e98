"""Inputs that bear the name of a function: every text means the function where it says so."""

import math
import re

import pytest

import gradcli
from gradcli.errors import GradcliError
from gradcli.graph.rules import table
from gradcli.symbolic.derive import derive
from gradcli.syntax import ast
from gradcli.syntax.parse import parse
from gradcli.views.formulas import to_latex, to_plain

POINTS = [(0.3, 0.6, 0.45), (3.0, 5.0, 2.0), (-0.4, 2.5, 0.7), (4.5, 1.5, 2.5)]

FUNCTIONS = sorted(
    {
        (entry.name, arity)
        for entry in table().entries()
        if entry.kind != "alias" and table().is_function(entry.name) and entry.name != "id"
        for arity in table().arities(entry.name) or [2]
        if arity <= len(POINTS[0])
    }
)


def calls(text):
    """The functions that a text calls, without the sign that they are the language's."""
    trees = [statement.value for statement in parse(text).statements]
    return {ast.bare(part.function) for part in ast.walk(trees) if isinstance(part, ast.Call)}


def texts(function, arity, name, **options):
    """The derivatives of the function times an input of this name, by its arguments and by that."""
    args = [f"x{place}" for place in range(1, arity + 1)]
    source = f"F({', '.join([*args, name])}) = np.{function}({', '.join(args)})*{name}"
    wrt = [[each] for each in (*args, name)]
    return derive(source, wrt, **options)


def value(text, name, point):
    known = dict(zip(("x1", "x2", "x3"), point, strict=True)) | {name: 2.5}
    trees = [statement.value for statement in parse(text).statements]
    wanted = {part.name for part in ast.walk(trees) if isinstance(part, ast.Name)}
    return gradcli.evaluate(text, {each: known[each] for each in wanted & known.keys()}).value


def is_same(one, other):
    both = math.isnan(one) and math.isnan(other)
    return both or math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-300)


@pytest.mark.parametrize(("function", "arity"), FUNCTIONS)
def test_a_derivative_reads_back_whatever_an_input_is_called(function, arity):
    plain = texts(function, arity, "z1")
    before = [plain.text(partial) for partial in plain.partials]
    for name in sorted({function, *calls("; ".join(before))}):
        named = texts(function, arity, name)
        after = [named.text(partial) for partial in named.partials]
        for one, other in zip(before, after, strict=True):
            for point in POINTS:
                try:
                    expected = value(one, "z1", point)
                except GradcliError:
                    continue  # needs SciPy
                assert is_same(value(other, name, point), expected), (one, other, point)


@pytest.mark.parametrize("name", ["gamma", "digamma", "where", "sqrt", "log"])
def test_one_answer_has_one_spelling(name):
    found = derive(
        f"F(x, {name}, k) = np.gamma(x)*{name}*np.sqrt(x)^k + np.where(x > 0, x, log1p(x))",
        [["x"], [name]],
        with_steps=True,
    )
    written = [found.expression, to_plain(found), *map(repr, found.to_dict()["steps"].values())]
    for text in written:
        assert not re.search(rf"(?<![.\w]){name}\(", text)
    assert "np." not in to_latex(found)


def test_choices_are_laid_out_as_such_beside_an_input_of_that_name():
    found = derive("F(where, x) = where*np.where(x > 0, x, x^2)", [["where"]])
    assert to_latex(found).endswith(
        r"\begin{cases} x & \text{if } x > 0 \\ x^{2} & \text{otherwise} \end{cases}"
    )


@pytest.mark.parametrize(("function", "arity"), FUNCTIONS)
def test_people_read_no_function_that_only_rules_have(function, arity):
    args = [f"x{place}" for place in range(1, arity + 1)]
    source = f"{function}({', '.join(args)})"
    for point in POINTS:
        values = dict(zip(args, point, strict=False))
        try:
            solution = gradcli.evaluate(source, values)
            gradient = dict(solution.gradient)
        except GradcliError:
            continue  # needs SciPy
        for name in args:
            assert name in gradient
            (node,) = (each for each, known in solution.names.items() if known == name)
            expected = solution.plain_of(node)  # as the formula has it, also at a kink
            adjoint = solution.derivative.adjoints.get(node)
            if adjoint is None:
                continue  # of what does not depend on it
            shown = solution.shown.symbol(adjoint)
            assert (calls(shown) - {function}).isdisjoint(table().textbooks())
            used = {
                part.name
                for part in ast.walk([parse(shown).statements[0].value])
                if isinstance(part, ast.Name)
            }
            known = {**values, "out": solution.value}  # which a derivative may speak of
            found = gradcli.evaluate(shown, {each: known[each] for each in used & {*known}}).value
            assert (
                math.isnan(found)
                or not math.isfinite(expected)
                or math.isclose(found, expected, rel_tol=1e-9)
            )


SUMS = {
    "{0}+exp(x1)": (1, math.exp),
    "{0} + exp(x1)": (1, math.exp),
    "1 - {0} - exp(x1)": (-1, lambda x: -math.exp(x)),
    "-{0}+log(x1)": (-1, lambda x: 1 / x),
    "2*{0} + where(x1 > 0, 3*x1, 0)": (2, lambda _: 3),
    "f(x) = x^2; {0} + f(x1)": (1, lambda x: 2 * x),
    "y = {0} + exp(x1); 2*y": (2, lambda x: 2 * math.exp(x)),
    "{0} + np.exp(x1)": (1, math.exp),
}
"""Sums of a name and what is called, and the derivatives by the name and by x1."""

WORDS = sorted({name for name, _ in FUNCTIONS if name.islower()})
"""Ei and its like may be letters run together."""


@pytest.mark.parametrize("written", SUMS)
def test_before_an_operator_it_is_a_variable_whatever_follows(written):
    by_name, by_x = SUMS[written]
    for name in WORDS:
        found = gradcli.function(written.format(name))
        gradient = found.grad(**{name: 2.5, "x1": 0.7})
        assert is_same(gradient[name], by_name), name
        assert is_same(gradient["x1"], by_x(0.7)), name


def test_what_diff_prints_of_such_a_sum_is_read_back():
    for name in WORDS:
        once = gradcli.derive(f"({name})+exp(-(x1))")
        again = gradcli.derive(once.expression)
        assert to_plain(again) == to_plain(once)
