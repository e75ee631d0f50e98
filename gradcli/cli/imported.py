"""A function of somebody's own module: the one place where anybody's code is run."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from gradcli.errors import UsageError
from gradcli.hints import nearest


def imported(module: str, name: str) -> Callable[..., Any]:
    """A function of a module, which is imported for that; it may lie in the current folder.

    Raises:
        UsageError: there is none, or the module cannot be imported.
    """
    found: Any = _module(module)
    for part in name.split("."):
        owner, found = found, getattr(found, part, None)
        if found is None:
            known = [each for each in dir(owner) if not each.startswith("_")]
            hint = nearest(part, known, "names") if known else None
            raise UsageError("against", f"{module} has no '{name}'", hint=hint)
    if not callable(found):
        raise UsageError("against", f"{module}:{name} is no function", hint="name one that is")
    function: Callable[..., Any] = found
    return function


def _module(name: str) -> Any:
    """The module of that name.

    Raises:
        UsageError: it cannot be imported, or raises something.
    """
    here = os.getcwd()
    sys.path.insert(0, here)  # as for a script, and not for an entry point
    try:
        return import_module(name)
    except Exception as error:  # noqa: BLE001  (it is somebody else's)
        message = f"the module {name} cannot be imported: {type(error).__name__}: {error}"
        hint = "it is looked for in the current folder, in PYTHONPATH, and where packages are"
        raise UsageError("against", message, hint=hint) from None
    finally:
        if here in sys.path:
            sys.path.remove(here)
