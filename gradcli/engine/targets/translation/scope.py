"""The names of a function that is translated, of its module, and of what it calls."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, Protocol

from gradcli.engine.targets.modules import Module, imported_in, is_ours
from gradcli.engine.targets.translation.dialects import Dialect
from gradcli.engine.targets.translation.facts import assigned, parameters_of
from gradcli.engine.targets.translation.lines import Block

TWINS = "gradcli.engine.targets.translation.twins"
"""Where functions in floats stand for those with whole numbers of any size."""


class Whole(Protocol):
    """What knows all functions that are translated together."""

    dialect: Dialect
    number: Callable[[float], str]
    kinds: set[str]

    def defined(self, module: str, name: str, known: Sequence[float] = ()) -> str:
        """The name of a function of a module, once it is written."""

    def table(self, module: str, name: str, value: Any, called: str | None = None) -> str:
        """The name of a constant, once it is written."""

    def ready(self, name: str) -> str:
        """The name of a function that is there as text, once it is there."""


class Scope:
    """What a function knows of its names.

    Args:
        all_: the others.
        module: where it stands.
        node: its tree.
        known: the values of its first parameters.
        name: what it is called.
    """

    def __init__(
        self,
        all_: Whole,
        module: str,
        node: ast.FunctionDef,
        known: Sequence[float],
        name: str,
    ) -> None:
        self.all = all_
        self.dialect = all_.dialect
        self.number_text = all_.number
        self.module = module
        self.node = node
        self.name = name
        self.parameters = parameters_of(module, node)
        self.known: dict[str, Any] = {
            each: value for (each, _), value in zip(self.parameters, known, strict=False)
        }
        self.parameters = self.parameters[len(known) :]
        self.kinds: dict[str, str] = dict(self.parameters)
        self.block: Block = []
        self._own = {each for each, _ in self.parameters}
        self._given_names = frozenset(self._own)
        self._count = 0
        self._words = {*all_.dialect.texts(), *_RESERVED, *twins(), *all_.dialect.math}
        self._assigned = assigned(node)
        self._imported = imported_in(node)

    def count_of(self, text: str) -> str:
        """How many entries a list has."""
        return f"{text}.{'count' if self.dialect.is_c else 'length'}"

    def local(self, name: str) -> str:
        """What a local name is called."""
        plain = name.lstrip("_") or name
        is_other = f"_{plain}" in Module.of(self.module).defined  # which loses its sign here
        return f"{plain}_" if plain in self._words or is_other else plain

    def fresh(self, kind: str) -> str:
        """A name for a part; of no kind if it declares itself."""
        self._count += 1
        name = f"part_{self._count}" if kind else f"at_{self._count}"
        if kind:
            self.kinds[name] = kind
        return name

    def imported(self, name: str) -> tuple[str, str] | None:
        """Where a name of the module comes from."""
        return self._imported.get(name) or Module.of(self.module).imported.get(name)

    def value(self, name: str) -> Any:
        """The value of a name of the module."""
        return getattr(import_module(self.module), name)

    def is_pure(self, name: str) -> bool:
        """Whether a name of the module is a constant, or a function that is kept in a cache."""
        home, own = self._home(name)
        if own in {"", None} or not is_ours(home):
            return home == "math"
        node = Module.of(home).defined.get(own)
        if isinstance(node, ast.FunctionDef):
            return any(
                isinstance(each, ast.Name) and each.id == "cache" for each in node.decorator_list
            )
        return node is not None and not isinstance(node, ast.ClassDef)

    def _home(self, name: str) -> tuple[str, str]:
        home, own = self.module, name
        while own and is_ours(home) and own in Module.of(home).imported:
            home, own = Module.of(home).imported[own]
        return home, own

    def is_table(self, name: str) -> bool:
        """Whether a name is that of a constant with several values."""
        return name not in self.kinds and self.is_pure(name) and isinstance(self.value(name), tuple)

    def twin(self, name: str) -> str:
        """The function in floats for one that a language has not."""
        return self.all.defined(TWINS, self.dialect.own.get(name, name))

    def missing(self, name: str, count: int) -> Sequence[tuple[str, ast.expr]]:
        """The parameters that are not given by their place, and their defaults."""
        home, own = self._home(name)
        node = Module.of(home).defined.get(own)
        if not isinstance(node, ast.FunctionDef):
            return ()
        names = [each.arg for each in node.args.args][count:]
        ends = node.args.defaults[len(node.args.defaults) - len(names) :] if names else []
        more = [(each.arg, ast.Constant(None)) for each in node.args.kwonlyargs]
        return [*zip(names, ends, strict=True), *more]


_RESERVED = frozenset(("double", "int", "list", "pair", "triple", "const", "static", "new", "let"))


def twins() -> frozenset[str]:
    """The names of the functions in floats."""
    return frozenset((*Module.of(TWINS).defined, "nearest"))
