"""Derivatives of several outputs in symbols: ``gradcli diff --of call,put``."""

import json

import jsonschema
import pytest
from command_line import call

import gradcli
from gradcli.errors import GradcliError
from gradcli.views import schema

CALL = "d = log(S/K)/s; call = S*normal_cdf(d) - K*normal_cdf(d - s); put = call - S + K; call*put"
LONG = "p = sum(sin(x*i)*cos(y*i) for i in 1..6); q = p^3*x; r = q*exp(p); q + r"
PROGRAMS = [
    # program, outputs, values, their names
    (CALL, ["call", "put"], {"S": 1.2, "K": 1.0, "s": 0.3}, ["call", "put"]),
    (CALL, ["put", "out", "put"], {"S": 1.2, "K": 1.0, "s": 0.3}, ["put", "out"]),
    (CALL, ["d"], {"S": 1.2, "K": 1.0, "s": 0.3}, ["d"]),
    ("h[i] = x^i*y for i in 1..3; sum(h)", ["h"], {"x": 2, "y": 3}, ["h[1]", "h[2]", "h[3]"]),
    ("h[i] = x^i for i in 1..3; J = sum(h)", ["h[2]", "J"], {"x": 2}, ["h[2]", "J"]),
    (LONG, ["q", "r"], {"x": 0.3, "y": 0.7}, ["q", "r"]),
    ("u = abs(x); v = x*y; u + v", ["u", "v"], {"x": -2, "y": 3}, ["u", "v"]),
    ("a = sum(x^2); b = x' @ x*3; a*b", ["a", "b"], {"x": [1, 2]}, ["a", "b"]),
]


@pytest.mark.parametrize(("program", "of", "values", "names"), PROGRAMS)
def test_every_output_has_its_derivatives(
    program: str, of: list[str], values: dict[str, object], names: list[str]
) -> None:
    found = gradcli.derive(program, values, of=of)
    assert [each.output or "out" for each in found.each] == names
    solution = gradcli.evaluate(program, values)
    for each, name in zip(found.each, names, strict=True):
        for partial in each.partials:
            slope = solution.of(name).get(f"d/d{partial.key}")
            assert partial.value == pytest.approx(slope, rel=1e-12)


@pytest.mark.parametrize(("program", "of", "values", "names"), PROGRAMS[:-1])
def test_all_of_them_are_one_program(
    program: str, of: list[str], values: dict[str, object], names: list[str]
) -> None:
    """What several have in common has one name in all of them, as a program and in LaTeX."""
    found = gradcli.derive(program, of=of)
    whole = gradcli.show(found, "plain")
    solution = gradcli.evaluate(program, values)
    if len(names) > 1:
        lines = [line.partition(" = ")[0] for line in whole.splitlines()]
        assert len({*lines}) == len(lines)
    for each, name in zip(found.each, names, strict=True):
        for partial in each.partials:
            output = f"d{name}".replace("[", "_").replace("]", "") if len(names) > 1 else "d"
            own = gradcli.evaluate(f"{whole}\n{output}_{partial.key}", values)
            assert own.value == pytest.approx(solution.of(name).get(f"d/d{partial.key}"), rel=1e-12)
    texts = gradcli.show(found, "latex").splitlines()
    assert len({line.partition(" = ")[0] for line in texts}) == len(texts)


@pytest.mark.parametrize(("program", "of", "values", "names"), PROGRAMS)
def test_json_has_the_others_behind_the_first(
    program: str, of: list[str], values: dict[str, object], names: list[str]
) -> None:
    flags = [f"--{name}={value}" for name, value in values.items()]
    printed = json.loads(call("diff", program, "--of", ",".join(of), *flags, "--json").out)
    version = printed["schema"].removeprefix("gradcli.")
    known = json.loads(schema.text("diff" if version.endswith("1") else version))
    jsonschema.validate(printed, known)
    assert [each["output"] for each in (printed, *printed.get("others", []))] == names
    assert printed == gradcli.derive(program, values, of=of).to_dict()


def test_one_output_is_as_before() -> None:
    assert gradcli.derive(CALL, of=["put"]).to_dict() == gradcli.derive(CALL, of="put").to_dict()
    assert "others" not in gradcli.derive(CALL, of="put").to_dict()


@pytest.mark.parametrize("width", [40, 80])
def test_the_page_has_one_after_another(width: int) -> None:
    page = gradcli.show(gradcli.derive(CALL, of=["call", "put"], wrt="S"), width=width)
    assert page.index("∂call/∂S") < page.index("∂put/∂S")
    assert max(map(len, page.splitlines())) <= width


@pytest.mark.parametrize(
    ("of", "kind"),
    [(["q"], "unknown-node"), (["call", "q"], "unknown-node"), ([""], None), (["call put"], None)],
)
def test_what_is_no_output_is_refused(of: list[str], kind: str | None) -> None:
    with pytest.raises(GradcliError) as found:
        gradcli.derive(CALL, of=of)
    assert kind in {None, found.value.kind}


def test_kinks_and_notes_of_each_are_told_once() -> None:
    found = gradcli.derive(
        "u = abs(x); v = 2u; w = abs(x) + x; u + v + w", {"x": 0}, of=["u", "v", "w"]
    )
    messages = [each.message for each in found.problems]
    assert len(messages) == len({*messages}) == 3
