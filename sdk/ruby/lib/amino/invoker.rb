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
    def with(**changes)
      changes[:headers] &&= @client.codec.plain_map(changes[:headers], "headers")
      Invoker.new(@client, @place, @options.with(**changes))
    end

    # Calls and waits.
    def call(method, args, kwargs) = start(method, args, kwargs, watched: true).value

    # Calls without waiting.
    # @param watched [Boolean] whether the caller waits for the answer at once
    # @return [Future]
    def start(method, args, kwargs, watched: false)
      body = (@prefixes[method] ||= prefix(method)) + @client.codec.encode_array(args)
      kwargs = @client.codec.plain_map(kwargs) unless kwargs.empty?
      submit(body, kwargs, method, Transactions.options(@place.reference.id, @options), watched)
    rescue ValueInvalid => e
      raise e.not_run
    end

    # The call that was made in place of a call that failed and may be sent again.
    # @param future [Future] that failed
    # @param error [Amino::Error] it failed with
    # @return [Future]
    # @raise [Amino::Error] what the call ended with
    def follow(future, error)
      raise error if @client.closed?

      following = @place.following { future.following ||= Following.new(self, @place, future.ends) }
      following.successor(future, error)
    end

    # Sends a call that has not run once more. For Following.
    # @param seconds [Float] that are left of its time
    # @return [Future]
    def send_again(future, following, seconds)
      options = @options.with(deadline: [seconds, 0.001].max, transaction: future.transaction)
      submit(future.body, future.kwargs, future.method_name, options, true).tap { |again| again.following = following }
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
      [reference.class_name || "object", @place.name, reference.id].reject(&:empty?).join(" ")
    end

    private

    def prefix(method) = (@place.target + MessagePack.pack(method.to_s)).freeze

    def submit(body, kwargs, method, options, watched)
      loop do
        connection, flags, spot = @place.connection
        future = Future.new(self, method, body, kwargs, options.encode(kwargs, flags), options.deadline)
        future.spot = spot
        future.transaction = options.transaction
        return future if connection.submit(future, watched: watched)
      end
    end
  end
end
