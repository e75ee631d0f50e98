"""What NumPy, JAX and PyTorch call what all of them have, and functions that they are given."""

from __future__ import annotations

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


def helper(name: str, words: Words) -> str:
    """The text of one of our functions for a library."""
    found = HELPERS[name]
    text = found if isinstance(found, str) else found[words.module]
    parts = words._asdict() | {
        "array": words.array.format("x"),
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
