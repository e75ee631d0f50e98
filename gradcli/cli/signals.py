"""Signals that would end the process while a file is written: they wait, or something is tidied."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

_ENDING = ("SIGHUP", "SIGINT", "SIGTERM")


class EndedError(BaseException):
    """A signal that ends the process came: whatever is unfinished is to be taken away."""


@contextmanager
def signals_wait() -> Iterator[None]:
    """Let signals that would end the process wait until nothing is left behind."""
    waiting: list[int] = []
    try:
        with _handled(_ENDING, lambda sent, _: waiting.append(sent)):
            yield
    finally:
        _raise(waiting)


@contextmanager
def signals_end() -> Iterator[None]:
    """Let a signal that would end the process at once end what is done here first, in order.

    Ctrl-C does so anyway.
    """
    came: list[int] = []

    def end(sent: int, _: Any) -> None:
        came.append(sent)
        raise EndedError

    try:
        with _handled(_ENDING[::2], end):
            yield
    except EndedError:
        _raise(came)
        raise


def _raise(numbers: list[int]) -> None:
    import signal  # noqa: PLC0415  (only where a file is written)

    for number in numbers:
        signal.raise_signal(number)


@contextmanager
def _handled(names: tuple[str, ...], handler: Callable[[int, Any], None]) -> Iterator[None]:
    """Give signals another handler for a while, which the main thread alone can."""
    import signal  # noqa: PLC0415  (only where a file is written)
    import threading  # noqa: PLC0415  (likewise)

    before = {}
    if threading.current_thread() is threading.main_thread():
        for name in names:
            number = getattr(signal, name, None)
            if number and signal.getsignal(number) not in {signal.SIG_IGN, None}:
                before[number] = signal.signal(number, handler)
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
