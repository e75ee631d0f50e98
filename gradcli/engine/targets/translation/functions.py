"""Functions of gradcli's own in C or in JavaScript, each with all that it needs before it.

What is translated is the Python that the engines compute numbers with: there is one description of
a function, and the same arithmetic in all languages. A function is translated for the order of a
derivative that is known, ``lambertw_derivative_2``, where that saves tables that would be long.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gradcli.engine.scalar import SPECIAL
from gradcli.engine.targets.modules import Module
from gradcli.engine.targets.translation.calls import ORDERED
from gradcli.engine.targets.translation.dialects import (
    LIST,
    PAIRS,
    Dialect,
)
from gradcli.engine.targets.translation.facts import kind_of, parameters_of
from gradcli.engine.targets.translation.lines import declared, sets
from gradcli.engine.targets.translation.scope import TWINS, twins
from gradcli.engine.targets.translation.statements import Statements
from gradcli.engine.targets.translation.values import (
    NeedsLines,
    Untranslated,
)

_FUNCTIONS = "gradcli.engine.functions"

MOST_ORDER = 12.0
"""Derivatives of a higher order are not translated: their lists would be long."""

_OF_ORDER = re.compile(r"(\w+?_derivative|polygamma)_(\d+)(?:_(\d+))?")
"""A derivative of a known order, as a name."""


class Translation:
    """The functions that a program calls.

    Args:
        dialect: the language.
        number: how it writes a constant.
        taken: names that nothing here may have.
    """

    def __init__(
        self, dialect: Dialect, number: Callable[[float], str], taken: frozenset[str]
    ) -> None:
        self.dialect = dialect
        self.number = number
        self._taken = set(taken)
        self._names: dict[tuple[str, ...], str] = {}
        self._open: set[tuple[str, ...]] = set()
        self._heads: dict[str, None] = {}
        self._tables: list[str] = []
        self._ready: list[str] = []
        self._texts: list[list[str]] = []
        self.kinds: set[str] = set()

    def function(self, op: str) -> str | None:
        """The name of the function for an operation; None if there is none."""
        place = _place(op, self.dialect)
        if place is None or not _is_translated(op, self.dialect):
            return None
        module, name, known = place
        return self.defined(module, name, known)

    def knows(self, op: str) -> bool:
        """Whether there is such a function."""
        return _is_translated(op, self.dialect)

    def defaults(self, op: str, arity: int) -> Sequence[float]:
        """What a call leaves to the defaults of the function, where a language has none."""
        place = _place(op, self.dialect)
        if place is None or not self.dialect.is_c:
            return ()
        module, name, known = place
        node = Module.of(module).defined.get(name)
        ends = [*_defaults(node).values()] if isinstance(node, ast.FunctionDef) else []
        return [end for end in ends[len(known) + arity :] if end is not None]

    def lines(self) -> list[str]:
        """The text of all that was asked for."""
        found: list[str] = []
        if self.dialect.is_c:
            found += [
                line for kind in (*PAIRS, LIST) if kind in self.kinds for line in _TYPES[kind]
            ]
        found += [*self._tables, ""] if self._tables else []
        found += self._ready
        found += [*self._heads, ""] if self._heads else []
        for text in self._texts:
            found += text
        return found

    def defined(self, module: str, name: str, known: Sequence[float] = ()) -> str:
        """The name of a function of a module, once it is written."""
        found = Module.of(module)
        if name in found.imported:
            module, name = found.imported[name]
            return self.defined(module, name, known)
        key = (module, name, *map(repr, known))
        is_new = key not in self._names
        if is_new:
            ending = "".join(f"_{each:g}" for each in known)
            self._names[key] = self._free(name.lstrip("_") + ending)
            self._open.add(key)
            node = found.defined[name]
            if not isinstance(node, ast.FunctionDef):
                raise Untranslated(f"{module}.{name}")
            function = Function(self, module, node, known, self._names[key])
            try:
                self._texts.append(function.text())
            except NeedsLines as error:
                raise Untranslated(str(error)) from error
            self._open.discard(key)
        elif key in self._open and self.dialect.is_c:
            node = found.defined[name]
            assert isinstance(node, ast.FunctionDef)  # noqa: S101  (it is being written)
            parameters = parameters_of(module, node)[len(known) :]
            kind = kind_of(module, node.returns)
            self._heads[f"{self.dialect.head(kind, self._names[key], parameters)};"] = None
        return self._names[key]

    def table(self, module: str, name: str, value: Any, called: str | None = None) -> str:
        """The name of a constant, once it is written."""
        key = (module, called or name)
        if key not in self._names:
            own = self._names[key] = self._free((called or name).strip("_"))
            self._tables += self.dialect.table(own, value, self.number)
        return self._names[key]

    def ready(self, name: str) -> str:
        """The name of a function that is there as text, once it is there."""
        own = self.dialect.ready[name]
        key = ("", own)
        if key not in self._names:
            self._names[key] = own
            if own in {"extend", "fsum"} and self.dialect.is_c:
                self.kinds.add(LIST)
            if own == "parted":
                self.kinds.add("pair")
            calls = set(re.findall(r"\b(\w+)\(", self.dialect.texts()[own]))
            for other, called in self.dialect.ready.items():
                if called in calls - {own}:
                    self.ready(other)
            self._ready += [*self.dialect.texts()[own].split("\n"), ""]
        return self._names[key]

    def claims(self, name: str) -> bool:
        """Whether nothing here has a name, which is taken from then on."""
        is_free = name not in self._taken
        self._taken.add(name)
        return is_free

    def _free(self, name: str) -> str:
        base, count = name, 1
        while name in self._taken or name in self.dialect.texts():
            count += 1
            name = f"{base}_{count}"
        self._taken.add(name)
        return name


class Function(Statements):
    """One function, as it is translated."""

    def text(self) -> list[str]:
        """The lines, with the first sentence of what it says of itself as a remark."""
        self._statements(self.node.body)
        kind = kind_of(self.module, self.node.returns)
        self._noted(kind)
        loops = self._own - {name for each in sets(self.block) for name in each.names}
        names = {
            self.local(each): own
            for each, own in self.kinds.items()
            if each not in {*loops, *self._given_names}
        }
        body = [*declared(self.block, names, self.dialect.declared)]
        ends = {} if self.dialect.is_c else _defaults(self.node)
        more = {each: f" = {self.all.number(end)}" for each, end in ends.items() if end is not None}
        parameters = [(self.local(each) + more.get(each, ""), own) for each, own in self.parameters]
        lines = self.dialect.function(kind, self.name, parameters, body)
        says = (ast.get_docstring(self.node) or "").partition("\n")[0].replace("``", "")
        return [*([f"// {says}"] if says else []), *lines]

    def _noted(self, kind: str) -> None:
        self.all.kinds |= {each for each in (kind, *self.kinds.values()) if each in (*PAIRS, LIST)}


def _defaults(node: ast.FunctionDef) -> dict[str, float | None]:
    """The parameters of a function, with the numbers that they are if nothing else is said."""
    names = [each.arg for each in node.args.args]
    ends = [each.value if isinstance(each, ast.Constant) else None for each in node.args.defaults]
    padded = [*[None] * (len(names) - len(ends)), *ends]
    return {
        name: float(end) if isinstance(end, int | float) else None
        for name, end in zip(names, padded, strict=True)
    }


_TYPES: Mapping[str, Sequence[str]] = {
    "pair": ("typedef struct {", "    double first, second;", "} pair;", ""),
    "triple": ("typedef struct {", "    double first, second, third;", "} triple;", ""),
    LIST: ("typedef struct {", "    int count;", "    double at[256];", "} list;", ""),
}
"""The types of C that functions need."""


def _place(op: str, dialect: Dialect) -> tuple[str, str, Sequence[float]] | None:
    """The module, the name and what is known of the function for an operation.

    Of an order that is not known, C has no lists that would be long enough.
    """
    if op in twins() and op in {"gcd", "lcm"}:
        return TWINS, op, ()
    if op in SPECIAL and not (op in ORDERED and dialect.is_c):
        return f"{_FUNCTIONS}.{SPECIAL[op]}", op, ()
    found = _OF_ORDER.fullmatch(op)
    if found and found[1] in SPECIAL:
        known = [float(each) for each in found.groups()[1:] if each]
        if max(known) > MOST_ORDER:
            return None
        return f"{_FUNCTIONS}.{SPECIAL[found[1]]}", found[1], known
    return None


_TRANSLATED: dict[tuple[str, str], bool] = {}

_TRIED: dict[str, Translation] = {}
"""Of each language all that could be translated so far: what functions share is tried once."""


def _is_translated(op: str, dialect: Dialect) -> bool:
    """Whether the function for an operation can be translated, found out by doing so."""
    key = (dialect.name, op)
    if key not in _TRANSLATED:
        place = _place(op, dialect)
        try:
            if place is not None:
                tried = _TRIED.pop(dialect.name, None) or Translation(dialect, repr, frozenset())
                tried.defined(*place)
                _TRIED[dialect.name] = tried  # none that broke off is used again
            _TRANSLATED[key] = place is not None
        except (Untranslated, KeyError, AttributeError, AssertionError):
            _TRANSLATED[key] = False
    return _TRANSLATED[key]
