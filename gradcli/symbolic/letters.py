"""Letters run together where nothing gives them values: is ``bc`` one name, or b times c?

The language splits a name only if all its letters are declared, by a value in most commands.
Where no values are needed a formula is read as in a textbook: if it is written in single letters,
because one of them stands alone in it or is named from outside, then short runs of letters that
nothing declares are products as well.
"""

from __future__ import annotations

from collections.abc import Collection

from gradcli.errors import Note
from gradcli.evaluation.solve import read_model
from gradcli.graph.model import Model
from gradcli.graph.node import INPUT
from gradcli.graph.read import read
from gradcli.graph.rules import CONSTANTS
from gradcli.syntax import ast

LONGEST = 3
"""Longer runs of letters are words."""

GREEK = frozenset(("mu", "nu", "xi", "pi", "rho", "tau", "phi", "chi", "psi", "eta"))
"""Names of letters that are no longer than runs of letters."""


def read_formula(
    source: str, declared: Collection[str], *, may_split: bool = True, strict: bool = False
) -> Model:
    """A program as a graph, its letters read as in a textbook.

    Args:
        source: the program.
        declared: names that are inputs.
        may_split: whether runs of letters may be products although their letters are not declared.
        strict: make every note on how the text was read an error.

    Raises:
        ParseError: the text is not a program.
        InputError: a name is unknown, used before it is defined, or defined twice.
    """
    model = read_model(source, declared)
    runs = _runs(model, declared) if may_split else []
    if not runs:
        return read_model(source, declared, strict=True) if strict and model.notes else model
    letters = {letter for run in runs for letter in run}
    model = read_model(source, [*declared, *sorted(letters)], strict=strict)
    model.notes = [_with_way_out(note, runs) for note in model.notes]
    return model


def _runs(model: Model, declared: Collection[str]) -> list[str]:
    """The inputs that are letters run together; none if the program is not written in letters."""
    names = [node.label or "" for node in model.inputs]
    if not any(len(name) > 1 and name.isalpha() and name not in declared for name in names):
        return []
    last = read(model.source, declared).statements[-1]
    parameters = last.parameters if isinstance(last, ast.Declaration) else ()
    known = {*declared, *(parameter.name for parameter in parameters)}
    named = [*names, *known, *(node.label or "" for node in model.steps)]
    alone = model.output.op == INPUT  # ab by itself: nobody asks for its derivative by ab
    if not alone and not any(len(name) == 1 and name.isalpha() for name in named):
        return []
    undeclared = [name for name in names if len(name) > 1 and name.isalpha() and name not in known]
    if all(map(_is_run, undeclared)):
        return undeclared
    return []


def _is_run(name: str) -> bool:
    return len(name) <= LONGEST and name not in GREEK and not (set(name) & CONSTANTS.keys())


def _with_way_out(note: Note, runs: Collection[str]) -> Note:
    if note.kind != "letters" or note.names[0] not in runs:
        return note
    return note._replace(message=f"{note.message}; --inputs {note.names[0]} makes it one name")
