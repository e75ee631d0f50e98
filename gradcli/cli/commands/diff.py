"""`gradcli diff`: derivatives in symbols."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from gradcli.cli import output
from gradcli.cli.arguments import FLAGS, ProgramCommand
from gradcli.cli.context import Environment
from gradcli.cli.options import (
    Expression,
    File,
    Json,
    NoColor,
    Output,
    Precision,
    Set,
    Strict,
    Vars,
)
from gradcli.cli.program import read_program
from gradcli.cli.remarks import check_precision, remark, split_names, suggest_option, warnings_of
from gradcli.cli.values import read_values
from gradcli.errors import InputError, UsageError

EXAMPLES = """\
Examples:

\b
gradcli diff "3(a+bc)"
gradcli diff "3(a+bc)" --wrt b
gradcli diff "x^2*sin(x)" --steps
gradcli diff "x^3*y" --order 2
gradcli diff "exp(x*y)" --wrt x,y
gradcli diff "sqrt(1 - x^2)" --latex
gradcli diff "x^3" --plain
gradcli diff "J(w, x) = tanh(w*x)^2" --json
"""

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(cls=ProgramCommand, epilog=EXAMPLES, options_metavar="[OPTIONS] [--NAME VALUE]...")
def diff(
    context: typer.Context,
    *,
    expression: Expression = None,
    file: File = None,
    assignments: Set = None,
    files: Vars = None,
    wrt: Annotated[
        list[str] | None,
        typer.Option(
            "--wrt",
            metavar="NAMES",
            help="By this name; b,c is the mixed derivative by b, then by c. Once for each "
            "derivative. By default all partial derivatives.",
            show_default=False,
        ),
    ] = None,
    order: Annotated[
        int | None,
        typer.Option(
            "--order",
            metavar="N",
            help="Differentiate N times. [default: 1]",
            show_default=False,
        ),
    ] = None,
    inputs: Annotated[
        list[str] | None,
        typer.Option(
            "--inputs",
            metavar="NAMES",
            help="These are inputs, as a,b,c: letters run together are read as products of them.",
            show_default=False,
        ),
    ] = None,
    steps: Annotated[
        bool, typer.Option("--steps", help="The rule for each node, from the inside out.")
    ] = False,
    plain: Annotated[
        bool, typer.Option("--plain", help="A program, which any command reads back.")
    ] = False,
    latex: Annotated[bool, typer.Option("--latex", help="LaTeX, a formula a line.")] = False,
    json: Json = False,
    all_rows: Annotated[
        bool, typer.Option("--all", help="Every derivative and every step, however many.")
    ] = False,
    precision: Precision = None,
    strict: Strict = False,
    target: Output = None,
    no_color: NoColor = False,
) -> None:
    """Derivatives of EXPRESSION in symbols, simplified.

    No variable needs a value; where all that a derivative needs are given, its value is there,
    too. Nothing is left out under a condition: the formula has the same value wherever the
    derivative is defined.
    """
    del no_color  # run has seen it, before anything could fail
    environment: Environment = context.obj
    check_precision(precision)
    form = _only_form(plain=plain, latex=latex, json=json)
    if steps and form not in {"page", "json"}:
        raise UsageError("usage", f"--steps and --{form} cannot go together", hint="leave one out")
    if target is not None:
        output.check_target(target)
    source = read_program(environment, expression, file)
    values = read_values(environment, context.meta[FLAGS], assignments or (), files or ())
    from gradcli.symbolic.derive import derive  # noqa: PLC0415  (`--help` needs no engine)

    try:
        derived = derive(
            source,
            _derivatives(wrt or ()),
            order=order,
            inputs=split_names(inputs or (), "--inputs") or (),
            values=values,
            strict=strict,
            with_steps=steps,
        )
    except InputError as error:
        suggest_option(context, error)
        raise
    if form != "json":
        remark(environment, source, derived.notes)
    stream = environment.stdout if target is None else None
    from gradcli.views import diff as view  # noqa: PLC0415  (as above)
    from gradcli.views import json as json_view  # noqa: PLC0415

    if form == "page":
        display = environment.display(stream, precision=precision, all_rows=all_rows)
        text = environment.text(view.render(derived, display), stream)
    else:
        write = {"plain": view.to_plain, "latex": view.to_latex, "json": json_view.render}[form]
        text = write(derived)
    output.deliver(environment, text, target)
    if form != "json":
        remark(environment, source, warnings_of(derived.problems))


def _only_form(**asked: bool) -> str:
    """The form that is asked for; the page, if none is."""
    forms = [name for name, wanted in asked.items() if wanted]
    if len(forms) > 1:
        raise UsageError(
            "usage", f"--{forms[0]} and --{forms[1]} cannot go together", hint="leave one out"
        )
    return forms[0] if forms else "page"


def _derivatives(lists: Sequence[str]) -> list[list[str]]:
    """The names of each derivative: those of one ``--wrt``, without blanks."""
    return [["".join(name.split()) for name in split_names([text]) or []] for text in lists]
