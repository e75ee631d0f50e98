"""Arrays as they are written: a literal of numbers is one constant, one of formulas a stack."""

from __future__ import annotations

from collections.abc import Sequence

from gradcli.errors import ParseError, Span
from gradcli.graph.node import ARRAY, CONST, Graph, Node
from gradcli.graph.shapes import Entries, Form, FormError, shown


def array(graph: Graph, items: tuple[Node, ...], span: Span) -> Node:
    """The array of some items along a new first axis.

    Args:
        graph: the graph of all.
        items: numbers, or arrays of the same shape.
        span: where it is written.

    Raises:
        ParseError: the items have several shapes.
    """
    constant = _constant(items)
    if constant is not None:
        return graph.array(constant)
    try:
        return graph.node("stack", items, (len(items),))
    except FormError:
        shapes = dict.fromkeys(shown(item.form) for item in items)
        raise ParseError(
            "array",
            f"the items of an array are not alike: {' and '.join(list(shapes)[:2])}",
            span=span,
            hint="every row needs the same number of elements",
        ) from None


def _constant(items: Sequence[Node]) -> Entries | None:
    """The constant array of constant items, if all are."""
    if all(item.op == CONST and item.label is None for item in items):
        return Entries.of([item.value for item in items], Form((len(items),)))
    if any(item.op != ARRAY or item.form != items[0].form for item in items):
        return None
    parts = [item.params[0] for item in items]
    data = b"".join([part.data for part in parts if isinstance(part, Entries)])
    return Entries(Form((len(items), *items[0].shape)), data)


def in_axes(graph: Graph, node: Node, lengths: Sequence[int]) -> Node:
    """A stack of items that were counted along several axes, the last one fastest."""
    if len(lengths) == 1:
        return node
    form = Form((*lengths, *node.shape[1:]))
    if node.op == ARRAY and isinstance(node.params[0], Entries):
        return graph.array(Entries(form, node.params[0].data))
    return graph.node("reshape", (node,), (form,))
