"""The log of a kernel on its disk: files one after another, of which the last one grows. It blocks: one thread at a time uses it."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from amino_kernel.replication.log_folder import LogFolder, LogWriter
from amino_kernel.replication.log_frames import Frame, damaged, encode_frame, read_frames
from amino_kernel.replication.log_items import Item, Reading, StoredLog, decode_items, encode_items, segment, segment_of, whole_from

_PREFIX = "log-"


class LogFile:
    """See the file's docstring. A frame is written when the one before is on the disk, so that only the last one can be cut off.

    Attributes:
        number: of the file that grows; 0: there is none yet.
        length: how many bytes of it count.

    Arguments:
        folder: where the files are.
    """

    def __init__(self, folder: LogFolder) -> None:
        self._folder = folder
        self.number = self.length = 0
        self._sequence = 0
        self._highest = 0
        self._writer: LogWriter | None = None
        self._spoilt: set[str] = set()
        """Files that could not be begun, nor removed."""

    def read(self) -> dict[str, StoredLog]:
        """The logs of all members that live here. To be called once, before the first `append`.

        Raises:
            FrameInvalid: a file is damaged, or of a newer version.
            OSError: a file cannot be read.
        """
        numbers = sorted(int(name.removeprefix(_PREFIX)) for name in self._folder.names() if name.startswith(_PREFIX))
        self._highest = max(numbers, default=0)
        files = self._that_count(numbers)
        reading = Reading()
        for frames in files:
            for frame in frames:
                reading.take(decode_items(frame.payload))
        return reading.stored()

    def append(self, items: Sequence[Item], *, anew: bool = False) -> int:
        """Returns when the disk has the items, and how many bytes they take; behind those of earlier calls, all of them or none.

        Arguments:
            items: what is to be written.
            anew: they begin another file.

        Raises:
            OSError: the disk does not take them. They may be given again: in another file then, since nobody knows what became of this one.
        """
        if anew or self._writer is None:
            return self._begin(items)
        data = encode_frame(self._sequence + 1, encode_items(items))
        try:
            self._writer.write(data)
            self._writer.sync()
        except OSError:
            self.close()
            raise
        self._sequence += 1
        self.length += len(data)
        return len(data)

    def drop_before(self, number: int) -> None:
        """Removes the files with lower numbers: later ones have all that they had. Raises OSError."""
        for name in self._folder.names():
            if name.startswith(_PREFIX) and int(name.removeprefix(_PREFIX)) < number:
                self._folder.remove(name)

    def _begin(self, items: Sequence[Item]) -> int:
        for spoilt in tuple(self._spoilt):
            # No other one is begun before: they would gather.
            self._folder.remove(spoilt)
            self._spoilt.discard(spoilt)
        self._highest += 1
        number, name = self._highest, _name(self._highest)
        data = encode_frame(self._sequence + 1, encode_items([segment(self.number, self.length), *items]))
        writer = self._folder.create(name)
        try:
            writer.write(data)
            writer.sync()
            self._folder.sync()
        except OSError:
            with contextlib.suppress(OSError):
                writer.close()
            try:
                self._folder.remove(name)
            except OSError:
                self._spoilt.add(name)
            raise
        self.close()
        self._writer, self.number, self.length = writer, number, len(data)
        self._sequence += 1
        return len(data)

    def close(self) -> None:
        """Nothing is written any more."""
        writer, self._writer = self._writer, None
        if writer is not None:
            with contextlib.suppress(OSError):
                writer.close()

    def _that_count(self, numbers: list[int]) -> list[list[Frame]]:
        """The frames that count, by file, the oldest first."""
        counting: list[list[Frame]] = []
        awaited, length, needed = 0, -1, 0
        for number in reversed(numbers):
            if counting and number != awaited:
                # A file that was begun when the disk did not take what came, or which later ones have made superfluous.
                continue
            frames = self._frames(number, length)
            if not frames:
                continue
            if not counting:
                self.number, self.length, self._sequence = number, frames[-1].end, frames[-1].sequence
            elif frames[-1].sequence + 1 != counting[-1][0].sequence:
                raise damaged(
                    _name(number), f"its last frame is {frames[-1].sequence}, the next file begins with {counting[-1][0].sequence}"
                )
            counting.append(frames)
            needed = max(needed, *(whole_from(decode_items(frame.payload)) for frame in frames))
            before = segment_of(decode_items(frames[0].payload))
            if before is None:
                raise damaged(_name(number), "it does not begin as such a file does")
            awaited, length = before
            if needed >= number or not awaited:
                return counting[::-1]
        if counting:
            raise damaged(_name(awaited), "it is not there")
        return []

    def _frames(self, number: int, length: int) -> list[Frame]:
        """The frames of a file up to a length; -1: nothing was written after it."""
        data = self._folder.read(_name(number))
        frames = read_frames(data if length < 0 else data[:length], _name(number), last=length < 0)
        if length >= 0 and (not frames or frames[-1].end != length):
            raise damaged(_name(number), f"{length} bytes of it count, and it has {len(data)}")
        return frames


def _name(number: int) -> str:
    return f"{_PREFIX}{number:016d}"
