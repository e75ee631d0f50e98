"""What else has to be known of a function than its rule, and who has forgotten it.

`REGISTRIES` is the list of all that a new line of the rule table brings along. A fact counts as
forgotten if it holds, as mpmath has it at many points, and is not said.
"""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from functools import cached_property

import exact_values
from accuracy_cases import CASES
from mpmath import mp, mpf
from random_programs import FUNCTIONS, LEFT_OUT, PAIRS

import gradcli
from gradcli.engine.beyond import GREATEST, LEAVING, SMALLEST
from gradcli.engine.interpreter import evaluate
from gradcli.engine.scalar import OPERATIONS, SPECIAL, operation
from gradcli.graph.node import Graph
from gradcli.graph.rules import table
from gradcli.graph.variadic import VARIADIC
from gradcli.trust import references

COMPUTED = {*OPERATIONS, *SPECIAL}
"""What has a value on floats."""

MODERATE = (0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0, -2.5, 1.5)

FAR = (1e-300, -1e-300, 0.5, 2.0, 30.0, -30.0, 800.0, -800.0)

STEP = mpf(10) ** -15

SAMPLE = 24


def moderate(arity):
    """Points where functions are at home: fewer of several arguments, for mpmath takes its time."""
    return itertools.product(MODERATE[: {1: 10, 2: 7}.get(arity, 4)], repeat=arity)


class Function:
    """A function of the rule table, and all that is known of it elsewhere.

    Attributes:
        entry: its line.
        rules: the table that the line is in.
        computed: its value on floats; None if it has none.
        cases: its accuracy cases.
    """

    def __init__(self, entry, rules=None, computed=None, cases=None):
        self.entry = entry
        self.rules = rules or table()
        own = operation(entry.name) if entry.name in COMPUTED else None
        self.computed = computed or own
        arity = len(entry.params)
        found = [case for case in CASES if case.name == entry.name and arity in {0, case.arity}]
        self.cases = found if cases is None else cases

    @property
    def arity(self):
        """How many arguments it takes; 3 stand for any number."""
        return len(self.entry.params) or 3

    @property
    def is_written_out(self):
        """Whether it is no operation of its own: the sum of many."""
        rule = VARIADIC.get(self.entry.name)
        return rule is not None and rule.written is not None

    @property
    def facts(self):
        """What its line says."""
        return self.rules.facts(self.entry.name, self.arity)

    def exact(self, point):
        """Its value in mpmath, None where it has no real and finite one."""
        if not self.cases:
            return None
        try:
            value = self.cases[0].reference(*map(mpf, point))
        except (ValueError, ZeroDivisionError, OverflowError, TypeError, mp.NoConvergence):
            return None
        if isinstance(value, mp.mpc) or not mp.isfinite(value):
            return None
        return value

    @property
    def moving(self):
        """The arguments that it has a derivative by: a whole order is none."""
        inert = [set(case.inert) for case in self.cases]
        return sorted({*range(self.arity)} - set.intersection(*inert)) if inert else ()

    @cached_property
    def sample(self):
        """Points of its domain, with the values there."""
        points = [point for case in self.cases for point in case.sample(SAMPLE // len(self.cases))]
        points += moderate(self.arity)
        pairs = [(point, self.exact(point)) for point in points]
        return [(point, value) for point, value in pairs if value is not None]

    def holds(self, condition, point):
        """Whether a condition of its line holds at a point; None if there is no such condition."""
        graph = Graph()
        inputs = [graph.input(f"x{place}") for place in range(self.arity)]
        node = condition(graph, self.entry.name, tuple(inputs))
        return None if node is None else bool(evaluate(graph, [node], inputs, point)[0])


# --- Registries: each yields what it has forgotten of a function --------------------------------


def values_on_floats(function):
    if not function.is_written_out and function.computed is None:
        yield "it has no value on floats: gradcli/engine/scalar.py"


def accuracy(function):
    if not function.cases:
        yield "it has no reference and no bounds: tests/accuracy_cases.py"


def readers(function):
    if not function.is_written_out and function.entry.name not in exact_values.FUNCTIONS:
        yield "the independent reader does not know it: tests/exact_values.py"


MANY_DIGITS = references.references(references.load()).keys() | references.NONE.keys()

INSIDE = ("_slope", "_derivative", "_rise", "_beside")
"""What the names of functions have in them that only derivatives are made of."""


def many_digits(function):
    name = function.entry.name
    is_asked = not function.is_written_out and not any(part in name for part in INSIDE)
    if is_asked and name not in MANY_DIGITS:
        yield "check has no reference for it, and no reason: gradcli/trust/references.py"


def random_programs(function):
    pool = {1: FUNCTIONS, 2: PAIRS}.get(len(function.entry.params))
    if pool is not None and function.entry.name not in {*pool, *LEFT_OUT}:
        yield "random programs do not have it, and no reason is given: tests/random_programs.py"


def description(function):
    if not function.entry.doc:
        yield "its line has no description"


def words(function):
    if not function.sample or function.is_written_out:
        return
    said = function.facts.words
    values = [value for _, value in function.sample]
    if function.arity == 1:
        mirrored = [(value, function.exact((-x,))) for (x,), value in function.sample if x]
        pairs = [(value, other) for value, other in mirrored if other is not None]
        both_sides = len(pairs) > len(mirrored) / 3
        # An odd function that has a value at 0 has 0 there, as acot does not.
        is_odd = both_sides and all(mp.almosteq(a, -b) for a, b in pairs)
        if is_odd and not function.exact((0.0,)) and "odd" not in said:
            yield "odd"
        if both_sides and all(mp.almosteq(a, b) for a, b in pairs) and "even" not in said:
            yield "even"
        line = sorted({x: value for (x,), value in function.sample if abs(x) < 20}.items())
        is_rising = all(a < b for (_, a), (_, b) in itertools.pairwise(line))
        if is_rising and "increasing" not in said:
            yield "increasing"
    if min(values) > 0 and not said & {"positive", "definite"}:
        yield "positive"
    if min(values) == 0 and not said & {"nonnegative", "definite"}:
        yield "nonnegative, or definite"


def exact_numbers(function):
    if function.arity != 1:
        return
    for at in (0, 1):
        value = function.exact((at,))
        fraction = None if value is None else Fraction(float(value)).limit_denominator(6)
        if fraction is None or mpf(fraction.numerator) / fraction.denominator != value:
            continue
        if (str(at), str(fraction)) not in function.facts.values and not _folds(function, at):
            yield f"{function.entry.name}({at}) = {fraction}"


def _folds(function, at):
    """Whether the simplifier knows a value without being told."""
    name = function.entry.name
    if not table().is_function(name):
        return False
    found = gradcli.derive(f"x*{name}({at})")
    return name not in found.text(found.partials[0])


def domain(function):
    yield from _at_moderate_points(function, function.rules.domain, "domain", math.isnan, False)


def poles(function):
    yield from _at_moderate_points(function, function.rules.pole, "pole", math.isinf, True)


def _at_moderate_points(function, condition, word, is_so, verdict):
    if function.computed is None or function.is_written_out:
        return
    for point in moderate(function.arity):
        if is_so(function.computed(*point)) and function.holds(condition, point) is not verdict:
            yield f"{word}: {function.entry.name}{point} is {function.computed(*point)}"
            return


def kinks(function):
    if function.is_written_out:
        return
    entry = function.entry

    def kink(graph, name, args):
        return function.rules.kink(graph, graph.node(name, args))

    for point in moderate(function.arity):
        here = function.exact(point)
        for place in function.moving if here is not None else ():
            slopes = [_slope(function, point, here, place, step) for step in (STEP, -STEP)]
            if None in slopes or abs(slopes[0] - slopes[1]) < 1e-3 * (1 + abs(slopes[0])):
                continue
            if not function.holds(kink, point):
                yield f"| where its derivative is not unique: {entry.name}{point}"
                return


def _slope(function, point, here, place, step):
    moved = [x + step if at == place else mpf(x) for at, x in enumerate(point)]
    there = function.exact(moved)
    return None if there is None else (there - here) / step


def beyond_floats(function):
    if function.computed is None or function.entry.name in LEAVING:
        return
    for point in itertools.product(FAR, repeat=function.arity):
        value = function.exact(point)
        if value and not SMALLEST <= abs(value) <= GREATEST and 0 not in point:
            yield f"gradcli/engine/beyond.py: {function.entry.name}{point} leaves the range"
            return


REGISTRIES = {
    "values on floats": values_on_floats,
    "accuracy cases": accuracy,
    "exact values": readers,
    "many digits": many_digits,
    "random programs": random_programs,
    "description": description,
    "words": words,
    "exact numbers": exact_numbers,
    "domain": domain,
    "poles": poles,
    "kinks": kinks,
    "numbers beyond floats": beyond_floats,
}
"""Everything that a line of the table brings along, and what finds out whether it is there."""


_COMPARED = "it is 0 or 1, and has no derivative to speak of"
_OPERATOR = "the algebra of the simplifier knows it"
_ORDER = "it leaves it at orders of hundreds"
_SMOOTH = "slow in mpmath, of whole orders, and smooth"
_SLOW = (
    *("sinc_derivative", "erfcx_derivative", "dawson_derivative", "zeta_derivative"),
    "lambertw_derivative",
    *("polylog", "polylog_slope", "polylog_derivative"),
    *("gegenbauer", "chebyshevt", "hermite", "laguerre"),
)
_COUNTED = "of whole numbers, between which it has no value"

_SLOPE = "it leaves with the function whose slope it is, and says so"
_SLOPES = (
    *("beta_slope_x", "beta_slope_y", "beta_slope_xx", "beta_slope_xy", "beta_derivative"),
    "polygamma_rise",
    *(
        f"{function}_{partial}"
        for function in ("binomial", "permutations")
        for partial in (*(f"slope_{by}" for by in ("n", "k", "nn", "nk", "kk")), "derivative")
    ),
)

_OF_GAMMAS = ("beta", "binomial", "permutations")

REASONS = {
    **{
        (name, "numbers beyond floats"): _SLOPE
        for name in ("polygamma_rise", *(f"{of}_derivative" for of in _OF_GAMMAS))
    },
    **{(name, "kinks"): _COUNTED for name in _SLOPES},
    ("beta_slope_xy", "words"): "positive where both arguments are, and not everywhere",
    **{
        (name, "kinks"): _COMPARED
        for name in ("lt", "le", "gt", "ge", "eq", "ne", "not", "and", "or", "where")
    },
    **{(name, "exact numbers"): _OPERATOR for name in ("neg", "id", "not")},
    **{(name, "words"): _OPERATOR for name in ("neg", "not")},
    **{(name, "kinks"): _COUNTED for name in ("gcd", "lcm", "binomial", "permutations")},
    **{(name, "numbers beyond floats"): _ORDER for name in _SLOW},
    **{(name, which): _SMOOTH for name in _SLOW for which in ("words", "kinks")},
}
"""What a registry need not know of a function, and why."""


SCIPYS = ("words", "exact numbers", "poles", "kinks", "numbers beyond floats")
"""What is not asked of functions whose values are SciPy's: mpmath is slow at their edges."""


def forgotten(function):
    """What has been forgotten of a function, by registry."""
    left_out = SCIPYS if "SciPy" in function.entry.group else ()
    with mp.workdps(40):
        found = {
            name: list(look(function))
            for name, look in REGISTRIES.items()
            if (function.entry.name, name) not in REASONS and name not in left_out
        }
    return {name: each for name, each in found.items() if each}
