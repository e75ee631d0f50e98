"""A program in another form: what a line of the table makes of a node, put in where it stood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice
from typing import NamedTuple

from gradcli.graph import operations
from gradcli.graph.node import CONST, Graph, Node
from gradcli.graph.shapes import SCALAR, Params
from gradcli.graph.template import Template
from gradcli.graph.variadic import chained
from gradcli.rewriting.forms import ONE, PRODUCT, SUM, Forms, Power, Term
from gradcli.rewriting.matching import EVERY, Found, Matcher
from gradcli.rewriting.table import Rewriting, Table, table

MOST_PLACES = 8
"""So many ways to put one line on one node are looked at."""

_SUMMED = {"logsumexp": "logsumexp_to", "norm": "norm_to", EVERY: "sum_to"}
"""What takes any number of arguments, and the same of the entries of an array."""


class Rewritten(NamedTuple):
    """A node in another form.

    Attributes:
        node: the node.
        made: what it becomes.
        holds: the condition under which both are equal; None: wherever both are defined.
        line: the line of the table.
        letters: what its letters stand for; empty where something is beside it, or several are one.
    """

    node: Node
    made: Node
    holds: Node | None
    line: Rewriting
    letters: Mapping[str, Node] = {}


class Rewriter:
    """Puts the lines of the table on the nodes of a program.

    Attributes:
        graph: where the nodes are that are made: a draft of the program's graph.

    Args:
        graph: that of the program.
        nodes: the nodes that may be rewritten, with all that they are made of, in order.
    """

    def __init__(self, graph: Graph, nodes: Sequence[Node]) -> None:
        self.graph = graph.draft()
        self._forms = Forms()
        self._forms.read(nodes)
        self._operations = {node.op for node in nodes}
        self._table: Table = table(self._operations)
        self._matcher = Matcher(self._table.forms, self._forms)

    def known(self, node: Node) -> bool:
        """Whether a node is one of those that may be rewritten."""
        return self._forms.known(node)

    def forms_of(self, node: Node) -> Iterator[Rewritten]:
        """The other forms of a node, those of earlier lines first."""
        if not self.known(node):
            self._learn(node)
        term = self._forms.term(node)
        if not term.number:
            return
        for line in self._table.rewritings:
            if not self._may_fit(line, term):
                continue
            for found in islice(self._matcher.places(line.before, term), MOST_PLACES):
                try:
                    yield self._rewritten(node, line, found)
                except OverflowError:
                    continue  # a number in it is too large to be written

    def _learn(self, node: Node) -> None:
        """Read a node that was made here, and the lines that its operations may fit."""
        order = self.graph.ancestors([node])
        self._forms.read(order)
        more = {each.op for each in order} - self._operations
        if more:
            self._operations |= more
            self._table = table(self._operations)

    def _may_fit(self, line: Rewriting, term: Term) -> bool:
        """Whether a form is of the kind of a pattern."""
        wanted, own = self._table.forms[line.before.form].kind, self._forms[term.form].kind
        return wanted == own or (own == PRODUCT and wanted not in {SUM, ONE})

    def with_put_in(self, output: Node, made: Mapping[Node, Node]) -> Node:
        """A node with other nodes in the place of some that it is made of."""
        return with_put_in(self.graph, output, made)

    # --- What a line makes ----------------------------------------------------------------------

    def _rewritten(self, node: Node, line: Rewriting, found: Found) -> Rewritten:
        values = [tuple(map(self._node, found.bound.get(each, ()))) for each in line.letters]
        made = self._instance(line.after, values, found.params)
        holds = line.holds and self._instance(line.holds, values, found.params)
        factors = [self._power(power) for power in found.powers]
        made = self._product([made, *factors], found.factor)
        for rest in found.terms:
            made = self._make("add", (made, self._node(rest)))
        letters: dict[str, Node] = {}
        if found.factor == 1 and not (found.powers or found.terms):
            one = dict(zip(line.names, values, strict=True))
            letters = {name: each[0] for name, each in one.items() if len(each) == 1}
        return Rewritten(node, made, holds, line, letters)

    def _instance(
        self, formula: Template, letters: Sequence[tuple[Node, ...]], params: Params
    ) -> Node:
        """A formula of the table with nodes for its letters."""
        slots: list[tuple[Node, ...]] = list(letters)
        for op, places, value, label, own in formula.operations:
            if op == CONST:
                slots.append((self.graph.const(value, label),))
                continue
            if op in _SUMMED:
                args = tuple(arg for place in places for arg in slots[place])
                slots.append((self._summed(op, args, params),))
                continue
            groups = [slots[place] for place in places]
            count = max(map(len, groups))
            rows = zip(
                *(group * count if len(group) == 1 else group for group in groups), strict=True
            )
            slots.append(tuple(self._make(op, row, own) for row in rows))
        (made,) = slots[formula.output]
        return made

    def _summed(self, op: str, args: tuple[Node, ...], params: Params) -> Node:
        """What takes all values of a letter, or all entries of the array that it stands for."""
        if params:
            form = params if params != ("all",) else (SCALAR,)
            return self.graph.node(_SUMMED[op], args, form)
        return chained(self.graph, "add", args) if op == EVERY else self._make(op, args)

    def _make(self, op: str, args: tuple[Node, ...], params: Params = ()) -> Node:
        """An operation, in which the terms of a sum cancel that do: (x + 1) - x is 1."""
        if op == "neg":
            self._forms.read(self.graph.ancestors(args))
            term = self._forms.term(args[0])
            if term.number < 0:
                return self._node(Forms.scaled(term, Fraction(-1)))
        if op in {"add", "sub"}:
            self._forms.read(self.graph.ancestors(args))
            first, second = (self._forms.term(arg) for arg in args)
            sign = Fraction(1 if op == "add" else -1)
            terms = [
                *self._forms.summands(first),
                *self._forms.summands(Forms.scaled(second, sign)),
            ]
            total = self._forms.sum(terms, cancel=True)
            if len(self._forms.summands(total)) < len(terms):
                return self._node(total)
        return operations.make(self.graph, op, args, params)

    # --- From forms to nodes --------------------------------------------------------------------

    def _node(self, term: Term) -> Node:
        """The node of a term: one that was read, or a new one."""
        known = self._forms.nodes.get(term)
        if known is not None:
            return known
        form = self._forms[term.form]
        opposite = self._forms.nodes.get(Forms.scaled(term, Fraction(-1)))
        # w*x is written anew where the program has -w*x.
        if opposite is not None and (form.kind != PRODUCT or term.number < 0):
            return operations.negative(self.graph, opposite)
        if form.kind == ONE:
            return self._number(term.number)
        if form.kind == SUM:
            # One that is there is multiplied as it is: its terms may be sums, and so on.
            there = self._forms.there.get(term.form)
            if there is None:
                return self._sum(term)
            return self._product([self._forms.nodes[there]], term.number / there.number)
        return self._product([self._whole(term.form)], term.number)

    def _whole(self, place: int) -> Node:
        """The node of a form itself."""
        known = self._forms.nodes.get(Term(Fraction(1), place))
        if known is not None:
            return known
        form = self._forms[place]
        if form.kind == PRODUCT:
            return self._product(map(self._power, self._forms.factors(place)), Fraction(1))
        if form.kind == SUM:
            return self._sum(Term(Fraction(1), place))
        args = tuple(map(self._node, self._forms.terms_of(place)))
        return operations.make(self.graph, form.kind, args, form.params)

    def _sum(self, term: Term) -> Node:
        one = self._forms.one
        summands = [Forms.scaled(each, term.number) for each in self._forms.terms_of(term.form)]
        terms = sorted(summands, key=lambda each: (each.number < 0, each.form == one))
        node = self._node(terms[0])
        for each in terms[1:]:
            op, number = ("add", each.number) if each.number > 0 else ("sub", -each.number)
            node = operations.make(self.graph, op, (node, self._node(Term(number, each.form))))
        return node

    def _power(self, power: Power) -> Node:
        base = self._whole(power.form)
        exponent = power.exponent
        if exponent == -1:
            return operations.make(self.graph, "div", (self.graph.const(1.0), base))
        return operations.make(self.graph, "pow", (base, self._number(exponent)))

    def _product(self, factors: Sequence[Node] | Iterator[Node], number: Fraction) -> Node:
        """A product with a number before it; a fraction is written below."""
        product: Node | None = None
        for factor in factors:
            made = product is not None and operations.make(self.graph, "mul", (product, factor))
            product = made or factor
        if product is None:
            return self._number(number)
        if abs(number.numerator) != 1:
            above = self.graph.const(float(number.numerator))
            product = operations.make(self.graph, "mul", (above, product))
        elif number < 0:
            product = operations.negative(self.graph, product)
        if number.denominator != 1:
            below = self.graph.const(float(number.denominator))
            product = operations.make(self.graph, "div", (product, below))
        return product

    def _number(self, number: Fraction) -> Node:
        value = float(number)
        if value == number:
            return self.graph.const(value)
        parts = (
            self.graph.const(float(number.numerator)),
            self.graph.const(float(number.denominator)),
        )
        return self.graph.node("div", parts)


def with_put_in(graph: Graph, output: Node, made: Mapping[Node, Node]) -> Node:
    """A node with other nodes in the place of some that it is made of.

    Args:
        graph: where all of them are, and what is made.
        output: the node.
        made: what stands in the place of each.
    """
    found = dict(made)
    for node in graph.ancestors([output]):
        if node not in found and any(arg in found for arg in node.args):
            args = tuple(found.get(arg, arg) for arg in node.args)
            found[node] = graph.node(node.op, args, node.params)
    return found.get(output, output)
