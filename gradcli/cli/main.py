"""Entry point of the process: imports little, calls `run`, skips the interpreter's shutdown.

Only what is always loaded is imported above, so that there is hardly a moment in which Ctrl-C
meets an interpreter that answers with a traceback.
"""

from __future__ import annotations

import gc
import os
import signal
import sys

from gradcli.cli import COMPLETION, DEBUG

TYPE_CHECKING = False  # importing typing for this takes as long as reading a formula
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

GARBAGE = 2_000_000
"""How many new objects are a reason to look for garbage: what is imported is none, and looking for
some takes a tenth of the time.
"""


def main() -> NoReturn:
    """Run the command line of this process and leave."""
    gc.set_threshold(GARBAGE)
    code = 1
    try:
        run = _load()
        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        code = 130
    except Exception as error:
        # Not even the message could be made: out of memory, most likely.
        if os.environ.get(DEBUG):
            raise
        os.write(2, f"error: {type(error).__name__}\n".encode())
    # Taking down the interpreter takes another tenth, and would complain of a closed pipe.
    os._exit(code)


def _load() -> Callable[[list[str]], int]:
    """Import what every command needs; meanwhile Ctrl-C simply ends the process."""
    handler = signal.getsignal(signal.SIGINT)
    if handler is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    run = _prompt() if _is_alone() else _run()
    signal.signal(signal.SIGINT, handler)
    return run


def _is_alone() -> bool:
    """Whether nothing is asked for, and somebody sits at both ends: then there is a prompt."""
    if len(sys.argv) > 1 or COMPLETION in os.environ:
        return False
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def _run() -> Callable[[list[str]], int]:
    from gradcli.cli.run import run  # noqa: PLC0415  (after the threshold and the signal)

    return run


def _prompt() -> Callable[[list[str]], int]:
    from gradcli.cli.context import Environment  # noqa: PLC0415  (a prompt needs little at first)
    from gradcli.cli.prompt.loop import converse  # noqa: PLC0415  (likewise)

    return lambda _: converse(Environment.of_process())
