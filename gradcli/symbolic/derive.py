"""Derivatives in symbols, from a program to formulas: read → differentiate → simplify → share.

Each order is the one before differentiated once more, so that the simplified first derivative
is what the second is taken of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations_with_replacement
from math import comb, isclose, isfinite, isnan, nan

from gradcli.calculus.forward import Tangents, tangents
from gradcli.calculus.reverse import gradient
from gradcli.engine.interpreter import evaluate
from gradcli.errors import InputError, Problem, UsageError
from gradcli.evaluation.elements import Value
from gradcli.evaluation.inputs import bind_given
from gradcli.evaluation.solve import read_model
from gradcli.graph.model import Model
from gradcli.graph.naming import Symbols, name_nodes
from gradcli.graph.node import INPUT, Graph, Node
from gradcli.graph.rules import table
from gradcli.hints import nearest
from gradcli.symbolic.result import Differentiation, Partial, SymbolicDerivatives
from gradcli.symbolic.sharing import Formulas, Steps, is_long, write
from gradcli.symbolic.simplify.simplifier import Simplifier, Style
from gradcli.symbolic.steps import steps

MOST_ORDER = 12
"""How often a program is differentiated."""

MOST_PARTIALS = 1_000
"""How many derivatives are taken at once."""

MOST_STEPS = 200
"""How many steps of one differentiation are kept."""

MOST_TANGENTS = 2_000_000
"""With more nodes times variables, first derivatives are taken in reverse, in one pass."""

PREFERRED = 1.5
"""Derivatives in the names of the program's own steps may be longer by this than in new names."""

MOST_CHARACTERS = 50_000_000
"""All formulas together are no longer than this."""

_SAME = 1e-9
"""Values that differ by less are those of one formula, rounded in two ways."""

Names = tuple[str, ...]


def derive(  # noqa: PLR0913  (what is asked for, and all but the program has a default)
    source: str,
    wrt: Sequence[Sequence[str]] = (),
    *,
    order: int | None = None,
    inputs: Sequence[str] = (),
    values: Mapping[str, Value] | None = None,
    strict: bool = False,
    with_steps: bool = False,
) -> SymbolicDerivatives:
    """The derivatives of a program as formulas; no input needs a value.

    Args:
        source: the program.
        wrt: the derivatives wanted, each by the names it is by, one after another: ``("b", "c")``
            is ∂²/∂b∂c. None at all stands for all partial derivatives of that order.
        order: how often to differentiate, 1 by default; a derivative by one name is by that name
            as often.
        inputs: names of inputs, which letters run together are then split into.
        values: values for some inputs, where derivatives that need no others are evaluated.
        strict: make every note on how the text was read an error.
        with_steps: also give the rules that lead to each derivative.

    Raises:
        ParseError: the text is not a program.
        InputError: a name is unknown.
        UsageError: the order is out of range, or the derivatives are too many.
    """
    given = dict(values or {})
    _check_order(order)
    declared = [*inputs, *given, *(name for names in wrt for name in names)]
    model = read_model(source, declared, strict=strict, textbook=not inputs)
    _refuse_unused(model, inputs)
    wanted = _wanted(model, wrt, order)
    deriver = _Deriver(model, with_steps=with_steps)
    deriver.prepare(wanted)
    numbers = _Numbers(model, given)
    partials, formulas = deriver.partials(wanted, numbers)
    return SymbolicDerivatives(
        source,
        _program(model),
        model.output.label if model.output.args else None,
        tuple(node.label or "" for node in model.inputs),
        tuple(partials),
        formulas.definitions,
        tuple(model.notes),
        tuple(numbers.problems),
    )


def _check_order(order: int | None) -> None:
    if order is not None and not 1 <= order <= MOST_ORDER:
        raise UsageError("order", f"the order is 1 to {MOST_ORDER}, not {order}")


def _refuse_unused(model: Model, inputs: Iterable[str]) -> None:
    known = [node.label or "" for node in model.inputs]
    for name in inputs:
        if name not in known:
            raise InputError(
                "unknown-name",
                f"the program has no input '{name}'",
                hint=nearest(name, known, "inputs"),
                names=(name,),
            )


def _wanted(model: Model, wrt: Sequence[Sequence[str]], order: int | None) -> list[Names]:
    """The names of each derivative, one for each differentiation."""
    inputs = [node.label or "" for node in model.inputs]
    if not wrt:
        order = order or 1
        count = comb(len(inputs) + order - 1, order) if inputs else 0
        if count > MOST_PARTIALS and order > 1:
            raise UsageError(
                "order",
                f"there are {count:,} derivatives of order {order}",
                hint=f"name one: --wrt {inputs[0]},{inputs[-1]}",
            )
        return list(combinations_with_replacement(inputs, order))
    found = [_repeated(tuple(names), order) for names in wrt]
    for names in found:
        for name in names:
            _check_name(model, name)
        _check_independent(model, names)
    return list(dict.fromkeys(found))


def _repeated(names: Names, order: int | None) -> Names:
    if len(names) > MOST_ORDER:
        raise UsageError("order", f"the order is 1 to {MOST_ORDER}, not {len(names)}")
    if len(names) == 1:
        return names * (order or 1)
    if order not in {None, len(names)}:
        listed = ",".join(names)
        raise UsageError(
            "order",
            f"--wrt {listed} is a derivative of order {len(names)}, not {order}",
            hint="leave --order out",
        )
    return names


def _check_name(model: Model, name: str) -> None:
    known = [node.label or "" for node in (*model.inputs, *model.steps)]
    if name not in known:
        raise InputError(
            "unknown-node",
            f"there is no '{name}' to differentiate by",
            hint=nearest(name, known, "inputs and steps"),
            names=(name,),
        )


def _check_independent(model: Model, names: Names) -> None:
    """Refuse ∂²/∂x∂u for a step u that depends on x: is u held while x moves?"""
    nodes = {node.label: node for node in (*model.inputs, *model.steps)}
    for name in dict.fromkeys(names):
        behind = {node.label for node in model.graph.ancestors([nodes[name]])} - {name}
        for other in names:
            if other in behind:
                raise UsageError(
                    "wrt",
                    f"'{name}' depends on '{other}', so a derivative by both has two meanings",
                    hint=f"differentiate by the inputs that '{name}' is made of",
                )


def _program(model: Model) -> str:
    """The program in canonical form."""
    return Symbols(model, name_nodes(model)).expression()


class _Deriver:
    """Takes derivatives of a program, each order of the simplified one before.

    A step that a derivative is by is an input of it from the first differentiation on: it is
    held while others move. So what has been found is kept by the steps that are held.
    """

    def __init__(self, model: Model, *, with_steps: bool) -> None:
        self._model = model
        self._style = Style.of(model.graph.ancestors([model.output]))
        self._with_steps = with_steps
        self._found: dict[tuple[Names, Names], tuple[Graph, Node]] = {}
        self._ways: dict[tuple[Names, Names], Differentiation] = {}
        self._simplifiers: dict[tuple[Names, Names], Simplifier] = {}
        self._known: dict[Node, str] = {}
        self._raw: dict[str, Node] = {}
        self._own: Simplifier | None = None
        self._inputs = {node.label or "": node for node in model.inputs}
        self._steps = {node.label or "": node for node in model.steps}

    def prepare(self, wanted: Sequence[Names]) -> None:
        """Take the first derivatives by many inputs in one pass."""
        model = self._model
        firsts = [name for name in dict.fromkeys(n[0] for n in wanted) if name in self._inputs]
        if self._with_steps or len(firsts) * len(model.graph) <= MOST_TANGENTS:
            return
        raw = gradient(model.graph, model.output, [self._inputs[name] for name in firsts])
        simplifier = self._simplifier((), ())
        self._raw = dict(zip(firsts, raw, strict=True))
        for name, node in zip(firsts, simplifier.simplify(raw), strict=True):
            self._found[(), (name,)] = simplifier.graph, node

    def partials(
        self, wanted: Sequence[Names], numbers: _Numbers
    ) -> tuple[Sequence[Partial], Formulas]:
        """The derivatives, and the formulas that they are written with."""
        nodes = [self._derivative(names) for names in wanted]
        taken = {*self._inputs, *self._steps}
        steps_ = Steps(self._model)
        # What a held step is made of has its own definition already.
        known = {} if any(map(self._held, wanted)) else self._known
        found = write(nodes, known, taken, steps_)
        if any(map(is_long, nodes)) and self._steps and all(len(names) == 1 for names in wanted):
            other = write([self._in_steps(names[0], steps_) for names in wanted], {}, taken, steps_)
            if other.length <= PREFERRED * found.length:
                found = other
        if found.length > MOST_CHARACTERS:
            raise _too_long()
        return [
            Partial(
                names,
                formula.expression,
                formula.uses,
                numbers.value(names, node, self._found[self._held(names), names][0]),
                self._way_to(names),
            )
            for names, node, formula in zip(wanted, nodes, found.formulas, strict=True)
        ], found

    def _in_steps(self, name: str, steps_: Steps) -> Node:
        """A first derivative in the names of the program's steps."""
        if self._own is None:
            self._own = Simplifier(self._style, steps_.names)
            self._own.recognize(steps_.names)
            self._own.read_program(self._model.output)
        return self._own.simplify([self._raw[name]])[0]

    def _derivative(self, names: Names) -> Node:
        """The simplified derivative by these names, one after another."""
        held = self._held(names)
        for count in range(1, len(names) + 1):
            if (held, names[:count]) not in self._found:
                self._differentiate(held, names[:count])
        return self._found[held, names][1]

    def _held(self, names: Names) -> Names:
        return tuple(sorted({name for name in names if name in self._steps}))

    def _differentiate(self, held: Names, names: Names) -> None:
        *before, last = names
        graph, output = self._before(held, tuple(before))
        first = not before and last in self._steps
        found = tangents(graph, output, self._steps[last] if first else graph.input(last))
        if self._with_steps:
            self._ways[held, names] = self._way(last, found, output)
        simplifier = self._simplifier(held, tuple(before))
        raw = found.of.get(output) or graph.const(0.0)
        if not before:
            self._raw[last] = raw
        (node,) = simplifier.simplify([raw])
        self._found[held, names] = simplifier.graph, node

    def _before(self, held: Names, names: Names) -> tuple[Graph, Node]:
        return self._found[held, names] if names else (self._model.graph, self._model.output)

    def _simplifier(self, held: Names, before: Names) -> Simplifier:
        """One for all derivatives of the same formula, so that they share their nodes."""
        found = self._simplifiers.get((held, before))
        if found is None:
            names = {} if before else {self._steps[name]: name for name in held}
            found = self._simplifiers[held, before] = Simplifier(self._style, names)
            found.read_program(self._before(held, before)[1])
            if not before:
                self._learn_names(found)
        return found

    def _learn_names(self, simplifier: Simplifier) -> None:
        """Note which simplified nodes the program has names for."""
        needed_steps = self._model.graph.ancestors([self._model.output])
        steps_ = [node for node in needed_steps if node.label in self._steps]
        for node, step in zip(simplifier.simplify(steps_), steps_, strict=True):
            self._known.setdefault(node, step.label or "")

    def _way(self, wrt: str, found: Tangents, output: Node) -> Differentiation:
        """The steps of one differentiation."""
        if output not in found.of or len(found.of) == 1:
            return Differentiation(wrt, ())
        way = steps(found, self._style)
        return Differentiation(wrt, way[-MOST_STEPS:], max(len(way) - MOST_STEPS, 0))

    def _way_to(self, names: Names) -> tuple[Differentiation, ...]:
        if not self._with_steps:
            return ()
        held = self._held(names)
        return tuple(self._ways[held, names[:count]] for count in range(1, len(names) + 1))


def _too_long() -> UsageError:
    return UsageError(
        "limit",
        "the derivatives are too long to be written",
        hint="name one of them: --wrt NAME",
    )


class _Numbers:
    """Values of derivatives where the values for them are given.

    They are those of the engine's own nodes, which are accurate, and those of the formula that is
    shown where the engine's have none (0 times infinity in a product whose formula has neither)
    or follow a convention (for abs(x) at 0, where the formula of its square has no kink).
    """

    def __init__(self, model: Model, values: Mapping[str, Value]) -> None:
        self.problems: list[Problem] = []
        self._model = model
        self._raw: dict[Names, Node] = {(): model.output}
        given = bind_given(model, values)
        self._given = given.keys()
        self._point = [given.get(node, nan) for node in model.inputs]

    def value(self, names: Names, shown: Node, graph: Graph) -> float | None:
        """The value of a derivative, None if an input that it needs has none.

        Args:
            names: what it is by.
            shown: the simplified derivative.
            graph: the graph of that.
        """
        if not self._given:
            return None
        model = self._model
        node = self._derivative(names)
        needs = {each for each in model.graph.ancestors([node]) if each.op == "input"}
        if not needs <= self._given:
            return None
        (own,) = self._at([node])
        result = own
        formula = self._of_formula(shown, graph)
        if not isclose(own, formula, rel_tol=_SAME, abs_tol=_SAME) and not isnan(formula):
            result = own if isfinite(own) and not self._is_at_kink(names) else formula
        if not isfinite(result):
            what = "NaN" if isnan(result) else "Infinity" if result > 0 else "-Infinity"
            message = f"the derivative by {','.join(names)} is {what} there"
            self.problems.append(Problem("derivative", ",".join(names), what, message))
        return result

    def _at(self, nodes: Sequence[Node]) -> list[float]:
        """Values of the program's and the engine's nodes."""
        return evaluate(self._model.graph, nodes, self._model.inputs, self._point)

    def _of_formula(self, shown: Node, graph: Graph) -> float:
        """The value of a formula, in which steps that are held are inputs."""
        known = {node.label: node for node in (*self._model.inputs, *self._model.steps)}
        inputs = [node for node in graph.ancestors([shown]) if node.op == INPUT]
        point = self._at([known[node.label] for node in inputs])
        return evaluate(graph, [shown], inputs, point)[0]

    def _is_at_kink(self, names: Names) -> bool:
        """Whether anything that was differentiated has no unique derivative there."""
        graph = self._model.graph
        before = [self._raw[names[:count]] for count in range(len(names))]
        kinks = [table().kink(graph, node) for node in graph.ancestors(before) if node.args]
        return any(self._at([kink for kink in kinks if kink is not None]))

    def _derivative(self, names: Names) -> Node:
        """The derivative as the engine evaluates it: accurate rather than short."""
        model = self._model
        nodes = {node.label: node for node in (*model.inputs, *model.steps)}
        for count, name in enumerate(names, start=1):
            if names[:count] not in self._raw:
                before = self._raw[names[: count - 1]]
                found = tangents(model.graph, before, nodes[name]).of.get(before)
                self._raw[names[:count]] = found or model.graph.const(0.0)
        return self._raw[names]
