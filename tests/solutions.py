"""Solutions made by hand for the tests of the views: known numbers, no calculation in between."""

from __future__ import annotations

from typing import Any

try:
    from gradcli.solution import NodeReport, Solution
except ImportError:
    from dataclasses import dataclass

    @dataclass(frozen=True, slots=True)
    class NodeReport:
        name: str
        expression: str
        op: str
        args: tuple
        shape: tuple
        value: float
        grad: float
        derivative: str | None
        local: tuple
        local_text: tuple
        span: Any

    @dataclass(frozen=True, slots=True)
    class Solution:
        source: str
        expression: str
        output: str
        value: float
        inputs: dict
        gradient: dict
        nodes: list
        notes: list
        problems: list

        def to_dict(self):
            import math
            n = lambda x: x if x is None or math.isfinite(x) else None
            return {"schema": "gradcli.eval/1", "expression": self.expression, "output": self.output, "value": n(self.value),
              "inputs": self.inputs, "gradient": {k: n(v) for k, v in self.gradient.items()},
              "nodes": [{"name": x.name, "expression": x.expression, "op": x.op, "args": list(x.args), "shape": [], "value": n(x.value), "grad": n(x.grad), "derivative": x.derivative, "local": [n(v) for v in x.local]} for x in self.nodes],
              "notes": [{"kind": x.kind, "message": x.message, "span": x.span and list(x.span)} for x in self.notes],
              "problems": [{"kind": x.kind, "node": x.node, "is": x.what, "message": x.message, "span": x.span and list(x.span)} for x in self.problems]}


def node(name, expression, op, value, *edges, derivative=None):
    """A step; an edge is (argument, local partial, the same in symbols)."""
    args, local, text = zip(*edges, strict=True) if edges else ((), (), ())
    return NodeReport(name, expression, op, args, (), value, 0.0, derivative, local, text, None)


def make(source, expression, nodes, problems=(), notes=(), wrt=None):
    """A solution whose gradients are the sums over the edges, output last."""
    import dataclasses

    grads = {n.name: 0.0 for n in nodes}
    grads[nodes[-1].name] = 1.0
    for n in reversed(nodes):
        for arg, local in zip(n.args, n.local, strict=True):
            if local is not None:
                grads[arg] += grads[n.name] * local
    nodes = [dataclasses.replace(n, grad=grads[n.name]) for n in nodes]
    inputs = {n.name: n.value for n in nodes if n.op == "input"}
    return Solution(source, expression, nodes[-1].name, nodes[-1].value, inputs,
        {name: grads[name] for name in (wrt or inputs)}, nodes, list(notes), list(problems))


def lesson():
    return make("v=b*c; u=a+v; J=3u", "v = b*c; u = a + v; 3*u", [
        node("a", "a", "input", 1.0, derivative="3"),
        node("b", "b", "input", 2.0, derivative="3*c"),
        node("c", "c", "input", 3.0, derivative="3*b"),
        node("v", "b*c", "mul", 6.0, ("b", 3.0, "c"), ("c", 2.0, "b"), derivative="3"),
        node("u", "a + v", "add", 7.0, ("a", 1.0, "1"), ("v", 1.0, "1"), derivative="3"),
        node("J", "3*u", "mul", 21.0, ("3", None, None), ("u", 3.0, "3"), derivative="1"),
    ])


def chain(count):
    nodes = [node("x", "x", "input", 0.5), node("v1", "sin(x)", "sin", 0.479425538604203, ("x", 0.8775825618903728, "cos(x)"))]
    for i in range(2, count):
        nodes.append(node(f"v{i}", f"sin(v{i-1}) + x", "add", 0.5 + 0.01 * i, (f"v{i-1}", 0.999, f"cos(v{i-1})"), ("x", 1.0, "1")))
    return make("…", "sin(sin(…))", nodes)


def fan_out():
    return make("y = x^2; J = y*sin(y) + x*y", "y = x^2; y*sin(y) + x*y", [
        node("x", "x", "input", -1.5, derivative="sin(x^2)*2*x + x^2*cos(x^2)*2*x + 3*x^2"),
        node("y", "x^2", "pow", 2.25, ("x", -3.0, "2*x"), ("2", None, None), derivative="sin(y) + y*cos(y) + x"),
        node("v1", "sin(y)", "sin", 0.7780731968879212, ("y", -0.6281736227227391, "cos(y)"), derivative="y"),
        node("v2", "y*v1", "mul", 1.7506646929978227, ("y", 0.7780731968879212, "v1"), ("v1", 2.25, "y"), derivative="1"),
        node("v3", "x*y", "mul", -3.375, ("x", 2.25, "y"), ("y", -1.5, "x"), derivative="1"),
        node("J", "v2 + v3", "add", -1.6243353070021773, ("v2", 1.0, "1"), ("v3", 1.0, "1"), derivative="1"),
    ])
