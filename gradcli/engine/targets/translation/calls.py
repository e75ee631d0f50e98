"""Calls of Python's own functions, and of others that are translated."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping, Sequence

from gradcli.engine.targets.modules import Module, is_ours
from gradcli.engine.targets.translation.constants import NOTHING
from gradcli.engine.targets.translation.dialects import (
    LIST,
    NUMBER,
    TRUTH,
    WHOLE,
)
from gradcli.engine.targets.translation.facts import kind_of
from gradcli.engine.targets.translation.lists import Lists
from gradcli.engine.targets.translation.scope import TWINS
from gradcli.engine.targets.translation.values import (
    CHOICE,
    OR,
    SIGN,
    Untranslated,
    Value,
)


class Calls(Lists):
    """Translates calls."""

    def _call(self, node: ast.Call) -> Value:
        function = node.func
        if isinstance(function, ast.Attribute):
            if isinstance(function.value, ast.Name) and function.value.id == "math":
                return self._called_math(function.attr, node.args)
            raise Untranslated(ast.unparse(node))
        if not isinstance(function, ast.Name):
            raise Untranslated(ast.unparse(node))
        own = self.imported(function.id)
        if own is not None and own[0] == "math":
            return self._called_math(own[1], node.args)
        if own == ("gradcli.engine.scalar", "power"):
            return self._called_math("pow", node.args)
        if own == ("gradcli.engine.scalar", "div"):
            return self._binop(ast.BinOp(node.args[0], ast.Div(), node.args[1]))
        if hasattr(builtins, function.id):
            return self._builtin(function.id, node)
        name, kind = self.called(function.id, node)
        return Value(f"{name}({', '.join(self._arguments(function.id, node))})", kind)

    def _arguments(self, name: str, node: ast.Call) -> list[str]:
        found: list[str] = []
        for place, each in enumerate(node.args):
            if isinstance(each, ast.Starred):
                found += self.parts(each.value)
            elif not self.is_left_out(name, place, node):
                found.append(self._argument(each))
        given = {each.arg: each.value for each in node.keywords}
        count = len(node.args)
        if any(isinstance(each, ast.Starred) for each in node.args):
            count = len(found)
        more = [given.get(own, default) for own, default in self.missing(name, count)]
        return [*found, *map(self.number, more)]

    def _argument(self, node: ast.expr) -> str:
        if isinstance(node, ast.Tuple):
            return self.pair(node).text
        return self.number(node)

    def _builtin(self, name: str, node: ast.Call) -> Value:
        known = self.constant(node) if name == "len" else NOTHING
        if known is not NOTHING:
            return self.written(known)
        if name in {"min", "max"}:
            return self._extreme(name, node.args)
        if name == "tuple":
            return self.listed(node.args[0])
        value = self.of(node.args[0])
        if name == "float":
            return self._as_number(value)
        if name in {"int", "round"}:
            return self._as_whole(name, value)
        if name == "abs":
            return Value(f"{'fabs' if self.dialect.is_c else 'Math.abs'}({value.text})")
        if name == "len":
            return Value(self.count_of(value.text), WHOLE)
        raise Untranslated(ast.unparse(node))

    def _as_number(self, value: Value) -> Value:
        if value.kind == WHOLE and self.dialect.is_c:
            return Value(f"(double){value.within(SIGN)}", NUMBER, SIGN)
        if value.kind == TRUTH:
            one, zero = map(self.number_text, (1.0, 0.0))
            return Value(f"{value.within(OR)} ? {one} : {zero}", NUMBER, CHOICE)
        return value._replace(kind=NUMBER)

    def _as_whole(self, name: str, value: Value) -> Value:
        if value.kind == WHOLE:
            return value
        if self.dialect.is_c:
            inner = value.within(SIGN) if name == "int" else f"rint({value.text})"
            return Value(f"(int){inner}", WHOLE, SIGN)
        own = "Math.trunc" if name == "int" else self.twin("nearest")
        return Value(f"{own}({value.text})", WHOLE)

    def _extreme(self, name: str, args: Sequence[ast.expr]) -> Value:
        is_whole = all(self.of(each).kind == WHOLE for each in args)
        texts = [self.number(each) for each in args]
        if not self.dialect.is_c:
            return Value(f"Math.{name}({', '.join(texts)})", WHOLE if is_whole else NUMBER)
        found = texts[0]
        for each in texts[1:]:
            found = f"f{name}({found}, {each})"
        return Value(f"(int){found}", WHOLE, SIGN) if is_whole else Value(found)

    def called(self, name: str, node: ast.Call) -> tuple[str, str]:
        """The name and the kind of a function of ours that is called."""
        home, own = self._home(name)
        if not is_ours(home):
            raise Untranslated(name)
        twin = self.dialect.own.get(own.lstrip("_"))
        if twin and own.lstrip("_") in _TWINNED:
            home, own = TWINS, twin
        function = Module.of(home).defined[own]
        if not isinstance(function, ast.FunctionDef):
            raise Untranslated(name)
        known = self._known_arguments(own, node)
        return self.all.defined(home, own, known), kind_of(home, function.returns)

    def _known_arguments(self, name: str, node: ast.Call) -> Sequence[float]:
        """The first arguments, if the function is one of an order, and that is known."""
        if name not in ORDERED:
            return ()
        value = self.constant(node.args[0])
        return () if value is NOTHING else (float(value),)

    def is_left_out(self, name: str, place: int, node: ast.Call) -> bool:
        """Whether an argument is known to the function that is called."""
        _, own = self._home(name)
        return place == 0 and bool(self._known_arguments(own, node))


_TWINNED = frozenset(("whole_binomial", "falling_over", "whole_falling", "by_twos", "gcd", "lcm"))
"""Functions of ours that compute with whole numbers of any size, for which others stand."""

ORDERED = frozenset(("zeta_derivative", "lambertw_derivative", "polylog_derivative"))
"""Functions that are translated for an order that is known."""

_TYPES: Mapping[str, Sequence[str]] = {
    "pair": ("typedef struct {", "    double first, second;", "} pair;", ""),
    "triple": ("typedef struct {", "    double first, second, third;", "} triple;", ""),
    LIST: ("typedef struct {", "    int count;", "    double at[256];", "} list;", ""),
}
"""The types of C that functions need."""
