"""Which derivatives of a program are wanted, and why some cannot be had."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from itertools import combinations_with_replacement
from math import comb

from gradcli.errors import InputError, Note, Option, Sentence, UsageError
from gradcli.graph.model import Model
from gradcli.graph.naming import OUTPUT
from gradcli.graph.runs import LONGEST
from gradcli.graph.shapes import shown
from gradcli.hints import did_you_mean, nearest, no_input, no_node, shortened
from gradcli.syntax.parse import tokens_of
from gradcli.syntax.spelling import LABEL, array_name, is_name, is_run, letters_of, plain

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
        raise _not_an_order(order)


def _not_an_order(order: int) -> UsageError:
    return UsageError("order", f"the order is 1 to {MOST_ORDER}, not {order}", hint="1 by default")


def refuse_unused(model: Model, inputs: Iterable[str]) -> None:
    """Refuse names of inputs that the program does not have.

    Raises:
        InputError: there is one.
    """
    known = [node.name for node in model.inputs]
    for name in inputs:
        if name not in known:
            raise no_input(name, known, "unknown-name")


def refuse_symmetric(model: Model, names: Iterable[str]) -> None:
    """Refuse to take for symmetric what is no square matrix.

    Raises:
        InputError: there is no such input, or it is no square matrix.
    """
    known = {node.name: node for node in model.inputs}
    for name in names:
        if name not in known:
            raise no_input(name, [*known], "unknown-name")
        form = known[name].form
        if len(form.shape) != 2 or form.shape[0] != form.shape[1]:
            raise InputError(
                "symmetric",
                f"'{shortened(name)}' is {shown(form)}, and only a square matrix is symmetric",
                hint=Sentence("leave out ", Option("symmetric", shortened(name))),
                names=(name,),
            )


def wanted(model: Model, wrt: Sequence[Sequence[str]], order: int | None) -> list[Names]:
    """The names of each derivative, one for each differentiation.

    Args:
        model: the program.
        wrt: the derivatives asked for; none at all stands for all of that order.
        order: how often to differentiate; None: once, or as often as there are names.

    Raises:
        UsageError: there are too many, an order contradicts the names, or one name depends on
            another.
    """
    inputs = [node.name for node in model.inputs]
    if not wrt:
        order = order or 1
        count = comb(len(inputs) + order - 1, order) if inputs else 0
        if count > MOST_PARTIALS and order > 1:
            raise UsageError(
                "order",
                f"there are {count:,} derivatives of order {order}",
                hint=Sentence("name one: ", Option("wrt", (inputs[0], inputs[-1]))),
            )
        return list(combinations_with_replacement(inputs, order))
    found = [_repeated(tuple(_meant(model, name) for name in names), order) for names in wrt]
    for names in found:
        _check_independent(model, names)
    return list(dict.fromkeys(found))


def _meant(model: Model, name: str) -> str:
    """The name itself, but that of the output for ``out``."""
    output = model.output.label
    is_output = name == OUTPUT and output is not None
    known = [node.label for node in (*model.inputs, *model.steps)] if is_output else ()
    return output if is_output and output and name not in known else name


def _repeated(names: Names, order: int | None) -> Names:
    if len(names) > MOST_ORDER:
        raise _not_an_order(len(names))
    if len(names) == 1:
        return names * (order or 1)
    if order not in {None, len(names)}:
        listed = ",".join(names)
        raise UsageError(
            "order",
            Sentence(
                Option("wrt"), f" {listed} is a derivative of order {len(names)}, not {order}"
            ),
            hint=Sentence("leave out ", Option("order")),
        )
    return names


def absent(model: Model, wanted: Iterable[Names], *, strict: bool = False) -> list[Note]:
    """A note for each name that the program does not have: its derivative by that is 0.

    Args:
        model: the program.
        wanted: the names of each derivative.
        strict: make every note an error.

    Raises:
        InputError: a name is a slip of one that the program has, or stands in it for something
            that is neither an input nor a step, or a note is an error.
    """
    known = [node.name for node in (*model.inputs, *model.steps)]
    names = dict.fromkeys(name for names in wanted for name in names)
    unknown = names.keys() - set(known)
    words = _words(model.source) if unknown else set()
    notes = []
    for name in (name for name in names if name in unknown):
        message = f"the program has no '{shortened(name)}', so its derivative by that is 0"
        note = Note("absent", message, names=(name,))
        is_absent = _is_elsewhere(name, known, words)
        if not is_absent:
            error = no_node(name, known, "there is no '{}' to differentiate by", "inputs and steps")
            run = next((other for other in _runs(known) if name in letters_of(other)), None)
            if run is not None and did_you_mean(name, known) is None:
                product = "*".join(letters_of(run))
                error.hint = f"'{run}' is one name; for the product write {product}"
            raise error
        if strict:
            hint = nearest(name, known, "inputs and steps")
            raise InputError(note.kind, note.message, hint=hint, names=note.names)
        notes.append(note)
    return notes


def _is_elsewhere(name: str, known: Collection[str], words: Collection[str]) -> bool:
    """Whether a name is a good one that has nothing to do with the program.

    It is not if it is near to a known one; if it is a word of the program, as a parameter, an
    index, or ``w`` of ``w[1]`` is; or if it is in a short run of letters, which may be a product.
    """
    if name == OUTPUT:
        return False  # what is differentiated
    base = array_name(name)
    runs = _runs(known)
    return (
        re.fullmatch(LABEL, name) is not None
        and is_name(base)
        and base not in words
        and not any(base in run for run in runs)
        and did_you_mean(name, known) is None
    )


def _runs(names: Iterable[str]) -> list[str]:
    """Those of some names that may be letters run together."""
    return [name for name in names if is_run(name) and len(letters_of(name)) <= LONGEST]


def _words(source: str) -> set[str]:
    """All names in the text of a program, of whatever they are."""
    return {plain(token.text) for token in tokens_of(source) if token.type == "NAME"}


def _check_independent(model: Model, names: Names) -> None:
    """Refuse ∂²/∂x∂u for a step u that depends on x: is u held while x moves?"""
    nodes = {node.label: node for node in (*model.inputs, *model.steps)}
    for name in dict.fromkeys(each for each in names if each in nodes):
        behind = {node.label for node in model.graph.ancestors([nodes[name]])} - {name}
        for other in names:
            if other in behind:
                raise UsageError(
                    "wrt",
                    f"'{name}' depends on '{other}', so a derivative by both has two meanings",
                    hint=f"differentiate by the inputs that '{name}' is made of",
                )
