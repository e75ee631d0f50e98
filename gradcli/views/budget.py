"""A budget of uncertainties: the inputs by their shares, and what comes of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gradcli.engine.beyond import Beyond, is_number
from gradcli.views.lines.blocks import Table, laid
from gradcli.views.lines.columns import GUTTER, lined_up
from gradcli.views.lines.page import Display, Fragment, Line, Page
from gradcli.views.lines.text import pad, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.uncertainty.result import Budget, Entry

MOST_INPUTS = 20
"""Inputs that are shown unless everything is asked for."""

ROUGH = 3
"""Digits of uncertainties and shares where no number of digits is asked for."""

MATTERS = 0.05
"""Terms of second order are shown if they change value or uncertainty by this part of it."""

_MOST_PLACES = 12
"""Decimal places at most of a result with its uncertainty."""


def render(budget: Budget, display: Display | None = None) -> Page:
    """Return the page of a budget, and of those of other outputs below it."""
    display = display or Display()
    lines: list[Line] = []
    for each in (budget, *budget.others):
        lines += [*_budget(each, display), ()]
    for pair, r in budget.correlations.items():
        a, b = _names(pair, budget)
        sentence = f"r({display.name(a)}, {display.name(b)}) = {_rough(display).number(r)}"
        lines += display.paragraph(sentence)
    return Page(lines if budget.correlations else lines[:-1])


def _names(pair: str, budget: Budget) -> tuple[str, str]:
    """The two outputs of a pair; names of elements have commas, too."""
    names = [budget.output, *(each.output for each in budget.others)]
    return next((a, b) for a in names for b in names if f"{a},{b}" == pair)


def _rough(display: Display) -> Display:
    return display._replace(precision=display.precision or ROUGH)


def _budget(budget: Budget, display: Display) -> list[Line]:
    """The budget of one output."""
    lines = [*_header(budget, display), ()]
    if budget.entries:
        lines += [*_table(budget, display), ()]
    return [*lines, *_results(budget, display), (), *_advice(budget, display)]


def _header(budget: Budget, display: Display) -> list[Line]:
    """The formula, cut if it is long, and the result with its uncertainty."""
    name = display.name(budget.output)
    result = f"{name} = {with_uncertainty(budget.value, budget.uncertainty, display)}"
    lines: list[Line] = [(Fragment(result, "bold"),)]
    if budget.formula:
        lines.insert(0, (Fragment(display.show(budget.formula, display.width)),))
    return lines


def with_uncertainty(value: float, uncertainty: float, display: Display) -> str:
    """Return ``9.79 ± 0.15``: two digits of the uncertainty, and the value to the same place."""
    sign = "+-" if display.is_ascii else "±"
    if Beyond in map(type, (value, uncertainty)):
        rough = _rough(display).number(uncertainty)
        return f"{display.number(value)} {sign} {rough}"
    if not (math.isfinite(value) and 0 < uncertainty < math.inf):
        return f"{display.number(value)} {sign} {display.number(uncertainty)}"
    digits = (display.precision or 2) - 1
    places = digits - int(f"{uncertainty:.{digits}e}".partition("e")[2])
    if not -digits - 1 < places <= _MOST_PLACES or abs(value) >= 10.0**_MOST_PLACES:
        return f"{display.number(value)} {sign} {_rough(display).number(uncertainty)}"
    places = max(places, 0)
    return f"{value + 0.0:.{places}f} {sign} {uncertainty:.{places}f}"


def _table(budget: Budget, display: Display) -> list[Line]:
    """A row for each input, the one with the largest share first."""
    entries = budget.ranked
    left_out = 0
    if display.limit is not None and len(entries) > MOST_INPUTS:
        entries, left_out = entries[:MOST_INPUTS], len(entries) - MOST_INPUTS
    titles = ["input", "value", "u", display.partial(budget.output, "input"), "|c|u", "share"]
    titles.append("1 % more")
    rows = [_row(entry, display) for entry in entries]
    partial = titles[3]

    def own(name: str) -> list[str]:
        sign = display.partial(budget.output, name)
        return [sign if title == partial else title for title in titles]

    lines = lined_up(titles, rows, own, display)
    if left_out:
        note = f"{display.symbols.ellipsis} {left_out} with smaller shares; --all shows them"
        lines.append((Fragment(display.show(note, display.width), "dim"),))
    return lines


def _row(entry: Entry, display: Display) -> list[str]:
    rough = _rough(display)
    return [
        display.name(entry.name),
        display.number(entry.value),
        rough.number(entry.uncertainty),
        display.number(entry.derivative),
        rough.number(entry.contribution),
        _percent(100 * entry.share, rough),
        _percent(entry.elasticity, rough),
    ]


def _percent(value: float, display: Display) -> str:
    """So many per cent; nothing where there is no whole."""
    return "" if math.isnan(value) else f"{display.number(value)} %"


def _results(budget: Budget, display: Display) -> list[Line]:
    """What comes of all inputs together."""
    rough = _rough(display)
    name = display.name(budget.output)
    share = _percent(100 * budget.relative, rough)
    rows = [
        ("standard uncertainty", rough.number(budget.uncertainty), share and f"{share} of {name}"),
        *_second(budget, display),
        ("expanded uncertainty", rough.number(budget.expanded), _coverage(budget, rough)),
    ]
    if not (math.isnan(budget.worst_case) and is_number(budget.uncertainty)):  # it is of floats
        worst = rough.number(budget.worst_case)
        rows.append(("worst case found", worst, "all off by no more than u"))
    if math.isfinite(budget.freedom):
        effective = rough.number(budget.freedom)
        rows.append(("degrees of freedom", effective, "by Welch and Satterthwaite"))
    first, second, last = ([row[i] for row in rows] for i in range(3))
    widths = max(map(width, first)), max(map(width, second))
    lines: list[Line] = []
    for label, number, more in rows:
        whole = f"{pad(label, widths[0])}{GUTTER}{pad(number, widths[1])}{GUTTER}{more}".rstrip()
        if sum(widths) + max(map(width, last)) + 2 * len(GUTTER) <= display.width:
            lines.append((Fragment(whole),))
            continue
        lines += display.paragraph(label)
        lines += display.paragraph(number, indent=2)
        lines += display.paragraph(more, indent=2) if more else []
    return laid(Table(("", "", ""), rows, is_of_words=True), lines)


def _coverage(budget: Budget, display: Display) -> str:
    factor = f"k = {display.number(budget.factor)}"
    if budget.level is None:
        return factor
    return f"{factor}, for {_percent(100 * budget.level, display)}"


def _second(budget: Budget, display: Display) -> list[tuple[str, str, str]]:
    """The uncertainty by second order, where it matters."""
    second = budget.second
    if second is None:
        return [("with second order", "not computed", "the inputs are too many")]
    if not (math.isfinite(budget.uncertainty) and math.isfinite(second.value)):
        return []
    changes = abs(second.value - budget.value), abs(second.uncertainty - budget.uncertainty)
    if max(changes) <= MATTERS * budget.uncertainty:  # of NaN, too
        return []
    mean = f"{display.name(budget.output)} = {display.number(second.value)}"
    if math.isnan(second.uncertainty):
        return [("with second order", "unknown", "u is too large for these terms")]
    return [("with second order", _rough(display).number(second.uncertainty), mean)]


def _advice(budget: Budget, display: Display) -> list[Line]:
    """What to measure better."""
    name = display.name(budget.output)
    if not is_number(budget.uncertainty):
        what = "a derivative" if is_number(budget.value) else "its value"
        return display.paragraph(f"The uncertainty of {name} cannot be said: {what} is not finite.")
    better = budget.better
    if better is None:
        uncertain = [entry for entry in budget.entries if entry.uncertainty]
        why = "no input is uncertain"
        if uncertain:
            why = "to first order, no uncertain input changes it here"
        return display.paragraph(f"Nothing is to be measured better: {why}.")
    rough = _rough(display)
    start = f"Measure {display.name(better.name)} better:"
    effect = "half its uncertainty, that"
    if better.share <= 1:  # of what is correlated it may be more
        start += f" it makes {_percent(100 * better.share, rough)} of the variance."
        return display.paragraph(
            f"{start} With {effect} of {name} is {rough.number(better.halved)}."
        )
    return display.paragraph(f"{start} with {effect} of {name} is {rough.number(better.halved)}.")


def to_latex(budget: Budget) -> str:
    """Return the law of propagation for each output, and the sensitivity coefficients in it."""
    return "\n".join([line for each in (budget, *budget.others) for line in _laws(each, budget)])


def _laws(budget: Budget, first: Budget) -> Sequence[str]:
    from gradcli.symbolic.derive import derive  # noqa: PLC0415  (the page needs no formula)
    from gradcli.views.formulas import to_latex as formulas  # noqa: PLC0415  (likewise)
    from gradcli.views.lines.latex import Latex  # noqa: PLC0415  (likewise)

    names = [entry.name for entry in budget.entries]
    uncertain = [entry.name for entry in budget.entries if entry.uncertainty]
    writer = Latex([*names, budget.output, *(each.output for each in first.others)])
    single = len(names) == 1
    slopes = {name: writer.derivative(budget.output, [name], single=single) for name in uncertain}
    terms = [
        rf"\left({slope}\right)^{{2}} u^{{2}}\left({writer.name(name)}\right)"
        for name, slope in slopes.items()
    ]
    for i, a in enumerate(uncertain):
        for b in uncertain[i + 1 :]:
            if budget.coefficients.get((a, b)):
                pair = [writer.name(a), writer.name(b)]
                us = " ".join(rf"u\left({each}\right)" for each in pair)
                terms.append(rf"2 {slopes[a]} {slopes[b]} {us} r\left({', '.join(pair)}\right)")
    left = rf"u_{{c}}^{{2}}\left({writer.name(budget.output)}\right)"
    lines = [f"{left} = {' + '.join(terms) or '0'}"]
    if uncertain:
        source = budget.source if budget.is_whole else f"{budget.source}\n{budget.output}"
        derived = derive(source, [[name] for name in uncertain], inputs=names, textbook=True)
        lines += formulas(derived).splitlines()
    return lines
