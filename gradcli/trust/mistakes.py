"""Which mistake a wrong gradient is: the first that gives it in every entry and at every point."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gradcli.evaluation.entries.separate import label
from gradcli.evaluation.objects import exact
from gradcli.graph.node import Node
from gradcli.syntax.spelling import array_name, indices_of, is_element
from gradcli.trust import candidates
from gradcli.trust.candidates import Local
from gradcli.trust.guesses import (
    between_sides,
    is_square,
    moved,
    of_one,
    of_side,
    of_step,
    paths,
    product,
    times,
    turned,
    without_one,
)
from gradcli.trust.observed import Guess, Key, Mistake, Observed
from gradcli.trust.ways import Edge, is_near

RATES = (1.0, 0.5, 0.3, 0.2, 0.1, 0.05, 0.03, 0.02, 0.01, 0.005, 0.003, 0.002, 0.001, 1e-4)
"""The learning rates that an update is looked for with."""

MOST_EDGES = 2_000
"""In larger programs no update is looked for: each rate takes both passes anew."""

MOST_MOVED = 12
"""So many inputs are moved one by one in search of an update; more only all at once."""


class Search:
    """The search for a mistake.

    Args:
        observed: a gradient at some points.
        keys: its entries, those in the right shape.
        tolerance: how far off a right one may be.
    """

    def __init__(self, observed: Sequence[Observed], keys: Sequence[Key], tolerance: float) -> None:
        self._observed = observed
        self._keys = keys
        self._tolerance = tolerance
        self.wrong = [
            key for key in keys if any(not each.is_right(key, tolerance) for each in observed)
        ]
        self._names = observed[0].solution.names

    def mistakes(self) -> Mapping[Key, Mistake | None]:
        """The mistake of every wrong entry: one of all if there is one, else one of each node."""
        if not self.wrong:
            return {}
        whole = self._first(self.wrong, self._keys)
        if whole is not None:
            return dict.fromkeys(self.wrong, whole)
        found: dict[Key, Mistake | None] = {}
        for node in dict.fromkeys(key.node for key in self.wrong):
            own = [key for key in self.wrong if key.node is node]
            alone = self._first(own, [key for key in self._keys if key.node is node])
            found |= dict.fromkeys(own, alone)
        return found

    def _first(self, wrong: Sequence[Key], keys: Sequence[Key]) -> Mistake | None:
        """The first mistake that explains all of some entries; those that are right stay so."""
        for mistake, guess in self._guesses(wrong, keys):
            if self._fits(guess, wrong) and self._fits(guess, keys):
                return mistake
        return self._any_factor(wrong)

    def _fits(self, guess: Guess, keys: Sequence[Key]) -> bool:
        try:
            return all(
                is_near(guess(each, key), each.found(key), each.scale(key), self._tolerance)
                for key in keys
                for each in self._observed
            )
        except (ArithmeticError, KeyError, IndexError):
            return False

    def _guesses(
        self, wrong: Sequence[Key], keys: Sequence[Key]
    ) -> Iterator[tuple[Mistake, Guess]]:
        yield from self._at_kinks(wrong)
        yield from self._factors(wrong, (-1.0,))
        yield from self._locals(wrong, of_inner=True)
        yield from self._factors(wrong, self._nice_factors())
        yield from self._moved_entries(wrong)
        yield from self._locals(wrong, of_inner=False)
        yield from self._one_path(wrong)
        yield from self._insides(wrong)
        yield from self._exchanged(wrong)
        yield from self._updates(keys)

    # --- At a kink ------------------------------------------------------------------------------

    def _at_kinks(self, wrong: Sequence[Key]) -> Iterator[tuple[Mistake, Guess]]:
        """The slope of one side, or a number between both, where another one is used."""
        if not all(each.slopes(key) for each in self._observed for key in wrong):
            return
        chosen = set(wrong)
        words = "it is the slope on the other side of its kink"
        yield Mistake(candidates.SIDE, words), of_side(chosen)
        words = "it is between the slopes on both sides of its kink, and another number is used"
        yield Mistake(candidates.SIDE, words), between_sides(chosen)

    def _insides(self, wrong: Sequence[Key]) -> Iterator[tuple[Mistake, Guess]]:
        """The derivative by a step on the way, where the rest of the way is left out."""
        model = self._observed[0].solution.model
        (key, *others) = wrong
        if others or key.node.shape or model.graph.has_arrays:
            return
        inside = {key.node}
        for node in model.graph.ancestors([model.output])[:MOST_EDGES]:
            if inside.isdisjoint(node.args) or node is model.output:
                continue
            inside.add(node)
            words = f"the inner derivative of {self._called(node)} by {self._name(key)} is left out"
            yield Mistake(candidates.INNER, words), of_step(node, key)

    # --- Of the whole ---------------------------------------------------------------------------

    def _factors(
        self, wrong: Sequence[Key], factors: Sequence[float]
    ) -> Iterator[tuple[Mistake, Guess]]:
        first = self._observed[0]
        is_all = {*wrong} >= {key for key in self._keys if first.right(key)}
        where = " everywhere" if is_all else ""
        chosen = set(wrong)
        for factor in factors:
            kind = candidates.SIGN if factor == -1 else candidates.FACTOR
            words = f"off by the factor {exact(factor)}{where}"
            if factor and factor != -1 and abs(factor) < 1 and (1 / factor).is_integer():
                words = f"off by the factor 1/{exact(1 / factor)}{where}"
            yield Mistake(kind, words), times(factor, chosen)

    def _nice_factors(self) -> list[float]:
        """2, n and their like: the lengths of arrays, and how many terms there are."""
        model = self._observed[0].solution.model
        lengths = {2.0}
        for node in model.graph.ancestors([model.output]):
            lengths.update(map(float, node.shape))
            lengths.add(float(node.form.size))
            if node.is_const and node.value > 1 and float(node.value).is_integer():
                lengths.add(node.value)
        lengths -= {0.0, 1.0}
        return [each for n in sorted(lengths) for each in (n, 1 / n, -n, -1 / n)]

    def _any_factor(self, wrong: Sequence[Key]) -> Mistake | None:
        """A factor that is the same in several entries or points."""
        ratios = [
            each.found(key) / each.right(key)
            for key in wrong
            for each in self._observed
            if float(each.right(key)) and math.isfinite(each.found(key))
        ]
        if len(ratios) < 2 or not all(is_near(ratio, ratios[0], 0.0) for ratio in ratios):
            return None
        if not ratios[0]:
            return Mistake(candidates.MISSING, "every path is missing: it is 0")
        return Mistake(candidates.FACTOR, f"off by the factor {float(f'{ratios[0]:.6g}'):g}")

    # --- Of arrays ------------------------------------------------------------------------------

    def _moved_entries(self, wrong: Sequence[Key]) -> Iterator[tuple[Mistake, Guess]]:
        """Entries that stand in other places."""
        nodes = list(dict.fromkeys(key.node for key in wrong))
        if len(nodes) == 1 and len(nodes[0].shape) == 2:
            rows, columns = nodes[0].shape
            if rows == columns:
                yield self._transposed(nodes[0])
        if len(nodes) == 1 and len(nodes[0].shape) == 1 and len(wrong) > 1:
            yield from self._shifted(nodes[0], nodes[0].shape[0])
        yield from self._shifted_family(nodes)

    def _exchanged(self, wrong: Sequence[Key]) -> Iterator[tuple[Mistake, Guess]]:
        """Two derivatives, each in the place of the other."""
        if len({key.node for key in wrong}) == len(wrong) == 2:
            first, second = wrong
            words = f"the derivatives by {self._name(first)} and {self._name(second)} are exchanged"
            other = {first: second, second: first}
            yield (
                Mistake(candidates.EXCHANGED, words),
                lambda each, key: each.right(other.get(key, key)),
            )

    def _transposed(self, node: Node) -> tuple[Mistake, Guess]:
        _, columns = node.shape

        def guess(each: Observed, key: Key) -> float:
            row, column = divmod(key.place, columns)
            return each.right(Key(node, column * columns + row, key.indices))

        right: Any = self._observed[0].solution.grad_of(node)
        is_flat = bool((right == right[:1]).all()) or bool((right == right[:, :1]).all())
        if is_flat:
            return Mistake(candidates.AXIS, "it is handed back along the wrong axis"), guess
        return Mistake(candidates.TRANSPOSED, "it is transposed"), guess

    def _shifted(self, node: Node, length: int) -> Iterator[tuple[Mistake, Guess]]:
        for by in (1, -1):
            words = f"entry i is that of entry i {'+' if by > 0 else '-'} 1"

            def guess(each: Observed, key: Key, by: int = by) -> float:
                place = key.place + by
                if not 0 <= place < length:
                    return each.found(key)  # whatever stands at the end
                return each.right(Key(node, place, key.indices))

            if length > 2:
                yield Mistake(candidates.OFF, f"off by one: {words}"), guess

    def _shifted_family(self, nodes: Sequence[Node]) -> Iterator[tuple[Mistake, Guess]]:
        """The same of a family ``w[1]``, ``w[2]``, …, whose elements are inputs of their own."""
        keys = {self._names[key.node]: key for key in self._keys if not key.node.shape}
        for by in (1, -1):
            words = f"entry i is that of entry i {'+' if by > 0 else '-'} 1"
            other: dict[Key, Key | None] = {}
            for node in nodes:
                name = self._names[node]
                if not is_element(name, f"{array_name(name)}[1]") and "[" not in name:
                    return
                *before, last = indices_of(name)
                moved = ",".join(map(str, [*before, last + by]))
                other[keys[name]] = keys.get(f"{array_name(name)}[{moved}]")
            if len([each for each in other.values() if each is not None]) < 2:
                return

            def guess(each: Observed, key: Key, other: dict[Key, Key | None] = other) -> float:
                if key not in other:
                    return each.right(key)
                place = other[key]
                return each.found(key) if place is None else each.right(place)

            yield Mistake(candidates.OFF, f"off by one: {words}"), guess

    # --- Of single operations -------------------------------------------------------------------

    def _locals(self, wrong: Sequence[Key], *, of_inner: bool) -> Iterator[tuple[Mistake, Guess]]:
        first = self._observed[0]
        if not first.ways.is_small:
            return
        target = first.target(wrong[0])
        edges = list(first.ways.through(target))
        for each in (
            candidates.inner(candidates.insides(edges))
            if of_inner
            else candidates.locals_of(first.ways, target)
        ):
            guess = self._guess_of(each)
            if self._fits(guess, wrong[:1]):  # words are made for few only
                yield Mistake(each.kind, self._words(each, target)), guess
        if not of_inner:
            yield from self._stretched(edges)
            yield from self._other_axis(wrong[0].node)
            yield from self._turned(edges)

    def _other_axis(self, node: Node) -> Iterator[tuple[Mistake, Guess]]:
        """What comes back to a vector that is used in every row of a matrix is summed by rows."""
        for source, whole in self._observed[0].ways.unsummed(node):
            if len(node.shape) != 1 or whole.shape != node.shape * 2:
                continue

            def guess(each: Observed, key: Key, source: Node = source) -> float:
                if key.node is not node:
                    return each.right(key)
                back = dict(each.ways.unsummed(node))[source]
                change = back.sum(axis=1)[key.place] - back.sum(axis=0)[key.place]
                return each.right(key) + float(change)

            words = f"it is summed over the wrong axis of {self._node(source)}"
            yield Mistake(candidates.AXIS, words), guess

    def _turned(self, edges: Sequence[Edge]) -> Iterator[tuple[Mistake, Guess]]:
        """What comes back through a product of matrices meets the other one as it stands."""
        for edge in edges:
            if edge.source.op != "contract":
                continue
            for own in (0, 1):
                other = edge.source.args[1 - own]
                if edge.source.args[own] is edge.target and is_square(other.shape):
                    words = f"{self._node(other)} is not transposed in the backward pass to {{}}"
                    yield (
                        Mistake(candidates.TRANSPOSED, words.format(self._node(edge.target))),
                        turned(edge, own),
                    )

    def _guess_of(self, local: Local) -> Guess:
        """What a mistake comes to at a point, whose nodes are other ones of the same places."""

        def guess(each: Observed, key: Key) -> float:
            return local.value(each.ways, each.target(key), each.right(key))

        return guess

    def _stretched(self, edges: Sequence[Edge]) -> Iterator[tuple[Mistake, Guess]]:
        """Of what is used in many places only one comes back, or all but the first or the last."""
        for edge in edges:
            if edge.source.form.size <= edge.target.form.size:
                continue
            target, source = self._node(edge.target), self._node(edge.source)
            for place, which in ((0, "first"), (-1, "last")):
                words = f"it is not summed over the places where {target} is used in {source}"
                yield Mistake(candidates.BROADCAST, words), of_one(edge, place)
                words = f"off by one: the {which} term of the sum over {source} is missing"
                yield Mistake(candidates.OFF, words), without_one(edge, place)

    def _one_path(self, wrong: Sequence[Key]) -> Iterator[tuple[Mistake, Guess]]:
        """One of few paths, where no edge is its own."""
        first = self._observed[0]
        if first.numbers.graph.has_arrays or len(wrong) != 1 or not first.ways.is_small:
            return
        for path in paths(first.ways, first.target(wrong[0])):
            text = " → ".join(self._node(node) for node in reversed(path))
            for kind, count, words in (
                (candidates.MISSING, -1, "is missing"),
                (candidates.TWICE, 1, "is counted twice"),
                (candidates.SIGN, -2, "has the other sign"),
            ):

                def guess(
                    each: Observed, key: Key, path: Sequence[Node] = path, count: int = count
                ) -> float:
                    return each.right(key) + count * product(each.ways, path)

                yield Mistake(kind, f"the path {text} {words}"), guess

    # --- Updates --------------------------------------------------------------------------------

    def _updates(self, keys: Sequence[Key]) -> Iterator[tuple[Mistake, Guess]]:
        if len(self._observed[0].ways.parts) > MOST_EDGES:
            return
        inputs = list(dict.fromkeys(key.node for key in keys))
        nodes = self._observed[0].solution.model.inputs
        groups = [(nodes, "all inputs"), (inputs, "these")]
        if len(nodes) <= MOST_MOVED:
            groups += [([node], self._node(node)) for node in nodes]
        for group, names in groups:
            for rate in RATES:
                for sign, when in ((-1.0, "after"), (1.0, "before")):
                    guess = moved(group, sign * rate)
                    words = f"taken {when} the update of {names} by the rate {exact(rate)}"
                    yield Mistake(candidates.UPDATE, words), guess

    # --- Words ----------------------------------------------------------------------------------

    def _name(self, key: Key) -> str:
        return label(self._names[key.node], key.indices)

    def _node(self, node: Node) -> str:
        return self._names.get(node, "a constant")

    def _words(self, local: Local, target: Node) -> str:
        edge = local.edges[0]
        return local.words.format(
            source=self._called(edge.source),
            target=self._node(edge.target),
            path=self._path(edge, target),
        )

    def _called(self, node: Node) -> str:
        """``v1 = x^2``: a node that only we have a name for is told by its formula."""
        name = self._node(node)
        if node.op == "input":
            return name
        formula = self._observed[0].solution.symbols.formula(node)
        return f"{name} = {formula}"

    def _path(self, edge: Edge, target: Node) -> str:
        """``x → v1 → J``: the nodes on a way through an edge, with … where there are several."""
        ways = self._observed[0].ways
        through = list(ways.through(target))
        up = [edge.source]
        while (steps := [each.source for each in through if each.target is up[-1]]) and up[
            -1
        ] is not ways.numbers.owners[ways.numbers.output.index]:
            up.append(steps[0])
            if len(set(steps)) > 1:
                up = [*up[:-1], ways.numbers.owners[ways.numbers.output.index]]
                break
        down = [edge.target]
        while steps := [each.target for each in through if each.source is down[-1]]:
            down.append(steps[0])
        nodes = dict.fromkeys([*reversed(down), *up])
        return " → ".join(map(self._node, nodes))
