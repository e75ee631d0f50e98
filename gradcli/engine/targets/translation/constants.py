"""What is known when code is written: constants of modules, and orders that are given."""

from __future__ import annotations

import ast
from typing import Any

from gradcli.engine.targets.translation.dialects import NUMBER, TRUTH, WHOLE
from gradcli.engine.targets.translation.folding import PURE, Unknown, folded
from gradcli.engine.targets.translation.scope import Scope
from gradcli.engine.targets.translation.values import SIGN, WHOLE_TERM, Untranslated, Value

NOTHING = object()
"""What stands for a value that is not known."""


class Constants(Scope):
    """Knows what has a value when code is written, and writes it."""

    def constant(self, node: ast.expr) -> Any:
        """The value of an expression that is known; `NOTHING` of any other."""
        names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
        space: dict[str, Any] = {}
        for name in names:
            if name in self.known:
                space[name] = self.known[name]
            elif name in self.kinds:
                return NOTHING
            elif self.is_pure(name):
                space[name] = self.value(name)
            elif name not in PURE:
                return NOTHING
        try:
            return folded(node, space)
        except Unknown:
            return NOTHING

    def is_known(self, node: ast.expr) -> bool:
        """Whether the value of an expression is."""
        return self.constant(node) is not NOTHING

    def written(self, value: Any) -> Value:
        """A value that is known."""
        if isinstance(value, bool):
            text = str(int(value)) if self.dialect.is_c else str(value).lower()
            return Value(text, TRUTH)
        if isinstance(value, int) and abs(value) < 2**31:
            return Value(str(value), WHOLE, WHOLE_TERM if value >= 0 else SIGN)
        if isinstance(value, int | float):
            text = self.number_text(float(value))
            is_bare = text.startswith("(")
            return Value(text.strip("()"), NUMBER, SIGN if is_bare else WHOLE_TERM)
        raise Untranslated(f"the value {value!r}")

    def is_of_known(self, node: ast.expr) -> bool:
        """Whether a value is one of the arguments that are known, and no constant with a name."""
        names = [each.id for each in ast.walk(node) if isinstance(each, ast.Name)]
        return any(name in self.known for name in names)

    def outer(self, name: str) -> Value:
        """A constant of a module."""
        if not self.is_pure(name):
            raise Untranslated(f"the name {name}")
        value = self.value(name)
        if not isinstance(value, int | float | tuple):
            raise Untranslated(f"the constant {name}")
        home, own = self._home(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return self.written(value)
        return Value(self.all.table(home, own, value), NUMBER)

    def pi(self) -> Value:
        """Half a turn."""
        return Value(
            "Math.PI" if not self.dialect.is_c else self.all.table("", "PI", 3.141592653589793)
        )
