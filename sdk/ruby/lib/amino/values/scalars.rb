# frozen_string_literal: true

module Amino
  module Values
    # Payloads of the extensions that hold no other values: big integers, timestamps, durations.
    module Scalars
      LONG = (-(2**63)..(2**63 - 1)).freeze
      NANOSECONDS = 1_000_000_000

      module_function

      # Two's complement, big endian, shortest.
      def pack_integer(integer)
        bytes = (integer.negative? ? ~integer : integer).bit_length / 8 + 1
        hex = (integer & ((1 << (8 * bytes)) - 1)).to_s(16)
        [hex.rjust(2 * bytes, "0")].pack("H*")
      end

      def unpack_integer(payload)
        raise ValueInvalid, "a big integer needs at least one byte" if payload.empty?

        unsigned = payload.unpack1("H*").to_i(16)
        payload.getbyte(0) >= 128 ? unsigned - (1 << (8 * payload.bytesize)) : unsigned
      end

      # msgpack's own timestamp in its shortest form of 4, 8 or 12 bytes; parts below a nanosecond are cut off.
      def pack_time(time)
        seconds = time.to_i
        nanoseconds = time.nsec
        raise ValueInvalid, "#{time} is too far away for a timestamp" unless LONG.cover?(seconds)
        return [nanoseconds, seconds].pack("L>q>") if seconds.negative? || seconds >> 34 != 0
        return [seconds].pack("L>") if nanoseconds.zero? && seconds >> 32 == 0

        [(nanoseconds << 34) | seconds].pack("Q>")
      end

      def unpack_time(payload)
        case payload.bytesize
        when 4 then seconds, nanoseconds = payload.unpack1("L>"), 0
        when 8
          both = payload.unpack1("Q>")
          seconds, nanoseconds = both & ((1 << 34) - 1), both >> 34
        when 12 then nanoseconds, seconds = payload.unpack("L>q>")
        else raise ValueInvalid, "a timestamp has 4, 8 or 12 bytes, not #{payload.bytesize}"
        end
        raise ValueInvalid, "a timestamp of #{nanoseconds} nanoseconds" if nanoseconds >= NANOSECONDS

        Time.at(seconds, nanoseconds, :nanosecond, in: "UTC")
      end

      def pack_duration(duration) = [duration.nanoseconds].pack("q>")

      def unpack_duration(payload)
        raise ValueInvalid, "a duration has 8 bytes, not #{payload.bytesize}" if payload.bytesize != 8

        Duration.new(payload.unpack1("q>"))
      end
    end
  end
end
