# frozen_string_literal: true

require_relative "errors"
require_relative "values/standard"

module Amino
  # The classes that a program's values may have, beside those of docs/values.md: `Amino.connect(values: hooks)`.
  class ValueHooks
    # How values of one class travel; without a name: in their plain form.
    Hook = Struct.new(:name, :save, :load)
    # How the standard names begin.
    RESERVED = "amino."
    private_constant :Hook, :RESERVED

    # @param plain [Boolean] values that would travel under a name leave in their plain form, and values of names that are neither
    #   registered nor of Ruby's own library arrive in it. Registered classes travel as registered.
    def initialize(plain: false)
      @plain = plain
      @by_class = {}
      @by_name = {}
    end

    # Says how values of a class travel. Every program that shall get the class registers it under the same name.
    # @param kind [Class] a Struct or Data needs no hooks
    # @param name [String] under which it travels
    # @param save [#call, nil] makes what travels of a value; nil: a Hash of its members, or of its instance variables
    # @param load [#call, nil] makes a value of what `save` made; nil: a value with those members or variables
    # @param plain [Boolean] it leaves as what `save` made, without a name, and does not come back as the class
    # @return [self]
    # @raise [Amino::ArgumentInvalid] the name is taken, or begins with "amino."
    def register(kind, name = kind.name, save: nil, load: nil, plain: false)
      if name.to_s.empty? || name.start_with?(RESERVED)
        raise ArgumentInvalid, "the name #{name.inspect} of #{kind} is empty, or a standard one (`#{RESERVED}…`); give another"
      end
      if !plain && @by_name.key?(name)
        raise ArgumentInvalid, "two classes are registered under the name #{name.inspect}; give one of them another name"
      end
      raise ArgumentInvalid, "the class #{kind} has a hook `save` and none to `load` what it makes; give both" if save && !load && !plain

      hook = Hook.new(plain ? nil : name, save || Fields.method(:save), load || ->(fields) { Fields.load(kind, fields) })
      @by_class[kind] = hook
      @by_name[name] = hook unless plain
      self
    end

    # @return [Array(String, Object), Array(nil, Object), nil] name (nil: plain) and what travels; nil: it cannot
    def outgoing(value)
      hook = @by_class[value.class]
      return [hook.name, called(hook.save, value, "save", value.class)] if hook

      named = Values::Standard.to_named(value) || Fields.to_named(value)
      named && [@plain ? nil : named.name, named.value]
    end

    # The value of a name and of what travelled.
    # @raise [Amino::ValueInvalid] the hook failed
    def incoming(name, value)
      hook = @by_name[name]
      return called(hook.load, value, "load", name) if hook

      found = Values::Standard.of_named(name, value)
      @plain && found.is_a?(Named) ? value : found
    end

    private

    def called(hook, value, which, whose)
      hook.call(value)
    rescue StandardError => e
      raise ValueInvalid, "the hook `#{which}` of #{whose} raised #{e.class}: #{e.message}"
    end

    # Values of classes that say what is in them.
    module Fields
      module_function

      # @return [Named, nil]
      def to_named(value)
        return unless (value.is_a?(Struct) || data?(value.class)) && value.class.name
        return if value.class.name.start_with?(RESERVED)

        Named.new(value.class.name, save(value))
      end

      def data?(kind) = defined?(::Data) && ::Data.respond_to?(:define) && kind < ::Data

      def save(value)
        return value.to_h.transform_keys(&:name) if value.is_a?(Struct) || data?(value.class)

        value.instance_variables.to_h { |name| [name.name.delete_prefix("@"), value.instance_variable_get(name)] }
      end

      def load(kind, fields)
        named = fields.transform_keys(&:to_sym)
        if kind < Struct
          unknown = named.keys - kind.members
          raise ArgumentError, "#{kind} has no member #{unknown.first}" unless unknown.empty?

          return kind.keyword_init? ? kind.new(**named) : kind.new(*kind.members.map { |member| named[member] })
        end
        return kind.new(**named) if data?(kind)

        fields.each_with_object(kind.allocate) { |(name, value), made| made.instance_variable_set("@#{name}", value) }
      end
    end
    private_constant :Fields

    # Hooks of a program that has none. Nobody registers anything here.
    NONE = new.tap { |hooks| hooks.instance_variables.each { |name| hooks.instance_variable_get(name).freeze } }.freeze
  end
end
