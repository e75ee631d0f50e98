"""Sums of products to nodes, written as a person would: -x/y^2, cos(x) - x*sin(x), 3*sqrt(x)/2."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from gradcli.graph.domains import is_defined_everywhere
from gradcli.graph.node import CONST, INPUT, Graph, Node
from gradcli.symbolic.simplify import rationals, terms
from gradcli.symbolic.simplify.order import SUMS, Order, is_below
from gradcli.symbolic.simplify.orientation import Orientation
from gradcli.symbolic.simplify.rationals import Rational
from gradcli.symbolic.simplify.signs import UNKNOWN, Sign, sign_of
from gradcli.symbolic.simplify.terms import Exponent, Product, Terms
from gradcli.syntax.text import number

FRACTION = 3
"""How many characters a fraction bar counts for, beside itself."""

ENDLESS = 1 << 40
"""The length of anything longer: trees of graphs with much sharing are of astronomic size."""

FARTHEST = Fraction(10) ** 300
"""Beyond the range of floats, numbers are written as multiples of this."""

_HALF = Fraction(1, 2)
_TIGHT = frozenset(("mul", "div", "pow", "neg"))
_SIGN_LENGTHS = {"add": 3, "sub": 3, "mul": 1, "div": 1 + FRACTION, "pow": 1, "neg": 1}


class Writer:
    """Makes the nodes of a graph from sums of products.

    Attributes:
        graph: where the nodes are made.
        order: what the order of terms and factors depends on.
        orientation: which of a sum and its opposite is written, and in which order.
        forms: for each node written here, the sum it stands for.
        signs: what is known of the signs of nodes.
        defined: nodes that have a value for all real inputs.
        undefined: inputs that stand for what has none for some.
        decimals: whether 3/2 is written 1.5, because the user's program has such numbers.
    """

    def __init__(self, graph: Graph, *, decimals: bool = False) -> None:
        self.graph = graph
        self.order = Order()
        self.orientation = Orientation(self.order)
        self.forms: dict[Node, Terms] = {}
        self.signs: dict[Node, Sign] = {}
        self.defined: set[Node] = set()
        self.undefined: set[Node] = set()
        self.decimals = decimals
        self._written: dict[frozenset[tuple[Product, Rational]], Node] = {}

    def form(self, node: Node) -> Terms:
        """The sum that a node stands for."""
        found = self.forms.get(node)
        return terms.atom(node) if found is None else found

    def make(self, op: str, *args: Node) -> Node:
        """An operation, exactly as asked for."""
        node = self.graph.node(op, args)
        if node not in self.order.lengths:
            self.order.keep(node, self._length(node))
            sign = sign_of(node, self.sign)
            if sign is not UNKNOWN:
                self.signs[node] = sign
            if is_defined_everywhere(node, self.is_defined):
                self.defined.add(node)
        return node

    def sign(self, node: Node) -> Sign:
        """What is known of the sign of a node wherever it is defined."""
        return sign_of(node, self.sign) if node.is_const else self.signs.get(node, UNKNOWN)

    def is_defined(self, node: Node) -> bool:
        """Whether a node is known to have a value for all real inputs."""
        if node.args:
            return node in self.defined
        return node not in self.undefined and (node.op == INPUT or math.isfinite(node.value))

    def length(self, node: Node) -> int:
        """About how many characters the text of a node has; a fraction counts for more."""
        if node.op == INPUT:
            return len(node.name)
        if node.op == CONST:
            return len(node.label or number(node.value))
        return self.order.lengths[node]

    def write(self, total: Terms) -> Node:
        """The node of a sum."""
        key = frozenset(total.items())
        found = self._written.get(key)
        if found is None:
            found = self._written[key] = self._write(total)
            self.forms.setdefault(found, dict(total))
            if found.op in SUMS:
                self.order.degrees[found] = max(map(self.order.degree, total))
        return found

    def exponent(self, value: Exponent) -> Node:
        """The node of an exponent."""
        if isinstance(value, tuple):
            return self.write(dict(value))
        return self.number(value)

    def number(self, value: Rational) -> Node:
        """A number: one literal, a short fraction, or a product where no literal is far enough."""
        top, bottom, powers_of_ten = self._parts(value)
        node = self._joined([top, *powers_of_ten])
        return node if bottom is None else self.make("div", node, bottom)

    def _parts(self, value: Rational) -> tuple[Node, Node | None, list[Node]]:
        """What of a number is above and below a bar, and powers of ten beyond all floats."""
        const = self.graph.const
        power = FARTHEST if rationals.size(value) > 1 else 1 / FARTHEST
        powers_of_ten: list[Node] = []
        while rationals.nearest(value) is None:
            value = rationals.quotient(value, power)
            powers_of_ten.append(const(float(power)))
        value = rationals.written(value)
        exact = rationals.decimal(value)
        if exact is None or not (
            isinstance(value, int) or self.decimals or not rationals.is_brief(value)
        ):
            return const(float(value.numerator)), const(float(value.denominator)), powers_of_ten
        return const(exact), None, powers_of_ten

    def _write(self, total: Terms) -> Node:
        value = terms.as_number(total)
        if value is not None:
            return self.number(value)
        first, *rest = self._sorted(total)
        node = self._product(*first)
        for factors, coefficient in rest:
            op = "sub" if coefficient < 0 else "add"
            node = self.make(op, node, self._product(factors, rationals.size(coefficient)))
        return node

    def _sorted(self, total: Terms) -> list[tuple[Product, Rational]]:
        """The terms as the program has them, else in falling order; no minus at the beginning."""
        known = self.orientation.order(total)
        if known is not None and total[known[0]] > 0:
            return [(product, total[product]) for product in known]
        ordered = sorted(total.items(), key=lambda item: self.order.term(item[0]))
        if ordered[0][1] > 0:
            return ordered
        if ordered[-1][1] > 0 and (len(ordered) == 2 or len(_bases(total)) == 1):
            return ordered[::-1]  # 1 + x - x^2, but z - x*y - x*z
        for place, (_, coefficient) in enumerate(ordered):
            if coefficient > 0:
                return [ordered.pop(place), *ordered]
        return ordered

    def _product(self, factors: Product, coefficient: Rational) -> Node:
        """A term: sign and number first, what has a negative exponent below the bar."""
        if not factors:
            return self.number(coefficient)
        ordered = self.orientation.factors(factors) or sorted(
            factors, key=lambda item: self.order.factor(*item)
        )
        flipped = self._flipped(ordered) if coefficient < 0 else None
        above: list[Node] = []
        below: list[Node] = []
        for base, exponent in ordered:
            if base is flipped:
                coefficient = -coefficient
                factor = self.write(terms.scaled(self.form(base), -1))
            else:
                factor = base
            if is_below(factor, exponent):
                self._append(below, factor, terms.by(exponent, -1))
            else:
                self._append(above, factor, exponent)
        self._join_roots(above, below)
        return self._fraction(coefficient, above, below)

    def _append(self, row: list[Node], base: Node, exponent: Exponent) -> None:
        """Put a power at the end of a product; roots of numbers go together, as in sqrt(2*pi)."""
        power = self._power(base, exponent)
        if base.op == CONST and power.op == "sqrt" and row and row[-1].op == "sqrt":
            inner = sorted((row.pop().args[0], base), key=lambda node: node.label is not None)
            product = [each.value for each in inner if each.is_const and each.label is None]
            if len(product) == 2 and max(product) < rationals.LONGEST_FACTORED:
                inner = [self.graph.const(product[0] * product[1])]
            power = self.make("sqrt", self._joined(inner))
        row.append(power)

    def _join_roots(self, above: list[Node], below: list[Node]) -> None:
        """Write a root of a number over another one as one root, sqrt(2/pi), in its place."""
        top, bottom = (next(filter(_is_root_of_number, row), None) for row in (above, below))
        if top is None or bottom is None:
            return
        inner = top.args[0], bottom.args[0]
        if inner[1].is_const and not inner[1].value:
            return
        if any(each.op != CONST or each.label is not None for each in inner):
            quotient = self.make("div", *inner)
        else:
            quotient = self.number(Fraction(inner[0].value) / Fraction(inner[1].value))
        above[above.index(top)] = self.make("sqrt", quotient)
        below.remove(bottom)

    def _flipped(self, factors: Sequence[tuple[Node, Exponent]]) -> Node | None:
        """The bracket that takes in a minus: -(x - y) is y - x."""
        for base, exponent in factors:
            if base.op in SUMS and exponent in (1, -1):
                coefficients = self.form(base).values()
                if any(c < 0 for c in coefficients) and any(c > 0 for c in coefficients):
                    return base
        return None

    def _fraction(self, coefficient: Rational, above: list[Node], below: list[Node]) -> Node:
        size = rationals.written(rationals.size(coefficient))
        # Also among decimals it is 1/(2*sqrt(x)) rather than 0.5/sqrt(x).
        top, bottom, powers_of_ten = self._parts(size)
        if size == _HALF and below and not above:
            top, bottom = self.graph.const(1.0), self.graph.const(2.0)
        if bottom is not None:
            below.insert(0, bottom)
        if not above or top.value != 1:
            above.insert(0, top)
        # Last: what is between them may be large where a power of ten is small.
        above.extend(powers_of_ten)
        if coefficient < 0:
            above[0] = self._negative(above[0])
        node = self._joined(above)
        return self.make("div", node, self._joined(below)) if below else node

    def _negative(self, node: Node) -> Node:
        if node.is_const and node.label is None:
            return self.graph.const(-node.value)
        return self.make("neg", node)

    def _joined(self, factors: Sequence[Node]) -> Node:
        node = factors[0]
        for factor in factors[1:]:
            node = self.make("mul", node, factor)
        return node

    def _power(self, base: Node, exponent: Exponent) -> Node:
        if base.op == "exp" and not isinstance(exponent, tuple):
            return self.make("exp", self.write(terms.scaled(self.form(base.args[0]), exponent)))
        exponent = exponent if isinstance(exponent, tuple) else rationals.written(exponent)
        if exponent == 1:
            return base
        if exponent == _HALF:
            return self.make("sqrt", base)
        return self.make("pow", base, self.exponent(exponent))

    def _length(self, node: Node) -> int:
        op = node.op
        total = _SIGN_LENGTHS.get(op, len(op) + 2)
        for place, arg in enumerate(node.args):
            total += self.length(arg)
            if op in _TIGHT and (arg.op in SUMS or (place and arg.op in {"mul", "div"})):
                total += 2 + FRACTION * (arg in self.order.with_bars)
        return min(total, ENDLESS)


def _is_root_of_number(node: Node) -> bool:
    return node.op == "sqrt" and _is_number(node.args[0])


def _is_number(node: Node) -> bool:
    # From the right: what is multiplied with an input ends with that.
    return node.is_const or (node.op == "mul" and all(map(_is_number, reversed(node.args))))


def _bases(total: Terms) -> set[Node]:
    return {base for product in total for base, _ in product}
