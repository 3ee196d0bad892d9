"""Chains as people write them: `Retry,LeaseCaching(lease=10s)`.

chain    = [ manager { "," manager } ]
manager  = name [ "(" [ setting { "," setting } ] ")" ]
setting  = name "=" value
value    = number | duration | size | "true" | "false" | "null" | word | quoted | "[" [ value { "," value } ] "]"
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from amino_wire.errors import ChainInvalid

from amino_dms.api.quantities import quantity

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MANAGER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*")
_WORD = re.compile(r"[^\s,()\[\]=\"']+")
_WHOLE = re.compile(r"[+-]?\d+")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_CONSTANTS: Mapping[str, Any] = {"true": True, "false": False, "null": None}
_NO_SETTINGS: Mapping[str, Any] = {}


@dataclass(frozen=True)
class ManagerSpec:
    """A manager as written: its name and its settings, not yet checked."""

    name: str
    settings: Mapping[str, Any] = field(default_factory=lambda: _NO_SETTINGS)


def parse_chain(text: str) -> tuple[ManagerSpec, ...]:
    """The managers of a line of text, in order.

    Raises:
        ChainInvalid: the text is not a chain; the message shows the place.
    """
    return _Parser(text).chain()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0

    def chain(self) -> tuple[ManagerSpec, ...]:
        if not self._text.strip():
            return ()
        managers = [self._manager()]
        while self._take(","):
            managers.append(self._manager())
        self._skip()
        if self._position < len(self._text):
            raise self._error("expected a comma or the end")
        return tuple(managers)

    def _manager(self) -> ManagerSpec:
        name = self._match(_MANAGER, "expected the name of a deployment manager")
        settings: dict[str, Any] = {}
        if self._take("("):
            while not self._take(")"):
                if settings:
                    self._expect(",", "expected a comma or a closing parenthesis")
                self._setting(name, settings)
        return ManagerSpec(name, settings)

    def _setting(self, owner: str, settings: dict[str, Any]) -> None:
        start = self._here()
        name = self._match(_NAME, f"expected a setting of {owner}, such as name=value")
        if name in settings:
            raise self._error(f"{name} is set twice", start)
        self._expect("=", f"expected = after {name}; settings are written name=value")
        settings[name] = self._value()

    def _value(self) -> Any:
        if self._take("["):
            items: list[Any] = []
            while not self._take("]"):
                if items:
                    self._expect(",", "expected a comma or a closing bracket")
                items.append(self._value())
            return items
        self._skip()
        quote = self._text[self._position : self._position + 1]
        if quote and quote in "\"'":
            return self._quoted(quote)
        return _plain(self._match(_WORD, "expected a value"))

    def _quoted(self, quote: str) -> str:
        start = self._position
        letters: list[str] = []
        self._position += 1
        while self._position < len(self._text):
            letter = self._text[self._position]
            self._position += 1
            if letter == quote:
                return "".join(letters)
            if letter == "\\" and self._position < len(self._text):
                letter = self._text[self._position]
                self._position += 1
            letters.append(letter)
        raise self._error("this quote is never closed", start)

    def _here(self) -> int:
        self._skip()
        return self._position

    def _skip(self) -> None:
        while self._position < len(self._text) and self._text[self._position].isspace():
            self._position += 1

    def _take(self, letter: str) -> bool:
        self._skip()
        if self._text.startswith(letter, self._position):
            self._position += len(letter)
            return True
        return False

    def _expect(self, letter: str, complaint: str) -> None:
        if not self._take(letter):
            raise self._error(complaint)

    def _match(self, pattern: re.Pattern[str], complaint: str) -> str:
        self._skip()
        found = pattern.match(self._text, self._position)
        if found is None:
            raise self._error(complaint)
        self._position = found.end()
        return found.group()

    def _error(self, complaint: str, position: int | None = None) -> ChainInvalid:
        place = self._position if position is None else position
        found = self._text[place : place + 12].strip()
        where = f"at character {place + 1}" if found else "at the end"
        message = f"cannot read the chain {where}: {complaint}\n  {self._text}\n  {' ' * place}^"
        return ChainInvalid(message, details={"position": place, "chain": self._text})


def _plain(word: str) -> Any:
    if word in _CONSTANTS:
        return _CONSTANTS[word]
    if _WHOLE.fullmatch(word):
        return int(word)
    if _NUMBER.fullmatch(word):
        return float(word)
    found = quantity(word)
    return word if found is None else found
