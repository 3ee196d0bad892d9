"""A grammar of settings, and what it found."""

from pyparsing import Group, ParseException, Suppress, Word, ZeroOrMore, alphanums, alphas, infix_notation, nums, one_of, opAssoc, pyparsing_common

NAME = Word(alphas, alphanums + "_")
SETTING = Group(NAME("name") + Suppress("=") + pyparsing_common.number("value"))
SETTINGS = ZeroOrMore(SETTING)("all")
FORMULA = infix_notation(Word(nums), [(one_of("* /"), 2, opAssoc.LEFT), (one_of("+ -"), 2, opAssoc.LEFT)])


class Settings:
    def __init__(self):
        self.found = SETTINGS.parse_string("width = 3 height = 4.5")

    def use(self):
        try:
            SETTINGS.parse_string("a = x", parse_all=True)
        except ParseException as error:
            wrong = [str(error), error.column, error.lineno]
        return {
            "names": [each.name for each in self.found],
            "dict": self.found[0].as_dict(),
            "formula": FORMULA.parse_string("1+2*3-4").as_list(),
            "scan": [[start, end] for _, start, end in SETTING.scan_string("x a=1, b=2")],
            "changed": NAME.copy().set_parse_action(lambda tokens: tokens[0].upper()).transform_string("ab 1 c"),
            "wrong": wrong,
        }

    def go_on(self):
        more = SETTINGS.parse_string(f"n{len(self.found)} = {len(self.found)}")
        self.found += more
        return {"list": self.found.as_list(), "first": self.found[0].value, "dump": self.found.dump(), "kind": type(self.found).__name__}
