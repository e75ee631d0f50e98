"""What a target is: how a language or a library writes operations, and what it has no word for.

Most tables hold what differs between languages only; what all write alike stands here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from gradcli.engine.expanding import Code, Expansion, Rules
from gradcli.engine.printers.expressions import Lines, Spelling
from gradcli.engine.targets.definitions import DEFINITIONS, OF_KNOWN_ORDER, SECOND
from gradcli.engine.targets.orders import of_known_order
from gradcli.engine.targets.terms import Term, rule_of
from gradcli.errors import UsageError

ARITHMETIC: Mapping[str, str] = {
    "add": "{0} + {1}",
    "sub": "{0} - {1}",
    "mul": "{0}*{1}",
    "div": "{0}/{1}",
    "neg": "-{0}",
}

SIGNS: Mapping[str, str] = {"and": "{0} & {1}", "or": "{0} | {1}"}
"""How most write what is true if both, or one of two, are."""

WIDEST = 60
"""A longer value has a name in languages of semicolons, so that it can be read in one go."""

Helper = Callable[[str, Sequence[str], Sequence[tuple[str, str]], str], list[str]]
"""What writes a function: of its name, its parameters, its lines as names and texts, its result."""


def no_defaults(op: str, arity: int) -> Sequence[float]:
    """What a call has to add in a language whose functions have defaults: nothing."""
    del op, arity
    return ()


class Library(Protocol):
    """Functions that are there as text already."""

    def function(self, op: str) -> str | None:
        """The name of the function for an operation, which is noted down; None if it has none."""

    def knows(self, op: str) -> bool:
        """Whether there is a function for an operation."""

    def defaults(self, op: str, arity: int) -> Sequence[float]:
        """What a call of so many arguments has to add, as the language has no defaults."""

    def claims(self, name: str) -> bool:
        """Whether nothing there has a name, which is taken from then on."""

    def lines(self) -> list[str]:
        """The text of all functions that were asked for."""


class Target(NamedTuple):
    """A language, or a library of one.

    Attributes:
        name: what ``--target`` calls it.
        called: what people call it.
        forms: how it writes operations; with what it calls without arguments, all that it has.
        functions: the functions that stand for operations, by their names there.
        conditions: how it writes what is true or false.
        choice: as of a `Spelling`.
        truth: likewise.
        constant: likewise.
        helper: what writes a function of ours; None if everything stands where it is used.
        library: what has all other functions as text, made anew for each program of what names
            its functions may not have.
        words: the names that nothing of the user's may have.
        variadic: operations that take any number of arguments there.
        ignores_case: whether names that differ in nothing else are the same.
        reference: how it writes a name where its value is used.
        logic: as of a `Spelling`.
        longest: as of a `Spelling`.
        is_library_first: whether its library is asked before our definitions.
        is_library_last: whether it is asked for nothing but what has no definition.
    """

    name: str
    called: str
    forms: Mapping[str, str]
    functions: Mapping[str, str]
    conditions: Mapping[str, str]
    choice: str
    truth: str
    constant: Callable[[float], str]
    helper: Helper | None
    library: Callable[[frozenset[str]], Library] | None = None
    words: frozenset[str] = frozenset()
    variadic: frozenset[str] = frozenset()
    ignores_case: bool = False
    reference: str = "{}"
    is_library_first: bool = True
    is_library_last: bool = False
    logic: Mapping[str, str] = SIGNS
    longest: int | None = None

    def knows(self, op: str) -> bool:
        """Whether it has an operation of its own."""
        has_word = op in self.forms or op in self.functions or op in self.logic
        return has_word or op in _EVERYWHERE


_EVERYWHERE = frozenset(("where", "input", "const", "id"))

MOST_NAMED = 40
"""A helper with more arguments would be read by nobody."""


class Writing:
    """The code of one program for a target, and the functions that it needs beside.

    Args:
        target: what it is written for.
        taken: the names of the program's values, which no function may have.
    """

    def __init__(self, target: Target, taken: frozenset[str]) -> None:
        self.target = target
        self._taken = taken
        self._library = target.library(taken) if target.library else None
        self._helpers: dict[str, list[str]] = {}
        self._names: dict[str, str] = {}
        self._called: set[str] = set()

    def rules(self) -> Rules:
        """What operations are taken apart into, as steps of the program itself."""
        target = self.target
        rules: dict[str, Callable[..., int | None]] = {
            "id": _identity,
            "pow": _power,
        }
        for op in ("max", "min"):
            if op not in target.variadic:
                rules[op] = _pairs(op, None if self._has(op) else rule_of(DEFINITIONS[op]))
        library = self._library
        if library is None or target.is_library_last:
            rules |= OF_KNOWN_ORDER
        else:  # which is asked when it is needed, as it may take long to know
            rules |= {op: _unless(library, op, rule) for op, rule in OF_KNOWN_ORDER.items()}
            rules |= {
                op: _unless(library, op, rule)
                for op, rule in of_known_order(library.knows).items()
                if op not in OF_KNOWN_ORDER
            }
        if target.helper is None:  # what is missing stands where it is used
            missing = [op for op in DEFINITIONS if op not in rules and not target.knows(op)]
            rules |= {op: rule_of(DEFINITIONS[op]) for op in missing}
        return rules

    @property
    def spelling(self) -> Spelling:
        """How the target writes what stands in the program."""
        target = self.target
        return Spelling(
            target.forms,
            target.conditions,
            target.choice,
            target.truth,
            target.constant,
            self._function,
            target.logic,
            target.longest,
            self._defaults,
        )

    def _defaults(self, op: str, arity: int) -> Sequence[float]:
        """What is missing in a call of a function of the library, which is known by then."""
        if self._library is None or op not in self._called:
            return ()
        return self._library.defaults(op, arity)

    def helpers(self) -> list[str]:
        """The text of all functions that the program needs, each after those that it calls."""
        found = self._library.lines() if self._library else []
        for lines in self._helpers.values():
            found += [*lines, ""] if lines else []
        return found

    def has(self, op: str) -> bool:
        """Whether an operation can be written, at least of some number of arguments."""
        is_there = self._library is not None and self._library.knows(op)
        return is_there or self._has(op)

    def _has(self, op: str) -> bool:
        target = self.target
        library = None if target.is_library_last else self._library
        is_there = library is not None and library.knows(op)
        return is_there or target.knows(op) or (target.helper is not None and op in DEFINITIONS)

    def _function(self, op: str, arity: int) -> str:
        target = self.target
        if op in target.functions:
            return target.functions[op]
        is_defined = target.helper is not None and op in DEFINITIONS and arity <= MOST_NAMED
        is_second = target.is_library_first or op in SECOND or not is_defined
        is_second = is_second and not (target.is_library_last and is_defined)
        if self._library is not None and is_second:
            found = self._library.function(op)
            if found is not None:
                self._called.add(op)
                return found
        if not is_defined:
            raise refusal(op, target)
        return self._defined(op, arity)

    def _defined(self, op: str, arity: int) -> str:
        """The name of a helper, which is written when it is first asked for."""
        definition, writer = DEFINITIONS[op], self.target.helper
        assert writer is not None  # noqa: S101  (or nothing is defined)
        count = definition.__code__.co_argcount
        is_fixed = not definition.__code__.co_flags & 4
        own = self._free(op if is_fixed and count == arity else f"{op}_{arity}")
        if own in self._helpers:
            return own
        code = traced(op, arity, self.rules())
        parameters = [f"x{place + 1}" for place in range(arity)] if arity > 1 else ["x"]
        local = dict(enumerate(parameters))

        def name(slot: int) -> str:
            return local.setdefault(slot, f"t{len(local) - arity + 1}")

        lines = Lines(code, self.spelling, (), name)
        statements = [(name(slot), text) for slot, text in lines.statements]
        self._helpers[own] = writer(own, parameters, statements, lines.text(code.outputs[0]))
        return own

    def _free(self, name: str) -> str:
        """The name of a helper: no word, and neither a value's nor that of another function."""
        if name not in self._names:
            own, library = name, self._library
            while (
                own in self.target.words
                or own in self._taken
                or (library is not None and not library.claims(own))
            ):
                own += "_"
            self._names[name] = own
        return self._names[name]


def traced(op: str, arity: int, rules: Rules) -> Code:
    """The steps of a definition of so many arguments."""
    expansion = Expansion(arity, rules)
    terms = [Term(expansion, place) for place in range(arity)]
    return expansion.code([DEFINITIONS[op](*terms).slot])[0]


def refusal(op: str, target: Target) -> UsageError:
    """The error for an operation that a target has no word for."""
    name = op.partition(" ")[0]
    for ending in ("_sum", "_of_product", "_of_quotient", "_of_erfinv", "_of_erfcinv"):
        name = name.removesuffix(ending)
    return UsageError(
        "unsupported",
        f"{target.called} has no function {name} that code could call",
        hint="write it in other functions, or call gradcli.function where it is used",
        names=(op,),
    )


def _unless(
    library: Library, op: str, rule: Callable[..., int | None]
) -> Callable[..., int | None]:
    """A rule for what a library has no function for."""

    def known(to: Expansion, *args: int) -> int | None:
        return None if library.knows(op) else rule(to, *args)

    return known


def _identity(_: Expansion, x: int) -> int:
    return x


def _power(to: Expansion, x: int, y: int) -> int | None:
    """A square is a product, as gradcli computes it; a power of one is what it is of."""
    exponent = to.value(y)
    if exponent == 1.0:
        return x
    return to.made("mul", x, x) if exponent == 2.0 else None


def _pairs(op: str, rule: Callable[..., int] | None) -> Callable[..., int | None]:
    """An extreme of several numbers as one of two after another."""

    def pairs(to: Expansion, *args: int) -> int | None:
        found = args[0]
        for arg in args[1:]:
            found = rule(to, found, arg) if rule else to.step(op, found, arg)
        return found

    return pairs


def constant(infinite: str, no_number: str) -> Callable[[float], str]:
    """What writes constants as most languages do; one with a sign stands in brackets.

    Args:
        infinite: how infinity is written.
        no_number: how NaN is.
    """

    def text(value: float) -> str:
        if math.isnan(value):
            return no_number
        found = infinite if math.isinf(value) else repr(abs(value))
        return f"(-{found})" if math.copysign(1.0, value) < 0 else found

    return text
