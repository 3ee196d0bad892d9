"""The fixture of generated states: classes of every kind, and a deep description that knows nothing of the encoder."""

import array
import collections
import dataclasses
import datetime
import decimal
import enum
import fractions
import functools
import io
import itertools
import math
import operator
import pathlib
import random
import re
import sys
import threading
import types
import typing
import uuid

SENTINEL = object()


class Nothing:
    """A class whose only object stands at the top of the module."""


NOTHING = Nothing()


class Color(enum.Enum):
    RED = 1
    GREEN = "g"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Access(enum.Flag):
    READ = 1
    WRITE = 2
    RUN = 4


class Thing:
    def method(self, *args):
        return self


class Other(Thing):
    pass


class Slotted:
    __slots__ = ("a", "b", "__hidden")

    def __init__(self):
        self.__hidden = 7


class SlottedMore(Slotted):
    __slots__ = ("c", "a")


class SlottedOpen(Slotted):
    pass


class OwnInit:
    def __init__(self, first, second, *, third):
        self.first = first
        self.rest = [second, third]


@dataclasses.dataclass
class Plain:
    x: object
    y: object = None


@dataclasses.dataclass(frozen=True)
class Frozen:
    x: object
    y: object = None


@dataclasses.dataclass(frozen=True, slots=True)
class FrozenSlots:
    x: object
    y: object = None


Pair = collections.namedtuple("Pair", "left right")


class Typed(typing.NamedTuple):
    left: object
    right: object = 3


class PairOf(Pair):
    def __new__(cls, text, left, right):
        made = super().__new__(cls, left, right)
        made.text = text
        return made


class ListOf(list):
    def __init__(self, text):
        super().__init__([text])
        self.text = text


class DictOf(dict):
    def __init__(self, text):
        super().__init__(a=text)
        self.text = text


class SetOf(set):
    def __init__(self, text):
        super().__init__([text])
        self.text = text


class FrozenSetOf(frozenset):
    def __new__(cls, text, members):
        return super().__new__(cls, members)

    def __init__(self, text, members):
        self.text = text


class TupleOf(tuple):
    def __new__(cls, text, parts):
        made = super().__new__(cls, parts)
        made.text = text
        return made


class Text(str):
    def __new__(cls, text, mark):
        made = super().__new__(cls, text)
        made.mark = mark
        return made


class Whole(int):
    def __new__(cls, number, mark):
        made = super().__new__(cls, number)
        made.mark = mark
        return made


class Real(float):
    def __new__(cls, number, mark):
        made = super().__new__(cls, number)
        made.mark = mark
        return made


class Octets(bytes):
    def __new__(cls, octets, mark):
        made = super().__new__(cls, octets)
        made.mark = mark
        return made


class OctetArray(bytearray):
    def __init__(self, text):
        super().__init__(text.encode())
        self.text = text


class DequeOf(collections.deque):
    def __init__(self, text, most):
        super().__init__([text], most)
        self.text = text


class DefaultsOf(collections.defaultdict):
    def __init__(self, text):
        super().__init__(list)
        self.text = text


class OrderedOf(collections.OrderedDict):
    def __init__(self, text):
        super().__init__()
        self.text = text


class CounterOf(collections.Counter):
    def __init__(self, text, least):
        super().__init__(text)
        self.least = least


class DecimalOf(decimal.Decimal):
    def __new__(cls, text, mark):
        made = super().__new__(cls, text)
        made.mark = mark
        return made


class Day(datetime.date):
    def __new__(cls, text):
        return super().__new__(cls, *map(int, text.split("-")))


class OwnError(Exception):
    def __init__(self, number, text):
        super().__init__(text)
        self.number = number


class KeyedError(KeyError):
    def __init__(self, *, key):
        super().__init__(key)


class GroupOf(ExceptionGroup):
    def __new__(cls, message, errors, mark=0):
        made = super().__new__(cls, message, errors)
        made.mark = mark
        return made


class Reduced:
    def __init__(self, number, extra=None):
        self.number = number
        self.extra = extra

    def __reduce__(self):
        return Reduced, (self.number,), {"extra": self.extra}


class GetState:
    def __init__(self, number):
        self.number = number
        self.extra = None
        self.cache = "not kept"

    def __getstate__(self):
        return [self.number, self.extra]

    def __setstate__(self, state):
        self.number, self.extra = state
        self.cache = "not kept"


class NewArgs:
    def __new__(cls, number):
        made = super().__new__(cls)
        made.number = number
        return made

    def __getnewargs__(self):
        return (self.number,)


class ItemsOf(list):
    """A list that says itself how it is made."""

    def __reduce__(self):
        return ItemsOf, (), None, iter(self), None


class Hooked:
    def __init__(self, number):
        self.held = [number]
        self.extra = None

    def amino_save(self):
        return {"held": self.held, "extra": self.extra}

    def amino_load(self, state):
        self.held, self.extra = state["held"], state["extra"]
