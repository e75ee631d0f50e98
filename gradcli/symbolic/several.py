"""Derivatives of several outputs of a program as formulas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from gradcli.errors import Option, Sentence, UsageError
from gradcli.evaluation.elements import Value
from gradcli.evaluation.solve import no_output, own_nodes
from gradcli.graph.model import Model
from gradcli.graph.naming import OUTPUT, called
from gradcli.graph.node import Node
from gradcli.symbolic.derive import derive, model_of
from gradcli.symbolic.result import SymbolicDerivatives
from gradcli.syntax.ast import Lengths
from gradcli.syntax.spelling import plain

MOST = 100
"""Of no more outputs are derivatives taken at once."""


def derive_each(  # noqa: PLR0913  (what is asked for, and all but the program has a default)
    source: str,
    wrt: Sequence[Sequence[str]] = (),
    *,
    of: Sequence[str] = (),
    inputs: Sequence[str] = (),
    values: Mapping[str, Value] | None = None,
    strict: bool = False,
    shapes: Mapping[str, Lengths] | None = None,
    **asked: Any,
) -> SymbolicDerivatives:
    """The derivatives of each of some outputs; those of the first one have all others with them.

    Args:
        source: the program.
        wrt: the derivatives wanted, each by the names it is by.
        of: names of steps or families of them; none for the output of the program.
        inputs: names of inputs.
        values: values for some of them.
        strict: make every note an error.
        shapes: the lengths of arrays that are declared beside the program.
        **asked: more of what `gradcli.symbolic.derive.derive` takes, whose errors are these.
    """
    known = {"inputs": inputs, "values": values, "strict": strict, "shapes": shapes, **asked}
    if not of:
        return derive(source, wrt, **known)
    model = model_of(source, wrt, inputs, values or {}, strict=strict, shapes=shapes)
    found: list[SymbolicDerivatives] = []
    taken: set[str] = set()
    for name in _names(model, of):
        found.append(derive(source, wrt, of=name, taken=taken, **known))
        taken.update(found[-1].definitions)
    first, *others = found
    notes = dict.fromkeys(note for each in found for note in each.notes)
    problems = dict.fromkeys(problem for each in found for problem in each.problems)
    return replace(first, further=tuple(others), notes=(*notes,), problems=(*problems,))


def _names(model: Model, of: Sequence[str]) -> list[str]:
    """The names of the nodes that these names are of, each once."""
    known = own_nodes(model)
    found: dict[Node, str] = {}
    for name in of:
        nodes = called(plain(name), known)
        if not nodes:
            raise no_output(name, known)
        for node in nodes:
            found.setdefault(node, node.label or OUTPUT)
    if len(found) > MOST:
        message = f"these are {len(found):,} outputs, and formulas are written for {MOST}"
        raise UsageError(
            "of",
            message,
            hint=Sentence("name some of them: ", Option("of", next(iter(found.values())))),
        )
    return [*found.values()]
