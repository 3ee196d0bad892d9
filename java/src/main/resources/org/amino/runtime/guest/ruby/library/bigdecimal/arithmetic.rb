# frozen_string_literal: true

# Sums, products and comparisons of decimal numbers.
class BigDecimal
  include Comparable

  def +(other)
    found = other_side(other) or return coerced(:+, other)
    limited(plus(found))
  end

  def -(other)
    found = other_side(other) or return coerced(:-, other)
    limited(plus(-found))
  end

  def *(other)
    found = other_side(other) or return coerced(:*, other)
    limited(times(found))
  end

  def add(other, digits) = precise(self + other, digits)
  def sub(other, digits) = precise(self - other, digits)
  def mult(other, digits) = precise(self * other, digits)

  def -@
    return self if nan?

    finite? ? of(-@sign, @int, @exp) : BigDecimal.__send__(:special, @kind, -@sign)
  end

  def +@ = self
  def abs = @sign.negative? ? -self : self

  def <=>(other)
    found = other_side(other)
    return compared(found) if found
    return nil unless other.respond_to?(:coerce) && !other.is_a?(String)

    left, right = other.coerce(self)
    left <=> right
  rescue TypeError, ArgumentError
    nil
  end

  def ==(other)
    found = other_side(other)
    return compared(found) == 0 if found # rubocop:disable Style/NumericPredicate

    other.nil? ? false : other == self
  end
  alias === ==
  alias eql? ==

  {:< => [-1], :<= => [-1, 0], :> => [1], :>= => [1, 0]}.each do |name, wanted|
    define_method(name) do |other|
      found = other_side(other)
      next wanted.include?(compared(found)) if found

      order = self <=> other
      next wanted.include?(order) unless order.nil?

      shown = other.nil? || other == true || other == false || other.is_a?(Float) ? other.inspect : other.class
      raise ArgumentError, "comparison of BigDecimal with #{shown} failed"
    end
  end

  protected

  def compared(other)
    return nil if nan? || other.nan?
    return (infinite? || 0) <=> (other.infinite? || 0) unless finite? && other.finite?

    low = [@exp, other.exp].min
    return first_compared(other) if (@exp - other.exp).abs > 10_000

    (@sign * @int * (10**(@exp - low))) <=> (other.signum * other.int * (10**(other.exp - low)))
  end

  def plus(other)
    return not_a_number if nan? || other.nan?
    return plus_infinite(other) unless finite? && other.finite?
    return zero_sum(other) if @int.zero? && other.int.zero?

    low = [@exp, other.exp].min
    sum = (@sign * @int * (10**(@exp - low))) + (other.signum * other.int * (10**(other.exp - low)))
    return of(Settings.rounding == ROUND_FLOOR ? -1 : 1, 0, 0) if sum.zero?

    of(sum <=> 0, sum.abs, low)
  end

  def times(other)
    return not_a_number if nan? || other.nan? || (infinite? && other.zero?) || (zero? && other.infinite?)

    sign = @sign * other.signum
    return BigDecimal.__send__(:special, :infinite, sign) if infinite? || other.infinite?

    of(sign, @int * other.int, @exp + other.exp)
  end

  private

  # Numbers of very different sizes are compared by these.
  def first_compared(other)
    mine, theirs = sign_or_zero, other.zero? ? 0 : other.signum
    return mine <=> theirs unless mine == theirs

    mine * (exponent <=> other.exponent)
  end

  def sign_or_zero
    zero? ? 0 : @sign
  end

  def plus_infinite(other)
    return not_a_number if infinite? && other.infinite? && @sign != other.signum

    infinite? ? self : other
  end

  def zero_sum(other)
    return self if @sign == other.signum

    of(Settings.rounding == ROUND_FLOOR ? -1 : 1, 0, 0)
  end

  def not_a_number
    Settings.raised(EXCEPTION_NaN, "Computation results in 'NaN' (Not a Number)")
    NAN
  end

  def other_side(value)
    BigDecimal.__send__(:operand, value, room)
  end

  def coerced(operator, other)
    raise TypeError, "#{Settings.name_of(other)} can't be coerced into BigDecimal" unless
      other.respond_to?(:coerce) && other.is_a?(Numeric)

    left, right = other.coerce(self)
    left.__send__(operator, right)
  end

  def limited(number)
    Settings.limit.zero? ? number : number.rounded_to(Settings.limit, Settings.rounding)
  end

  def precise(number, digits)
    digits = Settings.whole(digits)
    raise ArgumentError, 'negative precision' if digits.negative?

    digits.zero? ? number : number.rounded_to(digits, Settings.rounding)
  end
end
