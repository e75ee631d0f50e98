"""Text to tokens, by the terminals of a grammar."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate

from gradcli.base.record import Record

END = "$END"
UNKNOWN = "$UNKNOWN"
"""The type of a character that begins no token."""

LONG = 2_000
"""Below so many characters a second pattern would take longer to compile than it saves."""

BATCH = 2_000
"""So many tokens are made at a time: of a long text all of them would be as large as the tree."""

MOST_KINDS = 5_000
"""So many different pieces are remembered: in a long text most names stand close together."""


class Token(Record):
    """A piece of the text: what it is and where it stands."""

    type: str
    text: str
    start: int
    end: int


Terminals = Sequence[tuple[str, str]]
"""Name and regular expression of each token, in the order they are tried."""


class Lexer:
    """Cuts a text into tokens.

    Args:
        terminals: what one matches may depend on what stands behind it, its name only on what it
            matches.
        in_ascii: the same for texts in ASCII, which most are: patterns that know no other
            characters are made in a third of the time, and match in two thirds of it.
        keywords: for a terminal, the texts that are another one: ``{"NAME": {"if": "_IF"}}``.
        ignored: terminals that are left out.
    """

    def __init__(
        self,
        terminals: Terminals,
        in_ascii: Terminals,
        keywords: Mapping[str, Mapping[str, str]],
        ignored: Collection[str],
    ) -> None:
        blanks = "|".join(regex for name, regex in terminals if name in ignored)
        # What is ignored is skipped by the same match that finds the token after it; the group is
        # atomic, so that no part of it is taken for a token.
        self._blank = f"(?>(?:{blanks})*)" if blanks else ""
        self._terminals, self._in_ascii, self._ignored = terminals, in_ascii, ignored
        self.keywords = keywords

    @cached_property
    def _ascii(self) -> re.Pattern[str]:
        return self._grouped(self._in_ascii)

    @cached_property
    def _any(self) -> re.Pattern[str]:
        return self._grouped(self._terminals)

    def _grouped(self, terminals: Terminals) -> re.Pattern[str]:
        """What cuts a text into pieces, with a group for each terminal."""
        named = "|".join(f"(?P<{name}>{regex})" for name, regex in self._shown(terminals))
        others = r"(?P<end>\Z)|(?P<unknown>(?s:.))"
        return re.compile(f"{self._blank}(?:{named}|{others})")

    def _shown(self, terminals: Terminals) -> Iterator[tuple[str, str]]:
        return (each for each in terminals if each[0] not in self._ignored)

    @cached_property
    def _fast_ascii(self) -> re.Pattern[str]:
        return self._bare(self._in_ascii)

    @cached_property
    def _fast(self) -> re.Pattern[str]:
        return self._bare(self._terminals)

    def _bare(self, terminals: Terminals) -> re.Pattern[str]:
        """The same without groups, which takes a third of the time, once it is compiled."""
        shown = "|".join(f"(?:{regex})" for _, regex in self._shown(terminals))
        return re.compile(rf"{self._blank}(?:{shown}|\Z|(?s:.))")

    def tokens(self, text: str) -> Iterator[list[Token]]:
        """The tokens of a text, some at a time, with one of type `END` at its end."""
        is_ascii = text.isascii()
        pattern = self._ascii if is_ascii else self._any
        if len(text) < LONG:
            pieces = [found[0] for found in pattern.finditer(text)]
        else:
            pieces = (self._fast_ascii if is_ascii else self._fast).findall(text)
        kinds = _Kinds(pattern, self.keywords)
        if len(pieces) > 1 and kinds[pieces[-2]][0] == END:  # the blanks at the end of the text
            pieces.pop()
        pieces.reverse()  # of a long text they are taken away from the end, as they are made tokens
        new = tuple.__new__  # Token(…) takes twice as long, and there are two for each operation
        end = 0
        while pieces:
            some = pieces[: -BATCH - 1 : -1]
            del pieces[-BATCH:]
            ends = accumulate(map(len, some), initial=end)
            next(ends)
            batch = [
                new(Token, (kind, shown, end - size, end))
                for (kind, shown, size), end in zip(map(kinds.__getitem__, some), ends, strict=True)
            ]
            end = batch[-1].end
            yield batch
            if len(kinds) > MOST_KINDS:
                kinds.clear()


_OTHERS = {"end": END, "unknown": UNKNOWN}


class _Kinds(dict[str, tuple[str, str, int]]):
    """The type of each piece of text, itself without the blanks before it, and its length.

    Most pieces occur many times.
    """

    def __init__(self, pattern: re.Pattern[str], keywords: Mapping[str, Mapping[str, str]]) -> None:
        self._pattern = pattern
        self._keywords = keywords

    def __missing__(self, piece: str) -> tuple[str, str, int]:
        bare = piece.lstrip(" ")
        if len(bare) < len(piece):  # the same as without the blanks, which may be known
            entry = self[piece] = self[bare]
            return entry
        found = self._pattern.fullmatch(piece)
        group = (found and found.lastgroup) or "unknown"
        shown = found[group] if found else piece
        kind = _OTHERS.get(group) or self._keywords.get(group, {}).get(shown, group)
        entry = self[piece] = kind, shown, len(shown)
        return entry
