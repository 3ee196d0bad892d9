# frozen_string_literal: true

# Decimal numbers of any precision: a sign, an Integer, and the power of ten that it is multiplied with.
class BigDecimal < Numeric
  VERSION = '3.1.5'
  BASE = 1_000_000_000
  EXCEPTION_ALL = 255
  EXCEPTION_INFINITY = 1
  EXCEPTION_NaN = 2 # rubocop:disable Naming/ConstantName
  EXCEPTION_UNDERFLOW = 4
  EXCEPTION_OVERFLOW = 1
  EXCEPTION_ZERODIVIDE = 16
  ROUND_MODE = 256
  ROUND_UP = 1
  ROUND_DOWN = 2
  ROUND_HALF_UP = 3
  ROUND_HALF_DOWN = 4
  ROUND_CEILING = 5
  ROUND_FLOOR = 6
  ROUND_HALF_EVEN = 7
  SIGN_NaN = 0 # rubocop:disable Naming/ConstantName
  SIGN_POSITIVE_ZERO = 1
  SIGN_NEGATIVE_ZERO = -1
  SIGN_POSITIVE_FINITE = 2
  SIGN_NEGATIVE_FINITE = -2
  SIGN_POSITIVE_INFINITE = 3
  SIGN_NEGATIVE_INFINITE = -3

  # The way of rounding, the exceptions and the limit of digits that are set in this context.
  module Settings
    MODES = {
      'up' => ROUND_UP, 'down' => ROUND_DOWN, 'truncate' => ROUND_DOWN, 'half_up' => ROUND_HALF_UP,
      'default' => ROUND_HALF_UP, 'half_down' => ROUND_HALF_DOWN, 'half_even' => ROUND_HALF_EVEN,
      'banker' => ROUND_HALF_EVEN, 'ceiling' => ROUND_CEILING, 'ceil' => ROUND_CEILING, 'floor' => ROUND_FLOOR
    }.freeze
    HALVES = {'up' => ROUND_HALF_UP, 'down' => ROUND_HALF_DOWN, 'even' => ROUND_HALF_EVEN}.freeze

    class << self
      attr_accessor :rounding, :exceptions, :limit

      # The number of a way of rounding, however it is named.
      def mode(given)
        case given
        when Hash then half(given)
        when String, Symbol
          MODES.fetch(given.to_s.downcase) { raise ArgumentError, "invalid rounding mode (#{given})" }
        else
          number = whole(given)
          raise ArgumentError, 'invalid rounding mode' unless number.between?(ROUND_UP, ROUND_HALF_EVEN)

          number
        end
      end

      def half(options)
        half = options[:half]
        return rounding if half.nil?
        raise ArgumentError, "invalid rounding mode (#{half.inspect})" unless half.is_a?(String) || half.is_a?(Symbol)

        HALVES.fetch(half.to_s.downcase) { raise ArgumentError, "invalid rounding mode (#{half})" }
      end

      def whole(value)
        return value if value.is_a?(Integer)
        raise TypeError, "no implicit conversion of #{name_of(value)} into Integer" unless value.respond_to?(:to_int)

        value.to_int
      end

      def name_of(value)
        value.nil? || value == true || value == false ? value.inspect : value.class.to_s
      end

      # The exception to raise where it is asked for; else the number stands.
      def raised(flag, message)
        return if (exceptions & flag).zero?
        raise ZeroDivisionError, 'divided by 0' if flag == EXCEPTION_ZERODIVIDE

        raise FloatDomainError, message
      end
    end
    self.rounding = ROUND_HALF_UP
    self.exceptions = 0
    self.limit = 0
  end
  private_constant :Settings

  class << self
    def mode(which, value = nil)
      which = Settings.whole(which)
      return mode_of_rounding(value) if which == ROUND_MODE
      raise TypeError, 'first argument for BigDecimal.mode invalid' if (which & EXCEPTION_ALL).zero?
      return Settings.exceptions if value.nil?
      raise ArgumentError, 'second argument must be true or false' unless [true, false].include?(value)

      flags = which & (EXCEPTION_INFINITY | EXCEPTION_NaN | EXCEPTION_UNDERFLOW | EXCEPTION_ZERODIVIDE)
      Settings.exceptions = value ? Settings.exceptions | flags : Settings.exceptions & ~flags
    end

    def limit(digits = nil)
      before = Settings.limit
      unless digits.nil?
        raise ArgumentError, 'argument must be positive' if digits.negative?

        Settings.limit = digits
      end
      before
    end

    def double_fig
      16
    end

    def save_rounding_mode
      before = Settings.rounding
      yield
    ensure
      Settings.rounding = before
    end

    def save_exception_mode
      before = Settings.exceptions
      yield
    ensure
      Settings.exceptions = before
    end

    def save_limit
      before = Settings.limit
      yield
    ensure
      Settings.limit = before
    end

    def _load(text)
      BigDecimal(text[/\A\d+:(.*)\z/m, 1] || raise(TypeError, 'marshaled bigdecimal format differed'))
    end

    private

    def mode_of_rounding(value)
      Settings.rounding = Settings.mode(value) unless value.nil?
      Settings.rounding
    end
  end
end
