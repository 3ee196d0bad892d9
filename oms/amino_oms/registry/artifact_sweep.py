"""Artifacts that nothing uses any more are removed, the record first and then the bytes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection

from amino_store.blobs.blobs import Blobs
from amino_store.etcd.holds import is_held
from amino_store.store import Store
from amino_store.transaction import Delete, Entry, Transaction
from amino_wire.errors import AminoError
from amino_wire.pb import common_pb2

from amino_oms.registry import records
from amino_oms.registry.artifact_holds import ArtifactHolds
from amino_oms.registry.artifact_uses import Look
from amino_oms.registry.keys import ARTIFACTS, KINDS, OBJECTS, last_part
from amino_oms.registry.listing import entries

_log = logging.getLogger(__name__)

_SHORTEST, _LONGEST = 1.0, 60.0


class ArtifactSweep:
    """Looks for artifacts that are out of use, and removes them.

    A process may be killed between any two lines: a record without bytes, and bytes without a record, are both taken up
    by the next process as artifacts that nothing uses, and are removed by it after the grace period. Nothing of that is
    remembered across processes: in a new process the period of every artifact begins anew.
    """

    def __init__(self, store: Store, blobs: Blobs, holds: ArtifactHolds) -> None:
        self._store, self._blobs, self._holds = store, blobs, holds

    async def start(self) -> None:
        """Takes up what earlier processes have left."""
        async for entry in entries(self._store, ARTIFACTS):
            self._holds.there(last_part(entry.key))
        for digest in await self._blobs.digests():
            self._holds.there(digest)

    async def run(self, grace: float) -> None:
        """Sweeps until cancelled, at least four times in a grace period of more than some seconds."""
        while True:
            await asyncio.sleep(max(_SHORTEST, min(_LONGEST, grace / 4)))
            try:
                await self.sweep()
            except AminoError as error:
                _log.warning("unused artifacts are removed later: %s", error)

    async def sweep(self) -> frozenset[str]:
        """Removes what nothing uses, and answers the hashes."""
        look = self._holds.look()
        await self._check_witnesses(look)
        searched = self._holds.uses.unnamed_of(look)
        if not searched:
            return frozenset()
        await self._search(searched)
        taken = self._holds.take(look, searched)
        removed = await asyncio.gather(*(self._remove(digest) for digest in taken))
        gone = frozenset(digest for digest, done in zip(taken, removed, strict=True) if done)
        if gone:
            _log.info("%d artifacts that nothing used were removed; %d are left", len(gone), len(self._holds.uses))
        return gone

    async def _check_witnesses(self, look: Look) -> None:
        """Reads again, for each candidate, the one record that named it last: most are spared the search for another."""
        for number, digest in enumerate(look.candidates):
            witness = self._holds.uses.witness(digest)
            entry = None if witness is None else await self._store.get(witness)
            if witness is not None and (entry is None or _artifact_of(entry) != digest):
                self._holds.uses.unnamed(digest, witness)
            if number % 100 == 99:
                await asyncio.sleep(0)

    async def _search(self, digests: Collection[str]) -> None:
        for prefix in (OBJECTS, KINDS):
            async for entry in entries(self._store, prefix):
                digest = _artifact_of(entry)
                if digest in digests:
                    self._holds.uses.named(digest, entry.key)

    async def _remove(self, digest: str) -> bool:
        removed = False
        try:
            await self._store.commit(Transaction(then=(Delete(ARTIFACTS + digest),)))
            # A backup that has begun before may read the bytes still; a backup that begins now names them no more.
            if not await is_held(self._store):
                await self._blobs.remove(digest)
                removed = True
        except (AminoError, OSError) as error:
            _log.warning("the artifact %s is removed later: %s", digest[:12], error)
        finally:
            self._holds.let_go(digest, removed=removed)
        return removed


def _artifact_of(entry: Entry) -> str:
    """The hash of the artifact that the record of an object or a kind names."""
    if entry.key.startswith(KINDS):
        return common_pb2.KindRecord.FromString(entry.value).spec.artifact.hash
    return records.unpack(entry.value)[0].spec.artifact.hash
