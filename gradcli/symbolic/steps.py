"""A derivative as a person takes it: one rule for each node, from the inside out.

The nodes are those of the program, and the derivative of each is the tangent that the result is
made of; a rule's formula comes from the rule table, so that it holds for every function there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from gradcli.calculus.forward import Tangents, push_forward
from gradcli.graph import operations as light
from gradcli.graph.domains import LOGIC
from gradcli.graph.node import IDENTITY, Graph, Node
from gradcli.graph.unparse import Unparser
from gradcli.symbolic.simplify.simplifier import Simplifier, Style, simplify
from gradcli.syntax import ast
from gradcli.syntax.parse import parse
from gradcli.syntax.substitute import substitute

LONGEST = 1_000
"""Expressions with more characters are left out of a step."""

CONSTANT_FACTOR = "constant factor"
POWER = "power rule"
EXPONENTIAL = "exponential rule"

FORMULAS = {
    ("mul", (False, True)): (CONSTANT_FACTOR, "c*u", "c*du"),
    ("mul", (True, False)): (CONSTANT_FACTOR, "u*c", "du*c"),
    ("mul", (True, True)): ("product rule", "u*v", "du*v + u*dv"),
    ("div", (True, False)): (CONSTANT_FACTOR, "u/c", "du/c"),
    ("div", (False, True)): ("reciprocal rule", "c/u", "-c*du/u^2"),
    ("div", (True, True)): ("quotient rule", "u/v", "(du*v - u*dv)/v^2"),
    ("pow", (True, False)): (POWER, "u^c", "c*u^(c - 1)*du"),
    ("pow", (False, True)): (EXPONENTIAL, "c^u", "c^u*log(c)*du"),
    ("pow", (True, True)): (
        "power with variable base and exponent",
        "u^v",
        "v*u^(v - 1)*du + u^v*log(u)*dv",
    ),
    ("over", (False, True)): ("reciprocal rule", "1/u", "-du/u^2"),
    ("neg", (True,)): (CONSTANT_FACTOR, "-u", "-du"),
}
"""What a textbook says of the operations, by which of their arguments depend on the variable.

The left side, then the right side, where du is the derivative of u; "over" is 1 over something.
"""

_SUMS = frozenset(("add", "sub"))
_LETTERS = "uvwpqrs"

Parts = dict[str, ast.Expression]


@dataclass(frozen=True, slots=True)
class Step:
    """The derivative of one node.

    Attributes:
        name: the name that the program gives to the node, or None.
        rule: what the rule is called.
        left: what the rule is for, in u, v, … that depend on the variable, and c that does not.
        right: its derivative; u' is that of u.
        expression: the node, in the names of the program's steps.
        inserted: the right side with everything put in for u, v, …, and nothing simplified.
        derivative: the result, simplified; u' is the derivative of the program's step u.

    The last three are None where they are too long.
    """

    name: str | None
    rule: str
    left: ast.Expression
    right: ast.Expression
    expression: ast.Expression | None
    inserted: ast.Expression | None
    derivative: ast.Expression | None


def steps(tangents: Tangents, style: Style) -> list[Step]:
    """Every rule that is applied on the way to a derivative, in order.

    Args:
        tangents: the derivatives by a variable; the last one is the result.
        style: how results are written.
    """
    variable, *nodes = tangents.of
    uses = Counter(arg for node in nodes for arg in node.args)
    inner = {
        arg
        for node in nodes
        if node.op in _SUMS
        for arg in node.args
        if arg.op in _SUMS and uses[arg] == 1 and arg.label is None
    }
    # The partial sums of a long sum have no steps, nor are they simplified one by one.
    shown = [node for node in nodes if node not in inner]
    writer = _Writer(variable, tangents, shown, style)
    return [writer.step(node, inner) for node in shown if node.op not in LOGIC]


class _Writer:
    """Writes the steps of one derivative."""

    def __init__(
        self, variable: Node, tangents: Tangents, nodes: Sequence[Node], style: Style
    ) -> None:
        self._variable = variable
        names = {variable: variable.label or ""}
        names |= {node: node.label for node in nodes if node.label}
        self._names = names
        primes = {tangent: f"{node.label}'" for node, tangent in tangents.names.items()}
        simplifier = Simplifier(style, names | primes)
        simplifier.read_program(nodes[-1])
        simplified = simplifier.simplify([tangents.of[node] for node in nodes])
        self._derivatives = dict(zip(nodes, simplified, strict=True))
        self._primes = {node: f"{node.label}'" for node in tangents.names}
        self._program = Unparser(names)
        self._results = Unparser({})

    def step(self, node: Node, inner: set[Node]) -> Step:
        """The step for a node."""
        rule, left, right, args = self._rule(node, inner)
        parts: Parts = {}
        length = 0
        for name, arg in args.items():
            parts[name] = self._program.tree(arg, inside=True)
            parts[f"d{name}"] = self._derivative(arg)
            length += self._program.length(arg) + self._length(arg)
        derivative = self._derivatives[node]
        bare = {name: arg for name, arg in args.items() if arg is self._variable}
        letters = {name: self._program.tree(arg, inside=True) for name, arg in bare.items()}
        return Step(
            node.label,
            rule,
            substitute(left, letters),
            substitute(substitute(right, letters | _ones(bare)), _PRIMES),
            self._program.tree(node) if self._program.length(node) <= LONGEST else None,
            substitute(right, parts) if length <= LONGEST else None,
            self._results.tree(derivative) if self._length(node) <= LONGEST else None,
        )

    def _derivative(self, node: Node) -> ast.Expression:
        if node is self._variable:
            return ast.Number(1.0)
        if node in self._primes:
            return ast.Name(self._primes[node])
        found = self._derivatives.get(node)
        return ast.Number(0.0) if found is None else self._results.tree(found)

    def _length(self, node: Node) -> int:
        found = self._derivatives.get(node)
        return 1 if found is None else self._results.length(found)

    def _is_inner(self, node: Node) -> bool:
        return node in self._derivatives

    def _depends(self, node: Node) -> bool:
        return node is self._variable or node in self._derivatives

    def _rule(
        self, node: Node, inner: set[Node]
    ) -> tuple[str, ast.Expression, ast.Expression, dict[str, Node]]:
        """The name of a rule, its two sides, and what its letters stand for."""
        depends = tuple(map(self._depends, node.args))
        if node.op in _SUMS:
            return self._sum(node, inner)
        if node.op == IDENTITY:
            return "another name", ast.Name("u"), ast.Name("du"), {"u": node.args[0]}
        if node.op == "where":
            args = dict(zip("kuv", node.args, strict=True))
            sides = _tree("where(k, u, v)"), _tree("where(k, du, dv)")
            return "choice: each branch by itself", *sides, args
        op = "over" if node.op == "div" and light.is_value(node.args[0], 1) else node.op
        if (op, depends) in FORMULAS:
            rule, left, right = FORMULAS[op, depends]
            if rule in {POWER, EXPONENTIAL} and self._variable in node.args:
                right = right.removesuffix("*du")
            names = "uv" if all(depends) else ["u" if each else "c" for each in depends]
            return rule, _tree(left), _tree(right), dict(zip(names, node.args, strict=False))
        return self._function(node, depends)

    def _function(
        self, node: Node, depends: tuple[bool, ...]
    ) -> tuple[str, ast.Expression, ast.Expression, dict[str, Node]]:
        """The chain rule, with the partials of the rule table."""
        bare = len(node.args) == 1 and node.args[0] is self._variable
        args = {_letter(place): arg for place, arg in enumerate(node.args)}
        plain = not any(map(self._is_inner, node.args))
        rule = f"derivative of {node.op}" if plain else f"chain rule with {node.op}"
        left = ast.Call(node.op, tuple(map(ast.Name, args)))
        return rule, left, _chain(node.op, depends, bare=bare), args

    def _sum(
        self, node: Node, inner: set[Node]
    ) -> tuple[str, ast.Expression, ast.Expression, dict[str, Node]]:
        """The sum rule for all terms at once; those that do not depend on the variable vanish."""
        args: dict[str, Node] = {}
        left: ast.Expression | None = None
        right: ast.Expression | None = None
        for sign, term in _terms(node, inner):
            name = _letter(len(args)) if self._depends(term) else "c"
            left = _joined(left, sign, ast.Name(name))
            if name != "c":
                args[name] = term
                right = _joined(right, sign, ast.Name(f"d{name}"))
        return "sum rule", left or ast.Name("c"), right or ast.Number(0.0), args


def _terms(node: Node, inner: set[Node]) -> list[tuple[int, Node]]:
    """The terms of a sum with their signs, from left to right."""
    found: list[tuple[int, Node]] = []
    waiting = [(1, node)]
    while waiting:
        sign, item = waiting.pop()
        if item is node or item in inner:
            first, second = item.args
            waiting.append((sign if item.op == "add" else -sign, second))
            waiting.append((sign, first))
        else:
            found.append((sign, item))
    return found


def _joined(total: ast.Expression | None, sign: int, term: ast.Expression) -> ast.Expression:
    if total is None:
        return term if sign > 0 else ast.Unary("neg", term)
    return ast.Binary("add" if sign > 0 else "sub", total, term)


def _letter(place: int) -> str:
    return _LETTERS[place] if place < len(_LETTERS) else f"u{place + 1}"


def _ones(names: Iterable[str]) -> Parts:
    """The derivative of the variable by itself."""
    return {f"d{name}": ast.Number(1.0) for name in names}


class _Primes(dict[str, ast.Expression]):
    """u' for du, and so for all letters."""

    def __missing__(self, name: str) -> ast.Expression:
        return ast.Name(f"{name[1:]}'" if name.startswith("d") else name)


_PRIMES = _Primes()


@cache
def _tree(text: str) -> ast.Expression:
    value: ast.Expression = parse(text).statements[0].value
    return value


@cache
def _chain(op: str, depends: tuple[bool, ...], *, bare: bool) -> ast.Expression:
    """The sum over the arguments of partial times derivative, in u, v, … and du, dv, …."""
    graph = Graph()
    args = [graph.input(_letter(place)) for place in range(len(depends))]
    node = graph.node(op, tuple(args))
    one = graph.const(1.0)
    seeds = {
        arg: one if bare else graph.input(f"d{arg.label}")
        for arg, inside in zip(args, depends, strict=True)
        if inside
    }
    total = push_forward(graph, [node], seeds).of.get(node)
    return Unparser({}).tree(simplify([total or graph.const(0.0)], [node])[0])
