"""The layout: edges lead on, nothing overlaps, lines run free, and few of them cross."""

from __future__ import annotations

import itertools
import random
import time
from typing import NamedTuple

import pytest

from gradcli.layout import cells
from gradcli.layout.cells import Edge, Kind, Size, layers
from gradcli.layout.crossings import count_crossings, order_rows
from gradcli.layout.direction import Direction
from gradcli.layout.lanes import lanes
from gradcli.layout.layered import Arc, Box, Options, Point, layered
from gradcli.layout.ports import ports
from gradcli.layout.ranks import ranks
from gradcli.layout.relax import spread
from gradcli.layout.straighten import straighten
from gradcli.layout.tracks import Net, tracks


class Case(NamedTuple):
    """A graph to lay out."""

    name: str
    count: int
    edges: list[tuple[int, int]]

    def __str__(self) -> str:
        return self.name


def grown(count: int, seed: int, reach: float = 4) -> Case:
    """A random graph as programs have them: up to two arguments each, mostly recent ones."""
    random_ = random.Random(seed)  # noqa: S311  (no secret)
    edges = [
        (max(0, node - 1 - int(random_.expovariate(1 / reach))), node)
        for node in range(1, count)
        for _ in range(random_.choice([1, 2, 2]))
    ]
    return Case(f"grown-{count}-{seed}", count, edges)


def net(*sizes: int) -> Case:
    starts = [0, *itertools.accumulate(sizes)]
    edges = [
        (starts[layer] + i, starts[layer + 1] + j)
        for layer in range(len(sizes) - 1)
        for i in range(sizes[layer])
        for j in range(sizes[layer + 1])
    ]
    return Case("net-" + "-".join(map(str, sizes)), sum(sizes), edges)


CASES = [
    Case("empty", 0, []),
    Case("one", 1, []),
    Case("apart", 3, []),
    Case("edge", 2, [(0, 1)]),
    Case("square", 2, [(0, 1), (0, 1)]),
    Case("lesson", 6, [(1, 3), (2, 3), (0, 4), (3, 4), (4, 5)]),
    Case("diamond", 4, [(0, 1), (0, 2), (1, 3), (2, 3)]),
    Case("fan-in", 31, [(i, 30) for i in range(30)]),
    Case("fan-out", 31, [(0, i) for i in range(1, 31)]),
    Case("chain", 60, [(i, i + 1) for i in range(59)]),
    Case("ladder", 20, [(i, i + 1) for i in range(19)] + [(0, i) for i in range(2, 20)]),
    net(2, 2, 2, 1),
    net(3, 4, 2),
    *(grown(count, seed) for count in (12, 40) for seed in range(6)),
    grown(190, 1),
]


def sized(case: Case, *, labels: bool) -> tuple[list[tuple[float, float]], list[Arc]]:
    random_ = random.Random(case.count)  # noqa: S311  (no secret)
    sizes = [
        (random_.choice([60.0, 111.0, 180.0]), random_.choice([30.0, 55.0]))
        for _ in range(case.count)
    ]
    wide = itertools.cycle([8.0, 30.0, 61.0])
    return sizes, [Arc(a, b, (next(wide), 18.0) if labels else None) for a, b in case.edges]


def apart(boxes: list[Box]) -> bool:
    """Whether no two rectangles overlap."""
    return not any(
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
        for one, other in itertools.combinations(boxes, 2)
    )


def runs_free(start: Point, end: Point, direction: Direction, boxes: list[Box]) -> bool:
    """Whether a part of a route, straight or an S, keeps out of boxes."""
    near = [
        box
        for box in boxes
        if box.x < max(start.x, end.x)
        and min(start.x, end.x) < box.x + box.width
        and box.y < max(start.y, end.y)
        and min(start.y, end.y) < box.y + box.height
    ]
    for step in range(41) if near else ():
        t = step / 40
        s = t * t * (3 - 2 * t)  # the progress across of a curve that begins and ends level
        x, y = (t, s) if direction is Direction.RIGHT else (s, t)
        point = Point(start.x + (end.x - start.x) * x, start.y + (end.y - start.y) * y)
        if any(inside(box, point) for box in near):
            return False
    return True


def inside(box: Box, point: Point) -> bool:
    return (
        box.x + 0.01 < point.x < box.x + box.width - 0.01
        and box.y + 0.01 < point.y < box.y + box.height - 0.01
    )


@pytest.fixture(params=[False, True], ids=["rows", "lanes"])
def in_lanes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Long lines row by row, as in small graphs, and in lanes, as in very large ones."""
    if request.param:
        for name, value in {"_MANY": 0, "_EACH": 0, "_FAR": 2}.items():
            monkeypatch.setattr(cells, name, value)
    return bool(request.param)


@pytest.mark.slow
@pytest.mark.usefixtures("in_lanes")
@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("labels", [False, True])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_nothing_overlaps_and_lines_run_free(
    case: Case, labels: bool, direction: Direction
) -> None:
    sizes, arcs = sized(case, labels=labels)
    layout = layered(sizes, arcs, direction=direction)
    placed = layout.boxes + [route.label for route in layout.routes if route.label]
    assert apart(placed)
    for box, (width, height) in zip(layout.boxes, sizes, strict=True):
        assert box.width >= width
        assert box.height >= height
        assert 0 <= box.x <= layout.width - box.width + 0.01
        assert 0 <= box.y <= layout.height - box.height + 0.01
    for arc, route in zip(arcs, layout.routes, strict=True):
        assert bool(arc.label) == bool(route.label)
        others = [box for box in placed if box is not route.label]
        for start, end in itertools.pairwise(route.points):
            assert runs_free(start, end, direction, others)


@pytest.mark.usefixtures("in_lanes")
@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_line_leads_from_the_border_of_its_source_to_that_of_its_target(case: Case) -> None:
    sizes, arcs = sized(case, labels=True)
    layout = layered(sizes, arcs)
    for arc, route in zip(arcs, layout.routes, strict=True):
        source, target = layout.boxes[arc.source], layout.boxes[arc.target]
        first, last = route.points[0], route.points[-1]
        assert first == pytest.approx((source.x + source.width, source.middle.y))
        assert last.x == pytest.approx(target.x)
        assert target.y < last.y < target.y + target.height
        xs = [point.x for point in route.points]
        assert all(later - earlier > -1e-6 for earlier, later in itertools.pairwise(xs))
        assert route.label is not None
        assert any(point.y == pytest.approx(route.label.middle.y) for point in route.points)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_edge_leads_to_a_higher_rank(case: Case) -> None:
    rank = ranks(case.count, case.edges)
    assert all(rank[a] < rank[b] for a, b in case.edges)
    if case.count:
        assert min(rank) == 0


RANKS = [
    # A constant term stands beside what uses it, not at the far left.
    ("late input", 5, [(0, 1), (1, 2), (2, 3), (4, 3)], [0, 1, 2, 3, 2]),
    # Two long lines joined at once are one long line.
    ("early join", 6, [(0, 2), (1, 2), (0, 3), (1, 3), (3, 4), (4, 5), (2, 5)], [0, 0, 1, 1, 2, 3]),
    # Lines of one source go the same way: to move its near target back gains nothing.
    ("shared", 4, [(0, 1), (1, 2), (2, 3), (0, 3)], [0, 1, 2, 3]),
    # What nothing needs stands beside what it is made of, not beside the output.
    ("dead end", 5, [(0, 1), (1, 2), (2, 3), (0, 4)], [0, 1, 2, 3, 1]),
    ("dead ends", 6, [(0, 1), (1, 2), (2, 3), (0, 4), (4, 5)], [0, 1, 2, 3, 1, 2]),
]


@pytest.mark.parametrize(("name", "count", "edges", "expected"), RANKS, ids=[r[0] for r in RANKS])
def test_ranks_keep_lines_short(name, count, edges, expected) -> None:
    assert ranks(count, edges) == expected


@pytest.mark.parametrize(("count", "rows"), [(14, 1), (15, 2), (45, 4), (84, 6), (85, 1)])
def test_many_sources_are_spread_over_layers(count: int, rows: int) -> None:
    edges = [(source, count) for source in range(count)]
    found = ranks(count + 1, edges)
    assert found[count] == max(found) == rows
    for row in range(rows):
        assert found.count(row) <= max(14, count // rows)
    # Neighbours stand in different layers.
    assert rows == 1 or all(a != b for a, b in itertools.pairwise(found[:count]))


def test_sources_can_be_aligned() -> None:
    assert ranks(5, [(0, 1), (1, 2), (2, 3), (4, 3)], align_sources=True) == [0, 1, 2, 3, 0]


def test_a_cycle_is_refused() -> None:
    with pytest.raises(ValueError, match="cycle"):
        layered([(1, 1)] * 3, [Arc(0, 1), Arc(1, 2), Arc(2, 0)])


def test_edges_of_one_source_share_their_line() -> None:
    edges = [Edge(0, 1), Edge(1, 2), Edge(2, 3), Edge(0, 2), Edge(0, 3)]
    graph = layers([Size(1, 1)] * 4, edges)
    assert sum(cell.kind is Kind.LINE for cell in graph.cells) == 2
    assert graph.chain(3)[:2] == graph.chain(4)[:2]


def test_a_line_that_many_edges_share_is_laid_out_once() -> None:
    """The steps of a long program use one input: its line passes each of them."""
    count = 600
    arcs = [Arc(0, step) for step in range(1, count)]
    arcs += [Arc(step, step + 1) for step in range(1, count - 1)]
    layout = layered([(20, 10)] * count, arcs)
    assert sum(len(route.own) for route in layout.routes) < 6 * len(arcs)
    assert len(layout.routes[count - 2].points) > 2 * (count - 3)  # the last passes all rows


def reused(count: int, values: int) -> list[Edge]:
    """A chain of so many steps, and values each of which is used all along it."""
    chain = [Edge(step, step + 1) for step in range(count - 1)]
    return [*chain, *(Edge(count + step % values, step) for step in range(1, count))]


def test_lines_of_a_very_large_graph_take_no_cell_in_every_row() -> None:
    for count in (1_000, 4_000):
        values = count // 10
        edges = reused(count, values)
        graph = layers([Size(1, 1)] * (count + values), edges, lanes=True)
        assert graph.jumps
        assert len(graph.cells) < 3 * len(edges)
        assert len(graph.chain(len(edges) - 1)) < 30


def test_a_graph_that_can_be_read_has_no_lanes() -> None:
    edges = reused(180, 20)
    assert not layers([Size(1, 1)] * 200, edges, lanes=True).jumps


def test_lines_in_one_lane_are_apart(in_lanes: bool) -> None:
    edges = reused(200, 40)
    graph = layers([Size(1, 1)] * 240, edges, lanes=True)
    found = lanes(graph)
    assert bool(found) == in_lanes
    spans: dict[int, list[tuple[int, int]]] = {}
    for start, lane in found.items():
        last = max(graph.cells[end].row for end, first in graph.jumps.items() if first == start)
        spans.setdefault(lane, []).append((graph.cells[start].row, last))
    for each in spans.values():
        each.sort()
        assert all(end <= begin for (_, end), (begin, _) in itertools.pairwise(each))


def fewest_crossings(case: Case) -> int:
    """By brute force: over all orders of all rows."""
    graph = layers([Size(1, 1)] * case.count, [Edge(a, b) for a, b in case.edges])
    orders = itertools.product(*(itertools.permutations(row) for row in graph.rows))
    return min(count_crossings(graph, [list(row) for row in rows]) for rows in orders)


SMALL = [
    CASES[5],
    CASES[6],
    net(2, 2),
    net(2, 2, 2),
    net(3, 3),
    *(grown(9, seed, reach=2) for seed in range(12)),
]


@pytest.mark.parametrize("case", SMALL, ids=str)
def test_crossings_are_as_few_as_brute_force_finds(case: Case) -> None:
    graph = layers([Size(1, 1)] * case.count, [Edge(a, b) for a, b in case.edges])
    found = order_rows(graph)
    assert found == count_crossings(graph, graph.rows)
    assert found == fewest_crossings(case)


def test_a_tree_has_no_crossings() -> None:
    edges = [Edge(node, (node - 1) // 3, Size(1, 1)) for node in range(1, 200)]
    assert order_rows(layers([Size(1, 1)] * 200, edges)) == 0


def test_arguments_keep_their_order() -> None:
    graph = layers([Size(1, 1)] * 5, [Edge(i, 4) for i in range(4)])
    order_rows(graph)
    assert graph.rows[0] == [0, 1, 2, 3]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_long_lines_bend_only_where_two_of_them_cross(case: Case) -> None:
    sizes, arcs = sized(case, labels=False)
    graph = layers([Size(*s) for s in sizes], [Edge(a.source, a.target) for a in arcs])
    order_rows(graph)
    middles = straighten(graph, lambda left, right: 10)
    places = graph.positions()
    lines = [
        (index, after)
        for index, cell in enumerate(graph.cells)
        for after in cell.after
        if cell.kind is graph.cells[after].kind is Kind.LINE
    ]
    bends = sum(abs(middles[before] - middles[after]) > 0.01 for before, after in lines)
    crossings = sum(
        graph.cells[one[0]].row == graph.cells[other[0]].row
        and (places[one[0]] - places[other[0]]) * (places[one[1]] - places[other[1]]) < 0
        for one, other in itertools.combinations(lines, 2)
    )
    assert bends <= 2 * crossings


def test_a_parent_stands_in_the_middle_of_its_children() -> None:
    layout = layered([(40.0, 20.0)] * 3, [Arc(0, 2), Arc(1, 2)])
    first, second, parent = (box.middle.y for box in layout.boxes)
    assert parent == pytest.approx((first + second) / 2)


def test_columns_of_a_network_stand_around_one_axis() -> None:
    case = net(2, 3, 2)
    sizes = [(50.0, 50.0)] * case.count
    arcs = [Arc(a, b, (40.0, 16.0)) for a, b in case.edges]
    layout = layered(sizes, arcs, options=Options(symmetric=True))
    middles = [box.middle.y for box in layout.boxes]
    axes = [sum(middles[:2]) / 2, sum(middles[2:5]) / 3, sum(middles[5:]) / 2]
    assert max(axes) - min(axes) < 5


def test_arrows_enter_in_the_order_in_which_they_come_and_apart() -> None:
    graph = layers([Size(10, 20)] * 12 + [Size(10, 200)], [Edge(i, 12) for i in range(12)])
    order_rows(graph)
    middles = straighten(graph, lambda left, right: 10)
    found = [ports(graph, middles, 9)[cell] for cell in graph.rows[0]]
    assert all(later - earlier >= 9 for earlier, later in itertools.pairwise(found))


def test_a_box_grows_with_its_arrows_unless_it_is_fixed() -> None:
    sizes, arcs = [(20.0, 20.0)] * 31, [Arc(i, 30) for i in range(30)]
    assert layered(sizes, arcs).boxes[30].height == 9 * 31
    fixed = Options(fixed=frozenset({30}))
    assert layered(sizes, arcs, options=fixed).boxes[30].height == 20


def test_the_direction_is_that_which_fits_a_slide() -> None:
    chain = [Arc(i, i + 1) for i in range(20)]
    assert layered([(100.0, 20.0)] * 21, chain, direction=None).direction is Direction.DOWN
    short = [Arc(0, 1)]
    assert layered([(100.0, 60.0)] * 2, short, direction=None).direction is Direction.RIGHT


@pytest.mark.parametrize(
    ("wishes", "offsets", "expected"),
    [
        ([], [], []),
        ([5], [0], [5]),
        ([0, 10], [0, 4], [0, 10]),
        ([5, 5], [0, 4], [3, 7]),
        ([5, 5, 5], [0, 4, 8], [1, 5, 9]),
        ([9, 0], [0, 2], [3.5, 5.5]),
        ([0, 9, 9], [0, 2, 4], [0, 8, 10]),
    ],
)
def test_spread(wishes, offsets, expected) -> None:
    assert spread(wishes, offsets) == pytest.approx(expected)


TRACKS = [
    ("none", [], {}),
    ("straight", [Net(0, 3, (3,))], {}),
    ("one", [Net(0, 3, (5,))], {0: 0}),
    ("side by side", [Net(0, 1, (3,)), Net(1, 7, (9,))], {0: 0, 1: 0}),
    ("below each other", [Net(0, 1, (6,)), Net(1, 4, (9,))], {0: 0, 1: 1}),
    # Net 1 leaves in column 5, where net 0 enters: it has to turn off first.
    ("one before the other", [Net(0, 1, (5,)), Net(1, 5, (9,))], {1: 0, 0: 1}),
    ("branches", [Net(0, 5, (1, 5, 9))], {0: 0}),
    ("exchange", [Net(0, 1, (5,)), Net(1, 5, (1,))], None),
]


@pytest.mark.parametrize(("name", "nets", "expected"), TRACKS, ids=[t[0] for t in TRACKS])
def test_tracks(name, nets, expected) -> None:
    assert tracks(nets) == expected


def test_the_same_graph_gives_the_same_layout() -> None:
    sizes, arcs = sized(grown(60, 3), labels=True)
    assert layered(sizes, arcs) == layered(sizes, arcs)


def test_a_chain_of_thousands_needs_no_recursion() -> None:
    count = 3_000
    layout = layered([(10.0, 10.0)] * count, [Arc(i, i + 1, (5.0, 5.0)) for i in range(count - 1)])
    assert len({box.middle.y for box in layout.boxes}) == 1


def test_two_hundred_boxes_take_no_time_that_one_would_notice() -> None:
    sizes, arcs = sized(grown(200, 5), labels=True)
    start = time.process_time()
    layered(sizes, arcs)
    # About 0.3 s; the bound only tells a program that has become of another order.
    assert time.process_time() - start < 5
