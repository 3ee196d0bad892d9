# frozen_string_literal: true

# Reckoning with dates.
class Date
  def +(other)
    return moved(@jd + other, @df, @sf) if other.is_a?(Integer)
    raise TypeError, 'expected numeric' unless other.is_a?(Numeric)
    return plus_float(other) if other.is_a?(Float)

    other = other.to_r
    raise TypeError, 'expected numeric' unless other.is_a?(Rational)

    plus(other.floor, other - other.floor)
  end

  def -(other)
    case other
    when Date then between(other)
    when Numeric then self + -other
    else raise TypeError, 'expected numeric'
    end
  end

  def >>(other)
    raise TypeError, 'expected numeric' unless other.is_a?(Numeric)

    whole = (year * 12) + mon - 1 + other
    new_year = whole.div(12)
    new_month = (whole % 12).to_i + 1
    last = mday
    until (found = Calendar.valid_civil(new_year, new_month, last, @sg))
      last -= 1
      raise Error, 'invalid date' if last < 1
    end
    self + (found - jd)
  end

  def <<(other)
    raise TypeError, 'expected numeric' unless other.is_a?(Numeric)

    self >> -other
  end

  def next_day(days = 1) = self + days
  def prev_day(days = 1) = self - days
  def next_month(months = 1) = self >> months
  def prev_month(months = 1) = self << months
  def next_year(years = 1) = self >> (years * 12)
  def prev_year(years = 1) = self << (years * 12)
  def succ = self + 1
  alias next succ

  def <=>(other)
    case other
    when Date then place <=> other.__send__(:place)
    when Numeric then ajd <=> other
    end
  end

  def ==(other)
    return place == other.__send__(:place) if other.is_a?(Date)

    super
  end

  def ===(other)
    case other
    when Date then jd == other.jd
    when Numeric then jd == other
    else false
    end
  end

  def eql?(other)
    other.is_a?(Date) && self == other
  end

  def step(limit, by = 1)
    return to_enum(:step, limit, by) unless block_given?

    at = self
    case by <=> 0
    when -1
      while at >= limit
        yield at
        at += by
      end
    when 0
      loop { yield at }
    when 1
      while at <= limit
        yield at
        at += by
      end
    end
    self
  end

  def upto(max, &block)
    return to_enum(:upto, max) unless block

    step(max, 1, &block)
  end

  def downto(min, &block)
    return to_enum(:downto, min) unless block

    step(min, -1, &block)
  end

  private

  def place
    [@jd, @df, @sf]
  end

  # Days between two dates, exactly.
  def between(other)
    days, seconds, nanos = place.zip(other.__send__(:place)).map { |mine, theirs| mine - theirs }
    whole = Rational(days, 1)
    whole += Rational(seconds, DAY) unless seconds.zero?
    whole += Rational(nanos) / (DAY * NANOS) unless nanos.zero?
    whole
  end

  # A day and a part of a day later.
  def plus(days, part)
    return moved(@jd + days, @df, @sf) if part.zero?

    seconds, rest = (part * DAY).divmod(1)
    nanos = @sf + (rest * NANOS)
    nanos = nanos.numerator if nanos.is_a?(Rational) && nanos.denominator == 1
    carried(days, @df + seconds, nanos)
  end

  def carried(days, seconds, nanos)
    more, nanos = nanos.divmod(NANOS)
    more_days, seconds = (seconds + more).divmod(DAY)
    moved(@jd + days + more_days, seconds, nanos)
  end

  # A float says no more than nanoseconds.
  def plus_float(other)
    raise FloatDomainError, other.to_s unless other.finite?

    sign = other.negative? ? -1 : 1
    days, rest = other.abs.divmod(1)
    seconds, rest = (rest * DAY).divmod(1)
    carried(sign * days, @df + (sign * seconds), @sf + (sign * (rest * NANOS).round))
  end
end
