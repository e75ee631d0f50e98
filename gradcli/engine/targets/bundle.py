"""Functions of gradcli's own as Python that needs no gradcli: their source, and what that calls.

Whatever the engines compute numbers with stands in `engine.scalar` and `engine.functions`; a
function is taken from there with all that it needs, so that there is no second copy of it.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping
from functools import cache

from gradcli.engine.scalar import OPERATIONS, SPECIAL
from gradcli.engine.targets.modules import Module, is_ours
from gradcli.engine.targets.target import no_defaults

_SCALAR = "gradcli.engine.scalar"

_SCIPY = "scipy_special"
"""The function that gives the module of SciPy, for which code imports that."""


class Bundle:
    """The functions that a program calls, each with all that it needs before it.

    Args:
        taken: names that nothing here may have.
    """

    def __init__(self, taken: frozenset[str] = frozenset()) -> None:
        self._taken = {*taken, *dir(builtins)}
        self._names: dict[tuple[str, str], str] = {}
        self._imports: dict[str, None] = {}
        self._texts: list[str] = []

    def function(self, op: str) -> str | None:
        """The name of the function for an operation; None if there is none that stands alone."""
        if type(op) is not str:
            return None
        if op in SPECIAL:
            return self._defined(_home(op), op)
        if op not in OPERATIONS:
            return None
        value = _operations()[op]
        if isinstance(value, ast.Name):
            return self._defined(_SCALAR, value.id)
        key = (_SCALAR, f"operation {op}")
        if key not in self._names:
            name = self._names[key] = self._free(op)
            rewritten = self._rewritten(_SCALAR, _copied(value), {})
            self._texts.append(f"{name} = {rewritten}")
        return self._names[key]

    def knows(self, op: str) -> bool:
        """Whether there is such a function."""
        return type(op) is str and (op in OPERATIONS or op in SPECIAL)

    def lines(self) -> list[str]:
        """The text of all that was asked for: imports, then definitions."""
        found = sorted(self._imports, key=lambda each: (each.startswith("from"), each))
        for text in self._texts:
            is_short = not text.startswith(("def ", "class ", "@"))
            found += [] if is_short and found and not found[-1].startswith(" ") else ["", ""]
            found += text.split("\n")
        return [*found, "", ""] if found else []

    def add(self, text: str, imported: str | None = None) -> None:
        """Notes down a definition, and an import that it needs."""
        self._texts.append(text)
        if imported is not None:
            self._imports[imported] = None

    def _defined(self, module: str, name: str) -> str:
        """What a name of a module is called here, once it is defined."""
        key = (module, name)
        if key in self._names:
            return self._names[key]
        if name == _SCIPY:
            self._names[key] = self._imported("scipy", "special")
            return self._names[key]
        found = Module.of(module)
        if name in found.imported:
            self._names[key] = self._imported(*found.imported[name])
            return self._names[key]
        node = found.defined[name]
        own = {each: self._free(each) for each in _targets(node) or [name]}
        self._names |= {(module, each): new for each, new in own.items()}
        self._texts.append(self._rewritten(module, _copied(node), own))
        return own[name]

    def _imported(self, source: str, name: str) -> str:
        """The same of what a module imports: a name of another, or a module."""
        if is_ours(source):
            return self._defined(source, name)
        key = (source, name)
        if key not in self._names:
            own = self._names[key] = self._free(name) if name else source
            renamed = f" as {own}" if own != name else ""
            text = f"from {source} import {name}{renamed}" if name else f"import {source}"
            self._imports[text] = None
        return self._names[key]

    defaults = staticmethod(no_defaults)

    def claims(self, name: str) -> bool:
        """Whether nothing here has a name, which is taken from then on."""
        is_free = name not in self._taken
        self._taken.add(name)
        return is_free

    def _free(self, name: str) -> str:
        base = name
        count = 1
        while name in self._taken:
            count += 1
            name = f"{base}_{count}"
        self._taken.add(name)
        return name

    def _rewritten(self, module: str, node: ast.stmt, own: Mapping[str, str]) -> str:
        """The text of a definition, with the names of what it needs as they are here."""
        found = Module.of(module)
        renamed = dict(own)
        for each in ast.walk(node):
            if isinstance(each, ast.ImportFrom) and is_ours(each.module):
                for alias in each.names:
                    name = self._defined(str(each.module), alias.name)
                    renamed[alias.asname or alias.name] = name
        node = _WithoutArguments().visit(_Stripped(_named_by(found)).visit(node))
        local = _bound(node) - own.keys()
        for each in ast.walk(node):
            name = each.id if isinstance(each, ast.Name) else ""
            is_known = name in found.defined or name in found.imported
            if is_known and name not in local and name not in renamed:
                renamed[name] = self._defined(module, name)
        # A name of its own may be what something else is called here, as the module of SciPy is.
        renamed |= {each: self._free(each) for each in local & {*renamed.values()} - {*renamed}}
        return ast.unparse(ast.fix_missing_locations(_Renamed(renamed).visit(node)))


class Vectorized(Bundle):
    """The same for NumPy: functions that work on arrays, a number after the other."""

    def __init__(self, taken: frozenset[str] = frozenset()) -> None:
        super().__init__(taken)
        self._vectorized: dict[str, str] = {}

    def function(self, op: str) -> str | None:
        """The name of the function for an operation on arrays."""
        if op not in self._vectorized:
            found = super().function(op)
            if found is None:
                return None
            if not self._vectorized:
                self._begin()
            name = self._vectorized[op] = self._free(f"{op}_each")
            self.add(f"{name} = {self._vectorized_text(found)}")
        return self._vectorized[op]

    def _begin(self) -> None:
        """Adds what all of these functions call."""

    def _vectorized_text(self, function: str) -> str:
        """The text that makes a function of floats one of arrays."""
        return f"np.vectorize({function}, otypes=[float])"


class _Stripped(ast.NodeTransformer):
    """Takes away imports of ours, and annotations that name what is not at hand.

    Args:
        known: what annotations may name.
    """

    def __init__(self, known: frozenset[str]) -> None:
        self._known = known

    def _kept(self, annotation: ast.expr | None) -> ast.expr | None:
        names = {
            each.id for each in ast.walk(annotation or ast.Pass()) if isinstance(each, ast.Name)
        }
        return annotation if names <= self._known else None

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = self._kept(node.returns)
        self.generic_visit(node)
        node.body = node.body or [ast.Pass()]
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = self._kept(node.annotation)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        is_kept = node.value is None or self._kept(node.annotation)  # a field of a class has one
        return node if is_kept or node.value is None else ast.Assign([node.target], node.value)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        return None if is_ours(node.module) else node


def _named_by(module: Module) -> frozenset[str]:
    """What annotations of a module may name, as it needs nothing of ours to be there."""
    others = {name for name, (source, _) in module.imported.items() if source in _OF_TYPES}
    return frozenset((*_KINDS, *others))


_KINDS = ("float", "int", "bool", "str", "tuple", "list", "dict", "object", "None")

_OF_TYPES = ("collections.abc", "typing")


class _WithoutArguments(ast.NodeTransformer):
    """Puts the module of SciPy in the place of the function that imports it."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        is_module = isinstance(node.func, ast.Name) and node.func.id == _SCIPY
        return node.func if is_module else node


class _Renamed(ast.NodeTransformer):
    """Puts names in the place of others."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = self._names.get(node.id, node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.arg = self._names.get(node.arg, node.arg)
        self.generic_visit(node)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.name = self._names.get(node.name, node.name)
        self.generic_visit(node)
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.name = self._names.get(node.name, node.name)
        self.generic_visit(node)
        return node


def _copied(node: ast.AST) -> ast.stmt:
    """A statement, or an expression as one, that may be changed."""
    return ast.parse(ast.unparse(node)).body[0]


def _targets(node: ast.AST) -> list[str]:
    """The names that an assignment gives a value."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    return [
        each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)
    ]


def _bound(node: ast.AST) -> set[str]:
    """The names that something binds inside: parameters and what is assigned to."""
    found = {each.arg for each in ast.walk(node) if isinstance(each, ast.arg)}
    return found | {
        each.id
        for each in ast.walk(node)
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    }


def _home(op: str) -> str:
    return f"gradcli.engine.functions.{SPECIAL[op]}"


@cache
def _operations() -> dict[str, ast.expr]:
    """The entries of the table of `engine.scalar`, as they are written there."""
    table = Module.of(_SCALAR).defined["OPERATIONS"]
    value = table.value if isinstance(table, ast.AnnAssign) else None
    assert isinstance(value, ast.Dict)  # noqa: S101  (it is written so)
    return {
        str(key.value): each
        for key, each in zip(value.keys, value.values, strict=True)
        if isinstance(key, ast.Constant)
    }
