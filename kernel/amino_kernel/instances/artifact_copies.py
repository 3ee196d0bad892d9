"""Which copies of artifacts on this host's disk may be removed. Pure: times come in, decisions go out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection


class ArtifactCopies:
    """The uses of the copies, by the hashes of the artifacts.

    A copy is in use while a JVM half has the artifact loaded (guests read further files then), while somebody is about to
    have it loaded, and for the grace period after that. Times are seconds of one clock that never goes back.

    Arguments:
        grace: seconds for which a copy stays after its last use.
    """

    def __init__(self, grace: float) -> None:
        self._grace = grace
        self._last_used: dict[str, float] = {}
        self._under_way: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._last_used)

    def there(self, digest: str, now: float) -> None:
        """There is a copy, which is used now."""
        self._last_used[digest] = now

    def begin(self, digest: str) -> None:
        """Somebody is about to have the artifact loaded. Each call needs one of `end`."""
        self._under_way[digest] += 1

    def end(self, digest: str, now: float) -> None:
        """It is loaded, or cannot be."""
        self._under_way[digest] -= 1
        if not self._under_way[digest]:
            del self._under_way[digest]
        if digest in self._last_used:
            self._last_used[digest] = now

    def take_unused(self, now: float, loaded: Collection[str]) -> list[str]:
        """Answers the copies to remove, which are not known any more from then on.

        Arguments:
            loaded: the hashes of the artifacts that JVM halves have loaded at `now`.
        """
        for digest in loaded:
            if digest in self._last_used:
                self._last_used[digest] = now
        unused = [digest for digest, since in self._last_used.items() if since + self._grace <= now and digest not in self._under_way]
        for digest in unused:
            del self._last_used[digest]
        return unused
