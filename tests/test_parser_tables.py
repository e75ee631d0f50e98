"""The parser's tables: what they parse is what Lark parses, and where they are kept."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lark import Lark
from lark import Token as LarkLexeme
from lark.exceptions import UnexpectedCharacters as LarkCharacters
from lark.exceptions import UnexpectedToken as LarkToken
from lark.lark import PostLex

from gradcli.syntax import grammars, lalr, lexer, tables
from gradcli.syntax.tokens import Tokens

GRAMMAR = grammars.read("expression.lark")
TABLES = tables.compile_grammar(GRAMMAR)


class Trees:
    """Every rule makes a tuple of its name and its children."""

    def __getattr__(self, name: str) -> Any:
        return lambda *children: (
            str(name),
            *(c.text if isinstance(c, lexer.Token) else c for c in children),
        )


class LarkTrees:
    """The same for Lark, which has the children in one list."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name.isupper():  # it would call a method for a token, too
            raise AttributeError(name)
        return lambda children: getattr(Trees(), name)(*children)


class Calls(PostLex):
    """A name before a bracket is a function, and lines do not end in brackets."""

    def process(self, stream: Iterator[LarkLexeme]) -> Iterator[LarkLexeme]:
        depth = 0
        for token, following in pairwise(self._ended(stream)):
            opens = following is not None and following.type == "LPAR"
            depth += token.type in {"LPAR", "LSQB", "LFLOOR", "LCEIL"}
            depth -= token.type in {"RPAR", "RSQB", "RFLOOR", "RCEIL"}
            if token.type == "_NEWLINE" and depth > 0:
                continue
            yield token.update(type="FUNCTION") if opens and token.type == "NAME" else token
        if self._failure is not None:
            raise self._failure

    def _ended(self, stream: Iterator[LarkLexeme]) -> Iterator[LarkLexeme | None]:
        """The tokens and None; what begins no token is told of after all before it."""
        self._failure: LarkCharacters | None = None
        try:
            yield from stream
        except LarkCharacters as error:
            self._failure = error
        yield None


LARK = Lark(
    GRAMMAR,
    parser="lalr",
    lexer="basic",
    maybe_placeholders=False,
    transformer=LarkTrees(),
    postlex=Calls(),
)


@pytest.fixture(scope="module")
def parser() -> lalr.Parser:
    return lalr.Parser(tables.compile_grammar(GRAMMAR))


def ours(parser: lalr.Parser, text: str) -> object:
    """The tree, or what is unexpected and where."""
    try:
        return parser.parse(text, Trees(), Tokens())
    except lalr.UnexpectedToken as error:
        return error.token.type, error.token.start if error.token.type != lexer.END else None
    except lalr.UnexpectedCharacters as error:
        return error.position


def larks(text: str) -> object:
    """The same from Lark."""
    try:
        return LARK.parse(text)
    except LarkToken as error:
        return error.token.type, error.token.start_pos if error.token.type != lexer.END else None
    except LarkCharacters as error:
        return error.pos_in_stream


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(max_codepoint=127), max_size=30))
def test_a_text_in_ascii_is_cut_as_any_other(parser: lalr.Parser, text: str) -> None:
    """The patterns that know no other characters find the same tokens."""
    text = text.rstrip()  # a newline at its end is one token with that behind it
    plain = parser.tokens(text)
    with_accent = parser.tokens(f"{text}\nx̂")
    assert [token for token in with_accent if token.end <= len(text)][: len(plain) - 1] == (
        plain[:-1]
    )


WORDS = """x y1 sin( f( 2 .5 1e3 + - * / ^ ** ( ) [ ] , ; = == <= != if else and or not for in ..
' !
√ ² · # $ &"""


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([*WORDS.split(), "\n"]), max_size=12).map(" ".join))
def test_parses_what_lark_parses(parser: lalr.Parser, text: str) -> None:
    assert ours(parser, text) == larks(text)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([*WORDS.split(), "\n", "# x", " "]), max_size=12).map("".join))
def test_long_texts_are_cut_like_short_ones(text: str) -> None:
    cutter = lexer.Lexer(*TABLES[:4])
    short = [*chain.from_iterable(cutter.tokens(text))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lexer, "LONG", 0)
        patch.setattr(lexer, "BATCH", 2)
        patch.setattr(lexer, "MOST_KINDS", 1)
        assert [*chain.from_iterable(cutter.tokens(text))] == short
    assert [text[token.start : token.end] for token in short] == [t.text for t in short]
    assert [token.type for token in short].index(lexer.END) == len(short) - 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "3*(a+b*c)",
        "J(a,b,c) = 3(a+bc)",
        "v = b*c; u = a + v\n3u",
        "h[j] = f(sum(w1[i,j]*x[i] for i in 1..2)) for j in 1..3",
        "a if x < 1 and not y else [1, 2, [3]]",
        "-x^2! + √x² - W'",
        ";;;",
        "f()",
        "a b c(d)",
    ],
)
def test_examples_parse_as_lark_parses_them(parser: lalr.Parser, text: str) -> None:
    assert ours(parser, text) == larks(text)


def test_a_long_list_is_not_copied_at_every_step(parser: lalr.Parser) -> None:
    statements = parser.parse(";".join(["x"] * 50_000), Trees())
    assert len(statements) == 100_000  # and the semicolons


def test_tables_are_plain_data() -> None:
    document = json.loads(tables.dump(GRAMMAR))
    assert document["grammar"] == GRAMMAR
    assert lalr.Parser(lalr.Tables(**document["tables"])).parse("x", Trees())


class Compiler:
    """Counts how often tables are made."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, grammar: str) -> lalr.Tables:
        self.calls += 1
        return TABLES


@pytest.fixture
def compiler(monkeypatch: pytest.MonkeyPatch) -> Compiler:
    counting = Compiler()
    monkeypatch.setattr(tables, "compile_grammar", counting)
    monkeypatch.setattr(tables, "shipped_name", lambda name: f"no {name}")
    return counting


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "gradcli"


def load() -> object:
    return tables.load("expression.lark").parse("x", Trees())


EXPECTED = ("start", ("name", "x"))


def test_tables_are_made_once(compiler: Compiler, cache: Path) -> None:
    assert load() == load() == EXPECTED
    assert compiler.calls == 1
    (file,) = cache.iterdir()
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700
    assert file.name.startswith("expression.lark-")


def test_tables_of_another_version_stay(
    compiler: Compiler, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load()
    monkeypatch.setattr(tables, "FORMAT", tables.FORMAT + 1)
    load()
    monkeypatch.undo()
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache.parent))
    assert len(list(cache.iterdir())) == compiler.calls == 2


DAMAGE = {
    "empty": b"",
    "torn": b'{"format": 2, "grammar": "start:',
    "binary": b"\xff\x00",
    "deep": b"[" * 100_000,
    "no object": b"[]",
    "another format": b'{"format": 0}',
    "another grammar": b'{"format": 2, "grammar": "", "tables": {}}',
    "no tables": json.dumps({"format": tables.FORMAT, "grammar": GRAMMAR}).encode(),
    "half the tables": json.dumps(
        {"format": tables.FORMAT, "grammar": GRAMMAR, "tables": {"start": 0}}
    ).encode(),
}


@pytest.mark.parametrize("content", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_file_is_made_anew(compiler: Compiler, cache: Path, content: bytes) -> None:
    load()
    (file,) = cache.iterdir()
    whole = file.read_bytes()
    file.write_bytes(content)
    assert load() == EXPECTED
    assert compiler.calls == 2
    assert file.read_bytes() == whole


def test_a_file_with_another_number_in_it_is_made_anew(compiler: Compiler, cache: Path) -> None:
    load()
    (file,) = cache.iterdir()
    whole = file.read_text()
    places = [place for place, sign in enumerate(whole) if sign.isdigit()]
    for place in places[:: len(places) // 10]:
        file.write_text(f"{whole[:place]}{(int(whole[place]) + 1) % 10}{whole[place + 1 :]}")
        assert load() == EXPECTED
        assert file.read_text() == whole
    assert compiler.calls > 10


def test_a_pipe_in_place_of_the_file_is_not_waited_for(compiler: Compiler, cache: Path) -> None:
    load()
    (file,) = cache.iterdir()
    file.unlink()
    os.mkfifo(file)
    assert load() == EXPECTED
    assert compiler.calls == 2


def test_a_folder_that_others_may_write_to_is_not_trusted(compiler: Compiler, cache: Path) -> None:
    cache.mkdir()
    cache.chmod(0o777)
    assert load() == load() == EXPECTED
    assert compiler.calls == 2
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize("home", ["", "relative", "/dev/null", "/proc/nowhere"])
def test_without_a_cache_it_works_all_the_same(
    compiler: Compiler, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", home)
    monkeypatch.setenv("HOME", "/dev/null")
    assert load() == EXPECTED
    assert compiler.calls == 1
    assert os.listdir(tmp_path) == []


def test_a_full_disk_is_no_failure(
    compiler: Compiler, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    assert load() == EXPECTED
    assert list(cache.iterdir()) == []
