"""Derivatives by numbers that a program lists are written in numbers and in entries of steps."""

from __future__ import annotations

import math

import pytest
from random_lists import Lists

import gradcli
from gradcli import GradcliError

TEXTBOOK = {
    # A determinant, an inverse, a solution: Cramer's rule.
    ("det([[a,b],[c,d]])", "a"): "d",
    ("det([[a,b],[c,d]])", "b"): "-c",
    ("det([[a,b,c],[d,e0,f],[g,h,i]])", "a"): "e0*i - f*h",
    ("logdet([[a,b],[b,d]])", "b"): "2*b/(b^2 - a*d)",
    ("inv([[a,b],[c,d]])[1,2]", "a"): "b*d/(a*d - b*c)^2",
    ("solve([[a,b],[c,d]],[x,y])[1]", "x"): "d/(a*d - b*c)",
    ("tr([[a,b],[c,d]] @ [[a,b],[c,d]])", "b"): "2*c",
    # Products.
    ("([[a,b],[c,d]] @ [x,y])[1]", "a"): "x",
    ("([[a,b],[c,d]] @ [x,y])[1]", "c"): "0",
    ("[cos(t), sin(t)]' @ [x, y]", "t"): "y*cos(t) - x*sin(t)",
    ("sum([w1,w2]*[3,4])", "w2"): "4",
    ("[x,y]' @ [1,0]", "y"): "0",
    ("y*sum([1,2]*[3,4])", "y"): "11",
    ("v = [x,y]; v' @ v", "x"): "2*x",
    ("norm([x,y]-[1,2])^2", "x"): "2*(x - 1)",
    ("var([a,b,c])", "a"): "2*(2*a - b - c)/9",
    # What is done entry by entry.
    ("sum(exp([x,2*y]))", "y"): "2*exp(2*y)",
    ("exp([x,2*y])' @ [1,2]", "y"): "4*exp(2*y)",
    ("sigmoid([x,y])[2]*x", "x"): "sigmoid(y)",
    # Steps by their entries.
    ("h = tanh([[a,b],[c,d]] @ [1,2]); sum(h^2)", "a"): "2*h[1]*(1 - h[1]^2)",
    ("o = softmax([p,q]); -(y*log(o[1])+(1-y)*log(o[2]))", "p"): "o[1] - y",
    ("y = [1,0]; o = softmax([p,q]); -sum(y*log(o))", "p"): "o[1] - 1",
    ("y = [1,0]; o = softmax([p,q]); -sum(y*log(o))", "q"): "o[2]",
    ("R = [[cos(t),-sin(t)],[sin(t),cos(t)]]; v = R @ [x,y]; v[1]", "x"): "cos(t)",
    ("s = a+b; v = [s,s^2]; v' @ v", "s"): "4*s^3 + 2*s",
    # An item that is used twice is the same both times.
    ("v = [a+3,b]; w = [a,d]*v; v' @ w + w[1]", "a"): "3*a^2 + 14*a + 12",
    ("v = [a+3,b]; w = [a,d] + v; v' @ w", "a"): "4*a + 9",
    # A softmax without a name is shorter than its entries.
    ("softmax([x,y])[1]", "x"): "softmax([x, y])[1]*(1 - softmax([x, y])[1])",
    ("softmax([x,y])[1]", "y"): "-softmax([x, y])[1]*softmax([x, y])[2]",
    ("-log(softmax([p,q,r])[2])", "r"): "softmax([p, q, r])[3]",
}


def number(name):
    return 0.3 + 0.37 * (sum(map(ord, name)) % 7)


@pytest.mark.parametrize(("program", "by"), TEXTBOOK)
def test_a_derivative_is_that_of_a_textbook(program, by):
    text = gradcli.derive(program, wrt=by).to_dict()["derivatives"][by]
    assert text.split("; ")[-1] == TEXTBOOK[program, by]


@pytest.mark.parametrize(("program", "by"), TEXTBOOK)
def test_the_text_has_the_value_of_the_gradient(program, by):
    point = {name: number(name) for name in gradcli.function(program).inputs}
    solution = gradcli.evaluate(program, point)
    slope = solution.get(f"d{solution.output}/d{by}")
    answer = gradcli.derive(program, point, wrt=by).to_dict()
    text = answer["derivatives"][by]
    needed = {name: point[name] for name in gradcli.function(text).inputs}
    assert gradcli.evaluate(text, needed).value == pytest.approx(slope, rel=1e-12, abs=1e-14)
    assert answer["values"][by] == pytest.approx(slope, rel=1e-12, abs=1e-14)


ORDERS = {
    ("o = softmax([p,q]); -log(o[2])", ("p", "p")): "o[1]*(1 - o[1])",
    ("o = softmax([p,q]); -log(o[2])", ("p", "q")): "-o[1]*o[2]",
    ("det([[a,b],[c,d]])^2", ("a", "d")): "4*a*d - 2*b*c",
    ("norm([x,y])^2", ("x", "x")): "2",
}


@pytest.mark.parametrize(("program", "names"), ORDERS)
def test_so_are_second_derivatives(program, names):
    found = gradcli.derive(program, wrt=[names]).to_dict()["derivatives"]
    assert found[",".join(names)].split("; ")[-1] == ORDERS[program, names]


@pytest.mark.parametrize(("program", "by"), TEXTBOOK)
def test_the_last_line_of_the_steps_is_the_result(program, by):
    (partial,) = gradcli.derive(program, wrt=by, steps=True).partials
    assert [each.result for each in partial.ways] == [partial.expression]


def test_a_new_name_is_none_of_the_steps():
    program = "t1 = [x,y]; u = exp(t1); sum(u*u*t1*sin(t1)*log(u+2))^9*sum(u*u*t1*sin(t1)*log(u+2))"
    found = gradcli.derive(program, wrt="x")
    assert dict(found.definitions).keys() >= {"t1"}
    point = {"x": 0.3, "y": 0.4}
    slope = gradcli.evaluate(program, point).get("dout/dx")
    text = found.to_dict()["derivatives"]["x"]
    assert gradcli.evaluate(text, point).value == pytest.approx(slope, rel=1e-12)


IN_ARRAYS = {
    # With an array among the inputs a derivative is one of arrays; the list of a direction goes.
    ("sum(b*[x,y])", "y"): "b[2]",
    ("[x,y]' @ (z*b)", "y"): "b[2]*z",
    ("v = b + [x,y]; v' @ v", "x"): "2*v[1]",
    ("sum(exp(b)*[x,y])", "x"): "exp(b[1])",
    ("softmax(A @ b)' @ [x,y]", "y"): "softmax(A @ b)[2]",
    ("sum(exp(A @ b)*[0,x])", "x"): "exp((A @ b)[2])",
    ("sum(A*[[0,2],[0,0]]*exp(x*A))", "x"): "2*A[1, 2]^2*exp(x*A[1, 2])",
    ("sum((b + x*[0,1])*(b - [0,x]))", "x"): "-2*x",
    # A column or a row of a matrix.
    ("sum(tanh(A @ [x,y]))", "x"): "sum(A[:, 1]*sech(A @ [x, y])^2)",
    ("sum([0,1]*exp(A @ [x,y]))", "x"): "A[2, 1]*exp((A @ [x, y])[2])",
    ("[x,y]' @ A @ b", "y"): "b' @ A[2, :]",
}


@pytest.mark.parametrize(("program", "by"), IN_ARRAYS)
def test_a_direction_with_one_entry_takes_that_of_what_it_meets(program, by):
    point = {"A": [[0.5, -1.2], [0.8, 0.3]], "b": [1.5, -0.7], "x": 0.6, "y": 1.1, "z": -0.4}
    known = {name: point[name] for name in gradcli.function(program).inputs}
    answer = gradcli.derive(program, known, wrt=by).to_dict()
    text = answer["derivatives"][by]
    assert text.split("; ")[-1] == IN_ARRAYS[program, by]
    slope = gradcli.evaluate(program, known).get(f"dout/d{by}")
    inputs = {name.partition("[")[0] for name in gradcli.function(text).inputs}
    needed = {name: known[name] for name in inputs}
    assert gradcli.evaluate(text, needed).value == pytest.approx(slope, rel=1e-12)


def test_a_large_program_of_lists_stays_one_of_arrays():
    names = [[f"a{row}_{column}" for column in range(8)] for row in range(8)]
    rows = ", ".join(f"[{', '.join(row)}]" for row in names)
    text = gradcli.derive(f"det([{rows}])", wrt="a0_0").to_dict()["derivatives"]["a0_0"]
    assert text.endswith("[1, 1]")


ROWS = {
    ("[cos(t), sin(t)]' @ [x, y]", "x"): "cos(t)",
    ("[cos(t), sin(t)]' @ [x, y]", "t"): "y*cos(t) - sin(t)*x",
    ("sum([a*b, c]*[3, d])", "c"): "d",
    ("v = [x,y]; v' @ [y,x]", "x"): "y + v[2]",
}


@pytest.mark.parametrize(("program", "by"), ROWS)
def test_in_the_table_an_item_of_a_list_is_itself(program, by):
    point = {name: number(name) for name in gradcli.function(program).inputs}
    nodes = gradcli.evaluate(program, point).to_dict()["nodes"]
    (row,) = [each for each in nodes if each["name"] == by]
    assert row["derivative"] == ROWS[program, by]


VECTORS = {
    ("[[a,b],[c,d]] @ [x,y]", "x"): "[a, c]",
    ("R = [[cos(t),-sin(t)],[sin(t),cos(t)]]; R @ [x,y]", "y"): "R[:, 2]",
    ("[x,y]' @ [[a,b],[c,d]]", "x"): "[a, b]'",
}


@pytest.mark.parametrize(("program", "by"), VECTORS)
def test_a_product_with_a_direction_is_a_line_of_the_matrix(program, by):
    text = gradcli.derive(program, wrt=by).to_dict()["derivatives"][by]
    assert text.split("; ")[-1] == VECTORS[program, by]


WITHOUT_A_WAY = [
    "v = [a, b]; w = 0*v; d + v' @ w",
    "v = [b, a]; u = v - v; sum(u)*a",
    "v = where(c > 0, [b, 1], [2, b]); 0*sum(v)",
]


@pytest.mark.parametrize("program", WITHOUT_A_WAY)
@pytest.mark.parametrize("order", [1, 2])
def test_a_step_that_nothing_comes_to_has_the_derivative_0(program, order):
    point = {name: number(name) for name in gradcli.function(program).inputs}
    found = gradcli.derive(program, point, order=order).to_dict()["values"]
    assert found == {name: float(name == "d") for name in found}


def test_where_a_number_is_taken_from_entries_that_are_not_left_out_it_may_need_other_inputs():
    program = "v = [2 - 2, -1]; w = [1, c]/[b, 0]*v; ([a, 0.5]*[d, 0.5])' @ [b, d] + v' @ w + w[1]"
    point = {"a": -1.4, "b": -0.5, "c": -0.7, "d": 1.2}
    found = gradcli.derive(program, point, order=2).to_dict()["values"]
    assert [found[names] for names in ("b,a", "a,d", "b,d")] == [1.2, -0.5, -1.4]


@pytest.mark.parametrize("seed", range(60))
def test_random_programs_of_lists_have_the_values_of_their_texts(seed):
    maker = Lists(seed)
    program, point = maker.program(), maker.point()
    try:
        point = {name: point[name] for name in gradcli.function(program).inputs}
        solution = gradcli.evaluate(program, point)
    except GradcliError:
        return  # as a matrix that has no inverse
    answer = gradcli.derive(program, point).to_dict()
    if answer["problems"]:
        return
    for name, text in answer["derivatives"].items():
        slope = solution.get(f"dout/d{name}")
        needed = {each: point[each] for each in gradcli.function(text).inputs}
        if math.isfinite(slope):
            near = pytest.approx(slope, rel=1e-9, abs=1e-12)
            assert answer["values"][name] == near, (program, point, name)
            assert gradcli.evaluate(text, needed).value == near, (program, point, name, text)
