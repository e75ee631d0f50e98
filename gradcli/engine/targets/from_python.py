"""Python as JavaScript: of functions that are made of numbers, tuples, loops and choices.

What is not known is refused. Floats of JavaScript never raise: what a handler catches is seen by
the number that comes instead. Helpers of the same meaning stand in ``operations.js``; their names
have capitals, so that no name of the functions is one of them.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

_BUILTINS = {
    "abs": "Math.abs", "int": "Math.trunc", "float": "Number", "round": "OPERATIONS.round",
    "range": "rangeOf", "enumerate": "numbered", "zip": "zipped", "sum": "sum", "len": "lengthOf",
    "sorted": "sortedBy", "all": "allOf", "reversed": "backwards",
}  # fmt: skip

_BINARY = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}

_COMPARISONS = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "===", ast.NotEq: "!==",
    ast.Is: "===", ast.IsNot: "!==",
}  # fmt: skip

_COMPOUND = (ast.BinOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.UnaryOp)

_LEVEL: Mapping[type, int] = {ast.Add: 1, ast.Sub: 1, ast.Mult: 2, ast.Div: 2, ast.Pow: 3}

_PREDICATES = frozenset(("Number.isNaN", "Number.isFinite", "allOf"))


class UntranslatableError(Exception):
    """A function needs something of Python that is not translated; what, is the argument."""


class Writer(ast.NodeVisitor):
    """Writes statements and expressions of Python as JavaScript."""

    def __init__(self, of_math: Callable[[str], str]) -> None:
        self._of_math = of_math

    def generic_visit(self, node: ast.AST) -> Any:
        """Refuse what is not known."""
        raise UntranslatableError(type(node).__name__)

    # --- Statements ---------------------------------------------------------------------------

    def definition(self, node: ast.stmt) -> str:
        """A statement that stands on its own."""
        lines: list[str] = self.visit(node)
        start = "const " if isinstance(node, ast.Assign) else ""
        return start + "\n".join(lines)

    def _block(self, nodes: list[ast.stmt]) -> list[str]:
        return [f"  {line}" for node in nodes for line in self.visit(node)]

    def visit_FunctionDef(self, node: ast.FunctionDef) -> list[str]:
        rest = node.args.kwonlyargs or node.args.kwarg or node.args.posonlyargs
        decorators = [each for each in node.decorator_list if ast.unparse(each) != "cache"]
        if rest or decorators:
            raise UntranslatableError(node.name)
        names = [each.arg for each in node.args.args]
        values = [f" = {self._of(each)}" for each in node.args.defaults]
        padded = [""] * (len(names) - len(values)) + values
        parameters = [name + value for name, value in zip(names, padded, strict=True)]
        if node.args.vararg:
            names.append(node.args.vararg.arg)
            parameters.append(f"...{node.args.vararg.arg}")
        local = sorted(_assigned(node) - {*names})
        return [
            f"function {node.name}({', '.join(parameters)}) {{",
            *([f"  let {', '.join(local)};"] if local else []),
            *self._block(node.body),
            "}",
        ]

    def visit_Expr(self, node: ast.Expr) -> list[str]:
        if isinstance(node.value, ast.Constant):
            return []  # a docstring
        return [f"{self._of(node.value)};"]

    def visit_Pass(self, _: ast.Pass) -> list[str]:
        return []

    def visit_Break(self, _: ast.Break) -> list[str]:
        return ["break;"]

    def visit_Continue(self, _: ast.Continue) -> list[str]:
        return ["continue;"]

    def visit_Return(self, node: ast.Return) -> list[str]:
        return [f"return {self._bare(node.value)};"] if node.value else ["return;"]

    def visit_Assign(self, node: ast.Assign) -> list[str]:
        (target,) = node.targets
        return [f"{self._target(target)} = {self._bare(node.value)};"]

    def visit_AugAssign(self, node: ast.AugAssign) -> list[str]:
        place = self._target(node.target)
        if isinstance(node.op, ast.Add) and isinstance(
            node.value, ast.List | ast.ListComp | ast.Call
        ):
            return [f"{place} = withMore({place}, {self._of(node.value)});"]
        return [f"{place} {_sign(node.op)}= {self._bare(node.value)};"]

    def visit_If(self, node: ast.If) -> list[str]:
        lines = [f"if ({self._test(node.test)}) {{", *self._block(node.body), "}"]
        if node.orelse:
            lines[-1] = "} else {"
            lines += [*self._block(node.orelse), "}"]
        return lines

    def visit_While(self, node: ast.While) -> list[str]:
        self._refuse(node.orelse)
        return [f"while ({self._test(node.test)}) {{", *self._block(node.body), "}"]

    def visit_For(self, node: ast.For) -> list[str]:
        self._refuse(node.orelse)
        head = f"for ({self._target(node.target)} of {self._of(node.iter)}) {{"
        return [head, *self._block(node.body), "}"]

    def visit_Try(self, node: ast.Try) -> list[str]:
        """What would raise is infinite in JavaScript, or NaN."""
        self._refuse([*node.orelse, *node.finalbody, *node.body[1:], *node.handlers[1:]])
        (tried,), (handler,) = node.body, node.handlers
        caught = ast.unparse(handler.type) if handler.type else ""
        is_seen = {
            "OverflowError": "!({0} - {0} === 0 || {0} !== {0})",
            "ValueError": "{0} !== {0}",
        }
        seen = is_seen.get(caught, "{0} - {0} !== 0")
        if isinstance(tried, ast.Return) and tried.value:
            name, first = "result", [f"const result = {self._bare(tried.value)};"]
            last = ["return result;"]
        elif isinstance(tried, ast.Assign) and isinstance(tried.targets[0], ast.Name):
            name, first, last = tried.targets[0].id, self.visit_Assign(tried), []
        else:
            raise UntranslatableError(node)
        check = [f"if ({seen.format(name)}) {{", *self._block(handler.body), "}"]
        return ["{", *[f"  {line}" for line in [*first, *check, *last]], "}"]

    def _refuse(self, nodes: object) -> None:
        if nodes:
            raise UntranslatableError(nodes)

    def _target(self, node: ast.expr) -> str:
        if isinstance(node, ast.Tuple):
            return f"[{', '.join(map(self._target, node.elts))}]"
        if isinstance(node, ast.Name | ast.Subscript):
            return self._of(node)
        raise UntranslatableError(node)

    # --- Expressions --------------------------------------------------------------------------

    def _of(self, node: ast.expr) -> str:
        """An expression, in brackets if it is made of several."""
        text = self._bare(node)
        return f"({text})" if isinstance(node, _COMPOUND) else text

    def _bare(self, node: ast.expr) -> str:
        """An expression where nothing stands beside it."""
        text: str = self.visit(node)
        return text

    def _test(self, node: ast.expr) -> str:
        """A condition: a number is true unless it is 0, a list unless it is empty."""
        text = self._bare(node)
        return text if self._is_truth(node) else f"isTrue({text})"

    def _is_truth(self, node: ast.expr) -> bool:
        if isinstance(node, ast.BoolOp):
            return True
        if isinstance(node, ast.Call):
            return self._of(node.func) in _PREDICATES
        is_not = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
        return is_not or isinstance(node, ast.Compare)

    def visit_Constant(self, node: ast.Constant) -> str:
        value = node.value
        if value is None or isinstance(value, bool):
            return {None: "null", True: "true", False: "false"}[value]
        if isinstance(value, int | float):
            return repr(value).replace("inf", "Infinity")
        raise UntranslatableError(repr(value))

    def visit_Name(self, node: ast.Name) -> str:
        return _BUILTINS.get(node.id, node.id)

    def visit_Attribute(self, node: ast.Attribute) -> str:
        if isinstance(node.value, ast.Name) and node.value.id == "math":
            return self._of_math(node.attr)
        if node.attr in {"real", "imag"}:
            return f"{self._of(node.value)}.{node.attr}"
        raise UntranslatableError(node.attr)

    def visit_Tuple(self, node: ast.Tuple | ast.List | ast.Set) -> str:
        return f"[{', '.join(map(self._bare, node.elts))}]"

    def visit_List(self, node: ast.List) -> str:
        return self.visit_Tuple(node)

    def visit_Set(self, node: ast.Set) -> str:
        return self.visit_Tuple(node)

    def visit_Starred(self, node: ast.Starred) -> str:
        return f"...{self._of(node.value)}"

    def visit_UnaryOp(self, node: ast.UnaryOp) -> str:
        if isinstance(node.op, ast.Not):
            return f"!({self._test(node.operand)})"
        if isinstance(node.op, ast.USub):
            return f"-{self._of(node.operand)}"
        raise UntranslatableError(node)

    def visit_BinOp(self, node: ast.BinOp) -> str:
        level = _LEVEL.get(type(node.op), 0)
        if isinstance(node.op, ast.Mod):
            return f"OPERATIONS.mod({self._bare(node.left)}, {self._bare(node.right)})"
        left = self._operand(node.left, level if level < _LEVEL[ast.Pow] else level + 1)
        right = self._operand(node.right, level + 1)
        if isinstance(node.op, ast.FloorDiv):
            return f"Math.floor({left} / {right})"
        if _is_list(node):
            joined = {ast.Add: "withMore", ast.Mult: "timesOver"}.get(type(node.op))
            if joined is None:
                raise UntranslatableError(node)
            return f"{joined}({left}, {right})"
        return f"{left} {_sign(node.op)} {right}"

    def _operand(self, node: ast.expr, least: int) -> str:
        """An operand, in brackets unless it binds as closely as that."""
        is_close = isinstance(node, ast.BinOp) and _LEVEL.get(type(node.op), 9) >= least
        return self._bare(node) if is_close else self._of(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> str:
        sign = " && " if isinstance(node.op, ast.And) else " || "
        tests = [
            f"({self._test(each)})" if isinstance(each, ast.BoolOp) else self._test(each)
            for each in node.values
        ]
        return sign.join(tests)

    def visit_Compare(self, node: ast.Compare) -> str:
        """Several comparisons in a row, whose operands have no effects: each on its own."""
        parts, left = [], self._of(node.left)
        for op, each in zip(node.ops, node.comparators, strict=True):
            right = self._of(each)
            if isinstance(op, ast.In | ast.NotIn):
                parts.append(f"{'' if isinstance(op, ast.In) else '!'}{right}.includes({left})")
            else:
                parts.append(f"{left} {_COMPARISONS[type(op)]} {right}")
            left = right
        return " && ".join(parts)

    def visit_IfExp(self, node: ast.IfExp) -> str:
        test = self._test(node.test)
        return f"{test} ? {self._of(node.body)} : {self._of(node.orelse)}"

    def visit_Subscript(self, node: ast.Subscript) -> str:
        base, index = self._of(node.value), node.slice
        if isinstance(index, ast.Slice):
            ends = [index.lower or ast.Constant(0), *([index.upper] if index.upper else [])]
            self._refuse(index.step)
            return f"{base}.slice({', '.join(map(self._of, ends))})"
        if isinstance(index, ast.Tuple):
            raise UntranslatableError(node)
        is_from_end = isinstance(index, ast.UnaryOp) and isinstance(node.ctx, ast.Load)
        return f"{base}.at({self._of(index)})" if is_from_end else f"{base}[{self._bare(index)}]"

    def visit_Call(self, node: ast.Call) -> str:
        arguments = [self._bare(each) for each in node.args]
        if isinstance(node.func, ast.Attribute) and node.func.attr in {"append", "insert"}:
            base = self._of(node.func.value)
            if node.func.attr == "append":
                return f"{base}.push({arguments[0]})"
            return f"{base}.splice({arguments[0]}, 0, {arguments[1]})"
        for each in node.keywords:
            if each.arg in {"key", "start"}:
                arguments.append(self._of(each.value))
            elif each.arg != "strict":
                raise UntranslatableError(node)
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in {"min", "max"}:
            return f"Math.{name}({', '.join(arguments)})"
        if name in {"tuple", "list"}:
            return f"[...{arguments[0]}]"
        if name == "map":
            return f"{arguments[1]}.map((each) => {arguments[0]}(each))"
        return f"{self._of(node.func)}({', '.join(arguments)})"

    def visit_ListComp(self, node: ast.ListComp | ast.GeneratorExp) -> str:
        text = ""
        for place, each in enumerate(reversed(node.generators)):
            found = self._of(each.iter)
            variable = f"({self._target(each.target)})"
            for test in each.ifs:
                found += f".filter({variable} => {self._test(test)})"
            method = "flatMap" if place else "map"
            text = f"{found}.{method}({variable} => {text or self._of(node.elt)})"
        return text

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> str:
        return self.visit_ListComp(node)


def _is_list(node: ast.expr) -> bool:
    """Whether an expression is seen to be a list."""
    if isinstance(node, ast.BinOp):
        return _is_list(node.left) or _is_list(node.right)
    return isinstance(node, ast.List | ast.ListComp)


def _sign(op: ast.operator) -> str:
    if type(op) not in _BINARY:
        raise UntranslatableError(type(op).__name__)
    return _BINARY[type(op)]


def _assigned(node: ast.FunctionDef) -> set[str]:
    """The names that a function gives values; those of a comprehension are its own."""
    found: set[str] = set()
    waiting: list[ast.AST] = [*node.body]
    while waiting:
        each = waiting.pop()
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            found.add(each.id)
        if not isinstance(each, ast.ListComp | ast.GeneratorExp):
            waiting += ast.iter_child_nodes(each)
    return found
