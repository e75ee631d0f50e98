"""Expressions of Python as those of C or of JavaScript."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from gradcli.engine.targets.translation.constants import NOTHING, Constants
from gradcli.engine.targets.translation.dialects import (
    NUMBER,
    TRUTH,
    WHOLE,
)
from gradcli.engine.targets.translation.values import (
    AND,
    CHOICE,
    EQUAL,
    LESS,
    OR,
    PRODUCT,
    SIGN,
    SUM,
    NeedsLines,
    Untranslated,
    Value,
)

_OPERATORS = {
    ast.Add: ("+", SUM),
    ast.Sub: ("-", SUM),
    ast.Mult: ("*", PRODUCT),
    ast.Div: ("/", PRODUCT),
}

_TESTS = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}


class Expressions(Constants):
    """Translates expressions of numbers and conditions."""

    def of(self, node: ast.expr) -> Value:
        """An expression."""
        if not isinstance(node, ast.Name | ast.Constant | ast.Tuple | ast.List):
            value = self.constant(node)
            is_named = any(isinstance(each, ast.Name) for each in ast.walk(node))
            if (
                value is not NOTHING
                and isinstance(value, bool | int | float)
                and (not is_named or self.is_of_known(node))
            ):
                return self.written(value)
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is None:
            raise Untranslated(ast.unparse(node))
        found: Value = method(node)
        return found

    def number(self, node: ast.expr, binds: int = CHOICE) -> str:
        """An expression as a number."""
        value = self.of(node)
        if value.kind == TRUTH and not self.dialect.is_c:
            return f"({value.text} ? 1 : 0)" if binds else f"{value.within(OR)} ? 1 : 0"
        return value.within(binds)

    def condition(self, node: ast.expr, binds: int = CHOICE) -> str:
        """An expression as a condition."""
        return self._truth(self.of(node)).within(binds)

    def _truth(self, value: Value) -> Value:
        """A value as a condition: a number is one if it is not 0."""
        if value.kind == TRUTH:
            return value
        if value.kind not in {NUMBER, WHOLE}:
            raise Untranslated(f"{value.text} as a condition")
        zero = "0" if value.kind == WHOLE or not self.dialect.is_c else "0.0"
        return Value(f"{value.within(LESS)} {self.dialect.equal[1]} {zero}", TRUTH, EQUAL)

    def _constant(self, node: ast.Constant) -> Value:
        return self.written(node.value)

    def _name(self, node: ast.Name) -> Value:
        name = node.id
        if name in self.known:
            return self.written(self.known[name])
        if name in self.kinds:
            return Value(self.local(name), self.kinds[name])
        if name in {"inf", "nan"}:
            return Value(self.dialect.infinite if name == "inf" else self.dialect.no_number)
        if name == "pi":
            return self.pi()
        return self.outer(name)

    def _attribute(self, node: ast.Attribute) -> Value:
        if isinstance(node.value, ast.Name) and node.value.id == "math":
            return self._name(ast.Name(node.attr))
        raise Untranslated(ast.unparse(node))

    def _unaryop(self, node: ast.UnaryOp) -> Value:
        if isinstance(node.op, ast.Not):
            return Value(f"!{self.condition(node.operand, SIGN + 1)}", TRUTH, SIGN)
        if isinstance(node.op, ast.USub):
            value = self.of(node.operand)
            # a sign before a sign would be another operator
            return Value(f"-{value.within(SIGN + 1)}", value.kind, SIGN)
        raise Untranslated(ast.unparse(node))

    def _binop(self, node: ast.BinOp) -> Value:
        if isinstance(node.op, ast.Pow):
            if self.constant(node.right) == 2 and isinstance(node.left, ast.Name):
                text = self.of(node.left).within(PRODUCT)
                return Value(f"{text} * {text}", NUMBER, PRODUCT)
            return self._called_math("pow", [node.left, node.right])
        if isinstance(node.op, ast.Mod):
            return self._remainder(node)
        if isinstance(node.op, ast.FloorDiv):
            quotient: ast.expr = ast.BinOp(node.left, ast.Div(), node.right)
            if self.constant(node.right) == 1:
                quotient = node.left
            return self._called_math("floor", [quotient])
        sign, binds = _OPERATORS[type(node.op)]
        if isinstance(node.op, ast.Mult) and self.constant(node.right) == 1.0:
            return self.of(node.left)
        left, right = self.of(node.left), self.of(node.right)
        kind = WHOLE if left.kind == right.kind == WHOLE else NUMBER
        first = left.within(binds)
        if kind == WHOLE and isinstance(node.op, ast.Div):
            kind, first = NUMBER, f"(double){left.within(SIGN)}" if self.dialect.is_c else first
        # A sum or a product to the right keeps its brackets: floats do not associate.
        return Value(f"{first} {sign} {right.within(binds + 1)}", kind, binds)

    def _remainder(self, node: ast.BinOp) -> Value:
        left, right = self.of(node.left), self.of(node.right)
        if left.kind == right.kind == WHOLE:
            return Value(f"{left.within(PRODUCT)} % {right.within(SIGN)}", WHOLE, PRODUCT)
        name = self.ready("modulo")
        other = f"{right.text}.0" if right.kind == WHOLE and self.dialect.is_c else right.text
        return Value(f"{name}({left.text}, {other})")

    def _compare(self, node: ast.Compare) -> Value:
        sides = [node.left, *node.comparators]
        tests: list[Value] = []
        for left, op, right in zip(sides, node.ops, sides[1:], strict=False):
            if isinstance(op, ast.In | ast.NotIn):
                tests.append(self._among(left, right, is_in=isinstance(op, ast.In)))
                continue
            sign = _TESTS[type(op)]
            if sign in {"==", "!="}:
                sign = self.dialect.equal[sign == "!="]
            if self.is_known(ast.Compare(left, [op], [right])) and self.is_of_known(
                ast.Compare(left, [op], [right])
            ):
                if not self.constant(ast.Compare(left, [op], [right])):
                    return self.written(False)  # noqa: FBT003  (a value like others)
                continue
            binds = EQUAL if sign[0] in "=!" else LESS
            text = f"{self.number(left, binds + 1)} {sign} {self.number(right, binds + 1)}"
            tests.append(Value(text, TRUTH, binds))
        if not tests:
            return self.written(True)  # noqa: FBT003  (likewise)
        return self._joined(tests, "&&", AND)

    def _among(self, node: ast.expr, among: ast.expr, *, is_in: bool) -> Value:
        if not isinstance(among, ast.Set | ast.Tuple):
            raise Untranslated(ast.unparse(among))
        own = self.number(node, LESS)
        sign = self.dialect.equal[not is_in]
        tests = [
            Value(f"{own} {sign} {self.number(each, LESS)}", TRUTH, EQUAL) for each in among.elts
        ]
        return self._joined(tests, "||" if is_in else "&&", OR if is_in else AND)

    @staticmethod
    def _joined(tests: Sequence[Value], sign: str, binds: int) -> Value:
        if len(tests) == 1:
            return tests[0]
        text = f" {sign} ".join(test.within(AND + 1 if binds == OR else binds) for test in tests)
        return Value(text, TRUTH, binds)

    def _boolop(self, node: ast.BoolOp) -> Value:
        is_and = isinstance(node.op, ast.And)
        tests: list[Value] = []
        for each in node.values:
            value = self.constant(each)
            if value is not NOTHING and self.is_of_known(each):
                if bool(value) != is_and:
                    return self.written(not is_and)
                continue
            tests.append(self._truth(self.of(each)))
            if tests[-1].text == self.written(not is_and).text:
                return self.written(not is_and)
        if not tests:
            return self.written(is_and)
        return self._joined(tests, "&&" if is_and else "||", AND if is_and else OR)

    def _ifexp(self, node: ast.IfExp) -> Value:
        test = self.condition(node.test, OR)
        known = {self.written(truth).text: truth for truth in (True, False)}
        if test in known:
            return self.of(node.body if known[test] else node.orelse)
        before = len(self.block)
        one, other = self.of(node.body), self.of(node.orelse)
        if len(self.block) > before:
            raise NeedsLines(ast.unparse(node))
        kind = one.kind if one.kind == other.kind else NUMBER
        return Value(f"{test} ? {one.within(OR)} : {other.text}", kind, CHOICE)

    def _called_math(self, name: str, args: Sequence[ast.expr]) -> Value:
        dialect = self.dialect
        texts = [self.of(each) if name == "fsum" else Value(self.number(each)) for each in args]
        given = ", ".join(each.text for each in texts)
        if name == "fmod" and not dialect.is_c:
            left, right = (self.of(each) for each in args)
            return Value(f"{left.within(PRODUCT)} % {right.within(SIGN)}", NUMBER, PRODUCT)
        if name in {"gamma", "lgamma"}:
            return Value(f"{self.all.defined(_GAMMA, name)}({given})")
        if name in dialect.own:
            return Value(f"{self.twin(name)}({given})")
        if name in dialect.ready:
            return Value(f"{self.ready(name)}({given})", _KINDS.get(name, NUMBER))
        if name not in dialect.math:
            raise Untranslated(f"math.{name}")
        return Value(f"{dialect.math[name]}({given})", _KINDS.get(name, NUMBER))

    def ready(self, name: str) -> str:
        """As of the whole."""
        return self.all.ready(name)


_KINDS: Mapping[str, str] = {"isnan": TRUTH, "isfinite": TRUTH, "frexp": "pair"}

_GAMMA = "gradcli.engine.functions.gamma"
