"""What happens between lexer and parser: newlines in brackets, and names that are products."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from gradcli.syntax.lalr import Token

_OPENING = frozenset(("LPAR", "LSQB", "LFLOOR", "LCEIL"))
_CLOSING = frozenset(("RPAR", "RSQB", "RFLOOR", "RCEIL"))


class Tokens:
    """What happens between lexer and parser: newlines in brackets, and names that are products.

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

    def process(self, stream: Iterable[Token]) -> Iterable[Token]:
        """The tokens as the parser is to see them."""
        named = self._named(stream)
        return named if self._is_quotient is None else self._joined(named, self._is_quotient)

    def _named(self, stream: Iterable[Token]) -> Iterator[Token]:
        depth = 0
        for token in stream:
            kind = token.type
            if kind in _OPENING:
                depth += 1
            elif kind in _CLOSING:
                depth -= 1
            elif kind == "_NEWLINE" and depth > 0:
                continue
            elif kind in {"NAME", "FUNCTION"}:
                start = token.start_pos
                if start in self._runs:
                    for place, letter in enumerate(token, start):
                        yield Token("NAME", letter, place, place + 1)
                    continue
                if start in self._factors:
                    token.type = "NAME"
            yield token

    @staticmethod
    def _joined(
        stream: Iterable[Token], is_quotient: Callable[[str, str], bool]
    ) -> Iterator[Token]:
        """The tokens with quotients of names that are one name as one token each."""
        waiting: list[Token] = []
        for token in stream:
            waiting.append(token)
            kinds = [each.type for each in waiting]
            if kinds == ["NAME", "SLASH", "NAME"] and is_quotient(waiting[0], token):
                yield Token("NAME", f"{waiting[0]}/{token}", waiting[0].start_pos, token.end_pos)
                waiting = []
            elif kinds != ["NAME", "SLASH"][: len(kinds)]:
                *done, last = waiting
                waiting = [last] if last.type == "NAME" else []
                yield from done if waiting else [*done, last]
        yield from waiting
