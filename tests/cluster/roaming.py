"""A kernel on a phone that goes from one network to another, seen from a house: `python -m tests.cluster.roaming FOLDER HOUSE PHONE`.

Runs in the namespace of the house, and prints what it saw as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import amino
from amino_wire.errors import AminoError
from amino_wire.pb import client_pb2, common_pb2

from tests.cluster.client import Client, until
from tests.cluster.objects import CALLER_JS, COUNTER_JS
from tests.cluster.processes import KernelProcess, OmsProcess, free_port
from tests.support.networks import HOUSE, Networks

BUSY_JS = """
module.exports = class Busy {
  work(ms) { const end = Date.now() + ms; while (Date.now() < end); return 'done'; }
};
"""
ROOT = Path(__file__).resolve().parents[2]
NODE = """
import { createInterface } from 'node:readline';
import { connect } from './sdk/js/src/index.js';
const client = await connect(process.argv[1]);
const counter = await client.get('counter');
for await (const _ of createInterface({ input: process.stdin })) {
  const begun = performance.now();
  const codes = [];
  for (;;) {
    try {
      await counter.incr(1);
      break;
    } catch (error) {
      codes.push(error.code);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  console.log(JSON.stringify([codes, (performance.now() - begun) / 1000]));
}
"""
RUBY = """
require "json"
require_relative "sdk/ruby/lib/amino"
$stdout.sync = true
counter = Amino.connect(ARGV[0]).get("counter")
$stdin.each_line do
  begun = Process.clock_gettime(Process::CLOCK_MONOTONIC)
  codes = []
  begin
    counter.incr(1)
  rescue Amino::Error => e
    codes << e.code
    sleep 0.02
    retry
  end
  puts JSON.generate([codes, Process.clock_gettime(Process::CLOCK_MONOTONIC) - begun])
end
"""
PROGRAMS = {"node": ("node", "--input-type=module", "-e", NODE), "ruby": ("ruby", "-W1", "-e", RUBY)}
GAP_SECONDS, LONG_SECONDS = 0.5, 7.0
"""Without any network: while a lease goes on, and longer than that."""


@dataclass
class Seen:
    """What callers in the house saw of one change."""

    address: str = ""
    life: int = 0
    epoch: int = 0
    before: int = 0
    after: int = 0
    outgoing: int = 0
    seconds: float = 0.0
    """From the new address to the first answer."""
    errors: list[str] = field(default_factory=list[str])
    states: list[str] = field(default_factory=list[str])
    under_way: str = ""
    under_way_seconds: float = 0.0
    direct: list[str] = field(default_factory=list[str])
    """The errors of a client that had a connection to the phone itself, and lost it."""
    direct_seconds: float = 0.0
    others: dict[str, tuple[list[str], float]] = field(default_factory=dict[str, tuple[list[str], float]])
    """The same of programs in other languages."""


class Program:
    """A program of another language with a connection to the phone itself. Told to call, it calls until it is answered, and says how that
    went."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, *command: str) -> Program:
        pipe = asyncio.subprocess.PIPE
        made = cls(await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, cwd=ROOT))
        await made.call()
        return made

    async def call(self) -> tuple[list[str], float]:
        """The codes of the errors until the first answer, and the seconds until then."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(b"call\n")
        codes, seconds = json.loads(await asyncio.wait_for(self._process.stdout.readline(), 90))
        return codes, seconds

    async def stop(self) -> None:
        """Ends it."""
        self._process.kill()
        await self._process.wait()


class Phone(KernelProcess):
    """A kernel in the namespace of the phone. Its Unix sockets are where only that reaches: it is another machine."""

    networks: Networks

    def command(self) -> tuple[list[str], str]:
        command, order = super().command()
        private = self.folder / "phone-sockets"
        private.mkdir(exist_ok=True)
        own = ["env", f"XDG_RUNTIME_DIR={private}", "sh", "-c", 'mount -t tmpfs none "$0" && exec "$@"', str(private)]
        return ["ip", "netns", "exec", self.networks.phone, *own, *command], order


class Scene:
    """Everything, once it runs."""

    def __init__(self, folder: Path, networks: Networks) -> None:
        self.networks = networks
        self.oms = OmsProcess("oms", folder, free_port())
        self.oms.address = f"{HOUSE}:{self.oms.port}"
        self.oms.more = ("--host", HOUSE, "--insecure")
        self.home = KernelProcess("home", folder, self.oms.address, {"host": HOUSE, "insecure": True, "labels": {"name": "home"}})
        self.home.address = f"{HOUSE}:{self.home.port}"
        self.phone = Phone("phone", folder, self.oms.address, {"host": "0.0.0.0", "insecure": True, "labels": {"name": "phone"}})
        self.phone.networks = networks

    async def start(self) -> None:
        await self.oms.start()
        self.networks.join("wifi")
        self.phone.address = f"{self.networks.address('wifi')}:{self.phone.port}"
        await asyncio.gather(self.home.start(), self.phone.start())

    async def stop(self) -> None:
        await asyncio.gather(self.phone.kill(), self.home.stop())
        await self.oms.stop()

    async def play(self) -> dict[str, Seen]:
        async with Client(self.home.address) as client:
            for name, source, on in (
                ("counter", COUNTER_JS, "phone"),
                ("busy", BUSY_JS, "phone"),
                ("caller", CALLER_JS, "phone"),
                ("here", COUNTER_JS, "home"),
            ):
                await client.register(name, source, on=on)
            self.programs = {name: await Program.start(*command, self.home.address) for name, command in PROGRAMS.items()}
            try:
                async with amino.connect(self.home.address) as direct:
                    return await self._changes(client, await direct.get("counter"))
            finally:
                for program in self.programs.values():
                    await program.stop()

    async def _changes(self, client: Client, direct: amino.Stub) -> dict[str, Seen]:
        return {
            "start": await self._look(client, Seen()),
            "mobile": await self._change(client, direct, "wifi", "mobile", GAP_SECONDS),
            "wifi": await self._change(client, direct, "mobile", "wifi", 0.0),
            "long": await self._change(client, direct, "wifi", "mobile", LONG_SECONDS),
        }

    async def _change(self, client: Client, direct: amino.Stub, former: str, network: str, gap: float) -> Seen:
        seen, counter = Seen(), await client.get("counter")
        busy, caller = await client.get("busy"), await client.get("caller")
        await client.call(caller.id, "through", "here", 1)
        await direct.incr(1)
        await asyncio.gather(*(program.call() for program in self.programs.values()))
        seen.before = await client.call(counter.id, "incr")
        working = asyncio.ensure_future(client.call(busy.id, "work", 60_000, budget_ms=90_000))
        await asyncio.sleep(0.2)  # it is on its way: nothing else says so
        watching = asyncio.ensure_future(self._watch(client, seen))
        self.networks.leave(former)
        await asyncio.sleep(gap)
        self.networks.join(network)
        begun = time.monotonic()
        answers: list[int] = []

        async def answered() -> bool:
            try:
                answers.append(await client.call(counter.id, "incr", budget_ms=1000))
            except AminoError as error:
                seen.errors.append(error.code)
            return bool(answers)

        waiting = asyncio.ensure_future(self._direct(direct, seen))
        others = {name: asyncio.ensure_future(program.call()) for name, program in self.programs.items()}
        await until(answered, every=0.02)
        seen.seconds, seen.after = time.monotonic() - begun, answers[0]
        try:
            await asyncio.wait_for(working, 30)
        except AminoError as error:
            seen.under_way, seen.under_way_seconds = error.code, time.monotonic() - begun
        await asyncio.wait_for(waiting, 60)
        seen.others = {name: await calling for name, calling in others.items()}
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        seen.outgoing = await client.call(caller.id, "through", "here", 1, budget_ms=5000)
        return await self._look(client, seen)

    async def _direct(self, stub: amino.Stub, seen: Seen) -> None:
        begun = time.monotonic()
        while True:
            try:
                await stub.with_options(deadline=60.0).incr(1)
            except AminoError as error:
                seen.direct.append(error.code)
                await asyncio.sleep(0.02)
            else:
                seen.direct_seconds = time.monotonic() - begun
                return

    async def _watch(self, client: Client, seen: Seen) -> None:
        while True:
            status = (await client.get("counter")).status
            state = common_pb2.ObjectState.Name(status.state)
            if status.state == common_pb2.OBJECT_STATE_LOST:
                state = f"{state} {common_pb2.Loss.Name(status.loss)}"
            if state not in seen.states:
                seen.states.append(state)
            await asyncio.sleep(0.02)

    async def _look(self, client: Client, seen: Seen) -> Seen:
        kernels = (await client.ask("Kernels", client_pb2.KernelsRequest())).kernels
        phone = next(each for each in kernels if each.labels["name"] == "phone")
        seen.address, seen.life = phone.endpoints.grpc, phone.incarnation
        seen.epoch = (await client.get("counter")).status.epoch
        seen.errors = sorted(set(seen.errors))
        return seen


async def main(folder: str, house: str, phone: str) -> None:
    scene = Scene(Path(folder), Networks(house, phone))
    try:
        await scene.start()
        print(json.dumps({name: asdict(seen) for name, seen in (await scene.play()).items()}))
    finally:
        await scene.stop()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
