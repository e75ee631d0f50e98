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


_new = tuple.__new__  # Row(…) takes twice as long


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


class Lines:
    """The lines of a rule table by name; each is read when it is asked for.

    Args:
        rows: every line, in the order of the file, read or not.

    Attributes:
        aliases: the function that another spelling stands for.
    """

    def __init__(self, rows: Sequence[Row | Entry]) -> None:
        self._rows = list(rows)
        self.aliases: dict[str, str] = {}
        self._named: dict[str, list[Row | Entry]] = {}
        self._found: dict[tuple[str, int], Entry | None] = {}
        self._arities: dict[str, list[int]] = {}
        for row in rows:
            name = _name(row)
            if name is not None:
                self._named.setdefault(name, []).append(row)
            else:
                self.aliases |= _other_names(row)

    @property
    def entries(self) -> list[Entry]:
        """Every line, in the order of the file."""
        return [entry for row in self._rows for entry in _entries(row)]

    @property
    def names(self) -> Collection[str]:
        """What there are lines of, other spellings left out."""
        return self._named.keys()

    def arities(self, name: str) -> list[int]:
        """How many arguments there may be, from the fewest; empty for any number, and no function.

        Other spellings are not known here.
        """
        found = self._arities.get(name)
        if found is None:
            arities = map(_arity, self._named.get(name, ()))
            found = self._arities[name] = sorted(each for each in arities if each is not None)
        return found

    def add(self, entry: Entry) -> None:
        """Add a line that a program brings along."""
        self._named.setdefault(entry.name, []).append(entry)
        self._rows.append(entry)
        self._forget(entry)

    def remove(self, entry: Entry) -> None:
        """Take such a line away."""
        self._named[entry.name].remove(entry)
        if not self._named[entry.name]:
            del self._named[entry.name]
        self._rows = [each for each in self._rows if each is not entry]
        self._forget(entry)

    def _forget(self, entry: Entry) -> None:
        self._arities.pop(entry.name, None)
        self._found.pop((entry.name, len(entry.params)), None)

    def get(self, name: str, arity: int) -> Entry | None:
        """The line of a function of so many arguments."""
        key = name, arity
        if key not in self._found:
            rows = {_arity(row): row for row in self._named.get(name, ())}
            row = rows.get(arity) or rows.get(None)
            self._found[key] = _entries(row)[0] if row else None
        return self._found[key]

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
    return [_new(Row, each) for each in found]


def read_entries(text: str) -> list[Entry]:
    """What every line of a table says, in its order."""
    return [entry for row in rows(text) for entry in _entries(row)]


def _name(row: Row | Entry) -> str | None:
    """The function that a line is of; None of other spellings."""
    if isinstance(row, Entry):
        return None if row.kind == "alias" else row.name
    name, bracket, _ = row.line.partition("(")
    return None if "=" in name or not bracket else name


def _arity(row: Row | Entry) -> int | None:
    """The number of its arguments; None: any number."""
    if isinstance(row, Entry):
        return None if row.kind == "variadic" else len(row.params)
    params = row.line.partition("(")[2].partition(")")[0].partition(";")[0]
    return None if params.endswith(ANY_NUMBER) else params.count(",") + 1


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
