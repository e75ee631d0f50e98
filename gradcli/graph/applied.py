"""Functions without brackets and the words behind them, with brackets: ``sin(2x)``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from gradcli.graph.rules import table
from gradcli.graph.run_together import has_function, letters_before, textbook
from gradcli.hints import shortened
from gradcli.syntax import elsewhere, templates
from gradcli.syntax.operands import ONE, SUM, Operand, put_in
from gradcli.syntax.spelling import following, split_word

Arities = Callable[[str], Sequence[int]]
"""How many arguments a function takes; none for any number."""

_DIVIDED = r"[ \t]*/[ \t]*[\w.]+(?![\w.(\[^])"
"""What may belong to the argument of a function without brackets or not: ``sin x/2``."""

_FURTHEST = 40


class Applied(NamedTuple):
    """A function and the words behind it.

    Attributes:
        function: the function.
        exponents: those behind its name, from the inside out, as they stand behind ``^``.
        words: what follows; at least one.
    """

    function: str
    exponents: Sequence[str]
    words: Sequence[str]

    def is_list(self, arities: Arities) -> bool:
        """Whether the words are its arguments, as in ``atan2 y x``, and not one product."""
        return 1 not in arities(self.function)

    def is_complete(self, arities: Arities) -> bool:
        """Whether the words are its arguments, and as many as it takes."""
        known = arities(self.function)
        return self.is_list(arities) and (not known or len(self.words) in known)

    def written(self, arities: Arities) -> str:
        """All of it with brackets: ``sin 2x cos 3x`` as ``sin(2x)*cos(3x)``."""
        if self.is_list(arities):
            return of(self.function, self.exponents, ", ".join(self.words))
        inside, rest = self._argument(arities)
        factors = [of(self.function, self.exponents, shortened(inside))]
        if rest:
            factors.append(rest.written(arities))
        return "*".join(factors)

    def ways(self, behind: str, arities: Arities) -> str:
        """The same with what is divided by, if anything is: ``sin(x)/2, or sin(x/2)``.

        Args:
            behind: the text behind the words.
            arities: those of functions.
        """
        written = self.written(arities)
        words = _divisor(behind[:_FURTHEST])
        divisor = _function(words) if words else None
        if divisor is not None:
            return f"{written}/{divisor.written(arities)}"
        divided = re.match(_DIVIDED, behind[:_FURTHEST])
        inside, rest = self._argument(arities)
        if divided is None or rest or self.exponents or self.is_list(arities):
            return written
        if len(words) > 1 or has_function(words[0]):
            return written  # what it is divided by is to be written in another way, too
        by = divided[0].replace(" ", "")
        return f"{written}{by}, or {self.function}({shortened(inside)}{by})"

    def _argument(self, arities: Arities) -> tuple[str, Applied | None]:
        """What it is of, and the function behind that."""
        words = _apart(self.words)
        inner = _function(words)
        if inner is not None:
            return inner.written(arities), None
        for place in range(1, len(words)):
            rest = _function(words[place:])
            if rest is not None:
                return _product(words[:place]), rest
        return _product(words), None


def of(function: str, exponents: Sequence[str], inside: str) -> str:
    """A function of something as it is written here: ``sin^2 x`` is ``sin(x)^2``."""
    inverse = _inverse(function)
    if exponents == ["-1"] and inverse is not None:
        level = ONE if inside.isidentifier() or inside.isdecimal() else SUM
        return put_in(inverse, {"x": Operand(inside, level)})
    return "^".join([f"{function}({inside})", *exponents])


def is_called(name: str) -> bool:
    """Whether a name is a function, or what is written for it here is a call."""
    written = templates.of_call(name, 1) or ""
    rules = table()
    return rules.is_function(name) or rules.is_function(written.partition("(")[0])


def of_words(words: Sequence[str], behind: str, own: Mapping[str, int]) -> str:
    """What a function and the words behind it are meant for: ``sin(2x)``.

    Args:
        words: the function, perhaps with an exponent, and at least one word.
        behind: the text behind them.
        own: functions of the program, with their numbers of parameters.
    """
    function, exponents = split_word(words[0])
    if function not in own and not table().is_function(function):
        given = words[1:] if templates.is_of_several(function) else [_product(words[1:])]
        written = templates.of_call(function, len(given))
        if written is not None:
            return templates.filled(written, [Operand(each, SUM) for each in given])

    def arities(name: str) -> Sequence[int]:
        return [own[name]] if name in own else table().arities(name)

    return Applied(function, exponents, words[1:]).ways(behind, arities)


def _function(words: Sequence[str]) -> Applied | None:
    """A function of textbooks that words begin with, and that something follows."""
    function, exponents = split_word(words[0])
    if function in textbook() and len(words) > 1:
        return Applied(function, exponents, words[1:])
    return None


def _divisor(behind: str) -> Sequence[str]:
    """The words that something is divided by: ``cos`` and ``y`` of ``/cos y``; none if by none."""
    sign = re.match(r"[ \t]*/[ \t]*", behind)
    return following(f" {behind[sign.end() :]}")[0] if sign else ()


def before_function(word: str) -> list[str]:
    """The factors before the function that a word ends with: ``2x`` of ``2xcos^2``; none else."""
    return _apart([word, ""])[:-2]


def _apart(words: Sequence[str]) -> list[str]:
    """Words with letters apart from the functions behind them: ``2xcos 3x`` as ``2x cos 3x``.

    After a function something follows, so that the last word has none.
    """
    before = [part for word in words[:-1] for part in _parts(word)]
    return [*before, *words[-1:]]


def _parts(word: str) -> list[str]:
    """A word that ends with a function as the factors before that and the function."""
    for start in [found.start() for found in re.finditer(r"(?:^|(?<=\d))[^\W\d_]", word)]:
        number, (name, exponents) = word[:start], split_word(word[start:])
        is_function = table().is_function(name)
        product = name if is_function and start else letters_before(name, 1)
        if product is not None and (start or not is_function):
            *factors, function = product.split("*")
            first = number + "".join(factors[:1])
            return [first, *factors[1:], "^".join([function, *exponents])]
    return [word]


def _product(words: Sequence[str]) -> str:
    """Factors with the signs between them; degrees belong to their number: ``30 deg``, ``45°``."""
    product = words[0]
    for word in words[1:]:
        sign = {"deg": " ", "°": ""}.get(word, "*")
        product += sign + word
    return product


def _inverse(function: str) -> str | None:
    """What the inverse function of x is, which is what ``f^-1`` means."""
    known = table().canonical(function)
    if known in elsewhere.INVERSES:
        return elsewhere.INVERSES[known]
    names = (f"a{known}", known.removeprefix("a"))
    return next((f"{name}(x)" for name in names if _is_inverse(name, known)), None)


def _is_inverse(name: str, function: str) -> bool:
    """Whether a function has the name of the inverse of another: asin of sin, and sin of asin."""
    return name != function and table().is_function(name)
