"""Operations as lines of code: which values get a name, and which stand where they are used.

Names are ours, v0, v1 and so on, if nothing else is said; constants are the text of floats. Nothing
that a user has written is ever part of code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from gradcli.engine.expanding import Code


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
    """

    forms: Mapping[str, str]
    conditions: Mapping[str, str]
    choice: str
    truth: str
    constant: Callable[[float], str]
    function: Callable[[str, int], str]
    logic: Mapping[str, str] = MappingProxyType({})
    longest: int | None = None


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
        self._texts += map(spelling.constant, code.constants)
        self._conditions: dict[int, str] = {}
        self._depths = [0] * code.first
        self.statements: list[tuple[int, str]] = []
        for rank in range(len(code.steps)):
            self._add(rank)

    def text(self, slot: int) -> str:
        """The expression of an output: a name, a constant, or what is needed there only."""
        return _bare(self._texts[slot])

    def condition(self, slot: int) -> str:
        """A value as a condition: whether it is not 0."""
        found = self._conditions.get(slot)
        return found or self._spelling.truth.format(self._texts[slot])

    def _counted(self, named: Iterable[int]) -> list[int]:
        """How often each value is used; twice or more if it has to have a name."""
        code, forms, logic = self._code, self._spelling.forms, self._spelling.logic
        uses = [0] * (code.first + len(code.steps))
        for op, places in code.steps:
            form = forms.get(op, "")
            for place, slot in enumerate(places):
                if (op == "where" and not place) or op in logic:
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
        text = self._written(op, places)
        depth = 1 + max((self._depths[place] for place in places), default=0)
        uses, decides = self._uses[slot], self._decides[slot]
        test = self._test(op, places)
        # A comparison of what has a name is written again wherever it decides something.
        if test and (depth == 1 or uses + decides == 1):
            self._conditions[slot] = f"({test})"
            decides = 0
        longest = self._spelling.longest
        is_short = longest is None or len(text) <= longest or slot in self._outputs
        is_short = is_short or not uses + decides  # a condition that is written where it decides
        if uses + decides <= 1 and depth < _DEEPEST and is_short:
            is_call = op != "where" and op not in self._spelling.forms
            self._texts.append(text if is_call else f"({text})")
            self._depths.append(depth)
        else:
            self.statements.append((slot, text))
            self._texts.append(self._name(slot))
            self._depths.append(0)

    def _test(self, op: str, places: Sequence[int]) -> str | None:
        """What is 1 or 0 as a condition; None of anything else."""
        form = self._spelling.logic.get(op)
        if form:
            return form.format(
                *[self._conditions.get(slot) or f"({self.condition(slot)})" for slot in places]
            )
        form = self._spelling.conditions.get(op)
        return form.format(*[self._texts[place] for place in places]) if form else None

    def _written(self, op: str, places: Sequence[int]) -> str:
        args = [self._texts[place] for place in places]
        if op == "where":
            return self._spelling.choice.format(self.condition(places[0]), *args[1:])
        if op in self._spelling.logic:
            yes, no = map(self._spelling.constant, (1.0, 0.0))
            return self._spelling.choice.format(f"({self._test(op, places)})", yes, no)
        form = self._spelling.forms.get(op)
        if form:
            return form.format(*args)
        return f"{self._spelling.function(op, len(args))}({', '.join(map(_bare, args))})"


_DEEPEST = 12
"""How deep expressions stand in one another; compilers have limits."""


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
