"""Values by cases as textbooks, Desmos and SymPy write them, and as they are written here."""

from __future__ import annotations

import re
from typing import NamedTuple

from gradcli.syntax.spelling import at_outer_commas

_INNER = r"(?:[^(){}]|\((?:[^(){}]|\([^(){}]*\))*\))+"
_BRACED = re.compile(rf"\{{({_INNER})\}}")
_CALLED = re.compile(rf"\b(?:[Pp]iecewise|cases)\s*\(({_INNER})\)")
_OTHERWISE = r"(?:True|true|otherwise|else)"
_WORDS = r"\s(?:if|when|for)\s"
_SIDES = rf"(?P<value>[^=;{{}}]+?){_WORDS}\s*(?P<condition>(?:(?!{_WORDS})[^;{{}}])+?)\s*"
_WORDED = (
    re.compile(rf"{_SIDES}[,;]\s*(?P<other>[^,;{{}}]+?)\s*,?\s+(?:otherwise|else)\s*$"),
    re.compile(rf"{_SIDES}[,;]?\s*\b(?:otherwise|else)\b\s*:?\s*(?P<other>[^;{{}}]+)$"),
)
"""Cases without braces: ``x if x > 0, 0 otherwise`` and ``x when x > 0 otherwise 0``."""

_FORMS = (
    rf"(?P<last>{_OTHERWISE})\s*:\s*(?P<value>.+)",  # otherwise: x
    rf"\((?P<value>.+),\s*(?P<last>{_OTHERWISE})\s*\)",  # (x, True)
    r"\((?P<value>.+),\s*(?:(?:if|when|for)\s)?(?P<condition>[^,]*[<>=≤≥≠][^,]*)\)",  # (x, x > 0)
    rf"(?P<value>.+?)\s+(?P<last>{_OTHERWISE})",  # x otherwise
    r"(?P<condition>[^:?]*[<>=≤≥≠][^:?]*):(?P<value>[^:]+)",  # x > 0: x
    r"(?P<value>[^:]+):(?P<condition>[^:?]*[<>=≤≥≠][^:?]*)",  # x : x > 0
    r"(?P<value>.+?)\s+(?:if|when|for)\s+(?P<condition>.+)",  # x if x > 0
)
"""What one of the cases looks like; the first that fits is meant."""


class _Case(NamedTuple):
    """A value, and when it is that; without a condition otherwise."""

    value: str
    condition: str | None

    def __str__(self) -> str:
        return f"{self.value} if {self.condition}"

    @property
    def last(self) -> str:
        """What the last of the cases says, behind which there is no value."""
        return self.value if self.condition is None else f"{self} else nan"


def written(text: str) -> str:
    """A text in which values by cases are conditions: ``{x if x > 0, 0 otherwise}``.

    Args:
        text: what is typed; it is returned as it is where nothing in it is understood.
    """
    text = _BRACED.sub(lambda found: _choice(found[1], found[0], "({})"), text)
    text = _CALLED.sub(lambda found: _choice(found[1], found[0], "({})"), text)
    for worded in _WORDED:
        text = worded.sub(r"\g<value> if \g<condition> else \g<other>", text)
    return text


def _choice(inner: str, whole: str, around: str) -> str:
    """The conditions for some cases, or the whole text if they are none."""
    for parts in (_parts(re.sub(r"[;\n]", ",", inner)), _rows(inner), _pairs(inner)):
        cases = [_case(part) for part in parts[:-1]]
        conditions = [each.condition for each in cases if each is not None]
        if not cases or len(conditions) < len(cases) or None in conditions:
            continue
        last = _case(parts[-1]) or _Case(parts[-1], None)
        if len(cases) == 1 and _is_opposite(conditions[0] or "", last.condition or ""):
            last = last._replace(condition=None)
        return around.format(" else ".join([*(f"{each}" for each in cases), last.last]))
    return whole


def _parts(inner: str) -> list[str]:
    return [part.strip() for part in at_outer_commas(inner) if part.strip()]


def _rows(inner: str) -> list[str]:
    """Cases that are rows, with a comma before the condition: ``x, x > 0; 0, x <= 0``."""
    rows = [_parts(row) for row in re.split(r"[;\n]", inner) if row.strip()]
    if not all(1 <= len(row) <= 2 for row in rows):
        return [""]
    return [f"({', '.join(row)})" if len(row) == 2 else row[0] for row in rows]


def _pairs(inner: str) -> list[str]:
    """The same with commas alone: ``x, x > 0, 0, x <= 0``, or the last value alone."""
    parts = _parts(inner)
    pairs = [parts[first : first + 2] for first in range(0, len(parts), 2)]
    return [f"({', '.join(pair)})" if len(pair) == 2 else pair[0] for pair in pairs] or [""]


_COMPARISON = re.compile(r"(.+?)\s*(<=|>=|≤|≥|<|>)\s*(.+)")
_OPPOSITES = {"<": ">=≥", ">": "<=≤", "<=": ">", "≤": ">", ">=": "<", "≥": "<"}


def _is_opposite(condition: str, other: str) -> bool:
    """Whether one of two comparisons holds exactly where the other does not."""
    one, two = _COMPARISON.fullmatch(condition), _COMPARISON.fullmatch(other)
    if one is None or two is None or (one[1], one[3]) != (two[1], two[3]):
        return False
    return two[2] in _OPPOSITES[one[2]]


def _case(part: str) -> _Case | None:
    """A value and its condition, in one of the forms."""
    for form in _FORMS:
        found = re.fullmatch(form, part)
        if found:
            groups = found.groupdict()
            condition = groups.get("condition")
            return _Case(groups["value"].strip(), condition and condition.strip())
    return None
