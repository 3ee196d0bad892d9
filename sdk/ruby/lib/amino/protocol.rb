# frozen_string_literal: true

# Generated from `spec/protocol.json` by `tools/generate_protocol.py`. Not edited by hand.
module Amino
  # What all languages agree on (docs/wire.md).
  module Protocol
    # Version of the wire.
    VERSION = 2
    # Kind of a frame: calls.
    REQUEST = 0
    # Kind of a frame: the outcomes of all calls of a request, in order.
    REPLY = 1
    # Kind of a frame: the outcomes of some calls of a request.
    PARTIAL = 2
    # Kind of a frame: the caller no longer waits for some calls.
    CANCEL = 3
    # Kind of a frame: the first frame each way on the direct lane.
    HELLO = 4
    # Kind of a frame: why the connection closes.
    GOODBYE = 5
    # Kind of a frame: asks for a pong.
    PING = 6
    # Kind of a frame: answers a ping.
    PONG = 7
    # Flag of a call: answer MOVED instead of forwarding.
    FLAG_MOVED = 1
    # Flag of a call: the proxies have run.
    FLAG_PROXIES_DONE = 2
    # Flag of a call: the instance managers have run.
    FLAG_MANAGERS_DONE = 4
    # Limit: bytes of one frame.
    FRAME_LIMIT = 16777216
    # Limit: bytes of a frame before the hello.
    HELLO_LIMIT = 65536
    # Limit: bytes of the length before a frame on the direct lane, little endian.
    LENGTH_BYTES = 4
    # Limit: bytes of one gRPC message: a whole frame and its envelope.
    MESSAGE_LIMIT = 16842752
    # Limit: bytes of the state of an object, which travels in pieces where it is larger than one.
    STATE_LIMIT = 67108864
    # Limit: bytes of a piece of a state.
    STATE_PIECE = 4194304
    # Limit: bytes of one gRPC message between a kernel and the OMS: a state, what its deployment managers add, and the envelope.
    STATE_MESSAGE_LIMIT = 69206016
    # Limit: levels of containers inside one value.
    DEPTH_LIMIT = 200
    # Limit: bytes of payloads within payloads that one value may make its reader copy.
    EXTENSION_LIMIT = 67108864
    # Limit: causes of an error that travel, and levels of members.
    CAUSE_LIMIT = 16
    # Limit: errors that travel within one error, causes and members taken together.
    ERRORS_LIMIT = 128
    # Limit: unanswered calls of one connection from which on it is not read.
    UNANSWERED_LIMIT = 65536
    # Limit: hops of a call chain.
    CHAIN_LIMIT = 64
    # Limit: milliseconds of a call that names no budget.
    DEFAULT_BUDGET_MS = 60000
    # Limit: milliseconds without an answer of one kernel after which a client tries its next address, unless the program says otherwise.
    NEXT_AFTER_MS = 1000
    # Limit: milliseconds within which the hello has to come.
    HELLO_MS = 10000
    # Limit: bytes of the files of one artifact.
    ARTIFACT_LIMIT = 268435456
    # Limit: files of one artifact.
    ARTIFACT_FILES_LIMIT = 20000
    # Limit: bytes of one part of the name of a file in an artifact.
    ARTIFACT_NAME_LIMIT = 255
    # Limit: parts of the name of a file in an artifact.
    ARTIFACT_DEPTH_LIMIT = 64
    # Following an object: milliseconds before a call is sent again to the place that has just said MOVED.
    ROUTE_FIRST_PAUSE_MS = 10
    # Following an object: milliseconds up to which that pause doubles from one time to the next.
    ROUTE_LONGEST_PAUSE_MS = 500
    # Following an object: times that one call is sent again without a pause.
    ROUTE_SENT_AT_ONCE = 3

    # Keys of the options of a call.
    module Option
      # Named arguments, by name.
      KWARGS = 1
      # Milliseconds that the call may take from the moment its frame is received; absent: the frame's.
      BUDGET = 2
      # The same for every attempt of a call.
      REQUEST_ID = 3
      # The call changes nothing.
      READ_ONLY = 4
      # The transactions it is part of, with spaces between them, each `<name>@<object id>`, or `<name>@*` for one over several objects.
      TRANSACTION = 5
      # Chain id, then one `object.method` for each hop.
      CHAIN = 6
      # W3C `traceparent`.
      TRACE = 7
      # Values for deployment managers; names beginning with `@` are the runtime's own, and refused from outside.
      HEADERS = 8
      # The sum of the flags.
      FLAGS = 9
      # The epoch that the caller knows.
      EPOCH = 10
      # Who calls, where a kernel passes on the call; a client may name only itself.
      CLIENT = 11
      # W3C `baggage`.
      BAGGAGE = 12
      # The identity of the caller.
      PRINCIPAL = 13
    end

    # Extension types of msgpack.
    module Extension
      # Msgpack's own: nanoseconds since 1970, UTC.
      TIMESTAMP = -1
      # Two's complement, big endian, shortest.
      BIG_INTEGER = 1
      # An array of the elements.
      SET = 2
      # Int64 big endian, nanoseconds.
      DURATION = 3
      # `[object id, class name or nil, epoch, address or nil]`.
      REFERENCE = 4
      # An error as a value.
      ERROR = 5
      # An array of nodes.
      GRAPH = 6
      # The index of a node of the enclosing graph.
      BACK_REFERENCE = 7
      # An error as the outcome of a call.
      RAISED = 8
      # `[name, value]`: a value of a class that has a name.
      NAMED = 9
    end

    # Keys of a hello.
    module Hello
      # The version above.
      VERSION = "v"
      # Id of a client, or of the kernel that connects.
      CLIENT = "client"
      # What the listener handed out.
      TOKEN = "token"
      # `client`, `peer` (another kernel) or `kernel` (the Python half of the same kernel).
      ROLE = "role"
      # Id of the kernel that answers.
      KERNEL = "kernel"
      # Bytes that one frame may have.
      MAX_FRAME = "max_frame"
      # What this end can do beyond version 2; a name that the reader does not know is passed over.
      FEATURES = "features"
    end

    # What an end may say in its hello that it can do.
    module Feature
      # Reads a goodbye with `last`: calls that it says have not run are sent elsewhere, the others are waited for.
      GOODBYE = "goodbye"
    end

    # Keys of the details of a goodbye.
    module Goodbye
      # Number of the last request that is answered before the connection closes, -1 where none is; later ones are not run.
      LAST = "last"
    end

    # Keys of gRPC metadata.
    module Metadata
      # GRPC metadata of a session: the client's id.
      CLIENT = "amino-client"
      # GRPC metadata of a session: the features of a hello, with commas between them.
      FEATURES = "amino-features"
      # GRPC metadata of a request: the proof that a kernel or the OMS sends it.
      KERNEL = "amino-kernel"
      # GRPC metadata of a failed request: an `Error` message.
      ERROR = "amino-error-bin"
    end

    # Headers of calls that the runtime itself reads; names beginning with `@` are refused from outside.
    module Header
      # The fixed circumstances of a call of a replicated object, `[nanoseconds since 1970, seed]`; the Python half alone may send it.
      FIXED = "@fixed"
    end

    # Roles that a hello may name.
    module Role
      # Says hello as a client.
      CLIENT = "client"
      # Says hello as a kernel.
      KERNEL = "kernel"
      # Says hello as a peer.
      PEER = "peer"
    end

    # Codes of errors.
    module Code
      # A value that cannot travel, or bytes that are no value.
      VALUE_INVALID = "VALUE_INVALID"
      # Wrong arguments: too many, too few, or of the wrong kind.
      ARGUMENT_INVALID = "ARGUMENT_INVALID"
      # Bytes that are no frame, a frame beyond the limit, or a peer of another version; the connection closes.
      FRAME_INVALID = "FRAME_INVALID"
      # The object has no such member.
      MEMBER_NOT_FOUND = "MEMBER_NOT_FOUND"
      # A language that no kernel here runs.
      LANGUAGE_UNKNOWN = "LANGUAGE_UNKNOWN"
      # An artifact that cannot be packed, unpacked or evaluated.
      ARTIFACT_INVALID = "ARTIFACT_INVALID"
      # A setting that is unknown or out of range.
      CONFIG_INVALID = "CONFIG_INVALID"
      # Deployment managers that cannot work together.
      CHAIN_INVALID = "CHAIN_INVALID"
      # The client was opened in the process that forked this one: open a client in the child.
      CLIENT_FORKED = "CLIENT_FORKED"
      # A replicated object asked for something that differs between its replicas; the message says for what, and where.
      NOT_DETERMINISTIC = "NOT_DETERMINISTIC"
      # No object of that id.
      OBJECT_NOT_FOUND = "OBJECT_NOT_FOUND"
      # No object of that name.
      NAME_NOT_FOUND = "NAME_NOT_FOUND"
      # No artifact of that hash.
      ARTIFACT_NOT_FOUND = "ARTIFACT_NOT_FOUND"
      # No kernel of that id.
      KERNEL_NOT_FOUND = "KERNEL_NOT_FOUND"
      # An object of that name exists.
      NAME_TAKEN = "NAME_TAKEN"
      # The object is on the move, being made, or its managers are being exchanged; again in a moment.
      OBJECT_BUSY = "OBJECT_BUSY"
      # The sender knows an older state of the object than the receiver.
      EPOCH_STALE = "EPOCH_STALE"
      # Another transaction changed or holds the values of this one; it may be tried again.
      TRANSACTION_CONFLICT = "TRANSACTION_CONFLICT"
      # No such transaction, or it has ended.
      TRANSACTION_INVALID = "TRANSACTION_INVALID"
      # Nothing of a transaction over several objects has happened; the message says why (details: transaction, phase, object).
      TRANSACTION_ABORTED = "TRANSACTION_ABORTED"
      # The object takes no part in transactions over several objects; the message says what to attach.
      NOT_TRANSACTIONAL = "NOT_TRANSACTIONAL"
      # A part of the object's state cannot be copied; the details list which.
      STATE_NOT_CAPTURABLE = "STATE_NOT_CAPTURABLE"
      # A deployment manager holds the saved state of an object that the request would delete; say that it may go.
      STATE_HELD = "STATE_HELD"
      # The kernel does not answer, the connection was lost before the answer, or the kernel's lease has ended.
      KERNEL_UNAVAILABLE = "KERNEL_UNAVAILABLE"
      # The object management service does not answer.
      OMS_UNAVAILABLE = "OMS_UNAVAILABLE"
      # This object management service stands by for another one (details: address, empty where nobody leads yet); kernels follow it.
      NOT_LEADER = "NOT_LEADER"
      # The object's kernel died, and nothing brings the object back by itself.
      OBJECT_LOST = "OBJECT_LOST"
      # The object's deployment managers are bringing it back; call again.
      OBJECT_RECOVERING = "OBJECT_RECOVERING"
      # The object comes back with a kernel that is away; the message says which.
      OBJECT_AWAITS_KERNEL = "OBJECT_AWAITS_KERNEL"
      # No living kernel has the labels and the language asked for.
      NO_KERNEL_MATCHES = "NO_KERNEL_MATCHES"
      # The object waits to hear how a transaction ended, and answers nobody else meanwhile; call again.
      TRANSACTION_IN_DOUBT = "TRANSACTION_IN_DOUBT"
      # More calls wait than may.
      OVERLOADED = "OVERLOADED"
      # Somebody else holds the lease.
      LEASE_UNAVAILABLE = "LEASE_UNAVAILABLE"
      # The object is elsewhere (details: address, epoch, kernel); kernels and SDKs follow it, users never see it.
      MOVED = "MOVED"
      # The call's time was over.
      DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"
      # The caller no longer waited.
      CANCELLED = "CANCELLED"
      # Calls that wait for one another; the message names the chain.
      DEADLOCK = "DEADLOCK"
      # The call would have filled the memory of its kernel's JVM; the message says whose it was, and how to give it a memory of its own.
      MEMORY_EXHAUSTED = "MEMORY_EXHAUSTED"
      # The caller may not do this.
      PERMISSION_DENIED = "PERMISSION_DENIED"
      # The guest needs native access, which this kernel does not give.
      NATIVE_NOT_ALLOWED = "NATIVE_NOT_ALLOWED"
      # An address that is not loopback, without `--insecure`.
      ADDRESS_REFUSED = "ADDRESS_REFUSED"
      # The caller has as many of something as it may; the message says of what, and what to do.
      QUOTA_EXCEEDED = "QUOTA_EXCEEDED"
      # No Java virtual machine.
      JVM_NOT_FOUND = "JVM_NOT_FOUND"
      # A Java virtual machine that does not start or is too old.
      JVM_UNUSABLE = "JVM_UNUSABLE"
      # A language's jars are not here and cannot be fetched.
      JARS_MISSING = "JARS_MISSING"
      # A part of Amino or a program that it needs is not installed here.
      PACKAGE_MISSING = "PACKAGE_MISSING"
      # Another process listens there.
      PORT_TAKEN = "PORT_TAKEN"
      # The operating system gives the process too little of something, such as open files.
      LIMIT_TOO_LOW = "LIMIT_TOO_LOW"
      # Nothing more can be written to the disk.
      DISK_FULL = "DISK_FULL"
      # A data folder of another format than this version reads.
      STORE_INCOMPATIBLE = "STORE_INCOMPATIBLE"
      # A data folder whose database cannot be read.
      STORE_DAMAGED = "STORE_DAMAGED"
      # A data folder that is older than the newest one seen before, such as an old copy.
      STORE_OUTDATED = "STORE_OUTDATED"
      # An artifact whose stored bytes are missing or are not those of its hash.
      ARTIFACT_DAMAGED = "ARTIFACT_DAMAGED"
      # An exception of the application, or of a call that the object made and whose error it did not catch; never retried.
      GUEST_EXCEPTION = "GUEST_EXCEPTION"
      # A mistake of ours: please report.
      INTERNAL = "INTERNAL"
    end

    # Outcomes by the number that travels.
    OUTCOMES = [:unknown, :not_run, :ran].freeze

    # What an error of a code says about its call unless somebody knows better.
    DEFAULT_OUTCOMES = {
      "VALUE_INVALID" => :unknown,
      "ARGUMENT_INVALID" => :not_run,
      "FRAME_INVALID" => :unknown,
      "MEMBER_NOT_FOUND" => :not_run,
      "LANGUAGE_UNKNOWN" => :not_run,
      "ARTIFACT_INVALID" => :not_run,
      "CONFIG_INVALID" => :not_run,
      "CHAIN_INVALID" => :not_run,
      "CLIENT_FORKED" => :not_run,
      "NOT_DETERMINISTIC" => :ran,
      "OBJECT_NOT_FOUND" => :not_run,
      "NAME_NOT_FOUND" => :not_run,
      "ARTIFACT_NOT_FOUND" => :not_run,
      "KERNEL_NOT_FOUND" => :not_run,
      "NAME_TAKEN" => :not_run,
      "OBJECT_BUSY" => :not_run,
      "EPOCH_STALE" => :unknown,
      "TRANSACTION_CONFLICT" => :unknown,
      "TRANSACTION_INVALID" => :unknown,
      "TRANSACTION_ABORTED" => :not_run,
      "NOT_TRANSACTIONAL" => :not_run,
      "STATE_NOT_CAPTURABLE" => :unknown,
      "STATE_HELD" => :not_run,
      "KERNEL_UNAVAILABLE" => :unknown,
      "OMS_UNAVAILABLE" => :unknown,
      "NOT_LEADER" => :not_run,
      "OBJECT_LOST" => :unknown,
      "OBJECT_RECOVERING" => :unknown,
      "OBJECT_AWAITS_KERNEL" => :unknown,
      "NO_KERNEL_MATCHES" => :not_run,
      "TRANSACTION_IN_DOUBT" => :not_run,
      "OVERLOADED" => :not_run,
      "LEASE_UNAVAILABLE" => :unknown,
      "MOVED" => :not_run,
      "DEADLINE_EXCEEDED" => :unknown,
      "CANCELLED" => :unknown,
      "DEADLOCK" => :unknown,
      "MEMORY_EXHAUSTED" => :ran,
      "PERMISSION_DENIED" => :not_run,
      "NATIVE_NOT_ALLOWED" => :not_run,
      "ADDRESS_REFUSED" => :not_run,
      "QUOTA_EXCEEDED" => :not_run,
      "JVM_NOT_FOUND" => :not_run,
      "JVM_UNUSABLE" => :not_run,
      "JARS_MISSING" => :not_run,
      "PACKAGE_MISSING" => :not_run,
      "PORT_TAKEN" => :not_run,
      "LIMIT_TOO_LOW" => :not_run,
      "DISK_FULL" => :unknown,
      "STORE_INCOMPATIBLE" => :not_run,
      "STORE_DAMAGED" => :not_run,
      "STORE_OUTDATED" => :not_run,
      "ARTIFACT_DAMAGED" => :not_run,
      "GUEST_EXCEPTION" => :ran,
      "INTERNAL" => :unknown,
    }.freeze

    # Codes by the class that groups their errors; nil: none.
    GROUPS = {
      "InvalidRequest" => %w[
        VALUE_INVALID ARGUMENT_INVALID FRAME_INVALID MEMBER_NOT_FOUND LANGUAGE_UNKNOWN
        ARTIFACT_INVALID CONFIG_INVALID CHAIN_INVALID CLIENT_FORKED NOT_DETERMINISTIC
      ].freeze,
      "NotFound" => %w[
        OBJECT_NOT_FOUND NAME_NOT_FOUND ARTIFACT_NOT_FOUND KERNEL_NOT_FOUND
      ].freeze,
      "Conflict" => %w[
        NAME_TAKEN OBJECT_BUSY EPOCH_STALE TRANSACTION_CONFLICT TRANSACTION_INVALID
        TRANSACTION_ABORTED NOT_TRANSACTIONAL STATE_NOT_CAPTURABLE STATE_HELD
      ].freeze,
      "Unavailable" => %w[
        KERNEL_UNAVAILABLE OMS_UNAVAILABLE NOT_LEADER OBJECT_LOST OBJECT_RECOVERING
        OBJECT_AWAITS_KERNEL NO_KERNEL_MATCHES TRANSACTION_IN_DOUBT OVERLOADED LEASE_UNAVAILABLE
      ].freeze,
      "Ended" => %w[
        DEADLINE_EXCEEDED CANCELLED DEADLOCK MEMORY_EXHAUSTED
      ].freeze,
      "Refused" => %w[
        PERMISSION_DENIED NATIVE_NOT_ALLOWED ADDRESS_REFUSED QUOTA_EXCEEDED
      ].freeze,
      "MachineProblem" => %w[
        JVM_NOT_FOUND JVM_UNUSABLE JARS_MISSING PACKAGE_MISSING PORT_TAKEN LIMIT_TOO_LOW DISK_FULL
        STORE_INCOMPATIBLE STORE_DAMAGED STORE_OUTDATED ARTIFACT_DAMAGED
      ].freeze,
      nil => %w[
        MOVED GUEST_EXCEPTION INTERNAL
      ].freeze,
    }.freeze

    # Requests of the service for clients that change nothing: an end whose connection was lost may send them again.
    READS = %w[Explain Get Kernels List ListKinds ListTransactions Managers].freeze
  end
end
