"""How tightly operators bind, in all languages alike: which operands need brackets.

Texts are read as the words that forms are made of. Where languages differ, as in whether `&` binds
more than `<`, a form has the one for which this order holds: `&` in Python, `&&` in C.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

_TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|\{\d+\}|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?'
    r"|[A-Za-z_$][\w$]*|===|!==|\*\*|<=|>=|==|!=|<>|&&|\|\||//|=>|\S"
)

CHOICE, EITHER, BOTH, COMPARISON, BITS_EITHER, BITS_BOTH, SUM, PRODUCT, SIGN, POWER, ATOM = range(
    11
)
"""What binds least first."""

RANKS: Mapping[str, int] = {
    **dict.fromkeys(("if", "else", "?", ":"), CHOICE),
    **dict.fromkeys(("or", "||", "OR"), EITHER),
    **dict.fromkeys(("and", "&&", "AND"), BOTH),
    **dict.fromkeys(("<", ">", "<=", ">=", "==", "!=", "===", "!==", "=", "<>"), COMPARISON),
    **dict.fromkeys(("in", "is"), COMPARISON),
    "|": BITS_EITHER,
    "&": BITS_BOTH,
    **dict.fromkeys(("+", "-"), SUM),
    **dict.fromkeys(("*", "/", "//", "%", "@"), PRODUCT),
    "**": POWER,
}
"""How tightly an operator between two values binds."""

OPENING, CLOSING = frozenset(("(", "[", "{", "CASE")), frozenset((")", "]", "}", "END"))

SEPARATORS = frozenset((",", ";", "WHEN", "THEN", "ELSE"))
"""What stands between values that have nothing to do with each other."""


def tokens(text: str) -> list[str]:
    """The words, numbers and signs of a text."""
    return _TOKEN.findall(text)


def spans(text: str) -> list[tuple[str, int]]:
    """The same with the places at which they begin."""
    return [(found[0], found.start()) for found in _TOKEN.finditer(text)]


class Form(NamedTuple):
    """What is known of a form.

    Attributes:
        rank: how tightly what it makes binds.
        bracketed: for each place how tightly an operand binds that needs brackets there.
    """

    rank: int
    bracketed: Mapping[int, frozenset[int]]


@cache
def form(text: str) -> Form:
    """What a form such as ``{0} + {1}`` asks of its operands."""
    parts = tokens(text)
    bracketed: dict[int, frozenset[int]] = {}
    for place, part in enumerate(parts):
        if part[0] == "{" and part[1:-1].isdecimal():
            own = int(part[1:-1])
            found = _behind(parts, place) | _before(parts, place)
            bracketed[own] = bracketed.get(own, _NONE) | found
    return Form(rank(parts), bracketed)


def rank(parts: Sequence[str]) -> int:
    """How tightly a text of such parts binds: as its loosest operator outside of brackets."""
    depth, found = 0, ATOM
    for place, part in enumerate(parts):
        depth += (part in OPENING) - (part in CLOSING)
        if depth == 0 and part in RANKS:
            found = min(found, SIGN if is_sign(parts, place) else RANKS[part])
    return found


def is_sign(parts: Sequence[str], place: int) -> bool:
    """Whether a part is the sign of one value, and not between two."""
    if parts[place] not in {"-", "+"}:
        return False
    before = parts[place - 1] if place else "("
    return before in OPENING or before in SEPARATORS or before in RANKS


_NONE: frozenset[int] = frozenset()


def _below(least: int, *more: int) -> frozenset[int]:
    """What binds less than something, and what else there is."""
    return frozenset((*range(least), *more))


def _behind(parts: Sequence[str], place: int) -> frozenset[int]:
    """What needs brackets behind what stands before it."""
    before = parts[place - 1] if place else "("
    if before not in RANKS:
        return _NONE
    if is_sign(parts, place - 1):
        return _below(POWER)
    own = RANKS[before]
    if own == CHOICE:
        return _below(EITHER) if before == "if" else _NONE
    if own in _MIXED or own == BOTH:
        return _below(own, *_MIXED.get(own, ()))
    # A sign behind an operator is no mistake, but looks like one.
    return _below(ATOM) if own == POWER else _below(own + 1, *((SIGN,) if own >= SUM else ()))


def _before(parts: Sequence[str], place: int) -> frozenset[int]:
    """The same before what follows it."""
    following = parts[place + 1] if place + 1 < len(parts) else ")"
    if following in {".", "[", "(", "**"}:
        return _below(ATOM)
    if following not in RANKS:
        return _NONE
    own = RANKS[following]
    if own in {CHOICE, COMPARISON}:
        return _below(own + 1)
    return _below(own, *_MIXED.get(own, ()))


_MIXED = {EITHER: (BOTH,), BITS_EITHER: (BITS_BOTH,)}
"""What would need no brackets, but is read more easily with them."""


def filled(text: str, args: Sequence[str], ranks: Sequence[int]) -> tuple[str, int]:
    """A form with its operands, in brackets where they need them; how tightly that binds.

    >>> filled("{0}*{1}", ["a + b", "c"], [SUM, ATOM])[0]
    '(a + b)*c'
    """
    if text == "{0}":
        return args[0], ranks[0]
    found = form(text)
    written = [
        f"({arg})" if ranks[place] in found.bracketed.get(place, _NONE) else arg
        for place, arg in enumerate(args)
    ]
    return text.format(*written), found.rank
