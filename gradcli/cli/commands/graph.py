"""`gradcli graph`: the computation graph as a picture, in the terminal or in a file."""

from __future__ import annotations

import os
from enum import Enum
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from gradcli.cli import output
from gradcli.cli.arguments import FLAGS, ProgramCommand
from gradcli.cli.context import Environment, show_name
from gradcli.cli.options import Expression, File, Json, NoColor, Precision, Set, Strict, Vars
from gradcli.cli.program import read_program
from gradcli.cli.remarks import check_precision, not_defined, remark, suggest_option, warnings_of
from gradcli.cli.values import read_values
from gradcli.errors import InputError, UsageError
from gradcli.layout.direction import Direction
from gradcli.views.picture.theme import ThemeName

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradcli.evaluation.solution import Solution
    from gradcli.views.picture.model import Picture
    from gradcli.views.picture.sketch import Vertex

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


class Format(Enum):
    """How a picture is written."""

    TEXT = "text"
    SVG = "svg"
    PNG = "png"
    DOT = "dot"
    MERMAID = "mmd"


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


class _Look(NamedTuple):
    """How the picture is to look.

    Attributes:
        values: whether numbers are shown; None if they are wherever values are given.
        symbolic: whether derivatives are shown in symbols; None if they are without numbers.
        layers: as a network.
        full: with every operation.
        depth: how far from the output or from ``focus``.
        focus: the name of a node.
        force: however large.
    """

    values: bool | None
    symbolic: bool | None
    layers: bool
    full: bool
    depth: int | None
    focus: str | None
    force: bool


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
    del no_color  # main has seen it, before anything could fail
    environment: Environment = context.obj
    check_precision(precision)
    look = _Look(values, symbolic, layers, full, depth, focus, force)
    _check(look, json=json)
    form = Format.TEXT if json else _format(target, form)
    if target is not None:
        output.check_target(target)
    source = read_program(environment, expression, file)
    given = read_values(environment, context.meta[FLAGS], assignments or (), files or ())
    try:
        solution = _solve(source, given, wanted=values, strict=strict)
    except InputError as error:
        suggest_option(context, error)
        raise
    shown = solution.has_values
    failure = not_defined(solution.problems, source)
    if not json:
        remark(environment, source, solution.notes)
        if not shown and values is None:
            _say_why_bare(environment)
    if target is None or failure is None:
        if json:
            result: str | bytes = _json(solution)
        elif form is Format.TEXT:
            result = _text(environment, solution, look._replace(values=shown), precision, target)
        else:
            picture = _picture(solution, look._replace(values=shown), precision, "utf-8")
            result = _drawn(picture, form, theme, direction)
        output.deliver(environment, result, target)
    if not json:
        remark(environment, source, warnings_of(solution.problems))
    if failure is not None:
        raise failure


def _check(look: _Look, *, json: bool) -> None:
    """Refuse what cannot go together.

    Raises:
        UsageError: the options contradict each other.
    """
    if look.layers and look.full:
        raise UsageError(
            "usage",
            "--layers and --full cannot go together",
            hint="--layers draws the named steps, --full every operation",
        )
    if look.depth is not None and look.depth < 0:
        raise UsageError("depth", f"the depth is a number of edges, not {look.depth}")
    if json and (look.layers or look.depth is not None or look.focus is not None):
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


def _solve(
    source: str, given: Mapping[str, object], *, wanted: bool | None, strict: bool
) -> Solution:
    """The program at the given point, or at none if no numbers are to be shown."""
    from gradcli.evaluation.solve import differentiated, read_model  # noqa: PLC0415  (`--help` needs no engine)

    program = differentiated(read_model(source, given, strict=strict))
    without = wanted is False or (wanted is None and not given and program.model.inputs)
    return program.without_values(given) if without else program.at(given)


def _say_why_bare(environment: Environment) -> None:
    from gradcli.views import error  # noqa: PLC0415  (as above)

    message = "no values are given, so the picture has symbols only"
    display = environment.display(environment.stderr)
    environment.show(error.render_message("note", message, display))


def _picture(solution: Solution, look: _Look, precision: int | None, encoding: str) -> Picture:
    """What is drawn.

    Raises:
        InputError: there is no node to focus on.
        UsageError: nobody could read it.
    """
    from gradcli.views.picture.caption import Style, caption  # noqa: PLC0415  (as above)
    from gradcli.views.picture.crop import check_size, crop  # noqa: PLC0415

    vertices = _vertices(solution, look)
    part = crop(solution, vertices, look.depth, look.focus)
    if not look.force:
        check_size(solution, vertices, part)
    symbolic = not look.values if look.symbolic is None else look.symbolic
    style = Style(bool(look.values), symbolic, look.layers, precision, encoding)
    return caption(solution, part, style)


def _vertices(solution: Solution, look: _Look) -> list[Vertex]:
    if look.layers:
        from gradcli.views.picture.network import network  # noqa: PLC0415  (as above)

        return network(solution)
    from gradcli.views.picture.sketch import sketch  # noqa: PLC0415  (as above)

    return sketch(solution, full=look.full)


def _text(
    environment: Environment,
    solution: Solution,
    look: _Look,
    precision: int | None,
    target: str | None,
) -> str:
    """The picture in characters: boxes where they fit, else a line a box."""
    from gradcli.views.lines.page import ASCII  # noqa: PLC0415  (as above)
    from gradcli.views.picture import boxes, rails  # noqa: PLC0415

    stream = environment.stdout if output.is_stdout(target) else None
    display = environment.display(stream)
    picture = _picture(solution, look, precision, display.encoding)
    page = boxes.render(picture, display.width, ascii_only=display.symbols is ASCII)
    return environment.text(page or rails.render(picture, display), stream)


def _drawn(
    picture: Picture, form: Format, theme: ThemeName, direction: Direction | None
) -> str | bytes:
    if form is Format.DOT:
        from gradcli.views.picture import dot  # noqa: PLC0415  (only what is asked for)

        return dot.render(picture, theme, direction)
    if form is Format.MERMAID:
        from gradcli.views.picture import mermaid  # noqa: PLC0415  (as above)

        return mermaid.render(picture, theme, direction)
    from gradcli.views.picture import svg  # noqa: PLC0415  (as above)

    text = svg.render(picture, theme, direction)
    if form is Format.SVG:
        return text
    from gradcli.views.picture import png  # noqa: PLC0415  (as above)

    return png.render(text)


def _json(solution: Solution) -> str:
    from gradcli.views.picture import objects  # noqa: PLC0415  (as above)

    return objects.render(solution)
