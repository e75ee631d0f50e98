"""A formula with signs of other languages as it is written here, for the hint of its error."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from gradcli.syntax import bars, choices, pieces
from gradcli.syntax.choices import INNER
from gradcli.syntax.operands import POWER, PRODUCT, SUM, Operand, put_in
from gradcli.syntax.spelling import INSIDE, KEYWORDS, LETTERS, NAME

LONG = 120
"""A longer text is not written anew."""

_GROUP = rf"\({INNER}\)"
_WORD = rf"(?!(?:{'|'.join(KEYWORDS)})\b)"
_ATOM = rf"(?<![\w.\u0300-\u036f]){_WORD}(?:\.\d+|(?:{INSIDE})+(?:\.\d+)?)"
_OPERAND = rf"(?:{_ATOM}(?:{_GROUP}|\[[^\[\]]*\])?|{_GROUP})"
_POWER = rf"{_OPERAND}(?:\s*(?:\^|\*\*)\s*-?{_OPERAND})*"
_ARROW = r"(?:=>|->|→|↦|⟼)"
_PRODUCT = rf"{_POWER}(?:(?:\s*[*/·×](?![*/])\s*[-−]?|\s+|(?<=[)])){_POWER})*"
_SUM = rf"[-−]?{_PRODUCT}(?:\s*[-+−]\s*{_PRODUCT})*"

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

_Replacement = str | Callable[[re.Match[str]], str]

_ITEM = rf"(?:[^(),]|{_GROUP})+?"

_OVER_RANGE = (
    rf"\b([Ss]um|[Pp]rod)(?:uct)?\(\s*({_ITEM}),\s*"
    rf"(?:\(\s*(\w+)\s*,\s*({_ITEM})\s*,|(\w+)\s*(?:=|in)\s*({_ITEM})\s*(?:\.\.|:|to))"
    rf"\s*({_ITEM})\s*\)?\)"
)
"""``Sum(i^2, (i, 1, 3))`` and ``sum(i^2, i=1..3)``."""

_END = r"[\w+*]+"

_OVER = {"∑": "sum", "∏": "prod"}

_RANGES: list[tuple[str, _Replacement]] = [
    (
        rf"\b([SP](?:um|rod))(?:uct)?\[([^\[\],]+),\s*\{{\s*(\w+),\s*({_END}),\s*({_END})\s*\}}\]",
        lambda found: _ranged(*found.groups()),
    ),
    (
        rf"\b([Ss]um|[Pp]rod)(?:uct)?\(\s*({_ITEM}),\s*(?!axis|dim)(\w+)\s*=\s*({_END}),\s*({_END})\)",
        lambda found: _ranged(*found.groups()),
    ),
    (
        rf"([∑∏])\(\s*({_ITEM}),\s*(\w+)\s*,\s*({_END})\s*,\s*({_END})\s*\)",
        lambda found: _ranged(_OVER[found[1]], *found.groups()[1:]),
    ),
    (r"([∑∏])\s*(?=\()", lambda found: _OVER[found[1]]),
    (
        rf"\bfor\s+(\w+)\s+in\s+range\(\s*(?:({_END})\s*,\s*)?({_END})\s*\)",
        lambda found: f"for {found[1]} in {found[2] or 0}..{_before(found[3])}",
    ),
    (rf"\bfor\s+(\w+)\s+in\s+({_END})\s*(?::|\bto\b)\s*({_END})", r"for \1 in \2..\3"),
    (
        rf"\bfor\s+(\w+)\s*(?:=|\bfrom\b)\s*({_END})\s*(?:\.\.|:|,|\bto\b)\s*({_END})",
        r"for \1 in \2..\3",
    ),
]
"""``Sum[i^2, {i, 1, 3}]``, and ranges: Python's ``range(3)``, ``1:3``, ``i = 1 to 3``."""


def _before(end: str) -> str:
    """The last number of a range that ends before another."""
    return str(int(end) - 1) if end.isdecimal() else f"{end}-1"


_LEAST, _GREATEST = (rf"(?:a_)?{which}\s*=(?!=)\s*({_ITEM})" for which in ("min", "max"))
_BOUNDS = {
    rf"{_LEAST},\s*{_GREATEST}": r"clip(\1, \2, \3)",
    rf"{_GREATEST},\s*{_LEAST}": r"clip(\1, \3, \2)",
    _LEAST: r"max(\1, \2)",
    _GREATEST: r"min(\1, \2)",
}
"""Bounds with names, as ``clamp(x, min=0)`` has one, and what is written for a call with them."""

_NAMED: list[tuple[str, _Replacement]] = [
    *_RANGES,
    (_OVER_RANGE, lambda found: _ranged(*filter(None, found.groups()))),
    (r",\s*keep_?dims?\s*=\s*(?:True|true)\b", ""),
    (r",\s*(?:axis|dim)\s*=\s*([0-8])\b", lambda found: f"; {int(found[1]) + 1}"),
    (r"\b(?:axis|dim)\s*=\s*([0-8])\b(?=\))", lambda found: f"; {int(found[1]) + 1}"),
    (r",\s*dims\s*=\s*([1-9])\b", r"; \1"),
    (r",\s*base\s*=(?!=)\s*", ", "),
    *(
        (
            rf"\b(?:clamp|clip)\(({_ITEM}),\s*{bounds}\)",
            written,
        )
        for bounds, written in _BOUNDS.items()
    ),
    (
        rf"\bround\(([^(),]*|{_GROUP}),\s*n?(?:digits|decimals)\s*=(?!=)\s*(\d+)\)",
        r"round((\1)*10^\2)/10^\2",
    ),
]
"""Arguments with names, and what is written for them here; axes count from 1."""


def _ranged(function: str, item: str, index: str, first: str, last: str) -> str:
    return f"{function.lower()}({item} for {index} in {first}..{last})"


_UNCHOSEN = r"(?:(?!\b(?:if|then|else)\b).)+?"
"""What no choice stands in."""


def _cases(conditions: str, otherwise: str) -> str:
    """What is written for ``case when x > 0 then 1 when x < 0 then 2 else 3 end`` of SQL."""
    for each in reversed(re.split(r"\s+when\s+", conditions, flags=re.IGNORECASE)):
        condition, _, value = re.sub(r"(?i)\bthen\b", "then", each).partition(" then ")
        otherwise = f"{value.strip()} if {condition.strip()} else {otherwise}"
    return otherwise


def _positive(found: re.Match[str]) -> str:
    """What is written for ``(S - K)^+`` and ``x₊``, the positive part."""
    return f"max(0, {found[1] or found[2] or found[3]})"


_NO_FACTORIAL = r"(?<![\w)\]!°⌋⌉])\s*"
"""Before a sign that is a factorial behind a value."""

_QUOTIENT = r"(?:\s*(?P<divided>//)\s*|\s*%(?=[\w(.])|\s+%\s*|%(?=[-−])|%\s+(?![-−+]))"
"""A quotient or a remainder; ``50% - 3`` has none."""

_BEFORE_SIGN = re.compile(rf"(?<!\w)(?:{'|'.join(KEYWORDS)})$|[^\w)\]!°⌋⌉'.]$|^$")
"""What a minus stands behind that is a sign."""


def _divided(found: re.Match[str]) -> str:
    """What is written for ``-7 % 3`` and ``-7 // 3``: a sign is done before, as C and Python do."""
    sign, left, right = found["sign"] or "", found["left"], found["right"]
    is_sign = _BEFORE_SIGN.search(found.string[: found.start()].rstrip()) is not None
    if sign and not is_sign:
        return sign + _filled(_whole(found["divided"]), left, right)
    return _filled(_whole(found["divided"]), sign.strip() + left, right)


def _whole(sign: str | None) -> str:
    return "floor(x/y)" if sign in {"//", "%/%"} else "mod(x, y)"


def _shifted(found: re.Match[str]) -> str:
    """What is written for ``x << 2 + 1``: sums are done before."""
    written = "x*2^y" if found["shift"] == "<<" else "floor(x/2^y)"
    return _filled(written, found["left"], found["right"])


def _filled(written: str, left: str, right: str) -> str:
    """A formula of x and y with texts in their places."""
    return put_in(written, {"x": _operand(left), "y": _operand(right)})


def _operand(text: str) -> Operand:
    """A text as an operand, however loosely it holds together."""
    levels = {POWER: _POWER, PRODUCT: rf"[-−]?{_PRODUCT}"}
    found = (level for level, pattern in levels.items() if re.fullmatch(pattern, text.strip()))
    return Operand(text.strip(), next(found, SUM))


_FIRST: list[tuple[str, _Replacement]] = [
    (r"^\s*=(?!=)\s*", ""),
    (rf"^(.+?)\s*\|>\s*({LETTERS})", r"\2(\1)"),
    (
        rf"(?P<sign>[-−]\s*)?(?P<left>{_POWER})\s*(?P<divided>%%|%/%)\s*(?P<right>[-−]?{_POWER})",
        _divided,
    ),
    (r"\s*%\*%\s*", " @ "),
    (rf"({NAME})\.\(", r"\1("),
    (rf"({_POWER})\s*\.÷\s*({_POWER})", lambda found: _filled("trunc(x/y)", *found.groups())),
    (r"(?<=[\w)\]])\s*\.([<>=!]=|[-+−<>≤≥≠])\s*", r" \1 "),
    (rf"([√∛])\s*([-−]\s*{_OPERAND})", r"\1(\2)"),
    (r"\bels?e?if\b", "else if"),
    (
        rf"\bif\s+({_UNCHOSEN})\s+then\s+({_UNCHOSEN})\s+else\s+(.+?)(?:\s+(?:end(?:\s*if)?|fi))?\s*$",
        r"\2 if \1 else \3",
    ),
    (
        r"(?i)\bcase\s+when\s+(.+?)\s+else\s+(.+?)\s+end\b",
        lambda found: f"({_cases(found[1], found[2])})",
    ),
    *_NAMED,
]
"""What is done before that, as signs are in it that are written otherwise by themselves."""

_PATTERNS: list[tuple[str, _Replacement]] = [
    (r"^\s*lambda\s+([\w, ]+?)\s*:\s*", r"f(\1) = "),
    (r"^\s*@\(([\w, ]+)\)\s*", r"f(\1) = "),
    (r"^\s*def\s+(\w+)\s*\(([\w, ]*)\)\s*:\s*(?:return\s+)?", r"\1(\2) = "),
    (rf"^\s*(\w+)\s*:\s*(?:[\w^]+\s*{_ARROW}\s*[\w^]+\s*[,;]\s*)?(\w+)\s*{_ARROW}", r"\1(\2) ="),
    (rf"^\s*\(?\s*((\w+)(?:\s*,\s*\w+)*)\s*\)?\s*{_ARROW}\s*(?=.*\b\2\b)", r"f(\1) = "),
    (rf"({_OPERAND})\s*%\s+of\s+({_OPERAND})", r"\1/100*\2"),
    (rf"(?P<sign>[-−]\s*)?(?P<left>{_PRODUCT}){_QUOTIENT}(?P<right>[-−+]?{_POWER})", _divided),
    (rf"(?P<left>{_SUM})\s*(?P<shift><<|>>)\s*(?P<right>{_SUM})", _shifted),
    (r"(\w)\s*%", r"\1/100"),
    (rf"(?:\[([^\[\]]*)\]|\(({INNER})\)|(\w+?))(?:\s*[_^]\s*\+|[₊⁺])(?!\s*[\w(])", _positive),
    (rf"{_NO_FACTORIAL}[!~]\s*({_POWER})(?=\s*(?:[<>=!]=|[-+−*/^<>=]))", r"(not \1)"),
    (rf"{_NO_FACTORIAL}(?:!|~|¬)\s*(?=[\w(])", " not "),
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
    text = choices.written(pieces.written(_replaced(source.replace("∥", "‖"), _FIRST)))
    for sign in sorted(SIGNS, key=len, reverse=True):  # some are in others
        text = text.replace(sign, SIGNS[sign])
    for reading in bars.written(text) if "|" in text or "‖" in text else [text]:
        text = _replaced(reading, _PATTERNS)
        for other in (text, re.sub(r"\bif\s*\(", "where(", text)):
            if other != source:
                yield re.sub(r"[ \t]+", " ", other).strip()


def positional(text: str) -> str:
    """A text in which arguments with names stand as they are written here."""
    return _replaced(text, _NAMED)


def _replaced(text: str, patterns: Iterable[tuple[str, _Replacement]]) -> str:
    for pattern, replacement in patterns:
        for _ in range(MOST):
            before = text
            text = re.sub(pattern, replacement, text, count=1)
            if text == before:
                break
    return text
