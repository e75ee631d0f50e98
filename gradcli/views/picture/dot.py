"""A picture in Graphviz' language DOT, for those who want to lay it out or style it themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradcli.layout.direction import Direction
from gradcli.views.picture.foot import stroke
from gradcli.views.picture.model import Box, Kind, Line, Link, Picture, in_full, plain
from gradcli.views.picture.theme import Theme, ThemeName, colours_of

_FONT = "Helvetica,Arial,sans-serif"


def render(
    picture: Picture,
    theme: ThemeName = ThemeName.LIGHT,
    direction: Direction | None = None,
) -> str:
    """The text of a DOT file, without a final newline.

    Args:
        picture: what is drawn.
        theme: its colours; Graphviz cannot ask the reader, so ``auto`` is light.
        direction: where edges lead; None for to the right.
    """
    colours = colours_of(theme)
    rank = "TB" if direction is Direction.DOWN else "LR"
    lines = [
        "digraph {",
        f"  graph [rankdir={rank}, bgcolor={_quoted(colours.paper)}, fontname={_quoted(_FONT)}]",
        f"  node [shape=box, style={_quoted('rounded,filled')}, fontname={_quoted(_FONT)}]",
        f"  edge [color={_quoted(colours.line)}, fontname={_quoted(_FONT)}, fontsize=11]",
        *(f"  n{place} {_node(box, colours)}" for place, box in enumerate(picture.boxes)),
        *(_edge(link, colours) for link in picture.links),
        *_around(picture),
        "}",
    ]
    return "\n".join(lines)


def _node(box: Box, theme: Theme) -> str:
    attributes = [f"label={_label(box.lines)}", f"fontcolor={_quoted(_colour(box.lines, theme))}"]
    if box.kind is Kind.MORE:
        attributes.append("shape=plaintext")
        attributes.append("style=solid")
    else:
        attributes.append(f"fillcolor={_quoted(theme.fill[box.kind])}")
        attributes.append(f"color={_quoted(theme.border[box.kind])}")
    if box.round:
        attributes.append("shape=circle")
        attributes.append("style=filled")
    detail = in_full(box.detail)
    if detail:
        attributes.append(f"tooltip={_quoted(detail)}")
    return f"[{', '.join(attributes)}]"


def _edge(link: Link, theme: Theme) -> str:
    attributes = []
    if link.label:
        attributes.append(f"label={_label(link.label)}")
        attributes.append(f"fontcolor={_quoted(_colour(link.label, theme))}")
    if link.strength is not None:
        attributes.append(f"penwidth={0.4 + 3.6 * abs(link.strength):.1f}")
        attributes.append(f"color={_quoted(theme.weights[link.strength < 0])}")
    if link.ways:
        # Several colours are as many lines beside each other.
        drawn = [stroke(number) for number in link.ways]
        attributes.append(f"color={_quoted(':'.join(colour for colour, _ in drawn))}")
        attributes.append("penwidth=2.5")
        if len(drawn) == 1 and drawn[0][1]:
            attributes.append("style=dashed")
    detail = in_full(link.detail)
    if detail:
        attributes.append(f"tooltip={_quoted(detail)}")
    listed = f" [{', '.join(attributes)}]" if attributes else ""
    return f"  n{link.source} -> n{link.target}{listed}"


def _around(picture: Picture) -> Iterator[str]:
    """What stands above a picture or below it: a graph has one label for both."""
    parts = [*([picture.heading] if picture.heading else []), *picture.below]
    if parts:
        yield f"  label={_quoted(chr(10).join(parts))}"
        yield f"  labelloc={'b' if picture.below else 't'}"


def _colour(lines: Sequence[Line], theme: Theme) -> str:
    """A label has one colour: that of its first word."""
    return theme.text[lines[0][0].role]


def _label(lines: Sequence[Line]) -> str:
    return _quoted("\n".join(map(plain, lines)))


def _quoted(text: str) -> str:
    """A string; a backslash would begin an escape in it, and an ampersand a character's name."""
    for sign, instead in (("\\", "\\\\"), ("&", "&amp;"), ('"', '\\"'), ("\n", "\\n")):
        text = text.replace(sign, instead)
    return f'"{text}"'
