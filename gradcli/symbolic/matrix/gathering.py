"""What chains have in common: A @ x and B @ x an end, diagonal matrices that they are."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import NamedTuple

from gradcli.graph.node import Node
from gradcli.graph.shapes import Form
from gradcli.symbolic.matrix import links
from gradcli.symbolic.matrix.links import Chain, Link
from gradcli.symbolic.simplify.terms import Product


class Group(NamedTuple):
    """Products of a sum whose chains have a common end.

    Attributes:
        products: the products.
        length: how many links the end has.
        is_left: whether it is that on the left.
    """

    products: Sequence[Product]
    length: int
    is_left: bool

    def split(self, chain: Chain) -> tuple[Chain, Chain]:
        """The common links of a chain, and its own."""
        length = self.length
        if self.is_left:
            return chain[:length], chain[length:]
        return chain[-length:], chain[:-length]


def largest_group(chains: Mapping[Product, Chain], *, solves: bool) -> Group | None:
    """The most products with a common end; None if no two have one.

    Args:
        chains: the chain of each product that has no other array in it.
        solves: whether an inverse stays with what it is multiplied with.
    """
    ends: dict[tuple[Link, bool, Form], list[Product]] = {}
    for product, chain in chains.items():
        if len(chain) > 1:
            whole = links.form(chain)
            if not (solves and chain[-2].inverse):
                ends.setdefault((chain[-1], False, whole), []).append(product)
            ends.setdefault((chain[0], True, whole), []).append(product)
    if not ends:
        return None
    (_, is_left, _), best = max(ends.items(), key=lambda item: len(item[1]))
    if len(best) < 2:
        return None
    of_best = [chains[product] for product in best]
    length, most = 1, min(map(len, of_best)) - 1
    while length < most:
        place = length if is_left else -1 - length
        if len({chain[place] for chain in of_best}) > 1:
            break
        length += 1
    return Group(best, length, is_left)


def together(
    chains: Mapping[Product, Chain | None], diagonals: Container[Node]
) -> list[dict[Product, Link]]:
    """The products of a sum that are diagonal matrices, with these; those of one size together.

    Args:
        chains: the chain of each product; None if there is other in it.
        diagonals: the nodes that are diagonal matrices, beside unit matrices.
    """
    sizes: dict[Form, dict[Product, Link]] = {}
    for product, chain in chains.items():
        if chain is not None and len(chain) == 1:
            link = chain[0]
            if link.node.op == "eye" or link.node in diagonals:
                sizes.setdefault(links.form(chain), {})[product] = link
    return [found for found in sizes.values() if len(found) > 1]
