"""`gradcli graph`: the computation graph as a picture, in the terminal or in a file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from gradcli.cli import output
from gradcli.cli.arguments import FLAGS, ProgramCommand
from gradcli.cli.context import Environment, show_name
from gradcli.cli.options import Expression, File, Json, NoColor, Precision, Set, Strict, Vars
from gradcli.cli.program import read_program
from gradcli.cli.remarks import check_precision, not_defined, remark, suggest_option, warnings_of
from gradcli.cli.values import read_values
from gradcli.errors import InputError, Problem, UsageError
from gradcli.layout.direction import Direction
from gradcli.views.picture.look import Format, Look
from gradcli.views.picture.theme import ThemeName

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.evaluation.report import Report

EXAMPLES = """\
Examples:

\b
gradcli graph "J(a,b,c)=3(a+bc)" --a 1 --b 2 --c 3
gradcli graph "v=b*c; u=a+v; J=3u" --symbolic
gradcli graph "v=b*c; u=a+v; J=3u" --a 1 --b 2 --c 3 --format svg
gradcli graph "sin(x*y)+x" --x 1 --y 2 --format mmd --theme dark
gradcli graph "h=tanh(w*x); J=(h-y)^2" --w 0.5 --x 2 --y 1 --layers
gradcli graph "sin(x*y)+x" --x 1 --y 2 --focus v1 --depth 1
gradcli graph "sin(x*y)+x" --x 1 --y 2 --json
"""


_ENDINGS = {
    ".svg": Format.SVG,
    ".png": Format.PNG,
    ".dot": Format.DOT,
    ".gv": Format.DOT,
    ".mmd": Format.MERMAID,
    ".mermaid": Format.MERMAID,
    ".txt": Format.TEXT,
}

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(cls=ProgramCommand, epilog=EXAMPLES, options_metavar="[OPTIONS] [--NAME VALUE]...")
def graph(
    context: typer.Context,
    *,
    expression: Expression = None,
    file: File = None,
    assignments: Set = None,
    files: Vars = None,
    target: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write the picture to a file: .svg, .png, .dot, .mmd or .txt.",
            show_default=False,
        ),
    ] = None,
    form: Annotated[
        Format | None,
        typer.Option(
            "--format",
            metavar="NAME",
            help="text, svg, png, dot or mmd, whatever the file's name.",
            show_default=False,
        ),
    ] = None,
    values: Annotated[
        bool | None,
        typer.Option(
            "--values/--no-values",
            help="Numbers in boxes and on edges, or none. [default: where values are given]",
            show_default=False,
        ),
    ] = None,
    symbolic: Annotated[
        bool | None,
        typer.Option(
            "--symbolic/--no-symbolic",
            help="Derivatives in symbols, too. [default: where there are no numbers]",
            show_default=False,
        ),
    ] = None,
    layers: Annotated[
        bool,
        typer.Option("--layers", help="A net: neurons in columns, the weights on the edges."),
    ] = False,
    full: Annotated[
        bool,
        typer.Option(
            "--full",
            help="Every operation in a box of its own: also the terms of a sum, and what is "
            "inside of the program's functions.",
        ),
    ] = False,
    depth: Annotated[
        int | None,
        typer.Option(
            "--depth",
            metavar="N",
            help="Only what is at most N edges away: from the output, or from the focus.",
            show_default=False,
        ),
    ] = None,
    focus: Annotated[
        str | None,
        typer.Option(
            "--focus", metavar="NAME", help="Only what is around this node.", show_default=False
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Draw it, however large it gets.")] = False,
    theme: Annotated[
        ThemeName,
        typer.Option(
            "--theme", metavar="NAME", help="light, dark, or auto: as the reader's browser asks."
        ),
    ] = ThemeName.LIGHT,
    direction: Annotated[
        Direction | None,
        typer.Option(
            "--direction",
            metavar="NAME",
            help="Where edges lead: right or down. [default: whichever fits a slide]",
            show_default=False,
        ),
    ] = None,
    json: Json = False,
    precision: Precision = None,
    strict: Strict = False,
    no_color: NoColor = False,
) -> None:
    """The computation graph of EXPRESSION as a picture.

    Each box is a node with its formula, its value and the derivative of the output by it; each
    edge has its local partial. Without -o it is drawn in the terminal. Needs no values.
    """
    del no_color  # run has seen it, before anything could fail
    environment: Environment = context.obj
    check_precision(precision)
    look = Look(values, symbolic, layers, full, depth, focus, force, theme, direction)
    look.check()
    if json:
        _refuse_parts(look)
    form = Format.TEXT if json else _format(target, form)
    if target is not None:
        output.check_target(target)
    source = read_program(environment, expression, file)
    given = read_values(environment, context.meta[FLAGS], assignments or (), files or ())
    from gradcli.views.picture import draw  # noqa: PLC0415  (`--help` needs no engine)

    try:
        report, shown = draw.program(source, given, values=values, strict=strict)
    except InputError as error:
        suggest_option(context, error)
        raise
    problems = _problems(report) if shown else []
    failure = not_defined(problems, source)
    if not json:
        remark(environment, source, report.model.notes)
        if not shown and values is None:
            _say_why_bare(environment)
    if target is None or failure is None:
        if json:
            result: str | bytes = _json(report, values=shown)
        else:
            stream = environment.stdout if output.is_stdout(target) else None
            display = environment.display(stream, precision=precision)
            drawn = draw.draw(report, look._replace(values=shown), form, display)
            result = drawn if isinstance(drawn, str | bytes) else environment.text(drawn, stream)
        output.deliver(environment, result, target)
    if not json:
        remark(environment, source, warnings_of(problems))
    if failure is not None:
        raise failure


def _refuse_parts(look: Look) -> None:
    if look.layers or look.depth is not None or look.focus is not None:
        raise UsageError(
            "usage",
            "--json prints the whole graph",
            hint="leave out --layers, --depth and --focus",
        )


def _format(target: str | None, asked: Format | None) -> Format:
    """The format of the picture: what is asked for, else by the file's name.

    Raises:
        UsageError: the name does not say.
    """
    if asked is not None:
        return asked
    if output.is_stdout(target) or target is None:
        return Format.TEXT
    form = _ENDINGS.get(os.path.splitext(target)[1].lower())
    if form is None:
        raise UsageError(
            "format",
            f"the name {show_name(target)} does not say which picture to write",
            hint="let it end in .svg, .png, .dot, .mmd or .txt, or give --format",
        )
    return form


def _problems(report: Report) -> Sequence[Problem]:
    from gradcli.evaluation.diagnose import diagnose  # noqa: PLC0415  (as above)

    return diagnose(report)


def _say_why_bare(environment: Environment) -> None:
    from gradcli.views import error  # noqa: PLC0415  (as above)

    message = "no values are given, so the picture has symbols only"
    display = environment.display(environment.stderr)
    environment.show(error.render_message("note", message, display))


def _json(report: Report, *, values: bool) -> str:
    from gradcli.evaluation.solve import solution_of  # noqa: PLC0415  (as above)
    from gradcli.views.picture import objects  # noqa: PLC0415

    return objects.render(solution_of(report), values=values)
