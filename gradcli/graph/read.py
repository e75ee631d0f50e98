"""Text to syntax tree with the names taken into account: ``x(x+1)`` and ``bc`` as products.

The grammar reads every ``name(`` as a call and a run of letters as one name. Where the names say
otherwise the text is read a second time with that known, as if a space stood between the factors;
so all products without a sign have the same precedence: ``x(x+1)^2``, ``bc^2``, ``1/bc``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from gradcli.base.record import Record
from gradcli.errors import InputError, Note, ParseError, Span
from gradcli.graph.rules import CONSTANTS, OF_CIRCLES, SPELLINGS, table
from gradcli.syntax import ast
from gradcli.syntax.ast import NOWHERE
from gradcli.syntax.parse import parse
from gradcli.syntax.spelling import (
    EXPONENTIAL,
    INDICES,
    LETTER_CONSTANTS,
    array_name,
    is_run,
    letters_of,
)
from gradcli.syntax.tokens import Tokens

if TYPE_CHECKING:
    from gradcli.graph.runs import Weights
    from gradcli.graph.undeclared import Undeclared
    from gradcli.syntax.refusals import Names

LONG = 40
"""Longer names are not written out in messages."""


class Claimed(Record):
    """What a formula about another program knows of it.

    Attributes:
        functions: the functions that it may call.
        is_quotient: whether two names with a slash between are one name, as ``dJ/db`` is.
    """

    functions: Sequence[ast.Declaration]
    is_quotient: Callable[[str, str], bool]


def read(
    source: str,
    declared: Collection[str] = (),
    claimed: Claimed | None = None,
    guessed: Mapping[str, str] | None = None,
    plain: ast.Program | None = None,
) -> ast.Program:
    """Read a program; names that are products of others are read as such.

    Args:
        source: the text.
        declared: names that are given a value from outside.
        claimed: what is known of another program that it is about.
        guessed: runs of letters that are products only by the style of the formula, each with
            what makes it one name.
        plain: the same text, read before; it is not looked at once more.

    Raises:
        ParseError: the text is not a program.
        InputError: a name is a function and a variable at once.
    """
    functions = claimed.functions if claimed else ()
    is_quotient = claimed.is_quotient if claimed else None
    program = plain or parse(source, Tokens(is_quotient=is_quotient), _names)
    reading = _Reading(program, declared, functions, guessed)
    try:
        for statement, items in zip(program.statements, reading.mentions, strict=True):
            reading.statement(statement, items)
    except ParseError as error:
        error.source = source
        raise
    statements = program.statements
    kept: ast.Program | None = program
    if reading.factors or reading.runs:
        statements = parse(source, Tokens(reading.factors, reading.runs, is_quotient)).statements
        kept = None  # a second tree of a long text takes as much memory as the first
    notes = sorted(reading.notes.values(), key=lambda note: note.span or NOWHERE)
    return ast.Program(statements, source, notes, program.mentions, kept)


def _names() -> Names:
    """What is known of names where a text is refused."""
    from gradcli.graph.applied import is_called, of_words  # noqa: PLC0415  (only an error needs it)
    from gradcli.graph.modules import without_module  # noqa: PLC0415  (likewise)
    from gradcli.syntax.refusals import Names  # noqa: PLC0415  (likewise)

    rules = table()
    return Names(without_module, rules.is_function, is_called, rules.takes, of_words)


class _Reading:
    """The places of names before a bracket that are factors, and of letters run together."""

    def __init__(
        self,
        program: ast.Program,
        declared: Collection[str],
        functions: Sequence[ast.Declaration],
        guessed: Mapping[str, str] | None,
    ) -> None:
        self.factors: set[int] = set()
        self.runs: set[int] = set()
        self.notes: dict[tuple[str, str, bool], Note] = {}
        self._source = program.source
        self._statements = program.statements
        self._weights: tuple[ast.Statement, Weights] | None = None  # of the statement at hand
        self._declared = declared
        self._guessed = guessed or {}
        self._functions = {each.name for each in functions}
        self._steps: set[str] = set()
        self.mentions = by_statement(program)
        for statement in program.statements:
            if isinstance(statement, ast.Declaration):
                self._functions.add(statement.name)
            elif isinstance(statement, ast.Step | ast.Family) and statement.name:
                self._steps.add(statement.name)
        last = program.statements[-1]
        self._parameters: set[str] = set()
        if isinstance(last, ast.Declaration):
            self._parameters = {parameter.name for parameter in last.parameters} | last.letters
        # A program may have very many names: of each set of all of them there is one at most.
        self._variables = {*declared, *self._steps, *self._parameters}
        self._others = {*self._functions, *CONSTANTS, *SPELLINGS}
        self._refuse_both(program)

    @cached_property
    def _letters(self) -> set[str]:
        """The names of which runs of letters are made; most programs have no runs."""
        letters = {*self._declared, *LETTER_CONSTANTS}
        letters -= self._steps
        return letters | self._parameters

    @cached_property
    def _bare(self) -> set[str]:
        """The names that stand for themselves."""
        items = chain.from_iterable(self.mentions)
        return {item.name for item in items if isinstance(item, ast.Name)}

    @cached_property
    def _whole(self) -> set[str]:
        """All names that have a meaning anywhere, for where something is refused."""
        return self._variables | self._others

    def _is_whole(self, name: str) -> bool:
        """Whether a name has a meaning anywhere in the program."""
        return name in self._variables or name in self._others

    def statement(self, statement: ast.Statement, items: Sequence[ast.Expression]) -> None:
        """Find the products of one statement."""
        own = own_names(statement, items)
        bases = {id(item.base) for item in items if isinstance(item, ast.Index)}
        for item in items:
            if isinstance(item, ast.Name):
                name = item.name
                # Most names are these, and there are many of them.
                if name in self._variables:
                    continue
                if not (name in own or name in self._others or id(item) in bases):
                    self._name(item, own, statement)
            elif isinstance(item, ast.Index):
                if not self._is_declared(item.base, own):
                    self._undeclared.base(item, own)
            elif isinstance(item, ast.Call):
                self._before_bracket(item, own)
            elif isinstance(item, ast.Binary | ast.Unary):
                self._undeclared.operation(item, own)
            elif isinstance(item, ast.Number):
                self._note(_beyond(item))

    @cached_property
    def _undeclared(self) -> Undeclared:
        """What refuses names that nothing declares, and that are meant for something else."""
        from gradcli.graph.undeclared import Known, Undeclared  # noqa: PLC0415  (most have none)

        known = Known(
            self._source,
            self._statements,
            [own_names(*each) for each in zip(self._statements, self.mentions, strict=True)],
            self._functions,
            self._variables,
            self._whole,
            self._bare,
        )
        return Undeclared(known)

    @cached_property
    def _arrays(self) -> set[str]:
        """The names whose elements are declared."""
        return {array_name(name) for name in self._variables}

    def _is_declared(self, base: ast.Expression, own: Collection[str]) -> bool:
        """Whether what stands before an index is no name, or one that has elements or a meaning."""
        name = base.name if isinstance(base, ast.Name) else ""
        return not name or self._is_whole(name) or name in own or name in self._arrays

    def _name(self, item: ast.Name, own: Collection[str], statement: ast.Statement) -> None:
        """A name that nothing declares: a run of letters, or one that is meant for a formula."""
        if self._is_run(item.name, item.span, own):
            self._run(item.name, item.span)
            return
        self._undeclared.name(item, own)
        self._word(item)
        if self._is_run(item.name, item.span, own, self._steps) or (
            len(self._statements) > 1 and self._may_be_product(item.name, own, statement)
        ):
            product = "*".join(letters_of(item.name))
            message = f"'{item.name}' is one name; for the product write {product}"
            self._note(Note("letters", message, item.span, (item.name,)))

    def _word(self, item: ast.Name) -> None:
        """Say that ``2cost`` has a name in it, and no function."""
        if not self._source[item.span.start - 1 : item.span.start].isdecimal():
            return
        from gradcli.graph.run_together import may_be_function  # noqa: PLC0415  (few names are)

        written = may_be_function(item.name)
        if written is not None:
            message = f"'{item.name}' is one name; for the function write {written}"
            self._note(Note("letters", message, item.span, (item.name,)))

    def _may_be_product(self, name: str, own: Collection[str], statement: ast.Statement) -> bool:
        """Whether the letters of a name are names here as well, or one of them is a parameter."""
        if not is_run(name):
            return False
        from gradcli.graph.runs import Weights, is_short_run  # noqa: PLC0415  (few names are runs)

        if not is_short_run(name):
            return False
        known = (self._letters, self._steps, self._bare, own)
        if all(any(each in names for names in known) for each in letters_of(name)):
            return True
        if self._weights is None or self._weights[0] is not statement:
            self._weights = statement, Weights(statement)
        return self._weights[1].may_have(name)

    def _over_range(self, call: ast.Call, own: Collection[str]) -> None:
        """What looks like a sum over a range, sum(i^2, i, 1, 3), and has four terms."""
        from gradcli.syntax.over_ranges import COUNTS, over_range  # noqa: PLC0415  (few are as long)

        index, written = over_range(call, self._source) or ("", "")
        if written and index not in own and index not in self._variables:
            count = COUNTS[len(call.arguments)]
            message = f"these are {count} arguments; over a range write {written}"
            self._note(Note("range", message, call.span, (index,)))

    def _before_bracket(self, call: ast.Call, own: Collection[str]) -> None:
        """A function is called; anything else that has a value is multiplied."""
        name, span = call.function, call.name_span
        is_function = table().is_function(name)
        if name in self._variables or name in own:
            self.factors.add(span.start)
            if is_function and name not in self._steps:
                message = f"'{name}' is the program's own name here, not the function"
                self._note(Note("hidden", message, span, (name,)))
        elif name in self._functions:
            return
        elif is_function:
            if not table().takes(name, len(call.arguments)):
                self._undeclared.words(name)
            if len(call.arguments) in {3, 4}:
                self._over_range(call, own)
        elif self._is_run(name, span, own):
            self._run(name, span)
        elif name in self._bare or (call.arguments and SPELLINGS.get(name, name) in OF_CIRCLES):
            self.factors.add(span.start)
        else:
            self._undeclared.call(call, own)

    def _is_run(self, name: str, span: Span, *own: Collection[str]) -> bool:
        """Whether nothing declares the name, but every one of its letters is declared.

        Steps are no letters, but where they are among ``own``. Directly before its exponent, an e
        at the end is the constant, whatever is declared.
        """
        # Not xᵢ, which is another spelling of a name.
        written = self._source[slice(*span)] if len(name) > 1 else ""
        if written != name and (not written or written.translate(INDICES) != name):
            return False
        if self._is_whole(name) or any(name in names for names in own):
            return False
        letters = letters_of(name)
        if letters[-1] == EXPONENTIAL and span.start in self._with_exponent:
            letters.pop()
        elif not is_run(name, indexed=True):
            return False
        known = (self._letters, *own)
        return all(any(letter in names for names in known) for letter in letters)

    def _run(self, name: str, span: Span) -> None:
        self.runs.add(span.start)
        letters = letters_of(name)
        product = "*".join(letters) if len(name) <= LONG else "the product of its letters"
        from gradcli.hints import shortened  # noqa: PLC0415  (few names are long)

        message = f"'{shortened(name, LONG)}' is read as {product}"
        is_exponent = span.start in self._exponents
        if is_exponent:
            sign = self._exponents[span.start]
            first = letters[0]
            message += f", with only {first} in the exponent; for all of it write ^{sign}({name})"
        constant = next((each for each in ("pi", "tau") if each in name), None)
        if constant is not None:
            message += f"; with the constant write {'*'.join(_around(name, constant))}"
        if name in self._guessed:
            message += f"; {self._guessed[name]} makes it one name"
        self._note(Note("letters", message, span, (name,)), is_exponent=is_exponent)

    @cached_property
    def _with_exponent(self) -> set[int]:
        """Where names stand that may end with the constant e, directly before an exponent."""
        return {base.span.start for base, _ in ast.powers(chain.from_iterable(self.mentions))}

    @cached_property
    def _exponents(self) -> dict[int, str]:
        """Where names stand that are exponents, and the signs before each."""
        powers = (
            item.right
            for items in self.mentions
            for item in items
            if isinstance(item, ast.Binary) and item.op == "pow"
        )
        bases = ((exponent, _base(exponent)) for exponent in powers)
        return {
            base.span.start: self._source[exponent.span.start : base.span.start]
            for exponent, base in bases
            if isinstance(base, ast.Name)
        }

    def _note(self, note: Note, *, is_exponent: bool = False) -> None:
        """Add a note, of those of one kind about one name only the first in the text."""
        about = (note.kind, "".join(note.names), is_exponent)
        earlier = self.notes.setdefault(about, note)
        if (note.span or NOWHERE) < (earlier.span or NOWHERE):
            self.notes[about] = note

    def _refuse_both(self, program: ast.Program) -> None:
        for statement in program.statements:
            if isinstance(statement, ast.Declaration) and (
                statement.name in self._variables
                or statement.name in {parameter.name for parameter in statement.parameters}
            ):
                raise InputError(
                    "function",
                    f"'{statement.name}' is a function and a variable at once",
                    span=statement.name_span,
                    hint="give one of them another name",
                    source=program.source,
                )


def _base(exponent: ast.Expression) -> ast.Expression:
    """What an exponent begins with behind its signs: nothing else binds tighter than a run."""
    while True:
        match exponent:
            case ast.Unary(operand=operand):
                exponent = operand
            case ast.Binary(op="pow", left=left):
                exponent = left
            case _:
                return exponent


def _beyond(number: ast.Number) -> Note:
    """The note on a number that no float is near."""
    if number.value == 0:
        message = (
            "this number is too small for a float, which goes down to 4.9e-324: it is read as 0"
        )
        return Note("underflow", message, number.span)
    message = "this number is beyond the largest float, 1.8e308: it is read as inf"
    return Note("overflow", message, number.span)


def _around(name: str, part: str) -> list[str]:
    """The letters of a run, and a part of it whole: p, pi and r of ``ppir``."""
    before, _, after = name.partition(part)
    return [*before, part, *after]


def by_statement(program: ast.Program) -> list[list[ast.Expression]]:
    """What is mentioned in each statement, on the right side or as an index on the left."""
    found: list[list[ast.Expression]] = []
    waiting = iter(program.mentions)
    item = next(waiting, None)
    for statement in program.statements:
        first, last = statement.value.start, statement.value.end
        stop = statement.span.end
        indices = [index.span for index in getattr(statement, "indices", ())]
        items: list[ast.Expression] = []
        while item is not None and item.start < stop:
            start, end = item.start, item.end
            if (first <= start and end <= last) or any(a <= start and end <= b for a, b in indices):
                items.append(item)
            item = next(waiting, None)
        found.append(items)
    return found


def own_names(statement: ast.Statement, items: Sequence[ast.Expression]) -> set[str]:
    """Parameters of a declaration, and indices of ranges."""
    own: set[str] = set()
    if isinstance(statement, ast.Declaration):
        own.update(parameter.name for parameter in statement.parameters)
        own |= statement.letters
    if isinstance(statement, ast.Family):
        own.update(each.index for each in statement.ranges)
    for item in items:
        if isinstance(item, ast.Name):  # as most are
            continue
        if isinstance(item, ast.Comprehension):
            own.update(each.index for each in item.ranges)
        elif (unknown := ast.unknown(item)) is not None:
            own.add(unknown.name)
    return own
