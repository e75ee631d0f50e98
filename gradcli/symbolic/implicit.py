"""The derivative of what an equation defines: dy/dx where F(x, y) = 0, in symbols and numbers.

F is the left side minus the right one. Where it stays 0 while x moves, ∂F/∂x + ∂F/∂y · dy/dx = 0;
each further order is the one before differentiated by x, and by y on the way of y.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import Any

from gradcli.base.shown import Shown
from gradcli.calculus.reverse import gradient
from gradcli.engine import explain
from gradcli.errors import GradcliError, InputError, Note, Option, Problem, Sentence, UsageError
from gradcli.evaluation.elements import Value
from gradcli.evaluation.objects import finite
from gradcli.evaluation.solution import Solution
from gradcli.evaluation.solve import arrays_of, differentiated, read_model
from gradcli.evaluation.ties import NOT_UNIQUE, convention, hanging
from gradcli.graph import operations
from gradcli.graph.letters import INPUTS
from gradcli.graph.model import Model
from gradcli.graph.naming import name_nodes
from gradcli.graph.node import Node
from gradcli.graph.shapes import shown
from gradcli.graph.unparse import Unparser
from gradcli.hints import no_input
from gradcli.symbolic.numbers import Numbers
from gradcli.symbolic.result import Partial, SymbolicDerivatives
from gradcli.symbolic.sharing import Steps, write
from gradcli.symbolic.simplify.guards import Guards
from gradcli.symbolic.simplify.simplifier import Simplifier, Style
from gradcli.symbolic.wanted import check_order
from gradcli.syntax import ast
from gradcli.syntax.equations import Equation, equation
from gradcli.syntax.spelling import plain
from gradcli.syntax.text import brief, text

NEAR = 1e-9
"""A point is on the curve where the sides differ by no more, relative to them."""


@dataclass(frozen=True, slots=True, repr=False)
class Implicit(Shown):
    """An equation and what it makes of one of its names as a function of another.

    Attributes:
        left: the left side.
        right: the right side.
        of: the name that is a function.
        by: the name that it is a function of.
        by_x: ∂F/∂x, where F is the left side minus the right one.
        by_y: ∂F/∂y.
        derived: the derivatives: of first order, second order, ….
    """

    left: ast.Expression
    right: ast.Expression
    of: str
    by: str
    by_x: ast.Expression
    by_y: ast.Expression
    derived: SymbolicDerivatives

    @property
    def notes(self) -> Sequence[Note]:
        """How the text was read, and that the point is not on the curve."""
        return self.derived.notes

    @property
    def problems(self) -> Sequence[Problem]:
        """Derivatives that are not finite."""
        return self.derived.problems

    @property
    def values(self) -> dict[str, float]:
        """The derivatives that have a value, by ``y,x``, ``y,x,x``, …."""
        partials = self.derived.partials
        return {self._key(each): each.value for each in partials if each.value is not None}

    def _key(self, partial: Partial) -> str:
        return f"{self.of},{partial.key}"

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of `gradcli.implicit/1`; a number that is not finite is None."""
        derived = self.derived
        return {
            "schema": "gradcli.implicit/1",
            "equation": f"{text(self.left)} = {text(self.right)}",
            "derivatives": {self._key(each): derived.text(each) for each in derived.partials},
            "values": {key: finite(value) for key, value in self.values.items()},
            "notes": [note.to_dict() for note in self.notes],
            "problems": [problem.to_dict() for problem in self.problems],
        }


def implicit(  # noqa: PLR0913  (what a command line can ask)
    source: str,
    wrt: Sequence[str],
    *,
    order: int | None = None,
    values: Mapping[str, Value] | None = None,
    strict: bool = False,
    textbook: bool = False,
) -> Implicit:
    """The derivatives of a name by another one that an equation ties to it.

    Args:
        source: the equation, after the steps that it uses; an expression is one that is 0.
        wrt: the name that is a function, and the name that it is a function of.
        order: up to which order, 1 by default.
        values: values for names; where all are given, the derivatives have values.
        strict: make every note on how the text was read an error.
        textbook: leave out conditions of rules that can only fail at single values.

    Raises:
        ParseError: the text is no equation.
        InputError: a name is not in it.
        UsageError: these are not two names, the order is out of range, or y is not in it.
    """
    check_order(order)
    names = [plain(name) for name in wrt]
    if len(names) != 2 or names[0] == names[1]:
        raise UsageError(
            "wrt",
            "two names are needed: what is a function, and of what",
            hint=Sentence("dy/dx is ", Option("wrt", "y,x")),
        )
    given = {plain(name): value for name, value in (values or {}).items()}
    asked = equation(source)
    model = _model(asked, names, given, strict=strict)
    work = _Work(model, names, given, is_difference=asked.right is not None)
    work.differentiate(order or 1, textbook=textbook)
    formulas = write(work.formulas, {}, [x.name for x in model.inputs], Steps(model))
    partials = [work.partial(count, tree) for count, tree in enumerate(formulas.expressions, 1)]
    derived = SymbolicDerivatives(
        source,
        ((None, work.tree(model.output)),),
        names[0],
        tuple(node.name for node in model.inputs),
        tuple(partials),
        formulas.definitions,
        (*model.notes, *work.notes),
        tuple(work.problems(partials)),
    )
    left, right = work.sides
    by_x, by_y = map(work.tree, work.by_formulas)
    return Implicit(left, right, names[0], names[1], by_x, by_y, derived)


def _model(
    asked: Equation, names: Sequence[str], given: Mapping[str, Value], *, strict: bool
) -> Model:
    """The difference of the sides as a graph of numbers; places are those in the equation."""
    declared, arrays = [*names, *given], arrays_of(given)
    try:
        model = read_model(asked.difference, declared, strict=strict, whole=INPUTS, arrays=arrays)
    except GradcliError as error:
        if error.source == asked.difference:
            error.source, error.span = asked.source, asked.place(error.span)
        raise
    model = model.with_notes(note._replace(span=asked.place(note.span)) for note in model.notes)
    if model.output.shape:
        raise UsageError(
            "array",
            f"each side is {shown(model.output.form)}: that is an equation for every entry",
            hint="write one of them, as u[1] = v[1]",
        )
    if model.graph.has_arrays:
        from gradcli.evaluation.entries.in_numbers import model_in_numbers  # noqa: PLC0415  (loads NumPy)

        return model_in_numbers(model, name_nodes(model))
    return model


def _not_in_it(name: str, known: Sequence[str]) -> InputError:
    """What refuses a name that is not in an equation, and writes two that are."""
    error = no_input(name, known)
    if len(known) > 1:
        by, of, *_ = known
        error.hint = Sentence(f"{error.hint}; d{of}/d{by} is ", Option("wrt", f"{of},{by}"))
    return error


class _Work:
    """An equation as a graph, at a point if there is one.

    Attributes:
        by_formulas: ∂F/∂x and ∂F/∂y, as they are shown.
        formulas: the derivatives of first order, second order, …, as they are shown.
    """

    def __init__(
        self,
        model: Model,
        names: Sequence[str],
        given: Mapping[str, Value],
        *,
        is_difference: bool,
    ) -> None:
        self._numbers = Numbers(model, given)
        known = {node.name: node for node in model.inputs}
        for name in names:
            if name not in known:
                raise _not_in_it(name, list(known))
        self._model = model
        self._of, self._by = (known[name] for name in names)
        self._partials = gradient(model.graph, model.output, [self._by, self._of], past=False)
        if operations.is_value(self._partials[1], 0):
            message = f"'{names[0]}' is not in the equation, or without any influence on it"
            raise UsageError(
                "wrt",
                message,
                hint=Sentence(
                    f"for d{names[1]}/d{names[0]}: ", Option("wrt", f"{names[1]},{names[0]}")
                ),
            )
        self._sides = [model.output]
        if is_difference:
            self._sides = [*model.output.args]
        self._slopes: Sequence[Node] = ()
        self.formulas: Sequence[Node] = ()
        self.by_formulas: Sequence[Node] = ()

    def differentiate(self, order: int, *, textbook: bool) -> None:
        """Take the derivatives up to an order, and simplify them.

        Args:
            order: the highest one.
            textbook: whether to leave out conditions of rules that can only fail at single values.
        """
        graph, make = self._model.graph, operations.make
        by_x, by_y = self._partials
        first = make(graph, "neg", (make(graph, "div", (by_x, by_y)),))
        found = [first]
        for _ in range(1, order):
            own, way = gradient(graph, found[-1], [self._by, self._of], past=False)
            found.append(make(graph, "add", (own, make(graph, "mul", (way, first)))))
        self._slopes = found
        program = graph.ancestors([self._model.output])
        guards = Guards(frozenset(program)) if textbook else None
        simplifier = Simplifier(Style.of(program), guards=guards)
        self._shown_in = simplifier.graph
        self.formulas = simplifier.simplify(found)
        self.by_formulas = simplifier.simplify(self._partials)

    def tree(self, node: Node) -> ast.Expression:
        """A formula in the names of inputs."""
        return Unparser({}, [x.name for x in self._model.inputs]).definition(node)

    @property
    def sides(self) -> tuple[ast.Expression, ast.Expression]:
        """Both sides of the equation."""
        left, *right = map(self.tree, self._sides)
        return left, right[0] if right else ast.Number(0.0)

    def partial(self, order: int, formula: ast.Expression) -> Partial:
        """The derivative of an order, with its value if there is a point.

        Args:
            order: which one it is.
            formula: what is shown of it.
        """
        by, numbers = (self._by.name,) * order, self._numbers
        if not numbers.is_point:
            return Partial(by, formula, None)
        exact, node = [self._model.output, *self._slopes[:order]], self.formulas[order - 1]
        whole = self._slope_of_whole if order == 1 else None
        if whole is not None and numbers.is_other(whole, exact[-1], self._shown_in, node):
            return Partial(by, formula, whole, is_of_whole=True)
        return Partial(by, formula, numbers.number(exact, self._shown_in, node))

    @property
    def _slope_of_whole(self) -> float | None:
        """dy/dx by what F as a whole does, where operations are tied and F is smooth; else None."""
        at = self._solution
        if at.whole is None or self._has_kink:
            return None
        by_x, by_y = map(at.grad_of, (self._by, self._of))
        return -by_x / by_y if by_y and isfinite(by_x) and isfinite(by_y) else None

    @cached_property
    def _solution(self) -> Solution:
        """F at the point, by both names."""
        return differentiated(self._model).at(self._point, [self._of.name, self._by.name])

    @property
    def _has_kink(self) -> bool:
        """Whether F has no unique derivative there."""
        return any(problem.kind == "kink" for problem in self._solution.warnings)

    @property
    def notes(self) -> list[Note]:
        """That the point is not on the curve."""
        if not self._numbers.is_point:
            return []
        left, right = [*map(self._numbers.at, self._sides), 0.0][:2]
        if abs(left - right) <= NEAR * (abs(left) + abs(right)):
            return []
        message = f"the point is not on the curve: the sides are {brief(left)} and {brief(right)}"
        return [Note("point", f"{message} there")]

    def _kinks(self, partials: Sequence[Partial]) -> list[Problem]:
        """That neither function may be smooth, where a side is not."""
        if not self._numbers.is_point or not partials or not self._has_kink:
            return []
        values, of, by = self._point, self._of.name, self._by.name
        where = explain.listed(f"{name} = {explain.short(values[name])}" for name in (by, of))
        message = f"the equation has a kink at {where}, where d{of}/d{by} may be another on each "
        message += "side; what is used is the convention of each operation by itself"
        return [Problem("kink", f"{of},{partials[0].key}", NOT_UNIQUE, message)]

    def _ties(self, partials: Sequence[Partial]) -> list[Problem]:
        """Which derivatives of higher order hang on a tie, where neither function has a kink."""
        if not self._numbers.is_point or len(partials) < 2 or self._has_kink:
            return []
        graph, of = self._shown_in, self._of.name
        said = hanging(graph, self.formulas, self._numbers.within(graph))
        return [
            convention(f"{of},{each.key}", f"of {of} by {each.key}", hangs, each.value)
            for each, hangs in [*zip(partials, said, strict=True)][1:]
            if hangs and each.value is not None and isfinite(each.value)
        ]

    def problems(self, partials: Sequence[Partial]) -> list[Problem]:
        """Where the equation has a kink, and which derivatives are not finite, and why."""
        found = [*self._kinks(partials), *self._ties(partials)]
        for order, partial in enumerate(partials, 1):
            if partial.value is None or isfinite(partial.value):
                continue
            what = explain.kind(partial.value)
            name = f"{self._of.name},{partial.key}"
            message = f"the derivative of {self._of.name} by {partial.key} is {what} there"
            message += self._why(order, partial.value)
            found.append(Problem("derivative", name, what, message))
        return found

    def _why(self, order: int, value: float) -> str:
        """Why the derivative of an order is not finite."""
        at, graph = self._numbers.at, self._shown_in
        lost = next((side for side in self._sides if not isfinite(at(side))), None)
        if lost is not None:
            side = differentiated(self._model.with_output(lost)).at(self._point, ())
            return "".join(f": {problem.message}" for problem in side.value_problems)
        exact, formula = self._partials[1], self.by_formulas[1]
        if self._numbers.number([self._model.output, exact], graph, formula) == 0:
            return f": the equation does not change with {self._of.name}"
        exact, formula = self._slopes[order - 1], self.formulas[order - 1]
        return self._numbers.why(value, exact, graph, formula)

    @property
    def _point(self) -> dict[str, float]:
        return {node.name: self._numbers.at(node) for node in self._model.inputs}
