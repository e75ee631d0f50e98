"""Derivatives of a graph of numbers in many digits: what ours are checked against.

Every operation is mpmath's, and its partials are differences of its values, in so many digits that
no step size has to be chosen; then one walk back from the output. So no rule of ours takes part,
and it is as many steps as the graph has edges.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from math import isfinite
from typing import Any

from gradcli.engine.scalar import operation
from gradcli.germs.logic import CHOOSING
from gradcli.graph.node import CONST, INPUT, Graph, Node, behind
from gradcli.trust.references import STEP, Function, Number, constants, load, references

COMPARISONS = frozenset(("lt", "le", "gt", "ge", "eq", "ne"))
LOGIC = frozenset(("and", "or", "not"))

_LARGEST = 1_000_000
"""Numbers with larger exponents than that are infinite here."""

_FAR = 64
"""What is larger than 2^64, or smaller than 2^-64, is given more digits."""

APART = 40
"""A root in many digits is looked for within 2^-40 of the one among floats.

Partials from both sides that differ by a greater part than 2^-40 are two."""


class OpenError(Exception):
    """There is no one partial here: the message says why."""


class KinkError(OpenError):
    """There is one partial for each side, both finite: 0 times them is 0."""

    def __init__(self) -> None:
        super().__init__("a kink")


class Precise:
    """Values and derivatives of a graph of numbers at a point.

    Attributes:
        mp: mpmath's context.

    Args:
        graph: the graph, without arrays.
        output: the node that is differentiated.
        point: the value of each input.
        others: nodes whose values are wanted besides.
        adjoints: whether derivatives are wanted at all.
        as_written: whether 0.1 is a tenth, and not the float that is nearest to it.
    """

    def __init__(  # noqa: PLR0913  (what is wanted of a program)
        self,
        graph: Graph,
        output: Node,
        point: Mapping[Node, float],
        others: Iterable[Node] = (),
        *,
        adjoints: bool = True,
        as_written: bool = False,
    ) -> None:
        self._as_written = as_written
        self.mp = load()
        self._functions = references(self.mp)
        self._constants = constants(self.mp)
        self._values: dict[Node, Number] = {}
        self._adjoints: dict[Node, Number] = {}
        self._sizes: dict[Node, Number] = {}
        self._open: dict[Node, str] = {}
        self._through: set[Node] = set()
        self._order = graph.ancestors([output, *others])
        self.move(point)
        if adjoints:
            self._walk(graph.ancestors([output]), output)

    def move(self, point: Mapping[Node, float]) -> None:
        """Compute the values at another point; derivatives stay those of the first one."""
        for node in self._order:
            self._values[node] = self._value(node, point)

    def value(self, node: Node) -> Number:
        """The value of a node; NaN where it has none."""
        return self._values[node]

    def has(self, node: Node) -> bool:
        """Whether a node was computed."""
        return node in self._values

    def adjoint(self, node: Node) -> Number:
        """The derivative of the output by a node, if nothing leaves it open."""
        return self._adjoints.get(node, self.mp.mpf(0))

    def size(self, node: Node) -> Number:
        """The sum of the sizes of what the derivative is a sum of."""
        return self._sizes.get(node, self.mp.mpf(0))

    def is_open(self, node: Node) -> str | None:
        """Why the derivative by a node is not one number; None: it is."""
        return self._open.get(node)

    # --- Values -----------------------------------------------------------------------------

    def _value(self, node: Node, point: Mapping[Node, float]) -> Number:
        if node.op == INPUT:
            return self._number(float(point[node]))
        if node.op == CONST:
            known = self._constants.get(node.name)
            return self._number(node.value) if known is None else known
        function = self._function(node.op)
        if function is None:
            return self.mp.nan
        return self._applied(function, [self._values[arg] for arg in node.args])

    def _function(self, op: str) -> Function | None:
        """The function that an operation is, None if there is none."""
        return self._functions.get(op) if type(op) is str else partial(self._root, op)

    def _root(self, op: Any, start: Number, *parameters: Number) -> Number:
        """The root that is next to the one among floats: of its formula, in many digits."""
        formula = op.formula
        near = operation(op)(float(start), *map(float, parameters))
        if not isfinite(near):
            return self.mp.nan
        order = behind([formula.output], {formula.unknown, *formula.parameters})

        def value(x: Number) -> Number:
            values = dict(zip(formula.parameters, parameters, strict=True)) | {formula.unknown: x}
            for node in order:
                function = self._function(node.op)
                if node.is_const:
                    values[node] = self._value(node, {})
                else:
                    args = [values[arg] for arg in node.args]
                    values[node] = self._applied(function, args) if function else self.mp.nan
            return values[formula.output]

        x = self.mp.mpf(near)
        apart = self.mp.ldexp(abs(x) or self.mp.mpf(1), -APART)
        return self.mp.findroot(value, (x - apart, x + apart), tol=self.mp.ldexp(1, -STEP * 3))

    def _number(self, value: float) -> Number:
        return self.mp.mpf(repr(value) if self._as_written else value)

    def _applied(self, function: Function, args: Sequence[Number]) -> Number:
        """A value that is real and finite, else NaN."""
        try:
            found = function(*args)
        except (ArithmeticError, ValueError, NotImplementedError):
            return self.mp.nan
        if getattr(found, "imag", 0):
            return self.mp.nan
        found = self.mp.re(found)
        is_usual = self.mp.isfinite(found) and (not found or abs(self.mp.mag(found)) < _LARGEST)
        return found if is_usual else self.mp.nan

    # --- Derivatives ------------------------------------------------------------------------

    def _walk(self, nodes: Sequence[Node], output: Node) -> None:
        """Walk back from the output, an adjoint for each node."""
        self._adjoints[output] = self._sizes[output] = self.mp.mpf(1)
        for node in reversed(nodes):
            reason = self._open.get(node)
            if reason is not None:
                self._leave_open(node.args, reason)
            elif node in self._adjoints:
                self._hand_back(node)
            if node in self._through:
                self._look_at_condition(node)

    def _hand_back(self, node: Node) -> None:
        if node.op in COMPARISONS or node.op in LOGIC:
            self._through.add(node)
            return
        if node.op == "where":
            self._through.add(node.args[0])
        for place, arg in enumerate(node.args):
            if arg.is_const or not self._is_taken(node, place):
                continue
            try:
                partial = self._partial(node, place)
            except OpenError as error:
                # 0 times a partial that is infinite, or a jump, may be anything.
                if self._adjoints[node] or not isinstance(error, KinkError):
                    self._leave_open([arg], str(error))
                continue
            self._add(self._adjoints, arg, self._adjoints[node] * partial)
            self._add(self._sizes, arg, self._sizes[node] * abs(partial))

    def _is_taken(self, node: Node, place: int) -> bool:
        """Whether a node's value came from an argument, as it does but for branches and extrema."""
        if node.op == "where":
            return place == (1 if self._values[node.args[0]] else 2)
        return node.op not in CHOOSING or self._values[node.args[place]] == self._values[node]

    def _look_at_condition(self, node: Node) -> None:
        """At the border of a condition what depends on its sides has no one derivative."""
        if node.op in LOGIC:
            self._through.update(node.args)
        elif node.op in COMPARISONS:
            left, right = (self._values[arg] for arg in node.args)
            if left == right:
                self._leave_open(node.args, "the border of a condition")

    def _leave_open(self, nodes: Iterable[Node], reason: str) -> None:
        for node in nodes:
            if not node.is_const:
                self._open.setdefault(node, reason)

    def _add(self, totals: dict[Node, Number], node: Node, share: Number) -> None:
        totals[node] = totals[node] + share if node in totals else share

    def _partial(self, node: Node, place: int) -> Number:
        """The partial of a node by one argument.

        Raises:
            OpenError: there is none, or one for each side.
        """
        args = [self._values[arg] for arg in node.args]
        known = self._known(node, place, args)
        if known is not None:
            return known
        function = self._function(node.op)
        if function is None:
            raise OpenError(f"no reference for {node.op}")
        x, here = args[place], self._values[node]
        if self.mp.isnan(here) or self.mp.isnan(x):
            raise OpenError("no finite value")
        # What 1 + x and sin(x) change by is lost beside a number of another size than 1.
        sizes = [abs(self.mp.mag(arg)) for arg in args if arg and self.mp.isfinite(arg)]
        size = max(sizes, default=0)
        if size <= _FAR:
            return self._difference(function, args, place, here)
        with self.mp.workprec(self.mp.prec + 2 * size):
            return self._difference(function, args, place, self._applied(function, args))

    def _difference(
        self, function: Function, args: Sequence[Number], place: int, here: Number
    ) -> Number:
        """A partial by a difference on both sides.

        Raises:
            OpenError: there is none, or one for each side.
        """
        x = args[place]
        step = self.mp.ldexp(min(abs(x) or self.mp.mpf(1), self.mp.mpf(1)), -STEP)
        above, below = (self._moved(function, args, place, move) for move in (step, -step))
        if self.mp.isnan(above) or self.mp.isnan(below):
            raise OpenError("the end of a domain")
        self._look_for_jump(function, args, place, here, step)
        right, left = (above - here) / step, (here - below) / step
        # What is flat here has slopes of the size of the step, which may differ by their signs.
        size = max(abs(right), abs(left))
        is_flat = size <= self.mp.ldexp(1 + abs(here), -STEP // 2)
        if not is_flat and abs(right - left) > self.mp.ldexp(size, -APART):
            raise KinkError
        found = (above - below) / (2 * step)
        return self._of_flat(function, args, place, found, step) if is_flat else found

    def _look_for_jump(
        self, function: Function, args: Sequence[Number], place: int, here: Number, step: Number
    ) -> None:
        """Half a step changes half as much, or the slope is infinite, or the value jumps.

        Raises:
            OpenError: it is so on a side.
        """
        for move in (step, -step):
            change, half = (
                self._moved(function, args, place, each) - here for each in (move, move / 2)
            )
            if abs(change) <= self.mp.ldexp(1 + abs(here), STEP // 2) * step:
                continue
            least = self.mp.ldexp(abs(change), -APART)
            if abs(half - change) <= least:
                raise OpenError("a jump")
            if abs(2 * half - change) > least:
                raise OpenError("an infinite slope")

    def _of_flat(
        self,
        function: Function,
        args: Sequence[Number],
        place: int,
        found: Number,
        step: Number,
    ) -> Number:
        """A partial that is tiny, or 0 where it is but what a step of that size is off by."""
        half = step / 2
        above, below = (self._moved(function, args, place, move) for move in (half, -half))
        closer = (above - below) / step
        is_known = abs(closer - found) <= self.mp.ldexp(abs(found), -APART)
        return found if is_known else self.mp.mpf(0)

    def _moved(
        self, function: Function, args: Sequence[Number], place: int, move: Number
    ) -> Number:
        """The value where one argument is moved."""
        return self._applied(function, [*args[:place], args[place] + move, *args[place + 1 :]])

    def _known(self, node: Node, place: int, args: Sequence[Number]) -> Number | None:
        """The partials that need no difference, above all those of any number of arguments."""
        one = self.mp.mpf(1)
        match node.op:
            case "add" | "id" | "sub" | "neg":
                return -one if node.op == "neg" or (node.op == "sub" and place) else one
            case "mul":
                return args[1 - place]
            case "where":
                return one if place == (1 if args[0] else 2) else one - one
            case "max" | "min":
                if args.count(self._values[node]) > 1 and args[place] == self._values[node]:
                    raise KinkError
                return one if args[place] == self._values[node] else one - one
            case "norm" if self._values[node]:
                return args[place] / self._values[node]
            case "logsumexp":
                return self.mp.exp(args[place] - self._values[node])
        return None
