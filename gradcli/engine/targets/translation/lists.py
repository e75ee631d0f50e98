"""Pairs and lists, which C has as structures."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from gradcli.engine.targets.translation.constants import NOTHING
from gradcli.engine.targets.translation.dialects import (
    LIST,
    PAIRS,
    PARTS,
    WHOLE,
)
from gradcli.engine.targets.translation.lines import Set
from gradcli.engine.targets.translation.loops import Loops
from gradcli.engine.targets.translation.values import (
    SIGN,
    WHOLE_TERM,
    Untranslated,
    Value,
)


class Lists(Loops):
    """Translates pairs and lists, the lines of a list before where it is used."""

    def pair(self, node: ast.Tuple) -> Value:
        """A pair or a triple."""
        if len(node.elts) > len(PARTS):
            return self.listed(ast.List(node.elts))
        parts = [self.number(each) for each in node.elts]
        kind = PAIRS[len(parts) - 2]
        inner = ", ".join(parts)
        return Value(f"({kind}){{{inner}}}" if self.dialect.is_c else f"[{inner}]", kind)

    def _tuple(self, node: ast.Tuple) -> Value:
        return self.pair(node)

    def parts(self, node: ast.expr) -> list[str]:
        """The parts of a pair, each as an argument of its own."""
        value = self.of(node)
        if value.kind not in PAIRS:
            raise Untranslated(f"the parts of {ast.unparse(node)}")
        if not isinstance(node, ast.Name):
            value = Value(self.kept(value), value.kind)
        count = PAIRS.index(value.kind) + 2
        return [f"{value.text}{self._part(place)}" for place in range(count)]

    def _list(self, node: ast.List) -> Value:
        return self.listed(node)

    def _listcomp(self, node: ast.ListComp) -> Value:
        return self.listed(node)

    def _generatorexp(self, node: ast.GeneratorExp) -> Value:
        return self.listed(ast.ListComp(node.elt, node.generators))

    def listed(self, node: ast.expr, name: str | None = None) -> Value:
        """A list, made before where it is used; of a name, if it is to have one."""
        may_be_plain = not self.dialect.is_c and name is None
        if isinstance(node, ast.List) and may_be_plain and not self._needs_lines(node):
            parts = [self._element(each) for each in node.elts]
            return Value(f"[{', '.join(parts)}]", LIST)
        found = name or self.fresh(LIST)
        self.block.append(Set((found,), "(list){0}" if self.dialect.is_c else "[]"))
        self.filled(found, node)
        return Value(found, LIST)

    def _element(self, node: ast.expr) -> str:
        if isinstance(node, ast.Starred):
            return f"...{self.of(node.value).text}"
        return self.number(node)

    def _needs_lines(self, node: ast.expr) -> bool:
        return any(isinstance(each, ast.ListComp | ast.GeneratorExp) for each in ast.walk(node))

    def filled(self, name: str, node: ast.expr) -> None:
        """Puts the entries of a list behind those of another."""
        if isinstance(node, ast.List | ast.Tuple):
            for each in node.elts:
                if isinstance(each, ast.Starred):
                    self.filled(name, each.value)
                else:
                    self.push(name, self.number(each))
        elif isinstance(node, ast.ListComp):
            self._loops(name, node.elt, node.generators)
        elif isinstance(node, ast.BinOp):
            self._combined(name, node)
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
            self._sliced(name, node.value, node.slice)
        elif isinstance(node, ast.IfExp):
            one, other = node.body, node.orelse
            self.choice(node.test, lambda: self.filled(name, one), lambda: self.filled(name, other))
        else:
            self._extended(name, node)

    def _combined(self, name: str, node: ast.BinOp) -> None:
        """The entries of two lists, or of one so many times."""
        if isinstance(node.op, ast.Add):
            self.filled(name, node.left)
            self.filled(name, node.right)
        elif isinstance(node.op, ast.Mult):
            self.loop("", [node.right], lambda _: self.filled(name, node.left))
        else:
            raise Untranslated(ast.unparse(node))

    def _extended(self, name: str, node: ast.expr) -> None:
        """The entries of what has a name, or is called."""
        value = self.of(node)
        if value.kind in PAIRS:
            for part in self.parts(node) if self.dialect.is_c else [f"...{value.text}"]:
                self.push(name, part)
        elif value.kind != LIST:
            raise Untranslated(f"the entries of {ast.unparse(node)}")
        elif self.dialect.is_c:
            self.block.append(f"{self.ready('extend')}(&{name}, {value.text});")
        else:
            self.block.append(f"{name}.push(...{value.text});")

    def push(self, name: str, text: str) -> None:
        """Puts a number behind the entries of a list."""
        if self.dialect.is_c:
            self.block.append(f"{self.ready('push')}(&{name}, {text});")
        else:
            self.block.append(f"{name}.push({text});")

    def _sliced(self, name: str, node: ast.expr, part: ast.Slice) -> None:
        """Some of the entries of a list."""
        own = self.of(node).text
        count = self.count_of(own)
        first = "0" if part.lower is None else self.number(part.lower)
        last = count if part.upper is None else self.number(part.upper)
        if last.startswith("-"):
            last = f"{count} - {last[1:]}"
        elif last != count:  # there may be fewer
            own_min = "(int)fmin" if self.dialect.is_c else "Math.min"
            last = f"{own_min}({count}, {last})"
        step = "1" if part.step is None else self.number(part.step)
        at = self.fresh("")
        text = f"{own}{'.at' if self.dialect.is_c else ''}[{at}]"
        self.counted(at, first, last, step, lambda: self.push(name, text))

    def _loops(self, name: str, node: ast.expr, loops: Sequence[ast.comprehension]) -> None:
        first, *others = loops

        def inner() -> None:
            if first.ifs:
                test = first.ifs[0]
                self.choice(test, inner_most, None)
            else:
                inner_most()

        def inner_most() -> None:
            if others:
                self._loops(name, node, others)
            else:
                self.push(name, self.number(node))

        self.each(first.target, first.iter, inner)

    def _subscript(self, node: ast.Subscript) -> Value:
        if isinstance(node.slice, ast.Slice):
            return self.listed(node)
        if isinstance(node.value, ast.Name) and self.is_table(node.value.id):
            table = self.outer(node.value.id).text
            return Value(f"{table}[{self._place(node.slice)}]")
        value = self.of(node.value)
        index = self.constant(node.slice)
        if value.kind in PAIRS:
            return Value(f"{value.within(WHOLE_TERM)}{self._part(index)}")
        if value.kind != LIST:
            raise Untranslated(ast.unparse(node))
        if index is not NOTHING and index < 0:
            count = self.count_of(value.text)
            place = f"{count} - {-index}"
        else:
            place = self._place(node.slice)
        return Value(f"{value.text}{'.at' if self.dialect.is_c else ''}[{place}]")

    def _place(self, node: ast.expr) -> str:
        value = self.of(node)
        is_double = value.kind != WHOLE and self.dialect.is_c
        return f"(int){value.within(SIGN)}" if is_double else value.text

    def _part(self, place: int) -> str:
        return f".{PARTS[place]}" if self.dialect.is_c else f"[{place}]"
