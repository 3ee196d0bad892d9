# frozen_string_literal: true

require "securerandom"
require_relative "values/codec"
require_relative "control/kernel_link"
require_relative "control/records"
require_relative "control/selector"
require_relative "creation"
require_relative "registration"
require_relative "kinds"
require_relative "call_options"
require_relative "future"
require_relative "route"
require_relative "following"
require_relative "place"
require_relative "transactions"
require_relative "invoker"
require_relative "stub"
require_relative "pipeline"

module Amino
  # A client of the cluster. Any kernel answers for all of it. Threads may share a client.
  class Client
    include Creation
    include Registration
    include Kinds

    # Seconds for requests that evaluate a class or wait for a move: a cold language takes its time.
    SLOW = 180
    private_constant :SLOW

    attr_reader :codec, :home

    # @param address [String] host:port of a kernel
    # @param timeout [Numeric] seconds for requests that are no calls
    # @param carriers [Symbol] `:auto`; `:lane` never uses gRPC for calls, `:grpc` always does
    def initialize(address, timeout: 30, carriers: :auto)
      raise ArgumentInvalid, "carriers are :auto, :lane or :grpc, not #{carriers.inspect}" unless %i[auto lane grpc].include?(carriers)

      @id = "ruby-#{SecureRandom.hex(8)}"
      @codec = Values::Codec.new(method(:stub_of))
      @link_options = { timeout: timeout, carriers: carriers }
      @lock = Thread::Mutex.new
      @links = {}
      @closed = false
      @home = link(address)
      # In a forked child no thread of ours may be left at exit (Relay::Stub#close).
      at_exit { close } unless Control::KernelLink.first_use.here?
      @home.hello
    end

    # A stub of an object.
    # @param name [String] its name, or its id
    # @raise [Amino::NameNotFound]
    def get(name) = stub(record(name))

    # @param object [String, Stub] name, id or stub
    # @return [ObjectDescription]
    def describe(object) = Control::Records.object(record(name_of(object)))

    # @param prefix [String] of the names
    # @param labels [Hash, Array, nil] see Control::Selector
    # @param kernel [String, nil] id of the kernel that they are on
    # @return [Array<ObjectDescription>]
    def list(prefix = "", labels: nil, kernel: nil)
      request = { name_prefix: prefix, label_selector: Control::Selector.build(labels), kernel_id: kernel.to_s }
      found = []
      token = ""
      loop do
        page = home.rpc(:list, Pb::ListRequest.new(**request, page_token: token))
        found.concat(page.objects.map { |object| Control::Records.object(object) })
        token = page.next_page_token
        return found if token.empty?
      end
    end

    # Changes of objects: first a `:put` for each that exists and one `:synced`, then each change as it happens.
    # @param prefix [String] of the names
    # @param from_revision [Integer] goes on after a revision seen before
    # @return [Enumerator<WatchEvent>]
    def watch(prefix = "", from_revision: 0)
      events = home.stream(:watch, Pb::WatchRequest.new(name_prefix: prefix, from_revision: from_revision))
      Enumerator.new { |out| events.each { |event| out << Control::Records.event(event) } }
    end

    # The lines that an object, or all objects of its kernel where none is named, have written.
    # @param tail [Integer] lines of the past
    # @param follow [Boolean] whether to wait for further ones
    # @return [Enumerator<LogLine>]
    def logs(object = nil, tail: 100, follow: false)
      lines = home.stream(:logs, Pb::LogsRequest.new(name_or_id: object.nil? ? "" : name_of(object), tail: tail, follow: follow))
      Enumerator.new { |out| lines.each { |line| out << Control::Records.log_line(line) } }
    end

    # @param object [String, Stub]
    # @return [nil]
    def delete(object)
      home.rpc(:delete, Pb::DeleteRequest.new(name_or_id: name_of(object), request_id: SecureRandom.uuid))
      nil
    end

    # Moves an object, with its state, to another kernel.
    # @param kernel [String, nil] id of the kernel; or
    # @param selector [Hash, Array, nil] what its labels must be
    # @param replica [String] the path of the replica, such as `"0"` or `"0.2"`
    # @param allow_lossy [Boolean] move even where a part of the state cannot be captured
    # @return [MoveResult]
    def move(object, kernel = nil, selector: nil, replica: "0", allow_lossy: false)
      request = Pb::MoveRequest.new(
        name_or_id: name_of(object), kernel_id: kernel.to_s, selector: Control::Selector.build(selector), path: replica,
        allow_lossy: allow_lossy, request_id: SecureRandom.uuid
      )
      response = home.rpc(:move, request, timeout: SLOW)
      MoveResult.new(Control::Records.object(response.object), response.lost.to_a).freeze
    end

    # Brings a lost object back: from its last checkpoint where a deployment manager keeps one, else as a new object. An object that has
    # come back by itself meanwhile stays as it is.
    # @return [Stub]
    def restart(object)
      request = Pb::RestartRequest.new(name_or_id: name_of(object), request_id: SecureRandom.uuid)
      stub(home.rpc(:restart, request, timeout: SLOW).object)
    end

    # How an object's deployment managers are arranged, as text.
    def explain(object) = home.rpc(:explain, Pb::ExplainRequest.new(name_or_id: name_of(object))).text

    # @param dead [Boolean] also those that are gone
    # @return [Array<KernelDescription>]
    def kernels(dead: false)
      home.rpc(:kernels, Pb::KernelsRequest.new(include_dead: dead)).kernels.map { |kernel| Control::Records.kernel(kernel) }
    end

    # Gathers the calls of a block and waits for all.
    # @yieldparam pipeline [Pipeline]
    # @return [Array] their values, in order
    def pipeline
      pipeline = Pipeline.new
      yield pipeline
      pipeline.values
    end

    # Closes all connections; unanswered calls fail.
    def close
      @closed = true
      @lock.synchronize { @links.values }.each(&:close)
    end

    # Whether it was closed: calls that did not run are not sent again then.
    def closed? = @closed

    # The record of an object; for Place.
    # @return [Pb::ObjectRecord]
    def record(name) = home.rpc(:get, Pb::GetRequest.new(name_or_id: name)).object

    # The link to a kernel; for Place.
    # @param address [String] host:port
    # @return [Control::KernelLink]
    def link(address)
      @lock.synchronize { @links[address] ||= Control::KernelLink.new(address, @id, @codec, **@link_options) }
    end

    def inspect = "#<Amino::Client of #{home}>"

    private

    def name_of(object) = object.is_a?(Stub) ? object.to_amino_reference.id : object

    def stub(record)
      reference = Reference.new(record.id, record.interface&.name, record.status&.epoch.to_i, nil)
      Stub.new(Invoker.new(self, Place.new(self, reference, record), NO_OPTIONS))
    end

    def stub_of(reference) = Stub.new(Invoker.new(self, Place.new(self, reference), NO_OPTIONS))
  end
end
