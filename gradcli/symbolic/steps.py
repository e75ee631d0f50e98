"""A derivative as a person takes it: one rule for each node, from the inside out.

The nodes are those of the program, and the derivative of each is the tangent that the result is
made of; a rule's formula comes from the rule table, so that it holds for every function there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import NamedTuple

from gradcli.calculus.forward import Tangents, push_forward
from gradcli.graph import operations
from gradcli.graph.conditions import LOGIC
from gradcli.graph.node import IDENTITY, Graph, Node, operation_name
from gradcli.graph.unparse import Unparser
from gradcli.symbolic.simplify.guards import Guards
from gradcli.symbolic.simplify.simplifier import Simplifier, Style, simplify
from gradcli.syntax import ast
from gradcli.syntax.parse import parse
from gradcli.syntax.substitute import substitute

LONGEST = 1_000
"""Expressions with more characters are left out of a step."""

CONSTANT_FACTOR = "constant factor"
POWER = "power rule"
EXPONENTIAL = "exponential rule"
CHOICE = "choice: each branch by itself"
CONDITION = "condition: 1 or 0, the same on both sides"

RULES = (
    (CONSTANT_FACTOR, "c*u", "c*du"),
    (CONSTANT_FACTOR, "u*c", "du*c"),
    ("product rule", "u*v", "du*v + u*dv"),
    (CONSTANT_FACTOR, "u/c", "du/c"),
    ("reciprocal rule", "1/u", "-du/u^2"),
    ("reciprocal rule", "c/u", "-c*du/u^2"),
    ("quotient rule", "u/v", "(du*v - u*dv)/v^2"),
    (POWER, "x^c", "c*x^(c - 1)"),
    (POWER, "u^c", "c*u^(c - 1)*du"),
    (EXPONENTIAL, "c^x", "c^x*log(c)"),
    (EXPONENTIAL, "c^u", "c^u*log(c)*du"),
    ("power with variable base and exponent", "u^v", "v*u^(v - 1)*du + u^v*log(u)*dv"),
    (CONSTANT_FACTOR, "-u", "-du"),
)
"""What a textbook says of the operations: the name of a rule, what it is for, its derivative.

The first that fits is used: x is the variable itself, u and v depend on it, and c does not; du is
the derivative of u.
"""

_SUMS = frozenset(("add", "sub"))

_LETTERS = "uvwpqrs", "ck"
"""The letters of rules: of what depends on the variable, and of what does not."""

_MORE = "uvwpqrsfghyz", "ckabmnjl"
"""The letters that are taken instead where a program uses some of those as names."""

Parts = dict[str, ast.Expression]
Rule = tuple[str, ast.Expression, ast.Expression, dict[str, Node]]
"""The name of a rule, its two sides, and what the letters in them stand for.

Of a function of many arguments the rule for two is shown, whose letters stand for nothing.
"""


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


class Manner(NamedTuple):
    """How the steps of a program's derivatives are written.

    Attributes:
        style: how results are.
        program: the output of the program, which decides on the order of terms.
        taken: the names of the program, which no letter of a rule may be.
        guards: the choices of rules that are left out; None for none.
    """

    style: Style
    program: Node
    taken: Collection[str]
    guards: Guards | None


def steps(tangents: Tangents, manner: Manner) -> list[Step]:
    """Every rule that is applied on the way to a derivative, in order.

    Args:
        tangents: the derivatives by a variable; the last one is the result.
        manner: how they are written.
    """
    shown, inner = shown_and_inner(tangents)
    return StepWriter(tangents, shown, manner).steps(inner)


def shown_and_inner(tangents: Tangents) -> tuple[list[Node], set[Node]]:
    """The nodes that have steps, and the partial sums of long sums, which have none."""
    _, *nodes = _outside_conditions([*tangents.of])
    uses = Counter(arg for node in nodes for arg in node.args)
    inner = {
        arg
        for node in nodes
        if node.op in _SUMS
        for arg in node.args
        if arg.op in _SUMS and uses[arg] == 1 and arg.label is None
    }
    return [node for node in nodes if node not in inner], inner


def _outside_conditions(nodes: Sequence[Node]) -> list[Node]:
    """Those that more than conditions are made of: in x + (2x > 1) nothing hangs on that of 2x."""
    variable, *others = nodes
    known = {*nodes}
    found = {variable, *others[-1:]}
    waiting = others[-1:]
    while waiting:
        node = waiting.pop()
        args = () if node.op in LOGIC else node.args[1:] if node.op == "where" else node.args
        new = known.intersection(args) - found
        found |= new
        waiting += new
    return [node for node in nodes if node in found]


class _Letters:
    """The letters that stand for u, v, … and c in what is shown: none that is taken."""

    def __init__(self, taken: Collection[str]) -> None:
        self._taken = {*taken}
        self._shown: dict[str, str] = {}
        for letters, more in zip(_LETTERS, _MORE, strict=True):
            free = (letter for letter in more if letter not in taken)
            for letter in letters:
                self._shown[letter] = next(free, "") or self._numbered(letter)

    def __getitem__(self, letter: str) -> str:
        if letter not in self._shown:
            self._shown[letter] = letter if letter not in self._taken else self._numbered(letter)
        return self._shown[letter]

    def _numbered(self, letter: str) -> str:
        return next(name for place in count(1) if (name := f"{letter}_{place}") not in self._taken)


class StepWriter:
    """Writes the steps of one derivative.

    Args:
        tangents: the derivatives by a variable.
        nodes: those that have a step.
        manner: how they are written.
    """

    _is_number = True  # the derivative of the variable is 1, not a direction

    def __init__(self, tangents: Tangents, nodes: Sequence[Node], manner: Manner) -> None:
        self._variable = variable = next(iter(tangents.of))
        self._nodes = nodes
        self._letters = _Letters(manner.taken)
        self._textbook = manner.guards is not None
        names = {variable: variable.name}
        names |= {node: node.label for node in tangents.of if node.label}
        primes = {tangent: self._primed(node.name) for node, tangent in tangents.names.items()}
        simplified = self._simplified([tangents.of[node] for node in nodes], names | primes, manner)
        self._derivatives = dict(zip(nodes, simplified, strict=True))
        self._primes = {node: self._primed(node.name) for node in tangents.names}
        self._program = Unparser(names, manner.taken)
        self._results = Unparser({}, manner.taken)
        self._spelled = self._results.of_language

    def steps(self, inner: set[Node]) -> list[Step]:
        """The step of every node."""
        return [self.step(node, inner) for node in self._nodes]

    def _simplified(
        self, nodes: Sequence[Node], names: Mapping[Node, str], manner: Manner
    ) -> Sequence[Node]:
        simplifier = Simplifier(manner.style, names, manner.guards)
        simplifier.read_program(manner.program)
        return simplifier.simplify(nodes)

    def _primed(self, name: str) -> str:
        """What stands for the derivative of something."""
        return f"{name}'"

    def _of_variable(self) -> ast.Expression:
        """The derivative of the variable."""
        return ast.Number(1.0)

    def step(self, node: Node, inner: set[Node]) -> Step:
        """The step for a node."""
        rule, left, right, args = self._rule(node, inner)
        shown: Parts = {}
        for letter in ast.names([left]):
            shown |= self._shown(letter, args.get(letter))
        derivative = self._derivatives[node]
        return Step(
            node.label,
            rule,
            substitute(left, shown, self._spelled),
            substitute(right, shown, self._spelled),
            self._program.definition(node) if self._program.length(node) <= LONGEST else None,
            self._inserted(right, args) if args else None,
            self._results.definition(derivative) if self._length(node) <= LONGEST else None,
        )

    def _inserted(self, right: ast.Expression, args: dict[str, Node]) -> ast.Expression | None:
        """The right side with everything put in; None if it is too long."""
        parts: Parts = {}
        lengths: dict[str, int] = {}
        for letter, arg in args.items():
            parts |= {letter: self._program.reference(arg), f"d{letter}": self._derivative(arg)}
            lengths |= {letter: self._program.length(arg), f"d{letter}": self._length(arg)}
        names = (part.name for part in ast.walk([right]) if isinstance(part, ast.Name))
        if sum(lengths.get(name, 0) for name in names) > LONGEST:
            return None
        return substitute(right, parts, self._spelled)

    def _shown(self, letter: str, arg: Node | None) -> Parts:
        """What stands for a letter and for its derivative in the rule itself."""
        if arg is self._variable:
            return {letter: self._program.reference(arg), f"d{letter}": self._of_variable()}
        name = self._letters[letter]
        return {letter: ast.Name(name), f"d{letter}": ast.Name(self._primed(name))}

    def _derivative(self, node: Node) -> ast.Expression:
        if node is self._variable:
            return self._of_variable()
        if node in self._primes:
            return ast.Name(self._primes[node])
        found = self._derivatives.get(node)
        return ast.Number(0.0) if found is None else self._results.definition(found)

    def _length(self, node: Node) -> int:
        found = self._derivatives.get(node)
        return 1 if found is None else self._results.length(found)

    def _is_inner(self, node: Node) -> bool:
        return node in self._derivatives

    def _depends(self, node: Node) -> bool:
        return node is self._variable or node in self._derivatives

    def _rule(self, node: Node, inner: set[Node]) -> Rule:
        """The rule that a node is differentiated by."""
        if node.op in _SUMS:
            return self._sum(node, inner)
        if node.op == IDENTITY:
            return "another name", ast.Name("u"), ast.Name("du"), {"u": node.args[0]}
        if node.op in LOGIC:
            return CONDITION, ast.Name("k"), ast.Number(0.0), {"k": node}
        if node.op == "where":
            args = dict(zip("kuv", node.args, strict=True))
            return CHOICE, _tree("where(k, u, v)"), _tree("where(k, du, dv)"), args
        for name, left, right in RULES:
            pattern = _tree(left)
            if self._fits(pattern, node):
                parts = zip(pattern.children, node.args, strict=True)
                args = {part.name: arg for part, arg in parts if isinstance(part, ast.Name)}
                return name, pattern, _tree(right), args
        return self._function(node)

    def _fits(self, pattern: ast.Expression, node: Node) -> bool:
        """Whether a node is what a rule is for."""
        return (
            isinstance(pattern, ast.Binary | ast.Unary)
            and pattern.op == node.op
            and all(map(self._is, pattern.children, node.args))
        )

    def _is(self, part: ast.Expression, arg: Node) -> bool:
        match part:
            case ast.Number(value=value):
                return operations.is_value(arg, value)
            case ast.Name(name="x"):
                return arg is self._variable and self._is_number
            case ast.Name(name="c"):
                return not self._depends(arg)
        return self._depends(arg)

    def _function(self, node: Node) -> Rule:
        """The chain rule, with the partials of the rule table."""
        bare = len(node.args) == 1 and node.args[0] is self._variable
        args = {_letter(place): arg for place, arg in enumerate(node.args)}
        plain = not any(map(self._is_inner, node.args))
        name = self._spelled(operation_name(node.op))
        rule = f"derivative of {name}" if plain else f"chain rule with {name}"
        if type(node.op) is not str:
            rule = "implicit function theorem"
        depends = tuple(map(self._depends, node.args))
        bare = bare and self._is_number
        right = _chain(node.op, depends, bare=bare, textbook=self._textbook)
        if right is None:
            args = {}
            right = _chain(node.op, (True, True), bare=False, textbook=self._textbook)
            right = right or ast.Number(0.0)
        letters = tuple(map(ast.Name, args or map(_letter, range(2))))
        if type(node.op) is not str:
            return rule, self._results.operation(node, letters), right, args
        return rule, ast.Call(node.op, letters), right, args

    def _sum(self, node: Node, inner: set[Node]) -> Rule:
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
    letters = _LETTERS[0]
    return letters[place] if place < len(letters) else f"u{place + 1}"


@cache
def _tree(text: str) -> ast.Expression:
    value: ast.Expression = parse(text).statements[0].value
    return value


@cache
def _chain(
    op: str, depends: tuple[bool, ...], *, bare: bool, textbook: bool
) -> ast.Expression | None:
    """The sum over the arguments of partial times derivative, in u, v, … and du, dv, ….

    None if it is too long.
    """
    graph = Graph()
    args = [graph.input(_letter(place)) for place in range(len(depends))]
    node = graph.node(op, tuple(args))
    one = graph.const(1.0)
    seeds = {
        arg: one if bare else graph.input(f"d{arg.label}")
        for arg, inside in zip(args, depends, strict=True)
        if inside
    }
    total = push_forward(graph, [node], seeds).of.get(node) or graph.const(0.0)
    if Unparser({}).length(total) > LONGEST:
        return None
    guards = Guards() if textbook else None
    return Unparser({}).definition(simplify([total], [node], guards)[0])
