"""The rules as functions of lists: written out for an order, and translated once.

Written out, the sums of a series of ten terms take a quarter of the time that loops over lists
take. Nothing but letters and numbers of ours is in the text.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from types import FunctionType
from typing import Any, NamedTuple

from gradcli.engine.compiled import compiled
from gradcli.taylor.rules import Coefficients, Rule

Series = list[float]
"""Coefficients from order 0 on; those that are left out at the end are 0."""


class Member(NamedTuple):
    """One node of a group of those that need each other.

    Attributes:
        rule: its rule.
        order: the highest order that is needed of it.
        args: what it needs: members by their places, and after them what the group is given; of
            what stands in brackets, below 0, the rates.
    """

    rule: Rule
    order: int
    args: tuple[int, ...]


class Kernel(NamedTuple):
    """What computes a group.

    Attributes:
        run: of the values of its nodes, and the series that they need: their series.
        lengths: how many coefficients each of these has.
    """

    run: Callable[..., Sequence[Series]]
    lengths: tuple[int, ...]


@functools.lru_cache(4096)
def kernel(members: tuple[Member, ...], lengths: tuple[int, ...]) -> Kernel:
    """The function that computes the series of a group.

    Args:
        members: its nodes.
        lengths: how many coefficients each series has that it is given.
    """
    begun = [f"s{place}_0" for place in range(len(members))]
    given = [[f"g{at}_{each}" for each in range(length)] for at, length in enumerate(lengths)]
    unpacked = [f"{','.join(names)}, = g{at}" for at, names in enumerate(given)]
    lines, series = _written(members, begun, given)
    results = [f"[{','.join([text or '0.0' for text in each])}]" for each in series]
    run = _function(
        [*begun, *[f"g{at}" for at in range(len(lengths))]],
        [*unpacked, *lines, f"return {', '.join(results)},"],
    )
    return Kernel(run, tuple(map(len, series)))


class Given(NamedTuple):
    """Where coefficients are that a whole program is given, by places.

    Attributes:
        value: that of its value.
        rate: that of its rate, if it moves.
    """

    value: int
    rate: int | None


def whole(
    members: Sequence[Member],
    begun: Sequence[int],
    given: Sequence[Given],
    outputs: Sequence[tuple[int, int]],
) -> Callable[[Sequence[float], Sequence[float]], list[Series]]:
    """The function that computes the series of a whole program, of all values and of the rates.

    Args:
        members: its nodes, each after its arguments.
        begun: where the value of each is.
        given: what else they need.
        outputs: which of them is asked for, members by their places and after them what is given,
            and up to which order.
    """
    starts = [
        [f"v{each.value}", *([] if each.rate is None else [f"r{each.rate}"])] for each in given
    ]
    lines, series = _written(members, [f"v{place}" for place in begun], starts)
    series = [*series, *starts]
    count = 1 + max([*begun, *[each.value for each in given]])
    rates = 1 + max([each.rate for each in given if each.rate is not None], default=-1)
    unpacked = [f"{','.join([f'v{place}' for place in range(count)])}, *_ = values"]
    if rates:
        unpacked.append(f"{','.join([f'r{place}' for place in range(rates)])}, *_ = rates")
    results = [
        f"[{','.join([text or '0.0' for text in [*series[place], *['0.0'] * order][: order + 1]])}]"
        for place, order in outputs
    ]
    body = [*unpacked, *lines, f"return [{', '.join(results)}]"]
    return _function(["values", "rates"], body)


def _function(given: Sequence[str], body: Sequence[str]) -> Callable[..., Any]:
    """A function of our own text."""
    lines = [f"def kernel({', '.join(given)}):", *[f" {line}" for line in body]]
    # An exponent may be infinite: x^1e308 has those of its derivatives.
    return FunctionType(compiled("\n".join(lines)), {"inf": math.inf, "nan": math.nan})


def _written(
    members: Sequence[Member], begun: Sequence[str], given: Sequence[Sequence[str]]
) -> tuple[list[str], list[list[str]]]:
    """The lines that compute the coefficients of members, and the texts of these.

    Args:
        members: the nodes.
        begun: the text of the value of each.
        given: the texts of the coefficients of what else they need.
    """
    lines: list[str] = []
    series = [Coefficients([text], is_whole=False) for text in begun]
    series += [Coefficients(texts, is_whole=True) for texts in given]
    rates: dict[int, Coefficients] = {}
    for place in sorted({~arg for member in members for arg in member.args if arg < 0}):
        rates[place] = Coefficients(series[place].texts[:1], is_whole=place >= len(members))
        for each in range(1, len(series[place].texts)):
            _append_rate(lines, rates[place], place, each, series[place][each])
    args = [[series[arg] if arg >= 0 else rates[~arg] for arg in member.args] for member in members]
    for each in range(1, max([member.order for member in members], default=0) + 1):
        for place, member in enumerate(members):
            if each > member.order:
                continue
            text = member.rule(each, series[place], *args[place])
            if text and not text.isidentifier():
                lines.append(f"s{place}_{each}={text}")
                text = f"s{place}_{each}"
            series[place].texts.append(text)
            if place in rates:
                _append_rate(lines, rates[place], place, each, text)
    return lines, [_trimmed(each.texts) for each in series[: len(members)]]


def _append_rate(lines: list[str], rates: Coefficients, place: int, order: int, text: str) -> None:
    """One more rate: a coefficient times its order."""
    if text and order > 1:
        lines.append(f"d{place}_{order}={order}*{text}")
        text = f"d{place}_{order}"
    rates.texts.append(text)


def _trimmed(texts: Sequence[str]) -> list[str]:
    """The texts up to the last that is not 0."""
    last = max([place for place, text in enumerate(texts) if text], default=0)
    return [*texts[: last + 1]]
