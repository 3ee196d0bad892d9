"""The store in etcd where etcd refuses, cannot be found, or lets nobody in: each has its error, which says what to do."""

from __future__ import annotations

import asyncio
import base64
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from amino_store.errors import StoreFull, TransactionTooLarge
from amino_store.etcd.address import EtcdAddress
from amino_store.etcd.store import EtcdStore
from amino_store.transaction import Put, Transaction
from amino_wire.errors import ConfigInvalid, OmsUnavailable

from tests.support.etcd import EtcdCluster, can_run
from tests.unit.etcd_world import SECONDS, opened
from tests.unit.store_contract import put, take

pytestmark = pytest.mark.skipif(bool(can_run()), reason=f"there is no etcd: {can_run()}")


@pytest.fixture
def one(tmp_path: Path) -> Iterator[EtcdCluster]:
    """A member whose tokens run out after a second without use."""
    cluster = EtcdCluster(tmp_path / "etcd", options=("--auth-token-ttl", "1", "--unsafe-no-fsync")).start()
    yield cluster
    cluster.stop()


async def test_a_full_database_says_so_until_there_is_room(tmp_path: Path) -> None:
    cluster = EtcdCluster(tmp_path / "etcd", options=("--quota-backend-bytes", str(16 * 1024 * 1024), "--unsafe-no-fsync")).start()
    try:
        async with opened(cluster.address("amino")) as store:
            with pytest.raises(StoreFull, match="quota") as caught:
                for each in range(40):
                    await put(store, f"/a/{each}", bytes(1024 * 1024 - 100))
            assert "etcdctl alarm disarm" in str(caught.value)
            with pytest.raises(StoreFull):
                await store.grant(10.0)
            assert await store.count("/a/") > 5
            member = cluster.members[0]
            member.post("kv/deleterange", key=_base64("/amino/keys/a/"), range_end=_base64("/amino/keys/a0"))
            member.post("kv/compaction", revision=str(await store.revision()), physical=True)
            member.post("maintenance/defragment")
            identity = member.post("maintenance/status")["header"]["member_id"]
            member.post("maintenance/alarm", action="DEACTIVATE", memberID=identity, alarm="NOSPACE")
            await put(store, "/b", b"1")
    finally:
        cluster.stop()


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


async def test_the_limits_of_an_etcd_with_default_settings_are_known(tmp_path: Path) -> None:
    cluster = EtcdCluster(tmp_path / "etcd", options=("--unsafe-no-fsync",)).start()
    try:
        async with opened(cluster.address("amino")) as store:
            assert store.limits.operations == 127
            await store.commit(Transaction(then=tuple(Put(f"/{each}", b"") for each in range(127))))
            with pytest.raises(TransactionTooLarge, match="--max-txn-ops"):
                await store.commit(Transaction(then=tuple(Put(f"/{each}", b"") for each in range(128))))
    finally:
        cluster.stop()


async def test_an_address_where_nothing_answers_is_a_clear_error() -> None:
    with pytest.raises(OmsUnavailable, match=r"etcd at 127\.0\.0\.1:1 has not answered for 0\.5 s"):
        await EtcdStore.open(EtcdAddress(("127.0.0.1:1",)), patience=0.5)


async def test_a_user_is_refused_at_once_where_etcd_knows_none(one: EtcdCluster, tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("secret", encoding="utf-8")
    with pytest.raises(ConfigInvalid, match="none where etcd knows no users"):
        await EtcdStore.open(EtcdAddress.parse(f"{one.url}?user=amino&password_file={password}"))


async def test_users_and_passwords(one: EtcdCluster, tmp_path: Path) -> None:
    member = one.members[0]
    for user, password in (("root", "r"), ("amino", "secret"), ("other", "o"), ("half", "secret")):
        member.post("auth/user/add", name=user, password=password)
    member.post("auth/user/grant", user="root", role="root")
    member.post("auth/role/add", name="ours")
    everything = {"permType": "READWRITE", "key": _base64("/amino/"), "range_end": _base64("/amino0")}
    member.post("auth/role/grant", name="ours", perm=everything)
    member.post("auth/user/grant", user="amino", role="ours")
    member.post("auth/role/add", name="one key")  # which is asked for when a store opens
    member.post("auth/role/grant", name="one key", perm={"permType": "READ", "key": _base64("/amino/keys-")})
    member.post("auth/user/grant", user="half", role="one key")
    member.post("auth/enable")
    good, wrong = tmp_path / "good", tmp_path / "wrong"
    good.write_text("secret\n")
    wrong.write_text("guess\n")
    url = f"etcd://{member.address}"
    async with opened(EtcdAddress.parse(f"{url}?user=amino&password_file={good}")) as store:
        watch = store.watch("/a")
        await put(store, "/a", b"1")
        assert [event.entry.value for event in await take(watch, 1)] == [b"1"]
        lease = await store.grant(10.0)
        await asyncio.sleep(3.0)  # the token runs out
        await store.keep_alive(lease)
        await asyncio.sleep(3.0)
        later = store.watch("/a")
        await put(store, "/a", b"2")
        for each in (watch, later):
            assert [event.entry.value for event in await take(each, 1)] == [b"2"]
    for refused in (url, f"{url}?user=amino&password_file={wrong}", f"{url}/elsewhere?user=amino&password_file={good}"):
        with pytest.raises(ConfigInvalid, match="does not let us in"):
            async with opened(EtcdAddress.parse(refused)) as store:
                await put(store, "/a")
    async with opened(EtcdAddress.parse(f"{url}?user=half&password_file={good}")) as store:
        # etcd takes such a watch, and then cancels it.
        with pytest.raises(ConfigInvalid, match="does not let us in"):
            await asyncio.wait_for(anext(store.watch("/a")), SECONDS)
        with pytest.raises(ConfigInvalid, match="does not let us in"):
            await asyncio.gather(*map(store.get, ("/a", "/b")))


async def test_encrypted_connections_need_the_right_certificates(tmp_path: Path) -> None:
    ca, cert, key = make_certificates(tmp_path)
    options = ("--cert-file", cert, "--key-file", key, "--client-cert-auth", "--trusted-ca-file", ca)
    cluster = EtcdCluster(tmp_path / "etcd", options=(*(str(each) for each in options), "--unsafe-no-fsync")).start(wait=False)
    try:
        member = cluster.members[0].address
        async with opened(EtcdAddress.parse(f"etcd://{member}?ca={ca}&cert={cert}&key={key}")) as store:
            watch = store.watch("/a")
            await put(store, "/a", b"1")
            assert [event.entry.value for event in await take(watch, 1)] == [b"1"]
        for without in (f"etcd://{member}", f"etcd://{member}?ca={ca}"):
            with pytest.raises(OmsUnavailable):
                await EtcdStore.open(EtcdAddress.parse(without), patience=1.0)
    finally:
        cluster.stop()


def make_certificates(folder: Path) -> tuple[Path, Path, Path]:
    """A certificate for this machine that signs itself, which members and clients show each other."""
    cert, key = folder / "cert.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)]
    subprocess.run([*command, *names], check=True, capture_output=True)
    return cert, cert, key
