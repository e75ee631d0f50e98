"""In a picture a curve is a line through its points, as fine as they are; elsewhere characters."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from command_line import call

from gradcli.views.lines import curve
from gradcli.views.lines.page import Display, Fragment, Line
from gradcli.views.papers import image

Point = tuple[float, float]


def runs(svg: str) -> list[list[Point]]:
    """The points of every line in a picture, as they are placed there."""
    found = re.findall(r'<polyline points="([^"]*)"', svg)
    return [
        [(float(x), float(y)) for x, y in (each.split(",") for each in run.split())]
        for run in found
    ]


def drawn(points: list[Point], *, is_function: bool = True) -> list[list[Point]]:
    return runs(image.svg(curve.render(points, Display(width=80), is_function=is_function)))


def sampled(function: Callable[[float], float], count: int) -> list[Point]:
    return [(x / (count - 1), function(x / (count - 1))) for x in range(count)]


@pytest.mark.parametrize("scale", [1.0, 1e-300, 1.5e308])
def test_a_line_goes_through_all_points(scale: float) -> None:
    points = sampled(lambda x: scale * math.sin(7 * x), 61)
    (run,) = drawn([(scale * x, y) for x, y in points])
    assert len(run) == 61
    left, right, low, high = run[0][0], run[-1][0], *(f(y for _, y in run) for f in (max, min))
    heights = [y for _, y in points]
    for (x, y), (across, down) in zip(points, run, strict=True):
        assert across == pytest.approx(left + x * (right - left), abs=0.01)
        up = (y / 2 - min(heights) / 2) / (max(heights) / 2 - min(heights) / 2)
        assert down == pytest.approx(low - up * (low - high), abs=0.01)


GAPS: dict[str, tuple[list[float], list[int]]] = {
    # heights, and how many points each line has
    "a pole": ([1, 2, 5, math.inf, -5, -2, -1], [3, 3]),
    "at both ends": ([math.nan, 1, 2, 3, math.nan], [3]),
    "one after the other": ([1, 2, math.nan, math.inf, 2, 1], [2, 2]),
    "a point by itself": ([1, 2, math.nan, 3, math.nan, 2, 1], [2, 2, 2]),
}


@pytest.mark.parametrize("name", GAPS)
def test_what_is_not_finite_is_a_gap(name: str) -> None:
    heights, sizes = GAPS[name]
    found = drawn([*enumerate(heights)])  # type: ignore[list-item]
    assert [len(run) for run in found] == sizes
    if name == "a point by itself":  # a dot: a line of no length
        assert found[1][0] == found[1][1]


def test_of_very_many_points_all_that_can_be_seen_is_left() -> None:
    points = sampled(lambda x: math.sin(40 * x), 20_000)
    points[7_777] = (points[7_777][0], 3.0)
    points[12_345] = (points[12_345][0], math.nan)
    found = drawn(points)
    assert len(found) == 2
    assert sum(map(len, found)) <= 4 * curve.STRIPS + 8
    highest = min(y for run in found for _, y in run)
    assert sum(y == highest for run in found for _, y in run) == 1
    assert all(one[0] <= other[0] for run in found for one, other in pairwise(run))


def test_a_descent_over_decades_is_a_straight_line() -> None:
    (run,) = drawn([(step, 10.0**-step) for step in range(12)], is_function=False)
    slopes = [(d - b) / (c - a) for (a, b), (c, d) in pairwise(run)]
    assert slopes == pytest.approx([slopes[0]] * 11, rel=1e-2)


def test_every_view_with_a_curve_has_it_in_a_picture(tmp_path: Path) -> None:
    for words in (
        ("eval", "x^2*sin(x)", "--x", "0..6:0.1", "--plot"),
        ("descend", "(x - 3)^2 + 1", "--x", "0"),
    ):
        call(*words, "-o", f"{tmp_path}/c.svg")
        assert runs((tmp_path / "c.svg").read_text())
        call(*words, "-o", f"{tmp_path}/c.md")
        assert "╭" in (tmp_path / "c.md").read_text() or "╰" in (tmp_path / "c.md").read_text()


@pytest.mark.parametrize("before", range(40, 66))
def test_a_curve_stands_on_one_page(before: int) -> None:
    lines: list[Line] = [(Fragment("a line"),) for _ in range(before)]
    lines += curve.render(sampled(math.exp, 30), Display(width=80), is_function=True)
    pages = [image.svg(part) for part in image._pages(lines)]
    assert sum(len(runs(page)) for page in pages) == 1
    assert sum(page.count("a line") for page in pages) == before
    highs = [y for page in pages for run in runs(page) for _, y in run]
    assert max(highs) - min(highs) == pytest.approx((curve.ROWS - 1) * 20, abs=0.1)
