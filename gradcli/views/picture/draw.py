"""A program's graph as a picture in any format, for the command line and for the library."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gradcli.evaluation.solve import arrays_of, differentiated, read_model
from gradcli.views.lines.page import ASCII, Display, Page
from gradcli.views.lines.text import visible
from gradcli.views.picture.caption import Style, caption
from gradcli.views.picture.crop import check_size, crop, find
from gradcli.views.picture.look import Format, Look
from gradcli.views.picture.model import Role
from gradcli.views.picture.theme import ThemeName, colours_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradcli.evaluation.solution import Solution
    from gradcli.graph.node import Node
    from gradcli.syntax.ast import Lengths
    from gradcli.views.picture.crop import Crop
    from gradcli.views.picture.model import Picture
    from gradcli.views.picture.sketch import Vertex


MOST_WITH_SYMBOLS = 15
"""In a picture of more boxes derivatives are written in symbols only if they are asked for."""


def program(  # noqa: PLR0913  (what a command line can ask)
    source: str,
    given: Mapping[str, object],
    *,
    values: bool | None = None,
    of: str | None = None,
    strict: bool = False,
    shapes: Mapping[str, Lengths] | None = None,
) -> Solution:
    """The program at the given point, or at none if no numbers are to be shown.

    Args:
        source: the program.
        given: values for its inputs.
        values: whether numbers are shown; None if they are wherever values are given.
        of: the name of the output, if it is another than that of the program.
        strict: make every note on how the text was read an error.
        shapes: the lengths of arrays that are declared beside the program.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown or given twice.
    """
    arrays = arrays_of(given, shapes)
    found = differentiated(read_model(source, given, strict=strict, arrays=arrays, of=of))
    without = values is False or (values is None and not given and found.model.inputs)
    return found.without_values(given) if without else found.at(given)


def draw(
    solution: Solution, look: Look, form: Format = Format.SVG, display: Display | None = None
) -> Page | str | bytes:
    """The graph of a program as a picture.

    Args:
        solution: the program at a point, or at none.
        look: how it is to look.
        form: the format; text comes as a page, PNG and PDF as bytes, all others as text.
        display: the width and the signs of a picture in characters; its precision is for all.

    Raises:
        InputError: there is no node to focus on, or to highlight.
        UsageError: nobody could read it, or the format needs an extra that is not installed.
    """
    display = display or Display()
    look.check_scale(form)
    if form is Format.TEXT:
        precision, encoding = display.precision, display.encoding
        picture = _picture(solution, look, precision, encoding, in_full=False)
        return _in_characters(picture, display)
    picture = _picture(solution, look, display.precision, "utf-8")
    return _as_source(picture, look, form) or _drawn(picture, look, form)


def _as_source(picture: Picture, look: Look, form: Format) -> str | None:
    """A picture as another program draws it; None if the format is none of these."""
    if form is Format.DOT:
        from gradcli.views.picture import dot  # noqa: PLC0415  (only what is asked for)

        return dot.render(picture, look.theme, look.direction)
    if form is Format.MERMAID:
        from gradcli.views.picture import mermaid  # noqa: PLC0415  (only what is asked for)

        return mermaid.render(picture, look.theme, look.direction)
    if form is Format.MARKDOWN:
        from gradcli.views.picture import markdown  # noqa: PLC0415  (only what is asked for)

        return markdown.render(picture, look.theme, look.direction)
    if form is Format.TIKZ:
        from gradcli.views.picture import tikz  # noqa: PLC0415  (only what is asked for)

        return tikz.render(picture, look.theme, look.direction, look.scale)
    return None


def _drawn(picture: Picture, look: Look, form: Format) -> str | bytes:
    """A picture with every line in its place: SVG, or what is made of that."""
    from gradcli.views.picture import svg  # noqa: PLC0415  (only what is asked for)

    text = svg.render(picture, look.theme, look.direction, look.scale)
    if form is Format.SVG:
        return text
    if form is Format.HTML:
        from gradcli.views.papers import html  # noqa: PLC0415  (only what is asked for)

        theme = colours_of(look.theme)
        fixed = (theme.paper, theme.text[Role.NAME])
        auto = look.theme is ThemeName.AUTO
        return html.document(picture.heading or picture.title, text, None if auto else fixed)
    if form is Format.PDF:
        from gradcli.views.picture import pdf  # noqa: PLC0415  (only what is asked for)

        return pdf.render(text)
    from gradcli.views.picture import png  # noqa: PLC0415  (only what is asked for)

    return png.render(text)


def _picture(
    solution: Solution, look: Look, precision: int | None, encoding: str, *, in_full: bool = True
) -> Picture:
    """What is drawn, whatever the format."""
    vertices = _vertices(solution, look)
    part = crop(solution, vertices, look.depth, look.focus)
    if not look.force:
        check_size(solution, vertices, part)
    values = solution.has_values
    symbolic = look.symbolic
    if symbolic is None:
        symbolic = not values and len(part.vertices) <= MOST_WITH_SYMBOLS
    style = Style(values, symbolic, look.layers, look.full, precision, encoding, in_full)
    made = replace(caption(solution, part, style), heading=visible(look.title or "", encoding))
    if look.highlight is None:
        return made
    from gradcli.views.picture.highlight import highlighted  # noqa: PLC0415  (seldom asked for)

    return highlighted(made, solution, part, found(solution, part, look.highlight), style)


def found(solution: Solution, part: Crop, name: str) -> Node:
    """The node that paths begin with: one that is drawn, or whose weight stands on an edge.

    Raises:
        InputError: there is none.
    """
    weights = {entry.weight for v in part.vertices for entry in v.entries if entry.weight}
    return find(solution, [*(vertex.node for vertex in part.vertices), *weights], name)


def _vertices(solution: Solution, look: Look) -> list[Vertex]:
    if look.layers:
        from gradcli.views.picture.network import network  # noqa: PLC0415  (seldom asked for)

        return network(solution)
    from gradcli.views.picture.sketch import sketch  # noqa: PLC0415  (one of the two)

    return sketch(solution, full=look.full)


def _in_characters(picture: Picture, display: Display) -> Page:
    """The picture in characters: boxes where they fit, else a line a box."""
    from gradcli.views.picture import boxes, rails  # noqa: PLC0415  (only what is asked for)

    page = boxes.render(picture, display.width, ascii_only=display.symbols is ASCII)
    return page or rails.render(picture, display)
