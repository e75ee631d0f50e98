"""Values for the inputs of a program: each to its input, lists to their elements."""

from __future__ import annotations

from collections.abc import Mapping

from gradcli.errors import InputError
from gradcli.evaluation.elements import Value, elements, is_listed, is_number, number
from gradcli.graph.model import Model
from gradcli.graph.node import Node
from gradcli.syntax.spelling import array_name, is_element, plain


def spelled(values: Mapping[str, Value]) -> Mapping[str, Value]:
    """The values under the names that the parser reads.

    Raises:
        InputError: two spellings of one name have a value.
    """
    given: dict[str, Value] = {}
    for name, value in values.items():
        known = plain(name)
        if known in given:
            raise InputError("given-twice", f"'{known}' is given twice", hint="leave one out")
        given[known] = value
    return given


def together(values: Mapping[str, Value] | None, named: Mapping[str, Value]) -> dict[str, Value]:
    """The values of both.

    Raises:
        InputError: a name is in both.
    """
    given = dict(values or {})
    for name, value in named.items():
        if name in given:
            raise InputError("given-twice", f"'{name}' is given twice", hint="leave one out")
        given[name] = value
    return given


def bind(model: Model, values: Mapping[str, Value]) -> list[float]:
    """The value of each input of a model, in the order of its inputs.

    Raises:
        InputError: values are missing (all are named), or one is for no input, or is no number.
    """
    given = bind_given(model, values)
    missing = [node.name for node in model.inputs if node not in given]
    if missing:
        from gradcli.evaluation.unknown import missing_values  # noqa: PLC0415  (only an error needs it)

        raise missing_values(model, missing, values)
    return [given[node] for node in model.inputs]


def bind_given(model: Model, values: Mapping[str, Value]) -> dict[Node, float]:
    """The value of each input that is given one; the others may be without.

    Raises:
        InputError: a value is for no input, or is no number, or a list has no element that is used.
    """
    values = spelled(values)
    given = _by_element(model, values)
    numbers: dict[Node, float] = {}
    for node in model.inputs:
        name = node.name
        if name in given and node.shape:
            from gradcli.evaluation.forms import array_of  # noqa: PLC0415  (only arrays need it)

            numbers[node] = array_of(given[name], name, node.form)
        elif name in given:
            numbers[node] = number(given[name], name)
        elif (base := array_name(name)) in values:
            from gradcli.evaluation.unknown import outside  # noqa: PLC0415  (only an error needs it)

            error = outside(model, node, base, values)
            if error is not None:
                raise error
    return numbers


def _by_element(model: Model, values: Mapping[str, Value]) -> dict[str, Value]:
    """The values by the names of inputs: those of a list by the names of its elements."""
    names = {node.name: node for node in model.inputs}
    given: dict[str, Value] = {}
    for name, value in values.items():
        if name in names and not (name in given or names[name].shape or is_listed(value)):
            given[name] = value  # as nearly all are
            continue
        is_whole = name in names and bool(names[name].shape)
        items = None if is_whole else elements(value, name)
        fits = name in names if items is None else any(is_element(each, name) for each in names)
        fits = fits and not (is_whole and is_number(value))
        if not fits:
            from gradcli.evaluation.unknown import unfit  # noqa: PLC0415  (only an error needs it)

            raise unfit(model, name, names, values)
        for label, item in ({name: value} if items is None else items).items():
            if label in given:
                raise InputError("given-twice", f"'{label}' is given twice", hint="leave one out")
            given[label] = item
    return given
