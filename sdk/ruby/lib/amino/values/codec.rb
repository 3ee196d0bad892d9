# frozen_string_literal: true

require_relative "extensions"
require_relative "duration"
require_relative "reference"
require_relative "scalars"
require_relative "material"
require_relative "named"
require_relative "../value_hooks"
require_relative "error_room"
require_relative "encoder"
require_relative "decoder"

module Amino
  # Values as bytes and back (docs/wire.md, section 1).
  module Values
    # The outcome of a number that travelled; a number that this version does not know says nothing.
    def self.outcome_of(number) = number.between?(0, Protocol::OUTCOMES.size - 1) ? Protocol::OUTCOMES[number] : :unknown

    # The error itself, or for an exception of Ruby's: the error that stands for it on the other side.
    def self.as_error(exception)
      return exception if exception.is_a?(Amino::Error)

      GuestException.new(exception.message, type: exception.class.name, stack: (exception.backtrace || []).join("\n"))
    end

    # Encodes and decodes; holds no state between values, so threads may share it.
    class Codec
      # @param to_stub [#call, nil] what an arriving Reference becomes; nil: it stays a Reference
      # @param hooks [Amino::ValueHooks, nil] the program's own classes
      def initialize(to_stub = nil, hooks = nil)
        @hooks = hooks || ValueHooks::NONE
        @to_stub = to_stub || :itself.to_proc
      end

      # @param path [String] what the value is called in an error's message
      # @return [String] bytes
      # @raise [Amino::ValueInvalid] a part of the value cannot travel; the message says which
      def encode(value, path = "value") = MessagePack.pack(plain(value, path))

      # The bytes of an array of values, each a value of its own, such as the arguments of a call.
      def encode_array(values, path = "args")
        index = -1
        MessagePack.pack(values.map { |value| plain(value, path, index += 1) })
      end

      # The bytes of a map from strings to values of their own, such as the keyword arguments of a call.
      def encode_map(values, path = "kwargs")
        MessagePack.pack(plain_map(values, path))
      end

      # As encode_map, before packing.
      def plain_map(values, path = "kwargs") = values.to_h { |name, value| [name.to_s, plain(value, "#{path}.#{name}")] }

      # @param bytes [String]
      # @raise [Amino::ValueInvalid] the bytes are no value, or a value that Ruby cannot hold
      def decode(bytes) = resolve(Material.read(bytes))

      # The value of material (Values::Material), which is changed in place.
      def resolve(material)
        case material
        when Integer, Float, nil, true, false then material
        else Decoder.new(@to_stub, @hooks).value(material)
        end
      end

      # The error of the material of an error's payload.
      def error(payload) = Decoder.new(@to_stub, @hooks).error(payload)

      # The bytes of an error's payload.
      def encode_error(error) = MessagePack.pack(Encoder.new(@hooks).error(Values.as_error(error)))

      private

      def plain(value, path, index = nil)
        case value
        when nil, true, false, Float then return value
        when Integer then return value if Scalars::LONG.cover?(value)
        when String then return value if value.encoding == Encoding::UTF_8 && value.valid_encoding?
        end

        Encoder.new(@hooks).write(value)
      rescue Encoder::Unwritable => e
        raise ValueInvalid, "#{path}#{"[#{index}]" if index}#{shorten(e.steps.join)}: #{e.message}"
      end

      def shorten(place) = place.size <= 120 ? place : "#{place[0, 60]} … #{place[-40..]}"
    end
  end
end
