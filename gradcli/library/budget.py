"""The door `gradcli.budget`: uncertainties of inputs, and what comes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gradcli.evaluation import arguments
from gradcli.evaluation.elements import Value
from gradcli.evaluation.inputs import together
from gradcli.uncertainty import budget as budgets
from gradcli.uncertainty.result import Budget


def budget(  # noqa: PLR0913  (what is asked for, and all but two has a default)
    program: str,
    values: Mapping[str, Value] | None = None,
    *,
    of: str | Sequence[str] | None = None,
    correlations: Mapping[str, Value] | None = None,
    dof: Mapping[str, Value] | None = None,
    coverage: float | None = None,
    level: float | None = None,
    strict: bool = False,
    **named: Value,
) -> Budget:
    """How uncertain a result is, and the part that each input has in it.

    Args:
        program: the program.
        values: a value for each input. A text may have a standard uncertainty: ``"0.742±0.005"``,
            ``"0.742(5)"``, ``"0.742±1%"``; what has none is exact.
        of: the names of outputs or steps; None for the output of the program.
        correlations: correlation coefficients by pairs of inputs: ``{"V,I": -0.36}``.
        dof: degrees of freedom of uncertainties by inputs, infinite by default.
        coverage: the factor of the expanded uncertainty, 2 by default.
        level: the level of confidence that the factor is to be for, such as 0.95.
        strict: make every note on how the text was read an error.
        named: more values, for names that are none of these.

    Raises:
        ParseError: the text is not a program.
        InputError: a name, a value or an uncertainty is missing, unknown, given twice or wrong.
        UsageError: what is asked for contradicts itself.

    >>> budget("a*b", {"a": "3±0.1", "b": 4}).expanded
    0.8
    """
    asked = budgets.Asked(
        of=arguments.names(of, "of") or (),
        correlations=arguments.values(correlations, "correlations"),
        freedoms=arguments.values(dof, "dof"),
        factor=arguments.number(coverage, "coverage"),
        level=arguments.number(level, "level"),
    )
    return budgets.budget(
        arguments.program(program),
        together(arguments.values(values), named),
        asked,
        strict=arguments.flag(strict, "strict"),
    )
