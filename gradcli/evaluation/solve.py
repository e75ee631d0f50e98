"""The pipeline, from text to solution: the first file to open.

parse → resolve names → differentiate → values → explain; each done when it is asked for.
"""

from __future__ import annotations

import gc
from collections.abc import Collection, Mapping, Sequence

from gradcli.calculus.reverse import gradient
from gradcli.errors import InputError, ParseError
from gradcli.evaluation.elements import Value, as_error, is_listed
from gradcli.evaluation.solution import Differentiated, Solution
from gradcli.graph.model import Model
from gradcli.graph.naming import OUTPUT
from gradcli.graph.node import Node
from gradcli.graph.read import read
from gradcli.graph.resolve import resolve
from gradcli.graph.shapes import NO_ARRAYS, Arrays
from gradcli.syntax.ast import Lengths
from gradcli.syntax.spelling import array_name, plain

VALUE = "a value for {}"
"""What makes one name of letters run together where values are given."""

LONG = 20_000
"""Characters beyond which Python does not look for garbage while a text is read. Reading makes none
that is not gone at once, and the looks at all that was made so far are half of the time for 100,000
operations, and two thirds for a million.
"""


def solve(
    source: str,
    values: Mapping[str, Value],
    *,
    wrt: Sequence[str] | None = None,
    strict: bool = False,
    shapes: Mapping[str, Lengths] | None = None,
) -> Solution:
    """Value and derivatives of a program at one point.

    Args:
        source: the program.
        values: a number, a constant expression, or a list of these for each input.
        wrt: names of inputs or steps for the gradient, or one name; None for all inputs.
        strict: make every note on how the text was read an error.
        shapes: the lengths of arrays that are declared beside the program.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown or given twice.

    Results that are not finite are no error: ``Solution.problems`` explains them.
    """
    model = read_model(source, values, strict=strict, arrays=arrays_of(values, shapes))
    return differentiated(model).at(values, wrt)


def arrays_of(values: Mapping[str, Value], lengths: Mapping[str, Lengths] | None = None) -> Arrays:
    """What values, and lengths that are declared, say of the arrays among the inputs.

    Raises:
        InputError: a list is empty or ragged, or its text cannot be read.
    """
    declared = {plain(name): each for name, each in (lengths or {}).items()}
    if not any(map(is_listed, values.values())):
        return Arrays({}, declared)
    from gradcli.evaluation.forms import forms_of  # noqa: PLC0415  (most values are numbers)

    return Arrays(forms_of(values), declared)


def differentiated(model: Model) -> Differentiated:
    """A program with its derivative by every node, made when it is first asked for."""
    if model.graph.has_arrays:
        from gradcli.evaluation.array_solution import ArrayDifferentiated  # noqa: PLC0415  (few have any)

        return ArrayDifferentiated(model)
    return Differentiated(model)


def read_model(  # noqa: PLR0913  (what a command line can ask)
    source: str,
    declared: Collection[str],
    *,
    strict: bool = False,
    whole: str | None = VALUE,
    arrays: Arrays = NO_ARRAYS,
    of: str | None = None,
) -> Model:
    """A program as a graph.

    Args:
        source: the program.
        declared: the names that are known: those that are given values, or all inputs.
        strict: make every note on how the text was read an error.
        whole: what makes one name of letters run together that nothing declares, with {} for the
            name; None if they are one name where anything is declared.
        arrays: what is known of inputs that are arrays.
        of: the step that is the output, if it is not that of the program.

    Raises:
        ParseError: the text is not a program.
        InputError: a name is unknown, used before it is defined, or defined twice.
    """
    declared = [plain(name) for name in (*declared, *arrays.lengths)]
    is_paused = len(source) > LONG and gc.isenabled()
    if is_paused:
        gc.disable()
    try:
        model = _read(source, declared, whole, arrays)
    finally:
        if is_paused:
            gc.enable()
    if strict and model.notes:
        raise as_error(ParseError, model.notes[0], source)
    return model if of is None else _of(model, of)


def _read(source: str, declared: Sequence[str], whole: str | None, arrays: Arrays) -> Model:
    program = read(source, declared)
    model = resolve(program, declared, arrays, gradient)
    if declared and (whole is None or not _has_others(model, declared)):
        return model
    from gradcli.graph.letters import DECLARED, in_letters  # noqa: PLC0415  (seldom needed)

    is_said = declared or whole not in {VALUE, None}
    named = whole if is_said and whole else DECLARED
    return in_letters(program, model, declared, whole=named, arrays=arrays, gradient=gradient)


def _of(model: Model, name: str) -> Model:
    """The program with a step as its output."""
    known = own_nodes(model)
    node = known.get(plain(name))
    if node is None:
        raise no_output(name, known)
    return model.with_output(node)


def own_nodes(model: Model) -> dict[str, Node]:
    """The nodes that a program has names for: inputs, steps, and its output."""
    known = {node.name: node for node in (*model.inputs, *model.steps)}
    known[model.output.label or OUTPUT] = known[OUTPUT] = model.output
    return known


def no_output(name: str, known: Collection[str]) -> InputError:
    """There is no node of that name to differentiate."""
    from gradcli.hints import no_node  # noqa: PLC0415  (only an error needs it)

    return no_node(name, list(known), "there is no '{}' to differentiate")


def _has_others(model: Model, declared: Collection[str]) -> bool:
    """Whether there are inputs that nothing declares, by themselves or as elements of an array."""
    known = frozenset(declared)
    others = [name for node in model.inputs if (name := node.name) not in known]
    return any(array_name(name) not in known for name in others)
