"""The pass over a graph: every node read once as a sum of products, the outputs written back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from gradcli.graph.conditions import LOGIC
from gradcli.graph.domains import is_guard
from gradcli.graph.node import ARRAY, CONST, IDENTITY, INPUT, Graph, Node, behind
from gradcli.graph.operations import make
from gradcli.graph.rules import CONSTANTS, table
from gradcli.graph.shapes import Entries
from gradcli.symbolic.simplify import (
    choices,
    forms,
    functions,
    identities,
    powers,
    rationals,
    terms,
)
from gradcli.symbolic.simplify.algebra import MANY, Algebra
from gradcli.symbolic.simplify.conditions import Conditions
from gradcli.symbolic.simplify.guards import Guards
from gradcli.symbolic.simplify.rationals import Rational
from gradcli.symbolic.simplify.terms import Product, Terms, atom, number
from gradcli.symbolic.simplify.writer import Writer

LONG = 160
"""A node that is used in several places is copied into them up to this length of its text."""

MOST_ORDERED = 12
"""Sums of more terms are not kept in the order of the program."""

MOST_FACTORS = 40
"""Longer products stay in brackets where they are multiplied further."""


class Style(NamedTuple):
    """What the user's own program says of how results are written.

    Attributes:
        functions: the functions that are written, as in a textbook, by means of others, because
            the program does not have them.
        decimals: whether 3/2 is written 1.5.
        names: the names of the program, which hide constants: pi is a number beside a variable pi.
    """

    functions: frozenset[str]
    decimals: bool
    names: frozenset[str]

    @classmethod
    def of(cls, program: Iterable[Node]) -> Style:
        """The style of a program, given by its nodes."""
        own = list(program)
        foreign = table().textbooks() - {node.op for node in own}
        names = frozenset(node.label for node in own if node.label and node.op != CONST)
        decimals = any(map(_is_decimal, own)) or not names.isdisjoint(CONSTANTS)
        return cls(foreign, decimals, names)


class Simplifier:
    """Rewrites the nodes of one graph as nodes of another.

    Nodes are read in topological order and each only once; a node that is used in several places
    and is not short stays one node, so the result has about as many nodes as the original.

    Attributes:
        graph: where the simplified nodes are.
        definitions: sums that are a step of the program, by their nodes.
        writer: makes these nodes.
        algebra: calculates with the sums that nodes are read as.
    """

    def __init__(
        self,
        style: Style,
        names: Mapping[Node, str] | None = None,
        guards: Guards | None = None,
    ) -> None:
        """Prepare for a graph.

        Args:
            style: what the user's program says of how results are written.
            names: nodes that stand for themselves under a name, as inputs do.
            guards: the choices of rules that are left out; None for none.
        """
        self.graph = Graph()
        self.definitions: dict[Node, str] = {}
        self._names = dict(names or {})
        self._guards = guards
        self._foreign = style.functions
        self._hidden = style.names
        self.writer = Writer(self.graph, decimals=style.decimals)
        steps = [name for node, name in self._names.items() if node.args]
        self.writer.orientation.steps.update(map(self.graph.input, steps))
        self.algebra = Algebra(self.writer, forms.best, identities.of_product)
        self._values: dict[Node, Terms] = {}
        self._conditions = Conditions(self.algebra, self._values, self._names, style.names)
        self._orders: dict[Node, tuple[Product, ...]] = {}
        self._factors: dict[Node, Product] = {}

    def read_program(self, output: Node) -> None:
        """Take note of how sums are written in the program, before anything else is read."""
        with self.learning():
            for node in self._named_below(output):
                self.inside(node)
            self.simplify([output])

    @contextmanager
    def learning(self) -> Iterator[None]:
        """What is read is the program: in which order its sums are written is kept."""
        self.writer.orientation.is_program = True
        yield
        self.writer.orientation.is_program = False

    def simplify(self, nodes: Sequence[Node]) -> list[Node]:
        """The nodes, simplified."""
        return [self.algebra.node(total) for total in self.totals(nodes)]

    def totals(self, nodes: Sequence[Node]) -> list[Terms]:
        """The nodes as sums of products."""
        self._read_all(nodes)
        return [self._values[node] for node in nodes]

    def tell(self, node: Node, total: Terms, plain: Node) -> None:
        """Take a sum for a node, whatever that is an operation of.

        Args:
            node: what is to be simplified.
            total: what it is.
            plain: the node itself where it stands in a condition, in which nothing is changed.
        """
        self._values[node] = total
        self._conditions.keep(node, plain)

    def _read_all(self, nodes: Sequence[Node]) -> None:
        order = behind(nodes, self._values, self._names)
        uses = Counter(arg for node in order for arg in node.args)
        uses.update(nodes)
        for node in order:
            self._conditions.read(node)
            self._values[node] = self._read(node, uses)

    def _named_below(self, output: Node) -> list[Node]:
        """The nodes that something is made of and that are written by a name, in order."""
        seen: set[Node] = set()
        waiting = [output] if self._names else []
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                waiting.extend(node.args)
        named = [node for node in self._names if node in seen and node.args]
        return sorted(named, key=lambda node: node.index)

    def inside(self, node: Node) -> Terms:
        """What a named node is."""
        self._read_all(node.args)
        return self._combine(node, Counter(node.args))

    def recognize(self, nodes: Iterable[Node]) -> None:
        """Write these named nodes by their names also where their formula occurs without them."""
        with self.learning():
            for node in nodes:
                total = self.inside(node)
                self.name(total, self.graph.input(self._names[node]))
                if len(total) > 1:
                    self.definitions.setdefault(self.algebra.node(total), self._names[node])

    def name(self, total: Terms, step: Node) -> None:
        """Write a node for what a step of the program is, if that is one product."""
        if len(total) == 1:
            self._name(*terms.single(total), step)

    def _name(self, product: Product, scale: Rational, step: Node) -> None:
        """Remember that a product is a step of the program."""
        algebra = self.algebra
        if not product or _has_symbols(product):
            return
        base, exponent = product[0]
        if len(product) == 1 and isinstance(exponent, int) and abs(exponent) > 1:
            algebra.powers[step] = base, exponent, scale
        if scale != 1:
            return
        if len(product) > 1:
            self._keep_product(product, step)
        elif base.args and exponent in (1, -1):
            algebra.aliases[base] = step, int(exponent == 1) or -1
            if exponent == -1:
                self._name_complement(self.writer.form(base), step)
            else:
                self._name_slope(base, step)

    def _name_complement(self, below: Terms, step: Node) -> None:
        """Where a step s is 1/(1 + u), u*s is 1 - s, as exp(-x)*s is for a logistic function."""
        (product, scale), *others = (item for item in below.items() if item[0] != terms.ONE)
        if others or below.get(terms.ONE) != 1 or scale != 1 or _has_symbols(product):
            return
        factors = terms.multiply(product, ((step, 1),))
        complement = self.writer.write({terms.ONE: 1, ((step, 1),): -1})
        self._keep_product(factors, complement)

    def _name_slope(self, base: Node, step: Node) -> None:
        """Where a step t is tanh(u), sech(u)^2 is 1 - t^2, if people write slopes in values."""
        is_sloped = len(base.args) == 1 and base.op in table().sloped()
        written = table().slope(base.op) if is_sloped else None
        if written is None:
            return
        slope = written.instantiate(self.graph, (step,), make)
        total, known = self.totals([table().partial(self.graph, base, 0), slope])
        if len(total) == 1 and not _has_symbols(terms.single(total)[0]):
            product, scale = terms.single(total)
            if scale == 1 and all(factor not in {base, step} for factor, _ in product):
                self._keep_product(product, self.algebra.node(known))

    def _keep_product(self, product: Product, node: Node) -> None:
        """Remember what a product is, by the factor that few others are kept by."""
        products = self.algebra.products
        rarest = min((base for base, _ in product), key=lambda base: len(products.get(base, ())))
        products.setdefault(rarest, []).append((product, node))

    def _read(self, node: Node, uses: Counter[Node]) -> Terms:
        if node in self._names:
            return atom(self._conditions.named(node))
        if node.op == INPUT:
            return atom(self.graph.input(node.name))
        if node.op == CONST:
            return self._constant(node)
        if node.op in LOGIC:
            return _condition_as_number(self._conditions.copy(node))
        total = self._combine(node, uses)
        if node.op == "mul" and len(total) == 1 and self.writer.orientation.is_program:
            self._keep_factors(node, total)
        if len(total) > 1 or (total and terms.single(total)[0]):
            return self._bounded(total, shared=uses[node] > 1)
        return total

    def _constant(self, node: Node) -> Terms:
        label = None if node.label in self._hidden else node.label
        value = None if label else rationals.literal(node.value)
        return atom(self.graph.const(node.value, label)) if value is None else number(value)

    def _combine(self, node: Node, uses: Counter[Node]) -> Terms:
        op, algebra = node.op, self.algebra
        if op in {"add", "sub"}:
            return self._sum(node, uses)
        args = [self._values[arg] for arg in node.args]
        match op:
            case "mul":
                return algebra.multiply(*args)
            case "div":
                return algebra.multiply(args[0], powers.power(algebra, args[1], number(-1)))
            case "pow":
                return powers.power(algebra, *args)
            case "neg":
                return self._scaled(args[0], -1)
            case "where" if self._guards is not None and self._guards.leaves_out(node):
                return dict(args[1])
            case "where":
                return self._choice(node, *args[1:])
        if op == IDENTITY:
            return dict(args[0])
        if op in self._foreign:
            return functions.textbook(algebra, op, args)
        return functions.apply(algebra, op, args)

    def _choice(self, node: Node, then: Terms, otherwise: Terms) -> Terms:
        """A choice, without the conditions that people understand."""
        rest = None if self._guards is None else self._guards.rest(node)
        if rest is None:
            test = self._conditions.test(node.args[0], is_guard=is_guard(node))
            return choices.where(self.algebra, test, then, otherwise)
        for condition in reversed(rest):
            test = self._conditions.test(condition, is_guard=False)
            then = choices.where(self.algebra, test, then, otherwise)
        return then

    def _sum(self, node: Node, uses: Counter[Node]) -> Terms:
        """A ± b; a long sum that nothing else uses is added to in place."""
        first, second = node.args
        sign = 1 if node.op == "add" else -1
        a, b = self._values[first], self._values[second]
        if len(b) > len(a) and sign == 1:
            first, a, b = second, b, a
        if len(b) > MANY:
            b = self._scaled(b, sign)
            sign = 1
        if len(a) > MANY and uses[first] == 1 and first is not second:
            del self._values[first]
        else:
            a = dict(a)
        total = self.algebra.add(a, b, sign)
        if self.writer.orientation.is_program and len(total) <= MOST_ORDERED:
            self._keep_order(node, total)
        return total

    def _keep_order(self, node: Node, total: Terms) -> None:
        """Remember in which order a sum of a few terms is written."""
        order: tuple[Product, ...] = ()
        for arg in node.args:
            value = self._values[arg]
            if arg not in self._orders and len(value) != 1:
                return
            order += self._orders.get(arg) or tuple(value)
        if len(order) == len(total) and {*order} == {*total}:
            self._orders[node] = order
            self.writer.orientation.learn(total, order)

    def _keep_factors(self, node: Node, total: Terms) -> None:
        """Remember in which order a product of variables is written, as ω*t."""
        order: Product = ()
        for arg in node.args:
            if len(self._values[arg]) != 1:
                return
            factors = self._factors.get(arg) or terms.single(self._values[arg])[0]
            if len(factors) > 1 and arg not in self._factors:
                return
            order += factors
        (product,) = total
        arrays = self.writer.order.arrays  # behind numbers, wherever the program has them
        is_plain = all(
            base.op == INPUT and base not in arrays and exponent == 1 for base, exponent in order
        )
        if is_plain and len(order) == len(product) <= MOST_ORDERED:
            self._factors[node] = order
            self.writer.orientation.learn_product(product, order)

    def _scaled(self, total: Terms, factor: Rational) -> Terms:
        if len(total) > MANY:
            total = self._opaque(total)
        return terms.scaled(total, factor)

    def _bounded(self, total: Terms, *, shared: bool) -> Terms:
        """The sum itself or, if it is too long to be copied, the node that stands for it."""
        if len(total) == 1:
            ((product, _),) = total.items()
            if len(product) > MOST_FACTORS:
                return self._opaque(total)
        if shared and len(total) > MANY:
            return self._opaque(total)
        if shared:
            settled = self.algebra.best_form(total)
            if settled and self.writer.length(self.writer.write(settled)) > LONG:
                return self._opaque(settled)
        return total

    def _opaque(self, total: Terms) -> Terms:
        """A sum as one factor."""
        scale: Rational = 1
        if len(total) == 1:
            ((product, scale),) = total.items()
            total = {product: 1}
        node = self.algebra.node(total)
        if not node.args:
            return terms.scaled(total, scale)
        self.algebra.opaque.add(node)
        return {((node, 1),): scale}


def _has_symbols(product: Product) -> bool:
    return any(isinstance(exponent, tuple) for _, exponent in product)


def _condition_as_number(node: Node) -> Terms:
    return number(int(node.value)) if node.op == CONST else atom(node)


def _is_decimal(node: Node) -> bool:
    """Whether a number, or one in a list of them, is no whole one."""
    if node.op == ARRAY:
        (listed,) = node.params
        return isinstance(listed, Entries) and any(each % 1 != 0 for each in listed.numbers())
    return node.op == CONST and node.label is None and node.value % 1 != 0


def simplify(
    nodes: Sequence[Node], program: Collection[Node], guards: Guards | None = None
) -> list[Node]:
    """Simplify nodes of a graph for people to read.

    Args:
        nodes: what to simplify.
        program: the nodes that the user wrote, which decide on the style.
        guards: the choices of rules that are left out; None for none.

    Returns:
        nodes of another graph, with the same value wherever the originals are defined.
    """
    return Simplifier(Style.of(program), guards=guards).simplify(nodes)
