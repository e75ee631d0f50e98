"""What stands at the top of a module of ours, as trees: functions that are taken from there."""

from __future__ import annotations

import ast
from functools import cache
from importlib import import_module
from pathlib import Path


class Module:
    """What stands at the top of a module, by name."""

    def __init__(self, name: str) -> None:
        path = import_module(name).__file__
        assert path is not None  # noqa: S101  (it is a file of ours)
        self.defined: dict[str, ast.stmt] = {}
        self.imported: dict[str, tuple[str, str]] = {}
        for each in ast.parse(Path(path).read_text(encoding="utf-8")).body:
            self._add(each)

    @staticmethod
    @cache
    def of(name: str) -> Module:
        """The module of a name, read once."""
        return Module(name)

    def _add(self, node: ast.stmt) -> None:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            self.defined[node.name] = node
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            self.defined[node.target.id] = node
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                for each in ast.walk(target):
                    if isinstance(each, ast.Name):
                        self.defined[each.id] = node
        elif isinstance(node, ast.Import):
            self.imported |= {alias.name: (alias.name, "") for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            self.imported |= imported_in(node)


def imported_in(node: ast.stmt) -> dict[str, tuple[str, str]]:
    """What is imported from modules anywhere in a statement: the module and the name there."""
    imports = (each for each in ast.walk(node) if isinstance(each, ast.ImportFrom))
    return {
        alias.asname or alias.name: (each.module or "", alias.name)
        for each in imports
        for alias in each.names
    }


def is_ours(module: str | None) -> bool:
    """Whether a module is one of gradcli's."""
    return (module or "").partition(".")[0] == "gradcli"
