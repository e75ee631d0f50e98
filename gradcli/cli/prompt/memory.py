"""What stays from line to line: values, statements, and the formula that was asked for last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from gradcli.cli.prompt.statements import (
    check_value,
    circle,
    fitting,
    may_stay,
    name_of,
    statements_of,
    text_of,
    value_in,
    written,
)
from gradcli.errors import GradcliError, InputError, Span
from gradcli.evaluation.solve import arrays_of, read_model
from gradcli.syntax import ast
from gradcli.syntax.spelling import array_name, is_element, is_name, letters_of, plain


class Piece(NamedTuple):
    """A statement that stays.

    Attributes:
        key: what another statement has to begin with to take its place.
        text: the statement.
        used: the names in it that may be others' names.
    """

    key: str
    text: str
    used: frozenset[str]


class Asked(NamedTuple):
    """What a line asks for.

    Attributes:
        text: the statement that the program ends with.
        name: the name that this gives a meaning, or "".
        used: the names in it.
    """

    text: str
    name: str
    used: frozenset[str]


class Call(NamedTuple):
    """A program that stands by itself, and the values that its inputs have.

    Attributes:
        source: the program.
        values: the values, by name.
        refusal: why the program cannot be read, if so.
    """

    source: str
    values: dict[str, object]
    refusal: GradcliError | None


class Known(NamedTuple):
    """All that a memory has at one time."""

    values: dict[str, object]
    statements: dict[str, list[Piece]]
    arrays: set[str]
    last: Asked | None


class Memory:
    """The names of a conversation.

    Attributes:
        values: the value of each name that has one: a text, a number, or an array.
        statements: the statements that give a meaning to each other name, in their order.
        last: what was asked for last, if anything was.
    """

    def __init__(self) -> None:
        self.values: dict[str, object] = {}
        self.statements: dict[str, list[Piece]] = {}
        self.last: Asked | None = None
        self._arrays: set[str] = set()
        """The names that have, or had, values for elements of their own."""

    @property
    def names(self) -> list[str]:
        """Every name that has a meaning."""
        return [*self.statements, *self.values]

    def known(self) -> Known:
        """All that is known now, to come back to."""
        return Known(dict(self.values), dict(self.statements), set(self._arrays), self.last)

    def changed(self, before: Known) -> list[str]:
        """The names that have got a meaning, or another one, since something was known."""
        now = self.known()
        return [
            name
            for name in self.names
            if now.statements.get(name) is not before.statements.get(name)
            or now.values.get(name) is not before.values.get(name)
        ]

    def return_to(self, known: Known) -> None:
        """Know again what was known at another time."""
        self.values, self.statements, self._arrays, self.last = known

    def learn(self, text: str) -> Asked | None:
        """Keep the statements of a text.

        Returns:
            the last one, if there is anything to compute in it.

        Raises:
            GradcliError: it cannot be read, or a value in it is none; then nothing is kept.
        """
        before = self.known()
        asked = None
        named = set()
        try:
            for statement, used in statements_of(text):
                asked = self._keep(statement, used, text)
                named.add(name_of(statement))
            self._needed(Asked("", "", frozenset(named)), {})  # or they are a circle
        except GradcliError as error:
            error.source = error.source or text
            self.return_to(before)
            raise
        if asked is not None:
            self.last = asked
        return asked

    def understand(self, text: str) -> Asked:
        """What a text asks for; of its statements those before the last are kept.

        Raises:
            GradcliError: it cannot be read.
        """
        *_, (statement, used) = statements_of(text)
        if statement.span.start:
            self.learn(text[: statement.span.start])
        return Asked(text_of(statement, text), name_of(statement), used)

    def _keep(self, statement: ast.Statement, used: frozenset[str], text: str) -> Asked | None:
        name, written = name_of(statement), text_of(statement, text)
        if not name:
            return Asked(written, "", used)
        value = value_in(statement, used, text)
        if value is not None and not (
            isinstance(statement, ast.Family) and name in self.statements
        ):
            self.give(*value)
            return None
        key = written[: statement.value.span.start - statement.span.start].rstrip(" =")
        pieces = [piece for piece in self.statements.pop(name, ()) if may_stay(piece.key, key)]
        if isinstance(statement, ast.Family):
            pieces = [*self._elements(name), *pieces]
        self._forget_values(name)
        is_family = isinstance(statement, ast.Family)
        self.statements[name] = [*pieces, Piece(key, written, used)]
        if name in used and isinstance(statement, ast.Step):
            raise circle(name, Span(statement.span.start, statement.span.start + len(name)))
        return None if is_family else Asked(written, name, used - {name})

    def _elements(self, name: str) -> Iterator[Piece]:
        """The elements of a family that had values, as statements."""
        for label, value in self.values.items() if name in self._arrays else ():
            if is_element(label, name):
                yield Piece(label, f"{label} = {value}", frozenset())

    def _forget_values(self, name: str) -> None:
        self.values.pop(name, None)
        if name in self._arrays:  # there may be many values, and few of them are elements
            self._arrays.remove(name)
            for label in [each for each in self.values if is_element(each, name)]:
                del self.values[label]

    def give(self, name: str, value: object) -> None:
        """Give a name a value, in place of any other meaning.

        Raises:
            InputError: the value is none.
        """
        check_value(name, value)
        if array_name(name) == name:
            self._forget_values(name)
        self.statements.pop(array_name(name), None)
        self.values.pop(array_name(name), None)
        self.values[name] = value
        if array_name(name) != name:
            self._arrays.add(array_name(name))

    def forget(self, names: Iterable[str]) -> None:
        """Take the meaning of names away.

        Raises:
            InputError: one has none.
        """
        names = [*map(plain, names)]
        for name in names:
            if name not in self.names and not any(is_element(each, name) for each in self.values):
                from gradcli.hints import nearest  # noqa: PLC0415  (only an error needs it)

                hint = nearest(name, self.names, "names") if self.names else None
                raise InputError("unknown-name", f"'{name}' has no meaning here", hint=hint)
        for name in names:
            self.statements.pop(name, None)
            self._forget_values(name)

    def call(self, asked: Asked, given: Mapping[str, object]) -> Call:
        """The program that computes what is asked for, with all that it needs.

        Args:
            asked: what is asked for.
            given: values for this once, by name.

        Raises:
            InputError: names need each other in a circle.
        """
        units, used = self._needed(asked, given)
        parts = [piece.text for name in units for piece in self.statements[name]]
        source = "\n".join([*parts, asked.text])
        values = {name: value for name, value in self.values.items() if array_name(name) in used}
        try:
            known = {**values, **given}
            model = read_model(source, known, arrays=arrays_of(known))
        except GradcliError as error:
            error.source = error.source or source
            return Call(source, values, error)
        return Call(source, fitting(model, values), None)

    def _needed(
        self,
        asked: Asked,
        given: Mapping[str, object],
        ready: dict[str, None] | None = None,
    ) -> tuple[list[str], frozenset[str]]:
        """The names whose statements are needed, those first that others need, and all names.

        Args:
            asked: what needs them.
            given: values for this once, which take the place of statements.
            ready: names that are there already; the others are added.
        """
        ready = {} if ready is None else ready
        open_: dict[str, None] = {}
        used = set(self._known(asked.used))
        waiting = [(name, False) for name in self._known(asked.used) if name != asked.name]
        while waiting:
            name, is_done = waiting.pop()
            if is_done:
                del open_[name]
                ready[name] = None
                continue
            if name in ready or name not in self.statements or name in given:
                continue
            if name in open_ or name == asked.name:
                raise circle(name)
            open_[name] = None
            waiting.append((name, True))
            pieces = self.statements[name]
            needs = self._known(frozenset(each for piece in pieces for each in piece.used))
            used |= {*needs}
            waiting += [(each, False) for each in needs if each != name]
        return [*ready], frozenset(used)

    def _known(self, names: frozenset[str]) -> list[str]:
        """The names that mean something here, and letters run together that do."""
        found = set(filter(self._means, names))
        for name in names - found:
            letters = letters_of(name)
            if len(letters) > 1 and all(each == "e" or self._means(each) for each in letters):
                found.update(filter(self._means, letters))
        return sorted(found, reverse=True)

    def _means(self, name: str) -> bool:
        """Whether a name, or an element of it, has a meaning."""
        return name in self.statements or name in self.values or name in self._arrays

    def program(self) -> str:
        """All that is known as one program: values first, what needs others after these."""
        order: dict[str, None] = {}
        for name in self.statements:
            self._needed(Asked("", "", frozenset([name])), {}, order)
        values = [f"{name} = {written(name, value)}" for name, value in self.values.items()]
        pieces = [piece.text for name in order for piece in self.statements[name]]
        last = [self.last.text] if self.last is not None and self._ends(self.last) else []
        return "\n".join([*values, *pieces, *last])

    def _ends(self, asked: Asked) -> bool:
        """Whether what was asked for last is a formula that a program can end with."""
        return not asked.name and (asked.text in self.names or not is_name(asked.text))
