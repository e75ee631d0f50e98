"""Derivatives by the numbers in lists, written in numbers: that of det([[a, b], [c, d]]) by a is d.

A step that is an array stands there with its entries, v[1] and v[2].
"""

from __future__ import annotations

from collections.abc import Sequence

from gradcli.errors import UsageError
from gradcli.evaluation.entries.in_numbers import model_in_numbers
from gradcli.graph.model import Model
from gradcli.graph.naming import name_nodes
from gradcli.graph.node import IDENTITY, INPUT, Node
from gradcli.graph.unparse import Unparser
from gradcli.symbolic.of_numbers import Asked, OfNumbers, of_numbers
from gradcli.symbolic.sharing import Definitions, Formulas, Steps, beside, is_shorter
from gradcli.symbolic.wanted import Names
from gradcli.syntax import ast
from gradcli.syntax.spelling import array_name
from gradcli.syntax.text import text

MOST = 1_000
"""A program that is more numbers is nothing that anybody writes entry by entry."""

PREFERRED = 3
"""In numbers formulas may be longer by this than with lists that the program does not have."""


def written_out(
    model: Model, wanted: Sequence[Names], others: Sequence[str], asked: Asked
) -> OfNumbers | None:
    """Derivatives of a program of arrays whose inputs are numbers, in numbers and entries of steps.

    Args:
        model: the program.
        wanted: the derivatives, each by the names it is by.
        others: those of these names that the program does not have.
        asked: what is asked of them.

    Returns:
        None where an array is differentiated or a derivative is by one, and of large programs.
    """
    if model.output.shape or any(node.shape for node in model.inputs):
        return None
    try:
        numbers = model_in_numbers(model, name_nodes(model), MOST)
    except UsageError:
        return None
    numbers.steps = _moving(numbers)
    known = {*others, *(node.name for node in (*numbers.inputs, *numbers.steps))}
    if not known.issuperset(name for names in wanted for name in names):
        return None
    steps = Steps(model)
    taken = {*asked.taken, *steps.names.values()}
    found = of_numbers(numbers, wanted, others, asked._replace(taken=taken))
    return found._replace(formulas=_with_arrays(found.formulas, steps))


def _moving(model: Model) -> list[Node]:
    """The steps that are more than a constant or an input, which are best written as they are."""
    moved = {*model.inputs}
    for node in model.graph.ancestors(model.steps):
        if not moved.isdisjoint(node.args):
            moved.add(node)
    return [each for each in model.steps if each in moved and not _is_other_name(each)]


def _is_other_name(node: Node) -> bool:
    """Whether a step is an input under another name, as W[1,1] of W = [[a, b], [c, d]] is."""
    return node.op == IDENTITY and node.args[0].op == INPUT


def _with_arrays(formulas: Formulas, steps: Steps) -> Formulas:
    """Formulas in entries of steps, with these defined as the program has them, as whole arrays."""
    names = {*steps.names.values()}
    others = {
        name: tree for name, tree in formulas.definitions.items() if array_name(name) not in names
    }
    used = ast.names([*formulas.expressions, *others.values()])
    own = steps.behind([*map(array_name, used)])
    return formulas._replace(
        definitions=Definitions({name: steps.tree(name) for name in own} | others)
    )


def is_better(formulas: Formulas, in_arrays: Formulas, model: Model, steps: Steps) -> bool:
    """Whether derivatives in numbers read better than those in arrays.

    They do where they are shorter. Of A @ x by a number in x the derivative in arrays has a list of
    ones and zeros, A @ [0, 1], that nobody would write: there they may be longer.
    """
    own = _lists(
        [*map(steps.tree, steps.names.values()), Unparser(steps.names).definition(model.output)]
    )
    is_made = not own.issuperset(_lists(beside(in_arrays, steps)))
    return is_shorter(formulas, in_arrays, steps, PREFERRED if is_made else 1)


def _lists(trees: Sequence[ast.Expression]) -> set[str]:
    """The texts of lists in some formulas."""
    return {text(each) for each in ast.walk(trees) if isinstance(each, ast.Array)}
