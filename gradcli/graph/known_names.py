"""What the names of a program stand for, as far as it is read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet

from gradcli.base.record import Record
from gradcli.errors import InputError, Span
from gradcli.graph.inline import Reference
from gradcli.graph.meaning import Program
from gradcli.graph.model import Model
from gradcli.graph.node import INPUT, Node
from gradcli.graph.notes import Notes
from gradcli.graph.rules import table
from gradcli.graph.shapes import SCALAR, Arrays, Form
from gradcli.syntax import ast
from gradcli.syntax.ast import NOWHERE
from gradcli.syntax.spelling import element_name


class KnownArrays(Record):
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


_NOTHING = KnownArrays({}, {}, {})

MOST_INPUTS = 1000
"""An array of more entries is no list of inputs, even if only entries of it are used."""


def known(program: ast.Program, arrays: Arrays) -> KnownArrays:
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
        from gradcli.graph.arrays.lengths import declared  # noqa: PLC0415  (few programs declare any)

        forms, letters, names = declared(program, arrays)
    whole = used_whole(program, forms.keys(), letters)
    # Elements can only be inputs of their own if it is known how many there are.
    whole |= {name for name in names if forms[name].is_open or forms[name].size > MOST_INPUTS}
    unused = names - mentioned(program) if names else frozenset()
    whole |= unused
    return KnownArrays(
        {name: form for name, form in forms.items() if name in whole},
        {name: forms[name] for name in names if name not in whole},
        letters,
        unused,
    )


class KnownNames(Program):
    """The scope of a program that knows what is defined, declared, given, and still to come.

    Args:
        program: the syntax tree.
        declared: names of inputs that are given from outside.
        known_arrays: what is known of inputs that are arrays.
    """

    def __init__(
        self, program: ast.Program, declared: Collection[str], known_arrays: KnownArrays
    ) -> None:
        self.forms, self.elements, self.letters, self.unused = known_arrays
        self.model = Model(program.source)
        self.notes = Notes()
        super().__init__(self.model.graph)
        self.defined: dict[str, Node] = {}
        self.families: set[str] = set()
        self.unknowns: set[str] = set()
        self.inputs: dict[str, Node] = {}
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
        # One set, for there may be very many names.
        self.declared = {*declared, *(name.name for name in self.parameters), *self.forms}
        self.declared -= self.later

    def look_up(self, reference: Reference) -> Node:
        """The node for a name that a function leaves free."""
        if reference.indices is None:
            return self.name(reference.base)
        return self.element(reference.base, reference.indices, reference.span or NOWHERE)

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
            span = name.span
            self.notes.hidden(name.name, span)
            return self.input(name.name, span)
        family = self._family(name)
        if family is not None:
            return family
        if name.name in self.later:
            raise self.not_yet(name.name, name.span)
        if name.name in self.own or name.name in self.inliner.functions:
            from gradcli.graph import refusals  # noqa: PLC0415  (only an error needs it)

            raise refusals.without_argument(name)
        constant = self.constant(name)
        if constant is not None:
            return constant
        if table().is_function(name.name):
            message = f"'{name.name}' is a variable here, not the function"
            self.notes.note("hidden", name.name, message, name.span)
        return self.input(name.name, name.span)

    def not_yet(self, name: str, span: Span) -> InputError:
        """The error for a name that is defined below."""
        from gradcli.graph import refusals  # noqa: PLC0415  (only an error needs it)

        return refusals.not_yet(name, span, self.defined, None)

    def element_not_yet(self, label: str, span: Span) -> Exception:
        """The same, of an element."""
        return self.not_yet(label, span)

    def element(self, base: ast.Name, indices: tuple[int, ...], span: Span) -> Node:
        label = element_name(base.name, indices)
        known = self.defined.get(label) or self.inputs.get(label)
        if known is not None:
            return known
        if base.name in self.later:
            raise self.element_not_yet(label, span)
        if base.name in self.elements:
            return self._declared_element(base.name, label, span)
        return self.input(label, span)

    def _declared_element(self, base: str, label: str, span: Span) -> Node:
        """An element of an array that is declared: all of them are inputs."""
        self.all_elements(base, span)
        if label not in self.inputs:
            from gradcli.graph import refusals  # noqa: PLC0415  (only an error needs it)

            raise refusals.outside(label, base, self.elements[base], span)
        return self.inputs[label]

    def all_elements(self, base: str, span: Span) -> None:
        """Make an input of every element of an array that is declared."""
        from gradcli.graph.arrays.lengths import places  # noqa: PLC0415  (few programs declare any)

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
