"""Finds a JVM and the guests' jars, and starts the JVM half of a kernel."""

from amino_graal.backend import JvmBackend, JvmOptions, RuntimeHandle
from amino_graal.discovery import MachineReport, find_machine, report_machines
from amino_graal.jars import JarStore, Progress
from amino_graal.lock import LANGUAGES, JarLock, load_lock
from amino_graal.machine import JavaMachine, inspect_home

__all__ = [
    "LANGUAGES",
    "JarLock",
    "JarStore",
    "JavaMachine",
    "JvmBackend",
    "JvmOptions",
    "MachineReport",
    "Progress",
    "RuntimeHandle",
    "find_machine",
    "inspect_home",
    "load_lock",
    "report_machines",
]
