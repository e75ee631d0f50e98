"""The pipeline, from text to solution: the first file to open.

parse → resolve names → differentiate → values → explain; each done when it is asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from gradcli.errors import ParseError
from gradcli.evaluation.elements import Value
from gradcli.evaluation.forms import forms_of
from gradcli.evaluation.solution import Differentiated, Solution
from gradcli.graph.model import Model
from gradcli.graph.read import read
from gradcli.graph.resolve import resolve
from gradcli.graph.shapes import Form
from gradcli.syntax.spelling import plain


def solve(
    source: str,
    values: Mapping[str, Value],
    *,
    wrt: Sequence[str] | None = None,
    strict: bool = False,
) -> Solution:
    """Value and derivatives of a program at one point.

    Args:
        source: the program.
        values: a number, a constant expression, or a list of these for each input.
        wrt: names of inputs or steps for the gradient, or one name; None for all inputs.
        strict: make every note on how the text was read an error.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown or given twice.

    Results that are not finite are no error: ``Solution.problems`` explains them.
    """
    model = read_model(source, values, strict=strict, forms=forms_of(values))
    return differentiated(model).at(values, wrt)


def differentiated(model: Model) -> Differentiated:
    """A program with its derivative by every node, made when it is first asked for."""
    return Differentiated(model)


def read_model(
    source: str,
    declared: Collection[str],
    *,
    strict: bool = False,
    textbook: bool = False,
    forms: Mapping[str, Form] | None = None,
) -> Model:
    """A program as a graph.

    Args:
        source: the program.
        declared: the names that are given values.
        strict: make every note on how the text was read an error.
        textbook: read letters run together as products where nothing declares them, as is done
            in any case where nothing is declared at all.
        forms: the forms of values that are arrays; None where every value must be a number.

    Raises:
        ParseError: the text is not a program.
        InputError: a name is unknown, used before it is defined, or defined twice.
    """
    declared = [plain(name) for name in declared]
    if textbook or not declared:
        from gradcli.graph.letters import INPUTS, read_formula  # noqa: PLC0415  (`eval` reads names)

        model = read_formula(source, declared, INPUTS) if textbook else read_formula(source)
    else:
        model = resolve(read(source, declared), declared, forms)
    if forms is None and model.graph.has_arrays:
        raise ParseError(
            "unsupported",
            "arrays are not supported here: every value is a single number",
            hint="gradcli eval works on arrays; here write the elements: x[1]",
            source=source,
        )
    if strict and model.notes:
        note = model.notes[0]
        raise ParseError(
            note.kind,
            note.message,
            span=note.span,
            hint="write it out, or leave --strict off",
            source=source,
        )
    return model
