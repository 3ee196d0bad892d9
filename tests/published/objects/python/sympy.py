"""Formulas that are kept and worked on."""

from sympy import Eq, Function, Integer, Matrix, Rational, Symbol, cos, diff, dsolve, expand, factor, integrate, latex, limit, oo, pi, simplify, sin, solve, sqrt, symbols


class Formulas:
    def __init__(self):
        self.x, self.y = symbols("x y")
        self.formula = self.x**2 + 2 * self.x * self.y
        self.matrix = Matrix([[1, self.x], [0, Rational(1, 3)]])
        self.unknown = Symbol("n", positive=True, integer=True)

    def use(self):
        x = self.x
        f = Function("f")
        return {
            "expanded": str(expand((x + 1) ** 5)),
            "factored": str(factor(x**3 - 1)),
            "integral": str(integrate(x * sin(x), x)),
            "limit": str(limit(sin(x) / x, x, 0)),
            "solutions": [str(each) for each in solve(Eq(x**2, 2), x)],
            "simple": str(simplify(sin(x) ** 2 + cos(x) ** 2)),
            "number": str(pi.evalf(30)),
            "equation": str(dsolve(f(x).diff(x) - f(x), f(x))),
            "latex": latex(sqrt(x) / oo if False else sqrt(x) / 2),
            "inverse": str(self.matrix.inv()),
            "roots": sqrt(self.unknown**2) == self.unknown,
        }

    def go_on(self):
        self.formula = diff(self.formula * self.x, self.x)
        self.matrix = self.matrix * self.matrix
        return {
            "formula": str(self.formula),
            "symbols": sorted(map(str, self.formula.free_symbols)),
            "matrix": str(self.matrix),
            "same": self.formula.has(Symbol("x")) and self.x == Symbol("x"),
            "positive": self.unknown.is_positive,
            "whole": isinstance(self.formula.subs({self.x: 1, self.y: 2}), Integer),
        }
