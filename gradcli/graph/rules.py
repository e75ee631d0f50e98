"""The rule table: ``grammars/derivatives.rules``, each formula of it read when it is used."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

from gradcli.errors import ParseError, Span
from gradcli.graph import operations, variadic
from gradcli.graph.build import build
from gradcli.graph.entry import Entry, Facts, Lines, lines, with_spellings
from gradcli.graph.node import Graph, Node
from gradcli.graph.operations import Partial
from gradcli.graph.partial_rule import PartialRule, partial_rule
from gradcli.graph.scope import Quiet
from gradcli.graph.template import Template, template, written
from gradcli.graph.variadic import VARIADIC
from gradcli.syntax import ast
from gradcli.syntax.spelling import at_outer_commas

CONSTANTS = {
    "pi": 3.141592653589793,
    "tau": 6.283185307179586,
    "e": 2.718281828459045,
    "inf": float("inf"),
    "nan": float("nan"),
    "true": 1.0,
    "false": 0.0,
    "deg": 0.017453292519943295,
}
"""Constants by name."""

OF_CIRCLES = frozenset({"pi", "tau"})
"""Constants that stand before brackets as factors, which nobody calls: 2π(r + h)."""

_WORDS = {"inf": "inf", "infinity": "inf", "nan": "nan", "true": "true", "false": "false"}
"""Words for constants, which may be capitals or begin with one."""

SPELLINGS = {
    "π": "pi",
    "τ": "tau",
    "°": "deg",
    "PI": "pi",
    "Pi": "pi",
    "E": "e",
    "NaN": "nan",
    "infinity": "inf",
    **{
        spelled: name
        for word, name in _WORDS.items()
        for spelled in (word.capitalize(), word.upper())
    },
}
"""Other spellings of constants."""


def is_constant(name: str) -> bool:
    """Whether the language has a constant of this name, or of this spelling of it."""
    return SPELLINGS.get(name, name) in CONSTANTS


OPERATORS = frozenset(
    {"add", "sub", "mul", "div", "neg", "id"}
    | {"lt", "le", "gt", "ge", "eq", "ne", "not", "and", "or"}
)
"""Operations that have a sign of their own and cannot be called by name."""


def _read_templates(entry: Entry, text: str) -> tuple[Template, ...]:
    """Formulas of an entry, separated by commas, in its parameters."""
    from gradcli.syntax.parse import parse  # noqa: PLC0415  (`functions` needs no parser)

    scope = RuleScope(entry)
    parameters = [scope.graph.input(name) for name in entry.params]
    formulas = [parse(each).statements[0].value for each in at_outer_commas(text)]
    return tuple(template(scope.graph, parameters, build(each, scope)) for each in formulas)


FALLING = frozenset(("binomial", "permutations"))
"""n!/(n - k)!, divided by k! and not, whose partial by n is a polynomial for a constant k."""


class RuleTable:
    """All functions of the language; cheap to make, for a line is read when it is asked for."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._templates: dict[tuple[str, int, str], tuple[Template, ...]] = {}
        self._partials: dict[tuple[str, int], tuple[PartialRule, ...]] = {}

    def forget(self, entry: Entry) -> None:
        """Forget a line that a program brought along."""
        self._partials.pop((entry.name, len(entry.params)), None)

    def entries(self) -> list[Entry]:
        """Every line in the order of the file, each with its other spellings."""
        return with_spellings(self._lines.entries)

    def names(self) -> list[str]:
        """Every spelling that can be called."""
        return sorted({*self._lines.names, *self._lines.aliases} - OPERATORS)

    def canonical(self, name: str) -> str:
        """The name that a spelling stands for."""
        return self._lines.aliases.get(name, name)

    def spellings(self, name: str) -> list[str]:
        """The other names of a function."""
        return [alias for alias, known in self._lines.aliases.items() if known == name]

    def is_function(self, name: str) -> bool:
        """Whether the name can be called."""
        name = self._lines.aliases.get(name, name)
        return name in self._lines.names and name not in OPERATORS

    def takes_any_number(self, name: str) -> bool:
        """Whether the name is a function of any number of arguments, so of a range as well."""
        name = self.canonical(name)
        return name in self._lines.names and not self._lines.arities(name)

    def arities(self, name: str) -> list[int]:
        """How many arguments the function takes; empty for any number."""
        return self._lines.arities(self.canonical(name))

    def takes(self, name: str, count: int) -> bool:
        """Whether the name is a function of so many arguments."""
        return self.is_function(name) and count in (self.arities(name) or [count])

    def get(self, name: str, arity: int) -> Entry | None:
        """The rule or definition for that many arguments; None of what takes any number."""
        entry = self._lines.get(name, arity)
        return None if entry is None or entry.kind == "variadic" else entry

    def call(self, graph: Graph, function: str, args: tuple[Node, ...]) -> Node | None:
        """The node of a call, definitions put in; None if it takes another number of arguments."""
        name = self._lines.aliases.get(function, function)
        entry = self._lines.get(name, len(args))
        if entry is None or not args:
            return None
        if entry.kind == "variadic":
            return variadic.call(graph, name, args)
        if entry.kind == "definition":
            return self._formulas(entry, entry.text)[0].instantiate(graph, args, written)
        return graph.node(name, args)

    def empty(self, graph: Graph, function: str) -> Node | None:
        """The node of a function over an empty range; None if it has no value there."""
        rule = VARIADIC.get(self.canonical(function))
        return None if rule is None or rule.empty is None else graph.const(rule.empty)

    def partial(self, graph: Graph, node: Node, place: int) -> Node:
        """The local partial of a node by its argument at ``place``, as a node."""
        return operations.made(graph, self.open_partial(graph, node, place))

    def open_partial(self, graph: Graph, node: Node, place: int) -> Partial:
        """The same, where a choice around it is not made into a node."""
        key = node.op, len(node.args)
        rules = self._partials.get(key)
        if rules is None:
            return self._rarer_partial(graph, node, place)
        return rules[place](graph, node.args)

    def open_partials(
        self, graph: Graph, node: Node, wanted: Sequence[int]
    ) -> tuple[Partial | None, ...]:
        """The same by each argument; None where ``wanted`` has no 1 for its place in the graph.

        What is known of the operation is looked up once for all of them.
        """
        args = node.args
        rules = self._partials.get((node.op, len(args)))
        if rules is None:
            return tuple(
                [
                    self._rarer_partial(graph, node, place) if wanted[arg.index] else None
                    for place, arg in enumerate(args)
                ]
            )
        return tuple(
            [
                rule(graph, args) if wanted[arg.index] else None
                for rule, arg in zip(rules, args, strict=True)
            ]
        )

    def _rarer_partial(self, graph: Graph, node: Node, place: int) -> Partial:
        """The same of an operation that is met for the first time, or has no line, or not only."""
        key = node.op, len(node.args)
        entry = self.get(*key)
        if entry is None:
            if type(node.op) is not str:
                from gradcli.graph.roots import partial  # noqa: PLC0415  (few programs have any)

                return partial(graph, node, place)
            rule = VARIADIC[node.op].partial
            if rule is None:
                raise ValueError(f"no rule for {node.op}")
            return rule(graph, node, place)
        rules = tuple(map(partial_rule, self._formulas(entry, entry.text)))
        if node.op not in FALLING:
            self._partials[key] = rules
            return rules[place](graph, node.args)
        from gradcli.graph.falling import polynomial_partial  # noqa: PLC0415  (few programs have any)

        polynomial = polynomial_partial(graph, node, place)
        return rules[place](graph, node.args) if polynomial is None else polynomial

    def may_kink(self, op: str, arity: int) -> bool:
        """Whether there are arguments for which the derivative of an operation is not unique."""
        entry = self.get(op, arity)
        rule = VARIADIC.get(op)
        return bool(entry.kink if entry is not None else rule and rule.kink)

    def kink(self, graph: Graph, node: Node) -> Node | None:
        """The condition under which the node's derivative is not unique, as a node."""
        entry = self.get(node.op, len(node.args))
        if entry is not None:
            return self._condition(entry, entry.kink, graph, node.args)
        rule = VARIADIC[node.op].kink if node.op in VARIADIC else None
        return rule and rule(graph, node)

    def facts(self, op: str, arity: int) -> Facts:
        """What is known of an operation with that many arguments; nothing of an unknown one."""
        return self._lines.facts(op, arity)

    def pole(self, graph: Graph, op: str, args: tuple[Node, ...]) -> Node | None:
        """The condition under which ``op(args)`` is infinite, as a node; None: never."""
        entry = self.get(op, len(args))
        return entry and self._condition(entry, self.facts(op, len(args)).pole, graph, args)

    def domain(self, graph: Graph, op: str, args: tuple[Node, ...]) -> Node | None:
        """The condition under which ``op(args)`` has a value, as a node; None: always."""
        entry = self.get(op, len(args))
        return entry and self._condition(entry, self.facts(op, len(args)).domain, graph, args)

    def computed(self, graph: Graph, op: str, args: tuple[Node, ...]) -> Node | None:
        """The condition under which that value is computed, as a node; None: always."""
        entry = self.get(op, len(args))
        return entry and self._condition(entry, self.facts(op, len(args)).computed, graph, args)

    def textbook(self, op: str, arity: int) -> Template | None:
        """The formula by which a textbook writes an operation, if it has no name for it."""
        entry = self.get(op, arity)
        formula = entry and self.facts(op, arity).textbook
        return self._formulas(entry, formula)[0] if entry and formula else None

    def slope(self, op: str) -> Template | None:
        """The derivative of a function of one argument in its own value; None: nobody writes it."""
        entry = self.get(op, 1)
        written = entry and self.facts(op, 1).slope
        if entry is None or written is None:
            return None
        return self._formulas(entry._replace(params=("y",)), written)[0]

    def textbooks(self) -> frozenset[str]:
        """The operations that a textbook writes by a formula."""
        return self._with("textbook ")

    def sloped(self) -> frozenset[str]:
        """The operations whose derivative people write in their value."""
        return self._with("slope ")

    def _with(self, fact: str) -> frozenset[str]:
        return frozenset(each.name for each in self._lines.entries if fact in each.facts)

    def _formulas(self, entry: Entry, text: str) -> tuple[Template, ...]:
        """Formulas of an entry as templates, each read once."""
        key = entry.name, len(entry.params), text
        found = self._templates.get(key)
        if found is None:
            found = self._templates[key] = _read_templates(entry, text)
        return found

    def _condition(
        self, entry: Entry, text: str | None, graph: Graph, args: tuple[Node, ...]
    ) -> Node | None:
        if text is None:
            return None
        return self._formulas(entry, text)[0].instantiate(graph, args, operations.make)


@cache
def table() -> RuleTable:
    """The table of this installation."""
    return RuleTable(lines())


class RuleScope(Quiet):
    """The scope of a rule: its parameters, the constants, and the functions of the table."""

    most_axes = math.inf  # on its way a rule may need more than what it is of

    def __init__(self, entry: Entry, *, has_arrays: bool = False) -> None:
        self.graph = Graph(has_arrays=has_arrays)
        self.entry = entry

    def name(self, name: ast.Name) -> Node:
        if name.name in self.entry.params:
            return self.graph.input(name.name)
        constant = SPELLINGS.get(name.name, name.name)
        return self.graph.const(CONSTANTS[constant], constant)

    def element(self, base: ast.Name, indices: tuple[int, ...], span: Span) -> Node:
        raise ParseError("rule", f"a rule has no elements: {base.name}{indices}", span=span)

    def call(self, function: str, args: Sequence[Node], call: ast.Call | ast.Comprehension) -> Node:
        node = table().call(self.graph, function, tuple(args))
        if node is None:
            message = f"the rule of {self.entry.name} calls {function}"
            raise ParseError("rule", message, span=call.span)
        return node
