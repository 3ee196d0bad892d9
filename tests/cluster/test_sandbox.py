"""By default a guest reaches nothing of its host, whatever it tries; each attempt gets an error, and the kernel serves on."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import socket
import socketserver
import subprocess
import sys
import tarfile
import threading
import uuid
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from amino_wire.artifacts import hash_of, pack
from amino_wire.errors import AminoError, ArtifactInvalid, DeadlineExceeded, NativeNotAllowed, PermissionDenied
from amino_wire.pb import client_pb2, common_pb2

from tests.cluster.client import Client
from tests.cluster.objects import COUNTER_JS
from tests.cluster.processes import cluster
from tests.cluster.sandbox_attempts import ATTEMPTS, LOOPS, PROBERS, Attempt

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

SECRET = "words that nobody shall see"
PATIENCE_MS = 120_000
"""A guest's library is read on first use, which takes long on a busy machine."""
LOOP_MS = 2_000
NATIVE = {
    "python": [sys.executable, "-c", "import sys; space = {}; exec(sys.argv[1], space); print(space['result'])"],
    "js": ["node", "-e", "eval(process.argv[1])"],
    "ruby": ["ruby", "-e", "puts eval(ARGV[0])"],
}


@dataclass
class Bench:
    """A kernel with default rights, a counter that must go on counting, and a prober for each language, made when first asked for."""

    client: Client
    folder: Path
    listener: socket.socket
    witness: str
    counted: int = 0
    probers: dict[str, str] = field(default_factory=dict)

    async def prober(self, language: str) -> str:
        if language not in self.probers:
            self.probers[language] = (await self.client.register(f"prober-{language}", PROBERS[language], language)).id
        return self.probers[language]

    async def lives(self) -> None:
        """The kernel that ran the guest is the same one, and serves others."""
        self.counted += 1
        assert await self.client.call(self.witness, "incr") == self.counted

    def words(self, attempt: Attempt) -> tuple[str, Path]:
        """The code, and the path that it would write to."""
        new = self.folder / uuid.uuid4().hex
        port = self.listener.getsockname()[1]
        return attempt.code.format(file=self.folder / "secret", script=self.folder / "script.cjs", new=new, port=port), new


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bench(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Bench]:
    folder = tmp_path_factory.mktemp("sandbox")
    (folder / "secret").write_text(SECRET)
    (folder / "script.cjs").write_text(f"module.exports = {SECRET!r};")
    with pytest.MonkeyPatch.context() as patch, socket.create_server(("127.0.0.1", 0)) as listener:
        patch.setenv("AMINO_TEST_SECRET", SECRET)
        async with cluster(folder, "north", languages=["all"]) as made, Client(made.kernels["north"].address) as client:
            yield Bench(client, folder, listener, (await client.register("witness", COUNTER_JS)).id)


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=str)
async def test_an_attempt_ends_in_an_error_for_its_caller(bench: Bench, attempt: Attempt) -> None:
    prober = await bench.prober(attempt.language)
    code, new = bench.words(attempt)
    with pytest.raises(AminoError) as caught:
        print(await bench.client.call(prober, "attempt", code, budget_ms=PATIENCE_MS))
    assert caught.value.code in ("GUEST_EXCEPTION", "PERMISSION_DENIED"), caught.value
    assert SECRET not in str(caught.value) + caught.value.stack
    assert not new.exists()
    assert await bench.client.call(prober, "ping") == "pong"
    await bench.lives()


@pytest.mark.parametrize("attempt", [attempt for attempt in ATTEMPTS if attempt.native], ids=str)
async def test_the_same_works_outside_the_sandbox(tmp_path: Path, attempt: Attempt) -> None:
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "script.cjs").write_text(f"module.exports = {SECRET!r};")
    # In threads, which are joined: a connection of a loop may outlive its test, and the next but three would be blamed.
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), AnswerHttp) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        code = attempt.code.format(
            file=tmp_path / "secret", script=tmp_path / "script.cjs", new=tmp_path / "new", port=server.server_address[1]
        )
        command = [*NATIVE[attempt.language], code]
        done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=False, timeout=60)
        server.shutdown()
    assert done.returncode == 0, done.stderr


class AnswerHttp(socketserver.BaseRequestHandler):
    """Answers every request."""

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            self.request.recv(1)
            self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("python", "import os; result = dict(os.environ)"),
        ("js", "JSON.stringify(Object.getOwnPropertyNames(globalThis))"),
        ("ruby", "ENV.to_h"),
    ],
)
async def test_the_environment_is_not_shown(bench: Bench, language: str, code: str) -> None:
    seen = await bench.client.call(await bench.prober(language), "attempt", code, budget_ms=PATIENCE_MS)
    assert SECRET not in seen and "AMINO_TEST_SECRET" not in seen and "process" not in seen


@pytest.mark.parametrize("language", list(LOOPS))
async def test_an_endless_loop_ends_at_its_deadline_and_nothing_is_lost(bench: Bench, language: str) -> None:
    await bench.prober(language)
    objects = [await bench.client.create(f"prober-{language}") for _ in range(3)]
    for code in LOOPS[language]:
        with pytest.raises(DeadlineExceeded):
            await bench.client.call(objects[0].id, "attempt", code, budget_ms=LOOP_MS)
        answers = await asyncio.gather(*(bench.client.call(each.id, "ping", budget_ms=PATIENCE_MS) for each in objects))
        assert answers == ["pong"] * 3, code
        await bench.lives()


async def test_two_endless_loops_of_one_artifact_at_once(bench: Bench) -> None:
    await bench.prober("js")
    objects = [await bench.client.create("prober-js") for _ in range(4)]
    calls = [bench.client.call(each.id, "attempt", "for (;;) {}", budget_ms=LOOP_MS) for each in objects]
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [DeadlineExceeded] * 4
    assert await asyncio.gather(*(bench.client.call(each.id, "ping") for each in objects)) == ["pong"] * 4
    await bench.lives()


PROBER_C = """
#include "amino.h"
AMINO_MEMBER(int32_t, peek, (int64_t address), "Reads one byte.") { return *(volatile unsigned char *)(uintptr_t)address; }
AMINO_MEMBER(int32_t, poke, (int64_t address), "Writes one byte.") { return *(volatile unsigned char *)(uintptr_t)address = 1; }
AMINO_MEMBER(int32_t, jump, (int64_t address), "Calls what is there.") { return ((int32_t (*)(void))(uintptr_t)address)(); }
static volatile int32_t depth;
AMINO_MEMBER(int32_t, deeper, (int32_t n), "Never comes back.") { depth++; int32_t below = deeper(n + 1); return below + depth; }
AMINO_MEMBER(int32_t, divide, (int32_t a, int32_t b), "Divides.") { return a / b; }
AMINO_MEMBER(void, spin, (void), "Never ends.") { for (;;) depth++; }
AMINO_MEMBER(const char *, ping, (void), "Answers.") { return "pong"; }
"""
WANTS_AN_OPERATING_SYSTEM = bytes.fromhex(
    "0061736d01000000"  # a module of WebAssembly
    "010901 60047f7f7f7f017f"  # one type of function
    "022301 16776173695f736e617073686f745f7072657669657731 0866645f7772697465 0000"  # the import wasi_snapshot_preview1.fd_write
)
TOUCHES_FILES_C = """
#include "amino.h"
#include <stdio.h>
AMINO_MEMBER(bool, read, (const char *path), "Opens a file.") { return fopen(path, "r") != 0; }
"""


async def compiled(folder: Path, source: str, *options: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "prober.c").write_text(source)
    command = [sys.executable, "-m", "amino", "cc", folder / "prober.c", "--target", folder / "prober.wasm", *options]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (folder / "prober.c").unlink()
    return folder


async def register_folder(client: Client, name: str, data: bytes, language: str, entry: str) -> common_pb2.ObjectRecord:
    artifact = common_pb2.Artifact(hash=hash_of(data), language=language, entry=entry, size=len(data))

    async def parts():  # type: ignore[no-untyped-def]
        yield client_pb2.PutArtifactRequest(artifact=artifact)
        yield client_pb2.PutArtifactRequest(chunk=data)

    put = await client.ask("PutArtifact", parts())
    request = client_pb2.RegisterRequest(name=name, artifact=put.artifact, args=b"\x90", request_id=uuid.uuid4().hex)
    return (await client.ask("Register", request)).object


async def test_webassembly_stays_in_its_memory_and_its_time(bench: Bench) -> None:
    folder = await compiled(bench.folder / "wasm", PROBER_C)
    record = await register_folder(bench.client, "prober-wasm", pack(folder).data, "wasm", "prober.wasm")
    other = await bench.client.create("prober-wasm")
    for method, *args in (("peek", 2**31), ("poke", 2**32 - 1), ("jump", 12345), ("deeper", 0), ("divide", 1, 0)):
        with pytest.raises(AminoError) as caught:
            await bench.client.call(record.id, method, *args, budget_ms=PATIENCE_MS)
        assert caught.value.code == "GUEST_EXCEPTION", (method, caught.value)
        assert await bench.client.call(record.id, "ping") == "pong", method
    with pytest.raises(DeadlineExceeded):
        await bench.client.call(record.id, "spin", budget_ms=LOOP_MS)
    for each in (other, record):
        assert await bench.client.call(each.id, "ping", budget_ms=PATIENCE_MS) == "pong"
    await bench.lives()


async def test_webassembly_that_wants_an_operating_system_is_refused(bench: Bench) -> None:
    folder = bench.folder / "wasi"
    folder.mkdir()
    (folder / "prober.wasm").write_bytes(WANTS_AN_OPERATING_SYSTEM)
    with pytest.raises(ArtifactInvalid, match="wasi"):
        await register_folder(bench.client, "system-wasm", pack(folder).data, "wasm", "prober.wasm")
    await bench.lives()


async def test_a_c_library_in_webassembly_opens_no_file(bench: Bench) -> None:
    folder = await compiled(bench.folder / "files", TOUCHES_FILES_C, "--libc")
    record = await register_folder(bench.client, "files-wasm", pack(folder).data, "wasm", "prober.wasm")
    for path in ("/etc/hostname", "prober.wasm", str(folder / "prober.wasm")):
        assert await bench.client.call(record.id, "read", path) is False, path
    await bench.lives()


async def test_what_has_the_rights_of_the_process_is_refused(bench: Bench) -> None:
    with pytest.raises(NativeNotAllowed, match=r"--allow native.*wasm"):
        await bench.client.register("bitcode", "BC", "llvm", entry="object.bc")
    with pytest.raises(PermissionDenied, match="--allow host"):
        await bench.client.register("java", "x", "java", entry="Main.class")
    await bench.lives()


def packed_with(member: tarfile.TarInfo, content: bytes = b"") -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        source = PROBERS["js"].encode()
        entry = tarfile.TarInfo("object.js")
        entry.size = len(source)
        archive.addfile(entry, io.BytesIO(source))
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["symlink", "hard link", "upwards", "absolute", "device"])
async def test_an_artifact_that_leads_out_of_itself_is_refused(bench: Bench, kind: str) -> None:
    outside = bench.folder / f"outside-{uuid.uuid4().hex}"
    member = tarfile.TarInfo({"upwards": f"../../../../../..{outside}", "absolute": str(outside)}.get(kind, "leads.js"))
    member.type = {"symlink": tarfile.SYMTYPE, "hard link": tarfile.LNKTYPE, "device": tarfile.CHRTYPE}.get(kind, tarfile.REGTYPE)
    member.linkname = str(bench.folder / "script.cjs") if "link" in kind else ""
    with pytest.raises(ArtifactInvalid):
        await register_folder(bench.client, f"leads-{kind[:3]}", packed_with(member, b"x" if member.isreg() else b""), "js", "object.js")
    assert not outside.exists()
    await bench.lives()


async def test_a_folder_s_symlinks_out_of_it_do_not_bring_their_targets(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "object.js").write_text(PROBERS["js"])
    (tmp_path / "leads.txt").symlink_to(bench.folder / "secret")
    try:
        data = pack(tmp_path).data
    except AminoError as refused:
        assert refused.code == "ARTIFACT_INVALID" and "leads.txt" in str(refused)
    else:
        assert SECRET.encode() not in data and json.dumps(SECRET).encode() not in data
