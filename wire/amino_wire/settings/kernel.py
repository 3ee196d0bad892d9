"""The settings of a kernel."""

from __future__ import annotations

from pathlib import Path

from amino_wire.settings.declaration import Part, Setting
from amino_wire.settings.shared import HOST, INSECURE, LOG_FORMAT, LOG_LEVEL

LANGUAGES = ("js", "python", "ruby", "llvm", "wasm", "java")

KERNEL = Part(
    "kernel",
    (
        HOST,
        Setting("port", "port", 7420, "port for gRPC; 0 takes a free one", "--port"),
        Setting(
            "advertise",
            "text",
            "",
            "host at which others reach it; empty: where it listens, or with all interfaces its present address towards the OMS",
            "--advertise",
        ),
        Setting("lane_port", "port", 0, "port of the direct lane; 0 takes a free one", "--lane-port"),
        Setting("oms", "text", "127.0.0.1:7421", "host:port of the OMS, or several with commas", "--oms"),
        Setting("data_dir", "folder", Path(".amino/kernel"), "folder of the kernel's id and files; one per kernel", "--data-dir"),
        Setting(
            "languages",
            "words",
            ("js",),
            "guest languages whose jars are fetched before the start; `all` for every one",
            "--languages",
            choices=(*LANGUAGES, "all"),
        ),
        Setting(
            "allow",
            "words",
            (),
            "what guests may do: native, io, network, env, host, threads",
            "--allow",
            choices=("native", "io", "network", "env", "host", "threads"),
        ),
        Setting("labels", "labels", {}, "labels of this kernel, key=value, for placement", "--label"),
        Setting(
            "isolate",
            "text",
            "none",
            "give each artifact, or each tenant, a JVM process of its own: none, artifact, tenant",
            "--isolate",
            choices=("none", "artifact", "tenant"),
        ),
        Setting("heap_mb", "number", 0, "largest heap of a JVM in megabytes; 0 leaves it to the JVM", "--heap-mb", least=0),
        Setting(
            "call_memory_mb",
            "number",
            0,
            "megabytes that one call of a guest may allocate; 0: as much as the heap allows",
            "--call-memory-mb",
            least=0,
        ),
        Setting("jvm_options", "words", (), "further options of the JVM", "--jvm-option"),
        Setting("contexts", "number", 0, "contexts per artifact; 0: as many as fit the language and the cores", "--contexts", least=0),
        Setting(
            "drain_timeout",
            "seconds",
            20.0,
            "seconds in which objects move to other kernels before the kernel stops; 0: none",
            "--drain-timeout",
            least=0,
        ),
        Setting("unload_after", "seconds", 60.0, "seconds after which a JVM half forgets an artifact that nothing uses", above=0),
        Setting("artifact_grace", "seconds", 600.0, "seconds that an artifact which nothing uses stays on the kernel's disk", above=0),
        Setting("offline", "switch", False, "never fetch jars", "--offline"),
        INSECURE,
        Setting("supervise", "switch", True, "run under a supervisor that restarts the kernel", "--no-supervise"),
        LOG_LEVEL,
        LOG_FORMAT,
        Setting("py4j_port", "port", 0, "attach to the JVM behind this py4j port instead of starting one"),
        Setting("py4j_token", "text", "", "that gateway's secret", secret=True),
        Setting("py4j_languages", "words", (), "languages that the JVM behind it runs; others get a JVM process of their own"),
    ),
    table="kernel",
    prefix="AMINO_KERNEL_",
)
