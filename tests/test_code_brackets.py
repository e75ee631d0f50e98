"""Code has brackets where they are needed, and nowhere else: what is left means the same."""

from __future__ import annotations

import ast
import random
import re

import pytest

from gradcli.engine.printers.binding import ATOM, filled, rank, tokens

FORMS = {
    **{op: f"{{0}} {op} {{1}}" for op in ("+", "-", "<", ">=", "==", "and", "or")},
    **{op: f"{{0}}{op}{{1}}" for op in ("*", "/", "**")},
    "-": "-{0}",
    "if": "{1} if {0} else {2}",
    "call": "f({0}, {1})",
    "not": "{0} == 0.0",
}

COUNTS = {op: len({*re.findall(r"\{\d\}", form)}) for op, form in FORMS.items()}


def drawn(lot: random.Random, depth: int) -> tuple[str, int, str]:
    """A random expression: as it is written, how tightly it binds, and with all brackets."""
    if depth == 0 or lot.random() < 0.15:
        text = lot.choice(["a", "b", "c", "2.0", "-3.0"])
        return text, rank(tokens(text)), f"({text})"
    op = lot.choice([*FORMS])
    args = [drawn(lot, depth - 1) for _ in range(COUNTS[op])]
    text, binds = filled(FORMS[op], [each[0] for each in args], [each[1] for each in args])
    return text, binds, f"({FORMS[op].format(*[each[2] for each in args])})"


def test_what_is_written_means_what_all_brackets_mean():
    lot = random.Random(3)  # noqa: S311  (no secrets)
    for _ in range(2_000):
        text, _, full = drawn(lot, 4)
        assert parsed(text) == parsed(full), full


def parsed(text: str) -> str:
    """How Python reads a text; `a and (b and c)` is `a and b and c`."""
    return ast.dump(Flat().visit(ast.parse(text, mode="eval")))


class Flat(ast.NodeTransformer):
    def visit_BoolOp(self, node):
        self.generic_visit(node)
        values = []
        for each in node.values:
            is_same = isinstance(each, ast.BoolOp) and type(each.op) is type(node.op)
            values += each.values if is_same else [each]
        node.values = values
        return node


@pytest.mark.parametrize(
    ("form", "args", "text"),
    [
        ("{0} + {1}", ["a*b", "c/d"], "a*b + c/d"),
        ("{0} + {1}", ["a + b", "c + d"], "a + b + (c + d)"),
        ("{0} - {1}", ["a - b", "-c"], "a - b - (-c)"),
        ("{0}*{1}", ["-a", "b"], "-a*b"),
        ("{0}/{1}", ["a*b", "c*d"], "a*b/(c*d)"),
        ("{0}**{1}", ["-a", "b"], "(-a)**b"),
        ("-{0}", ["a*b"], "-(a*b)"),
        ("{0} || {1}", ["a < b && c", "d || e"], "(a < b && c) || d || e"),
        ("{0} & {1}", ["a < b", "c"], "(a < b) & c"),
        ("{0} ? {1} : {2}", ["a < b && c", "d + e", "f"], "a < b && c ? d + e : f"),
        ("{0} + {1}", ["a ? b : c", "d"], "(a ? b : c) + d"),
        ("{1} if {0} else {2}", ["a and b", "c", "d if e else f"],
         "c if a and b else d if e else f"),
        ("CASE WHEN {0} THEN {1} ELSE {2} END", ["a = b", "c + d", "e"],
         "CASE WHEN a = b THEN c + d ELSE e END"),
        ("{0}/{1}", ["CASE WHEN a THEN b ELSE c END", "d"], "CASE WHEN a THEN b ELSE c END/d"),
        ("{0}.exp()", ["-a"], "(-a).exp()"),
        ("{0}[1:2]", ["a + b"], "(a + b)[1:2]"),
        ("np.where({0}, {1}, {2})", ["a < b", "c - d", "-e"], "np.where(a < b, c - d, -e)"),
        ("{0}", ["a + b"], "a + b"),
    ],
)  # fmt: skip
def test_brackets_stand_where_they_are_needed(form, args, text):
    assert filled(form, args, [rank(tokens(each)) for each in args])[0] == text


def test_what_is_a_sign_of_an_exponent_or_inside_brackets_binds_as_a_number():
    for text in ("1e-09", "2.5E+3", "f(a + b)", "x[1:2]", '"a + b"', "(a + b)"):
        assert rank(tokens(text)) == ATOM, text
