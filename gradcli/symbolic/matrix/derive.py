"""Derivatives of programs of arrays as formulas: reverse to a gradient, forward from there on.

The derivative of a number is a gradient, in the form of what it is by. That of a vector by a vector
is a matrix: what comes along a direction is linear in it, and is written without it. Where that is
no matrix the formula says what comes along the direction: ``∂²J/∂W²[dW] = dW @ x @ x'``.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from gradcli.calculus.edge import zero
from gradcli.calculus.forward import push_forward
from gradcli.calculus.reverse import gradient
from gradcli.errors import InputError
from gradcli.graph.model import Model
from gradcli.graph.node import CONST, Graph, Node
from gradcli.graph.shapes import MOST_ENTRIES, Form, shown
from gradcli.graph.unparse import Unparser
from gradcli.symbolic.matrix.directions import Reading, stripped
from gradcli.symbolic.matrix.point import Point
from gradcli.symbolic.matrix.simplifier import MatrixSimplifier
from gradcli.symbolic.matrix.steps import differentiation
from gradcli.symbolic.matrix.writing import node_of
from gradcli.symbolic.result import Differentiation
from gradcli.symbolic.simplify.guards import Guards
from gradcli.symbolic.simplify.simplifier import Style
from gradcli.symbolic.simplify.terms import Terms
from gradcli.symbolic.steps import Manner
from gradcli.symbolic.wanted import Names
from gradcli.syntax import ast
from gradcli.syntax.spelling import array_name, indices_of


class Stage(NamedTuple):
    """A derivative that has been taken; the program itself is that by nothing.

    Attributes:
        graph: where its formula is, and where that is differentiated further.
        formula: the simplified derivative.
        exact: the same as the engine evaluates it, in the graph of the program.
        directions: the inputs of the formula that stand for directions.
        column: the input of the exact node that the columns of a matrix are found by.
        is_known: whether the exact node has a value.
    """

    graph: Graph
    formula: Node
    exact: Node
    directions: tuple[Node, ...] = ()
    column: Node | None = None
    is_known: bool = True


class Deriver:
    """Takes derivatives of a program of arrays.

    Args:
        model: the program.
        others: names of inputs that it does not have.
        point: for formulas without the conditions of rules that hold there; None for all.
        symmetric: the names of matrices that are their own transposes.

    Attributes:
        steps: the named nodes of the program.
    """

    def __init__(
        self,
        model: Model,
        others: Collection[str],
        point: Point | None,
        symmetric: Collection[str],
    ) -> None:
        self._model = model
        self._point = point
        self._symmetric = symmetric
        self._program = model.graph.ancestors([model.output])
        inputs = [*model.inputs, *map(model.graph.input, others)]
        self._inputs = {node.name: node for node in inputs}
        self.steps = {node.name: node for node in model.steps}
        self._stages: dict[tuple[Names, Names], Stage] = {}
        self._simplifiers: dict[tuple[Names, Names], MatrixSimplifier] = {}

    def named(self) -> dict[Node, str]:
        """The simplified nodes that the program has names for, where first derivatives are."""
        simplifier = self._simplifiers.get(((), ()))
        if simplifier is None:
            return {}
        steps = [node for node in self._program if node.label in self.steps and node.args]
        simplified = simplifier.simplify(steps)
        return {node: step.name for node, step in zip(simplified, steps, strict=True) if node.args}

    def in_steps(self, wanted: Sequence[Names], names: Mapping[Node, str]) -> list[Node] | None:
        """First derivatives in the names of the steps that they go along.

        None if one that is a matrix is not found as one in these names.
        """
        own = frozenset(self._program)
        guards = None
        if self._point is not None:
            guards = Guards(own, functools.partial(self._point.holds, self._model.graph))
        simplifier = MatrixSimplifier(self._program, names, guards, symmetric=self._symmetric)
        found = []
        for each in wanted:
            exact, column = self._stages[(), each].exact, self._stages[(), each].column
            (node,) = simplifier.simplify([exact])
            if column is not None:
                matrix = self._matrix(simplifier, simplifier.total(exact), exact, column)
                if matrix is None:
                    return None
                node = matrix
            found.append(node)
        return found

    def stage(self, names: Names) -> Stage:
        """The derivative by these names, one after another."""
        held = self._held(names)
        for count in range(len(names) + 1):
            key = held, names[:count]
            if key not in self._stages:
                self._stages[key] = self._taken(held, names[:count])
        return self._stages[held, names]

    def safe(self, names: Names) -> Node:
        """The node of a derivative, where no entry is multiplied that is left out."""
        held, found = self._held(names), self._model.output
        for count, name in enumerate(names):
            variable = self._variable(name)
            place = () if variable.name == name else _place(name, variable)
            direction = self._direction(name, self._stages[held, names[:count]])
            found, _ = self._differentiated(
                self._model.graph, found, variable, place, direction, masked=True
            )
        return found

    def ways(self, names: Names, expression: ast.Expression) -> list[Differentiation]:
        """Every differentiation on the way to a derivative, in steps."""
        held = self._held(names)
        found = []
        for count in range(1, len(names) + 1):
            before = self._stages[held, names[: count - 1]]
            source = self._source(names[:count], before)
            own = frozenset(before.graph.ancestors([before.formula]))
            guards = None
            if self._point is not None:
                guards = Guards(own, functools.partial(self._point.holds, before.graph))
            taken = {*self._inputs, *self.steps}
            manner = Manner(Style.of(self._program), before.formula, taken, guards)
            way = differentiation(before.graph, before.formula, source, names[count - 1], manner)
            after = self._stages[held, names[:count]]
            is_last = count == len(names)
            result = expression if is_last else Unparser({}, taken).definition(after.formula)
            directions = [node.name for node in after.directions]
            found.append(replace(way, result=result, follows=True, directions=directions))
        return found

    def _held(self, names: Names) -> Names:
        return tuple(sorted({name for name in names if name in self.steps}))

    def _source(self, names: Names, before: Stage) -> Node:
        """What is differentiated by, in the graph of the derivative before."""
        variable = self._variable(names[-1])
        is_step = self.steps.get(variable.name) is variable and len(names) == 1
        return variable if is_step else before.graph.input(variable.name, variable.form)

    def _taken(self, held: Names, names: Names) -> Stage:
        if not names:
            return Stage(self._model.graph, self._model.output, self._model.output)
        before = self._stages[held, names[:-1]]
        simplifier = self._simplifier(held, names[:-1], before)
        variable = self._variable(names[-1])
        source = self._source(names, before)
        place = () if variable.name == names[-1] else _place(names[-1], variable)
        exact, column = self._differentiated(
            self._model.graph, before.exact, variable, place, self._direction(names[-1], before)
        )
        stage = before._replace(graph=simplifier.graph, exact=exact)
        formula = _without_roots(before.graph, before.formula, source)
        raw, direction = self._differentiated(
            before.graph, formula, source, place, self._direction(names[-1], before)
        )
        (total,) = simplifier.totals([raw])
        if direction is None:
            (formula,) = simplifier.simplify([raw])
            return stage._replace(formula=formula)
        matrix = self._matrix(simplifier, total, raw, direction)
        is_known = stage.is_known and stage.column is None
        if matrix is not None:
            return stage._replace(formula=matrix, column=column, is_known=is_known)
        (formula,) = simplifier.simplify([raw])
        directions = (*before.directions, direction)
        return stage._replace(formula=formula, directions=directions, is_known=False)

    def _matrix(
        self, simplifier: MatrixSimplifier, total: Terms, raw: Node, direction: Node
    ) -> Node | None:
        """What a vector along a direction is, as a matrix without it; None if it is none.

        Nor is there one if it has more entries than an array may have.
        """
        if len(raw.shape) != 1 or len(direction.shape) != 1:
            return None
        form = Form((raw.form.size, direction.form.size))
        if form.size > MOST_ENTRIES and not form.is_open:
            return None
        products = simplifier.products
        along = simplifier.graph.input(direction.name, direction.form)

        def slope(number: Node) -> Node:
            (found,) = simplifier.simplify(gradient(simplifier.graph, number, [along], past=False))
            return found

        reading = Reading(lambda node: simplifier.totals([node])[0], slope)
        matrix = stripped(products, total, raw.form.size, along, reading)
        if matrix is None:
            return None
        return node_of(products, matrix, form)

    def _differentiated(  # noqa: PLR0913  (what is differentiated, and by what)
        self,
        graph: Graph,
        output: Node,
        variable: Node,
        place: tuple[int, ...],
        name: str,
        *,
        masked: bool = False,
    ) -> tuple[Node, Node | None]:
        """The derivative of a node by a variable or an entry, and the direction it is along."""
        if not output.shape and variable.shape:
            (found,) = gradient(graph, output, [variable], masked=masked, past=False)
            return (graph.node("take", (found,), (place,)) if place else found), None
        one = graph.const(1.0)
        if place:
            seed, direction = graph.node("put", (one,), (place, variable.form)), None
        elif variable.shape:
            seed = direction = graph.input(name, variable.form)
        else:
            seed, direction = one, None
        found_ = push_forward(graph, [output], {variable: seed}, masked=masked).of.get(output)
        return found_ or zero(graph, output), direction

    def _variable(self, name: str) -> Node:
        """What a derivative is by; of an entry, its array."""
        is_whole = name in self._inputs or name in self.steps
        known = name if is_whole else array_name(name)
        return self.steps.get(known) or self._inputs[known]

    def _direction(self, name: str, before: Stage) -> str:
        """A name for a direction that nothing else has."""
        taken = {*self._inputs, *self.steps, *(each.name for each in before.directions)}
        found = f"d{array_name(name)}"
        while found in taken:
            found += "_"
        return found

    def _simplifier(self, held: Names, before: Names, stage: Stage) -> MatrixSimplifier:
        """One for all derivatives of the same formula, so that they share their nodes."""
        key = held, before
        if key not in self._simplifiers:
            names = {self.steps[name]: name for name in held}
            guards = None
            if self._point is not None:
                own = frozenset(stage.graph.ancestors([stage.formula]))
                guards = Guards(own, functools.partial(self._point.holds, stage.graph))
            self._simplifiers[key] = MatrixSimplifier(
                self._program, names, guards, symmetric=self._symmetric
            )
        return self._simplifiers[key]


def _place(name: str, array: Node) -> tuple[int, ...]:
    """The place of an entry of an array, counted from 0.

    Raises:
        InputError: the array has none there.
    """
    places = indices_of(name)
    fits = len(places) == len(array.shape) and all(
        1 <= place <= length for place, length in zip(places, array.shape, strict=True)
    )
    if not fits:
        raise InputError(
            "unknown-name",
            f"there is no {name} to differentiate by: {array.name} is {shown(array.form)}",
            hint="indices count from 1, one for each axis",
            names=(name,),
        )
    return tuple([place - 1 for place in places])


def entries(model: Model, names: Collection[str]) -> set[str]:
    """Those of some names that are entries of arrays.

    Raises:
        InputError: an array has no such entry.
    """
    known = {node.name: node for node in (*model.inputs, *model.steps)}
    found = set()
    for name in names:
        array = known.get(array_name(name))
        if name not in known and array is not None and array.shape:
            _place(name, array)
            found.add(name)
    return found


def _without_roots(graph: Graph, output: Node, source: Node) -> Node:
    """A formula with norm(x)^2 as a sum of squares, which has no kink where the norm is 0.

    Args:
        graph: the graph of the output; what is made is added to it.
        output: the node that is differentiated.
        source: what by; a norm that does not depend on it stays what it is.
    """
    found: dict[Node, Node] = {}
    moved = {source}
    for node in graph.ancestors([output]):
        args = tuple([found[arg] for arg in node.args])
        if not moved.isdisjoint(node.args):
            moved.add(node)
        power = _power_of_norm(node) if node in moved else None
        if power is not None and node.args[0] is not source:
            x = found[node.args[0].args[0]]
            squares = graph.node("sum_to", (graph.node("mul", (x, x)),), node.args[0].params)
            exponent = graph.const(float(power))
            found[node] = squares if power == 1 else graph.node("pow", (squares, exponent))
        else:
            found[node] = node if args == node.args else graph.node(node.op, args, node.params)
    return found[output]


def _power_of_norm(node: Node) -> int | None:
    """The half of an even power of a norm; None of all others."""
    if node.op == "mul" and node.args[0] is node.args[1] and node.args[0].op == "norm_to":
        return 1
    if node.op != "pow" or node.args[0].op != "norm_to" or node.args[1].op != CONST:
        return None
    exponent = node.args[1].value
    return int(exponent / 2) if exponent > 0 and exponent % 2 == 0 else None
