"""The language, line by line: what ``cases/language/`` says of a text is how it is read."""

from __future__ import annotations

import contextlib
import re
import sys

import pytest
from cases_of_text import Case, cases, rewrite
from graphs import canonical, model_of, shape

from gradcli.errors import GradcliError
from gradcli.graph.node import IDENTITY
from gradcli.syntax.parse import parse

FOLDER = "language"


def split(case: Case) -> tuple[list[str], str]:
    """The names given from outside, and the program."""
    names, given, text = case.text.rpartition(" > ")
    if given and names.startswith("given "):
        return names.split()[1:], text
    return [], case.text


def answer(case: Case) -> str:
    """The canonical text, the inputs and the notes of a program."""
    names, source = split(case)
    model = model_of(source, names)
    inputs = ", ".join(node.name for node in model.inputs)
    notes = "".join(f"note: {note.message}\n" for note in model.notes)
    return f"{canonical(model)}\n" + (f"of {inputs}\n" if inputs else "") + notes


@pytest.mark.parametrize("case", cases(FOLDER), ids=lambda case: case.question)
def test_is_read_as_written(case: Case) -> None:
    assert answer(case) == case.answer


@pytest.mark.parametrize("case", cases(FOLDER), ids=lambda case: case.question)
def test_canonical_text_reads_back_as_the_same_nodes(case: Case) -> None:
    names, source = split(case)
    model = model_of(source, names)
    again = model_of(canonical(model), [node.name for node in model.inputs])
    assert shape([again.output], labels=False) == shape([model.output], labels=False)
    if model.output.op != IDENTITY:  # of "w = v" only "v" is left, which is a step itself
        assert canonical(again) == canonical(model)


def test_what_regular_expressions_and_python_disagree_on_is_refused_as_a_character() -> None:
    word = re.compile(r"\w")
    every = map(chr, range(sys.maxunicode + 1))
    doubtful = [each for each in every if word.match(each) and not each.isidentifier()]
    assert len(doubtful) > 1000
    for character in doubtful:
        for source in (character, f"x{character}", f"2{character}y"):
            with contextlib.suppress(GradcliError):
                parse(source)


if __name__ == "__main__":
    rewrite(FOLDER, answer)
