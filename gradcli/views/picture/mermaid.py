"""A picture as a Mermaid flowchart, which GitHub and many wikis draw."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from gradcli.layout.direction import Direction
from gradcli.views.picture.foot import stroke
from gradcli.views.picture.model import Kind, Line, Link, Picture, Role, plain
from gradcli.views.picture.theme import Theme, ThemeName, colours_of

_PLAIN = frozenset(" .,:=+/()[]|…·−∂√≤≥≠")
"""Signs that mean nothing to Mermaid inside of quotes; all others are written by number."""


def render(
    picture: Picture,
    theme: ThemeName = ThemeName.LIGHT,
    direction: Direction | None = None,
) -> str:
    """The text of a Mermaid file, without a final newline.

    Args:
        picture: what is drawn.
        theme: its colours; ``auto`` leaves them to the page that the picture stands in.
        direction: where edges lead; None for to the right.
    """
    lines = []
    if picture.heading:
        lines += ["---", f"title: {json.dumps(picture.heading, ensure_ascii=False)}", "---"]
    lines += [f"flowchart {'TB' if direction is Direction.DOWN else 'LR'}"]
    for place, box in enumerate(picture.boxes):
        left, right = ("((", "))") if box.round else ("[", "]")
        lines.append(f"  n{place}{left}{_text(box.lines)}{right}")
    lines += [_edge(link) for link in picture.links]
    if picture.below:
        told = "<br/>".join(map(_escaped, picture.below))
        lines.append(f'  told["{told}"]')
    lines += _ways(picture)
    if theme is not ThemeName.AUTO:
        lines += _styles(picture, colours_of(theme))
    return "\n".join(lines)


def _edge(link: Link) -> str:
    label = f"|{_text(link.label)}|" if link.label else ""
    return f"  n{link.source} -->{label} n{link.target}"


def _styles(picture: Picture, theme: Theme) -> Iterator[str]:
    colour = theme.text[Role.NAME]
    for kind in Kind:
        members = ",".join(
            f"n{place}" for place, box in enumerate(picture.boxes) if box.kind is kind
        )
        if members:
            look = f"fill:{theme.fill[kind]},stroke:{theme.border[kind]},color:{colour}"
            yield f"  classDef {kind.value}Box {look}"
            yield f"  class {members} {kind.value}Box"
    if picture.below:
        yield f"  style told fill:{theme.paper},stroke:{theme.line},color:{colour}"
    weights = [(place, link.strength) for place, link in enumerate(picture.links) if link.strength]
    for place, strength in weights:
        colour = theme.weights[strength < 0]
        yield f"  linkStyle {place} stroke:{colour},stroke-width:{0.4 + 3.6 * abs(strength):.1f}px"


def _ways(picture: Picture) -> Iterator[str]:
    """The edges of paths: each has one line, that of the first path along it; labels name all."""
    for place, link in enumerate(picture.links):
        if link.ways:
            colour, dashes = stroke(link.ways[0])
            dashed = f",stroke-dasharray:{dashes}" if dashes else ""
            yield f"  linkStyle {place} stroke:{colour},stroke-width:3px{dashed}"


def _text(lines: Sequence[Line]) -> str:
    return '"' + "<br/>".join(_escaped(plain(line)) for line in lines) + '"'


def _escaped(text: str) -> str:
    """Letters and digits as they are; what could be markup by its number, as ``#35;``."""
    return "".join(sign if sign.isalnum() or sign in _PLAIN else f"#{ord(sign)};" for sign in text)
