"""Functions without brackets: what is proposed works when it is typed, and means what was meant."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import pytest

from gradcli.errors import GradcliError
from gradcli.graph.read import read
from gradcli.graph.rules import table
from gradcli.graph.run_together import textbook
from gradcli.library.evaluate import evaluate
from gradcli.library.function import function

POINT = {"x": 0.3, "y": 0.7, "a": 0.4, "f": 1.3, "t": 0.2, "k": 0.8, "omega": 1.1, "w": 1.7}
POINT |= {"A": 2.5, "X": 0.6, "ω": 1.9}

RAD = math.pi / 180

# fmt: off
MEANT: dict[str, Callable[..., float]] = {
    # a product behind a number
    "sin 2 pi f t": lambda f, t: math.sin(2 * math.pi * f * t),
    "cos 2 t": lambda t: math.cos(2 * t),
    "exp 2 x": lambda x: math.exp(2 * x),
    "sqrt 2 x": lambda x: math.sqrt(2 * x),
    "sin 0.5 x": lambda x: math.sin(0.5 * x),
    "sin .5 x": lambda x: math.sin(0.5 * x),
    "sin 1e-1 x": lambda x: math.sin(0.1 * x),
    "sin ½ x": lambda x: math.sin(x / 2),
    "sin 2 a x": lambda a, x: math.sin(2 * a * x),
    "sin 2 x^2": lambda x: math.sin(2 * x**2),
    "sin 2(x+1)": lambda x: math.sin(2 * (x + 1)),
    "log 3 x": lambda x: math.log(3 * x),
    "log 10 x": lambda x: math.log(10 * x),
    "np.sin 2 x": lambda x: math.sin(2 * x),
    "erf 2 x": lambda x: math.erf(2 * x),
    "sin -2 x": lambda x: math.sin(-2 * x),
    # a product behind a name
    "sin omega t": lambda omega, t: math.sin(omega * t),
    "sin k x^2": lambda k, x: math.sin(k * x**2),
    "cos^2 k x": lambda k, x: math.cos(k * x) ** 2,
    # several functions
    "sin 2x cos 3x": lambda x: math.sin(2 * x) * math.cos(3 * x),
    "sin 2 x cos 3 x": lambda x: math.sin(2 * x) * math.cos(3 * x),
    "sin x cos y": lambda x, y: math.sin(x) * math.cos(y),
    "sin cos 2x": lambda x: math.sin(math.cos(2 * x)),
    "sin cos^2 2x": lambda x: math.sin(math.cos(2 * x) ** 2),
    "sin 2x cos^2 3x": lambda x: math.sin(2 * x) * math.cos(3 * x) ** 2,
    "sin x/cos y": lambda x, y: math.sin(x) / math.cos(y),
    "ln x/ln y": lambda x, y: math.log(x) / math.log(y),
    "sin 2x/cos 3x": lambda x: math.sin(2 * x) / math.cos(3 * x),
    "sin^2 x/cos^2 y": lambda x, y: math.sin(x) ** 2 / math.cos(y) ** 2,
    "exp sin k t": lambda k, t: math.exp(math.sin(k * t)),
    # letters run together
    "sinwt": lambda w, t: math.sin(w * t),
    "2coswt": lambda w, t: math.cos(w * t),
    "sinkx": lambda k, x: math.sin(k * x),
    "sinax": lambda a, x: math.sin(a * x),
    "expkt": lambda k, t: math.exp(k * t),
    "lnkx": lambda k, x: math.log(k * x),
    "logkx": lambda k, x: math.log(k * x),
    "sinwtcoskx": lambda w, t, k, x: math.sin(w * t) * math.cos(k * x),
    "sin xcos y": lambda x, y: math.sin(x) * math.cos(y),
    "sin 12xcos 3x": lambda x: math.sin(12 * x) * math.cos(3 * x),
    "sin 2x^2cos y": lambda x, y: math.sin(2 * x**2) * math.cos(y),
    "sin^2xcos^2y": lambda x, y: math.sin(x) ** 2 * math.cos(y) ** 2,
    "sin²xcos³y": lambda x, y: math.sin(x) ** 2 * math.cos(y) ** 3,
    "ln axsin y": lambda a, x, y: math.log(a * x) * math.sin(y),
    "Acosx": lambda A, x: A * math.cos(x),  # noqa: N803
    "Asinωt": lambda A, ω, t: A * math.sin(ω * t),  # noqa: N803, PLC2401
    "SINX": lambda X: math.sin(X),  # noqa: N803, PLW0108  (its names are looked at)
    "Sinx": lambda x: math.sin(x),  # noqa: PLW0108
    "ACOSX": lambda X: math.acos(X),  # noqa: N803, PLW0108
    "xsinky": lambda x, k, y: x * math.sin(k * y),
    "sinhkx^2": lambda k, x: math.sinh(k * x),
    # degrees
    "sin 30 deg": lambda: 0.5,
    "sin 30°": lambda: 0.5,
    "sin30°": lambda: 0.5,
    "cos60°": lambda: 0.5,
    "tan45°": lambda: 1.0,
    "tan 45 °": lambda: 1.0,
    "sin45deg": lambda: math.sqrt(0.5),
    "sinx°": lambda x: math.sin(x * RAD),
    # exponents
    "sin⁻²(x)": lambda x: math.sin(x) ** -2,
    "cos⁻²(x)": lambda x: math.cos(x) ** -2,
    "tan⁻³x": lambda x: math.tan(x) ** -3,
    "sin^-2(x)": lambda x: math.sin(x) ** -2,
    "sin^-1 2x": lambda x: math.asin(2 * x),
    "sin^(-1) 2x": lambda x: math.asin(2 * x),
    "sin⁻¹ 2x": lambda x: math.asin(2 * x),
    "cos^-1 0.5x": lambda x: math.acos(0.5 * x),
    "tan^-1 3": lambda: math.atan(3),
    "sin² 2x": lambda x: math.sin(2 * x) ** 2,
    "sin²2x": lambda x: math.sin(2 * x) ** 2,
    "sin^2 2x": lambda x: math.sin(2 * x) ** 2,
    "cos^-1 k x": lambda k, x: math.acos(k * x),
    # functions of several things
    "atan2 y x": lambda y, x: math.atan2(y, x),  # noqa: PLW0108  (its names are looked at)
    "atan2 2 x": lambda x: math.atan2(2, x),
    "max 2 3": lambda: 3.0,
}
# fmt: on
"""What is typed, and the value of what it means."""


def proposed(text: str) -> str:
    with pytest.raises(GradcliError) as caught:
        read(text)
    found = re.match(r"write (.*?)(?:, or .*|; .*)?$", caught.value.hint or "")
    assert found, caught.value.hint
    return found[1]


@pytest.mark.parametrize("text", MEANT)
def test_what_is_proposed_is_what_was_meant(text: str) -> None:
    meant = MEANT[text]
    names = meant.__code__.co_varnames
    given = {name: POINT[name] for name in names}
    assert evaluate(proposed(text), given).value == pytest.approx(meant(**given), rel=1e-12)


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        ("sin 2x/3", "write sin(2x)/3, or sin(2x/3)"),
        ("sin k x/3", "write sin(k*x)/3, or sin(k*x/3)"),
        ("x sin 2 x", "write sin(2*x)"),
        ("sin x/2 y", "write sin(x)"),  # sin(x)/2*y, sin(x)/(2*y) or sin(x/2*y)
        ("sin x/cosy", "write sin(x)"),  # of cosy the same is said after that
        ("sin^2xcos^2(y)", "write sin(x)^2"),
        ("g(z) = z^2; sin x/g x", "write sin(x)"),
        ("e^sin 2x", "write sin(2x)"),
        ("gamma 2 x", "for a product write *2, for a value of a function gamma(2*x)"),
        ("g(z) = z^2; g x y", "write g(x*y)"),
        ("g(z, w) = z*w; g x y", "write g(x, y)"),
        ("g(z) = z^2; g 2 x", "for a product write *2, for a value of a function g(2*x)"),
        ("g(z, w) = z*w; g 2 x", "for a product write *2, for a value of a function g(2, x)"),
        ("arcsine 2 x", "for a product write *2, for a value of a function asin(2*x)"),
        ("average 2 3", "for a product write *2, for a value of a function mean(2, 3)"),
        ("sin x and y", "write sin(x)"),
        ("pow x 2", "for a product write *2, for a value of a function pow(x, 2)"),
        ("max x 2 y", "for a product write *2, for a value of a function max(x, 2, y)"),
    ],
)
def test_the_ways_out_of_a_function_without_brackets(text: str, ways: str) -> None:
    with pytest.raises(GradcliError) as caught:
        read(text)
    assert caught.value.hint == ways


@pytest.mark.parametrize("function", sorted(textbook()))
def test_every_function_of_textbooks_is_of_the_product_behind_it(function: str) -> None:
    known = table().canonical(function)
    for text, inside in {"2 x y": "2*x*y", "x y": "x*y", "0.5 x^2": "0.5*x^2"}.items():
        assert proposed(f"{function} {text}") == f"{function}({inside})", known


WORDS = """
cost costs cosine cosmos coset expected expert expat export expense expiry since single
sine sink sinus tank tanks tango tangent lnorm logic logits login logpx logpy logwt second
sector secs cotton absolute
"""


@pytest.mark.parametrize("word", WORDS.split())
def test_a_word_that_begins_as_a_function_does_is_a_variable(word: str) -> None:
    for text in (word, f"2*{word} + x", f"total = {word}*x; total^2"):
        assert word in function(text).inputs


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2cost", "'cost' is one name; for the function write cos(t)"),
        ("x + 3cost", "'cost' is one name; for the function write cos(t)"),
        ("price - cost", None),
        ("2tank", None),
    ],
)
def test_a_word_that_may_be_a_function_is_told_where_it_looks_like_one(
    text: str, told: str | None
) -> None:
    assert [note.message for note in function(text).notes] == ([told] if told else [])
