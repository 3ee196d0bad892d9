"""Peers that are compiled before they run: Java RMI, grpc-java, Erlang. What they become is in `benchmarks/out`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.peers.peer import Peer

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
OUT = ROOT / "benchmarks" / "out"
JVM_WARM_SECONDS = 20.0


def jdk_home() -> Path:
    """The JDK that builds and runs Java peers: the one that Amino's own Java half is built with."""
    finder = [sys.executable, str(ROOT / "tools" / "find_jdk.py")]
    return Path(subprocess.run(finder, capture_output=True, text=True, check=True).stdout.strip())


def rmi() -> Peer:
    """Java RMI."""
    return _java("rmi", "RmiPeer")


def grpc_java() -> Peer:
    """grpc-java on Netty; Maven fetches its jars."""
    return _java("grpc_java", "GrpcPeer", OUT / "grpc_java" / "jars")


def erlang() -> Peer:
    """Erlang's distribution; needs `erl` (Debian: erlang-base)."""
    folder = OUT / "erlang"
    loopback = "-kernel inet_dist_use_interface '{127,0,0,1}'"
    start = f"exec erl -noshell -pa {folder} {loopback} -run counter_peer main"
    server, client = f"{start} server {{port}} -name server{{port}}@127.0.0.1", f"{start} client {{port}} -name client$$@127.0.0.1"
    environment = {"ERL_EPMD_ADDRESS": "127.0.0.1", "ERL_CRASH_DUMP": os.devnull}
    return Peer("erlang", ("sh", "-c", server), ("sh", "-c", client), 2.0, environment, lambda: _compile_erlang(folder))


def _java(name: str, main: str, jars: Path | None = None) -> Peer:
    classes = OUT / name / "classes"
    path = os.pathsep.join([str(classes), *([f"{jars}/*"] if jars else [])])
    # Only when it is prepared or started is a JDK looked for: `--help` must work without one.
    command = ("sh", "-c", f'exec "$({sys.executable} {ROOT}/tools/find_jdk.py)/bin/java" -cp "{path}" {main} "$0" "$1"')
    server, client = (*command, "server", "{port}"), (*command, "client", "{port}")
    return Peer(name, server, client, JVM_WARM_SECONDS, prepare=lambda: _compile_java(main, classes, jars))


def _compile_java(main: str, classes: Path, jars: Path | None) -> None:
    shutil.rmtree(classes, ignore_errors=True)
    classes.mkdir(parents=True)
    if jars is not None and not jars.exists():
        maven = ["mvn", "-q", "-B", "-f", str(HERE / "java" / "pom.xml"), "dependency:copy-dependencies", f"-DoutputDirectory={jars}"]
        subprocess.run(maven, check=True)
    sources = [str(HERE / "java" / f"{name}.java") for name in ("Driver", main)]
    path = ["-cp", f"{jars}/*"] if jars else []
    subprocess.run([str(jdk_home() / "bin" / "javac"), *path, "-d", str(classes), *sources], check=True)


def _compile_erlang(folder: Path) -> None:
    if shutil.which("erlc") is None:
        raise SystemExit("the peer erlang needs Erlang: on Debian and Ubuntu `apt-get install erlang-base`")
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["erlc", "-o", str(folder), str(HERE / "erlang" / "counter_peer.erl")], check=True)
