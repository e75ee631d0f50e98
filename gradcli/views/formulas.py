"""Derivatives as text that depends on no display: LaTeX, a formula a line, or a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.graph.naming import OUTPUT
from gradcli.syntax.text import SUM, text
from gradcli.views.lines.latex import Latex

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradcli.symbolic.result import Partial, SymbolicDerivatives

_PLAIN = str.maketrans({"[": "_", ",": "_", "-": "_", "]": ""})
"""What makes one word of the name of an element."""


def to_latex(derived: SymbolicDerivatives) -> str:
    """Return a line of LaTeX for each derivative, then one for each definition they use."""
    lines: list[str] = []
    defined: dict[str, str] = {}
    for each in derived.each:
        writer = latex_of(each)
        for partial in each.partials:
            left = left_side(each, partial, writer)
            lines.append(f"{left} = {writer.write(partial.expression, SUM)}")
        for name in each.uses(each.partials):
            right = writer.write(each.definitions[name], SUM)
            defined.setdefault(name, f"{writer.name(name)} = {right}")
    return "\n".join([*lines, *defined.values()])


def left_side(derived: SymbolicDerivatives, partial: Partial, writer: Latex) -> str:
    """What a derivative is of and by, as LaTeX; of a program without a name the formula itself."""
    left = writer.derivative(derived.output, partial.wrt, single=derived.has_one_variable)
    if derived.output is None:
        _, last = derived.program[-1]
        left += rf"\left({writer.write(last)}\right)"
    return left + writer.along(partial.directions)


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
    if len(derived.partials) == 1 and not derived.further:
        return derived.text(derived.partials[0])
    taken = {name for each in derived.each for name in (*each.inputs, *each.definitions)}
    defined: dict[str, str] = {}
    lines: list[str] = []
    for each in derived.each:
        for name in each.uses(each.partials):
            defined.setdefault(name, f"{name} = {text(each.definitions[name])}")
        for partial in each.partials:
            name = _name(each, partial, is_one=not derived.further)
            while name in taken:
                name += "_"
            taken.add(name)
            lines.append(f"{name} = {text(partial.expression)}")
    return "\n".join([*defined.values(), *lines])


def _name(derived: SymbolicDerivatives, partial: Partial, *, is_one: bool) -> str:
    """What a derivative is called in a program: ``d_x``; where others have some, too, ``du_x``."""
    names = [each.translate(_PLAIN) for each in partial.wrt]
    output = "" if is_one else (derived.output or OUTPUT).translate(_PLAIN)
    return "_".join([f"d{output}", *(names if len(names) > 1 or output else partial.wrt)])
