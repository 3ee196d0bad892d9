# frozen_string_literal: true

# Dates as texts.
class Date
  # Fills a format with the parts of a date.
  class Writer
    SPEC = /%([-0^#_]*)([1-9]\d*|0\d*)?([EO](?=[a-zA-Z]))?(:{0,3}z|[a-zA-Z%+])/
    COMPOSED = {
      'c' => '%a %b %e %H:%M:%S %Y', 'D' => '%m/%d/%y', 'x' => '%m/%d/%y', 'F' => '%Y-%m-%d', 'r' => '%I:%M:%S %p',
      'R' => '%H:%M', 'T' => '%H:%M:%S', 'X' => '%H:%M:%S', 'v' => '%e-%^b-%Y', '+' => '%a %b %e %H:%M:%S %Z %Y'
    }.freeze
    NUMBERS = {
      'C' => ['0', 2], 'd' => ['0', 2], 'e' => [' ', 2], 'g' => ['0', 2], 'H' => ['0', 2], 'I' => ['0', 2],
      'j' => ['0', 3], 'k' => [' ', 2], 'l' => [' ', 2], 'M' => ['0', 2], 'm' => ['0', 2], 'Q' => ['0', 1],
      'S' => ['0', 2], 's' => ['0', 1], 'U' => ['0', 2], 'u' => ['0', 1], 'V' => ['0', 2], 'W' => ['0', 2],
      'w' => ['0', 1], 'y' => ['0', 2], 'Y' => ['0', 4], 'G' => ['0', 4]
    }.freeze
    MODIFIERS = {'E' => 'cCxXyY', 'O' => 'deHkIlmMSuUVwWy'}.freeze
    MOST = 1024

    def initialize(parts)
      @parts = parts
    end

    def write(format)
      format.gsub(SPEC) do |whole|
        flags, width, modifier, kind = $1, $2, $3, $4
        next whole if modifier && !MODIFIERS[modifier].include?(kind)
        raise Errno::ERANGE, whole if width && width.to_i > MOST

        one(kind, flags, width&.to_i) || whole
      end
    end

    private

    def one(kind, flags, width)
      return number(kind, flags, width) if NUMBERS.key?(kind)
      return text(write(COMPOSED[kind]), flags.delete('#'), width) if COMPOSED.key?(kind)

      case kind
      when 'L', 'N' then fraction(kind, width)
      when 'z', ':z', '::z', ':::z' then zone(kind.count(':'), flags, width)
      else (found = word(kind, flags)) && text(found, flags, width)
      end
    end

    def number(kind, flags, width)
      pad, size = NUMBERS[kind]
      value = value(kind)
      size += 1 if value.negative? && size == 4
      pad = {'_' => ' ', '0' => '0'}.fetch(flags[/[_0](?!.*[_0])/], pad)
      width = flags.include?('-') ? 0 : width || size
      digits = value.abs.to_s
      return digits.rjust(width, pad) unless value.negative?

      pad == ' ' ? "-#{digits}".rjust(width) : "-#{digits.rjust(width - 1, '0')}"
    end

    def value(kind)
      case kind
      when 'C' then @parts[:year].div(100)
      when 'y' then @parts[:year] % 100
      when 'g' then @parts[:cwyear] % 100
      when 'I', 'l' then ((@parts[:hour] - 1) % 12) + 1
      else @parts[NAMES.fetch(kind)]
      end
    end

    NAMES = {
      'd' => :mday, 'e' => :mday, 'G' => :cwyear, 'H' => :hour, 'j' => :yday, 'k' => :hour, 'M' => :min, 'm' => :mon,
      'Q' => :millis, 'S' => :sec, 's' => :seconds, 'U' => :wnum0, 'u' => :cwday, 'V' => :cweek, 'W' => :wnum1,
      'w' => :wday, 'Y' => :year
    }.freeze

    def word(kind, flags)
      case kind
      when 'A' then DAYNAMES[@parts[:wday]]
      when 'a' then ABBR_DAYNAMES[@parts[:wday]]
      when 'B' then MONTHNAMES[@parts[:mon]]
      when 'b', 'h' then ABBR_MONTHNAMES[@parts[:mon]]
      when 'p' then noon(flags.include?('#'))
      when 'P' then noon(!flags.include?('#'))
      when 'Z' then flags.include?('#') ? @parts[:zone].downcase : @parts[:zone]
      when 'n' then "\n"
      when 't' then "\t"
      when '%' then '%'
      end
    end

    def noon(small)
      found = @parts[:hour] < 12 ? 'AM' : 'PM'
      small ? found.downcase : found
    end

    def text(found, flags, width)
      found = found.upcase if flags.match?(/[#^]/) && !(flags.include?('#') && found.match?(/\A(?:[ap]m\z|\+)/i))
      return found if width.nil? || flags.include?('-')

      found.rjust(width, flags[/[_0](?!.*[_0])/] == '0' ? '0' : ' ')
    end

    def fraction(kind, width)
      digits = width.nil? || width.zero? ? {'L' => 3, 'N' => 9}[kind] : width
      (@parts[:fraction] * (10**digits)).floor.to_s.rjust(digits, '0')
    end

    # The offset with no, one or two colons; with three as short as it can be.
    def zone(colons, flags, width)
      sign = @parts[:offset].negative? ? '-' : '+'
      hours, rest = @parts[:offset].abs.divmod(3600)
      minutes, seconds = rest.divmod(60)
      behind = case colons
               when 0 then format('%02d', minutes)
               when 1 then format(':%02d', minutes)
               when 2 then format(':%02d:%02d', minutes, seconds)
               else short(minutes, seconds)
               end
      room = [(width || 0) - behind.size - 1, flags.include?('-') ? 1 : 2].max
      return "#{sign}#{hours}".rjust(room + 1) + behind if flags.include?('_')

      "#{sign}#{hours.to_s.rjust(room, '0')}#{behind}"
    end

    def short(minutes, seconds)
      return format(':%02d:%02d', minutes, seconds) unless seconds.zero?

      minutes.zero? ? '' : format(':%02d', minutes)
    end
  end
  private_constant :Writer

  def strftime(format = '%F')
    Writer.new(method(:part)).write(Given.text(format))
  end

  def to_s
    strftime('%Y-%m-%d')
  end

  def inspect
    sign = @sg.infinite? ? "#{'-' if @sg.negative?}Inf" : @sg.to_i
    nanos = @sf.is_a?(Rational) ? @sf.inspect : @sf
    "#<#{self.class}: #{self} ((#{@jd}j,#{@df}s,#{nanos}n),#{format('%+d', @of)}s,#{sign}j)>"
  end

  def asctime
    strftime('%a %b %e %H:%M:%S %Y')
  end
  alias ctime asctime

  def iso8601
    strftime('%Y-%m-%d')
  end
  alias xmlschema iso8601

  def rfc3339
    strftime('%Y-%m-%dT%H:%M:%S%:z')
  end

  def rfc2822
    strftime('%a, %-d %b %Y %T %z')
  end
  alias rfc822 rfc2822

  def httpdate
    DateTime.__send__(:build, @jd, @df, @sf, 0, @sg).strftime('%a, %d %b %Y %T GMT')
  end

  # The eras of Japan since the day that each began.
  ERAS = [[2_458_605, 'R', 2018], [2_447_535, 'H', 1988], [2_424_875, 'S', 1925], [2_419_614, 'T', 1911],
          [2_405_160, 'M', 1867]].freeze
  private_constant :ERAS

  def jisx0301
    strftime(era_format)
  end

  private

  def era_format
    _, letter, before = ERAS.find { |first, _, _| jd >= first }
    letter ? format('%s%02d.%%m.%%d', letter, year - before) : '%Y-%m-%d'
  end

  def millis
    found = (part(:seconds) * 1000) + @sf.quo(1_000_000)
    @sf.is_a?(Rational) ? found.truncate : found.floor
  end

  def part(name)
    case name
    when :fraction then Rational(@sf, NANOS)
    when :offset then @of
    when :zone then Writer.new(method(:part)).write('%:z')
    when :wnum0 then Calendar.day_to_week(jd, 0, @sg)[1]
    when :wnum1 then Calendar.day_to_week(jd, 1, @sg)[1]
    when :seconds then ((@jd - 2_440_588) * DAY) + @df
    when :millis then millis
    else __send__(name)
    end
  end
end

# A time of day follows the date.
class DateTime
  def strftime(format = '%FT%T%:z')
    super
  end

  def to_s
    strftime('%Y-%m-%dT%H:%M:%S%:z')
  end

  def iso8601(digits = 0)
    strftime("%Y-%m-%d#{clock_format(digits)}")
  end
  alias xmlschema iso8601
  alias rfc3339 iso8601

  def jisx0301(digits = 0)
    strftime(era_format + clock_format(digits))
  end

  private

  def clock_format(digits)
    digits = digits.to_i
    "T%H:%M:%S#{".%#{digits}N" if digits.positive?}%:z"
  end
end
