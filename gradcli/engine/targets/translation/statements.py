"""Statements of Python as those of C or of JavaScript."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from gradcli.engine.targets.modules import Module, is_ours
from gradcli.engine.targets.translation.calls import Calls
from gradcli.engine.targets.translation.constants import NOTHING
from gradcli.engine.targets.translation.dialects import (
    LIST,
    NUMBER,
    PAIRS,
    PARTS,
    WHOLE,
)
from gradcli.engine.targets.translation.facts import is_mixed
from gradcli.engine.targets.translation.lines import Block, Parts, Set
from gradcli.engine.targets.translation.values import (
    NeedsLines,
    Untranslated,
)


class Statements(Calls):
    """Translates statements, block by block."""

    def _statements(self, nodes: Sequence[ast.stmt]) -> bool:
        """Some statements; whether the last of them leaves the function for certain."""
        for node in nodes:
            method = getattr(self, f"_{type(node).__name__.lower()}", None)
            if method is None:
                raise Untranslated(ast.unparse(node))
            if method(node):
                return True
        return False

    def _expr(self, node: ast.Expr) -> bool:
        value = node.value
        if isinstance(value, ast.Constant):
            return False  # what it says of itself
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
            name = value.func.value
            assert isinstance(name, ast.Name)  # noqa: S101  (a list)
            if value.func.attr == "append":
                self.push(self.local(name.id), self.number(value.args[0]))
                return False
        raise Untranslated(ast.unparse(node))

    def _importfrom(self, node: ast.ImportFrom) -> bool:
        del node
        return False

    def _return(self, node: ast.Return) -> bool:
        assert node.value is not None  # noqa: S101  (all give something back)
        self._given_back(node.value)
        return True

    def _given_back(self, node: ast.expr) -> None:
        if isinstance(node, ast.IfExp):
            before = len(self.block)
            try:
                value = self.of(node)
            except NeedsLines:
                del self.block[before:]
                self.choice(node.test, lambda: self._given_back(node.body), None)
                self._given_back(node.orelse)
                return
        elif isinstance(node, ast.Tuple):
            value = self.pair(node)
        else:
            value = self.of(node)
        self.block.append(f"return {value.text};")

    def _if(self, node: ast.If) -> bool:
        test = self.condition(node.test)
        known = {self.written(truth).text: truth for truth in (True, False)}
        if test in known:
            return self._statements(node.body if known[test] else node.orelse)
        body, is_left = self._inside(lambda: self._statements(node.body))
        parts = [(f"if ({test}) {{", body)]
        others, are_left = self._otherwise(node.orelse)
        self.block.append(Parts([*parts, *others]))
        return is_left and are_left

    def _otherwise(self, nodes: Sequence[ast.stmt]) -> tuple[list[tuple[str, Block]], bool]:
        """What is done where no test before holds; whether that leaves the function for certain."""
        if not nodes:
            return [], False
        first = nodes[0]
        if len(nodes) == 1 and isinstance(first, ast.If):
            lines, test = self._inside(lambda: self.condition(first.test))
            if not lines:
                body, is_left = self._inside(lambda: self._statements(first.body))
                others, are_left = self._otherwise(first.orelse)
                return [(f"}} else if ({test}) {{", body), *others], is_left and are_left
        body, is_left = self._inside(lambda: self._statements(nodes))
        return [("} else {", body)], is_left

    def _try(self, node: ast.Try) -> bool:
        """What Python raises, IEEE 754 answers with infinity or NaN, as the handlers do.

        One that leaves the function does so for a result that is infinite.
        """
        is_left = self._statements(node.body)
        first, leaves = node.body[0], node.handlers[0].body[0]
        if isinstance(first, ast.Assign) and isinstance(leaves, ast.Return):
            name = first.targets[0]
            size = ast.Call(ast.Name("abs"), [name], [])
            test = ast.Compare(size, [ast.Eq()], [ast.Name("inf")])
            self.choice(test, lambda: self._return(leaves), None)
        return is_left

    def _while(self, node: ast.While) -> bool:
        lines, test = self._inside(lambda: self.condition(node.test))
        if lines:
            raise Untranslated(ast.unparse(node.test))
        body, _ = self._inside(lambda: self._statements(node.body))
        self.block.append(Parts([(f"while ({test}) {{", body)]))
        return False

    def _break(self, node: ast.Break) -> bool:
        del node
        self.block.append("break;")
        return True

    def _continue(self, node: ast.Continue) -> bool:
        del node
        self.block.append("continue;")
        return True

    def _for(self, node: ast.For) -> bool:
        self.each(node.target, node.iter, lambda: self._statements(node.body))
        return False

    def _annassign(self, node: ast.AnnAssign) -> bool:
        assert node.value is not None  # noqa: S101  (locals have values)
        return self._assign(ast.Assign([node.target], node.value))

    def _assign(self, node: ast.Assign) -> bool:
        for target in node.targets[1:]:  # a = b = value
            self._assign(ast.Assign([target], node.value))
        target = node.targets[0]
        if isinstance(target, ast.Name):
            if len(node.targets) > 1:
                node = ast.Assign([target], node.targets[-1])
            self._given(target.id, node.value)
        elif isinstance(target, ast.Tuple):
            self._unpacked(target, node.value)
        elif isinstance(target, ast.Subscript):
            place = self.of(target).text
            self.block.append(f"{place} = {self.number(node.value)};")
        else:
            raise Untranslated(ast.unparse(node))
        return False

    def _given(self, name: str, node: ast.expr) -> None:
        """A value for a name."""
        expressions = self
        value = expressions.constant(node)
        if value is not NOTHING and isinstance(value, tuple) and self._assigned[name] == 1:
            self.known[name] = value
            return
        is_counted = isinstance(value, int) and not isinstance(value, bool)
        if is_counted and self._assigned[name] == 1 and expressions.is_of_known(node):
            self.known[name] = value
            return
        if isinstance(node, ast.List | ast.ListComp) or (
            isinstance(node, ast.BinOp | ast.IfExp | ast.Subscript) and self._is_list(node)
        ):
            self._listed(name, node)
            return
        if isinstance(node, ast.IfExp) and isinstance(node.body, ast.Tuple):
            raise Untranslated(ast.unparse(node))
        found = expressions.of(node)
        before = self.kinds.get(name)
        kind = NUMBER if before not in {None, found.kind} and before != LIST else found.kind
        if found.kind == WHOLE and self._assigned[name] > 1 and is_mixed(self.node, name):
            kind = NUMBER
        self.kinds[name] = kind
        self.block.append(Set((self.local(name),), found.text))

    def _is_list(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Name):
            return self.kinds.get(node.id) == LIST
        if isinstance(node, ast.BinOp):
            return self._is_list(node.left)
        if isinstance(node, ast.IfExp):
            return self._is_list(node.body)
        is_part = isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice)
        return is_part or isinstance(node, ast.List | ast.ListComp)

    def _listed(self, name: str, node: ast.expr) -> None:
        """A list for a name, which may be what it is made of."""
        self.kinds[name] = LIST
        own = self.local(name)
        uses = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
        if name not in uses:
            self.listed(node, own)
            return
        value = self.listed(node)
        self.block.append(Set((own,), value.text))

    def _unpacked(self, target: ast.Tuple, node: ast.expr) -> None:
        names = [each.id for each in target.elts if isinstance(each, ast.Name)]
        if len(names) < len(target.elts):
            raise Untranslated(ast.unparse(target))
        if isinstance(node, ast.IfExp) and isinstance(node.body, ast.Tuple):
            one, other = node.body, node.orelse
            for name in names:
                self.kinds.setdefault(name, NUMBER)
            self.choice(
                node.test,
                lambda: self._unpacked(target, one),
                lambda: self._unpacked(target, other),
            )
        elif isinstance(node, ast.Tuple):
            self._several(names, node.elts)
        elif (
            isinstance(node, ast.Subscript)
            and isinstance(node.value, ast.Name)
            and (self.is_table(node.value.id))
        ):
            row = self.of(node).text
            for place, name in enumerate(names):
                self.kinds.setdefault(name, NUMBER)
                self.block.append(Set((self.local(name),), f"{row}[{place}]"))
        else:
            self._of_pair(names, node)

    def _several(self, names: Sequence[str], nodes: Sequence[ast.expr]) -> None:
        """Values for names, all of which are computed before one is given."""
        later: dict[int, str] = {}
        for place, node in enumerate(nodes):
            uses = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
            if uses & {*names[:place]}:
                later[place] = self.kept(self.of(node))
        for place, (name, node) in enumerate(zip(names, nodes, strict=True)):
            if place in later:
                self.kinds.setdefault(name, self.kinds[later[place]])
                self.block.append(Set((self.local(name),), later[place]))
            else:
                self._given(name, node)

    def _of_pair(self, names: Sequence[str], node: ast.expr) -> None:
        value = self.of(node)
        if value.kind not in PAIRS:
            raise Untranslated(ast.unparse(node))
        wholes = _wholes(self, node)
        for place, name in enumerate(names):
            if name != "_":
                self.kinds[name] = WHOLE if place in wholes else NUMBER
        if not self.dialect.is_c:
            given = tuple("" if name == "_" else self.local(name) for name in names)
            self.block.append(Set(given, value.text))
            return
        own = value.text if isinstance(node, ast.Name) else self.kept(value)
        for place, name in enumerate(names):
            if name != "_":
                cast = "(int)" if place in wholes else ""
                self.block.append(Set((self.local(name),), f"{cast}{own}.{PARTS[place]}"))

    def _augassign(self, node: ast.AugAssign) -> bool:
        if isinstance(node.target, ast.Subscript):
            place = self.of(node.target).text
            sign = _SIGNS[type(node.op)]
            self.block.append(f"{place} {sign}= {self.number(node.value)};")
            return False
        assert isinstance(node.target, ast.Name)  # noqa: S101  (a name)
        name = node.target.id
        if self.kinds.get(name) == LIST:
            self.filled(self.local(name), node.value)
            return False
        sign = _SIGNS[type(node.op)]
        if self.is_stated(name):
            value = self.of(node.value)
            self.block.append(f"{self.local(name)} {sign}= {value.text};")
            return False
        raise Untranslated(ast.unparse(node))

    def is_stated(self, name: str) -> bool:
        """Whether a name is a local one."""
        return name in self.kinds


def _wholes(function: Statements, node: ast.expr) -> frozenset[int]:
    """The parts of a pair that are whole numbers."""
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
        own = function.imported(name)
        if name == "frexp" or (own is not None and own[1] == "frexp"):
            return frozenset((1,))
        home, own_name = function._home(name)  # noqa: SLF001  (one of its own)
        if is_ours(home):
            tree = Module.of(home).defined.get(own_name)
            if isinstance(tree, ast.FunctionDef) and tree.returns is not None:
                text = ast.unparse(tree.returns)
                if text.startswith("tuple["):
                    kinds = text[6:-1].split(", ")
                    return frozenset(place for place, kind in enumerate(kinds) if kind == "int")
    return frozenset()


_SIGNS: Mapping[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
}
