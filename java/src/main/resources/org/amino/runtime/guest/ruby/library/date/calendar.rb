# frozen_string_literal: true

class Date
  include Comparable

  # What raises for a date that does not exist.
  class Error < ArgumentError
  end

  ITALY = 2_299_161
  ENGLAND = 2_361_222
  JULIAN = Float::INFINITY
  GREGORIAN = -Float::INFINITY
  MONTHNAMES = [nil, 'January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October',
                'November', 'December'].freeze
  ABBR_MONTHNAMES = [nil, 'Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'].freeze
  DAYNAMES = %w[Sunday Monday Tuesday Wednesday Thursday Friday Saturday].freeze
  ABBR_DAYNAMES = %w[Sun Mon Tue Wed Thu Fri Sat].freeze
  VERSION = '3.3.4'

  # Days by number (of the Julian period, as they are counted at the place of the date) and as people name them. The
  # calendar is Gregorian from the day `start` on.
  module Calendar
    DAYS = [nil, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].freeze
    # From this year on every calendar that `start` can say is Gregorian.
    MODERN = 1931

    module_function

    def civil_to_day(year, month, day, start)
      year, month = year - 1, month + 12 if month <= 2
      century = year.div(100)
      shift = 2 - century + century.div(4)
      julian = (1461 * (year + 4716)).div(4) + (306_001 * (month + 1)).div(10_000) + day - 1524
      found = julian + shift
      found < start ? julian : found
    end

    def day_to_civil(number, start)
      shifted = number
      unless number < start
        century = ((4 * number) - 7_468_865).div(146_097)
        shifted = number + 1 + century - century.div(4)
      end
      base = shifted + 1524
      years = ((20 * base) - 2442).div(7305)
      rest = base - (1461 * years).div(4)
      months = (rest * 10_000).div(306_001)
      day = rest - (306_001 * months).div(10_000)
      months <= 13 ? [years - 4716, months - 1, day] : [years - 4715, months - 13, day]
    end

    # The number of the day, or nil if there is no such day. Negative months and days count from the end.
    def valid_civil(year, month, day, start)
      month += 13 if month.negative?
      return nil unless month.between?(1, 12)

      if year >= MODERN && start < 2_426_356
        last = month == 2 && gregorian_leap?(year) ? 29 : DAYS[month]
        day += last + 1 if day.negative?
        return day.between?(1, last) ? civil_to_day(year, month, day, start) : nil
      end
      day = from_end(year, month, day, start) if day.negative?
      return nil unless day

      number = civil_to_day(year, month, day, start)
      number if day_to_civil(number, start) == [year, month, day]
    end

    def from_end(year, month, day, start)
      found = day_to_civil(last_of_month(year, month, start) + day + 1, start)
      found[2] if found[0] == year && found[1] == month
    end

    def last_of_month(year, month, start)
      31.downto(1) do |day|
        number = civil_to_day(year, month, day, start)
        return number if day_to_civil(number, start) == [year, month, day]
      end
    end

    # The first day of a year: where the reform swallowed some days, the first that there is.
    def first_of_year(year, start)
      1.upto(31) do |day|
        number = civil_to_day(year, 1, day, start)
        return number if day_to_civil(number, start) == [year, 1, day]
      end
    end

    def last_of_year(year, start)
      last_of_month(year, 12, start)
    end

    def day_to_ordinal(number, start)
      year = day_to_civil(number, start)[0]
      [year, number - first_of_year(year, start) + 1]
    end

    def valid_ordinal(year, day, start)
      if day.negative?
        found_year, day = day_to_ordinal(last_of_year(year, start) + day + 1, start)
        return nil unless found_year == year
      end
      number = first_of_year(year, start) + day - 1
      number if day_to_ordinal(number, start) == [year, day]
    end

    def commercial_to_day(year, week, day, start)
      fourth = first_of_year(year, start) + 3
      fourth - (fourth % 7) + (7 * (week - 1)) + day - 1
    end

    def day_to_commercial(number, start)
      near = day_to_civil(number - 3, start)[0]
      year = number >= commercial_to_day(near + 1, 1, 1, start) ? near + 1 : near
      week, day = (number - commercial_to_day(year, 1, 1, start)).divmod(7)
      [year, week + 1, day + 1]
    end

    def valid_commercial(year, week, day, start)
      day += 8 if day.negative?
      if week.negative?
        found, week, = day_to_commercial(commercial_to_day(year + 1, 1, 1, start) + (week * 7), start)
        return nil unless found == year
      end
      number = commercial_to_day(year, week, day, start)
      number if day_to_commercial(number, start) == [year, week, day]
    end

    # Weeks of a year that begin with Sunday (first = 0) or Monday (first = 1); those before the first are week 0.
    def week_to_day(year, week, day, first, start)
      sixth = first_of_year(year, start) + 6
      sixth - ((sixth - first + 1) % 7) - 7 + (7 * week) + day
    end

    def day_to_week(number, first, start)
      year = day_to_civil(number, start)[0]
      sixth = first_of_year(year, start) + 6
      [year, *(number - (sixth - ((sixth - first + 1) % 7)) + 7).divmod(7)]
    end

    def valid_week(year, week, day, first, start)
      day += 7 if day.negative?
      if week.negative?
        found, week, = day_to_week(week_to_day(year + 1, 1, first, first, start) + (week * 7), first, start)
        return nil unless found == year
      end
      number = week_to_day(year, week, day, first, start)
      number if day_to_week(number, first, start) == [year, week, day]
    end

    def gregorian_leap?(year)
      (year % 4).zero? && (year % 100 != 0 || (year % 400).zero?)
    end

    # Seconds of a time of day, or nil.
    def valid_time(hour, minute, second)
      hour += 24 if hour.negative?
      minute += 60 if minute.negative?
      second += 60 if second.negative?
      return nil unless hour.between?(0, 24) && minute.between?(0, 59) && second.between?(0, 59)
      return nil if hour == 24 && (minute.positive? || second.positive?)

      (hour * 3600) + (minute * 60) + second
    end

    def start(given)
      raise TypeError, 'invalid start (not numeric)' unless given.is_a?(Numeric)

      found = given.to_f
      return found if found.infinite? || found.between?(2_298_874, 2_426_355)

      warn('invalid start is ignored') if $VERBOSE
      0.0
    end
  end
  private_constant :Calendar

  # Used where a date is compared with what has no end.
  class Infinity < Numeric
    def initialize(sign = 1)
      super()
      @d = sign <=> 0
    end

    attr_reader :d
    protected :d

    def zero? = false
    def finite? = false
    def infinite? = d.nonzero?
    def nan? = d.zero?
    def abs = self.class.new
    def -@ = self.class.new(-d)
    def +@ = self.class.new(+d)

    def <=>(other)
      return d <=> other.d if other.is_a?(Infinity)
      return d <=> (other.positive? ? 1 : -1) if other.is_a?(Float) && other.infinite?
      return d if other.is_a?(Numeric)

      left, right = other.coerce(self)
      left <=> right
    rescue NoMethodError
      nil
    end

    def coerce(other)
      other.is_a?(Numeric) ? [-d, d] : super
    end

    def to_f
      d.zero? ? 0 : d * Float::INFINITY
    end
  end
end
