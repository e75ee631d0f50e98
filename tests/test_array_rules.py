"""Every rule of whole arrays, over shapes that are made for it, against differences in many digits.

The value of an operation is that of its entries one by one (`written_out`), by mpmath in 60
digits: its differences are right to 20, and no rule of ours takes part.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf

from gradcli.calculus.reverse import gradient
from gradcli.calculus.second import hvp
from gradcli.engine import arrays
from gradcli.evaluation.entries.written_out import WrittenOut as Oracle
from gradcli.graph.arrays import pullbacks
from gradcli.graph.arrays.gathering import INDEXED
from gradcli.graph.arrays.products import canonical
from gradcli.graph.entry import Entry, Lines
from gradcli.graph.node import CONST, INPUT, Graph, Node
from gradcli.graph.shapes import SCALAR, SHAPED, Form, Params
from tests.test_arrays import forget

DIGITS = 60
STEP = mpf(10) ** -20

NUMBERS: Mapping[str, Callable[..., Any]] = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "neg": lambda x: -x,
    "abs": abs,
    "sin": mp.sin,
    "log": mp.log,
    "sqrt": mp.sqrt,
    "gt": lambda x, y: mpf(x > y),
    "lt": lambda x, y: mpf(x < y),
    "and": lambda x, y: mpf(bool(x and y)),
    "where": lambda c, x, y: x if c else y,
    "max": lambda *x: max(x),
    "min": lambda *x: min(x),
    "norm": lambda *x: mp.sqrt(sum((each * each for each in x), mpf(0))),
    "logsumexp": lambda *x: mp.log(sum(map(mp.exp, x))),
}
"""What the entries are made of, in as many digits as are asked for."""


class Case(NamedTuple):
    """An operation on arguments of some forms.

    Attributes:
        op: the operation.
        forms: those of its arguments.
        params: its parameters.
        length: how many places an index has.
    """

    op: str
    forms: tuple[Form, ...]
    params: Params = ()
    length: int = 1


lengths = st.sampled_from([0, 1, 1, 2, 2, 3])
shapes = st.lists(lengths, max_size=3).map(tuple)


@st.composite
def forms(draw: st.DrawFn, least: int = 0, most: int = 3, *, empty: bool = True) -> Form:
    """A form, which may be a row and may have no entry."""
    one = lengths if empty else st.integers(1, 3)
    shape = tuple(draw(st.lists(one, min_size=least, max_size=most)))
    return Form(shape, len(shape) == 1 and draw(st.booleans()))


@st.composite
def stretched(draw: st.DrawFn, op: str) -> Case:
    """Lengths of 1 become others, and axes are put before the first."""
    form = draw(forms())
    own = [draw(lengths) if length == 1 else length for length in form.shape]
    before = draw(st.lists(lengths, max_size=2)) if not form.is_row else []
    shape = (*before, *own)
    return Case(op, (form,), (Form(shape, form.is_row and len(shape) == 1),))


@st.composite
def gathered(draw: st.DrawFn, op: str) -> Case:
    """Some axes come to a length of 1, and the first ones may go."""
    form = draw(forms(empty=op in {"sum_to", "prod_to", "norm_to", "prod_others"}))
    shape = [1 if draw(st.booleans()) else length for length in form.shape]
    while shape and shape[0] == 1 and draw(st.booleans()):
        del shape[0]
    return Case(op, (form,), (Form(tuple(shape), form.is_row and len(shape) == 1),))


@st.composite
def without_one(draw: st.DrawFn, op: str) -> Case:
    """The same, with directions of the form of the array."""
    case = draw(gathered(op))
    return case._replace(forms=case.forms * draw(st.integers(1, 3)))


@st.composite
def contracted(draw: st.DrawFn, op: str) -> Case:
    """Labels that both have, or that one has and the result."""
    of = dict(zip("abcde", draw(st.lists(lengths, min_size=5, max_size=5)), strict=True))
    of_a = "".join(draw(st.lists(st.sampled_from("abcde"), max_size=3, unique=True)))
    of_b = "".join(draw(st.lists(st.sampled_from("abcde"), max_size=3, unique=True)))
    alone = {*of_a} ^ {*of_b}
    kept = [each for each in sorted({*of_a} | {*of_b}) if each in alone or draw(st.booleans())]
    result = "".join(draw(st.permutations(kept)))
    row = "'" * (len(result) == 1 and draw(st.booleans()))
    two = tuple([Form(tuple([of[each] for each in labels])) for labels in (of_a, of_b)])
    return Case(op, two, canonical((of_a, of_b, result + row)))


@st.composite
def reshaped(draw: st.DrawFn, op: str) -> Case:
    form = draw(forms())
    shape = tuple(draw(st.permutations(form.shape)))
    if draw(st.booleans()):
        shape = draw(st.sampled_from([(form.size,), (1, form.size), (form.size, 1)]))
    return Case(op, (form,), (Form(shape, len(shape) == 1 and draw(st.booleans())),))


def place(draw: st.DrawFn, length: int) -> Any:
    """Places on an axis: one, equal steps either way, or any, some of them twice."""
    kind = draw(st.sampled_from(["one", "steps", "any"])) if length else "steps"
    if kind == "one":
        return draw(st.integers(0, length - 1))
    if kind == "any":
        return (tuple(draw(st.lists(st.integers(0, length - 1), max_size=4))),)
    step = draw(st.sampled_from([1, 2, -1]))
    count = draw(st.integers(0, math.ceil(length / abs(step))))
    return (0 if step > 0 or not count else length - 1, step, count) if count else (0, 1, 0)


@st.composite
def taken(draw: st.DrawFn, op: str) -> Case:
    form = draw(forms())
    places = tuple([place(draw, length) for length in form.shape])
    if op == "take":
        return Case(op, (form,), (places,))
    part = Graph()
    part.has_arrays = True
    taken_ = part.node("take", (part.input("x", form),), (places,))
    return Case(op, (taken_.form._replace(is_row=False),), (places, form))


@st.composite
def indexed(draw: st.DrawFn, op: str) -> Case:
    form = draw(forms(1))
    axis = draw(st.integers(0, len(form.shape) - 1))
    index = Form(tuple(draw(st.lists(lengths, max_size=2))))
    if not form.shape[axis]:
        index = Form((0,))
    if op == "onehot":
        return Case(op, (index,), (form.shape[axis],), form.shape[axis])
    if op == "gather":
        return Case(op, (form, index), (axis,), form.shape[axis])
    shape = (*form.shape[:axis], *index.shape, *form.shape[axis + 1 :])
    return Case(op, (Form(shape), index), (form, axis), form.shape[axis])


@st.composite
def along(draw: st.DrawFn, op: str) -> Case:
    form = draw(forms(1))
    return Case(op, (form,), (draw(st.integers(0, len(form.shape) - 1)),))


@st.composite
def windowed(draw: st.DrawFn, op: str) -> Case:
    form = draw(forms(1, empty=False))
    rank = draw(st.integers(1, len(form.shape)))
    sizes = tuple([draw(st.integers(1, length)) for length in form.shape[-rank:]])
    if op == "window":
        return Case(op, (form._replace(is_row=False),), (sizes,))
    batch, ends = form.shape[:-rank], form.shape[-rank:]
    places = [length - size + 1 for length, size in zip(ends, sizes, strict=True)]
    return Case(op, (Form((*batch, *places, *sizes)),), (sizes,))


@st.composite
def square(draw: st.DrawFn, op: str) -> Case:
    size = draw(st.integers(0, 3))
    if op == "cofactors":
        return Case(op, (Form((size, size)),) * draw(st.integers(1, 3)))
    if op == "tril":
        return Case(op, (Form((size, draw(lengths))),), (draw(st.integers(-2, 2)),))
    matrix = Form((size, size))
    if op == "solve":
        return Case(op, (matrix, Form((size, *draw(st.sampled_from([(), (1,), (2,), (0,)]))))))
    return Case(op, (matrix,))


@st.composite
def several(draw: st.DrawFn, op: str) -> Case:
    form = draw(forms(1 if op == "concat" else 0))
    count = draw(st.integers(1, 3))
    if op == "stack":
        return Case(op, (form._replace(is_row=False),) * count, (count,))
    axis = draw(st.integers(0, len(form.shape) - 1))
    own = [draw(lengths) for _ in range(count)]
    joined = [(*form.shape[:axis], length, *form.shape[axis + 1 :]) for length in own]
    return Case(op, tuple([Form(shape, form.is_row) for shape in joined]), (axis,))


MADE: Mapping[str, Callable[[str], st.SearchStrategy[Case]]] = {
    "spread": stretched,
    "transpose": lambda op: forms().map(lambda form: Case(op, (form,))),
    "reshape": reshaped,
    **dict.fromkeys(("take", "put"), taken),
    **dict.fromkeys(("gather", "place", "onehot"), indexed),
    **dict.fromkeys(("cumsum", "cumsum_back"), along),
    **dict.fromkeys(("window", "unwindow"), windowed),
    **dict.fromkeys(("sum_to", "prod_to", "max_to", "min_to", "norm_to", "logsumexp_to"), gathered),
    "prod_others": without_one,
    "contract": contracted,
    **dict.fromkeys(("inv", "det", "cofactors", "logdet", "solve", "cholesky", "tril"), square),
    **dict.fromkeys(("stack", "concat"), several),
}
"""What makes the forms and parameters of an operation."""

WITHOUT_ARGUMENTS = {"array", "eye"}


def test_every_operation_is_tried() -> None:
    assert {*MADE} | WITHOUT_ARGUMENTS == SHAPED


class Tried:
    """A case as a program: the sum of the sines of its entries, each with a weight of its own.

    Attributes:
        inputs: its arguments; a matrix that is inverted is far from one that cannot be.
        indices: those of them that are indices.
        point: a value for each.
    """

    def __init__(self, case: Case, seed: int) -> None:
        self.graph = Graph()
        self.graph.has_arrays = True
        self.inputs = [self.graph.input(f"x{i}", form) for i, form in enumerate(case.forms)]
        at = INDEXED.get(case.op)
        self.indices = [] if at is None else [self.inputs[at]]
        args = [*self.inputs]
        if case.op in {"inv", "det", "logdet", "solve", "cholesky"}:
            args[0] = self._far(args[0])
        found = self.graph.node(case.op, tuple(args), case.params)
        random = np.random.default_rng(seed)
        self.point = [
            random.integers(1, case.length, node.shape, endpoint=True).astype(float)
            if node in self.indices and node.form.size
            else random.uniform(-1, 1, node.shape)
            for node in self.inputs
        ]
        weights = self.graph.input("w", found.form)
        self.weights = random.uniform(0.5, 1, found.shape)
        product = self.graph.node("mul", (weights, self.graph.node("sin", (found,))))
        self.output = self.graph.node("sum_to", (product,), (SCALAR,)) if found.shape else product
        self.given = [*self.inputs, weights]
        self.directions = [
            np.zeros(node.shape) if node in self.indices else random.uniform(0.5, 1, node.shape)
            for node in self.inputs
        ]

    def _far(self, matrix: Node) -> Node:
        eye = self.graph.node("eye", (), (matrix.shape[0],))
        return self.graph.node("add", (matrix, self.graph.node("mul", (self._four, eye))))

    @property
    def _four(self) -> Node:
        return self.graph.const(4.0)

    def in_many_digits(self) -> Callable[[Any, Any], Any]:
        """The value at a distance along the directions, and along their reverse order."""
        oracle = Oracle()
        for node in self.given:
            oracle.entries(node)
        (output,) = np.ravel(oracle.entries(self.output))
        order = oracle.graph.ancestors([output])
        entries = [each for node in self.given for each in np.ravel(oracle.inputs[node])]
        values = [*itertools.chain(*map(np.ravel, (*self.point, self.weights)))]
        first, second = (self._flat(self.directions), self._flat(self.others))

        def value(a: Any, b: Any) -> Any:
            known = {
                node: mpf(float(x)) + a * mpf(float(s)) + b * mpf(float(t))
                for node, x, s, t in zip(entries, values, first, second, strict=True)
            }
            for node in order:
                if node.op == CONST:
                    known[node] = mpf(node.value)
                elif node.op != INPUT:
                    known[node] = NUMBERS[node.op](*[known[arg] for arg in node.args])
            return known[output]

        return value

    @property
    def others(self) -> list[Any]:
        """Another direction for the second derivative."""
        return [np.cos(3 * np.arange(each.size)).reshape(each.shape) * each
                for each in self.directions]  # fmt: skip

    def _flat(self, directions: Sequence[Any]) -> list[float]:
        moved = [float(each) for direction in directions for each in np.ravel(direction)]
        return [*moved, *[0.0] * self.weights.size]


def inner(vectors: Sequence[Any], others: Sequence[Any]) -> float:
    """The sum of the products of entries."""
    return float(sum(np.sum(one * other) for one, other in zip(vectors, others, strict=True)))


def check(case: Case, seed: int = 0) -> None:
    """The first and the second derivative of a case against differences."""
    tried = Tried(case, seed)
    point = [*tried.point, tried.weights]
    value = tried.in_many_digits()
    slopes = gradient(tried.graph, tried.output, tried.inputs)
    for node, slope in zip(tried.inputs, slopes, strict=True):
        assert slope.form == node.form
    found = arrays.evaluate([tried.output, *slopes], tried.given, point)
    tangents = [tried.graph.input(f"t{i}", node.form) for i, node in enumerate(tried.inputs)]
    seconds = hvp(tried.graph, tried.output, dict(zip(tried.inputs, tangents, strict=True)))
    along_ = arrays.evaluate(seconds, [*tried.given, *tangents], [*point, *tried.directions])
    with mp.workdps(DIGITS):
        h = STEP
        first = (value(h, 0) - value(-h, 0)) / (2 * h)
        mixed = value(h, h) - value(h, -h) - value(-h, h) + value(-h, -h)
        pairs = [
            (found[0], value(0, 0)),
            (inner(found[1:], tried.directions), first),
            (inner(along_, tried.others), mixed / (4 * h * h)),
        ]
    for one, other in pairs:
        assert abs(one - other) <= 1e-11 * (1 + abs(other)), (case, float(one), float(other))
    for node, slope in zip(tried.inputs, found[1:], strict=True):
        assert node not in tried.indices or not np.any(slope), case


def check_all(op: str, examples: int, phases: Sequence[Phase] = tuple(Phase)) -> None:
    """Many cases of one operation."""

    @settings(max_examples=examples, deadline=None, derandomize=True, database=None, phases=phases)
    @given(MADE[op](op), st.integers(0, 9))
    def tried(case: Case, seed: int) -> None:
        check(case, seed)

    tried()


@pytest.mark.parametrize("op", sorted(MADE))
def test_derivatives_of_every_operation_over_many_shapes(op: str) -> None:
    check_all(op, 60)


@pytest.mark.slow
@pytest.mark.parametrize("op", sorted(MADE))
def test_derivatives_of_every_operation_over_more_shapes(op: str) -> None:
    check_all(op, 400)


RULES = [
    (entry, place)
    for entry in pullbacks.lines().entries
    if entry.kind == "pullback"
    for place, _ in enumerate(entry.params)
]


@pytest.mark.parametrize(
    ("entry", "place"), RULES, ids=[f"{entry.name}-{place}" for entry, place in RULES]
)
def test_a_wrong_rule_is_found_at_once(
    entry: Entry, place: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A factor of 1.000001 in any formula of the table."""
    formulas = entry.formulas
    right = formulas[place]
    formulas[place] = f"1.000001*({right})" if right != "0" else entry.params[place]
    planted = [
        each._replace(text=", ".join(formulas)) if each is entry else each
        for each in pullbacks.lines().entries
    ]
    wrong = Lines(planted)
    monkeypatch.setattr(pullbacks, "lines", lambda: wrong)
    forget()
    try:
        with pytest.raises(AssertionError):
            check_all(entry.name, 25, [Phase.generate])
    finally:
        monkeypatch.undo()
        forget()
