"""The door `gradcli.functions`: every function of the language with its derivatives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradcli.base.shown import Shown
from gradcli.evaluation import arguments
from gradcli.graph import listing
from gradcli.graph.entry import Entry
from gradcli.views.functions import listed, matching, to_dict


class Functions(Shown, list[dict[str, Any]]):
    """Functions of the language, as they stand in `gradcli.functions/1`; their page to look at.

    Attributes:
        entries: the same, as the rule table has them.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        super().__init__(map(to_dict, entries))
        self.entries = entries


def functions(name: str | None = None) -> Functions:
    """The functions of the language, as they stand in `gradcli.functions/1`.

    Args:
        name: of a function; what is in the names of several, or a pattern with * and ?; None for
            all of them.

    Raises:
        InputError: there is none.

    >>> [each["call"] for each in functions("log1p")]
    ['log1p(x)']
    >>> [each["call"] for each in functions("*log1p*")]
    ['log1p(x)', 'xlog1py(x, y)']
    """
    entries = listing.entries()
    if name is not None:
        entries = matching(entries, arguments.text(name, "name"))
    return Functions(listed(entries))
