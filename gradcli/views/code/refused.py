"""What a target has no word for: where that stands in the program, and which targets have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.engine.targets.by_name import TABLES, target_of
from gradcli.engine.targets.target import Writing
from gradcli.errors import Option, Sentence, UsageError

if TYPE_CHECKING:
    from gradcli.engine.targets.target import Target
    from gradcli.errors import Span
    from gradcli.evaluation.solution import Solution


def refused(error: UsageError, solution: Solution, target: Target) -> UsageError:
    """The same error with the place of the function, and with the targets that have it."""
    if not error.names or error.span is not None:
        return error
    (op,) = error.names
    span, is_own = _place(op, solution)
    others = _others(op, target)
    hint = error.hint
    if others:
        more = f", and so {'has' if len(others) == 2 else 'have'} {', '.join(others[1:])}"
        is_one = len(others) == 1
        hint = Sentence(Option("target", others[0]), " has it", "" if is_one else more)
    message = error.message if is_own else f"{error.message}, and derivatives need it"
    return UsageError(
        error.kind, message, span=span, hint=hint, source=solution.source, names=error.names
    )


def _place(op: str, solution: Solution) -> tuple[Span | None, bool]:
    """Where an operation stands, or what it is a derivative of; whether it is in the program."""
    model = solution.model
    nodes = [*model.graph.ancestors([model.output])]
    own = [node for node in nodes if node.op == op]
    nodes = [node for node in nodes if type(node.op) is str]  # the name of a root is more than that
    of_it = [node for node in nodes if node.args and op.startswith(f"{node.op}_")]
    spans = [model.spans.get(node) for node in own or of_it]
    return next(filter(None, spans), None), bool(own) or not of_it


def _others(op: str, target: Target) -> list[str]:
    """The names of other targets that have an operation."""
    # SQL has some functions for what is known beforehand only, which an operation does not show.
    others = [target_of(name) for name in TABLES if name not in {target.name, "sql"}]
    return [other.name for other in others if Writing(other, frozenset()).has(op)]
