"""Why a value or a derivative is lost, where that began, and what to write instead."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from gradcli.errors import InputError
from gradcli.evaluation.elements import Value
from gradcli.evaluation.questions import asked_for
from gradcli.evaluation.remedy import Remedies, Remedy, texts
from gradcli.evaluation.solution import Solution
from gradcli.evaluation.solve import solve
from gradcli.graph.naming import OUTPUT
from gradcli.graph.node import Node
from gradcli.graph.shapes import no_gradient
from gradcli.syntax.ast import Lengths
from gradcli.syntax.spelling import plain
from gradcli.trust import causes
from gradcli.trust.causes import Cause, Way, Why
from gradcli.trust.digits import digits_of
from gradcli.trust.lost import MOST, suspect_cause, suspects, value_causes
from gradcli.trust.scene import Scene, is_same, scenes
from gradcli.trust.slopes import Lost
from gradcli.trust.zero import zero_causes

MENDED = frozenset(
    [
        *[causes.UNDEFINED, causes.POLE, causes.OVERFLOW, causes.UNDERFLOW],
        *[causes.CANCELLATION, causes.SLOPE],
    ]
)
"""The kinds of causes that a rewriting may mend."""


class Question(NamedTuple):
    """What is asked for: a value, or with a target the derivative by it."""

    solution: Solution
    target: Node | None

    @property
    def text(self) -> str:
        """``J``, or ``dJ/dx``."""
        output = self.solution.output
        if self.target is None:
            return output
        top = "" if output == OUTPUT else output
        return f"d{top}/d{self.solution.names.get(self.target) or self.target.name}"


def why(  # noqa: PLR0913  (what the command line can ask)
    source: str,
    values: Mapping[str, Value],
    *,
    get: Sequence[str] = (),
    wrt: Sequence[str] | None = None,
    digits: bool = False,
    strict: bool = False,
    shapes: Mapping[str, Lengths] | None = None,
) -> Why:
    """Where what is lost began: a value or a derivative that is not finite, 0, or not right.

    Args:
        source: the program.
        values: a value for each input.
        get: what is asked for: ``J``, ``v``, ``dJ/dx``; nothing is the value and the derivatives.
        wrt: the names of inputs or steps that derivatives are by; None for all inputs.
        digits: also how many digits every node has left.
        strict: make every note on how the text was read an error.
        shapes: the lengths of arrays that are declared beside the program.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown or given twice; or a derivative is asked
            for of an array.
        UsageError: written out in numbers, the program is too large; or mpmath, which digits
            need, is not installed.
    """
    solution = solve(source, values, wrt=wrt, strict=strict, shapes=shapes)
    targets = () if solution.model.output.shape else solution.targets
    questions = [_read(query, solution) for query in get] or [
        Question(solution, None),
        *(Question(solution, target) for target in targets),
    ]
    found: list[Cause] = []
    carried = True
    for of in dict.fromkeys(question.solution for question in questions):
        own = [question for question in questions if question.solution is of]
        answer = _Answer(of, own, is_explicit=bool(get))
        found += answer.causes
        carried = carried and answer.is_carried
    main = questions[0].solution
    asked = [question.text for question in questions]
    carried = carried and any(cause.kind in MENDED for cause in found)
    if digits and main.model.output.shape:
        raise no_gradient(main.model.output.form)
    left = digits_of(Scene(main)) if digits else None
    return Why(main, asked, found, carried, solution.notes, left)


def _read(query: str, solution: Solution) -> Question:
    """What a text asks for.

    Raises:
        InputError: there is no such node, or it is of higher order.
    """
    if "/" not in query:
        return Question(solution.of(query.strip()), None)
    names = {plain(name) for name in solution.names.values()}
    asked = asked_for(query, lambda name: plain(name) in names)
    if asked is None or len(asked.by) != 1:
        solution.get(query)  # which knows what is wrong with it
        raise InputError(
            "query",
            f"'{query}' is no first derivative",
            hint=f"ask for the value or a first derivative: d{solution.output}/dx",
        )
    of = solution if asked.of in {"", OUTPUT, solution.output} else solution.of(asked.of)
    target = solution.of(asked.by[0]).model.output
    return Question(of, target)


class _Answer:
    """What is said of one output.

    Args:
        solution: the program with that output.
        questions: what is asked of it.
        is_explicit: whether these were asked one by one.
    """

    def __init__(
        self, solution: Solution, questions: Sequence[Question], *, is_explicit: bool
    ) -> None:
        self._solution = solution
        self._questions = questions
        self._is_explicit = is_explicit
        if solution.model.output.shape:
            if any(question.target is not None for question in questions):
                raise no_gradient(solution.model.output.form)
            self.is_carried = False
            self.causes = self._mended(_told_once(self._of_entries()))
            return
        self._scene = Scene(solution)
        self.causes = self._mended(_told_once(self._found()))
        self.is_carried = self._is_carried()

    def _of_entries(self) -> Iterator[Cause]:
        """The causes of the entries of an array that are lost."""
        for scene in scenes(self._solution, MOST):
            yield from value_causes(scene, self._solution.output)

    def _is_carried(self) -> bool:
        """Whether the numbers of the solution are right, and only floats lose them."""
        scene = self._scene
        numbers = [(scene.own(scene.output), scene.true(scene.output))]
        numbers += [
            (scene.grad(node, scene.own), scene.true_grad(node))
            for question in self._questions
            for node in self._numbers(question.target)
        ]
        is_mended = any(cause.kind in MENDED for cause in self.causes)
        return (not is_mended or not self._solution.is_of_arrays) and all(
            math.isfinite(own) and is_same(true, own) for own, true in numbers
        )

    def _numbers(self, target: Node | None) -> list[Node]:
        if target is None:
            return []
        places = self._scene.numbers.places.get(target)
        return [target] if places is None else [place.number for place in places]

    def _found(self) -> Iterator[Cause]:
        scene = self._scene
        of_value = [*value_causes(scene, self._solution.output)]
        if of_value:
            message = of_value[0].message + self._solution.limit_beside
            of_value[0] = replace(of_value[0], message=message)
        values = [question for question in self._questions if question.target is None]
        if of_value and (values or not math.isfinite(scene.own(scene.output))):
            yield from of_value
        if of_value and not self._is_explicit:
            return  # derivatives are lost with it
        before = bool(of_value)
        for question in self._questions:
            for number in self._numbers(question.target):
                for cause in Lost(scene, number, question.text).causes():
                    before = True
                    yield cause
        for node in suspects(scene) if not before else ():
            yield suspect_cause(scene, self._solution.output, node)
        if values and (self._is_explicit or not before):
            yield from zero_causes(scene, self._solution.output)

    # --- Ways out -------------------------------------------------------------------------------

    def _mended(self, found: Sequence[Cause]) -> list[Cause]:
        """The causes, each with the rewriting that mends it, if one is known."""
        targets = [question.target for question in self._questions if question.target is not None]
        of_array = bool(self._solution.model.output.shape)
        known = [] if of_array else [*dict.fromkeys(targets)] or [*self._solution.targets]
        remedies = Remedies(self._solution, known, self._truth(known))
        by_name = {name: node for node, name in self._solution.names.items()}
        tried: dict[str, Remedy | None] = {}
        for cause in found:
            node = by_name.get(cause.node)
            if cause.kind in MENDED and node is not None and cause.node not in tried:
                tried[cause.node] = remedies.of(node, error=self._error(cause))
        together = remedies.together([each for each in tried.values() if each is not None])
        return [self._with(cause, tried.get(cause.node), together) for cause in found]

    def _truth(self, targets: Sequence[Node]) -> Mapping[Node, float]:
        """What the output and the derivatives should be, where that is known."""
        if self._solution.is_of_arrays:
            return {}
        scene, output = self._scene, self._solution.model.output
        found = {node: scene.true_grad(node) for node in targets if node in scene.order}
        # The output may be a target itself, whose derivative is 1.
        return {**found, output: scene.true(output)}

    def _error(self, cause: Cause) -> float:
        """By how much the values of the program may be off."""
        return 1.0 if cause.kind == causes.CANCELLATION else 0.0

    def _with(self, cause: Cause, remedy: Remedy | None, together: Remedy | None) -> Cause:
        if remedy is None or cause.kind not in MENDED:
            return cause
        whole = remedy if remedy.is_whole or together is None else together
        if cause.kind == causes.SLOPE and not whole.is_whole:
            return cause  # another form of the same derivative
        symbols, names = self._solution.symbols, self._solution.names
        way = Way(
            *texts(symbols, remedy.rewritten),
            whole.value,
            {names.get(node) or node.name: slope for node, slope in whole.gradient.items()},
        )
        return replace(cause, rewriting=way)


def _told_once(found: Iterator[Cause]) -> list[Cause]:
    """Causes of several things that began at the same place are one."""
    kept: dict[tuple[str, str, tuple[int, ...], str], Cause] = {}
    for cause in found:
        key = cause.kind, cause.node, cause.index, cause.message
        known = kept.get(key, cause)
        kept[key] = replace(known, of=tuple(dict.fromkeys((*known.of, *cause.of))))
    return list(kept.values())
