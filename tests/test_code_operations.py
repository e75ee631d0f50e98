"""`gradcli code`: which operations and functions each target has, and what is said of others."""

from __future__ import annotations

import pytest
from code_cases import LANGUAGES
from running_targets import printed

import gradcli
from gradcli import UsageError
from gradcli.engine.scalar import OPERATIONS, SPECIAL
from gradcli.graph.rules import table

SCIPY = {op for op, module in SPECIAL.items() if module == "rare"}
"""What gradcli itself has SciPy for."""

WRITTEN_OUT = {
    *{
        "beta",
        "beta_slope_x",
        "beta_slope_y",
        "beta_slope_xx",
        "beta_slope_xy",
        "gamma_sum",
        "lgamma_sum",
    },
    *{"digamma", "digamma_sum", "erfcx", "log_normal_cdf"},
}
"""What is defined for all targets, and stands in modules of which most is not."""

RARE = {
    *SCIPY,
    *{
        op
        for op, module in SPECIAL.items()
        if module in {"beta", "polygamma", "gamma_sums", "zeta", "combinations", "incomplete"}
        or module in {"beta_partials", "factorials", "integrals", "lambertw", "polylog"}
        or module in {"polynomials", "fresnel"}
    },
    *{"gcd", "lcm", "double_factorial", "sinc_derivative", "sinc_derivative_of_product"},
    *{"erfcx_derivative", "erfi", "dawson", "dawson_derivative"},
} - WRITTEN_OUT
"""Functions that SQL has not, at least of unknown order."""

UNTRANSLATED = {op for op, module in SPECIAL.items() if module == "incomplete"}
"""What is not translated: it needs decimals of any precision."""

REFUSED = {
    "js": SCIPY | UNTRANSLATED,
    "c": SCIPY
    | UNTRANSLATED
    | {"zeta_derivative", "lambertw_derivative", "polylog_derivative"}
    | {"sinc_derivative_of_product"},
    "sql": RARE,
}
"""The operations that a target is not written in; it has all others, and so have all others all."""


@pytest.mark.parametrize("target", LANGUAGES)
def test_every_operation_is_printed_or_refused(target):
    refused = {op for op in {*OPERATIONS, *SPECIAL} if not printed(op, target)}
    assert refused == REFUSED.get(target, set())


@pytest.mark.parametrize(
    ("source", "name"), [("besselj(0, x)", "besselj"), ("x + hyp2f1(1, 2, 3, x)", "hyp2f1")]
)
def test_what_is_refused_is_named_with_a_way_out(source, name):
    with pytest.raises(UsageError, match=f"C has no function {name}") as refused:
        gradcli.code(source, target="c")
    hint, span = refused.value.hint, refused.value.span
    assert hint
    assert hint.startswith("--target ")
    assert gradcli.code(source, target=hint.split()[1])
    assert span is not None
    assert source[span.start : span.end].startswith(name.partition("_")[0])


def test_what_a_derivative_alone_needs_is_told_with_the_function_that_it_is_of():
    assert printed("erfcx", "sql")
    with pytest.raises(UsageError, match=r"and\s+derivatives") as refused:
        gradcli.code("2*erfcx(n)", target="sql")
    assert refused.value.span == (2, 10)
    with pytest.raises(UsageError, match="no function findroot") as refused:
        gradcli.code("findroot(u^2 - x, u, 1)", target="c")
    assert "--target" not in str(refused.value.hint)  # where nothing else has it either


SCIPYS = ("besselj", "bessely", "besseli", "besselk", "airyai", "airyaiprime", "airybi")
SCIPYS += ("airybiprime", "hyp2f1", "ellipk", "ellipe", "gammainc", "gammaincc", "betainc")
SCIPYS += ("fresnels", "fresnelc", "besselj_beside", "besseli_beside")

WITHOUT = {
    **dict.fromkeys(SCIPYS, "SciPy's, of many thousand lines"),
    **{
        f"{name}_{ending}": "decimals of any precision"
        for name in ("gammainc", "betainc")
        for ending in ("slope", "derivative")
    },
}
"""The functions that C and JavaScript are not given at all, and why."""

OF_ANY_ORDER = {
    f"{name}_derivative": "lists of any length, where the order is no number that is known"
    for name in ("zeta", "lambertw", "polylog")
}
"""What C has of known orders alone."""

NO_SECOND = {
    "log_normal_cdf": "of its slope, of which a series is left",
    **dict.fromkeys(("beta_slope_x", "beta_slope_y"), "of beta's third ones, which are series"),
}
"""What SQL has with first derivatives alone."""

BY_RARE = ("erfcx", "legendre", "chebyshevu", "beta_slope_xx", "beta_slope_xy")
"""What is computed by functions that SQL has not: of unknown order, or series."""

TABLE = {"c": {*WITHOUT, *OF_ANY_ORDER}, "js": {*WITHOUT}}
"""All that is refused of functions of the rule table; the other libraries have all."""


def calls() -> list[tuple[str, str]]:
    """Every function of the rule table, called with as many names as it takes."""
    rules, found = table(), []
    for name in sorted({rules.canonical(entry.name) for entry in rules.entries()}):
        for count in rules.arities(name) or [3]:
            given = ", ".join(f"x{place}" for place in range(1, count + 1))
            found.append((name, f"x1 {name} x2" if name in {"and", "or"} else f"{name}({given})"))
    return found


def refusal(source: str, target: str, kind: str) -> UsageError | None:
    try:
        gradcli.code(source, target=target, **({} if kind == "value" else {kind: True}))
    except UsageError as error:
        return error
    return None


@pytest.mark.slow
@pytest.mark.parametrize("target", LANGUAGES)
def test_every_function_has_code_with_all_derivatives_or_is_in_a_table(target):
    refused: dict[str, set[str]] = {"value": set(), "grad": set(), "hess": set()}
    for name, source in calls():
        for kind, names in refused.items():
            error = refusal(source, target, kind)
            if error is not None:
                assert "has no function" in error.message
                way_out = str(error.hint).split()
                assert way_out[:1] == ["--target"], source
                assert refusal(source, way_out[1], kind) is None
                names.add(name)
    if target == "sql":  # which has what expressions can say: the operations are in `REFUSED`
        assert refused["hess"] - refused["grad"] == {*NO_SECOND}
        assert refused["value"] <= RARE | {*BY_RARE}
        return
    for names in refused.values():
        assert names == TABLE.get(target, set())
