"""How names are spelled: the ways to write one that the parser reads as the same; and lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

INSIDE = r"(?![⁰¹²³⁴-⁹¼-¾⅐-⅞↉])[\w\u0300-\u036f]"
"""A character inside a name."""

LETTERS = rf"(?![⁰¹²³⁴-⁹¼-¾⅐-⅞↉])[^\W\d](?:{INSIDE})*"
"""The characters of a name, as ``grammars/expression.lark`` has them, without ``np.``."""

# These are texts: to make a pattern of one takes longer than to read a formula.

NAME = rf"(?<![^\W⁰¹²³⁴-⁹¼-¾⅐-⅞↉])(?<![.\u0300-\u036f]){LETTERS}"
"""A whole name somewhere in a text."""

LABEL = rf"{NAME}(?:\[[^\[\]]*\])?"
"""A name with its subscript, if it has one."""

KEYWORDS = frozenset(("if", "else", "and", "or", "not", "for", "in"))
"""Words that cannot be names."""

LETTER_CONSTANTS = frozenset("πτ")
"""Letters that are constants wherever nothing gives them another meaning, in a run as well."""

EXPONENTIAL = "e"
"""The constant that a run of letters ends with directly before its exponent: ``xe^x``."""

_JOINING = frozenset("_Δ")

INDICES = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
"""Digits below the line, which are digits in a name."""

GROUPING = "each _ stands alone between digits, as in 1_000"
"""How the digits of a number are grouped."""

_NAME_AT_END = rf"{NAME}\Z"
_AFTER_NUMBER = rf"(?<![\w.])(?:[0-9][0-9_.]*|\.[0-9]+)(?![eE][0-9]*\Z)({LETTERS})\Z"


def is_name(text: str) -> bool:
    """Whether a text is one name of the language: what the parser reads as an ``ast.Name``."""
    whole = re.fullmatch(LETTERS, text) is not None
    return whole and text not in KEYWORDS and odd_place(text) is None


def letters_of(run: str) -> list[str]:
    """The letters that are run together, each with its digits, marks and index: c1, m_e and e.

    What stands behind a Δ belongs to it: Δx is a difference.
    """
    letters: list[str] = []
    for character in run:
        if not letters or (character.isalpha() and letters[-1][-1] not in _JOINING):
            letters.append(character)
        else:
            letters[-1] += character
    return letters


def is_run(name: str, *, indexed: bool = False) -> bool:
    """Whether a name may be letters run together: ``bc`` and ``x1y2``, but not ``x1`` or ``w_in``.

    Args:
        name: the name.
        indexed: whether a number at its end alone is an index, as in ``kx₁``; that of ``lr2`` is
            a part of a name.
    """
    *earlier, last = letters_of(name)
    if not earlier or not all(map(_is_letter, (*earlier, last))):
        return False
    return indexed or not last[-1].isdecimal() or any(each[-1].isdecimal() for each in earlier)


def _is_letter(text: str) -> bool:
    """Whether a text is a letter, perhaps with a Δ before it, marks on it, and an index."""
    letter = text.removeprefix("Δ") or text
    marks = letter[1:]
    return letter[0].isalpha() and all(
        each.isdecimal() or "\u0300" <= each <= "\u036f" for each in marks
    )


_LONGEST_NAME = 80
"""Longer names at the end of a text are not looked for."""


def last_name(text: str) -> str:
    """The name at the end of a text, or an empty text.

    Only the last characters are looked at: a search from every place of a long text would take
    forever.
    """
    start = max(len(text) - _LONGEST_NAME, 0)
    patterns = re.compile(_NAME_AT_END), re.compile(_AFTER_NUMBER)
    found = patterns[0].search(text, start) or patterns[1].search(text, start)
    name = found[found.lastindex or 0] if found else ""
    return name if is_name(name) else ""


_LONG = 8
"""Views may have to cut names of more characters."""

_MOST_LONG = 200
"""Of more long names none is told."""


def long_names(text: str) -> Sequence[str]:
    """The long names in a program, where there are not too many."""
    # Blanks, of which a file may be full, are passed over ten times as fast as they are searched.
    text = " ".join(text.split())
    # In ASCII, as most texts are, a name begins at a border of words: it is found in an eighth of
    # the time.
    inside, kind = (r"\b\w", re.ASCII) if text.isascii() else (f"(?:{INSIDE})", re.NOFLAG)
    found = dict.fromkeys(re.findall(rf"{inside}{{{_LONG + 1},}}", text, kind))
    return [*found] if len(found) <= _MOST_LONG else ()


EXPONENT = r"(?:(?:\^|\*\*)(?:[-−]?[\w.]+|\([-−]?\w+\))|[⁺⁻]?[⁰¹²³⁴-⁹]+)"
"""A short exponent with its sign: ``^-1``, ``^(-1)``, ``⁻¹``."""

_WORD = rf"(?:\.?\w[\w.]*{EXPONENT}?°?|°)(?![\w.(\[^°⁺⁻!'])"

FURTHEST = 80
"""So far behind a place it is looked for words."""


def split_word(word: str) -> tuple[str, list[str]]:
    """A name and its exponents: ``sin`` and ``-1`` of ``sin⁻¹``."""
    found = re.fullmatch(rf"({LETTERS})({EXPONENT})", word)
    if found is None:
        return word, []
    return found[1], [plain(found[2].lstrip("^*").strip("()")).replace("−", "-")]


def is_differential(name: str) -> bool:
    """Whether a name is that of a differential, ``dx`` or ``dx1``, and no word."""
    variable = name[1:]
    return name[:1] in {"d", "∂"} and variable[:1].isalpha() and len(letters_of(variable)) == 1


def is_word(text: str) -> bool:
    """Whether a text is a name or a number, perhaps with a sign, an exponent or a ``°``."""
    return len(text) <= FURTHEST and re.fullmatch(rf"[-−]?{_WORD}", text) is not None


def following(text: str) -> tuple[list[str], int]:
    """The words with which a text goes on, and where the last one ends.

    They are names and numbers, perhaps with an exponent or a ``°``, blanks before each: of
    ``" y 2x^2 + z"`` two. Words of the language end them.
    """
    words: list[str] = []
    end = 0
    for found in re.finditer(rf"[ \t]+({_WORD})", text[:FURTHEST]):
        if found.start() != end or found[1] in KEYWORDS:
            break
        words.append(found[1])
        end = found.end()
    return words, end


def odd_place(name: str) -> int | None:
    """Where in the characters of a name one stands that a name may not have, or None.

    Python's regular expressions know letters and digits that no identifier has, and others
    stand for superscripts.
    """
    if name.isascii():
        return None
    import unicodedata  # noqa: PLC0415  (most names are ASCII)

    for place, letter in enumerate(name):
        if unicodedata.decomposition(letter).startswith("<super>"):
            return place
    if plain(name).isidentifier():
        return None
    # If every letter may be in a name, the first one may not begin it: U+19DA is a digit.
    return next((place for place, c in enumerate(name) if not f"_{c}".isidentifier()), 0)


def plain(name: str) -> str:
    """A name as the parser reads it: ``x₁`` is ``x1``, `` w[1, 2]`` is ``w[1,2]``."""
    if not name.isascii():
        import unicodedata  # noqa: PLC0415  (most names are ASCII)

        name = unicodedata.normalize("NFKC", name)
    if name.isidentifier():
        return name
    base, bracket, indices = name.partition("[")
    return base.strip() + bracket + "".join(indices.split())


def element_name(base: str, indices: tuple[int, ...]) -> str:
    """The name of an element: ``w1[1,2]``."""
    return f"{base}[{','.join(map(str, indices))}]"


def array_name(name: str) -> str:
    """The name of the array that an element belongs to; any other name as it is."""
    return name.partition("[")[0]


def indices_of(name: str) -> tuple[int, ...]:
    """The indices in the name of an element: (1, 2) of ``w1[1,2]``; none of any other name."""
    _, _, indices = name.partition("[")
    places = indices.removesuffix("]").split(",")
    is_whole = all(place.removeprefix("-").isdecimal() for place in places)
    return tuple(map(int, places)) if is_whole else ()


def is_element(name: str, array: str) -> bool:
    """Whether a name is that of an element of an array."""
    return name.startswith(f"{array}[")


def at_outer_commas(text: str) -> list[str]:
    """The parts of a list at the commas that stand in no brackets; one left open is none."""
    opened: list[int] = []
    inside: list[int] = []  # commas in a bracket that may yet be left open
    commas: list[int] = []
    for at, character in enumerate(text):
        if character in "([":
            opened.append(at)
        elif character in ")]" and opened:
            begin = opened.pop()
            while inside and inside[-1] > begin:
                inside.pop()
        elif character == ",":
            (inside if opened else commas).append(at)
    ends = [-1, *sorted([*commas, *inside]), len(text)]
    return [text[begin + 1 : end].strip() for begin, end in pairwise(ends)]


def assignments_in(text: str) -> list[str]:
    """What gives values to several names, ``x=1, y=2`` or ``x=1 y=2``, as one for each name."""
    parts = re.split(rf"(?:\s*[,;]\s*|\s+)(?={LABEL}\s*=(?!=))", text.strip())
    return parts if "=" in parts[0] else [text]
