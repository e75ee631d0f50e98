"""Reverse mode, graph to graph: the adjoint of every node as a node of the same graph.

The leaving out of what leads to no target is done here, once for all operations; the products
along edges and the sums where they meet are those of `edge`, and the rule table gives nothing but
local partials. Since a derivative is made of nodes, a second derivative is this function applied
to the first.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping, Sequence

from gradcli.base.record import Record
from gradcli.calculus.edge import Ways, zero
from gradcli.calculus.totals import Locals, Totals
from gradcli.graph.node import Graph, Node, behind
from gradcli.graph.rules import table
from gradcli.graph.shapes import SHAPED


class Derivative(Record):
    """The derivative of one output.

    Attributes:
        adjoints: ∂output/∂node, for every node that the output depends on and that leads to a
            target; a node that is not in it has the derivative 0.
        locals: the local partial of every edge into such a node, one for each argument; None
            for an argument that leads to no target.
    """

    adjoints: Totals
    locals: Locals


def differentiate(
    graph: Graph,
    output: Node,
    targets: Collection[Node],
    *,
    every_local: bool = False,
    masked: bool = False,
) -> Derivative:
    """Build ∂output/∂node for the targets and for all nodes between them and the output.

    Args:
        graph: the graph of the output; the derivative's nodes are added to it.
        output: the node to differentiate.
        targets: the nodes to differentiate by.
        every_local: also build the local partials of targets that the output does not depend on.
        masked: keep conditions on single entries of arrays, and what an index leaves out, so that
            no entry is multiplied that is not used: larger, and never NaN for that reason.
    """
    found = pull_back(graph, {output: graph.const(1.0)}, targets, masked=masked)
    if every_local:
        _add_locals(graph, targets, found.locals)
    return found


def pull_back(  # noqa: PLR0913  (how far a pass goes)
    graph: Graph,
    cotangents: Mapping[Node, Node],
    targets: Collection[Node],
    *,
    masked: bool = False,
    inside: bool = False,
    past: bool = False,
) -> Derivative:
    """Build Σ cotangent · ∂output/∂node over several outputs, for the targets and all between.

    Args:
        graph: the graph of the outputs; the derivative's nodes are added to it.
        cotangents: what the derivative of each output is multiplied by, as nodes of the graph.
        targets: the nodes to differentiate by.
        masked: as in `differentiate`.
        inside: whether it ends at the targets, as if they were inputs.
        past: whether it may go past nodes in between, see `gradcli.calculus.together`: these have
            no derivative then.
    """
    order = behind(cotangents, targets) if inside else graph.ancestors(cotangents)
    ways = Ways(graph, cotangents, backward=True, masked=masked)
    locals_ = _go(graph, ways, order, targets, past=past)
    if inside:
        for node in targets:
            if node in ways:
                ways.at(node)
    return Derivative(Totals(ways), locals_)


def go_inside(graph: Graph, ways: Ways, node: Node, targets: Collection[Node]) -> None:
    """Go from a node that is reached to what it is made of, through all that is in between.

    Args:
        graph: the graph of all; what is made is added to it.
        ways: a pass back.
        node: the value of a call.
        targets: its arguments.
    """
    _go(graph, ways, behind([node], targets), targets)


def go_back(graph: Graph, ways: Ways, node: Node, place: int) -> None:
    """Go from a node that is reached to one of its arguments, by the rule of the operation.

    Args:
        graph: the graph of all; what is made is added to it.
        ways: a pass back.
        node: an operation.
        place: which of its arguments.
    """
    if node.op in SHAPED:
        _hand_back(graph, ways, node, place)
    else:
        ways.go(node, node.args[place], table().open_partial(graph, node, place))


def _go(
    graph: Graph,
    ways: Ways,
    order: Sequence[Node],
    targets: Collection[Node],
    *,
    past: bool = False,
) -> Locals:
    """Visit nodes from the last to the first, as far as they lead to a target."""
    leads = _leading(graph, order, targets)
    locals_ = Locals(graph)
    for node in reversed(order):
        if not leads[node.index] or node not in ways:
            continue
        if not node.args:
            ways.end(node)
            continue
        ways.at(node)
        if graph.has_arrays and node.op in SHAPED:
            for place, arg in enumerate(node.args):
                if leads[arg.index]:
                    _hand_back(graph, ways, node, place)
            locals_.put(node, (None,) * len(node.args))
            continue
        if past and _go_past(graph, ways, node, leads):
            continue
        partials = table().open_partials(graph, node, leads)
        locals_.put(node, partials)
        ways.leave(node, node.args, partials)
    return locals_


def _go_past(graph: Graph, ways: Ways, node: Node, leads: Sequence[int]) -> bool:
    """Go from a node past what it is made of, if it is differentiated as one."""
    from gradcli.calculus import together  # noqa: PLC0415  (only where no node between is asked for)

    carried = together.carried(graph, node) if graph.has_arrays and not ways.is_masked else None
    if carried is not None:
        arg, linear = carried
        ways.carry(node, arg, linear)
        return True
    further = together.ways(graph, node)
    for arg, partial in further or ():
        if leads[arg.index]:
            ways.go(node, arg, partial)
    return further is not None


def _hand_back(graph: Graph, ways: Ways, node: Node, place: int) -> None:
    """Go from an operation on whole arrays to one of its arguments, by its rule."""
    from gradcli.graph.arrays.pullbacks import pulled  # noqa: PLC0415  (only arrays need it)

    through = None
    if ways.is_masked:
        from gradcli.calculus import masks  # noqa: PLC0415  (seldom needed)

        through = functools.partial(masks.through, graph, node, place)
    ways.carry(node, node.args[place], functools.partial(pulled, graph, node, place), through)


def handed_back(graph: Graph, node: Node, place: int, adjoint: Node) -> Node:
    """What one argument gets of the derivative by a node, in the form of the argument.

    Args:
        graph: the graph of both; what is made is added to it.
        node: an operation.
        place: which of its arguments.
        adjoint: the derivative by the node, in its form.
    """
    ways = Ways(graph, {node: adjoint}, backward=True)
    go_back(graph, ways, node, place)
    arg = node.args[place]
    return ways.total(arg) if arg in ways else zero(graph, arg)


def gradient(
    graph: Graph,
    output: Node,
    inputs: Sequence[Node],
    *,
    masked: bool = False,
    past: bool = True,
) -> list[Node]:
    """∂output/∂input for each input, 0 where the output does not depend on it."""
    seed = {output: graph.const(1.0)}
    adjoints = pull_back(graph, seed, inputs, masked=masked, past=past).adjoints
    return [adjoints.get(node) or zero(graph, node) for node in inputs]


def _add_locals(graph: Graph, targets: Collection[Node], locals_: Locals) -> None:
    """Add the local partials of targets that no derivative came through."""
    leads = bytearray(len(graph))
    for node in targets:
        leads[node.index] = not node.is_const
    for node in targets:
        if node.args and node not in locals_ and node.op not in SHAPED:
            locals_.put(node, table().open_partials(graph, node, leads))


def _leading(graph: Graph, order: Sequence[Node], targets: Collection[Node]) -> bytearray:
    """For each place in a graph whether its node is a target or depends on one."""
    leads = bytearray(len(graph))
    for node in targets:
        leads[node.index] = 1
    for node in order:
        for arg in node.args:
            if leads[arg.index]:
                leads[node.index] = 1
                break
    return leads
