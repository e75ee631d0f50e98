"""Values as they are given: numbers, constant expressions of the language, lists; never code."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, TypeVar

from gradcli.engine.interpreter import evaluate
from gradcli.errors import GradcliError, InputError, Note, Option, Sentence, Span
from gradcli.graph.model import Model
from gradcli.graph.read import read
from gradcli.graph.resolve import resolve
from gradcli.syntax import ast
from gradcli.syntax.spelling import NAME, element_name

Refused = TypeVar("Refused", bound=GradcliError)

Value = Any
"""A number, a constant expression as text, or nested lists of these for a name with indices."""

# Texts, and no patterns yet: digits alone, which most values are, need none.
_PLAIN = r"\s*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\s*"

_DIGITS = r"[\s\d.,eE+\[\]-]*"
"""Numbers, and lists of them, which are read in one way."""

_TOLERANCE = (
    r"±|∓|\\pm|\\mp|\+/?[-−]|[-−]/?\+|(?:(?<=[0-9.])|(?<=[0-9.]\s))\((?:[0-9]+\.?[0-9]*|\.[0-9]+)\)"
    r"(?=\s*(?:[eE][-+]?[0-9]+)?\s*\Z)"
)
"""How uncertain a value is: ``3 ± 0.1``, ``0.742(5)``; and 3 +- 0.1 is no difference."""

_PART = r"([-+]?[0-9]+(?:\.[0-9]+)?)"
_OTHER_RANGE = rf"\s*{_PART}:{_PART}(?::{_PART})?\s*"
"""A range as other languages write it."""

_CALLED = rf"{NAME}\Z"
"""What stands before the brackets of a call: of ``log2(8)`` no digit is uncertain."""

MOST_ELEMENTS = 1_000_000
"""How many elements an array may have."""

OUTSIDE = {
    "underflow": "numbers are 64-bit floats, down to 4.9e-324; write 0 for that",
    "overflow": "numbers are 64-bit floats, up to 1.8e308; write inf for that",
}
"""The notes on numbers beyond floats, and what to write for each where it is to be exact."""

WRITE_OUT = Sentence("write it out, or leave out ", Option("strict"))
"""The way out where a note on how a text is read is an error."""

CONSTANT = "give a number or a constant expression, such as 0.5 or pi/2"


def is_listed(value: Value) -> bool:
    """Whether a value may be a list: what is neither a number nor another text is looked at."""
    if isinstance(value, str):
        return value.lstrip().startswith("[")
    return not isinstance(value, int | float)


def is_number(value: Value) -> bool:
    """Whether a value is no list: a number, a text, or an array without axes."""
    return not is_listed(value) or getattr(value, "shape", None) == ()


def elements(value: Value, name: str) -> dict[str, Value] | None:
    """The elements of a list by their names, ``w[1,2]``; None if the value is no list.

    Raises:
        InputError: the list is empty or ragged, or its text cannot be read.
    """
    placed = items(value, name)
    if placed is None:
        return None
    return {element_name(name, places): item for places, item in placed}


def items(value: Value, name: str) -> list[tuple[tuple[int, ...], Value]] | None:
    """The elements of a list with their places, the last axis fastest; None if it is no list.

    Raises:
        InputError: the list is ragged, or its text cannot be read.
    """
    found = shaped(value, name)
    return None if found is None else found[1]


def shaped(
    value: Value, name: str
) -> tuple[tuple[int, ...], list[tuple[tuple[int, ...], Value]]] | None:
    """The shape of a list and its elements with their places; None if it is no list.

    Raises:
        InputError: the list is ragged, or its text cannot be read.
    """
    if not is_listed(value):
        return None
    from gradcli.graph.shapes import MOST_AXES  # noqa: PLC0415  (most values are numbers)

    value = _items(value, name) if isinstance(value, str) else _plain_list(value, name)
    if not isinstance(value, list | tuple):
        return None
    level: list[tuple[tuple[int, ...], Any]] = [((), value)]
    shape: list[int] = []
    while level and any(isinstance(item, list | tuple) for _, item in level):
        lengths = {len(item) if isinstance(item, list | tuple) else -1 for _, item in level}
        shape.append(max(lengths))
        if len(shape) > MOST_AXES or len(level) * shape[-1] > MOST_ELEMENTS:
            raise InputError(
                "value",
                f"the value of '{name}' is nested too deeply or has too many elements",
                hint=f"an array has at most {MOST_AXES} axes and {MOST_ELEMENTS:,} elements",
            )
        if len(lengths) > 1:
            raise InputError(
                "value",
                f"the value of '{name}' is not a full array",
                hint="every row needs the same number of elements",
            )
        level = [
            ((*places, place), _plain_list(part, name))
            for places, item in level
            for place, part in enumerate(item, start=1)
        ]
    return tuple(shape), level


def _plain_list(value: Value, name: str) -> Value:
    """An array as nested lists; what is none as it is."""
    if isinstance(value, int | float | str | list | tuple) or _is_bytes(value):
        return value
    from gradcli.evaluation.foreign import floats_of, has_memory, is_foreign  # noqa: PLC0415  (likewise)

    if is_foreign(value):
        return floats_of(value, name).tolist() if getattr(value, "shape", None) != () else value
    if has_memory(value):
        with suppress(Exception):  # then it is no array
            return value.tolist()
    return value


def _items(text: str, name: str) -> list[Any]:
    """An array's text as nested lists of its elements' texts."""
    try:
        expression = read(text).statements[0].value
    except GradcliError as error:
        raise _uncertain(text, name) or _unreadable(error, text, name) from None
    if not isinstance(expression, ast.Array):
        if uncertain := _uncertain(text, name):
            raise uncertain
        raise InputError(
            "value",
            f"the value of '{name}' is not an array",
            hint="an array is written [1, 2] or [[1, 2], [3, 4]]",
        )
    result: list[Any] = []
    waiting: list[tuple[ast.Expression, list[Any]]] = [(expression, result)]
    while waiting:
        item, into = waiting.pop()
        if isinstance(item, ast.Array):
            inner: list[Any] = []
            into.append(inner)
            # Taken from the end, so the last one is to be pushed first.
            waiting.extend((part, inner) for part in reversed(item.items))
        else:
            into.append(text[item.span.start : item.span.end])
    whole: list[Any] = result[0]
    return whole


def number(value: object, name: str) -> float:
    """A given value as a float.

    Raises:
        InputError: it is not a number, or not a constant expression.
    """
    if isinstance(value, str):
        is_plain = _is_digits(value) or re.fullmatch(_PLAIN, value)
        return _finite(value, name) if is_plain else _constant(value, name)
    if type(value) is float:  # nearly always
        return value
    try:
        found = float(None if _is_unreal(value) else value)  # type: ignore[arg-type]  # an object that is no number raises
        is_too_small = found == 0 and bool(value != 0)
        is_too_large = math.isinf(found) and bool(value != found)
    except OverflowError:
        raise _too_large(name) from None
    except Exception as error:  # noqa: BLE001  (an object may raise anything when it is asked)
        # What Python itself says of it, that it is no number, is no news.
        known = isinstance(error, TypeError | ValueError)
        message = f"the value of '{name}' is not a number"
        raise InputError("value", message, hint=CONSTANT) from (None if known else error)
    if is_too_small:
        raise too_small(name)
    if is_too_large:
        raise _too_large(name)
    return found


_UNREAL, _UNREAL_KINDS = {"complex", "MaskedConstant"}, {"c", "m", "M"}
"""Types of Python and of NumPy, and NumPy's kinds of numbers, that are no real numbers."""


def _is_unreal(value: object) -> bool:
    """Whether Python makes a real number of something that is none.

    It reads the digits of bytes, and NumPy leaves out imaginary parts, units of time, and masks.
    """
    kind = getattr(getattr(value, "dtype", None), "kind", "")
    return _is_bytes(value) or kind in _UNREAL_KINDS or type(value).__name__ in _UNREAL


def _is_bytes(value: object) -> bool:
    if isinstance(value, memoryview):
        return value.format in {"B", "b", "c"}
    return isinstance(value, bytes | bytearray)


def _is_digits(text: str) -> bool:
    return text.isascii() and text.removeprefix("-").replace(".", "", 1).isdigit()


def _finite(text: str, name: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise _too_large(name)
    if is_lost(value, text):
        raise too_small(name)
    return value


def is_lost(value: float, text: str) -> bool:
    """Whether a number is 0 only because the one that was written is too small for a float."""
    return value == 0 and re.match(r"[^eE]*[1-9]", text) is not None


def too_small(name: str, where: str = "") -> InputError:
    """The error for a value that would be 0, and what to write for that."""
    return InputError(
        "value",
        f"the value of '{name}'{where} is too small",
        hint=OUTSIDE["underflow"],
    )


def _too_large(name: str) -> InputError:
    return InputError(
        "value",
        f"the value of '{name}' is too large",
        hint="numbers are 64-bit floats, up to 1.8e308",
    )


def notes_on(value: Value, name: str) -> list[tuple[Note, str]]:
    """How the texts of a value are read, each note with the text that its place is in.

    A value that cannot be read has none: whoever needs it says what is wrong.
    """
    if isinstance(value, str) and re.fullmatch(_DIGITS, value):
        return []
    with suppress(GradcliError):
        placed = items(value, name)
        texts = [value] if placed is None else [item for _, item in placed]
        return [
            (note, text)
            for text in texts
            if isinstance(text, str) and not re.fullmatch(_DIGITS, text)
            for note in _read_constant(text, name).notes
        ]
    return []


def as_error(kind: type[Refused], note: Note, source: str, origin: str | None = None) -> Refused:
    """A note as the error that it is where all notes are.

    Args:
        kind: the class of the error.
        note: how a text is read.
        source: the text.
        origin: what it is, if it is not the program.
    """
    return kind(
        note.kind, note.message, span=note.span, hint=WRITE_OUT, source=source, origin=origin
    )


def readings(
    values: Mapping[str, Value], what: str = "value", *, strict: bool = False
) -> list[Note]:
    """What is to be known of how constant expressions are read that are given as values.

    Args:
        values: the values by their names.
        what: what each of them is called: ``value``, ``step``.
        strict: whether a note is an error.

    Raises:
        InputError: one has a reading to know of, and that is to be an error.
    """
    found = []
    for name, value in values.items():
        if isinstance(value, float | int) or (isinstance(value, str) and value.isdigit()):
            continue  # as nearly all are
        for note, text in notes_on(value, name):
            if strict:
                raise as_error(InputError, note, text, f"the {what} of {name}")
            message = f"in the {what} of '{name}', {note.message}"
            found.append(Note(note.kind, message, names=(name,)))
    return found


def _constant(text: str, name: str) -> float:
    model = _read_constant(text, name)
    return evaluate(model.graph, [model.output], [], [])[0]


def _read_constant(text: str, name: str) -> Model:
    """A constant expression as a program without inputs.

    Raises:
        InputError: the text is none.
    """

    def refused(what: str, hint: str, span: Span | None = None) -> InputError:
        return _refused(text, name, what, hint, span)

    uncertain = _uncertain(text, name)
    if uncertain is not None:
        raise uncertain
    try:
        program = read(text)
        model = resolve(program)
    except GradcliError as error:
        raise _unreadable(error, text, name) from None
    for note in program.notes:
        if note.kind in OUTSIDE:
            raise refused("has a number that no float is near", OUTSIDE[note.kind], note.span)
    last = program.statements[-1]
    if not isinstance(last, ast.Step) or last.name:
        raise refused("is a definition, and no number", CONSTANT)
    if model.inputs:
        from gradcli.syntax.numerals import badly_grouped  # noqa: PLC0415  (only an error needs it)

        node = model.inputs[0]
        span = model.spans.get(node)
        is_number = badly_grouped(text, span) if span else None
        if is_number:
            raise _unreadable(is_number, text, name)
        hint = "a value is a number or a constant expression, such as 0.5 or pi/2"
        raise refused(f"uses the unknown name '{node.name}'", hint, span)
    if model.graph.has_arrays:
        hint = f"give numbers, or a list of them; {CONSTANT.partition(', ')[2]}"
        raise refused("is computed with arrays, and is no constant expression", hint)
    return model


def _uncertain(text: str, name: str) -> InputError | None:
    """The error for a value with a tolerance; None if it has none."""
    tolerance = tolerance_in(text)
    if tolerance is None:
        return None
    from gradcli.syntax.brackets import first_unbalanced  # noqa: PLC0415  (only an error needs it)

    is_last = tolerance[0][0] != "("  # of 0.742(5)e-3 the exponent is that of the value
    before = (text[: tolerance.start()] + ("" if is_last else text[tolerance.end() :])).strip()
    # Of (3 ± 0.1) what stands before the sign is no number.
    is_number = first_unbalanced(before) is None
    hint = "leave it out; gradcli budget works with values such as 3±0.1"
    hint = f"leave it out: {before}; gradcli budget works with it" if is_number else hint
    what = "has a tolerance, and every value is a single number here"
    return _refused(text, name, what, hint if before else CONSTANT, Span(*tolerance.span()))


def _refused(text: str, name: str, what: str, hint: str, span: Span | None) -> InputError:
    """The error for a value that is no constant expression, with the place in it."""
    message, origin = f"the value of '{name}' {what}", f"the value of {name}"
    return InputError("value", message, span=span, hint=hint, source=text, origin=origin)


def tolerance_in(text: str) -> re.Match[str] | None:
    """The sign of a tolerance in a text, or the digits in brackets that are one."""
    found = re.search(_TOLERANCE, text)
    is_call = found and found[0][0] == "(" and re.search(_CALLED, text[: found.start()])
    return None if is_call else found


def _as_range(text: str, name: str) -> Sentence | None:
    """The way out of a range as others write it, ``0:3:0.1`` or ``0:0.1:3``."""
    found = re.fullmatch(_OTHER_RANGE, text)
    if found is None:
        return None
    start, end, step = found.groups()
    if step and abs(float(step)) > abs(float(end)):  # the step may stand in the middle
        end, step = step, end
    return Sentence(
        "a range is written ", Option(name, f"{start}..{end}" + (f":{step}" if step else ""))
    )


def _unreadable(error: GradcliError, text: str, name: str) -> InputError:
    if error.kind == "empty":
        return InputError("value", f"the value of '{name}' is empty", hint=CONSTANT)
    if error.kind == "statement":
        message = f"the value of '{name}' is several statements, and no number"
        return InputError("value", message, hint=CONSTANT)
    return InputError(
        "value",
        f"the value of '{name}' cannot be read: {error.message}",
        span=error.span,
        hint=_as_range(text, name) or error.hint,
        source=text,
        origin=f"the value of {name}",
        names=(name,),
    )
