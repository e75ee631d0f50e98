"""Ways out of what is wrong with a program, on the command line: what to type instead."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from gradcli.cli.context import Environment
from gradcli.cli.words import FLAGS, WORDS
from gradcli.errors import GradcliError, InputError, ParseError, Sentence, Typed, quoted
from gradcli.hints import did_you_mean
from gradcli.syntax.spelling import LETTERS, letters_of, plain

LONG = 60
"""A longer command line is not repeated in a hint."""


def leave_shape_out(context: Any, error: GradcliError) -> None:
    """Take ``--shape`` out of a way out for a command that has no such option."""
    known = {name for param in context.command.params for name in param.opts}
    if error.hint and error.arrays and "--shape" not in known:
        from gradcli.graph.declaring import declare  # noqa: PLC0415  (only such an error needs it)

        without = declare(error.arrays, by_option=False)
        error.hint = error.hint.replace(declare(error.arrays), without)


_ELSEWHERE = {
    "backend": "target",
    "digits": "precision",
    "epochs": "steps",
    "eta": "lr",
    "framework": "target",
    "iterations": "steps",
    "iters": "steps",
    "lang": "target",
    "language": "target",
    "learning_rate": "lr",
    "max_iter": "steps",
    "optimizer": "method",
    "rate": "lr",
    "step_size": "lr",
    "tolerance": "tol",
    "to": "target",
    "variable": "wrt",
    "with_respect_to": "wrt",
}
"""What others call some options, where that is no input of the program."""


def mend_hint(context: Any, error: InputError) -> None:
    """Say what the names that an error is about have to do with the options of a command.

    A value for an unknown name may be an option with a slip of the finger in it; a name without
    a value may be the name of an option; and where nothing has a value, the whole line is shown.
    """
    options = {
        name[2:] for param in context.command.params for name in param.opts if name[1] == "-"
    }
    if error.kind == "unknown-value":
        for name, *_ in context.meta[FLAGS]:
            if plain(name) in error.names:
                option = _ELSEWHERE.get(name.replace("-", "_").lower())
                near = did_you_mean(name, options, "--")
                error.hint = f"write --{option}" if option in options else near or error.hint
    elif error.kind == "missing-value" and error.names and context.obj.kept is not None:
        error.hint = give_hint(error)
    elif error.kind == "missing-value" and error.names:
        error.hint = _to_type(context, error, options) or error.hint
    elif error.kind == "value" and error.names and _is_file_of_values(error.source):
        error.hint = f"a value in a file is written --{error.names[0]} @{error.source}"


def options_in_quotes(context: Any, error: ParseError) -> str | None:
    """The way out where options stand inside the quotes of a formula: ``"x^2 --x 3"``."""
    found = re.fullmatch(
        r"(.*?)\s+((?:--[^\W\d][\w-]*(?:[\s=].*)?)|-[of]\s+\S.*)", error.source or ""
    )
    if found is None:
        return None
    import shlex  # noqa: PLC0415  (only where something is wrong)

    try:
        words = shlex.split(found[2])
    except ValueError:  # a quote that is never closed
        return None
    around = [word for word in context.meta[WORDS] if word != error.source]
    typed = Typed((context.command_path.split()[-1], found[1], *around, *words), ": ")
    return Sentence("options stand behind the closing quote", typed)


def _is_file_of_values(text: str | None) -> bool:
    from gradcli.cli.value_place import ENDINGS  # noqa: PLC0415  (only where a value cannot be read)

    return text is not None and text.lower().endswith(ENDINGS) and os.path.isfile(text)


def give_hint(error: InputError) -> str:
    """What to type at a prompt for names without a value."""
    from gradcli.cli.beside import is_of_language  # noqa: PLC0415  (only at a prompt)
    from gradcli.cli.rehearsal import MOST_NAMES  # noqa: PLC0415  (likewise)

    called = next((name for name in error.names if is_of_language(name)), None)
    if called is not None:
        return f"a function is called: {called}(…)"
    values = {name: f"{n}" for n, name in enumerate(error.names, 1)} | dict(error.examples)
    typed = [f"{name} = {value}" for name, value in values.items() if value][:MOST_NAMES]
    return f"for instance: {'; '.join(typed)}" if typed else "load values from a file"


def _to_type(context: Any, error: InputError, options: Collection[str]) -> str | None:
    """What to type for names without a value; None if that is said already."""
    given, missing = context.params, error.names
    nothing = not (context.meta[FLAGS] or given.get("assignments") or given.get("files"))
    words = context.meta[WORDS]
    hidden = [name for name in missing if name in options]
    typed = {word.partition("=")[0] for word in words}
    hidden += _run_together(str(given.get("expression") or ""), missing, options, typed)
    meant = [name for name in hidden if f"--{name}" in typed]
    ours = {option for param in context.command.params for option in param.opts}
    taken = ours.intersection(words[: words.index("--")] if "--" in words else words)
    short = next((name for name in missing if f"-{name}" in taken), None)
    if nothing and "-" not in words and not meant and short is None:
        line = working(context.command, context.command_path, context.obj, words)
        if line is not None:
            is_piped = given.get("expression", "") is None and given.get("file") is None
            return f"for instance: {'… | ' if is_piped else ''}{line}"
    hidden = meant or hidden
    if short is not None:
        return f"-{short} is an option: write --{short} … for a variable of that name"
    if hidden:
        return f"--{hidden[0]} is an option: write --set {hidden[0]}=… for a variable of that name"
    return None


def _run_together(
    source: str, missing: Collection[str], options: Collection[str], typed: Collection[str]
) -> Iterable[str]:
    """The options that were typed for a name of letters without a value: the lr of ``lr*x``."""
    return [
        name
        for name in dict.fromkeys(re.findall(LETTERS, source))
        if name in options and f"--{name}" in typed and {*letters_of(name)}.issubset(missing)
    ]


def working(command: Any, name: str, environment: Environment, words: Sequence[str]) -> str | None:
    """A command line that was tried, as it is typed; None if there is none, or it is too long.

    Args:
        command: what is called.
        name: what it is called by: ``"gradcli eval"``.
        environment: where it is called.
        words: what stands behind its name; they are mended where they do not work.
    """
    from gradcli.cli.rehearsal import mended  # noqa: PLC0415  (only where something is wrong)

    if typed_line(words) is None:
        return None
    found = mended(command, name, environment, words)
    line = typed_line(found.words) if found else None
    if found is None or line is None:
        return None
    options = {option for param in command.params for option in param.opts}
    values = " ".join(
        f"--set {each}={value}" if f"--{each}" in options else f"--{each} {value}"
        for each, value in found.values.items()
    )
    # What stands behind -- is no option.
    parts = (values, line) if "--" in found.words else (line, values)
    return " ".join([name, *filter(None, parts)])


def typed_line(words: Sequence[str]) -> str | None:
    """Words as they are typed, those in quotes that need it; None if they are too long for that."""
    typed = []
    for word in words:
        if "\n" in word:
            return None
        typed.append(quoted(word))
    line = " ".join(typed)
    return line if len(line) <= LONG else None
