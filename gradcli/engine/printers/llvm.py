"""Operations as LLVM's intermediate language: what modules for columns and for points are made of.

Everything is written for one number, and functions are those of C. Nothing branches: numbers that
have to be looked at make a flag. So the same lines do for several numbers at once (`llvm_lanes`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from gradcli.engine.expanding import Code
from gradcli.engine.printers import llvm_waves
from gradcli.engine.printers.llvm_floats import bits, constant
from gradcli.engine.ranges import WIDE, Looks
from gradcli.engine.schedule import Step

_TESTS = {"lt": "olt", "le": "ole", "gt": "ogt", "ge": "oge", "eq": "oeq", "ne": "une"}

FORMS: Mapping[str, Sequence[str]] = {
    "add": ["{r} = fadd double {0}, {1}"],
    "sub": ["{r} = fsub double {0}, {1}"],
    "mul": ["{r} = fmul double {0}, {1}"],
    "div": ["{r} = fdiv double {0}, {1}"],
    "share": ["{r} = fmul double {0}, {1}"],
    "reciprocal": ["{r} = fdiv double 1.0, {0}"],
    "quotient": [
        "{r}.a = fmul double {0}, {1}",
        "{r}.b = fneg double {2}",
        "{r}.c = call double @llvm.fma.f64(double {r}.b, double {r}.a, double {0})",
        "{r} = call double @llvm.fma.f64(double {r}.c, double {1}, double {r}.a)",
    ],
    "neg": ["{r} = fneg double {0}"],
    "abs": ["{r} = call double @llvm.fabs.f64(double {0})"],
    # 0 also of -0, as the interpreter has it
    "sqrt": ["{r}.a = call double @llvm.sqrt.f64(double {0})", "{r} = fadd double {r}.a, 0.0"],
    "decay": [
        "{r}.a = call double @llvm.fabs.f64(double {0})",
        "{r}.b = fneg double {r}.a",
        "{r} = call double @gradcli_exp(double {r}.b)",
    ],
    **{
        op: [f"{{r}}.a = fcmp {test} double {{0}}, {{1}}", "{r} = uitofp i1 {r}.a to double"]
        for op, test in _TESTS.items()
    },
    "not": ["{r}.a = fcmp oeq double {0}, 0.0", "{r} = uitofp i1 {r}.a to double"],
    "and": [
        "{r}.a = fcmp une double {0}, 0.0",
        "{r}.b = fcmp une double {1}, 0.0",
        "{r}.c = and i1 {r}.a, {r}.b",
        "{r} = uitofp i1 {r}.c to double",
    ],
    "or": [
        "{r}.a = fcmp une double {0}, 0.0",
        "{r}.b = fcmp une double {1}, 0.0",
        "{r}.c = or i1 {r}.a, {r}.b",
        "{r} = uitofp i1 {r}.c to double",
    ],
    "where": [
        "{r}.a = fcmp une double {0}, 0.0",
        "{r} = select i1 {r}.a, double {1}, double {2}",
    ],
    "relu": [
        "{r}.a = fcmp ogt double {0}, 0.0",
        "{r} = select i1 {r}.a, double {0}, double 0.0",
    ],
    "step": ["{r}.a = fcmp ogt double {0}, 0.0", "{r} = uitofp i1 {r}.a to double"],
    "sign": [
        "{r}.a = fcmp olt double {0}, 0.0",
        "{r}.b = select i1 {r}.a, double -1.0, double {0}",
        "{r}.c = fcmp ogt double {0}, 0.0",
        "{r} = select i1 {r}.c, double 1.0, double {r}.b",
    ],
}

FUNCTIONS: Mapping[str, int] = {
    **dict.fromkeys(("exp", "exp2", "expm1", "log", "log2", "log1p"), 1),
    **dict.fromkeys(("sin", "cos", "tan", "asin", "acos", "atan"), 1),
    **dict.fromkeys(("sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf"), 1),
    **dict.fromkeys(("pow", "atan2", "hypot"), 2),
}
"""The functions of C that are called, and of how many arguments."""

INTRINSICS: Mapping[str, tuple[str, int]] = {
    "floor": ("llvm.floor.f64", 1),
    "ceil": ("llvm.ceil.f64", 1),
    "round": ("llvm.rint.f64", 1),
    "max": ("llvm.maximum.f64", 2),
    "min": ("llvm.minimum.f64", 2),
}
"""What is an instruction of most processors, though LLVM calls it."""

OF_PYTHON: Mapping[str, str] = {
    "PyObject_GetBuffer": "i32 @PyObject_GetBuffer(ptr, ptr, i32)",
    "PyBuffer_Release": "void @PyBuffer_Release(ptr)",
    "PyErr_Clear": "void @PyErr_Clear()",
    "PyEval_SaveThread": "ptr @PyEval_SaveThread()",
    "PyEval_RestoreThread": "void @PyEval_RestoreThread(ptr)",
    "PyMem_RawMalloc": "ptr @PyMem_RawMalloc(i64)",
    "PyMem_RawFree": "void @PyMem_RawFree(ptr)",
}
"""The functions of Python that are called, and how they are declared."""

PREFIX = "gradcli_"
"""What the names of C's functions begin with here, so that LLVM makes nothing else of them."""


def can_write(code: Code) -> bool:
    """Whether every operation has a form here."""
    return all(op in FORMS or called(op)[1] == len(args) for op, args in code.steps)


def called(op: str) -> tuple[str, int]:
    """The name of the function for an operation, and how many arguments it has."""
    if op in FUNCTIONS:
        return f"{PREFIX}{op}", FUNCTIONS[op]
    return INTRINSICS.get(op, ("", 0))


class Body:
    """The lines of some operations, one after another.

    Attributes:
        lines: what has been written.
        good: flags, all of which hold where the numbers are ordinary.
        far: flags, one of which holds where an argument is too large for what is written here.

    Args:
        code: the operations.
        found: what has to be looked at.
        pairs: the slots of steps that are computed at once with the one after them.
    """

    def __init__(self, code: Code, found: Looks, pairs: Collection[int] = ()) -> None:
        self._code, self._looks = code, found
        self._pairs = pairs
        self._numbers = {*found.numbers}
        self.lines: list[str] = []
        self.good: list[str] = []
        self.far: list[str] = []

    def name(self, slot: int) -> str:
        """What stands for the number of a slot: a register, or a constant."""
        code = self._code
        is_constant = code.inputs <= slot < code.first
        return constant(code.constants[slot - code.inputs]) if is_constant else f"%v{slot}"

    def compute(self, slot: int) -> None:
        """Write a step, and look at what it gives where that has to be."""
        op, args = self._code.steps[slot - self._code.first]
        name, given = self.name(slot), [*map(self.name, args)]
        if slot in self._pairs:
            self._both(op, given[0], name, self.name(slot + 1))
        elif slot - 1 in self._pairs:
            pass  # written with the one before
        elif op in FORMS:
            self.lines += [form.format(*given, r=name) for form in FORMS[op]]
        else:
            typed = ", ".join(f"double {each}" for each in given)
            self.lines.append(f"{name} = call double @{called(op)[0]}({typed})")
        self.see(slot)

    def see(self, slot: int) -> None:
        """Look at the number of a step, where that has to be."""
        if slot in self._numbers:
            may_be_zero = slot not in self._looks.never_zero
            self.look(slot, WIDE, may_be_zero=may_be_zero)
        elif slot in self._looks.open:
            self.finite(slot)

    def _both(self, op: str, argument: str, name: str, other: str) -> None:
        """Write two steps of one argument, and look whether that is too large."""
        sine, cosine = (name, other) if op == "sin" else (other, name)
        self.lines += llvm_waves.both(argument, sine, cosine)
        lines, flag = llvm_waves.is_far(argument, f"{name}.far")
        self.lines += lines
        self.far.append(flag)

    def look(self, slot: int, bound: int, *, may_be_zero: bool) -> None:
        """A number is 0, if it may be that, or between 2^-bound and 2^bound in size."""
        lines, flag = looked(self.name(slot), f"%g{slot}", bound, may_be_zero=may_be_zero)
        self.lines += lines
        self.good.append(flag)

    def look_at_all(self, slots: Sequence[int], bound: int) -> None:
        """As `look` of several numbers that may be 0, of whose bits there is one comparison."""
        least = greatest = ""
        for slot in slots:
            name = f"%h{slot}"
            self.lines += [
                f"{name}.a = bitcast double {self.name(slot)} to i64",
                f"{name}.b = and i64 {name}.a, {2**63 - 1}",
                f"{name}.c = sub i64 {name}.b, 1",  # of 0 the largest of all
            ]
            low, high = f"{name}.c", f"{name}.b"
            if least:
                self.lines += [
                    f"{name}.d = call i64 @llvm.umin.i64(i64 {least}, i64 {low})",
                    f"{name}.e = call i64 @llvm.umax.i64(i64 {greatest}, i64 {high})",
                ]
                low, high = f"{name}.d", f"{name}.e"
            least, greatest = low, high
        first, last = (bits(2.0**each) for each in (-bound, bound))
        if least:
            self.lines += [
                f"%h.low = icmp uge i64 {least}, {first}",
                f"%h.high = icmp ult i64 {greatest}, {last}",
            ]
            self.good += ["%h.low", "%h.high"]

    def finite(self, slot: int) -> None:
        """A number is finite."""
        name = f"%f{slot}"
        self.lines += [
            f"{name}.a = call double @llvm.fabs.f64(double {self.name(slot)})",
            f"{name}.b = fcmp olt double {name}.a, {constant(float('inf'))}",
        ]
        self.good.append(f"{name}.b")

    def zero(self, slot: int) -> None:
        """A number is 0."""
        self.lines.append(f"%w{slot} = fcmp oeq double {self.name(slot)}, 0.0")
        self.good.append(f"%w{slot}")

    def all_good(self) -> str:
        """Write the one flag of all, which is returned."""
        return self._joined("and", "true", "%a", self.good)

    def any_far(self) -> str:
        """Write the one flag for any that is too large, which is returned."""
        return self._joined("or", "false", "%u", self.far)

    def _joined(self, how: str, joined: str, name: str, flags: Sequence[str]) -> str:
        for place, each in enumerate(dict.fromkeys(flags)):
            self.lines.append(f"{name}{place} = {how} i1 {joined}, {each}")
            joined = f"{name}{place}"
        return joined


def looked(name: str, flag: str, bound: int, *, may_be_zero: bool) -> tuple[list[str], str]:
    """Whether a number is 0, if it may be that, or between 2^-bound and 2^bound in size.

    Returns:
        The lines, and the flag.
    """
    low, high = constant(2.0**-bound), constant(2.0**bound)
    lines = [
        f"{flag}.a = call double @llvm.fabs.f64(double {name})",
        f"{flag}.b = fcmp ogt double {flag}.a, {low}",
        f"{flag}.c = fcmp olt double {flag}.a, {high}",
        f"{flag}.d = and i1 {flag}.b, {flag}.c",
    ]
    if not may_be_zero:
        return lines, f"{flag}.d"
    lines += [f"{flag}.e = fcmp oeq double {name}, 0.0", f"{flag}.f = or i1 {flag}.d, {flag}.e"]
    return lines, f"{flag}.f"


def declarations(steps: Iterable[Step]) -> Iterator[str]:
    """The functions that some steps call, none of which does anything but compute."""
    ops = {op for op, _ in steps if op not in FORMS} | {"exp"}
    names = [*map(called, sorted(ops)), ("llvm.fabs.f64", 1), ("llvm.sqrt.f64", 1)]
    for name, count in names:
        yield declared(name, "double", count)


def declared(name: str, kind: str, count: int) -> str:
    """The declaration of a function of so many arguments, all of one type, as is its value."""
    return f"declare {kind} @{name}({', '.join([kind] * count)}) {_COMPUTES}"


_COMPUTES = "nounwind willreturn memory(none)"
