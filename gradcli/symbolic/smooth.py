"""A program without the kinks that it only seems to have: abs(x)^2 is x^2, relu(c*c) is c*c.

The rule of an operation knows nothing of what is done with its result: abs has no derivative at
0, and abs(x)^2 then has a second derivative of 0 by convention, where it is 2. What the simplifier
finds to have no kink at all is differentiated in its simplified form. A root, whose derivative is
infinite at 0, counts as a kink here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from gradcli.evaluation.ties import has_kink
from gradcli.graph.domains import is_size
from gradcli.graph.node import CONST, INPUT, Graph, Node
from gradcli.graph.variadic import chained
from gradcli.symbolic.simplify.order import SUMS
from gradcli.symbolic.simplify.signs import POSITIVE
from gradcli.symbolic.simplify.simplifier import Simplifier, Style
from gradcli.symbolic.simplify.sizes import EXTREMA

_ROOTS = frozenset(("sqrt", "cbrt", "root"))

_SIZES = _ROOTS | {"abs", "hypot", "norm"}
"""What has a kink where it is 0, and nowhere else."""


def smoothed(
    graph: Graph, output: Node, names: Mapping[Node, str] | None = None, *, squares: bool = False
) -> Node:
    """A node with the value of the output, without the kinks and roots that are known to vanish.

    Args:
        graph: the graph of the output; what is made is added to it.
        output: the node that is to be differentiated.
        names: steps of the program that are held, as inputs are; each by its name.
        squares: also write norm(x, y)^4 as (x^2 + y^2)^2, whose second derivative has no kink,
            but which is worse to read.

    Returns:
        the output itself where nothing is to be done.
    """
    return smooth_nodes(graph, output, names, squares=squares).get(output, output)


def smooth_nodes(
    graph: Graph, output: Node, names: Mapping[Node, str] | None = None, *, squares: bool = False
) -> dict[Node, Node]:
    """What is differentiated instead of each node that an output is made of, as in `smoothed`.

    Nodes that are not in it stay as they are.
    """
    held = dict(names or {})
    order = graph.ancestors([output])
    kinked = _with_kinks(order, held)
    # A sum of what has a kink has one, too, as a rule: only the last one is worth a look.
    asked = [node for node in order if node in kinked and (node.op not in SUMS or node is output)]
    known = _Known(asked, Simplifier(Style.of(order), held))
    copies = _copies(graph, known, held, squares=squares)
    found: dict[Node, Node] = {node: node for node in held}
    rough: set[Node] = set()
    for node in order if asked else ():
        if node in found:
            continue
        args = tuple([found[arg] for arg in known.arguments(node)])
        found[node] = node if args == node.args else graph.node(node.op, args)
        is_rough = _is_rough(node) and (not rough.isdisjoint(args) or not known.stays_smooth(node))
        if node in kinked and (is_rough or not rough.isdisjoint(args)):
            # Rather an argument as the user has written it than its simplified form.
            same = known.same_argument(node)
            instead = found[same] if same is not None else copies.get(node)
            if instead is None:
                rough.add(found[node])
            else:
                found[node] = instead
    return found


class _Known:
    """What the simplifier makes of nodes that may have a kink.

    Attributes:
        forms: the nodes in their simplified form.
        graph: where those are.
    """

    def __init__(self, asked: Sequence[Node], simplifier: Simplifier) -> None:
        nodes = list(dict.fromkeys([*asked, *(arg for node in asked for arg in node.args)]))
        self._all = dict(zip(nodes, simplifier.simplify(nodes), strict=True))
        self.forms = {node: self._all[node] for node in asked}
        self.graph = simplifier.graph
        self._sign = simplifier.writer.sign

    def is_smooth(self, form: Node) -> bool:
        """Whether this is a root or a size of what is never 0: hypot(1, x)."""
        return form.op in _SIZES and self._sign(form) is POSITIVE

    def stays_smooth(self, node: Node) -> bool:
        """Whether a node is such a root or size, and so is its form, but for a factor.

        It has nothing to lose: of its form the names of the program's steps would be gone.
        """
        form = self.forms.get(node)
        while form and form.op in {"mul", "div"}:
            varying = [arg for arg in form.args if arg.op != CONST]
            form = varying[0] if len(varying) == 1 else None
        return form is not None and node.op in _SIZES and self.is_smooth(form)

    def same_argument(self, node: Node) -> Node | None:
        """The argument that a node comes to: c*c of relu(c*c)."""
        form = self.forms.get(node)
        return next((arg for arg in node.args if form and self._all[arg] is form), None)

    def arguments(self, node: Node) -> Sequence[Node]:
        """The arguments of a node; of an extremum, those that it may be."""
        if node not in self.forms or node.op not in EXTREMA:
            return node.args
        form = self.forms[node]
        parts = {*form.args} if form.op == node.op else set()
        return [arg for arg in node.args if self._all[arg] in parts] or node.args


def _is_rough(node: Node) -> bool:
    return node.op in _ROOTS or has_kink(node)


def _with_kinks(
    order: Sequence[Node],
    held: Collection[Node] = (),
    *,
    squares: bool = False,
    is_smooth: Callable[[Node], bool] = lambda _: False,
) -> set[Node]:
    """The nodes with a kink, or made of some that have one; what is constant has none."""
    varying: set[Node] = set(held)
    found: set[Node] = set()
    for node in order:
        if node in varying or node.op == INPUT:
            varying.add(node)
        elif not varying.isdisjoint(node.args):
            varying.add(node)
            args = node.args[0].args if squares and _is_square(node) else node.args
            is_rough = _is_rough(node) and not is_smooth(node)
            if is_rough or not found.isdisjoint(args):
                found.add(node)
    return found


def _is_square(node: Node) -> bool:
    """Whether this is an even power of a size: norm(x, y)^4."""
    if node.op != "pow" or not is_size(node.args[0]):
        return False
    exponent = node.args[1]
    return exponent.op == CONST and exponent.value > 0 and exponent.value % 2 == 0


def _copies(
    graph: Graph, known: _Known, held: Mapping[Node, str], *, squares: bool
) -> dict[Node, Node]:
    """The forms of nodes that are without a kink, as nodes of this graph."""
    order = known.graph.ancestors(known.forms.values())
    rough = _with_kinks(order, squares=squares, is_smooth=known.is_smooth)
    smooth = {node: form for node, form in known.forms.items() if form not in rough}
    steps = {name: node for node, name in held.items()}
    found: dict[Node, Node] = {}
    for node in known.graph.ancestors(smooth.values()):
        if node.op == INPUT and node.name in steps:
            found[node] = steps[node.name]
        elif squares and _is_square(node):
            found[node] = _written_out(graph, [found[arg] for arg in node.args[0].args], node)
        else:
            found[node] = graph.copied(node, tuple([found[arg] for arg in node.args]))
    return {node: found[form] for node, form in smooth.items()}


def _written_out(graph: Graph, parts: Iterable[Node], power: Node) -> Node:
    """An even power of a size by the squares of its parts."""
    two = graph.const(2.0)
    total = chained(graph, "add", [graph.node("pow", (part, two)) for part in parts])
    half = power.args[1].value / 2
    return total if half == 1 else graph.node("pow", (total, graph.const(half)))
