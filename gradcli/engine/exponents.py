"""Whether many numbers are all of ordinary size, seen by the bytes of their exponents at once.

Packed as eight bytes a number, of which one holds the sign and the first seven bits of the
exponent: without the bytes of ordinary numbers nothing is left. That takes a third of the time of
as many comparisons. Zeros leave a byte each, and are counted; all else is compared one by one.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Mapping, Sequence

_BIAS = 1023
"""What is added to an exponent."""

_SKIPPED = 4
"""So many bits of it are in the next byte."""

_PLACE = 7 if sys.byteorder == "little" else 0
"""Which of the bytes it is."""

ERROR = struct.error
"""What is raised where something is no number."""

_OF_ZEROS = b"\x00\x80"


def test(given: str, numbers: str) -> str:
    """The text of the condition that numbers are 0, or within a bound.

    Args:
        given: they as the arguments of a call.
        numbers: their names, with commas.
    """
    packed = f"pack({given})[{_PLACE}::8].translate(None, usual)"
    return f"(not (rest := {packed}) or are_usual(rest, ({numbers})))"


def known(count: int, bound: int) -> Mapping[str, object]:
    """What that text calls, by name.

    Args:
        count: how many numbers there are.
        bound: they have to be 0, or between 2^-bound and 2^bound in size.
    """
    usual = range(-(-(_BIAS - bound) // 2**_SKIPPED), (_BIAS + bound) // 2**_SKIPPED)
    low, high = 2.0**-bound, 2.0**bound

    def are_usual(rest: bytes, numbers: Sequence[float]) -> bool:
        """Whether numbers are within the bound or 0, some of which leave these bytes."""
        if not rest.strip(_OF_ZEROS) and len(rest) == numbers.count(0.0):
            return True
        return all(low < abs(each) < high or not each for each in numbers)

    return {
        "pack": struct.Struct(f"{count}d").pack,
        "usual": bytes([sign + each for sign in (0, 128) for each in usual]),
        "are_usual": are_usual,
    }
