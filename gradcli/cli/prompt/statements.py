"""What the statements of a line say: which names they have, and which values."""

from __future__ import annotations

from collections.abc import Iterator

from gradcli.cli.beside import is_of_language
from gradcli.errors import InputError, Span
from gradcli.evaluation.elements import elements, number
from gradcli.evaluation.forms import forms_of
from gradcli.graph.model import Model
from gradcli.graph.read import by_statement, own_names
from gradcli.syntax import ast
from gradcli.syntax.parse import parse
from gradcli.syntax.spelling import array_name, plain


def statements_of(text: str) -> Iterator[tuple[ast.Statement, frozenset[str]]]:
    """The statements of a text, each with the names in it that may be others' names."""
    program = parse(text)
    for statement, items in zip(program.statements, by_statement(program), strict=True):
        names = {item.name for item in items if isinstance(item, ast.Name)}
        names |= {item.function for item in items if isinstance(item, ast.Call)}
        own = own_names(statement, items)
        if isinstance(statement, ast.Declaration) and statement is program.statements[-1]:
            own = set()  # its parameters are the inputs of the program that it ends
            names |= {each.name for each in statement.parameters}
        yield statement, frozenset(map(plain, names - own))


def name_of(statement: ast.Statement) -> str:
    """The name that a statement gives a meaning, or ""."""
    return plain(getattr(statement, "name", None) or "")


def text_of(statement: ast.Statement, source: str) -> str:
    """A statement as it is written."""
    return source[slice(*statement.span)]


def circle(name: str, span: Span | None = None) -> InputError:
    """The error for a name whose meaning would need itself."""
    hint = f"give it a value: {name} = 1"
    return InputError("circle", f"'{name}' would need itself", span=span, hint=hint)


def value_in(statement: ast.Statement, used: frozenset[str], source: str) -> tuple[str, str] | None:
    """The name and the value in a statement that uses no names, ``a = 1``, ``w[1,2] = pi/2``."""
    if isinstance(statement, ast.Declaration) or _is_many(statement):
        return None
    name, value = name_of(statement), source[slice(*statement.value.span)]
    if not name or not all(map(is_of_language, used)):
        return None
    if isinstance(statement, ast.Family):
        name = plain(text_of(statement, source).partition("=")[0])
    return name, value


def _is_many(statement: ast.Statement) -> bool:
    return isinstance(statement, ast.Family) and bool(statement.ranges)


def may_stay(old: str, new: str) -> bool:
    """Whether a statement stays beside a new one of the same name: another part of a family."""
    return "[" in old and "[" in new and old != new


def check_value(name: str, value: object) -> None:
    """Refuse what is no number and no list of numbers.

    Raises:
        InputError: it is none.
    """
    if isinstance(value, str) and value.lstrip().startswith("["):
        forms_of({name: value})
    else:
        for label, each in (elements(value, name) or {name: value}).items():
            number(each, label)


def fitting(model: Model, values: dict[str, object]) -> dict[str, object]:
    """Those of some values that the inputs of a program take."""
    inputs = {node.name for node in model.inputs}
    inputs |= {array_name(name) for name in inputs}
    return {name: value for name, value in values.items() if name in inputs}


MOST_WRITTEN = 1_000
"""An array of more numbers is not written into a program."""


def written(name: str, value: object) -> str:
    """A value as text of the language.

    Raises:
        InputError: it is too long an array.
    """
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, int | float):
        return repr(float(value)).removesuffix(".0")
    items = getattr(value, "tolist", lambda: value)()
    size = len(elements(value, name) or "")
    if size > MOST_WRITTEN:
        message = f"'{name}' is an array of {size:,} numbers, which is not written out"
        raise InputError("too-long", message, hint=f"forget {name}, and load it from its file")
    return str(items).replace("'", "").replace('"', "")  # what is text in it is a formula
