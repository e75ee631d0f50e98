"""Canonical formulas read and computed by mpmath, with a parser of its own: nothing of ours helps.

A formula has no value (None) where an operation that counts has none or no real and finite one.
"""

import re
import unicodedata

from exact_values import FUNCTIONS, UndefinedError, counted
from mpmath import mp, mpf

_NUMBER = re.compile(r"(\d+\.?\d*|\.\d+)(e[+-]?\d+)?")
_SIGN = re.compile(r"<=|>=|==|!=|[-+*/^(),<>;=]")
_COMPARISONS = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "==": "eq", "!=": "ne"}
_CONSTANTS = {
    "pi": lambda: +mp.pi,
    "tau": lambda: 2 * mp.pi,
    "e": lambda: +mp.e,
    "deg": lambda: mp.pi / 180,
}

MORE = {
    "floor": mp.floor,  # of any size, as in the derivative of a remainder
    "ceil": mp.ceil,
    "round": mp.nint,
    "heaviside": lambda x, at_zero=0.5: at_zero if x == 0 else mpf(x > 0),
    "huber": lambda y, t: (y - t) ** 2 / 2 if abs(y - t) <= 1 else abs(y - t) - mpf(1) / 2,
    "clip": lambda x, low, high: min(max(x, low), high),
    "elu": lambda x, a=1: x if x > 0 else a * mp.expm1(x),
    "leaky_relu": lambda x, a=None: x if x > 0 else x / 100 if a is None else a * x,
}
"""Definitions of the language, and functions with a parameter that may be left out."""


def tokens(text):
    """The pieces of a formula: numbers, names and signs, each with what it is."""
    place, found = 0, []
    while place < len(text):
        number, sign = _NUMBER.match(text, place), _SIGN.match(text, place)
        if text[place].isspace():
            place += 1
        elif number:
            found.append(("number", number.group()))
            place = number.end()
        elif sign:
            found.append(("sign", sign.group()))
            place = sign.end()
        else:
            end = place
            while end < len(text) and _is_of_a_name(text[end]):
                end += 1
            assert end > place, f"what is {text[place]!r} in {text}?"
            found.append(("name", text[place:end]))
            place = end
    return found


def _is_of_a_name(character):
    return character.isalnum() or character in "_'" or unicodedata.combining(character) > 0


class Reader:
    """Recursive descent from the loosest operator to the tightest; a formula becomes a closure."""

    def __init__(self, text):
        self._tokens = [*tokens(text), ("end", "")]
        self._place = 0

    def program(self):
        """Definitions, separated by semicolons, and the formula that uses them."""
        definitions = []
        while True:
            kind, name = self._tokens[self._place]
            if kind != "name" or self._tokens[self._place + 1] != ("sign", "="):
                break
            self._place += 2
            definitions.append((name, self.choice()))
            self.expect(";")
        result = self.choice()
        assert self._tokens[self._place][0] == "end", self._tokens[self._place :]

        def run(point):
            point = dict(point)
            for name, definition in definitions:
                point[name] = definition(point)
            return result(point)

        return run

    def accept(self, *texts):
        kind, text = self._tokens[self._place]
        if text in texts and kind != "number":
            self._place += 1
            return text
        return None

    def expect(self, text):
        assert self.accept(text), f"{text} is missing before {self._tokens[self._place]}"

    def choice(self):
        then = self.binary(0)
        if not self.accept("if"):
            return then
        condition = self.binary(0)
        self.expect("else")
        otherwise = self.choice()
        return lambda point: _choose(condition, then, otherwise, point)

    def binary(self, level):
        if level == len(_LEVELS):
            return self.sign()
        if level == 2 and self.accept("not"):
            inner = self.binary(2)
            return lambda point: _apply("not", inner(point))
        left = self.binary(level + 1)
        if level == 3:
            return self.comparison(left)
        while sign := self.accept(*_LEVELS[level]):
            left = _joined(_LEVELS[level][sign], left, self.binary(level + 1))
        return left

    def comparison(self, left):
        parts = []
        while sign := self.accept(*_COMPARISONS):
            right = self.binary(4)
            parts.append(_joined(_COMPARISONS[sign], left, right))
            left = right
        result = parts[0] if parts else left
        for part in parts[1:]:
            result = _joined("and", result, part)
        return result

    def sign(self):
        if self.accept("-"):
            inner = self.sign()
            return lambda point: _apply("neg", inner(point))
        base = self.atom()
        if self.accept("^"):
            return _joined("pow", base, self.sign())
        return base

    def atom(self):
        kind, text = self._tokens[self._place]
        self._place += 1
        if kind == "number":
            return lambda point: mpf(text)
        if text == "(":
            inner = self.choice()
            self.expect(")")
            return inner
        assert kind == "name", f"{text} stands where a value should be"
        if not self.accept("("):
            return lambda point: point[text] if text in point else _CONSTANTS[text]()
        args = [self.choice()]
        while self.accept(","):
            args.append(self.choice())
        self.expect(")")
        if text == "where":
            return lambda point: _choose(*args, point)
        return lambda point: _apply(text, *(arg(point) for arg in args))


_LEVELS = [
    {"or": "or"},
    {"and": "and"},
    {},  # not
    {},  # comparisons
    {"+": "add", "-": "sub"},
    {"*": "mul", "/": "div"},
]


def _joined(op, left, right):
    return lambda point: _apply(op, left(point), right(point))


def _choose(condition, then, otherwise, point):
    holds = condition(point)
    return None if holds is None else then(point) if holds != 0 else otherwise(point)


def _apply(op, *args):
    if op in {"and", "or"} and (op == "or") in [arg is not None and arg != 0 for arg in args]:
        decided = op == "or" or any(arg is not None and arg == 0 for arg in args)
        return mpf(op == "or") if decided else None
    if None in args:
        return None
    try:
        found = (FUNCTIONS | MORE)[op](*args)
    except (ValueError, ZeroDivisionError, OverflowError, UndefinedError):
        return None
    return counted(found)


def read(text):
    """A formula as a function from a point, a dictionary of numbers, to a value or None."""
    return Reader(text).program()
