"""`gradcli quiz`: the backward pass as questions, at a prompt or on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.cli import output
from gradcli.cli.command import Command
from gradcli.cli.context import is_terminal
from gradcli.cli.parameters import Annotated, option, valued
from gradcli.cli.remarks import not_defined
from gradcli.cli.task import Task
from gradcli.cli.view import View

if TYPE_CHECKING:
    from gradcli.cli.view import Call
    from gradcli.views.lines.page import Page
    from gradcli.views.quiz.questions import Quiz

PROMPT = "> "

MOST_ANSWER = 1_000
"""Nobody types a longer line."""

EXAMPLES = """\
Examples:

\b
gradcli quiz "3*(a+b*c)" --a 1 --b 2 --c 3
gradcli quiz "h=tanh(w*x); J=(h-y)^2" --w 0.5 --x 2 --y 1 -o sheet.tex --answers key.md
"""


def _sheet(quiz: Quiz, call: Call) -> Page:
    from gradcli.views.quiz import sheet  # noqa: PLC0415  (`--help` needs no views)

    return sheet.page(quiz, call.display)


def _key(quiz: Quiz, call: Call) -> Page:
    from gradcli.views.quiz import sheet  # noqa: PLC0415  (`--help` needs no views)

    return sheet.page(quiz, call.display, sheet.KEY)


VIEWS = {"sheet": View(_sheet)}

KEYS = {"key": View(_key)}
"""What --answers writes."""

command = Command(VIEWS, EXAMPLES)


@command
def ask(
    task: Task,
    *,
    answers: Annotated[
        str | None, valued("--answers", "FILE", "Write the answers to a file, too.")
    ] = None,
    full: Annotated[
        bool,
        option("--full", text="Ask for every operation, also inside of the program's functions."),
    ] = False,
) -> None:
    """The backward pass of EXPRESSION as questions, node after node.

    At a terminal they are asked one by one, and what is wrong with an answer is told. Answers may
    also come through a pipe, a line for each question. With -o, or where nobody answers, it is a
    sheet to be filled in by hand.
    """
    keys = None if answers is None else task.another(KEYS, answers)
    if answers is not None:
        from gradcli.cli.destination import check_apart  # noqa: PLC0415  (seldom needed)

        check_apart(task.target, answers, "--answers key.md")
    source, values = task.source, task.values
    from gradcli.evaluation.solve import solve  # noqa: PLC0415  (`--help` needs no engine)
    from gradcli.views.quiz import questions  # noqa: PLC0415  (likewise)

    with task.hints():
        solution = solve(source, values, strict=task.strict)
    failure = not_defined(solution.value_problems, source)
    if failure is not None:
        raise failure
    quiz = questions.quiz(solution, full=full)
    if keys is not None:
        output.deliver(task.environment, keys.written(quiz), answers)
    stdin = task.environment.stdin
    first = None if task.target is not None or is_terminal(stdin) else _line(task)
    if task.target is not None or (first is None and not is_terminal(stdin)):
        task.finish(quiz, notes=solution.notes, problems=solution.warnings)
        return
    task.remark(solution.notes)
    _hold(task, quiz, first)


def _hold(task: Task, quiz: Quiz, first: str | None) -> None:
    """Ask until there is no more to ask, or nobody answers.

    Args:
        task: whose streams are used.
        quiz: the questions.
        first: an answer that has been read already, where they come through a pipe.
    """
    from gradcli.views.quiz.dialog import Dialog  # noqa: PLC0415  (`--help` needs no views)

    environment = task.environment
    dialog = Dialog(quiz, task.display)
    output.write(environment, environment.text(dialog.opening(), environment.stdout))
    is_typed = is_terminal(environment.stdin)
    while not dialog.is_over:
        if is_typed:
            output.write(environment, PROMPT, end="")
        answer, first = (_line(task) if first is None else first), None
        if answer is not None and not is_typed:
            output.write(environment, PROMPT + answer)
        said = dialog.closing() if answer is None else dialog.answered(answer)
        output.write(environment, environment.text(said, environment.stdout))
        if answer is None:
            return


def _line(task: Task) -> str | None:
    """The next line that somebody types; None if there is none."""
    stdin = task.environment.stdin
    if stdin is None:
        return None
    line = stdin.readline(MOST_ANSWER)
    return line.decode("utf-8", "replace").strip() if line else None
