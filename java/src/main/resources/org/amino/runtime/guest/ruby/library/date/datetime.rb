# frozen_string_literal: true

class Date
  # A date with a time of day and an offset.
  class ::DateTime < Date
    class << self
      def civil(*args)
        new(*args)
      end

      def jd(number = 0, hour = 0, minute = 0, second = 0, offset = 0, start = ITALY)
        timed([hour, minute, second], offset, start, [number, 'jd']) { |day, _| day }
      end

      def ordinal(year = -4712, day = 1, hour = 0, minute = 0, second = 0, offset = 0, start = ITALY)
        year = Given.whole(year, 'year')
        timed([hour, minute, second], offset, start, [day, 'yday']) do |number, begin_of|
          Calendar.valid_ordinal(year, number, begin_of)
        end
      end

      def commercial(year = -4712, week = 1, day = 1, hour = 0, minute = 0, second = 0, offset = 0, start = ITALY)
        year = Given.whole(year, 'year')
        week = Given.whole(week, 'cweek')
        timed([hour, minute, second], offset, start, [day, 'cwday']) do |number, begin_of|
          Calendar.valid_commercial(year, week, number, begin_of)
        end
      end

      def now(start = ITALY)
        of_time(Time.now, Calendar.start(start))
      end

      undef_method :today

      private

      def timed(clock, offset, start, day, &find)
        start = Calendar.start(start)
        found, seconds, offset, fraction = parts_of(clock, offset, start, day, &find)
        local(found, seconds, 0, offset, start).__send__(:with_fraction, fraction)
      end

      # The day, the seconds, the offset, and what is left of a fraction, as a part of a day.
      def parts_of(clock, offset, start, day)
        last = clock.rindex { |part| !part.eql?(0) }
        number, fraction = Given.split(day[0], day[1], last.nil?)
        units = [3600, 60, 1]
        whole = clock.each_with_index.map do |part, at|
          found, rest = Given.split(part, %w[hour minute second][at], last == at || at == 2)
          fraction = rest * units[at] / DAY unless rest.zero?
          found
        end
        found = yield(number, start)
        seconds = Calendar.valid_time(*whole)
        raise Error, 'invalid date' unless found && seconds

        [found, seconds, Given.offset(offset), fraction]
      end

      # Of a day and seconds as they are counted at the place.
      def local(day, seconds, nanos, offset, start)
        more, seconds = (seconds - offset).divmod(DAY)
        build(day + more, seconds, nanos, offset, start)
      end

      def of_time(time, start)
        day = Calendar.civil_to_day(time.year, time.mon, time.day, GREGORIAN)
        nanos = time.subsec * NANOS
        nanos = nanos.numerator if nanos.is_a?(Rational) && nanos.denominator == 1
        local(day, (time.hour * 3600) + (time.min * 60) + [time.sec, 59].min, nanos, time.utc_offset, start)
      end
    end

    def initialize(year = -4712, month = 1, day = 1, hour = 0, minute = 0, second = 0, offset = 0, start = ITALY)
      kind = self.class
      year = Given.whole(year, 'year')
      month = Given.whole(month, 'month')
      start = Calendar.start(start)
      clock = [hour, minute, second]
      found, seconds, offset, fraction = kind.__send__(:parts_of, clock, offset, start, [day, 'day']) do |number, _|
        Calendar.valid_civil(year, month, number, start)
      end
      made = kind.__send__(:local, found, seconds, 0, offset, start).__send__(:with_fraction, fraction)
      fill(*made.__send__(:parts))
    end

    public :hour, :min, :minute, :sec, :second

    def sec_fraction
      Rational(@sf, NANOS)
    end
    alias second_fraction sec_fraction

    def offset
      Rational(@of, DAY)
    end

    def zone
      strftime('%:z')
    end

    def new_offset(offset = 0)
      self.class.__send__(:build, @jd, @df, @sf, Given.offset(offset), @sg)
    end

    def deconstruct_keys(keys)
      keys_of(keys, %i[year month day yday wday hour minute second sec_fraction zone])
    end

    def to_datetime
      self
    end

    def to_date
      Date.__send__(:build, jd, 0, 0, 0, @sg)
    end

    def to_time
      at = new_start(GREGORIAN)
      Time.new(at.year, at.mon, at.mday, at.hour, at.min, at.sec + sec_fraction, @of)
    end
  end
end

class Time
  def to_time
    self
  end

  def to_date
    Date.civil(year, mon, mday, Date::GREGORIAN).new_start
  end

  def to_datetime
    DateTime.__send__(:of_time, self, Date::ITALY)
  end
end
