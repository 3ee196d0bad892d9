# frozen_string_literal: true

# The state of an instance (docs/bridge.md, `snapshot`): as values when its fields are such, else marshalled.
module Amino
  module State
    ATOMS = [NilClass, TrueClass, FalseClass, Integer, Float].freeze
    LOSSY = 'amino.lossy'

    class << self
      def fields_of(instance)
        instance.instance_variables.to_h { |name| [name.name, instance.instance_variable_get(name)] }
      end

      # Whether a value comes back from the wire exactly as it is.
      def plain?(value)
        waiting = [value]
        seen = {}.compare_by_identity
        until waiting.empty?
          item = waiting.pop
          next if atom?(item)
          return false unless container?(item)
          next if seen[item]

          seen[item] = true
          waiting.concat(item.instance_of?(Hash) ? item.values : item.to_a)
        end
        true
      end

      def atom?(item)
        return true if Reference === item || ATOMS.include?(item.class)

        item.instance_of?(String) && !item.frozen? && [Encoding::UTF_8, Encoding::BINARY].include?(item.encoding) &&
          item.instance_variables.empty? && (item.encoding == Encoding::BINARY || item.valid_encoding?)
      end

      def container?(item)
        return false if item.respond_to?(:instance_variables) && !item.instance_variables.empty? && !Amino.set?(item)
        return item.default.nil? && item.default_proc.nil? && !item.compare_by_identity? && item.keys.all? { |key| key?(key) } if item.instance_of?(Hash)

        item.instance_of?(Array) || (Amino.set?(item) && item.instance_of?(::Set))
      end

      # Keys are frozen copies in every Hash.
      def key?(key)
        ATOMS.include?(key.class) || (key.instance_of?(String) && (key.ascii_only? || (key.encoding == Encoding::UTF_8 && key.valid_encoding?)))
      end

      # `[format, tree, lost]`.
      def snapshot(instance)
        if instance.respond_to?(:amino_save) && instance.respond_to?(:amino_load)
          return ['hooks', Flattening.run(instance.amino_save, 'state'), []]
        end

        fields = fields_of(instance)
        plain_class = Offered.cls.nil? || (Offered.cls.ancestors & [Array, Hash, String, Struct]).empty?
        return ['values', Flattening.run({ 'fields' => fields }, 'state'), []] if plain_class && plain?(fields)

        marshalled(instance, fields)
      end

      def marshalled(instance, fields)
        return ['marshal', Flattening.run(Marshal.dump(instance).b, 'state'), []] if Offered.cls

        lossy(fields)
      rescue TypeError
        lossy(fields)
      end

      def lossy(fields)
        lost = []
        kept = fields.select do |name, value|
          Marshal.dump(value)
        rescue TypeError => e
          lost << "#{name} (#{e.message})"
          false
        end
        ['marshal', Flattening.run(Marshal.dump([LOSSY, kept]).b, 'state'), lost]
      end

      def blank
        Offered.cls ? Offered.cls.allocate : (Offered.mod || Object.new)
      end

      # An instance with the state that a snapshot holds; `initialize` does not run.
      def restore(id, format, data)
        case format
        when 'hooks'
          instance = Offered.own(id, blank)
          instance.amino_load(data)
          return instance
        when 'values' then instance = fill(blank, data['fields'])
        when 'marshal'
          loaded = Marshal.load(data)
          instance = loaded.is_a?(Array) && loaded[0] == LOSSY ? fill(blank, loaded[1]) : loaded
        else raise Amino.invalid("a state of format #{format} cannot be restored in Ruby")
        end
        Offered.own(id, instance)
      end

      def fill(instance, fields)
        fields.each { |name, value| instance.instance_variable_set(name, value) }
        instance
      end
    end
  end
end

lambda do |_host, amino|
  amino['snapshot'] = ->(instance) { Amino::State.snapshot(instance) }
  amino['restore'] = ->(id, format, data) { Amino::State.restore(id, format, data) }
  # No object changes these for the others of its artifact.
  [Amino, Amino::Reference, Amino::Error, Amino::Duration, Amino::Named, Amino::Classes, Amino::Flattening, Amino::State].each(&:freeze)
end
