"""Arrays that a function of whole arrays takes: the way out where it is given numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

from gradcli.errors import Option, ParseError, Sentence, apart
from gradcli.graph.arrays.gathering import INDEXED
from gradcli.graph.node import Graph, Node
from gradcli.graph.shapes import Form, FormError
from gradcli.syntax import ast
from gradcli.syntax.text import text

LONGEST = 3
"""An array of more rows is not written out as an example."""


Call = Callable[[Graph, str, tuple[Node, ...], ast.Call], Node | None]
"""Makes the node of a call of a function of arrays; None if there is no such function."""


def way_out(item: ast.Call, forms: Sequence[Form], call: Call) -> str | None:
    """What to give a function for its numbers, so that it can be called; None if that is not known.

    Args:
        item: the call.
        forms: those of its arguments, at least one of them a number.
        call: makes the node of a call.
    """
    found = _fitting(item, forms, call)
    if found is None:
        return None
    given = {each.name: array for each, array in zip(item.arguments, found, strict=True)
             if array and isinstance(each, ast.Name)}  # fmt: skip
    if len(given) < sum(array is not None for array in found):
        shown = [array or text(each) for each, array in zip(item.arguments, found, strict=True)]
        told = "; ".join([", ".join(shown), *map(text, item.parameters)])
        return f"for instance {ast.bare(item.function)}({told})"
    options = apart(Option(name, f'"{array}"') for name, array in given.items())
    if len(given) > 1:
        return Sentence("give arrays: ", *options)
    ((name, only),) = given.items()
    kind = "matrix" if only and only.startswith("[[") else "list"
    return Sentence(f"give {name} a {kind}: ", *options)


def example(function: str, arities: Sequence[int], call: Call, *, is_told: bool) -> str:
    """How a function is called, with as many arguments as it takes; is it told numbers, too?"""
    # The entries of an example are 1 and 2, which are places on an axis of 2.
    first = (2.0,) if function in INDEXED else (1.0, 2.0)
    for place, count in product(first if is_told else (0.0,), arities):
        told = (ast.Number(place),) if is_told else ()
        shown = ast.Call(function, (ast.Number(0.0),) * count, parameters=told)
        found = way_out(shown, [Form()] * count, call)
        if found is not None:
            return found
    return "to see what it takes: gradcli functions"


def _fitting(item: ast.Call, forms: Sequence[Form], call: Call) -> list[str | None] | None:
    """An array as it is typed for each argument that is a number, so that all fit together."""
    length = max((form.shape[0] for form in forms if form.shape), default=2)
    if not 1 < length <= LONGEST:
        return None
    vector = Form((length,)), str([*range(1, length + 1)])
    # A matrix that has an inverse, a logarithm of its determinant, and a Cholesky factor.
    rows = [[2 + row if row == column else 1 for column in range(length)] for row in range(length)]
    matrix = Form((length, length)), str(rows)
    for tried in product(*[[(form, None)] if form.shape else [vector, matrix] for form in forms]):
        graph = Graph(has_arrays=True)
        nodes = [graph.input(f"x{place}", form) for place, (form, _) in enumerate(tried)]
        try:
            if call(graph, ast.bare(item.function), tuple(nodes), item) is not None:
                return [array for _, array in tried]
        except (FormError, ParseError):
            continue
    return None
