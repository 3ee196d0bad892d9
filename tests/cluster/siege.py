"""A kernel under siege: hostile clients, hostile guests and dying processes at once, with an honest client beside them.

Counted are the inputs tried by kind, the ends of the kernel under siege and the wrong answers to the honest client (there may be none),
and how long its calls took alone and beside the others.

`python -m tests.cluster.siege --seed 1 --minutes 20` (`make soak`).
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import grpc.aio
from amino_wire.errors import AminoError, Outcome
from amino_wire.frames import HELLO, REQUEST, VERSION, pack
from amino_wire.pb import client_pb2, oms_pb2

from tests.cluster import call_fuzzer, frame_fuzzer, frame_inputs
from tests.cluster.client import Client
from tests.cluster.objects import COUNTER_JS
from tests.cluster.processes import Cluster, KernelProcess, cluster
from tests.cluster.siege_guests import GUESTS
from tests.cluster.soak_options import SoakOptions
from tests.support.nonsense import Nonsense, ask_nonsense

ALONE_SECONDS = 5.0
PAUSE_SECONDS = 0.002
GUEST_BUDGET_MS = 400
GUEST_PATIENCE = 60.0
MANY = b"x" * 200_000
"""The argument of the calls whose answers nobody reads."""


@dataclass(slots=True)
class Report:
    """The inputs that were tried, and their outcomes."""

    seed: int
    tried: Counter[str] = field(default_factory=Counter[str])
    honest: int = 0
    deaths: int = 0
    wrong: list[str] = field(default_factory=list[str])
    alone: list[float] = field(default_factory=list[float])
    beside: list[float] = field(default_factory=list[float])

    def __str__(self) -> str:
        tried = ", ".join(f"{kind}: {count}" for kind, count in sorted(self.tried.items()))
        times = f"p99 of the honest client {_p99(self.beside):.1f} ms, alone {_p99(self.alone):.1f} ms"
        ends = f"{self.deaths} kills of the other kernel"
        return (
            f"seed {self.seed}: {self.tried.total()} inputs ({tried}); {ends}; {self.honest} honest calls, {times}; {len(self.wrong)} wrong"
        )


def _p99(seconds: list[float]) -> float:
    return sorted(seconds)[int(0.99 * len(seconds))] * 1000 if seconds else 0.0


class Honest:
    """A client that counts, and knows what each answer must be."""

    def __init__(self, client: Client, report: Report) -> None:
        self._client, self._report = client, report
        self._expected = 0
        self._id = ""

    async def run(self, until: float, times: list[float]) -> None:
        """Calls one after the other, and notes how long each took, in seconds."""
        self._id = self._id or (await self._client.register("honest", COUNTER_JS, on="north")).id
        while time.monotonic() < until:
            began = time.perf_counter()
            try:
                answer = await self._client.call(self._id, "incr")
            except AminoError as error:
                self._report.wrong.append(f"honest call {self._expected + 1}: {error.code} {error.message}")
                return
            times.append(time.perf_counter() - began)
            self._expected += 1
            self._report.honest += 1
            if answer != self._expected:
                self._report.wrong.append(f"honest call {self._expected} was answered {answer!r}")
                return
            # One call after the other would leave the attackers, which run in this process too, no time.
            await asyncio.sleep(PAUSE_SECONDS)


class Siege:
    """The attackers.

    Arguments:
        made: kernels `north`, which must live, and `south`, which is killed again and again.
        report: where they count.
        random: their chance.
    """

    def __init__(self, made: Cluster, folder: Path, report: Report, random: Random) -> None:
        self._made, self._folder, self._report, self._random = made, folder, report, random

    @property
    def north(self) -> KernelProcess:
        """The kernel that must live."""
        return self._made.kernels["north"]

    async def run(self, until: float) -> None:
        """All attacks at once."""
        attacks: list[Callable[[float], Awaitable[None]]] = [
            self._frames,
            self._calls,
            self._requests,
            self._mute,
            self._greedy,
            *(self._guest(language) for language in GUESTS),
            self._deaths,
        ]
        await asyncio.gather(*(attack(until) for attack in attacks))

    async def _frames(self, until: float) -> None:
        async with Client(self.north.address) as client:
            fuzzer = await frame_fuzzer.FrameFuzzer.over(client, self._folder, on="north")
            inputs = frame_inputs.random_inputs(fuzzer.target, self._random)
            tally = await fuzzer.try_each(inputs, until)
            self._report.tried["frames"] += tally.tried.total()
            self._report.wrong += tally.wrong

    async def _calls(self, until: float) -> None:
        async with Client(self.north.address) as client:
            fuzzer = await call_fuzzer.Fuzzer.over(client, on="north")
            tally = await fuzzer.try_each(call_fuzzer.random_inputs(self._random), until)
            self._report.tried["calls"] += tally.tried.total()
            self._report.wrong += tally.wrong

    async def _requests(self, until: float) -> None:
        services = [
            (self.north.address, client_pb2.DESCRIPTOR.services_by_name["ClientService"]),
            (self.north.address, oms_pb2.DESCRIPTOR.services_by_name["KernelService"]),
            (self._made.oms.address, oms_pb2.DESCRIPTOR.services_by_name["ObjectManagementService"]),
        ]
        nonsense = Nonsense(self._random, ("incr", "get", "north", "victim"))
        while time.monotonic() < until:
            address, service = self._random.choice(services)
            async with grpc.aio.insecure_channel(address) as channel:
                tally = await ask_nonsense(channel, service, nonsense, self._random, 20)
            self._report.tried["requests"] += tally.asked.total()
            self._report.wrong += tally.internal

    async def _mute(self, until: float) -> None:
        """Connections that say nothing, half a hello, or nonsense, and are left so for a while."""
        host, port = await self._lane()
        while time.monotonic() < until:
            opened: list[asyncio.StreamWriter] = []
            for _ in range(50):
                try:
                    _, writer = await asyncio.wait_for(asyncio.open_connection(host, port), 10)
                except OSError:
                    continue
                writer.write(self._random.choice((b"", b"\x20", b"\x20\x00\x00\x00\x92\x04", self._random.randbytes(40))))
                opened.append(writer)
                self._report.tried["mute connections"] += 1
            await asyncio.sleep(1)
            for writer in opened:
                writer.close()

    async def _greedy(self, until: float) -> None:
        """Clients that ask for much and read nothing."""
        async with Client(self.north.address) as client:
            echo = await client.register("echo", "module.exports = class Echo { say(x) { return x; } };", on="north")
            hello = await client.ask("Hello", client_pb2.HelloRequest(client_id="greedy", wire_version=VERSION))
            host, port = await self._lane()
            while time.monotonic() < until:
                _, writer = await asyncio.open_connection(host, port)
                said = {"v": VERSION, "client": "greedy", "token": hello.lane_token, "role": "client"}
                for frame in (pack((HELLO, said)), *(pack((REQUEST, n, 0, [echo.id, "say", [MANY]])) for n in range(40))):
                    writer.write(len(frame).to_bytes(4, "little") + frame)
                    self._report.tried["greedy requests"] += 1
                await asyncio.sleep(1)
                writer.transport.abort()

    async def _lane(self) -> tuple[str, int]:
        async with Client(self.north.address) as client:
            hello = await client.ask("Hello", client_pb2.HelloRequest(client_id="mute", wire_version=VERSION))
        host, _, port = hello.endpoints.lane_tcp.rpartition(":")
        return host, int(port)

    def _guest(self, language: str) -> Callable[[float], Awaitable[None]]:
        async def attack(until: float) -> None:
            source, members = GUESTS[language]
            async with Client(self.north.address) as client:
                made = await client.register(f"hostile-{language}", source, language, on="north")
                while not self._report.tried[f"{language} guest"] or time.monotonic() < until:
                    member = self._random.choice(members)
                    self._report.tried[f"{language} guest"] += 1
                    try:
                        async with asyncio.timeout(GUEST_PATIENCE):
                            await client.call(made.id, member, budget_ms=GUEST_BUDGET_MS)
                    except AminoError as error:
                        if error.code == "INTERNAL":
                            self._report.wrong.append(f"{language} {member}: {error.message}")
                    except TimeoutError:
                        self._report.wrong.append(f"{language} {member}: no answer within {GUEST_PATIENCE} s")

        return attack

    async def _deaths(self, until: float) -> None:
        """The other kernel is killed while a client counts on an object that saves: no acknowledged count may be lost."""
        south = self._made.kernels["south"]
        async with Client(self.north.address) as client:
            managers = [{"name": "DurableSerializableRPC"}]
            made = await client.register("saved", COUNTER_JS, on="south", deployment_managers=managers)
            promised = tried = 0
            while time.monotonic() < until:
                death = asyncio.get_running_loop().time() + self._random.uniform(0.2, 2.0)
                while asyncio.get_running_loop().time() < death:
                    try:
                        answer = await client.call(made.id, "incr")
                    except AminoError as error:
                        tried += error.outcome is not Outcome.NOT_RUN
                        await asyncio.sleep(0.05)
                        continue
                    tried += 1
                    if not promised < answer <= tried:
                        self._report.wrong.append(f"the saved counter said {answer}; {promised} were promised and {tried} tried")
                    promised = max(promised, answer)
                await south.kill()
                self._report.deaths += 1
                await south.start()


async def siege(folder: Path, seed: int, seconds: float) -> Report:
    """Plays it against a cluster of its own."""
    report = Report(seed)
    async with cluster(folder, "north", "south") as made, Client(made.kernels["north"].address) as client:
        north, oms = made.kernels["north"], made.oms
        honest = Honest(client, report)
        await honest.run(time.monotonic() + ALONE_SECONDS, report.alone)
        until = time.monotonic() + seconds
        await asyncio.gather(honest.run(until, report.beside), Siege(made, folder, report, Random(seed)).run(until))
        for process in (north.process, oms.process):
            if process is None or process.returncode is not None:
                report.wrong.append(f"a process ended: {process}")
        for each in (north, oms):
            if "Traceback" in each.log_text():
                report.wrong.append(f"a traceback in the log of {each.name}: {each.log_text()[-3000:]}")
    return report


def main() -> None:
    given = SoakOptions.read(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        report = asyncio.run(siege(Path(folder), given.seed, 60 * given.minutes))
    print(report)
    for each in report.wrong[:20]:
        print(each)
    raise SystemExit(1 if report.wrong else 0)


if __name__ == "__main__":
    main()
