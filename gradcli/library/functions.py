"""The door `gradcli.functions`: every function of the language with its derivatives."""

from __future__ import annotations

from typing import Any

from gradcli.evaluation import arguments
from gradcli.graph import listing
from gradcli.views.functions import listed, matching, to_dict


def functions(name: str | None = None) -> list[dict[str, Any]]:
    """The functions of the language, as they stand in `gradcli.functions/1`.

    Args:
        name: what is in their names, or a pattern with * and ?; None for all of them.

    Raises:
        InputError: there is none.

    >>> [each["call"] for each in functions("log1p")]
    ['log1p(x)', 'xlog1py(x, y)']
    """
    entries = listing.entries()
    if name is not None:
        entries = matching(entries, arguments.text(name, "name"))
    return [to_dict(entry) for entry in listed(entries)]
