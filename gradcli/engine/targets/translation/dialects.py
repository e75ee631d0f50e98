"""What C and JavaScript call what Python's `math` has, and how they write lists and pairs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from gradcli.engine.targets.translation.lines import Declared

NUMBER, WHOLE, TRUTH, LIST = "number", "whole", "truth", "list"
PAIRS = ("pair", "triple")
"""The kinds of values; of a pair and a triple the parts are numbers."""

PARTS = ("first", "second", "third")


class Dialect(NamedTuple):
    """A language with braces.

    Attributes:
        name: which it is.
        math: what it calls the functions of `math`, by their names there.
        own: functions of ours that stand for others, as names in `twins`.
        ready: functions that are there as text of the language, by what they stand for.
        declared: how it declares local names.
        infinite: its infinity.
        no_number: its NaN.
        equal: how it compares: for being equal, and for not being.
    """

    name: str
    math: Mapping[str, str]
    own: Mapping[str, str]
    ready: Mapping[str, str]
    declared: Declared
    infinite: str
    no_number: str
    equal: tuple[str, str]

    @property
    def is_c(self) -> bool:
        """Whether it is C, where lists are structures and pairs are, too."""
        return self.name == "c"

    def function(
        self, kind: str, name: str, parameters: Sequence[tuple[str, str]], body: Sequence[str]
    ) -> list[str]:
        """A whole function; its lines are indented by tabs."""
        unit = "    " if self.is_c else "  "
        lines = [f"{unit}{line.replace(chr(9), unit)}" for line in body]
        return [f"{self.head(kind, name, parameters)} {{", *lines, "}", ""]

    def head(self, kind: str, name: str, parameters: Sequence[tuple[str, str]]) -> str:
        """What a function begins with, or what is said of it before."""
        if not self.is_c:
            return f"function {name}({', '.join(each for each, _ in parameters)})"
        given = ", ".join(f"{TYPES[own]} {each}" for each, own in parameters)
        return f"static {TYPES[kind]} {name}({given or 'void'})"

    def table(self, name: str, values: Any, write: Callable[[float], str]) -> list[str]:
        """A constant: a number, a table of numbers, or one of pairs."""
        if not isinstance(values, tuple):
            text = write(values)
            kind = "static const double " if self.is_c else "const "
            return [f"{kind}{name} = {text};"]
        opening, closing = "{}" if self.is_c else "[]"
        is_flat = not isinstance(values[0], tuple)
        rows = (
            values
            if is_flat
            else [f"{opening}{', '.join(map(write, row))}{closing}" for row in values]
        )
        texts = [*map(write, values)] if is_flat else [*map(str, rows)]
        unit = "    " if self.is_c else "  "
        lengths = f"[{len(values)}]" + ("" if is_flat else f"[{len(values[0])}]")
        kind = f"static const double {name}{lengths}" if self.is_c else f"const {name}"
        return [f"{kind} = {opening}", *_filled(texts, unit), f"{closing};"]

    def names(self) -> frozenset[str]:
        """The names of what is there as text, and of types."""
        return frozenset((*self.texts(), *((*PAIRS, LIST) if self.is_c else ())))

    def texts(self) -> Mapping[str, str]:
        """The functions that are there as text, by name."""
        return _texts(f"ready.{self.name}")


TYPES: Mapping[str, str] = {
    NUMBER: "double",
    WHOLE: "int",
    TRUTH: "int",
    LIST: "list",
    "pair": "pair",
    "triple": "triple",
}
"""What C calls the kinds."""

_SAME = (
    *("exp", "expm1", "log", "log1p", "log2", "sin", "cos", "tan", "asin", "acos", "atan", "atan2"),
    *("sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "sqrt", "cbrt", "hypot", "pow", "floor"),
    "ceil",
)

_TWINS = {
    **{name: name for name in ("factorial", "comb", "perm")},
    "whole_binomial": "whole_binomial",
    "falling_over": "falling_over",
    "whole_falling": "whole_falling",
    "by_twos": "by_twos",
    "gcd": "gcd",
    "lcm": "lcm",
}
"""What Python computes with whole numbers of any size, and what does so with floats."""

C = Dialect(
    "c",
    {**{name: name for name in _SAME}, "fabs": "fabs", "isnan": "isnan", "copysign": "copysign",
     "fmod": "fmod", "erf": "erf", "erfc": "erfc", "ldexp": "ldexp",
     "exp2": "exp2", "isfinite": "isfinite"},
    _TWINS,
    {"fsum": "fsum", "push": "push", "extend": "extend", "modulo": "modulo", "frexp": "parted"},
    Declared(
        {kind: f"const {TYPES[kind]}" for kind in TYPES}, dict(TYPES),
    ),
    "INFINITY",
    "NAN",
    ("==", "!="),
)  # fmt: skip

JAVASCRIPT = Dialect(
    "js",
    {**{name: f"Math.{name}" for name in _SAME}, "fabs": "Math.abs", "isnan": "Number.isNaN",
     "isfinite": "Number.isFinite"},
    {**_TWINS, "erf": "erf", "erfc": "erfc_left"},
    {name: name for name in ("fsum", "modulo", "copysign", "frexp", "ldexp")},
    Declared(dict.fromkeys(TYPES, "const"), dict.fromkeys(TYPES, "let")),
    "Infinity",
    "NaN",
    ("===", "!=="),
)  # fmt: skip


def _filled(texts: Sequence[str], unit: str) -> list[str]:
    """Values behind commas, as many in a line as there is room for."""
    lines = [unit]
    for text in texts:
        if len(lines[-1]) + len(text) > 78 and lines[-1].strip():
            lines[-1] = lines[-1].rstrip()
            lines.append(unit)
        lines[-1] += f"{text}, "
    return [*lines[:-1], lines[-1].rstrip()]


@cache
def _texts(file: str) -> Mapping[str, str]:
    """The functions in a file, each with the remark before it, by name."""
    found: dict[str, str] = {}
    text = Path(__file__).with_name(file).read_text(encoding="utf-8")
    for part in text.strip().split("\n\n"):
        head = next(line for line in part.split("\n") if not line.startswith("//"))
        found[head.partition("(")[0].split()[-1].lstrip("*")] = part
    return found
