"""How sums are written: as the program writes them, and otherwise as a textbook would.

Nothing depends on what was met first: of a sum the program decides, or else the sum itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from gradcli.graph.node import INPUT, Node
from gradcli.symbolic.simplify import rationals, terms
from gradcli.symbolic.simplify.order import Order
from gradcli.symbolic.simplify.rationals import Rational
from gradcli.symbolic.simplify.terms import Product, Terms

Key = frozenset[tuple[Product, Rational]]
Signs = frozenset[tuple[Product, bool]]


class Orientation:
    """Which of a sum and its opposite is written, x - y or y - x, and in which order.

    (x - y)/(y - x) is -1 only if both brackets are the same node, with a sign before it.

    Args:
        order: the order of a textbook.

    Attributes:
        steps: inputs that stand for steps of the program, which are functions of its variables.
        is_program: whether what is written now is the program itself.
    """

    def __init__(self, order: Order) -> None:
        self.steps: set[Node] = set()
        self.is_program = False
        self._arguments: dict[tuple[str, frozenset[Node]], tuple[Node, ...]] = {}
        self._order = order
        self._orders: dict[Signs, Sequence[Product]] = {}
        self._factors: dict[Product, Product] = {}
        self._written: set[Key] = set()
        self._signs: dict[Key, int] = {}

    def learn(self, total: Terms, order: Sequence[Product]) -> None:
        """Take note of a sum as the program writes it: of two ways the first is kept."""
        self._orders.setdefault(signs(total), order)
        scale = rationals.content(total.values())
        for sum_ in (total, terms.scaled(total, rationals.quotient(1, scale))):
            if _key(terms.scaled(sum_, -1)) not in self._written:
                self._written.add(_key(sum_))

    def order(self, total: Terms) -> Sequence[Product] | None:
        """The terms of a sum in the order of the program, if that has them."""
        return self._orders.get(signs(total))

    def learn_product(self, product: Product, order: Product) -> None:
        """Take note of a product of variables as the program writes it."""
        self._factors.setdefault(product, order)

    def factors(self, product: Product) -> Product | None:
        """The factors of a product in the order of the program, if that has it."""
        return self._factors.get(product)

    def arguments(self, function: str, args: tuple[Node, ...]) -> tuple[Node, ...]:
        """The arguments of a maximum or a minimum, whose order is that of the program."""
        key = function, frozenset(args)
        if self.is_program:
            self._arguments.setdefault(key, args)
        known = self._arguments.get(key)
        if known is None or len(known) != len(args):
            return tuple(sorted(args, key=self._order.side))
        return known

    def sign(self, total: Terms) -> int:
        """-1 if the opposite of this sum is written instead, as x - y is for y - x."""
        key = _key(total)
        found = self._signs.get(key)
        if found is None:
            found = self._signs[key] = self._sign(key, total)
        return found

    def _sign(self, key: Key, total: Terms) -> int:
        if key in self._written:
            return 1
        if _key(terms.scaled(total, -1)) in self._written:
            return -1
        # x - 1 and x^2 - y^2, but 1 - exp(x).
        is_plain = terms.ONE not in total or all(map(self._is_plain, total))
        first = min(total, key=self._order.term) if is_plain else terms.ONE
        return 1 if total[first] > 0 else -1

    def _is_plain(self, product: Product) -> bool:
        """Whether a product has nothing but variables in it."""
        return all(base.op == INPUT and base not in self.steps for base, _ in product)


def _key(total: Terms) -> Key:
    return frozenset(total.items())


def signs(total: Terms) -> Signs:
    """The terms of a sum, each with whether it is added or taken away."""
    return frozenset((product, coefficient > 0) for product, coefficient in total.items())
