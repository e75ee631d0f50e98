"""Floats as LLVM reads them: by their bits."""

from __future__ import annotations

import struct


def constant(value: float) -> str:
    """A float by its bits."""
    return f"0x{bits(value):016X}"


def bits(value: float) -> int:
    """The bits of a float as a whole number."""
    found: int = struct.unpack("<Q", struct.pack("<d", value))[0]
    return found
