# frozen_string_literal: true

# Generated from `proto/` by `sdk/ruby/tools/generate_protobuf.py`. Not edited by hand.

require "grpc"
require_relative "client_pb"

module Amino
  module Pb
    # amino.v1.ClientService
    module ClientService
      class Service
        include GRPC::GenericService

        self.marshal_class_method = :encode
        self.unmarshal_class_method = :decode
        self.service_name = "amino.v1.ClientService"

        rpc :Hello, HelloRequest, HelloResponse
        rpc :PutArtifact, stream(PutArtifactRequest), PutArtifactResponse
        rpc :Register, RegisterRequest, RegisterResponse
        rpc :Create, CreateRequest, CreateResponse
        rpc :CreateMany, CreateManyRequest, CreateManyResponse
        rpc :RegisterKind, RegisterKindRequest, RegisterKindResponse
        rpc :ListKinds, ListKindsRequest, ListKindsResponse
        rpc :DeleteKind, DeleteKindRequest, DeleteKindResponse
        rpc :GetOrCreate, GetOrCreateRequest, GetOrCreateResponse
        rpc :Get, GetRequest, GetResponse
        rpc :List, ListRequest, ListResponse
        rpc :Watch, WatchRequest, stream(WatchResponse)
        rpc :Delete, DeleteRequest, DeleteResponse
        rpc :Move, MoveRequest, MoveResponse
        rpc :Restart, RestartRequest, RestartResponse
        rpc :Kernels, KernelsRequest, KernelsResponse
        rpc :Logs, LogsRequest, stream(LogsResponse)
        rpc :Explain, ExplainRequest, ExplainResponse
        rpc :Managers, ManagersRequest, ManagersResponse
        rpc :Invoke, InvokeRequest, InvokeResponse
        rpc :Session, stream(Frame), stream(Frame)
        rpc :Command, CommandRequest, CommandResponse
        rpc :Attach, AttachRequest, AttachResponse
        rpc :BeginTransaction, BeginTransactionRequest, BeginTransactionResponse
        rpc :EndTransaction, EndTransactionRequest, EndTransactionResponse
        rpc :ListTransactions, ListTransactionsRequest, ListTransactionsResponse
      end

      Stub = Service.rpc_stub_class
    end
  end
end
