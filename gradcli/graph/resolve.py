"""Program to graph: what each name means, which only the whole program can tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import TYPE_CHECKING

from gradcli.errors import InputError, Note, ParseError, Span
from gradcli.graph import array_names, refusals
from gradcli.graph.build import (
    BOUND,
    NO_INDICES,
    Indices,
    NeededError,
    build,
    spread,
    whole,
)
from gradcli.graph.inline import CALL, Function, Inliner, Reference
from gradcli.graph.meaning import DIFF, Program
from gradcli.graph.model import Inlined, Model
from gradcli.graph.node import INPUT, Node
from gradcli.graph.rules import is_constant, table
from gradcli.graph.shapes import NO_ARRAYS, SCALAR, Arrays, Form
from gradcli.graph.template import Template, template
from gradcli.hints import twins
from gradcli.record import Record
from gradcli.syntax import ast
from gradcli.syntax.ast import NOWHERE
from gradcli.syntax.spelling import array_name, element_name, is_element

if TYPE_CHECKING:
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
    resolver = _Resolver(program, declared, _known(program, arrays), gradient)
    try:
        return resolver.run()
    except (ParseError, InputError) as error:
        error.source = error.source or program.source
        raise
    finally:
        # It refers to itself by way of its parts: else the tree would stay until the garbage is
        # looked through, while the memory is wanted for derivatives.
        vars(resolver).clear()


class _Known(Record):
    """What is known of arrays before a program is read.

    Attributes:
        forms: the forms of those inputs that the program uses whole.
        elements: the forms of those that are declared and whose elements are inputs.
        letters: the lengths that letters stand for.
        unused: those that are declared and do not occur; they are among the whole ones.
    """

    forms: Mapping[str, Form]
    elements: Mapping[str, Form]
    letters: Mapping[str, int]
    unused: Collection[str] = ()


_NOTHING = _Known({}, {}, {})

MOST_INPUTS = 1000
"""An array of more entries is no list of inputs, even if only entries of it are used."""


def _known(program: ast.Program, arrays: Arrays) -> _Known:
    """The arrays among the inputs: those that are given and those that are declared."""
    last = program.statements[-1]
    lengths = last.lengths if isinstance(last, ast.Declaration) else {}
    forms = arrays.forms
    if not (forms or lengths or arrays.lengths):
        return _NOTHING
    from gradcli.graph.whole import mentioned, used_whole  # noqa: PLC0415  (only arrays need it)

    names: AbstractSet[str] = frozenset()
    letters: Mapping[str, int] = {}
    if lengths or arrays.lengths:
        from gradcli.graph.lengths import declared  # noqa: PLC0415  (few programs declare any)

        forms, letters, names = declared(program, arrays)
    whole = used_whole(program, forms.keys(), letters)
    # Elements can only be inputs of their own if it is known how many there are.
    whole |= {name for name in names if forms[name].is_open or forms[name].size > MOST_INPUTS}
    unused = names - mentioned(program) if names else frozenset()
    whole |= unused
    return _Known(
        {name: form for name, form in forms.items() if name in whole},
        {name: forms[name] for name in names if name not in whole},
        letters,
        unused,
    )


OF_ARRAYS = frozenset(["unsupported", "index", "shape", "axis", "array", "derivative"])
"""What is refused in a function's body while its parameters are taken for numbers."""

OF_ALL = frozenset(["sum", "prod", "mean", "max", "min", "norm", "logsumexp", "var", "std"])
"""What is nothing of a single number: with one argument they are meant for an array."""

NO_FORMULA = Template(0, (), 0)

MOST_NESTED = 100
"""How deep functions of arrays may call each other: each is built for the shapes it is given."""


class _Resolver(Program):
    """The scope of a program, filled statement by statement."""

    def __init__(
        self,
        program: ast.Program,
        declared: Collection[str],
        known: _Known,
        gradient: Gradient | None = None,
    ) -> None:
        self.ast = program
        self.gradient = gradient
        self.forms, self.elements, self.letters, self.unused = known
        self.model = Model(program.source)
        self.notes: dict[tuple[str, str], Note] = {}
        super().__init__(self.model.graph)
        self.inliner = Inliner(self.graph, self.look_up)
        self.defined: dict[str, Node] = {}
        self.families: set[str] = set()
        self.early: dict[str, ast.Family] = {}
        self.done = 0
        self.unfinished = Counter(
            statement.name for statement in program.statements if isinstance(statement, ast.Family)
        )
        self.bodies: dict[str, ast.Declaration] = {}
        self.refused: dict[str, ParseError] = {}
        self.called: dict[tuple[str, tuple[Node, ...]], tuple[Node, str | None]] = {}
        self.depth = 0
        self.unknowns: set[str] = set()
        self.inputs: dict[str, Node] = {}
        self.taken_whole: dict[Node, Span] = {}
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
        self.declared |= self.forms.keys() - self.later

    def run(self) -> Model:
        """Every statement in its order."""
        for name in self.parameters:
            if name.name not in self.elements:
                self.name(name)
            else:
                self._all_elements(name.name, name.span)
        *steps, last = self.ast.statements
        for statement in steps:
            self.statement(statement)
            self.done += 1
        self.model.output = self.output(last)
        for base in self.elements:
            self._all_elements(base, NOWHERE)
        for each in self.unused:
            self._add_unused(each)
        for function, error in self.refused.items():
            if not any(called == function for called, _ in self.called):
                raise error
        if self.taken_whole:
            self._refuse_unknown_length()
        if self.graph.has_arrays:
            self._note_functions_of_arrays()
        self._note_twins()
        self.model.inputs = list(self.inputs.values())
        self.model.notes = [*self.ast.notes, *self.notes.values()]
        self.model.steps = [node for node in self.defined.values() if node.op != "input"]
        self.graph.share(self.model.steps)
        return self.model

    def _note_twins(self) -> None:
        """Say which names of the program nobody can tell apart."""
        for name, message in twins([*self.inputs, *self.defined, *self.inliner.functions]):
            node = self.inputs.get(name) or self.defined.get(name)
            span = NOWHERE if node is None else self.model.spans.get(node) or NOWHERE
            self.note("alike", name, message, span)

    def _note_functions_of_arrays(self) -> None:
        """Say which functions of arrays the program gives another meaning."""
        from gradcli.graph.calls import is_known  # noqa: PLC0415  (whatever makes arrays has it)

        for statement in self.ast.statements:
            if not isinstance(statement, ast.Step | ast.Family | ast.Declaration):
                continue
            if statement.name and is_known(statement.name):
                self._note_redefined(statement.name, statement.name_span)

    def _add_unused(self, name: str) -> None:
        """An array that is declared and does not occur is an input all the same."""
        node = self.inputs.get(name) or self.input(name, NOWHERE)
        message = f"the program does not use '{name}': its derivative by that is 0"
        self.note("unused", name, message, self.model.spans.get(node) or NOWHERE)

    def _refuse_unknown_length(self) -> None:
        """Refuse ``x[1]*sum(x)`` where nothing says how many elements x has."""
        for node, span in self.taken_whole.items():
            if not node.shape and any(is_element(each, node.name) for each in self.inputs):
                raise refusals.of_unknown_length(node.name, span)

    def statement(self, statement: ast.Statement) -> None:
        """A statement that is not the last."""
        self.inliner.weigh(statement.value)
        self.current = getattr(statement, "name", None)
        match statement:
            case ast.Step(name=None):
                raise refusals.unnamed(statement, self.model.source)
            case ast.Step(name=str(name)):
                self.define(name, self.built(statement.value), statement.name_span)
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
            raise refusals.defined_twice(name, span, "step")
        if name in self.inputs:
            raise refusals.defined_late(name, self.model.spans.get(self.inputs[name]) or span)
        if name in self.letters:
            raise refusals.a_length(name, span)
        self._note_defined(name, span)
        named = self.graph.name(node, name)
        if node in self.model.calls and named.op == node.op:
            self.model.calls[named] = self.model.calls[node]
        self.model.spans.put(named, *(self.model.spans.get(node) or span))
        self.defined[name] = named
        return named

    def built(self, expression: ast.Expression, indices: Indices = NO_INDICES) -> Node:
        """The node of an expression, after the elements that statements below it define."""
        while True:
            try:
                return build(expression, self, indices)
            except NeededError as needed:
                self.needs.fulfil(needed, expression, indices)

    @cached_property
    def needs(self) -> Needs:
        """The elements that were defined by no statement yet when one was first asked for."""
        from gradcli.graph.needs import Needs  # noqa: PLC0415  (few programs need it)

        return Needs(self.ast.statements[self.done :], self, self.defined, self._make_early)

    def family(self, statement: ast.Family) -> list[Node]:
        """One node for each combination of the indices."""
        nodes = []
        for indices in spread(statement.ranges, NO_INDICES, self):
            label = self._label(statement, indices)
            if self.early.get(label) is statement:
                nodes.append(self.defined[label])
            else:
                node = self.built(statement.value, indices)
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
        node = build(statement.value, self, indices)
        label = self._label(statement, indices)
        self.early[label] = statement
        return self.define(label, node, statement.name_span)

    def declare(self, statement: ast.Declaration) -> None:
        """Keep a function's formula."""
        name = statement.name
        if name in self.inliner.functions or name in self.defined:
            raise refusals.defined_twice(name, statement.name_span, "function")
        self._note_defined(name, statement.name_span)
        for parameter in statement.parameters:
            self._note_hidden(parameter.name, parameter.span)
        parameters = tuple(parameter.name for parameter in statement.parameters)
        self.bodies[name] = statement
        from gradcli.graph.bodies import Body  # noqa: PLC0415  (many programs have no functions)

        body = Body(self, parameters)
        try:
            if statement.lengths:
                raise refusals.only_arrays(statement)
            output = build(statement.value, body)
        except ParseError as error:
            if error.kind not in OF_ARRAYS:
                raise
            # It may be for arrays, which only a call can tell.
            self.refused[name] = error
            self.inliner.functions[name] = Function(len(parameters), NO_FORMULA, (), 0)
            return
        formula = template(body.graph, [*body.parameters, *body.free], output)
        free = tuple(body.free.values())
        size = len(formula.operations) + body.size
        calls = any(operation.op.startswith(CALL) for operation in formula.operations)
        self.inliner.functions[name] = Function(len(parameters), formula, free, size, calls)

    def call_own(
        self,
        name: str,
        function: Function,
        args: tuple[Node, ...],
        call: ast.Call | ast.Comprehension,
    ) -> Node:
        """A function's formula, put in for its call."""
        done, label = self.called.get((name, args)) or (None, None)
        # A statement may have named it since: then it is that step, and this call is none.
        if done is not None and done.label == label:
            return done
        refused = self.refused.get(name)
        if self._is_of_arrays(function, args) or (
            refused and (self.graph.has_arrays or self.forms)
        ):
            node = self._put_in(name, args, call.span)
        elif refused is not None:
            raise refused
        else:
            node = self.inliner.call(name, args, call.span)
            if not function.free:
                self.called[name, args] = node, node.label
        # A call in the body of another function is a part of that one's.
        if node.args and node not in args and not self.depth:
            self.model.calls.setdefault(node, Inlined(name, args))
        return node

    def _is_of_arrays(self, function: Function, args: tuple[Node, ...]) -> bool:
        """Whether an array goes into a function, as an argument or as a name of the program."""
        if not (self.graph.has_arrays or self.forms):
            return False
        if any(arg.shape for arg in args):
            return True
        return any(self.array(reference.base) is not None for reference in function.free)

    def _put_in(self, name: str, args: tuple[Node, ...], span: Span) -> Node:
        """The formula of a function for arguments of these shapes, built anew for each call."""
        if self.depth >= MOST_NESTED:
            raise refusals.too_large(
                "functions of arrays call each other to a depth of", self.depth, span
            )
        self.depth += 1
        statement = self.bodies[name]
        named = dict(zip((each.name for each in statement.parameters), args, strict=True))
        letters: Mapping[str, int] = {}
        if statement.lengths:
            from gradcli.graph.lengths import of_arguments  # noqa: PLC0415  (few declare any)

            letters = of_arguments(statement, named, span)
        from gradcli.graph.bodies import Call  # noqa: PLC0415  (only arrays need it)

        held = self._held(statement, named)
        scope = Call(self, named | held, letters, held.values(), span)
        node = build(statement.value, scope)
        if held:
            from gradcli.graph.template import moved  # noqa: PLC0415  (seldom needed)

            node = moved(self.graph, node, {held[name]: named[name] for name in held})
        self.depth -= 1
        self.called[name, args] = node, node.label
        return node

    def _held(self, statement: ast.Declaration, named: Mapping[str, Node]) -> dict[str, Node]:
        """Inputs for the parameters that something in a function is differentiated by.

        What they stand for is put in afterwards: it may be a number, or the same for several.
        """
        if self.gradient is None:
            return {}
        wanted: set[str] = set()
        for each in ast.walk([statement.value]):
            if isinstance(each, ast.Call) and ast.bare(each.function) == DIFF:
                wanted |= ast.names(each.arguments[1:])
        return {
            name: self.graph.input(f"{BOUND}{name} {node.form}", node.form)
            for name, node in named.items()
            if name in wanted
        }

    def look_up(self, reference: Reference) -> Node:
        """The node for a name that a function leaves free."""
        if reference.indices is None:
            return self.name(reference.base)
        return self.element(reference.base, reference.indices, reference.span or NOWHERE)

    def call(
        self, function: str, args: tuple[Node, ...], call: ast.Call | ast.Comprehension
    ) -> Node:
        first = len(self.graph)
        if len(args) == 1 and args[0].op == INPUT and function in OF_ALL:
            self.taken_whole.setdefault(args[0], call.span)
        node = super().call(function, args, call)
        # What was put in for a definition or a function stands where its call stands.
        for inner in self.graph.nodes[first:]:
            self.model.spans.put(inner, call.start, call.end)
        return node

    def is_variable(self, node: Node) -> bool:
        return node.op == INPUT or (node.label is not None and not node.is_const)

    def has(self, name: str) -> bool:
        return name in self.inputs or name in self.letters or self.is_known(name)

    def bound(self, call: ast.Call) -> ast.Name | None:
        found = super().bound(call)
        if found is not None:
            self.unknowns.add(found.name)
        return found

    def made(self, node: Node, expression: ast.Expression) -> None:
        self.model.spans.put(node, expression.start, expression.end)

    def note(self, kind: str, about: str, message: str, span: Span) -> None:
        """Add a note, of those of one kind about one name only the first."""
        self.notes.setdefault((kind, about), Note(kind, message, span))

    def is_known(self, name: str) -> bool:
        return name in self.defined or name in self.declared or name in self.later

    def name(self, name: ast.Name) -> Node:
        known = self.defined.get(name.name) or self.inputs.get(name.name)
        if known is not None:
            return known
        if name.is_of_language:
            return self.of_language(name)
        if name.name in self.letters:
            return self.graph.count(self.letters[name.name])
        if name.name in self.declared:
            self._note_hidden(name.name, name.span)
            return self.input(name.name, name.span)
        family = self._family(name)
        if family is not None:
            return family
        if name.name in self.later:
            raise self._not_yet(name.name, name.span)
        if name.name in self.own or name.name in self.inliner.functions:
            raise refusals.without_argument(name)
        constant = self.constant(name)
        if constant is not None:
            return constant
        if table().is_function(name.name):
            message = f"'{name.name}' is a variable here, not the function"
            self.note("hidden", name.name, message, name.span)
        return self.input(name.name, name.span)

    def _not_yet(self, name: str, span: Span) -> InputError:
        """The error for a name that is defined below."""
        if self.current not in {None, name}:
            from gradcli.graph.needs import circle  # noqa: PLC0415  (only an error needs it)

            way = circle(self.ast.statements, str(self.current), name)
            if way:
                return refusals.needs_itself(way, span)
        return refusals.not_yet(name, span, self.defined, self.current)

    def element(self, base: ast.Name, indices: tuple[int, ...], span: Span) -> Node:
        label = element_name(base.name, indices)
        known = self.defined.get(label) or self.inputs.get(label)
        if known is not None:
            return known
        if base.name in self.later:
            if self.needs.knows(label):
                raise NeededError(label)
            raise self._not_yet(label, span)
        if base.name in self.elements:
            return self._declared_element(base.name, label, span)
        return self.input(label, span)

    def _declared_element(self, base: str, label: str, span: Span) -> Node:
        """An element of an array that is declared: all of them are inputs."""
        self._all_elements(base, span)
        if label not in self.inputs:
            raise refusals.outside(label, base, self.elements[base], span)
        return self.inputs[label]

    def _all_elements(self, base: str, span: Span) -> None:
        from gradcli.graph.lengths import places  # noqa: PLC0415  (few programs declare any)

        for each in places(self.elements[base], span):
            label = element_name(base, each)
            if label not in self.inputs:
                self.input(label, span)

    def length(self, name: str) -> int | None:
        return self.letters.get(name)

    def array(self, base: ast.Name, *, whole: bool = False) -> Node | None:
        known = self.defined.get(base.name)
        if known is None and base.name in self.forms:
            known = self.name(base)
        if known is None and whole:
            known = self._family(base)
        return known if known is not None and known.shape else None

    def _family(self, name: ast.Name) -> Node | None:
        """The elements of a family as an array, where its name stands alone."""
        if name.name not in self.families:
            return None
        from gradcli.graph.whole import stacked  # noqa: PLC0415  (few programs do)

        return stacked(self.graph, name.name, self.defined, name.span)

    def input(self, name: str, span: Span) -> Node:
        """The input of that name, made when it is first used."""
        if name in self.unknowns:
            from gradcli.graph.roots import hidden  # noqa: PLC0415  (only an error needs it)

            raise hidden(name, span)
        node = self.inputs[name] = self.graph.input(name, self.forms.get(name, SCALAR))
        self.model.spans.put(node, *span)
        return node

    def _note_defined(self, name: str, span: Span) -> None:
        """Say that a statement gives a name of the language another meaning."""
        self._note_hidden(name, span)
        name = array_name(name)
        if table().is_function(name) or name == DIFF or name in array_names.NAMES:
            self._note_redefined(name, span)

    def _note_redefined(self, name: str, span: Span) -> None:
        message = f"'{name}' is defined here, and is not the language's function"
        self.note("hidden", name, message, span)

    def _note_hidden(self, name: str, span: Span) -> None:
        """Say that a constant of the language is hidden by the program's own name."""
        if is_constant(name):
            message = f"'{name}' is the program's own name here, not the constant"
            self.note("hidden", name, message, span)
