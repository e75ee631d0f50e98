"""The door `gradcli.quiz`: the backward pass as questions on paper."""

from __future__ import annotations

from collections.abc import Mapping

from gradcli.evaluation import arguments
from gradcli.evaluation.elements import Value
from gradcli.evaluation.inputs import together
from gradcli.evaluation.solve import solve
from gradcli.library.looks import Markdown
from gradcli.library.noted import noted
from gradcli.library.page import display
from gradcli.views.papers import write as papers
from gradcli.views.quiz import sheet
from gradcli.views.quiz.questions import quiz as questions


def quiz(  # noqa: PLR0913  (what is asked for, and all but the program has a default)
    program: str,
    values: Mapping[str, Value] | None = None,
    /,
    *,
    answers: bool = False,
    full: bool = False,
    precision: int | None = None,
    strict: bool = False,
    **named: Value,
) -> str:
    """The backward pass of a program as a sheet to be filled in by hand; of arrays entry by entry.

    Args:
        program: the program.
        values: a value for each input.
        answers: give the key instead, with the numbers filled in.
        full: ask for every operation, also inside of the program's functions.
        precision: significant digits.
        strict: make every note on how the text was read an error.
        named: more values, for names that are none of these.

    Returns:
        Markdown, without a final newline, which a notebook sets as a document.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown, or given twice.
        UsageError: there is nothing that can be asked for, or too much.

    >>> quiz("x^2", {"x": 3}, answers=True).splitlines()[-2].strip()
    '∂out/∂x = ∂(x²)/∂x = 6'
    """
    given, is_strict = together(arguments.values(values), named), arguments.flag(strict, "strict")
    laid_out = papers.display(".md", display(80, precision).precision, all_rows=False)
    solution = solve(arguments.program(program), given, strict=is_strict)
    solution = noted(solution, given, strict=is_strict)
    asked = questions(solution, full=arguments.flag(full, "full"))
    paper = sheet.KEY if arguments.flag(answers, "answers") else sheet.SHEET
    return Markdown(papers.write(sheet.page(asked, laid_out, paper), ".md"))
