"""The one node type, immutable and interned, and the graph that makes its nodes.

Nodes are numbered as they are made, and a node is made after its arguments: the numbers are a
topological order, so every pass over a graph is a loop over a list and nothing recurses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, MutableMapping
from operator import attrgetter
from typing import Any, Final

from gradcli.base.record import Record
from gradcli.graph.shapes import SCALAR, Entries, Form, Letter, Params, Shape

INPUT: Final = "input"
CONST: Final = "const"
IDENTITY: Final = "id"
ARRAY: Final = "array"

FEW = 16
"""Of a graph this part is looked for node by node, which takes some times as long for each."""


def operation_name(op: str) -> str:
    """What an operation is called: findroot, whatever is to be 0."""
    return op if type(op) is str else op.partition(" ")[0]


class Node:
    """An operation on nodes, an input, or a constant.

    Attributes:
        op: the operation, ``"input"`` or ``"const"``.
        args: the nodes it is applied to.
        value: the number of a constant, else 0.
        label: the name that the user gave: of an input, a step, or a constant such as ``pi``.
        index: its place in the graph's topological order.
        form: the lengths of its axes, and whether it is a row; ``SCALAR`` for a number.
        params: what the operation is told beside its arguments; ``()`` for most.
    """

    __slots__ = ("args", "form", "index", "label", "op", "params", "value")

    def __init__(  # noqa: PLR0913, PLR0917  (made in one place only, and by the million)
        self,
        op: str,
        args: tuple[Node, ...],
        value: float,
        label: str | None,
        index: int,
        form: Form,
        params: Params = (),
    ) -> None:
        self.op = op
        self.args = args
        self.value = value
        self.label = label
        self.index = index
        self.form = form
        self.params = params

    @property
    def shape(self) -> Shape:
        """The length of each axis; ``()`` for a number."""
        return self.form.shape

    @property
    def name(self) -> str:
        """The label of an input or of a step, and "" of a node without one."""
        return self.label or ""

    @property
    def is_const(self) -> bool:
        """Whether this is a constant number."""
        return self.op == CONST

    def __getstate__(self) -> object:
        # The first two protocols of pickle know of slots only where this is defined.
        return object.__getstate__(self)

    def __repr__(self) -> str:
        args = ", ".join(f"#{arg.index}" for arg in self.args)
        return f"<#{self.index} {self.label or self.op}({args or self.value})>"


_Kind = str | tuple[str, Params]
"""An operation, with its parameters if it has any."""

_ByArguments = MutableMapping[tuple[Node, ...], Node]
"""The nodes of a kind. A table of each kind needs no key besides the arguments that a node has: of
a million nodes that is a third of what has to be looked at for garbage.
"""


def _kind(op: str, params: Params) -> _Kind:
    return (op, params) if params else op


def behind(
    nodes: Iterable[Node], done: Container[Node] = (), whole: Container[Node] = ()
) -> list[Node]:
    """These nodes and what they are made of, in order; it costs no look at the rest of the graph.

    Args:
        nodes: where to begin.
        done: nodes that are left out, with what only they are made of.
        whole: nodes that are not looked into.
    """
    found: set[Node] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if node not in found and node not in done:
            found.add(node)
            if node not in whole:
                waiting.extend(node.args)
    return sorted(found, key=attrgetter("index"))


def _few_behind(nodes: list[Node], most: int) -> list[Node] | None:
    """These nodes and what they are made of, in order; None as soon as that is more than so many.

    A long graph in which each of many nodes has little behind it is not looked through for each.
    """
    found = set(nodes)
    waiting = [*found]
    while waiting and len(found) <= most:
        for arg in waiting.pop().args:
            if arg not in found:
                found.add(arg)
                waiting.append(arg)
    return None if waiting else sorted(found, key=attrgetter("index"))


class _Tables(Record):
    """Where nodes are found again: rules' own, inputs and constants, and operations."""

    shared: MutableMapping[tuple[str | Node, ...], Node]
    leaves: MutableMapping[tuple[str, str | float, str | None], Node]
    unnamed: MutableMapping[_Kind, _ByArguments]
    named: MutableMapping[_Kind, _ByArguments]


class _Begun(dict[Any, Node]):
    """The entries of a table as it was, and more; what it gets from now on is not among them."""

    def __init__(self, table: MutableMapping[Any, Node], first: int) -> None:
        super().__init__()
        self._table = table
        self._first = first

    def get(self, key: Any, default: Any = None) -> Any:
        """The node of an entry."""
        found = super().get(key)
        if found is None:
            found = self._table.get(key)
            if found is None or found.index >= self._first:
                return default
        return found

    def setdefault(self, key: Any, default: Any = None) -> Any:
        """The same, made if there is none."""
        found = self.get(key)
        if found is None:
            found = self[key] = default
        return found

    def __bool__(self) -> bool:
        return True


class _BegunKinds(dict[Any, _ByArguments]):
    """The tables of each kind as they were, and more."""

    def __init__(self, kinds: Mapping[Any, _ByArguments], first: int) -> None:
        super().__init__()
        self._kinds = kinds
        self._first = first

    def __missing__(self, kind: Any) -> _ByArguments:
        made = self[kind] = _Begun(self._kinds.get(kind, {}), self._first)
        return made

    def __bool__(self) -> bool:
        return True


class Graph:
    """Makes nodes, each only once, and keeps them in topological order.

    A labelled step is a node of its own: it is never merged with the equal expression without
    that name, which stays in the graph, for ∂J/∂u of ``u = x*y; J = u + x*y`` is 1. A derivative
    may nevertheless use it (``find``), because the value is the same.

    Attributes:
        nodes: all nodes, each after its arguments.
        shared: what the rule of an operation makes once, by purpose and the nodes that it is for.
        has_arrays: whether a node may be more than a number; where none is, nothing is asked.
    """

    def __init__(
        self,
        nodes: Iterable[Node] = (),
        tables: _Tables | None = None,
        *,
        has_arrays: bool = False,
    ) -> None:
        self.nodes = [*nodes]
        self.has_arrays = has_arrays
        self._tables = (
            _Tables({}, {}, defaultdict(dict), defaultdict(dict)) if tables is None else tables
        )
        self.shared, self._leaves, self._unnamed, self._named = self._tables

    def __len__(self) -> int:
        return len(self.nodes)

    def __repr__(self) -> str:
        return f"<graph of {len(self)} nodes>"

    def draft(self) -> Graph:
        """A graph that begins with the nodes of this one, which does not grow with it.

        For writers of text: what they make to write it down is no part of a program.
        """
        first = len(self)
        tables = _Tables(
            _Begun(self.shared, first),
            _Begun(self._leaves, first),
            _BegunKinds(self._unnamed, first),
            _BegunKinds(self._named, first),
        )
        return Graph(self.nodes, tables, has_arrays=self.has_arrays)

    def look_at_forms(self, nodes: Iterable[Node]) -> None:
        """Take the graph for one of numbers if some nodes are, be others left from reading."""
        self.has_arrays = any(node.form is not SCALAR for node in nodes)

    def input(self, name: str, form: Form = SCALAR) -> Node:
        """The input of that name."""
        self.has_arrays = self.has_arrays or form is not SCALAR
        return self._leaf((INPUT, name, name), 0.0, form if form.shape else SCALAR)

    def const(self, value: float, label: str | None = None) -> Node:
        """A constant; ``label`` is the name it is shown under, such as ``pi``."""
        # repr tells -0.0 from 0.0 and finds nan again, which == does not.
        key = value if value and value == value else repr(value)  # noqa: PLR0124  (not nan)
        return self._leaf((CONST, key, label), value, SCALAR)

    def count(self, length: int) -> Node:
        """A constant that is a length, by its letters where nothing gives these a number."""
        if not isinstance(length, Letter):
            return self.const(float(length))
        factors = [self.const(float(number), letter) for letter, number in length.letters]
        if length.rest != 1:
            factors.insert(0, self.const(float(length.rest)))
        product = factors[0]
        for factor in factors[1:]:
            product = self.node("mul", (product, factor))
        return product

    def array(self, entries: Entries) -> Node:
        """A constant array, which is one node."""
        return self.node(ARRAY, (), (entries,))

    def node(self, op: str, args: tuple[Node, ...], params: Params = ()) -> Node:
        """The operation applied to nodes of this graph, exactly as asked for.

        What makes an array of numbers has parameters; where no array is, no form is looked at.

        Raises:
            FormError: it cannot be applied to arguments of their forms.
        """
        known = self._unnamed[(op, params) if params else op]
        return known.get(args) or self._made(known, op, args, params)

    def copied(self, node: Node, args: tuple[Node, ...]) -> Node:
        """A node of another graph, on arguments of this one; the label of a step is left out."""
        if node.op == INPUT:
            return self.input(node.name, node.form)
        if node.op == CONST:
            return self.const(node.value, node.label)
        return self.node(node.op, args, node.params)

    def find(self, op: str, args: tuple[Node, ...], params: Params = ()) -> Node:
        """Any node with this value, under a label or without one; made when there is none."""
        kind = (op, params) if params else op
        found = self._named and self._named[kind].get(args)
        return found or self.node(op, args, params)

    def name(self, node: Node, label: str) -> Node:
        """A step: the same operation once more, under a name; of what has a name the identity."""
        if node.label is not None or not node.args:
            return self._append(IDENTITY, (node,), 0.0, label, node.form)
        return self._append(node.op, node.args, 0.0, label, node.form, node.params)

    def share(self, steps: Iterable[Node]) -> None:
        """Let `find` find steps: until then a derivative in the program is no other name of one."""
        for node in steps:
            if node.op != IDENTITY:
                self._named[_kind(node.op, node.params)].setdefault(node.args, node)

    def ancestors(self, outputs: Iterable[Node]) -> list[Node]:
        """All nodes that the outputs are computed from, themselves included, in order."""
        found = [*outputs]
        places = [node.index for node in found]
        # A node is made after its arguments: what is behind the last output need not be looked at.
        last = max(places, default=-1)
        few = _few_behind(found, last // FEW)
        if few is not None:
            return few
        nodes = self.nodes[: last + 1]
        needed = bytearray(len(nodes))
        for place in places:
            needed[place] = 1
        for node in reversed(nodes):
            if needed[node.index]:
                for arg in node.args:
                    needed[arg.index] = 1
        return [node for node in nodes if needed[node.index]]

    def _leaf(self, key: tuple[str, str | float, str | None], value: float, form: Form) -> Node:
        found = self._leaves.get(key)
        if found is None:
            found = self._leaves[key] = self._append(key[0], (), value, key[2], form)
        return found

    def _made(self, known: _ByArguments, op: str, args: tuple[Node, ...], params: Params) -> Node:
        nodes = self.nodes
        if params or self.has_arrays:
            node = self._shaped(op, args, params)
        else:
            node = Node(op, args, 0.0, None, len(nodes), SCALAR)
        known[args] = node
        nodes.append(node)
        return node

    def _shaped(self, op: str, args: tuple[Node, ...], params: Params) -> Node:
        """A node of any form, which its operation gives for those of its arguments."""
        from gradcli.graph.form_rules import form_of  # noqa: PLC0415  (only arrays need it)

        form = form_of(op, [arg.form for arg in args], params)
        self.has_arrays = True
        return Node(op, args, 0.0, None, len(self.nodes), form if form.shape else SCALAR, params)

    def _append(  # noqa: PLR0913, PLR0917  (the attributes of a node)
        self,
        op: str,
        args: tuple[Node, ...],
        value: float,
        label: str | None,
        form: Form,
        params: Params = (),
    ) -> Node:
        node = Node(op, args, value, label, len(self.nodes), form, params)
        self.nodes.append(node)
        return node
