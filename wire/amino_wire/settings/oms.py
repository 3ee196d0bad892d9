"""The settings of the object management service."""

from __future__ import annotations

from pathlib import Path

from amino_wire.settings.declaration import Part, Setting
from amino_wire.settings.shared import HOST, INSECURE, LOG_FORMAT, LOG_LEVEL

OMS = Part(
    "oms",
    (
        HOST,
        Setting("port", "port", 7421, "port for gRPC; 0 takes a free one", "--port"),
        Setting("data_dir", "folder", Path(".amino/oms"), "folder that it keeps everything in", "--data-dir"),
        Setting(
            "store",
            "text",
            "sqlite",
            "where it keeps what it knows: `sqlite` in its folder, or etcd://host:2379,host2:2379",
            "--store",
        ),
        Setting(
            "blobs",
            "text",
            "",
            "where artifacts and large states lie: `folder` (with sqlite), `store` (with etcd), or s3://bucket/prefix; empty: by the store",
            "--blobs",
        ),
        Setting(
            "advertise",
            "text",
            "",
            "host:port at which kernels and other OMS reach this one; empty: where it listens",
            "--advertise",
        ),
        Setting(
            "depose_after",
            "seconds",
            1.0,
            "seconds without an answer after which an OMS that stands by deposes the leader (store etcd)",
            "--depose-after",
            least=0.2,
        ),
        Setting("lease", "seconds", 3.0, "seconds that a kernel may be silent (with `amino up` 6)", "--lease", least=0.1),
        Setting("margin", "seconds", 1.0, "seconds that the OMS waits longer than a lease (with `amino up` 2)", "--margin", above=0),
        Setting(
            "artifact_grace",
            "seconds",
            600.0,
            "seconds that an artifact of no object stays after its last use",
            "--artifact-grace",
            above=0,
        ),
        Setting(
            "accept_older_store",
            "switch",
            False,
            "give up what the store lacks of what kernels have seen, after a return to an old copy",
            "--accept-older-store",
        ),
        Setting(
            "max_nameless",
            "number",
            100_000,
            "objects without a name that each maker may have; 0: any number",
            "--max-nameless",
            least=0,
        ),
        Setting(
            "max_transactions",
            "number",
            10_000,
            "transactions over several objects that may be open at a time; 0: any number",
            "--max-transactions",
            least=0,
        ),
        Setting(
            "max_transaction_objects",
            "number",
            10_000,
            "objects that may take part in one transaction; 0: any number",
            "--max-transaction-objects",
            least=0,
        ),
        INSECURE,
        LOG_LEVEL,
        LOG_FORMAT,
    ),
    table="oms",
    prefix="AMINO_OMS_",
)
