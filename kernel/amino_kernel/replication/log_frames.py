"""Frames of a log file: all that is written at once has one checksum, and a frame that was cut off is told from a damaged one."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from amino_wire.errors import FrameInvalid

MAGIC = b"AmRL"
_HEAD = struct.Struct("<4sIQI")
_SUM = struct.Struct("<I")
HEAD_BYTES = _HEAD.size + _SUM.size
_SECTOR = 512
_ALIGNED = 8
"""Frames begin and end at such places, so that the part of a frame in any sector is long enough to tell whether it was written."""
_FILLED = b"\xff"


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame that was read.

    Arguments:
        sequence: one more than that of the frame before, in whichever file that is.
        payload: what was written.
        end: the place behind it in its file.
    """

    sequence: int
    payload: bytes
    end: int


def encode_frame(sequence: int, payload: bytes) -> bytes:
    """The bytes of a frame."""
    head = _HEAD.pack(MAGIC, len(payload), sequence, zlib.crc32(payload))
    return b"".join((head, _SUM.pack(zlib.crc32(head)), payload, _FILLED * (-len(payload) % _ALIGNED)))


def read_frames(data: bytes, name: str, *, last: bool) -> list[Frame]:
    """The frames of a file from its beginning.

    Arguments:
        data: of the file.
        name: of the file, for messages.
        last: nothing was written after this data, so that its end may have been cut off by the end of the machine.

    Raises:
        FrameInvalid: the file is damaged before its last frame; or its last frame is all there, and is not what was written; or its
            end is cut off though it is not the last file.
    """
    frames: list[Frame] = []
    place = 0
    while place < len(data):
        found = _frame_at(data, place)
        if found is None:
            if last and _torn(data, place):
                return frames
            raise damaged(name, f"what stands at byte {place} is not what was written")
        if frames and found.sequence != frames[-1].sequence + 1:
            raise damaged(name, f"frame {found.sequence} stands behind frame {frames[-1].sequence}")
        frames.append(found)
        place = found.end
    return frames


def damaged(name: str, reason: str) -> FrameInvalid:
    """The error for a log that cannot be read."""
    return FrameInvalid(
        f"the replication log file {name} is damaged: {reason}. The kernel does not start with it, since it would forget what it has"
        " promised. Look at the disk; then move the folder away, and the kernel joins its groups anew with what the others have"
    )


def _frame_at(data: bytes, place: int) -> Frame | None:
    size_and_sum = _head_at(data, place)
    if size_and_sum is None:
        return None
    size, sequence, checksum = size_and_sum
    begin = place + HEAD_BYTES
    payload, end = data[begin : begin + size], begin + size + -size % _ALIGNED
    if zlib.crc32(payload) != checksum or data[begin + size : end] != _FILLED * (-size % _ALIGNED):
        return None
    return Frame(sequence, payload, end)


def _head_at(data: bytes, place: int) -> tuple[int, int, int] | None:
    head = data[place : place + _HEAD.size]
    checksum = data[place + _HEAD.size : place + HEAD_BYTES]
    if len(checksum) < _SUM.size or not head.startswith(MAGIC) or _SUM.unpack(checksum)[0] != zlib.crc32(head):
        return None
    _, size, sequence, payload_sum = _HEAD.unpack(head)
    return size, sequence, payload_sum


def _torn(data: bytes, place: int) -> bool:
    """Whether the frame that begins there is one whose writing was not finished: it is cut off, or sectors of it were never written.

    Nothing is written behind a frame before that is on the disk. So a frame with another behind it was on the disk once.
    """
    following = data.find(MAGIC, place + 1)
    while following >= 0:
        if _head_at(data, following) is not None and _frame_at(data, following) is not None:
            return False
        following = data.find(MAGIC, following + 1)
    head = _head_at(data, place)
    if head is not None and place + HEAD_BYTES + head[0] + -head[0] % _ALIGNED > len(data):
        return True
    if len(data) - place < HEAD_BYTES:
        return True
    sector = place - place % _SECTOR
    while sector < len(data):
        part = data[max(sector, place) : sector + _SECTOR]
        if not part.strip(b"\0"):
            return True
        sector += _SECTOR
    return False
