"""How far an operand reaches among the tokens of a text, before or behind a place in it."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Callable, Sequence
from typing import NamedTuple

from gradcli.errors import Span
from gradcli.syntax.lexer import Token
from gradcli.syntax.operands import ONE, POWER, PRODUCT, SUM, Operand

CLOSING = frozenset(("RPAR", "RSQB", "RFLOOR", "RCEIL"))
OPENING = frozenset(("LPAR", "LSQB", "LFLOOR", "LCEIL"))

MOST = 100
"""So many tokens are looked at for an operand, for a longer one would not be written out."""

_POSTFIX = frozenset(("BANG", "BANGBANG", "SUPERSCRIPT", "DEGREE", "QUOTE"))
_ATOMS = frozenset(("NAME", "NUMBER", "FRACTION"))
_SIGNS = frozenset(("PLUS", "MINUS", "ROOT", "NOT"))
_FACTORS = frozenset(("STAR", "SLASH"))
_LOOSE = frozenset(("AND", "OR", "EQUALS", "SEMICOLON", "$END", "_COMMA", "_NEWLINE")) | {
    f"_{word}" for word in ("ELSE", "FOR", "IF", "IN", "RANGE")
}
"""What is done after comparisons are."""

_SEPARATORS = frozenset(("SEMICOLON", "_NEWLINE"))
_BRACED = re.compile(r"\{[^{}]*\}")


class Extent(NamedTuple):
    """The tokens of an operand, and how loosely it holds together."""

    start: int
    end: int
    level: int


def statement_of(span: Span, tokens: Sequence[Token]) -> Span:
    """Where the statement stands that a part of a text is in.

    Args:
        span: where that part stands.
        tokens: the tokens of the text.
    """
    start, end = 0, tokens[-1].end
    depth = 0
    for token in tokens:
        depth += (token.type in OPENING) - (token.type in CLOSING)
        if token.type in _SEPARATORS and (token.type == "SEMICOLON" or depth <= 0):
            if token.end <= span.start:
                start = token.end
            elif token.start >= span.end:
                end = min(end, token.start)
    return Span(start, end)


def statement_text(source: str, span: Span, tokens: Sequence[Token]) -> str:
    """The statement that a part of a text is in, without comments.

    What separates the cases in braces of other languages separates no statements.
    """
    braces = [0, *(place for found in _BRACED.finditer(source) for place in found.span())]
    seen = [
        token  # with the 0, an odd number of places up to it: it is in no braces
        for token in tokens
        if token.type not in _SEPARATORS or bisect(braces, token.start) % 2
    ]
    return re.sub(r"#[^\n]*", "", source[slice(*statement_of(span, seen))])


def bracket_end(tokens: Sequence[Token], start: int) -> int | None:
    """Behind which token the bracket ends that opens with one; None if none does, or it is long."""
    depth = 0
    for place in range(start, min(start + MOST, len(tokens))):
        kind = tokens[place].type
        depth += (kind in OPENING) - (kind in CLOSING)
        if depth <= 0:
            return place + 1 if place > start else None
    return None


def count_commas(tokens: Sequence[Token], start: int, end: int) -> int:
    """How many commas stand in a bracket, and not in one that is in it."""
    count = depth = 0
    for token in tokens[start:end]:
        depth += (token.type in OPENING) - (token.type in CLOSING)
        count += token.type == "_COMMA" and depth == 1
    return count


class Extents:
    """The operands among the tokens of a text.

    Args:
        source: the text.
        tokens: its tokens, with one that ends it.
        is_word: whether a name is a word between operands, and none of them.
    """

    def __init__(
        self, source: str, tokens: Sequence[Token], is_word: Callable[[str], bool]
    ) -> None:
        self.tokens = tokens
        self._source = source
        self._is_word = is_word

    def span(self, start: int, end: int) -> Span:
        """Where tokens stand in the text."""
        return Span(self.tokens[start].start, self.tokens[end - 1].end)

    def operand(self, extent: Extent) -> Operand:
        """An operand as it is written."""
        return Operand(self._source[slice(*self.span(extent.start, extent.end))], extent.level)

    def touches(self, place: int) -> bool:
        """Whether no blank stands before a token."""
        return self.tokens[place].start == self.tokens[place - 1].end

    def arguments(self, start: int) -> int | None:
        """How many arguments stand in the bracket that begins with a token; None if none does."""
        tokens = self.tokens
        is_bracket = start < len(tokens) and tokens[start].type == "LPAR"
        end = bracket_end(tokens, start) if is_bracket else None
        return None if end is None else count_commas(tokens, start, end) + (end > start + 2)

    def before(self, end: int, *, is_product: bool, is_signed: bool = False) -> Extent | None:
        """The operand that ends before a token.

        Args:
            end: where the token stands.
            is_product: whether all factors of a product belong to it, or only the last power.
            is_signed: whether the signs of factors belong to it, and factors behind blanks.
        """
        start = self._factor_before(end)
        level = ONE
        while start:
            if is_signed and self._is_sign(start - 1):
                start, level = start - 1, PRODUCT
                if not start or self.tokens[start - 1].type not in {"CARET", *_FACTORS}:
                    break
            sign = self.tokens[start - 1]
            if sign.type == "CARET" or (is_product and sign.type in _FACTORS):
                further = self._factor_before(start - 1)
            elif is_product and (is_signed or self.touches(start)):
                further = self._factor_before(start)
            else:
                break
            if further is None:
                break
            level = max(level, POWER if sign.type == "CARET" else PRODUCT)
            start = further
        return None if start is None else Extent(start, end, level)

    def _is_sign(self, place: int) -> bool:
        """Whether a plus or minus stands behind no operand."""
        if self.tokens[place].type not in {"PLUS", "MINUS"}:
            return False
        return place == 0 or self._factor_before(place) is None

    def conditions(self, place: int) -> tuple[Extent, Extent] | None:
        """What stands on both sides of a word between conditions: comparisons, as a whole.

        Args:
            place: where the word stands.

        Returns:
            Both; None if there is no comparison, or nothing on a side.
        """
        tokens = self.tokens
        ends = []
        for step, opening in ((-1, OPENING), (1, CLOSING)):
            at, depth = place + step, 0
            while 0 <= at < len(tokens) and abs(at - place) < MOST:
                kind = tokens[at].type
                if not depth and (kind in {*opening, *_LOOSE} or self._is_word(tokens[at].text)):
                    break
                if kind in OPENING or kind in CLOSING:
                    depth += -1 if kind in opening else 1
                at += step
            ends.append(at)
        start, end = ends[0] + 1, ends[1]
        if start == place or end == place + 1 or not self.compares(start, end):
            return None
        return self._condition(start, place), self._condition(place + 1, end)

    def _condition(self, start: int, end: int) -> Extent:
        return Extent(start, end, ONE if end == start + 1 else SUM)

    def compares(self, start: int, end: int) -> bool:
        """Whether there is a comparison among tokens."""
        return any(token.type == "COMPARE" for token in self.tokens[start:end])

    def _factor_before(self, end: int) -> int | None:
        """Where the factor begins that ends before a token; a power has several."""
        tokens = self.tokens
        start = end - 1
        while start > 0 and tokens[start].type in _POSTFIX:
            start -= 1
        depth = 0
        for place in range(start, max(start - MOST, -1), -1):
            start = place
            kind = tokens[place].type
            depth += (kind in CLOSING) - (kind in OPENING)
            if depth <= 0:
                break
        if start < 0 or depth:
            return None
        token = tokens[start]
        if token.type in {"LPAR", "LSQB"} and start and tokens[start - 1].type == "NAME":
            if not self._is_between(start - 1):
                start -= 1
        elif token.type not in OPENING and (token.type not in _ATOMS or self._is_word(token.text)):
            return None
        while start and tokens[start - 1].type == "ROOT":
            start -= 1
        return start

    def _is_between(self, place: int) -> bool:
        """Whether a name before a bracket is a word, and not called: of ``x mod (y)``, no comma."""
        if not self._is_word(self.tokens[place].text) or not place:
            return False
        is_operand = self._factor_before(place) is not None
        return is_operand and self._group(place + 1) is not None

    def after(self, start: int) -> Extent | None:
        """The operand that begins with a token: powers, as many as stand without a blank."""
        tokens = self.tokens
        end = self._signs(start)
        signs = {token.type for token in tokens[start:end]}
        level = SUM if "NOT" in signs else PRODUCT if signs - {"ROOT"} else ONE
        while (after := self._factor_after(end)) is not None:
            end = after
            kind = tokens[end].type
            if kind == "CARET":
                level = max(level, POWER)
                end = self._signs(end + 1)
            elif (
                self.touches(end)
                and (kind in OPENING or kind in _ATOMS)
                and not self._is_word(tokens[end].text)
            ):
                level = max(level, PRODUCT)
            else:
                return Extent(start, end, level)
        return None

    def _signs(self, start: int) -> int:
        while self.tokens[start].type in _SIGNS:
            start += 1
        return start

    def _factor_after(self, start: int) -> int | None:
        """Where the factor ends that begins with a token, or None if none does."""
        tokens = self.tokens
        token = tokens[start]
        if token.type in OPENING:
            end = self._group(start)
        elif token.type in _ATOMS and not self._is_word(token.text):
            end = start + 1
            while end and token.type == "NAME" and tokens[end].type in {"LPAR", "LSQB"}:
                end = bracket_end(tokens, end)
        else:
            return None
        while end and tokens[end].type in _POSTFIX:
            end += 1
        return end

    def _group(self, start: int) -> int | None:
        """Where a bracket ends that is an operand; None if it does not, or has arguments."""
        end = bracket_end(self.tokens, start)
        is_list = self.tokens[start].type == "LSQB"
        if end is None or (not is_list and count_commas(self.tokens, start, end)):
            return None
        return end

    def exponent(self, start: int) -> tuple[str, int]:
        """The exponent that begins with a token, and where it ends: of ``lg² x`` that is ``^2``."""
        token = self.tokens[start]
        if token.type == "CARET" and self.tokens[start + 1].type == "NUMBER":
            return f"^{self.tokens[start + 1].text}", start + 2
        if token.type == "SUPERSCRIPT" and token.text[0] not in "⁺⁻":
            import unicodedata  # noqa: PLC0415  (only an error needs it)

            return f"^{unicodedata.normalize('NFKC', token.text)}", start + 1
        return "", start
