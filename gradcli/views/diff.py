"""Derivatives in symbols: a line each, what they share below, and the steps on the way to them."""

from __future__ import annotations

from functools import cached_property
from functools import partial as partly
from typing import TYPE_CHECKING

from gradcli.syntax import ast
from gradcli.syntax.text import ATOM, CONDITIONAL, SUM, text
from gradcli.views.formulas import latex_of, left_side
from gradcli.views.lines.blocks import Equation, laid
from gradcli.views.lines.folding import folded
from gradcli.views.lines.page import DERIVATIVE, Display, Fragment, Line, Page, style_of
from gradcli.views.lines.text import pad, width
from gradcli.views.lines.unicode import derivative, notation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gradcli.symbolic.result import Differentiation, Partial, SymbolicDerivatives
    from gradcli.symbolic.steps import Step
    from gradcli.views.lines.latex import Latex

NARROWEST = 12
"""Formulas get at least this many columns, however long the label before them is."""

INDENT = 4
"""Where lines go on, and where formulas begin for which there is no room beside their label."""


def render(derived: SymbolicDerivatives, display: Display | None = None) -> Page:
    """Return the page of a program's derivatives, of one output after another."""
    first, *others = [_Renderer(each, display or Display()).page() for each in derived.each]
    return Page([*first.parts, *(part for page in others for part in ((), *page.parts))])


def body(derived: SymbolicDerivatives, display: Display, *, single: bool) -> list[Line]:
    """Return the derivatives and what they share.

    Args:
        derived: the derivatives.
        display: where they are shown.
        single: whether they are written d/dx, though there are other names.
    """
    renderer = _Renderer(derived, display, single=single)
    lines = [line for partial in derived.partials for line in renderer.partial(partial)]
    return lines + renderer.definitions()


class _Renderer:
    """Lays out one page."""

    def __init__(
        self, derived: SymbolicDerivatives, display: Display, *, single: bool | None = None
    ) -> None:
        self.derived = derived
        self.single = derived.has_one_variable if single is None else single
        self.display = display
        self.notation = notation(display, (*derived.inputs, *derived.definitions))
        self.shown = derived.partials[: display.limit]

    @cached_property
    def writer(self) -> Latex:
        """What writes formulas as LaTeX."""
        return latex_of(self.derived)

    def page(self) -> Page:
        """The program, its derivatives, what they share, and what was left out."""
        lines = self.header()
        for partial in self.shown:
            for way, order in zip(partial.ways, range(1, len(partial.ways) + 1), strict=True):
                lines += [(), *self.way(way, partial.wrt[:order])]
        lines.append(())
        if not self.derived.partials:
            lines += self.display.paragraph("It has no inputs to differentiate by.")
        for partial in self.shown:
            lines += self.partial(partial)
        lines += self.definitions() + self.directions()
        left_out = len(self.derived.partials) - len(self.shown)
        if left_out:
            total = len(self.derived.partials)
            sentence = f"{left_out} of {total} derivatives are left out: --all shows them."
            lines += [(), *self.display.paragraph(sentence)]
        return Page(lines)

    def header(self) -> list[Line]:
        """The program in one line, cut if it is longer."""
        *steps, (_, last) = self.derived.program
        lines: list[str] = []
        for name, tree in [*steps, (self.derived.output, last)]:
            left = "" if name is None else f"{self.notation.name(name)} = "
            lines.append(left + self.tree(tree, SUM if left else CONDITIONAL))
            if sum(map(len, lines)) > 2 * self.display.width:
                break
        shown = self.display.show("; ".join(lines), self.display.width)
        return laid(Equation(shown, ()), [(Fragment(shown),)])

    def tree(self, tree: ast.Expression, lowest: int = CONDITIONAL) -> str:
        """An expression for people's eyes, in brackets if it holds less tightly than ``lowest``."""
        return self.notation.write(tree, lowest)

    # --- Derivatives ----------------------------------------------------------------------------

    def label(self, wrt: Sequence[str]) -> str:
        """The sign of a derivative: ``∂J/∂b``, ``d²/dx²``, ``∂²J/∂b∂c``."""
        return derivative(self.display, self.derived.output or "", wrt, single=self.single)

    def along(self, directions: Iterable[str]) -> str:
        """The directions that a derivative is along: ``[dW]``."""
        return self.display.show(f"[{', '.join(directions)}]") if directions else ""

    def power(self, order: int) -> str:
        """How often, as an exponent."""
        return "" if order == 1 else self.notation.small(order) or f"^{order}"

    def partial(self, partial: Partial) -> list[Line]:
        """A derivative, a choice with a line for each case, and its value if that is known."""
        label = self.label(partial.wrt) + self.along(partial.directions)
        value = ""
        if partial.value is not None:
            value = self.display.number(partial.value)
        room = width(label) + 3
        apart = room > self.display.width - NARROWEST
        if apart:
            room = INDENT
        cases = _cases(partial.expression)
        if len(cases) > 1:
            rows = self.cases(cases, self.display.width - room)
            tail = f"= {value}" if value else ""
        else:
            tree = self.tree(partial.expression, SUM)
            rows = folded(tree, self.display.width - room)
            tail = f" = {value}" if value and rows != [value] else ""
        blank = Fragment(" " * room)
        lines: list[Line] = [(blank, Fragment(row)) for row in rows]
        start = Fragment(f"{label} =" if apart else f"{label} = ", "bold")
        if apart:
            lines.insert(0, (start,))
        else:
            lines[0] = (start, *lines[0][1:])
        if partial.is_of_whole:  # no "=": the formula has another number there
            of = f"from the {partial.side}" if partial.side else "of the whole function"
            tail = f"{of}: {value}"
        is_known = partial.value is not None
        colour = style_of(partial.value, DERIVATIVE) if is_known else DERIVATIVE
        is_beside = len(cases) == 1 and not partial.is_of_whole
        if tail and is_beside and room + width(rows[-1] + tail) <= self.display.width:
            lines[-1] = (*lines[-1], Fragment(tail, colour))
        elif tail:
            lines.append((Fragment(" " * max(room - 2, 0)), Fragment(tail.strip(), colour)))
        equal = value if tail and not partial.is_of_whole else ""
        told = [self.tree(partial.expression, SUM), *([equal] if equal else [])]
        return laid(Equation(label, told, lambda: self.latex(partial, equal)), lines)

    def latex(self, partial: Partial, value: str) -> list[str]:
        """A derivative and its value as LaTeX; of a program without a name the formula itself."""
        writer, derived = self.writer, self.derived
        left = left_side(derived, partial, writer)
        whole = [left, writer.write(partial.expression, SUM)]
        return [*whole, *([value] if value else [])]

    def cases(self, cases: Sequence[_Case], room: int) -> list[str]:
        """``2·x  if x > 0`` for each branch, the conditions below each other where they fit."""
        shown = [self.tree(expression) for expression, _ in cases]
        tests = [f"if {self.tree(c)}" if c is not None else "otherwise" for _, c in cases]
        column = max(map(width, shown)) + 2
        if column + max(map(width, tests)) <= room:
            return [pad(a, column) + b for a, b in zip(shown, tests, strict=True)]
        rows = []
        for left, test in zip(shown, tests, strict=True):
            rows += folded(left, room) + [f"  {line}" for line in folded(test, room - 2)]
        return rows

    def definitions(self) -> list[Line]:
        """What the derivatives refer to."""
        names = self.derived.uses(self.shown)
        if not names:
            return []
        lines: list[Line] = [(), (Fragment("where", "bold"),)]
        for name in names:
            equation = (
                f"{self.display.name(name)} = {self.tree(self.derived.definitions[name], SUM)}"
            )
            block = Equation(
                name, [text(self.derived.definitions[name])], partly(self.defined, name)
            )
            lines += laid(block, self.block("  ", equation, INDENT, ""))
        return lines

    def defined(self, name: str) -> list[str]:
        """A definition as LaTeX."""
        return [self.writer.name(name), self.writer.write(self.derived.definitions[name], SUM)]

    def directions(self) -> list[Line]:
        """What the names of directions stand for."""
        used = {name for partial in self.shown for name in partial.directions}
        shapes = {name: self.derived.directions[name] for name in sorted(used)}
        times = "x" if self.display.is_ascii else "×"
        lines: list[Line] = []
        for name, shape in shapes.items():
            size = times.join(map(str, shape))
            if len(shape) == 1:
                size += " entry" if shape[0] == 1 else " entries"
            sentence = f"{name} is any direction, {size}: [{name}] is the change along it."
            lines += self.display.paragraph(sentence)
        return [(), *lines] if lines else []

    # --- Steps ----------------------------------------------------------------------------------

    def way(self, way: Differentiation, wrt: Sequence[str]) -> list[Line]:
        """One differentiation, rule by rule."""
        lines = self.display.paragraph(f"{self.label(wrt)}, step by step", style="bold")
        name = self.display.show(way.wrt)
        if not way.steps:
            own = f"d{name} is that of {name}" if self.derived.shapes else f"{name}' is 1"
            sentence = f"No rule is needed: {own}, and what {name} is not in has 0."
            return [*lines, *self.display.paragraph(sentence)]
        shown = way.steps if self.display.limit is None else way.steps[-self.display.limit :]
        left_out = way.left_out + len(way.steps) - len(shown)
        if left_out:
            more = f"{self.display.symbols.ellipsis} {left_out} steps left out"
            lines.append((Fragment(more, "dim"),))
        digits = len(str(left_out + len(shown)))
        for number, step in enumerate(shown, start=left_out + 1):
            last = [way.result] if step is way.steps[-1] and not way.follows else []
            lines += self.step(f"{number:>{digits}}. ", step, last)
        if way.follows and way.result is not None:
            result = f"{self.label(wrt)}{self.along(way.directions)} = {self.tree(way.result)}"
            lines += self.block(" " * digits + "  so ", result, digits + 7, "")
        return lines

    def step(self, label: str, step: Step, more: Sequence[ast.Expression | None]) -> list[Line]:
        """The rule with its formula, then what it says of this node."""
        indent = len(label)
        ellipsis = self.display.symbols.ellipsis
        formula_ = f"{self.primed(step.left)} = {self.tree(step.right, SUM)}"
        rule = Equation(
            self.primed(step.left),
            [self.tree(step.right, SUM)],
            lambda: [self.primed_latex(step.left), self.writer.write(step.right, SUM)],
            step.rule,
        )
        lines = laid(rule, self.block(label, f"{step.rule}: {formula_}", indent, "cyan"))
        if step.name is not None:
            left = self.primed(ast.Name(step.name))
            if step.expression is not None:
                definition = f"{self.display.name(step.name)} = {self.tree(step.expression, SUM)}"
                lines += self.block(" " * indent, definition, indent + 2, "")
        elif step.expression is not None:
            left = self.primed(step.expression)
        else:
            left = "its derivative"
        members = [left]
        for tree in (step.inserted, step.derivative, *more):
            shown = ellipsis if tree is None else self.tree(tree, SUM)
            if shown != members[-1]:
                members.append(shown)
        line = " = ".join(members)
        if line == formula_:
            return lines
        own = Equation(members[0], members[1:], lambda: self.step_latex(step, more))
        if indent + width(line) <= self.display.width:
            return [*lines, *laid(own, [(Fragment(" " * indent + line),)])]
        parts = self.block(" " * indent, members[0], indent + 2, "")
        for member in members[1:]:
            parts += self.block(" " * (indent + 2) + "= ", member, indent + 4, "")
        return [*lines, *laid(own, parts)]

    def step_latex(self, step: Step, more: Sequence[ast.Expression | None]) -> list[str]:
        """What a step says of its node, as LaTeX."""
        left = step.expression if step.name is None else ast.Name(step.name)
        members = [r"\text{its derivative}" if left is None else self.primed_latex(left)]
        members += [
            r"\dots" if tree is None else self.writer.write(tree, SUM)
            for tree in (step.inserted, step.derivative, *more)
        ]
        return list(dict.fromkeys(members))

    def primed_latex(self, tree: ast.Expression) -> str:
        """The derivative of an expression as LaTeX."""
        written = self.writer.write(tree)
        inside = written if isinstance(tree, ast.Name) else rf"\left({written}\right)"
        return rf"\mathrm{{d}} {inside}" if self.derived.shapes else f"{inside}'"

    def block(self, start: str, content: str, indent: int, style: str) -> list[Line]:
        """A text in lines, the first after ``start``, the others indented."""
        room = max(self.display.width - max(indent, width(start)), NARROWEST)
        first, *rest = folded(content, room)
        lines: list[Line] = [
            (Fragment(start, "dim" if start.strip() else ""), Fragment(first, style))
        ]
        return lines + [(Fragment(" " * indent), Fragment(line, style)) for line in rest]

    def primed(self, tree: ast.Expression) -> str:
        """The derivative of an expression as (x²)'; of arrays d(x²), since x' is a transpose."""
        if self.derived.shapes and isinstance(tree, ast.Name):
            return f"d{self.tree(tree)}"
        if self.derived.shapes:
            return f"d({self.tree(tree)})"
        return self.notation.write(tree, ATOM) + "'"


_Case = tuple[ast.Expression, "ast.Expression | None"]


def _cases(expression: ast.Expression) -> list[_Case]:
    """The branches of a choice with their conditions, the last one without."""
    cases: list[_Case] = []
    while isinstance(expression, ast.Call) and ast.bare(expression.function) == "where":
        condition, then, expression = expression.arguments
        cases.append((then, condition))
    return [*cases, (expression, None)]
