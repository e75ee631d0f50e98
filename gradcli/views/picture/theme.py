"""The colours of a picture: whatever is a derivative has one colour, values another."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from gradcli.views.picture.model import Kind, Role


class ThemeName(Enum):
    """What a picture is shown on; ``auto`` asks the reader's browser."""

    LIGHT = "light"
    DARK = "dark"
    AUTO = "auto"


class Theme(NamedTuple):
    """Colours as ``#rrggbb``.

    Attributes:
        paper: the background.
        line: edges.
        weights: edges that stand for a weight, a positive one and a negative one.
        text: the colour of a word.
        fill: the inside of a box.
        border: the outline of a box.
    """

    paper: str
    line: str
    weights: tuple[str, str]
    text: dict[Role, str]
    fill: dict[Kind, str]
    border: dict[Kind, str]


LIGHT = Theme(
    paper="#ffffff",
    line="#7b8aa0",
    weights=("#3b82f6", "#ea580c"),
    text={
        Role.NAME: "#0f172a",
        Role.FORMULA: "#475569",
        Role.VALUE: "#0e7490",
        Role.GRADIENT: "#15803d",
    },
    fill={
        Kind.INPUT: "#f0fdf4",
        Kind.STEP: "#f8fafc",
        Kind.OUTPUT: "#fffbeb",
        Kind.MORE: "#ffffff",
    },
    border={
        Kind.INPUT: "#16a34a",
        Kind.STEP: "#64748b",
        Kind.OUTPUT: "#d97706",
        Kind.MORE: "#7b8aa0",
    },
)

DARK = Theme(
    paper="#0f172a",
    line="#64748b",
    weights=("#60a5fa", "#fb923c"),
    text={
        Role.NAME: "#f8fafc",
        Role.FORMULA: "#cbd5e1",
        Role.VALUE: "#67e8f9",
        Role.GRADIENT: "#86efac",
    },
    fill={
        Kind.INPUT: "#052e16",
        Kind.STEP: "#1e293b",
        Kind.OUTPUT: "#451a03",
        Kind.MORE: "#0f172a",
    },
    border={
        Kind.INPUT: "#4ade80",
        Kind.STEP: "#94a3b8",
        Kind.OUTPUT: "#fbbf24",
        Kind.MORE: "#64748b",
    },
)


PATHS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b87d00", "#2f8fc7")
"""The colours of highlighted paths, which also those tell apart who see few colours; on white paper
as on dark."""

DASHES = ("", "9 4", "2 3", "10 3 2 3", "16 5", "6 3 2 3 2 3")
"""Their dashes, which are told apart without any colour."""


def colours_of(theme: ThemeName) -> Theme:
    """The colours of a theme; those of ``auto`` are light until a reader asks for dark."""
    return DARK if theme is ThemeName.DARK else LIGHT


STYLES = {
    "red": "#dc2626",
    "green": LIGHT.text[Role.GRADIENT],
    "blue": "#1d4ed8",
    "magenta": "#a21caf",
    "cyan": LIGHT.text[Role.VALUE],
}
"""The styles of fragments that are colours in a terminal, on white paper."""
