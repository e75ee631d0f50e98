"""Which inputs are uncertain together: correlation coefficients of pairs."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence

from gradcli.engine.functions.sums import sum_of
from gradcli.errors import InputError, Option, Sentence, UsageError
from gradcli.evaluation.elements import Value, number
from gradcli.hints import no_input
from gradcli.syntax.spelling import plain

Pair = tuple[str, str]

_SLACK = 1e-9
"""How far below 0 the square of an uncertainty may be for the rounding of coefficients."""


def in_words(texts: Iterable[str]) -> dict[str, str]:
    """Coefficients by the pairs that they are of, as ``V,I=-0.36`` says it.

    Raises:
        UsageError: a text says none.
        InputError: a pair has two.
    """
    found: dict[str, str] = {}
    for text in texts:
        # The names of elements have a comma and no =: w[1,2],b=0.5.
        pair, equals, value = text.rpartition("=")
        if not (equals and pair.strip() and value.strip()):
            hint = Sentence("write ", Option("correlation", "V,I=-0.36"))
            raise UsageError("correlation", f"'{text}' is no correlation", hint=hint)
        if pair in found:
            raise _twice(_pair(pair))
        found[pair] = value
    return found


def coefficients(given: Mapping[str, Value], names: Sequence[str]) -> dict[Pair, float]:
    """The correlation coefficient of each pair of inputs that is given one.

    Args:
        given: numbers from -1 to 1, by pairs: ``{"V,I": -0.36}``.
        names: those of the inputs.

    Raises:
        UsageError: a key is no pair of names.
        InputError: a name is unknown, a pair is given twice, or a number is none from -1 to 1.
    """
    found: dict[Pair, float] = {}
    known = frozenset(names)
    for key, value in given.items():
        first, second = _pair(key)
        for name in (first, second):
            if name not in known:
                raise no_input(name, names)
        if first == second:
            message = f"the correlation of '{first}' with itself is 1"
            raise InputError("correlation", message, hint="leave it out", names=(first,))
        if (first, second) in found:
            raise _twice((first, second))
        what = f"{first},{second}"
        r = number(value, what)
        if not -1 <= r <= 1:
            message = f"the correlation of '{first}' and '{second}' is {r:g}, not from -1 to 1"
            raise InputError(
                "correlation",
                message,
                hint=Sentence("write ", Option("correlation", f"{what}=0.5")),
            )
        found[first, second] = found[second, first] = r
    return found


def _pair(key: str) -> Pair:
    """The two names of a pair; the comma of an index is between brackets."""
    parts: list[str] = [""]
    depth = 0
    for sign in key:
        depth += (sign == "[") - (sign == "]")
        if sign == "," and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    if len(parts) != 2 or not all(part.strip() for part in parts):
        hint = "a correlation is of two inputs: V,I"
        raise UsageError("correlation", f"'{key}' is no pair of names", hint=hint)
    first, second = (plain(part.strip()) for part in parts)
    return first, second


def _twice(pair: Pair) -> InputError:
    message = f"the correlation of '{pair[0]}' and '{pair[1]}' is given twice"
    return InputError("given-twice", message, hint="leave one out")


def check(correlated: Mapping[Pair, float], exact: Collection[str]) -> None:
    """Refuse coefficients that inputs cannot have.

    Args:
        correlated: the coefficients, by both orders of each pair.
        exact: the inputs without uncertainty.

    Raises:
        InputError: no quantities have such correlations, or one of an exact input is given.
    """
    for pair in correlated:
        for name in pair:
            if name in exact:
                message = f"'{name}' has a correlation and no uncertainty"
                raise InputError(
                    "correlation", message, hint=Sentence("write ", Option(name, "0.742±0.005"))
                )
    _refuse_impossible(correlated)


def _refuse_impossible(correlated: Mapping[Pair, float]) -> None:
    """Refuse coefficients with which some combination had a variance below 0.

    By Cholesky's decomposition, which has no negative square on its diagonal if there is none.
    """
    names = list(dict.fromkeys(name for pair in correlated for name in pair))
    rows: list[list[float]] = []
    for i, first in enumerate(names):
        row: list[float] = []
        for j, second in enumerate(names[:i]):
            rest = correlated.get((first, second), 0.0) - sum_of(
                [a * b for a, b in zip(row, rows[j][:j], strict=True)]
            )
            if not rows[j][j] and abs(rest) > math.sqrt(_SLACK):
                raise _impossible(names[: i + 1])
            row.append(rest / rows[j][j] if rows[j][j] else 0.0)
        square = 1.0 - sum_of([each * each for each in row])
        if square < -_SLACK:
            raise _impossible(names[: i + 1])
        rows.append([*row, math.sqrt(square) if square > _SLACK else 0.0])


def _impossible(names: Sequence[str]) -> InputError:
    message = f"no quantities have these correlations: {', '.join(names)} cannot all have theirs"
    hint = "one may be of the wrong sign, or have too few digits"
    return InputError("correlation", message, hint=hint, names=tuple(names))
