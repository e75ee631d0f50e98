"""Sums and products over a range as other languages call them: ``sum(i^2, i, 1, 3)``."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from gradcli.syntax import ast
from gradcli.syntax.spelling import INSIDE, NAME

COUNTS = {3: "three", 4: "four"}
"""So many arguments such calls have."""

COUNTERS = tuple("ijkmn")
"""Letters that number entries: of what is added where the first number, 1, is left out."""

_FUNCTIONS = {
    "sum": "sum",
    "Sum": "sum",
    "summation": "sum",
    "Σ": "sum",
    "prod": "prod",
    "product": "prod",
    "Product": "prod",
    "Π": "prod",
}

_SIGNS = frozenset("ΣΠ")
"""Letters that are no functions here, whatever they have in brackets."""


def over_range(call: ast.Call | ast.Comprehension, source: str) -> tuple[str, str] | None:
    """The index of such a call, and how it is written here; None for any other.

    Args:
        call: a call of any function.
        source: the text that it is in.
    """
    function = _FUNCTIONS.get(call.function)
    if call.function in _SIGNS and isinstance(call, ast.Call) and len(call.arguments) == 1:
        return _of_one(_FUNCTIONS[call.function], call, source)
    if function is None or not isinstance(call, ast.Call) or len(call.arguments) not in COUNTS:
        return None
    given = [*call.arguments]
    texts = [source[slice(*each.span)] for each in given]
    if len(given) == 3:  # sum(i^2, i, 3)
        item, index, last = given
        ends, texts = [last], [*texts[:2], "1", texts[2]]
        fits = _is_named(index, COUNTERS) and _is_whole(last)
    elif isinstance(given[0], ast.Name) and _is_whole(given[1]):  # sum(i, 1, 3, i^2)
        index, *ends, item = given
        texts, fits = [texts[3], *texts[:3]], not isinstance(item, ast.Name)
    else:
        item, index, *ends = given
        fits = True
    if not fits or not isinstance(index, ast.Name) or index.name not in ast.names([item]):
        return None
    if not all(isinstance(end, ast.Name) or _is_whole(end) for end in ends):
        return None
    return index.name, "{}({} for {} in {}..{})".format(function, *texts)


def _of_one(function: str, call: ast.Call, source: str) -> tuple[str, str] | None:
    """The same of ``Σ(y_i - t_i)^2``, whose power is that of each term."""
    item = source[slice(*call.arguments[0].span)]
    found = re.search(_INDEXED, item)
    if found is None:
        return None
    index = found["index"]
    item = re.sub(rf"(?<={INSIDE})_{index}(?!{INSIDE})", f"[{index}]", item)
    power = re.match(r"\s*(?:\^|\*\*)\s*([0-9]+)", source[call.span.end :])
    if power or source[call.span.end :][:1] == "²":
        item = f"({item})^{power[1] if power else 2}"
    return index, f"{function}({item} for {index} in 1..3)"


_INDEXED = rf"(?P<name>{NAME})_(?P<index>[^\W\d_])(?!{INSIDE})"
"""A name with an index that textbooks write below it, ``x_i``: here that is one name."""


def with_index(source: str, names: Iterable[str]) -> str | None:
    """The hint for a name such as ``x_i`` in a program that adds or goes over i; None elsewhere."""
    for name in names:
        found = re.fullmatch(_INDEXED, name)
        if found is None or found["name"] in _FUNCTIONS:
            continue
        base, index = found["name"], found["index"]
        goes_over = rf"\bfor\s+{index}\s+in\b"
        if index in COUNTERS:  # of others, as of v_x, that is not the usual meaning
            goes_over += rf"|[ΣΠ]|\b(?:sum|prod|mean)(?:_{index})?\b"
        if re.search(goes_over, source):
            entry = f"{base}[{index}]"
            return (
                f"'{name}' is one name; entry {index} of a list {base} is {entry}, as in "
                f"sum({entry} for {index} in 1..3)"
            )
    return None


def _is_named(index: ast.Expression, names: Collection[str]) -> bool:
    return isinstance(index, ast.Name) and index.name in names


def _is_whole(end: ast.Expression) -> bool:
    return isinstance(end, ast.Number) and end.value == round(end.value)
