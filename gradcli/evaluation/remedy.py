"""What to write instead where a value or a derivative is lost: rewritings, tried at the point.

A line of the table is taken only if what it makes has a finite value here, and finite derivatives,
in floats alone, and if both are right: those of the node where these are numbers themselves, else
those that the node has at points nearby.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from gradcli.calculus.reverse import gradient
from gradcli.engine.interpreter import Values
from gradcli.evaluation.objects import entries_of, is_finite
from gradcli.graph.naming import Symbols
from gradcli.graph.node import Node
from gradcli.rewriting.apply import Rewriter, Rewritten
from gradcli.syntax.parse import parse

if TYPE_CHECKING:
    from gradcli.evaluation.lookup import LookUp

MOST_NODES = 24
"""So many nodes around the one where it began are looked at."""

MOST_BELOW = 12
"""So many that it is made of."""

MOST_TRIED = 200
"""So many rewritings are tried."""

MOST_TOLD = 500
"""In larger programs a warning names no remedy: `gradcli why` takes the time to look for one."""

LONGEST = 120
"""Nor does one that would be longer."""

MOST_WORK = 30_000
"""Fewer are tried in programs that are so many nodes times these: each try takes derivatives."""

NEAR = 1e-2
"""How far away the points are at which a node is looked at that has no value here."""

TOLERANCE = 1e-6
"""How far off a value may be, beside its size; where the node itself is known, and exact."""

ROUGH = 1e-3
"""The same where it is compared nearby, and loses digits there."""

_GOLDEN = 0.6180339887498949


class Remedy(NamedTuple):
    """A rewriting that was tried at the point.

    Attributes:
        rewritten: the node and what it becomes.
        value: the value of the output with it.
        gradient: the derivative by each input with it.
        is_whole: whether these are all finite.
    """

    rewritten: Rewritten
    value: Any
    gradient: Mapping[Node, Any]
    is_whole: bool


class Remedies:
    """The rewritings of a program at a point.

    Args:
        at: the program at the point.
        targets: the inputs and steps whose derivatives have to be finite.
        truth: what the output and the derivatives by these should be, as far as that is known.
        work: see `MOST_WORK`.
    """

    def __init__(
        self,
        at: LookUp,
        targets: Sequence[Node],
        truth: Mapping[Node, float] | None = None,
        work: int = MOST_WORK,
    ) -> None:
        self._at = at
        self._truth = truth or {}
        self._targets = targets
        self._inputs = at.model.inputs
        self._order = at.model.graph.ancestors([at.model.output])
        self._slopes: dict[Node, list[Node]] = {}
        self._budget = min(MOST_TRIED, work // len(self._order))

    @cached_property
    def _rewriter(self) -> Rewriter:
        return Rewriter(self._at.model.graph, self._order)

    @cached_property
    def _plain(self) -> Values:
        """Values in floats alone; arrays have no others."""
        point = [self._at.value_of(node) for node in self._inputs]
        if self._at.model.graph.has_arrays:
            return self._at.value_of
        from gradcli.engine.plain import PlainValues  # noqa: PLC0415  (only where it is asked for)

        return PlainValues(self._inputs, map(float, point))

    @cached_property
    def _near(self) -> list[Values]:
        """The values at points nearby."""
        return [self._at.value_of.but(self._moved(side)) for side in (1.0, -1.0, 0.3, -0.3)]

    @cached_property
    def _far(self) -> list[Values]:
        """The values at points where nothing is large; only whether two nodes agree counts there.

        Beside a point where an array overflows it does so, too.
        """
        return [self._at.value_of.but(self._shrunk(size)) for size in (0.5, 1.0)]

    def _shrunk(self, size: float) -> dict[Node, Any]:
        found = {}
        for place, node in enumerate(self._inputs, start=1):
            value = self._at.value_of(node)
            largest = max(map(abs, entries_of(value)), default=0.0)
            share = value / largest if 0 < largest < math.inf else value * 0.0
            found[node] = size * (share + 0.25 * (place * _GOLDEN % 1.0))
        return found

    def _moved(self, side: float) -> dict[Node, Any]:
        return {
            node: value + side * NEAR * (1 + abs(value)) * (0.5 + place * _GOLDEN % 1.0)
            for place, node in enumerate(self._inputs, start=1)
            for value in [self._at.value_of(node)]
        }

    def of(self, node: Node, *, error: float = 0.0) -> Remedy | None:
        """The rewriting that mends what began at a node, if one is known.

        Args:
            node: where it began.
            error: by how much the value of a node may be wrong, beside its size.
        """
        best: Remedy | None = None
        for rewritten in islice(self._candidates(node), max(self._budget, 0)):
            self._budget -= 1
            found = self._tried(rewritten, error)
            if found is not None and found.is_whole:
                return found
            if found is not None and self._is_mended(node, rewritten):
                best = best or found
        return best

    def _candidates(self, node: Node) -> Iterator[Rewritten]:
        """The forms of the nodes around one; then those that a form of one of these opens up.

        1 - p is no line of the table, and 1 - sigmoid(z) is, once p = 1/(1 + exp(-z)) is known
        for that.
        """
        around = [*self._around(node)]
        first = [each for place in around for each in self._rewriter.forms_of(place)]
        yield from first
        for opening in first:
            for user in around:
                if user.index > opening.node.index:
                    changed = self._rewriter.with_put_in(user, {opening.node: opening.made})
                    if changed is not user:
                        for each in self._rewriter.forms_of(changed):
                            yield each._replace(node=user)

    def _is_mended(self, node: Node, rewritten: Rewritten) -> bool:
        """Whether a node has a value with an argument in another form, if it is still there."""
        if rewritten.node not in node.args:
            return True
        changed = self._rewriter.with_put_in(node, {rewritten.node: rewritten.made})
        return is_finite(self._plain(changed))

    def together(self, found: Sequence[Remedy]) -> Remedy | None:
        """Several remedies at once, for what began in several places."""
        if len(found) < 2 or all(each.is_whole for each in found):
            return None
        made = {each.rewritten.node: each.rewritten.made for each in found}
        return self._with(found[0].rewritten, made)

    def _around(self, node: Node) -> Iterator[Node]:
        """A node, what uses it on the way to the output, nearest first, and what it is made of."""
        users: dict[Node, list[Node]] = {}
        for each in self._order:
            for arg in dict.fromkeys(each.args):
                users.setdefault(arg, []).append(each)
        found: dict[Node, None] = {}
        waiting = [node]
        for each in waiting:
            if each not in found and len(found) < MOST_NODES:
                found[each] = None
                waiting += users.get(each, ())
        yield from (each for each in found if self._rewriter.known(each))
        below = [node]
        for each in below:
            more = [arg for arg in dict.fromkeys(each.args) if arg.args and arg not in below]
            below += more[: MOST_BELOW - len(below)]
        yield from below[1:]

    # --- Trying ---------------------------------------------------------------------------------

    def _tried(self, rewritten: Rewritten, error: float) -> Remedy | None:
        """A rewriting with what comes of it here; None if it is not finite or not right."""
        at, (old, new, holds, *_) = self._at, rewritten
        if new is old or new.shape != old.shape:
            return None
        if holds is not None and not all(entries_of(at.value_of(holds))):
            return None
        value = self._plain(new)
        if not is_finite(value) or not self._is_right(old, new, error):
            return None
        return self._with(rewritten, {old: new})

    def _with(self, rewritten: Rewritten, made: Mapping[Node, Node]) -> Remedy:
        """What comes of nodes in the place of others."""
        whole = self._rewriter.with_put_in(self._at.model.output, made)
        slopes = self._gradient(whole, self._targets)
        remedy = Remedy(
            rewritten,
            self._plain(whole),
            dict(zip(self._targets, map(self._plain, slopes), strict=True)),
            is_whole=False,
        )
        found = {**remedy.gradient, self._at.model.output: remedy.value}
        is_whole = all(map(is_finite, found.values())) and all(
            _all_near(found[node], true, TOLERANCE, 1e-300)
            for node, true in self._truth.items()
            if node in found
        )
        return remedy._replace(is_whole=is_whole)

    def _gradient(self, node: Node, by: Sequence[Node]) -> list[Node]:
        return [] if node.shape else gradient(self._rewriter.graph, node, by)

    def _is_right(self, old: Node, new: Node, error: float) -> bool:
        """Whether a node has the value and the derivatives of another, here or nearby."""
        exact = self._at.value_of(old)
        here = self._plain(new)
        allowed = max(TOLERANCE, 4 * error)
        if is_finite(exact) and not _all_near(here, exact, allowed):
            return False
        if not is_finite(exact) and not self._goes_on(new, here):
            return False
        if old not in self._slopes:
            self._slopes[old] = self._gradient(old, self._inputs)
        pairs = [*zip(self._slopes[old], self._gradient(new, self._inputs), strict=True)]
        if is_finite(exact):
            known = [(self._at.value_of(a), self._plain(b)) for a, b in pairs]
            if all(_all_near(b, a, max(ROUGH, allowed)) for a, b in known if is_finite(a)):
                if all(is_finite(a) for a, _ in known):
                    return True
            elif not error:
                return False
        return self._is_right_nearby(old, new, pairs)

    def _is_right_nearby(self, old: Node, new: Node, slopes: Sequence[tuple[Node, Node]]) -> bool:
        pairs = [(old, new), *slopes]
        near = [agree for values in self._near for agree in _agree(pairs, values)]
        return all(
            near or [agree for values in self._far for agree in _agree(pairs, values)] or [False]
        )

    def _goes_on(self, new: Node, here: Any) -> bool:
        """Whether the value here is the limit of those nearby."""
        values = [near(new) for near in self._near]
        return any(_all_near(here, value, 0.05, 0.05) for value in values if is_finite(value))


def texts(symbols: Symbols, rewritten: Rewritten) -> tuple[str, str]:
    """What is rewritten, and what to write instead."""
    line, before = rewritten.line, symbols.written(rewritten.node)
    if line.named is None or rewritten.letters.keys() < {*line.names}:
        return before, symbols.written(rewritten.made)
    return before, symbols.put_into(parse(line.named).statements[0].value, rewritten.letters)


def in_words(at: LookUp, node: Node, targets: Sequence[Node]) -> str | None:
    """What to write for what began at a node: ``write norm(x, y) for sqrt(x^2 + y^2)``.

    Args:
        at: the program at the point.
        node: where it began.
        targets: the inputs whose derivatives have to be finite with it, too.
    """
    if len(at.names) > MOST_TOLD:
        return None
    found = Remedies(at, targets, work=MOST_WORK // 5).of(node)
    if found is None or not found.is_whole:
        return None
    old, new = texts(at.symbols, found.rewritten)
    return f"write {new} for {old}" if len(new) + len(old) <= LONGEST else None


def _agree(pairs: Sequence[tuple[Node, Node]], values: Values) -> Iterator[bool]:
    """Whether nodes have the same values, as far as the first of each pair is finite."""
    (old, _), *_ = pairs
    if is_finite(values(old)):
        yield from (
            _all_near(values(b), values(a), ROUGH, 1e-6) for a, b in pairs if is_finite(values(a))
        )


def _all_near(found: Any, wanted: Any, tolerance: float, least: float = 1e-9) -> bool:
    """Whether two numbers are the same but for rounding; of arrays, where the second is finite."""
    pairs = zip(entries_of(found), entries_of(wanted), strict=True)
    return all(
        abs(float(a) - float(b)) <= tolerance * max(abs(float(a)), abs(float(b))) + least
        if math.isfinite(float(a))
        else False
        for a, b in pairs
        if math.isfinite(float(b))
    )
