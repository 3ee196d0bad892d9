# frozen_string_literal: true

# Powers and roots of decimal numbers.
class BigDecimal
  def **(other) = power(other)

  def power(other, digits = nil)
    digits = digits.nil? ? nil : Settings.whole(digits)
    raise ArgumentError, 'negative precision' if digits&.negative?

    exponent = whole_exponent(other)
    return not_a_number if nan?
    return power_of_fraction(other, digits || 0) unless exponent
    return power_of_special(exponent) unless finite? && !zero?

    found = exponent.negative? ? inverse_power(-exponent) : of(@sign**exponent, @int**exponent, @exp * exponent)
    digits.nil? || digits.zero? ? limited(found) : found.rounded_at(digits, Settings.rounding)
  end

  def sqrt(digits = 0)
    digits = Settings.whole(digits)
    raise ArgumentError, 'negative precision' if digits.negative?
    raise FloatDomainError, "sqrt of 'NaN'(Not a Number)" if nan?
    return self if zero?
    raise FloatDomainError, 'sqrt of negative value' if @sign.negative?
    return self if infinite?

    wanted = [digits, precision].max + 16
    shift = (2 * wanted) - size
    shift = 0 if shift.negative?
    shift += 1 if (@exp - shift).odd?
    of(1, Integer.sqrt(@int * (10**shift)), (@exp - shift) / 2)
  end

  private

  # The Integer that an exponent is, or nil.
  def whole_exponent(other)
    case other
    when Integer then other
    when Float, Rational, BigDecimal
      return nil if (other.respond_to?(:nan?) && other.nan?) || (other.respond_to?(:infinite?) && other.infinite?)

      other.to_i if other == other.to_i
    else
      raise TypeError, "wrong argument type #{Settings.name_of(other)} (expected scalar Numeric)"
    end
  end

  def power_of_special(exponent)
    return of(1, 1, 0) if exponent.zero?

    sign = exponent.odd? ? @sign : 1
    large = infinite? ? exponent.positive? : exponent.negative?
    large ? BigDecimal.__send__(:special, :infinite, sign) : of(infinite? ? sign : 1, 0, 0)
  end

  # As many digits as Ruby's own keeps of it.
  def inverse_power(exponent)
    base = of(@sign**exponent, @int**exponent, @exp * exponent)
    kept = ((words * 10 * (exponent + 1)) + 8) / 9
    one = of(1, 1, 0)
    below = 1 - base.word_exponent - kept
    one.cut_quotient(base, below)
  end

  def power_of_fraction(other, digits)
    exponent = other.is_a?(BigDecimal) ? other : BigDecimal.__send__(:operand, other, 32)
    return not_a_number if exponent.nan?
    return power_of_infinity(exponent) if exponent.infinite?
    return power_of_special(exponent.negative? ? -1 : 2) if zero? || infinite?
    raise Math::DomainError, 'a non-integral exponent for a negative base' if @sign.negative?
    return of(1, 1, 0) if self == 1

    digits = [digits, 24, 2 * size, 2 * exponent.n_significant_digits].max if digits.zero?
    BigMath.exp(BigMath.log(self, digits + 8) * exponent, digits)
  end

  def power_of_infinity(exponent)
    raise Math::DomainError, 'a non-integral exponent for a negative base' if @sign.negative?

    order = self <=> 1
    return of(1, 1, 0) if order.zero?

    (order.positive? == exponent.positive?) ? INFINITY : of(1, 0, 0)
  end

  protected

  # The quotient down to a group of nine digits.
  def cut_quotient(other, below)
    shift = @exp - other.exp - (9 * below)
    left, right = @int, other.int
    shift.negative? ? right *= 10**-shift : left *= 10**shift
    of(@sign * other.signum, left / right, 9 * below)
  end
end

# Functions of decimal numbers.
module BigMath
  module_function

  # e to the power of a number, with so many digits.
  def exp(number, digits)
    number = checked(number, digits, 'exp')
    return number if number.nan?
    return number.positive? ? BigDecimal::INFINITY : BigDecimal(0) if number.infinite?
    return BigDecimal(1) if number.zero?

    halvings = [number.exponent * 4, 0].max + 8
    room = digits + halvings + 10
    small = number.div(BigDecimal(2)**halvings, room)
    sum = term = BigDecimal(1)
    count = 0
    until term.zero? || term.exponent < sum.exponent - room
      count += 1
      term = term.mult(small, room).div(count, room)
      sum = sum.add(term, room)
    end
    halvings.times { sum = sum.mult(sum, room) }
    sum.round(digits - sum.exponent)
  end

  # The natural logarithm, with so many digits.
  def log(number, digits)
    raise Math::DomainError, 'Complex argument for BigMath.log' if number.is_a?(Complex)

    number = checked(number, digits, 'log')
    return number if number.nan?
    raise Math::DomainError, 'Zero or negative argument for log' unless number.positive?
    return number if number.infinite?
    return BigDecimal(0) if number == 1

    room = digits + 12
    shift = number.exponent
    rest = number * BigDecimal("1e#{-shift}")
    found = series(rest, room)
    found = found.add(series(BigDecimal('0.1'), room).mult(-shift, room), room) unless shift.zero?
    found.round(digits - found.exponent)
  end

  # 2 artanh((x - 1) / (x + 1)), after roots have brought x near 1.
  def series(number, room)
    roots = 0
    while (number - 1).abs > BigDecimal('0.1')
      number = number.sqrt(room)
      number = number.round(room - number.exponent)
      roots += 1
    end
    base = (number - 1).div(number + 1, room)
    square = base.mult(base, room)
    sum = term = base
    count = 1
    until term.zero? || term.exponent < sum.exponent - room
      count += 2
      term = term.mult(square, room)
      sum = sum.add(term.div(count, room), room)
    end
    sum.mult(BigDecimal(2)**(roots + 1), room)
  end
  private_class_method :series

  def checked(number, digits, name)
    raise ArgumentError, 'Zero or negative precision for exponential' if digits <= 0
    raise ArgumentError, "#{number.inspect} can't be coerced into BigDecimal" unless number.is_a?(Numeric)

    number.is_a?(BigDecimal) ? number : BigDecimal(number, number.is_a?(Integer) ? 0 : [digits, 17].min)
  end
  private_class_method :checked
end
