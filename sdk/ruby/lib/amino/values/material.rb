# frozen_string_literal: true

require "msgpack"

module Amino
  module Values
    # Bytes to material: the output of msgpack's C unpacker, extensions still as they are. The C unpacker drops a map's repeated
    # keys and stops at 128 levels, so bytes that do not come out again the same are read once more with care.
    module Material
      FACTORY = MessagePack::Factory.new.freeze
      DEEPEST = Protocol::DEPTH_LIMIT + 8 # levels of a value and of the frame around it
      private_constant :FACTORY, :DEEPEST

      module_function

      # @param bytes [String]
      # @return [Object] one msgpack item
      # @raise [Amino::ValueInvalid] the bytes are truncated, have a rest, are no msgpack, or repeat a key
      def read(bytes)
        material = quick(bytes)
        case material
        when Array, Hash then exact?(material, bytes) ? material : Careful.new(bytes).read
        else material
        end
      rescue ValueInvalid
        raise
      rescue MessagePack::StackError
        Careful.new(bytes).read
      rescue MessagePack::UnpackError, EOFError, ArgumentError, RangeError, NoMemoryError => e
        raise ValueInvalid, "the bytes are no value: #{e.message}"
      end

      def quick(bytes) = FACTORY.unpacker(allow_unknown_ext: true).feed(bytes).full_unpack

      # Whether nothing was dropped. Only maps drop anything, and most values have none, so this is asked of those that may.
      def exact?(material, bytes) = !map?(material) || MessagePack.pack(material) == bytes

      def map?(material)
        case material
        when Hash then true
        when Array then material.any? { |element| map?(element) }
        else false
        end
      end

      # Reads headers one by one, so that nothing is lost; slower.
      class Careful
        def initialize(bytes)
          @bytes = bytes
          @unpacker = FACTORY.unpacker(allow_unknown_ext: true).feed(bytes)
        end

        # @return [Object] one msgpack item
        # @raise [Amino::ValueInvalid]
        def read
          material = item(0)
          raise ValueInvalid, "#{@unpacker.buffer.size} bytes follow the value" unless @unpacker.buffer.empty?

          material
        rescue ValueInvalid
          raise
        rescue MessagePack::UnpackError, EOFError, ArgumentError, RangeError, NoMemoryError => e
          raise ValueInvalid, "the bytes are no value: #{e.message}"
        end

        private

        def item(depth)
          raise ValueInvalid, "the value is nested deeper than #{Protocol::DEPTH_LIMIT} levels" if depth > DEEPEST

          case @bytes.getbyte(@bytes.bytesize - @unpacker.buffer.size)
          when 0x90..0x9f, 0xdc, 0xdd then list(depth + 1)
          when 0x80..0x8f, 0xde, 0xdf then map(depth + 1)
          else @unpacker.read
          end
        end

        def list(depth)
          elements = []
          @unpacker.read_array_header.times { elements << item(depth) }
          elements
        end

        def map(depth)
          pairs = {}
          @unpacker.read_map_header.times do
            key = item(depth)
            raise ValueInvalid, "a map has keys that Ruby cannot tell apart: #{key.inspect}" if pairs.key?(key)

            pairs[key] = item(depth)
          end
          pairs
        end
      end
    end
  end
end
