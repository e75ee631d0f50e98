"""Letters run together where nothing gives them values: is ``bc`` one name, or b times c?

The language splits a name only if all its letters are declared, by a value in most commands.
Where no values are needed a formula is read as in a textbook: if it is one statement, and every
name that nothing declares is a short run of letters, then these runs are products as well. In a
program of several statements names are words: ``Wr``, ``Ur`` and ``bz`` of a gated unit.
One letter and an ``e`` that has an exponent with a variable are a product in every program:
``xe^x`` is x*e^x. With a number as exponent they are one name, as ``Re^0.8``, and a note says so.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from gradcli.errors import GradcliError, Note, Span
from gradcli.graph.model import Model
from gradcli.graph.read import read
from gradcli.graph.resolve import resolve
from gradcli.graph.rules import is_constant, table
from gradcli.graph.runs import LONGEST, is_short_run
from gradcli.graph.shapes import NO_ARRAYS, Arrays
from gradcli.syntax import ast
from gradcli.syntax.spelling import EXPONENTIAL, INDICES, LETTER_CONSTANTS, is_run, letters_of

if TYPE_CHECKING:
    from gradcli.graph.roots import Gradient

INPUTS = "--inputs {}"
"""What makes a run one name where there is that option."""

DECLARED = "f({}) = …"
"""What does it everywhere."""


def in_letters(  # noqa: PLR0913  (the program twice, and what it was read with)
    program: ast.Program,
    model: Model,
    declared: Collection[str] = (),
    *,
    whole: str = DECLARED,
    arrays: Arrays = NO_ARRAYS,
    gradient: Gradient | None = None,
) -> Model:
    """A program as a graph, its letters read as in a textbook.

    Args:
        program: the program, read with the names that are declared.
        model: the same as a graph.
        declared: names that are inputs.
        whole: what makes one name of a run, with {} for that name.
        arrays: what is known of inputs that are arrays.
        gradient: takes derivatives that the program asks for.
    """
    free = _free(program, model, declared)
    powers = _powers(program, free)
    runs = _runs(program, free, powers)
    letters = {letter for run in runs for letter in _factors(run, powers)} - LETTER_CONSTANTS
    names = [*declared, *sorted(letters)]
    if runs:
        try:
            guessed = {run: whole.format(run) for run in runs}
            other = read(program.source, names, guessed=guessed, plain=program.plain)
            model = resolve(other, names, arrays, gradient)
        except GradcliError:
            runs = []  # what was guessed makes no sense: the names are whole
    notes = [_one_name(power, whole) for name, power in powers.items() if name not in runs]
    if notes:
        notes = sorted([*model.notes, *notes], key=lambda note: note.span or (0, 0))
        return model.with_notes(notes)
    return model


def _free(program: ast.Program, model: Model, declared: Collection[str]) -> list[str]:
    """The inputs that nothing declares."""
    last = program.statements[-1]
    parameters = last.parameters if isinstance(last, ast.Declaration) else ()
    known = {*declared, *(parameter.name for parameter in parameters)}
    return [node.name for node in model.inputs if node.name not in known]


class _Power(NamedTuple):
    """A name with an e at its end, directly before its exponent.

    Attributes:
        name: the name.
        exponent: where its exponent stands.
        has_variable: whether there is one in the exponent, or behind it as in ``xe^2x``.
        is_only: whether the name stands nowhere without an exponent.
    """

    name: ast.Name
    exponent: Span
    has_variable: bool
    is_only: bool


def _powers(program: ast.Program, free: Collection[str]) -> Mapping[str, _Power]:
    """Short names that may be a product with the constant e, each where it is met first."""
    found: dict[str, _Power] = {}
    for base, exponent in ast.powers(program.mentions):
        name = base.name
        if name in found or name not in free or table().is_function(name):
            continue
        *others, last = letters_of(name)
        is_short = len(others) == 1 or len(name) <= LONGEST
        if last == EXPONENTIAL != name and is_short and EXPONENTIAL not in others:
            found[name] = _Power(base, exponent.span, has_variable=False, is_only=True)
    if not found:
        return found
    names = [item for item in program.mentions if isinstance(item, ast.Name)]
    variables = sorted(item.span.start for item in names if not is_constant(item.name))
    bases = {base.span.start for base, _ in ast.powers(program.mentions)}
    bare = {item.name for item in names if item.span.start not in bases}
    for name, power in found.items():
        start, end = power.exponent
        place = bisect_left(variables, start)
        has_variable = place < len(variables) and variables[place] <= end
        found[name] = power._replace(has_variable=has_variable, is_only=name not in bare)
    return found


def _runs(program: ast.Program, free: Collection[str], powers: Mapping[str, _Power]) -> list[str]:
    """The inputs that are letters run together."""
    products = [name for name, power in powers.items() if power.has_variable and power.is_only]
    indexed = _indexed(program)
    words = [name for name in free if name not in products]
    words = [name for name in words if is_run(name, indexed=name in indexed)]
    words = [name for name in words if name.isalpha() or is_short_run(name)]
    is_in_letters = len(program.statements) == 1 and all(map(is_short_run, words))
    if is_in_letters:
        return [*words, *products]
    return [name for name in products if len(letters_of(name)) == 2]


def _indexed(program: ast.Program) -> set[str]:
    """The names that are written with digits below the line, as ``kx₁`` is."""
    names = (item for item in program.mentions if isinstance(item, ast.Name))
    written = ((item.name, program.source[slice(*item.span)]) for item in names)
    return {name for name, text in written if text != name == text.translate(INDICES)}


def _factors(run: str, powers: Mapping[str, _Power]) -> Iterator[str]:
    """The letters of a run that are variables."""
    letters = letters_of(run)
    yield from letters[:-1] if run in powers else letters


def _one_name(power: _Power, whole: str) -> Note:
    """The note on a name that might have been meant for a product with the constant."""
    name = power.name.name
    message = (
        f"'{name}' is read as one name, as with {whole.format(name)}; "
        f"for the constant write {'*'.join(letters_of(name))}^…"
    )
    return Note("letters", message, power.name.span, (name,))
