"""What an operation on arrays does to a tangent: the transpose of what it does to an adjoint.

A rule says what an argument gets of an adjoint g, and is linear in g. So its derivative by g, taken
backward from a tangent t, is what the operation makes of t: no operation needs a second rule.
"""

from __future__ import annotations

from functools import lru_cache

from gradcli.calculus.edge import fitted
from gradcli.calculus.guards import ALWAYS
from gradcli.calculus.reverse import pull_back
from gradcli.graph import operations
from gradcli.graph.arrays.pullbacks import pulled
from gradcli.graph.node import Graph, Node
from gradcli.graph.shapes import Form, Params
from gradcli.graph.template import Template, template


def pushed(graph: Graph, node: Node, place: int, tangent: Node) -> Node:
    """What comes to a node along the edge from one of its arguments.

    Args:
        graph: the graph of both; what is made is added to it.
        node: an operation that is not done entry by entry.
        place: which of its arguments.
        tangent: the derivative of the argument, in its form.
    """
    forms = tuple([arg.form for arg in node.args])
    rule = _push(node.op, forms, node.params, place)
    return rule.instantiate(graph, (*node.args, tangent), operations.make)


@lru_cache(4096)
def _push(op: str, forms: tuple[Form, ...], params: Params, place: int) -> Template:
    """The rule of an operation on arguments of these forms, for one of them."""
    graph = Graph(has_arrays=True)
    args = [graph.input(f"a{each}", form) for each, form in enumerate(forms)]
    node = graph.node(op, tuple(args), params)
    adjoint, tangent = graph.input("g", node.form), graph.input("t", forms[place])
    share = fitted(graph, (ALWAYS, pulled(graph, node, place, adjoint)), forms[place])
    found = pull_back(graph, {share[1]: tangent}, [adjoint]).adjoints.get(adjoint)
    if found is None:
        found = operations.make(graph, "spread", (graph.const(0.0),), (node.form,))
    return template(graph, [*args, tangent], found)
