"""What a character means that is none of the language, and what to write instead of it."""

from __future__ import annotations

import re

from gradcli.errors import Option, ParseError, Sentence, Span
from gradcli.hints import ITSELF, NO_PRIME
from gradcli.syntax import signs, tex
from gradcli.syntax.refusals import Language, statement_at

NO_STRINGS = "there are no strings in the language"
CONDITIONAL = "write a if condition else b"
LIMITS = Sentence("there are no limits; the value near the place shows one: ", Option("x", "1e-9"))
_NORM = "write norm(x, y)"
_SUM = "write sum(x[i] for i in 1..3)"

_CHARACTER_HINTS = {
    **signs.hints(),
    "|": "write abs(x) for |x|, and `or` for a condition",
    "%": "write mod(x, y) for the remainder, or /100 for per cent",
    "{": "write round brackets: ( )",
    "}": "write round brackets: ( )",
    '"': NO_STRINGS,
    "`": NO_STRINGS,
    "“": NO_STRINGS,
    "”": NO_STRINGS,
    "‘": NO_STRINGS,
    "\\": "this looks like LaTeX; write it as sqrt(x), a/b, x^2",
    "$": "write the bare name",
    "?": CONDITIONAL,
    ":": f"{CONDITIONAL}, or where(condition, a, b)",
    "~": "write `not`",
    "¬": "write `not`",
    "±": Sentence("write both: a + b, and a - b; a tolerance is for a claim: ", Option("assert")),
    "→": "write f(x) = … for a function",
    "↦": "write f(x) = … for a function",
    "∈": "a range is written: for i in 1..3",
    "ᵀ": "the transpose of an array x is x'",
    "≈": Sentence("write ==, and ± 1e-9 behind it in a claim: ", Option("assert")),
    "≅": Sentence("write ==, and ± 1e-9 behind it in a claim: ", Option("assert")),
    "∂": ITSELF,
    "∇": "write the formula itself; the gradient is computed from it",
    "′": NO_PRIME,
    "’": NO_PRIME,
    "∑": _SUM,
    "∫": "there are no integrals; the derivative of one is what stands under it",
    "∏": "write prod(x[i] for i in 1..3)",
    "…": f"write it out, or {_SUM.removeprefix('write ')}",
    "⋯": f"write it out, or {_SUM.removeprefix('write ')}",
    "‖": _NORM,
    "∜": "write root(x, 4)",
    "‰": "write /1000",
    "∆": "write Δ, the letter",
    "←": "write x = …",
    "⊕": "write (a != 0) != (b != 0) for the exclusive or",
    "⊗": "the Kronecker product of two arrays is kron(a, b)",
    "⟨": "the inner product of two arrays is dot(x, y)",
    "⟩": "the inner product of two arrays is dot(x, y)",
    "⍟": "write log(x)",
    "↑": "write ^",
    "∘": "write *",
    "⁺": "a superscript needs a number: x²",
    "⁻": "a superscript needs a number: x^-1",
}

_TEX = frozenset("\\{}$|∑∏")
"""What LaTeX is known by, and lines around what an absolute value is of."""

PAIRS = {
    **signs.hints(),
    "||": "write `or`",
    ".'": NO_PRIME,
    ".+": "write x + y: it is done entry by entry",
    ".-": "write x - y: it is done entry by entry",
    ".(": "write the name of the function alone, which is done entry by entry: tanh(x)",
    "<<": "write x*2^y",
    ">>": "write floor(x/2^y)",
    "->": "write f(x) = … for a function",
    "=>": "write >=",
    "::": "write the name of the function alone: exp(x)",
    "//": "write floor(x/y)",
    "/*": "a comment begins with #",
    "+=": "write y = x + 1: a new value needs a new name",
    "-=": "write y = x - 1: a new value needs a new name",
    "*=": "write y = 2*x: a new value needs a new name",
    "/=": "write y = x/2: a new value needs a new name",
}
"""What two signs that follow each other are meant for, whichever of them is not expected."""


def describe(character: str) -> str:
    """A character so that it can be told from its look-alikes: itself if visible, name, number."""
    import unicodedata  # noqa: PLC0415  (only an error needs it)

    number = f"U+{ord(character):04X}"
    name = unicodedata.name(character, "")
    if not character.isprintable():
        return f"{name} {number}" if name else number
    return f"'{character}' ({name + ', ' if name else ''}{number})"


def refused(source: str, position: int, language: Language) -> ParseError:
    """The error for the character at a place."""
    character = source[position]
    shown = f"'{character}'" if character.isascii() and character.isprintable() else None
    hint = PAIRS.get(source[position : position + 2]) or _CHARACTER_HINTS.get(character)
    if source.startswith("||", position) and _begins(source[:position]):
        hint = _NORM
    if character == ":" and re.search(r"\b(?:def|lambda)\b[^\n;]*$", source[:position][-80:]):
        hint = PAIRS["->"]
    elif character == ":" and re.search(r"\[[^\[\]\n]*$", source[:position][-80:]):
        hint = (
            "places are written 1..3, both ends included and counted from 1; a colon is all of them"
        )
    if character == "\\" and re.match(r"[ \t]{1,9}[\w(\[]", source[position + 1 : position + 20]):
        hint = "write solve(A, b) for A \\ b"
    elif of_limit(source[:position]):
        hint = LIMITS
    elif character in _TEX:
        hint = tex_hint(statement_at(source, position, language), language) or hint
    hint = signs_hint(statement_at(source, position, language), language) or hint
    if character == "." and hint is None:
        names = language.names
        hint = names.attribute(source, position) if names else "a product is written *"
    if character == "’" and not source[max(position - 1, 0) : position].isalnum():
        hint = NO_STRINGS
    return ParseError(
        "character",
        f"unexpected character {shown or describe(character)}",
        span=Span(position, position + 1),
        hint=hint or instead(character),
        source=source,
    )


def tex_hint(source: str, language: Language) -> str | None:
    """The hint for LaTeX, if it can be written as a program."""
    if re.search(tex.DERIVATIVE, source[: tex.LONG]):
        return ITSELF
    text = tex.written(source)
    names = language.names
    if text and names:
        text = _INVERSE.sub(
            lambda found: f"a{found[1]}(" if names.is_function(f"a{found[1]}") else found[0], text
        )
    return f"write {text}" if text and language.is_program(text) else None


_INVERSE = re.compile(r"\b([a-z]+)\^\(-1\)\s*\(")
"""What may be an inverse function: ``tan^(-1)(``."""


def signs_hint(source: str, language: Language) -> str | None:
    """The hint for signs of other languages, if what they are written as is a program."""
    text = next(filter(language.is_program, signs.written(source)), None)
    return f"write {text}" if text else None


def of_limit(before: str) -> bool:
    """Whether a place is that of ``x->0`` in a limit."""
    return (
        re.search(r"\blim(?:it)?(?![a-zA-Z])\s*_?\s*[({]?[\w\s]*[-→]?$", before[-40:]) is not None
    )


def _begins(before: str) -> bool:
    """Whether an expression begins after a text, as no operand stands at its end."""
    return re.search(r"[\w)\]⌋⌉!'°]\s*$", before[-40:]) is None


def instead(character: str) -> str | None:
    """A hint what to write for a character that looks or means like one of the language."""
    import unicodedata  # noqa: PLC0415  (only an error needs it)

    if character in _CHARACTER_HINTS:
        return _CHARACTER_HINTS[character]
    if not character.isprintable():
        return "remove it"
    if unicodedata.category(character) == "Pd":
        return "write -"
    if unicodedata.decomposition(character).startswith("<super>"):
        return f"write ^{unicodedata.normalize('NFKC', character)}"
    digit = unicodedata.digit(character, None)
    plain = unicodedata.normalize("NFKC", character).replace("⁄", "/") if digit is None else digit
    return f"write {plain}" if plain != character and str(plain).isascii() else None
