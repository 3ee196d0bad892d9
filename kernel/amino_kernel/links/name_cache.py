"""Records by names and ids as the OMS has told of them, with when that was true: for times in which no OMS answers. Pure."""

from __future__ import annotations

from collections import OrderedDict

from amino_wire.pb import common_pb2

CAPACITY = 100_000


class NameCache:
    """What the OMS has said last of each name. It may have changed since: a request that gets it must take an answer of that age.

    Args:
        capacity: How many names and ids are kept, the latest.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._known: OrderedDict[str, tuple[common_pb2.ObjectRecord, float]] = OrderedDict()

    def heard(self, record: common_pb2.ObjectRecord, as_of: float) -> None:
        """The OMS has told of an object.

        Args:
            record: As the OMS has given it; nobody changes it any more.
            as_of: When that was true, in seconds of a clock that goes on while the machine is suspended.
        """
        for name in filter(None, (record.name, record.id)):
            known = self._known.get(name)
            if known is None or known[1] <= as_of:
                self._known[name] = (record, as_of)
                self._known.move_to_end(name)
        while len(self._known) > self._capacity:
            self._known.popitem(last=False)

    def gone(self, name_or_id: str) -> None:
        """The OMS has said that there is no such object, or has deleted it."""
        known = self._known.pop(name_or_id, None)
        if known is not None:
            for name in (known[0].name, known[0].id):
                other = self._known.get(name)
                if other is not None and other[0].id == known[0].id:
                    del self._known[name]

    def find(self, name_or_id: str) -> tuple[common_pb2.ObjectRecord, float] | None:
        """The record that a name or an id stood for, and when; None: nobody here has asked for it."""
        return self._known.get(name_or_id)
