"""What the readers of lines and the lines themselves share: what was said and typed before."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from gradcli.cli.context import Environment
from gradcli.cli.prompt.history import History, place

if TYPE_CHECKING:
    from gradcli.cli.prompt.completion import Completions
    from gradcli.cli.prompt.session import Session


class Conversation:
    """What readers and lines share.

    Attributes:
        environment: where everything is printed.
        history: what was typed before.
    """

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.history = History(place(environment.variables))

    @cached_property
    def session(self) -> Session:
        """What has been said so far."""
        from gradcli.cli.prompt.session import Session  # noqa: PLC0415  (with the first line)

        return Session(self.environment)

    def completions(self, text: str) -> Completions:
        """What the word before the cursor can become."""
        from gradcli.cli.prompt.completion import completions  # noqa: PLC0415  (when it is asked for)

        return completions(text, self.session)
