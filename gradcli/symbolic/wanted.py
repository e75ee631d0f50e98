"""Which derivatives of a program are wanted, and why some cannot be had."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations_with_replacement
from math import comb

from gradcli.errors import InputError, UsageError
from gradcli.graph.model import Model
from gradcli.hints import nearest

MOST_ORDER = 12
"""How often a program is differentiated."""

MOST_PARTIALS = 1_000
"""How many derivatives are taken at once."""

Names = tuple[str, ...]


def check_order(order: int | None) -> None:
    """Refuse an order out of range.

    Raises:
        UsageError: it is.
    """
    if order is not None and not 1 <= order <= MOST_ORDER:
        raise UsageError("order", f"the order is 1 to {MOST_ORDER}, not {order}")


def refuse_unused(model: Model, inputs: Iterable[str]) -> None:
    """Refuse names of inputs that the program does not have.

    Raises:
        InputError: there is one.
    """
    known = [node.label or "" for node in model.inputs]
    for name in inputs:
        if name not in known:
            raise InputError(
                "unknown-name",
                f"the program has no input '{name}'",
                hint=nearest(name, known, "inputs"),
                names=(name,),
            )


def wanted(model: Model, wrt: Sequence[Sequence[str]], order: int | None) -> list[Names]:
    """The names of each derivative, one for each differentiation.

    Args:
        model: the program.
        wrt: the derivatives asked for; none at all stands for all of that order.
        order: how often to differentiate; None: once, or as often as there are names.

    Raises:
        InputError: there is no such input or step.
        UsageError: there are too many, an order contradicts the names, or one name depends on
            another.
    """
    inputs = [node.label or "" for node in model.inputs]
    if not wrt:
        order = order or 1
        count = comb(len(inputs) + order - 1, order) if inputs else 0
        if count > MOST_PARTIALS and order > 1:
            raise UsageError(
                "order",
                f"there are {count:,} derivatives of order {order}",
                hint=f"name one: --wrt {inputs[0]},{inputs[-1]}",
            )
        return list(combinations_with_replacement(inputs, order))
    found = [_repeated(tuple(names), order) for names in wrt]
    for names in found:
        for name in names:
            _check_name(model, name)
        _check_independent(model, names)
    return list(dict.fromkeys(found))


def _repeated(names: Names, order: int | None) -> Names:
    if len(names) > MOST_ORDER:
        raise UsageError("order", f"the order is 1 to {MOST_ORDER}, not {len(names)}")
    if len(names) == 1:
        return names * (order or 1)
    if order not in {None, len(names)}:
        listed = ",".join(names)
        raise UsageError(
            "order",
            f"--wrt {listed} is a derivative of order {len(names)}, not {order}",
            hint="leave --order out",
        )
    return names


def _check_name(model: Model, name: str) -> None:
    known = [node.label or "" for node in (*model.inputs, *model.steps)]
    if name not in known:
        raise InputError(
            "unknown-node",
            f"there is no '{name}' to differentiate by",
            hint=nearest(name, known, "inputs and steps"),
            names=(name,),
        )


def _check_independent(model: Model, names: Names) -> None:
    """Refuse ∂²/∂x∂u for a step u that depends on x: is u held while x moves?"""
    nodes = {node.label: node for node in (*model.inputs, *model.steps)}
    for name in dict.fromkeys(names):
        behind = {node.label for node in model.graph.ancestors([nodes[name]])} - {name}
        for other in names:
            if other in behind:
                raise UsageError(
                    "wrt",
                    f"'{name}' depends on '{other}', so a derivative by both has two meanings",
                    hint=f"differentiate by the inputs that '{name}' is made of",
                )
