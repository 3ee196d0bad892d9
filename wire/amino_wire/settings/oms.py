"""The settings of the object management service."""

from __future__ import annotations

from pathlib import Path

from amino_wire.settings.declaration import Part, Setting

OMS = Part(
    "oms",
    (
        Setting("host", "text", "127.0.0.1", "address to listen on; other than loopback needs `insecure`", "--host"),
        Setting("port", "port", 7421, "port for gRPC; 0 takes a free one", "--port"),
        Setting("data_dir", "folder", Path(".amino/oms"), "folder that it keeps everything in", "--data-dir"),
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
            "insecure", "switch", False, "allow an address other than loopback although nothing is encrypted or authenticated", "--insecure"
        ),
        Setting(
            "log_level",
            "text",
            "info",
            "least level that is logged: debug, info, warning, error",
            "--log-level",
            choices=("debug", "info", "warning", "error"),
        ),
        Setting("log_format", "text", "console", "form of a log line: console or json", "--log-format", choices=("console", "json")),
    ),
    table="oms",
    prefix="AMINO_OMS_",
)
