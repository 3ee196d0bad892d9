/** Version of the wire. */
export const VERSION: 2;
/** Kind of a frame: calls. */
export const REQUEST: 0;
/** Kind of a frame: the outcomes of all calls of a request, in order. */
export const REPLY: 1;
/** Kind of a frame: the outcomes of some calls of a request. */
export const PARTIAL: 2;
/** Kind of a frame: the caller no longer waits for some calls. */
export const CANCEL: 3;
/** Kind of a frame: the first frame each way on the direct lane. */
export const HELLO: 4;
/** Kind of a frame: why the connection closes. */
export const GOODBYE: 5;
/** Kind of a frame: asks for a pong. */
export const PING: 6;
/** Kind of a frame: answers a ping. */
export const PONG: 7;
/** Flag of a call: answer MOVED instead of forwarding. */
export const FLAG_MOVED: 1;
/** Flag of a call: the proxies have run. */
export const FLAG_PROXIES_DONE: 2;
/** Flag of a call: the instance managers have run. */
export const FLAG_MANAGERS_DONE: 4;
/** Limit: bytes of one frame. */
export const FRAME_LIMIT: 16777216;
/** Limit: bytes of a frame before the hello. */
export const HELLO_LIMIT: 65536;
/** Limit: bytes of the length before a frame on the direct lane, little endian. */
export const LENGTH_BYTES: 4;
/** Limit: bytes of one gRPC message: a whole frame and its envelope. */
export const MESSAGE_LIMIT: 16842752;
/** Limit: bytes of the state of an object, which travels in pieces where it is larger than one. */
export const STATE_LIMIT: 67108864;
/** Limit: bytes of a piece of a state. */
export const STATE_PIECE: 4194304;
/** Limit: bytes of one gRPC message between a kernel and the OMS: a state, what its deployment managers add, and the envelope. */
export const STATE_MESSAGE_LIMIT: 69206016;
/** Limit: levels of containers inside one value. */
export const DEPTH_LIMIT: 200;
/** Limit: bytes of payloads within payloads that one value may make its reader copy. */
export const EXTENSION_LIMIT: 67108864;
/** Limit: causes of an error that travel, and levels of members. */
export const CAUSE_LIMIT: 16;
/** Limit: errors that travel within one error, causes and members taken together. */
export const ERRORS_LIMIT: 128;
/** Limit: unanswered calls of one connection from which on it is not read. */
export const UNANSWERED_LIMIT: 65536;
/** Limit: hops of a call chain. */
export const CHAIN_LIMIT: 64;
/** Limit: milliseconds of a call that names no budget. */
export const DEFAULT_BUDGET_MS: 60000;
/** Limit: milliseconds without an answer of one kernel after which a client tries its next address, unless the program says otherwise. */
export const NEXT_AFTER_MS: 1000;
/** Limit: milliseconds within which the hello has to come. */
export const HELLO_MS: 10000;
/** Limit: bytes of the files of one artifact. */
export const ARTIFACT_LIMIT: 268435456;
/** Limit: files of one artifact. */
export const ARTIFACT_FILES_LIMIT: 20000;
/** Limit: bytes of one part of the name of a file in an artifact. */
export const ARTIFACT_NAME_LIMIT: 255;
/** Limit: parts of the name of a file in an artifact. */
export const ARTIFACT_DEPTH_LIMIT: 64;
/** Following an object: milliseconds before a call is sent again to the place that has just said MOVED. */
export const ROUTE_FIRST_PAUSE_MS: 10;
/** Following an object: milliseconds up to which that pause doubles from one time to the next. */
export const ROUTE_LONGEST_PAUSE_MS: 500;
/** Following an object: times that one call is sent again without a pause. */
export const ROUTE_SENT_AT_ONCE: 3;
/** Named arguments, by name. */
export const OPTION_KWARGS: 1;
/** Milliseconds that the call may take from the moment its frame is received; absent: the frame's. */
export const OPTION_BUDGET: 2;
/** The same for every attempt of a call. */
export const OPTION_REQUEST_ID: 3;
/** The call changes nothing. */
export const OPTION_READ_ONLY: 4;
/** The transactions it is part of, with spaces between them, each `<name>@<object id>`, or `<name>@*` for one over several objects. */
export const OPTION_TRANSACTION: 5;
/** Chain id, then one `object.method` for each hop. */
export const OPTION_CHAIN: 6;
/** W3C `traceparent`. */
export const OPTION_TRACE: 7;
/** Values for deployment managers; names beginning with `@` are the runtime's own, and refused from outside. */
export const OPTION_HEADERS: 8;
/** The sum of the flags. */
export const OPTION_FLAGS: 9;
/** The epoch that the caller knows. */
export const OPTION_EPOCH: 10;
/** Who calls, where a kernel passes on the call; a client may name only itself. */
export const OPTION_CLIENT: 11;
/** W3C `baggage`. */
export const OPTION_BAGGAGE: 12;
/** The identity of the caller. */
export const OPTION_PRINCIPAL: 13;
/** Msgpack's own: nanoseconds since 1970, UTC. */
export const EXTENSION_TIMESTAMP: -1;
/** Two's complement, big endian, shortest. */
export const EXTENSION_BIG_INTEGER: 1;
/** An array of the elements. */
export const EXTENSION_SET: 2;
/** Int64 big endian, nanoseconds. */
export const EXTENSION_DURATION: 3;
/** `[object id, class name or nil, epoch, address or nil]`. */
export const EXTENSION_REFERENCE: 4;
/** An error as a value. */
export const EXTENSION_ERROR: 5;
/** An array of nodes. */
export const EXTENSION_GRAPH: 6;
/** The index of a node of the enclosing graph. */
export const EXTENSION_BACK_REFERENCE: 7;
/** An error as the outcome of a call. */
export const EXTENSION_RAISED: 8;
/** `[name, value]`: a value of a class that has a name. */
export const EXTENSION_NAMED: 9;
/** Keys of a hello. */
export const Hello: Readonly<{
    /** The version above. */
    VERSION: "v";
    /** Id of a client, or of the kernel that connects. */
    CLIENT: "client";
    /** What the listener handed out. */
    TOKEN: "token";
    /** `client`, `peer` (another kernel) or `kernel` (the Python half of the same kernel). */
    ROLE: "role";
    /** Id of the kernel that answers. */
    KERNEL: "kernel";
    /** Bytes that one frame may have. */
    MAX_FRAME: "max_frame";
    /** What this end can do beyond version 2; a name that the reader does not know is passed over. */
    FEATURES: "features";
}>;
/** What an end may say in its hello that it can do. */
export const Feature: Readonly<{
    /** Reads a goodbye with `last`: calls that it says have not run are sent elsewhere, the others are waited for. */
    GOODBYE: "goodbye";
}>;
/** Keys of the details of a goodbye. */
export const Goodbye: Readonly<{
    /** Number of the last request that is answered before the connection closes, -1 where none is; later ones are not run. */
    LAST: "last";
}>;
/** Keys of gRPC metadata. */
export const Metadata: Readonly<{
    /** GRPC metadata of a session: the client's id. */
    CLIENT: "amino-client";
    /** GRPC metadata of a session: the features of a hello, with commas between them. */
    FEATURES: "amino-features";
    /** GRPC metadata of a request: the proof that a kernel or the OMS sends it. */
    KERNEL: "amino-kernel";
    /** GRPC metadata of a failed request: an `Error` message. */
    ERROR: "amino-error-bin";
}>;
/** Headers of calls that the runtime itself reads; names beginning with `@` are refused from outside. */
export const Header: Readonly<{
    /** The fixed circumstances of a call of a replicated object, `[nanoseconds since 1970, seed]`; the Python half alone may send it. */
    FIXED: "@fixed";
}>;
/** Roles that a hello may name. */
export const Role: Readonly<{
    /** Says hello as a client. */
    CLIENT: "client";
    /** Says hello as a kernel. */
    KERNEL: "kernel";
    /** Says hello as a peer. */
    PEER: "peer";
}>;
/** Codes of errors. */
export const Code: Readonly<{
    /** A value that cannot travel, or bytes that are no value. */
    VALUE_INVALID: "VALUE_INVALID";
    /** Wrong arguments: too many, too few, or of the wrong kind. */
    ARGUMENT_INVALID: "ARGUMENT_INVALID";
    /** Bytes that are no frame, a frame beyond the limit, or a peer of another version; the connection closes. */
    FRAME_INVALID: "FRAME_INVALID";
    /** The object has no such member. */
    MEMBER_NOT_FOUND: "MEMBER_NOT_FOUND";
    /** A language that no kernel here runs. */
    LANGUAGE_UNKNOWN: "LANGUAGE_UNKNOWN";
    /** An artifact that cannot be packed, unpacked or evaluated. */
    ARTIFACT_INVALID: "ARTIFACT_INVALID";
    /** A setting that is unknown or out of range. */
    CONFIG_INVALID: "CONFIG_INVALID";
    /** Deployment managers that cannot work together. */
    CHAIN_INVALID: "CHAIN_INVALID";
    /** The client was opened in the process that forked this one: open a client in the child. */
    CLIENT_FORKED: "CLIENT_FORKED";
    /** A replicated object asked for something that differs between its replicas; the message says for what, and where. */
    NOT_DETERMINISTIC: "NOT_DETERMINISTIC";
    /** No object of that id. */
    OBJECT_NOT_FOUND: "OBJECT_NOT_FOUND";
    /** No object of that name. */
    NAME_NOT_FOUND: "NAME_NOT_FOUND";
    /** No artifact of that hash. */
    ARTIFACT_NOT_FOUND: "ARTIFACT_NOT_FOUND";
    /** No kernel of that id. */
    KERNEL_NOT_FOUND: "KERNEL_NOT_FOUND";
    /** An object of that name exists. */
    NAME_TAKEN: "NAME_TAKEN";
    /** The object is on the move, being made, or its managers are being exchanged; again in a moment. */
    OBJECT_BUSY: "OBJECT_BUSY";
    /** The sender knows an older state of the object than the receiver. */
    EPOCH_STALE: "EPOCH_STALE";
    /** Another transaction changed or holds the values of this one; it may be tried again. */
    TRANSACTION_CONFLICT: "TRANSACTION_CONFLICT";
    /** No such transaction, or it has ended. */
    TRANSACTION_INVALID: "TRANSACTION_INVALID";
    /** Nothing of a transaction over several objects has happened; the message says why (details: transaction, phase, object). */
    TRANSACTION_ABORTED: "TRANSACTION_ABORTED";
    /** The object takes no part in transactions over several objects; the message says what to attach. */
    NOT_TRANSACTIONAL: "NOT_TRANSACTIONAL";
    /** A part of the object's state cannot be copied; the details list which. */
    STATE_NOT_CAPTURABLE: "STATE_NOT_CAPTURABLE";
    /** A deployment manager holds the saved state of an object that the request would delete; say that it may go. */
    STATE_HELD: "STATE_HELD";
    /** The kernel does not answer, the connection was lost before the answer, or the kernel's lease has ended. */
    KERNEL_UNAVAILABLE: "KERNEL_UNAVAILABLE";
    /** The object management service does not answer. */
    OMS_UNAVAILABLE: "OMS_UNAVAILABLE";
    /** This object management service stands by for another one (details: address, empty where nobody leads yet); kernels follow it. */
    NOT_LEADER: "NOT_LEADER";
    /** The object's kernel died, and nothing brings the object back by itself. */
    OBJECT_LOST: "OBJECT_LOST";
    /** The object's deployment managers are bringing it back; call again. */
    OBJECT_RECOVERING: "OBJECT_RECOVERING";
    /** The object comes back with a kernel that is away; the message says which. */
    OBJECT_AWAITS_KERNEL: "OBJECT_AWAITS_KERNEL";
    /** No living kernel has the labels and the language asked for. */
    NO_KERNEL_MATCHES: "NO_KERNEL_MATCHES";
    /** The object waits to hear how a transaction ended, and answers nobody else meanwhile; call again. */
    TRANSACTION_IN_DOUBT: "TRANSACTION_IN_DOUBT";
    /** More calls wait than may. */
    OVERLOADED: "OVERLOADED";
    /** Somebody else holds the lease. */
    LEASE_UNAVAILABLE: "LEASE_UNAVAILABLE";
    /** The object is elsewhere (details: address, epoch, kernel); kernels and SDKs follow it, users never see it. */
    MOVED: "MOVED";
    /** The call's time was over. */
    DEADLINE_EXCEEDED: "DEADLINE_EXCEEDED";
    /** The caller no longer waited. */
    CANCELLED: "CANCELLED";
    /** Calls that wait for one another; the message names the chain. */
    DEADLOCK: "DEADLOCK";
    /** The call would have filled the memory of its kernel's JVM; the message says whose it was, and how to give it a memory of its own. */
    MEMORY_EXHAUSTED: "MEMORY_EXHAUSTED";
    /** The caller may not do this. */
    PERMISSION_DENIED: "PERMISSION_DENIED";
    /** The guest needs native access, which this kernel does not give. */
    NATIVE_NOT_ALLOWED: "NATIVE_NOT_ALLOWED";
    /** An address that is not loopback, without `--insecure`. */
    ADDRESS_REFUSED: "ADDRESS_REFUSED";
    /** The caller has as many of something as it may; the message says of what, and what to do. */
    QUOTA_EXCEEDED: "QUOTA_EXCEEDED";
    /** No Java virtual machine. */
    JVM_NOT_FOUND: "JVM_NOT_FOUND";
    /** A Java virtual machine that does not start or is too old. */
    JVM_UNUSABLE: "JVM_UNUSABLE";
    /** A language's jars are not here and cannot be fetched. */
    JARS_MISSING: "JARS_MISSING";
    /** A part of Amino or a program that it needs is not installed here. */
    PACKAGE_MISSING: "PACKAGE_MISSING";
    /** Another process listens there. */
    PORT_TAKEN: "PORT_TAKEN";
    /** The operating system gives the process too little of something, such as open files. */
    LIMIT_TOO_LOW: "LIMIT_TOO_LOW";
    /** Nothing more can be written to the disk. */
    DISK_FULL: "DISK_FULL";
    /** A data folder of another format than this version reads. */
    STORE_INCOMPATIBLE: "STORE_INCOMPATIBLE";
    /** A data folder whose database cannot be read. */
    STORE_DAMAGED: "STORE_DAMAGED";
    /** A data folder that is older than the newest one seen before, such as an old copy. */
    STORE_OUTDATED: "STORE_OUTDATED";
    /** An artifact whose stored bytes are missing or are not those of its hash. */
    ARTIFACT_DAMAGED: "ARTIFACT_DAMAGED";
    /** An exception of the application, or of a call that the object made and whose error it did not catch; never retried. */
    GUEST_EXCEPTION: "GUEST_EXCEPTION";
    /** A mistake of ours: please report. */
    INTERNAL: "INTERNAL";
}>;
/** Whether a call ran. @typedef {'unknown' | 'not_run' | 'ran'} Outcome */
/** Outcomes by the number that travels. @type {readonly Outcome[]} */
export const OUTCOMES: readonly Outcome[];
/** What an error of a code says about its call unless somebody knows better. @type {Readonly<Record<string, Outcome>>} */
export const DEFAULT_OUTCOMES: Readonly<Record<string, Outcome>>;
/** The class that groups the errors of a code; empty: none. @type {Readonly<Record<string, string>>} */
export const GROUPS: Readonly<Record<string, string>>;
/** Requests of the service for clients that change nothing: an end whose connection was lost may send them again. */
export const READS: Set<string>;
/**
 * Whether a call ran.
 */
export type Outcome = "unknown" | "not_run" | "ran";
