"""Numbers beyond the range of floats, for results that are within it and come by way of others.

The derivative of 1/(a*b) by b at a = 1e200, b = -1.671 is -3.6e-401 times a: 0 to floats, and
-3.6e-201 to mathematics. So an operation on floats whose result has left their range is done again
in decimals of any exponent, and what comes of it goes on as a `Beyond`. All other operations are
those of floats, and where nothing leaves their range nothing is done twice.
"""

from __future__ import annotations

import math
import sys
from functools import cache
from typing import TYPE_CHECKING, Any, Self

from gradcli.engine.scalar import operation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

SMALLEST = sys.float_info.min
"""Floats below this have fewer digits."""

GREATEST = sys.float_info.max

LEAVING = frozenset(
    [
        *["add", "sub", "mul", "div", "pow", "pow_diff", "hypot", "norm", "root"],
        "root_power",
        *["exp", "exp2", "exp10", "expm1", "exp_diff", "exp_rest", "exp_share", "exp_square"],
        *["share_less", "shares_less"],
        *["logsumexp", "logsumexp_from", "logsumexp_less", "less_logsumexp", "xlogy", "xlog1py"],
        *["sinh", "cosh", "sech", "csch", "sigmoid", "softplus", "silu", "gelu"],
        *["leaky_relu", "elu", "erfcx", "erfcx_derivative"],
        "dawson_derivative",
        *["gaussian", "normal_pdf", "normal_cdf", "log_normal_cdf", "erfc", "erfi"],
        *["gamma", "gamma_sum", "lgamma", "lgamma_sum", "beta", "polygamma", "polygamma_sum"],
        *["sin_of_product", "sin_of_quotient", "tan_of_product", "tan_of_quotient"],
        *["double_factorial", "Ei", "E1"],
        *["beta_slope_x", "beta_slope_y", "beta_slope_xx", "beta_slope_xy"],
        *["gammainc_slope", "betainc_slope"],
        *[
            f"{function}{partial}"
            for function in ("binomial", "permutations")
            for partial in ("", "_slope_n", "_slope_k", "_slope_nn", "_slope_nk", "_slope_kk")
        ],
    ]
)
"""The operations whose result may leave the range of floats where their arguments are in it."""

_FAR = 330
"""Decimals with as many digits before the point, or zeros behind it, are far beyond all floats."""

_SEEN = 1e-290
"""A float that is no smaller does not change when what rounds to 0 is added."""

VANISHING = LEAVING - {"add", "sub"}
"""Those whose result may be too small; a small sum is exact."""

_PRODUCTS = frozenset(["mul", "div", "xlogy", "xlog1py"])
_POWERS = frozenset(["pow", "pow_diff", "root_power"])

_CHOICES = frozenset(
    [
        *["lt", "le", "gt", "ge", "eq", "ne", "not", "and", "or", "where"],
        *["max", "min", "relu", "sign", "step"],
    ]
)
"""Operations that compare, and give an argument or a whole number."""


class Beyond(float):
    """A number that no float holds: to Python the nearest float, compared as what it is.

    Attributes:
        exact: the number itself.
    """

    __slots__ = ("exact",)
    exact: Decimal

    def __new__(cls, exact: Decimal, nearest: float | None = None) -> Self:
        """The number, from a decimal, and the nearest float where that is known."""
        self = super().__new__(cls, exact if nearest is None else nearest)
        self.exact = exact
        return self

    def __repr__(self) -> str:
        return digits(self, 17)

    def __reduce__(self) -> tuple[type[Beyond], tuple[Decimal]]:
        return Beyond, (self.exact,)

    def __neg__(self) -> Beyond:
        return Beyond(self.exact.copy_negate())

    def __abs__(self) -> Beyond:
        return Beyond(self.exact.copy_abs())

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (int, float)):
            return NotImplemented
        return bool(self.exact == _exact(other))

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __lt__(self, other: Any) -> bool:
        return other == other and bool(self.exact < _exact(other))  # noqa: PLR0124  (not nan)

    def __le__(self, other: Any) -> bool:
        return other == other and bool(self.exact <= _exact(other))  # noqa: PLR0124  (not nan)

    def __gt__(self, other: Any) -> bool:
        return other == other and bool(self.exact > _exact(other))  # noqa: PLR0124  (not nan)

    def __ge__(self, other: Any) -> bool:
        return other == other and bool(self.exact >= _exact(other))  # noqa: PLR0124  (not nan)

    def __hash__(self) -> int:
        return hash(self.exact)


def _exact(number: Any) -> Any:
    return number.exact if isinstance(number, Beyond) else number


def digits(number: Beyond, most: int) -> str:
    """A number in so many significant digits, or fewer where the others are 0."""
    mantissa, _, exponent = f"{number.exact:.{most - 1}e}".partition("e")
    shown = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{shown}e{exponent.removeprefix('+')}"


def is_number(value: float) -> bool:
    """Whether a value is a number, be it one that no float holds."""
    return isinstance(value, Beyond) or math.isfinite(value)


def is_too_small(number: float) -> bool:
    """Whether a number is not 0, and so small that a float has less than some six digits of it."""
    return isinstance(number, Beyond) and abs(float(number)) < SMALLEST * 2.0**-32


def is_too_large(number: float) -> bool:
    """Whether a number is finite, and beyond the largest float."""
    return isinstance(number, Beyond) and math.isinf(float(number))


def log_of_size(number: float) -> float:
    """The logarithm of the absolute value of a number that is not 0."""
    if isinstance(number, Beyond):
        return float(number.exact.copy_abs().ln())
    return math.log(abs(number))


def binary(number: Beyond) -> tuple[float, int]:
    """The number as a float between 1/2 and 1 in size, times a power of 2."""
    from gradcli.engine.decimals import to_binary  # noqa: PLC0415  (only beyond the range of floats)

    return to_binary(number.exact)


def from_binary(mantissa: float, exponent: int) -> Beyond:
    """The number ``mantissa*2**exponent``."""
    from gradcli.engine.decimals import of_binary  # noqa: PLC0415  (only beyond the range of floats)

    found = of_binary(mantissa, exponent)
    return Beyond(found, _nearest(found))


def product(a: float, b: float) -> float:
    """The product a*b, as `compute` has it."""
    value = a * b
    if SMALLEST <= abs(value) <= GREATEST and type(a) is not Beyond and type(b) is not Beyond:
        return value
    return compute("mul", a, b)


def total(a: float, b: float) -> float:
    """The sum a + b, as `compute` has it."""
    value = a + b
    if abs(value) <= GREATEST and type(a) is not Beyond and type(b) is not Beyond:
        return value
    for one, other in ((a, b), (b, a)):
        if type(other) is Beyond and not float(other) and _SEEN <= abs(one) <= GREATEST:
            return one
    return compute("add", a, b)


def compute(op: str, *args: float) -> float:
    """The value of an operation, a `Beyond` where that is outside the range of floats."""
    if Beyond in map(type, args):
        if op in _CHOICES:
            return operation(op)(*args)
        found = _in_decimals(op, args)
        return operation(op)(*map(float, args)) if found is None else found
    value = operation(op)(*args)
    return value if SMALLEST <= abs(value) <= GREATEST else settled(op, args, value)


def settled(op: str, args: Sequence[float], value: float) -> float:
    """What an operation on floats comes to where its result is no ordinary float.

    Args:
        op: the operation.
        args: its arguments.
        value: its result on floats.
    """
    found = _in_decimals(op, args) if is_lost(op, args, value) else None
    return value if found is None or found == value == 0 else found


def is_lost(op: str, args: Sequence[float], value: float) -> bool:
    """Whether the result of an operation on floats has left their range.

    It has not where it is 0 or infinite because an argument is; at a pole it may have, and the
    operation in decimals knows better.
    """
    size = abs(value)
    if op not in LEAVING or SMALLEST <= size <= GREATEST:
        return False
    if (
        (op in _PRODUCTS and 0.0 in args)
        or (op in _POWERS and args[0] == 0.0)
        or (size < SMALLEST and op not in VANISHING)
    ):
        return False
    return not math.isnan(value) and all(map(math.isfinite, args))


@cache
def _decimals() -> Callable[[str, Sequence[Any]], Decimal | None]:
    """Operations in decimals, which are loaded only where floats end."""
    from gradcli.engine.decimals import exact  # noqa: PLC0415  (only beyond the range of floats)

    return exact


def _nearest(number: Decimal) -> float:
    """The nearest float, which takes no long division where it is 0 or infinite."""
    size = number.adjusted()
    if -_FAR < size < _FAR:
        return float(number)
    found = 0.0 if size < 0 or not number else math.inf
    return -found if number.is_signed() else found


def _in_decimals(op: str, args: Sequence[float]) -> float | None:
    if any(map(math.isnan, args)):
        return None
    found = _decimals()(op, [each.exact if isinstance(each, Beyond) else each for each in args])
    if found is None:
        return None
    rounded = _nearest(found)
    return rounded if SMALLEST <= abs(rounded) <= GREATEST or not found else Beyond(found, rounded)
