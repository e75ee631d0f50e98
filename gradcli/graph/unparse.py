"""Nodes to syntax trees, and so to text that reads back as the same nodes."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING

from gradcli.graph.node import CONST, IDENTITY, INPUT, Node
from gradcli.graph.rules import CONSTANTS, table
from gradcli.graph.shapes import SCALAR, SHAPED
from gradcli.syntax import ast
from gradcli.syntax.spelling import array_name
from gradcli.syntax.text import CANONICAL, is_rate, number, text
from gradcli.syntax.walk import bottom_up

if TYPE_CHECKING:
    from gradcli.graph.people import People

_BINARY = {"add", "sub", "mul", "div", "pow", "and", "or"}
_UNARY = {"neg", "not"}
_SUMS, _PRODUCTS = _CHAINED = ({"add", "sub"}, {"mul", "div"})
_COMPARISONS = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}

_INFIX = frozenset((*_BINARY, *_UNARY, *_COMPARISONS, IDENTITY, *SHAPED))
"""What is not written as a call of itself."""

_SIGN_WIDTH = 3
_ENDLESS = 1 << 60


class Taken:
    """The names that a program has, which those of the language must not be taken for.

    Args:
        names: these; they are not looked at before one of the language is to be written.
    """

    def __init__(self, names: Collection[str]) -> None:
        self.names = names

    @cached_property
    def of_language(self) -> Collection[str]:
        """The names of the language that are the program's own."""
        words = _of_language()
        hidden = words.intersection(self.names)
        # Elements of arrays have brackets: one look at all names is a tenth of one at each.
        if "]" in "".join(self.names):
            hidden |= words.intersection(map(array_name, self.names))
        return hidden


class Unparser:
    """Writes nodes in the names of others.

    Syntax trees are kept, so that writing many nodes of one graph takes time in proportion to
    the graph; an expression with shared parts is a tree whose text can be exponentially longer
    than its graph, so ``length`` is known before any tree is made.

    Args:
        names: the nodes that are written by a name.
        own: all names of the program, if these are not all; a function or a constant of the
            language of such a name is written ``np.sin``, ``np.pi``.
        people: the manner of formulas for people; None where they are to be exact.
    """

    def __init__(
        self,
        names: Mapping[Node, str],
        own: Iterable[str] | Taken | None = None,
        people: People | None = None,
    ) -> None:
        self._names = dict(names)
        self._people = people
        # Several that write one program share what is known of its names.
        every = names.values() if own is None else own
        self._own = every if isinstance(every, Taken) else Taken([*every])
        # How nodes are written inside of others; a name becomes a tree where it is met.
        self._trees: dict[Node, ast.Expression] = {}
        # How long that is, of those that were measured.
        self._lengths: dict[Node, int] = {}
        # How long operations are without their arguments, where that is all that counts.
        self._widths: dict[tuple[str, int], int] = {}

    def reference(self, node: Node) -> ast.Expression:
        """How a node is written inside of others: its name if it has one."""
        trees = self._trees
        if node not in trees:
            name = self._names.get(node)
            if name is None:
                bottom_up(node, self._inside, self._write, trees)
            else:
                trees[node] = ast.Name(name)
        return trees[node]

    def _inside(self, node: Node) -> tuple[Node, ...]:
        """What has to be written before a node inside of another one."""
        return () if node in self._names else node.args

    def name(self, node: Node, name: str) -> None:
        """Write a node by a name in all that is not written yet."""
        self._names[node] = name
        self._trees[node] = ast.Name(name)
        self._lengths[node] = len(name)

    def definition(self, node: Node) -> ast.Expression:
        """What a node is, in the names of others."""
        if node not in self._names:
            return self.reference(node)
        known = self._trees
        return self.operation(
            node, tuple([known.get(arg) or self.reference(arg) for arg in node.args])
        )

    def beginning(self, node: Node, most: int) -> ast.Expression:
        """What a node is, as far as the first ``most`` characters show it, and ``…`` behind them.

        It costs no tree of what a long text ends with.
        """
        node = self._left_part(node, most)
        parts: dict[Node, tuple[Node, ...]] = {}
        waiting, shown = [(node, "")], 0
        while waiting and shown <= most + 2:  # two operands are written at once
            each, around = waiting.pop()
            if each.args and (each is node or each not in self._names):
                if each not in parts:
                    parts[each] = each.args
                    waiting += [(arg, each.op) for arg in reversed(each.args)]
                    is_bracketed = around in _PRODUCTS and each.op in _SUMS
                    shown += is_bracketed or self._is_called(each)
            else:
                shown += 1  # a character or more
        trees: dict[Node, ast.Expression] = {}
        for each in sorted(parts, key=lambda part: part.index):
            # An argument has a character or more.
            told = each.args if each.op in SHAPED else each.args[: most + 3]
            args = [trees.get(arg) or self._leaf(arg) for arg in told]
            trees[each] = self.operation(each, tuple(args))
        return trees[node] if parts else self.definition(node)

    def _left_part(self, node: Node, most: int) -> Node:
        """The part of a long sum or product that its first ``most`` characters are in.

        A term is written behind those before it, without brackets around these.
        """
        names = self._names
        for ops in _CHAINED:
            if node.op in ops:
                last = deque([node], maxlen=most or None)
                left = node.args[0]
                while left.op in ops and left not in names and left.form is SCALAR:
                    last.append(left)
                    left = left.args[0]
                node = last[0]
        return node

    def _is_called(self, node: Node) -> bool:
        """Whether a node certainly is a call, of which a name comes first."""
        if node.op in _INFIX or node.form is not SCALAR:
            return False
        return self._people is None or not (node.op == "where" or self._people.longer(node))

    def _leaf(self, node: Node) -> ast.Expression:
        return ast.Name("…") if node.args and node not in self._names else self.reference(node)

    def text(self, node: Node) -> str:
        """The canonical text of what a node is."""
        # Most nodes of a large program are an operation on names, which needs no tree.
        return self._in_words(node) or text(self.definition(node))

    def _in_words(self, node: Node) -> str | None:
        """A number, or an operation on words: names and numbers that never get brackets."""
        op = node.op
        if op == CONST:
            return _plain_number(node)
        is_call = op not in _BINARY
        if self._people is not None or node.form is not SCALAR or (is_call and not _is_call(op)):
            return None
        words: list[str] = []
        for arg in node.args:
            word = self._names.get(arg) or _plain_number(arg)
            if word is None:
                return None
            words.append(word)
        if is_call:
            return f"{self.of_language(op)}({', '.join(words)})" if words else None
        if op == "div" and is_rate(*words):
            words[1] = f"({words[1]})"
        return CANONICAL.signs[op].join(words)

    def length(self, node: Node) -> int:
        """About how many characters the text of the node has."""
        lengths = self._lengths
        is_named = node in self._names
        for each in node.args if is_named else (node,):
            bottom_up(each, self._inside, self._measure_inside, lengths)
        return self._measure(node, lengths) if is_named else lengths[node]

    def measure(self, nodes: Iterable[Node]) -> None:
        """Learn how long the texts of many nodes are, each given after its arguments."""
        lengths, widths, names = self._lengths, self._widths, self._names
        for node in nodes:
            if node in lengths:
                continue
            name, args = names.get(node), node.args
            if name is not None:
                lengths[node] = len(name)
                continue
            if node.op == CONST:
                lengths[node] = len(node.label or number(node.value))
                continue
            whole = None if node.params else widths.get((node.op, len(args)))
            if whole is None:
                lengths[node] = self._measure(node, lengths)
                continue
            for arg in args:
                whole += lengths[arg]
            lengths[node] = min(whole, _ENDLESS)

    def fits(self, node: Node, most: int) -> bool:
        """Whether the text of a node has about so many characters or fewer.

        It costs no more than these characters, while `length` measures all that a node is made of.
        """
        lengths, names = self._lengths, self._names
        if node in lengths and node not in names:
            return lengths[node] <= most
        waiting = [node]
        while waiting and most >= 0:
            each = waiting.pop()
            known = None
            if each is not node:
                known = len(names[each]) if each in names else lengths.get(each)
            if known is None:
                known, parts = self._own_length(each)
                waiting += parts
            most -= known
        return most >= 0

    def _measure_inside(self, node: Node, lengths: Mapping[Node, int]) -> int:
        name = self._names.get(node)
        return self._measure(node, lengths) if name is None else len(name)

    def _measure(self, node: Node, lengths: Mapping[Node, int]) -> int:
        whole, parts = self._own_length(node)
        for part in parts:
            whole += lengths[part]
        # The numbers of a graph with much sharing would be as long as the graph is deep.
        return min(whole, _ENDLESS)

    def _own_length(self, node: Node) -> tuple[int, Sequence[Node]]:
        """The length of a node without its arguments, and these as often as they are written."""
        op, args = node.op, node.args
        key = op, len(args)
        width = self._widths.get(key)
        if width is not None and not node.params:
            return width, args
        longer = self._people and args and self._people.longer(node)
        if longer:
            return longer.length, [args[place] for place in longer.places]
        if op in SHAPED:
            from gradcli.graph.arrays.array_text import own_length  # noqa: PLC0415  (only arrays need it)

            return own_length(node), args
        if not args:
            return len(node.label or number(node.value)), args
        if type(op) is not str:
            return self._equation_length(node), args
        width = _SIGN_WIDTH if op in _BINARY else len(op) + 2
        if not node.params:
            self._widths[key] = width
        return width, args

    def _equation_length(self, node: Node) -> int:
        """The length of a root without what its parameters stand for."""
        formula = node.op.formula  # type: ignore[attr-defined]  # a root is a name
        lengths = dict.fromkeys((formula.unknown, *formula.parameters), 1)
        bottom_up(formula.output, _args, self._measure, lengths)
        return lengths[formula.output] + len(formula.letter) + len(ast.FINDROOT)

    def _write(self, node: Node, trees: Mapping[Node, ast.Expression]) -> ast.Expression:
        name = self._names.get(node)
        if name is not None:
            return ast.Name(name)
        return self.operation(node, tuple([trees[arg] for arg in node.args]))

    def operation(self, node: Node, args: tuple[ast.Expression, ...]) -> ast.Expression:
        """What a node is, of arguments that are written already."""
        op = node.op
        if op == CONST:
            if node.label:
                return ast.Name(self.of_language(node.label))
            # Minus zero is zero to people.
            return ast.Number(node.value if self._people is None else node.value + 0.0)
        if op == INPUT:
            return ast.Name(node.name)
        if op == IDENTITY:
            return args[0]
        written = None if self._people is None else self._for(self._people, node, args)
        if written is not None:
            return written
        if op in _BINARY and not _is_matrix_power(node):
            is_scaled = op == "mul" and node.form is not SCALAR
            return (_scaled(node, args) if is_scaled else None) or ast.Binary(op, *args)
        if op in _UNARY:
            return ast.Unary(op, args[0])
        if op in _COMPARISONS:
            return ast.Comparison((_COMPARISONS[op],), args)
        return self._call(node, args)

    def _call(self, node: Node, args: tuple[ast.Expression, ...]) -> ast.Expression:
        """A node that has no sign of its own."""
        op = node.op
        if type(op) is not str:
            return self._equation(node, args)
        if op in SHAPED:
            from gradcli.graph.arrays.array_text import array_expression  # noqa: PLC0415  (only arrays)

            return array_expression(node, args)
        named = _named(node, args) if node.form.shape else None
        return named or ast.Call(self.of_language(op), args)

    def _equation(self, node: Node, args: tuple[ast.Expression, ...]) -> ast.Expression:
        """``findroot(u, x, start)``, in which x is a name that nothing else in u has."""
        start, *parameters = args
        formula = node.op.formula  # type: ignore[attr-defined]  # a root is a name
        taken = ast.free_names(parameters) | {*self._own.names}
        letter = formula.letter
        while letter in taken:
            letter += "_"
        inputs = (ast.Name(letter), *parameters)
        trees = dict(zip((formula.unknown, *formula.parameters), inputs, strict=True))
        bottom_up(formula.output, _args, self._write, trees)
        name = self.of_language(ast.FINDROOT)
        return ast.Call(name, (trees[formula.output], inputs[0], start))

    def _for(
        self, people: People, node: Node, args: tuple[ast.Expression, ...]
    ) -> ast.Expression | None:
        """A node as people write it; None: as it is."""
        if node.op == "where" and people.is_understood(node):
            return args[1]
        longer = people.longer(node)
        return None if longer is None else longer.of(args, self.of_language)

    def of_language(self, name: str) -> str:
        """How a function or constant of the language is written beside the program's names."""
        if name not in self._own.of_language:
            return name
        # np.sinc is another function than sinc, which is called otherwise then.
        other = table().is_function(ast.LANGUAGE + name)
        return ast.LANGUAGE + (table().spellings(name)[0] if other else name)


@cache
def _of_language() -> set[str]:
    """The names of all constants and functions of the language."""
    return {*CONSTANTS, *table().names()}


def _plain_number(node: Node) -> str | None:
    """The text of a positive number that has no name; None of anything else."""
    return number(node.value) if node.op == CONST and not node.label and node.value > 0 else None


def _is_call(op: str) -> bool:
    """Whether an operation is written as a call of itself, whatever its arguments are.

    x!! is not, and a root, whose name is an equation, is a call of findroot.
    """
    return op not in _INFIX and op != ast.DOUBLE_FACTORIAL and type(op) is str


def _is_matrix_power(node: Node) -> bool:
    """Whether x^2 would be taken for x @ x."""
    return node.op == "pow" and len(node.form.shape) > 1


def _named(node: Node, args: tuple[ast.Expression, ...]) -> ast.Expression | None:
    """What is done entry by entry and has a name of its own: softmax(x)."""
    if node.op != "exp":
        return None
    from gradcli.graph.arrays.array_text import softmax  # noqa: PLC0415  (only arrays)

    return softmax(node, args)


def _scaled(node: Node, args: tuple[ast.Expression, ...]) -> ast.Expression | None:
    """A product with a number at a place, whose factor joins that number: 2*x*onehot(1; 3)."""
    if node.args[1].op not in {"put", "place"}:
        return None
    from gradcli.graph.arrays.array_text import scaled  # noqa: PLC0415  (likewise)

    return scaled(*args)


def _args(node: Node) -> tuple[Node, ...]:
    return node.args
