"""Program to graph: what each name means, which only the whole program can tell."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from functools import cached_property
from typing import TYPE_CHECKING

from gradcli.errors import InputError, ParseError, Span
from gradcli.graph.build import (
    NO_INDICES,
    Indices,
    NeededError,
    Unrolled,
    build,
    refuse_many,
    spread,
    whole,
)
from gradcli.graph.inline import Function, Inliner
from gradcli.graph.known_names import KnownArrays, KnownNames, known
from gradcli.graph.model import Model
from gradcli.graph.node import INPUT, Node
from gradcli.graph.rules import table
from gradcli.graph.shapes import NO_ARRAYS, Arrays
from gradcli.syntax import ast
from gradcli.syntax.ast import NOWHERE
from gradcli.syntax.spelling import element_name, is_element

if TYPE_CHECKING:
    from gradcli.graph.functions import Functions
    from gradcli.graph.needs import Needs
    from gradcli.graph.roots import Gradient


def resolve(
    program: ast.Program,
    declared: Collection[str] = (),
    arrays: Arrays = NO_ARRAYS,
    gradient: Gradient | None = None,
) -> Model:
    """Turn a syntax tree into a graph.

    Args:
        program: as read by `gradcli.graph.read.read`.
        declared: names of inputs that are given from outside, which letters may be split into.
        arrays: what is known of inputs that are arrays, if they are used whole.
        gradient: takes derivatives that the program asks for; None where it may ask for none.

    Raises:
        ParseError: a statement or a call has the wrong form, or a limit is passed.
        InputError: a name is unknown, used before it is defined, or defined twice.
    """
    resolver = _Resolver(program, declared, known(program, arrays), gradient)
    try:
        return resolver.run()
    except (ParseError, InputError) as error:
        error.source = error.source or program.source
        raise
    finally:
        # It refers to itself by way of its parts: else the tree would stay until the garbage is
        # looked through, while the memory is wanted for derivatives.
        vars(resolver).clear()


OF_ALL = frozenset(["sum", "prod", "mean", "max", "min", "norm", "logsumexp", "var", "std"])
"""What is nothing of a single number: with one argument they are meant for an array."""


class _Resolver(KnownNames):
    """The scope of a program, filled statement by statement."""

    def __init__(
        self,
        program: ast.Program,
        declared: Collection[str],
        known_arrays: KnownArrays,
        gradient: Gradient | None = None,
    ) -> None:
        super().__init__(program, declared, known_arrays)
        self.ast = program
        self.gradient = gradient
        self.inliner = Inliner(self.graph, self.look_up)
        self.early: dict[str, ast.Family] = {}
        self.unrolled: defaultdict[ast.Family, Unrolled] = defaultdict(Unrolled)
        self.done = 0
        self.unfinished = Counter(
            statement.name for statement in program.statements if isinstance(statement, ast.Family)
        )
        self.taken_whole: dict[Node, Span] = {}
        self.current: str | None = None

    def run(self) -> Model:
        """Every statement in its order."""
        for name in self.parameters:
            if name.name not in self.elements:
                self.name(name)
            else:
                self.all_elements(name.name, name.span)
        *steps, last = self.ast.statements
        for statement in steps:
            self.statement(statement)
            self.done += 1
        self.model.output = self.output(last)
        for base in self.elements:
            self.all_elements(base, NOWHERE)
        for each in self.unused:
            self._add_unused(each)
        if self.own:
            self.functions.refuse_uncalled()
        if self.taken_whole:
            self._refuse_unknown_length()
        if self.graph.has_arrays:
            self.notes.functions_of_arrays(self.ast.statements)
        self.notes.alike([*self.inputs, *self.defined, *self.inliner.functions], self._span_of)
        self.model.inputs = list(self.inputs.values())
        self.model.notes = [*self.ast.notes, *self.notes.all()]
        self.model.steps = [node for node in self.defined.values() if node.op != "input"]
        self.graph.share(self.model.steps)
        self._forget_lists()
        return self.model

    def _forget_lists(self) -> None:
        """Take a program for one of numbers where nothing else is left: of sum([x, y])."""
        if self.graph.has_arrays:
            read = self.graph.ancestors([self.model.output, *self.model.steps])
            self.graph.look_at_forms([*read, *self.model.inputs])

    def _span_of(self, name: str) -> Span:
        """Where a name of the program stands."""
        node = self.inputs.get(name) or self.defined.get(name)
        return NOWHERE if node is None else self.model.spans.get(node) or NOWHERE

    def _add_unused(self, name: str) -> None:
        """An array that is declared and does not occur is an input all the same."""
        node = self.inputs.get(name) or self.input(name, NOWHERE)
        message = f"the program does not use '{name}': its derivative by that is 0"
        self.notes.note("unused", name, message, self.model.spans.get(node) or NOWHERE)

    def _refuse_unknown_length(self) -> None:
        """Refuse ``x[1]*sum(x)`` where nothing says how many elements x has."""
        for node, span in self.taken_whole.items():
            if not node.shape and any(is_element(each, node.name) for each in self.inputs):
                from gradcli.graph import refusals  # noqa: PLC0415  (only an error needs it)

                raise refusals.of_unknown_length(node.name, span)

    def statement(self, statement: ast.Statement) -> None:
        """A statement that is not the last."""
        self.inliner.weigh(statement.value)
        self.current = getattr(statement, "name", None)
        match statement:
            case ast.Step(name=str(name)):
                self.define(name, self.built(statement.value), statement.name_span)
            case ast.Step():
                from gradcli.graph import refusals  # noqa: PLC0415  (only an error needs it)

                raise refusals.unnamed(statement, self.model.source)
            case ast.Family():
                self.family(statement)
            case ast.Declaration():
                self.declare(statement)

    def output(self, last: ast.Statement) -> Node:
        """The node of the last statement."""
        self.inliner.weigh(last.value)
        self.current = getattr(last, "name", None)
        match last:
            case ast.Step(name=None):
                return self.built(last.value)
            case ast.Step(name=str(name)):
                return self.define(name, self.built(last.value), last.name_span)
            case ast.Declaration(name=name):
                node = self.built(last.value)
                if table().is_function(name) and self._is_equation(last):
                    from gradcli.graph import instead  # noqa: PLC0415  (only an error needs it)

                    raise instead.equation(last, self.model.source)
                return self.define(name, node, last.name_span)
            case ast.Family():
                nodes = self.family(last)
                if len(nodes) == 1:
                    return nodes[0]
                from gradcli.graph import refusals  # noqa: PLC0415  (only an error needs it)

                raise refusals.many_values(last, len(nodes))
        raise TypeError(type(last).__name__)

    def _is_equation(self, last: ast.Declaration) -> bool:
        """Whether ``sin(x) = …`` has more in it than x, no x, or sin itself: no function is so."""
        parameters = {parameter.name for parameter in last.parameters}
        items = ast.walk([last.value])
        calls = any(isinstance(item, ast.Call) and item.function == last.name for item in items)
        is_of_none = bool(parameters) and parameters.isdisjoint(ast.names([last.value]))
        return calls or is_of_none or not parameters.issuperset(self.inputs)

    def define(self, name: str, node: Node, span: Span) -> Node:
        """Give a node its name."""
        if name in self.defined or name in self.inliner.functions:
            from gradcli.graph import refusals  # noqa: PLC0415  (only an error needs it)

            raise refusals.defined_twice(name, span, "step")
        if name in self.inputs:
            from gradcli.graph import refusals  # noqa: PLC0415  (only an error needs it)

            raise refusals.defined_late(name, self.model.spans.get(self.inputs[name]) or span)
        if name in self.letters:
            from gradcli.graph import refusals  # noqa: PLC0415  (only an error needs it)

            raise refusals.a_length(name, span)
        self.notes.defined(name, span)
        named = self.graph.name(node, name)
        if node in self.model.calls and named.op == node.op:
            self.model.calls[named] = self.model.calls[node]
        self.model.spans.put_beside(named, node, span)
        self.defined[name] = named
        return named

    def built(
        self,
        expression: ast.Expression,
        indices: Indices = NO_INDICES,
        around: Unrolled | None = None,
    ) -> Node:
        """The node of an expression, after the elements that statements below it define."""
        before = around.count if around else 0
        while True:
            try:
                return build(expression, self, indices, around)
            except NeededError as needed:
                if around:  # it is made again
                    around.count = before
                self.needs.fulfil(needed, expression, indices)

    @cached_property
    def needs(self) -> Needs:
        """The elements that were defined by no statement yet when one was first asked for."""
        from gradcli.graph.needs import Needs  # noqa: PLC0415  (few programs need it)

        return Needs(self.ast.statements[self.done :], self, self.defined, self._make_early)

    def family(self, statement: ast.Family) -> list[Node]:
        """One node for each combination of the indices."""
        nodes = []
        combinations = spread(statement.ranges, NO_INDICES, self)
        refuse_many(statement.value, len(combinations))
        self.unrolled[statement].add(len(combinations), statement.ranges)
        for indices in combinations:
            label = self._label(statement, indices)
            if self.early.get(label) is statement:
                nodes.append(self.defined[label])
            else:
                node = self.built(statement.value, indices, self.unrolled[statement])
                nodes.append(self.define(label, node, statement.name_span))
        self.unfinished[statement.name] -= 1
        if not self.unfinished[statement.name]:
            self.families.add(statement.name)
        return nodes

    def _label(self, statement: ast.Family, indices: Indices) -> str:
        places = tuple(whole(index, indices, self) for index in statement.indices)
        return element_name(statement.name, places)

    def _make_early(self, statement: ast.Family, indices: Indices) -> Node:
        """An element that another statement needs before its own comes."""
        node = build(statement.value, self, indices, self.unrolled[statement])
        label = self._label(statement, indices)
        self.early[label] = statement
        return self.define(label, node, statement.name_span)

    def declare(self, statement: ast.Declaration) -> None:
        """A statement that is a function."""
        name = statement.name
        if name in self.inliner.functions or name in self.defined:
            from gradcli.graph import refusals  # noqa: PLC0415  (only an error needs it)

            raise refusals.defined_twice(name, statement.name_span, "function")
        self.notes.defined(name, statement.name_span)
        for parameter in statement.parameters:
            self.notes.hidden(parameter.name, parameter.span)
        self.functions.keep(statement)

    def call_own(
        self,
        name: str,
        function: Function,
        args: tuple[Node, ...],
        call: ast.Call | ast.Comprehension,
    ) -> Node:
        """A function's formula, put in for its call."""
        del function
        return self.functions.call(name, args, call.span)

    @cached_property
    def functions(self) -> Functions:
        """What is kept of the functions that it declares."""
        from gradcli.graph.functions import Functions  # noqa: PLC0415  (many programs have none)

        return Functions(self, has_arrays=bool(self.forms))

    def call(
        self, function: str, args: tuple[Node, ...], call: ast.Call | ast.Comprehension
    ) -> Node:
        nodes = self.graph.nodes
        first = len(nodes)
        if len(args) == 1 and args[0].op == INPUT and function in OF_ALL:
            self.taken_whole.setdefault(args[0], call.span)
        node = super().call(function, args, call)
        # What was put in for a definition or a function stands where its call stands, and so does
        # the node itself, of which the walk tells.
        if nodes[-1] is not node or len(nodes) > first + 1:
            for inner in nodes[first:]:
                self.model.spans.put(inner, call.start, call.end)
        return node

    def element_not_yet(self, label: str, span: Span) -> Exception:
        return NeededError(label) if self.needs.knows(label) else self.not_yet(label, span)

    def not_yet(self, name: str, span: Span) -> InputError:
        if self.current not in {None, name}:
            from gradcli.graph.needs import circle  # noqa: PLC0415  (only an error needs it)

            way = circle(self.ast.statements, str(self.current), name)
            if way:
                from gradcli.graph import refusals  # noqa: PLC0415  (only an error needs it)

                return refusals.needs_itself(way, span)
        from gradcli.graph import refusals  # noqa: PLC0415  (only an error needs it)

        return refusals.not_yet(name, span, self.defined, self.current)
