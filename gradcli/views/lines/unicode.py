"""Formulas for people's eyes: 3·x² for 3*x^2, √x for sqrt(x); read back, it is the same formula."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

from gradcli.graph.rules import SPELLINGS
from gradcli.syntax import ast
from gradcli.syntax.text import ATOM, CONDITIONAL, POWER, SIGN, Notation, Pieces, number
from gradcli.views.lines.page import Display
from gradcli.views.lines.text import visible

_SUPERSCRIPTS = dict(zip("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True))
_SIGNS = {"mul": "·", "<=": " ≤ ", ">=": " ≥ ", "!=": " ≠ "}
_CONSTANTS = {"pi": "π", "tau": "τ"}

LONGEST_POWER = 4
"""Whole exponents of so many digits are written small."""


class People(Notation):
    """The signs of print, as far as a stream can carry them and the language reads them.

    Args:
        encoding: of the stream.
        names: what the program calls its own; a constant of such a name is not π.
        minus: the sign for negative numbers and differences.
        plain: use none of these signs, for a stream that lacks most of them.
    """

    is_read = False

    def __init__(
        self,
        encoding: str,
        names: Collection[str] = (),
        minus: str = "-",
        *,
        plain: bool = False,
    ) -> None:
        def carried(signs: dict[str, str]) -> dict[str, str]:
            found = {} if plain else signs
            return {each: sign for each, sign in found.items() if _can_carry(sign, encoding)}

        self.encoding = encoding
        self.signs = {
            **Notation.signs,
            **carried({**_SIGNS, "sub": f" {minus} ", "neg": minus}),
        }
        self.digits = carried(_SUPERSCRIPTS)
        self.root = carried({"sqrt": "√"}).get("sqrt")
        own = {SPELLINGS.get(name, name) for name in names}
        self.constants = {
            name: sign for name, sign in carried(_CONSTANTS).items() if name not in own
        }

    def number(self, value: float) -> str:
        """A literal; minus zero is zero to people."""
        return self.signed(number(value + 0.0))

    def signed(self, literal: str) -> str:
        """A number's text with the sign of this notation."""
        return self.signs["neg"] + literal[1:] if literal[0] == "-" else literal

    def name(self, name: str) -> str:
        """A name, its characters made visible."""
        return self.constants.get(name) or visible(name, self.encoding)

    def power(self, base: ast.Expression, exponent: ast.Expression) -> Pieces:
        """Whole exponents are written small: x², x⁻¹."""
        small = self.small(_whole(exponent))
        below: list[str | tuple[ast.Expression, int]] = [(base, ATOM)]
        if isinstance(base, ast.Number) and "e" in number(base.value):
            below = ["(", (base, CONDITIONAL), ")"]  # 1e22² might be 1e(22²)
        if small:
            return [*below, small], POWER
        # x^2³ is read right, but only by those who know what holds more tightly.
        lowest = ATOM if isinstance(exponent, ast.Binary) and exponent.op == "pow" else SIGN
        return [*below, self.signs["pow"], (exponent, lowest)], POWER

    def small(self, exponent: int | None) -> str:
        """A whole number as an exponent, nothing if it is long or the signs are not there."""
        if exponent is None or abs(exponent) >= 10**LONGEST_POWER:
            return ""
        digits = str(exponent)
        if not self.digits.keys() >= {*digits}:
            return ""
        return "".join([self.digits[digit] for digit in digits])

    def call(self, function: str, arguments: tuple[ast.Expression, ...]) -> Pieces:
        """A root reaches over a name, a number or a bracket, and no further."""
        if ast.bare(function) != "sqrt" or self.root is None:
            return super().call(visible(function, self.encoding), arguments)
        inner = arguments[0]
        if isinstance(inner, ast.Name) or (
            isinstance(inner, ast.Number) and number(inner.value).isdigit()
        ):
            return [self.root, (inner, ATOM)], POWER
        return [f"{self.root}(", (inner, CONDITIONAL), ")"], POWER


def notation(display: Display, names: Collection[str] = ()) -> People:
    """The notation of a view.

    Args:
        display: where it is shown.
        names: what the program uses as names of its own, such as ``pi``.
    """
    return People(display.encoding, names, plain=display.is_ascii)


def _whole(exponent: ast.Expression) -> int | None:
    """The whole number that an expression is, or None."""
    match exponent:
        case ast.Unary(op="neg", operand=ast.Number(value=value)):
            value = -value
        case ast.Number(value=value):
            pass
        case _:
            return None
    return int(value) if math.isfinite(value) and value == int(value) else None


def _can_carry(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True


def derivative(display: Display, output: str, wrt: Sequence[str], *, single: bool = False) -> str:
    """Return the sign of a derivative of any order: ``∂J/∂b``, ``d²/dx²``, ``∂²J/∂b∂c``.

    Args:
        display: where it is shown.
        output: what is differentiated; it may be left out as "".
        wrt: the names that it is by, one after another.
        single: whether there is one name only.
    """
    small = notation(display, ()).small

    def power(order: int) -> str:
        return "" if order == 1 else small(order) or f"^{order}"

    sign = "d" if single else display.symbols.partial
    below = [f"{sign}{name}{power(wrt.count(name))}" for name in dict.fromkeys(wrt)]
    joined = f"({' '.join(below)})" if display.is_ascii and len(below) > 1 else "".join(below)
    return display.show(f"{sign}{power(len(wrt))}{output}/{joined}")
