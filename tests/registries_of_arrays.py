"""What else has to be known of an operation on whole arrays than its form, and who forgot it.

`REGISTRIES` is the list of all that a new operation brings along. What can be seen of its values
at some arguments, such as that it is linear, counts as forgotten if it is so and is not said.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import random_arrays
import test_array_rules
import test_shapes

import gradcli
from gradcli.engine import array_lines
from gradcli.engine.arrays import evaluate
from gradcli.engine.kernels import SHAPED_KERNELS
from gradcli.errors import GradcliError
from gradcli.evaluation import ties
from gradcli.evaluation.entries import written_out
from gradcli.evaluation.entries.written_out import WrittenOut, is_known
from gradcli.graph import shapes
from gradcli.graph.arrays import linear, mismatch, pullbacks
from gradcli.graph.arrays.gathering import INDEXED
from gradcli.graph.form_rules import form_of
from gradcli.graph.node import Graph
from gradcli.graph.shapes import SHAPED, Form, FormError
from gradcli.graph.unparse import Unparser
from gradcli.programs import array_structure
from gradcli.syntax.text import text
from gradcli.views.code import shaped

LEAVES = {"array", "eye"}
"""What has no argument."""

RULED_IN_PYTHON = {"stack", "concat"}
"""What takes any number of arguments, and has its rule in gradcli/graph/pullbacks.py."""

SQUARE = Form((3, 3))


def operations():
    """All operations that any table knows."""
    lines = [each.name for each in pullbacks.lines().entries if each.kind == "pullback"]
    return sorted({*SHAPED, *SHAPED_KERNELS, *shaped._FORMS, *lines})


def random_operations(seeds=range(120)):
    """Those that random programs have."""
    makers = [random_arrays.Maker(seed, 20) for seed in seeds]
    return {node.op for maker in makers for node in maker.graph.nodes}


class Operation:
    """An operation on whole arrays, and examples of it.

    Attributes:
        name: its name.
        cases: forms and parameters that fit.
    """

    def __init__(self, name):
        self.name = name
        self.cases = [
            (forms, params)
            for op, forms, params, expected in test_shapes.OTHERS
            if op == name and expected is not None
        ]

    @cached_property
    def nodes(self):
        """A node of every case, whose arguments are inputs; none that cannot be made."""
        return [*filter(None, (self._node(*case) for case in self.cases))]

    @property
    def takes_square(self):
        """Whether a square matrix is all that it needs."""
        return self.name in SHAPED and ([SQUARE], ()) in self.cases

    def _node(self, forms, params):
        graph = Graph()
        graph.has_arrays = True
        args = tuple(map(graph.input, "abcd", forms))
        try:
            return graph.node(self.name, args, params)
        except FormError:
            return None

    def point(self, node, seed):
        """A value for each argument: 1 for what is an index, else numbers that are all apart."""
        chance = np.random.default_rng(seed)
        index = INDEXED.get(self.name)
        return [
            np.ones(arg.shape) if at == index else chance.uniform(1, 2, arg.shape)
            for at, arg in enumerate(node.args)
        ]

    def value(self, node, point):
        return SHAPED_KERNELS[self.name](*node.params)(*point)

    def with_values(self):
        """Its nodes that can be computed."""
        return self.nodes if self.name in SHAPED_KERNELS else ()


# --- Registries: each yields what it has forgotten of an operation ------------------------------


def forms(operation):
    if operation.name not in SHAPED:
        yield "its form: _FORMS of gradcli/graph/form_rules.py, and SHAPED of shapes.py there"


def examples(operation):
    if operation.name not in LEAVES and not operation.cases:
        yield "a form that fits and one that does not: OTHERS of tests/test_shapes.py"


def values(operation):
    if operation.name not in SHAPED_KERNELS:
        yield "its value: SHAPED_KERNELS of gradcli/engine/kernels.py"


def rules(operation):
    lines = {each.name for each in pullbacks.lines().entries if each.kind == "pullback"}
    if operation.name not in lines | LEAVES | RULED_IN_PYTHON:
        yield "what it hands back: grammars/arrays.rules"


def numbers(operation):
    if not is_known(operation.name):
        yield "what it is in numbers: gradcli/evaluation/written_out.py"


def code(operation):
    if operation.name not in shaped._FORMS:
        yield "how NumPy, JAX and PyTorch write it: _FORMS of gradcli/views/code/shaped.py"


def texts(operation):
    """What people see of it has to be read as the same."""
    for node in operation.with_values():
        if node.args and not node.args[0].shape:
            continue  # a number is no array for a program
        point = operation.point(node, 0)
        shown = text(Unparser({}).definition(node))
        given = {arg.name: value.tolist() for arg, value in zip(node.args, point, strict=True)}
        try:
            found = gradcli.evaluate(shown, given).value
        except GradcliError as error:
            yield f"'{shown}' is refused: gradcli/graph/calls.py, or array_text.py ({error})"
            return
        wanted = evaluate([node], node.args, point)[0]
        rows = [each for each in (*node.args, node) if each.form.is_row]  # values are columns
        if not rows and not np.array_equal(found, wanted, equal_nan=True):
            yield f"'{shown}' is another value: gradcli/graph/array_text.py"
            return


def memory(operation):
    """What is written over has to be nobody else's."""
    for node in operation.with_values():
        point = operation.point(node, 0)
        value = operation.value(node, point)
        if any(np.shares_memory(value, each) for each in point):
            if operation.name not in array_lines._VIEWS | {"spread"}:
                yield "it gives memory of its argument: _VIEWS of gradcli/engine/array_lines.py"
            return


def moves(operation):
    """Whether it only moves entries to other places."""
    nodes = [node for node in operation.with_values() if node.args and node.form.size > 1]
    if not nodes or not _is_linear(operation, nodes):
        return
    for node in nodes:
        point = operation.point(node, 0)
        given = np.concatenate([np.ravel(each) for each in point])
        if not np.isin(operation.value(node, point), given).all():
            return
    if operation.name not in shapes.REARRANGING:
        yield "it only moves entries: REARRANGING of gradcli/graph/shapes.py"


def lines(operation):
    """A line that reads an argument for nothing hides that the operation is linear."""
    nodes = [node for node in operation.with_values() if node.args]
    if nodes and _is_linear(operation, nodes) and not linear.in_all(operation.name):
        yield "it is linear, and its line in grammars/arrays.rules reads its argument"


def structure(operation):
    if linear.in_each(operation.name) and operation.name not in array_structure._RULES:
        yield "which entries depend on which: _RULES of gradcli/programs/array_structure.py"


def _is_linear(operation, nodes):
    for node in nodes:
        one, two = operation.point(node, 1), operation.point(node, 2)
        both = [3 * a - b for a, b in zip(one, two, strict=True)]
        found = [operation.value(node, each) for each in (both, one, two)]
        if not np.allclose(found[0], 3 * np.asarray(found[1]) - found[2]):
            return False
    return True


def kinks(operation):
    formulas = [each.text for each in pullbacks.lines().entries if each.name == operation.name]
    if any("where(" in each for each in formulas) and operation.name not in ties._CHOOSING_ARRAYS:
        yield "its derivative is a choice: _CHOOSING_ARRAYS of gradcli/evaluation/ties.py"


def squares(operation):
    """What refuses anything but a square matrix says so in words."""
    if not operation.takes_square:
        return
    try:
        form_of(operation.name, [Form((2, 3))])
    except FormError:
        if operation.name not in mismatch._SQUARE:
            yield "it needs a square matrix: OF_SQUARE of gradcli/graph/form_rules.py"


def costs(operation):
    """What is too large is refused before it is written out: so many numbers are reckoned with."""
    if not (operation.takes_square and is_known(operation.name)):
        return
    graph = Graph(has_arrays=True)
    node = graph.node(operation.name, (graph.input("a", Form((6, 6))),))
    oracle = WrittenOut()
    oracle.entries(node)
    if len(oracle.graph) > 2 * written_out.terms(node):
        yield "it is more numbers than are counted: gradcli/evaluation/entries/written_out.py"


def tried(operation):
    if operation.name not in {*test_array_rules.MADE} | test_array_rules.WITHOUT_ARGUMENTS:
        yield "forms that its derivatives are tried with: MADE of tests/test_array_rules.py"


def random_programs(operation):
    if operation.name not in random_operations():
        yield "random programs do not have it: tests/random_arrays.py"


REGISTRIES = {
    "forms": forms,
    "examples": examples,
    "values": values,
    "rules": rules,
    "numbers": numbers,
    "code": code,
    "texts": texts,
    "memory": memory,
    "moves": moves,
    "lines": lines,
    "structure": structure,
    "kinks": kinks,
    "squares": squares,
    "costs": costs,
    "tried": tried,
    "random programs": random_programs,
}
"""Everything that an operation brings along, and what finds out whether it is there."""


def forgotten(name):
    """What has been forgotten of an operation, by registry."""
    operation = Operation(name)
    found = {key: list(look(operation)) for key, look in REGISTRIES.items()}
    return {key: each for key, each in found.items() if each}
