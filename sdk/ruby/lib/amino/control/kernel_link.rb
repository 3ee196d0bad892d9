# frozen_string_literal: true

require "grpc"
require_relative "../pb/client_services_pb"
require_relative "../lane/dial"
require_relative "../process_mark"
require_relative "host"
require_relative "repetition"
require_relative "rpc_errors"
require_relative "under_way"

module Amino
  module Control
    # One kernel, or one of several after the other: its gRPC services, and the connection that carries calls, opened
    # with the first call and again after a loss.
    class KernelLink
      CHANNEL = {
        "grpc.max_receive_message_length" => Protocol::MESSAGE_LIMIT, "grpc.max_send_message_length" => Protocol::MESSAGE_LIMIT,
        "grpc.enable_http_proxy" => 0, "grpc.http2.bdp_probe" => 0,
        # A kernel that comes back is found again within a second; one attempt, which has the middle time, succeeds on a busy machine too.
        "grpc.initial_reconnect_backoff_ms" => 100, "grpc.min_reconnect_backoff_ms" => 3000, "grpc.max_reconnect_backoff_ms" => 1000
      }.freeze
      private_constant :CHANNEL

      # The process in which gRPC was used first.
      # @return [ProcessMark]
      def self.first_use = @first_use ||= ProcessMark.new("gRPC")

      # The classes of requests that change nothing.
      READS = Protocol::READS.map { |name| Pb.const_get("#{name}Request") }.freeze
      # Seconds: the patience with a kernel that is asked how another one does.
      ASKED = 5
      private_constant :READS

      # Where the kernel is that is asked now.
      # @return [String] host:port
      def address = @addresses.first

      # @param addresses [Array<String>] host:port of kernels any of which will do, in the order in which they are tried
      # @param timeout [Numeric] seconds for an RPC that does not say otherwise
      # @param carriers [Symbol] see Lane::Dial
      # @param next_after [Float] seconds that one of several kernels may take for its first answer before the next one is tried
      def initialize(addresses, client_id, codec, timeout:, carriers:, next_after:)
        @addresses = addresses.freeze
        @choosing = Thread::Mutex.new
        @former = []
        @client_id = client_id
        @codec = codec
        @timeout = timeout
        @carriers = carriers
        @next_after = next_after
        @under_way = UnderWay.new
        @mark = ProcessMark.new("client #{client_id}")
        @stub = make_stub
        @lock = Thread::Mutex.new
        @connection = nil
        @closed = @left = false
        @kernel_id = @told = ""
      end

      # Whether another kernel can tell how this one does, and take its place.
      def others? = @addresses.size > 1

      # One RPC of ClientService. A request with an id, or that only reads, is sent again when the connection is lost
      # before its answer came.
      # @param name [Symbol] such as `:get`
      # @param request [Google::Protobuf::MessageExts, Enumerable]
      # @param timeout [Numeric, nil] seconds
      # @raise [Amino::Error]
      def rpc(name, request, timeout: nil)
        check
        deadline = Time.now + (timeout || @timeout)
        send_once = -> { ask(name, request, deadline) }
        repeatable?(request) ? Repetition.repeat(deadline, &send_once) : send_once.call
      rescue UnderWay::GivenUp => e
        raise e.error
      rescue GRPC::BadStatus => e
        raise RpcErrors.from_status(e, to_s, @codec)
      end

      # Uploads an artifact. The kernel answers early when it has the artifact already, and gRPC's call for streams that leave would then
      # wait for ever for a status; its call for streams both ways, the same on the wire, reads while it sends.
      # @param parts [Enumerable<Pb::PutArtifactRequest>]
      # @return [Pb::PutArtifactResponse]
      # @raise [Amino::Error]
      def put_artifact(parts, timeout:)
        check
        encode = Pb::PutArtifactRequest.method(:encode)
        decode = Pb::PutArtifactResponse.method(:decode)
        path = "/#{Pb::ClientService::Service.service_name}/PutArtifact"
        operation = @stub.bidi_streamer(path, parts, encode, decode, deadline: Time.now + timeout, return_op: true)
        @under_way.wait(address, operation) { operation.execute.to_a.first }
      rescue UnderWay::GivenUp => e
        raise e.error
      rescue GRPC::BadStatus => e
        raise RpcErrors.from_status(e, to_s, @codec)
      end

      # An RPC that answers with a stream, which ends when the caller stops enumerating.
      # @return [Enumerator]
      def stream(name, request)
        check
        Enumerator.new do |responses|
          operation = @stub.public_send(name, request, return_op: true)
          begin
            @under_way.wait(address, operation, due: false) { operation.execute.each { |response| responses << response } }
          ensure
            operation.cancel
          end
        rescue UnderWay::GivenUp => e
          raise e.error
        rescue GRPC::BadStatus => e
          raise RpcErrors.from_status(e, to_s, @codec)
        end
      end

      # The kernel's words about itself.
      # @param timeout [Numeric, nil] seconds
      # @return [Pb::HelloResponse]
      # @raise [Amino::FrameInvalid] it speaks another version of the wire
      def hello(timeout: nil)
        request = Pb::HelloRequest.new(client_id: @client_id, host_id: Host.id, version: VERSION, wire_version: Protocol::VERSION)
        answer = rpc(:hello, request, timeout: timeout)
        Lane.check_version(answer.wire_version, "kernel #{answer.kernel_id} at #{address}")
        @kernel_id = answer.kernel_id
        @told = answer.endpoints&.grpc.to_s
        answer
      end

      # The connection for calls.
      # @return [Lane::Connection]
      # @raise [Amino::KernelUnavailable]
      def connection
        check
        current = @connection
        return current if current&.open?

        @lock.synchronize do
          check
          @connection = dial unless @connection&.open?
          @connection
        end
      end

      # Id of the kernel; empty before its first hello.
      attr_reader :kernel_id

      # The connection for calls as it is; nil: there is none at present.
      # @return [Lane::Connection, nil]
      def present = @connection&.open? ? @connection : nil

      # The number of the oldest call, or else request, without an answer; nil: all have one.
      # @return [Integer, nil]
      def oldest = present&.oldest || @under_way.oldest

      # Whether it was left, since its kernel has another address.
      def left? = @left

      # Whether the kernel was there when it was connected to; programs may know it by another name.
      # @param address [String, nil] host:port
      def at?(address) = !address.nil? && [self.address, @told].include?(address)

      # The kernels that live, as the other kernels say.
      # @return [Array<Pb::KernelRecord>]
      # @raise [Amino::Error] none of them answers
      def kernels_besides
        others = KernelLink.new(@addresses.drop(1), @client_id, @codec, timeout: ASKED, carriers: @carriers, next_after: @next_after)
        others.hello
        others.rpc(:kernels, Pb::KernelsRequest.new).kernels.to_a
      ensure
        others&.close
      end

      # The kernel answers at another address, or is lost: calls that have no answer end as with a lost connection.
      # @param address [String, nil] the new one; nil: it is lost
      def leave(address)
        @lock.synchronize do
          @left = @closed = true
          @connection&.give_up(gone(address))
        end
      end

      # As `leave`, and another of the kernels is the one from now on.
      # @param address [String, nil] the new one; nil: it is lost
      def forsake(address)
        connection = @connection
        asked = self.address
        error = KernelUnavailable.new("the request to #{self} has no answer: #{gone(address)}")
        ask_next(asked)
        @under_way.give_up(asked, error)
        connection&.give_up(gone(address))
      end

      # Closes the connection; in a forked child nothing, for it is the parent's.
      def close
        return unless @mark.here?

        @lock.synchronize do
          @closed = true
          @connection&.close
        end
        [@stub, *@former].each { |stub| stub.close unless stub.is_a?(Pb::ClientService::Stub) }
      end

      def to_s = "the kernel at #{address}"

      private

      def gone(address) = address ? "its kernel answers at #{address} now" : "its kernel is lost: its lease has ended"

      def check
        @mark.check
        raise KernelUnavailable.new("the client is closed; connect again", outcome: :not_run) if @closed
      end

      # Where the process that forked this one has used gRPC, only another process can use it. A program may have used it without us, which
      # gRPC itself says.
      def make_stub
        return relay unless self.class.first_use.here?

        Pb::ClientService::Stub.new(address, :this_channel_is_insecure, channel_args: CHANNEL)
      rescue RuntimeError => e
        e.message.include?("before and after forking") ? relay : raise
      end

      def relay
        require_relative "../relay/stub"
        Relay::Stub.new(address, CHANNEL)
      end

      def repeatable?(request) = READS.include?(request.class) || (request.respond_to?(:request_id) && !request.request_id.empty?)

      # Asks one kernel after the other until one answers.
      def ask(name, request, deadline)
        left = @addresses.size
        begin
          asked = address
          # A process that stands still refuses nobody: where there are several, each has a short time for its first answer.
          soon = name == :hello && left > 1 ? [deadline, Time.now + @next_after].min : deadline
          operation = @stub.public_send(name, request, deadline: soon, return_op: true)
          @under_way.wait(asked, operation) { operation.execute }
        rescue GRPC::Unavailable, GRPC::Cancelled, GRPC::DeadlineExceeded => e
          raise if Repetition.answered?(e) || (soon == deadline && e.is_a?(GRPC::DeadlineExceeded))

          ask_next(asked)
          again = repeatable?(request) || name == :hello || Repetition.never_sent?(e)
          (left -= 1).positive? && again ? retry : raise
        end
      end

      # Asks the next kernel from now on, unless another thread has said so before. Requests that are under way go on.
      def ask_next(asked)
        @choosing.synchronize do
          next if @addresses.size == 1 || asked != address

          @addresses = @addresses.rotate.freeze
          @former << @stub
          @stub = make_stub
        end
      end

      def dial
        greeting = hello
        endpoints = greeting.endpoints || Pb::Endpoints.new
        host = Host.id
        same_host = !host.empty? && endpoints.host_id == host
        Lane::Dial.new(@stub, @client_id, @codec, to_s, @carriers).connect(endpoints, greeting.lane_token, same_host)
      end
    end
  end
end
