"""Text to tokens, by the terminals of a grammar."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

END = "$END"
UNKNOWN = "$UNKNOWN"
"""The type of a character that begins no token."""

LONG = 2_000
"""Below so many characters a second pattern would take longer to compile than it saves."""


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
        # What is ignored is skipped by the same match that finds the token after it; the group is
        # atomic, so that no part of it is taken for a token.
        self._blank = f"(?>(?:{blanks})*)" if blanks else ""
        self._shown = [(name, regex) for name, regex in terminals if name not in ignored]
        named = "|".join(f"(?P<{name}>{regex})" for name, regex in self._shown)
        others = r"(?P<end>\Z)|(?P<unknown>(?s:.))"
        self.pieces = re.compile(f"{self._blank}(?:{named}|{others})")
        self.keywords = keywords

    @cached_property
    def _fast(self) -> re.Pattern[str]:
        """The same without groups, which takes a third of the time, once it is compiled."""
        shown = "|".join(f"(?:{regex})" for _, regex in self._shown)
        return re.compile(rf"{self._blank}(?:{shown}|\Z|(?s:.))")

    def tokens(self, text: str) -> list[Token]:
        """The tokens of a text, with one of type `END` at its end."""
        if len(text) < LONG:
            pieces = [found[0] for found in self.pieces.finditer(text)]
        else:
            pieces = self._fast.findall(text)
        kinds = _Kinds(self)
        if len(pieces) > 1 and kinds[pieces[-2]][0] == END:  # the blanks at the end of the text
            pieces.pop()
        ends = accumulate(map(len, pieces))
        new = tuple.__new__  # Token(…) takes twice as long, and there are two for each operation
        return [
            new(Token, (kind, shown, end - size, end))
            for (kind, shown, size), end in zip(map(kinds.__getitem__, pieces), ends, strict=True)
        ]


_OTHERS = {"end": END, "unknown": UNKNOWN}


class _Kinds(dict[str, tuple[str, str, int]]):
    """The type of each piece of text, itself without the blanks before it, and its length.

    Most pieces occur many times.
    """

    def __init__(self, lexer: Lexer) -> None:
        self._lexer = lexer

    def __missing__(self, piece: str) -> tuple[str, str, int]:
        bare = piece.lstrip(" ")
        if len(bare) < len(piece):  # the same as without the blanks, which may be known
            entry = self[piece] = self[bare]
            return entry
        found = self._lexer.pieces.fullmatch(piece)
        group = (found and found.lastgroup) or "unknown"
        shown = found[group] if found else piece
        kind = _OTHERS.get(group) or self._lexer.keywords.get(group, {}).get(shown, group)
        entry = self[piece] = kind, shown, len(shown)
        return entry
