"""How far a long run is, on a terminal's stderr: one line that is written over and then wiped."""

from __future__ import annotations

import time
from collections.abc import Callable

from gradcli.cli.context import Environment, is_terminal
from gradcli.syntax.text import brief

PATIENCE = 0.5
"""Seconds before anything is shown."""

INTERVAL = 0.1
"""Seconds between two showings."""


class Progress:
    """The line of progress; silent where nobody looks."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._next = time.monotonic() + PATIENCE
        self._longest = 0
        dumb = environment.variables.get("TERM") == "dumb"
        self.is_shown = is_terminal(environment.stderr) and not (dumb or environment.is_quiet)

    def show(self, text: Callable[[], str]) -> None:
        """Show a line, if it is time to."""
        now = time.monotonic()
        if self.is_shown and now >= self._next:
            self._next = now + INTERVAL
            line = text()[: max(self._environment.width(self._environment.stderr) - 1, 8)]
            self._longest = max(self._longest, len(line))
            self._write(f"\r{line:<{self._longest}}")

    def wipe(self) -> None:
        """Take the line away."""
        if self._longest:
            self._write(f"\r{'':<{self._longest}}\r")
            self._longest = 0

    def _write(self, text: str) -> None:
        stream = self._environment.stderr
        if stream is not None:
            try:
                stream.write(text)
                stream.flush()
            except (OSError, ValueError):
                self._environment.stderr = None


class Steps(Progress):
    """The progress of so many steps, each with a value."""

    def __init__(self, environment: Environment, steps: int) -> None:
        super().__init__(environment)
        self._steps = steps

    def __call__(self, step: int, value: float) -> None:
        """Show a step and its value, if it is time to."""
        self.show(lambda: f"step {step:,} of {self._steps:,}: {brief(value)} (Ctrl-C ends it)")
