"""The scopes of functions that a program defines: a body for any numbers, and one call of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from gradcli.errors import ParseError, Span
from gradcli.graph import refusals
from gradcli.graph.inline import CALL, MOST_INLINED, Function, Inliner, Reference
from gradcli.graph.meaning import Names, Program
from gradcli.graph.node import Graph, Node, behind
from gradcli.graph.scope import Quiet
from gradcli.syntax import ast
from gradcli.syntax.spelling import element_name


class Body(Names):
    """The scope of a function's body; names it leaves free are looked up at each call."""

    def __init__(self, program: Program, parameters: tuple[str, ...]) -> None:
        super().__init__(Graph())
        self.parameters = [self.graph.input(name) for name in parameters]
        self.known = set(parameters)
        self.free: dict[Node, Reference] = {}
        self.size = 0
        self._program = program

    @property
    def program(self) -> Program:
        return self._program

    def name(self, name: ast.Name) -> Node:
        if name.is_of_language:
            return self.of_language(name)
        if name.name in self.known:
            return self.graph.input(name.name)
        if not self.is_known(name.name):
            constant = self.constant(name)
            if constant is not None:
                return constant
        return self._leave(name.name, Reference(name))

    def is_known(self, name: str) -> bool:
        return name in self.known or self._program.is_known(name)

    array = Quiet.array
    length = Quiet.length

    def element(self, base: ast.Name, indices: tuple[int, ...], span: Span) -> Node:
        label = element_name(base.name, indices)
        return self._leave(label, Reference(base, indices, span))

    def call_own(
        self,
        name: str,
        function: Function,
        args: tuple[Node, ...],
        call: ast.Call | ast.Comprehension,
    ) -> Node:
        """A call of another function, which is put in where this one is."""
        before = len(self.graph)
        node = self.graph.node(CALL + name, args)
        if len(self.graph) > before:
            self.size += function.size
        # Asked before it is put in: a function that doubles with each call gets large at once.
        if len(self.graph) + self.size > MOST_INLINED:
            raise refusals.too_large("this function comes to", MOST_INLINED, call.span)
        return node

    def is_variable(self, node: Node) -> bool:
        return node in self.parameters

    def has(self, name: str) -> bool:
        return name in self.known

    def expanded(self, node: Node, span: Span) -> Node:
        inliner = Inliner(self.graph, self._reference)
        inliner.functions = self._program.inliner.functions
        put_in: dict[Node, Node] = {}
        for each in behind([node]):
            nodes = tuple([put_in[arg] for arg in each.args])
            if each.op.startswith(CALL):
                put_in[each] = inliner.call(each.op.removeprefix(CALL), nodes, span)
            else:
                put_in[each] = each if nodes == each.args else self.graph.copied(each, nodes)
        return put_in[node]

    def _reference(self, reference: Reference) -> Node:
        """What another function leaves free is left free here, too."""
        name = reference.base.name
        label = name if reference.indices is None else element_name(name, reference.indices)
        return self._leave(label, reference)

    def made(self, node: Node, expression: ast.Expression) -> None:
        """A body has no place in the text: what is put in stands where its call stands."""

    def _leave(self, label: str, reference: Reference) -> Node:
        # The space keeps it apart from a parameter of the same name.
        node = self.graph.input(f" {label}")
        self.free.setdefault(node, reference)
        return node


class Call(Names):
    """The scope of a function's body that is put in for arguments some of which are arrays.

    Args:
        program: the program around.
        named: what its parameters stand for.
        letters: the lengths that letters stand for.
        variables: the parameters that can be differentiated by.
        span: where the call stands.
    """

    def __init__(
        self,
        program: Program,
        named: Mapping[str, Node],
        letters: Mapping[str, int],
        variables: Collection[Node],
        span: Span,
    ) -> None:
        super().__init__(program.graph)
        self._program = program
        self._named = named
        self._letters = letters
        self._variables = variables
        self._span = span

    @property
    def program(self) -> Program:
        return self._program

    def is_known(self, name: str) -> bool:
        own = name in self._named or name in self._letters
        return own or self._program.is_known(name)

    def name(self, name: ast.Name) -> Node:
        if name.name in self._letters:
            return self.graph.count(self._letters[name.name])
        return self._named.get(name.name) or self._program.name(name)

    def array(self, base: ast.Name, *, whole: bool = False) -> Node | None:
        own = self._named.get(base.name)
        if own is None:
            return self._program.array(base, whole=whole)
        return own if own.shape else None

    def length(self, name: str) -> int | None:
        if name in self._letters or name in self._named:
            return self._letters.get(name)
        return self._program.length(name)

    def element(self, base: ast.Name, indices: tuple[int, ...], span: Span) -> Node:
        if base.name in self._named:
            raise ParseError(
                "index",
                f"'{base.name}' is a number here, and has no elements",
                span=self._span,
                hint="give the function an array",
            )
        return self._program.element(base, indices, span)

    def is_variable(self, node: Node) -> bool:
        return node in self._variables

    def has(self, name: str) -> bool:
        return name in self._named or name in self._letters

    def call_own(
        self,
        name: str,
        function: Function,
        args: tuple[Node, ...],
        call: ast.Call | ast.Comprehension,
    ) -> Node:
        return self._program.call_own(name, function, args, call)

    def made(self, node: Node, expression: ast.Expression) -> None:
        """What is put in stands where its call stands."""
        del expression
        self._program.model.spans.put(node, *self._span)
