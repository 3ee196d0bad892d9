# frozen_string_literal: true

# Values of classes (docs/values.md): hooks of the artifact, what Ruby's own library has of the standard names, and Named for the rest.
module Amino
  # A value of a class that this artifact does not know, as it travelled.
  Named = Struct.new(:name, :value) do
    def to_s
      value.is_a?(String) ? value : inspect
    end
  end

  # How values of classes travel.
  module Classes
    NAMED = 14
    RESERVED = 'amino.'
    DECIMAL = /\A-?(?:\d+(?:\.\d+)?(?:E[+-]?\d+)?|Infinity|NaN)\z/
    BY_CLASS = {} # rubocop:disable Style/MutableConstant
    BY_NAME = {} # rubocop:disable Style/MutableConstant

    class << self
      # Name (nil: plain) and what travels of a value; nil: it cannot.
      def saved(value)
        return [value.name, value.value] if value.instance_of?(Named)

        hook = BY_CLASS[value.class]
        return [hook[0], hook[1].call(value)] if hook

        standard(value) || ([value.class.name, members(value)] if members?(value.class) && value.class.name)
      end

      def members?(kind)
        kind < Struct || (defined?(::Data) && ::Data.respond_to?(:define) && kind < ::Data)
      end

      def members(value)
        return value.to_h.transform_keys(&:name) if members?(value.class)

        value.instance_variables.to_h { |name| [name.name.delete_prefix('@'), value.instance_variable_get(name)] }
      end

      # An artifact that never loaded a part of the library has no value of it.
      def standard(value)
        if value.is_a?(Rational) then ['amino.rational', [value.numerator, value.denominator]]
        elsif defined?(::BigDecimal) && value.is_a?(::BigDecimal) then ['amino.decimal', decimal_text(value)]
        elsif defined?(::Date) && value.instance_of?(::Date) then ['amino.date', value.iso8601]
        elsif defined?(::URI::Generic) && value.is_a?(::URI::Generic) then ['amino.url', value.to_s]
        end
      end

      def decimal_text(value)
        return value.to_s unless value.finite?

        plain = value.to_s('F').delete_suffix('.0')
        return plain if plain.size <= 60

        sign, digits, _, exponent = value.split
        fraction = digits.size > 1 ? ".#{digits[1..]}" : ''
        format('%s%s%sE%+d', sign.negative? ? '-' : '', digits[0], fraction, exponent - 1)
      end

      def load(name, value)
        hook = BY_NAME[name]
        return of_standard(name, value) unless hook

        begin
          hook.call(value)
        rescue StandardError => e
          raise Amino.invalid("the hook load of #{name} raised #{e.class}: #{e.message}")
        end
      end

      def of_standard(name, value)
        found = case name
                when 'amino.rational' then rational(value)
                when 'amino.decimal' then decimal(value)
                when 'amino.date' then date(value)
                when 'amino.url' then url(value)
                end
        found.nil? ? Named.new(name, value) : found
      rescue StandardError, LoadError
        Named.new(name, value)
      end

      def rational(parts)
        found = Rational(*parts)
        found if parts == [found.numerator, found.denominator]
      end

      # Only where the artifact has loaded the part of the library.
      def decimal(text)
        BigDecimal(text) if defined?(::BigDecimal) && DECIMAL.match?(text)
      end

      # As for decimals.
      def date(text)
        return unless defined?(::Date)

        date = Date.iso8601(text)
        date if date.iso8601 == text
      end

      def url(text)
        require 'uri'
        found = URI(text)
        found if found.to_s == text
      end

      def of_members(kind, fields)
        named = fields.transform_keys(&:to_sym)
        if kind < Struct
          unknown = named.keys - kind.members
          raise ArgumentError, "#{kind} has no member #{unknown.first}" unless unknown.empty?

          return kind.keyword_init? ? kind.new(**named) : kind.new(*kind.members.map { |member| named[member] })
        end
        return kind.new(**named) if members?(kind)

        fields.each_with_object(kind.allocate) { |(name, value), made| made.instance_variable_set("@#{name}", value) }
      end

      # Whether a tree may be a key: no container, and of values of classes those that are saved as a text.
      def key?(tree)
        return true unless tree.is_a?(Array)

        tree[0] == NAMED ? tree[2].is_a?(String) : (tree[0] > 2 && tree[0] < 9) || tree[0] == 13
      end
    end
  end

  class << self
    # Says how values of a class travel: `Amino.register(Point)`. A Struct or Data needs no hooks.
    def register(kind, name = kind.name, save: nil, load: nil, plain: false)
      if name.to_s.empty? || name.start_with?(Classes::RESERVED)
        raise ArgumentError, "Amino.register: the name #{name.inspect} is empty, or begins with amino.; give another"
      end
      if !plain && Classes::BY_NAME.key?(name)
        raise ArgumentError, "Amino.register: two classes are registered under the name #{name.inspect}; give one of them another name"
      end
      raise ArgumentError, "Amino.register: #{kind} has a hook save and none to load what it makes; give both" if save && !load && !plain

      Classes::BY_CLASS[kind] = [plain ? nil : name, save || Classes.method(:members)]
      Classes::BY_NAME[name] = load || ->(fields) { Classes.of_members(kind, fields) } unless plain
      kind
    end
  end
end

lambda do |_host, amino|
  amino['build']['named'] = ->(name, value) { Amino::Classes.load(String.new(name.to_s), value) }
end
