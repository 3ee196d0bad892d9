from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Outcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OUTCOME_UNKNOWN: _ClassVar[Outcome]
    OUTCOME_NOT_RUN: _ClassVar[Outcome]
    OUTCOME_RAN: _ClassVar[Outcome]

class ObjectState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OBJECT_STATE_UNSPECIFIED: _ClassVar[ObjectState]
    OBJECT_STATE_CREATING: _ClassVar[ObjectState]
    OBJECT_STATE_ACTIVE: _ClassVar[ObjectState]
    OBJECT_STATE_LOST: _ClassVar[ObjectState]
    OBJECT_STATE_ASLEEP: _ClassVar[ObjectState]

class Loss(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LOSS_UNSPECIFIED: _ClassVar[Loss]
    LOSS_GONE: _ClassVar[Loss]
    LOSS_RECOVERING: _ClassVar[Loss]
    LOSS_AWAITS_KERNEL: _ClassVar[Loss]
OUTCOME_UNKNOWN: Outcome
OUTCOME_NOT_RUN: Outcome
OUTCOME_RAN: Outcome
OBJECT_STATE_UNSPECIFIED: ObjectState
OBJECT_STATE_CREATING: ObjectState
OBJECT_STATE_ACTIVE: ObjectState
OBJECT_STATE_LOST: ObjectState
OBJECT_STATE_ASLEEP: ObjectState
LOSS_UNSPECIFIED: Loss
LOSS_GONE: Loss
LOSS_RECOVERING: Loss
LOSS_AWAITS_KERNEL: Loss

class Frame(_message.Message):
    __slots__ = ("data",)
    DATA_FIELD_NUMBER: _ClassVar[int]
    data: bytes
    def __init__(self, data: _Optional[bytes] = ...) -> None: ...

class Error(_message.Message):
    __slots__ = ("code", "type", "message", "stack", "details", "cause", "outcome", "errors", "hop")
    CODE_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    STACK_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    ERRORS_FIELD_NUMBER: _ClassVar[int]
    HOP_FIELD_NUMBER: _ClassVar[int]
    code: str
    type: str
    message: str
    stack: str
    details: bytes
    cause: Error
    outcome: Outcome
    errors: _containers.RepeatedCompositeFieldContainer[Error]
    hop: Hop
    def __init__(self, code: _Optional[str] = ..., type: _Optional[str] = ..., message: _Optional[str] = ..., stack: _Optional[str] = ..., details: _Optional[bytes] = ..., cause: _Optional[_Union[Error, _Mapping]] = ..., outcome: _Optional[_Union[Outcome, str]] = ..., errors: _Optional[_Iterable[_Union[Error, _Mapping]]] = ..., hop: _Optional[_Union[Hop, _Mapping]] = ...) -> None: ...

class Hop(_message.Message):
    __slots__ = ("language", "object_id", "name", "member", "file", "line")
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    OBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    MEMBER_FIELD_NUMBER: _ClassVar[int]
    FILE_FIELD_NUMBER: _ClassVar[int]
    LINE_FIELD_NUMBER: _ClassVar[int]
    language: str
    object_id: str
    name: str
    member: str
    file: str
    line: int
    def __init__(self, language: _Optional[str] = ..., object_id: _Optional[str] = ..., name: _Optional[str] = ..., member: _Optional[str] = ..., file: _Optional[str] = ..., line: _Optional[int] = ...) -> None: ...

class Endpoints(_message.Message):
    __slots__ = ("grpc", "lane_tcp", "lane_unix", "host_id")
    GRPC_FIELD_NUMBER: _ClassVar[int]
    LANE_TCP_FIELD_NUMBER: _ClassVar[int]
    LANE_UNIX_FIELD_NUMBER: _ClassVar[int]
    HOST_ID_FIELD_NUMBER: _ClassVar[int]
    grpc: str
    lane_tcp: str
    lane_unix: str
    host_id: str
    def __init__(self, grpc: _Optional[str] = ..., lane_tcp: _Optional[str] = ..., lane_unix: _Optional[str] = ..., host_id: _Optional[str] = ...) -> None: ...

class Member(_message.Message):
    __slots__ = ("name", "arity", "required", "read_only", "parameters", "doc", "property")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ARITY_FIELD_NUMBER: _ClassVar[int]
    REQUIRED_FIELD_NUMBER: _ClassVar[int]
    READ_ONLY_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    DOC_FIELD_NUMBER: _ClassVar[int]
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    name: str
    arity: int
    required: int
    read_only: bool
    parameters: _containers.RepeatedScalarFieldContainer[str]
    doc: str
    property: bool
    def __init__(self, name: _Optional[str] = ..., arity: _Optional[int] = ..., required: _Optional[int] = ..., read_only: _Optional[bool] = ..., parameters: _Optional[_Iterable[str]] = ..., doc: _Optional[str] = ..., property: _Optional[bool] = ...) -> None: ...

class Interface(_message.Message):
    __slots__ = ("name", "doc", "members", "constructor_parameters", "warnings")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DOC_FIELD_NUMBER: _ClassVar[int]
    MEMBERS_FIELD_NUMBER: _ClassVar[int]
    CONSTRUCTOR_PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    name: str
    doc: str
    members: _containers.RepeatedCompositeFieldContainer[Member]
    constructor_parameters: _containers.RepeatedScalarFieldContainer[str]
    warnings: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, name: _Optional[str] = ..., doc: _Optional[str] = ..., members: _Optional[_Iterable[_Union[Member, _Mapping]]] = ..., constructor_parameters: _Optional[_Iterable[str]] = ..., warnings: _Optional[_Iterable[str]] = ...) -> None: ...

class Artifact(_message.Message):
    __slots__ = ("hash", "language", "entry", "class_name", "size")
    HASH_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    CLASS_NAME_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    hash: str
    language: str
    entry: str
    class_name: str
    size: int
    def __init__(self, hash: _Optional[str] = ..., language: _Optional[str] = ..., entry: _Optional[str] = ..., class_name: _Optional[str] = ..., size: _Optional[int] = ...) -> None: ...

class Requirement(_message.Message):
    __slots__ = ("key", "operator", "values")
    class Operator(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        OPERATOR_UNSPECIFIED: _ClassVar[Requirement.Operator]
        OPERATOR_IN: _ClassVar[Requirement.Operator]
        OPERATOR_NOT_IN: _ClassVar[Requirement.Operator]
        OPERATOR_EXISTS: _ClassVar[Requirement.Operator]
        OPERATOR_NOT_EXISTS: _ClassVar[Requirement.Operator]
    OPERATOR_UNSPECIFIED: Requirement.Operator
    OPERATOR_IN: Requirement.Operator
    OPERATOR_NOT_IN: Requirement.Operator
    OPERATOR_EXISTS: Requirement.Operator
    OPERATOR_NOT_EXISTS: Requirement.Operator
    KEY_FIELD_NUMBER: _ClassVar[int]
    OPERATOR_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    key: str
    operator: Requirement.Operator
    values: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, key: _Optional[str] = ..., operator: _Optional[_Union[Requirement.Operator, str]] = ..., values: _Optional[_Iterable[str]] = ...) -> None: ...

class Term(_message.Message):
    __slots__ = ("requirements",)
    REQUIREMENTS_FIELD_NUMBER: _ClassVar[int]
    requirements: _containers.RepeatedCompositeFieldContainer[Requirement]
    def __init__(self, requirements: _Optional[_Iterable[_Union[Requirement, _Mapping]]] = ...) -> None: ...

class Selector(_message.Message):
    __slots__ = ("terms",)
    TERMS_FIELD_NUMBER: _ClassVar[int]
    terms: _containers.RepeatedCompositeFieldContainer[Term]
    def __init__(self, terms: _Optional[_Iterable[_Union[Term, _Mapping]]] = ...) -> None: ...

class DeploymentManagerSpec(_message.Message):
    __slots__ = ("name", "config")
    NAME_FIELD_NUMBER: _ClassVar[int]
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    name: str
    config: bytes
    def __init__(self, name: _Optional[str] = ..., config: _Optional[bytes] = ...) -> None: ...

class Replica(_message.Message):
    __slots__ = ("path", "kernel_id", "kernel_incarnation", "endpoints", "role")
    PATH_FIELD_NUMBER: _ClassVar[int]
    KERNEL_ID_FIELD_NUMBER: _ClassVar[int]
    KERNEL_INCARNATION_FIELD_NUMBER: _ClassVar[int]
    ENDPOINTS_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    path: str
    kernel_id: str
    kernel_incarnation: int
    endpoints: Endpoints
    role: str
    def __init__(self, path: _Optional[str] = ..., kernel_id: _Optional[str] = ..., kernel_incarnation: _Optional[int] = ..., endpoints: _Optional[_Union[Endpoints, _Mapping]] = ..., role: _Optional[str] = ...) -> None: ...

class Group(_message.Message):
    __slots__ = ("path", "epoch")
    PATH_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    path: str
    epoch: int
    def __init__(self, path: _Optional[str] = ..., epoch: _Optional[int] = ...) -> None: ...

class InstanceState(_message.Message):
    __slots__ = ("instance", "epoch", "generation", "reason")
    INSTANCE_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    GENERATION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    instance: str
    epoch: int
    generation: int
    reason: str
    def __init__(self, instance: _Optional[str] = ..., epoch: _Optional[int] = ..., generation: _Optional[int] = ..., reason: _Optional[str] = ...) -> None: ...

class ObjectSpec(_message.Message):
    __slots__ = ("generation", "artifact", "class_of", "deployment_managers", "selector", "labels", "constructor_args", "constructor_kwargs", "concurrent", "own_context", "kind", "idle_ms")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    GENERATION_FIELD_NUMBER: _ClassVar[int]
    ARTIFACT_FIELD_NUMBER: _ClassVar[int]
    CLASS_OF_FIELD_NUMBER: _ClassVar[int]
    DEPLOYMENT_MANAGERS_FIELD_NUMBER: _ClassVar[int]
    SELECTOR_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    CONSTRUCTOR_ARGS_FIELD_NUMBER: _ClassVar[int]
    CONSTRUCTOR_KWARGS_FIELD_NUMBER: _ClassVar[int]
    CONCURRENT_FIELD_NUMBER: _ClassVar[int]
    OWN_CONTEXT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    IDLE_MS_FIELD_NUMBER: _ClassVar[int]
    generation: int
    artifact: Artifact
    class_of: str
    deployment_managers: _containers.RepeatedCompositeFieldContainer[DeploymentManagerSpec]
    selector: Selector
    labels: _containers.ScalarMap[str, str]
    constructor_args: bytes
    constructor_kwargs: bytes
    concurrent: bool
    own_context: bool
    kind: str
    idle_ms: int
    def __init__(self, generation: _Optional[int] = ..., artifact: _Optional[_Union[Artifact, _Mapping]] = ..., class_of: _Optional[str] = ..., deployment_managers: _Optional[_Iterable[_Union[DeploymentManagerSpec, _Mapping]]] = ..., selector: _Optional[_Union[Selector, _Mapping]] = ..., labels: _Optional[_Mapping[str, str]] = ..., constructor_args: _Optional[bytes] = ..., constructor_kwargs: _Optional[bytes] = ..., concurrent: _Optional[bool] = ..., own_context: _Optional[bool] = ..., kind: _Optional[str] = ..., idle_ms: _Optional[int] = ...) -> None: ...

class KindRecord(_message.Message):
    __slots__ = ("name", "spec", "key_argument", "maker", "changed_ms")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    KEY_ARGUMENT_FIELD_NUMBER: _ClassVar[int]
    MAKER_FIELD_NUMBER: _ClassVar[int]
    CHANGED_MS_FIELD_NUMBER: _ClassVar[int]
    name: str
    spec: ObjectSpec
    key_argument: bool
    maker: str
    changed_ms: int
    def __init__(self, name: _Optional[str] = ..., spec: _Optional[_Union[ObjectSpec, _Mapping]] = ..., key_argument: _Optional[bool] = ..., maker: _Optional[str] = ..., changed_ms: _Optional[int] = ...) -> None: ...

class ObjectStatus(_message.Message):
    __slots__ = ("state", "epoch", "replicas", "groups", "loss", "loss_reason")
    STATE_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    REPLICAS_FIELD_NUMBER: _ClassVar[int]
    GROUPS_FIELD_NUMBER: _ClassVar[int]
    LOSS_FIELD_NUMBER: _ClassVar[int]
    LOSS_REASON_FIELD_NUMBER: _ClassVar[int]
    state: ObjectState
    epoch: int
    replicas: _containers.RepeatedCompositeFieldContainer[Replica]
    groups: _containers.RepeatedCompositeFieldContainer[Group]
    loss: Loss
    loss_reason: str
    def __init__(self, state: _Optional[_Union[ObjectState, str]] = ..., epoch: _Optional[int] = ..., replicas: _Optional[_Iterable[_Union[Replica, _Mapping]]] = ..., groups: _Optional[_Iterable[_Union[Group, _Mapping]]] = ..., loss: _Optional[_Union[Loss, str]] = ..., loss_reason: _Optional[str] = ...) -> None: ...

class ObjectRecord(_message.Message):
    __slots__ = ("id", "name", "spec", "status", "interface", "created_ms", "maker", "expires_ms")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    INTERFACE_FIELD_NUMBER: _ClassVar[int]
    CREATED_MS_FIELD_NUMBER: _ClassVar[int]
    MAKER_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_MS_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    spec: ObjectSpec
    status: ObjectStatus
    interface: Interface
    created_ms: int
    maker: str
    expires_ms: int
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., spec: _Optional[_Union[ObjectSpec, _Mapping]] = ..., status: _Optional[_Union[ObjectStatus, _Mapping]] = ..., interface: _Optional[_Union[Interface, _Mapping]] = ..., created_ms: _Optional[int] = ..., maker: _Optional[str] = ..., expires_ms: _Optional[int] = ...) -> None: ...

class KernelRecord(_message.Message):
    __slots__ = ("id", "incarnation", "endpoints", "labels", "languages", "alive", "objects", "load", "version")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    ENDPOINTS_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    LANGUAGES_FIELD_NUMBER: _ClassVar[int]
    ALIVE_FIELD_NUMBER: _ClassVar[int]
    OBJECTS_FIELD_NUMBER: _ClassVar[int]
    LOAD_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    id: str
    incarnation: int
    endpoints: Endpoints
    labels: _containers.ScalarMap[str, str]
    languages: _containers.RepeatedScalarFieldContainer[str]
    alive: bool
    objects: int
    load: float
    version: str
    def __init__(self, id: _Optional[str] = ..., incarnation: _Optional[int] = ..., endpoints: _Optional[_Union[Endpoints, _Mapping]] = ..., labels: _Optional[_Mapping[str, str]] = ..., languages: _Optional[_Iterable[str]] = ..., alive: _Optional[bool] = ..., objects: _Optional[int] = ..., load: _Optional[float] = ..., version: _Optional[str] = ...) -> None: ...
