"""Program to graph: what each name means, which only the whole program can tell."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple

from gradcli.errors import InputError, Note, ParseError, Span
from gradcli.graph.build import NO_INDICES, build, spread, whole
from gradcli.graph.node import Graph, Node
from gradcli.graph.rules import CONSTANTS, SPELLINGS, table
from gradcli.graph.template import Template, template, written
from gradcli.graph.variadic import VARIADIC
from gradcli.hints import ELSEWHERE, did_you_mean, shortened
from gradcli.syntax import ast
from gradcli.syntax.mistakes import NO_PRIME

MOST_INLINED = 100_000
"""How many operations one function of a program may come to, its calls put in."""

MOST_OPERATIONS = 2_000_000
"""How many operations all calls of functions in a program may come to."""

_ARRAYS_ONLY = {"softmax", "log_softmax", "dot"}


class Inlined(NamedTuple):
    """A call of a function that the program defines, as ``f(z)``."""

    function: str
    args: tuple[Node, ...]


class Model:
    """A program as a graph.

    Attributes:
        source: the program's text.
        graph: where its nodes are.
        inputs: the input nodes, in declared order or in the order of their first use.
        steps: the nodes that the program names, in their order.
        output: the node of the last statement.
        spans: where in the text a node was written first.
        notes: the readings that the user should know of.
        calls: the nodes that are the value of such a call; the nodes inside are ordinary ones.
    """

    output: Node

    def __init__(self, source: str) -> None:
        self.source = source
        self.graph = Graph()
        self.inputs: list[Node] = []
        self.steps: list[Node] = []
        self.spans: dict[Node, Span] = {}
        self.notes: list[Note] = []
        self.calls: dict[Node, Inlined] = {}


def resolve(program: ast.Program, declared: Collection[str] = ()) -> Model:
    """Turn a syntax tree into a graph.

    Args:
        program: as read by `gradcli.graph.read.read`.
        declared: names of inputs that are given from outside, which letters may be split into.

    Raises:
        ParseError: a statement or a call has the wrong form, or a limit is passed.
        InputError: a name is unknown, used before it is defined, or defined twice.
    """
    resolver = _Resolver(program, declared)
    try:
        return resolver.run()
    except (ParseError, InputError) as error:
        error.source = error.source or program.source
        raise


LookUp = Callable[["_Resolver"], Node]
"""How a name that a function's body leaves free is found in the program."""


class _Function(NamedTuple):
    """A user's function: its formula in its parameters, then in the names it leaves free."""

    parameters: tuple[str, ...]
    formula: Template
    free: tuple[tuple[str, LookUp], ...]


class _Names:
    """The scope of names that programs and function bodies share."""

    graph: Graph

    def product(self, product: ast.Binary) -> None:
        """Say how ``1/2x`` is read."""
        left, right = product.left, product.right
        if isinstance(left, ast.Binary) and left.op == "div" and not left.implicit:
            source = self.program().model.source
            quotient, factor = (source[slice(*part.span)] for part in (left, right))
            reading = f"({quotient})*{factor}" if len(quotient + factor) < 60 else "(a/b)*c"
            message = f"a product without a sign is done after the division: {reading}"
            self.program().note("implicit-product", message, product.span)

    def program(self) -> _Resolver:
        """The program around."""
        raise NotImplementedError

    def made(self, node: Node, expression: ast.Expression) -> None:
        """Remember where a node was written."""
        del node, expression

    def call(
        self, function: str, args: tuple[Node, ...], call: ast.Call | ast.Comprehension
    ) -> Node:
        """The node of a call: a user's function inlined, or a function of the table."""
        program = self.program()
        own = program.functions.get(function)
        if own is not None:
            return program.inline(self.graph, own, args, call, self)
        rules = table()
        plain = function.removeprefix(ast.LANGUAGE)
        if isinstance(call, ast.Comprehension) and rules.canonical(plain) not in VARIADIC:
            raise ParseError(
                "comprehension",
                f"'{function}' does not take a range",
                span=call.name_span,
                hint="sum, prod, mean, max, min, norm and logsumexp do",
            )
        # np.sinc is NumPy's, another function than sinc.
        node = rules.call(self.graph, function if rules.is_function(function) else plain, args)
        if node is None:
            raise program.cannot_call(function, len(args), call)
        return node

    def without_argument(self, name: ast.Name) -> ParseError:
        """The error for a function that stands without its argument."""
        plain = name.name.removeprefix(ast.LANGUAGE)
        after = self.program().model.source[name.span.end : name.span.end + 1]
        hint = NO_PRIME if after in {"'", "’", "′"} else f"write {plain}(x), or {plain}(x)^2"
        return ParseError("function", f"'{plain}' is a function", span=name.span, hint=hint)

    def of_language(self, name: ast.Name) -> Node:
        """The constant that ``np.pi`` is, whatever the program calls so."""
        plain = name.name.removeprefix(ast.LANGUAGE)
        constant = SPELLINGS.get(plain, plain)
        if constant in CONSTANTS:
            return self.graph.const(CONSTANTS[constant], constant)
        if table().is_function(plain):
            raise self.without_argument(name)
        raise InputError(
            "unknown-name",
            f"the language has no constant '{name.name}'",
            span=name.span,
            hint=f"without np. '{plain}' is a name of the program",
        )


class _Body(_Names):
    """The scope of a function's body; names it leaves free are looked up at each call."""

    def __init__(self, program: _Resolver, parameters: tuple[str, ...]) -> None:
        self.graph = Graph()
        self.parameters = [self.graph.input(name) for name in parameters]
        self.known = set(parameters)
        self.free: dict[Node, LookUp] = {}
        self._program = program

    def program(self) -> _Resolver:
        return self._program

    def name(self, name: ast.Name) -> Node:
        if name.is_of_language:
            return self.of_language(name)
        if name.name in self.known:
            return self.graph.input(name.name)
        program = self._program
        if not program.is_known(name.name):
            constant = SPELLINGS.get(name.name, name.name)
            if constant in CONSTANTS:
                return self.graph.const(CONSTANTS[constant], constant)
        return self.leave(name.name, lambda program: program.name(name))

    def element(self, base: ast.Name, indices: tuple[int, ...], span: Span) -> Node:
        label = element_name(base.name, indices)
        return self.leave(label, lambda program: program.element(base, indices, span))

    def leave(self, label: str, look_up: LookUp) -> Node:
        """A name that is not the function's own: the program's, never that of a caller."""
        # The space keeps it apart from a parameter of the same name.
        node = self.graph.input(f" {label}")
        self.free.setdefault(node, look_up)
        return node


class _Resolver(_Names):
    """The scope of a program, filled statement by statement."""

    def __init__(self, program: ast.Program, declared: Collection[str]) -> None:
        self.ast = program
        self.model = Model(program.source)
        self.notes: dict[str, Note] = {}
        for note in program.notes:
            self.notes.setdefault(note.message, note)
        self.graph = self.model.graph
        self.defined: dict[str, Node] = {}
        self.functions: dict[str, _Function] = {}
        self.inputs: dict[str, Node] = {}
        self.operations = 0
        self.current: str | None = None
        last = program.statements[-1]
        parameters = last.parameters if isinstance(last, ast.Declaration) else ()
        self.later = {
            statement.name
            for statement in program.statements
            if isinstance(statement, ast.Step | ast.Family) and statement.name
        }
        self.own = {
            statement.name
            for statement in program.statements[:-1]
            if isinstance(statement, ast.Declaration)
        }
        self.parameters = [name for name in parameters if name.name not in self.later]
        self.declared = {name.name for name in self.parameters} | set(declared) - self.later

    def run(self) -> Model:
        """Every statement in its order."""
        for name in self.parameters:
            self.name(name)
        *steps, last = self.ast.statements
        for statement in steps:
            self.statement(statement)
        self.model.output = self.output(last)
        self.model.inputs = list(self.inputs.values())
        self.model.notes = list(self.notes.values())
        self.model.steps = [node for node in self.defined.values() if node.op != "input"]
        return self.model

    def statement(self, statement: ast.Statement) -> None:
        """A statement that is not the last."""
        self.weigh(statement.value)
        self.current = getattr(statement, "name", None)
        match statement:
            case ast.Step(name=None):
                hint = "write v = … to use it in a later statement"
                if "\n" in self.model.source:
                    hint += "; a formula of several lines stands in brackets"
                raise ParseError(
                    "statement",
                    "only the last statement may be without a name",
                    span=statement.span,
                    hint=hint,
                )
            case ast.Step(name=str(name)):
                self.define(name, build(statement.value, self), statement.name_span)
            case ast.Family():
                self.family(statement)
            case ast.Declaration():
                self.declare(statement)

    def weigh(self, expression: ast.Expression) -> None:
        """Refuse at once what would be refused after millions of operations."""
        if not self.functions:
            return
        total = self.operations
        for item in ast.walk([expression]):
            if isinstance(item, ast.Call) and item.function in self.functions:
                total += len(self.functions[item.function].formula.operations)
            if total > MOST_OPERATIONS:
                raise _too_large("the calls of functions come to", MOST_OPERATIONS, item.span)

    def output(self, last: ast.Statement) -> Node:
        """The node of the last statement."""
        self.weigh(last.value)
        self.current = getattr(last, "name", None)
        match last:
            case ast.Step(name=None):
                return build(last.value, self)
            case ast.Step(name=str(name)) | ast.Declaration(name=name):
                return self.define(name, build(last.value, self), last.name_span)
            case ast.Family():
                nodes = self.family(last)
                if len(nodes) == 1:
                    return nodes[0]
                raise ParseError(
                    "output",
                    f"the last statement has {len(nodes)} values, and the output is one",
                    span=last.name_span,
                    hint=f"add a last statement that uses them, such as sum({last.name}[i] for …)",
                )
        raise TypeError(type(last).__name__)

    def define(self, name: str, node: Node, span: Span) -> Node:
        """Give a node its name."""
        if name in self.defined or name in self.functions:
            raise InputError(
                "defined-twice",
                f"'{name}' is defined twice",
                span=span,
                hint="give each step a name of its own",
            )
        if name in self.inputs:
            raise InputError(
                "defined-late",
                f"'{name}' is used before it is defined",
                span=self.model.spans.get(self.inputs[name], span),
                hint="put its definition first",
            )
        self._note_hidden(name, span)
        named = self.graph.name(node, name)
        if node in self.model.calls and named.op == node.op:
            self.model.calls[named] = self.model.calls[node]
        place = self.model.spans.get(node)
        self.model.spans.setdefault(named, place or span)
        self.defined[name] = named
        return named

    def family(self, statement: ast.Family) -> list[Node]:
        """One node for each combination of the indices."""
        nodes = []
        for indices in spread(statement.ranges, NO_INDICES):
            places = tuple(whole(index, indices) for index in statement.indices)
            node = build(statement.value, self, indices)
            label = element_name(statement.name, places)
            nodes.append(self.define(label, node, statement.name_span))
        return nodes

    def declare(self, statement: ast.Declaration) -> None:
        """Keep a function's formula."""
        name = statement.name
        if name in self.functions or name in self.defined:
            raise InputError(
                "defined-twice",
                f"'{name}' is defined twice",
                span=statement.name_span,
                hint="give each function a name of its own",
            )
        if table().is_function(name):
            message = f"'{name}' is the program's own function here, not the language's"
            self.note("hidden", message, statement.name_span)
        for parameter in statement.parameters:
            self._note_hidden(parameter.name, parameter.span)
        parameters = tuple(parameter.name for parameter in statement.parameters)
        body = _Body(self, parameters)
        output = build(statement.value, body)
        formula = template(body.graph, [*body.parameters, *body.free], output)
        free = tuple(((node.label or "").strip(), body.free[node]) for node in body.free)
        self.functions[name] = _Function(parameters, formula, free)

    def inline(
        self,
        graph: Graph,
        function: _Function,
        args: tuple[Node, ...],
        call: ast.Call | ast.Comprehension,
        scope: _Names,
    ) -> Node:
        """A function's formula, put in for its call."""
        if len(args) != len(function.parameters):
            raise _arity(call.function, [len(function.parameters)], len(args), call.span)
        self.operations += len(function.formula.operations)
        if self.operations > MOST_OPERATIONS:
            raise _too_large("the calls of functions come to", MOST_OPERATIONS, call.span)
        # Asked before it is built: a function that doubles with each call gets large at once.
        if (
            isinstance(scope, _Body)
            and len(graph) + len(function.formula.operations) > MOST_INLINED
        ):
            raise _too_large("this function comes to", MOST_INLINED, call.span)
        free = [
            scope.leave(label, look_up) if isinstance(scope, _Body) else look_up(self)
            for label, look_up in function.free
        ]
        node = function.formula.instantiate(graph, [*args, *free], written)
        if graph is self.graph and node.args and node not in args:
            self.model.calls.setdefault(node, Inlined(call.function, args))
        return node

    def call(
        self, function: str, args: tuple[Node, ...], call: ast.Call | ast.Comprehension
    ) -> Node:
        first = len(self.graph)
        node = super().call(function, args, call)
        # What was put in for a definition or a function stands where its call stands.
        for inner in self.graph.nodes[first:]:
            self.model.spans.setdefault(inner, call.span)
        return node

    def program(self) -> _Resolver:
        return self

    def made(self, node: Node, expression: ast.Expression) -> None:
        self.model.spans.setdefault(node, expression.span)

    def note(self, kind: str, message: str, span: Span) -> None:
        """Add a note, of those that say the same only the first."""
        self.notes.setdefault(message, Note(kind, message, span))

    def is_known(self, name: str) -> bool:
        """Whether the program or its user gives this name a meaning."""
        return name in self.defined or name in self.declared or name in self.later

    def name(self, name: ast.Name) -> Node:
        if name.is_of_language:
            return self.of_language(name)
        known = self.defined.get(name.name) or self.inputs.get(name.name)
        if known is not None:
            return known
        if name.name in self.declared:
            self._note_hidden(name.name, name.span)
            return self.input(name.name, name.span)
        if name.name in self.later:
            raise self._not_yet(name.name, name.span)
        if name.name in self.own or name.name in self.functions:
            raise self.without_argument(name)
        constant = SPELLINGS.get(name.name, name.name)
        if constant in CONSTANTS:
            return self.graph.const(CONSTANTS[constant], constant)
        if table().is_function(name.name):
            raise self.without_argument(name)
        return self.input(name.name, name.span)

    def element(self, base: ast.Name, indices: tuple[int, ...], span: Span) -> Node:
        label = element_name(base.name, indices)
        known = self.defined.get(label) or self.inputs.get(label)
        if known is not None:
            return known
        if base.name in self.later:
            raise self._not_yet(label, span)
        return self.input(label, span)

    def input(self, name: str, span: Span) -> Node:
        """The input of that name, made when it is first used."""
        node = self.inputs[name] = self.graph.input(name)
        self.model.spans[node] = span
        return node

    def cannot_call(
        self, function: str, count: int, call: ast.Call | ast.Comprehension
    ) -> ParseError | InputError:
        """Why a name cannot be called with so many arguments."""
        rules = table()
        function = function.removeprefix(ast.LANGUAGE)
        if rules.is_function(function):
            return _arity(function, rules.arities(function), count, call.span)
        if call.function in self.own:
            return InputError(
                "defined-late",
                f"the function '{function}' is used before it is defined",
                span=call.name_span,
                hint="put its definition first; a function cannot call itself",
            )
        if function in _ARRAYS_ONLY:
            hint: str | None = "it works on arrays, and every value is a single number here"
        else:
            hint = did_you_mean(function, self.functions)
            if hint is None and function in ELSEWHERE:
                hint = f"write {ELSEWHERE[function]}"
            hint = hint or did_you_mean(function, rules.names())
            if hint is None and count == 1:
                hint = f"for a product write {function}*(…), or give {function} a value"
            hint = hint or "to see all of them: gradcli functions"
        return InputError(
            "unknown-function",
            f"unknown function '{shortened(function)}'",
            span=call.name_span,
            hint=hint,
        )

    def _not_yet(self, name: str, span: Span) -> InputError:
        own = [other for other in self.defined if other.partition("[")[0] == name.partition("[")[0]]
        there = f"; there are {own[0]} to {own[-1]}" if len(own) > 1 else ""
        hint = "put its definition first"
        if name == self.current:
            hint = "a step has one value: give the new one a name of its own"
        elif "[" in name:
            hint += ", or check the index"
        return InputError(
            "defined-late",
            f"'{name}' is used before it is defined{there}",
            span=span,
            hint=hint,
        )

    def _note_hidden(self, name: str, span: Span) -> None:
        """Say that a constant of the language is hidden by the program's own name."""
        if SPELLINGS.get(name, name) in CONSTANTS:
            self.note("hidden", f"'{name}' is the program's own name here, not the constant", span)


def element_name(base: str, indices: tuple[int, ...]) -> str:
    """The name of an element: ``w1[1,2]``."""
    return f"{base}[{','.join(map(str, indices))}]"


def _arity(function: str, arities: list[int], count: int, span: Span) -> ParseError:
    if not arities:
        takes = "at least one argument"
    else:
        takes = " or ".join(map(str, arities)) + (" argument" if arities == [1] else " arguments")
    return ParseError(
        "arity",
        f"'{function}' takes {takes}, not {count}",
        span=span,
        hint="see: gradcli functions " + function if table().is_function(function) else None,
    )


def _too_large(what: str, limit: int, span: Span) -> ParseError:
    return ParseError(
        "limit",
        f"{what} more than {limit:,} operations",
        span=span,
        hint="name the repeated part as a step, so that it is there only once",
    )
