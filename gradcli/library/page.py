"""How a page of the library's doors is laid out, checked."""

from __future__ import annotations

from gradcli.errors import UsageError
from gradcli.evaluation import arguments
from gradcli.views.lines.number import check_precision
from gradcli.views.lines.page import Display


def display(width: object, precision: object) -> Display:
    """A display of so many columns and significant digits, None for the usual ones.

    Raises:
        UsageError: one of them is no number, or out of its range.
    """
    columns = arguments.whole(width, "width")
    if columns is None or columns < 1:
        raise UsageError("usage", "width is a number of columns from 1 on", hint="80 by default")
    digits = arguments.whole(precision, "precision")
    check_precision(digits)
    return Display(columns, precision=digits)
