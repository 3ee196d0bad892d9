# frozen_string_literal: true

# How dates are made.
class Date
  NANOS = 1_000_000_000
  DAY = 86_400
  UNSET = Object.new.freeze
  private_constant :NANOS, :DAY, :UNSET

  # Reads the numbers that a person gave.
  module Given
    module_function

    def text(value)
      return value if value.is_a?(String)
      return value.to_str if value.respond_to?(:to_str)

      name = value.nil? || value == true || value == false ? value.inspect : value.class
      raise TypeError, "no implicit conversion of #{name} into String"
    end

    def whole(value, what)
      raise TypeError, "invalid #{what} (not numeric)" unless value.is_a?(Numeric)

      value.to_r.truncate
    end

    # A whole number, and the fraction behind it, which only the last number may have.
    def split(value, what, last)
      raise TypeError, "invalid #{what} (not numeric)" unless value.is_a?(Numeric)
      return [value, 0] if value.is_a?(Integer)

      number, fraction = value.divmod(1)
      raise Error, 'invalid fraction' unless last || fraction.zero?

      [number, fraction]
    end

    # Seconds of an offset that is given as a part of a day or as a text.
    def offset(value)
      seconds = case value
                when String then Date.__send__(:zone_to_seconds, value)
                when Numeric then (value.to_r * 86_400).round
                else raise TypeError, 'invalid offset'
                end
      return seconds if seconds&.between?(-86_400, 86_400)

      warn('invalid offset is ignored') if $VERBOSE
      0
    end
  end
  private_constant :Given

  class << self
    def civil(*args)
      new(*args)
    end

    def jd(number = 0, start = ITALY)
      start = Calendar.start(start)
      day, fraction = Given.split(number, 'jd', true)
      build(day, 0, 0, 0, start).__send__(:with_fraction, fraction)
    end

    def ordinal(year = -4712, day = 1, start = ITALY)
      start = Calendar.start(start)
      day, fraction = Given.split(day, 'yday', true)
      found = Calendar.valid_ordinal(Given.whole(year, 'year'), day, start)
      raise Error, 'invalid date' unless found

      build(found, 0, 0, 0, start).__send__(:with_fraction, fraction)
    end

    def commercial(year = -4712, week = 1, day = 1, start = ITALY)
      start = Calendar.start(start)
      day, fraction = Given.split(day, 'cwday', true)
      found = Calendar.valid_commercial(Given.whole(year, 'year'), Given.whole(week, 'cweek'), day, start)
      raise Error, 'invalid date' unless found

      build(found, 0, 0, 0, start).__send__(:with_fraction, fraction)
    end

    def today(start = ITALY)
      now = Time.now
      build(Calendar.civil_to_day(now.year, now.mon, now.day, GREGORIAN), 0, 0, 0, Calendar.start(start))
    end

    def valid_civil?(year, month, day, start = ITALY)
      numeric?(year, month, day) && !Calendar.valid_civil(year.to_i, month.to_i, day.to_i, Calendar.start(start)).nil?
    end
    alias valid_date? valid_civil?

    def valid_ordinal?(year, day, start = ITALY)
      numeric?(year, day) && !Calendar.valid_ordinal(year.to_i, day.to_i, Calendar.start(start)).nil?
    end

    def valid_commercial?(year, week, day, start = ITALY)
      return false unless numeric?(year, week, day)

      !Calendar.valid_commercial(year.to_i, week.to_i, day.to_i, Calendar.start(start)).nil?
    end

    def valid_jd?(number, _start = ITALY)
      numeric?(number)
    end

    def gregorian_leap?(year)
      raise TypeError, 'invalid year (not numeric)' unless year.is_a?(Numeric)

      Calendar.gregorian_leap?(year.to_i)
    end
    alias leap? gregorian_leap?

    def julian_leap?(year)
      raise TypeError, 'invalid year (not numeric)' unless year.is_a?(Numeric)

      (year.to_i % 4).zero?
    end

    def _load(text)
      allocate.tap { |made| made.marshal_load(Marshal.load(text)) } # rubocop:disable Security/MarshalLoad
    end

    private

    # A date of its parts: the day in UTC, seconds of the day, nanoseconds, the offset in seconds.
    def build(day, seconds, nanos, offset, start)
      allocate.tap { |made| made.__send__(:fill, day, seconds, nanos, offset, start) }
    end

    def numeric?(*values)
      values.all? { |value| value.is_a?(Numeric) }
    end
  end

  def initialize(year = -4712, month = 1, day = 1, start = ITALY)
    start = Calendar.start(start)
    day, fraction = Given.split(day, 'day', true)
    found = Calendar.valid_civil(Given.whole(year, 'year'), Given.whole(month, 'month'), day, start)
    raise Error, 'invalid date' unless found

    fill(found, 0, 0, 0, start)
    return if fraction.zero?

    later = self + fraction
    fill(*later.__send__(:parts))
  end

  # What `Marshal` and the capture of an object's state keep of a date: the period, the day, seconds of the day and
  # nanoseconds (all in UTC), the offset, and the start of the Gregorian calendar.
  # Variables of a subclass's own stand beside these, as in Ruby's own class.
  PERIOD = 213_447_717
  OWN = %i[@jd @df @sf @of @sg @civil].freeze
  private_constant :PERIOD, :OWN

  def marshal_dump
    period, day = @jd.divmod(PERIOD)
    parts = [period, day, @df, @sf, @of, @sg]
    (instance_variables - OWN).each { |name| parts.instance_variable_set(name, instance_variable_get(name)) }
    parts
  end

  def marshal_load(parts)
    raise TypeError, 'expected array' unless parts.is_a?(Array)

    case parts.size
    when 6
      period, day, seconds, nanos, offset, start = parts
      fill((period * PERIOD) + day, seconds, nanos, offset, start)
    when 3 then load_old(*parts)
    else raise TypeError, 'invalid size'
    end
    parts.instance_variables.each { |name| instance_variable_set(name, parts.instance_variable_get(name)) }
    self
  end

  private

  # Dates of very old versions: the astronomical day, the offset as a part of a day, the start.
  def load_old(astronomical, offset, start)
    day, rest = (astronomical + Rational(1, 2)).divmod(1)
    seconds, part = (rest * DAY).divmod(1)
    fill(day, seconds, part * NANOS, (offset * DAY).to_i, start)
  end

  def fill(day, seconds, nanos, offset, start)
    @jd = day
    @df = seconds
    @sf = nanos
    @of = offset
    @sg = start.to_f
    @civil = nil
  end

  def initialize_copy(other)
    fill(*other.__send__(:parts))
  end

  def parts
    [@jd, @df, @sf, @of, @sg]
  end

  def with_fraction(fraction)
    fraction.zero? ? self : self + fraction
  end

  # The same kind of date at another place of the line.
  def moved(day, seconds, nanos)
    self.class.__send__(:build, day, seconds, nanos, @of, @sg)
  end
end
