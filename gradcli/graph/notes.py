"""The notes on a program's own names: what they hide, and which nobody can tell apart."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cache

from gradcli.errors import Note, Span
from gradcli.graph.rules import is_constant, table
from gradcli.syntax import ast
from gradcli.syntax.spelling import array_name


@cache  # an import takes longer, and a program may define hundreds of thousands of names
def _of_arrays() -> Collection[str]:
    """The names of the functions of arrays alone."""
    from gradcli.graph.array_names import NAMES  # noqa: PLC0415  (formulas define nothing)

    return NAMES


class Notes:
    """The notes on a program, of those of one kind about one name only the first."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Note] = {}

    def all(self) -> Sequence[Note]:
        """All of them, in the order in which they were added."""
        return [*self._found.values()]

    def note(self, kind: str, about: str, message: str, span: Span) -> None:
        """Add one, unless there is one of its kind about the name."""
        self._found.setdefault((kind, about), Note(kind, message, span))

    def hidden(self, name: str, span: Span) -> None:
        """Say that a constant of the language is hidden by the program's own name."""
        if is_constant(name):
            message = f"'{name}' is the program's own name here, not the constant"
            self.note("hidden", name, message, span)

    def defined(self, name: str, span: Span) -> None:
        """Say that a statement gives a name of the language another meaning."""
        self.hidden(name, span)
        name = array_name(name)
        if table().is_function(name) or name == ast.DIFF or name in _of_arrays():
            self._redefined(name, span)

    def functions_of_arrays(self, statements: Iterable[ast.Statement]) -> None:
        """Say which functions of arrays a program gives another meaning."""
        from gradcli.graph.arrays.calls import is_known  # noqa: PLC0415  (whatever makes arrays has it)

        for statement in statements:
            if not isinstance(statement, ast.Step | ast.Family | ast.Declaration):
                continue
            if statement.name and is_known(statement.name):
                self._redefined(statement.name, statement.name_span)

    def alike(self, names: Collection[str], span_of: Callable[[str], Span]) -> None:
        """Say which of a program's names nobody can tell apart."""
        if all(map(str.isascii, names)):
            return
        from gradcli.hints import twins  # noqa: PLC0415  (most names are ASCII)

        for name, message in twins(names):
            self.note("alike", name, message, span_of(name))

    def _redefined(self, name: str, span: Span) -> None:
        message = f"'{name}' is defined here, and is not the language's function"
        self.note("hidden", name, message, span)
