"""Tests of deployment managers without machines; see README.md."""

from amino_dms.testkit.cluster import NODES, SimulatedCluster
from amino_dms.testkit.faults import NO_FAULTS, Faults
from amino_dms.testkit.history import History, Operation
from amino_dms.testkit.linearizability import Porcupine, is_linearizable
from amino_dms.testkit.objects import Caller, KeyValue
from amino_dms.testkit.probe import Probe, Seen
from amino_dms.testkit.simulation import SimulatedClock, Stuck, simulate

__all__ = [
    "NODES",
    "NO_FAULTS",
    "Caller",
    "Faults",
    "History",
    "KeyValue",
    "Operation",
    "Porcupine",
    "Probe",
    "Seen",
    "SimulatedClock",
    "SimulatedCluster",
    "Stuck",
    "is_linearizable",
    "simulate",
]
