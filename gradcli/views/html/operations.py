"""Which operations a page can compute: the entries of the table in `operations.js`."""

from __future__ import annotations

import re
from functools import cache

from gradcli.views.html.files import text

_TABLE = "const OPERATIONS = {"

_ENTRY = re.compile(r"^  (\w+): ", re.MULTILINE)


@cache
def known_operations() -> frozenset[str]:
    """The names of the operations that have a value in JavaScript."""
    source = text("operations.js")
    return frozenset(_ENTRY.findall(source, source.index(_TABLE)))
