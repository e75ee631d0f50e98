"""Ways out of an error as Python writes them: ``y=2`` where the command line has ``--y 2``."""

from __future__ import annotations

import re
from keyword import iskeyword

from gradcli.syntax.spelling import LETTERS

_OPTION = re.compile(
    rf"(?<![\w)\]])--(?P<name>{LETTERS}(?:[…-]+[\w\u0300-\u036f]*)*(?:\[[^\]\s]*\])*)"
    r'(?:[ =](?!--)(?P<value>"[^"]*"|[^\s;"]*[^\s;",.)]))?(?: (?=--))?'
)
"""An option with its value: in ways out no other word stands right behind an option."""

_OTHERS = {"assert": "check", "correlation": "correlations", "max-paths": "most", "shape": "shapes"}
"""Options with another name in Python."""

_METHODS = {"check", "get"}
"""What is asked of a result, by a method of it."""

_TWO_SHAPES = "}, shapes={"
"""Between shapes that are declared one by one: in Python one argument has all."""

_PAIR = re.compile(r"([^=]+)=(\[.*\]|[^=,]+)(?:,|\Z)")
"""A name with a value, as in ``x=1,y=-2``."""

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?")


_NAMED = re.compile(rf"(?<![\w)\]-])--({LETTERS}(?:-[\w-]*)?)")
"""An option in a sentence, where a word may follow that is not its value."""


def message_in_python(message: str) -> str:
    """What is wrong, with arguments where the command line has options: ``tol is a number``."""
    if "gradcli " in message:
        return message
    return _NAMED.sub(lambda found: _argument_name(found[1]), message)


def hint_in_python(hint: str, *, is_mixed: bool = False) -> str:
    """A way out without options of the command line.

    Args:
        hint: the way out as the command line shows it; whole commands in it stay. Behind an
            option stands its value or a sign such as a comma, never a word of the sentence.
        is_mixed: whether names with a comma between are one derivative by both, for which Python
            has ``wrt=[("x", "y")]``.
    """
    if "gradcli " in hint:
        return hint
    written = _OPTION.sub(_argument, hint).replace(_TWO_SHAPES, ", ")
    return _SEVERAL.sub(r"wrt=[(\1)]", written) if is_mixed else written


_SEVERAL = re.compile(r"wrt=\[([^\]]*)\]")


def _argument_name(option: str) -> str:
    return _OTHERS.get(option, option).replace("-", "_")  # names of variables have no hyphens


def _argument(found: re.Match[str]) -> str:
    name, value = found["name"], found["value"]
    name = _argument_name(name)
    end = ", " if found[0].endswith(" ") else ""
    if value is None:
        return name + end
    value = value.strip('"')
    if name == "set":
        return _mapping(value) + end
    if name == "shapes":
        array, _, lengths = value.partition("=")
        return f'shapes={{"{array}": {_value(lengths)}}}{end}'
    if name in _METHODS:
        return f'{name}("{value}"){end}'
    if not name.isidentifier() or iskeyword(name):
        return f'{{"{name}": {_value(value)}}}{end}'
    written = _mapping(value) if _PAIR.match(value) else _value(value)
    return f"{name}={written}{end}"


def _mapping(text: str) -> str:
    return "{" + ", ".join(f'"{name}": {_value(it)}' for name, it in _PAIR.findall(text)) + "}"


def _value(text: str) -> str:
    if text == "…" or text.startswith("[") or _NUMBER.fullmatch(text):
        return text
    names = text.split(",")
    quoted = [each if _NUMBER.fullmatch(each) else f'"{each}"' for each in names]
    return quoted[0] if len(names) == 1 else f"[{', '.join(quoted)}]"
