"""How a long range of keys is cut into windows. Pure.

etcd counts all the keys of a range that it is asked for, also where it gives a few of them: reading a million keys in pages would
count them all for each page. So each page asks for a window that holds little more than the page, guessed by how close to each
other the keys before lay. A wrong guess costs time, and never a key.
"""

from __future__ import annotations

from dataclasses import dataclass

_WIDTH = 64
"""Bytes of a key that a guess looks at, behind those that all keys of the range have in common."""
_SLACK = 4
"""How many pages a window should hold: keys lie closer in one place than in another."""
_WIDER = (4, 16, 256)
"""By how much a window is wider than the window before, which held hardly anything; after so many of them the next one goes to the end."""


@dataclass(slots=True)
class Windows:
    """The windows of one range, one after the other.

    Arguments:
        begin: where the next window begins.
        stop: the first key behind the range.
    """

    begin: bytes
    stop: bytes
    span: int = 0
    """How wide the next window is, as a number; 0: as far as the range goes."""
    _empty: int = 0
    """How many windows in a row held hardly anything."""

    @property
    def done(self) -> bool:
        """Whether all of the range has been read."""
        return self.begin >= self.stop

    @property
    def end(self) -> bytes:
        """The first key behind the next window."""
        if not self.span:
            return self.stop
        common = self._common()
        number = _number(self.begin, common) + self.span
        if number >= 1 << 8 * _WIDTH:
            return self.stop
        end = self.begin[:common] + number.to_bytes(_WIDTH, "big")
        return end if self.begin < end < self.stop else self.stop

    def read(self, first: bytes, last: bytes, count: int, *, more: bool, limit: int) -> None:
        """The next window has been read.

        Arguments:
            first, last: the keys at the ends of what came; empty where nothing came.
            count: how many came.
            more: whether the window has further ones.
            limit: how many the next window should hold.
        """
        common, end = self._common(), self.end
        width = _number(end, common) - _number(self.begin, common) if end != self.stop else 0
        self.begin = last + b"\0" if more else end
        if count > 1 and (more or 2 * _SLACK * count > limit):
            self.span = _SLACK * limit * (_number(last, common) - _number(first, common)) // (count - 1)
            self._empty = 0
        else:
            self.span = width * _WIDER[self._empty] if self._empty < len(_WIDER) else 0
            self._empty += 1

    def _common(self) -> int:
        """How many bytes all keys between both ends begin with."""
        length = 0
        for mine, other in zip(self.begin, self.stop, strict=False):
            if mine != other:
                break
            length += 1
        # The last byte of the stop is one more than that of the keys: `/objects0` stands behind `/objects/…`.
        if self.begin[length + 1 :] and len(self.stop) == length + 1 and self.begin[length] + 1 == self.stop[length]:
            length += 1
        return length


def _number(key: bytes, common: int) -> int:
    return int.from_bytes(key[common : common + _WIDTH].ljust(_WIDTH, b"\0"), "big")
