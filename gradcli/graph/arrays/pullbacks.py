"""What an argument of an operation on arrays gets of its adjoint: ``grammars/arrays.rules``.

A rule is read for the forms at hand, once for each: its graph is made of inputs of these forms, and
its text may use them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from gradcli.graph import operations
from gradcli.graph.arrays import calls
from gradcli.graph.arrays.products import contract
from gradcli.graph.build import NO_INDICES, build, whole
from gradcli.graph.entry import Entry, Lines, lines_of_arrays, read_facts
from gradcli.graph.node import Graph, Node
from gradcli.graph.rules import RuleScope
from gradcli.graph.shapes import ROW, Form, Params, Slice
from gradcli.graph.template import Template, template, written
from gradcli.syntax import ast
from gradcli.syntax.parse import parse

ADJOINT = "g"
"""The name of what an operation hands back to its arguments."""

ALONG = frozenset(["cofactors", "prod_others"])
"""What has its own derivatives along any number of directions, which are further arguments."""

MOST_ARGUMENTS = 2
"""How many arguments these have in the lines of the table."""

_MOST_FORMS = 4096


def pulled(
    graph: Graph, node: Node, place: int, adjoint: Node, args: tuple[Node, ...] | None = None
) -> Node:
    """What the argument at a place gets of the adjoint of a node.

    It may lack a length of 1 that the argument has, or be a column where it is a row.

    Args:
        graph: the graph of both; what is made is added to it.
        node: an operation that is not done entry by entry.
        place: which of its arguments.
        adjoint: the derivative by the node, in its form.
        args: other arguments of the same forms, which are used in place of its own.
    """
    if node.op == "stack":
        rest = [(0, 1, length) for length in node.shape[1:]]
        return operations.make(graph, "take", (adjoint,), ((place, *rest),))
    if node.op == "concat":
        return operations.make(graph, "take", (adjoint,), (_own_part(node, place),))
    if node.op in ALONG and len(node.args) > MOST_ARGUMENTS:
        # As of fewer directions: it is linear in each, and the next is one more.
        own = [*(args or node.args)]
        if place:
            own[place] = adjoint
        else:
            own.append(adjoint)
        return operations.make(graph, node.op, tuple(own), node.params)
    forms = tuple([arg.form for arg in node.args])
    rule = _pullback(node.op, forms, node.params, node.form, place)
    return rule.instantiate(graph, (*(args or node.args), adjoint), operations.make)


def _own_part(node: Node, place: int) -> tuple[Slice, ...]:
    """Where an array stands among those that it is joined with."""
    joined = node.params[0]
    parts = []
    for axis, length in enumerate(node.shape):
        own = [arg.shape[axis] for arg in node.args]
        parts.append((sum(own[:place]), 1, own[place]) if axis == joined else (0, 1, length))
    return tuple(parts)


@lru_cache(_MOST_FORMS)
def _pullback(op: str, forms: tuple[Form, ...], params: Params, form: Form, place: int) -> Template:
    """The rule of an operation on arguments of these forms, for one of them."""
    entry = lines().get(op, len(forms))
    if entry is None:
        raise ValueError(f"no rule for {op}")
    scope = Scope(entry, params)
    inputs = [
        *map(scope.graph.input, entry.params, forms),
        scope.graph.input(ADJOINT, form),
    ]
    return _read(entry.formulas[place], scope, inputs)


def forget() -> None:
    """Forget the rules that were read: one that a program brought along is taken away."""
    _pullback.cache_clear()
    _definition.cache_clear()


def lines() -> Lines:
    """The lines of this installation."""
    return lines_of_arrays()


@lru_cache(_MOST_FORMS)
def textbook(op: str, forms: tuple[Form, ...], params: Params = ()) -> Template | None:
    """What a textbook writes for an operation on arguments of these forms, if that is longer."""
    entry = lines().get(op, len(forms))
    written_ = None if entry is None else read_facts(entry.facts).textbook
    if entry is None or written_ is None:
        return None
    scope = Scope(entry, params)
    return _read(written_, scope, [*map(scope.graph.input, entry.params, forms)])


def _read(formula: str, scope: Scope, inputs: Sequence[Node]) -> Template:
    return template(scope.graph, inputs, build(parse(formula).statements[0].value, scope))


class Scope(RuleScope):
    """The scope of a rule: its arguments, the adjoint, and the functions of both tables."""

    def __init__(self, entry: Entry, params: Params) -> None:
        super().__init__(entry, has_arrays=True)
        self._params = dict(zip(entry.parameters, params, strict=True))

    def name(self, name: ast.Name) -> Node:
        if name.name in self.entry.params or name.name == ADJOINT:
            return self.graph.input(name.name)
        return super().name(name)

    def array(self, base: ast.Name, *, whole: bool = False) -> Node | None:
        del whole
        node = self.name(base)
        return node if node.shape else None

    def call(self, function: str, args: Sequence[Node], call: ast.Call | ast.Comprehension) -> Node:
        count = min(len(args), MOST_ARGUMENTS) if function in ALONG else len(args)
        entry = lines().get(function, count)
        if entry is None:
            return self._of_table(function, tuple(args), call)
        if entry.kind == "definition":
            return _definition(entry, tuple([arg.form for arg in args])).instantiate(
                self.graph, args, written
            )
        parameters = call.parameters if isinstance(call, ast.Call) else ()
        params = tuple(map(self._parameter, parameters))
        if function == "contract":
            of_a, of_b, result = [str(each).removesuffix(ROW) for each in params]
            a, b = args
            return contract(self.graph, a, b, (of_a, of_b, result), written)
        return self.graph.node(function, tuple(args), params)

    def _of_table(
        self, function: str, args: tuple[Node, ...], call: ast.Call | ast.Comprehension
    ) -> Node:
        """A function of the language, of arrays or of numbers."""
        if isinstance(call, ast.Call):
            node = calls.call(
                self.graph, function, args, call, lambda each: whole(each, NO_INDICES)
            )
            if node is not None:
                return node
        return super().call(function, args, call)

    def _parameter(self, expression: ast.Expression) -> object:
        """What a parameter stands for: one of the operation's own, a form, or a whole number."""
        if isinstance(expression, ast.Name):
            if expression.name in self._params:
                return self._params[expression.name]
            return self.graph.input(expression.name).form
        return whole(expression, NO_INDICES)


@lru_cache(_MOST_FORMS)
def _definition(entry: Entry, forms: tuple[Form, ...]) -> Template:
    scope = Scope(entry, ())
    return _read(entry.text, scope, [*map(scope.graph.input, entry.params, forms)])
