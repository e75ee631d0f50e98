"""Products with brackets in them, in symbols or in numbers, laid out for a width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from gradcli.paths.products import Factor, Sum, Term
from gradcli.views.lines.page import Display
from gradcli.views.lines.substitute import has_outer_blank
from gradcli.views.lines.text import width

DEEPEST = 24
"""Brackets further in than this many columns are not indented any more."""


class Style(NamedTuple):
    """How factors are written: a text for each partial, and for each constant."""

    factor: Callable[[Factor], str]
    constant: Callable[[float], str]
    dot: str


def in_symbols(display: Display) -> Style:
    """Factors as formulas; one that is long is referred to as ``∂v/∂u``."""

    def factor(each: Factor) -> str:
        if each.text is None:
            return display.partial(each.target, each.source)
        text = display.show(each.text)
        return f"({text})" if has_outer_blank(text) else text

    return Style(factor, display.number, f" {display.symbols.dot} ")


def in_numbers(display: Display) -> Style:
    """Factors as numbers, negative ones in brackets."""

    def factor(each: Factor) -> str:
        text = display.number(each.value)
        return f"({text})" if text.startswith("-") else text

    return Style(factor, display.number, f" {display.symbols.dot} ")


def lay_out(whole: Term, style: Style, indent: int, display: Display) -> list[str]:
    """A product in lines, the first of which is not indented: the caller's text stands there."""
    texts = _flat_texts(whole, style)
    texts[whole] = _unwrapped(whole, texts[whole])
    return _Layout(style, display.width, texts).run(whole, indent)


def flat(whole: Term, style: Style) -> str:
    """A product in one line."""
    return _sign(whole, first=True) + _unwrapped(whole, _flat_texts(whole, style)[whole])


def _unwrapped(whole: Term, text: str) -> str:
    """The text without brackets around all of it, where nothing else stands beside them."""
    inside = text[1:-1]
    if whole.sign < 0 or text != f"({inside})":
        return text
    depth = 0
    for character in inside:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return text
    return inside


def _items(term: Term, style: Style) -> list[str | Sum]:
    """The factors of a product, its constants first; there is at least one."""
    items: list[str | Sum] = [style.constant(number) for number in term.constants]
    items += [each if isinstance(each, Sum) else style.factor(each) for each in term.factors]
    return items or ["1"]


def _sign(term: Term, *, first: bool) -> str:
    if first:
        return "-" if term.sign < 0 else ""
    return "- " if term.sign < 0 else "+ "


def _flat_texts(whole: Term, style: Style) -> dict[Term | Sum, str]:
    """Each part in one line, parts before wholes; a product is without its sign inside a sum."""
    texts: dict[Term | Sum, str] = {}
    waiting: list[Term | Sum] = [whole]
    while waiting:
        part = waiting[-1]
        inner: Sequence[Term | Sum] = (
            part.terms
            if isinstance(part, Sum)
            else [each for each in part.factors if isinstance(each, Sum)]
        )
        missing = [each for each in inner if each not in texts]
        if missing:
            waiting.extend(missing)
            continue
        waiting.pop()
        texts[part] = _flat_sum(part, texts) if isinstance(part, Sum) else _flat(part, style, texts)
    return texts


def _flat(term: Term, style: Style, texts: dict[Term | Sum, str]) -> str:
    items = [texts[each] if isinstance(each, Sum) else each for each in _items(term, style)]
    return style.dot.join(items)


def _flat_sum(bracket: Sum, texts: dict[Term | Sum, str]) -> str:
    signed = [
        _sign(term, first=place == 0) + texts[term] for place, term in enumerate(bracket.terms)
    ]
    return f"({' '.join(signed)})" if signed else "0"


class _Step(NamedTuple):
    """What is still to be written: a text, a product or a sum to be broken, or a new line."""

    what: str | Term | Sum | None
    before: str
    indent: int
    room: int


class _Layout:
    """Writes from left to right, on a new line where the next piece does not fit."""

    def __init__(self, style: Style, columns: int, texts: dict[Term | Sum, str]) -> None:
        self.style = style
        self.columns = columns
        self.texts = texts
        self.lines: list[str] = []
        self.line = ""
        self.start = 0

    def run(self, whole: Term, indent: int) -> list[str]:
        self.start = indent
        sign = _sign(whole, first=True)
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
        if isinstance(what, Term):
            return self._product(what, before, indent, room)
        if self.line.strip() and not self.line.endswith("( "):
            self._break(indent)
            return [_Step(what, before.lstrip(), indent, room)]
        if isinstance(what, str):
            self.line += before.lstrip() + what
            return []
        return self._sum(what, before, indent, room)

    def _product(self, term: Term, before: str, indent: int, room: int) -> list[_Step]:
        items = _items(term, self.style)
        steps = [_Step(items[0], before, indent, room)]
        return [*steps, *[_Step(item, self.style.dot, indent, room) for item in items[1:]]]

    def _sum(self, bracket: Sum, before: str, indent: int, room: int) -> list[_Step]:
        """A sum in lines of its own, a term a line."""
        self.line += before.lstrip() + "( "
        column = min(self._column(), DEEPEST + self.start)
        steps: list[_Step] = []
        for place, term in enumerate(bracket.terms):
            if place:
                steps.append(_Step(None, "", max(column - 2, 0), room))
            steps.append(_Step(term, _sign(term, first=not place), column, room - 2))
        return [*steps, _Step(" )", "", indent, 1 << 30)]

    def _fits(self, text: str, room: int) -> bool:
        return self._column() + width(text) <= room

    def _column(self) -> int:
        return width(self.line) + (0 if self.lines else self.start)

    def _break(self, indent: int) -> None:
        self.lines.append(self.line)
        self.line = " " * indent
