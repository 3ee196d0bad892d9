"""The peers by name: those of every run, and those on demand."""

from __future__ import annotations

import sys

from benchmarks.peers import compiled
from benchmarks.peers.peer import Peer

__all__ = ["Peer", "all_peers", "on_demand"]


def _python(name: str, module: str) -> Peer:
    command = (sys.executable, "-m", f"benchmarks.peers.{module}")
    return Peer(name, (*command, "server", "{port}"), (*command, "client", "{port}"))


def _amino(carrier: str) -> Peer:
    command = (sys.executable, "-m", "benchmarks.peers.amino_peer")
    return Peer(f"amino_{carrier}", (*command, "server", "{port}"), (*command, "client", "{port}", carrier), compiled.JVM_WARM_SECONDS)


def _node(name: str, file: str) -> Peer:
    command = ("node", f"benchmarks/peers/node/{file}")
    return Peer(name, (*command, "server", "{port}"), (*command, "client", "{port}"), 3.0)


def on_demand() -> dict[str, Peer]:
    """Peers that are measured when they are named: they take minutes to install (`pip install ray xoscar`), or few machines have them."""
    peers = [
        _python("ray", "ray_peer"),
        _python("xoscar", "xoscar_peer"),
        compiled.grpc_java(),
        _node("grpc_js", "grpc_peer.mjs"),
        compiled.erlang(),
    ]
    return {peer.name: peer for peer in peers}


def all_peers() -> dict[str, Peer]:
    """Every peer that is measured unless told otherwise, by name. `grpc_aio` is what the ratios are against."""
    peers = [
        _python("grpc_aio", "grpc_peer"),
        compiled.rmi(),
        _python("thrift", "thrift_peer"),
        _python("pyro5", "pyro5_peer"),
        _python("rpyc", "rpyc_peer"),
        _python("rest", "rest_peer"),
        _amino("lane"),
        _amino("grpc"),
    ]
    return {peer.name: peer for peer in peers}
