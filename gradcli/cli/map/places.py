"""Where results go: a file that appears when it is whole, or a stream."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from io import BufferedWriter, RawIOBase, TextIOWrapper
from typing import Any, BinaryIO, TextIO, cast

from gradcli.cli import output
from gradcli.cli.context import Environment, is_stdout, is_terminal, write_all
from gradcli.cli.destination import open_through, unwritten
from gradcli.cli.files import whole
from gradcli.errors import UsageError


class _Named(RawIOBase):
    """A file that says its name where it cannot be written, and takes all that it is given."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        super().__init__()
        self._file, self._name = file, name

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        try:
            write_all(self._file, data)
            self._file.flush()
        except OSError as error:
            raise unwritten(self._name, error) from None
        return len(data)

    def close(self) -> None:
        super().close()
        self._file.close()


class _Stdout(RawIOBase):
    """The standard output, as a file of bytes that are text; it stays open when this is closed."""

    def __init__(self, environment: Environment) -> None:
        super().__init__()
        self._environment = environment

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        text = bytes(data)
        buffer = getattr(self._environment.stdout, "buffer", None)
        output.write(self._environment, text if buffer and not self._shown else text.decode(), "")
        return len(text)

    @property
    def _shown(self) -> bool:
        return is_terminal(self._environment.stdout)


def check(environment: Environment, target: str | None, *, is_text: bool) -> None:
    """Refuse what cannot be written to where it should go.

    Raises:
        UsageError: bytes would go to a terminal.
    """
    if is_text or not is_stdout(target):
        return
    has_bytes = getattr(environment.stdout, "buffer", None) is not None
    if not has_bytes or is_terminal(environment.stdout):
        raise UsageError("output", "the result is no text", hint="write it to a file: -o FILE")


@contextmanager
def written(
    environment: Environment, target: str | None
) -> Iterator[tuple[Callable[[], BinaryIO], Callable[[], str]]]:
    """What gives the file to write to, or the name of one, whichever is asked for.

    A file appears when all is written, and not at all if something is raised before.

    Raises:
        GradcliError: it cannot be written.
    """
    through = _through(environment, target)
    try:
        if through is None:
            with whole(cast("str", target)) as path:
                yield (lambda: open(path, "wb", buffering=0)), (lambda: path)  # noqa: SIM115  (its caller closes it)
            return
        with ExitStack() as stack:
            copies: list[Any] = []

            def copy() -> str:
                from tempfile import NamedTemporaryFile  # noqa: PLC0415  (seldom needed)

                copies.append(stack.enter_context(NamedTemporaryFile(prefix="gradcli-")))
                return str(copies[-1].name)

            yield (lambda: through), copy
            if copies:
                with closing(through):
                    for each in copies:
                        with open(each.name, "rb") as file:
                            shutil.copyfileobj(file, through)
    except OSError as error:
        raise unwritten(target, error) from None


def text(stack: ExitStack, environment: Environment, name: str) -> TextIO:
    """A file of text that appears when all is written, and the stack ends well.

    What cannot be written is told when it is flushed, before anything else has appeared.
    """
    file, _ = stack.enter_context(written(environment, name))
    buffered = BufferedWriter(_Named(file(), name))
    made = TextIOWrapper(buffered, encoding="utf-8", newline="", write_through=True)
    return stack.enter_context(closing(made))


def _through(environment: Environment, target: str | None) -> BinaryIO | None:
    """The stream that is written through; None where there is a file."""
    if target is None or is_stdout(target):
        return cast("BinaryIO", _Stdout(environment))
    return open_through(target)
