"""What the Python of a function says of its names: their kinds, and how often they change."""

from __future__ import annotations

import ast
import re

from gradcli.engine.targets.modules import Module, is_ours
from gradcli.engine.targets.translation.dialects import LIST, NUMBER, PAIRS, TRUTH, WHOLE
from gradcli.engine.targets.translation.values import Untranslated


def parameters_of(module: str, node: ast.FunctionDef) -> list[tuple[str, str]]:
    """The parameters of a function and their kinds."""
    args = node.args
    if args.vararg or args.kwarg:
        raise Untranslated(f"the parameters of {node.name}")
    return [(each.arg, kind_of(module, each.annotation)) for each in (*args.args, *args.kwonlyargs)]


def kind_of(module: str, node: ast.expr | None) -> str:
    """The kind that an annotation says."""
    text = "" if node is None else ast.unparse(node)
    defined = Module.of(module).defined
    imported = Module.of(module).imported
    while text in imported and is_ours(imported[text][0]):
        module, text = imported[text]
        defined, imported = Module.of(module).defined, Module.of(module).imported
    meant = defined.get(text)
    if isinstance(meant, ast.Assign):
        text = ast.unparse(meant.value)
    kinds = {
        "float": NUMBER,
        "int": WHOLE,
        "bool": TRUTH,
        "list[float]": LIST,
        "tuple[float, ...]": LIST,
    }
    kinds |= {"Sequence[float]": LIST, "Iterable[float]": LIST}
    if text in kinds:
        return kinds[text]
    found = re.fullmatch(r"tuple\[((?:float|int)(?:, (?:float|int)){1,2})\]", text)
    if found:
        return PAIRS[found[1].count(",") - 1]
    raise Untranslated(f"the type {text}")


def assigned(node: ast.FunctionDef) -> dict[str, int]:
    """How many times each name is given a value."""
    found: dict[str, int] = {each.arg: 1 for each in node.args.args}
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            found[each.id] = found.get(each.id, 0) + 1
    return found


def is_mixed(node: ast.FunctionDef, name: str) -> bool:
    """Whether a name is given floats as well as whole numbers."""
    values: list[ast.expr] = []
    for each in ast.walk(node):
        if isinstance(each, ast.AugAssign) and isinstance(each.target, ast.Name):
            values += [each.value] if each.target.id == name else []
        elif isinstance(each, ast.Assign):
            target, value = each.targets[0], each.value
            if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                pairs = [*zip(target.elts, value.elts, strict=True)]
            else:
                pairs = [(target, value)]
            values += [own for one, own in pairs if isinstance(one, ast.Name) and one.id == name]
    inside = [each for value in values for each in ast.walk(value)]
    return any(isinstance(each, ast.Constant) and isinstance(each.value, float) for each in inside)
