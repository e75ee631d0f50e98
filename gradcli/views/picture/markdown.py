"""A picture in Markdown: a block of Mermaid, which many sites that show Markdown draw."""

from __future__ import annotations

from gradcli.layout.direction import Direction
from gradcli.views.papers.markdown import escaped
from gradcli.views.picture import mermaid
from gradcli.views.picture.model import Picture
from gradcli.views.picture.theme import ThemeName


def render(
    picture: Picture,
    theme: ThemeName = ThemeName.LIGHT,
    direction: Direction | None = None,
) -> str:
    """The text of a Markdown file, without a final newline; as `mermaid.render`."""
    title = escaped(picture.heading or picture.title)
    return f"## {title}\n\n```mermaid\n{mermaid.render(picture, theme, direction)}\n```"
