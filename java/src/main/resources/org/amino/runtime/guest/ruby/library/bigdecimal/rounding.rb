# frozen_string_literal: true

# Rounding of decimal numbers.
class BigDecimal
  def round(digits = nil, mode = nil)
    digits, mode = nil, digits if digits.is_a?(Hash) && mode.nil?
    way = mode.nil? ? Settings.rounding : Settings.mode(mode)
    whole = digits.nil? || (mode.nil? && Settings.whole(digits) < 1)
    return (whole ? finite! : self) unless finite?

    found = rounded_at(digits.nil? ? 0 : Settings.whole(digits), way)
    whole ? found.to_i : found
  end

  def truncate(digits = nil) = cut(digits, ROUND_DOWN)
  def floor(digits = nil) = cut(digits, ROUND_FLOOR)
  def ceil(digits = nil) = cut(digits, ROUND_CEILING)
  def fix = finite? ? rounded_at(0, ROUND_DOWN) : self

  def frac
    return self unless finite?

    found = self - fix
    found.zero? ? of(@sign, 0, 0) : found
  end

  protected

  # So many digits behind the point.
  def rounded_at(digits, way, rest = false) # rubocop:disable Style/OptionalBooleanParameter
    drop = -@exp - digits
    return self if drop <= 0 && !rest

    int, behind = drop > size + 1 ? [0, 1] : @int.divmod(10**[drop, 0].max)
    half = drop > size + 1 ? -1 : (2 * behind) <=> (10**[drop, 0].max)
    half = 1 if half.zero? && rest
    up = (behind.positive? || rest) && up?(way, half, int)
    of(@sign, up ? int + 1 : int, -digits)
  end

  # So many digits in all. `rest`: something that is not zero came behind these digits.
  def rounded_to(digits, way, rest = false) # rubocop:disable Style/OptionalBooleanParameter
    return self if !finite? || @int.zero? || digits.zero?

    rounded_at(digits - exponent, way, rest)
  end

  private

  def up?(way, half, int)
    case way
    when ROUND_UP then true
    when ROUND_DOWN then false
    when ROUND_HALF_UP then half >= 0
    when ROUND_HALF_DOWN then half.positive?
    when ROUND_CEILING then @sign.positive?
    when ROUND_FLOOR then @sign.negative?
    else half.positive? || (half.zero? && int.odd?)
    end
  end

  def cut(digits, way)
    return (digits.nil? ? finite! : self) unless finite?

    found = rounded_at(digits.nil? ? 0 : Settings.whole(digits), way)
    digits.nil? ? found.to_i : found
  end
end
