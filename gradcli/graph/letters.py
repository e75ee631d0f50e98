"""Letters run together where nothing gives them values: is ``bc`` one name, or b times c?

The language splits a name only if all its letters are declared, by a value in most commands.
Where no values are needed a formula is read as in a textbook: if it is one statement, and every
name that nothing declares is a short run of letters, then these runs are products as well. In a
program of several statements names are words: ``Wr``, ``Ur`` and ``bz`` of a gated unit.
"""

from __future__ import annotations

from collections.abc import Collection

from gradcli.errors import GradcliError
from gradcli.graph.model import Model
from gradcli.graph.read import read
from gradcli.graph.resolve import resolve
from gradcli.graph.rules import CONSTANTS, table
from gradcli.syntax import ast
from gradcli.syntax.spelling import LETTER_CONSTANTS

LONGEST = 3
"""Longer runs of letters are words."""

GREEK = frozenset(("mu", "nu", "xi", "pi", "rho", "tau", "phi", "chi", "psi", "eta"))
"""Names of letters that are no longer than runs of letters."""


def read_formula(source: str, declared: Collection[str]) -> Model:
    """A program as a graph, its letters read as in a textbook.

    Args:
        source: the program.
        declared: names that are inputs.

    Raises:
        ParseError: the text is not a program.
        InputError: a name is unknown, used before it is defined, or defined twice.
    """
    program = read(source, declared)
    model = resolve(program, declared)
    runs = _runs(program, model, declared)
    if not runs:
        return model
    letters = {letter for run in runs for letter in run} - LETTER_CONSTANTS
    names = [*declared, *sorted(letters)]
    try:
        return resolve(read(source, names, guessed=runs), names)
    except GradcliError:
        return model  # what was guessed makes no sense: the names are whole


def _runs(program: ast.Program, model: Model, declared: Collection[str]) -> list[str]:
    """The inputs that are letters run together; none if the program is not written in letters."""
    (*steps, last) = program.statements
    if steps:
        return []
    parameters = last.parameters if isinstance(last, ast.Declaration) else ()
    known = {*declared, *(parameter.name for parameter in parameters)}
    names = [node.name for node in model.inputs]
    words = [name for name in names if len(name) > 1 and name.isalpha() and name not in known]
    return words if all(map(_is_run, words)) else []


def _is_run(name: str) -> bool:
    if len(name) > LONGEST or name in GREEK or table().is_function(name.lower()):
        return False
    return not set(name) & CONSTANTS.keys()
