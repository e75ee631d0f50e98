"""Values for inputs: numbers, or constant expressions of the language, never code."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from gradcli.engine.interpreter import evaluate
from gradcli.errors import GradcliError, InputError
from gradcli.graph.letters import read_formula
from gradcli.graph.model import Model
from gradcli.graph.node import Node
from gradcli.graph.read import read
from gradcli.graph.resolve import resolve
from gradcli.graph.rules import CONSTANTS, table
from gradcli.hints import did_you_mean, listed, nearest, shortened, written_out
from gradcli.syntax import ast
from gradcli.syntax.spelling import element_name, plain

Value = Any
"""A number, a constant expression as text, or nested lists of these for a name with indices."""

_PLAIN = re.compile(r"\s*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\s*")

CONSTANT = "give a number or a constant expression, such as 0.5 or pi/2"


def spelled(values: Mapping[str, Value]) -> Mapping[str, Value]:
    """The values under the names that the parser reads.

    Raises:
        InputError: two spellings of one name have a value.
    """
    given: dict[str, Value] = {}
    for name, value in values.items():
        known = plain(name)
        if known in given:
            raise InputError("given-twice", f"'{known}' is given twice")
        given[known] = value
    return given


def bind(model: Model, values: Mapping[str, Value]) -> list[float]:
    """The value of each input of a model, in the order of its inputs.

    Raises:
        InputError: values are missing (all are named), or one is for no input, or is no number.
    """
    names = {node.label or "": node for node in model.inputs}
    given: dict[str, Value] = {}
    for name, value in values.items():
        items = elements(value, name)
        if items is None:
            given[name] = value
            if name not in names:
                raise _unknown(model, name, names, values)
            continue
        if not any(other.startswith(f"{name}[") for other in names):
            raise _whole(name) if name in names else _unknown(model, name, names, values)
        for label, item in items.items():
            if label in values:
                raise InputError("given-twice", f"'{label}' is given twice")
            given[label] = item
    missing = [name for name in names if name not in given]
    if missing:
        outside = _outside(model, names[missing[0]], values)
        raise outside or _missing(model, missing, given)
    return [number(given[name], name) for name in names]


def elements(value: Value, name: str) -> dict[str, Value] | None:
    """The elements of a list by their names, ``w[1,2]``; None if the value is no list.

    Raises:
        InputError: the list is empty or ragged, or its text cannot be read.
    """
    if isinstance(value, str):
        if not value.lstrip().startswith("["):
            return None
        value = _items(value, name)
    elif hasattr(value, "tolist"):
        value = value.tolist()
    if not isinstance(value, list | tuple):
        return None
    level: list[tuple[tuple[int, ...], Any]] = [((), value)]
    while any(isinstance(item, list | tuple) for _, item in level):
        lengths = {len(item) if isinstance(item, list | tuple) else -1 for _, item in level}
        if lengths == {0} or len(lengths) > 1:
            raise InputError(
                "value",
                f"the value of '{name}' is not a full array",
                hint="every row needs the same number of elements, and at least one",
            )
        level = [
            ((*places, place), part)
            for places, item in level
            for place, part in enumerate(item, start=1)
        ]
    return {element_name(name, places): item for places, item in level}


def _items(text: str, name: str) -> list[Any]:
    """An array's text as nested lists of its elements' texts."""
    try:
        expression = read(text).statements[0].value
    except GradcliError as error:
        raise _unreadable(error, text, name) from None
    if not isinstance(expression, ast.Array):
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
        return _finite(value, name) if _PLAIN.fullmatch(value) else _constant(value, name)
    try:
        return float(value)  # type: ignore[arg-type]
    except OverflowError:
        raise _too_large(name) from None
    except (TypeError, ValueError):
        raise InputError(
            "value",
            f"the value of '{name}' is not a number",
            hint=CONSTANT,
        ) from None


def _finite(text: str, name: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise _too_large(name)
    return value


def _too_large(name: str) -> InputError:
    return InputError(
        "value",
        f"the value of '{name}' is too large",
        hint="numbers are 64-bit floats, up to 1.8e308",
    )


def _constant(text: str, name: str) -> float:
    try:
        model = resolve(read(text))
    except GradcliError as error:
        raise _unreadable(error, text, name) from None
    if model.inputs:
        node = model.inputs[0]
        raise InputError(
            "value",
            f"the value of '{name}' uses the unknown name '{node.label}'",
            span=model.spans.get(node),
            hint="a value is a number or a constant expression, such as 0.5 or pi/2",
            source=text,
            origin=f"the value of {name}",
        )
    return evaluate(model.graph, [model.output], [], [])[0]


def _unreadable(error: GradcliError, text: str, name: str) -> InputError:
    if error.kind == "empty":
        return InputError("value", f"the value of '{name}' is empty", hint=CONSTANT)
    return InputError(
        "value",
        f"the value of '{name}' cannot be read: {error.message}",
        span=error.span,
        hint=error.hint,
        source=text,
        origin=f"the value of {name}",
    )


def _whole(name: str) -> InputError:
    return InputError(
        "value",
        f"'{name}' is a single number in the program, and its value is an array",
        hint=f"give one number, or use its elements in the program: {name}[1]",
    )


def _outside(model: Model, node: Node, values: Mapping[str, Value]) -> InputError | None:
    """The error for an element that an array was given for, but that the array does not have."""
    label = node.label or ""
    base = label.partition("[")[0]
    items = elements(values[base], base) if base != label and base in values else None
    if not items:
        return None
    return InputError(
        "index",
        f"'{label}' is out of range: the value of '{base}' ends at {list(items)[-1]}",
        span=model.spans.get(node),
        hint="indices count from 1",
        source=model.source,
    )


def _unknown(
    model: Model, name: str, names: Collection[str], values: Mapping[str, Value]
) -> InputError:
    if any(node.label == name for node in model.steps):
        return InputError(
            "not-an-input",
            f"'{name}' is a step of the program, not an input",
            hint=f"remove its definition to give {name} a value",
        )
    missing = [other for other in names if other not in values]
    hint = _run_together(name, missing, values)
    hint = hint or did_you_mean(name, missing) or nearest(name, names, "inputs")
    return InputError(
        "unknown-value", f"the program has no input '{name}'", hint=hint, names=(name,)
    )


def _run_together(name: str, missing: Sequence[str], values: Mapping[str, Value]) -> str | None:
    """A hint if a name without a value is a product of what has one: ``x1x2``, ``sinx``, ``ab``."""
    constants = CONSTANTS if len(name) == 1 else ()  # --rat may be a slip for rate
    factors = {*values, *constants}
    for other in [other for other in missing if name in other][:100]:
        text = written_out(other, factors, table().names())
        if text:
            return f"'{other}' is one name; did you mean {text}?"
        if other.isalpha() and len(name) == 1 and len(other) < 6:
            rest = dict.fromkeys(letter for letter in other if letter not in values)
            has = "has a value" if len(rest) == 1 else "have values"
            return f"'{other}' is the product {'*'.join(other)} if {listed(rest)} {has}, too"
    return None


def _missing(model: Model, missing: Sequence[str], values: Mapping[str, Value]) -> InputError:
    if not values:
        model = read_formula(model.source, ())  # what a person would give values to
        missing = [node.label or "" for node in model.inputs]
    node = next(node for node in model.inputs if node.label == missing[0])
    flags = " ".join(f"--{shortened(name)} …" for name in missing[:6])
    hint = f"give {'it' if len(missing) == 1 else 'them'} a value: {flags}"
    together = [name for name in missing if len(name) > 1 and name.isalpha() and len(name) < 6]
    text = written_out(missing[0], {*values, *CONSTANTS}, table().names())
    if text and any(name in text for name in values):
        hint = f"'{shortened(missing[0])}' is one name; did you mean {text}?"
    elif together and any(letter in values or letter in missing for letter in together[0]):
        product = "*".join(together[0])
        hint = f"for the product {product}, give every letter of '{together[0]}' a value"
    return InputError(
        "missing-value",
        f"no value for {listed(missing)}",
        span=model.spans.get(node),
        hint=hint,
        source=model.source,
        names=tuple(missing),
    )
