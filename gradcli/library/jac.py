"""The door `gradcli.jac`: all first derivatives of one or several outputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gradcli.evaluation import arguments
from gradcli.evaluation.arguments import Shape
from gradcli.evaluation.elements import Value
from gradcli.evaluation.inputs import together
from gradcli.programs.jacobian import jacobian
from gradcli.programs.result import Jacobian


def jac(  # noqa: PLR0913  (what the command line can ask)
    program: str,
    values: Mapping[str, Value] | None = None,
    *,
    of: Sequence[str] | None = None,
    wrt: Sequence[str] | None = None,
    along: Mapping[str, Value] | None = None,
    back: Mapping[str, Value] | None = None,
    shapes: Mapping[str, Shape] | None = None,
    strict: bool = False,
    sparse: bool = False,
    **named: Value,
) -> Jacobian:
    """All first derivatives of one or several outputs, at a point.

    Args:
        program: the program.
        values: a value for each input.
        of: the names of outputs, or one name: steps, families, ``out``; None for the output.
        wrt: the names of inputs that derivatives are by, or one name; None for all.
        along: a vector that it is multiplied by: a value by name, 0 for all others.
        back: a vector of outputs that is multiplied by it: a value by name, 0 for all others.
        shapes: the shapes of arrays, such as ``{"W": (2, 3), "x": "n"}``.
        strict: make every note on how the text was read an error.
        sparse: whether ``to_dict`` gives triplets of what can be other than 0.
        named: more values, for names that are none of these.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown, or given twice.
        UsageError: there are too many numbers.

    >>> jac("u = x*y; v = x^2; u + v", {"x": 3, "y": 4}, of=["u", "v"]).dense
    [[4.0, 3.0], [6.0, 0.0]]
    """
    return jacobian(
        arguments.program(program),
        together(arguments.values(values), named),
        of=arguments.names(of, "of"),
        wrt=arguments.names(wrt, "wrt"),
        along=None if along is None else arguments.values(along, "along"),
        back=None if back is None else arguments.values(back, "back"),
        shapes=arguments.shapes(shapes),
        strict=arguments.flag(strict, "strict"),
        is_sparse=arguments.flag(sparse, "sparse"),
    )
