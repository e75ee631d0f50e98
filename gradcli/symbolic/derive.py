"""Derivatives in symbols, from a program to formulas: read → differentiate → simplify → share."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from gradcli.evaluation.elements import Value
from gradcli.evaluation.solve import arrays_of, read_model
from gradcli.graph.letters import INPUTS
from gradcli.graph.model import Model
from gradcli.symbolic.of_numbers import Asked, of_numbers
from gradcli.symbolic.result import SymbolicDerivatives
from gradcli.symbolic.wanted import (
    absent,
    check_order,
    refuse_symmetric,
    refuse_unused,
    wanted,
)
from gradcli.syntax.ast import Lengths
from gradcli.syntax.spelling import plain


def derive(  # noqa: PLR0913  (what is asked for, and all but the program has a default)
    source: str,
    wrt: Sequence[Sequence[str]] = (),
    *,
    order: int | None = None,
    of: str | None = None,
    inputs: Sequence[str] = (),
    values: Mapping[str, Value] | None = None,
    strict: bool = False,
    with_steps: bool = False,
    textbook: bool = False,
    symmetric: Sequence[str] = (),
    shapes: Mapping[str, Lengths] | None = None,
    taken: Collection[str] = (),
) -> SymbolicDerivatives:
    """The derivatives of a program as formulas; no input needs a value.

    Args:
        source: the program.
        wrt: the derivatives wanted, each by the names it is by, one after another: ``("b", "c")``
            is ∂²/∂b∂c. None at all stands for all partial derivatives of that order.
        order: how often to differentiate, 1 by default; a derivative by one name is by that name
            as often. By a name that the program does not have it is 0, with a note.
        of: the name of the output, if it is another than that of the program.
        inputs: names of inputs, which letters run together are then split into.
        values: values for some inputs, where derivatives that need no others are evaluated.
        strict: make every note on how the text was read an error.
        with_steps: also give the rules that lead to each derivative.
        textbook: leave out the conditions of rules that can only fail at single values, unless
            the values are such.
        symmetric: the names of matrices that formulas take for their own transposes.
        shapes: the lengths of arrays that are declared beside the program.
        taken: names that what occurs several times must not get.

    Raises:
        ParseError: the text is not a program.
        InputError: a name is a slip of one of the program's, or no name.
        UsageError: the order is out of range, or the derivatives are too many.
    """
    given = dict(values or {})
    check_order(order)
    wrt = [[plain(name) for name in names] for names in wrt]
    symmetric = [plain(name) for name in symmetric]
    model = model_of(source, wrt, inputs, given, strict=strict, of=of, shapes=shapes)
    asked = Asked(given, strict, with_steps, textbook, symmetric, taken)
    if model.graph.has_arrays:
        from gradcli.symbolic.matrix.formulas import of_arrays  # noqa: PLC0415  (only arrays)

        return of_arrays(model, wrt, order, asked)
    refuse_symmetric(model, symmetric)
    names = wanted(model, wrt, order)
    notes = absent(model, names, strict=strict)
    others = [name for note in notes for name in note.names]
    return of_numbers(model, names, others, asked).of(model, notes)


def model_of(  # noqa: PLR0913  (what is asked for)
    source: str,
    wrt: Sequence[Sequence[str]],
    inputs: Sequence[str],
    values: Mapping[str, Value],
    *,
    strict: bool = False,
    of: str | None = None,
    shapes: Mapping[str, Lengths] | None = None,
) -> Model:
    """The program that is differentiated; arguments and errors are those of `derive`."""
    inputs = [plain(name) for name in inputs]
    declared = [*inputs, *values, *(plain(name) for names in wrt for name in names)]
    arrays = arrays_of(values, shapes)
    model = read_model(
        source, declared, strict=strict, whole=None if inputs else INPUTS, arrays=arrays, of=of
    )
    refuse_unused(model, inputs)
    return model
