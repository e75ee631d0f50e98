"""A formula of LaTeX as it is written here, for the hint of the error that it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from gradcli.syntax import bars, pieces
from gradcli.syntax.operands import ONE, SUM, Operand, put_in
from gradcli.syntax.spelling import LETTERS

LONG = 120
"""A longer text is not written anew."""

MOST = 100
"""So many parts of one are."""

DERIVATIVE = (
    r"\\[dt]?frac\s*\{\s*(?:d(?:\^\{?\w\}?)?\s*\w?|\\partial[^{}]*)\s*\}"
    r"\s*\{\s*(?:d\s*\w(?:\^\w)?\s*\}|\\partial)"
)
"""A derivative in Leibniz's notation."""

_SIGNS = {
    "cdot": "*",
    "times": "*",
    "ast": "*",
    "odot": "*",
    "div": "/",
    "le": "<=",
    "leq": "<=",
    "ge": ">=",
    "geq": ">=",
    "ne": "!=",
    "neq": "!=",
    "land": " and ",
    "wedge": " and ",
    "lor": " or ",
    "vee": " or ",
    "lnot": " not ",
    "neg": " not ",
    "infty": " inf ",
    "{": "(",
    "}": ")",
    "lbrace": "(",
    "rbrace": ")",
    "lfloor": "⌊",
    "rfloor": "⌋",
    "lceil": "⌈",
    "rceil": "⌉",
    "lvert": "|",
    "rvert": "|",
    "vert": "|",
    "degree": "°",
    "varepsilon": " epsilon ",
    "vartheta": " theta ",
    "varphi": " phi ",
    "ell": " l ",
}
"""Commands that are signs or names here."""

# fmt: off
GREEK = frozenset((
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa",
    "lambda", "mu", "nu", "xi", "omicron", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi",
    "psi", "omega",
))
_FUNCTIONS = frozenset((
    "arccos", "arcsin", "arctan", "cos", "cosh", "cot", "coth", "csc", "exp", "ln", "log", "max",
    "min", "sec", "sin", "sinh", "tan", "tanh",
))
# fmt: on

_NOTHING = (
    r"\\(?:(?:left|right|[bB]igg?[lr]?|limits|displaystyle|q?quad)(?![A-Za-z])\.?|[,;:! \[\]()])"
    r"|\$"
)
"""What changes nothing of what a formula says."""

_NAMED = r"\\(?:math\w*|boldsymbol|operatorname|text\w*|vec)\s*\{\s*(\w+)\s*\}"
"""A name in other letters."""

_ACCENT = r"\\(hat|bar|tilde|dot|ddot|overline|underline)\s*(?:\{\s*(\w+)\s*\}|(\w))"

_IN = r"\s*\{([^{}\\]*)\}"
_ONE = rf"{LETTERS}|\d+(?:\.\d+)?"
_ATOM = r"\w+(?:\.\d+)?(?:\[[^\[\]]*\])?"
_GROUP = r"\((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*\)"
_ARGUMENT = rf"(?:{_GROUP}|{_ATOM}(?:{_GROUP})?(?:\^(?:-?{_ATOM}|{_GROUP}))?)"
_TERM = rf"((?:[^-+=;,(){{}}\\]|{_GROUP})+)"

_BY_CASES = re.compile(
    r"(?s)(?:\\left\s*)?(?:\\(?:\{|lbrace)\s*)?\\begin\s*\{(d?cases|array)\}(?:\{[lcr]+\})?(.*?)"
    r"\\end\s*\{\1\}(?:\s*\\right\s*\.)?"
)
"""Values by cases, of ``cases``, or of an ``array`` with a brace before it."""

_AFTER = rf"\s*(?:_\s*(\w+))?\s*(\^\s*(?:-?\w+|\(-?\w+\)))?\s*({_ARGUMENT})"
"""What stands behind a function: a base, an exponent, and what it is of."""

_BOUNDS = (
    r"\s*_\s*[{(]\s*(\w+)\s*=\s*([^{}()\\]+?)\s*[)}]\s*\^\s*(?:\{([^{}\\]*)\}|(\w+))\s*(?:\\,)?\s*"
)


def written(source: str) -> str | None:
    """What is written here for LaTeX, or None if that cannot be told."""
    if len(source) > LONG:
        return None
    text = re.sub(_NOTHING, " ", _BY_CASES.sub(_rows, source))
    for _ in range(MOST):
        before = text
        for pattern, replacement in _RULES:
            text = re.sub(pattern, replacement, text, count=1)
            if text != before:
                break
        else:
            break
    if re.search(r"[\\{}|‖]", text):
        return None
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"(?<=[(\[^_⌊⌈]) | (?=[)\]^,!°⌋⌉])|(?<=\w)(?<!else) (?=\()", "", text)
    text = re.sub(r"(?<=\S[-+*/]) (?=\w)", "", text)
    text = re.sub(rf"\(({_GROUP})\)", r"\1", text)
    if re.fullmatch(_GROUP, text):
        text = text[1:-1]
    return text if text != source else None


def _rows(found: re.Match[str]) -> str:
    """Values by cases with the signs of `pieces` between them."""
    rows = [row.replace("&", ",", 1) for row in found[2].split("\\\\") if row.strip()]
    return f"{{{'; '.join(rows)};}}"


def _any_of(names: Iterable[str]) -> str:
    """A command of one of these names."""
    return rf"\\({'|'.join(sorted(names, key=len, reverse=True))})(?![A-Za-z])"


def _sign(found: re.Match[str]) -> str:
    return _SIGNS[found[1]]


def _accent(found: re.Match[str]) -> str:
    return f" {found[2] or found[3]}_{found[1]} "


def _put(template: str) -> Callable[[re.Match[str]], str]:
    """What stands for x and y in a template, in brackets where it needs them."""

    def put(found: re.Match[str]) -> str:
        parts = [part.strip() for part in found.groups()]
        return put_in(template, dict(zip("xy", map(_operand, parts), strict=False)))

    return put


def _operand(text: str) -> Operand:
    return Operand(text, ONE if re.fullmatch(rf"{_ONE}|(?:{_ONE})?{_GROUP}", text) else SUM)


def _sum(found: re.Match[str]) -> str:
    name, index, first, group, last, term = found.groups()
    function = {"∑": "sum", "Σ": "sum", "∏": "prod", "Π": "prod"}.get(name, name)
    end = (group or last).strip()
    term = re.sub(rf"_{index}(?!\w)", f"[{index}]", term)
    return f"{function}({term.strip()} for {index} in {first}..{end}) "


def _bars(found: re.Match[str]) -> str:
    return next(bars.written(found[0]), found[0])


def _subscript(found: re.Match[str]) -> str:
    indices = found[1].replace(" ", "")
    return f"[{indices}]" if "," in indices else f"_{indices}"


def _power(found: re.Match[str]) -> str:
    operand = _operand(found[1].strip())
    return f"^{operand.text}" if operand.level == ONE else f"^({operand.text})"


def _call(found: re.Match[str]) -> str:
    name, base, exponent, argument = found.groups()
    inside = argument[1:-1] if re.fullmatch(_GROUP, argument) else argument
    power = (exponent or "").strip("^ ").strip("()")
    if power == "-1" and not name.startswith("a"):
        name, power = f"a{name}", ""
    call = f"{name}({inside}, {base})" if base else f"{name}({inside})"
    return f" {call}^{power} " if power else f" {call} "


_RULES: list[tuple[str, str | Callable[[re.Match[str]], str]]] = [
    (_NAMED, r" \1 "),
    (_ACCENT, _accent),
    (_any_of(name for name in _SIGNS if name.isalpha()), _sign),
    (r"\\([{}])", _sign),
    (r"\^\s*(?:\\circ(?![A-Za-z])|\{\s*\\circ\s*\})", "°"),
    (_any_of([*GREEK, *map(str.capitalize, GREEK)]), r" \1 "),
    (r"\\[dt]?frac\s*(\d)\s*(\d)", r"(\1/\2)"),
    (rf"\\[dt]?frac{_IN}{_IN}", _put("(x/y)")),
    (rf"\\binom{_IN}{_IN}", _put("binomial(x, y)")),
    (rf"\\sqrt\s*\[([^\[\]{{}}\\]*)\]{_IN}", _put("root(y, x)")),
    (rf"\\sqrt{_IN}", _put("sqrt(x)")),
    (r"\\sqrt\s*(\w)", r"sqrt(\1)"),
    (rf"\\?(sum|prod|[∑∏ΣΠ]){_BOUNDS}{_TERM}", _sum),
    (r"_\s*\{\s*(\w+(?:\s*,\s*\w+)*)\s*\}", _subscript),
    (r"\^\s*\{([^{}\\]*)\}", _power),
    (_any_of(_FUNCTIONS) + _AFTER, _call),
    (r"\\\|", "‖"),
    (r"(?s).*[|‖].*", _bars),
    (r"\{[^{}\\]*;[^{}\\]*\}", lambda found: pieces.written(found[0])),
    (r"\{([^{}\\]*)\}", _put("(x)")),
]
"""What is written for each part, the inner parts first; texts, as patterns take long to make."""
