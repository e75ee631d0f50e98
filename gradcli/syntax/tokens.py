"""Between lexer and parser: calls, newlines in brackets, and names that are products."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import accumulate, chain, repeat
from operator import itemgetter

from gradcli.syntax.lexer import Token
from gradcli.syntax.spelling import letters_of

_OPENING = frozenset(("LPAR", "LSQB", "LFLOOR", "LCEIL"))
_CLOSING = frozenset(("RPAR", "RSQB", "RFLOOR", "RCEIL"))

_kind = itemgetter(0)

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

    def process(self, stream: Iterable[list[Token]]) -> Iterable[list[Token]]:
        """The tokens as the parser is to see them.

        Args:
            stream: the tokens of a text, some at a time.
        """
        found: Iterable[list[Token]] = self._named(stream)
        if self._runs:
            found = ([part for token in some for part in self._letters(token)] for some in found)
        if self._is_quotient is not None:
            found = [list(_joined(chain.from_iterable(found), self._is_quotient))]
        return found

    def _named(self, stream: Iterable[list[Token]]) -> Iterator[list[Token]]:
        """The tokens with functions told from names, and without the newlines in brackets."""
        last: list[Token] = []  # a name: what follows it is among the next ones
        depth = 0
        for some in stream:
            tokens = last + some
            kinds = [*map(_kind, tokens)]
            self._call(tokens, kinds)
            last = [tokens.pop()] if kinds[-1] == "NAME" else []
            there = set(kinds)
            opening, closing = (
                sum(map(kinds.count, signs & there)) for signs in (_OPENING, _CLOSING)
            )
            yield _in_lines(tokens, depth) if opening or depth > 0 else tokens
            depth += opening - closing

    def _call(self, tokens: list[Token], kinds: Sequence[str]) -> None:
        """Make functions of the names that a bracket follows, so that one token decides."""
        place = 0
        for _ in range(kinds.count("LPAR")):
            place = kinds.index("LPAR", place) + 1
            if place > 1 and kinds[place - 2] == "NAME":
                _, text, start, end = tokens[place - 2]
                if start not in self._factors and start not in self._runs:
                    tokens[place - 2] = _new(Token, ("FUNCTION", text, start, end))

    def _letters(self, token: Token) -> list[Token]:
        """The letters of a run, and any other token as it is."""
        start = token.start
        if start not in self._runs or token.type != "NAME":
            return [token]
        letters = letters_of(token.text)
        ends = list(accumulate(map(len, letters), initial=start))
        return list(map(Token, repeat("NAME"), letters, ends, ends[1:]))


def _in_lines(tokens: list[Token], depth: int) -> list[Token]:
    """Some tokens without the newlines in brackets, of which so many are open before them."""
    if "_NEWLINE" not in map(_kind, tokens):
        return tokens
    found = []
    for token in tokens:
        kind = token.type
        if kind in _OPENING:
            depth += 1
        elif kind in _CLOSING:
            depth -= 1
        elif kind == "_NEWLINE" and depth > 0:
            continue
        found.append(token)
    return found


def _joined(stream: Iterable[Token], is_quotient: Callable[[str, str], bool]) -> Iterator[Token]:
    """The tokens with quotients of names that are one name as one token each."""
    waiting: list[Token] = []
    for token in stream:
        waiting.append(token)
        kinds = [each.type for each in waiting]
        if kinds == ["NAME", "SLASH", "NAME"] and is_quotient(waiting[0].text, token.text):
            joined = f"{waiting[0].text}/{token.text}"
            yield Token("NAME", joined, waiting[0].start, token.end)
            waiting = []
        elif kinds != ["NAME", "SLASH"][: len(kinds)]:
            *done, last = waiting
            waiting = [last] if last.type == "NAME" else []
            yield from done if waiting else [*done, last]
    yield from waiting
