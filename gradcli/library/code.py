"""The door `gradcli.code`: a program as source code of another language."""

from __future__ import annotations

from collections.abc import Mapping

from gradcli.evaluation import arguments
from gradcli.evaluation.arguments import Shape
from gradcli.evaluation.elements import Value
from gradcli.evaluation.inputs import together
from gradcli.library.looks import Text
from gradcli.library.noted import noted
from gradcli.views.code.wanted import TARGETS, coded


def code(  # noqa: PLR0913  (what is asked for, and all but the program has a default)
    program: str,
    values: Mapping[str, Value] | None = None,
    /,
    *,
    target: str = "python",
    grad: bool = False,
    hess: bool = False,
    test: bool = False,
    of: str | None = None,
    prediction: str | None = None,
    label: str | None = None,
    shapes: Mapping[str, Shape] | None = None,
    strict: bool = False,
    **named: Value,
) -> str:
    """A program as source code that needs no gradcli: its value and backward pass, a node a line.

    Args:
        program: the program.
        values: those of the settings of a loss; else values for a point of the test.
        target: ``"python"``, ``"numpy"``, ``"torch"``, ``"jax"``, ``"c"``, ``"js"``, ``"sql"``,
            ``"polars"``, ``"lightgbm"`` or ``"xgboost"``.
        grad: nothing but the function for value and gradient.
        hess: also a function for all second derivatives.
        test: with a test that compares it with gradcli's numbers.
        of: the name of the output, if it is another than that of the program.
        prediction: of a loss for a booster: the input that is predicted.
        label: likewise the input that is its label.
        shapes: the lengths of arrays, as ``{"W": (2, 3), "x": 3}``; those of values are known.
        strict: make every note on how the text was read an error.
        named: more values, for names that are none of these.

    Returns:
        The text of a file, without a final newline.

    Raises:
        ParseError: the text is not a program.
        InputError: a name is unknown, or a value is missing or wrong.
        UsageError: there is no such target, or it has no such function.

    >>> print(code("x^2", target="c", grad=True).partition("return")[0].splitlines()[-2].strip())
    gradient[0] = d_x;
    """
    given, is_strict = together(arguments.values(values), named), arguments.flag(strict, "strict")
    found = coded(
        arguments.program(program),
        given,
        arguments.choice(target, "target", list(TARGETS)),
        is_gradient=arguments.flag(grad, "grad"),
        is_hessian=arguments.flag(hess, "hess"),
        is_tested=arguments.flag(test, "test"),
        prediction=None if prediction is None else arguments.text(prediction, "prediction"),
        label=None if label is None else arguments.text(label, "label"),
        of=None if of is None else arguments.text(of, "of"),
        shapes=arguments.shapes(shapes),
        strict=is_strict,
    )
    noted(found.solution, given, strict=is_strict)
    return Text(found.text)
