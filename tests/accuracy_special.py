"""Accuracy cases of the reciprocal functions, of special functions, and of those that are SciPy's.

The bounds of SciPy's are relative, 1e-12, and absolute beside zeros.
"""

import math
from functools import partial

import accuracy_references as ref
from accuracy_checker import (
    Bound,
    Case,
    among,
    both_signs,
    bounds,
    logarithmic,
    near,
    near_integers,
    negative,
    uniform,
    zero,
)
from accuracy_references import EPS
from mpmath import mp, mpf


def scipy(absolute=1e-12):
    """What is promised of values that are SciPy's: 1e-12 of the value or of its local scale."""
    return [Bound(5000, absolute, "SciPy's values beside zeros, 1e-12 of the local scale")] * 3


MIDDLE = uniform(-30, 30)
OUTSIDE = [
    [both_signs(near(1.0, 20, side=1))],
    [both_signs(logarithmic(1, 1e100))],
]
ANY = both_signs(logarithmic(1e-100, 1e100))

PIECES = [
    Case("square", lambda x: x * x, [[ANY], [MIDDLE]], bounds(1, 1, 0)),
    Case("cube", lambda x: x**3, [[both_signs(logarithmic(1e-90, 1e90))]], bounds(2, 2, 2)),
    Case("reciprocal", lambda x: 1 / x, [[ANY], [MIDDLE]], bounds(1, 3, 4)),
    Case("rem", ref.rem, [[MIDDLE, MIDDLE]], bounds(1, 0, 0)),
    Case(
        "gcd",
        lambda x, y: mpf(ref.whole(ref.gcd, x, y)),
        [[among(-12, 0, 9, 2**40), among(6, 15, 7, 2**20)]],
        bounds(0, 0, 0),
        inert=(0, 1),
    ),
    Case(
        "lcm",
        lambda x, y: mpf(ref.whole(ref.lcm, x, y)),
        [[among(-12, 0, 9, 2**40), among(6, 15, 7, 2**20)]],
        bounds(0, 0, 0),
        inert=(0, 1),
    ),
    Case("trunc", lambda x: ref.sgn(x) * mp.floor(abs(x)), [[uniform(-50, 50)]], bounds(0, 0, 0)),
    Case("frac", lambda x: x - mp.floor(x), [[uniform(-50, 50)]], bounds(1, 0, 0)),
    Case("heaviside", lambda x: (1 + ref.sgn(x)) / 2, [[MIDDLE]], bounds(0, 0, 0)),
    Case(
        "heaviside",
        lambda x, h: h if x == 0 else mpf(x > 0),
        [[among(-1.0, 0.0, 2.0), MIDDLE]],
        bounds(0, 0, 0),
        inert=(0,),
    ),
    Case(
        "root",
        ref.root,
        [
            [logarithmic(1e-20, 1e20), both_signs(uniform(0.5, 12))],
            [logarithmic(1e-30, 1e30), among(2, 3, 4, 5, 7)],
        ],
        bounds(1, 4, zero(16, ref.root_scale)),
    ),
    Case(
        "root",
        ref.root,
        [[both_signs(logarithmic(1e-100, 1e100)), among(3, 5, 7, -3, 31, 101, 999)]],
        bounds(1, 4, 12),
        inert=(1,),
    ),
    Case(
        "root",
        ref.root,
        [[logarithmic(1e-100, 1e100), logarithmic(12, 1e12)]],
        bounds(
            1,
            4,
            {
                (): Bound(16),
                (0, 1): zero(16, ref.root_twist_scale),
                (1, 1): zero(16, ref.root_curvature_scale),
            },
        ),
        keep=lambda x, n: n >= 12,
    ),
    Case(
        "exp10",
        lambda x: mpf(10) ** x,
        [[both_signs(logarithmic(1e-300, 308))], [uniform(-307, 308)]],
        bounds(1, 3, 4),
    ),
    Case(
        "xlog1py",
        lambda x, y: x * mp.log1p(y),
        [[ANY, logarithmic(1e-100, 1e100)], [MIDDLE, uniform(-1, 10)]],
        bounds(2, 3, 4),
        partials={(0, 0): ref.nothing},
    ),
    Case(
        "logaddexp",
        ref.logsumexp,
        [[MIDDLE, MIDDLE], [uniform(-700, 700)] * 2, [near(-math.log(2), 1)] * 2],
        bounds(2, 4, zero(8, 4 * EPS)),
        points=0.2,
    ),
    Case("log_sigmoid", lambda x: -mp.log1p(mp.exp(-x)), [[MIDDLE]], bounds(3, 4, 8)),
]

DEGREES = [[uniform(-800, 800)], [both_signs(logarithmic(1e-300, 1e15))]]
CIRCULAR = [
    Case("sec", mp.sec, [[MIDDLE], [near(1.5707963267948966)]], bounds(2, 6, 10)),
    Case("csc", mp.csc, [[MIDDLE], [near(3.141592653589793)]], bounds(2, 6, 10)),
    Case("cot", mp.cot, [[MIDDLE], [near(1.5707963267948966)]], bounds(3, 8, zero(16, 8 * EPS))),
    Case("asec", mp.asec, OUTSIDE, bounds(2, 5, 8)),
    Case("acsc", mp.acsc, OUTSIDE, bounds(2, 5, 8)),
    Case("acot", mp.acot, [[ANY], [MIDDLE]], bounds(2, 5, 8)),
    Case(
        "sinc",
        mp.sinc,
        [[both_signs(logarithmic(1e-5, 1e3))], [uniform(-20, 20)]],
        bounds(zero(2, EPS), zero(6, 2 * EPS), zero(8, 2 * EPS)),
        points=0.5,
    ),
    Case(
        "sinc_derivative",
        ref.sinc_derivative,
        [[among(0.0, 1.0, 2.0, 5.0), uniform(-20, 20)]],
        bounds(*[zero(8, 8 * EPS)] * 3),
        inert=(0,),
        partials={
            (1,): lambda n, x: ref.sinc_derivative(n + 1, x),
            (1, 1): lambda n, x: ref.sinc_derivative(n + 2, x),
        },
        points=0.1,
    ),
    Case("sinc_pi", mp.sincpi, [[uniform(-5, 5)]], bounds(*[zero(8, 64 * EPS)] * 3)),
    Case(
        "sinc_pi",
        mp.sincpi,
        [[both_signs(logarithmic(1, 1e15))], [near_integers(-900, 900)]],
        bounds(4, *[zero(8, lambda x: 64 * EPS / max(abs(x), 0.1))] * 2),
    ),
    Case("deg2rad", lambda x: x * mp.pi / 180, [[ANY]], bounds(2, 1, 0)),
    Case("rad2deg", lambda x: x * 180 / mp.pi, [[ANY]], bounds(2, 2, 0)),
    Case("sind", ref.of_degrees(mp.sin), DEGREES, bounds(1, 3, 4)),
    Case("cosd", ref.of_degrees(mp.cos), DEGREES, bounds(1, 3, 4)),
    Case("tand", ref.of_degrees(mp.tan), DEGREES, bounds(2, 5, 8)),
    Case(
        "csch",
        mp.csch,
        [[both_signs(logarithmic(1e-100, 700))], [MIDDLE]],
        bounds(2, 6, 12),
    ),
    Case("coth", mp.coth, [[both_signs(logarithmic(1e-100, 300))], [MIDDLE]], bounds(3, 6, 12)),
    Case(
        "asech",
        mp.asech,
        [[logarithmic(1e-100, 1)], [near(1.0, 0.9, side=-1)]],
        bounds(2, 6, zero(16, 16 * EPS)),
    ),
    Case("acsch", mp.acsch, [[ANY], [MIDDLE]], bounds(2, 6, 10)),
    Case("acoth", mp.acoth, OUTSIDE, bounds(2, 5, 8)),
]

NORMAL = [
    Case(
        "log_normal_cdf",
        ref.log_normal_cdf,
        [[both_signs(logarithmic(1e-300, 37))], [uniform(-37, 37)], [uniform(-300, -30)]],
        bounds(3, 6, zero(12, 1e-15)),
        points=0.5,
    ),
    Case(
        "normal_quantile",
        lambda p: mp.sqrt(2) * mp.erfinv(2 * p - 1),
        [[logarithmic(1e-14, 0.5)], [uniform(0, 1)], [near(1.0, 0.5, side=-1)]],
        bounds(3, 8, 12),
        partials=ref.of_inverse(
            lambda p: mp.sqrt(2) * mp.erfinv(2 * p - 1), mp.npdf, lambda y: -y * mp.npdf(y)
        ),
        points=0.3,
    ),
    Case(
        "erfinv",
        mp.erfinv,
        [[both_signs(logarithmic(1e-300, 1))], [uniform(-1, 1)], [near(1.0, 0.5, side=-1)]],
        bounds(2, 5, 8),
        partials=ref.of_inverse(
            mp.erfinv,
            lambda y: 2 / mp.sqrt(mp.pi) * mp.exp(-y * y),
            lambda y: -4 * y / mp.sqrt(mp.pi) * mp.exp(-y * y),
        ),
        points=0.3,
    ),
    Case(
        "erfcinv",
        lambda x: mp.erfinv(1 - x),
        [[logarithmic(1e-14, 2)], [uniform(0, 2)], [near(1.0)]],
        bounds(2, 5, 10),
        partials=ref.of_inverse(
            lambda x: mp.erfinv(1 - x),
            lambda y: -2 / mp.sqrt(mp.pi) * mp.exp(-y * y),
            lambda y: 4 * y / mp.sqrt(mp.pi) * mp.exp(-y * y),
        ),
        points=0.3,
    ),
    Case(
        "erfcx",
        ref.erfcx,
        [[logarithmic(1e-3, 1e3)], [uniform(-20, 6)]],
        bounds(3, 6, 12),
        partials={
            (0,): lambda x: ref.erfcx_derivative(1, x),
            (0, 0): lambda x: ref.erfcx_derivative(2, x),
        },
        points=0.3,
    ),
    Case(
        "erfcx_derivative",
        ref.erfcx_derivative,
        [[among(0.0, 1.0, 2.0, 3.0), uniform(-5, 12)]],
        bounds(4, 8, 32),
        inert=(0,),
        partials={
            (1,): lambda n, x: ref.erfcx_derivative(n + 1, x),
            (1, 1): lambda n, x: ref.erfcx_derivative(n + 2, x),
        },
        points=0.1,
    ),
    Case(
        "exp_square",
        lambda x: mp.exp(x * x),
        [[both_signs(logarithmic(1e-300, 26))], [uniform(-26, 26)]],
        bounds(2, 4, 8),
    ),
    Case(
        "erfi",
        mp.erfi,
        [[both_signs(logarithmic(1e-300, 26))], [uniform(-10, 10)]],
        bounds(6, 6, 8),
        partials={
            (0,): lambda x: 2 / mp.sqrt(mp.pi) * mp.exp(x * x),
            (0, 0): lambda x: 4 * x / mp.sqrt(mp.pi) * mp.exp(x * x),
        },
        points=0.5,
    ),
    Case(
        "dawson",
        ref.dawson,
        [[both_signs(logarithmic(1e-5, 1e2))], [uniform(-10, 10)]],
        bounds(3, zero(6, 4 * EPS), zero(12, 12 * EPS)),
        partials={
            (0,): lambda x: ref.dawson_derivative(1, x),
            (0, 0): lambda x: ref.dawson_derivative(2, x),
        },
        points=0.3,
    ),
    Case(
        "dawson_derivative",
        ref.dawson_derivative,
        [[among(0.0, 1.0, 2.0), uniform(-9, 9)]],
        bounds(*[zero(8, lambda n, x: EPS * 8 * 4**n)] * 2, zero(8, lambda n, x: EPS * 64 * 8**n)),
        inert=(0,),
        partials={
            (1,): lambda n, x: ref.dawson_derivative(n + 1, x),
            (1, 1): lambda n, x: ref.dawson_derivative(n + 2, x),
        },
        points=0.1,
    ),
]

WHOLE = among(*map(float, range(12)))
HALVES = among(*[place / 2 for place in range(-8, 24)])
POLES_BELOW = [
    [HALVES, HALVES],
    [uniform(-5, 9), near_integers(-6, 12)],
    [uniform(-5, 9), uniform(-6, 12)],
    [WHOLE, near_integers(-6, 14)],
]
"""Where n - k or k is a whole number below 0, or near one: 1/gamma is 0, and has a derivative."""

PARTIALS = ("n", "k", "nn", "nk", "kk")
COMBINATORICS = [
    Case("trigamma", lambda x: mp.psi(1, x), [[uniform(0, 20)]], bounds(6, 10, 16)),
    Case(
        "factorial",
        lambda n: mp.gamma(n + 1),
        [[uniform(-0.9, 140)], [near_integers(-9, 5)]],
        bounds(6, zero(16, ref.gamma_slope_scale), zero(16, ref.gamma_slope_scale)),
        partials={
            (0,): lambda n: mp.gamma(n + 1) * mp.psi(0, n + 1),
            (0, 0): lambda n: mp.gamma(n + 1) * (mp.psi(0, n + 1) ** 2 + mp.psi(1, n + 1)),
        },
        keep=ref.not_a_pole,
        points=0.5,
    ),
    Case(
        "double_factorial",
        mp.fac2,
        [[uniform(-0.9, 60)], [among(*map(float, range(30)))]],
        bounds(8, *[zero(32, ref.double_factorial_scale)] * 2),
        points=0.3,
    ),
    Case(
        "double_factorial",
        mp.fac2,
        [[uniform(-40, -1)], [uniform(60, 250)], [near_integers(-30, -1)]],
        bounds(8, *[zero(32, ref.double_factorial_scale)] * 2),
        keep=ref.not_a_pole,
        points=0.3,
    ),
    Case(
        "polygamma_rise",
        ref.polygamma_rise,
        [
            [among(0.0, 1.0, 2.0), logarithmic(1e-3, 1e12), logarithmic(1e-6, 1e6)],
            [among(0.0, 1.0), uniform(3, 40), uniform(-2.5, 2.5)],
            [among(0.0, 1.0), uniform(-9, 0), uniform(-3, 3)],
        ],
        bounds(zero(6, ref.polygamma_rise_scale), *[zero(8, ref.polygamma_slope_scale)] * 2),
        inert=(0,),
        partials={
            (1,): lambda n, x, y: ref.polygamma_rise(n + 1, x, y),
            (2,): lambda n, x, y: mp.psi(n + 1, mpf(x) + mpf(y)),
            (1, 1): lambda n, x, y: ref.polygamma_rise(n + 2, x, y),
            (1, 2): lambda n, x, y: mp.psi(n + 2, mpf(x) + mpf(y)),
            (2, 2): lambda n, x, y: mp.psi(n + 2, mpf(x) + mpf(y)),
        },
        keep=lambda n, x, y: ref.not_a_pole(x) and ref.not_a_pole(x + y),
        points=0.1,
    ),
    *(
        Case(
            name,
            reference,
            [
                [uniform(0, 30), uniform(0, 20)],
                [WHOLE, WHOLE],
                [logarithmic(100, 1e12), uniform(0, 5)],
            ],
            bounds(8, zero(32, scale), zero(64, scale)),
            keep=lambda n, k: n - k > -1,
            points=0.05,
        )
        for name, reference, scale in [
            ("binomial", mp.binomial, ref.binomial_scale),
            ("permutations", ref.permutations, ref.permutations_scale),
        ]
    ),
    Case(  # n - k is no float
        "binomial",
        mp.binomial,
        [[uniform(0, 5), uniform(2**53, 2**60)]],
        bounds(64, 0, 0),
        inert=(0, 1),
        points=0.02,
    ),
    *(
        Case(
            name,
            reference,
            [
                [uniform(0, 30), uniform(0, 20)],
                [WHOLE, WHOLE],
                [logarithmic(100, 1e12), uniform(0.5, 5)],
            ],
            bounds(*[zero(32, scale)] * 2, zero(64, scale)),
            keep=lambda n, k: n - k > -1,
            points=0.03,
        )
        for name, reference, scale in [
            ("binomial_slope_n", ref.binomial_slope_n, ref.binomial_scale),
            ("binomial_slope_k", ref.binomial_slope_k, ref.binomial_scale),
            ("permutations_slope_n", ref.permutations_slope_n, ref.permutations_scale),
            ("permutations_slope_k", ref.permutations_slope_k, ref.permutations_scale),
        ]
    ),
    *(
        Case(
            name,
            partial(ref.partial_of, reference, *orders),
            POLES_BELOW,
            bounds(*[zero(ulp, ref.local_scale(reference, *orders)) for ulp in (16, 32, 64)]),
            partials={
                places: partial(
                    ref.partial_of,
                    reference,
                    orders[0] + places.count(0),
                    orders[1] + places.count(1),
                )
                for places in [(0,), (1,), (0, 0), (0, 1), (1, 1)]
            },
            keep=lambda n, k: n >= 0 or n != math.floor(n),
            points=0.04,
        )
        for function, reference in [
            ("binomial", ref.binomial),
            ("permutations", ref.permutations),
        ]
        for name, orders in [
            (function, (0, 0)),
            *((f"{function}_slope_{by}", (by.count("n"), by.count("k"))) for by in PARTIALS),
        ]
    ),
    *(
        Case(
            f"{function}_derivative",
            partial(ref.partial_of, reference),
            [[among(0.0, 1.0), among(0.0, 1.0, 2.0), *box] for box in POLES_BELOW],
            bounds(*[zero(8, ref.local_scale(reference))] * 3),
            partials={
                places: lambda i, j, n, k, reference=reference, places=places: ref.partial_of(
                    reference, i + places.count(2), j + places.count(3), n, k
                )
                for places in [(2,), (3,), (2, 2), (2, 3), (3, 3)]
            },
            keep=lambda i, j, n, k: n >= 0 or n != math.floor(n),
            inert=(0, 1),
            points=0.04,
        )
        for function, reference in [
            ("binomial", ref.binomial),
            ("permutations", ref.permutations),
        ]
    ),
    Case(
        "zeta",
        mp.zeta,
        [[uniform(-20, 40)], [near(1.0, 0.9)]],
        bounds(6, *[zero(8, ref.zeta_scale)] * 2),
        partials={(0,): lambda x: mp.zeta(x, 1, 1), (0, 0): lambda x: mp.zeta(x, 1, 2)},
        points=0.15,
    ),
    Case(
        "zeta_derivative",
        lambda n, x: mp.zeta(x, 1, int(n)),
        [[among(0.0, 1.0), uniform(-10, 20)]],
        bounds(*[zero(8, ref.zeta_derivative_scale)] * 3),
        inert=(0,),
        partials={
            (1,): lambda n, x: mp.zeta(x, 1, int(n) + 1),
            (1, 1): lambda n, x: mp.zeta(x, 1, int(n) + 2),
        },
        points=0.05,
    ),
]

INTEGRALS = [
    Case(
        "Ei",
        mp.ei,
        [[both_signs(logarithmic(1e-100, 600))], [uniform(-40, 60)]],
        bounds(zero(16, 1e-15), 4, zero(12, 1e-15)),
        points=0.5,
    ),
    Case(
        "E1",
        lambda x: mp.e1(x).real,
        [[both_signs(logarithmic(1e-100, 600))], [uniform(-40, 5)]],
        bounds(zero(16, 1e-15), 4, zero(12, 1e-15)),
        partials={(0,): lambda x: -mp.exp(-x) / x, (0, 0): lambda x: mp.exp(-x) * (x + 1) / x**2},
        points=0.5,
    ),
    Case(
        "li",
        mp.li,
        [[logarithmic(1.5, 1e100)], [uniform(0.01, 0.9)]],
        bounds(zero(16, 1e-15), 4, 8),
        points=0.3,
    ),
    Case(
        "Si",
        mp.si,
        [[both_signs(logarithmic(1e-100, 1e4))], [uniform(-20, 20)]],
        bounds(4, zero(4, EPS), zero(8, 2 * EPS)),
        points=0.3,
    ),
    Case(
        "Ci",
        mp.ci,
        [[logarithmic(1e-100, 1e4)], [uniform(0, 20)]],
        bounds(zero(8, 1e-15), zero(4, EPS), zero(8, lambda x: 4 * EPS / x / x + EPS)),
        points=0.3,
    ),
    *(
        Case(
            name,
            reference,
            [
                [*before, region]
                for region in (
                    logarithmic(1e-100, 1e300),
                    uniform(-0.36, 5),
                    near(-0.36787944117144233, 0.3, side=1),
                )
            ],
            bounds(*{"lambertw": (4, 8, 16), "lambertw_slope": (8, 16, 16)}.get(name, (8, 16, 24))),
            partials=partials,
            keep=lambda *point: point[-1] > -0.36787944117144233,
            inert=tuple(range(len(before))),
            points=0.3,
        )
        for name, before, reference, partials in [
            (
                "lambertw",
                [],
                ref.lambertw,
                {
                    (0,): lambda x: ref.lambertw_derivative(1, x),
                    (0, 0): lambda x: ref.lambertw_derivative(2, x),
                },
            ),
            (
                "lambertw_slope",
                [],
                lambda x: ref.lambertw_derivative(1, x),
                {
                    (0,): lambda x: ref.lambertw_derivative(2, x),
                    (0, 0): lambda x: ref.lambertw_derivative(3, x),
                },
            ),
            (
                "lambertw_derivative",
                [among(1.0, 2.0)],
                ref.lambertw_derivative,
                {
                    (1,): lambda n, x: ref.lambertw_derivative(n + 1, x),
                    (1, 1): lambda n, x: ref.lambertw_derivative(n + 2, x),
                },
            ),
        ]
    ),
]

ORDER_OF_POLYLOG = [among(*map(float, range(-4, 9))), uniform(-5, 8), uniform(-20, 40)]
LOGARITHMS = [
    Case(
        name,
        reference,
        [
            [*before, order, argument]
            for order in ORDER_OF_POLYLOG
            for argument in (
                uniform(-1, 0.99),
                near(1.0, 0.5, side=-1),
                negative(logarithmic(1, 1e10)),
            )
        ],
        [Bound(1_000, ref.polylog_scale, "1e-12 of the local scale beside zeros")] * 3,
        partials=partials,
        keep=lambda *point: point[-1] < 1 and abs(point[-1]) > 1e-300,
        inert=tuple(range(len(before) + 1)),
        points=0.1,
    )
    for name, before, reference, partials in [
        (
            "polylog",
            [],
            ref.polylog,
            {
                (1,): lambda s, x: ref.polylog_derivative(1, s, x),
                (1, 1): lambda s, x: ref.polylog_derivative(2, s, x),
            },
        ),
        (
            "polylog_slope",
            [],
            lambda s, x: ref.polylog_derivative(1, s, x),
            {
                (1,): lambda s, x: ref.polylog_derivative(2, s, x),
                (1, 1): lambda s, x: ref.polylog_derivative(3, s, x),
            },
        ),
        (
            "polylog_derivative",
            [among(0.0, 1.0, 2.0)],
            ref.polylog_derivative,
            {
                (2,): lambda n, s, x: ref.polylog_derivative(n + 1, s, x),
                (2, 2): lambda n, s, x: ref.polylog_derivative(n + 2, s, x),
            },
        ),
    ]
]

DEGREE = among(*map(float, range(8)))
WITHIN = uniform(-2, 2)
POLYNOMIALS = [
    Case(
        name,
        reference,
        [[DEGREE, *others, WITHIN]],
        bounds(*[zero(64, lambda n, *x: EPS * 64 * 6**n)] * 3),
        inert=tuple(range(len(others) + 1)),
        points=0.2,
    )
    for name, reference, others in [
        ("legendre", mp.legendre, []),
        ("gegenbauer", ref.gegenbauer, [uniform(0.1, 3)]),
        ("chebyshevt", mp.chebyt, []),
        ("chebyshevu", mp.chebyu, []),
        ("hermite", mp.hermite, []),
        ("laguerre", lambda n, x: mp.laguerre(n, 0, x), []),
        ("laguerre", mp.laguerre, [uniform(-0.5, 3)]),
    ]
]

POLYNOMIALS += [
    Case(
        "gegenbauer",
        ref.gegenbauer,
        [
            [DEGREE, near(0.0, 1e-3), both_signs(uniform(2, 20))],
            [DEGREE, near_integers(-3, -1), both_signs(uniform(2, 20))],
        ],
        bounds(256, 256, 256),
        keep=lambda n, a, x: abs(a - round(a)) < 1e-3,
        inert=(0, 1),
        points=0.2,
    ),
]

TAILS = [
    [logarithmic(1e-3, 1e4), logarithmic(1e-6, 1e4)],
    [logarithmic(1e2, 1e4), logarithmic(1e2, 1e4)],
    [uniform(0.2, 30), uniform(0.1, 300)],
]
BETA_TAILS = [
    [logarithmic(1e-2, 1e3), logarithmic(1e-2, 1e3), uniform(0, 1)],
    [uniform(1, 90), uniform(1, 90), logarithmic(1e-9, 1)],
]
LARGE_TAILS = [[logarithmic(1e4, 1e12), near(1e6, 1e5)], [near(1e6, 1e3), near(1e6, 1e4)]]
INCOMPLETE = [
    (
        "gammainc_slope",
        ref.gammainc_slope,
        [],
        [*TAILS, *LARGE_TAILS],
        1,
        lambda _, n, a, x: ref.gammainc_derivative(1 + n, a, x),
        ref.has_slope,
    ),
    (
        "gammainc_derivative",
        ref.gammainc_derivative,
        [among(1.0, 2.0, 3.0)],
        [*TAILS, *LARGE_TAILS],
        2,
        lambda _, n, m, a, x: ref.gammainc_derivative(m + n, a, x),
        lambda _, a, x: ref.has_slope(a, x),
    ),
    (
        "betainc_slope",
        partial(ref.betainc_derivative, 1),
        [],
        BETA_TAILS,
        2,
        lambda _, n, *point: ref.betainc_derivative(1 + n, *point),
        ref.has_slope,
    ),
    (
        "betainc_derivative",
        ref.betainc_derivative,
        [among(1.0, 2.0, 3.0)],
        BETA_TAILS,
        3,
        lambda _, n, m, *point: ref.betainc_derivative(m + n, *point),
        lambda _, *point: ref.has_slope(*point),
    ),
]

ORDER = among(0.0, 1.0, 2.0, 0.5, 3.7)
BELOW = among(1e-3, 0.2, 0.49, 0.9, 1.01, 4.5, 9.0, -0.3, -0.5, -2.5)
NEARLY = among(0.5, 1.0, math.nextafter(1.0, 2.0), 1.5 + 1e-12, 2.5 - 1e-9, 3.0 + 1e-4, 3.25)
NEARLY_ENDED = near_integers(-4, 0)
NEARLY_WHOLE = among(2.0, 1.75 + 1e-9, 3.5 + 1e-13, 4.0 - 1e-4, 4.25)
"""Parameters with differences that are whole, or nearly so."""

AIRY = [
    ("airyai", mp.airyai, 0),
    ("airybi", mp.airybi, 0),
    ("airyaiprime", mp.airyai, 1),
    ("airybiprime", mp.airybi, 1),
]

RARE = [
    *(
        Case(name, reference, [[ORDER, uniform(0.5, 20)]], scipy(), inert=(0,), points=0.04)
        for name, reference in [
            ("besselj", mp.besselj),
            ("bessely", mp.bessely),
            ("besseli", mp.besseli),
            ("besselk", mp.besselk),
        ]
    ),
    *(
        Case(
            name,
            lambda x, of=of, order=order: ref.airy(of, order, x),
            [[uniform(-10, 5)]],
            scipy(2e-11),
            partials=ref.airy_slopes(of, order),
            points=0.1,
        )
        for name, of, order in AIRY
    ),
    *(
        Case(
            name,
            lambda x, of=of, order=order: ref.airy(of, order, x),
            [[negative(logarithmic(30, 1e30))], [uniform(30, 103)]],
            bounds(*[zero(12, ref.airy_scale((order + more) / 2 - 0.25)) for more in range(3)]),
            partials=ref.airy_slopes(of, order),
            keep=lambda x: abs(x) >= 30,
            points=0.1,
        )
        for name, of, order in AIRY
    ),
    *(
        Case(
            name,
            reference,
            [[ORDER, logarithmic(1e5, 1e15)]],
            bounds(*[zero(16, lambda n, x: 16 * EPS / math.sqrt(x))] * 3),
            keep=lambda n, x: x >= 1e5,
            inert=(0,),
            points=0.04,
        )
        for name, reference in [("besselj", mp.besselj), ("bessely", mp.bessely)]
    ),
    *(
        Case(
            name,
            reference,
            [[uniform(-300, 900), logarithmic(1e3, 1e6)]],
            [Bound(5000, lambda n, x: 1e-12 / math.sqrt(x), "1e-12 of the local scale")] * 3,
            keep=lambda n, x: x >= 1e3,
            inert=(0,),
            points=0.02,
        )
        for name, reference in [("besselj", mp.besselj), ("bessely", mp.bessely)]
    ),
    *(
        Case(
            name,
            reference,
            [
                [ORDER, logarithmic(1e-320, 1e-6)],
                [ORDER, logarithmic(1e-40, 1e-6)],
                [BELOW, logarithmic(1e-140, 1e-6)],
            ],
            [Bound(5000)] * 3,
            partials=ref.by_neighbours(reference, sign, first),
            keep=ref.is_beside_zero,
            inert=(0,),
            points=0.3,
        )
        for name, reference, sign, first in [
            ("besselj", mp.besselj, -1, 1),
            ("bessely", mp.bessely, -1, 1),
            ("besseli", mp.besseli, 1, 1),
            ("besselk", mp.besselk, 1, -1),
        ]
    ),
    *(
        Case(
            name,
            reference,
            [[near_integers(-6, 3), x] for x in (logarithmic(1e-9, 1), uniform(0.5, 20))],
            scipy(),
            partials=ref.by_neighbours(reference, sign),
            inert=(0,),
            points=0.1,
        )
        for name, reference, sign in [("besselj", mp.besselj, -1), ("besseli", mp.besseli, 1)]
    ),
    *(
        Case(
            f"{name}_beside",
            lambda n, k, x, reference=reference: reference(n + k, x),
            [
                [near_integers(-6, 3), among(-3.0, -2.0, -1.0, 0.0, 1.0), x]
                for x in (logarithmic(1e-9, 1), uniform(0.5, 20))
            ],
            scipy(),
            partials={
                (2,) * len(places): lambda n, k, x, slope=slope: slope(n + k, x)
                for places, slope in ref.by_neighbours(reference, sign).items()
            },
            inert=(0, 1),
            points=0.1,
        )
        for name, reference, sign in [("besselj", mp.besselj, -1), ("besseli", mp.besseli, 1)]
    ),
    Case(
        "gammainc",
        lambda a, x: mp.gammainc(a, 0, x, regularized=True),
        [[uniform(0.2, 30), uniform(0.1, 30)]],
        scipy(1e-14),
        inert=(0,),
        points=0.05,
    ),
    Case(
        "gammaincc",
        lambda a, x: mp.gammainc(a, x, mp.inf, regularized=True),
        [[uniform(0.2, 30), uniform(0.1, 30)]],
        scipy(1e-14),
        inert=(0,),
        points=0.05,
    ),
    Case(
        "gammaincc",
        ref.upper_gamma,
        [
            [logarithmic(1e-60, 0.1), logarithmic(1e-60, 1)],
            [logarithmic(1e-12, 1e-4), uniform(0.5, 3)],
        ],
        bounds(300, 16, 16),
        partials={
            (1,): lambda a, x: -ref.gammainc_derivative(1, a, x),
            (1, 1): lambda a, x: -ref.gammainc_derivative(2, a, x),
        },
        inert=(0,),
        points=0.2,
    ),
    Case(
        "betainc",
        lambda a, b, x: mp.betainc(a, b, 0, x, regularized=True),
        [[uniform(0.5, 9), uniform(0.5, 9), uniform(0.05, 0.95)]],
        scipy(1e-13),
        inert=(0, 1),
        points=0.05,
    ),
    Case(
        "betainc",
        lambda a, b, x: 2 / mp.pi * mp.asin(mp.sqrt(x)),
        [[among(0.5), among(0.5), near(1.0, 1e-3, side=-1)]],
        scipy(1e-15),
        partials={(2,): partial(ref.betainc_derivative, 1)},
        keep=lambda a, b, x: x < 1,
        inert=(0, 1),
    ),
    Case(
        "betainc",
        lambda a, b, x: mp.betainc(a, b, 0, x, regularized=True),
        [[logarithmic(1e-3, 300), logarithmic(1e-14, 1e-3), near(1.0, 1e-3, side=-1)]],
        bounds(500, 2, 2),
        partials={
            (2,): partial(ref.betainc_derivative, 1),
            (2, 2): partial(ref.betainc_derivative, 2),
        },
        keep=lambda a, b, x: x < 1,
        inert=(0, 1),
    ),
    *(
        Case(
            name,
            reference,
            [[*before, *region] for region in regions],
            bounds(2, 2, 2),
            partials={
                (place,): lambda *point, reference=reference, of=of: of(reference, 1, *point),
                (place, place): lambda *point, reference=reference, of=of: of(reference, 2, *point),
            },
            keep=keep,
            inert=tuple(range(place)),
            points=0.1,
        )
        for name, reference, before, regions, place, of, keep in INCOMPLETE
    ),
    *(
        Case(
            name,
            reference,
            regions,
            [
                Bound(5000),
                Bound(2),
                Bound(2),
            ],
            partials={
                (place,) * order: lambda *point, slope=slope, sign=sign, order=order: (
                    sign * slope(order, *point)
                )
                for order in (1, 2)
            },
            keep=lambda *point, reference=reference: 1e-280 < reference(*map(mpf, point)) < 0.99,
            inert=tuple(range(place)),
            points=0.03,
        )
        for name, reference, regions, place, slope, sign in [
            ("gammainc", ref.lower_gamma, TAILS, 1, ref.gammainc_derivative, 1),
            ("gammaincc", ref.upper_gamma, TAILS, 1, ref.gammainc_derivative, -1),
            ("betainc", ref.lower_beta, BETA_TAILS, 2, ref.betainc_derivative, 1),
        ]
    ),
    Case(
        "hyp2f1",
        mp.hyp2f1,
        [
            [uniform(0.5, 2), uniform(0.5, 2), uniform(1, 3), uniform(-0.9, 0.9)],
            [among(0.5, 1.5), among(0.5, 1.25), among(1.0, 2.0), near(1.0, 1e-9, side=-1)],
            [NEARLY, NEARLY, NEARLY_WHOLE, near(1.0, 0.1, side=-1)],
            [NEARLY, NEARLY, NEARLY_WHOLE, negative(logarithmic(9, 1e9))],
            [NEARLY_ENDED, uniform(0.3, 3), uniform(1, 3), uniform(-20, 0.95)],
            [NEARLY_ENDED, NEARLY_ENDED, uniform(1, 3), uniform(-20, 0.95)],
            [NEARLY_ENDED, uniform(0.3, 0.7), uniform(1, 3), negative(logarithmic(60, 1e6))],
            [uniform(0.3, 0.6), NEARLY_ENDED, uniform(1.1, 1.3), near(1.0, 0.02, side=-1)],
            [among(0.5, 1.5), near_integers(1, 4), among(1.0, 2.0), uniform(-9, -1)],
            [NEARLY_ENDED, near_integers(-4, 4), uniform(1, 3), negative(logarithmic(60, 1e6))],
            [uniform(-30, 60), uniform(-30, 60), uniform(-30, 60), uniform(-20, 0.99)],
            [uniform(-30, 60), HALVES, HALVES, near(1.0, 0.2, side=-1)],
            [uniform(-30, 60), HALVES, uniform(-30, 60), negative(logarithmic(9, 1e8))],
            [uniform(-9, 9), uniform(-9, 9), near_integers(-4, 4), uniform(-20, 0.99)],
        ],
        scipy(),
        keep=lambda a, b, c, x: x < 1 and (c > 0 or c != math.floor(c)),
        inert=(0, 1, 2),
        points=0.4,
    ),
    *(
        Case(
            name,
            reference,
            [
                [uniform(-3, 0.95)],
                [near(0.0)],
                [negative(logarithmic(1, 1e9))],
                [near(1.0, 0.05, side=-1)],
            ],
            scipy(),
            partials=partials,
            keep=lambda m: m < 1,
            points=0.1,
        )
        for name, reference, partials in [
            ("ellipk", mp.ellipk, {(0,): ref.ellipk_slope, (0, 0): ref.ellipk_curvature}),
            ("ellipe", mp.ellipe, {(0,): ref.ellipe_slope, (0, 0): ref.ellipe_curvature}),
        ]
    ),
    *(
        Case(
            name,
            reference,
            [[uniform(-6, 6)], [logarithmic(1, 1e7)]],
            scipy(),
            partials={(0,): slope, (0, 0): curvature},
            points=0.1,
        )
        for name, reference, slope, curvature in [
            ("fresnels", mp.fresnels, ref.fresnels_slope, ref.fresnels_curvature),
            ("fresnelc", mp.fresnelc, ref.fresnelc_slope, ref.fresnelc_curvature),
        ]
    ),
    *(
        Case(
            name,
            slope,
            [[uniform(-6, 6)], [both_signs(logarithmic(1, 1e7))]],
            bounds(2, 4, zero(8, lambda x: 40 * EPS * (1 + x * x))),
            partials={(0,): curvature, (0, 0): third},
            points=0.3,
        )
        for name, slope, curvature, third in [
            ("fresnels_slope", ref.fresnels_slope, ref.fresnels_curvature, ref.fresnels_third),
            ("fresnelc_slope", ref.fresnelc_slope, ref.fresnelc_curvature, ref.fresnelc_third),
        ]
    ),
]

SPECIAL_CASES = [
    *PIECES, *CIRCULAR, *NORMAL, *COMBINATORICS, *INTEGRALS, *LOGARITHMS, *POLYNOMIALS, *RARE,
]  # fmt: skip
