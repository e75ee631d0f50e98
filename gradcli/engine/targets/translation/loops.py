"""Choices and loops as lines."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from typing import Any

from gradcli.engine.targets.translation.dialects import (
    LIST,
    NUMBER,
    WHOLE,
)
from gradcli.engine.targets.translation.expressions import Expressions
from gradcli.engine.targets.translation.lines import Block, Parts, Set
from gradcli.engine.targets.translation.values import (
    Untranslated,
    Value,
)


class Loops(Expressions):
    """Writes blocks, and what goes through numbers, tables and lists."""

    def _inside(self, work: Callable[[], Any]) -> tuple[Block, Any]:
        """The lines that something writes, and what it gives back."""
        outer, self.block = self.block, []
        self.block = self.block
        result = work()
        inner, self.block = self.block, outer
        self.block = outer
        return inner, result

    def kept(self, value: Value) -> str:
        """The name of a value that is written down before."""
        name = self.fresh(value.kind)
        self.block.append(Set((name,), value.text))
        return name

    def choice(
        self,
        test: ast.expr,
        one: Callable[[], Any],
        other: Callable[[], Any] | None,
    ) -> None:
        """One thing or another, as lines."""
        text = self.condition(test)
        parts = [(f"if ({text}) {{", self._inside(one)[0])]
        if other is not None:
            inner = self._inside(other)[0]
            parts += [("} else {", inner)] if inner else []
        self.block.append(Parts(parts))

    def each(self, target: ast.expr, over: ast.expr, work: Callable[[], Any]) -> None:
        """A loop over what Python goes through."""
        if isinstance(over, ast.Call) and isinstance(over.func, ast.Name):
            name, args = over.func.id, over.args
            if name == "range":
                assert isinstance(target, ast.Name)  # noqa: S101  (a number)
                self.loop(target.id, args, lambda _: work())
                return
            if name == "enumerate":
                self._enumerated(target, args, work)
                return
            if name == "zip":
                assert isinstance(target, ast.Tuple)  # noqa: S101  (as many as are given)
                self._together([*zip(target.elts, args, strict=True)], work)
                return
        self._together([(target, over)], work)

    def loop(self, name: str, args: Sequence[ast.expr], work: Callable[[str], Any]) -> None:
        """A loop over a range."""
        texts = [self._whole(each) for each in args]
        first, last = ("0", texts[0]) if len(texts) == 1 else texts[:2]
        step = texts[2] if len(texts) > 2 else "1"
        own = self.local(name) if name not in {"", "_"} else self.fresh("")
        if name:
            self.kinds[name] = WHOLE
            self._own.add(name)
        self.counted(own, first, last, step, lambda: work(own))

    def _whole(self, node: ast.expr) -> str:
        value = self.of(node)
        is_double = value.kind != WHOLE and self.dialect.is_c
        return f"(int){value.within(8)}" if is_double else value.text

    def counted(self, name: str, first: str, last: str, step: str, work: Callable[[], Any]) -> None:
        """A loop over numbers."""
        if first.isdigit() and last.isdigit() and step == "1" and int(first) >= int(last):
            return
        inner, _ = self._inside(work)
        word = "int" if self.dialect.is_c else "let"
        is_down = step.startswith("-")
        move = {"1": f"{name}++", "-1": f"{name}--"}.get(
            step, f"{name} -= {step[1:]}" if is_down else f"{name} += {step}"
        )
        test = f"{name} {'>' if is_down else '<'} {last}"
        head = f"for ({word} {name} = {first}; {test}; {move}) {{"
        self.block.append(Parts([(head, inner)]))

    def _enumerated(
        self, target: ast.expr, args: Sequence[ast.expr], work: Callable[[], Any]
    ) -> None:
        assert isinstance(target, ast.Tuple)  # noqa: S101  (a place and what is there)
        place, item = target.elts
        assert isinstance(place, ast.Name)  # noqa: S101  (a number)
        start = self.constant(args[1]) if len(args) > 1 else 0
        pairs = [(item, args[0])]
        if isinstance(args[0], ast.Call) and ast.unparse(args[0].func) == "zip":
            assert isinstance(item, ast.Tuple)  # noqa: S101  (as many as are given)
            pairs = [*zip(item.elts, args[0].args, strict=True)]
        self._together(pairs, work, (place.id, int(start)))

    def _together(
        self,
        pairs: Sequence[tuple[ast.expr, ast.expr]],
        work: Callable[[], Any],
        place: tuple[str, int] | None = None,
    ) -> None:
        """A loop over the entries of tables or lists, of one or of several at once."""
        found = [self._entries(over) for _, over in pairs]
        count = found[0][1]
        at = self.fresh("")
        if place is not None:
            name, start = place
            self.kinds[name] = WHOLE
            if start == 0:
                at = self.local(name)
                self._own.add(name)

        def inside() -> None:
            if place is not None and place[1]:
                self.block.append(Set((self.local(place[0]),), f"{at} + {place[1]}"))
            for (target, _), (text, _) in zip(pairs, found, strict=True):
                entry = text.replace("@", at)
                if isinstance(target, ast.Name):
                    self.kinds[target.id] = NUMBER
                    self.block.append(Set((self.local(target.id),), entry))
                else:
                    raise Untranslated(ast.unparse(target))
            work()

        self.counted(at, "0", count, "1", inside)

    def _entries(self, node: ast.expr) -> tuple[str, str]:
        """What an entry at ``@`` is, and how many there are."""
        is_turned = (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "reversed"
        )
        inner = node.args[0] if isinstance(node, ast.Call) and is_turned else node
        value = self.constant(inner)
        if isinstance(value, tuple | range):
            table = tuple(map(float, value))
            name = ast.unparse(inner)
            if isinstance(inner, ast.Name) and inner.id not in self.known:
                text = self._table(inner.id, table)
            else:
                plain = re.sub(r"\W+", "_", name).strip("_")
                text = self.all.table(self.module, plain, table, f"{plain}_of_{self.name}")
            count = str(len(table))
            return f"{text}[{f'{len(table) - 1} - ' if is_turned else ''}@]", count
        own = self.of(inner)
        if own.kind != LIST:
            raise Untranslated(f"a loop over {ast.unparse(node)}")
        is_c = self.dialect.is_c
        name = own.text
        if not re.fullmatch(r"\w+", name):
            name = self.kept(own)
        count = self.count_of(name)
        back = f"{count} - 1 - " if is_turned else ""
        return f"{name}{'.at' if is_c else ''}[{back}@]", count

    def _table(self, name: str, values: tuple[float, ...]) -> str:
        home, own = self._home(name)
        return self.all.table(home, own, values)
