"""Hints: what they say is to be typed works when it is typed."""

from __future__ import annotations

import ast
import json
import re
import shlex
from pathlib import Path

import pytest
from cases_of_text import Case
from cases_of_text import cases as error_cases
from command_line import ROOT, call
from graphs import model_of, read_formula
from test_errors import FOLDER, split

from gradcli.calculus.reverse import gradient
from gradcli.cli import other_words
from gradcli.cli.status import Status
from gradcli.errors import GradcliError
from gradcli.evaluation.solve import solve
from gradcli.graph.arrays import calls
from gradcli.graph.read import read
from gradcli.graph.rules import table
from gradcli.graph.run_together import WORDS
from gradcli.hints import did_you_mean, nearest
from gradcli.library.derive import derive
from gradcli.syntax import elsewhere
from gradcli.syntax.phrases import PHRASES
from gradcli.syntax.spelling import KEYWORDS
from gradcli.syntax.tex import GREEK

X = 0.75


def other_words_lines(hint: str) -> list[str]:
    """The command lines in a hint that have a formula."""
    return re.findall(r'gradcli \w+(?: "[^"]+"| --\w+(?: [0-9][0-9.:]*)?)+', hint)


TYPED = [
    ("fma(x, y, z)", "x*y + z"),
    ("fma(x + 1, 2y, z^2)", "(x + 1)*2y + z^2"),
    ("rsqrt(x + 1)", "1/sqrt(x + 1)"),
    ("sqr(x - y)", "(x - y)^2"),
    ("fdim(x/2, y)", "max(x/2 - y, 0)"),
    ("log_2(x + 1)", "log(x + 1, 2)"),
    ("ln_b(x)", "log(x, b)"),
    ("log16(x)", "log(x, 16)"),
    ("log_y (x)", "log(x, y)"),
    ("lb 8", "log2(8)"),
    ("(x + 1) mod 3", "mod(x + 1, 3)"),
    ("sin(x) xor 1", "(sin(x) != 0) != (1 != 0)"),
    ("2*x*y mod 3", "mod(2*x*y, 3)"),
    ("8 mod 2x", "mod(8, 2x)"),
    ("max x y", "max(x, y)"),
    ("norm x y z", "norm(x, y, z)"),
    ("atan2 y x", "atan2(y, x)"),
    ("hypot 3 4", "hypot(3, 4)"),
    ("pow x 2", "pow(x, 2)"),
    ("sin cos x", "sin(cos(x))"),
    ("ln sin x", "ln(sin(x))"),
    ("sinsinx", "sin(sin(x))"),
    ("sincosx", "sin(cos(x))"),
    ("xlnsin2x", "x*ln(sin(2*x))"),
    ("sin^n(x)", "sin(x)^n"),
    ("lg x", "log10(x)"),
    ("arctg x", "atan(x)"),
    ("tgx", "tan(x)"),
    ("x > 0 AND y > 0", "x > 0 and y > 0"),
    ("x + 1 OR y", "x + 1 or y"),
    ("2*(NOT x)", "2*(not x)"),
    ("8 MOD 3", "mod(8, 3)"),
    ("torch.sinc(x)", "np.sinc(x)"),
    ("jnp.sinc(2*x)", "np.sinc(2*x)"),
    ("sympy.sinc(x)", "sinc(x)"),
    ("scipy.stats.norm.cdf(x)", "normal_cdf(x)"),
    ("arcoth(x + 2)", "acoth(x + 2)"),
    ("np.fmax(x, y)", "max(x, y)"),
    ("modulo(x, y)", "mod(x, y)"),
    ("2*ctgθ", "cot(θ)"),
    ("lgy + y", "log10(y)"),
    ("cos2(x)", "cos(x)^2"),
    ("log3(x)", "log(x, 3)"),
    ("x.sin()", "sin(x)"),
    ("psi(y, x)", "polygamma(y, x)"),
    ("gamma(x, y)", "gammaincc(x, y)*gamma(x)"),
    ("gcd(x, y, z)", "gcd(gcd(x, y), z)"),
    ("x mod 3", "mod(x, 3)"),
    ("8 mod 3", "mod(8, 3)"),
    ("x mod y", "mod(x, y)"),
    ("2*x mod y", "mod(2*x, y)"),
    ("1 xor 1", "(1 != 0) != (1 != 0)"),
    ("x xor y", "(x != 0) != (y != 0)"),
    ("5 choose 2", "binomial(5, 2)"),
    ("5 div 2", "floor(5/2)"),
    ("x div y", "floor(x/y)"),
    ("sin^-1(x)", "asin(x)"),
    ("sin⁻¹(x)", "asin(x)"),
    ("tanh^-1 x", "atanh(x)"),
    ("log^2(x + 1)", "log(x + 1)^2"),
    ("sin x", "sin(x)"),
    ("2xsin(x)", "x*sin(x)"),
    ("x*cosx", "cos(x)"),
    ("sin2x", "sin(2*x)"),
    ("math.sqrt(x)", "sqrt(x)"),
    ("Math.sin(x)", "sin(x)"),
    ("jnp.exp(x)", "exp(x)"),
    ("torch.sigmoid(x)", "sigmoid(x)"),
    ("torch.nn.functional.relu(x)", "relu(x)"),
    ("math.pi", "pi"),
    ("round(x, 2)", "round(x*10^2)/10^2"),
    ("hypot(x)", "abs(x)"),
    ("hypot(x, y, z)", "norm(x, y, z)"),
    ("atan(x, y)", "atan2(x, y)"),
    ("||x||", "norm(x)"),
    ("x << 2", "x*2^2"),
    ("x >> 2", "floor(x/2^2)"),
    ("sin(x) = x*y", "sin(x) - x*y"),
    ("4!!!", "(4!!)!"),
    ("1e- 1", "1e-1"),
    ("1e- 1", "1*e - 1"),
    ("3e-.5", "3*e - .5"),
    ("3!10", "*10"),
    ("∞", "inf"),
]

ELSEWHERE = [
    # Mathematica: brackets, the base of a logarithm first, arguments of atan the other way round.
    ("Power[x, 2]", "x^2"),
    ("Times[x + 1, y]", "(x + 1)*y"),
    ("If[x > 1, 2, 3]", "where(x > 1, 2, 3)"),
    ("Max[x, y]", "max(x, y)"),
    ("Log[2, x]", "log(x, 2)"),
    ("ArcTan[x, y]", "atan2(y, x)"),
    ("Sin[2 x]", "sin(2 x)"),
    ("Abs[x]", "abs(x)"),
    ("Gamma[x + 1]*y", "gamma(x + 1)"),
    ("Erf[2 x]", "erf(2 x)"),
    ("Floor[x/2]", "floor(x/2)"),
    ("ProductLog[x]", "lambertw(x)"),
    ("LegendreP[2, x]", "legendre(2, x)"),
    ("Boole[x > 1]", "(x > 1)"),
    # Maple and Maxima: the base of a logarithm between name and argument.
    ("log[2](x)", "log(x, 2)"),
    ("y + log[y]((x + 1)/2)", "log((x + 1)/2, y)"),
    ("surd(x, 3)", "root(x, 3)"),
    # Julia: dots and pipes.
    ("sin.(x) .+ y", "sin(x) + y"),
    ("x.^2 .- y.^2", "x^2 - y^2"),
    ("x^2 |> sin", "sin(x^2)"),
    ("2x |> exp |> sin", "sin(exp(2x))"),
    ("ifelse(x > 1, 2, 3)", "where(x > 1, 2, 3)"),
    # R, and the remainder and the whole quotient of C and Python, which are done with products.
    ("x %% y", "mod(x, y)"),
    ("5 %% 3 * x", "mod(5, 3) * x"),
    ("x %/% y", "floor(x/y)"),
    ("2*x % 3", "mod(2*x, 3)"),
    ("x^2 % 3", "mod(x^2, 3)"),
    ("x + y % 2", "x + mod(y, 2)"),
    ("x ** 0.5 // 1", "floor(x ** 0.5/1)"),
    # Excel.
    ("=x*2", "x*2"),
    ("PI()*x", "pi"),
    ("IF(x>1; 2; 3)", "IF(x>1, 2, 3)"),
    ("IF(x>1, 2, 3)", "where(x>1, 2, 3)"),
    ("AND(x>1, y<3)", "(x>1) and (y<3)"),
    ("OR(x>1, y<3, x>y)", "(x>1) or (y<3) or (x>y)"),
    ("NOT(x>1)", "not (x>1)"),
    ("And(x>1, y<3)", "(x>1) and (y<3)"),
    ("SQRTPI(x)", "sqrt(pi*x)"),
    ("SUMSQ(x, y, 3)", "norm(x, y, 3)^2"),
    ("NORM.S.DIST(x, TRUE)", "normal_cdf(x)"),
    # R: distribution, density and quantile of the logistic distribution.
    ("plogis(x)", "sigmoid(x)"),
    ("dlogis(x)", "sigmoid(x)*sigmoid(-x)"),
    ("qlogis(x)", "logit(x)"),
    # Lists of Python's libraries are lists.
    ("2*np.array(x)", "x"),
    ("torch.tensor(x)*y", "x*y"),
    # Names of arguments, and axes, which count from 1 here.
    ("log(x, base=2)", "log(x, 2)"),
    ("round(x, digits=2)", "round((x)*10^2)/10^2"),
    ("sum(x, axis=0)", "sum(x; 1)"),
    ("np.sum(x, axis=1, keepdims=True)", "np.sum(x; 2)"),
    ("x.mean(axis=0)", "mean(x; 1)"),
    ("torch.softmax(x, dim=0)", "softmax(x; 1)"),
    ("torch.matmul(x, y)", "matmul(x, y)"),
    ("np.linalg.solve(x, y)", "solve(x, y)"),
    ("np.float64(x)", "x"),
    ("float(x) + 1", "x"),
    # MATLAB and APL.
    ("@(x) x^2", "f(x) = x^2"),
    ("⍟x", "log(x)"),
    # Definitions behind what uses them, or with a word before them.
    ("u*y where u = x + 1", "u = x + 1; u*y"),
    ("u*v where u = v + 1, v = 2*x", "v = 2*x; u = v + 1; u*v"),
    ("J = u*y with u = x + 1 and v = 2", "u = x + 1; v = 2; J = u*y"),
    ("u*y; u = x + 1", "u = x + 1; u*y"),
    ("x̂*x where x̂ = 2*x", "x̂ = 2*x; x̂*x"),
    ("f(x̂) with x̂ = x, f(t̂) = t̂^2", "x̂ = x; f(t̂) = t̂^2; f(x̂)"),
    ("u*y, u = x", "u = x; u*y"),
    ("w^2 at w = 3", "w = 3; w^2"),
    ("w^2 | w = 3", "w = 3; w^2"),
    ("f(x) where f(t) = t^2", "f(t) = t^2; f(x)"),
    ("let u = x + 1 in u*y", "u = x + 1; u*y"),
    ("let u = x, v = y in u*v", "u = x; v = y; u*v"),
    ("const u = 3; u*x", "u = 3; u*x"),
    ("let u = max(x, y); u*x", "u = max(x, y); u*x"),
    ("f: x -> x^2", "f(x) = x^2"),
    ("f : R → R, x ↦ x^2", "f(x) = x^2"),
    # Values by cases, of textbooks, Desmos and SymPy.
    ("{x^2 if x > 0, -x otherwise}", "(x^2 if x > 0 else -x)"),
    ("{x > 0: x^2, -x}", "(x^2 if x > 0 else -x)"),
    ("2*{x > 0: x^2, x < -1: 3}", "2*(x^2 if x > 0 else 3 if x < -1 else nan)"),
    ("{x^2: x > 0, 3: x > y, 0 otherwise}", "(x^2 if x > 0 else 3 if x > y else 0)"),
    ("cases(x > 0: x^2, else: -x)", "(x^2 if x > 0 else -x)"),
    ("Piecewise((x^2, x > 0), (max(x, y), True))", "(x^2 if x > 0 else max(x, y))"),
    ("x^2 when x > 0 otherwise 0", "x^2 if x > 0 else 0"),
    ("f(x) = x^2 if x > 0, 0 otherwise", "f(x) = x^2 if x > 0 else 0"),
    # Sums over a range.
    ("sum(x*i, i=1..3)", "sum(x*i for i in 1..3)"),
    ("∑(x*i, i=1..3)", "sum(x*i for i in 1..3)"),
    ("2*∏ (x + i for i in 1..3)", "2*prod(x + i for i in 1..3)"),
    ("∑(x*i, i, 1, 3)", "sum(x*i for i in 1..3)"),
    ("Sum(max(x, i)*y, (i, 1, 3))", "sum(max(x, i)*y for i in 1..3)"),
    ("product(x/i, i = 1 to 3)", "prod(x/i for i in 1..3)"),
    ("sympy.print(x)", "x"),
]
"""What is typed in other languages, and what its hint writes."""


def hint_of(text: str) -> str:
    """The hint of the error that a text ends in."""
    with pytest.raises(GradcliError) as caught:
        solve(text, {"x": X, "y": 2.0, "z": 3.0})
    return caught.value.hint or ""


@pytest.mark.parametrize(("text", "code"), TYPED)
def test_what_a_hint_writes_is_of_the_language(text: str, code: str) -> None:
    hint = hint_of(text)
    assert code in hint, hint
    model_of(code if code[0] != "*" else f"x{code}", "xyz")


@pytest.mark.parametrize(("text", "code"), ELSEWHERE)
def test_what_other_languages_write_is_written_as_here(text: str, code: str) -> None:
    assert hint_of(text).rpartition("write ")[2].rpartition("commas: ")[2] == code
    lists = {"x": "[[2, 1], [1, 3]]", "y": "[1, 2]"}
    is_of_arrays = re.search(r"; \d|matmul|solve", code)
    values = lists if is_of_arrays else {"x": X, "y": 2.0}
    if code != "IF(x>1, 2, 3)":  # which is the next row
        solve(f"sum({code})" if is_of_arrays else code, _used(code, values))


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("lim x->0 sin(x)/x", "there are no limits"),
        ("lim_{x->0} sin(x)/x", "there are no limits"),
        ("lim_(x→0) sin(x)/x", "there are no limits"),
        ("x^2 /* a square */", "a comment begins with #"),
        ("u where u = v, v = u", "a comma stands between"),  # they have no order
    ],
)
def test_what_cannot_be_written_is_said(text: str, hint: str) -> None:
    assert hint_of(text).startswith(hint)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("ATAN2(1, x)", "write atan2(1, x), or atan2(x, 1) for a spreadsheet's"),
        ("LOG(x)", "write log(x), or log10(x) for a spreadsheet's"),
        ("LOG(x, 2)", "write log(x, 2)"),
        ("BESSELJ(x, 0)", "write besselj(0, x), which has the order first"),
        ("NORM.DIST(x, 1, y, TRUE)", "write normal_cdf((x - 1)/y), or normal_pdf((x - 1)/y)/y"),
    ],
)
def test_what_a_spreadsheet_means_by_another_order_of_arguments_is_told(
    text: str, hint: str
) -> None:
    assert hint_of(text).startswith(hint)


@pytest.mark.parametrize("text", ["LET(a, 2, a*x)", "IFERROR(1/x, 0)"])
def test_for_what_is_not_here_nothing_near_is_guessed(text: str) -> None:
    assert hint_of(text) == "to see all of them: gradcli functions"


@pytest.mark.parametrize("letter", sorted(GREEK))
def test_a_greek_letter_is_no_slip_of_a_function(letter: str) -> None:
    """As ``eta(1 - x)`` is a product and not meant for zeta."""
    try:
        hint = hint_of(f"{letter}(x)") if letter != "lambda" else ""
    except pytest.fail.Exception:  # it is a function, or a constant
        return
    assert "did you mean" not in hint


def test_an_element_whose_range_is_missing_is_no_call() -> None:
    assert "a range" in hint_of("Gamma[i]*x")
    assert solve("J(Gamma[n], x) = Gamma[x]", {"Gamma": [2, 5], "x": 2}).value == 5


def test_a_step_is_no_arrow() -> None:
    assert hint_of("x <- 3; 2x") == "write x = 3"
    assert hint_of("x̂ <- 3*y; 2x̂") == "write x̂ = 3*y"
    assert solve("x = 3; 2x", {}).value == 6


def test_an_argument_has_no_name() -> None:
    assert hint_of("gelu(x, approximate=1)").startswith("arguments have no names")


@pytest.mark.parametrize("name", elsewhere.FUNCTIONS)
def test_what_is_written_for_a_function_of_elsewhere_can_be_read(name: str) -> None:
    for code in re.split(r", or |, which | for ", elsewhere.FUNCTIONS[name])[:2]:
        if not code.startswith(("has", "NumPy")):
            names = ["x", "y", "z", "lo", "hi", "n"]
            assert solve(code, {each: 2.0 for each in names if re.search(rf"\b{each}\b", code)})
    if not table().is_function(name):
        assert hint_of(f"{name}(x)") == f"write {elsewhere.FUNCTIONS[name]}"


@pytest.mark.parametrize("name", elsewhere.ARRAYS)
def test_what_is_written_for_a_function_of_arrays_of_elsewhere_can_be_read(name: str) -> None:
    code = elsewhere.ARRAYS[name]
    argument = "3" if name in {"arange", "identity"} else "x"
    written = re.sub(r"\bx\b", argument, code)
    is_of_matrices = re.search("inv|det|chol|@|diag", code)
    given = {
        "x": [[2, 1], [1, 3]] if is_of_matrices else 2 if name == "linspace" else [1, 2],
        "y": [[1, 0], [2, 1]]
        if "@" in code or ":" in code
        else 3
        if name == "linspace"
        else [1, 2],
    }
    names = set(re.findall(r"\b[xy]\b", written))
    assert solve(written, {each: given[each] for each in names})
    for called in (f"{name}({argument})", f"np.{name}({argument})"):
        with pytest.raises(GradcliError) as caught:
            solve(called, {"x": [1, 2]} if argument == "x" else {})
        assert caught.value.hint == f"write {written}"


@pytest.mark.parametrize(
    ("name", "value"),
    [  # at x = 0.7 and y = 1.3, from mpmath
        ("Shi", 0.7193380189288998),
        ("Chi", 0.3455691756953907),
        ("Ai", 0.1891624003981501),
        ("Li2", 0.8893776242860387),
        ("spence", 0.3261295100754761),
        ("betaln", 0.152692437023806),
        ("acosd", 45.5729959991943),
        ("pochhammer", 0.770383183866566),
        ("ff", 0.4096363290956091),
        ("harmonic", 0.7857635397750268),
        ("catalan", 0.8850124787428603),
        ("log1mexp", -0.6863410028083851),
        ("logaddexp2", 2.030969389974021),
        ("logcosh", 0.2272702293585056),
        ("lfactorial", -0.09580769740706586),
        ("mish", 0.5611483776438519),
        ("tetragamma", -6.434992874190923),
        ("gd", 0.6489720817836955),
        ("kl_div", 0.1666725541156436),
        ("cosc", -1.365240375520353),
        ("lowergamma", 1.079777776864488),
        ("uppergamma", 0.2182775557830701),
        ("j1", 0.3289957415400589),
        ("k0", 0.6605198599151015),
    ],
)
def test_what_is_written_for_it_has_its_value(name: str, value: float) -> None:
    code = elsewhere.FUNCTIONS[name].partition(" for ")[0]
    given = {each: at for each, at in (("x", 0.7), ("y", 1.3)) if re.search(rf"\b{each}\b", code)}
    assert solve(code, given).value == pytest.approx(value, rel=1e-13)


@pytest.mark.parametrize("code", [*elsewhere.ARITIES.values(), *PHRASES.values()])
def test_other_arities_and_phrases_can_be_read(code: str) -> None:
    for written in re.split(r", or | for ", code)[:2]:
        model_of(written, "xyzN")


@pytest.mark.parametrize("phrase", PHRASES)
@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("x", "y"),
        ("2", "3"),
        ("(x + 1)", "(y + 1)"),
        ("sin(x)", "-y"),
        ("x^2", "2y"),
        ("w[1]", "y²"),
    ],
)
def test_a_phrase_is_written_as_it_is_meant(phrase: str, left: str, right: str) -> None:
    """Whatever its operands are, and whatever follows."""
    if phrase == "x of y":
        left = "tan"
    said = {"x": left, "y": right}
    typed = " ".join(said.get(word, word) for word in phrase.split())
    meant = re.sub(r"\b[xy]\b", lambda found: f"({said[found[0]]})", PHRASES[phrase])
    meant = meant.replace("(tan)", "tan")
    values = {"x": X, "y": 2.0, "w": [3.0]}
    cases = [(typed, "", meant)]
    is_loose = not KEYWORDS.isdisjoint(phrase.lower().split())  # as it is without capitals
    if " is " not in phrase and " equals " not in phrase and not is_loose:
        cases.append((f"z = 3; z + {typed}", "z = 3;", f"3 + ({meant})"))
    for text, before, expected in cases:
        with pytest.raises(GradcliError) as caught:
            solve(text, _used(text, values))
        hint = before + (caught.value.hint or "").removeprefix("write ")
        found, right_value = (solve(each, _used(each, values)).value for each in (hint, expected))
        assert found == pytest.approx(right_value, rel=1e-15, nan_ok=True), hint


def _used(text: str, values: dict[str, object]) -> dict[str, object]:
    return {
        name: value
        for name, value in values.items()
        if re.search(rf"(?<![a-z]){name}(?![a-z])", text)
    }


ARRAY_FUNCTIONS = sorted({*calls._OTHERS, *calls._REDUCTIONS, *calls._TOLD, "scatter"})


@pytest.mark.parametrize("name", ARRAY_FUNCTIONS)
@pytest.mark.parametrize("arguments", ["x", "x, y", "x, 2", "x, y, z"])
def test_a_function_of_arrays_that_is_given_numbers_says_what_to_give(
    name: str, arguments: str
) -> None:
    text = f"sum({name}({arguments}))"
    values = _used(text, {"x": X, "y": 2.0, "z": 3.0})
    try:
        solve(text, values)
    except GradcliError as error:
        hint = error.hint or ""
    else:
        return
    flags = dict(re.findall(r'--(\w) "(.*?)"', hint))
    written = re.findall(r"(?:for instance|write|kernel:) (.*?)(?:, or .*)?$", hint)
    if flags:
        called = re.findall(r"arrays: (.*) with", hint)
        solve(f"sum({called[0]})" if called else text, values | flags)
    elif written:
        solve(f"sum({written[0]})", _used(written[0], {"x": "[1, 2, 3]"}))
    else:
        assert hint.startswith(("to see ", "unwindow(window(x; 3); 3)")), hint


@pytest.mark.parametrize("name", sorted(elsewhere.NOT_HERE))
def test_no_function_is_guessed_where_there_is_none(name: str) -> None:
    if not table().is_function(name):
        assert hint_of(f"{name}(x)") == "to see all of them: gradcli functions"


@pytest.mark.parametrize(
    "text",
    ["d/dx(x^2)", "Derivative(x^2)", "grad(x^2)", "derivative(x^2)", "D(x^2)"],
)
def test_a_derivative_inside_a_formula_leads_to_diff(text: str) -> None:
    command = hint_of(text).partition(": ")[2]
    words = shlex.split(command)
    assert words[:2] == ["gradcli", "diff"]
    assert "2·x" in call(*words[1:]).out


PROGRAMS = (
    "x*y",
    "u = x*y; u^2",
    "w[1]*x + w[2]",
    "log(x - 5) + y^2",
    "J(W[2,2], x[2]) = sum(W@x)",
)

_WRT = ("--wrt z", "--wrt xx", "--wrt x,q", "--wrt=z")
BESIDE_VALUES: dict[tuple[str, ...], tuple[str, ...]] = {
    ("eval",): (
        *_WRT,
        *("--get z", "--get d/dz", "--get dJ/dx", "--get out --get z", "--get value"),
        *("--assert z==z", "--wrt z --get d/dq", "--tree --wrt z", "-o z.svg --wrt z"),
    ),
    ("paths",): ("--wrt z", "--wrt xx"),
    ("why",): (*_WRT, "--get z", "--get d/dz", "--get d/dz --wrt q"),
    ("descend", "--steps", "2"): (
        *("--wrt z", "--fix z", "--wrt u"),
        *("--save z.json --wrt z", "--trace --wrt z"),
    ),
    ("nudge",): ("--by z=1%", "--by u=1%"),
    ("jac",): ("--of z", "--sparse"),
    ("hess",): ("--spy",),
    ("budget",): ("--dof z=3",),
    ("page",): ("--wrt z", "--wrt u", "--wrt xx -o z.html"),
    ("quiz",): ("", "-o z.tex --answers z.md"),
    ("graph", "--values"): ("--focus z", "--highlight z"),
}
"""What is wrong besides, where no variable of a program has a value."""


@pytest.mark.parametrize(
    "words",
    [
        ("eval", "3(a+bc)"),
        ("eval", "2xy"),
        ("eval", "x!*get"),
        ("eval", "w[1]*x"),
        ("eval", "gamma*x + beta"),
        ("paths", "x*y", "--wrt", "x"),
        ("eval", "x*y", "--get", "d/dx"),
        ("nudge", "x^2", "--by", "x=0.1"),
        ("descend", "x^2"),
        ("eval", "--", "-x*get"),
        ("graph", "--values", "--", "-x"),
        ("eval", "x₁ + x̂ + all", "--tree"),
        *(
            (*typed, *faulty)
            for typed, faults in BESIDE_VALUES.items()
            for program in PROGRAMS
            for faulty in [(program, *fault.split()) for fault in faults]
        ),
    ],
    ids=" ".join,
)
def test_the_command_line_for_values_can_be_typed(words: tuple[str, ...], folder: Path) -> None:
    """As it is proposed, whatever else is wrong with what was typed; and nothing is written."""
    first = call(*words)
    assert first.code == 3
    assert not [*folder.iterdir()]
    line = " ".join(first.err.splitlines()).partition("for instance: ")[2]
    assert line, first.err
    again = call(*shlex.split(line)[1:])
    assert again.code == 0, again.err


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        # another name for a wrong one: what is near, else an input, that is not there yet
        ("eval x*y --wrt z", "eval x*y --wrt x --x 1 --y 2"),
        ("eval x*y --wrt=x,z", "eval x*y --wrt=x,y --x 1 --y 2"),
        ("eval rate*price --get d/dprise", "eval rate*price --get d/dprice --rate 1 --price 2"),
        ("eval x*y --get dJ/dz", "eval x*y --get dout/dx --x 1 --y 2"),
        ("eval x*y --get x*2", "eval x*y --get out --x 1 --y 2"),
        ("eval x*y --get grad", "eval x*y --get out --x 1 --y 2"),
        # neither in the program nor in the name of a file
        ("paths x*y*z --wrt a -o a.svg", "paths x*y*z --wrt x -o a.svg --x 1 --y 2 --z 3"),
        ("hess x*y --along z=1", "hess x*y --along x=1 --x 1 --y 2"),
        # values at which there is a result
        ("eval log(x-5)", "eval log(x-5) --x 10"),
        ("eval acos(x*y)", "eval acos(x*y) --x 0.5 --y 0.25"),
        ("why log(-x)", "why log(-x) --x -1"),
        ("eval x-y --assert out==1", "eval x-y --assert out==1 --x 2 --y 1"),
        # no line where none was found that works
        ("eval x*y --assert out==17", None),
        ("eval sqrt(-1-x^2)", None),
        ("descend x --fix x --steps 9999999", None),
    ],
)
def test_the_proposed_command_line_was_tried(typed: str, line: str | None, folder: Path) -> None:
    hint = call(*typed.split(), variables={"COLUMNS": "120"}).err.splitlines()[-1]
    words = hint.partition("for instance: gradcli ")[2].replace('"', "")
    assert words == (line or ""), hint
    assert line or hint.startswith("give "), hint
    assert not [*folder.iterdir()]


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        # a derivative in a formula
        (["eval", "d/dx(x^2*q)"], 'the formula itself: gradcli diff "x^2*q" --wrt x'),
        (["eval", "d/dx(sine(x))"], "the formula itself; the derivatives are computed from it"),
        (["why", "d^30/dx^30(x^2)"], "the formula itself; the derivatives are computed from it"),
        (["eval", "derivative of W@x"], "the formula itself; the derivatives are computed from it"),
        (["eval", "grad(x*y!)"], "the formula itself: gradcli diff 'x*y!'"),
        # options in the quotes of a formula
        (["eval", "x^2 --x 3"], 'behind the closing quote: gradcli eval "x^2" --x 3'),
        (["eval", "x*y --x 1"], 'behind the closing quote: gradcli eval "x*y" --x 1 --y 1'),
        (["eval", "x*y --by x=1"], "options stand behind the closing quote"),
        # an option, or a formula, in the place of a command
        (["tree", "x*y"], 'write gradcli eval "x*y" --tree --x 1 --y 2'),
        (["count", "x*y"], "write gradcli paths FORMULA --count"),
        (["steps", "sine(x)"], "write gradcli diff FORMULA --steps"),
        (["resume", "x", "x.csv", "-o", "y.csv"], "write gradcli map x x.csv -o y.csv --resume"),
        (["x"], "for the formula write gradcli eval x --x 1"),
        (["x", "--wrt", "z"], "for the formula write gradcli eval x --x 1"),
    ],
)
def test_a_command_line_that_does_not_work_is_not_proposed(
    words: list[str], hint: str, folder: Path
) -> None:
    (folder / "x.csv").write_text("x\n1\n", encoding="utf-8")
    told = call(*words, variables={"COLUMNS": "120"}).err.splitlines()[-1]
    assert hint in told
    assert [each.name for each in folder.iterdir()] == ["x.csv"]
    proposed = re.search(r"gradcli (?!.*FORMULA).*", told)
    assert proposed is None or call(*shlex.split(proposed[0])[1:]).code == 0


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a command is run that may write something."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("sine", "sin"),
        ("sim", "sin"),
        ("sni", "sin"),
        ("sigmod", "sigmoid"),
        ("softmx", None),
        ("norm_cdf", "normal_cdf"),
        ("re", None),
        ("cube", None),
        ("limit", None),
        ("x", None),
    ],
)
def test_a_slip_of_the_finger_is_near_and_nothing_else(name: str, near: str | None) -> None:
    known = ["sin", "sigmoid", "relu", "huber", "logit", "normal_cdf", "y"]
    assert did_you_mean(name, known) == (near and f"did you mean {near}?")


def test_the_way_out_of_an_unknown_name_is_worded_once() -> None:
    assert nearest("wieght", ["weight"], "inputs") == "did you mean weight?"
    assert nearest("wieght", ["weight"], "options", "--") == "did you mean --weight?"
    assert nearest("q", ["a", "b"], "inputs") == "the inputs are a, b"
    assert nearest("q", ["a"], "inputs") == "the only input is a"
    many = [f"a{number}" for number in range(20)]
    assert nearest("q", many, "nodes").endswith("a6, a7 and 12 more")
    assert nearest("q", [], "inputs") == "there are no inputs"


def _written(hint: str) -> str:
    return re.findall(r"^write (.*);", hint)[0]


@pytest.mark.parametrize("name", [name for name in table().names() if len(name) > 2])
def test_no_function_without_brackets_is_a_variable(name: str) -> None:
    """Whatever the function is: what is of one letter, of as many as it takes, and in a product."""
    arities = table().arities(name) or [1, 2]
    letters = "xyz"[: arities[0]]
    word = name + letters
    if table().is_function(word) or "." in name or len(letters) < arities[0]:
        return  # ``erfcx``
    for text in (word, f"2*{word}^2 + u", f"{name}x[1]", f"{name}t", f"u{word}"):
        last = re.split(r"\W", text.removeprefix("2*"))[0]
        if table().is_function(last) or last in WORDS:
            continue
        with pytest.raises(GradcliError) as caught:
            read(text)
        assert caught.value.names == (last,), text
        written = _written(caught.value.hint or "")
        if "…" not in written:
            model_of(written, "utxyz")


WAYS = (
    r"(?:^|; )(?:for an? \w+ )?write (?:its difference: )?|, for a value of a function "
    r"|the difference of its sides: |, or |, (?=\*)"
)
"""What stands before a formula in a hint."""

PROSE = (
    r";.*| for (?:the|one|\|x\||x >).*| for an? \w+(?!.*`)|: a new .*| to use .*|, which .*"
    r"| with ± .*|, a comparison .*"
)
"""What stands behind it."""

OTHERS = r"the |it |both:|decimals |give |=$|.*…|.*`|.*: gradcli"
"""What a hint writes that is no formula, or not a whole one."""


def proposals(hint: str) -> list[str]:
    """The formulas that a hint tells to write."""
    _, *ways = re.split(WAYS, hint) if "write" in hint else [""]
    texts = [re.sub(PROSE, "", way) for way in ways]
    return [_whole(text) for text in texts if text and not re.match(OTHERS, text)]


def _whole(text: str) -> str:
    """A formula with what stands before and behind an operator where there is nothing."""
    if not re.match(r"[^\w(√⌊+-]", text):
        return text
    return f"x {text}" if re.search(r"\w", text) else f"x {text} x"


LEFT = {
    "2 times 3 4": "3 4 is no product of numbers either",
    "math.sin(x": "the bracket is open as before",
    "f(2) = x": "f is no function, whose value at 2 would be known",
    "f(x + 1) = x": "f is no function",
    "f((x)) = x": "f is no function",
}
"""Texts with two errors, so that the hint for one is a text with the other."""


@pytest.mark.parametrize("case", error_cases(FOLDER), ids=lambda case: ascii(case.question)[:60])
def test_what_an_error_proposes_can_be_typed(case: Case) -> None:
    """Behind the statements that stand before it, it is a program, and a command has an answer."""
    values, source = split(case)
    if source in LEFT:
        return
    try:
        solve(source, values)
    except GradcliError as error:
        hint = error.hint or ""
    else:
        return
    own = [text.strip() for text in re.findall(r"(?:^|[;\n])\s*(f\(\w\) = [^;\n]*)[;\n]", source)]
    for text in proposals(hint):
        read_formula("; ".join([*own, text]), gradient=gradient)
    command = re.search(r"gradcli (?:functions \w+|functions|diff \"[^\"]*\".*)", hint)
    if command:
        assert call(*shlex.split(command[0])[1:]).code == 0


@pytest.mark.parametrize("name", table().names())
@pytest.mark.parametrize("sign", "-+−")
def test_a_sign_that_stands_with_what_follows_is_no_operator(name: str, sign: str) -> None:
    """After the name of a function that may be of one argument; of others it is a difference."""
    for text in (f"{name} - x", f"{name}-x", f"({name}\n -x)", f"y {sign}{name}"):
        read(text)
    if not table().takes(name, 1):
        read(f"{name} {sign}x")
        return
    written = {
        f"{name} {sign}x": f"{name}({sign}x)",
        f"y + 2*{name} {sign}x*y": f"{name}({sign}x)",
        f"{name}^2  {sign}2x + 1": f"{name}({sign}2x)^2",
        f"v = {name} {sign}(x + 1)^2; v": f"{name}({sign}(x + 1)^2)",
    }
    for text, code in written.items():
        with pytest.raises(GradcliError) as caught:
            read(text)
        hint = (caught.value.hint or "").removeprefix("write ")
        called, _, variable = hint.partition(", or ")
        assert called == code, text
        model_of(called, "x")
        if variable:
            read(variable.removesuffix(" for a variable"))


def test_the_letters_after_a_function_are_its_arguments() -> None:
    written = {
        "absx": "abs(x)",
        "absxy": "abs(x*y)",
        "maxxy": "max(x, y)",
        "modxy": "mod(x, y)",
        "mod2xy": "mod(2*x, y)",
        "modx": "mod(x, …)",
        "xabsy": "x*abs(y)",
        "sinabsx": "sin(abs(x))",
        "absxsiny": "abs(x)*sin(y)",
        "sigmoidwx*w": "sigmoid(w*x)",
        "absx2": "abs(x2)",
        "sint": "sin(t)",
        "xsiny[1]": "x*sin(y[1])",
        "sinsin(x)": "sin(sin(x))",
        "xlnsin(x)^2": "x*ln(sin(x))",
        "2ymax(x, y)": "y*max(x, y)",
    }
    for text, code in written.items():
        with pytest.raises(GradcliError) as caught:
            read(text)
        assert _written(caught.value.hint or "") == code


@pytest.mark.parametrize(
    "text",
    [
        "cost*x", "sums*s", "norms + s", "beta1*x", "relu6*x", "signal*a*l", "stepsize*x",
        "meant*x", "using*x", "maxim*x", "expected*x", "tangent*x", "f(absx) = absx^2",
        "absx = 3*x; absx", "logits*x", "minutes + s", "logbeta(x, 1)",
    ],
)  # fmt: skip
def test_a_word_with_a_function_in_it_is_a_word(text: str) -> None:
    assert read(text).notes == ()


def test_a_declared_word_is_a_variable() -> None:
    for words in (("absx^2", "--absx", "3"), ("absx[1]^2", "--absx[1]", "3")):
        assert call("eval", *words, "--get", "out").out == "9\n"
    assert "2·absx" in call("diff", "absx^2", "--inputs", "absx").out


TEX = {
    r"\frac{x}{2}": "x/2",
    r"\frac{x+1}{2y}": "(x+1)/(2y)",
    r"\tfrac12 x^2": "(1/2) x^2",
    r"\left(\frac{x}{y}\right)^{2}": "(x/y)^2",
    r"\frac{1}{1+e^{-x}}": "1/(1+e^(-x))",
    r"\sqrt{x^2 + \sqrt{y}}": "sqrt(x^2 + sqrt(y))",
    r"\sqrt[3]{x+1}": "root(x+1, 3)",
    r"x^{2}": "x^2",
    r"x^{y^{2}}": "x^(y^2)",
    r"$x^2$": "x^2",
    r"\sum_{i=1}^3 i": "sum(i for i in 1..3)",
    r"sum_{i=1}^3 i^2 + 1": "sum(i^2 for i in 1..3) + 1",
    r"sum_(i=1)^3 i": "sum(i for i in 1..3)",
    r"∑_{i=1}^{3} w_i": "sum(w[i] for i in 1..3)",
    r"\sum_{i=1}^{3}\sum_{j=1}^{2} i j": "sum(sum(i j for j in 1..2) for i in 1..3)",
    r"\prod_{k=1}^{5} \frac{k}{2}": "prod((k/2) for k in 1..5)",
    r"\sin^2\theta + \cos^2\theta": "sin(theta)^2 + cos(theta)^2",
    r"\sin^{-1}(x)": "asin(x)",
    r"\sin\frac{x}{2}": "sin(x/2)",
    r"\log_{2} x": "log(x, 2)",
    r"2\pi x": "2 pi x",
    r"\alpha\beta": "alpha beta",
    r"\exp\left(-\frac{(x-\mu)^2}{2\sigma^2}\right)": "exp(-(((x-mu)^2)/(2 sigma^2)))",
    r"w_{1,2} x_{1}": "w[1,2] x_1",
    r"\left|x-y\right|": "abs(x-y)",
    r"|x| + |y|": "abs(x) + abs(y)",
    r"\|x\|": "norm(x)",
    r"\|x - y\|_{2}": "norm(x - y)",
    r"\sin\left|\frac{x}{y}\right|": "sin(abs(x/y))",
    r"\lfloor x \rfloor": "⌊x⌋",
    r"x \leq 3": "x <= 3",
    r"30^{\circ}": "30°",
    r"\max\{x, y\}": "max(x, y)",
    r"\hat{y} - y": "y_hat - y",
    r"\binom{5}{2}": "binomial(5, 2)",
    r"\operatorname{erf}(x)": "erf(x)",
    r"\begin{cases} x & x>0 \\ -x & x \le 0 \end{cases}": "x if x>0 else -x",
    r"\begin{cases} x^{2} & \text{if } x>0 \\ \frac{x}{2} & \text{otherwise} \end{cases}": (
        "x^2 if x>0 else (x/2)"
    ),
    r"\left\{\begin{array}{ll} x & x>1 \\ 1 & x>0 \\ 0 & \text{else} \end{array}\right.": (
        "x if x>1 else 1 if x>0 else 0"
    ),
    r"y = \begin{dcases} x & x>1 \\ 1 & x<0 \end{dcases}": "y = (x if x>1 else 1 if x<0 else nan)",
}


@pytest.mark.parametrize(
    "text",
    [
        r"\int_0^1 x dx",
        r"\lim_{x \to 0} x",
        r"\foo{x}",
        r"\frac{x}",
        r"\begin{x}",
        "{1, 2}",
        "x | y",
    ],
)
def test_what_is_not_understood_of_latex_is_not_written(text: str) -> None:
    with pytest.raises(GradcliError) as caught:
        read(text)
    assert caught.value.hint in {
        "this looks like LaTeX; write it as sqrt(x), a/b, x^2",
        "write round brackets: ( )",
        "write abs(x) for |x|, and `or` for a condition",
    }


@pytest.mark.parametrize("text", [r"\frac{d}{dx} x^2", r"\frac{\partial f}{\partial x}"])
def test_a_derivative_of_latex_is_none_of_a_formula(text: str) -> None:
    with pytest.raises(GradcliError) as caught:
        read(text)
    assert caught.value.hint == "write the formula itself; the derivatives are computed from it"


SIGNS = {
    "x.^2 + y.^2": "x^2 + y^2",
    "x.*y - x./y": "x*y - x/y",
    "x % 3": "mod(x, 3)",
    "(x + 1) % y": "mod((x + 1), y)",
    "50%": "50/100",
    "x // 2 + 1": "floor(x/2) + 1",
    "x << 2": "x*2^2",
    "x > 0 && y > 0": "x > 0 and y > 0",
    "x || y": "x or y",
    "!(x > 1)": "not (x > 1)",
    "~x": "not x",
    "x <> y": "x != y",
    "x === y": "x == y",
    "x > 0 ? x : -x": "x if x > 0 else -x",
    "z = x >= 0 ? x : y": "z = x if x >= 0 else y",
    "if(x > 0, x, y)": "where(x > 0, x, y)",
    "if x > 0 then x else y": "x if x > 0 else y",
    "lambda x, y: x*y": "f(x, y) = x*y",
    "def g(x): return x^2": "g(x) = x^2",
    "x => x^2": "f(x) = x^2",
    "(x, y) -> x*y": "f(x, y) = x*y",
    "z := x^2": "z = x^2",
    "x = 3, y = 4": "x = 3; y = 4",
    "x = 3, y = 4, z = max(x, y)": "x = 3; y = 4; z = max(x, y)",
    "||x - y||": "norm(x - y)",
    "‖x‖": "norm(x)",
    "|| x ||^2": "norm(x)^2",
    "2||x, y||": "2 norm(x, y)",
    "‖[x, y]‖₂²": "norm(x, y)²",
    "||x - y||_1 + 1": "abs(x - y) + 1",
    "||x, y||_1": "(abs(x) + abs(y))",
    "‖x + 1, max(x, y)‖_∞": "max(abs(x + 1), abs(max(x, y)))",
    "‖x, y‖_3": "(abs(x)^3 + abs(y)^3)^(1/3)",
    "||x| - |y||": "abs(abs(x) - abs(y))",
    "|x + |y||": "abs(x + abs(y))",
    "|x||y|": "abs(x) abs(y)",
    "x > 0 || |y| > 0": "x > 0 or abs(y) > 0",
    "sin|x|": "sin(abs(x))",
    "x – y": "x - y",
    "max（x，y）": "max(x,y)",
    "{x^2, x<0; x, x>=0}": "(x^2 if x<0 else x)",
    "{x, x>0; -x, else}*y": "(x if x>0 else -x)*y",
    "z = {x, if x>0; -x, if x<0; 0, otherwise}": "z = (x if x>0 else -x if x<0 else 0)",
    "{x, x>0, -x, x<0, 0}": "(x if x>0 else -x if x<0 else 0)",
    "{x, x > 0, -x}": "(x if x > 0 else -x)",
    "{x, x>0; y, y>0}": "(x if x>0 else y if y>0 else nan)",
    "(x - y)^+": "max(0, x - y)",
    "exp(-x)*(x - y)₊ + 1": "exp(-x)*max(0, x - y) + 1",
    "[x - y]_+*z": "max(0, x - y)*z",
    "x₊^2": "max(0, x)^2",
}


@pytest.mark.parametrize(("text", "written"), [*TEX.items(), *SIGNS.items()])
def test_what_is_written_for_latex_and_signs_of_elsewhere_can_be_read(
    text: str, written: str
) -> None:
    with pytest.raises(GradcliError) as caught:
        read(text)
    assert caught.value.hint == f"write {written}"
    assert read(written)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2 factorial(3)", 12.0),
        ("2factorial(3) + 1", 13.0),
        ("3 degrees(pi)", 540.0),
        ("2 mod(7, 4)", 6.0),
        ("2 rem(7, 4) factorial(3)", 36.0),
    ],
)
def test_a_word_that_is_called_as_a_function_is_no_word(text: str, value: float) -> None:
    assert solve(text, {}).value == pytest.approx(value, rel=1e-15)
    written = hint_of(f"{text} + 6 divided by 3")
    assert written == f"write {text} + 6/3"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("x & 3 @ @", "write `and`"),
        ("2*!x", "a factorial stands after its number: x!; for a condition write `not`"),
        ("x && y +", "write `and`"),
        ("x ± y", "write both: a + b, and a - b; a tolerance is for a claim: --assert"),
        ("gamma 2", "for a product write *2, for a value of a function gamma(2)"),
        ("w 2", "for a product write *2"),
        ("w(z) = z^2; w 2", "for a product write *2, for a value of a function w(2)"),
        ("1 000 000.5", "write 1000000.5 for one number, *000 for a product"),
    ],
)
def test_what_cannot_be_written_as_a_whole_has_a_hint_for_the_place(text: str, hint: str) -> None:
    assert hint_of(text) == hint


ITSELF = "write the formula itself; the derivatives are computed from it"
QUOTIENT = "for a quotient of variables"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("d/dx", f"{ITSELF}; {QUOTIENT} f(d, dx) = d/dx"),
        ("1 - d/dt1", f"{ITSELF}; {QUOTIENT} f(d, dt1) = 1 - d/dt1"),
        ("a = 2; a*x + d/dt", f"{ITSELF}; {QUOTIENT} d/(dt)"),
        ("d/delta x", f"{ITSELF}; for a product write d/delta*x"),
        ("dv/dt", f"write the formula of v itself; {QUOTIENT} f(dv, dt) = dv/dt"),
        ("m*dv/dt", f"write the formula of v itself; {QUOTIENT} f(dv, dt) = m*dv/dt"),
        ("k - m dv/dt", f"write the formula of v itself; {QUOTIENT} f(dv, dt) = k - m dv/dt"),
        (
            "J(m) = m*dv/dt",
            f"write the formula of v itself; {QUOTIENT} add parameters to J: dv, dt",
        ),
    ],
)
def test_a_quotient_that_is_a_derivative_has_a_way_out_that_works(text: str, hint: str) -> None:
    with pytest.raises(GradcliError) as caught:
        read(text)
    assert caught.value.hint == hint
    if (way := re.search(r"(?:variables|write) ((?:f\(|d/).*)", hint)) is not None:
        assert read(way[1])


@pytest.mark.parametrize(
    "text",
    ["d/delta", "1 - d/depth", "d/d0", "d/density*x", "density/depth", "2*d/delta + d", "d/dtheta"],
)
def test_a_quotient_by_a_word_is_one_of_variables_unless_something_follows(text: str) -> None:
    found = derive(text)
    above, below = re.search(r"(\w+)/(\w+)", text).groups()
    assert {above, below} <= {*found.inputs}
    assert [derive(part).inputs for part in found.to_dict()["derivatives"].values()]
    with pytest.raises(GradcliError):
        read(f"d/{below}(x^2)" if above == "d" else "d/dx(x^2)")


@pytest.mark.parametrize(
    "text", ["(d)/(delta)*x", "(dv)/(dt)*speed", "speed*m*(dv)/(dt)", "a = 2; (d)/(dt)*x*a"]
)
def test_a_quotient_of_variables_in_a_derivative_is_read_back(text: str) -> None:
    derivatives = derive(text).to_dict()["derivatives"]
    assert any(re.search(r"d\w*/", part) for part in derivatives.values())
    for part in derivatives.values():
        names = set(re.findall(r"[a-z]\w*", part))
        assert {*derive(f"0*word + {part}").inputs} - {"word"} == names, part


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("w = 3\ny = w*x mod 3  # the rest\ny", "write y = mod(w*x, 3)"),
        ("a = x^{2}\nb = a^{3}\nb", "write a = x^2"),
        ("a = 2\nb = math.sin(x)  # .\nb", "write b = sin(x)"),
        ("a = x % 3; b = a && 1\nb", "write a = mod(x, 3)"),
        ("a = (x +\n 1) squared; a", "write a = (x + 1)^2"),
        ("1,5", "write decimals with a point: 1.5"),
        ("3,14159", "write decimals with a point: 3.14159"),
        ("[1 2 3]", "a comma stands between elements: [1, 2]"),
        ("u*v where u = x + 1, v = 2", "write u = x + 1; v = 2; u*v"),
    ],
)
def test_a_hint_writes_the_statement_that_it_is_about(text: str, hint: str) -> None:
    assert hint_of(text) == hint


@pytest.mark.parametrize(
    "line", [line for hint in other_words.INSTEAD.values() for line in other_words_lines(hint)]
)
def test_what_is_typed_instead_of_a_command_that_there_is_not_works(line: str) -> None:
    called = call(*shlex.split(line)[1:])
    assert called.out, line
    assert called.code == Status.DONE


def lines_of_source() -> dict[str, str]:
    """The whole command lines with a formula that texts of the source propose, by where."""
    found = {}
    for file in sorted((ROOT / "gradcli").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and "\n" not in text:
                for line in other_words_lines(text):
                    if '"' in line and "{" not in line and " map " not in line:  # it needs data
                        found[line] = f"{file.name}:{node.lineno}"
    return found


@pytest.mark.parametrize("line", lines_of_source())
def test_every_line_that_the_source_proposes_works(
    line: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert call(*shlex.split(line)[1:]).code == Status.DONE, lines_of_source()[line]


OF_ARRAYS = [
    "sum((W@x - y)^2)/2",
    "x'@x",
    "sum(x[1..2])",
    "x[1]*sum(x)",
    "sum(f@f)",
    "sum((a + b)@(c - d))",
    "sum(A@x) + sum(B@x)",
]


@pytest.mark.parametrize("text", OF_ARRAYS)
@pytest.mark.parametrize("way", ["option", "head", "value"])
def test_each_way_to_say_that_a_name_is_an_array_works_when_it_is_typed(
    text: str, way: str
) -> None:
    options: list[str] = []
    heads: list[str] = []
    while True:
        head = f"J({', '.join(heads)}) = " if heads else ""
        called = call("diff", head + text, *options)
        if not called.code:
            break
        hint = " ".join(called.err.rpartition("give ")[2].split())
        named, declared, ways = hint.partition(", or declare ")
        assert declared, called.err
        shapes, _, last = ways.partition(": ")[2].partition(", or J(")
        found = {
            "option": shapes.split(),
            "head": re.findall(r"\w+\[[^]]*\]", last),
            "value": [
                f"{name}={json.loads(value)}"
                for name, value in zip(
                    re.findall(r"(\w+)\[", last), re.findall(r'"[^"]*"', named), strict=True
                )
            ],
        }[way]
        assert found
        assert not {*found} - {"--shape"} <= {*options, *heads}, "the hint leads nowhere"
        (heads if way == "head" else options).extend(found)


def test_a_command_without_shapes_does_not_speak_of_them() -> None:
    for words in (
        ["check", "sum(W@x)"],
        ["check", "sum(W@x)", "x=[1,2]"],
        ["budget", "x[1]*sum(x)"],
    ):
        told = " ".join(call(*words).err.split())
        assert re.search(r"or declare (its|their) shapes?: J\(", told), told


def test_the_count_of_a_net_leads_to_something_that_works() -> None:
    told = call("paths", "sum(W@x)", "W=[[1,2]]", "x=[1,2]", "--wrt", "W", "--count").out
    (line,) = re.findall(r"gradcli (paths --count --layers \S+)", " ".join(told.split()))
    assert call(*line.split()).code == 0
    assert "--help" in call("paths", "--count", "--layers", "-o", "x.svg").err
    for picture in ("x.svg", "x.png"):
        asked = call("paths", "--layers", "3,2", "-o", picture)
        assert asked.err.splitlines()[1] == "let the name end in .txt or .json"


PROPOSED = [
    # a line that is wrong, and what its hint says
    ('jac "x^2" --x 1 --along x', "write --along x=1"),
    ('hess "x^2" --x 1 --along x', "write --along x=1"),
    ('jac "[x, x]" --x 1 --back "out=1,2"', 'write --back "out=[1,2]"'),
    ('functions "sin(x)"', "write sin alone"),
    ('graph "x*y" --depth -1', "for instance 3"),
    ('map "x*y" data --into data', "name a folder that is not there yet"),
    ('map "x*y" data --into data/d.csv', "it is a file, and no folder"),
]


@pytest.mark.parametrize(("typed", "hint"), PROPOSED)
def test_a_hint_is_about_what_was_typed(typed: str, hint: str, folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data" / "d.csv").write_text("x,y\n1,2\n")
    called = call(*shlex.split(typed))
    assert called.code in {2, 3}
    said = " ".join(called.err.split())
    assert hint in said
    assert "take it away" not in said
    assert (folder / "data" / "d.csv").read_text() == "x,y\n1,2\n"
    mended = re.search(r'write (--\w+) ("[^"]+"|\S+)$', said)
    if mended:
        words = shlex.split(typed)
        place = words.index(mended[1]) + 1
        words[place : place + 1] = shlex.split(mended[2])
        assert call(*words).code == 0


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("max = a; max(a, b)", "max"),
        ("max=a;2*max(a, b)+1", "max"),
        ("f = 3; f((x + 1)*2, y)", "f"),
        ("f(log) = log(x, 2)", "log"),
        ("x̂ = 2; x̂(1, y)", "x̂"),
        ("max(a, b) + max", "max"),
    ],
)
def test_a_variable_with_several_arguments_is_said_to_be_one(text: str, name: str) -> None:
    told = call("eval", text, "--set", f"{name}=1", variables={"COLUMNS": "120"})
    assert told.code
    said = f"'{name}' is a variable here, and takes no arguments: give it another name, "
    assert told.err.splitlines()[-1] == f"{said}or write indices in [ ]"


@pytest.mark.parametrize(
    ("value", "left"),
    [
        ("3 +- 0.1", "3"),
        ("[3, 2] ± 0.1", "[3, 2]"),
        ("[3, 2] +- 0.1", "[3, 2]"),
        ("(3 ± 0.1)", None),
        ("2*(3 +- 0.1)", None),
        ("(3 ± 0.1)e-3", None),
        ("[3 ± 0.1, 2]", None),
        ("[3 +/- 0.1, 2]", None),
        ("[[3 ± 0.1], [2 ± 1%]]", None),
    ],
)
def test_a_value_with_a_tolerance_is_said_to_have_one(value: str, left: str | None) -> None:
    source = "sum(x)" if "[" in value else "x"
    told = call("eval", source, "--x", value, variables={"COLUMNS": "120"})
    assert "has a tolerance, and every value is a single number here" in told.err
    hint = told.err.splitlines()[-1]
    if left is None:
        assert hint == "leave it out; gradcli budget works with values such as 3±0.1"
    else:
        assert hint == f"leave it out: {left}; gradcli budget works with it"
        assert not call("eval", source, "--x", left).code
