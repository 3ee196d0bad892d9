"""Which artifacts of a JVM half are in use, and since when the others are not. Pure: times come in, decisions go out."""

from __future__ import annotations

from collections import Counter


class ArtifactUses:
    """Counts the uses of each artifact by its key in the JVM half.

    A use is an instance, or a caller that waits for the artifact to be loaded. An artifact is idle from the first look
    (`idle`) that finds it without a use.
    """

    def __init__(self) -> None:
        self._loaded: set[str] = set()
        self._uses: Counter[str] = Counter()
        self._idle_since: dict[str, float] = {}

    def loaded(self, key: str) -> None:
        """The half has evaluated the artifact."""
        self._loaded.add(key)
        self._idle_since.pop(key, None)

    def unloaded(self, key: str) -> None:
        """The half has forgotten the artifact, or will be asked to."""
        self._loaded.discard(key)
        self._idle_since.pop(key, None)

    def used(self, key: str) -> None:
        """Something uses the artifact from now on."""
        self._uses[key] += 1
        self._idle_since.pop(key, None)

    def unused(self, key: str) -> None:
        """Ends one use. An end without a use changes nothing."""
        if self._uses[key] > 1:
            self._uses[key] -= 1
        else:
            del self._uses[key]

    def idle(self, now: float, seconds: float) -> list[str]:
        """Answers the artifacts that have been idle for so many seconds at `now`."""
        for key in self._loaded:
            if not self._uses[key]:
                self._idle_since.setdefault(key, now)
        return [key for key, since in self._idle_since.items() if now - since >= seconds]

    def any_idle(self) -> bool:
        """Whether the last look left an artifact that was without a use and still is."""
        return bool(self._idle_since)
