"""Operations as lines of code: which values get a name, and which stand where they are used.

Names are ours, v0, v1 and so on, if nothing else is said; constants are the text of floats. Nothing
that a user has written is ever part of code.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from gradcli.engine.expanding import Code
from gradcli.engine.printers import binding
from gradcli.engine.printers.binding import ATOM, filled


class Spelling(NamedTuple):
    """How a language writes operations.

    Attributes:
        forms: what stands for an operation, ``{0} + {1}``, by its name.
        conditions: the same of those that are 1 or 0, where only that counts: ``{0} < {1}``.
        choice: of a condition and two values: ``{1} if {0} else {2}``.
        truth: the condition that a number is not 0.
        constant: the text of a constant.
        function: the name of the function for an operation without a form, and so many arguments.
        logic: how conditions are made of conditions: ``{0} && {1}``, by operation.
        longest: a value whose text is longer has a name; None if it does not matter.
        defaults: further arguments of a function that is called with so many.
    """

    forms: Mapping[str, str]
    conditions: Mapping[str, str]
    choice: str
    truth: str
    constant: Callable[[float], str]
    function: Callable[[str, int], str]
    logic: Mapping[str, str] = MappingProxyType({})
    longest: int | None = None
    defaults: Callable[[str, int], Sequence[float]] = lambda _, __: ()


class Lines:
    """The code of some operations.

    Args:
        code: the operations.
        spelling: the language.
        named: slots that have to have a name.
        name: what a slot is called.

    Attributes:
        statements: the values that have a name, in order: slot and expression.
    """

    def __init__(
        self,
        code: Code,
        spelling: Spelling,
        named: Iterable[int] = (),
        name: Callable[[int], str] = "v{}".format,
    ) -> None:
        self._code = code
        self._spelling = spelling
        self._decides = [0] * (code.first + len(code.steps))
        self._uses = self._counted(named)
        self._outputs = frozenset(code.outputs)
        self._name = name
        self._texts = [*map(name, range(code.inputs))]
        self._ranks = [ATOM] * code.first
        for place, value in enumerate(code.constants, code.inputs):
            text = _bare(spelling.constant(value))
            self._texts.append(text)
            self._ranks[place] = binding.rank(binding.tokens(text))
        self._conditions: dict[int, _Condition] = {}
        self._depths = [0] * code.first
        self.statements: list[tuple[int, str]] = []
        for rank in range(len(code.steps)):
            self._add(rank)

    def text(self, slot: int) -> str:
        """The expression of an output: a name, a constant, or what is needed there only."""
        return self._texts[slot]

    def condition(self, slot: int) -> str:
        """A value as a condition: whether it is not 0."""
        return self._condition(slot)[0]

    def _condition(self, slot: int) -> tuple[str, int]:
        """The same, and how tightly that binds."""
        found = self._conditions.get(slot)
        if found:
            return found.text, found.rank
        return self._made(self._spelling.truth, [self._value(slot)])

    def _counted(self, named: Iterable[int]) -> list[int]:
        """How often each value is used; twice or more if it has to have a name."""
        code, forms, logic = self._code, self._spelling.forms, self._spelling.logic
        uses = [0] * (code.first + len(code.steps))
        for op, places in code.steps:
            form = forms.get(op, "")
            for place, slot in enumerate(places):
                if _is_decided(op, place, logic):
                    self._decides[slot] += 1
                else:
                    uses[slot] += max(1, form.count(f"{{{place}}}"))
        for slot in code.outputs:
            uses[slot] += 1
        for slot in named:
            uses[slot] += 2
        return uses

    def _add(self, rank: int) -> None:
        op, places = self._code.steps[rank]
        slot = self._code.first + rank
        text, binds = self._written(op, places)
        depth = 1 + max(self._depths_in(op, places), default=0)
        uses, decides = self._uses[slot], self._decides[slot]
        test = self._test(op, places)
        if test and self._is_written_again(op, slot, depth):
            self._conditions[slot] = _Condition(*test, depth, self._size(op, places))
            decides = 0
        longest = self._spelling.longest
        is_short = longest is None or len(text) <= longest or slot in self._outputs
        is_short = is_short or not uses + decides  # a condition that is written where it decides
        if uses + decides <= 1 and depth < _DEEPEST and is_short:
            self._texts.append(text)
            self._ranks.append(binds)
            self._depths.append(depth)
        else:
            self.statements.append((slot, text))
            self._texts.append(self._name(slot))
            self._ranks.append(ATOM)
            self._depths.append(0)

    def _depths_in(self, op: str, places: Sequence[int]) -> Iterator[int]:
        """How deep each operand of an operation is where it is written: as a condition or not."""
        for place, slot in enumerate(places):
            found = self._conditions.get(slot)
            is_decided = found and _is_decided(op, place, self._spelling.logic)
            yield found.depth if found and is_decided else self._depths[slot]

    def _size(self, op: str, places: Sequence[int]) -> int:
        """How many comparisons a condition consists of."""
        if op not in self._spelling.logic:
            return 1
        return sum(found.size if (found := self._conditions.get(slot)) else 1 for slot in places)

    def _is_written_again(self, op: str, slot: int, depth: int) -> bool:
        """Whether a condition is written wherever it decides something, instead of being a number.

        It is where that is only once, and if it is a comparison of what has a name, or is made of
        few. Else it would be too deep for compilers, or its text would be longer than the program.
        """
        places = self._code.steps[slot - self._code.first][1]
        is_once = self._uses[slot] + self._decides[slot] == 1
        are_named = not any(self._depths[place] for place in places)
        is_short = self._decides[slot] <= 1 or self._size(op, places) <= _MOST_AGAIN
        return (is_once or are_named) and depth < _DEEPEST and is_short

    def _test(self, op: str, places: Sequence[int]) -> tuple[str, int] | None:
        """What is 1 or 0 as a condition, and how tightly that binds; None of anything else."""
        spelling = self._spelling
        form = spelling.logic.get(op)
        if form:
            return self._made(form, [self._condition(slot) for slot in places])
        form = spelling.conditions.get(op)
        return self._made(form, [self._value(place) for place in places]) if form else None

    def _value(self, slot: int) -> tuple[str, int]:
        return self._texts[slot], self._ranks[slot]

    def _made(self, form: str, parts: Sequence[tuple[str, int]]) -> tuple[str, int]:
        return filled(form, *zip(*parts, strict=True))

    def _written(self, op: str, places: Sequence[int]) -> tuple[str, int]:
        """The text of an operation, and how tightly it binds."""
        spelling = self._spelling
        if op == "where":
            parts = [self._condition(places[0]), *map(self._value, places[1:])]
            return self._made(spelling.choice, parts)
        if op in spelling.logic:
            test = self._test(op, places)
            assert test is not None  # noqa: S101  (it is logic)
            ends = [(_bare(spelling.constant(each)), ATOM) for each in (1.0, 0.0)]
            return self._made(spelling.choice, [test, *ends])
        args = [self._texts[place] for place in places]
        form = spelling.forms.get(op)
        if form:
            return filled(form, args, [self._ranks[place] for place in places])
        function = spelling.function(op, len(args))
        args += [_bare(spelling.constant(each)) for each in spelling.defaults(op, len(args))]
        return f"{function}({', '.join(args)})", ATOM


class _Condition(NamedTuple):
    """A condition that is written where it decides something.

    Attributes:
        text: the condition.
        rank: how tightly it binds.
        depth: how deep expressions stand in one another there.
        size: how many comparisons it consists of.
    """

    text: str
    rank: int
    depth: int
    size: int


def _is_decided(op: str, place: int, logic: Collection[str]) -> bool:
    """Whether of an operand only counts whether it is 0."""
    return (op == "where" and not place) or op in logic


_DEEPEST = 12
"""How deep expressions stand in one another; compilers have limits."""

_MOST_AGAIN = 12
"""A condition of more comparisons is not written several times."""


def _bare(text: str) -> str:
    """Without the brackets around the whole."""
    if not (text.startswith("(") and text.endswith(")")):
        return text
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if not depth:  # that is where the first bracket is closed
            return text[1:-1] if place == len(text) - 1 else text
    return text
