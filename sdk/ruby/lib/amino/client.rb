# frozen_string_literal: true

require "securerandom"
require_relative "values/codec"
require_relative "control/kernel_link"
require_relative "control/next_after"
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
require_relative "direct_watch"
require_relative "transactions"
require_relative "joint_transactions"
require_relative "invoker"
require_relative "stub"
require_relative "pipeline"

module Amino
  # A client of the cluster. Any kernel answers for all of it. Threads may share a client.
  class Client
    include Creation
    include Registration
    include Kinds
    include JointTransactions

    # Seconds for requests that evaluate a class or wait for a move: a cold language takes its time.
    SLOW = 180
    # How many objects a list is asked for at once.
    PAGE = 500
    # Seconds: a name of so long ago is taken where no object management service answers, unless a program says otherwise. A call through it
    # goes to the object of that id and no other, wherever it is now.
    OUTAGE_AGE = 3600
    private_constant :SLOW, :PAGE

    attr_reader :codec, :home

    # The client's id, in the kernels' logs.
    attr_reader :client_id

    # @param address [String] host:port of a kernel, or several with commas between them, which are tried in order
    # @param deadline [Numeric, Duration, nil] seconds that a call may take unless it says otherwise; nil: the kernel's default, 60
    # @param transport [Symbol] `:auto` takes a direct lane where there is one, else gRPC; `:lane` and `:grpc` insist
    # @param client_id [String, nil] who this is, in the kernels' logs; nil: made up
    # @param timeout [Numeric, Duration] seconds for requests that are no calls
    # @param values [ValueHooks, nil] classes of the program that travel under names (docs/values.md)
    # @param next_after [Numeric, Duration, nil] seconds without an answer of one kernel after which the next address is tried; nil:
    #   AMINO_NEXT_AFTER, else 1
    # @raise [Amino::ConfigInvalid] the address is none, or AMINO_NEXT_AFTER no time
    def initialize(address, deadline: nil, transport: :auto, client_id: nil, timeout: 30, values: nil, next_after: nil)
      raise ArgumentInvalid, "a transport is :auto, :lane or :grpc, not #{transport.inspect}" unless %i[auto lane grpc].include?(transport)

      addresses = addresses_in(address)
      @client_id = client_id || "ruby-#{SecureRandom.hex(8)}"
      @options = deadline.nil? ? NO_OPTIONS : CallOptions.new(deadline: deadline)
      @codec = Values::Codec.new(method(:stub), values)
      @link_options = {
        timeout: Lengths.seconds(timeout, :timeout, zero: false).to_f, carriers: transport,
        next_after: Control::NextAfter.seconds(next_after)
      }
      @lock = Thread::Mutex.new
      @links = {}
      @closed = false
      @watch = DirectWatch.new(self)
      @home = Control::KernelLink.new(addresses, @client_id, @codec, **@link_options)
      # In a forked child no thread of ours may be left at exit (Relay::Stub#close).
      at_exit { close } unless Control::KernelLink.first_use.here?
      @home.hello
      @watch.start if @home.others?
    end

    # The stub of an object.
    # @param name_or_id [String]
    # @param age [Numeric, Duration] seconds; see #describe
    # @param outage_age [Numeric, Duration] seconds; see #describe
    # @raise [Amino::NameNotFound]
    def get(name_or_id, age: 0, outage_age: OUTAGE_AGE) = stub_from(aged(name_or_id, age, outage_age).object)

    # The stub of a reference that was kept. Nobody is asked whether the object still exists.
    # @param reference [Reference]
    # @return [Stub]
    def stub(reference) = Stub.new(Invoker.new(self, Place.new(self, reference), @options))

    # @param target [String, Stub] name, id or stub
    # @param age [Numeric, Duration] seconds: how old the answer may be; an object management service that stands by may give it then
    # @param outage_age [Numeric, Duration] seconds: how old it may be where no object management service answers; 0: it is to be current
    # @return [ObjectDescription] its `answer_age` says how old the answer is
    def describe(target, age: 0, outage_age: OUTAGE_AGE)
      answer = aged(name_of(target), age, outage_age)
      Control::Records.object(answer.object, age: answer.age)
    end

    # @param prefix [String] beginning of the names
    # @param select [Hash, Array, nil] their labels; see Control::Selector
    # @param kernel [String, nil] id of the kernel that they are on
    # @param nameless [Boolean] only objects without a name
    # @param limit [Integer] how many at most; 0: all
    # @return [Array<ObjectDescription>]
    def list(prefix = "", select: nil, kernel: nil, nameless: false, limit: 0)
      request = { name_prefix: prefix, label_selector: Control::Selector.build(select), kernel_id: kernel.to_s, nameless: nameless }
      found = []
      token = ""
      loop do
        size = limit.zero? ? PAGE : [PAGE, limit - found.size].min
        page = home.rpc(:list, Pb::ListRequest.new(**request, page_size: size, page_token: token))
        found.concat(page.objects.map { |object| Control::Records.object(object) })
        token = page.next_page_token
        return found if token.empty? || (limit.positive? && found.size >= limit)
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
    # @param target [String, Stub] name, id or stub; "": all of the kernel
    # @param tail [Integer] lines of the past
    # @param follow [Boolean] whether to wait for further ones
    # @param level [String, Symbol] the least one: debug, info, warning or error; "": any
    # @param since [Time, nil] lines from this moment on, by the kernels' clocks
    # @param cluster [Boolean] without a target: all objects of all kernels. A line says which kernels do not answer
    # @return [Enumerator<LogLine>]
    def logs(target = "", tail: 100, follow: false, level: "", since: nil, cluster: false)
      request = Pb::LogsRequest.new(
        name_or_id: name_of(target), tail: tail, follow: follow, level: level.to_s, since_ms: since ? (since.to_r * 1000).round : 0,
        cluster: cluster
      )
      lines = home.stream(:logs, request)
      Enumerator.new { |out| lines.each { |line| out << Control::Records.log_line(line) } }
    end

    # @param target [String, Stub] name, id or stub
    # @return [nil]
    def delete(target)
      home.rpc(:delete, Pb::DeleteRequest.new(name_or_id: name_of(target), request_id: SecureRandom.uuid))
      nil
    end

    # Moves an object, with its state, to another kernel.
    # @param target [String, Stub] name, id or stub
    # @param kernel [String] id of the kernel; or
    # @param select [Hash, Array, nil] labels of kernels, of which one is chosen
    # @param replica [String] the path of the replica, such as `"0"` or `"0.2"`
    # @param allow_lossy [Boolean] move even where a part of the state cannot be captured
    # @return [MoveResult]
    def move(target, kernel = "", select: nil, replica: "0", allow_lossy: false)
      request = Pb::MoveRequest.new(
        name_or_id: name_of(target), kernel_id: kernel.to_s, selector: Control::Selector.build(select), path: replica,
        allow_lossy: allow_lossy, request_id: SecureRandom.uuid
      )
      response = home.rpc(:move, request, timeout: SLOW)
      MoveResult.new(Control::Records.object(response.object), response.lost.to_a).freeze
    end

    # Brings a lost object back: from its last checkpoint where a deployment manager keeps one, else as a new object. An object that has
    # come back by itself meanwhile stays as it is.
    # @param target [String, Stub] name, id or stub
    # @return [ObjectDescription]
    def restart(target)
      request = Pb::RestartRequest.new(name_or_id: name_of(target), request_id: SecureRandom.uuid)
      answer = home.rpc(:restart, request, timeout: SLOW)
      Control::Records.object(answer.object, answer.origin)
    end

    # The way of a call through the deployment managers of an object, or of a chain that is not attached.
    # @param target [String, Stub] name, id or stub; or
    # @param deployment_managers [Array] see register
    # @return [Explanation]
    # @raise [Amino::ArgumentInvalid] both were given
    def explain(target = "", deployment_managers: [])
      unless target == "" || deployment_managers.empty?
        raise ArgumentInvalid, "explain takes an object or a chain, not both: without deployment_managers it explains the object's own"
      end

      specs = deployment_managers.flat_map { |manager| specifications(manager) }
      response = home.rpc(:explain, Pb::ExplainRequest.new(name_or_id: name_of(target), deployment_managers: specs))
      Explanation.new(response.text, response.tree.empty? ? nil : codec.decode(response.tree)).freeze
    end

    # @param include_dead [Boolean] also those that are gone
    # @return [Array<KernelDescription>]
    def kernels(include_dead: false)
      home.rpc(:kernels, Pb::KernelsRequest.new(include_dead: include_dead)).kernels.map { |kernel| Control::Records.kernel(kernel) }
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
      @watch.stop
      [@home, *@lock.synchronize { @links.values }].each(&:close)
      nil
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
      raise KernelUnavailable.new("the client is closed; connect again", outcome: :not_run) if @closed

      return @home if address == @home.address

      @watch.start
      @lock.synchronize { @links[address] ||= Control::KernelLink.new([address], @client_id, @codec, **@link_options) }
    end

    # The links whose requests may stay without an answer for ever: those to objects' own kernels, and the home's where another kernel can
    # tell how that one does; for DirectWatch.
    # @return [Array<Control::KernelLink>]
    def watched_links = [*(@home if @home.others?), *@lock.synchronize { @links.values }]

    # Leaves a link on which nothing is answered, where its kernel is lost, or has another address now; for DirectWatch.
    # @param link [Control::KernelLink]
    def find_again(link)
      connection = link.present
      asked = link.address
      # The home may have requests before its first call opens a connection.
      return if connection.nil? && !link.equal?(@home)

      now = kernels_besides(link).find { |kernel| kernel.id == link.kernel_id }&.endpoints&.grpc
      # No address concerns a connection within this machine.
      return if link.at?(now) || asked != link.address || !connection.equal?(link.present) || (now && connection&.near?)
      return link.forsake(now) if link.equal?(@home)

      @lock.synchronize { @links.delete(link.address) }
      link.leave(now)
    rescue Error
      nil # the next look asks again
    end

    def inspect = "#<Amino::Client of #{home}>"

    private

    def kernels_besides(link)
      return link.kernels_besides if link.equal?(@home)

      home.rpc(:kernels, Pb::KernelsRequest.new, timeout: Control::KernelLink::ASKED).kernels
    end

    def aged(name, age, outage_age)
      limit = Pb::AgeLimit.new(ms: Lengths.milliseconds(age, :age), outage_ms: Lengths.milliseconds(outage_age, :outage_age))
      home.rpc(:get, Pb::GetRequest.new(name_or_id: name, age_limit: limit))
    end

    def addresses_in(text)
      found = text.to_s.split(",").map(&:strip).reject(&:empty?)
      wrong = found.find { |address| !address?(address) }
      return found unless wrong || found.empty?

      raise ConfigInvalid, "#{(wrong || text).inspect} is no address of a kernel; write host:port, such as #{DEFAULT_ADDRESS}"
    end

    def address?(text)
      port = text[%r{\A[^\s/]+:(\d{1,5})\z}, 1].to_i
      port.positive? && port < 65_536
    end

    def name_of(object) = object.is_a?(Stub) ? object.to_amino_reference.id : object

    def stub_from(record)
      reference = Reference.new(record.id, record.interface&.name, record.status&.epoch.to_i, nil)
      Stub.new(Invoker.new(self, Place.new(self, reference, record), @options))
    end
  end
end
