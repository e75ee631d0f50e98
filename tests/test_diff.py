"""Derivatives in symbols: against a table of textbook answers, mpmath, sympy and the engine."""

import itertools
import json
import math
import random
import re
import sys

import jsonschema
import pytest
from command_line import call
from exact_values import DIGITS, tolerance, value
from formula_cases import read as read_cases
from graphs import derivative, read_formula
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf
from random_programs import EXPRESSIONS

import gradcli
from gradcli.calculus.forward import tangents
from gradcli.calculus.reverse import gradient
from gradcli.errors import InputError, ParseError, UsageError
from gradcli.evaluation.solve import read_model
from gradcli.graph.model import Model
from gradcli.graph.node import Graph
from gradcli.graph.read import read
from gradcli.graph.resolve import resolve
from gradcli.graph.rules import table
from gradcli.graph.unparse import Unparser
from gradcli.symbolic import deriver
from gradcli.symbolic import result as result_module
from gradcli.symbolic.derive import derive
from gradcli.symbolic.steps import RULES
from gradcli.symbolic.wanted import MOST_ORDER
from gradcli.syntax.substitute import substitute
from gradcli.syntax.text import text
from gradcli.views import schema
from gradcli.views.diff import render
from gradcli.views.formulas import to_latex, to_plain
from gradcli.views.json import render as to_json
from gradcli.views.lines import folding
from gradcli.views.lines.folding import folded
from gradcli.views.lines.latex import Latex, latex
from gradcli.views.lines.latex_names import as_in_print, in_print
from gradcli.views.lines.page import Display
from gradcli.views.lines.unicode import People, notation

TEXTBOOK = [
    (source, tuple(names.split(",")), expected)
    for source, lines in read_cases("derivatives")
    for names, _, expected in (line.partition(": ") for line in lines)
]

NETWORK = """
f(z) = 1/(1 + exp(-z))
a[j] = f(sum(w1[i,j]*x[i] for i in 1..2)) for j in 1..2
b[k] = f(sum(w2[j,k]*a[j] for j in 1..2)) for k in 1..2
o = f(sum(w3[k,1]*b[k] for k in 1..2))
J = (o - y)^2/2
"""


def nested(count):
    return "; ".join(
        ["f1 = sin(x)*x", *(f"f{i} = sin(f{i - 1})*f{i - 1}" for i in range(2, count + 1))]
    )


def model_of(source, inputs=()):
    return resolve(read(source, inputs), inputs)


def texts(derived):
    return {partial.key: derived.text(partial) for partial in derived.partials}


def only(source, names=None, **options):
    """The text of one derivative."""
    derived = derive(source, [names] if names else (), **options)
    (partial,) = derived.partials
    return derived.text(partial)


# --- The table ------------------------------------------------------------------------------------


def test_the_table_is_large():
    assert len(TEXTBOOK) > 200


@pytest.mark.parametrize(("source", "names", "expected"), TEXTBOOK)
def test_writes_what_a_teacher_writes(source, names, expected):
    assert only(source, names, textbook=True) == expected


@pytest.mark.parametrize(
    ("source", "names", "point", "expected"),
    [
        ("x^n", ("x",), {"x": 0, "n": 0}, 0),
        ("(x*y)^x", ("y",), {"x": 0, "y": 2}, 0),
        ("x^n", ("n",), {"x": 0, "n": 3}, 0),
        ("x^n", ("x", "x"), {"x": 0, "n": 1}, 0),
        ("x^n", ("x", "n"), {"x": 0, "n": 3}, 0),
        ("norm(x, y)", ("x",), {"x": 0, "y": 0}, 0),
        ("xlogy(x, y)", ("y",), {"x": 0, "y": 0}, 0),
        ("a*x^n + b^n", ("x",), {"a": 3, "b": 2, "x": 0, "n": 0}, 0),
    ],
)
def test_what_a_teacher_leaves_out_stays_in_the_text_that_is_evaluated(
    source, names, point, expected
):
    inputs = [*point]
    machine = model_of(only(source, names, inputs=inputs), inputs).output
    assert value(machine, {name: mpf(number) for name, number in point.items()}) == expected
    people = only(source, names, inputs=inputs, textbook=True)
    assert "where" not in people
    # At a point where it matters a teacher says so, too.
    assert "where" in only(source, names, inputs=inputs, textbook=True, values=point)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("(0.1 + 0.2 - 0.3)*x", "d/dx = 0"),
        ("(3.0000000000000004 - 3)*x", "d/dx = 4e-16"),
        ("(0.1 + 0.2)*x", "d/dx = 0.3"),
        ("x/3", "d/dx = 1/3 = 0.333333"),
        ("pi*x", "d/dx = π = 3.14159"),
    ],
)
def test_no_number_beside_a_number_is_another_one(source, expected):
    """A formula that is a number is exact; what floats come to would contradict it."""
    assert expected in call("diff", source, "--x", "1").out.splitlines()


def numeric_derivative(source, names, point):
    """Central differences of the program itself, one for each name, with digits to spare."""
    output = model_of(source).output
    step = mpf(10) ** -(DIGITS // (3 * len(names)))
    total = mpf(0)
    for signs in range(2 ** len(names)):
        moved, sign = dict(point), 1
        for place, each in enumerate(names):
            direction = 1 if signs >> place & 1 else -1
            moved[each] = mpf(moved[each]) + direction * step
            sign *= direction
        there = value(output, moved)
        if there is None:
            return None
        total += sign * there
    return total / (2 * step) ** len(names)


@pytest.mark.parametrize(("source", "names", "expected"), TEXTBOOK)
def test_the_table_is_right(source, names, expected):
    inputs = [node.label for node in model_of(source).inputs]
    result = model_of(expected, inputs).output
    numbers = random.Random(source)  # noqa: S311  (points, not secrets)
    checked = 0
    with mp.workdps(DIGITS):
        for _ in range(100):
            point = {each: mpf(numbers.randint(-2900, 2900)) / 1000 for each in inputs}
            reference = numeric_derivative(source, names, point)
            if reference is not None:
                found = value(result, point)
                assert abs(found - reference) < mpf(10) ** -8 * (1 + abs(reference))
                checked += 1
            if checked == 8:
                return
    raise AssertionError(f"{source} is defined at {checked} of 100 points")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of sympy itself, with a new mpmath
def test_the_table_agrees_with_sympy():
    sympy = pytest.importorskip("sympy", reason="sympy comes with the bench extra")
    functions = {
        "asin": sympy.asin, "acos": sympy.acos, "atan": sympy.atan, "sech": sympy.sech,
        "e": sympy.E, "pi": sympy.pi, "gamma": sympy.gamma, "digamma": sympy.digamma,
        "lgamma": sympy.loggamma, "abs": sympy.Abs, "sign": sympy.sign,
    }  # fmt: skip
    compared = 0
    for source, names, expected in TEXTBOOK:
        words = set(re.findall(r"[a-z]\w*\(", f"{source} {expected}"))
        if words & {
            "where(",
            "max(",
            "min(",
            "relu(",
            "clip(",
            "cbrt(",
            "hypot(",
            "logsumexp(",
            "log2(",
            "log10(",
        }:
            continue
        if words & {
            "sigmoid(",
            "softplus(",
            "silu(",
            "normal_cdf(",
            "normal_pdf(",
            "logit(",
            "exp2(",
        }:
            continue
        if " if " in source or words & {"abs(", "sign("} or "log(x, 10)" in source:
            continue
        if re.search(r"\b(and|or|not)\b|[<>=]", source):
            continue
        inputs = [node.label for node in model_of(source).inputs]
        known = functions | {each: sympy.Symbol(each) for each in inputs}
        formula_, answer = (
            sympy.sympify(each.replace("^", "**"), known) for each in (source, expected)
        )
        reference = sympy.diff(formula_, *(known[each] for each in names))
        numbers = {known[each]: sympy.Rational(7 + 3 * i, 19) for i, each in enumerate(inputs)}
        right, found = (complex(each.subs(numbers).evalf(30)) for each in (reference, answer))
        assert abs(right - found) <= 1e-12 * (1 + abs(right)), (source, names, expected)
        compared += 1
    assert compared > 150


# --- Which derivatives ----------------------------------------------------------------------------


def test_the_formula_of_the_lesson_needs_no_values():
    derived = derive("3(a+bc)")
    assert texts(derived) == {"a": "3", "b": "3*c", "c": "3*b"}
    assert derived.inputs == ("a", "b", "c")
    assert derived.expression == "3*(a + b*c)"


@pytest.mark.parametrize(
    ("source", "options", "expected"),
    [
        ("x^3*y", {}, {"x": "3*x^2*y", "y": "x^3"}),
        ("x^3*y", {"wrt": [["y"]]}, {"y": "x^3"}),
        ("x^3*y", {"wrt": [["x", "y"]]}, {"x,y": "3*x^2"}),
        ("x^3*y", {"wrt": [["y", "x"]]}, {"y,x": "3*x^2"}),
        ("x^3*y", {"wrt": [["x"], ["y"]]}, {"x": "3*x^2*y", "y": "x^3"}),
        ("x^3*y", {"wrt": [["x"]], "order": 2}, {"x,x": "6*x*y"}),
        ("x^3*y", {"wrt": [["x", "x"]], "order": 2}, {"x,x": "6*x*y"}),
        ("x^3*y", {"order": 2}, {"x,x": "6*x*y", "x,y": "3*x^2", "y,y": "0"}),
        ("x^3*y", {"order": 4}, {"x,x,x,x": "0", "x,x,x,y": "6", "x,x,y,y": "0",
                                 "x,y,y,y": "0", "y,y,y,y": "0"}),
        ("x^3", {"wrt": [["x"], ["x"]]}, {"x": "3*x^2"}),
        ("J(a, b) = a", {}, {"a": "1", "b": "0"}),
        ("3", {}, {}),
        ("x", {"order": 2}, {"x,x": "0"}),
    ],
)  # fmt: skip
def test_the_derivatives_that_are_asked_for(source, options, expected):
    assert texts(derive(source, **options)) == expected


@pytest.mark.parametrize(
    ("names", "order", "expected"),
    [
        (["u"], None, "v = b*c; u = a + v; 6*u"),
        (["u"], 2, "6"),
        (["v"], None, "v = b*c; u = a + v; 6*u"),
        (["b"], None, "v = b*c; u = a + v; 6*c*u"),
    ],
)
def test_a_step_is_held_when_a_derivative_is_by_it(names, order, expected):
    assert only("v = b*c; u = a + v; J = 3u^2", names, order=order) == expected


def test_names_that_are_held_stay_names():
    derived = derive("u = x^2; w = u*y; w*u", [["y", "u"]])
    assert "u" in texts(derived)["y,u"]


def test_a_derivative_by_a_step_and_by_what_it_is_made_of_has_two_meanings():
    with pytest.raises(UsageError, match="'u' depends on 'x'"):
        derive("u = x^2; u*x", [["x", "u"]])


@pytest.mark.parametrize(
    ("source", "options", "error", "message"),
    [
        ("x^2", {"wrt": [["z("]]}, InputError, "no 'z('"),
        ("alpha*x", {"wrt": [["alhpa"]]}, InputError, "no 'alhpa'"),
        ("x^2", {"order": 0}, UsageError, "the order is 1 to"),
        ("x^2", {"order": MOST_ORDER + 1}, UsageError, "the order is 1 to"),
        ("x^2", {"wrt": [["x"] * (MOST_ORDER + 1)]}, UsageError, "the order is 1 to"),
        ("x*y", {"wrt": [["x", "y"]], "order": 3}, UsageError, "order 2, not 3"),
        ("x*y", {"wrt": [["x", "y"]], "order": 1}, UsageError, "order 2, not 1"),
        ("x*y", {"inputs": ["x", "z"]}, InputError, "no input 'z'"),
        ("x*y", {"values": {"z": 1}}, InputError, "no input 'z'"),
        ("x*y", {"values": {"x": "one"}}, InputError, "value of 'x'"),
        ("x*", {}, ParseError, "ends too early"),
        ("sine(x)", {}, InputError, "unknown function 'sine'"),
        (
            " + ".join(f"x{i}" for i in range(60)),
            {"order": 3},
            UsageError,
            "derivatives of order 3",
        ),
    ],
)
def test_what_cannot_be_done_is_said(source, options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        derive(source, **options)


# --- Letters --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "declared", "inputs"),
    [
        ("3(a+bc)", (), "a b c"),
        ("3(a+bc^2)", (), "a b c"),
        ("ax^2+bx+c", (), "a x b c"),
        ("mx+b", (), "m x b"),
        ("abc/a", (), "a b c"),
        ("ab", (), "a b"),
        ("sin(xy)", (), "x y"),
        ("2xy", (), "x y"),
        ("xy/ab", (), "x y a b"),
        ("A(r) = πr²", (), "r"),
        ("πr²", (), "r"),
        ("2πfτ", (), "f"),
        ("sin", (), "sin"),
        ("erf + x", (), "erf x"),
        ("r = sigmoid(Wr*h + Ur*x); r*h", (), "Wr h Ur x"),
        ("r = sigmoid(Wr*h + Ur*x); r*h", ("h",), "Wr h Ur x"),
        ("i = sigmoid(Wi*x); f = sigmoid(Wf*x); i*f*Ui", (), "Wi x Wf Ui"),
        ("v = b*c; 3(a+bc)", (), "b c a bc"),
        ("f(z) = z^2; f(xy)", (), "xy"),
        ("sin(xy)", ("x",), "x y"),
        ("3(a+bc)", ("bc",), "a bc"),
        ("rate*time", (), "rate time"),
        ("a*rate + bc", (), "a rate bc"),
        ("x*mu", (), "x mu"),
        ("a*be", (), "a be"),
        ("J(a, bc) = a*bc", (), "a bc"),
        ("a = 2; a*bc", (), "bc"),
        ("x1*ab + x", (), "x1 a b x"),
        ("ab12*a", (), "ab12 a"),
        ("xe^x", (), "x"),
        ("xe^(2x) + c", (), "x c"),
        ("Ae^(-kt)", (), "A k t"),
        ("ae^x+b", (), "a x b"),
        ("te^(-t/τ)", (), "t"),
        ("2xe^x", (), "x"),
        ("x²e^x", (), "x"),
        ("xye^(xy)", (), "x y"),
        ("xye^x + rate", (), "xye x rate"),
        ("ye^-x", (), "y x"),
        ("xe**x", (), "x"),
        ("xe^2x", (), "x"),
        ("c1e^(2t) + c2e^(-t)", (), "c1 t c2"),
        ("rate*xe^x", (), "rate x"),
        ("k = 3; xe^(kx)", (), "x kx"),
        ("g(t) = te^-t; g(x)", (), "x"),
        ("xe^x", ("xe",), "xe x"),
        ("xe^x + xe", (), "xe x"),
        ("(xe)^x", (), "xe x"),
        ("xe = 2*x; xe^x", (), "x"),
        ("Re^0.8*Pr^0.4", (), "Re Pr"),
        ("xe²", (), "xe"),
        ("xe^2", ("x",), "x"),
        ("rate^2 + price^x", (), "rate price x"),
        ("scale^x", (), "scale x"),
        ("the^2", (), "the"),
        ("the^2", ("t", "h"), "t h"),
        ("m_e^x", (), "m_e x"),
        ("ee^x", (), "ee x"),
    ],
)
def test_letters_are_read_as_in_a_textbook(source, declared, inputs):
    model = read_formula(source, declared)
    assert [node.label for node in model.inputs] == inputs.split()


def test_letters_that_nothing_declares_are_read_where_nothing_is_declared_or_that_is_wanted():
    for declared, whole, inputs in [
        ((), None, "a b c"),
        (("a",), None, "a bc"),
        (("a",), "--inputs {}", "a b c"),
        (("bc",), "--inputs {}", "a bc"),
    ]:
        model = read_model("3(a+bc)", declared, whole=whole)
        assert [node.label for node in model.inputs] == inputs.split()


@pytest.mark.parametrize(
    ("source", "declared", "said"),
    [
        ("xe^x", (), ["'xe' is read as x*e; --inputs xe makes it one name"]),
        ("xe^x", ("x",), ["'xe' is read as x*e"]),
        ("xe^x", ("xe",), []),
        ("xe^x + xe", (), ["'xe' is read as one name, as with --inputs xe; {}x*e^…"]),
        ("Re^0.8 + Re²", (), ["'Re' is read as one name, as with --inputs Re; {}R*e^…"]),
        ("age^2", (), ["'age' is read as one name, as with --inputs age; {}a*g*e^…"]),
        ("age^2", ("age",), []),
        ("A(t) = Ae^t", (), ["'Ae' is read as one name, as with --inputs Ae; {}A*e^…"]),
        ("rate^2 + scale^x", (), []),
        ("e^x + x*e^2", (), []),
    ],
)
def test_an_e_before_an_exponent_is_never_read_in_silence(source, declared, said):
    notes = read_formula(source, declared, "--inputs {}").notes
    assert [note.message for note in notes] == [
        message.format("for the constant write ") for message in said
    ]


@pytest.mark.parametrize(
    ("source", "wrt", "most", "graphs"),
    [
        ("x*y + z", [], 1, 1),
        ("x*y + z", [("x",)], 1, 1),
        ("3(a + bc)", [], 2, 2),  # with bc as a name, and as a product
        ("3(a + bc)", [("a",)], 2, 2),
        ("u = x^2; u*y", [("x", "y")], 1, 1),
        ("bc + ab", [("a",), ("b",), ("c",)], 2, 1),  # products of what is declared
    ],
)
def test_no_text_is_read_more_often_than_it_has_readings(monkeypatch, source, wrt, most, graphs):
    derive(source, wrt=wrt)  # what is loaded on the way reads rules
    texts, made = [], []
    module, begin = sys.modules[read.__module__], Model.__init__
    parse = module.parse
    monkeypatch.setattr(
        module, "parse", lambda text, *more: texts.append(text) or parse(text, *more)
    )
    monkeypatch.setattr(
        Model, "__init__", lambda self, text: made.append(text) or begin(self, text)
    )
    derive(source, wrt=wrt)
    assert set(texts) == {source}
    assert (len(texts), len(made)) == (most, graphs)


def test_a_reading_that_fails_is_taken_back():
    model = read_formula("J(x) = Jx + x", ())  # J*x would use J before it is defined
    assert [node.label for node in model.inputs] == ["x", "Jx"]


def test_the_reading_is_said_and_how_to_have_another():
    (note,) = derive("3(a+bc)").notes
    assert note.kind == "letters"
    assert note.message == "'bc' is read as b*c; --inputs bc makes it one name"
    assert derive("3(a+bc)", inputs=["a", "bc"]).notes == ()
    (note,) = derive("3(a+bc)", inputs=["a", "b", "c"]).notes
    assert note.message == "'bc' is read as b*c"


def test_strict_refuses_a_reading():
    with pytest.raises(ParseError, match="'bc' is read as"):
        derive("3(a+bc)", strict=True)
    with pytest.raises(ParseError, match="'bc' is read as"):
        derive("3(a+bc)", inputs=["a", "b", "c"], strict=True)
    assert derive("3*(a+b*c)", strict=True).partials


# --- Against the engine ---------------------------------------------------------------------------

EXAMPLES = [source for source, _ in read_cases("derivatives")] + [NETWORK, nested(5)]


@pytest.mark.parametrize("source", EXAMPLES)
def test_texts_have_the_values_that_the_engine_finds(source):
    model = model_of(source)
    numbers = random.Random(source)  # noqa: S311  (points, not secrets)
    point = {node.label: numbers.uniform(0.1, 0.9) for node in model.inputs}
    expected = gradcli.evaluate(source, point).gradient
    derived = derive(source)
    assert [partial.key for partial in derived.partials] == list(derived.inputs)
    for partial in derived.partials:
        program = derived.text(partial)
        given = {each.label: point[each.label] for each in model_of(program, derived.inputs).inputs}
        found = gradcli.evaluate(program, given).value
        assert found == pytest.approx(expected[partial.key], rel=1e-9, abs=1e-12, nan_ok=True)


@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(EXPRESSIONS)
def test_any_derivative_reads_back(source):
    derived = derive(source)
    for partial in derived.partials:
        program = derived.text(partial)
        model = model_of(program, derived.inputs)
        names = {node: node.label for node in model.steps}
        write = Unparser(names)
        lines = [f"{name} = {text(write.definition(node))}" for node, name in names.items()]
        assert "; ".join([*lines, text(write.reference(model.output))]) == program


def test_forward_and_reverse_give_the_same():
    model = model_of(NETWORK)
    names = [node.label for node in model.inputs]
    forward = [derivative(model.graph, model.output, node) for node in model.inputs]
    reverse = gradient(model.graph, model.output, model.inputs)
    point = {each: mpf(place + 3) / 7 for place, each in enumerate(names)}
    for one, other in zip(forward, reverse, strict=True):
        assert abs(value(one, point) - value(other, point)) < mpf(10) ** -40


def test_many_first_derivatives_are_taken_in_one_pass(monkeypatch):
    expected = texts(derive("x^2*y + sin(y*z)"))
    monkeypatch.setattr(deriver, "MOST_TANGENTS", 0)
    monkeypatch.setattr(deriver, "tangents", None)
    assert texts(derive("x^2*y + sin(y*z)")) == expected


# --- Shared parts ---------------------------------------------------------------------------------


def test_twelve_nested_steps_stay_a_shared_graph():
    derived = derive(nested(12))
    (program,) = texts(derived).values()
    assert len(program) < 800
    assert program.startswith("f1 = sin(x)*x; f2 = sin(f1)*f1; ")
    assert program.count("cos(") == 12
    found = gradcli.evaluate(program, x=0.7).value
    assert found == pytest.approx(gradcli.evaluate(nested(12), x=0.7).gradient["x"], rel=1e-12)


def test_what_has_no_name_gets_one():
    source = "f(z) = sin(z)*z; f(f(f(f(f(f(x))))))"
    derived = derive(source)
    (program,) = texts(derived).values()
    assert len(program) < 400
    assert set(derived.definitions) >= {"t1", "t2", "t3"}
    found = gradcli.evaluate(program, x=0.7).value
    assert found == pytest.approx(gradcli.evaluate(source, x=0.7).gradient["x"], rel=1e-12)


def test_new_names_are_not_those_of_the_program():
    source = "f(z) = sin(z)*z; f(f(f(f(f(t1*t2)))))"
    derived = derive(source)
    assert not {"t1", "t2"} & set(derived.definitions)
    for partial in derived.partials:
        assert model_of(derived.text(partial), derived.inputs)


@pytest.mark.parametrize(
    "steps",
    [
        "v = (x - m)^2; h = x/sqrt(v + 1)",  # a root that is never 0
        "v = (x - m)^2; h = x/sqrt(4*v + 4)",
        "v = (x - m)^2; h = x/hypot(x - m, 1)",
        "mu = (x + m)/2; v = ((x - mu)^2 + (m - mu)^2)/2; h = (x - mu)/sqrt(v + 1e-5)",
        "v = (x - m)^2; h = x/sqrt(v + s)",
        "r = sqrt((x - m)^2); v = r^2; h = x/(v + 1)",  # a kink that vanishes
        "r = abs(x - m); h = x/(r^2 + 1)",
        "v = relu(x^2); h = x/(v + 1)",
        "v = max(x^2, 0); h = x/sqrt(v + 1)",
        "r = abs(x - m); h = r^2 + x",
    ],
)
def test_a_step_without_kinks_is_used_by_its_name(steps):
    # By hand: J = (g*h - t)^2, where h does not depend on g and t.
    derived = derive(f"{steps}; J = (g*h - t)^2", [["g"], ["t"]])
    found = [text(partial.expression) for partial in derived.partials]
    assert found == ["2*h*(g*h - t)", "2*(t - g*h)"]


def test_the_network_is_written_in_the_names_of_its_steps():
    source = NETWORK.replace("f(z) = 1/(1 + exp(-z))", "").replace("f(", "sigmoid(")
    derived = derive(source, [["w1[1,1]"]])
    (partial,) = derived.partials
    assert text(partial.expression) == (
        "a[1]*o*x[1]*(1 - a[1])*(b[1]*w2[1,1]*w3[1,1]*(1 - b[1])"
        " + b[2]*w2[1,2]*w3[2,1]*(1 - b[2]))*(o - y)*(1 - o)"
    )
    assert derived.uses([partial]) == ["a[1]", "a[2]", "b[1]", "b[2]", "o"]


def test_definitions_come_before_they_are_used():
    derived = derive(NETWORK)
    for partial in derived.partials:
        known = set(derived.inputs)
        for each in derived.uses([partial]):
            used = {node.label for node in model_of(text(derived.definitions[each]), ["t1"]).inputs}
            assert used <= known | {"t1"}
            known.add(each)


def test_text_that_would_be_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(deriver, "MOST_CHARACTERS", 100)
    with pytest.raises(UsageError, match="too long"):
        derive(NETWORK)


def test_what_derivatives_repeat_each_for_itself_is_bounded(monkeypatch):
    derived = derive("*".join(f"x{place}" for place in range(60)))
    monkeypatch.setattr(result_module, "MOST_CHARACTERS", 10_000)
    with pytest.raises(UsageError, match="60 derivatives") as refused:
        derived.to_dict()
    assert refused.value.hint.startswith("as one program: --plain; one of them: --wrt x")
    assert len(to_plain(derived)) < 10_000
    assert len(to_plain(derived).splitlines()) == 60 + len(derived.definitions)


def test_steps_of_many_variables_are_written_for_some_and_that_is_said(monkeypatch):
    source = "*".join(f"x{place}" for place in range(6))
    monkeypatch.setattr(deriver, "MOST_WAYS", 3 * len(model_of(source, ()).graph))
    derived = derive(source, with_steps=True)
    assert [len(each.ways) for each in derived.partials] == [1, 1, 1, 0, 0, 0]
    (note,) = derived.notes
    assert (note.kind, note.names) == ("steps", ("x3",))
    assert "3 of 6 variables; --wrt x3" in note.message
    assert all(way.steps for each in derived.partials for way in each.ways)


def test_many_inputs():
    source = "sum(100*(x[i+1] - x[i]^2)^2 + (1 - x[i])^2 for i in 1..150)"
    found = texts(derive(source))
    assert len(found) == 151
    assert found["x[1]"] == "2*x[1] - 400*x[1]*(x[2] - x[1]^2) - 2"
    assert found["x[151]"] == "200*(x[151] - x[150]^2)"


# --- Values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "values", "expected"),
    [
        ("x^2*y", {"x": 3, "y": 2}, {"x": 12.0, "y": 9.0}),
        ("x^2*y", {"x": 3}, {"x": None, "y": 9.0}),
        ("x^2*y", {"x": "pi/2"}, {"x": None, "y": (math.pi / 2) ** 2}),
        ("x*y", {"x": 3}, {"x": None, "y": 3.0}),
        ("3*(a + b)", {"a": 1}, {"a": 3.0, "b": 3.0}),
    ],
)
def test_values_are_there_where_nothing_is_missing(source, values, expected):
    derived = derive(source, values=values)
    assert {partial.key: partial.value for partial in derived.partials} == expected


def test_values_are_computed_by_the_engine_and_not_from_the_short_formula():
    (partial,) = derive("sigmoid(x)", values={"x": 40}).partials
    assert partial.value == pytest.approx(math.exp(-40), rel=1e-12)
    assert text(partial.expression) == "sigmoid(x)*(1 - sigmoid(x))"


def test_a_derivative_that_is_not_finite_is_a_problem():
    derived = derive("log(x)", values={"x": 0})
    (problem,) = derived.problems
    assert (problem.kind, problem.what) == ("derivative", "Infinity")
    assert json.loads(to_json(derived))["values"] == {"x": None}


# --- Steps ----------------------------------------------------------------------------------------


def steps_of(source, names=None):
    derived = derive(source, [names] if names else (), with_steps=True)
    return [step for partial in derived.partials for way in partial.ways for step in way.steps]


@pytest.mark.parametrize(
    ("source", "rules"),
    [
        ("x^2", ["power rule"]),
        ("x^2 + 3*x", ["power rule", "constant factor", "sum rule"]),
        ("x*sin(x)", ["derivative of sin", "product rule"]),
        ("sin(x)/x", ["derivative of sin", "quotient rule"]),
        ("1/x", ["reciprocal rule"]),
        ("2^x", ["exponential rule"]),
        ("x^x", ["power with variable base and exponent"]),
        ("exp(3*x)", ["constant factor", "chain rule with exp"]),
        ("-cos(x)", ["derivative of cos", "constant factor"]),
        ("x - 1 + sin(x) + 5", ["derivative of sin", "sum rule"]),
        ("max(x, 1)", ["derivative of max"]),
        ("where(x > 0, x^2, 1)", ["power rule", "choice: each branch by itself"]),
        ("u = x; u*2", ["another name", "constant factor"]),
        ("x", []),
        ("3 + 0", []),
    ],
)
def test_the_rules_have_their_names(source, rules):
    assert [step.rule for step in steps_of(source)] == rules


@pytest.mark.parametrize("source", [source for source, _ in read_cases("derivatives")])
def test_steps_lead_to_the_result(source):
    derived = derive(source, with_steps=True)
    for partial in derived.partials:
        (way,) = partial.ways
        if way.steps:
            assert text(way.steps[-1].derivative) == text(partial.expression)


@pytest.mark.parametrize("source", [source for source, _ in read_cases("derivatives")])
def test_every_step_is_right(source):
    """The rule with everything put in has the value of the simplified derivative."""
    derived = derive(source, with_steps=True)
    numbers = random.Random(source)  # noqa: S311  (points, not secrets)
    for partial in derived.partials:
        for step in partial.ways[0].steps:
            close = tolerance(text(step.derivative), mpf(10) ** -30)
            before, after = (
                model_of(text(tree), derived.inputs).output
                for tree in (step.inserted, step.derivative)
            )
            for _ in range(4):
                point = {each: mpf(numbers.randint(100, 2900)) / 1000 for each in derived.inputs}
                one, other = value(before, point), value(after, point)
                if one is not None and other is not None:
                    assert abs(one - other) < close * (1 + abs(one))


def test_steps_of_a_second_derivative_begin_with_the_simplified_first():
    (partial,) = derive("x*exp(x)", order=2, with_steps=True).partials
    first, second = partial.ways
    assert text(first.steps[-1].derivative) == text(second.steps[-1].expression) == "(x + 1)*exp(x)"


def test_steps_use_the_names_of_the_program():
    steps = steps_of("h = tanh(w*x); J = (h - y)^2/2", ["w"])
    (named,) = (step for step in steps if step.name == "h")
    assert text(named.derivative) == "x*sech(w*x)^2"
    assert text(steps[-1].derivative) == "h'*(h - y)"


@pytest.mark.parametrize(("left", "right"), [rule[1:] for rule in RULES])
def test_the_rules_of_the_textbook_are_those_of_the_table(left, right):
    """Each formula for u = exp(t) and v = 2 + sin(t), or x = t and c = 3, against the table."""
    parts = {"u": "exp(t)", "v": "(2 + sin(t))", "c": "3", "x": "t"}
    parts |= {"du": "exp(t)", "dv": "cos(t)"}
    trees = {each: model_tree(source) for each, source in parts.items()}
    whole, slope = (text(substitute(model_tree(side), trees)) for side in (left, right))
    model = model_of(whole)
    expected = derivative(model.graph, model.output, model.inputs[0])
    for number in (0.3, 1.7, 0.8):
        found = value(model_of(slope).output, {"t": number})
        assert abs(found - value(expected, {"t": number})) < mpf(10) ** -40


def model_tree(source):
    return Unparser({}).definition(model_of(source).output)


@pytest.mark.parametrize(
    "entry", [entry for entry in table().entries() if entry.kind == "rule" and entry.params],
    ids=lambda entry: f"{entry.name}/{len(entry.params)}",
)  # fmt: skip
def test_steps_know_every_function_of_the_table(entry):
    graph = Graph()
    args = tuple(graph.input(each) for each in entry.params)
    node = graph.node(entry.name, args)
    for each in args:
        found = tangents(graph, node, each)
        assert node in found.of
    source = text(Unparser({}).definition(node))
    if entry.name not in {"id", "lt", "le", "gt", "ge", "eq", "ne", "not", "and", "or"}:
        inputs = [each for each in entry.params if not (entry.name == "where" and each == "c")]
        for each in inputs:
            steps = steps_of(source, [each])
            assert len(steps) == 1
            assert text(steps[0].left)


@pytest.mark.parametrize("function", ["max", "min", "norm", "logsumexp"])
def test_a_function_of_many_arguments_is_differentiated_by_the_rule_for_two(function):
    sizes = []
    for count in (40, 80):
        derived = derive(f"{function}(x*i for i in 1..{count})", with_steps=True)
        last = derived.partials[0].ways[0].steps[-1]
        assert text(last.left) == f"{function}(u, v)"
        assert last.inserted is None
        found = to_json(derived)
        jsonschema.validate(json.loads(found), json.loads(schema.text("diff")))
        sizes.append(len(found))
    assert sizes[1] < 2.5 * sizes[0]


@pytest.mark.parametrize("source", EXAMPLES[::5])
def test_the_last_step_is_the_result(source):
    for order in (1, 2):
        for partial in derive(source, order=order, with_steps=True).partials[:4]:
            *before, last = partial.ways
            assert last.result is partial.expression
            # Each of the others ends with what is differentiated next.
            for way, following in itertools.pairwise([*before, last]):
                if way.result and following.steps and following.steps[-1].expression:
                    assert text(way.result) == text(following.steps[-1].expression)


def test_the_derivatives_of_an_answer_share_their_names():
    derived = derive(
        "d1 = (log(S/K) + (r + s^2/2)*T)/(s*sqrt(T)); d2 = d1 - s*sqrt(T);"
        "C = S*normal_cdf(d1) - K*exp(-r*T)*normal_cdf(d2)",
        order=2,
    )
    written = [text(tree) for tree in derived.definitions.values()]
    assert len({*written}) == len(written)
    # Named once, and nowhere written again.
    everything = [*written, *(text(partial.expression) for partial in derived.partials)]
    assert sum(each.count("exp(-r*T)") for each in everything) == 1


def test_second_derivatives_speak_of_the_steps():
    model = "d1 = (log(S/K) + (r + s^2/2)*T)/(s*sqrt(T)); d2 = d1 - s*sqrt(T);"
    derived = derive(f"{model} S*normal_cdf(d1) - K*exp(-r*T)*normal_cdf(d2)", order=2)
    own = [name for name in derived.definitions if name.startswith("t")]
    assert len(own) < 25
    assert {"d1", "d2"} < derived.definitions.keys()
    point = {"S": 100.0, "K": 95.0, "r": 0.03, "s": 0.2, "T": 0.75}
    known = gradcli.function(derived.expression).hessian(**point)
    for partial in derived.partials:
        found = gradcli.evaluate(derived.text(partial), point).value
        one, other = partial.wrt
        assert found == pytest.approx(known[one][other], rel=1e-9), partial.key


# --- Views ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("source", "expected"), [(s, e[0]) for s, e in read_cases("latex")])
def test_latex(source, expected):
    assert latex(model_tree(source)) == expected


@pytest.mark.parametrize(
    ("output", "wrt", "single", "expected"),
    [
        (None, ("x",), True, r"\frac{d}{dx}"),
        ("J", ("x",), True, r"\frac{d J}{dx}"),
        ("J", ("b",), False, r"\frac{\partial J}{\partial b}"),
        ("J", ("b", "c"), False, r"\frac{\partial^{2} J}{\partial b\,\partial c}"),
        (None, ("x", "x", "y"), False, r"\frac{\partial^{3}}{\partial x^{2}\,\partial y}"),
        ("J", ("w1[1,2]",) * 2, False, r"\frac{\partial^{2} J}{\partial {w^{(1)}_{1,2}}^{2}}"),
    ],
)
def test_the_sign_of_a_derivative_in_latex(output, wrt, single, expected):
    assert Latex().derivative(output, wrt, single=single) == expected


@pytest.mark.parametrize("source", EXAMPLES)
def test_latex_has_its_braces_in_pairs(source):
    for line in to_latex(derive(source)).splitlines():
        assert line.count("{") == line.count("}")
        assert line.count(r"\left") == line.count(r"\right")
        depth = 0
        for character in line:
            depth += (character == "{") - (character == "}")
            assert depth >= 0


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("x", "x"), ("x1", "x_{1}"), ("x_1", "x_{1}"), ("x_max", r"x_{\mathrm{max}}"),
        ("x_i", "x_{i}"), ("w_1_2", "w_{1,2}"), ("_", r"\_"), ("x_", r"\mathrm{x\_}"),
        ("__class__", r"\mathrm{\_\_class\_\_}"), ("w__1_", r"\mathrm{w\_\_1\_}"),
        ("rate", r"\mathrm{rate}"), ("net_rate2", r"\mathrm{net\_rate}_{2}"),
        ("alpha", r"\alpha"), ("alpha_0", r"\alpha_{0}"), ("β", r"\beta"), ("Ω", r"\Omega"),
        ("ς", r"\varsigma"), ("ο", r"\mathit{omicron}"), ("x̂", r"\hat{x}"), ("x̄1", r"\bar{x}_{1}"),
        ("é", r"\acute{e}"), ("ẍ", r"\ddot{x}"), ("tau̇", r"\dot{\tau}"), ("θ̇", r"\dot{\theta}"),
        ("café", r"\mathrm{caf\acute{e}}"), ("αx", r"\mathrm{{\alpha}x}"),
        ("x̡", r"{x}^{\mathtt{321}}"), ("w[1,2]", "w_{1,2}"), ("w1[1,2]", "w^{(1)}_{1,2}"),
        ("w_out[1]", r"w_{\mathrm{out},1}"), ("rate1[2]", r"\mathrm{rate}^{(1)}_{2}"),
    ],
)  # fmt: skip
def test_names_in_latex(name, expected):
    assert as_in_print(name) == expected


@settings(max_examples=300, derandomize=True)
@given(
    st.lists(
        st.one_of(
            st.text("xalph_12α̂το", min_size=1, max_size=5),
            st.sampled_from(
                ["alpha", "omicron", "tau", "x[1]", "x1[2]", "x_1[2]", "xx[1]", "x[1,2]"]
            ),
        ),
        unique=True,
    )
)
def test_no_two_names_of_a_program_look_the_same_in_latex(names):
    names = list({name for name in names if name.partition("[")[0].isidentifier()})
    written = in_print(names)
    assert len({*written.values()}) == len(names)
    for each in written.values():
        assert each.count("{") == each.count("}")
        # Each subscript and each exponent belongs to a letter of its own.
        assert not re.search(r"[_^]\{[^{}]*\}[_^]\{[^{}]*\}[_^]", each.replace(r"\_", ""))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x*x_", r"x \mathrm{x\_}"),
        ("x1*x_1", r"x_{1} \mathrm{x\_1}"),
        ("alpha*α", r"\mathrm{alpha} \alpha"),
        ("sigma*sigmoid(x)", r"\sigma \operatorname{sigmoid}\left(x\right)"),
        ("e_1*exp(x)", r"e_{1} e^{x}"),
        ("x*1e-9^y", r"x \cdot \left(1 \cdot 10^{-9}\right)^{y}"),
    ],
)
def test_names_in_latex_beside_each_other(source, expected):
    model = model_of(source)
    names = [node.label for node in model.inputs]
    assert Latex(names).write(Unparser({}, names).definition(model.output)) == expected


def test_exp_is_no_power_of_a_variable_e():
    model = model_of("e*exp(x)", ["e"])
    tree = Unparser({}, ["e", "x"]).definition(model.output)
    assert Latex(["e", "x"]).write(tree) == r"e \operatorname{exp}\left(x\right)"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("3*x^2*y", "3·x²·y"),
        ("x^10", "x¹⁰"),
        ("x^2.5", "x^2.5"),
        ("x^n", "x^n"),
        ("x^-1", "x⁻¹"),
        ("x^(a + 1)", "x^(a + 1)"),
        ("1e-9*a_b - 3", "1e-9·a_b - 3"),
        ("x == y", "x == y"),
        ("(x^2)^3", "(x²)³"),
        ("x^2^3", "x^(2³)"),
        ("x^y^z", "x^(y^z)"),
        ("x^1000000", "x^1000000"),
        ("sqrt(x)^y", "(√x)^y"),
        ("sqrt(x + 1)^2", "(√(x + 1))²"),
        ("sqrt(x^2)", "√(x²)"),
        ("sqrt(2.5)", "√(2.5)"),
        ("gamma(x + 1)", "x!"),
        ("gamma(x*y + 1)^2", "((x·y)!)²"),
        ("gamma(gamma(x + 1) + 1)", "(x!)!"),
        ("gamma(-x + 1)", "(-x)!"),
        ("gamma(1 + x) + gamma(x - 1)", "gamma(1 + x) + gamma(x - 1)"),
        ("sqrt(x)/sqrt(x + 1)", "√x/√(x + 1)"),
        ("sqrt(2)", "√2"),
        ("2*pi*x", "2·π·x"),
        ("sin(x)^2", "sin(x)²"),
        ("where(x <= 1 and x != 0, x, 2)", "where(x ≤ 1 and x ≠ 0, x, 2)"),
    ],
)
def test_formulas_for_the_eye(source, expected):
    shown = notation(Display()).write(model_tree(source))
    assert shown == expected
    assert structure(shown) == structure(source)
    plain = notation(Display(encoding="ascii")).write(model_tree(source))
    assert plain.isascii()
    assert structure(plain) == structure(source)


def structure(source):
    return text(Unparser({}).definition(model_of(source).output))


def test_names_of_the_program_are_not_signs():
    tree = Unparser({}, ["pi", "x"]).definition(model_of("pi*x", ["pi"]).output)
    assert notation(Display(), ["pi", "x"]).write(tree) == "pi·x"
    tree = Unparser({}, ["π", "x"]).definition(model_of("π*pi", ["π"]).output)
    assert notation(Display(), ["π", "x"]).write(tree) == "π·pi"


def test_accents_belong_to_their_names():
    assert notation(Display()).write(model_tree("tau̇*sqrt(x̂)*tau")) == "tau̇·√x̂·τ"


def test_a_stream_that_lacks_a_sign_gets_the_canonical_one():
    tree = model_tree("x^4 <= pi*sqrt(x^2 - 1)")
    assert People("latin-1").write(tree) == "x^4 <= pi·sqrt(x² - 1)"
    assert People("cp1253", minus="−").write(tree) == "x^4 <= pi·sqrt(x² - 1)".replace("pi", "π")


@pytest.mark.parametrize("source", EXAMPLES)
def test_what_is_shown_reads_back(source):
    derived = derive(source)
    for partial in derived.partials:
        expected = text(partial.expression)
        names = [*derived.inputs, *derived.definitions]
        shown = notation(Display(), names).write(partial.expression)
        assert text(Unparser({}).definition(model_of(shown, names).output)) == expected


@pytest.mark.parametrize("columns", [20, 40, 60, 80, 120])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_no_line_is_too_wide(columns, encoding):
    display = Display(width=columns, encoding=encoding)
    for source in ("x^2*sin(x)/(x + 1)", "max(x, y)^2", "a = x*y; b = exp(a); b^2/a", NETWORK):
        lines = str(render(derive(source, with_steps=True), display)).splitlines()
        assert max(map(len, lines)) <= columns
        assert all(line.isascii() for line in lines) or encoding == "utf-8"


def test_lines_break_where_few_brackets_are_open():
    assert folded("(a + b)*(c + d) + (e + f)", 18) == ["(a + b)*(c + d)", "+ (e + f)"]
    assert folded("aaaaaaaaaaaa", 5) == ["aaaaa", "aaaaa", "aa"]
    assert folded("x̂x̂x̂x̂x̂x̂", 5) == ["x̂x̂x̂x̂x̂", "x̂"]
    assert folded("abcdef", -1) == folded("abcdef", 1) == ["abcd", "ef"]
    assert "".join(folded("x1*x2*x3*x4*x5", 7)) == "x1*x2*x3*x4*x5"


def test_a_long_formula_is_measured_once(monkeypatch):
    measured = 0

    def counted(text):
        nonlocal measured
        measured += len(text)
        return len(text)

    monkeypatch.setattr(folding, "width", counted)
    formula = " + ".join(f"x{place}·y" for place in range(2_000))
    lines = folded(formula, 60)
    assert " ".join(lines) == formula
    assert measured < 2 * len(formula)


def test_several_plain_derivatives_are_one_program():
    derived = derive("d_x = 3; x^2*y*d_x")
    program = to_plain(derived)
    assert program == "d_x = 6*x*y\nd_y = 3*x^2"
    assert gradcli.evaluate(program, x=2, y=5).value == 12
    indexed = to_plain(derive("w[1,2]^2*x"))
    assert indexed == "d_w[1,2] = 2*w[1,2]*x\nd_x = w[1,2]^2"
    assert model_of(indexed)
    mixed = to_plain(derive("w[1,2]^2*x", order=2))
    assert mixed.splitlines()[1] == "d_w_1_2_x = 2*w[1,2]"
    assert model_of(mixed)


@pytest.mark.parametrize(
    ("source", "options"),
    [
        ("3(a+bc)", {}),
        ("x^2*y", {"order": 2}),
        (NETWORK, {"with_steps": True}),
        ("log(x)", {"values": {"x": 0}, "with_steps": True}),
        ("3", {}),
    ],
)
def test_json_follows_its_schema(source, options):
    found = json.loads(to_json(derive(source, **options)))
    jsonschema.validate(found, json.loads(schema.text("diff")))
    for program in found["derivatives"].values():
        assert model_of(program, found["inputs"])


# --- The command ----------------------------------------------------------------------------------


def test_steps_as_they_are_shown():
    called = call("diff", "x^2*sin(3x)", "--steps")
    assert called.code == 0
    assert called.out == (
        "x²·sin(3·x)\n"
        "\n"
        "d/dx, step by step\n"
        "1. power rule: (x^c)' = c·x^(c - 1)\n"
        "   (x²)' = 2·x^(2 - 1) = 2·x\n"
        "2. constant factor: (c·x)' = c·1\n"
        "   (3·x)' = 3·1 = 3\n"
        "3. chain rule with sin: sin(u)' = u'·cos(u)\n"
        "   sin(3·x)' = 3·cos(3·x)\n"
        "4. product rule: (u·v)' = u'·v + u·v'\n"
        "   (x²·sin(3·x))'\n"
        "     = 2·x·sin(3·x) + x²·(3·cos(3·x))\n"
        "     = 3·x²·cos(3·x) + 2·x·sin(3·x)\n"
        "\n"
        "d/dx = 3·x²·cos(3·x) + 2·x·sin(3·x)\n"
    )


def test_a_result_can_be_piped_on():
    program = call("diff", "x^3*y", "--wrt", "x", "--plain").out
    assert (
        call("eval", "-", "--x", "2", "--y", "5", "--get", "out", stdin=program.encode()).out
        == "60\n"
    )


def test_many_derivatives_are_cut_unless_all_are_wanted():
    source = "sum(x[i]^2 for i in 1..50)"
    assert "10 of 50 derivatives are left out" in call("diff", source).out
    assert len(call("diff", source, "--all").out.splitlines()) == 52


def test_many_steps_are_cut_unless_all_are_wanted():
    source = "; ".join(["f0 = x", *(f"f{i} = sin(f{i - 1}) + x" for i in range(1, 51))])
    assert "steps left out" in call("diff", source, "--steps").out
    assert "steps left out" not in call("diff", source, "--steps", "--all").out


# --- Names that hide constants --------------------------------------------------------------------


def test_a_constant_beside_a_variable_of_its_name_is_written_as_a_number():
    derived = derive("pi*erf(x)", inputs=["pi", "x"])
    assert texts(derived)["x"] == "2*pi*exp(-x^2)/sqrt(3.141592653589793)"


def test_a_held_step_and_long_formulas_define_nothing_twice():
    source = (
        "v = b*c; w = exp(v)*sin(v); u = w*v; J = u^3*sin(u*w)*exp(u+w)*cos(w*w)*sin(u)*tan(w+u)"
    )
    derived = derive(source, [["u"]])
    (program,) = texts(derived).values()
    point = {"b": 0.7, "c": 0.6}
    expected = gradcli.evaluate(source, point, wrt=["u"]).gradient["u"]
    assert gradcli.evaluate(program, point).value == pytest.approx(expected, rel=1e-9)


# --- Names of steps -------------------------------------------------------------------------------


CASES = "where({0} > 0, {1}, where({0} == 0, {2}, 0))"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "o = sigmoid(w*x + b); -(y*log(o) + (1 - y)*log(1 - o))",
            {"w": "x*(o - y)", "x": "w*(o - y)", "b": "o - y", "y": "log(1 - o) - log(o)"},
        ),
        ("o = 1/(1 + exp(-x)); -(t*log(o) + (1 - t)*log(1 - o))", {"x": "o - t"}),
        ("o = exp(x)/(exp(x) + exp(y)); -t*log(o)", {"x": "t*(o - 1)", "t": "-log(o)"}),
        ("u = x^2 + 1; u^3", {"x": "6*u^2*x"}),
        ("o = sigmoid(z); -y*log(o) - (1 - y)*log(1 - o)", {"z": "o - y"}),
        ("s = logsumexp(a, b); o = exp(a - s); -y*log(o) - (1 - y)*log(1 - o)", {"a": "o - y"}),
        ("o = tanh(z); (o - y)^2/2", {"z": "(o - y)*(1 - o^2)", "y": "y - o"}),
        ("o = tanh(w*x + b); o*y", {"w": "x*y*(1 - o^2)", "b": "y*(1 - o^2)"}),
        ("h = max(0, z); (h - y)^2", {"z": CASES.format("z", "2*(h - y)", "h - y")}),
        ("z = w*x; h = max(z, 0); h^3", {"w": CASES.format("z", "3*h^2*x", "3*h^2*x/2")}),
        ("h = min(0, z); h*y", {"z": CASES.format("z", "y", "y/2").replace(">", "<")}),
        (
            "s = sum(exp(z[j]) for j in 1..2); o[k] = exp(z[k])/s for k in 1..2; -log(o[1])",
            {"z[1]": "o[1] - 1", "z[2]": "o[2]"},
        ),
        ("v = b*c; u = a + v; 3*u", {"b": "3*c"}),
    ],
)
def test_a_step_is_called_by_its_name_where_that_is_shorter(source, expected):
    derived = derive(source)
    found = {partial.key: text(partial.expression) for partial in derived.partials}
    assert found | expected == found
    for partial in derived.partials:
        point = {name: 0.3 + 0.2 * place for place, name in enumerate(derived.inputs)}
        program = derived.text(partial)
        given = {each.label: point[each.label] for each in model_of(program, derived.inputs).inputs}
        expected_value = gradcli.evaluate(source, point).gradient[partial.key]
        assert gradcli.evaluate(program, given).value == pytest.approx(expected_value)


@pytest.mark.parametrize("names", ["x", ("x", "y"), ("y", "x"), ("x", "x")])
def test_by_a_name_that_the_program_does_not_have_it_is_0_with_a_note(names):
    found = gradcli.derive("5y + 2", {"y": 3}, wrt=[names, "y"])
    absent, by_y = found.partials
    assert (found.text(absent), absent.value, by_y.value) == ("0", 0, 5)
    assert [(note.kind, note.names) for note in found.notes] == [("absent", ("x",))]
    assert found.inputs == ("y",)
    with pytest.raises(gradcli.InputError, match="the program has no 'x'"):
        gradcli.derive("5y + 2", wrt=[names], strict=True)


def test_a_kink_is_told_for_the_derivatives_that_have_it():
    for program, wrt, expected in [
        ("abs(x)*y + relu(y)", "x", ["x = 0: slope -2 to the left, 2 to the right; 0 is used"]),
        ("abs(x)*y + relu(y)", "y", []),
        ("u = abs(x); u*x", "u", []),
        ("abs(x)*abs(x)", "x", []),
        ("max(x, 0)", "x", ["x = 0: slope 0 to the left, 1 to the right; 0 is used"]),
    ]:
        found = gradcli.derive(program, {"x": 0, **({"y": 2} if "y" in program else {})}, wrt=wrt)
        kinks = [problem for problem in found.problems if problem.kind == "kink"]
        assert [kink.message for kink in kinks] == [
            f"out has a kink at {sides}" for sides in expected
        ], program


@pytest.mark.parametrize(
    ("source", "rules"),
    [
        ("3*x != 0", ["condition"]),
        ("not x", ["condition"]),
        ("y*(2*x > 0)", ["condition", "constant factor"]),
        ("x*(x > 0)", ["condition", "product rule"]),
        ("x^2 if 2*x > 1 and x < 3 else 0", ["power rule", "choice"]),
        ("s = 2*x; x^2 if s > 0 else 1", ["power rule", "choice"]),
    ],
)
def test_what_only_a_condition_is_made_of_has_no_step(source, rules):
    (partial,) = derive(source, ["x"], with_steps=True).partials
    (way,) = partial.ways
    assert [step.rule.partition(":")[0] for step in way.steps] == rules
    for step in way.steps:
        if step.rule.startswith("condition"):
            assert text(step.right) == text(step.derivative) == "0"
