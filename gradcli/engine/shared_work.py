"""Operations that share most of their work, for engines that compute many rows at once.

A sine in a program is a cosine in its derivative, of the same angle; a power has one of an exponent
that is less by 1; what is divided by a number once is divided by it again. So:

- sine and cosine of one angle stand side by side, for who has a form for both at once (`pairs`);
- of powers of one base whose exponents are 1 apart, the least is computed; the others are products,
  or a quotient where it is the lesser exponent that has no float of its own;
- several quotients of one divisor have one reciprocal. A product of it is made the quotient by its
  remainder, which is known exactly: it is rounded as a division rounds (Markstein, 1990).

Where a power of 0 or one beyond the range of floats comes in, the row is one that is looked at
(`ranges`), with the product as without.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from gradcli.engine.expanding import Code
from gradcli.engine.functions.twofold import two_diff
from gradcli.engine.schedule import Step

PAIRS = (("sin", "cos"),)
"""The operations whose forms are one."""

SHARED = frozenset(("reciprocal", "quotient"))
"""The operations that only come of this: 1/y; and x/y of x, that, and y."""


def gathered(code: Code, *, is_fusing: bool) -> Code:
    """The same outputs by operations that share what they can.

    Args:
        code: the operations.
        is_fusing: whether products and sums that are rounded once are to be had.
    """
    return _Gathering(code, is_fusing=is_fusing).code()


def pairs(code: Code) -> frozenset[int]:
    """The slots of steps that share their work with the one after them."""
    first, found = code.first, set[int]()
    for rank, ((op, args), other) in enumerate(pairwise(code.steps)):
        if other == (_PARTNERS.get(op), args) and first + rank - 1 not in found:
            found.add(first + rank)
    return frozenset(found)


_PARTNERS = {one: other for pair in PAIRS for one, other in (pair, pair[::-1])}


class _Gathering:
    """The steps of a code in a new order, some of them as others."""

    def __init__(self, code: Code, *, is_fusing: bool) -> None:
        self._code = code
        self._slots = {step: code.first + rank for rank, step in enumerate(code.steps)}
        divisors = Counter(args[1] for op, args in code.steps if op == "div") if is_fusing else {}
        self._shared = {slot for slot, count in divisors.items() if count > 1}
        self._powers = self._lesser()
        self._made = {slot: slot for slot in range(code.first)}
        self._steps: list[Step] = []
        self._reciprocals: dict[int, int] = {}

    def code(self) -> Code:
        """The new one."""
        code = self._code
        for rank in range(len(code.steps)):
            self._make(code.first + rank)
        outputs = [self._made[slot] for slot in code.outputs]
        return code._replace(steps=self._steps, outputs=outputs)

    def _lesser(self) -> dict[int, int]:
        """For powers of constant exponents the one whose exponent is less by 1, not rounded."""
        code = self._code
        known = {
            (args[0], code.constants[args[1] - code.inputs]): slot
            for (op, args), slot in self._slots.items()
            if op == "pow" and code.inputs <= args[1] < code.first
        }
        return {
            slot: known[base, exponent - 1.0]
            for (base, exponent), slot in known.items()
            if (base, exponent - 1.0) in known and two_diff(exponent, 1.0)[1] == 0.0
        }

    def _make(self, slot: int) -> None:
        if slot in self._made:
            return
        op, args = self._code.steps[slot - self._code.first]
        if slot in self._powers:
            self._power(slot, args[0])
        elif op == "pow_diff" and self._value(args[2]) == 1.0 and ("pow", args[:2]) in self._slots:
            power = self._slots["pow", args[:2]]
            self._make(power)
            self._made[slot] = self._step("div", self._made[power], self._made[args[0]])
        elif op == "div" and args[1] in self._shared:
            self._quotient(slot, *args)
        else:
            self._made[slot] = self._step(op, *[self._made[arg] for arg in args])
        partner = self._slots.get((_PARTNERS.get(op, ""), args))
        if partner is not None:
            self._make(partner)

    def _power(self, slot: int, base: int) -> None:
        """A power as the product of the base and the lesser one, and so on down to the least."""
        chain = [slot]
        while chain[-1] in self._powers and chain[-1] not in self._made:
            chain.append(self._powers[chain[-1]])
        least = chain.pop()
        if least not in self._made:
            op, args = self._code.steps[least - self._code.first]
            self._made[least] = self._step(op, *[self._made[arg] for arg in args])
        for each in reversed(chain):
            self._made[each] = self._step("mul", self._made[least], self._made[base])
            least = each

    def _quotient(self, slot: int, dividend: int, divisor: int) -> None:
        over, under = self._made[dividend], self._made[divisor]
        if under not in self._reciprocals:
            self._reciprocals[under] = self._step("reciprocal", under)
        reciprocal = self._reciprocals[under]
        is_one = self._value(dividend) == 1.0
        self._made[slot] = reciprocal if is_one else self._step("quotient", over, reciprocal, under)

    def _value(self, slot: int) -> float | None:
        code = self._code
        is_constant = code.inputs <= slot < code.first
        return code.constants[slot - code.inputs] if is_constant else None

    def _step(self, op: str, *args: int) -> int:
        self._steps.append((op, args))
        return self._code.first + len(self._steps) - 1
