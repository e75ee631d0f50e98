r"""Names as LaTeX: x_{1} for x1, \alpha, \dot{\tau}, \mathrm{rate}, w^{(1)}_{1,2} for w1[1,2].

A name is written as in print where that can be told from all other names of the program, and
letter by letter, \mathrm{x\_}, where it cannot. Characters that fonts of mathematics lack are
written by commands, except those of other scripts, which only some programs can set.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping

from gradcli.syntax.spelling import array_name, indices_of

_SMALL = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau"
_SMALL += " upsilon phi chi psi omega"
_LARGE = "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"

_COMMANDS = frozenset(f"{_SMALL} {_LARGE}".split())
"""The letters that LaTeX has a command for."""

_ACCENTS = {
    "\u0300": "grave",
    "\u0301": "acute",
    "\u0302": "hat",
    "\u0303": "tilde",
    "\u0304": "bar",
    "\u0306": "breve",
    "\u0307": "dot",
    "\u0308": "ddot",
    "\u030a": "mathring",
    "\u030c": "check",
}
"""Marks over the character before them."""


def in_print(names: Collection[str]) -> Mapping[str, str]:
    """How each name of a program is written: no two the same."""
    written: dict[str, str] = {}
    taken: set[str] = set()
    # A name in plain letters can always be written letter by letter, \alpha as \mathrm{alpha}.
    for name in sorted(dict.fromkeys(names), key=str.isascii):
        pretty = as_in_print(name)
        written[name] = pretty if pretty not in taken else letter_by_letter(name)
        taken.add(written[name])
    return written


def as_in_print(name: str) -> str:
    r"""A name without a look at others: x_{1} for x1 and for x_1; u' where a rule has it."""
    if name.endswith("'"):
        return f"{as_in_print(name[:-1])}'"
    base, indices = array_name(name), indices_of(name)
    places = [",".join(map(str, indices))] if indices else []
    head, *parts = base.split("_")
    word = head.rstrip("0123456789")
    digits = head[len(word) :]
    if not all([word, *parts]):
        return letter_by_letter(name)
    letter = _letter(word)
    if letter is None:
        # Of a word only a number at its end is a subscript.
        word = base.rstrip("0123456789")
        digits, parts = base[len(word) :], []
        letter = rf"\mathrm{{{_spelled(word.rstrip('_'))}}}"
    elif digits and parts:
        return letter_by_letter(name)
    elif len(parts) == 1 and parts[0].isdigit():
        digits, parts = parts[0], []
    if digits and indices:
        letter, digits = f"{letter}^{{({digits})}}", ""
    below = [*([digits] if digits else []), *map(_subscript, parts), *places]
    return f"{letter}_{{{','.join(below)}}}" if below else letter


def letter_by_letter(name: str) -> str:
    r"""A name in upright letters as it is typed: \mathrm{x\_1}."""
    return r"\_" if name == "_" else rf"\mathrm{{{_spelled(name)}}}"


def _subscript(part: str) -> str:
    return part if part.isdigit() else _letter(part) or rf"\mathrm{{{_spelled(part)}}}"


def _letter(word: str) -> str | None:
    r"""A single letter or the name of a Greek one, with marks over it: x, \alpha, \hat{x}."""
    characters = _characters(word)
    marks = [character for character in characters if unicodedata.combining(character)]
    plain = "".join(characters[: len(characters) - len(marks)])
    if marks and characters[-len(marks) :] != marks:
        return None
    if plain in _COMMANDS:
        letter = rf"\{plain}"
    elif len(plain) == 1:
        letter = _character(plain)
    else:
        return None
    return _marked(letter, marks)


def _spelled(word: str) -> str:
    """The characters of a word, each by what LaTeX has for it."""
    written: list[str] = []
    for character in _characters(word):
        if unicodedata.combining(character) and written:
            written.append(_marked(written.pop(), [character]))
        else:
            plain = _character(character)
            written.append(f"{{{plain}}}" if plain[1:].isalpha() else plain)
    return "".join(written)


def _characters(word: str) -> list[str]:
    """Letters and marks; letters such as ü that have one of the marks are taken apart."""
    found: list[str] = []
    for character in word:
        parts = unicodedata.normalize("NFD", character)
        found += parts if {*parts[1:]} <= _ACCENTS.keys() else [character]
    return found


def _marked(letter: str, marks: Collection[str]) -> str:
    for mark in marks:
        if mark in _ACCENTS:
            letter = rf"\{_ACCENTS[mark]}{{{letter}}}"
        else:  # A mark without a command is told by its number.
            letter = rf"{{{letter}}}^{{\mathtt{{{ord(mark):x}}}}}"
    return letter


def _character(character: str) -> str:
    if character.isascii():
        return character.replace("_", r"\_")
    kind, _, word = unicodedata.name(character, "").partition(" LETTER ")
    if not kind.startswith("GREEK"):
        return character
    word = word.lower().replace("lamda", "lambda")
    word = word.capitalize() if kind == "GREEK CAPITAL" else word
    if word == "final sigma":
        return r"\varsigma"
    if word in _COMMANDS:
        return rf"\{word}"
    # Letters that look like Latin ones have no command.
    return rf"\mathit{{{word}}}" if word.isalpha() else character


_IN_TEXT = {
    "\\": r"\textbackslash{}",
    "^": r"\^{}",
    "~": r"\~{}",
    **{sign: f"\\{sign}" for sign in "{}$&#%_"},
    **{sign: f"${sign}$" for sign in "<>|"},
    "∂": r"$\partial$",
    "∇": r"$\nabla$",
    "·": r"$\cdot$",
    "×": r"$\times$",
    "±": r"$\pm$",
    "−": "$-$",
    "→": r"$\to$",
    "←": r"$\leftarrow$",
    "≤": r"$\le$",
    "≥": r"$\ge$",
    "≠": r"$\ne$",
    "√": r"$\surd$",
    "∞": r"$\infty$",
    "°": r"$^\circ$",
    "…": r"\dots{}",
    "²": "$^2$",
    "³": "$^3$",
    "─": "-",
    "│": "$|$",
    "├": "$|$",
    "└": "`",
    "╭": "/",
    "╮": r"\textbackslash{}",
    "╰": r"\textbackslash{}",
    "╯": "/",
    "┤": "$|$",
}
"""Signs that text of LaTeX has commands for, or lacks."""


def in_text(text: str) -> str:
    """Text in which LaTeX sees no commands; signs of mathematics by the commands for them."""
    written = []
    for character in text:
        known = _IN_TEXT.get(character)
        if known is None and not character.isascii():
            greek = _character(character)
            known = f"${greek}$" if greek != character else character
        written.append(character if known is None else known)
    return "".join(written)
