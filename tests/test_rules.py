"""What the rule table says of its functions beside their derivatives, against mpmath."""

import itertools
import math
import random
import subprocess
import sys
from fractions import Fraction

import exact_values
import pytest
from accuracy_cases import CASES
from accuracy_checker import Bound, Case, uniform
from command_line import call
from mpmath import mp, mpf
from random_programs import LEFT_OUT
from registries import COMPUTED, REASONS, REGISTRIES, Function, forgotten
from test_accuracy import INTERNAL

from gradcli.cli.status import Status
from gradcli.engine.functions import rare
from gradcli.engine.interpreter import evaluate
from gradcli.engine.scalar import div, operation
from gradcli.errors import ParseError
from gradcli.evaluation.solve import solve
from gradcli.graph import operations
from gradcli.graph.domains import is_defined_everywhere, is_size
from gradcli.graph.entry import WORDS, Lines, lines, read_entries, read_facts
from gradcli.graph.node import Graph
from gradcli.graph.rules import FALLING, RuleTable, table
from gradcli.graph.variadic import VARIADIC
from gradcli.symbolic.simplify.bounds import read_range
from gradcli.syntax import elsewhere

WRITTEN_OUT = {name for name, rule in VARIADIC.items() if rule.written}
"""What takes any number of arguments and is made of other operations."""

RULES = [entry for entry in table().entries() if entry.kind in {"rule", "variadic"}]
FACTS = [entry for entry in RULES if entry.facts]
NUMBERS = (
    0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0, -2.5, 1.5, 1e-300, -1e-300, 1e3, -1e3, -171.5,
)  # fmt: skip


def _facts(entry):
    return table().facts(entry.name, len(entry.params))


def _name(entry):
    return f"{entry.name}/{len(entry.params)}"


def _points(entry, count=12):
    """Points of the domain, those of the accuracy cases."""
    (case, *_) = [
        case for case in CASES if case.name == entry.name and len(entry.params) in {0, case.arity}
    ]
    return case.reference, case.sample(count)


# --- Nothing is forgotten -----------------------------------------------------------------------


def test_other_spellings_are_what_their_lines_say() -> None:
    # All of them are looked for when the table is loaded, and no line is read for that.
    said = {each.name: each.text for each in lines().entries if each.kind == "alias"}
    assert lines().aliases == said
    assert len(said) > 50


@pytest.mark.parametrize("entry", RULES, ids=_name)
def test_every_registry_knows_the_function(entry):
    if "SciPy" in entry.group:
        pytest.importorskip("scipy")
    assert forgotten(Function(entry)) == {}


def test_what_a_registry_need_not_know_is_of_a_function_and_of_a_registry():
    assert {name for name, _ in REASONS} <= {entry.name for entry in RULES}
    assert {registry for _, registry in REASONS} <= REGISTRIES.keys()


SOFTSIGN = "softsign2(x) : 1/(1 + abs(x))/(1 + abs(x))"
SAID = " # x/(1 + abs(x))\n    odd; increasing; softsign2(0) = 0; softsign2(1) = 1/2"


def softsign(x):
    return x / (1 + abs(x))


NEAR = uniform(-3, 3)


def planted(line, computed=None, reference=None, points=NEAR):
    """A function of a line that no table has."""
    entry, *_ = entries = read_entries(line)
    arity = len(entry.params)
    bounds = (Bound(1),) * 3
    cases = [Case(entry.name, reference, [[points] * arity], bounds)] if reference else []
    return Function(entry, RuleTable(Lines(entries)), computed, cases)


NEW = {
    "a line alone": (
        planted(SOFTSIGN),
        {
            *("values on floats", "accuracy cases", "exact values", "many digits"),
            *("random programs", "description"),
        },
    ),
    "a line, a value and a case": (
        planted(SOFTSIGN, softsign, softsign),
        {"exact values", "many digits", "random programs", "description", "words", "exact numbers"},
    ),
    "one that says all": (
        planted(SOFTSIGN + SAID, softsign, softsign),
        {"exact values", "many digits", "random programs"},
    ),
    "one of two arguments, with a kink": (
        planted("larger2(x, y) : x > y, x <= y # max", max, max),
        {"exact values", "many digits", "random programs", "kinks"},
    ),
    "one with a pole": (
        planted("over2(x) : -1/x^2 # 1/x\n    odd", lambda x: div(1.0, x), lambda x: 1 / x),
        {"exact values", "many digits", "random programs", "exact numbers", "poles"},
    ),
    "one with a domain": (
        planted(
            "root2(x) : 1/(2*x) # sqrt\n    definite; increasing; root2(0) = 0; root2(1) = 1",
            operation("sqrt"),
            mp.sqrt,
            uniform(0, 3),
        ),
        {"exact values", "many digits", "random programs", "domain"},
    ),
    "one that leaves the range of floats": (
        planted("cubed2(x) : 3*x^2 # x^3", lambda x: x * x * x, lambda x: x**3),
        {
            *("exact values", "many digits", "random programs", "words", "exact numbers"),
            "numbers beyond floats",
        },
    ),
    "one that is positive": (
        planted("bump2(x) : 0 # 1/(1 + x^2)", lambda x: 1 / (1 + x * x), lambda x: 1 / (1 + x * x)),
        {"exact values", "many digits", "random programs", "words", "exact numbers"},
    ),
}
"""New functions, and the registries that have to name them."""


@pytest.mark.parametrize(("function", "registries"), NEW.values(), ids=NEW)
def test_every_registry_that_has_forgotten_a_new_function_names_it(function, registries):
    assert forgotten(function).keys() == registries


def test_every_registry_is_asked_of_a_new_function():
    assert set().union(*(registries for _, registries in NEW.values())) == REGISTRIES.keys()


def test_every_value_on_floats_is_of_a_function_in_the_table():
    known = {entry.name for entry in RULES} | INTERNAL.keys()
    assert known - WRITTEN_OUT == COMPUTED


def test_what_takes_any_number_of_arguments_has_a_line_and_an_operation_or_others_for_it():
    lines = [entry.name for entry in RULES if entry.kind == "variadic"]
    assert sorted(lines) == sorted(VARIADIC)
    assert all((rule.partial is None) != (rule.written is None) for rule in VARIADIC.values())


def test_what_is_left_out_of_random_programs_exists_and_has_a_reason():
    names = {entry.name for entry in table().entries()}
    assert all(name in names and reason for name, reason in LEFT_OUT.items())


def test_a_fact_that_says_nothing_is_refused():
    with pytest.raises(ValueError, match="no fact"):
        read_facts("odd; evn")


def test_no_hint_is_about_a_function_that_is_there():
    assert not {*elsewhere.FUNCTIONS, *elsewhere.NOT_HERE} & set(table().names())


# --- Facts hold ---------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", FACTS, ids=_name)
def test_words_hold(entry):
    words = _facts(entry).words
    assert words <= WORDS
    function, points = _points(entry)
    for point in points:
        here = function(*map(mpf, point))
        if "odd" in words:
            assert mp.almosteq(function(*(-mpf(x) for x in point)), -here)
        if "even" in words:
            assert mp.almosteq(function(*(-mpf(x) for x in point)), here)
        if "positive" in words:
            assert here > 0
        if "definite" in words:
            assert (here > 0) == any(point)
            assert here >= 0
        if "nonnegative" in words:
            assert here >= 0
    if "increasing" in words:
        inside = sorted({point[0] for point in points if 1e-10 < abs(point[0]) < 30})
        with mp.workdps(450):  # erf(30) is below 1
            values = [function(mpf(x)) for x in inside]
        assert all(a < b for a, b in itertools.pairwise(values))


@pytest.mark.parametrize("entry", [entry for entry in FACTS if _facts(entry).range], ids=_name)
def test_bounds_hold_of_exact_values_and_of_rounded_ones(entry):
    low, high = read_range(_facts(entry).range)
    function, points = _points(entry, 100)
    on_floats = operation(entry.name)
    for point in points:
        assert low <= function(*map(mpf, point)) <= high
    for point in [*points, *itertools.product(NUMBERS, repeat=len(entry.params))]:
        value = on_floats(*point)
        assert math.isnan(value) or low <= value <= high


@pytest.mark.parametrize("text", ["y < 1", "-1 <= x <= 1", "0 <= y", "y >= pi"])
def test_bounds_that_say_nothing_are_refused(text):
    with pytest.raises(ValueError, match="no bounds"):
        read_range(text)


@pytest.mark.parametrize(
    ("entry", "at", "value"),
    [(entry, *pair) for entry in FACTS for pair in _facts(entry).values],
    ids=lambda part: part if isinstance(part, str) else part.name,
)
def test_exact_value(entry, at, value):
    function, _ = _points(entry)
    at, value = Fraction(at), Fraction(value)
    exact = function(mpf(at.numerator) / at.denominator)
    assert mp.almosteq(exact, mpf(value.numerator) / value.denominator, abs_eps=mpf(2) ** -50)
    assert operation(entry.name)(float(at)) == float(value)


def test_an_odd_function_says_its_value_at_zero():
    odd = [entry for entry in FACTS if "odd" in _facts(entry).words]
    assert odd
    for entry in odd:
        if operation(entry.name)(0.0) == 0:
            assert ("0", "0") in _facts(entry).values, entry.name


def _holds(condition, entry, point):
    graph = Graph()
    inputs = [graph.input(name) for name in entry.params]
    node = condition(graph, entry.name, tuple(inputs))
    return None if node is None else bool(evaluate(graph, [node], inputs, point)[0])


@pytest.mark.parametrize(
    "entry", [each for each in RULES if each.params and each.name != "hyp2f1"], ids=_name
)
def test_a_function_is_nan_just_outside_of_its_domain_and_infinite_at_its_poles(entry):
    """Of hyp2f1 SciPy gives a value in a part of its domain only."""
    if "SciPy" in entry.group:
        pytest.importorskip("scipy")
    function = operation(entry.name)
    # Polynomials of high degrees overflow in many ways, and SciPy gives up early.
    is_wide = "degree" not in entry.group and "SciPy" not in entry.group
    numbers = [x for x in NUMBERS if is_wide or abs(x) < 4]
    numbers = numbers[::2] if len(entry.params) > 3 else numbers  # of four there are 65,536 points
    for point in itertools.product(numbers, repeat=len(entry.params)):
        value = function(*point)
        inside = _holds(table().domain, entry, point)
        assert math.isnan(value) == (inside is False), point
        if _holds(table().pole, entry, point) and inside is not False:
            assert math.isinf(value), point


SLOW_TEXTBOOKS = {"polylog_slope": 2}
"""How many points are looked at of what mpmath takes seconds for."""


@pytest.mark.parametrize("name", sorted(table().textbooks()))
def test_what_a_textbook_writes_is_the_function(name):
    _assert_written(name, SLOW_TEXTBOOKS.get(name, 20))


@pytest.mark.slow
@pytest.mark.parametrize("name", SLOW_TEXTBOOKS)
def test_what_a_textbook_writes_is_the_function_at_many_points(name):
    _assert_written(name, 20)


def _assert_written(name, points):
    (entry,) = (entry for entry in RULES if entry.name == name)
    formula = table().textbook(name, len(entry.params))
    graph = Graph()
    inputs = [graph.input(each) for each in entry.params]
    written = formula.instantiate(graph, inputs, lambda graph, op, args: graph.node(op, args))
    draw = random.Random(name)  # noqa: S311  (no secrets)
    for _ in range(points):
        point = {each: draw.uniform(-3, 3) for each in entry.params}
        if "n == floor(n)" in entry.facts:
            point["n"] = float(draw.randrange(3))
        if _holds(table().domain, entry, tuple(point.values())) is False:
            continue
        node = graph.node(name, tuple(inputs))
        got, expected = exact_values.values([written, node], point)
        assert mp.almosteq(got, expected, 1e-40)


@pytest.mark.parametrize("entry", RULES, ids=_name)
def test_what_is_defined_everywhere_is_a_number_everywhere(entry):
    """What `domains` reads off the facts, at points that overflow nothing."""
    graph = Graph()
    args = tuple(graph.input(name) for name in entry.params or ("x", "y"))
    node = table().call(graph, entry.name, args)
    if is_defined_everywhere(node, lambda _: True):
        for point in itertools.product([x for x in NUMBERS if abs(x) < 4], repeat=len(args)):
            assert math.isfinite(evaluate(graph, [node], args, point)[0]), point


def test_sizes_are_those_that_the_rules_say():
    graph = Graph()
    x, y = graph.input("x"), graph.input("y")
    named = [*((entry.name, len(entry.params)) for entry in RULES if entry.params), ("norm", 2)]
    nodes = [(name, graph.node(name, (x, y)[:arity])) for name, arity in named if arity < 3]
    assert {name for name, node in nodes if is_size(node)} == {"abs", "hypot", "norm"}


@pytest.mark.parametrize("name", [*VARIADIC, *(f"np.{name}" for name in VARIADIC)])
def test_a_range_without_an_element_is_what_the_operation_begins_with(name):
    empty = {"sum": 0, "prod": 1}.get(name.removeprefix("np."))
    source = f"{name}(k*x for k in 1..0)"
    if empty is None:
        with pytest.raises(ParseError, match="at least one argument"):
            solve(source, {"x": 2})
    else:
        assert solve(f"{source} + 0*x", {"x": 2}).value == empty
    with pytest.raises(ParseError):
        solve(f"{name}()", {})


# --- Values that are SciPy's --------------------------------------------------------------------


def test_without_scipy_an_error_names_the_extra(monkeypatch):
    rare.scipy_special.cache_clear()
    monkeypatch.setitem(sys.modules, "scipy.special", None)
    answer = call("eval", "besselj(0, x)", "--x", "1")
    assert answer.code == Status.USAGE
    assert "pip install 'gradcli[special]'" in answer.err
    # The derivative in symbols needs no value.
    assert call("diff", "besselj(0, x)").code == 0


@pytest.mark.process
def test_scipy_is_loaded_only_when_one_of_its_functions_is_called():
    code = "import sys, gradcli; print(gradcli.evaluate({!r}).value, 'scipy' in sys.modules)"
    for text, loaded in [("sinc(0) + erfinv(0)", "False"), ("besselj(0, 0)", "True")]:
        command = [sys.executable, "-c", code.format(text)]
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
        assert answer.stdout.split() == ["1.0", loaded]


# --- Partials with as few nodes as will do ------------------------------------------------------


def _pool(graph):
    """Arguments of many kinds, related to each other, for which formulas become others."""
    x, y = graph.input("x"), graph.input("y")
    zero, two, four = map(graph.const, (0.0, 2.0, 4.0))
    made = {
        "mul": [(x, y), (two, x)],
        "add": [(x, y)],
        "sub": [(x, y), (y, two)],
        "div": [(x, y), (graph.const(1.0), y), (four, two), (x, two)],
        "abs": [(x,)],
        "neg": [(y,)],
        "norm": [(x, y)],
        "where": [(graph.node("gt", (x, zero)), x, zero)],
    }
    nodes = [graph.node(op, args) for op, each in made.items() for args in each]
    return [x, y, zero, two, graph.const(-1.0), graph.const(math.pi, "pi"), *nodes]


@pytest.mark.parametrize("entry", [each for each in RULES if each.params], ids=_name)
def test_a_choice_that_is_no_node_becomes_the_one_that_its_formula_makes(entry):
    graph = Graph()
    pool = _pool(graph)
    formulas = table()._formulas(entry, entry.text)
    combinations = [*itertools.product(pool, repeat=min(len(entry.params), 2))]
    for number, args in enumerate(combinations):
        more = [pool[number * 7 % len(pool)]] * (len(entry.params) - len(args))
        node = graph.node(entry.name, (*args, *more))
        for place, formula in enumerate(formulas):
            expected = formula.instantiate(graph, node.args, operations.make)
            found = table().open_partial(graph, node, place)
            if isinstance(found, operations.Choice):
                assert expected.op == "where"
            if entry.name not in FALLING:
                assert operations.made(graph, found) is expected


def test_comparisons_in_rules_are_made_into_nodes_only_where_they_are_settled():
    graph = Graph()
    x, y, two = graph.input("x"), graph.input("y"), graph.const(2.0)
    opened = {
        (op, args): table().open_partial(graph, graph.node(op, args), 0)
        for op, args in [("pow", (x, y)), ("relu", (x,)), ("pow", (two, y)), ("pow", (x, two))]
    }
    tests = {key for key, each in opened.items() if isinstance(each, operations.Choice)}
    assert tests == {("pow", (x, y)), ("relu", (x,))}
    assert {node.op for node in graph.nodes}.isdisjoint({"where", "gt", "or"})
    for numbers, holds in [((0.0, 0.0), False), ((0.0, 1.0), True), ((math.nan, 0.0), True)]:
        at = dict(zip((x, y), numbers, strict=True)).__getitem__
        assert opened["pow", (x, y)].condition.holds(at) is holds
