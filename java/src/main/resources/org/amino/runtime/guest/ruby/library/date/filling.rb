# frozen_string_literal: true

class Date
  # Makes a date of the parts that a text named: what is missing in front is taken from today, what is missing behind
  # is the first.
  module Filling
    CLOCK = %i[hour min sec].freeze
    WAYS = [
      [:time, CLOCK],
      [:ordinal, %i[year yday] + CLOCK],
      [:civil, %i[year mon mday] + CLOCK],
      [:jd, %i[jd] + CLOCK],
      [:commercial, %i[cwyear cweek cwday] + CLOCK],
      [:wday, %i[wday] + CLOCK],
      [:wnum0, %i[year wnum0 wday] + CLOCK],
      [:wnum1, %i[year wnum1 wday] + CLOCK],
      [nil, %i[cwyear cweek wday] + CLOCK],
      [nil, %i[year wnum0 cwday] + CLOCK],
      [nil, %i[year wnum1 cwday] + CLOCK]
    ].freeze
    FIRST = {
      ordinal: {yday: 1}, civil: {mon: 1, mday: 1}, commercial: {cweek: 1, cwday: 1}, wnum0: {wnum0: 0, wday: 0},
      wnum1: {wnum1: 0, wday: 1}
    }.freeze

    module_function

    def complete(parts, kind)
      parts = of_seconds(parts)
      way, names = WAYS.max_by.with_index { |(_, list), at| [list.count { |name| parts.key?(name) }, -at] }
      found = names.count { |name| parts.key?(name) }
      fill(parts, way, names) if way && found.positive? && found < names.size
      parts[:jd] ||= Date.today.jd if way == :time && found.positive? && kind <= DateTime
      parts[:sec] = 59 if parts[:sec] && parts[:sec] > 59
      parts
    end

    # Whether year, month and day are there, which need no filling.
    def civil?(parts)
      parts[:year] && parts[:mon] && parts[:mday] && !parts[:jd] && !parts[:yday]
    end

    def clock(parts)
      parts.merge(hour: parts[:hour] || 0, min: parts[:min] || 0, sec: parts[:sec] == 60 ? 59 : parts[:sec] || 0)
    end

    # Seconds since 1970 as a day and a time of day at the offset.
    def of_seconds(parts)
      parts = parts.dup
      return parts unless (seconds = parts.delete(:seconds))

      days, rest = (seconds + (parts[:offset] || 0)).divmod(86_400)
      hour, rest = rest.divmod(3600)
      minute, rest = rest.divmod(60)
      second, rest = rest.divmod(1)
      parts.update(jd: 2_440_588 + days, hour: hour, min: minute, sec: second, sec_fraction: rest)
    end

    def fill(parts, way, names)
      today = Date.today
      case way
      when :wday then parts[:jd] = (today - today.wday + parts[:wday]).jd if parts[:wday]
      when :time, :jd then nil
      else
        names.each do |name|
          break if parts.key?(name)

          parts[name] = today.__send__(name) if today.respond_to?(name)
        end
        FIRST[way].each { |name, value| parts[name] ||= value }
      end
    end

    # The number of the day, or nil.
    def day(parts, start)
      by_day(parts, start) || by_week(parts, start)
    end

    def by_day(parts, start)
      year = parts[:year]
      return parts[:jd] if parts[:jd]

      found = Calendar.valid_ordinal(year, parts[:yday], start) if year && parts[:yday]
      found ||= Calendar.valid_civil(year, parts[:mon], parts[:mday], start) if year && parts[:mon] && parts[:mday]
      found
    end

    def by_week(parts, start)
      monday = parts[:cwday] || (parts[:wday]&.zero? ? 7 : parts[:wday])
      sunday = parts[:wday] || (parts[:cwday] == 7 ? 0 : parts[:cwday])
      return nil unless monday

      if parts[:cweek] && parts[:cwyear]
        found = Calendar.valid_commercial(parts[:cwyear], parts[:cweek], monday, start)
      end
      year = parts[:year]
      found ||= Calendar.valid_week(year, parts[:wnum0], sunday, 0, start) if parts[:wnum0] && year
      found ||= Calendar.valid_week(year, parts[:wnum1], (sunday - 1) % 7, 1, start) if parts[:wnum1] && year
      found
    end
  end
  private_constant :Filling

  class << self
    private

    def of_parts(parts, start)
      start = Calendar.start(start)
      raise Error, 'invalid date' if parts.nil?

      parts = Filling.complete(parts, self) unless Filling.civil?(parts)
      found = Filling.day(parts, start)
      raise Error, 'invalid date' unless found

      build(found, 0, 0, 0, start)
    end
  end

  # A date with a time of day and an offset.
  class ::DateTime
    class << self
      private

      def of_parts(parts, start)
        start = Calendar.start(start)
        raise Error, 'invalid date' if parts.nil?

        parts = Filling.complete(parts, self) unless Filling.civil?(parts)
        parts = Filling.clock(parts)
        found = Filling.day(parts, start)
        seconds = Calendar.valid_time(parts[:hour], parts[:min], parts[:sec])
        raise Error, 'invalid date' unless found && seconds

        offset = parts[:offset] || 0
        offset = 0 if offset.abs > DAY
        nanos = (parts[:sec_fraction] || 0) * NANOS
        nanos = nanos.numerator if nanos.is_a?(Rational) && nanos.denominator == 1
        local(found, seconds, nanos, offset, start)
      end
    end
  end
end
