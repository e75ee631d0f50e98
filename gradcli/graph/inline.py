"""The functions that a program defines, put in where the program calls them.

A function's body keeps the calls of other functions as nodes of their own, so that declaring a
chain of functions takes time in proportion to its text; they are put in when the program calls.
"""

from __future__ import annotations

from collections.abc import Callable

from gradcli.base.record import Record
from gradcli.errors import Span
from gradcli.graph.node import CONST, Graph, Node
from gradcli.graph.template import Operation, Template, written
from gradcli.syntax import ast

MOST_INLINED = 100_000
"""How many operations one function of a program may come to, its calls put in."""

MOST_OPERATIONS = 2_000_000
"""How many operations all calls of functions in a program may come to."""

CALL = " "
"""What the operation of a call begins with, and no operation of the language."""


class Reference(Record):
    """A name that a function's body leaves free: a name, or ``base[indices]``."""

    base: ast.Name
    indices: tuple[int, ...] | None = None
    span: Span | None = None


class Function(Record):
    """A user's function.

    Attributes:
        parameters: how many arguments it takes.
        formula: its body in its parameters, then in the names that it leaves free.
        free: these names, which are the program's, never those of a caller.
        size: how many operations it comes to, all calls put in.
        calls: whether it calls other functions.
    """

    parameters: int
    formula: Template
    free: tuple[Reference, ...]
    size: int
    calls: bool = False


class Inliner:
    """Puts calls in.

    Args:
        graph: the program's graph.
        look_up: the program's node for a name that a function leaves free.
    """

    def __init__(self, graph: Graph, look_up: Callable[[Reference], Node]) -> None:
        self.functions: dict[str, Function] = {}
        self._graph = graph
        self._look_up = look_up
        self._operations = 0
        self._largest = 0

    def keep(self, name: str, function: Function) -> None:
        """Keep a function, to be put in where it is called."""
        self.functions[name] = function
        self._largest = max(self._largest, function.size)

    def weigh(self, expression: ast.Expression) -> None:
        """Refuse at once what would be refused after millions of operations.

        Raises:
            ParseError: the calls in an expression come to too many operations.
        """
        total = self._operations
        # There is a call for every character at the most: in few texts they have to be counted.
        if total + self._largest * (expression.end - expression.start) <= MOST_OPERATIONS:
            return
        for item in ast.walk([expression]):
            if isinstance(item, ast.Call) and item.function in self.functions:
                self._refuse_beyond(total := total + self.functions[item.function].size, item.span)

    def call(self, name: str, args: tuple[Node, ...], span: Span) -> Node:
        """The node of a call in the program.

        Raises:
            ParseError: the calls come to too many operations.
            InputError: a name that a function leaves free cannot be used here.
        """
        function = self.functions[name]
        self._refuse_beyond(self._operations + function.size, span)
        if function.calls:
            return self._put_in((CALL + name, args))
        self._operations += len(function.formula.operations)
        slots = [*args, *map(self._look_up, function.free)]
        return function.formula.instantiate(self._graph, slots, written)

    def _put_in(self, wanted: tuple[str, tuple[Node, ...]]) -> Node:
        """Instantiate a function's formula, and first of all those that it calls."""
        # Kept for this call only: of a long program that would be every call it comes to.
        done: dict[tuple[str, tuple[Node, ...]], Node] = {}
        graph = self._graph
        calls = [wanted]
        started = [self._enter(*wanted)]
        while calls:
            operations, slots, offset, output = started[-1]
            inner = None
            while len(slots) - offset < len(operations):
                op, places, value, label, params = operations[len(slots) - offset]
                if op == CONST:
                    slots.append(graph.const(value, label))
                    continue
                args = tuple([slots[place] for place in places])
                if not op.startswith(CALL):
                    slots.append(graph.node(op, args, params))
                elif (op, args) in done:
                    slots.append(done[op, args])
                else:
                    inner = (op, args)
                    break
            if inner is None:
                done[calls.pop()] = slots[output]
                started.pop()
            else:
                calls.append(inner)
                started.append(self._enter(*inner))
        return done[wanted]

    def _enter(
        self, op: str, args: tuple[Node, ...]
    ) -> tuple[tuple[Operation, ...], list[Node], int, int]:
        """The operations of a function, what is known before the first, how many, the output."""
        function = self.functions[op.removeprefix(CALL)]
        formula = function.formula
        self._operations += len(formula.operations)
        slots = [*args, *map(self._look_up, function.free)]
        return formula.operations, slots, len(slots), formula.output

    def _refuse_beyond(self, operations: int, span: Span) -> None:
        if operations > MOST_OPERATIONS:
            from gradcli.graph import refusals  # noqa: PLC0415  (only an error needs it)

            raise refusals.too_large("the calls of functions come to", MOST_OPERATIONS, span)
