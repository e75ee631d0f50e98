"""Operations taken apart for engines that compile: what two of them have in common is made once.

The sigmoid of z and that of -z share one exponential and one sum; a square is a product, and so is
a small power. Each line gives the numbers that the function itself gives, to a unit or two in the
last place, between the bounds that compiled code looks after (`ranges`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from gradcli.engine.beyond import Beyond, compute
from gradcli.engine.schedule import Schedule, Step
from gradcli.graph.node import Node


class Code(NamedTuple):
    """A scheduled, lowered list of operations: what every printer is given.

    Slots are those of a `Schedule`: inputs, constants, then one for each step.

    Attributes:
        inputs: how many there are.
        constants: the values of the slots after the inputs.
        steps: the operations of the slots after the constants, each after its arguments.
        outputs: the slots of what is asked for, in order.
    """

    inputs: int
    constants: Sequence[float]
    steps: Sequence[Step]
    outputs: Sequence[int]

    @property
    def first(self) -> int:
        """The slot of the first step."""
        return self.inputs + len(self.constants)


def code(schedule: Schedule, outputs: Iterable[Node], rules: Rules | None = None) -> Code:
    """The operations of a schedule, taken apart by some rules, or else where that pays."""
    expansion = Expansion(schedule.inputs, _RULES if rules is None else rules)
    made = expansion.taken(schedule)
    found, _ = expansion.code([made[schedule.slots[node]] for node in outputs])
    return found


class Expansion:
    """Steps with slots of their own, each operation on the same arguments once.

    Constants and steps are numbered apart, as both may grow: a step of rank r has the number -1 - r
    until all are known.

    Args:
        inputs: how many there are.
        rules: how operations are taken apart; None, or no rule, where they are left as they are.
    """

    def __init__(self, inputs: int, rules: Rules) -> None:
        self._inputs = inputs
        self._rules = rules
        self._constants: dict[str, int] = {}
        self._numbers: list[float] = []
        self._steps: list[Step] = []
        self._known: dict[Step, int] = {}

    def taken(self, schedule: Schedule) -> list[int]:
        """The number that each slot of a schedule has here."""
        made = [*range(self._inputs), *map(self.constant, schedule.constants)]
        for op, places in schedule.steps:
            made.append(self.made(op, *[made[place] for place in places]))
        return made

    def code(self, outputs: Sequence[int]) -> tuple[Code, Mapping[int, int]]:
        """The operations that some outputs need, and the slot that each of these steps has then."""
        needed = bytearray(len(self._steps))
        for slot in outputs:
            if slot < 0:
                needed[-1 - slot] = 1
        for rank in range(len(needed) - 1, -1, -1):
            if needed[rank]:
                for slot in self._steps[rank][1]:
                    if slot < 0:
                        needed[-1 - slot] = 1
        first = self._inputs + len(self._numbers)
        kept = [rank for rank in range(len(needed)) if needed[rank]]
        final = {-1 - rank: first + place for place, rank in enumerate(kept)}
        steps = [
            (op, tuple(final.get(slot, slot) for slot in places))
            for op, places in map(self._steps.__getitem__, kept)
        ]
        slots = [final.get(slot, slot) for slot in outputs]
        return Code(self._inputs, self._numbers, steps, slots), final

    def constant(self, value: float) -> int:
        """The slot of a constant."""
        key = repr(value)
        if key not in self._constants:
            self._constants[key] = self._inputs + len(self._numbers)
            self._numbers.append(value)
        return self._constants[key]

    def value(self, slot: int) -> float | None:
        """The value of a constant; None of what is none."""
        return self._numbers[slot - self._inputs] if slot >= self._inputs else None

    def arguments(self, op: str, slot: int) -> Sequence[int]:
        """What a slot is a function of, if it is that of this operation; else nothing."""
        if slot >= 0 or self._steps[-1 - slot][0] != op:
            return ()
        return self._steps[-1 - slot][1]

    def made(self, op: str, *args: int) -> int:
        """The number of a step: one that is there already, or what it is taken apart into."""
        holds = self.value(args[0]) if op == "where" else None
        if holds in {0.0, 1.0}:
            return args[1] if holds else args[2]
        constant = self._folded(op, args)
        if constant is not None:
            return self.constant(constant)
        rule = self._rules.get(op)
        found = rule(self, *args) if rule else None
        return self.step(op, *args) if found is None else found

    def _folded(self, op: str, args: Sequence[int]) -> float | None:
        """The value of an operation on constants, where that is an ordinary number.

        What begins with an @ is one on whole arrays, which is left to whoever named it so.
        """
        if op.startswith("@"):
            return None
        values = [self.value(slot) for slot in args]
        numbers = [value for value in values if value is not None]
        if len(numbers) < len(values):
            return None
        value = compute(op, *numbers)
        return value if math.isfinite(value) and type(value) is not Beyond else None

    def step(self, op: str, *args: int) -> int:
        """The number of a step as it is."""
        step = op, args
        if step not in self._known:
            self._steps.append(step)
            self._known[step] = -len(self._steps)
        return self._known[step]


def _identity(_: Expansion, x: int) -> int:
    return x


def _sum(to: Expansion, x: int, y: int) -> int | None:
    """X + -y is x - y."""
    for one, other in ((x, y), (y, x)):
        for opposite in to.arguments("neg", other):
            return to.step("sub", one, opposite)
    return None


def _difference(to: Expansion, x: int, y: int) -> int | None:
    opposite = to.arguments("neg", y)
    return to.step("add", x, *opposite) if opposite else None


def _power(to: Expansion, x: int, y: int) -> int | None:
    """Whole powers up to the fourth are products, of which two roundings are seen at most."""
    exponent = to.value(y)
    if exponent == 1.0:
        return x
    if exponent == -1.0:
        return to.step("div", to.constant(1.0), x)
    if exponent not in {2.0, 3.0, 4.0}:
        return None
    square = to.step("mul", x, x)
    if exponent == 2.0:
        return square
    return to.step("mul", square, x if exponent == 3.0 else square)


def _product(to: Expansion, x: int, y: int) -> int | None:
    """A power of two in a product goes to its first factor: to what several products share.

    Within the range of floats such a factor changes no digit.
    """
    for scale, other in ((x, y), (y, x)):
        value, factors = to.value(scale), to.arguments("mul", other)
        if value is not None and factors and abs(math.frexp(value)[0]) == 0.5:
            first, second = factors
            if first >= 0 > second:
                first, second = second, first
            return to.step("mul", to.made("mul", scale, first), second)
    return None


def _quotient(to: Expansion, x: int, y: int) -> int | None:
    """A power of two in what a number is divided by is that number's: 1/(2*y) is 0.5/y."""
    number, factors = to.value(x), to.arguments("mul", y)
    for scale, other in (factors, factors[::-1]) if factors else ():
        value = to.value(scale)
        if number is not None and value is not None and abs(math.frexp(value)[0]) == 0.5:
            return to.made("div", to.constant(number / value), other)
    return None


def _sigmoid(to: Expansion, x: int) -> int:
    """1/(1 + exp(-x)); sigmoid(-x) is that times the same exponential."""
    opposite = to.arguments("neg", x)
    decay = to.step("exp", to.step("neg", *(opposite or [x])))
    rest = to.step("div", to.constant(1.0), to.step("add", to.constant(1.0), decay))
    return to.step("share", decay, rest) if opposite else rest


def _softplus(to: Expansion, x: int) -> int:
    """max(x, 0) + log(1 + exp(-|x|))."""
    return to.step("add", to.step("relu", x), to.step("log1p", to.step("decay", x)))


def _sech(to: Expansion, x: int) -> int:
    """2*e/(1 + e^2) of e = exp(-|x|), which never is too large."""
    decay = to.step("decay", x)
    whole = to.step("add", to.constant(1.0), to.step("mul", decay, decay))
    return to.step("div", to.step("mul", to.constant(2.0), decay), whole)


def _silu(to: Expansion, x: int) -> int:
    return to.step("mul", x, _sigmoid(to, x))


Rules = Mapping[str, Callable[..., int | None]]
"""By operation, what takes it apart: of an `Expansion` and of the numbers of its arguments."""

_RULES: Rules = {
    "id": _identity,
    "add": _sum,
    "sub": _difference,
    "mul": _product,
    "div": _quotient,
    "pow": _power,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "silu": _silu,
    "sech": _sech,
}
"""How operations are taken apart; None where they are left as they are."""

EXPANDED = frozenset(("decay", "share"))
"""The operations that only come of this: exp(-|x|), and x/(1 + x) of x and 1/(1 + x)."""
