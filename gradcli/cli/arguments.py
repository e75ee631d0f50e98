"""A command that takes an expression, and values for its variables as flags or beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from typer.core import TyperOption

from gradcli.cli.pages import PageCommand
from gradcli.cli.remarks import value_of
from gradcli.cli.words import FLAGS, WORDS, Words, sort_words
from gradcli.errors import UsageError


class ProgramCommand(PageCommand):
    """A command that takes an expression and values for its variables as flags.

    Typer's contexts are classes of the click inside it, which is private: hence ``Any``.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Sort the words, so that only options of ours reach the parser of options."""
        params = self.get_params(ctx)
        switches, valued = options_of(params)
        if ctx.resilient_parsing:
            words = _begun(args, switches, valued)
        else:
            words = sort_words(args, switches, valued)
        most = sum(param.param_type_name == "argument" for param in params)
        if any("=" in word for word in words.expressions):
            from gradcli.cli.beside import divided  # noqa: PLC0415  (few give values so)

            wanted = 0 if "-f" in words.options else most
            words = divided(words, wanted, lambda: bool(ctx.obj and ctx.obj.piped))
        expressions = words.expressions
        if len(expressions) > most and not ctx.resilient_parsing:
            from gradcli.cli.too_many import too_many  # noqa: PLC0415  (only an error needs it)

            raise too_many(args, expressions, most, switches, valued)
        ctx.meta[FLAGS], ctx.meta[WORDS] = words.flags, args
        return super().parse_args(ctx, [*words.options, "--", *expressions])

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """What a line can go on with: variables of the formula, and options."""
        from gradcli.cli.complete import complete_flags  # noqa: PLC0415  (only here)

        return [*complete_flags(ctx, incomplete), *super().shell_complete(ctx, incomplete)]


def options_of(params: Iterable[Any]) -> tuple[set[str], dict[str, str]]:
    """The options of a command without a value, and those with one and what stands for it."""
    switches: set[str] = set()
    valued: dict[str, str] = {}
    for option in params:
        if isinstance(option, TyperOption):
            if option.is_flag:
                switches.update(option.opts)
            else:
                valued |= dict.fromkeys(option.opts, value_of(option))
            switches.update(option.secondary_opts)  # --no-values beside --values
    return switches, valued


def _begun(words: Sequence[str], switches: Collection[str], valued: Mapping[str, str]) -> Words:
    """The words of a line that is not finished, sorted as far as they can be."""
    for end in range(len(words), 0, -1):
        try:
            return sort_words(words[:end], switches, valued)
        except UsageError:
            continue
    return Words([], [], [])
