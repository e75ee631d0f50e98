"""Sentences for people as Python writes them: ``y=2`` where the command line has ``--y 2``."""

from __future__ import annotations

import re
from keyword import iskeyword

from gradcli.errors import Option, Sentence

_OTHERS = {"assert": "check", "correlation": "correlations", "max-paths": "most", "shape": "shapes"}
"""Options with another name in Python."""

_METHODS = {"check", "get"}
"""What is asked of a result, by a method of it."""

_TWO_SHAPES = "}, shapes={"
"""Between shapes that are declared one by one: in Python one argument has all."""

_PAIR = re.compile(r"([^=]+)=(\[.*\]|[^=,]+)(?:,|\Z)")
"""A name with a value, as in ``x=1,y=-2``."""

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?")


def in_python(sentence: str) -> str:
    """A sentence with arguments where the command line has options: ``tol is a number``."""
    if not isinstance(sentence, Sentence):
        return sentence
    parts = sentence.parts
    written = []
    for before, part, after in zip(("", *parts), parts, (*parts[1:], ""), strict=False):
        if isinstance(part, Option):
            written.append(_argument(part))
        else:
            is_between = isinstance(before, Option) and isinstance(after, Option)
            written.append(", " if is_between and part == " " else str(part))
    return "".join(written).replace(_TWO_SHAPES, ", ")


def _argument(option: Option) -> str:
    """One argument, with its value if it has any."""
    name = _OTHERS.get(option.name, option.name).replace("-", "_")  # variables have no hyphens
    if option.value is None:
        return name
    if isinstance(option.value, tuple):
        names = ", ".join(f'"{each}"' for each in option.value)
        return f"{name}=[({names})]" if len(option.value) > 1 else f"{name}={names}"
    value = option.value.strip('"')
    if name == "set":
        return _mapping(value)
    if name == "shapes":
        array, _, lengths = value.partition("=")
        return f'shapes={{"{array}": {_value(lengths)}}}'
    if name in _METHODS:
        return f'{name}("{value}")'
    if not name.isidentifier() or iskeyword(name):
        return f'{{"{name}": {_value(value)}}}'
    return f"{name}={_mapping(value) if _PAIR.match(value) else _value(value)}"


def _mapping(text: str) -> str:
    return "{" + ", ".join(f'"{name}": {_value(it)}' for name, it in _PAIR.findall(text)) + "}"


def _value(text: str) -> str:
    if text == "…" or text.startswith("[") or _NUMBER.fullmatch(text):
        return text
    names = text.split(",")
    quoted = [each if _NUMBER.fullmatch(each) else f'"{each}"' for each in names]
    return quoted[0] if len(names) == 1 else f"[{', '.join(quoted)}]"
