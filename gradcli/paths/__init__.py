"""The chain rule along every path: followed, counted, factored, and written as products.

The room is a door of the library, too: ``gradcli.paths("a*b", a=1, b=2, wrt="a")``.
"""

from __future__ import annotations

import sys
from types import ModuleType

TYPE_CHECKING = False  # see gradcli/__init__.py
if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradcli.evaluation.elements import Value
    from gradcli.paths.result import PathSums


class _Door(ModuleType):
    """A room that can be called: ``gradcli.paths`` is this module, whoever has imported it."""

    def __call__(
        self,
        program: str,
        values: Mapping[str, Value] | None = None,
        /,
        *,
        wrt: str | None = None,
        most: int = 20,
        strict: bool = False,
        **named: Value,
    ) -> PathSums:
        """The derivative by one node as the sum over all paths from it to the output.

        Args:
            program: the program.
            values: a value for each input.
            wrt: the name of an input or a step; may be left out if there is only one input.
            most: how many paths are listed; the sum is over all of them.
            strict: make every note on how the text was read an error.
            named: more values.

        Raises:
            ParseError: the text is not a program.
            InputError: a name or a value is missing, unknown, or given twice.
            UsageError: it is not said where the paths begin.
        """
        from gradcli.evaluation.inputs import together  # noqa: PLC0415  (only for those who call)
        from gradcli.paths.follow import follow_paths  # noqa: PLC0415  (as above)

        return follow_paths(program, together(values, named), wrt, most=most, strict=strict)


sys.modules[__name__].__class__ = _Door
