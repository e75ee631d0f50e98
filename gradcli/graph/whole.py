"""Which names are arrays: those of a known shape that a program uses whole, not by its elements."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from gradcli.errors import InputError, Span
from gradcli.graph.arrays.indexing import is_value
from gradcli.graph.node import Graph, Node
from gradcli.graph.read import by_statement
from gradcli.graph.shapes import Form
from gradcli.syntax import ast
from gradcli.syntax.spelling import indices_of, is_element


def used_whole(
    program: ast.Program, forms: Collection[str], letters: Collection[str] = ()
) -> set[str]:
    """Those of some names that stand somewhere without an index of numbers alone.

    Letters are the lengths that are declared.
    A parameter of a function is another thing than the program's name that it hides.
    """
    numbers = _numbers(program, letters)
    bases = {
        id(item.base)
        for item in program.mentions
        if isinstance(item, ast.Index)
        and not any(_needs_array(index, numbers.get(id(item), letters)) for index in item.indices)
    }
    hidden = [
        (statement.value.span, {parameter.name for parameter in statement.parameters})
        for statement in program.statements[:-1]
        if isinstance(statement, ast.Declaration)
    ]
    factors = {
        item.function  # x(c + 1) is a product of an array
        for item in program.mentions
        if isinstance(item, ast.Call) and item.function in forms
    }
    return factors | {
        item.name
        for item in program.mentions
        if isinstance(item, ast.Name)
        and item.name in forms
        and id(item) not in bases
        and not any(
            span.start <= item.span.start < span.end and item.name in own for span, own in hidden
        )
    }


def mentioned(program: ast.Program) -> set[str]:
    """The names that occur in its formulas, whole or before an index or a bracket."""
    return {
        item.name if isinstance(item, ast.Name) else item.function
        for items in by_statement(program)
        for item in items
        if isinstance(item, ast.Name | ast.Call)
    }


def _needs_array(index: ast.Expression, numbers: Collection[str]) -> bool:
    """Whether an index says more than the number of one element."""
    if isinstance(index, ast.Slice | ast.Array) or ast.END in ast.names([index]):
        return True
    return is_value(index, numbers.__contains__)


def _numbers(program: ast.Program, letters: Collection[str]) -> dict[int, Collection[str]]:
    """For each index in a formula the names that stand for whole numbers there.

    They are variables of ranges and lengths; the parameter of a function may be any value.
    """
    found: dict[int, Collection[str]] = {}
    for statement, items in zip(program.statements, by_statement(program), strict=True):
        ranges = [*(statement.ranges if isinstance(statement, ast.Family) else ())]
        for item in items:
            ranges += item.ranges if isinstance(item, ast.Comprehension) else ()
        own = statement.letters if isinstance(statement, ast.Declaration) else ()
        names = {*letters, *own, *(each.index for each in ranges)}
        found |= {id(item): names for item in items if isinstance(item, ast.Index)}
    return found


def stacked(graph: Graph, name: str, defined: Mapping[str, Node], span: Span) -> Node | None:
    """All elements of a family as one array; None if the name is that of no family.

    Raises:
        InputError: an element between others is missing.
    """
    elements = {
        indices_of(label): node for label, node in defined.items() if is_element(label, name)
    }
    if not elements:
        return None
    lengths = tuple(max(places) for places in zip(*elements, strict=False))
    form = Form(lengths)
    order = sorted(elements)
    if form.size != len(order) or len(set(map(len, order))) > 1 or min(map(min, order)) < 1:
        raise InputError(
            "index",
            f"'{name}' is no full array: elements between others are missing",
            span=span,
            hint="define every element from 1 on, or use them one by one",
        )
    node = graph.node("stack", tuple([elements[place] for place in order]), (len(order),))
    return node if len(lengths) == 1 else graph.node("reshape", (node,), (form,))
