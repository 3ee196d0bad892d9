"""The peers: for each a server command, a client command, and how long it must run before a figure means anything."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


@dataclass(frozen=True)
class Peer:
    """A way to call `counter.incr(n, padding)` in another process.

    `{port}` in a command is replaced. `warm_seconds`: a JVM needs about 20 s before its figures mean anything.
    """

    name: str
    server: tuple[str, ...]
    client: tuple[str, ...]
    warm_seconds: float = 1.0
    environment: dict[str, str] = field(default_factory=dict[str, str])


def _python(name: str, module: str, warm_seconds: float = 1.0, environment: dict[str, str] | None = None) -> Peer:
    command = (sys.executable, "-m", f"benchmarks.peers.{module}")
    return Peer(name, (*command, "server", "{port}"), (*command, "client", "{port}"), warm_seconds, environment or {})


def _amino(carrier: str) -> Peer:
    command = (sys.executable, "-m", "benchmarks.peers.amino_peer")
    return Peer(f"amino_{carrier}", (*command, "server", "{port}"), (*command, "client", "{port}", carrier), 20.0)


def _rmi() -> Peer:
    classes = ROOT / "benchmarks" / "out" / "rmi"
    java = str(Path(jdk_home()) / "bin" / "java")
    command = (java, "-cp", str(classes), "RmiPeer")
    return Peer("rmi", (*command, "server", "{port}"), (*command, "client", "{port}"), 20.0)


def jdk_home() -> str:
    """The JDK that builds and runs the RMI peer: the one that Amino's own Java half is built with."""
    return subprocess.run([sys.executable, str(ROOT / "tools" / "find_jdk.py")], capture_output=True, text=True, check=True).stdout.strip()


def compile_rmi() -> None:
    """Compiles the RMI peer into `benchmarks/out/rmi`."""
    target = ROOT / "benchmarks" / "out" / "rmi"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    sources = sorted(str(path) for path in (HERE / "rmi").glob("*.java"))
    subprocess.run([str(Path(jdk_home()) / "bin" / "javac"), "-d", str(target), *sources], check=True)


def _node(name: str, file: str) -> Peer:
    command = ("node", f"benchmarks/peers/node/{file}")
    return Peer(name, (*command, "server", "{port}"), (*command, "client", "{port}"), 3.0)


def on_demand() -> dict[str, Peer]:
    """Peers that are measured when they are named: they take minutes to install (`pip install ray xoscar`) or are of one language only."""
    peers = [_python("ray", "ray_peer"), _python("xoscar", "xoscar_peer"), _node("grpc_js", "grpc_peer.mjs")]
    return {peer.name: peer for peer in peers}


def all_peers() -> dict[str, Peer]:
    """Every peer that is measured unless told otherwise, by name. `grpc_aio` is what the ratios are against."""
    peers = [
        _python("grpc_aio", "grpc_peer"),
        _rmi(),
        _python("thrift", "thrift_peer"),
        _python("pyro5", "pyro5_peer"),
        _python("rpyc", "rpyc_peer"),
        _python("rest", "rest_peer"),
        _amino("lane"),
        _amino("grpc"),
    ]
    return {peer.name: peer for peer in peers}
