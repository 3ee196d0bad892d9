# frozen_string_literal: true

module Amino
  module Lane
    # Carries frames over the gRPC stream `Session`, for clients that may only open HTTP/2. gRPC's own thread takes what is to be
    # sent, another of ours waits for what comes.
    class SessionCarrier
      # @param stub [Pb::ClientService::Stub]
      # @param metadata [Hash{String => String}]
      def initialize(stub, metadata)
        @lock = Thread::Mutex.new
        @arrived = Thread::ConditionVariable.new
        @frames = []
        @failure = nil
        @outgoing = Thread::Queue.new
        @operation = stub.session(requests, metadata: metadata, return_op: true)
        @receiver = Thread.new { receive }
        @receiver.report_on_exception = false
      end

      # Sends one frame; never yields, for gRPC keeps what cannot be sent yet.
      # @raise [IOError] the stream has ended
      def write(frame)
        raise IOError, @failure if @failure

        @outgoing << Pb::Frame.new(data: frame)
      rescue ClosedQueueError
        raise IOError, "it was closed"
      end

      def near? = false

      def wait(_seconds) = nil

      def wait_writable(_seconds) = nil

      # @see SocketCarrier#read
      def read(seconds)
        @lock.synchronize do
          @arrived.wait(@lock, seconds) if @frames.empty? && @failure.nil? && seconds.positive?
          raise EOFError, @failure if @frames.empty? && @failure

          @frames.slice!(0..)
        end
      end

      def close
        @outgoing.close
        @operation.cancel
      end

      private

      def requests
        Enumerator.new do |frames|
          while (frame = @outgoing.pop)
            frames << frame
          end
        end
      end

      def receive
        @operation.execute.each { |frame| deliver(frame.data) }
        deliver(nil, "the stream was ended by the kernel")
      rescue GRPC::BadStatus, GRPC::Core::CallError => e
        deliver(nil, e.message)
      end

      def deliver(data, failure = nil)
        @lock.synchronize do
          @frames << data if data
          @failure = failure
          @arrived.broadcast
        end
      end
    end
  end
end
