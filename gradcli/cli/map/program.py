"""The program of data: names of columns are known names, and what is computed of each row."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from gradcli.cli.map.piece import Work
from gradcli.errors import Note, UsageError
from gradcli.evaluation.elements import elements, is_listed
from gradcli.evaluation.solve import read_model
from gradcli.library.function import Function
from gradcli.programs.origins import Origins
from gradcli.syntax.spelling import is_name, plain


def work_of(
    source: str,
    columns: Collection[str],
    constants: Mapping[str, Any],
    *,
    of: str | None,
    wrt: Sequence[str] | None,
    queries: Sequence[str],
    strict: bool,
) -> tuple[Work, Sequence[Note]]:
    """What is computed, and how the program was read.

    Args:
        source: the program.
        columns: what it may call the columns of the data.
        constants: inputs that are one number for all rows.
        of: the step that is the output, if it is not that of the program.
        wrt: the inputs whose derivatives are asked for; None for all.
        queries: what is asked for instead of value and gradient.
        strict: make every note on how the text was read an error.

    Raises:
        ParseError: the text is not a program.
        InputError: a name is none of the program.
        UsageError: a value is an array.
    """
    if queries and wrt:
        hint = f"leave out --wrt, or ask for --get d/d{wrt[0]}"
        raise UsageError("usage", "--get and --wrt cannot go together", hint=hint)
    flat = _flat(constants)
    known = [name for name in map(plain, columns) if is_name(name)]
    model = read_model(source, [*dict.fromkeys([*constants, *flat, *known])], strict=strict, of=of)
    if model.graph.has_arrays:
        message = "only programs of numbers are computed row by row"
        raise UsageError("unsupported", message, hint="write it with a variable for each column")
    names = [node.name for node in model.inputs]
    own = {name: value for name, value in constants.items() if name in names}
    constants = own | {name: value for name, value in flat.items() if name not in own}
    block = Function(source, names).block(of=of, wrt=wrt, get=queries or None, **constants)
    return Work(block, None if queries else Origins(model, names)), tuple(model.notes)


def _flat(constants: Mapping[str, Any]) -> dict[str, Any]:
    """The same values, with those of lists by their elements."""
    found: dict[str, Any] = {}
    for name, value in constants.items():
        parts = elements(value, name) if is_listed(value) else None
        found |= {name: value} if parts is None else parts
    return found
