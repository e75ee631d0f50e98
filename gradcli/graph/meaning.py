"""What a name, a call or an index means in a scope: what programs and function bodies share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection
from typing import TYPE_CHECKING

from gradcli.errors import Span
from gradcli.graph.build import counted
from gradcli.graph.inline import Function, Inliner
from gradcli.graph.model import Model
from gradcli.graph.node import Graph, Node
from gradcli.graph.notes import Notes
from gradcli.graph.rules import CONSTANTS, SPELLINGS, is_constant, table
from gradcli.graph.shapes import MOST_MADE
from gradcli.syntax import ast

if TYPE_CHECKING:
    from gradcli.graph.roots import Gradient

_ASKING = frozenset([ast.DIFF, ast.FINDROOT])
"""What is no function of numbers: the formula itself is its argument."""

_OF_AXES = frozenset(["sum", "mean", "prod", "norm"])
"""What others take an axis for as their second argument; max(x, 0) is meant entry by entry."""

LONG_PRODUCT = 40
"""Longer products are not written out in a note."""


class Names(ABC):
    """The scope of names that programs and function bodies share."""

    most_axes: float = MOST_MADE

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    @property
    @abstractmethod
    def program(self) -> Program:
        """The program around."""

    @abstractmethod
    def is_known(self, name: str) -> bool:
        """Whether the program or its user gives a name a meaning here."""

    @abstractmethod
    def name(self, name: ast.Name) -> Node:
        """The node that a name stands for."""

    @abstractmethod
    def element(self, base: ast.Name, indices: tuple[int, ...], span: Span) -> Node:
        """The node of ``base[indices]``."""

    @abstractmethod
    def array(self, base: ast.Name, *, whole: bool = False) -> Node | None:
        """The node of a name that is an array, or with ``whole`` is the family of its elements."""

    @abstractmethod
    def length(self, name: str) -> int | None:
        """The number that a letter of a declared length stands for."""

    @abstractmethod
    def made(self, node: Node, expression: ast.Expression) -> None:
        """Told of every operation."""

    @abstractmethod
    def call_own(
        self,
        name: str,
        function: Function,
        args: tuple[Node, ...],
        call: ast.Call | ast.Comprehension,
    ) -> Node:
        """The node of a call of a function that the program defines."""

    @abstractmethod
    def is_variable(self, node: Node) -> bool:
        """Whether something can be differentiated by a node."""

    @abstractmethod
    def has(self, name: str) -> bool:
        """Whether a name stands for something here that an equation's unknown would hide."""

    def expanded(self, node: Node, span: Span) -> Node:
        """A node with all calls of functions put in."""
        del span
        return node

    def bound(self, call: ast.Call) -> ast.Name | None:
        """The name that findroot looks for, unless the program has a function of that name."""
        unknown, program = ast.unknown(call), self.program
        is_own = program.gradient is None or call.function in program.inliner.functions
        return None if is_own else unknown

    def _asked(
        self,
        plain: str,
        args: tuple[Node, ...],
        call: ast.Call | ast.Comprehension,
        gradient: Gradient,
    ) -> Node:
        """The node of ``diff(u, x)`` or ``findroot(u, x, start)``."""
        args = (*[self.expanded(each, call.span) for each in args[:1]], *args[1:])
        if plain == ast.DIFF:
            from gradcli.graph import derivatives  # noqa: PLC0415  (few programs do)

            program = self.program
            message = derivatives.lost(self.graph, call, args, program.model.source)
            if message is not None:
                program.notes.note("derivative", message, message, call.span)
            return derivatives.derivative(self.graph, call, args, self.is_variable, gradient)
        from gradcli.graph.roots import found  # noqa: PLC0415  (few programs ask for any)

        return found(self.graph, call, args, gradient, self.has)

    def product(self, product: ast.Binary) -> None:
        """Say how ``1/2x`` and ``e^2x`` are read."""
        if not isinstance(product.left, ast.Binary | ast.Unary):
            return
        from gradcli.graph.juxtaposed import reading  # noqa: PLC0415  (most factors are plain)

        program = self.program
        found = reading(product, program.model.source, self.is_constant)
        if found is not None:
            program.notes.note("implicit-product", *found)

    def entrywise(self, product: ast.Binary) -> None:
        """Say that ``A*x`` is no matrix product."""
        left, right = (self.program.model.source[slice(*part.span)] for part in
                       (product.left, product.right))  # fmt: skip
        message = "a matrix times a vector is taken entry by entry here"
        if len(left + right) < LONG_PRODUCT:
            message += f"; the matrix product is {left} @ {right}"
        self.program.notes.note("entrywise", left + right, message, product.span)

    def call(
        self, function: str, args: tuple[Node, ...], call: ast.Call | ast.Comprehension
    ) -> Node:
        """The node of a call: a user's function inlined, or a function of the table."""
        program = self.program
        own = program.inliner.functions.get(function)
        if own is not None:
            if len(args) != own.parameters:
                from gradcli.graph import refusals  # noqa: PLC0415  (only an error needs it)

                raise refusals.arity(function, [own.parameters], len(args), call.span)
            return self.call_own(function, own, args, call)
        plain = ast.bare(function)
        if plain in _ASKING and program.gradient is not None:
            return self._asked(plain, args, call, program.gradient)
        return self._of_language(function, plain, args, call)

    def _of_language(
        self,
        function: str,
        plain: str,
        args: tuple[Node, ...],
        call: ast.Call | ast.Comprehension,
    ) -> Node:
        """The node of a call of a function that the program does not define."""
        program, rules = self.program, table()
        if len(args) == 2 and args[0].shape and args[1].is_const and plain in _OF_AXES:
            self._not_along(plain, args[1].value, call)
        if isinstance(call, ast.Comprehension) and not rules.takes_any_number(plain):
            from gradcli.graph import refusals  # noqa: PLC0415  (only an error needs it)

            raise refusals.no_range(function, call.name_span)
        # np.sinc is NumPy's, another function than sinc.
        known = function if rules.is_function(function) else plain
        node = self.of_arrays(self.graph, plain, args, call) if self.graph.has_arrays else None
        if node is None and (args or isinstance(call, ast.Call)):
            node = rules.call(self.graph, known, args)
        elif node is None:
            node = rules.empty(self.graph, known)
        if node is None and not self.graph.has_arrays:
            node = self.of_arrays(self.graph, plain, args, call)
        if node is None:
            if function in program.own:
                from gradcli.graph import refusals  # noqa: PLC0415  (only an error needs it)

                raise refusals.function_not_yet(function, call.name_span)
            from gradcli.graph import instead  # noqa: PLC0415  (only an error needs it)

            raise instead.unknown_function(
                plain, call, len(args), program.inliner.functions, program.model.source
            )
        return node

    def _not_along(self, function: str, value: float, call: ast.Call | ast.Comprehension) -> None:
        """Say that ``sum(A, 1)`` is not along an axis."""
        message = (
            f"{function}(x, {value:g}) is of every entry and {value:g}; "
            f"along an axis it is {function}(x; {max(value, 1):g})"
        )
        self.program.notes.note("entrywise", function, message, call.span)

    def of_arrays(
        self,
        graph: Graph,
        function: str,
        args: tuple[Node, ...],
        call: ast.Call | ast.Comprehension,
    ) -> Node | None:
        """The node of a call in a graph if it is one of a function of arrays."""
        if not isinstance(call, ast.Call):
            return None
        from gradcli.graph.arrays import calls  # noqa: PLC0415  (only arrays need it)

        return calls.call(graph, function, args, call, lambda each: counted(each, self))

    def is_constant(self, name: str) -> bool:
        """Whether a name is a constant of the language here."""
        return is_constant(name) and not self.is_known(name)

    def constant(self, name: ast.Name) -> Node | None:
        """The constant of the language that a name stands for which the program leaves free."""
        constant = SPELLINGS.get(name.name, name.name)
        if constant not in CONSTANTS:
            return None
        if name.name == "E":
            message = "'E' is read as the constant e, as nothing gives it a value"
            self.program.notes.note("constant", name.name, message, name.span)
        return self.graph.const(CONSTANTS[constant], constant)

    def of_language(self, name: ast.Name) -> Node:
        """The constant that ``np.pi`` is, whatever the program calls so."""
        plain = ast.bare(name.name)
        constant = SPELLINGS.get(plain, plain)
        if constant in CONSTANTS:
            return self.graph.const(CONSTANTS[constant], constant)
        if table().is_function(plain):
            from gradcli.graph import refusals  # noqa: PLC0415  (only an error needs it)

            raise refusals.without_argument(name)
        from gradcli.graph import refusals  # noqa: PLC0415  (only an error needs it)

        raise refusals.no_constant(name)


class Program(Names):
    """The scope of a program.

    Attributes:
        model: what comes of it.
        inliner: its functions so far.
        own: the names of all its functions.
        notes: what there is to say of it.
        gradient: takes derivatives that it asks for; None where it may ask for none.
    """

    model: Model
    inliner: Inliner
    own: Collection[str]
    notes: Notes
    gradient: Gradient | None

    @property
    def program(self) -> Program:
        return self
