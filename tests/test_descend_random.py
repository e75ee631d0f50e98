"""Random programs in all methods and orders of updates, against a loop written out by hand.

The loop has its own operations with their partials, its own backward pass and its own layers; it
shares nothing with gradcli but the text of the program.
"""

from __future__ import annotations

import math
import random
import re
from dataclasses import dataclass, field

import pytest
from command_line import call

from gradcli.learn.descend import Descender
from gradcli.learn.names import METHODS, UPDATES
from gradcli.learn.settings import Settings

RATE = 0.05


@dataclass
class Cell:
    """A value of the program: an input, or an operation with its partials."""

    text: str
    args: tuple[int, ...] = ()
    value: object = None
    partials: tuple = ()
    uses: tuple[tuple[int, ...], ...] = ()
    """For each partial, which of the arguments it is computed from."""


@dataclass
class Program:
    """A random program: parameters, data, then steps; the last one is the output."""

    cells: list[Cell] = field(default_factory=list)
    parameters: list[int] = field(default_factory=list)

    def text(self) -> str:
        steps = [f"s{n} = {cell.text}" for n, cell in enumerate(self.cells) if cell.args]
        return "; ".join(steps)


BINARY = {
    "{} + {}": (lambda a, b: a + b, (lambda a, b: 1.0, lambda a, b: 1.0), ((), ())),
    "{} - {}": (lambda a, b: a - b, (lambda a, b: 1.0, lambda a, b: -1.0), ((), ())),
    "{} * {}": (lambda a, b: a * b, (lambda a, b: b, lambda a, b: a), ((1,), (0,))),
    "where({} > 0, {}, 0.5)": (
        lambda a, b: b if a > 0 else 0.5,
        (lambda a, b: 0.0, lambda a, b: float(a > 0)),
        ((), (0,)),
    ),
    "{}*({} > 0.1)": (
        lambda a, b: a * (b > 0.1),
        (lambda a, b: float(b > 0.1), lambda a, b: 0.0),
        ((1,), ()),
    ),
    "{} + step({})": (lambda a, b: a + (b > 0), (lambda a, b: 1.0, lambda a, b: 0.0), ((), ())),
}

UNARY = {
    "tanh({})": (math.tanh, lambda a: 1 - math.tanh(a) ** 2),
    "sin({})": (math.sin, math.cos),
    "{}^2": (lambda a: a * a, lambda a: 2 * a),
    "sigmoid({})": (
        lambda a: 1 / (1 + math.exp(-a)),
        lambda a: math.exp(-a) / (1 + math.exp(-a)) ** 2,
    ),
    "relu({})": (lambda a: max(a, 0.0), lambda a: float(a > 0)),
    "exp(-{}^2)": (lambda a: math.exp(-a * a), lambda a: -2 * a * math.exp(-a * a)),
    "sign({})": (lambda a: math.copysign(float(a != 0), a), lambda a: 0.0),
}


def random_program(chance: random.Random) -> Program:
    made = Program()
    for n in range(chance.randint(2, 4)):
        made.cells.append(Cell(f"p{n}"))
        made.parameters.append(n)
    made.cells.append(Cell("x"))
    for _ in range(chance.randint(3, 9)):
        names = [f"s{n}" if cell.args else cell.text for n, cell in enumerate(made.cells)]
        recent = range(max(0, len(names) - 4), len(names))
        first, second = chance.choice(recent), chance.randrange(len(names))
        if chance.random() < 0.4:
            pattern = chance.choice(list(UNARY))
            value, slope = UNARY[pattern]
            made.cells.append(
                Cell(pattern.format(names[first]), (first,), value, (slope,), ((0,),))
            )
        else:
            pattern = chance.choice(list(BINARY))
            value, partials, uses = BINARY[pattern]
            text = pattern.format(names[first], names[second])
            made.cells.append(Cell(text, (first, second), value, partials, uses))
    return made


class Hand:
    """Forward and backward pass of a program, by hand."""

    def __init__(self, program: Program, x: float) -> None:
        self.cells, self.parameters, self.x = program.cells, program.parameters, x
        self.leads = set(self.parameters)
        for n in range(len(self.cells)):
            if any(arg in self.leads for _, arg in self.edges(n)):
                self.leads.add(n)

    def edges(self, n):
        """The places of arguments by which the derivative is not always 0."""
        cell = self.cells[n]
        always = {"where": 0, "}*({": 1, "step": 1}
        never = next((place for sign, place in always.items() if self.is_like(n, sign)), None)
        if cell.text.startswith("sign("):
            return []
        return [(place, arg) for place, arg in enumerate(cell.args) if place != never]

    def is_like(self, n, sign):
        text = self.cells[n].text
        return {
            "where": text.startswith("where("),
            "}*({": "*(" in text,
            "step": "step(" in text,
        }[sign]

    def forward(self, point):
        values = [*point, self.x]
        for cell in self.cells[len(values) :]:
            values.append(cell.value(*[values[arg] for arg in cell.args]))
        return values

    def gradient(self, point):
        values = self.forward(point)
        adjoints = [0.0] * len(values)
        adjoints[-1] = 1.0
        for n in reversed(range(len(values))):
            cell = self.cells[n]
            for slope, arg in zip(cell.partials, cell.args, strict=True):
                adjoints[arg] += adjoints[n] * slope(*[values[each] for each in cell.args])
        return adjoints[: len(self.parameters)]

    def levels(self):
        """How many layers lie between each cell and the output."""
        levels = {len(self.cells) - 1: 0}
        for n in reversed(range(len(self.cells))):
            if n not in levels:
                continue
            cell = self.cells[n]
            for place, arg in self.edges(n):
                if arg in self.leads:
                    used = {cell.args[each] for each in cell.uses[place]}
                    further = arg not in self.parameters and used & set(self.parameters)
                    levels[arg] = max(levels.get(arg, 0), levels[n] + bool(further))
        return levels

    def order(self):
        levels = self.levels()
        found = sorted({levels.get(n, 0) for n in self.parameters})
        return [[n for n in self.parameters if levels.get(n, 0) == level] for level in found]

    def in_place(self, point, move):
        """The values of the forward pass stay, parameters are read anew."""
        values, levels = self.forward(point), self.levels()
        moved = list(point)
        adjoints = [0.0] * len(values)
        adjoints[-1] = 1.0
        previous = -1
        for layer in self.order():
            level = levels.get(layer[0], 0)
            for n in reversed(range(len(values))):
                cell = self.cells[n]
                for place, arg in self.edges(n):
                    if arg in self.leads and n in levels and previous < levels[arg] <= level:
                        now = [
                            moved[each] if each in self.parameters else values[each]
                            for each in cell.args
                        ]
                        adjoints[arg] += adjoints[n] * cell.partials[place](*now)
            for n in layer:
                moved[n] = move(n, point[n], adjoints[n])
            previous = level
        return moved


def mover(method, count):
    """The methods, each from its formula."""
    state = [[0.0, 0.0, 0] for _ in range(count)]

    def move(n, w, g):
        s = state[n]
        s[2] += 1
        if method == "gd":
            d = g
        elif method in {"momentum", "nesterov"}:
            s[0] = 0.9 * s[0] + g
            d = s[0] if method == "momentum" else g + 0.9 * s[0]
        elif method == "adagrad":
            s[0] += g**2
            d = g / (s[0] ** 0.5 + 1e-8)
        elif method == "rmsprop":
            s[0] = 0.9 * s[0] + 0.1 * g**2
            d = g / (s[0] ** 0.5 + 1e-8)
        else:
            s[0] = 0.9 * s[0] + 0.1 * g
            s[1] = 0.999 * s[1] + 0.001 * g**2
            d = s[0] / (1 - 0.9 ** s[2]) / ((s[1] / (1 - 0.999 ** s[2])) ** 0.5 + 1e-8)
        return w - RATE * d

    return move


def by_hand(hand, point, settings, steps):
    move, update = mover(settings.method, len(point)), settings.update
    for _ in range(steps):
        if update == "simultaneous":
            gradient = hand.gradient(point)
            point = [move(n, w, g) for n, (w, g) in enumerate(zip(point, gradient, strict=True))]
        elif update == "in-place":
            point = hand.in_place(point, move)
        else:
            point = list(point)
            for n in [n for layer in hand.order() for n in layer]:
                point[n] = move(n, point[n], hand.gradient(point)[n])
    return point


@pytest.mark.parametrize("seed", range(60))
def test_every_method_and_order_is_the_loop_by_hand(seed):
    chance = random.Random(seed)  # noqa: S311  (to be the same again, not to be secret)
    program = random_program(chance)
    point = [round(chance.uniform(-1.5, 1.5), 3) for _ in program.parameters]
    x = round(chance.uniform(-1, 1), 3)
    values = {f"p{n}": w for n, w in enumerate(point)} | {"x": x}
    words = re.findall(r"\w+", program.text())
    used = {name: each for name, each in values.items() if name in words}
    program.parameters.sort(key=lambda n: words.index(f"p{n}") if f"p{n}" in used else -1)
    if not any(name.startswith("p") for name in used):
        pytest.skip("it has no parameter")
    places = [int(name[1:]) for name in used if name.startswith("p")]
    descender = Descender(program.text(), used, fix=["x"] if "x" in used else [])
    for method in METHODS:
        for update in UPDATES:
            # --tol 0: a gradient that is 0 may be so for one step of a method with momentum only.
            settings = Settings(method, RATE, 3, tol=0, update=update)
            found = descender.run(settings)
            expected = by_hand(Hand(program, x), point, settings, found.taken)
            for place in places:
                ours = found.parameters[f"p{place}"]
                assert ours == pytest.approx(expected[place], rel=1e-9, abs=1e-9), (
                    program.text(),
                    method,
                    update,
                )


def test_the_loop_is_tried_by_a_planted_mistake():
    program = Program()
    program.cells = [Cell("p0"), Cell("p1"), Cell("x")]
    program.parameters = [0, 1]
    for pattern, args in (("{} * {}", (0, 2)), ("{} * {}", (1, 3))):
        value, partials, uses = BINARY[pattern]
        names = ["p0", "p1", "x", "s3"]
        program.cells.append(
            Cell(pattern.format(*[names[each] for each in args]), args, value, partials, uses)
        )
    found = {
        update: by_hand(Hand(program, 0.6), [0.7, 0.4], Settings("gd", update=update), 1)
        for update in UPDATES
    }
    # s4 = p1*(p0*x): p1 is new when p0 is moved, whether its layer is seen anew or all is.
    assert found["in-place"] == found["refresh"] != found["simultaneous"]
    assert found["simultaneous"] == pytest.approx([0.7 - RATE * 0.4 * 0.6, 0.4 - RATE * 0.7 * 0.6])
    hand = Hand(program, 0.6)
    hand.cells[3].partials = (lambda a, b: b + 0.001, hand.cells[3].partials[1])
    assert by_hand(hand, [0.7, 0.4], Settings("gd"), 1) != found["simultaneous"]


TRAPS = [
    "x*(x>0)",
    "(step(w*x + y) - 1)^2",
    "(sign(w*x + y) - 1)^2 + w^2",
    "floor(x)*w",
    "x + (y == x)",
    "not x and w",
    "where(x > 0, w, y)",
    "max(x, w)*min(x, w)",
    "0*x + w",
    "x^0*w",
    "round(x) + mod(w, 2)",
    "x*w*0 + 1",
    "abs(x)*step(w)",
    "h = x > 0; h*w",
    "h = step(x); h + h",
    "(x > 0)*(w > 0)",
    "1/x*(x > 2) + w",
    "sqrt(x)*w",
    "log(x)*(w > 0)",
    "x^w",
    "x",
    "x == x",
]


@pytest.mark.parametrize("program", TRAPS)
@pytest.mark.parametrize("x", ["0", "1", "-1"])
def test_no_program_is_an_internal_error(program, x):
    names = [name for name in "wxy" if name in program.replace("max", "").replace("exp", "")]
    values = [word for name in names for word in (f"--{name}", x if name == "x" else "0.5")]
    ways = [*[("--update", update) for update in UPDATES], ("--compare-updates",)]
    first = TRAPS.index(program) + len(ways) * ["0", "1", "-1"].index(x)
    for place, way in enumerate(ways):
        method = [*METHODS][(first + place) % len(METHODS)]
        called = call("descend", program, *values, "--method", method, "--steps", "4", *way)
        assert called.code in {0, 4}, called.err
        assert "internal error" not in called.err
