"""Classes of a program as values: hooks, standard names, plain forms."""

from __future__ import annotations

import enum
from array import array
from collections import namedtuple
from dataclasses import dataclass, field
from datetime import UTC, date, time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from amino_wire.errors import ArgumentInvalid, ValueInvalid
from amino_wire.values import Codec, Named, ValueHooks, decode, encode


@dataclass(frozen=True)
class Point:
    x: int
    y: Any
    length: int = field(init=False, default=0)


class Pair(NamedTuple):
    left: int
    right: int


Old = namedtuple("Old", "a b")


class Colour(enum.Enum):
    RED = 1


class Level(enum.IntEnum):
    HIGH = 3


class Right(enum.Flag):
    READ = 1
    WRITE = 2


class Money:
    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Money) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)


class Model:
    """What Amino asks of a pydantic model, without the package."""

    class _Field:
        alias = None

    model_fields = {"name": _Field()}  # noqa: RUF012

    def __init__(self, name: str) -> None:
        self.name = name

    @classmethod
    def model_validate(cls, given: dict[str, Any]) -> Model:
        return cls(**given)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Model) and other.name == self.name

    __hash__ = None  # type: ignore[assignment]


VALUES: list[tuple[Any, Named]] = [
    (Point(1, [2]), Named("Point", {"x": 1, "y": [2], "length": 0})),
    (Pair(1, 2), Named("Pair", {"left": 1, "right": 2})),
    (Old(1, 2), Named("Old", {"a": 1, "b": 2})),
    (Colour.RED, Named("Colour", "RED")),
    (Level.HIGH, Named("Level", "HIGH")),
    (Right.READ | Right.WRITE, Named("Right", 3)),
    (Model("m"), Named("Model", {"name": "m"})),
]


def knowing(*kinds: type) -> Codec:
    hooks = ValueHooks()
    for kind in kinds:
        hooks.register(kind)
    return Codec(hooks=hooks)


@pytest.mark.parametrize(("value", "seen"), VALUES, ids=lambda value: type(value).__name__)
def test_a_value_of_a_class_travels_and_comes_back_where_the_class_is_registered(value: Any, seen: Named) -> None:
    assert decode(encode([value])) == [seen]
    back = knowing(type(value)).decode(encode({"v": value}))["v"]
    assert back == value
    assert type(back) is type(value)


@pytest.mark.parametrize(
    "value",
    [
        Decimal("1.50"),
        Decimal("NaN"),
        UUID(int=7),
        date(2026, 11, 28),
        time(7),
        time(7, 0, 0, 250000),
        Fraction(1, 3),
        array("d", [1.5, -0.0]),
        array("h", [-1]),
    ],
    ids=repr,
)
def test_the_library_of_python_has_standard_names(value: Any) -> None:
    back = decode(encode([value]))[0]
    assert (type(back), repr(back)) == (type(value), repr(value))


def test_own_hooks_and_keys() -> None:
    hooks = ValueHooks()
    hooks.register(Money, "shop.Money", save=lambda money: money.text)
    codec = Codec(hooks=hooks)
    assert decode(codec.encode(Money("1.50"))) == Named("shop.Money", "1.50")
    assert codec.decode(codec.encode({Money("1"): Colour.RED, UUID(int=1): 2})) == {Money("1"): Named("Colour", "RED"), UUID(int=1): 2}
    with pytest.raises(ValueInvalid, match="map key"):
        codec.encode({Pair(1, 2): 1})


def test_plain_forms_are_there_for_those_who_ask_for_them() -> None:
    hooks = ValueHooks()
    hooks.register(Money, save=lambda money: money.text, plain=True)
    assert decode(Codec(hooks=hooks).encode([Money("1.50"), Colour.RED])) == ["1.50", Named("Colour", "RED")]
    bare = Codec(hooks=ValueHooks(plain=True))
    assert decode(bare.encode([Pair(1, 2), Decimal("1.50")])) == [{"left": 1, "right": 2}, "1.50"]
    assert bare.decode(encode([Pair(1, 2), Decimal("1.50")])) == [{"left": 1, "right": 2}, Decimal("1.50")]


def test_register_is_a_decorator() -> None:
    hooks = ValueHooks()

    @hooks.register
    @dataclass
    class Local:
        a: int

    assert Codec(hooks=hooks).decode(encode(Named("Local", {"a": 1}))) == Local(1)


def test_what_fails_is_said_with_the_name_of_the_hook() -> None:
    hooks = ValueHooks()
    hooks.register(Money, save=lambda money: 1 // len(money.text), load=lambda text: 1 // len(text))
    hooks.register(Point)
    codec = Codec(hooks=hooks)
    with pytest.raises(ValueInvalid, match=r"value\[0\]: the hook `save` of Money raised ZeroDivisionError"):
        codec.encode([Money("")])
    with pytest.raises(ValueInvalid, match="the hook `load` of Money raised ZeroDivisionError"):
        codec.decode(encode(Named("Money", "")))
    with pytest.raises(ValueInvalid, match="Point has no field 'z'"):
        codec.decode(encode(Named("Point", {"z": 1})))
    with pytest.raises(
        ValueInvalid, match=r"value\[0\]\.y\.deep: a PosixPath cannot travel; register it: amino\.ValueHooks\(\)\.register\(PosixPath"
    ):
        encode([Point(1, {"deep": Path("/")})])
    with pytest.raises(ValueInvalid, match="time zone"):
        encode(time(1, tzinfo=UTC))


def test_names_that_are_taken_are_refused() -> None:
    hooks = ValueHooks()
    hooks.register(Point)
    for kind, name, said in ((Pair, "Point", "two classes"), (Pair, "amino.pair", "standard names"), (Money, None, "give `save`")):
        with pytest.raises(ArgumentInvalid, match=said):
            hooks.register(kind, name)


def test_containers_shared_inside_a_value_of_a_class_stay_shared_and_a_circle_through_it_is_refused() -> None:
    shared = [1]
    back = knowing(Point).decode(encode(Point(1, [shared, shared])))
    assert back.y[0] is back.y[1]
    circle: list[Any] = []
    circle.append(Point(1, circle))
    with pytest.raises(ValueInvalid, match="deeper than 200"):
        encode(circle)
