"""Products of matrices and vectors, each one factor of the scalar simplifier.

An array is a sum of products as numbers are: what the scalar simplifier says of numbers holds
entry by entry. A number in it stands at every entry, and a vector in a matrix in every row, as
NumPy stretches them; a row has the sum of its column. A chain is one base there; this file knows
which, and what chains come to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from gradcli.graph import operations
from gradcli.graph.arrays.rearranging import sum_of_units
from gradcli.graph.node import Graph, Node
from gradcli.graph.shapes import SCALAR, Form, Letter
from gradcli.symbolic.matrix import links
from gradcli.symbolic.matrix.bases import Bases
from gradcli.symbolic.matrix.build import Builder
from gradcli.symbolic.matrix.entries import LISTED, Entries, line_of, only_entry
from gradcli.symbolic.matrix.gathering import Group, largest_group, together
from gradcli.symbolic.matrix.links import Chain, Link
from gradcli.symbolic.simplify import terms
from gradcli.symbolic.simplify.simplifier import Simplifier
from gradcli.symbolic.simplify.terms import Product, Terms, number

_AT_PLACES = frozenset(["put", "place", "onehot"])
"""What has entries at some places alone."""

MOST_LINKS = 40
"""A longer product stays as it is where it is multiplied further."""


FEW = 3
"""Brackets with fewer terms are multiplied out where something is copied in them."""


class Products:
    """Chains as bases of the scalar simplifier, and bases as nodes.

    Args:
        graph: where nodes are made, with their forms.
        scalar: the simplifier of what is done entry by entry.
        builder: makes the nodes of chains.
        symmetric: the names of matrices that are their own transposes.

    Attributes:
        bases: what stands for chains and other nodes in the scalar simplifier.
        entries: single entries of arrays.
        sources: what the scalar simplifier has made, by the node that is a link of chains.
        diagonals: the vectors of diagonal matrices.
        is_learning: whether the program itself is read, whose a' @ x is not turned to x' @ a.
    """

    def __init__(
        self, graph: Graph, scalar: Simplifier, builder: Builder, symmetric: Collection[str] = ()
    ) -> None:
        self.graph = graph
        self.scalar = scalar
        self.builder = builder
        self.bases = Bases(graph, scalar, builder)
        self.entries = Entries(self.bases, scalar, builder)
        self.sources: dict[Node, Node] = {}
        self.diagonals: dict[Node, Chain] = {}
        self._symmetric = frozenset(symmetric)
        self._known: dict[Chain, Node] = {}
        self._own_transposes: dict[Node, bool] = {}
        self._numbers: dict[Chain, Chain] = {}
        self.is_learning = False
        self._is_written = False

    # --- Chains as sums -------------------------------------------------------------------------

    def atom(self, chain: Chain) -> Terms:
        """A chain that is an array, as a sum of one product; of a row that of its column."""
        chain = links.column(chain) if len(links.form(chain).shape) == 1 else chain
        if all(map(links.is_ones, chain)):
            return number(1)
        if len(chain) > 1 and links.is_ones(chain[0]) and chain[1].is_row:
            return self.atom(chain[1:])  # the same in every row
        link = chain[0]
        if len(chain) == 1 and not link.inverse and link.node in self.sources:
            total = self.scalar.writer.form(self.sources[link.node])
            if link.turned and len(total) > 1:
                return self._turned(total, link.node.form)
            if not link.turned:
                return dict(total) if len(total) == 1 else terms.atom(self.sources[link.node])
        if chain not in self._known:
            base = self._known[chain] = self.bases.base(self.builder.node(chain))
            self.bases.chains[base] = chain
        return terms.atom(self._known[chain])

    def _turned(self, total: Terms, form: Form) -> Terms:
        """The transpose of a sum of matrices, term by term: (A - B)' is A' - B'."""
        found: Terms = {}
        for product, scale in total.items():
            factor, chain = self.factor({product: scale}, form)
            each = self.times(factor, self.product(links.flipped(chain)))
            found = self.scalar.algebra.add(found, each)
        return found

    def number(self, chain: Chain) -> Terms:
        """A chain that is a number."""
        if len(chain) == 2 and all(map(links.is_ones, chain)):
            return self.count(chain[0].length)
        for rule in (self._with_entry, self._split, self._of_places, self._with_unit):
            found = rule(chain)
            if found is not None:
                return found
        key = links.smallest(chain)
        if self._is_written and links.is_as_plain(chain, key):
            self._numbers.setdefault(key, chain)
        chain = self._numbers.get(key, key)
        base = self.bases.base(self.builder.node(chain))
        self.bases.numbers[base] = chain
        return terms.atom(base)

    def count(self, length: int) -> Terms:
        """A length as a number, by its letters where nothing gives these a number."""
        if not isinstance(length, Letter):
            return number(length)
        letters = [self.scalar.graph.const(float(each), name) for name, each in length.letters]
        total = number(length.rest)
        for letter in letters:
            total = self.times(total, terms.atom(letter))
        return total

    def _with_entry(self, chain: Chain) -> Terms | None:
        """The sum over all entries of a product in which a factor has a single one."""
        link, product = self._summed_product(chain)
        unit = self._unit_in(product)
        if unit is None:
            return None
        rest = terms.multiply(product, ((unit, -1),))
        other = self.bases.node(self.scalar.writer.write({rest: 1}))
        if other.form != link.node.form:
            return None
        return self.entries.with_unit(self.bases.node(unit), other, {rest: 1})

    def _unit_in(self, product: Product) -> Node | None:
        """The factor of a product that has a single entry; None where there is none."""
        for base, exponent in product:
            if exponent == 1 and only_entry(self.graph, self.bases.node(base)) is not None:
                return base
        return None

    def _split(self, chain: Chain) -> Terms | None:
        """The sum over all entries of products of two vectors, x' @ y, or of two matrices."""
        link, product = self._summed_product(chain)
        if [exponent for _, exponent in product] not in ([1, 1], [2]):
            return None
        first, second = (self._chain_of(each[0]) for each in (product[0], product[-1]))
        if links.form(first) != links.form(second):
            return None
        if link.rank == 1:
            return self.product((*links.flipped(links.column(first)), *links.column(second)))
        both = (*first, *second)
        is_plain = not any(each.turned or each.inverse or each.node.op == "eye" for each in both)
        if is_plain and not links.is_outer(first) and not links.is_outer(second):
            return None  # sum(A*B)
        return self.trace((*links.flipped(first), *second))

    def _summed_product(self, chain: Chain) -> tuple[Link, Product]:
        """What a chain sums the entries of where that is a product, and the factors of it.

        There are none in any other chain.
        """
        link = _summed(chain)
        source = None if link is None else self.sources.get(link.node)
        if link is None or source is None:
            return chain[0], terms.ONE
        total = self.scalar.writer.form(source)
        product, scale = terms.single(total) if len(total) == 1 else (terms.ONE, 0)
        return link, product if scale == 1 else terms.ONE

    def _of_places(self, chain: Chain) -> Terms | None:
        """The sum over all entries of what has entries at some places alone."""
        link = _summed(chain)
        if link is None or link.node.op not in _AT_PLACES:
            return None
        entries = link.node.args[0]
        if link.node.op == "onehot":
            return self.scalar.totals([self.graph.count(entries.form.size)])[0]
        if len(entries.shape) > 2:
            return None
        return (
            self.summed((Link(entries),), SCALAR) if entries.shape else self.entries.made(entries)
        )

    def _with_unit(self, chain: Chain) -> Terms | None:
        """The product of a row and a column of which one has a single entry."""
        if len(chain) != 2:
            return None
        for unit, other in (chain, chain[::-1]):
            total = self.atom((other,))
            found = self.entries.with_unit(unit.node, other.node, total)
            if found is not None:
                return found
        return None

    def _chain_of(self, base: Node) -> Chain:
        found = self.bases.chains.get(base)
        if found is not None:
            return found
        node = self.bases.node(base)
        self.sources.setdefault(node, base)
        return (Link(node),)

    # --- Sums as chains -------------------------------------------------------------------------

    def factor(self, total: Terms, form: Form) -> tuple[Terms, Chain]:
        """A sum as a number times a chain: in brackets, if it has several terms."""
        if not form.shape:
            return total, ()
        algebra = self.scalar.algebra
        product, scale = algebra.as_product(self.gathered(total))
        arrays = [each for each in product if self.bases.is_array(each)]
        rest = terms.product(each for each in product if not self.bases.is_array(each))
        coefficient = {rest: scale} if scale else {}
        if not arrays:
            return coefficient, links.filled(self.graph, form)
        if len(arrays) == 1 and arrays[0][1] == 1:
            chain = self._chain_of(arrays[0][0])
        else:
            chain = self._chain_of(self.scalar.writer.write({terms.product(arrays): 1}))
        chain = links.widened(self.graph, chain, form._replace(is_row=False))
        return coefficient, links.flipped(chain) if form.is_row else chain

    # --- Products -------------------------------------------------------------------------------

    def product(self, chain: Iterable[Link]) -> Terms:
        """The product of links that go with each other."""
        chain = tuple(chain)
        place = self._place_of_copies(chain)
        if place is not None:
            found = self._distributed(chain, place)
            bracket = self.scalar.writer.form(self.sources[chain[place].node])
            if len(found) < max(len(bracket), FEW):
                return found  # or else sum(X @ w + b - y) stays what it is
        return self._multiplied(chain)

    def written(self, chain: Iterable[Link]) -> Terms:
        """The same where the program has the product: what is a number stays as it is there."""
        self._is_written = self.is_learning
        try:
            return self.product(chain)
        finally:
            self._is_written = False

    def _multiplied(self, chain: Chain) -> Terms:
        """The product of links, with brackets as they are."""
        coefficient, rest = self.normal(chain)
        return self.times(coefficient, self.atom(rest)) if rest else coefficient

    def _place_of_copies(self, chain: Chain) -> int | None:
        """The place of a bracket beside ones in which something is copied: (A - c) @ ones(n)."""
        for place, link in enumerate(chain):
            beside = chain[max(place - 1, 0) : place + 2]
            if link.node in self.sources and not link.inverse and any(map(links.is_ones, beside)):
                total = self.scalar.writer.form(self.sources[link.node])
                if len(total) > 1 and any(self._is_copied(each, link.node) for each in total):
                    return place
        return None

    def _is_copied(self, product: Product, whole: Node) -> bool:
        """Whether the sum over the entries of a term is known: it is copied, or at some places."""
        chain = self.only_chain(product)
        if chain is not None and len(chain) == 1 and chain[0].node.op in _AT_PLACES:
            return True
        if self._unit_in(product) is not None:
            return True
        return self.bases.node(self.scalar.writer.write({product: 1})).form != whole.form

    def _distributed(self, chain: Chain, place: int) -> Terms:
        """A product as the sum over the terms of a bracket in it."""
        link = chain[place]
        found: Terms = {}
        for product, scale in self.scalar.writer.form(self.sources[link.node]).items():
            factor, each = self.factor({product: scale}, link.node.form)
            each = links.flipped(each) if link.turned else each
            term = self.times(factor, self.product((*chain[:place], *each, *chain[place + 1 :])))
            found = self.scalar.algebra.add(found, term)
        return found

    def times(self, a: Terms, b: Terms) -> Terms:
        """The product of two sums, entry by entry."""
        return self.scalar.algebra.multiply(a, b)

    def normal(self, chain: Iterable[Link]) -> tuple[Terms, Chain]:
        """A chain without what cancels and without the numbers in it; these are multiplied."""
        coefficient, reduced = self._reduced(chain)
        kept, numbers = links.cut(reduced)
        for each in numbers:
            coefficient = self.times(coefficient, self.number(each))
        if len(kept) > MOST_LINKS:
            kept = (Link(self.builder.node(kept)),)
        return coefficient, kept

    def _reduced(self, chain: Iterable[Link]) -> tuple[Terms, Sequence[Link]]:
        coefficient = number(1)
        done: list[Link] = []
        waiting = [self._settled(link) for link in chain][::-1]
        while waiting:
            link = waiting.pop()
            top = done[-1] if done else None
            if top is None or top.is_column or link.is_row:
                done.append(link)
            elif link.node.op == "eye":
                pass
            elif top.node.op == "eye":
                done[-1] = link
            elif _cancel(top, link):
                done.pop()
                waiting.append(Link(self.graph.node("eye", (), (link.width,))))
            elif (line := self._line(top, link)) is not None:
                done.pop()
                scale, found = line
                coefficient = self.times(coefficient, scale)
                waiting.append(found)
            elif self._is_entrywise(top, link):
                done.pop()
                scale, more = self._entrywise(top, link)
                coefficient = self.times(coefficient, scale)
                waiting += reversed(more)
            else:
                done.append(link)
        return coefficient, done

    def _line(self, left: Link, right: Link) -> tuple[Terms, Link] | None:
        """The column of a matrix before a list with a single entry, or the row behind one.

        They come as that number and the line. None of any other product.
        """
        if left.is_matrix and right.is_column:
            matrix, unit = left, right
        elif left.is_row and right.is_matrix:
            matrix, unit = right.flipped(), left
        else:
            return None
        only = only_entry(self.graph, unit.node) if unit.node.op in LISTED else None
        if only is None or matrix.inverse:
            return None
        places, entry = only
        if isinstance(places, Node):
            return None
        line = line_of(self.graph, matrix.node, places[0], is_row=matrix.turned)
        link = Link(line) if right.is_column else Link(line, turned=True)
        return self.entries.made(entry), link

    def _settled(self, link: Link) -> Link:
        """A link that is its own transpose, as it is."""
        if not link.turned or link.rank != 2:
            return link
        is_same = link.node.name in self._symmetric or self._is_own_transpose(link.node)
        return link._replace(turned=False) if is_same else link

    def _is_own_transpose(self, node: Node) -> bool:
        """Whether a bracket is the same with every term turned, as A' + A is."""
        if node not in self.sources:
            return False
        if node not in self._own_transposes:
            total = self.scalar.writer.form(self.sources[node])
            chains = [self.only_chain(product) for product in total]
            turned: Terms = {}
            for (product, scale), chain in zip(total.items(), chains, strict=True):
                if chain is not None:
                    number = {self.number_of(product): scale}
                    each = self.times(number, self.atom(links.flipped(chain)))
                    turned = self.scalar.algebra.add(turned, each)
            self._own_transposes[node] = turned == total
        return self._own_transposes[node]

    def _is_entrywise(self, left: Link, right: Link) -> bool:
        """Whether a diagonal matrix meets a vector or another one."""
        diagonal = [link.node in self.diagonals for link in (left, right)]
        return all(diagonal) or (
            any(diagonal) and (left.is_row or right.is_column) and not (
                left.is_row and right.is_column
            )
        )  # fmt: skip

    def _entrywise(self, left: Link, right: Link) -> tuple[Terms, Chain]:
        """The product of both as one of their entries."""
        vectors = [self._entries(link) for link in (left, right)]
        length = left.length if left.rank == 1 else right.width
        total = self.times(*map(self.atom, vectors))
        coefficient, chain = self.factor(total, Form((length,)))
        if left.is_row:
            return coefficient, links.flipped(chain)
        return coefficient, chain if right.is_column else (self.diagonal(chain),)

    def _entries(self, link: Link) -> Chain:
        return self.diagonals.get(link.node) or links.column((link,))

    def diagonal(self, vector: Chain) -> Link:
        """The diagonal matrix of a column."""
        if len(vector) == 1 and links.is_ones(vector[0]):
            return Link(self.graph.node("eye", (), (vector[0].length,)))
        node = self.builder.diagonal(self.builder.node(vector))
        self.diagonals[node] = vector
        return Link(node)

    def trace(self, chain: Chain) -> Terms:
        """The trace of a chain that is a matrix."""
        coefficient, kept = self.normal(chain)
        while True:
            place = links.is_outer(kept)
            if place is not None:
                return self.times(coefficient, self.product(kept[place:] + kept[:place]))
            scale, turned = self.normal((kept[-1], *kept[:-1]))
            if len(turned) >= len(kept):
                break
            coefficient, kept = self.times(coefficient, scale), turned
        if kept[0].node.op == "eye":
            return self.times(coefficient, self.count(kept[0].length))
        if len(kept) == 1 and kept[0].node in self.diagonals:
            vector = self.diagonals[kept[0].node]
            return self.times(coefficient, self.summed(vector, SCALAR))
        node = self.builder.trace(links.smallest_rotation(kept))
        return self.times(coefficient, terms.atom(self.bases.base(node)))

    def summed(self, chain: Chain, to: Form) -> Terms:
        """The sum over the axes of a chain that a form has not."""
        units = self._units(chain, to)
        return self.product(links.over_axes(self.graph, chain, to)) if units is None else units

    def _units(self, chain: Chain, to: Form) -> Terms | None:
        """The sum of unit vectors, which is a number that is stretched where it is used."""
        if len(chain) != 1 or chain[0].node.op != "onehot":
            return None
        units = sum_of_units(self.graph, operations.make, to, chain[0].node)
        if units is None:
            return None
        return self.scalar.totals([units.args[0] if units.op == "spread" else units])[0]

    # --- Common chains --------------------------------------------------------------------------

    def gathered(self, total: Terms) -> Terms:
        """A sum with the links outside that chains have in common at an end: (A + B) @ x."""
        total = self._with_one_diagonal(self.entries.placed(total))
        while len(total) > 1:
            found = {product: self.only_chain(product) for product in total}
            chains = {product: chain for product, chain in found.items() if chain is not None}
            group = largest_group(chains, solves=self.builder.solves)
            if group is None:
                break
            total = self._joined(total, group, chains)
        return self._numbered(total)

    def _with_one_diagonal(self, total: Terms) -> Terms:
        """A sum with its diagonal matrices of one size as one: diag(x) + eye(n) is diag(x + 1)."""
        chains = {product: self.only_chain(product) for product in total}
        for diagonals in together(chains, self.diagonals):
            total = dict(total)
            inner: Terms = {}
            for product, link in diagonals.items():
                numbers = {self.number_of(product): total.pop(product)}
                vector = self.diagonals.get(link.node)
                entries = number(1) if vector is None else self.atom(vector)
                inner = self.scalar.algebra.add(inner, self.times(numbers, entries))
            coefficient, vector = self.factor(inner, Form((link.width,)))
            whole = self.times(coefficient, self.atom((self.diagonal(vector),)))
            total = self.scalar.algebra.add(total, whole)
        return total

    def _numbered(self, total: Terms) -> Terms:
        """A sum with numbers before brackets: s*A + s*B + t*C is s*(A + B) + t*C."""
        groups: dict[Product, list[Product]] = {}
        for product in total:
            if self.only_chain(product) is not None:
                groups.setdefault(self.number_of(product), []).append(product)
        found = dict(total)
        for numbers, products in groups.items():
            if numbers == terms.ONE or not 1 < len(products) < len(total):
                continue
            inner: Terms = {}
            for product in products:
                arrays = [each for each in product if self.bases.is_array(each)]
                terms.add_term(inner, terms.product(arrays), found.pop(product))
            product, scale = self.scalar.algebra.as_product(inner)
            bracket = terms.product([*numbers, *product])
            terms.add_term(found, bracket, scale)
        return found

    def only_chain(self, product: Product) -> Chain | None:
        """The chain in a product that has no other array in it."""
        arrays = [each for each in product if self.bases.is_array(each)]
        if len(arrays) != 1 or arrays[0][1] != 1:
            return None
        return self.bases.chains.get(arrays[0][0])

    def _joined(self, total: Terms, group: Group, chains: Mapping[Product, Chain]) -> Terms:
        """A sum with some of its products in one bracket."""
        rest = {product: scale for product, scale in total.items() if product not in group.products}
        inner: Terms = {}
        for product in group.products:
            _, own = group.split(chains[product])
            scaled = self.times({self.number_of(product): total[product]}, self.product(own))
            inner = self.scalar.algebra.add(inner, scaled)
        common, own = group.split(chains[group.products[0]])
        coefficient, bracket = self.factor(inner, links.form(own))
        joined = (*common, *bracket) if group.is_left else (*bracket, *common)
        return self.scalar.algebra.add(rest, self.times(coefficient, self._multiplied(joined)))

    def number_of(self, product: Product) -> Product:
        """A product without the arrays in it."""
        return terms.product(each for each in product if not self.bases.is_array(each))


def _summed(chain: Chain) -> Link | None:
    """What a chain is the sum over all entries of: all its other links are ones."""
    link, *others = [link for link in chain if not links.is_ones(link)]
    is_one = not others and not link.inverse and len(chain) == link.rank + 1
    return link if is_one else None


def _cancel(left: Link, right: Link) -> bool:
    """Whether a matrix meets its inverse."""
    return left.is_matrix and right == left._replace(inverse=not left.inverse)
