"""A program of arrays at a point as one of numbers, as people would write it entry by entry."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcli.evaluation.entries.written_out import MOST as MOST_NUMBERS
from gradcli.evaluation.entries.written_out import WrittenOut, too_large
from gradcli.evaluation.entries.written_sums import Entries
from gradcli.evaluation.objects import entries_of
from gradcli.evaluation.solution import Differentiated
from gradcli.graph.model import Inlined, Model, Spans
from gradcli.graph.node import behind
from gradcli.graph.shapes import no_gradient
from gradcli.graph.unparse import Unparser
from gradcli.syntax import ast
from gradcli.syntax.spelling import element_name

if TYPE_CHECKING:
    from gradcli.evaluation.solution import Solution
    from gradcli.graph.node import Node

MOST = 5_000
"""So many entries of all nodes are written out; nobody looks at more."""


class _Steps(WrittenOut):
    """As written out, with a name for every entry of a step."""

    def _finished(self, node: Node, made: Entries) -> Entries:
        if node.label is None or not node.args:
            return made
        named = np.empty(made.shape, dtype=object)
        for place, entry in np.ndenumerate(made):
            label = element_name(node.label, tuple(at + 1 for at in place)) if place else node.label
            named[place] = self.graph.name(entry, label)
        self.graph.share(named.flat)
        return named


def in_numbers(solution: Solution) -> Solution:
    """The same program at the same point with a node for every entry: ``W[1,2]``, ``h[1]``.

    Args:
        solution: a program of arrays at a point.

    Raises:
        InputError: its output is an array.
        UsageError: it is too large for that.
    """
    found = model_in_numbers(solution.model, solution.names)
    numbers = [
        float(value)
        for node in solution.model.inputs
        for value in entries_of(solution.value_of(node))
    ]
    names = [node.name for node in found.inputs]
    return Differentiated(found).at(dict(zip(names, numbers, strict=True)))


def model_in_numbers(model: Model, shown: Collection[Node], most: int = MOST_NUMBERS) -> Model:
    """A program of arrays with a node for every entry.

    Args:
        model: the program.
        shown: its nodes that have a name, the inputs and the output among them.
        most: programs that are more numbers are refused.

    Raises:
        InputError: its output is an array.
        UsageError: it is too large for that.
    """
    if model.output.shape:
        raise no_gradient(model.output.form)
    if sum(node.form.size for node in shown) > MOST:
        raise too_large(MOST)
    written = _Steps(most)
    places = {node: written.entries(node) for node in shown}
    found = Model(model.source)
    found.graph, found.notes, found.spans = written.graph, model.notes, Spans(written.graph)
    found.inputs = [entry for node in model.inputs for entry in places[node].ravel()]
    found.steps = [entry for node in model.steps for entry in places[node].ravel()]
    found.output = places[model.output].item()
    found.calls = {}
    for node, call in model.calls.items():
        if node in places:
            found.calls |= dict(_calls(node, call, written))
    return found


def _calls(node: Node, call: Inlined, written: WrittenOut) -> Iterator[tuple[Node, Inlined]]:
    """Every entry of a call: of a function that is called for every entry by itself, its call.

    Of any other it is an entry of what the function gives, made of those entries of its arguments
    that it depends on.
    """
    entries = written.entries(node)
    args = [written.entries(arg) for arg in call.args]
    is_entrywise = all(arg.shape in {(), node.shape} for arg in args)
    whole = ast.Call(call.function, tuple(map(Unparser(_labels(call.args)).reference, call.args)))
    for place, entry in np.ndenumerate(entries):
        own: tuple[Any, ...] = tuple(
            [np.broadcast_to(each, node.shape)[place] for each in args] if is_entrywise else ()
        )
        if is_entrywise and _is_made_of(entry, own):
            yield entry, Inlined(call.function, own)
            continue
        given = [each for arg in args for each in arg.ravel()]
        needed = {source for part in behind([entry], given) for source in part.args}
        indices = tuple([ast.Number(float(at + 1)) for at in place])
        text = ast.Index(whole, indices) if place else whole
        own = tuple(dict.fromkeys([each for each in given if each in needed]))
        yield entry, Inlined(call.function, own, text)


def _is_made_of(entry: Node, args: tuple[Node, ...]) -> bool:
    """Whether nothing else goes into a node than these."""
    return all(part.args or part.is_const for part in behind([entry], args))


def _labels(nodes: Sequence[Node]) -> dict[Node, str]:
    """The names that the program gives to these and to what they are made of."""
    return {each: each.label for each in behind(nodes) if each.label and not each.is_const}
