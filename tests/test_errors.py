"""Errors: each kind is a case of ``cases/errors/``, with the message that the user reads."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cases_of_text import Case, cases, rewrite

from gradcli.errors import GradcliError
from gradcli.evaluation.solve import solve
from gradcli.views import error as view
from gradcli.views.lines.page import Display
from gradcli.views.lines.text import SPELLED

FOLDER = "errors"


def split(case: Case) -> tuple[dict[str, Any], str]:
    """The values and the program."""
    values, given, text = case.text.partition(" > ")
    if given and values.startswith("{"):
        return json.loads(values), text
    return {}, case.text


def answer(case: Case) -> str:
    """The message, rendered for 80 columns."""
    values, source = split(case)
    try:
        solve(source, values)
    except GradcliError as error:
        return f"{view.render(error)}\n"
    return "no error\n"


@pytest.mark.parametrize("case", cases(FOLDER), ids=lambda case: ascii(case.question)[:60])
def test_is_told_as_written(case: Case) -> None:
    assert answer(case) == case.answer


@pytest.mark.parametrize("case", cases(FOLDER), ids=lambda case: ascii(case.question)[:60])
def test_our_own_signs_are_spelled_out_where_a_terminal_lacks_them(case: Case) -> None:
    values, source = split(case)
    try:
        solve(source, values)
    except GradcliError as caught:
        error = caught
    else:
        return
    shown = str(view.render(error, Display(encoding="ascii")))
    assert shown.isascii()
    typed = {each for each in case.text if not each.isascii()}
    for sign in SPELLED:
        assert ascii(sign)[1:-1] not in shown
    ours = "".join([error.message, error.hint or ""])
    foreign = {each for each in ours if not each.isascii()} - typed - SPELLED.keys()
    assert not foreign, f"no spelling for {foreign}"


if __name__ == "__main__":
    rewrite(FOLDER, answer)
