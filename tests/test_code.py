"""`gradcli code`: what each target has, that it runs, and that its numbers are gradcli's."""

from __future__ import annotations

import inspect
import math
import random
import re
import sqlite3
import subprocess
import sys

import numpy as np
import pytest
import test_array_programs
from command_line import call
from running_targets import STRICT, printed, program_of, runs, values

import gradcli
from gradcli import GradcliError, InputError, UsageError
from gradcli.engine.lowering import Part, lowered
from gradcli.engine.scalar import OPERATIONS, SPECIAL, operation
from gradcli.engine.targets.c import C
from gradcli.engine.targets.javascript import JAVASCRIPT
from gradcli.engine.targets.translation import dialects
from gradcli.graph.rules import table
from gradcli.views.code.layout import laid
from gradcli.views.code.names import Names, comment, identifier
from gradcli.views.code.wanted import BOOSTING, TARGETS

LANGUAGES = [target for target in TARGETS if target not in BOOSTING]

HEAVY = {"torch", "jax", "xgboost"}

RUN = [
    pytest.param(target, marks=pytest.mark.slow) if target in HEAVY else target
    for target in LANGUAGES
]
"""Those that are run: what takes long to load where much time is."""

# --- What each target has ------------------------------------------------------------------------

SCIPY = {op for op, module in SPECIAL.items() if module == "rare"}
"""What gradcli itself has SciPy for."""

WRITTEN_OUT = {
    *{"beta", "beta_slope_x", "beta_slope_y", "beta_slope_xy", "gamma_sum", "lgamma_sum"},
    *{"digamma", "digamma_sum", "erfcx", "log_normal_cdf"},
}
"""What is defined for all targets, and stands in modules of which most is not."""

RARE = {
    *SCIPY,
    *{
        op
        for op, module in SPECIAL.items()
        if module in {"beta", "polygamma", "gamma_sums", "zeta", "combinations", "incomplete"}
        or module in {"factorials", "integrals", "lambertw", "polylog", "polynomials", "fresnel"}
    },
    *{"gcd", "lcm", "double_factorial", "sinc_derivative", "sinc_derivative_of_product"},
    *{"erfcx_derivative", "erfi", "dawson", "dawson_derivative"},
} - WRITTEN_OUT
"""Functions that SQL has not, at least of unknown order."""

UNTRANSLATED = {op for op, module in SPECIAL.items() if module == "incomplete"}
"""What is not translated: it needs decimals of any precision."""

REFUSED = {
    "js": SCIPY | UNTRANSLATED,
    "c": SCIPY
    | UNTRANSLATED
    | {"zeta_derivative", "lambertw_derivative", "polylog_derivative"}
    | {"sinc_derivative_of_product"},
    "sql": RARE,
}
"""The operations that a target is not written in; it has all others, and so have all others all."""


@pytest.mark.parametrize("target", LANGUAGES)
def test_every_operation_is_printed_or_refused(target):
    refused = {op for op in {*OPERATIONS, *SPECIAL} if not printed(op, target)}
    assert refused == REFUSED.get(target, set())


@pytest.mark.parametrize(
    ("source", "name"), [("besselj(0, x)", "besselj"), ("x + hyp2f1(1, 2, 3, x)", "hyp2f1")]
)
def test_what_is_refused_is_named_with_a_way_out(source, name):
    with pytest.raises(UsageError, match=f"C has no function {name}") as refused:
        gradcli.code(source, target="c")
    hint, span = refused.value.hint, refused.value.span
    assert hint
    assert hint.startswith("--target ")
    assert gradcli.code(source, target=hint.split()[1])
    assert span is not None
    assert source[span.start : span.end].startswith(name.partition("_")[0])


def test_what_a_derivative_alone_needs_is_told_with_the_function_that_it_is_of():
    assert printed("erfcx", "sql")
    with pytest.raises(UsageError, match=r"and\s+derivatives") as refused:
        gradcli.code("2*erfcx(n)", target="sql")
    assert refused.value.span == (2, 10)
    with pytest.raises(UsageError, match="no function findroot") as refused:
        gradcli.code("findroot(u^2 - x, u, 1)", target="c")
    assert "--target" not in str(refused.value.hint)  # where nothing else has it either


SCIPYS = ("besselj", "bessely", "besseli", "besselk", "airyai", "airyaiprime", "airybi")
SCIPYS += ("airybiprime", "hyp2f1", "ellipk", "ellipe", "gammainc", "gammaincc", "betainc")
SCIPYS += ("fresnels", "fresnelc")

WITHOUT = {
    **dict.fromkeys(SCIPYS, "SciPy's, of many thousand lines"),
    **{
        f"{name}_{ending}": "decimals of any precision"
        for name in ("gammainc", "betainc")
        for ending in ("slope", "derivative")
    },
}
"""The functions that C and JavaScript are not given at all, and why."""

OF_ANY_ORDER = {
    f"{name}_derivative": "lists of any length, where the order is no number that is known"
    for name in ("zeta", "lambertw", "polylog")
}
"""What C has of known orders alone."""

NO_SECOND = {"log_normal_cdf": "of its slope, of which a series is left"}
"""What SQL has with first derivatives alone."""

BY_RARE = ("erfcx", "legendre", "chebyshevu")
"""What is computed by functions that SQL has not: `erfcx`, and polynomials of unknown order."""

TABLE = {"c": {*WITHOUT, *OF_ANY_ORDER}, "js": {*WITHOUT}}
"""All that is refused of functions of the rule table; the other libraries have all."""


def calls() -> list[tuple[str, str]]:
    """Every function of the rule table, called with as many names as it takes."""
    rules, found = table(), []
    for name in sorted({rules.canonical(entry.name) for entry in rules.entries()}):
        for count in rules.arities(name) or [3]:
            given = ", ".join(f"x{place}" for place in range(1, count + 1))
            found.append((name, f"x1 {name} x2" if name in {"and", "or"} else f"{name}({given})"))
    return found


def refusal(source: str, target: str, kind: str) -> UsageError | None:
    try:
        gradcli.code(source, target=target, **({} if kind == "value" else {kind: True}))
    except UsageError as error:
        return error
    return None


@pytest.mark.slow
@pytest.mark.parametrize("target", LANGUAGES)
def test_every_function_has_code_with_all_derivatives_or_is_in_a_table(target):
    refused: dict[str, set[str]] = {"value": set(), "grad": set(), "hess": set()}
    for name, source in calls():
        for kind, names in refused.items():
            error = refusal(source, target, kind)
            if error is not None:
                assert "has no function" in error.message
                way_out = str(error.hint).split()
                assert way_out[:1] == ["--target"], source
                assert refusal(source, way_out[1], kind) is None
                names.add(name)
    if target == "sql":  # which has what expressions can say: the operations are in `REFUSED`
        assert refused["hess"] - refused["grad"] == {*NO_SECOND}
        assert refused["value"] <= RARE | {*BY_RARE}
        return
    for names in refused.values():
        assert names == TABLE.get(target, set())


# --- Its numbers ---------------------------------------------------------------------------------

PROGRAMS = [
    "J(a,b,c) = 3(a+b*c)",
    "h=tanh(w*x); J=(h-y)^2",
    "softplus(z)-t*z",
    "exp(a)/(exp(a)+exp(b))",
    "where(x>0 and y>0, log(x)*y, x^2)",
    "max(a,b,c)*min(x,y)",
]
"""What is run each time."""

MORE_PROGRAMS = [
    *PROGRAMS,
    "sigmoid(x)*y",
    "x^y",
    "x^2.5*exp(a-b)",
    "log(1+exp(-y*x))",
    "logsumexp(a,b,c)",
    "abs(x)*sign(y)",
    "relu(x)+elu(x)+selu(x)+silu(x)",
    "gelu(x)",
    "hypot(x,y)",
    "norm(x,y,z)",
    "sin(pi*x)+cos(2*pi*x/3)+tan(deg*x)",
    "cbrt(x)+root(x,5)",
    "atan2(y,x)",
    "mod(x,y)",
    "rem(x,y)",
    "round(x)*floor(y)*ceil(x)+trunc(y)",
    "erf(x)+erfc(x)+normal_cdf(x)*normal_pdf(y)",
    "asinh(x)+acosh(1+x^2)+atanh(tanh(x))",
    "xlogy(x^2,y^2)",
    "sqrt(x) if x > 0 else -x",
    "exp2(x)+exp10(x)+log2(x^2+1)+log10(x^2+1)+log1p(x^2)+expm1(x)",
    "sec(x)+csc(x)+cot(x)+sech(x)+csch(x)+coth(x)",
    "asec(2+x^2)+acsc(2+x^2)+acot(x)+acsch(x)+acoth(2+x^2)+asech(sigmoid(x))",
    "logit(sigmoid(x))",
    "sinc(x)",
    "gamma(x^2+1)+lgamma(x^2+1)",
    "digamma(x^2+1)",
    "gamma(x)",
    "lgamma(x+y)*gamma(x+1)+beta(x^2+1,y)",
    "lgamma(x) + digamma(y)",
    "trigamma(x) + polygamma(2, y) + polygamma(4, x)",
    "erfcx(x) + log_normal_cdf(y)",
    "sinc_derivative(1, x) + sinc_derivative(2, y)",
    "sinc(x)^2 + sinc(pi*y)",
    "beta(x, y)",
    "binomial(n,k)",
    "binomial(n,3)*permutations(n,2)",
    "legendre(5,x)+chebyshevt(4,y)+hermite(3,x)*laguerre(4,1/2,y)",
    "normal_quantile(sigmoid(x))+erfcinv(1+tanh(y))",
    "Ei(x)+E1(y)+Si(x)*Ci(y^2)+li(y^2)",
    "double_factorial(n)",
    "besselj(0,x)*bessely(1,y^2)+besseli(2,x/5)*besselk(1,y^2)",
    "gammainc(2,x^2)+betainc(2,3,sigmoid(y))",
    "airyai(x/4)+fresnels(y)+ellipk(sigmoid(x))",
    "polylog(2,tanh(x))",
    "beta(x^2+1,y^2+1)",
    "zeta(x^2+2)",
    "lambertw(x^2)",
    "erfinv(tanh(x))",
    "sinh(x)*cosh(y)",
    "erfi(x)+dawson(y)+erfcx(x)",
    "hinge(y,t)+huber(y,t)",
    "x",
    "2",
]

ULP = 2

OF_A_PART_OF_1 = (
    *("gamma", "lgamma", "digamma", "gamma_sum", "lgamma_sum", "digamma_sum"),
    *("polygamma", "polygamma_sum", "polygamma_rise", "log_normal_cdf", "erfcx"),
    *("beta", "beta_slope_x", "beta_slope_y", "sinc_derivative"),
    *("sinc_derivative_of_product", "erf", "erfc", "normal_cdf", "gelu"),
    *("erfinv", "erfcinv", "normal_quantile", "exp_square_of_erfinv", "exp_square_of_erfcinv"),
    *("normal_pdf_of_quantile", "gegenbauer", "laguerre", "hermite", "chebyshevt"),
    *("binomial", "binomial_slope_n", "permutations", "permutations_slope_n"),
)
"""What has zeros, or parts that cancel, and is a formula of its own or of the library there."""

LOOSE = {
    ("*", "logsumexp_from"): "where its terms cancel, the result is right to 1e-16 only",
    ("numpy", "csch"): "its exponentials are off by a unit where those of C are not",
    ("torch", "csch"): "likewise",
    ("torch", "erfcx_derivative"): "PyTorch's exponentials, in a difference",
    ("jax", "erfcx_derivative"): "XLA's exponentials, in a difference",
    ("jax", "polylog"): "the host is given another last digit of tanh than is handed back",
    ("numpy", "tanh"): "NumPy's expm1 on vectors",
    ("jax", "tanh"): "XLA's exponentials, which are off by up to a unit, and more beyond 100",
    ("jax", "sinh"): "likewise",
    ("jax", "csch"): "likewise",
    ("jax", "acosh"): "likewise",
    ("jax", "exp_share"): "likewise",
    ("jax", "normal_pdf"): "likewise",
    ("jax", "gaussian"): "likewise",
    **{
        ("js", op): "V8's exponentials and waves, others by a unit, in sums of which little is left"
        for op in (
            *("lgamma", "digamma", "beta", "beta_slope_x", "beta_slope_y", "polygamma"),
            *("lgamma_sum", "digamma_sum", "gamma_sum", "polygamma_sum", "polygamma_rise"),
            *("binomial", "binomial_slope_n", "binomial_slope_k", "zeta", "zeta_derivative"),
            *("dawson_derivative", "lambertw", "lambertw_slope", "sinc_derivative", "erfcx"),
            *("log_normal_cdf", "sinc_derivative_of_product", "sinc_of_product", "gelu"),
            *("double_factorial", "normal_pdf_of_quantile", "Ei", "E1", "li", "Ci"),
            *("polylog", "polylog_slope"),
        )
    },
    ("c", "sinc_derivative_of_product"): "its series, of which little is left at a zero",
    **{
        (target, op): "a formula of its own, or the library's: parts of 1 count"
        for target in ("sql", "polars", "torch", "jax")
        for op in OF_A_PART_OF_1
    },
    ("numpy", "sinc_derivative_of_product"): "likewise",
    ("python", "sinc_derivative_of_product"): "likewise",
}
"""Where a node may be off by more than 2 units in the last place of gradcli's, and why."""

AT_MOST = 1e-9
"""No number is off by more than that share of 1 or of its size, but where XLA loses it."""


def ulps(found: float, wanted: float) -> float:
    if found == wanted or (math.isnan(found) and math.isnan(wanted)):
        return 0.0
    return abs(found - wanted) / math.ulp(wanted)


def columns(count: int, points: int) -> list[list[float]]:
    draw = random.Random(1)  # noqa: S311  (no secrets)
    ranges = [(0, 1), (-1, 1), (-5, 5), (0.5, 20), (-40, 40)]
    rows = [
        [draw.uniform(low, high) for _ in range(count)]
        for low, high in [draw.choice(ranges) for _ in range(points)]
    ]
    return [list(column) for column in zip(*rows, strict=True)]


def off(source: str, target: str, points: int, folder, by: str | None = None) -> list[tuple]:
    """The nodes that are not what gradcli makes of the same arguments, to 2 ulp."""
    program, nodes = program_of(source, target)
    if not (nodes and program.inputs):
        return []
    given = columns(len(program.inputs), points)
    rows = values(program, given, folder, by)
    found = []
    for point, row in zip(zip(*given, strict=True), rows, strict=True):
        if row is None:
            continue
        known = dict(zip([*program.inputs, *nodes], [*point, *row], strict=True))

        def value(node, known=known):
            if isinstance(node, Part):
                return operation(node.op)(*map(value, node.args))
            return node.value if node.is_const else known[node]

        for node, number in zip(nodes, row, strict=True):
            op, args = lowered(node)
            numbers = [*map(value, args)]
            if not all(map(math.isfinite, numbers)):
                continue
            wanted = float(operation(op)(*numbers))
            if not 1e-300 < abs(wanted) < 1e300:
                continue
            loose = {(target, op), ("*", op)} & {*LOOSE}
            near = abs(number - wanted) <= AT_MOST * max(1.0, abs(wanted))
            if not (near if loose else ulps(number, wanted) <= ULP):
                found.append((op, numbers, number, wanted))
    return found


@pytest.mark.parametrize("target", RUN)
def test_every_node_is_gradclis_to_two_units(target, tmp_path):
    if not runs(target):
        pytest.skip(f"{target} is not here")
    for source in PROGRAMS:
        assert not off(source, target, 40, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("target", LANGUAGES)
def test_every_node_of_many_programs_is_gradclis_at_a_thousand_points(target, tmp_path):
    if not runs(target):
        pytest.skip(f"{target} is not here")
    done = 0
    for source in MORE_PROGRAMS:
        try:
            assert not off(source, target, 1000, tmp_path), source
        except UsageError:
            continue
        done += 1
    assert done > 25


@pytest.mark.slow
def test_every_node_of_many_programs_is_gradclis_in_duckdb(tmp_path):
    pytest.importorskip("duckdb")
    done = 0
    for source in MORE_PROGRAMS:
        try:
            assert not off(source, "sql", 1000, tmp_path, "duckdb"), source
        except UsageError:
            continue
        done += 1
    assert done > 25


@pytest.mark.parametrize("target", RUN)
def test_a_sigmoid_at_40_keeps_its_digits(target, tmp_path):
    if not runs(target):
        pytest.skip(f"{target} is not here")
    program, nodes = program_of("sigmoid(x)", target)
    (row,) = values(program, [[40.0]], tmp_path)
    assert ulps(row[-1], 4.248354255291589e-18) <= 3  # s(1 - s), where 1 - s as it stands is 0
    assert nodes


# --- The files that are written ------------------------------------------------------------------


def run_test(text: str, target: str, folder) -> tuple[bool, str]:
    """Whether the test in a file passes, run with the target alone, and what it says."""
    if target == "sql":
        query = "WITH" + text.rpartition("\nWITH")[2]
        rows = sqlite3.connect(":memory:").execute(query).fetchall()
        return all(row == ("agrees",) for row in rows), str(rows)
    form = TARGETS[target]
    file = folder / f"code{form.ending}"
    file.write_text(text + "\n", encoding="utf-8")
    if target == "c":
        program = folder / "code"
        subprocess.run(["cc", *STRICT, file, "-o", program, "-lm"], check=True)  # noqa: S607
        words = [program]
    else:
        words = ["node", file] if target == "js" else [sys.executable, "-W", "error", file]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=folder)
    return done.returncode == 0, done.stdout + done.stderr


FILES = [(target, {}) for target in (*LANGUAGES, *BOOSTING)] + [
    (target, {"hess": True}) for target in LANGUAGES
]

FILES = [
    pytest.param(*each, marks=pytest.mark.slow) if each[0] in HEAVY else each for each in FILES
]

LOSS = "softplus(z) - t*z + k*z^2"


def ready(target: str, tmp_path, **more: bool) -> str:
    if not runs(target):
        pytest.skip(f"{target} is not here")
    if target in BOOSTING:
        return gradcli.code(LOSS, {"k": 0.01}, target=target, test=True)
    return gradcli.code(
        "h = tanh(w*x); J = (h - y)^2*softplus(w)", target=target, test=True, **more
    )


@pytest.mark.parametrize(("target", "more"), FILES)
def test_the_test_in_a_file_passes_and_sees_what_is_wrong(target, more, tmp_path):
    text = ready(target, tmp_path, **more)
    passes, said = run_test(text, target, tmp_path)
    assert passes, said
    line = re.compile(r"= h - y|(\()?h - y\b|h - y AS|pl.col\(\"h\"\) - pl.col\(\"y\"\)|= t \* z")
    wrong = line.sub(lambda found: found[0].replace("-", "+").replace("*", "+"), text)
    assert wrong != text
    passes, _ = run_test(wrong, target, tmp_path)
    assert not passes


@pytest.mark.slow
@pytest.mark.parametrize("target", LANGUAGES)
def test_the_test_of_every_program_passes(target, tmp_path):
    if not runs(target):
        pytest.skip(f"{target} is not here")
    for source in MORE_PROGRAMS:
        try:
            text = gradcli.code(source, target=target, test=True)
        except UsageError:
            continue
        if TARGETS[target].ending == ".py":
            space: dict = {"__name__": "code"}
            exec(text, space)  # noqa: S102  (what is tested)
            space["test"]()
            continue
        passes, said = run_test(text, target, tmp_path)
        assert passes, (source, said)


def test_a_query_runs_in_duckdb(tmp_path):
    duckdb = pytest.importorskip("duckdb")
    for source in PROGRAMS:
        text = gradcli.code(source, target="sql", test=True)
        rows = duckdb.sql("WITH" + text.rpartition("\nWITH")[2]).fetchall()
        assert {*rows} == {("agrees",)}


def test_a_query_reads_the_columns_that_it_names():
    text = gradcli.code("w[1,1]*x + A*a_1", target="sql")
    base = sqlite3.connect(":memory:")
    base.execute('CREATE TABLE data ("w[1,1]", x, A, a_1)')
    base.execute("INSERT INTO data VALUES (2, 3, 4, 5)")
    found = base.execute(text)
    assert [each[0] for each in found.description][:2] == ["out", "dout/dw[1,1]"]
    assert found.fetchone() == (26.0, 3.0, 2.0, 5.0, 4.0)


SECOND = [
    ("prod(x)*sum(x) + prod(prod(A; 1))", {"x": [0, 2, 3], "A": [[1, 2], [3, 5]]}),
    ("sum(cofactors(A)*B)", {"A": np.eye(4) + 0.25, "B": [[1, 2, 3, 4]] * 4}),
    ("s*sum(exp(W@x)) + x'@x*t", {"W": [[1, 2], [3, 4]], "x": [0.5, -1], "s": 2, "t": 3}),
    ("sum(v*put) + sum(u*along)", {each: [1, 2] for each in ("v", "put", "u", "along")}),
]
"""What has second derivatives of its own: products, cofactors, numbers beside arrays; names."""


# --- As formatters leave it ----------------------------------------------------------------------

FORMATTED = [target for target in TARGETS if TARGETS[target].ending == ".py" and target != "polars"]
"""Targets whose code is laid out; of Polars the columns stay a line each, however long."""

LONG = [
    "very_long_name_of_a_parameter*very_long_name_of_another_one + very_long_name_of_a_third",
    "sum(x[i]^2*w[i,j] for i in 1..4 for j in 1..4)",
    "logsumexp(x1,x2,x3)*sigmoid(x1) + where(x1 > 0 and x2 < 1 or x3 > 2, x1, x2)",
]


def ruff(folder, *words: str) -> str:
    """What it finds fault with, without any setting of ours."""
    command = [sys.executable, "-m", "ruff", *words, "--isolated", "--no-cache", folder]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode else ""


def written(folder, sources):
    """A folder with the code of programs for all targets."""
    for target in FORMATTED:
        for place, source in enumerate(["softplus(z) - t*z"] if target in BOOSTING else sources):
            more = {} if target in BOOSTING else {"hess": place % 2 == 0}
            try:
                text = gradcli.code(source, target=target, test=True, **more)
            except UsageError:
                continue
            (folder / f"{target}_{place}.py").write_text(text + "\n", encoding="utf-8")
    return folder


def as_formatted(folder):
    pytest.importorskip("ruff")
    for place, (source, given) in enumerate(SECOND):
        text = gradcli.code(source, given, target="numpy", hess=True, test=True)
        (folder / f"arrays_{place}.py").write_text(text + "\n", encoding="utf-8")
    assert not ruff(folder, "check", "--select", "E4,E7,E9,F")
    assert not ruff(folder, "format", "--check")


@pytest.mark.slow
def test_python_is_what_a_formatter_leaves(tmp_path):
    as_formatted(written(tmp_path, [*PROGRAMS[:2], *LONG]))


@pytest.mark.slow
def test_python_of_many_programs_is_what_a_formatter_leaves(tmp_path):
    as_formatted(written(tmp_path, MORE_PROGRAMS))


@pytest.mark.slow
def test_no_two_functions_of_a_file_have_one_name(tmp_path):
    pytest.importorskip("ruff")
    sources = ["polylog(2, tanh(x)) + expm1(x)", "erf(x)*besselj(0, x)", "softplus(z)*gaussian(z)"]
    assert not ruff(written(tmp_path, sources), "check", "--select", "F")


@pytest.mark.parametrize(
    ("line", "spaced"),
    [
        ("x=a*b-c**2", "x = a * b - c**2"),
        ("y = f( x,axis = 0 )[ 1 : ]", "y = f(x, axis=0)[1:]"),
        ("y = x[len(a):, 1]", "y = x[len(a) :, 1]"),
        ("z = (lambda *a: g(*a,**k))(-1) if not x else 1e+20",
         "z = (lambda *a: g(*a, **k))(-1) if not x else 1e20"),
    ],
)  # fmt: skip
def test_operators_have_spaces(line, spaced):
    assert laid(line) == spaced


# --- Arrays -------------------------------------------------------------------------------------

INDEXED = [
    ("x[k]^2*sum(x)", {"x": [1, 2, 3], "k": 2}),
    ("sum(x[k]*[2, 3])", {"x": [1, 2, 3], "k": [3, 3]}),
    ("sum(W[k,:]*x)", {"W": [[1, 2, 3], [4, 5, 6]], "x": [1, 2, 3], "k": 2}),
    ("sum(onehot(k; 3)*x)", {"x": [1, 2, 3], "k": 2}),
    ("v = W[:,[1,3]]; sum(v*v) + sum(W[2,1..2]*[1,2])", {"W": [[1, 2, 3], [4, 5, 6]]}),
    ("v = W[[2,1,1],[1,3]]; sum(v*v)", {"W": [[1, 2, 3], [4, 5, 6]]}),
    ("v = logsumexp(A; 1); logsumexp(A) + sum(v*v) + norm(A)", {"A": [[1, 2], [3, 5]]}),
    ("sum(sin(pi*x)*x) + sum(x^2.5)", {"x": [0.5, 1.25]}),
    ("sum(conv(A, B)*conv(A, B))", {"A": [[1, 2, 4], [3, 5, 9]], "B": [[1, 2], [3, -1]]}),
    ("sum(sin(window(A; 2, 1)))", {"A": [[1, 2, 4], [3, 5, 9]]}),
    ("det(A)", {"A": [[1, 2, 3], [2, 4, 6], [1, 0, 1]]}),
    ("det(A)^2", {"A": [[2]]}),
]
"""Places, and what gathers several axes."""

NO_CODE = ("the output is an array",)
"""What is refused with arrays."""


@pytest.mark.parametrize(
    "target", ["numpy", *[pytest.param(each, marks=pytest.mark.slow) for each in ("torch", "jax")]]
)
def test_code_of_arrays_gives_gradclis_numbers(target):
    if not runs(target):
        pytest.skip(f"{target} is not here")
    done, refused = 0, []
    for source, given, *_ in [*test_array_programs.PROGRAMS, *INDEXED]:
        try:
            text = gradcli.code(source, given, target=target, test=True)
        except UsageError as error:
            refused.append(error)
            continue
        space: dict = {"__name__": "code"}
        exec(text, space)  # noqa: S102  (what is tested)
        space["test"]()
        done += 1
    assert done >= 84
    assert all(error.hint for error in refused)
    others = [error for error in refused if not any(word in error.message for word in NO_CODE)]
    assert not others


def ready_array_code(source: str, given: dict, **more) -> dict:
    space: dict = {"__name__": "code"}
    exec(gradcli.code(source, given, hess=True, **more), space)  # noqa: S102  (what is tested)
    return space


@pytest.mark.parametrize(("source", "given"), SECOND)
def test_second_derivatives_of_arrays_are_differences_of_gradients(source, given):
    space = ready_array_code(source, given, target="numpy", test=True)
    space["test"]()
    point = [np.array(each, float) for each in space["KNOWN"][0][0]]
    flat, ends = np.concatenate([*map(np.ravel, point)]), np.cumsum([each.size for each in point])

    def slopes(entries):
        parts = [*map(np.reshape, np.split(entries, ends[:-1]), map(np.shape, point))]
        return np.concatenate([*map(np.ravel, space["out_grad"](*parts)[1].values())])

    step = 1e-5
    wanted = [
        (slopes(flat + step * e) - slopes(flat - step * e)) / step / 2 for e in np.eye(len(flat))
    ]
    _, _, found = space["out_hess"](*point)
    assert np.allclose(found, np.transpose(wanted), rtol=1e-7, atol=1e-6)
    along = [*map(np.ones_like, point)]
    products = space["out_hvp"](*point, *along)[2].values()
    assert np.allclose(np.concatenate([*map(np.ravel, products)]), found @ np.ones(len(flat)))


@pytest.mark.slow
@pytest.mark.parametrize("target", ["numpy", "torch", "jax"])
def test_second_derivatives_of_arrays_are_gradclis_numbers(target):
    if not runs(target):
        pytest.skip(f"{target} is not here")
    done, programs = 0, [*test_array_programs.PROGRAMS, *INDEXED, *SECOND]
    for source, given, *_ in programs[:: 5 if target == "jax" else 1]:  # which compiles each
        try:
            space = ready_array_code(source, given, target=target, test=True)
        except GradcliError as error:
            assert any(word in error.message for word in NO_CODE)  # noqa: PT017
            continue
        space["test"]()
        done += 1
    assert done >= (18 if target == "jax" else 90)


@pytest.mark.slow
def test_second_derivatives_of_arrays_are_those_that_jax_finds():
    """JAX differentiates the value that is written for it, at random points without kinks."""
    jax = pytest.importorskip("jax")
    done = 0
    for source, given, *_ in [*test_array_programs.PROGRAMS[::6], *SECOND]:
        try:
            space = ready_array_code(source, given, target="numpy", test=True)
        except UsageError:
            continue
        name = next((each[:-4] for each in space if each.endswith("_hvp")), None)
        if name is None:
            continue
        value = ready_array_code(source, given, target="jax")[name]
        point = [jax.numpy.asarray(each, dtype=float) for each in space["KNOWN"][-1][0]]
        blocks = jax.hessian(value, argnums=tuple(range(len(point))))(*point)
        sizes = [each.size for each in point]
        rows = [
            np.hstack(
                [np.reshape(each, (one, size)) for each, size in zip(row, sizes, strict=True)]
            )
            for row, one in zip(blocks, sizes, strict=True)
        ]
        found = np.asarray(space[f"{name}_hess"](*point)[2])
        assert np.allclose(found, np.vstack(rows), rtol=1e-7, atol=1e-9 * max(1, abs(found).max()))
        done += 1
    assert done >= 15


@pytest.mark.parametrize(
    ("source", "more", "message"),
    [
        (
            "sum(x^2)",
            {"target": "c", "shapes": {"x": 3}},
            "this program has arrays, and C has none",
        ),
        ("sum(x^2)", {"target": "numpy", "shapes": {"x": "n"}}, "the lengths of x are not known"),
        ("x^2 + x", {"target": "numpy", "shapes": {"x": 3}}, "the output is an array"),
        ("sum(x^2)", {"target": "xgboost", "shapes": {"x": 3}}, "this program has arrays"),
    ],
)
def test_arrays_that_have_no_code_are_refused_with_a_way_out(source, more, message):
    with pytest.raises(UsageError, match=re.escape(message)) as refused:
        gradcli.code(source, **more)
    assert refused.value.hint


# --- Names ---------------------------------------------------------------------------------------

WORDS = [
    *("class", "lambda", "def", "None", "True", "print", "math", "np", "torch", "jnp", "pl", "abs"),
    *("int", "double", "static", "main", "printf", "exp", "sqrt", "y0", "gamma", "I", "NAN"),
    *(
        "function",
        "var",
        "let",
        "const",
        "Math",
        "module",
        "OPERATIONS",
        "constructor",
        "__proto__",
    ),
    *(
        "select",
        "from",
        "where",
        "group",
        "data",
        "inputs",
        "lines_1",
        "known",
        "KNOWN",
        "expected_0",
    ),
    *("gradient", "hessian", "value", "test", "t1", "t2", "d_x", "v1", "softplus", "sigmoid", "x1"),
    *("double_2", "objective", "metric", "row", "found", "place", "at", "point", "names", "frame"),
]
"""Names that are something else in some language, or in what gradcli writes."""

ODD = ["α", "ŷ", "Δx", "x̄", "w_1_1", "ж", "名", "ß", "é", "e_2", "A", "a"]


@pytest.mark.parametrize("target", RUN)
def test_names_are_never_code(target, tmp_path):
    if not runs(target):
        pytest.skip(f"{target} is not here")
    for names in (WORDS[::2], WORDS[1::2], [*ODD, "w[1,1]"]):
        if target == "sql":  # to which upper and lower case are one
            names = [*{name.lower(): name for name in names}.values()]  # noqa: PLW2901
        terms = [f"{n}*{name}" for n, name in enumerate(names, 2)]
        source = f"softplus({' + '.join(terms[:3])}) + {'*'.join(names[:2])} + {' + '.join(terms)}"
        given = dict.fromkeys(names, 0.25)
        text = gradcli.code(source, given, target=target, test=True)
        passes, said = run_test(text, target, tmp_path)
        assert passes, (names, said)


@pytest.mark.parametrize("target", ["python", "c", "js", "sql"])
def test_an_output_of_any_name_is_a_function(target, tmp_path):
    for name in ("class", "main", "double", "function", "select", "gradient", "KNOWN", "__proto__"):
        text = gradcli.code(f"{name} = p*q", target=target, test=True)
        passes, said = run_test(text, target, tmp_path)
        assert passes, (name, said)


@pytest.mark.parametrize(("target", "mark"), [("c", r"double {}\("), ("js", r"function {}\(")])
def test_no_helper_is_called_as_the_program_is(target, mark):
    table = {"c": C, "js": JAVASCRIPT}[target]
    own = {"c": dialects.C, "js": dialects.JAVASCRIPT}[target].names()
    assert own <= table.words
    for name in (*own, "erfinv", "erfcinv", "two_sum", "EULER", "erf", "gamma"):
        text = gradcli.code(
            f"{name} = Ei(p)*normal_quantile(q) + logsumexp(p, q)", target=target, grad=True
        )
        called = re.search(mark.format(r"(\w+)_grad"), text)[1]
        before = re.sub(r"(?m)^//.*", "", text).partition(f"{called}_grad")[0]
        assert not re.search(rf"\b{called}\b(?!_)", before)


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("w[1,2]", "w_1_2"), ("α", "alpha"), ("Ω", "Omega"), ("λ₁", "lambda_1"), ("ŷ", "y_hat"),
        ("x̄", "x_bar"), ("é", "e"), ("ж", "u0436"), ("_x", "x"), ("1", "x_1"), ("x'", "x_prime"),
        ("a*/b\n#", "a_b"), ('"; DROP TABLE data; --', "DROP_TABLE_data"), ("", "x"),
    ],
)  # fmt: skip
def test_a_name_is_spelled_in_ascii(name, spelled):
    assert identifier(name) == spelled
    assert identifier(name).isidentifier()


def test_no_two_names_are_the_same():
    names = Names(["class"], ignores_case=True)
    given = ["class", "w_1", "w[1]", "W[1]", "w_1_2", "w_1"]
    found = [names.free(name) for name in given]
    assert len({name.lower() for name in found}) == len(given)
    assert "class" not in found


@pytest.mark.parametrize(
    "text", ["a\nb", "a\r b", "a\u2028b", "a\u2029b", "a\x0bb", "a\\", "a\x1b[0m"]
)
def test_a_comment_stays_within_its_line(text):
    assert len(comment(text).splitlines()) == 1
    assert "\\" not in comment(text)
    assert comment(text).isprintable()


@pytest.mark.parametrize("target", RUN)
def test_constants_that_are_no_ordinary_numbers_are_written(target, tmp_path):
    if not runs(target):
        pytest.skip(f"{target} is not here")
    program, nodes = program_of(
        "max(x, -1e999) + min(x, 1e999) + gegenbauer(0*x, x, x)*0", "python"
    )
    assert nodes
    assert program
    program, _ = program_of("where(x > 0, min(x, 1e999), -1e999)", target)
    rows = values(program, [[2.0]], tmp_path)
    assert 2.0 in rows[0]


# --- Losses --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "both"),
    [
        ("softplus(z) - t*z", "z, t"),
        ("(y - t)^2", "y, t"),
        ("(pred - y)^2", "pred, y"),
        ("(label - y_hat)^2", "y_hat, label"),
        ("-t*log(p)", "p, t"),
    ],
)
def test_names_say_what_is_predicted(source, both):
    for target in BOOSTING:
        assert f"def out_grad({both}):" in gradcli.code(source, target=target)


@pytest.mark.parametrize(
    ("source", "more", "message"),
    [
        ("(u - v)^2", {}, "do not say which is predicted"),
        ("(z - t)^2 + k", {}, "k of the loss has no value"),
        ("(u - v)^2", {"prediction": "w", "label": "v"}, "there is no input 'w'"),
        ("(u - v)^2", {"prediction": "u", "label": "u"}, "do not say which"),
        ("(z - t)^2", {"hess": True}, "has gradient and Hessian anyway"),
        ("z^2", {}, "do not say which"),
    ],
)
def test_what_is_no_loss_is_refused_with_a_way_out(source, more, message):
    with pytest.raises(GradcliError, match=message) as refused:
        gradcli.code(source, target="xgboost", **more)
    assert refused.value.hint


def data():
    draw = np.random.default_rng(0)
    rows = draw.normal(size=(300, 3))
    return rows, (rows[:, 0] + rows[:, 1] > 0).astype(float)


def loss_of(target: str) -> dict:
    space: dict = {"__name__": "loss"}
    exec(gradcli.code("softplus(z) - t*z", target=target), space)  # noqa: S102  (what is tested)
    return space


@pytest.mark.slow
def test_lightgbm_learns_as_with_its_own_loss():
    lightgbm = pytest.importorskip("lightgbm")
    rows, labels = data()
    own = loss_of("lightgbm")
    common = {"verbose": -1, "boost_from_average": False, "num_threads": 1}
    ours = lightgbm.train(
        {**common, "objective": own["objective"]}, lightgbm.Dataset(rows, labels), 20
    )
    theirs = lightgbm.train({**common, "objective": "binary"}, lightgbm.Dataset(rows, labels), 20)
    raw = theirs.predict(rows, raw_score=True)
    assert np.corrcoef(ours.predict(rows), raw)[0, 1] > 0.99


@pytest.mark.slow
def test_xgboost_learns_as_with_its_own_loss():
    xgboost = pytest.importorskip("xgboost")
    rows, labels = data()
    own, table = loss_of("xgboost"), xgboost.DMatrix(rows, labels)
    ours = xgboost.train({"base_score": 0.0, "nthread": 1}, table, 20, obj=own["objective"])
    settings = {"objective": "binary:logistic", "base_score": 0.5, "nthread": 1}
    raw = xgboost.train(settings, table, 20).predict(table, output_margin=True)
    assert np.allclose(ours.predict(table), raw, atol=1e-3)


def test_weights_of_rows_are_in_gradient_and_hessian():
    for target in BOOSTING:
        slope = loss_of(target)["sklearn_objective"]
        plain = slope(np.array([1.0, 0.0]), np.array([0.5, 2.0]))
        twice = slope(np.array([1.0, 0.0]), np.array([0.5, 2.0]), np.array([2.0, 3.0]))
        assert np.allclose(np.array(plain) * [2.0, 3.0], twice)


# --- The command ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["x^2", "--target", "rust"], 2, "there is no target 'rust'"),
        (["x^2", "--target", "C"], 2, "did you mean c?"),
        (["x^2", "--target", "c", "-o", "x.py"], 2, "does not write what a name that ends in .py"),
        (["x^2", "-o", "x.rs"], 2, "does not say what to write"),
        (["x +", "--target", "c"], 2, "ends too early"),
        (["x^2", "--y", "1"], 3, "y"),
        (["x^2", "--of", "zz"], 3, "there is no 'zz'"),
        (["x^2", "--label", "x"], 2, "--label is for the loss of a booster"),
        (["log(-1 - x^2)", "--test"], 2, "no point was found"),
        (["a*A", "--target", "sql"], 3, "a and A are the same column to SQL"),
        (["x^2", "--json"], 2, "--json"),
    ],
)
def test_wrong_input_is_refused(words, code, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    called = call("code", *words)
    assert called.code == code, called.err
    assert message in called.err
    assert not called.out
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("file", "begins"), [("a.c", "//"), ("a.js", "//"), ("a.sql", "--"), ("a.py", "#"), ("a", "#")]
)
def test_the_name_of_a_file_says_its_language(file, begins, tmp_path):
    target = tmp_path / file
    assert call("code", "x^2", "-o", str(target)).code == 0
    assert target.read_text(encoding="utf-8").startswith(f"{begins} out = x^2")


def test_a_large_net_is_written_as_fast_as_it_is_long(tmp_path):
    small, large = (gradcli.code(call("net", f"{n}-{n}-1").out, target="c") for n in (4, 16))
    assert len(large) < 1.2 * 16 * len(small)


def test_functions_of_floats_have_types():
    text = gradcli.code("a*b^2", hess=True)
    space: dict = {}
    exec(text, space)  # noqa: S102  (what is tested)
    given = {"a": "float", "b": "float"}
    kinds = ["float", "tuple[float, dict[str, float]]"]
    kinds.append("tuple[float, dict[str, float], list[list[float]]]")
    for name, kind in zip(("out", "out_grad", "out_hess"), kinds, strict=True):
        found = inspect.get_annotations(space[name], eval_str=True)
        assert found.pop("return") == eval(kind)  # noqa: S307  (a type)
        assert found == dict.fromkeys(given, float)


def test_only_the_gradient_is_written_where_that_is_asked_for():
    assert "def out(" not in gradcli.code("x^2", grad=True)
    assert "def out_hess(" in gradcli.code("x^2", hess=True)


def test_an_input_that_is_missing_is_an_error_of_ours():
    with pytest.raises(InputError):
        gradcli.code("x^2", {"y": 1})
