"""Values of classes between a client with hooks and guests that registered the same names (docs/values.md)."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import amino
import pytest
from amino_wire.errors import ArgumentInvalid, ValueInvalid

OBJECTS = Path(__file__).with_name("objects")
GUESTS = {"python": "points.py", "js": "points.js", "ruby": "points.rb"}


@dataclass
class Point:
    x: int
    y: Any


class Colour(enum.Enum):
    RED = 1


class Money:
    def __init__(self, text: str) -> None:
        self.text = text


@pytest.fixture(scope="module")
def client(cluster: str) -> Iterator[amino.BlockingClient]:
    """A client that knows the classes."""
    values = amino.ValueHooks()
    values.register(Point)
    values.register(Colour)
    values.register(Money, "shop.Money", save=lambda money: money.text)
    with amino.connect(cluster, values=values) as client:
        for language, source in GUESTS.items():
            client.register(OBJECTS / source, name=f"points-{language}", language=language, class_name="Points")
        yield client


@pytest.mark.parametrize("guest", GUESTS)
def test_a_class_that_both_ends_registered_is_that_class_at_both_ends(client: amino.BlockingClient, guest: str) -> None:
    points: Any = client.get(f"points-{guest}")
    point, colour, money, bare = points.make()
    assert (point, colour, money.text, bare) == (Point(1, [2]), Colour.RED, "1.50", {"bare": True})
    assert points.moved(Point(4, {"a": Decimal("1.5")})) == Point(5, {"a": Decimal("1.5")})
    assert [points.knows(value).rsplit(".")[-1] for value in (Point(1, 2), Colour.RED, Money("2"))] == ["Point", "Colour", "Money"]


@pytest.mark.parametrize("guest", GUESTS)
def test_a_client_without_hooks_gets_named_values_and_may_send_them(cluster: str, client: amino.BlockingClient, guest: str) -> None:
    name = amino.reference_of(client.get(f"points-{guest}")).id
    with amino.connect(cluster) as other:
        points: Any = other.get(name)
        assert points.make()[:2] == [amino.Named("Point", {"x": 1, "y": [2]}), amino.Named("Colour", "RED")]
        assert points.moved(amino.Named("Point", {"x": 7, "y": None})) == amino.Named("Point", {"x": 8, "y": None})
    with amino.connect(cluster, values=amino.ValueHooks(plain=True)) as plain:
        points = plain.get(name)
        assert points.make()[:2] == [{"x": 1, "y": [2]}, "RED"]


@pytest.mark.parametrize("guest", GUESTS)
def test_a_class_that_is_not_registered_is_refused_with_the_name_of_the_hook(client: amino.BlockingClient, guest: str) -> None:
    with pytest.raises(ValueInvalid) as caught:
        client.get(f"points-{guest}").refused()
    assert ".part[0]" in caught.value.message
    assert "mino.register(" in caught.value.message


@pytest.mark.parametrize("road", ["wasm", "llvm"])
def test_c_takes_no_value_of_a_class(client: amino.BlockingClient, road: str) -> None:
    with pytest.raises(ArgumentInvalid):
        client.get(f"echo-{road}").echo_text(Decimal("1.50"))
