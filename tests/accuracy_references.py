"""The functions of the rule table in mpmath, where it has no function of its own for them.

Beside them stand closed forms of derivatives, where differences would be slow, and the sizes of
what cancels in a result, which absolute bounds are made of.
"""

import math

from mpmath import mp, mpf

EPS = 2.0**-52

_HUNDREDTH = mpf(0.01)


def sgn(x):
    return mpf((x > 0) - (x < 0))


def sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def log_gamma(x):
    return mp.loggamma(x).real


def choose(condition, x, y):
    return x if condition else y


def huber(y, t, d=1):
    error = abs(y - t)
    return error**2 / 2 if error <= d else d * (error - d / 2)


def elu(x, a=1):
    return x if x > 0 else a * mp.expm1(x)


def leaky_relu(x, a=_HUNDREDTH):
    return x if x > 0 else a * x


def selu(x):
    scale, alpha = (
        mpf("1.0507009873554804934193349852946"),
        mpf("1.6732632423543772848170429916717"),
    )
    return scale * elu(x, alpha)


def cross_entropy(p, t):
    return -t * mp.log(p)


def binary_cross_entropy(p, t):
    return -t * mp.log(p) - (1 - t) * mp.log(1 - p)


def normal_cdf(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


def logsumexp(*x):
    greatest = max(x)
    others = list(x)
    others.remove(greatest)
    return greatest + mp.log1p(mp.fsum(mp.exp(each - greatest) for each in others))


def norm(*x):
    return mp.sqrt(mp.fsum(each**2 for each in x))


def nothing(*_):
    """A partial that is zero: a difference would look for its digits in vain."""
    return mpf(0)


def pow_twist_scale(x, y):
    """The terms of the mixed partial of x^y, x^(y - 1) (1 + y log(x))."""
    return 12 * EPS * x ** (y - 1) * (1 + abs(y * math.log(x)))


def log_curvature_scale(x, base):
    """The terms of log(x)/log(b) differentiated by b twice, with the factor log(b) + 2."""
    size = abs(math.log(base))
    return 16 * EPS * abs(math.log(x)) * (size + 2) / (base * base * size**3)


def beta_slope_scale(x, y):
    """What cancels in the first partials of beta."""
    return 4 * EPS * float(abs(mp.beta(x, y)) * _size_of_psi(0, x, y))


def beta_curvature_scale(x, y):
    """The same for the second partials."""
    scale = _size_of_psi(0, x, y) ** 2 + _size_of_psi(1, x, y)
    return 4 * EPS * float(abs(mp.beta(x, y)) * scale)


def polygamma_scale(n, x):
    """The sums over the integers on both sides of a negative x, whose difference may vanish."""
    return 64 * EPS * math.gamma(n + 3) * 2 ** (n + 3) if x < 0 else 4 * EPS if n == 0 else 0


def _rise(order, x, y):
    """psi(x) - psi(x + y), with digits to spare for what cancels."""
    with mp.workprec(300):
        return mp.psi(order, x) - mp.psi(order, x + y)


def beta_slope(x, y):
    return mp.beta(x, y) * _rise(0, x, y)


def beta_curvature(x, y):
    return mp.beta(x, y) * (_rise(0, x, y) ** 2 + _rise(1, x, y))


def beta_twist(x, y):
    with mp.workprec(300):
        return mp.beta(x, y) * (_rise(0, x, y) * _rise(0, y, x) - mp.psi(1, x + y))


def _size_of_psi(order, x, y):
    x, y = mpf(x), mpf(y)
    return sum(abs(mp.psi(order, each)) for each in (x, y, x + y))


def size(*x):
    return 2 * EPS * sum(abs(each) for each in x)


def not_a_pole(x):
    return x > 0 or x != int(x)
