"""The form of every operation's result, what is refused, and what the identities leave out."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from gradcli.graph import form_rules, operations
from gradcli.graph.arrays.products import canonical, matmul
from gradcli.graph.form_rules import form_of
from gradcli.graph.node import Graph, Node
from gradcli.graph.shapes import SCALAR, SHAPED, Form, FormError, Params, stretched
from gradcli.graph.template import written


def f(*lengths: int) -> Form:
    """A column, a matrix, or more axes."""
    return Form(lengths)


def row(length: int) -> Form:
    """A row."""
    return Form((length,), is_row=True)


PRODUCTS = [
    # a, b, a @ b; None where there is no product
    (f(2, 3), f(3), f(2)),
    (f(2, 3), f(3, 4), f(2, 4)),
    (row(3), f(3), SCALAR),
    (f(3), row(2), f(3, 2)),
    (row(2), f(2, 3), row(3)),
    (f(5, 2, 3), f(3), f(5, 2)),
    (row(2), f(5, 2, 3), f(5, 3)),
    (f(5, 2, 3), f(3, 4), f(5, 2, 4)),
    (f(2, 3), f(5, 3, 4), f(5, 2, 4)),
    (f(5, 2, 3), f(5, 3, 4), f(5, 2, 4)),
    (f(1, 2, 3), f(5, 3, 4), f(5, 2, 4)),
    (f(6, 1, 2, 3), f(5, 3, 4), f(6, 5, 2, 4)),
    (f(0, 3), f(3), f(0)),
    (f(2, 0), f(0), f(2)),
    (f(3), f(3), None),
    (row(3), row(3), None),
    (f(2, 3), row(3), None),
    (f(2), f(2, 3), None),
    (f(2, 3), f(2), None),
    (f(2, 3), f(2, 3), None),
    (f(4, 4), f(4, 5), f(4, 5)),
    (f(2, 2, 3), f(5, 3, 4), None),
    (SCALAR, f(3), None),
    (f(3), SCALAR, None),
    (SCALAR, SCALAR, None),
]


@pytest.mark.parametrize(("a", "b", "expected"), PRODUCTS)
def test_a_product_has_the_form_of_a_textbook(a: Form, b: Form, expected: Form | None) -> None:
    graph = Graph()
    graph.has_arrays = True
    x, y = graph.input("x", a), graph.input("y", b)
    if expected is None:
        with pytest.raises(FormError) as error:
            matmul(graph, x, y, written)
        assert error.value.forms == (a, b)
    else:
        assert matmul(graph, x, y, written).form == expected


def test_entry_by_entry_lengths_are_stretched_as_numpy_does_it() -> None:
    lengths = [
        (),
        (1,),
        (2,),
        (3,),
        (1, 3),
        (2, 1),
        (2, 3),
        (3, 3),
        (4, 2, 3),
        (0,),
        (0, 3),
        (1, 0),
    ]
    for a, b in itertools.product(lengths, repeat=2):
        try:
            expected = np.broadcast_shapes(a, b)
        except ValueError:
            with pytest.raises(FormError):
                form_of("add", [Form(a), Form(b)])
        else:
            assert form_of("add", [Form(a), Form(b)]).shape == expected
            assert stretched([Form(a), Form(b)]).shape == expected


OTHERS: list[tuple[str, list[Form], Params, Form | None]] = [
    ("add", [row(3), row(3)], (), row(3)),
    ("add", [row(3), f(3)], (), None),
    ("add", [row(3), f(2, 3)], (), f(2, 3)),
    ("mul", [SCALAR, row(3)], (), row(3)),
    ("spread", [SCALAR], (f(2, 3),), f(2, 3)),
    ("spread", [f(3)], (f(2, 3),), f(2, 3)),
    ("spread", [f(2)], (f(2, 3),), None),
    ("sum_to", [f(2, 3)], (SCALAR,), SCALAR),
    ("sum_to", [f(2, 3)], (f(2, 1),), f(2, 1)),
    ("sum_to", [f(2, 3)], (f(2),), None),
    ("max_to", [f(2, 3)], (f(1, 3),), f(1, 3)),
    ("min_to", [f(2, 3)], (f(1, 3),), f(1, 3)),
    ("min_to", [f(2, 3)], (f(2),), None),
    ("norm_to", [row(3)], (SCALAR,), SCALAR),
    ("norm_to", [f(3)], (f(2),), None),
    ("logsumexp_to", [f(2, 3)], (f(2, 1),), f(2, 1)),
    ("logsumexp_to", [f(2, 3)], (f(3, 1),), None),
    ("prod_to", [f(2, 3)], (f(1, 3),), f(1, 3)),
    ("prod_to", [f(2, 3)], (f(3, 2),), None),
    ("prod_others", [f(2, 3)], (f(2, 1),), f(2, 3)),
    ("prod_others", [f(2, 3), f(2, 3)], (SCALAR,), f(2, 3)),
    ("prod_others", [f(2, 3), f(3)], (SCALAR,), None),
    ("transpose", [f(2, 3)], (), f(3, 2)),
    ("transpose", [f(5, 2, 3)], (), f(5, 3, 2)),
    ("transpose", [f(3)], (), row(3)),
    ("transpose", [row(3)], (), f(3)),
    ("transpose", [SCALAR], (), SCALAR),
    ("reshape", [f(2, 3)], (f(6),), f(6)),
    ("reshape", [f(2, 3)], (f(5),), None),
    ("take", [f(2, 3)], ((1, (0, 1, 3)),), f(3)),
    ("take", [f(2, 3)], (((0, 1, 2), 0),), f(2)),
    ("take", [f(2, 3)], ((1, 2),), SCALAR),
    ("take", [f(2, 3)], ((2, 0),), None),
    ("take", [f(2, 3)], ((-1, 0),), None),
    ("take", [f(3)], (((2, -1, 3),),), f(3)),
    ("take", [f(3)], (((2, -1, 4),),), None),
    ("take", [f(3)], (((3, 1, 0),),), f(0)),
    ("take", [f(3)], ((((0, 0, 2),),),), f(3)),
    ("take", [f(3)], ((((0, 3),),),), None),
    ("take", [f(3)], ((0, 0),), None),
    ("take", [row(3)], (((0, 1, 2),),), row(2)),
    ("put", [f(2)], (((0, 1, 2),), f(3)), f(3)),
    ("put", [f(2)], (((0, 1, 3),), f(3)), None),
    ("gather", [f(2, 3), f(4)], (1,), f(2, 4)),
    ("gather", [f(2, 3), SCALAR], (0,), f(3)),
    ("gather", [f(3), f(2)], (1,), None),
    ("place", [f(2, 4), f(4)], (f(2, 3), 1), f(2, 3)),
    ("place", [f(2, 4), f(3)], (f(2, 3), 1), None),
    ("onehot", [f(2)], (3,), f(2, 3)),
    ("stack", [f(3), f(3)], (2,), f(2, 3)),
    ("stack", [SCALAR, SCALAR, SCALAR], (3,), f(3)),
    ("stack", [f(3), f(2)], (2,), None),
    ("concat", [f(3), f(2)], (0,), f(5)),
    ("concat", [row(3), row(2)], (0,), row(5)),
    ("concat", [f(3), row(2)], (0,), None),
    ("concat", [f(2, 3), f(2, 1)], (1,), f(2, 4)),
    ("concat", [f(2, 3), f(2, 1)], (0,), None),
    ("concat", [f(2), f(2, 1)], (0,), None),
    ("concat", [f(0), f(2)], (0,), f(2)),
    ("concat", [f(3), f(2)], (1,), None),
    ("concat", [SCALAR], (0,), None),
    ("cumsum", [f(2, 3)], (1,), f(2, 3)),
    ("cumsum", [row(3)], (0,), row(3)),
    ("cumsum", [f(2, 3)], (2,), None),
    ("cumsum_back", [f(2, 3)], (0,), f(2, 3)),
    ("cumsum_back", [SCALAR], (0,), None),
    ("window", [f(5)], ((3,),), f(3, 3)),
    ("window", [f(4, 5, 6)], ((2, 3),), f(4, 4, 4, 2, 3)),
    ("window", [f(2)], ((3,),), None),
    ("window", [f(2)], ((0,),), None),
    ("window", [f(2)], ((1, 1),), None),
    ("window", [f(2)], ((),), None),
    ("unwindow", [f(3, 3)], ((3,),), f(5)),
    ("unwindow", [f(4, 4, 4, 2, 3)], ((2, 3),), f(4, 5, 6)),
    ("unwindow", [f(3, 3)], ((2,),), None),
    ("unwindow", [f(3)], ((3,),), None),
    ("contract", [f(2, 3), f(3)], ("ab", "b", "a'"), row(2)),
    ("contract", [f(2, 3), f(4)], ("ab", "b", "a"), None),
    ("contract", [f(2, 3), f(4)], ("abc", "b", "a"), None),
    ("eye", [], (3,), f(3, 3)),
    ("tril", [f(2, 3)], (0,), f(2, 3)),
    ("tril", [f(3)], (0,), None),
    ("inv", [f(3, 3)], (), f(3, 3)),
    ("inv", [f(2, 3)], (), None),
    ("inv", [f(3)], (), None),
    ("cholesky", [f(3, 3)], (), f(3, 3)),
    ("cholesky", [f(3, 2)], (), None),
    ("cofactors", [f(3, 3)], (), f(3, 3)),
    ("cofactors", [f(3, 3), f(3, 3)], (), f(3, 3)),
    ("cofactors", [f(3, 3), f(2, 2)], (), None),
    ("det", [f(3, 3)], (), SCALAR),
    ("logdet", [f(3, 3)], (), SCALAR),
    ("logdet", [f(3, 2)], (), None),
    ("solve", [f(3, 3), f(3)], (), f(3)),
    ("solve", [f(3, 3), f(3, 2)], (), f(3, 2)),
    ("solve", [f(3, 3), f(2)], (), None),
    ("solve", [f(3, 3), row(3)], (), None),
    ("solve", [f(3, 2), f(3)], (), None),
]


@pytest.mark.parametrize(("op", "forms", "params", "expected"), OTHERS)
def test_an_operation_has_one_form_or_is_refused(
    op: str, forms: list[Form], params: Params, expected: Form | None
) -> None:
    if expected is None:
        with pytest.raises(FormError) as error:
            form_of(op, forms, params)
        assert (error.value.op, [*error.value.forms]) == (op, forms)
    else:
        assert form_of(op, forms, params) == expected


def test_equal_contractions_are_one_node_whatever_their_labels() -> None:
    assert canonical(("ij", "jk", "ik")) == canonical(("pq", "qr", "pr")) == ("ab", "bc", "ac")
    assert canonical(("j", "ij", "i'")) == ("a", "ba", "b'")


def _graph() -> tuple[Graph, Node, Node, Node, Node]:
    graph = Graph()
    forms = {"c": SCALAR, "x": f(3), "y": f(3), "A": f(2, 3)}
    c, x, y, matrix = (graph.input(name, form) for name, form in forms.items())
    return graph, c, x, y, matrix


def test_stretching_moves_outward_and_sums_of_copies_are_products() -> None:
    graph, c, x, y, matrix = _graph()
    make = operations.make
    ones = make(graph, "spread", (graph.const(1.0),), (f(3),))
    assert make(graph, "mul", (ones, x)) is x
    assert make(graph, "mul", (make(graph, "spread", (c,), (f(3),)), x)) is make(
        graph, "mul", (c, x)
    )
    both = make(graph, "add", (make(graph, "spread", (c,), (f(3),)), ones))
    assert (both.op, both.args[0].op, both.form) == ("spread", "add", f(3))
    assert make(graph, "sum_to", (ones,), (SCALAR,)).value == 3
    assert make(graph, "sum_to", (make(graph, "spread", (x,), (f(2, 3),)),), (f(3),)) is make(
        graph, "mul", (graph.const(2.0), x)
    )
    scaled = make(graph, "mul", (c, y))
    assert make(graph, "sum_to", (scaled,), (SCALAR,)) is make(
        graph, "mul", (c, make(graph, "sum_to", (y,), (SCALAR,)))
    )
    twice = make(graph, "transpose", (make(graph, "transpose", (matrix,)),))
    assert twice is matrix


def test_all_operations_with_a_form_of_their_own_are_known_as_such() -> None:
    assert {*form_rules._FORMS} == SHAPED


def test_nothing_that_is_left_out_changes_a_form() -> None:
    graph, c, x, _, matrix = _graph()
    zero, one = graph.const(0.0), graph.const(1.0)
    for node in (c, x, matrix):
        for args, op in [((zero, node), "mul"), ((node, zero), "mul"), ((zero, node), "div"),
                         ((node, one), "pow"), ((node, zero), "pow"), ((zero, node), "add"),
                         ((node, node), "sub"), ((node, node), "add")]:  # fmt: skip
            assert operations.make(graph, op, args).form == node.form, (op, args)
    condition = operations.make(graph, "gt", (matrix, zero))
    assert operations.where(graph, condition, x, x).form == matrix.form
    assert operations.where(graph, one, c, x).form == x.form
