"""The words of a command line are sorted into options, expressions and flags."""

from __future__ import annotations

import pytest
from command_line import call

from gradcli.cli.arguments import Flag, Words, sort_words
from gradcli.errors import UsageError

SWITCHES = {"--json", "--all", "--help", "-h"}
VALUED = {"--set", "--get", "-f", "--output", "-o"}

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
    "a*b --a 1 b=2": "for the value of a variable write --b=2",
    "w[1] w[1]=.5": "for the value of a variable write --w[1]=.5",
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
