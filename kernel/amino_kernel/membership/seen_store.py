"""How far the OMS's store had come when this kernel heard of it last: with that, an older copy of the store is noticed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import structlog
from amino_wire.pb import oms_pb2

log = structlog.get_logger(__name__)

WRITE_SECONDS = 5.0


class SeenStore:
    """The newest mark of the store that this kernel, in this or an earlier process, was told.

    Arguments:
        file: Where it is kept across processes; None: nowhere.
        now: Seconds of a clock that never goes back.
    """

    def __init__(self, file: Path | None, now: Callable[[], float]) -> None:
        self._file, self._now = file, now
        self._mark = self._written = _read(file) if file is not None else None
        self._written_at = float("-inf")

    @property
    def mark(self) -> oms_pb2.StoreMark | None:
        """None as long as nothing was heard."""
        return self._mark

    def hear(self, mark: oms_pb2.StoreMark) -> None:
        """The OMS, which has not refused this kernel, says how far its store has come."""
        known, written = self._mark, self._written
        if known is None or known.lineage != mark.lineage or known.revision < mark.revision:
            self._mark = known = mark
        another = written is None or written.lineage != known.lineage
        due = another or (known != written and self._now() >= self._written_at + WRITE_SECONDS)
        if self._file is not None and due:
            self._write(self._file, known)

    def _write(self, file: Path, mark: oms_pb2.StoreMark) -> None:
        self._written_at = self._now()
        fresh = file.with_suffix(".new")
        try:
            fresh.write_text(json.dumps({"lineage": mark.lineage, "revision": mark.revision}), encoding="utf-8")
            fresh.replace(file)
            self._written = mark
        except OSError as error:
            log.warning("how far the OMS's store has come was not written down", file=str(file), error=str(error))


def _read(file: Path) -> oms_pb2.StoreMark | None:
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        return oms_pb2.StoreMark(lineage=str(kept["lineage"]), revision=int(kept["revision"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
