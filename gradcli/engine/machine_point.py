"""One point at a time by machine code: from an array of floats into another (`native`)."""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Callable, Sequence
from typing import Any

from gradcli.engine.expanding import Code
from gradcli.engine.native import Linked, is_fusing, lanes
from gradcli.engine.printers import llvm, llvm_point
from gradcli.engine.ranges import looks
from gradcli.engine.shared_work import gathered


class MachinePoint:
    """Some operations at a point.

    Attributes:
        run: takes what the numbers are in and what the results go to, both contiguous arrays of
            floats; gives 0, or 1 where these are something else, or plain floats do not do.
    """

    def __init__(self, modules: Sequence[str], chunks: int, results: int) -> None:
        self._linked = Linked(modules, chunks, llvm_point.OF_A_MODULE)
        self._empty = bytes(8 * results)
        kind = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.py_object, ctypes.py_object)
        self.run: Callable[[Any, Any], int] = kind(self._linked.address("point"))

    def numbers(self, point: Sequence[float]) -> list[float] | None:
        """The results at a sequence of floats; None where plain floats do not do."""
        found = array("d", self._empty)
        return None if self.run(array("d", point), found) else found.tolist()


def made(code: Code, results: int) -> MachinePoint | None:
    """Machine code for a point, or None where it cannot be made."""
    code = gathered(code, is_fusing=is_fusing())
    if not code.inputs or not llvm.can_write(code) or ctypes.sizeof(ctypes.c_void_p) != 8:
        return None
    if any(slot < code.first for slot in code.outputs[results:]):
        return None  # what is watched is an operation, or else not worth a way of its own
    found = looks(code.inputs, code.constants, code.steps, code.outputs)
    if found is None:
        return None
    return MachinePoint(*llvm_point.modules(code, results, found, lanes()), results)
