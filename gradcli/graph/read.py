"""Text to syntax tree with the names taken into account: ``x(x+1)`` and ``bc`` as products.

The grammar reads every ``name(`` as a call and a run of letters as one name. Where the names say
otherwise the text is read a second time with that known, as if a space stood between the factors;
so all products without a sign have the same precedence: ``x(x+1)^2``, ``bc^2``, ``1/bc``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from gradcli.errors import InputError, Note, Span
from gradcli.graph.rules import CONSTANTS, SPELLINGS, table
from gradcli.syntax import ast
from gradcli.syntax.ast import NOWHERE
from gradcli.syntax.parse import parse


def read(source: str, declared: Collection[str] = ()) -> ast.Program:
    """Read a program; names that are products of others are read as such.

    Args:
        source: the text.
        declared: names that are given a value from outside.

    Raises:
        ParseError: the text is not a program.
        InputError: a name is a function and a variable at once.
    """
    program = parse(source)
    reading = _Reading(program, declared)
    for statement in program.statements:
        reading.statement(statement)
    if not (reading.factors or reading.runs):
        return program
    statements = parse(source, reading.factors, reading.runs).statements
    reading.notes.sort(key=lambda note: note.span or NOWHERE)
    return ast.Program(statements, source, reading.notes)


class _Reading:
    """The places of names before a bracket that are factors, and of letters run together."""

    def __init__(self, program: ast.Program, declared: Collection[str]) -> None:
        self.factors: set[int] = set()
        self.runs: set[int] = set()
        self.notes: list[Note] = []
        self._source = program.source
        self._letters = set(declared)
        self._functions: set[str] = set()
        self._variables = set(declared)
        self._bare: set[str] = set()
        for statement in program.statements:
            if isinstance(statement, ast.Declaration):
                self._functions.add(statement.name)
                self._variables.update(parameter.name for parameter in statement.parameters)
            elif isinstance(statement, ast.Step | ast.Family) and statement.name:
                self._variables.add(statement.name)
            self._bare.update(
                item.name for item in ast.walk([statement.value]) if isinstance(item, ast.Name)
            )
        last = program.statements[-1]
        if isinstance(last, ast.Declaration):
            self._letters.update(parameter.name for parameter in last.parameters)
        self._whole = self._variables | self._functions | CONSTANTS.keys() | SPELLINGS.keys()
        self._refuse_both(program)

    def statement(self, statement: ast.Statement) -> None:
        """Find the products of one statement; its name is a letter for those that follow."""
        roots = [statement.value, *getattr(statement, "indices", ())]
        items = list(ast.walk(roots))
        own = _own_names(statement, items)
        bases = {id(item.base) for item in items if isinstance(item, ast.Index)}
        for item in items:
            if isinstance(item, ast.Name) and id(item) not in bases:
                if self._is_run(item.name, item.span, own):
                    self._run(item.name, item.span)
            elif isinstance(item, ast.Call) and not self._is_called(item.function):
                if self._is_run(item.function, item.name_span, own):
                    self._run(item.function, item.name_span)
                elif item.function in self._variables or item.function in self._bare:
                    self.factors.add(item.name_span.start)
        if isinstance(statement, ast.Step) and statement.name:
            self._letters.add(statement.name)

    def _is_called(self, name: str) -> bool:
        """Whether a name before a bracket is a function."""
        if name in self._variables:
            return False
        return name in self._functions or table().is_function(name)

    def _is_run(self, name: str, span: Span, own: Collection[str]) -> bool:
        """Whether nothing declares the name, but every one of its letters is declared."""
        return (
            len(name) > 1
            and span.end - span.start == len(name)
            and name not in self._whole
            and name not in own
            and all(
                letter.isalpha() and (letter in self._letters or letter in own) for letter in name
            )
        )

    def _run(self, name: str, span: Span) -> None:
        self.runs.add(span.start)
        message = f"'{name}' is read as {'*'.join(name)}"
        if self._source[: span.start].rstrip().endswith(("^", "**")):
            message += f", with only {name[0]} in the exponent; for all of it write ^({name})"
        self.notes.append(Note("letters", message, span))

    def _refuse_both(self, program: ast.Program) -> None:
        for statement in program.statements:
            if isinstance(statement, ast.Declaration) and statement.name in self._variables:
                raise InputError(
                    "function",
                    f"'{statement.name}' is a function and a variable at once",
                    span=statement.name_span,
                    hint="give one of them another name",
                    source=program.source,
                )


def _own_names(statement: ast.Statement, items: Sequence[ast.Expression]) -> set[str]:
    """Parameters of a declaration, and indices of ranges."""
    own: set[str] = set()
    if isinstance(statement, ast.Declaration):
        own.update(parameter.name for parameter in statement.parameters)
    if isinstance(statement, ast.Family):
        own.update(each.index for each in statement.ranges)
    for item in items:
        if isinstance(item, ast.Comprehension):
            own.update(each.index for each in item.ranges)
    return own
