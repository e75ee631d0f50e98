"""LLVM itself, by llvmlite: modules as text become machine code in memory, kept in the cache.

This is the extra `fast`. Nothing but this file loads llvmlite.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from gradcli.engine.printers import llvm
from gradcli.engine.printers.llvm_lanes import Lanes, Variants
from gradcli.syntax import cache

VECTORS = "libmvec.so.1"
"""glibc's vector functions."""


def is_there() -> bool:
    """Whether llvmlite is installed."""
    return find_spec("llvmlite") is not None


class Native:
    """A module in memory; the code is there as long as this.

    Several modules are several of these: in one engine, objects would share a table of offsets that
    only fits one of them.

    Args:
        module: its text.
    """

    def __init__(self, module: str) -> None:
        library = binding()
        self._engine = library.create_mcjit_compiler(library.parse_assembly(""), _machine())
        self._engine.add_object_file(library.ObjectFileRef.from_data(object_code(module)))
        self._engine.finalize_object()

    def address(self, name: str) -> int:
        """Where a function begins."""
        found: int = self._engine.get_function_address(name)
        return found

    def place(self, name: str) -> int:
        """Where a global variable is."""
        found: int = self._engine.get_global_value_address(name)
        return found


class Linked:
    """Modules whose last one calls the functions of the others by a table of their addresses.

    Args:
        texts: the modules.
        chunks: how many functions there are, ``chunk0``, ``chunk1`` … in their order.
        of_a_module: how many of them each module has.
    """

    def __init__(self, texts: Sequence[str], chunks: int, of_a_module: int) -> None:
        self._natives = [*map(Native, texts)]  # the code lives as long as this
        *parts, last = self._natives
        addresses = [parts[rank // of_a_module].address(f"chunk{rank}") for rank in range(chunks)]
        table = (ctypes.c_void_p * chunks)(*addresses)
        ctypes.memmove(last.place("table"), table, ctypes.sizeof(table))

    def address(self, name: str) -> int:
        """Where a function of the last one begins."""
        return self._natives[-1].address(name)


@lru_cache
def binding() -> Any:
    """llvmlite, made ready once, with the functions of C and of Python under our names."""
    found = import_module("llvmlite.binding")
    found.initialize_native_target()
    found.initialize_native_asmprinter()
    library = ctypes.CDLL("ucrtbase" if os.name == "nt" else None)  # else what Python is linked to
    _add(found, library, llvm.PREFIX, llvm.FUNCTIONS)
    _add(found, ctypes.pythonapi, "", llvm.OF_PYTHON)
    return found


def _add(to: Any, library: ctypes.CDLL, prefix: str, names: Mapping[str, object]) -> None:
    for name in names:
        function = ctypes.cast(getattr(library, name), ctypes.c_void_p)
        to.add_symbol(f"{prefix}{name}", function.value)


@lru_cache
def lanes() -> Lanes:
    """So many numbers as this processor computes at once, with the vector functions that it has."""
    features = binding().get_host_cpu_features()
    widths = [width for feature, _, width in _WIDTHS if features.get(feature)]
    return Lanes(max(widths, default=2), variants())


def variants() -> Variants:
    """The vector functions that this platform and this processor have."""
    known = binding()
    try:
        library = ctypes.CDLL(VECTORS)
        known.load_library_permanently(VECTORS)
    except (OSError, RuntimeError):
        return {}
    features = known.get_host_cpu_features()
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


@lru_cache
def is_fusing() -> bool:
    """Whether this processor has products and sums that are rounded once."""
    known = binding()
    is_arm = known.get_default_triple().startswith(("aarch64", "arm64"))
    return is_arm or bool(known.get_host_cpu_features().get("fma"))


def _machine() -> Any:
    """This processor, as LLVM sees it."""
    known = binding()
    return known.Target.from_default_triple().create_target_machine(
        cpu=known.get_host_cpu_name(),
        features=known.get_host_cpu_features().flatten(),
        opt=3,
        reloc="pic",
        codemodel="jitdefault",
        jit=True,
    )


def object_code(text: str) -> bytes:
    """The object code of a module: from the user's cache, or made and left there.

    It is kept under all that it depends on, the module, LLVM and the processor, and begins with a
    digest of that and of itself: what is damaged, or belongs to something else, is made again. A
    file that somebody else could have written is not read.
    """
    known = binding()
    about = [FORMAT, text, *map(str, known.llvm_version_info), known.get_default_triple()]
    about += [known.get_host_cpu_name(), known.get_host_cpu_features().flatten()]
    key = sha256("\0".join(about).encode()).digest()
    folder = cache.folder()
    path = folder / f"{key.hex()[:40]}.object" if folder else None
    kept = cache.read_own(path) if path else None
    if kept is not None and kept[:_DIGEST] == sha256(key + kept[_DIGEST:]).digest():
        return kept[_DIGEST:]
    made = optimized(text)
    if path is not None:
        cache.write(path, sha256(key + made).digest() + made)
        cache.tidy(path.parent, f"*{path.suffix}", MOST_KEPT)
    return made


FORMAT = "gradcli object 2"
"""What is kept, and how; changed where either is."""

MOST_KEPT = 500
"""Of more files in the cache the oldest are deleted."""

_DIGEST = 32
"""How long a digest is."""


def optimized(text: str) -> bytes:
    """A module, optimised and made object code."""
    known = binding()
    module = known.parse_assembly(text)
    module.verify()
    machine = _machine()
    module.triple = known.get_default_triple()
    module.data_layout = str(machine.target_data)
    options = known.create_pipeline_tuning_options(speed_level=3)
    options.loop_vectorization = True
    options.slp_vectorization = True
    builder = known.create_pass_builder(machine, options)
    builder.getModulePassManager().run(module, builder)
    found: bytes = machine.emit_object(module)
    return found
