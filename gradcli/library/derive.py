"""The door `gradcli.derive`: derivatives as formulas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gradcli.errors import UsageError
from gradcli.evaluation import arguments
from gradcli.evaluation.arguments import Shape
from gradcli.evaluation.elements import Value
from gradcli.evaluation.inputs import together
from gradcli.library.noted import noted
from gradcli.symbolic.result import SymbolicDerivatives
from gradcli.symbolic.several import derive_each


def derive(  # noqa: PLR0913  (what is asked for, and all but the program has a default)
    program: str,
    values: Mapping[str, Value] | None = None,
    /,
    *,
    wrt: str | Sequence[str | Sequence[str]] = (),
    order: int | None = None,
    of: str | Sequence[str] | None = None,
    inputs: Sequence[str] = (),
    steps: bool = False,
    textbook: bool = False,
    symmetric: Sequence[str] = (),
    shapes: Mapping[str, Shape] | None = None,
    strict: bool = False,
    **named: Value,
) -> SymbolicDerivatives:
    """The derivatives of a program as formulas, as ``gradcli diff`` prints them.

    Args:
        program: the program; no input needs a value.
        values: values for some inputs: derivatives that need no others are evaluated. A list is an
            array where it is used whole.
        wrt: a name, or several; ``[("b", "c")]`` is the second derivative by b and c. None at all
            for every partial derivative of that order. By a name that the program does not have it
            is 0, with a note.
        order: how often to differentiate, 1 by default.
        of: the name of the output, if it is another than that of the program; of several, or a
            family, `SymbolicDerivatives.each` has the derivatives of each.
        inputs: names of inputs, which runs of letters may be products of.
        steps: also give the rules that lead to each derivative.
        textbook: leave out the conditions of rules that fail at single values only, unless the
            values are such, as the page and the LaTeX of ``gradcli diff`` do.
        symmetric: the names of matrices that are their own transposes: formulas are written so.
        shapes: the shapes of arrays, such as ``{"W": (2, 3), "x": "n"}``, which values must have.
        strict: make every note on how the text was read an error.
        named: more values.

    Raises:
        ParseError: the text is not a program.
        InputError: a name is unknown.
        UsageError: the order is out of range, or the derivatives are too many.

    >>> derive("x^2*y").to_dict()["derivatives"]
    {'x': '2*x*y', 'y': 'x^2'}
    """
    given = together(arguments.values(values), named)
    found = derive_each(
        arguments.program(program),
        [_names(each) for each in _each(wrt)],
        order=arguments.whole(order, "order"),
        of=arguments.names(of, "of") or (),
        inputs=arguments.names(inputs, "inputs") or (),
        values=given,
        textbook=arguments.flag(textbook, "textbook"),
        with_steps=arguments.flag(steps, "steps"),
        symmetric=arguments.names(symmetric, "symmetric") or (),
        shapes=arguments.shapes(shapes),
        strict=arguments.flag(strict, "strict"),
    )
    return noted(found, given, strict=strict)


def _each(wrt: str | Sequence[str | Sequence[str]]) -> Sequence[str | Sequence[str]]:
    """A name by itself as a list of one."""
    if isinstance(wrt, str):
        return [wrt]
    return arguments.items(wrt, "wrt", 'a name or a list: ["x", ("x", "y")]')


def _names(each: str | Sequence[str]) -> Sequence[str]:
    """The names that one derivative is by, one after another."""
    found = arguments.names(each, "wrt")
    if not found:
        raise UsageError("wrt", "a derivative is by one name at least", hint='wrt="x"')
    return found
