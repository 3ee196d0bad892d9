"""Generated from `spec/protocol.json` by `tools/generate_protocol.py`. Not edited by hand."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Final

VERSION: Final = 2
"""Version of the wire."""
REQUEST: Final = 0
"""Kind of a frame: calls."""
REPLY: Final = 1
"""Kind of a frame: the outcomes of all calls of a request, in order."""
PARTIAL: Final = 2
"""Kind of a frame: the outcomes of some calls of a request."""
CANCEL: Final = 3
"""Kind of a frame: the caller no longer waits for some calls."""
HELLO: Final = 4
"""Kind of a frame: the first frame each way on the direct lane."""
GOODBYE: Final = 5
"""Kind of a frame: why the connection closes."""
PING: Final = 6
"""Kind of a frame: asks for a pong."""
PONG: Final = 7
"""Kind of a frame: answers a ping."""
FLAG_MOVED: Final = 1
"""Flag of a call: answer MOVED instead of forwarding."""
FLAG_PROXIES_DONE: Final = 2
"""Flag of a call: the proxies have run."""
FLAG_MANAGERS_DONE: Final = 4
"""Flag of a call: the instance managers have run."""
FRAME_LIMIT: Final = 16777216
"""Limit: bytes of one frame."""
HELLO_LIMIT: Final = 65536
"""Limit: bytes of a frame before the hello."""
LENGTH_BYTES: Final = 4
"""Limit: bytes of the length before a frame on the direct lane, little endian."""
MESSAGE_LIMIT: Final = 16842752
"""Limit: bytes of one gRPC message: a whole frame and its envelope."""
STATE_LIMIT: Final = 67108864
"""Limit: bytes of the state of an object, which travels in pieces where it is larger than one."""
STATE_PIECE: Final = 4194304
"""Limit: bytes of a piece of a state."""
STATE_MESSAGE_LIMIT: Final = 69206016
"""Limit: bytes of one gRPC message between a kernel and the OMS: a state, what its deployment managers add, and the envelope."""
DEPTH_LIMIT: Final = 200
"""Limit: levels of containers inside one value."""
EXTENSION_LIMIT: Final = 67108864
"""Limit: bytes of payloads within payloads that one value may make its reader copy."""
CAUSE_LIMIT: Final = 16
"""Limit: causes of an error that travel, and levels of members."""
ERRORS_LIMIT: Final = 128
"""Limit: errors that travel within one error, causes and members taken together."""
UNANSWERED_LIMIT: Final = 65536
"""Limit: unanswered calls of one connection from which on it is not read."""
CHAIN_LIMIT: Final = 64
"""Limit: hops of a call chain."""
DEFAULT_BUDGET_MS: Final = 60000
"""Limit: milliseconds of a call that names no budget."""
NEXT_AFTER_MS: Final = 1000
"""Limit: milliseconds without an answer of one kernel after which a client tries its next address, unless the program says otherwise."""
HELLO_MS: Final = 10000
"""Limit: milliseconds within which the hello has to come."""
ARTIFACT_LIMIT: Final = 268435456
"""Limit: bytes of the files of one artifact."""
ARTIFACT_FILES_LIMIT: Final = 20000
"""Limit: files of one artifact."""
ARTIFACT_NAME_LIMIT: Final = 255
"""Limit: bytes of one part of the name of a file in an artifact."""
ARTIFACT_DEPTH_LIMIT: Final = 64
"""Limit: parts of the name of a file in an artifact."""
ROUTE_FIRST_PAUSE_MS: Final = 10
"""Following an object: milliseconds before a call is sent again to the place that has just said MOVED."""
ROUTE_LONGEST_PAUSE_MS: Final = 500
"""Following an object: milliseconds up to which that pause doubles from one time to the next."""
ROUTE_SENT_AT_ONCE: Final = 3
"""Following an object: times that one call is sent again without a pause."""


class Outcome(IntEnum):
    """Whether a call ran."""

    UNKNOWN = 0
    """Nobody knows whether the call ran."""
    NOT_RUN = 1
    """The call did not run: it may be sent again."""
    RAN = 2
    """The call ran, at least in part."""


class Option:
    """Keys of the options of a call."""

    KWARGS: Final = 1
    """Named arguments, by name."""
    BUDGET: Final = 2
    """Milliseconds that the call may take from the moment its frame is received; absent: the frame's."""
    REQUEST_ID: Final = 3
    """The same for every attempt of a call."""
    READ_ONLY: Final = 4
    """The call changes nothing."""
    TRANSACTION: Final = 5
    """The transactions it is part of, with spaces between them, each `<name>@<object id>`, or `<name>@*` for one over several objects."""
    CHAIN: Final = 6
    """Chain id, then one `object.method` for each hop."""
    TRACE: Final = 7
    """W3C `traceparent`."""
    HEADERS: Final = 8
    """Values for deployment managers; names beginning with `@` are the runtime's own, and refused from outside."""
    FLAGS: Final = 9
    """The sum of the flags."""
    EPOCH: Final = 10
    """The epoch that the caller knows."""
    CLIENT: Final = 11
    """Who calls, where a kernel passes on the call; a client may name only itself."""
    BAGGAGE: Final = 12
    """W3C `baggage`."""
    PRINCIPAL: Final = 13
    """The identity of the caller."""


class Extension:
    """Extension types of msgpack."""

    TIMESTAMP: Final = -1
    """Msgpack's own: nanoseconds since 1970, UTC."""
    BIG_INTEGER: Final = 1
    """Two's complement, big endian, shortest."""
    SET: Final = 2
    """An array of the elements."""
    DURATION: Final = 3
    """Int64 big endian, nanoseconds."""
    REFERENCE: Final = 4
    """`[object id, class name or nil, epoch, address or nil]`."""
    ERROR: Final = 5
    """An error as a value."""
    GRAPH: Final = 6
    """An array of nodes."""
    BACK_REFERENCE: Final = 7
    """The index of a node of the enclosing graph."""
    RAISED: Final = 8
    """An error as the outcome of a call."""
    NAMED: Final = 9
    """`[name, value]`: a value of a class that has a name."""


class Hello:
    """Keys of a hello."""

    VERSION: Final = "v"
    """The version above."""
    CLIENT: Final = "client"
    """Id of a client, or of the kernel that connects."""
    TOKEN: Final = "token"
    """What the listener handed out."""
    ROLE: Final = "role"
    """`client`, `peer` (another kernel) or `kernel` (the Python half of the same kernel)."""
    KERNEL: Final = "kernel"
    """Id of the kernel that answers."""
    MAX_FRAME: Final = "max_frame"
    """Bytes that one frame may have."""
    FEATURES: Final = "features"
    """What this end can do beyond version 2; a name that the reader does not know is passed over."""


class Feature:
    """What an end may say in its hello that it can do."""

    GOODBYE: Final = "goodbye"
    """Reads a goodbye with `last`: calls that it says have not run are sent elsewhere, the others are waited for."""


class Goodbye:
    """Keys of the details of a goodbye."""

    LAST: Final = "last"
    """Number of the last request that is answered before the connection closes, -1 where none is; later ones are not run."""


class Metadata:
    """Keys of gRPC metadata."""

    CLIENT: Final = "amino-client"
    """GRPC metadata of a session: the client's id."""
    FEATURES: Final = "amino-features"
    """GRPC metadata of a session: the features of a hello, with commas between them."""
    KERNEL: Final = "amino-kernel"
    """GRPC metadata of a request: the proof that a kernel or the OMS sends it."""
    ERROR: Final = "amino-error-bin"
    """GRPC metadata of a failed request: an `Error` message."""


class Header:
    """Headers of calls that the runtime itself reads; names beginning with `@` are refused from outside."""

    FIXED: Final = "@fixed"
    """The fixed circumstances of a call of a replicated object, `[nanoseconds since 1970, seed]`; the Python half alone may send it."""


class Role:
    """Roles that a hello may name."""

    CLIENT: Final = "client"
    """Says hello as a client."""
    KERNEL: Final = "kernel"
    """Says hello as a kernel."""
    PEER: Final = "peer"
    """Says hello as a peer."""


class Code:
    """Codes of errors."""

    VALUE_INVALID: Final = "VALUE_INVALID"
    """A value that cannot travel, or bytes that are no value."""
    ARGUMENT_INVALID: Final = "ARGUMENT_INVALID"
    """Wrong arguments: too many, too few, or of the wrong kind."""
    FRAME_INVALID: Final = "FRAME_INVALID"
    """Bytes that are no frame, a frame beyond the limit, or a peer of another version; the connection closes."""
    MEMBER_NOT_FOUND: Final = "MEMBER_NOT_FOUND"
    """The object has no such member."""
    LANGUAGE_UNKNOWN: Final = "LANGUAGE_UNKNOWN"
    """A language that no kernel here runs."""
    ARTIFACT_INVALID: Final = "ARTIFACT_INVALID"
    """An artifact that cannot be packed, unpacked or evaluated."""
    CONFIG_INVALID: Final = "CONFIG_INVALID"
    """A setting that is unknown or out of range."""
    CHAIN_INVALID: Final = "CHAIN_INVALID"
    """Deployment managers that cannot work together."""
    CLIENT_FORKED: Final = "CLIENT_FORKED"
    """The client was opened in the process that forked this one: open a client in the child."""
    NOT_DETERMINISTIC: Final = "NOT_DETERMINISTIC"
    """A replicated object asked for something that differs between its replicas; the message says for what, and where."""
    OBJECT_NOT_FOUND: Final = "OBJECT_NOT_FOUND"
    """No object of that id."""
    NAME_NOT_FOUND: Final = "NAME_NOT_FOUND"
    """No object of that name."""
    ARTIFACT_NOT_FOUND: Final = "ARTIFACT_NOT_FOUND"
    """No artifact of that hash."""
    KERNEL_NOT_FOUND: Final = "KERNEL_NOT_FOUND"
    """No kernel of that id."""
    NAME_TAKEN: Final = "NAME_TAKEN"
    """An object of that name exists."""
    OBJECT_BUSY: Final = "OBJECT_BUSY"
    """The object is on the move, being made, or its managers are being exchanged; again in a moment."""
    EPOCH_STALE: Final = "EPOCH_STALE"
    """The sender knows an older state of the object than the receiver."""
    TRANSACTION_CONFLICT: Final = "TRANSACTION_CONFLICT"
    """Another transaction changed or holds the values of this one; it may be tried again."""
    TRANSACTION_INVALID: Final = "TRANSACTION_INVALID"
    """No such transaction, or it has ended."""
    TRANSACTION_ABORTED: Final = "TRANSACTION_ABORTED"
    """Nothing of a transaction over several objects has happened; the message says why (details: transaction, phase, object)."""
    NOT_TRANSACTIONAL: Final = "NOT_TRANSACTIONAL"
    """The object takes no part in transactions over several objects; the message says what to attach."""
    STATE_NOT_CAPTURABLE: Final = "STATE_NOT_CAPTURABLE"
    """A part of the object's state cannot be copied; the details list which."""
    STATE_HELD: Final = "STATE_HELD"
    """A deployment manager holds the saved state of an object that the request would delete; say that it may go."""
    KERNEL_UNAVAILABLE: Final = "KERNEL_UNAVAILABLE"
    """The kernel does not answer, the connection was lost before the answer, or the kernel's lease has ended."""
    OMS_UNAVAILABLE: Final = "OMS_UNAVAILABLE"
    """The object management service does not answer."""
    NOT_LEADER: Final = "NOT_LEADER"
    """This object management service stands by for another one (details: address, empty where nobody leads yet); kernels follow it."""
    OBJECT_LOST: Final = "OBJECT_LOST"
    """The object's kernel died, and nothing brings the object back by itself."""
    OBJECT_RECOVERING: Final = "OBJECT_RECOVERING"
    """The object's deployment managers are bringing it back; call again."""
    OBJECT_AWAITS_KERNEL: Final = "OBJECT_AWAITS_KERNEL"
    """The object comes back with a kernel that is away; the message says which."""
    NO_KERNEL_MATCHES: Final = "NO_KERNEL_MATCHES"
    """No living kernel has the labels and the language asked for."""
    TRANSACTION_IN_DOUBT: Final = "TRANSACTION_IN_DOUBT"
    """The object waits to hear how a transaction ended, and answers nobody else meanwhile; call again."""
    OVERLOADED: Final = "OVERLOADED"
    """More calls wait than may."""
    LEASE_UNAVAILABLE: Final = "LEASE_UNAVAILABLE"
    """Somebody else holds the lease."""
    MOVED: Final = "MOVED"
    """The object is elsewhere (details: address, epoch, kernel); kernels and SDKs follow it, users never see it."""
    DEADLINE_EXCEEDED: Final = "DEADLINE_EXCEEDED"
    """The call's time was over."""
    CANCELLED: Final = "CANCELLED"
    """The caller no longer waited."""
    DEADLOCK: Final = "DEADLOCK"
    """Calls that wait for one another; the message names the chain."""
    MEMORY_EXHAUSTED: Final = "MEMORY_EXHAUSTED"
    """The call would have filled the memory of its kernel's JVM; the message says whose it was, and how to give it a memory of its own."""
    PERMISSION_DENIED: Final = "PERMISSION_DENIED"
    """The caller may not do this."""
    NATIVE_NOT_ALLOWED: Final = "NATIVE_NOT_ALLOWED"
    """The guest needs native access, which this kernel does not give."""
    ADDRESS_REFUSED: Final = "ADDRESS_REFUSED"
    """An address that is not loopback, without `--insecure`."""
    QUOTA_EXCEEDED: Final = "QUOTA_EXCEEDED"
    """The caller has as many of something as it may; the message says of what, and what to do."""
    JVM_NOT_FOUND: Final = "JVM_NOT_FOUND"
    """No Java virtual machine."""
    JVM_UNUSABLE: Final = "JVM_UNUSABLE"
    """A Java virtual machine that does not start or is too old."""
    JARS_MISSING: Final = "JARS_MISSING"
    """A language's jars are not here and cannot be fetched."""
    PACKAGE_MISSING: Final = "PACKAGE_MISSING"
    """A part of Amino or a program that it needs is not installed here."""
    PORT_TAKEN: Final = "PORT_TAKEN"
    """Another process listens there."""
    LIMIT_TOO_LOW: Final = "LIMIT_TOO_LOW"
    """The operating system gives the process too little of something, such as open files."""
    DISK_FULL: Final = "DISK_FULL"
    """Nothing more can be written to the disk."""
    STORE_INCOMPATIBLE: Final = "STORE_INCOMPATIBLE"
    """A data folder of another format than this version reads."""
    STORE_DAMAGED: Final = "STORE_DAMAGED"
    """A data folder whose database cannot be read."""
    STORE_OUTDATED: Final = "STORE_OUTDATED"
    """A data folder that is older than the newest one seen before, such as an old copy."""
    ARTIFACT_DAMAGED: Final = "ARTIFACT_DAMAGED"
    """An artifact whose stored bytes are missing or are not those of its hash."""
    GUEST_EXCEPTION: Final = "GUEST_EXCEPTION"
    """An exception of the application, or of a call that the object made and whose error it did not catch; never retried."""
    INTERNAL: Final = "INTERNAL"
    """A mistake of ours: please report."""


DEFAULT_OUTCOMES: Mapping[str, Outcome] = {
    Code.VALUE_INVALID: Outcome.UNKNOWN,
    Code.ARGUMENT_INVALID: Outcome.NOT_RUN,
    Code.FRAME_INVALID: Outcome.UNKNOWN,
    Code.MEMBER_NOT_FOUND: Outcome.NOT_RUN,
    Code.LANGUAGE_UNKNOWN: Outcome.NOT_RUN,
    Code.ARTIFACT_INVALID: Outcome.NOT_RUN,
    Code.CONFIG_INVALID: Outcome.NOT_RUN,
    Code.CHAIN_INVALID: Outcome.NOT_RUN,
    Code.CLIENT_FORKED: Outcome.NOT_RUN,
    Code.NOT_DETERMINISTIC: Outcome.RAN,
    Code.OBJECT_NOT_FOUND: Outcome.NOT_RUN,
    Code.NAME_NOT_FOUND: Outcome.NOT_RUN,
    Code.ARTIFACT_NOT_FOUND: Outcome.NOT_RUN,
    Code.KERNEL_NOT_FOUND: Outcome.NOT_RUN,
    Code.NAME_TAKEN: Outcome.NOT_RUN,
    Code.OBJECT_BUSY: Outcome.NOT_RUN,
    Code.EPOCH_STALE: Outcome.UNKNOWN,
    Code.TRANSACTION_CONFLICT: Outcome.UNKNOWN,
    Code.TRANSACTION_INVALID: Outcome.UNKNOWN,
    Code.TRANSACTION_ABORTED: Outcome.NOT_RUN,
    Code.NOT_TRANSACTIONAL: Outcome.NOT_RUN,
    Code.STATE_NOT_CAPTURABLE: Outcome.UNKNOWN,
    Code.STATE_HELD: Outcome.NOT_RUN,
    Code.KERNEL_UNAVAILABLE: Outcome.UNKNOWN,
    Code.OMS_UNAVAILABLE: Outcome.UNKNOWN,
    Code.NOT_LEADER: Outcome.NOT_RUN,
    Code.OBJECT_LOST: Outcome.UNKNOWN,
    Code.OBJECT_RECOVERING: Outcome.UNKNOWN,
    Code.OBJECT_AWAITS_KERNEL: Outcome.UNKNOWN,
    Code.NO_KERNEL_MATCHES: Outcome.NOT_RUN,
    Code.TRANSACTION_IN_DOUBT: Outcome.NOT_RUN,
    Code.OVERLOADED: Outcome.NOT_RUN,
    Code.LEASE_UNAVAILABLE: Outcome.UNKNOWN,
    Code.MOVED: Outcome.NOT_RUN,
    Code.DEADLINE_EXCEEDED: Outcome.UNKNOWN,
    Code.CANCELLED: Outcome.UNKNOWN,
    Code.DEADLOCK: Outcome.UNKNOWN,
    Code.MEMORY_EXHAUSTED: Outcome.RAN,
    Code.PERMISSION_DENIED: Outcome.NOT_RUN,
    Code.NATIVE_NOT_ALLOWED: Outcome.NOT_RUN,
    Code.ADDRESS_REFUSED: Outcome.NOT_RUN,
    Code.QUOTA_EXCEEDED: Outcome.NOT_RUN,
    Code.JVM_NOT_FOUND: Outcome.NOT_RUN,
    Code.JVM_UNUSABLE: Outcome.NOT_RUN,
    Code.JARS_MISSING: Outcome.NOT_RUN,
    Code.PACKAGE_MISSING: Outcome.NOT_RUN,
    Code.PORT_TAKEN: Outcome.NOT_RUN,
    Code.LIMIT_TOO_LOW: Outcome.NOT_RUN,
    Code.DISK_FULL: Outcome.UNKNOWN,
    Code.STORE_INCOMPATIBLE: Outcome.NOT_RUN,
    Code.STORE_DAMAGED: Outcome.NOT_RUN,
    Code.STORE_OUTDATED: Outcome.NOT_RUN,
    Code.ARTIFACT_DAMAGED: Outcome.NOT_RUN,
    Code.GUEST_EXCEPTION: Outcome.RAN,
    Code.INTERNAL: Outcome.UNKNOWN,
}
"""What an error of a code says about its call unless somebody knows better."""
READS: Final = frozenset({"Explain", "Get", "Kernels", "List", "ListKinds", "ListTransactions", "Managers"})
"""Requests of the service for clients that change nothing: an end whose connection was lost may send them again."""
GROUPS: Mapping[str, str] = {
    Code.VALUE_INVALID: "InvalidRequest",
    Code.ARGUMENT_INVALID: "InvalidRequest",
    Code.FRAME_INVALID: "InvalidRequest",
    Code.MEMBER_NOT_FOUND: "InvalidRequest",
    Code.LANGUAGE_UNKNOWN: "InvalidRequest",
    Code.ARTIFACT_INVALID: "InvalidRequest",
    Code.CONFIG_INVALID: "InvalidRequest",
    Code.CHAIN_INVALID: "InvalidRequest",
    Code.CLIENT_FORKED: "InvalidRequest",
    Code.NOT_DETERMINISTIC: "InvalidRequest",
    Code.OBJECT_NOT_FOUND: "NotFound",
    Code.NAME_NOT_FOUND: "NotFound",
    Code.ARTIFACT_NOT_FOUND: "NotFound",
    Code.KERNEL_NOT_FOUND: "NotFound",
    Code.NAME_TAKEN: "Conflict",
    Code.OBJECT_BUSY: "Conflict",
    Code.EPOCH_STALE: "Conflict",
    Code.TRANSACTION_CONFLICT: "Conflict",
    Code.TRANSACTION_INVALID: "Conflict",
    Code.TRANSACTION_ABORTED: "Conflict",
    Code.NOT_TRANSACTIONAL: "Conflict",
    Code.STATE_NOT_CAPTURABLE: "Conflict",
    Code.STATE_HELD: "Conflict",
    Code.KERNEL_UNAVAILABLE: "Unavailable",
    Code.OMS_UNAVAILABLE: "Unavailable",
    Code.NOT_LEADER: "Unavailable",
    Code.OBJECT_LOST: "Unavailable",
    Code.OBJECT_RECOVERING: "Unavailable",
    Code.OBJECT_AWAITS_KERNEL: "Unavailable",
    Code.NO_KERNEL_MATCHES: "Unavailable",
    Code.TRANSACTION_IN_DOUBT: "Unavailable",
    Code.OVERLOADED: "Unavailable",
    Code.LEASE_UNAVAILABLE: "Unavailable",
    Code.MOVED: "",
    Code.DEADLINE_EXCEEDED: "Ended",
    Code.CANCELLED: "Ended",
    Code.DEADLOCK: "Ended",
    Code.MEMORY_EXHAUSTED: "Ended",
    Code.PERMISSION_DENIED: "Refused",
    Code.NATIVE_NOT_ALLOWED: "Refused",
    Code.ADDRESS_REFUSED: "Refused",
    Code.QUOTA_EXCEEDED: "Refused",
    Code.JVM_NOT_FOUND: "MachineProblem",
    Code.JVM_UNUSABLE: "MachineProblem",
    Code.JARS_MISSING: "MachineProblem",
    Code.PACKAGE_MISSING: "MachineProblem",
    Code.PORT_TAKEN: "MachineProblem",
    Code.LIMIT_TOO_LOW: "MachineProblem",
    Code.DISK_FULL: "MachineProblem",
    Code.STORE_INCOMPATIBLE: "MachineProblem",
    Code.STORE_DAMAGED: "MachineProblem",
    Code.STORE_OUTDATED: "MachineProblem",
    Code.ARTIFACT_DAMAGED: "MachineProblem",
    Code.GUEST_EXCEPTION: "",
    Code.INTERNAL: "",
}
"""The class that groups the errors of a code; empty: none."""
