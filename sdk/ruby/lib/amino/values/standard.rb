# frozen_string_literal: true

require_relative "named"

module Amino
  module Values
    # What Ruby's own library has of the standard names (docs/values.md). Its parts are loaded where a value of theirs arrives.
    module Standard
      DECIMAL = /\A-?(?:\d+(?:\.\d+)?(?:E[+-]?\d+)?|Infinity|NaN)\z/.freeze
      private_constant :DECIMAL

      module_function

      # @return [Named, nil] how a value travels; nil: it is of no such class
      def to_named(value)
        case value
        when Rational then Named.new("amino.rational", [value.numerator, value.denominator])
        when Named then value
        else library(value)
        end
      end

      # A program that never loaded a part of the library has no value of it.
      def library(value)
        if defined?(::BigDecimal) && value.is_a?(::BigDecimal) then Named.new("amino.decimal", decimal_text(value))
        elsif defined?(::Date) && value.instance_of?(::Date) then Named.new("amino.date", value.iso8601)
        elsif defined?(::URI::Generic) && value.is_a?(::URI::Generic) then Named.new("amino.url", value.to_s)
        end
      end

      # The value of Ruby's own, or Named where Ruby has none or cannot hold it.
      def of_named(name, value)
        found = case name
                when "amino.rational" then rational(value)
                when "amino.decimal" then decimal(value)
                when "amino.date" then date(value)
                when "amino.url" then url(value)
                end
        found.nil? ? Named.new(name, value) : found
      rescue ArgumentError, TypeError, RangeError, ZeroDivisionError, LoadError, URIError
        Named.new(name, value)
      end

      # In the spelling that Python and Java have: plain digits, or one digit and an exponent for what would have many zeros.
      def decimal_text(value)
        return value.to_s unless value.finite?

        plain = value.to_s("F").delete_suffix(".0")
        return plain if plain.size <= 60

        sign, digits, _, exponent = value.split
        fraction = digits.size > 1 ? ".#{digits[1..]}" : ""
        format("%s%s%sE%+d", sign.negative? ? "-" : "", digits[0], fraction, exponent - 1)
      end

      def rational(parts)
        found = Rational(*parts)
        found if parts.eql?([found.numerator, found.denominator])
      end

      def decimal(text)
        return unless DECIMAL.match?(text)

        require "bigdecimal"
        BigDecimal(text)
      end

      def date(text)
        require "date"
        date = Date.iso8601(text)
        date if date.iso8601 == text
      end

      def url(text)
        require "uri"
        found = URI(text)
        found if found.to_s == text
      end

      # What URI raises, without loading it.
      module URIError
        def self.===(error) = defined?(::URI::Error) && error.is_a?(::URI::Error)
      end
    end
  end
end
