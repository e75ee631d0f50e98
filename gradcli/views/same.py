"""Whether two formulas are the same: how that is known, or a point that tells them apart."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gradcli.views.error import sentence
from gradcli.views.lines.blocks import Equation, laid
from gradcli.views.lines.columns import below_each_other
from gradcli.views.lines.page import Display, Fragment, Line, Page

if TYPE_CHECKING:
    from gradcli.trust.sameness import Same, Witness


def render(same: Same, display: Display | None = None) -> Page:
    """Return the page of two formulas."""
    display = display or Display()
    lines: list[Line] = [
        *_formula("first", same.first, display),
        *_formula("second", same.second, display),
        (),
    ]
    verdict = "the same" if same.is_same else "not the same"
    verdict += " wherever both have a value" if same.is_same and same.domain else ""
    more = f": {display.show(same.reason)}" if same.is_explained else ""
    words = f"They are {verdict}{more}."
    lines += display.paragraph(words, style="green" if same.is_same else "red")
    if same.where is not None:
        lines += sentence(f"They are the same where {same.where}, as far as was tried.", display)
    if same.witness is not None:
        lines += [(), *point(same.witness, display)]
        if same.agreeing:
            words = f"They agree at {same.agreeing} of {same.points} points."
            lines += [(), *display.paragraph(words)]
    if same.domain is not None:
        lines += [(), *display.paragraph("Only one of them has a value")]
        lines += point(same.domain, display)
    return Page(lines)


def _formula(name: str, text: str, display: Display) -> list[Line]:
    """One of the two, which has a left side where it is set as an equation."""
    shown = display.show(text, display.width)
    return laid(Equation(name, [shown]), [(Fragment(shown, "bold"),)])


def point(witness: Witness, display: Display) -> list[Line]:
    """Return a point, and what both formulas are there."""
    given = ", ".join(
        f"{display.name(name)} = {display.number(value)}" for name, value in witness.inputs.items()
    )
    lines = display.paragraph(f"at {given}:") if given else []
    if witness.place:
        lines += display.paragraph(f"in entry [{','.join(map(str, witness.place))}]:")
    first, second = (_told(value, display) for value in (witness.first, witness.second))
    if first == second and witness.first != witness.second:
        first, second = repr(witness.first), repr(witness.second)
    for name, told in (("first", first), ("second", second)):
        lines += below_each_other(f"  {name}", told, display)
    return lines


def _told(value: float, display: Display) -> str:
    return "no value" if math.isnan(value) else display.number(value)
