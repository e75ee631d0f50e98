"""Values for inputs: numbers, or constant expressions of the language, never code."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import islice

from gradcli.engine.interpreter import evaluate
from gradcli.errors import GradcliError, InputError
from gradcli.graph.read import read
from gradcli.graph.resolve import Model, resolve
from gradcli.names import did_you_mean

Value = float | str

_PLAIN = re.compile(r"\s*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\s*")


def bind(model: Model, values: Mapping[str, Value]) -> list[float]:
    """The value of each input of a model, in the order of its inputs.

    Raises:
        InputError: values are missing (all are named), or one is for no input, or is no number.
    """
    names = {node.label or "": node for node in model.inputs}
    unknown = [name for name in values if name not in names]
    if unknown:
        raise _unknown(model, unknown[0], names, values)
    missing = [name for name in names if name not in values]
    if missing:
        raise _missing(model, missing, values)
    return [number(values[name], name) for name in names]


def number(value: object, name: str) -> float:
    """A given value as a float.

    Raises:
        InputError: it is not a number, or not a constant expression.
    """
    if isinstance(value, str):
        return float(value) if _PLAIN.fullmatch(value) else _constant(value, name)
    try:
        return float(value)  # type: ignore[arg-type]
    except OverflowError:
        raise InputError(
            "value",
            f"the value of '{name}' is too large",
            hint="numbers are 64-bit floats, up to 1.8e308",
        ) from None
    except (TypeError, ValueError):
        raise InputError(
            "value",
            f"the value of '{name}' is not a number",
            hint="give a number or a constant expression, such as 0.5 or pi/2",
        ) from None


def _constant(text: str, name: str) -> float:
    try:
        model = resolve(read(text))
    except GradcliError as error:
        raise InputError(
            "value",
            f"the value of '{name}' cannot be read: {error.message}",
            span=error.span,
            hint=error.hint,
            source=text,
            origin=f"the value of {name}",
        ) from None
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
    hint = did_you_mean(name, missing) or did_you_mean(name, names)
    if hint is None:
        hint = f"its inputs are {_listed(names)}" if names else "it has no inputs"
    return InputError("unknown-value", f"the program has no input '{name}'", hint=hint)


def _missing(model: Model, missing: Sequence[str], values: Mapping[str, Value]) -> InputError:
    node = next(node for node in model.inputs if node.label == missing[0])
    flags = " ".join(f"--{name} …" for name in missing[:6])
    hint = f"give {'it' if len(missing) == 1 else 'them'} a value: {flags}"
    together = [name for name in missing if len(name) > 1 and name.isalpha() and len(name) < 6]
    if together and any(letter in values or letter in missing for letter in together[0]):
        product = "*".join(together[0])
        hint = f"for the product {product}, give every letter of '{together[0]}' a value"
    return InputError(
        "missing-value",
        f"no value for {_listed(missing)}",
        span=model.spans.get(node),
        hint=hint,
        source=model.source,
    )


def _listed(names: Collection[str], most: int = 12) -> str:
    first = islice(names, most)
    shown = [f"'{name}'" if len(name) <= 40 else f"'{name[:39]}…'" for name in first]
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(shown) + more
