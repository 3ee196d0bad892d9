"""Label selectors as people write them: `region in (eu, us) and tier=gold or !spot`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from amino_wire.errors import ArgumentInvalid
from amino_wire.pb import common_pb2

Selection = str | Mapping[str, str | Sequence[str]] | None
"""A selector: its text, or values by label (all must match), or none."""

_TOKEN = re.compile(r"\s*(?:(?P<word>[^\s,()=!;]+)|(?P<sign>!=|==|=|!|\(|\)|,|;))")
_WORDS = ("and", "or", "in", "not")
_IN = common_pb2.Requirement.OPERATOR_IN
_NOT_IN = common_pb2.Requirement.OPERATOR_NOT_IN
_EXISTS = common_pb2.Requirement.OPERATOR_EXISTS
_NOT_EXISTS = common_pb2.Requirement.OPERATOR_NOT_EXISTS


def selector(selection: Selection) -> common_pb2.Selector | None:
    """The selector that travels; None where nothing was said.

    selector    = term { ("or" | ";") term }
    term        = requirement { ("and" | ",") requirement }
    requirement = key "=" value | key "!=" value | key ["not"] "in" "(" value { "," value } ")" | key | "!" key

    Raises:
        ArgumentInvalid: the text is no selector; the message shows the place.
    """
    if not selection:
        return None
    if isinstance(selection, str):
        return _Parser(selection).selector()
    requirements = [
        common_pb2.Requirement(key=key, operator=_IN, values=[wanted] if isinstance(wanted, str) else list(wanted))
        for key, wanted in selection.items()
    ]
    return common_pb2.Selector(terms=[common_pb2.Term(requirements=requirements)])


def selector_text(selector: common_pb2.Selector) -> str:
    """A selector as people write it."""
    return " or ".join(" and ".join(map(_requirement_text, term.requirements)) for term in selector.terms)


def _requirement_text(requirement: common_pb2.Requirement) -> str:
    key, values = requirement.key, ", ".join(requirement.values)
    if requirement.operator == _IN:
        return f"{key}={values}" if len(requirement.values) == 1 else f"{key} in ({values})"
    if requirement.operator == _NOT_IN:
        return f"{key}!={values}" if len(requirement.values) == 1 else f"{key} not in ({values})"
    return key if requirement.operator == _EXISTS else f"!{key}"


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens: list[tuple[str, int]] = []
        position = 0
        while text[position:].strip():
            found = _TOKEN.match(text, position)
            if found is None:
                raise self._error("this is no selector", position)
            self._tokens.append((found.group(found.lastgroup or 0), found.start(found.lastgroup or 0)))
            position = found.end()
        self._at = 0

    def selector(self) -> common_pb2.Selector:
        terms = [self._term()]
        while self._take("or", ";"):
            terms.append(self._term())
        if self._at < len(self._tokens):
            raise self._error("expected `and`, `or` or the end")
        return common_pb2.Selector(terms=terms)

    def _term(self) -> common_pb2.Term:
        requirements = [self._requirement()]
        while self._take("and", ","):
            requirements.append(self._requirement())
        return common_pb2.Term(requirements=requirements)

    def _requirement(self) -> common_pb2.Requirement:
        if self._take("!"):
            return common_pb2.Requirement(key=self._word("a label"), operator=_NOT_EXISTS)
        key = self._word("a label")
        if self._take("=", "=="):
            return common_pb2.Requirement(key=key, operator=_IN, values=[self._word("a value")])
        if self._take("!="):
            return common_pb2.Requirement(key=key, operator=_NOT_IN, values=[self._word("a value")])
        if self._take("not"):
            if not self._take("in"):
                raise self._error("expected `in` after `not`")
            return common_pb2.Requirement(key=key, operator=_NOT_IN, values=self._values())
        if self._take("in"):
            return common_pb2.Requirement(key=key, operator=_IN, values=self._values())
        return common_pb2.Requirement(key=key, operator=_EXISTS)

    def _values(self) -> list[str]:
        if not self._take("("):
            raise self._error("expected ( and the values")
        values = [self._word("a value")]
        while self._take(","):
            values.append(self._word("a value"))
        if not self._take(")"):
            raise self._error("expected , or )")
        return values

    def _take(self, *wanted: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at][0] in wanted:
            self._at += 1
            return True
        return False

    def _word(self, what: str) -> str:
        if self._at < len(self._tokens) and self._tokens[self._at][0][0] not in "!=(),;" and self._tokens[self._at][0] not in _WORDS:
            self._at += 1
            return self._tokens[self._at - 1][0]
        raise self._error(f"expected {what}")

    def _error(self, complaint: str, position: int | None = None) -> ArgumentInvalid:
        if position is None:
            position = self._tokens[self._at][1] if self._at < len(self._tokens) else len(self._text)
        return ArgumentInvalid(f"cannot read the selector: {complaint}\n  {self._text}\n  {' ' * position}^")
