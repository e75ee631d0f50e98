"""What is claimed of a program at a point: a condition, such as ``dJ/db == 9 ± 1e-9``.

A claim is an expression of the language, in which ``dJ/db`` is a name. Its outermost ``and``,
``or`` and ``not`` join comparisons, whose sides are computed like any formula.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, NamedTuple

from gradcli.errors import CheckError, GradcliError, Note, Option, Sentence, UsageError
from gradcli.evaluation.claim_reader import (
    ORIGIN,
    Reader,
    Side,
    refused,
)
from gradcli.evaluation.elements import as_error
from gradcli.evaluation.objects import exact
from gradcli.evaluation.questions import as_names, looks_like_derivative
from gradcli.syntax import ast
from gradcli.syntax.parse import parse
from gradcli.syntax.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.evaluation.claim_reader import Point

RELATIVE = 1e-12
"""Without a tolerance, ``==`` compares twelve significant digits."""

_EQUAL = {"==", "!="}
_ORDER = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


class Claim(NamedTuple):
    """A condition, and the text of the tolerance of its equations, with ``%`` if it is relative."""

    text: str
    tolerance: str | None

    def queries(self, solution: Point) -> Collection[str]:
        """The names and derivatives that it speaks of, as `Solution.get` takes them.

        Raises:
            InputError: it uses a name that the program does not have.
        """
        return ast.names([Reader(solution).expression(self.text)])

    def notes(self, solution: Point, *, strict: bool = False) -> list[Note]:
        """What is to be known of how the claim is read.

        Args:
            solution: whose names it may use.
            strict: whether a note is an error.

        Raises:
            InputError: it uses a name that the program does not have.
            UsageError: there is a note, and that is to be an error.
        """
        reader = Reader(solution)
        texts = [self.text] if self.tolerance is None else [self.text, self.tolerance.rstrip("%")]
        found = []
        for text in texts:
            for note in reader.notes(text):
                if strict:
                    raise as_error(UsageError, note, text, ORIGIN)
                found.append(Note(note.kind, f"in the assertion {text}, {note.message}"))
        return found

    def failure(self, solution: Point) -> str | None:
        """Why the claim does not hold, or None. Nothing is claimed truly of NaN.

        Raises:
            InputError: it uses a name that the program does not have.
            UsageError: the tolerance is no number from 0 on.
        """
        reader = Reader(solution)
        width = None if self.tolerance is None else reader.width(self.tolerance)
        judge = _Judge(reader, self.text, width)
        condition = reader.expression(self.text)
        if judge.holds(condition):
            return None
        if not isinstance(condition, ast.Comparison) or len(condition.operators) > 1:
            wrong = [f"assertion failed: {self.text}", *judge.wrong]
            return ": ".join(wrong[:2])
        return f"assertion failed: {judge.wrong[0]}"


def refutation(claims: Sequence[Claim], solution: Point) -> CheckError | None:
    """The error that says which of some claims do not hold, and why; raises as `Claim.failure`."""
    failures = [failure for claim in claims if (failure := claim.failure(solution))]
    return CheckError("assertion", "; ".join(failures)) if failures else None


def read_claim(text: str) -> Claim:
    """The claim that a text makes, before its names are known.

    Raises:
        UsageError: it is no condition, or its tolerance goes with no equation.
    """
    text = as_names(text.replace("+/-", "±").replace("+-", "±")).strip()
    condition, _, tolerance = (part.strip() for part in text.partition("±"))
    tree = _parsed(condition, f" ± {tolerance}" if tolerance else "")
    signs = [sign for each in _comparisons(tree) for sign in each.operators]
    if not signs:
        raise refused(f"'{text}' is not an assertion")
    if "±" not in text:
        return Claim(condition, None)
    if not _EQUAL.intersection(signs):
        raise refused(f"a tolerance goes with == and !=, not with {signs[0]}")
    if any(map(_is_condition, ast.walk([_parsed(tolerance.removesuffix("%"))]))):
        message = f"the tolerance {tolerance} is a condition, and no number"
        raise refused(
            message, Sentence("write several claims, each behind its own ", Option("assert"))
        )
    return Claim(condition, tolerance)


def _is_condition(part: ast.Expression) -> bool:
    is_joined = _joins(part) and not isinstance(part, ast.Group)
    return is_joined or isinstance(part, ast.Comparison | ast.Conditional)


_ABOUT = re.compile(r"(.*[\w)\]])\s*(?:~|≈|≃|≅)\s*([\w(.+−-].*)")
"""What is about something, in signs of elsewhere."""


_SEVERAL = Sentence("write each behind its own ", Option("assert"), ", or `and` between")
"""The way out where several assertions stand in one."""


def _parsed(text: str, rest: str = "") -> ast.Expression:
    """A condition as a tree; the rest is what stands behind it, which a way out has to keep."""
    try:
        program = parse(text, Tokens(is_quotient=looks_like_derivative))
    except GradcliError as error:
        if error.kind == "empty":
            raise refused("something is missing in the assertion") from None
        if error.kind == "left-side" and error.span:
            raise _is_defined(text, error.span.end, rest) from None
        from gradcli.syntax.mistakes import COMMA  # noqa: PLC0415  (only an error needs it)

        about = _ABOUT.fullmatch(text)
        hint = _SEVERAL if error.hint == COMMA else error.hint
        hint = f"write {about[1]} == {about[2]} ± 1e-9" if about and not rest else hint
        raise UsageError(
            "assert",
            f"the assertion cannot be read: {error.message}",
            span=error.span,
            hint=hint,
            source=text,
            origin=ORIGIN,
        ) from None
    statement = program.statements[0]
    if len(program.statements) > 1 or not isinstance(statement, ast.Step) or statement.name:
        if len(program.statements) == 1:
            begin = statement.value.span.start
            raise _is_defined(text, len(text[:begin].rstrip().removesuffix("=")), rest)
        raise refused(f"'{text}{rest}' is not an assertion", _SEVERAL)
    return statement.value


def _is_defined(text: str, end: int, rest: str) -> UsageError:
    """What is said of a text with one sign = behind its left side, which ends there."""
    right = text[end:].lstrip().removeprefix("=").lstrip()
    hint = f"write {text[:end].rstrip()} == {right}{rest}"
    return refused(f"'{text}{rest}' is not an assertion", hint)


def _comparisons(condition: ast.Expression) -> Iterator[ast.Comparison]:
    """The comparisons that a condition joins."""
    waiting = [condition]
    while waiting:
        item = waiting.pop()
        if isinstance(item, ast.Comparison):
            yield item
        elif _joins(item):
            waiting.extend(item.children)


def _joins(item: ast.Expression) -> bool:
    match item:
        case ast.Group() | ast.Binary(op="and" | "or") | ast.Unary(op="not"):
            return True
    return False


class _Judge:
    """Decides conditions, and keeps what is wrong with comparisons that do not hold."""

    def __init__(self, reader: Reader, source: str, width: tuple[str, float, bool] | None) -> None:
        self.wrong: list[str] = []
        self._reader = reader
        self._source = source
        self._width = width

    def holds(self, condition: ast.Expression) -> bool:
        """Whether a condition is true: of NaN neither a comparison nor its opposite is."""
        known: list[bool | None] = []
        waiting: list[tuple[ast.Expression, bool]] = [(condition, False)]
        while waiting:
            item, ready = waiting.pop()
            if not _joins(item):
                known.append(self._truth(item))
            elif not ready:
                waiting.append((item, True))
                waiting.extend((child, False) for child in reversed(item.children))
            elif isinstance(item, ast.Unary):
                inner = known.pop()
                known.append(None if inner is None else not inner)
            elif isinstance(item, ast.Binary):
                right, left = known.pop(), known.pop()
                known.append(_joined(item.op, left, right))
        return known[0] is True

    def _truth(self, item: ast.Expression) -> bool | None:
        if not isinstance(item, ast.Comparison):
            value = self._reader.side(item, self._source).value
            return None if math.isnan(value) else value != 0
        sides = [self._reader.side(each, self._source) for each in item.operands]
        truth: bool | None = True
        for sign, left, right in zip(item.operators, sides, sides[1:], strict=False):
            if left.is_constant and not right.is_constant:
                found = self._compare(right, _FLIPPED.get(sign, sign), left)
            else:
                found = self._compare(left, sign, right)
            truth = _joined("and", truth, found)
        return truth

    def _compare(self, left: Side, sign: str, right: Side) -> bool | None:
        actual, expected = left.value, right.value
        if math.isnan(actual) or math.isnan(expected):
            truth = None
        elif sign in _ORDER:
            truth = bool(_ORDER[sign](actual, expected))
        else:
            near = abs(actual - expected) <= self._allowed(expected)
            truth = (actual == expected or near) == (sign == "==")
        if not truth:
            shown = f" ± {self._width[0]}" if self._width and sign in _EQUAL else ""
            self.wrong.append(
                f"{left.text} is {exact(actual)}, expected {sign} {exact(expected)}{shown}; "
                f"the difference is {exact(actual - expected)}"
            )
        return truth

    def _allowed(self, expected: float) -> float:
        """How far from the expected value an equal one may be."""
        size = abs(expected) if math.isfinite(expected) else 0.0
        if self._width is None:
            return RELATIVE * size
        _, width, is_relative = self._width
        return width * size if is_relative else width


def _joined(op: str, *sides: bool | None) -> bool | None:
    """``and`` and ``or`` where None is what cannot be known (Kleene's logic)."""
    decisive = op == "or"
    if decisive in sides:
        return decisive
    return None if None in sides else not decisive
