"""The options a JVM is started with. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from amino_graal.machine import JavaMachine


def jvm_flags(machine: JavaMachine, compiler: Sequence[Path], *, heap_mb: int = 0, extra: Sequence[str] = ()) -> list[str]:
    """Answers the options for a JVM that runs guests.

    Args:
        machine: The JVM; options that its version does not know are left out.
        compiler: Jars of the JIT compiler; without them guests are interpreted.
        heap_mb: Largest heap in megabytes, 0 for the JVM's own choice.
        extra: Further options of the operator, last, so that they win.
    """
    flags = [
        # Near the limit a JVM thrashes and ignores SIGTERM; the supervisor starts a new one in two seconds.
        "-XX:+ExitOnOutOfMemoryError",
        "-Dpolyglot.engine.WarnInterpreterOnly=false",
    ]
    if machine.compiles and compiler:
        path = ":".join(str(jar) for jar in compiler)
        flags += ["-XX:+UnlockExperimentalVMOptions", "-XX:+EnableJVMCI", f"--upgrade-module-path={path}"]
    if machine.major >= 22:
        flags.append("--enable-native-access=ALL-UNNAMED")
    if machine.major >= 24:
        flags.append("--sun-misc-unsafe-memory-access=allow")
    if heap_mb:
        flags.append(f"-Xmx{heap_mb}m")
    return [*flags, *extra]
