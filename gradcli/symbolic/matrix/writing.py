"""Sums of products of arrays as nodes, in the form that they have where they stand."""

from __future__ import annotations

from gradcli.graph.node import Node
from gradcli.graph.shapes import Form
from gradcli.symbolic.matrix.links import Chain, Link
from gradcli.symbolic.matrix.products import Products
from gradcli.symbolic.simplify import terms
from gradcli.symbolic.simplify.terms import Terms


def node_of(products: Products, total: Terms, form: Form) -> Node:
    """The node of a sum, in a form."""
    total = _oriented(products, _beside_units(products, products.gathered(total), form))
    node = products.bases.loosely(products.scalar.algebra.node(total))
    if node.form == form:
        return node
    if (node.is_const and node.value == 0) or not total or not 0 < len(form.shape) <= 2:
        return products.graph.node("spread", (node,), (form,))
    coefficient, chain = products.factor(total, form)
    base = products.bases.base(products.builder.node(chain))
    products.bases.chains.setdefault(base, chain)
    whole = products.times(coefficient, terms.atom(base))
    node = products.bases.loosely(products.scalar.algebra.node(whole))
    # A coefficient that comes to 0 leaves a number.
    return node if node.form == form else products.graph.node("spread", (node,), (form,))


def _beside_units(products: Products, total: Terms, form: Form) -> Terms:
    """A sum with a unit matrix in it, where A - 1 would be taken for that: every term whole."""
    chains = [products.only_chain(product) for product in total]
    if not any(chain and chain[0].node.op == "eye" for chain in chains):
        return total
    found: Terms = {}
    for product, scale in total.items():
        coefficient, chain = products.factor({product: scale}, form)
        base = products.bases.base(products.builder.node(chain))
        products.bases.chains.setdefault(base, chain)
        term = products.times(coefficient, terms.atom(base))
        found = products.scalar.algebra.add(found, term)
    return found


def _oriented(products: Products, total: Terms) -> Terms:
    """A sum in which brackets take in a minus: -(x - y) @ z' is (y - x) @ z'."""
    found: Terms = {}
    for product, scale in total.items():
        chain = products.only_chain(product) if scale < 0 else None
        opposite = None if chain is None else _opposite(products, chain)
        if opposite is None:
            terms.add_term(found, product, scale)
            continue
        [(base, _)] = next(iter(opposite))
        turned = terms.product([*products.number_of(product), (base, 1)])
        terms.add_term(found, turned, -scale)
    return found


def _opposite(products: Products, chain: Chain) -> Terms | None:
    """The chain that is the opposite of one, with the terms of a bracket turned round."""
    brackets = [place for place, link in enumerate(chain) if _is_difference(products, link)]
    if len(brackets) != 1:  # (x - y) @ (x - y)' stays as it is
        return None
    (place,) = brackets
    link = chain[place]
    inner = products.scalar.writer.form(products.sources[link.node])
    turned = products.bases.node(products.scalar.writer.write(terms.scaled(inner, -1)))
    return products.atom((*chain[:place], link._replace(node=turned), *chain[place + 1 :]))


def _is_difference(products: Products, link: Link) -> bool:
    """Whether a link is a bracket with terms of both signs."""
    base = products.sources.get(link.node)
    inner = {} if base is None or link.inverse else products.scalar.writer.form(base)
    return len({scale > 0 for scale in inner.values()}) == 2
