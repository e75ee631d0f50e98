"""The door `gradcli.tape`: graphs built by calls, of a million operations if need be."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NoReturn

from gradcli.errors import InputError, UsageError
from gradcli.evaluation import arguments
from gradcli.evaluation.sweep import Sweep
from gradcli.graph.node import Graph, Node
from gradcli.graph.rules import CONSTANTS, is_constant, table
from gradcli.hints import listed, nearest, no_input, shortened
from gradcli.syntax.spelling import is_name, plain

if TYPE_CHECKING:
    from gradcli.evaluation.elements import Value


def tape() -> Tape:
    """An empty tape, on which operations are recorded as they are called.

    >>> t = tape()
    >>> x, y = t.input("x"), t.input("y")
    >>> t.value_and_grad(t.exp(x)*y + x**2, x=0, y=3)
    (3.0, {'x': 3.0, 'y': 1.0})
    """
    return Tape()


class Tape:
    """A program that is built by calls instead of being written as a text.

    Functions of the language are methods: ``t.sin(x)``, ``t.max(x, y, 0)``, ``t.where(c, x, y)``.
    What is recorded twice is one node. The gradient is taken by a sweep over values, which makes no
    nodes; conventions are those of each operation, also where they meet in a kink of the whole.

    Attributes:
        graph: what is recorded.
    """

    def __init__(self) -> None:
        self.graph = Graph()
        self._inputs: dict[str, Node] = {}

    def __repr__(self) -> str:
        return f"<gradcli tape of {', '.join(self._inputs)}: {len(self.graph)} nodes>"

    def input(self, name: str) -> Expression:
        """The input of a name.

        Raises:
            UsageError: the language cannot write such a name.
        """
        known = plain(arguments.text(name, "a name"))
        if not is_name(known) or is_constant(known):
            raise UsageError("type", f"'{name}' is no name of an input", hint="for instance x")
        node = self._inputs.get(known)
        if node is None:
            node = self._inputs[known] = self.graph.input(known)
        return Expression(self.graph, node)

    def constant(self, value: float | str) -> Expression:
        """A number, or a constant of the language by its name, such as ``"pi"``.

        Raises:
            UsageError: it is neither.
        """
        if isinstance(value, str) and value in CONSTANTS:
            return Expression(self.graph, self.graph.const(CONSTANTS[value], value))
        return Expression(self.graph, _node(self.graph, value))

    def call(self, function: str, *args: Expression | float) -> Expression:
        """The value of a function of the language.

        Raises:
            InputError: there is no such function, or it takes another number of arguments.
            UsageError: an argument is no number and is not on this tape.
        """
        graph, rules = self.graph, table()
        name = arguments.text(function, "a function")
        nodes = tuple([_node(graph, arg) for arg in args])
        node = rules.call(graph, name, nodes) if rules.is_function(name) else None
        if node is None:
            raise _refusal(name, len(args))
        return Expression(graph, node)

    def __getattr__(self, name: str) -> Callable[..., Expression]:
        if name.startswith("_") or not table().is_function(name):
            raise AttributeError(f"a tape has no attribute and the language no function '{name}'")
        return functools.partial(self.call, name)

    def value(
        self,
        output: Expression | float,
        values: Mapping[str, Value] | None = None,
        /,
        **named: Value,
    ) -> float:
        """The value of an expression; infinite or NaN where it is not defined.

        Args:
            output: what is evaluated.
            values: a number for each input that it depends on, by name.
            named: the same.

        Raises:
            InputError: a value is missing, for no input, or no number.
            UsageError: the expression is not on this tape.
        """
        from gradcli.engine.interpreter import Values  # noqa: PLC0415  (a gradient has its own)

        node = _node(self.graph, output)
        point = self._point(node, values, named)
        return float(Values(point, point.values())(node))

    def value_and_grad(
        self,
        output: Expression | float,
        values: Mapping[str, Value] | None = None,
        /,
        **named: Value,
    ) -> tuple[float, dict[str, float]]:
        """The value of an expression and its derivative by each input of the tape, by name.

        Arguments and errors are those of `value`.
        """
        node = _node(self.graph, output)
        sweep = Sweep(self.graph, node, self._point(node, values, named))
        gradient = {name: float(sweep.by(each)) for name, each in self._inputs.items()}
        return float(sweep.value), gradient

    def _point(
        self, output: Node, values: Mapping[str, Value] | None, named: Mapping[str, Value]
    ) -> dict[Node, float]:
        given = {**({} if values is None else arguments.values(values)), **named}
        given = {plain(name): value for name, value in given.items()}
        for name in given:
            if name not in self._inputs:
                raise no_input(name, self._inputs)
        absent = [name for name in self._inputs if name not in given]
        sources = self.graph.ancestors([output]) if absent else ()
        needed = {node.name for node in sources if node.op == "input"}
        missing = [name for name in absent if name in needed]
        if missing:
            message, hint = f"no value for {listed(missing)}", "give each input a value"
            raise InputError("missing-value", message, hint=hint, names=tuple(missing))
        return {self._inputs[name]: _number(value, name) for name, value in given.items()}


class Expression:
    """What is recorded on a tape, with the operators of Python."""

    __slots__ = ("_graph", "_node")

    def __init__(self, graph: Graph, node: Node) -> None:
        self._graph = graph
        self._node = node

    def __getstate__(self) -> object:
        # The first two protocols of pickle know of slots only where this is defined.
        return object.__getstate__(self)

    def __repr__(self) -> str:
        return f"<{self._node.label or self._node.op} on a gradcli tape>"

    def __bool__(self) -> NoReturn:
        raise UsageError(
            "type", "an expression has no truth value", hint="t.where(x > 0, a, b) chooses"
        )

    def _with(self, op: str, other: Expression | float) -> Expression:
        graph = self._graph
        # The first case of `_node`, by far the most frequent one, without a call: one of us then.
        is_own = type(other) is Expression and other._graph is graph  # noqa: SLF001  (one of ours)
        node = other._node if is_own else _node(graph, other)  # type: ignore[union-attr]  # noqa: SLF001  (likewise)
        return Expression(graph, graph.node(op, (self._node, node)))

    def _from(self, op: str, other: float) -> Expression:
        graph = self._graph
        return Expression(graph, graph.node(op, (_node(graph, other), self._node)))

    def __add__(self, other: Expression | float) -> Expression:
        return self._with("add", other)

    def __radd__(self, other: float) -> Expression:
        return self._from("add", other)

    def __sub__(self, other: Expression | float) -> Expression:
        return self._with("sub", other)

    def __rsub__(self, other: float) -> Expression:
        return self._from("sub", other)

    def __mul__(self, other: Expression | float) -> Expression:
        return self._with("mul", other)

    def __rmul__(self, other: float) -> Expression:
        return self._from("mul", other)

    def __truediv__(self, other: Expression | float) -> Expression:
        return self._with("div", other)

    def __rtruediv__(self, other: float) -> Expression:
        return self._from("div", other)

    def __pow__(self, other: Expression | float) -> Expression:
        return self._with("pow", other)

    def __rpow__(self, other: float) -> Expression:
        return self._from("pow", other)

    def __mod__(self, other: Expression | float) -> Expression:
        return self._with("mod", other)

    def __rmod__(self, other: float) -> Expression:
        return self._from("mod", other)

    def __lt__(self, other: Expression | float) -> Expression:
        return self._with("lt", other)

    def __le__(self, other: Expression | float) -> Expression:
        return self._with("le", other)

    def __gt__(self, other: Expression | float) -> Expression:
        return self._with("gt", other)

    def __ge__(self, other: Expression | float) -> Expression:
        return self._with("ge", other)

    def __neg__(self) -> Expression:
        return Expression(self._graph, self._graph.node("neg", (self._node,)))

    def __pos__(self) -> Expression:
        return self

    def __abs__(self) -> Expression:
        return Expression(self._graph, self._graph.node("abs", (self._node,)))


_EXACT = 2**53
"""Below it every whole number is a float."""


def _node(graph: Graph, operand: object) -> Node:
    """The node of an operand: of an expression on this tape, or a number's own."""
    if type(operand) is Expression and operand._graph is graph:  # noqa: SLF001  (one of ours)
        return operand._node  # noqa: SLF001  (likewise)
    if type(operand) is float or (type(operand) is int and abs(operand) < _EXACT):
        return graph.const(float(operand))
    if isinstance(operand, Expression):
        raise UsageError("type", "an expression of another tape", hint="record it on this one")
    number = arguments.number(operand, "an operand")
    if number is None:
        raise UsageError("type", "None is no operand", hint="give a number")
    return graph.const(number)


def _number(value: object, name: str) -> float:
    number = arguments.number(value, f"the value of {name}")
    if number is None:
        raise InputError("missing-value", f"no value for '{name}'", names=(name,))
    return number


def _refusal(name: str, count: int) -> InputError:
    rules = table()
    if rules.is_function(name):
        takes = " or ".join(map(str, rules.arities(name))) or "one or more"
        message = f"{name} takes {takes} arguments, not {count}"
        return InputError("arity", message, names=(name,))
    hint = nearest(name, rules.names(), "functions")
    return InputError("unknown-function", f"unknown function '{shortened(name)}'", hint=hint)
