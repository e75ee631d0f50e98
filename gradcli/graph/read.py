"""Text to syntax tree with the names taken into account: is ``x(x+1)`` a call or a product?"""

from __future__ import annotations

from collections.abc import Collection

from gradcli.errors import InputError
from gradcli.graph.rules import table
from gradcli.syntax import ast
from gradcli.syntax.parse import parse


def read(source: str, declared: Collection[str] = ()) -> ast.Program:
    """Read a program; names before a bracket that are variables are read as factors.

    The grammar reads every ``name(`` as a call. Where the name is a variable, the text is read
    a second time with that known, so that ``x(x+1)^2`` gets the right precedence as well.

    Args:
        declared: names that are given a value from outside.

    Raises:
        ParseError: the text is not a program.
        InputError: a name is a function and a variable at once.
    """
    program = parse(source)
    called: dict[str, ast.Expression] = {}
    bare: set[str] = set()
    for item in ast.walk(statement.value for statement in program.statements):
        if isinstance(item, ast.Call):
            called.setdefault(item.function, item)
        elif isinstance(item, ast.Name):
            bare.add(item.name)
    if not called:
        return program
    factors = _factors(program, called, bare, set(declared))
    return parse(source, factors) if factors else program


def _factors(
    program: ast.Program,
    called: dict[str, ast.Expression],
    bare: set[str],
    declared: set[str],
) -> set[str]:
    """The called names that are variables."""
    functions: dict[str, ast.Declaration] = {}
    variables = set(declared)
    for statement in program.statements:
        if isinstance(statement, ast.Declaration):
            functions[statement.name] = statement
            variables.update(parameter.name for parameter in statement.parameters)
        elif isinstance(statement, ast.Step) and statement.name:
            variables.add(statement.name)
    for name in functions.keys() & variables:
        raise InputError(
            "function",
            f"'{name}' is a function and a variable at once",
            span=functions[name].name_span,
            hint="give one of them another name",
            source=program.source,
        )
    rules = table()
    return {
        name
        for name in called
        if name in variables
        or (
            name not in functions
            and not rules.is_function(name)
            and (name in bare or (len(name) > 1 and set(name) <= variables))
        )
    }
