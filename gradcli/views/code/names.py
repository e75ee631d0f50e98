"""Names of a program as identifiers: ASCII, no word of the language, and no two the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

_MARKS = {
    "COMBINING CIRCUMFLEX ACCENT": "_hat",
    "COMBINING TILDE": "_tilde",
    "COMBINING MACRON": "_bar",
    "COMBINING DOT ABOVE": "_dot",
    "COMBINING DIAERESIS": "_ddot",
    "COMBINING RIGHT ARROW ABOVE": "_vec",
}
"""What marks on a letter are read as; any other is left out."""

_LETTER = re.compile(r"GREEK (SMALL|CAPITAL) LETTER (?:FINAL )?(\w+)")

_PRIMES = dict.fromkeys("'’′ʹ", "_prime") | {"″": "_prime_prime"}


class Names:
    """Gives out identifiers, each once.

    Args:
        words: what no name may be.
        ignores_case: whether names that differ in nothing else are the same.
    """

    def __init__(self, words: Collection[str], *, ignores_case: bool = False) -> None:
        self._fold = str.lower if ignores_case else str
        self._taken = set(map(self._fold, words))

    def free(self, name: str) -> str:
        """An identifier for a name, which no other has got, nor any that is given out later."""
        plain = found = identifier(name)
        count = 1
        while self._fold(found) in self._taken:
            count += 1
            found = f"{plain}_{count}"
        self._taken.add(self._fold(found))
        return found


def identifier(name: str) -> str:
    """A name in letters, digits and underscores of ASCII alone, and none of them in front of it.

    >>> identifier("w[1,2]"), identifier("α₁"), identifier("ŷ")
    ('w_1_2', 'alpha_1', 'y_hat')
    """
    parts = [_spelled(letter) for letter in unicodedata.normalize("NFD", name)]
    text = re.sub(r"_{2,}", "_", re.sub(r"[^0-9A-Za-z_]", "_", "".join(parts))).strip("_")
    return text if text[:1].isalpha() else f"x_{text}".rstrip("_")


def _spelled(letter: str) -> str:
    """What stands for one character."""
    if letter.isascii():
        return _PRIMES.get(letter, letter)
    if letter in _PRIMES:
        return _PRIMES[letter]
    name = unicodedata.name(letter, "")
    if unicodedata.combining(letter):
        return _MARKS.get(name, "")
    greek = _LETTER.match(name)
    if greek:
        word = greek[2].replace("LAMDA", "LAMBDA").lower()
        return word.capitalize() if greek[1] == "CAPITAL" else word
    plain = unicodedata.normalize("NFKD", letter)
    if plain.isascii() and plain.isalnum():
        return f"_{plain}" if plain.isdecimal() and "SUBSCRIPT" in name else plain
    return f"u{ord(letter):04x}"


def comment(text: str) -> str:
    """A text that stays within a line of comment in every language.

    Line ends of whatever kind, other characters that cannot be seen, and the backslash, which
    makes C read on, become blanks; `*/` and `--` end nothing here, as comments are of one line.
    """
    return "".join(each if each.isprintable() and each != "\\" else " " for each in text)
