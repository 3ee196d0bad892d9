from amino_wire.pb import common_pb2 as _common_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class HelloRequest(_message.Message):
    __slots__ = ("client_id", "host_id", "version", "wire_version")
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    HOST_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    WIRE_VERSION_FIELD_NUMBER: _ClassVar[int]
    client_id: str
    host_id: str
    version: str
    wire_version: int
    def __init__(self, client_id: _Optional[str] = ..., host_id: _Optional[str] = ..., version: _Optional[str] = ..., wire_version: _Optional[int] = ...) -> None: ...

class HelloResponse(_message.Message):
    __slots__ = ("kernel_id", "endpoints", "lane_token", "version", "languages", "wire_version", "lane_commands", "lane_requests")
    KERNEL_ID_FIELD_NUMBER: _ClassVar[int]
    ENDPOINTS_FIELD_NUMBER: _ClassVar[int]
    LANE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    LANGUAGES_FIELD_NUMBER: _ClassVar[int]
    WIRE_VERSION_FIELD_NUMBER: _ClassVar[int]
    LANE_COMMANDS_FIELD_NUMBER: _ClassVar[int]
    LANE_REQUESTS_FIELD_NUMBER: _ClassVar[int]
    kernel_id: str
    endpoints: _common_pb2.Endpoints
    lane_token: str
    version: str
    languages: _containers.RepeatedScalarFieldContainer[str]
    wire_version: int
    lane_commands: bool
    lane_requests: bool
    def __init__(self, kernel_id: _Optional[str] = ..., endpoints: _Optional[_Union[_common_pb2.Endpoints, _Mapping]] = ..., lane_token: _Optional[str] = ..., version: _Optional[str] = ..., languages: _Optional[_Iterable[str]] = ..., wire_version: _Optional[int] = ..., lane_commands: _Optional[bool] = ..., lane_requests: _Optional[bool] = ...) -> None: ...

class PutArtifactRequest(_message.Message):
    __slots__ = ("artifact", "chunk")
    ARTIFACT_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    artifact: _common_pb2.Artifact
    chunk: bytes
    def __init__(self, artifact: _Optional[_Union[_common_pb2.Artifact, _Mapping]] = ..., chunk: _Optional[bytes] = ...) -> None: ...

class PutArtifactResponse(_message.Message):
    __slots__ = ("artifact", "existed")
    ARTIFACT_FIELD_NUMBER: _ClassVar[int]
    EXISTED_FIELD_NUMBER: _ClassVar[int]
    artifact: _common_pb2.Artifact
    existed: bool
    def __init__(self, artifact: _Optional[_Union[_common_pb2.Artifact, _Mapping]] = ..., existed: _Optional[bool] = ...) -> None: ...

class RegisterRequest(_message.Message):
    __slots__ = ("name", "artifact", "deployment_managers", "selector", "labels", "args", "kwargs", "concurrent", "own_context", "request_id", "replace", "maker", "discard_state", "no_deployment_managers", "no_labels", "idle_ms")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NAME_FIELD_NUMBER: _ClassVar[int]
    ARTIFACT_FIELD_NUMBER: _ClassVar[int]
    DEPLOYMENT_MANAGERS_FIELD_NUMBER: _ClassVar[int]
    SELECTOR_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    ARGS_FIELD_NUMBER: _ClassVar[int]
    KWARGS_FIELD_NUMBER: _ClassVar[int]
    CONCURRENT_FIELD_NUMBER: _ClassVar[int]
    OWN_CONTEXT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    REPLACE_FIELD_NUMBER: _ClassVar[int]
    MAKER_FIELD_NUMBER: _ClassVar[int]
    DISCARD_STATE_FIELD_NUMBER: _ClassVar[int]
    NO_DEPLOYMENT_MANAGERS_FIELD_NUMBER: _ClassVar[int]
    NO_LABELS_FIELD_NUMBER: _ClassVar[int]
    IDLE_MS_FIELD_NUMBER: _ClassVar[int]
    name: str
    artifact: _common_pb2.Artifact
    deployment_managers: _containers.RepeatedCompositeFieldContainer[_common_pb2.DeploymentManagerSpec]
    selector: _common_pb2.Selector
    labels: _containers.ScalarMap[str, str]
    args: bytes
    kwargs: bytes
    concurrent: bool
    own_context: bool
    request_id: str
    replace: bool
    maker: str
    discard_state: bool
    no_deployment_managers: bool
    no_labels: bool
    idle_ms: int
    def __init__(self, name: _Optional[str] = ..., artifact: _Optional[_Union[_common_pb2.Artifact, _Mapping]] = ..., deployment_managers: _Optional[_Iterable[_Union[_common_pb2.DeploymentManagerSpec, _Mapping]]] = ..., selector: _Optional[_Union[_common_pb2.Selector, _Mapping]] = ..., labels: _Optional[_Mapping[str, str]] = ..., args: _Optional[bytes] = ..., kwargs: _Optional[bytes] = ..., concurrent: _Optional[bool] = ..., own_context: _Optional[bool] = ..., request_id: _Optional[str] = ..., replace: _Optional[bool] = ..., maker: _Optional[str] = ..., discard_state: _Optional[bool] = ..., no_deployment_managers: _Optional[bool] = ..., no_labels: _Optional[bool] = ..., idle_ms: _Optional[int] = ...) -> None: ...

class RegisterResponse(_message.Message):
    __slots__ = ("object",)
    OBJECT_FIELD_NUMBER: _ClassVar[int]
    object: _common_pb2.ObjectRecord
    def __init__(self, object: _Optional[_Union[_common_pb2.ObjectRecord, _Mapping]] = ...) -> None: ...

class CreateRequest(_message.Message):
    __slots__ = ("class_name", "name", "args", "kwargs", "selector", "labels", "request_id", "maker", "ttl_ms")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    CLASS_NAME_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ARGS_FIELD_NUMBER: _ClassVar[int]
    KWARGS_FIELD_NUMBER: _ClassVar[int]
    SELECTOR_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    MAKER_FIELD_NUMBER: _ClassVar[int]
    TTL_MS_FIELD_NUMBER: _ClassVar[int]
    class_name: str
    name: str
    args: bytes
    kwargs: bytes
    selector: _common_pb2.Selector
    labels: _containers.ScalarMap[str, str]
    request_id: str
    maker: str
    ttl_ms: int
    def __init__(self, class_name: _Optional[str] = ..., name: _Optional[str] = ..., args: _Optional[bytes] = ..., kwargs: _Optional[bytes] = ..., selector: _Optional[_Union[_common_pb2.Selector, _Mapping]] = ..., labels: _Optional[_Mapping[str, str]] = ..., request_id: _Optional[str] = ..., maker: _Optional[str] = ..., ttl_ms: _Optional[int] = ...) -> None: ...

class CreateResponse(_message.Message):
    __slots__ = ("object",)
    OBJECT_FIELD_NUMBER: _ClassVar[int]
    object: _common_pb2.ObjectRecord
    def __init__(self, object: _Optional[_Union[_common_pb2.ObjectRecord, _Mapping]] = ...) -> None: ...

class CreateManyRequest(_message.Message):
    __slots__ = ("class_name", "instances", "selector", "labels", "request_id", "maker", "ttl_ms")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    CLASS_NAME_FIELD_NUMBER: _ClassVar[int]
    INSTANCES_FIELD_NUMBER: _ClassVar[int]
    SELECTOR_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    MAKER_FIELD_NUMBER: _ClassVar[int]
    TTL_MS_FIELD_NUMBER: _ClassVar[int]
    class_name: str
    instances: _containers.RepeatedCompositeFieldContainer[Instance]
    selector: _common_pb2.Selector
    labels: _containers.ScalarMap[str, str]
    request_id: str
    maker: str
    ttl_ms: int
    def __init__(self, class_name: _Optional[str] = ..., instances: _Optional[_Iterable[_Union[Instance, _Mapping]]] = ..., selector: _Optional[_Union[_common_pb2.Selector, _Mapping]] = ..., labels: _Optional[_Mapping[str, str]] = ..., request_id: _Optional[str] = ..., maker: _Optional[str] = ..., ttl_ms: _Optional[int] = ...) -> None: ...

class Instance(_message.Message):
    __slots__ = ("name", "args", "kwargs")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ARGS_FIELD_NUMBER: _ClassVar[int]
    KWARGS_FIELD_NUMBER: _ClassVar[int]
    name: str
    args: bytes
    kwargs: bytes
    def __init__(self, name: _Optional[str] = ..., args: _Optional[bytes] = ..., kwargs: _Optional[bytes] = ...) -> None: ...

class CreateManyResponse(_message.Message):
    __slots__ = ("objects", "interface")
    OBJECTS_FIELD_NUMBER: _ClassVar[int]
    INTERFACE_FIELD_NUMBER: _ClassVar[int]
    objects: _containers.RepeatedCompositeFieldContainer[_common_pb2.ObjectRecord]
    interface: _common_pb2.Interface
    def __init__(self, objects: _Optional[_Iterable[_Union[_common_pb2.ObjectRecord, _Mapping]]] = ..., interface: _Optional[_Union[_common_pb2.Interface, _Mapping]] = ...) -> None: ...

class RegisterKindRequest(_message.Message):
    __slots__ = ("kind", "replace", "request_id", "maker")
    KIND_FIELD_NUMBER: _ClassVar[int]
    REPLACE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    MAKER_FIELD_NUMBER: _ClassVar[int]
    kind: _common_pb2.KindRecord
    replace: bool
    request_id: str
    maker: str
    def __init__(self, kind: _Optional[_Union[_common_pb2.KindRecord, _Mapping]] = ..., replace: _Optional[bool] = ..., request_id: _Optional[str] = ..., maker: _Optional[str] = ...) -> None: ...

class RegisterKindResponse(_message.Message):
    __slots__ = ("kind",)
    KIND_FIELD_NUMBER: _ClassVar[int]
    kind: _common_pb2.KindRecord
    def __init__(self, kind: _Optional[_Union[_common_pb2.KindRecord, _Mapping]] = ...) -> None: ...

class ListKindsRequest(_message.Message):
    __slots__ = ("prefix", "page_size", "after", "age_limit")
    PREFIX_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    AGE_LIMIT_FIELD_NUMBER: _ClassVar[int]
    prefix: str
    page_size: int
    after: str
    age_limit: AgeLimit
    def __init__(self, prefix: _Optional[str] = ..., page_size: _Optional[int] = ..., after: _Optional[str] = ..., age_limit: _Optional[_Union[AgeLimit, _Mapping]] = ...) -> None: ...

class ListKindsResponse(_message.Message):
    __slots__ = ("kinds", "more", "age")
    KINDS_FIELD_NUMBER: _ClassVar[int]
    MORE_FIELD_NUMBER: _ClassVar[int]
    AGE_FIELD_NUMBER: _ClassVar[int]
    kinds: _containers.RepeatedCompositeFieldContainer[_common_pb2.KindRecord]
    more: bool
    age: Age
    def __init__(self, kinds: _Optional[_Iterable[_Union[_common_pb2.KindRecord, _Mapping]]] = ..., more: _Optional[bool] = ..., age: _Optional[_Union[Age, _Mapping]] = ...) -> None: ...

class DeleteKindRequest(_message.Message):
    __slots__ = ("name", "request_id")
    NAME_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    name: str
    request_id: str
    def __init__(self, name: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class DeleteKindResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetOrCreateRequest(_message.Message):
    __slots__ = ("kind", "key", "args", "kwargs", "request_id", "maker")
    KIND_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    ARGS_FIELD_NUMBER: _ClassVar[int]
    KWARGS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    MAKER_FIELD_NUMBER: _ClassVar[int]
    kind: str
    key: str
    args: bytes
    kwargs: bytes
    request_id: str
    maker: str
    def __init__(self, kind: _Optional[str] = ..., key: _Optional[str] = ..., args: _Optional[bytes] = ..., kwargs: _Optional[bytes] = ..., request_id: _Optional[str] = ..., maker: _Optional[str] = ...) -> None: ...

class GetOrCreateResponse(_message.Message):
    __slots__ = ("object", "created")
    OBJECT_FIELD_NUMBER: _ClassVar[int]
    CREATED_FIELD_NUMBER: _ClassVar[int]
    object: _common_pb2.ObjectRecord
    created: bool
    def __init__(self, object: _Optional[_Union[_common_pb2.ObjectRecord, _Mapping]] = ..., created: _Optional[bool] = ...) -> None: ...

class AgeLimit(_message.Message):
    __slots__ = ("ms", "outage_ms")
    MS_FIELD_NUMBER: _ClassVar[int]
    OUTAGE_MS_FIELD_NUMBER: _ClassVar[int]
    ms: int
    outage_ms: int
    def __init__(self, ms: _Optional[int] = ..., outage_ms: _Optional[int] = ...) -> None: ...

class Age(_message.Message):
    __slots__ = ("ms", "revision", "source")
    MS_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    ms: int
    revision: int
    source: str
    def __init__(self, ms: _Optional[int] = ..., revision: _Optional[int] = ..., source: _Optional[str] = ...) -> None: ...

class GetRequest(_message.Message):
    __slots__ = ("name_or_id", "age_limit")
    NAME_OR_ID_FIELD_NUMBER: _ClassVar[int]
    AGE_LIMIT_FIELD_NUMBER: _ClassVar[int]
    name_or_id: str
    age_limit: AgeLimit
    def __init__(self, name_or_id: _Optional[str] = ..., age_limit: _Optional[_Union[AgeLimit, _Mapping]] = ...) -> None: ...

class GetResponse(_message.Message):
    __slots__ = ("object", "age")
    OBJECT_FIELD_NUMBER: _ClassVar[int]
    AGE_FIELD_NUMBER: _ClassVar[int]
    object: _common_pb2.ObjectRecord
    age: Age
    def __init__(self, object: _Optional[_Union[_common_pb2.ObjectRecord, _Mapping]] = ..., age: _Optional[_Union[Age, _Mapping]] = ...) -> None: ...

class ListRequest(_message.Message):
    __slots__ = ("name_prefix", "label_selector", "kernel_id", "page_size", "page_token", "nameless", "age_limit")
    NAME_PREFIX_FIELD_NUMBER: _ClassVar[int]
    LABEL_SELECTOR_FIELD_NUMBER: _ClassVar[int]
    KERNEL_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    NAMELESS_FIELD_NUMBER: _ClassVar[int]
    AGE_LIMIT_FIELD_NUMBER: _ClassVar[int]
    name_prefix: str
    label_selector: _common_pb2.Selector
    kernel_id: str
    page_size: int
    page_token: str
    nameless: bool
    age_limit: AgeLimit
    def __init__(self, name_prefix: _Optional[str] = ..., label_selector: _Optional[_Union[_common_pb2.Selector, _Mapping]] = ..., kernel_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., nameless: _Optional[bool] = ..., age_limit: _Optional[_Union[AgeLimit, _Mapping]] = ...) -> None: ...

class ListResponse(_message.Message):
    __slots__ = ("objects", "next_page_token", "total", "age")
    OBJECTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    AGE_FIELD_NUMBER: _ClassVar[int]
    objects: _containers.RepeatedCompositeFieldContainer[_common_pb2.ObjectRecord]
    next_page_token: str
    total: int
    age: Age
    def __init__(self, objects: _Optional[_Iterable[_Union[_common_pb2.ObjectRecord, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., total: _Optional[int] = ..., age: _Optional[_Union[Age, _Mapping]] = ...) -> None: ...

class WatchRequest(_message.Message):
    __slots__ = ("name_prefix", "from_revision")
    NAME_PREFIX_FIELD_NUMBER: _ClassVar[int]
    FROM_REVISION_FIELD_NUMBER: _ClassVar[int]
    name_prefix: str
    from_revision: int
    def __init__(self, name_prefix: _Optional[str] = ..., from_revision: _Optional[int] = ...) -> None: ...

class WatchResponse(_message.Message):
    __slots__ = ("kind", "object", "revision")
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[WatchResponse.Kind]
        KIND_PUT: _ClassVar[WatchResponse.Kind]
        KIND_DELETE: _ClassVar[WatchResponse.Kind]
        KIND_SYNCED: _ClassVar[WatchResponse.Kind]
    KIND_UNSPECIFIED: WatchResponse.Kind
    KIND_PUT: WatchResponse.Kind
    KIND_DELETE: WatchResponse.Kind
    KIND_SYNCED: WatchResponse.Kind
    KIND_FIELD_NUMBER: _ClassVar[int]
    OBJECT_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    kind: WatchResponse.Kind
    object: _common_pb2.ObjectRecord
    revision: int
    def __init__(self, kind: _Optional[_Union[WatchResponse.Kind, str]] = ..., object: _Optional[_Union[_common_pb2.ObjectRecord, _Mapping]] = ..., revision: _Optional[int] = ...) -> None: ...

class DeleteRequest(_message.Message):
    __slots__ = ("name_or_id", "request_id")
    NAME_OR_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    name_or_id: str
    request_id: str
    def __init__(self, name_or_id: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class DeleteResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MoveRequest(_message.Message):
    __slots__ = ("name_or_id", "kernel_id", "selector", "path", "allow_lossy", "request_id")
    NAME_OR_ID_FIELD_NUMBER: _ClassVar[int]
    KERNEL_ID_FIELD_NUMBER: _ClassVar[int]
    SELECTOR_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    ALLOW_LOSSY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    name_or_id: str
    kernel_id: str
    selector: _common_pb2.Selector
    path: str
    allow_lossy: bool
    request_id: str
    def __init__(self, name_or_id: _Optional[str] = ..., kernel_id: _Optional[str] = ..., selector: _Optional[_Union[_common_pb2.Selector, _Mapping]] = ..., path: _Optional[str] = ..., allow_lossy: _Optional[bool] = ..., request_id: _Optional[str] = ...) -> None: ...

class MoveResponse(_message.Message):
    __slots__ = ("object", "lost")
    OBJECT_FIELD_NUMBER: _ClassVar[int]
    LOST_FIELD_NUMBER: _ClassVar[int]
    object: _common_pb2.ObjectRecord
    lost: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, object: _Optional[_Union[_common_pb2.ObjectRecord, _Mapping]] = ..., lost: _Optional[_Iterable[str]] = ...) -> None: ...

class RestartRequest(_message.Message):
    __slots__ = ("name_or_id", "request_id", "never_anew")
    NAME_OR_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    NEVER_ANEW_FIELD_NUMBER: _ClassVar[int]
    name_or_id: str
    request_id: str
    never_anew: bool
    def __init__(self, name_or_id: _Optional[str] = ..., request_id: _Optional[str] = ..., never_anew: _Optional[bool] = ...) -> None: ...

class RestartResponse(_message.Message):
    __slots__ = ("object", "origin")
    class Origin(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        ORIGIN_UNSPECIFIED: _ClassVar[RestartResponse.Origin]
        ORIGIN_SAVED: _ClassVar[RestartResponse.Origin]
        ORIGIN_COPY: _ClassVar[RestartResponse.Origin]
        ORIGIN_ANEW: _ClassVar[RestartResponse.Origin]
    ORIGIN_UNSPECIFIED: RestartResponse.Origin
    ORIGIN_SAVED: RestartResponse.Origin
    ORIGIN_COPY: RestartResponse.Origin
    ORIGIN_ANEW: RestartResponse.Origin
    OBJECT_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    object: _common_pb2.ObjectRecord
    origin: RestartResponse.Origin
    def __init__(self, object: _Optional[_Union[_common_pb2.ObjectRecord, _Mapping]] = ..., origin: _Optional[_Union[RestartResponse.Origin, str]] = ...) -> None: ...

class KernelsRequest(_message.Message):
    __slots__ = ("include_dead", "age_limit")
    INCLUDE_DEAD_FIELD_NUMBER: _ClassVar[int]
    AGE_LIMIT_FIELD_NUMBER: _ClassVar[int]
    include_dead: bool
    age_limit: AgeLimit
    def __init__(self, include_dead: _Optional[bool] = ..., age_limit: _Optional[_Union[AgeLimit, _Mapping]] = ...) -> None: ...

class KernelsResponse(_message.Message):
    __slots__ = ("kernels", "age")
    KERNELS_FIELD_NUMBER: _ClassVar[int]
    AGE_FIELD_NUMBER: _ClassVar[int]
    kernels: _containers.RepeatedCompositeFieldContainer[_common_pb2.KernelRecord]
    age: Age
    def __init__(self, kernels: _Optional[_Iterable[_Union[_common_pb2.KernelRecord, _Mapping]]] = ..., age: _Optional[_Union[Age, _Mapping]] = ...) -> None: ...

class LogsRequest(_message.Message):
    __slots__ = ("name_or_id", "tail", "follow", "level", "since_ms", "cluster", "here")
    NAME_OR_ID_FIELD_NUMBER: _ClassVar[int]
    TAIL_FIELD_NUMBER: _ClassVar[int]
    FOLLOW_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    SINCE_MS_FIELD_NUMBER: _ClassVar[int]
    CLUSTER_FIELD_NUMBER: _ClassVar[int]
    HERE_FIELD_NUMBER: _ClassVar[int]
    name_or_id: str
    tail: int
    follow: bool
    level: str
    since_ms: int
    cluster: bool
    here: bool
    def __init__(self, name_or_id: _Optional[str] = ..., tail: _Optional[int] = ..., follow: _Optional[bool] = ..., level: _Optional[str] = ..., since_ms: _Optional[int] = ..., cluster: _Optional[bool] = ..., here: _Optional[bool] = ...) -> None: ...

class LogsResponse(_message.Message):
    __slots__ = ("object_id", "object_name", "level", "text", "time_ms", "kernel_id")
    OBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    OBJECT_NAME_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    TIME_MS_FIELD_NUMBER: _ClassVar[int]
    KERNEL_ID_FIELD_NUMBER: _ClassVar[int]
    object_id: str
    object_name: str
    level: str
    text: str
    time_ms: int
    kernel_id: str
    def __init__(self, object_id: _Optional[str] = ..., object_name: _Optional[str] = ..., level: _Optional[str] = ..., text: _Optional[str] = ..., time_ms: _Optional[int] = ..., kernel_id: _Optional[str] = ...) -> None: ...

class ExplainRequest(_message.Message):
    __slots__ = ("name_or_id", "deployment_managers")
    NAME_OR_ID_FIELD_NUMBER: _ClassVar[int]
    DEPLOYMENT_MANAGERS_FIELD_NUMBER: _ClassVar[int]
    name_or_id: str
    deployment_managers: _containers.RepeatedCompositeFieldContainer[_common_pb2.DeploymentManagerSpec]
    def __init__(self, name_or_id: _Optional[str] = ..., deployment_managers: _Optional[_Iterable[_Union[_common_pb2.DeploymentManagerSpec, _Mapping]]] = ...) -> None: ...

class ExplainResponse(_message.Message):
    __slots__ = ("text", "tree")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    TREE_FIELD_NUMBER: _ClassVar[int]
    text: str
    tree: bytes
    def __init__(self, text: _Optional[str] = ..., tree: _Optional[bytes] = ...) -> None: ...

class ManagersRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ManagersResponse(_message.Message):
    __slots__ = ("managers",)
    MANAGERS_FIELD_NUMBER: _ClassVar[int]
    managers: _containers.RepeatedCompositeFieldContainer[ManagerDescription]
    def __init__(self, managers: _Optional[_Iterable[_Union[ManagerDescription, _Mapping]]] = ...) -> None: ...

class ManagerDescription(_message.Message):
    __slots__ = ("name", "promise", "module", "settings")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PROMISE_FIELD_NUMBER: _ClassVar[int]
    MODULE_FIELD_NUMBER: _ClassVar[int]
    SETTINGS_FIELD_NUMBER: _ClassVar[int]
    name: str
    promise: str
    module: str
    settings: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, name: _Optional[str] = ..., promise: _Optional[str] = ..., module: _Optional[str] = ..., settings: _Optional[_Iterable[str]] = ...) -> None: ...

class InvokeRequest(_message.Message):
    __slots__ = ("target", "method", "args", "options", "age_limit")
    TARGET_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    ARGS_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    AGE_LIMIT_FIELD_NUMBER: _ClassVar[int]
    target: str
    method: str
    args: bytes
    options: bytes
    age_limit: AgeLimit
    def __init__(self, target: _Optional[str] = ..., method: _Optional[str] = ..., args: _Optional[bytes] = ..., options: _Optional[bytes] = ..., age_limit: _Optional[_Union[AgeLimit, _Mapping]] = ...) -> None: ...

class InvokeResponse(_message.Message):
    __slots__ = ("value", "error", "age")
    VALUE_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    AGE_FIELD_NUMBER: _ClassVar[int]
    value: bytes
    error: _common_pb2.Error
    age: Age
    def __init__(self, value: _Optional[bytes] = ..., error: _Optional[_Union[_common_pb2.Error, _Mapping]] = ..., age: _Optional[_Union[Age, _Mapping]] = ...) -> None: ...

class CommandRequest(_message.Message):
    __slots__ = ("target", "command", "args", "kwargs", "deployment_manager")
    TARGET_FIELD_NUMBER: _ClassVar[int]
    COMMAND_FIELD_NUMBER: _ClassVar[int]
    ARGS_FIELD_NUMBER: _ClassVar[int]
    KWARGS_FIELD_NUMBER: _ClassVar[int]
    DEPLOYMENT_MANAGER_FIELD_NUMBER: _ClassVar[int]
    target: str
    command: str
    args: bytes
    kwargs: bytes
    deployment_manager: str
    def __init__(self, target: _Optional[str] = ..., command: _Optional[str] = ..., args: _Optional[bytes] = ..., kwargs: _Optional[bytes] = ..., deployment_manager: _Optional[str] = ...) -> None: ...

class CommandResponse(_message.Message):
    __slots__ = ("value",)
    VALUE_FIELD_NUMBER: _ClassVar[int]
    value: bytes
    def __init__(self, value: _Optional[bytes] = ...) -> None: ...

class AttachRequest(_message.Message):
    __slots__ = ("name_or_id", "deployment_managers", "request_id")
    NAME_OR_ID_FIELD_NUMBER: _ClassVar[int]
    DEPLOYMENT_MANAGERS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    name_or_id: str
    deployment_managers: _containers.RepeatedCompositeFieldContainer[_common_pb2.DeploymentManagerSpec]
    request_id: str
    def __init__(self, name_or_id: _Optional[str] = ..., deployment_managers: _Optional[_Iterable[_Union[_common_pb2.DeploymentManagerSpec, _Mapping]]] = ..., request_id: _Optional[str] = ...) -> None: ...

class AttachResponse(_message.Message):
    __slots__ = ("object", "pending_kernels")
    OBJECT_FIELD_NUMBER: _ClassVar[int]
    PENDING_KERNELS_FIELD_NUMBER: _ClassVar[int]
    object: _common_pb2.ObjectRecord
    pending_kernels: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, object: _Optional[_Union[_common_pb2.ObjectRecord, _Mapping]] = ..., pending_kernels: _Optional[_Iterable[str]] = ...) -> None: ...

class BeginTransactionRequest(_message.Message):
    __slots__ = ("timeout_ms", "request_id", "maker", "key")
    TIMEOUT_MS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    MAKER_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    timeout_ms: int
    request_id: str
    maker: str
    key: str
    def __init__(self, timeout_ms: _Optional[int] = ..., request_id: _Optional[str] = ..., maker: _Optional[str] = ..., key: _Optional[str] = ...) -> None: ...

class BeginTransactionResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: str
    def __init__(self, transaction: _Optional[str] = ...) -> None: ...

class EndTransactionRequest(_message.Message):
    __slots__ = ("transaction", "commit", "request_id", "reason", "key", "operator")
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    COMMIT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    OPERATOR_FIELD_NUMBER: _ClassVar[int]
    transaction: str
    commit: bool
    request_id: str
    reason: str
    key: str
    operator: bool
    def __init__(self, transaction: _Optional[str] = ..., commit: _Optional[bool] = ..., request_id: _Optional[str] = ..., reason: _Optional[str] = ..., key: _Optional[str] = ..., operator: _Optional[bool] = ...) -> None: ...

class EndTransactionResponse(_message.Message):
    __slots__ = ("ended",)
    ENDED_FIELD_NUMBER: _ClassVar[int]
    ended: _common_pb2.Error
    def __init__(self, ended: _Optional[_Union[_common_pb2.Error, _Mapping]] = ...) -> None: ...

class ListTransactionsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListTransactionsResponse(_message.Message):
    __slots__ = ("transactions",)
    TRANSACTIONS_FIELD_NUMBER: _ClassVar[int]
    transactions: _containers.RepeatedCompositeFieldContainer[TransactionRecord]
    def __init__(self, transactions: _Optional[_Iterable[_Union[TransactionRecord, _Mapping]]] = ...) -> None: ...

class TransactionRecord(_message.Message):
    __slots__ = ("transaction", "phase", "age_ms", "maker", "parts")
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    PHASE_FIELD_NUMBER: _ClassVar[int]
    AGE_MS_FIELD_NUMBER: _ClassVar[int]
    MAKER_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    transaction: str
    phase: str
    age_ms: int
    maker: str
    parts: _containers.RepeatedCompositeFieldContainer[TransactionPart]
    def __init__(self, transaction: _Optional[str] = ..., phase: _Optional[str] = ..., age_ms: _Optional[int] = ..., maker: _Optional[str] = ..., parts: _Optional[_Iterable[_Union[TransactionPart, _Mapping]]] = ...) -> None: ...

class TransactionPart(_message.Message):
    __slots__ = ("object_id", "object_name", "state", "member", "caller", "waits_for", "waits_ms")
    OBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    OBJECT_NAME_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    MEMBER_FIELD_NUMBER: _ClassVar[int]
    CALLER_FIELD_NUMBER: _ClassVar[int]
    WAITS_FOR_FIELD_NUMBER: _ClassVar[int]
    WAITS_MS_FIELD_NUMBER: _ClassVar[int]
    object_id: str
    object_name: str
    state: str
    member: str
    caller: str
    waits_for: str
    waits_ms: int
    def __init__(self, object_id: _Optional[str] = ..., object_name: _Optional[str] = ..., state: _Optional[str] = ..., member: _Optional[str] = ..., caller: _Optional[str] = ..., waits_for: _Optional[str] = ..., waits_ms: _Optional[int] = ...) -> None: ...
