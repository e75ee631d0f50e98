"""Which inputs a descent moves: those of ``--wrt``, or all, without those of ``--fix``."""

from __future__ import annotations

from collections.abc import Sequence

from gradcli.errors import InputError, UsageError
from gradcli.graph.model import Model
from gradcli.hints import a_step, no_input, none_of
from gradcli.syntax.spelling import array_name, indices_of, plain


def moved(model: Model, wrt: Sequence[str] | None, fix: Sequence[str]) -> list[int]:
    """The places of the inputs that are moved."""
    if not model.inputs:
        raise none_of("moved")
    wanted = range(len(model.inputs)) if wrt is None else _places(model, wrt)
    fixed = _places(model, fix)
    both = [model.inputs[place].name for place in wanted if place in fixed]
    if wrt is not None and both:
        raise UsageError(
            "wrt", f"'{both[0]}' is both to be moved and to be fixed", hint="leave one out"
        )
    places = [place for place in sorted(wanted) if place not in fixed]
    if not places:
        raise UsageError(
            "fix", "every input is fixed: nothing is left to be moved", hint="leave one of them out"
        )
    return places


def _places(model: Model, names: Sequence[str]) -> set[int]:
    """The inputs of these names; the name of an array stands for all its elements."""
    known: dict[str, list[int]] = {}
    for place, node in enumerate(model.inputs):
        for name in {node.name, array_name(node.name)}:
            known.setdefault(name, []).append(place)
    found: set[int] = set()
    for name in map(plain, names):
        if name not in known:
            raise _unknown(model, name)
        found.update(known[name])
    return found


def _unknown(model: Model, name: str) -> InputError:
    known = [node.name for node in model.inputs]
    known += dict.fromkeys(array_name(label) for label in known if indices_of(label))
    whole = array_name(name)
    if indices_of(name) and whole in known:
        return InputError(
            "unknown-value",
            f"'{whole}' is an array, which is moved or fixed as a whole",
            hint=f"write {whole}",
            names=(name,),
        )
    if model.has_step(name):
        return a_step(name, known, "moved or fixed")
    return no_input(name, known)
