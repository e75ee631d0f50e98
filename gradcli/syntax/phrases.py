"""Formulas in words: ``6 divided by 2``, ``the square root of x``, and how they are written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from gradcli.errors import ParseError, Span
from gradcli.hints import itself
from gradcli.syntax.elsewhere import BARE, DERIVATIVES, FUNCTIONS
from gradcli.syntax.extent import Extent, Extents, statement_text
from gradcli.syntax.lexer import Token
from gradcli.syntax.operands import ONE, Operand, put_in
from gradcli.syntax.spelling import KEYWORDS, LETTERS, letters_of

LONG = 80
"""A longer statement is not written out: only the part of it that is in words."""

MOST = 20
"""So many phrases of one statement are written anew for its hint."""

_OR = ", or "
"""What stands between several ways to write a phrase."""

_PLACES = frozenset("xy")
"""What stands in a pattern for its operands."""

PHRASES = {
    "NOT x": "not x",
    "absolute value of x": "abs(x)",
    "cube of x": "x^3",
    "cube root of x": "cbrt(x)",
    "difference between x and y": "x - y",
    "difference of x and y": "x - y",
    "half of x": "x/2",
    "log base y of x": "log(x, y)",
    "log base y x": "log(x, y)",
    "log to base y of x": "log(x, y)",
    "logarithm of x": "log(x)",
    "max of x and y": "max(x, y)",
    "maximum of x and y": "max(x, y)",
    "min of x and y": "min(x, y)",
    "minimum of x and y": "min(x, y)",
    "natural log of x": "log(x)",
    "natural logarithm of x": "log(x)",
    "product of x and y": "x*y",
    "quotient of x and y": "x/y",
    "ratio of x and y": "x/y",
    "ratio of x to y": "x/y",
    "reciprocal of x": "1/x",
    "root of x": "sqrt(x)",
    "square of x": "x^2",
    "square root of x": "sqrt(x)",
    "sum of x and y": "x + y",
    "twice x": "2*x",
    "x AND y": "x and y",
    "x DIV y": "floor(x/y)",
    "x Div y": "floor(x/y)",
    "x MOD y": "mod(x, y)",
    "x Mod y": "mod(x, y)",
    "x OR y": "x or y",
    "x XOR y": "(x != 0) != (y != 0)",
    "x Xor y": "(x != 0) != (y != 0)",
    "x choose y": "binomial(x, y)",
    "x cubed": "x^3",
    "x degree": "x°",
    "x degrees": "x°",
    "x div y": "floor(x/y)",
    "x divided by y": "x/y",
    "x equals y": "x == y",
    "x factorial": "x!",
    "x iff y": "(x != 0) == (y != 0)",
    "x implies y": "x == 0 or y != 0",
    "x is equal to y": "x == y",
    "x is greater than y": "x > y",
    "x is less than y": "x < y",
    "x minus y": "x - y",
    "x mod y": "mod(x, y)",
    "x modulo y": "mod(x, y)",
    "x multiplied by y": "x*y",
    "x nCr y": "binomial(x, y)",
    "x nPr y": "permutations(x, y)",
    "x nand y": "not (x and y)",
    "x ncr y": "binomial(x, y)",
    "x nor y": "not (x or y)",
    "x npr y": "permutations(x, y)",
    "x of y": "x(y)",
    "x over y": "x/y",
    "x per cent of y": "x/100*y",
    "x per cent": "x/100",
    "x percent of y": "x/100*y",
    "x percent": "x/100",
    "x plus y": "x + y",
    "x pow y": "x^y",
    "x power y": "x^y",
    "x radians": "x",
    "x raised to the power of y": "x^y",
    "x raised to the power y": "x^y",
    "x raised to the y": "x^y",
    "x raised to y": "x^y",
    "x rem y": "rem(x, y)",
    "x shl y": "x*2^y",
    "x shr y": "floor(x/2^y)",
    "x squared": "x^2",
    "x times y": "x*y",
    "x to the power of y": "x^y",
    "x to the power y": "x^y",
    "x to the y": "x^y",
    "x xnor y": "(x != 0) == (y != 0)",
    "x xor y": "(x != 0) != (y != 0)",
}
"""Formulas in words, of operands x and y, and how they are written here."""

Lex = Callable[[str], Sequence[Token]]
IsFree = Callable[[str, int | None], bool]
"""Whether nothing gives a name a meaning; the number is that of its arguments, if it is called."""


class _Pattern(NamedTuple):
    """A phrase with places for its operands, and what is written for it."""

    parts: tuple[str, ...]
    written: str

    @property
    def words(self) -> str:
        """The phrase without the operands at its ends: ``log base … of``."""
        shown = ("…" if part in _PLACES else part for part in self.parts)
        return " ".join(shown).removeprefix("… ").removesuffix(" …")

    @property
    def binds(self) -> bool:
        """Whether it is done before a product is, so that its operand is the last factor."""
        return re.search(r"\bx[\^!°]", self.written) is not None

    @property
    def divides(self) -> bool:
        """Whether it is done with products, and behind the signs of their factors."""
        return self.written.startswith(("floor(", "mod(", "rem("))

    @property
    def is_of_conditions(self) -> bool:
        """Whether it stands between conditions, so that comparisons are done before."""
        return re.search(r"x == 0|\(x (?:and|or) y\)|\(x != 0\)", self.written) is not None


class Phrase(NamedTuple):
    """A part of a formula in words.

    Attributes:
        words: those without the operands: ``divided by``.
        place: where they stand.
        span: where the phrase stands, operands and all.
        written: what is written here.
        binds: whether it is done before a product is.
    """

    words: str
    place: Span
    span: Span
    written: str
    binds: bool


def may_be_in(name: str) -> bool:
    """Whether a name may be one of the words of a phrase."""
    return name in _patterns() or base_of(name) is not None


def base_of(name: str) -> str | None:
    """The base that stands in the name of a logarithm: of ``log_2`` and ``ln_b``."""
    if name[0] != "l":
        return None
    found = re.fullmatch(rf"(?:log|ln|lg)(?:_(\d+|{LETTERS})|(?!(?:1|2|10)\b)(\d+))", name)
    base = (found[1] or found[2]) if found else ""
    return base if len(letters_of(base)) == 1 else None


def refused(source: str, phrase: Phrase, lex: Lex, is_free: IsFree) -> ParseError:
    """The error for a phrase, with its whole statement as it is written here."""
    is_between = phrase.span.start < phrase.place.start and phrase.place.end < phrase.span.end
    message = f"'{phrase.words}' is not in the language"
    if is_between:
        message = f"there is no operator '{phrase.words}'"
    hint = _derived(source, phrase, lex) or f"write {_rewritten(source, phrase, lex, is_free)}"
    return ParseError("function", message, span=phrase.place, hint=hint, source=source)


def find(source: str, lex: Lex, is_free: IsFree) -> Iterator[Phrase]:
    """The phrases of a text whose operands are no phrases themselves.

    Args:
        source: the text.
        lex: cuts a text into tokens.
        is_free: whether nothing gives a name a meaning.
    """
    tokens = lex(source)
    patterns = _patterns()
    extents = Extents(source, tokens, lambda name: name in patterns and is_free(name, None))
    for place, token in enumerate(tokens):
        if token.type == "NAME" and is_free(token.text, extents.arguments(place + 1)):
            known = patterns.get(token.text) or _based(token.text)
            found = (_phrase(extents, place, pattern, is_free) for pattern in known)
            phrase = next(filter(None, found), None)
            if phrase is not None:
                yield phrase


def _phrase(extents: Extents, place: int, pattern: _Pattern, is_free: IsFree) -> Phrase | None:
    """The phrase of a pattern whose first word stands at a place."""
    tokens = extents.tokens
    parts = pattern.parts
    found: dict[str, Extent] = {}
    start = place
    if parts[0] in _PLACES:
        wide = extents.conditions(place) if pattern.is_of_conditions else None
        if wide is not None:
            return _of_conditions(extents, place, pattern, wide)
        left = extents.before(place, is_product=not pattern.binds, is_signed=pattern.divides)
        if left is None or (pattern.written == "x(y)" and tokens[place - 1].type != "NAME"):
            return None
        found["x"] = left
        start, parts = left.start, parts[1:]
    elif len(parts) == 2 and tokens[place + 1].type == "LPAR" and extents.touches(place + 1):
        return None  # a call
    exponent, first = extents.exponent(place + 1) if len(pattern.parts) == 2 else ("", place + 1)
    ends = _matched(extents, first, parts[1:], is_free, found)
    if ends is None:
        return None
    if start and tokens[start - 1].text == "the":
        start -= 1
    where, span = extents.span(place, max(ends[0], place + 1)), extents.span(start, ends[1])
    operands = {name: extents.operand(each) for name, each in found.items()}
    base = base_of(tokens[place].text)
    if base is not None:
        operands["y"] = Operand(base, ONE)
    ways = pattern.written.split(_OR) if exponent else [pattern.written]
    written = _OR.join(put_in(way, operands) + exponent for way in ways)
    return Phrase(pattern.words, where, span, written, pattern.binds)


def _of_conditions(
    extents: Extents, place: int, pattern: _Pattern, sides: tuple[Extent, Extent]
) -> Phrase:
    """The phrase of a word between comparisons: ``x > 1 xor y > 1``."""
    written = pattern.written
    operands = {}
    for name, side in zip("xy", sides, strict=True):
        operands[name] = extents.operand(side)
        if extents.compares(side.start, side.end):  # it is 0 or 1 already
            written = written.replace(f"({name} != 0)", name)
    where = extents.span(place, place + 1)
    span = extents.span(sides[0].start, sides[1].end)
    return Phrase(pattern.words, where, span, put_in(written, operands), pattern.binds)


def _matched(
    extents: Extents,
    start: int,
    parts: Sequence[str],
    is_free: IsFree,
    found: dict[str, Extent],
) -> tuple[int, int] | None:
    """Where the last word, and the whole, of the rest of a pattern ends; operands are put down."""
    last, end = 0, start
    for part in parts:
        if part in _PLACES:
            operand = extents.after(end)
            if operand is None:
                return None
            found[part] = operand
            end = operand.end
        elif extents.tokens[end].text == part and is_free(part, None):
            last = end = end + 1
        else:
            return None
    return last, end


@cache
def _patterns() -> Mapping[str, list[_Pattern]]:
    """The patterns by their first word, those of more words first."""
    texts = PHRASES | {f"{name} x": FUNCTIONS[name] for name in BARE}
    found: dict[str, list[_Pattern]] = {}
    for text in sorted(texts, key=lambda text: -len(text.split())):
        parts = tuple(text.split())
        first = next(part for part in parts if part not in _PLACES)
        found.setdefault(first, []).append(_Pattern(parts, texts[text]))
    return found


def _based(name: str) -> list[_Pattern]:
    return [_Pattern((name, "x"), "log(x, y)")] if base_of(name) else []


def _rewritten(source: str, phrase: Phrase, lex: Lex, is_free: IsFree) -> str:
    """The statement of a phrase without any; only that phrase if there is no one way."""
    text = statement_text(source, phrase.span, lex(source))
    if len(text) > LONG or _OR in phrase.written:
        return phrase.written
    for _ in range(MOST):
        found = min(find(text, lex, is_free), key=lambda each: not each.binds, default=None)
        if found is None:
            return " ".join(text.split())
        if _OR in found.written:
            break
        text = _replaced(text, found)
    return phrase.written


def _replaced(text: str, phrase: Phrase) -> str:
    before, after = text[: phrase.span.start], text[phrase.span.end :]
    # In an arithmetic expression a condition needs brackets, but for AND, which is the same sign.
    is_same = phrase.words.lower() in KEYWORDS
    is_condition = not is_same and re.search(r"\b(?:not|and|or)\b|!=| == 0", phrase.written)
    is_bracketed = before.endswith("(") and after.startswith(")")
    if is_condition and not is_bracketed and (before.strip() or after.strip()):
        return f"{before}({phrase.written}){after}"
    return before + phrase.written + after


def _derived(source: str, phrase: Phrase, lex: Lex) -> str | None:
    """The way out of ``derivative of x^2``."""
    before = source[phrase.span.start : phrase.place.start].split()
    if phrase.words != "of" or before[-1] not in DERIVATIVES:
        return None
    _, _, inner = statement_text(source, phrase.span, lex(source)).partition(f"{before[-1]} of")
    return itself(inner.strip())
