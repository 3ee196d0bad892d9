"""The declaration of a setting: its name, kind, bounds and meaning, from which everything about it is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from amino_wire.error_tree import ConfigInvalid
from amino_wire.guards import is_map

Kind = Literal["text", "folder", "port", "number", "seconds", "switch", "words", "labels"]
PORT_LIMIT = 65535
_YES, _NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting.

    Arguments:
        name: in files, and in capitals behind the prefix in the environment.
        kind: what its value is; `words` and `labels` are lists, which flags may repeat.
        default: its value where no source names one.
        about: what it does, as a person reads it in help and in documents.
        flag: its option on the command line; empty: it has none. A flag that begins with `--no-` turns a switch off.
        choices: the only values there are; of `words`, each word.
        least: the least number that it may be.
        above: the number that it must be greater than.
        secret: whether its value is never shown.
    """

    name: str
    kind: Kind
    default: Any
    about: str
    flag: str = ""
    choices: tuple[str, ...] = ()
    least: float | None = None
    above: float | None = None
    secret: bool = False

    @property
    def repeats(self) -> bool:
        """Whether its flag may be given several times."""
        return self.kind in ("words", "labels")

    def joined(self, given: Any) -> Any:
        """The value of a flag that may have been given several times. Words that are chosen may also stand in one, with commas between."""
        return " ".join(given) if self.repeats and self.choices else given

    def read(self, given: Any) -> Any:
        """The value of what a source says: a text, or a value of TOML.

        Raises:
            ValueError: it is none; the message says what it must be.
        """
        match self.kind:
            case "text":
                return self._chosen(str(given))
            case "folder":
                return Path(str(given))
            case "switch":
                return _switch(given)
            case "words":
                return tuple(self._chosen(word) for word in _words(given))
            case "labels":
                return _labels(given)
            case _:
                return self._number(given)

    def _chosen(self, word: str) -> str:
        if self.choices and word not in self.choices:
            raise ValueError(f"it must be one of {', '.join(self.choices)}, not {word!r}")
        return word

    def _number(self, given: Any) -> float:
        whole = self.kind != "seconds"
        if isinstance(given, bool) or not isinstance(given, (int, float, str)) or (whole and isinstance(given, float)):
            raise ValueError("it must be a whole number" if whole else "it must be a number of seconds")
        try:
            number = int(given) if whole else float(given)
        except ValueError:
            raise ValueError("it must be a whole number" if whole else "it must be a number of seconds") from None
        if self.kind == "port" and not 0 <= number <= PORT_LIMIT:
            raise ValueError(f"a port must be between 0 and {PORT_LIMIT}")
        if (self.least is not None and not number >= self.least) or (self.above is not None and not number > self.above):
            raise ValueError(f"it must be at least {self.least:g}" if self.least is not None else f"it must be more than {self.above:g}")
        return number

    def shown(self, value: Any) -> str:
        """A value as a person writes it."""
        if self.secret and value:
            return "(set)"
        if self.kind == "labels":
            return ", ".join(f"{key}={text}" for key, text in sorted(cast("Mapping[str, str]", value).items()))
        if self.kind == "words":
            return ", ".join(value)
        if self.kind == "switch":
            return "true" if value else "false"
        return f"{value:g}" if isinstance(value, float) else str(value)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of Amino that has settings.

    Arguments:
        name: of the part.
        settings: all that it has.
        table: its table in `amino.toml`; empty: it reads no file.
        prefix: what its variables of the environment begin with.
        strict: whether a variable with the prefix that names no setting is refused.
    """

    name: str
    settings: tuple[Setting, ...]
    table: str
    prefix: str
    strict: bool = True

    def __iter__(self) -> Iterator[Setting]:
        return iter(self.settings)

    def __getitem__(self, name: str) -> Setting:
        for setting in self.settings:
            if setting.name == name:
                return setting
        raise ConfigInvalid(f"There is no {self.name} setting {name!r}. {self.advice(name)}")

    def default(self, name: str) -> Any:
        """The default of a setting."""
        return self[name].default

    def variable(self, setting: Setting) -> str:
        """The variable of the environment that names a setting's value."""
        return self.prefix + setting.name.upper()

    def advice(self, name: str) -> str:
        """What to write instead of a name that no setting has."""
        from difflib import get_close_matches  # only for a mistake: every command would pay for it

        known = [setting.name for setting in self.settings]
        near = get_close_matches(name, known, 1)
        return f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(known)}."


def _switch(given: Any) -> bool:
    if isinstance(given, bool):
        return given
    word = str(given).lower()
    if word not in (*_YES, *_NO):
        raise ValueError("it must be true or false")
    return word in _YES


def _words(given: Any) -> Sequence[str]:
    if isinstance(given, str):
        return given.replace(",", " ").split()
    if not isinstance(given, (list, tuple)):
        raise ValueError("it must be words, or a list of them")
    return [str(word) for word in cast("Sequence[Any]", given)]


def _labels(given: Any) -> Mapping[str, str]:
    if is_map(given):
        return {str(key): str(text) for key, text in given.items()}
    if not isinstance(given, (str, list, tuple)):
        raise ValueError("labels are key=value, or a table")
    pairs = [word.partition("=") for word in _words(given)]
    wrong = [key for key, equals, _ in pairs if not equals or not key]
    if wrong:
        raise ValueError(f"a label is key=value, not {wrong[0]!r}")
    return {key: text for key, _, text in pairs}
