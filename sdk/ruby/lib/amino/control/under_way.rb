# frozen_string_literal: true

require "grpc"

module Amino
  module Control
    # The requests of a link that have no answer yet, in the order in which they were sent.
    class UnderWay
      # The kernel that had a request was given up before it had answered: to callers, its connection was lost.
      class GivenUp < GRPC::Unavailable
        # @return [Amino::KernelUnavailable] for the program
        attr_reader :error

        def initialize(error)
          super(error.message)
          @error = error
        end
      end

      Sent = Struct.new(:number, :address, :operation, :due, :error)
      private_constant :Sent

      def initialize
        @lock = Thread::Mutex.new
        @numbers = 0
        @sent = {}
      end

      # Waits for the answer to a request.
      # @param address [String] of the kernel that has it
      # @param operation [#cancel]
      # @param due [Boolean] whether an answer comes when it has been carried out; of a stream nobody knows when the next one comes
      # @yield waits
      # @raise [GivenUp]
      def wait(address, operation, due: true)
        sent = @lock.synchronize { @sent[@numbers += 1] = Sent.new(@numbers, address, operation, due) }
        yield
      rescue GRPC::BadStatus, GRPC::Core::CallError => e
        raise sent&.error ? GivenUp.new(sent.error) : e
      ensure
        @lock.synchronize { @sent.delete(sent.number) } if sent
      end

      # The number of the oldest one whose answer is due; nil: there is none.
      # @return [Integer, nil]
      def oldest = @lock.synchronize { @sent.each_value.find(&:due)&.number }

      # Ends all that one kernel has.
      # @param address [String] of that kernel
      # @param error [Amino::KernelUnavailable]
      def give_up(address, error)
        ending = @lock.synchronize { @sent.values.select { |sent| sent.address == address }.each { |sent| sent.error = error } }
        ending.each { |sent| sent.operation.cancel }
      end
    end
  end
end
