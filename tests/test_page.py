"""`gradcli page`: what the file holds, what it computes, and what it does in a real browser."""

from __future__ import annotations

import html.parser
import inspect
import json
import math
import random
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import Browser
from command_line import ROOT, call

import gradcli
from gradcli.engine.functions.exponentials import exp_rest
from gradcli.engine.scalar import OPERATIONS, SPECIAL, operation
from gradcli.engine.targets.javascript import Script, known_operations, written_operations
from gradcli.views.html.formulas import brief
from gradcli.views.lines.mathml import MathML

LESSON = ["J(a,b,c) = 3*(a + b*c)", "--a", "1", "--b", "2", "--c", "3"]

FILES = ["lesson", "network", "neuron", "tutorial", "rosenbrock", "pendulum", "distance", "tax"]
"""Examples with a program and values."""

# --- The operations ------------------------------------------------------------------------------

UNITS = (math.pi, math.tau, math.pi / 180)


def numbers(count: int, draw: random.Random) -> list[float]:
    """Arguments of every size that people have."""
    return [
        draw.choice(
            [
                float(draw.randint(-5, 5)),
                draw.uniform(-3, 3),
                draw.uniform(-40, 40),
                draw.choice([-1, 1]) * 10 ** draw.uniform(-8, 3),
            ]
        )
        for _ in range(count)
    ]


def arguments(name: str, draw: random.Random) -> list[float]:
    """Arguments for one operation."""
    logits = numbers(3, draw)
    sums = [max(logits), exp_rest(*logits), *logits]
    match name:
        case "logsumexp_from":
            return sums
        case "exp_share":
            return [draw.choice(logits), *sums[:2]]
        case "logsumexp_less" | "less_logsumexp":
            return [draw.choice(logits), *sums]
        case "share_less":
            return [draw.choice([1.0, 0.0, *logits]), logits[0], *sums]
        case "shares_less":
            return [1.0, 1.0, logits[0], *sums]
        case "sinc_derivative":
            return [float(draw.randint(0, 3)), *numbers(1, draw)]
        case "sinc_derivative_of_product":
            return [float(draw.randint(0, 3)), draw.choice(UNITS), *numbers(2, draw)]
    if name in TRANSLATED:
        return of_translated(name, draw)
    if "_of_" in name:
        return [draw.choice(UNITS), *numbers(2, draw)]
    return numbers(COUNTS.get(name, 1), draw)


COUNTS = {
    **dict.fromkeys(("add", "sub", "mul", "div", "pow", "mod", "rem", "atan2", "hypot", "norm"), 2),
    **dict.fromkeys(("lt", "le", "gt", "ge", "eq", "ne", "and", "or", "max", "min"), 2),
    **dict.fromkeys(("xlogy", "xlog1py", "exp_diff", "leaky_relu", "elu", "gcd", "lcm"), 2),
    **dict.fromkeys(("where", "pow_diff", "root_power", "logsumexp", "exp_rest"), 3),
}
"""How many arguments an operation of ``operations.js`` takes, if not one."""

TRANSLATED = sorted(known_operations() - written_operations())

REAL = frozenset(("binomial", "permutations", "double", "root"))
"""The first words of functions whose first argument need not be a whole number."""

DIFFERENCES = frozenset(("polygamma_rise", "beta_slope_xy"))
"""Differences of large numbers left of 0, where an argument's own rounding counts."""


def of_translated(name: str, draw: random.Random) -> list[float]:
    """Arguments for a function that is translated: an order is a small whole number."""
    names = list(inspect.signature(operation(name)).parameters)
    found = numbers(len(names), draw)
    if names[0] == "n" and name.partition("_")[0] not in REAL:
        found[0] = float(draw.randint(0, 6))
    if name in DIFFERENCES:
        found = [abs(each) for each in found]
    return found


def spoken(number: float) -> str:
    """A number as JavaScript reads it."""
    return repr(number).replace("inf", "Infinity").replace("nan", "NaN")


NODE = shutil.which("node")


@pytest.mark.skipif(NODE is None, reason="there is no node")
def test_every_operation_is_that_of_the_engine():
    draw = random.Random(7)  # noqa: S311  (no secrets)
    cases = [
        (name, arguments(name, draw)) for name in sorted(known_operations()) for _ in range(60)
    ]
    asked = [[name, [spoken(each) for each in given]] for name, given in cases]
    called = Script(frozenset(), is_table=True)
    for name in known_operations():
        called.function(name)
    script = "\n".join(called.lines()) + (
        "const cases = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
        "console.log(JSON.stringify(cases.map(([name, given]) =>"
        " String(OPERATIONS[name](...given.map(Number))))));"
    )
    done = subprocess.run(
        [str(NODE), "-e", script],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    for (name, given), found in zip(cases, map(float, json.loads(done.stdout)), strict=True):
        wanted = operation(name)(*given)
        # Far below 0 a polylogarithm is what is left of a sum, here as by gradcli.
        is_left = name.startswith("polylog") and given[-2] < 0
        close = math.isclose(found, wanted, rel_tol=1e-6 if is_left else 1e-12)
        assert close or found == wanted or (math.isnan(found) and math.isnan(wanted)), (name, given)


@pytest.mark.slow
@pytest.mark.skipif(NODE is None, reason="there is no node")
def test_an_operation_alone_brings_all_that_it_needs():
    draw = random.Random(5)  # noqa: S311  (no secrets)
    parts = []
    for name in sorted(known_operations()):
        script = Script(frozenset(), is_table=True)
        script.function(name)
        given = json.dumps([arguments(name, draw) for _ in range(40)])
        lines = "\n".join(script.lines())
        parts.append(f"{{\n{lines}\nfor (const each of {given}) OPERATIONS.{name}(...each);\n}}\n")
    subprocess.run([str(NODE)], input="".join(parts), text=True, check=True)


def test_the_table_of_operations_has_no_others():
    assert known_operations() <= {*OPERATIONS, *SPECIAL}
    assert {*OPERATIONS} <= known_operations()


WITHOUT = {
    "rare": "SciPy has them",
    "incomplete": "they are computed with decimals",
}
"""The modules of functions that no page computes, and why."""


def test_every_other_function_is_on_pages():
    missing = {*SPECIAL} - known_operations()
    assert missing == {op for op, module in SPECIAL.items() if module in WITHOUT}


@pytest.mark.parametrize(
    ("program", "name"),
    [
        ("besselj(0, x)", "besselj"),
        ("findroot(u^2 - x, u, 1)", "findroot"),
        ("gammainc(2, x)", "gammainc"),
    ],
)
def test_what_no_page_computes_is_said(program, name):
    called = call("page", program, "--x", "0.5")
    assert called.code == 2
    assert called.err.startswith(f"error: a page cannot compute {name}\n")
    assert call("eval", program, "--x", "0.5", "--trace").code == 0


# --- The file ------------------------------------------------------------------------------------


def page_of(*words: str, file: Path) -> Path:
    """The page of a command line."""
    called = call("page", *words, "-o", str(file))
    assert called.code == 0, called.err
    return file


class Read(html.parser.HTMLParser):
    """What a page consists of."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.data: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.data.append(data)


def test_a_page_is_one_file_that_fetches_nothing():
    called = call("page", *LESSON)
    assert called.code == 0
    found = Read(called.out)
    addresses = {"src", "href", "action", "srcset", "data", "style", "onclick", "onload"}
    assert not [tag for tag, attributes in found.tags if addresses & attributes.keys()]
    assert not {"link", "img", "iframe", "object", "form", "base"} & {tag for tag, _ in found.tags}
    (policy,) = [a["content"] for t, a in found.tags if t == "meta" and "http-equiv" in a]
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize("name", FILES)
def test_pages_of_the_examples_are_small(name):
    called = call(
        "page", "-f", f"{ROOT}/examples/{name}.grad", "--vars", f"{ROOT}/examples/{name}.json"
    )
    assert called.code == 0, called.err
    assert len(called.out.encode()) <= 150_000


def _chain() -> str:
    steps = [f"v{place} = tanh(w{place}*v{place - 1})" for place in range(1, 66)]
    return "; ".join(["v0 = x^2", *steps])


def _squares() -> str:
    return " + ".join(f"(y{each} - a*exp(-b*t{each}) - c)^2" for each in range(1, 28))


LARGE = {
    "a chain": _chain(),
    "a sum of squares": _squares(),
}


@pytest.mark.parametrize("program", LARGE.values(), ids=LARGE)
def test_pages_of_200_boxes_are_small_and_call_nothing_that_is_not_there(program):
    inputs = gradcli.function(program).inputs
    values = {name: 0.123456789 + 0.1 * place for place, name in enumerate(inputs)}
    made = gradcli.page(program, values)
    assert 190 < made.count("data-box=") <= 200
    assert len(made.encode()) <= 150_000
    script = made.rpartition("<script>")[2]
    assert ("\ntanh:" in script) == ("tanh" in program)
    assert "gamma:" not in script


def test_a_page_holds_the_json_of_its_start():
    source = call("page", *LESSON).out
    start = source.partition('id="start">')[2].partition("</script>")[0]
    assert json.loads(start) == json.loads(call("eval", *LESSON, "--json").out)


HOSTILE = (
    '</title></script><script>window.hurt=1</script><img src=x onerror="window.hurt=1">{{script}}'
)


def test_no_text_of_the_user_is_markup():
    found = Read(call("page", "where(a<b, a, b)", "--a", "1", "--b", "2", "--title", HOSTILE).out)
    tags = [tag for tag, _ in found.tags]
    assert tags.count("script") == 3
    assert "img" not in tags


def test_the_door_is_the_command():
    by_command = call("page", *LESSON, "--wrt", "b", "--lr", "0.5", "--title", "T", "--full").out
    by_door = gradcli.page(
        LESSON[0], {"a": 1, "b": 2, "c": 3}, wrt="b", lr=0.5, title="T", full=True
    )
    assert by_command == by_door + "\n"


FORMULAS = {
    "3*x^2/y": "<mfrac><mrow><mn>3</mn><mo>·</mo><msup><mrow><mi>x</mi></mrow><mrow><mn>2</mn>"
    "</mrow></msup></mrow><mrow><mi>y</mi></mrow></mfrac>",
    "sqrt(a<b)": "<msqrt><mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow></msqrt>",
    "abs(-x)": "<mo>|</mo><mo>−</mo><mi>x</mi><mo>|</mo>",
    "(x/y)^2": "<msup><mrow><mo>(</mo><mfrac><mrow><mi>x</mi></mrow><mrow><mi>y</mi></mrow></mfrac>"
    "<mo>)</mo></mrow><mrow><mn>2</mn></mrow></msup>",
    "2e-9*pi": "<mrow><mn>2</mn><mo>·</mo><msup><mn>10</mn><mrow><mo>−</mo><mn>9</mn></mrow></msup>"
    "</mrow><mo>·</mo><mi>π</mi>",
    "(x + y)!": "<mo>(</mo><mi>x</mi><mo>+</mo><mi>y</mi><mo>)</mo><mo>!</mo>",
    "max(x, not y)": "<mi>max</mi><mo>(</mo><mi>x</mi><mo>,</mo><mo>¬</mo><mi>y</mi><mo>)</mo>",
}


@pytest.mark.parametrize(("formula", "wanted"), FORMULAS.items())
def test_formulas_as_mathml(formula, wanted):
    from gradcli.syntax.parse import parse

    assert MathML().write(parse(formula).statements[-1].value) == f"<mrow>{wanted}</mrow>"


BRIEF = {
    '<mrow><mi>f</mi><mo>(</mo><mi class="value">f</mi><mo>)</mo></mrow>': "{if;o(;vf;o);}",
    "<mfrac><mrow><mn>1</mn></mrow><mrow><mi>a[1]</mi></mrow></mfrac>": "/{n1;}{ia[1];}",
    "<mrow><mtext> if </mtext><mo>&lt;</mo><mi>a;b\\</mi></mrow>": r"{t if ;o<;ia\;b\\;}",
    "<msup><mn>10</mn><mrow><mo>−</mo><mn>9</mn></mrow></msup>": "^n10;{o−;n9;}",
}


@pytest.mark.parametrize(("mathml", "wanted"), BRIEF.items())
def test_formulas_in_a_few_characters(mathml, wanted):
    assert brief(mathml) == wanted


# --- In a browser --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    opened = Browser()
    yield opened
    opened.close()


PROGRAMS: dict[str, dict[str, float]] = {
    "J(a,b,c) = 3*(a + b*c)": {"a": 1, "b": 2, "c": 3},
    "f(z) = 1/(1 + exp(-z)); h = f(w*x + b); (h - y)^2/2": {"w": 0.5, "x": 2, "b": -1, "y": 1},
    "logsumexp(x, y, 0) - x + log_sigmoid(y)": {"x": 20, "y": -3},
    "x*sin(2*pi*x)/(1 + x^2) + x^y": {"x": 2.25, "y": 1.5},
    "g(u, v) = u^2*v + sin(v); g(x, y)*g(y, x)": {"x": 1.25, "y": -0.5},
    "relu(x - y)*(x if x > 2 else y^3) + max(x, y, 0) + abs(y)": {"x": 3, "y": -2},
    "erf(x)*gamma(y) + normal_cdf(x*y) + lgamma(y + 1)": {"x": 0.75, "y": 2.5},
    "beta(x, y + 3)*digamma(x*y + 2) + zeta(x + 2) - polygamma(1, y)": {"x": 1.75, "y": 2.5},
    "normal_quantile(x/4) + lambertw(y) + Si(x*y) + binomial(y + 5, x)": {"x": 1.5, "y": 2.25},
    "tanh(x)*sqrt(1 + y^2) + atan2(y, x) + hypot(x, y) + mod(x, 2)": {"x": 3.5, "y": 1.25},
    "softplus(x) + gelu(y) + elu(x*y) + cbrt(y) + logit(sigmoid(x))": {"x": -0.5, "y": 0.25},
}


def agrees(browser: Browser, program: str, point: dict[str, float]) -> None:
    """Every box of the page has the value and the derivative that gradcli has."""
    solution = gradcli.evaluate(program, point)
    for name, found in browser.numbers().items():
        value = solution.get(name)
        grad = solution.get(f"d{solution.output}/d{name}")
        for each, wanted in zip(found, (value, grad), strict=True):
            assert math.isclose(each, wanted, rel_tol=1e-12, abs_tol=1e-15), (name, each, wanted)


@pytest.mark.slow
@pytest.mark.process
@pytest.mark.parametrize(
    ("program", "point"),
    [
        ("abs(x) + max(x, y)*sqrt(x)", {"x": 0, "y": 0}),
        ("relu(x) - relu(-x) + y^2", {"x": 0, "y": 1}),
        ("abs(x)", {"x": 0}),
        ("cbrt(x)^3", {"x": 0}),
    ],
)
def test_at_a_kink_the_start_has_the_derivatives_of_the_whole_function(
    browser, tmp_path, program, point
):
    page = tmp_path / "page.html"
    page.write_text(gradcli.page(program, point), encoding="utf-8")
    browser.open(page)
    agrees(browser, program, point)
    assert "undefined" not in browser.run("return document.body.innerText")
    browser.run("gradcli.move('x', 0.5)")
    agrees(browser, program, point | {"x": 0.5})
    browser.run("gradcli.move('x', 0)")
    agrees(browser, program, point)


TIED = [
    "abs(x)",
    "x*abs(x)",
    "sqrt(x^2)",
    "x^2*sign(x)",
    "max(x, 0)^2",
    "where(x > 0, sqrt(x), 0)",
    "relu(x)",
    "floor(x)",
    "x^2 if x >= 0 else 2*x",
    "norm(x, 2*x)",
    "cbrt(x)",
]


@pytest.mark.parametrize("program", TIED)
def test_a_page_knows_where_something_is_tied(program):
    page = gradcli.page(program, {"x": 1})
    known = json.loads(re.search(r'id="program"[^>]*>(.*?)</script>', page, re.DOTALL)[1])
    # A slope that is not finite is seen without.
    assert known["ties"] or program in {"cbrt(x)", "sqrt(x^2)"}


@pytest.mark.slow
@pytest.mark.process
@pytest.mark.parametrize("program", TIED)
def test_what_a_convention_decides_is_said(browser, tmp_path, program):
    page = tmp_path / "page.html"
    page.write_text(gradcli.page(program, {"x": 1}), encoding="utf-8")
    browser.open(page)
    browser.run("gradcli.move('x', 0)")
    assert "followtheconventionofeachoperation" in browser.text("#tied")
    browser.run("gradcli.move('x', 0.5)")
    assert not browser.text("#tied")


@pytest.mark.slow
@pytest.mark.process
def test_at_its_start_a_page_says_what_eval_says(browser, tmp_path):
    page = tmp_path / "page.html"
    page.write_text(gradcli.page("abs(x) + y", {"x": 0, "y": 1}), encoding="utf-8")
    browser.open(page)
    assert "outhasakinkatx=0:slope-1totheleft,1totheright" in browser.text("#tied")


@pytest.mark.slow
@pytest.mark.process
@pytest.mark.parametrize(("program", "point"), PROGRAMS.items())
def test_numbers_are_those_of_gradcli_wherever_values_are_moved(browser, tmp_path, program, point):
    page = tmp_path / "page.html"
    page.write_text(gradcli.page(program, point), encoding="utf-8")
    browser.open(page)
    agrees(browser, program, point)
    draw = random.Random(program)  # noqa: S311  (no secrets)
    for _ in range(5):
        point = {name: value + draw.uniform(-0.4, 0.4) for name, value in point.items()}
        for name, value in point.items():
            browser.run("gradcli.move(arguments[0], arguments[1])", name, value)
        agrees(browser, program, point)
    assert browser.errors() == []
    assert [each for each in browser.requested() if each != page.as_uri()] == []


ARRAYS: dict[str, dict[str, Any]] = {
    "f(z) = 1/(1 + exp(-z)); h = f(W@x + b); o = f(v' @ h); (o - y)^2/2": {
        "W": [[0.1, 0.2], [0.3, -0.4]], "x": [1, 2], "b": [0, 0.1], "v": [1, -1], "y": 1,
    },
    "s = softmax(x); sum(s*t) + norm(x)^2/3": {"x": [0.5, -1, 2], "t": [1, 0, 3]},
    "r = A @ x - y; g = A' @ r; sum(r^2)/2 + sum(g)": {
        "A": [[1, 2], [0, -1], [3, 0.5]], "x": [1, -2], "y": 0.5,
    },
    "layer(W, x) = tanh(W@x); s(v) = exp(v)/sum(exp(v)); h = layer(W, x); sum(s(h)*h)": {
        "W": [[0.1, 0.2], [0.3, -0.4]], "x": [1, 2],
    },
    "det(A)*sum(inv(A) @ b)": {"A": [[2, 1], [0.5, 3]], "b": [1, -1]},
}  # fmt: skip


@pytest.mark.process
@pytest.mark.parametrize(("program", "point"), ARRAYS.items())
def test_a_program_of_arrays_is_its_entries(browser, tmp_path, program, point):
    page = tmp_path / "page.html"
    page.write_text(gradcli.page(program, point), encoding="utf-8")
    browser.open(page)
    for moved in (0.0, 0.25):
        now = {name: np.array(value, dtype=float) + moved for name, value in point.items()}
        for name, value in now.items():
            for place, entry in np.ndenumerate(value):
                indices = ",".join(str(each + 1) for each in place)
                label = f"{name}[{indices}]" if place else name
                browser.run("gradcli.move(arguments[0], arguments[1])", label, float(entry))
        solution = gradcli.evaluate(program, now)
        found = browser.numbers()
        named = [name for name in found if not re.fullmatch(r"v\d+", name)]
        entries = sum(np.size(value) for value in now.values())
        assert len(named) > entries
        for name in named:
            expected = solution.get(name), solution.get(f"d{solution.output}/d{name}")
            assert found[name] == pytest.approx(expected, rel=1e-12, abs=1e-15), name
    assert browser.errors() == []


@pytest.mark.parametrize(
    ("program", "point", "message"),
    [
        ("2*x", {"x": [1, 2]}, "the output is a vector of 2, and has no gradient"),
        ("sum(x)", {"x": [1.0] * 6000}, "written out, the program is more than 5,000 numbers"),
        ("sum(x^2)", {"x": [1.0] * 150}, "boxes, and beyond 200 it cannot be read"),
    ],
)
def test_arrays_that_no_page_shows(program, point, message):
    with pytest.raises(gradcli.GradcliError, match=message):
        gradcli.page(program, point)


@pytest.fixture
def lesson(browser: Browser, tmp_path: Path) -> Browser:
    browser.open(page_of(*LESSON, file=tmp_path / "lesson.html"))
    return browser


@pytest.mark.process
def test_in_a_notebook_a_page_is_alive_in_its_frame(browser, tmp_path):
    notebook = tmp_path / "notebook.html"
    shown = gradcli.page("3(a + b*c)", a=1, b=2, c=3)._repr_html_()
    notebook.write_text(f"<!doctype html><meta charset=utf-8>{shown}", encoding="utf-8")
    browser.open(notebook)
    browser.driver.switch_to.frame(browser.one("iframe"))
    assert browser.numbers()["out"] == [21, 1]
    browser.one("#first").click()
    assert browser.text("#step") == "0of9:theinputs"
    browser.driver.switch_to.default_content()
    assert browser.errors() == []


@pytest.mark.process
def test_both_passes_go_step_by_step(lesson):
    lesson.one("#first").click()
    assert lesson.text("#step") == "0of9:theinputs"
    assert lesson.text('[data-box="4"]').endswith("=?∂J/∂v2=?")
    said = []
    for _ in range(9):
        lesson.one("#next").click()
        said.append((lesson.text("#step").partition(":")[2], lesson.text("#explanation")))
    assert said[:4] == [
        ("forward,v1", "v1v1=b·c=2·3=6"),
        ("forward,v2", "v2v2=a+v1=1+6=7"),
        ("forward,J", "JJ=3·v2=3·7=21"),
        ("backward,J", "J∂J∂J=1"),
    ]
    assert said[4] == ("backward,v2", "v2∂J∂v2=3")
    assert said[5] == ("backward,v1", "v1∂J∂v1=∂J∂v2·∂v2∂v1=∂J∂v2·1=3·1=3")
    assert said[7][1] == "bb=2∂J∂b=∂J∂v1·∂v1∂b=∂J∂v1·c=3·3=9" or said[7][0] == "backward,b"
    assert not lesson.one("#next").is_enabled()
    lesson.one("#back").click()
    assert lesson.text("#step").startswith("8of9")
    assert lesson.errors() == []


@pytest.mark.process
def test_a_node_shows_its_chain_rule_when_it_is_chosen(lesson):
    lesson.one('[data-box="1"]').click()
    assert lesson.text("#explanation") == "bb=2∂J∂b=∂J∂v1·∂v1∂b=∂J∂v1·c=3·3=9"
    assert lesson.one('[data-box="1"]').get_attribute("aria-label") == "b, value 2, derivative 9"
    assert lesson.one('[data-box="1"]').get_attribute("aria-pressed") == "true"


@pytest.mark.process
def test_a_value_can_be_dragged_typed_and_moved_by_keys(lesson):
    from selenium.webdriver import ActionChains
    from selenium.webdriver.common.keys import Keys

    box = lesson.one('[data-box="1"]')
    ActionChains(lesson.driver).click_and_hold(box).move_by_offset(50, 0).release().perform()
    waiting = "return gradcli.numbers()['b'][0]"
    assert lesson.run(waiting) == pytest.approx(3)
    field = lesson.one("#inputs tr:nth-child(3) input[type=number]")
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys("-2.5", Keys.TAB)
    lesson.run(
        "return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
    agrees(lesson, LESSON[0], {"a": 1, "b": lesson.run(waiting), "c": -2.5})
    box.send_keys(Keys.ARROW_UP)
    lesson.run(
        "return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
    assert lesson.run(waiting) == pytest.approx(3.1)
    assert lesson.text("#explanation").startswith("bb=3.1")
    lesson.one("#reset").click()
    agrees(lesson, LESSON[0], {"a": 1, "b": 2, "c": 3})


def accessible(lesson) -> set[tuple[str, str]]:
    """The role and the name of all that a screen reader is told of."""
    found = lesson.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    return {
        (node["role"]["value"], node.get("name", {}).get("value", "").strip())
        for node in found
        if not node.get("ignored")
    }


@pytest.mark.process
def test_a_screen_reader_is_told_what_everything_is(lesson):
    buttons = ("first", "back", "play", "next", "last", "Fit", "Update", "Reset")
    wanted = {("button", name) for name in buttons} | {
        ("button", "b, value 2, derivative 9"), ("slider", "Step"), ("slider", "b, to be dragged"),
        ("spinbutton", "b"), ("checkbox", "an update changes b"), ("spinbutton", "Rate"),
        ("group", "The computation graph of J"), ("region", "The chosen node"), ("rowheader", "b"),
    }  # fmt: skip
    lesson.driver.execute_cdp_cmd("Accessibility.enable", {})
    said = accessible(lesson)
    for _ in range(50):  # the browser makes the tree when it comes to it
        if wanted <= said:
            break
        lesson.run("return new Promise(done => requestAnimationFrame(done))")
        said = accessible(lesson)
    assert wanted <= said
    assert not [
        role for role, name in said if role in {"button", "slider", "checkbox"} and not name
    ]
    assert lesson.one("#explanation").get_attribute("aria-live") == "polite"


@pytest.mark.process
def test_keys_go_through_the_passes(lesson):
    from selenium.webdriver.common.keys import Keys

    body = lesson.one("body")
    for key, step in [(Keys.HOME, "0of9"), (Keys.ARROW_RIGHT, "1of9"), (Keys.END, "9of9")]:
        body.send_keys(key)
        assert lesson.text("#step").startswith(step)
    body.send_keys(" ")
    assert lesson.text("#play").endswith("Pause")
    body.send_keys(" ")
    assert lesson.text("#play").endswith("Play")


@pytest.mark.process
def test_a_path_is_lit_with_its_product_and_an_update_is_made(browser, tmp_path):
    program = "u = x^2; v = sin(x)*u; u*v"
    page = tmp_path / "paths.html"
    page.write_text(gradcli.page(program, {"x": 1.5}, lr=0.25), encoding="utf-8")
    browser.open(page)
    browser.one('[data-box="0"]').click()
    products = []
    count = int(browser.text("#path-number").partition("path")[0])
    for number in range(count):
        browser.one("#path-next").click()
        assert browser.text("#path-number") == f"path{number + 1}of{count}"
        factors = browser.run("return document.querySelectorAll('.edges .path').length")
        assert factors
        products.append(float(browser.text("#path").rpartition("=")[2].replace("−", "-")))
    solution = gradcli.evaluate(program, x=1.5)
    assert sum(products) == pytest.approx(solution.gradient["x"], rel=1e-5)
    assert count == gradcli.paths(program, wrt="x", count=True).counts.paths
    browser.one("#update").click()
    moved = 1.5 - 0.25 * solution.gradient["x"]
    assert browser.numbers()["x"][0] == pytest.approx(moved, rel=1e-12)
    agrees(browser, program, {"x": browser.numbers()["x"][0]})


@pytest.mark.process
def test_hostile_text_stays_text(browser, tmp_path):
    words = ["a<b", "--a", "1", "--b", "2", "--title", HOSTILE]
    browser.open(page_of(*words, file=tmp_path / "hostile.html"))
    assert browser.run("return window.hurt") is None
    assert browser.one("h1").text == HOSTILE
    assert browser.errors() == []


@pytest.mark.process
def test_formulas_are_set_as_they_are_written(browser, tmp_path):
    words = ["abs(-x)^2/3 + where(x < 2, -x, f(x))", "--x", "-1.5", "--set", "f=2", "-o"]
    file = tmp_path / "formula.html"
    assert call("page", *words, str(file)).code == 0
    browser.open(file)
    assert browser.text("#expression") == "out=|−x|23+(−xifx<2elsef·x)"
    assert browser.text("#expression mfrac msup > :first-child") == "|−x|"
    assert browser.run("return document.querySelectorAll('mo[form=prefix]').length") >= 2
    assert browser.errors() == []


@pytest.mark.process
@pytest.mark.parametrize("size", [(390, 844), (800, 800), (1400, 900)])
def test_nothing_is_wider_than_the_window_and_the_whole_graph_fits(browser, tmp_path, size):
    browser.driver.set_window_size(*size)
    words = ["-f", f"{ROOT}/examples/tutorial.grad", "--vars", f"{ROOT}/examples/tutorial.json"]
    browser.open(page_of(*words, file=tmp_path / "net.html"))
    sizes: Any = browser.run("return [document.documentElement.scrollWidth, window.innerWidth]")
    assert sizes[0] <= sizes[1]
    fit = browser.one("#fit")
    seen = (
        "const f = document.querySelector('#graph').getBoundingClientRect(),"
        " b = document.querySelector(arguments[0]).getBoundingClientRect();"
        "return b.left >= f.left && b.right <= f.right && b.top >= f.top && b.bottom <= f.bottom"
    )
    assert browser.run(seen, ".output")
    if fit.get_attribute("aria-pressed") != "true":
        fit.click()
    assert fit.get_attribute("aria-pressed") == "true"
    assert browser.run(seen, "#graph svg")
    fit.click()
    assert browser.run(seen, ".output")


@pytest.mark.process
def test_long_names_leave_room_for_their_values(browser, tmp_path):
    browser.driver.set_window_size(390, 844)
    one, other = (f"learning_rate_of_the_first_layer_{end}" for end in ("one", "two"))
    words = [f"{one}*{other}", f"--{one}=2", f"--{other}=3"]
    browser.open(page_of(*words, file=tmp_path / "long.html"))
    right: Any = browser.run(
        "return [...document.querySelectorAll('#inputs input')].map(it =>"
        " it.getBoundingClientRect().right)"
    )
    assert len(right) == 6
    assert max(right) <= browser.run("return window.innerWidth")
