"""A cluster of Dask that computes files: reached, kept quiet, and what is said when it goes."""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import ExitStack, contextmanager
from importlib import import_module
from importlib.metadata import version
from typing import Any

from gradcli import __version__
from gradcli.cli.context import show_name
from gradcli.cli.map.shares import Done, Share, work_on
from gradcli.errors import GradcliError, UsageError

RETRIES = 3
"""So often a cluster tries a file again whose worker is gone."""

_LOOK = 1.0
"""After so many seconds without a result the connection is looked at."""


@contextmanager
def by_cluster(address: str) -> Iterator[Callable[[Sequence[Share]], Iterator[Done]]]:
    """What has shares computed at the scheduler of an address, and gives what became of each.

    Raises:
        UsageError: Dask is not installed, or nothing answers there.
        GradcliError: the scheduler went away, so did every worker that tried a file, or workers
            cannot do what they are sent.
    """
    try:
        distributed = import_module("distributed")
    except ImportError:
        raise UsageError(
            "extra",
            "a cluster is reached by the package distributed, of Dask, which is not installed",
            hint="pip install 'gradcli[cluster]'",
        ) from None
    where = show_name(address)
    with ExitStack() as stack:
        stack.enter_context(_quiet())
        try:
            client = distributed.Client(address, timeout="10s", set_as_default=False)
        except (OSError, ValueError) as error:
            raise UsageError(
                "usage",
                f"there is no scheduler of Dask at {where}",
                hint="dask scheduler prints the address to give: tcp://host:8786",
            ) from error
        stack.callback(client.close, timeout=2)
        try:
            _same_everywhere(client, where)
            yield lambda shares: _computed(client, shares)
        except Exception as error:
            raise _told(error, where, distributed, client) from error


def _computed(client: Any, shares: Sequence[Share]) -> Iterator[Done]:
    """What becomes of each share, in order."""
    executor = client.get_executor(pure=False, retries=RETRIES)
    futures: list[Future[Done]] = [executor.submit(work_on, share) for share in shares]
    try:
        for future in futures:
            yield _result(client, future)
    finally:
        for future in futures:
            future.cancel()


def _result(client: Any, future: Future[Done]) -> Done:
    """What a future comes to.

    A scheduler that goes does not always end the futures that are waited for.
    """
    while True:
        try:
            return future.result(timeout=_LOOK)
        except TimeoutError:
            if future.done():  # the error is that of the task
                raise
            if _is_gone(client):
                raise CancelledError from None


def _is_gone(client: Any, within: float = 0.0) -> bool:
    """Whether the scheduler is: tasks are lost with the connection, even if there is a new one.

    Args:
        client: of Dask.
        within: so many seconds it is waited for.
    """
    end = time.monotonic() + within
    while client.status == "running" and time.monotonic() < end:
        time.sleep(0.05)
    return bool(client.status != "running")


def _same_everywhere(client: Any, where: str) -> None:
    """See to it that workers know what they are sent: one that does not ends on reading it.

    Raises:
        GradcliError: a worker has no gradcli, or another version of it.
    """
    found = client.run(version, "gradcli", on_error="return")
    for worker, its in found.items():
        if its != __version__:
            has = f"gradcli {its}" if isinstance(its, str) else "no gradcli"
            raise GradcliError(
                "system",
                f"the worker at {show_name(worker)} of {where} has {has}; here it is {__version__}",
                hint=f"pip install 'gradcli[cluster]=={__version__}' on every worker",
            )


def _told(error: Exception, where: str, distributed: Any, client: Any) -> Exception:
    """What went wrong there, in our words; errors that have them already are left alone."""
    match error:
        case GradcliError():
            return error
        case distributed.KilledWorker():
            message = f"{RETRIES + 1} workers of {where} ended while they computed the same file"
            hint = "their logs say why; often it is their memory: split the file, or give them more"
            return GradcliError("system", message, hint=hint)
        case ImportError():
            message = f"a worker of {where} lacks a package: {error}"
            hint = f"pip install 'gradcli[cluster]=={__version__}' on every worker"
            return GradcliError("system", message, hint=hint)
    lost = isinstance(error, CancelledError | distributed.comm.CommClosedError)
    if lost or _is_gone(client, within=2.0):  # then Dask may stumble before it has noticed
        message = f"the scheduler at {where} is gone, and nothing is written"
        return GradcliError("system", message, hint="start it anew, and run this again")
    return error


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask's own log, which tells of each retry and lost connection, off the terminal."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)  # each of its loggers writes by itself
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
