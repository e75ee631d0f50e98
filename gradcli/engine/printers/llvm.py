"""Operations as LLVM's intermediate language: one loop over the rows of columns.

Functions are those of C, one number at a time, or vector functions where whoever asks says that
there are some. Nothing branches: numbers that have to be looked at make a flag for their row.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

from gradcli.engine.expanding import Code
from gradcli.engine.ranges import WIDE, Looks

_TESTS = {"lt": "olt", "le": "ole", "gt": "ogt", "ge": "oge", "eq": "oeq", "ne": "une"}

FORMS: Mapping[str, Sequence[str]] = {
    "add": ["{r} = fadd double {0}, {1}"],
    "sub": ["{r} = fsub double {0}, {1}"],
    "mul": ["{r} = fmul double {0}, {1}"],
    "div": ["{r} = fdiv double {0}, {1}"],
    "share": ["{r} = fdiv double {0}, {1}"],
    "neg": ["{r} = fneg double {0}"],
    "abs": ["{r} = call double @llvm.fabs.f64(double {0})"],
    # 0 also of -0, as the interpreter has it
    "sqrt": ["{r}.a = call double @llvm.sqrt.f64(double {0})", "{r} = fadd double {r}.a, 0.0"],
    "decay": [
        "{r}.a = call double @llvm.fabs.f64(double {0})",
        "{r}.b = fneg double {r}.a",
        "{r} = call double @gradcli_exp(double {r}.b) #1",
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

PREFIX = "gradcli_"
"""What the names of C's functions begin with here, so that LLVM makes nothing else of them."""

Variants = Mapping[str, Sequence[tuple[str, int]]]
"""For a function the vector functions that there are of it: their symbols and how many numbers."""


def can_write(code: Code) -> bool:
    """Whether every operation has a form here."""
    return all(op in FORMS or _called(op)[1] == len(args) for op, args in code.steps)


def _called(op: str) -> tuple[str, int]:
    """The name of the function for an operation, and how many arguments it has."""
    if op in FUNCTIONS:
        return f"{PREFIX}{op}", FUNCTIONS[op]
    return INTRINSICS.get(op, ("", 0))


def module(
    code: Code, results: int, found: Looks, fixed: Sequence[bool], variants: Variants
) -> str:
    """The text of a module with one function, ``rows``.

    It takes how many rows there are, a pointer to the column of each input, to the place of each
    result, and to a byte for each row, which is set where the row is to be mended.

    Args:
        code: the operations.
        results: how many outputs are results; where one of the others is not 0, a row is mended.
        found: what has to be looked at.
        fixed: for each input whether one number is that of all rows.
        variants: the vector functions that there are.
    """
    lines = _Writer(code, found).module(results, fixed)
    return "\n".join([*lines, *_declarations(code, variants)]) + "\n"


class _Writer:
    """The lines of one module."""

    def __init__(self, code: Code, found: Looks) -> None:
        self._code, self._looks = code, found
        self._names = [f"%v{place}" for place in range(code.inputs)]
        self._names += map(_constant, code.constants)
        self._names += [f"%v{code.first + rank}" for rank in range(len(code.steps))]
        self._good: list[str] = []
        self._lines: list[str] = []

    def module(self, results: int, fixed: Sequence[bool]) -> list[str]:
        """The whole."""
        code = self._code
        pointers = [f"ptr noalias %i{place}" for place in range(code.inputs)]
        pointers += [f"ptr noalias %o{place}" for place in range(results)]
        loads = [
            (f"%p{place} = getelementptr double, ptr %i{place}, i64 %k", place)
            for place in range(code.inputs)
        ]
        before = [f"  %v{p} = load double, ptr %i{p}" for _, p in loads if fixed[p]]
        for line, place in loads:
            if not fixed[place]:
                self._lines += [line, f"%v{place} = load double, ptr %p{place}"]
        self._compute()
        for place, slot in enumerate(code.outputs[:results]):
            self._lines += [
                f"%q{place} = getelementptr double, ptr %o{place}, i64 %k",
                f"store double {self._names[slot]}, ptr %q{place}",
            ]
        self._finish(results)
        return [
            f"define void @rows(i64 %n, {', '.join(pointers)}, ptr noalias %bad) {{",
            "start:",
            *before,
            "  %some = icmp sgt i64 %n, 0",
            "  br i1 %some, label %loop, label %end",
            "loop:",
            "  %k = phi i64 [0, %start], [%next, %loop]",
            *(f"  {line}" for line in self._lines),
            "  %next = add nuw nsw i64 %k, 1",
            "  %more = icmp slt i64 %next, %n",
            "  br i1 %more, label %loop, label %end",
            "end:",
            "  ret void",
            "}",
        ]

    def _compute(self) -> None:
        code, bound = self._code, self._looks.bound
        for place in range(code.inputs if bound else 0):
            self._look(f"%v{place}", f"%g{place}", bound, may_be_zero=True)
        numbers = {*self._looks.numbers}
        for rank, (op, args) in enumerate(code.steps):
            slot = code.first + rank
            name, given = self._names[slot], [self._names[arg] for arg in args]
            if op in FORMS:
                self._lines += [form.format(*given, r=name) for form in FORMS[op]]
            else:
                typed = ", ".join(f"double {each}" for each in given)
                mark = f" #{[*FUNCTIONS].index(op) + 1}" if op in FUNCTIONS else ""
                self._lines.append(f"{name} = call double @{_called(op)[0]}({typed}){mark}")
            if slot in numbers:
                may_be_zero = slot not in self._looks.never_zero
                self._look(name, f"%g{slot}", WIDE, may_be_zero=may_be_zero)
            elif slot in self._looks.open:
                self._finite(name, f"%g{slot}")

    def _look(self, name: str, flag: str, bound: int, *, may_be_zero: bool) -> None:
        """A number is 0, if it may be that, or between 2^-bound and 2^bound in size."""
        low, high = _constant(2.0**-bound), _constant(2.0**bound)
        self._lines += [
            f"{flag}.a = call double @llvm.fabs.f64(double {name})",
            f"{flag}.b = fcmp ogt double {flag}.a, {low}",
            f"{flag}.c = fcmp olt double {flag}.a, {high}",
            f"{flag}.d = and i1 {flag}.b, {flag}.c",
        ]
        if may_be_zero:
            self._lines += [
                f"{flag}.e = fcmp oeq double {name}, 0.0",
                f"{flag}.f = or i1 {flag}.d, {flag}.e",
            ]
        self._good.append(f"{flag}.f" if may_be_zero else f"{flag}.d")

    def _finite(self, name: str, flag: str) -> None:
        self._lines += [
            f"{flag}.a = call double @llvm.fabs.f64(double {name})",
            f"{flag}.b = fcmp olt double {flag}.a, {_constant(float('inf'))}",
        ]
        self._good.append(f"{flag}.b")

    def _finish(self, results: int) -> None:
        """The flag of the row."""
        outputs = self._code.outputs
        if not self._looks.bound:
            for place, slot in enumerate(outputs[:results]):
                self._finite(self._names[slot], f"%f{place}")
        for place, slot in enumerate(outputs[results:]):
            self._lines.append(f"%w{place} = fcmp oeq double {self._names[slot]}, 0.0")
            self._good.append(f"%w{place}")
        good = "true"
        for place, each in enumerate(self._good):
            self._lines.append(f"%a{place} = and i1 {good}, {each}")
            good = f"%a{place}"
        self._lines += [
            f"%not = xor i1 {good}, true",
            "%byte = zext i1 %not to i8",
            "%b = getelementptr i8, ptr %bad, i64 %k",
            "store i8 %byte, ptr %b",
        ]


def _declarations(code: Code, variants: Variants) -> list[str]:
    """The functions that are called, none of which does anything but compute."""
    ops = {op for op, _ in code.steps if op not in FORMS} | {"exp"}
    names = [*map(_called, sorted(ops)), ("llvm.fabs.f64", 1), ("llvm.sqrt.f64", 1)]
    lines = [_declared(name, "double", count) for name, count in names]
    lines.append(f"attributes #0 = {{ {_COMPUTES} }}")
    kept: list[str] = []
    for op in sorted(ops & {*FUNCTIONS}):
        there = variants.get(op, ())
        for symbol, width in there:
            lines.append(_declared(symbol, f"<{width} x double>", FUNCTIONS[op]))
            kept.append(symbol)
        # LLVM wants the name of the function that is called in that of its variant.
        own = [symbol.replace(f"_{op}", f"_{PREFIX}{op}") for symbol, _ in there]
        marks = ",".join(f"{name}({each[0]})" for name, each in zip(own, there, strict=True))
        mark = f'"vector-function-abi-variant"="{marks}"' if there else ""
        lines.append(f"attributes #{[*FUNCTIONS].index(op) + 1} = {{ {_COMPUTES} {mark} }}")
    if kept:
        symbols = ", ".join(f"ptr @{symbol}" for symbol in kept)
        array = f"[{len(kept)} x ptr] [{symbols}]"
        lines.append(f'@llvm.compiler.used = appending global {array}, section "llvm.metadata"')
    return lines


_COMPUTES = "nounwind willreturn memory(none)"


def _declared(name: str, kind: str, count: int) -> str:
    return f"declare {kind} @{name}({', '.join([kind] * count)}) #0"


def _constant(value: float) -> str:
    """A float by its bits."""
    return f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}"
