"""Elements of arrays as nested lists: how values are written to a file."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from gradcli.evaluation.objects import is_array
from gradcli.syntax.spelling import array_name, element_name, indices_of


def nested(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Values as a file of them is written: the elements of an array as nested lists.

    Elements that do not fill an array, counted from 1, stay under their own names.
    """
    arrays: dict[str, dict[tuple[int, ...], float]] = {}
    result: dict[str, Any] = {}
    for label, value in inputs.items():
        name, places = array_name(label), indices_of(label)
        if not places:
            result[label] = value.tolist() if is_array(value) else value
            continue
        result.setdefault(name, None)
        arrays.setdefault(name, {})[places] = value
    whole: dict[str, Any] = {}
    for name, value in result.items():
        if name not in arrays:
            whole[name] = value
            continue
        filled = _filled(arrays[name])
        if filled is None:
            whole |= {element_name(name, places): each for places, each in arrays[name].items()}
        else:
            whole[name] = filled
    return whole


def _filled(elements: Mapping[tuple[int, ...], float]) -> Any:
    """An array's elements as nested lists, None if they do not fill it."""
    sizes = {len(places) for places in elements}
    if len(sizes) > 1:
        return None
    shape = [max(axis) for axis in zip(*elements, strict=True)]
    if min(min(places) for places in elements) < 1 or math.prod(shape) != len(elements):
        return None
    level: list[Any] = [elements[places] for places in sorted(elements)]
    for length in reversed(shape[1:]):
        level = [level[start : start + length] for start in range(0, len(level), length)]
    return level
