# frozen_string_literal: true

require_relative "../lengths"
require_relative "../protocol"

module Amino
  module Control
    # How long a kernel may take for its first answer before the next address is tried.
    module NextAfter
      VARIABLE = "AMINO_NEXT_AFTER"

      # @param given [Numeric, Duration, nil] seconds, or a duration; nil: AMINO_NEXT_AFTER, else a second
      # @param environment [#[]]
      # @return [Float] seconds
      # @raise [Amino::ArgumentInvalid] what was given is no length of time, or 0
      # @raise [Amino::ConfigInvalid] the variable says none
      def self.seconds(given, environment = ENV)
        return Lengths.seconds(given, :next_after, zero: false).to_f unless given.nil?

        text = environment[VARIABLE].to_s
        return Protocol::NEXT_AFTER_MS / 1000.0 if text.empty?

        seconds = Float(text, exception: false)
        return seconds if seconds&.positive? && seconds <= Lengths::LONGEST

        wanted = "a number of seconds, more than 0 and at most #{Lengths::LONGEST}, such as 0.5"
        raise ConfigInvalid, "#{VARIABLE} = #{text.inspect}: it must be #{wanted}"
      end
    end
  end
end
