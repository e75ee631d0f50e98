"""A formula with signs of other languages as it is written here, for the hint of its error."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradcli.syntax import bars
from gradcli.syntax.spelling import KEYWORDS

LONG = 120
"""A longer text is not written anew."""

_GROUP = r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)"
_OPERAND = rf"(?:\w+(?:\.\d+)?(?:{_GROUP}|\[[^\[\]]*\])?|{_GROUP})"

SIGNS = {
    "&&": " and ",
    "&": " and ",
    "∧": " and ",
    "∨": " or ",
    "===": "==",
    "!==": "!=",
    "<>": "!=",
    "~=": "!=",
    "=!": "!=",
    "=<": "<=",
    "≔": "=",
    ":=": "=",
    ".^": "^",
    ".*": "*",
    "./": "/",
    "^^": "^",
    "∗": "*",
    "∙": "*",
    "•": "*",
    "⊙": "*",
    "∕": "/",
    "⁄": "/",
    "∞": "inf",
    "–": "-",
    "—": "-",
    "，": ",",
    "；": ";",
    "（": "(",
    "）": ")",
    "＝": "=",
    "＊": "*",
    "／": "/",
    "＾": "^",
    "≡": "==",
    "⩵": "==",
    "⩾": ">=",
    "≧": ">=",
    "≮": ">=",
    "⩽": "<=",
    "≦": "<=",
    "≯": "<=",
    "＜": "<",
    "＞": ">",
    "－": "-",
    "［": "[",
    "］": "]",
    "＋": "+",
}
"""Signs, and what is written for them here."""

_PATTERNS = [
    (r"^\s*lambda\s+([\w, ]+?)\s*:\s*", r"f(\1) = "),
    (r"^\s*def\s+(\w+)\s*\(([\w, ]*)\)\s*:\s*(?:return\s+)?", r"\1(\2) = "),
    (r"^\s*\(?\s*((\w+)(?:\s*,\s*\w+)*)\s*\)?\s*(?:=>|->|→|↦)\s*(?=.*\b\2\b)", r"f(\1) = "),
    (r"\bif\s+(.+?)\s+then\s+(.+?)\s+else\s+(.+)", r"\2 if \1 else \3"),
    (
        r"(\s*)((?:[<>=!]=|[^=;?:])+?)\s*\?\s*([^?:]+?)\s*:(?!=)\s*([^?:;]+)",
        r"\1\3 if \2 else \4",
    ),
    (rf"({_OPERAND})\s*//\s*({_OPERAND})", r"floor(\1/\2)"),
    (rf"({_OPERAND})\s*<<\s*({_OPERAND})", r"\1*2^\2"),
    (rf"({_OPERAND})\s*>>\s*({_OPERAND})", r"floor(\1/2^\2)"),
    (rf"({_OPERAND})\s*%\s*({_OPERAND})", r"mod(\1, \2)"),
    (r"(\w)\s*%", r"\1/100"),
    (r"(?<![\w)\]!°⌋⌉])\s*(?:!|~|¬)\s*(?=[\w(])", " not "),
    (r"((?:^|;)\s*\w+\s*=(?:[^,;()=]|\([^()]*\))+),(?=\s*\w+\s*=)", r"\1;"),
]
"""What is done in this order, each as often as it can be."""

MOST = 20
"""So often at most."""


def hints() -> dict[str, str]:
    """For each sign a hint to write what is written for it here."""
    words = {sign: written.strip() for sign, written in SIGNS.items()}
    return {
        sign: f"write `{word}`" if word in KEYWORDS else f"write {word}"
        for sign, word in words.items()
    }


def written(source: str) -> Iterator[str]:
    """What a text may be meant for that has signs of other languages.

    Args:
        source: the text.
    """
    if len(source) > LONG:
        return
    text = source
    for sign in sorted(SIGNS, key=len, reverse=True):  # some are in others
        text = text.replace(sign, SIGNS[sign])
    for reading in bars.written(text) if "|" in text or "‖" in text else [text]:
        text = reading
        for pattern, replacement in _PATTERNS:
            for _ in range(MOST):
                before = text
                text = re.sub(pattern, replacement, text, count=1)
                if text == before:
                    break
        for other in (text, re.sub(r"\bif\s*\(", "where(", text)):
            if other != source:
                yield re.sub(r"[ \t]+", " ", other).strip()
