# frozen_string_literal: true

require "msgpack"
require "set"

module Amino
  module Values
    # Turns one value into what msgpack's C packer writes by itself: scalars, arrays, hashes and extension values. Containers without
    # anything special in them are passed on as they are. Made anew for each value, since it remembers the containers it has met.
    class Encoder
      # Why a part of a value cannot travel; collects the path to it on the way out.
      class Unwritable < StandardError
        attr_reader :steps

        def initialize(reason)
          super
          @steps = []
        end
      end

      # Thrown where a container meets itself or another a second time.
      SHARED = Object.new.freeze
      # The integers that msgpack writes by itself.
      LEAST = -(2**63)
      MOST = 2**63 - 1

      private_constant :SHARED, :LEAST, :MOST

      # @param hooks [Amino::ValueHooks] the program's own classes
      # @param depth [Integer] levels around the value
      def initialize(hooks = ValueHooks::NONE, depth = 0)
        @hooks = hooks
        @depth = depth
        @root = nil
        @met = nil
        @nodes = nil
      end

      # @return [Object] plain material for MessagePack
      # @raise [Unwritable]
      def write(value)
        plain = catch(SHARED) { plain(value, @depth) }
        plain.equal?(SHARED) ? graph(value) : plain
      end

      # The payload of an error: [code, type, message, stack, details, cause, outcome, errors, hop].
      # @param levels [Integer] how many levels of causes and members may follow
      # @param room [ErrorRoom] how many errors may follow
      def error(error, depth = 0, levels = Protocol::CAUSE_LIMIT, room = ErrorRoom.new)
        payload = [error.code, text(error.type), text(error.message), text(error.stack), nil, nil, Protocol::OUTCOMES.index(error.outcome)]
        payload[4] = plain(error.details, depth) unless error.details.empty?
        payload[8] = error.hop.to_a if error.hop
        return payload if levels.zero?

        cause = error.cause
        payload[5] = error(cause, depth, levels - 1, room) if cause.is_a?(Amino::Error) && room.take(1) == 1
        members = error.errors.first(room.take(error.errors.size))
        payload[7] = members.map { |member| error(Values.as_error(member), depth, levels - 1, room) } unless members.empty?
        payload
      end

      private

      def plain(value, depth)
        case value
        when Integer then value.between?(LEAST, MOST) ? value : extension(Extensions::BIG_INTEGER, Scalars.pack_integer(value))
        when String then string(value)
        when nil, true, false, Float then value
        when Symbol then string(value.name)
        when Array, Hash, Set then container(value, depth)
        else leaf(value, depth)
        end
      end

      def container(value, depth)
        raise Unwritable, "it is nested deeper than #{Protocol::DEPTH_LIMIT} levels" if depth >= Protocol::DEPTH_LIMIT
        return extension(Extensions::BACK_REFERENCE, MessagePack.pack(@nodes[value])) if @nodes&.key?(value)

        content(value, depth)
      end

      def content(value, depth)
        remember(value) unless @nodes
        case value
        when Array then array(value, depth + 1)
        when Hash then hash(value, depth + 1)
        when Set then set(value, depth + 1)
        else leaf(value, depth)
        end
      end

      # A container met twice is shared or part of a cycle, and the whole value needs the graph form. One without containers in it
      # needs no memory of what was met.
      def remember(value)
        return @root = value if @root.nil?

        @met ||= {}.compare_by_identity.tap { |met| met[@root] = true }
        throw SHARED, SHARED if @met.key?(value)
        @met[value] = true
      end

      def array(value, depth)
        copy = nil
        index = 0
        while index < value.size
          element = value[index]
          written = plain(element, depth)
          (copy ||= value.dup)[index] = written unless written.equal?(element)
          index += 1
        end
        copy || value
      rescue Unwritable => e
        e.steps.unshift("[#{index}]")
        raise
      end

      def set(value, depth)
        raise Unwritable, "a set cannot contain itself" if value.any? { |element| element.equal?(value) }

        extension(Extensions::SET, MessagePack.pack(array(value.to_a, depth)))
      end

      def hash(value, depth)
        plain = {}
        current = nil
        value.each do |key, element|
          current = nil
          written = map_key(key)
          current = [key]
          plain[written] = plain(element, depth)
        end
        current = nil
        raise Unwritable, "two keys of the map are the same on the wire (a symbol travels as a string)" if plain.size != value.size

        plain
      rescue Unwritable => e
        e.steps.unshift(step(current.first)) if current
        raise
      end

      def step(key) = key.to_s.match?(/\A[[:alpha:]_]\w*\z/) ? ".#{key}" : "[#{key.inspect}]"

      def map_key(key)
        case key
        when String, Symbol, Integer, Float, nil, true, false, Time, Duration then plain(key, 0)
        else
          return leaf(key, 0) if key.respond_to?(:to_amino_reference)

          saved = container?(key) || key.is_a?(Exception) ? nil : @hooks.outgoing(key)
          raise Unwritable, "an object of #{key.class} cannot be a map key" unless saved && saved.last.is_a?(String)

          named(key, @depth)
        end
      end

      def leaf(value, depth)
        case value
        when Time then extension(Extensions::TIMESTAMP, Scalars.pack_time(value))
        when Duration then extension(Extensions::DURATION, Scalars.pack_duration(value))
        when Exception then extension(Extensions::ERROR, MessagePack.pack(error(Values.as_error(value), depth)))
        else
          return named(value, depth) unless value.respond_to?(:to_amino_reference)

          extension(Extensions::REFERENCE, MessagePack.pack(value.to_amino_reference.to_a))
        end
      rescue ValueInvalid => e
        raise Unwritable, e.message
      end

      # What a value of a class is saved as is a value of its own: containers shared inside it are a graph in it.
      def named(value, depth)
        name, saved = @hooks.outgoing(value) || raise(Unwritable, "an object of #{value.class} cannot travel; #{advice(value)}")
        raise Unwritable, "it is nested deeper than #{Protocol::DEPTH_LIMIT} levels" if depth >= Protocol::DEPTH_LIMIT

        written = Encoder.new(@hooks, depth + 1).write(saved)
        name ? extension(Extensions::NAMED, MessagePack.pack([name, written])) : written
      end

      def advice(value)
        return "see docs/values.md for what can" if value.is_a?(Proc) || value.is_a?(Method) || value.is_a?(Module)

        "register it: Amino::ValueHooks.new.register(#{value.class}), or send plain data (docs/values.md)"
      end

      def string(value)
        encoding = value.encoding
        return value if encoding == Encoding::BINARY

        value = value.encode(Encoding::UTF_8) unless encoding == Encoding::UTF_8
        return value if value.valid_encoding?

        raise Unwritable, "a string is not valid UTF-8; bytes travel as a string in the encoding BINARY (String#b)"
      rescue EncodingError => e
        raise Unwritable, "a string cannot be written in UTF-8: #{e.message}"
      end

      def text(value) = value.to_s.encode(Encoding::UTF_8, invalid: :replace, undef: :replace).scrub

      # Every shared container is a node, and each place where it stands holds its number.
      def graph(root)
        shared = shared_containers(root)
        shared.delete(root)
        @nodes = {}.compare_by_identity
        [root, *shared.keys].each_with_index { |node, number| @nodes[node] = number }
        extension(Extensions::GRAPH, MessagePack.pack(@nodes.keys.map { |node| content(node, @depth) }))
      end

      def shared_containers(root)
        met = {}.compare_by_identity
        shared = {}.compare_by_identity
        open = [root]
        while (container = open.pop)
          next shared[container] = true if met.key?(container)

          met[container] = true
          open.concat(children(container))
        end
        shared
      end

      def children(container)
        elements = case container
                   when Hash then container.values
                   when Amino::Error then [container.details]
                   else container
                   end
        elements.select { |element| container?(element) }
      end

      def container?(value)
        case value
        when Array, Hash, Set then true
        when Amino::Error then !value.details.empty?
        else false
        end
      end

      def extension(type, payload) = MessagePack::ExtensionValue.new(type, payload)
    end
  end
end
