"""What parts of a chain delegate together, and when that is offered."""

from __future__ import annotations

from amino_dms.api import Delegation, Numbers
from amino_dms.runtime.eagerness import FIRST, MOST, WORTH, Eagerness


def test_an_offer_that_does_not_pay_comes_later_each_time() -> None:
    eagerness = Eagerness()
    waited = []
    for _ in range(12):
        seen = 1
        while not eagerness.passed():
            seen += 1
        waited.append(seen)
        eagerness.recalled(0)
    assert waited == [min(FIRST * 2**turn, MOST) for turn in range(12)]
    eagerness.recalled(WORTH * MOST)
    assert sum(not eagerness.passed() for _ in range(FIRST)) == FIRST - 1


def test_parts_together_delegate_what_each_of_them_does() -> None:
    numbers = Numbers("N", {"s": 1})
    reads = frozenset({"get"})
    assert Delegation().with_(Delegation(calls=5, free=reads)) == Delegation(calls=5, free=reads)
    assert Delegation(calls=7, free=reads).with_(Delegation(calls=5)) == Delegation(calls=5)
    assert Delegation(numbers=numbers, free=reads).with_(Delegation(frozenset({"add"}), alone=True)) == Delegation(
        frozenset({"add"}), numbers=numbers, free=reads, alone=True
    )
    assert Delegation(frozenset({"add", "put"})).with_(Delegation(frozenset({"put", "get"}))) == Delegation(frozenset({"put"}))
    assert Delegation(withholds=True, later=True).with_(Delegation(free=reads)) == Delegation(free=reads, withholds=True, later=True)
    assert Delegation(numbers=numbers).with_(Delegation(numbers=numbers)) is None
