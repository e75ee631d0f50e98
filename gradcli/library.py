"""The library's doors: what each command does, and a program that is called often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING, Any

from gradcli.calculus.reverse import gradient
from gradcli.calculus.second import jacobian, jvp
from gradcli.engine.interpreter import Plan
from gradcli.errors import InputError, UsageError
from gradcli.evaluation.elements import Value, number
from gradcli.evaluation.inputs import spelled, together
from gradcli.evaluation.solution import Solution
from gradcli.evaluation.solve import solve
from gradcli.graph.node import Graph, Node
from gradcli.graph.read import read
from gradcli.graph.resolve import resolve
from gradcli.graph.unparse import Unparser
from gradcli.hints import listed, nearest
from gradcli.syntax.spelling import plain
from gradcli.syntax.text import text

if TYPE_CHECKING:
    from gradcli.evaluation.nudge import Nudge
    from gradcli.learn.result import Descent
    from gradcli.symbolic.result import SymbolicDerivatives

Point = Sequence[float] | Mapping[str, float]

LONGEST = 10_000_000
"""A program whose text would be longer is not written without its steps."""


def evaluate(
    program: str,
    values: Mapping[str, Value] | None = None,
    /,
    *,
    wrt: Sequence[str] | None = None,
    strict: bool = False,
    **named: Value,
) -> Solution:
    """Value, gradient and every node's derivative of a program at one point.

    Args:
        program: the program, such as ``"3*(a+b*c)"``.
        values: a number, or a constant expression as text, for each input.
        wrt: the names to differentiate by, or one name; None for all inputs.
        strict: make every note on how the text was read an error.
        named: more values; for inputs named ``wrt`` or ``strict`` use ``values``.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown, or given twice.

    A result that is not finite raises nothing: see `Solution.problems`.

    >>> evaluate("sin(x)*y", x="pi/2", y=2).value
    2.0
    """
    return solve(program, together(values, named), wrt=wrt, strict=strict)


def derive(  # noqa: PLR0913  (what is asked for, and all but the program has a default)
    program: str,
    values: Mapping[str, Value] | None = None,
    /,
    *,
    wrt: str | Sequence[str | Sequence[str]] = (),
    order: int | None = None,
    inputs: Sequence[str] = (),
    steps: bool = False,
    strict: bool = False,
    **named: Value,
) -> SymbolicDerivatives:
    """The derivatives of a program as formulas, as ``gradcli diff`` prints them.

    Args:
        program: the program; no input needs a value.
        values: values for some inputs: derivatives that need no others are evaluated.
        wrt: a name, or several; ``[("b", "c")]`` is the second derivative by b and c. None at all
            for every partial derivative of that order. By a name that the program does not have it
            is 0, with a note.
        order: how often to differentiate, 1 by default.
        inputs: names of inputs, which runs of letters may be products of.
        steps: also give the rules that lead to each derivative.
        strict: make every note on how the text was read an error.
        named: more values.

    Raises:
        ParseError: the text is not a program.
        InputError: a name is unknown.
        UsageError: the order is out of range, or the derivatives are too many.

    >>> derive("x^2*y").to_dict()["derivatives"]
    {'x': '2*x*y', 'y': 'x^2'}
    """
    from gradcli.symbolic import derive as symbolic  # noqa: PLC0415  (only for those who ask)

    wanted = [[each] if isinstance(each, str) else each for each in _listed(wrt)]
    given = together(values, named)
    return symbolic.derive(
        program,
        wanted,
        order=order,
        inputs=_listed(inputs),
        values=given,
        with_steps=steps,
        strict=strict,
    )


def nudge(
    program: str,
    values: Mapping[str, Value],
    by: Mapping[str, Value],
    *,
    strict: bool = False,
) -> Nudge:
    """What a small step does to the output, and what the gradient predicts of it.

    Args:
        program: the program.
        values: a value for each input.
        by: by how much inputs are moved.
        strict: make every note on how the text was read an error.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown, or given twice.
        UsageError: nothing is moved.

    >>> nudge("x^2", {"x": 3}, {"x": 0.5}).actual
    3.25
    """
    from gradcli.evaluation import nudge as steps  # noqa: PLC0415  (only for those who ask)

    return steps.nudge(program, values, by, strict=strict)


def descend(
    program: str,
    values: Mapping[str, Value],
    *,
    wrt: Sequence[str] | None = None,
    fix: Sequence[str] | None = None,
    strict: bool = False,
    **settings: Any,
) -> Descent:
    """Gradient descent on the output of a program.

    Args:
        program: the program.
        values: a value for each input, where the descent begins.
        wrt: the inputs that are moved, whole arrays by their name; None for all.
        fix: inputs that are not.
        strict: make every note on how the text was read an error.
        settings: those of `gradcli.learn.settings.Settings`: ``method``, ``lr``, ``steps``,
            ``tol``, ``update``, ``momentum``, ``beta1``, ``beta2``, ``eps``.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown, or given twice.
        UsageError: there is no such setting, or it is out of its range.

    >>> descend("(x - 3)^2", {"x": 1}, lr=0.5).parameters
    {'x': 3.0}
    """
    from dataclasses import fields  # noqa: PLC0415  (only for those who ask)

    from gradcli.learn.descend import Descender  # noqa: PLC0415  (as above)
    from gradcli.learn.settings import Settings  # noqa: PLC0415  (as above)

    known = [field.name for field in fields(Settings)]
    for name in settings:
        _one_of("setting", name, known)
    descender = Descender(program, values, wrt=_names(wrt), fix=_names(fix), strict=strict)
    return descender.run(Settings(**settings))


def draw(  # noqa: PLR0913  (what is asked for, and all but the program has a default)
    program: str,
    values: Mapping[str, Value] | None = None,
    /,
    *,
    format: str = "svg",  # noqa: A002  (as the command line calls it)
    numbers: bool | None = None,
    strict: bool = False,
    precision: int | None = None,
    width: int = 80,
    **look: Any,
) -> str | bytes:
    """The computation graph of a program as a picture.

    Args:
        program: the program.
        values: a value for each input, or nothing at all.
        format: ``"svg"``, ``"png"``, ``"dot"``, ``"mmd"`` or ``"text"``.
        numbers: whether numbers are shown; None for where values are given.
        strict: make every note on how the text was read an error.
        precision: significant digits.
        width: of a picture in characters, in columns.
        look: fields of `gradcli.views.picture.look.Look`: ``symbolic``, ``layers``, ``full``,
            ``depth``, ``focus``, ``force``, ``theme``, ``direction``.

    Returns:
        The text of the picture; bytes for PNG.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown, or given twice.
        UsageError: nobody could read the picture, or there is no such format.

    >>> draw("x*y", format="dot").startswith("digraph")
    True
    """
    from gradcli.layout.direction import Direction  # noqa: PLC0415  (only for those who ask)
    from gradcli.views.lines.page import Display  # noqa: PLC0415  (as above)
    from gradcli.views.picture import draw as pictures  # noqa: PLC0415  (as above)
    from gradcli.views.picture.look import Format, Look  # noqa: PLC0415  (as above)
    from gradcli.views.picture.theme import ThemeName  # noqa: PLC0415  (as above)

    _one_of("format", format, [each.value for each in Format])
    for name in look:
        _one_of("setting", name, [field for field in Look._fields if field != "values"])
    for name, kind in (("theme", ThemeName), ("direction", Direction)):
        if isinstance(look.get(name), str):
            _one_of(name, look[name], [each.value for each in kind])
            look[name] = kind(look[name])
    chosen = Look(values=numbers, **look)
    chosen.check()
    solution = pictures.program(program, values or {}, values=numbers, strict=strict)
    made = pictures.draw(solution, chosen, Format(format), Display(width, precision=precision))
    return made if isinstance(made, bytes) else str(made)


def _listed(names: str | Sequence[Any]) -> Sequence[Any]:
    """A name by itself as a list of one."""
    return [names] if isinstance(names, str) else names


def _names(names: str | Sequence[str] | None) -> Sequence[str] | None:
    return None if names is None else _listed(names)


def _one_of(what: str, name: str, known: Sequence[str]) -> None:
    if name not in known:
        hint = nearest(name, known, f"{what}s")
        raise UsageError("usage", f"there is no {what} '{name}'", hint=hint)


def function(program: str, *, inputs: Sequence[str] | None = None) -> Function:
    """Read a program once, to be called often.

    Args:
        program: the program; a declaration ``J(a, b, c) = …`` fixes the order of the inputs.
        inputs: names that are declared without one, or one name; runs of letters may be products
            of them. They come first in the order of arguments.

    Raises:
        ParseError: the text is not a program.
        InputError: a name is unknown, or used before it is defined.
    """
    return Function(program, _listed(inputs or ()))


class Function:
    """A program as a function of its inputs, with its derivatives.

    Arguments are numbers, by position in the order of ``inputs`` or by name. A function may be
    called from several threads at once.

    Attributes:
        source: the program as given.
        inputs: the names of the inputs.
        graph: the computation graph, to which derivatives are added as they are asked for.
        output: the node of the output.
    """

    def __init__(self, program: str, inputs: Sequence[str] = ()) -> None:
        rank = {plain(name): place for place, name in enumerate(inputs)}
        model = resolve(read(program, rank), rank)
        self.source = program
        self._declared = tuple(inputs)
        self.graph: Graph = model.graph
        self.output: Node = model.output
        self._nodes = sorted(model.inputs, key=lambda node: rank.get(node.name, len(rank)))
        self.inputs = tuple(node.name for node in self._nodes)
        self._places = {name: place for place, name in enumerate(self.inputs)}
        # Derivatives are added to the graph when they are first asked for.
        self._lock = RLock()
        for name in rank:
            self._place(name)

    def __repr__(self) -> str:
        return f"<gradcli function of {', '.join(self.inputs)}: {self.source[:60]}>"

    def __call__(self, /, *args: float, **named: float) -> float:
        """The value; infinite or NaN where it is not defined."""
        plan = self._value
        return plan.run(self._point(args, named))[plan.slots[self.output]]

    def value_and_grad(self, /, *args: float, **named: float) -> tuple[float, dict[str, float]]:
        """The value and ∂output/∂input for each input."""
        point = self._point(args, named)
        values = self._first.run(point)
        slots = self._first_slots
        return (
            values[self._first.slots[self.output]],
            {name: values[slot] for name, slot in zip(self.inputs, slots, strict=True)},
        )

    def grad(self, /, *args: float, **named: float) -> dict[str, float]:
        """∂output/∂input for each input."""
        return self.value_and_grad(*args, **named)[1]

    jacobian = grad
    """For a scalar output the Jacobian is the gradient: one number for each input."""

    def jvp(self, point: Point, tangent: Point) -> tuple[float, float]:
        """The value, and its derivative along a tangent: Σ ∂output/∂x · tangent_x."""
        plan, slope = self._forward
        values = plan.run([*self._given(point), *self._given(tangent)])
        return values[plan.slots[self.output]], values[plan.slots[slope]]

    def vjp(self, point: Point, cotangent: float = 1.0) -> tuple[float, dict[str, float]]:
        """The value, and a cotangent of the output pulled back to the inputs."""
        value, grads = self.value_and_grad(*self._given(point))
        return value, {name: cotangent * part for name, part in grads.items()}

    def hvp(self, point: Point, vector: Point) -> dict[str, float]:
        """The Hessian times a vector, without the Hessian: the gradient's derivative along it."""
        plan, nodes = self._along
        values = plan.run([*self._given(point), *self._given(vector)])
        return {
            name: values[plan.slots[node]] for name, node in zip(self.inputs, nodes, strict=True)
        }

    def hessian(self, /, *args: float, **named: float) -> dict[str, dict[str, float]]:
        """∂²output/∂x∂y for each pair of inputs."""
        plan, rows = self._second
        values = plan.run(self._point(args, named))
        return {
            name: {
                other: values[plan.slots[node]]
                for other, node in zip(self.inputs, row, strict=True)
            }
            for name, row in zip(self.inputs, rows, strict=True)
        }

    def derivative(self, *names: str) -> str:
        """A partial derivative as ``gradcli diff`` gives it, as text that the language reads back.

        Args:
            names: the names that it is by, one after another; none at all for the program itself.

        Raises:
            InputError: a name is not an input.
            UsageError: the text would be too long, or there are too many names.

        >>> function("3*a*b^2").derivative("b", "b")
        '6*a'
        """
        wanted = [self.inputs[self._place(plain(name))] for name in names]
        if wanted:
            found = derive(self.source, wrt=[wanted], inputs=self.inputs)
            return found.text(found.partials[0])
        writer = Unparser({}, self.inputs)
        if writer.length(self.output) > LONGEST:
            raise UsageError(
                "limit",
                f"the program is longer than {LONGEST:,} characters without its steps",
                hint="evaluate(…).expression is its text with them",
            )
        return text(writer.definition(self.output))

    def __reduce__(self) -> tuple[type[Function], tuple[str, tuple[str, ...]]]:
        # Read again where it is unpickled: a graph may be deeper than pickle can go.
        return Function, (self.source, self._declared)

    @cached_property
    def _value(self) -> Plan:
        with self._lock:
            return Plan(self.graph, self._nodes, [self.output])

    @cached_property
    def _gradient(self) -> list[Node]:
        with self._lock:
            return gradient(self.graph, self.output, self._nodes)

    @cached_property
    def _first(self) -> Plan:
        with self._lock:
            return Plan(self.graph, self._nodes, [self.output, *self._gradient])

    @cached_property
    def _first_slots(self) -> list[int]:
        return [self._first.slots[node] for node in self._gradient]

    @cached_property
    def _second(self) -> tuple[Plan, list[list[Node]]]:
        with self._lock:
            rows = jacobian(self.graph, self._gradient, self._nodes)
            return Plan(self.graph, self._nodes, [node for row in rows for node in row]), rows

    @cached_property
    def _tangents(self) -> dict[Node, Node]:
        # A name with a space cannot be one of the program's.
        return {node: self.graph.input(f"{node.label} tangent") for node in self._nodes}

    @cached_property
    def _forward(self) -> tuple[Plan, Node]:
        with self._lock:
            (slope,) = jvp(self.graph, [self.output], self._tangents)
            inputs = [*self._nodes, *self._tangents.values()]
            return Plan(self.graph, inputs, [self.output, slope]), slope

    @cached_property
    def _along(self) -> tuple[Plan, list[Node]]:
        with self._lock:
            nodes = jvp(self.graph, self._gradient, self._tangents)
            return Plan(self.graph, [*self._nodes, *self._tangents.values()], nodes), nodes

    def _place(self, name: str) -> int:
        if name not in self._places:
            raise InputError(
                "unknown-value",
                f"the program has no input '{name}'",
                hint=nearest(name, self.inputs, "inputs"),
                names=(name,),
            )
        return self._places[name]

    def _given(self, point: Point) -> list[float]:
        if isinstance(point, Mapping):
            return self._point((), point)
        return self._point(tuple(point), {})

    def _point(self, args: Sequence[float], named: Mapping[str, float]) -> list[float]:
        """The arguments in the order of the inputs."""
        if len(args) > len(self.inputs):
            raise InputError(
                "arguments",
                f"the function takes {len(self.inputs)} arguments, not {len(args)}",
                hint=f"they are {listed(self.inputs)}" if self.inputs else None,
            )
        if not named and len(args) == len(self.inputs):
            return [number(value, name) for name, value in zip(self.inputs, args, strict=True)]
        given = dict(zip(self.inputs, args, strict=False))
        for name, value in spelled(named).items():
            self._place(name)
            if name in given:
                raise InputError("given-twice", f"'{name}' is given twice")
            given[name] = value
        missing = [name for name in self.inputs if name not in given]
        if missing:
            raise InputError(
                "missing-value",
                f"no value for {listed(missing)}",
                hint="give each input a value",
            )
        return [number(given[name], name) for name in self.inputs]
