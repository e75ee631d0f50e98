"""One order of terms in one answer: a sum or a product is written in the same way throughout."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_programs import EXPRESSIONS, PLAIN

from gradcli.graph.node import Graph
from gradcli.symbolic.derive import derive
from gradcli.symbolic.simplify.algebra import Algebra
from gradcli.symbolic.simplify.forms import best
from gradcli.symbolic.simplify.identities import of_product
from gradcli.symbolic.simplify.writer import Writer
from gradcli.syntax import ast
from gradcli.syntax.text import text

QUESTIONS = [{"with_steps": True}, {"order": 2}, {"wrt": [("a",), ("x",)]}]

PROGRAMS = [
    "a = {0}; b = {1}; a*b + ({2})",
    "a = {0}; b = a*({1}) - x; (b - a)^2/({2})",
    "a = ({0})*({1}); sin(a) + a*({0})",
    "f(t) = t/(1 + t); a = f({0}); f({1})*a - f({2})",
    "x - y + ({0})*(y - x) + ({1})/(y + x + 1)",
]

JOINED = {"add": {"add": 1, "sub": -1}, "mul": {"mul": 1, "div": -1}}
SUMS_AND_PRODUCTS = {op: kind for kind, signs in JOINED.items() for op in signs}


def parts_of(whole, kind):
    """What a sum or a product consists of, each with its sign."""
    found, waiting = [], [(whole, 1)]
    while waiting:
        part, sign = waiting.pop()
        op = getattr(part, "op", None)
        if isinstance(part, ast.Binary) and op in JOINED[kind]:
            first, second = part.children
            waiting += [(second, sign * JOINED[kind][op]), (first, sign)]
        elif kind == "add" and isinstance(part, ast.Unary) and op == "neg":
            waiting.append((part.children[0], -sign))
        else:
            found.append((part, sign))
    return found


def is_condition(tree):
    """Conditions stay exactly as they are: what they compare may be undefined elsewhere."""
    return isinstance(tree, ast.Comparison) or getattr(tree, "op", None) in {"and", "or", "not"}


def meaning(tree, ways):
    """What an expression is, whatever the order of its terms and factors; texts are noted."""
    if isinstance(tree, ast.Number | ast.Name) or is_condition(tree):
        return text(tree)
    kind = SUMS_AND_PRODUCTS.get(tree.op) if isinstance(tree, ast.Binary) else None
    if kind is None:
        what = getattr(tree, "function", None) or tree.op
        found = what, tuple(meaning(each, ways) for each in tree.children)
    else:
        parts = Counter((sign, meaning(part, ways)) for part, sign in parts_of(tree, kind))
        found = kind, tuple(sorted(parts.items(), key=repr))
    ways.setdefault(found, set()).add(text(tree))
    return found


def outside_of_conditions(tree):
    """The names that an expression refers to."""
    if is_condition(tree):
        return set()
    if isinstance(tree, ast.Name):
        return {tree.name}
    is_choice = isinstance(tree, ast.Call) and tree.function == "where"
    return set().union(*map(outside_of_conditions, tree.children[is_choice:]))


def written_twice(derived):
    """What is written in several ways in the texts of one answer, but for the program's own."""
    ways = {}
    own = {name for name, _ in derived.program if name}
    waiting = [partial.expression for partial in derived.partials]
    for partial in derived.partials:
        steps = (step for way in partial.ways for step in way.steps)
        waiting += [step.derivative for step in steps if step.derivative is not None]
    while waiting:
        tree = waiting.pop()
        meaning(tree, ways)
        new = (outside_of_conditions(tree) & derived.definitions.keys()) - own
        own |= new
        waiting += [derived.definitions[name] for name in new]
    return [sorted(texts) for texts in ways.values() if len(texts) > 1]


_SETTINGS = settings(derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize(
    "count", [pytest.param(15, id="few"), pytest.param(500, id="many", marks=pytest.mark.slow)]
)
def test_programs_are_answered_in_one_order(count):
    @settings(_SETTINGS, max_examples=count)
    @given(PLAIN, PLAIN, PLAIN, st.sampled_from(PROGRAMS))
    def ask(one, two, three, program):
        source = program.format(one, two, three)
        for question in QUESTIONS:
            if "wrt" not in question or "a =" in source:
                assert written_twice(derive(source, **question)) == [], source

    ask()


@settings(_SETTINGS, max_examples=80)
@given(EXPRESSIONS)
def test_formulas_are_answered_in_one_order(source):
    for question in QUESTIONS[:2]:
        assert written_twice(derive(source, **question)) == [], source


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        # Named steps, and the functions of a program, are read for their order, too.
        ("f(t) = t/(1 + t); a = f(y^2); f(3*x)*a - f(x - 4)", "1 + y^2"),
        ("a = 1 + x; b = a^2 + x; sin(a*b)*(x + 1)", "1 + x"),
    ],
)
def test_sums_are_written_as_the_program_has_them(source, expected):
    derived = derive(source, with_steps=True)
    assert written_twice(derived) == []
    texts = [derived.text(partial) for partial in derived.partials]
    texts += [
        text(step.derivative)
        for partial in derived.partials
        for way in partial.ways
        for step in way.steps
        if step.derivative is not None
    ]
    assert any(expected in each for each in texts)
    first, second = expected.split(" + ")
    assert not any(f"{second} + {first}" in each for each in texts)


def test_a_bracket_does_not_depend_on_what_was_met_before():
    def brackets(first):
        graph = Graph()
        algebra = Algebra(Writer(graph), best, of_product)
        x, y = graph.input("x"), graph.input("y")
        difference = {((x, 1),): 1, ((y, 1),): -1}
        opposite = {((x, 1),): -1, ((y, 1),): 1}
        order = [difference, opposite] if first == "x - y" else [opposite, difference]
        for total in order:
            algebra.bracket(total)
        return [algebra.bracket(total)[0] for total in (difference, opposite)]

    assert brackets("x - y") == brackets("y - x") == [1, -1]


@pytest.mark.parametrize("size", ["asec(1/x)", "acsc(1/2/x)", "abs(1/x)^3*x^4", "cbrt(y/x)*x^2"])
def test_sizes_of_quotients_come_to_an_end(size):
    source = f"a = x; b = a*({size}) - x; (b - a)^2/(1 + {size})"
    assert derive(source, order=2, wrt=[("x",)]).partials
