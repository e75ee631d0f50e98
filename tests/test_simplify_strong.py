"""The strong simplifier: what it makes of expressions, and that it never changes a value."""

import math
import sys

import pytest
from exact_values import tolerance, values
from formula_cases import read as read_cases
from graphs import derivative
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf
from random_programs import EXPRESSIONS, POINTS

from gradcli.graph.node import Graph
from gradcli.graph.read import read
from gradcli.graph.resolve import resolve
from gradcli.graph.unparse import Unparser
from gradcli.symbolic.derive import derive
from gradcli.symbolic.simplify import extrema, identities, polynomials, rationals, terms
from gradcli.symbolic.simplify.bounds import bounds_of
from gradcli.symbolic.simplify.polynomials import common_divisor
from gradcli.symbolic.simplify.rationals import Fraction
from gradcli.symbolic.simplify.simplifier import Simplifier, Style, simplify
from gradcli.syntax.text import text as written

CLOSE = mpf(10) ** -22


def model_of(source, inputs=()):
    return resolve(read(source, inputs), inputs)


def text(node):
    return written(Unparser({}).definition(node))


def simplified(source):
    model = model_of(source)
    return simplify([model.output], model.graph.ancestors([model.output]))[0]


def structure(node):
    """A node as nested tuples, by its graph and not by its text."""
    order = sorted(_below(node), key=lambda each: each.index)
    found = {}
    for each in order:
        args = tuple(found[arg] for arg in each.args)
        found[each] = (each.op, each.label, repr(each.value), args)
    return found[node]


def _below(node):
    seen, waiting = set(), [node]
    while waiting:
        each = waiting.pop()
        if each not in seen:
            seen.add(each)
            waiting.extend(each.args)
    return seen


# --- What it makes of expressions -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "expected"), [(source, lines[0]) for source, lines in read_cases("simplified")]
)
def test_writes_as_in_the_table(source, expected):
    assert text(simplified(source)) == expected


BELOW = {"x*0^(-1/2)*sqrt(2)": "sqrt(2)*x/sqrt(0)", "x^2*0^(-1/2)*sqrt(pi)": "sqrt(pi)*x^2/sqrt(0)"}


@pytest.mark.parametrize("source", BELOW)
def test_a_root_of_0_below_a_bar_stays_there(source):
    assert text(simplified(source)) == BELOW[source]


@pytest.mark.parametrize("source", [source for source, _ in read_cases("simplified")])
def test_the_table_keeps_values(source):
    model = model_of(source)
    result = simplified(source)
    for number in range(20):
        point = {
            node.label: str(Fraction(7 * number + 5 * place + 1, 11) - 5)
            for place, node in enumerate(model.inputs)
        }
        point = {name: mpf(Fraction(value).numerator) / Fraction(value).denominator
                 for name, value in point.items()}  # fmt: skip
        assert_same(model.output, result, [point])


@pytest.mark.parametrize("source", [source for source, _ in read_cases("simplified")])
def test_simplifying_twice_changes_nothing(source):
    once = text(simplified(source))
    names = [node.label for node in model_of(source).inputs]
    again = model_of(once, names)
    style = Style.of(model_of(source).graph.nodes)
    assert text(Simplifier(style).simplify([again.output])[0]) == once


# --- Values ---------------------------------------------------------------------------------------


def difference(original, result, points):
    """What is wrong with a simplified node at some points, or None."""
    close = tolerance(text(result), CLOSE)
    for point in points:
        before, after = values([original], point)[0], values([result], point)[0]
        if before is None or mp.isnan(before):
            continue
        if after is None or abs(before - after) > close * (1 + abs(before)):
            return f"{text(original)} is {before}, {text(result)} is {after} at {point}"
    return None


def assert_same(original, result, points):
    problem = difference(original, result, points)
    assert problem is None, problem


def check(source, points):
    """The expression and its derivatives are simplified without a change of value."""
    model = model_of(source)
    raw = [model.output, *(derivative(model.graph, model.output, x) for x in model.inputs)]
    simplifier = Simplifier(Style.of(model.graph.ancestors([model.output])))
    for original, result in zip(raw, simplifier.simplify(raw), strict=True):
        assert_same(original, result, points)
        assert_reads_back(model, result)


def assert_reads_back(model, result):
    names = [node.label for node in model.inputs]
    assert structure(model_of(text(result), names).output) == structure(result)


@settings(
    max_examples=250, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(EXPRESSIONS, POINTS)
def test_values_are_kept_where_they_are_defined(source, points):
    check(source, points)


@pytest.mark.slow
@settings(
    max_examples=4000, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(EXPRESSIONS, POINTS)
def test_values_are_kept_in_thousands_of_programs(source, points):
    check(source, points)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(EXPRESSIONS, POINTS)
def test_second_derivatives_are_those_of_the_first(source, points):
    model = model_of(source)
    style = Style.of(model.graph.ancestors([model.output]))
    for first in model.inputs:
        raw = derivative(model.graph, model.output, first)
        simplifier = Simplifier(style)
        (once,) = simplifier.simplify([raw])
        for second in model.inputs:
            twice = derivative(simplifier.graph, once, simplifier.graph.input(second.label))
            (result,) = Simplifier(style).simplify([twice])
            assert_same(twice, result, points)


def test_squares_of_choices_are_left_alone_beside_others():
    square = "where(y > x, x, z)^2"
    source = f"where(x > z, y, z)*{square} + where(x > z, x*y, z)*{square}"
    check(source, [{"x": "1/2", "y": "3", "z": "1/3"}, {"x": "-4", "y": "3", "z": "1"}])


def test_a_negative_number_in_a_condition_reads_back():
    for source in ("where(x < 1, x, max(x, log_sigmoid(0)))", "max(x, log_sigmoid(2))*y"):
        check(source, [{"x": "1/2", "y": "3"}, {"x": "-4", "y": "3"}])


@pytest.mark.parametrize(
    ("source", "wrong"),
    [("sqrt(x^2)", "x"), ("exp(log(x^2)/2)", "x"), ("x/x", "2"), ("x^2/x^3", "x")],
)
def test_the_check_finds_planted_mistakes(source, wrong):
    model = model_of(source)
    points = [{"x": "-2"}, {"x": "0.5"}]
    assert difference(model.output, model_of(wrong).output, points)


def test_the_check_finds_a_result_that_is_defined_in_fewer_places():
    assert difference(model_of("x").output, model_of("x^2/x").output, [{"x": "0"}])
    assert not difference(model_of("x^2/x").output, model_of("x").output, [{"x": "0"}])


def test_a_planted_identity_is_found(monkeypatch):
    def careless(algebra, product):
        for base, exponent in product:
            if base.op == "abs" and exponent == 1:
                rest = terms.multiply(product, ((base, -1), (base.args[0], 1)))
                return {rest: 1}
        return None

    monkeypatch.setattr(identities, "of_product", careless)
    with pytest.raises(AssertionError):
        check("y*abs(x)", [{"x": "-1", "y": "2"}])


# --- Numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [(3.0, 3), (-0.0, 0), (0.1, Fraction(1, 10)), (2.5, Fraction(5, 2)), (1e22, 10**22)],
)
def test_a_literal_is_what_is_written(value, expected):
    assert rationals.literal(value) == expected


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_what_is_not_finite_is_no_number(value):
    assert rationals.literal(value) is None


@pytest.mark.parametrize(
    ("base", "exponent", "expected"),
    [
        (2, 10, 1024),
        (Fraction(2, 3), -2, Fraction(9, 4)),
        (8, Fraction(1, 3), 2),
        (Fraction(4, 9), Fraction(3, 2), Fraction(8, 27)),
        (2, Fraction(1, 2), None),
        (-8, Fraction(1, 3), None),
        (0, 2, 0),
        (0, 0, None),
        (0, -1, None),
        (3, 1000, None),
        (10**40, 10**9, None),
        (2**52, Fraction(1, 52), 2),
    ],
)
def test_powers_of_numbers_are_exact_or_nothing(base, exponent, expected):
    assert rationals.power(base, exponent) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("123456789*987654321*1000003", "1.219329969105286e23"),
        ("123456789012345*98765432109876", "1.2193263113702045e28"),
        ("299792458*299792458*x", "8.987551787368176e16*x"),
        ("1e-308 - 0.5", "-0.5"),
        ("(1e-308 - 0.5)/x", "-1/(2*x)"),
        ("x^(1e-308 - 0.5)", "1/sqrt(x)"),
        ("(1 + 1e-30)*x - x", "1e-30*x"),
        ("123456789/987654321 + 1/7", "0.26785714171808034"),
        ("123456/65537 + 1/7", "929729/458759"),
        ("1/3 + 1/1e40", "0.3333333333333333"),
        ("x*1e-20", "1e-20*x"),
        ("1e-300*x*1e-10", "1e-310*x"),
        ("x/1e300/1e300", "1e-300*x*1e-300"),
        ("1e200*x*1e200*x", "1e100*x^2*1e300"),
        ("1e308 + 1e308", "200000000*1e300"),
        ("2^60*x", "2^60*x"),
    ],
)
def test_a_number_is_written_exactly_or_as_the_nearest_float(source, expected):
    result = simplified(source)
    assert text(result) == expected
    for x in ("3", "-0.7", "1e5"):
        before, after = (values([node], {"x": x})[0] for node in (model_of(source).output, result))
        assert (
            before is None
            or abs(before - after) <= mpf(2) ** -53 * abs(before) * 60 + mpf(10) ** -58
        )
    assert text(simplified(expected)) == expected


# --- Size and speed, by operation counts ----------------------------------------------------------


def nested(count):
    """The program f <- sin(f)*f, repeated."""
    return "; ".join(["f0 = x", *(f"f{i} = sin(f{i - 1})*f{i - 1}" for i in range(1, count + 1))])


def logistic(count):
    return "; ".join(
        ["f0 = x", *(f"f{i} = 3*f{i - 1}*(1 - f{i - 1})" for i in range(1, count + 1))]
    )


def deep(count):
    return "sin(" * count + "x" + ")" * count


def fractions(count):
    return "1/(1 + " * count + "x" + ")" * count


def long_sum(count):
    return " + ".join(f"{i}*x^{i}*sin(x)" for i in range(count))


def products(count):
    return "*".join(f"(x + {i})" for i in range(count))


def quotients(count):
    return "/".join(f"(x + {i})" for i in range(count))


def junctions(count):
    return " and ".join(f"x > {i}" for i in range(count)) + " or x"


def choices(count):
    return "; ".join(["f0 = x", *(f"f{i} = relu(w*f{i - 1} + 1)" for i in range(1, count + 1))])


def work(source):
    """Nodes that a derivative is read from, nodes made for it, those of the result, and calls."""
    model = model_of(source)
    raw = derivative(model.graph, model.output, model.graph.input("x"))
    simplifier = Simplifier(Style.of(model.graph.ancestors([model.output])))
    steps = calls = 0

    def count(frame, event, _function):
        nonlocal steps, calls
        calls += event == "call"
        steps += event == "call" and frame.f_code is Simplifier._read.__code__

    sys.setprofile(count)
    try:
        simplifier.read_program(model.output)
        (result,) = simplifier.simplify([raw])
    finally:
        sys.setprofile(None)
    below = simplifier.graph.ancestors([result])
    return steps, len(simplifier.graph), len(below), calls


@pytest.mark.slow
@pytest.mark.parametrize(
    "program",
    [nested, logistic, deep, fractions, long_sum, products, junctions, choices],
)
def test_the_work_grows_with_the_graph_and_no_faster(program):
    small, large = work(program(100)), work(program(400))
    for before, after in zip(small, large, strict=True):
        assert after < 7 * before  # for four times as much


def test_what_two_brackets_have_in_common_is_looked_for_once(monkeypatch):
    looked_for = []

    def counted(a, b):
        looked_for.append((frozenset(a.items()), frozenset(b.items())))
        return common_divisor(a, b)

    monkeypatch.setattr(polynomials, "common_divisor", counted)
    work(quotients(20))
    assert looked_for
    assert len({*map(frozenset, looked_for)}) == len(looked_for)


@pytest.mark.slow
def test_a_chain_of_thousands_of_nodes_is_no_recursion():
    work(deep(20_000))


def test_sharing_stays():
    model = model_of(nested(12))
    raw = derivative(model.graph, model.output, model.graph.input("x"))
    (result,) = simplify([raw], model.graph.ancestors([model.output]))
    assert len(_below(result)) < 100
    assert Unparser({}).length(result) > 50_000


def test_nodes_are_made_in_one_graph():
    model = model_of("x*y + sin(x)")
    simplifier = Simplifier(Style.of(model.graph.nodes))
    one, other = simplifier.simplify([model.output, model.output])
    assert one is other
    assert isinstance(simplifier.graph, Graph)


# --- Steps of the program -------------------------------------------------------------------------


def in_steps(source):
    """The derivatives by each input, raw and in the names of the steps, with those steps."""
    model = model_of(source)
    steps = {node: node.label for node in model.graph.ancestors(model.steps) if node.label}
    steps = {node: name for node, name in steps.items() if node.args}
    raw = [derivative(model.graph, model.output, x) for x in model.inputs]
    simplifier = Simplifier(Style.of(model.graph.ancestors([model.output])), steps)
    simplifier.recognize(steps)
    simplifier.read_program(model.output)
    return raw, [simplifier.simplify([node])[0] for node in raw], steps


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("o = exp(x)/(exp(x) + exp(y)); -log(o)", ["o - 1", None]),
        ("o = exp(x)/(exp(x) + exp(y)); p = exp(y)/(exp(x) + exp(y)); -log(p)", ["o", "p - 1"]),
        ("o = sigmoid(w*x); -(y*log(o) + (1 - y)*log(1 - o))", ["x*(o - y)", "w*(o - y)", None]),
        ("o = 1/(1 + exp(-x)); -(y*log(o) + (1 - y)*log(1 - o))", ["o - y", None]),
        (
            "s = exp(x)+exp(y)+exp(z); o = exp(x)/s; p = exp(y)/s; a*log(o) + b*log(p) + c*log(o)",
            ["a - o*(a + b + c) + c", "b - p*(a + b + c)", None, None, None, None],
        ),
        ("u = x*y; sin(x*y)", ["y*cos(u)", "x*cos(u)"]),
        ("u = x^2*y; (x^2*y)^3", ["6*u^2*x*y", "3*u^2*x^2"]),
        ("p = x^2 + 1; q = p^3; log(q)", ["6*x/p"]),
        ("p = x^2 + 1; q = 2*p^3; log(q)", ["6*x/p"]),
        ("p = x^2 + 1; q = 1/p^2; log(q)", ["-4*x/p"]),
        ("p = x^2 + 1; q = p^3; 1/q", ["-6*x/(p*q)"]),
        ("p = sin(x) + 2; q = p^2; r = q^2; log(r)", ["4*cos(x)/p"]),
        ("p = sin(x) + 2; q = p^2; sin(q)", ["2*p*cos(q)*cos(x)"]),
        ("q = sin(x)^3; log(q)", ["3*cos(x)/sin(x)"]),
    ],
)
def test_products_are_called_by_the_names_of_steps(source, expected):
    _, results, _ = in_steps(source)
    for node, right in zip(results, expected, strict=True):
        assert right is None or text(node) == right


@settings(max_examples=99, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    EXPRESSIONS,
    EXPRESSIONS,
    st.sampled_from(
        [
            *["o*({0})", "({0})/({1})^2 + o", "log(o)*({0})*({1})", "exp(o)/o"],
            *["q = o^3; log(q) + o/q", "q = 2/o^2; exp(q)*sqrt(o)/q^2"],
            "q = ({0})^2; r = q^2; o/r",
        ]
    ),
    POINTS,
)
def test_names_of_steps_keep_values(top, bottom, rest, points):
    source = f"o = ({top})/({bottom}); {rest.format(top, bottom)}"
    raw, results, steps = in_steps(source)
    for point in points:
        known = dict(zip(steps.values(), values(list(steps), point), strict=True))
        if None in known.values():
            continue
        for original, result in zip(raw, results, strict=True):
            before, after = values([original], point)[0], values([result], point | known)[0]
            close = tolerance(text(result), CLOSE)
            if before is not None and not mp.isnan(before):  # NaN: the reference is not sure
                assert after is not None, (text(original), text(result), point)
                assert abs(before - after) <= close * (1 + abs(before)), (text(result), point)


@settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(EXPRESSIONS, POINTS)
def test_values_are_within_their_bounds(source, points):
    model = model_of(f"cos(x)*({source}) + 2*sin({source}) - 1/cosh({source})^2")
    simplifier = Simplifier(Style.of([]))
    simplifier.simplify(model.graph.ancestors([model.output]))
    order = list(simplifier.graph.nodes)
    found = {}
    for node in order:
        found[node] = bounds_of(node, found.__getitem__, simplifier.writer.sign(node))
    for point in points:
        for node, value in zip(order, values(order, point), strict=True):
            low, high = found[node]
            is_sure = value is not None and not mp.isnan(value)
            assert not is_sure or low - CLOSE <= value <= high + CLOSE, text(node)


def nested_cases(depth):
    """Sums of choices between two, whose branches are sums of choices between two others."""
    steps = ["v0 = x*z"]
    for count in range(1, depth + 1):
        a, b = [("x", "y"), ("y", "z"), ("x", "z")][count % 3]
        inner = f"v{count - 1}"
        steps.append(
            f"v{count} = where({a} > {b}, {inner}, {a}) + where({a} < {b}, {inner}, {b}*{inner})"
        )
    return "; ".join(steps)


def test_cases_within_cases_are_not_looked_at(monkeypatch):
    looked_at = []
    in_every_case = extrema._in_every_case

    def noted(algebra, total, sides):
        looked_at.append(algebra.is_case)
        return in_every_case(algebra, total, sides)

    monkeypatch.setattr(extrema, "_in_every_case", noted)
    derived = derive(nested_cases(3), values={"x": 2.0, "y": 3.0, "z": 5.0})
    assert looked_at
    assert all(looked_at), "the algebra of a case looks at none"
    # By differences of the program in 50 digits.
    assert {partial.wrt: partial.value for partial in derived.partials} == {
        ("x",): 7.0, ("y",): 1.0, ("z",): 2.0,
    }  # fmt: skip


@pytest.mark.parametrize("order", [("case", "whole"), ("whole", "case")])
def test_what_a_sum_comes_to_does_not_depend_on_where_it_was_met_first(order):
    simplifier = Simplifier(Style.of([]))
    make = simplifier.writer.make
    x, y, z = map(simplifier.graph.input, "xyz")
    zero = simplifier.writer.write({})
    tests = [make(op, y, z) for op in ("gt", "lt", "eq")]
    total = {((make("where", test, x, zero), 1),): 1 for test in tests}
    algebras = {"case": simplifier.algebra.in_case, "whole": simplifier.algebra}
    found = {each: algebras[each].best_form(total) for each in order}
    assert found["whole"] == {((x, 1),): 1}
    assert found["case"] != found["whole"]
