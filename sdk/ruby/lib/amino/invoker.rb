# frozen_string_literal: true

module Amino
  # Makes the calls of a stub: encodes them, sends them to the object's place, and follows the object when it has moved.
  class Invoker
    attr_reader :place, :options, :client

    # @param client [Client]
    # @param place [Place]
    # @param options [CallOptions]
    def initialize(client, place, options)
      @client = client
      @place = place
      @options = options
      @prefixes = {}
    end

    # The same object with other options.
    def with(**changes) = Invoker.new(@client, @place, @options.with(**changes))

    # Calls and waits.
    def call(method, args, kwargs) = start(method, args, kwargs, watched: true).value

    # Calls without waiting.
    # @param watched [Boolean] whether the caller waits for the answer at once
    # @return [Future]
    def start(method, args, kwargs, watched: false)
      body = (@prefixes[method] ||= prefix(method)) + @client.codec.encode_array(args)
      kwargs = @client.codec.plain_map(kwargs) unless kwargs.empty?
      submit(body, kwargs, method, @options.deadline, watched)
    rescue ValueInvalid => e
      raise e.not_run
    end

    # Sends a call again after MOVED, once: it has not run.
    # @param future [Future] the first attempt
    # @return [Future] the second
    # @raise [Amino::DeadlineExceeded] no time is left
    def follow(future)
      future.successor || @place.refresh { future.successor ||= again(future) }
    end

    # A command to the object's deployment managers.
    def command(name, args, kwargs, deployment_manager)
      codec = @client.codec
      request = Pb::CommandRequest.new(
        target: @place.reference.id, command: name.to_s, args: codec.encode_array(args), kwargs: codec.encode_map(kwargs),
        deployment_manager: deployment_manager.to_s
      )
      codec.decode(@client.home.rpc(:command, request, timeout: @options.deadline).value)
    end

    def to_s
      reference = @place.reference
      "#{reference.class_name || "object"} #{reference.id}"
    end

    private

    def prefix(method) = (@place.target + MessagePack.pack(method.to_s)).freeze

    def again(future)
      remaining = future.remaining
      unless remaining.positive?
        raise DeadlineExceeded.new("#{future.label} was not reached in time: the object kept moving", outcome: :not_run)
      end

      submit(future.body, future.kwargs, future.method_name, remaining, true)
    end

    def submit(body, kwargs, method, budget, watched)
      loop do
        connection, flags = @place.connection
        future = Future.new(self, method, body, kwargs, @options.encode(kwargs, flags), budget)
        return future if connection.submit(future, watched: watched)
      end
    end
  end
end
