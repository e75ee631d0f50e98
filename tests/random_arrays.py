"""Random programs of arrays, as graphs: everything that may be done to arrays, in any order."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable

from gradcli.graph.arrays.products import contract, matmul
from gradcli.graph.node import Graph, Node
from gradcli.graph.shapes import REDUCTIONS, Entries, Form, FormError, along
from gradcli.graph.template import written

FORMS = (
    Form(),
    Form((1,)),
    Form((2,)),
    Form((3,)),
    Form((3,), is_row=True),
    Form((2, 3)),
    Form((3, 2)),
    Form((3, 3)),
    Form((1, 3)),
    Form((2, 1)),
    Form((2, 2, 3)),
    Form((0,)),
    Form((0, 3)),
)
"""The forms of inputs: numbers, columns, rows, matrices, axes of length 1, empty ones."""

INDICES = (Form(), Form((2,)), Form((3,)), Form((2, 2)))
"""The forms of inputs that are indices: each entry is 1 or 2."""

SMOOTH = ("sin", "cos", "tanh", "exp", "sigmoid", "atan", "softplus", "id", "neg")
SPLIT = ("abs", "relu")
BINARY = ("add", "sub", "mul", "div", "max", "min", "hypot", "lt")


class Maker:
    """Makes a random program.

    Attributes:
        graph: its graph.
        inputs: its inputs, of 1 to 4 forms.
        output: a number.
    """

    has_others = True

    def __init__(self, seed: int, operations: int = 9) -> None:
        self.random = random.Random(seed)  # noqa: S311  (no secrets)
        self.graph = Graph()
        self.graph.has_arrays = True
        forms = self.random.choices(FORMS, k=self.random.randint(1, 4))
        names = "xyzw"
        self.inputs = [self.graph.input(names[i], form) for i, form in enumerate(forms)]
        self._pool = [*self.inputs]
        index = self.random.choice(INDICES)
        self.indices = [self.graph.input("k", index)] if self.random.random() < 0.4 else []
        self.inputs += self.indices
        for _ in range(operations):
            self._grow()
        self.output = self._summed()

    def point(self) -> list[float | list[float]]:
        """A flat list of values for each input, a float for a number."""
        return [
            [self.value(node) for _ in range(node.form.size)] if node.shape else self.value(node)
            for node in self.inputs
        ]

    def value(self, node: Node) -> float:
        """A value for an entry of an input."""
        if node in self.indices:
            return float(self.random.randint(1, 2))
        return self.random.uniform(-2, 2)

    def _any(self) -> Node:
        # The youngest are taken most often, so that programs get deep.
        rank = min(int(self.random.expovariate(0.4)), len(self._pool) - 1)
        return self._pool[-1 - rank]

    def _grow(self) -> None:
        make = self.random.choice(_MAKERS)
        try:
            node = getattr(self, make.__name__)()  # which may be that of a subclass
        except FormError:
            return
        if node is not None and node.form.size <= 40:
            self._pool.append(node)

    def _summed(self) -> Node:
        """The sum of the squares' sines of all that is used nowhere else, and of the inputs."""
        used = {arg for node in self.graph.nodes for arg in node.args}
        total = self.graph.const(0.0)
        for node in dict.fromkeys(self._pool):
            if node not in used:
                whole = self.graph.node("tanh", (node,))
                term = self.graph.node("sum_to", (whole,), (Form(),)) if node.shape else whole
                total = self.graph.node("add", (total, term))
        return total

    def entrywise(self) -> Node:
        op = self.random.choice(SMOOTH + SPLIT)
        return self.graph.node(op, (self._any(),))

    def binary(self) -> Node:
        return self.graph.node(self.random.choice(BINARY), (self._any(), self._any()))

    def choice(self) -> Node:
        a, b = self._any(), self._any()
        condition = self.graph.node(self.random.choice(["lt", "ge"]), (a, b))
        return self.graph.node("where", (condition, self._any(), self._any()))

    def product(self) -> Node:
        return matmul(self.graph, self._any(), self._any(), written)

    def transpose(self) -> Node:
        return self.graph.node("transpose", (self._any(),))

    def reduction(self) -> Node | None:
        node = self._any()
        count = self.random.randint(0, len(node.shape))
        to = along(node.form, self.random.sample(range(len(node.shape)), count))
        op = self.random.choice(["sum_to", "sum_to", *REDUCTIONS])
        if op not in {"sum_to", "prod_to"} and not node.form.size:
            return None
        if op == "prod_to" and self.has_others and self.random.random() < 0.5:
            op = "prod_others"
        return self.graph.node(op, (node,), (to,))

    def spread(self) -> Node:
        node = self._any()
        lengths = [self.random.choice([2, 3]) if each == 1 else each for each in node.shape]
        if not lengths or self.random.random() < 0.3:
            lengths.insert(0, self.random.choice([1, 2]))
        form = Form(tuple(lengths), node.form.is_row and len(lengths) == 1)
        return self.graph.node("spread", (node,), (form,))

    def reshape(self) -> Node | None:
        node = self._any()
        if not node.shape:
            return None
        return self.graph.node("reshape", (node,), (Form((node.form.size,)),))

    def take(self) -> Node | None:
        node = self._any()
        if not node.shape or not node.form.size:
            return None
        return self.graph.node("take", (node,), (tuple(map(self._place, node.shape)),))

    def put(self) -> Node | None:
        taken = self.take()
        if taken is None:
            return None
        (places,) = taken.params
        (node,) = taken.args
        return self.graph.node("put", (taken,), (places, node.form))

    def gathered(self) -> Node | None:
        node = self._any()
        axes = [axis for axis, length in enumerate(node.shape) if length > 1]
        if not axes or not self.indices:
            return None
        axis, index = self.random.choice(axes), self.indices[0]
        found = self.graph.node("gather", (node, index), (axis,))
        if self.random.random() < 0.5:
            return found
        return self.graph.node("place", (found, index), (node.form, axis))

    def onehot(self) -> Node | None:
        return self.graph.node("onehot", (self.indices[0],), (2,)) if self.indices else None

    def _place(self, length: int) -> object:
        kind = self.random.randrange(4)
        at = self.random.randrange(length)
        if kind == 0:
            return at
        if kind == 1:
            return (0, 1, length)
        if kind == 2:
            return (length - 1, -1, self.random.randint(0, length))
        return (tuple(self.random.choices(range(length), k=self.random.randint(0, 4))),)

    def stack(self) -> Node:
        node = self._any()
        others = [each for each in self._pool if each.form == node.form]
        args = self.random.choices(others, k=self.random.randint(1, 3))
        return self.graph.node("stack", tuple(args), (len(args),))

    def concat(self) -> Node | None:
        node = self._any()
        if not node.shape:
            return None
        axis = self.random.randrange(len(node.shape))
        others = [
            each
            for each in self._pool
            if len(each.shape) == len(node.shape)
            and each.form.is_row == node.form.is_row
            and along(each.form, [axis]) == along(node.form, [axis])
        ]
        args = [node, *self.random.choices(others, k=self.random.randint(0, 2))]
        self.random.shuffle(args)
        return self.graph.node("concat", tuple(args), (axis,))

    def running(self) -> Node | None:
        node = self._any()
        if not node.shape:
            return None
        op = self.random.choice(["cumsum", "cumsum_back"])
        return self.graph.node(op, (node,), (self.random.randrange(len(node.shape)),))

    def window(self) -> Node | None:
        node = self._any()
        if not node.shape or not node.form.size:
            return None
        rank = self.random.randint(1, len(node.shape))
        sizes = tuple(self.random.randint(1, length) for length in node.shape[-rank:])
        windows = self.graph.node("window", (node,), (sizes,))
        if self.random.random() < 0.5:
            return windows
        return self.graph.node("unwindow", (self.graph.node("sin", (windows,)),), (sizes,))

    def constant(self) -> Node:
        form = self.random.choice([each for each in FORMS if each.shape and not each.is_row])
        values = [self.random.uniform(-2, 2) for _ in range(form.size)]
        return self.graph.array(Entries.of(values, form))

    def square(self) -> Node | None:
        squares = [each for each in self._pool if len(each.shape) == 2 and len({*each.shape}) == 1]
        if not squares:
            return None
        matrix = self.random.choice(squares)
        size = matrix.shape[0]
        op = self.random.choice(["inv", "det", "cofactors", "logdet", "tril", "cholesky", "solve"])
        far = self.graph.node("mul", (self.graph.const(4.0), self.graph.node("eye", (), (size,))))
        safe = self.graph.node("add", (self.graph.node("tanh", (matrix,)), far))
        if op == "tril":
            return self.graph.node(op, (matrix,), (self.random.randint(-1, 1),))
        if op == "solve":
            right = [each for each in self._pool if each.shape[:1] == (size,)]
            right = [each for each in right if len(each.shape) <= 2 and not each.form.is_row]
            return self.graph.node(op, (safe, self.random.choice(right)))
        if op == "cofactors":  # of a matrix of any rank
            return self.graph.node(op, (self.graph.node("tanh", (matrix,)),))
        found = self.graph.node(op, (safe,))
        if op == "det":  # of some 4^n, whose tanh would have no slope
            return self.graph.node("div", (found, self.graph.const(4.0**size)))
        return found

    def contraction(self) -> Node:
        a, b = self._any(), self._any()
        free = iter("mnopqrstuv")
        of_a = "abcdefgh"[: len(a.shape)]
        of_b = "".join(
            next((label for label, length in zip(of_a, a.shape, strict=True)
                  if length == own and self.random.random() < 0.5), next(free))
            for own in b.shape
        )  # fmt: skip
        if len({*of_b}) < len(of_b):
            of_b = "".join(itertools.islice("mnopqrstuv", len(of_b)))
        alone = [each for each in of_a + of_b if (each in of_a) != (each in of_b)]
        shared = [each for each in of_a if each in of_b and self.random.random() < 0.4]
        result = [*alone, *shared]
        self.random.shuffle(result)
        return contract(self.graph, a, b, (of_a, of_b, "".join(result)), written)


_MAKERS: tuple[Callable[[Maker], Node | None], ...] = (
    Maker.entrywise,
    Maker.entrywise,
    Maker.binary,
    Maker.binary,
    Maker.choice,
    Maker.product,
    Maker.product,
    Maker.transpose,
    Maker.reduction,
    Maker.reduction,
    Maker.spread,
    Maker.reshape,
    Maker.take,
    Maker.put,
    Maker.gathered,
    Maker.gathered,
    Maker.onehot,
    Maker.stack,
    Maker.concat,
    Maker.running,
    Maker.window,
    Maker.constant,
    Maker.square,
    Maker.contraction,
)
