# frozen_string_literal: true

require_relative "lane_server"

# A kernel's gRPC services over the test's objects, with lanes or without.
class TestKernel
  Pb = Amino::Pb

  # What clients ask for.
  class Service < Pb::ClientService::Service
    ACTIVE = Pb::ObjectStatus.new(state: :OBJECT_STATE_ACTIVE, epoch: 1).freeze

    attr_reader :requests, :artifacts, :records
    # The kernels that live, as far as it knows.
    attr_accessor :living
    # Called with a request for many objects before they are made.
    attr_writer :before_making
    # Called with each request that changes objects before it is carried out.
    attr_writer :before_answering

    def initialize(objects, endpoints, wire_version)
      super()
      @objects = objects
      @endpoints = endpoints
      @wire_version = wire_version
      @records = {}
      @artifacts = {}
      @requests = Queue.new
      @living = [Pb::KernelRecord.new(id: "k", endpoints: Pb::Endpoints.new(grpc: "x:1"), alive: true)]
      @before_making = ->(_request) {}
      @before_answering = ->(_request) {}
      @making = Mutex.new
    end

    def hello(request, _call)
      @requests << request
      Pb::HelloResponse.new(kernel_id: "test", endpoints: Pb::Endpoints.new(**@endpoints), lane_token: "secret", version: "0",
                            wire_version: @wire_version)
    end

    def get(request, _call) = Pb::GetResponse.new(object: find(request.name_or_id))

    def create(request, _call)
      hear(request)
      id = "id-#{@records.size}"
      @objects[id] = TestObjects::Counter.new(*@objects.codec.decode(request.args))
      Pb::CreateResponse.new(object: add(Pb::ObjectRecord.new(id: id, name: request.name, status: ACTIVE)))
    end

    # All or none; the id of each says its arguments.
    def create_many(request, _call)
      hear(request)
      @before_making.call(request)
      @making.synchronize do
        taken = request.instances.map(&:name).find { |name| @records.each_value.any? { |record| !name.empty? && record.name == name } }
        raise_error(Amino::NameTaken.new("the name #{taken} is taken")) if taken

        objects = request.instances.map { |instance| make(instance) }
        Pb::CreateManyResponse.new(objects: objects, interface: find(request.class_name).interface)
      end
    end

    def put_artifact(call)
      parts = call.each_remote_read
      artifact = parts.next.artifact
      existed = @artifacts.key?(artifact["hash"])
      @artifacts[artifact["hash"]] = parts_after_first(parts) unless existed
      Pb::PutArtifactResponse.new(artifact: artifact, existed: existed)
    end

    def register(request, _call)
      hear(request)
      raise_error(Amino::NameTaken.new("the name #{request.name} is taken")) if @records.key?(request.name)

      @objects[request.name] = TestObjects::Counter.new(*@objects.codec.decode(request.args))
      spec = Pb::ObjectSpec.new(artifact: request.artifact)
      Pb::RegisterResponse.new(object: add(Pb::ObjectRecord.new(id: request.name, name: request.name, spec: spec)))
    end

    # Two objects a page.
    def list(request, _call)
      from = request.page_token.to_i
      found = @records.values.select { |record| record.name.start_with?(request.name_prefix) }
      following = found.size > from + 2 ? (from + 2).to_s : ""
      Pb::ListResponse.new(objects: found[from, 2], next_page_token: following, total: found.size)
    end

    def delete(request, _call)
      hear(request)
      @records.delete(find(request.name_or_id).id)
      Pb::DeleteResponse.new
    end

    def move(request, _call)
      hear(request)
      Pb::MoveResponse.new(object: find(request.name_or_id), lost: ["state.handle"])
    end

    def restart(request, _call)
      hear(request)
      Pb::RestartResponse.new(object: find(request.name_or_id))
    end

    def attach(request, _call)
      hear(request)
      Pb::AttachResponse.new(object: find(request.name_or_id), pending_kernels: ["slow"])
    end

    def kernels(request, _call)
      @requests << request
      Pb::KernelsResponse.new(kernels: @living)
    end

    def watch(request, _call)
      puts = @records.values.map { |record| Pb::WatchResponse.new(kind: :KIND_PUT, object: record, revision: request.from_revision + 1) }
      puts + [Pb::WatchResponse.new(kind: :KIND_SYNCED)]
    end

    def command(request, _call)
      codec = @objects.codec
      heard = [request.command, codec.decode(request.args), codec.decode(request.kwargs), request.deployment_manager]
      Pb::CommandResponse.new(value: codec.encode(heard))
    end

    def session(frames, call)
      @requests << call.metadata
      answers = Queue.new
      peer = LanePeer.new(@objects, {}) { |bytes| answers << Pb::Frame.new(data: bytes) }
      Thread.new do
        frames.each { |frame| peer.receive(frame.data) }
      rescue GRPC::BadStatus, GRPC::Core::CallError
        nil
      ensure
        answers.close
      end
      Enumerator.new { |out| while (frame = answers.pop) do out << frame end }
    end

    def add(record) = @records[record.id] = record

    private

    def hear(request)
      @requests << request
      @before_answering.call(request)
    end

    def make(instance)
      arguments = @objects.codec.decode(instance.args)
      id = "made-#{arguments.join("-")}"
      @objects[id] = TestObjects::Counter.new(*arguments)
      add(Pb::ObjectRecord.new(id: id, name: instance.name, status: ACTIVE))
    end

    def parts_after_first(parts)
      chunks = []
      loop { chunks << parts.next.chunk }
      chunks.join
    end

    def find(name)
      @records[name] || @records.values.find { |record| record.name == name } || raise_error(
        Amino::NameNotFound.new("no object is named #{name}", details: { "near" => ["counter"] }, cause: Amino::OmsUnavailable.new("o"))
      )
    end

    def raise_error(error)
      detail = { "amino-error-bin" => Pb::Error.encode(message(error)) }
      raise GRPC::BadStatus.new_status_exception(GRPC::Core::StatusCodes::NOT_FOUND, error.message, detail)
    end

    def message(error)
      Pb::Error.new(
        code: error.code, type: error.type, message: error.message, stack: error.stack, details: @objects.codec.encode(error.details),
        cause: error.cause && message(error.cause), outcome: Amino::Protocol::OUTCOMES.index(error.outcome)
      )
    end
  end

  attr_reader :objects, :lane, :service, :address

  # @param lanes [Symbol] `:unix` and TCP, `:tcp`, `:none`, or `:dead` (offered, but nobody listens)
  # @param port [Integer] 0: a free one
  # @param wire_version [Integer] what its hello says
  def initialize(lanes: :unix, port: 0, wire_version: Amino::Protocol::VERSION, **behaviour)
    @objects = TestObjects.new
    @lane = LaneServer.new(@objects, **behaviour)
    said = endpoints(lanes)
    @service = Service.new(@objects, said, wire_version)
    # A thread that has answered is not free at once: a pool that is just large enough refuses calls now and then.
    @server = GRPC::RpcServer.new(pool_size: 128, poll_period: 0.1)
    @address = "127.0.0.1:#{@server.add_http2_port("127.0.0.1:#{port}", :this_port_is_insecure)}"
    said[:grpc] = @address
    @server.handle(@service)
    @thread = Thread.new { @server.run }
    @server.wait_till_running
    register("counter", TestObjects::Counter.new)
  end

  # @param at [String] address of the kernel that it is on
  def register(id, object, at: @address)
    @objects[id] = object
    replica = Pb::Replica.new(path: "0", kernel_id: "test", endpoints: Pb::Endpoints.new(grpc: at))
    status = Pb::ObjectStatus.new(state: :OBJECT_STATE_ACTIVE, epoch: 2, replicas: [replica])
    interface = Pb::Interface.new(name: "Counter", members: [Pb::Member.new(name: "incr", arity: 1)])
    @service.add(Pb::ObjectRecord.new(id: id, name: id, interface: interface, spec: Pb::ObjectSpec.new(generation: 3), status: status))
  end

  def close
    @lane.close
    @server.stop
    @thread.join
  end

  private

  def endpoints(lanes)
    case lanes
    when :unix then { lane_unix: @lane.path, lane_tcp: @lane.address, host_id: Amino::Control::Host.id }
    when :tcp then { lane_unix: @lane.path, lane_tcp: @lane.address, host_id: "another host" }
    when :dead then { lane_unix: "#{@lane.path}-dead", lane_tcp: "127.0.0.1:1", host_id: Amino::Control::Host.id }
    when :none then {}
    end
  end
end
