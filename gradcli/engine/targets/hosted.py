"""Functions of floats for libraries of tensors, arrays and columns, which call them entry by entry.

What a library has no function for, and what is no short formula either, is computed by gradcli's
own Python on the host. That is slower than a function of the library, and as exact as gradcli.
"""

from __future__ import annotations

from gradcli.engine.targets.bundle import Vectorized

_OF_NUMBERS = {
    "torch": '''\
def of_numbers(function):
    """A function of floats as one of tensors: entry by entry, on the host."""

    def entries(*args):
        tensors = torch.broadcast_tensors(*map(double, args))
        rows = zip(*(each.flatten().tolist() for each in tensors))
        found = torch.tensor([function(*row) for row in rows], dtype=torch.float64)
        return found.reshape(tensors[0].shape).to(tensors[0].device)

    return entries''',
    "jax": '''\
def of_numbers(function):
    """A function of floats as one of arrays: entry by entry, on the host."""
    entries = np.errstate(all="ignore")(np.vectorize(function, otypes=[float]))

    def called(*args):
        arrays = jnp.broadcast_arrays(*(jnp.asarray(each, dtype=float) for each in args))
        result = jax.ShapeDtypeStruct(arrays[0].shape, float)
        return jax.pure_callback(entries, result, *arrays, vmap_method="broadcast_all")

    return called''',
    "polars": '''\
def of_numbers(function):
    """A function of floats as one of columns: row by row."""

    def entries(rows):
        values = (tuple(row.values()) for row in rows)
        found = [None if None in row else function(*row) for row in values]
        return pl.Series(found, dtype=pl.Float64)

    def called(*args):
        columns = [double(each).alias(str(at)) for at, each in enumerate(args)]
        return pl.struct(columns).map_batches(entries, return_dtype=pl.Float64)

    return called''',
}
"""What makes a function of numbers one of the library."""

_IMPORTS = {"jax": "import numpy as np"}


class Hosted(Vectorized):
    """Functions of floats as functions of a library.

    Args:
        target: the library.
        taken: names that nothing here may have.
    """

    def __init__(self, target: str, taken: frozenset[str] = frozenset()) -> None:
        super().__init__(taken | {"of_numbers", "np", "special"})
        self._target = target

    def _begin(self) -> None:
        self.add(_OF_NUMBERS[self._target], _IMPORTS.get(self._target))

    def _vectorized_text(self, function: str) -> str:
        return f"of_numbers({function})"
