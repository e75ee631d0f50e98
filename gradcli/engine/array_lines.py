"""Nodes of arrays as lines of a straight-line program of NumPy.

Stretching is left to NumPy, which does it on its way; a value may therefore be smaller than its
node, and is stretched only where an operation looks at all of it. What has no input is computed
once, comparisons stay truths as long as only choices ask for them, and a sum of products is a
contraction, which has no products in memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from gradcli.engine.arrays import ArrayValues
from gradcli.engine.beyond import GREATEST, LEAVING, SMALLEST, Beyond, is_lost
from gradcli.engine.chains import chain
from gradcli.engine.contractions import summed_contraction, summed_product
from gradcli.engine.entrywise import sech_square
from gradcli.engine.fused import fused
from gradcli.engine.kernels import kernel
from gradcli.engine.lowering import Part, lowered
from gradcli.engine.reductions import LONGEST_SUM
from gradcli.engine.scalar import operation
from gradcli.engine.shares import of_shares
from gradcli.engine.straight import Line, Program
from gradcli.graph import operations
from gradcli.graph.node import Graph, Node
from gradcli.graph.shapes import SCALAR, SHAPED, Shape

_CHAIN = "chain"
_SHARES = "shares"

_JUNCTIONS = frozenset(["and", "or", "not"])

_TRUTHS = {
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
    "eq": np.equal,
    "ne": np.not_equal,
    "not": np.logical_not,
    "and": np.logical_and,
    "or": np.logical_or,
}

_VIEWS = frozenset(["transpose", "reshape", "take"])
"""What may give a part of the memory of its argument."""

Around = Callable[[str, Callable[..., Any]], Callable[..., Any]]
"""Gives a function in the place of that of an operation."""

_Made = Node | Part


class _Spelling(NamedTuple):
    """What computes a node.

    Attributes:
        op: the operation, for what is done with numbers and for what it may do to memory.
        function: what it is for NumPy; None where the value is that of the argument.
        args: what it is applied to.
        is_entrywise: whether it is done entry by entry, so that arguments need no stretching.
    """

    op: str
    function: Callable[..., Any] | None
    args: tuple[_Made, ...]
    is_entrywise: bool = False


class Lowering:
    """The lines that compute some outputs of inputs.

    Args:
        graph: the graph of all nodes.
        inputs: the nodes that are given.
        outputs: the nodes that are wanted.
        around: what is put around the function of each operation.
    """

    def __init__(
        self,
        graph: Graph,
        inputs: Sequence[Node],
        outputs: Sequence[Node],
        around: Around | None = None,
    ) -> None:
        self._inputs = inputs
        self._outputs = outputs
        self._lines: list[Line] = []
        self._names: dict[_Made, str] = {node: f"x{i}" for i, node in enumerate(inputs)}
        self._given = [*self._names.values()]
        self._is_beyond = False
        self._made: dict[tuple[str, Shape | str], str] = {}
        self._shapes: dict[str, Shape] = {self._names[node]: node.shape for node in inputs}
        self._flags: set[str] = set()
        self._views: set[str] = {*self._names.values()}
        self._known: dict[str, Any] = {}
        self._around = around
        self._constants = ArrayValues((), ())
        given = {*inputs}
        order = [node for node in graph.ancestors(outputs) if node not in given]
        self._uses = Counter([*outputs, *[arg for node in order for arg in node.args]])
        self._varies = given
        self._sizes: dict[_Made, Shape] = {node: node.shape for node in inputs}
        for node in order:
            self._sizes[node] = self._size(node)
            if not self._varies.isdisjoint(node.args):
                self._varies.add(node)
        for node in outputs:
            self._reach(node)

    def program(self) -> Program | None:
        """The program of the outputs; None if a constant is beyond the range of floats."""
        if self._is_beyond:
            return None
        names = [self._own(node, self._as_number(self._names[node])) for node in self._outputs]
        return Program(self._given, self._known, self._lines, names)

    def _own(self, node: Node, name: str) -> str:
        """The value of an output in memory of its own."""
        if not node.shape or (name not in self._views and self._shapes[name] == node.shape):
            self._views.add(name)  # it is given away: another output of the same value is a copy
            return name
        copy = self._new(node.shape)
        self._lines.append(Line(copy, _copied(node.shape), (name,), node.shape))
        return copy

    def _size(self, node: Node) -> Shape:
        """The shape that the value of a node has before anything needs all of it."""
        if node.op == "spread":
            return self._sizes[node.args[0]]
        if node.op in SHAPED or not node.args or of_shares(node) is not None:
            return node.shape
        return np.broadcast_shapes(*[self._sizes[arg] for arg in node.args])

    def _reach(self, output: Node) -> None:
        """Compute a node after all that it needs."""
        waiting: list[_Made] = [output]
        while waiting:
            node = waiting[-1]
            if node in self._names:
                waiting.pop()
                continue
            if isinstance(node, Node) and node not in self._varies and node.op != "spread":
                self._names[node] = self._constant(self._constants(node))
                continue
            spelling = self._spelled(node)
            missing = [arg for arg in spelling.args if arg not in self._names]
            if missing:
                waiting.extend(reversed(missing))
            else:
                self._names[waiting.pop()] = self._written(node, spelling)

    def _spelled(self, node: _Made) -> _Spelling:
        """How a node is computed that depends on an input, or stretches what does not."""
        shares = None if isinstance(node, Part) else of_shares(node)
        if shares is not None:
            return _Spelling(_SHARES, *shares)
        if isinstance(node, Part) or _is_of_numbers(node):
            op, numbers = lowered(node)
            return _Spelling(op, operation(op), numbers)
        op, args = node.op, node.args
        if op == "spread" or (op in {"max", "min"} and len(args) == 1):
            return _Spelling(op, None, args)
        if op in SHAPED:
            found = self._contracted(node) if op in {"sum_to", "contract"} else None
            return found or _Spelling(op, kernel(op, node.params), args)
        if op == "pow" and operations.is_value(args[1], 2):
            (base, _) = args
            if base.op == "sech" and self._uses[base] == 1:
                return _Spelling(op, sech_square, base.args, is_entrywise=True)
            return _Spelling(op, np.square, (base,), is_entrywise=True)
        together = fused(node)
        if together is not None:
            return _Spelling(op, *together, is_entrywise=True)
        function = np.where if op == "where" else _TRUTHS.get(op) or kernel(op, ())
        return _Spelling(op, function, args, is_entrywise=True)

    def _contracted(self, node: Node) -> _Spelling | None:
        """A better way to a product of matrices, or to a sum of products that are only for it."""
        if node.op == "contract":
            found = chain(node, self._uses)
            return found and _Spelling(_CHAIN, found.function, found.args)
        (product,) = node.args
        if self._uses[product] > 1 or product not in self._varies:
            return None
        function = None
        if product.op == "mul":
            one, other = [self._sizes[arg] for arg in product.args]
            function = summed_product(one, other, product.shape, node.shape, LONGEST_SUM)
        elif product.op == "contract":
            function = summed_contraction([*map(str, product.params)], product.shape, node.shape)
        return function and _Spelling(product.op, function, product.args)

    def _written(self, node: _Made, spelling: _Spelling) -> str:
        """Add the line of a node whose arguments have theirs; its name."""
        op, function, args, is_entrywise = spelling
        if function is None:
            return self._names[args[0]]
        if isinstance(node, Part) or (op != _SHARES and _is_of_numbers(node)):
            return self._of_numbers(op, function, args)
        names = [self._argument(op, place, self._names[arg]) for place, arg in enumerate(args)]
        if op in SHAPED or op in {_CHAIN, _SHARES}:
            names = [
                self._stretched(name, arg.form.shape)
                for name, arg in zip(names, args, strict=True)
                if isinstance(arg, Node)
            ]
        shape = self._sizes[node] if is_entrywise else node.shape
        called = self._around(op, function) if self._around else function
        is_view = op in _VIEWS
        is_flag = op in _TRUTHS
        name = self._new(shape)
        if node.form is SCALAR:
            called = _as_float(called)
        takes_out = isinstance(function, np.ufunc) and is_entrywise
        self._lines.append(Line(name, called, tuple(names), shape, takes_out, is_view, is_flag))
        if is_view:
            self._views.add(name)
        if is_flag:
            self._flags.add(name)
        return name

    def _of_numbers(self, op: str, function: Callable[..., Any], args: tuple[_Made, ...]) -> str:
        """An operation on single numbers, which may leave the range of floats."""
        names = tuple([self._names[arg] for arg in args])
        name = self._new(())
        self._lines.append(Line(name, _staying(op, function), names))
        return name

    def _argument(self, op: str, place: int, name: str) -> str:
        """A value as an operation takes it: a truth or a number."""
        if op in _JUNCTIONS:
            return name
        if op == "where" and place == 0:
            return self._truth(name)
        return self._as_number(name)

    def _truth(self, name: str) -> str:
        if name in self._flags:
            return name
        return self._once(name, "truth", _is_not_zero, is_flag=True)

    def _as_number(self, name: str) -> str:
        return self._once(name, "number", _number) if name in self._flags else name

    def _once(
        self, name: str, what: str, function: Callable[..., Any], *, is_flag: bool = False
    ) -> str:
        """A value in another kind."""
        made = self._made.get((name, what))
        if made is None:
            shape = self._shapes[name]
            made = self._made[name, what] = self._new(shape)
            if is_flag:
                self._flags.add(made)
            self._lines.append(Line(made, function, (name,), shape, is_flag=is_flag))
        return made

    def _stretched(self, name: str, shape: Shape) -> str:
        """A value with all of its entries, most of which may be the same memory."""
        if self._shapes[name] == shape:
            return name
        made = self._made.get((name, shape))
        if made is None:
            made = self._made[name, shape] = self._new(shape)
            self._views.add(made)
            self._lines.append(Line(made, _stretched_to(shape), (name,), shape, is_view=True))
        return made

    def _constant(self, value: Any) -> str:
        """The name of what no input changes."""
        name = f"c{len(self._shapes)}"
        self._shapes[name] = np.shape(value)
        self._views.add(name)
        self._is_beyond = self._is_beyond or type(value) is Beyond
        if np.shape(value):
            value = np.array(value)
            value.flags.writeable = False
        self._known[name] = value
        return name

    def _new(self, shape: Shape) -> str:
        name = f"v{len(self._shapes)}"
        self._shapes[name] = shape
        return name


def _is_of_numbers(node: Node) -> bool:
    return node.op not in SHAPED and all(each.form is SCALAR for each in (node, *node.args))


def _is_not_zero(x: Any) -> Any:
    return np.not_equal(x, 0.0)


def _number(truth: Any) -> Any:
    return np.asarray(truth, dtype=float)


class OutOfRangeError(ArithmeticError):
    """A number on the way has left the range of floats."""


def _staying(op: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """An operation on numbers that says so where its result leaves the range of floats."""
    if op not in LEAVING:
        return function

    def value(*args: float) -> Any:
        result = function(*args)
        if not SMALLEST <= abs(result) <= GREATEST and is_lost(op, args, result):
            raise OutOfRangeError
        return result

    return value


def _as_float(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args: float(function(*args))


def _stretched_to(shape: Shape) -> Callable[..., Any]:
    return lambda x: np.broadcast_to(x, shape)


def _copied(shape: Shape) -> Callable[..., Any]:
    return lambda x: np.array(np.broadcast_to(x, shape))
