"""Derivatives as text that depends on no display: LaTeX, a formula a line, or a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.syntax.text import SUM, text
from gradcli.views.lines.latex import Latex

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradcli.symbolic.result import SymbolicDerivatives

_PLAIN = str.maketrans({"[": "_", ",": "_", "-": "_", "]": ""})
"""What makes one word of the name of an element."""


def to_latex(derived: SymbolicDerivatives) -> str:
    """Return a line of LaTeX for each derivative, then one for each definition they use."""
    single = derived.has_one_variable
    writer = latex_of(derived)
    equations = [
        (
            writer.derivative(derived.output, partial.wrt, single=single)
            + writer.along(partial.directions),
            partial.expression,
        )
        for partial in derived.partials
    ]
    equations += [
        (writer.name(name), derived.definitions[name]) for name in derived.uses(derived.partials)
    ]
    return "\n".join(f"{left} = {writer.write(right, SUM)}" for left, right in equations)


def latex_of(derived: SymbolicDerivatives) -> Latex:
    """What writes formulas in the names of a program."""
    names = [*derived.inputs, *derived.definitions, *filter(None, [derived.output])]
    names += [name for partial in derived.partials for name in partial.wrt]
    return Latex([*names, *derived.directions], _shapes(derived))


def _shapes(derived: SymbolicDerivatives) -> Mapping[str, tuple[int, ...]]:
    """The shapes of all names in the derivatives; nothing for a program of numbers."""
    if not derived.shapes:
        return {}
    from gradcli.views.lines.array_forms import forms  # noqa: PLC0415  (only arrays need it)

    shapes = {**derived.shapes, **derived.directions}
    for name, tree in derived.definitions.items():
        form = forms(tree, shapes)[tree]
        shapes[name] = (0,) if form is None else form.shape  # an array of whatever shape
    return shapes


def to_plain(derived: SymbolicDerivatives) -> str:
    """Return the derivative as a program; several are the steps of one, with names such as d_x."""
    if len(derived.partials) == 1:
        return derived.text(derived.partials[0])
    taken = {*derived.inputs, *derived.definitions}
    lines = [
        f"{name} = {text(derived.definitions[name])}" for name in derived.uses(derived.partials)
    ]
    for partial in derived.partials:
        names = [each.translate(_PLAIN) for each in partial.wrt]
        name = "_".join(["d", *(names if len(names) > 1 else partial.wrt)])
        while name in taken:
            name += "_"
        taken.add(name)
        lines.append(f"{name} = {text(partial.expression)}")
    return "\n".join(lines)
