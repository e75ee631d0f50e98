"""Products with brackets in them, in symbols or in numbers, laid out for a width."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from gradcli.chains.factoring import Bracket, Part, Product, parts_of
from gradcli.chains.products import Factor, Writer
from gradcli.syntax.walk import bottom_up
from gradcli.views.lines.page import Display
from gradcli.views.lines.substitute import beside, fitted
from gradcli.views.lines.text import width

DEEPEST = 24
"""Brackets further in than this many columns are not indented any more."""


class Style(NamedTuple):
    """How products are written: what they consist of, a text for each partial and constant.

    Attributes:
        writer: what knows the factors of products.
        factor: writes a partial as it stands in a product.
        alone: writes it where nothing stands beside it, without brackets.
        constant: writes a constant.
        dot: what stands between two factors.
    """

    writer: Writer
    factor: Callable[[Factor], str]
    alone: Callable[[Factor], str]
    constant: Callable[[float], str]
    dot: str

    def items(self, product: Product) -> list[str | Bracket]:
        """The factors of a product, its constants first; there is at least one."""
        written = self.writer.written(product)
        items: list[str | Bracket] = [self.constant(number) for number in written.constants]
        items += [
            each if isinstance(each, Bracket) else self.factor(each) for each in written.factors
        ]
        return items or ["1"]

    def single(self, product: Product) -> Factor | Bracket | None:
        """The one thing that a product is, without a sign or a constant; else None."""
        written = self.writer.written(product)
        is_bare = written.sign > 0 and not written.constants and len(written.factors) == 1
        return written.factors[0] if is_bare else None

    def sign(self, product: Product, *, first: bool) -> str:
        """What stands before a product, in a sum or at its beginning."""
        is_negative = self.writer.written(product).sign < 0
        if first:
            return "-" if is_negative else ""
        return "- " if is_negative else "+ "


def in_symbols(writer: Writer, display: Display) -> Style:
    """Factors as formulas; one that is long is referred to as ``∂v/∂u``."""

    def factor(each: Factor) -> str:
        return alone(each) if each.tree is None else beside(each.tree, display)

    def alone(each: Factor) -> str:
        shown = each.text
        return (
            display.partial(each.target, each.source) if shown is None else fitted(shown, display)
        )

    return Style(writer, factor, alone, display.number, f" {display.symbols.dot} ")


def in_numbers(writer: Writer, display: Display) -> Style:
    """Factors as numbers, negative ones in brackets."""

    def factor(each: Factor) -> str:
        return display.operand(each.value)

    def alone(each: Factor) -> str:
        return display.number(each.value)

    return Style(writer, factor, alone, display.number, f" {display.symbols.dot} ")


def lay_out(whole: Product, style: Style, indent: int, display: Display) -> list[str]:
    """A product in lines, the first of which is not indented: the caller's text stands there."""
    texts = _flat_texts(whole, style)
    texts[whole] = _unwrapped(whole, texts, style)
    return _Layout(style, display.width, texts).run(whole, indent)


def flat(whole: Product, style: Style) -> str:
    """A product in one line."""
    text = _unwrapped(whole, _flat_texts(whole, style), style)
    return style.sign(whole, first=True) + text


def _unwrapped(whole: Product, texts: Mapping[Part, str], style: Style) -> str:
    """The text without brackets around all of it, where nothing else stands beside them."""
    single = style.single(whole)
    if isinstance(single, Factor):
        return style.alone(single)
    return texts[whole] if single is None else _total(single, texts, style)


def _flat_texts(whole: Product, style: Style) -> dict[Part, str]:
    """Each part in one line, parts before wholes; a product is without its sign inside a sum."""

    def write(part: Part, texts: Mapping[Part, str]) -> str:
        if isinstance(part, Product):
            items = [
                texts[each] if isinstance(each, Bracket) else each for each in style.items(part)
            ]
            return style.dot.join(items)
        return f"({_total(part, texts, style)})" if part.terms else "0"

    return bottom_up(whole, parts_of, write)


def _total(bracket: Bracket, texts: Mapping[Part, str], style: Style) -> str:
    """The terms of a bracket with their signs."""
    signed = [
        style.sign(term, first=not place) + texts[term] for place, term in enumerate(bracket.terms)
    ]
    return " ".join(signed) or "0"


class _Step(NamedTuple):
    """What is still to be written: a text, a product or a sum to be broken, or a new line."""

    what: str | Part | None
    before: str
    indent: int
    room: int


class _Layout:
    """Writes from left to right, on a new line where the next piece does not fit."""

    def __init__(self, style: Style, columns: int, texts: Mapping[Part, str]) -> None:
        self.style = style
        self.columns = columns
        self.texts = texts
        self.lines: list[str] = []
        self.line = ""
        self.start = 0

    def run(self, whole: Product, indent: int) -> list[str]:
        self.start = indent
        sign = self.style.sign(whole, first=True)
        waiting = [_Step(whole, sign, indent, self.columns)]
        while waiting:
            waiting.extend(reversed(self._write(waiting.pop())))
        return [*self.lines, self.line]

    def _write(self, step: _Step) -> list[_Step]:
        """Write a piece, or say what it consists of."""
        what, before, indent, room = step
        if what is None:
            self._break(indent)
            return []
        text = what if isinstance(what, str) else self.texts[what]
        if self._fits(before + text, room):
            self.line += before + text
            return []
        if isinstance(what, Product):
            return self._product(what, before, indent, room)
        if self.line.strip() and not self.line.endswith("( "):
            self._break(indent)
            return [_Step(what, before.lstrip(), indent, room)]
        if isinstance(what, str):
            text = before.lstrip() + what
            if self.lines and not self.line.strip():  # rather further to the left than cut
                self.line = self.line[: max(room - width(text), 0)]
            self.line += text
            return []
        return self._sum(what, before, indent, room)

    def _product(self, product: Product, before: str, indent: int, room: int) -> list[_Step]:
        items = self.style.items(product)
        steps = [_Step(items[0], before, indent, room)]
        return [*steps, *[_Step(item, self.style.dot, indent, room) for item in items[1:]]]

    def _sum(self, bracket: Bracket, before: str, indent: int, room: int) -> list[_Step]:
        """A sum in lines of its own, a term a line."""
        self.line += before.lstrip() + "( "
        column = min(self._column(), DEEPEST + self.start)
        steps: list[_Step] = []
        for place, term in enumerate(bracket.terms):
            if place:
                steps.append(_Step(None, "", max(column - 2, 0), room))
            steps.append(_Step(term, self.style.sign(term, first=not place), column, room - 2))
        return [*steps, _Step(" )", "", indent, 1 << 30)]

    def _fits(self, text: str, room: int) -> bool:
        return self._column() + width(text) <= room

    def _column(self) -> int:
        return width(self.line) + (0 if self.lines else self.start)

    def _break(self, indent: int) -> None:
        self.lines.append(self.line)
        self.line = " " * indent
