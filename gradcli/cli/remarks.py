"""What the commands that work on a program have in common beside their options."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from gradcli.cli.context import Environment
from gradcli.cli.words import FLAGS, NUMBER, WORDS
from gradcli.errors import (
    GradcliError,
    InputError,
    Note,
    ParseError,
    Problem,
    Sentence,
    Span,
    Typed,
    UndefinedError,
    UsageError,
    quoted,
)
from gradcli.hints import did_you_mean
from gradcli.syntax.spelling import LETTERS, at_outer_commas, letters_of, plain

MOST_REMARKS = 12
"""How many notes, and how many warnings, are printed; --json has all."""

LONG = 60
"""A longer command line is not repeated in a hint."""


def split_names(
    lists: Sequence[str], option: str = "--wrt", *, joined: str = ","
) -> list[str] | None:
    """The names of ``--wrt b,c``; a comma in brackets belongs to a name.

    Args:
        lists: what was given to the option.
        option: its name.
        joined: what stands between several names in a hint.

    Raises:
        UsageError: a name is missing, or has a blank where a comma should be.
        InputError: a name is a number.
    """
    names = [plain(name) for text in lists for name in at_outer_commas(text)]
    if "" in names:
        raise UsageError(option[2:], f"a name is missing in {option}", hint=f"write {option} b,c")
    refuse_numbers(names, option)
    for name in names:
        parts = name.split()
        if len(parts) > 1:
            hint = f"write {option} {joined.join(parts)}"
            raise UsageError(option[2:], f"'{name}' is {len(parts)} names", hint=hint)
    return names or None


def refuse_numbers(names: Iterable[str], option: str) -> None:
    """Refuse a number where an option takes a name, as it was meant for the value of a variable.

    Raises:
        InputError: one is a number.
    """
    for name in names:
        if re.fullmatch(NUMBER, name.strip()):
            raise InputError(
                "unknown-node",
                f"{option} takes a name, and '{name}' is a number",
                hint=f"write --x {name} for the value of a variable x, "
                f"--set {option[2:]}={name} for that of a variable {option[2:]}",
                names=(name,),
            )


def refuse_several(text: str, option: str) -> None:
    """Refuse what is not one name where an option takes one.

    Raises:
        UsageError: there is no name, or there are several.
        InputError: it is a number.
    """
    names = [name for part in at_outer_commas(text) for name in plain(part).split()]
    refuse_numbers(names, option)
    if len(names) != 1:
        instead = " or ".join(f"{option} {name}" for name in names) or f"{option} x"
        said = f"'{text}' is {len(names)} names" if names else "a name is missing"
        message = f"{option} is about one node, and {said}"
        raise UsageError(option[2:], message, hint=f"write {instead}")


def value_of(option: Any) -> str:
    """What stands for the value of an option: its first choice, or what the help page has."""
    choices = getattr(option.type, "choices", None)
    return str(getattr(choices[0], "value", choices[0])) if choices else option.metavar or "VALUE"


def example(context: Any) -> str:
    """A command line that works: the first of the examples in the help of the command."""
    lines: list[str] = context.command.epilog.splitlines()
    return next(line for line in lines if line.startswith("gradcli "))


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


def refuse_options_in(context: Any, source: str) -> None:
    """Refuse a formula with an option in its quotes that could be read: ``"x*y --wrt y"``.

    ``x --y`` is x - (-y). So the word has to be an option of the command, to stand where one
    would, with what it takes behind it, and to be a name nowhere else on the line.

    Raises:
        ParseError: there is one.
    """
    if "--" not in source:
        return
    switches: set[str] = set()
    valued: set[str] = set()
    for param in context.command.params:
        names = {name for name in param.opts if name.startswith("--")}
        (switches if getattr(param, "is_flag", False) else valued).update(names)
    for found in re.finditer(r"\s(--[^\W\d][\w-]+)(?=(\s*)(.?))", source):
        option, blank, after = found.groups()
        is_option = (option in switches and after in {"", "-"}) or (
            option in valued and blank and re.match(r"[\w\"'./\[]", after)
        )
        if is_option and not _is_elsewhere(context, option, source, found.span(1)):
            place = Span(*found.span(1))
            message = f"{option} stands inside the formula"
            error = ParseError("syntax", message, span=place, source=source)
            error.hint = options_in_quotes(context, error)
            raise error


def _is_elsewhere(context: Any, option: str, source: str, place: tuple[int, int]) -> bool:
    """Whether the name of an option is one of the program's elsewhere on the line."""
    begin, end = place
    words = [word for word in context.meta[WORDS] if word.partition("=")[0] not in {source, option}]
    line = " ".join([*words, source[:begin], source[end:]])
    return re.search(rf"(?<![\w-]){re.escape(option[2:])}(?!\w)", line) is not None


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


def not_defined(problems: Sequence[Problem], source: str) -> UndefinedError | None:
    """The error for a value that is not finite, if it is not."""
    for problem in problems:
        if problem.kind == "value":
            return UndefinedError("undefined", problem.message, span=problem.span, source=source)
    return None


def remark(
    environment: Environment, source: str, remarks: Sequence[Note] | Sequence[Problem]
) -> None:
    """Print notes or warnings, the first few of them; a JSON object has them inside."""
    if not remarks or environment.as_json or environment.is_quiet:
        return
    from gradcli.views import error  # noqa: PLC0415  (only where there is something to say)

    new = [each for each in remarks if not _is_known(environment, source, each)]
    display = environment.display(environment.stderr)
    for each in new[:MOST_REMARKS]:
        if isinstance(each, Note):
            page = error.render_note(each, source, display)
        else:
            page = error.render_problem(each, source, display)
        environment.show(page)
    if len(new) > MOST_REMARKS:
        say(environment, f"and {len(new) - MOST_REMARKS} more, which --json shows")


def _is_known(environment: Environment, source: str, remark: Note | Problem) -> bool:
    """Whether a note on how a line is read has been told at this prompt, which keeps the line."""
    if environment.noted is None or not isinstance(remark, Note):
        return False
    place = remark.span.start if remark.span else 0
    line = source[source.rfind("\n", 0, place) + 1 :].partition("\n")[0].strip()
    told = remark.message, line
    is_known = told in environment.noted
    environment.noted.add(told)
    return is_known


def say(environment: Environment, message: str) -> None:
    """Print a note that has no place in a program."""
    from gradcli.views import error  # noqa: PLC0415  (only where there is something to say)

    display = environment.display(environment.stderr)
    environment.show(error.render_message("note", message, display))


def warnings_of(problems: Sequence[Problem], *, values: bool) -> list[Problem]:
    """What is to be known of numbers and is no failure; values that are none where that is not."""
    kinds = {"small", "derivative", "kink", *(["value"] if values else ())}
    return [problem for problem in problems if problem.kind in kinds]
