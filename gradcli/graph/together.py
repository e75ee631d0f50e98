"""Names, functions and numbers run together in one word, and how they are written apart."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from gradcli.hints import LONGEST


def written_out(word: str, factors: Collection[str], functions: Iterable[str]) -> str | None:
    """What letters run together may stand for: ``x1x2`` for ``x1*x2``, ``sinx`` for ``sin(x)``."""
    if len(word) > LONGEST:
        return None
    product = _factors(word, factors)
    return "*".join(product) if product else applied(word, factors, functions)


def applied(word: str, factors: Collection[str], functions: Iterable[str]) -> str | None:
    """What functions without brackets in a word are meant for: ``x*sin(3*x)`` for ``xsin3x``.

    What stands before a function is a product of the factors, and so is what stands after it,
    perhaps with a whole number before them: ``sinxcosx`` is ``sin(x)*cos(x)``.
    """
    if len(word) > LONGEST:
        return None
    longest_first = sorted(functions, key=len, reverse=True)
    # For each beginning of the word its parts, and whether there is a function in it.
    readings: list[tuple[list[str], bool] | None] = [([], False)]
    readings += [None] * len(word)
    for start in range(len(word)):
        if (reading := readings[start]) is None:
            continue
        parts, is_applied = reading
        here = [each for each in longest_first if word.startswith(each, start)]
        for end in range(start + 1, len(word) + 1):
            known = readings[end]
            if known is not None and known[1]:
                continue
            found = [_of(each, word[start + len(each) : end], factors) for each in here]
            call = next(filter(None, found), None)
            call = call or _nested(word[start:end], here and longest_first, factors)
            if call is not None:
                readings[end] = [*parts, call], True
            elif word[start:end] in factors and known is None:
                readings[end] = [*parts, word[start:end]], is_applied
    last = readings[-1]
    return "*".join(last[0]) if last is not None and last[1] else None


def _of(function: str, after: str, factors: Collection[str]) -> str | None:
    """A function of the product that stands after it, or None if that is none."""
    letters = after.lstrip("0123456789")
    digits = after[: len(after) - len(letters)]
    inside = _factors(letters, factors)
    if not after or inside is None:
        return None
    return f"{function}({'*'.join([digits, *inside] if digits else inside)})"


def _nested(word: str, functions: Sequence[str], factors: Collection[str]) -> str | None:
    """What a word is meant for that begins with functions of each other: ``ln(sin(x))``."""
    outer: dict[int, list[str]] = {0: []}  # for each place that functions lead to, these
    for start in range(len(word)):
        for function in functions if start in outer else ():
            end = start + len(function)
            if word.startswith(function, start):
                call = _of(function, word[end:], factors)
                if call is not None:
                    return "(".join([*outer[start], call]) + ")" * len(outer[start])
                outer.setdefault(end, [*outer[start], function])
    return None


def times_call(word: str, factors: Collection[str], functions: Iterable[str]) -> str | None:
    """What a word before a bracket is meant for that ends with a function: ``x*sin``."""
    if len(word) > LONGEST:
        return None
    for function in sorted(functions, key=len, reverse=True):
        before = _factors(word.removesuffix(function), factors)
        if word.endswith(function) and before:
            return "*".join([*before, function])
    return None


def _factors(word: str, factors: Collection[str]) -> list[str] | None:
    """A word as a sequence of names, the last one as long as possible, or None if it is none."""
    readings: list[list[str] | None] = [[]]
    for end in range(1, len(word) + 1):
        reading = None
        for head, start in zip(readings, range(end), strict=True):
            if reading is None and head is not None and word[start:end] in factors:
                reading = [*head, word[start:end]]
        readings.append(reading)
    return readings[-1]
