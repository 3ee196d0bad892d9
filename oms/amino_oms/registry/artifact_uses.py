"""Which artifacts are in use, and which may be removed. Pure: events and times come in, decisions go out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """A search for artifacts that nothing uses: when it began, and what may be found unused by it."""

    began: float
    candidates: frozenset[str]


class ArtifactUses:
    """The uses of artifacts, by their hashes.

    An artifact is in use while the record of an object or a kind names it, while work that names it is under way (an upload, a
    registration, a fetch by a kernel), and for the grace period after the end of such work. All times are seconds of one
    clock that never goes back.

    Records are found by a look, which takes its time: `look`, then `named` for each record that names a candidate, then
    `take`. Work that stores a new record must be under way from before it stores the record until after it.

    Arguments:
        grace: seconds for which an artifact stays after its last use.
    """

    def __init__(self, grace: float) -> None:
        self._grace = grace
        self._last_used: dict[str, float] = {}
        self._under_way: Counter[str] = Counter()
        self._named_by: dict[str, str] = {}
        self._leaving: set[str] = set()

    def __len__(self) -> int:
        return len(self._last_used)

    def there(self, digest: str, now: float) -> None:
        """The artifact is stored, and used now."""
        self._last_used[digest] = now

    def begin(self, digest: str) -> bool:
        """Work that names the artifact begins. False while the artifact is being removed: the work must wait for that."""
        if digest in self._leaving:
            return False
        self._under_way[digest] += 1
        return True

    def end(self, digest: str, now: float) -> None:
        """Work that `begin` let begin has ended."""
        self._under_way[digest] -= 1
        if not self._under_way[digest]:
            del self._under_way[digest]
        if digest in self._last_used:
            self._last_used[digest] = now

    def look(self, now: float) -> Look:
        """Begins a look: the candidates are what no work has used for the grace period."""
        idle = (digest for digest, since in self._last_used.items() if since + self._grace <= now and digest not in self._leaving)
        return Look(now, frozenset(digest for digest in idle if digest not in self._under_way))

    def witness(self, digest: str) -> str | None:
        """The key of the record that named the artifact when that was looked at last; it may be gone since."""
        return self._named_by.get(digest)

    def named(self, digest: str, record: str) -> None:
        """A record names the artifact, by its key."""
        if digest in self._last_used:
            self._named_by[digest] = record

    def unnamed(self, digest: str, record: str) -> None:
        """That record is gone, or names another artifact; another record may still name this one."""
        if self._named_by.get(digest) == record:
            del self._named_by[digest]

    def unnamed_of(self, look: Look) -> Collection[str]:
        """The candidates that no known record names: all records must be read before `take`."""
        return look.candidates - self._named_by.keys()

    def take(self, look: Look, searched: Collection[str]) -> frozenset[str]:
        """Ends a look and answers what is to be removed: from now on no work with that begins until `removed` or `stays`.

        Arguments:
            searched: the candidates for which every record has been read since the look began.
        """
        taken = frozenset(digest for digest in look.candidates if digest in searched and self._is_free(digest, look.began))
        self._leaving |= taken
        return taken

    def removed(self, digest: str) -> None:
        """The artifact is gone, its record and its bytes."""
        self._leaving.discard(digest)
        self._last_used.pop(digest, None)

    def stays(self, digest: str, now: float) -> None:
        """The artifact could not be removed, or only in part; a later look tries again."""
        self._leaving.discard(digest)
        self._last_used[digest] = now

    def _is_free(self, digest: str, began: float) -> bool:
        # Work that has ended since the look began may have stored a record behind the place where the look was then.
        unused = digest in self._last_used and self._last_used[digest] + self._grace <= began and digest not in self._under_way
        return unused and digest not in self._named_by and digest not in self._leaving
