# frozen_string_literal: true

# What a date is asked for.
class Date
  def jd
    offset = @df + @of
    return @jd if offset.between?(0, DAY - 1)

    @jd + (offset.negative? ? -1 : 1)
  end

  def ajd
    whole = Rational((@jd * 2) - 1, 2)
    whole += Rational(@df, DAY) unless @df.zero?
    whole += Rational(@sf) / (DAY * NANOS) unless @sf.zero?
    whole
  end

  def amjd
    whole = Rational(@jd - 2_400_001, 1)
    whole += Rational(@df, DAY) unless @df.zero?
    whole += Rational(@sf) / (DAY * NANOS) unless @sf.zero?
    whole
  end

  def mjd
    jd - 2_400_001
  end

  def ld
    jd - 2_299_160
  end

  def day_fraction
    return 0 if instance_of?(Date) && (@df + @of + @sf).zero?

    (Rational(local_seconds) + Rational(@sf, NANOS)) / DAY
  end

  def year
    civil[0]
  end

  def mon
    civil[1]
  end
  alias month mon

  def mday
    civil[2]
  end
  alias day mday

  def yday
    jd - Calendar.first_of_year(year, virtual_start) + 1
  end

  def wday
    (jd + 1) % 7
  end

  def cwyear
    Calendar.day_to_commercial(jd, virtual_start)[0]
  end

  def cweek
    Calendar.day_to_commercial(jd, virtual_start)[1]
  end

  def cwday
    found = wday
    found.zero? ? 7 : found
  end

  DAYNAMES.each_with_index do |name, number|
    define_method("#{name.downcase}?") { wday == number }
  end

  def start
    @sg
  end

  def julian?
    jd < @sg
  end

  def gregorian?
    !julian?
  end

  def leap?
    julian? ? (year % 4).zero? : Calendar.gregorian_leap?(year)
  end

  def new_start(start = ITALY)
    self.class.__send__(:build, @jd, @df, @sf, @of, Calendar.start(start))
  end

  def italy = new_start(ITALY)
  def england = new_start(ENGLAND)
  def julian = new_start(JULIAN)
  def gregorian = new_start(GREGORIAN)

  def infinite?
    false
  end

  def hash
    [@jd, @df, @sf].hash
  end

  def deconstruct_keys(keys)
    keys_of(keys, %i[year month day yday wday])
  end

  def to_date
    instance_of?(Date) ? self : Date.__send__(:build, jd, 0, 0, 0, @sg)
  end

  def to_datetime
    DateTime.__send__(:build, @jd, 0, 0, 0, @sg)
  end

  def to_time
    Time.local(*new_start(GREGORIAN).__send__(:civil))
  end

  private

  def civil
    @civil || Calendar.day_to_civil(jd, @sg).tap { |found| @civil = found unless frozen? }
  end

  # The start for counting years and weeks, which for an unusual one is one of the two calendars.
  def virtual_start
    @sg
  end

  def local_seconds
    (@df + @of) % DAY
  end

  def hour = local_seconds / 3600
  def min = local_seconds % 3600 / 60
  alias minute min
  def sec = local_seconds % 60
  alias second sec

  def keys_of(keys, known)
    return known.to_h { |name| [name, __send__(name)] } if keys.nil?
    raise TypeError, "wrong argument type #{keys.class} (expected Array or nil)" unless keys.is_a?(Array)

    (keys & known).to_h { |name| [name, __send__(name)] }
  end
end
