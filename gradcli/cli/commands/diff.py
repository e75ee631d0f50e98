"""`gradcli diff`: derivatives in symbols."""

from __future__ import annotations

from gradcli.cli.command import Command
from gradcli.cli.options import Of, Shape
from gradcli.cli.parameters import Annotated, option, valued
from gradcli.cli.remarks import split_names
from gradcli.cli.task import Task
from gradcli.cli.view import JSON, View, page, text
from gradcli.errors import UsageError

EXAMPLES = """\
Examples:

\b
gradcli diff "3(a+bc)"
gradcli diff "3(a+bc)" --wrt b
gradcli diff "x^2*sin(x)" --steps
gradcli diff "x^3*y" --order 2
gradcli diff "exp(x*y)" --wrt x,y
gradcli diff "sqrt(1 - x^2)" --latex
gradcli diff "call = S*N - K; put = call - S + K; call + put" --of call,put
gradcli diff "x^3" --plain
gradcli diff "J(w, x) = tanh(w*x)^2" --json
gradcli diff "sum((W@x - y)^2)/2" --shape W=m,n --shape x=n --shape y=m
"""

VIEWS = {
    "page": View(page("diff"), has_table=True),
    "plain": View(
        text("formulas", "to_plain"), "A program, which any command reads back.", (".grad",)
    ),
    "latex": View(text("formulas", "to_latex"), "LaTeX, a formula a line.", (".tex",)),
    "json": JSON,
}

command = Command(VIEWS, EXAMPLES, everything="Every derivative and every step, however many.")


@command
def diff(
    task: Task,
    *,
    wrt: Annotated[
        list[str] | None,
        valued(
            "--wrt",
            "NAMES",
            "By this name; b,c is the mixed derivative by b, then by c. Once for each "
            "derivative. By default all partial derivatives.",
        ),
    ] = None,
    order: Annotated[
        int | None,
        valued("--order", "N", "Differentiate N times. [default: 1]"),
    ] = None,
    of: Of = None,
    inputs: Annotated[
        list[str] | None,
        valued(
            "--inputs",
            "NAMES",
            "These are inputs, as a,b,c: letters run together are read as products of them.",
        ),
    ] = None,
    shape: Shape = None,
    symmetric: Annotated[
        list[str] | None,
        valued(
            "--symmetric",
            "NAMES",
            "These matrices are their own transposes, as A,B: formulas are written so.",
        ),
    ] = None,
    steps: Annotated[
        bool, option("--steps", text="The rule for each node, from the inside out.")
    ] = False,
) -> None:
    """Derivatives of EXPRESSION in symbols, simplified.

    No variable needs a value; where all that a derivative needs are given, its value is there,
    too. The formula has the same value wherever the derivative is defined. A condition that only
    a rule makes, for single values, is in --plain and --json, and shown where it matters.

    What is given as a list may be an array: then formulas are those of matrices.
    """
    if steps and task.view not in {"page", "json"}:
        message = f"--steps and --{task.view} cannot go together"
        raise UsageError("usage", message, hint="leave one out")
    source, values, shapes = task.source, task.values, task.shapes(shape)
    from gradcli.symbolic.several import derive_each  # noqa: PLC0415  (`--help` needs no engine)

    with task.hints():
        derived = derive_each(
            source,
            [split_names([each]) or () for each in wrt or ()],
            order=order,
            of=split_names(of or (), "--of") or (),
            inputs=split_names(inputs or (), "--inputs") or (),
            values=values,
            strict=task.strict,
            with_steps=steps,
            textbook=task.view in {"page", "latex"},
            shapes=shapes,
            symmetric=split_names(symmetric or (), "--symmetric") or (),
        )
    task.finish(derived, notes=derived.notes, problems=derived.problems)
