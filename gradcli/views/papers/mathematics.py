r"""Formulas as a terminal shows them, such as ``∂J/∂v · ∂v/∂b = 3·c``, read and set in LaTeX.

Signs of derivatives are no part of the language: a name of our own stands for each while the
rest is read as a formula. What is no formula, such as a remark in brackets, is set as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence

from gradcli.errors import GradcliError
from gradcli.syntax import ast
from gradcli.syntax.parse import parse
from gradcli.syntax.spelling import LABEL, NAME, at_outer_commas
from gradcli.syntax.text import Pieces
from gradcli.views.lines.blocks import BLANK
from gradcli.views.lines.latex import Latex
from gradcli.views.lines.latex_names import in_text

_OWN = "Gradcli"
"""What the names begin with that stand for signs; no text of a program may hold it."""

Written = Callable[[Latex], str]
"""What a sign is in LaTeX, of that which writes names."""

_LIMIT = "→"

_BLANK = r"\underline{\hspace{3em}}"


MOST_BESIDE = 6
"""So many entries of a vector stand beside each other: that is as wide as a page."""


def _in_rows(entries: Sequence[str]) -> str:
    """The entries of a vector, in several rows where they are many."""
    rows = [entries[at : at + MOST_BESIDE] for at in range(0, len(entries), MOST_BESIDE)]
    text = ", \\\\ ".join(", ".join(row) for row in rows)
    return text if len(rows) == 1 else rf"\begin{{gathered}}{text}\end{{gathered}}"


def names_in(texts: Iterable[str]) -> Collection[str]:
    """Whatever may be a name in some formulas."""
    return dict.fromkeys(name for text in texts for name in re.findall(LABEL, text)).keys()


class Mathematics:
    """Sets formulas in LaTeX.

    Args:
        names: all names in the formulas, so that no two look the same.
        inline: whether derivatives are written in one line, with a stroke.
    """

    def __init__(self, names: Collection[str] = (), *, inline: bool = False) -> None:
        self._writer = _Signed(names)
        self._inline = inline

    def write(self, text: str) -> str:
        """The LaTeX of a formula, or of text, in mathematical mode."""
        text = text.strip()
        written = self._sum(text) if " · " in text else self._formula(text)
        if written is not None:
            return written
        parts = at_outer_commas(text[1:-1]) if text[:1] == "(" and text[-1:] == ")" else []
        if len(parts) > 1:
            return rf"\left({_in_rows([*map(self.write, parts)])}\right)"
        before, limit, after = text.partition(f" {_LIMIT} ")
        if limit:
            return rf"{self.write(before)} \to {self.write(after)}"
        return self._with_remark(text)

    def _sum(self, text: str) -> str | None:
        """A sum of products whose factors stay as they are, each as it is shown."""
        signs, terms = _outside(text, (" + ", " - "))
        written = []
        for sign, term in zip(signs, terms, strict=True):
            factors = [self._factor(each) for each in _outside(term, (" · ",))[1]]
            known = [each for each in factors if each is not None]
            if len(known) < len(factors):
                return None
            written.append(sign + r" \cdot ".join(known))
        return "".join(written)

    def _factor(self, text: str) -> str | None:
        """A factor, in brackets if it stands in some."""
        if text[:1] == "(" and text[-1:] == ")" and _BRACKETED.fullmatch(text):
            inside = text[1:-1]
            written = self._sum(inside) if " · " in inside else self._formula(inside)
            return None if written is None else rf"\left({written}\right)"
        return self._formula(text)

    def _with_remark(self, text: str) -> str:
        """A formula with words behind it, or words alone."""
        for sign in (";", " ("):
            before, found, _ = text.partition(sign)
            written = self._formula(before) if found else None
            if written is not None:
                return rf"{written}\text{{{in_text(text[len(before) :])}}}"
        return rf"\text{{{in_text(text)}}}"

    def _formula(self, text: str) -> str | None:
        """The LaTeX of a formula; None if it is none."""
        if _OWN in text:
            return None
        signs: dict[str, Written] = {}
        plain = self._without_signs(text, signs)
        if plain is None:
            return None
        try:
            program = parse(plain.replace(" · ", " * "))
        except GradcliError:
            return None
        (last, *more) = program.statements
        if more or not isinstance(last, ast.Step) or last.name is not None:
            return None
        writer = self._writer
        writer.signs_of = {name: write(writer) for name, write in signs.items()}
        return writer.write(last.value)

    def _without_signs(self, text: str, signs: dict[str, Written]) -> str | None:
        """The text with a name in the place of each sign, which is kept for later."""

        def kept(write: Written) -> str:
            name = f"{_OWN}{len(signs)}"
            signs[name] = write
            return name

        for pattern, sign, rest in _SIGNS:
            text = re.sub(pattern, lambda found, of=sign, more=rest: kept(of(found)) + more, text)
        while "∂" in text:
            found = _PARTIAL.search(text)
            if found is None:
                return None
            above, below = found[1] or found[2], found[3]
            name = kept(self._partial(above, below, is_formula=found[1] is not None))
            text = text[: found.start()] + name + text[found.end() :]
        return re.sub(_ENTRY, lambda match: kept(_entry(match)), text)

    def _partial(self, above: str | None, below: str, *, is_formula: bool) -> Written:
        if above is None:
            return lambda writer: writer.derivative(None, [below], single=False)
        if not is_formula and self._inline:
            return lambda writer: rf"\partial {writer.name(above)}/\partial {writer.name(below)}"
        if not is_formula:
            return lambda writer: writer.derivative(above, [below], single=False)
        written = self._formula(above) or rf"\text{{{in_text(above)}}}"
        return lambda writer: (
            rf"\frac{{\partial \left({written}\right)}}{{\partial {writer.name(below)}}}"
        )


_BALANCED = r"[^()]*(?:\([^()]*(?:\([^()]*(?:\([^()]*\)[^()]*)*\)[^()]*)*\)[^()]*)*"
"""Text in which brackets are closed, to a depth at which formulas are cut before."""

_ENTRY = rf"{NAME}\[\d+(?:, ?\d+)*\]"
"""A name with its indices, which is set as one name."""

_BRACKETED = re.compile(rf"\({_BALANCED}\)")

_PARTIAL = re.compile(rf"∂(?:\(({_BALANCED})\)|({LABEL})|)/∂({LABEL})")
"""A derivative of a formula, of a name, or of what is known already: ∂/∂x."""


_POWER = "[⁰¹²³⁴⁵⁶⁷⁸⁹]"

_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")

_HIGHER = re.compile(rf"∂{_POWER}+({LABEL})/((?:∂{LABEL}{_POWER}*)+)")
"""A derivative of higher order."""

_BY = re.compile(rf"∂({LABEL})({_POWER}*)")


def _blank(_: re.Match[str]) -> Written:
    return lambda _: _BLANK


def _norm(match: re.Match[str]) -> Written:
    return lambda writer: rf"\left\lVert \nabla {writer.name(match[1])} \right\rVert"


def _nabla(match: re.Match[str]) -> Written:
    return lambda writer: rf"\nabla {writer.name(match[1])}"


def _primed(match: re.Match[str]) -> Written:
    return lambda _: rf"\operatorname{{{in_text(match[1])}}}'"


def _entry(match: re.Match[str]) -> Written:
    return lambda writer: writer.name(match[0])


def _higher(match: re.Match[str]) -> Written:
    names = [
        name
        for name, power in _BY.findall(match[2])
        for _ in range(int(power.translate(_DIGITS) or 1))
    ]
    return lambda writer: writer.derivative(match[1], names, single=False)


_SIGNS = (
    (rf"(?<!\w){BLANK}(?!\w)", _blank, ""),
    (rf"\|∇({LABEL})\|", _norm, ""),
    (rf"∇({LABEL})", _nabla, ""),
    (rf"({NAME})'\(", _primed, "("),
    (_HIGHER, _higher, ""),
)
"""How each sign is found, what it is in LaTeX, and what of the text stays behind it."""


def _outside(text: str, signs: Sequence[str]) -> tuple[list[str], list[str]]:
    """A text taken apart at some signs outside of brackets, and the sign before each part."""
    before, parts = [""], []
    depth = start = 0
    for place, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        found = next((each for each in signs if text.startswith(each, place)), None)
        if depth == 0 and found is not None:
            parts.append(text[start:place])
            before.append(found)
            start = place + len(found)
    return before, [*parts, text[start:]]


_WORDS = {"inf": r"\infty", "nan": r"\mathrm{NaN}"}


class _Signed(Latex):
    """LaTeX in which some names are signs."""

    signs_of: dict[str, str] = {}  # noqa: RUF012  (replaced in each that is made)

    def name(self, name: str) -> str:
        """A sign, or a name as in print; a number that is not finite has one, too."""
        return self.signs_of.get(name) or _WORDS.get(name) or super().name(name)

    def call(self, function: str, arguments: tuple[ast.Expression, ...]) -> Pieces:
        """A function, perhaps one with a stroke."""
        if function in self.signs_of:
            return [self.signs_of[function], *self._bracketed(arguments)], 99
        return super().call(function, arguments)
