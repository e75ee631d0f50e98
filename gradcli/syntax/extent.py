"""How far an operand reaches among the tokens of a text, before or behind a place in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from gradcli.errors import Span
from gradcli.syntax.lexer import Token
from gradcli.syntax.operands import ONE, POWER, PRODUCT, Operand

CLOSING = frozenset(("RPAR", "RSQB", "RFLOOR", "RCEIL"))
OPENING = frozenset(("LPAR", "LSQB", "LFLOOR", "LCEIL"))

MOST = 100
"""So many tokens are looked at for an operand, for a longer one would not be written out."""

_POSTFIX = frozenset(("BANG", "BANGBANG", "SUPERSCRIPT", "DEGREE", "QUOTE"))
_ATOMS = frozenset(("NAME", "NUMBER", "FRACTION"))
_SIGNS = frozenset(("PLUS", "MINUS", "ROOT"))
_FACTORS = frozenset(("STAR", "SLASH"))


class Extent(NamedTuple):
    """The tokens of an operand, and how loosely it holds together."""

    start: int
    end: int
    level: int


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
        return Span(self.tokens[start].start_pos, self.tokens[end - 1].end_pos)

    def operand(self, extent: Extent) -> Operand:
        """An operand as it is written."""
        return Operand(self._source[slice(*self.span(extent.start, extent.end))], extent.level)

    def touches(self, place: int) -> bool:
        """Whether no blank stands before a token."""
        return self.tokens[place].start_pos == self.tokens[place - 1].end_pos

    def before(self, end: int, *, is_product: bool) -> Extent | None:
        """The operand that ends before a token.

        Args:
            end: where the token stands.
            is_product: whether all factors of a product belong to it, or only the last power.
        """
        start = self._factor_before(end)
        level = ONE
        while start and (sign := self.tokens[start - 1]):
            if sign.type == "CARET" or (is_product and sign.type in _FACTORS):
                further = self._factor_before(start - 1)
            elif is_product and self.touches(start):
                further = self._factor_before(start)
            else:
                break
            if further is None:
                break
            level = max(level, POWER if sign.type == "CARET" else PRODUCT)
            start = further
        return None if start is None else Extent(start, end, level)

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
        return is_operand and self._bracket(place + 1, is_alone=True) is not None

    def after(self, start: int) -> Extent | None:
        """The operand that begins with a token: powers, as many as stand without a blank."""
        tokens = self.tokens
        end = self._signs(start)
        level = ONE if all(token.type == "ROOT" for token in tokens[start:end]) else PRODUCT
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
                level = PRODUCT
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
            end = self._bracket(start, is_alone=True)
        elif token.type in _ATOMS and not self._is_word(token.text):
            end = start + 1
            while end and token.type == "NAME" and tokens[end].type in {"LPAR", "LSQB"}:
                end = self._bracket(end, is_alone=False)
        else:
            return None
        while end and tokens[end].type in _POSTFIX:
            end += 1
        return end

    def _bracket(self, start: int, *, is_alone: bool) -> int | None:
        """Where a bracket ends; None if it does not, or has arguments and stands alone."""
        depth = 0
        is_alone = is_alone and self.tokens[start].type == "LPAR"
        for place in range(start, min(start + MOST, len(self.tokens))):
            kind = self.tokens[place].type
            depth += (kind in OPENING) - (kind in CLOSING)
            if depth == 0:
                return place + 1
            if kind == "_COMMA" and depth == 1 and is_alone:
                return None
        return None

    def exponent(self, start: int) -> tuple[str, int]:
        """The exponent that begins with a token, and where it ends: of ``lg² x`` that is ``^2``."""
        token = self.tokens[start]
        if token.type == "CARET" and self.tokens[start + 1].type == "NUMBER":
            return f"^{self.tokens[start + 1].text}", start + 2
        if token.type == "SUPERSCRIPT" and token.text[0] not in "⁺⁻":
            import unicodedata  # noqa: PLC0415  (only an error needs it)

            return f"^{unicodedata.normalize('NFKC', token.text)}", start + 1
        return "", start
