"""Formulas as a page holds them: MathML in a few characters, which its script makes elements of.

A row is ``{…}``. A fraction ``/``, a power ``^`` and a root ``√`` stand before their two children,
or their one. Everything else is a letter for its kind, its text, and a semicolon: tanh(w) is
``{itanh;o(;vw;o);}``.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import unescape

_OPENING = {"mrow": "{", "mfrac": "/", "msup": "^", "msqrt": "√"}

_LEAVES = {"mi": "i", "mn": "n", "mo": "o", "mtext": "t"}

VALUE = '<mi class="value">'
"""How the name of a box begins whose value can take its place."""

_TOKEN = re.compile(r'<(/?)(\w+)( class="value")?>([^<]*)')

_SIGN = re.compile(r"[\\;]")


def brief(mathml: str) -> str:
    """A formula of `views.lines.mathml` as the page reads it."""
    written = []
    for closing, tag, is_value, text in _TOKEN.findall(mathml):
        if tag in _LEAVES and not closing:
            kind = "v" if is_value else _LEAVES[tag]
            written.append(kind + _SIGN.sub(r"\\\g<0>", unescape(text)) + ";")
        elif tag == "mrow" and closing:
            written.append("}")
        elif not closing:
            written.append(_OPENING[tag])
    return "".join(written)
