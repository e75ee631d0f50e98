"""``diff(expression, x)`` inside a program: which derivative it is, and by what.

How a derivative is taken is not known here: it is handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gradcli.errors import ParseError
from gradcli.graph.node import CONST, Graph, Node
from gradcli.graph.roots import Gradient
from gradcli.graph.shapes import shown
from gradcli.hints import LONG, shortened
from gradcli.syntax import ast

MOST = 12
"""How often something is differentiated at once."""


def derivative(
    graph: Graph,
    call: ast.Call | ast.Comprehension,
    args: Sequence[Node],
    is_variable: Callable[[Node], bool],
    gradient: Gradient,
) -> Node:
    """The derivative that a call asks for: ``diff(u, x)``, ``diff(u, x, 2)``, ``diff(u, x, y)``.

    Args:
        graph: where its arguments are.
        call: the call.
        args: the nodes of its arguments.
        is_variable: whether something can be differentiated by a node.
        gradient: takes derivatives.

    Raises:
        ParseError: it is not said by what, or something is no variable or no order.
    """
    if isinstance(call, ast.Comprehension) or len(args) < 2:
        raise _refused(call, "it is not said by what", _by_what(call))
    first, *others = args
    if first.shape:
        message = f"diff is of a number, and this is {shown(first.form)}"
        raise _refused(call, message, "make one number of it: sum(…), or one entry")
    variables: list[Node] = []
    for node, tree in zip(others, call.arguments[1:], strict=True):
        if variables and (isinstance(tree, ast.Number) or (node.is_const and not node.label)):
            variables += [variables[-1]] * (_order(call, node) - 1)
        elif isinstance(tree, ast.Name | ast.Index) and is_variable(_whole(node)):
            variables.append(node)
        else:
            message = "diff is by an input or a step of the program, or a parameter of the function"
            raise _refused(call, message, "give what it is by a name: u = 2*x; diff(u^2, u)")
    if len(variables) > MOST:
        raise _refused(call, f"diff is of order {MOST} at the most", "ask for a lower order")
    found = first
    for variable in variables:
        whole = _whole(variable)
        (found,) = gradient(graph, found, [whole])
        if whole is not variable:
            found = graph.node(variable.op, (found, *variable.args[1:]), variable.params)
    return found


def lost(
    graph: Graph, call: ast.Call | ast.Comprehension, args: Sequence[Node], source: str
) -> str | None:
    """What is said of a derivative that is 0 since nothing in it depends on the name it is by.

    Of elements nothing is said: a Jacobian has zeros.

    Args:
        graph: where its arguments are.
        call: the call.
        args: the nodes of its arguments.
        source: the program.
    """
    if len(args) < 2 or args[0].is_const or args[1].is_const:
        return None
    first, by = call.children[:2]
    if not isinstance(by, ast.Name) or any(isinstance(x, ast.Index) for x in ast.walk([first])):
        return None
    if args[1] in graph.ancestors(args[:1]):
        return None
    inside = shortened(source[slice(*first.span)])
    return f"'{inside}' does not depend on {by.name}: its derivative by that is 0"


def _whole(node: Node) -> Node:
    """The array that a node is one entry of, else the node itself."""
    is_entry = node.op in {"take", "gather"} and not node.shape and node.label is None
    return node.args[0] if is_entry else node


def _order(call: ast.Expression, node: Node) -> int:
    order = node.value if node.op == CONST else 0.0
    if order != int(order) or not 1 <= order <= MOST:
        raise _refused(
            call, f"an order is a whole number from 1 to {MOST}", "write diff(x^3, x, 2)"
        )
    return int(order)


def _by_what(call: ast.Call | ast.Comprehension) -> str:
    """The hint for ``diff(x^3)``: the same with the first name of its formula."""
    from gradcli.syntax.text import text  # noqa: PLC0415  (only an error needs it)

    formula = call.arguments[0] if isinstance(call, ast.Call) and call.arguments else None
    name = formula and next(
        (each.name for each in ast.walk([formula]) if isinstance(each, ast.Name)), None
    )
    written = text(formula, LONG) if formula else ""
    is_short = name is not None and len(written) < LONG
    return f"write diff({written}, {name})" if is_short else "write diff(x^2, x)"


def _refused(call: ast.Expression, message: str, hint: str) -> ParseError:
    return ParseError("derivative", message, span=call.span, hint=hint)
