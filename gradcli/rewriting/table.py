"""The table of rewritings: ``grammars/rewritings.rules``, each line read when it may be of use."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from gradcli.graph.build import build
from gradcli.graph.entry import Entry
from gradcli.graph.node import Node
from gradcli.graph.rules import RuleScope
from gradcli.graph.rules import table as rules
from gradcli.graph.template import Template, template
from gradcli.rewriting.forms import Forms, Term
from gradcli.rewriting.matching import EVERY
from gradcli.syntax import ast, grammars
from gradcli.syntax.parse import parse

FILE = "rewritings.rules"

_CALLED = re.compile(r"([a-z_0-9]+)\(")

_LETTERS = ("x", "y", "z", "n")
"""What a line may have for anything."""


class Rewriting(NamedTuple):
    """A line of the table.

    Attributes:
        text: the line as it is written, without its condition.
        before: the pattern, in the forms of the table.
        letters: the form of each letter that is in it.
        names: the letters themselves.
        named: what it becomes, as text, if a definition is in it, which has no node of its own.
        after: what it becomes, in the letters.
        holds: the condition under which both are equal, in the letters; None: wherever both are
            defined.
    """

    text: str
    before: Term
    letters: tuple[int, ...]
    names: tuple[str, ...]
    named: str | None
    after: Template
    holds: Template | None


class Line(NamedTuple):
    """A line of the file: both sides and the condition as written, ``""`` for none."""

    before: str
    after: str
    condition: str

    @property
    def functions(self) -> frozenset[str]:
        """The functions that the left side calls."""
        return frozenset(_CALLED.findall(self.before))


class Table(NamedTuple):
    """Some of the rewritings, with the forms that their patterns are in."""

    forms: Forms
    rewritings: Sequence[Rewriting]


@cache
def lines() -> Sequence[Line]:
    """The lines of the file."""
    return [*_lines()]


def _lines() -> Iterator[Line]:
    for line in grammars.read(FILE).splitlines():
        rule = line.partition("#")[0].strip()
        if rule:
            before, after = (part.strip() for part in rule.split("->"))
            after, _, condition = (part.strip() for part in after.partition("|"))
            yield Line(before, after, condition)


OTHERWISE = frozenset(("exp", "sqrt", "sum"))
"""Functions that can be written without their names: e^x, x^0.5, x + y."""

_FORMS = Forms()


def table(operations: Collection[str]) -> Table:
    """The lines that may fit a program of some operations; each is read but once."""
    found = [_read(line) for line in lines() if line.functions <= {*operations, *OTHERWISE}]
    return Table(_FORMS, found)


@cache
def _read(line: Line) -> Rewriting:
    trees = [parse(side).statements[0].value for side in line if side]
    names = ast.names(trees[:1])
    used = [letter for letter in _LETTERS if letter in names]
    scope = _Scope(Entry("a rewriting", tuple(used), "definition", ""))
    letters = [scope.graph.input(letter) for letter in used]
    before, after, *conditions = (build(tree, scope) for tree in trees)
    _FORMS.read(scope.graph.ancestors([before, *letters]))
    return Rewriting(
        f"{line.before} -> {line.after}",
        _FORMS.term(before),
        tuple(_FORMS.term(letter).form for letter in letters),
        tuple(used),
        line.after if _has_definition(trees[1]) else None,
        template(scope.graph, letters, after),
        template(scope.graph, letters, *conditions) if conditions else None,
    )


def _has_definition(tree: ast.Expression) -> bool:
    """Whether a formula calls a function that is written out by others."""
    calls = (each.function for each in ast.walk([tree]) if isinstance(each, ast.Call))
    entries = (rules().get(name, 1) for name in calls)
    return any(entry is not None and entry.kind == "definition" for entry in entries)


class _Scope(RuleScope):
    """The scope of a line, in which sum(…) of one argument is that of any number of terms."""

    def call(self, function: str, args: Sequence[Node], call: ast.Call | ast.Comprehension) -> Node:
        if function == "sum" and len(args) == 1:
            return self.graph.node(EVERY, tuple(args))
        return super().call(function, args, call)
