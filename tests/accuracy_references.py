"""The functions of the rule table in mpmath, where it has no function of its own for them.

Beside them stand closed forms of derivatives, where differences would be slow, and the sizes of
what cancels in a result, which absolute bounds are made of.
"""

import math
from functools import cache

from mpmath import MPContext, mp, mpf

EPS = 2.0**-52
LARGEST = mpf(2) ** 1024

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
    return -t * mp.log(p) - (1 - t) * mp.log1p(-p)


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


def beta_third_scale(x, y):
    """The same for the third partials."""
    zeroth, first, second = (_size_of_psi(order, x, y) for order in range(3))
    return 4 * EPS * float(abs(mp.beta(x, y)) * (zeroth**3 + zeroth * first + second))


def beta_fourth_scale(x, y):
    """The same for the fourth partials."""
    a, b, c, d = (_size_of_psi(order, x, y) for order in range(4))
    return 4 * EPS * float(abs(mp.beta(x, y)) * (a**4 + a * a * b + b * b + a * c + d))


def polygamma_scale(n, x):
    """Beside the zeros of digamma; those of higher orders are no exception."""
    return 4 * EPS if n == 0 else 0


def _rise(order, x, y):
    """psi(x) - psi(x + y), with digits to spare for what cancels."""
    with mp.workprec(max(800, mp.prec)):  # differences by a tiny number ask for more
        return mp.psi(order, x) - mp.psi(order, x + y)


def beta_slope(x, y):
    with mp.workprec(800):
        return mp.beta(x, y) * _rise(0, x, y)


def beta_curvature(x, y):
    with mp.workprec(800):
        return mp.beta(x, y) * (_rise(0, x, y) ** 2 + _rise(1, x, y))


def beta_third(x, y):
    """The partial of beta by x three times."""
    with mp.workprec(800):
        slope = beta_curvature(x, y) * _rise(0, x, y) + 2 * beta_slope(x, y) * _rise(1, x, y)
        return slope + mp.beta(x, y) * _rise(2, x, y)


def beta_twist(x, y):
    with mp.workprec(800):
        return mp.beta(x, y) * (_rise(0, x, y) * _rise(0, y, x) - mp.psi(1, x + y))


def beta_twists_slope(x, y):
    """The partial of beta by x twice and by y."""
    with mp.workprec(800):
        slope = beta_twist(x, y) * _rise(0, x, y) - beta_slope(x, y) * mp.psi(1, x + y)
        slope += beta_slope(y, x) * _rise(1, x, y)
        return slope - mp.beta(x, y) * mp.psi(2, x + y)


def _size_of_psi(order, x, y):
    x, y = mpf(x), mpf(y)
    return sum(abs(mp.psi(order, each)) for each in (x, y, x + y))


def size(*x):
    return 2 * EPS * sum(abs(each) for each in x)


def not_a_pole(x):
    return x > 0 or x != int(x)


gcd, lcm = math.gcd, math.lcm


def whole(function, *args):
    return function(*map(int, args))


def rem(x, y):
    return x - y * sgn(x / y) * mp.floor(abs(x / y))


def root(x, n):
    if x < 0 and n % 2 != 1:
        raise ValueError("a negative number has real roots of odd degrees only")
    return sgn(x) * mp.exp(mp.log(abs(x)) / n)


def root_scale(x, n):
    """The terms of the second partials of a root, which cancel."""
    size = float(root(mpf(x), n)) / n**2
    return 16 * EPS * size * (1 + abs(math.log(x))) ** 2 * (1 + 1 / x)


def root_twist_scale(x, n):
    """The terms of the mixed partial of a root, in which log(x) cancels."""
    return 16 * EPS * float(root(mpf(x), n) / x / n**2) * (1 + abs(math.log(x)))


def root_curvature_scale(x, n):
    """The terms of its second partial by n, with the factor log(x)/n + 2."""
    size = abs(math.log(x))
    return 16 * EPS * float(root(mpf(x), n)) * size / n / n / n * (size / n + 2)


def sinc_derivative(n, x):
    """By the series, with digits to spare for what cancels in it."""
    n = int(n)
    with mp.workprec(mp.prec + 100):
        return mp.fsum(
            (-1) ** k * x ** (2 * k - n) / ((2 * k + 1) * mp.factorial(2 * k - n))
            for k in range(-(-n // 2), 250)
        )


def erfcx(x):
    with mp.workprec(mp.prec + 100 + int(4 * min(abs(x), 40) ** 2)):
        return mp.exp(x * x) * mp.erfc(x)


def dawson(x):
    with mp.workprec(mp.prec + 100):
        return mp.sqrt(mp.pi) / 2 * mp.exp(-x * x) * mp.erfi(x)


def erfcx_derivative(n, x):
    """From y' = 2x*y - 2/sqrt(pi), differentiated n - 1 times, in many digits."""
    with mp.workprec(mp.prec + 200):
        before, value = mpf(0), erfcx(x)
        for k in range(int(n)):
            before, value = value, 2 * x * value + (2 * k * before if k else -2 / mp.sqrt(mp.pi))
        return value


def dawson_derivative(n, x):
    """From y' = 1 - 2x*y, likewise."""
    with mp.workprec(mp.prec + 200):
        before, value = mpf(0), dawson(x)
        for k in range(int(n)):
            before, value = value, -2 * x * value + (-2 * k * before if k else 1)
        return value


def of_inverse(inverse, slope, curvature):
    """The first two derivatives of an inverse function, from those of the function."""
    return {
        (0,): lambda x: 1 / slope(inverse(x)),
        (0, 0): lambda x: -curvature(inverse(x)) / slope(inverse(x)) ** 3,
    }


def gamma_slope_scale(n):
    """What the rounding of n + 1 costs beside a pole, and what cancels at a zero."""
    size = abs(mp.gamma(mpf(n) + 1)) * (1 + abs(mp.psi(0, mpf(n) + 1))) ** 2
    return float(8 * EPS * size * (1 + abs(n)))


def of_degrees(function):
    """A circular function of an angle in degrees, whatever its size."""

    def value(x):
        with mp.workprec(mp.prec + 1200):
            return function(x * mp.pi / 180)

    return value


def double_factorial_scale(n):
    n = mpf(n)
    size = abs(mp.fac2(n))
    if n > -1:
        return float(8 * EPS * size * (4 + mp.log(n + 2)) ** 2 * (1 + n))
    return float(4 * EPS * size * (1 + abs(mp.psi(0, n / 2 + 1))) ** 2)


def binomial_scale(n, k):
    scale = 1 + sum(abs(mp.psi(0, mpf(z))) for z in (n + 1, k + 1, n - k + 1))
    scale += sum(abs(mp.psi(1, mpf(z))) for z in (n + 1, k + 1, n - k + 1))
    return float(16 * EPS * abs(mp.binomial(n, k)) * scale**2 * (1 + n))


def permutations_scale(n, k):
    return binomial_scale(n, k) * float(mp.gamma(mpf(k) + 1))


def polygamma_rise(n, x, y):
    """psi(x + y) - psi(x), with digits to spare for what cancels."""
    with mp.workprec(400):
        return mp.psi(int(n), mpf(x) + mpf(y)) - mp.psi(int(n), mpf(x))


def polygamma_rise_scale(n, x, y):
    """Nothing for positive arguments; of others the rounding of their sum counts, too."""
    return 0 if x > 0 and x + y > 0 else polygamma_slope_scale(n, x, y)


def polygamma_slope_scale(n, x, y):
    sizes = sum(
        abs(mp.psi(int(n) + order, mpf(each))) for each in (x, x + y) for order in (1, 2, 3)
    )
    return float(16 * EPS * sizes * (1 + abs(x) + abs(y)))


def permutations(n, k):
    return mp.gamma(mpf(n) + 1) * mp.rgamma(mpf(n) - mpf(k) + 1)


def binomial_slope_n(n, k):
    return mp.binomial(n, k) * _rise(0, mpf(n) + 1, -mpf(k))


def binomial_slope_k(n, k):
    return mp.binomial(n, k) * _rise(0, mpf(n) - mpf(k) + 1, 2 * mpf(k) - mpf(n))


def permutations_slope_n(n, k):
    return permutations(n, k) * _rise(0, mpf(n) + 1, -mpf(k))


def permutations_slope_k(n, k):
    return permutations(n, k) * mp.psi(0, mpf(n) - mpf(k) + 1)


def binomial(n, k):
    return permutations(n, k) * mp.rgamma(mpf(k) + 1)


def partial_of(function, i, j, n, k):
    """A partial of a function of n and k, i times by n and j times by k: by central differences."""
    i, j = int(i), int(j)
    with mp.workprec(1600):
        step = mpf(2) ** -100
        total = mpf(0)
        for p in range(i + 1):
            for q in range(j + 1):
                weight = (-1) ** (p + q) * mp.binomial(i, p) * mp.binomial(j, q)
                moved = n + (mpf(i) / 2 - p) * step, k + (mpf(j) / 2 - q) * step
                total += weight * function(*moved)
        return total / step ** (i + j)


def beta_partial(i, j, x, y):
    """A partial of beta, i times by x and j times by y."""
    return partial_of(lambda a, b: mp.gamma(a) * mp.gamma(b) * mp.rgamma(a + b), i, j, x, y)


def beta_partial_scale(i, j, x, y):
    """The size of a partial beside a point, for it may be 0 there."""
    steps = (-0.013, 0.007, 0.011)
    near = [(x * (1 + p), y * (1 + q)) for p in steps for q in steps]
    return float(1e-13 * max(abs(beta_partial(i, j, *map(mpf, each))) for each in near))


def local_scale(function, *orders):
    """What the function is worth around a point, for partials that may be 0 there."""

    def scale(*point):
        *given, n, k = map(mpf, point)
        steps = (-0.4, -0.15, 0.1, 0.35)
        sizes = [abs(function(n + p + 0.01, k + q)) for p in steps for q in steps]
        rate = 4 + mp.log(2 + abs(n) + abs(k))
        if -20 < n < 0 and n != mp.floor(n):
            rate += abs(mp.psi(0, n + 1))
        return float(EPS * max(sizes) * rate ** (2 + sum(given or orders)))

    return scale


def gammainc_slope(a, x):
    return mp.exp((a - 1) * mp.log(x) - x - mp.loggamma(a))


def gammainc_derivative(n, a, x):
    """The n-th derivative of gammainc by x, by Leibniz's rule."""
    order = int(n) - 1
    terms = [
        mp.binomial(order, k) * mp.ff(a - 1, k) / mpf(x) ** k * (-1) ** (order - k)
        for k in range(order + 1)
    ]
    return gammainc_slope(mpf(a), mpf(x)) * mp.fsum(terms)


def betainc_derivative(n, a, b, x):
    order, a, b, x = int(n) - 1, mpf(a), mpf(b), mpf(x)
    slope = mp.exp(
        (a - 1) * mp.log(x)
        + (b - 1) * mp.log1p(-x)
        + mp.loggamma(a + b)
        - mp.loggamma(a)
        - mp.loggamma(b)
    )
    terms = [
        mp.binomial(order, k)
        * mp.ff(a - 1, k)
        / x**k
        * mp.ff(b - 1, order - k)
        / (x - 1) ** (order - k)
        for k in range(order + 1)
    ]
    return slope * mp.fsum(terms)


def has_slope(*point):
    """Whether the slope of an incomplete function and its derivatives are ordinary numbers."""
    slope = (gammainc_derivative if len(point) == 2 else betainc_derivative)(1, *point)
    return 1e-250 < slope < 1e250


def lower_gamma(a, x):
    return mp.gammainc(a, 0, x, regularized=True)


def upper_gamma(a, x):
    return mp.gammainc(a, x, mp.inf, regularized=True)


def lower_beta(a, b, x):
    return mp.betainc(a, b, 0, x, regularized=True)


def airy_scale(power):
    """How high the waves of an Airy function or its derivatives are below 0; nothing above."""
    return lambda x: 4 * EPS * abs(x) ** power if x < 0 else 0.0


def airy(of, order, x):
    """A derivative of an Airy function, from y'' = x*y and the first two."""
    if order < 2:
        return of(x, derivative=order)
    return x * of(x) if order == 2 else of(x) + x * of(x, derivative=1)


def airy_slopes(of, order):
    """The derivatives of one: beyond -1e45 waves are shorter than the steps of differences."""
    return {(0,) * more: lambda x, more=more: airy(of, order + more, x) for more in (1, 2)}


def ellipk_slope(m):
    """DLMF 19.4.1, with digits to spare for what cancels beside 0."""
    with mp.workprec(2400):
        m = mpf(m)
        return (mp.ellipe(m) - (1 - m) * mp.ellipk(m)) / (2 * m * (1 - m)) if m else mp.pi / 8


def ellipe_slope(m):
    with mp.workprec(2400):
        m = mpf(m)
        return (mp.ellipe(m) - mp.ellipk(m)) / (2 * m) if m else -mp.pi / 8


def ellipk_curvature(m):
    """From the differential equation of the first kind, DLMF 19.4.8."""
    with mp.workprec(2400):
        m = mpf(m)
        if not m:
            return 9 * mp.pi / 64
        return (mp.ellipk(m) / 4 - (1 - 2 * m) * ellipk_slope(m)) / (m * (1 - m))


def ellipe_curvature(m):
    with mp.workprec(2400):
        m = mpf(m)
        return (-ellipk_slope(m) - ellipe_slope(m)) / (2 * m) if m else -3 * mp.pi / 64


def _turns(x):
    """Half of the square, exactly: of a large x it is whole, and the wave of so many turns 0."""
    return mp.fmul(x, x, exact=True) / 2


def fresnels_slope(x):
    return mp.sinpi(_turns(x))


def fresnelc_slope(x):
    return mp.cospi(_turns(x))


def fresnels_curvature(x):
    return mp.pi * x * mp.cospi(_turns(x))


def fresnelc_curvature(x):
    return -mp.pi * x * mp.sinpi(_turns(x))


def fresnels_third(x):
    return mp.pi * mp.cospi(_turns(x)) - mp.pi**2 * mpf(x) ** 2 * mp.sinpi(_turns(x))


def fresnelc_third(x):
    return -mp.pi * mp.sinpi(_turns(x)) - mp.pi**2 * mpf(x) ** 2 * mp.cospi(_turns(x))


def lambertw(x):
    """The main branch; NaN below -1/e, where it is not real."""
    w = mp.lambertw(mpf(x))
    return w.real if w.imag == 0 else mp.nan


def lambertw_derivative(n, x):
    """By the polynomials of Corless et al. (3.5), in many digits for what cancels in 1 + w."""
    with mp.workprec(2 * mp.prec + 200):
        w = lambertw(x)
        if mp.isnan(w):
            return w
        u, coefficients = 1 + w, [mpf(1)]
        for k in range(1, int(n)):
            lower = [0, *coefficients]
            coefficients = [
                (place - 2 * k + 1) * same - k * below
                for place, (same, below) in enumerate(zip([*coefficients, 0], lower, strict=True))
            ]
        total = mp.fsum(each * u**place for place, each in enumerate(coefficients))
        return mp.exp(-n * w) * total / u ** (2 * n - 1)


def gegenbauer(n, a, x):
    """By the recurrence, in many digits: mpmath's own has poles in a."""
    before, value = mpf(0), mpf(1)
    for k in range(1, int(n) + 1):
        before, value = value, (2 * (k + a - 1) * x * value - (k + 2 * a - 2) * before) / k
    return value


def log_normal_cdf(x):
    return mp.log1p(-mp.erfc(x / mp.sqrt(2)) / 2) if x > 0 else mp.log(normal_cdf(x))


def zeta_scale(x):
    """Between its zeros the function grows like a factorial; its derivatives have zeros as well."""
    return zeta_derivative_scale(0, x)


def zeta_derivative_scale(n, x):
    """The same, of the terms of a derivative of any order below 0; above it nothing cancels."""
    if x > 0:
        return 0.0
    size = abs(mp.zeta(x)) + abs(mp.zeta(x + 0.5))
    return float(2 * EPS * size * (3 + mp.log(3 - x)) ** (n + 1))


_REMEMBERING = MPContext()
"""mpmath that remembers values of zeta: polylogarithms of s, s - 1, … have them in common."""

_zeta = _REMEMBERING.zeta


@cache
def _known_zeta(s, precision):
    del precision  # which the context computes with
    return _zeta(s)


def _remembered_zeta(s, *others, **named):
    return _zeta(s, *others, **named) if others or named else _known_zeta(s, _REMEMBERING.prec)


_REMEMBERING.zeta = _remembered_zeta


def polylog(s, x):
    with _REMEMBERING.workprec(mp.prec):
        return mpf(_REMEMBERING.polylog(_REMEMBERING.mpf(s), _REMEMBERING.mpf(x)).real)


def polylog_derivative(n, s, x):
    """By lower orders, since x d/dx takes 1 off the order, in many digits for what cancels."""
    with mp.workprec(2 * mp.prec + 100):
        if n == 0:
            return polylog(s, x)
        terms = [mp.stirling1(int(n), j) * polylog(s - j, x) for j in range(1, int(n) + 1)]
        return mp.fsum(terms) / mpf(x) ** int(n)


def polylog_scale(*args):
    """Zeros lie below 0, where the order is negative."""
    *_, s, x = args
    if x > 0 or s > 1:
        return 0.0
    return 1e-12 * float(abs(polylog(mpf(s) - 0.5, -abs(mpf(x)))) + 1)


def is_beside_zero(n, x):
    """Where the largest of the Bessel functions is a float, and its second slope no matter of luck.

    That is a sum, of which one term may be too large where the sum is not.
    """
    if not 0 < x < 1e-3:
        return False
    value, term = (mp.besselk(abs(n) + more, mpf(x)) for more in (0, 2))
    return value < LARGEST and not LARGEST / 64 < term < LARGEST * 64


def by_neighbours(function, sign, first=1):
    """The slopes of a Bessel function, from those of the orders beside it."""

    def at(n, x):
        is_turned = n < 0 and n % 1 == 0
        return (sign**n if is_turned else 1) * function(abs(n) if is_turned else n, x)

    def slope(n, x):
        return first * (at(n - 1, x) + sign * at(n + 1, x)) / 2

    def curvature(n, x):
        return (at(n - 2, x) + 2 * sign * at(n, x) + at(n + 2, x)) / 4

    return {(1,): slope, (1, 1): curvature}
