# frozen_string_literal: true

require_relative "errors"
require_relative "values/duration"

module Amino
  # Lengths of time that options take.
  module Lengths
    # Seconds. Some thirty years; a longer time does not fit in the nanoseconds of a kernel's clock.
    LONGEST = 1_000_000_000

    # @param length [Numeric, Duration] seconds, or a duration
    # @param option [Symbol] its name, for the message
    # @param zero [Boolean] whether 0 will do
    # @return [Numeric] seconds
    # @raise [Amino::ArgumentInvalid] it is no length of time, below 0, or longer than LONGEST
    def self.seconds(length, option, zero: true)
      seconds = length.is_a?(Duration) ? length.to_r : length
      unless seconds.is_a?(Numeric) && seconds.real?
        raise ArgumentInvalid, "#{option} must be a number of seconds or an Amino::Duration, not #{length.inspect}"
      end
      return seconds if seconds >= 0 && seconds <= LONGEST && (zero || seconds.positive?)

      raise ArgumentInvalid, "#{option} must be #{zero ? "0 or more" : "more than 0"} seconds and at most #{LONGEST}, not #{length.inspect}"
    end

    # @return [Integer] the same in whole milliseconds, rounded up
    def self.milliseconds(length, option) = (seconds(length, option) * 1000).ceil
  end
end
