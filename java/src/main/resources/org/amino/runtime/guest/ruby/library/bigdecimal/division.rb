# frozen_string_literal: true

# Quotients, remainders, powers and roots of decimal numbers.
class BigDecimal
  WORD = 9
  private_constant :WORD

  def /(other)
    found = other_side(other) or return coerced(:/, other)
    over(found) || limited(quotient(found))
  end

  def quo(other, digits = nil)
    digits.nil? || Settings.whole(digits).zero? ? self / other : div(other, digits)
  end

  def div(other, digits = nil)
    return floored(other) if digits.nil?

    digits = Settings.whole(digits)
    raise ArgumentError, 'negative precision' if digits.negative?
    return self / other if digits.zero?

    found = BigDecimal.__send__(:operand, other, digits) or
      raise TypeError, "#{Settings.name_of(other)} can't be coerced into BigDecimal"
    over(found) || exact_quotient(found, digits)
  end

  def divmod(other)
    found = other_side(other) or return coerced(:divmod, other)
    parts(found)
  end

  def %(other)
    found = other_side(other) or return coerced(:%, other)
    parts(found)[1]
  end
  alias modulo %

  def remainder(other)
    found = other_side(other) or return coerced(:remainder, other)
    return not_a_number if nan? || found.nan? || infinite?
    return self if found.infinite?
    return not_a_number if found.zero?

    left, right, low = aligned(found)
    of(@sign, left.abs % right.abs, low)
  end

  protected

  # Both as Integers of the same power of ten.
  def aligned(other)
    low = [@exp, other.exp].min
    [@sign * @int * (10**(@exp - low)), other.signum * other.int * (10**(other.exp - low)), low]
  end

  # The first group of nine digits, counted from the point.
  def first_word
    places = ((exponent - 1) % WORD) + 1
    shift = places - size
    shift.negative? ? @int / (10**-shift) : @int * (10**shift)
  end

  # How many groups of nine stand before the point.
  def word_exponent
    (exponent + WORD - 1).div(WORD)
  end

  # Whether the rest of a division rounds the last digit up. Ruby's own estimates the next digit by the first groups of
  # both, in 32 bits; a quotient that has many digits ends as Ruby's does.
  def rounds_up?(divisor, int)
    digit = ((BASE * first_word / divisor.first_word) & 0xffffffff) / 100_000_000
    digit.positive? && up?(Settings.rounding, digit <=> 5, int)
  end

  private

  def floored(other)
    found = other_side(other)
    raise TypeError, "#{Settings.name_of(other)} can't be coerced into BigDecimal" unless found
    raise FloatDomainError, "Computation results in 'NaN' (Not a Number)" if nan? || found.nan?

    if infinite?
      raise FloatDomainError, "Computation results in 'NaN' (Not a Number)" if found.infinite?
      raise ZeroDivisionError, 'divided by 0' if found.zero?

      raise FloatDomainError, "Computation results in '#{'-' if @sign * found.signum < 0}Infinity'"
    end
    return 0 if found.infinite?

    parts(found)[0].to_i
  end

  # The result where one side is no finite number or zero divides; else nil.
  def over(other)
    return not_a_number if nan? || other.nan? || (infinite? && other.infinite?)

    sign = @sign * other.signum
    return BigDecimal.__send__(:special, :infinite, sign) if infinite?
    return of(sign, 0, 0) if other.infinite?

    if other.zero?
      return not_a_number if zero?

      Settings.raised(EXCEPTION_ZERODIVIDE, 'divide by zero')
      return BigDecimal.__send__(:special, :infinite, sign)
    end
    of(sign, 0, 0) if zero?
  end

  # As many groups of nine digits as Ruby's own computes, and the last one rounded as it does.
  def quotient(other)
    words = (([precision, other.precision, 32].max + (2 * WORD)) / WORD.to_f).ceil - 1
    below = word_exponent - other.word_exponent - (words - 1)
    shift = @exp - other.exp - (WORD * below)
    left, right = @int, other.int
    shift.negative? ? right *= 10**-shift : left *= 10**shift
    whole, rest = left.divmod(right)
    sign = @sign * other.signum
    found = of(sign, whole, WORD * below)
    return found if rest.zero? || whole.zero?

    rest = of(sign, rest, shift.negative? ? @exp : other.exp + (WORD * below))
    rest.rounds_up?(other, whole) ? of(sign, whole + 1, WORD * below) : found
  end

  def exact_quotient(other, digits)
    shift = digits + 2 - (size - other.size)
    left, right = @int, other.int
    shift.negative? ? right *= 10**-shift : left *= 10**shift
    whole, rest = left.divmod(right)
    of(@sign * other.signum, whole, @exp - other.exp - shift)
      .rounded_to(digits, Settings.rounding, !rest.zero?)
  end

  def parts(other)
    return [not_a_number, not_a_number] if nan? || other.nan? || (infinite? && other.infinite?)
    raise ZeroDivisionError, 'divided by 0' if other.zero?
    return [BigDecimal.__send__(:special, :infinite, @sign * other.signum), not_a_number] if infinite?
    return parts_of_infinite(other) if other.infinite?
    return [of(1, 0, 0), of(1, 0, 0)] if zero?

    left, right, low = aligned(other)
    whole, rest = left.divmod(right)
    [of(whole.negative? ? -1 : 1, whole.abs, 0), of(rest.negative? ? -1 : 1, rest.abs, low)]
  end

  def parts_of_infinite(other)
    return [of(1, 0, 0), self] if zero? || @sign == other.signum

    [of(-1, 1, 0), other]
  end
end
