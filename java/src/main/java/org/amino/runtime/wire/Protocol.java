package org.amino.runtime.wire;

import java.util.List;

/** Generated from `spec/protocol.json` by `tools/generate_protocol.py`. Not edited by hand. */
public final class Protocol {
  /** Version of the wire. */
  public static final int VERSION = 2;
  /** Kind of a frame: calls. */
  public static final int REQUEST = 0;
  /** Kind of a frame: the outcomes of all calls of a request, in order. */
  public static final int REPLY = 1;
  /** Kind of a frame: the outcomes of some calls of a request. */
  public static final int PARTIAL = 2;
  /** Kind of a frame: the caller no longer waits for some calls. */
  public static final int CANCEL = 3;
  /** Kind of a frame: the first frame each way on the direct lane. */
  public static final int HELLO = 4;
  /** Kind of a frame: why the connection closes. */
  public static final int GOODBYE = 5;
  /** Kind of a frame: asks for a pong. */
  public static final int PING = 6;
  /** Kind of a frame: answers a ping. */
  public static final int PONG = 7;
  /** Flag of a call: answer MOVED instead of forwarding. */
  public static final int FLAG_MOVED = 1;
  /** Flag of a call: the proxies have run. */
  public static final int FLAG_PROXIES_DONE = 2;
  /** Flag of a call: the instance managers have run. */
  public static final int FLAG_MANAGERS_DONE = 4;
  /** Limit: bytes of one frame. */
  public static final int FRAME_LIMIT = 16777216;
  /** Limit: bytes of a frame before the hello. */
  public static final int HELLO_LIMIT = 65536;
  /** Limit: bytes of the length before a frame on the direct lane, little endian. */
  public static final int LENGTH_BYTES = 4;
  /** Limit: bytes of one gRPC message: a whole frame and its envelope. */
  public static final int MESSAGE_LIMIT = 16842752;
  /** Limit: bytes of the state of an object, which travels in pieces where it is larger than one. */
  public static final int STATE_LIMIT = 67108864;
  /** Limit: bytes of a piece of a state. */
  public static final int STATE_PIECE = 4194304;
  /** Limit: bytes of one gRPC message between a kernel and the OMS: a state, what its deployment managers add, and the envelope. */
  public static final int STATE_MESSAGE_LIMIT = 69206016;
  /** Limit: levels of containers inside one value. */
  public static final int DEPTH_LIMIT = 200;
  /** Limit: bytes of payloads within payloads that one value may make its reader copy. */
  public static final int EXTENSION_LIMIT = 67108864;
  /** Limit: causes of an error that travel, and levels of members. */
  public static final int CAUSE_LIMIT = 16;
  /** Limit: errors that travel within one error, causes and members taken together. */
  public static final int ERRORS_LIMIT = 128;
  /** Limit: unanswered calls of one connection from which on it is not read. */
  public static final int UNANSWERED_LIMIT = 65536;
  /** Limit: hops of a call chain. */
  public static final int CHAIN_LIMIT = 64;
  /** Limit: milliseconds of a call that names no budget. */
  public static final int DEFAULT_BUDGET_MS = 60000;
  /** Limit: milliseconds without an answer of one kernel after which a client tries its next address, unless the program says otherwise. */
  public static final int NEXT_AFTER_MS = 1000;
  /** Limit: milliseconds within which the hello has to come. */
  public static final int HELLO_MS = 10000;
  /** Limit: bytes of the files of one artifact. */
  public static final int ARTIFACT_LIMIT = 268435456;
  /** Limit: files of one artifact. */
  public static final int ARTIFACT_FILES_LIMIT = 20000;
  /** Limit: bytes of one part of the name of a file in an artifact. */
  public static final int ARTIFACT_NAME_LIMIT = 255;
  /** Limit: parts of the name of a file in an artifact. */
  public static final int ARTIFACT_DEPTH_LIMIT = 64;
  /** Following an object: milliseconds before a call is sent again to the place that has just said MOVED. */
  public static final int ROUTE_FIRST_PAUSE_MS = 10;
  /** Following an object: milliseconds up to which that pause doubles from one time to the next. */
  public static final int ROUTE_LONGEST_PAUSE_MS = 500;
  /** Following an object: times that one call is sent again without a pause. */
  public static final int ROUTE_SENT_AT_ONCE = 3;

  private Protocol() {}

  /** Whether a call ran. The number that travels is the place in this list. */
  public enum Outcome {
    /** Nobody knows whether the call ran. */
    UNKNOWN,
    /** The call did not run: it may be sent again. */
    NOT_RUN,
    /** The call ran, at least in part. */
    RAN;

    private static final List<Outcome> ALL = List.of(values());

    /** The outcome of a number that travelled; a number that this version does not know says nothing. */
    public static Outcome of(long number) {
      return number < 0 || number >= ALL.size() ? UNKNOWN : ALL.get((int) number);
    }

    /** What an error of a code says about its call unless somebody knows better. */
    public static Outcome byDefault(String code) {
      return switch (code) {
        case Code.ARGUMENT_INVALID,
            Code.MEMBER_NOT_FOUND,
            Code.LANGUAGE_UNKNOWN,
            Code.ARTIFACT_INVALID,
            Code.CONFIG_INVALID,
            Code.CHAIN_INVALID,
            Code.CLIENT_FORKED,
            Code.OBJECT_NOT_FOUND,
            Code.NAME_NOT_FOUND,
            Code.ARTIFACT_NOT_FOUND,
            Code.KERNEL_NOT_FOUND,
            Code.NAME_TAKEN,
            Code.OBJECT_BUSY,
            Code.TRANSACTION_ABORTED,
            Code.NOT_TRANSACTIONAL,
            Code.STATE_HELD,
            Code.NOT_LEADER,
            Code.NO_KERNEL_MATCHES,
            Code.TRANSACTION_IN_DOUBT,
            Code.OVERLOADED,
            Code.MOVED,
            Code.PERMISSION_DENIED,
            Code.NATIVE_NOT_ALLOWED,
            Code.ADDRESS_REFUSED,
            Code.QUOTA_EXCEEDED,
            Code.JVM_NOT_FOUND,
            Code.JVM_UNUSABLE,
            Code.JARS_MISSING,
            Code.PACKAGE_MISSING,
            Code.PORT_TAKEN,
            Code.LIMIT_TOO_LOW,
            Code.STORE_INCOMPATIBLE,
            Code.STORE_DAMAGED,
            Code.STORE_OUTDATED,
            Code.ARTIFACT_DAMAGED -> NOT_RUN;
        case Code.NOT_DETERMINISTIC,
            Code.MEMORY_EXHAUSTED,
            Code.GUEST_EXCEPTION -> RAN;
        default -> UNKNOWN;
      };
    }
  }

  /** Keys of the options of a call. */
  public static final class Option {
    /** Named arguments, by name. */
    public static final int KWARGS = 1;
    /** Milliseconds that the call may take from the moment its frame is received; absent: the frame's. */
    public static final int BUDGET = 2;
    /** The same for every attempt of a call. */
    public static final int REQUEST_ID = 3;
    /** The call changes nothing. */
    public static final int READ_ONLY = 4;
    /** The transactions it is part of, with spaces between them, each `<name>@<object id>`, or `<name>@*` for one over several objects. */
    public static final int TRANSACTION = 5;
    /** Chain id, then one `object.method` for each hop. */
    public static final int CHAIN = 6;
    /** W3C `traceparent`. */
    public static final int TRACE = 7;
    /** Values for deployment managers; names beginning with `@` are the runtime's own, and refused from outside. */
    public static final int HEADERS = 8;
    /** The sum of the flags. */
    public static final int FLAGS = 9;
    /** The epoch that the caller knows. */
    public static final int EPOCH = 10;
    /** Who calls, where a kernel passes on the call; a client may name only itself. */
    public static final int CLIENT = 11;
    /** W3C `baggage`. */
    public static final int BAGGAGE = 12;
    /** The identity of the caller. */
    public static final int PRINCIPAL = 13;

    private Option() {}
  }

  /** Extension types of msgpack. */
  public static final class Extension {
    /** Msgpack's own: nanoseconds since 1970, UTC. */
    public static final int TIMESTAMP = -1;
    /** Two's complement, big endian, shortest. */
    public static final int BIG_INTEGER = 1;
    /** An array of the elements. */
    public static final int SET = 2;
    /** Int64 big endian, nanoseconds. */
    public static final int DURATION = 3;
    /** `[object id, class name or nil, epoch, address or nil]`. */
    public static final int REFERENCE = 4;
    /** An error as a value. */
    public static final int ERROR = 5;
    /** An array of nodes. */
    public static final int GRAPH = 6;
    /** The index of a node of the enclosing graph. */
    public static final int BACK_REFERENCE = 7;
    /** An error as the outcome of a call. */
    public static final int RAISED = 8;
    /** `[name, value]`: a value of a class that has a name. */
    public static final int NAMED = 9;

    private Extension() {}
  }

  /** Keys of a hello. */
  public static final class Hello {
    /** The version above. */
    public static final String VERSION = "v";
    /** Id of a client, or of the kernel that connects. */
    public static final String CLIENT = "client";
    /** What the listener handed out. */
    public static final String TOKEN = "token";
    /** `client`, `peer` (another kernel) or `kernel` (the Python half of the same kernel). */
    public static final String ROLE = "role";
    /** Id of the kernel that answers. */
    public static final String KERNEL = "kernel";
    /** Bytes that one frame may have. */
    public static final String MAX_FRAME = "max_frame";
    /** What this end can do beyond version 2; a name that the reader does not know is passed over. */
    public static final String FEATURES = "features";

    private Hello() {}
  }

  /** What an end may say in its hello that it can do. */
  public static final class Feature {
    /** Reads a goodbye with `last`: calls that it says have not run are sent elsewhere, the others are waited for. */
    public static final String GOODBYE = "goodbye";

    private Feature() {}
  }

  /** Keys of the details of a goodbye. */
  public static final class Goodbye {
    /** Number of the last request that is answered before the connection closes, -1 where none is; later ones are not run. */
    public static final String LAST = "last";

    private Goodbye() {}
  }

  /** Keys of gRPC metadata. */
  public static final class Metadata {
    /** GRPC metadata of a session: the client's id. */
    public static final String CLIENT = "amino-client";
    /** GRPC metadata of a session: the features of a hello, with commas between them. */
    public static final String FEATURES = "amino-features";
    /** GRPC metadata of a request: the proof that a kernel or the OMS sends it. */
    public static final String KERNEL = "amino-kernel";
    /** GRPC metadata of a failed request: an `Error` message. */
    public static final String ERROR = "amino-error-bin";

    private Metadata() {}
  }

  /** Headers of calls that the runtime itself reads; names beginning with `@` are refused from outside. */
  public static final class Header {
    /** The fixed circumstances of a call of a replicated object, `[nanoseconds since 1970, seed]`; the Python half alone may send it. */
    public static final String FIXED = "@fixed";

    private Header() {}
  }

  /** Roles that a hello may name. */
  public static final class Role {
    /** Says hello as a client. */
    public static final String CLIENT = "client";
    /** Says hello as a kernel. */
    public static final String KERNEL = "kernel";
    /** Says hello as a peer. */
    public static final String PEER = "peer";

    private Role() {}
  }

  /** Codes of errors. */
  public static final class Code {
    /** A value that cannot travel, or bytes that are no value. */
    public static final String VALUE_INVALID = "VALUE_INVALID";
    /** Wrong arguments: too many, too few, or of the wrong kind. */
    public static final String ARGUMENT_INVALID = "ARGUMENT_INVALID";
    /** Bytes that are no frame, a frame beyond the limit, or a peer of another version; the connection closes. */
    public static final String FRAME_INVALID = "FRAME_INVALID";
    /** The object has no such member. */
    public static final String MEMBER_NOT_FOUND = "MEMBER_NOT_FOUND";
    /** A language that no kernel here runs. */
    public static final String LANGUAGE_UNKNOWN = "LANGUAGE_UNKNOWN";
    /** An artifact that cannot be packed, unpacked or evaluated. */
    public static final String ARTIFACT_INVALID = "ARTIFACT_INVALID";
    /** A setting that is unknown or out of range. */
    public static final String CONFIG_INVALID = "CONFIG_INVALID";
    /** Deployment managers that cannot work together. */
    public static final String CHAIN_INVALID = "CHAIN_INVALID";
    /** The client was opened in the process that forked this one: open a client in the child. */
    public static final String CLIENT_FORKED = "CLIENT_FORKED";
    /** A replicated object asked for something that differs between its replicas; the message says for what, and where. */
    public static final String NOT_DETERMINISTIC = "NOT_DETERMINISTIC";
    /** No object of that id. */
    public static final String OBJECT_NOT_FOUND = "OBJECT_NOT_FOUND";
    /** No object of that name. */
    public static final String NAME_NOT_FOUND = "NAME_NOT_FOUND";
    /** No artifact of that hash. */
    public static final String ARTIFACT_NOT_FOUND = "ARTIFACT_NOT_FOUND";
    /** No kernel of that id. */
    public static final String KERNEL_NOT_FOUND = "KERNEL_NOT_FOUND";
    /** An object of that name exists. */
    public static final String NAME_TAKEN = "NAME_TAKEN";
    /** The object is on the move, being made, or its managers are being exchanged; again in a moment. */
    public static final String OBJECT_BUSY = "OBJECT_BUSY";
    /** The sender knows an older state of the object than the receiver. */
    public static final String EPOCH_STALE = "EPOCH_STALE";
    /** Another transaction changed or holds the values of this one; it may be tried again. */
    public static final String TRANSACTION_CONFLICT = "TRANSACTION_CONFLICT";
    /** No such transaction, or it has ended. */
    public static final String TRANSACTION_INVALID = "TRANSACTION_INVALID";
    /** Nothing of a transaction over several objects has happened; the message says why (details: transaction, phase, object). */
    public static final String TRANSACTION_ABORTED = "TRANSACTION_ABORTED";
    /** The object takes no part in transactions over several objects; the message says what to attach. */
    public static final String NOT_TRANSACTIONAL = "NOT_TRANSACTIONAL";
    /** A part of the object's state cannot be copied; the details list which. */
    public static final String STATE_NOT_CAPTURABLE = "STATE_NOT_CAPTURABLE";
    /** A deployment manager holds the saved state of an object that the request would delete; say that it may go. */
    public static final String STATE_HELD = "STATE_HELD";
    /** The kernel does not answer, the connection was lost before the answer, or the kernel's lease has ended. */
    public static final String KERNEL_UNAVAILABLE = "KERNEL_UNAVAILABLE";
    /** The object management service does not answer. */
    public static final String OMS_UNAVAILABLE = "OMS_UNAVAILABLE";
    /** This object management service stands by for another one (details: address, empty where nobody leads yet); kernels follow it. */
    public static final String NOT_LEADER = "NOT_LEADER";
    /** The object's kernel died, and nothing brings the object back by itself. */
    public static final String OBJECT_LOST = "OBJECT_LOST";
    /** The object's deployment managers are bringing it back; call again. */
    public static final String OBJECT_RECOVERING = "OBJECT_RECOVERING";
    /** The object comes back with a kernel that is away; the message says which. */
    public static final String OBJECT_AWAITS_KERNEL = "OBJECT_AWAITS_KERNEL";
    /** No living kernel has the labels and the language asked for. */
    public static final String NO_KERNEL_MATCHES = "NO_KERNEL_MATCHES";
    /** The object waits to hear how a transaction ended, and answers nobody else meanwhile; call again. */
    public static final String TRANSACTION_IN_DOUBT = "TRANSACTION_IN_DOUBT";
    /** More calls wait than may. */
    public static final String OVERLOADED = "OVERLOADED";
    /** Somebody else holds the lease. */
    public static final String LEASE_UNAVAILABLE = "LEASE_UNAVAILABLE";
    /** The object is elsewhere (details: address, epoch, kernel); kernels and SDKs follow it, users never see it. */
    public static final String MOVED = "MOVED";
    /** The call's time was over. */
    public static final String DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED";
    /** The caller no longer waited. */
    public static final String CANCELLED = "CANCELLED";
    /** Calls that wait for one another; the message names the chain. */
    public static final String DEADLOCK = "DEADLOCK";
    /** The call would have filled the memory of its kernel's JVM; the message says whose it was, and how to give it a memory of its own. */
    public static final String MEMORY_EXHAUSTED = "MEMORY_EXHAUSTED";
    /** The caller may not do this. */
    public static final String PERMISSION_DENIED = "PERMISSION_DENIED";
    /** The guest needs native access, which this kernel does not give. */
    public static final String NATIVE_NOT_ALLOWED = "NATIVE_NOT_ALLOWED";
    /** An address that is not loopback, without `--insecure`. */
    public static final String ADDRESS_REFUSED = "ADDRESS_REFUSED";
    /** The caller has as many of something as it may; the message says of what, and what to do. */
    public static final String QUOTA_EXCEEDED = "QUOTA_EXCEEDED";
    /** No Java virtual machine. */
    public static final String JVM_NOT_FOUND = "JVM_NOT_FOUND";
    /** A Java virtual machine that does not start or is too old. */
    public static final String JVM_UNUSABLE = "JVM_UNUSABLE";
    /** A language's jars are not here and cannot be fetched. */
    public static final String JARS_MISSING = "JARS_MISSING";
    /** A part of Amino or a program that it needs is not installed here. */
    public static final String PACKAGE_MISSING = "PACKAGE_MISSING";
    /** Another process listens there. */
    public static final String PORT_TAKEN = "PORT_TAKEN";
    /** The operating system gives the process too little of something, such as open files. */
    public static final String LIMIT_TOO_LOW = "LIMIT_TOO_LOW";
    /** Nothing more can be written to the disk. */
    public static final String DISK_FULL = "DISK_FULL";
    /** A data folder of another format than this version reads. */
    public static final String STORE_INCOMPATIBLE = "STORE_INCOMPATIBLE";
    /** A data folder whose database cannot be read. */
    public static final String STORE_DAMAGED = "STORE_DAMAGED";
    /** A data folder that is older than the newest one seen before, such as an old copy. */
    public static final String STORE_OUTDATED = "STORE_OUTDATED";
    /** An artifact whose stored bytes are missing or are not those of its hash. */
    public static final String ARTIFACT_DAMAGED = "ARTIFACT_DAMAGED";
    /** An exception of the application, or of a call that the object made and whose error it did not catch; never retried. */
    public static final String GUEST_EXCEPTION = "GUEST_EXCEPTION";
    /** A mistake of ours: please report. */
    public static final String INTERNAL = "INTERNAL";

    private Code() {}
  }
}
