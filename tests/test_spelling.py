"""What a name is: `gradcli.syntax.spelling` says the same as the grammar and the parser."""

from __future__ import annotations

import re
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gradcli.errors import GradcliError
from gradcli.syntax import ast, grammars
from gradcli.syntax.parse import parse
from gradcli.syntax.spelling import (
    KEYWORDS,
    LABEL,
    LETTERS,
    NAME,
    array_name,
    element_name,
    indices_of,
    is_element,
    is_name,
    last_name,
    long_names,
    plain,
)

ODD = "x_A1é̂x̂ẋπτθd₁²½⅓ªºᵢ٣²Ⅳﬁμµ𝑥中\u19da\u00b2'.[ °"


def is_one_name(text: str) -> bool:
    """Whether the parser reads a text as one name, of the same spelling."""
    try:
        value = parse(text).statements[0].value
    except GradcliError:
        return False
    if not isinstance(value, ast.Name) or value.is_of_language:
        return False
    return value.span == (0, len(text)) and value.name == plain(text)


def test_the_grammar_has_the_same_letters() -> None:
    (line,) = re.findall(r"^NAME: /(.*)/$", grammars.read("expression.lark"), re.MULTILINE)
    assert line == rf"(?:(?:np|numpy)\.)?{LETTERS}"


@given(st.text(st.sampled_from(ODD), max_size=5) | st.text(max_size=4))
@example("if")
@example("np.sin")
def test_a_name_is_what_the_parser_reads_as_one(text: str) -> None:
    assert is_name(text) == is_one_name(text)


@pytest.mark.slow
def test_every_character_alone_and_after_a_letter() -> None:
    """All of Unicode: no letter that Python and its regular expressions judge differently."""
    for character in map(chr, range(sys.maxunicode + 1)):
        if re.match(r"[\w\u0300-\u036f]", character):
            assert is_name(character) == is_one_name(character), ascii(character)
            assert is_name(f"x{character}") == is_one_name(f"x{character}"), ascii(character)


@pytest.mark.parametrize("word", sorted(KEYWORDS))
def test_a_keyword_is_no_name(word: str) -> None:
    assert not is_name(word)
    assert not is_one_name(word)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("3*x̂^2 + w[1,2]*f(ẋ)", ["x̂", "w[1,2]", "f", "ẋ"]),
        ("2.5e3*tau̇ - x₁", ["tau̇", "x₁"]),
        ("x²y + z", ["x", "y", "z"]),
    ],
)
def test_names_are_found_in_a_text(text: str, names: list[str]) -> None:
    assert re.findall(LABEL, text) == names
    assert re.findall(NAME, text) == [name.partition("[")[0] for name in names]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("3*sin", "sin"),
        ("x̂", "x̂"),
        ("2x", "x"),
        ("x + 2.5si", "si"),
        ("x²y", "y"),
        ("a + b ", ""),
        ("", ""),
        ("not", ""),
        ("1e5", ""),
    ],
)
def test_the_name_at_the_end(text: str, name: str) -> None:
    assert last_name(text) == name


@pytest.mark.parametrize("name", ["w[1]", "w1[1,2]", "w[0]", "w[-3,4,5]"])
def test_an_element_is_of_its_array_at_its_indices(name: str) -> None:
    assert element_name(array_name(name), indices_of(name)) == name
    assert is_element(name, array_name(name))
    assert not is_element(name, "v")


@pytest.mark.parametrize("name", ["w", "w1", "x̂"])
def test_what_is_no_element_has_no_index(name: str) -> None:
    assert (array_name(name), indices_of(name)) == (name, ())
    assert not is_element(name, name)


@given(st.text("aB_1. +*x\n", max_size=60))
@example("a_long_name*b + 2.another_one")
def test_long_names_are_the_same_whatever_letters_stand_beside_them(text: str) -> None:
    assert long_names(f"{text}\nα") == long_names(text)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("weight_1*x + weight_of_x + weight_of_x", ["weight_of_x"]),
        ("short*12345678", []),
        ("αβγδεζηθικ + x̂abcdefg1", ["αβγδεζηθικ", "x̂abcdefg1"]),
    ],
)
def test_names_of_more_than_eight_characters_are_long(text: str, names: list[str]) -> None:
    assert [*long_names(text)] == names


def test_of_very_many_long_names_none_is_told() -> None:
    assert not long_names("+".join(f"long_name_{place}" for place in range(201)))
