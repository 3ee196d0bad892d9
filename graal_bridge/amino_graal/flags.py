"""The options a JVM is started with. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from amino_graal.machine import JavaMachine

LATER_COMPILATION = (
    "-XX:Tier4InvocationThreshold=50000",
    "-XX:Tier4MinInvocationThreshold=6000",
    "-XX:Tier4CompileThreshold=150000",
    "-XX:Tier4BackEdgeThreshold=400000",
)
"""Ten times the JVM's own thresholds: a start runs much code a little, and compiling it well took a processor second from that start. Code
that is called all the time gets there within a second (`docs/decisions/0012`)."""
SAME_EVERYWHERE = ("-Duser.language=en", "-Duser.country=US", "-Duser.timezone=UTC")
CRASH_LOG = "hs_err_%p.log"
"""The JVM puts its process id for %p."""


def jvm_flags(
    machine: JavaMachine,
    compiler: Sequence[Path],
    *,
    heap_mb: int = 0,
    archive: Path | None = None,
    crash_folder: Path | None = None,
    extra: Sequence[str] = (),
) -> list[str]:
    """Answers the options for a JVM that runs guests.

    Args:
        machine: The JVM; options that its version does not know are left out.
        compiler: Jars of the JIT compiler; without them guests are interpreted.
        heap_mb: Largest heap in megabytes, 0 for the JVM's own choice.
        archive: Classes to map at the start; an archive that does not fit is passed over.
        crash_folder: Where the JVM writes about its own crash; None for the working folder.
        extra: Further options of the operator, last, so that they win.
    """
    flags = [
        # The process's signals are the kernel's: a handler of the JVM that met Python in the midst of its own start crashed both.
        "-Xrs",
        "-Dpolyglot.engine.WarnInterpreterOnly=false",
        # Texts and orders must not depend on the machine: replicas of an object run on several (`docs/decisions/0064`).
        *SAME_EVERYWHERE,
        *LATER_COMPILATION,
    ]
    if machine.compiles and compiler:
        path = ":".join(str(jar) for jar in compiler)
        flags += ["-XX:+UnlockExperimentalVMOptions", "-XX:+EnableJVMCI"]
        # Else the 25th call of a function of a language's library starts the compiler, in the midst of the first object's making.
        flags.append("-Dpolyglot.engine.DynamicCompilationThresholds=false")
        if machine.has_placeholder:
            flags.append(f"--upgrade-module-path={path}")
        else:
            flags += [f"--module-path={path}", "--add-modules=jdk.graal.compiler"]
    if machine.major >= 22:
        flags.append("--enable-native-access=ALL-UNNAMED")
    if machine.major >= 24:
        flags.append("--sun-misc-unsafe-memory-access=allow")
    if archive is not None:
        # The JVM would write to our output that another archive of its own does not fit its modules.
        flags += [f"-XX:SharedArchiveFile={archive}", "-Xlog:cds*=off", "-Xlog:aot*=off"]
    if crash_folder is not None:
        flags += [f"-XX:ErrorFile={str(crash_folder).replace('%', '%%')}/{CRASH_LOG}", "-XX:-HeapDumpOnOutOfMemoryError"]
    if heap_mb:
        flags.append(f"-Xmx{heap_mb}m")
    return [*flags, *extra]
