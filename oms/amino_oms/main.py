"""Starts the object management service."""

from __future__ import annotations

import asyncio
import json
import signal
from dataclasses import replace
from pathlib import Path
from random import Random, SystemRandom

from amino_dms.chain import Registry
from amino_wire.log_lines import set_up_standard_logging
from amino_wire.open_files import ensure_open_files
from amino_wire.proof import ClusterSecret

from amino_oms.background import BackgroundTasks
from amino_oms.blobs import check_packages
from amino_oms.clock import Clock, SystemClock
from amino_oms.coordination.coordinators import Coordinators
from amino_oms.lifecycle.generations import Generations
from amino_oms.lifecycle.lifetime_clock import DayClock, LifetimeClock
from amino_oms.lifecycle.losses import Losses
from amino_oms.lifecycle.services import Services
from amino_oms.membership.detector import FailureDetector
from amino_oms.membership.kernel_calls import KernelCalls
from amino_oms.membership.kernel_directory import KernelDirectory
from amino_oms.oms import Oms
from amino_oms.registry.artifact_holds import ArtifactHolds
from amino_oms.registry.artifact_sweep import ArtifactSweep
from amino_oms.registry.artifacts import Artifacts
from amino_oms.registry.durable_values import DurableValues
from amino_oms.registry.object_registry import ObjectRegistry
from amino_oms.registry.request_ledger import RequestLedger
from amino_oms.registry.store_history import StoreHistory
from amino_oms.service.kernel_connections import KernelConnections
from amino_oms.service.server import OmsServer, serve
from amino_oms.settings import SQLITE, OmsSettings
from amino_oms.storage import Storage, open_storage
from amino_oms.transactions.limits import TransactionLimits
from amino_oms.turn import listening, unless


async def create_oms(
    data_dir: Path,
    *,
    clock: Clock | None = None,
    settings: OmsSettings | None = None,
    kernels: KernelCalls | None = None,
    managers: Registry | None = None,
    secret: ClusterSecret | None = None,
) -> Oms:
    """Opens the store and starts the service over it; it is ready for requests, which `service.add_to_server` brings.

    Arguments:
        data_dir: made where missing; one process at a time.
        clock: the machine's unless given.
        settings: leases and limits; their address and folder do not matter here.
        kernels: how kernels are reached; by gRPC unless given.
        managers: the deployment managers there are; those installed unless given.
        secret: told what the secret of the cluster is; to be given with `kernels`, which prove by it.

    Raises what `open_storage` raises, and StoreOutdated where the store was exchanged for an older copy.
    """
    clock = clock or SystemClock()
    settings = settings or OmsSettings(data_dir)
    storage = await open_storage(replace(settings, data_dir=data_dir), clock.monotonic)
    secret = secret or ClusterSecret()
    kernels = kernels or KernelConnections(secret)
    return await _begun(assemble_oms(storage, clock=clock, settings=settings, kernels=kernels, managers=managers, secret=secret))


def assemble_oms(
    storage: Storage,
    *,
    clock: Clock,
    settings: OmsSettings,
    kernels: KernelCalls,
    managers: Registry | None = None,
    random: Random | None = None,
    secret: ClusterSecret | None = None,
) -> Oms:
    """Puts the service together over a store that is open; `Oms.start` begins its work.

    Arguments:
        storage: all that it keeps.
        random: where chance comes from; the system's unless given.
        clock, settings, kernels, managers, secret: as `create_oms`.
    """
    random, store = random or SystemRandom(), storage.store
    detector = FailureDetector(lease=settings.lease, margin=settings.margin)
    registry, directory = ObjectRegistry(store, DurableValues(store, storage.values, random)), KernelDirectory(store, detector, clock)
    coordinators = Coordinators(registry, directory, kernels, clock, managers, random)
    background, holds = BackgroundTasks(), ArtifactHolds(settings.artifact_grace, clock)
    services = Services(
        registry=registry,
        ledger=RequestLedger(store, clock),
        directory=directory,
        kernels=kernels,
        coordination=coordinators,
        background=background,
        generations=Generations(registry, directory, kernels, background, clock),
        artifacts=holds,
        history=StoreHistory(store, storage.marks, random, accept_older=settings.accept_older_store),
        clock=clock,
        losses=Losses(directory),
        random=random,
        secret=secret or ClusterSecret(),
    )
    sweep = ArtifactSweep(store, storage.artifacts, holds)
    moments = DayClock(clock) if settings.store == SQLITE else LifetimeClock(store, clock)
    limits = TransactionLimits(settings.max_transactions, settings.max_transaction_objects)
    parts = (services, Artifacts(store, storage.artifacts, holds), sweep, moments)
    oms = Oms(*parts, max_nameless=settings.max_nameless, transactions=limits)
    coordinators.use(oms.replicas, oms.shards)
    services.generations.when_in_force(coordinators.in_force)
    return oms


async def run_oms(settings: OmsSettings, *, as_json: bool = False) -> None:
    """Runs the service in a process of its own until it gets SIGTERM or SIGINT; prints where it listens, for people or as JSON.

    Over a store that several processes can reach it stands by until it is its turn.

    Raises AddressRefused, PortTaken, StoreInUse; StoreFailed where the disk has failed, or another service has taken the store, so
    that the process must end with the status `STORE_FAILED` and be started again.
    """
    settings.check()
    check_packages(settings)
    set_up_standard_logging(settings.log_level, settings.log_format)
    ensure_open_files("the OMS")
    told = asyncio.Event()
    if settings.store == SQLITE:
        oms = await create_oms(settings.data_dir, settings=settings)
        try:
            server = await serve(oms, settings)
            _announce(server, as_json=as_json)
            await _run(oms, server, told)
        finally:
            await oms.close()
        return
    async with listening(settings) as turn:
        _announce(turn.server, as_json=as_json)
        _end_on_signals(told)
        storage = await unless(told, turn.come())
        if storage is None:
            return
        oms = await _started(storage, settings)
        telling = asyncio.ensure_future(turn.tell(oms))
        try:
            await turn.begin(oms)
            await _run(oms, turn.server, told)
        finally:
            telling.cancel()
            await oms.close()


async def _started(storage: Storage, settings: OmsSettings) -> Oms:
    secret = ClusterSecret()
    oms = assemble_oms(storage, clock=SystemClock(), settings=settings, kernels=KernelConnections(secret), secret=secret)
    return await _begun(oms)


async def _begun(oms: Oms) -> Oms:
    try:
        await oms.start()
    except BaseException:
        await oms.close()
        raise
    return oms


def _announce(server: OmsServer, *, as_json: bool) -> None:
    print(json.dumps({"address": server.address}) if as_json else f"amino oms listens on {server.address}", flush=True)


def _end_on_signals(told: asyncio.Event) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)


async def _run(oms: Oms, server: OmsServer, told: asyncio.Event) -> None:
    """Returns when the process is told to end and has answered; raises the reason when the service cannot go on."""
    _end_on_signals(told)
    telling, failing = asyncio.ensure_future(told.wait()), asyncio.ensure_future(oms.failed())
    try:
        await asyncio.wait((telling, failing), return_when=asyncio.FIRST_COMPLETED)
        # Requests that wait are answered with the failure before their connections close.
        await server.stop()
        if failing.done():
            raise failing.result()
    finally:
        telling.cancel()
        failing.cancel()
