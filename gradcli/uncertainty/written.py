"""Values with uncertainties as people write them: ``0.742 ± 0.005``, ``0.742(5)``, ``±1%``."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple, NoReturn

from gradcli.errors import InputError, Span
from gradcli.evaluation.elements import Value, is_listed, items, number, tolerance_in
from gradcli.evaluation.inputs import spelled
from gradcli.syntax.spelling import element_name

EXAMPLE = "write it as 0.742±0.005, 0.742(5) or 0.742±1%"

_COVERAGE = r"\(\s*k\s*=\s*([^()]*)\)\s*\Z"
"""What a certificate says of an expanded uncertainty: ``± 0.010 (k=2)``."""

_UNEQUAL = r"\+[^-+−/]+/\s*[-−]|[-−][^-+−/]+/\s*\+"
"""Two uncertainties of different sizes: ``+0.1/-0.2``."""

_DIGITS = r"\s*[-+−]?(?:[0-9_]+(?:\.[0-9_]*)?|\.[0-9_]+)"
"""A number of which the last digits can be uncertain."""

_HELD = r"(?<![\w.])\.?[0-9][0-9_.]*\([0-9.]+\)"
"""What looks like a number with the uncertainty of its last digits."""


class Uncertain(NamedTuple):
    """A value with its standard uncertainty, which is 0 for what is exact."""

    value: float
    uncertainty: float


def apart(values: Mapping[str, Value]) -> tuple[dict[str, Value], dict[str, float]]:
    """Values without their uncertainties, and the uncertainties by name.

    Args:
        values: a number, a text with an uncertainty or without, or nested lists of these for each
            name.

    Raises:
        InputError: a value or an uncertainty cannot be read.
    """
    plain: dict[str, Value] = {}
    uncertainties: dict[str, float] = {}
    for name, given in spelled(values).items():
        value = _nested(given) if isinstance(given, str) and _is_uncertain_list(given) else given
        if isinstance(value, str) and value is given and _is_uncertain_list(value):
            _refuse(name, "is no list", value, None, "write [1±0.1, 2(1)], with all its brackets")
        parts = items(value, name) if is_listed(value) else None
        texts = [(name, value)] if parts is None else _named(name, parts)
        if not any(isinstance(each, str) and _may_be_uncertain(each) for _, each in texts):
            plain[name] = value
            continue
        found = {label: read(each, label) for label, each in texts}
        plain[name] = found[name].value if parts is None else _listed(parts, found, name)
        uncertainties |= {label: each.uncertainty for label, each in found.items()}
    return plain, uncertainties


def read(value: Value, name: str) -> Uncertain:
    """A value with its uncertainty.

    Raises:
        InputError: it is no number, or its uncertainty is none.
    """
    if not isinstance(value, str):
        return Uncertain(number(value, name), 0.0)
    text = value
    unequal = re.search(_UNEQUAL, text)
    if unequal is not None:
        message = "has two uncertainties, one for each side"
        _refuse(name, message, text, unequal, "give one for both: half their sum, say")
    factor = 1.0
    covered = re.search(_COVERAGE, text)
    if covered is not None:
        factor = _factor(covered, name, text)
        text = text[: covered.start()]
    found = tolerance_in(text)
    if found is None:
        return _exact(text, name, covered)
    reader = _of_last_digits if found[0][0] == "(" else _beside
    value, uncertainty = reader(text, found, name)
    return Uncertain(value, uncertainty / factor)


def _exact(text: str, name: str, covered: re.Match[str] | None) -> Uncertain:
    """A value without an uncertainty."""
    if covered is not None:
        _refuse(name, "has a coverage factor and no uncertainty", text, None, EXAMPLE)
    held = re.search(_HELD, text)
    if held is not None:
        message = "is computed with uncertain digits"
        _refuse(name, message, text, held, "give the result as one number: 0.742(5)e-3")
    return Uncertain(number(text, name), 0.0)


def _beside(text: str, sign: re.Match[str], name: str) -> Uncertain:
    """A value and its uncertainty on both sides of a sign."""
    before, after = text[: sign.start()], text[sign.end() :]
    if not before.strip():
        _refuse(name, f"is missing before {sign[0]}", text, sign, EXAMPLE)
    second = tolerance_in(after)
    if second is not None:
        place = Span(sign.end() + second.start(), sign.end() + second.end())
        _refuse(name, "has two uncertainties", text, place, "leave one out")
    if before.count("(") > before.count(")"):
        hint = "write a factor into both numbers: 0.742e-3 ± 0.005e-3"
        _refuse(name, "has an uncertainty inside brackets", text, sign, hint)
    held = re.search(_HELD, before)
    if held is not None:
        _refuse(name, "has two uncertainties", text, held, "leave one out")
    value = number(before, name)
    amount = after.strip()
    if not amount:
        _refuse(name, f"has no uncertainty after {sign[0]}", text, sign, EXAMPLE)
    place = Span(text.index(amount, sign.end()), text.index(amount, sign.end()) + len(amount))
    if amount.endswith("%"):
        share = _amount(amount[:-1], name, text, place)
        if value == 0:
            message = "is 0, and a part of that is no uncertainty"
            _refuse(name, message, text, place, "give the uncertainty as a number: 0±0.005")
        return Uncertain(value, abs(value) * share / 100)
    return Uncertain(value, _amount(amount, name, text, place))


def _of_last_digits(text: str, digits: re.Match[str], name: str) -> Uncertain:
    """A value whose last digits are uncertain: ``0.742(5)e-3``, ``100.021(0.035)``."""
    before, after = text[: digits.start()], text[digits.end() :]
    if not re.fullmatch(_DIGITS, before.rstrip()):
        message = "has uncertain digits, and is no single number"
        _refuse(name, message, text, digits, EXAMPLE)
    decimals = len(before.strip().replace("_", "").partition(".")[2])
    amount, exponent = digits[0][1:-1], after.strip()
    power = int(exponent[1:]) if exponent else 0
    uncertainty = float(f"{amount}e{power - (0 if '.' in amount else decimals)}")
    if math.isinf(uncertainty):
        _refuse(name, "has an uncertainty that is too large", text, digits, EXAMPLE)
    return Uncertain(number(before.rstrip() + exponent, name), uncertainty)


def _amount(text: str, name: str, whole: str, place: Span) -> float:
    """An uncertainty: a constant expression that is no less than 0."""
    try:
        found = number(text, name)
    except InputError as error:
        message = f"the uncertainty of '{name}' is no number"
        raise _error(message, whole, place, error.hint, name) from None
    if not 0 <= found < math.inf:
        message = f"the uncertainty of '{name}' is {found:g}, not a number from 0 on"
        raise _error(message, whole, place, EXAMPLE, name)
    return found


def _factor(covered: re.Match[str], name: str, text: str) -> float:
    """The coverage factor of a certificate."""
    try:
        factor = number(covered[1], name)
    except InputError:
        factor = math.nan
    if not 0 < factor < math.inf:
        message = "has a coverage factor that is no number above 0"
        _refuse(name, message, text, covered, "write ± 0.010 (k=2)")
    return factor


def _refuse(
    name: str, message: str, text: str, place: re.Match[str] | Span | None, hint: str
) -> NoReturn:
    span = Span(*place.span()) if isinstance(place, re.Match) else place
    raise _error(f"the value of '{name}' {message}", text, span, hint, name)


def _error(message: str, text: str, span: Span | None, hint: str | None, name: str) -> InputError:
    origin = f"the value of {name}"
    return InputError("uncertainty", message, span=span, hint=hint, source=text, origin=origin)


def _may_be_uncertain(text: str) -> bool:
    return any(each in text for each in "±+-−(\\")


def _is_uncertain_list(text: str) -> bool:
    if not text.lstrip().startswith("["):
        return False
    return tolerance_in(text) is not None or re.search(_HELD, text) is not None


def _named(name: str, parts: list[tuple[tuple[int, ...], Any]]) -> list[tuple[str, Any]]:
    return [(element_name(name, places), each) for places, each in parts]


def _listed(
    parts: list[tuple[tuple[int, ...], Any]], found: Mapping[str, Uncertain], name: str
) -> list[Any]:
    """The values of a list's elements as nested lists again."""
    whole: list[Any] = []
    for places, _ in parts:
        row = whole
        for place in places[:-1]:
            if len(row) < place:
                row.append([])
            row = row[place - 1]
        row.append(found[element_name(name, places)].value)
    return whole


def _nested(text: str) -> Value:
    """The text of a list as nested lists of the texts of its entries; as it is if it is none.

    The parser knows no uncertainties, so entries are told apart by the commas outside brackets.
    """
    root: list[Any] = []
    inside, depth, start = [root], 0, 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth or sign not in "[],":
            continue
        entry = text[start:place].strip()
        start = place + 1
        if sign == "[":
            inner: list[Any] = []
            inside[-1].append(inner)
            inside.append(inner)
            continue
        if entry:
            inside[-1].append(entry)
        if sign == "]":
            inside.pop()
            if not inside:
                return text
    is_whole = len(inside) == 1 and len(root) == 1 and not text[start:].strip()
    return root[0] if is_whole else text
