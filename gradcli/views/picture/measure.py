"""How wide text is at the most, in whichever sans-serif font it will be shown.

The fonts of `FONTS` differ by a fifth. What is measured here is the widest of them (DejaVu Sans,
which Verdana equals), rounded up, so that text never leaves its box; in a narrower font the box
has a little more room at its sides.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

FONTS = '"Helvetica Neue", Helvetica, Arial, "Liberation Sans", "DejaVu Sans", sans-serif'

# Width of a character as a share of the font's size -> the characters of that width.
_CLASSES = {
    0.30: "'Iijl",
    0.35: " ,./:;\\|·",
    0.40: "()-[]ft",
    0.45: "!r⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉",
    0.50: '"*J`',
    0.55: "csz∂⁻₋",
    0.60: "?L_kvxy",
    0.65: "$0123456789FTabdeghnopqu{}",
    0.70: "ABEKPSVXYZ∇",
    0.75: "CNRU",
    0.80: "&DGHOQ",
    0.85: "#+<=>^w~−≤≥≠∞",
    0.90: "M",
    1.00: "%Wm…",
    1.05: "@",
}
_WIDTHS = {character: width for width, all_ in _CLASSES.items() for character in all_}
_GREEK_SMALL = 0.75
_WIDE = 1.05
_BOLD = 1.2


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of a text without control characters, in the unit of the font's size."""
    return sum(map(_width, text)) * size * (_BOLD if bold else 1.0)


@lru_cache(maxsize=4096)
def _width(character: str) -> float:
    width = _WIDTHS.get(character)
    if width is not None:
        return width
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0.0
    base = unicodedata.normalize("NFD", character)[0]
    if base in _WIDTHS:
        return max(_WIDTHS[base], 0.4)
    if "α" <= base <= "ω":
        return _GREEK_SMALL
    return _WIDE
