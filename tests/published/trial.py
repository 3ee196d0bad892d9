"""Plays a case in a cluster and beside it natively, and says what came of it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import amino
from amino.errors import AminoError, StateNotCapturable

from tests.published.case import Case
from tests.published.lock import Lock
from tests.published.prepared import PATIENCE_SECONDS, Prepared
from tests.published.registries import NotFetched
from tests.published.store import Store

MOVED, REFUSED, NOT_RUN, WRONG, ABSENT = "moved", "refused", "does not run", "WRONG", "not fetched"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case.

    Arguments:
        case: its name.
        version: of the package.
        verdict: moved: all results are those of the native run, also after the moves; refused: a part of the state
            was named instead, and the rest is as with moved; does not run: the object could not be registered, or a
            call failed; WRONG: a result differs; not fetched: this system's registry does not have the package.
        why: the path of what was refused, the error, or both results.
    """

    case: str
    version: str
    verdict: str
    why: str = ""

    def line(self) -> str:
        """As the report prints it."""
        return f"{self.case:36} {self.version:16} {self.verdict:12} {self.why}".rstrip()


class Trial:
    """Plays cases one after the other, each on two kernels.

    Arguments:
        client: of the cluster.
        kernels: pairs of kernels, by what they allow; nothing in the default sandbox.
        lock: the packages.
        store: where they are.
    """

    def __init__(self, client: amino.Client, kernels: Mapping[str, Sequence[str]], lock: Lock, store: Store) -> None:
        self._client = client
        self._kernels = kernels
        self._lock = lock
        self._store = store

    async def play(self, case: Case) -> Outcome:
        """Runs everything; the folder of the artifact is removed at the end."""
        with tempfile.TemporaryDirectory(prefix="amino-published-") as folder:
            try:
                prepared = case.prepare(self._lock, self._store, Path(folder))
            except NotFetched as error:
                return Outcome(case.name, case.version, ABSENT, str(error))
            expected = prepared.natively(case.members)
            try:
                verdict, why = await self._calls(case, prepared, expected)
            except AminoError as error:
                verdict, why = NOT_RUN, f"{error.type}: {error.message}"
        return Outcome(case.name, case.version, verdict, why)

    async def _calls(self, case: Case, prepared: Prepared, expected: list[Any]) -> tuple[str, str]:
        name, kernels = case.name.replace("/", "-"), self._kernels[case.way.allow]
        stub = await self._client.register(
            prepared.artifact,
            name,
            language=prepared.language,
            entry=prepared.entry,
            class_name=prepared.class_name,
            select=_on(kernels[0]),
        )
        refused = ""
        for number, (member, native) in enumerate(zip(case.members, expected, strict=True)):
            if number > 1 and not refused:
                refused = await self._move(name, kernels[(number - 1) % 2])
            result = await getattr(stub.with_options(deadline=PATIENCE_SECONDS), member)()
            if (difference := _difference(native, result)) != "":
                return WRONG, f"call {number}, {member}: {difference}"
        await self._client.delete(name)
        return (REFUSED, refused) if refused else (MOVED, "")

    async def _move(self, name: str, kernel: str) -> str:
        """Moves the object to a kernel; answers what was refused, or nothing."""
        try:
            await self._client.move(name, select=_on(kernel))
        except StateNotCapturable as error:
            return "; ".join(map(str, error.details.get("lost", [error.message])))
        return ""


def _on(kernel: str) -> dict[str, str]:
    return {"name": kernel}


def _difference(native: Any, result: Any) -> str:
    """Which parts of a result are others than natively; empty where none are."""
    if _text(native) == _text(result):
        return ""
    if not isinstance(native, dict) or not isinstance(result, dict):
        return f"natively {native!r}, here {result!r}"
    there, here = cast("dict[str, Any]", native), cast("dict[str, Any]", result)
    other = [key for key in sorted({*there, *here}) if _text(there.get(key)) != _text(here.get(key))]
    return "; ".join(f"{key}: natively {there.get(key)!r}, here {here.get(key)!r}" for key in other)


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=repr)
