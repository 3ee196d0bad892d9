# frozen_string_literal: true

require "grpc"
require "socket"
require_relative "line"

module Amino
  module Relay
    # The process beside a forked one: carries its requests to one kernel over gRPC, until the forked process has ended.
    class Server
      AS_IT_IS = ->(bytes) { bytes }
      private_constant :AS_IT_IS

      # @param descriptor [Integer] of the socket that leads to the forked process
      # @param address [String] host:port of the kernel
      # @param channel_args [Hash] of the channel
      def initialize(descriptor, address, channel_args)
        @line = Line.new(UNIXSocket.for_fd(descriptor))
        @client = GRPC::ClientStub.new(address, :this_channel_is_insecure, channel_args: channel_args)
        @messages = {}
        @operations = {}
      end

      def run
        @line.each do |word, number, *rest|
          case word
          when :open then open(number, *rest)
          when :message then @messages[number]&.push(rest.first)
          when :done then @messages[number]&.push(nil)
          when :cancel then @operations[number]&.cancel
          end
        end
      end

      private

      # A stream of bytes both ways is what each kind of request is on the wire.
      def open(number, path, metadata, seconds)
        messages = @messages[number] = Thread::Queue.new
        requests = Enumerator.new do |out|
          while (message = messages.pop)
            out << message
          end
        end
        deadline = seconds && (Time.now + seconds)
        @operations[number] = operation =
          @client.bidi_streamer(path, requests, AS_IT_IS, AS_IT_IS, deadline: deadline, metadata: metadata, return_op: true)
        Thread.new { carry(number, operation) }
      end

      def carry(number, operation)
        operation.execute.each { |message| @line.say(:message, number, message) }
        @line.say(:end, number, GRPC::Core::StatusCodes::OK, "", {})
      rescue GRPC::BadStatus => e
        @line.say(:end, number, e.code, e.details, e.metadata)
      rescue GRPC::Core::CallError => e
        @line.say(:end, number, GRPC::Core::StatusCodes::CANCELLED, e.message, {})
      ensure
        # Its sender may still wait for messages.
        @messages.delete(number)&.push(nil)
        @operations.delete(number)
      end
    end
  end
end
