"""What comes out: a program with its derivative, and both at a point.

Everything is computed when it is asked for: names, derivative and texts once for a program,
numbers once for a point. A value costs no derivative, and a number no text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from gradcli.base.shown import look, str_of
from gradcli.errors import InputError, Note, Problem
from gradcli.evaluation.elements import Value
from gradcli.evaluation.inputs import bind, bind_given
from gradcli.evaluation.node_numbers import NodeNumbers
from gradcli.evaluation.node_objects import node_objects
from gradcli.evaluation.objects import finite, is_ordinary
from gradcli.evaluation.with_derivative import WithDerivative
from gradcli.graph.model import Model
from gradcli.graph.naming import by_name
from gradcli.graph.node import INPUT, Node
from gradcli.syntax.spelling import plain

if TYPE_CHECKING:
    from gradcli.evaluation.answers import Answers
    from gradcli.evaluation.handed import Handed
    from gradcli.evaluation.nodes import Nodes


MOST_SHOWN = 8
"""How many entries of a gradient stand in the representation of a solution."""


class Differentiated(WithDerivative):
    """A program with its derivative by every node that is shown; no number is needed.

    Attributes:
        model: the program as a graph, to which the nodes of the derivative are added.

    Args:
        model: the same.
        solution: what it is at a point, if not a `Solution`: where values are arrays.
        names: the names of nodes, if not those that the program gives them.
    """

    def __init__(
        self,
        model: Model,
        solution: type[Solution] | None = None,
        names: Mapping[Node, str] | None = None,
    ) -> None:
        super().__init__(model, names)
        self._solution = solution or Solution

    def at(self, values: Mapping[str, Value], wrt: Sequence[str] | None = None) -> Solution:
        """The program and its derivative at one point.

        Args:
            values: a number, a constant expression, or a list of these for each input.
            wrt: names of inputs or steps for the gradient, or one name; None for all inputs.

        Raises:
            InputError: a value is missing, is for no input, or is no number; or there is no name
                of ``wrt``.
        """
        return self.solution(bind(self.model, values), self._targets(wrt))

    def solution(self, point: Sequence[float], targets: Sequence[Node]) -> Solution:
        """The same at the values of all inputs, for derivatives by these nodes."""
        return self._solution(self, point, targets)

    def without_values(self, values: Mapping[str, Value]) -> Solution:
        """The program and its derivative at no point: texts are there, and every number is NaN.

        Args:
            values: values for some inputs, which are checked and not used.

        Raises:
            InputError: a value is for no input, or is no number.
        """
        bind_given(self.model, values)
        return self._solution(self, None, self.model.inputs)

    def like(self, model: Model, names: Mapping[Node, str]) -> Differentiated:
        """The same of another model of the program, with names for its nodes."""
        return Differentiated(model, self._solution, names)

    def _targets(self, wrt: Sequence[str] | None) -> Sequence[Node]:
        if wrt is None:
            return self.model.inputs
        known = by_name(self.names, self.model.output)
        wrt = [plain(name) for name in ([wrt] if isinstance(wrt, str) else wrt)]
        for name in wrt:
            if name not in known:
                from gradcli.hints import no_node  # noqa: PLC0415  (only an error needs it)

                raise no_node(name, self.names.values(), "there is no '{}' to differentiate by")
        return [known[name] for name in wrt]


class Solution(NodeNumbers):
    """Value and derivatives of a program at one point.

    Attributes:
        source: the program as given.
        expression: its canonical text; the last part is the output's expression.
        output: the name of the output; ``out`` if it has none.
        value: the value of the output; may be infinite or NaN.
        inputs: the value of each input, in declared order or in the order of first use.
        gradient: ∂output/∂input for each input, or for the names asked for.
        nodes: every node in topological order, inputs first.
        targets: the nodes of the gradient.
        notes: readings of the text that the user should know of.
        problems: numbers that are not finite, and derivatives that are not unique.
    """

    _program: Differentiated

    @property
    def is_masked(self) -> bool:
        """Whether derivatives leave out what multiplies entries that are not used."""
        return False

    def __init__(
        self, program: Differentiated, point: Sequence[float] | None, targets: Sequence[Node]
    ) -> None:
        super().__init__(program, point)
        self._point = point
        self._with_outputs: dict[Node, Solution] = {}
        self.targets = targets
        self.source = program.model.source
        self.notes: Sequence[Note] = tuple(program.model.notes)

    def __repr__(self) -> str:
        few = dict(islice(self.gradient.items(), MOST_SHOWN))
        more = f" and {len(self.gradient) - len(few):,} more" * (len(few) < len(self.gradient))
        return f"<{self.output} = {self.value}, gradient {few}{more}>"

    def __getitem__(self, query: str) -> Any:
        """The number behind a question: ``solution["dJ/db"]``, as of `get`."""
        return self.get(query)

    def table(self) -> str:
        """Every node with its value and derivative, as `gradcli eval` shows it."""
        return str_of("view", self, "table")

    def tree(self) -> str:
        """The graph as a tree, as `gradcli eval --tree` shows it."""
        return str_of("view", self, "tree")

    def trace(self) -> str:
        """Both passes step by step, as `gradcli eval --trace` shows them."""
        return str_of("view", self, "trace")

    def svg(self) -> str:
        """The graph as a picture, which a notebook draws.

        Raises:
            UsageError: it is too large for anybody to read.
        """
        return str_of("svg", self)

    def _repr_svg_(self) -> str | None:
        found: str | None = look("svg_if_readable", self)
        return found

    most_kinks = 20
    """How many kinks are told one by one."""

    def at(self, values: Mapping[str, Value]) -> Solution:
        """The same program at another point; raises as `Differentiated.at`."""
        from gradcli.evaluation import arguments  # noqa: PLC0415  (for Python programs)

        return self._program.at(arguments.values(values))

    @property
    def in_numbers(self) -> Solution | None:
        """The program at the point in numbers alone; None if it is too large for that."""
        return self

    @property
    def read_from(self) -> str | None:
        """The sentence on which side of the point derivatives are shown; None at the point."""
        if self.whole is None:
            return None
        from gradcli.evaluation.beside.kinks import read_from  # noqa: PLC0415  (only at a kink)

        return read_from(self)

    # --- The whole -----------------------------------------------------------------------------

    @property
    def output(self) -> str:
        """The name of the output."""
        return self._program.output

    @cached_property
    def expression(self) -> str:
        """The program's canonical text."""
        return self.symbols.expression()

    def beginning(self, most: int) -> str:
        """The same for people, ``u = a + v; J = 3*u``, up to about so many characters.

        It is empty where the output is an input, and so its own name.
        """
        return "" if self.model.output.op == INPUT else self.shown.beginning(most)

    @cached_property
    def inputs(self) -> Mapping[str, float]:
        """The value of each input."""
        return {self.names[node]: self.value_of(node) for node in self.model.inputs}

    @cached_property
    def gradient(self) -> Mapping[str, float]:
        """∂output/∂input for each input, or for the names asked for."""
        return {self.names[node]: self.grad_of(node) for node in self.targets}

    @cached_property
    def nodes(self) -> Nodes:
        """Every node, inputs first."""
        from gradcli.evaluation.nodes import Nodes  # noqa: PLC0415  (only where nodes are shown)

        return Nodes(self)

    @property
    def is_narrowed(self) -> bool:
        """Whether the gradient is asked for by name, and not for all inputs."""
        return self.targets is not self.model.inputs

    @cached_property
    def handed(self) -> Handed:
        """What comes back along edges of arrays, which have no partials."""
        from gradcli.evaluation.handed import Handed  # noqa: PLC0415  (only arrays need it)

        return Handed(self.model.graph, self.names, self.shown.people)

    @cached_property
    def problems(self) -> Sequence[Problem]:
        """What has to be said about the numbers."""
        return self.problems_by(self.targets)

    def problems_by(self, targets: Sequence[Node]) -> Sequence[Problem]:
        """The same where derivatives by these nodes are asked for."""
        is_plain = self.is_regular and self._is_ordinary_inside
        if not self.has_values or (is_plain and not self.cancels(targets)):
            return []
        from gradcli.evaluation.diagnose import diagnose  # noqa: PLC0415  (most need none)

        return diagnose(self, targets)

    @cached_property
    def warnings(self) -> Sequence[Problem]:
        """The problems without those that only follow from others; needs no local partials."""
        return self._warnings(self.targets)

    @cached_property
    def value_problems(self) -> Sequence[Problem]:
        """Those of the problems that are about the output's value; needs no derivative."""
        if is_ordinary(self.value) or not self.has_values:
            return []
        from gradcli.evaluation.diagnose import value_problems  # noqa: PLC0415  (most need none)

        return value_problems(self)

    @cached_property
    def limit_beside(self) -> str:
        """What the output goes to where it is NaN, as the end of a sentence; "" for nothing."""
        from gradcli.evaluation.beside.removable import limit_beside  # noqa: PLC0415  (only for a NaN)

        return limit_beside(self.model, self.value_of, self.names, self.output)

    @cached_property
    def _answers(self) -> Answers:
        from gradcli.evaluation.answers import Answers  # noqa: PLC0415  (a table asks nothing)

        return Answers(self)

    def get(self, query: str) -> Any:
        """The number behind ``J``, ``v``, ``dJ/db``, ``d/db``, ``dv/db`` or ``d2J/dadb``.

        For the name of a family or an array, such as ``h`` or ``d/dw``, it is a list with a number
        for each element.

        Raises:
            InputError: there is no such node.
        """
        from gradcli.evaluation.arguments import text  # noqa: PLC0415  (for Python programs)

        numbers = self.get_all(text(query, "a query"))
        return numbers[0] if self._answers.is_one(query) else numbers

    def get_all(self, query: str) -> list[Any]:
        """The number behind a question, or those of each element of a family, in a list.

        Raises:
            InputError: there is no such node.
        """
        return self._answers.numbers(query)

    def labels(self, query: str) -> list[str]:
        """What each number behind a question is called: the question, or an element in it.

        Raises:
            InputError: there is no such node.
        """
        return self._answers.labels(query)

    def warnings_behind(self, queries: Collection[str]) -> Sequence[Problem]:
        """The warnings about the numbers that are asked for: a value needs no derivative."""
        return self._answers.warnings(queries)

    def check(self, *claims: str) -> None:
        """Claim what ``gradcli eval --assert`` does: ``"dJ/db == 9 ± 1e-9"``, ``"0 < J < 3"``.

        What there is to know of how a claim is read is added to `notes`.

        Raises:
            CheckError: a claim does not hold; the message has both numbers.
            InputError: it uses a name that the program does not have.
            UsageError: it is no claim.
        """
        from gradcli.evaluation.arguments import text  # noqa: PLC0415  (for Python programs)
        from gradcli.evaluation.claims import read_claim, refutation  # noqa: PLC0415  (likewise)

        read = [read_claim(text(claim, "a claim")) for claim in claims]
        told = [note for claim in read for note in claim.notes(self)]
        self.notes = (*self.notes, *(note for note in told if note not in self.notes))
        error = refutation(read, self)
        if error is not None:
            raise error

    def of(self, name: str) -> Solution:
        """The same program at the same point, with another of its nodes as the output.

        Raises:
            InputError: there is no such node, or it is a family of several.
        """
        from gradcli.evaluation.arguments import text  # noqa: PLC0415  (for Python programs)

        nodes = self._answers.find(text(name, "a name"), name)
        if len(nodes) > 1:
            message = f"'{name}' is {len(nodes)} nodes"
            raise InputError("query", message, hint=f"write {self.names[nodes[0]]} for one of them")
        return self.with_output(nodes[0])

    def with_output(self, node: Node) -> Solution:
        """The same program at the same point, with this node as the output."""
        if node is self.model.output:
            return self
        found = self._with_outputs.get(node)
        if found is None:
            model = self.model.with_output(node)
            inside = frozenset(model.graph.ancestors([node]))
            names = {x: name for x, name in self.names.items() if x in inside or x.op == INPUT}
            program = self._program.like(model, names)
            found = self._with_outputs[node] = type(self)(program, self._point, self.targets)
        return found

    def by(self, targets: Sequence[Node]) -> Solution:
        """The same program at the same point, for derivatives by these nodes."""
        return type(self)(self._program, self._point, targets)

    def with_notes(self, notes: Iterable[Note]) -> Solution:
        """The same with these notes instead of its own; what is known already is known there."""
        found = copy(self)
        found.notes = tuple(notes)
        return found

    def warnings_by(self, targets: Sequence[Node]) -> Sequence[Problem]:
        """The warnings about the value and the derivatives by some nodes."""
        return self._warnings(targets)

    def _warnings(self, targets: Sequence[Node]) -> Sequence[Problem]:
        needs_none = self.is_regular if targets else is_ordinary(self.value)
        if not self.has_values or (needs_none and not self.cancels(targets)):
            return []
        from gradcli.evaluation.diagnose import warnings  # noqa: PLC0415  (most need none)

        return warnings(self, targets)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of `gradcli.eval/1`; a number that is not finite is None."""
        return {
            "schema": "gradcli.eval/1",
            "expression": self.expression,
            "output": self.output,
            "value": finite(self.value),
            "inputs": {name: finite(value) for name, value in self.inputs.items()},
            "gradient": {name: finite(value) for name, value in self.gradient.items()},
            "nodes": node_objects(self, self.names),
            "notes": [note.to_dict() for note in self.notes],
            "problems": [problem.to_dict() for problem in self.problems],
            **self._told_beside,
        }

    @property
    def _told_beside(self) -> dict[str, Any]:
        """What JSON has besides where something is tied."""
        if self.whole is None:
            return {}
        from gradcli.evaluation.beside.kinks import to_dict  # noqa: PLC0415  (only at a kink)

        return to_dict(self)
