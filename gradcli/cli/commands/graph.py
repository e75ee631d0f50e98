"""`gradcli graph`: the computation graph as a picture, in the terminal or in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gradcli.cli.command import Command
from gradcli.cli.drawing import Toward
from gradcli.cli.options import OfOne, Shape
from gradcli.cli.parameters import Annotated, option, valued
from gradcli.cli.remarks import not_defined, refuse_several
from gradcli.cli.task import Task
from gradcli.cli.view import JSON, PAPERS, View
from gradcli.views.picture.look import Format, Look
from gradcli.views.picture.theme import ThemeName

if TYPE_CHECKING:
    from gradcli.cli.view import Call
    from gradcli.evaluation.solution import Solution
    from gradcli.views.lines.page import Page

EXAMPLES = """\
Examples:

\b
gradcli graph "J(a,b,c)=3(a+bc)" --a 1 --b 2 --c 3
gradcli graph "v=b*c; u=a+v; J=3u" --symbolic
gradcli graph "v=b*c; u=a+v; J=3u" --a 1 --b 2 --c 3 --format svg
gradcli graph "sin(x*y)+x" --x 1 --y 2 --format mmd --theme dark
gradcli graph "h=tanh(w*x); J=(h-y)^2" --w 0.5 --x 2 --y 1 --layers
gradcli graph "sin(x*y)+x" --x 1 --y 2 --focus v1 --depth 1
gradcli graph "sin(x*y)+x" --x 1 --y 2 --highlight x -o paths.svg
gradcli graph "sin(x*y)+x" --x 1 --y 2 --json
"""


class _Drawn(NamedTuple):
    """What is to be drawn, and how."""

    solution: Solution
    look: Look


def _picture(drawn: _Drawn, call: Call) -> Page | str | bytes:
    from gradcli.views.picture import draw  # noqa: PLC0415  (`--help` needs no engine)

    return draw.draw(drawn.solution, drawn.look, Format(call.view), call.display)


def _json(drawn: _Drawn, call: Call) -> str:
    from gradcli.views.picture import objects  # noqa: PLC0415  (`--help` needs no views)

    return objects.render(drawn.solution, call.notes)


VIEWS = {
    Format.TEXT.value: View(_picture, is_format=True, unfit=PAPERS),
    # The name of a file that ends in .txt stands for the picture in characters.
    Format.SVG.value: View(_picture, None, (".svg",), is_format=True, is_text=False),
    Format.PNG.value: View(_picture, None, (".png",), is_format=True, is_text=False),
    Format.PDF.value: View(_picture, None, (".pdf",), is_format=True, is_text=False),
    Format.HTML.value: View(_picture, None, (".html", ".htm"), is_format=True, is_text=False),
    Format.TIKZ.value: View(_picture, None, (".tex",), is_format=True, is_text=False),
    Format.MARKDOWN.value: View(_picture, None, (".md",), is_format=True, is_text=False),
    Format.DOT.value: View(_picture, None, (".dot", ".gv"), is_format=True, is_text=False),
    Format.MERMAID.value: View(_picture, None, (".mmd", ".mermaid"), is_format=True, is_text=False),
    "json": JSON._replace(write=_json, is_text=False),
}

command = Command(VIEWS, EXAMPLES)


@command
def graph(
    task: Task,
    *,
    values: Annotated[
        bool | None,
        option(
            "--values/--no-values",
            text="Numbers in boxes and on edges, or none. [default: where values are given]",
            shows_default=False,
        ),
    ] = None,
    symbolic: Annotated[
        bool | None,
        option(
            "--symbolic/--no-symbolic",
            text="Derivatives in symbols, too. [default: where there are no numbers]",
            shows_default=False,
        ),
    ] = None,
    layers: Annotated[
        bool,
        option("--layers", text="A net: neurons in columns, the weights on the edges."),
    ] = False,
    full: Annotated[
        bool,
        option(
            "--full",
            text="Every operation in a box of its own: also the terms of a sum, and what is "
            "inside of the program's functions.",
        ),
    ] = False,
    depth: Annotated[
        int | None,
        valued(
            "--depth", "N", "Only what is at most N edges away: from the output, or from the focus."
        ),
    ] = None,
    focus: Annotated[
        str | None,
        valued("--focus", "NAME", "Only what is around this node."),
    ] = None,
    force: Annotated[bool, option("--force", text="Draw it, however large it gets.")] = False,
    theme: Annotated[
        ThemeName,
        option(
            "--theme", metavar="NAME", text="light, dark, or auto: as the reader's browser asks."
        ),
    ] = ThemeName.LIGHT,
    direction: Toward = None,
    highlight: Annotated[
        str | None,
        valued(
            "--highlight",
            "NAME",
            "Each path from this node to the output in a colour of its own, with its product.",
        ),
    ] = None,
    title: Annotated[
        str | None, valued("--title", "TEXT", "What stands above the picture.")
    ] = None,
    scale: Annotated[
        float, option("--scale", metavar="X", text="X times as large.", shows_default=False)
    ] = 1.0,
    of: OfOne = None,
    shape: Shape = None,
) -> None:
    """The computation graph of EXPRESSION as a picture.

    Each box is a node with its formula, its value and the derivative of the output by it; each
    edge has its local partial. Without -o it is drawn in the terminal. Needs no values.
    """
    look = Look(
        values,
        symbolic,
        layers,
        full,
        depth,
        focus,
        force,
        theme,
        direction,
        highlight,
        title,
        scale,
    )
    look.check()
    for flag, name in (("--focus", focus), ("--highlight", highlight)):
        if name is not None:
            refuse_several(name, flag)
    if task.view == "json":
        look.check_whole()
    else:
        look.check_scale(Format(task.view))
    source, given, shapes = task.source, task.values, task.shapes(shape)
    from gradcli.views.picture import draw  # noqa: PLC0415  (`--help` needs no engine)

    with task.hints():
        solution = draw.program(
            source, given, values=values, of=of, strict=task.strict, shapes=shapes
        )
    if not solution.has_values and values is None:
        task.say("no values are given, so the picture has symbols only")
    task.finish(
        _Drawn(solution, look),
        notes=solution.notes,
        problems=solution.warnings,
        failure=not_defined(solution.value_problems, source),
    )
