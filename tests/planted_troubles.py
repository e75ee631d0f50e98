"""Programs with something lost, and the answers by hand: where it began, and what to write."""

from __future__ import annotations

from typing import NamedTuple


class Trouble(NamedTuple):
    """A program at a point, and what `why` has to find.

    Attributes:
        source: the program.
        values: the point.
        kind: the kind of the first cause.
        expression: where it began.
        rewriting: what to write instead, as any of these; () if nothing is known.
        get: what is asked for; "" for everything.
        value: the value of the output in that form, by hand; None if there is none.
        index: which entry of an array it is.
    """

    source: str
    values: dict
    kind: str
    expression: str
    rewriting: tuple = ()
    get: str = ""
    value: float | None = None
    index: tuple = ()


T = Trouble

TROUBLES = [
    # --- Not defined, and poles
    T("log(x) + y", {"x": -1, "y": 2}, "undefined", "log(x)"),
    T("u = x - 3; sqrt(u)*2", {"x": 1}, "undefined", "sqrt(u)"),
    T("asin(x/y)", {"x": 3, "y": 2}, "undefined", "asin(x/y)"),
    T("1/(x - 2)", {"x": 2}, "pole", "1/(x - 2)"),
    T("log(x*y)", {"x": 0, "y": 2}, "pole", "log(x*y)"),
    T("x^0.5", {"x": -4}, "undefined", "x^0.5"),
    T("sin(x)/x", {"x": 0}, "undefined", "sin(x)/x", ("sinc(x)",), value=1),
    T("y*sin(x)/x + 1", {"x": 0, "y": 3}, "undefined", "y*sin(x)/x", ("sinc(x)*y",), value=4),
    T("x*log(x)", {"x": 0}, "pole", "log(x)", ("xlogy(x, x)",), value=0),
    T("-p*log(p) - q*log(q)", {"p": 0, "q": 1}, "pole", "log(p)", ("-xlogy(p, p)",), value=0),
    T("(exp(x) - 1)/x", {"x": 0}, "undefined", "(exp(x) - 1)/x", ("where(",), value=1),
    T("x/(exp(x) - 1)", {"x": 0}, "undefined", "x/(exp(x) - 1)", ("where(",), value=1),
    T("(1 - cos(t))/t^2", {"t": 0}, "undefined", "(1 - cos(t))/t^2", ("sinc(t/2)^2/2",), value=0.5),
    T("(x^2 - 9)/(x - 3)", {"x": 3}, "undefined", "(x^2 - 9)/(x - 3)", ("x + 3", "3 + x"), value=6),
    T("x/abs(x) + x", {"x": 0}, "undefined", "x/abs(x)"),
    T("1/(1/a + 1/b)", {"a": 0, "b": 2}, "pole", "1/a", ("a*b/(a + b)",), value=0),
    T("log(x) + log(y)", {"x": 2, "y": -1}, "undefined", "log(y)"),
    T("(-8)^x", {"x": 1 / 3}, "undefined", "(-8)^x"),
    T("exp(a)*0", {"a": 1000}, "overflow", "exp(a)"),
    T("x - y", {"x": "inf", "y": "inf"}, "undefined", "x - y"),
    # --- Overflow
    T("exp(x)", {"x": 1000}, "overflow", "exp(x)"),
    T("log(1 + exp(x))", {"x": 1000}, "overflow", "exp(x)", ("softplus(x)",), value=1000),
    T("log(exp(a) + exp(b))", {"a": 900, "b": 900}, "overflow", "exp(a)", ("logsumexp(a, b)",),
      value=900.6931471805599),
    T("exp(a)/(exp(a) + exp(b))", {"a": 800, "b": 800}, "overflow", "exp(a)",
      ("exp(a - logsumexp(a, b))",), value=0.5),
    T("sqrt(x^2 + y^2)", {"x": 3e200, "y": 4e200}, "overflow", "x^2", ("norm(x, y)",), value=5e200),
    T("1/(1 + exp(-x))", {"x": -1000}, "overflow", "exp(-x)", ("sigmoid(x)",), value=0),
    T("log(cosh(x))", {"x": 800}, "overflow", "cosh(x)", ("abs(x) + ",), value=799.3068528194401),
    T("(exp(x) - exp(-x))/(exp(x) + exp(-x))", {"x": 900}, "overflow", "exp(x)", ("tanh(x)",),
      value=1),
    T("sinh(x)/cosh(x)", {"x": 900}, "overflow", "sinh(x)", ("tanh(x)",), value=1),
    T("log(gamma(x))", {"x": 400}, "overflow", "gamma(x)", ("lgamma(x)",),
      value=1994.5092334361334),
    T("x^150*exp(-x)", {"x": 200}, "overflow", "x^150", ("exp(150*log(x) - x)",),
      value=1.9751631247288004e258),
    T("exp(x)*exp(-y)", {"x": 900, "y": 899}, "overflow", "exp(x)", ("exp(x - y)",),
      value=2.718281828459045),
    T("exp(x^2)*erfc(x)", {"x": 30}, "overflow", "exp(x^2)", ("erfcx(x)",),
      value=0.018795888861416751),
    T("gamma(a + 1)/gamma(a)", {"a": 300}, "overflow", "a!", ("exp(",), value=300),
    # --- Underflow
    T("log(sigmoid(x))", {"x": -800}, "underflow", "sigmoid(x)", ("-softplus(-x)",), value=-800),
    T("s = sigmoid(w*x); -log(s)", {"w": -40, "x": 20}, "underflow", "sigmoid(w*x)",
      ("-softplus(-(w*x))", "-softplus(-w*x)"), value=800),
    T("log(normal_cdf(x))", {"x": -40}, "underflow", "normal_cdf(x)", ("log_normal_cdf(x)",),
      value=-804.6084420137538),
    T("log(exp(x))", {"x": -800}, "underflow", "exp(x)", ("x",), value=-800),
    T("sqrt(x^2 + y^2)", {"x": 3e-200, "y": 4e-200}, "underflow", "x^2", ("norm(x, y)",),
      value=5e-200),
    T("log(a*b)", {"a": 1e-200, "b": 1e-200}, "underflow", "a*b", ("log(a) + log(b)",),
      value=-921.0340371976183),
    T("log(x^2)", {"x": 1e-200}, "underflow", "x^2", ("2*log(abs(x))",), value=-921.0340371976183),
    T("sigmoid(800*x)", {"x": 1}, "underflow", "sigmoid(800*x)", get="d/dx"),
    # --- Cancellation
    T("1 - cos(x)", {"x": 1e-9}, "cancellation", "1 - cos(x)", ("2*sin(x/2)^2",), value=5e-19),
    T("exp(x) - 1", {"x": 1e-17}, "cancellation", "exp(x) - 1", ("expm1(x)",), value=1e-17),
    T("log(1 + x)", {"x": 1e-18}, "cancellation", "log(1 + x)", ("log1p(x)",), value=1e-18),
    T("(x + 1) - x", {"x": 1e17}, "cancellation", "x + 1 - x", ("1",), value=1),
    T("sqrt(x + 1) - sqrt(x)", {"x": 1e16}, "cancellation", "sqrt(x + 1) - sqrt(x)",
      ("1/(sqrt(x + 1) + sqrt(x))",), value=5e-9),
    T("-b + sqrt(b^2 - 4*a*c)", {"a": 1, "b": 1e9, "c": 1}, "cancellation",
      "-b + sqrt(b^2 - 4*a*c)", ("-(4*a*c/(sqrt(b^2 - 4*a*c) + b))",), value=-2e-9),
    T("1 - sigmoid(x)", {"x": 50}, "cancellation", "1 - sigmoid(x)", ("sigmoid(-x)",),
      value=1.9287498479639178e-22),
    T("1 - tanh(x)^2", {"x": 25}, "cancellation", "1 - tanh(x)^2", ("sech(x)^2",),
      value=7.714999391855671e-22),
    T("1 - erf(x)", {"x": 8}, "cancellation", "1 - erf(x)", ("erfc(x)",),
      value=1.1224297172982928e-29),
    T("x^2 - y^2", {"x": 1e9 + 1e-4, "y": 1e9}, "cancellation", "x^2 - y^2", ("(x - y)*(x + y)",)),
    T("exp(x) - exp(y)", {"x": 1e-12, "y": 1.5e-12}, "cancellation", "exp(x) - exp(y)",
      ("exp(y)*expm1(x - y)", "-(exp(x)*expm1(y - x))"), value=-5.00000000000625e-13),
    T("(1 + r)^12 - 1", {"r": 1e-16}, "cancellation", "(1 + r)^12 - 1", ("expm1(12*log1p(r))",),
      value=1.2e-15),
    T("cosh(x) - sinh(x)", {"x": 30}, "cancellation", "cosh(x) - sinh(x)", ("exp(-x)",),
      value=9.357622968840175e-14),
    # --- Derivatives that are not finite
    T("sqrt(x^2 + y^2)", {"x": 0, "y": 0}, "slope", "sqrt(x^2 + y^2)", ("norm(x, y)",), value=0),
    T("sqrt(x)", {"x": 0}, "slope", "sqrt(x)"),
    T("sqrt(x^2)", {"x": 0}, "slope", "sqrt(x^2)", ("abs(x)",), value=0),
    T("sqrt((a - b)^2) + c", {"a": 2, "b": 2, "c": 1}, "slope", "sqrt((a - b)^2)", ("abs(a - b)",),
      value=1),
    T("acos(x)*y", {"x": 1, "y": 2}, "slope", "acos(x)"),
    T("cbrt(x)^3", {"x": 0}, "slope", "cbrt(x)", ("x",), value=0),
    T("x^0.3", {"x": 0}, "slope", "x^0.3"),
    # --- Derivatives that are 0, without influence, tiny and huge
    T("floor(x)*y", {"x": 1.5, "y": 2}, "flat", "floor(x)", get="d/dx"),
    T("y*step(x)", {"x": 2, "y": 3}, "flat", "step(x)", get="d/dx"),
    T("relu(w*x)*v", {"w": -1, "x": 2, "v": 3}, "branch", "relu(w*x)", get="d/dw"),
    T("where(y > 0, x, 2*y)", {"x": 1, "y": -1}, "branch", "where(y > 0, x, 2*y)", get="d/dx"),
    T("max(x, y)", {"x": 1, "y": 2}, "branch", "max(x, y)", get="d/dx"),
    T("clip(x, 0, 1)*y", {"x": 3, "y": 2}, "branch", "min(max(x, 0), 1)", get="d/dx"),
    T("x*y*z", {"x": 0, "y": 2, "z": 3}, "factor", "x*y", get="d/dy"),
    T("x*0 + y", {"x": 3, "y": 1}, "factor", "x*0", get="d/dx"),
    T("(x - 2)^2 + y", {"x": 2, "y": 1}, "stationary", "(x - 2)^2", get="d/dx"),
    T("cos(x)", {"x": 0}, "stationary", "cos(x)", get="d/dx"),
    T("x*y - y*x + z", {"x": 3, "y": 2, "z": 1}, "balance", "x", get="d/dx"),
    T("u = 2*x; v = y; u + 1", {"x": 1, "y": 3}, "unused", "y", get="d/dy"),
    T("tanh(tanh(20*x)*20)", {"x": 3}, "small", "tanh(20*x)", get="d/dx"),
    T("h[1] = sigmoid(x); h[i] = sigmoid(h[i-1]) for i in 2..20; h[20]", {"x": 9}, "small",
      "sigmoid(x)", get="d/dx"),
    T("exp(exp(x))", {"x": 4}, "large", "exp(exp(x))", get="d/dx"),
    T("1/(x - 3)", {"x": 3.0000001}, "large", "1/(x - 3)", get="d/dx"),
    T("x*y", {"x": 0, "y": 3}, "factor", "x*y", get="out"),
    T("relu(x)*y", {"x": -2, "y": 3}, "branch", "relu(x)", get="out"),
    T("floor(x) + 0*y", {"x": 0.4, "y": 3}, "balance", "floor(x) + 0*y", get="out"),
    # --- Arrays: the entry where it began
    T("sum(log(x))", {"x": [1, -2, 3]}, "undefined", "log(x)", index=(2,)),
    T("sum(sqrt(x))", {"x": [1, 0, 4]}, "slope", "sqrt(x)", index=(2,)),
    T("log(sum(exp(x)))", {"x": [1000, 999]}, "overflow", "exp(x)", ("logsumexp(x)",),
      value=1000.3132616875182, index=(1,)),
    T("p = exp(x)/sum(exp(x)); p[1]", {"x": [1000, 1000]}, "overflow", "exp(x)",
      ("exp(x - logsumexp(x))",), value=0.5, index=(1,)),
    T("sqrt(sum(x^2))", {"x": [0, 0]}, "slope", "sqrt(sum(x^2))", ("norm(x)",), value=0),
    T("sqrt(x'@x)", {"x": [0, 0]}, "slope", "sqrt(x' @ x)", ("norm(x)",), value=0),
    T("sum(sqrt(W*W))", {"W": [[1, 2], [0, 3]]}, "slope", "sqrt(W*W)", ("abs(W)",), value=6,
      index=(2, 1)),
    T("sum(relu(W@x))", {"W": [[-1, -1], [1, 0]], "x": [1, 2]}, "branch", "relu(W @ x)", index=(1,),
      get="d/dW[1,1]"),
]  # fmt: skip
