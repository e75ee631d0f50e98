"""Exponentials of differences and sums of exponentials: `functions.exponentials` for targets."""

from __future__ import annotations

from collections.abc import Mapping

from gradcli.engine.targets.terms import (
    Definition,
    Term,
    difference,
    exp,
    expm1,
    finite,
    log,
    log1p,
    made,
    power,
    same,
    two_sum,
    where,
)


def _exp_diff(a: Term, b: Term) -> Term:
    """exp(a - b) with the rounding error of the difference carried along."""
    high, low = difference(a, b)
    result = exp(high)
    return where(finite(result), result + result * low, result)


def _pow_diff(x: Term, a: Term, b: Term) -> Term:
    """x^(a - b), likewise."""
    exponent, error = difference(a, b)
    result = power(x, exponent)
    is_ordinary = made("and", x > 0.0, made("and", result > 0.0, finite(result)))
    return where(is_ordinary, result + result * (error * log(where(x > 0.0, x, 1.0))), result)


def _greatest(values: tuple[Term, ...]) -> Term:
    greatest = values[0]
    for value in values[1:]:
        greatest = made("max", greatest, value)
    return greatest


def _exp_rest(*values: Term) -> Term:
    """The sum of exp(x - greatest) over all but one that is the greatest."""
    greatest = _greatest(values)
    total: Term | None = None
    lost: Term | None = None
    before: Term | None = None
    for value in values:
        is_greatest = same(value, greatest)
        is_first = is_greatest if before is None else where(before, 0.0, is_greatest)
        before = is_greatest if before is None else made("or", before, is_greatest)
        part = where(is_first, 0.0, _exp_diff(value, greatest))
        if total is None:
            total = part
        else:
            total, error = two_sum(total, part)
            lost = error if lost is None else lost + error
    assert total is not None  # noqa: S101  (there is a value)
    return total if lost is None else total + lost


def _logarithm(greatest: Term, rest: Term, b: Term | float, values: tuple[Term, ...]) -> Term:
    """The number greatest - b + log(1 + rest), the logarithm of the sum of exp(x - b)."""
    high, low = difference(greatest, b) if isinstance(b, Term) else (greatest, None)
    logarithm = log1p(rest)
    total, error = two_sum(high, logarithm)
    result = total + (error if low is None else error + low)
    if not values:
        return result
    excess: Term | None = None
    for value in values:  # where terms cancel: log(1 + sum of (exp(x - b) - 1/n))
        part = expm1(value - b) if isinstance(b, Term) else expm1(value)
        excess = part if excess is None else excess + part
    assert excess is not None  # noqa: S101  (likewise)
    beside = log1p(excess + (len(values) - 1.0) if len(values) > 1 else excess)
    return where(abs(result) < 0.75 * logarithm, beside, result)


def _logsumexp_from(greatest: Term, rest: Term, *values: Term) -> Term:
    return where(finite(greatest), _logarithm(greatest, rest, 0.0, values), greatest)


def _logsumexp(*values: Term) -> Term:
    return _logsumexp_from(_greatest(values), _exp_rest(*values), *values)


def _exp_share(a: Term, greatest: Term, rest: Term) -> Term:
    share = _exp_diff(a, greatest)
    return where(finite(greatest), share / (1.0 + rest), share)


def _logsumexp_less(b: Term, greatest: Term, rest: Term, *values: Term) -> Term:
    is_ordinary = made("and", finite(greatest), finite(b))
    return where(is_ordinary, _logarithm(greatest, rest, b, values), greatest - b)


def _less_logsumexp(a: Term, greatest: Term, rest: Term, *values: Term) -> Term:
    return -_logsumexp_less(a, greatest, rest, *values)


def _shares_less(b: Term, scale: Term, a: Term, greatest: Term, rest: Term, *values: Term) -> Term:
    """scale*exp(a - logsumexp(...)) - b, accurate also where both are nearly the same."""
    share = _exp_share(a, greatest, rest)
    beside = scale - b + scale * expm1(_less_logsumexp(a, greatest, rest, *values))
    return where(made("and", share > 0.5, share < 2.0), beside, scale * share - b)


def _share_less(b: Term, a: Term, greatest: Term, rest: Term, *values: Term) -> Term:
    share = _exp_share(a, greatest, rest)
    beside = 1.0 - b + expm1(_less_logsumexp(a, greatest, rest, *values))
    return where(made("and", share > 0.5, share < 2.0), beside, share - b)


DEFINITIONS: Mapping[str, Definition] = {
    "exp_diff": _exp_diff,
    "pow_diff": _pow_diff,
    "exp_rest": _exp_rest,
    "logsumexp": _logsumexp,
    "logsumexp_from": _logsumexp_from,
    "exp_share": _exp_share,
    "share_less": _share_less,
    "shares_less": _shares_less,
    "logsumexp_less": _logsumexp_less,
    "less_logsumexp": _less_logsumexp,
}
