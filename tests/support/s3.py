"""A real server of the S3 protocol for tests, which keeps buckets as folders and can be killed, frozen and started again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from amino.testing import free_port
from amino_store.blobs.s3 import place

from tests.support.built import cannot_run, program
from tests.support.waiting import wait_until

BUCKET = "amino-test"
KEY, SECRET = "amino-test-key", "amino-test-secret-7401"
"""What the server lets in."""


class S3Server:
    """One process.

    Arguments:
        folder: its buckets, and its log.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._port = folder, free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.bucket = folder / "buckets" / BUCKET
        self.bucket.mkdir(parents=True, exist_ok=True)
        # Names of files and not extended attributes: folders for tests need not lie on a disk that has those.
        (folder / "names").mkdir(exist_ok=True)
        listen = ("--port", f"127.0.0.1:{self._port}")
        self._command = [str(program("build_s3.py")), *listen, "posix", "--sidecar", str(folder / "names"), str(folder / "buckets")]

    @property
    def endpoint(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._port}"

    def url(self, prefix: str = "objects", *, timeout: float = 10.0, bucket: str = BUCKET) -> str:
        """What `--blobs` takes."""
        return f"s3://{bucket}/{prefix}?endpoint={self.endpoint}&timeout={timeout:g}"

    def start(self) -> S3Server:
        """Starts it, for the first time or again, and waits until it listens."""
        environment = {**os.environ, "ROOT_ACCESS_KEY": KEY, "ROOT_SECRET_KEY": SECRET}
        with (self._folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)
        wait_until(self._listens, "the server of buckets listens")
        return self

    def freeze(self) -> None:
        """SIGSTOP: it takes connections and answers nothing, when this returns."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        state = Path(f"/proc/{self.process.pid}/stat")
        wait_until(lambda: state.read_text().rpartition(")")[2].split()[0] == "T", "the server of buckets stands still")

    def wake(self) -> None:
        """SIGCONT."""
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """SIGKILL, also where it is frozen."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def objects(self, prefix: str = "objects") -> dict[str, bytes]:
        """What the bucket holds under a prefix, by the names behind the store's own folder; that folder's marker is left out."""
        root = self.bucket / prefix
        found = {path.relative_to(root).parts[1:]: path for path in root.rglob("*") if path.is_file()}
        return {"/".join(name): path.read_bytes() for name, path in found.items() if name != ("store",)}

    def parts(self) -> list[str]:
        """The files of uploads that have not come to their end."""
        return [str(path) for path in self.bucket.glob(".sgwtmp/multipart/**/*") if path.is_file()]

    def rename(self, prefix: str, other: str) -> None:
        """Brings all under a prefix to another one."""
        for folder in (self.bucket, self._folder / "names" / BUCKET):
            (folder / prefix).rename(folder / other)

    def without_bucket(self) -> None:
        """Removes the bucket with all that it holds."""
        shutil.rmtree(self.bucket)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self._port)) == 0


def let_in(patch: pytest.MonkeyPatch, key: str = KEY, secret: str = SECRET) -> None:
    """Gives this process, and those that it starts, credentials, and takes away all others."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        patch.delenv(name)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        patch.setenv(name, os.devnull)
    patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    if key:
        patch.setenv("AWS_ACCESS_KEY_ID", key)
        patch.setenv("AWS_SECRET_ACCESS_KEY", secret)


@contextmanager
def serving(folder: Path) -> Iterator[S3Server]:
    """A server, which this process may ask, and those that it starts."""
    with pytest.MonkeyPatch.context() as patch:
        let_in(patch)
        server = S3Server(folder).start()
        # A start on a busy machine, too, is to hear what is wrong.
        patch.setattr(place, "PATIENCE", 30.0)
        try:
            yield server
        finally:
            server.kill()


def can_run() -> str:
    """Why the server cannot run here; empty: it can."""
    return cannot_run("build_s3.py")
