# frozen_string_literal: true

require "set"

module Amino
  module Values
    # From material (Values::Material) to a Ruby value: extensions resolved, strings checked, hostile nesting and keys refused. Changes
    # the material in place. Made anew for each value, since it counts what the value made us copy.
    class Decoder
      KEY_EXTENSIONS = [Extensions::TIMESTAMP, Extensions::BIG_INTEGER, Extensions::DURATION, Extensions::REFERENCE].freeze
      private_constant :KEY_EXTENSIONS

      # @param to_stub [#call] what a Reference becomes
      # @param hooks [Amino::ValueHooks] the program's own classes
      def initialize(to_stub, hooks = ValueHooks::NONE)
        @to_stub = to_stub
        @hooks = hooks
        @copied = 0
      end

      # @param nodes [Array, nil] the containers of the enclosing graph
      # @raise [Amino::ValueInvalid]
      def value(material, depth = 0, nodes = nil)
        case material
        when Integer, Float, nil, true, false then material
        when String then string(material)
        when Array then array(material, deeper(depth), nodes)
        when Hash then hash(material, deeper(depth), nodes)
        when MessagePack::ExtensionValue then extension(material.type, material.payload, depth, nodes)
        else raise ValueInvalid, "a #{material.class} is no value"
        end
      end

      # The error of the material of a payload (extensions 5 and 8, goodbye frames).
      def error(payload, depth = 0, nodes = nil, links = Protocol::CAUSE_LIMIT)
        unless error_payload?(payload)
          raise ValueInvalid, "an error must be an array of code, type, message, stack (strings), details (a map or nil), cause and outcome"
        end

        code, type, message, stack, details, cause, outcome, errors, hop = payload
        [code, type, message, stack].each { |text| string(text) }
        details = value(details, depth, nodes)
        cause = cause.nil? || links <= 1 ? nil : error(cause, depth, nodes, links - 1)
        errors = links <= 1 || !errors.is_a?(Array) ? [] : errors.map { |member| error(member, depth, nodes, links - 1) }
        kind = Amino::Error.for_code(code)
        message += " (code #{code}, unknown to this version)" unless kind::CODE == code
        outcome &&= Values.outcome_of(outcome)
        kind.new(message, type: type, stack: stack, details: details, cause: cause, outcome: outcome, errors: errors, hop: Hop.of(hop))
      end

      private

      def error_payload?(payload)
        payload.is_a?(Array) && payload.size >= 6 && payload.first(4).all?(String) && (payload[4].nil? || payload[4].is_a?(Hash)) &&
          (payload[6].nil? || payload[6].is_a?(Integer))
      end

      def deeper(depth)
        raise ValueInvalid, "the value is nested deeper than #{Protocol::DEPTH_LIMIT} levels" if depth >= Protocol::DEPTH_LIMIT

        depth + 1
      end

      def string(text)
        raise ValueInvalid, "a string is not valid UTF-8" unless text.valid_encoding?

        text
      end

      def array(material, depth, nodes)
        material.map! { |element| element.is_a?(Integer) ? element : value(element, depth, nodes) }
      end

      def hash(material, depth, nodes)
        plain = true
        material.each do |key, element|
          plain &&= plain_key?(key)
          material[key] = value(element, depth, nodes) unless element.is_a?(Integer)
        end
        plain ? material : material.replace(convert_keys(material))
      end

      def plain_key?(key)
        case key
        when String then string(key)
        when Integer, Float, nil, true, false then true
        else false
        end
      end

      def convert_keys(material)
        converted = {}
        material.each do |key, element|
          name = map_key(key)
          raise ValueInvalid, "a map has keys that Ruby cannot tell apart: #{name.inspect}" if converted.key?(name)

          converted[name] = element
        end
        converted
      end

      def map_key(key)
        if key.is_a?(Array) || key.is_a?(Hash) || (key.is_a?(MessagePack::ExtensionValue) && !key_extension?(key))
          raise ValueInvalid, "a map key must be null, a bool, a number, a string, bytes, a time, a duration, a reference or a named text"
        end

        value(key)
      end

      def key_extension?(key)
        KEY_EXTENSIONS.include?(key.type) || (key.type == Extensions::NAMED && pair(key.payload).last.is_a?(String))
      end

      def extension(type, payload, depth, nodes)
        case type
        when Extensions::TIMESTAMP then Scalars.unpack_time(payload)
        when Extensions::BIG_INTEGER then Scalars.unpack_integer(payload)
        when Extensions::DURATION then Scalars.unpack_duration(payload)
        when Extensions::SET then fill(Set.new, payload, deeper(depth), nodes)
        when Extensions::REFERENCE then reference(read(payload))
        when Extensions::NAMED then named(*pair(payload), deeper(depth))
        when Extensions::ERROR then error(read(payload), depth, nodes)
        when Extensions::GRAPH then graph(read(payload), depth)
        when Extensions::BACK_REFERENCE then node(read(payload), nodes)
        when Extensions::RAISED then raise ValueInvalid, "`raised` (extension 8) may only be the outcome of a call, not part of a value"
        else raise ValueInvalid, "extension type #{type} is not known"
        end
      end

      def pair(payload)
        pair = read(payload)
        return pair if pair.is_a?(Array) && pair.size == 2 && pair.first.is_a?(String) && !pair.first.empty?

        raise ValueInvalid, "a named value must be an array of its class's name (a string) and its payload"
      end

      # What a value of a class was saved as is a value of its own, with no node of what is around it.
      def named(name, payload, depth) = @hooks.incoming(string(name), value(payload, depth))

      def read(payload)
        @copied += payload.bytesize
        raise ValueInvalid, "the value nests extensions whose payloads repeat too many bytes" if @copied > Protocol::EXTENSION_LIMIT

        Material.read(payload)
      end

      def fill(set, payload, depth, nodes)
        elements = read(payload)
        raise ValueInvalid, "the payload of a set must be an array" unless elements.is_a?(Array)

        elements.each do |material|
          element = value(material, depth, nodes)
          raise ValueInvalid, "a set cannot contain itself" if element.equal?(set)
          raise ValueInvalid, "a set has elements that Ruby cannot tell apart: #{element.inspect}" unless set.add?(element)
        end
        set
      end

      def reference(payload)
        id, class_name, epoch, address = payload
        valid = payload.is_a?(Array) && payload.size == 4 && id.is_a?(String) && epoch.is_a?(Integer) &&
                [class_name, address].all? { |text| text.nil? || text.is_a?(String) }
        raise ValueInvalid, "a reference must be an array of object id, class name or nil, epoch and address or nil" unless valid

        [id, class_name, address].compact.each { |text| string(text) }
        @to_stub.call(Reference.new(id, class_name, epoch, address))
      end

      # Containers are made first and filled afterwards, so that a node may hold any other.
      def graph(payload, depth)
        raise ValueInvalid, "the payload of a graph must be an array of at least one node" unless payload.is_a?(Array) && !payload.empty?

        deeper(depth)
        nodes = payload.map { |material| set?(material) ? Set.new : material }
        nodes.zip(payload).each_with_index do |(node, material), number|
          case node
          when Set then fill(node, material.payload, deeper(depth), nodes)
          when Array, Hash then value(node, depth, nodes)
          else raise ValueInvalid, "a node of a graph must be a list, a map or a set" unless number.zero?
          end
        end
        # An element that was filled after it had been added has another hash now.
        nodes.grep(Set).each(&:reset)
        nodes.first.is_a?(MessagePack::ExtensionValue) ? value(nodes.first, depth, nodes) : nodes.first
      end

      def set?(material) = material.is_a?(MessagePack::ExtensionValue) && material.type == Extensions::SET

      def node(number, nodes)
        raise ValueInvalid, "a back reference stands outside a graph" if nodes.nil?
        known = number.is_a?(Integer) && number.between?(0, nodes.size - 1)
        raise ValueInvalid, "a back reference names node #{number.inspect} of a graph of #{nodes.size}" unless known

        node = nodes[number]
        case node
        when Array, Hash, Set then node
        else raise ValueInvalid, "a back reference names node #{number}, which is no container"
        end
      end
    end
  end
end
