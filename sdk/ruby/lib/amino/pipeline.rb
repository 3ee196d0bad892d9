# frozen_string_literal: true

module Amino
  # Gathers calls and waits for all of them: `client.pipeline { |p| 32.times { p[counter].incr(1) } }`.
  class Pipeline
    def initialize
      @futures = []
    end

    # The object of a stub, whose members answer with a Future at once and belong to this pipeline.
    # @param stub [Stub]
    def [](stub) = Recorder.new(stub.async, @futures)

    # Waits for all calls, then answers for all.
    # @return [Array] the values, in the order of the calls
    # @raise [Amino::Error] of the first call that failed, once all have ended
    def values
      @futures.each(&:error)
      @futures.map(&:value)
    end

    # Forwards to an AsyncStub and keeps the futures.
    class Recorder < BasicObject
      def initialize(async, futures)
        @async = async
        @futures = futures
      end

      private

      def method_missing(name, ...)
        future = @async.call(name, ...)
        @futures << future
        future
      end

      def respond_to_missing?(_name, _include_all) = false
    end
    private_constant :Recorder
  end
end
