import enum
from dataclasses import dataclass

import amino


@amino.register
@dataclass
class Point:
    x: int
    y: object


@amino.register
class Colour(enum.Enum):
    RED = 1


class Money:
    def __init__(self, text):
        self.text = text


amino.register(Money, "shop.Money", save=lambda money: money.text, load=Money)


class Bare:
    pass


amino.register(Bare, save=lambda bare: {"bare": True}, plain=True)


class Points:
    def make(self):
        return [Point(1, [2]), Colour.RED, Money("1.50"), Bare()]

    def knows(self, value):
        return type(value).__name__

    def moved(self, point):
        return Point(point.x + 1, point.y)

    def refused(self):
        return {"part": [object()]}
