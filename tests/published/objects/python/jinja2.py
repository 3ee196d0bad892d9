"""Templates, and text that is marked as safe."""

from jinja2 import DictLoader, Environment, StrictUndefined, TemplateSyntaxError, UndefinedError
from markupsafe import Markup

PAGES = {
    "base": "<h1>{% block title %}{% endblock %}</h1>{% block body %}{% endblock %}",
    "list": "{% extends 'base' %}{% block title %}{{ title|upper }}{% endblock %}{% block body %}{% for each in items if each %}"
    "{{ loop.index }}{{ ',' if not loop.last }}{{ each|e }};{% else %}none{% endfor %}{% endblock %}",
}


def money(value):
    return f"{value:,.2f}"


ENVIRONMENT = Environment(loader=DictLoader(PAGES), autoescape=True)
ENVIRONMENT.filters["money"] = money


class Pages:
    def __init__(self):
        self.safe = Markup("<b>%s</b>")
        self.items = ["a", "<i>"]

    def use(self):
        try:
            Environment(undefined=StrictUndefined).from_string("{{ missing.x }}").render()
        except UndefinedError as error:
            missing = str(error)
        try:
            ENVIRONMENT.from_string("{% if %}")
        except TemplateSyntaxError as error:
            wrong = [error.message, error.lineno]
        macro = "{% macro row(a, b=2) %}[{{ a }}{{ b }}]{% endmacro %}{{ row(1) }}{{ row(3, b=4) }}"
        return {
            "page": ENVIRONMENT.get_template("list").render(title="all", items=self.items),
            "macro": ENVIRONMENT.from_string(macro).render(),
            "money": ENVIRONMENT.from_string("{{ 1234567.891|money }}").render(),
            "set": ENVIRONMENT.from_string("{% set x = [3, 1, 2]|sort %}{{ x|join('-') }}|{{ {'a': 1}|tojson }}").render(),
            "missing": missing,
            "wrong": wrong,
        }

    def go_on(self):
        self.items.append(self.safe % f"<{len(self.items)}>")
        return {
            "page": ENVIRONMENT.get_template("list").render(title="more", items=self.items),
            "kinds": [type(each).__name__ for each in self.items],
            "is": isinstance(self.safe, Markup),
            "plain": self.items[-1].striptags(),
        }


