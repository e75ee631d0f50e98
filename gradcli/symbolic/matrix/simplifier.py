"""Programs of arrays as a person would write them: every node once, by what its operation does.

What is done entry by entry is left to the scalar simplifier, for which a product of matrices is one
base; what is done to whole arrays is read here as chains, and otherwise stays as it is. A rewriting
keeps the value wherever the original is defined.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from gradcli.calculus.forward import push_forward
from gradcli.graph.arrays.pullbacks import ALONG, MOST_ARGUMENTS, textbook
from gradcli.graph.node import ARRAY, CONST, INPUT, Graph, Node, behind
from gradcli.graph.shapes import REDUCTIONS, SCALAR, SHAPED, Form, Letter, Place, along
from gradcli.graph.template import written
from gradcli.symbolic.matrix import links
from gradcli.symbolic.matrix.build import Builder
from gradcli.symbolic.matrix.constant import exact
from gradcli.symbolic.matrix.contractions import contracted
from gradcli.symbolic.matrix.entries import is_softmax, single
from gradcli.symbolic.matrix.links import Link
from gradcli.symbolic.matrix.products import Products
from gradcli.symbolic.matrix.writing import node_of
from gradcli.symbolic.simplify import powers, terms
from gradcli.symbolic.simplify.guards import Guards
from gradcli.symbolic.simplify.simplifier import Simplifier, Style
from gradcli.symbolic.simplify.terms import Terms, number
from gradcli.syntax.walk import bottom_up


class MatrixSimplifier:
    """Rewrites the nodes of one graph of arrays as nodes of another.

    Attributes:
        graph: where the simplified nodes are.
        products: what they are made of.
    """

    def __init__(
        self,
        program: Sequence[Node],
        names: Mapping[Node, str] | None = None,
        guards: Guards | None = None,
        symmetric: Collection[str] = (),
    ) -> None:
        """Prepare for a graph.

        Args:
            program: the nodes of the user's program, which decide on the style; the output is last.
            names: nodes that stand for themselves under a name, as inputs do.
            guards: the choices of rules that are left out; None for none.
            symmetric: the names of matrices that are their own transposes.
        """
        self.graph = Graph(has_arrays=True)
        self._ops = {node.op for node in program}
        solves = "solve" in self._ops and "inv" not in self._ops
        builder = Builder(self.graph, solves=solves)
        self._style = Style.of(program)
        self._scalar = Simplifier(self._style, guards=guards)
        self.products = Products(self.graph, self._scalar, builder, symmetric)
        self._is_exact = guards is None
        self._names = dict(names or {})
        self._done: set[Node] = set()
        self._exact: dict[Node, Node] = {}
        self._constants: set[Node] = set()
        if program:
            self._learn(program)

    def _learn(self, program: Sequence[Node]) -> None:
        """Take note of how sums are written in the program, before anything else is read."""
        self.products.is_learning = True
        with self._scalar.learning():
            for node in program:
                if node in self._names and node.args and node.op not in SHAPED:
                    self.totals(node.args)
                    step = self.graph.input(self._names[node], node.form)
                    self._scalar.name(self._scalar.inside(node), self.products.bases.base(step))
            self.simplify([program[-1]])
        self.products.is_learning = False

    def simplify(self, nodes: Sequence[Node]) -> list[Node]:
        """The nodes, simplified, each in its form."""
        return [
            node_of(self.products, total, node.form)
            for node, total in zip(nodes, self.totals(nodes), strict=True)
        ]

    def totals(self, nodes: Sequence[Node]) -> list[Terms]:
        """The nodes as sums of products."""
        for node in behind(nodes, self._done, self._names):
            self._done.add(node)
            if node.op != INPUT and self._constants.issuperset(node.args):
                self._constants.add(node)
            total = self._whole(node)
            if total is not None:
                self._scalar.tell(node, total, self.products.bases.base(self._plain(node)))
        return self._scalar.totals(nodes)

    def total(self, node: Node) -> Terms:
        """A node that has been read, as a sum of products."""
        return self._scalar.totals([node])[0]

    def _whole(self, node: Node) -> Terms | None:
        """What is read here; None of what is done entry by entry."""
        if node in self._names:
            return self._atom(self.graph.input(self._names[node], node.form))
        if node.op == INPUT and node.shape:
            return self._atom(self.graph.copied(node, ()))
        if is_softmax(node):
            return self._softmax(node)
        if node.op not in SHAPED or node.op == CONST:
            return None
        if node in self._constants and not node.shape:
            value = exact(node, self._style)
            if value is not None:
                return number(value)
        rule = _RULES.get(node.op)
        plain = max(len(each.shape) for each in (node, *node.args)) <= 2
        found = rule(self, node) if rule is not None and plain else None
        return self._kept(node) if found is None else found

    def _plain(self, node: Node) -> Node:
        """A node as it is, in the graph of the result; a row as the column."""
        exact = self._exactly(node)
        if not exact.form.is_row:
            return exact
        return exact.args[0] if exact.op == "transpose" else self.graph.node("transpose", (exact,))

    def _exactly(self, node: Node) -> Node:
        return bottom_up(node, self._copied_before, self._copied, self._exact)[node]

    def _copied_before(self, node: Node) -> Sequence[Node]:
        return () if node in self._names else node.args

    def _copied(self, node: Node, exact: Mapping[Node, Node]) -> Node:
        if node in self._names:
            return self.graph.input(self._names[node], node.form)
        return self.graph.copied(node, tuple([exact[arg] for arg in node.args]))

    def written(self, node: Node) -> Node:
        """A node that has been read, simplified and in its form."""
        return node_of(self.products, self.total(node), node.form)

    def _kept(self, node: Node) -> Terms:
        """The same operation on simplified arguments."""
        args = tuple(map(self.written, node.args))
        if node.op in REDUCTIONS and args[0].form == node.form:
            if node.op != "norm_to":
                return self.total(node.args[0])
            return self._atom(self.graph.node("abs", args))
        if node.op in REDUCTIONS and node.form.size == 1 and len(args[0].shape) <= 2:
            return self._atom(self.graph.node(node.op, args, (SCALAR,)))
        return self._atom(self.graph.node(node.op, args, node.params))

    def _softmax(self, node: Node) -> Terms:
        x = self.written(node.args[0].args[0])
        to = along(x.form, [len(x.shape) - 1])
        whole = self.graph.node("logsumexp_to", (x,), (to,))
        return self._atom(self.graph.node("exp", (self.graph.node("sub", (x, whole)),)))

    def _atom(self, node: Node) -> Terms:
        """A node that is nothing but itself."""
        if not node.shape:
            return terms.atom(self.products.bases.base(node))
        return self.products.atom((Link(node),))

    def _factor(self, node: Node) -> tuple[Terms, links.Chain]:
        return self.products.factor(self.total(node), node.form)

    def _times(self, a: Terms, b: Terms) -> Terms:
        return self.products.times(a, b)

    # --- Forms ----------------------------------------------------------------------------------

    def transpose(self, node: Node) -> Terms | None:
        """The transpose, link by link."""
        (x,) = node.args
        total = self.total(x)
        if len(x.shape) < 2:
            return total  # a row has that of its column
        scale, chain = self._factor(x)
        return self._times(scale, self.products.product(links.flipped(chain)))

    def spread(self, node: Node) -> Terms | None:
        """Copies: ones(m) @ x'."""
        (x,) = node.args
        total = self.total(x)
        if not x.shape or not total:
            return total
        scale, chain = self._factor(x)
        wide = links.widened(self.graph, chain, node.form)
        return self._times(scale, self.products.product(wide))

    def reshape(self, node: Node) -> Terms | None:
        """The entries in another form."""
        (x,) = node.args
        return self.total(x) if x.form == node.form else None

    def take(self, node: Node) -> Terms | None:
        """Entries at some places: a number stands before them."""
        (x,) = node.args
        places = single(node.params[0])
        if places is not None:
            found = self.products.entries.of(self.total(x), x.shape, places)
            if found is not None:
                return found
        scale, chain = self._factor(node.args[0])
        whole = self.products.builder.node(chain)
        return self._times(scale, self._atom(self.graph.node("take", (whole,), node.params)))

    def gather(self, node: Node) -> Terms | None:
        """The same at places that are values."""
        array, index = node.args
        scale, chain = self._factor(array)
        args = (self.products.builder.node(chain), self.written(index))
        return self._times(scale, self._atom(self.graph.node("gather", args, node.params)))

    def place(self, node: Node) -> Terms | None:
        """The same at places that are values; a constant is a multiple of a unit vector."""
        x, index = node.args
        product, scale = self._scalar.algebra.as_product(self.total(x))
        if not product and not x.shape and len(node.shape) == 1 and not node.form.is_row:
            unit = self.graph.node("onehot", (self.written(index),), node.shape)
            return self._times(number(scale), self._atom(unit))
        args = (node_of(self.products, {product: 1}, x.form), self.written(index))
        if not x.shape:
            self.products.entries.tell(args[0], {product: 1})
        return self._times(number(scale), self._atom(self.graph.node("place", args, node.params)))

    def put(self, node: Node) -> Terms | None:
        """Entries at some places of zeros, which a number that is infinite must not reach."""
        (x,) = node.args
        place = _line_of_any_length(node)
        if place is not None:
            return self._in_line(node, place)
        product, scale = self._scalar.algebra.as_product(self.total(x))
        entries = node_of(self.products, {product: 1}, x.form)
        if not x.shape:
            self.products.entries.tell(entries, {product: 1})
        return self._times(
            number(scale), self._atom(self.graph.node("put", (entries,), node.params))
        )

    def _in_line(self, node: Node, place: int) -> Terms:
        """A vector in a row or column of zeros, whose places nobody can list: e @ v'."""
        scale, vector = self._factor(node.args[0])
        places, form = _target(node)
        unit = self.graph.node(
            "put", (self.graph.const(1.0),), ((places[place],), Form((form.shape[place],)))
        )
        line = (Link(unit), *links.flipped(links.column(vector)))
        chain = line if place == 0 else links.flipped(line)
        return self._times(scale, self.products.product(chain))

    def sum(self, node: Node) -> Terms | None:
        """Sums along axes: A @ ones(n)."""
        (x,) = node.args
        if x.op == "stack" and not node.shape:
            return self._of_items(x)
        scale, chain = self._factor(x)
        return self._times(scale, self.products.summed(chain, node.form)) if chain else scale

    def _of_items(self, stack: Node) -> Terms:
        """The sum of all that is listed."""
        result: Terms = {}
        for item in stack.args:
            each = self.graph.node("sum_to", (item,), (SCALAR,)) if item.shape else item
            (total,) = self.totals([each])
            result = self._scalar.algebra.add(result, total)
        return result

    def contract(self, node: Node) -> Terms | None:
        """Products."""
        return contracted(self.products, node, [self.total(arg) for arg in node.args])

    # --- Matrices -------------------------------------------------------------------------------

    def inverse(self, node: Node) -> Terms | None:
        """inv(A), link by link."""
        total = self._inverted(node.args[0])
        return None if total is None else self._times(total[0], self.products.product(total[1]))

    def _inverted(self, matrix: Node) -> tuple[Terms, links.Chain] | None:
        """The inverse of a matrix, as a number times a chain."""
        if not self.total(matrix):
            return None
        scale, chain = self._factor(matrix)
        scale = powers.power(self._scalar.algebra, scale, number(-1))
        inverse = links.inverted(chain)
        if inverse is None:
            inverse = (Link(self.products.builder.node(chain), inverse=True),)
        return scale, inverse

    def solve(self, node: Node) -> Terms | None:
        """inv(A) @ b."""
        matrix, right = node.args
        inverse = self._inverted(matrix)
        if inverse is None:
            return None
        scale, chain = self._factor(right)
        product = self.products.product((*inverse[1], *chain))
        return self._times(self._times(inverse[0], scale), product)

    def determinant(self, node: Node) -> Terms | None:
        """det(A) and logdet(A), which are those of A'."""
        (matrix,) = node.args
        written = self.written(matrix)
        inner = written.args[0] if written.op == "transpose" else written
        return self._atom(self.graph.node(node.op, (inner,)))

    def along(self, node: Node) -> Terms | None:
        """The derivative of det or prod for people, as a textbook has it.

        It has no value where the matrix has no inverse or an entry is 0: exact formulas keep what
        has one, and so does what is the program's own.
        """
        is_own = node.op in self._ops and len(node.args) == 1
        if self._is_exact or is_own or node.params not in ((), (SCALAR,)):
            return None
        scratch = Graph(has_arrays=True)
        args = [scratch.input(f"{place}", arg.form) for place, arg in enumerate(node.args)]
        for own, arg in zip(args, node.args, strict=True):
            self._done.add(own)
            self._exact[own] = self._exactly(arg)
            self._scalar.tell(own, self.total(arg), self.products.bases.base(self._plain(own)))
        few = args[:MOST_ARGUMENTS]
        formula = textbook(node.op, tuple([arg.form for arg in few]), node.params)
        if formula is None:
            return None
        found = formula.instantiate(scratch, few, written)
        for direction in args[MOST_ARGUMENTS:]:
            found = push_forward(scratch, [found], {args[0]: direction}).of[found]
        return self.totals([found])[0]

    def constant(self, node: Node) -> Terms | None:
        """A constant array."""
        return self._atom(self.graph.copied(node, ()))


def _line_of_any_length(node: Node) -> int | None:
    """The axis of the one place of a row or column that a vector is put in; None of others."""
    places, form = _target(node)
    if len(form.shape) != 2 or len(node.args[0].shape) != 1:
        return None
    axis = 0 if isinstance(places[0], int) else 1
    length = form.shape[1 - axis]
    is_open = isinstance(length, Letter) and places[1 - axis] == (0, 1, length)
    return axis if is_open and isinstance(places[axis], int) else None


def _target(node: Node) -> tuple[Sequence[Place], Form]:
    """The places that something is put at, and the form of the whole."""
    places, form = node.params
    return places, form


_RULES: Mapping[str, Callable[[MatrixSimplifier, Node], Terms | None]] = {
    "transpose": MatrixSimplifier.transpose,
    "spread": MatrixSimplifier.spread,
    "reshape": MatrixSimplifier.reshape,
    "take": MatrixSimplifier.take,
    "put": MatrixSimplifier.put,
    "gather": MatrixSimplifier.gather,
    "place": MatrixSimplifier.place,
    "sum_to": MatrixSimplifier.sum,
    "contract": MatrixSimplifier.contract,
    "inv": MatrixSimplifier.inverse,
    "solve": MatrixSimplifier.solve,
    "det": MatrixSimplifier.determinant,
    "logdet": MatrixSimplifier.determinant,
    **dict.fromkeys(ALONG, MatrixSimplifier.along),
    "eye": MatrixSimplifier.constant,
    ARRAY: MatrixSimplifier.constant,
}
