# frozen_string_literal: true

class BigDecimal
  class << self
    alias blank allocate
    private :blank
    undef_method :new

    def allocate
      raise TypeError, "allocator undefined for #{self}"
    end

    # The text's number as far as it is one.
    def interpret_loosely(text)
      text = text.to_str
      return of_text(text.strip) if text.strip.match?(/\A(?:[-+]?Infinity|NaN)\z/)

      found = text[/\A\s*[-+]?\d[\d_]*(?:\.\d[\d_]*)?(?:[eEdD][-+]?\d+)?/] || text[/\A\s*[-+]?\.\d+(?:[eEdD][-+]?\d+)?/]
      found ? finite_text(found.strip) : of(1, 0, 0)
    end

    private

    # A number of sign, Integer and power of ten, without zeros at the end of the Integer.
    def of(sign, int, exp)
      if int.zero?
        exp = 0
      elsif (int % 10).zero?
        digits = int.to_s
        zeros = digits.size - digits.sub(/0+\z/, '').size
        int /= 10**zeros
        exp += zeros
      end
      blank.__send__(:set, :finite, sign, int, exp)
    end

    def special(kind, sign = 1)
      blank.__send__(:set, kind, sign, 0, 0)
    end

    def of_integer(value)
      of(value.negative? ? -1 : 1, value.abs, 0)
    end

    def of_float(value, digits)
      return special(:nan) if value.nan?
      return special(:infinite, value.positive? ? 1 : -1) if value.infinite?
      raise ArgumentError, 'precision too large.' if digits > 16
      return of(1 / value > 0 ? 1 : -1, 0, 0) if value.zero?
      return shortest(value) if digits.zero?

      shortest(value).__send__(:rounded_to, digits, Settings.rounding)
    end

    # The shortest decimal that is this float and no other.
    def shortest(value)
      exact = value.abs.to_r
      magnitude = Math.log10(value.abs).floor + 1
      [15, 16, 17].each do |digits|
        shift = digits - magnitude
        int = (exact * (Rational(10)**shift)).round(half: :even)
        found = of(value.negative? ? -1 : 1, int, -shift)
        return found if found.to_f == value
      end
    end

    def of_rational(value, digits)
      of_integer(value.numerator).div(of_integer(value.denominator), digits)
    end

    NUMBER = /
      \A[-+]?(?:\d+(?:_\d+)*_|(?:\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eEdD][-+]?\d+(?:_\d+)*)?)\z
    /x
    private_constant :NUMBER

    def of_text(text)
      raise ArgumentError, 'string contains null byte' if text.include?("\0")

      plain = text.strip
      case plain
      when 'Infinity', '+Infinity' then special(:infinite)
      when '-Infinity' then special(:infinite, -1)
      when 'NaN' then special(:nan)
      when NUMBER then finite_text(plain)
      else raise ArgumentError, "invalid value for BigDecimal(): \"#{text}\""
      end
    end

    def finite_text(text)
      found = /\A([-+])?(\d*)(?:\.(\d*))?(?:[eEdD]([-+]?\d+))?/.match(text.delete('_'))
      fraction = found[3] || ''
      of(found[1] == '-' ? -1 : 1, "#{found[2]}#{fraction}".to_i, found[4].to_i - fraction.size)
    end

    # What BigDecimal() makes of a value.
    def converted(value, digits)
      case value
      when BigDecimal then value
      when Integer then of_integer(value)
      when Float
        raise ArgumentError, "can't omit precision for a Float." if digits.nil?

        of_float(value, digits)
      when Rational
        raise ArgumentError, "can't omit precision for a Rational." if digits.nil?

        of_rational(value, digits)
      when Complex
        raise ArgumentError, "Unable to make a BigDecimal from non-zero imaginary number" unless value.imaginary.zero?

        converted(value.real, digits)
      when String then of_text(value)
      else
        raise TypeError, "can't convert #{Settings.name_of(value)} into BigDecimal" unless value.respond_to?(:to_str)

        of_text(value.to_str)
      end
    end

    # The other side of an operation; nil where it is no number. A fraction is read with as many digits as the room
    # that this side takes.
    def operand(value, room)
      case value
      when BigDecimal then value
      when Integer then of_integer(value)
      when Float then of_float(value, 0)
      when Rational then of_rational(value, room)
      end
    end
  end

  protected

  attr_reader :kind, :int, :exp

  # 1 or -1, also of zero.
  def signum
    @sign
  end

  private

  def set(kind, sign, int, exp)
    @kind = kind
    @sign = sign
    @int = int
    @exp = exp
    freeze
  end

  def of(sign, int, exp)
    BigDecimal.__send__(:of, sign, int, exp)
  end
end

class BigDecimal
  NAN = special(:nan)
  INFINITY = special(:infinite)
end

module Kernel
  def BigDecimal(value, digits = nil, exception: true) # rubocop:disable Naming/MethodName
    raise ArgumentError, 'negative precision' if digits&.negative?

    BigDecimal.__send__(:converted, value, digits)
  rescue ArgumentError, TypeError
    raise if exception

    nil
  end
  module_function :BigDecimal
end
