"""Names for the nodes that are shown, and nodes written out in these names: no number is needed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING

from gradcli.errors import Span
from gradcli.graph.model import Model
from gradcli.graph.node import Node
from gradcli.graph.unparse import Taken, Unparser
from gradcli.syntax import ast
from gradcli.syntax.spelling import is_element
from gradcli.syntax.text import CANONICAL, CONDITIONAL, SUM, member, text

if TYPE_CHECKING:
    from gradcli.graph.people import People

SHORT = 200
"""A derivative up to this length is written in the inputs and the user's own steps alone."""

LONG = 4_000
"""One above this length is not written at all; between the two, all nodes' names are used."""

MOST_TEXT = 200_000
"""In large programs fewer are written: so many characters for the derivatives of all nodes."""

WORD = 40
"""A part of a formula up to this length is quoted as it is where a message speaks of it."""

LONGEST_PROGRAM = 100_000
"""A program whose text would be longer is written with a name for every node."""

OUTPUT = "out"


def name_nodes(model: Model) -> dict[Node, str]:
    """The name of every node that is shown: all but constants, inputs first, then in order."""
    taken = _labels(model)
    names: dict[Node, str] = {node: node.name for node in model.inputs}
    count = 0
    for node in model.nodes:
        if node in names or (not node.args and node is not model.output):
            continue
        if node.label is not None and not node.is_const:
            names[node] = node.label
        elif node is model.output:
            names[node] = output_name(model)
        else:
            count += 1
            while f"v{count}" in taken:
                count += 1
            names[node] = f"v{count}"
    return names


def output_name(model: Model) -> str:
    """The name of the output, which is the same whatever others are called."""
    node = model.output
    is_named = node.label is not None and not node.is_const
    return node.name if is_named else _free(OUTPUT, _labels(model))


def _labels(model: Model) -> set[str | None]:
    """The names that a program gives."""
    return {node.label for node in [*model.inputs, *model.steps]}


def by_name(names: Mapping[Node, str], output: Node) -> dict[str, Node]:
    """The nodes by their names; the output is ``out``, too, unless another node is."""
    found = {name: node for node, name in names.items()}
    found.setdefault(OUTPUT, output)
    return found


def called(name: str, nodes: Mapping[str, Node]) -> list[Node]:
    """The node of a name, or those of a family, of the nodes by their names; often none."""
    if name in nodes:
        return [nodes[name]]
    return [node for label, node in nodes.items() if is_element(label, name)]


def _free(name: str, taken: set[str | None]) -> str:
    while name in taken:
        name += "_"
    return name


Statement = tuple[str | None, ast.Expression]
"""A statement in canonical form: the name that it defines, if any, and its right side."""


def statement(parts: Statement) -> str:
    """The canonical text of a statement."""
    name, tree = parts
    return _stated(name, text(tree))


def _stated(name: str | None, formula: str) -> str:
    return formula if name is None else f"{name} = {formula}"


def _text(tree: ast.Expression | None) -> str | None:
    return None if tree is None else text(tree)


def _own_nodes(model: Model) -> frozenset[Node]:
    """What a program has itself: what its output and its steps are computed from."""
    return frozenset(model.nodes)


class Symbols:
    """The texts of a program's nodes and of their derivatives.

    Args:
        model: the program.
        names: the names of its nodes, as given by `name_nodes`.
        holds: whether a condition holds. With it, the texts are for `People`.
    """

    def __init__(
        self,
        model: Model,
        names: Mapping[Node, str],
        holds: Callable[[Node], bool] | None = None,
    ) -> None:
        self._model = model
        self._names = names
        self._holds = holds
        self._written: dict[tuple[Node, int], str | None] = {}
        self._formulas: dict[Node, str] = {}

    @cached_property
    def taken(self) -> Taken:
        """All names of the program."""
        return Taken(self._names.values())

    @cached_property
    def _in_own_names(self) -> Unparser:
        names, model = self._names, self._model
        named = [*model.inputs, *(step for step in model.steps if step is not model.output)]
        own = {node: names[node] for node in named if node in names}
        return Unparser(own, self.taken, self.people)

    @cached_property
    def _in_all_names(self) -> Unparser:
        return Unparser(self._names, self.taken, self.people)

    @cached_property
    def people(self) -> People | None:
        """The manner of texts for people; None: they are to be exact."""
        if self._holds is None:
            return None
        from gradcli.graph.people import People  # noqa: PLC0415  (JSON has exact texts)

        return People(partial(_own_nodes, self._model), self._holds)

    def expression(self) -> str:
        """The program in canonical form: the steps, then the output's expression."""
        return "; ".join([
            # Where every node is a statement, its formula is asked for again.
            _stated(name, self.formula(node) if writer is self._in_all_names else writer.text(node))
            for name, node, writer in self._parts()
        ])  # fmt: skip

    def beginning(self, most: int) -> str:
        """The same with the name of the output, up to about so many characters.

        It costs no more than these: how long the whole is is not asked.
        """
        found: list[str] = []
        output = self._names[self._model.output]
        writer = self._in_own_names
        for name, node in self._stated_nodes():
            # A result follows the last one.
            left, lowest = (output, SUM) if name is None else (name, CONDITIONAL)
            tree = writer.beginning(node, most)
            found.append(f"{left} = {CANONICAL.write(tree, lowest, most=most)}")
            most -= len(found[-1])
            if most < 0:
                break
        return "; ".join(found)

    def statements(self) -> Iterator[Statement]:
        """The same as syntax trees, each with the name that it defines."""
        return ((name, writer.definition(node)) for name, node, writer in self._parts())

    def _parts(self) -> Iterator[tuple[str | None, Node, Unparser]]:
        """For each statement the name that it defines, what it defines, and who writes it."""
        output = self._model.output
        stated = [*self._stated_nodes()]
        writer = self._in_own_names
        writer.measure(self._model.nodes)
        if sum(writer.length(node) for _, node in stated) > LONGEST_PROGRAM:
            steps = [node for node in self._names if node.args and node is not output]
            stated = [*((self._names[node], node) for node in steps), (None, output)]
            writer = self._in_all_names
        for name, node in stated:
            yield name, node, writer

    def _stated_nodes(self) -> Iterator[tuple[str | None, Node]]:
        """The program's own steps, by their names, and the output."""
        output = self._model.output
        for node in self._model.steps:
            if node is not output:
                yield self._names[node], node
        yield None, output

    def formula(self, node: Node) -> str:
        """One operation, in the names of its arguments."""
        found = self._formulas.get(node)
        if found is None:
            found = self._formulas[node] = self._in_all_names.text(node)
        return found

    def tree(self, node: Node) -> ast.Expression:
        """The same as a syntax tree."""
        return self._in_all_names.definition(node)

    def start(self, node: Node, most: int) -> ast.Expression:
        """The same as far as the first ``most`` characters show it, and ``…`` behind them."""
        return self._in_all_names.beginning(node, most)

    def written(self, node: Node) -> str:
        """A node in the inputs and the user's own steps, in full."""
        return text(self._in_own_names.definition(node))

    def put_into(self, tree: ast.Expression, letters: Mapping[str, Node]) -> str:
        """An expression with nodes in the place of its names, likewise."""
        from gradcli.syntax.substitute import substitute  # noqa: PLC0415  (few texts have parts)

        parts = {name: self._in_own_names.reference(node) for name, node in letters.items()}
        return text(substitute(tree, parts))

    def arguments(self, node: Node) -> tuple[str, ...]:
        """The names of a node's arguments; of a constant, its text."""
        return tuple([self._names.get(arg) or self.formula(arg) for arg in node.args])

    @cached_property
    def share(self) -> int:
        """How long the text of a derivative may be where those of all nodes are written."""
        return max(SHORT, min(LONG, MOST_TEXT // max(len(self._names), 1)))

    def measure(self, nodes: Collection[Node]) -> None:
        """Learn at once how long the texts of many nodes are, before all of them are asked for.

        Only those are in the names of all nodes that are too long without these.
        """
        ancestors, own = self._model.graph.ancestors, self._in_own_names
        own.measure(ancestors(nodes))
        long = [node for node in nodes if not own.fits(node, SHORT)]
        self._in_all_names.measure(ancestors(long))

    def called(self, node: Node) -> str:
        """What a message calls a node: its own name, else what it is, else its automatic name."""
        return member(self._called(node))

    def _called(self, node: Node) -> ast.Expression:
        if node.label is not None and node in self._names:
            return ast.Name(self._names[node])
        if self._in_own_names.fits(node, WORD) or node not in self._names:
            return self._in_own_names.definition(node)
        return ast.Name(self._names[node])

    def operation(self, node: Node) -> str:
        """One operation on its arguments as messages call them."""
        args = tuple(map(self._called, node.args))
        return text(self._in_own_names.operation(node, args))

    def meant(self, nodes: Iterable[Node]) -> dict[str, str]:
        """What the automatic names stand for that messages call these nodes by."""
        return {
            self._names[node]: self._in_own_names.text(node)
            for node in nodes
            if node.label is None
            and self._in_own_names.fits(node, LONG)
            and not self._in_own_names.fits(node, WORD)
        }

    def symbol(self, node: Node | None, longest: int = LONG) -> str | None:
        """A derivative in symbols, in as few other names as its length allows."""
        if node is None:
            return None
        # Many nodes have one derivative: all terms of a sum do.
        known = node, longest
        if known not in self._written:
            self._written[known] = _text(self.derivative(node, longest))
        return self._written[known]

    def derivative(self, node: Node, longest: int = LONG) -> ast.Expression | None:
        """The same as a syntax tree."""
        if self._in_own_names.fits(node, SHORT):
            return self._in_own_names.reference(node)
        return self._bounded(node, longest)

    def in_all_names(self, node: Node | None) -> str | None:
        """A partial in the names of all nodes; None if it is too long to be of use."""
        return _text(self.partial(node))

    def partial(self, node: Node | None) -> ast.Expression | None:
        """The same as a syntax tree."""
        return None if node is None else self._bounded(node)

    def _bounded(self, node: Node, longest: int = LONG) -> ast.Expression | None:
        if not self._in_all_names.fits(node, longest):
            return None
        return self._in_all_names.reference(node)

    def span(self, node: Node) -> Span | None:
        """Where a node stands in the program."""
        return self._model.spans.get(node)
