"""A picture as PNG: its SVG drawn by resvg, which is in the extra ``picture``."""

from __future__ import annotations

import math
import re
import sys
from pathlib import Path

from gradcli.errors import UsageError
from gradcli.views.picture.extras import check

_ZOOM = 2.0
"""Pixels for each unit of the SVG: sharp on today's screens and on a projector."""

_MOST_PIXELS = 40e6

_FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")


def render(svg: str) -> bytes:
    """The bytes of a PNG file.

    Args:
        svg: a picture with colours in its attributes.

    Raises:
        UsageError: resvg is not installed, or there are no fonts.
    """
    check(".png")
    from resvg_py import svg_to_bytes  # noqa: PLC0415  (an extra)

    if sys.platform.startswith("linux") and not _has_fonts():
        raise UsageError(
            "fonts",
            "a PNG needs a font, and none is installed",
            hint="install one, such as the package fonts-dejavu, or write an .svg",
        )
    size = re.search(r'width="([\d.]+)" height="([\d.]+)"', svg)
    pixels = math.prod(map(float, size.groups())) if size else 1
    zoom = min(_ZOOM, math.sqrt(_MOST_PIXELS / pixels))
    return bytes(svg_to_bytes(svg_string=svg, zoom=zoom))


def _has_fonts() -> bool:
    """Whether text would show: resvg leaves out what it has no font for, and says nothing."""
    return any(
        path.suffix.lower() in {".ttf", ".otf", ".ttc"}
        for folder in _FONT_FOLDERS
        for path in Path(folder).expanduser().rglob("*.*")
    )
