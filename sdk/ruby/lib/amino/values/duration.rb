# frozen_string_literal: true

module Amino
  # A span of time in nanoseconds; Ruby's own library has none. Immutable, comparable, usable as a Hash key.
  class Duration
    include Comparable

    NANOSECONDS = 1_000_000_000
    RANGE = (-(2**63)..(2**63 - 1)).freeze

    attr_reader :nanoseconds

    # @param seconds [Numeric] may be negative; parts below a nanosecond are cut off
    def self.seconds(seconds) = new((seconds.to_r * NANOSECONDS).truncate)

    # @param nanoseconds [Integer] a 64-bit number
    # @raise [Amino::ValueInvalid] out of range
    def initialize(nanoseconds)
      unless nanoseconds.is_a?(Integer) && RANGE.cover?(nanoseconds)
        raise ValueInvalid, "a duration is a 64-bit number of nanoseconds, not #{nanoseconds.inspect}"
      end

      @nanoseconds = nanoseconds
      freeze
    end

    # Seconds, rounded to the nearest double.
    def to_f = to_r.to_f

    # Seconds, exactly.
    def to_r = Rational(@nanoseconds, NANOSECONDS)

    def <=>(other) = other.is_a?(Duration) ? @nanoseconds <=> other.nanoseconds : nil

    def eql?(other) = other.is_a?(Duration) && other.nanoseconds == @nanoseconds

    def hash = [Duration, @nanoseconds].hash

    def inspect = "#<Amino::Duration #{to_f} s>"

    alias to_s inspect
  end
end
