"""Hints: what they say is to be typed has the value that it has where it was learnt."""

from __future__ import annotations

import math
import re
import time
from statistics import NormalDist

import pytest
from command_line import call

from gradcli.errors import GradcliError
from gradcli.evaluation.solve import solve
from gradcli.syntax import signs

X, Y = 0.75, 2.0
"""The values of the variables."""


def hint_of(text: str) -> str:
    """The hint of the error that a text ends in."""
    with pytest.raises(GradcliError) as caught:
        solve(text, _used(text))
    return caught.value.hint or ""


def proposal(text: str) -> str:
    """The formula that the hint for a text tells to write."""
    hint = hint_of(text)
    assert hint.startswith("write "), hint
    return hint.removeprefix("write ").partition(", or ")[0]


def value_of(text: str) -> float:
    return solve(text, _used(text)).value


def _used(text: str) -> dict[str, object]:
    given = {"x": X, "y": Y}
    return {name: at for name, at in given.items() if re.search(rf"(?<![a-z]){name}(?!\w)", text)}


NORMAL = NormalDist(1, 2)

COUNTED = [
    # functions of any number of arguments
    ("avg(1, 2, 6)", 3),
    ("AVERAGE(x, y, 1)", 1.25),
    ("np.average([1, 2, 6])", 3),
    ("product(x, y, 2)", 3),
    ("fmax(x, 1, y)", 2),
    ("torch.fmin(3, y, x, 1)", 0.75),
    ("plus(x, y, 2, x + 1)", 6.5),
    ("Plus[x, y, 2]", 4.75),
    ("times(x, y, 2)", 3),
    ("Times[2, x + y, y]", 11),
    ("magnitude(2, y, 1)", 3),
    ("hypot(1, 1, 1, 1)", 2),
    ("math.hypot(2, y, 1)", 3),
    ("logical_and(x, y, 0)", 0),
    ("logical_or(0, x, 0)", 1),
    ("variance(1, 3)", 1),
    ("stdev(1, 3, 1, 3)", 1),
    # another number of them says something else
    ("celu(x - 1, y)", 2 * math.expm1(-0.125)),
    ("F.celu(-x, 2)", 2 * math.expm1(-0.375)),
    ("jax.nn.celu(x, 2.0)", 0.75),
    ("pnorm(x, 1, 2)", NORMAL.cdf(X)),
    ("pnorm(x, 1)", NormalDist(1, 1).cdf(X)),
    ("dnorm(x, 1, 2)", NORMAL.pdf(X)),
    ("qnorm(0.3, 1, 2)", NORMAL.inv_cdf(0.3)),
    ("norm.cdf(x, 1, 2)", NORMAL.cdf(X)),
    ("norm.pdf(x, 1, y)", NORMAL.pdf(X)),
    ("scipy.stats.norm.ppf(0.3, 1, 2)", NORMAL.inv_cdf(0.3)),
    ("norm.logpdf(x, 1, 2)", math.log(NORMAL.pdf(X))),
    ("Φ(x, 1, 2)", NORMAL.cdf(X)),
    ("Li(2, 0.5)", math.pi**2 / 12 - math.log(2) ** 2 / 2),
    ("Γ(2, x)", (1 + X) * math.exp(-X)),
    ("gamma(2, x)", (1 + X) * math.exp(-X)),
    ("iff(x > 0, x, y)", X),
    ("lg(8, y)", 3),
    ("ceiling(x, 5)", 5),
    ("round(x, 1)", 0.8),
    # a condition on numbers has been looked at
    ("Shi(1)", 1.057250875375729),
    ("Chi(1)", 0.8378669409802082),
    ("lucas(1)", 1),
    ("lucas(5)", 11),
]

MODULES = [
    ("jax.numpy.sin(x)", math.sin(X)),
    ("2*jax.numpy.linalg.norm([3, 4])", 10),
    ("np.rint(x)", 1),
    ("rint(2.5)", 2),
    ("math.nearbyint(x)", 1),
    ("np.positive(x)", X),
    ("torch.clamp(x, min=1)", 1),
    ("torch.clamp(x, max=0.5)", 0.5),
    ("torch.clamp(-x, min=0, max=0.5)", 0),
    ("torch.clamp(x, max=0.5, min=0)", 0.5),
    ("clip(x, a_min=0, a_max=0.5)", 0.5),
]
"""Functions of modules."""

REMAINDERS = [
    # as Python has them; a sign is done before a quotient, and a product
    ("7 % -3", -2),
    ("7%-3", -2),
    ("50% - 3", -2.5),
    ("50% -3", -2.5),
    ("-7 % 3", 2),
    ("5 - -7 % 3", 3),
    ("5 - 7 % 3", 4),
    ("-x*7 % 3", 0.75),
    ("x*-7 % 3", 0.75),
    ("(x + 1)(x - 1) % 2", 1.5625),
    ("8 x y % 5", 2),
    ("1 if 7 % 2 else 3", 1),
    (".5 % 3", 0.5),
    ("-7 // 2", -4),
    ("7 // -2", -4),
    ("y - 7 // 2", -1),
    ("9 % 5 // 3", 1),
    ("7 // 2 * 5 % 4", 3),
    # R does %% before products
    ("-7 %% 3", 2),
    ("x*-7 %% 3", 1.5),
    # as mathjs has them
    ("-7 mod 3", 2),
    ("-7 MOD 3", 2),
    ("7 mod -3", -2),
    ("-x mod y", 1.25),
    ("x*-7 mod 3", 0.75),
    ("y^-2 mod 3", 0.25),
    ("8 x y mod 5", 2),
    ("1 + -7 mod 3", 3),
    ("1 - 7 mod 3", 0),
    ("-5 rem 3", -2),
    ("-7 div 2", -4),
]

SHIFTS = [
    # sums and products are done before, comparisons after
    ("4*x>>1", 1),
    ("4*x + y >> 1", 2),
    ("x<<2+1", 6),
    ("1+x<<y", 7),
    ("x<<1<<y", 6),
    ("x << 7 % 5", 3),
    ("5*y>>1 == 5", 1),
]

LOGIC = [
    # words stand between comparisons, in mathjs and elsewhere
    ("x > 1 xor y > 1", 1),
    ("x > 0 XOR y > 1", 0),
    ("x == 1 xor y == 2", 1),
    ("x xor y > 3", 1),
    ("x > 1 nand y > 1", 1),
    ("x > 0 nor y > 3", 0),
    ("x > 0 implies y > 3", 0),
    ("not x > 1 implies y > 3", 0),
    ("x > 0 iff y > 3", 0),
    ("x > 1 xor y > 1 xor x > 0", 0),
    ("(x > 0 xor y > 3) + 1", 2),
    ("3 if x > 0 xor y > 1 else 4", 4),
    ("x > 5 and y > 1 xor x > 0", 0),
    # ! and ~ are done first, in C and in MATLAB
    ("!y == 2", 0),
    ("!x > -1", 1),
    ("!(x > 1) == 0", 0),
    ("~x + 3", 3),
    ("!x && y", 0),
    ("!(x > 1) || x", 1),
]

CHOICES = [
    ("y > 0 ? x > 1 ? 1 : 2 : 3", 2),
    ("y > 3 ? x > 1 ? 1 : 2 : 3", 3),
    ("x > 1 ? 1 : x > 0 ? 2 : 3", 2),
    ("2*(x > 0 ? x : y)", 1.5),
    ("max(x > 0 ? x : y, x > 1 ? 4 : 0.5)", 0.75),
    ("2*(x > 1 ? 1 : (y > 1 ? 2 : 3))", 4),
    ("if (x > 0) x else y", 0.75),
    ("if (x > 1) { x } else { y }", 2),
    ("if (x > 1) x else if (x > 0.5) y else 0", 2),
    ("2*(if (max(x, y) > 1) x else y)", 1.5),
]


NAMES = [
    # a name near to one of ours that is another function
    ("fac(5)", 120),
    ("nint(2.6)", 3),
    ("igamma(2, x)", 1 - (1 + X) * math.exp(-X)),
    ("gammainc_lower(2, x)", 1 - (1 + X) * math.exp(-X)),
    ("gammaincu(2, x)", (1 + X) * math.exp(-X)),
    ("shi(1)", 1.057250875375729),
    ("chi(1)", 0.8378669409802082),
    ("cosech(x)", 1 / math.sinh(X)),
    ("acosec(y)", math.asin(0.5)),
    ("arccotan(y)", math.atan(0.5)),
    ("betai(2, 3, 0.5)", 0.6875),
    ("ibeta(2, 3, 0.5)", 0.6875),
    ("BetaRegularized(0.5, 2, 3)", 0.6875),
    ("log10p(x)", math.log10(1.75)),
    ("sinhc(x)", math.sinh(X) / X),
    ("atan2d(1, 1)", 45),
    ("bound(y, 0, 1)", 1),
    ("li2(x)", 0.978469392930306103743),
    ("li3(x)", 0.844425808862204448504),
    ("pow2(x)", 2**X),
    ("pow2(x, 3)", 6),
    ("normsinv(x)", NormalDist().inv_cdf(X)),
    ("norminv(x, 1, 2)", NORMAL.inv_cdf(X)),
    ("NORM.S.INV(x)", NormalDist().inv_cdf(X)),
    ("1 + NORM.INV(x, 1, 2)", 1 + NORMAL.inv_cdf(X)),
    # one that is another function there
    ("math.remainder(7, 4)", -1),
    ("math.remainder(x + 6, 4)", -1.25),
    ("torch.remainder(-7, 3)", 2),
    ("torch.frac(-2.5)", -0.5),
    ("cosc(0.7)", -1.36524037552035331),
    ("UnitStep(0)", 1),
    ("UnitStep(-x)", 0),
]

INVERSE = [
    ("erf^-1(x)", 0.813419847597618541690),
    ("erf⁻¹(x)", 0.813419847597618541690),
    ("erfc^-1(x)", 0.225312055012178104725),
    ("erfc^-1(x + 0.25)", 0),
    ("normal_cdf^-1(x)", NormalDist().inv_cdf(X)),
    ("sigmoid^-1(x)", math.log(3)),
    ("logit^-1(x)", 1 / (1 + math.exp(-X))),
    ("log10^-1(x)", 10**X),
    ("log2⁻¹(x + 1)", 2**1.75),
    ("ln^-1(x)", math.exp(X)),
    ("expm1^-1(x)", math.log(1.75)),
    ("asin^-1(x)", math.sin(X)),
    ("sinh^-1(x)", math.asinh(X)),
]
"""What ``f^-1`` is written for: an inverse function."""

WRITTEN = [
    # dots of Julia, whose ÷ is a whole quotient
    ("x.==y", 0),
    ("x.<y", 1),
    ("x .>= y", 0),
    ("x.!=y", 1),
    ("7.5.÷y", 3),
    # signs, and the writer's own numbers
    ("∛-8", -2),
    ("∥x∥", 0.75),
    ("∥[3, 4]∥", 5),
    ("diff(x^3)", 3 * X**2),
    ("8 Mod 3", 2),
    ("7 Div y", 3),
    ("x Xor y > 3", 1),
    ("x shl 2", 3),
    ("9 shr y", 2),
]


@pytest.mark.parametrize(
    ("text", "value"),
    [*NAMES, *INVERSE, *WRITTEN, *COUNTED, *MODULES, *REMAINDERS, *SHIFTS, *LOGIC, *CHOICES],
)
def test_what_a_hint_proposes_has_the_value_that_was_meant(text: str, value: float) -> None:
    assert value_of(proposal(text)) == pytest.approx(value, rel=1e-13)


NOTHING = ("expn", "cis", "jinc")
"""Functions that have no short form here."""


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("fma(x, y, 1, 2)", "fma(x, y, z) is written x*y + z"),
        ("math.fma(x, y, 1, 2)", "fma(x, y, z) is written x*y + z"),
        ("sqr(x, y)", "sqr(x) is written x^2"),
        ("3!!!", "write (3!!)! for the factorial of 3!!"),
        ("4! !", "write (4!)! for the factorial of 4!"),
        ("5! !!", "write (5!)!! for the double factorial of 5!"),
        *((f"{name}(x, 2)", "to see all of them: gradcli functions") for name in NOTHING),
        ("Chi(-1)", "write (Ei(x) - E1(x))/2 for x > 0"),
        (
            "torch.special.zeta(x, 1)",
            "'zeta' takes 1 argument, not 2; see: gradcli functions zeta",
        ),
    ],
)
def test_no_argument_is_lost_where_nothing_is_known_of_it(text: str, hint: str) -> None:
    assert hint_of(text) == hint


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (
            ["descend", "lr*x^2", "--lr", "2", "--x", "1"],
            "--lr is an option: write --set lr=… for a variable of that name",
        ),
        (["eval", "x^2", "--x", "2", "--assert", "out ~ 4"], "write out == 4 ± 1e-9"),
        (["eval", "x^2", "--x", "2", "--assert", "out ≈ 4"], "write out == 4 ± 1e-9"),
    ],
)
def test_a_hint_of_a_command_is_about_what_was_typed(words: list[str], hint: str) -> None:
    told = call(*words, variables={"COLUMNS": "120"})
    assert told.code
    assert told.err.splitlines()[-1] == hint
    if "--set" in hint:
        words[2:4] = ["--set", "lr=2"]
    else:
        words[-1] = hint.removeprefix("write ")
    assert call(*words).code == 0


@pytest.mark.parametrize("sign", [";", ",", " ,", "; "])
def test_several_assertions_stand_each_behind_its_own_option(sign: str) -> None:
    claims = ["out == 4", "max(out, 1) == 4", "d/dx == 4"]
    told = call("eval", "x^2", "--x", "2", "--assert", sign.join(claims))
    assert told.code
    assert told.err.splitlines()[-1] == "write each behind its own --assert, or `and` between"
    assert not call("eval", "x^2", "--x", "2", "--assert", " and ".join(claims)).code
    apart = (word for claim in claims for word in ("--assert", claim))
    assert not call("eval", "x^2", "--x", "2", *apart).code


@pytest.mark.parametrize(
    "part", ["1.5 ", "x ", ".5 ", "(x)", "f(x) ", "-x*-y ", "x^-2 * ", "a<<b>>c "]
)
def test_a_text_of_many_factors_is_read_in_one_way(part: str) -> None:
    """Where a pattern fits in two ways, it takes twice as long with each factor."""
    begin = time.process_time()
    assert not [*signs.written((part * signs.LONG)[: signs.LONG - 1] + "$")][9:]
    assert time.process_time() - begin < 2
