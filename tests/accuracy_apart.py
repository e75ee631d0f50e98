"""Answers of a process of its own, which is ended where one takes too long.

References of mpmath take minutes at some points, and within a product of huge numbers no signal
reaches Python.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from typing import Any, Self


class Apart:
    """A function that is called in another process, a copy of this one."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self._process: Any = None
        self._pipe: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def ask(self, *args: Any, seconds: float) -> Any:
        """What the function returns; None if that takes longer, or if its process breaks down."""
        if self._process is None:
            self._begin()
        try:
            self._pipe.send(args)
            if self._pipe.poll(seconds):
                return self._pipe.recv()
        except (EOFError, OSError):
            pass
        self.end()
        return None

    def end(self) -> None:
        """End the process; the next question begins another."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
            self._pipe.close()
            self._process = None

    def _begin(self) -> None:
        context = multiprocessing.get_context("fork")
        self._pipe, there = context.Pipe()
        ends = (self._pipe, there)
        self._process = context.Process(target=_answer, args=(self._function, *ends), daemon=True)
        self._process.start()
        there.close()


def _answer(function: Callable[..., Any], other: Any, pipe: Any) -> None:
    other.close()  # or the end of whoever asks is never noticed
    while True:
        try:
            question = pipe.recv()
        except EOFError:
            return
        pipe.send(function(*question))
