"""Calls with every option and field made wrong in many ways, sent by three roads that must say the same.

The roads: a member that the JVM half runs by itself; the same member behind a deployment manager, which both halves see; and `Invoke`,
which the Python half reads first.

`python -m tests.cluster.call_fuzzer --seed 1 --minutes 20` runs it against a kernel of its own (`make soak`).
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from amino_wire.errors import AminoError, Outcome, from_message, from_payload
from amino_wire.frames import HELLO, PARTIAL, REPLY, REQUEST, VERSION, array_header, is_raised, map_header, pack, split_reply
from amino_wire.pb import client_pb2, common_pb2
from amino_wire.values import EncodedValue, reader

from tests.cluster.client import Client
from tests.cluster.processes import Cluster, cluster
from tests.cluster.soak_options import SoakOptions

SOURCE = "module.exports = class Taker { take() { return 'taken'; } };"
PATIENCE = 20.0
STRINGS = (3, 5, 7)
ATOMS: dict[str, bytes] = {
    "nil": b"\xc0",
    "true": b"\xc3",
    "small": b"\x07",
    "negative": b"\xff",
    "large": b"\xcf" + b"\xff" * 8,
    "double": b"\xcb\x3f\xf8" + b"\x00" * 6,
    "text": b"\xa2ok",
    "empty text": b"\xa0",
    "no text": b"\xa2\xff\xfe",
    "surrogate": b"\xa3\xed\xa0\x80",
    "bytes": b"\xc4\x01x",
    "list": b"\x91\x01",
    "texts": b"\x92\xa1a\xa1b",
    "list of no text": b"\x92\xa1a\xa2\xff\xfe",
    "map": b"\x81\xa1k\x01",
    "empty map": b"\x80",
    "ambiguous": b"\x82\x01\xa1a\xc3\xa1b",
    "list as key": b"\x81\x90\x01",
    "torn timestamp": b"\xc7\x01\xff\x00",
    "unknown extension": b"\xc7\x01\x63\x00",
    "raised": b"\xc7\x01\x08\x90",
    "deep": b"\x91" * 240 + b"\x90",
}
"""Items of every kind, each whole, so that what stands behind them can be read."""
KINDS_OF_OPTIONS = (*range(1, 14), 14, 31, 32, 1000)
UNEQUAL = (2, 9, 10)
"""Options whose numbers rightly make the roads differ: 7 ms to run in, flags for kernels, an epoch that is not there yet."""
VALUES = (1, 8)
"""Options that hold values, which the halves pass on unread: whether a value suits the object is for the object to say."""


@dataclass(frozen=True, slots=True)
class Input:
    """One call: its options, one of which may be wrong, and its arguments."""

    kind: str
    options: bytes
    args: bytes = b"\x90"
    strict: bool = True
    """Whether all roads must say the same; else a value that one of them cannot hold may be refused there."""


@dataclass(slots=True)
class Tally:
    """The inputs that were tried, and their outcomes."""

    tried: Counter[str] = field(default_factory=Counter[str])
    valid: int = 0
    wrong: list[str] = field(default_factory=list[str])

    def __str__(self) -> str:
        total = sum(self.tried.values())
        kinds = ", ".join(f"{kind}: {count}" for kind, count in sorted(self.tried.items()))
        return f"{total} inputs, {self.valid} of them valid, {len(self.wrong)} answered in different ways ({kinds})"


def corpus() -> Iterator[Input]:
    """Every option with every kind of item, and every kind of item as an argument and as the arguments."""
    for key in KINDS_OF_OPTIONS:
        for atom in ATOMS.values():
            if key in UNEQUAL and atom == ATOMS["small"]:
                continue
            yield Input(f"option {key}", b"\x81" + pack(key) + atom, strict=key not in VALUES)
    for atom in ATOMS.values():
        yield Input("argument", b"\x80", b"\x91" + atom, strict=False)
        yield Input("arguments", b"\x80", atom, strict=False)


def random_inputs(random: Random) -> Iterator[Input]:
    """Calls with several options, in any order, some of them twice, and items within items."""
    keys = [key for key in KINDS_OF_OPTIONS if key not in UNEQUAL]
    while True:
        count = random.randrange(1, 6)
        options = b"".join(pack(random.choice(keys)) + _item(random) for _ in range(count))
        args = array_header(1) + _item(random) if random.random() < 0.3 else b"\x90"
        yield Input("several", map_header(count) + options, args, strict=False)


def _item(random: Random, depth: int = 0) -> bytes:
    kind = random.random()
    if depth < 3 and kind < 0.15:
        items = [_item(random, depth + 1) for _ in range(random.randrange(4))]
        return array_header(len(items)) + b"".join(items)
    if depth < 3 and kind < 0.3:
        pairs = [pack(f"k{number}") + _item(random, depth + 1) for number in range(random.randrange(4))]
        return map_header(len(pairs)) + b"".join(pairs)
    return random.choice(list(ATOMS.values()))


class Fuzzer:
    """Sends inputs by all roads and compares.

    Arguments:
        client: of the kernel.
        hello: what the kernel says to clients.
        plain: an object without deployment managers.
        managed: one of the same class with a manager.
    """

    def __init__(
        self, client: Client, hello: client_pb2.HelloResponse, plain: common_pb2.ObjectRecord, managed: common_pb2.ObjectRecord
    ) -> None:
        self._client, self._hello, self._plain, self._managed = client, hello, plain.id, managed.id
        self.tally = Tally()

    @classmethod
    async def over(cls, client: Client, on: str = "") -> Fuzzer:
        """With objects of its own, on the kernel of that name if there are several."""
        hello = await client.ask("Hello", client_pb2.HelloRequest(client_id="fuzzer", wire_version=VERSION))
        plain = await client.register("fuzzed-plain", SOURCE, on=on)
        managed = await client.register("fuzzed-managed", SOURCE, on=on, deployment_managers=[{"name": "ExplicitCheckpoint"}])
        return cls(client, hello, plain, managed)

    async def try_each(self, inputs: Iterator[Input], until: float) -> Tally:
        """Tries inputs until there are no more, or that moment of the monotonic clock."""
        for given in inputs:
            if time.monotonic() > until:
                break
            await self.try_one(given)
        return self.tally

    async def try_one(self, given: Input) -> None:
        verdicts = {
            "JVM half": await self._over_lane(self._plain, given),
            "both halves": await self._over_lane(self._managed, given),
            "Python half": await self._invoked(self._managed, given),
        }
        self.tally.tried[given.kind] += 1
        self.tally.valid += set(verdicts.values()) == {"taken"}
        alike = {_coarse(verdict) for verdict in verdicts.values()} if not given.strict else set(verdicts.values())
        allowed = len(alike) == 1 or (not given.strict and alike <= {"taken", "refused"})
        if not allowed or any("INTERNAL" in verdict or "UNAVAILABLE" in verdict for verdict in verdicts.values()):
            self.tally.wrong.append(f"{given}: {verdicts}")

    async def _over_lane(self, target: str, given: Input) -> str:
        """The call in a frame of its own, on a connection of its own, before a call that must always be answered."""
        hello = self._hello
        host, _, port = hello.endpoints.lane_tcp.rpartition(":")
        stream, writer = await asyncio.open_connection(host, int(port))
        try:
            said = {"v": VERSION, "client": "fuzzer", "token": hello.lane_token, "role": "client"}
            calls = pack(target) + pack("take") + given.args + pack(target) + pack("take") + b"\x90"
            request = array_header(5) + pack(REQUEST) + pack(1) + pack(10_000) + array_header(6) + calls + b"\x81\x00" + given.options
            for frame in (pack((HELLO, said)), request):
                writer.write(len(frame).to_bytes(4, "little") + frame)
            async with asyncio.timeout(PATIENCE):
                return await _outcome(stream)
        finally:
            writer.close()

    async def _invoked(self, target: str, given: Input) -> str:
        request = client_pb2.InvokeRequest(target=target, method="take", args=given.args, options=given.options)
        answer = await self._client.ask("Invoke", request)
        return _said(from_message(answer.error)) if answer.HasField("error") else "taken"


async def _outcome(stream: asyncio.StreamReader) -> str:
    outcomes: dict[int, EncodedValue] = {}
    while len(outcomes) < 2:
        try:
            length = int.from_bytes(await stream.readexactly(4), "little")
            data = await stream.readexactly(length)
        except asyncio.IncompleteReadError:
            return "closed"
        if data[1] not in (REPLY, PARTIAL):
            continue
        frame = split_reply(data)
        found = enumerate(frame[2]) if frame[0] == REPLY else zip(frame[2], frame[3], strict=True)
        outcomes.update(found)
    if outcomes[1].data != pack("taken"):
        return f"another call: {outcomes[1].data!r}"
    first = outcomes[0].data
    return _said(from_payload(reader.unpack(reader.unpack(first).data))) if is_raised(first) else "taken"


def _said(error: AminoError) -> str:
    return f"{error.code} {'not run' if error.outcome is Outcome.NOT_RUN else 'perhaps run'}"


def _coarse(verdict: str) -> str:
    return "refused" if verdict.startswith(("FRAME_INVALID", "VALUE_INVALID", "ARGUMENT_INVALID", "PERMISSION_DENIED")) else verdict


async def soak(seed: int, minutes: float) -> Tally:
    """The corpus, then random calls for so many minutes, against a kernel of its own."""
    with tempfile.TemporaryDirectory() as folder:
        async with cluster(Path(folder), "north") as made:
            return await _soak(made, seed, time.monotonic() + 60 * minutes)


async def _soak(made: Cluster, seed: int, until: float) -> Tally:
    async with Client(made.kernels["north"].address) as client:
        fuzzer = await Fuzzer.over(client)
        await fuzzer.try_each(corpus(), until)
        tally = await fuzzer.try_each(random_inputs(Random(seed)), until)
        await fuzzer.try_one(Input("at the end", b"\x80"))
        return tally


def main() -> None:
    given = SoakOptions.read(__doc__)
    tally = asyncio.run(soak(given.seed, given.minutes))
    print(f"seed {given.seed}: {tally}")
    for each in tally.wrong[:20]:
        print(each)
    raise SystemExit(1 if tally.wrong else 0)


if __name__ == "__main__":
    main()
