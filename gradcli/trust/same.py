"""Whether two formulas are the same: simplified, and in many digits at points that may tell."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from gradcli.engine.plain import PlainValues
from gradcli.errors import GradcliError, Option, Sentence, UsageError
from gradcli.evaluation.elements import Value
from gradcli.evaluation.inputs import bind_given
from gradcli.evaluation.solve import arrays_of, read_model
from gradcli.graph.model import Model
from gradcli.graph.naming import Symbols, name_nodes
from gradcli.graph.node import CONST, INPUT, Graph, Node
from gradcli.graph.shapes import Arrays, Form, Letter, shown
from gradcli.symbolic.simplify.simplifier import simplify
from gradcli.syntax.ast import Lengths
from gradcli.trust.candidates import SHAPE, TRANSPOSED
from gradcli.trust.looks import Pairs, Seen
from gradcli.trust.observed import Mistake
from gradcli.trust.sameness import SIMPLIFIED, TESTED, WRITTEN, Same
from gradcli.trust.slips import of_the_whole, slip
from gradcli.trust.ways import is_near

MOST_SIMPLIFIED = 3_000
"""Larger formulas are not simplified."""

MOST_TOLD_APART = 40
"""A mistake is looked for at so many points."""


def same(  # noqa: PLR0913  (what the command line can ask)
    first: str,
    second: str,
    values: Mapping[str, Value] | None = None,
    *,
    where: str | None = None,
    strict: bool = False,
    shapes: Mapping[str, Lengths] | None = None,
) -> Same:
    """Whether two formulas have the same value wherever both have one.

    Args:
        first: a program.
        second: another one, in the same inputs.
        values: inputs that have a value of their own; all others may have any.
        where: a condition on the inputs, such as ``x > 0``: no other points count.
        strict: make every note on how a text was read an error.
        shapes: the lengths of arrays that are declared beside the programs.

    Raises:
        ParseError: a text is not a program.
        InputError: a name is unknown, or a value is for no input.
        UsageError: mpmath is not installed, an array is too large, or there is no point at which
            both have a value.
    """
    arrays = arrays_of(values or {}, shapes)
    pair = _Pair(first, second, values or {}, where, strict=strict, arrays=arrays)
    lengths = pair.lengths
    if not lengths:
        return pair.result()
    if pair.first is pair.second or pair.first.form != pair.second.form:
        return pair.result()
    # Each letter has two numbers, one after another: a number in a formula may be one of them.
    # What is simplified needs one of them alone: it is proved for all.
    found: list[Same] = []
    for more in (0,) if pair.is_shown else (0, 1):
        numbers = {letter: number + more for letter, number in lengths.items()}
        forms = {**arrays.forms, **pair.forms(numbers)}
        tried = arrays._replace(forms=forms)
        small = _Pair(first, second, values or {}, where, strict=strict, arrays=tried).result()
        one, other = pair.texts
        small = replace(small, first=one, second=other, lengths=numbers, notes=pair.notes)
        found.append(small)
        if not small.is_same:
            return found[-1]
    return replace(found[0], how=SIMPLIFIED if pair.is_shown else TESTED)


def check_one(
    source: str,
    values: Mapping[str, Value],
    *,
    strict: bool = False,
    shapes: Mapping[str, Lengths] | None = None,
) -> None:
    """Look at one formula alone, and at the values that are given; raises as `same`."""
    bind_given(read_model(source, values, strict=strict, arrays=arrays_of(values, shapes)), values)


class _Pair:
    """Two formulas in one graph."""

    def __init__(  # noqa: PLR0913  (what the command line can ask)
        self,
        first: str,
        second: str,
        values: Mapping[str, Value],
        where: str | None,
        *,
        strict: bool,
        arrays: Arrays,
    ) -> None:
        self._model = model = read_model(first, values, strict=strict, arrays=arrays)
        known = [*values, *(node.name for node in model.inputs if "[" not in node.name)]
        # What the first program declares is so in the others, too.
        declared = {node.name: node.form for node in model.inputs if node.shape}
        arrays = arrays._replace(forms={**declared, **arrays.forms})
        others = [
            _read(text, known, what, strict=strict, arrays=arrays)
            for text, what in ((second, "the second formula"), (where, "--where"))
            if text is not None
        ]
        self._graph = graph = model.graph
        self._names = name_nodes(model)
        self._texts = (_text(model), _text(others[0]))
        self.notes = [*model.notes, *(note for other in others for note in other.notes)]
        outputs = [model.output, *(_copied(graph, other) for other in others)]
        self.first, self.second = outputs[:2]
        self._holds = outputs[2] if where is not None else None
        self._inputs = [node for node in graph.ancestors(outputs) if node.op == INPUT]
        self._given = self._bound(values)

    def _bound(self, values: Mapping[str, Value]) -> Mapping[Node, Any]:
        """The inputs that have a value.

        Raises:
            InputError: a value is for no input, or is no number.
        """
        whole = Model(self._model.source)
        whole.graph, whole.inputs, whole.output = self._graph, self._inputs, self.first
        return bind_given(whole, values)

    @property
    def texts(self) -> tuple[str, str]:
        """Both formulas as they are shown."""
        return self._texts

    # --- Lengths that letters stand for ---------------------------------------------------------

    @property
    def lengths(self) -> dict[str, int]:
        """A number for each letter that stands for a length, no two the same."""
        found: dict[str, int] = {}
        for node in self._inputs:
            for length in node.shape:
                for letter, _ in length.letters if isinstance(length, Letter) else ():
                    found.setdefault(letter, len(found) + 2)
        return found

    def forms(self, lengths: Mapping[str, int]) -> dict[str, Form]:
        """The forms of inputs whose lengths are letters, with numbers for these."""
        return {
            node.name: node.form._replace(
                shape=tuple([_number(length, lengths) for length in node.shape])
            )
            for node in self._inputs
            if node.form.is_open
        }

    # --- In numbers -----------------------------------------------------------------------------

    def result(self) -> Same:
        """What they are to each other."""
        if self.first.form != self.second.form:
            forms = [shown(each.form) for each in (self.first, self.second)]
            words = f"the first one is {forms[0]}, the second one {forms[1]}"
            return self._made(is_same=False, mistake=Mistake(SHAPE, words))
        if self.first is self.second:
            return self._made(is_same=True, how=WRITTEN)
        pairs = Pairs(self._graph, self.first, self.second, self._holds, self._inputs)
        seen = Seen(pairs, [*pairs.points(self._given)])
        if not seen.both and seen.alone:
            return self._made(is_same=False, seen=seen)
        if not seen.both and not self.is_shown:
            raise UsageError(
                "same",
                "no point was found at which both formulas have a value",
                hint=Sentence("give values for the inputs, as in ", Option("x", "2")),
            )
        if not seen.differing:
            how = SIMPLIFIED if self.is_shown else TESTED
            return self._made(is_same=True, how=how, seen=seen)
        return self._made(is_same=False, seen=seen, mistake=self._mistake(seen))

    def _made(
        self,
        *,
        is_same: bool,
        how: str = TESTED,
        seen: Seen | None = None,
        mistake: Mistake | None = None,
    ) -> Same:
        differing = seen.differing if seen else []
        return Same(
            *self._texts,
            is_same=is_same,
            how=how,
            points=len(seen.both) if seen else 0,
            agreeing=len(seen.both) - len(differing) if seen else 0,
            witness=seen.witness(differing) if seen else None,
            domain=seen.witness(seen.alone) if seen else None,
            mistake=mistake,
            where=None if is_same or seen is None else seen.where(),
            notes=self.notes,
        )

    @cached_property
    def is_shown(self) -> bool:
        """Whether the strong simplifier makes one of both."""
        order = self._graph.ancestors([self.first, self.second])
        if len(order) > MOST_SIMPLIFIED:
            return False
        draft = self._graph.draft()
        difference = draft.node("sub", (self.first, self.second))
        wanted = [self.first, self.second, difference]
        if not self._graph.has_arrays:
            first, second, rest = simplify(wanted, order)
            return first is second or (rest.op == CONST and rest.value == 0)
        from gradcli.symbolic.matrix.simplifier import MatrixSimplifier  # noqa: PLC0415  (only arrays)

        simplifier = MatrixSimplifier(order)
        first, second, _ = simplifier.simplify(wanted)
        return first is second or not simplifier.total(difference)

    def _mistake(self, seen: Seen) -> Mistake | None:
        """What the second formula differs by."""
        pairs = [pair for each in seen.both for pair in each.values]
        found = of_the_whole(pairs)
        if found is not None or self._graph.has_arrays:
            return found or self._transposed(seen)
        looks = seen.both[:MOST_TOLD_APART]
        points = [each.point for each in looks]
        wanted = [float(each.values[0][1]) for each in looks]
        symbols = Symbols(self._model, self._names)
        graph = self._graph.draft()

        def is_second(node: Node) -> bool:
            values = (PlainValues(point, point.values()) for point in points)
            return all(
                is_near(value(node), want, max(1.0, abs(want)), 1e-9)
                for value, want in zip(values, wanted, strict=True)
            )

        return slip(graph, self.first, is_second, symbols.called)

    def _transposed(self, seen: Seen) -> Mistake | None:
        shape = self.first.shape
        if len(shape) != 2 or shape[0] != shape[1]:
            return None
        size = shape[0]
        for each in seen.both:
            for place, (_, b) in enumerate(each.values):
                row, column = divmod(place, size)
                if not is_near(float(each.values[column * size + row][0]), float(b), 1.0):
                    return None
        return Mistake(TRANSPOSED, "the second one is transposed")


def _read(text: str, known: Sequence[str], what: str, *, strict: bool, arrays: Arrays) -> Model:
    """Another program in the same inputs; what is wrong with it says where it stands."""
    try:
        return read_model(text, known, strict=strict, arrays=arrays)
    except GradcliError as error:
        error.source, error.origin = text, what
        raise


def _number(length: int, lengths: Mapping[str, int]) -> int:
    """A length in numbers."""
    if not isinstance(length, Letter):
        return length
    return length.rest * math.prod(lengths[letter] for letter, _ in length.letters)


def _copied(graph: Graph, model: Model) -> Node:
    """The output of a program in another graph."""
    found: dict[Node, Node] = {}
    for node in model.graph.ancestors([model.output]):
        found[node] = graph.copied(node, tuple(found[arg] for arg in node.args))
    return found[model.output]


def _text(model: Model) -> str:
    return Symbols(model, name_nodes(model)).expression()
