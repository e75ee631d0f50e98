"""Arrays of other libraries as NumPy's, of floats: by what they say that they can be read as."""

from __future__ import annotations

from typing import Any

from gradcli.errors import InputError
from gradcli.graph.shapes import MOST_AXES, MOST_ENTRIES, Form, shown

_PROTOCOLS = ("__array__", "__array_interface__", "__dlpack__")


def is_foreign(value: object) -> bool:
    """Whether a value says that it is an array, in one of the ways that libraries agreed on."""
    kind = type(value)
    return any(hasattr(kind, name) for name in _PROTOCOLS) or _has_interface(value)


def _has_interface(value: object) -> bool:
    """Whether it has the description of its memory, which may belong to the value alone."""
    try:
        return isinstance(getattr(value, "__array_interface__", None), dict)
    except Exception:  # noqa: BLE001  (an object may raise anything when it is asked)
        return False


def has_memory(value: object) -> bool:
    """Whether the memory of a value can be read as an array, as that of `array.array`; no bytes."""
    if isinstance(value, str | bytes | bytearray | int | float | list | tuple | dict):
        return False
    try:
        return memoryview(value).format not in {"B", "b", "c"}  # type: ignore[arg-type]  # it raises
    except Exception:  # noqa: BLE001  (an object may raise anything; most have no memory)
        return False


def floats_of(value: Any, name: str) -> Any:
    """The array as one of floats that nobody else changes, whatever is done with it.

    Args:
        value: what `is_foreign` or `has_memory` holds of.
        name: that of the variable, for messages.

    Raises:
        InputError: it is no array of real numbers, has too many entries or axes, or holds what no
            float is near.
    """
    import numpy as np  # noqa: PLC0415  (only arrays need it)

    try:
        by_numpy = hasattr(value, "__array__") or not hasattr(value, "__dlpack__")
        given = np.asanyarray(value) if by_numpy else np.from_dlpack(value)
    except Exception as error:
        message = f"the value of '{name}' cannot be read as an array"
        raise InputError("value", message, hint="give an array of NumPy, or a list") from error
    if given.dtype.kind not in "biuf":
        raise refused(name, given.dtype)
    if given.ndim > MOST_AXES or given.size > MOST_ENTRIES:
        raise too_large(name, given.shape)
    given = unmasked(given, f"the value of '{name}'")
    with np.errstate(all="ignore"):
        found = np.array(given, dtype=float, order="C", subok=False)
    if given.dtype.itemsize > found.dtype.itemsize:
        if np.any(np.isfinite(given) & ~np.isfinite(found)):
            raise _outside(name, "large", "up to 1.8e308")
        if np.any((given != 0) & (found == 0)):
            raise _outside(name, "small", "down to 4.9e-324")
    return found


def unmasked(array: Any, what: str) -> Any:
    """An array of NumPy without its mask.

    Raises:
        InputError: there are entries that it hides.
    """
    import numpy as np  # noqa: PLC0415  (only arrays need it)

    if not isinstance(array, np.ma.MaskedArray):
        return array
    if array.mask.dtype.names or np.ma.is_masked(array):
        raise InputError("value", f"{what} has masked entries", hint="fill them: .filled(nan)")
    return array.data


def refused(name: str, dtype: Any) -> InputError:
    """The error for an array of what is no real number; ``dtype`` is that of NumPy."""
    what = {"c": "complex numbers", "O": "objects", "V": "records", "M": "dates", "m": "durations"}
    kind = what.get(dtype.kind, "texts")
    hint = {
        "c": "every number is real here: give .real and .imag names of their own",
        "O": "make numbers of them: .astype(float)",
    }
    return InputError(
        "value",
        f"the value of '{name}' is an array of {kind}, and not of numbers",
        hint=hint.get(dtype.kind, "give numbers; whole ones and booleans become floats"),
    )


def too_large(name: str, shape: tuple[int, ...]) -> InputError:
    """The error for an array with too many entries or axes."""
    few = len(shape) <= MOST_AXES
    what = f"is {shown(Form(shape))}, which is too large" if few else f"has {len(shape)} axes"
    return InputError(
        "value",
        f"the value of '{name}' {what}",
        hint=f"an array has at most {MOST_AXES} axes and {MOST_ENTRIES:,} entries",
    )


def _outside(name: str, what: str, bound: str) -> InputError:
    message = f"an entry of the value of '{name}' is too {what}"
    return InputError("value", message, hint=f"numbers are 64-bit floats, {bound}")
