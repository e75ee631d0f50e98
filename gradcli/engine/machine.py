"""Operations on columns as machine code, made by LLVM: the extra `fast`.

The loop over the rows is vectorised. glibc's library of vector functions is used where it is there
(on x86-64 under Linux); elsewhere exponentials and the like are those of C, one at a time. Code is
made for each pattern of columns and single numbers, and kept in the user's cache.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from gradcli.engine.blocks import Mend
from gradcli.engine.entrywise import Array
from gradcli.engine.expanding import Code
from gradcli.engine.printers import llvm
from gradcli.engine.ranges import looks
from gradcli.syntax import cache

VECTORS = "libmvec.so.1"
"""glibc's vector functions."""

ROWS = 2**14
"""So many rows are computed at once."""

MOST_STEPS = 3000
"""Longer programs take longer to compile than they are worth."""


class MachineCode:
    """Some operations on columns; as `gradcli.engine.blocks.Blocks`.

    Args:
        code: the operations; of the outputs those after the results are watched.
        results: how many outputs are results.
        mend: what gives the results of a row that plain floats do not do for.
    """

    def __init__(self, code: Code, results: int, mend: Mend) -> None:
        self._code, self._results, self._mend = code, results, mend
        self._made: dict[tuple[bool, ...], Callable[..., None]] = {}
        self._kept: list[Any] = []

    def run(self, columns: Sequence[Any], out: Sequence[Array], threads: int = 1) -> None:
        """Put the results of each row into a column; as `Blocks.run`."""
        fixed = tuple(not np.ndim(each) for each in columns)
        function = self._made.get(fixed)
        if function is None:
            function = self._made[fixed] = self._compiled(fixed)
        given = [np.ascontiguousarray(each, dtype=float) for each in columns]
        parts = [(first, min(first + ROWS, len(out[0]))) for first in range(0, len(out[0]), ROWS)]

        def work(part: tuple[int, int]) -> None:
            self._some(function, given, fixed, out, *part)

        if threads <= 1 or len(parts) <= 1:
            for part in parts:
                work(part)
            return
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(work, parts))

    def _some(  # noqa: PLR0913, PLR0917  (what is computed, of what, and where)
        self,
        function: Callable[..., None],
        columns: Sequence[Array],
        fixed: Sequence[bool],
        out: Sequence[Array],
        first: int,
        end: int,
    ) -> None:
        """The rows from one on up to another."""
        parts = [each[first:end] for each in out]
        places = [each if each.flags.c_contiguous else np.empty(end - first) for each in parts]
        bad = np.empty(end - first, dtype=np.uint8)
        starts = [
            each.ctypes.data + (0 if single else first * each.itemsize)
            for each, single in zip(columns, fixed, strict=True)
        ]
        function(end - first, *starts, *[each.ctypes.data for each in places], bad.ctypes.data)
        for part, place in zip(parts, places, strict=True):
            if part is not place:
                part[:] = place
        for row in np.flatnonzero(bad) if bad.any() else ():
            point = [
                float(each) if single else float(each[first + row])
                for each, single in zip(columns, fixed, strict=True)
            ]
            for part, value in zip(parts, self._mend(point), strict=True):
                part[row] = value

    def _compiled(self, fixed: Sequence[bool]) -> Callable[..., None]:
        """The function for columns of which some are single numbers."""
        code = self._code
        found = looks(code.inputs, code.constants, code.steps, code.outputs)
        if found is None:
            raise ValueError("a constant is not finite")
        engine = _engine(llvm.module(code, self._results, found, fixed, _variants()))
        self._kept.append(engine)  # the code lives as long as this
        pointers = [ctypes.c_void_p] * (code.inputs + self._results + 1)
        kind = ctypes.CFUNCTYPE(None, ctypes.c_int64, *pointers)
        function: Callable[..., None] = kind(engine.get_function_address("rows"))
        return function


def is_there() -> bool:
    """Whether llvmlite is installed."""
    return find_spec("llvmlite") is not None


def can_compile(code: Code) -> bool:
    """Whether all operations are known here, and all constants finite."""
    return (
        len(code.steps) <= MOST_STEPS
        and llvm.can_write(code)
        and looks(code.inputs, code.constants, code.steps, code.outputs) is not None
    )


@lru_cache
def _binding() -> Any:
    """llvmlite, made ready once, with the functions of C under our names."""
    binding = import_module("llvmlite.binding")
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    library = ctypes.CDLL("ucrtbase" if os.name == "nt" else None)  # else what Python is linked to
    for name in llvm.FUNCTIONS:
        function = ctypes.cast(getattr(library, name), ctypes.c_void_p)
        binding.add_symbol(f"{llvm.PREFIX}{name}", function.value)
    return binding


@lru_cache
def _variants() -> llvm.Variants:
    """The vector functions that this platform and this processor have."""
    binding = _binding()
    try:
        library = ctypes.CDLL(VECTORS)
        binding.load_library_permanently(VECTORS)
    except (OSError, RuntimeError):
        return {}
    features = binding.get_host_cpu_features()
    widths = [(kind, width) for feature, kind, width in _WIDTHS if features.get(feature)]
    return {
        name: [
            (symbol, width)
            for kind, width in widths
            if hasattr(library, symbol := f"_ZGV{kind}N{width}{'v' * count}_{name}")
        ]
        for name, count in llvm.FUNCTIONS.items()
    }


_WIDTHS = (("sse4.1", "b", 2), ("avx2", "d", 4), ("avx512f", "e", 8))
"""What a processor needs for vectors of so many numbers, and the letter for them in symbols."""


def _engine(text: str) -> Any:
    """The machine code of a module, with what keeps it in memory."""
    binding = _binding()
    machine = _machine()
    engine = binding.create_mcjit_compiler(binding.parse_assembly(""), machine)
    engine.add_object_file(binding.ObjectFileRef.from_data(_object(text)))
    engine.finalize_object()
    return engine


def _machine() -> Any:
    """This processor, as LLVM sees it."""
    binding = _binding()
    return binding.Target.from_default_triple().create_target_machine(
        cpu=binding.get_host_cpu_name(),
        features=binding.get_host_cpu_features().flatten(),
        opt=3,
        reloc="pic",
        codemodel="jitdefault",
        jit=True,
    )


def _object(text: str) -> bytes:
    """The object code of a module: from the user's cache, or made and left there.

    It is kept under all that it depends on, the module, LLVM and the processor, and begins with a
    digest of that and of itself: what is damaged, or belongs to something else, is made again. A
    file that somebody else could have written is not read.
    """
    binding = _binding()
    about = [FORMAT, text, *map(str, binding.llvm_version_info), binding.get_default_triple()]
    about += [binding.get_host_cpu_name(), binding.get_host_cpu_features().flatten()]
    key = sha256("\0".join(about).encode()).digest()
    folder = cache.folder()
    path = folder / f"{key.hex()[:40]}.object" if folder else None
    kept = cache.read_own(path) if path else None
    if kept is not None and kept[:_DIGEST] == sha256(key + kept[_DIGEST:]).digest():
        return kept[_DIGEST:]
    made = _optimized(text)
    if path is not None:
        cache.write(path, sha256(key + made).digest() + made)
        cache.tidy(path.parent, f"*{path.suffix}", MOST_KEPT)
    return made


FORMAT = "gradcli object 1"
"""What is kept, and how; changed where either is."""

MOST_KEPT = 500
"""Of more files in the cache the oldest are deleted."""

_DIGEST = 32
"""How long a digest is."""


def _optimized(text: str) -> bytes:
    """A module, optimised and made object code."""
    binding = _binding()
    module = binding.parse_assembly(text)
    module.verify()
    machine = _machine()
    module.triple = binding.get_default_triple()
    module.data_layout = str(machine.target_data)
    options = binding.create_pipeline_tuning_options(speed_level=3)
    options.loop_vectorization = True
    builder = binding.create_pass_builder(machine, options)
    builder.getModulePassManager().run(module, builder)
    found: bytes = machine.emit_object(module)
    return found
