"""Everything that the author of a deployment manager needs."""

from amino_wire.frames import Invocation

from amino_dms.api.calls import (
    LOOK,
    NOT_ANSWERED,
    QUESTION,
    REPLICA_HEADER,
    SYNC,
    TOUCH,
    Next,
    chain_id,
    is_internal,
    is_read,
    re_enters,
    replica_of,
    to_replica,
    transaction_of,
    with_header,
)
from amino_dms.api.clock import Clock, SystemClock, within
from amino_dms.api.config import config_text, read_config, require_some, settings_of, write_config
from amino_dms.api.coordinator_kernel import CoordinatorKernel
from amino_dms.api.declarations import Declarations, Rule, Trait
from amino_dms.api.delegation import Delegation, Ending, Numbers, Ran, Session
from amino_dms.api.gate import Gate
from amino_dms.api.joint import JointCall, JointKernel
from amino_dms.api.kernel import Copy, InstanceKernel, PartKernel, Peer, ProxyKernel, Stored
from amino_dms.api.log import LogPage, ReplicatedLog
from amino_dms.api.manager import DeploymentManager, NoConfig
from amino_dms.api.model import Arrival, Interface, Method, Node, ObjectRule, Purpose, Replica
from amino_dms.api.outcomes import NOWHERE, did_not_run, is_answer, outcome_of
from amino_dms.api.part import (
    DETACH_SECONDS,
    ENDING_SECONDS,
    Coordinator,
    InstanceManager,
    Part,
    Proxy,
    command,
    commands_of,
    is_command,
    is_peer,
    peer,
)
from amino_dms.api.quantities import Size, duration_text, quantity
from amino_dms.api.seat import Seat, StoredMember
from amino_dms.api.state import CHECKPOINT, Change, Snapshot, State, changed, difference

__all__ = [
    "CHECKPOINT",
    "DETACH_SECONDS",
    "ENDING_SECONDS",
    "LOOK",
    "NOT_ANSWERED",
    "NOWHERE",
    "QUESTION",
    "REPLICA_HEADER",
    "SYNC",
    "TOUCH",
    "Arrival",
    "Change",
    "Clock",
    "Coordinator",
    "CoordinatorKernel",
    "Copy",
    "Declarations",
    "Delegation",
    "DeploymentManager",
    "Ending",
    "Gate",
    "InstanceKernel",
    "InstanceManager",
    "Interface",
    "Invocation",
    "LogPage",
    "JointCall",
    "JointKernel",
    "Method",
    "Next",
    "NoConfig",
    "Node",
    "Numbers",
    "ObjectRule",
    "Part",
    "PartKernel",
    "Peer",
    "Proxy",
    "ProxyKernel",
    "Purpose",
    "Ran",
    "Replica",
    "ReplicatedLog",
    "Rule",
    "Seat",
    "Session",
    "Size",
    "Snapshot",
    "State",
    "Stored",
    "StoredMember",
    "SystemClock",
    "Trait",
    "chain_id",
    "changed",
    "command",
    "commands_of",
    "config_text",
    "did_not_run",
    "difference",
    "duration_text",
    "is_answer",
    "is_command",
    "is_internal",
    "is_peer",
    "is_read",
    "outcome_of",
    "peer",
    "quantity",
    "re_enters",
    "read_config",
    "require_some",
    "replica_of",
    "to_replica",
    "transaction_of",
    "with_header",
    "within",
    "write_config",
    "settings_of",
]
