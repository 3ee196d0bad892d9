"""Tests of deployment managers without machines; see README.md."""

from amino_testkit.cluster.client import SimulatedClient, Stub
from amino_testkit.cluster.cluster import NODES, SimulatedCluster
from amino_testkit.histories.history import History, Operation
from amino_testkit.histories.linearizability import Porcupine, is_linearizable
from amino_testkit.network.faults import NO_FAULTS, Faults
from amino_testkit.objects import Caller, KeyValue
from amino_testkit.probe import Probe, Seen
from amino_testkit.world.clock import MachineClock
from amino_testkit.world.scheduler import Stuck, Unexpected, elapsed, error_of, simulate

__all__ = [
    "NODES",
    "NO_FAULTS",
    "Caller",
    "Faults",
    "History",
    "KeyValue",
    "MachineClock",
    "Operation",
    "Porcupine",
    "Probe",
    "Seen",
    "SimulatedClient",
    "SimulatedCluster",
    "Stub",
    "Stuck",
    "Unexpected",
    "elapsed",
    "error_of",
    "is_linearizable",
    "simulate",
]
