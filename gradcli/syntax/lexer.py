"""Text to tokens, by the terminals of a grammar."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

END = "$END"
UNKNOWN = "$UNKNOWN"
"""The type of a character that begins no token."""


class Token(NamedTuple):
    """A piece of the text: what it is and where it stands."""

    type: str
    text: str
    start_pos: int
    end_pos: int


class Lexer:
    """Cuts a text into tokens.

    Args:
        terminals: name and regular expression of each token, in the order they are tried. What
            one matches may depend on what stands behind it, its name only on what it matches.
        keywords: for a terminal, the texts that are another one: ``{"NAME": {"if": "_IF"}}``.
        ignored: terminals that are left out.
    """

    def __init__(
        self,
        terminals: Sequence[tuple[str, str]],
        keywords: Mapping[str, Mapping[str, str]],
        ignored: Collection[str],
    ) -> None:
        blanks = "|".join(regex for name, regex in terminals if name in ignored)
        shown = [(name, regex) for name, regex in terminals if name not in ignored]
        # What is ignored is skipped by the same match that finds the token after it; the group is
        # atomic, so that no part of it is taken for a token.
        blank = f"(?>(?:{blanks})*)" if blanks else ""
        pieces = "|".join(f"(?:{regex})" for _, regex in shown)
        self.pieces = re.compile(rf"{blank}(?:{pieces}|\Z|(?s:.))")
        self.blank = re.compile(blank)
        self.named = re.compile("|".join(f"(?P<{name}>{regex})" for name, regex in shown))
        self.keywords = keywords

    def tokens(self, text: str) -> list[Token]:
        """The tokens of a text, with one of type `END` at its end."""
        kinds = _Kinds(self)
        pieces = self.pieces.findall(text)
        if len(pieces) > 1 and kinds[pieces[-2]][0] == END:  # the blanks at the end of the text
            pieces.pop()
        ends = accumulate(map(len, pieces))
        new = tuple.__new__  # Token(…) takes twice as long, and there are two for each operation
        return [
            new(Token, (kind, shown, end - size, end))
            for (kind, shown, size), end in zip(map(kinds.__getitem__, pieces), ends, strict=True)
        ]


class _Kinds(dict[str, tuple[str, str, int]]):
    """The type of each piece of text, itself without the blanks before it, and its length.

    Most pieces occur many times.
    """

    def __init__(self, lexer: Lexer) -> None:
        self._lexer = lexer

    def __missing__(self, piece: str) -> tuple[str, str, int]:
        blank = self._lexer.blank.match(piece)
        shown = piece[blank.end() :] if blank else piece
        found = self._lexer.named.fullmatch(shown)
        kind = UNKNOWN if found is None else found.lastgroup or ""
        kind = self._lexer.keywords.get(kind, {}).get(shown, kind) if shown else END
        entry = self[piece] = kind, shown, len(shown)
        return entry
