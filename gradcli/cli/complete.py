"""What a line can go on with: functions of the language, and the names of the formula in it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import closing
from typing import TYPE_CHECKING, Any

import typer

from gradcli.cli.words import FLAGS
from gradcli.syntax.spelling import at_outer_commas, last_name, plain

if TYPE_CHECKING:
    from gradcli.graph.model import Model

MOST_NODES = 200
"""More nodes are not offered: nobody looks through them."""

LONGEST = 20_000
"""A longer program is not read while somebody waits for a list of names."""


def complete_expression(incomplete: str) -> list[str]:
    """The expression with its last word completed to each function that begins like it.

    A shell closes the quotes after a completion that is the only one. So each comes twice: as
    far as can be known, and with its parameters, to be seen.
    """
    from gradcli.graph import listing  # noqa: PLC0415  (only here)

    word = last_name(incomplete)
    if not word:
        return []
    before = incomplete[: len(incomplete) - len(word)]
    names = [name for name in listing.names() if name.startswith(word)]
    parameters = {
        name: ",".join(entry.params)
        for entry in listing.entries()
        for name in (entry.name, *entry.spellings)
        if entry.params
    }
    calls = [(f"{name}(", f"{name}({parameters.get(name, 'x, …')})") for name in names]
    return [f"{before}{text}" for call in calls for text in call]


def complete_function(incomplete: str) -> list[str]:
    """The functions whose name begins so."""
    from gradcli.graph import listing  # noqa: PLC0415  (only here)

    return [name for name in listing.names() if name.startswith(incomplete)]


def item(value: str, about: str | None = None) -> Any:
    """One thing that a line can go on with; its class is private to typer, hence ``Any``."""
    from typer._click.shell_completion import CompletionItem  # noqa: PLC0415  (only here)

    return CompletionItem(value, help=about)


def complete_flags(context: Any, incomplete: str) -> list[Any]:
    """A flag for each variable of the formula that has no value yet."""
    if not incomplete.startswith("-"):
        return []
    options = {name for param in context.command.params for name in param.opts}
    flags = [f"--{name}" for name in _unvalued(context)]
    return [
        item(flag, "a variable of the formula")
        for flag in flags
        if flag.startswith(incomplete) and flag not in options
    ]


def complete_query(context: typer.Context, incomplete: str) -> list[str]:
    """What ``--get`` can ask for: the output, its derivatives, and the value of any other node."""
    model = _model(context)
    return [] if model is None else beginning(queries(model), incomplete)


def queries(model: Model) -> list[str]:
    """The output, its derivatives, and the other nodes."""
    output, *others = nodes(model)
    return [output, *(f"d{output}/d{name}" for name in others), *others]


def complete_nodes(context: typer.Context, incomplete: str) -> list[str]:
    """The names of nodes in a list with commas, the last of them begun."""
    model = _model(context)
    if model is None:
        return []
    *known, begun = at_outer_commas(incomplete)
    before = "".join(f"{name}," for name in known)
    names = [name for name in nodes(model)[1:] if name not in known]
    return [f"{before}{name}" for name in beginning(names, begun)]


def complete_assignment(context: typer.Context, incomplete: str) -> list[str]:
    """Each variable that has no value yet, with an equals sign."""
    return beginning([f"{name}=" for name in _unvalued(context)], incomplete)


def complete_columns(context: typer.Context, incomplete: str) -> list[str]:
    """The columns of the file of data in a list with commas, the last of them begun."""
    from gradcli.cli.context import Environment  # noqa: PLC0415  (only a file of data needs it)
    from gradcli.cli.map.formats import of_source  # noqa: PLC0415  (likewise)
    from gradcli.cli.map.sources import opened  # noqa: PLC0415  (likewise)
    from gradcli.errors import GradcliError  # noqa: PLC0415  (likewise)

    name = context.params.get("data")
    if name in {None, "-"}:
        return []
    try:
        form = of_source(name, context.params.get("source_form"))
        with closing(opened(Environment(None, None, None, {}), name, form, None)) as source:
            columns = source.columns
    except GradcliError:
        return []
    *known, begun = at_outer_commas(incomplete)
    before = "".join(f"{each}," for each in known)
    names = [each for each in columns if each not in known and "," not in each]
    return [f"{before}{each}" for each in beginning(names, begun)]


def put_together(words: str, place: int) -> tuple[str, int]:
    """A line as bash tells of it, with the words in one that it has split at ``=``.

    Args:
        words: the words, a line each: ``--get``, ``=`` and ``dJ`` for ``--get=dJ``.
        place: which of them the cursor is at.

    Returns:
        the words that were typed, a line each, and the place among these.
    """
    parts = words.split("\n")
    typed: list[str] = []
    found = place
    for number, part in enumerate(parts):
        if typed and (part == "=" or (number and parts[number - 1] == "=")):
            typed[-1] += part
            found -= number <= place
        else:
            typed.append(part)
    return "\n".join(typed), found


def mend_line() -> None:
    """Put the words together that bash has split, where the completion of typer looks for them."""
    words, place = os.environ.get("COMP_WORDS", ""), os.environ.get("COMP_CWORD", "")
    if "\n=" in words and place.isdecimal():
        words, found = put_together(words, int(place))
        os.environ.update(COMP_WORDS=words, COMP_CWORD=str(found))


def beginning(texts: Iterable[str], begun: str) -> list[str]:
    """Those of some texts that begin so, if not too many."""
    return [text for text in texts if text.startswith(begun)][:MOST_NODES]


def _unvalued(context: Any) -> list[str]:
    """The inputs of the formula that have no value in the line."""
    model = _model(context)
    given = {plain(flag.name) for flag in context.meta.get(FLAGS, ())}
    return [] if model is None else [x.name for x in model.inputs if x.name not in given]


def nodes(model: Model) -> list[str]:
    """The names of all nodes that are shown, the output's first."""
    from gradcli.graph.naming import name_nodes  # noqa: PLC0415  (only a formula needs it)

    names = name_nodes(model)
    output = names[model.output]
    return [output, *(name for name in names.values() if name != output)]


def _model(context: Any) -> Model | None:
    """The program in the line as a graph; None if there is none, or none that can be read."""
    from gradcli.cli.context import Environment  # noqa: PLC0415  (only a formula needs it)
    from gradcli.cli.program import is_file  # noqa: PLC0415  (likewise)
    from gradcli.errors import GradcliError  # noqa: PLC0415  (likewise)
    from gradcli.evaluation.solve import arrays_of, read_model  # noqa: PLC0415  (likewise)

    source, file = context.params.get("expression"), context.params.get("file")
    values = {plain(flag.name): flag.value for flag in context.meta.get(FLAGS, ())}
    try:
        if source is not None and is_file(source):
            source, file = None, source
        if source is None and file not in {None, "-"}:
            source = Environment(None, None, None, {}).read_file(file)
        if source is None or source == "-" or len(source) > LONGEST:
            return None
        return read_model(source, values, arrays=arrays_of(values))
    except GradcliError:
        return None
