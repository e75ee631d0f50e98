"""A program that is read once for each set of shapes that its arguments have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import RLock
from typing import TYPE_CHECKING

from gradcli.errors import GradcliError, Note, UsageError
from gradcli.evaluation import arguments
from gradcli.evaluation.arguments import Shape
from gradcli.evaluation.elements import Value, is_listed, readings
from gradcli.evaluation.solve import read_model
from gradcli.graph.free import free_names
from gradcli.graph.model import Model
from gradcli.graph.node import Graph, Node
from gradcli.graph.read import read
from gradcli.graph.refusals import OF_ARRAYS
from gradcli.graph.shapes import Arrays, Form
from gradcli.hints import no_input
from gradcli.programs.numbers import NumberProgram
from gradcli.programs.signature import Point
from gradcli.syntax.spelling import plain

if TYPE_CHECKING:
    from gradcli.programs.arrays import ArrayProgram

PLAIN = frozenset([float, int])
"""What nearly all arguments are where no array is."""


class ByShapes:
    """A program whose graph is made at the first call with arguments of some shapes.

    Attributes:
        source: the program as given.
        inputs: the names of the inputs.
    """

    def __init__(
        self,
        program: str,
        inputs: Sequence[str] | None = None,
        *,
        shapes: Mapping[str, Shape] | None = None,
        strict: bool = False,
    ) -> None:
        self.source = arguments.program(program)
        self._declared = tuple(arguments.names(inputs, "inputs") or ())
        self._lengths = arguments.shapes(shapes)
        self._strict = arguments.flag(strict, "strict")
        self._rank = {plain(name): place for place, name in enumerate(self._declared)}
        # Derivatives are added to a graph when they are first asked for.
        self._lock = RLock()
        self._made: dict[tuple[tuple[str, Form], ...], NumberProgram | ArrayProgram] = {}
        self._numbers: NumberProgram | None = None
        self._last: NumberProgram | ArrayProgram | None = None
        try:
            self._last = self._program({})
        except GradcliError as error:
            if error.kind not in OF_ARRAYS or not self._may_be_of_arrays():
                raise
            self.inputs = self._by_rank(free_names(read(self.source, self._rank), self._rank))
        else:
            self.inputs = self._last.inputs
            if isinstance(self._last, NumberProgram):
                self._numbers = self._last
        for name in self._rank:
            self._place(name)

    @property
    def model(self) -> Model | None:
        """The program for the shapes of the last call; None where nothing says what they are."""
        return None if self._last is None else self._last.model

    @property
    def _model(self) -> Model:
        """The program for the shapes of the last call.

        Raises:
            UsageError: there was none, and nothing else says what shapes there are.
        """
        if self._last is None:
            raise UsageError(
                "shape",
                "there is no graph before the first call, which says what shapes there are",
                hint='call it, or declare them: shapes={"W": (2, 3)}',
            )
        return self._last.model

    @property
    def graph(self) -> Graph:
        """The computation graph, to which derivatives are added as they are asked for."""
        return self._model.graph

    @property
    def output(self) -> Node:
        """The node of the output."""
        return self._model.output

    @property
    def notes(self) -> Sequence[Note]:
        """Readings of the text that the user should know of."""
        return tuple(self._last.model.notes) if self._last else ()

    def _called(
        self, args: Sequence[Value], named: Mapping[str, Value]
    ) -> NumberProgram | ArrayProgram:
        """The program for the shapes of some arguments."""
        if self._numbers and PLAIN.issuperset(map(type, (*args, *named.values()))):
            return self._numbers
        given = {**dict(zip(self.inputs, args, strict=False)), **named}
        if self._strict:
            readings(given, strict=True)
        lists = {name: value for name, value in given.items() if is_listed(value)}
        if self._numbers and not lists:
            return self._numbers
        from gradcli.evaluation.forms import forms_of  # noqa: PLC0415  (most values are numbers)

        forms = forms_of(lists)
        with self._lock:
            found = self._numbers if self._numbers and not forms else self._program(forms)
        self._last = found
        return found

    def _at(self, point: Point) -> NumberProgram | ArrayProgram:
        """The program for the shapes of a point."""
        if isinstance(point, Mapping):
            return self._called((), arguments.values(point, "a point"))
        return self._called(arguments.items(point, "a point", "for instance [1, 2.5]"), {})

    def _program(self, forms: Mapping[str, Form]) -> NumberProgram | ArrayProgram:
        """The program for inputs of these forms, read when it is first asked for."""
        key = tuple(sorted(forms.items()))
        found = self._made.get(key)
        if found is None:
            whole = None if self._rank else 'inputs=["{}"]'
            names = [*self._rank, *(name for name in forms if name not in self._rank)]
            arrays = Arrays(forms, self._lengths)
            model = read_model(self.source, names, strict=self._strict, whole=whole, arrays=arrays)
            found = self._made[key] = self._ready(model)
        return found

    def _ready(self, model: Model) -> NumberProgram | ArrayProgram:
        order = self._by_rank([node.name for node in model.inputs])
        by_name = {node.name: node for node in model.inputs}
        nodes = [by_name[name] for name in order]
        if not model.graph.has_arrays:
            return self._numbers or NumberProgram(model, nodes, self._lock)
        from gradcli.programs.arrays import ArrayProgram  # noqa: PLC0415  (only arrays need it)

        # As soon as a program could be read without shapes, its inputs have their places.
        names = getattr(self, "inputs", order)
        return ArrayProgram(model, nodes, names, self._lock)

    @property
    def _shapes(self) -> Mapping[str, Shape]:
        """The declared shapes, or else those of the last call."""
        nodes = self._last.model.inputs if self._last else ()
        return self._lengths or {node.name: node.shape for node in nodes if node.shape}

    def _by_rank(self, names: Sequence[str]) -> tuple[str, ...]:
        """The names in the order of arguments: the declared ones first."""
        rank = self._rank
        return tuple(sorted(names, key=lambda name: rank.get(name, len(rank))))

    def _may_be_of_arrays(self) -> bool:
        """Whether what is wrong with the program may be right for arguments that are arrays."""
        names = free_names(read(self.source, self._rank), self._rank)
        try:
            read_model(self.source, names, arrays=Arrays(dict.fromkeys(names, Form((2,)))))
        except GradcliError as error:
            return error.kind in {*OF_ARRAYS, "limit"} - {"unsupported"}
        return True

    def _place(self, name: str) -> int:
        """The place of an input.

        Raises:
            InputError: there is no such input.
        """
        if name not in self.inputs:
            raise no_input(name, self.inputs)
        return self.inputs.index(name)
