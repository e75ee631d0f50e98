"""Every command at every width: no terminal is too narrow for an answer."""

from __future__ import annotations

import pytest
from command_line import call

from gradcli.views.lines.text import width

NET = (
    "f(z) = 1/(1 + exp(-z)); h[j] = f(sum(w[i,j]*x[i] for i in 1..2)) for j in 1..2; "
    "J = (sum(u[j]*h[j] for j in 1..2) - y)^2/2"
)
NET_VALUES = ["--x", "[1, 0.5]", "--w", "[[0.3, 0.5], [0.4, 0.6]]", "--u", "[0.1, -2]", "--y", "1"]
LESSON = ["v = b*c; u = a + v; J = 3*u", "--a", "1", "--b", "2", "--c", "3"]
SLOPES = ["(x^2 + 1)^3*sin(x/ŷ)*log(alpha_beta + ŷ)", "--x", "-0.123456789", "--ŷ", "1e-9"]
SLOPES += ["--alpha_beta", "12345678.9"]
CHOICE = ["where(x > 0, sqrt(x), max(x^2, -x, 3))", "--x", "-2"]

COMMANDS = [
    *(
        ["eval", *program, *view]
        for program in (LESSON, [NET, *NET_VALUES], SLOPES, CHOICE, ["1/x", "--x", "0"])
        for view in ([], ["--tree"], ["--trace"])
    ),
    *(
        ["diff", program, *view]
        for program in (LESSON[0], NET, SLOPES[0], CHOICE[0], "x^2*sin(3x)", "7")
        for view in ([], ["--steps"], ["--latex"], ["--plain"])
    ),
    ["diff", "(x^2+1)^3*sin(x)", "--order", "3"],
    ["diff", "(x^2+1)^3*sin(x)", "--order", "3", "--steps"],
    ["diff", *SLOPES],
    *(
        ["paths", *program]
        for program in ([*LESSON, "--wrt", "b"], [NET, *NET_VALUES, "--wrt", "w[1,1]"])
    ),
    ["paths", *SLOPES, "--wrt", "x"],
    ["paths", *LESSON, "--wrt", "b", "--count"],
    ["paths", "--count", "--layers", "784,128,10"],
    *(
        ["graph", *program, *view]
        for program in (LESSON, [NET, *NET_VALUES], SLOPES, CHOICE)
        for view in ([], ["--full"], ["--symbolic"])
    ),
    ["graph", NET, *NET_VALUES, "--layers"],
    ["nudge", *LESSON, "--by", "b=0.1"],
    ["nudge", *SLOPES, "--by", "x=0.001"],
    ["descend", "(x - 3)^2 + y^4", "--x", "0", "--y", "1"],
    ["descend", NET, *NET_VALUES, "--trace", "--steps", "3"],
    ["functions"],
    ["functions", "sigmoid"],
    ["eval", "sine(x) + 2"],
    ["eval", "3*(a + b*c"],
    ["eval", *LESSON, "--wrong", "1"],
]

WIDTHS = [*range(1, 11), 25, 40, 80, 132]


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_answer_is_there_at_every_width(words: list[str], columns: int) -> None:
    usual = call(*words)
    called = call(*words, variables={"COLUMNS": str(columns)})
    assert called.code == usual.code != 1
    assert bool(called.out) == bool(usual.out)
    assert "internal" not in called.err
    if columns >= 40:
        for line in called.out.splitlines():
            assert width(line) <= columns or {*words} & {"--latex", "--plain"}
