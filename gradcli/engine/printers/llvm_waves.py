"""Sine and cosine of an angle at once as lines of LLVM, which vectorise: nothing is called.

The angle is brought to within pi/4 of 0 by the multiple of pi/2 that is nearest, which is known
there in three floats; a polynomial each gives sine and cosine of what is left (those of fdlibm's
``k_sin.c`` and ``k_cos.c``, Sun Microsystems 1993), and the quarter turns say which is which. The
products are fused with the sums: that of the multiple and the first float of pi/2 leaves no
rounding at all, so the rest is right to its last place however near it is to 0. Sine and cosine are
off by less than 1.5 units in the last place for angles below `LIMIT`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradcli.engine.printers.llvm_floats import constant

LIMIT = 2.0**30
"""Angles below this in size are reduced with all their digits."""

_QUARTER = (
    float.fromhex("0x1.921fb54442d18p+0"),
    float.fromhex("0x1.1a62633145c07p-54"),
    float.fromhex("-0x1.f1976b7ed8fbcp-110"),
)
"""Half of pi, as a sum of floats."""

_TURNS = float.fromhex("0x1.45f306dc9c883p-1")
"""2/pi."""

_WHOLE = 1.5 * 2.0**52
"""Added to a number it leaves the nearest whole one in the last bits."""

_SINE = (
    -1.66666666666666324348e-01,
    8.33333333332248946124e-03,
    -1.98412698298579493134e-04,
    2.75573137070700676789e-06,
    -2.50507602534068634195e-08,
    1.58969099521155010221e-10,
)
"""S1 to S6 of fdlibm: sin(r) = r + r^3*(S1 + S2*r^2 + ...)."""

_COSINE = (
    1.0,
    -0.5,
    4.16666666666666019037e-02,
    -1.38888888888741095749e-03,
    2.48015872894767294178e-05,
    -2.75573143513906633035e-07,
    2.08757232129817482790e-09,
    -1.13596475577881948265e-11,
)
"""1, -1/2 and C1 to C6: cos(r) = 1 - r^2/2 + r^4*(C1 + C2*r^2 + ...)."""


def both(angle: str, sine: str, cosine: str) -> Iterator[str]:
    """The lines that put sine and cosine of an angle below `LIMIT` into two registers.

    Args:
        angle: the number, a register or a constant.
        sine: the register for its sine; what else is needed begins with that name.
        cosine: that for its cosine.
    """
    at = sine
    yield _fused(f"{at}.w", angle, constant(_TURNS), constant(_WHOLE))
    yield f"{at}.k = fsub double {at}.w, {constant(_WHOLE)}"
    rest = angle
    for place, part in enumerate(_QUARTER):
        yield _fused(f"{at}.r{place}", f"{at}.k", constant(-part), rest)
        rest = f"{at}.r{place}"
    yield f"{at}.z = fmul double {rest}, {rest}"
    yield from _polynomial(f"{at}.p", f"{at}.z", _SINE)
    yield f"{at}.c = fmul double {at}.z, {rest}"
    yield _fused(f"{at}.t", f"{at}.c", f"{at}.p", rest)
    # No float but 0 is a multiple of pi/2, and its sign would be lost in the sums.
    yield f"{at}.none = fcmp oeq double {rest}, {constant(0.0)}"
    yield f"{at}.s = select i1 {at}.none, double {angle}, double {at}.t"
    yield from _polynomial(f"{at}.q", f"{at}.z", _COSINE)
    # The last two bits are the quarter turns: an odd number exchanges the two; the second bit is
    # the sign of the sine, and that of one turn more the cosine's.
    yield f"{at}.i = bitcast double {at}.w to i64"
    yield f"{at}.odd = and i64 {at}.i, 1"
    yield f"{at}.even = icmp eq i64 {at}.odd, 0"
    yield f"{at}.s1 = select i1 {at}.even, double {at}.s, double {at}.q"
    yield f"{at}.c1 = select i1 {at}.even, double {at}.q, double {at}.s"
    yield f"{at}.j = add i64 {at}.i, 1"
    yield from _signed(sine, f"{at}.s1", f"{at}.i", f"{at}.si")
    yield from _signed(cosine, f"{at}.c1", f"{at}.j", f"{at}.ci")


def is_far(angle: str, at: str) -> tuple[list[str], str]:
    """The lines that make a flag, and that: whether an angle is at or above `LIMIT`, but finite."""
    lines = [
        f"{at}.a = call double @llvm.fabs.f64(double {angle})",
        f"{at}.b = fcmp oge double {at}.a, {constant(LIMIT)}",
        f"{at}.c = fcmp olt double {at}.a, {constant(float('inf'))}",
        f"{at}.d = and i1 {at}.b, {at}.c",
    ]
    return lines, f"{at}.d"


def _polynomial(name: str, variable: str, coefficients: Sequence[float]) -> Iterator[str]:
    """Its value by Horner's rule; the first coefficient is the constant."""
    *others, last = map(constant, coefficients)
    value = last
    for place, each in reversed([*enumerate(others)]):
        target = f"{name}{place}" if place else name
        yield _fused(target, value, variable, each)
        value = target


def _signed(name: str, value: str, turns: str, at: str) -> Iterator[str]:
    """A number with the sign that the second bit of a whole one is."""
    yield f"{at}.a = shl i64 {turns}, 62"
    yield f"{at}.b = and i64 {at}.a, {-(2**63)}"
    yield f"{at}.c = bitcast double {value} to i64"
    yield f"{at}.d = xor i64 {at}.c, {at}.b"
    yield f"{name} = bitcast i64 {at}.d to double"


def _fused(name: str, a: str, b: str, c: str) -> str:
    """A product and a sum, rounded once."""
    return f"{name} = call double @llvm.fma.f64(double {a}, double {b}, double {c})"
