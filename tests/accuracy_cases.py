"""How accurate each function of the rule table has to be, and where: data for the checker.

Bounds are in units in the last place, for the value, the first and the second partials. An
absolute bound stands beside them only where a result passes through zero, and says why.
"""

import math

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
from accuracy_special import SPECIAL_CASES
from mpmath import mp, mpf

ANY = both_signs(logarithmic(1e-300, 1e300))
MIDDLE = uniform(-30, 30)
LINE = [[ANY], [MIDDLE]]
PLANE = [[ANY, ANY], [MIDDLE, MIDDLE]]
FAR = both_signs(logarithmic(1e-150, 1e300))
WIDE = both_signs(logarithmic(1e-140, 1e140))
WIDE_PLANE = [[WIDE, WIDE], [MIDDLE, MIDDLE]]


ARITHMETIC = [
    Case("add", lambda x, y: x + y, PLANE, bounds(1, 0, 0)),
    Case("sub", lambda x, y: x - y, PLANE, bounds(1, 0, 0)),
    Case("mul", lambda x, y: x * y, WIDE_PLANE, bounds(1, 0, 0)),
    Case(
        "div",
        lambda x, y: x / y,
        [[WIDE, both_signs(logarithmic(1e-80, 1e80))], *WIDE_PLANE[1:]],
        bounds(1, 3, 4),
    ),
    Case("neg", lambda x: -x, LINE, bounds(0, 0, 0)),
    Case("id", lambda x: x, LINE, bounds(0, 0, 0)),
    Case("mod", lambda x, y: x - y * mp.floor(x / y), [[MIDDLE, MIDDLE]], bounds(1, 0, 0)),
    Case(
        "pow",
        lambda x, y: x**y,
        [
            [logarithmic(1e-300, 1e300), both_signs(logarithmic(1e-300, 1e3))],
            [near(1.0), both_signs(logarithmic(1, 1e12))],
            [uniform(0, 10), uniform(-10, 10)],
            [logarithmic(1e-30, 1e30), uniform(-10, 10)],
        ],
        bounds(1, 8, {(): Bound(12), (0, 1): zero(12, ref.pow_twist_scale)}),
        keep=lambda x, y: max(abs(y), abs(y - 1), abs(y - 2)) * abs(math.log(x)) < 650,
        points=0.5,
    ),
    Case(
        "pow",
        lambda x, y: x**y,
        [[negative(logarithmic(1e-10, 1e10)), among(*range(-20, 21))]],
        bounds(1, 8, 12),
        inert=(1,),
    ),
]

COMPARISON = [
    *(
        Case(name, reference, PLANE, bounds(0, 0, 0), points=0.2)
        for name, reference in {
            "lt": lambda x, y: mpf(x < y),
            "le": lambda x, y: mpf(x <= y),
            "gt": lambda x, y: mpf(x > y),
            "ge": lambda x, y: mpf(x >= y),
            "eq": lambda x, y: mpf(x == y),
            "ne": lambda x, y: mpf(x != y),
            "and": lambda x, y: mpf(bool(x) and bool(y)),
            "or": lambda x, y: mpf(bool(x) or bool(y)),
        }.items()
    ),
    Case("not", lambda x: mpf(not x), LINE, bounds(0, 0, 0)),
    Case("where", ref.choose, [[among(0.0, 1.0), ANY, ANY]], bounds(0, 0, 0), inert=(0,)),
]

STEPS = [
    Case("abs", abs, LINE, bounds(0, 0, 0)),
    Case("sign", ref.sgn, LINE, bounds(0, 0, 0)),
    Case("step", lambda x: mpf(x > 0), LINE, bounds(0, 0, 0)),
    Case(
        "floor",
        mp.floor,
        [[uniform(-50, 50)], [both_signs(logarithmic(1e-300, 1e9))]],
        bounds(0, 0, 0),
    ),
    Case(
        "ceil",
        mp.ceil,
        [[uniform(-50, 50)], [both_signs(logarithmic(1e-300, 1e9))]],
        bounds(0, 0, 0),
    ),
    Case(
        "round",
        mp.nint,
        [[uniform(-50, 50)], [both_signs(logarithmic(1e-300, 1e9))]],
        bounds(0, 0, 0),
    ),
    Case(
        "clip",
        lambda x, low, high: min(max(x, low), high),
        [[uniform(-3, 3), uniform(-2, 0), uniform(0, 2)]],
        bounds(0, 0, 0),
    ),
]

ROOTS = [
    Case("sqrt", mp.sqrt, [[logarithmic(1e-320, 1.7e308)], [uniform(0, 10)]], bounds(1, 3, 4)),
    Case(
        "cbrt",
        lambda x: ref.sgn(x) * mp.cbrt(abs(x)),
        [
            [both_signs(logarithmic(1e-320, 1.7e308))],
            [MIDDLE],
            [both_signs(uniform(1.79e308, 1.7976931348623157e308))],
        ],
        bounds(1, 10, 10),
    ),
    Case(
        "hypot",
        mp.hypot,
        [[ANY, ANY], [MIDDLE, MIDDLE]],
        bounds(1, 3, 6),
        partials={
            (0, 0): lambda x, y: y**2 / mp.hypot(x, y) ** 3,
            (0, 1): lambda x, y: -x * y / mp.hypot(x, y) ** 3,
            (1, 1): lambda x, y: x**2 / mp.hypot(x, y) ** 3,
        },
    ),
]

EXPONENTIALS = [
    Case(
        "exp",
        mp.exp,
        [[both_signs(logarithmic(1e-300, 709))], [uniform(-745, 709.7)]],
        bounds(1, 3, 3),
    ),
    Case(
        "exp2",
        lambda x: mpf(2) ** x,
        [[both_signs(logarithmic(1e-300, 1023))], [uniform(-1074, 1023)]],
        bounds(1, 3, 4),
    ),
    Case(
        "expm1",
        mp.expm1,
        [[both_signs(logarithmic(1e-300, 709))], [uniform(-40, 709.7)]],
        bounds(1, 3, 3),
    ),
    Case(
        "log",
        mp.log,
        [[logarithmic(1e-320, 1.7e308)], [uniform(0, 10)], [near(1.0)]],
        bounds(1, 3, 3),
    ),
    Case(
        "log2",
        lambda x: mp.log(x) / mp.log(2),
        [[logarithmic(1e-320, 1.7e308)], [uniform(0, 10)], [near(1.0)]],
        bounds(1, 3, 4),
    ),
    Case(
        "log10",
        mp.log10,
        [[logarithmic(1e-320, 1.7e308)], [uniform(0, 10)], [near(1.0)]],
        bounds(1, 3, 4),
    ),
    Case(
        "log1p",
        mp.log1p,
        [[logarithmic(1e-300, 1.7e308)], [uniform(-1, 10)], [near(0.0)], [near(-1.0, side=1)]],
        bounds(1, 3, 4),
    ),
    Case(
        "log",
        mp.log,
        [
            [logarithmic(1e-100, 1e100), logarithmic(1e-100, 1e100)],
            [uniform(0, 10), uniform(0, 10)],
            [near(1.0), near(1.0)],
        ],
        bounds(3, 6, {(): Bound(16), (1, 1): zero(16, ref.log_curvature_scale)}),
    ),
    Case(
        "xlogy",
        lambda x, y: x * mp.log(y),
        [[WIDE, logarithmic(1e-140, 1e140)], [MIDDLE, uniform(0, 10)], [MIDDLE, near(1.0)]],
        bounds(2, 3, 3),
        partials={(0, 0): ref.nothing},
    ),
]

CIRCLE = [
    [both_signs(logarithmic(1e-300, 1.0))],
    [uniform(-1, 1)],
    [near(1.0, side=-1)],
    [near(-1.0, side=1)],
]
CIRCULAR = [
    Case("sin", mp.sin, LINE, bounds(1, 3, 3)),
    Case("cos", mp.cos, LINE, bounds(1, 3, 3)),
    Case("tan", mp.tan, [*LINE, [near(math.pi / 2)]], bounds(2, 5, 8)),
    Case("asin", mp.asin, CIRCLE, bounds(2, 5, 8)),
    Case("acos", mp.acos, CIRCLE, bounds(2, 5, 8)),
    Case("atan", mp.atan, LINE, bounds(2, 5, 8)),
    Case(
        "atan2",
        mp.atan2,
        [[FAR, FAR], [MIDDLE, MIDDLE]],
        bounds(
            1,
            3,
            {
                (): Bound(8),
                (0, 1): zero(8, lambda y, x: 6 * EPS / math.hypot(x, y) / math.hypot(x, y)),
            },
        ),
        partials={
            (0, 0): lambda y, x: -2 * x * y / mp.hypot(x, y) ** 4,
            (0, 1): lambda y, x: (y - x) * (y + x) / mp.hypot(x, y) ** 4,
            (1, 1): lambda y, x: 2 * x * y / mp.hypot(x, y) ** 4,
        },
    ),
]

HYPERBOLIC = [
    Case(
        "sinh",
        mp.sinh,
        [[both_signs(logarithmic(1e-300, 710))], [uniform(-710, 710)], [MIDDLE]],
        bounds(2, 5, 5),
    ),
    Case(
        "cosh",
        mp.cosh,
        [[both_signs(logarithmic(1e-300, 710))], [uniform(-710, 710)], [MIDDLE]],
        bounds(2, 5, 5),
    ),
    Case("tanh", mp.tanh, [*LINE, [uniform(-400, 400)]], bounds(2, 5, 10)),
    Case("sech", mp.sech, [*LINE, [uniform(-745, 745)]], bounds(2, 4, zero(8, 4 * EPS))),
    Case("asinh", mp.asinh, LINE, bounds(2, 5, 8)),
    Case(
        "acosh",
        mp.acosh,
        [[logarithmic(1.0, 1e300)], [uniform(1, 30)], [near(1.0, side=1)]],
        bounds(3, 5, 10),
    ),
    Case("atanh", mp.atanh, CIRCLE, bounds(3, 5, 8)),
]

ACTIVATIONS = [
    Case(
        "sigmoid",
        ref.sigmoid,
        [[both_signs(logarithmic(1e-300, 1e3))], [uniform(-700, 700)], [MIDDLE]],
        bounds(3, 4, 8),
    ),
    Case(
        "logit",
        lambda p: mp.log(p / (1 - p)),
        [[logarithmic(1e-300, 1)], [uniform(0, 1)], [near(1.0, side=-1)], [near(0.5)]],
        bounds(4, 4, 10),
    ),
    Case(
        "softplus",
        lambda x: mp.log1p(mp.exp(x)),
        [[both_signs(logarithmic(1e-300, 700))], [uniform(-740, 740)], [MIDDLE]],
        bounds(3, 4, 8),
        partials={(0,): ref.sigmoid, (0, 0): lambda x: ref.sigmoid(x) * ref.sigmoid(-x)},
    ),
    Case(
        "silu",
        lambda x: x * ref.sigmoid(x),
        [[both_signs(logarithmic(1e-300, 700))], [uniform(-740, 740)], [MIDDLE]],
        bounds(4, zero(8, 2 * EPS), zero(16, 4 * EPS)),
    ),
    Case(
        "gelu",
        lambda x: x * ref.normal_cdf(x),
        [[both_signs(logarithmic(1e-300, 37))], [uniform(-37, 37)], [uniform(-3, 3)]],
        bounds(4, zero(8, 2 * EPS), zero(16, 4 * EPS)),
        partials={
            (0,): lambda x: ref.normal_cdf(x) + x * mp.npdf(x),
            (0, 0): lambda x: mp.npdf(x) * (2 - x * x),
        },
    ),
    Case("relu", lambda x: max(x, mpf(0)), LINE, bounds(0, 0, 0)),
    Case("leaky_relu", ref.leaky_relu, [[ANY], [MIDDLE]], bounds(1, 0, 0)),
    Case("leaky_relu", ref.leaky_relu, [[WIDE, WIDE], [MIDDLE, MIDDLE]], bounds(1, 0, 0)),
    Case("elu", ref.elu, [[both_signs(logarithmic(1e-300, 700))], [MIDDLE]], bounds(1, 1, 1)),
    Case(
        "elu",
        ref.elu,
        [[both_signs(logarithmic(1e-100, 30)), WIDE], [MIDDLE, MIDDLE]],
        bounds(2, 2, 2),
        partials={(1, 1): ref.nothing},
    ),
    Case("selu", ref.selu, [[both_signs(logarithmic(1e-300, 700))], [MIDDLE]], bounds(3, 3, 3)),
]

NORMAL = [
    Case(
        "erf",
        mp.erf,
        [[both_signs(logarithmic(1e-300, 30))], [uniform(-6, 6)], [uniform(-26, 26)]],
        bounds(2, 4, 6),
        partials={
            (0,): lambda x: 2 / mp.sqrt(mp.pi) * mp.exp(-x * x),
            (0, 0): lambda x: -4 * x / mp.sqrt(mp.pi) * mp.exp(-x * x),
        },
    ),
    Case(
        "erfc",
        mp.erfc,
        [[both_signs(logarithmic(1e-300, 26))], [uniform(-6, 6)], [uniform(0, 26.5)]],
        bounds(2, 4, 6),
        partials={
            (0,): lambda x: -2 / mp.sqrt(mp.pi) * mp.exp(-x * x),
            (0, 0): lambda x: 4 * x / mp.sqrt(mp.pi) * mp.exp(-x * x),
        },
    ),
    Case(
        "gaussian",
        lambda x: mp.exp(-x * x),
        [[both_signs(logarithmic(1e-300, 26))], [uniform(-26.5, 26.5)]],
        bounds(2, 4, zero(8, 4 * EPS)),
    ),
    Case(
        "normal_pdf",
        lambda x: mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi),
        [[both_signs(logarithmic(1e-300, 37))], [uniform(-37.5, 37.5)]],
        bounds(3, 4, zero(8, EPS)),
    ),
    Case(
        "normal_cdf",
        ref.normal_cdf,
        [[both_signs(logarithmic(1e-300, 37))], [uniform(-37.5, 37.5)], [uniform(-3, 3)]],
        bounds(3, 4, 6),
        partials={(0,): mp.npdf, (0, 0): lambda x: -x * mp.npdf(x)},
    ),
]

GAMMA_LINE = [
    [logarithmic(1e-300, 171)],
    [uniform(0, 5)],
    [uniform(0, 171)],
    [uniform(-20, 0)],
    [uniform(-170, 0)],
    [near_integers(-30, 5)],
]


GAMMA = [
    Case(
        "gamma",
        mp.gamma,
        GAMMA_LINE,
        bounds(6, zero(10, 1e-15), 8),
        partials={
            (0,): lambda x: mp.gamma(x) * mp.psi(0, x),
            (0, 0): lambda x: mp.gamma(x) * (mp.psi(0, x) ** 2 + mp.psi(1, x)),
        },
        keep=ref.not_a_pole,
    ),
    Case(
        "lgamma",
        ref.log_gamma,
        [*GAMMA_LINE, [logarithmic(1, 1e300)]],
        bounds(zero(8, 1e-15), zero(8, 4e-16), 6),
        partials={(0,): lambda x: mp.psi(0, x), (0, 0): lambda x: mp.psi(1, x)},
        keep=ref.not_a_pole,
    ),
    Case(
        "digamma",
        lambda x: mp.psi(0, x),
        [*GAMMA_LINE, [logarithmic(1, 1e300)]],
        bounds(zero(8, 4e-16), 6, zero(16, 64 * EPS)),
        partials={(0,): lambda x: mp.psi(1, x), (0, 0): lambda x: mp.psi(2, x)},
        keep=ref.not_a_pole,
    ),
    Case(
        "polygamma",
        lambda n, x: mp.psi(int(n), x),
        [[among(0.0, 1.0, 2.0, 3.0, 6.0), region] for box in GAMMA_LINE for region in box],
        bounds(*[zero(16, ref.polygamma_scale)] * 3),
        partials={
            (1,): lambda n, x: mp.psi(int(n) + 1, x),
            (1, 1): lambda n, x: mp.psi(int(n) + 2, x),
        },
        keep=lambda n, x: ref.not_a_pole(x),
        inert=(0,),
    ),
    Case(
        "beta",
        mp.beta,
        [
            [logarithmic(1e-20, 100), logarithmic(1e-20, 100)],
            [uniform(0, 20), uniform(0, 20)],
            [uniform(-20, 20), uniform(-20, 20)],
            [among(-0.3, -5.4, 2.7), near_integers(-9, 3)],
            [logarithmic(1e2, 1e12), logarithmic(1e-3, 1e3)],
        ],
        bounds(16, zero(16, ref.beta_slope_scale), zero(16, ref.beta_curvature_scale)),
        partials={
            (0,): ref.beta_slope,
            (1,): lambda x, y: ref.beta_slope(y, x),
            (0, 0): ref.beta_curvature,
            (1, 1): lambda x, y: ref.beta_curvature(y, x),
            (0, 1): ref.beta_twist,
        },
        keep=lambda x, y: ref.not_a_pole(x) and ref.not_a_pole(y) and ref.not_a_pole(x + y),
        points=0.2,
    ),
    *(
        Case(
            f"beta_slope_{name}",
            lambda x, y, place=place: ref.beta_slope(*((x, y), (y, x))[place]),
            [
                [logarithmic(1e-9, 100), logarithmic(1e-9, 100)],
                [logarithmic(1e2, 1e12), logarithmic(1e-3, 1e2)],
                [logarithmic(1e-3, 1e2), logarithmic(1e2, 1e12)],
                [uniform(-9, 9), uniform(-9, 9)],
            ],
            bounds(
                zero(16, ref.beta_slope_scale),
                zero(16, ref.beta_curvature_scale),
                zero(16, ref.beta_third_scale),
            ),
            partials={
                (place,): lambda x, y, place=place: ref.beta_curvature(*((x, y), (y, x))[place]),
                (1 - place,): ref.beta_twist,
            },
            keep=lambda x, y: ref.not_a_pole(x) and ref.not_a_pole(y) and ref.not_a_pole(x + y),
            points=0.05,
        )
        for place, name in enumerate("xy")
    ),
    Case(
        "beta_slope_xx",
        ref.beta_curvature,
        [
            [logarithmic(1e-9, 100), logarithmic(1e-9, 100)],
            [logarithmic(1e2, 1e12), logarithmic(1e-3, 1e2)],
            [logarithmic(1e-3, 1e2), logarithmic(1e2, 1e12)],
            [uniform(-9, 9), uniform(-9, 9)],
        ],
        bounds(
            zero(16, ref.beta_curvature_scale),
            zero(16, ref.beta_third_scale),
            zero(16, ref.beta_fourth_scale),
        ),
        partials={(0,): ref.beta_third, (1,): ref.beta_twists_slope},
        keep=lambda x, y: ref.not_a_pole(x) and ref.not_a_pole(y) and ref.not_a_pole(x + y),
        points=0.05,
    ),
    Case(
        "beta_slope_xy",
        ref.beta_twist,
        [
            [logarithmic(1e-20, 100), logarithmic(1e-20, 100)],
            [uniform(0, 20), logarithmic(1e-9, 1)],
            [uniform(0, 30), uniform(0, 30)],
            [logarithmic(1e2, 1e9), logarithmic(1e-9, 1e2)],
        ],
        bounds(16, zero(16, ref.beta_third_scale), zero(16, ref.beta_fourth_scale)),
        partials={
            (0,): ref.beta_twists_slope,
            (1,): lambda x, y: ref.beta_twists_slope(y, x),
        },
        points=0.05,
    ),
    Case(
        "beta_slope_xy",
        ref.beta_twist,
        [[uniform(-9, 9), uniform(-9, 9)]],
        bounds(
            zero(16, ref.beta_curvature_scale),
            zero(16, ref.beta_third_scale),
            zero(16, ref.beta_fourth_scale),
        ),
        partials={
            (0,): ref.beta_twists_slope,
            (1,): lambda x, y: ref.beta_twists_slope(y, x),
        },
        keep=lambda x, y: ref.not_a_pole(x) and ref.not_a_pole(y) and ref.not_a_pole(x + y),
        points=0.05,
    ),
    Case(
        "beta_derivative",
        ref.beta_partial,
        [
            [among(0.0, 1.0), among(0.0, 1.0), *box]
            for box in (
                [logarithmic(1e-9, 100), logarithmic(1e-9, 100)],
                [logarithmic(1e2, 1e9), logarithmic(1e-3, 1e2)],
                [uniform(-9, 9), uniform(-9, 9)],
                [near_integers(-4, 0), uniform(0.2, 5)],
            )
        ],
        bounds(*[zero(512, ref.beta_partial_scale)] * 3),
        partials={
            places: lambda i, j, x, y, places=places: ref.beta_partial(
                i + places.count(2), j + places.count(3), x, y
            )
            for places in [(2,), (3,), (2, 2), (2, 3), (3, 3)]
        },
        keep=lambda i, j, x, y: ref.not_a_pole(x) and ref.not_a_pole(y),
        inert=(0, 1),
        points=0.04,
    ),
]

UNIT = uniform(0, 1)
LOSSES = [
    Case("mse", lambda y, t: (y - t) ** 2, WIDE_PLANE, bounds(2, 1, 0)),
    Case(
        "huber",
        ref.huber,
        [[MIDDLE, MIDDLE, uniform(0, 30)]],
        bounds(3, {(): Bound(2), (2,): zero(2, 60 * EPS)}, 2),
    ),
    Case("huber", ref.huber, [[MIDDLE, MIDDLE], [uniform(-1, 1), uniform(-1, 1)]], bounds(3, 2, 2)),
    Case(
        "hinge",
        lambda y, t: max(1 - t * y, mpf(0)),
        [[MIDDLE, MIDDLE], [uniform(-2, 2), uniform(-2, 2)]],
        bounds(zero(2, lambda y, t: EPS * (1 + abs(t * y))), 0, 0),
    ),
    Case(
        "binary_cross_entropy_logits",
        lambda z, t: t * mp.log1p(mp.exp(-z)) + (1 - t) * mp.log1p(mp.exp(z)),
        [[MIDDLE, UNIT], [uniform(-700, 700), UNIT], [uniform(-700, 700), among(0, 1)]],
        bounds(
            4,
            {(0,): zero(4, lambda z, t: 2 * EPS), (): zero(4, 2 * EPS)},
            {(0, 0): Bound(8), (): zero(4, 2 * EPS)},
        ),
        partials={(0, 0): lambda z, t: ref.sigmoid(z) * ref.sigmoid(-z)},
    ),
    Case(
        "binary_cross_entropy_logits",
        lambda z, t: t * mp.log1p(mp.exp(-z)) + (1 - t) * mp.log1p(mp.exp(z)),
        [[uniform(-700, -40), among(0)], [uniform(40, 700), among(1)]],
        bounds(4, 4, 8),
        inert=(1,),
        partials={(0, 0): lambda z, t: ref.sigmoid(z) * ref.sigmoid(-z)},
    ),
    Case(
        "cross_entropy",
        ref.cross_entropy,
        [[UNIT, UNIT], [logarithmic(1e-300, 1), UNIT]],
        bounds(2, 3, 3),
        partials={(1, 1): ref.nothing},
    ),
    Case(
        "binary_cross_entropy",
        ref.binary_cross_entropy,
        [[UNIT, UNIT], [logarithmic(1e-12, 1), UNIT], [logarithmic(1e-140, 0.5), among(0)]],
        bounds(
            4,
            {
                (0,): zero(4, lambda p, t: 2 * EPS * (t / p + (1 - t) / (1 - p))),
                (1,): zero(4, lambda p, t: EPS * abs(math.log(p * (1 - p)))),
                (): Bound(4),
            },
            6,
        ),
        partials={(1, 1): ref.nothing},
    ),
]


FLAT = {(i, j): ref.nothing for i in range(3) for j in range(i, 3)}
VARIADIC = [
    Case("sum", lambda *x: mp.fsum(x), [[MIDDLE] * 3], bounds(zero(1, ref.size), 0, 0)),
    Case(
        "mean",
        lambda *x: mp.fsum(x) / len(x),
        [[MIDDLE] * 3],
        bounds(zero(2, ref.size), 1, 0),
        partials=FLAT,
    ),
    Case("prod", lambda *x: mp.fprod(x), [[MIDDLE] * 3], bounds(2, 1, 0)),
    Case("max", max, [[MIDDLE] * 3], bounds(0, 0, 0)),
    Case("min", min, [[MIDDLE] * 3], bounds(0, 0, 0)),
    Case(
        "norm",
        ref.norm,
        [[MIDDLE] * 3, [both_signs(logarithmic(1e-60, 1e60))] * 3],
        bounds(1, 3, 8),
    ),
    Case(
        "logsumexp",
        ref.logsumexp,
        [
            [MIDDLE] * 3,
            [uniform(-2, 2)] * 3,
            [uniform(-700, 700)] * 3,
            [near(1e10, 50)] * 3,
            [near(-1e15, 50)] * 3,
            [near(-math.log(3), 1)] * 3,
            [uniform(-3, 0)] * 3,
        ],
        bounds(2, 4, 10),
    ),
]

CASES = [
    *ARITHMETIC, *COMPARISON, *STEPS, *ROOTS, *EXPONENTIALS, *CIRCULAR, *HYPERBOLIC,
    *ACTIVATIONS, *NORMAL, *GAMMA, *LOSSES, *VARIADIC, *SPECIAL_CASES,
]  # fmt: skip
