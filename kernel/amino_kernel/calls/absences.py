"""Instances that the OMS places here and that are not here: calls for them wait for something that may never come. Pure."""

from __future__ import annotations

from dataclasses import dataclass

PATIENCE = 5.0
"""Seconds that an instance may be missed before the OMS hears of it: what arrives, or is made anew, takes its time."""
AGAIN = 30.0
"""Seconds until the OMS hears of the same instance once more."""
_MANY = 1000


@dataclass(slots=True)
class _Absence:
    since: float
    last: float
    told: float | None = None


class Absences:
    """Knows how long calls have missed which instance."""

    def __init__(self) -> None:
        self._absences: dict[str, _Absence] = {}

    def missed(self, instance: str, now: float) -> bool:
        """A call has found that an instance is not here. Answers whether the OMS is to hear what is here.

        Args:
            instance: Which.
            now: Seconds of the kernel's clock.
        """
        absence = self._absences.get(instance)
        if absence is None or now - absence.last > PATIENCE:
            if len(self._absences) >= _MANY:
                self._absences = {each: known for each, known in self._absences.items() if now - known.last <= AGAIN}
            absence = self._absences[instance] = _Absence(now, now, None if absence is None else absence.told)
        absence.last = now
        if now - absence.since < PATIENCE or (absence.told is not None and now - absence.told < AGAIN):
            return False
        absence.told = now
        return True
