"""The prompt itself: a line is read, kept, and done, until the user takes leave.

Nothing that a line needs is loaded before there is one, so that the prompt is there at once.
"""

from __future__ import annotations

from contextlib import suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING

import gradcli
from gradcli.cli.context import Environment
from gradcli.cli.prompt.conversation import Conversation
from gradcli.cli.status import Status

if TYPE_CHECKING:
    from typing import Protocol

    class Reader(Protocol):
        """What lets the user write a line."""

        def read(self) -> str:
            """The next line, or several that belong together.

            Raises:
                EOFError: the user takes leave.
                KeyboardInterrupt: the line is given up.
            """


def converse(environment: Environment) -> int:
    """Do what the user types, until that is over."""
    conversation = Conversation(environment)
    _say(environment, greeting(environment.width(environment.stdout)))
    reader = _reader(conversation)
    while True:
        try:
            text = reader.read()
            conversation.history.add(text)
            conversation.session.enter(text)
            if conversation.session.is_over:
                return Status.DONE
        except KeyboardInterrupt:
            continue
        except EOFError:
            return Status.DONE


def greeting(columns: int) -> str:
    """The line above the first prompt."""
    name = f"gradcli {gradcli.__version__}"
    long = f"{name}: a formula gives its value, grad its gradient; help tells more"
    return long if len(long) <= columns else f"{name}: help tells more"


def _reader(conversation: Conversation) -> Reader:
    """The best reader that there is: with prompt_toolkit, with readline, or with neither."""
    if conversation.environment.variables.get("TERM") != "dumb" and find_spec("prompt_toolkit"):
        from gradcli.cli.prompt.toolkit import ToolkitReader  # noqa: PLC0415  (an extra)

        with suppress(ImportError):  # it is there, and not whole
            return ToolkitReader(conversation)
    from gradcli.cli.prompt.plain import PlainReader  # noqa: PLC0415  (one of both)

    return PlainReader(conversation)


def _say(environment: Environment, text: str) -> None:
    if environment.stdout is not None:
        environment.stdout.write(text + "\n")
        environment.stdout.flush()
