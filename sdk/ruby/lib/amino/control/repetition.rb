# frozen_string_literal: true

require_relative "../protocol"

module Amino
  module Control
    # Sends a request that carries an id again when the connection was lost before its answer came: the OMS carries out each id once.
    module Repetition
      # Seconds before a request is sent a second, a third and a fourth time.
      PAUSES = [0.1, 0.4, 1.6].freeze
      private_constant :PAUSES

      module_function

      # A request that never left this process fails at once.
      # @param deadline [Time] of all attempts together
      # @param pauses [Array<Numeric>] seconds before each further attempt
      # @yield sends the request once
      # @raise [GRPC::BadStatus] what the last attempt said; where no attempt got an answer, what the first one said
      def repeat(deadline, pauses = PAUSES)
        lost = nil
        [*pauses, Float::INFINITY].each do |pause|
          return yield
        rescue GRPC::Unavailable, GRPC::Cancelled => e
          raise if answered?(e) || (lost.nil? && never_sent?(e))

          lost ||= e
          break if pause >= deadline - Time.now

          sleep(pause)
        end
        raise lost
      end

      # Whether a kernel has answered with this error.
      def answered?(status) = status.metadata.key?(Protocol::Metadata::ERROR)

      def never_sent?(status) = status.details.include?("failed to connect to all addresses")
    end
  end
end
