"""Operations on arrays that leave out what changes nothing: stretching, sums of copies, turns.

Stretching an array is for shapes, not for an engine: it is moved outward through whatever is done
entry by entry, where it is done anyway, and the sum of copies is a product with their number. What
an operation gives has the same form with and without these identities.
"""

from __future__ import annotations

from collections.abc import Callable

from gradcli.graph.arrays import linear
from gradcli.graph.arrays.gathering import places_of
from gradcli.graph.form_rules import form_of
from gradcli.graph.node import CONST, Graph, Node
from gradcli.graph.shapes import JOINING, ROW, SCALAR, SHAPED, Form, FormError, Params, Place
from gradcli.graph.template import Make

Args = tuple[Node, ...]

_Rule = Callable[..., Node | None]


def make(  # noqa: PLR0913, PLR0917  (called by `operations.make` alone)
    graph: Graph,
    op: str,
    args: tuple[Node, ...],
    params: Params,
    entrywise: _Rule | None,
    simplified: Make,
) -> Node:
    """The node of ``op(args; params)``, simplified by one step.

    Args:
        graph: the graph of the arguments.
        op: the operation.
        args: its arguments, which are simplified already.
        params: its parameters.
        entrywise: the identities of an operation on numbers, which hold entry by entry.
        simplified: makes the nodes of what an identity gives.

    Raises:
        FormError: the operation cannot be applied to arguments of these forms.
    """
    form = form_of(op, [arg.form for arg in args], params)
    if op in SHAPED:
        rule = _RULES.get(op)
        if rule is None:
            found = _zeros(graph, form) if _is_of_zeros(op, args) else None
        else:
            found = rule(graph, simplified, form, args, params)
        return found or graph.find(op, args, params)
    args = _without_spreads(args)
    found = (entrywise and entrywise(graph, *args)) or graph.find(op, args)
    return found if found.form == form else stretch(graph, found, form)


def stretch(graph: Graph, node: Node, form: Form) -> Node:
    """A node stretched to a form that it does not have yet."""
    node = _without_spread(node)
    return node if node.form == form else graph.find("spread", (node,), (form,))


def is_zero(node: Node) -> bool:
    """Whether a node is 0, or nothing but zeros of the same constant."""
    node = _without_spread(node)
    return node.op == CONST and node.value == 0


def _without_spread(node: Node) -> Node:
    while node.op == "spread" and node.label is None:
        (node,) = node.args
    return node


def _without_spreads(args: tuple[Node, ...]) -> tuple[Node, ...]:
    """The arguments of what is done entry by entry before they were stretched."""
    if all(arg.op != "spread" for arg in args):
        return args
    plain = tuple(map(_without_spread, args))
    try:
        form_of("add", [arg.form for arg in plain])
    except FormError:  # a row and a column, each made a matrix
        return args
    return plain


def _spread(graph: Graph, make_: Make, form: Form, args: Args, params: Params) -> Node:
    del make_, params
    return stretch(graph, args[0], form)


def _sum(graph: Graph, make_: Make, form: Form, args: Args, params: Params) -> Node | None:
    """Signs and numbers that all entries are multiplied with stand outside, however many."""
    del params
    (x,) = args
    around: list[tuple[str, Args]] = []  # the operations, without what is summed
    while x.form != form and x.label is None:
        if x.op == "mul" and x.args[0].form is SCALAR:
            around.append((x.op, x.args[:1]))
            x = x.args[1]
        elif x.op in {"mul", "div"} and x.args[1].form is SCALAR:
            around.append((f"{x.op} by", x.args[1:]))
            x = x.args[0]
        elif x.op in {"sum_to", "neg"}:
            around += [] if x.op == "sum_to" else [(x.op, ())]
            x = x.args[0]
        else:
            break
    found = _plain_sum(graph, make_, form, x)
    if found is None and x is args[0]:
        return None
    total = found or graph.find("sum_to", (x,), (form,))
    for op, others in reversed(around):
        own, _, is_first = op.partition(" ")
        total = make_(graph, own, (total, *others) if is_first else (*others, total))
    return total


def _plain_sum(graph: Graph, make_: Make, form: Form, x: Node) -> Node | None:
    """A sum of what is no product with a number, if that is known."""
    if x.form == form:
        return x
    if x.label is None and x.op == "spread":
        return _sum_of_copies(graph, make_, form, x)
    if x.label is None and x.op == "onehot":
        return sum_of_units(graph, make_, form, x)
    return None


def _sum_of_copies(graph: Graph, make_: Make, form: Form, x: Node) -> Node | None:
    (once,) = x.args
    if not x.form.size:
        return None
    part = _part(once.form, form)
    copies = (x.form.size * part.size) // (form.size * once.form.size)
    total = make_(graph, "sum_to", (once,), (part,))
    return make_(graph, "spread", (make_(graph, "mul", (graph.count(copies), total)),), (form,))


def sum_of_units(graph: Graph, make_: Make, form: Form, x: Node) -> Node | None:
    """Each unit vector on the last axis comes to 1; None along other axes."""
    if form.shape and form.shape != (*x.shape[:-1], 1):
        return None
    units = graph.const(1.0) if form.shape else graph.count(x.args[0].form.size)
    return make_(graph, "spread", (units,), (form,))


def _part(form: Form, whole: Form) -> Form:
    """What is left of a form where the entries of its axes are gathered as in the other."""
    kept = min(len(form.shape), len(whole.shape))
    lengths = [1 if whole.shape[axis] == 1 else form.shape[axis] for axis in range(-kept, 0)]
    return Form(tuple(lengths), whole.is_row if kept == len(whole.shape) else form.is_row)


def _transpose(graph: Graph, make_: Make, form: Form, args: Args, params: Params) -> Node | None:
    del params
    (x,) = args
    if not form.shape:
        return x
    if x.label is not None:
        return None
    if x.op == "transpose":
        return x.args[0]
    if x.op == "eye":
        return x
    if x.op == "spread" and x.args[0].form is SCALAR:
        return make_(graph, "spread", x.args, (form,))
    if x.op == "contract" and len(form.shape) <= 2:
        *labels, result = map(str, x.params)
        turned = result[::-1] if len(form.shape) == 2 else _turned(result)
        return graph.find("contract", x.args, (*labels, turned))
    return None


def _turned(labels: str) -> str:
    return labels.removesuffix(ROW) if labels.endswith(ROW) else labels + ROW


def _contract(graph: Graph, make_: Make, form: Form, args: Args, params: Params) -> Node | None:
    a, b = args
    if is_zero(a) or is_zero(b):
        return make_(graph, "spread", (graph.const(0.0),), (form,))
    of_a, of_b, result = [str(each).removesuffix(ROW) for each in params]
    for one, other, of_one, labels in ((a, b, of_a, of_b), (b, a, of_b, of_a)):
        if one.form is SCALAR:
            return _times(graph, make_, form, (one, other), (labels, result))
        named = _renamed(of_one, labels, result) if one.op == "eye" else None
        if named is not None:
            return _times(graph, make_, form, (None, other), (named, result))
    for place, operand in enumerate((a, b)):
        scale_, rest_ = _scaled(operand)
        if rest_ is not None:
            operands = (rest_, b) if place == 0 else (a, rest_)
            inner = make_(graph, "contract", operands, params)
            if scale_ is None:
                return make_(graph, "neg", (inner,))
            return make_(graph, "mul", (scale_, inner))
    return None


def _renamed(of_unit: str, labels: str, result: str) -> str | None:
    """The labels of what a unit matrix is multiplied with, without it; None where it matters."""
    for gone, stays in (tuple(of_unit), tuple(of_unit[::-1])):
        if gone in labels and gone not in result and stays not in labels:
            return labels.replace(gone, stays)
    return None


def _times(
    graph: Graph,
    make_: Make,
    form: Form,
    factors: tuple[Node | None, Node],
    labels: tuple[str, str],
) -> Node | None:
    """A number times an array, the axes of which are exchanged if need be."""
    scale, array = factors
    before, after = labels
    if before == after[::-1] and len(before) == 2:
        array = make_(graph, "transpose", (array,))
    elif before != after:
        return None
    if len(after) == 1 and array.form.is_row != form.is_row:
        array = make_(graph, "transpose", (array,))
    return array if scale is None else make_(graph, "mul", (scale, array))


def _scaled(node: Node) -> tuple[Node | None, Node | None]:
    """The number that an array is multiplied with, and the array; -1 is None."""
    if node.label is None and node.op == "neg":
        return None, node.args[0]
    if node.label is None and node.op == "mul":
        for scale, rest in (node.args, node.args[::-1]):
            if scale.form is SCALAR and rest.form == node.form:
                return scale, rest
    return None, None


def _reshape(graph: Graph, make_: Make, form: Form, args: Args, params: Params) -> Node | None:
    del params
    (x,) = args
    if x.form == form:
        return x
    if x.op == "reshape" and x.label is None:
        return make_(graph, "reshape", x.args, (form,))
    if x.op == "spread" and x.args[0].form is SCALAR:
        return make_(graph, "spread", x.args, (form,))
    return None


def _take(graph: Graph, make_: Make, form: Form, args: Args, params: Params) -> Node | None:
    """Of a list without a name it is an item."""
    (x,), (places,) = args, params
    if x.op == "stack" and x.label is None and len(x.shape) == 1 and not form.shape:
        item: Node = x.args[places[0]]
        return item
    return _of_copies(graph, make_, form, x)


def _of_copies(graph: Graph, make_: Make, form: Form, x: Node) -> Node | None:
    if x.op == "spread" and x.args[0].form is SCALAR:
        return make_(graph, "spread", x.args, (form,))
    return None


def _gather(graph: Graph, make_: Make, form: Form, args: Args, params: Params) -> Node | None:
    """At places that are constant it is a part; of zeros it is zeros."""
    array, index = args
    (axis,) = params
    place = places_of(index, array.shape[axis])
    if place is not None:
        places: list[Place] = [(0, 1, length) for length in array.shape]
        places[axis] = place
        return make_(graph, "take", (array,), (tuple(places),))
    return _of_copies(graph, make_, form, array)


def _is_of_zeros(op: str, args: Args) -> bool:
    """Whether an operation on one array is linear, and the array has only zeros."""
    return bool(args) and op not in JOINING and is_zero(args[0]) and linear.in_each(op)


def _zeros(graph: Graph, form: Form) -> Node:
    zero = graph.const(0.0)
    return graph.find("spread", (zero,), (form,)) if form.shape else zero


_RULES: dict[str, Callable[..., Node | None]] = {
    "spread": _spread,
    "sum_to": _sum,
    "transpose": _transpose,
    "contract": _contract,
    "reshape": _reshape,
    "take": _take,
    "gather": _gather,
}
"""What is known of an operation; what is linear makes zeros of zeros."""
