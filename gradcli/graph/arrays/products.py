"""Products of arrays as contractions: which axes meet in ``a @ b``, and what is left of them.

A vector is a column unless it is marked as a row: row @ column is a number, column @ row a matrix.
Axes before the last two are batches, which are stretched as in entry by entry operations.
"""

from __future__ import annotations

from string import ascii_lowercase

from gradcli.graph.form_rules import form_of
from gradcli.graph.node import Graph, Node
from gradcli.graph.shapes import ROW, Form, FormError, Shape, TooLargeError
from gradcli.graph.template import Make

MATMUL = "matmul"
"""What a product is called where it is refused; no node has this operation."""


def matmul(graph: Graph, a: Node, b: Node, make: Make) -> Node:
    """The product ``a @ b``.

    Args:
        graph: the graph of both.
        a: a vector, a matrix, or matrices in axes before them.
        b: the same.
        make: makes the nodes.

    Raises:
        FormError: their forms have no product.
    """
    of_a, of_b, result = _labels(a.form, b.form)
    if max(len(a.shape), len(b.shape)) > 2:
        a, b = _stretched_batches(graph, a, b, make)
    try:
        return contract(graph, a, b, (of_a, of_b, result), make)
    except TooLargeError:
        raise
    except FormError:
        raise FormError(MATMUL, (a.form, b.form)) from None


def product_form(a: Form, b: Form) -> Form:
    """The form of ``a @ b`` of vectors and matrices.

    Raises:
        FormError: they have no product.
    """
    return form_of("contract", (a, b), _labels(a, b))


def contract(graph: Graph, a: Node, b: Node, labels: tuple[str, str, str], make: Make) -> Node:
    """The sum over every label that the result has not of the products of entries.

    Args:
        graph: the graph of both.
        a: an array with one axis for each label of the first string.
        b: the same for the second.
        labels: those of a, of b, and of the result; a row ends with a prime.
        make: makes the node.
    """
    return make(graph, "contract", (a, b), canonical(labels))


def canonical(labels: tuple[str, str, str]) -> tuple[str, str, str]:
    """The same labels in the order of the alphabet, so that equal contractions are equal."""
    found: dict[str, str] = {}
    for label in labels[0] + labels[1]:
        found.setdefault(label, ascii_lowercase[len(found)])
    found[ROW] = ROW
    a, b, result = ("".join(map(found.__getitem__, each)) for each in labels)
    return a, b, result


def _labels(a: Form, b: Form) -> tuple[str, str, str]:
    ranks = len(a.shape), len(b.shape)
    if ranks == (1, 1):
        if a.is_row and not b.is_row:
            return "a", "a", ""
        if b.is_row and not a.is_row:
            return "a", "b", "ab"
        raise FormError(MATMUL, (a, b))
    if 0 in ranks or (ranks[0] == 1 and not a.is_row) or (ranks[1] == 1 and b.is_row):
        raise FormError(MATMUL, (a, b))
    if ranks[1] == 1:
        batch = ascii_lowercase[2 : ranks[0]]
        return f"{batch}ab", "b", f"{batch}a"
    if ranks[0] == 1:
        batch = ascii_lowercase[2 : ranks[1]]
        return "a", f"{batch}ab", f"{batch}b" + ROW * (not batch)
    batch = ascii_lowercase[3 : max(ranks) + 1]
    return f"{batch}ab", f"{batch}bc", f"{batch}ac"


def _stretched_batches(graph: Graph, a: Node, b: Node, make: Make) -> tuple[Node, Node]:
    """Both with the same axes before their last two, where both are matrices."""
    if min(len(a.shape), len(b.shape)) < 2:
        return a, b
    try:
        batch = form_of("add", (Form(a.shape[:-2]), Form(b.shape[:-2]))).shape
    except FormError:
        raise FormError(MATMUL, (a.form, b.form)) from None
    return _with_batch(graph, a, batch, make), _with_batch(graph, b, batch, make)


def _with_batch(graph: Graph, node: Node, batch: Shape, make: Make) -> Node:
    form = Form((*batch, *node.shape[-2:]))
    return node if node.form == form else make(graph, "spread", (node,), (form,))
