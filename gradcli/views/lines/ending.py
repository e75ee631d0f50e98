"""What is said of the end of a descent: why it ended, what the point is, and what did not move."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gradcli.evaluation.objects import entries_of
from gradcli.learn.names import together
from gradcli.learn.result import CONVERGED, DIVERGED, INTERRUPTED, STATIONARY, STEPS
from gradcli.learn.stationary import FALLING, FLAT, INFLECTION, MAXIMUM, SADDLE, UNBOUNDED
from gradcli.views.lines.page import Display

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradcli.learn.result import Descent

_MUCH = 0.3
"""A parameter with so large a part in a direction of length 1 is named as one that leads down."""

MOST_NAMED = 4
"""So many parameters are named in a sentence."""

_ASIDE = 0.01
"""How far from its value, relative to it or to 1, a parameter is proposed to begin."""


def ending(descent: Descent, display: Display) -> str:
    """Return what is to be said of how it ended: why, at what point, and what did not move."""
    output = display.name(descent.output)
    length = f"|{display.symbols.nabla}{output}|"
    last = descent.steps[-1]
    count = f"{last.step} {'step' if last.step == 1 else 'steps'}"
    norm = f"{length} = {display.number(last.gradient_norm)}"
    at = f"{output} = {display.number(last.value)}"
    small = f"{at}; {norm} is at most {display.number(descent.settings.tol)}"
    is_flat = descent.finding is not None and descent.finding.kind == FLAT
    sentences = {
        CONVERGED: f"Converged after {count}: {small}.",
        STATIONARY: f"Stopped after {count}{'' if is_flat else ', but not at a minimum'}: {small}.",
        DIVERGED: f"Diverged after {count}: {at}, {norm}.",
        INTERRUPTED: f"Interrupted after {count}: {at}, {norm}.",
        STEPS: f"Stopped after {count}: {at}, {norm}.",
    }
    more = [*_point(descent, display), *_still(descent, display)]
    return " ".join([sentences[descent.stopped], *more])


def _point(descent: Descent, display: Display) -> Iterator[str]:
    """What the point is at which it ended, if it is no minimum, and where to begin instead."""
    finding, output = descent.finding, display.name(descent.output)
    kind = None if finding is None else finding.kind
    if kind == UNBOUNDED:
        yield f"{output} falls without bound: it has no minimum."
    elif kind == FLAT:
        yield f"{output} is flat here: it does not change if the parameters do by a little."
    elif kind == FALLING:
        yield f"{output} goes on falling, ever more slowly, and no minimum is near."
        yield "A smaller --tol goes on."
    elif (
        kind in {SADDLE, INFLECTION, MAXIMUM}
        and finding is not None
        and finding.downhill is not None
    ):
        yield from _downhill(descent, finding.kind, finding.downhill, display)


def _downhill(
    descent: Descent, kind: str, downhill: Sequence[float], display: Display
) -> Iterator[str]:
    sizes = [abs(part) for part in downhill]
    place = max(range(len(sizes)), key=sizes.__getitem__)
    most = [each for each, size in enumerate(sizes) if size > _MUCH] or [place]
    along = _named(descent, most, display)
    article = "an" if kind == INFLECTION else "a"
    yield f"It is {article} {kind}: {display.name(descent.output)} falls from here along {along}."
    copies = descent.copies
    if len(sizes) > 1 and not any(any(entries_of(each)) for each in descent.start.values()):
        yield "All parameters began at 0; begin at other values, such as random ones."
    elif copies and len({downhill[each] for each in copies}) > 1:
        same = _named(descent, copies, display)
        yield f"{same} were equal all the way, as copies of one neuron; begin with other values."
    else:
        name, begin = descent.entry(place)
        begin += math.copysign(_ASIDE * max(1.0, abs(begin)), downhill[place])
        yield f"Begin elsewhere, such as at {display.name(name)} = {display.number(begin)}."


def _named(descent: Descent, places: Sequence[int], display: Display) -> str:
    """Entries of parameters in a sentence."""
    names = [display.name(descent.entry(place)[0]) for place in places[:MOST_NAMED]]
    return _together(names, len(places))


def _still(descent: Descent, display: Display) -> Iterator[str]:
    """Which parameters never moved, though steps were taken."""
    if descent.stopped in {CONVERGED, STATIONARY, STEPS} and descent.unmoved and descent.taken:
        shown = [display.name(name) for name in descent.unmoved[:MOST_NAMED]]
        names = _together(shown, len(descent.unmoved))
        each = "it" if len(descent.unmoved) == 1 else "each of them"
        yield f"{names} never moved: the derivative by {each} is 0."


def _together(names: Sequence[str], count: int) -> str:
    """The first few of so many names, and how many more there are."""
    if count > len(names):
        return f"{', '.join(names)} and {count - len(names):,} more"
    return together(list(names))
