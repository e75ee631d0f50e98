"""The door `gradcli.hess`: all second derivatives, and what the point is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gradcli.evaluation import arguments
from gradcli.evaluation.arguments import Shape
from gradcli.evaluation.elements import Value
from gradcli.evaluation.inputs import together
from gradcli.programs.hessian import hessian
from gradcli.programs.result import Hessian


def hess(  # noqa: PLR0913  (what the command line can ask)
    program: str,
    values: Mapping[str, Value] | None = None,
    *,
    of: str | None = None,
    wrt: Sequence[str] | None = None,
    along: Mapping[str, Value] | None = None,
    shapes: Mapping[str, Shape] | None = None,
    strict: bool = False,
    sparse: bool = False,
    **named: Value,
) -> Hessian:
    """All second derivatives, and what the point is, at a point.

    Args:
        program: the program.
        values: a value for each input.
        of: the name of the output, if it is another than that of the program.
        wrt: the names of inputs that derivatives are by, or one name; None for all.
        along: a vector that it is multiplied by: a value by name, 0 for all others.
        shapes: the shapes of arrays, such as ``{"W": (2, 3), "x": "n"}``.
        strict: make every note on how the text was read an error.
        sparse: whether ``to_dict`` gives triplets of what can be other than 0.
        named: more values, for names that are none of these.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown, or given twice.
        UsageError: there are too many numbers.

    >>> hess("x^2*y", {"x": 3, "y": 4}).dense
    [[8.0, 6.0], [6.0, 0.0]]
    """
    return hessian(
        arguments.program(program),
        together(arguments.values(values), named),
        of=None if of is None else arguments.text(of, "of"),
        wrt=arguments.names(wrt, "wrt"),
        along=None if along is None else arguments.values(along, "along"),
        shapes=arguments.shapes(shapes),
        strict=arguments.flag(strict, "strict"),
        is_sparse=arguments.flag(sparse, "sparse"),
    )
