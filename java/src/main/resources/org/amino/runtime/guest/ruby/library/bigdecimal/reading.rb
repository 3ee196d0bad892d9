# frozen_string_literal: true

# What a decimal number is asked for.
class BigDecimal
  def nan? = @kind == :nan
  def finite? = @kind == :finite
  def infinite? = @kind == :infinite ? @sign : nil
  def zero? = @kind == :finite && @int.zero?
  def nonzero? = zero? ? nil : self
  def negative? = @sign.negative? && !zero? && !nan?
  def positive? = @sign.positive? && !zero? && !nan?
  def clone = self
  def dup = self
  def hash = [BigDecimal, @kind, @sign, @int, @exp].hash

  def sign
    return SIGN_NaN if nan?

    @sign * (infinite? ? 3 : zero? ? 1 : 2) # rubocop:disable Style/NestedTernaryOperator
  end

  # How many digits stand before the point; less than none where zeros stand behind it.
  def exponent
    @int.zero? ? 0 : size + @exp
  end

  def precision
    return 0 if @int.zero?

    return -@exp unless exponent.positive?

    [exponent, size].max
  end

  def scale
    @exp.negative? ? -@exp : 0
  end

  def precision_scale = [precision, scale]
  def n_significant_digits = @int.zero? ? 0 : size

  def precs
    words = [self.words, 1].max
    [words * 9, (words + 1) * 9]
  end

  def split
    digits = nan? ? 'NaN' : infinite? ? 'Infinity' : @int.to_s # rubocop:disable Style/NestedTernaryOperator
    [nan? ? 0 : @sign, digits, 10, exponent]
  end

  def to_i
    finite!
    @exp.negative? ? @sign * (@int / (10**-@exp)) : @sign * @int * (10**@exp)
  end
  alias to_int to_i

  def to_r
    finite!
    @exp.negative? ? Rational(@sign * @int, 10**-@exp) : Rational(@sign * @int * (10**@exp), 1)
  end

  def to_f
    return Float::NAN if nan?
    return @sign * Float::INFINITY if infinite?
    return @sign * 0.0 if @int.zero?
    return @sign * Float::INFINITY if exponent > 400
    return @sign * 0.0 if exponent < -400

    "#{'-' if @sign.negative?}#{@int}e#{@exp}".to_f
  end

  def to_s(format = nil)
    return special_text(format) unless finite? && !@int.zero?

    format = format.to_s
    groups = format[/\d+/].to_i
    lead = @sign.negative? ? '-' : format[/\A[+ ]/] || ''
    text = format.match?(/[fF]\z/) ? plain(groups) : scientific(groups)
    "#{lead}#{text}"
  end

  def inspect = to_s
  def _dump(_level = 0) = "#{[words, 1].max * 9}:#{self}"

  def coerce(other)
    found = BigDecimal.__send__(:operand, other, room)
    return [found, self] if found

    raise TypeError, "#{Settings.name_of(other)} can't be coerced into BigDecimal"
  end

  protected

  # How many digits the Integer has.
  def size
    @int.to_s.size
  end

  # How many groups of nine digits a number takes, counted from the point.
  def words
    return 0 if @int.zero?

    (exponent.to_f / 9).ceil - @exp.div(9)
  end

  # How many digits of a fraction are read on the other side.
  def room
    [words, 1].max * 9
  end

  private

  def special_text(format)
    return 'NaN' if nan?
    lead = @sign.negative? ? '-' : format.is_a?(String) && format[/\A[+ ]/] || ''
    infinite? ? "#{lead}Infinity" : "#{lead}0.0"
  end

  def scientific(groups)
    digits = @int.to_s
    digits = digits.scan(/.{1,#{groups}}/).join(' ') if groups.positive?
    "0.#{digits}e#{exponent}"
  end

  def plain(groups)
    digits = @int.to_s
    if @exp >= 0
      whole, part = digits + ('0' * @exp), '0'
    elsif exponent.positive?
      whole, part = digits[0, exponent], digits[exponent..]
    else
      whole, part = '0', ('0' * -exponent) + digits
    end
    return "#{whole}.#{part}" unless groups.positive?

    [whole, part].map { |half| half.scan(/.{1,#{groups}}/).join(' ') }.join('.')
  end

  def finite!
    raise FloatDomainError, "Computation results in 'NaN' (Not a Number)" if nan?
    raise FloatDomainError, "Computation results in '#{'-' if @sign.negative?}Infinity'" if infinite?
  end
end
