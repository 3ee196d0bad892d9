from amino_wire.pb import client_pb2 as _client_pb2
from amino_wire.pb import common_pb2 as _common_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RegisterKernelRequest(_message.Message):
    __slots__ = ("kernel_id", "endpoints", "labels", "languages", "version", "incarnation", "instances", "more", "objects", "seen", "wire_version", "returning")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    KERNEL_ID_FIELD_NUMBER: _ClassVar[int]
    ENDPOINTS_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    LANGUAGES_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    INSTANCES_FIELD_NUMBER: _ClassVar[int]
    MORE_FIELD_NUMBER: _ClassVar[int]
    OBJECTS_FIELD_NUMBER: _ClassVar[int]
    SEEN_FIELD_NUMBER: _ClassVar[int]
    WIRE_VERSION_FIELD_NUMBER: _ClassVar[int]
    RETURNING_FIELD_NUMBER: _ClassVar[int]
    kernel_id: str
    endpoints: _common_pb2.Endpoints
    labels: _containers.ScalarMap[str, str]
    languages: _containers.RepeatedScalarFieldContainer[str]
    version: str
    incarnation: int
    instances: _containers.RepeatedCompositeFieldContainer[_common_pb2.InstanceState]
    more: bool
    objects: int
    seen: StoreMark
    wire_version: int
    returning: bool
    def __init__(self, kernel_id: _Optional[str] = ..., endpoints: _Optional[_Union[_common_pb2.Endpoints, _Mapping]] = ..., labels: _Optional[_Mapping[str, str]] = ..., languages: _Optional[_Iterable[str]] = ..., version: _Optional[str] = ..., incarnation: _Optional[int] = ..., instances: _Optional[_Iterable[_Union[_common_pb2.InstanceState, _Mapping]]] = ..., more: _Optional[bool] = ..., objects: _Optional[int] = ..., seen: _Optional[_Union[StoreMark, _Mapping]] = ..., wire_version: _Optional[int] = ..., returning: _Optional[bool] = ...) -> None: ...

class RegisterKernelResponse(_message.Message):
    __slots__ = ("incarnation", "lease_ms", "fenced", "store", "cluster_secret", "wire_version")
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    LEASE_MS_FIELD_NUMBER: _ClassVar[int]
    FENCED_FIELD_NUMBER: _ClassVar[int]
    STORE_FIELD_NUMBER: _ClassVar[int]
    CLUSTER_SECRET_FIELD_NUMBER: _ClassVar[int]
    WIRE_VERSION_FIELD_NUMBER: _ClassVar[int]
    incarnation: int
    lease_ms: int
    fenced: _containers.RepeatedScalarFieldContainer[str]
    store: StoreMark
    cluster_secret: str
    wire_version: int
    def __init__(self, incarnation: _Optional[int] = ..., lease_ms: _Optional[int] = ..., fenced: _Optional[_Iterable[str]] = ..., store: _Optional[_Union[StoreMark, _Mapping]] = ..., cluster_secret: _Optional[str] = ..., wire_version: _Optional[int] = ...) -> None: ...

class StoreMark(_message.Message):
    __slots__ = ("lineage", "revision")
    LINEAGE_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    lineage: str
    revision: int
    def __init__(self, lineage: _Optional[str] = ..., revision: _Optional[int] = ...) -> None: ...

class ListInstancesRequest(_message.Message):
    __slots__ = ("kernel_id", "incarnation", "after", "instances", "more")
    KERNEL_ID_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    INSTANCES_FIELD_NUMBER: _ClassVar[int]
    MORE_FIELD_NUMBER: _ClassVar[int]
    kernel_id: str
    incarnation: int
    after: str
    instances: _containers.RepeatedCompositeFieldContainer[_common_pb2.InstanceState]
    more: bool
    def __init__(self, kernel_id: _Optional[str] = ..., incarnation: _Optional[int] = ..., after: _Optional[str] = ..., instances: _Optional[_Iterable[_Union[_common_pb2.InstanceState, _Mapping]]] = ..., more: _Optional[bool] = ...) -> None: ...

class ListInstancesResponse(_message.Message):
    __slots__ = ("known", "lease_ms", "fenced")
    KNOWN_FIELD_NUMBER: _ClassVar[int]
    LEASE_MS_FIELD_NUMBER: _ClassVar[int]
    FENCED_FIELD_NUMBER: _ClassVar[int]
    known: bool
    lease_ms: int
    fenced: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, known: _Optional[bool] = ..., lease_ms: _Optional[int] = ..., fenced: _Optional[_Iterable[str]] = ...) -> None: ...

class KeepAliveRequest(_message.Message):
    __slots__ = ("kernel_id", "incarnation", "load", "objects", "lost", "applied", "draining", "returning")
    KERNEL_ID_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    LOAD_FIELD_NUMBER: _ClassVar[int]
    OBJECTS_FIELD_NUMBER: _ClassVar[int]
    LOST_FIELD_NUMBER: _ClassVar[int]
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    DRAINING_FIELD_NUMBER: _ClassVar[int]
    RETURNING_FIELD_NUMBER: _ClassVar[int]
    kernel_id: str
    incarnation: int
    load: float
    objects: int
    lost: _containers.RepeatedCompositeFieldContainer[_common_pb2.InstanceState]
    applied: _containers.RepeatedCompositeFieldContainer[_common_pb2.InstanceState]
    draining: bool
    returning: bool
    def __init__(self, kernel_id: _Optional[str] = ..., incarnation: _Optional[int] = ..., load: _Optional[float] = ..., objects: _Optional[int] = ..., lost: _Optional[_Iterable[_Union[_common_pb2.InstanceState, _Mapping]]] = ..., applied: _Optional[_Iterable[_Union[_common_pb2.InstanceState, _Mapping]]] = ..., draining: _Optional[bool] = ..., returning: _Optional[bool] = ...) -> None: ...

class KeepAliveResponse(_message.Message):
    __slots__ = ("known", "lease_ms", "store")
    KNOWN_FIELD_NUMBER: _ClassVar[int]
    LEASE_MS_FIELD_NUMBER: _ClassVar[int]
    STORE_FIELD_NUMBER: _ClassVar[int]
    known: bool
    lease_ms: int
    store: StoreMark
    def __init__(self, known: _Optional[bool] = ..., lease_ms: _Optional[int] = ..., store: _Optional[_Union[StoreMark, _Mapping]] = ...) -> None: ...

class SleepRequest(_message.Message):
    __slots__ = ("object_id", "epoch", "kernel_id", "incarnation")
    OBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    KERNEL_ID_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    object_id: str
    epoch: int
    kernel_id: str
    incarnation: int
    def __init__(self, object_id: _Optional[str] = ..., epoch: _Optional[int] = ..., kernel_id: _Optional[str] = ..., incarnation: _Optional[int] = ...) -> None: ...

class SleepResponse(_message.Message):
    __slots__ = ("asleep",)
    ASLEEP_FIELD_NUMBER: _ClassVar[int]
    asleep: bool
    def __init__(self, asleep: _Optional[bool] = ...) -> None: ...

class WakeRequest(_message.Message):
    __slots__ = ("object_id",)
    OBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    object_id: str
    def __init__(self, object_id: _Optional[str] = ...) -> None: ...

class WakeResponse(_message.Message):
    __slots__ = ("object",)
    OBJECT_FIELD_NUMBER: _ClassVar[int]
    object: _common_pb2.ObjectRecord
    def __init__(self, object: _Optional[_Union[_common_pb2.ObjectRecord, _Mapping]] = ...) -> None: ...

class LeaveRequest(_message.Message):
    __slots__ = ("kernel_id", "incarnation", "keeps", "lost", "end")
    KERNEL_ID_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    KEEPS_FIELD_NUMBER: _ClassVar[int]
    LOST_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    kernel_id: str
    incarnation: int
    keeps: bool
    lost: _containers.RepeatedCompositeFieldContainer[_common_pb2.InstanceState]
    end: str
    def __init__(self, kernel_id: _Optional[str] = ..., incarnation: _Optional[int] = ..., keeps: _Optional[bool] = ..., lost: _Optional[_Iterable[_Union[_common_pb2.InstanceState, _Mapping]]] = ..., end: _Optional[str] = ...) -> None: ...

class LeaveResponse(_message.Message):
    __slots__ = ("ended",)
    ENDED_FIELD_NUMBER: _ClassVar[int]
    ended: bool
    def __init__(self, ended: _Optional[bool] = ...) -> None: ...

class GetArtifactRequest(_message.Message):
    __slots__ = ("hash",)
    HASH_FIELD_NUMBER: _ClassVar[int]
    hash: str
    def __init__(self, hash: _Optional[str] = ...) -> None: ...

class GetArtifactResponse(_message.Message):
    __slots__ = ("artifact", "chunk")
    ARTIFACT_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    artifact: _common_pb2.Artifact
    chunk: bytes
    def __init__(self, artifact: _Optional[_Union[_common_pb2.Artifact, _Mapping]] = ..., chunk: _Optional[bytes] = ...) -> None: ...

class CommitLocationRequest(_message.Message):
    __slots__ = ("object_id", "expected_epoch", "replicas", "request_id", "lost")
    OBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_EPOCH_FIELD_NUMBER: _ClassVar[int]
    REPLICAS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    LOST_FIELD_NUMBER: _ClassVar[int]
    object_id: str
    expected_epoch: int
    replicas: _containers.RepeatedCompositeFieldContainer[_common_pb2.Replica]
    request_id: str
    lost: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, object_id: _Optional[str] = ..., expected_epoch: _Optional[int] = ..., replicas: _Optional[_Iterable[_Union[_common_pb2.Replica, _Mapping]]] = ..., request_id: _Optional[str] = ..., lost: _Optional[_Iterable[str]] = ...) -> None: ...

class CommitLocationResponse(_message.Message):
    __slots__ = ("object",)
    OBJECT_FIELD_NUMBER: _ClassVar[int]
    object: _common_pb2.ObjectRecord
    def __init__(self, object: _Optional[_Union[_common_pb2.ObjectRecord, _Mapping]] = ...) -> None: ...

class CallPartRequest(_message.Message):
    __slots__ = ("object_id", "chain_index", "part", "path", "method", "args", "kwargs", "epoch", "caller", "budget_ms", "by_client")
    OBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    CHAIN_INDEX_FIELD_NUMBER: _ClassVar[int]
    PART_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    ARGS_FIELD_NUMBER: _ClassVar[int]
    KWARGS_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    CALLER_FIELD_NUMBER: _ClassVar[int]
    BUDGET_MS_FIELD_NUMBER: _ClassVar[int]
    BY_CLIENT_FIELD_NUMBER: _ClassVar[int]
    object_id: str
    chain_index: int
    part: str
    path: str
    method: str
    args: bytes
    kwargs: bytes
    epoch: int
    caller: str
    budget_ms: int
    by_client: bool
    def __init__(self, object_id: _Optional[str] = ..., chain_index: _Optional[int] = ..., part: _Optional[str] = ..., path: _Optional[str] = ..., method: _Optional[str] = ..., args: _Optional[bytes] = ..., kwargs: _Optional[bytes] = ..., epoch: _Optional[int] = ..., caller: _Optional[str] = ..., budget_ms: _Optional[int] = ..., by_client: _Optional[bool] = ...) -> None: ...

class CallPartResponse(_message.Message):
    __slots__ = ("value",)
    VALUE_FIELD_NUMBER: _ClassVar[int]
    value: bytes
    def __init__(self, value: _Optional[bytes] = ...) -> None: ...

class DurablePutRequest(_message.Message):
    __slots__ = ("key", "value", "expected_version")
    KEY_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    key: str
    value: bytes
    expected_version: int
    def __init__(self, key: _Optional[str] = ..., value: _Optional[bytes] = ..., expected_version: _Optional[int] = ...) -> None: ...

class DurablePutResponse(_message.Message):
    __slots__ = ("version", "stored")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    STORED_FIELD_NUMBER: _ClassVar[int]
    version: int
    stored: bool
    def __init__(self, version: _Optional[int] = ..., stored: _Optional[bool] = ...) -> None: ...

class DurablePutManyRequest(_message.Message):
    __slots__ = ("puts",)
    PUTS_FIELD_NUMBER: _ClassVar[int]
    puts: _containers.RepeatedCompositeFieldContainer[DurablePutRequest]
    def __init__(self, puts: _Optional[_Iterable[_Union[DurablePutRequest, _Mapping]]] = ...) -> None: ...

class DurablePutManyResponse(_message.Message):
    __slots__ = ("answers",)
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    answers: _containers.RepeatedCompositeFieldContainer[DurablePutResponse]
    def __init__(self, answers: _Optional[_Iterable[_Union[DurablePutResponse, _Mapping]]] = ...) -> None: ...

class DurableGetRequest(_message.Message):
    __slots__ = ("key",)
    KEY_FIELD_NUMBER: _ClassVar[int]
    key: str
    def __init__(self, key: _Optional[str] = ...) -> None: ...

class DurableGetResponse(_message.Message):
    __slots__ = ("value", "version")
    VALUE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    value: bytes
    version: int
    def __init__(self, value: _Optional[bytes] = ..., version: _Optional[int] = ...) -> None: ...

class LogAppendRequest(_message.Message):
    __slots__ = ("key", "after", "entry")
    KEY_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    key: str
    after: int
    entry: bytes
    def __init__(self, key: _Optional[str] = ..., after: _Optional[int] = ..., entry: _Optional[bytes] = ...) -> None: ...

class LogAppendResponse(_message.Message):
    __slots__ = ("appended", "end")
    APPENDED_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    appended: bool
    end: int
    def __init__(self, appended: _Optional[bool] = ..., end: _Optional[int] = ...) -> None: ...

class LogReadRequest(_message.Message):
    __slots__ = ("key", "after", "wait_ms")
    KEY_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    WAIT_MS_FIELD_NUMBER: _ClassVar[int]
    key: str
    after: int
    wait_ms: int
    def __init__(self, key: _Optional[str] = ..., after: _Optional[int] = ..., wait_ms: _Optional[int] = ...) -> None: ...

class LogReadResponse(_message.Message):
    __slots__ = ("entries", "end", "floor")
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    FLOOR_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedScalarFieldContainer[bytes]
    end: int
    floor: int
    def __init__(self, entries: _Optional[_Iterable[bytes]] = ..., end: _Optional[int] = ..., floor: _Optional[int] = ...) -> None: ...

class LogTrimRequest(_message.Message):
    __slots__ = ("key", "through")
    KEY_FIELD_NUMBER: _ClassVar[int]
    THROUGH_FIELD_NUMBER: _ClassVar[int]
    key: str
    through: int
    def __init__(self, key: _Optional[str] = ..., through: _Optional[int] = ...) -> None: ...

class LogTrimResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class CreateObjectRequest(_message.Message):
    __slots__ = ("object", "path", "state")
    OBJECT_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    object: _common_pb2.ObjectRecord
    path: str
    state: bytes
    def __init__(self, object: _Optional[_Union[_common_pb2.ObjectRecord, _Mapping]] = ..., path: _Optional[str] = ..., state: _Optional[bytes] = ...) -> None: ...

class CreateObjectResponse(_message.Message):
    __slots__ = ("interface",)
    INTERFACE_FIELD_NUMBER: _ClassVar[int]
    interface: _common_pb2.Interface
    def __init__(self, interface: _Optional[_Union[_common_pb2.Interface, _Mapping]] = ...) -> None: ...

class CreateObjectsRequest(_message.Message):
    __slots__ = ("objects", "each")
    OBJECTS_FIELD_NUMBER: _ClassVar[int]
    EACH_FIELD_NUMBER: _ClassVar[int]
    objects: _containers.RepeatedCompositeFieldContainer[_common_pb2.ObjectRecord]
    each: bool
    def __init__(self, objects: _Optional[_Iterable[_Union[_common_pb2.ObjectRecord, _Mapping]]] = ..., each: _Optional[bool] = ...) -> None: ...

class CreateObjectsResponse(_message.Message):
    __slots__ = ("interface", "failures")
    class FailuresEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: int
        value: _common_pb2.Error
        def __init__(self, key: _Optional[int] = ..., value: _Optional[_Union[_common_pb2.Error, _Mapping]] = ...) -> None: ...
    INTERFACE_FIELD_NUMBER: _ClassVar[int]
    FAILURES_FIELD_NUMBER: _ClassVar[int]
    interface: _common_pb2.Interface
    failures: _containers.MessageMap[int, _common_pb2.Error]
    def __init__(self, interface: _Optional[_Union[_common_pb2.Interface, _Mapping]] = ..., failures: _Optional[_Mapping[int, _common_pb2.Error]] = ...) -> None: ...

class DestroyObjectRequest(_message.Message):
    __slots__ = ("object_id", "epoch", "path")
    OBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    object_id: str
    epoch: int
    path: str
    def __init__(self, object_id: _Optional[str] = ..., epoch: _Optional[int] = ..., path: _Optional[str] = ...) -> None: ...

class DestroyObjectResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MoveObjectRequest(_message.Message):
    __slots__ = ("object", "path", "target", "allow_lossy", "request_id")
    OBJECT_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    ALLOW_LOSSY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    object: _common_pb2.ObjectRecord
    path: str
    target: _common_pb2.KernelRecord
    allow_lossy: bool
    request_id: str
    def __init__(self, object: _Optional[_Union[_common_pb2.ObjectRecord, _Mapping]] = ..., path: _Optional[str] = ..., target: _Optional[_Union[_common_pb2.KernelRecord, _Mapping]] = ..., allow_lossy: _Optional[bool] = ..., request_id: _Optional[str] = ...) -> None: ...

class MoveObjectResponse(_message.Message):
    __slots__ = ("object", "lost")
    OBJECT_FIELD_NUMBER: _ClassVar[int]
    LOST_FIELD_NUMBER: _ClassVar[int]
    object: _common_pb2.ObjectRecord
    lost: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, object: _Optional[_Union[_common_pb2.ObjectRecord, _Mapping]] = ..., lost: _Optional[_Iterable[str]] = ...) -> None: ...

class PrepareObjectRequest(_message.Message):
    __slots__ = ("object",)
    OBJECT_FIELD_NUMBER: _ClassVar[int]
    object: _common_pb2.ObjectRecord
    def __init__(self, object: _Optional[_Union[_common_pb2.ObjectRecord, _Mapping]] = ...) -> None: ...

class PrepareObjectResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ReceiveObjectRequest(_message.Message):
    __slots__ = ("object", "path", "state", "manager_state", "attempt", "begin", "size")
    OBJECT_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    MANAGER_STATE_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    BEGIN_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    object: _common_pb2.ObjectRecord
    path: str
    state: bytes
    manager_state: bytes
    attempt: int
    begin: int
    size: int
    def __init__(self, object: _Optional[_Union[_common_pb2.ObjectRecord, _Mapping]] = ..., path: _Optional[str] = ..., state: _Optional[bytes] = ..., manager_state: _Optional[bytes] = ..., attempt: _Optional[int] = ..., begin: _Optional[int] = ..., size: _Optional[int] = ...) -> None: ...

class ReceiveObjectResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ActivateObjectRequest(_message.Message):
    __slots__ = ("object_id", "epoch", "path", "drop", "attempt")
    OBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    DROP_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    object_id: str
    epoch: int
    path: str
    drop: bool
    attempt: int
    def __init__(self, object_id: _Optional[str] = ..., epoch: _Optional[int] = ..., path: _Optional[str] = ..., drop: _Optional[bool] = ..., attempt: _Optional[int] = ...) -> None: ...

class ActivateObjectResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class WaitsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Wait(_message.Message):
    __slots__ = ("waiting_chain", "waiting_call", "holder_chain", "holder_call", "call_number")
    WAITING_CHAIN_FIELD_NUMBER: _ClassVar[int]
    WAITING_CALL_FIELD_NUMBER: _ClassVar[int]
    HOLDER_CHAIN_FIELD_NUMBER: _ClassVar[int]
    HOLDER_CALL_FIELD_NUMBER: _ClassVar[int]
    CALL_NUMBER_FIELD_NUMBER: _ClassVar[int]
    waiting_chain: str
    waiting_call: str
    holder_chain: str
    holder_call: str
    call_number: int
    def __init__(self, waiting_chain: _Optional[str] = ..., waiting_call: _Optional[str] = ..., holder_chain: _Optional[str] = ..., holder_call: _Optional[str] = ..., call_number: _Optional[int] = ...) -> None: ...

class WaitsResponse(_message.Message):
    __slots__ = ("waits",)
    WAITS_FIELD_NUMBER: _ClassVar[int]
    waits: _containers.RepeatedCompositeFieldContainer[Wait]
    def __init__(self, waits: _Optional[_Iterable[_Union[Wait, _Mapping]]] = ...) -> None: ...

class AbortWaitRequest(_message.Message):
    __slots__ = ("call_number", "error")
    CALL_NUMBER_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    call_number: int
    error: _common_pb2.Error
    def __init__(self, call_number: _Optional[int] = ..., error: _Optional[_Union[_common_pb2.Error, _Mapping]] = ...) -> None: ...

class AbortWaitResponse(_message.Message):
    __slots__ = ("aborted",)
    ABORTED_FIELD_NUMBER: _ClassVar[int]
    aborted: bool
    def __init__(self, aborted: _Optional[bool] = ...) -> None: ...

class ObjectChangedRequest(_message.Message):
    __slots__ = ("object", "deleted")
    OBJECT_FIELD_NUMBER: _ClassVar[int]
    DELETED_FIELD_NUMBER: _ClassVar[int]
    object: _common_pb2.ObjectRecord
    deleted: bool
    def __init__(self, object: _Optional[_Union[_common_pb2.ObjectRecord, _Mapping]] = ..., deleted: _Optional[bool] = ...) -> None: ...

class ObjectChangedResponse(_message.Message):
    __slots__ = ("applied",)
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    applied: _containers.RepeatedCompositeFieldContainer[_common_pb2.InstanceState]
    def __init__(self, applied: _Optional[_Iterable[_Union[_common_pb2.InstanceState, _Mapping]]] = ...) -> None: ...

class CopyStateRequest(_message.Message):
    __slots__ = ("object_id", "path", "epoch")
    OBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    object_id: str
    path: str
    epoch: int
    def __init__(self, object_id: _Optional[str] = ..., path: _Optional[str] = ..., epoch: _Optional[int] = ...) -> None: ...

class CopyStateResponse(_message.Message):
    __slots__ = ("state",)
    STATE_FIELD_NUMBER: _ClassVar[int]
    state: bytes
    def __init__(self, state: _Optional[bytes] = ...) -> None: ...

class KernelChangedRequest(_message.Message):
    __slots__ = ("kernel", "former_address")
    KERNEL_FIELD_NUMBER: _ClassVar[int]
    FORMER_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    kernel: _common_pb2.KernelRecord
    former_address: str
    def __init__(self, kernel: _Optional[_Union[_common_pb2.KernelRecord, _Mapping]] = ..., former_address: _Optional[str] = ...) -> None: ...

class KernelChangedResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class JoinTransactionRequest(_message.Message):
    __slots__ = ("transaction", "object_id", "token", "member", "caller", "waits", "holder", "after")
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    OBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    MEMBER_FIELD_NUMBER: _ClassVar[int]
    CALLER_FIELD_NUMBER: _ClassVar[int]
    WAITS_FIELD_NUMBER: _ClassVar[int]
    HOLDER_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    transaction: str
    object_id: str
    token: str
    member: str
    caller: str
    waits: bool
    holder: str
    after: str
    def __init__(self, transaction: _Optional[str] = ..., object_id: _Optional[str] = ..., token: _Optional[str] = ..., member: _Optional[str] = ..., caller: _Optional[str] = ..., waits: _Optional[bool] = ..., holder: _Optional[str] = ..., after: _Optional[str] = ...) -> None: ...

class JoinTransactionResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class TransactionOutcomeRequest(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: str
    def __init__(self, transaction: _Optional[str] = ...) -> None: ...

class TransactionOutcomeResponse(_message.Message):
    __slots__ = ("outcome",)
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    outcome: str
    def __init__(self, outcome: _Optional[str] = ...) -> None: ...
