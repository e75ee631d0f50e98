"""Derivatives in symbols, as data: what views print and what goes out as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gradcli.base.shown import Shown
from gradcli.errors import Note, Option, Problem, Sentence, UsageError
from gradcli.evaluation.objects import finite
from gradcli.graph.model import Model
from gradcli.graph.naming import Statement, Symbols, name_nodes, statement
from gradcli.graph.shapes import Letter
from gradcli.symbolic.sharing import Definitions
from gradcli.symbolic.steps import Step
from gradcli.syntax import ast
from gradcli.syntax.text import text

MOST_CHARACTERS = 5_000_000
"""How long all derivatives may be together where each repeats what they have in common."""


@dataclass(frozen=True, slots=True)
class Differentiation:
    """One differentiation in steps.

    Attributes:
        wrt: the name it is by.
        steps: the rules, in order; the last one gives the result.
        left_out: how many steps there are beyond those.
        result: the derivative as it is printed, or as it is differentiated further; None if it is
            too long.
        follows: whether the result is not what the last step comes to, but follows from it: of
            d(x' @ y) = y' @ dx that the gradient is y.
        directions: the names that stand for directions in the result.
    """

    wrt: str
    steps: Sequence[Step]
    left_out: int = 0
    result: ast.Expression | None = None
    follows: bool = False
    directions: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Partial:
    """A derivative of the output.

    Attributes:
        wrt: the names it is by, in order: ``("b", "c")`` is ∂²/∂b∂c.
        expression: the derivative, in inputs and in names of ``SymbolicDerivatives.definitions``.
        value: its value, or None if the values for that are not there; of an array NumPy's.
        ways: each differentiation in steps, if that was asked for.
        directions: the names that stand for directions in it, with their shapes: with dW it is the
            derivative along dW, which has the shape of W.
        is_of_whole: whether the value is that of the whole function where something is tied, and
            the expression has another there.
        side: the only side on which the program is defined, ``left``, if such a value is of there.
    """

    wrt: tuple[str, ...]
    expression: ast.Expression
    value: Any = None
    ways: tuple[Differentiation, ...] = ()
    directions: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    is_of_whole: bool = False
    side: str = ""

    @property
    def key(self) -> str:
        """The names as scripts find them: ``b,c``."""
        return ",".join(self.wrt)


@dataclass(frozen=True, slots=True, repr=False)
class SymbolicDerivatives(Shown):
    """A program with its derivatives.

    Attributes:
        source: the program as given.
        program: its statements in canonical form, each with the name that it defines.
        output: the name of its output, or None.
        inputs: the names of its inputs, in order.
        partials: the derivatives.
        definitions: what occurs several times in long derivatives, by name, in order.
        notes: readings of the text that the user should know of.
        problems: values that are not finite.
        others: the names that it is differentiated by though the program does not have them.
        shapes: the lengths of the axes of each input, if the program has arrays.
        further: the derivatives of the other outputs that were asked for; what they and these have
            in common has one name in all of them.
    """

    source: str
    program: Sequence[Statement]
    output: str | None
    inputs: tuple[str, ...]
    partials: tuple[Partial, ...]
    definitions: Definitions = field(default_factory=lambda: Definitions({}))
    notes: Sequence[Note] = ()
    problems: Sequence[Problem] = ()
    others: tuple[str, ...] = ()
    shapes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    further: tuple[SymbolicDerivatives, ...] = ()

    @classmethod
    def of(
        cls,
        model: Model,
        partials: Sequence[Partial],
        definitions: Definitions,
        notes: Sequence[Note],
        problems: Sequence[Problem],
    ) -> SymbolicDerivatives:
        """The derivatives of a program.

        Args:
            model: the program.
            partials: its derivatives.
            definitions: what occurs several times in them.
            notes: what is to be known of them besides the notes on the program.
            problems: what is said of the values.
        """
        return cls(
            model.source,
            tuple(Symbols(model, name_nodes(model)).statements()),
            model.output.label if model.output.args else None,
            tuple(node.name for node in model.inputs),
            tuple(partials),
            definitions,
            (*model.notes, *notes),
            tuple(problems),
            tuple(name for note in notes if note.kind == "absent" for name in note.names),
            {node.name: node.shape for node in model.inputs} if model.graph.has_arrays else {},
        )

    @property
    def each(self) -> tuple[SymbolicDerivatives, ...]:
        """Those of every output that was asked for."""
        return self, *self.further

    @property
    def has_one_variable(self) -> bool:
        """Whether its derivatives are written as d/dx, not as ∂/∂x."""
        return len(self.inputs) + len(self.others) == 1

    @property
    def directions(self) -> Mapping[str, tuple[int, ...]]:
        """The names that stand for directions, with their shapes."""
        return {
            name: shape for partial in self.partials for name, shape in partial.directions.items()
        }

    @property
    def expression(self) -> str:
        """The canonical text of the program."""
        return "; ".join(map(statement, self.program))

    def uses(self, partials: Iterable[Partial]) -> list[str]:
        """The definitions that some derivatives refer to, directly or not, in order."""
        return self.definitions.behind([partial.expression for partial in partials])

    def text(self, partial: Partial) -> str:
        """A derivative as a program of its own, which parses back."""
        lines = [f"{name} = {text(self.definitions[name])}" for name in self.uses([partial])]
        return "; ".join([*lines, text(partial.expression)])

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of ``gradcli diff``.

        Raises:
            UsageError: the derivatives, each as a program of its own, are too long together.
        """
        found = {"schema": f"gradcli.diff/{2 if self.shapes else 1}", **self.own()}
        if self.further:
            found["others"] = [each.own() for each in self.further]
        found["notes"] = [note.to_dict() for note in self.notes]
        found["problems"] = [problem.to_dict() for problem in self.problems]
        return found

    def own(self) -> dict[str, Any]:
        """What the object has of one output."""
        found: dict[str, Any] = {
            "expression": self.expression,
            "output": self.output or "out",
            "inputs": list(self.inputs),
            "derivatives": self._texts(),
        }
        if self.shapes:
            found["shapes"] = _lengths(self.shapes)
            found["directions"] = {
                partial.key: _lengths(partial.directions)
                for partial in self.partials
                if partial.directions
            }
        values = {p.key: p.value for p in self.partials if p.value is not None}
        if values:
            found["values"] = {key: finite(value) for key, value in values.items()}
        if any(partial.ways for partial in self.partials):
            found["steps"] = {partial.key: _ways(partial) for partial in self.partials}
        return found

    def _texts(self) -> dict[str, str]:
        """Every derivative as a program of its own, which repeats what it has in common."""
        found: dict[str, str] = {}
        length = 0
        for partial in self.partials:
            found[partial.key] = self.text(partial)
            length += len(found[partial.key])
            if length > MOST_CHARACTERS:
                raise UsageError(
                    "limit",
                    f"{len(self.partials):,} derivatives, each as a program of its own, are too "
                    "long to be written",
                    hint=Sentence(
                        "as one program: ",
                        Option("plain"),
                        "; one of them: ",
                        Option("wrt", partial.wrt),
                    ),
                )
        return found


def _lengths(shapes: Mapping[str, tuple[int, ...]]) -> dict[str, list[int | str]]:
    """Shapes for JSON: a length that nothing gives a number by its letter."""
    return {
        name: [str(each) if isinstance(each, Letter) else each for each in shape]
        for name, shape in shapes.items()
    }


def _ways(partial: Partial) -> list[dict[str, Any]]:
    return [
        {
            "wrt": way.wrt,
            "rule": step.rule,
            "of": _written(step.left),
            "formula": _written(step.right),
            "name": step.name,
            "expression": _written(step.expression),
            "inserted": _written(step.inserted),
            "derivative": _written(
                way.result if step is way.steps[-1] and not way.follows else step.derivative
            ),
        }
        for way in partial.ways
        for step in way.steps
    ]


def _written(tree: ast.Expression | None) -> str | None:
    return None if tree is None else text(tree)
