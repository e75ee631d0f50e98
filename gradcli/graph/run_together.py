"""Names, functions and numbers run together in one word, and how they are written apart."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cache

from gradcli.graph.rules import table
from gradcli.hints import LONGEST
from gradcli.syntax.spelling import letters_of

TEXTBOOK = frozenset(
    ("Circular functions", "Hyperbolic functions", "Roots", "Exponentials and logarithms")
)
"""The groups of functions that textbooks write without brackets."""

ARGUMENTS = frozenset("xyzuvθφαβωπτ")
"""Letters that a function is of, wherever they are met: with ``max`` before them they are no word,
as it is with ``im``."""

SHORTEST = 3
"""Shorter names of functions, but for ``ln``, are letters in a word."""

DEGREES = "deg"
"""The constant behind a number of degrees: ``sin45deg``."""

MOST_FACTORS = 3
"""So many letters after a function that no textbook writes so are what it is of."""

COEFFICIENTS = frozenset("abcfgkmnpqrw")
"""Letters that stand before a variable in what a function is of: ``sinwt``, ``lnkx``."""

# fmt: off
WORDS = frozenset((
    "cost", "cosy", "expat", "expo", "logo", "maxi", "meant", "mind", "mine", "mini", "mint",
    "since", "sine", "sing", "sink", "tang", "tank",
))
# fmt: on
"""Words that are no function of a letter."""


@cache
def textbook() -> frozenset[str]:
    """The functions of one argument that textbooks write without brackets."""
    rules = table()
    one = (entry for entry in rules.entries() if entry.group in TEXTBOOK)
    names = [name for entry in one for name in (entry.name, *entry.spellings)]
    return frozenset(name for name in names if 1 in rules.arities(name))


def has_function(word: str) -> bool:
    """Whether there may be the name of a function in a word, and something after it."""
    word, beginnings = _folded(word), _beginnings()
    # There are many words, and most are short and have none.
    for start in range(len(word) - SHORTEST):
        if word[start : start + SHORTEST] in beginnings:
            return True
    return "ln" in word


@cache
def _beginnings() -> frozenset[str]:
    return frozenset(name[:SHORTEST] for name in table().names())


def _folded(word: str) -> str:
    """A word in small letters, each of which stands where the letter stood."""
    small = word.lower()
    return small if len(small) == len(word) else word


GREEK = frozenset(("mu", "nu", "xi", "pi", "rho", "tau", "phi", "chi", "psi", "eta"))
"""Names of letters that are no longer than runs of letters."""

IsName = Callable[[str], bool]


def written_out(word: str, factors: Collection[str]) -> str | None:
    """What letters run together may stand for: ``x1x2`` for ``x1*x2``, ``sinx`` for ``sin(x)``."""
    if len(word) > LONGEST:
        return None
    is_factor = factors.__contains__
    product = _factors(word, is_factor)
    return "*".join(product) if product else _applied(word, is_factor, is_factor)


def applied(word: str, is_known: IsName) -> str | None:
    """What functions without brackets in a word are meant for: ``x*sin(3*x)`` for ``xsin3x``.

    What stands before a function is a product, and so is what stands after it, perhaps with a
    whole number before it: ``sinxcosx`` is ``sin(x)*cos(x)``. Functions that no textbook writes
    so, and that are in many words, are of one name or of letters that are nothing else. Those of
    textbooks are read in capitals, too, and of capital letters: ``SINX``, ``Lnx``, ``a*sinB``.

    Args:
        word: a name that nothing declares.
        is_known: whether the program has another name, which a factor may be.
    """
    if len(word) > LONGEST:
        return None
    others = {letter for letter in word if not letter.isascii()}
    letters = {*ARGUMENTS, *others}
    if any(f"{letter}t" in word for letter in others):
        letters.add("t")  # ωt

    def is_letter(name: str) -> bool:
        return name[0].lower() in letters and (len(name) == 1 or name[1:].isdecimal())

    if word.isupper() and not any(map(is_known, word)) and any(map(is_known, word.lower())):
        word = _folded(word)
    return _applied(word, lambda name: is_letter(name) or is_known(name), is_letter)


def called(word: str, arguments: int, is_known: IsName) -> tuple[str, int] | None:
    """What a word before a bracket is meant for that ends with functions: ``x*ln(sin``.

    Args:
        word: the word.
        arguments: how many there are in the bracket.
        is_known: whether the program has a name.

    Returns:
        What is written before the bracket, and how many brackets are to be closed after it.
    """
    if len(word) > LONGEST:
        return None
    rules = table()
    for start in range(len(word)):
        before = _factors(word[:start], lambda name: name in ARGUMENTS or is_known(name))
        functions = _functions(word[start:])
        if before is None or functions is None:
            continue
        if not before and len(functions) == 1 and not rules.is_function(word):
            continue  # SIN(x), of which that is said
        arities = rules.arities(functions[-1])
        if len(functions) == 1 or not arities or arguments in arities:
            return "*".join([*before, "(".join(functions)]), len(functions) - 1
    return None


def letters_before(word: str, arguments: int) -> str | None:
    """Letters and a function of textbooks before a bracket as a product: ``A*sin`` for ``Asin``.

    Args:
        word: a name before a bracket that nothing declares.
        arguments: how many there are in the bracket.
    """

    def is_letter(name: str) -> bool:
        return len(letters_of(name)) == 1 and "_" not in name

    parts, unclosed = called(word, arguments, is_letter) or ("", 1)
    *letters, function = parts.split("*")
    is_product = not unclosed and 0 < len(letters) <= MOST_FACTORS and function in textbook()
    return parts if is_product else None


def _applied(word: str, is_factor: IsName, is_letter: IsName) -> str | None:
    # For each beginning of the word its parts, and whether there is a function in it.
    readings: list[tuple[list[str], bool] | None] = [([], False)]
    readings += [None] * len(word)
    for start in range(len(word)):
        if (reading := readings[start]) is None:
            continue
        parts, is_applied = reading
        is_apart = _is_capital_before(word, start)
        begins = not is_apart and bool(_functions_at(word, start, len(word)))
        for end in range(start + 1, len(word) + 1):
            known = readings[end]
            if known is not None and known[1]:
                continue
            call = _nested(word, start, end, is_factor, is_letter) if begins else None
            if call is not None:
                readings[end] = [*parts, call], True
            elif known is None and (is_factor(word[start:end]) or (is_apart and end == start + 1)):
                readings[end] = [*parts, word[start:end]], is_applied
    last = readings[-1]
    return "*".join(last[0]) if last is not None and last[1] else None


def _nested(word: str, first: int, last: int, is_factor: IsName, is_letter: IsName) -> str | None:
    """What a part of a word is meant for that begins with functions: ``ln(sin(x))``."""
    outer: dict[int, list[str]] = {first: []}  # for each place that functions lead to, these
    for start in range(first, last):
        for spelled in _functions_at(word, start, last) if start in outer else ():
            end, function = start + len(spelled), _function(spelled)
            inside = _inside(function, word[end:last], word[last:], is_factor, is_letter)
            if inside is not None:
                call = f"{function}({_arguments(function, inside)})"
                return "(".join([*outer[start], call]) + ")" * len(outer[start])
            outer.setdefault(end, [*outer[start], function])
    return None


def _inside(
    function: str, text: str, rest: str, is_factor: IsName, is_letter: IsName
) -> list[str] | None:
    """The factors that a function in a word is of, or None if it is not of what stands there."""
    names = text.lstrip("0123456789")
    digits = text[: len(text) - len(names)]
    if digits and names == DEGREES and function in textbook():
        return [text]
    factors = _factors(names, is_factor)
    if factors is None and _is_multiple(function, digits, names):
        is_short = len(names.strip("πτ")) <= MOST_FACTORS and names not in GREEK
        factors = letters_of(names) if is_short else [names]
    elif factors is None and _is_coefficient(function, text, rest):
        factors = [*text]
    elif factors is None:
        # One letter at the end is a variable, but that of a plural.
        is_lone = len(names) == 1 and names.isalpha() and names not in "sS" and not rest
        is_word = _folded(function + names) in WORDS
        return [names] if is_lone and text == names and not is_word else None
    if function not in textbook():
        others = [name for name in factors if not is_letter(name)]
        is_whole = not rest or bool(_functions_at(rest, 0, len(rest)))
        if not factors or len(factors) > MOST_FACTORS or len(others) > 1 or names == "s":
            return None
        if others and not is_whole:
            return None
    return ["*".join([digits, *factors[:1]]), *factors[1:]] if digits else factors


def _is_coefficient(function: str, text: str, rest: str) -> bool:
    """Whether a function in a word is of a letter and a variable: of ``kx`` in ``sinkx``.

    A word that begins with ``log`` is mostly a name: ``logpy``, ``logwt``.
    """
    if len(text) != 2 or function not in textbook() or _folded(function + text) in WORDS:
        return False
    coefficient, variable = text[0], text[1]
    is_variable = variable in "xtyzθφ"
    if function.startswith("log"):
        is_variable = variable == "x" and coefficient not in "pq"
    is_whole = not rest or bool(_functions_at(rest, 0, len(rest)))
    return coefficient in COEFFICIENTS and is_variable and is_whole


def may_be_function(word: str) -> str | None:
    """What a word may be meant for that is read as a name: ``cos(t)`` for ``cost``."""
    function, variable = word[:-1], word[-1]
    is_call = word in WORDS and variable == "t" and function in textbook()
    return f"{function}({variable})" if is_call else None


def _is_multiple(function: str, digits: str, names: str) -> bool:
    """Whether a function in a word is of a multiple, as in ``sin2ft``; log2fc is one of log2."""
    is_whole = table().is_function(function + digits)
    return function in textbook() and bool(digits) and names.isalpha() and not is_whole


def _arguments(function: str, factors: list[str]) -> str:
    """The factors in a word as what a function takes: their product, or as many as it is of."""
    arities = table().arities(function)
    if 1 in arities:
        return "*".join(factors)
    return ", ".join([*factors, "…"] if arities and len(factors) < arities[0] else factors)


def _functions_at(word: str, start: int, last: int) -> list[str]:
    """The functions that begin at a place in a word and end before its end, longest first.

    They are as they are spelled there: those of textbooks may have capital letters.
    """
    rules = table()
    parts = [word[start:end] for end in range(last - 1, start + SHORTEST - 1, -1)]
    found = [each for each in parts if rules.is_function(each) or _folded(each) in textbook()]
    begin = word[start : start + 2]
    return [*found, begin] if _folded(begin) == "ln" and start + 2 < last else found


def _is_capital_before(word: str, start: int) -> bool:
    """Whether a capital letter at a place stands before a function and begins none: ``Acosx``.

    In small letters that would be acos, which nobody means who writes ``Bsinx`` beside it.
    """
    if not word[start].isupper():
        return False
    rules = table()
    parts = _functions_at(word, start, len(word))
    return not any(map(rules.is_function, parts)) and any(
        rules.is_function(part[1:]) for part in parts
    )


def _functions(word: str) -> Sequence[str] | None:
    """A word as functions of each other, the first ones as long as possible, or None."""
    ways: dict[int, list[str]] = {0: []}
    for start in range(len(word)):
        for function in _functions_at(f"{word}(", start, len(word) + 1) if start in ways else ():
            ways.setdefault(start + len(function), [*ways[start], _function(function)])
    return ways.get(len(word)) or None


def _function(name: str) -> str:
    """The function of that name, which may have capital letters."""
    return name if table().is_function(name) else _folded(name)


def _factors(word: str, is_factor: IsName) -> list[str] | None:
    """A word as a sequence of names, the last one as long as possible, or None if it is none."""
    readings: list[list[str] | None] = [[]]
    for end in range(1, len(word) + 1):
        reading = None
        for head, start in zip(readings, range(end), strict=True):
            if reading is None and head is not None and is_factor(word[start:end]):
                reading = [*head, word[start:end]]
        readings.append(reading)
    return readings[-1]
