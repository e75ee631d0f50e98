"""What NumPy, JAX and PyTorch call what all of them have, and functions that they are given."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple


class Words(NamedTuple):
    """What a library calls what all have.

    Attributes:
        module: what its functions stand behind.
        axis: the keyword for an axis.
        array: makes an array of doubles.
        largest: the function for the greatest entry along axes.
        least: that for the least one.
        joined: that which joins arrays along an axis.
        double: what is said of an array that is made of nothing.
        kept: the keyword for axes that are kept.
        whole: makes whole numbers of an array, to count with.
    """

    module: str
    axis: str
    array: str
    largest: str
    least: str
    joined: str
    double: str
    kept: str
    whole: str


_OF_NUMPY = ("max", "min", "concatenate", "", "keepdims", "{0}.astype(int)")

WORDS: Mapping[str, Words] = {
    "numpy": Words("np", "axis", "np.asarray({0}, dtype=float)", *_OF_NUMPY),
    "jax": Words("jnp", "axis", "jnp.asarray({0}, dtype=float)", *_OF_NUMPY),
    "torch": Words(
        "torch", "dim", "double({0})", "amax", "amin", "cat", ", dtype=torch.float64", "keepdim",
        "{0}.to(torch.int64)",
    ),
}  # fmt: skip


def helpers(name: str, words: Words) -> dict[str, str]:
    """The text of one of our functions for a library, by its name, behind those that it calls."""
    text = _helper(name, words)
    called = [other for other in called_in(text) if other != name]
    found = {own: each for other in called for own, each in helpers(other, words).items()}
    return {**found, name: text}


def called_in(text: str) -> list[str]:
    """The names of our functions that a text calls."""
    words = frozenset(re.findall(r"(?<![\w.])\w+(?=\()", text))
    return [name for name in HELPERS if name in words]


def _helper(name: str, words: Words) -> str:
    found = HELPERS[name]
    text = found if isinstance(found, str) else found[words.module]
    parts = words._asdict() | {
        "array": words.array.format("x"),
        "each": words.array.format("each"),
        "places": words.whole.format(f"({words.array.format('index')} - 1.0)"),
    }
    for word, own in parts.items():
        text = text.replace(f"<{word}>", own)
    return text


def _unwindow(line: str) -> str:
    """The function with a line that adds a part at its place."""
    return f'''\
def unwindow(x, sizes):
    """Windows added up, each at its place."""
    x = <array>
    rank = len(sizes)
    shape = x.shape[:-rank]
    places = shape[-rank:]
    lengths = [place + size - 1 for place, size in zip(places, sizes)]
    found = <module>.zeros((*shape[:-rank], *lengths)<double>)
    for first in np.ndindex(*sizes):
        key = (..., *(slice(at, at + count) for at, count in zip(first, places)))
        {line}
    return found'''


def _second(result: str) -> str:
    """The function for all second derivatives, with the line that makes a matrix of columns."""
    return f'''\
def second_derivatives(products, shapes):
    """The matrix of which products are given, a column for each entry of arrays of some shapes."""
    ends = np.cumsum([0, *(int(np.prod(shape)) for shape in shapes)])

    def product(unit):
        spans = zip(ends, ends[1:], shapes)
        found = products(*(unit[start:end].reshape(shape) for start, end, shape in spans))
        return <module>.<joined>([<module>.ravel(<each>) for each in found])

    return {result}'''


HELPERS: Mapping[str, str | Mapping[str, str]] = {
    "put": {
        "np": '''\
def put(x, key, shape):
    """Zeros, to which entries are added at places."""
    found = np.zeros(shape)
    np.add.at(found, key, x)
    return found''',
        "jnp": '''\
def put(x, key, shape):
    """Zeros, to which entries are added at places."""
    return jnp.zeros(shape).at[key].add(x)''',
        "torch": '''\
def put(x, key, shape):
    """Zeros, to which entries are added at places."""
    places = torch.broadcast_tensors(*[torch.as_tensor(each) for each in key])
    values = double(x).expand(places[0].shape)
    return torch.zeros(shape, dtype=torch.float64).index_put(places, values, accumulate=True)''',
    },
    "norm_along": '''\
def norm_along(x, axes):
    """The root of the sum of squares, without overflow."""
    most = <module>.<largest>(<module>.abs(x), <axis>=axes, <kept>=True)
    scale = <module>.where(most > 0.0, most, <module>.ones_like(most))
    total = <module>.sum((x/scale)*(x/scale), <axis>=axes, <kept>=True)
    left = [length for at, length in enumerate(x.shape) if at not in axes]
    return (scale*<module>.sqrt(total)).reshape(left)''',
    "of_others": '''\
def of_others(x, axes):
    """For each entry the product of the others along axes."""
    x = <array>
    first = tuple(range(len(axes)))
    turned = <module>.moveaxis(x, axes, first)
    rows = turned.reshape(-1, *turned.shape[len(axes):])
    ones = <module>.ones_like(rows[:1])
    before = <module>.cumprod(<module>.<joined>([ones, rows[:-1]]), 0)
    turned_back = <module>.flip(rows, (0,))[:-1]
    behind = <module>.flip(<module>.cumprod(<module>.<joined>([ones, turned_back]), 0), (0,))
    return <module>.moveaxis((before*behind).reshape(turned.shape), first, axes)''',
    "of_others_along": '''\
def of_others_along(axes, x, *directions):
    """What the product of the others along axes changes by along directions, for each entry."""
    first = tuple(range(len(axes)))
    turned = [<module>.moveaxis(<each>, axes, first) for each in (x, *directions)]
    rows, *moves = [each.reshape(-1, *each.shape[len(axes):]) for each in turned]
    count, sets = len(rows), range(2 ** len(moves))
    if count == 0:
        return turned[0]
    start = [<module>.ones_like(rows[0]), *(<module>.zeros_like(rows[0]) for _ in sets[1:])]

    def products(places):
        """For each place those of the places before, by the set of directions that are in them."""
        found, now = {}, start
        for place in places:
            found[place] = now
            now = [moved(now, own, place) for own in sets]
        return found

    def moved(now, own, place):
        """Products with one more factor, or with what one of the directions has there."""
        parts = [now[own - 2**at]*move[place] for at, move in enumerate(moves) if own >> at & 1]
        return now[own]*rows[place] + sum(parts)

    before, behind = products(range(count)), products(range(count - 1, -1, -1))
    found = [
        sum(before[place][own]*behind[place][sets[-1] - own] for own in sets)
        for place in range(count)
    ]
    return <module>.moveaxis(<module>.stack(found).reshape(turned[0].shape), first, axes)''',
    "window": '''\
def window(x, sizes):
    """All parts of some lengths along the last axes, on axes of their own."""
    x = <array>
    places = [length - size + 1 for length, size in zip(x.shape[-len(sizes):], sizes)]
    parts = []
    for first in np.ndindex(*sizes):
        key = tuple(slice(at, at + count) for at, count in zip(first, places))
        parts.append(x[(..., *key)])
    return <module>.stack(parts, <axis>=-1).reshape((*parts[0].shape, *sizes))''',
    "unwindow": {
        "np": _unwindow("found[key] += x[(..., *first)]"),
        "jnp": _unwindow("found = found.at[key].add(x[(..., *first)])"),
        "torch": _unwindow("found[key] += x[(..., *first)]"),
    },
    "cofactors": '''\
def cofactors(x):
    """What det has for a derivative, where the matrix has no inverse, too."""
    left, scales, right = <module>.linalg.svd(<array>)
    count = scales.shape[0]
    others = [<module>.<joined>([scales[:at], scales[at + 1:]]) for at in range(count)]
    weights = <module>.stack([<module>.prod(each) for each in others])
    sign = <module>.linalg.det(left)*<module>.linalg.det(right)
    return sign*((left*weights)@right)''',
    "cofactors_along": '''\
def cofactors_along(x, *directions):
    """What cofactors change by along directions: minors of these, on the axes of the matrix."""
    x = <array>
    size, count = x.shape[0], len(directions)
    if count >= size:
        return <module>.zeros_like(x)
    left, scales, right = <module>.linalg.svd(x)
    turned = <module>.stack([left.T@each@right.T for each in directions])
    places = np.array([*itertools.combinations(range(size), count + 1)])
    others = [[at for at in range(size) if at not in own] for own in places.tolist()]
    rest = <module>.prod(scales[np.array(others, dtype=int)], <axis>=-1)
    parts = turned[:, places[:, :, None], places[:, None, :]]
    inner = <module>.zeros((size, size)<double>)
    for row, column in itertools.product(range(count + 1), repeat=2):
        kept = [at for at in range(count + 1) if at != row]
        beside = [at for at in range(count + 1) if at != column]
        minors = parts[:, :, kept][:, :, :, beside]
        mixed = 0.0
        for order in itertools.permutations(range(count)):
            rows = [minors[each, :, at] for at, each in enumerate(order)]
            mixed = mixed + <module>.linalg.det(<module>.stack(rows, <axis>=1))
        key = (places[:, row], places[:, column])
        inner = inner + put((-1.0)**(row + column)*rest*mixed, key, (size, size))
    sign = <module>.linalg.det(left)*<module>.linalg.det(right)
    return sign*(left@inner@right)''',
    "second_derivatives": {
        "np": _second("np.stack([product(unit) for unit in np.eye(ends[-1])], axis=1)"),
        "jnp": _second("jax.vmap(product, out_axes=1)(jnp.eye(ends[-1]))"),
        "torch": _second(
            "torch.stack([product(unit) for unit in double(np.eye(ends[-1]))], dim=1)"
        ),
    },
    "gather": '''\
def gather(x, index, axis):
    """The entries along an axis at places, which are counted from 1."""
    return x[(slice(None),)*axis + (<places>,)]''',
    "place": {
        "np": '''\
def place(x, index, shape, axis):
    """Zeros, to which entries are added along an axis at places, counted from 1."""
    places = <places>.ravel()
    rows = np.reshape(x, (*shape[:axis], places.size, *shape[axis + 1:]))
    found = np.zeros(shape)
    np.add.at(np.moveaxis(found, axis, 0), places, np.moveaxis(rows, axis, 0))
    return found''',
        "jnp": '''\
def place(x, index, shape, axis):
    """Zeros, to which entries are added along an axis at places, counted from 1."""
    places = <places>.ravel()
    rows = jnp.reshape(x, (*shape[:axis], places.size, *shape[axis + 1:]))
    return jnp.zeros(shape).at[(slice(None),)*axis + (places,)].add(rows)''',
        "torch": '''\
def place(x, index, shape, axis):
    """Zeros, to which entries are added along an axis at places, counted from 1."""
    places = <places>.flatten()
    rows = double(x).reshape(*shape[:axis], len(places), *shape[axis + 1:])
    return torch.zeros(shape, dtype=torch.float64).index_add(axis, places, rows)''',
    },
    "onehot": {
        "np": '''\
def onehot(index, length):
    """1 at a place, counted from 1, and 0 at all others."""
    return np.where(<places>[..., None] == np.arange(length), 1.0, 0.0)''',
        "jnp": '''\
def onehot(index, length):
    """1 at a place, counted from 1, and 0 at all others."""
    return jnp.where(<places>[..., None] == jnp.arange(length), 1.0, 0.0)''',
        "torch": '''\
def onehot(index, length):
    """1 at a place, counted from 1, and 0 at all others."""
    return double(<places>[..., None] == torch.arange(length))''',
    },
}
"""Functions that a form calls; of all libraries, or of each by its module."""


def nested(numbers: list[Any], shape: Sequence[Any]) -> Any:
    """Numbers, the last axis running fastest, as lists of lists in a shape."""
    for length in shape[:0:-1]:
        size = int(length)
        numbers = [numbers[at : at + size] for at in range(0, len(numbers), size or 1)]
    return numbers


def listed(value: Any) -> Any:
    """A number, or an array as lists."""
    return value.tolist() if hasattr(value, "tolist") else value
