"""Operations in decimals, whose exponents have as many digits as they need: see `beyond`.

What has no form in `decimal_functions` is the function on floats, and near 0 its tangent.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, localcontext
from functools import cache

from gradcli.engine.decimal_functions import OPERATIONS
from gradcli.engine.scalar import operation

_CONTEXT = Context(prec=40, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])

_DIRECT: Mapping[str, Callable[..., Decimal]] = {
    "add": _CONTEXT.add,
    "sub": _CONTEXT.subtract,
    "mul": _CONTEXT.multiply,
}
"""What is done by the thousand where an adjoint vanishes layer by layer, and needs no set up."""

_TINY = 2.0**-500
"""To a function on floats everything within this of 0 is a line, if it has a tangent."""


def exact(op: str, args: Sequence[Decimal | float]) -> Decimal | None:
    """The result of an operation; None where that of floats is as good, or it is not finite."""
    direct = _DIRECT.get(op)
    if direct is not None:
        number = direct(*[arg if type(arg) is Decimal else Decimal(arg) for arg in args])
        return number if number.is_finite() else None
    function = OPERATIONS.get(op)
    with localcontext(_CONTEXT):
        exact_args = [Decimal(arg) for arg in args]
        found = _tangent(op, *exact_args) if function is None else function(*exact_args)
        return found if found is not None and found.is_finite() else None


def of_binary(mantissa: float, exponent: int) -> Decimal:
    """The number ``mantissa*2**exponent``."""
    return _CONTEXT.multiply(Decimal(mantissa), _CONTEXT.power(Decimal(2), exponent))


def to_binary(number: Decimal) -> tuple[float, int]:
    """A float between 1/2 and 1 in size and the power of 2 that it is to be multiplied with."""
    near = math.floor(number.adjusted() * math.log2(10))
    scaled = _CONTEXT.multiply(number, _CONTEXT.power(Decimal(2), -near))
    mantissa, exponent = math.frexp(float(scaled))
    return mantissa, exponent + near


def _tangent(op: str, *args: Decimal) -> Decimal | None:
    """A function that is 0 at 0, so near to it that its tangent is all there is to see."""
    if len(args) != 1 or not abs(args[0]) < Decimal(1):
        return None
    slope = _slope_at_0(op)
    return None if slope is None else args[0] * Decimal(slope)


@cache
def _slope_at_0(op: str) -> float | None:
    """The derivative at 0 of a function that is 0 there; None if it is not, or is no line there."""
    function = operation(op)
    near, twice = function(_TINY), function(2 * _TINY)
    is_line = function(0.0) == 0.0 and near and twice == 2 * near and function(-_TINY) == -near
    return near / _TINY if is_line else None
