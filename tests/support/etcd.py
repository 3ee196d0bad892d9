"""Real etcd for tests: one member or several, which can be killed, frozen and started again."""

from __future__ import annotations

import json
import signal
import subprocess
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from amino.testing import free_port
from amino_store.etcd.address import EtcdAddress

from tests.support.built import cannot_run, program
from tests.support.hosts import LOCAL, Host
from tests.support.waiting import wait_until

_HEARTBEAT, _ELECTION = 100, 1000
"""Milliseconds. Shorter ones make a busy machine elect leaders for no other reason."""


def etcd_program() -> Path:
    """The etcd that is started, built where there is none yet; `make setup` has done so."""
    return program("build_etcd.py")


class EtcdMember:
    """One process of etcd.

    Arguments:
        program: etcd.
        folder: its data and its log.
        name: its name in the cluster.
        host: where it runs.
    """

    def __init__(self, program: Path, folder: Path, name: str, host: Host = LOCAL) -> None:
        self._program, self._folder, self.name, self.host = program, folder, name, host
        self.client_port, self.peer_port = free_port(), free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where clients reach it."""
        return f"{self.host.ip}:{self.client_port}"

    @property
    def peer(self) -> str:
        """Where other members reach it."""
        return f"http://{self.host.ip}:{self.peer_port}"

    def start(self, members: Sequence[EtcdMember], options: Sequence[str]) -> None:
        """Starts it, for the first time or again."""
        scheme = "https" if any(each.startswith("--cert-file") for each in options) else "http"
        command = [
            *(*self.host.prefix, str(self._program), "--name", self.name, "--data-dir", str(self._folder / self.name), "--logger", "zap"),
            *("--listen-client-urls", f"{scheme}://{self.address}", "--advertise-client-urls", f"{scheme}://{self.address}"),
            *("--listen-peer-urls", self.peer, "--initial-advertise-peer-urls", self.peer),
            *("--initial-cluster", ",".join(f"{each.name}={each.peer}" for each in members)),
            *("--heartbeat-interval", str(_HEARTBEAT), "--election-timeout", str(_ELECTION)),
            *options,
        ]
        with (self._folder / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal to the process."""
        assert self.process is not None
        self.process.send_signal(number)

    def freeze(self) -> None:
        """SIGSTOP, and it stands still when this returns."""
        self.signal(signal.SIGSTOP)
        assert self.process is not None
        state = Path(f"/proc/{self.process.pid}/stat")
        wait_until(lambda: state.read_text().rpartition(")")[2].split()[0] == "T", f"{self.name} stands still")

    def kill(self) -> None:
        """SIGKILL, also where it is frozen."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def post(self, path: str, **fields: Any) -> dict[str, Any]:
        """Asks its gateway, which takes JSON: for what only an operator does."""
        body = json.dumps(fields).encode()
        request = urllib.request.Request(f"http://{self.address}/v3/{path}", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as response:
            answer: dict[str, Any] = json.load(response)
            return answer

    @property
    def leads(self) -> bool:
        """Whether it is the leader."""
        status = self.post("maintenance/status")
        return bool(status["leader"] == status["header"]["member_id"])

    def serves(self) -> bool:
        """Whether it answers, as a member of a cluster that has a leader."""
        try:
            return "leader" in self.post("maintenance/status")
        except OSError:
            return False


class EtcdCluster:
    """Members in one folder.

    Arguments:
        folder: made where missing.
        size: how many members.
        options: more flags of etcd.
        hosts: where they run, one each; empty: all on this machine.
    """

    def __init__(
        self,
        folder: Path,
        size: int = 1,
        options: Sequence[str] = ("--max-txn-ops", "10000", "--unsafe-no-fsync"),
        hosts: Sequence[Host] = (),
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        program = etcd_program()
        self.members = [EtcdMember(program, folder, f"n{number}", host) for number, host in enumerate(hosts or [LOCAL] * size)]
        self._options = tuple(options)

    def start(self, *, wait: bool = True) -> EtcdCluster:
        """Starts all that do not run, and waits until they serve."""
        for member in self.members:
            if member.process is None:
                member.start(self.members, self._options)
        if wait:
            wait_until(lambda: all(member.serves() for member in self.members), "etcd serves")
        return self

    def restart(self, member: EtcdMember) -> None:
        """Starts one member again."""
        member.start(self.members, self._options)
        wait_until(member.serves, f"{member.name} serves again")

    def stop(self) -> None:
        """Ends all of them."""
        for member in self.members:
            member.kill()

    @property
    def leader(self) -> EtcdMember:
        """The member that leads."""
        return next(member for member in self.members if member.process is not None and member.leads)

    @property
    def url(self) -> str:
        """What `--store` takes."""
        return f"etcd://{','.join(member.address for member in self.members)}"

    def address(self, prefix: str, *members: EtcdMember) -> EtcdAddress:
        """The address of a part of the keys, at all members or some."""
        return EtcdAddress(tuple(member.address for member in members or self.members), prefix)


def can_run() -> str:
    """Why etcd cannot run here; empty: it can."""
    return cannot_run("build_etcd.py")
