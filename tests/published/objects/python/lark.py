"""A grammar, a tree that it gave, and a calculator over trees."""

from lark import Lark, Transformer, Tree, UnexpectedInput, v_args

GRAMMAR = """
?start: sum
?sum: product | sum "+" product -> add | sum "-" product -> sub
?product: atom | product "*" atom -> mul
?atom: NUMBER -> number | NAME -> name | "(" sum ")"
NAME: /[a-z]+/
%import common.NUMBER
%import common.WS_INLINE
%ignore WS_INLINE
"""
PARSER = Lark(GRAMMAR, parser="lalr")


@v_args(inline=True)
class Calculate(Transformer):
    def __init__(self, names):
        super().__init__()
        self.names = names

    def add(self, left, right):
        return left + right

    def sub(self, left, right):
        return left - right

    def mul(self, left, right):
        return left * right

    def number(self, token):
        return int(token)

    def name(self, token):
        return self.names[str(token)]


class Calculator:
    def __init__(self):
        self.tree = PARSER.parse("1 + 2 * (x - 3)")
        self.calculate = Calculate({"x": 10})

    def use(self):
        earley = Lark(GRAMMAR, parser="earley")
        try:
            PARSER.parse("1 + + 2")
        except UnexpectedInput as error:
            place = [error.line, error.column]
        return {
            "tree": self.tree.pretty(),
            "value": self.calculate.transform(self.tree),
            "same": earley.parse("1 + 2") == PARSER.parse("1 + 2"),
            "tokens": [f"{token.type} {token}" for token in PARSER.lex("a + 12")],
            "place": place,
        }

    def go_on(self):
        self.calculate.names["x"] += 1
        self.tree = Tree("add", [self.tree, PARSER.parse("x")])
        names = sorted({str(token) for token in self.tree.scan_values(lambda value: getattr(value, "type", "") == "NAME")})
        token = next(self.tree.scan_values(lambda value: True))
        return {"value": self.calculate.transform(self.tree), "names": names, "line": [token.line, token.column, token.type], "is": isinstance(self.tree, Tree)}


__amino__ = Calculator
