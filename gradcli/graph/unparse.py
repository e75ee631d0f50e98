"""Nodes to syntax trees, and so to text that reads back as the same nodes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gradcli.graph.node import CONST, IDENTITY, INPUT, Node
from gradcli.graph.rules import CONSTANTS, table
from gradcli.syntax import ast
from gradcli.syntax.text import number, text
from gradcli.syntax.walk import bottom_up

_BINARY = {"add", "sub", "mul", "div", "pow", "and", "or"}
_UNARY = {"neg", "not"}
_COMPARISONS = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}

_SIGN_WIDTH = 3
_ENDLESS = 1 << 60


class Unparser:
    """Writes nodes in the names of others.

    Syntax trees are kept, so that writing many nodes of one graph takes time in proportion to
    the graph; an expression with shared parts is a tree whose text can be exponentially longer
    than its graph, so ``length`` is known before anything is written.

    Args:
        names: the nodes that are written by a name.
        own: all names of the program, if these are not all; a function or a constant of the
            language of such a name is written ``np.sin``, ``np.pi``.
    """

    def __init__(self, names: Mapping[Node, str], own: Iterable[str] | None = None) -> None:
        self._names = names
        bases = {name.partition("[")[0] for name in (names.values() if own is None else own)}
        self._hidden = {name for name in bases if name in CONSTANTS or table().is_function(name)}
        self._trees: dict[Node, ast.Expression] = {}
        self._lengths: dict[Node, int] = {}

    def reference(self, node: Node) -> ast.Expression:
        """How a node is written inside of others: its name if it has one."""
        name = self._names.get(node)
        return self.definition(node) if name is None else ast.Name(name)

    def definition(self, node: Node) -> ast.Expression:
        """What a node is, in the names of others."""
        self._prepare(node)
        return self._trees[node]

    def text(self, node: Node) -> str:
        """The canonical text of what a node is."""
        return text(self.definition(node))

    def length(self, node: Node) -> int:
        """About how many characters the text of the node has."""
        self._prepare(node)
        return self._lengths[node]

    def _prepare(self, root: Node) -> None:
        bottom_up(root, self._parts, self._write, self._trees)

    def _parts(self, node: Node) -> list[Node]:
        """The arguments that are written out."""
        return [arg for arg in node.args if arg not in self._names]

    def _write(self, node: Node, trees: Mapping[Node, ast.Expression]) -> ast.Expression:
        names = self._names
        args = tuple(ast.Name(names[arg]) if arg in names else trees[arg] for arg in node.args)
        self._lengths[node] = self._measure(node)
        return self.operation(node, args)

    def _measure(self, node: Node) -> int:
        if node.op == CONST:
            return len(node.label or number(node.value))
        if node.op == INPUT:
            return len(node.name)
        own = _SIGN_WIDTH if node.op in _BINARY else len(node.op) + 2
        whole = own + sum(
            len(self._names[arg]) if arg in self._names else self._lengths[arg] for arg in node.args
        )
        # The numbers of a graph with much sharing would be as long as the graph is deep.
        return min(whole, _ENDLESS)

    def operation(self, node: Node, args: tuple[ast.Expression, ...]) -> ast.Expression:
        """What a node is, of arguments that are written already."""
        op = node.op
        if op == CONST:
            return ast.Name(self.of_language(node.label)) if node.label else ast.Number(node.value)
        if op == INPUT:
            return ast.Name(node.name)
        if op == IDENTITY:
            return args[0]
        if op in _BINARY:
            return ast.Binary(op, *args)
        if op in _UNARY:
            return ast.Unary(op, args[0])
        if op in _COMPARISONS:
            return ast.Comparison((_COMPARISONS[op],), args)
        return ast.Call(self.of_language(op), args)

    def of_language(self, name: str) -> str:
        """How a function or constant of the language is written beside the program's names."""
        return ast.LANGUAGE + name if name in self._hidden else name
