"""What is written here for a call of another language, by the number of its arguments."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gradcli.syntax.elsewhere import ARITIES, ARRAYS, FUNCTIONS, MANY
from gradcli.syntax.operands import Operand, put_in

_FIRST = "xyz"
"""What stands in a template for the arguments of a call, in their order."""


_CONDITION = re.compile(r" for (?=x > 0)")
"""What stands between a formula and what it holds for."""

_NUMBER = re.compile(r"(?P<sign>[-−]?)\d+(?:\.\d*)?")


def is_known(name: str) -> bool:
    """Whether something is written here for a function, whatever it is called with."""
    return name in FUNCTIONS or name in ARRAYS


def is_of_several(name: str) -> bool:
    """Whether a function is of several arguments, which others give it as a list."""
    return name in MANY or (is_known(name) and _count_of(FUNCTIONS.get(name) or ARRAYS[name]) > 1)


def of_call(name: str, count: int) -> str | None:
    """The template for a function that is called with so many arguments.

    Args:
        name: the function.
        count: how many arguments it is given; fewer than the template has are an example.

    Returns:
        A formula of x, y, z, and of more names if it has more arguments; None if there is none,
        as for more arguments than a template has: the others would be lost.
    """
    written = ARITIES.get((name, count))
    if written is None and count > 1 and name in MANY:
        written = _lengthened(MANY[name], count)
    if written is None:
        written = FUNCTIONS.get(name) or ARRAYS.get(name)
        if written is not None and count > _count_of(written):
            return None
    return written


def usage(name: str) -> str:
    """What is said of a function that is called with too many arguments."""
    written = FUNCTIONS.get(name) or ARRAYS[name]
    return f"{name}({', '.join(_names(_count_of(written)))}) is written {written}"


def filled(written: str, given: Sequence[Operand], **others: Operand) -> str:
    """A template with the arguments of a call in their places.

    Args:
        written: the template, as ``of_call`` has it.
        given: the arguments; names without one stay.
        others: operands of other names.
    """
    operands = dict(zip(_names(len(given)), given, strict=False)) | others
    formula, *condition = _CONDITION.split(written)
    number = _NUMBER.fullmatch(given[0].text) if condition and given else None
    if number is None:
        return put_in(written, operands)
    is_met = not number["sign"] and float(number[0]) > 0
    return put_in(formula, operands) if is_met else written


def _names(count: int) -> list[str]:
    """The names of so many arguments: x, y, z, x4, x5."""
    return [*_FIRST[:count], *(f"x{place}" for place in range(len(_FIRST) + 1, count + 1))]


def _count_of(written: str) -> int:
    """How many arguments a template is for."""
    return max((place for place, name in enumerate(_FIRST, 1) if _has(written, name)), default=0)


def _has(written: str, name: str) -> bool:
    return re.search(rf"\b{name}\b", written) is not None


def _lengthened(written: str, count: int) -> str:
    """A template of x and y for more arguments: ``max(x, y, z)``."""
    return re.sub(r"\bx\b(.*?)\by\b", lambda found: found[1].join(_names(count)), written)
