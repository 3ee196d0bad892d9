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
    with_header,
)
from amino_dms.api.clock import Clock, SystemClock, within
from amino_dms.api.config import config_text, read_config, require_some, write_config
from amino_dms.api.declarations import Declarations, Rule, Trait
from amino_dms.api.gate import Gate
from amino_dms.api.kernel import CoordinatorKernel, Copy, InstanceKernel, PartKernel, Peer, ProxyKernel, Stored
from amino_dms.api.manager import DeploymentManager, NoConfig
from amino_dms.api.model import Arrival, Interface, Method, Node, Purpose, Replica
from amino_dms.api.outcomes import did_not_run, is_answer, outcome_of
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
from amino_dms.api.state import Change, Snapshot, State, changed, difference

__all__ = [
    "DETACH_SECONDS",
    "ENDING_SECONDS",
    "LOOK",
    "NOT_ANSWERED",
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
    "DeploymentManager",
    "Gate",
    "InstanceKernel",
    "InstanceManager",
    "Interface",
    "Invocation",
    "Method",
    "Next",
    "NoConfig",
    "Node",
    "Part",
    "PartKernel",
    "Peer",
    "Proxy",
    "ProxyKernel",
    "Purpose",
    "Replica",
    "Rule",
    "Size",
    "Snapshot",
    "State",
    "Stored",
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
    "with_header",
    "within",
    "write_config",
]
