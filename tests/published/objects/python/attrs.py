"""Classes that are made of their fields."""

from datetime import date

import attr
from attrs import NOTHING, Factory, asdict, define, evolve, field, fields, frozen, validators
from attrs.exceptions import FrozenInstanceError


@frozen
class Place:
    name: str
    height: int = field(default=0, validator=validators.ge(0))


@define
class Person:
    name: str = field(converter=str.strip)
    born: date
    home: Place
    tags: set = field(factory=set)
    age: int = field(init=False, default=NOTHING)
    friends: list = Factory(list)

    def __attrs_post_init__(self):
        self.age = 2026 - self.born.year


@attr.s(hash=True)
class Old:
    a = attr.ib()
    b = attr.ib(default=2, kw_only=True)


class People:
    def __init__(self):
        self.ada = Person(" ada ", date(1990, 1, 2), Place("London", 11))
        self.bob = Person("bob", date(1980, 5, 6), self.ada.home, friends=[self.ada])
        self.ada.friends.append(self.bob)
        self.old = Old((1, 2))
        hash(self.old)

    def use(self):
        refused = []
        for wrong in (lambda: Place("x", -1), lambda: setattr(self.ada.home, "name", "y"), lambda: setattr(self.ada, "shoes", 3)):
            try:
                wrong()
            except (ValueError, FrozenInstanceError, AttributeError) as error:
                refused.append(type(error).__name__)
        return {
            "text": repr(self.old),
            "place": asdict(self.ada.home),
            "higher": repr(evolve(self.ada.home, height=20)),
            "fields": [each.name for each in fields(Person)],
            "refused": refused,
            "equal": Old((1, 2)) == self.old,
            "ordered": sorted([Old(2), Old(1)], key=lambda each: each.a)[0].a,
        }

    def go_on(self):
        self.ada.tags.add(len(self.ada.tags))
        try:
            self.bob.home.name = "z"
        except FrozenInstanceError:
            frozen_still = True
        return {
            "home": self.bob.home is self.ada.home,
            "friend": self.ada.friends[0] is self.bob,
            "tags": sorted(self.ada.tags),
            "age": self.bob.age,
            "frozen": frozen_still,
            "hash": hash(self.old) == hash(Old((1, 2))),
            "place": repr(self.ada.home),
            "slots": hasattr(self.ada, "__dict__"),
        }


__amino__ = People
