"""Nodes with the order of terms, the names of steps and the ways of writing taken off them.

A node is a number times a form: ``-2*x/y`` and ``(-2/y)*x`` are both -2 times the same one. A sum
or a product is one form however it is grouped. Nothing cancels: x/x and x + 1 - x stay what they
are, for a rewriting looks for just that.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

from gradcli.graph.node import CONST, IDENTITY, INPUT, Node
from gradcli.graph.shapes import SHAPED, Params

MOST = 12
"""A sum or a product of more parts is a part of another as it is."""

GREATEST = 64
"""Greater whole powers are left as they are written."""

GREATEST_ROOTED = 10**15
"""Of greater whole numbers no root is looked for."""

LEAF, ONE, SUM, PRODUCT = "leaf", "one", "sum", "product"
"""What a form can be beside an operation."""

HALF = Fraction(1, 2)


class Term(NamedTuple):
    """A number times a form."""

    number: Fraction
    form: int


class Power(NamedTuple):
    """A form to a power."""

    form: int
    exponent: Fraction


class Form(NamedTuple):
    """What a form is.

    Attributes:
        kind: ``"leaf"``, ``"one"``, ``"sum"``, ``"product"``, or the operation.
        parts: the terms of a sum, the powers of a product, or the arguments of an operation.
        params: what an operation is told beside its arguments.
        leaf: the node that a leaf is.
    """

    kind: str
    parts: tuple[Term, ...] | tuple[Power, ...]
    params: Params = ()
    leaf: Node | None = None


class Forms:
    """The forms of nodes, each once.

    Attributes:
        nodes: a node of each term that was read.
        there: a term of each form that was read.
    """

    def __init__(self) -> None:
        self._forms: list[Form] = []
        self._places: dict[Form, int] = {}
        self._terms: dict[Node, Term] = {}
        self.nodes: dict[Term, Node] = {}
        self.there: dict[int, Term] = {}
        self.one = self._place(Form(ONE, ()))

    def __getitem__(self, place: int) -> Form:
        return self._forms[place]

    def read(self, nodes: Iterable[Node]) -> None:
        """Learn the forms of nodes, which come after their arguments."""
        for node in nodes:
            if node not in self._terms:
                term = self._terms[node] = self._read(node)
                self.nodes.setdefault(term, node)
                self.there.setdefault(term.form, term)

    def term(self, node: Node) -> Term:
        """What a node is that was read."""
        return self._terms[node]

    def known(self, node: Node) -> bool:
        """Whether a node was read."""
        return node in self._terms

    # --- Making them ----------------------------------------------------------------------------

    def number(self, value: Fraction) -> Term:
        """A number."""
        return Term(value, self.one)

    def sum(self, terms: Iterable[Term], *, cancel: bool = False) -> Term:
        """A sum of terms; those of one form and sign are one.

        Args:
            terms: what is added.
            cancel: also those of one form and of opposite signs.
        """
        found: dict[tuple[int, bool], Fraction] = {}
        for number, form in terms:
            sign = cancel or form == self.one or number > 0
            if number:
                found[form, sign] = found.get((form, sign), Fraction(0)) + number
        kept = [Term(number, form) for (form, _), number in sorted(found.items()) if number]
        if not kept:
            return self.number(Fraction(0))
        if len(kept) == 1:
            return kept[0]
        shared = _content([number for number, _ in kept])
        parts = tuple(Term(number / shared, form) for number, form in kept)
        return Term(shared, self._place(Form(SUM, parts)))

    def product(self, number: Fraction, powers: Iterable[Power]) -> Term:
        """A product; powers of one form with exponents of one sign are one."""
        found: dict[tuple[int, bool], Fraction] = {}
        for form, exponent in powers:
            if form != self.one and exponent:
                key = form, exponent > 0
                found[key] = found.get(key, Fraction(0)) + exponent
        parts = tuple(
            self._tidy(Power(form, exponent)) for (form, _), exponent in sorted(found.items())
        )
        if not parts or not number:
            return self.number(number)
        if len(parts) == 1 and parts[0].exponent == 1:
            return Term(number, parts[0].form)
        return Term(number, self._place(Form(PRODUCT, parts)))

    def _tidy(self, power: Power) -> Power:
        """exp(u)^n as exp(n*u)."""
        form, exponent = power
        if self[form].kind != "exp" or exponent == 1 or exponent.denominator != 1:
            return power
        (argument,) = self.terms_of(form)
        return Power(self._operation("exp", [self.scaled(argument, exponent)]).form, Fraction(1))

    @staticmethod
    def scaled(term: Term, factor: Fraction) -> Term:
        """A multiple of a term."""
        return Term(term.number * factor, term.form)

    def terms_of(self, place: int) -> Sequence[Term]:
        """The terms of a sum or the arguments of an operation; of anything else itself."""
        form = self[place]
        if form.kind in {LEAF, ONE, PRODUCT}:
            return (Term(Fraction(1), place),)
        return form.parts  # type: ignore[return-value]  # those of a product are powers alone

    def summands(self, term: Term) -> Sequence[Term]:
        """What a term is a sum of."""
        if self[term.form].kind != SUM or len(self[term.form].parts) > MOST:
            return (term,)
        return [self.scaled(each, term.number) for each in self.terms_of(term.form)]

    def powers(self, place: int) -> Sequence[Power]:
        """What a form is a product of."""
        form = self[place]
        if form.kind == ONE:
            return ()
        if form.kind != PRODUCT or len(form.parts) > MOST:
            return (Power(place, Fraction(1)),)
        return self.factors(place)

    def factors(self, place: int) -> Sequence[Power]:
        """The parts of a product, however many."""
        return self[place].parts  # type: ignore[return-value]  # those of a sum are terms

    def _operation(self, op: str, args: Iterable[Term], params: Params = ()) -> Term:
        return Term(Fraction(1), self._place(Form(op, tuple(args), params)))

    def _place(self, form: Form) -> int:
        found = self._places.get(form)
        if found is None:
            found = self._places[form] = len(self._forms)
            self._forms.append(form)
        return found

    # --- Reading --------------------------------------------------------------------------------

    def _leaf(self, node: Node) -> Term:
        return Term(Fraction(1), self._place(Form(LEAF, (), (), node)))

    def _read(self, node: Node) -> Term:
        if node.op == CONST:
            is_plain = node.label is None and math.isfinite(node.value)
            return self.number(Fraction(node.value)) if is_plain else self._leaf(node)
        args = [self._terms[arg] for arg in node.args]
        found = self._arithmetic(node, args)
        if found is not None:
            return found
        if node.op == INPUT or not node.args:
            return self._leaf(node)
        if node.op == "take":
            return self._part(args[0], node.params)
        return self._operation(node.op, args, node.params)

    def _part(self, whole: Term, params: Params) -> Term:
        """A part of an array; that of exp(x) is the exp of one."""
        form = self[whole.form]
        is_entrywise = form.kind not in {LEAF, ONE, SUM, PRODUCT, *SHAPED}
        if not is_entrywise or len(form.parts) != 1:
            return self.scaled(
                self._operation("take", [Term(Fraction(1), whole.form)], params), whole.number
            )
        (inner,) = self.terms_of(whole.form)
        part = self._operation("take", [inner], params)
        return self.scaled(self._operation(form.kind, [part], form.params), whole.number)

    def _arithmetic(self, node: Node, args: Sequence[Term]) -> Term | None:
        """What is a sum, a product or a power."""
        match node.op:
            case op if op == IDENTITY:
                return args[0]
            case "neg":
                return self.scaled(args[0], Fraction(-1))
            case "add" | "sub":
                sign = Fraction(1 if node.op == "add" else -1)
                terms = zip(node.args, (args[0], self.scaled(args[1], sign)), strict=True)
                return self.sum(
                    part
                    for arg, term in terms
                    # A step that has a name is a term as it is.
                    for part in ((term,) if arg.label else self.summands(term))
                )
            case "mul":
                powers = [power for arg in args for power in self.powers(arg.form)]
                return self.product(args[0].number * args[1].number, powers)
            case "div" if args[1].number:
                below = [Power(form, -exponent) for form, exponent in self.powers(args[1].form)]
                number = args[0].number / args[1].number
                return self.product(number, [*self.powers(args[0].form), *below])
            case "pow":
                return self._power(node, *args)
        return None

    def _power(self, node: Node, base: Term, exponent: Term) -> Term | None:
        if node.args[0].op == CONST and node.args[0].label == "e":
            return self._operation("exp", [exponent])
        if exponent.form != self.one:
            return None
        return self.power(base, exponent.number)

    def power(self, base: Term, exponent: Fraction) -> Term | None:
        """A term to a power; None where it is none of those that are seen through."""
        is_whole = exponent.denominator == 1 and abs(exponent) <= GREATEST
        if is_whole and (base.number or exponent > 0):
            whole = int(exponent)
            number = base.number**whole
            return self.product(
                number, [Power(form, own * whole) for form, own in self.powers(base.form)]
            )
        if abs(exponent) == HALF:
            root = self._operation("sqrt", [base])
            return self.product(Fraction(1), [Power(root.form, exponent * 2)])
        return None


def _content(numbers: Sequence[Fraction]) -> Fraction:
    """The greatest number that others are whole multiples of, with the sign of the first one."""
    above = math.gcd(*(each.numerator for each in numbers))
    below = math.lcm(*(each.denominator for each in numbers))
    return Fraction(above if numbers[0] > 0 else -above, below)


def root_of(number: Fraction, exponent: Fraction) -> Fraction | None:
    """The number whose power this is, if it is a fraction."""
    if exponent == 1:
        return number
    if exponent.denominator != 1 or exponent < 1 or (number < 0 and exponent % 2 == 0):
        return None
    above, below = (_whole_root(each, int(exponent)) for each in number.as_integer_ratio())
    return None if above is None or below is None else Fraction(above, below)


def _whole_root(number: int, degree: int) -> int | None:
    """The whole number whose power this is, if it is no greater than floats tell apart."""
    if abs(number) > GREATEST_ROOTED:
        return None
    size = round(abs(number) ** (1 / degree))
    root = size if number >= 0 else -size
    return root if root**degree == number else None
