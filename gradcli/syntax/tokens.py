"""Between lexer and parser: calls, newlines in brackets, and names that are products."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import accumulate, repeat

from gradcli.syntax.lexer import Token
from gradcli.syntax.spelling import letters_of

_OPENING = frozenset(("LPAR", "LSQB", "LFLOOR", "LCEIL"))
_CLOSING = frozenset(("RPAR", "RSQB", "RFLOOR", "RCEIL"))

_new = tuple.__new__  # _replace takes five times as long, and there is one for each call


class Tokens:
    """A pass over the tokens of a program, with what is known of names in it.

    Args:
        factors: where names stand before a bracket that are no function but a factor.
        runs: where names stand whose letters are a factor each.
        is_quotient: whether two names with a slash between are one name, as ``dJ/db`` is in a
            claim; by default none are.
    """

    def __init__(
        self,
        factors: Collection[int] = (),
        runs: Collection[int] = (),
        is_quotient: Callable[[str, str], bool] | None = None,
    ) -> None:
        self._factors = factors
        self._runs = runs
        self._is_quotient = is_quotient

    def process(self, stream: list[Token]) -> list[Token]:
        """The tokens as the parser is to see them."""
        kinds = [token.type for token in stream]
        self._call(stream, kinds)
        if "_NEWLINE" in kinds and not _OPENING.isdisjoint(kinds):
            stream = list(_in_lines(stream))
        if self._runs:
            stream = [part for token in stream for part in self._letters(token)]
        if self._is_quotient is not None:
            stream = list(_joined(stream, self._is_quotient))
        return stream

    def _call(self, stream: list[Token], kinds: Sequence[str]) -> None:
        """Make functions of the names that a bracket follows, so that one token decides."""
        place = 0
        for _ in range(kinds.count("LPAR")):
            place = kinds.index("LPAR", place) + 1
            if place > 1 and kinds[place - 2] == "NAME":
                name = stream[place - 2]
                if name.start_pos not in self._factors and name.start_pos not in self._runs:
                    stream[place - 2] = _new(Token, ("FUNCTION", *name[1:]))

    def _letters(self, token: Token) -> list[Token]:
        """The letters of a run, and any other token as it is."""
        start = token.start_pos
        if start not in self._runs or token.type != "NAME":
            return [token]
        letters = letters_of(token.text)
        ends = list(accumulate(map(len, letters), initial=start))
        return list(map(Token, repeat("NAME"), letters, ends, ends[1:]))


def _in_lines(stream: Sequence[Token]) -> Iterator[Token]:
    """The tokens without the newlines in brackets."""
    depth = 0
    for token in stream:
        kind = token.type
        if kind in _OPENING:
            depth += 1
        elif kind in _CLOSING:
            depth -= 1
        elif kind == "_NEWLINE" and depth > 0:
            continue
        yield token


def _joined(stream: Sequence[Token], is_quotient: Callable[[str, str], bool]) -> Iterator[Token]:
    """The tokens with quotients of names that are one name as one token each."""
    waiting: list[Token] = []
    for token in stream:
        waiting.append(token)
        kinds = [each.type for each in waiting]
        if kinds == ["NAME", "SLASH", "NAME"] and is_quotient(waiting[0].text, token.text):
            joined = f"{waiting[0].text}/{token.text}"
            yield Token("NAME", joined, waiting[0].start_pos, token.end_pos)
            waiting = []
        elif kinds != ["NAME", "SLASH"][: len(kinds)]:
            *done, last = waiting
            waiting = [last] if last.type == "NAME" else []
            yield from done if waiting else [*done, last]
    yield from waiting
