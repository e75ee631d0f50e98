"""Questions as people write them: ``J``, ``dJ/db``, ``dv/dx``, ``d2J/dx2``, ``∂²J/∂x∂y``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")

_ORDER = re.compile(r"\s*(?:\^\s*([0-9]+)|([⁰¹²³⁴⁵⁶⁷⁸⁹]+)|([0-9]+))\s*")
"""How often something is differentiated: ``^2``, ``²`` or ``2``."""

_OF_ORDER = re.compile(
    r"\bd(?:\^?[0-9]|[⁰¹²³⁴⁵⁶⁷⁸⁹])\w*\s*/\s*(?:d[^\W\d]\w*(?:\s*[*·]\s*(?=d))?"
    r"(?:\^[0-9]+|[⁰¹²³⁴⁵⁶⁷⁸⁹]+)?)+"
)
"""A derivative of higher order in a formula, with a d for every ∂."""

MOST = 20
"""The highest order that is asked for."""

_LONG = 9
"""An order of so many digits is no number that anyone means."""


class Asked(NamedTuple):
    """A derivative that is asked for.

    Attributes:
        of: the name of what is differentiated; "" for the output.
        by: the names that it is by, one after another.
    """

    of: str
    by: tuple[str, ...]


def asked_for(query: str, is_name: Callable[[str], bool]) -> Asked | None:
    """The derivative that a question is about; None of any other text.

    Args:
        query: the question.
        is_name: whether a text is a name of the program.
    """
    top, slash, bottom = (part.strip() for part in query.partition("/"))
    if not slash or not top.startswith(("d", "∂")) or not bottom.startswith(("d", "∂")):
        return None
    plain = Asked(top[1:].strip(), (bottom[1:].strip(),))
    found = _ORDER.match(top, 1)
    if found is None:
        return plain
    order = _number(found)
    by = next(_parts(bottom, order, is_name), None) if 0 < order <= MOST else None
    return None if by is None else Asked(top[found.end() :].strip(), by)


def looks_like_derivative(top: str, bottom: str) -> bool:
    """Whether a quotient is written as a derivative is, ``dJ/db``."""
    return top.startswith("d") and bottom.startswith("d") and len(bottom) > 1


def as_names(text: str) -> str:
    """A formula whose derivatives are names with a slash between: ``d2J/dx2`` for ``∂²J/∂x²``."""

    def plain(found: re.Match[str]) -> str:
        return re.sub(r"[\s^*·]", "", found[0]).translate(_SUPERSCRIPTS)

    return _OF_ORDER.sub(plain, text.replace("∂", "d"))


def has_order(query: str) -> bool:
    """Whether a question is about a derivative of higher order, as ``d2J/dx`` is."""
    return order_of(query) is not None


def order_of(query: str) -> int | None:
    """How often a question differentiates by its own words; None where it says nothing of it."""
    text = query.lstrip()
    found = _ORDER.match(text, 1) if text.startswith(("d", "∂")) else None
    return _number(found) if found else None


def _number(found: re.Match[str]) -> int:
    """A number as `_ORDER` finds it; of many digits one that is too high."""
    digits = "".join(filter(None, found.groups())).translate(_SUPERSCRIPTS)
    return int(digits) if len(digits) < _LONG else 10**_LONG


def _parts(text: str, order: int, is_name: Callable[[str], bool]) -> Iterator[tuple[str, ...]]:
    """The ways to read ``dx^2dy`` as names of which there are so many, the longest names first."""
    waiting: list[tuple[int, tuple[str, ...]]] = [(0, ())]
    while waiting:
        begin, found = waiting.pop()
        if begin == len(text):
            if len(found) == order:
                yield found
            continue
        if text[begin] not in "d∂" or len(found) >= order:
            continue
        for end in range(begin + 2, len(text) + 1):
            name = text[begin + 1 : end].strip()
            if not is_name(name):
                continue
            after = _skipped(text, end)
            waiting.append((after, (*found, name)))
            times = _ORDER.match(text, end)
            if times is not None:
                count = _number(times)
                if len(found) + count <= order:
                    waiting.append((_skipped(text, times.end()), (*found, *[name] * count)))


def _skipped(text: str, begin: int) -> int:
    """The place behind blanks and signs of a product."""
    while begin < len(text) and text[begin] in " *·":
        begin += 1
    return begin
