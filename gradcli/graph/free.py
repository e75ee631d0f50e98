"""The names that a program uses and does not define, from its tree, before any shape is known."""

from __future__ import annotations

from collections.abc import Collection

from gradcli.graph.read import by_statement, own_names
from gradcli.graph.rules import is_constant
from gradcli.syntax import ast


def free_names(program: ast.Program, inputs: Collection[str] = ()) -> list[str]:
    """What may be the program's inputs: the declared ones, then the others by their first use.

    Args:
        program: the program.
        inputs: names that are inputs beside the program, be they those of constants.
    """
    *earlier, last = program.statements
    declared = [each.name for each in last.parameters] if isinstance(last, ast.Declaration) else []
    defined = {getattr(each, "name", None) for each in earlier}
    found = dict.fromkeys(declared)
    for statement, items in zip(program.statements, by_statement(program), strict=True):
        own = own_names(statement, items)
        labels = {id(each) for item in items for each in _labels(item)}
        for item in items:
            if isinstance(item, ast.Name) and id(item) not in labels:
                name = item.name
                is_known = is_constant(name) and name not in inputs
                if not (name in own or name in defined or name == ast.END or is_known):
                    found[name] = None
    return list(found)


def _labels(item: ast.Expression) -> list[ast.Expression]:
    """What stands for axes and is no name of a value: ``einsum(A, B; ij, jk, ik)``."""
    return [*ast.walk(item.parameters)] if isinstance(item, ast.Call) else []
