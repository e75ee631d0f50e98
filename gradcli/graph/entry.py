"""The rule table as text: the line of each function, and the facts in the line below it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache
from typing import Literal

from gradcli.base.record import Record
from gradcli.syntax import grammars
from gradcli.syntax.spelling import at_outer_commas

WORDS = frozenset(["odd", "even", "increasing", "positive", "nonnegative", "definite"])
"""What a function can be: ``increasing`` is strictly so, ``definite`` is at least 0, and 0 only
where all arguments are.
"""

ANY_NUMBER = "..."
"""The last parameter of a function that takes any number of arguments."""

_VALUE = r"\w+\((?P<at>[-\d/]+)\) = (?P<value>[-\d/]+)"


class Facts(Record):
    r"""What is known of a function beside its derivative.

    Attributes:
        words: those of `WORDS` that it is.
        values: exact values at one argument, as fractions: ``("0", "1/2")``.
        pole: a condition on the parameters under which its value is infinite, as written.
        domain: the condition under which it has a value, infinite ones included; None: always.
        computed: the condition under which that is computed; None: always.
        textbook: a longer formula for it, which is what a textbook writes.
        latex: a command such as ``\sin``, or a form with its arguments as ``#1``, ``#2``.
        slope: its derivative in its own value y, which is how people write it.
        range: bounds of its value y, wherever it has one.
    """

    words: frozenset[str] = frozenset()
    values: tuple[tuple[str, str], ...] = ()
    pole: str | None = None
    domain: str | None = None
    computed: str | None = None
    textbook: str | None = None
    latex: str | None = None
    slope: str | None = None
    range: str | None = None


@cache
def read_facts(text: str) -> Facts:
    r"""The facts of a line such as ``odd; sin(0) = 0; latex \sin``.

    Raises:
        ValueError: a part of it says nothing that is known here.
    """
    words: list[str] = []
    values: list[tuple[str, str]] = []
    named: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        kind, _, rest = part.partition(" ")
        value = re.fullmatch(_VALUE, part)  # `eval` asks for few facts or none
        if part in WORDS:
            words.append(part)
        elif value:
            values.append((value["at"], value["value"]))
        elif kind in {"pole", "domain", "computed", "textbook", "latex", "slope", "range"} and rest:
            named[kind] = rest.strip()
        else:
            raise ValueError(f"no fact about a function: {part}")
    return Facts(frozenset(words), tuple(values), **named)


class Entry(Record):
    """One line of the table.

    Attributes:
        kind: ``"rule"`` has a partial for each parameter, ``"definition"`` is inlined,
            ``"alias"`` is another spelling, ``"variadic"`` takes any number of arguments: its
            right side is for people, and its partials are those of `gradcli.graph.variadic`;
            ``"pullback"`` says what each argument gets of ``g``, the adjoint of the whole.
        text: the right side as written.
        kink: the condition under which the derivative is not unique, as written.
        group: the heading above the line.
        facts: the line of facts, as written.
        spellings: the other names of the same function.
        parameters: what it is told beside its arguments, behind a semicolon.
        example: a call with constants and its value, as an equation.
    """

    name: str
    params: tuple[str, ...]
    kind: Literal["rule", "definition", "alias", "variadic", "pullback"]
    text: str
    kink: str | None = None
    group: str = ""
    doc: str = ""
    facts: str = ""
    spellings: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    example: str = ""

    @property
    def formulas(self) -> list[str]:
        """The partial by each parameter, or the one formula of a definition."""
        return at_outer_commas(self.text)


class Row(Record):
    """A line that nobody has asked for yet.

    Attributes:
        line: what it says.
        group: the heading above it.
        facts: the line of facts below it, as written.
    """

    line: str
    group: str
    facts: str


Key = tuple[str, int | None]
"""What a line is of: a function and the number of its arguments; None: any number."""


class Lines:
    """The lines of a rule table by what they are of; each is read when it is asked for.

    Args:
        rows: every line, in the order of the file, read or not.

    Attributes:
        aliases: the function that another spelling stands for.
    """

    def __init__(self, rows: Sequence[Row | Entry]) -> None:
        self._rows = list(rows)
        self.aliases: dict[str, str] = {}
        self._found: dict[Key, Row | Entry] = {}
        for row in rows:
            key = _key(row)
            if key is not None:
                self._found[key] = row
            else:
                self.aliases |= _other_names(row)

    @property
    def entries(self) -> list[Entry]:
        """Every line, in the order of the file."""
        return [entry for row in self._rows for entry in _entries(row)]

    @property
    def keys(self) -> Collection[Key]:
        """What there is a line of, other spellings left out."""
        return self._found.keys()

    def add(self, entry: Entry) -> None:
        """Add a line that a program brings along."""
        self._found[entry.name, len(entry.params)] = entry
        self._rows.append(entry)

    def remove(self, entry: Entry) -> None:
        """Take such a line away."""
        del self._found[entry.name, len(entry.params)]
        self._rows = [each for each in self._rows if each is not entry]

    def get(self, name: str, arity: int) -> Entry | None:
        """The line of a function of so many arguments."""
        key: Key = name, arity
        row = self._found.get(key) or self._found.get(key := (name, None))
        if isinstance(row, Row):
            row = self._found[key] = _read(row)[0]
        return row

    def facts(self, name: str, arity: int) -> Facts:
        """What is known of it; nothing of an unknown one."""
        entry = self.get(name, arity)
        return read_facts(entry.facts if entry else "")


@cache
def lines() -> Lines:
    """The lines of this installation."""
    return Lines(rows(grammars.read("derivatives.rules")))


@cache
def lines_of_arrays() -> Lines:
    """Those of operations on whole arrays."""
    return Lines(rows(grammars.read("arrays.rules")))


def rows(text: str) -> list[Row]:
    """The lines of a table, in its order."""
    found: list[list[str]] = []
    group = ""
    for line in text.splitlines():
        first = line[:1]
        if first == "#":
            group = line.strip("# ") if line.startswith("##") else group
        elif first == " ":
            found[-1][-1] = line.strip()
        elif first:
            found.append([line, group, ""])
    return [Row(*each) for each in found]


def read_entries(text: str) -> list[Entry]:
    """What every line of a table says, in its order."""
    return [entry for row in rows(text) for entry in _entries(row)]


def _key(row: Row | Entry) -> Key | None:
    """What a line is of; None of other spellings."""
    if isinstance(row, Entry):
        arity = None if row.kind == "variadic" else len(row.params)
        return None if row.kind == "alias" else (row.name, arity)
    name, bracket, rest = row.line.partition("(")
    if not bracket or "=" in name:
        return None
    params = rest.partition(")")[0].partition(";")[0]
    return name, None if params.endswith(ANY_NUMBER) else params.count(",") + 1


def _other_names(row: Row | Entry) -> dict[str, str]:
    """What a line of other spellings says; all of them are asked for at once, so with little."""
    if isinstance(row, Entry):
        return {row.name: row.text}
    names, _, meant = row.line.partition("#")[0].partition("=")
    return dict.fromkeys(map(str.strip, names.split(",")), meant.strip())


def _entries(row: Row | Entry) -> tuple[Entry, ...]:
    """What a line says, which of other spellings is a line for each."""
    return (row,) if isinstance(row, Entry) else _read(row)


@cache
def _read(row: Row) -> tuple[Entry, ...]:
    return tuple(each._replace(facts=row.facts) for each in _read_line(row.line, row.group))


def with_spellings(entries: Sequence[Entry]) -> list[Entry]:
    """The same lines, each with the other spellings that lines among them give it."""
    spellings: dict[str, list[str]] = {}
    for entry in entries:
        if entry.kind == "alias":
            spellings.setdefault(entry.text, []).append(entry.name)
    return [entry._replace(spellings=tuple(spellings.get(entry.name, ()))) for entry in entries]


def _read_line(line: str, group: str) -> list[Entry]:
    """One line: ``name(parameters) : partials | kink # doc``, with ``=`` for a definition.

    Without parameters the names on the left, separated by commas, are other spellings.
    """
    line, _, doc = line.partition("#")
    line, _, kink = line.partition("|")
    if "<-" in line:
        return [_read_pullback(line, group, doc.strip())]
    colon, equals = line.find(":"), line.find("=")
    # A comparison in a formula has an = too; what comes first divides the line.
    is_rule = colon >= 0 and (equals < 0 or colon < equals)
    head, text = (part.strip() for part in line.split(":" if is_rule else "=", 1))
    name, bracket, params = head.partition("(")
    if not bracket:
        return [Entry(each.strip(), (), "alias", text, group=group) for each in head.split(",")]
    params, _, told = params.rstrip(")").partition(";")
    places = [param.strip() for param in params.split(",")]
    is_variadic = places[-1] == ANY_NUMBER
    return [
        Entry(
            name,
            () if is_variadic else tuple(places),
            "variadic" if is_variadic else "rule" if is_rule else "definition",
            text,
            kink.strip() or None,
            group,
            doc.strip(),
            parameters=tuple(filter(None, map(str.strip, told.split(",")))),
        )
    ]


def _read_pullback(line: str, group: str, doc: str) -> Entry:
    """One line: ``name(arguments; parameters) <- what each argument gets of g``."""
    head, _, text = line.partition("<-")
    name, _, inside = head.strip().rstrip(")").partition("(")
    params, parameters = (
        tuple([each.strip() for each in part.split(",") if each.strip()])
        for part in inside.partition(";")[::2]
    )
    return Entry(
        name, params, "pullback", text.strip(), group=group, doc=doc, parameters=parameters
    )
