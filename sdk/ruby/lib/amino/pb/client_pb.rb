# frozen_string_literal: true

# Generated from `proto/` by `sdk/ruby/tools/generate_protobuf.py`. Not edited by hand.

require "google/protobuf"
require_relative "common_pb"

Google::Protobuf::DescriptorPool.generated_pool.add_serialized_file((
  "\x0a\x15amino/v1/client.proto\x12\x08amino.v1\x1a\x15amino/v1/common.proto\x22\x81\x01\x0a\x0cHelloRequest\x12" \
  "\x1b\x0a\x09client_id\x18\x01 \x01(\x09R\x08clientId\x12\x17\x0a\x07host_id\x18\x02 \x01(\x09R\x06hostId\x12\x18" \
  "\x0a\x07version\x18\x03 \x01(\x09R\x07version\x12!\x0a\x0cwire_version\x18\x04 \x01(\x05R\x0bwireVersion\x22\xd9" \
  "\x01\x0a\x0dHelloResponse\x12\x1b\x0a\x09kernel_id\x18\x01 \x01(\x09R\x08kernelId\x121\x0a\x09endpoints\x18\x02 " \
  "\x01(\x0b2\x13.amino.v1.EndpointsR\x09endpoints\x12\x1d\x0a\x0alane_token\x18\x03 \x01(\x09R\x09laneToken\x12" \
  "\x18\x0a\x07version\x18\x04 \x01(\x09R\x07version\x12\x1c\x0a\x09languages\x18\x05 \x03(\x09R\x09languages\x12!" \
  "\x0a\x0cwire_version\x18\x06 \x01(\x05R\x0bwireVersion\x22f\x0a\x12PutArtifactRequest\x120\x0a\x08artifact\x18" \
  "\x01 \x01(\x0b2\x12.amino.v1.ArtifactH\x00R\x08artifact\x12\x16\x0a\x05chunk\x18\x02 \x01(\x0cH\x00R\x05chunkB" \
  "\x06\x0a\x04part\x22_\x0a\x13PutArtifactResponse\x12.\x0a\x08artifact\x18\x01 \x01(\x0b2\x12.amino.v1.ArtifactR" \
  "\x08artifact\x12\x18\x0a\x07existed\x18\x02 \x01(\x08R\x07existed\x22\xf7\x03\x0a\x0fRegisterRequest\x12\x12\x0a" \
  "\x04name\x18\x01 \x01(\x09R\x04name\x12.\x0a\x08artifact\x18\x02 \x01(\x0b2\x12.amino.v1.ArtifactR\x08artifact" \
  "\x12P\x0a\x13deployment_managers\x18\x03 \x03(\x0b2\x1f.amino.v1.DeploymentManagerSpecR\x12deploymentManagers" \
  "\x12.\x0a\x08selector\x18\x04 \x01(\x0b2\x12.amino.v1.SelectorR\x08selector\x12=\x0a\x06labels\x18\x05 \x03(\x0b" \
  "2%.amino.v1.RegisterRequest.LabelsEntryR\x06labels\x12\x12\x0a\x04args\x18\x06 \x01(\x0cR\x04args\x12\x16\x0a" \
  "\x06kwargs\x18\x07 \x01(\x0cR\x06kwargs\x12\x1e\x0a\x0aconcurrent\x18\x08 \x01(\x08R\x0aconcurrent\x12\x1f\x0a" \
  "\x0bown_context\x18\x09 \x01(\x08R\x0aownContext\x12\x1d\x0a\x0arequest_id\x18\x0a \x01(\x09R\x09requestId\x12" \
  "\x18\x0a\x07replace\x18\x0b \x01(\x08R\x07replace\x1a9\x0a\x0bLabelsEntry\x12\x10\x0a\x03key\x18\x01 \x01(\x09R" \
  "\x03key\x12\x14\x0a\x05value\x18\x02 \x01(\x09R\x05value:\x028\x01\x22B\x0a\x10RegisterResponse\x12.\x0a\x06obje" \
  "ct\x18\x01 \x01(\x0b2\x16.amino.v1.ObjectRecordR\x06object\x22\xb5\x02\x0a\x0dCreateRequest\x12\x1d\x0a\x0aclass" \
  "_name\x18\x01 \x01(\x09R\x09className\x12\x12\x0a\x04name\x18\x02 \x01(\x09R\x04name\x12\x12\x0a\x04args\x18\x03" \
  " \x01(\x0cR\x04args\x12\x16\x0a\x06kwargs\x18\x04 \x01(\x0cR\x06kwargs\x12.\x0a\x08selector\x18\x05 \x01(\x0b2" \
  "\x12.amino.v1.SelectorR\x08selector\x12;\x0a\x06labels\x18\x06 \x03(\x0b2\x23.amino.v1.CreateRequest.LabelsEntry" \
  "R\x06labels\x12\x1d\x0a\x0arequest_id\x18\x07 \x01(\x09R\x09requestId\x1a9\x0a\x0bLabelsEntry\x12\x10\x0a\x03key" \
  "\x18\x01 \x01(\x09R\x03key\x12\x14\x0a\x05value\x18\x02 \x01(\x09R\x05value:\x028\x01\x22@\x0a\x0eCreateResponse" \
  "\x12.\x0a\x06object\x18\x01 \x01(\x0b2\x16.amino.v1.ObjectRecordR\x06object\x22\xaf\x02\x0a\x11CreateManyRequest" \
  "\x12\x1d\x0a\x0aclass_name\x18\x01 \x01(\x09R\x09className\x120\x0a\x09instances\x18\x02 \x03(\x0b2\x12.amino.v1" \
  ".InstanceR\x09instances\x12.\x0a\x08selector\x18\x03 \x01(\x0b2\x12.amino.v1.SelectorR\x08selector\x12?\x0a\x06l" \
  "abels\x18\x04 \x03(\x0b2'.amino.v1.CreateManyRequest.LabelsEntryR\x06labels\x12\x1d\x0a\x0arequest_id\x18\x05 " \
  "\x01(\x09R\x09requestId\x1a9\x0a\x0bLabelsEntry\x12\x10\x0a\x03key\x18\x01 \x01(\x09R\x03key\x12\x14\x0a\x05valu" \
  "e\x18\x02 \x01(\x09R\x05value:\x028\x01\x22J\x0a\x08Instance\x12\x12\x0a\x04name\x18\x01 \x01(\x09R\x04name\x12" \
  "\x12\x0a\x04args\x18\x02 \x01(\x0cR\x04args\x12\x16\x0a\x06kwargs\x18\x03 \x01(\x0cR\x06kwargs\x22y\x0a\x12Creat" \
  "eManyResponse\x120\x0a\x07objects\x18\x01 \x03(\x0b2\x16.amino.v1.ObjectRecordR\x07objects\x121\x0a\x09interface" \
  "\x18\x02 \x01(\x0b2\x13.amino.v1.InterfaceR\x09interface\x22*\x0a\x0aGetRequest\x12\x1c\x0a\x0aname_or_id\x18" \
  "\x01 \x01(\x09R\x08nameOrId\x22=\x0a\x0bGetResponse\x12.\x0a\x06object\x18\x01 \x01(\x0b2\x16.amino.v1.ObjectRec" \
  "ordR\x06object\x22\xc2\x01\x0a\x0bListRequest\x12\x1f\x0a\x0bname_prefix\x18\x01 \x01(\x09R\x0anamePrefix\x129" \
  "\x0a\x0elabel_selector\x18\x02 \x01(\x0b2\x12.amino.v1.SelectorR\x0dlabelSelector\x12\x1b\x0a\x09kernel_id\x18" \
  "\x03 \x01(\x09R\x08kernelId\x12\x1b\x0a\x09page_size\x18\x04 \x01(\x05R\x08pageSize\x12\x1d\x0a\x0apage_token" \
  "\x18\x05 \x01(\x09R\x09pageToken\x22~\x0a\x0cListResponse\x120\x0a\x07objects\x18\x01 \x03(\x0b2\x16.amino.v1.Ob" \
  "jectRecordR\x07objects\x12&\x0a\x0fnext_page_token\x18\x02 \x01(\x09R\x0dnextPageToken\x12\x14\x0a\x05total\x18" \
  "\x03 \x01(\x03R\x05total\x22T\x0a\x0cWatchRequest\x12\x1f\x0a\x0bname_prefix\x18\x01 \x01(\x09R\x0anamePrefix" \
  "\x12\x23\x0a\x0dfrom_revision\x18\x02 \x01(\x03R\x0cfromRevision\x22\xdb\x01\x0a\x0dWatchResponse\x120\x0a\x04ki" \
  "nd\x18\x01 \x01(\x0e2\x1c.amino.v1.WatchResponse.KindR\x04kind\x12.\x0a\x06object\x18\x02 \x01(\x0b2\x16.amino.v" \
  "1.ObjectRecordR\x06object\x12\x1a\x0a\x08revision\x18\x03 \x01(\x03R\x08revision\x22L\x0a\x04Kind\x12\x14\x0a" \
  "\x10KIND_UNSPECIFIED\x10\x00\x12\x0c\x0a\x08KIND_PUT\x10\x01\x12\x0f\x0a\x0bKIND_DELETE\x10\x02\x12\x0f\x0a\x0bK" \
  "IND_SYNCED\x10\x03\x22-\x0a\x0dDeleteRequest\x12\x1c\x0a\x0aname_or_id\x18\x01 \x01(\x09R\x08nameOrId\x22\x10" \
  "\x0a\x0eDeleteResponse\x22\xb3\x01\x0a\x0bMoveRequest\x12\x1c\x0a\x0aname_or_id\x18\x01 \x01(\x09R\x08nameOrId" \
  "\x12\x1b\x0a\x09kernel_id\x18\x02 \x01(\x09R\x08kernelId\x12.\x0a\x08selector\x18\x03 \x01(\x0b2\x12.amino.v1.Se" \
  "lectorR\x08selector\x12\x18\x0a\x07replica\x18\x04 \x01(\x05R\x07replica\x12\x1f\x0a\x0ballow_lossy\x18\x05 \x01" \
  "(\x08R\x0aallowLossy\x22R\x0a\x0cMoveResponse\x12.\x0a\x06object\x18\x01 \x01(\x0b2\x16.amino.v1.ObjectRecordR" \
  "\x06object\x12\x12\x0a\x04lost\x18\x02 \x03(\x09R\x04lost\x22.\x0a\x0eRestartRequest\x12\x1c\x0a\x0aname_or_id" \
  "\x18\x01 \x01(\x09R\x08nameOrId\x22A\x0a\x0fRestartResponse\x12.\x0a\x06object\x18\x01 \x01(\x0b2\x16.amino.v1.O" \
  "bjectRecordR\x06object\x223\x0a\x0eKernelsRequest\x12!\x0a\x0cinclude_dead\x18\x01 \x01(\x08R\x0bincludeDead\x22" \
  "C\x0a\x0fKernelsResponse\x120\x0a\x07kernels\x18\x01 \x03(\x0b2\x16.amino.v1.KernelRecordR\x07kernels\x22W\x0a" \
  "\x0bLogsRequest\x12\x1c\x0a\x0aname_or_id\x18\x01 \x01(\x09R\x08nameOrId\x12\x12\x0a\x04tail\x18\x02 \x01(\x05R" \
  "\x04tail\x12\x16\x0a\x06follow\x18\x03 \x01(\x08R\x06follow\x22\x8f\x01\x0a\x0cLogsResponse\x12\x1b\x0a\x09objec" \
  "t_id\x18\x01 \x01(\x09R\x08objectId\x12\x1f\x0a\x0bobject_name\x18\x02 \x01(\x09R\x0aobjectName\x12\x14\x0a\x05l" \
  "evel\x18\x03 \x01(\x09R\x05level\x12\x12\x0a\x04text\x18\x04 \x01(\x09R\x04text\x12\x17\x0a\x07time_ms\x18\x05 " \
  "\x01(\x03R\x06timeMs\x22\x80\x01\x0a\x0eExplainRequest\x12\x1c\x0a\x0aname_or_id\x18\x01 \x01(\x09R\x08nameOrId" \
  "\x12P\x0a\x13deployment_managers\x18\x02 \x03(\x0b2\x1f.amino.v1.DeploymentManagerSpecR\x12deploymentManagers" \
  "\x229\x0a\x0fExplainResponse\x12\x12\x0a\x04text\x18\x01 \x01(\x09R\x04text\x12\x12\x0a\x04tree\x18\x02 \x01(" \
  "\x0cR\x04tree\x22m\x0a\x0dInvokeRequest\x12\x16\x0a\x06target\x18\x01 \x01(\x09R\x06target\x12\x16\x0a\x06method" \
  "\x18\x02 \x01(\x09R\x06method\x12\x12\x0a\x04args\x18\x03 \x01(\x0cR\x04args\x12\x18\x0a\x07options\x18\x04 \x01" \
  "(\x0cR\x07options\x22\x5c\x0a\x0eInvokeResponse\x12\x16\x0a\x05value\x18\x01 \x01(\x0cH\x00R\x05value\x12'\x0a" \
  "\x05error\x18\x02 \x01(\x0b2\x0f.amino.v1.ErrorH\x00R\x05errorB\x09\x0a\x07outcome\x22\x9d\x01\x0a\x0eCommandReq" \
  "uest\x12\x16\x0a\x06target\x18\x01 \x01(\x09R\x06target\x12\x18\x0a\x07command\x18\x02 \x01(\x09R\x07command\x12" \
  "\x12\x0a\x04args\x18\x03 \x01(\x0cR\x04args\x12\x16\x0a\x06kwargs\x18\x04 \x01(\x0cR\x06kwargs\x12-\x0a\x12deplo" \
  "yment_manager\x18\x05 \x01(\x09R\x11deploymentManager\x22'\x0a\x0fCommandResponse\x12\x14\x0a\x05value\x18\x01 " \
  "\x01(\x0cR\x05value\x22\x7f\x0a\x0dAttachRequest\x12\x1c\x0a\x0aname_or_id\x18\x01 \x01(\x09R\x08nameOrId\x12P" \
  "\x0a\x13deployment_managers\x18\x02 \x03(\x0b2\x1f.amino.v1.DeploymentManagerSpecR\x12deploymentManagers\x22@" \
  "\x0a\x0eAttachResponse\x12.\x0a\x06object\x18\x01 \x01(\x0b2\x16.amino.v1.ObjectRecordR\x06object2\xdf\x08\x0a" \
  "\x0dClientService\x128\x0a\x05Hello\x12\x16.amino.v1.HelloRequest\x1a\x17.amino.v1.HelloResponse\x12L\x0a\x0bPut" \
  "Artifact\x12\x1c.amino.v1.PutArtifactRequest\x1a\x1d.amino.v1.PutArtifactResponse(\x01\x12A\x0a\x08Register\x12" \
  "\x19.amino.v1.RegisterRequest\x1a\x1a.amino.v1.RegisterResponse\x12;\x0a\x06Create\x12\x17.amino.v1.CreateReques" \
  "t\x1a\x18.amino.v1.CreateResponse\x12G\x0a\x0aCreateMany\x12\x1b.amino.v1.CreateManyRequest\x1a\x1c.amino.v1.Cre" \
  "ateManyResponse\x122\x0a\x03Get\x12\x14.amino.v1.GetRequest\x1a\x15.amino.v1.GetResponse\x125\x0a\x04List\x12" \
  "\x15.amino.v1.ListRequest\x1a\x16.amino.v1.ListResponse\x12:\x0a\x05Watch\x12\x16.amino.v1.WatchRequest\x1a\x17." \
  "amino.v1.WatchResponse0\x01\x12;\x0a\x06Delete\x12\x17.amino.v1.DeleteRequest\x1a\x18.amino.v1.DeleteResponse" \
  "\x125\x0a\x04Move\x12\x15.amino.v1.MoveRequest\x1a\x16.amino.v1.MoveResponse\x12>\x0a\x07Restart\x12\x18.amino.v" \
  "1.RestartRequest\x1a\x19.amino.v1.RestartResponse\x12>\x0a\x07Kernels\x12\x18.amino.v1.KernelsRequest\x1a\x19.am" \
  "ino.v1.KernelsResponse\x127\x0a\x04Logs\x12\x15.amino.v1.LogsRequest\x1a\x16.amino.v1.LogsResponse0\x01\x12>\x0a" \
  "\x07Explain\x12\x18.amino.v1.ExplainRequest\x1a\x19.amino.v1.ExplainResponse\x12;\x0a\x06Invoke\x12\x17.amino.v1" \
  ".InvokeRequest\x1a\x18.amino.v1.InvokeResponse\x12/\x0a\x07Session\x12\x0f.amino.v1.Frame\x1a\x0f.amino.v1.Frame" \
  "(\x010\x01\x12>\x0a\x07Command\x12\x18.amino.v1.CommandRequest\x1a\x19.amino.v1.CommandResponse\x12;\x0a\x06Atta" \
  "ch\x12\x17.amino.v1.AttachRequest\x1a\x18.amino.v1.AttachResponseb\x06proto3"
).b)

module Amino
  module Pb
    pool = Google::Protobuf::DescriptorPool.generated_pool
    HelloRequest = pool.lookup("amino.v1.HelloRequest").msgclass
    HelloResponse = pool.lookup("amino.v1.HelloResponse").msgclass
    PutArtifactRequest = pool.lookup("amino.v1.PutArtifactRequest").msgclass
    PutArtifactResponse = pool.lookup("amino.v1.PutArtifactResponse").msgclass
    RegisterRequest = pool.lookup("amino.v1.RegisterRequest").msgclass
    RegisterResponse = pool.lookup("amino.v1.RegisterResponse").msgclass
    CreateRequest = pool.lookup("amino.v1.CreateRequest").msgclass
    CreateResponse = pool.lookup("amino.v1.CreateResponse").msgclass
    CreateManyRequest = pool.lookup("amino.v1.CreateManyRequest").msgclass
    Instance = pool.lookup("amino.v1.Instance").msgclass
    CreateManyResponse = pool.lookup("amino.v1.CreateManyResponse").msgclass
    GetRequest = pool.lookup("amino.v1.GetRequest").msgclass
    GetResponse = pool.lookup("amino.v1.GetResponse").msgclass
    ListRequest = pool.lookup("amino.v1.ListRequest").msgclass
    ListResponse = pool.lookup("amino.v1.ListResponse").msgclass
    WatchRequest = pool.lookup("amino.v1.WatchRequest").msgclass
    WatchResponse = pool.lookup("amino.v1.WatchResponse").msgclass
    DeleteRequest = pool.lookup("amino.v1.DeleteRequest").msgclass
    DeleteResponse = pool.lookup("amino.v1.DeleteResponse").msgclass
    MoveRequest = pool.lookup("amino.v1.MoveRequest").msgclass
    MoveResponse = pool.lookup("amino.v1.MoveResponse").msgclass
    RestartRequest = pool.lookup("amino.v1.RestartRequest").msgclass
    RestartResponse = pool.lookup("amino.v1.RestartResponse").msgclass
    KernelsRequest = pool.lookup("amino.v1.KernelsRequest").msgclass
    KernelsResponse = pool.lookup("amino.v1.KernelsResponse").msgclass
    LogsRequest = pool.lookup("amino.v1.LogsRequest").msgclass
    LogsResponse = pool.lookup("amino.v1.LogsResponse").msgclass
    ExplainRequest = pool.lookup("amino.v1.ExplainRequest").msgclass
    ExplainResponse = pool.lookup("amino.v1.ExplainResponse").msgclass
    InvokeRequest = pool.lookup("amino.v1.InvokeRequest").msgclass
    InvokeResponse = pool.lookup("amino.v1.InvokeResponse").msgclass
    CommandRequest = pool.lookup("amino.v1.CommandRequest").msgclass
    CommandResponse = pool.lookup("amino.v1.CommandResponse").msgclass
    AttachRequest = pool.lookup("amino.v1.AttachRequest").msgclass
    AttachResponse = pool.lookup("amino.v1.AttachResponse").msgclass
  end
end
