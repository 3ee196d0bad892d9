"""Where the service keeps what it knows: the store and the blobs of one machine, or those of a cluster."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from socket import gethostname

from amino_store.blobs.blobs import Blobs
from amino_store.etcd.address import EtcdAddress
from amino_store.etcd.store import EtcdStore
from amino_store.marks import FolderMarks, Marks
from amino_store.recipes.owner import Owner
from amino_store.recipes.ownership import OwnedStore
from amino_store.sqlite.store import SqliteStore
from amino_store.store import Store
from amino_wire.host import host_id

from amino_oms.blobs import open_blobs
from amino_oms.clock import seconds_with_suspension
from amino_oms.settings import SQLITE, OmsSettings


@dataclass(frozen=True, slots=True)
class Storage:
    """All that the service keeps.

    Attributes:
        store: open; closed by the service.
        artifacts: bytes of artifacts.
        values: durable values that the store is too small for; None: it takes all.
        marks: how far the store has come, kept outside of it.
    """

    store: Store
    artifacts: Blobs
    values: Blobs | None
    marks: Marks

    async def close(self) -> None:
        """Closes all of it, where no service has done so."""
        await self.artifacts.close()
        await self.store.close()


async def open_storage(settings: OmsSettings, clock: Callable[[], float]) -> Storage:
    """Opens what the settings name, for this process alone.

    Arguments:
        settings: `store` says what, `data_dir` where on this machine.
        clock: gives the seconds that the leases of a store on this machine are measured by.

    Raises:
        StoreInUse: another process works on it.
        OmsUnavailable: no member of the cluster answers.
        ConfigInvalid, StoreIncompatible, StoreDamaged: see `SqliteStore.open`, `EtcdStore.open`.
        BlobsElsewhere, PackageMissing, NotWritten: see `open_blobs`.
    """
    if settings.store == SQLITE:
        store = await SqliteStore.open(settings.data_dir, clock=clock)
        try:
            return await _storage(store, settings)
        except BaseException:
            await store.close()
            raise
    opened = await open_etcd(settings)
    try:
        owned = await OwnedStore.take(opened, Owner(this_process()), ended=has_ended, clock=seconds_with_suspension)
        return await owned_storage(owned, opened, settings)
    except BaseException:
        await opened.close()
        raise


async def open_etcd(settings: OmsSettings) -> EtcdStore:
    """Opens the cluster's store; others may have it open too. Raises as `open_storage`."""
    return await EtcdStore.open(EtcdAddress.parse(settings.store))


async def owned_storage(owned: OwnedStore, opened: EtcdStore, settings: OmsSettings) -> Storage:
    """What a service keeps in a cluster's store that it owns.

    Arguments:
        owned: by this process.
        opened: the client of the store below it, which shuts out the clients of owners before.
        settings: as for `open_storage`.
    """
    await opened.forget_other_clients(owned.fence)
    return await _storage(owned, settings)


async def _storage(store: Store, settings: OmsSettings) -> Storage:
    blobs = await open_blobs(settings, store)
    return Storage(store, blobs.artifacts, blobs.values, FolderMarks(settings.artifacts))


def this_process() -> str:
    """This process, so that another one can tell whether it has ended, and a person where it is."""
    return f"process {os.getpid()} on {gethostname()} (begun {_begun(os.getpid())}, in {host_id()})"


def has_ended(who: str) -> bool:
    """Whether a process, by what it has said of itself, ran on this machine and has ended for certain."""
    words = who.split()
    if len(words) < 8 or words[-1] != f"{host_id()})" or not words[1].isdigit():
        return False
    return f"(begun {_begun(int(words[1]))}," not in who


def _begun(process: int) -> str:
    """When a process began, in the kernel's own count, so that its number is not taken for that of a later one; empty: it has ended."""
    try:
        # The name of the program, in brackets, may have spaces.
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in ("Z", "X") else fields[19]
