"""Polynomials as sums of products: quotients and common divisors, against products made by hand."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcli.graph.node import Graph
from gradcli.symbolic.simplify import terms
from gradcli.symbolic.simplify.polynomials import common_divisor, quotient, variables

GRAPH = Graph()
X, Y = GRAPH.input("x"), GRAPH.input("y")

COEFFICIENTS = st.lists(st.integers(-4, 4), min_size=2, max_size=4).filter(lambda each: each[-1])


def in_x(*coefficients):
    """c0 + c1*x + c2*x^2 …."""
    return {terms.product([(X, power)]): c for power, c in enumerate(coefficients) if c}


def times(a, b):
    result = {}
    for one, scale in a.items():
        for other, factor in b.items():
            terms.add_term(result, terms.multiply(one, other), scale * factor)
    return result


def degree(polynomial):
    return max(sum(exponent for _, exponent in product) for product in polynomial)


@settings(deadline=None, max_examples=200, derandomize=True)
@given(COEFFICIENTS, COEFFICIENTS, COEFFICIENTS)
def test_a_common_factor_is_found(one, other, common):
    divisor = in_x(*common)
    a, b = times(in_x(*one), divisor), times(in_x(*other), divisor)
    found = common_divisor(a, b)
    assert found is not None
    assert degree(found) >= degree(divisor)
    assert quotient(found, divisor) is not None
    for whole in (a, b):
        rest = quotient(whole, found)
        assert rest is not None
        assert times(rest, found) == whole


@settings(deadline=None, max_examples=200, derandomize=True)
@given(COEFFICIENTS, COEFFICIENTS.filter(lambda each: len(each) < 4))
def test_in_two_variables_one_that_divides_the_other_is_found(one, other):
    swapped = {
        tuple((Y, exponent) for _, exponent in product): c for product, c in in_x(*other).items()
    }
    terms.add_term(swapped, terms.product([(X, 1)]), 3)
    whole = times(in_x(*one), swapped)
    assert common_divisor(whole, swapped) == swapped
    assert quotient(whole, swapped) == in_x(*one)


def with_powers(polynomial, variable, unit):
    """The polynomial with powers of x^unit, or of that of another variable."""
    return {
        terms.product([(variable, exponent * unit) for _, exponent in product]): c
        for product, c in polynomial.items()
    }


@settings(deadline=None, max_examples=100, derandomize=True)
@given(COEFFICIENTS, COEFFICIENTS, st.sampled_from([Fraction(1, 2), Fraction(2, 3)]))
def test_fractional_powers_of_a_base_are_powers_of_one_root(one, common, unit):
    divisor = with_powers(in_x(*common), X, unit)
    whole = times(with_powers(in_x(*one), X, unit), divisor)
    found = common_divisor(whole, divisor)
    assert found is not None
    for each in (whole, divisor):
        rest = quotient(each, found)
        assert rest is not None
        assert times(rest, found) == each


def test_roots_of_numbers_are_coefficients():
    two = GRAPH.const(2.0)
    root = {terms.product([(two, Fraction(1, 2))]): 1}
    factor = in_x(0, 1) | dict.fromkeys(root, -1)  # x - sqrt(2)
    assert common_divisor(in_x(-2, 0, 1), factor) == factor
    assert quotient(in_x(-2, 0, 1), factor) == in_x(0, 1) | root
    assert common_divisor(in_x(2, 0, 1), factor) is None
    assert common_divisor(in_x(-2, 1), factor) is None
    both = times(in_x(0, 1), in_x(1) | root)  # (1 + sqrt(2))*x, by which nothing is divided
    assert quotient(in_x(0, 0, 1), both) is None
    assert common_divisor(in_x(-2, 0, 1), both | in_x(1)) is None


@pytest.mark.parametrize("power", [Fraction(3, 2), Fraction(1, 2), Fraction(-1, 2)])
def test_a_power_of_a_number_is_the_same_in_every_spelling(power):
    """Of 3^(3/2) and 3*sqrt(3) a division that takes one for the other never ends."""
    three = GRAPH.const(3.0)
    spelled = {terms.product([(three, power)]): 1}  # 3^(3/2), or less
    whole = times(in_x(0, 1, 1), spelled)
    rest = {
        terms.product([(three, Fraction(1, 2)), (X, 1)]): Fraction(3) ** (power - Fraction(1, 2))
    }
    assert quotient(whole, in_x(1, 1)) == rest
    assert quotient(times(in_x(1, 2), spelled), in_x(1, 1)) is None
    assert common_divisor(whole, in_x(1, 1)) == in_x(1, 1)


def test_a_root_of_what_may_be_negative_is_none_of_a_coefficient():
    root = terms.product([(GRAPH.const(-2.0), Fraction(1, 2))])
    assert common_divisor(in_x(2, 0, 1), in_x(0, 1) | {root: -1}) is None


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (in_x(1, 0, 1), in_x(-1, 1)),  # x^2 + 1 and x - 1
        (in_x(1, 1), {terms.product([(Y, 1)]): 1, terms.ONE: 1}),  # x + 1 and y + 1
        (in_x(1, 1), {terms.product([(X, -1)]): 1, terms.ONE: 1}),  # 1/x + 1 is no polynomial
        (in_x(*[1] * 20), in_x(1, 1)),  # too long
    ],
)
def test_there_is_nothing_in_common(a, b):
    assert common_divisor(a, b) is None


def test_a_polynomial_has_whole_powers():
    assert variables(in_x(1, 2)) == [X]
    assert variables({terms.product([(X, terms.frozen(terms.atom(Y)))]): 1}) is None
