"""How nodes are written for people: without what needs no word, and as a textbook has them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cached_property, partial

from gradcli.base.record import Record
from gradcli.graph.domains import is_guard
from gradcli.graph.entry import lines_of_arrays
from gradcli.graph.node import Node
from gradcli.graph.rules import table
from gradcli.graph.shapes import SCALAR, SHAPED
from gradcli.syntax import ast
from gradcli.syntax.substitute import substitute
from gradcli.syntax.text import text


class Longer(Record):
    """A function that a textbook has no name for, by others.

    Attributes:
        parameters: the names of its arguments in the formula.
        places: which arguments the formula has, as often as it has them.
        length: how long it is without them.
        tree: the formula.
    """

    parameters: tuple[str, ...]
    places: tuple[int, ...]
    length: int
    tree: ast.Expression

    def of(
        self, args: Sequence[ast.Expression], of_language: Callable[[str], str]
    ) -> ast.Expression:
        """The formula with arguments for its parameters, in such names of the language."""
        parts = dict(zip(self.parameters, args, strict=True))
        return substitute(self.tree, parts, of_language, partial(_of_order, of_language))


class People:
    """The manner of formulas for people.

    Args:
        program: gives the nodes of the program itself, which are written as they are; it is
            called when they are first asked for.
        holds: whether a condition holds. A condition of a rule that can only fail at single
            values is not written where it does: the derivative of x^n is n*x^(n - 1) to people,
            and what it is at x = 0, n = 0 is not meant.
    """

    def __init__(
        self, program: Callable[[], Collection[Node]], holds: Callable[[Node], bool]
    ) -> None:
        self._of_program = program
        self._holds = holds
        self._textbooks = table().textbooks()
        self._longer: dict[tuple[str, int], Longer | None] = {}

    @cached_property
    def _program(self) -> Collection[Node]:
        return self._of_program()

    @cached_property
    def _own(self) -> Collection[tuple[str, int]]:
        """The operations of the program: what it has itself is written as it is."""
        return {(node.op, len(node.args)) for node in self._program}

    def is_understood(self, choice: Node) -> bool:
        """Whether the condition of a choice is a rule's own, and need not be written."""
        condition = choice.args[0]
        return is_guard(choice) and condition not in self._program and self._holds(condition)

    def longer(self, node: Node) -> Longer | None:
        """The formula of a function that rules have for accuracy alone; None of all others."""
        op, key = node.op, (node.op, len(node.args))
        if not (op in self._textbooks or op in SHAPED) or key in self._own:
            return None
        if node.params not in ((), (SCALAR,)):
            return None  # what is along some axes alone has no formula
        if key not in self._longer:
            self._longer[key] = _read(*key)
        return self._longer[key]


def _read(op: str, arity: int) -> Longer | None:
    """The formula by which a textbook writes a function."""
    from gradcli.syntax.parse import parse  # noqa: PLC0415  (few functions have one)

    lines = lines_of_arrays() if op in SHAPED else table()
    entry, written = lines.get(op, arity), lines.facts(op, arity).textbook
    if entry is None or written is None:
        return None
    tree = substitute(parse(written).statements[0].value, {}, called=_by_others)
    names = [part.name for part in ast.walk([tree]) if isinstance(part, ast.Name)]
    places = tuple([entry.params.index(name) for name in names if name in entry.params])
    return Longer(entry.params, places, len(text(tree)) - len(places), tree)


def _of_order(
    of_language: Callable[[str], str], function: str, args: tuple[ast.Expression, ...]
) -> ast.Expression | None:
    """A function of an order that is moved by a number: besselj(n - 1, x), not of n + (-1)."""
    first, *others = args
    order = _moved(first)
    return order and ast.Call(of_language(function), (order, *others))


def _moved(order: ast.Expression) -> ast.Expression | None:
    """A sum with a number as it is written, or as the one number that it is; None of all else."""
    match order:
        case ast.Binary(op="add" | "sub" as op, left=left, right=ast.Number(value=value)):
            step = value if op == "add" else -value
        case _:
            return None
    if isinstance(left, ast.Number):
        return ast.Number(left.value + step)
    if not step:
        return left
    return ast.Binary("add" if step > 0 else "sub", left, ast.Number(abs(step)))


def _by_others(op: str, args: tuple[ast.Expression, ...]) -> ast.Expression | None:
    """The same of its arguments, where a formula has another one of these functions in it."""
    found = _read(op, len(args))
    return found and substitute(found.tree, dict(zip(found.parameters, args, strict=True)))
