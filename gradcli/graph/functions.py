"""The functions that a program declares: what is kept of each, and what a call of it becomes."""

from __future__ import annotations

from collections.abc import Mapping

from gradcli.errors import ParseError, Span
from gradcli.graph import refusals
from gradcli.graph.bodies import Body, Call
from gradcli.graph.build import BOUND, build
from gradcli.graph.inline import CALL, Function
from gradcli.graph.meaning import Program
from gradcli.graph.model import Inlined
from gradcli.graph.node import Node
from gradcli.graph.template import Template, template
from gradcli.syntax import ast

NO_FORMULA = Template(0, (), 0)

MOST_NESTED = 100
"""How deep functions of arrays may call each other: each is built for the shapes it is given."""


class Functions:
    """The functions of a program.

    Args:
        program: the scope of the program.
        has_arrays: whether something that it is given is an array.
    """

    def __init__(self, program: Program, *, has_arrays: bool) -> None:
        self._program = program
        self._has_arrays = has_arrays
        self._graph = program.graph
        self._inliner = program.inliner
        self._bodies: dict[str, ast.Declaration] = {}
        self._refused: dict[str, ParseError] = {}
        self._called: dict[tuple[str, tuple[Node, ...]], Node] = {}
        self._depth = 0

    def keep(self, statement: ast.Declaration) -> None:
        """Keep a function's formula."""
        name = statement.name
        parameters = tuple(parameter.name for parameter in statement.parameters)
        self._bodies[name] = statement
        body = Body(self._program, parameters)
        try:
            if statement.lengths:
                raise refusals.only_arrays(statement)
            output = build(statement.value, body)
        except ParseError as error:
            if error.kind not in refusals.OF_ARRAYS:
                raise
            # It may be for arrays, which only a call can tell.
            self._refused[name] = error
            self._inliner.keep(name, Function(len(parameters), NO_FORMULA, (), 0))
            return
        formula = template(body.graph, [*body.parameters, *body.free], output)
        free = tuple(body.free.values())
        size = len(formula.operations) + body.size
        calls = any(operation.op.startswith(CALL) for operation in formula.operations)
        self._inliner.keep(name, Function(len(parameters), formula, free, size, calls))

    def refuse_uncalled(self) -> None:
        """Refuse a function that could only be one of arrays, and is called with none."""
        for function, error in self._refused.items():
            if not any(called == function for called, _ in self._called):
                raise error

    def call(self, name: str, args: tuple[Node, ...], span: Span) -> Node:
        """A function's formula, put in for its call."""
        function = self._inliner.functions[name]
        done = self._called.get((name, args))
        if done is not None:
            return done
        refused = self._refused.get(name)
        if self._is_of_arrays(function, args) or (
            refused and (self._graph.has_arrays or self._has_arrays)
        ):
            node = self._put_in(name, args, span)
        elif refused is not None:
            raise refused
        else:
            node = self._inliner.call(name, args, span)
            if not function.free:
                self._called[name, args] = node
        # A call in the body of another function is a part of that one's.
        if node.args and node not in args and not self._depth:
            self._program.model.calls.setdefault(node, Inlined(name, args))
        return node

    def _is_of_arrays(self, function: Function, args: tuple[Node, ...]) -> bool:
        """Whether an array goes into a function, as an argument or as a name of the program."""
        if not (self._graph.has_arrays or self._has_arrays):
            return False
        if any(arg.shape for arg in args):
            return True
        return any(self._program.array(reference.base) is not None for reference in function.free)

    def _put_in(self, name: str, args: tuple[Node, ...], span: Span) -> Node:
        """The formula of a function for arguments of these shapes, built anew for each call."""
        if self._depth >= MOST_NESTED:
            raise refusals.too_large(
                "functions of arrays call each other to a depth of", self._depth, span
            )
        self._depth += 1
        try:  # an element that is not there yet ends it, to be made first
            node = self._called[name, args] = self._built(name, args, span)
        finally:
            self._depth -= 1
        return node

    def _built(self, name: str, args: tuple[Node, ...], span: Span) -> Node:
        statement = self._bodies[name]
        named = dict(zip((each.name for each in statement.parameters), args, strict=True))
        letters: Mapping[str, int] = {}
        if statement.lengths:
            from gradcli.graph.arrays.lengths import of_arguments  # noqa: PLC0415  (few declare any)

            letters = of_arguments(statement, named, span)
        held = self._held(statement, named)
        scope = Call(self._program, named | held, letters, held.values(), span)
        node = build(statement.value, scope)
        if held:
            from gradcli.graph.template import moved  # noqa: PLC0415  (seldom needed)

            node = moved(self._graph, node, {held[name]: named[name] for name in held})
        return node

    def _held(self, statement: ast.Declaration, named: Mapping[str, Node]) -> dict[str, Node]:
        """Inputs for the parameters that something in a function is differentiated by.

        What they stand for is put in afterwards: it may be a number, or the same for several.
        """
        if self._program.gradient is None:
            return {}
        wanted: set[str] = set()
        for each in ast.walk([statement.value]):
            if isinstance(each, ast.Call) and ast.bare(each.function) == ast.DIFF:
                wanted |= ast.names(each.arguments[1:])
        return {
            name: self._graph.input(f"{BOUND}{name} {node.form}", node.form)
            for name, node in named.items()
            if name in wanted
        }
