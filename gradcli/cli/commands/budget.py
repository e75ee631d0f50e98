"""`gradcli budget`: how uncertain a result is, and which input makes it so."""

from __future__ import annotations

from gradcli.cli.command import Command
from gradcli.cli.parameters import Annotated, valued
from gradcli.cli.remarks import not_defined, split_names
from gradcli.cli.task import Task
from gradcli.cli.view import JSON, View, page, text
from gradcli.errors import InputError, UsageError
from gradcli.syntax.spelling import plain

EXAMPLES = """\
Examples:

\b
gradcli budget "4*pi^2*L/T^2" --L "0.742±0.005" --T "1.730(12)"
gradcli budget "U*I" --U "12.0±1%" --I "0.35+-0.01" --correlation U,I=0.4
gradcli budget "m/V" --m "5.2±0.1" --V "1.9±0.05" --dof m=4 --level 0.95
"""

VIEWS = {
    "page": View(page("budget"), has_table=True),
    "latex": View(
        text("budget", "to_latex"), "The law of propagation and its coefficients.", (".tex",)
    ),
    "json": JSON,
}

command = Command(VIEWS, EXAMPLES, everything="Every input, however many.")


@command
def show_budget(
    task: Task,
    *,
    of: Annotated[
        list[str] | None,
        valued("--of", "NAMES", "The budgets of these outputs or steps, as R,X,Z."),
    ] = None,
    correlation: Annotated[
        list[str] | None,
        valued("--correlation", "NAME,NAME=R", "Two inputs are correlated, with coefficient R."),
    ] = None,
    correlations: Annotated[
        str | None,
        valued("--correlations", "FILE", 'Correlations from a JSON file: {"V,I": -0.36}.'),
    ] = None,
    dof: Annotated[
        list[str] | None,
        valued("--dof", "NAME=N", "An uncertainty has N degrees of freedom; infinite by default."),
    ] = None,
    coverage: Annotated[
        float | None,
        valued("--coverage", "K", "The factor of the expanded uncertainty; 2 by default."),
    ] = None,
    level: Annotated[
        float | None,
        valued("--level", "P", "The factor for this level of confidence, as 0.95."),
    ] = None,
) -> None:
    """How uncertain a result is, and which input makes it so, in the terms of the GUM.

    Values have standard uncertainties: 0.742±0.005, 0.742+-0.005, 0.742(5), 0.742±1%, or
    0.742±0.010 (k=2) of a certificate; a value without one is exact.
    """
    from gradcli.uncertainty.budget import Asked, budget  # noqa: PLC0415  (`--help` needs no engine)

    source = task.source
    asked = Asked(
        of=split_names(of or (), "--of") or (),
        correlations=_correlations(task, correlation or [], correlations),
        freedoms=_freedoms(dof or []),
        factor=coverage,
        level=level,
    )
    values = task.values
    with task.hints():
        found = budget(source, values, asked, strict=task.strict)
    task.finish(
        found,
        notes=found.notes,
        problems=found.problems,
        failure=not_defined(found.problems, source),
    )


def _correlations(task: Task, texts: list[str], file: str | None) -> dict[str, object]:
    """The correlation coefficients of both options by pairs of names."""
    from gradcli.uncertainty.correlations import in_words  # noqa: PLC0415  (few give any)

    found: dict[str, object] = dict(in_words(texts))
    if file is not None:
        from gradcli.cli.json_files import read_object  # noqa: PLC0415  (likewise)

        for pair, value in read_object(task.environment, file):
            if pair in found:
                message = f"the correlation of '{pair}' is given twice"
                raise InputError("given-twice", message, hint="leave one out")
            found[pair] = value
    return found


def _freedoms(texts: list[str]) -> dict[str, str]:
    """The degrees of freedom by names.

    Raises:
        UsageError: a text is no assignment.
        InputError: a name has two.
    """
    found: dict[str, str] = {}
    for text_ in texts:
        name, equals, value = text_.partition("=")
        if not (equals and name.strip() and value.strip()):
            hint = "write --dof NAME=N"
            raise UsageError("dof", f"'{text_}' gives no degrees of freedom", hint=hint)
        if plain(name) in found:
            message = f"the degrees of freedom of '{plain(name)}' are given twice"
            raise InputError("given-twice", message, hint="leave one out")
        found[plain(name)] = value
    return found
