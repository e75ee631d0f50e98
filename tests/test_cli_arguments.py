"""The words of a command line are sorted into options, expressions and flags."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from command_line import ROOT, call

from gradcli.cli.beside import divided
from gradcli.cli.words import Flag, Words, sort_words
from gradcli.errors import UsageError

SWITCHES = {"--json", "--all", "--help", "-h"}
VALUED = dict.fromkeys(("--set", "--get", "-f", "--output", "-o"), "VALUE")

SORTED = {
    "": Words([], [], []),
    "x": Words([], ["x"], []),
    "x --a 1": Words([], ["x"], [Flag("a", "1")]),
    "--a 1 x": Words([], ["x"], [Flag("a", "1")]),
    "--a=1 x --b 2": Words([], ["x"], [Flag("a", "1"), Flag("b", "2")]),
    "x --a=-1 --b -1": Words([], ["x"], [Flag("a", "-1"), Flag("b", "-1")]),
    "x --a -pi/2": Words([], ["x"], [Flag("a", "-pi/2")]),
    "x --a=": Words([], ["x"], [Flag("a", "")]),
    "x --a=b=c": Words([], ["x"], [Flag("a", "b=c")]),
    "-x^2 --x 1": Words([], ["-x^2"], [Flag("x", "1")]),
    "-f(x) --x 1": Words([], ["-f(x)"], [Flag("x", "1")]),
    "- --x 1": Words([], ["-"], [Flag("x", "1")]),
    "--x - x": Words([], ["x"], [Flag("x", "-")]),
    "x --w1[1,2] 0.5": Words([], ["x"], [Flag("w1[1,2]", "0.5")]),
    "x --σ 2": Words([], ["x"], [Flag("σ", "2")]),
    "x --h 2": Words([], ["x"], [Flag("h", "2")]),
    "x --f 2": Words([], ["x"], [Flag("f", "2")]),
    "x --json --a 1": Words(["--json"], ["x"], [Flag("a", "1")]),
    "--json x": Words(["--json"], ["x"], []),
    "x --jso 1": Words([], ["x"], [Flag("jso", "1")]),
    "x --set a=1 --get=x": Words(["--set", "a=1", "--get", "x"], ["x"], []),
    "-f net --a 1": Words(["-f", "net"], [], [Flag("a", "1")]),
    "-f -": Words(["-f", "-"], [], []),
    "-h": Words(["-h"], [], []),
    "--a 1 -- --x --json": Words([], ["--x", "--json"], [Flag("a", "1")]),
    "x --": Words([], ["x"], []),
    "x y z": Words([], ["x", "y", "z"], []),
}

REFUSED = {
    "x --a": "--a has no value",
    "--a --b 1": "--a has no value before '--b'",
    "--a --json": "--a has no value before '--json'",
    "--a -f net": "--a has no value before '-f'",
    "--a --": "--a has no value before '--'",
    "-f": "-f has no value",
    "--get --all": "--get has no value before '--all'",
    "--json=1": "the option --json takes no value",
    "--=1": "there is no name in '--=1'",
}


@pytest.mark.parametrize(("text", "words"), SORTED.items())
def test_words_are_sorted(text: str, words: Words) -> None:
    assert sort_words(text.split(), SWITCHES, VALUED) == words


@pytest.mark.parametrize(("text", "message"), REFUSED.items())
def test_words_are_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        sort_words(text.split(), SWITCHES, VALUED)
    assert caught.value.message == message


def test_an_empty_word_is_an_expression() -> None:
    assert sort_words([""], SWITCHES, VALUED) == Words([], [""], [])


HINTS = {
    "x^2 -x 3": "for the value of a variable write --x 3",
    "x^2 -x -3": "for the value of a variable write --x -3",
    "x^2 -x=3": "for the value of a variable write --x=3",
    "x^2 x": "for the derivative by x write --wrt x; quote an expression that has spaces in it",
    "x^2 x =": "quote an expression that has spaces in it",
    "x -y": "-y is no option; quote an expression that has spaces in it",
    "v=b*c u=a+v": "quote an expression that has spaces in it",
    "h*x -h 2": "-h takes no value; for a variable write --h 2",
    "all*x --x 1 --all 2": "--all takes no value; for a variable write --set all=2",
    "v=3*b u=a+v": "quote an expression that has spaces in it",
    "x --xs --x 1": "write --xs=VALUE for a variable; --help shows the options",
    "x --trce --x 1": "did you mean --trace? for a variable write --trce=VALUE",
    "x --x 1 --jsn": "did you mean --json? for a variable write --jsn=VALUE",
    "x --x": "write --x=VALUE for a variable; --help shows the options",
}


@pytest.mark.parametrize(("text", "hint"), HINTS.items())
def test_a_slip_is_answered_with_what_to_write(text: str, hint: str) -> None:
    called = call("eval", *text.split())
    assert called.code == 2
    assert called.err.splitlines()[-1] == hint


def test_many_names_are_read_in_time_proportional_to_them() -> None:
    for names in ("," * 200_000, "[" * 200_000 + ",", "x[1,2]," * 30_000):
        called = call("eval", "x", "--x", "1", "--wrt", names)
        assert called.err.startswith("error: a name is missing in --wrt")
    called = call("eval", "w[1,2]*x", "--w[1,2]", "2", "--x", "3", "--wrt", "x , w[1,2]", "--json")
    assert '"gradient": {"x": 2.0, "w[1,2]": 3.0}' in called.out


DIVIDED = {
    "3a a=1": (["3a"], {"a": "1"}),
    "a=1 3a": (["3a"], {"a": "1"}),
    "3a a=-pi/2": (["3a"], {"a": "-pi/2"}),
    "3a a=": (["3a"], {"a": ""}),
    "3a a=b": (["3a"], {"a": "b"}),
    "J=a*b a=1 b=2": (["J=a*b"], {"a": "1", "b": "2"}),
    "a=1 b=2 J=a*b": (["J=a*b"], {"a": "1", "b": "2"}),
    "J=3u u=2": (["J=3u"], {"u": "2"}),
    "J=2e x=1e-3": ([], {"J": "2e", "x": "1e-3"}),
    "J=2x x=0x1F": (["J=2x"], {"x": "0x1F"}),
    "y=sqrt(x) x=sqrt(4)": (["y=sqrt(x)"], {"x": "sqrt(4)"}),
    "f(x)=x^2 x=3": (["f(x)=x^2"], {"x": "3"}),
    "x^2+y^2=1 x=0.6": (["x^2+y^2=1"], {"x": "0.6"}),
    "w[1]*x w[1]=.5 x=2": (["w[1]*x"], {"w[1]": ".5", "x": "2"}),
    "sum(w) w=[1,2]": (["sum(w)"], {"w": "[1,2]"}),
    "sum(w) w=@w.npy": (["sum(w)"], {"w": "@w.npy"}),
    "σ^2 σ=2": (["σ^2"], {"σ": "2"}),
    "J=a*b u=c*d": (["J=a*b", "u=c*d"], {}),
    "J=a*b u=c*d a=1": (["J=a*b", "u=c*d"], {"a": "1"}),
    "x==3": (["x==3"], {}),
    "x==3 x=3": (["x==3"], {"x": "3"}),
    "-x=3 y": (["-x=3", "y"], {}),
    "J=2": (["J=2"], {}),
    "x=2 y=3": ([], {"x": "2", "y": "3"}),
    "-f net x=2": ([], {"x": "2"}),
    "-f net J=x": ([], {"J": "x"}),
    "-f net x x=2": (["x"], {"x": "2"}),
}
"""Words without options: which are formulas, and which give a value."""


@pytest.mark.parametrize(("text", "expected"), DIVIDED.items())
def test_values_beside_the_formula_are_told_from_it(
    text: str, expected: tuple[list[str], dict[str, str]]
) -> None:
    words = sort_words(text.split(), SWITCHES, VALUED)
    found = divided(words, 0 if "-f" in words.options else 1, lambda: False)
    assert (found.expressions, {flag.name: flag.value for flag in found.flags}) == expected


def test_a_constant_alone_is_a_value_where_the_formula_is_piped() -> None:
    words = sort_words(["x=2"], SWITCHES, VALUED)
    assert divided(words, 1, lambda: True).expressions == []
    assert call("eval", "x=2", "--get", "x", stdin=b"x^2 + x").out == "2\n"
    assert call("eval", "x=2", "--get", "out", stdin=b"x^2 + x").out == "6\n"
    assert call("eval", "x=2", "--get", "x", stdin=b"").out == "2\n"


def test_a_claim_and_an_equation_are_no_values() -> None:
    claimed = call("eval", "x^2", "x=3", "--assert", "d/dx==6", "--get", "out")
    assert (claimed.code, claimed.out) == (0, "9\n")
    solved = call("implicit", "x^2+y^2=25", "x=3", "y=4", "--json")
    assert '"y,x": -0.75' in solved.out
    stated = call("implicit", "y=x^2", "x=3", "y=9", "--wrt", "y,x", "--json")
    assert '"y,x": 6.0' in stated.out


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ([], "for instance: … | gradcli eval --x 1 --y 2"),
        (["eval"], "for instance: … | gradcli eval --x 1 --y 2"),
        (["page", "--title", "a b"], 'for instance: … | gradcli page --title "a b" --x 1 --y 2'),
        (["eval", "x*y"], "for instance: gradcli eval x*y --x 1 --y 2"),
    ],
)
def test_what_is_missing_is_told_as_it_can_be_typed(words: list[str], hint: str) -> None:
    assert call(*words, stdin=b"x*y").err.splitlines()[-1].replace('"x*y"', "x*y") == hint


QUOTED_OPTIONS = [
    # a line with options in the quotes of its formula, and the line that is proposed
    ('diff "x^2 --wrt x"', 'diff "x^2" --wrt x'),
    ('diff "x*y --wrt y"', 'diff "x*y" --wrt y'),
    ('eval "x^2 --tree" --x 1', 'eval "x^2" --x 1 --tree'),
    ('eval "x^2 --x 3 --tree"', 'eval "x^2" --x 3 --tree'),
    ('eval "x^2 --x=3"', 'eval "x^2" --x=3'),
    ('eval "x^2 --json" --x 1', 'eval "x^2" --x 1 --json'),
    ('hess "x^2 --strict" --x 1', 'hess "x^2" --x 1 --strict'),
    ('graph "x^2 --format svg"', 'graph "x^2" --format svg'),
    ('code "x^2 --target c"', 'code "x^2" --target c'),
    ('implicit "x^2 + y^2 = 1 --wrt y,x"', 'implicit "x^2 + y^2 = 1" --wrt y,x'),
    ('map "x*y --wrt x" examples/points.csv', 'map "x*y" examples/points.csv --wrt x'),
    ('eval "x^2 -o out.txt" --x 1', 'eval "x^2" --x 1 -o out.txt'),
]


@pytest.mark.parametrize(("typed", "proposed"), QUOTED_OPTIONS)
def test_options_in_the_quotes_of_a_formula_are_no_formula(
    typed: str, proposed: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    called = call(*shlex.split(typed))
    assert called.code == 2
    assert f"closing quote: gradcli {proposed}" in " ".join(called.err.split())
    assert call(*shlex.split(proposed)).code == 0


LEGAL = [
    ('eval "x --y" --x 3 --y 2 --get out', "5"),
    ('eval "x --of*y" --set of=2 --x 1 --y 1 --get out', "3"),
    ('eval "x --get y" --set get=2 --x 1 --y 3 --get out', "7"),
    ('eval "of = 2; x --of y" --x 1 --y 3 --get out', "7"),
    ('eval "x --tree + 1" --set tree=2 --x 1 --get out', "4"),
    ('eval "x --tree" --set tree=2 --x 1 --get out', "3"),
    ('eval "x - -y" --x 3 --y 2 --get out', "5"),
]


@pytest.mark.parametrize(("typed", "value"), LEGAL)
def test_two_signs_before_a_name_are_no_option(typed: str, value: str) -> None:
    assert call(*shlex.split(typed)).out.strip() == value
