# frozen_string_literal: true

require "rbconfig"
require "socket"
require_relative "line"

module Amino
  module Relay
    # Has the methods of ClientService's stub that a client uses; a process of its own carries the requests.
    class Stub
      PROGRAM = "Amino::Relay::Server.new(Integer(ARGV[0]), ARGV[1], Marshal.load(ARGV[2].unpack1(\"m\"))).run"
      private_constant :PROGRAM

      # @param address [String] host:port of the kernel
      # @param channel_args [Hash] of the channel
      def initialize(address, channel_args)
        @numbers = 0
        @operations = {}
        @lock = Thread::Mutex.new
        ours, theirs = UNIXSocket.pair
        @line = Line.new(ours)
        start(theirs, address, channel_args)
        @listener = Thread.new { listen }
      end

      Pb::ClientService::Service.rpc_descs.each do |name, description|
        path = "/#{Pb::ClientService::Service.service_name}/#{name}"
        streams = description.input.is_a?(GRPC::RpcDesc::Stream)
        encode = (streams ? description.input.type : description.input).method(:encode)
        follows = description.output.is_a?(GRPC::RpcDesc::Stream)
        answer = follows ? description.output.type : description.output
        define_method(GRPC::GenericService.underscore(name.to_s)) do |request, return_op: false, **options|
          operation = (follows ? Operation : Lone).new(self, path, streams ? request : [request], encode, answer.method(:decode), **options)
          return_op ? operation : operation.execute
        end
      end

      # As GRPC::ClientStub#bidi_streamer.
      def bidi_streamer(path, requests, encode, decode, return_op: false, **options)
        operation = Operation.new(self, path, requests, encode, decode, **options)
        return_op ? operation : operation.execute
      end

      # Begins a request. For Operation.
      # @return [Integer] its number
      def open(operation, path, metadata, seconds)
        number = @lock.synchronize do
          @operations[@numbers += 1] = operation
          @numbers
        end
        @line.say(:open, number, path, metadata, seconds)
        gone(operation) unless @listener.alive?
        number
      end

      # Tells the process beside of a request. For Operation.
      def say(...) = @line.say(...)

      # Ends the process beside, and waits until it and the thread that listens to it have ended: the gRPC that a child has from its parent
      # may crash at exit where threads are left.
      def close
        return if @pid.nil?

        @line.close
        @listener.join
        Process.wait(@pid)
      rescue Errno::ECHILD
        nil # the program waits for all its children
      ensure
        @pid = nil
      end

      private

      def start(theirs, address, channel_args)
        folders = $LOAD_PATH.flat_map { |folder| ["-I", folder.to_s] }
        arguments = [theirs.fileno.to_s, address, [Marshal.dump(channel_args)].pack("m0")]
        command = [RbConfig.ruby, *folders, "-r", "amino/relay/server", "-e", PROGRAM, *arguments]
        @pid = Process.spawn(*command, in: File::NULL, theirs.fileno => theirs.fileno)
      ensure
        theirs.close
      end

      def listen
        @line.each do |word, number, *rest|
          operation = @lock.synchronize { word == :end ? @operations.delete(number) : @operations[number] }
          operation&.hear(word, *rest)
        end
        @lock.synchronize { @operations.values }.each { |operation| gone(operation) }
      end

      def gone(operation)
        operation.hear(:end, GRPC::Core::StatusCodes::UNAVAILABLE, "the process that carries requests for this forked one has ended", {})
      end
    end

    # One request. Begins when it is executed.
    class Operation
      def initialize(stub, path, requests, encode, decode, deadline: nil, metadata: {})
        @stub = stub
        @path = path
        @requests = requests
        @encode = encode
        @decode = decode
        @deadline = deadline
        @metadata = metadata
        @answers = Thread::Queue.new
      end

      # What the process beside says of it.
      def hear(*words) = @answers << words

      # @return [Enumerator] the answers
      def execute
        @number = @stub.open(self, @path, @metadata, @deadline && [@deadline - Time.now, 0].max)
        sender = Thread.new { send_requests }
        Enumerator.new do |out|
          loop do
            word, *rest = @answers.pop
            break finish(*rest) if word == :end

            out << @decode.call(rest.first)
          end
        ensure
          sender.kill.join
        end
      end

      # Nobody waits for the answers any more.
      def cancel = @number && @stub.say(:cancel, @number)

      private

      def send_requests
        @requests.each { |request| @stub.say(:message, @number, @encode.call(request)) }
        @stub.say(:done, @number)
      end

      def finish(code, text, metadata)
        raise GRPC::BadStatus.new_status_exception(code, text, metadata) unless code == GRPC::Core::StatusCodes::OK
      end
    end

    # One request with one answer.
    class Lone < Operation
      # @return [Google::Protobuf::MessageExts] the answer
      def execute = super.first
    end
  end
end
